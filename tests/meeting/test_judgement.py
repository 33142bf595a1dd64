"""The page's code is talked round: what the database refuses by its own judgement."""

import json
from collections.abc import Callable
from datetime import UTC, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from sunseal.audit import service as audit
from sunseal.errors import Forbidden
from sunseal.meeting import service
from sunseal.meeting.acts import (
    VERSION,
    Attendance,
    Correction,
    Minutes,
    Objection,
    Period,
    Reading,
    Reply,
    Signature,
    digest,
)
from sunseal.meeting.course import Edition
from sunseal.meeting.repository import MeetingRepository
from sunseal.meeting.service import records
from sunseal.meeting.service.enter import enter
from sunseal.organizations import service as organizations
from sunseal_crypto import bid, canonical
from sunseal_crypto.spelling import base64_text
from tests.meeting.hall import BIDS, Hall

NOBODY = str(UUID(int=0))


def says(hall: Hall, form: Any, **said: Any) -> None:
    """The page's code is talked round: the act goes straight to the database's own judgement."""
    with hall.staff() as uow:
        enter(uow, hall.tender, form, **said)


def minutes_of(hall: Hall, **changes: Any) -> None:
    """Minutes as the platform would write them, but for `changes`."""
    with hall.staff() as uow:
        course = service.look(uow, hall.tender).course
        good = {
            "edition": 1,
            "previous": b"",
            "records": records.newest(uow, hall.tender),
            "acts": course.refs,
        }
        change = {name: made(good[name]) for name, made in changes.items()}
        enter(uow, hall.tender, Minutes, **(good | change))


def asks(hall: Hall, **length: int) -> None:
    """For objections, for so long."""
    says(hall, Period, until=hall.meeting().now.astimezone(UTC) + timedelta(**length))


def reads(hall: Hall, **changes: Any) -> None:
    """The last bid as the platform would read it out, but for `changes`."""
    envelope, position = hall.scene.sql(BIDS)[-1]
    [[name, manifest]] = hall.scene.sql(
        "select organization_name, manifest from opened.bid where position = %s", position
    )
    said = bid.decode(bytes(manifest))
    good = {
        "envelope": envelope,
        "position": position,
        "bidder": name,
        "price": said.price,
        "currency": said.currency,
        "validity_days": said.validity_days,
        "practitioners": [each.name for each in said.practitioners],
    }
    says(hall, Reading, **(good | changes))


def signs(hall: Hall, minutes: str, digest: bytes, firm: int = 1, key: bytes = b"") -> None:
    said = {"statement": "", "key": key, "signature": bytes(64) if key else b""}
    with hall.firms[firm].unit() as uow:
        enter(uow, hall.tender, Signature, minutes=minutes, digest=digest, **said)


def attends(hall: Hall, **who: str) -> None:
    with hall.firms[1].unit() as uow:
        enter(uow, hall.tender, Attendance, capacity="授权代表", **who)


def first(hall: Hall) -> Edition:
    return hall.meeting().course.editions[0]


def replies(hall: Hall, objection: str) -> None:
    says(hall, Reply, objection=objection, text="另一种说法")


FORGED: dict[str, tuple[str, Callable[[Hall], None]]] = {
    "an objection out of a bidder's mouth": (
        "asked",
        lambda h: says(
            h, Objection, raiser=str(h.firms[2].organization), raiser_name=h.firms[2].name, text="x"
        ),
    ),
    "an objection under another name": (
        "asked",
        lambda h: says(
            h, Objection, raiser=str(h.firms[0].organization), raiser_name="别的公司", text="x"
        ),
    ),
    "another price than the bid's": ("fresh", lambda h: reads(h, price="1.00")),
    "another firm than the bid's": ("fresh", lambda h: reads(h, bidder="别的公司")),
    "other people than the bid's": ("fresh", lambda h: reads(h, practitioners=["别人"])),
    "another validity than the bid's": ("fresh", lambda h: reads(h, validity_days=1)),
    "a bid twice": ("asked", lambda h: reads(h)),
    "a period before all is read": ("fresh", lambda h: asks(h, minutes=10)),
    "a period in a period": ("asked", lambda h: asks(h, minutes=10)),
    "a period of seconds": ("over", lambda h: asks(h, seconds=30)),
    "a period of days": ("over", lambda h: asks(h, days=2)),
    "somebody else in a bidder's place": (
        "fresh",
        lambda h: attends(h, attendee="王五", unit=h.firms[1].name),
    ),
    "a reply to nothing": ("asked", lambda h: replies(h, NOBODY)),
    "a second reply": ("written", lambda h: replies(h, h.meeting().course.objections[0].id)),
    "a signature on nothing": ("written", lambda h: signs(h, NOBODY, bytes(32))),
    "a signature on other bytes": ("written", lambda h: signs(h, first(h).minutes.id, bytes(32))),
    "a second signature": (
        "on paper",
        lambda h: signs(h, first(h).minutes.id, first(h).digest, firm=0),
    ),
    "a signature by another firm's key": (
        "written",
        lambda h: signs(h, first(h).minutes.id, first(h).digest, key=h.firms[0].key.public),
    ),
    "a supplement to other minutes": (
        "written",
        lambda h: minutes_of(h, edition=lambda _: 2, previous=lambda _: bytes(32)),
    ),
    "minutes without the last act": ("over", lambda h: minutes_of(h, acts=lambda a: a[:-1])),
    "minutes in another order": ("over", lambda h: minutes_of(h, acts=lambda a: a[::-1])),
    "minutes of another record": ("over", lambda h: minutes_of(h, records=lambda _: [])),
    "minutes that skip a number": ("over", lambda h: minutes_of(h, edition=lambda _: 2)),
    "minutes without a reply": ("unanswered", lambda h: minutes_of(h)),
    "an objection when they are over": (
        "over",
        lambda h: says(
            h,
            Objection,
            raiser=str(h.firms[0].organization),
            raiser_name=h.firms[0].name,
            text="x",
        ),
    ),
}


@pytest.mark.parametrize("name", FORGED)
def test_the_database_judges_again(stage: Callable[[str], Hall], name: str) -> None:
    at, deed = FORGED[name]
    hall = stage(at)
    before = hall.acts()
    with pytest.raises(Forbidden):
        deed(hall)
    assert hall.acts() == before


def test_minutes_as_they_should_be_pass_the_same_way(hall: Hall) -> None:
    """Else the refusals above would prove nothing; and a moment too soon these are refused."""
    reads(hall)
    hall.read_all()
    asks(hall, minutes=10)
    with pytest.raises(Forbidden):
        minutes_of(hall)
    hall.is_over()
    minutes_of(hall)
    edition = first(hall)
    assert edition.minutes.edition == 1
    signs(hall, edition.minutes.id, edition.digest)
    minutes_of(hall, edition=lambda _: 2, previous=lambda _: edition.digest)


ENTRIES: dict[str, dict[str, str]] = {
    "of other bytes": {"digest": base64_text(bytes(32))},
    "of another deed": {"action": "meeting.reply"},
    "about another act": {"object_": f"tender/{NOBODY}/act/{NOBODY}"},
}


@pytest.mark.parametrize("name", ENTRIES)
def test_an_act_needs_its_own_entry(stage: Callable[[str], Hall], name: str) -> None:
    """Or it would stand in the hall without the log's knowing of it."""
    hall = stage("asked")
    before = hall.acts()
    with pytest.raises(Forbidden):
        enters(hall, canonical.encode, **ENTRIES[name])
    assert hall.acts() == before


def test_an_entry_is_of_one_act_alone(stage: Callable[[str], Hall]) -> None:
    hall = stage("asked")
    [[body, entry]] = hall.scene.sql("select body, entry_id from opened.act where kind = 'period'")
    with pytest.raises(Forbidden), hall.staff() as uow:
        MeetingRepository(uow.session).enter(bytes(body), entry)


Spoil = Callable[[dict[str, object]], bytes]
JUNK: dict[str, Spoil] = {
    "a word missing": lambda said: canonical.encode({k: v for k, v in said.items() if k != "text"}),
    "a word too many": lambda said: canonical.encode(said | {"html": "x"}),
    "a number where words belong": lambda said: canonical.encode(said | {"text": 5}),
    "another spelling": lambda said: canonical.encode(said).replace(b'":"', b'": "', 1),
    "a key twice": lambda said: canonical.encode(said).replace(b"{", b'{"at":"x",', 1),
    "another time zone": lambda said: canonical.encode(
        said | {"at": f"{said['at']}".replace("Z", "+00:00")}
    ),
    "another day": lambda said: canonical.encode(said | {"at": "2027-01-01T00:00:00Z"}),
    "another version": lambda said: canonical.encode(said | {"version": "sunseal/act/v2"}),
}


# One for each kind of fault; the rest is for the soak.
NOW = (
    "a word missing",
    "another day",
    "a number where words belong",
    "another spelling",
    "another time zone",
)
PICKED = [pytest.param(each, marks=[] if each in NOW else [pytest.mark.slow]) for each in JUNK]


def enters(hall: Hall, spoil: Spoil, **entry: str) -> None:
    """A correction as SQL on a page would write it, with an entry that `entry` spoils."""
    with hall.staff() as uow:
        me = organizations.whoami(uow)
        id_ = str(uuid4())
        good = Correction(
            version=VERSION,
            id=id_,
            tender=str(hall.tender),
            at=uow.now.astimezone(UTC),
            person=str(uow.person_id),
            name=me.person.name,
            role="centre",
            organization=str(uow.organization_id),
            firm=me.organization.name,
            text='"\\\n\t\x1f\x7f é 𝄞',
        )
        body = spoil(json.loads(canonical.encode(good)))
        said = {
            "action": "meeting.correction",
            "object_": f"tender/{hall.tender}/act/{id_}",
            "digest": base64_text(digest(body)),
        } | entry
        data = {"digest": said["digest"]}
        logged = audit.record(uow, said["action"], said["object_"], data=data)
        MeetingRepository(uow.session).enter(body, logged.id)


@pytest.mark.parametrize("name", PICKED)
def test_what_no_page_could_read_is_not_entered(stage: Callable[[str], Hall], name: str) -> None:
    hall = stage("asked")
    before = hall.acts()
    with pytest.raises(Forbidden):
        enters(hall, JUNK[name])
    assert hall.acts() == before


def test_the_database_spells_as_the_platform_does(stage: Callable[[str], Hall]) -> None:
    """Else what it refuses above would prove nothing, or it would refuse what somebody said."""
    hall = stage("asked")
    before = hall.acts()
    enters(hall, canonical.encode)
    assert hall.acts() == before + 1
