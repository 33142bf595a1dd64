"""What the operator's machines write down by the way names no tender, firm, size or price.

How many lines, messages and objects there are may differ; the threat model says so.
"""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from sunseal_tasks.app import make_app
from sunseal_tasks.outbox import SWEEP
from tests.adversaries.siege import broker_dump
from tests.isolation.installation import Installation


def secrets_of(one: Installation) -> set[str]:
    """Ids, names, sizes and prices of all that takes part."""
    found = {str(one.world.tender), one.world.tender.hex}
    for firm in one.firms:
        found |= {str(firm.organization), firm.organization.hex, str(firm.person), firm.name}
        found.add(firm.pseudonym.public.hex())
    sizes = one.world.rows("select distinct size from sealed.submission where size > 0")
    return found | {str(row[0]) for row in sizes} | {f"100{n}.0" for n in range(1, 6)} | {"999.00"}


def channels(one: Installation) -> Iterator[tuple[str, str]]:
    for line in one.lines:
        yield "a log line", line
    for name, args in one.messages:
        yield "a task's message", repr((name, args))
    folder = Path(one.world.settings.storage_url.removeprefix("file://"))
    for path in folder.rglob("*"):
        yield "an object's name", path.relative_to(folder).as_posix()


def test_no_channel_of_the_operator_names_anything(two_worlds: tuple[Installation, ...]) -> None:
    busy = two_worlds[1]
    wanted = secrets_of(busy)
    said = list(channels(busy))
    assert sum("listening" in line for line in busy.lines) == 2
    assert {kind for kind, _ in said} == {"a log line", "a task's message", "an object's name"}
    leaks = [(kind, each) for kind, text in said for each in wanted if each in text]
    assert leaks == []


def test_the_search_would_find_a_name(two_worlds: tuple[Installation, ...]) -> None:
    busy = two_worlds[1]
    assert any(each in f"GET /tenders/{busy.world.tender}" for each in secrets_of(busy))


def test_the_broker_holds_ids_alone(two_worlds: tuple[Installation, ...], embedded: object) -> None:
    """The same messages, in a real broker: its keys and everything under them."""
    busy = two_worlds[1]
    url: str = embedded.redis_url  # type: ignore[attr-defined]
    app = make_app(url, 1.0)
    with app.connection_for_write() as connection:
        for name, args in busy.messages:
            app.send_task(name, args=args, connection=connection)
    held = b"".join(data for _, data in broker_dump(url))
    assert SWEEP.encode() not in held
    leaks = [each for each in secrets_of(busy) if not each.isdecimal() and each.encode() in held]
    assert leaks == []


@pytest.mark.parametrize("position", [0, 1], ids=["argument", "errand"])
def test_a_message_is_two_opaque_ids(two_worlds: tuple[Installation, ...], position: int) -> None:
    for _, args in two_worlds[1].messages:
        if len(args) > position and args[position] is not None:
            assert str(UUID(args[position])) == args[position]
