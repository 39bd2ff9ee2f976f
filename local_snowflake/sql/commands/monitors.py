"""What only SQL makes of the kinds that are looked at: CREATE and DROP of resource monitors and session policies, and who may read the database SNOWFLAKE."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ...model import Context
from ..catalog.catalog import Path
from ..catalog.names import full
from ..language.errors import COMPILE, err, exists, missing, privileges, syntax
from ..language.parse import Cursor
from .account import Account

FREQUENCIES = ("MONTHLY", "DAILY", "WEEKLY", "YEARLY", "NEVER")
ACTIONS = {"NOTIFY": "notify_at", "SUSPEND": "suspend_at", "SUSPEND_IMMEDIATE": "suspend_immediately_at"}
MINUTES = {"SESSION_IDLE_TIMEOUT_MINS": (240, 5, 1440), "SESSION_UI_IDLE_TIMEOUT_MINS": (1080, 5, 1440), "SESSION_MAX_LIFESPAN_MINS": (0, 0, 43200),
           "SESSION_UI_MAX_LIFESPAN_MINS": (0, 0, 43200)}  # default, least, most
SNOWFLAKE: Path = ("SNOWFLAKE",)
IMPORTED = "IMPORTED PRIVILEGES"


def ours(words: list[str]) -> bool:
    """Whether a statement that begins so is one of these."""
    if words[0] in ("GRANT", "REVOKE"):
        return words[1:3] == ["IMPORTED", "PRIVILEGES"]
    rest = words[3:] if words[1:3] == ["OR", "REPLACE"] else words[1:]
    return words[0] in ("CREATE", "DROP") and rest[:2] in (["RESOURCE", "MONITOR"], ["SESSION", "POLICY"])


def run(engine: Account, cur: Cursor, context: Context) -> str:
    word = cur.word()
    if word in ("GRANT", "REVOKE"):
        return _imported(engine, cur, context, word == "REVOKE")
    replace = word == "CREATE" and cur.accept("OR", "REPLACE")
    kind = f"{cur.word()} {cur.word()}"
    if word == "DROP":
        return _drop(engine, cur, context, kind)
    lenient = not replace and cur.if_not_exists()
    parts = cur.name()
    if kind == "RESOURCE MONITOR":
        if "ACCOUNTADMIN" not in engine.catalog.roles_of(context.role):
            raise privileges("account", engine.account)
        path: Path = (_only(parts),)
        props = _monitor(engine, cur)
    else:
        path = full(context, "SESSION POLICY", parts)
        engine.catalog.container(context.role, path[:2], "CREATE SESSION POLICY")
        props = _policy(cur)
    with engine.catalog.lock:
        if engine.catalog.get(kind, path) is not None and not replace:
            if lenient:
                return f"{path[-1]} already exists, statement succeeded."
            raise exists(path[-1])
        engine.catalog.replace(kind, path, context.role, props)
    return f"{kind.capitalize()} {path[-1]} successfully created."


def _only(parts: list[str]) -> str:
    if len(parts) != 1:
        raise syntax(near=".")
    return parts[0]


def _bad(name: str, value: object) -> Exception:
    return err("001422", "22023", f"{COMPILE}\ninvalid value '{value}' for property '{name}'")


def _number(cur: Cursor, name: str) -> float:
    text = cur.value()
    try:
        out = float(text)
    except ValueError:
        raise _bad(name, text) from None
    if out < 0:
        raise _bad(name, text)
    return out


def _time(engine: Account, cur: Cursor, name: str, immediately: bool) -> str:
    """A time stamp as ISO text; without a zone it is UTC."""
    if immediately and cur.accept("IMMEDIATELY"):
        return engine.clock.now().isoformat()
    text = cur.string()
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise _bad(name, text) from None
    return (found if found.tzinfo else found.replace(tzinfo=timezone.utc)).isoformat()


def _monitor(engine: Account, cur: Cursor) -> dict[str, Any]:
    """WITH CREDIT_QUOTA, FREQUENCY with START_TIMESTAMP, END_TIMESTAMP, NOTIFY_USERS, TRIGGERS."""
    props: dict[str, Any] = {}
    cur.accept("WITH")
    while not cur.done:
        if cur.accept("TRIGGERS"):
            _triggers(cur, props)
            continue
        name = cur.word()
        key = name.lower()
        if key in props or name not in ("CREDIT_QUOTA", "FREQUENCY", "START_TIMESTAMP", "END_TIMESTAMP", "NOTIFY_USERS"):
            raise syntax(near=name)
        cur.expect("=")
        if name == "CREDIT_QUOTA":
            props[key] = _number(cur, name)
        elif name == "FREQUENCY":
            props[key] = cur.word()
            if props[key] not in FREQUENCIES:
                raise _bad(name, props[key])
        elif name == "NOTIFY_USERS":
            props[key] = _users(engine, cur)
        else:
            props[key] = _time(engine, cur, name, name == "START_TIMESTAMP")
    if ("frequency" in props) != ("start_timestamp" in props):
        given, other = ("FREQUENCY", "START_TIMESTAMP") if "frequency" in props else ("START_TIMESTAMP", "FREQUENCY")
        raise err("001422", "22023", f"{COMPILE}\nproperty '{given}' must be set together with '{other}'")
    props["frequency"] = props.get("frequency", "MONTHLY")
    props["start_time"] = props.pop("start_timestamp", None) or engine.clock.now().isoformat()
    props["end_time"] = props.pop("end_timestamp", None)
    return props


def _users(engine: Account, cur: Cursor) -> list[str]:
    cur.expect("(")
    out: list[str] = []
    while not cur.accept(")"):
        out.append(cur.ident())
        engine.catalog.need("USER", (out[-1],))
        if not cur.accept(",") and cur.peek() != ")":
            raise cur.bad()
    return out


def _triggers(cur: Cursor, props: dict[str, Any]) -> None:
    if cur.peek() != "ON":
        raise cur.bad()
    while cur.accept("ON"):
        percent = _number(cur, "TRIGGERS")
        cur.expect("PERCENT", "DO")
        action = cur.word()
        if action not in ACTIONS:
            raise syntax(near=action)
        props.setdefault(ACTIONS[action], []).append(percent)
    if len(props.get("notify_at", [])) > 5:
        raise _bad("TRIGGERS", "NOTIFY")


def _policy(cur: Cursor) -> dict[str, Any]:
    props: dict[str, Any] = {name.lower(): default for name, (default, _, _) in MINUTES.items()}
    props["allowed_secondary_roles"] = ["ALL"]
    seen: set[str] = set()
    while not cur.done:
        name = cur.word()
        if name in seen or name not in (*MINUTES, "ALLOWED_SECONDARY_ROLES", "COMMENT"):
            raise syntax(near=name)
        seen.add(name)
        cur.expect("=")
        if name == "COMMENT":
            props["comment"] = cur.string()
        elif name == "ALLOWED_SECONDARY_ROLES":
            props["allowed_secondary_roles"] = _roles(cur)
        else:
            _, least, most = MINUTES[name]
            value = _number(cur, name)
            if value != int(value) or not least <= value <= most:
                raise _bad(name, f"{value:g}")
            props[name.lower()] = int(value)
    return props


def _roles(cur: Cursor) -> list[str]:
    cur.expect("(")
    out: list[str] = []
    while not cur.accept(")"):
        out.append(cur.string() if cur.is_string() else cur.ident())
        if not cur.accept(",") and cur.peek() != ")":
            raise cur.bad()
    return out


def _drop(engine: Account, cur: Cursor, context: Context, kind: str) -> str:
    lenient = cur.if_exists()
    parts = cur.name()
    cur.end()
    path = (_only(parts),) if kind == "RESOURCE MONITOR" else full(context, kind, parts)
    obj = engine.catalog.get(kind, path)
    if obj is None or not engine.catalog.sees(context.role, obj):
        if lenient:
            return f"Drop statement executed successfully ({path[-1]} already dropped)."
        raise missing(kind.capitalize(), ".".join(path))
    engine.catalog.own(context.role, obj)
    engine.catalog.drop(obj)
    return f"{path[-1]} successfully dropped."


# The database SNOWFLAKE


def _imported(engine: Account, cur: Cursor, context: Context, revoke: bool) -> str:
    """GRANT IMPORTED PRIVILEGES ON DATABASE SNOWFLAKE TO ROLE …"""
    cur.expect("IMPORTED", "PRIVILEGES", "ON", "DATABASE")
    if cur.ident() != "SNOWFLAKE":
        raise cur.bad() if cur.done else syntax(near="DATABASE")  # no other database here was shared
    cur.expect("FROM" if revoke else "TO")
    cur.expect("ROLE")
    role = cur.ident()
    cur.end()
    engine.catalog.need("ROLE", (role,))
    if "ACCOUNTADMIN" not in engine.catalog.roles_of(context.role):
        raise privileges("database", "SNOWFLAKE")
    if revoke:
        engine.catalog.revoke(IMPORTED, "DATABASE", SNOWFLAKE, role)
    else:
        engine.catalog.grant(IMPORTED, "DATABASE", SNOWFLAKE, role, "")
    return "Statement executed successfully."


def reads_snowflake(engine: Account, role: str) -> bool:
    """Whether a role may read the views of the database SNOWFLAKE."""
    mine = engine.catalog.roles_of(role)
    return "ACCOUNTADMIN" in mine or any((IMPORTED, "DATABASE", SNOWFLAKE, r) in engine.catalog.grants for r in mine)
