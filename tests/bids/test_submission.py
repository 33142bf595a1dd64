"""From the statement to the promise, a replacement and a withdrawal."""

from collections.abc import Callable
from typing import Any

import pytest

from sunseal_crypto import event, promise, statement
from sunseal_crypto.box import ACCEPTED
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.statement import SignedStatement
from tests.bids.world import Bidder, Box, b64, problem, seal


def test_a_bid_is_promised_checked_and_accepted(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    signed = bidder.say(file)
    submission = bidder.uploaded(signed, file.data)
    answer = bidder.finalise(submission).json()
    assert answer["state"] == "finalised"

    verifier = promise.signer(box.settings.origin, box.keys.promise).verifier
    promised = promise.verify(answer["promise"].encode(), verifier)
    detail = event.decode(promised.detail)
    assert (detail.action, detail.outcome) == (ACCEPTED, "done")
    assert detail.data["statement"] == b64(statement.digest(signed.statement))
    assert detail.actor == b64(bidder.pseudonym.public)

    assert "bids.check_digest" in box.run_due()
    seen = bidder.look(submission)
    assert seen["state"] == "accepted"
    assert seen["promise"] == answer["promise"]
    assert seen["receipt"] is None


def test_finalising_again_gives_the_same_promise(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    submission = bidder.uploaded(bidder.say(file), file.data)
    first = bidder.finalise(submission).json()["promise"]
    bidder.box.close(bidder.envelope)
    assert bidder.finalise(submission).json()["promise"] == first
    actions = [action for action, _, _ in bidder.box.events(bidder.organization)]
    assert actions == ["bid.join", "bid.commit", ACCEPTED]


def test_committing_again_gives_the_same_submission(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    signed = bidder.say(file)
    first = bidder.committed(signed)
    assert bidder.committed(signed) == first
    bidder.patch(first["upload"], 0, file.data)
    promised = bidder.finalise(first["id"]).json()
    assert bidder.committed(signed)["promise"] == promised["promise"]


def test_the_header_lies_alone(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope, 200_000)
    submission = bidder.uploaded(bidder.say(file), file.data)
    bidder.finalise(submission)
    box.run_due()
    ((name, size),) = box.rows("select header_object, header_size from sealed.submission")
    assert box.storage.get(name) == file.data[:size]
    assert file.data[size - 1 : size] == b"\n"
    rows = box.rows("select start, size, object from sealed.segment order by start")
    rest = [box.storage.get(object_) for _, _, object_ in rows]
    assert b"".join(rest) == file.data[size:]
    assert rows[0][0] == size
    assert box.objects() == {name.hex, *(object_.hex for _, _, object_ in rows)}


def test_a_replacement_stands_once_it_is_checked(box: Box, bidder: Bidder) -> None:
    first, second = seal(bidder.envelope), seal(bidder.envelope)
    one = bidder.say(first)
    earlier = bidder.handed_in(one, first.data)
    later = bidder.handed_in(bidder.say(second, "replace", one), second.data, checked=False)
    assert [bidder.look(s)["state"] for s in (earlier, later)] == ["accepted", "finalised"]
    box.run_due()
    assert [bidder.look(s)["state"] for s in (earlier, later)] == ["replaced", "accepted"]
    box.run_due()
    headers = "select header_object is null from sealed.submission order by sequence"
    assert box.rows(headers) == [(True,), (False,)]
    assert box.events()[-1][0] == "bid.header-destroyed"


def test_a_withdrawal_is_promised_at_once_and_destroys_the_header(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    one = bidder.say(file)
    submission = bidder.handed_in(one, file.data)
    two = bidder.say(None, "withdraw", one)
    answer = bidder.committed(two)
    assert answer["state"] == "accepted"
    assert answer["promise"]
    assert answer["upload"] is None
    assert bidder.look(submission)["state"] == "withdrawn"
    ((header,),) = box.rows("select header_object from sealed.submission where sequence = 1")
    assert header.hex in box.objects()
    box.run_due()
    assert header.hex not in box.objects()
    assert [action for action, _, _ in box.events()][-1] == "bid.header-destroyed"
    assert bidder.committed(two)["promise"] == answer["promise"]
    again = bidder.say(seal(bidder.envelope), "submit", two)
    assert bidder.commit(again).status_code == 201


def test_a_bid_can_be_withdrawn_while_its_digest_is_checked(box: Box, bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    one = bidder.say(file)
    submission = bidder.handed_in(one, file.data, checked=False)
    bidder.committed(bidder.say(None, "withdraw", one))
    box.run_due()
    assert bidder.look(submission)["state"] == "withdrawn"


def test_a_statement_given_up_is_void_and_its_bytes_go(box: Box, bidder: Bidder) -> None:
    first, second = seal(bidder.envelope), seal(bidder.envelope)
    one = bidder.say(first)
    given_up = bidder.uploaded(one, first.data)
    submission = bidder.handed_in(bidder.say(second), second.data)
    assert bidder.look(given_up)["state"] == "void"
    assert problem(bidder.finalise(given_up)) == "statement-void"
    assert problem(bidder.commit(one)) == "statement-void"
    box.run_due()
    assert bidder.look(submission)["state"] == "accepted"
    kept = box.rows(
        "select object from sealed.segment union all "
        "select header_object from sealed.submission where header_size > 0"
    )
    assert box.objects() == {name.hex for (name,) in kept}


def signed_by_another(bidder: Bidder) -> SignedStatement:
    signed = bidder.say(seal(bidder.envelope))
    bidder.pseudonym = SigningKey.generate()
    other = bidder.say(seal(bidder.envelope))
    return SignedStatement(signed.statement, other.signature)


def of_another(bidder: Bidder) -> SignedStatement:
    bidder.pseudonym = SigningKey.generate()
    return bidder.say(seal(bidder.envelope))


def changed(**fields: Any) -> Callable[[Bidder], SignedStatement]:
    return lambda bidder: bidder.say(seal(bidder.envelope), **fields)


OTHER_RECIPIENT = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"

STATEMENTS: dict[str, tuple[Callable[[Bidder], SignedStatement], str]] = {
    "not JSON": (lambda _: SignedStatement(b"{", bytes(64)), "statement-malformed"),
    "another's signature": (signed_by_another, "statement-not-signed"),
    "another pseudonym": (of_another, "other-pseudonym"),
    "another origin": (changed(origin="else.example"), "statement-elsewhere"),
    "another tender": (changed(tender="else"), "statement-elsewhere"),
    "another envelope": (changed(envelope="2"), "statement-elsewhere"),
    "another envelope's recipient": (changed(recipient=OTHER_RECIPIENT), "other-recipient"),
    "other terms": (changed(terms=bytes(32)), "other-terms"),
    "too big": (changed(size=(8 << 30) + 1), "bid-too-large"),
    "a chain from nowhere": (
        changed(action="replace", previous=bytes(32), sequence=2),
        "chain-forked",
    ),
}


@pytest.mark.parametrize(("say", "slug"), STATEMENTS.values(), ids=STATEMENTS.keys())
def test_statements_that_are_not_committed(
    bidder: Bidder, say: Callable[[Bidder], SignedStatement], slug: str
) -> None:
    assert problem(bidder.commit(say(bidder))) == slug
    assert bidder.box.events(bidder.organization)[-1] == ("bid.commit", "refused", slug)
    assert bidder.get("/api/v1/submissions").json() == []


def test_a_firm_that_has_not_joined_cannot_commit(bidder: Bidder) -> None:
    stranger = bidder.box.firm(bidder.envelope)
    assert problem(stranger.commit(stranger.say(seal(bidder.envelope)))) == "not-joined"


def test_a_statement_for_one_envelope_is_refused_at_another(bidder: Bidder) -> None:
    elsewhere = bidder.box.joined()
    signed = bidder.say(seal(bidder.envelope))
    assert problem(elsewhere.commit(signed)) == "statement-elsewhere"


FOLLOWING: dict[str, tuple[str, dict[str, Any], str]] = {
    "submit after submit": ("submit", {}, "out-of-turn"),
    "a fork at the beginning": ("submit", {"sequence": 1, "previous": b""}, "chain-forked"),
    "another predecessor": ("replace", {"previous": bytes(32)}, "chain-forked"),
    "a number left out": ("replace", {"sequence": 3}, "chain-forked"),
}


@pytest.mark.parametrize(("action", "fields", "slug"), FOLLOWING.values(), ids=FOLLOWING.keys())
def test_statements_that_do_not_follow(
    bidder: Bidder, action: str, fields: dict[str, Any], slug: str
) -> None:
    file = seal(bidder.envelope)
    one = bidder.say(file)
    bidder.handed_in(one, file.data)
    said = bidder.say(seal(bidder.envelope), action, one, **fields)
    assert problem(bidder.commit(said)) == slug


def test_a_fork_of_the_chain_is_refused(bidder: Bidder) -> None:
    first, second = seal(bidder.envelope), seal(bidder.envelope)
    one = bidder.say(first)
    bidder.handed_in(one, first.data)
    bidder.handed_in(bidder.say(second, "replace", one), second.data)
    fork = bidder.say(seal(bidder.envelope), "replace", one)
    assert problem(bidder.commit(fork)) == "chain-forked"


def test_a_chain_has_an_end(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    said = bidder.say(file)
    bidder.handed_in(said, file.data)
    for _ in range(15):
        said = bidder.say(None, "withdraw", said)
        bidder.committed(said)
        said = bidder.say(file, "submit", said)
        bidder.handed_in(said, file.data, checked=False)
    said = bidder.say(None, "withdraw", said)
    bidder.committed(said)
    assert statement.parse(said.statement).sequence == 32
    digest = statement.digest(said.statement)
    data = said.statement.replace(b'"sequence":32', b'"sequence":33')
    body = {"statement": b64(data), "signature": b64(bytes(64))}
    assert problem(bidder.post(f"{bidder.envelope.path}/submissions", body)) == (
        "statement-malformed"
    )
    last = bidder.say(file, "submit", None, sequence=32, previous=digest)
    assert problem(bidder.commit(last)) == "chain-full"


def test_a_withdrawal_of_nothing_is_refused(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    never = bidder.say(file)
    assert problem(bidder.commit(bidder.say(None, "withdraw", never))) == "chain-forked"


def test_bytes_that_have_not_arrived_are_counted(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    committed = bidder.committed(bidder.say(file))
    answer = bidder.finalise(committed["id"])
    assert problem(answer) == "bytes-missing"
    bidder.patch(committed["upload"], 0, file.data[:1000])
    answer = bidder.finalise(committed["id"])
    assert problem(answer) == "bytes-missing"
    assert f"1000 of {len(file.data)}" in answer.json()["detail"]


def test_a_copied_ciphertext_is_refused(bidder: Bidder) -> None:
    """Share, stanza and proof of a competitor, word for word, under one's own pseudonym."""
    file = seal(bidder.envelope)
    theirs = bidder.say(file)
    bidder.handed_in(theirs, file.data)
    thief = bidder.box.joined(bidder.envelope)
    copied = thief.say(file, proof=statement.parse(theirs.statement).proof)
    submission = thief.uploaded(copied, file.data)
    assert problem(thief.finalise(submission)) == "proof-fails"
    refused = ("bid.finalise", "refused", "proof-fails")
    assert bidder.box.events(thief.organization)[-1] == refused
    assert thief.look(submission)["state"] == "committed"


def test_a_refused_header_leaves_the_upload_as_it_was(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    signed = bidder.say(file)
    submission = bidder.uploaded(signed, b"not age" + file.data[7:])
    for _ in range(2):
        assert problem(bidder.finalise(submission)) == "header-not-allowed"
    upload = bidder.look(submission)["upload"]
    assert bidder.head(upload).headers["upload-offset"] == str(len(file.data))


def test_a_bid_list_shows_the_promises(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    submission = bidder.handed_in(bidder.say(file), file.data)
    found = bidder.get("/api/v1/submissions", tender=str(bidder.envelope.tender), envelope="1")
    assert [one["id"] for one in found.json()] == [submission]
    assert bidder.get("/api/v1/submissions", envelope="2").json() == []
