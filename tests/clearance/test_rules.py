"""From a stored result to what may be said of it now."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sunseal.clearance import rules
from sunseal.clearance.rules import Checked, Firm, ListNow
from sunseal.screening import names
from sunseal_crypto import clearance
from sunseal_crypto.clearance import Clearance

NOW = datetime(2027, 3, 20, 4, 0, tzinfo=UTC)
FIRM = Firm("00000000-0000-4000-8000-000000000007", "第0建筑有限公司", "91440300100000000R")
SEEN = {
    "source": "bribery",
    "title": "行贿犯罪记录",
    "required": True,
    "state": "done",
    "snapshot": "s-1",
    "sha256": bytes(32).hex(),
    "published_at": "2027-03-17T04:00:00+00:00",
    "in_age_until": "2027-03-24T04:00:00+00:00",
}
EVIDENCE = {"matcher": names.MATCHER_VERSION, "lists": [SEEN], "findings": []}
HOUR = timedelta(hours=1)
CHECKED = Checked(NOW - HOUR, "clear", "Nothing.", EVIDENCE)
LISTS = [ListNow("bribery", True, "done", "s-1")]


def _said(checked: Checked | None = CHECKED, lists: Any = LISTS, now: datetime = NOW) -> Clearance:
    return rules.certificate("sunseal.example", FIRM, checked, lists, now)


def test_a_fresh_clear_is_clear_until_its_first_list_is_out_of_age() -> None:
    said = _said()
    assert said.result == "clear"
    assert said.valid_until == datetime(2027, 3, 24, 4, 0, tzinfo=UTC)
    clearance.check(said)


def test_it_lasts_a_week_at_most() -> None:
    lists = [{**SEEN, "in_age_until": "2028-01-01T00:00:00+00:00"}]
    said = _said(Checked(NOW - HOUR, "clear", "Nothing.", {**EVIDENCE, "lists": lists}))
    assert said.valid_until == NOW - HOUR + clearance.LONGEST


NOT_CLEAR: dict[str, tuple[str, Any]] = {
    "never checked": ("unchecked", {"checked": None}),
    "a hit": ("hit", {"checked": Checked(NOW, "hit", "x", EVIDENCE)}),
    "to be reviewed": ("needs_review", {"checked": Checked(NOW, "needs_review", "x", EVIDENCE)}),
    "no such decision": ("needs_review", {"checked": Checked(NOW, "", "x", EVIDENCE)}),
    "a week old": ("stale", {"now": NOW - HOUR + clearance.LONGEST}),
    "an older matcher": (
        "stale",
        {"checked": Checked(NOW, "clear", "x", {**EVIDENCE, "matcher": "0"})},
    ),
    "another snapshot": ("stale", {"lists": [ListNow("bribery", True, "done", "s-2")]}),
    "no snapshot any more": ("stale", {"lists": [ListNow("bribery", True, "missing", None)]}),
    "out of age": ("stale", {"lists": [ListNow("bribery", True, "stale", "s-1")]}),
    "unreachable now": ("stale", {"lists": [ListNow("bribery", True, "unreachable", "s-1")]}),
    "timed out now": ("stale", {"lists": [ListNow("bribery", True, "timeout", "s-1")]}),
    "in error now": ("stale", {"lists": [ListNow("bribery", True, "error", "s-1")]}),
    "a new list": ("stale", {"lists": [*LISTS, ListNow("ofac", False, "done", "s-3")]}),
    "no lists at all": ("stale", {"lists": []}),
}


@pytest.mark.parametrize("case", NOT_CLEAR)
def test_nothing_else_is_clear(case: str) -> None:
    result, given = NOT_CLEAR[case]
    said = _said(**given)
    assert (said.result, said.valid_until) == (result, None)
    clearance.check(said)


def test_the_evidence_is_one_spelling_of_the_stored_result() -> None:
    other = Checked(CHECKED.at, "clear", "Nothing.", dict(reversed(list(EVIDENCE.items()))))
    assert rules.evidence(FIRM, CHECKED) == rules.evidence(FIRM, other)
    assert rules.evidence(FIRM, CHECKED) != rules.evidence(
        FIRM, Checked(CHECKED.at, "clear", "Nothing!", EVIDENCE)
    )
