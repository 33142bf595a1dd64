"""Keys of a name: equal keys are looked up exactly, in a list of any length.

The first key is the strictest. Those that follow reach spellings without the place, and pinyin.
"""

from sunseal.screening.names import chinese, cross, latin, pinyin
from sunseal.screening.names.normalise import Kind, is_han, plain
from sunseal.screening.names.remarks import names_in


def key(kind: Kind, name: str) -> str:
    """The normalised name; a company's without its legal form. It is never empty for a name."""
    return _key(kind, names_in(kind, name)[0])


def _key(kind: Kind, name: str) -> str:
    if kind == "person":
        return plain(name) or name
    if is_han(name):
        return _chinese(name)
    return "".join(latin.spelled(_formless(name))) or plain(name) or name


def keys(kind: Kind, name: str, readings: int = cross.MOST_READINGS) -> list[str]:
    """Every key by which an entry of this name is found, without repetition."""
    found = [key for each in names_in(kind, name) for key in _keys(kind, each, readings)]
    return list(dict.fromkeys(found))


def _keys(kind: Kind, name: str, readings: int) -> list[str]:
    found = [_key(kind, name)]
    if not is_han(name):
        parsed = latin.parse(kind, name)
        found += ["".join(parsed.words), "".join(sorted(parsed.words))]
    elif kind == "person":
        found += sorted(pinyin.of_person(plain(name)))
    else:
        company = chinese.parse(name)
        if company.brand:
            found.append(company.core)
        found += cross.keys(name, readings)
    return found


def _chinese(name: str) -> str:
    company = chinese.parse(name)
    return "".join(company.places) + company.core + company.branch


def _formless(name: str) -> str:
    parts = name.split()
    while len(parts) > 1 and plain(parts[-1]) in latin.LEGAL_FORMS:
        parts.pop()
    return " ".join(parts)
