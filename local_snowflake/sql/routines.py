"""Procedures that were made through the object API: those in LANGUAGE SQL run, as blocks of Snowflake Scripting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence

from ..model import Context
from . import bodies
from .catalog import Obj
from .ddl import full
from .errors import COMPILE, err, feature
from .parse import split_name

if TYPE_CHECKING:
    from .engine import SqlEngine


def find(engine: "SqlEngine", name: str, count: int, context: Context) -> Obj:
    """The procedure of a name with so many arguments that the role may call, else 002141."""
    cat = engine.catalog
    path = full(context, "PROCEDURE", split_name(name))
    found = [o for o in cat.all("PROCEDURE", path[:2]) if o.props.get("bare_name") == path[2] and len(o.props.get("arguments") or []) == count]
    usable = [o for o in found if cat.usable(context.role, path[:2]) and cat.can(context.role, "USAGE", o)]
    if not usable:
        raise err("002141", "42601", f"{COMPILE}\nUnknown user-defined function {name.upper()}.")
    return usable[0]


def run(engine: "SqlEngine", procedure: Obj, values: Sequence[str | None], context: Context) -> str | None:
    """What a call returns; by default a procedure runs with its owner's role, in its own schema."""
    p = procedure.props
    language = str((p.get("language_config") or {}).get("language") or "SQL").upper()
    if language != "SQL":
        raise feature(f"procedures in LANGUAGE {language}")
    if not bodies.is_block(p.get("body") or ""):
        raise feature("this body of a procedure")
    variables = {}
    for argument, value in zip(p.get("arguments") or [], values):
        text = bodies.literal((value, bodies.T.text()))
        variables[split_name(argument["name"])[0]] = engine.values(f"{text}::{argument['datatype']}", context)[0]
    saved = context.role, context.database, context.schema
    if str(p.get("execute_as") or "OWNER").upper() == "OWNER":
        context.role = procedure.owner
    context.database, context.schema = procedure.path[:2]
    try:
        return bodies.value_of(engine, p["body"], context, variables)
    finally:
        context.role, context.database, context.schema = saved
