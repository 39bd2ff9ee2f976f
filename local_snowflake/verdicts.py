"""Whether a call is valid by Snowflake's own documents, whatever it is answered (protocol sheet 1.1-1.3, 2.3, 5)."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any

from aiohttp import web

from .objects.spec import Operation, Spec
from .payload import parse_json
from .statements import bindable

PRODUCT = re.compile(r"[!#$%&'*+.^_`|~\w-]+/[!#$%&'*+.^_`|~\w-]+( .+)?", re.ASCII)  # RFC 7231, with the version that the documents want
JSON_RANGES = {"application/json", "application/*", "*/*"}
TOKEN_TYPES = {"KEYPAIR_JWT", "OAUTH", "PROGRAMMATIC_ACCESS_TOKEN", "WORKLOAD_IDENTITY_FEDERATION"}
CLIENT_TOKEN_TYPES = {"PAT_WITH_EXTERNAL_SESSION_ID"}  # Snowflake's own client, to the object API
TOKEN_ENDPOINTS = {"/oauth/token-request", "/oauth2/token"}  # in no document
CONTEXT = ("X-Snowflake-Role", "X-Snowflake-Warehouse")
IDENTIFIER = {"$ref": "common#Identifier"}
INTEGER = re.compile(r"-?[0-9]+")


class Verdicts:
    """What is wrong with a call by the documents; those are read when the first call comes."""

    @cached_property
    def spec(self) -> Spec:
        return Spec()

    def of(self, request: web.Request, raw_body: bytes) -> str | None:
        """`ok`, or what is wrong; None for what no document is about."""
        raw_path = request.rel_url.raw_path
        if raw_path in TOKEN_ENDPOINTS:
            return None
        for operation, path in self.spec.route(raw_path):
            if operation.method == request.method:
                return "; ".join(_Call(self.spec, operation, request).faults(path, raw_body)) or "ok"
        return "the documents have no such path and method"


class _Call:
    """One call along the document of its operation. The SQL API is read to the letter; for the object API "TRUE" is a boolean and "1" in a
    body a number, as the service takes them."""

    def __init__(self, spec: Spec, operation: Operation, request: web.Request):
        self.spec = spec
        self.operation = operation
        self.request = request
        self.strict = operation.document == "sqlapi"

    def faults(self, path: dict[str, str], raw_body: bytes) -> list[str]:
        return [*self._headers(), *self._path(path), *self._query(), *self._body(raw_body)]

    def _headers(self) -> list[str]:
        headers, out = self.request.headers, []
        scheme, _, token = headers.get("Authorization", "").partition(" ")
        if not token or scheme not in (("Bearer",) if self.strict else ("Bearer", "Snowflake")):
            out.append("header Authorization is not of the form Bearer <token>")
        if "X-Snowflake-Authorization-Token-Type" in headers:
            kind = headers["X-Snowflake-Authorization-Token-Type"]
            if kind not in (TOKEN_TYPES if self.strict else TOKEN_TYPES | CLIENT_TOKEN_TYPES):
                out.append(f"header X-Snowflake-Authorization-Token-Type {kind}")
        if not PRODUCT.fullmatch(headers.get("User-Agent", "")):
            out.append("header User-Agent is not of the form name/version")
        ranges = {part.partition(";")[0].strip().lower() for part in headers.get("Accept", "" if self.strict else "*/*").split(",")}
        if not ranges & JSON_RANGES:
            out.append("header Accept does not admit JSON")
        for name in CONTEXT:
            if name in headers:
                out += [f"header {name} is not of the SQL API"] if self.strict else self._value(f"header {name}", IDENTIFIER, headers[name])
        return out

    def _path(self, path: dict[str, str]) -> list[str]:
        schemas = {p["name"]: p["schema"] for p in self.operation.parameters if p["in"] == "path"}
        return [text for name, value in path.items() for text in self._value(f"path parameter {name}", schemas.get(name, {}), value)]

    def _query(self) -> list[str]:
        known, given, out = self.operation.query(), self.request.query, []
        for name in dict.fromkeys(given):
            if len(given.getall(name)) > 1:
                out.append(f"query parameter {name} is given more than once")
            if name not in known:
                out.append(f"query parameter {name} is not in the document")
            else:
                out += self._value(f"query parameter {name}", known[name]["schema"], given[name])
        out += [f"query parameter {name} is missing" for name, parameter in known.items() if parameter["required"] and name not in given]
        if self.strict and "retry" in given and "requestId" not in given:
            out.append("query parameter retry without the requestId of the call that is tried again")
        return out

    def _value(self, what: str, schema: dict, text: str) -> list[str]:
        """The faults of a parameter's text."""
        kind = schema.get("type")
        value: Any = text
        if kind == "boolean":
            word = text if self.strict else text.lower()
            if word not in ("true", "false"):
                return [f"{what} is not a boolean"]
            value = word == "true"
        elif kind == "integer":
            if not INTEGER.fullmatch(text):
                return [f"{what} is not an integer"]
            value = int(text)
        return [f"{what} {fault.text}" for fault in self.spec.check(schema, value)[1]]

    def _body(self, raw: bytes) -> list[str]:
        described = self.operation.body
        if not raw.strip():
            return ["the body is missing"] if described and described["required"] else []
        if described is None:
            empty = self.operation.method == "POST" and raw.strip() == b"{}"  # clients send it with actions
            return [] if empty else ["the document has no body"]
        if "Content-Type" in self.request.headers and self.request.content_type not in described["media"]:
            return [f"media type {self.request.content_type}"]
        if described.get("schema") is None:
            return []
        try:
            body = parse_json(raw)
        except ValueError:
            return ["the body is not JSON"]
        if self.strict and isinstance(body, dict) and isinstance(body.get("parameters"), dict):
            body = {**body, "parameters": {name.lower(): value for name, value in body["parameters"].items()}}  # in either case
        out = [f"body{fault.at} {fault.text}" for fault in self.spec.check(described["schema"], body, strict=self.strict)[1]]
        return out + _bindings(body) if self.strict and not out else out


def _bindings(body: dict) -> list[str]:
    """What the schema cannot say: placeholders are counted from 1, and each type has texts of its own."""
    out = []
    for name, binding in (body.get("bindings") or {}).items():
        if not re.fullmatch("[1-9][0-9]*", name):
            out.append(f"body.bindings.{name} is no position")
        elif binding["value"] is not None and not bindable(binding["type"], binding["value"]):
            out.append(f"body.bindings.{name}.value is no {binding['type']}")
    return out
