"""The prime-order group of edwards25519, its scalars, and the way to and from X25519 shares.

Every group operation is libsodium's, called through PyNaCl here and nowhere else. Points are
32-byte RFC 8032 encodings, scalars 32 bytes little-endian below L. A `Point` or `Scalar` comes only
from a function of this module, so that the types say what has already been checked. Arithmetic on
Python integers is done with public values alone.
"""

import secrets
from collections.abc import Iterable, Sequence
from functools import reduce as fold
from typing import NewType

import nacl.bindings as sodium
from nacl.exceptions import RuntimeError as SodiumError

from sunseal_crypto.errors import Malformed, Unverified

Point = NewType("Point", bytes)
Scalar = NewType("Scalar", bytes)

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
MONTGOMERY_A = 486662

SIZE = 32
ZERO = Scalar(bytes(SIZE))
IDENTITY = Point(b"\x01" + bytes(SIZE - 1))

# The generator plus the point of order two: on the curve, but outside the prime-order subgroup.
MIXED_ORDER = bytes.fromhex("95" + "99" * 31)


def parse_point(data: bytes) -> Point:
    """A canonical encoding of a prime-order point. Raises Malformed, naming the rule it breaks."""
    if len(data) == SIZE and sodium.crypto_core_ed25519_is_valid_point(data):
        return Point(data)
    raise Malformed(_why_no_point(data))


def parse_scalar(data: bytes) -> Scalar:
    """A scalar below L, zero included. libsodium would silently reduce: two spellings of one."""
    if len(data) != SIZE:
        raise Malformed(f"a scalar has {SIZE} bytes, not {len(data)}")
    if not secrets.compare_digest(reduce(data + bytes(SIZE)), data):
        raise Malformed("the scalar is not canonical: it is not below the group order")
    return Scalar(data)


def random_scalar() -> Scalar:
    """Uniform and not zero."""
    while (scalar := reduce(secrets.token_bytes(2 * SIZE))) == ZERO:
        pass
    return scalar


def reduce(wide: bytes) -> Scalar:
    """64 bytes, little-endian, modulo L."""
    return Scalar(sodium.crypto_core_ed25519_scalar_reduce(wide))


def small_scalar(number: int) -> Scalar:
    """A public integer modulo L."""
    return Scalar((number % L).to_bytes(SIZE, "little"))


def scalar_add(a: Scalar, b: Scalar) -> Scalar:
    return Scalar(sodium.crypto_core_ed25519_scalar_add(a, b))


def scalar_sub(a: Scalar, b: Scalar) -> Scalar:
    return Scalar(sodium.crypto_core_ed25519_scalar_sub(a, b))


def scalar_mul(a: Scalar, b: Scalar) -> Scalar:
    return Scalar(sodium.crypto_core_ed25519_scalar_mul(a, b))


def scalar_negate(a: Scalar) -> Scalar:
    return Scalar(sodium.crypto_core_ed25519_scalar_negate(a))


def scalar_sum(scalars: Iterable[Scalar]) -> Scalar:
    return fold(scalar_add, scalars, ZERO)


def add(a: Point, b: Point) -> Point:
    """libsodium adds whatever decodes, low order included: hence the types of the arguments."""
    try:
        return Point(sodium.crypto_core_ed25519_add(a, b))
    except SodiumError:
        raise Malformed("an addend is not a point of the curve") from None


def point_sum(points: Iterable[Point]) -> Point:
    return fold(add, points, IDENTITY)


def mul(scalar: Scalar, point: bytes) -> Point:
    """scalar · point. Raises Malformed.

    libsodium makes the checks of `parse_point` inside this call, so a point that is only multiplied
    need not be parsed before, which would double the cost of a batch.
    """
    if scalar == ZERO:
        # A zero share is legal, libsodium refuses to compute with it and so would skip its checks.
        parse_point(point)
        return IDENTITY
    if len(point) != SIZE:
        raise Malformed(_why_no_point(point))
    try:
        return Point(sodium.crypto_scalarmult_ed25519_noclamp(scalar, point))
    except SodiumError:
        raise Malformed(_why_no_point(point)) from None


def base_mul(scalar: Scalar) -> Point:
    """scalar · B, where zero gives the identity."""
    if scalar == ZERO:
        return IDENTITY
    try:
        return Point(sodium.crypto_scalarmult_ed25519_base_noclamp(scalar))
    except SodiumError:
        raise Unverified("the scalar is a multiple of the group order") from None


def small_mul(number: int, point: Point) -> Point:
    """number · point for a small public number ≥ 0, by doubling; the identity is a legal point."""
    product = IDENTITY
    for bit in f"{number:b}":
        product = add(product, product)
        if bit == "1":
            product = add(product, point)
    return product


def weighted_sum(weights: Sequence[Scalar], points: Sequence[bytes]) -> Point:
    """Σ weight · point; each point is checked by the multiplication."""
    return point_sum(mul(w, point) for w, point in zip(weights, points, strict=True))


def lagrange(index: int, indexes: Iterable[int]) -> Scalar:
    """The weight of `index` when a polynomial known at `indexes` is evaluated at zero."""
    known = list(indexes)
    if index not in known or len(set(known)) != len(known) or not all(0 < i < L for i in known):
        raise Malformed("the indexes to combine are distinct, positive, and include the index")
    others = [other for other in known if other != index]
    numerator = fold(lambda product, other: product * other % L, others, 1)
    denominator = fold(lambda product, other: product * (other - index) % L, others, 1)
    return small_scalar(numerator * pow(denominator, -1, L))


def to_montgomery(point: bytes) -> bytes:
    """The u coordinate of a prime-order point: an X25519 public key or shared secret."""
    if len(point) != SIZE:
        raise Malformed(_why_no_point(point))
    try:
        return sodium.crypto_sign_ed25519_pk_to_curve25519(point)
    except SodiumError:
        raise Malformed(_why_no_point(point)) from None


def from_montgomery(share: bytes) -> Point:
    """The point with even x whose u coordinate is `share`. Raises Malformed.

    No honest client fails any of these rules. Each closes a second spelling of one share, or a
    share whose multiples would tell something about a custodian's secret.
    """
    lifted = even_lift(share)
    if sodium.crypto_core_ed25519_is_valid_point(lifted):
        return Point(lifted)
    u = int.from_bytes(share, "little")
    if not _is_square(u * (u * u + MONTGOMERY_A * u + 1)):
        raise Malformed("the share is not on the curve but on its twist")
    raise Malformed("the share is outside the prime-order subgroup")


def even_lift(share: bytes) -> bytes:
    """The even-x encoding that `from_montgomery` returns, not yet known to be a point.

    For what goes straight into `mul`, which finds out.
    """
    if len(share) != SIZE:
        raise Malformed(f"a share has {SIZE} bytes, not {len(share)}")
    u = int.from_bytes(share, "little")
    if u >> 255:
        # X25519 ignores this bit, so the same secret would have two shares.
        raise Malformed("the top bit of the share is set")
    if u >= P:
        raise Malformed("the share is not canonical: u is not below the field prime")
    if u in (0, 1, P - 1):
        raise Malformed(f"the share is u = {-1 if u == P - 1 else u}, a point of low order or none")
    y = (u - 1) * pow(u + 1, -1, P) % P
    return y.to_bytes(SIZE, "little")


def x_is_odd(point: Point) -> bool:
    return bool(point[-1] >> 7)


def _is_square(number: int) -> bool:
    return pow(number, (P - 1) // 2, P) in (0, 1)


def _why_no_point(data: bytes) -> str:
    """The rule an encoding breaks, told apart only after libsodium's one answer was no."""
    if len(data) != SIZE:
        return f"a point has {SIZE} bytes, not {len(data)}"
    y = int.from_bytes(data, "little") & (2**255 - 1)
    if y >= P:
        return "the point is not canonical: y is not below the field prime"
    if y == 1:
        return "the point is the identity"
    if not _is_square((y * y - 1) * (D * y * y + 1)):
        return "the point is not on the curve"
    return "the point is outside the prime-order subgroup"


def _require_subgroup_checks() -> None:
    """A PyNaCl built over an older system libsodium accepts mixed-order points (CVE-2025-69277)."""
    if sodium.crypto_core_ed25519_is_valid_point(MIXED_ORDER):
        raise ImportError("this libsodium accepts points outside the subgroup: update it")


_require_subgroup_checks()
