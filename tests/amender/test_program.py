"""`sunseal-amend`: nobody signs what was not checked by the own roster, or not shown."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from sunseal_crypto import amendment as rules
from sunseal_crypto import canonical, signing
from sunseal_crypto.amendment import Amendment, SignedAmendment
from sunseal_crypto.signing import SigningKey
from sunseal_parties.amender import cli
from sunseal_parties.bidder.home import Home
from tests.bidder.stand_in import TOKEN, Platform, serving
from tests.bidder.world import DEADLINE, World

STRANGER = SigningKey.generate()
LATER = DEADLINE + timedelta(days=1)
TIMES = ("--deadline", LATER.isoformat(), "--not-before", LATER.isoformat())


@dataclass
class Town:
    folder: Path
    platform: Platform
    url: str
    capsys: pytest.CaptureFixture[str]

    def run(self, who: str, *words: str) -> tuple[int, str]:
        """As `clerk` or `centre`; the exit code and what was said."""
        self.capsys.readouterr()
        home = ("--home", str(self.folder / who), "--url", self.url, "--patience", "5")
        with pytest.raises(SystemExit) as ended:
            cli.main([*home, *words])
        said = self.capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    def propose(self, who: str = "clerk", *times: str) -> tuple[int, str]:
        tender = str(self.platform.world.tender)
        return self.run(who, "propose", tender, *(times or TIMES), "--reason", "A flood.")

    def confirm(self) -> tuple[int, str]:
        return self.run("centre", "confirm", str(self.platform.world.tender), "--yes")


@pytest.fixture(scope="module")
def parties(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, World]:
    """Two homes whose keys the terms name."""
    folder = tmp_path_factory.mktemp("parties")
    keys = [Home(folder / who).make_organization_key() for who in ("clerk", "centre")]
    world = World(amenders=keys)
    for who in ("clerk", "centre"):
        Home(folder / who).keep_token(TOKEN)
        Home(folder / who).keep_roster(world.roster)
    return folder, world


@contextmanager
def opened(parties: tuple[Path, World], capsys: pytest.CaptureFixture[str]) -> Iterator[Town]:
    folder, world = parties
    platform = Platform(world)
    with serving(platform) as url:
        yield Town(folder, platform, url, capsys)


@pytest.fixture
def town(parties: tuple[Path, World], capsys: pytest.CaptureFixture[str]) -> Iterator[Town]:
    with opened(parties, capsys) as made:
        yield made


def test_one_proposes_and_another_confirms_the_same_bytes(town: Town) -> None:
    assert town.propose()[0] == 0
    [proposal] = town.platform.proposals
    body, first = b64decode(proposal["amendment"]), b64decode(proposal["signature"])
    code, said = town.confirm()
    assert code == 0
    assert "A flood." in said
    assert str(LATER.astimezone()) in said
    signed = SignedAmendment(body, [first, *town.platform.confirmed])
    assert rules.verify(signed, town.platform.world.key.terms).deadline == LATER


def test_each_key_is_for_its_own_step(town: Town) -> None:
    code, said = town.propose("centre")
    assert (code, town.platform.proposals) == (1, [])
    assert "do not name the key" in said


@pytest.mark.parametrize(
    ("times", "why"),
    [
        ((DEADLINE - timedelta(days=1),) * 2, "later"),
        ((LATER, DEADLINE), "before the deadline|later"),
    ],
    ids=["earlier", "opened before the deadline"],
)
def test_nothing_earlier_is_proposed(town: Town, times: tuple[Any, Any], why: str) -> None:
    first, second = (moment.isoformat() for moment in times)
    code, _ = town.propose("clerk", "--deadline", first, "--not-before", second)
    assert (code, town.platform.proposals) == (1, [])


@pytest.mark.parametrize("moment", ["2077-04-01T09:30:00", "tomorrow"])
def test_a_time_says_its_zone(town: Town, moment: str) -> None:
    code, said = town.propose("clerk", "--deadline", moment, "--not-before", moment)
    assert code == 2
    assert "zone" in said or "no time" in said


def forged(town: Town, signer: SigningKey | None = None, **changes: Any) -> dict[str, Any]:
    """What a platform shows instead of what the tendering party proposed."""
    town.propose()
    proposal = town.platform.proposals.pop()
    body = b64decode(proposal["amendment"])
    if not changes and signer is None:
        return proposal
    made = canonical.encode(replace(canonical.decode(Amendment, body), **changes))
    key = signer or Home(town.folder / "clerk").organization_key()
    signature = signing.sign_labelled(key, rules.PROPOSAL_LABEL, made)
    kept = b64decode(proposal["signature"]) if signer is None and not changes else signature
    return proposal | {
        "amendment": b64encode(made).decode(),
        "signature": b64encode(kept).decode(),
    }


LIES: dict[str, Callable[[Town], dict[str, Any]]] = {
    "by nobody who may propose": lambda town: forged(town, STRANGER),
    "of another tender": lambda town: forged(town, tender="another"),
    "out of turn": lambda town: forged(town, number=2, previous=bytes(32)),
    "to an earlier time": lambda town: forged(town, deadline=DEADLINE - timedelta(days=1)),
    "other bytes than were signed": lambda town: (
        forged(town) | {"amendment": forged(town, reason="Another.")["amendment"]}
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_the_centre_is_not_even_asked_to_sign(town: Town, lie: str) -> None:
    town.platform.proposals = [LIES[lie](town)]
    code, said = town.confirm()
    assert (code, town.platform.confirmed) == (1, [])
    assert "Nothing that your key could confirm" in said


def test_machines_get_an_object(town: Town) -> None:
    code, said = town.run(
        "clerk",
        "propose",
        str(town.platform.world.tender),
        *TIMES,
        "--reason",
        "A flood.",
        "--json",
    )
    assert (code, json.loads(said)["number"]) == (0, 1)
