"""A bid's life as its bidder sees it, against a platform on a real socket."""

from pathlib import Path

from sunseal_crypto import statement
from tests.bidder.conftest import Desk
from tests.bidder.stand_in import EMAIL, PASSWORD


def test_from_registration_to_a_receipt_that_verifies_offline(desk: Desk, tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text(PASSWORD + "\n")
    desk.done(
        *("register", "--name", "A firm", "--uscc", "91440300100000000R"),
        *("--legal-representative", "Wang", "--person", "Li", "--email", EMAIL),
        *("--password-file", str(password)),
    )
    desk.done("enrol-key", "--roster", desk.roster_file())
    assert "2 of 3 custodians" in desk.done("check", desk.tender).out
    desk.done("join", desk.tender)
    sealed = desk.seal()
    assert "still on this machine only" in sealed.out
    assert "received, the receipt complete" in desk.done("submit", desk.tender).out
    receipt = tmp_path / "receipt.txt"
    desk.done("receipt", desk.tender, "--out", str(receipt))
    checked = desk.done("--json", "verify-receipt", str(receipt), "--roster", desk.roster_file())
    [attempt] = desk.attempts.all()
    assert checked.facts["action"] == "bid.accepted"
    assert checked.facts["object"] == f"tender/{desk.tender}/envelope/1"
    assert len(checked.facts["cosigned"]) == 4
    assert attempt.stage == "complete"


def test_submit_replace_withdraw_submit_are_one_chain(desk: Desk) -> None:
    desk.enter()
    desk.seal(price="100")
    desk.done("submit", desk.tender)
    desk.done("replace", desk.tender, desk.document(), "--price", "90")
    desk.done("withdraw", desk.tender, "--yes")
    desk.seal(price="80")
    desk.done("submit", desk.tender)
    chain = statement.verify_chain([attempt.signed for attempt in desk.attempts.all()])
    assert [said.action for said in chain] == ["submit", "replace", "withdraw", "submit"]
    assert all(attempt.stage == "complete" for attempt in desk.attempts.all())
    assert desk.done("status").out.count("receipt complete") == 4


def test_every_command_can_be_repeated(desk: Desk) -> None:
    desk.enter()
    desk.enter()
    for _ in range(2):
        desk.seal()
    for _ in range(2):
        desk.done("submit", desk.tender)
    for _ in range(2):
        desk.done("replace", desk.tender, desk.document(), "--price", "90")
    for _ in range(2):
        desk.done("withdraw", desk.tender, "--yes")
    actions = [attempt.said.action for attempt in desk.attempts.all()]
    assert actions == ["submit", "replace", "withdraw"]
    assert len(desk.platform.submissions) == 3


def test_nothing_is_called_complete_before_its_receipt(desk: Desk) -> None:
    desk.enter()
    desk.seal()
    desk.platform.receipts = False
    ended = desk.done("submit", desk.tender, "--wait", "0")
    assert "is received" in ended.out
    assert "not complete yet" in ended.out
    assert "submitted" not in ended.out
    waiting = desk.run("receipt", desk.tender, "--wait", "0")
    assert waiting.code == 1
    assert "received, its receipt not complete yet" in waiting.err
    desk.platform.receipts = True
    desk.done("receipt", desk.tender, "--out", str(desk.folder / "r"))
    assert desk.attempts.all()[0].stage == "complete"


def test_machines_read_one_json_object(desk: Desk) -> None:
    desk.enter()
    assert desk.seal("--json").facts["stage"] == "rehearsed"
    handed_in = desk.done("submit", desk.tender, "--json")
    assert len(handed_in.out.splitlines()) == 1
    assert handed_in.facts["stage"] == "complete"
    refused = desk.run("seal", desk.tender, desk.document(), "--price", "1", "--json")
    assert refused.code == 1
    assert refused.facts["error"] == "OutOfOrder"


def test_the_home_is_for_nobody_else(desk: Desk) -> None:
    desk.enter()
    desk.seal()
    assert desk.home.stat().st_mode & 0o077 == 0
    files = [path for path in desk.home.rglob("*") if path.is_file() and path.name != "lock"]
    assert len(files) > 8
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)
