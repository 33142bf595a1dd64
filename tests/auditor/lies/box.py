"""Told falsely up to the request: the key, the bids, their box, and what custodians are asked."""

import dataclasses
from datetime import timedelta

from msgspec.structs import replace

from sunseal_crypto import box, canonical, notice, statement
from sunseal_crypto.box import Link
from sunseal_crypto.bundle import Kind
from sunseal_crypto.certificate import Certificate
from sunseal_crypto.spelling import base64_text
from sunseal_crypto.terms import parse as parse_terms
from tests.auditor import story
from tests.auditor.story import NOT_BEFORE, Story, by_name, finish
from tests.crypto.rosters import DEADLINE


def another_roster() -> Story:
    told = story.told()
    other = told.made.roster.replace(b'"operator":"operator"', b'"operator":"somebody"')
    told.made = dataclasses.replace(told.made, roster=other)
    return told


def another_notice() -> Story:
    told = story.told()
    read = replace(notice.parse(told.made.notice), title="Another road")
    told.evidence[Kind.NOTICE, ""] = canonical.encode(read)
    return told


def second_certificate() -> Story:
    told = Story()
    terms = canonical.decode(Certificate, told.made.certificate).terms
    other, _ = story.certified(told.made.roster, terms)
    told.certify(other)
    told.certify()
    return told


def unlogged_certificate() -> Story:
    told = Story()
    told.tick()
    return told


def certificate_of_another_tender() -> Story:
    told = Story()
    terms = parse_terms(canonical.decode(Certificate, told.made.certificate).terms)
    elsewhere = canonical.encode(replace(terms, envelope="2"))
    other, _ = story.certified(told.made.roster, elsewhere)
    told.evidence[Kind.CERTIFICATE, ""] = other
    told.tick()
    return told


def lost_bid() -> Story:
    told = story.begun()
    told.close(without=(told.bids[0],))
    told.request()
    return finish(told)


def lost_replace() -> Story:
    told = story.begun()
    replaced = told.bids[1]
    replaced.chain.pop()
    told.close()
    told.request()
    return finish(told)


def second_box() -> Story:
    told = story.begun()
    told.close()
    told.log_box(b"r" * 32)
    told.tick()
    told.request()
    return finish(told)


def closed_early() -> Story:
    told = story.begun()
    told.close(at=DEADLINE - timedelta(minutes=1))
    told.request()
    return finish(told)


def late_bid() -> Story:
    told = story.begun()
    told.now = DEADLINE + timedelta(seconds=30)
    late = told.joins("late")
    told.submits(late)
    told.close()
    told.request()
    return finish(told)


def bid_after_closing() -> Story:
    """A platform that chooses its seeds can write a tick before the one that comes first."""
    told = story.begun()
    late = told.joins("late")
    told.tick()
    told.now = DEADLINE - timedelta(seconds=1)
    signed = told.signed(late, "submit")
    detail = told.enter(box.ACCEPTED, statement=base64_text(statement.digest(signed.statement)))
    told.now = DEADLINE + timedelta(seconds=10)
    told.tick()
    ahead = told.set_aside()
    entry = replace(told.placed[detail], index=len(told.leaves) + 1)
    late.chain.append(Link(statement=signed, entry=entry))
    told.now = DEADLINE
    told.close()
    told.put_back(ahead)
    told.request()
    return finish(told)


def asked_early() -> Story:
    told = story.begun()
    told.close()
    told.request(at=NOT_BEFORE - timedelta(minutes=1))
    return finish(told)


def asked_for_a_withdrawn_bid() -> Story:
    told = story.begun()
    told.close()
    gone, _ = by_name(told, "gone")
    leaves = told.opened_leaves()
    asked = [n for n, leaf in enumerate(leaves) if leaf.state == "current"]
    told.request(answer=sorted([*asked, gone]))
    told.publish()
    return told


def withdrawn_shown_as_current() -> Story:
    told = story.begun()
    told.close()
    gone, _ = by_name(told, "gone")
    leaves = told.opened_leaves()
    leaves[gone] = replace(leaves[gone], state="current")
    told.request(leaves=leaves, answer=[])
    told.publish()
    return told


def not_all_asked_for() -> Story:
    told = story.begun()
    told.close()
    plain, _ = by_name(told, "plain")
    told.request(answer=[plain])
    return finish(told)


def leaf_hidden_from_custodians() -> Story:
    told = story.begun()
    told.close()
    told.request(leaves=told.opened_leaves()[:-1])
    return finish(told)


def request_not_shown() -> Story:
    told = story.told()
    told.request(answer=[])
    del told.evidence[Kind.REQUEST, "2"]
    return told


def request_not_logged() -> Story:
    told = story.told()
    request, _ = told.requests[0]
    body = canonical.encode(replace(request, number=2, answer=[]))
    told.evidence[Kind.REQUEST, "2"] = body
    return told
