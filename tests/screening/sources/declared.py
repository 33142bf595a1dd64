"""A firm with everybody behind it declared, and lists that the worker takes in."""

from typing import Any
from uuid import UUID

from stdnum.cn import ric

from sunseal.database import Role
from sunseal.screening import person_ids
from sunseal.screening import service as screening
from sunseal.screening.lists import COLUMNS
from tests.support.service import PASSWORD, USCC, Service, bearer

HEAD = ",".join(COLUMNS)
NOBODY = "X-1,company,查无此人有限公司,,serious,test,2020-01-01,"


def card(number: int) -> str:
    """A valid one, of nobody: born on the first day of 1990 in Beijing's east."""
    text = f"11010119900101{number:03}"
    return text + str(ric.calc_check_digit(text + "0"))


BOSS, OWNER, WORKER, STRANGER = (card(number) for number in (801, 803, 805, 807))
FORM: dict[str, Any] = {
    "name": "第0建筑有限公司",
    "uscc": USCC[0],
    "person": {"name": "张三", "email": "firm0@example.cn", "password": PASSWORD},
    "legal_representative": "王伟",
    "legal_representative_id": BOSS,
    "former_names": ["旧名建设有限公司"],
    "owners": [
        {"kind": "person", "name": "李娜", "person_id": OWNER},
        {"kind": "company", "name": "控股甲有限公司", "identifier": USCC[1]},
        {
            "kind": "company",
            "name": "Acme Holdings Ltd",
            "identifier": "0436-6849",
            "country": "GB",
        },
    ],
}


class Town:
    def __init__(self, service: Service) -> None:
        self.service, self.folder = service, service.settings.keys
        person_ids.rotate(self.folder)
        self.put("bribery", NOBODY)
        answer = self.post("/organizations", FORM)
        assert answer.status_code == 201, answer.text
        self.firm = UUID(answer.json()["organization"]["id"])
        self.token = service.sign_in("firm0@example.cn")
        form = {"name": "赵工", "person_id": WORKER}
        assert self.post("/practitioners", form, self.token).status_code == 201

    def post(self, path: str, form: Any, token: str = "", key: str = "") -> Any:
        headers = (bearer(token) if token else {}) | ({"Idempotency-Key": key} if key else {})
        return self.service.client.post(f"/api/v1{path}", json=form, headers=headers)

    def put(self, source: str, *rows: str) -> None:
        ring = person_ids.find(self.folder)
        with self.service.database.work.unit_as(Role.WORKER) as uow:
            screening.import_list(uow, source, "\n".join([HEAD, *rows]).encode(), ring=ring)

    def stands(self, *rows: str) -> tuple[str, str]:
        """Decision and sentence, with these rows on the blacklist."""
        if rows:
            self.put("blacklist", *rows)
        with self.service.database.work.unit_as(Role.WORKER) as uow:
            row = screening.check_organization(uow, self.firm)
            assert row is not None
            said = [found["sentence"] for found in row.evidence["findings"]] or [row.sentence]
            return row.decision, " ".join(said)


def listed(name: str, identifier: str, subject: str = "person") -> str:
    return f"B-1,{subject},{name},{identifier},serious,行贿,2020-01-01,"
