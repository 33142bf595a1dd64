"""What an error means for its reader: what happened, whether bids are safe, what to do next.

Errors write their own English sentence. The Chinese one is in sentences/<room>.toml, by the slug of
the error, with its facts in braces; `safe` and `next` are there where the general ones do not fit.
The table `words` of a file translates what errors say of their facts.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sunseal.errors import SunsealError
from sunseal.web.catalogue import msg, translation
from sunseal.web.language import Language
from sunseal.web.words import Words

SENTENCES = Path(__file__).with_name("sentences")
# The table of a file that translates facts, which are English words where they are no numbers.
WORDS = "words"
# True at every moment: a bid counts from when it is received, and whatever was not is none yet.
SAFE = msg("已收到的投标不受影响，仍然封存在标箱中。没有显示“已收到”的，还不算递交。")
TITLES = {
    401: msg("请先登录"),
    403: msg("您没有这项权限"),
    404: msg("没有找到这个页面"),
    405: msg("没有找到这个页面"),
    409: msg("现在不能这样做"),
    413: msg("内容太大"),
    422: msg("填写的内容有误"),
    400: msg("填写的内容有误"),
    503: msg("服务暂时不可用"),
}
OURS = msg("系统出错了")
WHAT = {
    400: msg("请求的格式不对，没有保存任何内容。"),
    401: msg("您还没有登录，或者登录已经失效。"),
    403: msg("您的身份不允许这样做。这次尝试已记入访问日志。"),
    404: msg("网址可能写错了，或者页面已经移走。"),
    405: msg("网址可能写错了，或者页面已经移走。"),
    409: msg("当前的时间或状态不允许这样做，没有保存任何内容。"),
    413: msg("内容超过了允许的大小，没有保存。"),
    422: msg("有内容填写得不对，没有保存。"),
    503: msg("系统依赖的一项服务暂时连接不上，没有保存任何内容。"),
}
OURS_WHAT = msg("我们这一侧出了故障。此前已向您确认的内容仍然有效。")
NEXT = {
    400: msg("请返回上一页重新填写。"),
    401: msg("请登录后再试。"),
    403: msg("如果您认为自己应当有这项权限，请联系本单位的管理员。"),
    404: msg("请检查网址，或者从首页进入。"),
    405: msg("请检查网址，或者从首页进入。"),
    409: msg("请返回上一页，刷新后查看最新状态。"),
    413: msg("请缩小文件后重试。"),
    422: msg("请返回上一页，按提示修改后重新提交。"),
    503: msg("请过几秒钟再试一次。"),
}
OURS_NEXT = msg("请稍后重试。如果临近截止时间，请立即拨打公告中的值守电话。")


@dataclass(frozen=True, slots=True)
class Told:
    """In the reader's language."""

    title: str
    what: str
    safe: str
    next: str


class Facts(dict[str, Any]):
    """A fact that the error did not keep is left out rather than failing the page about it."""

    def __missing__(self, name: str) -> str:
        return "…"


def of_error(language: Language, error: SunsealError) -> Told:
    general = of_status(language, error.status_code)
    own = own_of(type(error))
    what = str(error)
    if language == "zh":
        what = own["what"].format_map(_facts(error)) if "what" in own else general.what
    say = translation(language).gettext
    return Told(
        title=general.title,
        what=what,
        safe=say(own["safe"]) if "safe" in own else general.safe,
        next=say(own["next"]) if "next" in own else general.next,
    )


def of_status(language: Language, status: int) -> Told:
    """For what the framework refuses, and for faults of ours."""
    say = translation(language).gettext
    return Told(
        title=say(TITLES.get(status, OURS)),
        what=say(WHAT.get(status, OURS_WHAT)),
        safe=say(SAFE),
        next=say(NEXT.get(status, OURS_NEXT)),
    )


def own_of(kind: type[SunsealError]) -> dict[str, str]:
    """By its own room first: two rooms may call two facts by one name."""
    slug, room = kind.slug(), kind.__module__.split(".")[1]
    return by_room().get(room, {}).get(slug) or by_slug().get(slug, {})


@cache
def by_room() -> dict[str, dict[str, dict[str, str]]]:
    found = {path.stem: load(path) for path in files()}
    return {
        room: {slug: own for slug, own in said.items() if slug != WORDS}
        for room, said in found.items()
    }


@cache
def by_slug() -> dict[str, dict[str, str]]:
    return {slug: own for said in by_room().values() for slug, own in said.items()}


@cache
def words() -> dict[str, str]:
    """What errors say of their facts in English, in Chinese."""
    return {en: zh for path in files() for en, zh in load(path).get(WORDS, {}).items()}


def files() -> list[Path]:
    return sorted(SENTENCES.glob("*.toml"))


def load(path: Path) -> dict[str, dict[str, str]]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _facts(error: SunsealError) -> Facts:
    """Times and known words as pages write them; everything else as it is."""
    said, known = Words("zh"), words()
    facts = {name: said.plain(value) for name, value in vars(error).items()}
    return Facts({name: known.get(str(value), value) for name, value in facts.items()})
