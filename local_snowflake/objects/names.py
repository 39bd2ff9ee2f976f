"""Identifiers in paths and bodies: unquoted ones fold to upper case, quoted ones are kept, answers quote only where it is needed."""

from __future__ import annotations

import re

from .answers import Refusal

IDENTIFIER = re.compile(r'"((?:[^"]|"")+)"|([A-Za-z_][A-Za-z0-9_$]*)')
BARE = re.compile(r"[A-Z_][A-Z0-9_$]*")


def fold(text: object) -> str:
    """The exact name; a text that is no identifier is refused before anything is looked up."""
    m = IDENTIFIER.fullmatch(text) if isinstance(text, str) else None
    if m is None:
        raise Refusal(400, "", f"Invalid SQL Identifier found in the request: {text}")
    return m[1].replace('""', '"') if m[1] is not None else m[2].upper()


def dotted(text: str) -> tuple[str, ...]:
    """The exact parts of a dotted name."""
    parts: list[str] = []
    at = 0
    while True:
        m = IDENTIFIER.match(text, at)
        if m is None:
            raise Refusal(400, "", f"Invalid SQL Identifier found in the request: {text}")
        parts.append(fold(m[0]))
        at = m.end()
        if at == len(text):
            return tuple(parts)
        if text[at] != ".":
            raise Refusal(400, "", f"Invalid SQL Identifier found in the request: {text}")
        at += 1


def shown(name: str | None) -> str | None:
    """A name as answers write it, so that it can be put into a path unchanged."""
    if name is None or BARE.fullmatch(name):
        return name
    return quoted(name)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def qualified(path: tuple[str, ...]) -> str:
    """A full name for an SQL text."""
    return ".".join(quoted(p) for p in path)


def action_of(segment: str) -> tuple[str, str]:
    """A path segment without and with its action: the last colon outside double quotes parts them."""
    inside = False
    cut = -1
    for i, ch in enumerate(segment):
        if ch == '"':
            inside = not inside
        elif ch == ":" and not inside:
            cut = i
    return (segment, "") if cut < 0 else (segment[:cut], segment[cut + 1 :])
