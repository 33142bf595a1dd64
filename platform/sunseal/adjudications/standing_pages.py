"""A firm's own page: what was decided about it, its appeals, its certificate, its conduct."""

from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.adjudications import service
from sunseal.adjudications.schemas import StandingView
from sunseal.blacklist import service as blacklist
from sunseal.blacklist.schemas import OwnPenaltyView
from sunseal.clearance import service as clearance
from sunseal.clearance.errors import NotClear
from sunseal.conduct import service as conduct
from sunseal.conduct.schemas import FactView
from sunseal.database import Database
from sunseal.errors import Refused
from sunseal.keys import Keys
from sunseal.settings import Settings
from sunseal.web.catalogue import msg
from sunseal.web.form import Form
from sunseal.web.page import Page

ASK_GROUNDS = msg("请写明理由和证据")
STANDING = "/firm/standing"
FORMS = {"clearance.json": "application/json", "clearance.pdf": "application/pdf"}


class StandingPages(Controller):
    path = STANDING

    @get(sync_to_thread=True)
    def standing(
        self, page: NamedDependency[Page], box: NamedDependency[Database]
    ) -> Response[str]:
        return _standing(page, box, Form())

    @post("/{matter:str}/{about:uuid}", sync_to_thread=True)
    def appeal(
        self,
        matter: FromPath[str],
        about: FromPath[UUID],
        page: NamedDependency[Page],
        form: NamedDependency[Form],
        box: NamedDependency[Database],
    ) -> Response[Any]:
        """Appeal against a verdict or an entry of the blacklist, or object to a fact."""
        name = f"grounds-{about}"
        form.require(((name, page.gettext(ASK_GROUNDS)),))
        if not form.is_good:
            return _standing(page, box, form)
        say = {
            "verdict": service.appeal,
            "penalty": blacklist.appeal,
            "fact": conduct.object_to,
        }.get(matter, conduct.object_to)
        try:
            with box.unit_of_work(page.credential) as uow:
                say(uow, about, form.text(name))
        except Refused as error:
            form.refuse(name, page.told(error))
            return _standing(page, box, form)
        return page.redirect(f"{STANDING}?done=appealed")

    @get("/{name:str}", sync_to_thread=True)
    def certificate(
        self,
        name: FromPath[str],
        page: NamedDependency[Page],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
        keys: NamedDependency[Keys],
    ) -> Response[Any]:
        """The clearance certificate, as `clearance.json` or `clearance.pdf`."""
        try:
            with box.unit_of_work(page.credential) as uow:
                file = clearance.own(uow, settings.origin, keys)
        except NotClear:
            return page.redirect(f"{STANDING}?done=not-clear")
        data = clearance.on_paper(file, keys) if name.endswith(".pdf") else file
        headers = {
            "Cache-Control": "no-store",
            "Content-Disposition": f'attachment; filename="{_plain(name)}"',
        }
        return Response(data, media_type=FORMS[_plain(name)], headers=headers)


def _plain(name: str) -> str:
    """One of our own two names, whatever stood in the address."""
    return "clearance.pdf" if name.endswith(".pdf") else "clearance.json"


def _standing(page: Page, box: Database, form: Form) -> Response[str]:
    with box.unit_of_work(page.credential) as uow:
        standing = StandingView.of(service.own_standing(uow))
        penalties = [OwnPenaltyView.of(*each) for each in blacklist.own_penalties(uow)]
        facts = [FactView.of(each) for each in conduct.own(uow)]
    return page.show(
        "adjudications/standing.html",
        status=200 if form.is_good else 422,
        standing=standing,
        penalties=penalties,
        facts=facts,
        form=form,
    )
