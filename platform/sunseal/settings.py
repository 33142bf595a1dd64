"""What an installation decides, read once from the environment; docs/settings.md lists it."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class SettingMissing(Exception):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is not set. docs/settings.md says what it should be.")


@dataclass(frozen=True, slots=True)
class Settings:
    """URLs are per login; `keys` is a folder, `roster` a file; times in seconds, sizes in bytes."""

    origin: str
    desk_url: str
    box_url: str
    work_url: str
    redis_url: str
    storage_url: str
    keys: Path
    roster: Path
    tick_seconds: float = 5.0
    promise_seconds: float = 600.0
    upload_hours: float = 48.0
    max_bid_bytes: int = 8 << 30
    max_document_bytes: int = 512 << 20
    pool_size: int = 8
    statutory: bool = True

    def roster_bytes(self) -> bytes:
        return self.roster.read_bytes()

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> "Settings":
        """Raises SettingMissing."""

        def need(name: str) -> str:
            if not environment.get(name):
                raise SettingMissing(name)
            return environment[name]

        return cls(
            origin=need("SUNSEAL_ORIGIN"),
            desk_url=need("DATABASE_URL_DESK"),
            box_url=need("DATABASE_URL_BOX"),
            work_url=need("DATABASE_URL_WORK"),
            redis_url=need("REDIS_URL"),
            storage_url=need("STORAGE_URL"),
            keys=Path(need("SUNSEAL_KEYS")),
            roster=Path(need("SUNSEAL_ROSTER")),
            tick_seconds=float(environment.get("SUNSEAL_TICK_SECONDS", "5")),
            promise_seconds=float(environment.get("SUNSEAL_PROMISE_SECONDS", "600")),
            upload_hours=float(environment.get("SUNSEAL_UPLOAD_HOURS", "48")),
            max_bid_bytes=int(environment.get("SUNSEAL_MAX_BID_BYTES", str(8 << 30))),
            max_document_bytes=int(environment.get("SUNSEAL_MAX_DOCUMENT_BYTES", str(512 << 20))),
            pool_size=int(environment.get("SUNSEAL_POOL_SIZE", "8")),
            statutory=environment.get("SUNSEAL_STATUTORY_PERIODS", "1") == "1",
        )
