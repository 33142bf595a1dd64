from uuid import UUID

from litestar import Controller, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from sunseal.database import Credential, Database
from sunseal.organizations.entering import side_of
from sunseal.settings import Settings
from sunseal.webhooks import service
from sunseal.webhooks.schemas import (
    AddWebhook,
    AskedView,
    DeliveryView,
    SecretView,
    WebhookView,
)
from sunseal_crypto.roster import Roster


class WebhookController(Controller):
    path = "/api/v1/webhooks"
    tags = ("webhooks",)
    dependencies = {"side": Provide(side_of, sync_to_thread=True)}  # noqa: RUF012

    @get(operation_id="listWebhooks", sync_to_thread=True)
    def listed(
        self,
        side: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> list[WebhookView]:
        """Your organization's webhooks; administrators only, as everything here."""
        with side.unit_of_work(credential) as uow:
            return [WebhookView.of(each) for each in service.listed(uow)]

    @post(operation_id="addWebhook", sync_to_thread=True)
    def add(
        self,
        data: JSONBody[AddWebhook],
        side: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
        credential: NamedDependency[Credential | None],
    ) -> SecretView:
        """Have events sent to an https address, signed as Standard Webhooks 1.0.0 says.

        The answer holds the secret, which is shown this once.
        """
        events = [each.value for each in data.events]
        with side.unit_of_work(credential) as uow:
            made = service.register(
                uow, roster.worker, data.url, events, loopback=settings.webhook_loopback
            )
            return SecretView.of(made)

    @delete("/{webhook_id:uuid}", operation_id="removeWebhook", sync_to_thread=True)
    def remove(
        self,
        webhook_id: FromPath[UUID],
        side: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> None:
        """Send nothing there any more, not even what waits."""
        with side.unit_of_work(credential) as uow:
            service.remove(uow, webhook_id)

    @post("/{webhook_id:uuid}/secret", operation_id="rotateWebhookSecret", sync_to_thread=True)
    def rotate(
        self,
        webhook_id: FromPath[UUID],
        side: NamedDependency[Database],
        roster: NamedDependency[Roster],
        credential: NamedDependency[Credential | None],
    ) -> SecretView:
        """Change the secret. For 24 hours messages are signed with the old one as well."""
        with side.unit_of_work(credential) as uow:
            return SecretView.of(service.rotate(uow, roster.worker, webhook_id))

    @post("/{webhook_id:uuid}/on", operation_id="switchWebhookOn", sync_to_thread=True)
    def switch_on(
        self,
        webhook_id: FromPath[UUID],
        side: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> WebhookView:
        """Switch a webhook on again that was switched off for its failures."""
        with side.unit_of_work(credential) as uow:
            return WebhookView.of(service.switch_on(uow, webhook_id))

    @post(
        "/{webhook_id:uuid}/test", operation_id="testWebhook", status_code=202, sync_to_thread=True
    )
    def test(
        self,
        webhook_id: FromPath[UUID],
        side: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> AskedView:
        """Have a message of the event `webhook.test` sent."""
        with side.unit_of_work(credential) as uow:
            return AskedView(service.test(uow, webhook_id))

    @get("/{webhook_id:uuid}/deliveries", operation_id="listDeliveries", sync_to_thread=True)
    def deliveries(
        self,
        webhook_id: FromPath[UUID],
        side: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> list[DeliveryView]:
        """The newest fifty messages, and what became of each."""
        with side.unit_of_work(credential) as uow:
            return [DeliveryView.of(each) for each in service.deliveries(uow, webhook_id)]

    @post(
        "/deliveries/{delivery_id:uuid}/repeat",
        operation_id="repeatDelivery",
        status_code=202,
        sync_to_thread=True,
    )
    def repeat(
        self,
        delivery_id: FromPath[UUID],
        side: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> AskedView:
        """Have a message sent once more, under the id it had."""
        with side.unit_of_work(credential) as uow:
            return AskedView(service.ask_again(uow, delivery_id).id)


CONTROLLERS: list[type[Controller]] = [WebhookController]
