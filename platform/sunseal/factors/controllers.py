from typing import Any
from uuid import UUID

from litestar import Controller, Request, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from sunseal.database import Credential, Database
from sunseal.errors import Unauthenticated
from sunseal.factors import service
from sunseal.factors.managing import as_newcomer, as_owner, is_newcomer
from sunseal.factors.schemas import (
    BeginFactor,
    BegunView,
    ConfirmedView,
    FactorsView,
    FactorView,
    RecoveryCodesView,
    ShowCode,
)
from sunseal.keys import Keys
from sunseal.organizations.entering import Visitor, enrol, show_code
from sunseal.organizations.schemas import TokenView


class FactorController(Controller):
    path = "/api/v1"
    tags = ("sessions",)

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
    def listed(
        self,
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> FactorsView:
        """Your own second factors, and how many recovery codes are left."""
        with as_owner(desk, box, credential) as (uow, whose):
            found = [FactorView.of(each) for each in service.listed(uow, whose.person_id)]
            return FactorsView(found, service.recovery_codes_left(uow, whose.person_id))

    @post("/factors", operation_id="beginFactor", sync_to_thread=True)
    def begin(
        self,
        data: JSONBody[BeginFactor],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        credential: NamedDependency[Credential | None],
    ) -> BegunView:
        """A new source of one-time codes; it counts once it has shown one."""
        if credential is not None and is_newcomer(desk, credential):
            with as_newcomer(desk, box, credential) as (uow, whose):
                return BegunView.of(service.begin(uow, keys.promise, whose, data.label))
        with as_owner(desk, box, credential) as (uow, whose):
            return BegunView.of(service.begin(uow, keys.promise, whose, data.label))

    @post("/factors/{factor_id:uuid}/confirm", operation_id="confirmFactor", sync_to_thread=True)
    def confirm(
        self,
        request: Request[Any, Any, Any],
        factor_id: FromPath[UUID],
        data: JSONBody[ShowCode],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        credential: NamedDependency[Credential | None],
    ) -> ConfirmedView:
        """Show its first code."""
        if credential is not None and is_newcomer(desk, credential):
            visitor = Visitor.of(request, data.device)
            issued, codes, _ = enrol(desk, keys, credential, factor_id, data.code, visitor)
            return ConfirmedView(codes, TokenView.of(issued))
        with as_owner(desk, box, credential) as (uow, whose):
            codes = service.confirm(uow, keys.promise, whose, factor_id, data.code)
            return ConfirmedView(codes, None)

    @post("/factors/recovery-codes", operation_id="renewRecoveryCodes", sync_to_thread=True)
    def renew(
        self,
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        keys: NamedDependency[Keys],
        credential: NamedDependency[Credential | None],
    ) -> RecoveryCodesView:
        """Ten new recovery codes; the old ones are void."""
        with as_owner(desk, box, credential) as (uow, whose):
            return RecoveryCodesView(service.renew_recovery_codes(uow, keys.promise, whose))

    @delete("/factors/{factor_id:uuid}", operation_id="removeFactor", sync_to_thread=True)
    def remove(
        self,
        factor_id: FromPath[UUID],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> None:
        """Remove one; a role that needs a factor keeps its last."""
        with as_owner(desk, box, credential) as (uow, whose):
            service.remove(uow, whose, factor_id)


CONTROLLERS: list[type[Controller]] = [FactorController]
