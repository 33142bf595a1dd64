"""Who asks, as far as help knows it: what reaches the ticket, and what is counted.

A firm's session is looked at first, in a transaction of its own. What is done then, the public role
does, so nothing that the database keeps of it differs between a firm and a visitor.
"""

from dataclasses import dataclass

from sunseal.database import Credential, Database, Role
from sunseal.factors import service as factors
from sunseal.help import rules, secrets
from sunseal.keys import Keys
from sunseal.organizations import service as organizations
from sunseal.organizations.entering import Visitor


@dataclass(frozen=True, slots=True)
class Asker:
    """`link` is what a visitor keeps, and empty for a firm, which signs in to read.

    `names` are the firm's own, which must not stand in what it writes.
    """

    secret: bytes
    source: bytes
    limit: int
    names: tuple[str, ...] = ()
    link: str = ""


def asker(
    desk: Database, box: Database, keys: Keys, credential: Credential | None, visitor: Visitor
) -> Asker:
    """Staff who ask are visitors here, as is whoever's session has ended."""
    if desk.role_of(credential) is Role.BIDDER:
        return firm_asker(box, keys, credential)
    with box.unit_as(Role.DOOR) as uow:
        known = bool(visitor.device) and factors.is_known(uow, visitor.device)
    link = secrets.new_link()
    # A browser of a firm's is not counted with the address that it may share with a rival.
    kind, value = ("browser", visitor.device) if known else ("address", visitor.address)
    return Asker(
        secret=secrets.of_link(link),
        source=secrets.source(keys.promise, kind, value.encode()),
        limit=rules.FROM_FIRM if known else rules.FROM_ADDRESS,
        link=link,
    )


def firm_asker(box: Database, keys: Keys, credential: Credential | None) -> Asker:
    """Raises Unauthenticated, Forbidden."""
    with box.unit_of_work(credential) as uow:
        uow.require(Role.BIDDER)
        firm = organizations.whoami(uow).organization
    names = (firm.name, firm.uscc or "", firm.registration_number or "")
    return Asker(
        secret=secrets.of_firm(keys.promise, firm.id),
        source=secrets.source(keys.promise, "firm", firm.id.bytes),
        limit=rules.FROM_FIRM,
        names=names,
    )
