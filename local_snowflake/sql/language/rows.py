"""Long lists of constant rows behind VALUES, read without the parser."""

from __future__ import annotations

import re
from typing import Callable

from . import types as T
from .lexer import PIECE
from .parse import unescape
from .values import X, null_x, number_x, text_x

LONG = 10000  # a shorter statement goes to the parser as it is
FEW = 20  # so do fewer rows
WORDS = ("INSERT", "MERGE", "UPDATE", "DELETE", "SELECT", "WITH")  # what a statement with such a list begins with
_ROW = re.compile(r"""\s*,\s*\(((?:\s*(?:'[^'\\]*(?:(?:''|\\.)[^'\\]*)*'|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|NULL|TRUE|FALSE|\?)\s*(?:,(?=\s*[^\s)])|(?=\))))+)\)""", re.S | re.I)
_CELL = re.compile(r"""'([^'\\]*(?:(?:''|\\.)[^'\\]*)*)'|(-?[\d][^\s,]*)|(\w+|\?)""", re.S)
_BEGINNING = re.compile(r"[A-Za-z]+")

Cells = list[tuple[str, str, str]]  # of a row: the inside of a literal, a number or a word


def cut(sql: str) -> tuple[str, list[Cells]]:
    """A statement without the rows behind the first one of its first VALUES, and these rows; the statement as it is and none when they are few or not all
    constants."""
    first = _BEGINNING.match(sql.lstrip()[:8]) if len(sql) >= LONG else None
    if first is None or first.group().upper() not in WORDS:
        return sql, []
    at = _first_row(sql)
    if at is None:
        return sql, []
    rows: list[Cells] = []
    end = at
    while (m := _ROW.match(sql, end)) is not None:
        rows.append(_cells(m[1]))
        end = m.end()
    return (sql[:at] + sql[end:], rows) if len(rows) >= FEW else (sql, [])


def _cells(row: str) -> Cells:
    """What stands between the parentheses of a row."""
    texts_ = row[1:-1].split("', '")
    if row[0] == row[-1] == "'" and "\\" not in row and row.count("'") == 2 * len(texts_):  # literals alone, and no other quote
        return [(text, "", "") for text in texts_]
    return _CELL.findall(row)


def _first_row(sql: str) -> int | None:
    """Where the first row of the first VALUES ends; None when there is none, or it has parentheses in it."""
    behind, start = False, None
    for m in PIECE.finditer(sql):
        text = m.group()
        if start is not None:
            if text == "(":
                return None
            if text == ")":
                return m.end()
        elif m.lastgroup == "w":
            behind = text.upper() == "VALUES"
        elif behind and not text.isspace():
            if text != "(":
                return None
            start = m.end()
    return None


def texts(rows: list[Cells]) -> list[list[str | None]] | None:
    """The cells of rows that were cut out, column by column, when they are literals and NULL alone and the rows have one length."""
    if any(number or word and word.upper() != "NULL" for row in rows for _, number, word in row) or len({len(row) for row in rows}) != 1:
        return None
    return [[None if word else unescape(text) if "\\" in text or "'" in text else text for text, _, word in column] for column in zip(*rows)]


def constants(row: Cells, bound: Callable[[], X]) -> list[X]:
    """The values of a row that was cut out; bound gives that of the next bind variable."""
    return [_constant(*cell, bound) for cell in row]


def _constant(text: str, number: str, word: str, bound: Callable[[], X]) -> X:
    if number:
        x = number_x(number.lstrip("-"))
        return X(f"(- {x.sql})", x.t, False, f"-{x.literal}") if number[0] == "-" else x
    if word == "?":
        return bound()
    if word:
        return null_x() if word.upper() == "NULL" else X(word.lower(), T.BOOLEAN, False)
    return text_x(unescape(text) if "\\" in text or "'" in text else text)
