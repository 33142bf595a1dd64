"""Taking a cosigner's line, once it is seen to be its own."""

from sunseal.audit.errors import BadCosignature
from sunseal.audit.repository import LogRepository
from sunseal.audit.service import vouch
from sunseal.database import Role, UnitOfWork
from sunseal_crypto import checkpoint, notes
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.note_keys import COSIGNATURE, VerifierKey
from sunseal_crypto.roster import Roster


def cosign(uow: UnitOfWork, roster: Roster, size: int, line: str) -> None:
    """Stores a cosignature on the checkpoint of `size`. Raises BadCosignature."""
    uow.require(Role.CUSTODIAN)
    repository = LogRepository(uow.session)
    note = repository.checkpoint(size)
    if note is None:
        raise BadCosignature(f"there is no checkpoint of size {size}")
    keys = {key.name: key for key in map(_key, roster.cosigners())}
    try:
        parsed = notes.parse_line(line.encode())
        if parsed.name not in keys:
            raise BadCosignature(f"{parsed.name} is no cosigner of the roster")
        text = notes.parse(note.encode()).text
        checkpoint.verify_cosignature_line(text, line.encode(), keys[parsed.name])
    except CryptoError as error:
        raise BadCosignature(str(error)) from None
    if vouch.has(repository, size, note, str(keys[parsed.name])):
        return
    repository.add_cosignature(size, parsed.name, line, uow.now)


def _key(text: str) -> VerifierKey:
    return VerifierKey.parse(text, COSIGNATURE)
