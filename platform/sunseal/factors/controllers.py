from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, JSONBody

from sunseal.database import Credential, Database
from sunseal.errors import Unauthenticated
from sunseal.factors import passkeys, service
from sunseal.factors.authenticator import RelyingParty
from sunseal.factors.managing import Owner
from sunseal.factors.schemas import (
    BeginFactor,
    BegunView,
    ConfirmedView,
    FactorsView,
    FactorView,
    PasskeyView,
    RecoveryCodesView,
    ShowCode,
)
from sunseal.keys import Keys
from sunseal.organizations.entering import Visitor, show_code
from sunseal.organizations.schemas import TokenView
from sunseal.settings import Settings


def owner(
    desk: NamedDependency[Database],
    box: NamedDependency[Database],
    keys: NamedDependency[Keys],
    settings: NamedDependency[Settings],
    credential: NamedDependency[Credential | None],
) -> Owner:
    """Whose factors the routes below are about."""
    return Owner(desk, box, keys, RelyingParty.at(settings.public_url), credential)


class FactorController(Controller):
    path = "/api/v1"
    tags = ("sessions",)
    dependencies = {"owner": Provide(owner, sync_to_thread=False)}  # noqa: RUF012

    @post("/sessions/second-factor", operation_id="showCode", sync_to_thread=True)
    def show_code(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[ShowCode],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        credential: NamedDependency[Credential | None],
    ) -> TokenView:
        """Turn a session that waits for a code into a whole one, under another token."""
        if credential is None:
            raise Unauthenticated()
        visitor = Visitor.of(request, data.device)
        return TokenView.of(show_code(desk, box, keys, credential, data.code, visitor)[0])

    @get("/factors", operation_id="listFactors", sync_to_thread=True)
    def listed(self, owner: NamedDependency[Owner]) -> FactorsView:
        """Your own second factors and passkeys, and how many recovery codes are left."""
        with owner.unit() as (uow, whose):
            return FactorsView(
                [FactorView.of(each) for each in service.listed(uow, whose.person_id)],
                [PasskeyView.of(each) for each in passkeys.listed(uow, whose.person_id)],
                service.recovery_codes_left(uow, whose.person_id),
            )

    @post("/factors", operation_id="beginFactor", sync_to_thread=True)
    def begin(self, data: JSONBody[BeginFactor], owner: NamedDependency[Owner]) -> BegunView:
        """A new source of one-time codes; it counts once it has shown one."""
        return BegunView.of(owner.begin(data.label))

    @post("/factors/{factor_id:uuid}/confirm", operation_id="confirmFactor", sync_to_thread=True)
    def confirm(
        self,
        request: Request[Any, Any, Any],
        factor_id: FromPath[UUID],
        data: JSONBody[ShowCode],
        owner: NamedDependency[Owner],
    ) -> ConfirmedView:
        """Show its first code."""
        settled = owner.confirm(factor_id, data.code, Visitor.of(request, data.device))
        session = TokenView.of(settled.session) if settled.session else None
        return ConfirmedView(settled.codes, session)

    @post("/factors/recovery-codes", operation_id="renewRecoveryCodes", sync_to_thread=True)
    def renew(self, owner: NamedDependency[Owner]) -> RecoveryCodesView:
        """Ten new recovery codes; the old ones are void."""
        return RecoveryCodesView(owner.renew())

    @delete("/factors/{factor_id:uuid}", operation_id="removeFactor", sync_to_thread=True)
    def remove(self, factor_id: FromPath[UUID], owner: NamedDependency[Owner]) -> None:
        """Remove a factor or a passkey; a role that needs one keeps its last."""
        owner.remove(factor_id)


CONTROLLERS: list[type[Controller]] = [FactorController]
