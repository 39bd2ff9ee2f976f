"""SQL API v2: submit, poll, partitions, cancel (protocol sheet 1)."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import re
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from aiohttp import web

from .auth import Auth, Identity
from .errors import ApiError, invalid_request
from .incidents import internal_error
from .model import Binding, Column, Context, DmlStats, Engine, Result, SnowflakeError
from .payload import parse_json
from .spool import SMALL, Spool, Stored

PARAMETERS = {
    "BINARY_OUTPUT_FORMAT", "CLIENT_RESULT_CHUNK_SIZE", "DATE_OUTPUT_FORMAT", "MULTI_STATEMENT_COUNT", "QUERY_TAG",
    "ROWS_PER_RESULTSET", "TIME_OUTPUT_FORMAT", "TIMESTAMP_OUTPUT_FORMAT", "TIMESTAMP_LTZ_OUTPUT_FORMAT",
    "TIMESTAMP_NTZ_OUTPUT_FORMAT", "TIMESTAMP_TZ_OUTPUT_FORMAT", "TIMEZONE", "USE_CACHED_RESULT",
}  # fmt: skip
BODY_KEYS = {"statement", "timeout", "database", "schema", "warehouse", "role", "bindings", "parameters", "resultSetMetaData"}
BIND_FORMS = {
    "FIXED": r"[-+]?\d+", "REAL": r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|[-+]?inf|NaN", "DECFLOAT": r"[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?",
    "TEXT": r"[\s\S]*", "BINARY": r"([0-9a-fA-F]{2})*", "BOOLEAN": r"(?i:true|false|0|1)", "DATE": r"-?\d+", "TIME": r"\d+",
    "TIMESTAMP_NTZ": r"-?\d+", "TIMESTAMP_LTZ": r"-?\d+", "TIMESTAMP_TZ": r"-?\d+ \d+", "ANY": r"[\s\S]*",
}  # fmt: skip
NANOSECONDS_OF_A_DAY = 86400 * 10**9
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass
class Partition:
    """Some rows of a result, as the JSON text of their array in UTF-8; large ones compressed and on disk."""

    count: int
    size: int
    _data: bytes | Stored

    @classmethod
    def of(cls, rows: list, null_text: bool, spool: Spool) -> Partition:
        if null_text:
            rows = [["null" if cell is None else cell for cell in row] for row in rows]
        text = json.dumps(rows, ensure_ascii=False).encode(errors="replace")
        size = sum(len(cell or "") + 3 for row in rows for cell in row)
        return cls(len(rows), size, text if len(text) <= SMALL else spool.store(gzip.compress(text, 1)))

    def text(self) -> bytes:
        return self._data if isinstance(self._data, bytes) else gzip.decompress(self._data.read())

    def body(self) -> bytes:
        """The compressed answer to a call for this partition."""
        return gzip.compress(b'{"data": ' + self.text() + b"}", 1)


@dataclass
class Statement:
    handle: str
    request_id: str
    user: str
    context: Context
    created: float = field(default_factory=time.time)
    finished: float | None = None
    done: asyncio.Event = field(default_factory=asyncio.Event)
    columns: list[Column] = field(default_factory=list)
    partitions: list[Partition] = field(default_factory=list)
    error: SnowflakeError | None = None
    timed_out: bool = False
    null_text: bool = False  # nullable=false: NULL is the text null, in every partition
    stats: DmlStats | None = None
    children: list["Statement"] = field(default_factory=list)


class Statements:
    """The statements of the account and the handlers of /api/v2/statements."""

    def __init__(self, engine: Engine, auth: Auth, *, window: float = 45, partition_rows: int = 10000, retention: float = 86400, spool: Spool):
        self.engine = engine
        self.auth = auth
        self.window = window
        self.partition_rows = partition_rows
        self.retention = retention
        self.spool = spool
        self.by_handle: dict[str, Statement] = {}
        self.by_request: dict[tuple[str, str], Statement] = {}
        self.pool = ThreadPoolExecutor(64)

    # -- handlers ----------------------------------------------------------

    async def submit(self, request: web.Request) -> web.Response:
        _check_headers(request)
        identity = self.auth.identify(request)
        query = _check_query(request, {"requestId", "retry", "async", "nullable"})
        request_id = query.get("requestId", str(uuid.uuid4()))
        body = await _json_body(request)
        statement = None
        if query.get("retry") == "true":
            statement = self.by_request.get((identity.user, request_id))
        if statement is None:
            statement = self._start(identity, request_id, body)
            statement.null_text = query.get("nullable") == "false"
        if query.get("async") != "true":
            try:
                await asyncio.wait_for(statement.done.wait(), self.window)
            except asyncio.TimeoutError:
                pass
        elif not statement.done.is_set():
            return self._in_progress(statement)
        elif query.get("retry") != "true":
            return self._in_progress(statement)
        return self._answer(statement, request)

    async def status(self, request: web.Request) -> web.Response:
        _check_headers(request)
        identity = self.auth.identify(request)
        query = _check_query(request, {"requestId", "partition"})
        statement = self._find(identity, request.match_info["handle"])
        partition = query.get("partition", "0")
        if not re.fullmatch("[0-9]+", partition):
            raise invalid_request("partition")
        if int(partition) == 0 or not statement.done.is_set() or statement.error:
            return self._answer(statement, request)
        if int(partition) >= len(statement.partitions):
            raise invalid_request("partition out of range")
        body = await asyncio.get_running_loop().run_in_executor(None, statement.partitions[int(partition)].body)
        return web.Response(body=body, content_type="application/json", headers={"Content-Encoding": "gzip"})

    async def cancel(self, request: web.Request) -> web.Response:
        _check_headers(request)
        identity = self.auth.identify(request)
        _check_query(request, {"requestId"})
        statement = self._find(identity, request.match_info["handle"])
        if statement.done.is_set():
            raise ApiError(422, "000709", f"Statement {statement.handle} not found", sqlState="02000", statementHandle=statement.handle)
        statement.context.cancelled.set()
        self.engine.cancel(statement.context)
        return web.json_response({
            "code": "000604", "sqlState": "57014", "message": "SQL execution canceled", "statementHandle": statement.handle,
            "statementStatusUrl": f"/api/v2/statements/{statement.handle}?requestId={statement.request_id}",
        })  # fmt: skip

    def open_statements(self) -> list[str]:
        return [s.handle for s in self.by_handle.values() if not s.done.is_set()]

    # -- running -----------------------------------------------------------

    def _find(self, identity: Identity, handle: str) -> Statement:
        statement = self.by_handle.get(handle)
        if statement and statement.finished and time.time() - statement.finished > self.retention:
            statement = None
        if statement is None or statement.user != identity.user:
            raise ApiError(422, "000709", f"Statement {handle} not found", sqlState="02000", statementHandle=handle)
        return statement

    def _forget(self) -> None:
        """What is over for longer than results are kept."""
        for statement in list(itertools.takewhile(lambda s: s.finished and time.time() - s.finished > self.retention, list(self.by_handle.values()))):
            self.by_handle.pop(statement.handle, None)
            self.by_request.pop((statement.user, statement.request_id), None)

    def _new(self, identity: Identity, request_id: str, context: Context) -> Statement:
        statement = Statement(f"01{uuid.uuid4().hex[:6]}-0000-{uuid.uuid4().hex[:4]}-0000-{uuid.uuid4().hex[:12]}", request_id, identity.user, context)
        context.query_id = statement.handle
        self._forget()
        self.by_handle[statement.handle] = statement
        return statement

    def _start(self, identity: Identity, request_id: str, body: dict) -> Statement:
        text = body.get("statement")
        if not isinstance(text, str):
            raise invalid_request("statement")
        try:
            context = self.engine.current_defaults(identity.user)
        except SnowflakeError as error:
            raise ApiError(401, error.code, error.message) from None
        parameters = _parameters(body)
        count = int(parameters.pop("MULTI_STATEMENT_COUNT", "1"))
        context.parameters.update(parameters)
        for key in ("database", "schema", "warehouse", "role"):
            value = body.get(key)
            if value is not None and not isinstance(value, str):
                raise invalid_request(key)
            if value:
                setattr(context, key, value)
        if identity.role_restriction and context.role != identity.role_restriction:
            raise ApiError(403, "390189", f"Role '{context.role}' specified in the connect string is not granted to this user.")
        timeout = body.get("timeout", 172800)
        if not isinstance(timeout, int) or isinstance(timeout, bool) or not 0 <= timeout <= 604800:
            raise invalid_request("timeout")
        try:
            self.engine.check_context(context)
        except SnowflakeError as error:
            raise ApiError(400, error.code, error.message) from None
        bindings = _bindings(body)
        statement = self._new(identity, request_id, context)
        self.by_request[(identity.user, request_id)] = statement
        loop = asyncio.get_running_loop()
        loop.create_task(self._run(statement, text, bindings, count, timeout or 604800))
        return statement

    async def _run(self, statement: Statement, text: str, bindings: list[Binding], count: int, timeout: int) -> None:
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self.pool, self._execute, statement, text, bindings, count)

        def expire() -> None:
            statement.timed_out = True
            statement.context.cancelled.set()
            self.engine.cancel(statement.context)

        timer = loop.call_later(timeout, expire)
        try:
            await work
        finally:
            timer.cancel()
            statement.finished = time.time()
            statement.done.set()

    def _execute(self, statement: Statement, text: str, bindings: list[Binding], count: int) -> None:
        try:
            parts = self.engine.split(text)
            if count != 0 and len(parts) != count and not (count == 1 and len(parts) == 0):
                raise SnowflakeError("000008", "0A000", f"Actual statement count {len(parts)} did not match the desired statement count {count}.")
            if len(parts) > 1:
                self._execute_several(statement, text, parts, bindings)
            else:
                self._keep(statement, self.engine.execute(text, statement.context, bindings))
        except SnowflakeError as error:
            statement.error = error
        except Exception as error:
            statement.error = internal_error(error, text)
        finally:
            self.engine.release(statement.context)

    def _execute_several(self, statement: Statement, text: str, parts: list[str], bindings: list[Binding]) -> None:
        if bindings:
            raise SnowflakeError("000002", "0A000", "Unsupported feature 'bind variables in multi-statement requests'.")
        if not statement.context.warehouse:
            raise SnowflakeError("000606", "57P03", "No active warehouse selected in the current session.  Select an active warehouse with the 'use warehouse' command.\n")
        statement.context.multi_statement = True
        at = 0
        for part in parts:
            at = text.index(part, at)
            child = self._new(Identity(statement.user), statement.request_id, statement.context)
            child.null_text = statement.null_text
            statement.children.append(child)
            self._execute_child(child, part, f"line {text.count(chr(10), 0, at) + 1}, position {at - text.rfind(chr(10), 0, at) - 1}")
            at += len(part)
        column = Column("multiple statement execution", "text", length=16777216, byte_length=16777216)
        self._keep(statement, Result([column], [["Multiple statements executed successfully."]]))

    def _execute_child(self, child: Statement, part: str, place: str) -> None:
        try:
            self._keep(child, self.engine.execute(part, child.context))
        except SnowflakeError as error:
            child.error = error
            if child.context.cancelled.is_set():
                raise
            raise SnowflakeError(
                "100132", "P0000",
                "JavaScript execution error: Uncaught Execution of multiple statements failed on statement "
                f'"{part if len(part) <= 30 else part[:30] + "..."}" (at {place}).\n{error.message} in SYSTEM$MULTISTMT at \'    throw `Execution of multiple statements failed on '
                "statement {0} (at line {1}, position {2}).`.replace('{1}', LINES[i])' position 4\nstackstrace: \nSYSTEM$MULTISTMT line: 10",
            ) from None  # fmt: skip
        except Exception as error:
            child.error = internal_error(error, part)
            raise child.error from None
        finally:
            child.finished = time.time()
            child.done.set()

    def _keep(self, statement: Statement, result: Result) -> None:
        rows = iter(result.rows)
        partitions = []
        while True:
            some = list(itertools.islice(rows, self.partition_rows))
            if partitions and not some:
                break
            partitions.append(Partition.of(some, statement.null_text, self.spool))
        statement.columns, statement.stats, statement.partitions = list(result.columns), result.stats, partitions

    # -- answers -----------------------------------------------------------

    def _url(self, statement: Statement) -> str:
        return f"/api/v2/statements/{statement.handle}?requestId={statement.request_id}"

    def _in_progress(self, statement: Statement) -> web.Response:
        return web.json_response({
            "code": "333334",
            "message": "Asynchronous execution in progress. Use provided query id to perform query monitoring and management.",
            "statementHandle": statement.handle, "statementStatusUrl": self._url(statement),
        }, status=202)  # fmt: skip

    def _answer(self, statement: Statement, request: web.Request) -> web.Response:
        if not statement.done.is_set():
            return self._in_progress(statement)
        if statement.timed_out:
            message = "Statement reached its statement or warehouse timeout and was canceled."
            code, status = ("000630", 408) if request.method == "POST" else ("000630", 422)
            raise ApiError(status, code, message, sqlState="57014", statementHandle=statement.handle)
        if statement.error:
            error = statement.error
            raise ApiError(422, error.code, error.message, sqlState=error.sqlstate, statementHandle=statement.handle)
        body = self._result(statement)
        data = b'"data": ' + statement.partitions[0].text()
        response = web.Response(body=b"{" + data + b", " + json.dumps(body, ensure_ascii=False).encode(errors="replace")[1:], content_type="application/json", charset="utf-8")
        response.headers["Link"] = f'<{self._url(statement)}&partition=0>; rel="first"'
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.enable_compression(web.ContentCoding.gzip)
        return response

    def _result(self, statement: Statement) -> dict:
        """The answer but for its data."""
        info = [{"rowCount": p.count, "uncompressedSize": p.size} for p in statement.partitions]
        body = {
            "resultSetMetaData": {
                "numRows": sum(p.count for p in statement.partitions), "format": "jsonv2", "partitionInfo": info,
                "rowType": [_row_type(column) for column in statement.columns],
            },
            "code": "090001", "statementStatusUrl": self._url(statement), "requestId": statement.request_id,
            "sqlState": "00000", "statementHandle": statement.handle, "message": "Statement executed successfully.",
            "createdOn": int(statement.created * 1000),
        }  # fmt: skip
        if statement.children:
            body["statementHandles"] = [child.handle for child in statement.children]
        stats = statement.stats
        if stats:
            body["stats"] = {
                "numRowsInserted": stats.inserted, "numRowsUpdated": stats.updated, "numRowsDeleted": stats.deleted,
                "numDuplicateRowsUpdated": stats.duplicate_updated,
            }  # fmt: skip
        return body


def _row_type(column: Column) -> dict:
    return {
        "name": column.name, "database": column.database, "schema": column.schema, "table": column.table, "nullable": column.nullable,
        "byteLength": column.byte_length, "precision": column.precision, "scale": column.scale, "collation": column.collation,
        "type": column.type, "length": column.length,
    }  # fmt: skip


def _check_headers(request: web.Request) -> None:
    accept = request.headers.get("Accept", "")
    if "User-Agent" not in request.headers or not re.match(r"[\w.-]+/[\w.-]+", request.headers["User-Agent"]):
        raise invalid_request("User-Agent")
    if "application/json" not in accept and "*/*" not in accept:
        raise invalid_request("Accept")
    if request.body_exists and "Content-Type" in request.headers and request.content_type != "application/json":
        raise ApiError(415, None, None)


def _check_query(request: web.Request, known: set[str]) -> dict[str, str]:
    for key, value in request.query.items():
        if key not in known:
            raise invalid_request(f"query parameter {key}")
        if key in ("retry", "async", "nullable") and value not in ("true", "false"):
            raise invalid_request(f"query parameter {key}")
        if key == "requestId" and not UUID.fullmatch(value):
            raise invalid_request("requestId")
    return dict(request.query)


async def _json_body(request: web.Request) -> dict:
    try:
        body = parse_json(await request.read())
    except ValueError:
        raise invalid_request("not JSON") from None
    if not isinstance(body, dict) or set(body) - BODY_KEYS:
        raise invalid_request("body keys " + ", ".join(sorted(set(body) - BODY_KEYS)) if isinstance(body, dict) else "not an object")
    return body


def _object(body: dict, key: str) -> dict:
    value = body.get(key)
    if value is not None and not isinstance(value, dict):
        raise invalid_request(key)
    return value or {}


def _parameters(body: dict) -> dict[str, str]:
    out = {}
    for key, value in _object(body, "parameters").items():
        if key.upper() not in PARAMETERS or isinstance(value, (dict, list)) or value is None:
            raise invalid_request(f"parameter {key}")
        out[key.upper()] = str(value)
    if not re.fullmatch("[0-9]+", out.get("MULTI_STATEMENT_COUNT", "1")):
        raise invalid_request("MULTI_STATEMENT_COUNT")
    return out


def _bindings(body: dict) -> list[Binding]:
    """The values of the placeholders; one after a gap is of no use, its statement fails with 002049."""
    bindings = {key: _binding(key, entry) for key, entry in _object(body, "bindings").items()}
    return list(itertools.takewhile(lambda binding: binding is not None, (bindings.get(str(position)) for position in itertools.count(1))))


def _binding(key: str, entry: object) -> Binding:
    if not re.fullmatch("[1-9][0-9]*", key) or not isinstance(entry, dict) or set(entry) != {"type", "value"}:
        raise invalid_request(f"binding {key}")
    kind, value = entry["type"], entry["value"]
    if not isinstance(kind, str) or kind not in BIND_FORMS or not (value is None or isinstance(value, str)):
        raise invalid_request(f"binding {key}")
    if value is not None and not bindable(kind, value):
        raise ApiError(422, "100037", f"{kind} value '{value}' is not recognized", sqlState="22018", statementHandle=str(uuid.uuid4()))
    return Binding(kind, value)


def bindable(kind: str, value: str) -> bool:
    """Whether a text is one of a binding's type."""
    if not re.fullmatch(BIND_FORMS[kind], value, re.ASCII):
        return False
    return int(value) < NANOSECONDS_OF_A_DAY if kind == "TIME" else True
