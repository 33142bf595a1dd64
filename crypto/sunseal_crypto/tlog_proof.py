"""Offline proofs that an entry is in the log (c2sp.org/tlog-proof@v1)."""

from dataclasses import dataclass
from typing import Self

from sunseal_crypto import merkle, notes
from sunseal_crypto.errors import Malformed
from sunseal_crypto.spelling import base64_bytes, base64_text, decimal

HEADER = "c2sp.org/tlog-proof@v1"
MAX_PROOF_BYTES = 2 << 20


@dataclass(frozen=True, slots=True)
class TlogProof:
    """`extra` is not authenticated; `checkpoint` is the signed note, verbatim."""

    extra: bytes
    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        lines = [HEADER]
        if self.extra:
            lines.append(f"extra {base64_text(self.extra)}")
        lines.append(f"index {self.index}")
        lines += [base64_text(node) for node in self.hashes]
        return "\n".join(lines).encode() + b"\n\n" + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Raises Malformed."""
        if len(data) > MAX_PROOF_BYTES:
            raise Malformed(f"tlog-proof: more than {MAX_PROOF_BYTES} bytes")
        head, _, checkpoint = data.partition(b"\n\n")
        try:
            header, *lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise Malformed("tlog-proof: its lines are not ASCII") from None
        if header != HEADER:
            raise Malformed(f"tlog-proof: the first line is not {HEADER}")
        extra = b""
        if lines and lines[0].startswith("extra "):
            extra = base64_bytes(lines.pop(0).removeprefix("extra "), "tlog-proof extra")
        if not lines or not lines[0].startswith("index "):
            raise Malformed("tlog-proof: no index line")
        index = decimal(lines.pop(0).removeprefix("index "), "tlog-proof index")
        hashes = [base64_bytes(line, "tlog-proof", length=merkle.HASH_BYTES) for line in lines]
        notes.parse(checkpoint)
        proof = cls(extra, index, tuple(hashes), checkpoint)
        # An `extra` line with nothing in it would be a second spelling of having none.
        if proof.encode() != data:
            raise Malformed("tlog-proof: an empty extra line")
        return proof
