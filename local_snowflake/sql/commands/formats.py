"""File formats: the options of each type and their defaults ("CREATE FILE FORMAT")."""

from __future__ import annotations

from typing import Any

from ...model import Context
from ..catalog.catalog import Catalog
from ..catalog.names import full
from ..language.errors import missing
from ..language.parse import split_name

TYPES = "CSV|JSON|AVRO|ORC|PARQUET|XML"
_PACKED = "word(AUTO|GZIP|BZ2|BROTLI|ZSTD|DEFLATE|RAW_DEFLATE|NONE)"
_TIMES = "DATE_FORMAT pattern AUTO, TIME_FORMAT pattern AUTO, TIMESTAMP_FORMAT pattern AUTO, BINARY_FORMAT word(HEX|BASE64|UTF8) HEX"
_OPTIONS = {  # name, how it is read, default
    "CSV": f"COMPRESSION {_PACKED} AUTO, RECORD_DELIMITER mark \\n, FIELD_DELIMITER mark COMMA, MULTI_LINE bool TRUE, FILE_EXTENSION text NULL, "
           f"PARSE_HEADER bool FALSE, SKIP_HEADER int 0, SKIP_BLANK_LINES bool FALSE, {_TIMES}, ESCAPE mark NONE, ESCAPE_UNENCLOSED_FIELD mark \\\\, "
           "TRIM_SPACE bool FALSE, FIELD_OPTIONALLY_ENCLOSED_BY mark NONE, NULL_IF nulls \\N, ERROR_ON_COLUMN_COUNT_MISMATCH bool TRUE, "
           "REPLACE_INVALID_CHARACTERS bool FALSE, EMPTY_FIELD_AS_NULL bool TRUE, SKIP_BYTE_ORDER_MARK bool TRUE, ENCODING word_or_text UTF8",
    "JSON": f"COMPRESSION {_PACKED} AUTO, {_TIMES}, TRIM_SPACE bool FALSE, MULTI_LINE bool TRUE, NULL_IF nulls NULL, FILE_EXTENSION text NULL, ENABLE_OCTAL bool FALSE, "
            "ALLOW_DUPLICATE bool FALSE, STRIP_OUTER_ARRAY bool FALSE, STRIP_NULL_VALUES bool FALSE, REPLACE_INVALID_CHARACTERS bool FALSE, "
            "IGNORE_UTF8_ERRORS bool FALSE, SKIP_BYTE_ORDER_MARK bool TRUE",
    "AVRO": "COMPRESSION word(AUTO|GZIP|BROTLI|ZSTD|DEFLATE|RAW_DEFLATE|NONE) AUTO, TRIM_SPACE bool FALSE, REPLACE_INVALID_CHARACTERS bool FALSE, NULL_IF nulls NULL",
    "ORC": "TRIM_SPACE bool FALSE, REPLACE_INVALID_CHARACTERS bool FALSE, NULL_IF nulls NULL",
    "PARQUET": "COMPRESSION word(AUTO|LZO|SNAPPY|NONE) AUTO, SNAPPY_COMPRESSION bool TRUE, BINARY_AS_TEXT bool TRUE, USE_LOGICAL_TYPE bool FALSE, "
               "TRIM_SPACE bool FALSE, USE_VECTORIZED_SCANNER bool FALSE, REPLACE_INVALID_CHARACTERS bool FALSE, NULL_IF nulls NULL",
    "XML": f"COMPRESSION {_PACKED} AUTO, IGNORE_UTF8_ERRORS bool FALSE, PRESERVE_SPACE bool FALSE, STRIP_OUTER_ELEMENT bool FALSE, "
           "DISABLE_AUTO_CONVERT bool FALSE, REPLACE_INVALID_CHARACTERS bool FALSE, SKIP_BYTE_ORDER_MARK bool TRUE",
}  # fmt: skip
_VALUES: dict[str, Any] = {"TRUE": True, "FALSE": False, "NULL": None, "COMMA": ",", "\\n": "\n", "\\\\": "\\", "0": 0}


def _entries(kind: str) -> list[list[str]]:
    return [e.strip().split(" ") for e in _OPTIONS[kind].split(", ")]


def options_of(kind: str) -> dict[str, str]:
    """How each option of a type is read."""
    return {name: way for name, way, _ in _entries(kind)}


def with_defaults(given: dict[str, Any]) -> dict[str, Any]:
    """A format with every option of its type."""
    kind = given.get("type") or "CSV"
    out: dict[str, Any] = {}
    for name, way, default in _entries(kind):
        value = _VALUES.get(default, default)
        out[name.lower()] = ([] if value is None else [value]) if way == "nulls" else value
    return {"type": kind, **out, **given}


def resolved(catalog: Catalog, context: Context, given: dict[str, Any] | None) -> dict[str, Any]:
    """A format that may name a file format of the catalog, with its defaults."""
    given = dict(given or {})
    if given.get("type") == "FORMAT_REF":
        path = full(context, "FILE FORMAT", split_name(given["format_name"]))
        found = catalog.get("FILE FORMAT", path)
        if found is None or not catalog.can(context.role, "USAGE", found):
            raise missing("File format", ".".join(path))
        given = dict(found.props["format"])
    return with_defaults(given)
