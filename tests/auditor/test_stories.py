"""Every story that was told falsely is found out, and only what is false."""

from collections.abc import Callable

import pytest

from sunseal_parties.auditor.verify import verify
from tests.auditor import story
from tests.auditor.lies import STORIES, opening
from tests.auditor.story import Story


@pytest.mark.parametrize(("tell", "said"), STORIES.values(), ids=STORIES.keys())
def test_it_is_found(tell: Callable[[], Story], said: str) -> None:
    told = tell()
    verdict = verify(told.bundle().file(), story.made().roster)
    found = "\n".join(map(str, verdict.findings.faults))
    assert said in found


def test_a_lie_that_came_late_changes_nothing() -> None:
    told = story.asked()
    told.answer(1)
    told.answer(2)
    told.publish()
    told.answer(3, lie=True)
    verdict = verify(told.bundle().file(), story.made().roster)
    assert verdict.findings.faults == []
    assert "answer/1/3: the answer: the proof" in "\n".join(map(str, verdict.findings.remarks))


def test_a_lie_that_the_record_tells_is_the_custodian_s_alone() -> None:
    told = opening.lie_that_the_record_tells()
    verdict = verify(told.bundle().file(), story.made().roster)
    assert verdict.findings.faults == []
    remarks = "\n".join(map(str, verdict.findings.remarks))
    assert "answer/1/3: the answer: the proof does not fit" in remarks
    assert "c2: answer false" in remarks
