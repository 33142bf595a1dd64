"""One store behind two doors: a folder, and whatever speaks S3. Both behave alike."""

import mmap
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from sunseal.storage import ObjectLost, Storage, StorageFull, StorageUnreachable
from tests.support import s3
from tests.support.s3 import Bucket

PIECE = 8 << 20


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bucket]:
    with s3.serving() as made:
        for name, value in made.environment.items():
            monkeypatch.setenv(name, value)
        yield made


@pytest.fixture(params=["file", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "file":
        return Storage(f"file://{tmp_path}/objects")
    bucket: Bucket = request.getfixturevalue("bucket")
    return Storage(bucket.url)


def test_what_is_put_comes_back_whole_and_in_pieces(store: Storage) -> None:
    name, data = uuid4(), os.urandom(PIECE)
    store.put(name, memoryview(data))
    assert store.get(name) == data
    assert b"".join(store.stream(name)) == data


def test_what_goes_past_the_cache_keeps_its_end(store: Storage) -> None:
    """Whole pages go there straight from memory that begins at one; the rest is written after."""
    name, data = uuid4(), os.urandom(2 * mmap.PAGESIZE + 100)
    with mmap.mmap(-1, len(data)) as pages:
        pages[:] = data
        with memoryview(pages) as view:
            store.put(name, view)
    assert store.get(name) == data


def test_memory_is_used_again_and_shows_the_last_object_alone(store: Storage) -> None:
    long, short = uuid4(), uuid4()
    store.put(long, b"long" * 10)
    store.put(short, b"short")
    for room in (8, 64):
        buffer = bytearray(room)
        assert bytes(store.read_into(long, buffer)) == b"long" * 10
        assert bytes(store.read_into(short, buffer)) == b"short"
    with pytest.raises(ObjectLost):
        store.read_into(uuid4(), bytearray(8))


def test_a_name_that_cannot_be_put_again_keeps_its_object(tmp_path: Path) -> None:
    """Of two who hand in one piece at once, the second may be the one that meets a full disk."""
    store, name = Storage(f"file://{tmp_path}/objects"), uuid4()
    store.put(name, b"first")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2, limits[1]))
    try:
        with pytest.raises(StorageUnreachable):
            store.put(name, b"first")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert store.get(name) == b"first"
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == [name.hex]


def test_an_object_never_changes(store: Storage) -> None:
    name = uuid4()
    store.put(name, b"first")
    store.put(name, b"second")
    assert store.get(name) == b"first"


def test_a_removed_object_is_lost_and_removed_again_in_peace(store: Storage) -> None:
    name = uuid4()
    store.put(name, b"x")
    store.delete(name)
    store.delete(name)
    with pytest.raises(ObjectLost):
        store.get(name)
    with pytest.raises(ObjectLost):
        list(store.stream(name))


def test_names_say_nothing(bucket: Bucket) -> None:
    name = uuid4()
    Storage(bucket.url).put(name, b"x")
    assert list(bucket.objects) == [f"/{s3.BUCKET}/sealed/{name.hex[:2]}/{name.hex}"]


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param((507, "XMinioStorageFull"), id="a full disk"),
        pytest.param((403, "QuotaExceeded"), id="a used-up quota"),
    ],
)
def test_a_full_store_is_called_full(bucket: Bucket, refusal: tuple[int, str]) -> None:
    bucket.refusal = refusal
    with pytest.raises(StorageFull):
        Storage(bucket.url).put(uuid4(), b"x")


@pytest.mark.parametrize(
    "refusal",
    [
        pytest.param((503, "SlowDown"), id="an overloaded one"),
        pytest.param((404, "NoSuchBucket"), id="a missing bucket"),
        pytest.param((403, "AccessDenied"), id="a wrong key"),
    ],
)
def test_a_store_that_refuses_is_not_called_full(bucket: Bucket, refusal: tuple[int, str]) -> None:
    store = Storage(bucket.url)
    bucket.refusal = refusal
    with pytest.raises(StorageUnreachable):
        store.put(uuid4(), b"x")
    bucket.refusal = None
    store.put(name := uuid4(), b"x")
    assert store.get(name) == b"x"


def test_a_store_that_has_gone_is_given_up_soon(bucket: Bucket) -> None:
    """The client is told to come again; what it had sent is asked for again then."""
    store, name = Storage(bucket.url), uuid4()
    store.put(name, b"x")
    bucket.refusal = (500, "InternalError")
    bucket.asked = 0
    with pytest.raises(StorageUnreachable):
        store.get(name)
    assert bucket.asked <= 5
    bucket.refusal = None
    assert store.get(name) == b"x"
