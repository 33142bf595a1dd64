from collections.abc import Iterator
from datetime import timedelta

from sunseal.supervision.rules.base import Circumstances, Fact
from sunseal_crypto import roster as rosters

SILENT = timedelta(minutes=10)
UNANSWERED = timedelta(minutes=10)


class LateCustodian:
    """A custodian that is not heard of while a box is sealed, or lets a request wait."""

    name = "custodian-late"
    title = "托管方迟延 · a custodian is late"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        if seen.evidence.sealed():
            yield from _silent(seen)
        for request in seen.evidence.requests():
            if seen.now - request.created_at < UNANSWERED:
                continue
            listed = rosters.parse(bytes(request.roster)).custodians
            for index, custodian in enumerate(listed, 1):
                if index not in request.heard:
                    yield Fact(
                        key=f"{request.id}|{index}",
                        sentence=f"{custodian.name} has not answered a release request in time.",
                        tender_id=request.tender_id,
                        entries=(request.request_entry,),
                        ticks=(request.tick,),
                        figures={"envelope": request.envelope},
                    )


def _silent(seen: Circumstances) -> Iterator[Fact]:
    for row in seen.evidence.presences():
        if seen.now - row.seen_at > SILENT:
            yield Fact(
                key=f"{row.name}|{row.seen_at.isoformat()}",
                sentence=f"{row.name} has not been heard of since {row.seen_at:%Y-%m-%d %H:%M %Z}.",
            )


class ContradictoryCustodian:
    """A custodian whose signed answer does not hold."""

    name = "custodian-contradictory"
    title = "托管方答复矛盾 · a custodian contradicts itself"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        for row in seen.evidence.lies():
            yield Fact(
                key=f"{row.request_id}|{row.custodian}",
                sentence=f"Custodian {row.custodian} gave an answer that does not hold.",
                tender_id=row.tender_id,
                entries=(row.commitment_entry,) if row.commitment_entry else (),
                ticks=(row.tick,) if row.tick is not None else (),
                figures={"fault": row.fault, "envelope": row.envelope},
            )
