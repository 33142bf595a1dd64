"""A value that a schema allows, to begin with: what stands in the form where a body is tried."""

from typing import Any

Json = dict[str, Any]
DEEPEST = 6
TEXTS = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date-time": "2027-03-20T01:30:00Z",
    "date": "2027-03-20",
}


def of(schema: Json | None, document: Json, depth: int = 0) -> Any:
    """The schema's own example where it has one."""
    schema = schema or {}
    if depth > DEEPEST:
        return None
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return of(document["components"]["schemas"][name], document, depth + 1)
    for given in ("example", "default", "const"):
        if schema.get(given) is not None:
            return schema[given]
    for several in ("examples", "enum"):
        if schema.get(several):
            return schema[several][0]
    for choice in ("oneOf", "anyOf"):
        if choice in schema:
            named = [each for each in schema[choice] if each.get("type") != "null"]
            return of(named[0], document, depth + 1)
    return _plain(schema, document, depth)


def _plain(schema: Json, document: Json, depth: int) -> Any:
    kinds = schema.get("type", "object")
    kind = next((each for each in kinds if each != "null"), "") if type(kinds) is list else kinds
    match kind:
        case "object":
            properties = schema.get("properties", {})
            return {name: of(held, document, depth + 1) for name, held in properties.items()}
        case "array":
            return [of(schema.get("items"), document, depth + 1)]
        case "integer" | "number":
            return int(schema.get("minimum", 1))
        case "boolean":
            return False
        case _:
            return TEXTS.get(schema.get("format", ""), "")
