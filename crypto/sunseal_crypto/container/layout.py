"""Every byte of the container that is not content: headers, directory, end, and how much padding.

A ZIP (APPNOTE.TXT 6.3) in the one way we write it: stored, sizes and checksum in the local header,
names marked as UTF-8, one fixed time, no comment, no attribute, and the zip64 fields exactly where
a size or an offset does not fit into 32 bits.
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from sunseal_crypto.container.errors import NotCanonical

BID_JSON = "bid.json"
BID_SIG = "bid.sig"
PADDING = "padding"

LOCAL = struct.Struct("<4s5H3I2H")
CENTRAL = struct.Struct("<4s6H3I5H2I")
END64 = struct.Struct("<4sQ2H2I4Q")
LOCATOR = struct.Struct("<4sIQI")
END = struct.Struct("<4s4H2IH")
LOCAL_MARK = b"PK\x03\x04"
CENTRAL_MARK = b"PK\x01\x02"
END64_MARK = b"PK\x06\x06"
LOCATOR_MARK = b"PK\x06\x07"
END_MARK = b"PK\x05\x06"

VERSION = 20
VERSION64 = 45
UTF8_FLAG = 0x0800
STORED = 0
MIDNIGHT = 0
FIRST_OF_1980 = 0x0021
ZIP64_ID = 1
# This value in a 32-bit field means: see the zip64 field.
FULL32 = 0xFFFFFFFF

# bid.json names every document within 1 MiB, so an honest bid never comes near; far below the
# 65535 entries from which a directory would need zip64 for its count.
MAX_MEMBERS = 10_000
MAX_SIZE = (1 << 53) - 1
MIN_WHOLE = 64 << 10


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the container: size in bytes, CRC-32 of its content."""

    name: str
    size: int
    crc: int = 0


def local_header(member: Member) -> bytes:
    name, size = member.name.encode(), min(member.size, FULL32)
    large = size == FULL32
    extra = _zip64(member.size, member.size) if large else b""
    fixed = (UTF8_FLAG, STORED, MIDNIGHT, FIRST_OF_1980, member.crc, size, size)
    version = VERSION64 if large else VERSION
    return LOCAL.pack(LOCAL_MARK, version, *fixed, len(name), len(extra)) + name + extra


def central_entry(member: Member, offset: int) -> bytes:
    """The directory's entry of a member whose local header stands at `offset`."""
    name, size, place = member.name.encode(), min(member.size, FULL32), min(offset, FULL32)
    sizes = (member.size, member.size) if size == FULL32 else ()
    extra = _zip64(*sizes, *((offset,) if place == FULL32 else ()))
    version = VERSION64 if extra else VERSION
    fixed = (UTF8_FLAG, STORED, MIDNIGHT, FIRST_OF_1980, member.crc, size, size)
    lengths = (len(name), len(extra), 0)
    no_attributes = (0, 0, 0)
    head = CENTRAL.pack(CENTRAL_MARK, version, version, *fixed, *lengths, *no_attributes, place)
    return head + name + extra


def end(count: int, size: int, offset: int) -> bytes:
    """What follows a directory of `count` entries in `size` bytes that begins at `offset`."""
    plain = END.pack(END_MARK, 0, 0, count, count, size, min(offset, FULL32), 0)
    if offset < FULL32:
        return plain
    rest = END64.size - 12
    versions = (VERSION64, VERSION64)
    end64 = END64.pack(END64_MARK, rest, *versions, 0, 0, count, count, size, offset)
    return end64 + LOCATOR.pack(LOCATOR_MARK, 0, offset + size, 1) + plain


def directory(members: Sequence[Member]) -> tuple[list[bytes], bytes]:
    """The central directory's entries, and the end."""
    offset = 0
    entries: list[bytes] = []
    for member in members:
        entries.append(central_entry(member, offset))
        offset += len(local_header(member)) + member.size
    return entries, end(len(entries), sum(map(len, entries)), offset)


def whole_size(members: Sequence[Member]) -> int:
    entries, tail = directory(members)
    contents = sum(len(local_header(member)) + member.size for member in members)
    return contents + sum(map(len, entries)) + len(tail)


def padding_size(members: Sequence[Member]) -> int:
    """The least padding after `members` that gives the whole an allowed length."""
    least = whole_size([*members, Member(PADDING, 0)])
    target = padme(max(least, MIN_WHOLE))
    padding = target - least
    # Padding may push the directory beyond 4 GiB, and the zip64 fields then take their place.
    excess = whole_size([*members, Member(PADDING, padding)]) - target
    return padding - excess


def padme(size: int) -> int:
    """The next length with few significant bits (Padmé): from 64 KiB on at most 3.2 % more.

    Of the length it leaks O(log log size) bits, so that a price or a name of another length, or
    one more page, does not show.
    """
    exponent = size.bit_length() - 1
    step = 1 << max(0, exponent - exponent.bit_length())
    return -(-size // step) * step


def check_count(members: Sequence[Member]) -> None:
    """Raises NotCanonical when there are too many members for a reader to remember."""
    if len(members) > MAX_MEMBERS:
        raise NotCanonical(f"more than {MAX_MEMBERS} members")


def check_sizes(members: Sequence[Member]) -> None:
    """Raises NotCanonical when the members are larger together than a statement can say."""
    if sum(member.size for member in members) > MAX_SIZE:
        raise NotCanonical("the members are too large together")


def _zip64(*values: int) -> bytes:
    if not values:
        return b""
    return struct.pack(f"<2H{len(values)}Q", ZIP64_ID, 8 * len(values), *values)
