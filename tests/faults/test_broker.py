"""The broker may forget everything at any moment; only time is lost."""

import random
import threading
import time
from functools import partial

import pytest
import redis

from tests.faults.promises import check_honoured
from tests.support.town import Tender, Town, together

SEED = 11
OPENED_WITHIN = 90.0


def flush_until(over: threading.Event, town: Town, tender: Tender) -> None:
    chance = random.Random(SEED)
    broker = redis.Redis(unix_socket_path=town.stack.servers.redis_url.removeprefix("unix://"))
    with broker:
        while not over.wait(chance.uniform(0.05, 1.5)):
            broker.flushall()
            town.end_patience(tender.id)


@pytest.mark.slow
def test_a_broker_that_is_emptied_all_the_time_loses_nothing(town: Town) -> None:
    bidders = town.bidders[:3]
    tender = town.publish(town.window(10))
    over = threading.Event()
    flusher = threading.Thread(target=flush_until, args=(over, town, tender))
    flusher.start()
    try:
        together([partial(each.offer, tender.id) for each in bidders])
        bidders[0].withdraw(tender.id)
        town.sleep_until(tender.not_before)
        town.wait_until_over(tender.id, OPENED_WITHIN)
        time.sleep(1)
    finally:
        over.set()
        flusher.join()
    check_honoured(town, tender, bidders)
