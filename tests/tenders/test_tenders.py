"""Tenders over HTTP: who may do what, and what each of them is told."""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from sunseal.database import Role
from sunseal.tenders import pieces
from sunseal.tenders import service as tenders
from sunseal.tenders.schemas import CreateTender
from tests.support.database import TestDatabase
from tests.support.service import Service
from tests.tenders.forms import add_document, draft, get, in_, post, tender_form
from tests.tenders.people import enrol


def organization(service: Service, name: str) -> str:
    with service.database.admin() as admin:
        query = "select id from registry.organization where name = %s"
        return str((admin.execute(query, (name,)).fetchone() or [None])[0])


def publish_by_hand(service: Service, tender: str) -> None:
    """What the ceremony and the worker do, without either."""
    with service.database.admin() as admin:
        admin.execute("update notice.tender set status = 'ceremony', notice = '{}'")
        admin.execute("update notice.tender set status = 'published', published_at = now()")
    assert get(service, f"/tenders/{tender}").json()["status"] == "published"


def test_a_tendering_party_drafts_for_itself(service: Service) -> None:
    token = enrol(service, "tendering_party", "某中学")
    view = draft(service, token)
    assert view["status"] == "draft"
    assert view["tendering_party"] == "某中学"
    assert view["tendering_party_id"] == organization(service, "某中学")
    assert view["agent"] is None
    assert not view["publishing"]
    assert [envelope["name"] for envelope in view["envelopes"]] == ["1"]
    assert get(service, "/tenders?own=true", token).json()[0]["id"] == view["id"]


def test_agent_and_centre_draft_for_a_tendering_party(service: Service) -> None:
    enrol(service, "tendering_party", "某中学")
    agent = enrol(service, "agent", "某招标代理")
    centre = enrol(service, "centre", "某交易中心")
    party = organization(service, "某中学")
    view = draft(service, agent, tendering_party_id=party)
    assert (view["tendering_party"], view["agent"]) == ("某中学", "某招标代理")
    view = draft(service, centre, tendering_party_id=party)
    assert (view["tendering_party"], view["agent"]) == ("某中学", None)


def test_an_agent_must_say_for_whom(service: Service) -> None:
    agent = enrol(service, "agent", "某招标代理")
    answer = post(service, "/tenders", agent, tender_form())
    assert answer.status_code == 404
    assert "Name the tender's tendering party" in answer.json()["detail"]


def test_nobody_drafts_in_another_s_name(service: Service) -> None:
    first = enrol(service, "tendering_party", "第一中学")
    enrol(service, "tendering_party", "第二中学")
    form = tender_form(tendering_party_id=organization(service, "第二中学"))
    assert post(service, "/tenders", first, form).status_code == 403


@pytest.mark.parametrize("kind", ["supervisor", "custodian", "operator"])
def test_roles_that_write_no_tender_are_refused_and_logged(service: Service, kind: str) -> None:
    answer = post(service, "/tenders", enrol(service, kind), tender_form())
    assert answer.status_code == 403
    with service.database.admin() as admin:
        query = "select action, outcome, reason from audit.entry order by at desc limit 1"
        assert admin.execute(query).fetchone() == ("access.refused", "refused", "forbidden")


def test_bidders_and_visitors_write_no_tender(service: Service) -> None:
    token = enrol(service, "bidder")
    assert post(service, "/tenders", token, tender_form()).status_code == 403
    assert post(service, "/tenders", None, tender_form()).status_code == 401


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"currency": "yuan"}, 422, "capital letters"),
        ({"ceiling_price": "-1"}, 422, "price"),
        ({"box_size": 100}, 422, "power of two"),
        ({"not_before": in_(minutes=1)}, 422, "before the deadline"),
        ({"deadline": in_(minutes=-1)}, 409, "has passed"),
        ({"statutory": True}, 409, "at least 20 days"),
        ({"statutory": True, "deadline": in_(days=30), "not_before": in_(days=30)}, 409, "bidders"),
        ({"deadline": "2027-01-01T00:00:00"}, 400, "Validation"),
        ({"surprise": 1}, 400, "Validation"),
    ],
)
def test_drafts_that_cannot_be_say_why(
    service: Service, changes: dict[str, Any], status: int, words: str
) -> None:
    token = enrol(service, "tendering_party")
    answer = post(service, "/tenders", token, tender_form(**changes))
    assert answer.status_code == status, answer.text
    assert words in answer.text


def test_statutory_is_what_the_installation_says_unless_the_tender_does(
    service: Service, database: TestDatabase
) -> None:
    token = enrol(service, "tendering_party")
    assert not draft(service, token)["statutory"]
    own = UUID(organization(service, "tendering_party"))
    long = {"deadline": in_(days=30), "not_before": in_(days=30), "minimum_bids": 3}
    for wish, expected in ((None, True), (False, False)):
        form = msgspec.convert(tender_form(**long, statutory=wish), CreateTender, strict=False)
        with database.desk.unit_as(Role.TENDERING_PARTY, uuid4(), own) as uow:
            assert tenders.create(uow, form, statutory=True).statutory is expected


def test_a_reference_is_taken_even_by_a_draft_one_cannot_see(service: Service) -> None:
    first = enrol(service, "tendering_party", "第一中学")
    second = enrol(service, "tendering_party", "第二中学")
    reference = draft(service, first)["reference"]
    answer = post(service, "/tenders", second, tender_form(reference=reference))
    assert answer.status_code == 409
    assert reference in answer.json()["detail"]


def test_a_draft_changes_and_is_nobody_else_s_to_see(service: Service) -> None:
    token = enrol(service, "tendering_party", "第一中学")
    other = enrol(service, "tendering_party", "第二中学")
    tender = draft(service, token)["id"]
    changed = service.client.patch(
        f"/api/v1/tenders/{tender}",
        json={"title": "新标题", "ceiling_price": None},
        headers={"Authorization": f"Bearer {token}"},
    ).json()
    assert (changed["title"], changed["ceiling_price"]) == ("新标题", None)
    for stranger in (other, None, enrol(service, "supervisor"), enrol(service, "custodian")):
        assert get(service, f"/tenders/{tender}", stranger).status_code == 404
    assert post(service, f"/tenders/{tender}/cancel", other, {"reason": "r"}).status_code == 404


def test_another_s_published_tender_is_seen_but_not_written(service: Service) -> None:
    token = enrol(service, "tendering_party", "第一中学")
    other = enrol(service, "tendering_party", "第二中学")
    tender = draft(service, token)["id"]
    publish_by_hand(service, tender)
    assert get(service, f"/tenders/{tender}", other).status_code == 200
    answer = post(service, f"/tenders/{tender}/cancel", other, {"reason": "r"})
    assert answer.status_code == 403
    assert answer.json()["type"] == "urn:sunseal:problem:not-your-tender"


def test_what_is_published_is_the_same_for_everybody(service: Service) -> None:
    token = enrol(service, "tendering_party")
    bidder = enrol(service, "bidder")
    tender = draft(service, token)["id"]
    publish_by_hand(service, tender)
    shown = [get(service, f"/tenders/{tender}", each).text for each in (None, bidder, token)]
    assert shown[0] == shown[1] == shown[2]
    assert [each["id"] for each in get(service, "/tenders").json()] == [tender]


def test_a_cancelled_tender_keeps_its_reason_and_shuts_its_box(service: Service) -> None:
    token = enrol(service, "tendering_party")
    tender = draft(service, token)["id"]
    answer = post(service, f"/tenders/{tender}/cancel", token, {"reason": "资金未落实"})
    assert answer.json()["status"] == "cancelled"
    assert answer.json()["cancel_reason"] == "资金未落实"
    again = post(service, f"/tenders/{tender}/cancel", token, {"reason": "again"})
    assert again.status_code == 409
    assert post(service, f"/tenders/{tender}/cancel", token, {"reason": ""}).status_code == 400


# Documents


def test_a_document_is_anybody_s_once_the_tender_is_published(service: Service) -> None:
    token = enrol(service, "tendering_party")
    tender = draft(service, token)["id"]
    data = b"%PDF-1.7 ..." * 1000
    added = add_document(service, tender, token, "招标文件.pdf", data)
    assert added.status_code == 201, added.text
    view = added.json()
    assert view["size"] == len(data)
    assert view["media_type"] == "application/pdf"
    assert view["url"] == f"/api/v1/documents/{view['id']}"
    assert tender not in view["url"]
    # Nobody gets it from a draft, its own side excepted.
    assert service.client.get(view["url"]).status_code == 404
    mine = get(service, f"/tenders/{tender}/documents/{view['id']}", token)
    assert mine.content == data
    publish_by_hand(service, tender)
    # No token is looked at, not even one that is no token.
    for headers in ({}, {"Authorization": "Bearer nobody"}):
        answer = service.client.get(view["url"], headers=headers)
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).digest() == hashlib.sha256(data).digest()
        assert answer.headers["content-length"] == str(len(data))
        assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E6")
        assert answer.headers["x-content-type-options"] == "nosniff"
    other = get(service, f"/tenders/{uuid4()}/documents/{view['id']}")
    assert other.status_code == 404


def test_a_document_download_leaves_no_trace_of_the_reader(service: Service) -> None:
    token = enrol(service, "tendering_party")
    bidder = enrol(service, "bidder")
    tender = draft(service, token)["id"]
    document = add_document(service, tender, token, "a.txt", b"text").json()["id"]
    publish_by_hand(service, tender)
    with service.database.admin() as admin:
        before = admin.execute("select count(*) from audit.entry").fetchone()
        for path in (f"/documents/{document}", f"/tenders/{tender}", f"/tenders/{tender}/notice"):
            assert get(service, path, bidder).status_code == 200
        assert admin.execute("select count(*) from audit.entry").fetchone() == before


def test_a_large_document_is_cut_into_pieces(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pieces, "PIECE", 1 << 16)
    token = enrol(service, "tendering_party")
    tender = draft(service, token)["id"]
    data = bytes(range(256)) * 1024
    view = add_document(service, tender, token, "图纸.zip", data).json()
    with service.database.desk.unit_as(
        Role.TENDERING_PARTY, uuid4(), UUID(organization(service, "tendering_party"))
    ) as uow:
        assert len(tenders.get_document(uow, UUID(view["id"])).objects) == 4
    answer = get(service, f"/tenders/{tender}/documents/{view['id']}", token)
    assert answer.content == data


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("../passwd", 422, "slashes"),
        ("taken.txt", 409, "already has a document"),
    ],
)
def test_a_document_is_refused_by_its_name(
    service: Service, name: str, status: int, words: str
) -> None:
    token = enrol(service, "tendering_party")
    tender = draft(service, token)["id"]
    assert add_document(service, tender, token, "taken.txt", b"1").status_code == 201
    answer = add_document(service, tender, token, name, b"2")
    assert answer.status_code == status
    assert words in answer.json()["detail"]


def test_strangers_add_no_document_and_none_is_added_after_the_draft(service: Service) -> None:
    token = enrol(service, "tendering_party", "第一中学")
    other = enrol(service, "tendering_party", "第二中学")
    tender = draft(service, token)["id"]
    assert add_document(service, tender, None, "a", b"1").status_code == 401
    assert add_document(service, tender, other, "a", b"1").status_code == 404
    publish_by_hand(service, tender)
    assert add_document(service, tender, other, "a", b"1").status_code == 403
    late = add_document(service, tender, token, "a", b"1")
    assert late.status_code == 409
    assert "only a draft can be changed" in late.json()["detail"]
    stored = service.settings.storage_url.removeprefix("file://")
    assert not list(Path(stored).rglob("*/*"))


def test_the_notice_does_not_exist_before_the_ceremony(service: Service) -> None:
    token = enrol(service, "tendering_party")
    tender = draft(service, token)["id"]
    answer = get(service, f"/tenders/{tender}/notice", token)
    assert answer.status_code == 409
    assert "key ceremony" in answer.json()["detail"]
