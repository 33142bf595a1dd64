"""Evidence out of a log that is held or has ended: the same bundle that supervisors download."""

from typing import BinaryIO
from uuid import UUID

from sunseal.audit import service as audit
from sunseal.backup.errors import BackupFailed
from sunseal.database import Database, Role
from sunseal.errors import SunsealError


def bundle(admin_url: str, tender: UUID, roster: bytes, file: BinaryIO) -> None:
    """What the supervisors' role can read, and no more. Raises BackupFailed."""
    database = Database(admin_url, pool_size=1)
    try:
        with database.unit_as(Role.SUPERVISOR) as uow:
            audit.bundle(uow, file, tender, roster)
    except SunsealError as error:
        raise BackupFailed(str(error)) from None
    finally:
        database.close()
