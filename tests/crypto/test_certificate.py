"""Each thing a platform could forge about a key, and the check that catches it."""

from typing import Any

import msgspec
import pytest

from sunseal_crypto import canonical, certificate, dkg, roster, signing, terms, threshold
from sunseal_crypto.age import X25519Recipient
from sunseal_crypto.errors import Blamed, CryptoError, Malformed, Unverified
from tests.crypto import rosters
from tests.crypto.rosters import IDENTITIES, Ceremony, ceremony, roster_of, terms_of, vouch

AMENDER = signing.SigningKey.generate().public
TORSION = bytes(31) + b"\x80"  # of order 4


@pytest.fixture(scope="module")
def made() -> Ceremony:
    return ceremony()


def with_(made: Ceremony, **changes: Any) -> bytes:
    return canonical.encode(msgspec.structs.replace(made.certificate, **changes))


def test_a_certificate_leads_to_the_key_that_the_shares_open(made: Ceremony) -> None:
    key = certificate.verify(made.data, made.roster)
    assert key.recipient == threshold.recipient_of(key.point)
    assert str(X25519Recipient.from_string(key.recipient)) == key.recipient
    assert len(key.shares) == 3
    assert key.terms_hash == terms.fingerprint(made.terms)


def test_a_client_with_another_roster_accepts_nothing(made: Ceremony) -> None:
    other = canonical.encode(roster_of(operator="somebody else"))
    with pytest.raises(Malformed, match="unknown roster"):
        certificate.verify(made.data, other)


def test_a_platform_sitting_in_a_custodians_seat_is_caught(made: Ceremony) -> None:
    session = made.certificate.session
    own = dkg.StaticKey.generate()
    usurped = vouch(IDENTITIES[6], made.roster, session, 2, own.public)
    statics = [made.certificate.statics[0], usurped, made.certificate.statics[2]]
    with pytest.raises(Blamed) as caught:
        certificate.verify(with_(made, statics=statics), made.roster)
    assert caught.value.culprit == 2


def test_a_ceremony_key_is_vouched_for_at_its_own_index_only(made: Ceremony) -> None:
    first, second, third = made.certificate.statics
    with pytest.raises(Blamed):
        certificate.verify(with_(made, statics=[second, first, third]), made.roster)


def test_changed_terms_do_not_fit_the_session(made: Ceremony) -> None:
    sooner = msgspec.structs.replace(terms.parse(made.terms), minimum_bids=1)
    with pytest.raises(Malformed, match="not made for these terms"):
        certificate.verify(with_(made, terms=canonical.encode(sooner)), made.roster)


def test_another_session_of_the_same_terms_does_not_fit(made: Ceremony) -> None:
    session = made.certificate.session[:32] + bytes(32)
    statics = [
        vouch(IDENTITIES[i], made.roster, session, i + 1, static.public)
        for i, static in enumerate(made.certificate.statics)
    ]
    with pytest.raises(Unverified, match="another session"):
        certificate.verify(with_(made, session=session, statics=statics), made.roster)


def test_a_missing_signature_is_refused(made: Ceremony) -> None:
    with pytest.raises(CryptoError):
        certificate.verify(with_(made, signatures=made.certificate.signatures[:2]), made.roster)


def test_a_flipped_signature_names_its_custodian(made: Ceremony) -> None:
    signatures = list(made.certificate.signatures)
    signatures[2] = signatures[2][:40] + bytes([signatures[2][40] ^ 1]) + signatures[2][41:]
    with pytest.raises(Blamed) as caught:
        certificate.verify(with_(made, signatures=signatures), made.roster)
    assert caught.value.culprit == 3


def test_a_transcript_signed_for_other_terms_is_refused(
    made: Ceremony, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rosters.certificate, "extension", lambda *_: b"for something else")
    forged = ceremony()
    with pytest.raises(Unverified, match="other terms"):
        certificate.verify(forged.data, forged.roster)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"t": 1, "q": 3}, "more than half"),
        ({"q": 2}, "quorum"),
        ({"n": 4}, "number of custodians"),
        ({"origin": "elsewhere"}, "origin"),
        ({"amenders": [AMENDER, IDENTITIES[0].public]}, "move the timetable"),
    ],
)
def test_terms_that_weaken_custody_are_refused(changes: dict[str, Any], words: str) -> None:
    made = roster_of()
    with pytest.raises(Malformed, match=words):
        terms.check_roster(
            terms.parse(canonical.encode(terms_of(made, **changes))), canonical.encode(made)
        )


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"suite": "COCKTAIL(P-256, SHA-256)"}, "suite"),
        ({"attempt": 2}, "names the"),
        ({"attempt": 0}, "names the"),
        ({"not_before": rosters.DEADLINE.replace(hour=0)}, "before the deadline"),
        ({"minimum_bids": 0}, "at least one"),
        ({"box_size": 100}, "power of two"),
        ({"box_size": 1 << 17}, "power of two"),
        ({"amenders": [AMENDER]}, "two different keys"),
        ({"amenders": [AMENDER, AMENDER]}, "two different keys"),
        ({"amenders": [AMENDER, AMENDER, signing.SigningKey.generate().public]}, "two different"),
        ({"amenders": [AMENDER, AMENDER[1:]]}, "31 bytes"),
        ({"amenders": [AMENDER, TORSION]}, "prime-order subgroup"),
    ],
)
def test_terms_out_of_range_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Malformed, match=words):
        terms.parse(canonical.encode(terms_of(roster_of(), **changes)))


def test_a_roster_may_not_seat_one_key_or_authority_twice() -> None:
    made = roster_of()
    twice = [made.custodians[0], made.custodians[0], made.custodians[2]]
    with pytest.raises(Malformed, match="stands twice"):
        roster.parse(canonical.encode(roster_of(custodians=twice)))
    together = [msgspec.structs.replace(c, authority="one") for c in made.custodians]
    with pytest.raises(Malformed, match="could open alone"):
        roster.check_threshold(roster_of(custodians=together), 2)


def test_a_roster_needs_enough_witnesses_and_none_of_the_operators() -> None:
    with pytest.raises(Malformed, match="witnesses are needed"):
        roster.check_threshold(roster_of(witnesses=0), 2)
    own = [msgspec.structs.replace(roster_of().witnesses[0], authority="operator")]
    with pytest.raises(Malformed, match="operator"):
        roster.parse(canonical.encode(msgspec.structs.replace(roster_of(), witnesses=own)))


@pytest.mark.parametrize("count", [2, 8])
def test_three_to_seven_custodians(count: int) -> None:
    made = roster_of(min(count, 7))
    seats = (made.custodians * 2)[:count]
    with pytest.raises(Malformed, match="3 to 7"):
        roster.parse(canonical.encode(roster_of(custodians=seats)))


@pytest.mark.parametrize(("n", "t", "witnesses", "q"), [(3, 2, 1, 3), (5, 3, 2, 5), (7, 4, 3, 7)])
def test_two_quorums_share_a_threshold_of_cosigners(n: int, t: int, witnesses: int, q: int) -> None:
    made = roster_of(n, witnesses)
    assert roster.quorum(made, t) == q
    assert 2 * q - len(made.cosigners()) >= t
    assert q <= t + witnesses
