"""Names of members: one name, one file, inside one folder, on every system that unpacks them.

Documents are unpacked by people on machines that fold case, compose accents or take a backslash for
a separator; a name that reads differently there could hide or overwrite another document.
"""

import re
import unicodedata

from sunseal_crypto.container.errors import BadName

MAX_NAME_BYTES = 512
# Every folder of a name is remembered, so names of nothing but folders would fill the memory.
MAX_STEPS = 16
DRIVE = re.compile(r"[A-Za-z]:")
# Line and paragraph separators, and marks that turn the direction: "fdp.exe" shown as "exe.pdf".
HIDDEN = {
    *"\u2028\u2029\u200e\u200f\u061c",
    *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
}


def check(name: str) -> None:
    """Raises BadName when `name` is unfit, whatever the other names are."""
    shown = ascii(name[:80])
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise BadName(f"name {shown}: half of a surrogate pair") from None
    if not 0 < size <= MAX_NAME_BYTES:
        raise BadName(f"name {shown}: {size} bytes, 1 to {MAX_NAME_BYTES} are allowed")
    if "\\" in name:
        raise BadName(f"name {shown}: a backslash, which some systems take for a separator")
    if any(unicodedata.category(character) == "Cc" for character in name):
        raise BadName(f"name {shown}: a control character")
    if HIDDEN & {*name}:
        raise BadName(f"name {shown}: a mark that changes how the name is shown")
    if not unicodedata.is_normalized("NFC", name):
        raise BadName(f"name {shown}: not in Unicode's composed form (NFC)")
    _check_path(name, shown)


class Names:
    """The names of one container in their order; `add` refuses what collides with another."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def add(self, name: str) -> None:
        """Raises BadName."""
        check(name)
        shown = ascii(name[:80])
        folded = _fold(name)
        steps = folded.split("/")
        folders = {"/".join(steps[:depth]) for depth in range(1, len(steps))}
        if folded in self._files:
            raise BadName(f"name {shown}: twice, or differing from another in case only")
        if folded in self._folders or folders & self._files:
            raise BadName(f"name {shown}: both a file and a folder")
        self._files.add(folded)
        self._folders |= folders


def _check_path(name: str, shown: str) -> None:
    if name.startswith("/") or DRIVE.match(name):
        raise BadName(f"name {shown}: an absolute path")
    steps = name.split("/")
    if len(steps) > MAX_STEPS:
        raise BadName(f"name {shown}: {len(steps)} steps, at most {MAX_STEPS} are allowed")
    for step in steps:
        if step in (".", ".."):
            raise BadName(f"name {shown}: a step {step!r} that leaves or repeats a folder")
        if not step:
            raise BadName(f"name {shown}: an empty step")


def _fold(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", name).casefold())
