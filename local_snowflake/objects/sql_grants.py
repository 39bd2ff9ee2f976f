"""GRANT and REVOKE in SQL: the privileges and memberships that the object API grants as well."""

from __future__ import annotations

from typing import Any

from ..sql.catalog.catalog import Path
from ..sql.catalog.names import PRIVILEGES
from ..sql.language.errors import feature, missing
from . import grants
from .grants import Grantee
from .sql_target import LONGEST, NAMES, Statement, as_sql, take_kind

DONE = "Statement executed successfully."
MORE = {"TASK", "FILE FORMAT"}  # kinds with privileges that have no words of their own in sql_words.py


def run(s: Statement, revoke: bool) -> str:
    cur = s.cur
    option_only = revoke and cur.accept("GRANT", "OPTION", "FOR")
    if cur.peek() in ("ROLE", "DATABASE") and (cur.peek() == "ROLE" or cur.peek(1) == "ROLE"):
        return _membership(s, revoke)
    if cur.peek() == "APPLICATION":
        raise feature("applications")
    names = _privileges(s)
    cur.expect("ON")
    kind, objects, bulk = _targets(s)
    cur.expect("FROM" if revoke else "TO")
    if cur.peek() in ("SHARE", "APPLICATION"):
        raise feature(f"a GRANT to a {cur.peek()}")
    grantee = _grantee(s)
    with_option = False
    if not revoke:
        with_option = cur.accept("WITH", "GRANT", "OPTION")
        if names == ["OWNERSHIP"]:
            cur.accept("COPY", "CURRENT", "GRANTS") or cur.accept("REVOKE", "CURRENT", "GRANTS")
    else:
        cur.accept("CASCADE") or cur.accept("RESTRICT")
    cur.end()
    if grantee.kind == "USER" and names == ["OWNERSHIP"]:
        raise s.cur.bad()
    call = s.call(("X",))
    with as_sql():
        for path, obj in objects:
            for name in names:
                if revoke:
                    grants.take(call, grantee, name, kind or obj.kind, path, obj, option_only)
                else:
                    grants.give(call, grantee, name, kind or obj.kind, path, obj, with_option)
    return f"{DONE} {len(objects)} objects affected." if bulk else DONE


def _membership(s: Statement, revoke: bool) -> str:
    """A role or database role to a role, database role or user."""
    cur = s.cur
    s.kind = take_kind(cur)
    kind, path = s.kind, s.full(cur.name())
    obj = s.catalog.get(kind, path)
    if obj is None:
        raise missing(kind.capitalize(), ".".join(path))
    cur.expect("FROM" if revoke else "TO")
    if cur.peek() not in ("ROLE", "USER", "DATABASE"):
        raise cur.bad()
    grantee = _grantee(s)
    cur.end()
    if kind == "ROLE" and grantee.kind == "DATABASE ROLE" or kind == "DATABASE ROLE" and grantee.kind == "USER":
        raise cur.bad()
    call = s.call(("X",))
    with as_sql():
        grants.may_grant(call, "USAGE", kind, path, obj)
    change = s.catalog.revoke_role if revoke else s.catalog.grant_role
    change(".".join(path), "USER" if grantee.kind == "USER" else "ROLE", grantee.name)
    return DONE


def _privileges(s: Statement) -> list[str]:
    names = []
    while True:
        first = s.cur.i
        words = [s.cur.word()]
        while s.cur.peek() not in (",", "ON", ""):
            words.append(s.cur.word())
        name = " ".join(words).replace("ALL PRIVILEGES", "ALL")
        if name not in PRIVILEGES and not name.startswith("CREATE "):
            s.cur.i = first
            raise s.cur.bad()
        names.append(name)
        if not s.cur.accept(","):
            return names


def _targets(s: Statement) -> tuple[str, list[tuple[Path, Any]], bool]:
    """What stands behind ON: a kind (or none, where objects have different ones), the objects, and whether there are several."""
    cur = s.cur
    if cur.accept("ACCOUNT"):
        return "ACCOUNT", [((), None)], False
    several = cur.peek() in ("ALL", "FUTURE") and cur.word()
    if several:
        kind = _plural(s)
        cur.expect("IN")
        s.kind = cur.word()
        if s.kind not in ("DATABASE", "SCHEMA"):
            raise cur.bad()
        scope = s.full(cur.name())
        holder = s.find(scope)
        if several == "FUTURE":
            return f"FUTURE {kind}", [(scope, holder)], False
        call = s.call(("X",))
        return kind, [(o.path, o) for o in grants.in_scope(call, kind, scope)], True
    words = [cur.peek(i) for i in range(LONGEST)]
    if words[0] == "TASK":
        cur.word()
        s.kind = "TASK"
        path = s.full(cur.name())
    else:
        s.kind = take_kind(cur)
        path = s.named()
    obj = s.find(path) if s.kind not in ("ROLE", "USER") else s.catalog.need(s.kind, path)
    return obj.kind, [(obj.path, obj)], False


def _plural(s: Statement) -> str:
    """TABLE from TABLES, DYNAMIC TABLE from DYNAMIC TABLES."""
    for count in range(LONGEST, 0, -1):
        words = [s.cur.peek(i) for i in range(count)]
        kind = " ".join([*words[:-1], grants.word(words[-1])]) if all(words) else ""
        if words[-1:] != [grants.word(words[-1])] and (tuple(kind.split()) in NAMES or kind in MORE):
            s.cur.expect(*words)
            return kind
    raise s.cur.bad()


def _grantee(s: Statement) -> Grantee:
    cur = s.cur
    kind = "ROLE"
    if cur.accept("DATABASE", "ROLE"):
        kind = "DATABASE ROLE"
    elif cur.peek() in ("ROLE", "USER"):
        kind = cur.word()
    s.kind = kind
    path = s.full(cur.name())
    s.catalog.need(kind, path)
    return Grantee(kind, path)
