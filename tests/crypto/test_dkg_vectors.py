"""The published vectors of COCKTAIL-DKG, byte for byte.

Every JSON file of the folder is read; vectors of another ciphersuite are skipped by name. Static
keys, payloads and extension are a vector's inputs; what round 1 draws follows from its seed.
"""

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from sunseal_crypto import dkg, group
from sunseal_crypto.dkg import suite
from sunseal_crypto.dkg.messages import possession_message
from sunseal_crypto.group import Point, Scalar

DEFAULT = Path(__file__).parents[3] / "shared" / "vectors"
FOLDER = Path(os.environ.get("SUNSEAL_VECTORS", DEFAULT)) / "cocktail-dkg"
Vector = dict[str, Any]


def cases(has: Callable[[Vector], bool] = lambda vector: True) -> Iterator[Any]:
    """Of our suite those that have what a test replays; a file of another one says so."""
    for path in sorted(FOLDER.glob("*.json")):
        document = json.loads(path.read_text())
        if document.get("ciphersuite") != dkg.SUITE.decode():
            reason = f"{document.get('ciphersuite')} is not our suite"
            yield pytest.param(None, id=path.stem, marks=pytest.mark.skip(reason))
            continue
        for number, vector in enumerate(document["vectors"], 1):
            name = f"{path.stem}-{number}-{vector['t']}-of-{vector['n']}"
            if not has(vector):
                continue
            yield pytest.param((document["seed"], vector), id=name)


def or_none(found: Iterator[Any]) -> list[Any]:
    absent = pytest.mark.skip(f"no such vectors in {FOLDER}")
    return list(found) or [pytest.param(None, id="none", marks=absent)]


CASES = or_none(cases())
STEP_BY_STEP = or_none(cases(lambda vector: "pop_intermediate" in vector["round1"][0]))
RECOVERED = or_none(cases(lambda vector: "recovery" in vector))


def unhex(values: list[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in values]


class Replay:
    """One vector's ceremony, run again from the seed by our own code."""

    def __init__(self, seed: str, vector: Vector) -> None:
        self.vector, self.t, self.n = vector, vector["t"], vector["n"]
        self.seed = bytes.fromhex(seed)
        secrets = unhex(vector["config"]["static_secret_keys"])
        self.keys = [dkg.StaticKey.from_secret(secret) for secret in secrets]
        self.statics = [key.public for key in self.keys]
        self.context = dkg.context(bytes.fromhex(vector["session_tag"]), self.statics)
        self.payloads = unhex(vector.get("payloads", [""] * self.n))
        runs = [self._round1(i) for i in range(1, self.n + 1)]
        self.messages = [message for message, _ in runs]
        self.secrets = [secrets for _, secrets in runs]
        self.ext = bytes.fromhex(vector["extension"])
        self.transcript = dkg.transcript(
            self.t, self.statics, self.context, self.messages, self.ext
        )

    def _stream(self, index: int) -> Iterator[Scalar]:
        counter = 0
        counts = suite.u32_le(self.t) + suite.u32_le(self.n)
        label = f"round1_participant_{index}".encode()
        while True:
            data = self.seed + dkg.SUITE + counts + label + suite.u64_le(counter)
            yield group.reduce(hashlib.sha512(data).digest())
            counter += 1

    def _round1(self, index: int) -> tuple[dkg.Message1, dkg.Secrets]:
        stream = self._stream(index)
        sent = self.payloads[index - 1]
        return dkg.round1(
            index,
            self.t,
            self.keys[index - 1].secret,
            self.statics,
            self.context,
            payloads=dict.fromkeys(range(1, self.n + 1), sent),
            random=lambda: next(stream),
        )


@cache
def replayed(seed: str, vector: str) -> Replay:
    return Replay(seed, json.loads(vector))


@pytest.fixture(params=CASES)
def replay(request: pytest.FixtureRequest) -> Replay:
    seed, vector = request.param
    # One run serves all tests of a vector; JSON is what makes it hashable.
    return replayed(seed, json.dumps(vector))


def test_static_keys_and_context(replay: Replay) -> None:
    assert replay.statics == unhex(replay.vector["config"]["static_public_keys"])
    assert replay.context.hex() == replay.vector["context"]


def test_round1(replay: Replay) -> None:
    for message, expected in zip(replay.messages, replay.vector["round1"], strict=True):
        assert message.ephemeral.hex() == expected["ephemeral_public_key"]
        assert list(message.commitment) == unhex(expected["vss_commitment"])
        assert message.pop.hex() == expected["pop"]
        assert list(message.ciphertexts) == unhex(expected["encrypted_shares"])
        assert dkg.Message1.decode(message.encode(), replay.t, replay.n) == message


@pytest.mark.parametrize("replay", STEP_BY_STEP, indirect=True)
def test_proof_of_possession_step_by_step(replay: Replay) -> None:
    for index, expected in enumerate(replay.vector["round1"]):
        steps = expected["pop_intermediate"]
        message, secrets = replay.messages[index], replay.secrets[index]
        points = [Point(point) for point in message.commitment]
        signed = possession_message(replay.context, points, Point(message.ephemeral))
        assert signed.hex() == steps["message"]
        nonce_input = suite.NONCE_LABEL + secrets.coefficients[0] + signed
        assert nonce_input.hex() == steps["nonce_input"]
        assert group.reduce(suite.sha512(nonce_input)).hex() == steps["nonce"]
        assert message.pop[:32].hex() == steps["nonce_commitment"]
        challenge_input = suite.CHALLENGE_LABEL + message.pop[:32] + points[0] + signed
        assert challenge_input.hex() == steps["challenge_input"]
        assert group.reduce(suite.sha512(challenge_input)).hex() == steps["challenge"]


def test_round2(replay: Replay) -> None:
    for index, expected in enumerate(replay.vector["round2"], 1):
        secret = replay.keys[index - 1].secret
        output = dkg.round2(
            index, replay.t, secret, replay.statics, replay.context, replay.messages
        )
        assert output.share.hex() == expected["secret_share"]
        assert output.verification_shares[index - 1].hex() == expected["verification_share"]
        assert output.group_key.hex() == replay.vector["group_public_key"]
        assert list(output.payloads) == replay.payloads


def test_certificate(replay: Replay) -> None:
    expected = replay.vector["round3"]
    assert suite.sha512(replay.transcript).hex() == expected["transcript_hash"]
    signatures = [dkg.sign_transcript(key.secret, replay.transcript) for key in replay.keys]
    assert signatures == unhex([each["signature"] for each in expected["signatures"]])
    facts = dkg.verify_certificate(replay.transcript, signatures)
    assert (facts.n, facts.t, facts.statics) == (replay.n, replay.t, replay.statics)
    assert (facts.context, facts.ext) == (replay.context, replay.ext)
    assert facts.group_key.hex() == replay.vector["group_public_key"]
    shares = [each["verification_share"] for each in replay.vector["round2"]]
    assert facts.verification_shares == unhex(shares)


@pytest.mark.parametrize("replay", RECOVERED, indirect=True)
def test_recovery(replay: Replay) -> None:
    expected = replay.vector["recovery"]
    index = expected["participant_id"]
    ciphertexts = unhex(expected["ciphertexts"])
    bundle = b"".join(dkg.frame(ciphertext) for ciphertext in ciphertexts)
    assert bundle == dkg.bundle(replay.messages, index)
    signatures = [dkg.sign_transcript(key.secret, replay.transcript) for key in replay.keys]
    secret = replay.keys[index - 1].secret
    recovered = dkg.recover(secret, replay.transcript, signatures, bundle)
    assert recovered.index == index
    output = recovered.output
    assert output.share.hex() == expected["recovered_secret_share"]
    own = output.verification_shares[index - 1]
    assert own.hex() == expected["recovered_verification_share"]
    assert output.group_key.hex() == replay.vector["group_public_key"]
