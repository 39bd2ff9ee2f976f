"""COPY INTO <location>: rows of a table or query become files of a stage."""

from __future__ import annotations

from typing import Any, Sequence

from ...model import Binding, Context, Result
from ..language import types as T
from ..language.errors import err, feature
from ..language.parse import Source, parse, tokens
from ..language.values import X
from . import formats, options, stage_data
from .account import Account
from .copy_load import read_options
from .stage_locations import Place, cursor, only_one, resolve, take

OPTIONS = {"OVERWRITE": "bool", "SINGLE": "bool", "MAX_FILE_SIZE": "int", "INCLUDE_QUERY_ID": "bool", "DETAILED_OUTPUT": "bool", "HEADER": "bool"}
REFUSED = ("VALIDATION_MODE", "PARTITION", "STORAGE_INTEGRATION", "CREDENTIALS", "ENCRYPTION")
MOST = 5368709120
TEXTS = ("text", "variant", "object", "array", "map", "binary", "date", "time", "timestamp_ntz", "timestamp_ltz", "timestamp_tz", "geography", "geometry", "uuid")


def run(engine: Account, sql: str, context: Context, session: Any, bindings: Sequence[Binding] = ()) -> Result:
    cur, found, text = cursor(sql)
    cur.expect("COPY", "INTO")
    location = take(cur, found)
    cur.expect("FROM")
    if cur.peek() == "(":
        start, depth = cur.i, 0
        while True:
            if cur.done:
                raise cur.bad()
            if not cur.is_string():
                depth += {"(": 1, ")": -1}.get(cur.peek(), 0)
            cur.i += 1
            if depth == 0:
                break
        query = Source(text).between(cur.toks[start], cur.toks[cur.i - 1])
    else:
        query = "SELECT * FROM " + ".".join('"' + p.replace('"', '""') + '"' for p in cur.name())
    given, form = read_options(cur, OPTIONS, REFUSED)
    if not 0 < given.get("MAX_FILE_SIZE", 1) <= MOST:
        raise options.bad_value("MAX_FILE_SIZE", given["MAX_FILE_SIZE"])
    if given.get("INCLUDE_QUERY_ID") and (given.get("SINGLE") or given.get("OVERWRITE")):
        raise options.bad_value("INCLUDE_QUERY_ID", "TRUE")
    place = resolve(engine, context, location, True)
    own = place.stage.props.get("file_format") if place.stage.kind == "STAGE" else None
    whole = formats.resolved(engine.catalog, context, form if form is not None else own)
    if whole["type"] not in ("CSV", "JSON"):
        raise feature(f"files of TYPE = {whole['type']}")
    if whole["type"] == "CSV":
        stage_data.check_csv(whole)
    return _Unload(engine, context, session, place, given, whole).run(query, bindings)


class _Unload:
    def __init__(self, engine: Account, context: Context, session: Any, place: Place, given: dict[str, Any], form: dict[str, Any]):
        self.engine, self.context, self.session, self.place, self.given, self.form = engine, context, session, place, given, form

    def run(self, query: str, bindings: Sequence[Binding]) -> Result:
        tr = self.engine.translator(self.context, self.session, bindings)
        q = tr.query(parse(query, tokens(query)))
        if tr.uses_table:
            self.engine.need_warehouse(self.context)
        as_json = self.form["type"] == "JSON"
        if as_json and (len(q.cols) != 1 or not q.cols[0].x.t.is_semi):
            raise only_one("JSON")
        if as_json and self.given.get("HEADER"):
            raise feature("HEADER of JSON files")
        cells = ", ".join(tr.conv.to_text(X(f"q.c{i}", c.x.t)) for i, c in enumerate(q.cols))
        texts = [c.x.t.kind in TEXTS for c in q.cols]
        rows = list(self.engine.stream(f"SELECT {cells} FROM ({q.sql}) AS q", self.context, self.session, tr))
        lines = [self._line(list(row), texts) for row in rows]
        header = stage_data.csv_line([(c.name, True) for c in q.cols], self.form) if self.given.get("HEADER") and not as_json else ""
        return self._write(header, lines)

    def _line(self, row: list[str | None], texts: list[bool]) -> str:
        if self.form["type"] == "JSON":
            return (row[0] if row[0] is not None else "null") + "\n"
        return stage_data.csv_line(list(zip(row, texts)), self.form)

    def _files(self, header: str, lines: list[str]) -> list[tuple[str, bytes, int]]:
        """The files with their plain contents and numbers of rows."""
        if not lines:
            return []
        most = self.given.get("MAX_FILE_SIZE", 16777216)
        parts: list[list[bytes]] = [[]]
        size = 0
        for line in lines:
            data = line.encode()
            if parts[-1] and size + len(data) > most:
                if self.given.get("SINGLE"):
                    raise err("001015", "22023", f"Max file size ({most}) exceeded for unload single file mode. Please increase MAX_FILE_SIZE copy option.")
                parts.append([])
                size = 0
            parts[-1].append(data)
            size += len(data)
        return [(self._name(i), header.encode() + b"".join(part), len(part)) for i, part in enumerate(parts)]

    def _compression(self) -> str:
        return "GZIP" if self.form["compression"] == "AUTO" else self.form["compression"]

    def _name(self, i: int) -> str:
        path = self.place.path
        folder = not path or path.endswith("/")
        if self.given.get("SINGLE"):
            return path + ("data" if folder else "")
        ext = self.form["file_extension"] or self.form["type"].lower()
        stem = path + ("data" if folder else "")
        if self.given.get("INCLUDE_QUERY_ID"):
            stem += ("" if stem.endswith("_") else "_") + self.context.query_id
        return f"{stem}{'' if stem.endswith('_') else '_'}0_{i}_0.{ext.lstrip('.')}{stage_data.ENDS.get(self._compression(), '')}"

    def _write(self, header: str, lines: list[str]) -> Result:
        files = self._files(header, lines)
        there = {f.name for f in self.engine.files.list(self.place.stage)}
        if not self.given.get("OVERWRITE") and any(name in there for name, _, _ in files):
            raise err("001030", "22000", f"Files already existing at the unload destination: {self.place.shown(self.place.path)}. Use overwrite option to force unloading.")
        done = [(name, stage_data.packed(content, self._compression()), content, n) for name, content, n in files]
        for name, out, _, _ in done:
            self.engine.files.put(self.place.stage, name, out, self.engine.clock.now())
        if self.given.get("DETAILED_OUTPUT"):
            columns = [("FILE_NAME", T.text()), ("FILE_SIZE", T.number()), ("ROW_COUNT", T.number())]
            return self.engine.finish(columns, [[name, str(len(out)), str(n)] for name, out, _, n in done], self.context)
        columns = [("rows_unloaded", T.number()), ("input_bytes", T.number()), ("output_bytes", T.number())]
        row = [str(len(lines)), str(sum(len(c) for _, _, c, _ in done)), str(sum(len(o) for _, o, _, _ in done))]
        return self.engine.finish(columns, [row], self.context)
