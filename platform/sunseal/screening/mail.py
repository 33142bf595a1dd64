"""Letters by SMTP, to the server that `mail.json` among the keys names."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import msgspec

FILE = "mail.json"
SECONDS = 20.0


class MailServer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`tls` is the rule; without it a letter could be read on its way to a foreign machine."""

    host: str
    port: int
    sender: str
    tls: bool = True
    user: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A Mailer of `service.notices`."""

    server: MailServer

    def send(self, to: Sequence[str], subject: str, text: str) -> None:
        """Raises OSError, of which smtplib's own errors are a kind."""
        message = EmailMessage()
        message["From"], message["To"] = self.server.sender, ", ".join(to)
        message["Subject"] = subject
        message.set_content(text)
        with smtplib.SMTP(self.server.host, self.server.port, timeout=SECONDS) as connection:
            if self.server.tls:
                connection.starttls(context=ssl.create_default_context())
            if self.server.user:
                connection.login(self.server.user, self.server.password)
            connection.send_message(message)


def configured(folder: Path) -> SmtpMailer | None:
    """None where the installation sends no letters: parties then read the platform."""
    try:
        data = (folder / FILE).read_bytes()
    except FileNotFoundError:
        return None
    return SmtpMailer(msgspec.json.decode(data, type=MailServer))
