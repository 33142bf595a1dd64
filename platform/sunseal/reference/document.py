"""The OpenAPI document with what the framework does not know: what is refused, and how it says so.

Every operation has a summary and a description, which are its handler's own docstring; each answer
that is no success is a problem (RFC 9457) with an example.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.utils.signature import ParsedSignature

from sunseal import problems
from sunseal.errors import Forbidden, Unauthenticated
from sunseal.webhooks.rules import ABOUT, TEST, Event

Json = dict[str, Any]

PATH = "/api/v1/schema"
DESCRIPTION = "\n\n".join(
    (
        "Sealed tendering. What the pages do goes through these operations; docs/api.md walks"
        " through a bid and through a tender.",
        "Sign in with `signIn`, issue a token for your program with `issueToken`, and send it as"
        " `Authorization: Bearer …`. Times are UTC, money is text with a currency beside it, bytes"
        " are base64. A POST that is repeated with the same `Idempotency-Key` is done once.",
        "Errors are problem details: `type` is stable, `detail` is a sentence, in Chinese with"
        " `Accept-Language: zh`.",
    )
)
# Status, slug and an example's sentence, with what it is that makes an operation answer so.
REFUSALS: dict[int, tuple[str, str, str]] = {
    400: ("Malformed", "malformed", "Validation failed for POST /api/v1/tenders"),
    401: ("Unauthenticated", Unauthenticated.slug(), str(Unauthenticated())),
    403: ("Forbidden", Forbidden.slug(), str(Forbidden())),
    404: ("NotFound", "no-such-tender", "There is no such tender, or it is not public."),
    409: ("Refused", "deadline-passed", "The deadline passed at 2027-03-20 01:30 UTC."),
    413: ("TooLarge", "too-large", "The body is larger than this operation takes."),
    422: ("Invalid", "invalid", "A value does not hold what it should: the sentence says which."),
    503: ("Unavailable", "unavailable", "The database is not reachable. Try again shortly."),
}
PROBLEM: Json = {
    "type": "object",
    "description": "RFC 9457. `type` tells programs which error it is, `detail` tells people.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:sunseal:problem:not-found"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {"type": "object"},
            "description": "With `malformed`: each field that is wrong.",
        },
        "safe": {
            "type": "string",
            "description": "With Accept-Language: whether what was handed in before still stands.",
        },
        "next": {"type": "string", "description": "With Accept-Language: what to do now."},
    },
}
READING = ("get", "head", "options")
METHODS = (*READING, "post", "put", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One row of the reference."""

    method: str
    path: str
    about: Json

    @property
    def id(self) -> str:
        return str(self.about["operationId"])


class CompleteDocument(JsonRenderPlugin):
    """Serves the complete document as JSON."""

    def render(self, request: Any, openapi_schema: Json) -> bytes:  # noqa: ARG002
        return super().render(request, document_of(request.app))


@lru_cache(maxsize=1)
def document_of(app: Litestar) -> Json:
    """The document of a process's application, made when it is first asked for."""
    return complete(app.openapi_schema.to_schema(), with_token(app))


def with_token(app: Litestar) -> frozenset[str]:
    """The operations that look at who asks, by themselves or by what they depend on."""
    return frozenset(
        str(handler.operation_id)
        for route in app.routes
        for handler in getattr(route, "route_handlers", [])
        if "credential" in given(handler)
    )


def given(handler: HTTPRouteHandler) -> frozenset[str]:
    """What a handler is given by name, and what that was made of."""

    def follow(signature: ParsedSignature) -> Iterator[str]:
        for name in signature.parameters:
            yield name
            if name in known:
                yield from follow(known[name].parsed_fn_signature)

    known = handler.resolve_dependencies()
    return frozenset(follow(handler.parsed_fn_signature))


def complete(document: Mapping[str, Any], signed: frozenset[str]) -> Json:
    """`document` as the framework writes it, `signed` the operations that take a token."""
    whole = dict(document)
    whole["info"] = whole["info"] | {"description": DESCRIPTION}
    components = whole["components"] = dict(whole.get("components", {}))
    components["schemas"] = components.get("schemas", {}) | {"Problem": PROBLEM}
    components["responses"] = {name: _refusal(status) for status, (name, *_) in REFUSALS.items()}
    bearer = {"type": "http", "scheme": "bearer", "description": "A token of signIn or issueToken."}
    components["securitySchemes"] = {"token": bearer}
    whole["paths"] = {
        path: {
            method: _operation(path, method, about, signed) if method in METHODS else about
            for method, about in methods.items()
        }
        for path, methods in whole["paths"].items()
    }
    whole["webhooks"] = {event: _message(event) for event in (*Event, TEST)}
    return whole


def operations(document: Json) -> Iterator[Operation]:
    for path, methods in document["paths"].items():
        for method, about in methods.items():
            if method in METHODS:
                yield Operation(method.upper(), path, about)


def _operation(path: str, method: str, about: Json, signed: frozenset[str]) -> Json:
    said = about.get("description") or about.get("summary", "")
    described = "\n\n".join(" ".join(block.split()) for block in said.split("\n\n"))
    responses = {
        status: answer for status, answer in about["responses"].items() if status.startswith("2")
    }
    for status in _refused(path, method, about, signed):
        name = REFUSALS[status][0]
        responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
    security: list[Json] = [{"token": []}, {}] if about["operationId"] in signed else []
    return about | {
        "summary": described.partition("\n\n")[0].partition(". ")[0].rstrip("."),
        "description": described,
        "responses": responses,
        "security": security,
    }


def _refused(path: str, method: str, about: Json, signed: frozenset[str]) -> list[int]:
    asked = {
        400: "requestBody" in about or bool(about.get("parameters")),
        401: about["operationId"] in signed,
        403: about["operationId"] in signed,
        404: "{" in path,
        409: method not in READING,
        413: "requestBody" in about,
        422: "requestBody" in about,
        503: True,
    }
    return [status for status, is_possible in asked.items() if is_possible]


def _refusal(status: int) -> Json:
    _, slug, sentence = REFUSALS[status]
    example = problems.body(status, slug, sentence)
    if status == 400:
        example["errors"] = [{"key": "title", "message": "Object missing required field"}]
    return {
        "description": example["title"],
        "content": {
            problems.MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": example,
            }
        },
    }


def _message(event: str) -> Json:
    """What a receiver is sent; see docs/api.md for its signature."""
    about = ABOUT[event]
    example = {
        "type": str(event),
        "timestamp": "2027-03-20T01:30:00Z",
        "data": {about: "6f1c2c1e-6c3f-4f3b-9d1c-0b9c5a4d7e21"},
        "padding": "000",
    }
    schema = {
        "type": "object",
        "required": ["type", "timestamp", "data", "padding"],
        "properties": {
            "type": {"type": "string", "const": str(event)},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {
                "type": "object",
                "required": [about],
                "properties": {about: {"type": "string", "format": "uuid"}},
            },
            "padding": {"type": "string", "description": "Makes all messages equally long."},
        },
    }
    body = {"content": {"application/json": {"schema": schema, "example": example}}}
    taken = {"2XX": {"description": "Taken. Anything else is tried again, and 410 ends it."}}
    said = f"Sent to an address that asked for {event}"
    told = {"summary": said, "description": f"{said}."}
    return {"post": told | {"requestBody": body, "responses": taken}}
