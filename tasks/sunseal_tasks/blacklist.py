"""What follows from a decision about the district's blacklist: the list in force, and letters."""

from uuid import UUID

from sunseal.blacklist import service
from sunseal.blacklist.service.decide import PUBLISH
from sunseal.blacklist.service.publish import NOTIFY
from sunseal.kit import mail
from sunseal_tasks.workshop import Workshop


def notify(shop: Workshop, entry_id: UUID) -> None:
    """Letters about an entry; one that is not taken is tried again with the errand."""
    mailer = mail.configured(shop.settings)
    if mailer is not None:
        service.write(shop.work, mailer, entry_id)


TASKS = {PUBLISH: service.publish_blacklist}
JOBS = {NOTIFY: notify}
