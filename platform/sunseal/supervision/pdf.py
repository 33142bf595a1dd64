"""A rectification notice on paper."""

from sunseal.kit import paper
from sunseal.supervision.order import Order, Position

# Paper has an end; the log has all of them.
SHOWN = 40


def write(order: Order, position: Position, origin: str) -> bytes:
    """The whole document."""
    return paper.write(
        "责令改正通知书",
        _said(order),
        _logged(order, position),
        title=order.reference,
        author=order.authority,
        origin=origin,
    )


def _said(order: Order) -> list[tuple[str, str]]:
    return [
        ("文号", order.reference),
        ("致", order.addressee),
        ("项目编号", order.tender or "—"),
        ("事项", order.rule),
        ("事实", order.facts),
        ("要求", order.demand),
        ("限期", paper.time(order.deadline)),
        ("发文机关", order.authority),
        ("日期", paper.time(order.ordered_at)),
    ]


def _logged(order: Order, position: Position) -> list[tuple[str, str]]:
    return [
        ("日志位置", f"tick {position.tick}, slot {position.slot}, leaf {position.index}"),
        ("承诺值", position.commitment.hex()),
        ("通知 SHA-256", position.digest.hex()),
        ("问题编号", order.finding),
        ("证据条目", paper.some(order.entries, SHOWN)),
        ("证据时刻 (tick)", paper.some([str(tick) for tick in order.ticks], SHOWN)),
    ]
