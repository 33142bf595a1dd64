"""What a reader typed, and what is wrong with it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from litestar import Request
from litestar.datastructures import UploadFile


@dataclass
class Form:
    """Values as typed, given back with each error, so that nobody types anything twice.

    A password is asked for again and never sent back: templates take it from no form.
    """

    values: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """Without the spaces around it; empty if nothing was sent."""
        return self.values.get(name, "").strip()

    def checked(self, name: str) -> bool:
        return name in self.values

    def refuse(self, name: str, sentence: str) -> None:
        """Only the first fault of a field is shown."""
        self.errors.setdefault(name, sentence)

    def require(self, names: Iterable[tuple[str, str]]) -> None:
        """Each field with the sentence that asks for it."""
        for name, sentence in names:
            if not self.text(name):
                self.refuse(name, sentence)

    @property
    def is_good(self) -> bool:
        return not self.errors


async def read(request: Request[Any, Any, Any]) -> Form:
    """The fields of a form's request; files are read by the handlers that expect them."""
    if request.method != "POST":
        return Form()
    sent = await request.form()
    return Form(
        {name: str(value) for name, value in sent.items() if not isinstance(value, UploadFile)}
    )
