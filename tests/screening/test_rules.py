"""Names, lists and decisions, without a database."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from sunseal.screening import lists, names, rules
from sunseal.screening.errors import BadList
from sunseal.screening.models import ListEntry, ListSnapshot, ListSource
from sunseal.screening.rules import Decision, Source, Subject

NOW = datetime(2027, 3, 20, tzinfo=UTC)
FIRM = UUID(int=7)
OWN, OTHER = "91440300100000000R", "91440300100000001W"
HEAD = ",".join(lists.COLUMNS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("华为技术有限公司", "華為技術有限公司"),
        ("华为技术有限公司", "华为技术股份有限公司"),
        ("ACME Co., Ltd.", "ａｃｍｅ  co ltd"),
        ("中建（北京）工程有限公司", "中建(北京)工程 有限公司"),
    ],
)
def test_spellings_of_one_company_have_one_key(one: str, other: str) -> None:
    assert names.key("company", one) == names.key("company", other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("中建三局有限公司", "中建二局有限公司"), ("王伟建筑有限公司", "王玮建筑有限公司")],
)
def test_other_companies_have_another_key(one: str, other: str) -> None:
    assert names.key("company", one) != names.key("company", other)


def test_a_name_that_is_only_a_legal_form_is_kept() -> None:
    assert names.key("company", "有限公司")


GOOD = "R-1,company,某公司,91440300100000000r,serious,a judgment,2020-01-01,2030-01-01"


def test_a_list_is_read() -> None:
    [row] = lists.parse(f"{HEAD}\n{GOOD}\n".encode())
    assert (row.identifier, row.effective_to) == (OWN, date(2030, 1, 1))


BAD = {
    "not UTF-8": (b"\xff\xfe", 1),
    "empty": (b"", 1),
    "other columns": (b"name,identifier\n", 1),
    "a column too few": (f"{HEAD}\nR-1,company,x".encode(), 2),
    "another subject": (f"{HEAD}\n{GOOD.replace('company', 'ship')}".encode(), 2),
    "no name": (f"{HEAD}\n{GOOD.replace('某公司', ' ')}".encode(), 2),
    "no reference": (f"{HEAD}\n{GOOD.replace('R-1', '')}".encode(), 2),
    "no date": (f"{HEAD}\n{GOOD.replace('2020-01-01', 'then')}".encode(), 2),
    "ends before it begins": (f"{HEAD}\n{GOOD.replace('2030', '2019')}".encode(), 2),
    "a quote that never ends": (f'{HEAD}\n{GOOD}\n"R-2'.encode(), 3),
    "a field too long": (f"{HEAD}\n{GOOD.replace('a judgment', 'x' * 5000)}".encode(), 2),
}


@pytest.mark.parametrize("case", BAD, ids=list(BAD))
def test_a_bad_list_is_refused_with_its_line(case: str) -> None:
    data, line = BAD[case]
    with pytest.raises(BadList) as refused:
        lists.parse(data)
    assert refused.value.line == line


def _entry(identifier: str | None, **changes: object) -> ListEntry:
    fields = {
        "reference": "R-1",
        "subject": "company",
        "name": "某公司",
        "identifier": identifier,
        "severity": "serious",
        "reason": "a judgment",
        "effective_from": date(2020, 1, 1),
        "effective_to": None,
    }
    return ListEntry(**(fields | changes))


def _source(state: str = "done", code: str = "blacklist") -> Source:
    source = ListSource(code=code, title=code, required=True, max_age=timedelta(days=30))
    snapshot = ListSnapshot(id=UUID(int=1), source=code, sha256=bytes(32), published_at=NOW)
    return Source(source, None if state == "missing" else snapshot, state)


@pytest.mark.parametrize(
    ("own", "listed", "decision"),
    [
        (OWN, OWN, Decision.HIT),
        (OWN, OTHER, Decision.CLEAR),
        (OWN, None, Decision.NEEDS_REVIEW),
        (None, OTHER, Decision.NEEDS_REVIEW),
        (OWN, "91440300100000001X", Decision.NEEDS_REVIEW),
    ],
    ids=["same", "another's", "none listed", "none of ours", "an invalid one listed"],
)
def test_identifiers_decide_before_names(
    own: str | None, listed: str | None, decision: Decision
) -> None:
    subject = Subject(FIRM, "firm", "company", "某公司", own)
    found = rules.compare(subject, "blacklist", _entry(listed), {})
    assert found.decision is decision
    result = rules.decide([_source()], [found])
    assert result.decision is decision
    assert result.evidence["findings"][0]["sentence"]


def test_a_person_is_never_barred_by_the_name_alone() -> None:
    subject = Subject(FIRM, "practitioner", "person", "王伟")
    found = rules.compare(subject, "bribery", _entry(None, subject="person", name="王伟"), {})
    assert found.decision is Decision.NEEDS_REVIEW


def test_a_verdict_lapses_when_the_entry_changes() -> None:
    subject = Subject(FIRM, "firm", "company", "某公司", OWN)
    verdicts = {rules.scope(subject, "blacklist", _entry(None)): "clear"}
    assert rules.compare(subject, "blacklist", _entry(None), verdicts).decision is Decision.CLEAR
    changed = _entry(None, reason="another judgment")
    found = rules.compare(subject, "blacklist", changed, verdicts)
    assert found.decision is Decision.NEEDS_REVIEW


@pytest.mark.parametrize("state", ["stale", "missing"])
def test_without_every_required_list_nobody_is_clear(state: str) -> None:
    result = rules.decide([_source(), _source(state, "bribery")], [])
    assert result.decision is Decision.NEEDS_REVIEW
    assert "bribery" in result.sentence


def test_without_any_list_nobody_is_clear() -> None:
    assert rules.decide([], []).decision is Decision.NEEDS_REVIEW


def test_a_hit_counts_though_another_list_is_missing() -> None:
    subject = Subject(FIRM, "firm", "company", "某公司", OWN)
    found = rules.compare(subject, "blacklist", _entry(OWN), {})
    result = rules.decide([_source(), _source("missing", "bribery")], [found])
    assert result.decision is Decision.HIT


def test_the_age_of_a_list_counts_from_its_publication() -> None:
    each = _source()
    assert each.snapshot is not None
    assert rules.state_of(each.source, each.snapshot, NOW + timedelta(days=30)) == "done"
    assert rules.state_of(each.source, each.snapshot, NOW + timedelta(days=31)) == "stale"


@pytest.mark.parametrize(
    ("moment", "in_force"),
    [
        (datetime(2019, 12, 31, 15, 59, tzinfo=UTC), False),
        (datetime(2019, 12, 31, 16, 0, tzinfo=UTC), True),
        (datetime(2030, 1, 1, 15, 59, tzinfo=UTC), True),
        (datetime(2030, 1, 1, 16, 0, tzinfo=UTC), False),
    ],
)
def test_entries_are_in_force_by_the_calendar_of_the_place(
    moment: datetime, in_force: bool
) -> None:
    entry = _entry(OWN, effective_to=date(2030, 1, 1))
    assert rules.in_force(entry, rules.today(moment)) is in_force


def test_only_a_hit_bars_and_what_is_absent_is_not_clear() -> None:
    assert rules.bars(Decision.HIT)
    assert not rules.bars(Decision.NEEDS_REVIEW)
    assert rules.delays(None)
    assert not rules.delays(Decision.CLEAR)
