"""The catalogue: who does what to a live installation, and what the auditor must say then.

A row is a function that does it. It returns what stands for the names in braces of the sentence
that `sunseal-audit verify` has to print, word for word, so that the right object is named.
"""

from collections.abc import Callable
from dataclasses import dataclass

from tests.manipulations.scene import Scene

Named = dict[str, object]
Deed = Callable[[Scene], Named]

SUPERUSER = "superuser of the database"
DEVELOPER = "developer with the platform's keys"
FEW = "t − 1 custodians with the platform"
WHO = (SUPERUSER, DEVELOPER, FEW)


@dataclass(frozen=True)
class Manipulation:
    """`at` is the moment of the scene; `says` one line of the verdict."""

    id: str
    who: str
    at: str
    what: str
    says: str
    do: Deed


ALL: list[Manipulation] = []


def manipulation(id_: str, who: str, at: str, what: str, says: str) -> Callable[[Deed], Deed]:
    def listed(do: Deed) -> Deed:
        ALL.append(Manipulation(id_, who, at, what, says, do))
        return do

    return listed
