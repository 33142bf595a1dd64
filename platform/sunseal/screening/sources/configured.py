"""Which sources this installation fetches: `sources.json` beside the keys that they need."""

from pathlib import Path

import msgspec

from sunseal.screening.sources.connectors import Connector
from sunseal.screening.sources.http_registry import Access, HttpRegistry
from sunseal.screening.sources.yente import Yente

FILE = "sources.json"


class Registry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An HTTP registry; its certificate, key and authority are files of the same folder."""

    source: str
    url: str
    certificate: str = "registry.pem"
    key: str = "registry.key"
    authority: str = "registry-ca.pem"
    timeout: float = 20.0


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A yente-compatible endpoint. It is not asked unless `enabled` says so."""

    url: str
    dataset: str = "default"
    enabled: bool = False
    timeout: float = 10.0


class Sources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    registries: list[Registry] = []
    match: Match | None = None


def connectors(folder: Path) -> list[Connector]:
    return [
        HttpRegistry(
            each.source,
            Access(
                each.url,
                folder / each.certificate,
                folder / each.key,
                folder / each.authority,
                each.timeout,
            ),
        )
        for each in _read(folder).registries
    ]


def yente(folder: Path) -> Yente | None:
    """None unless it was switched on by hand."""
    match = _read(folder).match
    if match is None or not match.enabled:
        return None
    return Yente(match.url, match.dataset, match.timeout)


def _read(folder: Path) -> Sources:
    try:
        data = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return Sources()
    return msgspec.json.decode(data, type=Sources)
