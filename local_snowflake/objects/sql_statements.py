"""CREATE, ALTER, DROP, UNDROP, COMMENT, GRANT and REVOKE in SQL, over the objects that the object API has."""

from __future__ import annotations

from typing import Any

from ..model import Context
from ..sql.commands.account import Account
from ..sql.commands.ddl import end_transaction
from ..sql.language.parse import single_words
from . import sql_alter, sql_create, sql_drop, sql_grants
from .sql_target import Statement, kind_of

ALWAYS = ("DROP", "UNDROP", "COMMENT", "GRANT", "REVOKE")


def mine(toks: list[Any]) -> bool:
    """Whether a statement is one of these; columns of tables, tables and views that are made, and tasks are of the SQL side."""
    words = [t.text.upper() for t in single_words(toks[:12])]
    if words[0] == "CREATE":
        kind = kind_of(sql_create.skip(words))
        return kind is not None and kind not in ("TABLE", "VIEW")
    if words[0] == "ALTER":
        kind = kind_of(words[1:])
        return kind is not None and (kind != "TABLE" or sql_alter.about_table(words[2:]))
    return words[0] in ALWAYS


def run(engine: Account, sql: str, toks: list[Any], context: Context, session: Any) -> str:
    end_transaction(engine, session)
    s = Statement(engine, sql, toks, context, session)
    verb = s.cur.word()
    if verb in ("GRANT", "REVOKE"):
        return sql_grants.run(s, verb == "REVOKE")
    return {"CREATE": sql_create.run, "ALTER": sql_alter.run, "DROP": sql_drop.drop, "UNDROP": sql_drop.undrop, "COMMENT": sql_drop.comment}[verb](s)
