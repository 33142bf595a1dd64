"""What can be done with the box, in the caller's unit of work."""

from sunseal.bids.service.commit import commit
from sunseal.bids.service.digest import check_digest
from sunseal.bids.service.finalise import finalise
from sunseal.bids.service.join import join
from sunseal.bids.service.log import record_refusal, record_refused_finalise
from sunseal.bids.service.look import joined_tenders, joining, submission, submissions
from sunseal.bids.service.tidy import destroy_header, discard_object, sweep

__all__ = [
    "check_digest",
    "commit",
    "destroy_header",
    "discard_object",
    "finalise",
    "join",
    "joined_tenders",
    "joining",
    "record_refusal",
    "record_refused_finalise",
    "submission",
    "submissions",
    "sweep",
]
