"""Which picture shows which page: every page that the application serves is here, or says why not.

A look notes nothing down by itself; it is refused for a picture that is not listed under its page,
and test_looked.py refuses a page without a picture. So none that is added can be forgotten.
"""

import re
from urllib.parse import urlsplit

LOOKED: dict[str, tuple[str, ...]] = {
    "/": ("home", "practice-home"),
    "/account": ("account",),
    "/account/factors": ("factors-own",),
    "/account/webhooks": ("webhooks-list",),
    "/account/webhooks/{webhook_id}": ("webhooks-one",),
    "/admin/health": ("admin-health",),
    "/admin/organizations": ("admin-organizations",),
    "/admin/organizations/{organization_id}": ("admin-people",),
    "/bids": ("bids-none", "bids-one"),
    "/blacklist": ("blacklist",),
    "/confirmations": ("admin-confirmations", "confirmations"),
    "/confirmations/{proposal_id}": ("confirmation-both",),
    "/custodian": ("watch-own",),
    "/custodians": ("custodians",),
    "/firm": ("firm",),
    "/firm/clearance": ("clearance", "clearance-listed"),
    "/firm/conduct": ("conduct-own",),
    "/help": ("help-ask", "help-ask-firm"),
    "/help/links/{link}": ("help-link",),
    "/help/tickets/{number}": ("help-ticket",),
    "/invitations/{link}": ("admin-invitation-form",),
    "/log": ("log",),
    "/practice": ("practice-begin",),
    "/practice/{tender_id}": ("practice-waiting",),
    "/register": ("register",),
    "/schema": ("reference-list",),
    "/schema/{operation}": ("reference-one",),
    "/sign-in": ("sign-in",),
    "/sign-in/code": ("factors-second",),
    "/sign-in/enrolment": ("factors-first",),
    "/supervision": ("supervision-desk",),
    "/supervision/entries": ("supervision-entries",),
    "/supervision/findings": ("supervision-findings",),
    "/supervision/findings/{finding_id}": ("supervision-one",),
    "/supervision/findings/{finding_id}/rectification/new": ("supervision-notice",),
    "/supervision/tenders": ("supervision-tenders",),
    "/tenders": ("tenders", "tenders-none"),
    "/tenders/{tender_id}": ("practice-tender", "tender", "tender-amended", "tender-opened"),
    "/tenders/{tender_id}/bid": ("bid-roster", "practice-bid"),
    "/tenders/{tender_id}/clarifications": ("clarifications",),
    "/tenders/{tender_id}/conduct": ("conduct-tender",),
    "/tenders/{tender_id}/hall": ("hall-after", "hall-before", "practice-hall"),
    "/tenders/{tender_id}/hall/screen": ("hall-screen", "practice-screen"),
    "/tenders/{tender_id}/meeting": ("meeting", "meeting-over"),
    "/tenders/{tender_id}/meeting/minutes/{number}": ("minutes", "minutes-firm"),
    "/tenders/{tender_id}/meeting/objections": ("meeting-object",),
    "/tenders/{tender_id}/meeting/objections/{objection_id}": ("meeting-reply",),
    "/tenders/{tender_id}/minutes/{number}": ("minutes-public",),
    "/tenders/{tender_id}/opening": ("results",),
    "/tenders/{tender_id}/questions": ("clarifications-own",),
    "/tenders/{tender_id}/sign-in-sheet": ("sheet",),
    "/verify": ("verify",),
    "/why": ("why",),
    "/work/conduct": ("conduct-all",),
    "/work/custodians": ("watch",),
    "/work/help": ("help-queue-all",),
    "/work/help/{number}": ("help-case-all", "help-case-supervisor"),
    "/work/screening": ("screening-queue",),
    "/work/screening/appeals": ("screening-appeals",),
    "/work/screening/candidates/{candidate}": ("screening-history", "screening-review"),
    "/work/screening/lists": ("screening-lists",),
    "/work/screening/lists/{source}": ("screening-list",),
    "/work/tenders": ("watch-tenders", "work-list"),
    "/work/tenders/new": ("work-new",),
    "/work/tenders/{tender_id}": ("work-one",),
    "/work/tenders/{tender_id}/cancel": ("work-end",),
    "/work/tenders/{tender_id}/clarifications": ("clarifications-work",),
    "/work/tenders/{tender_id}/clarifications/new": ("clarifications-new",),
    "/work/tenders/{tender_id}/draft": ("work-edit",),
}
NO_PAGE = {
    "/language/{tag}": "a redirect to the page where somebody was",
    "/practice/sample": "a text file to seal",
    "/register/uscc": "a line that a script puts beside a field",
    "/work/custodians/alarm": "a part of the desk that a script fetches anew",
}


def check_listed(url: str, name: str) -> None:
    """Raises AssertionError for a picture that is listed under another page, or nowhere."""
    route = route_of(urlsplit(url).path)
    assert name in LOOKED.get(route or "", ()), f"list {name!r} under {route or url} in LOOKED"


def route_of(path: str) -> str | None:
    """The page that it is, a fixed path before one with a number in it."""
    path = path.rstrip("/") or "/"
    if path in LOOKED:
        return path
    return next((route for route in LOOKED if _is_of(path, route)), None)


def _is_of(path: str, route: str) -> bool:
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), path) is not None
