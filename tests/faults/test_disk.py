"""A full disk: the upload is refused in a sentence, nothing is half there, and later it goes on."""

import os
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from sunseal.demo.desk import Desk
from sunseal.demo.firms import BidderFailed
from sunseal_parties.bidder.home import Home
from tests.support.town import Tender, Town

BID_BYTES = 20 << 20  # three segments of the store
LEFT_BYTES = 10 << 20  # room for one of them
WEBS = ("web-1", "web-2")
FAR = 3600.0
PROBLEM = "urn:sunseal:problem:storage-full"
SENTENCE = "The platform's storage is full. Nothing was lost: send this part again later."


@contextmanager
def small_disk(objects: Path) -> Iterator[Callable[[], None]]:
    """A disk of its own in the place of the objects, with room for one segment until it grows."""
    mount("-t", "tmpfs", "-o", f"size={LEFT_BYTES},mode=700", "none", str(objects))
    try:
        yield lambda: mount("-o", f"remount,size={4 * BID_BYTES}", str(objects))
    finally:
        subprocess.run(["umount", "--lazy", str(objects)], check=True)


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True, capture_output=True)


@contextmanager
def small_files(town: Town) -> Iterator[Callable[[], None]]:
    """No web process can write a file as large as a segment, until it may again."""
    pids = [town.pid(name) for name in WEBS]
    before = [resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids]

    def lift() -> None:
        for pid, limits in zip(pids, before, strict=True):
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)

    for pid, (_, hard) in zip(pids, before, strict=True):
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (BID_BYTES // 10, hard))
    try:
        yield lift
    finally:
        lift()


@contextmanager
def no_room(town: Town) -> Iterator[Callable[[], None]]:
    """Yields what makes room again. Where we may not mount, the nearest thing that Linux has."""
    if not sys.platform.startswith("linux"):
        pytest.skip("needs Linux: a disk of its own, or a limit on another process's files")
    with ExitStack() as entered:
        try:
            make_room = entered.enter_context(small_disk(town.stack.installation.objects))
        except (OSError, subprocess.CalledProcessError):
            make_room = entered.enter_context(small_files(town))
        yield make_room


def files_of(town: Town) -> set[str]:
    return {path.name for path in town.stack.installation.objects.rglob("*") if path.is_file()}


def segments_of(town: Town, submission: str) -> dict[UUID, int]:
    """The store's objects that the submission's rows name, with their sizes."""
    with town.admin() as connection:
        rows = connection.execute(
            "select object, g.size from sealed.segment g"
            " join sealed.submission s on s.upload_id = g.upload_id where s.id = %s",
            [submission],
        ).fetchall()
    return dict(rows)


def check_said(town: Town, tender: Tender) -> None:
    """What any tus client hears: a status of its own, and where to go on."""
    bidder = town.bidders[0]
    [attempt] = bidder.attempts(tender.id)
    headers = {
        "Authorization": f"Bearer {Home(bidder.home).token()}",
        "Tus-Resumable": "1.0.0",
        "Content-Type": "application/offset+octet-stream",
    }
    with httpx.Client(base_url=town.url, headers=headers, timeout=60) as client:
        offset = client.head(attempt["upload"]).headers["Upload-Offset"]
        rest = bidder.sealed_file(tender.id).read_bytes()[int(offset) :]
        answer = client.patch(attempt["upload"], content=rest, headers={"Upload-Offset": offset})
        assert answer.status_code == httpx.codes.INSUFFICIENT_STORAGE
        assert (answer.json()["type"], answer.json()["detail"]) == (PROBLEM, SENTENCE)


def check_nothing_is_half_there(town: Town, tender: Tender, before: set[str]) -> None:
    bidder = town.bidders[0]
    [attempt] = bidder.attempts(tender.id)
    assert (attempt["stage"], attempt["promise"]) == ("committed", "")
    kept = segments_of(town, attempt["submission"])
    assert files_of(town) - before == {name.hex for name in kept}
    objects = town.stack.installation.objects
    sizes = {name: (objects / name.hex[:2] / name.hex).stat().st_size for name in kept}
    assert sizes == kept
    with Desk(town.url, Home(bidder.home).token()) as desk:
        view = desk.get(f"/submissions/{attempt['submission']}")
    assert (view["state"], view["promise"]) == ("committed", None)


def test_a_full_disk_is_said_and_the_upload_goes_on_later(town: Town) -> None:
    bidder = town.bidders[0]
    tender = town.publish(FAR)
    small = bidder.documents[0].read_bytes()
    bidder.write_document(os.urandom(BID_BYTES))
    try:
        bidder.join(tender.id)
        bidder.seal(tender.id)
        with no_room(town) as make_room:
            before = files_of(town)
            with pytest.raises(BidderFailed) as failed:
                bidder.submit(tender.id)
            assert SENTENCE in failed.value.sentence
            check_said(town, tender)
            check_nothing_is_half_there(town, tender, before)
            make_room()
            assert bidder.submit(tender.id)["stage"] == "complete"
    finally:
        bidder.write_document(small)
        town.cancel(tender)
