"""Reading a container from a stream, and refusing all that the writer would not have written.

Nothing is searched for and nothing skipped: local headers in order, contents, the one directory,
the end. So no second ZIP, gap, comment or other spelling is left in which another reader could find
another bid. The source may be a pipe; memory does not grow with the contents.
"""

import struct
from collections.abc import Iterator, Sequence

from isal import isal_zlib

from sunseal_crypto.container import layout
from sunseal_crypto.container.errors import BadName, NotCanonical
from sunseal_crypto.container.layout import BID_JSON, BID_SIG, CENTRAL, LOCAL, PADDING, Member
from sunseal_crypto.container.names import MAX_NAME_BYTES, Names
from sunseal_crypto.streams import BLOCK, Source, pieces, read_exactly

FIRST_NAMES = (BID_JSON, BID_SIG)
ZIP64_SIZES = struct.Struct("<2H2Q")
ZEROS = bytes(BLOCK)

DATA_DESCRIPTOR = 0x0008
ENCRYPTED = 0x0001

# The fields of a local header and of a directory entry in their order, and what a difference means.
LOCAL_FIELDS = {
    "signature": "it is not where the writer puts it",
    "version": "a version the writer does not use there (zip64 where it is not needed?)",
    "flags": "other flags than UTF-8",
    "method": "compressed, where the writer stores",
    "time": "another time than the fixed one",
    "date": "another date than the fixed one",
    "crc": "another checksum",
    "stored size": "the stored size is not the size",
    "size": "another size",
    "name length": "another length of the name",
    "extra length": "an extra field",
}
CENTRAL_FIELDS = {
    "signature": "a gap, a missing or an additional entry",
    "made by": "made by another version",
    **{name: LOCAL_FIELDS[name] for name in list(LOCAL_FIELDS)[1:]},
    "comment length": "a comment",
    "disk": "on another disk",
    "internal attributes": "attributes",
    "external attributes": "attributes",
    "offset": "it points elsewhere than to its member",
}


class Entry:
    """A member whose content is still to be read from the stream."""

    def __init__(self, member: Member, source: Source) -> None:
        self.name = member.name
        self.size = member.size
        self._blocks = _content(member, source)

    def blocks(self) -> Iterator[memoryview]:
        """The content, or what is left of it; a block holds until the next one is asked for.

        Raises NotCanonical at its end when the checksum is wrong.
        """
        return self._blocks

    def read(self, limit: int) -> bytes:
        """The whole content, when it is at most `limit` bytes. Raises NotCanonical."""
        if self.size > limit:
            raise NotCanonical(f"{self.name}: {self.size} bytes, at most {limit} are allowed")
        return b"".join(bytes(block) for block in self._blocks)


def read(source: Source) -> Iterator[Entry]:
    """The members in order, without the padding. Raises NotCanonical.

    The content of an entry is there until the next one is asked for; what was not read is checked
    all the same. Only when the iteration has ended is the container known to be canonical: nothing
    of it may be used before.
    """
    members: list[Member] = []
    names = Names()
    while not members or members[-1].name != PADDING:
        member = _local_header(source, len(members))
        names.add(member.name)
        _check_order(member.name, len(members))
        if member.name == PADDING:
            _check_padding(member, members, source)
        else:
            entry = Entry(member, source)
            yield entry
            for _ in entry.blocks():
                pass
        members.append(member)
        layout.check_count(members)
    _check_directory(members, source)


def _local_header(source: Source, place: int) -> Member:
    fixed = _exactly(source, LOCAL.size, f"the header of member {place}")
    _check_mark(fixed[:4], place)
    crc, _, size, name_length, extra_length = LOCAL.unpack(fixed)[6:]
    where = f"member {place}"
    if name_length > MAX_NAME_BYTES:
        raise BadName(f"{where}: a name of {name_length} bytes, at most {MAX_NAME_BYTES} allowed")
    name = _exactly(source, name_length, where)
    extra = _exactly(source, extra_length, where)
    if size == layout.FULL32 and len(extra) == ZIP64_SIZES.size:
        size = ZIP64_SIZES.unpack(extra)[2]
    member = Member(_text(name, where), size, crc)
    expected = layout.local_header(member)
    if fixed + name + extra != expected:
        raise NotCanonical(f"{where}: {_difference(LOCAL, LOCAL_FIELDS, fixed, expected)}")
    return member


def _check_mark(mark: bytes, place: int) -> None:
    if mark == layout.LOCAL_MARK:
        return
    if not place:
        raise NotCanonical("not a container: it does not begin with a ZIP's local header")
    if mark == layout.CENTRAL_MARK:
        raise NotCanonical("the last member is not the padding")
    raise NotCanonical(f"bytes that belong to nothing (a gap) before member {place}")


def _check_order(name: str, place: int) -> None:
    if place < len(FIRST_NAMES) and name != FIRST_NAMES[place]:
        raise NotCanonical(f"member {place} is {name!a}, not {FIRST_NAMES[place]}")


def _check_padding(member: Member, before: Sequence[Member], source: Source) -> None:
    size = layout.padding_size(before)
    if member.size != size:
        raise NotCanonical(f"the padding has {member.size} bytes, not {size}")
    for block in _content(member, source):
        # What is not zero would be a place for a message that the platform could look for.
        if bytes(block) != ZEROS[: len(block)]:
            raise NotCanonical("the padding is not all zeros")


def _check_directory(members: Sequence[Member], source: Source) -> None:
    entries, tail = layout.directory(members)
    for member, expected in zip(members, entries, strict=True):
        where = f"the directory's entry of {member.name!a}"
        entry = _exactly(source, len(expected), where)
        if entry != expected:
            found = _difference(CENTRAL, CENTRAL_FIELDS, entry[: CENTRAL.size], expected)
            raise NotCanonical(f"{where}: {found}")
    end = _exactly(source, len(tail), "the end of the directory")
    if end[:-2] == tail[:-2] and end != tail:
        raise NotCanonical("a comment after the directory")
    if end != tail:
        raise NotCanonical("the end does not describe the directory before it")
    if read_exactly(source, 1):
        raise NotCanonical("bytes follow the end of the container (another ZIP?)")


def _content(member: Member, source: Source) -> Iterator[memoryview]:
    left, crc = member.size, 0
    for block in pieces(source, member.size):
        left -= len(block)
        crc = isal_zlib.crc32(block, crc)
        yield block
    if left:
        raise NotCanonical(f"truncated within {member.name!a}")
    if crc != member.crc:
        raise NotCanonical(f"{member.name!a}: the checksum is wrong")


def _exactly(source: Source, size: int, where: str) -> bytes:
    data = read_exactly(source, size)
    if len(data) < size:
        raise NotCanonical(f"truncated within {where}")
    return data


def _text(name: bytes, where: str) -> str:
    try:
        return name.decode("utf-8")
    except UnicodeDecodeError:
        raise BadName(f"{where}: its name is not UTF-8") from None


def _difference(form: struct.Struct, names: dict[str, str], found: bytes, expected: bytes) -> str:
    """A sentence on the first field in which a header differs from the writer's."""
    pairs = zip(form.unpack(found), form.unpack(expected[: form.size]), strict=True)
    for (field, sentence), (value, right) in zip(names.items(), pairs, strict=True):
        if value != right:
            return _flags(value) if field == "flags" else sentence
    return "another name or extra field"


def _flags(flags: int) -> str:
    if flags & DATA_DESCRIPTOR:
        return "a data descriptor, so its size stands behind it"
    if flags & ENCRYPTED:
        return "encrypted within the container"
    return LOCAL_FIELDS["flags"]
