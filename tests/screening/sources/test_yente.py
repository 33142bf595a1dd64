"""The live endpoint: off by default, silent while a tender runs, and a state when it fails."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from sunseal.screening.errors import LiveQueryRefused
from sunseal.screening.sources import configured
from sunseal.screening.sources.connectors import State
from sunseal.screening.sources.yente import Candidate, Matches, Yente

ASKED: list[dict[str, object]] = []


class _Handler(BaseHTTPRequestHandler):
    mood = "well"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        ASKED.append({"path": self.path, **body})
        [(query, _)] = body["queries"].items()
        found = [{"id": "Q1", "caption": "Acme", "score": 0.9, "match": True, "schema": "Company"}]
        key = "another" if self.mood == "another's" else query
        answer = json.dumps(
            {"responses": {key: {"results": found, "total": {"value": 1}}}}
        ).encode()
        if self.mood == "corrupt":
            answer = answer[:-5]
        self.send_response(500 if self.mood == "broken" else 200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(mood: str) -> Iterator[Yente]:
    handler = type("Handler", (_Handler,), {"mood": mood})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield Yente(f"http://127.0.0.1:{server.server_port}", "default", 0.5)
        server.shutdown()


def test_a_match_is_a_candidate_for_people() -> None:
    ASKED.clear()
    with serving("well") as yente:
        for _ in range(2):
            found = yente.match("company", "Acme Ltd", 0)
            assert found == Matches(State.DONE, (Candidate("Q1", "Acme", 0.9),))
    first, second = ASKED
    assert first["path"] == "/match/default"
    # A new id each time, or a cache would answer about somebody else.
    assert first["queries"] != second["queries"]


@pytest.mark.parametrize("mood", ["corrupt", "broken", "another's"])
def test_an_answer_that_is_none_is_an_error(mood: str) -> None:
    with serving(mood) as yente:
        assert yente.match("company", "Acme Ltd", 0) == Matches(State.ERROR)


def test_nobody_there_is_a_state() -> None:
    assert Yente("http://127.0.0.1:1", "x", 1.0).match("person", "X", 0).state is State.UNREACHABLE


def test_nothing_is_asked_while_a_tender_runs() -> None:
    ASKED.clear()
    with serving("well") as yente, pytest.raises(LiveQueryRefused):
        yente.match("company", "Acme Ltd", 1)
    assert ASKED == []


def test_it_is_off_unless_switched_on(tmp_path: Path) -> None:
    assert configured.yente(tmp_path) is None
    file = tmp_path / configured.FILE
    file.write_text('{"match": {"url": "http://example.cn"}}')
    assert configured.yente(tmp_path) is None
    file.write_text('{"match": {"url": "http://example.cn", "enabled": true}}')
    assert configured.yente(tmp_path) is not None
    assert configured.connectors(tmp_path) == []
