"""Signatures as the specification's own libraries check them."""

from datetime import UTC, datetime

import pytest

from sunseal.kit import webhook
from tests.webhooks.receiver import Message, Refused, verify

# The test vector that the specification's libraries share.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NAME, TIME = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
EXPECTED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
AT = datetime.fromtimestamp(TIME, UTC)


def message(*secrets: str) -> Message:
    keys = [webhook.key_of(each) for each in secrets]
    headers = webhook.headers(keys, NAME, BODY, AT)
    return Message({name.lower(): value for name, value in headers.items()}, BODY)


def test_the_specifications_vector() -> None:
    assert message(SECRET).headers["webhook-signature"] == EXPECTED
    verify(SECRET, message(SECRET), TIME)


def test_during_a_change_either_secret_verifies() -> None:
    new = webhook.shown(webhook.new_secret())
    for each in (SECRET, new):
        verify(each, message(new, SECRET), TIME)
    with pytest.raises(Refused, match="fits"):
        verify(webhook.shown(webhook.new_secret()), message(new, SECRET), TIME)


@pytest.mark.parametrize(
    ("changes", "body", "why"),
    [
        ({"webhook-id": "msg_another"}, BODY, "fits"),
        ({"webhook-timestamp": str(TIME + 60)}, BODY, "fits"),
        ({}, b'{"test": 2432232315}', "fits"),
        ({"webhook-timestamp": str(TIME + 3600)}, BODY, "too old"),
    ],
    ids=["another's-name", "a-later-time", "another-body", "replayed-an-hour-later"],
)
def test_a_changed_message_does_not_verify(changes: dict[str, str], body: bytes, why: str) -> None:
    sent = message(SECRET)
    with pytest.raises(Refused, match=why):
        verify(SECRET, Message(sent.headers | changes, body), TIME)


@pytest.mark.parametrize(
    "text",
    ["MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_c2hvcnQ=", "whsec_not base64!", "whsec_", ""],
    ids=["no-prefix", "short", "no-base64", "empty", "nothing"],
)
def test_what_is_no_secret(text: str) -> None:
    with pytest.raises(ValueError):
        webhook.key_of(text)


def test_new_secrets_are_long_and_different() -> None:
    made = {webhook.shown(webhook.new_secret()) for _ in range(8)}
    assert len(made) == 8
    assert all(len(webhook.key_of(each)) == webhook.SECRET_BYTES for each in made)
