"""tus 1.0: an upload that continues, whoever dropped it, and never holds a byte twice."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from litestar.testing import TestClient

from sunseal.app import create_app
from sunseal.storage import Storage, StorageFull
from tests.bids.world import API, OFFSET_STREAM, TUS, Bidder, Box, b64, problem, seal

SMALL = 70_000


@pytest.fixture
def upload(bidder: Bidder) -> str:
    """Where the file of a committed statement goes."""
    return str(bidder.committed(bidder.say(seal(bidder.envelope, SMALL)))["upload"])


def segments(bidder: Bidder) -> list[tuple[int, int]]:
    """Start and size of what is kept of the firm's files."""
    query = "select start, size from sealed.segment where organization_id = %s order by start"
    return bidder.box.rows(query, bidder.organization)


def length(bidder: Bidder, upload: str) -> int:
    return int(bidder.head(upload).headers["upload-length"])


def test_the_server_says_what_it_can(crowd: Box) -> None:
    answer = crowd.client.options(f"{API}/uploads")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,checksum,termination,expiration"
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert int(answer.headers["tus-max-size"]) == crowd.settings.max_bid_bytes


def test_an_upload_tells_how_far_it_is(bidder: Bidder, upload: str) -> None:
    answer = bidder.head(upload)
    assert answer.status_code == 200
    assert answer.headers["upload-offset"] == "0"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert answer.headers["upload-expires"].endswith("GMT")
    answer = bidder.patch(upload, 0, bytes(10_000))
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, "10000")
    assert bidder.head(upload).headers["upload-offset"] == "10000"


def test_pieces_of_any_size_make_one_file(bidder: Bidder) -> None:
    file = seal(bidder.envelope, 9 << 20)
    committed = bidder.committed(bidder.say(file))
    at = 0
    for size in (1, 99, 8_092, 1, 65_536, 9 << 20):
        data = file.data[at : at + size]
        assert bidder.patch(committed["upload"], at, data).status_code == 204
        at += len(data)
    sizes = [size for _, size in segments(bidder)]
    assert sizes[:5] == [1, 99, 8_092, 1, 65_536]
    assert max(sizes) == 8 << 20
    bidder.finalise(committed["id"])
    bidder.box.check_digest(committed["id"])
    assert bidder.look(committed["id"])["state"] == "accepted"


def test_no_piece_reaches_across_the_longest_header(bidder: Bidder, upload: str) -> None:
    bidder.patch(upload, 0, bytes(20_000))
    assert segments(bidder) == [(0, 8192), (8192, 11_808)]


def test_creating_finds_the_upload_there_is(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    committed = bidder.committed(bidder.say(file))
    answer = create(bidder, committed["id"], len(file.data))
    assert answer.status_code == 201
    assert answer.headers["location"] == committed["upload"]


def create(bidder: Bidder, submission: str, size: int | str, **more: str) -> Any:
    named = {
        **TUS,
        "Upload-Length": str(size),
        "Upload-Metadata": f"filename {b64(b'bid.age')},submission {b64(submission.encode())}",
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    return bidder.box.client.post(f"{API}/uploads", headers={**bidder.headers, **named})


CREATIONS: dict[str, tuple[Callable[[Bidder, str], Any], str]] = {
    "another length": (lambda b, s: create(b, s, 5), "length-differs"),
    "no number": (lambda b, s: create(b, s, "many"), "bad-upload"),
    "a deferred length": (lambda b, s: create(b, s, "", Upload_Defer_Length="1"), "bad-upload"),
    "no submission": (lambda b, s: create(b, s, 5, Upload_Metadata="a Yg=="), "bad-upload"),
    "no base64": (lambda b, s: create(b, s, 5, Upload_Metadata="submission %"), "bad-upload"),
    "two submissions": (
        lambda b, s: create(
            b, s, 5, Upload_Metadata=",".join(2 * [f"submission {b64(s.encode())}"])
        ),
        "bad-upload",
    ),
    "another version": (lambda b, s: create(b, s, 5, Tus_Resumable="0.2.2"), "not-tus"),
    "an unknown one": (
        lambda b, s: create(b, "00000000-0000-4000-8000-000000000000", 5),
        "no-such-submission",
    ),
}


@pytest.mark.parametrize(("attempt", "slug"), CREATIONS.values(), ids=CREATIONS.keys())
def test_uploads_that_are_not_created(
    bidder: Bidder, attempt: Callable[[Bidder, str], Any], slug: str
) -> None:
    committed = bidder.committed(bidder.say(seal(bidder.envelope)))
    answer = attempt(bidder, committed["id"])
    assert problem(answer) == slug
    assert answer.headers["tus-resumable"] == "1.0.0"


def digest_of(data: bytes, algorithm: str) -> str:
    return f"{algorithm} {b64(hashlib.new(algorithm, data).digest())}"


PATCHES: dict[str, tuple[dict[str, str], int, int, str]] = {
    "no protocol": ({"Tus_Resumable": "2.0.0"}, 0, 412, "not-tus"),
    "another type": ({"Content_Type": "application/octet-stream"}, 0, 415, "not-an-offset-stream"),
    "a gap": ({}, 5, 409, "offset-differs"),
    "no offset": ({"Upload_Offset": "-1"}, 0, 400, "bad-upload"),
    "an offset beyond all numbers": ({"Upload_Offset": "9" * 30}, 0, 400, "bad-upload"),
    "an unknown checksum": ({"Upload_Checksum": "md5 AAAA"}, 0, 400, "checksum-unknown"),
    "a checksum cut short": ({"Upload_Checksum": "sha256 AAAA"}, 0, 400, "checksum-unknown"),
    "a checksum that is no base64": ({"Upload_Checksum": "sha1 !"}, 0, 400, "checksum-unknown"),
    "another checksum": (
        {"Upload_Checksum": digest_of(b"other", "sha256")},
        0,
        460,
        "checksum-differs",
    ),
    "another old checksum": (
        {"Upload_Checksum": digest_of(b"other", "sha1")},
        0,
        460,
        "checksum-differs",
    ),
}


@pytest.mark.parametrize(("headers", "offset", "status", "slug"), PATCHES.values(), ids=PATCHES)
def test_pieces_that_are_not_kept(
    box: Box,
    bidder: Bidder,
    upload: str,
    headers: dict[str, str],
    offset: int,
    status: int,
    slug: str,
) -> None:
    answer = bidder.patch(upload, offset, bytes(20_000), **headers)
    assert answer.status_code == status
    assert problem(answer) == slug
    assert answer.headers["tus-resumable"] == "1.0.0"
    assert bidder.head(upload).headers["upload-offset"] == "0"
    assert segments(bidder) == []


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_a_piece_with_its_checksum_is_kept(bidder: Bidder, upload: str, algorithm: str) -> None:
    data = bytes(range(250)) * 100
    answer = bidder.patch(upload, 0, data, Upload_Checksum=digest_of(data, algorithm))
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, "25000")


def test_bytes_beyond_the_length_are_refused(bidder: Bidder, upload: str) -> None:
    answer = bidder.patch(upload, 0, bytes(length(bidder, upload) + 1))
    assert problem(answer) == "bytes-beyond-length"
    assert bidder.head(upload).headers["upload-offset"] == "0"


def test_unannounced_bytes_beyond_the_length_are_refused(bidder: Bidder, upload: str) -> None:
    def crumbs() -> Any:
        for _ in range(20):
            yield bytes(10_000)

    answer = bidder.patch(upload, 0, crumbs())
    assert problem(answer) == "bytes-beyond-length"


def test_a_client_may_say_its_method_in_a_header(bidder: Bidder, upload: str) -> None:
    headers = {**bidder.headers, **OFFSET_STREAM, "Upload-Offset": "0"}
    for method, status in (("PATCH", 204), ("DELETE", 204), ("TRACE", 400)):
        named = {**headers, "X-HTTP-Method-Override": method}
        answer = bidder.box.client.post(upload, content=b"first", headers=named)
        assert answer.status_code == status


def test_an_upload_continues_in_another_process(bidder: Bidder) -> None:
    box = bidder.box
    file = seal(bidder.envelope)
    committed = bidder.committed(bidder.say(file))
    bidder.patch(committed["upload"], 0, file.data[:30_000])
    with TestClient(create_app(box.settings)) as other:
        box.client, first = other, box.client
        at = int(bidder.head(committed["upload"]).headers["upload-offset"])
        assert at == 30_000
        assert bidder.patch(committed["upload"], at, file.data[at:]).status_code == 204
        box.client = first
    assert bidder.finalise(committed["id"]).status_code == 200
    box.check_digest(committed["id"])
    assert bidder.look(committed["id"])["state"] == "accepted"


def test_of_two_that_send_the_same_bytes_one_is_kept(bidder: Bidder) -> None:
    file = seal(bidder.envelope, 500_000)
    committed = bidder.committed(bidder.say(file))
    with ThreadPoolExecutor(4) as pool:
        sent = [pool.submit(bidder.patch, committed["upload"], 0, file.data) for _ in range(4)]
        statuses = sorted(future.result().status_code for future in sent)
    assert set(statuses) <= {204, 409}
    at = int(bidder.head(committed["upload"]).headers["upload-offset"])
    bidder.patch(committed["upload"], at, file.data[at:])
    assert bidder.finalise(committed["id"]).status_code == 200
    bidder.box.check_digest(committed["id"])
    assert bidder.look(committed["id"])["state"] == "accepted"
    sizes = [size for _, size in segments(bidder)]
    assert sum(sizes) + segments(bidder)[0][0] == len(file.data)


def test_a_settled_upload_never_changes(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    signed = bidder.say(file)
    submission = bidder.handed_in(signed, file.data)
    upload = bidder.look(submission)["upload"]
    assert bidder.head(upload).headers["upload-offset"] == str(len(file.data))
    assert "upload-expires" not in bidder.head(upload).headers
    headers = {**bidder.headers, **TUS}
    assert problem(bidder.patch(upload, len(file.data), b"more")) == "already-finalised"
    assert problem(bidder.box.client.delete(upload, headers=headers)) == "already-finalised"
    assert problem(create(bidder, submission, len(file.data))) == "already-finalised"


def test_an_upload_that_is_ended_can_be_begun_again(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    committed = bidder.committed(bidder.say(file))
    bidder.patch(committed["upload"], 0, file.data[:5000])
    ended = bidder.box.client.delete(committed["upload"], headers={**bidder.headers, **TUS})
    assert ended.status_code == 204
    assert bidder.head(committed["upload"]).status_code == 404
    assert problem(bidder.finalise(committed["id"])) == "nothing-to-finalise"
    again = create(bidder, committed["id"], len(file.data)).headers["location"]
    assert again != committed["upload"]
    bidder.patch(again, 0, file.data)
    assert bidder.finalise(committed["id"]).status_code == 200


def test_an_upload_ends_with_the_deadline(bidder: Bidder) -> None:
    file = seal(bidder.envelope)
    committed = bidder.committed(bidder.say(file))
    with bidder.box.database.admin() as connection:
        connection.execute(
            "update sealed.upload set expires_at = kit.now() where organization_id = %s",
            (bidder.organization,),
        )
    answer = bidder.patch(committed["upload"], 0, file.data)
    assert answer.status_code == 410
    assert problem(answer) == "upload-expired"


def test_crumbs_are_refused_at_some_point(bidder: Bidder, upload: str) -> None:
    with bidder.box.database.admin() as connection:
        connection.execute(
            """insert into sealed.segment (upload_id, start, size, sha256, object, organization_id)
            select id, n, 1, '', gen_random_uuid(), organization_id
            from sealed.upload, generate_series(0, 999) n where organization_id = %s""",
            (bidder.organization,),
        )
    assert problem(bidder.patch(upload, 1000, b"1")) == "too-many-segments"


def test_a_full_disk_is_said_and_costs_nothing(
    bidder: Bidder, upload: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bidder.patch(upload, 0, bytes(100))
    with monkeypatch.context() as disk:
        disk.setattr(Storage, "put", full)
        answer = bidder.patch(upload, 100, bytes(100))
        assert answer.status_code == 507
        assert answer.json()["type"] == "urn:sunseal:problem:storage-full"
    assert bidder.head(upload).headers["upload-offset"] == "100"
    assert bidder.patch(upload, 100, bytes(100)).status_code == 204


def test_a_full_disk_at_finalising_is_said_and_costs_nothing(
    bidder: Bidder, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = seal(bidder.envelope)
    submission = bidder.uploaded(bidder.say(file), file.data)
    with monkeypatch.context() as disk:
        disk.setattr(Storage, "put", full)
        assert bidder.finalise(submission).status_code == 507
    assert bidder.look(submission)["state"] == "committed"
    assert bidder.finalise(submission).status_code == 200
    bidder.box.check_digest(submission)
    assert bidder.look(submission)["state"] == "accepted"


def full(*_: object) -> None:
    raise StorageFull()
