"""Pure decisions about subscriptions and deliveries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address

from sunseal.database import Role
from sunseal.kit.outbound import Target
from sunseal.webhooks.errors import (
    AskedTooSoon,
    TooManyWebhooks,
    UnusableAddress,
    UnusableEvents,
)


class Event(StrEnum):
    """What can be heard of. A message says which it was and about which id, and nothing else."""

    PUBLISHED = "tender.published"
    AMENDED = "tender.amended"
    DEADLINE_NEAR = "tender.deadline_near"
    CANCELLED = "tender.cancelled"
    CLARIFIED = "clarification.published"
    RECORDED = "opening.recorded"
    FINAL = "opening.final"
    RECEIPT = "receipt.complete"
    SCREENING = "screening.changed"
    FINDING = "finding.raised"


TEST = "webhook.test"
# What an event's id is of, in the message's data.
ABOUT = {
    Event.PUBLISHED: "tender",
    Event.AMENDED: "amendment",
    Event.DEADLINE_NEAR: "tender",
    Event.CANCELLED: "tender",
    Event.CLARIFIED: "clarification",
    Event.RECORDED: "tender",
    Event.FINAL: "tender",
    Event.RECEIPT: "submission",
    Event.SCREENING: "decision",
    Event.FINDING: "finding",
    TEST: "webhook",
}
PUBLIC = tuple(list(Event)[:7])
STAFF = (Role.TENDERING_PARTY, Role.AGENT, Role.CENTRE, Role.SUPERVISOR, Role.OPERATOR)
SUBSCRIBERS = (*STAFF, Role.BIDDER)
OWN = {Role.BIDDER: (Event.RECEIPT, Event.SCREENING), Role.SUPERVISOR: (Event.FINDING,)}

MOST = 5
# A whole day, so that a reminder reaches somebody at work.
NEAR = timedelta(hours=24)
# A firm's own events go out at a moment of chance within this time: who watches the wire then does
# not see which of the tenders of that minute a firm had its receipt for.
OWN_WITHIN = timedelta(minutes=1)
# After the n-th failure; the schedule of the specification. After the last one it is given up.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
# An address that failed is left alone by all its messages for as long as this at most.
LEFT_ALONE = timedelta(minutes=5)
DISABLED_AFTER = timedelta(days=3)
KEPT = timedelta(days=30)
BOTH_SECRETS = timedelta(hours=24)
HTTPS_PORTS = (443, 8443)
MAX_URL = 500
# Between two messages that somebody asks for: an address is not ours to be flooded.
ASKED_EVERY = timedelta(seconds=10)
GONE = 410


def events_for(role: Role) -> tuple[Event, ...]:
    return PUBLIC + OWN.get(role, ())


def check_events(role: Role, wanted: Sequence[str]) -> list[str]:
    """Raises UnusableEvents: only what is public, or the organization's own."""
    allowed = events_for(role)
    unknown = [each for each in wanted if each not in allowed]
    if unknown or not wanted:
        raise UnusableEvents(unknown, [each.value for each in allowed])
    return sorted(set(wanted))


def check_url(url: str, *, loopback: bool) -> None:
    """Raises UnusableAddress. Where a name leads is judged again at each connection."""
    try:
        target = Target.parse(url)
    except ValueError:
        raise UnusableAddress("syntax") from None
    if len(url) > MAX_URL:
        raise UnusableAddress("length")
    if loopback and target.host == "127.0.0.1":
        return
    if target.scheme != "https":
        raise UnusableAddress("https")
    if target.port not in HTTPS_PORTS:
        raise UnusableAddress("port")
    if "." not in target.host or _is_number(target.host):
        raise UnusableAddress("host")


def check_pause(last: datetime | None, now: datetime) -> None:
    """Raises AskedTooSoon."""
    if last is not None and now - last < ASKED_EVERY:
        raise AskedTooSoon(int(ASKED_EVERY.total_seconds()))


def check_count(count: int) -> None:
    """Raises TooManyWebhooks."""
    if count >= MOST:
        raise TooManyWebhooks(MOST)


@dataclass(frozen=True, slots=True)
class Failure:
    """What follows from a failed attempt; `again_at` is None for a message that is given up."""

    again_at: datetime | None
    leave_until: datetime
    disabled_because: str | None


def after_failure(
    attempts: int, failing_since: datetime, status: int | None, now: datetime, jitter: float
) -> Failure:
    """`attempts` with this one; `jitter` from 0 to 1, so that receivers are not all met at once."""
    pause = PAUSES[min(attempts, len(PAUSES)) - 1] * (1 + jitter / 5)
    because = None
    if status == GONE:
        because = "gone"
    elif now - failing_since >= DISABLED_AFTER:
        because = "failing"
    given_up = because is not None or attempts > len(PAUSES)
    return Failure(None if given_up else now + pause, now + min(pause, LEFT_ALONE), because)


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        # `0x7f.1` and `2130706433` are numbers to a resolver, and names to nobody.
        return host.rpartition(".")[2][:1].isdigit()
    return True
