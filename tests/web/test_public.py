"""What anybody sees without an account."""

from collections.abc import Callable

import pytest

from tests.web.eyes import Eyes
from tests.web.site import Site

LOOK = Callable[..., Eyes]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "home"),
        ("/tenders", "tenders"),
        ("/tenders?q=%E6%B2%B3%E9%81%93", "tenders-none"),
        ("/why", "why"),
        ("/custodians", "custodians"),
        ("/log", "log"),
        ("/blacklist", "blacklist"),
        ("/sign-in", "sign-in"),
        ("/register", "register"),
    ],
)
def test_public_pages(eyes: LOOK, path: str, name: str) -> None:
    eyes().look(path, name)


def test_a_notice(eyes: LOOK, site: Site) -> None:
    eyes().look(site.tender, "tender")


def test_a_page_that_is_not_there(eyes: LOOK) -> None:
    eyes().look("/nowhere", "problem-404", status=404)
