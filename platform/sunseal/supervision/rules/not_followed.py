from collections.abc import Iterator
from datetime import timedelta

from sunseal.supervision.rules.base import Circumstances, Fact

UNFOLLOWED = timedelta(minutes=10)


class LogNotFollowed:
    """The log grows, and its cosigners have stopped: they are away, or it is another log to them.

    The second is what a platform looks like that was set back to a copy of yesterday.
    """

    name = "log-not-followed"
    title = "日志无人联署 · nobody cosigns the log"

    def look(self, seen: Circumstances) -> Iterator[Fact]:
        for row in seen.evidence.following():
            if row.newest_at - row.since > UNFOLLOWED:
                yield Fact(
                    key=str(row.followed),
                    sentence=f"No quorum has cosigned the log since {row.since:%Y-%m-%d %H:%M %Z}: "
                    "its cosigners are away, or follow another history.",
                    ticks=(row.tick,),
                    figures={"followed": str(row.followed), "size": str(row.size)},
                )
