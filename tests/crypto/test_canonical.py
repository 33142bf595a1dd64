from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sunseal_crypto import canonical
from sunseal_crypto.errors import Malformed


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    zeta: int
    alpha: str
    key: bytes
    at: datetime
    id: UUID


GOOD = (
    b'{"alpha":"\xe9\x98\xb3\xe5\x85\x89","at":"2027-03-20T01:30:00Z",'
    b'"id":"6f1c0c6e-9b1d-4f0a-8f0e-0d9a4f6f3a11","key":"AAE=","zeta":7}'
)


def test_one_value_has_one_spelling() -> None:
    form = Form(
        zeta=7,
        alpha="阳光",
        key=b"\0\1",
        at=datetime(2027, 3, 20, 1, 30, tzinfo=UTC),
        id=UUID("6f1c0c6e-9b1d-4f0a-8f0e-0d9a4f6f3a11"),
    )
    assert canonical.encode(form) == GOOD
    assert canonical.decode(Form, GOOD) == form


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(b"\xef\xbb\xbf" + GOOD, id="byte order mark"),
        pytest.param(GOOD + b" ", id="trailing space"),
        pytest.param(GOOD + GOOD, id="two values"),
        pytest.param(GOOD.replace(b'"zeta":7', b'"zeta":7,"zeta":7'), id="key twice"),
        pytest.param(GOOD.replace(b'"zeta":7', b'"zeta":7.0'), id="float"),
        pytest.param(GOOD.replace(b'"zeta":7', b'"zeta":07'), id="leading zero"),
        pytest.param(GOOD.replace(b'"zeta":7', b'"zeta":"7"'), id="number as text"),
        pytest.param(GOOD.replace(b'"zeta":7', b'"zeta":7,"zz":1'), id="unknown key"),
        pytest.param(GOOD.replace(b",", b", ", 1), id="spacing"),
        pytest.param(GOOD.replace(b"AAE=", b"AAE"), id="base64 without padding"),
        pytest.param(GOOD.replace(b"AAE=", b"AAF="), id="base64 with spare bits"),
        pytest.param(GOOD.replace(b"00Z", b"00+00:00"), id="time with an offset"),
        pytest.param(GOOD.replace(b"00Z", b"00+08:00"), id="time of another zone"),
        pytest.param(GOOD.replace(b"00Z", b"00"), id="time of no zone"),
        pytest.param(GOOD.replace(b"6f1c", b"6F1C"), id="upper case id"),
        pytest.param(GOOD.replace(b"\xe9\x98\xb3", b"\\u9633"), id="escaped letter"),
        pytest.param(GOOD[:-1], id="truncated"),
        pytest.param(b"\xff", id="not UTF-8"),
        pytest.param(b"[" * 100_000, id="nested too deep"),
    ],
)
def test_every_other_spelling_is_refused(bad: bytes) -> None:
    with pytest.raises(Malformed):
        canonical.decode(Form, bad)


class Nested(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    forms: list[Form]
    maybe: datetime | None = None
    named: dict[str, datetime] = {}


NESTED = (
    b'{"forms":[' + GOOD + b'],"maybe":"2027-03-20T01:30:00Z","named":{"a":"2027-03-20T01:30:00Z"}}'
)


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_time_is_in_utc_wherever_it_stands(place: int) -> None:
    assert canonical.decode(Nested, NESTED).maybe is not None
    parts = NESTED.split(b"00Z")
    bad = b"00Z".join(parts[:place]) + b"00+08:00" + b"00Z".join(parts[place:])
    with pytest.raises(Malformed, match="not in UTC"):
        canonical.decode(Nested, bad)
    with pytest.raises(Malformed, match="not in UTC"):
        canonical.decode(list[Nested], b"[" + bad + b"]")


def test_size_is_bounded_before_reading() -> None:
    with pytest.raises(Malformed, match="at most 10"):
        canonical.decode(Form, GOOD, limit=10)


@given(st.binary(max_size=200))
def test_garbage_is_malformed_and_never_worse(data: bytes) -> None:
    with pytest.raises(Malformed):
        canonical.decode(Form, data)
