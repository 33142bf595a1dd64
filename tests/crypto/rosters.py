"""A roster and a finished ceremony, made of the real parts, for the tests around them."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from sunseal_crypto import canonical, certificate, dkg, roster, terms
from sunseal_crypto.age import X25519Identity
from sunseal_crypto.certificate import Certificate
from sunseal_crypto.note_keys import COSIGNATURE, NoteSigner
from sunseal_crypto.roster import Custodian, Roster, Witness
from sunseal_crypto.signing import SigningKey, sign_labelled
from sunseal_crypto.terms import Terms
from tests.crypto.logs import LOG, ORIGIN

DEADLINE = datetime(2027, 3, 20, 1, 30, tzinfo=UTC)
IDENTITIES = [SigningKey.from_seed(bytes([number]) * 32) for number in range(1, 8)]


def cosigner(number: int) -> str:
    key = SigningKey.from_seed(bytes([100 + number]) * 32)
    return str(NoteSigner(f"cosigner-{number}.example", key, COSIGNATURE).verifier)


def roster_of(n: int = 3, witnesses: int = 1, **changes: Any) -> Roster:
    made = Roster(
        version="sunseal/roster/v1",
        origin=ORIGIN,
        operator="operator",
        custodians=[
            Custodian(f"c{i}", f"authority {i}", IDENTITIES[i].public, cosigner(i))
            for i in range(n)
        ],
        witnesses=[
            Witness(f"w{i}", f"authority {i}", cosigner(i)) for i in range(n, n + witnesses)
        ],
        log=str(LOG.verifier),
        promise=str(LOG.verifier),
        worker=str(X25519Identity.generate().recipient()),
    )
    return msgspec.structs.replace(made, **changes)


def terms_of(made: Roster, t: int = 2, **changes: Any) -> Terms:
    base = Terms(
        version="sunseal/terms/v1",
        suite=terms.SUITE,
        origin=made.origin,
        tender="6f1c0c6e-9b1d-4f0a-8f0e-0d9a4f6f3a11",
        envelope="1",
        attempt=1,
        replaces=[],
        notice=b"n" * 32,
        deadline=DEADLINE,
        not_before=DEADLINE + timedelta(minutes=5),
        minimum_bids=3,
        box_size=16,
        n=len(made.custodians),
        t=t,
        q=roster.quorum(made, t),
        roster=roster.fingerprint(canonical.encode(made)),
        amenders=[],
    )
    return msgspec.structs.replace(base, **changes)


@dataclass
class Ceremony:
    """A certificate with what each custodian kept."""

    roster: bytes
    terms: bytes
    certificate: Certificate
    shares: list[bytes]

    @property
    def data(self) -> bytes:
        return canonical.encode(self.certificate)


def ceremony(n: int = 3, t: int = 2, **changes: Any) -> Ceremony:
    made = roster_of(n, witnesses=n - t)
    roster_bytes = canonical.encode(made)
    terms_bytes = canonical.encode(terms_of(made, t, **changes))
    session = terms.fingerprint(terms_bytes) + secrets.token_bytes(32)
    keys = [dkg.StaticKey.generate() for _ in range(n)]
    statics = [key.public for key in keys]
    ctx = dkg.context(session, statics)
    sent = [dkg.round1(i, t, key.secret, statics, ctx)[0] for i, key in enumerate(keys, 1)]
    outputs = [dkg.round2(i, t, key.secret, statics, ctx, sent) for i, key in enumerate(keys, 1)]
    transcript = dkg.transcript(t, statics, ctx, sent, certificate.extension(terms_bytes, sent))
    return Ceremony(
        roster_bytes,
        terms_bytes,
        Certificate(
            version="sunseal/certificate/v1",
            session=session,
            terms=terms_bytes,
            statics=[
                vouch(IDENTITIES[i], roster_bytes, session, i + 1, key.public)
                for i, key in enumerate(keys)
            ],
            transcript=transcript,
            signatures=[dkg.sign_transcript(key.secret, transcript) for key in keys],
        ),
        [output.share for output in outputs],
    )


def vouch(
    identity: SigningKey, roster_bytes: bytes, session: bytes, index: int, public: bytes
) -> certificate.StaticKey:
    message = certificate.static_message(roster.fingerprint(roster_bytes), session, index, public)
    signature = sign_labelled(identity, certificate.STATIC_LABEL, message)
    return certificate.StaticKey(public, signature)
