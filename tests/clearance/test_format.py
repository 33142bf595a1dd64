"""The certificate's file and its paper, without a database."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from sunseal.clearance import paper
from sunseal.kit import paper as sheet
from sunseal_crypto import canonical, clearance, promise
from sunseal_crypto.clearance import Clearance, ListState, SignedClearance
from sunseal_crypto.errors import CryptoError, Malformed, Unverified
from sunseal_crypto.note_keys import VerifierKey
from sunseal_crypto.promise import Promise
from sunseal_crypto.signing import SigningKey, sign_labelled

NOW = datetime(2027, 3, 20, 4, 0, tzinfo=UTC)
ORIGIN = "sunseal.example"
KEY = SigningKey.generate()
PLATFORM = VerifierKey(promise.key_name(ORIGIN), KEY.public)
LIST = ListState(
    source="bribery",
    title="行贿犯罪记录",
    required=True,
    state="done",
    snapshot="00000000-0000-4000-8000-000000000001",
    sha256=bytes(32),
    published_at=NOW - timedelta(days=3),
    in_age_until=NOW + timedelta(days=27),
)
CLEAR = Clearance(
    origin=ORIGIN,
    organization="00000000-0000-4000-8000-000000000007",
    name="第0建筑有限公司",
    identifier="91440300100000000R",
    result="clear",
    sentence="Nothing that concerns the firm.",
    checked_at=NOW - timedelta(hours=1),
    issued_at=NOW,
    valid_until=NOW + timedelta(days=6),
    matcher="1",
    evidence=bytes(32),
    lists=[LIST, replace(LIST, source="ofac", required=False, state="missing", sha256=None)],
)


def test_what_was_signed_is_read() -> None:
    said = clearance.verify(clearance.sign(CLEAR, KEY), PLATFORM)
    assert said == CLEAR
    clearance.check_clear(said, NOW + timedelta(days=5))


CONTRADICTIONS: dict[str, dict[str, Any]] = {
    "no end": {"valid_until": None},
    "no check": {"checked_at": None},
    "no evidence": {"evidence": None},
    "an end before its issue": {"valid_until": NOW},
    "issued before its check": {"checked_at": NOW + timedelta(seconds=1)},
    "valid for longer than a week": {"valid_until": NOW + timedelta(days=7)},
    "no list": {"lists": []},
    "no required list": {"lists": [replace(LIST, required=False)]},
    "a list that was stale": {"lists": [LIST, replace(LIST, state="stale")]},
    "a list that was unreachable": {"lists": [replace(LIST, state="unreachable")]},
    "a list without a snapshot": {"lists": [replace(LIST, sha256=None)]},
    "a list that ends first": {"lists": [replace(LIST, in_age_until=NOW + timedelta(days=5))]},
    "an end though it is not clear": {"result": "needs_review"},
}


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_contradiction_is_neither_signed_nor_believed(case: str) -> None:
    """By nobody: a platform that signs one all the same is found out by the reader."""
    said = replace(CLEAR, **CONTRADICTIONS[case])
    with pytest.raises(Unverified):
        clearance.sign(said, KEY)
    signature = sign_labelled(KEY, clearance.LABEL, canonical.encode(said))
    with pytest.raises(Unverified):
        clearance.verify(canonical.encode(SignedClearance(said, signature)), PLATFORM)


def _printed(monkeypatch: pytest.MonkeyPatch, said: Clearance) -> str:
    """Every word on the paper of a certificate."""
    words: list[str] = []
    real = sheet.write

    def listen(heading: str, said: Any, fine_print: Any, **named: Any) -> bytes:
        lines = [*said, *fine_print]
        words.extend([heading, *(f"{name}：{value}" for name, value in lines), str(named["title"])])
        return real(heading, lines, [], **named)

    monkeypatch.setattr(sheet, "write", listen)
    paper.write(clearance.sign(said, KEY))
    return "\n".join(words)


@pytest.mark.parametrize("result", ["hit", "needs_review", "stale", "unchecked"])
def test_what_is_not_clear_clears_nobody_and_is_not_called_a_certificate(
    result: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = replace(CLEAR, result=result, valid_until=None, sentence="why")
    file = clearance.sign(said, KEY)
    with pytest.raises(Unverified, match=result):
        clearance.check_clear(clearance.verify(file, PLATFORM), NOW)
    printed = _printed(monkeypatch, said).replace("不是合格证明", "").replace("不得视为合格", "")
    assert "not clear" in printed
    assert "clear" not in printed.replace("not clear", "").replace(paper.NAME, "")
    assert "合格" not in printed.replace("不合格", "")


def test_the_paper_of_a_clear_firm_says_on_which_lists_and_until_when(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = clearance.sign(CLEAR, KEY)
    printed = _printed(monkeypatch, CLEAR)
    for each in (
        paper.CERTIFICATE,
        CLEAR.name,
        CLEAR.identifier,
        "2027-03-26 12:00 (UTC+8)",
        "行贿犯罪记录：done（必查），发布于 2027-03-17 12:00 (UTC+8)，距出具 3 天",
        bytes(32).hex(),
        hashlib.sha256(file).hexdigest(),
    ):
        assert each in printed


@pytest.mark.parametrize("moment", [NOW - timedelta(seconds=1), CLEAR.valid_until], ids=str)
def test_a_certificate_has_a_beginning_and_an_end(moment: datetime) -> None:
    with pytest.raises(Unverified):
        clearance.check_clear(CLEAR, moment)


def test_no_byte_of_the_file_can_be_altered() -> None:
    file = clearance.sign(CLEAR, KEY)
    for position in range(len(file)):
        changed = bytearray(file)
        changed[position] ^= 1
        with pytest.raises(CryptoError):
            clearance.verify(bytes(changed), PLATFORM)


def _paper() -> bytes:
    return clearance.sign_paper(paper.write(clearance.sign(CLEAR, KEY)), KEY)


def test_the_paper_carries_the_file_and_prints_the_same_twice() -> None:
    made = _paper()
    assert made == _paper()
    assert clearance.open_paper(made, PLATFORM) == clearance.sign(CLEAR, KEY)


def test_no_byte_of_the_paper_can_be_altered() -> None:
    made = _paper()
    for position in [*range(0, len(made), 7), *range(len(made) - 120, len(made))]:
        changed = bytearray(made)
        changed[position] ^= 1
        with pytest.raises(CryptoError):
            clearance.open_paper(bytes(changed), PLATFORM)


@pytest.mark.parametrize(
    "data",
    [b"", b"%PDF-1.4\n%%EOF\n", _paper()[:-1], _paper() + b" ", _paper()[:-200]],
    ids=["empty", "unsigned", "cut", "longer", "without its end"],
)
def test_a_paper_without_its_signature_line_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        clearance.open_paper(data, PLATFORM)


def test_a_second_attachment_is_refused() -> None:
    file = clearance.sign(CLEAR, KEY)
    twice = paper.write(file) + b"<<\n/Length 2 /Type /EmbeddedFile\n>>\nstream\n{}endstream\n"
    with pytest.raises(Malformed, match="2 attachments"):
        clearance.open_paper(clearance.sign_paper(twice, KEY), PLATFORM)


def test_a_name_cannot_pass_for_an_attachment() -> None:
    """A firm chooses its own name, and that stands in the attached file as it is."""
    name = "<<\n/Length 2 /Type /EmbeddedFile\n>>\nstream\n{}"
    file = clearance.sign(replace(CLEAR, name=name), KEY)
    made = clearance.sign_paper(paper.write(file), KEY)
    assert clearance.open_paper(made, PLATFORM) == file


def test_a_promise_is_no_certificate_and_a_paper_no_file() -> None:
    """All are signed with one key, each for its own purpose."""
    note = promise.sign(Promise(ORIGIN, bytes(32), b"{}", 7), KEY)
    with pytest.raises(CryptoError):
        clearance.verify(note, PLATFORM)
    signature = sign_labelled(KEY, clearance.PAPER_LABEL, canonical.encode(CLEAR))
    with pytest.raises(Unverified):
        clearance.verify(canonical.encode(SignedClearance(CLEAR, signature)), PLATFORM)


@pytest.mark.parametrize("name", ["other.example/promise", ORIGIN])
def test_another_platforms_key_cannot_speak_for_this_one(name: str) -> None:
    with pytest.raises(Unverified):
        clearance.verify(clearance.sign(CLEAR, KEY), VerifierKey(name, KEY.public))
