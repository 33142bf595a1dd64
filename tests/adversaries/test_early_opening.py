"""Before its time, an operator with everything and t-1 custodians opens no bid.

The attacks are real ones: with the folders of t custodians the same code opens every bid, which is
the trust that the design asks for and says so.
"""

import re
import secrets
from collections.abc import Iterator

import pytest

from sunseal.demo.superuser import combines
from sunseal.keys import Keys
from sunseal_crypto import threshold
from sunseal_crypto.age import Header, NoIdentityMatch, X25519Identity, X25519Recipient, x25519
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.sealed import envelope_share, envelope_stanza
from sunseal_crypto.spelling import base64_bytes
from tests.adversaries.siege import CUSTODIANS, Siege, dump

SECRET_BYTES = 32
HEX_SECRET = re.compile(rb"(?:\\\\x|\b)([0-9a-f]{64})\b")
BASE64_SECRET = re.compile(rb"(?<![A-Za-z0-9+/])([A-Za-z0-9+/]{43}=?)(?![A-Za-z0-9+/=])")


def opens(header: Header, identity: X25519Identity) -> bool:
    try:
        identity.unwrap(header.stanzas)
    except NoIdentityMatch:
        return False
    return True


def opened_by(siege: Siege, *indexes: int) -> list[bool]:
    """Which sealed headers give way to these custodians' shares."""
    shares = [siege.share(index) for index in indexes]
    return [combines(header, shares) for header in siege.headers()]


def platform_secrets(siege: Siege) -> Iterator[bytes]:
    """Every 32 bytes that stand in the database or in a key file, as a secret would."""
    installation = siege.town.stack.installation
    files = [path.read_bytes() for path in installation.keys.iterdir()]
    stolen = CUSTODIANS[0].folder(installation.folder)
    files += [(stolen / name).read_bytes() for name in ("identity.key", "cosigner.key")]
    with siege.town.admin() as admin:
        files += [data for name, data in dump(admin) if name.endswith("text")]
    for data in files:
        for found in HEX_SECRET.findall(data):
            yield bytes.fromhex(found.decode())
        for found in BASE64_SECRET.findall(data):
            text = found.decode().rstrip("=") + "="
            try:
                yield base64_bytes(text, "secret", length=SECRET_BYTES)
            except CryptoError:
                continue


def test_no_key_of_the_platform_opens_a_bid(siege: Siege) -> None:
    installation = siege.town.stack.installation
    worker = Keys(installation.keys, siege.tender.id.hex).worker
    candidates = {secret: X25519Identity(secret) for secret in platform_secrets(siege)}
    assert Keys(installation.keys, "").promise.seed() in candidates  # the search finds keys
    bids = siege.headers()
    assert len(bids) >= 3
    for header in bids:
        assert not opens(header, worker)
        assert not any(opens(header, identity) for identity in candidates.values())
    siege.check_early()


def test_the_search_would_find_the_key_that_opens(siege: Siege) -> None:
    """A bidder's own recovery key opens the bidder's own bid, by the same code."""
    bidder = siege.bidders[0]
    text = (bidder.sealed_file(siege.tender.id).parents[2] / "recovery.key").read_text()
    recovery = X25519Identity.from_string(text.split("\n")[1])
    assert sum(opens(header, recovery) for header in siege.headers()) == 1


@pytest.mark.parametrize("stolen", [(1,), (2,), (3,)], ids=lambda stolen: f"custodian {stolen[0]}")
def test_one_custodian_of_two_needed_opens_nothing(siege: Siege, stolen: tuple[int, ...]) -> None:
    assert not any(opened_by(siege, *stolen))
    siege.check_early()


def test_one_share_under_every_index_opens_nothing(siege: Siege) -> None:
    """An insider may try his one share as if it were several, or beside one that he makes up."""
    own = siege.share(1)
    point = X25519Recipient.from_string(own.recipient).point
    for header in siege.headers():
        answer = threshold.partial(own.secret, envelope_share(header))
        # A random scalar below the group's order, as a share is.
        made_up = threshold.partial(secrets.token_bytes(31) + b"\0", envelope_share(header))
        for other in (2, 3):
            for second in (answer, made_up):
                secret = threshold.combine({1: answer, other: second})
                with pytest.raises(NoIdentityMatch):
                    x25519.unwrap_with_secret(envelope_stanza(header), secret, point)
    siege.check_early()


@pytest.mark.parametrize("stolen", [(1, 2), (1, 3), (2, 3), (1, 2, 3)])
def test_as_many_custodians_as_needed_could_open_early(
    siege: Siege, stolen: tuple[int, ...]
) -> None:
    """What is trusted: that t institutions do not conspire. The withdrawn bid opens as well."""
    assert all(opened_by(siege, *stolen))
