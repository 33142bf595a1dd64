from pathlib import Path

import pytest

from sunseal.keys import Keys
from sunseal.storage import Storage
from tests.bids.world import Bidder, Box, Envelope
from tests.support.service import Service


@pytest.fixture
def box(service: Service) -> Box:
    settings = service.settings
    return Box(
        client=service.client,
        database=service.database,
        settings=settings,
        storage=Storage(settings.storage_url),
        keys=Keys(Path(settings.keys), settings.origin),
    )


@pytest.fixture
def envelope(box: Box) -> Envelope:
    return box.envelope()


@pytest.fixture
def bidder(box: Box, envelope: Envelope) -> Bidder:
    """A firm that has joined `envelope`."""
    return box.joined(envelope)
