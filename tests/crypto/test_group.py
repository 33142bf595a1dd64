"""The group, its scalars, and each rule that a point, a scalar or a share can break."""

import nacl.bindings
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sunseal_crypto import group
from sunseal_crypto.errors import CryptoError, Malformed
from sunseal_crypto.group import IDENTITY, L, P, Point, Scalar
from tests.crypto.ceremonies import ORDER_TWO, mixed_order

ONE = group.small_scalar(1)
BASE = group.base_mul(ONE)
ORDER_FOUR = bytes(32)
ORDER_EIGHT = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
LOW_ORDER_U = 325606250916557431795983626356110631294008115727848805560023387167927233504


def encode(number: int) -> bytes:
    return number.to_bytes(32, "little")


def off_curve() -> bytes:
    def is_point(y: int) -> bool:
        square = (y * y - 1) * pow(group.D * y * y + 1, -1, P)
        return pow(square, (P - 1) // 2, P) == 1

    return encode(next(y for y in range(2, 100) if not is_point(y)))


BAD_POINTS = {
    "empty": (b"", "32 bytes"),
    "truncated": (BASE[:31], "32 bytes"),
    "too long": (BASE + b"\0", "32 bytes"),
    "identity": (IDENTITY, "identity"),
    "identity with a sign": (encode(1 | 1 << 255), "identity"),
    "identity not reduced": (encode(P + 1), "not canonical"),
    "y is the prime": (encode(P), "not canonical"),
    "all ones": (b"\xff" * 32, "not canonical"),
    "off the curve": (off_curve(), "not on the curve"),
    "order two": (ORDER_TWO, "subgroup"),
    "order four": (ORDER_FOUR, "subgroup"),
    "order eight": (ORDER_EIGHT, "subgroup"),
    "mixed with order two": (mixed_order(BASE), "subgroup"),
    "mixed with order four": (group.add(BASE, Point(ORDER_FOUR)), "subgroup"),
    "mixed with order eight": (group.add(BASE, Point(ORDER_EIGHT)), "subgroup"),
}


@pytest.mark.parametrize(("data", "reason"), BAD_POINTS.values(), ids=BAD_POINTS)
def test_bad_points_are_refused_wherever_they_enter(data: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        group.parse_point(data)
    with pytest.raises(Malformed, match=reason):
        group.mul(group.random_scalar(), data)
    with pytest.raises(Malformed, match=reason):
        group.mul(group.ZERO, data)
    with pytest.raises(Malformed, match=reason):
        group.to_montgomery(data)


def test_the_installed_libsodium_checks_the_subgroup() -> None:
    """CVE-2025-69277: releases before PyNaCl 1.6.2 answer True here."""
    assert mixed_order(BASE) == group.MIXED_ORDER
    assert not nacl.bindings.crypto_core_ed25519_is_valid_point(group.MIXED_ORDER)
    for torsion in (ORDER_TWO, ORDER_FOUR, ORDER_EIGHT):
        mixed = nacl.bindings.crypto_core_ed25519_add(BASE, torsion)
        assert not nacl.bindings.crypto_core_ed25519_is_valid_point(mixed)


def test_an_addend_that_is_no_point_is_named() -> None:
    with pytest.raises(Malformed, match="addend"):
        group.add(Point(off_curve()), BASE)


BAD_SCALARS = {
    "truncated": (bytes(31), "32 bytes"),
    "too long": (bytes(33), "32 bytes"),
    "the order": (encode(L), "canonical"),
    "above the order": (encode(L + 5), "canonical"),
    "top bit": (encode(5 | 1 << 255), "canonical"),
}


@pytest.mark.parametrize(("data", "reason"), BAD_SCALARS.values(), ids=BAD_SCALARS)
def test_bad_scalars_are_refused(data: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        group.parse_scalar(data)


def test_the_largest_and_the_zero_scalar_are_legal() -> None:
    assert group.parse_scalar(encode(L - 1)) == encode(L - 1)
    assert group.parse_scalar(bytes(32)) == group.ZERO


def test_multiplication_by_zero_gives_the_identity() -> None:
    assert group.base_mul(group.ZERO) == IDENTITY
    assert group.mul(group.ZERO, BASE) == IDENTITY


def test_a_multiple_of_the_order_is_named_not_crashed_on() -> None:
    with pytest.raises(CryptoError, match="multiple of the group order"):
        group.base_mul(Scalar(encode(L)))


@settings(max_examples=25, deadline=None)
@given(a=st.integers(0, 500), b=st.integers(0, 500))
def test_small_multiples_agree_with_scalar_arithmetic(a: int, b: int) -> None:
    left = group.add(group.small_mul(a, BASE), group.small_mul(b, BASE))
    x, y = group.small_scalar(a), group.small_scalar(b)
    assert left == group.base_mul(group.scalar_add(x, y))
    assert group.small_mul(a, group.small_mul(b, BASE)) == group.base_mul(group.scalar_mul(x, y))


def test_sums_and_negation() -> None:
    a, b = group.random_scalar(), group.random_scalar()
    assert group.scalar_sum([]) == group.ZERO
    assert group.point_sum([]) == IDENTITY
    assert group.scalar_sum([a, b, group.scalar_negate(a)]) == b
    assert group.scalar_sub(a, b) == group.scalar_add(a, group.scalar_negate(b))
    weighted = group.weighted_sum([a, b], [BASE, BASE])
    assert weighted == group.base_mul(group.scalar_add(a, b))


@settings(max_examples=10, deadline=None)
@given(st.sets(st.integers(1, 100), min_size=3, max_size=6))
def test_lagrange_finds_the_constant_term(indexes: set[int]) -> None:
    secret, slope, bend = (int.from_bytes(group.random_scalar(), "little") for _ in range(3))
    total = sum(
        int.from_bytes(group.lagrange(i, indexes), "little") * (secret + slope * i + bend * i * i)
        for i in indexes
    )
    assert total % L == secret


@pytest.mark.parametrize("indexes", [[1, 2, 2], [0, 1], [2, 3], [-1, 1], [1, L + 1], []])
def test_lagrange_refuses_indexes_that_are_none(indexes: list[int]) -> None:
    with pytest.raises(Malformed, match="distinct, positive"):
        group.lagrange(1, indexes)


def twist_u() -> int:
    def on_twist(u: int) -> bool:
        cube = u * (u * u + group.MONTGOMERY_A * u + 1)
        return pow(cube, (P - 1) // 2, P) == P - 1

    return next(u for u in range(2, 100) if on_twist(u))


def mixed_u() -> int:
    y = int.from_bytes(group.MIXED_ORDER, "little") & (2**255 - 1)
    return (1 + y) * pow(1 - y, -1, P) % P


BAD_SHARES = {
    "truncated": (bytes(31), "32 bytes"),
    "too long": (bytes(33), "32 bytes"),
    "top bit": (encode(9 | 1 << 255), "top bit"),
    "u is the prime": (encode(P), "not canonical"),
    "u is nine above the prime": (encode(P + 9), "not canonical"),
    "u = 0": (encode(0), "u = 0"),
    "u = 1": (encode(1), "u = 1"),
    "u = -1": (encode(P - 1), "u = -1"),
    "on the twist": (encode(twist_u()), "twist"),
    "of order eight": (encode(LOW_ORDER_U), "subgroup"),
    "of mixed order": (encode(mixed_u()), "subgroup"),
}


@pytest.mark.parametrize(("share", "reason"), BAD_SHARES.values(), ids=BAD_SHARES)
def test_each_share_rule_has_its_own_message(share: bytes, reason: str) -> None:
    with pytest.raises(Malformed, match=reason):
        group.from_montgomery(share)


def test_ordinary_age_would_accept_what_we_refuse() -> None:
    """X25519 clears the cofactor and the top bit, hence several shares for one secret."""
    scalar = group.random_scalar()
    plain = nacl.bindings.crypto_scalarmult(scalar, encode(9))
    for other in (encode(mixed_u()), encode(9 | 1 << 255)):
        assert nacl.bindings.crypto_scalarmult(scalar, other) == plain


def test_the_lift_has_even_x_and_keeps_u() -> None:
    for _ in range(20):
        point = group.base_mul(group.random_scalar())
        share = group.to_montgomery(point)
        lifted = group.from_montgomery(share)
        assert not group.x_is_odd(lifted)
        assert group.to_montgomery(lifted) == share
        assert lifted[:31] == point[:31]


def test_base_point_maps_to_nine() -> None:
    assert group.to_montgomery(BASE) == encode(9)
    assert group.from_montgomery(encode(9)) == BASE


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=30, max_size=34))
def test_parsers_raise_nothing_but_malformed(data: bytes) -> None:
    for parse in (group.parse_point, group.parse_scalar, group.from_montgomery):
        try:
            parse(data)
        except Malformed:
            continue
