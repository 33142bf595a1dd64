"""The header of a sealed bid: an age header that leaves nothing to choose.

The first X25519 stanza is the envelope's, the second the bidder's own recovery recipient. Two
readers must agree on which stanza custodians help to open, so a decoy before it, a third recipient
or a stanza of a type that only some readers know is refused. Order, not content, says whose a
stanza is: nobody can tell before the opening. The authorship proof binds the first one.
"""

from sunseal_crypto.age import header, x25519
from sunseal_crypto.age.errors import HeaderError
from sunseal_crypto.age.header import Header, Stanza

LIMIT = 8 << 10
RECIPIENTS = 2
MAX_GREASE = 4
GREASE_SUFFIX = "-grease"
SCRYPT = "scrypt"


def check(data: bytes) -> Header:
    """The header of a sealed bid, from the file's first bytes; LIMIT of them always suffice.

    Raises HeaderError, with a sentence for each rule.
    """
    head = header.parse(data, limit=LIMIT)
    for stanza in head.stanzas:
        _check_type(stanza)
    _check_count(len(_x25519(head)), len(head.stanzas))
    for stanza in _x25519(head):
        x25519.share(stanza)
    return head


def envelope_stanza(head: Header) -> Stanza:
    """The stanza that custodians together can open."""
    return _x25519(head)[0]


def envelope_share(head: Header) -> bytes:
    """The ephemeral share of the envelope's stanza, 32 bytes."""
    return x25519.share(envelope_stanza(head))


def envelope_body(head: Header) -> bytes:
    """The body of the envelope's stanza, 32 bytes."""
    return envelope_stanza(head).body


def _x25519(head: Header) -> list[Stanza]:
    return [stanza for stanza in head.stanzas if stanza.type == x25519.STANZA_TYPE]


def _is_grease(stanza: Stanza) -> bool:
    return stanza.type.endswith(GREASE_SUFFIX)


def _check_type(stanza: Stanza) -> None:
    if stanza.type == x25519.STANZA_TYPE or _is_grease(stanza):
        return
    if stanza.type == SCRYPT:
        raise HeaderError("sealed bid: encrypted with a passphrase, not to the envelope")
    raise HeaderError(f"sealed bid: a stanza of type {stanza.type[:32]!r} is not allowed")


def _check_count(recipients: int, stanzas: int) -> None:
    if not recipients:
        raise HeaderError("sealed bid: no X25519 stanza, so nobody could open it")
    if recipients == 1:
        raise HeaderError("sealed bid: one X25519 stanza; envelope and recovery are needed")
    if recipients > RECIPIENTS:
        raise HeaderError(f"sealed bid: {recipients} X25519 stanzas; only envelope and recovery")
    if stanzas - recipients > MAX_GREASE:
        raise HeaderError(f"sealed bid: {stanzas - recipients} GREASE stanzas, at most 4 allowed")
