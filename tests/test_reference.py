"""The OpenAPI document leaves nothing unsaid: what operations do, and how they refuse."""

from collections.abc import Iterator
from typing import Any

import pytest

from sunseal import problems
from sunseal.app import create_app
from sunseal.reference import document as reference
from sunseal.reference import samples
from sunseal.reference.document import Json, Operation
from sunseal.webhooks.rules import TEST, Event
from tests.support.service import settings_of_nothing

WORDS = 2


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Json:
    """As programs get it; no database is asked for it."""
    app = create_app(settings_of_nothing(tmp_path_factory.mktemp("installation")))
    return reference.complete(app.openapi_schema.to_schema(), reference.with_token(app))


def unsaid(document: Json) -> Iterator[str]:
    """Everything that somebody who programs against the API would have to guess."""
    for each in reference.operations(document):
        about = each.about
        if len(about.get("summary", "").split()) < WORDS:
            yield f"{each.id}: no summary"
        if not about.get("description", "").startswith(about["summary"][:WORDS]):
            yield f"{each.id}: no description"
        refusals = {status: held for status, held in about["responses"].items() if status > "3"}
        if "503" not in refusals:
            yield f"{each.id}: no word of what may fail"
        yield from (fault for one in refusals.items() for fault in unclear(document, each, *one))


def unclear(document: Json, operation: Operation, status: str, answer: Json) -> Iterator[str]:
    content = resolved(document, answer).get("content", {})
    held = content.get(problems.MEDIA_TYPE)
    if held is None:
        yield f"{operation.id}: {status} is no problem"
    elif held.get("example", {}).get("status") != int(status):
        yield f"{operation.id}: {status} has no example"


def resolved(document: Json, held: Any) -> Any:
    if "$ref" not in held:
        return held
    _, *names = held["$ref"].split("/")
    for name in names:
        document = document[name]
    return document


def test_every_operation_says_what_it_does_and_how_it_refuses(document: Json) -> None:
    assert list(unsaid(document)) == []


def spoilt(document: Json, **changes: Any) -> list[str]:
    about = document["paths"]["/api/v1/tenders"]["post"] | changes
    paths = document["paths"] | {"/api/v1/tenders": {"post": about}}
    return list(unsaid(document | {"paths": paths}))


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"summary": "Create"}, "no summary"),
        ({"description": ""}, "no description"),
        ({"responses": {"201": {}}}, "no word"),
        ({"responses": {"503": {"description": "x"}}}, "no problem"),
        ({"responses": {"503": {"content": {problems.MEDIA_TYPE: {}}}}}, "no example"),
    ],
)
def test_the_search_would_find_it(document: Json, changes: Json, fault: str) -> None:
    assert any(fault in each for each in spoilt(document, **changes))


def test_every_example_is_of_the_problems_own_shape(document: Json) -> None:
    required = document["components"]["schemas"]["Problem"]["required"]
    for answer in document["components"]["responses"].values():
        [held] = answer["content"].values()
        assert all(held["example"].get(name) for name in required)
        assert held["example"]["type"].startswith("urn:sunseal:problem:")


@pytest.mark.parametrize("operation", ["me", "listFactors", "listWebhooks", "ownCertificate"])
def test_it_says_what_needs_a_token_also_where_a_dependency_looks_at_it(
    document: Json, operation: str
) -> None:
    [found] = [each for each in reference.operations(document) if each.id == operation]
    assert {"token": []} in found.about["security"]
    assert {"401", "403"} <= found.about["responses"].keys()


def test_it_says_that_what_is_public_needs_none(document: Json) -> None:
    free = {each.id for each in reference.operations(document) if not each.about["security"]}
    assert {"signIn", "registerFirm", "getRecord", "checkpoint"} <= free


def test_every_message_is_described(document: Json) -> None:
    assert set(document["webhooks"]) == {*Event, TEST}


def test_operations_have_names_of_their_own(document: Json) -> None:
    names = [each.id for each in reference.operations(document)]
    assert len(names) == len(set(names)) > 100


@pytest.mark.parametrize("operation", ["createTender", "addWebhook", "registerFirm", "join"])
def test_a_form_begins_with_every_field(document: Json, operation: str) -> None:
    [found] = [each for each in reference.operations(document) if each.id == operation]
    schema = found.about["requestBody"]["content"]["application/json"]["schema"]
    sample = samples.of(schema, document)
    assert sample.keys() == resolved(document, schema)["properties"].keys()
