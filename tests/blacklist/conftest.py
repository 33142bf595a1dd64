"""A mail server on this machine."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy

import pytest

from sunseal.kit.mail import SmtpMailer


@dataclass
class LetterBox:
    """A mail server on this machine: what it took, and whether it takes anything."""

    port: int = 0
    refusing: bool = False
    letters: list[bytes] = field(default_factory=list)

    @property
    def mailer(self) -> SmtpMailer:
        return SmtpMailer(f"smtp://127.0.0.1:{self.port}", "desk@example.cn", "example.cn")

    def texts(self) -> list[tuple[str, str]]:
        """To whom and what, of each letter."""
        parsed = [message_from_bytes(data, policy=policy.default) for data in self.letters]
        return [(str(each["To"]), each.get_content()) for each in parsed]


class _Conversation(socketserver.StreamRequestHandler):
    box: LetterBox

    def handle(self) -> None:
        self._say("220 box")
        while line := self.rfile.readline().decode().strip():
            match line.split()[0].upper():
                case "DATA":
                    self._say("354 go on")
                    self.box.letters.append(self._letter())
                    self._say("250 taken")
                case "QUIT":
                    self._say("221 bye")
                    return
                case "MAIL" if self.box.refusing:
                    self._say("451 not now")
                case _:
                    self._say("250 ok")

    def _letter(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def _serving() -> Iterator[LetterBox]:
    box = LetterBox()
    handler = type("Handler", (_Conversation,), {"box": box})
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        box.port = server.server_address[1]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield box
        server.shutdown()


@pytest.fixture
def letter_box() -> Iterator[LetterBox]:
    with _serving() as box:
        yield box
