"""The engine: takes one Snowflake statement, finds out what it is, runs it on the private cluster, hands back wire values."""

from __future__ import annotations

import itertools
import json
import re
import time
import uuid
from pathlib import Path
from typing import Any, Iterator, Sequence

import psycopg
from sqlglot import exp

from ..clock import Clock
from ..incidents import internal_error
from ..model import Binding, Context, Result, SnowflakeError
from ..objects import sql_statements
from ..spool import Spool
from .catalog.catalog import Catalog
from .catalog.cluster import Cluster, Pool
from .catalog.events import Events
from .catalog.query_log import QueryLog
from .commands import ddl, dml, monitors, sample as samples
from .language import types as T
from .language.errors import canceled, err, feature, from_postgres, missing, no_warehouse, syntax
from .language.lexer import split, without_comments
from .language.parse import Cursor, parse, split_name, tokens, without_end
from .language.rows import Cells, cut
from .language.values import X
from .scripting import bodies, calls, system
from .show import describe, explain, show
from .show.table_functions import VirtualTables
from .tasks import task_ddl
from .tasks.runtime import Runtime
from .translate.expressions import Translator
from .translate.session import Session

FETCH = 5000
AT_ONCE = 5000  # rows of a small result
ALONE = re.compile(r"(?is)\s*SELECT\s+(SYSTEM\$\w+)\s*\((.*)\)(?:\s+(?:AS\s+)?(\w+|\"[^\"]+\"))?\s*;?\s*")


class SqlEngine:
    """Implements commands.account.Account."""

    def __init__(self, data_dir: Path, sample: bool = False, account: str = "LOCAL", clock: Clock | None = None):
        self.account = account
        self.clock = clock or Clock()
        self.log = QueryLog(self.clock, Spool(data_dir / "results"))
        self.events = Events(self.clock)
        self.tasks = Runtime(self, self.clock, bodies.holds, bodies.run)
        self.state_seconds = 0.5  # how long compute pools and services take from state to state
        self.cluster = Cluster(data_dir)
        self.cluster.start()
        try:
            self.catalog_connection = self.cluster.connect()
            if not self.catalog_connection.execute("SELECT 1 FROM pg_namespace WHERE nspname = 'sf_catalog'").fetchone():
                self.catalog_connection.execute((Path(__file__).parent / "catalog" / "shim.sql").read_text())
            self.catalog = Catalog(self.catalog_connection)
            self.pool = Pool(self.cluster)
            self.numbers = itertools.count(int(time.time()) * 1000)
            if not any(self.catalog.all("USER")):
                samples.build(self, sample)
            self.tasks.start()
        except BaseException:
            self.cluster.close()
            raise

    # model.Engine

    def execute(self, sql: str, context: Context, bindings: Sequence[Binding] = ()) -> Result:
        """Run exactly one statement."""
        session = self.session(context)
        if context.cancelled.is_set():
            raise canceled()
        if not context.query_id:
            context.query_id = str(uuid.uuid4())
        session.statement = sql
        entry = self.log.open(sql, kind_of(sql), context, session.number)
        try:
            result = self._checked(sql, context, session, bindings)
        except SnowflakeError as e:
            self.log.failed(entry, e)
            raise
        except Exception as e:
            error = internal_error(e, sql)
            self.log.failed(entry, error)
            raise error from None
        session.query_ids.append(entry.query_id)
        if not isinstance(result.rows, (list, tuple)):
            result.rows = _guarded(result.rows, sql)
        return self.log.done(entry, result)

    def _checked(self, sql: str, context: Context, session: Session, bindings: Sequence[Binding]) -> Result:
        short, more = cut(sql)
        toks = without_end(tokens(short))
        if not toks:
            raise err("000900", "42601", "SQL compilation error:\nEmpty SQL statement.")
        try:
            if more:
                try:
                    result = self._shortened(parse(short, toks), more, context, session, bindings)
                    if result is not None:
                        return result
                except SnowflakeError as e:
                    if " at position " not in e.message:
                        raise
                toks = without_end(tokens(sql))  # as it is, for the right position too
            return self._run(sql, toks, context, session, bindings)
        except psycopg.Error as e:
            raise (canceled() if context.cancelled.is_set() else from_postgres(e, sql)) from None
        except RecursionError:
            raise err("000603", "XX000", "Statement is too complex") from None

    def _shortened(self, tree: exp.Expression, more: list[Cells], context: Context, session: Session, bindings: Sequence[Binding]) -> Result | None:
        """Run a statement without the rows that were cut out of its VALUES; None when they may belong elsewhere."""
        values = list(tree.find_all(exp.Values))
        bound = [p for p in tree.find_all(exp.Placeholder) if p.find_ancestor(exp.Values) is None]
        if len(values) != 1 or bound and any(word == "?" for row in more for _, _, word in row):
            return None
        values[0].meta["more"] = more
        if isinstance(tree, exp.Query):
            return self.select(tree, context, session, bindings)
        if isinstance(tree, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
            return dml.run(self, tree, context, session, bindings)
        return None

    def cancel(self, context: Context) -> None:
        context.cancelled.set()
        session = context.engine_session
        if isinstance(session, Session):
            with session.lock:
                if session.running is not None:
                    try:
                        session.running.cancel()
                    except psycopg.Error:
                        pass

    def release(self, context: Context) -> None:
        session = context.engine_session
        if not isinstance(session, Session):
            return
        if session.private is not None:
            self.pool.putconn(self._reset(session.private))
            session.private = None
            session.changed.clear()
        for obj in session.temp.values():
            self.catalog_connection.execute(f"DROP TABLE IF EXISTS {obj.physical}")
        context.engine_session = None

    def split(self, sql: str) -> list[str]:
        return split(sql)

    def current_defaults(self, user: str) -> Context:
        obj = self.catalog.get("USER", (user,))
        if obj is None:
            raise missing("User", user)
        p = obj.props
        role = p.get("default_role") or "PUBLIC"
        if role not in self.catalog.user_roles(user):
            role = "PUBLIC"
        database, _, schema = (p.get("default_namespace") or "").partition(".")
        return Context(user=user, role=role, warehouse=p.get("default_warehouse"), database=database or None, schema=schema or None)

    def check_context(self, context: Context) -> None:
        if context.role not in self.catalog.user_roles(context.user):
            raise err("390189", "08004", f"Role '{context.role}' specified in the connect string does not exist or not authorized. Contact your local system administrator, or attempt to login with another role, e.g. PUBLIC.")
        wanted = [("DATABASE", (context.database,))] if context.database else []
        if context.database and context.schema:
            wanted.append(("SCHEMA", (context.database, context.schema)))
        for kind, path in wanted:
            if not self.catalog.usable(context.role, path) and path[-1] != "INFORMATION_SCHEMA":
                raise err("390201", "08004", f"The requested {kind.lower()} does not exist or not authorized.")
        if context.warehouse:
            w = self.catalog.get("WAREHOUSE", (context.warehouse,))
            if w is None or not self.catalog.can(context.role, "USAGE", w):
                raise err("390201", "08004", "The requested warehouse does not exist or not authorized.")

    def close(self) -> None:
        """Stop the tasks and the private PostgreSQL."""
        self.tasks.close()
        self.pool.close()
        self.catalog_connection.close()
        self.cluster.close()
        self.log.spool.remove()

    # Inside

    def session(self, context: Context) -> Session:
        if not isinstance(context.engine_session, Session):
            context.engine_session = Session(next(self.numbers), self.account, self.clock, VirtualTables(self))
        return context.engine_session

    @staticmethod
    def _reset(conn: psycopg.Connection) -> psycopg.Connection:
        if conn.info.transaction_status != psycopg.pq.TransactionStatus.IDLE:
            conn.execute("ROLLBACK")
        return conn

    def translator(self, context: Context, session: Session, bindings: Sequence[Binding] = ()) -> Translator:
        return Translator(self.catalog, context, session, bindings)

    def _run(self, sql: str, toks: list[Any], context: Context, session: Session, bindings: Sequence[Binding]) -> Result:
        first = toks[0].text.upper()
        second = toks[1].text.upper() if len(toks) > 1 else ""
        if first in ("SHOW", "DESC", "DESCRIBE"):
            columns, rows = (show if first == "SHOW" else describe).run(self, Cursor(toks), context)
            return self.finish(columns, rows, context)
        if first in ("CREATE", "DROP", "GRANT", "REVOKE") and monitors.ours([t.text.upper() for t in toks[:5]]):
            ddl.end_transaction(self, session)
            return self.status(monitors.run(self, Cursor(toks), context), context)
        if task_ddl.about_task([t.text.upper() for t in toks[:4]]):
            ddl.end_transaction(self, session)
            return self.status(task_ddl.run(self, sql, context), context)
        if bodies.is_block(sql):
            return bodies.block(self, sql, context)
        if first == "CALL":
            return calls.call(self, sql, context, bindings)
        if first == "WITH" and bodies.is_procedure(sql):
            return bodies.procedure(self, sql, context)
        if first in ("USE", "SET", "UNSET", "BEGIN", "START", "COMMIT", "ROLLBACK") or (first == "ALTER" and second == "SESSION"):
            return self.status(ddl.session_statement(self, Cursor(toks), sql, context, session), context)
        alone = ALONE.fullmatch(without_comments(sql)) if second.startswith("SYSTEM$") and bodies.closed(sql) else None
        if alone is not None:
            return self.system(alone[1].upper(), alone[2], alone[3], context, bindings)
        if sql_statements.mine(toks):
            return self.status(sql_statements.run(self, sql, toks, context, session), context)
        if first == "TRUNCATE":
            return self.status(ddl.truncate(self, Cursor(toks), context, session), context)
        if first == "EXPLAIN":
            return self.explained(sql, toks, context, session, bindings)
        if first not in ("SELECT", "WITH", "(", "VALUES", "INSERT", "UPDATE", "DELETE", "MERGE", "CREATE", "ALTER"):
            raise syntax(toks[0].line, max(0, toks[0].col - len(toks[0].text)), toks[0].text)
        tree = parse(sql, toks)
        if isinstance(tree, exp.Query):
            return self.select(tree, context, session, bindings)
        if isinstance(tree, (exp.Insert, exp.Update, exp.Delete, exp.Merge)):
            return dml.run(self, tree, context, session, bindings)
        if isinstance(tree, (exp.Create, exp.Alter)):
            return self.status(ddl.run_tree(self, tree, sql, context, session, bindings), context)
        raise syntax(near=toks[0].text)

    def explained(self, sql: str, toks: list[Any], context: Context, session: Session, bindings: Sequence[Binding]) -> Result:
        """EXPLAIN of a query."""
        cur = Cursor(toks)
        cur.expect("EXPLAIN")
        style = cur.word() if cur.accept("USING") else "TABULAR"
        if style not in ("JSON", "TABULAR", "TEXT"):
            raise syntax(near=style)
        rest = sql[toks[cur.i].start:] if not cur.done else ""
        tree = parse(rest, without_end(tokens(rest)))
        if style == "TEXT" or not isinstance(tree, exp.Query):
            raise feature("EXPLAIN USING TEXT" if style == "TEXT" else "EXPLAIN of this statement")
        tr = self.translator(context, session, bindings)
        return self.finish(*explain.answer(self, tr.query(tree), tr.scans, style), context)

    def need_warehouse(self, context: Context) -> None:
        """A statement that reads tables needs a warehouse, but in a serverless task; a suspended one resumes when it may."""
        if context.task is not None and context.warehouse is None:
            return
        w = self.catalog.get("WAREHOUSE", (context.warehouse,)) if context.warehouse else None
        if w is None or not self.catalog.can(context.role, "USAGE", w):
            raise no_warehouse()
        if w.props.get("state") == "SUSPENDED":
            if str(w.props.get("auto_resume", "true")).lower() != "true":
                raise no_warehouse()
            w.props["state"] = "STARTED"
            self.catalog.save(w)

    def select(self, tree: exp.Expression, context: Context, session: Session, bindings: Sequence[Binding]) -> Result:
        tr = self.translator(context, session, bindings)
        q = tr.query(tree)
        if tr.uses_table:
            self.need_warehouse(context)
        columns = [T.wire_column(c.name, c.x.t, c.x.nullable, _where(c.x), c.x.collation) for c in q.cols]
        cells = ", ".join(f"{T.wire_sql(f'q.c{i}', c.x.t)}" for i, c in enumerate(q.cols))
        rows = self.stream(f"SELECT {cells} FROM ({q.sql}) AS q", context, session, tr)
        semi = [i for i, c in enumerate(q.cols) if c.x.t.is_semi or c.x.t.kind == "map"]
        if semi:
            rows = _pretty(rows, semi)
        kept = [(c.name, c.x.t) for c in q.cols]
        head = list(itertools.islice(rows, AT_ONCE + 1))
        if len(head) <= AT_ONCE:
            self.log.keep(context.query_id, kept, head)
            return Result(columns, head)
        self.log.expect(context.query_id, kept)
        return Result(columns, itertools.chain(head, rows))

    def stream(self, sql: str, context: Context, session: Session, tr: Translator) -> Iterator[list[str | None]]:
        """The rows of a query, fetched as they are read."""
        conn = session.private or self.pool.getconn()
        opened = False
        try:
            with session.lock:
                session.running = conn
            if context.cancelled.is_set():
                raise canceled()
            opened = conn.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
            if opened:
                conn.execute("BEGIN")
            with conn.cursor(name="sf_rows") as cur:
                cur.execute(sql)
                while True:
                    chunk = cur.fetchmany(FETCH)
                    yield from chunk
                    if len(chunk) < FETCH:
                        break
                    if context.cancelled.is_set():
                        raise canceled()
        except psycopg.Error as e:
            raise (canceled() if context.cancelled.is_set() else self.explain(e, tr)) from None
        finally:
            with session.lock:
                session.running = None
            if conn is not session.private:
                self.pool.putconn(self._reset(conn))
            elif opened:
                conn.execute("COMMIT")

    @staticmethod
    def explain(e: psycopg.Error, tr: Translator) -> SnowflakeError:
        """Name the column of a grouping error as the statement calls it."""
        if e.sqlstate == "42803" and e.diag.message_primary:
            parts = e.diag.message_primary.split('"')
            if len(parts) > 1 and parts[1] in tr.names:
                return err("000979", "42601", f"SQL compilation error:\n'{tr.names[parts[1]]}' in select clause is neither an aggregate nor in the group by clause.")
        return from_postgres(e, tr.session.statement)

    def run_sql(self, sql: str, context: Context, session: Session) -> int:
        """Run one PostgreSQL statement that returns nothing; the number of rows it touched."""
        return self.run_all([sql], context, session)[0][0]

    def run_all(self, sqls: list[str], context: Context, session: Session) -> list[tuple[int, tuple | None]]:
        """Run PostgreSQL statements as one transaction, or as one part of the open one; of each the number of rows it touched, and its first row if it answers any."""
        conn = session.private or self.pool.getconn()
        try:
            with session.lock:
                session.running = conn
            if context.cancelled.is_set():
                raise canceled()
            with conn.transaction():
                cursors = [conn.execute(sql) for sql in sqls]
                return [(c.rowcount, c.fetchone() if c.description else None) for c in cursors]
        except psycopg.Error:
            if context.cancelled.is_set():
                raise canceled() from None
            raise
        finally:
            with session.lock:
                session.running = None
            if conn is not session.private:
                self.pool.putconn(self._reset(conn))

    def system(self, name: str, text: str, alias: str | None, context: Context, bindings: Sequence[Binding]) -> Result:
        """SELECT SYSTEM$…(…) and nothing else."""
        args = calls.arguments(self, text, context, bindings)
        label = f"{name}({', '.join(part.strip() for part in text.split(','))})" if alias is None else split_name(alias)[0]
        return bodies.one_cell(self, label, system.run(self, name, context, args), context)

    def values(self, text: str, context: Context, bindings: Sequence[Binding] = ()) -> list[tuple[str | None, T.Type]]:
        """What a list of expressions comes to, as texts, with the types."""
        session = self.session(context)
        tr = self.translator(context, session, bindings)
        q = tr.query(parse(f"SELECT {text}", tokens(f"SELECT {text}")))
        if tr.uses_table:
            self.need_warehouse(context)
        cells = ", ".join(tr.conv.to_text(X(f"q.c{i}", c.x.t)) for i, c in enumerate(q.cols))
        rows = list(self.stream(f"SELECT {cells} FROM ({q.sql}) AS q", context, session, tr))
        return [(rows[0][i] if rows else None, c.x.t) for i, c in enumerate(q.cols)]

    def constant(self, x: X, context: Context) -> str | None:
        """The wire text of an expression without columns."""
        session = self.session(context)
        rows = list(self.stream(f"SELECT {T.wire_sql(x.sql, x.t)}", context, session, self.translator(context, session)))
        return rows[0][0]

    def finish(self, columns: list[tuple[str, T.Type]], rows: list[list[str | None]], context: Context) -> Result:
        self.log.keep(context.query_id, columns, rows)
        return Result([T.wire_column(n, t) for n, t in columns], rows)

    def status(self, text: str, context: Context) -> Result:
        return self.finish([("status", T.text())], [[text]], context)


def _guarded(rows: Iterator[list[str | None]], sql: str) -> Iterator[list[str | None]]:
    """Rows that are read later; what goes wrong then is an error of Snowflake's as well."""
    try:
        yield from rows
    except SnowflakeError:
        raise
    except Exception as e:
        raise internal_error(e, sql) from None


def kind_of(sql: str) -> str:
    """QUERY_TYPE, as far as the first words tell."""
    words = re.findall(r"[A-Za-z_]+", sql[:200].upper())[:3] + ["", ""]
    if words[0] in ("SELECT", "WITH", "VALUES"):
        return "SELECT"
    if words[0] in ("CREATE", "ALTER", "DROP"):
        rest = [w for w in words[1:] if w not in ("OR", "REPLACE", "TRANSIENT")]
        return f"{words[0]}_{rest[0]}" if rest and rest[0] else words[0]
    return words[0] or "UNKNOWN"


def _where(x: X) -> tuple[str, str, str]:
    return x.origin if len(x.origin) == 3 else ("", "", "")


class _Raw(float):
    """A JSON number that prints as it was written."""

    text: str


def pretty(value: Any, indent: str = "\n") -> str:
    """JSON as Snowflake prints it: two blanks of indentation, keys in order."""
    if isinstance(value, dict) and value:
        inner = indent + "  "
        return "{" + ",".join(f"{inner}{json.dumps(k, ensure_ascii=False)}: {pretty(value[k], inner)}" for k in sorted(value)) + indent + "}"
    if isinstance(value, list) and value:
        inner = indent + "  "
        return "[" + ",".join(inner + pretty(v, inner) for v in value) + indent + "]"
    if value == "\1":
        return "undefined"
    if isinstance(value, _Raw):
        return value.text
    return json.dumps(value, ensure_ascii=False)


def _number(text: str) -> _Raw:
    out = _Raw(text)
    out.text = text
    return out


def _pretty(rows: Iterator[Sequence[str | None]], at: list[int]) -> Iterator[list[str | None]]:
    for row in rows:
        out = list(row)
        for i in at:
            if out[i] is not None:
                out[i] = pretty(json.loads(out[i], parse_float=_number, parse_int=_number))
        yield out


def create_engine(data_dir: Path, sample: bool = False, clock: Clock | None = None) -> SqlEngine:
    """Start (or start again) the engine whose data is under data_dir."""
    return SqlEngine(Path(data_dir), sample, clock=clock)
