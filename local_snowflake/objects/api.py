"""From an HTTP request to a handler and back: routing, authentication, validation, context, pages, answers that come later."""

from __future__ import annotations

import asyncio
import json
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from datetime import timedelta
from typing import Any, Callable

from aiohttp import web

from ..auth import Auth, Identity
from ..errors import ApiError
from ..incidents import internal_error
from ..model import Context, SnowflakeError
from ..payload import holds_nul, json_answer, json_of, parse_json
from ..sql.commands.account import Account
from .answers import Bare, Refusal, bad_value, missing_name, relayed
from .call import Call, Session, Settings
from .names import fold
from .registry import KINDS, NOT_ENABLED, handler_of
from .results import Kept, Outcome, Results
from .spec import Fault, Operation, Spec
from .told import made

VERBS = ("GET", "POST", "PUT", "DELETE")
IDENTIFIERS = {"database", "schema", "name", "service", "service_name", "application"}
CREATE_MODES = ("errorIfExists", "orReplace", "ifNotExists")


class ObjectApi:
    """Answers everything under /api/v2 that is not a statement."""

    def __init__(self, engine: Account, auth: Auth, account: str, settings: Settings, object_to: Callable[[dict, str], None], spec: Spec):
        self.engine = engine
        self.auth = auth
        self.account = account
        self.settings = settings
        self.object_to = object_to
        self.spec = spec
        self.results = Results()
        self.sessions: dict[str, Session] = {}
        self.pool = ThreadPoolExecutor(16)
        self.running: set[asyncio.Task] = set()

    # HTTP

    async def handle(self, request: web.Request) -> web.Response:
        request_id = str(uuid.uuid4())
        headers = {"X-Snowflake-Request-ID": request_id}
        try:
            status, body, more = await self._answer(request)
        except Bare as bare:
            return web.Response(status=bare.status)
        except Refusal as refusal:
            status, body, more = refusal.status, refusal.body(request_id), {}
        except ApiError as error:
            refusal = Refusal(error.status, error.body["code"], error.body["message"])
            status, body, more = refusal.status, refusal.body(request_id), {}
        if isinstance(body, dict) and "request_id" in body and body.get("error_code") is not None:
            body["request_id"] = request_id
        if body is None:
            return web.Response(status=status, headers={**headers, **more})
        return json_answer(body, status=status, headers={**headers, **more})

    async def _answer(self, request: web.Request) -> tuple[int, Any, dict[str, str]]:
        raw_path = request.rel_url.raw_path
        if raw_path.startswith("/api/v2/results/") and raw_path.count("/") == 4:
            return await self._result(request, raw_path.rsplit("/", 1)[-1])
        operation, path = self._route(request.method, raw_path)
        if request.body_exists and request.method != "GET" and request.headers.get("Content-Type") and request.content_type != "application/json":
            raise Bare(415)
        identity = self.auth.identify(request)
        call = self._call(request, operation, path, identity, await request.read())
        later = self.settings.async_objects or call.query.get("asyncExec") is True
        work = asyncio.get_running_loop().create_task(self._run(call))
        kept = self.results.keep(identity.user, self.settings.page_size)

        async def finish() -> None:
            if later:
                await asyncio.sleep(self.settings.async_seconds)
            kept.outcome = await work
            kept.done.set()

        task = asyncio.get_running_loop().create_task(finish())
        self.running.add(task)
        task.add_done_callback(self.running.discard)
        if later:
            return 202, *self.results.in_progress(kept, self.settings.document_handler)
        await kept.done.wait()
        answer = self._finished(request, kept, 0)
        if not answer[2]:
            self.results.kept.pop(kept.handle, None)
        return answer

    async def _result(self, request: web.Request, handle: str) -> tuple[int, Any, dict[str, str]]:
        if request.method != "GET":
            raise Bare(405 if request.method in VERBS else 404)
        identity = self.auth.identify(request)
        kept = self.results.find(identity.user, handle)
        page = request.query.get("page", "0")
        if not re.fullmatch("[0-9]{1,9}", page):
            raise Refusal(400)
        if not kept.done.is_set():
            return 202, *self.results.in_progress(kept, self.settings.document_handler)
        return self._finished(request, kept, int(page))

    def _finished(self, request: web.Request, kept: Kept, page: int) -> tuple[int, Any, dict[str, str]]:
        body, headers = self.results.page(kept, page)
        if kept.outcome.status == 500 and isinstance(body, dict) and body.get("code") == "000603":
            self.object_to(request["entry"], body["message"])
        return kept.outcome.status, body, headers

    # Requests

    def _route(self, method: str, raw_path: str) -> tuple[Operation, dict[str, str]]:
        found = self.spec.route(raw_path)
        for operation, path in found:
            if operation.method == method:
                if operation.document in NOT_ENABLED:
                    raise Bare(404)
                return operation, path
        raise Bare(405 if found and method in VERBS else 404)

    def _call(self, request: web.Request, operation: Operation, path: dict[str, str], identity: Identity, sent: bytes) -> Call:
        raw = self._parsed(operation, sent)
        for name, value in path.items():
            if name in IDENTIFIERS:
                fold(value)
        query = self._query(operation, request)
        body = raw
        if operation.body and operation.body.get("schema") is not None and (raw is not None or operation.body["required"]):
            body = self._body(operation, raw)
        session = self.sessions.setdefault(request.headers["Authorization"], Session())
        context = self._context(request, identity, session)
        return Call(operation, path, query, body, raw, context, session, self.engine, self.spec, self.settings, self.account)

    @staticmethod
    def _parsed(operation: Operation, sent: bytes) -> Any:
        """The JSON of the body; what cannot be read is 400 with an empty body."""
        if operation.body is None or not sent.strip():
            if operation.body and operation.body["required"] and operation.method in ("POST", "PUT"):
                raise Refusal(400)
            return None
        try:
            if holds_nul(sent):
                raise Refusal(400)
            return parse_json(sent)
        except ValueError:
            raise Refusal(400) from None

    def _query(self, operation: Operation, request: web.Request) -> dict[str, Any]:
        known = operation.query()
        out: dict[str, Any] = {}
        for name, parameter in known.items():
            schema = parameter["schema"]
            text = request.query.get(name)
            if text is None or (text == "" and schema.get("type") in ("boolean", "integer")):
                if parameter["required"]:
                    raise Refusal(400, "", f"Required request parameter '{name}' is not present.")
                if "default" in schema:
                    out[name] = schema["default"]
                continue
            out[name] = self._query_value(name, schema, text)
        return out

    @staticmethod
    def _query_value(name: str, schema: dict, text: str) -> Any:
        kind = schema.get("type")
        if name == "createMode":
            if text not in CREATE_MODES:
                raise Refusal(400, "", f"Not a valid createMode: {text}. Allowed values are: {','.join(CREATE_MODES)}")
        elif kind == "boolean":
            return text.lower() == "true"
        elif kind == "integer":
            try:
                number = int(text)
            except ValueError:
                raise Refusal(400) from None
            if not schema.get("minimum", number) <= number <= schema.get("maximum", number):
                raise relayed(bad_value(name, number))
            return number
        return text

    def _body(self, operation: Operation, raw: Any) -> Any:
        body, faults = self.spec.check(operation.body["schema"], raw)
        wrong = [f for f in faults if f.kind in ("type", "choice")]
        if wrong and not all(f.at.startswith((".securable", ".containing_scope")) for f in wrong):
            raise Refusal(400)
        for fault in faults:
            self._refuse(fault)
        return body

    @staticmethod
    def _refuse(fault: Fault) -> None:
        name = fault.at.rsplit(".", 1)[-1]
        if fault.kind == "required" or (fault.kind == "type" and fault.at):
            if fault.at == ".name":
                raise missing_name()
            raise Refusal(400, "", f"Required property '{fault.at.lstrip('.')}' is missing.")
        if fault.kind == "pattern":
            if fault.value == "" and fault.at == ".name":
                raise missing_name()
            raise Refusal(400, "", f"Invalid SQL Identifier found in the request: {fault.value}")
        if fault.kind in ("enum", "range"):
            raise relayed(bad_value(name, fault.value))

    def _context(self, request: web.Request, identity: Identity, session: Session) -> Context:
        """Role and warehouse: header, else what the token's session has, else the user's default."""
        try:
            context = self.engine.current_defaults(identity.user)
        except SnowflakeError as error:
            raise Refusal(401, error.code, error.message) from None
        for key in ("warehouse", "database", "schema"):
            setattr(context, key, getattr(session, key) or getattr(context, key))
        for key in ("role", "warehouse"):
            text = request.headers.get(f"X-Snowflake-{key.capitalize()}")
            if text:
                setattr(context, key, fold(text))
        if identity.role_restriction and context.role != identity.role_restriction:
            raise Refusal(403, "390189", f"Role '{context.role}' specified in the connect string is not granted to this user.")
        context.query_id = str(uuid.uuid4())
        try:
            self.engine.check_context(Context(context.user, context.role, context.warehouse if "X-Snowflake-Warehouse" in request.headers else None))
        except SnowflakeError as error:
            raise Refusal(400, error.code, error.message) from None
        return context

    # Running

    async def _run(self, call: Call) -> Outcome:
        return await asyncio.get_running_loop().run_in_executor(self.pool, self._outcome, call)

    def _outcome(self, call: Call) -> Outcome:
        """Never raises: what went wrong is the outcome."""
        try:
            body = handler_of(call.operation)(call)
            self._remember(call)
            return Outcome(200, self._checked(call, body))
        except Refusal as refusal:
            return Outcome(refusal.status, refusal.body(call.context.query_id))
        except SnowflakeError as error:
            refusal = relayed(error, call.role if call.operation.method != "GET" else None)
            return Outcome(refusal.status, refusal.body(call.context.query_id))
        except Exception as error:
            return Outcome(500, relayed(internal_error(error, _told(call))).body(call.context.query_id))

    def _checked(self, call: Call, body: Any) -> Any:
        """The answer with all its properties; one that breaks its own schema is our bug and is not sent."""
        schema = call.operation.answer.get("schema")
        if schema is None:
            return body
        body = self.spec.complete(schema, body)
        _, faults = self.spec.check(schema, body, answer=True)
        if faults:
            texts = "; ".join(f"{f.at} {f.text} ({f.value!r})" for f in faults)
            raise internal_error(f"the answer breaks its schema: {texts}", _told(call))
        return body

    @staticmethod
    def _remember(call: Call) -> None:
        """What a call made current stays so for its token."""
        for key in ("warehouse", "database", "schema"):
            if key in call.current:
                setattr(call.session, key, call.current[key])

    # Settings

    async def change_settings(self, request: web.Request) -> web.Response:
        changes = await json_of(request)
        known = {f.name: type(f.default) for f in fields(Settings)}
        for name, value in changes.items():
            if name not in known:
                return web.json_response({"error": f"unknown setting {name}"}, status=400)
            setattr(self.settings, name, known[name](value))
        self.engine.state_seconds = self.settings.state_seconds
        self.engine.events.latency = timedelta(seconds=self.settings.account_usage_seconds)
        return web.json_response({f.name: getattr(self.settings, f.name) for f in fields(Settings)})

    async def set_object(self, request: web.Request) -> web.Response:
        """POST /_local/objects {"kind", "path", "set"}: lays properties over an object, for what no call can bring about (a stage's files).

        With "copies", a number, in place of "set": as many views like this one. With "kind", "count" and "schemas" in place of all: as many objects of
        a kind, spread over new schemas (told.py).
        """
        wanted = await json_of(request)
        if "count" in wanted:
            return web.json_response(await asyncio.get_running_loop().run_in_executor(self.pool, made, self.engine, self.spec, wanted))
        obj = self.engine.catalog.get(wanted["kind"], tuple(wanted["path"]))
        if obj is None:
            return web.json_response({"error": "no such object"}, status=404)
        if "copies" in wanted:
            if obj.kind != "VIEW":
                return web.json_response({"error": "only views have copies"}, status=400)
            self.engine.catalog.copies(obj, wanted["copies"])
            return web.json_response({})
        try:
            for kind in (k for k in KINDS if k.word == obj.kind):
                kind.check_kept(self.spec, wanted["set"])
        except SnowflakeError as error:
            return web.json_response({"error": error.message}, status=400)
        obj.props.update(wanted["set"])
        self.engine.catalog.save(obj)
        return web.json_response(obj.props)


def _told(call: Call) -> str:
    """A call in a report of ours."""
    return f"{call.operation.method} {call.operation.path} {call.path} {json.dumps(call.raw_body)}"
