"""The custodians' own program against this room: nobody plays a part here."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sunseal_crypto import certificate
from sunseal_parties.custodian import keys
from sunseal_parties.custodian.daemon import Custodian
from sunseal_parties.custodian.http import HttpPlatform
from sunseal_parties.custodian.journal import Journal
from tests.custody.world import Seat, World, decoded
from tests.tenders.forms import get


def now() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - the custodian's own clock


def daemon(world: World, seat: Seat, folder: Path) -> tuple[Custodian, Journal]:
    own = keys.Keys(seat.guard.identity, seat.guard.cosigner.key)
    roster_bytes = world.service.settings.roster.read_bytes()
    client = world.service.client
    platform = HttpPlatform("http://testserver.local", seat.token, client._transport)
    journal = Journal(folder / f"{seat.index}.db")
    custodian = Custodian(platform, journal, own, keys.take_seat(own, roster_bytes), now)
    return custodian, journal


@pytest.fixture
def daemons(world: World, tmp_path: Path) -> Iterator[list[Custodian]]:
    made = [daemon(world, seat, tmp_path) for seat in world.seats]
    yield [custodian for custodian, _ in made]
    for _, journal in made:
        journal.close()


def test_daemons_make_the_key_and_cosign_the_log(world: World, daemons: list[Custodian]) -> None:
    for _ in range(5):
        for custodian in daemons:
            custodian.poll()
    assert [each["state"] for each in world.attempts()] == ["complete"]
    path = f"/tenders/{world.tender}/envelopes/1/certificate"
    certified = get(world.service, path, world.party).json()["certificate"]
    certificate.verify(decoded(certified), world.service.settings.roster.read_bytes())
    cosigners = world.sql("select cosigner from audit.cosignature where size = 1")
    assert len(cosigners) == len(daemons)


def test_daemons_bury_a_failed_attempt_and_hold_the_next(
    world: World, daemons: list[Custodian]
) -> None:
    for custodian in daemons:
        custodian.poll()
    seat = world.seats[2]
    seat.post("complaint", seat.complaint("a disk failed here", None))
    for custodian in daemons:
        custodian.poll()
    assert world.restart().status_code == 201
    for _ in range(5):
        for custodian in daemons:
            custodian.poll()
    assert [each["state"] for each in world.attempts()] == ["failed", "complete"]
