"""Every request that the OpenAPI document allows, for every role, with sensible parameters."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.isolation import normal
from tests.isolation.installation import ENVELOPE, Installation

NOBODY = "00000000-0000-4000-8000-000000000000"
TILES = ("/0/000", "/0/000.p/1", "/0/000.p/8", "/entries/000", "/entries/000.p/8", "/1/000.p/1")
# It never ends; `first_words` listens to it instead.
STREAM = "/hall"
# These say the same to everybody, once, and change the tender: they come last.
ENDINGS = ("/cancel",)


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None

    def __str__(self) -> str:
        return f"{self.method} {self.path} {dict(self.query)} {self.body}"


def requests(document: dict[str, Any]) -> list[Request]:
    """Those that read first, then those that write, then those that end the tender."""
    made = [
        request
        for path, methods in document["paths"].items()
        for method, about in methods.items()
        for request in _of(path, method.upper(), about, document)
    ]
    return sorted(made, key=lambda one: (one.path.endswith(ENDINGS), one.method != "GET"))


def _of(path: str, method: str, about: Any, document: dict[str, Any]) -> Iterator[Request]:
    if path.endswith(STREAM):
        return
    asked = tuple(
        (parameter["name"], _sample(parameter["schema"], document, parameter["name"]))
        for parameter in about.get("parameters", [])
        if parameter["in"] == "query"
    )
    schema = _body_schema(about)
    bodies = [None, {}, _sample(schema, document, "")] if schema is not None else [None]
    for query in dict.fromkeys([(), asked]):
        for body in bodies:
            yield Request(method, path, query, body)


def _body_schema(about: Any) -> Any:
    content = about.get("requestBody", {}).get("content", {})
    return next((held.get("schema") for held in content.values()), None)


def _sample(schema: Any, document: dict[str, Any], name: str) -> Any:
    """A value of a schema: one that is likely to pass its first checks."""
    schema = schema or {}
    if "$ref" in schema:
        return _sample(
            document["components"]["schemas"][schema["$ref"].split("/")[-1]], document, ""
        )
    for several in ("oneOf", "anyOf"):
        if several in schema:
            options = [one for one in schema[several] if one.get("type") != "null"]
            return _sample(options[0], document, name)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    kind = next((one for one in kind if one != "null"), "null") if isinstance(kind, list) else kind
    if kind == "object":
        properties = schema.get("properties", {}).items()
        return {key: _sample(held, document, key) for key, held in properties}
    if kind == "array":
        return [_sample(schema.get("items"), document, name)]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return True
    return _text_sample(schema.get("format", ""), name)


def _text_sample(form: str, name: str) -> str:
    if form == "uuid":
        return "<tender>" if name in ("tender", "tender_id") else NOBODY
    if form in ("date-time", "date"):
        return "2030-01-01T00:00:00Z"
    return {"envelope": ENVELOPE, "email": "nobody@example.cn"}.get(name, "AAAA")


def filled(request: Request, tender: str) -> list[str]:
    """The request's path for one tender; several for a path of tiles."""
    path = request.path
    for name in ("tender_id", "tender"):
        path = path.replace(f"{{{name}}}", tender)
    path = path.replace("{envelope}", ENVELOPE)
    if "{path}" in path:
        return [path.replace("/{path}", tile) for tile in TILES]
    while "{" in path:
        start, end = path.index("{"), path.index("}")
        name = path[start + 1 : end]
        path = path[:start] + (NOBODY if name.endswith("id") else ENVELOPE) + path[end + 1 :]
    return [path]


def send(one: Installation, role: str, request: Request, path: str) -> Any:
    """The normalised answer."""
    tender = str(one.world.tender)
    query = {key: tender if held == "<tender>" else held for key, held in request.query}
    given: dict[str, Any] = {"params": query}
    if request.body is not None:
        given["json"] = _with_tender(request.body, tender)
    return normal.answer(one.ask(request.method, path, role, **given))


def _with_tender(body: Any, tender: str) -> Any:
    if isinstance(body, dict):
        return {key: _with_tender(held, tender) for key, held in body.items()}
    if isinstance(body, list):
        return [_with_tender(held, tender) for held in body]
    return tender if body == "<tender>" else body


def first_words(one: Installation) -> list[Any]:
    """Status, headers and the first event of the hall's stream; then the viewer leaves."""
    heard: list[Any] = []
    spoken = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not heard:
            return {"type": "http.request", "body": b"", "more_body": False}
        await spoken.wait()
        return {"type": "http.disconnect"}

    async def hear(message: Any) -> None:
        if message["type"] == "http.response.start":
            headers = sorted((key.decode(), held.decode()) for key, held in message["headers"])
            heard.append((message["status"], headers))
        elif message.get("body"):
            heard.append(normal.text(message["body"].decode()))
            spoken.set()

    path = f"/api/v1/tenders/{one.world.tender}/hall"
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [], "http_version": "1.1", "scheme": "http",
        "server": ("test", 80), "client": ("test", 1), "root_path": "", "asgi": {"version": "3.0"},
    }  # fmt: skip

    async def listen() -> None:
        await asyncio.wait_for(one.app(scope, receive, hear), 20)  # type: ignore[arg-type]

    asyncio.run(listen())
    return heard
