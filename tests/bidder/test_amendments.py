"""A bidder is never talked into a deadline that is not in force."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from sunseal_crypto import amendment as rules
from sunseal_crypto import canonical, signing
from sunseal_crypto.amendment import Acknowledgement, Amendment
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_text
from tests.bidder.conftest import Desk
from tests.bidder.stand_in import TOKEN, Platform
from tests.bidder.world import DEADLINE, NOON, World

PROPOSER, CONFIRMER, STRANGER = (SigningKey.generate() for _ in range(3))
DAY = timedelta(days=1)
BOTH = (PROPOSER, CONFIRMER)


@pytest.fixture(scope="module")
def amended_world() -> World:
    return World(amenders=[PROPOSER, CONFIRMER])


@pytest.fixture
def platform(amended_world: World) -> Platform:
    return Platform(amended_world)


@pytest.fixture
def checked(desk: Desk) -> Desk:
    token = desk.folder / "token"
    token.write_text(TOKEN)
    desk.done("login", "--token-file", str(token))
    desk.done("check", desk.tender, "--roster", desk.roster_file())
    return desk


def wish(world: World, number: int = 1, before: bytes = b"", **changes: Any) -> Amendment:
    made = Amendment(
        origin=world.origin,
        tender=str(world.tender),
        envelope="1",
        terms=world.key.terms_hash,
        number=number,
        previous=before,
        deadline=DEADLINE + number * DAY,
        not_before=DEADLINE + number * DAY,
        reason="A flood cut off the site.",
    )
    return msgspec.structs.replace(made, **changes)


def shown(
    world: World,
    made: Amendment,
    *custodians: int,
    keys: tuple[SigningKey, SigningKey] = BOTH,
    at: datetime = NOON,
    cosigners: int = 4,
    identity: SigningKey | None = None,
) -> dict[str, Any]:
    """What the platform shows; `at` is the tick's time of the acknowledgements."""
    data = canonical.encode(made)
    digest = rules.digest(data)
    words = []
    for custodian in custodians:
        said = Acknowledgement(amendment=digest, custodian=custodian, at=NOON)
        word = rules.acknowledge(said, identity or world.identities[custodian - 1])
        facts = rules.entry_data(digest, custodian, canonical.encode(word))
        receipt = world.receipt(
            *world.entry(rules.ACKNOWLEDGE, **facts), cosigners=cosigners, at=at
        )
        words.append({"custodian": custodian, "receipt": receipt})
    signatures = [
        signing.sign_labelled(key, label, data)
        for key, label in zip(keys, rules.LABELS, strict=True)
    ]
    return {
        "state": "in_force",
        "deadline": made.deadline.isoformat(),
        "amendment": b64encode(data).decode(),
        "signatures": [base64_text(each) for each in signatures],
        "acknowledgements": words,
    }


def sure(desk: Desk) -> tuple[datetime, int, str]:
    """Deadline and number of the last amendment, and what was said to the user."""
    ended = desk.done("deadline", desk.tender, "--json")
    facts = json.loads(ended.out)
    return datetime.fromisoformat(facts["deadline"]), facts["amendment"], ended.err


def test_a_deadline_that_is_in_force_is_shown_as_sure(checked: Desk, platform: Platform) -> None:
    world = platform.world
    assert sure(checked)[:2] == (DEADLINE, 0)
    first = wish(world)
    platform.amendments = [shown(world, first, 1, 3)]
    assert sure(checked) == (DEADLINE + DAY, 1, "")
    before = rules.digest(canonical.encode(first))
    platform.amendments.append(shown(world, wish(world, 2, before), 2, 3, at=DEADLINE))
    assert sure(checked) == (DEADLINE + 2 * DAY, 2, "")
    said = checked.done("check", checked.tender).out
    assert "by amendment 2, which is in force" in said


Lie = Callable[[World], dict[str, Any]]
LIES: dict[str, tuple[Lie, str]] = {
    "nobody acknowledged it": (lambda world: shown(world, wish(world)), "0 custodians"),
    "t - 1 custodians": (lambda world: shown(world, wish(world), 2), "1 custodians"),
    "one custodian twice": (lambda world: shown(world, wish(world), 2, 2), "1 custodians"),
    "the tendering party alone": (
        lambda world: shown(world, wish(world), 1, 2, keys=(PROPOSER, PROPOSER)),
        "key that confirms",
    ),
    "the platform's own keys": (
        lambda world: shown(world, wish(world), 1, 2, keys=(STRANGER, STRANGER)),
        "key that proposes",
    ),
    "words in a tick after the deadline": (
        lambda world: shown(world, wish(world), 1, 2, at=DEADLINE),
        "0 custodians",
    ),
    "words in a log that too few cosigned": (
        lambda world: shown(world, wish(world), 1, 2, cosigners=2),
        "cosign",
    ),
    "forged words": (
        lambda world: shown(world, wish(world), 1, 2, identity=STRANGER),
        "signature",
    ),
    "another tender's": (
        lambda world: shown(world, wish(world, tender="another"), 1, 2),
        "another tender",
    ),
    "an earlier deadline": (
        lambda world: shown(world, wish(world, deadline=DEADLINE - DAY), 1, 2),
        "later",
    ),
    "the second without the first": (
        lambda world: shown(world, wish(world, 2, bytes(32)), 1, 2),
        "does not follow",
    ),
}


@pytest.mark.parametrize("name", LIES)
def test_a_later_deadline_that_is_not_in_force_is_not_believed(
    checked: Desk, platform: Platform, name: str
) -> None:
    lie, why = LIES[name]
    platform.amendments = [lie(platform.world)]
    deadline, number, said = sure(checked)
    assert (deadline, number) == (DEADLINE, 0)
    assert "does not count" in said
    assert why in said
    assert "hand in your bid before it" in said


def test_what_was_in_force_cannot_be_hidden_or_exchanged(checked: Desk, platform: Platform) -> None:
    world = platform.world
    platform.amendments = [shown(world, wish(world), 1, 2)]
    assert sure(checked)[0] == DEADLINE + DAY
    other = wish(world, deadline=DEADLINE + DAY / 2)
    for now in ([], [shown(world, other, 1, 2)]):
        platform.amendments = now
        ended = checked.run("deadline", checked.tender)
        assert ended.code == 1
        assert "hides or changes" in ended.err


def test_terms_without_amenders_are_not_asked_about(
    tmp_path: Any, shared_world: World, desk: Desk
) -> None:
    desk.platform.world = shared_world
    desk.enter()
    desk.done("deadline", desk.tender)
    assert "GET tenders/envelopes/amendments" not in desk.platform.asked
