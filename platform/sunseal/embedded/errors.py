"""Why the embedded servers are not there.

EmbeddedError
└── InUse       another process runs servers on the same data
"""

from pathlib import Path


class EmbeddedError(Exception):
    """A sentence for whoever started the program."""


class InUse(EmbeddedError):
    def __init__(self, root: Path) -> None:
        self.root = root
        super().__init__(f"{root} is in use by another Sunseal: stop that one first.")
