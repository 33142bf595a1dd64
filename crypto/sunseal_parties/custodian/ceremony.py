"""A key ceremony, seen from one custodian's chair: certify, round 1, round 2, confirm.

Each step is journalled before it leaves, and taken once. What cannot go on ends in a signed
complaint, and with it ends this custodian's part of the key.
"""

import hashlib
from datetime import datetime

from sunseal_crypto import canonical, ceremony, certificate, dkg, signing, terms
from sunseal_crypto.certificate import StaticKey
from sunseal_crypto.dkg import Message1
from sunseal_crypto.errors import Blamed, CryptoError, Unverified
from sunseal_crypto.terms import Terms
from sunseal_parties.custodian import admission
from sunseal_parties.custodian.ceremony_book import Ceremony
from sunseal_parties.custodian.http import CeremonyWork
from sunseal_parties.custodian.journal import Journal, Kind, Message
from sunseal_parties.custodian.keys import Seat


class Ceremonies:
    """Takes part in ceremonies for the custodian at `seat`, whose identity key is `identity`."""

    def __init__(self, journal: Journal, seat: Seat, identity: signing.SigningKey) -> None:
        assert seat.index is not None
        self._journal = journal
        self._seat = seat
        self._identity = identity
        self._index = seat.index

    def advance(self, work: CeremonyWork, now: datetime) -> Message | None:
        """What to say in the state that the platform shows, if there is anything to say.

        A step that fails becomes a complaint, which is final for the session.
        """
        if (complaint := self._said("complaint", work)) is not None:
            return complaint
        try:
            return self._step(work, now)
        except Blamed as fault:
            # A fault in our own part as the platform shows it is the platform's.
            culprit = None if fault.culprit == self._index else fault.culprit
            return self._complain(work, str(fault), culprit)
        except CryptoError as fault:
            return self._complain(work, str(fault), None)

    def _step(self, work: CeremonyWork, now: datetime) -> Message | None:
        if work.state == "certify":
            return self._said("certify", work) or self._certify(work, now)
        held = self._journal.ceremonies.of_session(work.session)
        if held is None or held.state != "live":
            return None
        if work.state == "round1" and work.statics is not None:
            return self._said("round1", work) or self._round1(held, work.statics)
        if work.state == "round2" and work.messages is not None:
            return self._said("round2", work) or self._round2(held, work.messages)
        if work.state == "confirm" and work.certificate is not None:
            return self._said("confirm", work) or self._confirm(held, work.certificate)
        if work.state == "complete":
            self._complete(held)
        if work.state == "failed":
            self._bury(held, "the platform ended this attempt")
        return None

    def _certify(self, work: CeremonyWork, now: datetime) -> Message:
        """A fresh key for this ceremony alone, vouched for by the identity key."""
        known = admission.attempts(work.terms, self._journal.ceremonies)
        agreed = admission.check(work, known, self._seat, now)
        static = dkg.StaticKey.generate()
        vouched = certificate.static_message(
            agreed.roster, work.session, self._index, static.public
        )
        signature = signing.sign_labelled(self._identity, certificate.STATIC_LABEL, vouched)
        body = canonical.encode(StaticKey(static.public, signature))
        with self._journal.transaction():
            # C9. Earlier attempts are dead and their shares gone before this one begins.
            for earlier in known:
                self._bury(earlier, f"replaced by attempt {agreed.attempt}")
            self._journal.ceremonies.begin(work.session, agreed, work.terms, static.secret)
            return self._say("certify", work.session, body)

    def _round1(self, held: Ceremony, statics: list[StaticKey]) -> Message:
        agreed = terms.parse(held.terms)
        # D1. All n identities of our own roster vouch for these keys, before anything is sent.
        certificate.verify_statics(statics, self._seat.roster_bytes, agreed, held.session)
        secret = _held(held.static_secret)
        publics = [static.public for static in statics]
        context = dkg.context(held.session, publics)
        # D2. Our seat holds our own key of this session, which round 1 checks.
        message, _ = dkg.round1(self._index, agreed.t, secret, publics, context)
        with self._journal.transaction():
            self._journal.ceremonies.keep_statics(held.session, canonical.encode(statics))
            return self._say("round1", held.session, message.encode())

    def _round2(self, held: Ceremony, bodies: list[bytes]) -> Message:
        agreed = terms.parse(held.terms)
        sent = self._journal.said("round1", held.session.hex())
        # D3. What the platform passed on as ours is what we sent.
        if sent is None or len(bodies) != agreed.n or bodies[self._index - 1] != sent.body:
            raise Unverified("round 1 is not complete, or our own message was changed")
        messages = _messages(bodies, agreed)
        secret = _held(held.static_secret)
        publics = [static.public for static in _statics(held)]
        context = dkg.context(held.session, publics)
        # D4. Every commitment, every proof of possession, and the shares meant for us.
        output = dkg.round2(self._index, agreed.t, secret, publics, context, messages)
        extension = certificate.extension(held.terms, messages)
        transcript = dkg.transcript(agreed.t, publics, context, messages, extension)
        signature = dkg.sign_transcript(secret, transcript)
        # D5. Transcript, ciphertexts and share are durable before the signature leaves; there is
        # one transcript in a session, so a changed message cannot win a second signature.
        with self._journal.transaction():
            self._journal.ceremonies.keep_transcript(
                held.session, transcript, dkg.bundle(messages, self._index), output.share
            )
            return self._say("round2", held.session, signature)

    def _confirm(self, held: Ceremony, data: bytes) -> Message:
        # D6. The certificate holds for our own roster and is for the transcript we signed.
        key = certificate.verify(data, self._seat.roster_bytes)
        certified = canonical.decode(certificate.Certificate, data)
        if certified.transcript != held.transcript or certified.session != held.session:
            raise Unverified("the certificate is not of the transcript that we signed")
        # D7. What is stored here does recover our share.
        recovered = dkg.recover(
            _held(held.static_secret),
            certified.transcript,
            certified.signatures,
            _held(held.bundle),
        )
        if (recovered.index, recovered.output.share) != (self._index, held.share):
            raise Unverified("the stored ciphertexts do not give our share")
        digest = hashlib.sha256(certified.transcript).digest()
        body = ceremony.sign_confirmation(self._identity, held.session, self._index, digest)
        with self._journal.transaction():
            self._journal.ceremonies.keep_certificate(held.session, data, key.id)
            return self._say("confirm", held.session, body)

    def _complete(self, held: Ceremony) -> None:
        """From here on, no later attempt may replace this key."""
        if held.certificate is not None:
            self._journal.ceremonies.complete(held.session)

    def _complain(self, work: CeremonyWork, reason: str, culprit: int | None) -> Message:
        body = ceremony.sign_complaint(
            self._identity,
            work.session,
            self._index,
            reason[: ceremony.MAX_REASON],
            culprit,
        )
        held = self._journal.ceremonies.of_session(work.session)
        with self._journal.transaction():
            # Dead and erased first: whoever reads the complaint may rely on it.
            if held is not None:
                self._bury(held, reason)
            return self._say("complaint", work.session, body)

    def _bury(self, held: Ceremony, reason: str) -> None:
        # A completed key may have bids under it; only its own end, `forget`, ends it.
        if held.state == "live":
            self._journal.ceremonies.erase(held.session, "dead", reason)

    def _say(self, kind: Kind, session: bytes, body: bytes) -> Message:
        return self._journal.say(kind, session.hex(), body)

    def _said(self, kind: Kind, work: CeremonyWork) -> Message | None:
        return self._journal.said(kind, work.session.hex())


def _statics(held: Ceremony) -> list[StaticKey]:
    return canonical.decode(list[StaticKey], _held(held.statics))


def _messages(bodies: list[bytes], agreed: Terms) -> list[Message1]:
    return [Message1.decode(body, agreed.t, agreed.n) for body in bodies]


def _held(part: bytes | None) -> bytes:
    """A part of the ceremony that an earlier step stored. Raises Unverified."""
    if part is None:
        raise Unverified("the platform skipped a step of the ceremony")
    return part
