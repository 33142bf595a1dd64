"""Who plays on a practice instance: names that say that nobody of them exists.

One operator runs all of it. Nothing here is secret, so custodians who are one person guard what
there is to guard; their programs are the same ones, and check the same.
"""

from sunseal.demo.accounts import Office
from sunseal.demo.cast import Cast
from sunseal.demo.parties import Party
from sunseal.practice.rules import OFFICE

STAFF = (
    Office("operator", "operator", "练习站运营方", "练习运维"),
    Office(OFFICE, "tendering_party", "练习招标办公室（虚构）", "练习经办人"),
    Office("clerk", "centre", "练习交易中心（虚构）", "练习工作人员"),
    Office("supervisor", "supervisor", "练习监督办公室（虚构）", "练习监督员"),
)
CUSTODIANS = (
    Party("custodian-1", "练习托管方甲（虚构）", "练习主管单位甲"),
    Party("custodian-2", "练习托管方乙（虚构）", "练习主管单位乙"),
    Party("custodian-3", "练习托管方丙（虚构）", "练习主管单位丙"),
)
WITNESSES = (Party("witness", "练习见证方（虚构）", "练习主管单位丁", witness=True),)
# What somebody uploads in earnest has no place here, and what was practised is not kept for years.
MAX_BID_BYTES = 16 << 20
KEPT_DAYS = 0.1


def of(origin: str, seconds: float, most: int) -> Cast:
    """An installation under this origin, with about `seconds` for bids in each tender."""
    settings = {
        "SUNSEAL_PRACTICE": "1",
        "SUNSEAL_PRACTICE_SECONDS": str(seconds),
        "SUNSEAL_PRACTICES": str(most),
        "SUNSEAL_MAX_BID_BYTES": str(MAX_BID_BYTES),
        "SUNSEAL_VALIDITY_DAYS": str(KEPT_DAYS),
        "SUNSEAL_APPEAL_DAYS": str(KEPT_DAYS),
        "SUNSEAL_UNOPENED_DAYS": str(KEPT_DAYS),
    }
    return Cast(origin, STAFF, CUSTODIANS, WITNESSES, settings, practice=True)
