"""Names that are only alike, in the service: they need review, and never more or less."""

from uuid import UUID

from sunseal.database import Role
from sunseal.screening import names
from sunseal.screening import service as screening
from sunseal.screening.models import Screening
from tests.support.service import Service, bearer

HEAD = "reference,subject,name,identifier,severity,reason,effective_from,effective_to"
NOBODY = "查无此人有限公司"


def _import(service: Service, token: str, source: str, name: str) -> None:
    body = f"{HEAD}\nX-1,company,{name},,serious,test,2020-01-01,\n".encode()
    headers = {**bearer(token), "Content-Type": "text/csv"}
    path = f"/api/v1/screening/lists/{source}"
    answer = service.client.post(path, content=body, headers=headers)
    assert answer.status_code == 201, answer.text


def _check(service: Service, firm: UUID) -> Screening:
    with service.database.work.unit_as(Role.WORKER) as uow:
        row = screening.check_organization(uow, firm)
        assert row is not None
        uow.session.expunge(row)
        return row


def test_a_name_that_is_alike_needs_review_and_says_why(service: Service) -> None:
    centre = service.authority("centre")
    _, firm = service.firm(0)  # 第0建筑有限公司
    for source in ("bribery", "blacklist"):
        _import(service, centre, source, NOBODY)
    assert _check(service, firm).decision == "clear"
    _import(service, centre, "blacklist", "北京第0建筑股份有限公司")
    row = _check(service, firm)
    assert row.decision == "needs_review"
    assert "the same name but for the place" in row.sentence
    [finding] = row.evidence["findings"]
    assert names.REVIEW <= finding["score"] < 1
    assert finding["feature"] == "core"
    assert row.evidence["matcher"] == names.MATCHER_VERSION
    again = _check(service, firm)
    assert (again.decision, again.evidence) == (row.decision, row.evidence)
    # The index follows the list in force; and another number is another company.
    _import(service, centre, "blacklist", "北京第9建筑股份有限公司")
    assert _check(service, firm).decision == "clear"
