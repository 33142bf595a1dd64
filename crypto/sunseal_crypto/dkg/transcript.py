"""Round 3: the transcript that all participants sign, and what it proves to everybody else."""

from collections.abc import Sequence

import msgspec

from sunseal_crypto import group
from sunseal_crypto.blame import blaming
from sunseal_crypto.dkg import messages as wire
from sunseal_crypto.dkg import polynomial, suite
from sunseal_crypto.dkg.messages import Checked, Published
from sunseal_crypto.dkg.rounds import check_setup
from sunseal_crypto.errors import Malformed


class Transcript(msgspec.Struct, frozen=True):
    """The fields of a transcript, none of them checked beyond its length."""

    context: bytes
    t: int
    statics: tuple[bytes, ...]
    messages: tuple[Published, ...]
    ext: bytes


class CertifiedKey(msgspec.Struct, frozen=True):
    """What a certificate proves, computed from its transcript; lists go by participant."""

    n: int
    t: int
    statics: list[bytes]
    group_key: bytes
    verification_shares: list[bytes]
    ext: bytes
    context: bytes


class Reader:
    """Takes fields off the front of some bytes."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def take(self, size: int) -> bytes:
        taken = self._data[self._position : self._position + size]
        if len(taken) != size:
            raise Malformed("the transcript is cut off")
        self._position += size
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def points(self, count: int) -> tuple[bytes, ...]:
        return wire.slices(self.take(count * group.SIZE), group.SIZE)

    def end(self) -> None:
        if self._position != len(self._data):
            raise Malformed("bytes follow the transcript")


def transcript(
    t: int, statics: Sequence[bytes], ctx: bytes, messages: Sequence[Published], ext: bytes = b""
) -> bytes:
    """The bytes that every participant must come to by itself, and signs."""
    return b"".join(
        [
            suite.u64_le(len(suite.SUITE)) + suite.SUITE,
            suite.u64_le(len(ctx)) + ctx,
            suite.u32_le(len(statics)) + suite.u32_le(t),
            *statics,
            *(point for message in messages for point in message.commitment),
            *(message.pop for message in messages),
            *(message.ephemeral for message in messages),
            suite.u64_le(len(ext)) + ext,
        ]
    )


def parse_transcript(data: bytes) -> Transcript:
    """Raises Malformed. Counts are believed only as far as there are bytes for them."""
    reader = Reader(data)
    if reader.take(reader.number(8)) != suite.SUITE:
        raise Malformed(f"the transcript is not of the suite {suite.SUITE.decode()}")
    ctx = reader.take(reader.number(8))
    n, t = reader.number(4), reader.number(4)
    if not 1 <= t <= n:
        raise Malformed(f"a threshold of {t} among {n} participants")
    statics = reader.points(n)
    points = reader.points(n * t)
    pops = wire.slices(reader.take(n * suite.SIGNATURE_SIZE), suite.SIGNATURE_SIZE)
    ephemerals = reader.points(n)
    ext = reader.take(reader.number(8))
    reader.end()
    commitments = (points[start : start + t] for start in range(0, n * t, t))
    published = map(Published, commitments, pops, ephemerals)
    return Transcript(ctx, t, statics, tuple(published), ext)


def sign_transcript(static_secret: bytes, data: bytes) -> bytes:
    """Only after the caller has journalled `data` as the one transcript of its context."""
    return suite.sign(suite.StaticKey.from_secret(static_secret).secret, data)


def verify_signature(public: bytes, signature: bytes, data: bytes) -> None:
    """One participant's signature over the transcript. Raises Malformed or Unverified."""
    suite.verify(group.parse_point(public), signature, data)


def verify_certificate(data: bytes, signatures: Sequence[bytes]) -> CertifiedKey:
    """Raises Malformed, or Blamed for a bad static key, signature or round 1 part.

    Whose the static keys are, and whether context and ext are the expected ones, is for the caller
    to compare.
    """
    parsed = parse_transcript(data)
    checked = check_certificate(parsed, data, signatures)
    group_key, verification_shares = polynomial.group_keys([each.commitment for each in checked])
    return CertifiedKey(
        n=len(parsed.statics),
        t=parsed.t,
        statics=list(parsed.statics),
        group_key=group_key,
        verification_shares=list(verification_shares),
        ext=parsed.ext,
        context=parsed.context,
    )


def check_certificate(
    parsed: Transcript, data: bytes, signatures: Sequence[bytes]
) -> tuple[Checked, ...]:
    """That every participant signed `data`, which `parsed` came from, and that it is sound."""
    publics = check_setup(parsed.t, parsed.statics)
    if len(signatures) != len(publics):
        raise Malformed(f"{len(signatures)} signatures for {len(publics)} participants")
    for number, (public, signature) in enumerate(zip(publics, signatures, strict=True), 1):
        with blaming(number, "the transcript signature"):
            suite.verify(public, signature, data)
    return tuple(
        wire.check(message, number, parsed.t, parsed.context)
        for number, message in enumerate(parsed.messages, 1)
    )
