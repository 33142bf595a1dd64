"""Opening bids: each streamed once through hash, decryption and container, several at a time.

What a bid says counts only when its last byte has been read and its digest, manifest, signature and
documents have all been verified. What is wrong with one bid never stops another.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from uuid import UUID

import structlog

from sunseal.opening import rules
from sunseal.opening.rules import Expected
from sunseal.opening.service.combine import file_key
from sunseal.opening.service.files import DocumentSink, SealedFile
from sunseal.storage import ObjectLost, Storage
from sunseal_crypto import container, sealed
from sunseal_crypto.age import stream
from sunseal_crypto.bid import LIMIT, BidManifest, FileDigest
from sunseal_crypto.container import Entry
from sunseal_crypto.errors import CryptoError
from sunseal_crypto.record import Outcome
from sunseal_crypto.signing import SIGNATURE_BYTES
from sunseal_crypto.streams import read_exactly

# libcrypto and the disk work outside Python's lock, so threads are enough. Each bid takes up to
# five pieces of memory, and four threads aside: one reads ahead, one hashes what was read, one
# hashes what came out, and one writes it.
MOST_AT_ONCE = 4
ASIDE = 4

# Makes the place for a bid's next document, given its size.
NewSink = Callable[[int], DocumentSink]

logger = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Task:
    """One bid to open. `objects` are its stored parts, the header first; None is destroyed."""

    position: int
    points: dict[int, bytes]
    objects: tuple[UUID | None, ...]
    nonce: bytes
    expected: Expected


@dataclass(frozen=True, slots=True)
class Released:
    """A document that came out of a bid."""

    name: str
    size: int
    sha256: bytes
    objects: list[UUID]


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of one bid; everything after `reason` only when it was opened."""

    position: int
    outcome: Outcome
    reason: str = ""
    manifest: BidManifest | None = None
    manifest_bytes: bytes = b""
    signature: bytes = b""
    documents: tuple[Released, ...] = ()


def open_all(
    storage: Storage, tasks: Sequence[Task], keep_going: Callable[[], None]
) -> Iterator[Opened]:
    """Opens several at once; `keep_going` is called after each one and may raise to stop."""
    at_once = min(MOST_AT_ONCE, max(2, os.cpu_count() or 1))
    with ThreadPoolExecutor(ASIDE * at_once) as aside, ThreadPoolExecutor(at_once) as pool:
        running: list[Future[Opened]] = [
            pool.submit(open_one, storage, task, aside) for task in tasks
        ]
        try:
            for done in as_completed(running):
                yield done.result()
                keep_going()
        finally:
            for future in running:
                future.cancel()


def open_one(storage: Storage, task: Task, aside: Executor) -> Opened:
    """Never raises: whatever is wrong with a bid becomes its outcome."""
    try:
        return _open(storage, task, aside)
    except Exception as fault:
        # Ours: a full disk, a store that does not answer. The bid is tried again.
        logger.error("bid-not-opened", kind=type(fault).__name__)
        return Opened(task.position, "not_opened", "The platform could not open it yet.")


def _open(storage: Storage, task: Task, aside: Executor) -> Opened:
    objects = [name for name in task.objects if name is not None]
    if len(objects) < len(task.objects):
        return _missing(task)
    source = SealedFile(storage, objects, aside)
    sinks: list[DocumentSink] = []

    def new_sink(size: int) -> DocumentSink:
        sinks.append(DocumentSink(storage, task.nonce, len(sinks), size, aside))
        return sinks[-1]

    fault: CryptoError | None = None
    opened: Opened | None = None
    kept = False
    try:
        try:
            opened = _read(source, task, new_sink)
        except CryptoError as error:
            fault = error
        # The digest decides whose fault it is: other bytes than those logged are the platform's.
        digest = source.digest()
        if (digest, source.size) != (task.expected.statement.sha256, task.expected.statement.size):
            return Opened(
                task.position, "platform_fault", "The stored bytes are not those that were logged."
            )
        if fault is not None or opened is None:
            return Opened(task.position, "revoked", _sentence(fault))
        kept = True
        return opened
    except ObjectLost:
        return _missing(task)
    finally:
        if not kept:
            for sink in sinks:
                sink.discard()


def _read(source: SealedFile, task: Task, new_sink: NewSink) -> Opened:
    """Reads a bid to its end. Raises CryptoError, ObjectLost."""
    # 1. The header, and the file key that the custodians' points give for it.
    first = read_exactly(source, sealed.LIMIT)
    head = sealed.check(first)
    source.unread(first[head.size :])
    key = file_key(task.expected.key, head, task.points)
    # 2. The container, chunk by chunk.
    entries = container.read(stream.reader(key, source))
    # 3. bid.json before anything else, because it says what the rest has to be.
    data = next(entries).read(LIMIT)
    signature = next(entries).read(SIGNATURE_BYTES)
    manifest = rules.check_manifest(data, signature, task.expected)
    # 4. The documents, to the end of the container and of the payload.
    found = [_document(entry, new_sink(entry.size)) for entry in entries]
    rules.check_documents(
        manifest, [FileDigest(each.name, each.size, each.sha256) for each in found]
    )
    # 5. Somebody whom the firm did not declare was not screened.
    unknown = rules.strangers(manifest, task.expected.practitioners)
    names = ", ".join(unknown)
    return Opened(
        position=task.position,
        outcome="needs_review" if unknown else "opened",
        reason=f"Not on the firm's roster: {names}." if unknown else "",
        manifest=manifest,
        manifest_bytes=data,
        signature=signature,
        documents=tuple(found),
    )


def _document(entry: Entry, sink: DocumentSink) -> Released:
    for block in entry.blocks():
        sink.write(block)
    digest = sink.finish()
    return Released(entry.name, sink.size, digest, sink.objects)


def _missing(task: Task) -> Opened:
    return Opened(task.position, "platform_fault", "Stored bytes of this bid are missing.")


def _sentence(fault: CryptoError | None) -> str:
    return f"{str(fault) or 'it does not open'}."
