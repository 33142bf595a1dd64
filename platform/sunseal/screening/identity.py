"""Whether two identifiers are of one party: only what is certain bars, and only that clears.

A credit code (GB 32100) has check digits and holds the older organization code in its positions 9
to 17. Numbers of registers abroad have neither, and mean something only together with a country.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from stdnum.cn import uscc

from sunseal.screening import person_ids

_SEPARATORS = re.compile(r"[\s\-./‐‑–—]")
ORGANIZATION_CODE = slice(8, 17)
HOME = "CN"


class Sameness(Enum):
    """Its value is what the explanation says."""

    SAME = "the same identifier"
    ANOTHER = "the identifier of another"
    PERHAPS = "the same number, of a country that is not said"
    PART_AGREES = "the published part of the number agrees, and that is not all of it"
    PART_DIFFERS = "the published part of the number differs, and that is not all of it"
    UNKNOWN = "nothing tells them apart"


@dataclass(frozen=True, slots=True)
class Number:
    """What is known of a person's number: HMACs by their key's version, and what may be shown."""

    mask: str
    digests: Mapping[int, bytes] = field(default_factory=dict, repr=False)


def normal(identifier: str) -> str:
    """A company's identifier as it is stored and looked up."""
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", identifier)).upper()


def is_uscc(identifier: str | None) -> bool:
    return identifier is not None and bool(uscc.is_valid(identifier))


def spellings(identifier: str) -> list[str]:
    """Under what a list may have a company: the code of today, and the one before 2015."""
    return [identifier, identifier[ORGANIZATION_CODE]] if is_uscc(identifier) else [identifier]


def companies(
    own: str | None, country: str | None, listed: str | None, listed_country: str | None
) -> Sameness:
    if not own or not listed:
        return Sameness.UNKNOWN
    if is_uscc(own):
        if listed in spellings(own):
            return Sameness.SAME
        return Sameness.ANOTHER if is_uscc(listed) else Sameness.UNKNOWN
    if own != listed:
        return Sameness.UNKNOWN
    if country and country == listed_country:
        return Sameness.SAME
    return Sameness.UNKNOWN if listed_country else Sameness.PERHAPS


def persons(own: Number | None, listed: Number | None) -> Sameness:
    """Digests decide when there are some under one key; a mask never does."""
    if own is None or listed is None:
        return Sameness.UNKNOWN
    both = own.digests.keys() & listed.digests.keys()
    if any(own.digests[version] == listed.digests[version] for version in both):
        return Sameness.SAME
    # Somebody has one card, and beside it any number of passports.
    if both and person_ids.is_card_mask(own.mask) and person_ids.is_card_mask(listed.mask):
        return Sameness.ANOTHER
    if listed.digests:
        return Sameness.UNKNOWN
    agrees = person_ids.masks_agree(own.mask, listed.mask)
    return Sameness.PART_AGREES if agrees else Sameness.PART_DIFFERS
