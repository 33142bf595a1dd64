"""The notice's own format: what is refused, and that terms must say the same."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import msgspec
import pytest

from sunseal_crypto import canonical, notice, terms
from sunseal_crypto.errors import Malformed, Unverified
from sunseal_crypto.notice import Notice, NoticeDocument, NoticeEnvelope
from sunseal_crypto.terms import Terms

DEADLINE = datetime(2027, 3, 20, 1, 30, tzinfo=UTC)


def a_notice(**changes: Any) -> Notice:
    made = Notice(
        version="sunseal/notice/v1",
        origin="test.example/log",
        tender="4f4d3c7e-0000-4000-8000-000000000001",
        reference="SZ-1",
        title="某中学教学楼工程",
        summary="",
        tendering_party="某中学",
        agent=None,
        statutory=True,
        deadline=DEADLINE,
        not_before=DEADLINE,
        minimum_bids=3,
        currency="CNY",
        ceiling_price="12000000.00",
        threshold=2,
        box_size=4096,
        documents=[NoticeDocument("招标文件.pdf", 5, bytes(32))],
        envelopes=[NoticeEnvelope("1", "1", "all")],
        roster=bytes(32),
    )
    return msgspec.structs.replace(made, **changes)


def terms_of(data: bytes, **changes: Any) -> Terms:
    made = Terms(
        version="sunseal/terms/v1",
        suite=terms.SUITE,
        origin="test.example/log",
        tender="4f4d3c7e-0000-4000-8000-000000000001",
        envelope="1",
        attempt=1,
        replaces=[],
        notice=notice.fingerprint(data),
        deadline=DEADLINE,
        not_before=DEADLINE,
        minimum_bids=3,
        box_size=4096,
        n=3,
        t=2,
        q=3,
        roster=bytes(32),
        amenders=[],
    )
    return msgspec.structs.replace(made, **changes)


def test_a_notice_reads_as_it_was_written() -> None:
    assert notice.parse(canonical.encode(a_notice())) == a_notice()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"not_before": DEADLINE - timedelta(seconds=1)}, "before the deadline"),
        ({"deadline": DEADLINE.replace(tzinfo=None)}, "UTC"),
        ({"deadline": DEADLINE.astimezone(timezone(timedelta(hours=8)))}, "UTC"),
        ({"currency": "cny"}, "capital"),
        ({"ceiling_price": "012"}, "price"),
        ({"ceiling_price": "1e6"}, "price"),
        ({"documents": [NoticeDocument("a", 1, bytes(31))]}, "SHA-256"),
        ({"documents": [NoticeDocument("a", 1, bytes(32))] * 2}, "one name"),
        ({"envelopes": []}, "0 envelopes"),
        ({"envelopes": [NoticeEnvelope("1", "1", "all")] * 2}, "one name"),
        ({"envelopes": [NoticeEnvelope("../1", "1", "all")]}, "name an envelope"),
        ({"roster": b""}, "32 bytes"),
    ],
)
def test_a_notice_that_cannot_be_is_refused(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        notice.parse(canonical.encode(a_notice(**changes)))


def test_terms_of_the_notice_are_its_terms() -> None:
    data = canonical.encode(a_notice())
    assert notice.check_terms(data, terms_of(data)) == a_notice()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("origin", "other.example/log"),
        ("tender", "4f4d3c7e-0000-4000-8000-000000000002"),
        ("deadline", DEADLINE - timedelta(hours=1)),
        ("not_before", DEADLINE + timedelta(hours=1)),
        ("minimum_bids", 1),
        ("box_size", 16),
        ("t", 3),
        ("roster", bytes(31) + b"\x01"),
        ("envelope", "2"),
        ("notice", bytes(32)),
    ],
)
def test_terms_that_say_something_else_are_refused(field: str, value: Any) -> None:
    data = canonical.encode(a_notice())
    with pytest.raises(Unverified):
        notice.check_terms(data, terms_of(data, **{field: value}))
