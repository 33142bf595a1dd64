"""The firm's side of a verdict: one sentence until it counts, then the reason and an appeal."""

from typing import Any

import pytest

from tests.support.review import VERDICTS, Desk

GROUNDS = {"grounds": "another company of that name; our number differs"}


def _appeal(desk: Desk) -> tuple[str, str]:
    """A confirmed hit that the firm appeals against: ids of both."""
    verdict = desk.decide("hit")
    answer = desk.post(desk.firm_token, f"{VERDICTS}/{verdict}/appeal", GROUNDS)
    assert answer.status_code == 201, answer.text
    [filed] = desk.get(desk.second, f"{VERDICTS}/appeals").json()
    return verdict, filed["id"]


def _rule(desk: Desk, token: str, appeal: str, outcome: str) -> Any:
    form = {"outcome": outcome, "reason": "the numbers were compared"}
    return desk.post(token, f"{VERDICTS}/appeals/{appeal}/ruling", form)


def test_before_a_verdict_counts_there_is_nothing_to_appeal_against(desk: Desk) -> None:
    before = desk.standing()
    [proposed] = desk.propose(desk.centre, "hit").json()
    assert desk.standing() == before
    answer = desk.post(desk.firm_token, f"{VERDICTS}/{proposed['id']}/appeal", GROUNDS)
    assert answer.status_code == 404


def test_a_verdict_that_counts_is_told_with_its_reason_and_the_way_to_appeal(desk: Desk) -> None:
    verdict = desk.decide("hit")
    told = desk.standing()
    assert told["appeal"]
    [decision] = told["decisions"]
    assert (decision["id"], decision["appeal"]) == (verdict, "none")
    assert decision["reason"] == "the files were compared"


@pytest.mark.parametrize("outcome", ["upheld", "dismissed"])
def test_the_firm_hears_what_became_of_its_appeal(desk: Desk, outcome: str) -> None:
    _, appeal = _appeal(desk)
    assert desk.standing()["decisions"][0]["appeal"] == "filed"
    assert _rule(desk, desk.second, appeal, outcome).status_code == 201
    [decision] = desk.standing()["decisions"]
    assert (decision["appeal"], decision["ruling"]) == (outcome, "the numbers were compared")


def test_an_appeal_that_is_upheld_clears_once_somebody_else_confirms(desk: Desk) -> None:
    _, appeal = _appeal(desk)
    assert _rule(desk, desk.second, appeal, "upheld").status_code == 201
    assert desk.check() == "hit"
    [row] = desk.candidates(state="proposed")
    history = desk.get(desk.third, f"/api/v1/screening/candidates/{row['id']}").json()["history"]
    confirm = f"{VERDICTS}/{history[-1]['id']}/confirm"
    assert desk.post(desk.second, confirm).json()["type"] == "urn:sunseal:problem:same-person"
    assert desk.post(desk.third, confirm).status_code == 201
    assert desk.check() == "clear"
    assert desk.standing()["decisions"] == []


def test_whoever_confirmed_a_verdict_does_not_judge_the_appeal(desk: Desk) -> None:
    _, appeal = _appeal(desk)
    answer = _rule(desk, desk.first, appeal, "dismissed")
    assert answer.json()["type"] == "urn:sunseal:problem:same-person"
    assert _rule(desk, desk.centre, appeal, "dismissed").status_code == 403


def test_there_is_one_appeal_and_one_ruling(desk: Desk) -> None:
    verdict, appeal = _appeal(desk)
    again = desk.post(desk.firm_token, f"{VERDICTS}/{verdict}/appeal", GROUNDS)
    assert again.json()["type"] == "urn:sunseal:problem:already-appealed"
    assert _rule(desk, desk.second, appeal, "dismissed").status_code == 201
    assert _rule(desk, desk.third, appeal, "upheld").json()["type"].endswith("already-ruled")


def test_a_rival_cannot_appeal_or_see_a_verdict(desk: Desk) -> None:
    verdict = desk.decide("hit")
    rival, _ = desk.service.firm(1)
    answer = desk.post(rival, f"{VERDICTS}/{verdict}/appeal", GROUNDS)
    assert answer.status_code == 404
    assert desk.get(rival, "/api/v1/screening/me").json()["decisions"] == []
