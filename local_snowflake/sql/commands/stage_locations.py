"""Locations of files in statements (@stage/path, @%table/path, @~/path), LIST and REMOVE."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import format_datetime
from typing import Any

from ...model import Context, Result
from ..catalog.catalog import Obj
from ..catalog.names import full
from ..catalog.stage_files import StageFile
from ..language import types as T
from ..language.errors import COMPILE, err, feature, missing, privileges
from ..language.lexer import LEX
from ..language.parse import Cursor, single_words, split_name, tokens, without_end
from . import options
from .account import Account

_NAME = r'(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)'
LOCATION = re.compile(rf"@(?:(?P<user>~)|(?P<space>(?:{_NAME}\.){{0,2}})(?P<table>%?)(?P<name>{_NAME}))(?P<path>/[^\s,;()'\"]*)?", re.S)
URL = re.compile(r"(?i)(s3|s3gov|s3china|gcs|azure|s3compat)://\S+")


@dataclass
class Location:
    parts: list[str]  # of a stage or table; none for the user's stage
    table: bool
    path: str  # without the first slash
    text: str


def located(sql: str) -> tuple[str, list[Location]]:
    """A statement with a text in place of each location, \\2 and its number, so that it can be read by tokens."""
    out: list[str] = []
    found: list[Location] = []
    at = 0
    while at < len(sql):
        m = LEX.match(sql, at)
        assert m is not None
        place = LOCATION.match(sql, at) if m.lastgroup == "o" and m.group() == "@" else None
        quoted = m.group()[1:-1].replace("''", "'") if m.lastgroup == "s" else ""
        if quoted.startswith("@"):
            place = LOCATION.match(quoted)
            if place is None or re.search(r"[,;'\"]", quoted[place.end() :]):
                place = None
        if place is None:
            out.append(m.group())
            at = m.end()
            continue
        path = (place["path"] or "")[1:] + (quoted[place.end() :] if quoted else "")
        found.append(Location([] if place["user"] else split_name(place["space"] + place["name"]), bool(place["table"]), path, quoted or place.group()))
        out.append(f"'\2{len(found) - 1}'")
        at = m.end() if quoted else place.end()
    return "".join(out), found


def cursor(sql: str) -> tuple[Cursor, list[Location], str]:
    text, found = located(sql)
    return Cursor(single_words(without_end(tokens(text)))), found, text


def take(cur: Cursor, found: list[Location]) -> Location:
    """The location at the cursor."""
    if cur.is_string() and cur.toks[cur.i].text.startswith("\2"):
        return found[int(cur.string()[1:])]
    if cur.is_string() and URL.fullmatch(cur.toks[cur.i].text):
        raise feature("files outside of stages")
    raise cur.bad()


@dataclass
class Place:
    """A location that was found."""

    stage: Obj
    path: str

    def shown(self, name: str) -> str:
        """A file as statements call it: after the name of a stage, or the address of an external one."""
        if self.stage.kind != "STAGE":
            return name
        url = self.stage.props.get("url")
        return f"{url.rstrip('/')}/{name}" if url else f"{self.stage.name.lower()}/{name}"


def resolve(engine: Account, context: Context, location: Location, write: bool) -> Place:
    """The stage, with the privileges that reading or writing its files needs."""
    cat = engine.catalog
    if not location.parts:
        return Place(cat.need("USER", (context.user,)), location.path)
    path = full(context, "TABLE", location.parts)
    for n, kind in ((1, "Database"), (2, "Schema")):
        if not cat.usable(context.role, path[:n]):
            raise missing(kind, ".".join(path[:n]))
    stage = cat.get("TABLE" if location.table else "STAGE", path)
    if stage is None or not cat.sees(context.role, stage):
        raise missing("Table" if location.table else "Stage", ".".join(path))
    if location.table:
        cat.own(context.role, stage)
    else:
        wanted = "USAGE" if stage.props.get("url") else "WRITE" if write else "READ"
        if not cat.can(context.role, wanted, stage):
            raise privileges("stage", stage.name)
    return Place(stage, location.path)


def pattern(text: str | None) -> re.Pattern[str]:
    try:
        return re.compile(text if text is not None else ".*", re.S)
    except re.error:
        raise err("100048", "2201B", f"Invalid regular expression: '{text}'") from None


def stamp(t: datetime) -> str:
    return format_datetime(t.astimezone(timezone.utc), usegmt=True)


def files(engine: Account, place: Place, regex: re.Pattern[str]) -> list[StageFile]:
    return [f for f in engine.files.list(place.stage, place.path) if regex.fullmatch(f.name)]


def _read(engine: Account, sql: str, context: Context, write: bool) -> tuple[Place, list[StageFile]]:
    cur, found, _ = cursor(sql)
    cur.word()
    location = take(cur, found)
    wanted = None
    if cur.accept("PATTERN"):
        cur.expect("=")
        wanted = options.text(cur, "PATTERN")
    cur.end()
    place = resolve(engine, context, location, write)
    return place, files(engine, place, pattern(wanted))


def listed(engine: Account, sql: str, context: Context) -> Result:
    """LIST, LS"""
    place, found = _read(engine, sql, context, False)
    rows: list[Any] = [[place.shown(f.name), str(f.size), f.md5, stamp(f.last_modified)] for f in found]
    columns = [("name", T.text()), ("size", T.number()), ("md5", T.text()), ("last_modified", T.text())]
    return engine.finish(columns, rows, context)


def removed(engine: Account, sql: str, context: Context) -> Result:
    """REMOVE, RM"""
    place, found = _read(engine, sql, context, True)
    for f in found:
        engine.files.remove(place.stage, f.name)
    return engine.finish([("name", T.text()), ("result", T.text())], [[place.shown(f.name), "removed"] for f in found], context)


def only_one(kind: str) -> Exception:
    return err("002300", "0A000", f"{COMPILE}\n{kind} file format can produce one and only one column of variant, object, or array type. "
               "Load data into separate columns using the MATCH_BY_COLUMN_NAME copy option or copy with transformation.")
