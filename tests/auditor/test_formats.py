"""docs/formats.md names every field, label and limit that the code has."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from msgspec import Struct

from sunseal_crypto import (
    amendment,
    bid,
    box,
    ceremony,
    certificate,
    entry,
    event,
    joining,
    notice,
    promise,
    proofs,
    record,
    release,
    roster,
    statement,
    terms,
    tick,
)
from sunseal_crypto.annex import Annex, RevokedHeader
from sunseal_crypto.bundle import About, EntryRow, Kind, TickRow
from sunseal_crypto.bundle.layout import PARTS
from sunseal_crypto.erasure import Erasure

PAGE = (Path(__file__).parents[2] / "docs/formats.md").read_text("utf-8")
NAMED = set(re.findall(r"`([^`\n]+)`", PAGE))

FORMS: list[type[Struct]] = [
    roster.Roster,
    roster.Custodian,
    roster.Witness,
    notice.Notice,
    notice.NoticeDocument,
    notice.NoticeEnvelope,
    terms.Terms,
    certificate.Certificate,
    certificate.StaticKey,
    ceremony.Confirmation,
    ceremony.Complaint,
    ceremony.Signed,
    bid.BidManifest,
    bid.FileDigest,
    bid.Practitioner,
    joining.Joining,
    joining.SignedJoining,
    statement.BidStatement,
    statement.SignedStatement,
    event.LogEvent,
    entry.LoggedEntry,
    box.LeafDetail,
    box.Link,
    box.OpenedLeaf,
    amendment.Amendment,
    amendment.SignedAmendment,
    amendment.Acknowledgement,
    amendment.SignedAcknowledgement,
    amendment.ShownAmendment,
    release.ReleaseRequest,
    release.Answer,
    release.InvalidLeaf,
    release.SignedAnswer,
    release.Refusal,
    release.SignedRefusal,
    Erasure,
    record.OpeningRecord,
    record.RecordedLeaf,
    record.RecordedPad,
    record.RecordedAnswer,
    record.Bidder,
    About,
    TickRow,
    EntryRow,
    Annex,
    RevokedHeader,
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_every_field_is_named(form: type[Struct]) -> None:
    assert set(form.__struct_fields__) - NAMED == set()
    version = get_type_hints(form).get("version")
    assert set(get_args(version)) - NAMED == set()


LABELS = [
    certificate.STATIC_LABEL,
    ceremony.CONFIRMATION_LABEL,
    ceremony.COMPLAINT_LABEL,
    joining.LABEL,
    bid.LABEL,
    statement.LABEL,
    *amendment.LABELS,
    amendment.ACKNOWLEDGEMENT_LABEL,
    release.ANSWER_LABEL,
    release.REFUSAL_LABEL,
    release.COMMITMENT_LABEL,
    proofs.AUTHORSHIP_LABEL,
    proofs.EQUALITY_LABEL,
    promise.LABEL.encode(),
    tick._COMMIT_LABEL,
    tick._LEAF_LABEL.encode(),
    box._LABEL,
]


@pytest.mark.parametrize("label", LABELS, ids=bytes.decode)
def test_every_label_is_named(label: bytes) -> None:
    assert label.decode().removesuffix("\n") in PAGE


def test_every_rule_of_a_refusal_is_named() -> None:
    assert set(get_args(release.Rule)) - NAMED == set()


def test_every_state_is_named() -> None:
    assert set(get_args(box.State)) - NAMED == set()


def test_every_kind_of_evidence_has_its_file() -> None:
    for kind in Kind:
        numbers = {0: "", 1: "/<", 2: "/<n>/<"}[PARTS[kind]]
        assert f"{kind}{numbers}" in PAGE
