"""Opening an age stanza with t of n custodians, and no private key anywhere."""

from collections.abc import Mapping

from sunseal_crypto import group
from sunseal_crypto.age import bech32
from sunseal_crypto.group import Point

RECIPIENT_PREFIX = "age"


def recipient_of(group_key: bytes) -> str:
    """The age recipient whose secret is shared behind `group_key` (Y). Raises Malformed."""
    return bech32.encode(RECIPIENT_PREFIX, group.to_montgomery(group_key))


def partial(secret: bytes, share: bytes) -> Point:
    """A custodian's answer D = x_i · E for one bid's X25519 share. Raises Malformed.

    Only for a share whose proof of authorship has been verified: an answer opens the bid.
    """
    scalar = group.parse_scalar(secret)
    return group.mul(scalar, group.even_lift(share))


def combine(results: Mapping[int, bytes]) -> bytes:
    """The X25519 shared secret, from answers of t custodians by index. Raises Malformed.

    Every answer must have been verified before. More than t are welcome; with fewer, the result is
    a wrong secret, and the stanza does not open.
    """
    weights = [group.lagrange(index, results) for index in results]
    return group.to_montgomery(group.weighted_sum(weights, list(results.values())))
