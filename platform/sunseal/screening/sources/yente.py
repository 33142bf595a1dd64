"""A yente-compatible `/match` endpoint: a live question to the owner of a list.

It is off unless it was switched on, because a question names whom we are interested in. And it is
asked only while no tender is running at all: to leave out just those who bid would tell the same
by what is missing. Whether a tender runs is public, so no question and no absence says more.
"""

from dataclasses import dataclass
from uuid import uuid4

import httpx
import msgspec

from sunseal.screening import names
from sunseal.screening.errors import LiveQueryRefused
from sunseal.screening.sources.connectors import State

SCHEMATA = {"company": "LegalEntity", "person": "Person"}
MAX_ANSWER = 4 << 20


class _Candidate(msgspec.Struct, frozen=True):
    id: str
    caption: str
    score: float
    match: bool = False


class _Response(msgspec.Struct, frozen=True):
    results: list[_Candidate]


class _Answer(msgspec.Struct, frozen=True):
    responses: dict[str, _Response]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody whom the endpoint takes for alike; it is for people to look at, and never a hit."""

    id: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Matches:
    """`state` other than done: nothing is known, and nobody is clear for it."""

    state: State
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True)
class Yente:
    url: str
    dataset: str
    timeout: float

    def match(self, subject: names.Kind, name: str, running_tenders: int) -> Matches:
        """Raises LiveQueryRefused while a tender runs; a failing endpoint is a state."""
        if running_tenders:
            raise LiveQueryRefused("a tender is running, and a question could name its bidder")
        # A new id for each question: an endpoint that caches by id would answer about another.
        query = str(uuid4())
        body = {"queries": {query: {"schema": SCHEMATA[subject], "properties": {"name": [name]}}}}
        try:
            data = self._post(msgspec.json.encode(body))
            found = msgspec.json.decode(data, type=_Answer).responses[query].results
        except httpx.TimeoutException:
            return Matches(State.TIMEOUT)
        except httpx.TransportError:
            return Matches(State.UNREACHABLE)
        except (httpx.HTTPError, msgspec.DecodeError, KeyError, UnicodeDecodeError):
            return Matches(State.ERROR)
        return Matches(
            State.DONE, tuple(Candidate(each.id, each.caption, each.score) for each in found)
        )

    def _post(self, body: bytes) -> bytes:
        headers = {"Content-Type": "application/json"}
        with httpx.Client(timeout=self.timeout, trust_env=False) as client:
            answer = client.post(f"{self.url}/match/{self.dataset}", content=body, headers=headers)
        answer.raise_for_status()
        if len(answer.content) > MAX_ANSWER:
            raise httpx.DecodingError("an answer that is too long")
        return answer.content
