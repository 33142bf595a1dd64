"""What a list writes beside a name: a former name, a kind of firm, a place at the end.

宏图有限公司(原宏达有限公司) is two names, 海尔股份有限公司(青岛) has its place at the end, and
(自然人独资) says nothing of the name.
"""

import re
import unicodedata
from functools import lru_cache

from sunseal.screening.names import places
from sunseal.screening.names.normalise import Kind, plain

_BRACKETS = re.compile(r"\s*[(\[【〔{]([^()\[\]【】〔〕{}]{1,200})[)\]】〕}]")
_OTHER_NAME = re.compile(
    r"(?:原名称|原名|原|曾用名|曾名|前身|又名|别名|化名|旧称|简称|更名前|现名|现更名|已更名|已变更"
    r"|formerly known as|formerly|previously|f\.?/?k\.?/?a\.?|also known as|a\.?/?k\.?/?a\.?)"
    r"(?![a-z])[:\s为是]*(.{2,})",
    re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"[\s,;，；]+(?:formerly known as|f/?k/?a|also known as|a/?k/?a|曾用名|原名)[:：\s]+",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"(?:自然人|法人|外商|台港澳|中外|国有|集体|个人|一人)[\u4e00-\u9fff]*"
    r"|(?:普通|有限|特殊普通)合伙|非上市|上市|已?注销|已?吊销|存续|在业|筹|本部|男|女|下称.*|以下.*"
)
_MARKS = re.compile(r"[(\[（【〔{]|[/ ,;，；](?:[fF]|[aA])|曾用名|原名|as ")
MOST = 4
# No register has a longer name: what is longer was made to keep the comparison busy.
LONGEST = 400


@lru_cache(maxsize=32768)
def names_in(kind: Kind, text: str) -> tuple[str, ...]:
    """The name without remarks, then the other names among them. Never empty."""
    text = text[:LONGEST]
    if not _MARKS.search(text):
        return (text,)
    folded = unicodedata.normalize("NFKC", text)
    first, *others = [part for part in _BETWEEN.split(folded) if plain(part)] or [text]
    own = _BRACKETS.sub(lambda found: _kept(found, others), first)
    found = [_with_place(kind, own), *others]
    return tuple(dict.fromkeys(each for each in found if plain(each)))[:MOST] or (text,)


def _kept(found: re.Match[str], others: list[str]) -> str:
    said = found[1].strip()
    if named := _OTHER_NAME.fullmatch(said):
        others.append(named[1])
        return ""
    return "" if _NO_NAME.fullmatch(said) else found[0]


def _with_place(kind: Kind, name: str) -> str:
    """A place at the end goes to the front, where the name's parts are read."""
    found = _BRACKETS.search(name)
    if kind == "person" or found is None or found.end() < len(name.rstrip()):
        return name
    return found[1] + name[: found.start()] if places.is_known(plain(found[1])) else name
