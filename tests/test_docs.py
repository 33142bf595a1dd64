"""What the documents name is there: files, tests, make targets."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("README*.md"), *ROOT.glob("docs/**/*.md")])
CODE = re.compile(r"`([^`\n]+)`")
PLACES = ("platform/", "tasks/", "crypto/", "tests/", "docker/", "docs/", "requirements/")
# Written by a command, so not in the checkout.
MADE = ("docker/secrets", "docker/installation")


def ids(page: Path) -> str:
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    named = [name for name in CODE.findall(page.read_text("utf-8")) if name.startswith(PLACES)]
    for name in named:
        path = name.partition("::")[0]
        if " " not in path and not path.startswith(MADE):
            found = list(ROOT.glob(path.rstrip("/"))) if "{" not in path else [path]
            assert found, f"{ids(page)} names {path}"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_test_that_a_page_names_is_there(page: Path) -> None:
    for path, name in re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", page.read_text("utf-8")):
        assert f"def {name}(" in (ROOT / path).read_text("utf-8"), f"{ids(page)}: {path}::{name}"


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
        if not target.startswith(("http://", "https://", "#")):
            assert (page.parent / target.partition("#")[0]).exists(), f"{ids(page)}: {target}"


def test_decisions_are_numbered_without_gap() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs/adr").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("page", sorted(ROOT.glob("docs/adr/*.md")), ids=ids)
def test_a_decision_says_why_what_and_what_follows(page: Path) -> None:
    text = page.read_text("utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]
    assert int(re.match(r"# (\d+)\. ", text)[1]) == int(page.name[:4])  # type: ignore[index]
