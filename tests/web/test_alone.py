"""Pages that are opened elsewhere, and the hashes by which anybody knows them."""

import hashlib
import re

import httpx
import pytest

from sunseal.web import assets
from tests.web.site import Site

pytestmark = pytest.mark.skipif(not assets.alone(), reason="not built: make assets")


def test_what_is_served_has_the_published_hash(site: Site) -> None:
    listed = httpx.get(f"{site.url}/alone/hashes.txt")
    assert listed.headers["content-type"].startswith("text/plain")
    split = [line.split("  ") for line in listed.text.splitlines()]
    lines = {name: digest for digest, name in split}
    assert lines.keys() == {"sunseal-seal.html", "sunseal-verify.html"}
    shown = re.sub("</?span>|<wbr>", "", httpx.get(f"{site.url}/verify").text)
    for name, digest in lines.items():
        answer = httpx.get(f"{site.url}/alone/{name}")
        assert hashlib.sha256(answer.content).hexdigest() == digest
        # Opened here it would run before anybody could compare it.
        assert answer.headers["content-disposition"] == f'attachment; filename="{name}"'
        assert digest in shown


@pytest.mark.parametrize("name", ["manifest.json", "nothing.html", "..%2Fmanifest.json"])
def test_nothing_else_is_there(name: str, site: Site) -> None:
    assert httpx.get(f"{site.url}/alone/{name}").status_code == 404
