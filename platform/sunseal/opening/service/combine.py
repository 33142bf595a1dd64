"""Custodians' answers: decrypted, verified, and kept until enough of them open the bids.

A false answer is named and left out; the others open the bids as if it had never come.
"""

import hashlib
import io
from collections.abc import Mapping

from sunseal.custody.models import ReleaseAnswer
from sunseal.database import UnitOfWork
from sunseal.opening.models import Share
from sunseal.opening.repository import OpenedRepository, ReleaseRepository
from sunseal.opening.service.case import Asked, Case, head_of
from sunseal_crypto import age, canonical, release, threshold
from sunseal_crypto.age import Header, X25519Identity, X25519Recipient, header, x25519
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.errors import CryptoError, Unverified
from sunseal_crypto.release import SignedAnswer
from sunseal_crypto.sealed import envelope_stanza

REFUSED = "refused: "


def collect(uow: UnitOfWork, worker: X25519Identity, case: Case) -> bool:
    """Judges what custodians have said since. True when something was new."""
    new = False
    for asked in case.asked:
        if asked.row.done_at is not None:
            continue
        for row in ReleaseRepository(uow.session).answers(asked.row.id):
            new |= _judge(uow, worker, case, asked, row)
    return new


def file_key(key: EnvelopeKey, head: Header, points: Mapping[int, bytes]) -> bytes:
    """The file key of a bid, from points of t custodians. Raises CryptoError.

    The private key of the envelope comes into being nowhere: only this one shared secret does.
    """
    # 1. Lagrange in the exponent: any t points give the same X25519 secret.
    chosen = dict(sorted(points.items())[: key.terms.t])
    secret = threshold.combine(chosen)
    # 2. The first X25519 stanza in the order of the file, as any age program has it.
    recipient = X25519Recipient.from_string(key.recipient)
    found = x25519.unwrap_with_secret(envelope_stanza(head), secret, recipient.point)
    # 3. The header is the one that the bidder made with this file key.
    header.verify_mac(head, found)
    return found


def _judge(
    uow: UnitOfWork, worker: X25519Identity, case: Case, asked: Asked, row: ReleaseAnswer
) -> bool:
    said = row.answer or row.refusal
    if said is None:
        return False
    digest = hashlib.sha256(said).digest()
    before = asked.shares.get(row.custodian)
    if before is not None and before.answer == digest:
        return False
    share = Share(
        request_id=asked.row.id, custodian=row.custodian, answer=digest, body=None, fault=None
    )
    if row.answer is None:
        share.fault = _refusal(case, asked, row)
    else:
        _open(worker, case, asked, row, share)
    ReleaseRepository(uow.session).judge(share)
    _announce(uow, case, asked, share)
    return True


def _open(
    worker: X25519Identity, case: Case, asked: Asked, row: ReleaseAnswer, share: Share
) -> None:
    """Fills in the signed answer, and the fault if it does not hold."""
    identity = case.roster.custodians[row.custodian - 1].identity
    try:
        share.body = _decrypted(worker, row)
        # 1. It is the answer to which the custodian had committed in the log.
        signed = canonical.decode(SignedAnswer, share.body, limit=release.MAX_ANSWER_BYTES)
        if release.commitment(signed) != row.commitment:
            raise Unverified("it is not the answer that was committed to in the log")
        # 2. Signed for this request, and proved for exactly the leaves asked about.
        answer = release.open_answer(share.body, identity, row.custodian, asked.row.digest)
        heads = {
            place: head_of(asked.request.leaves[place].detail) for place in asked.request.answer
        }
        release.verify_answer(case.key, answer, heads)
    except CryptoError as fault:
        share.fault = str(fault)


def _decrypted(worker: X25519Identity, row: ReleaseAnswer) -> bytes:
    assert row.answer is not None
    opened = io.BytesIO()
    age.decrypt(io.BytesIO(row.answer), opened, [worker])
    return opened.getvalue()


def _refusal(case: Case, asked: Asked, row: ReleaseAnswer) -> str:
    assert row.refusal is not None
    identity = case.roster.custodians[row.custodian - 1].identity
    try:
        refusal = release.open_refusal(row.refusal, identity, row.custodian, asked.row.digest)
    except CryptoError as fault:
        return str(fault)
    return REFUSED + refusal.rule


def _announce(uow: UnitOfWork, case: Case, asked: Asked, share: Share) -> None:
    said = "answered" if share.fault is None else "false"
    if share.fault is not None and share.fault.startswith(REFUSED):
        said = "refused"
    body: dict[str, object] = {
        "envelope": case.gate.envelope,
        "number": asked.request.number,
        "custodian": case.roster.custodians[share.custodian - 1].name,
        "said": said,
        "reason": (share.fault or "").removeprefix(REFUSED),
    }
    OpenedRepository(uow.session).announce(case.gate.tender_id, "answer", body, uow.now)
