"""Kinds whose actions run something: alerts, pipes, Cortex Search services."""

from __future__ import annotations

import re
import uuid
from datetime import datetime, timedelta, timezone
from typing import Any

from ..model import Context, SnowflakeError
from ..sql.catalog.catalog import Obj, Path
from ..sql.commands import copy_load
from ..sql.language.errors import invalid_identifier, privileges
from ..sql.scripting import bodies
from .answers import Refusal, bad_value
from .call import Call, executed
from .kinds import Kind
from .names import fold

STATES = {"property": "state", "suspended": "suspended", "resumed": "started"}


class Alert(Kind):
    defaults = {"state": "suspended"}
    states = STATES
    actions = {("POST", "/{name}:execute"): "execute"}

    def execute(self, call: Call) -> Any:
        """Looks once, whatever the state: when the condition has rows the action runs, with the owner's privileges. What fails there is found in
        the history of queries; the call has only asked for the run."""
        obj = self.operated(call)
        if not call.catalog.on_account(call.role, "EXECUTE ALERT"):
            raise privileges("account", call.account)
        context = call.owners(obj)
        try:
            if call.sql(obj.props["condition"], context).rows:
                self.act(call, obj.props["action"], context)
        except SnowflakeError:
            pass
        return executed()

    @staticmethod
    def act(call: Call, action: str, context: Context) -> None:
        context.query_id = ""
        try:
            bodies.run(call.engine, action, context)
        finally:
            call.engine.release(context)


class Pipe(Kind):
    actions = {("POST", "/{name}:refresh"): "refresh"}

    def refresh(self, call: Call) -> Any:
        """Loads the files of the last seven days that were not loaded before, unless the pipe is paused; the call has only asked for it."""
        after = call.query.get("modified_after")
        oldest = call.engine.clock.now() - timedelta(days=7)
        if after is not None:
            try:
                given = datetime.fromisoformat(after)
            except ValueError:
                raise bad_value("MODIFIED_AFTER", after) from None
            oldest = max(oldest, given if given.tzinfo else given.replace(tzinfo=timezone.utc))
        obj = self.operated(call)
        if obj is not None and not obj.props.get("pipe_execution_paused"):
            context = call.owners(obj)
            context.query_id = str(uuid.uuid4())
            try:
                copy_load.refresh(call.engine, obj, context, call.query.get("prefix") or "", oldest)
            finally:
                call.engine.release(context)
        return executed()


LAYERS = ("indexing", "serving")
BOTH = {"@and": all, "@or": any}
COMPARED = {"@eq": lambda have, want: have == str(want), "@contains": lambda have, want: str(want) in have,
            "@gte": lambda have, want: float(have) >= float(want), "@lte": lambda have, want: float(have) <= float(want)}  # fmt: skip


class SearchService(Kind):
    """Finds rows that hold a word of the query; those with more of its words come first."""

    defaults = {"indexing_state": "ACTIVE", "serving_state": "ACTIVE"}
    actions = {
        ("POST", "/{name}:suspend"): "suspend", ("POST", "/{name}:resume"): "resume", ("POST", "/{name}:query"): "query", ("POST", "/{name}:suggest"): "suggest",
        ("POST", "/{name}:feedback"): "feedback",
    }  # fmt: skip

    def before_create(self, call: Call, path: Path, body: dict[str, Any]) -> None:
        for name in ("search_column", "warehouse", "target_lag", "definition"):
            if not body.get(name):
                raise Refusal(400, "", f"Required property '{name}' is missing.")

    def set_state(self, call: Call, state: str) -> Any:
        """Of the layer that target names, of both without it."""
        target = call.query.get("target")
        if target is not None and target.lower() not in LAYERS:
            raise bad_value("target", target)
        obj = self.operated(call)
        if obj is not None:
            for layer in [target.lower()] if target else LAYERS:
                obj.props[f"{layer}_state"] = {"suspended": "SUSPENDED", "resumed": "ACTIVE"}[state]
            call.catalog.save(obj)
        return executed()

    def used(self, call: Call) -> Obj:
        obj = self.find(call, self.target(call))
        if not call.catalog.can(call.role, "USAGE", obj):
            raise privileges(self.lower, obj.name)
        return obj

    def serving(self, call: Call) -> Obj:
        obj = self.used(call)
        if obj.props.get("serving_state") == "SUSPENDED":
            raise Refusal(400, "", f"cortex search service '{obj.name.lower()}' is suspended.")
        return obj

    def query(self, call: Call) -> Any:
        obj = self.serving(call)
        body = call.body or {}
        if bool(body.get("query")) == bool(body.get("multi_index_query")):
            raise Refusal(400, "", "Exactly one of 'query' or 'multi_index_query' must be specified.")
        text = body.get("query") or " ".join(texts_of(body["multi_index_query"]))
        return self.answer(call, self.matches(call, obj, text, body.get("limit", 10)))

    def suggest(self, call: Call) -> Any:
        found = self.matches(call, self.serving(call), call.body["query"], call.body.get("limit", 5))
        return self.answer(call, [{"rows": [{"columns": row}]} for row in found])

    @staticmethod
    def answer(call: Call, results: list[dict[str, Any]]) -> dict[str, Any]:
        return {"results": results, "request_id": call.context.query_id}

    def matches(self, call: Call, obj: Obj, text: str, limit: int) -> list[dict[str, Any]]:
        result = call.sql(obj.props["definition"], call.owners(obj))
        rows = [dict(zip((c.name for c in result.columns), row)) for row in result.rows]
        column = fold(obj.props["search_column"])
        columns = [fold(c) for c in call.body.get("columns") or [column]]
        for name in (column, *columns):
            if name not in [c.name for c in result.columns]:
                raise invalid_identifier(name)
        words = re.findall(r"\w+", text.lower())
        try:
            rows = [row for row in rows if passes(call.body.get("filter") or {}, row)]
        except (AttributeError, TypeError, ValueError):
            raise bad_value("filter", call.body["filter"]) from None
        scored = [(sum(w in (row[column] or "").lower() for w in words), row) for row in rows]
        best = sorted((s for s in scored if s[0]), key=lambda s: -s[0])
        return [{c: row[c] for c in columns} for _, row in best[:limit]]

    def feedback(self, call: Call) -> Any:
        self.used(call)
        return executed()


def texts_of(queries: dict[str, Any]) -> list[str]:
    """The texts of {column: [{"text"}]}."""
    entries = [q for column in queries.values() if isinstance(column, list) for q in column if isinstance(q, dict)]
    return [q["text"] for q in entries if isinstance(q.get("text"), str)]


def passes(condition: dict[str, Any], row: dict[str, Any]) -> bool:
    """Whether a row meets a filter: @and, @or, @not over comparisons of one column."""
    for word, inner in condition.items():
        if word in BOTH:
            good = BOTH[word](passes(c, row) for c in inner)
        elif word == "@not":
            good = not passes(inner, row)
        elif word in COMPARED:
            good = all(row.get(fold(c)) is not None and COMPARED[word](row[fold(c)], want) for c, want in inner.items())
        else:
            raise bad_value("filter", word)
        if not good:
            return False
    return True


KINDS: list[Kind] = [
    Alert("alerts", "ALERT", 3, "alert#Alert"),
    SearchService("cortex-search-services", "CORTEX SEARCH SERVICE", 3, "cortex-search-service#CortexSearchService"),
    Pipe("pipes", "PIPE", 3, "pipe#Pipe"),
]
