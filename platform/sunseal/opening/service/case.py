"""The facts of one release as they are now: key, custodians, requests, leaves and answers."""

from dataclasses import dataclass
from functools import lru_cache

from sunseal.bids.models import Gate
from sunseal.custody.models import ReleaseRequest as RequestRow
from sunseal.custody.repository import CeremonyRepository
from sunseal.database import UnitOfWork
from sunseal.opening.models import BoxLeaf, Share
from sunseal.opening.repository import GateRepository, ReleaseRepository
from sunseal_crypto import box, canonical, certificate, release, roster, statement
from sunseal_crypto.box import LeafDetail, OpenedLeaf
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.release import Answer, ReleaseRequest, SignedAnswer
from sunseal_crypto.roster import Roster
from sunseal_crypto.statement import BidStatement


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and what custodians said to it as far as it was judged."""

    row: RequestRow
    request: ReleaseRequest
    shares: dict[int, Share]

    def answers(self) -> dict[int, Answer]:
        """The answers that hold, by custodian."""
        return {
            custodian: answer_in(share.body)
            for custodian, share in self.shares.items()
            if share.body is not None and share.fault is None
        }


@dataclass(frozen=True, slots=True)
class Case:
    gate: Gate
    key: EnvelopeKey
    roster: Roster
    places: list[BoxLeaf]
    asked: list[Asked]

    @property
    def shown(self) -> list[OpenedLeaf]:
        """The leaves as the newest request shows them."""
        return self.asked[-1].request.leaves

    def request_for(self, position: int) -> Asked | None:
        """The request that asks for a leaf; each is asked for at most once."""
        return next((each for each in self.asked if position in each.request.answer), None)

    def points(self, position: int) -> dict[int, bytes]:
        """The points D for a leaf, by custodian, from answers that hold."""
        asked = self.request_for(position)
        if asked is None:
            return {}
        return {
            custodian: answer.results[answer.answered.index(position)]
            for custodian, answer in asked.answers().items()
            if position in answer.answered
        }

    def called_invalid(self, position: int) -> dict[int, str]:
        """Which custodians found the leaf invalid, and by which rule."""
        asked = self.request_for(position)
        if asked is None:
            return {}
        return {
            custodian: invalid.rule
            for custodian, answer in asked.answers().items()
            for invalid in answer.invalid
            if invalid.leaf == position
        }

    @property
    def answered(self) -> bool:
        """Whether enough custodians answered the first request: from then on there is a record."""
        return bool(self.asked) and len(self.asked[0].answers()) >= self.key.terms.t


def load(uow: UnitOfWork, gate: Gate) -> Case:
    releases = ReleaseRepository(uow.session)
    key, named = key_of(uow, gate)
    asked = [
        Asked(row, parse_request(row.body), releases.shares(row.id))
        for row in releases.requests(gate)
    ]
    return Case(gate, key, named, GateRepository(uow.session).leaves(gate), asked)


def key_of(uow: UnitOfWork, gate: Gate) -> tuple[EnvelopeKey, Roster]:
    """The envelope's key and the custodians who made it, from their certificate."""
    ceremony = CeremonyRepository(uow.session).completed(gate.tender_id, gate.envelope)
    assert ceremony is not None
    assert ceremony.certificate is not None
    return _key(ceremony.certificate, ceremony.roster)


def head_of(detail: bytes) -> BidStatement:
    """The statement that stands, of a leaf whose chain is not empty."""
    return statement.parse(leaf_of(detail).chain[-1].statement.statement)


def leaf_of(detail: bytes) -> LeafDetail:
    return box.parse_leaf(detail)


# A sweep looks at a waiting release every second; what it reads again and again never changes.
@lru_cache(maxsize=8)
def _key(data: bytes, roster_bytes: bytes) -> tuple[EnvelopeKey, Roster]:
    return certificate.verify(data, roster_bytes), roster.parse(roster_bytes)


@lru_cache(maxsize=4)
def parse_request(body: bytes) -> ReleaseRequest:
    return release.parse_request(body)


@lru_cache(maxsize=64)
def answer_in(signed: bytes) -> Answer:
    """The answer in a SignedAnswer that was verified when it came."""
    outer = canonical.decode(SignedAnswer, signed, limit=release.MAX_ANSWER_BYTES)
    return canonical.decode(Answer, outer.answer, limit=release.MAX_ANSWER_BYTES)
