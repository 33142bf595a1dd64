"""The four pages on which a firm registers: what each asks for, and what is wrong with it."""

import re
from collections.abc import Callable
from typing import NamedTuple

from sunseal.errors import Invalid, SunsealError
from sunseal.organizations import countries, hashing, naming_owners, rules
from sunseal.organizations.declared import Declared
from sunseal.organizations.errors import AlreadyRegistered, InvalidUscc, WeakPassword
from sunseal.organizations.service import NewPerson
from sunseal.screening.identity import HOME
from sunseal.screening.person_ids import NoPersonKey
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

USCC_LENGTH = 18
MAX_NAME = 200
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
STEPS = ("firm", "owners", "person", "confirm")
ASKED: dict[str, tuple[tuple[str, str], ...]] = {
    "firm": (("name", msg("请填写企业名称")),),
    "owners": (),
    "person": (
        ("person", msg("请填写管理员姓名")),
        ("email", msg("请填写电子邮箱")),
    ),
    "confirm": (
        ("password", msg("请设置密码")),
        ("again", msg("请再次输入密码")),
    ),
}
FIRM = ("uscc", "name", "legal_representative", "country", "registration_number")
ASK_USCC = msg("请填写统一社会信用代码")
ASK_NUMBER = msg("请填写企业在注册地的登记号码")
# Typed on the last page beside the password, because like one they are never sent back.
LEGAL_NUMBER = "legal-number"
WRONG_EMAIL = msg("电子邮箱的格式不对，例如 name@example.com")
TOO_LONG = msg("内容太长，最多 200 个字")
NOT_AGAIN = msg("两次输入的密码不一样")


class Firm(NamedTuple):
    """What the service registers."""

    name: str
    uscc: str | None
    legal_representative: str | None
    person: NewPerson
    declared: Declared


def wanted(form: Form) -> str:
    """Which page was sent, or, before a colon, which one the reader wants to change."""
    step = form.text("step")
    return step if step in STEPS else "firm"


def faults(page: Page, form: Form, step: str) -> dict[str, str]:
    """Of this page and those before it: a form can be sent by other hands than ours."""
    if goes_back(form):
        return {}
    for name in STEPS[: STEPS.index(step) + 1]:
        form.require([(field, page.gettext(sentence)) for field, sentence in ASKED[name]])
        _check(page, form, name)
    order = [field for name in STEPS for field in _fields(form, name)]
    return dict(sorted(form.errors.items(), key=lambda fault: order.index(fault[0])))


def goes_back(form: Form) -> bool:
    """To change a page, or to add to one: whatever else was typed, nobody registers yet."""
    return bool(form.text("change")) or form.checked("more")


def after(form: Form, step: str) -> str:
    """The page to show: the one to change or to lengthen, the first with a fault, or the next."""
    change = form.text("change")
    if change:
        return change if change in STEPS else "firm"
    if form.checked("more"):
        naming_owners.add(form)
        return "owners"
    if not form.is_good:
        return at_fault(form)
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def at_fault(form: Form) -> str:
    """The first page that has a field with a fault."""
    for name in STEPS:
        if any(field in form.errors for field in _fields(form, name)):
            return name
    return STEPS[-1]


async def hashed(form: Form) -> Firm:
    """Raises WeakPassword, TooManySignIns."""
    person = NewPerson(form.text("person"), form.text("email"), form.values["password"])
    await hash_password(person)
    return Firm(
        form.text("name"),
        form.text("uscc") or None,
        form.text("legal_representative") or None,
        person,
        _declared(form),
    )


def _declared(form: Form) -> Declared:
    owners = [
        each.new(form.text(each.field("number")) if each.kind == "person" else "")
        for each in naming_owners.named(form)
    ]
    return Declared(
        country=country(form),
        registration_number=form.text("registration_number"),
        owners=owners,
        legal_representative_id=form.text(LEGAL_NUMBER),
    )


def country(form: Form) -> str:
    return form.text("country") or HOME


async def hash_password(person: NewPerson) -> None:
    """Slow on purpose, so not on a thread that serves requests. Raises WeakPassword."""
    await hashing.apart(lambda: person.password_hash)


def field_of(form: Form, error: SunsealError) -> str:
    """Beside which field an error is said."""
    own = "uscc" if country(form) == HOME else "registration_number"
    if isinstance(error, AlreadyRegistered):
        return own if error.what == "firm" else "email"
    if isinstance(error, NoPersonKey):
        typed = [field for field in _numbers(form) if form.text(field)]
        return typed[0] if typed else "name"
    return {InvalidUscc: "uscc", WeakPassword: "password"}.get(type(error), "name")


def check_email(page: Page, form: Form) -> None:
    if form.text("email") and not EMAIL.fullmatch(form.text("email")):
        form.refuse("email", page.gettext(WRONG_EMAIL))


def _check(page: Page, form: Form, step: str) -> None:
    for field in _fields(form, step):
        if len(form.text(field)) > MAX_NAME:
            form.refuse(field, page.gettext(TOO_LONG))
        if step != "confirm":
            _said(page, form, field, rules.holds_no_card)
    CHECKS[step](page, form)


def _check_firm(page: Page, form: Form) -> None:
    """A credit code at home, a register's number abroad."""
    if not countries.is_known(country(form)):
        form.refuse("country", page.gettext(naming_owners.NO_COUNTRY))
    elif country(form) == HOME:
        form.require((("uscc", page.gettext(ASK_USCC)),))
    else:
        form.require((("registration_number", page.gettext(ASK_NUMBER)),))
    _said(page, form, "uscc", rules.check_uscc)


def _check_confirm(page: Page, form: Form) -> None:
    for field in _numbers(form):
        _said(page, form, field, rules.check_person_id)
    _said(page, form, "password", lambda _: rules.check_password(form.values["password"]))
    if form.values.get("password") != form.values.get("again"):
        form.refuse("again", page.gettext(NOT_AGAIN))


def _said(page: Page, form: Form, field: str, check: Callable[[str], object]) -> None:
    """What a rule says of a field, beside it."""
    try:
        if form.text(field):
            check(form.text(field))
    except Invalid as error:
        form.refuse(field, page.told(error))


CHECKS: dict[str, Callable[[Page, Form], None]] = {
    "firm": _check_firm,
    "owners": naming_owners.check,
    "person": check_email,
    "confirm": _check_confirm,
}


def _fields(form: Form, step: str) -> list[str]:
    """In the order in which they stand on the page."""
    if step == "firm":
        return list(FIRM)
    if step == "owners":
        return naming_owners.fields(form)
    numbers = _numbers(form) if step == "confirm" else []
    return numbers + [field for field, _ in ASKED[step]]


def fields_by_step(form: Form) -> dict[str, list[str]]:
    """What travels in the form: all but what is typed on the last page."""
    return {step: _fields(form, step) for step in STEPS[:-1]}


def _numbers(form: Form) -> list[str]:
    """Fields for people's numbers: of the legal representative, and of each owner."""
    people = [each for each in naming_owners.named(form) if each.kind == "person"]
    own = [LEGAL_NUMBER] if form.text("legal_representative") else []
    return own + [each.field("number") for each in people]


def forget_numbers(form: Form) -> None:
    """Before the page is shown again."""
    for field in _numbers(form):
        form.values.pop(field, None)
