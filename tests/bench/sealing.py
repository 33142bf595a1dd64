"""Sealing and opening one file of 1 GiB on disk, beside the `age` program on the same bytes."""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sunseal_crypto import age
from tests.bench.row import Row, best

SIZE_MIB = 1024
# Run in a process of its own, so that its peak memory is that of sealing alone.
SEAL = """
import resource, sys
from sunseal_crypto import age
recipients = [age.X25519Recipient.from_string(text) for text in sys.argv[3:]]
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as sink:
    age.encrypt(source, sink, recipients)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(dir="build") as folder:
        yield from _measure(Path(folder))


def _measure(folder: Path) -> Iterator[Row]:
    plain, sealed, theirs, opened = (folder / name for name in ("plain", "ours", "age", "opened"))
    _write_noise(plain)
    identities = [age.X25519Identity.generate() for _ in range(2)]
    recipients = [str(identity.recipient()) for identity in identities]
    peer = shutil.which("age")

    ours = best(lambda: _run(sys.executable, "-c", SEAL, plain, sealed, *recipients))
    flags = [flag for recipient in recipients for flag in ("-r", recipient)]
    age_seals = best(lambda: _run(peer, *flags, "-o", theirs, plain)) if peer else None
    rate = SIZE_MIB / ours
    yield Row.beside("seal_1gib", rate, "MiB/s", "age", _rate(age_seals))
    memory = int(_run(sys.executable, "-c", SEAL, plain, sealed, *recipients)) / 1024
    yield Row.beside("seal_1gib_memory", memory, "MiB", "100 MiB allowed", 100)

    key_file = folder / "key"
    key_file.write_text(str(identities[0]) + "\n")
    digest = hashlib.sha256(sealed.read_bytes()).digest()

    def open_ours() -> None:
        with sealed.open("rb") as source:
            if hashlib.file_digest(source, "sha256").digest() != digest:
                raise SystemExit("the sealed file changed while it was measured")
        with sealed.open("rb") as source, opened.open("wb") as sink:
            age.decrypt(source, sink, [identities[0]])

    age_opens = (
        best(lambda: _run(peer, "-d", "-i", key_file, "-o", opened, sealed)) if peer else None
    )
    yield Row.beside("open_1gib", SIZE_MIB / best(open_ours), "MiB/s", "age -d", _rate(age_opens))


def _rate(elapsed: float | None) -> float | None:
    return None if elapsed is None else SIZE_MIB / elapsed


def _write_noise(path: Path) -> None:
    with path.open("wb") as file:
        for _ in range(SIZE_MIB):
            file.write(os.urandom(1 << 20))


def _run(*command: object) -> str:
    words = [str(word) for word in command]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout
