"""Which language a page speaks: as chosen, else as the browser asks, else Chinese."""

from typing import Literal

Language = Literal["zh", "en"]

COOKIE = "language"
KEPT_SECONDS = 365 * 24 * 3600
# What `<html lang>` says. Without it Han characters may take their Japanese forms.
TAGS: dict[Language, str] = {"zh": "zh-CN", "en": "en"}
NAMES: dict[Language, str] = {"zh": "中文", "en": "English"}


def chosen(cookie: str | None, accept: str) -> Language:
    """The first of our languages that is asked for. A strange header asks for none."""
    if cookie in ("zh", "en"):
        return "en" if cookie == "en" else "zh"
    wanted = sorted(map(_weighed, accept.split(",")[:20]), key=lambda pair: -pair[1])
    for tag, weight in wanted:
        if weight > 0 and tag in ("zh", "en"):
            return "en" if tag == "en" else "zh"
    return "zh"


def _weighed(part: str) -> tuple[str, float]:
    """`en-GB;q=0.8` as ("en", 0.8)."""
    tag, _, parameter = part.partition(";")
    name, _, value = parameter.strip().partition("=")
    try:
        weight = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        weight = 0.0
    return tag.strip().lower().partition("-")[0], weight
