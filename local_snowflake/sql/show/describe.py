"""DESCRIBE: of a table its columns, of other kinds a row or a list of properties."""

from __future__ import annotations

import json
from typing import Any, Callable

from ...model import Context
from ..catalog.catalog import Obj, Path
from ..catalog.names import full
from ..commands.account import Account
from ..language import types as T
from ..language.errors import feature, missing, privileges
from ..language.parse import Cursor
from ..tasks import tasks
from . import sql_rows
from .kind_rows import INTEGRATIONS, cells, flag, plain, returns
from .layouts import DESCRIBED, TABLE_COLUMNS, Columns, typed
from .show_more import stamp
from .visible import visible

Rows = list[list[str | None]]
Answer = tuple[Columns, Rows]

OF_ACCOUNT = frozenset(("DATABASE", "WAREHOUSE", "USER", "COMPUTE POOL", "NETWORK POLICY", "EXTERNAL VOLUME", "INTEGRATION", *INTEGRATIONS))
KINDS = OF_ACCOUNT | frozenset(DESCRIBED) | {"SCHEMA", "STAGE", "PASSWORD POLICY", "PROCEDURE", "FUNCTION", "DYNAMIC TABLE", "ICEBERG TABLE", "EVENT TABLE"}
UNKNOWN = ("ARTIFACT REPOSITORY", "NOTEBOOK")  # of which no page tells all the columns
PROPERTIES = "property property_type property_value property_default"
PASSWORD_POLICY = {  # default, description
    "PASSWORD_MIN_LENGTH": ("8", "Minimum length of new password."), "PASSWORD_MAX_LENGTH": ("256", "Maximum length of new password."),
    "PASSWORD_MIN_UPPER_CASE_CHARS": ("1", "Minimum number of uppercase characters in new password."),
    "PASSWORD_MIN_LOWER_CASE_CHARS": ("1", "Minimum number of lowercase characters in new password."),
    "PASSWORD_MIN_NUMERIC_CHARS": ("1", "Minimum number of numeric characters in new password."),
    "PASSWORD_MIN_SPECIAL_CHARS": ("0", "Minimum number of special characters in new password."),
    "PASSWORD_MIN_AGE_DAYS": ("0", "Period after a password is changed during which a password cannot be changed again, in days."),
    "PASSWORD_MAX_AGE_DAYS": ("90", "Period after which password must be changed, in days."),
    "PASSWORD_MAX_RETRIES": ("5", "Number of attempts users have to enter the correct password before their account is locked."),
    "PASSWORD_LOCKOUT_TIME_MINS": ("15", "Period of time for which users will be locked after entering their password incorrectly many times (specified by MAX_RETRIES), in minutes"),
    "PASSWORD_HISTORY": ("24", "Number of most recent passwords that may not be repeated by the user"),
}
USER = {  # default, description
    "NAME": ("null", "Name"), "COMMENT": ("null", "user comment associated to an object in the dictionary"), "DISPLAY_NAME": ("null", "Display name of the associated object"),
    "TYPE": ("null", "Type of the user"), "LOGIN_NAME": ("null", "Login name of the user"), "FIRST_NAME": ("null", "First name of the user"),
    "MIDDLE_NAME": ("null", "Middle name of the user"), "LAST_NAME": ("null", "Last name of the user"), "EMAIL": ("null", "Email address of the user"),
    "PASSWORD": ("null", "Password of the user"), "MUST_CHANGE_PASSWORD": ("false", "User must change the password"), "DISABLED": ("false", "Whether the entity is disabled"),
    "SNOWFLAKE_LOCK": ("false", "Whether the user, account, or organization is locked by Snowflake"),
    "SNOWFLAKE_SUPPORT": ("false", "Snowflake Support is allowed to use the user or account"),
    "DAYS_TO_EXPIRY": ("null", "User record will be treated as expired after specified number of days"),
    "MINS_TO_UNLOCK": ("null", "Temporary lock on the user will be removed after specified number of minutes"), "DEFAULT_WAREHOUSE": ("null", "Default warehouse for this user"),
    "DEFAULT_NAMESPACE": ("null", "Default database namespace prefix for this user"), "DEFAULT_ROLE": ("null", "Primary principal of user session will be set to this role"),
    "DEFAULT_SECONDARY_ROLES": ("[ALL]", "The secondary roles will be set to all roles provided here."),
    "EXT_AUTHN_DUO": ("false", "Whether Duo Security is enabled as second factor authentication"), "EXT_AUTHN_UID": ("null", "External authentication ID of the user"),
    "DEFAULT_MFA_METHOD": ("null", "Default MFA method for the user"), "HAS_MFA": ("false", "Whether the user is enrolled in multi-factor authentication"),
    "HAS_PAT": ("false", "Whether the user has a programmatic access token"), "HAS_WORKLOAD_IDENTITY": ("false", "Reserved for future use"),
    "MINS_TO_BYPASS_MFA": ("null", "Temporary bypass MFA for the user for a specified number of minutes"),
    "MINS_TO_BYPASS_NETWORK_POLICY": ("null", "Temporary bypass network policy on the user for a specified number of minutes"), "RSA_PUBLIC_KEY": ("null", "RSA public key of the user"),
    "RSA_PUBLIC_KEY_FP": ("null", "Fingerprint of user's RSA public key."), "RSA_PUBLIC_KEY_LAST_SET_TIME": ("null", "The timestamp at which the RSA public key was last set for the user."),
    "RSA_PUBLIC_KEY_2": ("null", "Second RSA public key of the user"), "RSA_PUBLIC_KEY_2_FP": ("null", "Fingerprint of user's second RSA public key."),
    "RSA_PUBLIC_KEY_2_LAST_SET_TIME": ("null", "The timestamp at which the second RSA public key was last set for the user."),
    "PASSWORD_LAST_SET_TIME": ("null", "The timestamp on which the last non-null password was set for the user."), "CUSTOM_LANDING_PAGE_URL": ("null", "Reserved for future use"),
    "CUSTOM_LANDING_PAGE_URL_FLUSH_NEXT_UI_LOAD": ("false", "Reserved for future use"), "IS_FROM_ORGANIZATION_USER": ("false", "Whether the user was imported from an organization user"),
}  # fmt: skip
CSV = [  # what a stage's file format is when nothing else was said
    ("TYPE", "String", "CSV"), ("RECORD_DELIMITER", "String", "\\n"), ("FIELD_DELIMITER", "String", ","), ("FILE_EXTENSION", "String", ""), ("SKIP_HEADER", "Integer", "0"),
    ("DATE_FORMAT", "String", "AUTO"), ("TIME_FORMAT", "String", "AUTO"), ("TIMESTAMP_FORMAT", "String", "AUTO"), ("BINARY_FORMAT", "String", "HEX"), ("ESCAPE", "String", "NONE"),
    ("ESCAPE_UNENCLOSED_FIELD", "String", "\\\\"), ("TRIM_SPACE", "Boolean", "false"), ("FIELD_OPTIONALLY_ENCLOSED_BY", "String", "NONE"), ("NULL_IF", "List", "[\\\\N]"),
    ("COMPRESSION", "String", "AUTO"), ("ERROR_ON_COLUMN_COUNT_MISMATCH", "Boolean", "true"), ("VALIDATE_UTF8", "Boolean", "true"), ("SKIP_BLANK_LINES", "Boolean", "false"),
    ("REPLACE_INVALID_CHARACTERS", "Boolean", "false"), ("EMPTY_FIELD_AS_NULL", "Boolean", "true"), ("SKIP_BYTE_ORDER_MARK", "Boolean", "true"), ("ENCODING", "String", "UTF8"),
]  # fmt: skip
COPY = [("ON_ERROR", "String", "ABORT_STATEMENT"), ("SIZE_LIMIT", "Long", ""), ("PURGE", "Boolean", "false"), ("RETURN_FAILED_ONLY", "Boolean", "false"),
        ("ENFORCE_LENGTH", "Boolean", "true"), ("TRUNCATECOLUMNS", "Boolean", "false"), ("FORCE", "Boolean", "false")]
EVENT_TABLE = ("TIMESTAMP START_TIMESTAMP OBSERVED_TIMESTAMP TRACE RESOURCE RESOURCE_ATTRIBUTES SCOPE SCOPE_ATTRIBUTES RECORD_TYPE RECORD RECORD_ATTRIBUTES VALUE "
               "EXEMPLARS").split()


def run(engine: Account, cur: Cursor, context: Context) -> Answer:
    """A DESCRIBE statement."""
    cur.word()
    kind = _kind(cur)
    if kind in UNKNOWN:
        raise feature(f"DESCRIBE {kind}")
    if kind in ("TABLE", "VIEW"):
        return _table(engine, cur, context, kind)
    parts = cur.name()
    if kind in ("PROCEDURE", "FUNCTION"):
        return _routine(engine, cur, context, kind, parts)
    cur.end()
    if kind == "TASK":
        obj = tasks.find(engine, context, full(context, "TASK", parts))
    else:
        obj = _find(engine, context, kind, parts)
    if kind in LISTS:
        return LISTS[kind](engine, context, obj)
    names = DESCRIBED[kind].split()
    if kind == "SERVICE" and not engine.catalog.can(context.role, "OWNERSHIP", obj):
        names.remove("spec")  # only its owner reads it
    row = {"created_on": stamp(obj.created_on), "name": obj.name, "kind": "WAREHOUSE"} if kind == "WAREHOUSE" else cells(engine, obj)
    return typed(names), [[row[n] for n in names]]


def _kind(cur: Cursor) -> str:
    """The words of a kind, as many as make one; without any it is a table."""
    for n in (3, 2, 1):
        words = " ".join(cur.peek(i) for i in range(n))
        after = cur.peek(n)
        if words in KINDS | {"TABLE", "VIEW", *UNKNOWN} and after != "." and cur.i + n < len(cur.toks):
            cur.i += n
            return words
    return "TABLE"


def _find(engine: Account, context: Context, kind: str, parts: list[str]) -> Obj:
    cat = engine.catalog
    path: Path = (parts[0],) if kind in OF_ACCOUNT and len(parts) == 1 else full(context, kind, parts)
    kinds = INTEGRATIONS if kind == "INTEGRATION" else (kind,)
    obj = next((o for o in (cat.get(k, path) for k in kinds) if o is not None), None)
    if obj is None or not cat.sees(context.role, obj) or any(not cat.usable(context.role, path[:n]) for n in range(1, len(path))):
        raise missing("Integration" if kind in INTEGRATIONS else kind.capitalize(), ".".join(path))
    if kind == "USER" and obj.name != context.user and not cat.can(context.role, "OWNERSHIP", obj):
        raise privileges("user", obj.name)
    return obj


# Tables


def _table(engine: Account, cur: Cursor, context: Context, kind: str) -> Answer:
    parts = cur.name()
    cur.end()
    path = full(context, "TABLE", parts)
    cat = engine.catalog
    obj = cat.relation(path)
    if obj is None or not cat.sees(context.role, obj) or not cat.usable(context.role, path[:1]) or not cat.usable(context.role, path[:2]):
        raise missing(kind.capitalize(), parts[0] if len(parts) == 1 else ".".join(path))
    keys = obj.props.get("primary_key") or []
    rows: Rows = []
    for c in obj.columns:
        name = T.sql_name(c.type) + (f" COLLATE '{c.collation}'" if c.collation else "")
        default = f"IDENTITY START {c.identity[0]} INCREMENT {c.identity[1]} NOORDER" if c.identity else c.default
        rows.append([c.name, name, "COLUMN", "Y" if c.nullable else "N", default, "Y" if c.name in keys else "N", "N", None, None, c.comment, None, None, None])
    return [(n, T.text()) for n in TABLE_COLUMNS], rows


def _other_table(engine: Account, context: Context, obj: Obj) -> Answer:
    """A dynamic or Iceberg table: the columns that its definition tells."""
    rows: Rows = [[plain(c.get("name")), c.get("datatype"), "COLUMN", "N" if c.get("nullable") is False else "Y", c.get("default"), "N", "N", None, None, c.get("comment"), None,
                   None, None] for c in obj.props.get("columns") or []]
    return [(n, T.text()) for n in TABLE_COLUMNS], rows


def _event_table(engine: Account, context: Context, obj: Obj) -> Answer:
    return typed(["name", "kind", "comment"]), [[name, "COLUMN", None] for name in EVENT_TABLE]


# Lists


def _text(value: Any) -> str:
    return "null" if value is None or value == "" else str(value)


def _user(engine: Account, context: Context, obj: Obj) -> Answer:
    p = obj.props
    shown = {k.upper(): v for k, v in sql_rows.user(engine, obj).items()}
    kept = {k.upper(): p.get(k) for k in ("middle_name", "rsa_public_key", "rsa_public_key_fp", "rsa_public_key_2", "rsa_public_key_2_fp")}
    shown |= {**kept, "PASSWORD": "********" if p.get("password") else None, "DEFAULT_SECONDARY_ROLES": "[ALL]" if "ALL" in shown["DEFAULT_SECONDARY_ROLES"] else "[]"}
    return typed(["property", "value", "default", "description"]), [[key, _text(shown.get(key, default)), default, told] for key, (default, told) in USER.items()]


def _password_policy(engine: Account, context: Context, obj: Obj) -> Answer:
    p = obj.props
    rows: Rows = [["NAME", obj.name, None, "Name of password policy."], ["OWNER", obj.owner, None, "Owner of password policy."],
                  ["COMMENT", p.get("comment"), None, "user comment associated to an object in the dictionary"]]
    rows += [[key, default if p.get(key.lower()) is None else str(p[key.lower()]), default, told] for key, (default, told) in PASSWORD_POLICY.items()]
    return typed(["property", "value", "default", "description"]), rows


def _network_policy(engine: Account, context: Context, obj: Obj) -> Answer:
    engine.catalog.own(context.role, obj)
    rows: Rows = []
    for key in ("ALLOWED_IP_LIST", "BLOCKED_IP_LIST", "ALLOWED_NETWORK_RULE_LIST", "BLOCKED_NETWORK_RULE_LIST"):
        values = obj.props.get(key.lower()) or []
        if values:
            rules = [{"fullyQualifiedRuleName": plain(v)} for v in values]
            rows.append([key, json.dumps(rules, separators=(",", ":")) if "RULE" in key else ",".join(values)])
    return typed(["name", "value"]), rows


def _database(engine: Account, context: Context, obj: Obj) -> Answer:
    found = [("INFORMATION_SCHEMA", obj), *((o.name, o) for o in visible(engine, context, "SCHEMA", obj.path))]
    return typed(["created_on", "name", "kind"]), [[stamp(o.created_on), name, "SCHEMA"] for name, o in sorted(found, key=lambda f: f[0])]


def _schema(engine: Account, context: Context, obj: Obj) -> Answer:
    found = sorted((o for kind in ("TABLE", "VIEW") for o in visible(engine, context, kind, obj.path)), key=lambda o: (o.kind, o.name))
    return typed(["created_on", "name", "kind"]), [[stamp(o.created_on), o.name, o.kind] for o in found]


def _stage(engine: Account, context: Context, obj: Obj) -> Answer:
    p = obj.props
    given = {k.upper(): v for k, v in (p.get("file_format") or {}).items()}
    if str(given.get("TYPE", "CSV")).upper() != "CSV":
        raise feature(f"DESCRIBE STAGE with a file format of TYPE {given['TYPE']}")
    copying = {k.upper(): v for k, v in (p.get("copy_options") or {}).items()}
    directory = {k.upper(): v for k, v in (p.get("directory_table") or {}).items()}
    rows: Rows = [["STAGE_FILE_FORMAT", key, kind, _value(given.get(key), default), default] for key, kind, default in CSV]
    rows += [["STAGE_COPY_OPTIONS", key, kind, _value(copying.get(key), default), default] for key, kind, default in COPY]
    rows.append(["STAGE_LOCATION", "URL", "String", json.dumps([p["url"]]) if p.get("url") else "", ""])
    rows.append(["STAGE_CREDENTIALS", "AWS_KEY_ID", "String", "", ""])
    rows += [["DIRECTORY", key, "Boolean", flag(directory.get(key)), "false"] for key in ("ENABLE", "AUTO_REFRESH")]
    return typed(["parent_property", *PROPERTIES.split()]), rows


def _value(value: Any, default: str) -> str:
    if value is None:
        return default
    return flag(value) if isinstance(value, bool) else f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)


def _external_volume(engine: Account, context: Context, obj: Obj) -> Answer:
    places = obj.props.get("storage_locations") or []
    rows: Rows = [["", "ALLOW_WRITES", "Boolean", flag(obj.props.get("allow_writes", True)), "true"]]
    rows += [["STORAGE_LOCATIONS", f"STORAGE_LOCATION_{i}", "String", json.dumps({k.upper(): v for k, v in place.items()}, separators=(",", ":")), ""] for i, place in enumerate(places, 1)]
    rows.append(["STORAGE_LOCATIONS", "ACTIVE", "String", places[0]["name"] if places else "", ""])
    if obj.props.get("comment"):
        rows.append(["", "COMMENT", "String", obj.props["comment"], ""])
    return typed(["parent_property", *PROPERTIES.split()]), rows


SECRETS = ("oauth_client_secret", "api_key")


def _integration(engine: Account, context: Context, obj: Obj) -> Answer:
    """ENABLED, what its kind has, COMMENT."""
    p = obj.props
    rows: Rows = [["ENABLED", "Boolean", flag(p.get("enabled")), "false"]]
    if obj.kind == "CATALOG INTEGRATION":
        source = p.get("catalog") or {}
        rows += [["CATALOG_SOURCE", "String", source.get("catalog_source"), ""], ["CATALOG_NAMESPACE", "String", source.get("catalog_namespace") or "", ""],
                 ["TABLE_FORMAT", "String", p.get("table_format") or "", ""]]
        rows += _own(source, ("catalog_source", "catalog_namespace"))
    elif obj.kind == "NOTIFICATION INTEGRATION":
        hook = p.get("notification_hook") or {}
        rows.append(["DIRECTION", "String", "INBOUND" if str(hook.get("type", "")).endswith("INBOUND") else "OUTBOUND", "INBOUND"])
        rows += _own(hook, ("type",))
    else:
        rows += _own(p.get("api_hook") or {}, ("type",))
        rows += [[key.upper(), "List", ",".join(p.get(key) or []), "[]"] for key in ("api_allowed_prefixes", "api_blocked_prefixes")]
    rows.append(["COMMENT", "String", p.get("comment") or "", ""])
    return typed(PROPERTIES.split()), rows


def _own(given: dict[str, Any], but: tuple[str, ...]) -> Rows:
    """The properties that a hook or a catalog has beside those that every one has; secrets masked."""
    out: Rows = []
    for key, value in given.items():
        if key in but or value is None:
            continue
        if isinstance(value, dict):
            value = json.dumps({k.upper(): "********" if k in SECRETS else v for k, v in value.items()}, separators=(",", ":"))
        kind = "Boolean" if isinstance(value, bool) else "List" if isinstance(value, list) else "String"
        out.append([key.upper(), kind, "********" if key in SECRETS else _value(value, ""), "[]" if kind == "List" else ""])
    return out


def _routine(engine: Account, cur: Cursor, context: Context, kind: str, parts: list[str]) -> Answer:
    """A routine by its name and the types of its arguments, as it is kept."""
    cur.expect("(")
    types = []
    while not cur.accept(")"):
        word = cur.word()
        if cur.accept("("):
            while not cur.accept(")"):
                cur.value()
                cur.accept(",")
        types.append(word)
        if not cur.accept(",") and cur.peek() != ")":
            raise cur.bad()
    cur.end()
    place = full(context, kind, parts)
    found = [o for o in visible(engine, context, kind, place[:2]) if o.props.get("bare_name") == place[2] and _takes(o) == [_family(t) for t in types]]
    if not found:
        raise missing(kind.capitalize(), f"{'.'.join(place)}({', '.join(types)})")
    p = found[0].props
    config = p.get("language_config") or {}
    signature = ", ".join(f"{plain(a.get('name'))} {a.get('datatype') or 'VARCHAR'}" for a in p.get("arguments") or [])
    rows: Rows = [["signature", f"({signature})"], ["returns", returns(p)], ["language", str(config.get("language") or "SQL").upper()]]
    if kind == "PROCEDURE" or rows[-1][1] != "SQL":
        rows.append(["null handling", "RETURNS NULL ON NULL INPUT" if config.get("called_on_null_input") is False else "CALLED ON NULL INPUT"])
        rows.append(["volatility", "IMMUTABLE" if config.get("is_volatile") is False else "VOLATILE"])
    if kind == "PROCEDURE":
        rows.append(["execute as", str(p.get("execute_as") or "OWNER").upper()])
    if rows[2][1] not in ("SQL", "JAVASCRIPT"):
        for key, shown in (("runtime_version", "runtime_version"), ("packages", "packages"), ("imports", "imports"), ("handler", "handler")):
            if config.get(key) is not None:
                rows.append([shown, json.dumps(config[key]) if isinstance(config[key], list) else str(config[key])])
    rows.append(["body", p.get("body")])
    return typed(["property", "value"]), rows


def _family(name: str) -> str:
    """One word for all the names of a type."""
    try:
        return T.parse_type(name.split("(")[0].strip(), []).kind
    except Exception:  # what is no type of ours is compared as it is written
        return name.upper()


def _takes(o: Obj) -> list[str]:
    return [_family(a.get("datatype") or "VARCHAR") for a in o.props.get("arguments") or []]


LISTS: dict[str, Callable[[Account, Context, Obj], Answer]] = {
    "USER": _user, "PASSWORD POLICY": _password_policy, "NETWORK POLICY": _network_policy, "DATABASE": _database, "SCHEMA": _schema, "STAGE": _stage,
    "EXTERNAL VOLUME": _external_volume, "INTEGRATION": _integration, **dict.fromkeys(INTEGRATIONS, _integration), "DYNAMIC TABLE": _other_table, "ICEBERG TABLE": _other_table,
    "EVENT TABLE": _event_table,
}
