"""Whole ceremonies run in memory, and points that no honest party sends."""

from dataclasses import dataclass

import msgspec

from sunseal_crypto import dkg, group
from sunseal_crypto.group import Point

# (0, -1), of order two: the smallest point that is not of prime order.
ORDER_TWO = Point((group.P - 1).to_bytes(32, "little"))


@dataclass(frozen=True)
class Ceremony:
    t: int
    keys: list[dkg.StaticKey]
    context: bytes
    messages: list[dkg.Message1]

    @property
    def statics(self) -> list[Point]:
        return [key.public for key in self.keys]

    def round2(self, index: int) -> dkg.Output:
        secret = self.keys[index - 1].secret
        return dkg.round2(index, self.t, secret, self.statics, self.context, self.messages)

    def replace(self, sender: int, **changes: object) -> "Ceremony":
        """The same ceremony, in which `sender` published something else."""
        messages = list(self.messages)
        messages[sender - 1] = msgspec.structs.replace(messages[sender - 1], **changes)
        return Ceremony(self.t, self.keys, self.context, messages)

    def transcript(self, ext: bytes = b"") -> bytes:
        return dkg.transcript(self.t, self.statics, self.context, self.messages, ext)

    def signatures(self, transcript: bytes) -> list[bytes]:
        return [dkg.sign_transcript(key.secret, transcript) for key in self.keys]


def hold(t: int, n: int) -> Ceremony:
    keys = [dkg.StaticKey.generate() for _ in range(n)]
    statics = [key.public for key in keys]
    context = dkg.context(b"a session", statics)
    messages = [
        dkg.round1(index, t, key.secret, statics, context)[0] for index, key in enumerate(keys, 1)
    ]
    wired = [dkg.Message1.decode(message.encode(), t, n) for message in messages]
    return Ceremony(t, keys, context, wired)


def mixed_order(point: bytes) -> bytes:
    """`point` plus the point of order two: on the curve, outside the prime-order subgroup."""
    return group.add(Point(point), ORDER_TWO)


def flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
