"""Rules (c) to (e) of a release: what the box holds, and which of its bids may be opened."""

from dataclasses import dataclass
from datetime import datetime

from sunseal_crypto import box, event, group, proofs
from sunseal_crypto.box import LeafDetail, OpenedLeaf, State
from sunseal_crypto.certificate import EnvelopeKey
from sunseal_crypto.errors import CryptoError, Malformed, Unverified
from sunseal_crypto.proofs import AuthorshipContext
from sunseal_crypto.release import InvalidLeaf, ReleaseRequest, Rule
from sunseal_crypto.statement import BidStatement
from sunseal_parties.custodian.facts import Closing, Decision, Facts, Shown, check_logged
from sunseal_parties.custodian.refusals import RefusalError


@dataclass(frozen=True, slots=True)
class Place:
    """A position of the box; `statements` is the leaf's chain, None when it does not verify."""

    position: int
    asked: bool
    opened: OpenedLeaf
    leaf: LeafDetail
    statements: list[BidStatement] | None


def check_box(shown: Shown, facts: Facts, closing: Closing, box_of_key: bytes) -> Decision:
    """Rules (c) to (e), then each leaf that is asked for. Raises RefusalError.

    `box_of_key` is the root that the log gave when a box was first shown for this key.
    """
    request, key = shown.request, facts.key

    # (e) One box per key, ever: what is not in it does not exist.
    if closing.root != box_of_key:
        raise RefusalError("second-box", "another box was shown for this key before")

    # (c) The root from all leaves: none missing, none twice, one chain per pseudonym.
    places = _open_box(request, key, closing)

    # (c) Every bid was accepted before the box was closed.
    for place in places:
        _check_in_time(place, closing, facts)

    # (c) Each leaf is shown as what it is, and only heads of chains are asked for.
    for place in places:
        _check_shown_state(place, closing, facts)
    _check_asked(request)

    # (d) Enough bids, counted once: the first request asks for all of them, a later one only for
    # what was pending then.
    if request.number == 1:
        _check_complete(request)
        _check_minimum(places, key.terms.minimum_bids, closing.deadline)
    else:
        _check_supplement(request, facts.first)
    if facts.answered not in (None, shown.digest):
        raise RefusalError("changed-list", f"another request {request.number} was answered")

    return _decide(request, places, key, closing.deadline)


def _open_box(request: ReleaseRequest, key: EnvelopeKey, closing: Closing) -> list[Place]:
    size = key.terms.box_size
    if len(request.leaves) != size:
        raise RefusalError("shortened-list", f"{len(request.leaves)} leaves of {size} are shown")
    if request.box != closing.root:
        raise RefusalError("changed-list", "the request names another root than the log")
    try:
        details = box.verify_box(
            closing.root, size, [(opened.nonce, opened.detail) for opened in request.leaves]
        )
    except Malformed as error:
        raise RefusalError("malformed", str(error)) from None
    except Unverified as error:
        raise RefusalError("changed-list", str(error)) from None
    asked = set(request.answer)
    return [
        Place(position, position in asked, opened, leaf, _statements(leaf, key))
        for position, (opened, leaf) in enumerate(zip(request.leaves, details, strict=True))
    ]


def _statements(leaf: LeafDetail, key: EnvelopeKey) -> list[BidStatement] | None:
    """The leaf's chain, if it verifies and is about this key."""
    try:
        statements = box.verify_chain(leaf)
    except CryptoError:
        return None
    # All statements of a verified chain name the same place.
    return None if statements and not _is_about(statements[-1], key) else statements


def _is_about(said: BidStatement, key: EnvelopeKey) -> bool:
    named = (said.origin, said.tender, said.envelope, said.recipient, said.terms)
    terms = key.terms
    return named == (terms.origin, terms.tender, terms.envelope, key.recipient, key.terms_hash)


def _check_in_time(place: Place, closing: Closing, facts: Facts) -> None:
    for link in place.leaf.chain:
        try:
            check_logged(link.entry, facts.history, closing.closed_at)
        except CryptoError as error:
            raise RefusalError("late-leaf", f"leaf {place.position}: {error}") from None


def _check_shown_state(place: Place, closing: Closing, facts: Facts) -> None:
    # A chain that does not verify tells nothing; if its leaf is asked for, it is invalid.
    if place.statements is None:
        return
    try:
        box.check_state(place.opened, box.state_at_closing(place.leaf, place.statements))
        # A bar decided after prices were seen would throw out the winner.
        if place.opened.decision is not None:
            check_logged(place.opened.decision, facts.history, closing.requested_at)
    except CryptoError as error:
        rule: Rule = "withdrawn-bid" if place.asked else "changed-list"
        raise RefusalError(rule, f"leaf {place.position}: {error}") from None


def _check_asked(request: ReleaseRequest) -> None:
    for position in request.answer:
        if (state := request.leaves[position].state) != "current":
            raise RefusalError("withdrawn-bid", f"leaf {position} is {state}, not a current bid")


def _check_complete(request: ReleaseRequest) -> None:
    """Nobody chooses what to open after seeing some of the prices."""
    current = [
        position for position, opened in enumerate(request.leaves) if opened.state == "current"
    ]
    if request.answer != current:
        raise RefusalError("shortened-list", "the first request does not ask for every bid")


def _check_supplement(request: ReleaseRequest, first: list[State] | None) -> None:
    """What was pending may be opened, barred or stay so; everything else is as it was."""
    # Whoever could begin with the second request would be free of the first one's rules.
    if first is None:
        raise RefusalError("changed-list", "request 1, which this one adds to, was not answered")
    for position, (opened, before) in enumerate(zip(request.leaves, first, strict=True)):
        decided = before == "pending" and opened.state in ("pending", "current", "barred")
        if opened.state != before and not decided:
            raise RefusalError("changed-list", f"leaf {position} was {before} at first")
    for position in request.answer:
        if first[position] != "pending":
            raise RefusalError("changed-list", f"leaf {position} was not pending at first")


def _check_minimum(places: list[Place], minimum: int, deadline: datetime) -> None:
    """A pending bid counts; one that is barred, or that came late, does not."""
    bids = [
        place
        for place in places
        if place.statements
        and place.opened.state in ("current", "pending")
        and not _is_late(place, deadline)
    ]
    if len(bids) < minimum:
        raise RefusalError("below-minimum", f"{len(bids)} bids, {minimum} are needed to open any")


def _decide(
    request: ReleaseRequest, places: list[Place], key: EnvelopeKey, deadline: datetime
) -> Decision:
    answered: list[tuple[int, BidStatement]] = []
    invalid: list[InvalidLeaf] = []
    for position in request.answer:
        statements = places[position].statements
        rule = _fault(statements[-1], key) if statements else "bad-statement"
        # A deadline that was moved in the table alone lets in bids that nobody opens; the others
        # must not suffer for it.
        if statements and _is_late(places[position], deadline):
            rule = "late-leaf"
        if statements and rule is None:
            answered.append((position, statements[-1]))
        elif rule is not None:
            invalid.append(InvalidLeaf(position, rule))
    return Decision(answered, invalid)


def _is_late(place: Place, deadline: datetime) -> bool:
    """Whether any statement was accepted at the deadline in force, or after it."""
    return any(event.decode(link.entry.detail).at >= deadline for link in place.leaf.chain)


def _fault(head: BidStatement, key: EnvelopeKey) -> Rule | None:
    """What forbids to answer this bid alone."""
    context = AuthorshipContext(
        origin=head.origin,
        tender=head.tender,
        envelope=head.envelope,
        terms=key.terms_hash,
        pseudonym=head.pseudonym,
        body_hash=head.body_hash,
    )
    # Without this proof, a sybil could have somebody else's share opened under its own name.
    try:
        proofs.verify_authorship(head.share, head.proof, context)
    except CryptoError:
        return "missing-authorship" if _is_share(head.share) else "bad-share"
    return None


def _is_share(share: bytes) -> bool:
    """Tells apart why a proof failed; to release anything, the proof itself must hold."""
    try:
        group.from_montgomery(share)
    except Malformed:
        return False
    return True
