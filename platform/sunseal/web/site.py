"""What belongs to no room: assets, the language switch, and how pages are wired."""

from collections.abc import Sequence
from typing import Any

from litestar import Controller, Request, Response, Router, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, FromQuery
from litestar.types import ExceptionHandlersMap

from sunseal.errors import NotFound
from sunseal.web import assets, csrf, faults, form, headers, language
from sunseal.web import page as pages
from sunseal.web.page import Page


class SiteController(Controller):
    path = "/"

    @get("/static/{name:str}", sync_to_thread=False)
    def static(self, request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
        """A style sheet or script; its name says which version it is."""
        found = assets.built().files.get(name)
        if found is None:
            raise NotFound(f"There is no file {name!r}.")
        # A worker has the policy its own script came with, and sealing hashes in WebAssembly.
        policy = {"Content-Security-Policy": headers.policy(wasm=True)}
        kept = {"Cache-Control": assets.FOREVER, "Vary": "Accept-Encoding", **policy}
        if "gzip" in request.headers.get("accept-encoding", ""):
            packed = kept | {"Content-Encoding": "gzip"}
            return Response(found.packed, media_type=found.media_type, headers=packed)
        return Response(found.plain, media_type=found.media_type, headers=kept)

    @get("/alone/{name:str}", sync_to_thread=False)
    def alone(self, name: FromPath[str]) -> Response[bytes]:
        """A page to be saved, compared by its hash, and only then opened; or the list of hashes.

        Never shown here: a page that runs before anybody could compare it proves nothing.
        """
        found = assets.alone().get(name)
        if found is None:
            raise NotFound(f"There is no file {name!r}.")
        kept = {"Cache-Control": "no-cache"}
        if name == assets.HASHES:
            return Response(found, media_type="text/plain; charset=utf-8", headers=kept)
        saved = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(found, media_type="text/html; charset=utf-8", headers=kept | saved)

    @get("/language/{tag:str}", sync_to_thread=False)
    def speak(
        self, tag: FromPath[str], page: NamedDependency[Page], back: FromQuery[str] = "/"
    ) -> Response[Any]:
        """Remembers the language and goes back; a link, because it also works without scripts."""
        if tag not in language.NAMES:
            raise NotFound(f"There are no pages in {tag!r}.")
        cookie = Cookie(
            language.COOKIE, value=tag, max_age=language.KEPT_SECONDS, samesite="lax", httponly=True
        )
        return page.redirect(back if pages.is_local_path(back) else "/", [cookie])


def router(rooms: Sequence[Sequence[type[Controller]]], handlers: ExceptionHandlersMap) -> Router:
    """All pages of all rooms, behind the same checks."""
    return Router(
        path="/",
        route_handlers=[SiteController, *(page for room in rooms for page in room)],
        dependencies={
            "page": Provide(pages.provide, sync_to_thread=False),
            "form": Provide(form.read),
        },
        guards=[csrf.guard],
        middleware=[headers.protect],
        exception_handlers=faults.pages_too(handlers),
        include_in_schema=False,
    )
