"""Letters by SMTP, to the server that the installation's settings name."""

import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Protocol
from urllib.parse import unquote, urlsplit

from sunseal.kit import practice
from sunseal.settings import Settings

SECONDS = 20.0
PORTS = {"smtps": 465, "smtp+starttls": 587, "smtp": 25}


class Mailer(Protocol):
    def send(self, to: Sequence[str], subject: str, text: str, name: str) -> None:
        """Raises OSError when the letter was not taken; it is then tried again.

        `name` is the same when a letter is sent again, so that a repeated one is known.
        """
        ...


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """A Mailer. The URL may hold a password, so no message and no trace shows it."""

    url: str = field(repr=False)
    sender: str
    origin: str

    def send(self, to: Sequence[str], subject: str, text: str, name: str) -> None:
        """Raises OSError, of which smtplib's own errors are a kind."""
        if not to:
            return
        message = EmailMessage()
        message["From"], message["To"] = self.sender, ", ".join(to)
        message["Subject"] = practice.marked(self.origin, subject)
        message["Message-ID"] = f"<{name}@{self.origin.partition('/')[0]}>"
        message.set_content(practice.marked(self.origin, text))
        with _server(self.url) as server:
            server.send_message(message)


def configured(settings: Settings) -> SmtpMailer | None:
    """None where the installation sends no letters: parties then read the platform."""
    if not settings.smtp_url:
        return None
    return SmtpMailer(settings.smtp_url, settings.mail_from, settings.origin)


def _server(url: str) -> smtplib.SMTP:
    parts = urlsplit(url)
    host = parts.hostname or "localhost"
    port = parts.port or PORTS.get(parts.scheme, PORTS["smtp"])
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        context = ssl.create_default_context()
        server = smtplib.SMTP_SSL(host, port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=SECONDS)
        if parts.scheme == "smtp+starttls":
            server.starttls(context=ssl.create_default_context())
    if parts.username:
        server.login(unquote(parts.username), unquote(parts.password or ""))
    return server
