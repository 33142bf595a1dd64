"""What can be done with tenders, in the caller's unit of work."""

from sunseal.tenders.service.documents import (
    add_document,
    check_document,
    get_document,
    get_documents,
)
from sunseal.tenders.service.draft import change, create, writable
from sunseal.tenders.service.progress import (
    advance,
    cancel,
    check_timetable,
    fix,
    is_cancelled,
    publish,
    request_publication,
)
from sunseal.tenders.service.read import envelopes, find, get, get_notice, newest, parties, search

__all__ = [
    "add_document",
    "advance",
    "cancel",
    "change",
    "check_document",
    "check_timetable",
    "create",
    "envelopes",
    "find",
    "fix",
    "get",
    "get_document",
    "get_documents",
    "get_notice",
    "is_cancelled",
    "newest",
    "parties",
    "publish",
    "request_publication",
    "search",
    "writable",
]
