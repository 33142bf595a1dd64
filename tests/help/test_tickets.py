"""A ticket's life, as its firm, a visitor, the clerk and a supervisor have it."""

import pytest

from sunseal.database import Role
from sunseal.help import rules, service
from sunseal.help.errors import NamesSomebody
from tests.help.conftest import API, Town

TENDER = """
    insert into notice.tender (reference, title, summary, tendering_party_id,
        tendering_party_name, status, statutory, deadline, not_before, minimum_bids, threshold,
        box_size, currency, created_by, created_at, published_at, notice)
    values ('江水招〔2026〕018号', '江湾区东支河综合整治工程施工', '', gen_random_uuid(), '',
        'published', false, now() + interval '1 h', now() + interval '1 h', 1, 2, 4, 'CNY',
        gen_random_uuid(), now(), now(), 'x')
"""


def test_a_firm_asks_is_answered_and_asks_on(town: Town) -> None:
    opened = town.ask(town.firm, "上传到一半就停了").json()
    number = opened["number"]
    assert len(number) == rules.NUMBER_LENGTH
    assert opened["link"] == ""
    said = {"text": "请换一个浏览器"}
    assert town.send("POST", f"/queue/{number}/answers", town.clerk, said).status_code == 201
    words = town.send("GET", f"/tickets/{number}", town.firm).json()["words"]
    assert [each["text"] for each in words] == ["上传到一半就停了", "请换一个浏览器"]
    assert all(each.keys() == {"kind", "text", "said_at"} for each in words)
    assert town.send("POST", f"/queue/{number}/closing", town.clerk, {}).status_code == 201
    assert number not in numbers(town, closed=False)
    assert number in numbers(town, closed=True)
    town.send("POST", f"/tickets/{number}/questions", town.firm, {"text": "还是不行"})
    [own] = [
        one for one in town.send("GET", "/tickets", town.firm).json() if one["number"] == number
    ]
    assert own["state"] == "question"
    assert number in numbers(town, closed=False)


def test_a_visitor_comes_back_by_the_link_alone(town: Town) -> None:
    opened = town.ask(text="登录不了", phone="0571-5550100").json()
    read = town.send("GET", f"/links/{opened['link']}").json()
    assert read["number"] == opened["number"]
    town.send("POST", f"/links/{opened['link']}/questions", form={"text": "有人吗"})
    case = town.send("GET", f"/queue/{opened['number']}", town.clerk).json()
    assert [each["text"] for each in case["words"]] == ["登录不了", "有人吗"]
    assert case["phone"] == "0571-5550100"


def test_all_that_is_said_and_read_is_in_the_log_and_its_words_are_not(town: Town) -> None:
    before = len(town.actions())
    number = town.ask(town.firm, "密钥文件打不开").json()["number"]
    town.send("GET", "/queue", town.clerk)
    town.send("GET", f"/queue/{number}", town.clerk)
    town.send("POST", f"/queue/{number}/answers", town.clerk, {"text": "请重新下载"})
    town.send("POST", f"/queue/{number}/closing", town.clerk, {"text": "好"})
    done = town.actions()[before:]
    about = f"help/{number}"
    assert [(role, action, place) for role, _, action, place in done] == [
        ("as_public", "help.ask", about),
        ("as_centre", "help.queue", "help"),
        ("as_centre", "help.read", about),
        ("as_centre", "help.answer", about),
        ("as_centre", "help.closing", about),
    ]
    assert done[0][1] == "as_public"
    assert not town.rows(
        "select 1 from audit.entry where position(%s in convert_from(detail, 'UTF8')) > 0",
        "请重新下载",
    )


def test_supervisors_read_everything_but_the_telephone_and_answer_nothing(town: Town) -> None:
    number = town.ask(text="看不懂", phone="139 0000 0000").json()["number"]
    case = town.send("GET", f"/queue/{number}", town.supervisor).json()
    assert case["words"][0]["text"] == "看不懂"
    assert case["phone"] is None
    said = {"text": "您好"}
    refused = town.send("POST", f"/queue/{number}/answers", town.supervisor, said)
    assert refused.status_code == 403


@pytest.fixture
def published(town: Town) -> None:
    if not town.rows("select 1 from notice.tender"):
        town.rows(TENDER)


NAMED = {
    "the firm": "我们是第0建筑有限公司",
    "the firm's code": "代码 9144 0300 1000 0000 0R",
    "the tender's number": "关于江水招〔２０２６〕０１８号",
    "the tender's title": "江湾区东支河 综合整治工程施工 怎么上传",
    "an id card": "我的身份证 110105199001011237",
}


@pytest.mark.parametrize("text", NAMED.values(), ids=NAMED.keys())
def test_a_text_that_would_tell_is_not_sent(town: Town, published: None, text: str) -> None:
    before = town.rows("select count(*) from help.word")
    refused = town.ask(town.firm, text)
    assert refused.status_code == 422
    assert refused.json()["type"].endswith("names-somebody")
    assert town.rows("select count(*) from help.word") == before


def test_what_would_tell_is_not_asked_later_either(town: Town, published: None) -> None:
    """A firm that was refused at first would else say it in its second sentence."""
    number = town.ask(town.firm).json()["number"]
    asked = [
        town.send("POST", f"/tickets/{number}/questions", town.firm, {"text": text})
        for text in NAMED.values()
    ]
    assert [each.status_code for each in asked] == [422] * len(NAMED)


def test_a_clerk_cannot_bring_a_tender_up(town: Town, published: None) -> None:
    number = town.ask(town.firm).json()["number"]
    said = {"text": "您问的是江水招〔2026〕018号吗"}
    assert town.send("POST", f"/queue/{number}/answers", town.clerk, said).status_code == 422


def test_a_short_name_is_everyday_speech() -> None:
    rules.check_names("河边的网络断了", ["河", "", "网络"])
    with pytest.raises(NamesSomebody):
        rules.check_names("河边 建筑公司", ["河边建筑"])


def test_what_is_old_is_forgotten(town: Town) -> None:
    """First where to call back and who was counted, and in the end the ticket."""
    old, older, new = (town.ask(text="旧", phone="12345").json()["number"] for _ in range(3))
    for number, days in ((old, 8), (older, 181)):
        town.rows(
            "update help.word set said_at = kit.now() - make_interval(days => %s) where ticket_id ="
            " (select id from help.ticket where number = %s)",
            days,
            number,
        )
    town.rows("update help.asked set at = kit.now() - interval '2 d'")
    with town.service.database.work.unit_as(Role.WORKER) as uow:
        service.forget_old(uow)
    left = "select number, phone from help.ticket t left join help.phone p on p.ticket_id = t.id"
    phones = dict(town.rows(left))
    assert older not in phones
    assert phones[old] is None
    assert phones[new] == "12345"
    assert not town.rows("select 1 from help.asked")


def numbers(town: Town, *, closed: bool) -> list[str]:
    answer = town.service.client.get(
        f"{API}/queue", params={"closed": closed}, headers={"Authorization": f"Bearer {town.clerk}"}
    )
    return [each["number"] for each in answer.json()]
