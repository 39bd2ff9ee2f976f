"""Privileges and role memberships through REST: the grant bodies of roles, database roles and users, and the older /grants paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Iterator

from ..sql.catalog.catalog import Obj, Path
from ..sql.catalog.names import PRIVILEGES
from ..sql.language.errors import missing, privileges as no_privileges
from .answers import Refusal, bad_value
from .call import Call, executed, status
from .kinds import iso
from .names import dotted, fold, shown

MEMBERSHIPS = ("ROLE", "DATABASE ROLE")
ACCOUNT_KINDS = ("DATABASE", "WAREHOUSE", "ROLE", "USER", "COMPUTE POOL", "INTEGRATION", "EXTERNAL VOLUME", "NETWORK POLICY")
INTEGRATIONS = ("API INTEGRATION", "CATALOG INTEGRATION", "NOTIFICATION INTEGRATION")
SYNTAX = "\nsyntax error line 1 at position 12 unexpected 'on'."


@dataclass(frozen=True)
class Grantee:
    kind: str  # ROLE, DATABASE ROLE or USER
    path: Path

    @property
    def name(self) -> str:
        """As the catalog keeps it: a database role under its dotted name."""
        return ".".join(self.path)


def word(text: str) -> str:
    """TABLE from table, tables; DATABASE ROLE from database-role, database_role."""
    out = text.upper().replace("-", " ").replace("_", " ").strip()
    if out.endswith("IES"):
        return out[:-3] + "Y"
    return out[:-1] if out.endswith("S") and not out.endswith("SS") else out


def depth(kind: str) -> int:
    return 0 if kind == "ACCOUNT" else 1 if kind in ACCOUNT_KINDS else 2 if kind in ("SCHEMA", "DATABASE ROLE") else 3


def privilege_names(given: list[str] | None) -> list[str]:
    """The privileges of a body; none, or an unknown one, is what the statement's parser trips over."""
    if not given:
        raise Refusal(400, "001003", SYNTAX)
    out = [" ".join(p.upper().split()).replace("ALL PRIVILEGES", "ALL") for p in given]
    for p in out:
        if p not in PRIVILEGES and not p.startswith("CREATE "):
            raise Refusal(400, "001003", f"\nsyntax error line 1 at position 6 unexpected '{p.split()[0].lower()}'." if p else SYNTAX)
    return out


def full_path(call: Call, kind: str, securable: dict[str, Any]) -> Path:
    """The path of a securable given in parts; what is left out comes from the session."""
    parts = [(securable.get("database"), call.context.database), (securable.get("schema"), call.context.schema)][: max(0, depth(kind) - 1)]
    path = tuple(fold(given) if given else current or "" for given, current in parts)
    return (*path, fold(securable["name"])) if depth(kind) else ()


def securable_of(call: Call, kind: str, path: Path) -> Obj | None:
    """The object a privilege is about; None stands for the account."""
    if kind == "ACCOUNT":
        return None
    call.need_parents(path)
    obj = call.catalog.get(kind, path) or (call.catalog.relation(path) if kind in ("TABLE", "VIEW") else None)
    if kind == "INTEGRATION":
        obj = next((o for o in (call.catalog.get(k, path) for k in INTEGRATIONS) if o), None)
    if obj is None or not call.visible(obj):
        raise missing(kind.capitalize(), ".".join(path))
    return obj


def may_grant(call: Call, privilege: str, kind: str, path: Path, obj: Obj | None) -> None:
    mine = call.catalog.roles_of(call.role)
    if "ACCOUNTADMIN" in mine or "SECURITYADMIN" in mine or (obj is not None and call.catalog.can(call.role, "OWNERSHIP", obj)):
        return
    if any((call.catalog.grants.get((privilege, kind, path, r)) or {}).get("grant_option") for r in mine):
        return
    raise no_privileges(kind.lower(), path[-1] if path else call.account)


def give(call: Call, grantee: Grantee, privilege: str, kind: str, path: Path, obj: Obj | None, option: bool) -> None:
    kind = obj.kind if obj is not None and kind == "INTEGRATION" else kind
    may_grant(call, privilege, kind, path, obj)
    if privilege == "OWNERSHIP" and obj is not None:
        obj.owner = grantee.name
        call.catalog.save(obj)
    else:
        call.catalog.grant(privilege, kind, path, grantee.name, call.role, option)


def take(call: Call, grantee: Grantee, privilege: str, kind: str, path: Path, obj: Obj | None, option_only: bool) -> None:
    kind = obj.kind if obj is not None and kind == "INTEGRATION" else kind
    may_grant(call, privilege, kind, path, obj)
    entry = call.catalog.grants.get((privilege, kind, path, grantee.name))
    if option_only:
        if entry:
            call.catalog.grant(privilege, kind, path, grantee.name, entry["grantor"], False)
    else:
        call.catalog.revoke(privilege, kind, path, grantee.name)


def change(call: Call, grantee: Grantee, body: dict[str, Any], revoke: bool) -> Any:
    """POST …/grants and …/grants:revoke."""
    kind = word(body["securable_type"])
    securable, scope = body.get("securable"), body.get("containing_scope")
    if kind in MEMBERSHIPS:
        return membership(call, grantee, kind, body, revoke)
    if grantee.kind == "USER":
        raise bad_value("securable_type", body["securable_type"])
    names = privilege_names(body.get("privileges"))
    if kind == "ACCOUNT":
        objects: list[tuple[Path, Obj | None]] = [((), None)]
    elif isinstance(securable, dict):
        path = full_path(call, kind, securable)
        objects = [(path, securable_of(call, kind, path))]
    elif isinstance(scope, dict):
        objects = [(o.path, o) for o in in_scope(call, kind, scope_path(call, scope))]
    else:
        raise Refusal(400, "", "Required property 'securable' is missing.")
    return spread(call, grantee, names, kind, objects, bool(body.get("grant_option")), revoke, scope is not None and securable is None)


def spread(call: Call, grantee: Grantee, names: list[str], kind: str, objects: list, option: bool, revoke: bool, bulk: bool) -> Any:
    for path, obj in objects:
        for name in names:
            (take if revoke else give)(call, grantee, name, kind, path, obj, option)
    return status(f"Statement executed successfully. {len(objects)} objects affected.") if bulk else executed()


def membership(call: Call, grantee: Grantee, kind: str, body: dict[str, Any], revoke: bool) -> Any:
    """A role granted to a role or user; to a role only with some privilege named."""
    if grantee.kind == "ROLE" and not revoke and not body.get("privileges"):
        raise Refusal(400, "001003", SYNTAX)
    if not isinstance(body.get("securable"), dict):
        raise Refusal(400, "", "Required property 'securable' is missing.")
    path = full_path(call, kind, body["securable"])
    obj = securable_of(call, kind, path)
    may_grant(call, "USAGE", kind, path, obj)
    change_member = call.catalog.revoke_role if revoke else call.catalog.grant_role
    change_member(".".join(path), "USER" if grantee.kind == "USER" else "ROLE", grantee.name)
    return executed()


def scope_path(call: Call, scope: dict[str, Any]) -> Path:
    path = (fold(scope["database"]), *([fold(scope["schema"])] if scope.get("schema") else []))
    call.need_parents((*path, ""))
    return path


def in_scope(call: Call, kind: str, path: Path) -> list[Obj]:
    return [o for o in call.catalog.all(kind, path) if call.visible(o)]


def future(call: Call, grantee: Grantee, body: dict[str, Any], revoke: bool) -> Any:
    """POST …/future-grants: kept as a privilege on the scope and given to what is made there."""
    kind = word(body["securable_type"])
    if not isinstance(body.get("containing_scope"), dict):
        raise Refusal(400, "", "Required property 'containing_scope' is missing.")
    path = scope_path(call, body["containing_scope"])
    holder = call.catalog.get("DATABASE" if len(path) == 1 else "SCHEMA", path)
    for name in privilege_names(body.get("privileges")):
        (take if revoke else give)(call, grantee, name, f"FUTURE {kind}", path, holder, bool(body.get("grant_option")))
    return executed()


# Reading


def parts_of(kind: str, path: Path) -> dict[str, str | None]:
    """A securable with all its keys."""
    d = len(path)
    return {
        "database": shown(path[0]) if d > 1 else None, "schema": shown(path[1]) if d > 2 else None, "service": None,
        "name": shown(path[-1]) if path else None,
    }  # fmt: skip


def held(call: Call, grantee: Grantee, future_ones: bool = False) -> Iterator[dict[str, Any]]:
    """What a role has: memberships, ownerships, privileges; one privilege an element."""
    if not future_ones:
        yield from memberships(call, grantee)
        for obj in sorted((o for o in list(call.catalog.objects.values()) if o.owner == grantee.name and grantee.kind != "USER"), key=lambda o: (o.kind, o.path)):
            yield entry(obj.kind, parts_of(obj.kind, obj.path), "OWNERSHIP", True, iso(obj.created_on), obj.owner)
    for (privilege, kind, path, role), g in sorted(list(call.catalog.grants.items()), key=lambda i: i[0][:3]):
        if role != grantee.name or kind.startswith("FUTURE ") != future_ones:
            continue
        if future_ones:
            kind = kind.removeprefix("FUTURE ")
            where = {"database": shown(path[0]), "schema": shown(path[1]) if len(path) > 1 else None, "service": None, "name": f'"<{kind}>"'}
            yield entry(kind, where, privilege, bool(g["grant_option"]), iso(g["created_on"]), None)
        else:
            where = parts_of(kind, path) if path else {"database": None, "schema": None, "service": None, "name": shown(call.account)}
            yield entry(kind, where, privilege, bool(g["grant_option"]), iso(g["created_on"]), g["grantor"] or None)


def memberships(call: Call, grantee: Grantee) -> Iterator[dict[str, Any]]:
    kind = "USER" if grantee.kind == "USER" else "ROLE"
    for (role, to, name), when in sorted(call.catalog.members.items()):
        if to == kind and name == grantee.name:
            path = tuple(role.split(".")) if call.catalog.get("ROLE", (role,)) is None else (role,)
            noun = "ROLE" if len(path) == 1 else "DATABASE ROLE"
            yield entry(noun, parts_of(noun, path), "USAGE", False, iso(when), None)


def entry(kind: str, securable: dict[str, Any], privilege: str, option: bool, created: str | None, by: str | None) -> dict[str, Any]:
    return {
        "securable_type": "INTEGRATION" if kind in INTEGRATIONS else kind, "securable": securable, "containing_scope": None, "privileges": [privilege], "grant_option": option, "created_on": created,
        "granted_by": by,
    }  # fmt: skip


# /api/v2/grants/…


def old_grantee(call: Call) -> Grantee:
    kind = word(call.path["granteeType"])
    if kind not in ("ROLE", "DATABASE ROLE", "USER"):
        raise bad_value("granteeType", call.path["granteeType"])
    path = dotted(call.path["granteeName"])
    call.catalog.need(kind, path)
    return Grantee(kind, path)


def old_target(call: Call) -> tuple[str, list, bool]:
    """The kind and the objects that a path names: one securable, or all (or future) ones of a scope."""
    if "securableType" in call.path:
        kind = word(call.path["securableType"])
        if kind == "ACCOUNT":
            return kind, [((), None)], False
        path = dotted(call.path["securableName"])
        if len(path) < depth(kind):
            path = (*(call.context.database or "", call.context.schema or "")[: depth(kind) - len(path)], *path)
        return kind, [(path, securable_of(call, kind, path))], False
    kind, scope = word(call.path["securableTypePlural"]), dotted(call.path["scopeName"])
    call.need_parents((*scope, ""))
    if call.path["bulkGrantType"].lower() == "future":
        return f"FUTURE {kind}", [(scope, call.catalog.get("DATABASE" if len(scope) == 1 else "SCHEMA", scope))], False
    return kind, [(o.path, o) for o in in_scope(call, kind, scope)], True


def old_grant(call: Call) -> Any:
    grantee = old_grantee(call)
    kind, objects, bulk = old_target(call)
    if kind in MEMBERSHIPS:
        return membership(call, grantee, kind, {"securable": {"database": None, "name": call.path["securableName"].split(".")[-1]}, "privileges": ["USAGE"]}, False)
    return spread(call, grantee, privilege_names(call.body.get("privileges")), kind, objects, bool(call.body.get("grant_option")), False, bulk)


def old_revoke(call: Call) -> Any:
    grantee = old_grantee(call)
    kind, objects, bulk = old_target(call)
    if kind in MEMBERSHIPS:
        return membership(call, grantee, kind, {"securable": {"database": None, "name": call.path["securableName"].split(".")[-1]}}, True)
    option_only = call.operation.path.endswith("/grant-option")
    return spread(call, grantee, privilege_names([call.path["privilege"]]), kind, objects, option_only, True, bulk)


def old_list(call: Call) -> Any:
    grantee = old_grantee(call)
    out = []
    for g in held(call, grantee):
        s = g["securable"]
        name = ".".join(p for p in (s["database"], s["schema"], s["name"]) if p)
        out.append({
            "privileges": g["privileges"], "grant_option": g["grant_option"], "created_on": g["created_on"], "grantee_type": grantee.kind.replace(" ", "_"),
            "grantee_name": grantee.name, "securable_type": g["securable_type"], "securable_name": name.replace('"', ""), "granted_by_role_type": "",
            "granted_by_name": g["granted_by"] or "",
        })  # fmt: skip
    return out[: call.query.get("showLimit")]
