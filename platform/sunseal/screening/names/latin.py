"""Names in letters: words without legal forms and titles, transliterated and folded by sound.

Kept to short rules: the tables say what a word stands for, the folding what sounds alike.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from sunseal.screening.names import letters
from sunseal.screening.names.normalise import Kind, folded, unaccented

_LEGAL_FORMS_TEXT = """
    ltd limited inc incorporated corp corporation co company llc llp lp plc gmbh ag
    aktiengesellschaft sa sarl sas spa srl sro bv bvba nv oy oyj ab as asa aps kg kgaa mbh pte
    pty pjsc ojsc cjsc jsc ooo oao zao pao ao tov ltda sab zoo doo dd ad ead ood kft zrt nyrt kk
    gk bhd sdn pt tbk sl slu eurl snc se ev ek ohg ug gesellschaft trust na kommanditgesellschaft
    fzco fze fzc dmcc est sal
"""
LEGAL_FORMS = frozenset(_LEGAL_FORMS_TEXT.split())
LEGAL_PHRASES = (
    "limited liability company",
    "limited liability partnership",
    "public joint stock company",
    "open joint stock company",
    "closed joint stock company",
    "joint stock company",
    "private limited",
    "obshchestvo s ogranichennoi otvetstvennostiu",
    "otkrytoe aktsionernoe obshchestvo",
    "zakrytoe aktsionernoe obshchestvo",
    "publichnoe aktsionernoe obshchestvo",
    "aktsionernoe obshchestvo",
    "societatea cu raspundere limitata",
    "societe anonyme",
    "sociedad anonima",
    "societa per azioni",
    "gesellschaft mit beschrankter haftung",
    "sp z o o",
    "sp zoo",
    "sp z oo",
    "de c v",
)
# With a space of its own before and the next word's behind, so that two in a row are both found.
_PHRASES = re.compile(f" (?:{'|'.join(map(re.escape, LEGAL_PHRASES))})(?= )")
_LONG_FORMS = tuple(form for form in LEGAL_FORMS if len(form) >= 10)
# Words that do not distinguish a name, and words that hardly do.
_EMPTY_TEXT = """
    mv mt the of and for de la le les des du der die das und et e y i al el a an da do del di in
    at to
"""
EMPTY = frozenset(_EMPTY_TEXT.split())
_PARTICLES_TEXT = """
    al el ul ur ad ud bin ben ibn bint binti abu abou umm um de da do dos das di del della la le
    du van von der den ter ten zu y e na of the ould wa
"""
PARTICLES = frozenset(_PARTICLES_TEXT.split())
_TITLES_TEXT = """
    mr mrs ms miss dr prof professor sir lord lady dame sheikh shaikh shaykh sheik haji hajji
    hajj mullah maulavi mawlawi mawlana maulana qari hafiz sayyid sayyed monsieur madame senor
    senora herr frau gen general colonel col captain capt major president king prince princess
    comrade jr sr phd md esq ayatollah
"""
TITLES = frozenset(_TITLES_TEXT.split())
ABBREVIATIONS = {
    "intl": "international",
    "int'l": "international",
    "tech": "technology",
    "technologies": "technology",
    "technological": "technology",
    "mfg": "manufacturing",
    "bros": "brothers",
    "svcs": "services",
    "srvces": "services",
    "service": "services",
    "grp": "group",
    "gruppe": "group",
    "comm": "communications",
    "communication": "communications",
    "natl": "national",
    "assn": "association",
    "govt": "government",
    "eng": "engineering",
    "engr": "engineering",
    "dev": "development",
    "ind": "industry",
    "inds": "industry",
    "industries": "industry",
    "industrial": "industry",
    "hldg": "holdings",
    "holding": "holdings",
    "hldgs": "holdings",
    "mgmt": "management",
    "univ": "university",
    "dept": "department",
    "trading": "trade",
    "system": "systems",
    "fin": "financial",
    "inst": "institute",
    "st": "saint",
}
# Names that people go by, with what they stand for.
NICKNAMES = {
    "bob": "robert",
    "bobby": "robert",
    "rob": "robert",
    "bill": "william",
    "billy": "william",
    "will": "william",
    "dick": "richard",
    "rick": "richard",
    "jim": "james",
    "jimmy": "james",
    "joe": "joseph",
    "jack": "john",
    "johnny": "john",
    "mike": "michael",
    "mick": "michael",
    "tom": "thomas",
    "tommy": "thomas",
    "tony": "anthony",
    "ted": "edward",
    "ed": "edward",
    "andy": "andrew",
    "dave": "david",
    "dan": "daniel",
    "ben": "benjamin",
    "bibi": "benjamin",
    "sam": "samuel",
    "steve": "steven",
    "stephen": "steven",
    "alex": "alexander",
    "sasha": "alexander",
    "vova": "vladimir",
    "volodya": "vladimir",
    "misha": "mikhail",
    "dima": "dmitri",
    "kolya": "nikolai",
    "kate": "katherine",
    "liz": "elizabeth",
    "beth": "elizabeth",
    "peggy": "margaret",
    "maggie": "margaret",
    "pepe": "jose",
    "paco": "francisco",
    "chuck": "charles",
    "charlie": "charles",
    "barry": "barack",
    "fred": "frederick",
    "greg": "gregory",
    "ron": "ronald",
    "ken": "kenneth",
    "larry": "lawrence",
    "matt": "matthew",
    "nick": "nicholas",
    "pat": "patrick",
    "pete": "peter",
    "phil": "philip",
    "ray": "raymond",
    "tim": "timothy",
}
SHORTEST_INITIALS = 3
# Every word is laid beside every other, so that their number counts twice.
MOST_WORDS = 40
_MARKS = re.compile(r"['’‘`ʼʻ´\"“”«»]")
_DOTTED = re.compile(r"(?<!\w)(?:\w\.\s?){2,}(?:\w(?!\w))?")
_WORD = re.compile(r"[^\W_]+")
_ROMAN = re.compile(r"(?=[ivx])x{0,3}(?:ix|iv|v?i{0,3})")


@dataclass(frozen=True, slots=True)
class Name:
    """`words` distinguish the name; `minor` are particles, titles and empty words."""

    words: tuple[str, ...]
    minor: frozenset[str]
    numerals: tuple[str, ...]


@lru_cache(maxsize=65536)
def parse(kind: Kind, name: str) -> Name:
    words = spelled(name, company=kind == "company")
    return _company(words) if kind == "company" else _person(words)


def spelled(name: str, company: bool = False) -> list[str]:
    """The words in Latin letters where a table has them, in their own letters where none has."""
    text = unaccented(letters.transliterated(_MARKS.sub("", folded(name))))
    if company:
        text = _DOTTED.sub(lambda found: re.sub(r"[.\s]", "", found[0]) + " ", text)
        text = text.replace("a/s", "as").replace("&", " and ")
    return _WORD.findall(text)


@lru_cache(maxsize=65536)
def initials(name: str) -> frozenset[str]:
    """What a company of three words or more may be called: of all words, or of those that count."""
    words = spelled(name, company=True)
    counting = [each for each in words if each not in EMPTY]
    content = [each for each in counting if not _is_form(each)]
    short = ("".join(each[0] for each in some) for some in (words, counting, content))
    return frozenset(each for each in short if len(each) >= SHORTEST_INITIALS)


def _company(words: list[str]) -> Name:
    text = f" {' '.join(words)} "
    kept = _PHRASES.sub(" ", text).split()
    bare = [each for each in kept if not _is_form(each)] or kept
    full = [ABBREVIATIONS.get(each, each) for each in bare]
    content = tuple(each for each in full if each not in EMPTY)[:MOST_WORDS]
    return Name(content or tuple(full)[:MOST_WORDS], frozenset(full) & EMPTY, _numerals(content))


@lru_cache(maxsize=65536)
def _is_form(word: str) -> bool:
    """The long forms also with a slip; the short ones exactly."""
    return word in LEGAL_FORMS or any(OSA.distance(word, form) <= 1 for form in _LONG_FORMS)


def _person(words: list[str]) -> Name:
    minor = PARTICLES | TITLES
    content = tuple(each for each in words if each not in minor)[:MOST_WORDS]
    return Name(content or tuple(words)[:MOST_WORDS], frozenset(words) & minor, ())


def _numerals(words: tuple[str, ...]) -> tuple[str, ...]:
    """Numbers, and Roman ones after the first word: a fund's III is not its IV."""
    digits = [found for each in words for found in re.findall(r"\d+", each)]
    roman = [each for each in words[1:] if _ROMAN.fullmatch(each)]
    return tuple(sorted(digits + roman))
