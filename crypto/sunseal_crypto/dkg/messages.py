"""The message of round 1, its bytes, and what anyone can check of it."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from sunseal_crypto import group
from sunseal_crypto.blame import blaming
from sunseal_crypto.dkg import suite
from sunseal_crypto.errors import Malformed
from sunseal_crypto.group import Point

LENGTH_SIZE = 8
TAG_SIZE = 16
MIN_CIPHERTEXT = group.SIZE + TAG_SIZE
# A length prefix comes from a stranger: nothing above this is ever sliced or stored.
MAX_CIPHERTEXT = 65536
MAX_PAYLOAD = MAX_CIPHERTEXT - MIN_CIPHERTEXT


class Published(msgspec.Struct, frozen=True):
    """What a participant tells everybody, as it stands in the transcript; not yet checked."""

    commitment: tuple[bytes, ...]
    pop: bytes
    ephemeral: bytes


class Message1(Published, frozen=True):
    """A participant's round 1: `ciphertexts` holds one for each participant, itself included."""

    ciphertexts: tuple[bytes, ...]

    def encode(self) -> bytes:
        framed = b"".join(frame(ciphertext) for ciphertext in self.ciphertexts)
        return b"".join(self.commitment) + self.pop + self.ephemeral + framed

    @classmethod
    def decode(cls, data: bytes, t: int, n: int) -> "Message1":
        """Raises Malformed. Points and signature are left to round 2, which names a culprit."""
        pop = group.SIZE * t
        ephemeral = pop + suite.SIGNATURE_SIZE
        frames = ephemeral + group.SIZE
        if len(data) < frames:
            raise Malformed(f"a round 1 message for t = {t} has at least {frames} bytes")
        return cls(
            commitment=slices(data[:pop], group.SIZE),
            pop=data[pop:ephemeral],
            ephemeral=data[ephemeral:frames],
            ciphertexts=unframe(data[frames:], n),
        )


@dataclass(frozen=True, slots=True)
class Checked:
    """The points of a `Published` that passed `check`."""

    commitment: tuple[Point, ...]
    ephemeral: Point


def check(published: Published, sender: int, t: int, ctx: bytes) -> Checked:
    """Raises Blamed, each time for a fault that anyone can see."""
    with blaming(sender, "round 1"):
        return _check(published, t, ctx)


def _check(published: Published, t: int, ctx: bytes) -> Checked:
    if len(published.commitment) != t:
        # One coefficient more would raise the threshold above what everybody agreed on.
        raise Malformed(f"the commitment has {len(published.commitment)} points, not {t}")
    commitment = tuple(group.parse_point(point) for point in published.commitment)
    ephemeral = group.parse_point(published.ephemeral)
    # Without proof of possession the last to speak could choose the sum of all contributions.
    suite.verify(commitment[0], published.pop, possession_message(ctx, commitment, ephemeral))
    return Checked(commitment, ephemeral)


def possession_message(ctx: bytes, commitment: Sequence[Point], ephemeral: Point) -> bytes:
    return ctx + b"".join(commitment) + ephemeral


def bundle(messages: Sequence[Message1], index: int) -> bytes:
    """The framed ciphertexts to participant `index`, which it keeps for recovery."""
    return b"".join(frame(message.ciphertexts[index - 1]) for message in messages)


def frame(ciphertext: bytes) -> bytes:
    return suite.u64_be(len(ciphertext)) + ciphertext


def unframe(data: bytes, n: int) -> tuple[bytes, ...]:
    """Exactly `n` framed ciphertexts and nothing after them. Raises Malformed."""
    ciphertexts = []
    position = 0
    for number in range(1, n + 1):
        start = position + LENGTH_SIZE
        size = int.from_bytes(data[position:start], "big")
        position = start + size
        if start > len(data):
            raise Malformed(f"ciphertext {number} of {n}: its length is cut off")
        if not MIN_CIPHERTEXT <= size <= MAX_CIPHERTEXT:
            raise Malformed(f"ciphertext {number} of {n}: a length of {size} is not allowed")
        if position > len(data):
            raise Malformed(f"ciphertext {number} of {n}: it is cut off")
        ciphertexts.append(data[start:position])
    if position != len(data):
        raise Malformed(f"{len(data) - position} bytes follow the last ciphertext")
    return tuple(ciphertexts)


def slices(data: bytes, size: int) -> tuple[bytes, ...]:
    return tuple(data[start : start + size] for start in range(0, len(data), size))
