"""What stands in the files of stages: compression, CSV and JSON, read and written by the options of a file format (formats.py, all of them given)."""

from __future__ import annotations

import bz2
import gzip
import json
import re
import zlib
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator

from ...model import SnowflakeError
from ..language.errors import err, feature

ENDS = {"GZIP": ".gz", "BZ2": ".bz2", "DEFLATE": ".deflate", "RAW_DEFLATE": ".raw_deflate", "NONE": ""}
UNESCAPED = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "0": "\0"}
CODE = re.compile(r"\\?(?:0x|\\x|x)([0-9A-Fa-f]{2})|\\([0-7]{3})")


@dataclass
class Record:
    """One row of a file: its fields (None: NULL), or what is wrong with it."""

    fields: list[str | None]
    line: int
    error: SnowflakeError | None = None
    character: int = 1
    column: int | None = None
    number: int = 0
    names: list[str] = field(default_factory=list)


# Compression


def unpacked(content: bytes, compression: str) -> bytes:
    """The contents of a file; AUTO looks at its first bytes."""
    if compression == "AUTO":
        compression = "GZIP" if content[:2] == b"\x1f\x8b" else "BZ2" if content[:3] == b"BZh" else "NONE"
    try:
        if compression == "GZIP":
            return gzip.decompress(content)
        if compression == "BZ2":
            return bz2.decompress(content)
        if compression == "DEFLATE":
            return zlib.decompress(content)
        if compression == "RAW_DEFLATE":
            return zlib.decompress(content, -15)
    except (OSError, EOFError, zlib.error):
        raise err("100079", "22000", f"Invalid data encountered during decompression for compression type {compression}.") from None
    if compression != "NONE":
        raise feature(f"COMPRESSION = {compression}")
    return content


def packed(content: bytes, compression: str) -> bytes:
    if compression == "GZIP":
        return gzip.compress(content, mtime=0)
    if compression == "BZ2":
        return bz2.compress(content)
    if compression == "DEFLATE":
        return zlib.compress(content)
    if compression == "RAW_DEFLATE":
        packer = zlib.compressobj(wbits=-15)
        return packer.compress(content) + packer.flush()
    if compression != "NONE":
        raise feature(f"COMPRESSION = {compression}")
    return content


def decoded(content: bytes, form: dict[str, Any]) -> str:
    if form.get("encoding", "UTF8").upper() not in ("UTF8", "UTF-8"):
        raise feature(f"ENCODING = {form['encoding']}")
    loose = form.get("replace_invalid_characters") or form.get("ignore_utf8_errors")
    try:
        text = content.decode("utf-8", "replace" if loose else "strict")
    except UnicodeDecodeError as e:
        raise err("100144", "22000", f"Invalid UTF8 detected in string '0x{content[e.start : e.start + 16].hex().upper()}'") from None
    if "\0" in text:
        raise feature("the character U+0000 in a string")
    return text[1:] if form.get("skip_byte_order_mark") and text.startswith("\ufeff") else text


def mark(form: dict[str, Any], name: str) -> str:
    """A delimiter or escape of a format; nothing for NONE. Octal and hexadecimal spellings are resolved."""
    value = form.get(name)
    if value in (None, "NONE"):
        return ""
    return CODE.sub(lambda m: chr(int(m[1], 16) if m[1] else int(m[2], 8)), value)


# CSV


def check_csv(form: dict[str, Any]) -> None:
    """Refuse what is not read here."""
    for name in ("date_format", "time_format", "timestamp_format"):
        if form[name] != "AUTO":
            raise feature(f"{name.upper()} = {form[name]}")
    if form["binary_format"] != "HEX":
        raise feature(f"BINARY_FORMAT = {form['binary_format']}")


def csv_records(text: str, form: dict[str, Any]) -> Iterator[Record]:
    """The rows of a CSV file. Without a delimiter for fields a row is one field."""
    at, line = 0, 1
    for _ in range(form["skip_header"]):
        m = re.compile(r"\r\n|\n|\r").search(text, at)
        if m is None:
            return
        at, line = m.end(), line + 1
    reader = _Csv(text, at, line, form)
    number = 0
    while (record := reader.record()) is not None:
        if record.fields == [None] and record.names == ["blank"]:
            if form["skip_blank_lines"]:
                continue
            record.error = err("100068", "22000", "End of record reached while expected to parse column")
        number += 1
        record.number = number
        record.names = []
        yield record


class _Csv:
    def __init__(self, text: str, at: int, line: int, form: dict[str, Any]):
        self.text, self.at, self.line, self.form = text, at, line, form
        self.field_mark = mark(form, "field_delimiter")
        self.record_mark = mark(form, "record_delimiter")
        self.quote = mark(form, "field_optionally_enclosed_by")
        self.escape = mark(form, "escape")
        self.plain_escape = mark(form, "escape_unenclosed_field")
        self.trim = form["trim_space"]

    def _end(self, at: int) -> int:
        """The length of a record's delimiter here; new lines are those of any platform."""
        if self.record_mark == "\n":
            if self.text.startswith("\r\n", at):
                return 2
            return 1 if at < len(self.text) and self.text[at] in "\r\n" else 0
        return len(self.record_mark) if self.record_mark and self.text.startswith(self.record_mark, at) else 0

    def record(self) -> Record | None:
        if self.at >= len(self.text):
            return None
        start, first = self.at, self.line
        if end := self._end(self.at):
            self.at += end
            self.line += 1
            return Record([None], first, names=["blank"])
        fields: list[str | None] = []
        error: SnowflakeError | None = None
        while True:
            value, problem = self._field()
            fields.append(value)
            if problem is not None and error is None:
                error = problem
            if self.at >= len(self.text):
                break
            if end := self._end(self.at):
                self.at += end
                self.line += 1
                break
            self.at += len(self.field_mark)  # a field ends at nothing else
            if self.at >= len(self.text):
                fields.append(self._value("", False, ""))
                break
        return Record(fields, first, error, self.at - start if error else 1, len(fields) if error else None)

    def _field(self) -> tuple[str | None, SnowflakeError | None]:
        at = self.at
        if self.trim:
            while at < len(self.text) and self.text[at] == " ":
                at += 1
        if self.quote and self.text.startswith(self.quote, at):
            return self._enclosed(at + 1)
        out, raw_start = [], self.at
        while self.at < len(self.text):
            ch = self.text[self.at]
            if self.plain_escape and ch == self.plain_escape and self.at + 1 < len(self.text):
                out.append(UNESCAPED.get(self.text[self.at + 1], self.text[self.at + 1]))
                self.line += self.text[self.at + 1] == "\n"
                self.at += 2
                continue
            if self._end(self.at) or (self.field_mark and self.text.startswith(self.field_mark, self.at)):
                break
            out.append(ch)
            self.at += 1
        return self._value("".join(out), False, self.text[raw_start : self.at]), None

    def _enclosed(self, at: int) -> tuple[str | None, SnowflakeError | None]:
        out = []
        while at < len(self.text):
            ch = self.text[at]
            if self.escape and ch == self.escape and at + 1 < len(self.text):
                out.append(UNESCAPED.get(self.text[at + 1], self.text[at + 1]))
                at += 2
                continue
            if ch == self.quote:
                if self.text.startswith(self.quote, at + 1):
                    out.append(ch)
                    at += 2
                    continue
                at += 1
                break
            if ch == "\n":
                self.line += 1
            out.append(ch)
            at += 1
        else:
            self.at = at
            return None, err("100063", "22000", f"Found character '<EOF>' instead of field optionally enclosed by '{self.quote}'")
        if self.trim:
            while at < len(self.text) and self.text[at] == " ":
                at += 1
        self.at = at
        if at < len(self.text) and not self._end(at) and not (self.field_mark and self.text.startswith(self.field_mark, at)):
            problem = err("100065", "22000", f"Found character '{self.text[at]}' instead of field delimiter '{self.field_mark}'")
            while self.at < len(self.text) and not self._end(self.at) and not (self.field_mark and self.text.startswith(self.field_mark, self.at)):
                self.at += 1
            return None, problem
        return self._value("".join(out), True, "".join(out)), None

    def _value(self, value: str, enclosed: bool, raw: str) -> str | None:
        if self.trim and not enclosed:
            value, raw = value.strip(" "), raw.strip(" ")
        if value in self.form["null_if"] or raw in self.form["null_if"]:
            return None
        if value == "" and not enclosed and self.form["empty_field_as_null"]:
            return None
        return value


def csv_line(cells: list[tuple[str | None, bool]], form: dict[str, Any]) -> str:
    """A row of an unloaded file; of each cell whether it is a text, which is enclosed where the format says so."""
    quote, escape = mark(form, "field_optionally_enclosed_by"), mark(form, "escape")
    plain = escape or mark(form, "escape_unenclosed_field")
    field_mark, record_mark = mark(form, "field_delimiter"), mark(form, "record_delimiter")
    out = []
    for value, is_text in cells:
        if value is None:
            out.append(form["null_if"][0] if form["null_if"] else "")
        elif quote and is_text:
            inner = value.replace(escape, escape + escape).replace(quote, escape + quote) if escape else value.replace(quote, quote + quote)
            out.append(quote + inner + quote)
        else:
            if value == "" and is_text and form["empty_field_as_null"]:
                raise err("100095", "22000", "Cannot unload empty string without file format option field_optionally_enclosed_by being specified.")
            if plain:
                value = value.replace(plain, plain + plain)
                for sign in (field_mark, record_mark):
                    value = value.replace(sign, plain + sign) if sign else value
            out.append(value)
    return field_mark.join(out) + record_mark


# JSON


class _Number(float):
    text: str


def _kept(text: str) -> _Number:
    out = _Number(text)
    out.text = text
    return out


def json_records(text: str, form: dict[str, Any]) -> Iterator[Record]:
    """The documents of a file as JSON texts, a field each; those in an outer array with STRIP_OUTER_ARRAY."""
    if form["enable_octal"] or form["null_if"] or form["trim_space"]:
        raise feature("ENABLE_OCTAL, NULL_IF and TRIM_SPACE of JSON")
    number = 0
    for value, line, problem in _documents(text, form):
        inner = value if form["strip_outer_array"] and isinstance(value, list) and problem is None else [value]
        for one in inner:
            number += 1
            yield Record([None if problem else json_text(_stripped(one) if form["strip_null_values"] else one)], line, problem, number=number)


def _documents(text: str, form: dict[str, Any]) -> Iterator[tuple[Any, int, SnowflakeError | None]]:
    def pairs(given: list[tuple[str, Any]]) -> dict[str, Any]:
        if len({k for k, _ in given}) < len(given) and not form["allow_duplicate"]:
            raise ValueError(f"duplicate object attribute \"{next(k for i, (k, _) in enumerate(given) if k in {n for n, _ in given[:i]})}\"")
        return dict(given)

    decoder = json.JSONDecoder(parse_float=_kept, parse_int=_kept, object_pairs_hook=pairs)
    blank = re.compile(r"[\s,]*") if form["strip_outer_array"] else re.compile(r"\s*")
    at = blank.match(text, 0).end()  # type: ignore[union-attr]
    while at < len(text):
        line = text.count("\n", 0, at) + 1
        try:
            value, at = decoder.raw_decode(text, at)
        except ValueError as e:
            what = e.msg if isinstance(e, json.JSONDecodeError) else str(e)
            yield None, line, err("100069", "22P02", f"Error parsing JSON: {what}")
            return
        yield value, line, None
        at = blank.match(text, at).end()  # type: ignore[union-attr]


def _stripped(value: Any) -> Any:
    """Without members that are null; elements of arrays are kept as they are."""
    if isinstance(value, dict):
        return {k: _stripped(v) for k, v in value.items() if v is not None}
    return [_stripped(v) for v in value] if isinstance(value, list) else value


def json_text(value: Any) -> str:
    """JSON with the numbers as they were written."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{json_text(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(json_text(v) for v in value) + "]"
    return value.text if isinstance(value, _Number) else json.dumps(value, ensure_ascii=False)


def members(text: str) -> dict[str, str] | None:
    """The members of a JSON object as JSON texts; None for what is no object."""
    value = json.JSONDecoder(parse_float=_kept, parse_int=_kept).decode(text)
    return {k: json_text(v) for k, v in value.items()} if isinstance(value, dict) else None


READERS: dict[str, Callable[[str, dict[str, Any]], Iterator[Record]]] = {"CSV": csv_records, "JSON": json_records}
