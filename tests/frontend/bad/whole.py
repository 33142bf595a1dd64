"""A whole file at a rehearsal, a whole certificate when it is accepted."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.frontend.bad.statements import flipped
from tests.frontend.bad.values import Arguments, Bad, rewritten
from tests.frontend.good import Good


def rehearsal(**changes: Callable[[Good], Any]) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        return good.arguments["rehearse"] | {name: make(good) for name, make in changes.items()}

    return make


def tampered(change: Callable[[bytes], bytes]) -> Callable[[Good], Path]:
    def make(good: Good) -> Path:
        path = good.folder / "tampered.age"
        path.write_bytes(change(good.sealed.path.read_bytes()))
        return path

    return make


def accepted(**changes: Callable[[Good], Any]) -> Callable[[Good], Arguments]:
    def make(good: Good) -> Arguments:
        return good.arguments["accept"] | {name: make(good) for name, make in changes.items()}

    return make


WHOLE = [
    Bad("rehearse", "a-flipped-byte", rehearsal(path=tampered(lambda data: flipped(data, 5000)))),
    Bad("rehearse", "a-byte-less", rehearsal(path=tampered(lambda data: data[:-1]))),
    Bad("rehearse", "another-organization", rehearsal(organization=lambda g: g.pseudonym.public)),
    Bad(
        "accept",
        "another-notice",
        accepted(notice=lambda good: rewritten(good.world.notice, title="A bridge")),
    ),
    Bad("accept", "another-envelope", accepted(envelope=lambda good: "2")),
    Bad(
        "accept",
        "another-tender",
        accepted(tender=lambda good: "00000000-0000-4000-8000-000000000008"),
    ),
    Bad("accept", "not-logged-yet", accepted(receipt=lambda good: "")),
    Bad(
        "accept",
        "receipt-of-another-certificate",
        accepted(receipt=lambda good: good.world.certificate_receipt(b"another")),
    ),
    Bad(
        "accept",
        "receipt-of-another-action",
        accepted(receipt=lambda good: good.world.receipt(*good.world.entry("bid.join"))),
    ),
    Bad(
        "accept",
        "too-few-cosigners",
        accepted(
            receipt=lambda good: good.world.receipt(
                *good.world.entry("ceremony.certificate"), cosigners=2
            )
        ),
    ),
]
