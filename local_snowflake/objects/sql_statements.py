"""CREATE, ALTER, DROP, UNDROP and COMMENT of the kinds in SQL, over the objects that the object API has."""

from __future__ import annotations

from typing import Any

from ..model import Context
from ..sql.commands.account import Account
from ..sql.commands.ddl import end_transaction
from ..sql.language.parse import single_words
from . import sql_alter
from .sql_target import Statement, kind_of


def mine(toks: list[Any]) -> bool:
    """Whether a statement is one of these; tables' columns, tables and views that are made or dropped, and tasks are of the SQL side."""
    words = [t.text.upper() for t in single_words(toks[:12])]
    if words[0] == "ALTER":
        kind = kind_of(words[1:])
        return kind is not None and (kind != "TABLE" or sql_alter.about_table(words[2:]))
    return False


def run(engine: Account, sql: str, toks: list[Any], context: Context, session: Any) -> str:
    end_transaction(engine, session)
    s = Statement(engine, sql, toks, context, session)
    verb = s.cur.word()
    assert verb == "ALTER"
    return sql_alter.run(s)
