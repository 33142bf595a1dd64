"""Which sources this installation fetches: `sources.json` beside the keys that they need."""

from pathlib import Path
from typing import Literal

import msgspec

from sunseal.screening.sources.connectors import Connector
from sunseal.screening.sources.http_registry import Access, HttpRegistry
from sunseal.screening.sources.places import FilePlace, Place, WebPlace
from sunseal.screening.sources.published import Published
from sunseal.screening.sources.yente import Yente

FILE = "sources.json"
Form = Literal["csv", "xlsx", "jsonl", "ftm", "ofac"]


class Registry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An HTTP registry; its certificate, key and authority are files of the same folder."""

    source: str
    url: str
    certificate: str = "registry.pem"
    key: str = "registry.key"
    authority: str = "registry-ca.pem"
    timeout: float = 20.0


class PublishedFiles(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`places` are `https://` addresses or files; OFAC's are two, names and aliases."""

    source: str
    form: Form
    places: list[str]
    digests: bool = False
    timeout: float = 20.0


class Match(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A yente-compatible endpoint. It is not asked unless `enabled` says so."""

    url: str
    dataset: str = "default"
    enabled: bool = False
    timeout: float = 10.0


class Sources(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    registries: list[Registry] = []
    files: list[PublishedFiles] = []
    match: Match | None = None


def connectors(folder: Path) -> list[Connector]:
    sources = _read(folder)
    return [
        *(_registry(folder, each) for each in sources.registries),
        *(_published(folder, each) for each in sources.files),
    ]


def yente(folder: Path) -> Yente | None:
    """None unless it was switched on by hand."""
    match = _read(folder).match
    if match is None or not match.enabled:
        return None
    return Yente(match.url, match.dataset, match.timeout)


def _registry(folder: Path, each: Registry) -> HttpRegistry:
    certificate, key, authority = (
        folder / name for name in (each.certificate, each.key, each.authority)
    )
    access = Access(each.url, certificate, key, authority, each.timeout)
    return HttpRegistry(each.source, access)


def _published(folder: Path, each: PublishedFiles) -> Published:
    places = [_place(folder, place, each.timeout) for place in each.places]
    return Published(each.source, each.form, places, each.digests)


def _place(folder: Path, place: str, timeout: float) -> Place:
    if place.startswith("https://"):
        return WebPlace(place, timeout)
    return FilePlace(folder / place)


def _read(folder: Path) -> Sources:
    try:
        data = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return Sources()
    return msgspec.json.decode(data, type=Sources)
