"""The shared set of bad values: each is a good one with a single thing wrong."""

import base64
import json
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sunseal_crypto.signing import sign_labelled
from tests.frontend.good import Good

Arguments = dict[str, Any]
MIXED_ORDER = bytes.fromhex("95" + "99" * 31)
IDENTITY = b"\x01" + bytes(31)
# The order of the group and the field's prime, little-endian.
L = (2**252 + 27742317777372353535851937790883648493).to_bytes(32, "little")
P = (2**255 - 19).to_bytes(32, "little")


@dataclass(frozen=True)
class Bad:
    """`make` gives the arguments for `op`; the name says what is wrong with them."""

    op: str
    name: str
    make: Callable[[Good], Arguments]


def spelled(value: Any) -> bytes:
    """Canonical, as long as keys are ASCII."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def rewritten(data: bytes, **changes: Any) -> bytes:
    """The same object with other members; None of Ellipsis' kind: `...` removes one."""
    members = json.loads(data) | changes
    return spelled({key: value for key, value in members.items() if value is not ...})


def canonical(op: str) -> list[Bad]:
    """Every spelling but the one, for what is canonical JSON without a signature."""
    made: dict[str, Callable[[bytes], bytes]] = {
        "space": lambda data: data[:1] + b" " + data[1:],
        "newline-at-the-end": lambda data: data + b"\n",
        "second-value": lambda data: data + b"{}",
        "byte-order-mark": lambda data: b"\xef\xbb\xbf" + data,
        "double-key": lambda data: data[:-1] + b',"version":' + version(data) + b"}",
        "order": lambda data: b'{"version":' + version(data) + b"," + without_version(data)[1:],
        "unknown-key": lambda data: rewritten(data, zzz=1),
        "missing-key": lambda data: rewritten(data, origin=...),
        "escape": lambda data: data.replace(b"sunseal", b"s\\u0075nseal", 1),
        "not-utf-8": lambda data: data.replace(b"sunseal", b"s\xffnseal", 1),
        "surrogate": lambda data: data.replace(b'"origin":"', b'"origin":"\\ud800', 1),
        "version": lambda data: data.replace(b"/v1", b"/v2", 1),
        "empty": lambda data: b"",
        "null": lambda data: b"null",
        "list": lambda data: b"[]",
        "deep": lambda data: b"[" * 20_000,
        "too-large": lambda data: rewritten(data, origin="x" * (1 << 20)),
        "text-where-a-list-is": lambda data: rewritten(data, **dict.fromkeys(lists(data), "x")),
        "prototype": lambda data: data[:1] + b'"__proto__":{},' + data[1:],
    }
    return [
        Bad(op, name, lambda good, op=op, make=make: {"data": make(good.arguments[op]["data"])})
        for name, make in made.items()
        if not (name == "text-where-a-list-is" and op == "certificate")
    ]


def version(data: bytes) -> bytes:
    return spelled(json.loads(data)["version"])


def without_version(data: bytes) -> bytes:
    return rewritten(data, version=...)


def lists(data: bytes) -> list[str]:
    return [key for key, value in json.loads(data).items() if isinstance(value, list)]


def fields(
    op: str, **changes: dict[str, Any] | Callable[[dict[str, Any]], dict[str, Any]]
) -> list[Bad]:
    """Members of canonical JSON with other values; keyword names are those of the cases."""

    def make(change: Any) -> Callable[[Good], Arguments]:
        def arguments(good: Good) -> Arguments:
            data = good.arguments[op]["data"]
            changed = change(json.loads(data)) if callable(change) else change
            return {"data": rewritten(data, **changed)}

        return arguments

    return [Bad(op, name.replace("_", "-"), make(change)) for name, change in changes.items()]


def doubled(name: str, member: str) -> Callable[[dict[str, Any]], dict[str, Any]]:
    """The second item of list `name` with the first one's `member`."""

    def change(said: dict[str, Any]) -> dict[str, Any]:
        first, second, *rest = said[name]
        return {name: [first, {**second, member: first[member]}, *rest]}

    return change


ROSTER = [
    *canonical("roster"),
    *fields(
        "roster",
        two_custodians=lambda said: {"custodians": said["custodians"][:2]},
        eight_custodians=lambda said: {"custodians": said["custodians"][:1] * 8},
        identity_twice=doubled("custodians", "identity"),
        cosigner_twice=doubled("custodians", "cosigner"),
        short_identity=lambda said: {
            "custodians": [{**each, "identity": b64(b"k" * 31)} for each in said["custodians"]]
        },
        witness_of_the_operator=lambda said: {"operator": said["witnesses"][0]["authority"]},
        log_key_as_cosigner=lambda said: {
            "witnesses": [{**said["witnesses"][0], "cosigner": said["log"]}]
        },
        cosigner_as_log_key=lambda said: {"log": said["witnesses"][0]["cosigner"]},
        key_of_another_name=lambda said: {"log": "x" + said["log"]},
        key_without_id=lambda said: {"log": said["log"].replace("+", "", 1)},
        name_with_a_space=lambda said: {"log": said["log"].replace("/", " ", 1)},
        null_operator={"operator": None},
        number_for_text={"operator": 7},
    ),
]
TIMES = {
    "fraction_of_zero": "2077-03-20T01:30:00.000000Z",
    "three_decimals": "2077-03-20T01:30:00.500Z",
    "offset": "2077-03-20T09:30:00+08:00",
    "no_zone": "2077-03-20T01:30:00",
    "lower_case": "2077-03-20t01:30:00z",
    "no_such_day": "2077-02-30T01:30:00Z",
    "no_such_hour": "2077-03-20T24:00:00Z",
    "leap_second": "2077-03-20T01:30:60Z",
    "year_zero": "0000-03-20T01:30:00Z",
    "number": 3382997400,
}
TERMS = [
    *canonical("terms"),
    *fields(
        "terms",
        suite={"suite": "COCKTAIL(Ed25519, SHA-256)"},
        attempt_zero={"attempt": 0},
        attempt_without_replaced={"attempt": 2},
        attempt_as_float={"attempt": 1.5},
        attempt_as_text={"attempt": "1"},
        attempt_as_true={"attempt": True},
        opening_before_the_deadline={"not_before": "2077-03-20T01:29:59.999999Z"},
        no_bids={"minimum_bids": 0},
        box_of_one={"box_size": 1},
        box_of_twelve={"box_size": 12},
        box_too_large={"box_size": 1 << 17},
        base64_without_padding=lambda said: {"notice": said["notice"].rstrip("=")},
        base64_for_addresses={"notice": "__" + "A" * 41 + "="},
        base64_with_loose_bits=lambda said: {"notice": said["notice"][:-2] + "B="},
        one_amender={"amenders": [b64(b"k" * 32)]},
        amender_twice=lambda said: {"amenders": [said["roster"]] * 2},
        amender_of_low_order={"amenders": [b64(IDENTITY), b64(MIXED_ORDER)]},
        **{f"deadline_{name}": {"deadline": time} for name, time in TIMES.items()},
    ),
]
NOTICE = [
    *canonical("notice"),
    *fields(
        "notice",
        opening_before_the_deadline={"not_before": "2077-03-20T01:29:59Z"},
        currency={"currency": "cny"},
        currency_of_four={"currency": "CNYX"},
        currency_and_newline={"currency": "CNY\n"},
        ceiling_as_number={"ceiling_price": 5000000},
        ceiling_of_sixteen_digits={"ceiling_price": "1" * 16},
        ceiling_with_leading_zero={"ceiling_price": "05"},
        statutory_as_number={"statutory": 1},
        no_envelope={"envelopes": []},
        envelope_twice=lambda said: {"envelopes": said["envelopes"] * 2},
        envelope_named_zero={"envelopes": [{"lot": "", "name": "0", "part": "all"}]},
        envelope_in_capitals={"envelopes": [{"lot": "", "name": "A", "part": "all"}]},
        envelope_and_newline={"envelopes": [{"lot": "", "name": "1\n", "part": "all"}]},
        unknown_part={"envelopes": [{"lot": "", "name": "1", "part": "secret"}]},
        document_of_negative_size={
            "documents": [{"name": "a", "sha256": b64(bytes(32)), "size": -1}]
        },
        document_with_short_hash={
            "documents": [{"name": "a", "sha256": b64(bytes(31)), "size": 1}]
        },
        document_twice={"documents": [{"name": "a", "sha256": b64(bytes(32)), "size": 1}] * 2},
        too_many_documents={
            "documents": [{"name": f"{n}", "sha256": b64(bytes(32)), "size": 1} for n in range(257)]
        },
        short_roster_hash={"roster": b64(bytes(31))},
    ),
]


def file_named(name: str) -> dict[str, Any]:
    return {"files": [{"name": name, "sha256": b64(b"a" * 32), "size": 1}]}


PRICES = (
    "",
    "-1",
    "+1",
    "01",
    "1.",
    ".5",
    "1.1234567",
    "1e3",
    "1,000",
    " 1",
    "1\n",
    "１",
    "1" * 16,
)
BID = [
    *canonical("bid"),
    *fields(
        "bid",
        price_as_number={"price": 4321000},
        price_as_float={"price": 1.5},
        price_null={"price": None},
        **{f"price_{price!a}": {"price": price} for price in PRICES},
        currency={"currency": "cny"},
        recipient_in_capitals=lambda said: {"recipient": said["recipient"].upper()},
        recipient_too_short=lambda said: {"recipient": said["recipient"][:-1]},
        organization_in_capitals={"organization": "AAAAAAAA-0000-4000-8000-000000000007"},
        organization_without_hyphens={"organization": "0" * 32},
        pseudonym_of_low_order={"pseudonym": b64(IDENTITY)},
        pseudonym_of_mixed_order={"pseudonym": b64(MIXED_ORDER)},
        pseudonym_not_canonical={"pseudonym": b64(P)},
        pseudonym_too_short={"pseudonym": b64(b"p" * 31)},
        validity_null={"validity_days": None},
        validity_zero={"validity_days": 0},
        validity_too_long={"validity_days": 3651},
        practitioner_without_name={"practitioners": [{"name": ""}]},
        practitioner_with_long_name={"practitioners": [{"name": "王" * 201}]},
        practitioner_hint_null={"practitioners": [{"id_hint": None, "name": "王"}]},
        practitioner_unknown_key={"practitioners": [{"age": 3, "name": "王"}]},
        short_salt={"salt": b64(b"s" * 31)},
        size_negative={"files": [{"name": "a", "sha256": b64(b"a" * 32), "size": -1}]},
        size_beyond_exactness={"files": [{"name": "a", "sha256": b64(b"a" * 32), "size": 2**53}]},
        **{
            f"file_{name!a}"[:60]: file_named(name)
            for name in (
                *(
                    "bid.json",
                    "BID.JSON",
                    "padding",
                    "bid.sig",
                    "padding/a",
                    "",
                    "/a",
                    "a/",
                    "a//b",
                ),
                *(
                    "..",
                    "../a",
                    "a/./b",
                    "a\\b",
                    "C:a",
                    "a\nb",
                    "a\x00",
                    "a\x7f",
                    "a\x85",
                    "e\u0301",
                ),
                *("a\u202eb", "a\u2028b", "\u200ea", "\u2066a", "a" * 513, "/".join("a" * 17)),
            )
        },
        file_twice_in_another_case={
            "files": [
                {"name": name, "sha256": b64(b"a" * 32), "size": 1} for name in ("ß.pdf", "SS.pdf")
            ]
        },
        file_and_folder={
            "files": [{"name": name, "sha256": b64(b"a" * 32), "size": 1} for name in ("a", "A/b")]
        },
    ),
]


def statement(**changes: Any) -> Callable[[Good], Arguments]:
    """A statement that says something else, under a good signature."""

    def make(good: Good) -> Arguments:
        data = rewritten(good.arguments["statement"]["data"], **changes)
        signature = sign_labelled(good.pseudonym, b"sunseal/bid-statement/v1", data)
        return {"data": data, "signature": signature}

    return make


def with_signature(op: str, change: Callable[[bytes], bytes]) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        given = good.arguments[op]
        return {**given, "signature": change(given["signature"])}

    return make


def flipped(data: bytes, at: int = 0) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def larger_response(signature: bytes) -> bytes:
    """s + L: the same number to whoever does not look, and another spelling of the signature."""
    s = int.from_bytes(signature[32:], "little") + int.from_bytes(L, "little")
    return signature[:32] + s.to_bytes(32, "little")


STATEMENT = [
    Bad("statement", name, make)
    for name, make in {
        "first-replaces": statement(action="replace"),
        "first-withdraws": statement(action="withdraw"),
        "unknown-action": statement(action="open"),
        "first-with-a-previous": statement(previous=b64(bytes(32))),
        "second-without-a-previous": statement(sequence=2),
        "number-zero": statement(sequence=0),
        "number-33": statement(sequence=33, previous=b64(bytes(32))),
        "nothing-in-it": statement(size=0),
        "beyond-exactness": statement(size=2**53),
        "short-share": statement(share=b64(b"e" * 31)),
        "short-proof": statement(proof=b64(b"e" * 63)),
        "no-manifest": statement(manifest=""),
        "long-tender": statement(tender="t" * 201),
        "no-envelope": statement(envelope=""),
        "too-large": statement(tender="t" * 9000),
        "flipped-signature": with_signature("statement", flipped),
        "flipped-response": with_signature("statement", lambda s: flipped(s, 40)),
        "other-spelling-of-the-response": with_signature("statement", larger_response),
        "signed-for-another-purpose": lambda good: {
            **good.arguments["statement"],
            "signature": sign_labelled(
                good.pseudonym, b"sunseal/bid/v1", good.arguments["statement"]["data"]
            ),
        },
        "signed-by-the-organization": lambda good: {
            **good.arguments["statement"],
            "signature": sign_labelled(
                good.organization,
                b"sunseal/bid-statement/v1",
                good.arguments["statement"]["data"],
            ),
        },
        "short-signature": with_signature("statement", lambda s: s[:-1]),
    }.items()
]
JOINING = [
    Bad("joining", "flipped-signature", with_signature("joining", flipped)),
    Bad(
        "joining",
        "another-organization",
        lambda good: {**good.arguments["joining"], "organization": good.pseudonym.public},
    ),
    Bad(
        "joining",
        "organization-of-low-order",
        lambda good: {**good.arguments["joining"], "organization": IDENTITY},
    ),
]


def chain(change: Callable[[list[Arguments]], list[Arguments]]) -> Callable[[Good], Arguments]:
    return lambda good: {"chain": change(good.arguments["chain"]["chain"])}


CHAIN = [
    Bad("chain", "without-its-beginning", chain(lambda links: links[1:])),
    Bad("chain", "one-left-out", chain(lambda links: [links[0], links[2]])),
    Bad("chain", "one-twice", chain(lambda links: [links[0], links[0]])),
    Bad("chain", "backwards", chain(lambda links: links[::-1])),
    Bad("chain", "too-long", chain(lambda links: links * 11)),
]


def mixed_nonce(good: Good) -> Arguments:
    """A signature that holds after multiplying by eight, and otherwise does not.

    R gets a part of order two, and s is made for the challenge over that R.
    """
    import hashlib

    from sunseal_crypto import group

    key, message = good.organization, b"a message"
    expanded = hashlib.sha512(key.seed()).digest()
    clamped = bytearray(expanded[:32])
    clamped[0] &= 248
    clamped[31] = clamped[31] & 127 | 64
    a = int.from_bytes(clamped, "little")
    order = int.from_bytes(L, "little")
    # MIXED_ORDER is B plus the point of order two, so that the nonce is one.
    nonce_point = MIXED_ORDER
    challenge = group.reduce(hashlib.sha512(nonce_point + key.public + message).digest())
    s = (1 + int.from_bytes(challenge, "little") * a) % order
    signature = nonce_point + s.to_bytes(32, "little")
    return {"key": key.public, "message": message, "signature": signature}


SIGNATURE = [
    Bad("signature", "nonce-with-a-part-of-low-order", mixed_nonce),
    Bad(
        "signature", "other-spelling-of-the-response", with_signature("signature", larger_response)
    ),
    Bad("signature", "empty", with_signature("signature", lambda s: b"")),
    Bad("signature", "nonce-not-canonical", with_signature("signature", lambda s: P + s[32:])),
    Bad(
        "signature",
        "key-of-mixed-order",
        lambda good: {**good.arguments["signature"], "key": MIXED_ORDER},
    ),
    Bad(
        "signature", "key-of-zeros", lambda good: {**good.arguments["signature"], "key": bytes(32)}
    ),
    Bad("signature", "short-key", lambda good: {**good.arguments["signature"], "key": b"k"}),
]


def header(change: Callable[[bytes], bytes]) -> Callable[[Good], Arguments]:
    return lambda good: {"data": change(good.header)}


def stanzas(head: bytes) -> tuple[bytes, list[bytes], bytes]:
    """The first line, each stanza, the last line."""
    first, *rest = head.split(b"\n-> ")
    *middle, last = rest
    body, _, mac = last.rpartition(b"\n---")
    return first, [b"\n-> " + each for each in (*middle, body)], b"\n---" + mac


def with_stanzas(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Good], Arguments]:
    def changed(head: bytes) -> bytes:
        first, found, last = stanzas(head)
        return first + b"".join(change(found)) + last

    return header(changed)


GREASE = b"\n-> a-grease x\n"
HEADER = [
    Bad("header", name, make)
    for name, make in {
        "one-recipient": with_stanzas(lambda found: found[:1]),
        "three-recipients": with_stanzas(lambda found: [*found, found[0]]),
        "no-recipient": with_stanzas(lambda found: [GREASE]),
        "five-grease": with_stanzas(lambda found: [*found, *[GREASE] * 5]),
        "passphrase": with_stanzas(lambda found: [*found, b"\n-> scrypt AAAA 18\nAAAA"]),
        "another-type": with_stanzas(lambda found: [*found, b"\n-> ssh-ed25519 AAAA\nAAAA"]),
        "too-large": with_stanzas(lambda found: [*found, b"\n-> a-grease " + b"x" * 8192 + b"\n"]),
        "empty-argument": with_stanzas(lambda found: [b"\n->  X25519" + found[0][10:], found[1]]),
        "padded-share": header(lambda head: head.replace(b"\n-> X25519 ", b"\n-> X25519 =", 1)),
        "crlf": header(lambda head: head.replace(b"\n", b"\r\n")),
        "version-two": header(lambda head: head.replace(b"/v1", b"/v2", 1)),
        "armored": header(lambda head: b"-----BEGIN AGE ENCRYPTED FILE-----\n" + head),
        "cut": header(lambda head: head[:-2]),
        "no-mac": header(lambda head: head[: head.rindex(b"---")]),
        "short-mac": header(lambda head: head[:-4] + b"\n"),
        "loose-bits-in-the-mac": header(lambda head: head[:-2] + b"B\n"),
        "long-line": with_stanzas(lambda found: [*found, b"\n-> a-grease\n" + b"A" * 65]),
        "not-ascii": with_stanzas(lambda found: [*found, "\n-> é-grease\n".encode()]),
        "empty": header(lambda head: b""),
        "three-arguments": header(lambda head: head.replace(b"X25519 ", b"X25519 a ", 1)),
    }.items()
]
NAMES = [
    Bad("names", name, lambda good, names=names: {"names": names})
    for name, names in {
        "twice": ["a", "a"],
        "in-another-case": ["Straße", "STRASSE"],
        "long-s": ["\u017f", "S"],
        "sigma": ["ΑΣ", "ας"],
        "turkish-i": ["\u0130", "i\u0307x"[:2]],
        "ligature": ["\ufb01", "FI"],
        "capital-sharp-s": ["\u1e9e", "ss"],
        "composed": ["e\u0301"],
        "kelvin": ["\u212a"],
        "file-in-a-file": ["a", "a/b"],
        "folder-then-file": ["a/b", "A"],
    }.items()
]


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


def container(change: Callable[[bytes], bytes]) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        path = good.folder / "bad.zip"
        path.write_bytes(change(good.container.read_bytes()))
        return {"path": path}

    return make


def set_at(data: bytes, at: int, form: str, value: int) -> bytes:
    size = struct.calcsize(form)
    return data[:at] + struct.pack(form, value) + data[at + size :]


def padding_at(data: bytes) -> int:
    return data.index(b"padding") + len(b"padding")


def directory_at(data: bytes) -> int:
    return data.index(b"PK\x01\x02")


def other_padding(data: bytes) -> bytes:
    """A message in the padding, with the checksums that belong to it."""
    at, until = padding_at(data), directory_at(data)
    said = b"hello" + data[at + 5 : until]
    crc = zlib.crc32(said)
    whole = data[:at] + said + data[until:]
    whole = set_at(whole, at - 7 - 16, "<I", crc)
    entry = whole.rindex(b"PK\x01\x02")
    return set_at(whole, entry + 16, "<I", crc)


CONTAINER = [
    Bad("container", name, container(change))
    for name, change in {
        "two-zips": lambda data: data + data,
        "a-byte-at-the-end": lambda data: data + b"\0",
        "a-byte-before": lambda data: b"\0" + data,
        "cut": lambda data: data[:-1],
        "cut-in-a-document": lambda data: data[:40_000],
        "empty": lambda data: b"",
        "compressed": lambda data: set_at(data, 8, "<H", 8),
        "data-descriptor": lambda data: set_at(data, 6, "<H", 0x0808),
        "no-utf-8-flag": lambda data: set_at(data, 6, "<H", 0),
        "encrypted": lambda data: set_at(data, 6, "<H", 0x0801),
        "another-time": lambda data: set_at(data, 10, "<H", 1),
        "another-version": lambda data: set_at(data, 4, "<H", 45),
        "another-checksum": lambda data: set_at(data, 14, "<I", 1),
        "stored-size-differs": lambda data: set_at(data, 18, "<I", 1),
        "huge-size": lambda data: set_at(set_at(data, 18, "<I", 2**32 - 2), 22, "<I", 2**32 - 2),
        "zip64-without-need": lambda data: set_at(
            set_at(data, 18, "<I", 2**32 - 1), 22, "<I", 2**32 - 1
        ),
        "renamed-first": lambda data: data.replace(b"bid.json", b"bid.jsom"),
        "renamed-in-the-directory": lambda data: (
            data[: directory_at(data)]
            + data[directory_at(data) :].replace(b"empty.txt", b"emptz.txt")
        ),
        "a-document-changed": lambda data: flipped(data, 10_000),
        "a-message-in-the-padding": other_padding,
        "a-comment": lambda data: data[:-2] + b"\x01\x00x",
        "attributes": lambda data: set_at(data, directory_at(data) + 38, "<I", 1),
        "another-offset": lambda data: set_at(data, directory_at(data) + 42, "<I", 1),
        "another-count": lambda data: set_at(data, len(data) - 12, "<H", 1),
        "name-not-utf-8": lambda data: data.replace(b"empty.txt", b"empt\xff.txt"),
    }.items()
]


def rehearsal(**changes: Callable[[Good], Any]) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        return good.arguments["rehearse"] | {name: make(good) for name, make in changes.items()}

    return make


def tampered(change: Callable[[bytes], bytes]) -> Callable[[Good], Path]:
    def make(good: Good) -> Path:
        path = good.folder / "tampered.age"
        path.write_bytes(change(good.sealed.path.read_bytes()))
        return path

    return make


def accepted(**changes: Callable[[Good], Any]) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        return good.arguments["accept"] | {name: make(good) for name, make in changes.items()}

    return make


WHOLE = [
    Bad("rehearse", "a-flipped-byte", rehearsal(path=tampered(lambda data: flipped(data, 5000)))),
    Bad("rehearse", "a-byte-less", rehearsal(path=tampered(lambda data: data[:-1]))),
    Bad("rehearse", "another-organization", rehearsal(organization=lambda g: g.pseudonym.public)),
    Bad(
        "accept",
        "another-notice",
        accepted(notice=lambda good: rewritten(good.world.notice, title="A bridge")),
    ),
    Bad("accept", "another-envelope", accepted(envelope=lambda good: "2")),
    Bad(
        "accept",
        "another-tender",
        accepted(tender=lambda good: "00000000-0000-4000-8000-000000000008"),
    ),
    Bad("accept", "not-logged-yet", accepted(receipt=lambda good: "")),
    Bad(
        "accept",
        "receipt-of-another-certificate",
        accepted(receipt=lambda good: good.world.certificate_receipt(b"another")),
    ),
    Bad(
        "accept",
        "receipt-of-another-action",
        accepted(receipt=lambda good: good.world.receipt(*good.world.entry("bid.join"))),
    ),
    Bad(
        "accept",
        "too-few-cosigners",
        accepted(
            receipt=lambda good: good.world.receipt(
                *good.world.entry("ceremony.certificate"), cosigners=2
            )
        ),
    ),
]

CASES = [
    *ROSTER,
    *TERMS,
    *NOTICE,
    *BID,
    *STATEMENT,
    *JOINING,
    *CHAIN,
    *SIGNATURE,
    *HEADER,
    *NAMES,
    *RECEIPT,
    *PROMISE,
    *CERTIFICATE,
    *AUTHORSHIP,
    *CONTAINER,
    *WHOLE,
]
