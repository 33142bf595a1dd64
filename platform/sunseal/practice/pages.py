"""The way into a practice: one click, some seconds for the key, and then the real pages."""

import secrets
from functools import partial
from typing import Any
from uuid import UUID

from litestar import Controller, Response, get, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath

from sunseal.database import Database, Role
from sunseal.organizations import hashing
from sunseal.organizations import service as organizations
from sunseal.organizations.entering import kept
from sunseal.organizations.service import IssuedToken
from sunseal.practice import rules, service
from sunseal.practice.rules import MadeUp
from sunseal.settings import Settings
from sunseal.web import cookies
from sunseal.web.page import Page
from sunseal_crypto.roster import Roster

PASSWORD_BYTES = 24
LABEL = "sunseal-bid"


class PracticePages(Controller):
    path = "/practice"

    @get(sync_to_thread=True)
    def ask(
        self, page: NamedDependency[Page], settings: NamedDependency[Settings]
    ) -> Response[str]:
        minutes = max(1, round(settings.practice_seconds / 60))
        return page.show("practice/begin.html", minutes=minutes, steps=rules.STEPS)

    @post()
    async def begin(
        self,
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> Response[Any]:
        """Whoever has practised already goes on as the same firm."""
        tender = await sync_to_thread(service.begin, desk, settings, roster)
        role = await sync_to_thread(box.role_of, page.credential)
        given: list[Cookie] = []
        if role is not Role.BIDDER:
            given = kept(page.host, await made_up(box), Role.BIDDER)
        return page.redirect(f"/practice/{tender}", given)

    @get("/sample", sync_to_thread=False)
    def sample(self) -> Response[str]:
        """A document to bid with, so that nobody takes a real one."""
        saved = f'attachment; filename="{rules.SAMPLE_NAME}"'
        return Response(
            rules.SAMPLE,
            media_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": saved},
        )

    @get("/{tender_id:uuid}", sync_to_thread=True)
    def preparing(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        return _preparation(page, tender_id, service.look(desk, tender_id))

    @post("/{tender_id:uuid}", sync_to_thread=True)
    def go_on(
        self,
        tender_id: FromPath[UUID],
        page: NamedDependency[Page],
        desk: NamedDependency[Database],
    ) -> Response[Any]:
        """Asked by the page itself each second, or by its button where scripts are off."""
        return _preparation(page, tender_id, service.go_on(desk, tender_id))

    @post("/token", sync_to_thread=True)
    def token(
        self,
        page: NamedDependency[Page],
        box: NamedDependency[Database],
    ) -> Response[str]:
        """For `sunseal-bid` and other programs; shown now and never again."""
        with box.unit_of_work(page.credential) as uow:
            uow.require(Role.BIDDER)
            issued = organizations.issue_token(uow, LABEL)
        scheme = "http" if cookies.is_local(page.host) else "https"
        base = f"{scheme}://{page.host}"
        return page.show("practice/token.html", token=issued.token, base=base)


async def made_up(box: Database) -> IssuedToken:
    """A firm and its session. The password is thrown away: nobody signs in here."""
    firm = MadeUp(rules.random_code())
    person = service.newcomer(firm, secrets.token_urlsafe(PASSWORD_BYTES))
    await hashing.apart(lambda: person.password_hash)
    return await sync_to_thread(partial(service.enter, box, firm, person))


def _preparation(page: Page, tender_id: UUID, found: service.Preparation) -> Response[Any]:
    notice = f"/tenders/{tender_id}"
    if found.state == "ready" and page.is_partial:
        # A script that put the notice into the middle of this page would help nobody.
        return Response("", headers={"HX-Redirect": notice})
    if found.state == "ready":
        return page.redirect(notice)
    template = "practice/progress.html" if page.is_partial else "practice/preparing.html"
    return page.show(template, tender_id=tender_id, found=found)


PAGES: list[type[Controller]] = [PracticePages]
