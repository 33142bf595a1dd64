"""Whether two identifiers are of one party: codes, registers abroad, digests and masks."""

import pytest

from sunseal.screening import identity, person_ids
from sunseal.screening.identity import Number, Sameness
from sunseal.screening.person_ids import Ring

OWN, OTHER = "91440300100000000R", "91440300100000001W"
CARD, STRANGER = "11010119900307803X", "110101199003070134"
PASSPORT = "E12345678"
ONE, TWO = Ring((b"1" * 32,)), Ring((b"1" * 32, b"2" * 32))

COMPANIES = {
    "the same code": (OWN, "CN", OWN, None, Sameness.SAME),
    "the organization code inside it": (OWN, "CN", OWN[8:17], None, Sameness.SAME),
    "another valid code": (OWN, "CN", OTHER, None, Sameness.ANOTHER),
    "a listed code with a wrong digit": (OWN, "CN", OWN[:-1] + "1", None, Sameness.UNKNOWN),
    "a number of an older register": (OWN, "CN", "440301103097413", None, Sameness.UNKNOWN),
    "none listed": (OWN, "CN", None, None, Sameness.UNKNOWN),
    "none of ours": (None, "CN", OWN, None, Sameness.UNKNOWN),
    "abroad, the same": ("04366849", "GB", "04366849", "GB", Sameness.SAME),
    "abroad, of another country": ("04366849", "GB", "04366849", "SG", Sameness.UNKNOWN),
    "abroad, of no country": ("04366849", "GB", "04366849", None, Sameness.PERHAPS),
    "abroad, another number": ("04366849", "GB", "04366850", "GB", Sameness.UNKNOWN),
}


@pytest.mark.parametrize("case", COMPANIES)
def test_companies(case: str) -> None:
    own, country, listed, listed_country, same = COMPANIES[case]
    assert identity.companies(own, country, listed, listed_country) is same


@pytest.mark.parametrize(
    "spelled",
    ["91440300-10000000-0R", " 91440300 100000000r", "９１４４０３００１００００００００Ｒ"],
)
def test_a_code_is_one_however_it_is_spelled(spelled: str) -> None:
    assert identity.normal(spelled) == OWN


def _number(number: str, ring: Ring | None, *versions: int) -> Number:
    digests = ring.digests(number) if ring else {}
    return Number(person_ids.mask(number), {each: digests[each] for each in versions})


PERSONS = {
    "the same": (_number(CARD, ONE, 1), _number(CARD, ONE, 1), Sameness.SAME),
    "another card": (_number(CARD, ONE, 1), _number(STRANGER, ONE, 1), Sameness.ANOTHER),
    "during a rotation": (_number(CARD, TWO, 1, 2), _number(CARD, ONE, 1), Sameness.SAME),
    "after it": (_number(CARD, TWO, 2), _number(CARD, TWO, 1, 2), Sameness.SAME),
    "no key in common": (_number(CARD, TWO, 2), _number(STRANGER, ONE, 1), Sameness.UNKNOWN),
    "a card and a passport": (
        _number(CARD, ONE, 1),
        _number(PASSPORT, ONE, 1),
        Sameness.UNKNOWN,
    ),
    "two passports": (_number(PASSPORT, ONE, 1), _number("E8", ONE, 1), Sameness.UNKNOWN),
    "masked alike": (_number(CARD, ONE, 1), _number(CARD, None), Sameness.PART_AGREES),
    "masked shorter": (_number(CARD, ONE, 1), Number("1101****803X"), Sameness.PART_DIFFERS),
    "masked other": (_number(CARD, ONE, 1), _number(STRANGER, None), Sameness.PART_DIFFERS),
    "nothing of ours": (None, _number(CARD, ONE, 1), Sameness.UNKNOWN),
}


@pytest.mark.parametrize("case", PERSONS)
def test_persons(case: str) -> None:
    own, listed, same = PERSONS[case]
    assert identity.persons(own, listed) is same


def test_a_number_shows_no_digest() -> None:
    assert ONE.digests(CARD)[1].hex() not in repr(_number(CARD, ONE, 1))
