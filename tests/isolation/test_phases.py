"""In each phase of a tender's life each role sees rows, or none, as was decided."""

from pathlib import Path
from typing import Any

import pytest

from tests.isolation import matrix, phases
from tests.isolation.phases import PHASES

Found = dict[str, dict[str, set[str]]]
EMPTY = {name for name, table in matrix.decisions()["tables"].items() if table.get("empty_before")}


@pytest.fixture(scope="module")
def lived(
    embedded: Any, template: str, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Found, dict[str, set[str]]]:
    """By phase: what each role sees, and which tables have rows at all."""
    folder: Path = tmp_path_factory.mktemp("phases")
    found: Found = {}
    filled: dict[str, set[str]] = {}
    for phase, scene in phases.worlds(embedded, template, folder):
        found[phase], filled[phase] = phases.seen(scene), phases.filled(scene)
    return found, filled


def test_every_cell_is_as_decided(lived: tuple[Found, dict[str, set[str]]]) -> None:
    """Else read what `python -m tests.isolation.phases` writes, and commit what should be so."""
    assert phases.cells(lived[0]) == phases.decided()


@pytest.mark.parametrize("phase", ["draft", "published"])
def test_what_is_empty_before_the_opening_is_empty(
    lived: tuple[Found, dict[str, set[str]]], phase: str
) -> None:
    assert lived[1][phase] & EMPTY == set()


def test_a_closed_box_fills_nothing_that_a_desk_reads(
    lived: tuple[Found, dict[str, set[str]]],
) -> None:
    """Whatever stands in tables that are empty before the opening: the box's own leaves alone."""
    assert lived[1]["closed"] & EMPTY == {"sealed.box_leaf"}


def test_the_opening_fills_them(lived: tuple[Found, dict[str, set[str]]]) -> None:
    assert {"opened.bid", "opened.record", "opened.answer"} <= lived[1]["opened"] & EMPTY


def test_no_desk_role_sees_anything_sealed_in_any_phase(
    lived: tuple[Found, dict[str, set[str]]],
) -> None:
    for phase in PHASES:
        for role, tables in lived[0][phase].items():
            if role not in ("as_bidder", "as_worker"):
                assert not [table for table in tables if table.startswith("sealed.")], (phase, role)
