"""The district's blacklist over HTTP: four eyes, letters, public notice, appeal, and its end."""

from typing import Any
from uuid import UUID

import pytest

from sunseal.blacklist import service as blacklist
from sunseal.database import Role
from sunseal.screening import person_ids
from sunseal.screening import service as screening
from sunseal.screening.lists import COLUMNS
from tests.blacklist.conftest import LetterBox
from tests.support.service import USCC, Service, bearer

PATH = "/api/v1/blacklist"
CARD = "11010119900307803X"
NOBODY = f"{','.join(COLUMNS)}\nX-1,company,查无此人有限公司,,serious,test,2020-01-01,"
FORM = {
    "decision_number": "江建罚〔2026〕3号",
    "authority": "江湾区住建局",
    "subject": "company",
    "name": "第0建筑有限公司",
    "identifier": USCC[0],
    "severity": "严重",
    "reason": "围标",
    "effective_from": "2020-01-01",
    "effective_to": "2090-01-01",
}


class District:
    """One firm, and the people of the centre and of the supervisor who decide about it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.clerk = service.authority("centre")
        self.supervisors = [service.authority("supervisor", f"supervisor-{i}") for i in range(3)]
        self.token, self.firm = service.firm(0)
        for code in ("bribery", "blacklist"):
            with service.database.work.unit_as(Role.WORKER) as uow:
                screening.import_list(uow, code, NOBODY.encode())

    def post(self, token: str, path: str, form: Any = None) -> Any:
        return self.service.client.post(f"{PATH}{path}", json=form, headers=bearer(token))

    def propose(self, token: str | None = None, **changes: Any) -> Any:
        return self.post(token or self.clerk, "/", FORM | changes)

    def notices(self) -> list[dict[str, Any]]:
        answer = self.service.client.get("/notices/blacklist")
        assert answer.status_code == 200
        return list(answer.json())

    def work(self, entry: str, box: LetterBox) -> str:
        """What the worker does after a decision; returns how the firm then stands."""
        with self.service.database.work.unit_as(Role.WORKER) as uow:
            blacklist.publish_blacklist(uow, UUID(entry))
        blacklist.write(self.service.database.work, box.mailer, UUID(entry))
        with self.service.database.work.unit_as(Role.WORKER) as uow:
            row = screening.check_organization(uow, self.firm)
            assert row is not None
            return row.decision


@pytest.fixture
def district(service: Service) -> District:
    return District(service)


def test_an_entry_from_its_proposal_to_the_end_of_its_appeal(
    district: District, letter_box: LetterBox
) -> None:
    entry = district.propose(district.supervisors[0]).json()["id"]
    assert district.work(entry, letter_box) == "clear"
    assert (district.notices(), letter_box.letters) == ([], [])
    # Who proposed does not confirm, and the centre does not confirm at all.
    assert district.post(district.supervisors[0], f"/{entry}/confirm").status_code == 409
    assert district.post(district.clerk, f"/{entry}/confirm").status_code == 403
    assert district.post(district.supervisors[1], f"/{entry}/confirm").status_code == 201
    assert district.post(district.supervisors[1], f"/{entry}/confirm").status_code == 409
    assert district.work(entry, letter_box) == "hit"
    assert district.work(entry, letter_box) == "hit"
    [(to, text)] = letter_box.texts()
    assert (to, "江建罚〔2026〕3号" in text, "申诉" in text) == ("firm0@example.cn", True, True)
    [notice] = district.notices()
    assert (notice["severity"], notice["reason"], notice["appeal"]) == ("严重", "围标", "none")
    assert (notice["effective_to"], notice["identifier"]) == ("2090-01-01", USCC[0])

    grounds = {"grounds": "不是我们"}
    other, _ = district.service.firm(1)
    assert district.post(other, f"/{entry}/appeal", grounds).status_code == 404
    appeal = district.post(district.token, f"/{entry}/appeal", grounds).json()["id"]
    assert district.post(district.token, f"/{entry}/appeal", grounds).status_code == 409
    assert district.notices()[0]["appeal"] == "filed"
    assert district.work(entry, letter_box) == "hit"
    ruling = {"outcome": "upheld", "reason": "认定有误"}
    for hand in district.supervisors[:2]:
        assert district.post(hand, f"/appeals/{appeal}/ruling", ruling).status_code == 409
    answer = district.post(district.supervisors[2], f"/appeals/{appeal}/ruling", ruling)
    assert answer.status_code == 201
    assert (
        district.post(district.supervisors[2], f"/appeals/{appeal}/ruling", ruling).status_code
        == 409
    )
    assert district.work(entry, letter_box) == "clear"
    assert district.notices() == []
    assert len(letter_box.letters) == 2
    headers = bearer(district.token)
    [own] = district.service.client.get(f"{PATH}/me", headers=headers).json()
    assert (own["appeal"]["state"], own["appeal"]["reason"]) == ("upheld", "认定有误")
    assert district.service.client.get(f"{PATH}/me", headers=bearer(other)).json() == []


def test_a_letter_that_is_not_taken_is_written_again(
    district: District, letter_box: LetterBox
) -> None:
    entry = district.propose().json()["id"]
    district.post(district.supervisors[0], f"/{entry}/confirm")
    letter_box.refusing = True
    with pytest.raises(OSError, match="not now"):
        district.work(entry, letter_box)
    letter_box.refusing = False
    district.work(entry, letter_box)
    assert len(letter_box.letters) == 1


TERMS = {
    "over": ("2020-01-01", "2020-12-31"),
    "not yet": ("2080-01-01", "2090-01-01"),
    "in force": ("2020-01-01", "2090-01-01"),
}


def test_an_entry_begins_and_is_over_by_itself(district: District, letter_box: LetterBox) -> None:
    found = {}
    for case, (starts, ends) in TERMS.items():
        entry = district.propose(effective_from=starts, effective_to=ends).json()["id"]
        district.post(district.supervisors[0], f"/{entry}/confirm")
        found[case] = (district.work(entry, letter_box), len(district.notices()))
    assert found == {"over": ("clear", 0), "not yet": ("clear", 0), "in force": ("hit", 1)}


def test_a_grade_says_whether_it_warns_or_is_reviewed_or_bars(
    district: District, letter_box: LetterBox
) -> None:
    found = []
    for grade in ("轻微", "一般", "严重"):
        entry = district.propose(severity=grade).json()["id"]
        district.post(district.supervisors[0], f"/{entry}/confirm")
        found.append(district.work(entry, letter_box))
    assert found == ["clear", "needs_review", "hit"]


BAD = {
    "a severity without effect": {"severity": "dreadful"},
    "ends before it begins": {"effective_to": "2019-01-01"},
    "a card where all may read it": {"decision_number": CARD},
    "a person's number as a company's": {"identifier": CARD},
    "a card with a wrong digit": {"subject": "person", "identifier": CARD[:-1] + "1"},
}


def test_a_decision_that_cannot_be_listed_is_refused_without_repeating_a_number(
    district: District,
) -> None:
    for case, changes in BAD.items():
        answer = district.propose(**changes)
        assert answer.status_code == 422, case
        assert CARD[4:-4] not in answer.text, case


def test_without_a_key_no_number_of_a_person_is_taken(district: District) -> None:
    answer = district.propose(subject="person", name="张三", identifier=CARD)
    assert answer.status_code == 503
    assert CARD not in answer.text


def test_a_practitioner_is_listed_by_digest_and_shown_by_name(
    district: District, letter_box: LetterBox
) -> None:
    person_ids.rotate(district.service.settings.keys)
    form = {"subject": "person", "name": "李工", "identifier": CARD, "reason": f"挂证（{CARD}）"}
    form["organization_id"] = str(district.firm)
    assert district.propose(**form).status_code == 422
    with district.service.database.admin() as admin:
        admin.execute(
            """insert into registry.practitioner (organization_id, name, added_at)
            values (%s, '李工', now())""",
            (district.firm,),
        )
    entry = district.propose(**form).json()
    assert (entry["mask"], CARD in str(entry)) == ("1101**********803X", False)
    district.post(district.supervisors[0], f"/{entry['id']}/confirm")
    assert district.work(entry["id"], letter_box) == "needs_review"
    assert len(letter_box.letters) == 1
    [notice] = district.notices()
    assert (notice["name"], notice["identifier"]) == ("李工", None)
    with district.service.database.admin() as admin:
        owners = admin.execute(
            "select count(distinct owner) from registry.person_digest"
        ).fetchone()
    assert owners == (2,)
