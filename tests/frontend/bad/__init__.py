"""The shared set of bad values: each is a good one with a single thing wrong."""

from tests.frontend.bad.containers import CONTAINER
from tests.frontend.bad.documents import BID, NOTICE, ROSTER, TERMS
from tests.frontend.bad.files import HEADER, NAMES
from tests.frontend.bad.proofs import AUTHORSHIP, CERTIFICATE, PROMISE, RECEIPT
from tests.frontend.bad.statements import CHAIN, JOINING, SIGNATURE, STATEMENT
from tests.frontend.bad.values import Bad
from tests.frontend.bad.whole import WHOLE

__all__ = ["CASES", "Bad"]

CASES = [
    *ROSTER,
    *TERMS,
    *NOTICE,
    *BID,
    *STATEMENT,
    *JOINING,
    *CHAIN,
    *SIGNATURE,
    *HEADER,
    *NAMES,
    *RECEIPT,
    *PROMISE,
    *CERTIFICATE,
    *AUTHORSHIP,
    *CONTAINER,
    *WHOLE,
]
