"""What is made up for a practice: pure functions of some random characters and a time."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from stdnum.cn import uscc

from sunseal.tenders.schemas import CreateTender
from sunseal.web.catalogue import msg

T = TypeVar("T")
# The characters of a credit code, without those that are mistaken for another when read out.
ALPHABET = "23456789ABCDEFGHJKLMNPQRTUWXY"
CODE_LENGTH = 6
# A firm (9, 1) of the place 000000, which does not exist: no register ever gives this code out.
NOWHERE = "91000000"
OF_PRACTICE = "LX"
OFFICE = "office"
OFFICE_EMAIL = f"{OFFICE}@example.cn"
# One firm plays alone. What follows the deadline in hours otherwise, follows in seconds.
MINIMUM_BIDS, THRESHOLD, BOX_SIZE = 1, 2, 16
PAUSE = timedelta(seconds=3)
# The custodians' ceremony: some polls of each, one after another, before anybody can bid.
CEREMONY_POLLS, CEREMONY_SECONDS = 12, 5.0
# An opening that takes longer than this has failed, and takes nobody's place any more.
OPENED_WITHIN = timedelta(minutes=2)
CEILING = "1000000.00"
TITLE = "练习项目：虚构村道路养护（不是真实招标）"
SUMMARY = (
    "这是一次练习。项目、招标人和托管方都是虚构的，任何人都不会因此签订合同。\n\n"
    "请随意填写一个不超过最高限价的报价，用本站提供的示例文件投标，"
    "不要使用真实的报价、投标文件和企业密钥。"
)
SAMPLE_NAME = "practice-offer.txt"
SAMPLE = "练习投标函\n\n本文件仅供练习，不具法律效力。\n"


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A firm that does not exist, and whose name, code and address say so."""

    code: str

    @property
    def name(self) -> str:
        return f"练习企业-{self.code}"

    @property
    def uscc(self) -> str:
        """Well formed (GB 32100-2015), because the platform takes nothing else."""
        body = f"{NOWHERE}{OF_PRACTICE}{self.code}0"
        return body + str(uscc.calc_check_digit(body))

    @property
    def email(self) -> str:
        """`.invalid` never gets a mail server (RFC 2606)."""
        return f"{self.code.lower()}@practice.invalid"


def random_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def tender(code: str, now: datetime, seconds: float, tick_seconds: float) -> CreateTender:
    """A tender of the practice office with about `seconds` for bids."""
    ceremony = CEREMONY_SECONDS + CEREMONY_POLLS * tick_seconds
    deadline = now + timedelta(seconds=ceremony + seconds)
    return CreateTender(
        reference=f"{OF_PRACTICE}-{code}",
        title=TITLE,
        summary=SUMMARY,
        deadline=deadline,
        not_before=deadline + PAUSE,
        minimum_bids=MINIMUM_BIDS,
        threshold=THRESHOLD,
        box_size=BOX_SIZE,
        currency="CNY",
        ceiling_price=CEILING,
        statutory=False,
    )


# What each step of the guide is called; the pages number them.
STEPS = (
    msg("准备"),
    msg("看公告"),
    msg("参加并封标"),
    msg("试开并递交"),
    msg("等待开标"),
    msg("看结果，核验回执"),
)
