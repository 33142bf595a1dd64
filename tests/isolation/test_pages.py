"""The pages of the desk's side, in two worlds: no role sees on any of them that somebody bids.

Every page that the application serves is walked, so that one that is added tomorrow is, too.
"""

import pytest

from tests.isolation import pages


@pytest.mark.parametrize("role", pages.ROLES)
def test_no_page_tells(
    two_worlds: pages.Worlds, role: str, capsys: pytest.CaptureFixture[str]
) -> None:
    statuses, leaks = pages.compare(two_worlds, role)
    with capsys.disabled():
        good = statuses.count(200)
        print(f"\n{role or 'visitor'}: {len(statuses)} pages, {good} shown, {len(leaks)} leaks")
    assert not leaks, "\n".join(f"{path}: {how}" for path, how in leaks.items())
    assert 500 not in statuses
    assert statuses.count(200) >= 10
