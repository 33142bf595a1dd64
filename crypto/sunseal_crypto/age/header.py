"""The textual header of an age file (c2sp.org/age): version line, stanzas, MAC.

The parser accepts exactly one spelling of each header, reads no byte beyond it and never more than
`limit` bytes, because it runs on what a stranger uploaded before anything is known about him.
"""

import io
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cryptography.hazmat.primitives import constant_time, hashes, hmac
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from sunseal_crypto.age.errors import HeaderError, HeaderMacError

MAGIC = b"age-encryption.org/"
VERSION_LINE = MAGIC + b"v1\n"
ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
STANZA_MARK = b"-> "
MAC_MARK = b"---"
MAC_INFO = b"header"
MAC_BYTES = 32
COLUMNS = 64

# Ten thousand recipients fit; a stranger's file of newlines cannot fill the memory.
LIMIT = 1 << 20


class Lines(Protocol):
    """A binary file object that can be read by lines."""

    def readline(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Stanza:
    """One wrapping of the file key; the first argument names its type."""

    args: tuple[str, ...]
    body: bytes

    @property
    def type(self) -> str:
        return self.args[0]


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header. `mac_input` is what its MAC covers: all up to and with `---`."""

    stanzas: tuple[Stanza, ...]
    mac: bytes
    mac_input: bytes

    @property
    def encoded(self) -> bytes:
        """The header as it stands in the file."""
        return self.mac_input + b" " + encode_base64(self.mac).encode() + b"\n"

    @property
    def size(self) -> int:
        """Bytes of the header; the payload begins here."""
        return len(self.encoded)


def parse(data: bytes, *, limit: int = LIMIT) -> Header:
    """The header that `data` begins with; what follows it is not looked at. Raises HeaderError."""
    return read(io.BytesIO(data), limit=limit)


def read(source: Lines, *, limit: int = LIMIT) -> Header:
    """Reads a header and leaves `source` at the first byte of the payload. Raises HeaderError."""
    reader = _Reader(source, limit)
    reader.version()
    stanzas: list[Stanza] = []
    line = reader.line()
    while line.startswith(STANZA_MARK):
        stanzas.append(Stanza(_arguments(line), reader.body()))
        line = reader.line()
    if not stanzas:
        raise HeaderError("after the version line there is no stanza (a line beginning with '-> ')")
    if not line.startswith(MAC_MARK + b" "):
        raise HeaderError("a line of the header begins neither a stanza nor the MAC")
    mac = decode_base64(line[len(MAC_MARK) + 1 : -1], "the header MAC")
    if len(mac) != MAC_BYTES:
        raise HeaderError(f"the header MAC has {len(mac)} bytes, not {MAC_BYTES}")
    before = b"".join(reader.lines[:-1])
    return Header(tuple(stanzas), mac, before + MAC_MARK)


def serialize(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """The header of these stanzas, with the MAC under `file_key`. Raises HeaderError."""
    if not stanzas:
        raise HeaderError("a header needs at least one stanza")
    mac_input = VERSION_LINE + b"".join(map(_spell, stanzas)) + MAC_MARK
    return Header(tuple(stanzas), _mac(mac_input, file_key), mac_input).encoded


def verify_mac(header: Header, file_key: bytes) -> None:
    """Raises HeaderMacError unless the header is the one that was made with `file_key`."""
    if not constant_time.bytes_eq(_mac(header.mac_input, file_key), header.mac):
        raise HeaderMacError("the header is not the one its file key was wrapped in")


def encode_base64(data: bytes) -> str:
    """Standard base64 without padding, as everywhere in age."""
    return b64encode(data).rstrip(b"=").decode()


def decode_base64(text: bytes, what: str) -> bytes:
    """Refuses padding, foreign characters and every second spelling. Raises HeaderError."""
    try:
        data = b64decode(text + b"=" * (-len(text) % 4), validate=True)
    except Base64Error:
        raise HeaderError(f"{what} is not unpadded base64") from None
    if encode_base64(data).encode() != text:
        raise HeaderError(f"{what} is not in canonical base64")
    return data


class _Reader:
    """Lines of a header, and all of them that were read."""

    def __init__(self, source: Lines, limit: int) -> None:
        self._source = source
        self._limit = limit
        self._left = limit
        self.lines: list[bytes] = []

    def version(self) -> None:
        first = self._next()
        if first == VERSION_LINE:
            return
        if not first:
            raise HeaderError("the file is empty")
        if first.lstrip().startswith(ARMOR):
            raise HeaderError("the file is armored (PEM text); only binary age files are read")
        if first.startswith(MAGIC) and first.endswith(b"\n"):
            raise HeaderError("the version is not v1, the only one there is")
        if VERSION_LINE.startswith(first):
            raise HeaderError("the header is truncated: it ends in its first line")
        raise HeaderError("not an age file: it does not begin with age-encryption.org/v1")

    def line(self) -> bytes:
        line = self._next()
        if self._left < 0:
            raise HeaderError(f"the header is larger than {self._limit} bytes")
        if not line.endswith(b"\n"):
            raise HeaderError("the header is truncated: it ends before its MAC")
        return line

    def body(self) -> bytes:
        """Full lines of 64 columns, then one that is shorter, even when it is empty."""
        body: list[bytes] = []
        text = b""
        while not body or len(text) == COLUMNS:
            text = self.line()[:-1]
            if len(text) > COLUMNS:
                raise HeaderError(f"a line of a stanza's body is longer than {COLUMNS} columns")
            body.append(decode_base64(text, "a line of a stanza's body"))
        return b"".join(body)

    def _next(self) -> bytes:
        # One byte more than is left, so that a header which is too large shows.
        line = self._source.readline(self._left + 1)
        self._left -= len(line)
        self.lines.append(line)
        return line


def _arguments(line: bytes) -> tuple[str, ...]:
    arguments = line[len(STANZA_MARK) : -1].split(b" ")
    if not all(map(_visible, arguments)):
        raise HeaderError("an argument of a stanza is empty or has an invisible character")
    return tuple(argument.decode("ascii") for argument in arguments)


def _visible(argument: bytes) -> bool:
    return bool(argument) and all(0x21 <= character <= 0x7E for character in argument)


def _spell(stanza: Stanza) -> bytes:
    arguments = [argument.encode() for argument in stanza.args]
    if not arguments or not all(map(_visible, arguments)):
        raise HeaderError("an argument of a stanza is empty or has an invisible character")
    text = encode_base64(stanza.body).encode()
    # One line more than is full: a body of whole lines ends in an empty one.
    lines = [text[start : start + COLUMNS] for start in range(0, len(text) + 1, COLUMNS)]
    return STANZA_MARK + b" ".join(arguments) + b"\n" + b"\n".join(lines) + b"\n"


def _mac(mac_input: bytes, file_key: bytes) -> bytes:
    key = HKDF(hashes.SHA256(), 32, salt=None, info=MAC_INFO).derive(file_key)
    code = hmac.HMAC(key, hashes.SHA256())
    code.update(mac_input)
    return code.finalize()
