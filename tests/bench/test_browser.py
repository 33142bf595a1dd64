"""The measurement in the browser at its smallest size: that it runs."""

import pytest

from tests.bench import browser
from tests.bench.row import NotMeasured


@pytest.mark.slow
def test_it_is_measured_beside_the_library_alone() -> None:
    try:
        rows = list(browser.measure((1,)))
    except NotMeasured as missing:
        pytest.skip(str(missing))
    assert [row.name for row in rows] == ["browser_seal_1mib", "browser_seal_1mib_memory"]
    assert all(row.ratio for row in rows)
