"""CALL: functions of the system and procedures of the catalog."""

from __future__ import annotations

import re
from typing import Sequence

from ...model import Binding, Context, Result
from ..commands.account import Account
from ..language.errors import syntax
from ..language.lexer import without_comments
from . import bodies, routines, system

CALL = re.compile(r"(?is)\s*CALL\s+([\w$.\"]+)\s*\((.*)\)\s*;?\s*")


def call(engine: Account, sql: str, context: Context, bindings: Sequence[Binding] = ()) -> Result:
    """CALL name(arguments)."""
    m = CALL.fullmatch(without_comments(sql))
    if m is None:
        raise syntax(near="CALL")
    name, args = m[1].upper(), arguments(engine, m[2], context, bindings)
    if name.startswith("SYSTEM$"):
        return bodies.one_cell(engine, name, system.run(engine, name, context, args), context)
    procedure = routines.find(engine, m[1], len(args), context)
    return bodies.one_cell(engine, procedure.props["bare_name"], routines.run(engine, procedure, args, context), context)


def arguments(engine: Account, text: str, context: Context, bindings: Sequence[Binding] = ()) -> list[str | None]:
    return [value for value, _ in engine.values(text, context, bindings)] if text.strip() else []
