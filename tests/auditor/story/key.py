"""The envelope's key of all stories, and who has a part in it."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from sunseal_crypto import (
    canonical,
    certificate,
    dkg,
    notice,
)
from sunseal_crypto.certificate import Certificate, EnvelopeKey, verify
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner
from sunseal_crypto.notice import Notice, NoticeEnvelope
from sunseal_crypto.signing import SigningKey
from tests.crypto.logs import ORIGIN
from tests.crypto.rosters import DEADLINE, IDENTITIES, roster_of, terms_of, vouch

TENDER = "6f1c0c6e-9b1d-4f0a-8f0e-0d9a4f6f3a11"
OBJECT = f"tender/{TENDER}/envelope/1"
NOT_BEFORE = DEADLINE + timedelta(minutes=5)
HOUR = timedelta(hours=1)
BOX_SIZE = 8
THRESHOLD = 2
COSIGNERS = [
    NoteSigner(f"cosigner-{n}.example", SigningKey.from_seed(bytes([100 + n]) * 32), COSIGNATURE)
    for n in range(4)
]
# Who proposes a postponement, and who confirms it.
AMENDERS = [SigningKey.from_seed(bytes([200 + n]) * 32) for n in range(2)]
WITHDRAWN: dict[str, Any] = dict.fromkeys(
    ("sha256", "manifest", "share", "body_hash", "proof"), b""
) | {"size": 0}


@dataclass(frozen=True)
class Made:
    """An envelope's key with all that proves it, and what each custodian kept."""

    roster: bytes
    notice: bytes
    certificate: bytes
    shares: list[bytes]
    key: EnvelopeKey


@cache
def made() -> Made:
    """The same for all stories of a test run: a ceremony is the slowest part of them."""
    roster = roster_of()
    roster_bytes = canonical.encode(roster)
    read = canonical.encode(_notice(hashlib.sha256(roster_bytes).digest()))
    terms_bytes = canonical.encode(
        terms_of(
            roster,
            THRESHOLD,
            notice=notice.fingerprint(read),
            not_before=NOT_BEFORE,
            minimum_bids=2,
            box_size=BOX_SIZE,
            amenders=[key.public for key in AMENDERS],
        )
    )
    data, shares = certified(roster_bytes, terms_bytes)
    return Made(roster_bytes, read, data, shares, verify(data, roster_bytes))


def certified(roster_bytes: bytes, terms_bytes: bytes) -> tuple[bytes, list[bytes]]:
    """A fresh ceremony's certificate, and the custodians' shares."""
    session = hashlib.sha256(terms_bytes).digest() + secrets.token_bytes(32)
    keys = [dkg.StaticKey.generate() for _ in range(3)]
    statics = [key.public for key in keys]
    ctx = dkg.context(session, statics)
    sent = [dkg.round1(i, THRESHOLD, key.secret, statics, ctx)[0] for i, key in enumerate(keys, 1)]
    outputs = [
        dkg.round2(i, THRESHOLD, key.secret, statics, ctx, sent) for i, key in enumerate(keys, 1)
    ]
    extension = certificate.extension(terms_bytes, sent)
    transcript = dkg.transcript(THRESHOLD, statics, ctx, sent, extension)
    held = Certificate(
        version="sunseal/certificate/v1",
        session=session,
        terms=terms_bytes,
        statics=[
            vouch(IDENTITIES[i], roster_bytes, session, i + 1, key.public)
            for i, key in enumerate(keys)
        ],
        transcript=transcript,
        signatures=[dkg.sign_transcript(key.secret, transcript) for key in keys],
    )
    return canonical.encode(held), [output.share for output in outputs]


def _notice(roster_hash: bytes) -> Notice:
    return Notice(
        version="sunseal/notice/v1",
        origin=ORIGIN,
        tender=TENDER,
        reference="A-1",
        title="A road",
        summary="",
        tendering_party="The county",
        agent=None,
        statutory=False,
        deadline=DEADLINE,
        not_before=NOT_BEFORE,
        minimum_bids=2,
        currency="CNY",
        ceiling_price=None,
        threshold=THRESHOLD,
        box_size=BOX_SIZE,
        documents=[],
        envelopes=[NoticeEnvelope("1", "1", "all")],
        roster=roster_hash,
    )
