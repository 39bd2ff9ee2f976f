"""The OpenAPI documents as data: which paths there are, and whether a value fits a schema."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .names import action_of

STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)")
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(frozen=True)
class Operation:
    document: str
    method: str
    path: str
    parameters: tuple[dict, ...]
    body: dict | None
    answer: dict
    segments: tuple[tuple[str, str], ...]  # of each path segment: its text without the action, and the action

    def query(self) -> dict[str, dict]:
        return {p["name"]: p for p in self.parameters if p["in"] == "query"}


@dataclass
class Fault:
    """One thing in which a value differs from its schema."""

    kind: str  # type required enum range pattern choice unknown readonly
    at: str
    text: str
    value: Any = None


@dataclass
class Checker:
    """Walks a value along a schema; texts that stand for numbers and booleans are taken as such in requests, unless it is strict."""

    schemas: dict[str, dict]
    answer: bool = False
    strict: bool = False
    faults: list[Fault] = field(default_factory=list)

    def note(self, kind: str, at: str, text: str, value: Any = None) -> None:
        self.faults.append(Fault(kind, at, text, value))

    def resolve(self, schema: dict) -> dict:
        while "$ref" in schema:
            schema = {**self.schemas[schema["$ref"]], **{k: v for k, v in schema.items() if k != "$ref"}}
        return schema

    def parts(self, schema: dict) -> list[dict]:
        """A schema and those it is composed of."""
        schema = self.resolve(schema)
        return [schema, *(p for inner in schema.get("allOf", ()) for p in self.parts(inner))]

    def chosen(self, schema: dict, value: Any) -> tuple[dict, str | None]:
        """The schema that a discriminator selects; the name of the property when it selects none."""
        schema = self.resolve(schema)
        while "choose" in schema and isinstance(value, dict):
            by, of = schema["choose"]["by"], schema["choose"]["of"]
            if not isinstance(value.get(by), str) or value[by] not in of:
                return schema, by
            schema = self.resolve(of[value[by]])
        return schema, None

    def check(self, schema: dict, value: Any, at: str = "") -> Any:
        """The value with its texts made numbers and booleans, without what the document does not know; faults are noted."""
        schema = self.resolve(schema)
        if value is None:
            parts = self.parts(schema)
            if not any(p.get("nullable") for p in parts) and any(p.keys() & {"type", "choose", "properties"} for p in parts):
                self.note("required", at, "is null")
            return None
        schema, missing = self.chosen(schema, value)
        if missing:
            self.note("choice", f"{at}.{missing}", "selects no schema", value.get(missing))
            return value
        if "choose" in schema:
            self.note("type", at, "is not an object", value)
            return value
        if "anyOf" in schema or "oneOf" in schema:
            return self._one_of(schema.get("anyOf") or schema["oneOf"], value, at)
        parts = self.parts(schema)
        kind = next((p["type"] for p in parts if "type" in p), "object" if any("properties" in p for p in parts) else None)
        value = self._typed(kind, value, at)
        if kind == "object" and isinstance(value, dict):
            return self._object(parts, value, at)
        if kind == "array" and isinstance(value, list):
            items = next((p["items"] for p in parts if "items" in p), {})
            return [self.check(items, v, f"{at}[{i}]") for i, v in enumerate(value)]
        for part in parts:
            self._scalar(part, value, at)
        return value

    def _one_of(self, choices: list[dict], value: Any, at: str) -> Any:
        for choice in choices:
            trial = Checker(self.schemas, self.answer, self.strict)
            out = trial.check(choice, value, at)
            if not trial.faults:
                return out
        self.note("type", at, "fits none of the choices", value)
        return value

    def _typed(self, kind: str | None, value: Any, at: str) -> Any:
        if kind in (None, "object", "array", "string", "boolean", "integer", "number"):
            good = {
                "object": isinstance(value, dict), "array": isinstance(value, list), "string": isinstance(value, str),
                "boolean": isinstance(value, bool), "integer": isinstance(value, int) and not isinstance(value, bool),
                "number": isinstance(value, (int, float)) and not isinstance(value, bool), None: True,
            }[kind]  # fmt: skip
            if good:
                return value
        if not self.answer and not self.strict and isinstance(value, str):
            if kind == "boolean" and value.lower() in ("true", "false"):
                return value.lower() == "true"
            if kind in ("integer", "number") and NUMBER.fullmatch(value):
                number = float(value)
                if kind == "number" or number == int(number):
                    return int(value) if re.fullmatch(r"-?\d+", value) else number
        self.note("type", at, f"is not of type {kind}", value)
        return value

    def _object(self, parts: list[dict], value: dict, at: str) -> dict:
        properties = {k: v for p in reversed(parts) for k, v in p.get("properties", {}).items()}
        required = {name for p in parts for name in p.get("required", ())}
        extra = next((p["additionalProperties"] for p in parts if "additionalProperties" in p), None)
        for name in sorted(required - set(value)):
            direction = "readOnly" if not self.answer else "writeOnly"
            if not any(p.get(direction) for p in self.parts(properties.get(name, {}))):
                self.note("required", f"{at}.{name}", "is missing")
        out = {}
        for name, inner in value.items():
            here = f"{at}.{name}"
            if name in properties:
                schema = self.resolve(properties[name])
                if not self.answer and schema.get("readOnly") and inner is not None:
                    self.note("readonly", here, "is read-only")
                elif self.answer and inner is None and any(p.get("writeOnly") for p in self.parts(schema)):
                    out[name] = None
                    continue
                out[name] = self.check(schema, inner, here)
            elif isinstance(extra, dict) and extra:
                out[name] = self.check(extra, inner, here)
            else:
                if properties and not extra:
                    self.note("unknown", here, "is not in the document")
                    if not self.answer:
                        continue
                out[name] = inner
        return out

    def _scalar(self, schema: dict, value: Any, at: str) -> None:
        if "enum" in schema and value not in schema["enum"]:
            self.note("enum", at, f"is not one of {schema['enum']}", value)
        if "pattern" in schema and isinstance(value, str) and not re.search(schema["pattern"], value):
            self.note("pattern", at, "does not match", value)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
                self.note("range", at, "is out of range", value)
        if schema.get("format") == "date-time" and self.answer and not STAMP.fullmatch(str(value)):
            self.note("pattern", at, "is not a date-time", value)
        if schema.get("format") == "uuid" and isinstance(value, str) and not UUID.fullmatch(value):
            self.note("pattern", at, "is not a UUID", value)


class Spec:
    """All documents."""

    def __init__(self) -> None:
        with gzip.open(Path(__file__).parent / "schemas.json.gz") as packed:
            data = json.load(packed)
        self.version: str = data["version"]
        self.schemas: dict[str, dict] = data["schemas"]
        self.operations = [self._operation(o) for o in data["operations"]]
        self.by_length: dict[int, list[Operation]] = {}
        for operation in self.operations:
            self.by_length.setdefault(len(operation.segments), []).append(operation)

    @staticmethod
    def _operation(o: dict) -> Operation:
        segments = tuple(action_of(s) for s in o["path"].strip("/").split("/"))
        return Operation(o["document"], o["method"], o["path"], tuple(o["parameters"]), o.get("body"), o["answer"], segments)

    def route(self, raw_path: str) -> list[tuple[Operation, dict[str, str]]]:
        """The operations of a path, literal ones first, with the decoded path parameters."""
        parts = raw_path.removeprefix("/").split("/")
        if len(parts) > 10 and parts[6] == "stages" and parts[8] == "files":
            parts[9:] = ["%2F".join(parts[9:])]  # the file's path may hold slashes
        wanted = [action_of(unquote(s)) for s in parts]
        found = []
        for operation in self.by_length.get(len(wanted), ()):
            parameters = _match(operation.segments, wanted)
            if parameters is not None:
                found.append((operation, parameters))
        fewest = min((len(p) for _, p in found), default=0)
        return [(o, p) for o, p in found if len(p) == fewest]

    def check(self, schema: dict, value: Any, answer: bool = False, strict: bool = False) -> tuple[Any, list[Fault]]:
        checker = Checker(self.schemas, answer, strict)
        out = checker.check(schema, value)
        return out, checker.faults

    def complete(self, schema: dict, value: Any) -> Any:
        """A value with every property its schema has, null where there is none."""
        checker = Checker(self.schemas)
        schema, _ = checker.chosen(schema, value)
        parts = checker.parts(schema)
        if isinstance(value, dict):
            properties = {k: v for p in reversed(parts) for k, v in p.get("properties", {}).items()}
            return {**{k: None for k in properties}, **{k: self.complete(properties[k], v) if k in properties else v for k, v in value.items()}}
        if isinstance(value, list):
            items = next((p["items"] for p in parts if "items" in p), {})
            return [self.complete(items, v) for v in value]
        return value

    def properties(self, schema: dict, value: Any = None) -> dict[str, dict]:
        """The properties of an object schema, resolved; value chooses among the children of a discriminated one."""
        checker = Checker(self.schemas)
        schema, _ = checker.chosen(schema, value)
        return {k: checker.resolve(v) for p in reversed(checker.parts(schema)) for k, v in p.get("properties", {}).items()}


def _match(template: tuple[tuple[str, str], ...], wanted: list[tuple[str, str]]) -> dict[str, str] | None:
    out = {}
    for (text, action), (given, given_action) in zip(template, wanted):
        if action != given_action:
            return None
        if text.startswith("{"):
            if not given:
                return None
            out[text[1:-1]] = given
        elif text != given:
            return None
    return out
