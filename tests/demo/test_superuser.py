"""The operator's attack is a real one: with as many shares as the threshold it succeeds."""

import io

import pytest

from sunseal.demo.superuser import Share, combines
from sunseal_crypto import age, sealed, threshold
from sunseal_crypto.age import X25519Identity, X25519Recipient
from tests.crypto import ceremonies


@pytest.mark.parametrize(
    ("stolen", "opens"),
    [
        pytest.param((), False, id="no share"),
        pytest.param((1,), False, id="one share"),
        pytest.param((3,), False, id="another one"),
        pytest.param((1, 3), True, id="two shares, which is the threshold"),
        pytest.param((1, 2, 3), True, id="all shares"),
    ],
)
def test_shares_open_a_header_from_the_threshold_on(stolen: tuple[int, ...], opens: bool) -> None:
    ceremony = ceremonies.hold(2, 3)
    outputs = {index: ceremony.round2(index) for index in (1, 2, 3)}
    recipient = threshold.recipient_of(outputs[1].group_key)
    recipients = [X25519Recipient.from_string(recipient), X25519Identity.generate().recipient()]
    file = io.BytesIO()
    age.encrypt(io.BytesIO(b"a bid"), file, recipients)
    header = sealed.check(file.getvalue())
    shares = [Share(index, outputs[index].share, recipient) for index in stolen]
    assert combines(header, shares) is opens
