"""Signing the minutes: whoever took part says which bytes he has read."""

from uuid import UUID

from sunseal.database import Role, UnitOfWork
from sunseal.meeting import rules
from sunseal.meeting.acts import Signature
from sunseal.meeting.course import Course, Edition
from sunseal.meeting.errors import BadKeySignature, NoSuchMinutes
from sunseal.meeting.service.enter import come_in, enter, take_turn
from sunseal.organizations import service as organizations
from sunseal_crypto import signing
from sunseal_crypto.errors import CryptoError

STATEMENT = "本人已阅读摘要为 {digest} 的开标会议记录。"


def sign(
    uow: UnitOfWork, tender_id: UUID, number: int, digest: bytes, signature: bytes | None = None
) -> Signature:
    """`signature` is by the firm's enrolled key over the digest, for firms that want that too.

    Raises NoSuchMinutes, OtherMinutes, BadKeySignature.
    """
    come_in(uow, tender_id)
    edition = edition_of(take_turn(uow, tender_id), number)
    rules.may_sign(edition, digest)
    for before in edition.signatures:
        if before.person == str(uow.person_id):
            return before
    key = _key_of(uow, digest, signature) if signature is not None else b""
    return enter(
        uow,
        tender_id,
        Signature,
        minutes=edition.minutes.id,
        digest=digest,
        statement=STATEMENT.format(digest=digest.hex()),
        key=key,
        signature=signature or b"",
    )


def edition_of(course: Course, number: int) -> Edition:
    """Raises NoSuchMinutes."""
    found = course.edition(number)
    if found is None:
        raise NoSuchMinutes(number)
    return found


def _key_of(uow: UnitOfWork, digest: bytes, signature: bytes) -> bytes:
    """The key that made the signature: the firm's own, and in force."""
    uow.require(Role.BIDDER)
    key = organizations.whoami(uow).key
    if key is None:
        raise BadKeySignature()
    try:
        signing.verify_labelled(key.public_key, rules.SIGN_LABEL, digest, signature)
    except CryptoError:
        raise BadKeySignature() from None
    return key.public_key
