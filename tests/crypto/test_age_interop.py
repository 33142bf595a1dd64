"""Both directions with other implementations: pyrage always, the `age` command when it is there."""

import io
import shutil
import subprocess
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from sunseal_crypto import age
from sunseal_crypto.age import AgeError, Stanza, header, stream, x25519

SIZES = [0, 1, stream.CHUNK, stream.CHUNK * stream.CHUNKS_PER_READ, 3_000_001]
AGE = shutil.which("age")

needs_age = pytest.mark.skipif(AGE is None, reason="the `age` command is not installed")
envelope, recovery = age.X25519Identity.generate(), age.X25519Identity.generate()


def sealed(plain: bytes, *recipients: age.Recipient) -> bytes:
    sink = io.BytesIO()
    age.encrypt(io.BytesIO(plain), sink, recipients)
    return sink.getvalue()


def opened(data: bytes, identity: age.Identity) -> bytes:
    sink = io.BytesIO()
    age.decrypt(io.BytesIO(data), sink, [identity])
    return sink.getvalue()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("identity", [envelope, recovery], ids=["envelope", "recovery"])
def test_pyrage_opens_ours(size: int, identity: age.X25519Identity) -> None:
    data = sealed(bytes(size), envelope.recipient(), recovery.recipient())

    assert pyrage.decrypt(data, [pyrage.x25519.Identity.from_str(str(identity))]) == bytes(size)


@pytest.mark.parametrize("size", SIZES)
def test_we_open_pyrages(size: int) -> None:
    theirs = [pyrage.x25519.Recipient.from_str(str(i.recipient())) for i in (envelope, recovery)]
    data = pyrage.encrypt(bytes(size), theirs)

    assert opened(data, envelope) == opened(data, recovery) == bytes(size)


def test_keys_are_spelled_alike() -> None:
    theirs = pyrage.x25519.Identity.generate()
    ours = age.X25519Identity.from_string(str(theirs))

    assert str(ours) == str(theirs)
    assert str(ours.recipient()) == str(theirs.to_public())


def test_pyrage_refuses_what_we_refuse() -> None:
    data = sealed(b"plain", envelope.recipient())
    changed = data[:-1] + bytes([data[-1] ^ 1])

    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(changed, [pyrage.x25519.Identity.from_str(str(envelope))])
    with pytest.raises(age.PayloadError):
        opened(changed, envelope)


@needs_age
@pytest.mark.parametrize("size", SIZES)
def test_the_age_command_opens_ours(size: int, tmp_path: Path) -> None:
    identity = tmp_path / "identity"
    identity.write_text(f"{recovery}\n")
    data = sealed(bytes(size), envelope.recipient(), recovery.recipient())

    assert run("-d", "-i", str(identity), data=data) == bytes(size)


@needs_age
@pytest.mark.parametrize("size", SIZES)
def test_we_open_the_age_commands(size: int) -> None:
    recipients = ("-r", str(envelope.recipient()), "-r", str(recovery.recipient()))
    data = run(*recipients, data=bytes(size))

    assert opened(data, envelope) == opened(data, recovery) == bytes(size)


def run(*arguments: str, data: bytes) -> bytes:
    return subprocess.run(
        [str(AGE), *arguments], input=data, capture_output=True, check=True
    ).stdout


class Keeping:
    """A recipient of a caller's own, which keeps the ephemeral secret to prove authorship."""

    def __init__(self, recipient: age.X25519Recipient, secret: bytes) -> None:
        self.recipient = recipient
        self.secret = secret

    def wrap(self, file_key: bytes) -> list[Stanza]:
        return [x25519.wrap(file_key, self.recipient, self.secret)]


def test_a_recipient_may_keep_its_secret() -> None:
    keeping = Keeping(envelope.recipient(), bytes(range(32)))
    data = sealed(b"plain", keeping, recovery.recipient())

    expected = x25519.wrap(bytes(16), envelope.recipient(), keeping.secret)
    assert header.parse(data).stanzas[0].args == expected.args
    assert opened(data, envelope) == b"plain"


def test_no_recipient() -> None:
    with pytest.raises(AgeError, match="at least one recipient"):
        sealed(b"plain")


def test_no_identity() -> None:
    with pytest.raises(age.NoIdentityMatch):
        age.decrypt(io.BytesIO(sealed(b"", envelope.recipient())), io.BytesIO(), [])


def test_a_passphrase_beside_a_recipient_is_refused() -> None:
    stanzas = [x25519.wrap(bytes(16), envelope.recipient()), Stanza(("scrypt", "salt", "10"), b"")]
    data = header.serialize(stanzas, bytes(16))

    with pytest.raises(age.HeaderError, match="must be the only one"):
        opened(data, envelope)
