"""The hall, live: this process looks once a second for all viewers of a tender together.

So five hundred of them cost the database no more than one. Each goes on from the last event it saw.
"""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

import msgspec
from litestar.concurrency import sync_to_thread
from litestar.response import ServerSentEventMessage
from sqlalchemy.exc import OperationalError

from sunseal.database import Database, Role
from sunseal.opening import service
from sunseal.opening.models import HallEvent
from sunseal.opening.schemas import PulseView

POLL_SECONDS = 1.0
PULSE_SECONDS = 5.0
RETRY_MILLISECONDS = 1000
# How many looks nobody needs to be there for before the watch ends.
IDLE_LOOKS = 5


class Watch:
    """What this process knows of one tender's hall. It ends when nobody has looked for a while."""

    def __init__(self, desk: Database, tender_id: UUID) -> None:
        self._desk = desk
        self._tender_id = tender_id
        self._events: list[tuple[int, ServerSentEventMessage]] = []
        self._pulses = 0
        self._pulse = ServerSentEventMessage()
        self._news = asyncio.Event()
        self._viewers = 0
        self._task: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """The first look. Raises NoSuchTender."""
        self._take(*await sync_to_thread(self._look, pulse=True))
        self._task = asyncio.create_task(self._go_on())

    @property
    def is_over(self) -> bool:
        return self._task is None or self._task.done()

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def messages(self, after: int) -> AsyncGenerator[ServerSentEventMessage, None]:
        """One viewer's stream: what happened after an event, and then whatever happens."""
        self._viewers += 1
        heard = 0
        try:
            while True:
                news = self._news
                for id_, message in self._events:
                    if id_ > after:
                        after = id_
                        yield message
                if heard < self._pulses:
                    heard = self._pulses
                    yield self._pulse
                await news.wait()
        finally:
            self._viewers -= 1

    async def _go_on(self) -> None:
        quiet, idle = 0.0, 0
        while idle < IDLE_LOOKS:
            await asyncio.sleep(POLL_SECONDS)
            quiet += POLL_SECONDS
            idle = 0 if self._viewers else idle + 1
            due = quiet >= PULSE_SECONDS
            try:
                self._take(*await sync_to_thread(self._look, pulse=due))
            except OperationalError:
                continue  # the database will be back, and viewers need not come again for that
            quiet = 0.0 if due else quiet

    def _look(self, *, pulse: bool) -> tuple[list[HallEvent], PulseView | None]:
        after = self._events[-1][0] if self._events else 0
        with self._desk.unit_as(Role.PUBLIC) as uow:
            found = service.hall_events(uow, self._tender_id, after)
            return found, PulseView.of(service.hall_pulse(uow)) if pulse else None

    def _take(self, found: list[HallEvent], pulse: PulseView | None) -> None:
        self._events += [(event.id, _message(event)) for event in found]
        if pulse is not None:
            self._pulses += 1
            self._pulse = ServerSentEventMessage(data=_json(pulse), event="pulse")
        if found or pulse is not None:
            heard, self._news = self._news, asyncio.Event()
            heard.set()


class Halls:
    """The watches of one process, by tender."""

    def __init__(self, desk: Database) -> None:
        self._desk = desk
        self._watches: dict[UUID, Watch] = {}

    async def enter(
        self, tender_id: UUID, after: int
    ) -> AsyncGenerator[ServerSentEventMessage, None]:
        """A viewer's stream from after the event that it saw last. Raises NoSuchTender."""
        watch = self._watches.get(tender_id)
        if watch is None or watch.is_over:
            watch = Watch(self._desk, tender_id)
            await watch.begin()
            self._forget()
            self._watches[tender_id] = watch
        return watch.messages(after)

    def close(self) -> None:
        for watch in self._watches.values():
            watch.end()

    def _forget(self) -> None:
        self._watches = {id_: each for id_, each in self._watches.items() if not each.is_over}


def _message(event: HallEvent) -> ServerSentEventMessage:
    data = _json({"at": event.at, **event.body})
    return ServerSentEventMessage(
        data=data, event=event.kind, id=str(event.id), retry=RETRY_MILLISECONDS
    )


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
