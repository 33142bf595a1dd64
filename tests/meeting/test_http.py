"""The same over HTTP, as programs do it: each by its own login, in sentences for people."""

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from litestar.testing import TestClient

from sunseal.app import create_app
from sunseal.web import csrf
from tests.meeting.hall import BIDS, Hall

SESSION = """
    insert into registry.session (token_digest, person_id, kind, created_at, expires_at)
    values (%s, %s, 'token', kit.now(), kit.now() + interval '1 d')
"""


@dataclass
class Caller:
    client: TestClient[Any]
    path: str
    token: str

    def get(self, path: str = "") -> Any:
        return self.client.get(self.path + path, headers=self._headers())

    def post(self, path: str, **form: object) -> Any:
        return self.client.post(self.path + path, json=form, headers=self._headers())

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}", "Accept-Language": "zh-CN"}


@contextmanager
def callers(hall: Hall) -> Iterator[Callable[[UUID], Caller]]:
    with TestClient(create_app(hall.scene.world.settings)) as client:

        def caller(person: UUID) -> Caller:
            token = str(uuid4())
            hall.scene.sql(SESSION, hashlib.sha256(token.encode()).digest(), person)
            return Caller(client, f"/api/v1/tenders/{hall.tender}/meeting", token)

        yield caller


def done(answer: Any) -> Any:
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


def test_a_meeting_by_programs(hall: Hall) -> None:
    with callers(hall) as caller:
        clerk, firm = caller(hall.scene.staff["centre"]), caller(hall.firms[0].person)
        for envelope, position in hall.scene.sql(BIDS):
            done(clerk.post("/readings", envelope=envelope, position=position))
        done(clerk.post("/periods"))
        done(firm.post("/attendance", attendee="-", unit="-", capacity="授权代表"))
        at_page(hall, firm)
        objection = done(firm.post("/objections", text="报价读错了"))
        done(clerk.post(f"/objections/{objection['id']}/reply", text="已核对"))
        done(clerk.post("/corrections", text="一处笔误"))
        hall.is_over()

        late = firm.post("/objections", text="又一条")
        assert late.status_code == 409
        assert late.json()["type"] == "urn:sunseal:problem:objections-over"
        assert "没有记入" in late.json()["detail"]
        assert "投诉" in late.json()["next"]

        done(clerk.post("/minutes"))
        seen = done(firm.get())
        assert (seen["chairs"], seen["is_bidder"], seen["unanswered"]) == (False, True, 0)
        digest = seen["editions"][0]["digest"]
        done(firm.post("/minutes/1/signatures", digest=digest))
        body = clerk.get("/minutes/1").content
        assert base64.b64encode(hashlib.sha256(body).digest()).decode() == digest
        paper = firm.get("/minutes/1/paper")
        assert (paper.status_code, paper.content[:5]) == (200, b"%PDF-")
        assert paper.headers["content-type"] == "application/pdf"
        outside(hall, caller)


def at_page(hall: Hall, firm: Caller) -> None:
    """Whoever writes too much gets all of it back, to shorten it himself."""
    said = "异" * 4001
    answer = firm.client.post(
        f"/tenders/{hall.tender}/meeting/objections",
        data={"text": said, csrf.FIELD: csrf.token_of(firm.token)},
        headers={
            "host": "localhost",
            "sec-fetch-site": "same-origin",
            "cookie": f"session={firm.token}; role=bidder; language=zh",
        },
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert "最多 4000 个字" in answer.text


def outside(hall: Hall, caller: Callable[[UUID], Caller]) -> None:
    """A firm without a place in the box, and staff without a part in the tender; each is logged."""
    for person in (hall.scene.world.firm().person, hall.scene.staff["operator"]):
        who = caller(person)
        for answer in (who.get(), who.post("/objections", text="x"), who.get("/minutes/1")):
            assert answer.status_code == 403, answer.text
    assert who.client.get(who.path).status_code == 401
    assert hall.scene.one("select count(*) from audit.entry where action = 'access.refused'") >= 6
