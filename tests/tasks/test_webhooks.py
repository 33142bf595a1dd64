"""Messages to an organization's address by a real worker, which dies while one is under way."""

import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from uuid import UUID

import pytest
from litestar.testing import TestClient

from sunseal.app import create_app
from sunseal.embedded import Embedded
from sunseal.storage import Storage
from sunseal_tasks.outbox import AGAIN
from sunseal_tasks.workshop import Workshop
from tests.opening.world import make_world
from tests.support.database import TestDatabase
from tests.tasks.worker import PATIENCE, wait_for, working
from tests.webhooks.conftest import Town
from tests.webhooks.receiver import Answer, Message, Receiver, receiving, verify, with_status

DELIVERED = "select count(*) from registry.webhook_delivery where delivered_at is not null"
FAILED = "select count(*) from registry.webhook_delivery where last_status = 500"


@pytest.fixture
def town(database: TestDatabase, tmp_path: Path) -> Iterator[Town]:
    world = make_world(database, tmp_path)
    world.settings = replace(world.settings, webhook_loopback=True)
    shop = Workshop(world.settings, world.work, Storage(world.settings.storage_url), world.keys)
    with TestClient(create_app(world.settings)) as client:
        yield Town(world, client, shop)


def held(until: threading.Event) -> Answer:
    """Takes the message, and says nothing for as long as the worker lives."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        until.wait(PATIENCE)
        with suppress(OSError):
            with_status(204)(handler)

    return answer


def names(messages: list[Message]) -> Counter[str]:
    return Counter(each.headers["webhook-id"] for each in messages)


@pytest.mark.slow
def test_a_failing_receiver_and_a_killed_worker_lose_no_message(
    town: Town, embedded: Embedded
) -> None:
    world = town.world
    began = world.rows("select kit.now()")[0][0]
    with receiving() as receiver:
        made = town.add(town.someone("agent"), receiver.url, "tender.published")
        # 1. The receiver fails once, and is asked again by itself.
        receiver.answer = with_status(500)
        tenders = [town.publish()]
        with working(world, embedded) as process:
            wait_for(world, FAILED, 1)
            receiver.answer = with_status(204)
            wait_for(world, DELIVERED, 1)
            assert list(names(receiver.received).values()) == [2]
            # 2. The worker dies while messages are at the receiver, who has not answered.
            dead, before = threading.Event(), len(receiver.received)
            receiver.answer = held(dead)
            tenders += [town.publish() for _ in range(3)]
            _wait_until(receiver, before + 1)
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            assert world.rows(DELIVERED)[0][0] == 1
            under_way = set(names(receiver.received[before:]))
            dead.set()
        # 3. Another worker, once the dead one's errands are due again.
        receiver.answer = with_status(204)
        world.move(AGAIN)
        with working(world, embedded):
            wait_for(world, DELIVERED, len(tenders))
            # Whoever would send one of them once more would do so with the next sweeps.
            world.move(AGAIN + timedelta(minutes=10))
            ticks = "select count(*) from audit.tick"
            wait_for(world, ticks, world.rows(ticks)[0][0] + 6)
        _check(town, receiver, made["secret"], tenders, under_way, began)


def _wait_until(receiver: Receiver, count: int) -> None:
    until = time.monotonic() + PATIENCE
    while len(receiver.received) < count:
        assert time.monotonic() < until, "nothing is sent"
        time.sleep(0.05)


def _check(
    town: Town,
    receiver: Receiver,
    secret: str,
    tenders: list[UUID],
    under_way: set[str],
    began: datetime,
) -> None:
    """What is due and nothing else, each verified; twice only what failed or was under way."""
    for each in receiver.received:
        # Fresh by the platform's clock as it stood while the messages came.
        verify(secret, each, began.timestamp())
    told = {each.headers["webhook-id"]: each.said["data"]["tender"] for each in receiver.received}
    assert sorted(told.values()) == sorted(str(tender) for tender in tenders)
    rows = town.world.rows("select id from registry.webhook_delivery")
    assert told.keys() == {f"msg_{row[0].hex}" for row in rows}
    counts = names(receiver.received)
    first = receiver.received[0].headers["webhook-id"]
    assert {name for name, count in counts.items() if count > 1} == {first} | under_way
    assert max(counts.values()) == 2
