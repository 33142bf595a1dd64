"""uv is told what the user told pip."""

import runpy
from pathlib import Path

import pytest

uv = runpy.run_path(str(Path(__file__).parent.parent / "requirements/uv.py"))


@pytest.mark.parametrize(
    ("listing", "variables"),
    [
        ("", {}),
        (
            "global.index-url='https://mirror.example/s'",
            {"UV_DEFAULT_INDEX": "https://mirror.example/s"},
        ),
        ("global.extra-index-url='\\nfile:///a\\nfile:///b'", {"UV_INDEX": "file:///a file:///b"}),
        ("global.find-links='/a /b'", {"UV_FIND_LINKS": "/a,/b"}),
        (":env:.cert='/etc/ours.pem'", {"SSL_CERT_FILE": "/etc/ours.pem"}),
        ("global.index-url='g'\ninstall.index-url='i'", {"UV_DEFAULT_INDEX": "i"}),
        (":env:.index-url='e'\nglobal.index-url='g'", {"UV_DEFAULT_INDEX": "e"}),
        ("global.index-url='a=b'", {"UV_DEFAULT_INDEX": "a=b"}),
        ("global.disable-pip-version-check='1'\nglobal.find-links=''", {}),
    ],
    ids=["none", "index", "extra", "links", "cert", "section", "environment", "equals", "others"],
)
def test_a_setting_of_pip_becomes_one_of_uv(listing: str, variables: dict[str, str]) -> None:
    assert uv["for_uv"](uv["pip_settings"](listing)) == variables


def test_a_lock_is_made_from_the_main_index_alone() -> None:
    """A local folder of wheels for one system once left every other system's hashes out."""
    settings = {"index-url": "i", "extra-index-url": "file:///a", "find-links": "/b", "cert": "c"}
    assert uv["for_locks"](settings) == {"index-url": "i", "cert": "c"}
