"""Keys, cards, the seat in the roster, and the command line."""

import json
import resource
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from sunseal_crypto import canonical, erasure, roster, signing
from sunseal_crypto.errors import Malformed
from sunseal_parties.custodian import keys
from sunseal_parties.custodian.forgetting import forget
from sunseal_parties.custodian.refusals import ForgettingRefused
from tests.custodian.world import NOT_BEFORE, World

replace = msgspec.structs.replace


def command(*arguments: str, answer: str = "") -> subprocess.CompletedProcess[str]:
    main = "from sunseal_parties.custodian.cli import main; main()"
    return subprocess.run(
        [sys.executable, "-c", main, *arguments],
        input=answer,
        capture_output=True,
        text=True,
        check=False,
    )


def test_init_writes_keys_that_only_the_owner_reads(folder: Path) -> None:
    made = command(
        "init", "--dir", str(folder / "new"), "--name", "公证处", "--authority", "司法局"
    )
    assert made.returncode == 0
    modes = {path.name: path.stat().st_mode & 0o777 for path in (folder / "new").iterdir()}
    assert modes["identity.key"] == modes["cosigner.key"] == 0o600
    card = json.loads((folder / "new" / "card.json").read_text())
    assert (card["name"], card["authority"]) == ("公证处", "司法局")
    own = keys.load(folder / "new", witness=False)
    assert own.identity is not None
    assert json.dumps(card["identity"]) == msgspec.json.encode(own.identity.public).decode()


def test_init_never_overwrites(folder: Path) -> None:
    keys.create(folder, "a name", "an authority", witness=False)
    before = (folder / "identity.key").read_bytes()
    again = command("init", "--dir", str(folder), "--name", "a", "--authority", "b")
    assert again.returncode == 1
    assert "never overwritten" in again.stdout.replace("\n", " ")
    assert (folder / "identity.key").read_bytes() == before


def test_a_witness_has_no_identity_key(folder: Path) -> None:
    card = keys.create(folder, "a name", "an authority", witness=True)
    assert canonical.decode(roster.Witness, card).name == "a name"
    assert not (folder / "identity.key").exists()
    assert keys.load(folder, witness=True).identity is None


def test_keys_that_others_can_read_are_refused(folder: Path) -> None:
    keys.create(folder, "a", "b", witness=False)
    (folder / "identity.key").chmod(0o644)
    with pytest.raises(keys.KeysRefused, match="0600"):
        keys.load(folder, witness=False)


def test_keys_print_no_secret(world: World) -> None:
    own = world.parties[0].own
    assert own.identity is not None
    shown = repr(own)
    assert own.identity.seed().hex() not in shown
    assert repr(own.identity.seed()) not in shown


def test_a_roster_without_these_keys_gives_no_seat(world: World, folder: Path) -> None:
    keys.create(folder / "stranger", "a", "b", witness=False)
    own = keys.load(folder / "stranger", witness=False)
    with pytest.raises(Malformed, match="does not list this cosigner"):
        keys.take_seat(own, world.roster_bytes)


def test_a_roster_with_another_identity_beside_our_cosigner_gives_no_seat(world: World) -> None:
    listed = roster.parse(world.roster_bytes)
    stranger = replace(listed.custodians[0], identity=signing.SigningKey.generate().public)
    changed = replace(listed, custodians=[stranger, *listed.custodians[1:]])
    with pytest.raises(Malformed, match="identity key together"):
        keys.take_seat(world.parties[0].own, canonical.encode(changed))


def test_no_core_dumps() -> None:
    code = (
        "import resource; from sunseal_parties.custodian import daemon; daemon.harden();"
        "print(resource.getrlimit(resource.RLIMIT_CORE))"
    )
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "(0, 0)"
    assert resource.getrlimit(resource.RLIMIT_CORE)


def test_forgetting_before_not_before_is_refused(world: World) -> None:
    world.certified()
    party = world.parties[0]
    with pytest.raises(ForgettingRefused, match="needed then"):
        forget(party.journal, party.seat, party.own, world.key.terms.tender, "1", world.clock.now)


def test_forgetting_erases_and_says_so(world: World) -> None:
    world.certified()
    world.clock.now = NOT_BEFORE
    party = world.parties[0]
    tender = world.key.terms.tender
    data = forget(party.journal, party.seat, party.own, tender, "1", world.clock.now)
    identity = party.seat.roster.custodians[0].identity
    session = world.platform.ceremonies[0].session
    said = erasure.open_erasure(data, identity, 1, world.key.terms, session)
    assert said.sessions == [session]
    held = party.journal.ceremonies.of_session(session)
    assert (held.state, held.share, held.static_secret, held.bundle) == (
        "forgotten",
        None,
        None,
        None,
    )
    again = forget(party.journal, party.seat, party.own, tender, "1", NOT_BEFORE.replace(year=2028))
    assert again == data


def test_what_is_not_known_cannot_be_forgotten(world: World) -> None:
    party = world.parties[0]
    with pytest.raises(ForgettingRefused, match="no key"):
        forget(party.journal, party.seat, party.own, "none", "1", world.clock.now)
