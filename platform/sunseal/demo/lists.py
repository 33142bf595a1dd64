"""The two lists that every bidder is screened against, with entries that are invented."""

import csv
import io

from sunseal.screening.lists import COLUMNS

SINCE = "2024-03-01"
# Of nobody: the organization code is all zeros and an X.
STRANGER = "91440300000000000X"


def bribery(name: str, identifier: str) -> bytes:
    """The register of effective judgments for bribery, with this company on it."""
    judgment = "(2024)粤0391刑初118号"
    reason = "单位行贿罪，判决已生效"
    return _csv(
        (judgment, "company", name, identifier, "bar", reason, SINCE, ""),
        ("(2023)粤0304刑初7号", "person", "孙大山", "", "bar", "行贿罪，判决已生效", SINCE, ""),
    )


def blacklist() -> bytes:
    """The district's blacklist, with nobody of the demo on it."""
    reason = "围标串标，禁止参加招标投标活动"
    return _csv(("江湾-2024-03", "company", "宏图虚构集团", STRANGER, "bar", reason, SINCE, ""))


def _csv(*rows: tuple[str, ...]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows)
    return text.getvalue().encode()
