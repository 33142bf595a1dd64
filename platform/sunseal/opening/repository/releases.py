"""Requests to custodians, and what they said."""

from uuid import UUID

from sqlalchemy import delete, select, text
from sqlalchemy.orm import Session, undefer

from sunseal.bids.models import Gate
from sunseal.custody.models import ReleaseAnswer, ReleaseRequest
from sunseal.opening.models import Share


class ReleaseRepository:
    """Requests, and what custodians said to them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, request: ReleaseRequest) -> None:
        self._session.add(request)
        self._session.flush()  # one of each number: a second one fails here

    def requests(self, gate: Gate) -> list[ReleaseRequest]:
        query = (
            select(ReleaseRequest)
            .where(
                ReleaseRequest.tender_id == gate.tender_id, ReleaseRequest.envelope == gate.envelope
            )
            .options(undefer(ReleaseRequest.body))
            .order_by(ReleaseRequest.number)
        )
        return list(self._session.scalars(query))

    def answers(self, request_id: UUID) -> list[ReleaseAnswer]:
        query = (
            select(ReleaseAnswer)
            .where(ReleaseAnswer.request_id == request_id)
            .options(undefer(ReleaseAnswer.answer))
            .order_by(ReleaseAnswer.custodian)
        )
        return list(self._session.scalars(query))

    def shares(self, request_id: UUID) -> dict[int, Share]:
        query = select(Share).where(Share.request_id == request_id)
        return {share.custodian: share for share in self._session.scalars(query)}

    def judge(self, share: Share) -> None:
        self._session.merge(share)
        self._session.flush()

    def forget_answers(self, gate: Gate) -> None:
        """What custodians sent for the worker's key alone; as evidence it stands in `opened`."""
        self._session.execute(
            text("""update custody.release_answer set answer = null where request_id in (
                select id from custody.release_request
                where tender_id = :tender and envelope = :envelope)"""),
            {"tender": gate.tender_id, "envelope": gate.envelope},
        )

    def forget(self, request_id: UUID) -> None:
        """The points are used up: without them even the worker could not open a bid again."""
        self._session.execute(delete(Share).where(Share.request_id == request_id))
