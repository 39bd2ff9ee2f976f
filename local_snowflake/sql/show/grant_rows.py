"""SHOW GRANTS and SHOW FUTURE GRANTS."""

from __future__ import annotations

from typing import Any, Callable

from ...model import ACCOUNT_NAME, Context
from ..catalog.catalog import Path
from ..catalog.names import full
from ..commands.account import Account
from ..language.errors import missing, syntax
from ..language.parse import Cursor
from .layouts import OTHERS, Columns, typed
from .show_more import stamp

Rows = list[list[str | None]]
# The kinds that a privilege can be on, by the words before the name; one of the account has a name of one part.
OF_ACCOUNT = frozenset(("DATABASE", "WAREHOUSE", "ROLE", "USER", "COMPUTE POOL", "INTEGRATION", "EXTERNAL VOLUME", "NETWORK POLICY", "RESOURCE MONITOR"))
KINDS = OF_ACCOUNT | frozenset((
    "SCHEMA", "DATABASE ROLE", "TABLE", "VIEW", "STAGE", "STREAM", "TASK", "SEQUENCE", "PIPE", "ALERT", "TAG", "SECRET", "SERVICE", "DYNAMIC TABLE", "ICEBERG TABLE", "EVENT TABLE",
    "IMAGE REPOSITORY", "NOTEBOOK", "STREAMLIT", "NETWORK RULE", "PASSWORD POLICY", "SESSION POLICY", "CORTEX SEARCH SERVICE", "ARTIFACT REPOSITORY"))  # fmt: skip


def run(engine: Account, cur: Cursor, context: Context) -> tuple[Columns, Rows]:
    future = cur.accept("FUTURE")
    cur.expect("GRANTS")
    if future:
        words, rows = "FUTURE GRANTS", _future(engine, cur, context)
    elif cur.accept("TO"):
        words, rows = _to(engine, cur, context)
    elif cur.accept("ON"):
        words, rows = "GRANTS ON", _on(engine, cur, context)
    elif cur.accept("OF"):
        words, rows = "GRANTS OF", _of(engine, cur, context)
    else:
        words, rows = "GRANTS TO USER", _held(engine, "USER", context.user)
    limit = None
    if cur.accept("LIMIT"):
        text = cur.value()
        if not text.isdigit():
            raise syntax(near=text)
        limit = int(text)
    cur.end()
    return typed(OTHERS[words].split()), rows[:limit]


def _role(cur: Cursor) -> str:
    """ROLE or DATABASE ROLE, whichever comes."""
    if cur.accept("DATABASE", "ROLE"):
        return "DATABASE ROLE"
    cur.expect("ROLE")
    return "ROLE"


def _named(engine: Account, cur: Cursor, context: Context, kind: str) -> str:
    """A role as the catalog keeps it as a grantee: a database role under its dotted name."""
    parts = cur.name()
    path = full(context, kind, parts) if kind != "ROLE" or len(parts) == 1 else tuple(parts)
    engine.catalog.need(kind, path)
    return ".".join(path)


def _word(kind: str) -> str:
    return kind.replace(" ", "_")


def _shown(kind: str, path: Path) -> str:
    return ".".join(path) if path else ACCOUNT_NAME


def _is_database_role(engine: Account, name: str) -> bool:
    return engine.catalog.get("ROLE", (name,)) is None and engine.catalog.get("DATABASE ROLE", tuple(name.split("."))) is not None


def _grantee(engine: Account, name: str) -> tuple[str, str]:
    """The kind of a role and its name as listings show a grantee: a database role without its database."""
    return ("DATABASE_ROLE", name.split(".")[-1]) if _is_database_role(engine, name) else ("ROLE", name)


def _privileges(engine: Account, test: Callable[[str, Path, str], bool]) -> list[dict[str, Any]]:
    """Privileges and ownerships, in the order of the kind, the name and the privilege."""
    cat = engine.catalog
    out = []
    for (privilege, kind, path, role), g in list(cat.grants.items()):
        if not kind.startswith("FUTURE ") and test(kind, path, role):
            out.append({"created_on": stamp(g["created_on"]), "privilege": privilege, "granted_on": _word(kind), "name": _shown(kind, path), "role": role,
                        "grant_option": str(bool(g["grant_option"])).lower(), "granted_by": g["grantor"]})
    for o in list(cat.objects.values()):
        if o.owner and test(o.kind, o.path, o.owner):
            out.append({"created_on": stamp(o.created_on), "privilege": "OWNERSHIP", "granted_on": _word(o.kind), "name": _shown(o.kind, o.path), "role": o.owner, "grant_option": "true",
                        "granted_by": o.owner})
    return sorted(out, key=lambda r: (r["granted_on"], r["name"], r["privilege"], r["role"]))


def _to(engine: Account, cur: Cursor, context: Context) -> tuple[str, Rows]:
    if cur.accept("USER"):
        name = cur.ident()
        engine.catalog.need("USER", (name,))
        return "GRANTS TO USER", _held(engine, "USER", name)
    kind = _role(cur)
    name = _named(engine, cur, context, kind)
    to, shown = _grantee(engine, name)
    rows: Rows = [[stamp(t), "USAGE", "DATABASE_ROLE" if _is_database_role(engine, r) else "ROLE", r, to, shown, "false", ""]
                  for (r, k, g), t in engine.catalog.members.items() if k == "ROLE" and g == name]
    rows += [[r["created_on"], r["privilege"], r["granted_on"], r["name"], to, shown, r["grant_option"], r["granted_by"]]
             for r in _privileges(engine, lambda k, p, role: role == name)]
    return "GRANTS", sorted(rows, key=lambda r: (r[2] or "", r[3] or "", r[1] or ""))


def _held(engine: Account, kind: str, name: str) -> Rows:
    """The roles of a user."""
    return [[stamp(t), "USAGE", "DATABASE_ROLE" if _is_database_role(engine, r) else "ROLE", r, r, kind, g, "false", ""]
            for (r, k, g), t in sorted(engine.catalog.members.items()) if k == kind and g == name and r != "PUBLIC"]


def _of(engine: Account, cur: Cursor, context: Context) -> Rows:
    name = _named(engine, cur, context, _role(cur))
    return [[stamp(t), r, *(("USER", g) if k == "USER" else _grantee(engine, g)), ""] for (r, k, g), t in sorted(engine.catalog.members.items(), key=lambda m: m[0]) if r == name]


def _kind(cur: Cursor) -> str:
    """The words of a kind, as many as make one."""
    for n in (3, 2, 1):
        words = " ".join(cur.peek(i) for i in range(n))
        if words in KINDS:
            cur.i += n
            return words
    raise cur.bad()


def _path(context: Context, kind: str, parts: list[str]) -> Path:
    return (parts[-1],) if kind in OF_ACCOUNT and len(parts) == 1 else full(context, kind, parts)


def _on(engine: Account, cur: Cursor, context: Context) -> Rows:
    cat = engine.catalog
    if cur.accept("ACCOUNT"):
        return _rows_on(engine, lambda k, p, r: k == "ACCOUNT")
    kind = _kind(cur)
    path = _path(context, kind, cur.name())
    if kind == "INTEGRATION":
        kind = next((k for k in ("API INTEGRATION", "CATALOG INTEGRATION", "NOTIFICATION INTEGRATION") if cat.get(k, path)), kind)
    obj = cat.relation(path) if kind in ("TABLE", "VIEW") else cat.get(kind, path)
    if obj is None or not cat.sees(context.role, obj):
        raise missing(kind.capitalize(), ".".join(path))
    rows = _rows_on(engine, lambda k, p, r: (k, p) == (obj.kind, path))
    if kind in ("ROLE", "DATABASE ROLE"):
        name = ".".join(path)
        rows += [[stamp(t), "USAGE", _word(kind), name, *(("USER", g) if k == "USER" else _grantee(engine, g)), "false", "", "ROLE"]
                 for (r, k, g), t in cat.members.items() if r == name and (k != "USER" or kind == "DATABASE ROLE")]
        rows.sort(key=lambda r: (r[5] or "", r[1] or ""))
    return rows


def _rows_on(engine: Account, test: Callable[[str, Path, str], bool]) -> Rows:
    return [[r["created_on"], r["privilege"], r["granted_on"], r["name"], *_grantee(engine, r["role"]), r["grant_option"], r["granted_by"], "ROLE" if r["granted_by"] else ""]
            for r in _privileges(engine, test)]


def _future(engine: Account, cur: Cursor, context: Context) -> Rows:
    cat = engine.catalog
    if cur.accept("TO"):
        name = _named(engine, cur, context, _role(cur))
        wanted: Callable[[Path, str], bool] = lambda path, role: role == name
    else:
        cur.expect("IN")
        kind = cur.word()
        if kind not in ("SCHEMA", "DATABASE"):
            raise syntax(near=kind)
        scope = _path(context, kind, cur.name())
        obj = cat.get(kind, scope)
        if obj is None or not cat.sees(context.role, obj):
            raise missing(kind.capitalize(), ".".join(scope))
        wanted = lambda path, role: path == scope
    rows: Rows = []
    for (privilege, kind, path, role), g in list(cat.grants.items()):
        if kind.startswith("FUTURE ") and wanted(path, role):
            word = _word(kind.removeprefix("FUTURE "))
            rows.append([stamp(g["created_on"]), privilege, word, ".".join((*path, f"<{word}>")), *_grantee(engine, role), str(bool(g["grant_option"])).lower()])
    return sorted(rows, key=lambda r: (r[2] or "", r[3] or "", r[1] or "", r[5] or ""))
