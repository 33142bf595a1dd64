"""A ceremony among honest parties, its certificate, and recovery."""

import pytest

from sunseal_crypto import dkg, group
from sunseal_crypto.group import IDENTITY
from tests.crypto import ceremonies


@pytest.mark.parametrize(("t", "n"), [(1, 1), (1, 2), (2, 3), (3, 5), (4, 7), (7, 7)])
def test_all_agree_on_the_keys(t: int, n: int) -> None:
    ceremony = ceremonies.hold(t, n)
    outputs = [ceremony.round2(index) for index in range(1, n + 1)]
    for index, output in enumerate(outputs):
        assert output.group_key == outputs[0].group_key
        assert output.verification_shares == outputs[0].verification_shares
        assert group.base_mul(output.share) == output.verification_shares[index]
    chosen = {index: outputs[index - 1].share for index in range(n - t + 1, n + 1)}
    secret = group.scalar_sum(
        group.scalar_mul(group.lagrange(index, chosen), share) for index, share in chosen.items()
    )
    assert group.base_mul(secret) == outputs[0].group_key


def test_the_certificate_gives_what_the_participants_got() -> None:
    ceremony = ceremonies.hold(2, 3)
    transcript = ceremony.transcript(b"the terms")
    facts = dkg.verify_certificate(transcript, ceremony.signatures(transcript))
    output = ceremony.round2(1)
    assert facts.group_key == output.group_key
    assert facts.verification_shares == output.verification_shares
    assert (facts.n, facts.t, facts.ext) == (3, 2, b"the terms")
    assert (facts.statics, facts.context) == (ceremony.statics, ceremony.context)


def test_every_participant_recovers_its_share() -> None:
    ceremony = ceremonies.hold(2, 3)
    transcript = ceremony.transcript()
    signatures = ceremony.signatures(transcript)
    for index in (1, 2, 3):
        secret = ceremony.keys[index - 1].secret
        bundle = dkg.bundle(ceremony.messages, index)
        recovered = dkg.recover(secret, transcript, signatures, bundle)
        assert recovered.index == index
        assert recovered.output == ceremony.round2(index)


def test_payloads_arrive_by_sender_and_recipient() -> None:
    keys = [dkg.StaticKey.generate() for _ in range(2)]
    statics = [key.public for key in keys]
    context = dkg.context(b"payloads", statics)
    messages = [
        dkg.round1(i, 2, keys[i - 1].secret, statics, context, {1: b"to 1 from %d" % i})[0]
        for i in (1, 2)
    ]
    first, second = (
        dkg.round2(i, 2, keys[i - 1].secret, statics, context, messages) for i in (1, 2)
    )
    assert first.payloads == (b"to 1 from 1", b"to 1 from 2")
    assert second.payloads == (b"", b"")


def test_a_zero_share_is_legal() -> None:
    """Everybody's line passes through zero at participant 1: unlikely, but no fault."""
    keys = [dkg.StaticKey.generate() for _ in range(2)]
    statics = [key.public for key in keys]
    context = dkg.context(b"zero", statics)
    messages = []
    for index, key in enumerate(keys, 1):
        constant = group.random_scalar()
        drawn = iter([constant, group.scalar_negate(constant), group.random_scalar()])
        message, _ = dkg.round1(index, 2, key.secret, statics, context, random=drawn.__next__)
        messages.append(message)
    output = dkg.round2(1, 2, keys[0].secret, statics, context, messages)
    assert output.share == group.ZERO
    assert output.verification_shares[0] == IDENTITY
    assert dkg.round2(2, 2, keys[1].secret, statics, context, messages).share != group.ZERO


def test_a_zero_coefficient_is_drawn_again() -> None:
    key = dkg.StaticKey.generate()
    context = dkg.context(b"again", [key.public])
    one, two = group.small_scalar(1), group.small_scalar(2)
    drawn = iter([group.ZERO, one, group.ZERO, group.ZERO, two])
    message, secrets = dkg.round1(1, 1, key.secret, [key.public], context, random=drawn.__next__)
    assert secrets.coefficients == (one,)
    assert secrets.ephemeral == two
    assert message.commitment == (group.base_mul(one),)


def test_secrets_are_not_printed() -> None:
    ceremony = ceremonies.hold(1, 1)
    output = ceremony.round2(1)
    assert repr(output.share) not in repr(output)
    assert repr(ceremony.keys[0].secret) not in repr(ceremony.keys[0])


def test_the_context_tells_sessions_orders_and_sizes_apart() -> None:
    a, b = (dkg.StaticKey.generate().public for _ in range(2))
    contexts = {
        dkg.context(b"s", [a, b]),
        dkg.context(b"s", [b, a]),
        dkg.context(b"s", [a]),
        dkg.context(b"t", [a, b]),
        dkg.context(b"s" + a, [b]),
    }
    assert len(contexts) == 5
