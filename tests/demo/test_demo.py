"""The whole demo, once, as `make demo` runs it, with a smaller large file."""

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from sunseal.demo.firms import PROFILES
from tests.support.servers import scratch_folder

SIZE_MIB = "24"
NAMES = {profile.key: profile.name for profile in PROFILES}
# In whole yuan: a demo that missed its deadline begins anew with prices that are a fen dearer.
PRICES = {profile.key: profile.price.partition(".")[0] for profile in PROFILES}
LOWERED = {profile.key: profile.lower.partition(".")[0] for profile in PROFILES}


@pytest.fixture(scope="module")
def told() -> Iterator[dict[str, Any]]:
    """What the run wrote; its narration is shown when it ended otherwise than it should."""
    with scratch_folder() as folder:
        arguments = ["--size-mib", SIZE_MIB, "--state", str(folder / "demo"), "--out", str(folder)]
        done = subprocess.run(
            [sys.executable, "-m", "sunseal.demo", *arguments], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        yield json.loads((folder / "story.json").read_text())
        assert [path.name for path in (folder / "demo").iterdir()] == ["lock"]


pytestmark = pytest.mark.timeout(900)


def test_three_bids_are_opened_at_their_last_prices(told: dict[str, Any]) -> None:
    opened = {
        bid["firm"]: (bid["price"].partition(".")[0], bid["currency"]) for bid in told["opened"]
    }
    assert opened == {
        NAMES["straight"]: (PRICES["straight"], "CNY"),
        NAMES["resumed"]: (PRICES["resumed"], "CNY"),
        NAMES["replaced"]: (LOWERED["replaced"], "CNY"),
    }


@pytest.mark.parametrize(
    ("key", "outcome"),
    [("withdrawn", "withdrawn"), ("tampered", "revoked"), ("barred", "barred")],
)
def test_each_other_firm_is_accounted_for(told: dict[str, Any], key: str, outcome: str) -> None:
    assert told["accounted"][NAMES[key]].startswith(f"{outcome}: ")
    assert len(told["accounted"]) == 3


def test_nobody_could_look_before_the_time(told: dict[str, Any]) -> None:
    assert told["early_open_failed"]
    for who in ("agent: GET", "clerk: GET", "agent, by SQL", "clerk, by SQL"):
        assert any(refused.startswith(who) for refused in told["refused"])
    assert any("sealed.submission" in refused for refused in told["refused"])


def test_the_bundle_verifies_and_a_changed_copy_does_not(told: dict[str, Any]) -> None:
    assert told["audit_ok"]
    assert told["tampered_audit_failed"]


def test_nothing_else_went_wrong(told: dict[str, Any]) -> None:
    assert told["faults"] == []
    assert told["seconds"] > 60
