"""Logs that were set back or handed over, before the page that a supervisor drags a bundle onto."""

import io
from pathlib import Path

import psycopg
import pytest

from sunseal_parties.auditor.case import NOTHING_MORE, Outside
from tests.backup.conftest import Story
from tests.backup.test_origin import (
    Anew,
    Concealed,
    begun,
    cosigned,
    cosigners,
)
from tests.backup.world import Place, cancelled
from tests.frontend.audits import Both, both
from tests.frontend.conftest import browser
from tests.frontend.library import Library

__all__ = ["begun", "browser", "cosigned", "cosigners"]

pytestmark = pytest.mark.slow


def audited(browser: Library, place: Place, folder: Path, outside: Outside) -> Both:
    bundle = io.BytesIO(place.bundle(cancelled(place.database), folder / "a").read_bytes())
    found = both(browser, bundle, place.roster_bytes, {}, folder, outside)
    assert found.agree, found.differences()
    return found


def test_the_page_checks_the_hand_over(
    cosigned: Anew, told: Story, browser: Library, tmp_path: Path
) -> None:
    states = tuple(cosigner.state() for cosigner in told.cosigners)
    outside = Outside(told.here.roster_bytes, states)
    found = audited(browser, cosigned.place, tmp_path, outside)
    assert not found.faults
    assert f"lost, {len(told.lost)} of them" in found.said()


def test_the_page_says_which_roster_it_misses(
    cosigned: Anew, browser: Library, tmp_path: Path
) -> None:
    found = audited(browser, cosigned.place, tmp_path, NOTHING_MORE)
    assert not found.faults
    assert "was not checked: bring its roster, too" in found.said()


def test_another_roster_is_no_proof(cosigned: Anew, browser: Library, tmp_path: Path) -> None:
    outside = Outside(cosigned.place.roster_bytes)
    found = audited(browser, cosigned.place, tmp_path, outside)
    assert found.page_faults == {("log", "log/handover")}


@pytest.mark.parametrize("fault", [name for name in vars(Concealed) if not name.startswith("_")])
def test_the_page_names_what_is_concealed(
    fault: str, cosigned: Anew, told: Story, browser: Library, tmp_path: Path
) -> None:
    file, _ = getattr(Concealed, fault)(cosigned, told)
    with psycopg.connect(cosigned.place.database.admin_url, autocommit=True) as admin:
        admin.execute("delete from audit.handover")
        if file is not None:
            admin.execute("insert into audit.handover (file) values (%s)", [file])
        outside = Outside(told.here.roster_bytes, (told.cosigners[0].state(),))
        found = audited(browser, cosigned.place, tmp_path, outside)
        admin.execute("delete from audit.handover")
        admin.execute("insert into audit.handover (file) values (%s)", [cosigned.file])
    assert found.page_faults
