"""Snowflake's errors, and the way from PostgreSQL's errors to them."""

from __future__ import annotations

import re

import psycopg

from ...incidents import internal_error
from ...model import SnowflakeError

COMPILE = "SQL compilation error:"


def err(code: str, state: str, message: str) -> SnowflakeError:
    return SnowflakeError(code, state, message)


def syntax(line: int = 1, pos: int = 0, near: str = "<EOF>") -> SnowflakeError:
    return err("001003", "42000", f"{COMPILE}\nsyntax error line {line} at position {pos} unexpected '{near}'.")


def feature(what: str) -> SnowflakeError:
    return err("000002", "0A000", f"Unsupported feature '{what}'.")


def unknown_function(name: str) -> SnowflakeError:
    return err("002140", "42601", f"{COMPILE}\nUnknown function {name.upper()}.")


def unsupported_type(name: str) -> SnowflakeError:
    return err("002040", "42601", f"{COMPILE}\nUnsupported data type '{name}'.")


def bad_arguments(name: str, kinds: str = "") -> SnowflakeError:
    return err("001044", "42P13", f"{COMPILE}\nInvalid argument types for function '{name}': ({kinds})")


def argument_count(name: str, expected: object, got: int) -> SnowflakeError:
    return err("000938", "22023", f"{COMPILE}\nnot enough arguments for function [{name}], expected {expected}, got {got}")


def missing(kind: str, name: str) -> SnowflakeError:
    """kind: Object, Table, View, Schema, Database, Warehouse, Role, User."""
    state = "42S02" if kind in ("Object", "Table", "View") else "02000"
    return err("002003", state, f"{COMPILE}\n{kind} '{name}' does not exist or not authorized.")


def never_dropped(kind: str, name: str) -> SnowflakeError:
    return err("090025", "22000", f"{COMPILE}\n{kind} '{name}' did not exist or was purged.")


def too_many_rows(most: int) -> SnowflakeError:
    return err("090153", "22000", f"The result set size exceeded the max number of rows({most}) supported for SHOW statements. Use LIMIT option to limit result set to a smaller number.")


def cannot_perform() -> SnowflakeError:
    return err("002043", "02000", f"{COMPILE}\nObject does not exist, or operation cannot be performed.")


def exists(name: str) -> SnowflakeError:
    return err("002002", "42710", f"{COMPILE}\nObject '{name}' already exists.")


def invalid_identifier(name: str, where: tuple[int, int] | None = None) -> SnowflakeError:
    at = f" error line {where[0]} at position {where[1]}" if where else ""
    return err("000904", "42000", f"{COMPILE}{at}\ninvalid identifier '{name}'")


def ambiguous(name: str, where: tuple[int, int] | None = None) -> SnowflakeError:
    at = f" error line {where[0]} at position {where[1]}" if where else ""
    return err("002028", "42601", f"{COMPILE}{at}\nambiguous column name '{name}'")


def privileges(kind: str, name: str) -> SnowflakeError:
    return err("003001", "42501", f"SQL access control error:\nInsufficient privileges to operate on {kind} '{name}'.")


def canceled() -> SnowflakeError:
    return err("000604", "57014", "SQL execution canceled")


def no_database() -> SnowflakeError:
    return err("090105", "22000", "Cannot perform operation. This session does not have a current database. Call 'USE DATABASE', or use a qualified name.")


def no_schema() -> SnowflakeError:
    return err("090106", "22000", "Cannot perform operation. This session does not have a current schema. Call 'USE SCHEMA', or use a qualified name.")


def no_warehouse() -> SnowflakeError:
    return err("000606", "57P03", "No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command.\n")


_STATES = {
    "22012": ("100051", "22012", "Division by zero"),
    "22003": ("100046", "22003", "Number out of representable range"),
    "22P02": ("100038", "22018", "Value is not recognized"),
    "22007": ("100035", "22007", "Timestamp is not recognized"),
    "22008": ("100035", "22007", "Timestamp is not recognized"),
    "2201B": ("100048", "2201B", "Invalid regular expression"),
    "21000": ("090150", "22000", "Single-row subquery returns more than one row."),
    "42803": ("000979", "42601", f"{COMPILE}\nnot a valid group by expression"),
    "22P05": ("000002", "0A000", "Unsupported feature 'the character U+0000 in a string'."),
    **{state: ("000625", "57014", "Statement was aborted while it waited for a lock.") for state in ("40001", "40P01", "55P03")},
    "57014": ("000604", "57014", "SQL execution canceled"),
}
_CLASSES = {"54": ("000603", "XX000", "Statement is too complex")}  # limits of the machine

_RAISED = re.compile(r"^SF(\d{6})(.{5}):(.*)", re.S)


def from_postgres(e: psycopg.Error, statement: str) -> SnowflakeError:
    """What a PostgreSQL error is called in Snowflake; texts and states of PostgreSQL never get out. One without a name there is our fault."""
    text = (e.diag.message_primary or "") if e.diag else ""
    m = _RAISED.match(text)
    if m:
        return err(m.group(1), m.group(2), m.group(3))
    if e.sqlstate == "22003" and "numeric field overflow" in text:
        return err("100039", "22003", "Numeric value is out of range")
    known = _STATES.get(e.sqlstate or "") or _CLASSES.get((e.sqlstate or "")[:2])
    return err(*known) if known else internal_error(e, statement)
