"""The platform's own keys: it signs promises and the log, and opens what custodians answer.

None of them opens a bid. `log.key` and `worker.key` belong on the worker's machine alone,
`promise.key` on the web servers'; `sunseal keys` makes all three.
"""

import os
from pathlib import Path

from sunseal_crypto import promise
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.note_keys import NoteSigner
from sunseal_crypto.signing import SigningKey

LOG, PROMISE, WORKER = "log.key", "promise.key", "worker.key"


class Keys:
    """Reads each key when it is first asked for, so that a role needs only its own."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._folder = folder
        self._origin = origin

    @property
    def log(self) -> NoteSigner:
        return NoteSigner(self._origin, self._signing_key(LOG))

    @property
    def promise(self) -> SigningKey:
        return self._signing_key(PROMISE)

    @property
    def worker(self) -> X25519Identity:
        return X25519Identity.from_string((self._folder / WORKER).read_text().strip())

    def public(self) -> dict[str, str]:
        """What the roster says of the platform: `log`, `promise`, `worker`."""
        return {
            "log": str(self.log.verifier),
            "promise": str(promise.signer(self._origin, self.promise).verifier),
            "worker": str(self.worker.recipient()),
        }

    def _signing_key(self, name: str) -> SigningKey:
        return SigningKey.from_seed(bytes.fromhex((self._folder / name).read_text().strip()))


def make(folder: Path, origin: str) -> Keys:
    """Writes what is missing; a key that exists is never replaced."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in (LOG, PROMISE):
        _write(folder / name, SigningKey.generate().seed().hex())
    _write(folder / WORKER, str(X25519Identity.generate()))
    return Keys(folder, origin)


def _write(path: Path, secret: str) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "w") as file:
        file.write(secret + "\n")
        file.flush()
        os.fsync(file.fileno())
