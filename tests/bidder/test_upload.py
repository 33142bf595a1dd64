"""The way to the platform, cut in every place: one statement goes in, once, whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from sunseal_crypto import statement
from sunseal_crypto.spelling import base64_text
from tests.bidder.conftest import Desk
from tests.bidder.stand_in import Problem, Submission, drop, refuse, serving

# More than one piece of 8 MiB.
LARGE = b"0123456789abcdef" * (9 << 16)


@pytest.fixture
def sealed(desk: Desk) -> Desk:
    """A bid of two pieces, ready to be handed in."""
    desk.enter()
    document = desk.document("large.bin", LARGE)
    desk.done("seal", desk.tender, document, "--price", "100")
    return desk


def only(desk: Desk) -> Submission:
    """The one submission there is; its bytes are those on the bidder's disk."""
    [found] = desk.platform.submissions.values()
    [attempt] = desk.attempts.all()
    assert found.signed == attempt.signed
    assert bytes(found.data) == desk.attempts.sealed_file(1).read_bytes()
    return found


FAULTS: dict[str, tuple[str, list[Callable[[], None]]]] = {
    "commit cut before": ("POST tenders/envelopes/submissions", [drop]),
    "commit cut after": ("POST tenders/envelopes/submissions done", [drop]),
    "piece cut before": ("PATCH uploads", [drop, drop]),
    "piece stored, answer cut": ("PATCH uploads done", [drop, drop]),
    "another request holds the upload": ("PATCH uploads", [refuse(423), refuse(423)]),
    "another offset": ("PATCH uploads", [refuse(409, "offset-differs")]),
    "a piece damaged on the way": ("PATCH uploads", [refuse(460, "checksum-differs")]),
    "a piece that took too long": ("PATCH uploads", [refuse(409, "staged-too-long")]),
    "a platform that starts again": ("PATCH uploads", [refuse(503), refuse(502)]),
    "offset question cut": ("HEAD uploads", [drop, refuse(503)]),
    "too many questions": ("HEAD uploads", [refuse(429)]),
    "finalise cut before": ("POST submissions/finalise", [drop]),
    "finalise cut after": ("POST submissions/finalise done", [drop]),
    "the wait cut": ("GET submissions", [drop, refuse(503)]),
}


@pytest.mark.parametrize("name", FAULTS)
def test_one_command_gets_through(sealed: Desk, name: str) -> None:
    route, faults = FAULTS[name]
    sealed.platform.fail(route, *faults)
    assert "receipt complete" in sealed.done("submit", sealed.tender).out
    assert only(sealed).state == "accepted"


@pytest.mark.parametrize(
    "name",
    ["commit cut after", "piece stored, answer cut", "offset question cut", "finalise cut after"],
)
def test_without_patience_the_next_command_goes_on(sealed: Desk, name: str) -> None:
    route, faults = FAULTS[name]
    sealed.platform.fail(route, *faults)
    sealed.patience = "0.01"
    for _ in faults:
        sealed.run("submit", sealed.tender)
    sealed.patience = "5"
    sealed.done("submit", sealed.tender)
    assert only(sealed).state == "accepted"


def test_another_web_process_continues_where_the_first_one_died(sealed: Desk) -> None:
    sealed.patience = "0.2"
    sealed.platform.fail("PATCH uploads", lambda: None, *[drop] * 500)
    assert sealed.run("submit", sealed.tender).code == 1
    sealed.platform.faults.clear()
    asked = len(sealed.platform.asked)
    with serving(sealed.platform) as url:
        sealed.url = url
        sealed.done("submit", sealed.tender)
    assert "POST tenders/envelopes/submissions" not in sealed.platform.asked[asked:]
    assert only(sealed).state == "accepted"


def test_of_several_addresses_any_that_answers_will_do(sealed: Desk) -> None:
    sealed.done("--url", "http://127.0.0.1:9", "submit", sealed.tender)
    assert only(sealed).state == "accepted"


def test_an_upload_that_ended_is_made_again_under_the_same_statement(sealed: Desk) -> None:
    def forget() -> None:
        for found in sealed.platform.submissions.values():
            found.upload = None

    sealed.platform.fail("PATCH uploads", lambda: None, forget)
    sealed.done("submit", sealed.tender)
    assert "POST uploads" in sealed.platform.asked
    assert only(sealed).state == "accepted"


def test_a_host_named_by_the_platform_gets_nothing(sealed: Desk) -> None:
    """The stand-in names https://elsewhere.example as the place of each new upload."""
    sealed.platform.fail("HEAD uploads", refuse(410))
    sealed.done("submit", sealed.tender)
    assert sealed.attempts.all()[0].upload.startswith("/api/v1/uploads/")


def test_what_the_platform_has_is_not_sent_twice(sealed: Desk) -> None:
    sealed.platform.fail("PATCH uploads done", drop)
    sealed.done("submit", sealed.tender)
    size = statement.parse(only(sealed).signed.statement).size
    assert sealed.platform.asked.count("PATCH uploads") == -(-size // (8 << 20))


@pytest.mark.parametrize(
    ("route", "status", "kind"),
    [
        ("POST tenders/envelopes/submissions", 409, "deadline-passed"),
        ("PATCH uploads", 409, "already-finalised"),
        ("PATCH uploads", 413, "bytes-beyond-length"),
        ("POST submissions/finalise", 409, "deadline-passed"),
        ("POST submissions/finalise", 422, "proof-fails"),
    ],
)
def test_a_no_is_told_at_once_and_in_the_platform_s_words(
    sealed: Desk, route: str, status: int, kind: str
) -> None:
    def no() -> None:
        raise Problem(status, kind, "The platform's own sentence.")

    sealed.platform.fail(route, no)
    ended = sealed.run("submit", sealed.tender)
    assert ended.code == 1
    assert "The platform's own sentence." in ended.err
    assert sealed.attempts.all()[0].stage in ("rehearsed", "committed")


def test_an_ended_sign_in_says_so(sealed: Desk) -> None:
    sealed.platform.fail("PATCH uploads", refuse(401, "unauthenticated"))
    ended = sealed.run("submit", sealed.tender)
    assert ended.code == 1
    assert "sunseal-bid login" in ended.err


def test_a_refusal_of_the_digest_is_told_and_the_earlier_bid_stands(sealed: Desk) -> None:
    sealed.done("submit", sealed.tender)
    sealed.platform.refuse_digest = True
    ended = sealed.run("replace", sealed.tender, sealed.document(), "--price", "90")
    assert ended.code == 1
    assert "digest-differs" in ended.err
    sealed.platform.refuse_digest = False
    sealed.done("replace", sealed.tender, sealed.document(), "--price", "80")
    stages = [(a.said.sequence, a.stage) for a in sealed.attempts.all()]
    assert stages == [(1, "complete"), (2, "refused"), (2, "complete")]


@pytest.mark.parametrize("lie", ["another key", "another statement", "a commit"])
def test_a_promise_that_proves_nothing_is_not_taken_for_one(
    sealed: Desk, lie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, platform = sealed.platform.world, sealed.platform

    def promise(found: Submission, state: str) -> None:
        mine = statement.digest(found.signed.statement)
        digest = mine if lie != "another statement" else bytes(32)
        action = "bid.committed" if lie == "a commit" else "bid.accepted"
        found.promise = world.promise(*world.entry(action, statement=base64_text(digest)))
        if lie == "another key":
            found.promise = found.promise[:-8] + "AAAA" + found.promise[-4:]
        found.state = state

    monkeypatch.setattr(platform, "_accept", promise)
    ended = sealed.run("submit", sealed.tender)
    assert ended.code == 1
    assert "signed" in ended.err
    assert sealed.attempts.all()[0].stage == "committed"


def test_a_receipt_under_too_few_cosignatures_is_not_complete(
    sealed: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = sealed.platform.world
    whole = type(world).receipt

    def thin(nonce: bytes, detail: bytes) -> str:
        return whole(world, nonce, detail, cosigners=2)

    monkeypatch.setattr(world, "receipt", thin)
    ended = sealed.run("submit", sealed.tender)
    assert ended.code == 1
    assert "2 cosignatures where 3 are needed" in ended.err
    assert sealed.attempts.all()[0].stage == "received"


def test_a_file_changed_since_sealing_is_not_sent(sealed: Desk) -> None:
    path: Path = sealed.attempts.sealed_file(1)
    path.write_bytes(path.read_bytes()[:-1] + b"!")
    ended = sealed.run("submit", sealed.tender)
    assert ended.code == 1
    assert "has changed since it was sealed" in ended.err
    assert not sealed.platform.submissions


def test_a_document_edited_since_sealing_is_asked_about(sealed: Desk) -> None:
    sealed.document("large.bin", b"the newer version")
    ended = sealed.run("submit", sealed.tender)
    assert ended.code == 1
    assert "the older version" in ended.err
    sealed.done("submit", sealed.tender, "--as-sealed")
