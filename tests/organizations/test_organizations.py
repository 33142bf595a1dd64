import pytest

from sunseal.database import Role
from sunseal.organizations import rules
from sunseal.organizations.errors import InvalidUscc
from sunseal_crypto.signing import SigningKey, sign_labelled
from tests.support.service import PASSWORD, USCC, Service, bearer


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("91440300100000000X", "check digit"),
        ("9144030010000000", "18 characters"),
        ("9144O300100000000R", "does not belong"),
    ],
)
def test_a_wrong_code_says_what_is_wrong_with_it(typed: str, reason: str) -> None:
    with pytest.raises(InvalidUscc, match=reason):
        rules.check_uscc(typed)


def form(**changes: object) -> dict[str, object]:
    person = {"name": "李四", "email": "li@example.cn", "password": PASSWORD}
    return {"name": "某建筑公司", "uscc": USCC[0], "person": person} | changes


def test_a_firm_registers_signs_in_and_is_itself(service: Service) -> None:
    token, organization = service.firm(0)
    me = service.client.get("/api/v1/me", headers=bearer(token)).json()
    assert me["organization"]["id"] == str(organization)
    assert me["role"] == "bidder"
    assert me["administrator"]
    assert me["signing_key"] is None


def test_registration_leaves_a_task_and_a_log_entry(service: Service) -> None:
    service.firm(0)
    with service.database.admin() as admin:
        tasks = admin.execute("select task from kit.outbox").fetchall()
        actions = admin.execute("select action from audit.entry order by at").fetchall()
    assert tasks == [("screening.check_organization",)]
    assert actions == [("organization.register",)]  # a sign-in would tell who is about to bid


@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"uscc": "123"}, 422, "unified social credit code"),
        ({"person": {"name": "a", "email": "a@b", "password": "short"}}, 422, "too short"),
        ({"person": {"name": "a", "email": "no-address", "password": PASSWORD}}, 400, "Validation"),
        ({"surprise": 1}, 400, "Validation"),
    ],
)
def test_bad_registrations_say_what_to_do(
    service: Service, changes: dict[str, object], status: int, words: str
) -> None:
    answer = service.client.post("/api/v1/organizations", json=form(**changes))
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert words in answer.text


def test_a_code_registers_once(service: Service) -> None:
    assert service.client.post("/api/v1/organizations", json=form()).status_code == 201
    again = service.client.post("/api/v1/organizations", json=form())
    assert (again.status_code, again.json()["type"]) == (
        409,
        "urn:sunseal:problem:already-registered",
    )


def test_the_same_post_with_one_key_is_done_once(service: Service) -> None:
    headers = {"Idempotency-Key": "one"}
    first = service.client.post("/api/v1/organizations", json=form(), headers=headers)
    second = service.client.post("/api/v1/organizations", json=form(), headers=headers)
    other = service.client.post("/api/v1/organizations", json=form(name="别的"), headers=headers)
    assert second.json() == first.json()
    assert second.headers["idempotency-replayed"] == "true"
    assert other.status_code == 422


def test_a_refused_post_may_succeed_later_under_its_key(service: Service) -> None:
    headers = {"Idempotency-Key": "one"}
    bad = service.client.post("/api/v1/organizations", json=form(uscc="123"), headers=headers)
    good = service.client.post("/api/v1/organizations", json=form(), headers=headers)
    assert (bad.status_code, good.status_code) == (422, 201)


@pytest.mark.parametrize("email", ["firm0@example.cn", "nobody@example.cn"])
def test_wrong_passwords_and_unknown_addresses_sound_alike_and_are_logged(
    service: Service, email: str
) -> None:
    service.firm(0)
    answer = service.client.post("/api/v1/sessions", json={"email": email, "password": "wrong"})
    assert answer.status_code == 401
    assert "do not belong together" in answer.json()["detail"]
    with service.database.admin() as admin:
        refused = admin.execute(
            "select action, outcome, reason, object from audit.entry where outcome = 'refused'"
        ).fetchall()
    assert refused == [("access.refused", "refused", "wrong-credentials", "POST /api/v1/sessions")]


def test_a_session_ends_when_signed_out(service: Service) -> None:
    token, _ = service.firm(0)
    assert service.client.delete("/api/v1/sessions/current", headers=bearer(token)).is_success
    assert service.client.get("/api/v1/me", headers=bearer(token)).status_code == 401


def enrolment(service: Service, organization: object, key: SigningKey) -> dict[str, str]:
    from base64 import b64encode

    message = rules.enrolment_message(service.settings.origin, organization, key.public)  # type: ignore[arg-type]
    proof = sign_labelled(key, rules.ENROL_LABEL, message)
    return {"public_key": b64encode(key.public).decode(), "proof": b64encode(proof).decode()}


def test_an_administrator_enrols_a_key_and_later_another(service: Service) -> None:
    token, organization = service.firm(0)
    for key in (SigningKey.generate(), SigningKey.generate()):
        answer = service.client.post(
            "/api/v1/keys", json=enrolment(service, organization, key), headers=bearer(token)
        )
        assert answer.status_code == 201, answer.text
    with service.database.admin() as admin:
        rows = admin.execute(
            "select revoked_at is null from registry.signing_key order by enrolled_at"
        ).fetchall()
    assert rows == [(False,), (True,)]


def test_a_key_needs_proof_that_it_is_held(service: Service) -> None:
    token, organization = service.firm(0)
    stolen = enrolment(service, organization, SigningKey.generate())
    stolen["public_key"] = enrolment(service, organization, SigningKey.generate())["public_key"]
    answer = service.client.post("/api/v1/keys", json=stolen, headers=bearer(token))
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:sunseal:problem:key-refused")


def test_only_administrators_add_people_and_keys(service: Service) -> None:
    token, organization = service.firm(0)
    colleague = {"name": "王五", "email": "wang@example.cn", "password": PASSWORD}
    added = service.client.post("/api/v1/people", json={"person": colleague}, headers=bearer(token))
    assert added.status_code == 201, added.text
    preparer = service.sign_in("wang@example.cn")
    key = enrolment(service, organization, SigningKey.generate())
    assert (
        service.client.post("/api/v1/keys", json=key, headers=bearer(preparer)).status_code == 403
    )


def test_firms_do_not_see_each_other(service: Service) -> None:
    _, first = service.firm(0)
    _, second = service.firm(1)
    with service.database.box.unit_as(Role.BIDDER, organization_id=first) as uow:
        from sunseal.organizations.repository import OrganizationRepository

        repository = OrganizationRepository(uow.session)
        assert repository.get(first) is not None
        assert repository.get(second) is None


def test_a_bidders_token_opens_no_staff_route(service: Service) -> None:
    token, _ = service.firm(0)
    person = {"name": "x", "email": "x@example.cn", "password": PASSWORD}
    form = {"name": "假中心", "kind": "centre", "person": person}
    answer = service.client.post("/api/v1/authorities", json=form, headers=bearer(token))
    assert answer.status_code == 403


def test_an_operator_registers_authorities_and_others_do_not(service: Service) -> None:
    person = {"name": "x", "email": "x@example.cn", "password": PASSWORD}
    form = {"name": "某交易中心", "kind": "centre", "person": person}
    clerk, operator = service.authority("agent"), service.authority("operator")
    refused = service.client.post("/api/v1/authorities", json=form, headers=bearer(clerk))
    made = service.client.post("/api/v1/authorities", json=form, headers=bearer(operator))
    assert (refused.status_code, made.status_code) == (403, 201)
