"""A tender that was opened, out of a backup: on another machine it is all there, and verifies."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sunseal.backup import agreement, archive
from sunseal.backup import create as creating
from sunseal.backup import restore as restoring
from sunseal.confirmations import service as confirmations
from sunseal.confirmations.rules import Matter
from sunseal.database import Role
from sunseal.embedded import Embedded
from sunseal.storage import Storage
from sunseal_crypto.age import X25519Identity
from tests.backup.conftest import on_other_machine
from tests.manipulations.scene import Scene
from tests.support.servers import careless_servers

REASON = "the monthly copy for the vault of the city"
DOCUMENTS = "select name, objects from opened.document order by position, name"
PRICES = "select organization_name, outcome, price from opened.bid order by position"


@pytest.fixture
def elsewhere() -> Iterator[Embedded]:
    """The servers of another machine."""
    with careless_servers() as servers:
        yield servers


def backed_up(scene: Scene, path: Path, vault: X25519Identity) -> creating.Made:
    """As an operator and a supervisor of the installation agree to it."""
    recipients = [vault.recipient()]
    people = {kind: (scene.staff[kind], scene.authorities[kind]) for kind in scene.staff}
    with scene.desk.unit_as(Role.OPERATOR, *people["operator"]) as uow:
        named = agreement.object_of(recipients)
        proposal = confirmations.propose(uow, Matter.EXPORT_SEALED, named, REASON)
    with scene.desk.unit_as(Role.SUPERVISOR, *people["supervisor"]) as uow:
        confirmations.confirm(uow, proposal.id, REASON)
    settings, database = scene.world.settings, scene.world.database
    source = creating.Source(
        database.admin_url, scene.world.storage, settings.origin, settings.roster_bytes()
    )
    return creating.create(source, path, recipients, proposal.id)


def audited(bundle: Path, roster: Path) -> subprocess.CompletedProcess[str]:
    """By the auditor's own program, to which nothing else is given."""
    program = Path(sys.executable).with_name("sunseal-audit")
    command = [str(program), "verify", str(bundle), "--roster", str(roster)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_an_opened_tender_verifies_after_it_was_restored(
    scene_at: Callable[[str], Scene], elsewhere: Embedded, tmp_path: Path
) -> None:
    scene, vault = scene_at("opened"), X25519Identity.generate()
    made = backed_up(scene, tmp_path / "a.backup", vault)
    store = Storage(f"file://{tmp_path}/elsewhere")
    roster, bundle, spoilt = (tmp_path / name for name in ("roster.json", "a.zip", "b.zip"))
    roster.write_bytes(scene.world.council.roster_bytes)
    with on_other_machine(elsewhere) as make:
        there = make(None)
        restoring.restore(tmp_path / "a.backup", vault, made.sha256, there.admin_url, store)
        with bundle.open("wb") as file:
            archive.bundle(there.admin_url, scene.world.tender, roster.read_bytes(), file)
        with there.admin() as admin:
            prices = admin.execute(PRICES).fetchall()
            documents = admin.execute(DOCUMENTS).fetchall()
            # What the restored tables show is held against the log as well.
            admin.execute("update opened.bid set price = '1.00' where outcome = 'opened'")
        with spoilt.open("wb") as file:
            archive.bundle(there.admin_url, scene.world.tender, roster.read_bytes(), file)
    assert prices == scene.sql(PRICES)
    assert [outcome for _, outcome, _ in prices].count("opened") == 2
    assert documents
    for _, objects in documents:
        for name in objects:
            assert store.get(name) == scene.world.storage.get(name)
    good, bad = audited(bundle, roster), audited(spoilt, roster)
    assert good.returncode == 0, good.stdout + good.stderr
    assert bad.returncode == 1
    assert "the table says '1.00'" in bad.stdout
