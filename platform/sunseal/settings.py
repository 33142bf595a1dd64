"""What an installation decides, read once from the environment; docs/settings.md lists it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from urllib.parse import urlsplit

from sunseal.kit.practice import PREFIX, is_practice


class SettingMissing(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not set. docs/settings.md says what it should be.")


class SettingWrong(Exception):
    def __init__(self, name: str, value: str, wanted: str) -> None:
        super().__init__(f"{name} is {value!r}, and should be {wanted}.")


class Side(Enum):
    """A kind of process, and what it cannot start without.

    Each is given only its own logins: what a process does not know, a hole in it does not tell.
    """

    WEB = (
        "SUNSEAL_ORIGIN",
        "DATABASE_URL_DESK",
        "DATABASE_URL_BOX",
        "STORAGE_URL",
        "SUNSEAL_KEYS",
        "SUNSEAL_ROSTER",
    )
    WORKER = (
        "SUNSEAL_ORIGIN",
        "DATABASE_URL_WORK",
        "REDIS_URL",
        "STORAGE_URL",
        "SUNSEAL_KEYS",
        "SUNSEAL_ROSTER",
    )
    BEAT = ("REDIS_URL",)
    ERRAND = ("DATABASE_URL_WORK",)
    BACKUP = ("SUNSEAL_ORIGIN", "STORAGE_URL", "SUNSEAL_ROSTER")
    NEW_LOG = ("SUNSEAL_ORIGIN", "SUNSEAL_KEYS", "SUNSEAL_ROSTER")
    ALL = (*WEB, "DATABASE_URL_WORK", "REDIS_URL")


# Where Debian's package fonts-droid-fallback puts it.
FONT = Path("/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf")
# As browsers say where they are: scheme, host, port. Without TLS, on this machine alone.
ADDRESS = re.compile(r"(https://[a-z0-9.-]+|http://localhost)(:[0-9]{1,5})?")
# A channel for alerts that could send nothing is found at start-up, not at the first alert.
NEEDED = {
    "SUNSEAL_SMTP_URL": "SUNSEAL_MAIL_FROM",
    "SUNSEAL_WEBHOOK_URL": "SUNSEAL_WEBHOOK_SECRET",
}


@dataclass(frozen=True, slots=True)
class Settings:
    """URLs are per login; `keys` is a folder, `roster` a file; times in seconds, sizes in bytes.

    What a side does not need and was not given is empty. `database_log` is the folder of
    PostgreSQL's JSON log, where this machine can read it. Of a practice instance, `practices` is
    how many run at most at a time; `practice_url` is where a real one sends who wants to practise.
    """

    origin: str
    desk_url: str
    box_url: str
    work_url: str
    redis_url: str
    storage_url: str
    keys: Path
    roster: Path
    url: str = ""
    tick_seconds: float = 5.0
    promise_seconds: float = 600.0
    upload_hours: float = 48.0
    max_bid_bytes: int = 8 << 30
    max_document_bytes: int = 512 << 20
    pool_size: int = 8
    validity_days: float = 90.0
    appeal_days: float = 60.0
    unopened_days: float = 365.0
    objection_minutes: int = 10
    font: Path = FONT
    supervisors: str = ""
    statutory: bool = True
    second_factor: bool = True
    database_log: Path | None = None
    smtp_url: str = ""
    mail_from: str = ""
    webhook_url: str = ""
    webhook_secret: Path | None = None
    help_phone: str = ""
    watch_minutes: float = 60.0
    practice: bool = False
    practice_seconds: float = 300.0
    practices: int = 20
    practice_url: str = ""
    webhook_loopback: bool = False

    @property
    def public_url(self) -> str:
        """Where browsers open the pages, without a slash at its end."""
        return self.url or f"https://{self.origin.partition('/')[0]}"

    def roster_bytes(self) -> bytes:
        return self.roster.read_bytes()

    @classmethod
    def from_environment(
        cls, environment: Mapping[str, str] = os.environ, side: Side = Side.ALL
    ) -> "Settings":
        """Raises SettingMissing for what `side` needs, SettingWrong for what cannot be meant."""
        for name in side.value:
            if not environment.get(name):
                raise SettingMissing(name)
        database_log = environment.get("SUNSEAL_DATABASE_LOG")
        webhook_secret = environment.get("SUNSEAL_WEBHOOK_SECRET")
        for name, needed in NEEDED.items():
            if environment.get(name) and not environment.get(needed):
                raise SettingMissing(needed)
        practice = _yes_or_no(environment, "SUNSEAL_PRACTICE", default="0")
        _check_kind(environment, practice)
        return cls(
            origin=environment.get("SUNSEAL_ORIGIN", ""),
            desk_url=environment.get("DATABASE_URL_DESK", ""),
            box_url=environment.get("DATABASE_URL_BOX", ""),
            work_url=environment.get("DATABASE_URL_WORK", ""),
            redis_url=environment.get("REDIS_URL", ""),
            storage_url=environment.get("STORAGE_URL", ""),
            keys=Path(environment.get("SUNSEAL_KEYS", "")),
            roster=Path(environment.get("SUNSEAL_ROSTER", "")),
            url=_address(environment, "SUNSEAL_URL"),
            tick_seconds=_number(environment, "SUNSEAL_TICK_SECONDS", 5.0),
            promise_seconds=_number(environment, "SUNSEAL_PROMISE_SECONDS", 600.0),
            upload_hours=_number(environment, "SUNSEAL_UPLOAD_HOURS", 48.0),
            max_bid_bytes=_whole_number(environment, "SUNSEAL_MAX_BID_BYTES", 8 << 30),
            max_document_bytes=_whole_number(environment, "SUNSEAL_MAX_DOCUMENT_BYTES", 512 << 20),
            pool_size=_whole_number(environment, "SUNSEAL_POOL_SIZE", 8),
            validity_days=_number(environment, "SUNSEAL_VALIDITY_DAYS", 90.0),
            appeal_days=_number(environment, "SUNSEAL_APPEAL_DAYS", 60.0),
            unopened_days=_number(environment, "SUNSEAL_UNOPENED_DAYS", 365.0),
            font=Path(environment.get("SUNSEAL_FONT", FONT)),
            objection_minutes=_whole_number(environment, "SUNSEAL_OBJECTION_MINUTES", 10),
            supervisors=environment.get("SUNSEAL_SUPERVISORS", ""),
            statutory=_yes_or_no(environment, "SUNSEAL_STATUTORY_PERIODS", default="1"),
            second_factor=_yes_or_no(environment, "SUNSEAL_SECOND_FACTOR", default="1"),
            database_log=Path(database_log) if database_log else None,
            smtp_url=environment.get("SUNSEAL_SMTP_URL", ""),
            mail_from=environment.get("SUNSEAL_MAIL_FROM", ""),
            webhook_url=environment.get("SUNSEAL_WEBHOOK_URL", ""),
            webhook_secret=Path(webhook_secret) if webhook_secret else None,
            help_phone=environment.get("SUNSEAL_HELP_PHONE", ""),
            watch_minutes=_number(environment, "SUNSEAL_WATCH_MINUTES", 60.0),
            practice=practice,
            practice_seconds=_number(environment, "SUNSEAL_PRACTICE_SECONDS", 300.0),
            practices=_whole_number(environment, "SUNSEAL_PRACTICES", 20),
            practice_url=environment.get("SUNSEAL_PRACTICE_URL", "").rstrip("/"),
            webhook_loopback=_yes_or_no(environment, "SUNSEAL_WEBHOOK_LOOPBACK", default="0"),
        )


def _check_kind(environment: Mapping[str, str], practice: bool) -> None:
    """A name that says the other kind would stand in everything that is signed. Raises
    SettingWrong."""
    origin = environment.get("SUNSEAL_ORIGIN", "")
    if origin and is_practice(origin) != practice:
        wanted = f"a name that begins with {PREFIX!r}, because SUNSEAL_PRACTICE is 1"
        other = f"a name that does not begin with {PREFIX!r}, unless SUNSEAL_PRACTICE is 1"
        raise SettingWrong("SUNSEAL_ORIGIN", origin, wanted if practice else other)
    url = environment.get("SUNSEAL_PRACTICE_URL", "")
    if url and practice:
        raise SettingWrong("SUNSEAL_PRACTICE_URL", url, "unset: this is the practice instance")
    if url and (urlsplit(url).scheme not in ("http", "https") or not urlsplit(url).netloc):
        raise SettingWrong("SUNSEAL_PRACTICE_URL", url, "an address such as https://practice.…")


def _number(environment: Mapping[str, str], name: str, default: float) -> float:
    value = environment.get(name) or str(default)
    try:
        number = float(value)
    except ValueError:
        raise SettingWrong(name, value, "a number") from None
    # `not … > 0` also catches what is no number to compare with.
    if not 0 < number < float("inf"):
        raise SettingWrong(name, value, "a number above zero")
    return number


def _whole_number(environment: Mapping[str, str], name: str, default: int) -> int:
    number = _number(environment, name, default)
    if number != int(number):
        raise SettingWrong(name, environment[name], "a whole number")
    return int(number)


def _address(environment: Mapping[str, str], name: str) -> str:
    value = environment.get(name, "")
    if value and ADDRESS.fullmatch(value) is None:
        raise SettingWrong(name, value, "https:// and a host name in small letters, without a path")
    return value


def _yes_or_no(environment: Mapping[str, str], name: str, default: str) -> bool:
    value = environment.get(name) or default
    if value not in ("0", "1"):
        raise SettingWrong(name, value, "1 for yes or 0 for no")
    return value == "1"
