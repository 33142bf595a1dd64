"""Tenders as tests draft them, over HTTP like everybody else."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from tests.support.service import Service, bearer

_references = count(1)


def in_(**period: float) -> str:
    """A time from now, as the API writes it."""
    moment = datetime.now(UTC) + timedelta(**period)  # noqa: TID251 - the test's own clock
    return moment.isoformat().replace("+00:00", "Z")


def tender_form(**changes: Any) -> dict[str, Any]:
    form = {
        "reference": f"SZ-{next(_references):04}",
        "title": "某中学教学楼工程",
        "summary": "一栋五层教学楼。",
        "deadline": in_(hours=1),
        "not_before": in_(hours=2),
        "minimum_bids": 1,
        "threshold": 2,
        "box_size": 16,
        "currency": "CNY",
        "ceiling_price": "12000000.00",
    }
    return form | changes


def draft(service: Service, token: str, **changes: Any) -> dict[str, Any]:
    """A new draft's view."""
    answer = post(service, "/tenders", token, tender_form(**changes))
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


def post(service: Service, path: str, token: str | None, form: Any = None) -> Any:
    headers = bearer(token) if token else {}
    return service.client.post(f"/api/v1{path}", json=form, headers=headers)


def get(service: Service, path: str, token: str | None = None) -> Any:
    headers = bearer(token) if token else {}
    return service.client.get(f"/api/v1{path}", headers=headers)


def add_document(service: Service, tender: str, token: str | None, name: str, data: bytes) -> Any:
    headers = {"Content-Type": "application/octet-stream"} | (bearer(token) if token else {})
    path = f"/api/v1/tenders/{tender}/documents"
    return service.client.post(path, params={"name": name}, content=data, headers=headers)
