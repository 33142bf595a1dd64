"""Scripts and style sheets as `make assets` built them; the hash is in the name."""

import gzip
import json
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

STATIC = Path(__file__).with_name("static")
MANIFEST = "manifest.json"
# Pages of one file each, under names that never change, and the list of their hashes.
ALONE = "alone"
HASHES = "hashes.txt"
# A name holds the hash of what is in it, so that nobody needs to ask twice.
FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    media_type: str
    plain: bytes
    packed: bytes


@dataclass(frozen=True, slots=True)
class Assets:
    """`names` are by logical name, `files` by the name in the address."""

    names: dict[str, str]
    files: dict[str, Asset]

    def url(self, name: str) -> str:
        """Where a page finds `theme.css`. Before anything was built, an address of nothing."""
        return f"/static/{self.names.get(name, name)}"


@cache
def built(folder: Path = STATIC) -> Assets:
    """Everything that the manifest names or that lies beside it; empty before `make assets`."""
    manifest = folder / MANIFEST
    if not manifest.exists():
        return Assets({}, {})
    files = {path.name: _asset(path) for path in folder.iterdir() if _is_served(path)}
    return Assets(json.loads(manifest.read_text(encoding="utf-8")), files)


@cache
def alone(folder: Path = STATIC) -> dict[str, bytes]:
    """What is given out to be opened elsewhere, by name; empty before `make assets`."""
    held = folder / ALONE
    return {path.name: path.read_bytes() for path in held.iterdir()} if held.is_dir() else {}


def published() -> dict[str, str]:
    """The SHA-256 of each such page by name, as the build wrote them down."""
    lines = alone().get(HASHES, b"").decode().splitlines()
    return {name: digest for digest, name in (line.split("  ") for line in lines)}


def _is_served(path: Path) -> bool:
    return path.is_file() and not path.name.startswith(".") and path.name != MANIFEST


def _asset(path: Path) -> Asset:
    plain = path.read_bytes()
    kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    media_type = f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
    # The time in a gzip header would make two servers differ.
    return Asset(media_type, plain, gzip.compress(plain, mtime=0))
