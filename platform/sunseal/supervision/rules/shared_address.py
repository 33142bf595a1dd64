from collections.abc import Iterator

from sunseal.supervision.rules.base import Circumstances, Fact


class SharedAddress:
    """Staff of a tender and a firm that bid in it signed in from one address, or one device there.

    A browser's name alone is shared by millions, so a device counts behind the same address only.
    """

    name = "shared-address"
    title = "工作人员与投标人使用同一地址 · staff and a bidder share an address"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        for row in seen.evidence.shared():
            what = "device" if row.same_device else "address"
            yield Fact(
                key=f"{row.tender_id}|{row.staff}|{row.firm}",
                sentence=f"Staff ({row.role}) {row.staff} and {row.firm_name} used one {what}.",
                tender_id=row.tender_id,
                figures={
                    "firm": str(row.firm),
                    "firm_at": row.firm_at.isoformat(),
                    "staff_at": row.staff_at.isoformat(),
                    "same_device": "yes" if row.same_device else "no",
                },
            )
