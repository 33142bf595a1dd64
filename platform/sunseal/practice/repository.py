from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

LIVE = text("""
    select count(*) from notice.tender
    where status in ('draft', 'ceremony', 'published', 'closed') and not_before > :since
""")


class PracticeRepository:
    def __init__(self, session: Session) -> None:
        self._session = session

    def live(self, since: datetime) -> int:
        """How many practices are under way, of the office that the unit acts for."""
        return int(self._session.execute(LIVE, {"since": since}).scalar_one())
