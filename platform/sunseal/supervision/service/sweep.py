"""Raising findings: every rule looks again and again, and each fact is found once."""

import base64
import hashlib
import json
from datetime import timedelta
from uuid import uuid4

from sunseal.audit import service as audit
from sunseal.database import Role, UnitOfWork
from sunseal.supervision.evidence import Evidence
from sunseal.supervision.models import Step
from sunseal.supervision.repository import FindingRepository
from sunseal.supervision.rules import Circumstances, Fact, Rule
from sunseal.supervision.service.alert import tell
from sunseal.supervision.states import State
from sunseal_crypto.framing import fields
from sunseal_crypto.roster import Roster

# Longer than any outage of the worker that nobody notices.
LOOKS_BACK = timedelta(days=3)
LABEL = b"sunseal/finding/v1"


def apply(uow: UnitOfWork, rule: Rule, roster: Roster, channels: tuple[str, ...]) -> int:
    """What one rule finds now and had not found before; returns how many findings that were."""
    uow.require(Role.WORKER)
    evidence = Evidence(uow.session, uow.now - LOOKS_BACK)
    facts = list(rule.look(Circumstances(evidence, roster, uow.now)))
    return sum(_raise(uow, rule, fact, channels) for fact in facts)


def _raise(uow: UnitOfWork, rule: Rule, fact: Fact, channels: tuple[str, ...]) -> bool:
    repository = FindingRepository(uow.session)
    digest = hashlib.sha256(fields(LABEL, rule.name.encode(), fact.key.encode())).digest()
    finding_id = uuid4()
    evidence = {
        "entries": [str(entry) for entry in fact.entries],
        "ticks": list(fact.ticks),
        "figures": fact.figures,
    }
    raised = repository.raise_once(
        {
            "id": finding_id,
            "rule": rule.name,
            "fact": digest,
            "tender": fact.tender_id,
            "sentence": fact.sentence,
            "evidence": json.dumps(evidence),
            "at": uow.now,
        }
    )
    if raised:
        repository.add(
            Step(finding_id=finding_id, number=1, state=State.OPEN.value, reason="", at=uow.now)
        )
        # So a finding that is removed later is missed in the log.
        data = {"rule": rule.name, "fact": base64.b64encode(digest).decode()}
        audit.record(
            uow, "finding.raise", f"finding/{finding_id}", tender_id=fact.tender_id, data=data
        )
        about = {
            "finding": str(finding_id),
            "rule": rule.name,
            "tender": repository.reference(fact.tender_id),
        }
        tell(uow, channels, finding_id, "raised", rule.title, about)
    return raised
