"""What the environment says is read once, strictly, and only as far as a process needs it."""

import re
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_command

from sunseal.settings import SettingMissing, Settings, SettingWrong, Side

ROOT = Path(__file__).parent.parent
GIVEN = {
    "SUNSEAL_ORIGIN": "example.cn/log",
    "DATABASE_URL_DESK": "postgresql://desk@/sunseal",
    "DATABASE_URL_BOX": "postgresql://box@/sunseal",
    "DATABASE_URL_WORK": "postgresql://work@/sunseal",
    "REDIS_URL": "redis://broker/0",
    "STORAGE_URL": "file:///store",
    "SUNSEAL_KEYS": "/keys",
    "SUNSEAL_ROSTER": "/roster.json",
}


def test_the_defaults_are_those_of_the_structure() -> None:
    assert Settings.from_environment(GIVEN) == Settings(
        origin="example.cn/log",
        desk_url="postgresql://desk@/sunseal",
        box_url="postgresql://box@/sunseal",
        work_url="postgresql://work@/sunseal",
        redis_url="redis://broker/0",
        storage_url="file:///store",
        keys=Path("/keys"),
        roster=Path("/roster.json"),
    )


@pytest.mark.parametrize("side", Side)
def test_each_side_starts_with_what_it_needs_and_not_without(side: Side) -> None:
    own = {name: GIVEN[name] for name in side.value}
    Settings.from_environment(own, side)
    for name in own:
        with pytest.raises(SettingMissing, match=name):
            Settings.from_environment(own | {name: ""}, side)


@pytest.mark.parametrize(
    ("side", "stranger"),
    [
        (Side.WEB, "DATABASE_URL_WORK"),
        (Side.WORKER, "DATABASE_URL_DESK"),
        (Side.WORKER, "DATABASE_URL_BOX"),
        (Side.BEAT, "DATABASE_URL_WORK"),
        (Side.BEAT, "SUNSEAL_KEYS"),
    ],
)
def test_a_side_does_not_ask_for_anothers_login(side: Side, stranger: str) -> None:
    assert stranger not in side.value


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SUNSEAL_TICK_SECONDS", "five"),
        ("SUNSEAL_TICK_SECONDS", "0"),
        ("SUNSEAL_TICK_SECONDS", "-1"),
        ("SUNSEAL_TICK_SECONDS", "nan"),
        ("SUNSEAL_PROMISE_SECONDS", "inf"),
        ("SUNSEAL_POOL_SIZE", "2.5"),
        ("SUNSEAL_STATUTORY_PERIODS", "yes"),
        ("SUNSEAL_URL", "http://tender.example.cn"),
        ("SUNSEAL_URL", "https://tender.example.cn/"),
        ("SUNSEAL_URL", "https://Tender.example.cn"),
        ("SUNSEAL_URL", "tender.example.cn"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingWrong, match=name):
        Settings.from_environment(GIVEN | {name: value})


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("", "https://example.cn"),
        ("https://bids.example.cn:8443", "https://bids.example.cn:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
    ],
)
def test_pages_are_where_the_logs_name_says_or_elsewhere(given: str, url: str) -> None:
    assert Settings.from_environment(GIVEN | {"SUNSEAL_URL": given}).public_url == url


def test_every_variable_that_is_read_is_written_down() -> None:
    read = re.findall(r'"((?:SUNSEAL|DATABASE|REDIS|STORAGE)_[A-Z_]+)"', source())
    assert len(set(read)) > 12
    page = (ROOT / "docs/settings.md").read_text("utf-8").partition("## Where things are")[2]
    listed = re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)
    assert set(read) <= set(listed)
    assert len(listed) == len(set(listed))


def source() -> str:
    """The places where the platform reads its environment."""
    files = (
        "platform/sunseal/settings.py",
        "platform/sunseal/cli.py",
        "tasks/sunseal_tasks/app.py",
    )
    return "".join((ROOT / file).read_text("utf-8") for file in files)


PROGRAMS = {
    "sunseal": "sunseal.cli",
    "sunseal-custodian": "sunseal_parties.custodian.cli",
    "sunseal-bid": "sunseal_parties.bidder.cli",
    "sunseal-amend": "sunseal_parties.amender.cli",
    "sunseal-audit": "sunseal_parties.auditor.cli",
}


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_command_and_every_option_is_written_down(program: str) -> None:
    page = (ROOT / "docs/settings.md").read_text("utf-8")
    root = get_command(import_module(PROGRAMS[program]).app)
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        rows = re.findall(rf"^\| `(?:{program} )?{name}\b.*$", page, re.MULTILINE)
        assert rows, f"{program} {name} has no row"
        for parameter in command.params:
            spellings = [*parameter.opts, *parameter.secondary_opts]
            known = any(f"`{option}" in "".join(rows) for option in spellings)
            if spellings[0].startswith("--") and name != "replace":
                assert known, f"{program} {name} {spellings[0]} has no mention"
