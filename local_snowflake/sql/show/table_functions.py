"""RESULT_SCAN and the table functions of INFORMATION_SCHEMA in FROM TABLE(…)."""

from __future__ import annotations

import re
from datetime import date, datetime, timezone
from typing import Any

from sqlglot import exp

from ..catalog.catalog import Path
from ..catalog.query_log import Columns, Rows
from ..commands.account import Account
from ..language.errors import COMPILE, err, missing, no_database, unknown_function
from ..language.parse import fold
from ..language.types import Type
from ..translate.expressions import Translator
from ..translate.query import Scope
from .account_usage import account_usage
from .histories import FUNCTIONS
from .information_schema import information_schema


class VirtualTables:
    """Implements translate.session.Virtual."""

    def __init__(self, engine: Account):
        self.engine = engine

    def information_schema(self, tr: Translator, path: Path) -> tuple[Columns, Rows]:
        return information_schema(self.engine, tr.context, path)

    def account_usage(self, tr: Translator, path: Path) -> tuple[Columns, Rows]:
        return account_usage(self.engine, tr.context, path)

    def table_function(self, tr: Translator, name: str, node: exp.Expression) -> tuple[Columns, Rows] | None:
        if name == "RESULT_SCAN" and len(node.expressions) <= 1:
            return _scanned(self.engine, tr, tr.expr(node.expressions[0], Scope()).literal or "" if node.expressions else "-1")
        if isinstance(node, exp.Dot) or name in FUNCTIONS:
            return _history(self.engine, tr, node)
        return None


def _scanned(engine: Account, tr: Translator, text: str) -> tuple[Columns, Rows]:
    """The result of an earlier statement, by its id or by its place in the session; a name that occurs again gets a number."""
    ids = tr.session.query_ids
    if re.fullmatch(r"-?\d+", text):
        place = int(text)
        text = ids[place if place < 0 else place - 1] if place and -len(ids) <= place <= len(ids) else ""
    saved = engine.log.result(text, tr.context)
    if saved is None:
        raise err("000709", "02000", f"Statement {text} not found")
    columns: Columns = []
    for name, t in saved[0]:
        taken, number, new = {n for n, _ in columns}, 0, name
        while new in taken:
            number += 1
            new = f"{name}_{number}"
        columns.append((new, t))
    return columns, saved[1]


def _history(engine: Account, tr: Translator, node: exp.Expression) -> tuple[Columns, Rows]:
    """[database.]INFORMATION_SCHEMA.<function>(…); the bare name when INFORMATION_SCHEMA is the current schema."""
    parts, call = [tr.context.schema or ""], node
    if isinstance(node, exp.Dot):
        parts, call, left = [], node.expression, node.this
        while isinstance(left, exp.Dot):
            parts.insert(0, fold(left.expression))
            left = left.this
        parts.insert(0, fold(left))
    name = call.name.upper()
    if not isinstance(call, exp.Anonymous) or name not in FUNCTIONS or parts[-1] != "INFORMATION_SCHEMA" or len(parts) > 2:
        raise unknown_function(".".join([*parts, name]) if isinstance(node, exp.Dot) else name)
    database = parts[0] if len(parts) == 2 else tr.context.database
    if not database:
        raise no_database()
    if database != "SNOWFLAKE" and not tr.catalog.usable(tr.context.role, (database,)):
        raise missing("Database", database)
    columns, function, kinds = FUNCTIONS[name]
    tr.uses_table = True
    return columns, function(engine, tr.context, _arguments(engine, tr, name, call.expressions, kinds))


def _arguments(engine: Account, tr: Translator, name: str, given: list[exp.Expression], kinds: dict[str, Type]) -> dict[str, Any]:
    """The arguments, by name or in order, as values of their types; NULL counts as not given."""
    out: dict[str, Any] = {}
    for place, a in enumerate(given):
        key = a.this.name.upper() if isinstance(a, exp.Kwarg) else list(kinds)[place] if place < len(kinds) else ""
        if key not in kinds or key in out:
            raise err("001015", "22023", f"{COMPILE}\ninvalid argument [{key}] for function '{name}'")
        x = tr.conv.cast(tr.expr(a.expression if isinstance(a, exp.Kwarg) else a, Scope()), kinds[key])
        text = engine.constant(x, tr.context)
        if text is not None:
            out[key] = _typed(text, kinds[key])
    return out


def _typed(text: str, t: Type) -> Any:
    """A wire text as a value of Python."""
    if t.kind == "fixed":
        return int(float(text))
    if t.kind == "boolean":
        return text == "true"
    if t.kind == "date":
        return date.fromordinal(date(1970, 1, 1).toordinal() + int(text))
    return datetime.fromtimestamp(float(text), timezone.utc) if t.is_ts else text
