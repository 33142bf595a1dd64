"""The minutes on paper (开标记录): for those who sign with ink, and for the file."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from uuid import UUID

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from sunseal.kit import paper, tables
from sunseal.kit.tables import Sheet
from sunseal.kit.typeface import OF_READERS, Typeface
from sunseal.meeting.acts import (
    Act,
    Attendance,
    Correction,
    Objection,
    Period,
    Reading,
    Reply,
    Signature,
    Unreadable,
)
from sunseal.meeting.rules import SIGN_LABEL
from sunseal.meeting.service import Position, Printed
from sunseal.opening.board import Marks
from sunseal_crypto import canonical, signing
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.record import Outcome, RecordedLeaf, Said

ATTACHED = "minutes.json"
NONE = "—"
OUTCOMES: dict[Outcome, str] = {
    "opened": "已开标",
    "needs_review": "已开标，待复核",
    "pending": "待定",
    "platform_fault": "平台原因，待补传",
    "revoked": "投标无效",
    "barred": "不予开标",
    "refused": "未收下",
    "not_opened": "未能打开",
    "withdrawn": "已撤回",
    "empty": "未投标",
    "returned": "原封退回",
}
# The word says it all; behind the others stands what the record gives as the reason.
TOLD: tuple[Outcome, ...] = ("barred", "withdrawn", "empty", "returned")
SAID: dict[Said, str] = {
    "answered": "已交出钥匙",
    "refused": "拒绝",
    "false": "应答不实",
    "silent": "没有应答",
}
ROLES = {
    "centre": "交易中心",
    "tendering_party": "招标人",
    "agent": "代理机构",
    "supervisor": "监督部门",
    "bidder": "投标人",
}
# Who signs with ink, and how many lines there are for bidders who did not sign in the platform.
INK = ("招标人代表", "代理机构代表", "交易中心工作人员", "监督人员")
INK_BIDDERS = 3
INK_HEIGHT = 12 * mm


def write(
    printed: Printed,
    places: Mapping[UUID, Position],
    origin: str,
    link: str,
    face: Typeface = OF_READERS,
) -> bytes:
    """The whole document. It names where anybody looks whether the log holds these very minutes."""
    minutes = printed.edition.minutes
    digest = printed.edition.digest.hex()
    heading = "开标记录" if minutes.edition == 1 else f"开标记录 · 补充（第 {minutes.edition} 版）"
    return paper.write(
        heading,
        _said(printed),
        _fine_print(printed, places, link),
        title=f"{printed.tender.reference} {heading}",
        author=origin,
        origin=origin,
        attachment=(ATTACHED, canonical.encode(minutes)),
        more=list(_parts(Sheet(face), printed, link)),
        footer=f"开标记录摘要 {digest[:16]}…",
        face=face,
    )


def _said(printed: Printed) -> list[tuple[str, str]]:
    tender, minutes = printed.tender, printed.edition.minutes
    ceiling = f"{tender.ceiling_price} {tender.currency}" if tender.ceiling_price else "未设"
    periods = [
        f"{_clock(each)} 至 {paper.time(each.until)}"
        for each in printed.acts
        if isinstance(each, Period)
    ]
    return [
        ("项目名称", tender.title),
        ("项目编号", tender.reference),
        ("招标人", tender.tendering_party_name),
        ("代理机构", tender.agent_name or NONE),
        ("开标时间", paper.time(tender.not_before)),
        ("最高投标限价", ceiling),
        ("异议期", "；".join(periods) or NONE),
        ("记录形成", f"{paper.time(minutes.at)}，{minutes.firm} {minutes.name}"),
    ]


def _parts(sheet: Sheet, printed: Printed, link: str) -> Iterator[Flowable]:
    yield from _bids(sheet, printed)
    yield from _custodians(sheet, printed)
    yield from sheet.table(
        "签到",
        [("姓名", 3), ("单位", 6), ("身份", 3), ("登记时间", 4)],
        [
            (each.attendee, each.unit, each.capacity, _clock(each))
            for each in printed.acts
            if isinstance(each, Attendance)
        ],
    )
    yield from sheet.paragraphs("异议与答复", _objections(printed.acts), "无人提出异议。")
    corrections = [each for each in printed.acts if isinstance(each, Correction)]
    if corrections:
        yield from sheet.paragraphs("更正", [f"{each.text}（{_by(each)}）" for each in corrections])
    unreadable = [each.id for each in printed.acts if isinstance(each, Unreadable)]
    if unreadable:
        yield from sheet.paragraphs("无法读取的条目（请告知监督部门）", unreadable)
    yield from _signatures(sheet, printed.edition.signatures)
    yield from tables.code(link)


def _bids(sheet: Sheet, printed: Printed) -> Iterator[Flowable]:
    read = {(act.envelope, act.position): act for act in printed.acts if isinstance(act, Reading)}
    for shown in printed.records:
        marks = Marks.of(
            [leaf.price or None for leaf in shown.record.leaves], printed.tender.ceiling_price
        )
        yield from sheet.table(
            "投标一览",
            [
                ("序号", 2),
                ("投标人", 6),
                ("报价", 5),
                ("有效期", 3),
                ("人员", 4),
                ("结果", 5),
                ("唱标", 4),
            ],
            [
                (str(number), *_bid(leaf, read.get((shown.record.envelope, leaf.position)), marks))
                for number, leaf in enumerate(shown.record.leaves, 1)
            ],
        )


def _bid(leaf: RecordedLeaf, read: Reading | None, marks: Marks) -> tuple[str, ...]:
    price = leaf.price or None
    said = [OUTCOMES[leaf.outcome]]
    said += ["超过最高限价"] if marks.is_over(price) else []
    said += ["报价相同"] if marks.is_twin(price) else []
    said += [leaf.reason] if leaf.reason and leaf.outcome not in TOLD else []
    return (
        leaf.bidder.name if leaf.bidder else "（不公布）",
        f"{Decimal(price):,} {leaf.currency}" if price else NONE,
        f"{read.validity_days} 天" if read and read.validity_days else NONE,
        "、".join(read.practitioners) if read and read.practitioners else NONE,
        "；".join(said),
        _clock(read, "%H:%M:%S") if read else NONE,
    )


def _custodians(sheet: Sheet, printed: Printed) -> Iterator[Flowable]:
    yield from sheet.table(
        "托管方的应答",
        [("托管方", 6), ("应答", 4), ("说明", 6)],
        [
            (answer.name, SAID[answer.said], answer.reason or NONE)
            for shown in printed.records
            for answer in shown.record.answers
        ],
    )


def _objections(acts: Iterable[Act | Unreadable]) -> Iterator[str]:
    acts = list(acts)
    answers = {act.objection: act for act in acts if isinstance(act, Reply)}
    for number, each in enumerate((a for a in acts if isinstance(a, Objection)), 1):
        how = "在平台提出" if each.is_own else f"当场提出，由{each.firm} {each.name} 录入"
        yield f"{number}. {each.raiser_name}（{how}，{_clock(each)}）：{each.text}"
        if (answer := answers.get(each.id)) is not None:
            yield f"答复（{_by(answer)}）：{answer.text}"


def _signatures(sheet: Sheet, signed: list[Signature]) -> Iterator[Flowable]:
    yield from sheet.table(
        "已在平台签署：本人已阅读上述摘要的开标记录",
        [("姓名", 3), ("单位", 6), ("身份", 3), ("时间", 4), ("单位密钥", 4)],
        [
            (
                each.name,
                each.firm,
                ROLES.get(each.role, each.role),
                _clock(each),
                _key(each),
            )
            for each in signed
        ],
        "尚无。",
    )
    who = [*INK, *["投标人授权代表"] * INK_BIDDERS]
    columns = [("身份", 4), ("单位", 6), ("签名", 5), ("日期", 4)]
    lines = [(each, "", "", "") for each in who]
    yield from sheet.table("手写签名", columns, lines, height=INK_HEIGHT)


def _key(signed: Signature) -> str:
    """Only a key that signed: whoever writes rows by SQL can name one that did not."""
    try:
        signing.verify_labelled(signed.key, SIGN_LABEL, signed.digest, signed.signature)
    except CryptoError:
        return NONE
    return f"{signed.key.hex()[:16]}…"


def _fine_print(
    printed: Printed, places: Mapping[UUID, Position], link: str
) -> list[tuple[str, str]]:
    edition = printed.edition
    lines = [
        ("本记录 SHA-256（附件 minutes.json 的全部字节）", edition.digest.hex()),
        ("上一版 SHA-256", edition.minutes.previous.hex() or NONE),
        *_place("本记录", places.get(edition.entry_id)),
    ]
    for shown in printed.records:
        lines.append((f"开标记录第 {shown.record.number} 版 SHA-256", shown.digest.hex()))
        lines += _place("开标记录", places.get(shown.entry_id))
    return [*lines, ("核对", link)]


def _place(name: str, place: Position | None) -> list[tuple[str, str]]:
    if place is None:
        return [(f"{name}在公开日志中的位置", "打印时尚未联署")]
    log = place.checkpoint
    return [
        (
            f"{name}在公开日志中的位置",
            f"{log.origin}, leaf {place.index}, tick {place.tick}, slot {place.slot}, "
            f"commitment {place.commitment.hex()}",
        ),
        ("联署的检查点", f"size {log.size}, root {log.root.hex()}"),
    ]


def _by(act: Act) -> str:
    return f"{act.firm} {act.name}，{_clock(act)}"


def _clock(act: Act, form: str = "%m-%d %H:%M:%S") -> str:
    return act.at.astimezone(paper.BEIJING).strftime(form)
