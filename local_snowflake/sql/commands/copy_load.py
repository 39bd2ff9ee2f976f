"""COPY INTO <table>: files of a stage become rows, by position, by the names of columns or through a query over $1, $2 …"""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Sequence

import psycopg
from sqlglot import exp

from ...model import Binding, Context, Result, SnowflakeError
from ..catalog.catalog import ColumnDef, Obj
from ..catalog.stage_files import FAILED, LOADED, PARTLY, Load, StageFile
from ..language import types as T
from ..language.errors import COMPILE, err, feature, from_postgres, invalid_identifier
from ..language.parse import Cursor, Source, parse, tokens
from ..language.values import X
from ..translate.query import Out, Query
from . import formats, options, stage_data
from .account import Account
from .dml import changing, default, store
from .stage_data import Record
from .stage_locations import Location, Place, cursor, files, only_one, pattern, resolve, take

ROWS = "'\3'"  # stands for the rows of a block, a JSON array of arrays of texts
BLOCK = 2000
OPTIONS = {
    "FORCE": "bool", "PURGE": "bool", "ON_ERROR": "word", "MATCH_BY_COLUMN_NAME": "word(CASE_SENSITIVE|CASE_INSENSITIVE|NONE)", "TRUNCATECOLUMNS": "bool",
    "ENFORCE_LENGTH": "bool", "RETURN_FAILED_ONLY": "bool", "SIZE_LIMIT": "int", "LOAD_UNCERTAIN_FILES": "bool", "FILES": "texts", "PATTERN": "text",
}  # fmt: skip
REFUSED = ("VALIDATION_MODE", "CLUSTER_AT_INGEST_TIME", "INCLUDE_METADATA", "LOAD_MODE", "STORAGE_INTEGRATION", "CREDENTIALS", "ENCRYPTION", "FILE_PROCESSOR")
MORE = ("\n  If you would like to continue loading when an error is encountered, use other values such as 'SKIP_FILE' or 'CONTINUE' for the ON_ERROR option. "
        "For more information on loading options, please run 'info loading_data' in a SQL client.")
COLUMNS = [("file", T.text()), ("status", T.text()), ("rows_parsed", T.number()), ("rows_loaded", T.number()), ("error_limit", T.number()), ("errors_seen", T.number()),
           ("first_error", T.text()), ("first_error_line", T.number()), ("first_error_character", T.number()), ("first_error_column_name", T.text())]  # fmt: skip
SHOWN = {LOADED: "LOADED", PARTLY: "PARTIALLY_LOADED", FAILED: "LOAD_FAILED"}


@dataclass
class Copy:
    """A statement that was read."""

    table: list[str]
    columns: list[str] | None
    location: Location | None
    select: str | None
    given: dict[str, Any]
    form: dict[str, Any] | None


def read(sql: str) -> Copy:
    """COPY INTO table …"""
    cur, found, text = cursor(sql)
    cur.expect("COPY", "INTO")
    table = cur.name()
    columns = None
    if cur.accept("("):
        columns = [cur.ident()]
        while cur.accept(","):
            columns.append(cur.ident())
        cur.expect(")")
    location, select = None, None
    if cur.accept("FROM"):
        if cur.peek() == "(":
            select, location = _select(cur, found, text)
        else:
            location = take(cur, found)
    given, form = read_options(cur, OPTIONS, REFUSED)
    if columns is not None and select is None:
        raise feature("a list of columns without a transformation in COPY")
    if select is not None and given.get("MATCH_BY_COLUMN_NAME", "NONE") != "NONE":
        raise err("001003", "42000", f"{COMPILE} match_by_column_name is not supported with copy transform.")
    return Copy(table, columns, location, select, given, form)


def read_options(cur: Cursor, known: dict[str, str], refused: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    given: dict[str, Any] = {}
    form = None
    while not cur.done:
        name = cur.word()
        if name == "HEADER" and "HEADER" in known and cur.peek() != "=":
            given[name] = True
            continue
        if name in refused:
            raise feature(f"{name} of COPY")
        cur.expect("=")
        if name == "FILE_FORMAT" and form is None:
            form = options.file_format(cur, name) if cur.peek() == "(" else {"type": "FORMAT_REF", "format_name": options.dotted(cur, name)}
        elif name in known and name not in given:
            given[name] = options.read(cur, known[name], name)
        elif name in known or name == "FILE_FORMAT":
            raise cur.bad()
        else:
            raise options.unknown(name, "COPY")
        cur.accept(",")
    return given, form


def _select(cur: Cursor, found: list[Location], text: str) -> tuple[str, Location]:
    """( SELECT … FROM location )"""
    cur.expect("(")
    start, depth, location = cur.i, 1, None
    while depth:
        if cur.done:
            raise cur.bad()
        if cur.is_string() and cur.toks[cur.i].text.startswith("\2"):
            if location is not None:
                raise feature("several stages in one COPY")
            location = found[int(cur.toks[cur.i].text[1:])]
        elif not cur.is_string():
            depth += {"(": 1, ")": -1}.get(cur.peek(), 0)
        cur.i += 1
    if location is None or cur.i - 1 == start:
        raise cur.bad()
    return Source(text).between(cur.toks[start], cur.toks[cur.i - 2]), location


# Running


@dataclass
class Found:
    """What one file brought."""

    file: StageFile
    good: list[list[str | None]] = field(default_factory=list)
    parsed: int = 0
    errors: int = 0
    first: SnowflakeError | None = None
    line: int | None = None
    character: int | None = None
    column: str | None = None
    row: int = 0  # the number of the first bad row
    inserted: int = 0

    def note(self, record: Record, error: SnowflakeError, column: str | None, character: int) -> None:
        self.errors += 1
        if self.first is None:
            self.first, self.line, self.character, self.column, self.row = error, record.line, character, column, record.number


class Loader:
    def __init__(self, engine: Account, context: Context, session: Any, copy: Copy, bindings: Sequence[Binding] = (), pipe: Obj | None = None):
        self.pipe = pipe
        self.since: datetime | None = None  # only files that are not older
        self.engine, self.context, self.session, self.copy = engine, context, session, copy
        self.tr = engine.translator(context, session, bindings)
        self.table: Obj = self.tr.find(copy.table, "INSERT", "Table")
        if self.table.kind == "VIEW":
            raise err("002073", "42601", f"{COMPILE}\nCannot perform DML on view '{self.table.name}'.")
        location = copy.location or Location(copy.table, True, "", "")
        self.place: Place = resolve(engine, context, location, bool(copy.given.get("PURGE")))
        own = {"TABLE": None, "USER": None}.get(self.place.stage.kind, self.place.stage.props.get("file_format"))
        self.form = formats.resolved(engine.catalog, context, copy.form if copy.form is not None else own)
        if self.form["type"] not in stage_data.READERS:
            raise feature(f"files of TYPE = {self.form['type']}")
        if self.form["type"] == "CSV":
            stage_data.check_csv(self.form)
        self.match = copy.given.get("MATCH_BY_COLUMN_NAME", "NONE")
        self.on_error, self.limit = _on_error(copy.given.get("ON_ERROR", "SKIP_FILE" if pipe else "ABORT_STATEMENT"))
        self.columns = [c for c in self.table.columns] if copy.columns is None else [self.column(n) for n in copy.columns]
        self.width = 0
        self.body, self.values, self.loaded = self._compile()

    def column(self, name: str) -> ColumnDef:
        hit = [c for c in self.table.columns if c.name == name]
        if not hit:
            raise invalid_identifier(name)
        return hit[0]

    # From rows of texts to columns

    def _source(self, width: int) -> Query:
        """The rows of a block as a relation: $1, $2 … and what is known of the file."""
        as_json = self.form["type"] == "JSON" and self.match == "NONE"
        cells = [f"sf.parse_json(v.r->>{i})" if as_json and i == 0 else f"v.r->>{i}" for i in range(width)]
        t = T.VARIANT if as_json else T.text()
        cols = [Out(f"${i + 1}", X("", t if i == 0 or not as_json else T.text())) for i in range(width)]
        cols += [Out("METADATA$FILENAME", X("", T.text())), Out("METADATA$FILE_ROW_NUMBER", X("", T.number()))]
        cells += [f"v.r->>{width}", f"(v.r->>{width + 1})::numeric"]
        select = ", ".join(f"{c} AS c{i}" for i, c in enumerate(cells))
        return Query(f"SELECT {select} FROM jsonb_array_elements({ROWS}::jsonb) WITH ORDINALITY AS v(r, n) ORDER BY v.n", cols)

    def _compile(self) -> tuple[str, list[str], list[ColumnDef]]:
        """The relation of a block, the values of the table's columns over it (as q), and the columns."""
        if self.copy.select is not None:
            q = self._transformed(self.copy.select)
            if len(q.cols) != len(self.columns):
                raise err("002020", "21S01", f"{COMPILE}\nInsert value list does not match column list expecting {len(self.columns)} but got {len(q.cols)}")
            values = [self.value(X(f"q.c{i}", o.x.t), c) for i, (o, c) in enumerate(zip(q.cols, self.columns))]
        else:
            if self.form["type"] == "JSON" and self.match == "NONE":
                if len(self.columns) != 1 or not self.columns[0].type.is_semi:
                    raise only_one("JSON")
            self.width = len(self.columns)
            q = self._source(self.width)
            as_json = self.form["type"] == "JSON"
            values = [self.value(self._cell(i, c, as_json), c) for i, c in enumerate(self.columns)]
        rest = [c for c in self.table.columns if c not in self.columns]
        tail = [store(self.tr, default(self.tr, c, self.table), c, self.table) for c in rest]
        return q.sql, values + tail, self.columns + rest

    def _cell(self, i: int, c: ColumnDef, as_json: bool) -> X:
        """A field of a standard load: a text, or a JSON value for a column of its name."""
        if as_json and self.match == "NONE":
            return X(f"q.c{i}", T.VARIANT)
        if as_json:
            return X(f"sf.parse_json(q.c{i})", T.VARIANT)
        if c.type.is_semi:  # a text in a file is JSON for these
            return X(f"sf.parse_json(q.c{i})", T.VARIANT)
        return X(f"q.c{i}", T.text())

    def value(self, x: X, c: ColumnDef) -> str:
        short = self.copy.given.get("TRUNCATECOLUMNS") or self.copy.given.get("ENFORCE_LENGTH") is False
        if short and c.type.kind == "text" and x.t.kind == "text":
            x = X(f"left({x.sql}, {c.type.n})", c.type)
        if x.t.kind == "variant" or (x.t.kind, c.type.kind) == ("text", "binary"):
            return self.tr.conv.cast(x, c.type, write=True).sql
        return store(self.tr, x, c, self.table)

    def _transformed(self, text: str) -> Query:
        tree = parse(text, tokens(text))
        if not isinstance(tree, exp.Select) or tree.args.get("joins"):
            raise feature("this query in COPY")
        source = tree.args.get("from_").this if tree.args.get("from_") else None
        if not isinstance(source, exp.Table) or not isinstance(source.this, exp.Literal):
            raise feature("this query in COPY")
        for part in ("group", "order", "limit", "having", "qualify", "distinct"):
            if tree.args.get(part):
                raise feature(f"{part.upper()} in the query of COPY")
        numbers = [0]
        for node in list(tree.find_all(exp.Parameter)):
            if not isinstance(node.this, exp.Literal):
                raise feature("variables in the query of COPY")
            numbers.append(int(node.this.name))
            name = exp.to_identifier(f"${node.this.name}", quoted=True)
            if isinstance(node.parent, exp.Column):
                node.replace(name)
            else:
                node.replace(exp.column(name))
        self.width = max(numbers)
        if self.form["type"] == "JSON" and self.width > 1:
            raise err("001003", "42000", f"{COMPILE}\nJSON files have one column, $1.")
        source.set("this", exp.to_identifier("\3STAGED", quoted=True))
        self.tr.ctes.append({"\3STAGED": Query(f"({self._source(self.width).sql}) AS staged", self._source(self.width).cols)})
        return self.tr.query(tree)

    # Rows of files

    def records(self, file: StageFile, found: Found) -> list[tuple[Record, list[str | None]]]:
        """The rows of a file as the relation of a block takes them; what is wrong with the file itself is noted."""
        content = self.engine.files.read(self.place.stage.id, file.name) or b""
        text = stage_data.decoded(stage_data.unpacked(content, self.form["compression"]), self.form)
        form, header = self.form, None
        if form["type"] == "CSV" and form["parse_header"]:
            if self.match == "NONE" or form["skip_header"]:
                raise feature("PARSE_HEADER without MATCH_BY_COLUMN_NAME, or with SKIP_HEADER")
        elif form["type"] == "CSV" and self.match != "NONE":
            raise feature("MATCH_BY_COLUMN_NAME of CSV files without PARSE_HEADER")
        out = []
        for record in stage_data.READERS[form["type"]](text, form):
            if form["type"] == "CSV" and form["parse_header"] and header is None:
                header = [f or "" for f in record.fields]
                continue
            if header is not None:
                record.number -= 1
            found.parsed += 1
            if record.error is None:
                self._fit(record, header)
            if record.error is not None:
                found.note(record, record.error, self._told(record.column), record.character)
                continue
            out.append((record, [*record.fields, file.name, str(record.number)]))
        return out

    def _fit(self, record: Record, header: list[str] | None) -> None:
        """Bring a row to the width of the relation."""
        fields = record.fields
        if self.match != "NONE":
            if header is not None:
                named: dict[str, str | None] = dict(zip(header, fields))
            else:
                named = dict(stage_data.members(fields[0] or "null") or {})
            if self.match == "CASE_INSENSITIVE":
                named = {k.upper(): v for k, v in named.items()}
            record.fields = [named.get(c.name.upper() if self.match == "CASE_INSENSITIVE" else c.name) for c in self.columns]
            return
        if self.copy.select is None and self.form["type"] == "CSV" and len(fields) != self.width and self.form["error_on_column_count_mismatch"]:
            record.error = err("100080", "22000", f"Number of columns in file ({len(fields)}) does not match that of the corresponding table ({self.width}), "
                               "use file format option error_on_column_count_mismatch=false to ignore this error")
            record.column = min(len(fields), self.width) + 1
            return
        record.fields = (fields + [None] * self.width)[: self.width]

    def _told(self, column: int | None) -> str | None:
        """A column as an error names it."""
        if column is None:
            return None
        name = f'"{self.columns[column - 1].name}":' if column <= len(self.columns) else ""
        return f'"{self.table.name}"[{name}{column}]'

    # Checking and inserting

    def _block(self, rows: list[list[str | None]], select: str) -> str:
        literal = "'" + json.dumps(rows, ensure_ascii=False).replace("'", "''") + "'"
        return select.replace(ROWS, literal)

    def check(self, records: list[tuple[Record, list[str | None]]], found: Found) -> None:
        """Sort the good rows from those that do not become rows of the table, by halves."""
        if not records:
            return
        error = self._error([r for _, r in records], self.values)
        if error is None:
            found.good += [r for _, r in records]
        elif len(records) == 1:
            column = self._column_of(records[0][1])
            found.note(records[0][0], error, self._told(column), 1)
        else:
            half = len(records) // 2
            self.check(records[:half], found)
            self.check(records[half:], found)

    def _error(self, rows: list[list[str | None]], values: list[str], columns: list[ColumnDef] | None = None) -> SnowflakeError | None:
        cells = ", ".join(f"{v} AS v{i}" for i, v in enumerate(values))
        strict = [f"bool_or(z.v{i} IS NULL)" for i, c in enumerate(columns or self.loaded) if not c.nullable]
        nulls = " OR ".join(strict) or "false"
        sql = f"SELECT count(ROW(z.*)::text), {nulls} FROM (SELECT {cells} FROM ({self.body}) AS q OFFSET 0) AS z"
        try:
            row = self.engine.run_all([self._block(rows, sql)], self.context, self.session)[0][1]
        except psycopg.Error as e:
            error = from_postgres(e, self.session.statement)
            if error.code in ("000603", "000604"):  # not the row's fault
                raise error from None
            return error
        return err("100072", "22000", "NULL result in a non-nullable column") if row and row[1] else None

    def _column_of(self, row: list[str | None]) -> int | None:
        """The column that a bad row fails on."""
        for i, (value, c) in enumerate(zip(self.values, self.loaded)):
            if self._error([row], [value], [c]) is not None:
                return i + 1
        return None

    def insert(self, rows: list[list[str | None]]) -> list[str]:
        keys = ", ".join(c.key for c in self.loaded)
        select = f"INSERT INTO {self.table.physical} ({keys}) SELECT {', '.join(self.values)} FROM ({self.body}) AS q"
        return [self._block(rows[i : i + BLOCK], select) for i in range(0, len(rows), BLOCK)]

    # The statement

    def wanted(self) -> list[StageFile]:
        """The files of the statement that were not loaded before."""
        given = self.copy.given
        if "FILES" in given:
            path = self.place.path
            names = [f"{path}{'/' if path and not path.endswith('/') and not n.startswith('/') else ''}{n}".lstrip("/") for n in given["FILES"]]
            known = {f.name: f for f in self.engine.files.list(self.place.stage)}
            for name in names:
                if name not in known and self.on_error == "ABORT_STATEMENT":
                    raise err("091016", "22000", f"Remote file '{self.place.shown(name)}' was not found. There are several potential causes. The file might not exist. The required "
                              "credentials may be missing or invalid. If you are running a copy command, please make sure files are not deleted when they are being loaded or files are "
                              "not being loaded into two different tables concurrently with auto purge option.")
            found = [known[n] for n in names if n in known]
        else:
            found = files(self.engine, self.place, pattern(given.get("PATTERN")))
        now = self.engine.clock.now()
        if self.since is not None:
            found = [f for f in found if f.last_modified >= self.since]
        if not given.get("FORCE"):
            asked = self.engine.run_all([self.engine.files.loaded(self.table, self.place.stage, f, now) for f in found], self.context, self.session) if found else []
            found = [f for f, (_, row) in zip(found, asked) if not row or not row[0]]
        if given.get("SIZE_LIMIT"):
            sizes = list(itertools.accumulate(f.size for f in found))
            found = [f for f, before in zip(found, [0, *sizes]) if before < given["SIZE_LIMIT"] or f is found[0]]
        return found

    def run(self) -> Result:
        if self.pipe is None:  # pipes need none
            self.engine.need_warehouse(self.context)
        results: list[tuple[Found, str]] = []
        statements: list[str] = []
        todo = self.wanted()
        for file in todo:
            found = Found(file)
            try:
                records = self.records(file, found)
            except SnowflakeError as e:
                if e.code == "000002":
                    raise
                found.note(Record([], 1), e, None, 1)
                records = []
            for i in range(0, len(records), BLOCK):
                self.check(records[i : i + BLOCK], found)
            if found.errors and self.on_error == "ABORT_STATEMENT":
                raise self.abort(found)
            status = LOADED if not found.errors else self.outcome(found)
            if status == FAILED:
                found.good = []
            statements += self.insert(found.good)
            results.append((found, status))
        with changing(self.engine, self.table, self.context, self.session, False):
            counts = [n for n, _ in self.engine.run_all(statements, self.context, self.session)] if statements else []
        self.finish(results, counts)
        if not todo:
            return self.engine.finish([("status", T.text())], [["Copy executed with 0 files processed."]], self.context)
        rows = [self.line(f, s) for f, s in results if not self.copy.given.get("RETURN_FAILED_ONLY") or s == FAILED]
        return self.engine.finish(COLUMNS, rows, self.context)

    def finish(self, results: list[tuple[Found, str]], counts: list[int]) -> None:
        """Record what was loaded, and remove it where PURGE says so."""
        now = self.engine.clock.now()
        left = iter(counts)
        records = []
        for found, status in results:
            n = sum(itertools.islice(left, -(-len(found.good) // BLOCK)))
            found.inserted = n
            self.table.grown += n
            records.append(self.engine.files.record(self.told(found, status, now)))
            if status == LOADED and self.copy.given.get("PURGE"):
                self.engine.files.remove(self.place.stage, found.file.name)
        if records:
            self.engine.run_all(records, self.context, self.session)

    def told(self, found: Found, status: str, now: datetime) -> Load:
        """A file as COPY_HISTORY has it."""
        return Load(
            self.table.id, found.file.name, self.place.shown(self.place.path), self.place.stage.id, found.file.md5, now, found.inserted, found.parsed, found.file.size,
            found.first.message if found.first else None, found.line, found.character, found.column, found.errors, self.error_limit(found), status,
            list(self.pipe.path) if self.pipe else None, self.context.query_id,
        )  # fmt: skip

    def error_limit(self, found: Found) -> int:
        return found.parsed if self.on_error == "CONTINUE" else int(self.limit) if self.on_error == "SKIP_FILE" and self.limit >= 1 else 1

    def line(self, f: Found, status: str) -> list[str | None]:
        cells = (self.place.shown(f.file.name), SHOWN[status], f.parsed, f.inserted, self.error_limit(f), f.errors, f.first.message if f.first else None, f.line, f.character, f.column)
        return [None if c is None else str(c) for c in cells]

    def outcome(self, found: Found) -> str:
        """Of a file with errors, when they do not end the statement."""
        if self.on_error == "CONTINUE":
            return PARTLY if found.good else FAILED
        too_many = found.errors >= self.limit if self.limit >= 1 else found.errors > self.limit * found.parsed
        return FAILED if too_many else PARTLY

    def abort(self, found: Found) -> SnowflakeError:
        first = found.first
        assert first is not None
        where = f"\n  File '{self.place.shown(found.file.name)}', line {found.line}, character {found.character}\n  Row {found.row}"
        column = f", column {found.column}" if found.column else ""
        return err(first.code, first.sqlstate, f"{first.message}{where}{column}{MORE}")


def _on_error(text: str) -> tuple[str, float]:
    """The behaviour, and how many errors a skipped file needs (less than 1: a share of the rows)."""
    word = text.upper()
    if word in ("CONTINUE", "ABORT_STATEMENT", "SKIP_FILE"):
        return word, 1
    m = re.fullmatch(r"SKIP_FILE_(\d{1,9})(%?)", word)
    if m is None or not int(m[1]) or (m[2] and int(m[1]) > 100):
        raise options.bad_value("ON_ERROR", text)
    return "SKIP_FILE", int(m[1]) / 100 * (0.9999999 if m[1] == "100" else 1) if m[2] else int(m[1])


def refresh(engine: Account, pipe: Obj, context: Context, prefix: str, since: datetime | None) -> None:
    """What a pipe loads when it is asked to look for files, below a prefix of its location; what fails is in the history of loads only."""
    try:
        copy = read(pipe.props["copy_statement"])
        loader = Loader(engine, context, engine.session(context), copy, pipe=pipe)
        loader.since = since
        loader.place.path += prefix
        loader.run()
    except SnowflakeError:
        pass


def run(engine: Account, sql: str, context: Context, session: Any, bindings: Sequence[Binding] = ()) -> Result:
    return Loader(engine, context, session, read(sql), bindings).run()


