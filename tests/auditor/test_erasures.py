"""What a bundle says of keys that are gone."""

import hashlib
from datetime import timedelta

from sunseal_crypto import canonical, erasure
from sunseal_crypto.bundle import Kind
from sunseal_crypto.certificate import Certificate
from sunseal_crypto.erasure import Erasure
from sunseal_crypto.spelling import base64_text
from sunseal_parties.auditor.verify import Verdict, verify
from tests.auditor import story
from tests.auditor.story import Parts, Story
from tests.crypto.rosters import IDENTITIES


def _audited(parts: Parts) -> Verdict:
    return verify(parts.file(), story.made().roster)


def _remarks(verdict: Verdict) -> str:
    return "\n".join(map(str, verdict.findings.remarks))


def _erases(told: Story, custodian: int, *, by: int | None = None, name: str = "") -> None:
    terms = told.key.terms
    said = Erasure(
        origin=terms.origin,
        tender=terms.tender,
        envelope=terms.envelope,
        custodian=custodian,
        sessions=[canonical.decode(Certificate, told.made.certificate).session],
        at=told.now + timedelta(days=60),
    )
    body = erasure.sign(said, IDENTITIES[(by or custodian) - 1])
    told.evidence[Kind.ERASURE, name or f"{custodian}/1"] = body
    digest = base64_text(hashlib.sha256(body).digest())
    told.logged("key.erased", custodian=str(custodian), erasure=digest)


def test_two_of_three_leave_too_few() -> None:
    told = story.told()
    _erases(told, 1)
    _erases(told, 2)
    verdict = _audited(told.bundle())
    assert verdict.findings.faults == []
    assert "2 of 3 custodians have erased their part; 2 leave too few" in _remarks(verdict)


def test_what_somebody_else_wrote_in_its_name_is_not_its_word() -> None:
    told = story.told()
    _erases(told, 1, by=3)
    _erases(told, 1, name="1/2")
    verdict = _audited(told.bundle())
    assert verdict.findings.faults == []
    assert "erasure/1/1: not a custodian's word" in _remarks(verdict)
    assert "1 of 3 custodians have erased" in _remarks(verdict)


def test_an_erasure_that_is_logged_and_not_shown_is_missed() -> None:
    told = story.told()
    _erases(told, 1)
    del told.evidence[Kind.ERASURE, "1/1"]
    (fault,) = _audited(told.bundle()).findings.faults
    assert "the erasure that it logs is not shown" in str(fault)
