"""The rules that raise findings, one class each."""

from sunseal.supervision.rules.base import Circumstances, Fact, Rule
from sunseal.supervision.rules.clock_drift import ClockDrift
from sunseal.supervision.rules.custodians import ContradictoryCustodian, LateCustodian
from sunseal.supervision.rules.early_attempt import EarlyAttempt
from sunseal.supervision.rules.moved_deadline import MovedDeadline
from sunseal.supervision.rules.not_followed import LogNotFollowed
from sunseal.supervision.rules.refusals import RepeatedRefusals
from sunseal.supervision.rules.shared_address import SharedAddress
from sunseal.supervision.rules.unusual import UnusualHour, UnusualVolume

RULES: tuple[Rule, ...] = (
    EarlyAttempt(),
    UnusualHour(),
    UnusualVolume(),
    MovedDeadline(),
    LateCustodian(),
    ContradictoryCustodian(),
    ClockDrift(),
    LogNotFollowed(),
    RepeatedRefusals(),
    SharedAddress(),
)
TITLES = {rule.name: rule.title for rule in RULES}

__all__ = ["RULES", "TITLES", "Circumstances", "Fact", "Rule"]
