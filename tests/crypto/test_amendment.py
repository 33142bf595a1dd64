"""Who could move a deadline, and what stops each of them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from sunseal_crypto import amendment as amendments
from sunseal_crypto import canonical, event, terms, tick
from sunseal_crypto.amendment import Acknowledgement, Amendment, Said, SignedAmendment, Timetable
from sunseal_crypto.entry import TickEntry
from sunseal_crypto.errors import CryptoError, Malformed, Unverified
from sunseal_crypto.event import LogEvent
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.terms import Terms
from tests.crypto.rosters import DEADLINE, IDENTITIES, roster_of, terms_of

PROPOSER, CONFIRMER, OTHER = (SigningKey.generate() for _ in range(3))
AMENDERS = [PROPOSER.public, CONFIRMER.public]
ROSTER = roster_of()
DAY = timedelta(days=1)
BEFORE = DEADLINE - timedelta(hours=1)


def agreed_on(**changes: Any) -> Terms:
    return terms_of(ROSTER, **{"amenders": AMENDERS, **changes})


AGREED = agreed_on()
PUBLISHED = Timetable.of(AGREED)


def amendment_of(agreed: Terms = AGREED, **changes: Any) -> Amendment:
    made = Amendment(
        origin=agreed.origin,
        tender=agreed.tender,
        envelope=agreed.envelope,
        terms=terms.fingerprint(canonical.encode(agreed)),
        number=1,
        previous=b"",
        deadline=agreed.deadline + DAY,
        not_before=agreed.not_before + DAY,
        reason="A flood cut off the site.",
    )
    return msgspec.structs.replace(made, **changes)


def signed_by(
    made: Amendment, first: SigningKey = PROPOSER, second: SigningKey = CONFIRMER
) -> SignedAmendment:
    data = canonical.encode(made)
    return SignedAmendment(
        data, [amendments.propose(made, first), amendments.confirm(data, second)]
    )


def entry_of(
    signed: SignedAmendment,
    custodian: int,
    /,
    at: datetime = BEFORE,
    logged: datetime = BEFORE,
    signer: SigningKey | None = None,
    action: str = amendments.ACKNOWLEDGE,
    **words: str,
) -> TickEntry:
    """The entry by which the log says that `custodian` acknowledged `signed`."""
    digest = amendments.digest(signed.amendment)
    said = Acknowledgement(amendment=digest, custodian=custodian, at=at)
    body = canonical.encode(amendments.acknowledge(said, signer or IDENTITIES[custodian - 1]))
    made = LogEvent(
        version="sunseal/event/v1",
        id="e",
        at=at,
        actor="a",
        role="as_custodian",
        action=action,
        object="o",
        outcome="done",
        reason="",
        data={**amendments.entry_data(digest, custodian, body), **words},
    )
    detail, nonce, seed = event.encode(made), bytes(32), bytes(32)
    tree = tick.TickTree(seed, {5: tick.commitment(nonce, detail)})
    leaf = tick.TickLeaf(7, logged, tree.root).encode()
    return TickEntry(nonce=nonce, detail=detail, slot=5, path=tree.path(5), leaf=leaf)


def said_by(signed: SignedAmendment, *custodians: int, **changes: Any) -> list[Said]:
    digest = amendments.digest(signed.amendment)
    return [
        amendments.said_in(entry_of(signed, each, **changes), digest, ROSTER) for each in custodians
    ]


def test_two_keys_and_enough_custodians_move_both_times() -> None:
    signed = signed_by(amendment_of())
    after = amendments.in_force(signed, PUBLISHED, said_by(signed, 1, 3), AGREED)
    assert (after.deadline, after.not_before) == (DEADLINE + DAY, AGREED.not_before + DAY)
    second = signed_by(
        amendment_of(
            number=2,
            previous=after.last,
            deadline=DEADLINE + 2 * DAY,
            not_before=AGREED.not_before + 2 * DAY,
        )
    )
    # By then the first deadline has passed, and the one in force has not.
    late = DEADLINE + timedelta(hours=1)
    acknowledged = said_by(second, 2, 3, at=late, logged=late)
    assert amendments.in_force(second, after, acknowledged, AGREED).number == 2


@pytest.mark.parametrize(
    ("signatures", "words"),
    [
        pytest.param((PROPOSER, PROPOSER), "confirms", id="the proposer alone, twice"),
        pytest.param((CONFIRMER, CONFIRMER), "proposes", id="the centre alone, twice"),
        pytest.param((CONFIRMER, PROPOSER), "proposes", id="in the wrong order"),
        pytest.param((OTHER, CONFIRMER), "proposes", id="a stranger proposes"),
        pytest.param((PROPOSER, OTHER), "confirms", id="a stranger confirms"),
    ],
)
def test_one_key_moves_nothing(signatures: tuple[SigningKey, SigningKey], words: str) -> None:
    with pytest.raises(Unverified, match=words):
        amendments.verify(signed_by(amendment_of(), *signatures), AGREED)


def test_a_proposal_does_not_pass_for_its_confirmation() -> None:
    """One person who got hold of both seats' paper, and of one key."""
    data = canonical.encode(amendment_of())
    proposal = amendments.propose(amendment_of(), CONFIRMER)
    with pytest.raises(Unverified, match="confirms"):
        amendments.verify_signature(data, AGREED, 1, proposal)


def test_terms_without_amenders_are_never_amended() -> None:
    agreed = agreed_on(amenders=[])
    with pytest.raises(Unverified, match="nobody"):
        amendments.verify(signed_by(amendment_of(agreed)), agreed)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"origin": "elsewhere"}, "another origin"),
        ({"tender": "another"}, "another tender"),
        ({"envelope": "2"}, "another envelope"),
        ({"terms": bytes(32)}, "another terms"),
    ],
)
def test_an_amendment_of_another_tender_means_nothing_here(
    changes: dict[str, Any], words: str
) -> None:
    with pytest.raises(Unverified, match=words):
        amendments.verify(signed_by(amendment_of(**changes)), AGREED)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param({"deadline": DEADLINE - DAY}, "later", id="an earlier deadline"),
        pytest.param({"deadline": DEADLINE}, "later", id="the opening alone"),
        pytest.param({"not_before": AGREED.not_before}, "later", id="the deadline alone"),
        pytest.param(
            {"not_before": AGREED.not_before - timedelta(seconds=1)}, "later", id="opened earlier"
        ),
        pytest.param({"number": 2, "previous": bytes(32)}, "follow", id="a number left out"),
    ],
)
def test_only_the_next_and_only_later(changes: dict[str, Any], words: str) -> None:
    soon = timedelta(minutes=4)  # before the published not-before, so that each case is well formed
    made = amendment_of(**{"deadline": DEADLINE + soon, **changes})
    with pytest.raises(Unverified, match=words):
        amendments.check_follows(made, PUBLISHED)


def test_a_chain_is_not_branched() -> None:
    first = Timetable(DEADLINE + DAY, AGREED.not_before + DAY, 1, b"1" * 32)
    made = amendment_of(
        number=2,
        previous=b"2" * 32,
        deadline=DEADLINE + 2 * DAY,
        not_before=AGREED.not_before + 2 * DAY,
    )
    with pytest.raises(Unverified, match="names another one"):
        amendments.check_follows(made, first)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"not_before": DEADLINE}, "before the deadline"),
        ({"previous": bytes(32)}, "no previous"),
        ({"number": 2}, "no previous"),
        ({"number": 33}, "33|32"),
        ({"number": 0}, "1"),
        ({"reason": ""}, "reason"),
        ({"terms": bytes(31)}, "terms"),
    ],
)
def test_malformed_amendments(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(Malformed, match=words):
        amendments.parse(canonical.encode(amendment_of(**changes)))


@pytest.mark.parametrize(
    ("acknowledged", "words"),
    [
        pytest.param(lambda signed: [], "0 custodians", id="nobody"),
        pytest.param(lambda signed: said_by(signed, 2), "1 custodians", id="t − 1 of them"),
        pytest.param(lambda signed: said_by(signed, 2, 2), "1 custodians", id="one of them twice"),
        pytest.param(
            lambda signed: said_by(signed, 1, 2, at=DEADLINE), "0 custodians", id="at the deadline"
        ),
        pytest.param(
            lambda signed: said_by(signed, 1) + said_by(signed, 2, logged=DEADLINE),
            "1 custodians",
            id="logged at the deadline",
        ),
        pytest.param(
            lambda signed: said_by(signed_by(amendment_of(reason="another")), 1, 2),
            "0 custodians",
            id="for another amendment",
        ),
    ],
)
def test_it_is_not_in_force_before_enough_custodians_say_so(
    acknowledged: Callable[[SignedAmendment], list[Said]], words: str
) -> None:
    signed = signed_by(amendment_of())
    with pytest.raises(Unverified, match=words):
        amendments.in_force(signed, PUBLISHED, acknowledged(signed), AGREED)


@pytest.mark.parametrize(
    "forged",
    [
        pytest.param({"custodian": "2"}, id="in another custodian's name"),
        pytest.param({"custodian": "4"}, id="of a custodian that is not there"),
        pytest.param({"custodian": ""}, id="of no number"),
        pytest.param({"amendment": ""}, id="about nothing"),
        pytest.param({"acknowledgement": "x"}, id="no base64"),
        pytest.param({"more": "facts"}, id="with facts added"),
    ],
)
def test_an_entry_says_what_the_custodian_signed(forged: dict[str, str]) -> None:
    signed = signed_by(amendment_of())
    entry = entry_of(signed, 1, **forged)
    with pytest.raises(CryptoError):
        amendments.said_in(entry, amendments.digest(signed.amendment), ROSTER)


def test_only_the_custodian_itself_acknowledges() -> None:
    signed = signed_by(amendment_of())
    with pytest.raises(Unverified, match="signature"):
        said_by(signed, 1, signer=OTHER)
    with pytest.raises(Unverified, match="is none"):
        said_by(signed, 1, action="amendment.confirm")


def test_each_threshold_needs_as_many_as_leave_too_few_to_open() -> None:
    for n, t in ((3, 2), (5, 3), (5, 4), (7, 4), (7, 7)):
        needed = amendments.needed(msgspec.structs.replace(AGREED, n=n, t=t))
        assert n - needed < t
        assert n - (needed - 1) >= t
