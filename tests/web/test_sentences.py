"""What a contractor can be told: what happened, whether the bid is safe, what to do next.

Every sentence of every program that contractors use is looked at, so that a new one that lacks a
part fails here, and so does one that says "uploaded" where nothing is handed in yet.
"""

import ast
import importlib
import pkgutil
import re
import uuid
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import TypeVar, get_args

import pytest

import sunseal_parties
from sunseal.bids.service.digest import BYTES_LOST, DIGEST_DIFFERS
from sunseal.clarifications.errors import AlreadyAnswered as OfAQuestion
from sunseal.errors import SunsealError
from sunseal.meeting.errors import AlreadyAnswered as OfAnObjection
from sunseal.web import catalogue, sentences
from sunseal.web.language import Language
from sunseal.web.templates import TEMPLATES, environment
from sunseal_parties.bidder.errors import BidderError
from sunseal_parties.bidder.output import Output
from tests.web.test_catalogues import every_error

E = TypeVar("E", SunsealError, BidderError)
ROOT = Path(__file__).parents[2]
FRONTEND = ROOT / "platform/frontend"
PARTIES = ROOT / "crypto/sunseal_parties"
LANGUAGES: tuple[Language, ...] = get_args(Language)
# Rooms whose errors no contractor meets: their readers are staff, supervisors and custodians.
OF_STAFF = {
    "adjudications",
    "administration",
    "amendments",
    "audit",
    "backup",
    "blacklist",
    "custody",
    "embedded",
    "screening",
    "supervision",
}
# What only the tendering side is refused, in a room that contractors read.
OF_THE_TENDERING_SIDE = {
    "bad-tender",
    "document-name-taken",
    "document-too-large",
    "no-such-party",
    "not-your-tender",
    "notice-not-fixed",
    "period-too-short",
    "reference-taken",
    "time-passed",
    "too-few-bidders",
    "too-many-documents",
    "wrong-status",
}
OF_BIDS = {
    "zh": re.compile("投标"),
    "en": re.compile("[Bb]id"),
}
TOO_EARLY = re.compile(
    r"已上传|上传(完成|成功|完毕|好了)|\b[Uu]ploaded\b|[Uu]pload (is )?(complete|done)"
)
# Beside such words it is told that this is not handing in.
NOT_YET = re.compile(r"尚未|还没有|不等于|不算|\bnot\b|\bbefore\b")


def _of_contractors() -> Iterator[type[SunsealError]]:
    for kind in every_error():
        room = kind.__module__.split(".")[1]
        if room not in OF_STAFF and kind.slug() not in OF_THE_TENDERING_SIDE:
            yield kind


@pytest.mark.parametrize(
    "kind", list(_of_contractors()), ids=lambda kind: f"{kind.__module__}.{kind.slug()}"
)
def test_an_error_says_what_to_do_next_of_its_own(kind: type[SunsealError]) -> None:
    """What fits every error of a kind sends somebody back who should call, wait or seal again."""
    own = sentences.own_of(kind)
    assert own.get("what", "").endswith("。")
    assert own.get("next", "").endswith("。")
    for language in LANGUAGES:
        told = sentences.of_error(language, _made(kind))
        assert OF_BIDS[language].search(told.safe), told.safe
        assert told.next


def _made(kind: type[E]) -> E:
    """Without its facts, which a sentence may lack; its parts it may not."""
    error = kind.__new__(kind)
    error.args = ("What happened.",)
    return error


@pytest.mark.parametrize("status", sorted({*sentences.TITLES, 429, 500}))
def test_what_no_error_of_ours_says_has_three_parts(status: int) -> None:
    for language in LANGUAGES:
        told = sentences.of_status(language, status)
        assert told.what
        assert OF_BIDS[language].search(told.safe)
        assert told.next


def test_two_rooms_with_one_name_for_two_facts_each_speak_for_themselves() -> None:
    question = sentences.of_error("zh", OfAQuestion(uuid.uuid4())).what
    assert "问题" in question
    assert question != sentences.of_error("zh", _made(OfAnObjection)).what


class Said(HTMLParser):
    """The sealing page's sentences: by code, the texts of each heading and paragraph."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: dict[str, list[str]] = {}
        self.rules: dict[str, str] = {}
        self._code = self._rule = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self._code = given.get("data-code") or self._code
        self._rule = given.get("data-kind") or ""
        if tag in ("h2", "p") and not self._rule:
            self.parts.setdefault(self._code, []).append("")

    def handle_data(self, data: str) -> None:
        if self._rule:
            self.rules[self._rule] = self.rules.get(self._rule, "") + data.strip()
        elif self._code and data.strip():
            self.parts[self._code][-1] += data.strip()


def _page(language: Language) -> Said:
    said = Said()
    source = '{% from "bids/words.html" import all with context %}{{ all() }}'
    said.feed(environment(language, "bids").from_string(source).render())
    return said


def _codes() -> set[str]:
    """The union type of which the scripts' compiler knows every member."""
    text = (FRONTEND / "src/bidder/events.ts").read_text()
    union = text.partition("export type Code =")[2].partition(";")[0]
    return set(re.findall(r'"([a-z-]+)"', union))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_sealing_page_says_all_three_for_whatever_its_scripts_can_meet(
    language: Language,
) -> None:
    said = _page(language)
    assert said.parts.keys() == _codes()
    for code, parts in said.parts.items():
        assert len(parts) == 3, code
        assert all(parts), code
        assert re.search("投标|递交|[Bb]id|submitted", parts[1]), f"{code}: {parts[1]}"
    assert said.rules.keys() == {BYTES_LOST, DIGEST_DIFFERS}


def test_what_a_passkeys_script_says_tells_of_bids_too() -> None:
    source = (TEMPLATES / "factors/passkey.html").read_text()
    said = re.findall(r'data-said="([a-z]+)" hidden>(.*)</p>', source)
    assert {name for name, _ in said} == {"cancelled", "known", "elsewhere", "failed"}
    assert all(text.endswith("{{ safe }}") and "请" in text for _, text in said)


def _texts() -> Iterator[tuple[str, str]]:
    """Whatever pages, scripts and programs can say, with where it stands."""
    # The catalogues hold every text of the pages in both languages: test_catalogues sees to it.
    for path in sorted(catalogue.ENGLISH.glob("*.po")):
        for each in catalogue.read(path):
            yield path.name, each.id if isinstance(each.id, str) else each.id[0]
            yield path.name, " ".join(catalogue.all_of(each.string))
    for slug, own in sentences.by_slug().items():
        yield slug, own["what"]
    for path in [*FRONTEND.glob("src/**/*.ts"), *FRONTEND.glob("alone/**/*.ts")]:
        for text in re.findall(r'"[^"\n]+"|`[^`]+`', path.read_text()):
            yield path.name, text
    for path in FRONTEND.glob("alone/**/*.html"):
        yield from ((path.name, text) for text in re.findall(r">([^<]+)<", path.read_text()))
    for path in [*PARTIES.rglob("*.py"), *(ROOT / "platform/sunseal").glob("*/errors.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value


def test_nobody_is_told_uploaded_where_it_is_not_yet_submitted() -> None:
    texts = list(_texts())
    assert len(texts) > 3000
    early = [said for said in texts if TOO_EARLY.search(said[1]) and not NOT_YET.search(said[1])]
    assert early == []


def _of_the_program() -> list[type[BidderError]]:
    for module in pkgutil.walk_packages(sunseal_parties.__path__, "sunseal_parties."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    found, waiting = [BidderError], [BidderError]
    while waiting:
        below = waiting.pop().__subclasses__()
        found += below
        waiting += below
    return found


@pytest.mark.parametrize("kind", _of_the_program(), ids=lambda kind: kind.__name__)
def test_the_program_says_all_three(
    kind: type[BidderError], capsys: pytest.CaptureFixture[str]
) -> None:
    assert kind is BidderError or kind.next != BidderError.next, "say what to do about this one"
    Output(json=False).failed(_made(kind))
    what, safe, advice = capsys.readouterr().err.strip().split("\n")
    assert what == "What happened."
    assert re.match(r"Your bid: .+\.$", safe)
    assert re.match(r"Next: .+\.$", advice)
