"""What is made up: such that the platform takes it, and nobody takes it for somebody's."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal.organizations.rules import check_uscc, holds_no_card
from sunseal.practice import cast, rules
from sunseal.practice.rules import ALPHABET, CODE_LENGTH, MadeUp
from sunseal.settings import Settings, SettingWrong
from sunseal.tenders.rules import Timetable, check_timetable

NOW = datetime(2027, 1, 1, tzinfo=UTC)
CODES = st.text(ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)
GIVEN = {
    "SUNSEAL_ORIGIN": "tender.example.cn/log",
    "DATABASE_URL_DESK": "d",
    "DATABASE_URL_BOX": "b",
    "DATABASE_URL_WORK": "w",
    "REDIS_URL": "r",
    "STORAGE_URL": "s",
    "SUNSEAL_KEYS": "k",
    "SUNSEAL_ROSTER": "o",
}
PRACTICE = {"SUNSEAL_ORIGIN": "practice.example.cn/log", "SUNSEAL_PRACTICE": "1"}


@settings(max_examples=50)
@given(CODES)
def test_a_firm_that_is_made_up_is_well_formed_and_of_no_place(code: str) -> None:
    firm = MadeUp(code)
    assert check_uscc(firm.uscc) == firm.uscc
    # Divisions of China begin with 1 to 8; nothing is registered in 000000.
    assert firm.uscc[2:8] == "000000"
    assert firm.name.startswith("练习企业-")
    assert firm.email.endswith(".invalid")
    holds_no_card(firm.name, firm.email)


def test_two_clicks_make_two_firms() -> None:
    assert len({rules.random_code() for _ in range(100)}) == 100


def test_a_practice_tender_is_one_that_a_single_firm_can_play() -> None:
    made = rules.tender("ABCDEF", NOW, 300.0, 1.0)
    timetable = Timetable(
        statutory=bool(made.statutory),
        deadline=made.deadline,
        not_before=made.not_before,
        minimum_bids=made.minimum_bids,
        box_size=made.box_size,
    )
    check_timetable(timetable, NOW)
    assert made.minimum_bids == 1
    assert not made.statutory
    assert timedelta(seconds=300) < made.deadline - NOW < timedelta(seconds=330)
    assert "练习" in made.title


def test_everybody_on_the_stage_is_called_practice() -> None:
    made = cast.of("practice.example.cn/log", 300.0, 20)
    names = [office.organization for office in made.staff] + [each.name for each in made.parties]
    assert all("练习" in name for name in names)
    # What t of one authority guard would be refused by every program.
    assert len({each.authority for each in made.parties}) == len(made.parties)


def test_a_practice_instance_says_so_in_its_name() -> None:
    assert Settings.from_environment(GIVEN | PRACTICE).practice
    assert not Settings.from_environment(GIVEN).practice


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"SUNSEAL_PRACTICE": "1"}, "SUNSEAL_ORIGIN"),
        ({"SUNSEAL_ORIGIN": "practice.example.cn/log"}, "SUNSEAL_ORIGIN"),
        ({"SUNSEAL_PRACTICE": "yes"}, "SUNSEAL_PRACTICE"),
        (PRACTICE | {"SUNSEAL_PRACTICE_URL": "https://practice.cn"}, "SUNSEAL_PRACTICE_URL"),
        ({"SUNSEAL_PRACTICE_URL": "practice.example.cn"}, "SUNSEAL_PRACTICE_URL"),
        ({"SUNSEAL_PRACTICE_URL": "javascript:alert(1)"}, "SUNSEAL_PRACTICE_URL"),
        ({"SUNSEAL_PRACTICE_SECONDS": "0"}, "SUNSEAL_PRACTICE_SECONDS"),
        ({"SUNSEAL_PRACTICES": "1.5"}, "SUNSEAL_PRACTICES"),
    ],
    ids=[
        "practice under a real name",
        "real under the name of a practice",
        "neither yes nor no",
        "a practice that leads to another",
        "no address",
        "a script instead of an address",
        "no time for bids",
        "half a practice",
    ],
)
def test_a_setting_that_mixes_both_kinds_is_refused(given: dict[str, str], name: str) -> None:
    with pytest.raises(SettingWrong, match=name):
        Settings.from_environment(GIVEN | given)
