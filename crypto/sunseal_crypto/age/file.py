"""Whole age files: a header that wraps the file key, then the payload under it."""

import os
from collections.abc import Sequence
from typing import Protocol

from sunseal_crypto.age import header, stream
from sunseal_crypto.age.errors import AgeError, HeaderError, NoIdentityMatch
from sunseal_crypto.age.header import Header, Lines, Stanza
from sunseal_crypto.age.x25519 import FILE_KEY_BYTES
from sunseal_crypto.streams import Sink, Source, write_all

SCRYPT = "scrypt"


class SealedFile(Source, Lines, Protocol):
    """A binary file object; header lines are read from it, then the payload."""


class Recipient(Protocol):
    """Wraps file keys; a caller's own may keep the ephemeral secret of its stanza."""

    def wrap(self, file_key: bytes, /) -> list[Stanza]: ...


class Identity(Protocol):
    """Finds its stanza and unwraps the file key; raises NoIdentityMatch when none is its own."""

    def unwrap(self, stanzas: Sequence[Stanza], /) -> bytes: ...


def encrypt(source: Source, sink: Sink, recipients: Sequence[Recipient]) -> None:
    """Seals all of `source` for each of `recipients`, in this order, under a fresh file key."""
    if not recipients:
        raise AgeError("a file needs at least one recipient")
    file_key = os.urandom(FILE_KEY_BYTES)
    stanzas = [stanza for recipient in recipients for stanza in recipient.wrap(file_key)]
    write_all(sink, header.serialize(stanzas, file_key))
    stream.encrypt(file_key, source, sink)


def decrypt(source: SealedFile, sink: Sink, identities: Sequence[Identity]) -> None:
    """Opens an age file. Raises AgeError; `sink` may then hold a part of the plaintext.

    Each chunk in `sink` is authentic, but nothing of it may be used until this returns.
    """
    head = header.read(source)
    stream.decrypt(file_key(head, identities), source, sink)


def file_key(head: Header, identities: Sequence[Identity]) -> bytes:
    """The file key that the first matching identity unwraps, checked against the header's MAC."""
    # A passphrase promises its holder that he alone made the file; a second stanza would break it.
    if len(head.stanzas) > 1 and any(stanza.type == SCRYPT for stanza in head.stanzas):
        raise HeaderError("a scrypt stanza must be the only one")
    for identity in identities:
        try:
            key = identity.unwrap(head.stanzas)
        except NoIdentityMatch:
            continue
        header.verify_mac(head, key)
        return key
    raise NoIdentityMatch("no stanza of the file is for any of the identities")
