"""The whole way over HTTP: two enrol keys and postpone, and a bidder's program believes it."""

from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from sunseal.amendments import service as amendments
from sunseal.database import Role
from sunseal.settings import Settings
from sunseal_crypto import amendment as rules
from sunseal_crypto import canonical, certificate, notice, roster, terms
from sunseal_crypto.amendment import Acknowledgement, Amendment, SignedAmendment
from sunseal_crypto.certificate import Certificate
from sunseal_crypto.signing import SigningKey
from sunseal_parties.bidder import timetable
from sunseal_parties.bidder.home import Home
from sunseal_parties.bidder.routes import HistoryView
from sunseal_parties.bidder.timetable import Shown
from sunseal_parties.bidder.trust import Trusted
from tests.custody.world import STEPS, Seat, World, custody_service
from tests.organizations.test_organizations import enrolment
from tests.support.database import TestDatabase
from tests.support.service import Service
from tests.tenders.forms import add_document, draft, get, post
from tests.tenders.people import enrol


def with_key(service: Service, kind: str, name: str) -> tuple[str, SigningKey]:
    """An authority whose administrator has enrolled a key."""
    token = service.authority(kind, name)
    organization = get(service, "/me", token).json()["organization"]["id"]
    key = SigningKey.generate()
    answer = post(service, "/keys", token, enrolment(service, organization, key))
    assert answer.status_code == 201, answer.text
    assert get(service, "/me", token).json()["signing_key"] == text(key.public)
    return token, key


def text(data: bytes) -> str:
    return b64encode(data).decode()


def published(service: Service, party: str, centre: str | None = None) -> World:
    """`centre`'s staff starts the ceremony, or the tendering party."""
    seats = [
        Seat(service, guard, index, enrol(service, "custodian", guard.name))
        for index, guard in enumerate(service.custodians, 1)
    ]
    tender = draft(service, party)["id"]
    assert add_document(service, tender, party, "a.txt", b"text").status_code == 201
    started = post(service, f"/tenders/{tender}/ceremony", centre or party)
    assert started.status_code == 201, started.text
    world = World(service, party, tender, seats)
    world.finish(*STEPS)
    assert world.publish().status_code == 202
    world.open_gate()
    return world


def shown_certificate(world: World) -> bytes:
    path = f"/tenders/{world.tender}/envelopes/1/certificate"
    return b64decode(get(world.service, path).json()["certificate"])


def agreed(world: World) -> terms.Terms:
    return terms.parse(canonical.decode(Certificate, shown_certificate(world)).terms)


def test_a_timetable_is_postponed_over_http_and_a_bidder_proves_it(
    database: TestDatabase, settings: Settings, tmp_path: Path
) -> None:
    with custody_service(database, settings, n=3, witnesses=1) as service:
        party, first = with_key(service, "tendering_party", "某中学")
        centre, second = with_key(service, "centre", "交易中心")
        world = published(service, party)
        known = agreed(world)
        assert known.amenders == [first.public, second.public]

        wanted = Amendment(
            origin=known.origin,
            tender=known.tender,
            envelope="1",
            terms=terms.fingerprint(canonical.encode(known)),
            number=1,
            previous=b"",
            deadline=known.not_before,
            not_before=known.not_before + (known.not_before - known.deadline),
            reason="A flood cut off the site.",
        )
        path = f"/tenders/{world.tender}/envelopes/1/amendments"
        form = {
            "amendment": text(canonical.encode(wanted)),
            "signature": text(rules.propose(wanted, first)),
        }
        assert post(service, path, None, form).status_code == 401
        assert post(service, path, centre, form).status_code == 403
        assert post(service, path, party, form).status_code == 201
        # Nobody outside the two sides hears of a proposal.
        assert get(service, path).json()["amendments"] == []
        assert get(service, f"{path}/proposals").status_code == 401
        [proposal] = get(service, f"{path}/proposals", centre).json()
        body = b64decode(proposal["amendment"])
        confirm = {"signature": text(rules.confirm(body, second))}
        assert (
            post(service, f"/amendments/{proposal['id']}/confirm", party, confirm).status_code
            == 403
        )
        for _ in range(2):
            answer = post(service, f"/amendments/{proposal['id']}/confirm", centre, confirm)
            assert answer.status_code == 201, answer.text

        for seat in world.seats[:2]:
            acknowledge(world, seat)
        for second_ in (10, 20):
            world.tick(second_)
        with world.work.unit_as(Role.WORKER) as uow:
            assert amendments.settle(uow, UUID(proposal["id"]))
        view = get(service, f"/tenders/{world.tender}").json()
        assert view["deadline"] == known.not_before.isoformat().replace("+00:00", "Z")

        history = msgspec.json.decode(get(service, path).content, type=HistoryView)
        trusted = Trusted(
            certificate.verify(shown_certificate(world), settings.roster.read_bytes()),
            notice.parse(get(service, f"/tenders/{world.tender}/notice").content),
            roster.parse(settings.roster.read_bytes()),
        )
        home = Home(tmp_path / "home").envelope(trusted.tender, "1")
        shown = [
            Shown(
                SignedAmendment(each.amendment, each.signatures),
                [word.receipt.encode() for word in each.acknowledgements if word.receipt],
            )
            for each in history.amendments
        ]
        learnt = timetable.learn(shown, trusted, home)
        assert (learnt.doubt, learnt.current.deadline) == ("", known.not_before)


def acknowledge(world: World, seat: Seat) -> None:
    """What an honest custodian says to the amendment that its poll shows."""
    [work] = seat.poll()["amendments"]
    signed = canonical.decode(SignedAmendment, b64decode(work["body"]))
    rules.verify(signed, agreed(world))
    said = Acknowledgement(
        amendment=rules.digest(signed.amendment),
        custodian=seat.index,
        at=agreed(world).deadline.replace(microsecond=0)
        - (agreed(world).not_before - agreed(world).deadline) / 2,
    )
    body = canonical.encode(rules.acknowledge(said, seat.guard.identity))
    form: dict[str, Any] = {"custodian": seat.index, "body": text(body)}
    path = f"/custody/amendments/{work['id']}/acknowledgement"
    for _ in range(2):
        answer = post(world.service, path, seat.token, form)
        assert answer.status_code == 204, answer.text
    assert seat.poll()["amendments"] == []


KEYS: dict[str, tuple[tuple[str, ...], list[str]]] = {
    "nobody has a key": ((), []),
    "only the tendering party": (("tendering_party",), []),
    "only the centre": (("centre",), []),
    "two centres": (("tendering_party", "centre", "other-centre"), []),
    "both": (("tendering_party", "centre"), ["tendering_party", "centre"]),
}


RARE = ("nobody has a key", "only the tendering party", "only the centre")


@pytest.mark.parametrize(
    "case", [pytest.param(each, marks=pytest.mark.slow if each in RARE else ()) for each in KEYS]
)
def test_whose_keys_the_terms_name(database: TestDatabase, settings: Settings, case: str) -> None:
    who, expected = KEYS[case]
    with custody_service(database, settings, n=3, witnesses=1) as service:
        keys, tokens = {}, {}
        for name in ("tendering_party", "centre", "other-centre"):
            kind = name.removeprefix("other-")
            if name in who:
                tokens[name], keys[name] = with_key(service, kind, name)
            else:
                tokens[name] = service.authority(kind, name)
        world = published_terms(service, tokens["tendering_party"])
        assert world.amenders == [keys[name].public for name in expected]


def published_terms(service: Service, party: str) -> terms.Terms:
    """Of a ceremony that has just started."""
    tender = draft(service, party)["id"]
    assert add_document(service, tender, party, "a.txt", b"text").status_code == 201
    assert post(service, f"/tenders/{tender}/ceremony", party).status_code == 201
    with service.database.admin() as admin:
        [row] = admin.execute("select terms from custody.ceremony").fetchall()
    return terms.parse(bytes(row[0]))
