"""Procedures and functions that were made through the object API: those in LANGUAGE SQL run, as blocks of Snowflake Scripting and as expressions."""

from __future__ import annotations

from typing import Any, Sequence

from ...model import Context
from ..catalog.catalog import Obj
from ..catalog.names import full
from ..commands.account import Account
from ..language.errors import COMPILE, err, feature
from ..language.parse import split_name
from . import bodies


def find(engine: Account, name: str, count: int, context: Context) -> Obj:
    """The procedure of a name with so many arguments that the role may call, else 002141."""
    cat = engine.catalog
    path = full(context, "PROCEDURE", split_name(name))
    found = [o for o in cat.all("PROCEDURE", path[:2]) if o.props.get("bare_name") == path[2] and len(o.props.get("arguments") or []) == count]
    usable = [o for o in found if cat.usable(context.role, path[:2]) and cat.can(context.role, "USAGE", o)]
    if not usable:
        raise err("002141", "42601", f"{COMPILE}\nUnknown user-defined function {name.upper()}.")
    return usable[0]


def run(engine: Account, procedure: Obj, values: Sequence[str | None], context: Context) -> str | None:
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


def is_expression(function: Obj) -> bool:
    p = function.props
    return str(p["language_config"]["language"]).upper() == "SQL" and p["return_type"]["type"] == "DATATYPE"


def expression(function: Obj, values: dict[str, Any]) -> tuple[str, str]:
    """The statement that gives the value of a function in SQL, and the text of the call; values go by the names of the arguments."""
    p = function.props
    arguments = [(split_name(a["name"])[0], a["datatype"]) for a in p.get("arguments") or []]
    texts = {n: "NULL" if v is None else bodies.literal((str(v).lower() if isinstance(v, bool) else str(v), bodies.T.text())) for n, v in values.items()}
    value = f"({p['body']})::{p['return_type']['datatype']}"
    if p["language_config"].get("called_on_null_input") is False and "NULL" in texts.values():
        value = "NULL"
    columns = ", ".join(f'{texts[n]}::{t} AS "{n}"' for n, t in arguments)
    label = f"{p['bare_name']}({', '.join(texts[n] for n, _ in arguments)})"
    return f"SELECT {value} AS V" + (f" FROM (SELECT {columns}) AS A" if columns else ""), label
