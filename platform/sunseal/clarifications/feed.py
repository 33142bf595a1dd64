"""What is public about a tender as an Atom feed (RFC 4287), for programs that tell people of news.

The platform writes to no bidder before the opening: a letter would say who bids to whoever carries
it. A feed is fetched by anybody, and nobody is asked who.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5
from xml.etree import ElementTree

from sunseal.clarifications.rules import visible
from sunseal.clarifications.schemas import ClarificationView
from sunseal.tenders.models import Tender
from sunseal.web.catalogue import msg
from sunseal_crypto.spelling import time_text

ATOM = "http://www.w3.org/2005/Atom"
NOTICE = msg("招标公告：%(title)s")
CLARIFICATION = msg("第 %(n)s 号澄清：%(question)s")
ADDITION = msg("第 %(n)s 号澄清：招标方的说明")
POSTPONED = msg("投标截止推迟到 %(deadline)s，开标推迟到 %(not_before)s")
CANCELLED = msg("本项目已终止")
LONGEST_TITLE = 80

Gettext = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Postponed:
    """An amendment in force; its times as the reader's language has them."""

    number: int
    since: datetime
    deadline: str
    not_before: str
    reason: str


@dataclass(frozen=True, slots=True)
class News:
    id: UUID
    at: datetime
    title: str
    text: str
    path: str


def news(
    say: Gettext,
    tender: Tender,
    clarifications: Sequence[ClarificationView],
    postponed: Sequence[Postponed],
) -> list[News]:
    """The newest first."""
    path = f"/tenders/{tender.id}"
    found = [_clarified(say, each, path) for each in clarifications]
    if tender.published_at:
        title = say(NOTICE) % {"title": tender.title}
        found.append(News(tender.id, tender.published_at, title, tender.summary, path))
    for each in postponed:
        times = {"deadline": each.deadline, "not_before": each.not_before}
        title = say(POSTPONED) % times
        id_ = _named(tender, f"amendment-{each.number}")
        found.append(News(id_, each.since, title, each.reason, f"{path}#amendments"))
    if tender.cancelled_at:
        id_, reason = _named(tender, "cancelled"), tender.cancel_reason or ""
        found.append(News(id_, tender.cancelled_at, say(CANCELLED), reason, path))
    return sorted(found, key=lambda each: each.at, reverse=True)


def write(tender: Tender, entries: Sequence[News], language: str) -> bytes:
    """The feed's bytes; its links are relative to where it was fetched."""
    feed = ElementTree.Element("feed", {"xmlns": ATOM, "xml:lang": language})
    path = f"/tenders/{tender.id}"
    _text(feed, "id", f"urn:uuid:{_named(tender, 'feed')}")
    _text(feed, "title", f"{tender.reference} {tender.title}")
    _text(feed, "updated", time_text(max(each.at for each in entries)))
    _text(ElementTree.SubElement(feed, "author"), "name", tender.tendering_party_name)
    ElementTree.SubElement(feed, "link", {"rel": "alternate", "href": path})
    ElementTree.SubElement(feed, "link", {"rel": "self", "href": f"{path}/feed.atom"})
    for each in entries:
        entry = ElementTree.SubElement(feed, "entry")
        _text(entry, "id", f"urn:uuid:{each.id}")
        _text(entry, "title", each.title)
        _text(entry, "updated", time_text(each.at))
        ElementTree.SubElement(entry, "link", {"href": each.path})
        _text(entry, "content", each.text)
    return bytes(ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True))


def _clarified(say: Gettext, view: ClarificationView, path: str) -> News:
    title = say(ADDITION) % {"n": view.number}
    if view.question:
        title = say(CLARIFICATION) % {"n": view.number, "question": view.question}
        title = title[:LONGEST_TITLE].replace("\n", " ")
    text = "\n\n".join(part for part in (view.question, view.answer) if part)
    where = f"{path}/clarifications#clarification-{view.number}"
    return News(view.id, view.published_at, title, text, where)


def _named(tender: Tender, what: str) -> UUID:
    """The same id each time, for what has none of its own."""
    return uuid5(NAMESPACE_URL, f"urn:uuid:{tender.id}#{what}")


def _text(parent: ElementTree.Element, name: str, text: str) -> None:
    """Without control characters, which XML cannot hold."""
    ElementTree.SubElement(parent, name).text = visible(text)
