"""Typed pieces of PostgreSQL SQL, and the conversions between Snowflake types."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from ...model import Binding, SnowflakeError
from . import types as T
from .errors import bad_arguments, err, feature
from .types import Type


@dataclass
class X:
    """An expression: its PostgreSQL text, its Snowflake type, and what is known of it."""

    sql: str
    t: Type
    nullable: bool = True
    literal: str | None = None  # the text of a constant
    origin: tuple[str, str, str] = ("", "", "")
    collation: str | None = None
    explicit: bool = False  # the collation comes from COLLATE, not from a column
    was: Type | None = None  # what a VARIANT was made of


def quote(s: str) -> str:
    """A PostgreSQL string constant; NUL cannot be kept."""
    if "\0" in s:
        raise feature("the character U+0000 in a string")
    if "\\" in s:
        return " E'" + s.replace("\\", "\\\\").replace("'", "''") + "'::text"
    return "'" + s.replace("'", "''") + "'::text"


def quote_array(texts: list[str | None]) -> str:
    """A PostgreSQL constant of type text[]."""
    cells = ("NULL" if s is None else '"' + s.replace("\\", "\\\\").replace('"', '\\"') + '"' for s in texts)
    return quote("{" + ",".join(cells) + "}").removesuffix("text") + "text[]"


def name_sql(s: str) -> str:
    return '"' + s.replace('"', '""') + '"'


def text_x(s: str) -> X:
    return X(quote(s), T.text(max(1, len(s))) if s else T.text(1), False, s)


def number_x(s: str) -> X:
    """A numeric literal: its type comes from its digits, zeros behind the point do not count."""
    if re.search(r"[eE]", s) and abs(Decimal(s).adjusted()) <= 40:
        s = f"{Decimal(s):f}"
    if re.search(r"[eE]", s):
        return X(f"({s})::float8", T.REAL, False, s)
    d = s.rstrip("0").rstrip(".") if "." in s else s
    d = d or "0"
    whole, _, frac = d.partition(".")
    digits = len(whole.lstrip("0")) + len(frac)
    if digits > 38 or len(frac) > 37:
        return X(f"({s})::float8", T.REAL, False, s)
    return X(f"({d})::numeric", T.number(max(1, digits), len(frac)), False, d)


def null_x(t: Type = T.NULL) -> X:
    return X(f"NULL::{T.pg_type(t)}", t, True)


def bind(b: Binding) -> X:
    """A bind variable as a constant (facts/protocol 2.3); raises 100037."""
    v = b.value
    kind = b.type.upper()
    known = {"FIXED": T.number(), "REAL": T.REAL, "TEXT": T.text(), "ANY": T.NULL, "BINARY": T.BINARY, "BOOLEAN": T.BOOLEAN, "DATE": T.DATE, "TIME": T.TIME,
             "TIMESTAMP_NTZ": T.NTZ, "TIMESTAMP_LTZ": T.LTZ, "TIMESTAMP_TZ": T.TZ, "DECFLOAT": T.REAL}
    if kind not in known:
        raise err("100037", "22018", f"{b.type} value '{v}' is not recognized")
    t = known[kind]
    if v is None:
        return null_x(T.NULL if kind == "TEXT" else t)
    bad = err("100037", "22018", f"{kind} value '{v}' is not recognized")
    try:
        if kind == "FIXED":
            if not re.fullmatch(r"[+-]?\d{1,38}", v):
                raise bad
            return X(f"({int(v)})::numeric", T.number(max(1, len(v.lstrip("+-0")))), False, str(int(v)))
        if kind in ("REAL", "DECFLOAT"):
            if kind == "DECFLOAT":
                Decimal(v)
            float(v)
            return X(f"'{v}'::float8" if re.fullmatch(r"[+\-\w.]+", v) else _raise(bad), T.REAL, False)
        if kind == "TEXT":
            return X(quote(v), T.text(max(1, len(v))), False, v)
        if kind == "BINARY":
            if not re.fullmatch(r"([0-9A-Fa-f]{2})*", v):
                raise bad
            return X(f"decode('{v}','hex')", T.BINARY, False)
        if kind == "BOOLEAN":
            if v.lower() not in ("true", "false", "1", "0"):
                raise bad
            return X("true" if v.lower() in ("true", "1") else "false", T.BOOLEAN, False)
        if kind == "DATE":
            return X(f"(date '1970-01-01' + {int(v) // 86400000})", T.DATE, False)
        if kind == "TIMESTAMP_TZ":
            ns, _, off = v.partition(" ")
            return X(f"sf.tz({_seconds(int(ns))},{int(off or 1440) - 1440})", T.TZ, False)
        return X(f"{_seconds(int(v))}", t, False)
    except (ValueError, InvalidOperation):
        raise bad from None


def _raise(e: SnowflakeError) -> str:
    raise e


def _seconds(ns: int) -> str:
    sign, ns = ("-" if ns < 0 else ""), abs(ns)
    return f"({sign}{ns // 10**9}.{ns % 10**9:09d})::numeric"


class Convert:
    """Conversions under a session time zone."""

    def __init__(self, zone: str = "UTC"):
        self.zone = quote(zone)

    def to_text(self, x: X) -> str:
        """The text form of a value, as || and TO_VARCHAR print it."""
        s, k = x.sql, x.t.kind
        if k == "map":
            raise bad_arguments("TO_VARCHAR", T.sql_name(x.t))
        if k in ("text", "null"):
            return s
        if k == "fixed":
            return f"(round({s},{x.t.s}))::text"
        if k == "real":
            return f"sf.real_text({s})"
        if k in ("boolean", "uuid"):
            return f"({s})::text"
        if k == "date":
            return f"sf.d_text({s})"
        if k == "time":
            return f"sf.time_text({s})"
        if k == "timestamp_ntz":
            return f"sf.ntz_text({s})"
        if k == "timestamp_ltz":
            return f"sf.tz_text(sf.ltz_tz({s},{self.zone}))"
        if k == "timestamp_tz":
            return f"sf.tz_text({s})"
        if k == "binary":
            return f"upper(encode({s},'hex'))"
        if k in ("geography", "geometry", "vector"):
            return f"sf.compact({s})"
        return f"sf.json_text({s})"

    def instant(self, x: X) -> str:
        """Any date or timestamp as UTC seconds."""
        if x.t.kind == "timestamp_tz":
            return f"sf.utc({x.sql})"
        if x.t.kind == "timestamp_ltz":
            return x.sql
        return f"sf.ntz_ltz({self.wall(x)},{self.zone})"

    def wall(self, x: X) -> str:
        """Any date or timestamp as the seconds its own clock shows."""
        k = x.t.kind
        if k == "date":
            return f"sf.of_d({x.sql})"
        if k == "timestamp_ltz":
            return f"sf.ltz_ntz({x.sql},{self.zone})"
        if k == "timestamp_tz":
            return f"sf.tz_ntz({x.sql})"
        if k == "text":
            return f"sf.text_ts({x.sql},'timestamp_ntz',{self.zone},false)"
        return x.sql

    def cast(self, x: X, to: Type, try_: bool = False, write: bool = False) -> X:
        """x as another type by the rules of CAST; write adds the stricter reading of texts that DML uses."""
        frm = x.t.kind
        done = self._cast(x, to, try_, write)
        if done is None:
            if frm == to.kind and frm != "vector":
                done = x.sql
            else:
                raise err("002024", "42846", f"SQL compilation error:\ninvalid type [CAST({x.literal or 'expression'} AS {T.sql_name(to)})] for parameter '{T.sql_name(to)}'")
        return X(done, to, x.nullable or try_, None if to.kind != "text" or frm != "text" else x.literal)

    def _cast(self, x: X, to: Type, try_: bool, write: bool) -> str | None:
        s, k, t = x.sql, x.t.kind, to.kind
        pre = "try_" if try_ else ""
        if k == "null":
            return f"NULL::{T.pg_type(to)}"
        if "map" in (k, t):
            return self._map(x, to, try_)
        if t == "text":
            if k == "text" and x.t.n is not None and x.t.n <= to.n:
                return s
            out = self.to_text(x)
            return f"sf.fit({out},{to.n})" if to.n < T.TEXT_DEFAULT and not try_ else out if to.n >= T.TEXT_DEFAULT else f"(CASE WHEN length({out}) <= {to.n} THEN {out} END)"
        if t == "fixed":
            if k == "fixed":
                if x.t.s <= to.s and x.t.p - x.t.s <= to.p - to.s:
                    return s
                return f"sf.num({s},{to.p},{to.s})"
            if k == "text":
                return f"sf.{pre}text_num({s},{to.p},{to.s})"
            if k == "real":
                return f"sf.real_num({s},{to.p},{to.s})"
            if k == "boolean":
                return f"({s})::int::numeric"
            if k == "variant":
                return f"sf.json_num({s},{to.p},{to.s})"
        if t == "real":
            if k in ("fixed", "real"):
                return f"({s})::float8"
            if k == "text":
                return f"sf.{pre}text_real({s})"
            if k == "boolean":
                return f"({s})::int::float8"
            if k == "variant":
                return f"sf.json_real({s})"
        if t == "boolean":
            if k in ("fixed", "real"):
                return f"({s} <> 0)"
            if k == "text":
                return f"sf.{pre}text_bool({s})"
            if k == "variant":
                return f"sf.json_bool({s})"
        if t == "date":
            if k == "text":
                return f"sf.to_d((sf.read_ts({s},false))[1])" if try_ else f"sf.text_date({s})"
            if k == "variant":
                return f"sf.text_date(sf.json_text({s}))"
            if x.t.is_ts:
                return f"sf.to_d({self.wall(x)})"
        if t == "time":
            if k == "text":
                out = f"sf.read_time({s})" if try_ else f"sf.text_time({s})"
            elif k == "time":
                out = s
            elif x.t.is_ts:
                out = f"sf.tod({self.wall(x)})"
            else:
                return None
            return self._floor(out, to.s, x.t.s if k == "time" else 9)
        if to.is_ts:
            out = self._to_ts(x, to, try_, write)
            return None if out is None else self._floor_ts(out, to, x.t.s if x.t.is_ts else 9)
        if t == "binary":
            if k == "text":
                return f"sf.{pre}hex({s})"
            if k == "binary":
                return s
        if t == "uuid":
            if k == "uuid":
                return s
            if k in ("text", "variant"):
                return f"sf.{pre}uuid({s if k == 'text' else f'sf.json_text({s})'})"
        if t in ("variant", "object", "array"):
            return self._to_json(x, t)
        if t in ("geography", "geometry") and k in ("text", "variant", "object"):
            return f"sf.geo_json({s})" if k == "text" else s
        if t == "vector" and k in ("array", "variant"):
            return f"sf.to_vector({s},'{to.extra}',{to.n})"
        if t == "vector" and x.t == to:
            return s
        return None

    @staticmethod
    def _floor(sql: str, s: int, have: int) -> str:
        return sql if s >= have else f"(floor({sql} * {10 ** s}) / {10 ** s})"

    def _floor_ts(self, sql: str, to: Type, have: int) -> str:
        if to.s >= have:
            return sql
        if to.kind == "timestamp_tz":
            return f"(SELECT sf.tz({self._floor('sf.utc(v)', to.s, 9)}, sf.off(v)) FROM (SELECT {sql} AS v) AS f)"
        return self._floor(sql, to.s, have)

    def _to_ts(self, x: X, to: Type, try_: bool, write: bool) -> str | None:
        s, k, z = x.sql, x.t.kind, self.zone
        if k == to.kind:
            return s
        if k == "variant":
            s, k = f"sf.json_text({s})", "text"
        if k == "text":
            out = f"sf.text_ts({s},'{to.kind}',{z},{'true' if write else 'false'})"
            return f"(CASE WHEN sf.readable({s}) THEN {out} END)" if try_ else out
        if k == "fixed" and not write:
            if x.t.s > 0:
                return s if to.kind != "timestamp_tz" else f"sf.tz({s},0)"
            return f"(sf.read_ts(({s})::text,false))[1]" if to.kind != "timestamp_tz" else f"sf.tz((sf.read_ts(({s})::text,false))[1],0)"
        if k == "date" or x.t.is_ts:
            if to.kind == "timestamp_ntz":
                return self.wall(x)
            if to.kind == "timestamp_ltz":
                return self.instant(x)
            return f"sf.ltz_tz({self.instant(x)},{z})"
        return None

    def _map(self, x: X, to: Type, try_: bool) -> str | None:
        """To a MAP and from one ("Structured data types"): keys and values are cast one by one; NULL is the JSON null of an OBJECT."""
        if try_:
            raise bad_arguments("TRY_CAST", T.sql_name(x.t))
        if to.kind != "map":
            return x.sql if to.kind in ("object", "variant") else None
        if x.t == to:
            return x.sql
        if x.t.kind not in ("object", "variant", "map"):
            return None
        key, value = self.cast(X("e.k", T.text()), to.of[0]), self.cast(X("(CASE WHEN e.v <> 'null'::jsonb THEN e.v END)", T.VARIANT), to.of[1])
        pair = f"{self.to_text(key)}, {value.sql if value.t.kind == 'map' else self._to_json(value, 'variant')}"
        if to.of[1].kind == "variant":
            pair = f"{self.to_text(key)}, e.v"
        return f"(CASE WHEN {x.sql} <> 'null'::jsonb THEN (SELECT coalesce(jsonb_object_agg({pair}), '{{}}') FROM sf.map_entries({x.sql}) AS e) END)"

    def _to_json(self, x: X, t: str) -> str | None:
        s, k = x.sql, x.t.kind
        if k in ("variant", "object", "array", "geography", "geometry", "vector"):
            if k == t or t == "variant":
                return s
            if t == "array":
                return f"(CASE WHEN {s} IS NULL OR jsonb_typeof({s}) = 'array' THEN {s} WHEN jsonb_typeof({s}) <> 'null' THEN jsonb_build_array({s}) END)" if k in ("variant", "vector") else None
            return f"sf.json_object({s})" if k == "variant" else s if k in ("geography", "geometry") else None
        if t == "object":
            return None
        if k == "fixed":
            out = f"to_jsonb(trim_scale({s}))"
        elif k == "real":
            out = f"(CASE WHEN {s} IN ('NaN','Infinity','-Infinity') THEN to_jsonb(sf.real_text({s})) ELSE to_jsonb({s}) END)"
        elif k == "boolean":
            out = f"to_jsonb({s})"
        elif k == "null":
            return "NULL::jsonb"
        else:
            out = f"to_jsonb({self.to_text(x)})"
        return out if t == "variant" else f"(CASE WHEN ({s}) IS NOT NULL THEN jsonb_build_array({out}) END)"

    def pair(self, a: X, b: X) -> tuple[X, X]:
        """Both sides of a comparison as one type."""
        ka, kb = a.t.kind, b.t.kind
        if ka == kb:
            if ka == "timestamp_tz":
                return X(self.instant(a), T.LTZ), X(self.instant(b), T.LTZ)
            return a, b
        if "null" in (ka, kb):
            t = b.t if ka == "null" else a.t
            return (self.cast(a, t), b) if ka == "null" else (a, self.cast(b, t))
        for one, other, swap in ((a, b, False), (b, a, True)):
            done = self._pair(one, other)
            if done:
                return (done[1], done[0]) if swap else done
        raise bad_arguments("=", f"{T.sql_name(a.t)}, {T.sql_name(b.t)}")

    def _pair(self, a: X, b: X) -> tuple[X, X] | None:
        ka, kb = a.t.kind, b.t.kind
        if ka == "fixed" and kb == "real":
            return self.cast(a, T.REAL), b
        if ka == "text":
            if kb == "binary":
                return None
            if a.literal is None and (kb in ("boolean", "date", "time") or b.t.is_ts):
                raise feature(f"comparison of VARCHAR and {kb.upper()}")
            if kb == "fixed":
                return self.cast(a, T.number(38 if b.t.p == 38 else 38, max(5, b.t.s))), b
            if kb in ("real", "boolean", "date", "time") or b.t.is_ts:
                if b.t.is_ts:
                    b2 = replace_scale(b.t)
                    c = self.cast(a, b2)
                    return (X(self.instant(c), T.LTZ), X(self.instant(b), T.LTZ)) if b2.kind == "timestamp_tz" else (c, b)
                return self.cast(a, b.t), b
        if ka == "variant" and kb in ("fixed", "real", "text", "boolean", "date"):
            t = b.t if kb != "fixed" else T.number(38, 12)
            return self.cast(a, T.text() if kb == "text" else t), b
        if ka == "boolean" and kb in ("fixed", "real"):
            return a, self.cast(b, T.BOOLEAN)
        if (ka == "date" or a.t.is_ts) and (kb == "date" or b.t.is_ts):
            if {ka, kb} <= {"date", "timestamp_ntz"}:
                return X(self.wall(a), T.NTZ), X(self.wall(b), T.NTZ)
            return X(self.instant(a), T.LTZ), X(self.instant(b), T.LTZ)
        return None


def replace_scale(t: Type) -> Type:
    return Type(t.kind, s=9)
