"""Roles, database roles and users."""

from __future__ import annotations

from base64 import b64decode, b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.serialization import load_der_public_key

from ..sql.catalog.catalog import Obj, Path
from . import grants
from .answers import bad_value
from .call import Call
from .kinds import SECRET, Kind, iso
from .names import fold


class Granted(Kind):
    """Something that privileges are granted to."""

    def grantee(self, call: Call) -> grants.Grantee:
        return grants.Grantee(self.word, self.find(call, self.target(call)).path)

    def grants(self, call: Call) -> Any:
        return list(grants.held(call, self.grantee(call)))[: call.query.get("showLimit")]

    def future_grants(self, call: Call) -> Any:
        return list(grants.held(call, self.grantee(call), True))[: call.query.get("showLimit")]

    def grant(self, call: Call) -> Any:
        return grants.change(call, self.grantee(call), call.body, False)

    def revoke(self, call: Call) -> Any:
        return grants.change(call, self.grantee(call), call.body, True)

    def grant_future(self, call: Call) -> Any:
        return grants.future(call, self.grantee(call), call.body, False)

    def revoke_future(self, call: Call) -> Any:
        return grants.future(call, self.grantee(call), call.body, True)

    actions = {
        ("GET", "/{name}/grants"): "grants", ("POST", "/{name}/grants"): "grant", ("POST", "/{name}/grants:revoke"): "revoke",
        ("GET", "/{name}/future-grants"): "future_grants", ("POST", "/{name}/future-grants"): "grant_future",
        ("POST", "/{name}/future-grants:revoke"): "revoke_future",
    }  # fmt: skip

    def drop(self, call: Call, obj: Obj) -> None:
        """Its memberships and privileges go with it."""
        call.catalog.lasting(obj)
        name = ".".join(obj.path)
        for role, kind, grantee in [k for k in call.catalog.members if k[0] == name or (k[2] == name and k[1] == ("USER" if self.word == "USER" else "ROLE"))]:
            call.catalog.revoke_role(role, kind, grantee)
        if self.word != "USER":
            for privilege, kind, path, role in [k for k in list(call.catalog.grants) if k[3] == name]:
                call.catalog.revoke(privilege, kind, path, role)
        call.catalog.drop(obj)


class Role(Granted):
    actions = {**Granted.actions, ("GET", "/{name}/grants-of"): "grants_of", ("GET", "/{name}/grants-on"): "grants_on"}

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        members = list(call.catalog.members)
        out = self.common(call, obj, call.spec.properties(self.schema))
        return {
            **out, "is_default": obj.name == call.engine.current_defaults(call.context.user).role, "is_current": obj.name == call.role, "is_inherited": obj.name in call.catalog.roles_of(call.role) - {call.role},
            "assigned_to_users": sum(r == obj.name and k == "USER" for r, k, _ in members),
            "granted_to_roles": sum(r == obj.name and k == "ROLE" for r, k, _ in members), "granted_roles": sum(g == obj.name and k == "ROLE" for _, k, g in members),
        }  # fmt: skip

    def grants_of(self, call: Call) -> Any:
        role = self.find(call, self.target(call)).name
        rows = [
            {"created_on": iso(when), "role": r, "granted_to": kind, "grantee_name": grantee, "granted_by": ""}
            for (r, kind, grantee), when in sorted(call.catalog.members.items())
            if r == role
        ]
        return rows[: call.query.get("showLimit")]

    def grants_on(self, call: Call) -> Any:
        obj = self.find(call, self.target(call))
        base = {"granted_on": "ROLE", "name": obj.name, "granted_to": "ROLE", "granted_by": "", "granted_by_role_type": "ROLE"}
        rows = [
            {**base, "created_on": iso(when), "privilege": "USAGE", "granted_to": kind, "grantee_name": grantee, "grant_option": "false"}
            for (r, kind, grantee), when in sorted(call.catalog.members.items())
            if r == obj.name
        ]
        if obj.owner:
            rows.append({**base, "created_on": iso(obj.created_on), "privilege": "OWNERSHIP", "grantee_name": obj.owner, "grant_option": "true", "granted_by": obj.owner})
        return rows[: call.query.get("showLimit")]


class DatabaseRole(Granted):
    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        name, members = ".".join(obj.path), list(call.catalog.members)
        below = {".".join(o.path) for o in call.catalog.all("DATABASE ROLE")}
        return {
            **self.common(call, obj, call.spec.properties(self.schema)),
            "granted_to_roles": sum(r == name and k == "ROLE" and g not in below for r, k, g in members),
            "granted_to_database_roles": sum(r == name and k == "ROLE" and g in below for r, k, g in members),
            "granted_database_roles": sum(g == name and k == "ROLE" for _, k, g in members),
        }  # fmt: skip

    def moved(self, call: Call, obj: Obj, name: str | None = None) -> Path:
        target = call.query.get("targetDatabase")
        return (fold(target) if target else obj.path[0], fold(name))


class User(Granted):
    kept = frozenset(("password", "default_secondary_roles"))
    defaults = {"disabled": False, "must_change_password": False, "enable_unredacted_query_syntax_error": False, "snowflake_lock": False, "snowflake_support": False,
                "ext_authn_duo": False, "custom_landing_page_url_flush_next_ui_load": False, "default_secondary_roles": "ALL"}  # fmt: skip
    upper = ("login_name",)

    def props(self, call: Call, body: dict[str, Any], old: Obj | None) -> dict[str, Any]:
        out = super().props(call, body, old)
        for name in self.upper:
            if name in out:
                out[name] = out[name].upper()
        for name in ("default_warehouse", "default_role"):
            if out.get(name):
                out[name] = fold(out[name])
        if out.get("default_namespace"):
            out["default_namespace"] = ".".join(grants.dotted(out["default_namespace"]))
        for name in ("rsa_public_key", "rsa_public_key_2"):
            if name in out:
                out[name + "_fp"] = fingerprint(name, out[name])
        if "password" in out:
            out["password"] = SECRET  # it is never checked: REST takes no passwords
        return out

    def grants(self, call: Call) -> Any:
        """Roles only; the document knows no grant option and no services here."""
        found = super().grants(call)
        for g in found:
            del g["grant_option"], g["securable"]["service"]
        return found

    def alter(self, call: Call, obj: Obj) -> None:
        for name in ("rsa_public_key", "rsa_public_key_2"):
            obj.props.pop(name + "_fp", None)
        super().alter(call, obj)

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        out = super().read(call, obj, listed)
        p = obj.props
        out |= {
            "login_name": p.get("login_name") or obj.name, "display_name": p.get("display_name") or obj.name, "has_password": bool(p.get("password")),
            "has_rsa_public_key": bool(p.get("rsa_public_key") or p.get("rsa_public_key_2")), "disabled": str(p.get("disabled", False)).lower() == "true",
        }  # fmt: skip
        return out


def fingerprint(name: str, text: str) -> str:
    """Of a public key given as base64 without its header lines."""
    try:
        key = load_der_public_key(b64decode("".join(line for line in text.splitlines() if not line.startswith("-----")), validate=True))
    except (ValueError, TypeError):
        raise bad_value(name, text) from None
    digest = hashes.Hash(hashes.SHA256())
    digest.update(key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo))
    return "SHA256:" + b64encode(digest.finalize()).decode()
