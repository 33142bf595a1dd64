"""The sealed file on its way, by tus 1.0: in pieces, resumable, each with its digest.

Whatever happens between two pieces (a dropped line, another web process, our own death), the
platform is asked how much it has, and the next piece begins there.
"""

from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from sunseal_parties.bidder.client import API, BUSY, GONE, Answer, Client, refusal, why
from sunseal_parties.bidder.errors import FileChanged, NotSignedIn, Unreachable, Untrusted
from sunseal_parties.bidder.progress import Progress

LARGEST_PIECE = 8 << 20
# Smaller ones would cost the platform more for their rows than for their bytes.
SMALLEST_PIECE = 256 << 10
TUS = {"Tus-Resumable": "1.0.0"}
CONTENT_TYPE = "application/offset+octet-stream"
# Another offset, another request in the same upload, a piece damaged on the way: ask and go on.
ASK_AGAIN = frozenset({408, 409, 423, 460}) | BUSY
# What a 409 may mean that does not end the upload; other tus servers give no problem type.
PASSING = frozenset({"about:blank", "offset-differs", "staged-too-long"})


class UploadGone(Exception):
    """The platform has the upload no longer, or not any more as one that takes bytes."""


def create(client: Client, submission: str, size: int) -> str:
    """The path of a fresh upload for a committed statement."""
    metadata = f"submission {b64encode(submission.encode()).decode()}"
    headers = {**TUS, "Upload-Length": str(size), "Upload-Metadata": metadata}
    answer = client.request("POST", f"{API}/uploads", headers=headers)
    return place(answer.headers.get("location", ""))


def place(url: str) -> str:
    """Only its path counts: a host named by an answer must not get the token and the file."""
    path = urlsplit(url).path
    if not path.startswith(f"{API}/uploads/"):
        raise Untrusted("The platform names no place for the upload.")
    return path


def send(client: Client, upload: str, file: Path, size: int, progress: Progress) -> None:
    """Sends what the platform does not have yet. Raises UploadGone, FileChanged, BidderError."""
    _Sender(client, upload, file, size).run(progress)


class _Sender:
    """Pieces get smaller while they fail, so that a bad line still carries some of them."""

    def __init__(self, client: Client, upload: str, file: Path, size: int) -> None:
        self._client = client
        self._upload = upload
        self._file = file
        self._size = size
        self._piece = LARGEST_PIECE

    def run(self, progress: Progress) -> None:
        at = self._offset()
        pauses = self._client.patience.pauses()
        progress(at, self._size)
        while at < self._size:
            sent, trouble = self._try(at)
            if trouble:
                self._rest(pauses, trouble)
                sent = self._offset() - at
            if sent > 0:
                # Patience is for standing still, not for a long way.
                pauses = self._client.patience.pauses()
            at += sent
            progress(at, self._size)

    def _try(self, at: int) -> tuple[int, str]:
        """Sends one piece: how many bytes arrived, or why that is not known."""
        piece = self._read(at)
        try:
            answer = self._patch(at, piece)
        except httpx.TransportError as error:
            self._client.next_url()
            return 0, why(error)
        if answer.status == 204:
            self._piece = min(2 * self._piece, LARGEST_PIECE)
            return len(piece), ""
        _check_worth_asking(answer)
        return 0, f"the piece at byte {at} did not get through, status {answer.status}"

    def _rest(self, pauses: Iterator[float], trouble: str) -> None:
        self._piece = max(self._piece // 2, SMALLEST_PIECE)
        pause = next(pauses, None)
        if pause is None:
            raise Unreachable(self._client.urls, trouble)
        self._client.wait(pause, trouble)

    def _patch(self, at: int, piece: bytes) -> Answer:
        headers = {
            **TUS,
            "Upload-Offset": str(at),
            "Content-Type": CONTENT_TYPE,
            "Upload-Checksum": f"sha256 {b64encode(sha256(piece).digest()).decode()}",
        }
        return self._client.once("PATCH", self._upload, piece, headers)

    def _read(self, at: int) -> bytes:
        with self._file.open("rb") as source:
            source.seek(at)
            piece = source.read(min(self._piece, self._size - at))
        if not piece:
            raise FileChanged(self._file, "is shorter than it was when it was sealed")
        return piece

    def _offset(self) -> int:
        """How many bytes the platform has. Raises UploadGone."""
        answer = self._client.request("HEAD", self._upload, headers=TUS, expected=GONE)
        if answer.status in GONE:
            raise UploadGone
        text = answer.headers.get("upload-offset", "")
        if not (text.isascii() and text.isdigit() and int(text) <= self._size):
            raise Untrusted(f"The platform claims {text or 'no'} bytes of {self._size}.")
        return int(text)


def _check_worth_asking(answer: Answer) -> None:
    """Raises when the same piece would be refused for ever."""
    if answer.status in GONE:
        raise UploadGone
    if answer.status == 401:
        raise NotSignedIn
    refused = refusal(answer)
    if answer.status not in ASK_AGAIN or (answer.status == 409 and refused.kind not in PASSING):
        raise refused
