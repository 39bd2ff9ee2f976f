"""Long lists of constant rows behind VALUES, read without the parser."""

from __future__ import annotations

import re
from typing import Callable

from . import types as T
from .lexer import LEX
from .parse import unescape
from .values import X, null_x, number_x, text_x

LONG = 10000  # a shorter statement goes to the parser as it is
FEW = 20  # so do fewer rows
_ROW = re.compile(r"""\s*,\s*\(((?:\s*(?:'(?:[^'\\]|''|\\.)*'|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|NULL|TRUE|FALSE|\?)\s*(?:,(?=\s*[^\s)])|(?=\))))+)\)""", re.S | re.I)
_CELL = re.compile(r"""'((?:[^'\\]|''|\\.)*)'|(-?[\d][^\s,]*)|(\w+|\?)""", re.S)
_FIRST = re.compile(r"\s*\(")

Cells = list[tuple[str, str, str]]  # of a row: the inside of a literal, a number or a word


def cut(sql: str) -> tuple[str, list[Cells]]:
    """An INSERT without the rows behind its first one, and these rows; the statement as it is and none when they are few or not all constants."""
    if len(sql) < LONG or not sql.lstrip()[:6].upper() == "INSERT":
        return sql, []
    at = _first_row(sql)
    if at is None:
        return sql, []
    rows: list[Cells] = []
    end = at
    while (m := _ROW.match(sql, end)) is not None:
        rows.append(_CELL.findall(m[1]))
        end = m.end()
    return (sql[:at] + sql[end:], rows) if len(rows) >= FEW else (sql, [])


def _first_row(sql: str) -> int | None:
    """Where the first row of the only VALUES ends; None when there is none, or it has parentheses in it."""
    word, depth, start = "", 0, None
    for m in LEX.finditer(sql):
        text = m.group()
        if start is None:
            if m.lastgroup == "o" and (text.isalnum() or text == "_"):
                word += text
            elif word.upper() == "VALUES" and (text == "(" or not text.isspace()):
                if text != "(":
                    return None
                start = m.end()
            elif not (word.upper() == "VALUES" and text.isspace()):
                word = ""
        elif text == "(":
            return None
        elif text == ")" and m.lastgroup == "o":
            return m.end()
    return None


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
