"""The firm that lies: its statement promises another `bid.json` than the one it sealed.

If the opening believed the sealed file, a bidder could hold two prices ready and decide later. The
shipped client cannot do this; here its file is rewritten between sealing and handing in.
"""

import hashlib
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from sunseal.demo.firms import Firm
from sunseal_crypto import age, bid, canonical, container, statement
from sunseal_crypto.age import X25519Identity, header, stream
from sunseal_crypto.signing import SigningKey
from sunseal_crypto.spelling import base64_bytes, base64_text


def promise_another_price(firm: Firm, tender: UUID, envelope: str = "1") -> None:
    """Re-signs the sealed bid's statement over a manifest with the profile's lower price."""
    folder = firm.home / "tenders" / f"{tender}-{envelope}"
    attempt_file = max(folder.glob("attempts/*/attempt.json"))
    attempt: dict[str, Any] = msgspec.json.decode(attempt_file.read_bytes())
    said = statement.parse(base64_bytes(attempt["signed"]["statement"], "statement"))
    recovery = X25519Identity.from_string((folder / "recovery.key").read_text().split("\n")[1])
    sealed = bid.decode(_bid_json(attempt_file.with_name("sealed.age"), recovery))
    other = bid.encode(msgspec.structs.replace(sealed, price=firm.profile.lower))
    lie = msgspec.structs.replace(said, manifest=hashlib.sha256(other).digest())
    signed = statement.sign(lie, SigningKey.from_seed((folder / "pseudonym.key").read_bytes()))
    attempt["signed"] = {
        "statement": base64_text(signed.statement),
        "signature": base64_text(signed.signature),
    }
    attempt_file.write_bytes(canonical.encode(attempt))


def _bid_json(path: Path, recovery: X25519Identity) -> bytes:
    with path.open("rb") as source:
        key = age.file.file_key(header.read(source), [recovery])
        return next(container.read(stream.reader(key, source))).read(bid.LIMIT)
