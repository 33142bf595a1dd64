"""Age files that others made, and what must happen to each."""

import hashlib
import io

import pytest

from sunseal_crypto.age import header
from tests.crypto.testkit import OWN_VECTORS, VECTORS, Vector, opened, vectors

OWN = vectors(OWN_VECTORS)
REAL = vectors(VECTORS / "age")
SHORT = [vector for vector in OWN + REAL if len(vector.body) < 1 << 18]
# Of a type that we read, and with a header that is well-formed.
PARSED = [
    v
    for v in OWN + REAL
    if (not v.errors() or v.one("expect") in ("no match", "HMAC failure"))
    and not v.needs_another_type()
    and "armored" not in v.keys
]


def test_the_own_vectors_are_there() -> None:
    assert len(OWN) >= 15


def test_the_real_vectors_are_there() -> None:
    if not REAL:
        pytest.skip(f"no age vectors in {VECTORS}: set SUNSEAL_VECTORS")
    assert {vector.one("expect") for vector in REAL} >= {"success", "header failure"}


@pytest.mark.parametrize("vector", OWN + REAL, ids=lambda vector: vector.name)
def test_the_vector_does_what_it_says(vector: Vector) -> None:
    released, error = opened(io.BytesIO(vector.body), vector.identities())

    assert isinstance(error, vector.errors()) if vector.errors() else error is None
    assert hashlib.sha256(released).hexdigest() == vector.released()


@pytest.mark.parametrize("vector", SHORT, ids=lambda vector: vector.name)
def test_a_pipe_that_gives_few_bytes_changes_nothing(vector: Vector) -> None:
    released, error = opened(io.BytesIO(vector.body), vector.identities())

    trickled, same = opened(Trickle(vector.body), vector.identities())

    assert trickled == released
    assert (type(same), str(same)) == (type(error), str(error))


@pytest.mark.parametrize("vector", PARSED, ids=lambda vector: vector.name)
def test_a_parsed_header_is_spelled_as_in_the_file(vector: Vector) -> None:
    head = header.parse(vector.body)

    assert head.encoded == vector.body[: head.size]
    if not vector.errors() and (key := vector.one("file key")):
        assert header.serialize(head.stanzas, bytes.fromhex(key)) == head.encoded


class Trickle(io.BytesIO):
    """A source that never gives more than seven bytes."""

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        return super().readinto(buffer[:7])
