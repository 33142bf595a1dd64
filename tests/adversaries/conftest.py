from collections.abc import Iterator

import pytest

from tests.adversaries import siege as sieges
from tests.adversaries.siege import Siege
from tests.support.town import Town


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those of the siege come last and together: its time runs, whatever else is being tested."""
    items.sort(key=lambda item: "siege" in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="package")
def siege(town: Town) -> Iterator[Siege]:
    """A tender before its opening; when all is tried, it opens as it should."""
    laid = sieges.lay(town)
    yield laid
    town.sleep_until(laid.tender.not_before)
    town.wait_until_over(laid.tender.id, 90)
    opening = town.opening(laid.tender.id)
    assert opening is not None
    # The practitioner that carries the mark is on no firm's own list: opened, and to be looked at.
    told = sorted((bid["outcome"], bid["price"] or "") for bid in opening["bids"])
    prices = sorted(laid.prices[:2])
    assert told == [*(("needs_review", price) for price in prices), ("withdrawn", "")]
