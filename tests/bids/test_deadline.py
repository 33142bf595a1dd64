"""The deadline, decided under the lock by the database's clock."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest

from sunseal.bids import service
from sunseal.database import Role
from tests.bids.world import Bidder, Box, problem, seal


def before_the_box(bidder: Bidder) -> str:
    """A bid that waits to be finalised."""
    file = seal(bidder.envelope)
    return bidder.uploaded(bidder.say(file), file.data)


def test_after_the_deadline_nothing_enters(bidder: Bidder) -> None:
    submission = before_the_box(bidder)
    stranger = bidder.box.firm(bidder.envelope)
    bidder.box.close(bidder.envelope)
    answer = bidder.finalise(submission)
    assert problem(answer) == "deadline-passed"
    assert "The deadline was" in answer.json()["detail"]
    assert problem(bidder.commit(bidder.say(seal(bidder.envelope)))) == "deadline-passed"
    assert problem(stranger.join()) == "deadline-passed"
    assert bidder.look(submission)["promise"] is None


def test_after_the_deadline_nothing_leaves(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    said = bidder.say(file)
    bidder.handed_in(said, file.data)
    bidder.box.close(bidder.envelope)
    assert problem(bidder.commit(bidder.say(None, "withdraw", said))) == "deadline-passed"


@contextmanager
def closing(box: Box, bidder: Bidder) -> Iterator[Callable[[], None]]:
    """Holds the gate as closing does; what is yielded moves the deadline to now and lets go."""
    with psycopg.connect(box.database.admin_url) as connection:
        where = "where tender_id = %s"
        connection.execute(
            f"select 1 from sealed.gate {where} for update", (bidder.envelope.tender,)
        )

        def finish() -> None:
            connection.execute(
                f"update sealed.gate set deadline = kit.now(), state = 'closing' {where}",
                (bidder.envelope.tender,),
            )
            connection.execute("update sealed.upload set expires_at = kit.now()")
            connection.commit()

        yield finish


def wait_until_blocked(box: Box) -> None:
    query = "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and datname = %s"
    for _ in range(200):
        if box.rows(query, box.database.name) != [(0,)]:
            return
        threading.Event().wait(0.02)
    raise AssertionError("nobody waits for the lock")


LATE: dict[str, Callable[[Bidder, str], Any]] = {
    "finalise": lambda bidder, submission: bidder.finalise(submission),
    "joining": lambda bidder, _: bidder.box.firm(bidder.envelope).join(),
}


@pytest.mark.parametrize("act", LATE.values(), ids=LATE.keys())
def test_late_by_one_transaction(box: Box, bidder: Bidder, act: Callable[..., Any]) -> None:
    submission = before_the_box(bidder)
    with ThreadPoolExecutor(1) as pool, closing(box, bidder) as finish:
        late = pool.submit(act, bidder, submission)
        wait_until_blocked(box)
        finish()
        answer = late.result()
    assert problem(answer) == "late-at-the-lock"
    assert "came before the deadline" in answer.json()["detail"]
    assert bidder.look(submission)["state"] == "committed"
    # What the attempt had stored already goes with the upload.
    with box.database.work.unit_as(Role.WORKER) as uow:
        service.sweep(uow)
    box.run_due()
    assert box.objects() == set()


def test_a_withdrawal_late_by_one_transaction(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    said = bidder.say(file)
    submission = bidder.handed_in(said, file.data)
    with ThreadPoolExecutor(1) as pool, closing(box, bidder) as finish:
        late = pool.submit(bidder.commit, bidder.say(None, "withdraw", said))
        wait_until_blocked(box)
        finish()
        answer = late.result()
    assert problem(answer) == "late-at-the-lock"
    assert bidder.look(submission)["state"] == "accepted"


def test_two_finalise_at_once_and_get_one_promise(bidder: Bidder) -> None:
    submission = before_the_box(bidder)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(bidder.finalise, [submission] * 4))
    assert len({answer.json()["promise"] for answer in answers}) == 1
    actions = [action for action, _, _ in bidder.box.events(bidder.organization)]
    assert len(actions) == len(set(actions)) == 3


def test_two_replacements_at_once_make_no_fork(bidder: Bidder) -> None:
    files = [seal(bidder.envelope) for _ in range(3)]
    first = bidder.say(files[0])
    bidder.handed_in(first, files[0].data)
    rivals = [bidder.say(file, "replace", first) for file in files[1:]]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(bidder.commit, rivals))
    assert [answer.status_code for answer in answers] == [201, 201]
    found = bidder.get("/api/v1/submissions").json()
    assert sorted(one["state"] for one in found) == ["accepted", "committed", "void"]


def test_the_last_leaf_is_given_once(crowd: Box) -> None:
    envelope = crowd.envelope(box_size=2)
    firms = [crowd.firm(envelope) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(Bidder.join, firms))
    assert sorted(answer.status_code for answer in answers) == [201, 201, 409, 409]


@pytest.mark.parametrize("act", ["finalise", "withdraw"])
def test_whoever_waits_for_the_box_holds_no_row_that_closing_wants(
    box: Box, bidder: Bidder, act: str
) -> None:
    """Closing voids open statements while it holds the gate: neither may wait for the other."""
    file = seal(bidder.envelope)
    said = bidder.say(file)
    bidder.handed_in(said, file.data)
    later = seal(bidder.envelope)
    submission = bidder.uploaded(bidder.say(later, "replace", said), later.data)
    with ThreadPoolExecutor(1) as pool, closing(box, bidder) as finish:
        if act == "finalise":
            waiting = pool.submit(bidder.finalise, submission)
        else:
            waiting = pool.submit(bidder.commit, bidder.say(None, "withdraw", said))
        wait_until_blocked(box)
        with box.database.admin() as admin:
            admin.execute("set lock_timeout = '2s'")
            admin.execute("update sealed.submission set state = 'void' where state = 'committed'")
            admin.execute(
                "delete from sealed.segment where upload_id in (select upload_id "
                "from sealed.submission where state = 'void')"
            )
        finish()
        assert problem(waiting.result()) == "late-at-the-lock"
