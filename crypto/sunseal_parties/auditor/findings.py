"""What an audit finds: faults, which make it fail, and remarks, which do not."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from sunseal_crypto.errors import CryptoError


@dataclass(frozen=True, slots=True)
class Finding:
    """`where` names the entry or file, `what` says in a clause what is wrong with it."""

    check: int
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass
class Findings:
    """Collects; `check` is the number of the check that is running."""

    check: int = 0
    faults: list[Finding] = field(default_factory=list)
    remarks: list[Finding] = field(default_factory=list)

    def fault(self, where: str, what: object) -> None:
        self.faults.append(Finding(self.check, where, str(what)))

    def remark(self, where: str, what: object) -> None:
        self.remarks.append(Finding(self.check, where, str(what)))

    @contextmanager
    def catching(self, where: str) -> Iterator[None]:
        """What fails inside becomes a fault of `where`, and the audit goes on behind it."""
        try:
            yield
        except CryptoError as error:
            self.fault(where, error)
