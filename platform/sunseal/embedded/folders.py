"""Where the servers keep what they keep.

State lies outside the checkout, so that deleting or copying a checkout never takes a running
database with it. Sockets lie in /tmp under a short name: their path may have 104 bytes on macOS.
"""

import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path

from sunseal.embedded.errors import EmbeddedError
from sunseal.embedded.owner import Owner

# For root: other accounts cannot enter root's home, and cannot plant a folder here.
ROOTS_STATE = Path("/var/lib/sunseal")


def state_of(checkout: Path) -> Path:
    """The folder of one checkout's servers, the same at every start."""
    return _state_home() / short_hash(checkout)


def short_hash(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:12]


def _state_home() -> Path:
    if os.geteuid() == 0:
        return ROOTS_STATE
    named = os.environ.get("XDG_STATE_HOME", "")
    # The XDG specification has relative paths ignored.
    base = Path(named) if named.startswith("/") else Path.home() / ".local" / "state"
    return base / "sunseal"


def shared_of_root() -> Path:
    """Where root keeps copies of programs that other accounts run. Only root writes there."""
    ROOTS_STATE.mkdir(mode=0o755, parents=True, exist_ok=True)
    return ROOTS_STATE


def make_passage(folder: Path) -> Path:
    """Makes a folder of ours that the servers' account can walk through, but not write to: else it
    could lay a link where we, as root, write a lock or a log. Raises EmbeddedError."""
    _make(folder, allowed=(os.geteuid(),))
    os.chmod(folder, 0o711 if os.geteuid() == 0 else 0o700)
    return folder


def make_private(folder: Path, owner: Owner) -> Path:
    """Makes a folder that only `owner` (and root) can enter. Raises EmbeddedError."""
    _make(folder, allowed=(os.geteuid(), owner.uid))
    if not owner.reaches(folder):
        raise EmbeddedError(f"The account {owner.name} cannot enter a folder above {folder}.")
    os.chmod(folder, 0o700)
    if owner.is_other:
        os.chown(folder, owner.uid, owner.gid)
    return folder


def _make(folder: Path, allowed: tuple[int, ...]) -> None:
    """A name in /tmp can be guessed, and whoever owns the folder of a socket can stand between us
    and the database: so a folder that was there before is looked at, not trusted."""
    folder.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid not in allowed:
        raise EmbeddedError(f"{folder} belongs to someone else: remove it.")


def sockets_of(root: Path, owner: Owner) -> Path:
    """$TMPDIR of macOS would be too long a path for a socket, so this is /tmp everywhere."""
    return make_private(Path("/tmp") / f"sunseal-{os.geteuid()}-{short_hash(root)}", owner)  # noqa: S108
