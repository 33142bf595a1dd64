"""`sunseal backup`: encrypted copies, and the way back."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from sunseal.backup import agreement, checking
from sunseal.backup import create as creating
from sunseal.backup import restore as restoring
from sunseal.backup.contents import About, Counted
from sunseal.backup.errors import BackupFailed
from sunseal.settings import SettingMissing, Settings, SettingWrong, Side
from sunseal.storage import Storage, StorageFull
from sunseal_crypto.age import X25519Identity, X25519Recipient
from sunseal_crypto.errors import CryptoError

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)

To = Annotated[list[str], typer.Option("--to", help="An age recipient who can read it.")]
File = Annotated[Path, typer.Argument(help="The backup.")]
IdentityFile = Annotated[Path, typer.Option("--identity", help="File with the age identity.")]
Digest = Annotated[str, typer.Option("--sha256", help="What `create` printed and the log holds.")]


@app.callback()
def backup() -> None:
    """Copy every zone and object, encrypted, and restore and check such a copy."""


@app.command("object")
def object_(to: To) -> None:
    """Print what an operator proposes, under the matter `export-sealed`, for these readers."""
    with sentences():
        print(agreement.object_of(_recipients(to)))


@app.command()
def create(
    out: Annotated[Path, typer.Argument(help="The file to write.")],
    to: To,
    proposal: Annotated[UUID, typer.Option(help="What two people agreed on.")],
) -> None:
    """Write a backup; its SHA-256 is printed, and stands in the log."""
    settings = settings_for(Side.BACKUP)
    source = creating.Source(
        admin_url=admin_url(),
        storage=Storage(settings.storage_url),
        origin=settings.origin,
        roster=settings.roster_bytes(),
    )
    with sentences():
        made = creating.create(source, out, _recipients(to), proposal)
    said = {"file": str(out), "sha256": made.sha256, "size": made.size}
    _print(said | _counts(made.counted))


@app.command()
def test(file: File, identity: IdentityFile, sha256: Digest) -> None:
    """Read a whole backup, and restore nothing."""
    with sentences():
        _print(_told(*restoring.test(file, _identity(identity), sha256)))


@app.command()
def restore(file: File, identity: IdentityFile, sha256: Digest) -> None:
    """Fill the empty database of DATABASE_URL_ADMIN, and the store; the log is then held."""
    url, storage = admin_url(), Storage(settings_for(Side.BACKUP).storage_url)
    with sentences():
        read = restoring.restore(file, _identity(identity), sha256, url, storage)
    _print(_told(*read) | {"held": restoring.HELD})


@app.command()
def check(
    states: Annotated[list[Path], typer.Argument(help="From each custodian and witness.")],
) -> None:
    """Compare a restored log with what its cosigners saw, and free it if no tick is missing."""
    settings = settings_for(Side.BACKUP)
    with sentences():
        found = checking.check(admin_url(), settings.roster_bytes(), states)
    print(found)
    raise typer.Exit(0 if found.whole else 1)


def admin_url() -> str:
    """A superuser's URL; nobody else reads every zone."""
    return environment("DATABASE_URL_ADMIN")


@contextmanager
def sentences() -> Iterator[None]:
    """What fails ends in one sentence and status 1."""
    try:
        yield
    except (BackupFailed, CryptoError, StorageFull, OSError) as error:
        typer.secho(str(error), fg="red", err=True)
        raise typer.Exit(1) from None


def settings_for(side: Side) -> Settings:
    try:
        return Settings.from_environment(side=side)
    except (SettingMissing, SettingWrong) as error:
        raise typer.BadParameter(str(error)) from None


def environment(name: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise typer.BadParameter(f"{name} is not set. docs/settings.md says what it should be.")
    return value


def _recipients(names: list[str]) -> list[X25519Recipient]:
    return [X25519Recipient.from_string(name) for name in names]


def _identity(path: Path) -> X25519Identity:
    """The first line that is no comment, as age's own files have it."""
    lines = [line.strip() for line in path.read_text("ascii").splitlines()]
    keys = [line for line in lines if line and not line.startswith("#")]
    return X25519Identity.from_string(keys[0] if keys else "")


def _told(about: About, counted: Counted) -> dict[str, object]:
    said = {"origin": about.origin, "made_at": about.made_at.isoformat(), "ticks": about.size}
    return said | _counts(counted)


def _counts(counted: Counted) -> dict[str, object]:
    return {
        "rows": sum(counted.tables.values()),
        "objects": counted.objects,
        "missing": counted.missing,
    }


def _print(said: dict[str, object]) -> None:
    print(json.dumps(said, indent=2, ensure_ascii=False))
