"""The table of failures: each row happens, is shown as what it is, and stops nobody else."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from sunseal.bids.models import State
from sunseal.opening import rules
from sunseal_crypto import canonical, release
from sunseal_crypto.signing import SigningKey
from tests.opening.firm import Firm, SealedBid
from tests.opening.world import World


def test_a_practitioner_not_on_the_roster_is_opened_and_marked(world: World) -> None:
    [other] = world.bidders(1)
    firm = world.firm().joined()
    firm.submit(firm.seal("5.00", practitioners=("王伟",)))
    world.open()
    outcome, price, reason = world.bids()[firm.name]
    assert (outcome, price) == ("needs_review", "5.00")
    assert "王伟" in reason
    assert world.bids()[other.name][0] == "opened"


def test_a_practitioner_on_the_roster_is_as_good_as_any_bid(world: World) -> None:
    firm = world.firm().joined()
    world.rows(
        """insert into registry.practitioner (organization_id, name, added_at)
        values (%s, '王 伟', kit.now())""",
        firm.organization,
    )
    firm.submit(firm.seal(practitioners=("王伟",)))
    world.open()
    assert world.outcomes() == ["opened"]


def test_bytes_refused_at_submission_are_no_bid(world: World) -> None:
    world.bidders(1)
    firm = world.firm().joined()
    firm.submit(firm.seal(), sha256=bytes(32))
    world.open()
    assert world.outcomes() == ["opened", "refused"]


def test_an_earlier_bid_stands_when_its_replacement_is_refused(world: World) -> None:
    [firm] = world.bidders(1)
    firm.submit(firm.seal("9.00"), "replace", sha256=bytes(32))
    world.open()
    assert world.bids()[firm.name][:2] == ("opened", "1001.00")


def test_a_replaced_bid_is_not_opened(world: World) -> None:
    [firm] = world.bidders(1)
    firm.submit(firm.seal("9.00"), "replace")
    world.open()
    assert world.bids()[firm.name][:2] == ("opened", "9.00")


def _flip(world: World, name: UUID) -> bytes:
    before = world.storage.get(name)
    world.storage.delete(name)
    world.storage.put(name, before[:40] + bytes([before[40] ^ 1]) + before[41:])
    return before


def _lose(world: World, name: UUID) -> bytes:
    before = world.storage.get(name)
    world.storage.delete(name)
    return before


@pytest.mark.parametrize("harm", [_flip, _lose], ids=["a flipped byte", "a lost object"])
@pytest.mark.parametrize("part", ["header_object", "object"])
def test_bytes_that_are_not_those_logged_are_the_platforms_fault(
    world: World, harm: Callable[[World, UUID], bytes], part: str
) -> None:
    harmed, other = world.bidders(2)
    table = "sealed.submission where id" if part == "header_object" else "sealed.segment where true"
    if part == "header_object":
        [[name]] = world.rows(f"select {part} from {table} = %s", harmed.submission)
    else:
        [[name]] = world.rows(
            """select object from sealed.segment s join sealed.upload u on u.id = s.upload_id
            where u.submission_id = %s order by start limit 1""",
            harmed.submission,
        )
    before = harm(world, name)
    world.open()
    assert world.bids()[harmed.name][0] == "platform_fault"
    assert world.bids()[other.name][0] == "opened"
    assert not world.records()[-1].final
    # Whoever supplies the logged bytes again heals it; then nothing is left to wait for.
    world.storage.delete(name)
    world.storage.put(name, before)
    world.move(rules.RETRY + timedelta(seconds=1))
    world.advance()
    assert world.bids()[harmed.name][:2] == ("opened", "1001.00")
    assert [record.final for record in world.records()] == [False, True]
    assert world.rows("select count(*) from sealed.share") == [(0,)]


def _in_header(sealed: SealedBid) -> SealedBid:
    """The second stanza's body is another one, and the MAC is not made anew."""
    head, _, rest = sealed.data.partition(b"\n--- ")
    place = len(head) - 5
    letter = b"A" if head[place : place + 1] != b"A" else b"B"
    data = head[:place] + letter + head[place + 1 :] + b"\n--- " + rest
    return SealedBid(data, sealed.manifest, sealed.authorship)


def _in_payload(sealed: SealedBid) -> SealedBid:
    data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    return SealedBid(data, sealed.manifest, sealed.authorship)


def _in_price(sealed: SealedBid) -> SealedBid:
    """The statement names the hash of another bid.json than the one in the file."""
    fields = {name: getattr(sealed.manifest, name) for name in sealed.manifest.__struct_fields__}
    manifest = type(sealed.manifest)(**(fields | {"price": "1.00"}))
    return SealedBid(sealed.data, manifest, sealed.authorship)


REVOKED: dict[str, Callable[[Firm], SealedBid]] = {
    "header MAC": lambda firm: _in_header(firm.seal()),
    "payload": lambda firm: _in_payload(firm.seal()),
    "manifest is not the one named": lambda firm: _in_price(firm.seal()),
    "signed by a key of nobody": lambda firm: firm.seal(signer=SigningKey.generate()),
    "another organization": lambda firm: firm.seal(organization=str(uuid4())),
    "another tender": lambda firm: firm.seal(tender=str(uuid4())),
    "another envelope": lambda firm: firm.seal(envelope="2"),
    "another origin": lambda firm: firm.seal(origin="elsewhere.example"),
    "another pseudonym": lambda firm: firm.seal(pseudonym=SigningKey.generate().public),
    "another recipient": lambda firm: firm.seal(recipient="age1" + "q" * 58),
    "other terms": lambda firm: firm.seal(terms=bytes(32)),
    "another currency": lambda firm: firm.seal(currency="USD"),
    "a price in words": lambda firm: firm.seal(price="1e3", documents={"a": b"a"}),
    "two containers": lambda firm: firm.seal(tamper=lambda data: data + data),
    "a byte of a document": lambda firm: firm.seal(
        documents={"a": b"content"}, tamper=lambda data: data.replace(b"content", b"CONTENT")
    ),
    "no container": lambda firm: firm.seal(tamper=lambda data: b"x" * len(data)),
    "a document that was not signed": lambda firm: firm.seal(documents={"a": b"a"}, files=[]),
}


def test_what_bidders_did_wrong_revokes_their_bids_alone(wide: World) -> None:
    [other] = wide.bidders(1)
    wrong = {fault: wide.firm().joined() for fault in REVOKED}
    for fault, firm in wrong.items():
        firm.submit(REVOKED[fault](firm))
    stored = _objects(wide)
    wide.open()
    bids = wide.bids()
    assert bids[other.name][0] == "opened"
    outcomes = {fault: bids[firm.name][:2] for fault, firm in wrong.items()}
    assert outcomes == dict.fromkeys(REVOKED, ("revoked", None))
    assert all(bids[firm.name][2] for firm in wrong.values())
    assert wide.records()[-1].final
    # Nothing of them is left lying about: what is new belongs to the other one.
    assert len(_objects(wide) - stored) == 1


def _objects(world: World) -> set[str]:
    folder = Path(world.settings.storage_url.removeprefix("file://"))
    return {path.name for path in folder.glob("*/*") if path.is_file()}


def test_with_too_few_answers_everything_stays_sealed_and_the_silent_are_named(
    world: World,
) -> None:
    world.bidders(2)
    world.close()
    world.ask()
    world.answer(2)
    world.refuse(3, "clock-off")
    world.advance()
    assert world.state() == "released"
    assert world.records() == []
    said = [row[0] for row in world.rows("select body from opened.hall_event order by id")]
    assert said[0]["custodians"] == ["guard-1", "guard-2", "guard-3"]
    assert [(each["custodian"], each["said"], each["reason"]) for each in said[1:]] == [
        ("guard-2", "answered", ""),
        ("guard-3", "refused", "clock-off"),
    ]
    # It is asked again and again; who comes late opens them all.
    world.advance()
    world.answer(1)
    world.advance()
    assert world.outcomes() == ["opened", "opened"]
    said_in_record = {answer.name: answer.said for answer in world.records()[-1].answers}
    assert said_in_record == {"guard-1": "answered", "guard-2": "answered", "guard-3": "refused"}


def test_a_custodian_that_lies_is_named_and_left_out(world: World) -> None:
    world.bidders(2)
    world.close()
    world.ask()
    world.answer(1, lie=True)
    world.answer(2, 3)
    world.advance()
    assert world.outcomes() == ["opened", "opened"]
    [answer] = [answer for answer in world.records()[-1].answers if answer.said == "false"]
    assert answer.name == "guard-1"
    assert "participant 1" in answer.reason
    # What it signed is kept: the proof that it lied.
    kept = world.rows("select custodian from opened.answer order by custodian")
    assert kept == [(1,), (2,), (3,)]


def _other_commitment(world: World, body: bytes) -> tuple[bytes, bytes]:
    signed = world.council.answer(1, body, world.council.decide(body, world.log()))
    return bytes(32), world.council.seal(signed)


def _anothers_name(world: World, body: bytes) -> tuple[bytes, bytes]:
    signed = world.council.answer(2, body, world.council.decide(body, world.log()))
    return release.commitment(signed), world.council.seal(signed)


def _not_sealed(world: World, body: bytes) -> tuple[bytes, bytes]:
    signed = world.council.answer(1, body, world.council.decide(body, world.log()))
    return release.commitment(signed), canonical.encode(signed)


def _half_answered(world: World, body: bytes) -> tuple[bytes, bytes]:
    heads = world.council.decide(body, world.log())
    signed = world.council.answer(1, body, dict(list(heads.items())[:1]))
    return release.commitment(signed), world.council.seal(signed)


@pytest.mark.parametrize(
    "made",
    [_other_commitment, _anothers_name, _not_sealed, _half_answered],
    ids=lambda f: f.__name__,
)
def test_an_answer_that_does_not_hold_does_not_count(
    world: World, made: Callable[[World, bytes], tuple[bytes, bytes]]
) -> None:
    world.bidders(2)
    world.close()
    world.ask()
    request_id, body = world.requests()[0]
    world.post(request_id, 1, *made(world, body))
    world.answer(2)
    world.advance()
    assert world.state() == "released"
    world.answer(3)
    world.advance()
    assert world.outcomes() == ["opened", "opened"]


def test_a_leaf_that_custodians_find_invalid_does_not_stop_the_others(world: World) -> None:
    world.bidders(2)
    world.close()
    world.ask()
    _, body = world.requests()[0]
    place = release.parse_request(body).answer[0]
    world.answer(1, 2, invalid={place: "bad-share"})
    world.advance()
    assert world.outcomes() == ["not_opened", "opened"]
    record = world.records()[-1]
    assert record.final
    assert "bad-share" in next(x.reason for x in record.leaves if x.position == place)


@pytest.mark.parametrize("count", [0, 2])
def test_too_few_bids_are_returned_unread(few: World, count: int) -> None:
    few.bidders(count)
    gone = few.firm().joined()
    gone.submit(gone.seal())
    gone.withdraw()
    few.close()
    few.ask()
    assert few.requests() == []
    assert (few.state(), few.status()) == ("failed", "failed")
    assert few.outcomes() == ["returned"] * count + ["withdrawn"]
    assert set(few.bids()) == {None}
    [record] = few.records()
    assert (record.result, record.final) == ("failed", True)
    assert all(leaf.bidder is None and not leaf.price for leaf in record.leaves)


def test_a_barred_bidder_is_not_opened_and_does_not_count(few: World) -> None:
    """Three bids, one of them barred: two are left, three are needed."""
    few.lists("B-1,company,别的名字,91440300100000000R,serious,a judgment,2020-01-01,")
    few.bidders(2)
    barred = few.firm(uscc="91440300100000000R").joined()
    barred.submit(barred.seal())
    few.close()
    few.ask()
    few.tick()
    few.advance()
    assert few.state() == "failed"


def test_a_confirmed_hit_bars_one_bid_alone(world: World) -> None:
    world.lists("B-1,company,别的名字,91440300100000000R,serious,a judgment,2020-01-01,")
    [other] = world.bidders(1)
    barred = world.firm(uscc="91440300100000000R").joined()
    barred.submit(barred.seal())
    world.open()
    assert world.bids()[other.name][0] == "opened"
    assert world.outcomes() == ["barred", "opened"]
    [leaf] = [leaf for leaf in world.records()[-1].leaves if leaf.outcome == "barred"]
    assert leaf.leaf.decision is not None
    assert leaf.bidder is None
    # A wrong entry must not destroy a bid: its header is kept.
    [[header]] = world.rows(
        "select header_object from sealed.submission where id = %s", barred.submission
    )
    assert world.storage.get(header)


def test_a_late_statement_that_was_never_finalised_is_void(world: World) -> None:
    world.bidders(1)
    firm = world.firm().joined()
    sealed = firm.seal()
    made = firm.upload(firm.say(sealed, "submit"), sealed.data)
    world.open()
    assert world.outcomes() == ["empty", "opened"]
    assert world.rows("select state from sealed.submission where id = %s", made) == [
        (State.VOID.value,)
    ]


def test_closing_waits_for_digests_and_ticks(world: World) -> None:
    firm = world.firm().joined()
    submission = firm.submit(firm.seal(), check=False)
    world.move_to(world.key.terms.deadline)
    world.advance()
    assert world.state() == "closing"
    world.check_digest(submission)
    world.advance()
    assert world.state() == "closing"
    world.tick()
    world.advance()
    assert world.state() == "closed"


def test_nothing_is_asked_before_not_before(world: World) -> None:
    world.bidders(1)
    world.close()
    world.advance()
    assert world.state() == "closed"
    assert world.requests() == []
    assert world.rows("select count(*) from opened.hall_event") == [(0,)]


def test_nobody_is_asked_while_a_withdrawn_bid_still_has_its_header(world: World) -> None:
    world.bidders(1)
    gone = world.firm().joined()
    gone.submit(gone.seal())
    gone.withdraw()
    world.tick()
    world.move_to(world.key.terms.deadline)
    world.advance()
    world.tick()
    world.ask()
    assert world.requests() == []
    world.destroy_headers()
    world.advance()
    assert len(world.requests()) == 1


def test_a_cancelled_tender_is_never_opened(world: World) -> None:
    world.bidders(1)
    world.rows(
        """update notice.tender set status = 'cancelled', cancel_reason = 'r',
        cancelled_at = kit.now()"""
    )
    world.move_to(world.key.terms.deadline)
    world.advance()
    assert world.state() == "cancelled"
    world.move_to(world.key.terms.not_before)
    world.advance()
    assert world.requests() == []
