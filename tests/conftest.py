"""Fixtures for every area, and how tests are shared out among processes.

Each module of tests/support holds the fixtures for one kind of thing.
"""

from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

pytest_plugins = [
    "tests.support.servers",
    "tests.support.database",
    "tests.support.service",
    "tests.support.town",
]

# Whole installations of real processes, with deadlines by the real clock: one at a time.
INSTALLATIONS = ("tests/adversaries/", "tests/demo/", "tests/faults/")


# Each has a fixture of the whole folder that takes longer to make than many of its tests.
FOLDERS = tuple(f"tests/{name}/" for name in ("help", "isolation", "manipulations", "meeting"))


class ByFile(LoadScopeScheduling):
    """A file's tests stay on one worker, since they share its fixtures; so do a few folders'."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if file.startswith(INSTALLATIONS):
            return "installations"
        return next((folder for folder in FOLDERS if file.startswith(folder)), file)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)
