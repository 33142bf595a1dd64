"""What proves something: receipts, promises, certificates, authorship."""

import base64
import json
from collections.abc import Callable
from typing import Any

from tests.frontend.bad.statements import flipped, larger_response
from tests.frontend.bad.values import (
    IDENTITY,
    MIXED_ORDER,
    Arguments,
    Bad,
    P,
    b64,
    rewritten,
    spelled,
)
from tests.frontend.good import Good


def receipt(change: Callable[[str], str]) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        given = good.arguments["receipt"]
        return {**given, "receipt": change(given["receipt"])}

    return make


def extra(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Callable[[Good], Arguments]:
    """The entry in a receipt, changed."""

    def changed(text: str) -> str:
        head, line, rest = text.split("\n", 2)
        said = json.loads(base64.b64decode(line.removeprefix("extra ")))
        return f"{head}\nextra {b64(spelled(said | change(said)))}\n{rest}"

    return receipt(changed)


def without_cosignatures(text: str) -> str:
    lines = text.splitlines(keepends=True)
    return "".join(lines[:-2])


RECEIPT = [
    Bad("receipt", name, make)
    for name, make in {
        "another-header": receipt(lambda text: text.replace("@v1", "@v2", 1)),
        "too-few-cosigners": receipt(without_cosignatures),
        "another-index": receipt(lambda text: text.replace("\nindex ", "\nindex 1", 1)),
        "index-with-a-sign": receipt(lambda text: text.replace("\nindex ", "\nindex +", 1)),
        "an-empty-entry": receipt(lambda text: text.split("\n")[0] + "\nextra \nindex 0\n\n"),
        "no-entry": receipt(lambda text: "\n".join(text.split("\n")[:1] + text.split("\n")[2:])),
        "no-checkpoint": receipt(lambda text: text.split("\n\n")[0]),
        "a-hash-too-many": receipt(lambda text: text.replace("\n\n", f"\n{b64(bytes(32))}\n\n", 1)),
        "cosigned-twice": receipt(lambda text: text + text.splitlines(keepends=True)[-1]),
        "signature-line-without-a-dash": receipt(lambda text: text + "- a AAAAAAAA\n"),
        "no-newline": receipt(lambda text: text[:-1]),
        "another-slot": extra(lambda said: {"slot": said["slot"] ^ 1}),
        "a-slot-outside": extra(lambda said: {"slot": 4096 + said["slot"]}),
        "a-negative-slot": extra(lambda said: {"slot": said["slot"] - 4096}),
        "another-nonce": extra(lambda said: {"nonce": b64(bytes(32))}),
        "a-moved-boundary": extra(
            lambda said: {
                "nonce": b64(base64.b64decode(said["nonce"])[:-1]),
                "detail": b64(
                    base64.b64decode(said["nonce"])[-1:] + base64.b64decode(said["detail"])
                ),
            }
        ),
        "eleven-hashes": extra(lambda said: {"path": said["path"][:-1]}),
        "another-tick": extra(
            lambda said: {"leaf": b64(base64.b64decode(said["leaf"]).replace(b"\n10", b"\n20", 1))}
        ),
        "a-quorum-too-large": lambda good: {**good.arguments["receipt"], "quorum": 5},
    }.items()
]


def promise(change: Callable[[str], str]) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        given = good.arguments["promise"]
        return {**given, "promise": change(given["promise"])}

    return make


PROMISE = [
    Bad("promise", "another-tick", promise(lambda text: text.replace("\n\n", "0\n\n", 1))),
    Bad("promise", "another-origin", promise(lambda text: text.replace("tenders", "tendets", 1))),
    Bad("promise", "no-signature", promise(lambda text: text.split("\n\n")[0] + "\n\n")),
    Bad("promise", "signed-twice", promise(lambda text: text + text.splitlines(True)[-1])),
    Bad("promise", "control-character", promise(lambda text: text.replace("\n", "\r\n", 1))),
    Bad(
        "promise",
        "signed-by-the-log",
        lambda good: {
            "promise": good.arguments["receipt"]["receipt"].split("\n\n", 1)[1],
            "roster": good.world.roster,
        },
    ),
]


def certificate(**changes: Any) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        data = good.world.certificate
        said = json.loads(data)
        made = {name: change(said[name]) for name, change in changes.items()}
        return {**good.key, "certificate": rewritten(data, **made)}

    return make


def flip64(spelled_bytes: str, at: int) -> str:
    return b64(flipped(base64.b64decode(spelled_bytes), at))


CERTIFICATE = [
    Bad("certificate", name, make)
    for name, make in {
        "another-session": certificate(session=lambda text: flip64(text, 40)),
        "session-of-other-terms": certificate(session=lambda text: flip64(text, 0)),
        "long-session": certificate(session=lambda text: b64(base64.b64decode(text) + b"x")),
        "a-signature-missing": certificate(signatures=lambda all_: all_[:-1]),
        "a-signature-too-many": certificate(signatures=lambda all_: [*all_, all_[0]]),
        "signatures-swapped": certificate(signatures=lambda all_: [all_[1], all_[0], all_[2]]),
        "a-flipped-signature": certificate(
            signatures=lambda all_: [flip64(all_[0], 33), *all_[1:]]
        ),
        "statics-swapped": certificate(statics=lambda all_: [all_[1], all_[0], all_[2]]),
        "a-static-missing": certificate(statics=lambda all_: all_[:-1]),
        "a-static-not-vouched-for": certificate(
            statics=lambda all_: [{**all_[0], "signature": all_[1]["signature"]}, *all_[1:]]
        ),
        "a-cut-transcript": certificate(transcript=lambda t: b64(base64.b64decode(t)[:-1])),
        "a-longer-transcript": certificate(transcript=lambda t: b64(base64.b64decode(t) + b"x")),
        "a-threshold-too-high": certificate(transcript=lambda t: flip64(t, 8 + 26 + 8 + 64 + 4)),
        "counts-beyond-the-bytes": certificate(
            transcript=lambda t: b64(b"\xff" * 8 + base64.b64decode(t)[8:])
        ),
        "another-commitment": certificate(transcript=lambda t: flip64(t, 8 + 26 + 8 + 64 + 8 + 96)),
        "a-changed-digest": certificate(transcript=lambda t: flip64(t, -1)),
        "other-terms": certificate(
            terms=lambda t: b64(rewritten(base64.b64decode(t), minimum_bids=1))
        ),
        "another-roster": lambda good: {
            **good.key,
            "roster": rewritten(good.world.roster, operator="somebody else"),
        },
    }.items()
]


def authorship(**changes: Callable[[bytes], bytes]) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        given = good.arguments["authorship"]
        return given | {name: change(given[name]) for name, change in changes.items()}

    return make


SHARES = {
    "zero": bytes(32),
    "one": b"\x01" + bytes(31),
    "minus-one": (2**255 - 20).to_bytes(32, "little"),
    "prime": P,
    "on-the-twist": b"\x02" + bytes(31),
    "short": b"e" * 31,
}
AUTHORSHIP = [
    *(
        Bad("authorship", f"share-{name}", authorship(share=lambda _, share=share: share))
        for name, share in SHARES.items()
    ),
    Bad("authorship", "share-with-its-top-bit", authorship(share=lambda s: flip_top(s))),
    Bad("authorship", "another-response", authorship(proof=lambda p: flipped(p, 33))),
    Bad("authorship", "response-not-canonical", authorship(proof=larger_response)),
    Bad(
        "authorship", "commitment-of-mixed-order", authorship(proof=lambda p: MIXED_ORDER + p[32:])
    ),
    Bad("authorship", "identity-as-commitment", authorship(proof=lambda p: IDENTITY + p[32:])),
    Bad("authorship", "short-proof", authorship(proof=lambda p: p[:-1])),
    Bad("authorship", "another-body", authorship(body_hash=flipped)),
    Bad(
        "authorship",
        "of-another-bidder",
        lambda good: {**good.arguments["authorship"], "pseudonym": good.organization.public},
    ),
]


def flip_top(share: bytes) -> bytes:
    return share[:-1] + bytes([share[-1] ^ 0x80])
