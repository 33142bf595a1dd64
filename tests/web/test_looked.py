"""No page is forgotten: each is looked at in both languages, on a desk and on a phone."""

import ast
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar, Response
from litestar.routes import HTTPRoute

from sunseal.app import create_app
from tests.support.service import settings_of_nothing
from tests.web.looked import LOOKED, NO_PAGE, check_listed

TESTS = Path(__file__).parents[1]
LOOKS = {"look", "look_at"}


def _pages(app: Litestar) -> set[str]:
    """Whatever a browser shows: routes beside the API whose answer is text of a page's making."""
    return {
        route.path_format
        for route in app.routes
        if isinstance(route, HTTPRoute) and not route.path_format.startswith("/api/")
        for handler in route.route_handlers
        if "GET" in handler.http_methods
        and handler.parsed_fn_signature.return_type.raw in (Response[str], Response[Any])
    }


def _pictures() -> set[str]:
    """Each text in a file that looks: a name may come by a parameter."""
    found: set[str] = set()
    for path in TESTS.rglob("test_*.py"):
        tree = list(ast.walk(ast.parse(path.read_text())))
        if any(isinstance(node, ast.Attribute) and node.attr in LOOKS for node in tree):
            texts = (node.value for node in tree if isinstance(node, ast.Constant))
            found |= {text for text in texts if isinstance(text, str)}
    return found


def test_every_page_is_looked_at_or_is_none(tmp_path: Path) -> None:
    settings = settings_of_nothing(tmp_path)
    served = _pages(create_app(settings)) | _pages(create_app(replace(settings, practice=True)))
    assert sorted(served - LOOKED.keys() - NO_PAGE.keys()) == [], "look at it, and list it"
    assert sorted((LOOKED.keys() | NO_PAGE.keys()) - served) == [], "no such page"
    assert not LOOKED.keys() & NO_PAGE.keys()


def test_every_listed_picture_is_made_by_a_test() -> None:
    names = {name for names in LOOKED.values() for name in names}
    assert all(LOOKED.values())
    assert sorted(names - _pictures()) == []


@pytest.mark.parametrize(
    ("url", "name"),
    [("/tenders/new-one?q=1", "home"), ("/work/tenders/new", "work-one"), ("/nowhere", "home")],
)
def test_a_look_at_another_page_than_the_listed_one_is_refused(url: str, name: str) -> None:
    with pytest.raises(AssertionError, match="in LOOKED"):
        check_listed(url, name)
