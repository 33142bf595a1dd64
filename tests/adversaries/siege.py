"""A tender under siege: sealed bids in it, and an operator who has everything but the custodians.

It has a real opening time a little ahead. All that is tried before it must fail; when it has come,
the custodians answer by themselves, which shows that nothing else had stopped the attacks.
"""

import base64
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg
import redis

from sunseal.demo import clock
from sunseal.demo.parties import CUSTODIANS
from sunseal.demo.superuser import Share
from sunseal_crypto import certificate, sealed
from sunseal_crypto.age import Header
from tests.support.town import Bidder, Tender, Town, together

WINDOW = 20.0
# For all attacks of these modules; custodians open nothing before.
PAUSE = 20.0
PAUSE_IN_PACES = 3
TABLES = """
    select format('%I.%I', schemaname, tablename) from pg_tables
    where schemaname not in ('pg_catalog', 'information_schema') order by 1
"""


@dataclass(frozen=True, slots=True)
class Siege:
    """`mark` stands in every document and in the name of a practitioner, and nowhere else; `empty`
    is a tender of the same timetable in which nobody bids."""

    town: Town
    tender: Tender
    empty: Tender
    bidders: list[Bidder]
    mark: str
    prices: list[str]
    withdrawn: bytes

    def check_early(self) -> None:
        """What was found only counts if it was found before the time."""
        assert clock.now() < self.tender.not_before, "this machine was too slow for the siege"

    def headers(self) -> list[Header]:
        """Of the sealed bids in the store, and of the withdrawn one, which a backup still has."""
        objects = self.town.stack.installation.objects
        with self.town.admin() as admin:
            rows = admin.execute(
                "select header_object from sealed.submission s join sealed.joining j"
                " on j.id = joining_id where tender_id = %s and header_object is not null",
                [self.tender.id],
            ).fetchall()
        kept = [(objects / name.hex[:2] / name.hex).read_bytes() for (name,) in rows]
        return [sealed.check(each) for each in (self.withdrawn, *kept)]

    def share(self, index: int) -> Share:
        """What the journal of custodian `index` holds of this tender's key."""
        folder = CUSTODIANS[index - 1].folder(self.town.stack.installation.folder)
        query = "select share, certificate from ceremony where tender = ? and share is not null"
        with closing(sqlite3.connect(f"file:{folder / 'journal.db'}?mode=ro", uri=True)) as journal:
            [(secret, data)] = journal.execute(query, [str(self.tender.id)]).fetchall()
        key = certificate.verify(data, self.town.stack.installation.roster.read_bytes())
        return Share(index, secret, key.recipient)


def lay(town: Town) -> Siege:
    """Three firms bid; one of them withdraws, when somebody has copied its sealed file."""
    mark = f"GEHEIM-{secrets.token_hex(16)}"
    bidders = town.bidders[:3]
    pause = max(PAUSE, PAUSE_IN_PACES * town.pace)
    empty = town.publish(town.preparation + town.window(WINDOW), pause=pause)
    tender = town.publish(0, like=empty)
    for bidder in bidders:
        bidder.write_document(f"{bidder.name} {mark} ".encode() * 2000)
    # Such as stand nowhere else on this machine.
    prices = [f"{10**9 + secrets.randbelow(9 * 10**9)}.{number}7" for number in range(len(bidders))]
    offers = zip(bidders, prices, strict=True)
    together([partial(_offer, each, tender, mark, price) for each, price in offers])
    withdrawn = bidders[2].sealed_file(tender.id).read_bytes()
    bidders[2].withdraw(tender.id)
    return Siege(town, tender, empty, bidders, mark, prices, withdrawn[: sealed.LIMIT])


def _offer(bidder: Bidder, tender: Tender, mark: str, price: str) -> None:
    bidder.join(tender.id)
    documents = [str(path) for path in bidder.documents]
    said = ("--price", price, "--practitioner", mark)
    bidder.bid("seal", str(tender.id), *documents, *said)
    bidder.submit(tender.id)


def dump(admin: psycopg.Connection[Any]) -> Iterator[tuple[str, bytes]]:
    """Every table, as text with its binary columns in hexadecimal, and as raw bytes."""
    for (table,) in admin.execute(TABLES).fetchall():
        for form in ("text", "binary"):
            with admin.cursor().copy(f"copy {table} to stdout (format {form})") as rows:
                yield f"{table} as {form}", b"".join(bytes(block) for block in rows)


def broker_dump(url: str) -> Iterator[tuple[str, bytes]]:
    with redis.Redis(unix_socket_path=url.removeprefix("unix://")) as broker:
        for key in broker.keys("*"):
            yield f"the broker's {key!r}", key + (broker.dump(key) or b"")


def everything(siege: Siege) -> Iterator[tuple[str, bytes]]:
    """All that the platform and the parties outside keep or have written, by where it is."""
    stack = siege.town.stack
    with siege.town.admin() as admin:
        yield from dump(admin)
        admin.execute("checkpoint")
    yield from broker_dump(stack.servers.redis_url)
    for path in stack.servers.root.rglob("*"):
        if path.is_file():
            try:
                yield str(path), path.read_bytes()
            except FileNotFoundError:
                continue  # the server has just removed it


def forms(text: str) -> list[bytes]:
    """How a text may lie about: itself, in hexadecimal, in base64 at each of its three offsets."""
    raw = text.encode()
    encoded = [base64.b64encode(bytes(shift) + raw)[4:-4] for shift in range(3)]
    return [raw, raw.hex().encode(), raw.hex().upper().encode(), *encoded]


def where_found(texts: list[str], places: Iterator[tuple[str, bytes]]) -> set[str]:
    wanted = [form for text in texts for form in forms(text)]
    return {name for name, data in places if any(form in data for form in wanted)}


__all__ = ["CUSTODIANS", "Siege", "lay"]
