"""Recovery: all of a participant's results from its static key, a certificate and its bundle."""

from collections.abc import Sequence
from dataclasses import dataclass

from sunseal_crypto import group
from sunseal_crypto.dkg import messages as wire
from sunseal_crypto.dkg import rounds, suite
from sunseal_crypto.dkg.rounds import Output
from sunseal_crypto.dkg.transcript import check_certificate, parse_transcript
from sunseal_crypto.errors import Malformed


@dataclass(frozen=True, slots=True)
class Recovered:
    """`index` is the place that the static key has in the transcript."""

    index: int
    output: Output


def recover(
    static_secret: bytes, transcript: bytes, signatures: Sequence[bytes], bundle: bytes
) -> Recovered:
    """Raises as round 2 does, since it makes the same checks on the same bytes.

    The bundle is not signed: without the check of each share, whoever kept the bundle could hand
    back another one.
    """
    # 1. The transcript, under all its signatures.
    parsed = parse_transcript(transcript)
    checked = check_certificate(parsed, transcript, signatures)
    # 2. The place of this key among the participants, who are all different.
    static = suite.StaticKey.from_secret(static_secret)
    if static.public not in parsed.statics:
        raise Malformed("this static key took no part in the ceremony")
    index = parsed.statics.index(static.public) + 1
    # 3. The shares and the keys, as in round 2.
    publics = [group.parse_point(each) for each in parsed.statics]
    ciphertexts = wire.unframe(bundle, len(publics))
    output = rounds.open_shares(index, static, publics, parsed.context, checked, ciphertexts)
    return Recovered(index, output)
