"""The pages about factors, as several handlers answer with them."""

from typing import Any

import segno
from litestar import Request, Response
from markupsafe import Markup

from sunseal.database import Database
from sunseal.factors import passkeys, service
from sunseal.factors.managing import Owner, Settled
from sunseal.factors.owners import half_of
from sunseal.factors.schemas import FactorView, PasskeyView
from sunseal.factors.service import Begun
from sunseal.organizations.by_passkey import has_passkey
from sunseal.organizations.entering import first_page, kept
from sunseal.web.form import Form
from sunseal.web.page import Page

PICTURE_SCALE = 5
LONGEST_LABEL = 60
OWN = "/account/factors"


def label_of(form: Form) -> str:
    return form.text("label")[:LONGEST_LABEL]


def ask_again(
    request: Request[Any, Any, Any],
    page: Page,
    form: Form,
    desk: Database,
    box: Database,
    status: int = 422,
) -> Response[str]:
    """The page that asks for the code, or the passkey of whoever has one."""
    offers = has_passkey(desk, box, half_of(request, page))
    return page.show("factors/code.html", form=form, has_passkey=offers, status=status)


def show_enrolment(page: Page, form: Form, begun: Begun | None, status: int = 422) -> Response[str]:
    picture = _picture(begun)
    return page.show("factors/enrol.html", form=form, begun=begun, picture=picture, status=status)


def show_begun(
    page: Page, owner: Owner, form: Form, begun: Begun, status: int = 422
) -> Response[str]:
    """What to scan, and the field for the first code; only the code while it was wrong."""
    if owner.is_newcomer:
        return show_enrolment(page, form, begun, status)
    picture = _picture(begun)
    return page.show("factors/add.html", form=form, begun=begun, picture=picture, status=status)


def show_list(page: Page, owner: Owner, form: Form, status: int = 422) -> Response[str]:
    with owner.unit() as (uow, whose):
        found = [FactorView.of(each) for each in service.listed(uow, whose.person_id)]
        keys = [PasskeyView.of(each) for each in passkeys.listed(uow, whose.person_id)]
        left = service.recovery_codes_left(uow, whose.person_id)
        needed = service.is_needed(whose.role)
    return page.show(
        "factors/list.html",
        form=form,
        factors=found,
        passkeys=keys,
        left=left,
        may_remove=len(found) + len(keys) > 1 or not needed,
        status=status,
    )


def show_settled(page: Page, form: Form, settled: Settled) -> Response[Any]:
    """Recovery codes, if there are new ones; whoever had no session yet has one now."""
    if settled.session is None:
        if not settled.codes:
            return page.redirect(f"{OWN}?done=added")
        return show_codes(page, settled.codes, OWN)
    shown = show_codes(page, settled.codes, first_page(settled.role, form.text("next")))
    for cookie in kept(page.host, settled.session, settled.role):
        shown.set_cookie(cookie)
    return shown


def show_codes(page: Page, codes: list[str], onwards: str) -> Response[str]:
    return page.show("factors/codes.html", codes=codes, onwards=onwards)


def _picture(begun: Begun | None) -> Markup | None:
    """What a telephone scans, once: it is on no page that can be gone back to."""
    if begun is None or not begun.uri:
        return None
    # segno writes numbers and the colour alone, nothing that was typed.
    return Markup(segno.make(begun.uri, micro=False).svg_inline(scale=PICTURE_SCALE))  # noqa: S704
