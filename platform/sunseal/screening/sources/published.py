"""Lists that their owners publish as files: a CSV in a folder, OFAC's two, OpenSanctions' lines."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from sunseal.screening.sources import files, ofac
from sunseal.screening.sources.connectors import Fetched, SourceFailed, State
from sunseal.screening.sources.entries import Reading
from sunseal.screening.sources.places import Found, Place

DIGEST = ".sha256"
_DIGEST = re.compile(rb"\s*([0-9a-fA-F]{64})(?:\s+\*?[^\n]*)?\s*")


def _single(form: str) -> Callable[[Sequence[bytes]], Reading]:
    return lambda data: files.read(data[0], form)


READERS: Mapping[str, Callable[[Sequence[bytes]], Reading]] = {
    "ofac": lambda data: ofac.read(*data),
    **{form: _single(form) for form in files.FORMS},
}


@dataclass(frozen=True, slots=True)
class Published:
    """A Connector. With `digests`, each file has its SHA-256 beside it, as `sha256sum` writes it.

    A file that was cut at the end of a row looks like a shorter list; its digest tells.
    """

    source: str
    form: str
    places: Sequence[Place]
    digests: bool = False

    def fetch(self) -> Fetched:
        """Raises SourceFailed."""
        found = [self._read(place) for place in self.places]
        data = [each.data for each in found]
        if not all(data):
            raise SourceFailed(State.ERROR, "a file that is empty")
        reading = READERS[self.form](data)
        if reading.faults:
            first = reading.faults[0]
            raise SourceFailed(State.ERROR, f"line {first.line}: {first.reason}")
        # As old as its oldest part: names of today with the aliases of last year are no list.
        published = min(each.published_at for each in found)
        return Fetched(reading.rows, hashlib.sha256(b"".join(data)).digest(), published)

    def _read(self, place: Place) -> Found:
        found = place.read()
        if self.digests:
            said = _DIGEST.fullmatch(place.beside(DIGEST).read().data)
            if said is None:
                raise SourceFailed(State.ERROR, "the digest beside the list is none")
            if bytes.fromhex(said[1].decode()) != hashlib.sha256(found.data).digest():
                raise SourceFailed(State.ERROR, "the list is not the one of its digest")
        return found
