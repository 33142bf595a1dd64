"""A desk with its lists in force, a firm that one entry may concern, and people who review."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from sunseal.database import Role
from sunseal.screening import service as screening
from sunseal.screening.lists import COLUMNS
from tests.support.service import Service, bearer
from tests.tenders.people import enrol

HEAD = ",".join(COLUMNS)
NOBODY = "X-1,company,查无此人有限公司,,serious,test,2020-01-01,"
NAMESAKE = "B-7,company,第0建筑有限公司,,serious,a judgment,2020-01-01,"
QUEUE = "/api/v1/screening/candidates"
VERDICTS = "/api/v1/screening/adjudications"


@dataclass
class Desk:
    """`centre`, `first`, `second` and `third` are tokens; the last three are supervisors'."""

    service: Service
    centre: str
    first: str
    second: str
    third: str
    firm_token: str
    firm: UUID

    def lists(self, *entries: str) -> None:
        for source in ("bribery", "blacklist"):
            rows = [HEAD, NOBODY, *(entries if source == "blacklist" else ())]
            with self.service.database.work.unit_as(Role.WORKER) as uow:
                screening.import_list(uow, source, "\n".join(rows).encode())

    def check(self) -> str:
        with self.service.database.work.unit_as(Role.WORKER) as uow:
            row = screening.check_organization(uow, self.firm)
            assert row is not None
            return row.decision

    def get(self, token: str, path: str, **query: str) -> Any:
        return self.service.client.get(path, params=query, headers=bearer(token))

    def post(self, token: str, path: str, form: object = None) -> Any:
        return self.service.client.post(path, json=form, headers=bearer(token))

    def candidates(self, **query: str) -> list[Any]:
        answer = self.get(self.centre, QUEUE, **query)
        assert answer.status_code == 200, answer.text
        return list(answer.json()["candidates"])

    def propose(self, token: str, verdict: str, reason: str = "the files were compared") -> Any:
        form = {
            "organization_id": str(self.firm),
            "source": "blacklist",
            "reference": "B-7",
            "verdict": verdict,
            "reason": reason,
        }
        return self.post(token, VERDICTS, form)

    def decide(self, verdict: str) -> str:
        """A verdict of the centre that the first supervisor confirms; its id."""
        [proposed] = self.propose(self.centre, verdict).json()
        answer = self.post(self.first, f"{VERDICTS}/{proposed['id']}/confirm")
        assert answer.status_code == 201, answer.text
        return str(proposed["id"])

    def standing(self) -> Any:
        return self.get(self.firm_token, "/api/v1/screening/me").json()


@pytest.fixture
def desk(service: Service) -> Desk:
    one, two, three = (enrol(service, "supervisor", name) for name in ("one", "two", "three"))
    made = Desk(service, enrol(service, "centre"), one, two, three, *service.firm(0))
    made.lists(NAMESAKE)
    assert made.check() == "needs_review"
    return made
