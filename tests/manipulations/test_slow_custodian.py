"""A custodian that hangs costs no bidder anything: the promise is there at once, the receipt comes.

Custodians call the platform and never the other way, so the worst that one can do is to begin to
cosign and not to end: its transaction stays open, with its row written.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from sunseal.audit import service as audit
from sunseal.bids import service as bids
from sunseal.database import Role
from sunseal_crypto import checkpoint, notes, promise, receipt
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.note_keys import VerifierKey
from sunseal_crypto.promise import Promise
from tests.manipulations.scene import Scene
from tests.opening.world import Firm

ALLOWED = 0.1
TIMES = 4


@pytest.fixture
def scene(scene_at: Callable[[str], Scene]) -> Scene:
    return scene_at("bidding")


@contextmanager
def hanging(scene: Scene) -> Iterator[None]:
    """The first custodian has sent half of what it wants to say, and says no more."""
    with scene.world.database.login("desk").unit_as(Role.CUSTODIAN) as uow:
        text = notes.parse(audit.latest_checkpoint(uow).encode()).text
        line = checkpoint.cosign(text, scene.world.guards[0].cosigner, uow.now).decode()
        audit.cosign(uow, scene.world.roster, Checkpoint.parse(text).size, line)
        yield


def finalised(firm: Firm, price: str) -> float:
    """Seconds from Finalise to the promise."""
    world, sealed = firm.world, firm.seal(price)
    signed = firm.say(sealed, "replace" if firm.last else "submit")
    submission = firm.upload(signed, sealed.data)
    began = time.perf_counter()
    with firm.unit() as uow:
        bids.finalise(uow, world.settings, world.keys, world.storage, submission)
    taken = time.perf_counter() - began
    firm.last, firm.submission = signed, submission
    world.check_digest(submission)
    return taken


def promised(scene: Scene) -> list[Promise]:
    """What the last firm was promised, in order."""
    key = VerifierKey.parse(scene.world.roster.promise)
    rows = scene.sql(
        "select promise from sealed.submission where organization_id = %s order by sequence",
        scene.firms[4].organization,
    )
    return [promise.verify(row[0].encode(), key) for row in rows]


def receipts(scene: Scene) -> list[str | None]:
    firm = scene.firms[4]
    entries = scene.sql(
        "select entry_id from sealed.submission where organization_id = %s order by sequence",
        firm.organization,
    )
    with firm.unit() as uow:
        return [audit.receipt(uow, entry, 3) for [entry] in entries]


def test_no_bidder_waits_for_a_custodian(scene: Scene) -> None:
    firm = scene.firms[4]
    alone = min(finalised(firm, f"10{n}.00") for n in range(TIMES))
    with hanging(scene):
        beside = min(finalised(firm, f"20{n}.00") for n in range(TIMES))
    assert beside - alone <= ALLOWED


def test_the_receipt_completes_by_itself_and_no_event_is_lost(scene: Scene) -> None:
    firm = scene.firms[4]
    with hanging(scene):
        for number in range(TIMES):
            finalised(firm, f"30{number}.00")
        # The log goes on as well: the entries are in their ticks, and nobody cosigned those yet.
        scene.world.tick()
        assert receipts(scene) == [None] * TIMES
    scene.tick()
    log = VerifierKey.parse(scene.world.roster.log)
    cosigners = [guard.cosigner.verifier for guard in scene.world.guards]
    for given, text in zip(promised(scene), receipts(scene), strict=True):
        assert text is not None
        shown = receipt.verify(text.encode(), given.origin, log, cosigners, 3)
        promise.check_kept(given, shown)
    scene.open()
    assert scene.verdict().findings.faults == []
