"""From a question in the box to an answer that everybody reads."""

import hashlib
from datetime import timedelta
from uuid import UUID, uuid4
from xml.etree import ElementTree

import pytest
from psycopg.errors import RestrictViolation

from sunseal.audit.facts import facts
from sunseal.database import Role
from sunseal_crypto import event
from sunseal_crypto.spelling import base64_text
from tests.clarifications.world import Place, added, as_role, person_of, published
from tests.support.service import bearer

ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_question_is_asked_released_and_answered_for_everybody(place: Place) -> None:
    one, two = place.world.firm(), place.world.firm()
    asked = place.asks(one, "管径以清单为准还是以图纸为准？")
    assert asked.status_code == 201, asked.text
    place.asks(two, "工期能否延长？")
    assert [each["state"] for each in place.own(one)] == ["waiting"]
    place.work()
    assert place.released() == []

    place.to_the_next_hour()
    [first, second] = place.released("tendering_party")
    assert {first["text"], second["text"]} == {"管径以清单为准还是以图纸为准？", "工期能否延长？"}
    assert first.keys() == {"id", "text", "released_at", "clarification"}
    assert first["released_at"] == second["released_at"] == asked.json()["releases_at"]
    assert [each["state"] for each in place.own(one)] == ["released"]

    pipes = next(each["id"] for each in (first, second) if "管径" in each["text"])
    made = place.publishes("以图纸为准。", question="管径以何为准？", questions=[pipes])
    assert made.status_code == 201, made.text
    [shown] = place.published()
    assert shown == made.json()
    assert (shown["number"], shown["question"], shown["answer"]) == (
        1,
        "管径以何为准？",
        "以图纸为准。",
    )
    assert [(each["state"], each["clarification"]) for each in place.own(one)] == [("answered", 1)]
    assert [(each["state"], each["clarification"]) for each in place.own(two)] == [
        ("released", None)
    ]


def test_what_is_downloaded_is_what_the_log_says(place: Place) -> None:
    made = place.publishes("补充第三章。").json()
    file = place.send("GET", made["url"])
    assert str(place.world.tender) not in made["url"]
    digest = hashlib.sha256(file.content).digest()
    assert made["sha256"] == base64_text(digest)
    [[detail]] = place.world.rows(
        "select detail from audit.entry where action = 'clarification.publish'"
    )
    said = event.decode(bytes(detail))
    assert said.object == f"tender/{place.world.tender}/clarification/1"
    assert said.data == {"clarification": base64_text(digest)}
    assert said.actor == str(place.staff["agent"].person)


def test_the_same_again_is_one_question_and_one_clarification(place: Place) -> None:
    firm = place.world.firm()
    first = place.asks(firm, "工期能否延长？").json()
    assert place.asks(firm, "工期能否延长？\r\n").json() == first
    assert len(place.own(firm)) == 1
    made = place.publishes("可以。", question="工期能否延长？").json()
    assert place.publishes("可以。", question="工期能否延长？").json() == made
    assert place.publishes("不可以。", question="工期能否延长？").json()["number"] == 2
    assert [each["number"] for each in place.published()] == [1, 2]


@pytest.mark.parametrize("what", ["question", "clarification"])
def test_a_key_repeats_the_answer(place: Place, what: str) -> None:
    form, who = {"text": "工期？"}, place.token(place.world.firm())
    path = f"{place.path}/questions"
    if what == "clarification":
        form, who, path = {"answer": "见补充文件。"}, place.staff["agent"].token, place.path
        path += "/clarifications"
    headers = bearer(who) | {"Idempotency-Key": str(uuid4())}
    answers = [place.client.post(path, json=form, headers=headers) for _ in range(2)]
    assert [each.status_code for each in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


def test_refusals_are_problems_and_change_nothing(place: Place) -> None:
    firm = place.world.firm("江南市长河建筑工程有限公司")
    named = place.asks(firm, "我公司江南市长河建筑工程有限公司认为工期太短。")
    assert (named.status_code, named.json()["type"].rpartition(":")[2]) == (422, "names-its-firm")
    assert place.asks(firm, "我公司江南市长河建筑工程有限公司知道。", named=True).status_code == 201
    for number in range(2, 11):
        assert place.asks(firm, f"第{number}问？").status_code == 201
    more = place.asks(firm, "第11问？")
    assert (more.status_code, more.json()["type"].rpartition(":")[2]) == (409, "too-many-questions")
    assert place.asks(firm, "\u200b \n").status_code == 422
    assert len(place.own(firm)) == 10


def test_one_answer_serves_several_and_each_is_answered_once(place: Place) -> None:
    for number in range(3):
        place.asks(place.world.firm(), f"工期能否延长？（{number}）")
    place.to_the_next_hour()
    ids = [each["id"] for each in place.released()]
    assert place.publishes("能。", question="工期？", questions=ids[:2]).status_code == 201
    again = place.publishes("不能。", question="工期？", questions=ids[1:])
    assert (again.status_code, again.json()["type"].rpartition(":")[2]) == (409, "already-answered")
    nobodys = place.publishes("不能。", question="工期？", questions=[str(uuid4())])
    assert nobodys.status_code == 404
    assert sorted(each["clarification"] or 0 for each in place.released()) == [0, 1, 1]


def test_the_period_ends_and_then_the_deadline_comes(place: Place) -> None:
    world, firm = place.world, place.world.firm()
    place.asks(firm, "赶在截止前的一问？")
    world.move(timedelta(days=5))
    late = place.asks(firm, "太晚的一问？")
    assert (late.status_code, late.json()["type"].rpartition(":")[2]) == (409, "questions-closed")
    place.work()
    [question] = place.released()
    assert place.publishes("见图纸。", question="？", questions=[question["id"]]).status_code == 201
    world.move(timedelta(days=5))
    over = place.publishes("太晚的答复。")
    assert (over.status_code, over.json()["type"].rpartition(":")[2]) == (409, "answers-closed")
    said = published(place)
    with pytest.raises(RestrictViolation):
        added(place, place.staff["agent"], said, said.published_at)


def test_a_cancelled_tender_releases_nothing_more(place: Place) -> None:
    firm = place.world.firm()
    place.asks(firm, "还会继续吗？")
    form = {"reason": "资金未落实"}
    who = place.staff["tendering_party"].token
    assert place.send("POST", f"{place.path}/cancel", who, form).status_code == 200
    place.to_the_next_hour()
    assert place.released() == []
    assert place.asks(firm, "为什么？").status_code == 409


def test_releasing_twice_releases_once(place: Place) -> None:
    place.asks(place.world.firm(), "一问？")
    place.to_the_next_hour()
    place.work()
    assert len(place.released()) == 1


def test_everything_in_the_box_left_a_sealed_entry(place: Place) -> None:
    """Of a batch the number, of a firm neither name nor pseudonym, and of nothing the text."""
    firm = place.world.firm().joined()
    place.asks(firm, "一问？")
    place.own(firm)
    place.own(firm)
    place.to_the_next_hour()
    entries = [
        event.decode(bytes(row[0]))
        for row in place.world.rows("select detail from sealed.event order by at")
    ]
    said = [(each.actor, each.action, each.data) for each in entries if "question" in each.action]
    assert said[0] == ("bidder", "question.ask", {})
    assert said[-1] == ("worker", "question.release", {"questions": "1"})
    # Each of the two looks was with a token of its own.
    assert [action for _, action, _ in said[1:-1]] == ["question.look", "question.look"]
    shown = place.world.rows("select action from audit.entry where tender_id is not null")
    assert shown == []


def test_the_feed_tells_of_the_notice_and_of_each_clarification(place: Place) -> None:
    place.publishes("<b>以图纸为准</b> & 清单为辅。", question="以何为准？")
    answer = place.client.get(f"/tenders/{place.world.tender}/feed.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)
    entries = feed.findall(f"{ATOM}entry")
    assert [each.findtext(f"{ATOM}title") for each in entries] == [
        "第 1 号澄清：以何为准？",
        "招标公告：a school",
    ]
    assert "<b>以图纸为准</b> & 清单为辅。" in str(entries[0].findtext(f"{ATOM}content"))
    assert feed.findtext(f"{ATOM}updated") == entries[0].findtext(f"{ATOM}updated")
    assert place.client.get(f"/tenders/{uuid4()}/feed.atom").status_code == 404


def test_supervisors_hold_the_table_against_the_log(place: Place) -> None:
    made = place.publishes("以图纸为准。").json()
    with place.world.database.desk.unit_as(Role.SUPERVISOR, uuid4(), uuid4()) as uow:
        found = [each for each in facts(uow.session, place.world.tender, 0) if each.waiting]
    [fact] = [each for each in found if each.field == "clarification"]
    assert fact.object == f"tender/{place.world.tender}/clarification/1"
    assert fact.value == made["sha256"]


def test_copies_bear_no_mark_of_what_they_are_copies_of(place: Place) -> None:
    """Neither ids nor times nor the order of rows lead from a text to the one who asked."""
    firms = [place.world.firm() for _ in range(8)]
    for number, firm in enumerate(firms):
        place.asks(firm, f"第{number}问？")
    place.to_the_next_hour()
    rows = place.world.rows("select id, text, released_at from notice.question order by ctid")
    own = place.world.rows("select id, asked_at from sealed.question")
    assert {row[0] for row in rows}.isdisjoint(row[0] for row in own)
    assert {row[2] for row in rows}.isdisjoint(row[1] for row in own)
    assert len({row[2] for row in rows}) == 1
    assert [row[1] for row in rows] != [f"第{number}问？" for number in range(8)]
    shown = [each["id"] for each in place.released()]
    assert shown == sorted(shown)


def test_log_lines_hold_neither_tender_nor_firm(
    place: Place, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    firm = place.world.firm("江南市长河建筑工程有限公司")
    place.asks(firm, "一问？")
    place.asks(firm, "江南市长河建筑工程有限公司问？")
    place.to_the_next_hour()
    place.publishes("答。", question="问？", questions=[place.released()[0]["id"]])
    lines = [each.getMessage() for each in caplog.records if each.name != "httpx"]
    said = "\n".join([*lines, *capfd.readouterr()])
    for secret in (place.world.tender, firm.organization, firm.person, firm.name, "一问", "答。"):
        assert str(secret) not in said


def test_whoever_reads_what_was_asked_is_in_the_log(place: Place) -> None:
    place.released()
    place.released("tendering_party")
    readers = place.world.rows("select actor from audit.entry where action = 'question.read'")
    wanted = [(str(place.staff[who].person),) for who in ("agent", "tendering_party")]
    assert sorted(readers) == sorted(wanted)


def test_a_rival_learns_nothing_of_who_asked_what_was_answered(place: Place) -> None:
    one, two = place.world.firm(), place.world.firm()
    place.asks(one, "一问？")
    place.to_the_next_hour()
    [question] = place.released()
    copy = UUID(question["id"])
    place.publishes("答。", question="问？", questions=[str(copy)])
    query = f"select sealed.answer_to('{copy}')"
    seen = [as_role(place, "box", "bidder", person_of(firm), query) for firm in (one, two)]
    assert seen == [[(1,)], [(None,)]]
