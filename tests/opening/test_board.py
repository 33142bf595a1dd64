"""What the hall's board makes of its events, and which prices it marks."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from sunseal.opening.board import Board, Marks
from sunseal.opening.models import HallEvent

TENDER = uuid4()
AT = datetime(2027, 1, 1, tzinfo=UTC)


def event(id_: int, kind: str, **body: Any) -> HallEvent:
    return HallEvent(id=id_, tender_id=TENDER, kind=kind, body=body, at=AT)


def bid(number: int, position: int, price: str | None, outcome: str = "opened") -> HallEvent:
    return event(
        number,
        "bid",
        position=position,
        organization=f"firm {position}",
        outcome=outcome,
        price=price,
        currency="CNY",
    )


@pytest.mark.parametrize(
    ("price", "over"),
    [("100", False), ("100.00", False), ("100.000001", True), ("99.999999", False), (None, False)],
)
def test_not_a_digit_is_lost_beside_the_ceiling(price: str | None, over: bool) -> None:
    assert Marks.of([price], "100.00").is_over(price) is over
    assert not Marks.of([price], None).is_over(price)


def test_the_same_price_in_other_digits_is_the_same() -> None:
    marks = Marks.of(["12480000.00", "12480000", "12480000.01", None, None], None)
    assert marks.is_twin("12480000.0")
    assert not marks.is_twin("12480000.01")
    assert not marks.is_twin(None)


def test_an_opening_in_its_order() -> None:
    board = Board("100").take(
        [
            event(1, "release", custodians=["a", "b", "c"], needed=2),
            event(2, "answer", custodian="b", said="answered"),
            event(3, "answer", custodian="c", said="refused"),
            bid(4, 9, "90"),
            bid(5, 2, None, "pending"),
        ]
    )
    assert (board.needed, board.answered, board.record) == (2, 1, 0)
    assert board.said == {"a": "asked", "b": "answered", "c": "refused"}
    # What was pending is settled later, in its place; it does not move to the end.
    board.take([event(6, "record", number=1, final=False), bid(7, 2, "95")])
    assert [(row.number, row.position, row.price) for row in board.rows.values()] == [
        (1, 9, "90"),
        (2, 2, "95"),
    ]
    assert (board.record, board.final, board.last) == (1, False, 7)


def test_a_kind_of_tomorrow_is_passed_over() -> None:
    assert Board(None).take([event(3, "applause")]).last == 3


def test_with_too_few_bids_nothing_is_read_out() -> None:
    board = Board(None).take([event(1, "failed", reason="2 bids")])
    assert board.failed
    assert not board.is_asked
