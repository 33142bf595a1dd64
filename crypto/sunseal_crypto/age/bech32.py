"""Bech32 (BIP 173) without its length limit, as age spells recipients and identities."""

from collections.abc import Iterable

from sunseal_crypto.age.errors import KeyFormatError

ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
VALUES = {character: value for value, character in enumerate(ALPHABET)}
GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
CHECKSUM_CHARACTERS = 6


def encode(prefix: str, data: bytes) -> str:
    """`data` behind the lower-case `prefix`, all in lower case."""
    values = _regroup(data, 8, 5)
    if len(data) * 8 % 5:
        values.append(_padding(data))
    return prefix + "1" + "".join(ALPHABET[value] for value in values + _checksum(prefix, values))


def decode(text: str) -> tuple[str, bytes]:
    """Prefix (in the case it was written in) and data. Raises KeyFormatError."""
    if not text.isascii() or text not in (text.lower(), text.upper()):
        raise KeyFormatError("Bech32: characters outside ASCII, or upper and lower case mixed")
    prefix, separator, tail = text.rpartition("1")
    if not separator or not prefix or len(tail) < CHECKSUM_CHARACTERS:
        raise KeyFormatError("Bech32: too short, or no prefix before the last 1")
    if not all("!" <= character <= "~" for character in prefix):
        raise KeyFormatError("Bech32: a space or control character in the prefix")
    values = _values(tail.lower())
    data, checksum = values[:-CHECKSUM_CHARACTERS], values[-CHECKSUM_CHARACTERS:]
    if _checksum(prefix.lower(), data) != checksum:
        raise KeyFormatError("Bech32: wrong checksum, so a character is mistyped or missing")
    return prefix, _bytes(data)


def _values(tail: str) -> list[int]:
    try:
        return [VALUES[character] for character in tail]
    except KeyError as error:
        raise KeyFormatError(f"Bech32: {error} is not one of its characters") from None


def _bytes(values: list[int]) -> bytes:
    data = bytes(_regroup(values, 5, 8))
    # Left-over bits must be fewer than a character and zero, else one key has several spellings.
    spare = len(values) * 5 % 8
    if spare >= 5 or (spare and values[-1] & ((1 << spare) - 1)):
        raise KeyFormatError("Bech32: the padding bits are not zero")
    return data


def _regroup(values: Iterable[int], width: int, into: int) -> list[int]:
    groups: list[int] = []
    held = bits = 0
    for value in values:
        held = (held << width | value) & ((1 << (width + into)) - 1)
        bits += width
        while bits >= into:
            bits -= into
            groups.append(held >> bits & ((1 << into) - 1))
    return groups


def _padding(data: bytes) -> int:
    spare = len(data) * 8 % 5
    return (data[-1] & ((1 << spare) - 1)) << (5 - spare)


def _checksum(prefix: str, values: list[int]) -> list[int]:
    spread = [ord(c) >> 5 for c in prefix] + [0] + [ord(c) & 31 for c in prefix]
    remainder = _polymod(spread + values + [0] * CHECKSUM_CHARACTERS) ^ 1
    return [remainder >> 5 * place & 31 for place in reversed(range(CHECKSUM_CHARACTERS))]


def _polymod(values: list[int]) -> int:
    remainder = 1
    for value in values:
        top = remainder >> 25
        remainder = (remainder & 0x1FFFFFF) << 5 ^ value
        for place, constant in enumerate(GENERATOR):
            if top >> place & 1:
                remainder ^= constant
    return remainder
