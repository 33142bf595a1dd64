"""Why a backup was not made, not restored, or may not be continued. Each is a sentence for the
operator; none of them is part of the API.

BackupFailed
├── NotAgreed          two people did not agree to exactly this export
├── FileThere          a backup is never written over another
├── NoRoom             the disk is full; nothing was left behind
├── NotWritten         what the disk gives back is not what was written
├── NotThisFile        another file than the one whose digest was given
├── NotReadable        cut, changed, or for other identities
├── OtherRelease       made by another version of the schema
├── NotEmpty           the database to restore into is in use
├── TooFewStates       too few custodians were heard to know the log's end
├── LogDiffers         the restored log is not the one that custodians saw
└── NothingLost        a new origin where the old log can go on
"""

from pathlib import Path


class BackupFailed(Exception):
    """A sentence for whoever ran the command."""


class NotAgreed(BackupFailed):
    pass


class FileThere(BackupFailed):
    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is there already: choose another name.")


class NoRoom(BackupFailed):
    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"There is no room for {path}: nothing was kept of this attempt.")


class NotWritten(BackupFailed):
    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} does not read back as it was written: the disk is faulty.")


class NotThisFile(BackupFailed):
    def __init__(self, path: Path, digest: str) -> None:
        super().__init__(
            f"{path} has the SHA-256 {digest}, which is not the one given: nothing was restored."
        )


class NotReadable(BackupFailed):
    def __init__(self, reason: str) -> None:
        super().__init__(f"This backup cannot be used: {reason}. Nothing was restored.")


class OtherRelease(BackupFailed):
    def __init__(self, theirs: str, ours: str) -> None:
        super().__init__(
            f"The backup has schema {theirs}, this release {ours}: restore it with the release "
            "that made it, then migrate. Nothing was restored."
        )


class NotEmpty(BackupFailed):
    def __init__(self, table: str) -> None:
        super().__init__(f"{table} holds rows already: restore into a database of its own.")


class TooFewStates(BackupFailed):
    def __init__(self, heard: int, needed: int) -> None:
        super().__init__(
            f"{heard} cosigners were heard, {needed} are needed to know of every tick that a "
            "receipt may rest on. The log stays held."
        )


class LogDiffers(BackupFailed):
    pass


class NothingLost(BackupFailed):
    def __init__(self) -> None:
        super().__init__("Nothing that custodians saw is missing: `sunseal backup check` frees it.")
