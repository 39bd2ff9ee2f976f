"""What a text is made of, without a parser: literals, names, comments, and the statements of it."""

from __future__ import annotations

import re

_QUOTED = r"""(?P<s>'[^'\\]*(?:(?:\\.|'')[^'\\]*)*(?:'|\Z))|(?P<d>\$\$.*?(?:\$\$|\Z))|(?P<q>"[^"]*(?:""[^"]*)*(?:"|\Z))|(?P<c>--[^\n]*|//[^\n]*|/\*.*?(?:\*/|\Z))|(?P<x>;)"""
LEX = re.compile(_QUOTED + r"|(?P<p>\?(?=::))|(?P<o>.)", re.S)
PIECE = re.compile(_QUOTED + r"|(?P<p>\?(?=::))|(?P<w>[A-Za-z_][\w$]*)|(?P<o>.)", re.S)
_ROUGH = re.compile(_QUOTED + r"|(?P<w>[A-Za-z_][\w$]*)|(?P<o>[^A-Za-z_'\"$;/\-]+|.)", re.S)  # what is neither quoted nor a word in one piece
NO_BLOCK = ("", ";", "TRANSACTION", "WORK", "NAME")  # what follows a BEGIN that opens a transaction
_CLOSED_ELSEWHERE = ("IF", "FOR", "WHILE", "LOOP", "REPEAT")


def lexemes(sql: str) -> list[tuple[str, str, int, int]]:
    """Kind (w: word, x: semicolon, c: comment, o: other …), upper-case text, start and end of what a text is made of; blanks are dropped."""
    return [(m.lastgroup or "", m.group().upper(), m.start(), m.end()) for m in PIECE.finditer(sql) if not m.group().isspace()]


def split(sql: str) -> list[str]:
    """The single statements of a text; blank ones and pure comments are dropped, blocks BEGIN … END stay whole."""
    if ";" not in sql:
        return [sql.strip()] if any(m.lastgroup != "c" and not m.group().isspace() for m in _ROUGH.finditer(sql)) else []
    out: list[str] = []
    start, seen, depth, declared = 0, False, 0, False
    pieces = _rough(sql)
    for i, (kind, text, at, end) in enumerate(pieces):
        follows = pieces[i + 1][1] if i + 1 < len(pieces) else ""
        if kind == "x" and not depth and not declared:
            if seen:
                out.append(sql[start:at].strip())
            start, seen = end, False
            continue
        if kind == "w":
            if text == "DECLARE" and depth == 0 and (not seen or pieces[i - 1][1] == "AS"):
                declared = True
            elif text == "BEGIN" and follows not in NO_BLOCK:
                depth, declared = depth + 1, False
            elif text == "CASE" and depth and pieces[i - 1][1] != "END":
                depth += 1
            elif text == "END" and depth and follows not in _CLOSED_ELSEWHERE:
                depth -= 1
        seen = True
    if seen:
        out.append(sql[start:].strip())
    return out


def _rough(sql: str) -> list[tuple[str, str, int, int]]:
    """The words and semicolons among lexemes(), and one piece without a text for all that stands between two of them but comments."""
    out: list[tuple[str, str, int, int]] = []
    for m in _ROUGH.finditer(sql):
        kind = m.lastgroup or ""
        if kind in ("w", "x"):
            out.append((kind, m.group().upper(), m.start(), m.end()))
        elif kind != "c" and not (out and out[-1][0] == "o") and not m.group().isspace():
            out.append(("o", "...", m.start(), m.end()))
    return out


def without_comments(sql: str) -> str:
    """The text with a blank for each comment."""
    return LEX.sub(lambda m: " " if m.lastgroup == "c" else m.group(), sql)


def find_word(sql: str, word: str) -> tuple[int, int] | None:
    """Where a word stands first, outside of parentheses, literals, quoted names and comments."""
    depth = 0
    for kind, text, at, end in lexemes(sql):
        if text in ("(", ")"):
            depth += 1 if text == "(" else -1
        elif kind == "w" and text == word and depth == 0:
            return at, end
    return None
