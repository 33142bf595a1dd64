"""A log that follows one that lost ticks, and hand-overs that say something else of it."""

from dataclasses import dataclass, replace
from pathlib import Path

from msgspec import structs

from sunseal.backup.origin import Order, Who
from sunseal.keys import Keys
from sunseal_crypto import canonical, handover, roster
from sunseal_crypto.checkpoint import Checkpoint, sign_checkpoint
from sunseal_crypto.handover import Handover, HandoverFile
from sunseal_crypto.merkle import Frontier, leaf_hash
from sunseal_parties.custodian import adoption
from tests.backup.conftest import A_DAY, Story
from tests.backup.world import ORIGIN, PASSWORD, TICK_SECONDS, Cosigner, Place, states
from tests.custodian.standin import Log
from tests.support.database import TestDatabase

NEXT = f"{ORIGIN}/2"
OPERATOR = Who("operator@example.cn", PASSWORD, "both disks of the database burnt")
SUPERVISOR = Who("supervisor@example.cn", PASSWORD, "seen by us, on the spot")
# No database at all: what must not begin fails before it would be looked for.
NOWHERE = TestDatabase("nowhere", "postgresql://nowhere.invalid/x", {})


def order(story: Story, database: TestDatabase, folder: Path, **changes: object) -> Order:
    own = Keys(story.here.folder / "keys", NEXT)
    old = roster.parse(story.here.roster_bytes)
    new = canonical.encode(structs.replace(old, origin=NEXT, **own.public()))
    made = Order(
        past_url=story.there.database.admin_url,
        admin_url=database.admin_url,
        previous=story.here.roster_bytes,
        roster=new,
        keys=own,
        states=states(story.cosigners, folder / "states"),
        tick_seconds=TICK_SECONDS,
        operator=OPERATOR,
        supervisor=SUPERVISOR,
        second_factor=False,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


@dataclass
class Anew:
    """The log that follows, in a database of its own, and the file that leads to it."""

    place: Place
    file: bytes
    ended: TestDatabase

    @property
    def said(self) -> Handover:
        return handover.parse(canonical.decode(HandoverFile, self.file).body)


def adopted(cosigner: Cosigner, anew: Anew, told: Story, file: bytes | None = None) -> None:
    cosigner.sit(anew.place.roster_bytes)
    data = anew.file if file is None else file
    said = adoption.check(cosigner.journal, cosigner.seat, told.here.roster_bytes, data)
    adoption.adopt(cosigner.journal, said, data)
    cosigner.sit(anew.place.roster_bytes)


def forged(anew: Anew, **changes: object) -> bytes:
    """A hand-over that says something else, in a first leaf of its own."""
    said = structs.replace(anew.said, **changes)
    body = canonical.encode(said)
    log = Log(anew.place.keys.log, number=int(anew.place.now.timestamp()))
    nonce = log.record(handover.ACTION, anew.place.now, **handover.facts(body, said))
    log.waiting = [(n, d.replace(b'"object":"tender"', b'"object":"log"')) for n, d in log.waiting]
    log.tick(anew.place.now)
    return canonical.encode(HandoverFile(body, log.entries[nonce]))


class Dishonest:
    """Hand-overs by which an operator would lose a tick and not say so."""

    @staticmethod
    def ends_one_tick_early(anew: Anew, told: Story) -> bytes:
        """The tick that only one cosigner saw is left out, with a true checkpoint before it."""
        said = anew.said
        with told.here.database.admin() as admin:
            query = "select note from audit.checkpoint where size = %s"
            [(note,)] = admin.execute(query, [told.held + A_DAY - 1]).fetchall()
        return forged(anew, leaves=said.leaves[:-1], checkpoint=note.encode())

    @staticmethod
    def another_leaf(anew: Anew, told: Story) -> bytes:
        """Signed by the log's own key, which the operator has: another last tick."""
        said = anew.said
        leaves = [*said.leaves[:-1], said.leaves[-1].replace(b"\n", b"\n1", 1)]
        grown = Frontier.decode(said.frontier)
        grown.extend(map(leaf_hash, leaves))
        ended = Checkpoint(ORIGIN, grown.size, grown.root())
        note = sign_checkpoint(ended, told.here.keys.log)
        return forged(anew, leaves=leaves, checkpoint=note)

    @staticmethod
    def starts_behind(anew: Anew, told: Story) -> bytes:
        """It does not show the leaves by which a cosigner would compare."""
        said = anew.said
        grown = Frontier.decode(said.frontier)
        grown.extend(map(leaf_hash, said.leaves))
        return forged(anew, start=grown.size, held=grown.size, leaves=[], frontier=grown.encode())

    @staticmethod
    def of_another_log(anew: Anew, told: Story) -> bytes:
        return forged(anew, previous="other.example/log", origin="other.example/log/2")

    @staticmethod
    def under_another_roster(anew: Anew, told: Story) -> bytes:
        return forged(anew, roster=bytes(32))

    @staticmethod
    def other_words_in_the_leaf(anew: Anew, told: Story) -> bytes:
        file = canonical.decode(HandoverFile, anew.file)
        body = canonical.encode(structs.replace(anew.said, held=anew.said.held + 1))
        return canonical.encode(HandoverFile(body, file.entry))

    @staticmethod
    def not_in_the_first_leaf(anew: Anew, told: Story) -> bytes:
        file = canonical.decode(HandoverFile, anew.file)
        return canonical.encode(HandoverFile(file.body, structs.replace(file.entry, index=1)))
