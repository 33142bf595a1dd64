"""The check after the promise, and what the worker tidies up."""

from pathlib import Path
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.bids import service
from sunseal.bids.repository import BoxRepository
from sunseal.database import Role
from sunseal_crypto import checkpoint, event, notes, promise, receipt
from sunseal_crypto.box import REFUSED
from tests.bids.world import TUS, Bidder, Box, problem, seal
from tests.support.service import guards


def test_other_bytes_than_signed_are_refused_at_once(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    submission = bidder.uploaded(bidder.say(file, sha256=bytes(32)), file.data)
    assert bidder.finalise(submission).status_code == 200
    bidder.box.check_digest(submission)
    seen = bidder.look(submission)
    assert seen["state"] == "refused"
    verifier = promise.signer(bidder.box.settings.origin, bidder.box.keys.promise).verifier
    word = event.decode(promise.verify(seen["refusal"].encode(), verifier).detail)
    assert (word.action, word.data["rule"]) == (REFUSED, "digest-differs")
    entries = "select entry_id <> refusal_entry from sealed.submission where organization_id = %s"
    assert bidder.box.rows(entries, bidder.organization) == [(True,)]


def test_after_a_refusal_the_earlier_bid_stands_and_is_followed(bidder: Bidder) -> None:
    good, bad, last = (seal(bidder.envelope) for _ in range(3))
    one = bidder.say(good)
    first = bidder.handed_in(one, good.data)
    second = bidder.handed_in(bidder.say(bad, "replace", one, sha256=bytes(32)), bad.data)
    assert [bidder.look(s)["state"] for s in (first, second)] == ["accepted", "refused"]
    third = bidder.handed_in(bidder.say(last, "replace", one), last.data)
    assert [bidder.look(s)["state"] for s in (first, second, third)] == [
        "replaced",
        "refused",
        "accepted",
    ]


def test_a_refused_first_bid_may_be_submitted_again(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    bidder.handed_in(bidder.say(file, sha256=bytes(32)), file.data)
    again = bidder.handed_in(bidder.say(file), file.data)
    assert bidder.look(again)["state"] == "accepted"


def test_a_refused_link_that_is_followed_stays_in_the_chain(bidder: Bidder) -> None:
    """The next statement was finalised before the refusal; only together can they be verified."""
    files = [seal(bidder.envelope) for _ in range(3)]
    one = bidder.say(files[0])
    two = bidder.say(files[1], "replace", one, sha256=bytes(32))
    first = bidder.handed_in(one, files[0].data)
    second = bidder.handed_in(two, files[1].data, checked=False)
    third = bidder.handed_in(bidder.say(files[2], "replace", two), files[2].data, checked=False)
    bidder.box.check_digest(second)
    assert [bidder.look(s)["state"] for s in (first, second)] == ["accepted", "refused"]
    bidder.box.check_digest(third)
    assert [bidder.look(s)["state"] for s in (first, third)] == ["replaced", "accepted"]
    assert chain(bidder) == [first, second, third]


def test_a_check_that_ends_late_changes_nothing_any_more(bidder: Bidder) -> None:
    files = [seal(bidder.envelope) for _ in range(2)]
    one = bidder.say(files[0])
    first = bidder.handed_in(one, files[0].data, checked=False)
    second = bidder.handed_in(bidder.say(files[1], "replace", one), files[1].data)
    bidder.box.check_digest(first)
    assert [bidder.look(s)["state"] for s in (first, second)] == ["replaced", "accepted"]


def chain(bidder: Bidder) -> list[str]:
    query = "select id from sealed.joining where organization_id = %s"
    ((joining,),) = bidder.box.rows(query, bidder.organization)
    with bidder.box.database.work.unit_as(Role.WORKER) as uow:
        return [str(link.id) for link in BoxRepository(uow.session).chain(joining)]


def last_object(bidder: Bidder) -> UUID:
    query = "select object from sealed.segment where organization_id = %s order by start desc"
    return UUID(str(bidder.box.rows(query, bidder.organization)[0][0]))


def test_a_check_done_twice_settles_once(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    submission = bidder.handed_in(bidder.say(file, sha256=bytes(32)), file.data)
    refusal = bidder.look(submission)["refusal"]
    bidder.box.check_digest(submission)
    assert bidder.look(submission)["refusal"] == refusal
    assert [action for action, _, _ in bidder.box.events(bidder.organization)].count(REFUSED) == 1


def test_a_flipped_byte_in_the_store_is_found(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    submission = bidder.handed_in(bidder.say(file), file.data, checked=False)
    name = last_object(bidder)
    path = Path(bidder.box.settings.storage_url.removeprefix("file://")) / name.hex[:2] / name.hex
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    bidder.box.check_digest(submission)
    assert bidder.look(submission)["state"] == "refused"


def test_lost_bytes_are_found(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    submission = bidder.handed_in(bidder.say(file), file.data, checked=False)
    name = last_object(bidder)
    bidder.box.storage.delete(name)
    bidder.box.check_digest(submission)
    assert bidder.look(submission)["state"] == "refused"


def test_the_sweep_ends_uploads_that_were_never_finalised(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    bidder.uploaded(bidder.say(file), file.data)
    with box.database.admin() as connection:
        connection.execute("update sealed.upload set expires_at = kit.now() - interval '1 s'")
    sweep(box)
    box.run_due()
    assert box.objects() == set()
    assert box.rows("select count(*) from sealed.upload") == [(0,)]


def test_a_named_object_is_never_discarded(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    submission = bidder.handed_in(bidder.say(file), file.data)
    box.run_due()
    before = box.objects()
    with box.database.admin() as connection:
        connection.execute("update kit.outbox set due_at = kit.now()")
    box.run_due()
    assert box.objects() == before
    assert bidder.look(submission)["state"] == "accepted"


def sweep(box: Box) -> None:
    with box.database.work.unit_as(Role.WORKER) as uow:
        service.sweep(uow)


def test_an_upload_that_is_ended_leaves_no_object(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    committed = bidder.committed(bidder.say(file))
    bidder.patch(committed["upload"], 0, file.data[:20_000])
    box.client.delete(committed["upload"], headers={**bidder.headers, **TUS})
    box.run_due()
    assert box.objects() == set()


def test_a_statement_whose_predecessor_is_refused_meanwhile_must_be_signed_again(
    bidder: Bidder,
) -> None:
    files = [seal(bidder.envelope) for _ in range(3)]
    one = bidder.say(files[0])
    bidder.handed_in(one, files[0].data)
    two = bidder.say(files[1], "replace", one, sha256=bytes(32))
    second = bidder.handed_in(two, files[1].data, checked=False)
    third = bidder.uploaded(bidder.say(files[2], "replace", two), files[2].data)
    bidder.box.check_digest(second)
    assert problem(bidder.finalise(third)) == "chain-forked"
    again = bidder.handed_in(bidder.say(files[2], "replace", one), files[2].data)
    assert bidder.look(again)["state"] == "accepted"


def test_a_promise_is_kept_by_a_receipt(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    submission = bidder.handed_in(bidder.say(file), file.data)
    (guard,) = guards(1)
    with box.database.work.unit_as(Role.WORKER) as uow:
        keys = [str(guard.cosigner.verifier)]
        audit.tick(uow, box.keys.log, box.settings.tick_seconds, quorum=1, cosigners=keys)
        now = uow.now
    ((size, note),) = box.rows("select size, note from audit.checkpoint")
    line = checkpoint.cosign(notes.parse(note.encode()).text, guard.cosigner, now).decode()
    with box.database.admin() as admin:
        admin.execute(
            "insert into audit.cosignature (size, cosigner, line, at) values (%s, %s, %s, %s)",
            (size, guard.cosigner.name, line, now),
        )
    seen, origin = bidder.look(submission), box.settings.origin
    known = (box.keys.log.verifier, [guard.cosigner.verifier], 1)
    verified = receipt.verify(seen["receipt"].encode(), origin, *known)
    verifier = promise.signer(origin, box.keys.promise).verifier
    promise.check_kept(promise.verify(seen["promise"].encode(), verifier), verified)
