"""Who plays in an installation for showing, and under which name it signs."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sunseal.demo.accounts import STAFF, Office
from sunseal.demo.parties import CUSTODIANS, WITNESSES, Party


@dataclass(frozen=True)
class Cast:
    """`settings` are those in which its processes differ; `practice` marks its database."""

    origin: str
    staff: tuple[Office, ...]
    custodians: tuple[Party, ...]
    witnesses: tuple[Party, ...]
    settings: Mapping[str, str] = field(default_factory=dict)
    practice: bool = False

    @property
    def parties(self) -> tuple[Party, ...]:
        return self.custodians + self.witnesses

    @property
    def operator(self) -> str:
        return next(office.organization for office in self.staff if office.kind == "operator")


DEMO = Cast("sunseal.localhost/log", STAFF, CUSTODIANS, WITNESSES)
