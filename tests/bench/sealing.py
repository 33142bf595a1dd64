"""Sealing one file of 1 GiB on disk, beside the `age` program on the same bytes."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from sunseal_crypto import age
from tests.bench.row import Row, best

# Run in a process of its own, so that its peak memory is that of sealing alone.
SEAL = """
import resource, sys
from sunseal_crypto import age
recipients = [age.X25519Recipient.from_string(text) for text in sys.argv[3:]]
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as sink:
    age.encrypt(source, sink, recipients)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def measure(mebibytes: int = 1024) -> Iterator[Row]:
    with tempfile.TemporaryDirectory(dir="build") as folder:
        yield from _measure(Path(folder), mebibytes)


def _measure(folder: Path, mebibytes: int) -> Iterator[Row]:
    plain, sealed, theirs = (folder / name for name in ("plain", "ours", "age"))
    _write_noise(plain, mebibytes)
    identities = [age.X25519Identity.generate() for _ in range(2)]
    recipients = [str(identity.recipient()) for identity in identities]
    peer = shutil.which("age")

    ours = best(lambda: _run(sys.executable, "-c", SEAL, plain, sealed, *recipients))
    flags = [flag for recipient in recipients for flag in ("-r", recipient)]
    age_seals = best(lambda: _run(peer, *flags, "-o", theirs, plain)) if peer else None
    theirs_rate = None if age_seals is None else mebibytes / age_seals
    yield Row.beside("seal_1gib", mebibytes / ours, "MiB/s", "age", theirs_rate)
    memory = int(_run(sys.executable, "-c", SEAL, plain, sealed, *recipients)) / 1024
    yield Row.beside("seal_1gib_memory", memory, "MiB", "100 MiB allowed", 100)


def _write_noise(path: Path, mebibytes: int) -> None:
    with path.open("wb") as file:
        for _ in range(mebibytes):
            file.write(os.urandom(1 << 20))


def _run(*command: object) -> str:
    words = [str(word) for word in command]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout
