"""A tender as somebody types it: fields of a form in, a wish or faults beside the fields out."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sunseal.errors import SunsealError
from sunseal.tenders.errors import (
    NoSuchParty,
    PeriodTooShort,
    ReferenceTaken,
    TimePassed,
    TooFewBidders,
)
from sunseal.tenders.models import Tender
from sunseal.tenders.rules import MAX_BOX_SIZE
from sunseal.tenders.schemas import ChangeTender, CreateTender
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.moments import in_beijing, typed
from sunseal.web.page import Page
from sunseal_crypto import notice
from sunseal_crypto.errors import Malformed

BOX_SIZE = 4096
CURRENCY = "CNY"
MAX_REFERENCE, MAX_TITLE, MAX_SUMMARY = 100, 500, 20_000
ASK = (
    ("title", msg("请填写项目名称")),
    ("deadline", msg("请填写投标截止时间")),
    ("not_before", msg("请填写开标时间")),
    ("minimum_bids", msg("请填写开标最少投标数")),
)
ASK_REFERENCE = msg("请填写招标编号")
BAD_TIME = msg("时间的格式不对，例如 2026-12-20 09:30")
BAD_NUMBER = msg("请填写一个不小于 1 的整数")
BAD_PRICE = msg("金额只用数字，最多六位小数，例如 13800000.00")
TOO_LONG = msg("内容太长")
OPENS_EARLY = msg("开标时间不能早于投标截止时间")
WHOLE = re.compile(r"[0-9]{1,6}")
# Which field a refusal of the rules belongs to.
FIELDS: dict[type[SunsealError], str] = {
    NoSuchParty: "tendering_party",
    PeriodTooShort: "deadline",
    ReferenceTaken: "reference",
    TimePassed: "deadline",
    TooFewBidders: "minimum_bids",
}


def of(tender: Tender) -> Form:
    """The form of a draft, filled in."""
    return Form(
        {
            "reference": tender.reference,
            "title": tender.title,
            "summary": tender.summary,
            "deadline": typed(tender.deadline),
            "not_before": typed(tender.not_before),
            "minimum_bids": str(tender.minimum_bids),
            "threshold": str(tender.threshold),
            "ceiling_price": tender.ceiling_price or "",
        }
    )


def creation(page: Page, form: Form) -> CreateTender | None:
    """None when a field is at fault, which the form then says."""
    form.require([("reference", page.gettext(ASK_REFERENCE))])
    common = _typed(page, form)
    _short(page, form, "reference", MAX_REFERENCE)
    if common is None or not form.is_good:
        return None
    return CreateTender(
        reference=form.text("reference"),
        currency=CURRENCY,
        box_size=BOX_SIZE,
        statutory=form.checked("statutory"),
        tendering_party_id=_party(form, "tendering_party"),
        agent_id=_party(form, "agent"),
        **asdict(common),
    )


def change(page: Page, form: Form) -> ChangeTender | None:
    """None when a field is at fault."""
    common = _typed(page, form)
    return ChangeTender(**asdict(common)) if common is not None and form.is_good else None


def refuse(page: Page, form: Form, error: SunsealError) -> None:
    """What the rules say against the whole, beside the field that can mend it."""
    form.refuse(FIELDS.get(type(error), "title"), page.told(error))


@dataclass(frozen=True, slots=True)
class Typed:
    """What a draft and a change of it have in common."""

    title: str
    summary: str
    deadline: datetime
    not_before: datetime
    minimum_bids: int
    threshold: int
    ceiling_price: str | None


def _typed(page: Page, form: Form) -> Typed | None:
    form.require([(name, page.gettext(sentence)) for name, sentence in ASK])
    deadline, opening = (_time(page, form, name) for name in ("deadline", "not_before"))
    least = _number(page, form, "minimum_bids")
    threshold = _number(page, form, "threshold")
    price = _price(page, form)
    _short(page, form, "title", MAX_TITLE)
    _short(page, form, "summary", MAX_SUMMARY)
    if deadline is None or opening is None or least is None or threshold is None:
        return None
    if opening < deadline:
        form.refuse("not_before", page.gettext(OPENS_EARLY))
    return Typed(
        title=form.text("title"),
        summary=form.text("summary").replace("\r\n", "\n"),
        deadline=deadline,
        not_before=opening,
        minimum_bids=least,
        threshold=threshold,
        ceiling_price=price,
    )


def _time(page: Page, form: Form, name: str) -> datetime | None:
    moment = in_beijing(form.text(name))
    if moment is None and form.text(name):
        form.refuse(name, page.gettext(BAD_TIME))
    return moment


def _number(page: Page, form: Form, name: str) -> int | None:
    text = form.text(name)
    if WHOLE.fullmatch(text) and 0 < int(text) <= MAX_BOX_SIZE:
        return int(text)
    if text:
        form.refuse(name, page.gettext(BAD_NUMBER))
    return None


def _price(page: Page, form: Form) -> str | None:
    text = form.text("ceiling_price").replace(",", "").replace("，", "")
    if not text:
        return None
    try:
        notice.check_price(text)
    except Malformed:
        form.refuse("ceiling_price", page.gettext(BAD_PRICE))
    return text


def _short(page: Page, form: Form, name: str, most: int) -> None:
    if len(form.text(name)) > most:
        form.refuse(name, page.gettext(TOO_LONG))


def _party(form: Form, name: str) -> UUID | None:
    text = form.text(name)
    return UUID(text) if text else None
