"""The story of a tender, told by real parts in one process, and the bundle that it ends in.

Each step can be left out, told at another time or told falsely: what a dishonest platform would do.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sunseal_crypto import (
    checkpoint,
    merkle,
    notes,
)
from sunseal_crypto.bundle import About, CheckpointRow, Kind
from sunseal_crypto.checkpoint import Checkpoint
from sunseal_crypto.note_keys import NoteSigner
from tests.auditor.story.key import (
    AMENDERS,
    COSIGNERS,
    HOUR,
    NOT_BEFORE,
    TENDER,
    certified,
    made,
)
from tests.auditor.story.opening import Opening
from tests.auditor.story.parts import Bid, Parts
from tests.crypto.logs import LOG, ORIGIN

__all__ = [
    "AMENDERS",
    "COSIGNERS",
    "HOUR",
    "NOT_BEFORE",
    "TENDER",
    "Bid",
    "Parts",
    "Story",
    "asked",
    "begun",
    "by_name",
    "certified",
    "finish",
    "made",
    "spoil",
    "told",
]


class Story(Opening):
    """A tender from its key to its bundle."""

    def bundle(self, cosigners: int = 3) -> Parts:
        roots = [merkle.leaf_hash(leaf) for leaf in self.leaves]
        point = Checkpoint(ORIGIN, len(roots), merkle.root(roots))
        note = checkpoint.sign_checkpoint(point, LOG)
        for cosigner in COSIGNERS[:cosigners]:
            line = checkpoint.cosign(point.encode(), cosigner, self.now)
            note = notes.add_line(note, line)
        evidence = {
            (Kind.NOTICE, ""): self.made.notice,
            (Kind.CERTIFICATE, ""): self.made.certificate,
        } | self.evidence
        about = About(origin=ORIGIN, tender=TENDER, made_at=self.now, size=len(roots))
        return Parts(
            about,
            self.made.roster,
            note,
            list(self.leaves),
            list(self.ticks),
            list(self.rows),
            list(self.facts),
            evidence,
            [self.cosigned(size, at) for size, at in sorted(self.seen.items())],
        )

    def cosigned(
        self, size: int, at: datetime, cosigners: Sequence[NoteSigner] = COSIGNERS
    ) -> CheckpointRow:
        root = merkle.root([merkle.leaf_hash(leaf) for leaf in self.leaves[:size]])
        point = Checkpoint(ORIGIN, size, root)
        note = checkpoint.sign_checkpoint(point, LOG)
        for cosigner in cosigners:
            note = notes.add_line(note, checkpoint.cosign(point.encode(), cosigner, at))
        return CheckpointRow(size=size, note=note.decode())


def begun(*, beside: bool = False) -> Story:
    """Key and bids, up to the deadline: one bid stands, one was replaced, one withdrawn, …

    `beside` another tender got its key first, and stays sealed.
    """
    story = Story()
    if beside:
        story.logged("ceremony.certificate", object_="tender/another/envelope/1", certificate="-")
    story.certify()
    story.enter("session.sign-in", object_="person/1")
    plain, replaced = story.joins("plain", "100"), story.joins("replaced", "250.50")
    gone, barred = story.joins("gone"), story.joins("barred")
    story.joins("empty")
    refused = story.joins("refused")
    story.tick()
    for each in (plain, replaced, gone, barred):
        story.submits(each)
    story.submits(replaced, "replace")
    story.submits(gone, "withdraw")
    story.is_refused(refused)
    story.enter("audit.query", object_="audit/entries", actor="supervisor")
    story.tick()
    story.bars(barred)
    return story


def asked(*, beside: bool = False) -> Story:
    story = begun(beside=beside)
    story.close()
    story.request()
    return story


def told(*, beside: bool = False) -> Story:
    """The whole story, honestly."""
    story = asked(beside=beside)
    story.answer(1)
    story.answer(3)
    story.refuse(2)
    story.publish()
    return story


def finish(story: Story) -> Story:
    """From the request to the record, with as many answers as it takes."""
    story.answer(1)
    story.answer(3)
    story.publish()
    return story


def by_name(story: Story, name: str) -> tuple[int, Bid]:
    """The place in the box of somebody's bid, and the bid."""
    return next((n, by) for n, by in story.positions.items() if by.name == name)


def spoil(parts: Parts, **changes: Any) -> Parts:
    return replace(parts, **changes)
