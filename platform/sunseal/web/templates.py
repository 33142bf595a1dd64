"""Templates of one language: escaped by default, and a name that nobody gave is an error."""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from sunseal.web import assets, words
from sunseal.web.catalogue import translation
from sunseal.web.language import NAMES, TAGS, Language
from sunseal.web.words import Words

TEMPLATES = Path(__file__).with_name("templates")


@cache
def environment(language: Language, room: str) -> Environment:
    """A room's pages in a language."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    spoken, said = translation(language, room), Words(language)
    made.install_gettext_callables(spoken.gettext, spoken.ngettext, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "asset": assets.built().url,
        "language": language,
        "language_tag": TAGS[language],
        "language_names": NAMES,
    }
    made.filters |= {
        "time": said.time,
        "day": said.day,
        "hour": said.hour,
        "money": said.money,
        "number": said.number,
        "size": said.size,
        "fingerprint": words.fingerprint,
        "paragraphs": words.paragraphs,
        "translated": lambda labels: [
            (name, spoken.gettext(text)) for name, text in labels.items()
        ],
    }
    return made


def render(language: Language, template: str, context: dict[str, object]) -> str:
    room = template.partition("/")[0]
    return environment(language, room).get_template(template).render(context)
