"""How names are compared: the same key for every spelling of one name, and for nothing else.

Traditional and simplified characters, full and half width, case, spaces and the legal form do not
count. Numerals do: 中建二局 and 中建三局 are two companies, and their keys differ.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Literal

from opencc import OpenCC

Kind = Literal["company", "person"]

# Longest first, so that 股份有限公司 does not leave 股份 behind.
LEGAL_FORMS = (
    "股份有限责任公司",
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "有限合伙",
    "普通合伙",
    "incorporated",
    "corporation",
    "company",
    "limited",
    "coltd",
    "gmbh",
    "corp",
    "ltd",
    "llc",
    "inc",
)
_IGNORED = re.compile(r"[\W_]+")


def key(kind: Kind, name: str) -> str:
    """The normalised name; a company's without its legal form."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    plain = _IGNORED.sub("", _simplified().convert(folded))
    return _without_form(plain) if kind == "company" else plain


def _without_form(plain: str) -> str:
    for form in LEGAL_FORMS:
        if plain.endswith(form) and len(plain) > len(form):
            return plain[: -len(form)]
    return plain


@lru_cache(maxsize=1)
def _simplified() -> OpenCC:
    return OpenCC("t2s")
