"""How the value of a property is read: each way has a name, as tables of properties give it, and some an argument, as int(1..10) or word(A|B)."""

from __future__ import annotations

import re
from typing import Any, Callable

from ...model import SnowflakeError
from ..language.errors import COMPILE, err
from ..language.parse import Cursor, split_name
from . import formats

BARE = re.compile(r"[A-Z_][A-Z0-9_$]*")
EVERY = re.compile(r"(?i)(\d{1,9})\s*(MINUTES?|M)")
CRON = re.compile(r"(?i)USING\s+CRON\s+(\S+(?:\s+\S+){4})\s+(\S+)")
LAG = re.compile(r"(?i)(\d{1,9})\s*(SECOND|MINUTE|HOUR|DAY)S?")
SECONDS = {"SECOND": 1, "MINUTE": 60, "HOUR": 3600, "DAY": 86400}
READ = re.compile(r"(\w+)(?:\((.*)\))?")


def unknown(name: str, kind: str) -> SnowflakeError:
    return err("001420", "22023", f"{COMPILE}\ninvalid property '{name}' for '{kind}'")


def bad_type(name: str, value: str) -> SnowflakeError:
    return err("001421", "22023", f"{COMPILE}\ninvalid type of property '{value}' for '{name}'")


def bad_value(name: str, value: object) -> SnowflakeError:
    return err("001422", "22023", f"{COMPILE}\ninvalid value '{value}' for property '{name}'")


def written(name: str) -> str:
    """An exact name as a text that means it again."""
    return name if BARE.fullmatch(name) else '"' + name.replace('"', '""') + '"'


def read(cur: Cursor, way: str, name: str) -> Any:
    """The value at the cursor, read in a way of READERS."""
    m = READ.fullmatch(way)
    assert m is not None
    return READERS[m[1]](cur, name, m[2] or "")


def _other(cur: Cursor, name: str) -> SnowflakeError:
    """The error for a value of another kind than expected: where there is no value at all it is the parser's."""
    if cur.done or (not cur.is_string() and not cur.is_name() and not cur.is_number() and cur.peek() != "-"):
        return cur.bad()
    return bad_type(name, cur.value())


def text(cur: Cursor, name: str, argument: str = "") -> str:
    if not cur.is_string():
        raise _other(cur, name)
    return cur.string()


def number(cur: Cursor, name: str, argument: str = "") -> int:
    if not cur.is_number() and not (cur.peek() == "-" and cur.is_number(1)):
        raise _other(cur, name)
    value = cur.value()
    if not re.fullmatch(r"-?\d+", value):
        raise bad_value(name, value)
    low, _, high = argument.partition("..")
    if argument and not int(low) <= int(value) <= int(high):
        raise bad_value(name, value)
    return int(value)


def number_or_null(cur: Cursor, name: str, argument: str = "") -> int:
    return 0 if cur.accept("NULL") else number(cur, name)


def flag(cur: Cursor, name: str, argument: str = "") -> bool:
    if cur.peek() not in ("TRUE", "FALSE"):
        raise _other(cur, name)
    return cur.word() == "TRUE"


def word(cur: Cursor, name: str, argument: str = "") -> str:
    """One of some words, bare or as a text."""
    if not cur.is_string() and not cur.is_name() and not cur.is_number():
        raise _other(cur, name)
    value = cur.value()
    if not argument:
        return value
    known = {w.upper(): w for w in argument.split("|")}
    if cur.is_name() and cur.beside() and value.upper() not in known:  # 16MB comes as two tokens
        value += cur.value()
    if value.upper() not in known:
        raise bad_value(name, value)
    return known[value.upper()]


def word_or_text(cur: Cursor, name: str, argument: str = "") -> str:
    return cur.string() if cur.is_string() else word(cur, name)


def only(cur: Cursor, name: str, argument: str = "") -> Any:
    """A flag that can only be set."""
    value = word(cur, name)
    if value.upper() != argument:
        raise bad_value(name, value)
    return True


def a_name(cur: Cursor, name: str, argument: str = "") -> str:
    """An identifier, or a text that holds one."""
    if cur.is_string():
        return cur.string()
    if not cur.is_name():
        raise _other(cur, name)
    return written(cur.ident())


def dotted(cur: Cursor, name: str, argument: str = "") -> str:
    if cur.is_string():
        return cur.string()
    if not cur.is_name():
        raise _other(cur, name)
    return ".".join(written(p) for p in cur.name())


def a_list(cur: Cursor, item: Callable[[Cursor, str], Any], name: str) -> list[Any]:
    """( item, … ), also an empty one."""
    if not cur.accept("("):
        raise _other(cur, name)
    out: list[Any] = []
    while not cur.accept(")"):
        if out:
            cur.expect(",")
        out.append(item(cur, name))
    return out


def texts(cur: Cursor, name: str, argument: str = "") -> list[str]:
    return a_list(cur, text, name)


def names(cur: Cursor, name: str, argument: str = "") -> list[str]:
    return a_list(cur, a_name, name)


def rules(cur: Cursor, name: str, argument: str = "") -> list[str]:
    """Names of network rules, which stand in lists of texts or bare and are shown by their bare names."""
    return [written(split_name(n)[-1]) for n in a_list(cur, dotted, name)]


def values(cur: Cursor, name: str, argument: str = "") -> list[str]:
    """Texts with commas between, without parentheses."""
    out = [text(cur, name)]
    while cur.accept(","):
        out.append(text(cur, name))
    return out


def pairs(cur: Cursor, name: str, argument: str = "") -> dict[str, str]:
    """( 'a' = b, … )"""
    def pair(cur: Cursor, name: str) -> tuple[str, str]:
        key = text(cur, name)
        cur.expect("=")
        return key, dotted(cur, name)
    return dict(a_list(cur, pair, name))


def group(cur: Cursor, name: str, argument: str = "") -> dict[str, Any]:
    """( KEY = value … ) of texts, numbers, words and flags."""
    if not cur.accept("("):
        raise _other(cur, name)
    out: dict[str, Any] = {}
    while not cur.accept(")"):
        key = cur.word().lower()
        cur.expect("=")
        if cur.peek() in ("TRUE", "FALSE"):
            out[key] = cur.word() == "TRUE"
        elif cur.is_number():
            out[key] = number(cur, key.upper())
        elif cur.is_string() or cur.is_name():
            out[key] = cur.value()
        else:
            raise cur.bad()
        cur.accept(",")
    return out


def credentials(cur: Cursor, name: str, argument: str = "") -> dict[str, Any]:
    given = group(cur, name)
    if set(given) == {"azure_sas_token"}:
        return {"credential_type": "AZURE", **given}
    if set(given) in ({"aws_role"}, {"aws_key_id", "aws_secret_key"}, {"aws_key_id", "aws_secret_key", "aws_token"}):
        return {"credential_type": "AWS", **given}
    raise bad_value(name, ", ".join(sorted(given)))


def secondary(cur: Cursor, name: str, argument: str = "") -> str:
    """( 'ALL' ) or ( )"""
    given = texts(cur, name)
    if [g.upper() for g in given] not in (["ALL"], []):
        raise bad_value(name, ", ".join(given))
    return "ALL" if given else "NONE"


def alert_schedule(cur: Cursor, name: str, argument: str = "") -> dict[str, Any]:
    given = text(cur, name)
    every, cron = EVERY.fullmatch(given.strip()), CRON.fullmatch(given.strip())
    if every and int(every[1]) > 0:
        return {"schedule_type": "SCHEDULE_TYPE", "minutes": int(every[1])}
    if cron:
        return {"schedule_type": "CRON_TYPE", "cron_expr": cron[1], "timezone": cron[2]}
    raise bad_value(name, given)


def lag(cur: Cursor, name: str, argument: str = "") -> dict[str, Any]:
    given = word(cur, name)
    if given.upper() == "DOWNSTREAM":
        return {"type": "DOWNSTREAM"}
    m = LAG.fullmatch(given.strip())
    if m is None or int(m[1]) * SECONDS[m[2].upper()] < 60:
        raise bad_value(name, given)
    return {"type": "USER_DEFINED", "seconds": int(m[1]) * SECONDS[m[2].upper()]}


def file_format(cur: Cursor, name: str, argument: str = "") -> dict[str, Any]:
    """( FORMAT_NAME = … ) or ( TYPE = … options )"""
    if not cur.accept("("):
        raise _other(cur, name)
    if cur.accept("FORMAT_NAME"):
        cur.expect("=")
        out = {"type": "FORMAT_REF", "format_name": dotted(cur, "FORMAT_NAME")}
        cur.expect(")")
        return out
    out = format_options(cur, ")", {})
    cur.expect(")")
    return out


def format_options(cur: Cursor, end: str, out: dict[str, Any], others: frozenset[str] = frozenset()) -> dict[str, Any]:
    """TYPE = … and the options of that type, up to a sign, the end or a word of others."""
    while not cur.done and cur.peek() != (end or "\0") and cur.peek() not in others:
        option = cur.word()
        if option == "TYPE":
            cur.expect("=")
            out["type"] = word(cur, option, formats.TYPES)
        else:
            known = formats.options_of(out.get("type") or "CSV")
            if option not in known:
                raise unknown(option, f"{out.get('type') or 'CSV'} FILE FORMAT")
            cur.expect("=")
            out[option.lower()] = _format_value(cur, known[option], option)
        cur.accept(",")
    return out


def _format_value(cur: Cursor, way: str, option: str) -> Any:
    if way == "mark":  # a text, or NONE
        return "NONE" if cur.accept("NONE") else text(cur, option)
    if way == "pattern":  # a text, or AUTO
        return "AUTO" if cur.accept("AUTO") else text(cur, option)
    if way == "nulls":
        return [cur.string()] if cur.is_string() else texts(cur, option)
    return read(cur, way, option)


READERS: dict[str, Callable[[Cursor, str, str], Any]] = {
    "text": text, "int": number, "int_or_null": number_or_null, "bool": flag, "word": word, "word_or_text": word_or_text, "only": only, "name": a_name,
    "dotted": dotted, "texts": texts, "names": names, "rules": rules, "values": values, "pairs": pairs, "group": group, "credentials": credentials,
    "secondary": secondary, "alert_schedule": alert_schedule, "lag": lag, "format": file_format,
}  # fmt: skip
