"""The three pages on which a firm registers: what each asks for, and what is wrong with it."""

import re
from typing import NamedTuple

from sunseal.errors import SunsealError
from sunseal.organizations import hashing, rules
from sunseal.organizations.errors import AlreadyRegistered, InvalidUscc, WeakPassword
from sunseal.organizations.service import NewPerson
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

USCC_LENGTH = 18
MAX_NAME = 200
EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,190}")
STEPS = ("firm", "person", "confirm")
ASKED: dict[str, tuple[tuple[str, str], ...]] = {
    "firm": (
        ("uscc", msg("请填写统一社会信用代码")),
        ("name", msg("请填写企业名称")),
    ),
    "person": (
        ("person", msg("请填写管理员姓名")),
        ("email", msg("请填写电子邮箱")),
    ),
    "confirm": (
        ("password", msg("请设置密码")),
        ("again", msg("请再次输入密码")),
    ),
}
WRONG_EMAIL = msg("电子邮箱的格式不对，例如 name@example.com")
TOO_LONG = msg("内容太长，最多 200 个字")
NOT_AGAIN = msg("两次输入的密码不一样")


class Firm(NamedTuple):
    """What the service registers."""

    name: str
    uscc: str
    legal_representative: str | None
    person: NewPerson


def wanted(form: Form) -> str:
    """Which page was sent, or, before a colon, which one the reader wants to change."""
    step = form.text("step")
    return step if step in STEPS else "firm"


def faults(page: Page, form: Form, step: str) -> dict[str, str]:
    """Of this page and those before it: a form can be sent by other hands than ours."""
    if form.text("change"):
        return {}
    for name in STEPS[: STEPS.index(step) + 1]:
        form.require([(field, page.gettext(sentence)) for field, sentence in ASKED[name]])
        _check(page, form, name)
    order = [field for name in STEPS for field in _fields(name)]
    return dict(sorted(form.errors.items(), key=lambda fault: order.index(fault[0])))


def after(form: Form, step: str) -> str:
    """The page to show: the one to change, the first with a fault, or the next."""
    change = form.text("change")
    if change:
        return change if change in STEPS else "firm"
    if not form.is_good:
        return at_fault(form)
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def at_fault(form: Form) -> str:
    """The first page that has a field with a fault."""
    for name in STEPS:
        if any(field in form.errors for field in _fields(name)):
            return name
    return STEPS[-1]


async def hashed(form: Form) -> Firm:
    """Raises WeakPassword, TooManySignIns."""
    person = NewPerson(form.text("person"), form.text("email"), form.values["password"])
    await hash_password(person)
    return Firm(
        form.text("name"), form.text("uscc"), form.text("legal_representative") or None, person
    )


async def hash_password(person: NewPerson) -> None:
    """Slow on purpose, so not on a thread that serves requests. Raises WeakPassword."""
    await hashing.apart(lambda: person.password_hash)


def field_of(error: SunsealError) -> str:
    """Beside which field an error is said."""
    if isinstance(error, AlreadyRegistered):
        return "uscc" if error.what == "firm" else "email"
    return {InvalidUscc: "uscc", WeakPassword: "password"}.get(type(error), "name")


def check_email(page: Page, form: Form) -> None:
    if form.text("email") and not EMAIL.fullmatch(form.text("email")):
        form.refuse("email", page.gettext(WRONG_EMAIL))


def _check(page: Page, form: Form, step: str) -> None:
    for field in _fields(step):
        if len(form.text(field)) > MAX_NAME:
            form.refuse(field, page.gettext(TOO_LONG))
    try:
        if step == "firm" and form.text("uscc"):
            rules.check_uscc(form.text("uscc"))
        if step == "confirm" and form.text("password"):
            rules.check_password(form.values["password"])
    except (InvalidUscc, WeakPassword) as error:
        form.refuse(field_of(error), page.told(error))
    if step == "person":
        check_email(page, form)
    if step == "confirm" and form.values.get("password") != form.values.get("again"):
        form.refuse("again", page.gettext(NOT_AGAIN))


def _fields(step: str) -> list[str]:
    more = ["legal_representative"] if step == "firm" else []
    return [field for field, _ in ASKED[step]] + more
