"""What a page's handler is given: who reads, in which language, and how to answer.

A handler closes its unit of work before it asks for the page, so that no transaction waits for a
template, and nothing lazy is loaded by one.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.response import Redirect

from sunseal.database import Credential, Database, Role
from sunseal.errors import SunsealError
from sunseal.web import cookies, csrf, headers, language, navigation, sentences, templates
from sunseal.web.catalogue import translation
from sunseal.web.language import Language

# A page of one reader must not be another's on the same machine.
NOT_KEPT = "no-store"


@dataclass(frozen=True, slots=True)
class Page:
    """`role` is what the browser says and chooses links alone; `credential` is what counts.

    `practice` marks every page of a practice instance; `practice_url` leads from a real one there.
    """

    language: Language
    host: str
    path: str
    role: str
    session: str | None
    done: str
    is_partial: bool
    practice: bool = False
    practice_url: str = ""

    @property
    def credential(self) -> Credential | None:
        """SHA-256 of the session's token; None for a visitor."""
        if self.session is None:
            return None
        return Credential(hashlib.sha256(self.session.encode()).digest())

    def side(self, desk: Database, box: Database) -> Database:
        """The login on which this reader has a role: bidders' own, or the desk's."""
        return box if desk.role_of(self.credential) is Role.BIDDER else desk

    def gettext(self, text: str) -> str:
        """The text in the reader's language."""
        return translation(self.language).gettext(text)

    def told(self, error: SunsealError) -> str:
        """What happened, in the reader's language: for beside a form's field."""
        return sentences.of_error(self.language, error).what

    def show(
        self, template: str, /, *, status: int = 200, wasm: bool = False, **context: object
    ) -> Response[str]:
        """The page as HTML. What the template needs beyond the reader comes as `context`."""
        given: dict[str, object] = {
            "page": self,
            "csrf_token": csrf.token_of(self.session),
            "own_links": navigation.of(self.role),
            "public_links": navigation.PUBLIC,
            **context,
        }
        return Response(
            templates.render(self.language, template, given),
            status_code=status,
            media_type="text/html; charset=utf-8",
            headers=headers.HEADERS
            | {
                "Cache-Control": NOT_KEPT,
                "Content-Language": language.TAGS[self.language],
                "Content-Security-Policy": headers.policy(wasm=wasm),
                "Vary": "Accept-Language, Cookie, HX-Request",
            },
        )

    def redirect(self, path: str, cookies: list[Cookie] | None = None) -> Response[Any]:
        """After a POST: the reader reloads a page, and no form is sent twice."""
        answer = Redirect(
            path, status_code=303, headers=headers.HEADERS | {"Cache-Control": NOT_KEPT}
        )
        for cookie in cookies or []:
            answer.set_cookie(cookie)
        return answer


def provide(request: Request[Any, Any, Any]) -> Page:
    """The page of this request."""
    host, kept = request.headers.get("host", ""), request.cookies
    session = cookies.read(kept, cookies.SESSION, host)
    return Page(
        language=language_of(kept, request.headers.get("accept-language", "")),
        host=host,
        path=request.scope["path"],
        role=(cookies.read(kept, cookies.ROLE, host) or "") if session else "",
        session=session,
        done=request.query_params.get("done", ""),
        is_partial=request.headers.get("hx-request") == "true",
        practice=request.app.state.get("practice", False),
        practice_url=request.app.state.get("practice_url", ""),
    )


def language_of(kept: Mapping[str, str], accept: str) -> Language:
    return language.chosen(kept.get(language.COOKIE), accept)


# No second slash and no backslash, after which another site's name could stand, and none of the
# characters that browsers leave out before they look.
LOCAL_PATH = re.compile(r"/(?![/\\])[!-\[\]-~]*")


def is_local_path(path: str) -> bool:
    """Whether `next` leads to a page of ours."""
    return LOCAL_PATH.fullmatch(path) is not None
