"""One installation for all tests here: two firms, a clerk, a supervisor, and whoever comes by."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from litestar.testing import TestClient

from sunseal.app import create_app
from tests.support.database import maker, settings_for
from tests.support.service import Service, bearer, guards, roster_of

API = "/api/v1/help"


@dataclass
class Town:
    service: Service
    firm: str
    firm_id: UUID
    rival: str
    clerk: str
    supervisor: str

    def send(self, method: str, path: str, token: str = "", form: Any = None, **more: str) -> Any:
        headers = (bearer(token) if token else {}) | more
        return self.service.client.request(method, f"{API}{path}", json=form, headers=headers)

    def ask(self, token: str = "", text: str = "打不开页面", **more: str) -> Any:
        form = {"category": "computer", "text": text, **more}
        return self.send("POST", "/tickets", token, form)

    def rows(self, query: str, *values: object) -> list[Any]:
        with self.service.database.admin() as admin:
            found = admin.execute(query.encode(), values)
            return found.fetchall() if found.description else []

    def actions(self) -> list[tuple[str, str, str, str]]:
        """Who did what with a ticket, as supervisors read it."""
        return self.rows(
            "select role, actor, action, object from audit.entry where action like 'help.%%'"
            " order by at"
        )


@pytest.fixture(scope="package")
def town(embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with maker(embedded, template) as make:
        database, folder = make(), tmp_path_factory.mktemp("help")
        settings = settings_for(database, folder)
        custodians, witnesses = guards(3), guards(1, first=4)
        settings.roster.write_bytes(
            roster_of(settings.origin, settings.keys, custodians, witnesses)
        )
        with TestClient(create_app(settings)) as client:
            service = Service(client, database, settings, custodians, witnesses)
            firm, firm_id = service.firm(0)
            rival, _ = service.firm(1)
            clerk, supervisor = service.authority("centre"), service.authority("supervisor")
            yield Town(service, firm, firm_id, rival, clerk, supervisor)


@pytest.fixture(autouse=True)
def quiet(town: Town) -> None:
    """Nobody has asked anything yet in this hour."""
    town.rows("delete from help.asked")
