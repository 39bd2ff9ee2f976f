"""Requests made of the documents alone: a body that fits a schema, a path and a query for an operation."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from local_snowflake.objects.spec import Checker, Operation, Spec

PLAIN = {"boolean": True, "integer": 1, "number": 1.5, "object": {}}
QUERY = {
    "query": "SELECT 1 AS A", "targetName": "SAMPLE_TARGET", "share": "OTHER.SHARE", "gracePeriodInDays": 3, "newTableName": "SAMPLE_NEW",
    "targetTableName": "SAMPLE_TARGET",
}  # fmt: skip
GRANT = {
    "granteeType": "role", "granteeName": "GONE", "securableType": "table", "securableName": "GONE.PUBLIC.GONE", "bulkGrantType": "all",
    "securableTypePlural": "tables", "scopeType": "schema", "scopeName": "GONE.PUBLIC", "privilege": "SELECT",
}  # fmt: skip


def body_of(spec: Spec, schema: dict, whole: bool = False, depth: int = 0) -> Any:
    """A value that fits: only what is required, or everything that may be written."""
    checker = Checker(spec.schemas)
    schema = checker.resolve(schema)
    chosen: dict[str, Any] = {}
    while "choose" in schema:
        word, of = next(iter(schema["choose"]["of"].items()))
        chosen[schema["choose"]["by"]] = word
        schema = checker.resolve(of)
    for several in ("anyOf", "oneOf"):
        if several in schema:
            return body_of(spec, schema[several][0], whole, depth)
    parts = checker.parts(schema)
    kind = next((p["type"] for p in parts if "type" in p), "object" if any("properties" in p for p in parts) else None)
    if kind == "array":
        return [body_of(spec, next(p["items"] for p in parts if "items" in p), whole, depth + 1)]
    if kind == "string" or kind is None:
        enum = next((p["enum"] for p in parts if "enum" in p), None)
        return enum[0] if enum else "2026-01-01T00:00:00Z" if schema.get("format") == "date-time" else "SAMPLE"
    if kind != "object":
        return next((p["minimum"] for p in parts if "minimum" in p), PLAIN[kind])
    properties = {k: v for p in reversed(parts) for k, v in p.get("properties", {}).items()}
    wanted = {n for p in parts for n in p.get("required", ())} | (set(properties) if whole and depth < 4 else set()) | ({"name"} if depth == 0 else set())
    writable = {n for n in wanted if n in properties and not any(p.get("readOnly") for p in checker.parts(properties[n]))}
    out = {n: text_of(n) or body_of(spec, properties[n], whole, depth + 1) for n in sorted(writable)}
    return {**out, **chosen}


def text_of(name: str) -> str | None:
    """Properties whose schema says less than they mean."""
    select = dict.fromkeys(("query", "definition", "condition", "action"), "SELECT 1 AS SAMPLE")
    return {"copy_statement": "COPY INTO SAMPLE FROM @SAMPLE", "datatype": "NUMBER(38,0)", **select}.get(name)


def address(operation: Operation, names: dict[str, str]) -> str:
    """Path and required query parameters of an operation; names: database, schema and name."""
    path = operation.path
    others = {k: "GONE" for k in ("service", "service_name", "application", "filePath")}
    values = {**others, **GRANT, **names, "nameWithArgs": names["name"] + ("" if ":call" in path else "(NUMBER)")}
    for name, value in values.items():
        path = path.replace("{" + name + "}", quote(value, safe="()"))
    query = {n: QUERY.get(n, 1 if p["schema"].get("type") == "integer" else "sample") for n, p in operation.query().items() if p["required"] or n in ("share",)}
    return path + ("?" + urlencode(query) if query else "")
