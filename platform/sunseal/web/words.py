"""How times, money and numbers are written in a language; the filters of all templates."""

import re
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal
from markupsafe import Markup, escape

from sunseal.web.language import Language

# Deadlines are read by people who work here; the zone always stands beside the time.
ZONE = ZoneInfo("Asia/Shanghai")
LOCALES: dict[Language, str] = {"zh": "zh_CN", "en": "en_GB"}
ZONE_NAMES: dict[Language, str] = {"zh": "北京时间", "en": "Beijing time"}
FORMATS: dict[Language, str] = {"zh": "yyyy年M月d日 HH:mm", "en": "d MMMM yyyy, HH:mm"}
SAID: dict[Language, str] = {"zh": "{}（{}）", "en": "{} ({})"}
SECONDS: dict[Language, str] = {"zh": "yyyy年M月d日 HH:mm:ss", "en": "d MMMM yyyy, HH:mm:ss"}
KILO = 1000
UNITS = ("kB", "MB", "GB", "TB")


class Words:
    """The filters of one language."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._locale = LOCALES[language]

    def time(self, moment: datetime | None, seconds: bool = False) -> Markup | str:
        """A `<time>` with the zone; a dash for none."""
        if moment is None:
            return "—"
        said = self.moment(moment, seconds=seconds)
        return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), said)

    def moment(self, moment: datetime, *, seconds: bool = False) -> str:
        form = (SECONDS if seconds else FORMATS)[self._language]
        shown = format_datetime(moment, form, tzinfo=ZONE, locale=self._locale)
        return SAID[self._language].format(shown, ZONE_NAMES[self._language])

    def plain(self, value: object) -> object:
        """A fact as it stands in a sentence."""
        return self.moment(value) if isinstance(value, datetime) else value

    def day(self, value: date | datetime | None) -> Markup | str:
        if value is None:
            return "—"
        moment = value.astimezone(ZONE).date() if isinstance(value, datetime) else value
        form = "yyyy年M月d日" if self._language == "zh" else "d MMMM yyyy"
        shown = format_date(moment, form, locale=self._locale)
        return Markup('<time datetime="{}">{}</time>').format(moment.isoformat(), shown)

    def hour(self, moment: datetime) -> str:
        """The hour alone, for the foot of a chart."""
        return str(format_datetime(moment, "HH:mm", tzinfo=ZONE, locale=self._locale))

    def money(self, amount: str | Decimal | None, currency: str | None = "CNY") -> str:
        """Exactly as bid: no digit is rounded away and none is added but the two of a currency."""
        if amount is None:
            return "—"
        value = Decimal(amount)
        places = max(2, -int(value.as_tuple().exponent))
        form = f"¤#,##0.{'0' * places}"
        shown = format_currency(
            value, currency or "CNY", form, locale=self._locale, currency_digits=False
        )
        return str(shown)

    def number(self, value: int) -> str:
        return str(format_decimal(value, locale=self._locale))

    def size(self, count: int) -> str:
        """Bytes in the largest fitting unit, decimal as disks count them."""
        if count < KILO:
            return f"{count} B"
        value = float(count)
        for unit in UNITS:
            value /= KILO
            if value < KILO or unit == UNITS[-1]:
                break
        return f"{value:.1f} {unit}"


def fingerprint(digest: bytes | str) -> Markup:
    """A digest to compare by eye: lower-case hexadecimal in groups of eight."""
    text = digest if isinstance(digest, str) else digest.hex()
    groups = [text[place : place + 8] for place in range(0, len(text), 8)]
    return Markup('<code class="fingerprint">{}</code>').format(
        Markup("<wbr>").join(Markup("<span>{}</span>").format(each) for each in groups)
    )


def paragraphs(text: str) -> Markup:
    """Plain text of other people as paragraphs; nothing in it is taken for a tag."""
    blocks = [block for block in re.split(r"\n\s*\n", text.strip()) if block]
    return Markup("\n").join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.splitlines()))
        for block in blocks
    )
