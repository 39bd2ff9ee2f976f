"""The kinds that only need the generic engine: what they are called, and the few values that answers fill in."""

from __future__ import annotations

import re
from typing import Any

from ..sql.catalog.catalog import Obj
from ..sql.language.errors import COMPILE, err
from ..sql.scripting import routines
from .answers import Refusal
from .call import Call
from .kinds import SECRET, Kind, filtered
from .names import fold, shown


class Secret(Kind):
    """Answers only the properties of its type, and no secret."""

    masked = ("password", "secret_string", "oauth_refresh_token")

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        out = super().read(call, obj, listed)
        return {k: SECRET if k in self.masked and v else v for k, v in out.items()}


class Masked(Kind):
    """Integrations: what their schema calls a password comes back masked."""

    masked = ("api_key", "oauth_client_secret")

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        return self.mask(super().read(call, obj, listed))

    def mask(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {k: SECRET if k in self.masked and v else self.mask(v) for k, v in value.items()}
        return [self.mask(v) for v in value] if isinstance(value, list) else value


class Routine(Kind):
    """Functions and procedures: kept under their name and the types of their arguments."""

    def body_key(self, body: dict[str, Any]) -> str:
        return signature(super().body_key(body), [a.get("datatype") or "TEXT" for a in body.get("arguments") or []])

    def key(self, name: str) -> str:
        m = re.fullmatch(r"(.*?)\((.*)\)", name, re.S)
        if m is None:
            raise Refusal(400, "001003", "\nsyntax error line 1 at position 0 unexpected '<eof>'.")
        types = [t.strip() for t in m[2].split(",") if t.strip()]
        if any(" " in t for t in types):
            raise Refusal(400, "001003", f"\nsyntax error line 1 at position 0 unexpected '{types[0].split()[-1].lower()}'.")
        return signature(fold(m[1].strip()), types)

    def list(self, call: Call) -> Any:
        return [self.read(call, o, listed=True) for o in filtered(call, self.items(call), lambda o: o.props["bare_name"])]

    def common(self, call: Call, obj: Obj, known: dict) -> dict[str, Any]:
        count = len(obj.props.get("arguments") or [])
        counts = {"min_num_arguments": count, "max_num_arguments": count, "is_builtin": self.word == "PROCEDURE"}
        out = {**super().common(call, obj, known), "name": shown(obj.props["bare_name"]), "arguments": self.arguments(obj), "owner_role_type": None}
        return {k: v for k, v in {**out, **counts}.items() if k in known}

    @staticmethod
    def arguments(obj: Obj) -> list[dict[str, Any]]:
        return [{"datatype": "TEXT", **a, "name": fold(a["name"]) if a.get("name") else None} for a in obj.props.get("arguments") or []]

    def props(self, call: Call, body: dict[str, Any], old: Obj | None) -> dict[str, Any]:
        return {**super().props(call, body, old), "bare_name": fold(body["name"])}

    def read(self, call: Call, obj: Obj, listed: bool = False) -> dict[str, Any]:
        out = super().read(call, obj, listed)
        if listed and "body" in out:
            out["body"] = "" if self.word == "PROCEDURE" else None
        return out

    def call_it(self, call: Call) -> Any:
        """Procedures and functions in SQL run; the code of other routines does not run here: an unknown one is refused as the service does, a known
        one says so."""
        name = fold(call.path.get("name") or call.path.get("nameWithArgs"))
        parent = self.parent(call)
        call.need_parents((*parent, name))
        known = [o for o in call.catalog.all(self.word, parent) if o.props.get("bare_name") == name and call.visible(o)]
        if not known:
            raise err("002141", "42601", f"{COMPILE}\nunknown user-defined function {'.'.join((*parent, name))}")
        if self.word != "PROCEDURE":
            return self.evaluated(call, known)
        given = [a.get("value") for a in (call.body or {}).get("call_arguments") or []]
        values = [None if v is None else str(v).lower() if isinstance(v, bool) else str(v) for v in given]
        try:
            found = routines.find(call.engine, ".".join(quoted(part) for part in (*parent, name)), len(values), call.context)
            return [{name.lower(): routines.run(call.engine, found, values, call.context)}]
        finally:
            call.engine.release(call.context)

    def evaluated(self, call: Call, known: list[Obj]) -> Any:
        """The value of a function in SQL under the text of its call; the number of the arguments picks the overload."""
        given = call.body if isinstance(call.body, list) else []
        fits = [o for o in known if len(o.props.get("arguments") or []) == len(given) and call.catalog.can(call.role, "USAGE", o)]
        name = known[0].props["bare_name"]
        if not fits and self.word == "FUNCTION":
            raise err("002141", "42601", f"{COMPILE}\nunknown user-defined function {'.'.join((*known[0].path[:2], name))}")
        if self.word != "FUNCTION" or not routines.is_expression(fits[0]):
            raise err("000002", "0A000", f"Unsupported feature 'running the code of a {self.word.lower()}'.")
        values = {fold(a["name"]): a["value"] for a in given}
        if set(values) != {fold(a["name"]) for a in fits[0].props.get("arguments") or []}:
            raise err("001093", "42601", f"{COMPILE}\ninvalid argument names for function {name}")
        text, label = routines.expression(fits[0], values)
        return {label: call.sql(text, call.owners(fits[0])).rows[0][0]}


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def signature(name: str, types: list[str]) -> str:
    return f"{name}({', '.join(re.sub(r'[ ]*[(].*[)]', '', t).strip().upper() for t in types)})"


KINDS: list[Kind] = [
    Kind("accounts", "ACCOUNT OBJECT", 1, "account#Account", "Account", defaults={"must_change_password": False, "region_group": "PUBLIC"}),
    Masked("api-integrations", "API INTEGRATION", 1, "api-integration#ApiIntegration", "Integration", mismatch="race", privilege="CREATE INTEGRATION"),
    Kind("artifact-repositories", "ARTIFACT REPOSITORY", 3, "artifact-repository#ArtifactRepository", mismatch="race"),
    Masked("catalog-integrations", "CATALOG INTEGRATION", 1, "catalog-integration#CatalogIntegration", "Integration", privilege="CREATE INTEGRATION"),
    Kind("event-tables", "EVENT TABLE", 3, "event-table#EventTable"),
    Kind("external-volumes", "EXTERNAL VOLUME", 1, "external-volume#ExternalVolume"),
    Routine("functions", "SERVICE FUNCTION", 3, "function#Function", "Function", actions={("POST", "/{name}:execute"): "call_it"}),
    Kind("managed-accounts", "MANAGED ACCOUNT", 1, "managed-account#ManagedAccount"),
    Kind("network-policies", "NETWORK POLICY", 1, "network-policy#NetworkPolicy",
         defaults={"allowed_network_rule_list": [], "blocked_network_rule_list": [], "allowed_ip_list": [], "blocked_ip_list": []}),
    Kind("network-rules", "NETWORK RULE", 3, "network-rule#NetworkRule"),
    Masked("notification-integrations", "NOTIFICATION INTEGRATION", 1, "notification-integration#NotificationIntegration", "Integration",
           privilege="CREATE INTEGRATION"),
    Kind("password-policies", "PASSWORD POLICY", 3, "password-policy#PasswordPolicy"),
    Routine("procedures", "PROCEDURE", 3, "procedure#Procedure", actions={("POST", "/{name}:call"): "call_it"}),
    Secret("secrets", "SECRET", 3, "secret#Secret"),
    Kind("sequences", "SEQUENCE", 3, "sequence#Sequence", defaults={"start": 1, "increment": 1, "ordered": False}),
    Kind("streams", "STREAM", 3, "stream#Stream", defaults={"stale": False, "mode": "DEFAULT"}),
    Kind("tags", "TAG", 3, "tag#Tag", defaults={"propagate": "NONE"}),
    Routine("user-defined-functions", "FUNCTION", 3, "user-defined-function#UserDefinedFunction", actions={("POST", "/{name}:execute"): "call_it"}),
]
