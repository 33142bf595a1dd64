"""The whole walk with honest parties: ceremony, cosignatures, release, and the bids open."""

import io

from sunseal_crypto import age, canonical, release, statement, threshold
from sunseal_crypto.age import x25519
from sunseal_crypto.age.x25519 import X25519Recipient
from sunseal_crypto.checkpoint import count_cosignatures
from tests.custodian.bidders import FILE_KEY


def test_three_custodians_make_a_key_and_cosign_every_size(world):
    world.certified()
    log = world.log
    cosigners = world.parties[0].seat.cosigners
    for size in range(1, len(log.leaves) + 1):
        assert len(count_cosignatures(log.note(size), cosigners)) == 3


def test_bids_open_with_any_two_answers(world):
    world.boxed(bids=2)
    desk = world.ask()
    world.turn(4)
    found = {index: world.answer(desk, index) for index in (1, 2, 3)}
    heads = {at: statement.parse(b.chain[-1][0].statement) for at, b in enumerate(world.bidders)}
    for pair in ((1, 2), (1, 3), (2, 3)):
        points = {i: release.verify_answer(world.key, found[i], heads) for i in pair}
        for at, bidder in enumerate(world.bidders):
            secret = threshold.combine({i: points[i][at] for i in pair})
            recipient = X25519Recipient.from_string(world.key.recipient)
            assert x25519.unwrap_with_secret(bidder.stanza, secret, recipient.point) == FILE_KEY


def test_the_answer_waits_for_its_commitment_in_the_cosigned_log(world):
    world.boxed()
    desk = world.ask()
    world.turn(2)
    assert sorted(desk.commitments) == [1, 2, 3]
    assert not desk.answers
    world.turn(2)
    assert sorted(desk.answers) == [1, 2, 3]
    for index, party in enumerate(world.parties, 1):
        signed = io.BytesIO()
        age.decrypt(io.BytesIO(desk.answers[index]), signed, [world.worker])
        parsed = canonical.decode(release.SignedAnswer, signed.getvalue())
        assert release.commitment(parsed) == desk.commitments[index]
        assert party.view.said("refusal") == []


def test_polls_look_the_same_before_and_after(world):
    world.boxed()
    world.ask()
    world.turn(4)
    polls = [party.view.polls for party in world.parties]
    assert polls[0] == polls[1] == polls[2] == list(range(len(world.log.leaves)))
