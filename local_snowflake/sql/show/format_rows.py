"""SHOW and DESCRIBE of file formats: the options of each type in the order of DESCRIBE FILE FORMAT's page."""

from __future__ import annotations

import json
from typing import Any

from ..catalog.catalog import Obj
from ..commands.account import Account
from ..commands.formats import with_defaults

_ENDS = "REPLACE_INVALID_CHARACTERS SKIP_BYTE_ORDER_MARK"
_TIMES = "DATE_FORMAT TIME_FORMAT TIMESTAMP_FORMAT BINARY_FORMAT"
DESCRIBED = {  # the types that the page describes
    "CSV": f"RECORD_DELIMITER FIELD_DELIMITER FILE_EXTENSION SKIP_HEADER PARSE_HEADER {_TIMES} ESCAPE ESCAPE_UNENCLOSED_FIELD TRIM_SPACE FIELD_OPTIONALLY_ENCLOSED_BY NULL_IF COMPRESSION "
           "ERROR_ON_COLUMN_COUNT_MISMATCH VALIDATE_UTF8 SKIP_BLANK_LINES REPLACE_INVALID_CHARACTERS EMPTY_FIELD_AS_NULL SKIP_BYTE_ORDER_MARK ENCODING",
    "JSON": f"FILE_EXTENSION {_TIMES} TRIM_SPACE NULL_IF COMPRESSION ENABLE_OCTAL ALLOW_DUPLICATE STRIP_OUTER_ARRAY STRIP_NULL_VALUES IGNORE_UTF8_ERRORS {_ENDS}",
    "PARQUET": "TRIM_SPACE NULL_IF COMPRESSION BINARY_AS_TEXT",
}  # fmt: skip
SHOWN = {"AVRO": "TRIM_SPACE NULL_IF COMPRESSION REPLACE_INVALID_CHARACTERS", "ORC": "TRIM_SPACE NULL_IF REPLACE_INVALID_CHARACTERS",
         "XML": f"COMPRESSION IGNORE_UTF8_ERRORS PRESERVE_SPACE STRIP_OUTER_ELEMENT DISABLE_AUTO_CONVERT {_ENDS}"}  # as options in SHOW only


def options(o: Obj) -> dict[str, Any]:
    """The options in force, by their names."""
    kind = o.props["format"]["type"]
    values = {"VALIDATE_UTF8": True, **{k.upper(): v for k, v in with_defaults(o.props["format"]).items()}}
    return {"TYPE": kind, **{name: values[name] for name in {**DESCRIBED, **SHOWN}[kind].split()}}


def file_format(engine: Account, o: Obj) -> dict[str, Any]:
    return {"type": o.props["format"]["type"], "format_options": json.dumps(options(o), separators=(",", ":"), ensure_ascii=False)}


def properties(o: Obj) -> list[list[str | None]] | None:
    """property, property_type, property_value, property_default; None for a type that the page does not describe."""
    kind = o.props["format"]["type"]
    if kind not in DESCRIBED:
        return None
    usual = {k.upper(): v for k, v in with_defaults({"type": kind}).items()} | {"VALIDATE_UTF8": True, "TYPE": "CSV"}
    if kind != "CSV":  # the page's defaults of these are those of CSV
        usual |= {"NULL_IF": ["\\N"], "COMPRESSION": "AUTO"}
    return [[name, _kind(usual[name]), _text(value), _text(usual[name])] for name, value in options(o).items()]


def _kind(value: Any) -> str:
    return "Boolean" if isinstance(value, bool) else "Integer" if isinstance(value, int) else "List" if isinstance(value, list) else "String"


def _text(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_text, value))}]"
    return str(value).upper() if isinstance(value, bool) else "" if value is None else str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")
