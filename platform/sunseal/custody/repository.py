"""The SQL of custody."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select, text
from sqlalchemy.orm import Session, undefer

from sunseal.custody.models import (
    Ceremony,
    CeremonyMessage,
    Presence,
    ReleaseAnswer,
    ReleaseRequest,
)
from sunseal.custody.rules import State

SEE = text("""
    insert into custody.presence (name, seen_at) values (:name, :at)
    on conflict (name) do update set seen_at = excluded.seen_at
""")
NAME = text("select name from registry.organization where id = :id")
OPEN_GATE = text("""
    insert into sealed.gate (tender_id, envelope, deadline, not_before, minimum_bids, box_size,
                             terms, recipient, key_id, state, next_check_at)
    values (:tender_id, :envelope, :deadline, :not_before, :minimum_bids, :box_size,
            :terms, :recipient, :key_id, 'open', :deadline)
    on conflict (tender_id, envelope) do nothing
""")
# Once custodians have been asked, the opening's own rules decide what becomes of the box.
CANCEL_GATE = text("""
    update sealed.gate set state = 'cancelled'
    where tender_id = :tender_id and state in ('open', 'closing', 'closed')
""")
SIGNING_KEY = text("""
    select public_key from registry.signing_key
    where organization_id = :organization and revoked_at is null
""")
CENTRES_KEYS = text("""
    select k.organization_id, k.public_key from registry.signing_key k
    join registry.organization o on o.id = k.organization_id
    where o.kind = 'centre' and k.revoked_at is null
""")
ENDED = (State.COMPLETE.value, State.FAILED.value)


class CeremonyRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, ceremony: Ceremony) -> None:
        self._session.add(ceremony)
        self._session.flush()  # its id goes into the outbox

    def lock(self, ceremony_id: UUID) -> Ceremony | None:
        """The row, kept from others until the unit ends: two last posts must not both be last."""
        query = select(Ceremony).where(Ceremony.id == ceremony_id).with_for_update()
        return self._session.scalar(query)

    def of_tender(self, tender_id: UUID) -> list[Ceremony]:
        """All attempts, in the order they were made."""
        query = select(Ceremony).where(Ceremony.tender_id == tender_id)
        return list(self._session.scalars(query.order_by(Ceremony.envelope, Ceremony.attempt)))

    def completed(self, tender_id: UUID, envelope: str) -> Ceremony | None:
        query = select(Ceremony).where(
            Ceremony.tender_id == tender_id,
            Ceremony.envelope == envelope,
            Ceremony.state == State.COMPLETE.value,
        )
        return self._session.scalar(query)

    def shown(self, ended_after: datetime) -> list[Ceremony]:
        """Attempts under way, and those that ended after a time."""
        query = select(Ceremony).where(
            or_(Ceremony.state.not_in(ENDED), Ceremony.ended_at > ended_after)
        )
        return list(self._session.scalars(query.order_by(Ceremony.created_at, Ceremony.id)))

    def messages(self, ceremony_id: UUID) -> dict[str, dict[int, bytes]]:
        """Bodies by step and custodian."""
        query = select(CeremonyMessage).where(CeremonyMessage.ceremony_id == ceremony_id)
        posted: dict[str, dict[int, bytes]] = {}
        for message in self._session.scalars(query):
            posted.setdefault(message.step, {})[message.custodian] = message.body
        return posted

    def add_message(self, message: CeremonyMessage) -> None:
        self._session.add(message)

    def signing_key(self, organization_id: UUID) -> bytes | None:
        """The key that the organization has in force."""
        row = {"organization": organization_id}
        found: bytes | None = self._session.execute(SIGNING_KEY, row).scalar_one_or_none()
        return None if found is None else bytes(found)

    def centres_keys(self) -> dict[UUID, bytes]:
        """The keys in force, by trading centre."""
        rows = self._session.execute(CENTRES_KEYS)
        return {row.organization_id: bytes(row.public_key) for row in rows}

    def open_gate(self, row: Mapping[str, object]) -> None:
        self._session.execute(OPEN_GATE, row)

    def cancel_gates(self, tender_id: UUID) -> None:
        self._session.execute(CANCEL_GATE, {"tender_id": tender_id})


class ReleaseRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def open_requests(self) -> list[ReleaseRequest]:
        """Requests that still want answers, without their bodies."""
        query = select(ReleaseRequest).where(ReleaseRequest.done_at.is_(None))
        return list(self._session.scalars(query.order_by(ReleaseRequest.created_at)))

    def get(self, request_id: UUID) -> ReleaseRequest | None:
        return self._session.get(ReleaseRequest, request_id)

    def body(self, request_id: UUID) -> bytes:
        query = select(ReleaseRequest.body).where(ReleaseRequest.id == request_id)
        return self._session.execute(query).scalar_one()

    def answer(self, request_id: UUID, custodian: int) -> ReleaseAnswer | None:
        return self._session.get(ReleaseAnswer, (request_id, custodian))

    def answer_with_body(self, request_id: UUID, custodian: int) -> ReleaseAnswer | None:
        """Locked, so that two posts of one custodian come one after the other."""
        query = (
            select(ReleaseAnswer)
            .where(ReleaseAnswer.request_id == request_id, ReleaseAnswer.custodian == custodian)
            .options(undefer(ReleaseAnswer.answer))
            .with_for_update()
        )
        return self._session.scalar(query)

    def answered(self, request_id: UUID, custodian: int) -> bool:
        query = select(ReleaseAnswer.custodian).where(
            ReleaseAnswer.request_id == request_id,
            ReleaseAnswer.custodian == custodian,
            ReleaseAnswer.answer.is_not(None),
        )
        return self._session.scalar(query) is not None

    def add(self, answer: ReleaseAnswer) -> None:
        self._session.add(answer)
        self._session.flush()  # a second post at the same moment meets the key here


class PresenceRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def see(self, name: str, at: datetime) -> None:
        self._session.execute(SEE, {"name": name, "at": at})

    def all(self) -> list[Presence]:
        return list(self._session.scalars(select(Presence).order_by(Presence.name)))

    def name_of(self, organization_id: UUID) -> str:
        name: str = self._session.execute(NAME, {"id": organization_id}).scalar_one()
        return name
