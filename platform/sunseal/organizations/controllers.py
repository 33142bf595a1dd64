from typing import Any

from litestar import Controller, Request, delete, get, post
from litestar.concurrency import sync_to_thread
from litestar.di import NamedDependency, Provide
from litestar.params import JSONBody

from sunseal.database import Credential, Database, Role
from sunseal.keys import Keys
from sunseal.organizations import hashing, service
from sunseal.organizations.declared import Numbers
from sunseal.organizations.entering import Typed, Visitor, enter, side_of
from sunseal.organizations.schemas import (
    AddPerson,
    AddPractitioner,
    EnrolKey,
    IssueToken,
    KeyView,
    MeView,
    PersonForm,
    PersonView,
    PractitionerView,
    RegisterAuthority,
    RegisteredView,
    RegisterFirm,
    SignIn,
    TokenView,
)
from sunseal.organizations.service import NewPerson
from sunseal.screening import person_ids
from sunseal.settings import Settings
from sunseal_crypto.roster import Roster


class OrganizationController(Controller):
    path = "/api/v1"
    tags = ("organizations",)
    dependencies = {"side": Provide(side_of, sync_to_thread=True)}  # noqa: RUF012

    @post("/organizations", operation_id="registerFirm")
    async def register(
        self,
        data: JSONBody[RegisterFirm],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
    ) -> RegisteredView:
        """Register a firm and its administrator. Nobody is refused for what a list says."""
        firm = (data.name, data.uscc, data.legal_representative, await hashed(data.person))

        def register() -> RegisteredView:
            numbers = Numbers(person_ids.find(settings.keys), roster.worker)
            with box.unit_as(Role.DOOR) as uow:
                made = service.register_firm(uow, *firm, data.declared(), numbers)
                return RegisteredView.of(*made)

        return await sync_to_thread(register)

    @post("/authorities", operation_id="registerAuthority")
    async def register_authority(
        self,
        data: JSONBody[RegisterAuthority],
        desk: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> RegisteredView:
        """Register an authority on the staff side; operators only."""
        authority = (data.name, data.kind, await hashed(data.person))

        def register() -> RegisteredView:
            with desk.unit_of_work(credential) as uow:
                return RegisteredView.of(*service.register_authority(uow, *authority))

        return await sync_to_thread(register)

    @post("/people", operation_id="addPerson")
    async def add_person(
        self,
        data: JSONBody[AddPerson],
        box: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> PersonView:
        """Add a colleague to your firm; administrators only."""
        person = await hashed(data.person)

        def add() -> PersonView:
            with box.unit_of_work(credential) as uow:
                return PersonView.of(service.add_person(uow, person, data.administrator))

        return await sync_to_thread(add)

    @post("/practitioners", operation_id="addPractitioner", sync_to_thread=True)
    def add_practitioner(
        self,
        data: JSONBody[AddPractitioner],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
        roster: NamedDependency[Roster],
        credential: NamedDependency[Credential | None],
    ) -> PractitionerView:
        """Declare a practitioner whom your firm may name in its bids."""
        numbers = Numbers(person_ids.find(settings.keys), roster.worker)
        with box.unit_of_work(credential) as uow:
            added = service.add_practitioner(uow, data.name, data.person_id, numbers)
            return PractitionerView.of(added)

    @post("/keys", operation_id="enrolKey", sync_to_thread=True)
    def enrol_key(
        self,
        data: JSONBody[EnrolKey],
        side: NamedDependency[Database],
        settings: NamedDependency[Settings],
        credential: NamedDependency[Credential | None],
    ) -> KeyView:
        """Enrol the key that signs for your organization, with proof that you hold it."""
        with side.unit_of_work(credential) as uow:
            key = service.enrol_key(uow, settings.origin, data.public_key, data.proof)
            return KeyView.of(key)


class SessionController(Controller):
    path = "/api/v1"
    tags = ("sessions",)
    dependencies = {"side": Provide(side_of, sync_to_thread=True)}  # noqa: RUF012

    @post("/sessions", operation_id="signIn")
    async def sign_in(
        self,
        request: Request[Any, Any, Any],
        data: JSONBody[SignIn],
        desk: NamedDependency[Database],
        box: NamedDependency[Database],
        settings: NamedDependency[Settings],
        keys: NamedDependency[Keys],
    ) -> TokenView:
        """Sign in; the token goes into the Authorization header as `Bearer`.

        If the answer says what it `needs`, the token opens nothing until that is shown.
        """
        visitor = Visitor.of(request, data.device)
        typed = Typed(data.email, data.password)
        issued, _ = await enter(desk, box, settings, keys, typed, visitor)
        return TokenView.of(issued)

    @post("/tokens", operation_id="issueToken", sync_to_thread=True)
    def issue_token(
        self,
        data: JSONBody[IssueToken],
        side: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> TokenView:
        """Issue a long-lived token for your own programs."""
        with side.unit_of_work(credential) as uow:
            return TokenView.of(service.issue_token(uow, data.label))

    @delete("/sessions/current", operation_id="signOut", sync_to_thread=True)
    def sign_out(
        self,
        side: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> None:
        """End this session."""
        with side.unit_of_work(credential) as uow:
            service.sign_out(uow)

    @get("/me", operation_id="me", sync_to_thread=True)
    def me(
        self,
        side: NamedDependency[Database],
        credential: NamedDependency[Credential | None],
    ) -> MeView:
        """Who you are here, and which key signs for your firm."""
        with side.unit_of_work(credential) as uow:
            return MeView.of(service.whoami(uow))


async def hashed(form: PersonForm) -> NewPerson:
    """The form's person, the password already hashed. Raises WeakPassword, TooManySignIns."""
    person = form.new()
    await hashing.apart(lambda: person.password_hash)
    return person


CONTROLLERS: list[type[Controller]] = [OrganizationController, SessionController]
