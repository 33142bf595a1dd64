"""The people of a meeting: the centre's clerk, the bidders, a supervisor, and a clock to move."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from sunseal.database import Role, UnitOfWork
from sunseal.meeting import service
from sunseal.meeting.acts import Objection, Signature
from sunseal.meeting.service import Meeting
from tests.manipulations.scene import Scene
from tests.opening.firm import Firm

TEN_MINUTES = timedelta(minutes=10)
COUNT = text("select count(*) from opened.act")
BIDS = """
    select envelope, position from opened.bid where outcome in ('opened', 'needs_review')
    order by position
"""


@dataclass
class Hall:
    scene: Scene

    @property
    def tender(self) -> UUID:
        return self.scene.world.tender

    @property
    def firms(self) -> list[Firm]:
        """Opened, opened, withdrawn, barred, and one that only joined."""
        return self.scene.firms

    @contextmanager
    def staff(self, kind: str = "centre") -> Iterator[UnitOfWork]:
        scene = self.scene
        person, place = scene.staff[kind], scene.authorities[kind]
        with scene.desk.unit_as(Role(f"as_{kind}"), person, place) as uow:
            yield uow

    def clerk(self, deed: Callable[..., Any], *said: Any) -> Any:
        with self.staff() as uow:
            return deed(uow, self.tender, *said)

    def firm(self, number: int, deed: Callable[..., Any], *said: Any) -> Any:
        with self.firms[number].unit() as uow:
            return deed(uow, self.tender, *said)

    def read_all(self) -> None:
        for envelope, position in self.scene.sql(BIDS):
            self.clerk(service.read_out, envelope, position)

    def ask(self) -> None:
        self.read_all()
        self.clerk(service.ask_for_objections, 10)

    def is_over(self) -> None:
        self.scene.world.move(TEN_MINUTES)

    def object(self, number: int, text: str = "报价读错了") -> Objection:
        made: Objection = self.firm(number, service.raise_objection, text)
        return made

    def written(self) -> bytes:
        """From the reading-out to the first minutes, whose digest this is."""
        self.ask()
        objection = self.object(0)
        self.clerk(service.reply, UUID(objection.id), "已核对，无误")
        self.is_over()
        self.clerk(service.write_minutes)
        return self.meeting().course.editions[0].digest

    def sign(self, number: int, digest: bytes) -> Signature:
        made: Signature = self.firm(number, service.sign, 1, digest)
        return made

    def meeting(self) -> Meeting:
        found: Meeting = self.clerk(service.look)
        return found

    def acts(self) -> int:
        """How many there are, over a connection that is there already."""
        with self.staff("supervisor") as uow:
            return int(uow.session.execute(COUNT).scalar_one())


def _asked(hall: Hall) -> None:
    hall.ask()
    hall.object(0)


def _over(hall: Hall) -> None:
    hall.ask()
    hall.is_over()


def _unanswered(hall: Hall) -> None:
    _asked(hall)
    hall.is_over()


def _signed(hall: Hall) -> None:
    hall.clerk(service.attend, "李建国", "江城建工", "授权代表")
    hall.sign(0, hall.written())
    hall.scene.tick()


# `asked` has one objection without a reply, `over` none at all.
STAGES: dict[str, Callable[[Hall], object]] = {
    "fresh": lambda hall: None,
    "asked": _asked,
    "over": _over,
    "unanswered": _unanswered,
    "written": Hall.written,
    "on paper": _signed,
}
