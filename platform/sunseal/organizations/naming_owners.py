"""Whom a firm names as its owners while it registers: a group of fields for each of them."""

from dataclasses import dataclass

from sunseal.errors import Invalid
from sunseal.organizations import countries, rules
from sunseal.organizations.declared import NewOwner
from sunseal.screening import names
from sunseal.screening.identity import HOME
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

MOST = 20
PARTS = ("kind", "name", "country", "identifier")
ASK_NAME = msg("请填写股东的姓名或名称")
NO_NUMBER_HERE = msg("个人的证件号码不填在这里，最后一步会问到")
NO_COUNTRY = msg("请从列表中选择国家或地区")


@dataclass(frozen=True, slots=True)
class Owner:
    """One group of fields, as typed."""

    number: int
    kind: names.Kind
    name: str
    country: str
    identifier: str

    def field(self, part: str) -> str:
        return field(self.number, part)

    @property
    def is_named(self) -> bool:
        return bool(self.name or self.identifier)

    @property
    def said(self) -> str:
        """As it is read back; a person's number is never among it."""
        return f"{self.name} ({self.country} {self.identifier})" if self.identifier else self.name

    def new(self, person_number: str) -> NewOwner:
        return NewOwner(self.kind, self.name, self.identifier, self.country, person_number)


def field(number: int, part: str) -> str:
    return f"owner-{number}-{part}"


def groups(form: Form) -> list[Owner]:
    """As many as the form has, and one to begin with."""
    sent = [number for number in range(MOST) if field(number, "name") in form.values]
    return [_group(form, number) for number in sent or [0]]


def named(form: Form) -> list[Owner]:
    return [each for each in groups(form) if each.is_named]


def add(form: Form) -> None:
    """One more group, while there is room."""
    number = groups(form)[-1].number + 1
    if number < MOST:
        form.values[field(number, "name")] = ""


def fields(form: Form) -> list[str]:
    return [each.field(part) for each in groups(form) for part in PARTS]


def check(page: Page, form: Form) -> None:
    """Says beside each field what is wrong with it."""
    for each in named(form):
        if not each.name:
            form.refuse(each.field("name"), page.gettext(ASK_NAME))
        if each.country != HOME and not countries.is_known(each.country):
            form.refuse(each.field("country"), page.gettext(NO_COUNTRY))
        if each.kind == "person" and each.identifier:
            form.refuse(each.field("identifier"), page.gettext(NO_NUMBER_HERE))
        try:
            rules.check_owner(each.kind, each.country, each.identifier)
        except Invalid as error:
            form.refuse(each.field("identifier"), page.told(error))


def _group(form: Form, number: int) -> Owner:
    kind, *texts = (form.text(field(number, part)) for part in PARTS)
    name, country, identifier = texts
    subject: names.Kind = "person" if kind == "person" else "company"
    return Owner(number, subject, name, country or HOME, identifier)
