"""Snowflake types: names, aliases, storage in the private PostgreSQL, and how a value is written on the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from ...model import Column
from .errors import feature, unsupported_type

TEXT_DEFAULT = 16777216
BINARY_DEFAULT = 8388608
LONGEST = {"text": 134217728, "binary": 67108864}  # "String & binary data types"


@dataclass(frozen=True)
class Type:
    """One Snowflake type. kind is the wire name; p/s for NUMBER, s for times, n for lengths."""

    kind: str
    p: int | None = None
    s: int | None = None
    n: int | None = None
    extra: str = ""  # element type of a VECTOR
    of: tuple[Type, ...] = ()  # key and value of a MAP

    @property
    def is_ts(self) -> bool:
        return self.kind.startswith("timestamp_")

    @property
    def is_semi(self) -> bool:
        return self.kind in ("variant", "object", "array", "geography", "geometry", "vector")

    @property
    def has_order(self) -> bool:
        """Whether a source tells how its values sort."""
        return not self.is_semi and self.kind not in ("uuid", "map")

    @property
    def is_num(self) -> bool:
        return self.kind in ("fixed", "real")


@cache
def number(p: int = 38, s: int = 0) -> Type:
    """A NUMBER within Snowflake's bounds."""
    return Type("fixed", min(38, max(1, p, s)), min(s, 37))


@cache
def text(n: int = TEXT_DEFAULT) -> Type:
    return Type("text", n=n)


def timestamp(kind: str = "timestamp_ntz", s: int = 9) -> Type:
    return Type(kind, s=s)


NULL = Type("null")
REAL = Type("real")
BOOLEAN = Type("boolean")
DATE = Type("date")
TIME = Type("time", s=9)
NTZ = timestamp()
LTZ = timestamp("timestamp_ltz")
TZ = timestamp("timestamp_tz")
BINARY = Type("binary", n=BINARY_DEFAULT)
VARIANT = Type("variant")
OBJECT = Type("object")
ARRAY = Type("array")
UUID = Type("uuid")
COUNT = number(18, 0)

# Snowflake spelling -> (kind, takes)
_NAMES: dict[str, tuple[str, str]] = {
    **{n: ("fixed", "ps") for n in ("NUMBER", "DECIMAL", "NUMERIC", "DEC")},
    **{n: ("fixed", "") for n in ("INT", "INTEGER", "BIGINT", "SMALLINT", "TINYINT", "BYTEINT")},
    **{n: ("real", "") for n in ("FLOAT", "FLOAT4", "FLOAT8", "DOUBLE", "DOUBLE PRECISION", "REAL")},
    **{n: ("text", "n") for n in ("VARCHAR", "STRING", "TEXT", "NVARCHAR", "NVARCHAR2", "CHAR VARYING", "NCHAR VARYING")},
    **{n: ("text", "n1") for n in ("CHAR", "CHARACTER", "NCHAR")},
    **{n: ("binary", "n") for n in ("BINARY", "VARBINARY")},
    "BOOLEAN": ("boolean", ""),
    "DATE": ("date", ""),
    "TIME": ("time", "s"),
    **{n: ("timestamp_ntz", "s") for n in ("DATETIME", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMPNTZ")},
    **{n: ("timestamp_ltz", "s") for n in ("TIMESTAMP_LTZ", "TIMESTAMPLTZ")},
    **{n: ("timestamp_tz", "s") for n in ("TIMESTAMP_TZ", "TIMESTAMPTZ")},
    "VARIANT": ("variant", ""),
    "OBJECT": ("object", ""),
    "ARRAY": ("array", ""),
    "GEOGRAPHY": ("geography", ""),
    "GEOMETRY": ("geometry", ""),
    "UUID": ("uuid", ""),
}


def parse_type(name: str, args: list[str]) -> Type:
    """A Type from its SQL spelling; raises 002040 for what is not a type, 000002 for one that is not offered."""
    name = " ".join(name.upper().split())
    if name == "VECTOR" and len(args) == 2 and args[0].upper() in ("FLOAT", "INT") and args[1].isdigit():
        return Type("vector", n=int(args[1]), extra=args[0].upper())
    if name in ("DECFLOAT", "FILE", "INTERVAL"):
        raise feature(f"data type {name}")
    if name not in _NAMES:
        raise unsupported_type(name)
    kind, takes = _NAMES[name]
    if any(not a.isdigit() for a in args):
        raise unsupported_type(name)
    nums = [int(a) for a in args]
    if len(nums) > {"ps": 2, "": 0}.get(takes, 1):
        raise unsupported_type(f"{name}({','.join(args)})")
    if kind == "fixed":
        p = nums[0] if nums else 38
        s = nums[1] if len(nums) > 1 else 0
        if not 1 <= p <= 38 or s > min(p, 37):
            raise unsupported_type(f"{name}({p},{s})")
        return Type("fixed", p, s)
    if nums and kind in LONGEST and not 1 <= nums[0] <= LONGEST[kind]:
        raise unsupported_type(f"{name}({nums[0]})")
    if kind == "text":
        return text(nums[0] if nums else (1 if takes == "n1" else TEXT_DEFAULT))
    if kind == "binary":
        return Type("binary", n=nums[0] if nums else BINARY_DEFAULT)
    if takes == "s":
        if nums and nums[0] > 9:
            raise unsupported_type(f"{name}({nums[0]})")
        return Type(kind, s=nums[0] if nums else 9)
    return Type(kind)


def map_of(of: list[Type]) -> Type:
    """MAP(key, value): keys are texts or whole numbers ("Structured data types")."""
    if len(of) != 2 or not (of[0].kind == "text" or (of[0].kind == "fixed" and of[0].s == 0)):
        raise unsupported_type(f"MAP({', '.join(sql_name(t) for t in of)})" if of else "MAP")
    if of[1].kind in ("geography", "geometry", "vector"):
        raise feature(f"MAP of {of[1].kind.upper()}")
    return Type("map", of=tuple(of))


def pg_type(t: Type) -> str:
    """The storage type. TIME and TIMESTAMP are seconds with nine digits, TIMESTAMP_TZ carries its offset behind them."""
    if t.kind == "fixed":
        return f"numeric({t.p},{t.s})"
    if t.kind in ("time", "timestamp_ntz", "timestamp_ltz", "timestamp_tz"):
        return "numeric"
    return {"real": "float8", "text": "text", "boolean": "boolean", "date": "date", "binary": "bytea", "null": "text", "uuid": "uuid"}.get(t.kind, "jsonb")


def sql_name(t: Type) -> str:
    """As DESCRIBE and TYPE texts print it."""
    if t.kind == "fixed":
        return f"NUMBER({t.p},{t.s})"
    if t.kind in ("text", "null"):
        return f"VARCHAR({t.n or TEXT_DEFAULT})"
    if t.kind == "binary":
        return f"BINARY({t.n})"
    if t.kind == "real":
        return "FLOAT"
    if t.kind == "vector":
        return f"VECTOR({t.extra}, {t.n})"
    if t.kind == "map":
        return f"MAP({', '.join(sql_name(x) for x in t.of)})"
    if t.s is not None:
        return f"{t.kind.upper()}({t.s})"
    return t.kind.upper()


def info_name(t: Type) -> str:
    """INFORMATION_SCHEMA.COLUMNS.DATA_TYPE."""
    return {"fixed": "NUMBER", "text": "TEXT", "null": "TEXT", "real": "FLOAT"}.get(t.kind, t.kind.upper())


def show_json(t: Type, nullable: bool) -> str:
    """The data_type cell of SHOW COLUMNS."""
    d: dict[str, Any] = {"type": t.kind.upper() if t.kind != "null" else "TEXT"}
    if t.kind == "fixed":
        d |= {"precision": t.p, "scale": t.s}
    elif t.kind in ("text", "null"):
        n = t.n or TEXT_DEFAULT
        d |= {"length": n, "byteLength": n * 4}
    elif t.kind == "binary":
        d |= {"length": t.n, "byteLength": t.n}
    elif t.kind == "vector":
        d |= {"dimension": t.n, "vectorElementType": {"type": "REAL" if t.extra == "FLOAT" else "FIXED", "nullable": False}}
    elif t.s is not None:
        d |= {"precision": 0, "scale": t.s}
    if t.kind in ("geography", "geometry"):
        d["outputType"] = "OBJECT"
    d["nullable"] = nullable
    if t.kind in ("text", "null", "binary"):
        d["fixed"] = t.kind == "binary"
    return json.dumps(d, separators=(",", ":"))


def wire_column(name: str, t: Type, nullable: bool = True, where: tuple[str, str, str] = ("", "", ""), collation: str | None = None) -> Column:
    """The rowType entry of a result column."""
    base = dict(name=name, nullable=nullable, database=where[0], schema=where[1], table=where[2], collation=collation)
    if t.kind == "fixed":
        return Column(type="fixed", precision=t.p, scale=t.s, **base)
    if t.kind in ("text", "null"):
        n = t.n or TEXT_DEFAULT
        return Column(type="text", length=n, byte_length=n * 4, **base)
    if t.kind == "binary":
        return Column(type="binary", length=t.n, byte_length=t.n, **base)
    if t.kind in ("geography", "geometry"):
        return Column(type="object", **base)
    if t.kind == "uuid":  # drivers get it as text ("UUID data type")
        return Column(type="text", length=36, byte_length=144, **base)
    if t.s is not None:
        return Column(type=t.kind, precision=0, scale=t.s, **base)
    return Column(type=t.kind, **base)


def wire_sql(sql: str, t: Type) -> str:
    """The PostgreSQL expression that prints a value as the SQL API does."""
    k = t.kind
    if k == "fixed":
        return f"round({sql},{t.s})::text"
    if k == "real":
        return f"sf.real_text({sql})"
    if k in ("text", "null"):
        return f"({sql})::text"
    if k == "date":
        return f"(({sql}) - date '1970-01-01')::text"
    if k in ("time", "timestamp_ntz", "timestamp_ltz"):
        return f"trunc({sql},{t.s})::text" if t.s == 9 else f"sf.floor_to({sql},{t.s})::text"
    if k == "timestamp_tz":
        return f"sf.tz_wire({sql},{t.s})"
    if k == "binary":
        return f"upper(encode({sql},'hex'))"
    return f"({sql})::text"


def to_dict(t: Type) -> dict[str, Any]:
    """The form kept in the catalog."""
    out = {k: v for k, v in (("kind", t.kind), ("p", t.p), ("s", t.s), ("n", t.n), ("extra", t.extra)) if v not in (None, "")}
    return out | ({"of": [to_dict(x) for x in t.of]} if t.of else {})


def from_dict(d: dict[str, Any]) -> Type:
    return Type(**{**d, "of": tuple(from_dict(x) for x in d.get("of", ()))})


# "Data type conversion": what a value becomes on its own; a VARCHAR in a GEOGRAPHY column is of that type's own page.
_TIMES = frozenset(("timestamp_ntz", "timestamp_ltz", "timestamp_tz"))
_COERCED: dict[str, frozenset[str]] = {
    "array": frozenset(("variant", "vector")),
    "boolean": frozenset(("text", "variant")),
    "date": frozenset(("text", *_TIMES)),
    "real": frozenset(("boolean", "fixed", "text", "variant")),
    "fixed": frozenset(("boolean", "real", "text", "variant")),
    "object": frozenset(("variant",)),
    "text": frozenset(("boolean", "date", "real", "fixed", "time", "geography", "geometry", "uuid", *_TIMES)),
    "time": frozenset(("text",)),
    **{kind: frozenset(("date", "time", "text", *_TIMES)) for kind in _TIMES},
    "uuid": frozenset(("text", "variant")),
    "variant": frozenset(("array", "boolean", "date", "real", "fixed", "object", "text", "time", "uuid", *_TIMES)),
    "vector": frozenset(("array",)),
}


def coerced(t: Type, to: Type) -> bool:
    """Whether a value of one type is stored in a column of another without a cast."""
    if "map" in (t.kind, to.kind):  # of numeric values that differ: not offered
        return t.kind == "null" or t == to
    if t.kind == to.kind == "vector":
        return t == to
    return t.kind in ("null", to.kind) or to.kind in _COERCED.get(t.kind, ())


def common(types: list[Type]) -> Type:
    """The type of a CASE, COALESCE, UNION … over these branches; raises 000002 when no rule is known."""
    seen = [t for t in types if t.kind != "null"]
    if not seen:
        return NULL
    had_null = len(seen) < len(types)
    out = seen[0]
    for t in seen[1:]:
        out = _join(out, t)
    if out.kind == "text" and had_null:
        return text()
    return out


_RANK = {"date": 0, "timestamp_ntz": 1, "timestamp_ltz": 2, "timestamp_tz": 3}


def _join(a: Type, b: Type) -> Type:
    if a == b:
        return a
    kinds = {a.kind, b.kind}
    if len(kinds) == 1:
        if a.kind == "fixed":
            s = max(a.s, b.s)
            return number(max(a.p - a.s, b.p - b.s) + s, s)
        if a.kind in ("text", "binary"):
            return replace(a, n=max(a.n, b.n))
        if a.s is not None:
            return replace(a, s=max(a.s, b.s))
        return a
    if kinds == {"fixed", "real"}:
        return REAL
    if kinds <= set(_RANK):
        top = max((a, b), key=lambda t: _RANK[t.kind])
        return replace(top, s=max(a.s or 0, b.s or 0) if "date" not in kinds else top.s)
    if "boolean" in kinds and kinds & {"fixed", "real"}:
        return BOOLEAN
    if "variant" in kinds:
        return VARIANT
    if "text" in kinds:
        other = a if b.kind == "text" else b
        if other.kind == "fixed":
            return number(38 if other.p == 38 else 18, 5)
        if other.kind == "boolean":
            return a if a.kind == "boolean" else text()
        if other.kind in ("real", "date", "time") or other.is_ts:
            return other
    raise feature(f"a common type of {sql_name(a)} and {sql_name(b)}")
