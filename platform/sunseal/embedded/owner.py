"""The account that the servers run as.

PostgreSQL refuses to run as root, so there it gets an account that owns nothing else. It must have
a passwd entry, which initdb asks for.
"""

import os
import pwd
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sunseal.embedded.errors import EmbeddedError

SERVANTS = ("postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Owner:
    name: str
    uid: int
    gid: int

    @classmethod
    def ourselves(cls) -> "Owner":
        return cls("ourselves", os.geteuid(), os.getegid())

    @classmethod
    def of_servers(cls) -> "Owner":
        """Ourselves, or as root the first of SERVANTS that exists."""
        if os.geteuid() != 0:
            return cls.ourselves()
        for name in SERVANTS:
            try:
                entry = pwd.getpwnam(name)
            except KeyError:
                continue
            return cls(name, entry.pw_uid, entry.pw_gid)
        raise EmbeddedError(
            "PostgreSQL does not run as root, and there is no account "
            f"{' or '.join(SERVANTS)} to run it as: start Sunseal as an ordinary user."
        )

    @property
    def is_other(self) -> bool:
        return self.uid != os.geteuid()

    def reaches(self, path: Path) -> bool:
        """Whether this account may walk down to `path`: root's home, for one, bars it."""
        return not self.is_other or all(self._may_enter(folder) for folder in _above(path))

    def _may_enter(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & 0o100)
        if status.st_gid == self.gid:
            return bool(status.st_mode & 0o010)
        return bool(status.st_mode & 0o001)


def _above(path: Path) -> Iterator[Path]:
    """The folders on the way to `path` that exist already."""
    return (folder for folder in path.absolute().parents if folder.exists())
