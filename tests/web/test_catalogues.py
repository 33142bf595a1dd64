"""Nothing is shown in one language only, and no catalogue holds what nobody says."""

import ast
import importlib
import inspect
import pkgutil
import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import sunseal
from sunseal.errors import SunsealError
from sunseal.web import catalogue, extract, sentences

PLACEHOLDER = re.compile(r"%\(\w+\)s")


@pytest.mark.parametrize("room", extract.rooms())
def test_every_text_has_english(room: str) -> None:
    path = extract.file_of(room)
    texts = {text if isinstance(text, str) else text[0] for text in extract.own(room)}
    known = (
        {}
        if not path.exists()
        else {
            catalogue.all_of(each.id)[0]: catalogue.all_of(each.string)
            for each in catalogue.read(path)
            if each.id
        }
    )
    hint = f"run `python -m sunseal.web.extract {room}` and fill in {path.name}"
    assert sorted(texts - known.keys()) == [], hint
    assert sorted(known.keys() - texts) == [], hint
    assert [text for text, forms in known.items() if not all(forms)] == [], hint
    for text, forms in known.items():
        for form in forms:
            assert set(PLACEHOLDER.findall(form)) == set(PLACEHOLDER.findall(text)), text


def test_a_room_means_its_own_by_a_word(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "ENGLISH", tmp_path)
    for room, english in (("a", "Publish"), ("b", "Published"), ("web", "Notice")):
        (tmp_path / f"{room}.po").write_text(f'msgid "发布"\nmsgstr "{english}"\n')
    found = [catalogue.translation.__wrapped__("en", room).gettext("发布") for room in "ab"]
    assert found == ["Publish", "Published"]


def every_error() -> Iterator[type[SunsealError]]:
    """Every error class of the platform, from all its modules called `errors`."""
    for module in pkgutil.walk_packages(sunseal.__path__, "sunseal."):
        if module.name.rpartition(".")[2] == "errors":
            importlib.import_module(module.name)
    waiting = [SunsealError]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__.startswith("sunseal."):
            yield kind


def _facts(kind: type[SunsealError]) -> set[str]:
    """What an error keeps: the names that its own and its parents' constructors set on it."""
    found: set[str] = set()
    for parent in kind.__mro__:
        if parent.__module__.startswith("sunseal."):
            tree = ast.parse(inspect.getsource(parent).strip())
            found |= {
                node.attr
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)
            }
    return found


ERRORS = {kind.slug(): kind for kind in every_error()}


@pytest.mark.parametrize("slug", sorted(sentences.by_slug()))
def test_a_sentence_belongs_to_an_error_and_uses_its_facts(slug: str) -> None:
    said = sentences.by_slug()[slug]
    assert slug in ERRORS
    assert set(said) <= {"what", "safe", "next"}
    fields = {name for _, name, _, _ in string.Formatter().parse(said.get("what", "")) if name}
    assert fields <= _facts(ERRORS[slug])


def test_every_error_has_a_chinese_sentence() -> None:
    """Else a reader of Chinese pages would be told no more than its kind."""
    assert sorted(ERRORS.keys() - sentences.by_slug().keys()) == []


def test_known_words_are_said_by_some_error() -> None:
    """A word that was reworded in English would show up in English in a Chinese sentence."""
    code = "".join(path.read_text() for path in extract.SUNSEAL.rglob("*.py"))
    assert [word for word in sentences.words() if f'"{word}' not in code] == []
