"""The whitelist of functions. SCALARS: name -> (fewest, most arguments, builder); a name that is in no table is unknown."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import Any, Callable, Protocol
from zoneinfo import available_timezones

from ...model import Context
from ..language import types as T
from ..language.errors import COMPILE, bad_arguments, err, feature
from ..language.values import Convert, X, null_x, quote, text_x
from . import collations
from .session import Session

VERSION = "9.30.1"
time_zones = cache(available_timezones)
SCALARS: dict[str, tuple[int, int | None, Callable[..., X]]] = {}
AGGREGATES: dict[str, Callable[..., X]] = {}


class Compiler(Protocol):
    """What the builders ask of the Translator."""

    context: Context
    session: Session
    conv: Convert

    def num(self, x: X) -> X:
        """A value as a number."""

    def text(self, x: X) -> X:
        """A value as text."""

    def arith(self, op: str, a: X, b: X) -> X:
        """Two numbers under an operator."""

    def condition(self, x: X) -> X:
        """A value as a condition."""

    def comparison(self, op: str, a: X, b: X) -> X:
        """Two values under a comparison."""

    def join_text(self, xs: list[X]) -> X:
        """Texts, one after the other."""

    def choose(self, arms: list[tuple[X, X]], last: X, explicit: bool = True) -> X:
        """CASE: conditions with values, and the last value."""


def scalar(names: str, low: int, high: int | None = -1) -> Callable[..., Any]:
    def add(f: Callable[..., X]) -> Callable[..., X]:
        for n in names.split():
            SCALARS[n] = (low, low if high == -1 else high, f)
        return f
    return add


def real(c: Compiler, x: X) -> str:
    return c.conv.cast(c.num(x), T.REAL).sql


def whole_literal(x: X, what: str) -> int:
    """An argument that must be written as a whole number."""
    if x.literal is None or not re.fullmatch(r"-?\d{1,9}", x.literal, re.ASCII):
        raise feature(f"{what} that is not a constant whole number")
    return int(x.literal)


def whole(c: Compiler, x: X) -> str:
    return f"round({c.conv.cast(c.num(x), T.number(38, 0)).sql})"


# Context

for _name, _get in {
    "CURRENT_USER": lambda c: c.context.user, "CURRENT_ROLE": lambda c: c.context.role, "CURRENT_WAREHOUSE": lambda c: c.context.warehouse,
    "CURRENT_DATABASE": lambda c: c.context.database, "CURRENT_SCHEMA": lambda c: c.context.schema, "CURRENT_ACCOUNT": lambda c: c.session.account,
    "CURRENT_ACCOUNT_NAME": lambda c: c.session.account, "CURRENT_ORGANIZATION_NAME": lambda c: "LOCAL", "CURRENT_REGION": lambda c: "LOCAL",
    "CURRENT_VERSION": lambda c: VERSION, "CURRENT_SESSION": lambda c: str(c.session.number), "CURRENT_STATEMENT": lambda c: c.session.statement,
    "CURRENT_CLIENT": lambda c: c.context.client_application or None, "CURRENT_SECONDARY_ROLES": lambda c: '{"roles":"","value":""}',
}.items():
    SCALARS[_name] = (0, 0, lambda c, a, g=_get: text_x(g(c)) if g(c) is not None else null_x(T.text()))


@scalar("CURRENT_TIMESTAMP GETDATE LOCALTIMESTAMP SYSTIMESTAMP", 0, 1)
def _now(c, a):
    if c.session.clock.mode == "manual":
        return X(f"({c.session.clock.now().timestamp():.6f})::numeric", T.LTZ, False)
    return X("round(extract(epoch FROM statement_timestamp()), 9)", T.LTZ, False)


@scalar("SYSDATE", 0)
def _sysdate(c, a):
    if c.session.clock.mode == "manual":
        return X(_now(c, a).sql, T.NTZ, False)
    return X("round(extract(epoch FROM clock_timestamp()), 9)", T.NTZ, False)


@scalar("CURRENT_DATE", 0)
def _today(c, a):
    return X(f"sf.to_d({c.conv.wall(_now(c, a))})", T.DATE, False)


@scalar("CURRENT_TIME LOCALTIME", 0, 1)
def _time_now(c, a):
    return X(f"sf.tod({c.conv.wall(_now(c, a))})", T.TIME, False)


@scalar("LAST_QUERY_ID", 0, 1)
def _last_query(c, a):
    n = whole_literal(a[0], "the number of a statement") if a else -1
    ids = c.session.query_ids
    try:
        return text_x(ids[n] if n < 0 else ids[n - 1])
    except IndexError:
        return null_x(T.text())


# NULL and choice

@scalar("COALESCE", 2, None)
def _coalesce(c, a):
    a = [collations.plain(x, "COALESCE") for x in a]
    t = T.common([x.t for x in a])
    return X(f"coalesce({', '.join(c.conv.cast(x, t).sql for x in a)})", t, all(x.nullable for x in a))


SCALARS["NVL"] = SCALARS["IFNULL"] = (2, 2, _coalesce)


@scalar("NVL2", 3)
def _nvl2(c, a):
    return c.choose([(X(f"({a[0].sql} IS NOT NULL)", T.BOOLEAN), a[1])], a[2])


@scalar("IFF", 3)
def _iff(c, a):
    return c.choose([(c.condition(a[0]), a[1])], a[2])


@scalar("NULLIF", 2)
def _nullif(c, a):
    collations.plain(a[0], "NULLIF")
    return X(f"(CASE WHEN {c.comparison('=', a[0], a[1]).sql} THEN NULL ELSE {a[0].sql} END)", a[0].t)


@scalar("EQUAL_NULL", 2)
def _equal_null(c, a):
    return c.comparison("IS NOT DISTINCT FROM", a[0], a[1])


@scalar("ZEROIFNULL", 1)
def _zeroifnull(c, a):
    x = c.num(a[0])
    return X(f"coalesce({x.sql},0)", x.t, False)


@scalar("NULLIFZERO", 1)
def _nullifzero(c, a):
    x = c.num(a[0])
    return X(f"nullif({x.sql},0)", x.t)


@scalar("DECODE", 3, None)
def _decode(c, a):
    subject, rest = a[0], a[1:]
    pairs = [(c.comparison("IS NOT DISTINCT FROM", subject, rest[i]), rest[i + 1]) for i in range(0, len(rest) - 1, 2)]
    return c.choose(pairs, rest[-1] if len(rest) % 2 else null_x(), len(rest) % 2 == 1)


def _extreme(word: str, strict: bool) -> Callable[..., X]:
    def build(c, a):
        t = T.common([x.t for x in a])
        if t.kind == "timestamp_tz" or not t.has_order:
            raise feature(f"{word} of {t.kind}")
        sqls = [c.conv.cast(collations.plain(x, word.upper()), t).sql for x in a]
        body = f"{word}({', '.join(sqls)})"
        return X(f"(CASE WHEN {' OR '.join(f'{s} IS NULL' for s in sqls)} THEN NULL ELSE {body} END)" if strict else body, t)
    return build


for _w in ("GREATEST", "LEAST"):
    SCALARS[_w] = (1, None, _extreme(_w.lower(), True))
    SCALARS[_w + "_IGNORE_NULLS"] = (1, None, _extreme(_w.lower(), False))


# Numbers

@scalar("ABS", 1)
def _abs(c, a):
    x = c.num(a[0])
    return X(f"abs({x.sql})", x.t, x.nullable)


@scalar("SIGN", 1)
def _sign(c, a):
    x = c.num(a[0])
    return X(f"sign({x.sql})::numeric", T.number(1, 0), x.nullable)


def _rounder(name: str) -> Callable[..., X]:
    def build(c, a):
        x = c.num(a[0])
        n = 0
        if len(a) == 2:
            n = whole_literal(a[1], f"{name} with a scale")
        if x.t.kind == "real":
            if name == "ROUND":
                return X(f"sf.roundf({x.sql},{n})", T.REAL, x.nullable)
            return X(f"(trunc(({x.sql})::numeric,{n}))::float8", T.REAL, x.nullable)
        s = max(0, min(n, x.t.s))
        fn = "round" if name == "ROUND" else "trunc"
        return X(f"{fn}({x.sql},{min(n, x.t.s)})", T.number(x.t.p + 1 if name == "ROUND" and x.t.s > s else x.t.p, s), x.nullable)
    return build


SCALARS["ROUND"] = (1, 2, _rounder("ROUND"))
_trunc_num = _rounder("TRUNC")


@scalar("TRUNC", 1, 2)
def _trunc(c, a):
    if a[0].t.kind == "date" or a[0].t.is_ts:
        return _date_trunc(c, [a[1] if len(a) == 2 else text_x("DAY"), a[0]])
    return _trunc_num(c, a)


SCALARS["TRUNCATE"] = (1, 2, _trunc_num)


def _ceil_floor(word: str) -> Callable[..., X]:
    def build(c, a):
        x = c.num(a[0])
        if len(a) == 2:
            raise feature(f"{word} with a scale")
        return X(f"{word}({x.sql})", x.t if x.t.kind == "real" else T.number(min(38, x.t.p + 1) if x.t.s else x.t.p, 0), x.nullable)
    return build


SCALARS["CEIL"] = (1, 2, _ceil_floor("ceil"))
SCALARS["FLOOR"] = (1, 2, _ceil_floor("floor"))


@scalar("MOD", 2)
def _mod(c, a):
    return c.arith("%", c.num(a[0]), c.num(a[1]))


@scalar("DIV0", 2)
def _div0(c, a):
    x, y = c.num(a[0]), c.num(a[1])
    d = c.arith("/", x, X(f"nullif({y.sql},0)", y.t))
    return X(f"(CASE WHEN {y.sql} = 0 AND {x.sql} IS NOT NULL THEN 0 ELSE {d.sql} END)", d.t)


@scalar("DIV0NULL", 2)
def _div0null(c, a):
    x, y = c.num(a[0]), c.num(a[1])
    d = c.arith("/", x, X(f"nullif({y.sql},0)", y.t))
    return X(f"(CASE WHEN coalesce({y.sql},0) = 0 AND {x.sql} IS NOT NULL THEN 0 ELSE {d.sql} END)", d.t)


for _n, _f in {"SQRT": "sqrt(sf.domain_sqrt({}))", "CBRT": "cbrt({})", "EXP": "exp({})", "LN": "ln(sf.domain_log({}))", "SIN": "sin({})", "COS": "cos({})", "TAN": "tan({})",
               "ASIN": "asin({})", "ACOS": "acos({})", "ATAN": "atan({})", "SINH": "sinh({})", "COSH": "cosh({})", "TANH": "tanh({})", "DEGREES": "degrees({})",
               "RADIANS": "radians({})", "SQUARE": "(({0})*({0}))"}.items():
    SCALARS[_n] = (1, 1, lambda c, a, f=_f: X(f.format(real(c, a[0])), T.REAL, a[0].nullable))
SCALARS["PI"] = (0, 0, lambda c, a: X("pi()", T.REAL, False))
SCALARS["ATAN2"] = (2, 2, lambda c, a: X(f"atan2({real(c, a[0])},{real(c, a[1])})", T.REAL))
SCALARS["POW"] = SCALARS["POWER"] = (2, 2, lambda c, a: X(f"power({real(c, a[0])},{real(c, a[1])})", T.REAL))
SCALARS["LOG"] = (2, 2, lambda c, a: X(f"(ln(sf.domain_log({real(c, a[1])})) / ln(sf.domain_log({real(c, a[0])})))", T.REAL))
SCALARS["FACTORIAL"] = (1, 1, lambda c, a: X(f"sf.fact({whole(c, a[0])})", T.number()))
for _n, _o in {"BITAND": "&", "BITOR": "|", "BITXOR": "#"}.items():
    SCALARS[_n] = (2, 2, lambda c, a, o=_o: X(f"({whole(c, a[0])}::bigint {o} {whole(c, a[1])}::bigint)::numeric", T.number()))
SCALARS["BITNOT"] = (1, 1, lambda c, a: X(f"(~ {whole(c, a[0])}::bigint)::numeric", T.number()))
SCALARS["BITSHIFTLEFT"] = (2, 2, lambda c, a: X(f"({whole(c, a[0])}::bigint << {whole(c, a[1])}::int)::numeric", T.number()))
SCALARS["BITSHIFTRIGHT"] = (2, 2, lambda c, a: X(f"({whole(c, a[0])}::bigint >> {whole(c, a[1])}::int)::numeric", T.number()))
SCALARS["WIDTH_BUCKET"] = (4, 4, lambda c, a: X(f"width_bucket({real(c, a[0])},{real(c, a[1])},{real(c, a[2])},{whole(c, a[3])}::int)::numeric", T.number()))


# Text

def _text_function(names: str, low: int, template: str, t: T.Type | None = None, high: int = -1, numbers: str = "") -> None:
    def build(c, a):
        args = [whole(c, x) if str(i) in numbers else c.text(x).sql for i, x in enumerate(a)]
        keep = a[0].t.n if a[0].t.kind == "text" else T.TEXT_DEFAULT
        return X(template.format(*args), t or T.text(keep), any(x.nullable for x in a))
    for n in names.split():
        SCALARS[n] = (low, low if high == -1 else high, build)


_CASE = '({1}({0} COLLATE "und-x-icu") COLLATE "C")'  # Unicode's mapping of letters; what is compared stays binary


def caseless(sql: str) -> str:
    """A text as ILIKE compares it."""
    return f"translate({_CASE.format(sql, 'lower')},'ς','σ')"


_text_function("UPPER", 1, _CASE.replace("{1}", "upper"))
_text_function("LOWER", 1, _CASE.replace("{1}", "lower"))
_text_function("REVERSE", 1, "reverse({0})")
_text_function("CONTAINS", 2, "(strpos({0},{1}) > 0)", T.BOOLEAN)
_text_function("STARTSWITH", 2, "starts_with({0},{1})", T.BOOLEAN)
_text_function("ENDSWITH", 2, "(right({0},length({1})) = {1} AND length({0}) >= length({1}))", T.BOOLEAN)
_text_function("REPLACE", 3, "replace({0},{1},{2})", T.text())
_text_function("REPEAT", 2, "sf.repeat({0},{1})", T.text(), numbers="1")
_text_function("TRANSLATE", 3, "sf.translate({0},{1},{2})", T.text())
_text_function("SPLIT_PART", 3, "sf.split_part({0},{1},{2})", T.text(), numbers="2")
_text_function("MD5 MD5_HEX", 1, "md5({0})", T.text(32))
_text_function("UNICODE", 1, "ascii({0})::numeric", T.number())
_text_function("CHR CHAR", 1, "sf.chr({0})", T.text(1), numbers="0")
_text_function("LEFT", 2, "left({0},least(greatest({1},0),200000000)::int)", T.text(), numbers="1")
_text_function("RIGHT", 2, "right({0},least(greatest({1},0),200000000)::int)", T.text(), numbers="1")


@scalar("LENGTH LEN", 1)
def _length(c, a):
    a = [replace(a[0], collation=None)]
    return X(f"length({a[0].sql})::numeric" if a[0].t.kind == "binary" else f"length({c.text(a[0]).sql})::numeric", T.COUNT, a[0].nullable)


@scalar("OCTET_LENGTH", 1)
def _octets(c, a):
    a = [replace(a[0], collation=None)]
    return X(f"octet_length({a[0].sql})::numeric" if a[0].t.kind == "binary" else f"octet_length({c.text(a[0]).sql})::numeric", T.COUNT, a[0].nullable)


@scalar("SUBSTR SUBSTRING", 2, 3)
def _substr(c, a):
    if a[0].t.kind == "binary":
        raise feature("SUBSTR of BINARY")
    return X(f"sf.substr({c.text(a[0]).sql},{whole(c, a[1])},{whole(c, a[2]) if len(a) == 3 else '200000000'})", T.text())


for _n, _f in {"TRIM": "btrim", "LTRIM": "ltrim", "RTRIM": "rtrim"}.items():
    SCALARS[_n] = (1, 2, lambda c, a, f=_f: X(f"{f}({', '.join(c.text(x).sql for x in a)})", T.text(a[0].t.n if a[0].t.kind == "text" else T.TEXT_DEFAULT)))
for _n in ("LPAD", "RPAD"):
    SCALARS[_n] = (2, 3, lambda c, a, f=_n.lower(): X(f"sf.pad('{f}',{c.text(a[0]).sql},{whole(c, a[1])},{c.text(a[2]).sql if len(a) == 3 else quote(' ')})", T.text()))


@scalar("CONCAT", 1, None)
def _concat(c, a):
    return c.join_text(a)


@scalar("CONCAT_WS", 2, None)
def _concat_ws(c, a):
    out = [a[1]]
    for x in a[2:]:
        out += [a[0], x]
    return c.join_text(out + ([X(f"(CASE WHEN {a[0].sql} IS NOT NULL THEN '' END)", T.text(1))] if len(a) == 2 else []))


@scalar("POSITION CHARINDEX", 2, 3)
def _position(c, a):
    if len(a) == 3 and whole_literal(a[2], "the start of POSITION") < 1:
        raise feature("POSITION from before the first character")
    if "binary" in (a[0].t.kind, a[1].t.kind) and a[0].t.kind != a[1].t.kind:
        raise bad_arguments("POSITION", f"{T.sql_name(a[0].t)}, {T.sql_name(a[1].t)}")
    needle, hay = (x.sql if x.t.kind == "binary" else c.text(x).sql for x in a[:2])
    return X(f"sf.position({needle},{hay},{a[2].sql if len(a) == 3 else 1})", T.COUNT, any(x.nullable for x in a))


def octets(c: Compiler, x: X) -> str:
    """The bytes of a BINARY or of a text."""
    return x.sql if x.t.kind == "binary" else f"convert_to({c.text(x).sql},'UTF8')"


@scalar("HEX_ENCODE", 1, 2)
def _hex_encode(c, a):
    case = whole_literal(a[1], "the case of HEX_ENCODE") if len(a) == 2 else 1
    if case not in (0, 1):
        raise err("001015", "22023", f"SQL compilation error:\ninvalid value [{case}] for parameter 'case'")
    body = f"encode({octets(c, a[0])},'hex')"
    return X(f"upper({body})" if case else body, T.text(), a[0].nullable)


@scalar("HEX_DECODE_BINARY", 1)
def _hex_decode_binary(c, a):
    return X(f"sf.hex({c.text(a[0]).sql})", T.BINARY, a[0].nullable)


@scalar("HEX_DECODE_STRING", 1)
def _hex_decode_string(c, a):
    return X(f"convert_from(sf.hex({c.text(a[0]).sql}),'UTF8')", T.text(), a[0].nullable)


def _sha2(binary: bool) -> Callable[..., X]:
    def build(c, a):
        bits = whole_literal(a[1], "the size of a digest") if len(a) == 2 else 256
        if bits not in (224, 256, 384, 512):
            raise err("001015", "22023", f"SQL compilation error:\ninvalid value [{bits}] for parameter 'digest_size'")
        body = f"sha{bits}({octets(c, a[0])})"
        return X(body, T.Type("binary", n=64), a[0].nullable) if binary else X(f"encode({body},'hex')", T.text(128), a[0].nullable)
    return build


SCALARS["SHA2"] = SCALARS["SHA2_HEX"] = (1, 2, _sha2(False))
SCALARS["SHA2_BINARY"] = (1, 2, _sha2(True))


@scalar("COLLATE", 2)
def _collate(c, a):
    if a[1].literal is None or a[0].t.kind not in ("text", "null"):
        raise bad_arguments("COLLATE", ", ".join(T.sql_name(x.t) for x in a))
    return collations.given(a[0], a[1].literal)


@scalar("COLLATION", 1)
def _collation(c, a):
    return text_x(a[0].collation) if a[0].collation else null_x(T.text())


@scalar("REGEXP_LIKE RLIKE", 2, 3)
def _regexp_like(c, a):
    opts = f"sf.rx_opts({c.text(a[2]).sql})" if len(a) == 3 else "'p'"
    return X(f"(regexp_match({c.text(a[0]).sql},'^(?:' || {c.text(a[1]).sql} || ')$',{opts}) IS NOT NULL AND {a[0].sql} IS NOT NULL)" if not a[0].nullable and not a[1].nullable
             else f"(CASE WHEN {a[0].sql} IS NULL OR {a[1].sql} IS NULL THEN NULL ELSE regexp_match({c.text(a[0]).sql},'^(?:' || {c.text(a[1]).sql} || ')$',{opts}) IS NOT NULL END)", T.BOOLEAN)


def _constant(a: list[X], i: int, default: str) -> str:
    if len(a) <= i:
        return default
    if a[i].literal is None:
        raise feature("a regular expression argument that is not constant")
    return a[i].literal


def _constant_number(a: list[X], i: int, default: int) -> int:
    return whole_literal(a[i], "a regular expression argument") if i < len(a) else default


@scalar("REGEXP_REPLACE", 2, 5)
def _regexp_replace(c, a):
    text, rx, to = c.text(a[0]).sql, c.text(a[1]).sql, c.text(a[2]).sql if len(a) > 2 else "''"
    return X(f"regexp_replace({text},{rx},{to},{_constant_number(a, 3, 1)},{_constant_number(a, 4, 0)},'p')", T.text())


@scalar("REGEXP_SUBSTR", 2, 4)
def _regexp_substr(c, a):
    return X(f"regexp_substr({c.text(a[0]).sql},{c.text(a[1]).sql},{_constant_number(a, 2, 1)},{_constant_number(a, 3, 1)},'p')", T.text())


@scalar("REGEXP_COUNT", 2, 4)
def _regexp_count(c, a):
    opts = "i" if "i" in _constant(a, 3, "c") else "p"
    return X(f"regexp_count({c.text(a[0]).sql},{c.text(a[1]).sql},{_constant_number(a, 2, 1)},'{opts}')::numeric", T.number())


@scalar("REGEXP_INSTR", 2, 5)
def _regexp_instr(c, a):
    return X(f"regexp_instr({c.text(a[0]).sql},{c.text(a[1]).sql},{_constant_number(a, 2, 1)},{_constant_number(a, 3, 1)},{_constant_number(a, 4, 0)},'p')::numeric", T.number())


# Conversions

@scalar("TO_VARCHAR TO_CHAR", 1, 2)
def _to_varchar(c, a):
    x = a[0]
    if len(a) == 1:
        return X(c.conv.to_text(x), T.text(), x.nullable)
    f = a[1].literal
    if x.t.kind == "real" and (f or "").upper() == "TME":
        return X(f"sf.real_tme({x.sql})", T.text(), x.nullable)
    if x.t.kind == "binary" and f is not None:
        up = f.upper()
        body = {"HEX": "upper(encode({0},'hex'))", "BASE64": "replace(encode({0},'base64'),E'\\n','')", "UTF-8": "convert_from({0},'UTF8')", "UTF8": "convert_from({0},'UTF8')"}.get(up)
        if body:
            return X(body.format(x.sql), T.text(), x.nullable)
    if x.t.kind in ("date", "time") or x.t.is_ts:
        off = f"sf.off({x.sql})" if x.t.kind == "timestamp_tz" else f"sf.zone_off({x.sql},{c.conv.zone})" if x.t.kind == "timestamp_ltz" else "0"
        wall = x.sql if x.t.kind == "time" else c.conv.wall(x)
        return X(f"sf.fmt({wall},{off},{c.text(a[1]).sql})", T.text(), x.nullable)
    raise feature("TO_VARCHAR with this format")


def _to_number(try_: bool) -> Callable[..., X]:
    def build(c, a):
        x, rest = a[0], list(a[1:])
        if rest and rest[0].t.kind == "text":
            fmt = rest.pop(0).literal or ""
            if not fmt or set(fmt) - set("9,.$0") or x.t.kind != "text" or try_:
                raise feature("this number format")
            x = X(f"regexp_replace({x.sql},'[$,]','','g')", T.text(), x.nullable)
        p = whole_literal(rest[0], "a precision") if rest else 38
        s = whole_literal(rest[1], "a scale") if len(rest) > 1 else 0
        return c.conv.cast(x, T.Type("fixed", p, s), try_ and x.t.kind == "text")
    return build


for _n in ("NUMBER", "DECIMAL", "NUMERIC"):
    SCALARS["TO_" + _n] = (1, 4, _to_number(False))
    SCALARS["TRY_TO_" + _n] = (1, 4, _to_number(True))


def _to(names: str, t: T.Type, try_: bool = False) -> None:
    for n in names.split():
        SCALARS[n] = (1, 1, lambda c, a: c.conv.cast(a[0], t, try_ and a[0].t.kind == "text"))


_to("TO_DOUBLE", T.REAL)
_to("TRY_TO_DOUBLE", T.REAL, True)
_to("TO_BOOLEAN", T.BOOLEAN)
_to("TRY_TO_BOOLEAN", T.BOOLEAN, True)
_to("TO_ARRAY", T.ARRAY)
_to("TO_UUID", T.UUID)
SCALARS["UUID_STRING"] = (0, 0, lambda c, a: X("gen_random_uuid()::text", T.text(36), False))
_to("TO_OBJECT", T.OBJECT)


def _temporal(t: T.Type, try_: bool) -> Callable[..., X]:
    def build(c, a):
        if len(a) == 1 or (a[1].literal or "").upper() == "AUTO":
            return c.conv.cast(a[0], t, try_ and a[0].t.kind == "text")
        if a[0].t.kind == "fixed" and a[1].t.kind == "fixed" and a[1].literal:
            return X(f"round({a[0].sql} / {10 ** int(a[1].literal)}::numeric, 9)", t)
        if a[0].t.kind not in ("text", "null"):
            raise bad_arguments("TO_TIMESTAMP", T.sql_name(a[0].t))
        form = c.text(a[1]).sql
        read = f"sf.{'fmt_check' if try_ else 'text_fmt'}({a[0].sql},{'' if try_ else form + ','}sf.fmt_rx({form}),sf.fmt_at({form}))"
        zoned = "TZH" in (a[1].literal or "").upper()
        if t.kind == "date":
            return X(f"sf.to_d({read})", t)
        if t.kind == "time":
            return X(f"sf.tod({read})", t)
        src = X(read, T.TZ if zoned else T.NTZ)
        return c.conv.cast(src, t)
    return build


for _n, _t in {"DATE": T.DATE, "TIME": T.TIME, "TIMESTAMP": T.NTZ, "TIMESTAMP_NTZ": T.NTZ, "TIMESTAMP_LTZ": T.LTZ, "TIMESTAMP_TZ": T.TZ}.items():
    SCALARS["TO_" + _n] = (1, 2, _temporal(_t, False))
    SCALARS["TRY_TO_" + _n] = (1, 2, _temporal(_t, True))


def _to_binary(try_: bool) -> Callable[..., X]:
    def build(c, a):
        f = (a[1].literal or "" if len(a) == 2 else "HEX").upper()
        text = c.text(a[0]).sql if a[0].t.kind != "binary" else None
        if text is None:
            return a[0]
        body = {"HEX": f"sf.{'try_' if try_ else ''}hex({text})", "UTF-8": f"convert_to({text},'UTF8')", "UTF8": f"convert_to({text},'UTF8')", "BASE64": f"decode({text},'base64')"}.get(f)
        if body is None or (try_ and f == "BASE64"):
            raise feature("this binary format")
        return X(body, T.BINARY)
    return build


SCALARS["TO_BINARY"] = (1, 2, _to_binary(False))
SCALARS["TRY_TO_BINARY"] = (1, 2, _to_binary(True))


# Dates

UNITS = {u: k for k, us in {
    "year": "YEAR Y YY YYY YYYY YR YEARS YRS", "quarter": "QUARTER Q QTR QTRS QUARTERS", "month": "MONTH MM MON MONS MONTHS", "week": "WEEK W WK WEEKOFYEAR WOY WY WEEKS",
    "week_iso": "WEEKISO WEEK_ISO WEEKOFYEARISO WEEKOFYEAR_ISO", "day": "DAY D DD DAYS DAYOFMONTH", "hour": "HOUR H HH HR HOURS HRS", "minute": "MINUTE M MI MIN MINUTES MINS",
    "second": "SECOND S SEC SECONDS SECS", "ms": "MILLISECOND MS MSEC MILLISECONDS", "us": "MICROSECOND US USEC MICROSECONDS",
    "ns": "NANOSECOND NS NSEC NANOSEC NSECOND NANOSECONDS NANOSECS NSECONDS"}.items() for u in us.split()}
STEP = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1}
FRACTION = {"ms": 1000, "us": 1000000, "ns": 1000000000}


def unit(x: X) -> str:
    u = UNITS.get((x.literal or "").upper())
    if u is None:
        raise err("002145", "42601", f"SQL compilation error:\n'{x.literal}' is not a valid date/time component.")
    return u


def moment(c: Compiler, x: X, name: str) -> X:
    """An argument that is a date or time; text is read as a timestamp."""
    if x.t.kind in ("text", "variant"):
        return c.conv.cast(x, T.NTZ)
    if x.t.kind == "null":
        return null_x(T.NTZ)
    if x.t.kind in ("date", "time") or x.t.is_ts:
        return x
    raise bad_arguments(name, T.sql_name(x.t))


def rewall(c: Compiler, x: X, make: Callable[[str], str]) -> str:
    """Change what the clock of a timestamp shows and keep its zone."""
    if x.t.kind == "timestamp_ltz":
        return f"sf.ntz_ltz({make(c.conv.wall(x))},{c.conv.zone})"
    if x.t.kind == "timestamp_tz":
        return f"sf.tz({make(c.conv.wall(x))} - sf.off({x.sql}) * 60, sf.off({x.sql}))"
    return make(x.sql)


@scalar("DATEADD TIMEADD TIMESTAMPADD", 3)
def _dateadd(c, a):
    u, n, x = unit(a[0]), whole(c, a[1]), moment(c, a[2], "DATEADD")
    if u in ("year", "quarter", "month"):
        k = {"year": 12, "quarter": 3, "month": 1}[u]
        if x.t.kind == "date":
            return X(f"sf.to_d(sf.months(sf.of_d({x.sql}),({n} * {k})::int))", T.DATE)
        if x.t.kind == "time":
            raise bad_arguments("DATEADD", "TIME")
        return X(rewall(c, x, lambda w: f"sf.months({w},({n} * {k})::int)"), x.t)
    if u in ("week", "day") and x.t.kind == "date":
        return X(f"({x.sql} + ({n} * {7 if u == 'week' else 1})::int)", T.DATE)
    if u in FRACTION:
        by = f"({n} / {FRACTION[u]}::numeric)"
    else:
        by = f"({n} * {STEP[u]})"
    if x.t.kind == "date":
        return X(f"(sf.of_d({x.sql}) + {by})", T.NTZ)
    if x.t.kind == "time":
        return X(f"sf.tod({x.sql} + {by})", x.t)
    if u in ("week", "day"):
        return X(rewall(c, x, lambda w: f"({w} + {by})"), x.t)
    if x.t.kind == "timestamp_tz":
        return X(f"sf.tz(sf.utc({x.sql}) + {by}, sf.off({x.sql}))", x.t)
    return X(f"({x.sql} + {by})", T.Type(x.t.kind, s=9))


@scalar("DATEDIFF TIMEDIFF TIMESTAMPDIFF", 3)
def _datediff(c, a):
    u = unit(a[0])
    p, q = moment(c, a[1], "DATEDIFF"), moment(c, a[2], "DATEDIFF")
    if ("time" in (p.t.kind, q.t.kind)) and p.t.kind != q.t.kind:
        raise bad_arguments("DATEDIFF", "TIME")
    zoned = {"timestamp_ltz", "timestamp_tz"}
    if p.t.kind in zoned or q.t.kind in zoned:
        p, q = (X(c.conv.wall(X(c.conv.instant(x), T.LTZ)), T.NTZ) for x in (p, q))
    else:
        p, q = (x if x.t.kind == "time" else X(c.conv.wall(x), T.NTZ) for x in (p, q))
    if u in ("year", "quarter", "month"):
        k = {"year": ("extract(year FROM sf.to_d({0}))"), "quarter": "(extract(year FROM sf.to_d({0})) * 4 + extract(quarter FROM sf.to_d({0})))",
             "month": "(extract(year FROM sf.to_d({0})) * 12 + extract(month FROM sf.to_d({0})))"}[u]
    elif u in ("week", "week_iso"):
        k = "floor(({0} + 259200) / 604800)"
    elif u in FRACTION:
        k = f"floor({{0}} * {FRACTION[u]})"
    else:
        k = f"floor({{0}} / {STEP[u]})"
    return X(f"({k.format(q.sql)} - {k.format(p.sql)})::numeric", T.number(18 if u == "ns" else 9, 0) if u != "ns" else T.number(18, 0))


@scalar("DATE_TRUNC TIMESTAMP_TRUNC", 2)
def _date_trunc(c, a):
    if (a[0].literal or "").upper() not in UNITS and (a[1].literal or "").upper() in UNITS:
        a = [a[1], a[0]]
    u, x = unit(a[0]), moment(c, a[1], "DATE_TRUNC")

    def cut(w: str) -> str:
        if u in ("year", "quarter", "month"):
            return f"sf.trunc_u({w},'{u}')"
        if u in ("week", "week_iso"):
            return f"(floor(({w} + 259200) / 604800) * 604800 - 259200)"
        if u in FRACTION:
            return f"(floor({w} * {FRACTION[u]}) / {FRACTION[u]})"
        return f"(floor({w} / {STEP[u]}) * {STEP[u]})"
    if x.t.kind == "date":
        return X(f"sf.to_d({cut(c.conv.wall(x))})", T.DATE)
    return X(rewall(c, x, cut), x.t)


@scalar("DATE_PART", 2)
def _date_part(c, a):
    name = (a[0].literal or "").upper()
    x = moment(c, a[1], "DATE_PART")
    epoch = {"EPOCH": 1, "EPOCH_SECOND": 1, "EPOCH_SECONDS": 1, "EPOCH_MILLISECOND": 1000, "EPOCH_MILLISECONDS": 1000, "EPOCH_MICROSECOND": 10 ** 6, "EPOCH_MICROSECONDS": 10 ** 6,
             "EPOCH_NANOSECOND": 10 ** 9, "EPOCH_NANOSECONDS": 10 ** 9}
    if name in epoch:
        if x.t.kind == "time" or (x.t.kind == "date" and epoch[name] > 1):
            raise bad_arguments("DATE_PART", x.t.kind.upper())
        at = c.conv.instant(x) if x.t.kind in ("timestamp_ltz", "timestamp_tz") else c.conv.wall(x)
        return X(f"floor({at} * {epoch[name]})", T.number(38, 0))
    wall = x.sql if x.t.kind == "time" else c.conv.wall(x)
    day = {"DAYOFWEEK": "dow", "WEEKDAY": "dow", "DOW": "dow", "DW": "dow", "DAYOFWEEKISO": "isodow", "DAYOFWEEK_ISO": "isodow", "DOW_ISO": "isodow", "WEEKDAY_ISO": "isodow",
           "DW_ISO": "isodow", "DAYOFYEAR": "doy", "YEARDAY": "doy", "DOY": "doy", "DY": "doy", "YEAROFWEEK": "isoyear", "YEAROFWEEKISO": "isoyear"}
    if name in day:
        return X(f"extract({day[name]} FROM sf.to_d({wall}))", T.number(4, 0))
    u = unit(X("", T.text(), True, name))
    if u in ("year", "quarter", "month", "week", "week_iso", "day"):
        if x.t.kind == "time":
            raise bad_arguments("DATE_PART", "TIME")
        return X(f"extract({u.replace('_iso', '')} FROM sf.to_d({wall}))", T.number(4 if u == "year" else 2, 0))
    if u == "ns":
        return X(f"floor(({wall} - floor({wall})) * 1000000000)", T.number(9, 0))
    if u in ("ms", "us"):
        raise err("002145", "42601", f"SQL compilation error:\n'{name}' is not a valid date/time component for function DATE_PART.")
    size = {"hour": (3600, 24), "minute": (60, 60), "second": (1, 60)}[u]
    return X(f"mod(floor(sf.tod({wall}) / {size[0]}), {size[1]})", T.number(2, 0))


for _n in "YEAR QUARTER MONTH WEEK DAY HOUR MINUTE SECOND DAYOFMONTH DAYOFWEEK DAYOFWEEKISO DAYOFYEAR WEEKISO WEEKOFYEAR YEAROFWEEK YEAROFWEEKISO".split():
    SCALARS[_n] = (1, 1, lambda c, a, n=_n: _date_part(c, [text_x(n), a[0]]))


@scalar("ADD_MONTHS", 2)
def _add_months(c, a):
    x, n = moment(c, a[0], "ADD_MONTHS"), whole(c, a[1])
    if x.t.kind == "date":
        return X(f"sf.to_d(sf.add_months(sf.of_d({x.sql}),{n}::int))", T.DATE)
    return X(rewall(c, x, lambda w: f"sf.add_months({w},{n}::int)"), x.t)


@scalar("LAST_DAY", 1, 2)
def _last_day(c, a):
    x = moment(c, a[0], "LAST_DAY")
    u = unit(a[1]) if len(a) == 2 else "month"
    if u not in ("month", "year", "quarter"):
        raise feature("LAST_DAY of this unit")
    step = {"month": "1 month", "year": "1 year", "quarter": "3 months"}[u]
    return X(f"(date_trunc('{u}',sf.to_d({c.conv.wall(x)})::timestamp) + interval '{step}' - interval '1 day')::date", T.DATE)


SCALARS["DAYNAME"] = (1, 1, lambda c, a: X(f"to_char(sf.to_d({c.conv.wall(moment(c, a[0], 'DAYNAME'))}),'Dy')", T.text(3)))
SCALARS["MONTHNAME"] = (1, 1, lambda c, a: X(f"to_char(sf.to_d({c.conv.wall(moment(c, a[0], 'MONTHNAME'))}),'Mon')", T.text(3)))


@scalar("CONVERT_TIMEZONE", 2, 3)
def _convert_timezone(c, a):
    for x in a[:-1]:
        if x.literal is None:
            raise feature("CONVERT_TIMEZONE with a zone that is not constant")
        if x.literal not in time_zones():  # PostgreSQL knows names in any case, abbreviations and formulas too
            raise err("001015", "22023", f"SQL compilation error:\ninvalid value ['{x.literal}'] for parameter 'timezone'")
    if len(a) == 3:
        src = c.conv.cast(a[2], T.NTZ)
        return X(f"sf.ltz_ntz(sf.ntz_ltz({src.sql},{a[0].sql}),{a[1].sql})", T.NTZ)
    return X(f"sf.ltz_tz({c.conv.instant(moment(c, a[1], 'CONVERT_TIMEZONE'))},{a[0].sql})", T.TZ)


@scalar("DATE_FROM_PARTS DATEFROMPARTS", 3)
def _date_from_parts(c, a):
    y, m, d = (whole(c, x) for x in a)
    return X(f"((make_date({y}::int,1,1) + make_interval(months => ({m} - 1)::int))::date + ({d} - 1)::int)", T.DATE)


# Semi-structured

def semi(c: Compiler, x: X) -> str:
    if x.t.kind == "map":  # only a cast makes it semi-structured
        raise bad_arguments("this function", T.sql_name(x.t))
    return c.conv.cast(x, T.VARIANT).sql if not x.t.is_semi else x.sql


@scalar("TO_VARIANT", 1)
def _to_variant(c, a):
    x = c.conv.cast(a[0], T.VARIANT)
    x.was = a[0].t
    return x


SCALARS["PARSE_JSON"] = (1, 1, lambda c, a: X(f"sf.parse_json({c.text(a[0]).sql})", T.VARIANT))
SCALARS["TRY_PARSE_JSON"] = (1, 1, lambda c, a: X(f"sf.try_parse_json({c.text(a[0]).sql})", T.VARIANT))
SCALARS["IS_NULL_VALUE"] = (1, 1, lambda c, a: X(f"({semi(c, a[0])} = 'null'::jsonb)", T.BOOLEAN))
SCALARS["ARRAY_SIZE"] = (1, 1, lambda c, a: X(f"(CASE WHEN jsonb_typeof({semi(c, a[0])}) = 'array' THEN jsonb_array_length({semi(c, a[0])}) END)::numeric", T.number(9, 0)))
SCALARS["ST_ASGEOJSON"] = (1, 1, lambda c, a: X(a[0].sql, T.OBJECT) if a[0].t.kind in ("geography", "geometry") else _geo_bad(a))
for _n in ("geography", "geometry"):
    SCALARS["TO_" + _n.upper()] = (1, 1, lambda c, a, k=_n: c.conv.cast(a[0], T.Type(k)))


def _geo_bad(a: list[X]) -> X:
    raise bad_arguments("ST_ASGEOJSON", T.sql_name(a[0].t))


@scalar("TO_JSON", 1)
def _to_json(c, a):
    if not a[0].t.is_semi:
        raise bad_arguments("TO_JSON", T.sql_name(a[0].t))
    return X(f"sf.compact({a[0].sql})", T.text(), a[0].nullable)


@scalar("TYPEOF", 1)
def _typeof(c, a):
    x = a[0]
    if not x.t.is_semi:
        raise bad_arguments("TYPEOF", T.sql_name(x.t))
    if x.was is not None and (x.was.kind in ("date", "time", "binary") or x.was.is_ts):
        return X(f"(CASE WHEN {x.sql} IS NOT NULL THEN '{x.was.kind.upper()}' END)", T.text())
    return X(f"sf.json_kind({x.sql})", T.text())


@scalar("MAP_SIZE", 1)
def _map_size(c, a):
    if a[0].t.kind != "map":
        raise bad_arguments("MAP_SIZE", T.sql_name(a[0].t))
    return X(f"(CASE WHEN {a[0].sql} IS NOT NULL THEN (SELECT count(*) FROM jsonb_object_keys({a[0].sql})) END)::numeric", T.number(), a[0].nullable)


@scalar("MAP_CONTAINS_KEY", 2)
def _map_contains_key(c, a):
    key, whole = a
    if whole.t.kind != "map" or key.t.kind != whole.t.of[0].kind or key.t.s:
        raise err("001065", "22023", f"{COMPILE}\nFunction MAP_CONTAINS_KEY cannot be used with arguments of types {T.sql_name(key.t)} and {T.sql_name(whole.t)}")
    return X(f"({whole.sql} ? {c.conv.to_text(key)})", T.BOOLEAN, key.nullable or whole.nullable)


@scalar("GET", 2)
def _get(c, a):
    if a[1].literal == "" or (a[0].t.kind, a[1].t.kind) in (("array", "text"), ("object", "fixed")):
        raise bad_arguments("GET", f"{T.sql_name(a[0].t)}, {T.sql_name(a[1].t)}")
    k = f"{a[1].sql}::int" if a[1].t.kind == "fixed" else c.text(a[1]).sql
    return X(f"sf.get({semi(c, a[0])},{k})", T.VARIANT)


@scalar("ARRAY_CONSTRUCT", 0, None)
def _array_construct(c, a):
    holes = ", ".join(f"coalesce({semi(c, x)},sf.hole())" for x in a)
    return X(f"jsonb_build_array({holes})", T.ARRAY, False)


@scalar("OBJECT_CONSTRUCT", 0, None)
def _object_construct(c, a):
    if len(a) % 2:
        raise bad_arguments("OBJECT_CONSTRUCT")
    pairs = ", ".join(f"({c.text(a[i]).sql}, {semi(c, a[i + 1])})" for i in range(0, len(a), 2)) or "(NULL::text, NULL::jsonb)"
    return X(f"(SELECT coalesce(jsonb_object_agg(k, v), '{{}}') FROM (VALUES {pairs}) AS o(k, v) WHERE k IS NOT NULL AND v IS NOT NULL)", T.OBJECT, False)


# Aggregates: (translator, arguments, DISTINCT, OVER, ORDER BY, star, framed)

def aggregate(names: str, low: int = 1, high: int = 1) -> Callable[..., Any]:
    def add(f: Callable[..., X]) -> Callable[..., X]:
        def checked(c, a, d, over, order, star, framed):
            if not star and not low <= len(a) <= high:
                raise bad_arguments(names.split()[0])
            return f(c, a, d, over, order, star, framed)
        for n in names.split():
            AGGREGATES[n] = checked
        return f
    return add


@aggregate("COUNT", 1, 9)
def _count(c, a, d, over, order, star, framed):
    if d:
        a = [collations.plain(x, "COUNT(DISTINCT)") for x in a]
    if d and over:
        raise feature("COUNT(DISTINCT) with OVER")
    if star:
        return X(f"(count(*){over})::numeric", T.COUNT, False)
    keys = [c.conv.instant(x) if x.t.kind == "timestamp_tz" else x.sql for x in a]
    if len(keys) == 1:
        return X(f"(count({d}{keys[0]}){over})::numeric", T.COUNT, False)
    some = " OR ".join(f"{k} IS NULL" for k in keys)
    return X(f"(count({d}CASE WHEN {some} THEN NULL ELSE row({', '.join(keys)})::text END){over})::numeric", T.COUNT, False)


@aggregate("COUNT_IF")
def _count_if(c, a, d, over, order, star, framed):
    return X(f"(count(CASE WHEN {c.condition(a[0]).sql} THEN 1 END){over})::numeric", T.COUNT, False)


@aggregate("SUM")
def _sum(c, a, d, over, order, star, framed):
    x = c.num(a[0])
    return X(f"(sum({d}{x.sql}){over})", x.t if x.t.kind == "real" else T.number(min(38, x.t.p + 12), x.t.s))


@aggregate("AVG")
def _avg(c, a, d, over, order, star, framed):
    x = c.num(a[0])
    if x.t.kind == "real":
        return X(f"(avg({d}{x.sql}){over})", T.REAL)
    s = min(x.t.s + (3 if framed else 6), 37)
    return X(f"round((avg({d}{x.sql}){over}),{s})", T.number(min(38, x.t.p + (15 if framed else 18)), s))


def _minmax(word: str) -> Callable[..., X]:
    def build(c, a, d, over, order, star, framed):
        t = a[0].t
        if t.kind in ("timestamp_tz", "binary") or not t.has_order:
            raise feature(f"{word} of {T.sql_name(t)}")
        if t.kind == "text":
            return X(f"({word}({collations.sorted_text(a[0], word.upper())}){over})", t)
        if t.kind == "boolean":
            return X(f"({'bool_and' if word == 'min' else 'bool_or'}({a[0].sql}){over})", t)
        return X(f"({word}({a[0].sql}){over})", t)
    return build


aggregate("MIN")(_minmax("min"))
aggregate("MAX")(_minmax("max"))


@aggregate("GROUPING GROUPING_ID", 1, 31)
def _grouping(c, a, d, over, order, star, framed):
    if d or over:
        raise bad_arguments("GROUPING")
    return X(f"GROUPING({', '.join(x.sql for x in a)})::numeric", T.number(), False)


@aggregate("BOOLAND_AGG")
def _booland(c, a, d, over, order, star, framed):
    return X(f"(bool_and({c.conv.cast(a[0], T.BOOLEAN).sql}){over})", T.BOOLEAN)


@aggregate("BOOLOR_AGG")
def _boolor(c, a, d, over, order, star, framed):
    return X(f"(bool_or({c.conv.cast(a[0], T.BOOLEAN).sql}){over})", T.BOOLEAN)


@aggregate("LISTAGG", 1, 2)
def _listagg(c, a, d, over, order, star, framed):
    if over:
        raise feature("LISTAGG with OVER")
    if d and order and a[0].t.kind != "text":
        raise feature("a sorted LISTAGG of DISTINCT values that are no texts")
    if len(a) == 2 and a[1].literal is None:
        raise err("001015", "22023", "SQL compilation error:\nargument 2 to function LISTAGG needs to be constant")
    sep = c.text(a[1]).sql if len(a) == 2 else "''::text"
    return X(f"coalesce(string_agg({d}{c.text(a[0]).sql},{sep}{' ORDER BY ' + order if order else ''}),'')", T.text(), False)


@aggregate("ARRAY_AGG")
def _array_agg(c, a, d, over, order, star, framed):
    if over:
        raise feature("ARRAY_AGG with OVER")
    return X(f"coalesce(jsonb_agg({d}{semi(c, a[0])}{' ORDER BY ' + order if order else ''}) FILTER (WHERE {a[0].sql} IS NOT NULL),'[]'::jsonb)", T.ARRAY, False)


@aggregate("MEDIAN")
def _median(c, a, d, over, order, star, framed):
    x = c.num(a[0])
    if over:
        raise feature("MEDIAN with OVER")
    if x.t.kind == "real":
        return X(f"percentile_cont(0.5) WITHIN GROUP (ORDER BY {x.sql})", T.REAL)
    s = min(x.t.s + 3, 37)
    lo = f"percentile_disc(0.5) WITHIN GROUP (ORDER BY {x.sql})"
    hi = f"(-(percentile_disc(0.5) WITHIN GROUP (ORDER BY -{x.sql})))"
    return X(f"round(({lo} + {hi}) / 2,{s})", T.number(min(38, x.t.p + 3), s))


def _percentile(name: str) -> Callable[..., X]:
    def build(c, a, d, over, order, star, framed):
        if over or d or not isinstance(order, list) or len(order) != 1:
            raise feature(f"this form of {name}")
        p, (x, how) = a[0].literal, order[0]
        if p is None or not re.fullmatch(r"0|1|0?\.\d+|1\.0+", p, re.ASCII):
            raise err("001015", "22023", f"SQL compilation error:\ninvalid value [{p}] for parameter 'percentile'")
        x = c.num(x) if name == "PERCENTILE_CONT" else collations.plain(x, name)
        if x.t.kind == "timestamp_tz" or not x.t.has_order:
            raise feature(f"{name} of {T.sql_name(x.t)}")
        if name == "PERCENTILE_CONT" and x.t.kind == "real":
            return X(f"percentile_cont({p}) WITHIN GROUP (ORDER BY {x.sql}{how})", T.REAL)
        values = f"array_agg({x.sql} ORDER BY {x.sql}{how}) FILTER (WHERE {x.sql} IS NOT NULL)"
        if name == "PERCENTILE_DISC":
            return X(f"sf.percentile_disc({values},{p})", x.t)
        s = min(x.t.s + 3, 37)
        return X(f"round(sf.percentile_cont({values},{p}),{s})", T.number(min(38, x.t.p + 3), s))
    return build


aggregate("PERCENTILE_CONT")(_percentile("PERCENTILE_CONT"))
aggregate("PERCENTILE_DISC")(_percentile("PERCENTILE_DISC"))


def _moment(word: str) -> Callable[..., X]:
    def build(c, a, d, over, order, star, framed):
        return X(f"({word}({d}{real(c, a[0])}){over})", T.REAL)
    return build


for _n, _f in {"STDDEV": "stddev_samp", "STDDEV_SAMP": "stddev_samp", "STDDEV_POP": "stddev_pop"}.items():
    aggregate(_n)(_moment(_f))


def _variance(word: str) -> Callable[..., X]:
    def build(c, a, d, over, order, star, framed):
        x = c.num(a[0])
        if x.t.kind == "real":
            return X(f"({word}({d}{x.sql}){over})", T.REAL)
        s = min(12, 2 * x.t.s + 6)
        return X(f"round(({word}({d}{x.sql}){over}),{s})", T.number(38, s))
    return build


for _n, _f in {"VARIANCE": "var_samp", "VAR_SAMP": "var_samp", "VARIANCE_SAMP": "var_samp", "VAR_POP": "var_pop", "VARIANCE_POP": "var_pop"}.items():
    aggregate(_n)(_variance(_f))
aggregate("ANY_VALUE")(_minmax("min"))
