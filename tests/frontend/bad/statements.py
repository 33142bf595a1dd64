"""What a bidder signs: statements, joinings, chains, signatures."""

from collections.abc import Callable
from typing import Any

from sunseal_crypto.signing import sign_labelled
from tests.frontend.bad.values import IDENTITY, MIXED_ORDER, Arguments, Bad, L, P, b64, rewritten
from tests.frontend.good import Good


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
