"""Every operation of the API to read, and to try in the browser with a token or one's session.

Read from the document that programs get, so the two never differ. The words are the document's and
English; only what is around them is translated.
"""

import json
from itertools import groupby, zip_longest
from typing import Any

from litestar import Controller, Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from markupsafe import Markup, escape

from sunseal.errors import NotFound
from sunseal.reference import samples
from sunseal.reference.document import PATH, Json, Operation, document_of, operations
from sunseal.web.page import Page


class NoSuchOperation(NotFound):
    def __init__(self, operation: str) -> None:
        self.operation = operation
        super().__init__(f"The API has no operation {operation!r}.")


class ReferencePages(Controller):
    path = "/schema"

    @get(sync_to_thread=False)
    def listed(self, request: Request[Any, Any, Any], page: NamedDependency[Page]) -> Response[str]:
        document = document_of(request.app)
        found = sorted(operations(document), key=lambda each: _tag(each))
        rooms = [(tag, list(each)) for tag, each in groupby(found, key=_tag)]
        return page.show(
            "reference/list.html",
            rooms=rooms,
            webhooks=document["webhooks"],
            description=_marked(document["info"]["description"]),
            marked=_marked,
            json_path=f"{PATH}/openapi.json",
        )

    @get("/{operation:str}", sync_to_thread=False)
    def one(
        self,
        operation: FromPath[str],
        request: Request[Any, Any, Any],
        page: NamedDependency[Page],
    ) -> Response[str]:
        document = document_of(request.app)
        found = next((each for each in operations(document) if each.id == operation), None)
        if found is None:
            raise NoSuchOperation(operation)
        media_type, body = _body(found, document)
        return page.show(
            "reference/one.html",
            operation=found,
            summary=_marked(f"{found.about['summary']}."),
            more=_marked(found.about["description"].removeprefix(f"{found.about['summary']}.")),
            media_type=media_type,
            body=body,
            parameters=[_parameter(each, document) for each in found.about.get("parameters", [])],
            answers=[_answer(*each, document) for each in _answers(found)],
            host=page.host,
        )


def _marked(text: str) -> Markup:
    """Paragraphs, and names of code as such; nothing in it is taken for a tag."""
    shown = []
    for block in filter(None, text.strip().split("\n\n")):
        parts = block.split("`")
        codes = [Markup("<code>{}</code>").format(part) for part in parts[1::2]]
        plain = [escape(part) for part in parts[::2]]
        both = [each for pair in zip_longest(plain, codes, fillvalue="") for each in pair]
        shown.append(Markup("").join(both))
    return Markup("<br>").join(shown)


def _tag(operation: Operation) -> str:
    return str((operation.about.get("tags") or ["other"])[0])


def _body(operation: Operation, document: Json) -> tuple[str, str]:
    """Media type and an example; both empty where nothing is sent."""
    content = operation.about.get("requestBody", {}).get("content", {})
    for media_type, held in content.items():
        if media_type == "application/json":
            example = samples.of(held.get("schema"), document)
            return media_type, json.dumps(example, ensure_ascii=False, indent=2)
        return media_type, ""
    return "", ""


def _parameter(about: Json, document: Json) -> Json:
    example = samples.of(about.get("schema"), document) if about.get("required") else ""
    return {
        "name": about["name"],
        "where": about["in"],
        "required": about.get("required", False),
        "description": about.get("description", ""),
        "example": "" if example is None else str(example),
    }


def _answers(operation: Operation) -> list[tuple[str, Json]]:
    return list(operation.about["responses"].items())


def _answer(status: str, about: Json, document: Json) -> Json:
    if "$ref" in about:
        about = document["components"]["responses"][about["$ref"].rpartition("/")[2]]
    [(media_type, held)] = list(about.get("content", {}).items())[:1] or [("", {})]
    example = held.get("example") or samples.of(held.get("schema"), document) if held else None
    shown = json.dumps(example, ensure_ascii=False, indent=2) if media_type.endswith("json") else ""
    return {
        "status": status,
        "description": about.get("description", ""),
        "media_type": media_type,
        "example": shown,
    }


PAGES: list[type[Controller]] = [ReferencePages]
