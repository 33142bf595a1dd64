"""Feldman's verifiable sharing: polynomials, their commitments, and the keys that result."""

from collections.abc import Sequence
from functools import reduce as fold

from sunseal_crypto import group
from sunseal_crypto.errors import Unverified
from sunseal_crypto.group import Point, Scalar


def evaluate(coefficients: Sequence[Scalar], index: int) -> Scalar:
    """f(index) of a secret polynomial, lowest coefficient first."""
    at = group.small_scalar(index)
    return fold(
        lambda value, coefficient: group.scalar_add(group.scalar_mul(value, at), coefficient),
        reversed(coefficients),
        group.ZERO,
    )


def evaluate_commitment(commitment: Sequence[Point], index: int) -> Point:
    """f(index) · B, computed from the commitment alone."""
    return fold(
        lambda value, point: group.add(group.small_mul(index, value), point),
        reversed(commitment),
        group.IDENTITY,
    )


def verify_share(share: Scalar, commitment: Sequence[Point], index: int) -> None:
    """Raises Unverified."""
    if group.base_mul(share) != evaluate_commitment(commitment, index):
        raise Unverified("the share does not lie on the committed polynomial")


def group_keys(commitments: Sequence[Sequence[Point]]) -> tuple[Point, list[Point]]:
    """The group key Y and, for each participant, Y_i = x_i · B.

    A Y_i may be the identity (its holder's share is then zero, which is legal); Y may not, or
    everybody would know the key.
    """
    total = [group.point_sum(column) for column in zip(*commitments, strict=True)]
    if total[0] == group.IDENTITY:
        raise Unverified("the group key is the identity")
    indexes = range(1, len(commitments) + 1)
    return total[0], [evaluate_commitment(total, index) for index in indexes]
