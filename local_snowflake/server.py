"""The HTTP server: routes, the request log, start and stop."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import signal
import ssl
import time
from concurrent.futures import Future
from pathlib import Path

from aiohttp import web
from aiohttp.http_exceptions import ContentEncodingError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from . import certificates
from .auth import Attempt, Auth
from .canned import CannedEngine
from .clock import Clock
from .errors import ApiError
from .faults import Faults
from .incidents import incidents, internal_error
from .log import RequestLog
from .model import ACCOUNT_NAME as ACCOUNT
from .model import Engine
from .spool import Spool
from .statements import Statements
from .verdicts import Verdicts

PASSPHRASE = "open-sesame-91"
MAX_BODY = 64 * 1024 * 1024


class LocalSnowflake:
    def __init__(self, engine: CannedEngine, data: Path, clock: Clock, page_size: int = 10000, **settings):
        self.data = data
        self.clock = clock
        self.auth = Auth(ACCOUNT)
        self.statements = Statements(engine, self.auth, spool=Spool(data / "answers"), **settings)
        self.engine = engine
        self.faults = Faults()
        self.verdicts = Verdicts()
        self.log = RequestLog(self.verdicts)
        self.info: dict[str, object] = {"clock": clock.mode}
        self.objects = self._object_api(page_size) if engine.inner else None
        if engine.inner:
            self.auth.on_login = self._login
        self._make_users()

    def _object_api(self, page_size: int):
        from .objects.api import ObjectApi
        from .objects.call import Settings
        from .objects.told import Told

        self.told = Told(self.engine.inner)
        return ObjectApi(self.engine.inner, self.auth, ACCOUNT, Settings(page_size=page_size), self.log.object_to, self.verdicts.spec)

    def _login(self, attempt: Attempt) -> None:
        """A row of LOGIN_HISTORY; who calls is what the client says of itself."""
        agent, _, version = attempt.request.headers.get("User-Agent", "").split(" ")[0].partition("/")
        kind = "SQL_API" if attempt.request.path.startswith("/api/v2/statements") else "OTHER"
        self.engine.inner.events.login(
            attempt.user, attempt.factor, attempt.error_code is None, attempt.request.remote or "127.0.0.1", kind, f"{agent} {version}".strip(),
            attempt.error_code, attempt.error_message,
        )  # fmt: skip

    def _make_users(self) -> None:
        for name in ("ADMIN", "DEMO_USER", "LIMITED_USER"):
            self.auth.add_user(name)
        disabled = self.auth.add_user("DISABLED_USER", disabled=True)
        demo = self.auth.users["DEMO_USER"]
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        private = serialization.PrivateFormat.PKCS8
        files = {
            "key_file": ("key.p8", key.private_bytes(serialization.Encoding.PEM, private, serialization.NoEncryption())),
            "encrypted_key_file": (
                "key_encrypted.p8",
                key.private_bytes(serialization.Encoding.PEM, private, serialization.BestAvailableEncryption(PASSPHRASE.encode())),
            ),
            "pkcs1_key_file": (
                "key_pkcs1.pem",
                key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()),
            ),
        }
        for entry, (name, content) in files.items():
            self.info[entry] = str(self._write(name, content))
        self.info["key_passphrase"] = PASSPHRASE
        for user in self.auth.users.values():
            self.info["fingerprint"] = user.add_key(key.public_key())
        for name, kind in (("pat", "PROGRAMMATIC_ACCESS_TOKEN"), ("oauth_token", "OAUTH"), ("wif_token", "WORKLOAD_IDENTITY_FEDERATION")):
            self.info[name] = self.auth.add_token(kind, demo)
        self.info["admin_pat"] = self.auth.add_token("PROGRAMMATIC_ACCESS_TOKEN", self.auth.users["ADMIN"])
        self.info["limited_pat"] = self.auth.add_token("PROGRAMMATIC_ACCESS_TOKEN", self.auth.users["LIMITED_USER"])
        self.info["analyst_pat"] = self.auth.add_token("PROGRAMMATIC_ACCESS_TOKEN", demo, role="ANALYST")
        self.info["expired_pat"] = self.auth.add_token("PROGRAMMATIC_ACCESS_TOKEN", demo, -1)
        self.info["expired_oauth_token"] = self.auth.add_token("OAUTH", demo, -1)
        self.info["disabled_pat"] = self.auth.add_token("PROGRAMMATIC_ACCESS_TOKEN", disabled)
        self.info["oauth_client_id"] = self.auth.client_id
        self.info["oauth_client_secret"] = self.auth.client_secret
        self.info["refresh_token"] = self.auth.add_refresh_token(demo)

    def _write(self, name: str, content: bytes) -> Path:
        path = self.data / name
        path.touch(mode=0o600)
        path.write_bytes(content)
        return path

    @web.middleware
    async def middleware(self, request: web.Request, handler):
        if request.path.startswith("/_local/"):
            return await _asked_by_a_test(handler, request)
        try:
            body = await request.read()
        except (web.RequestPayloadError, ContentEncodingError):  # compressed, and not as its header says
            return web.Response(status=400)
        entry = request["entry"] = self.log.add(request, body)
        started = time.monotonic()
        rule = self.faults.find(request.method, request.path_qs, body.decode(errors="replace"))
        guarded = _errors_as_answers(handler)
        try:
            response = await (self.faults.apply(rule, request, guarded) if rule else guarded(request))
            entry["status"] = response.status
            return response
        finally:
            entry["duration_ms"] = int((time.monotonic() - started) * 1000)

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self.middleware], client_max_size=MAX_BODY)
        app.add_routes([
            web.post("/api/v2/statements", self.statements.submit),
            web.get("/api/v2/statements/{handle}", self.statements.status),
            web.post("/api/v2/statements/{handle}/cancel", self.statements.cancel),
            web.post("/oauth/token-request", self.auth.token_request),
            web.post("/oauth2/token", self.auth.identity_provider),
            web.get("/_local/requests", self.log.show),
            web.delete("/_local/requests", self.log.clear),
            web.get("/_local/invalid", self.log.show_invalid),
            web.get("/_local/expect", self.log.show_expected),
            web.post("/_local/expect", self.log.expect),
            web.post("/_local/faults", self.faults.add),
            web.get("/_local/faults", self.faults.show),
            web.delete("/_local/faults", self.faults.clear),
            web.post("/_local/results", self.engine.add),
            web.delete("/_local/results", self.engine.clear),
            web.get("/_local/clock", self.clock.show),
            web.post("/_local/clock", self.clock.move),
            web.get("/_local/state", self._state),
            web.get("/_local/incidents", self._incidents),
        ])  # fmt: skip
        if self.objects:
            app.add_routes([
                web.post("/_local/settings", self.objects.change_settings),
                web.post("/_local/objects", self.objects.set_object),
                web.post("/_local/history", self.told.history),
                web.route("*", "/api/v2/{rest:.*}", self.objects.handle),
            ])  # fmt: skip
        return app

    async def _state(self, request: web.Request) -> web.Response:
        tasks = self.engine.inner.tasks.running() if self.engine.inner else []
        return web.json_response({"open_statements": self.statements.open_statements(), "running_tasks": tasks})

    async def _incidents(self, request: web.Request) -> web.Response:
        return web.json_response(incidents())


def _errors_as_answers(handler):
    async def guarded(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except ApiError as error:
            return error.response()
        except web.HTTPMethodNotAllowed as error:
            return web.Response(status=405, headers={"Allow": ", ".join(sorted(error.allowed_methods))})
        except web.HTTPNotFound:
            return web.Response(status=404)
        except (web.HTTPException, asyncio.CancelledError):
            raise
        except Exception as error:
            fault = internal_error(error, f"{request.method} {request.raw_path}")
            return web.json_response({"code": fault.code, "message": fault.message, "sqlState": fault.sqlstate}, status=500)

    return guarded


async def _asked_by_a_test(handler, request: web.Request) -> web.StreamResponse:
    """The answer of /_local/…; an order that is not of its form is the asker's fault."""
    try:
        return await handler(request)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, re.error, web.RequestPayloadError, ContentEncodingError) as error:
        return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)


async def serve(arguments, data: Path, folder: Future | None, stopped: list[int]) -> None:
    """Runs until SIGTERM or SIGINT, which stopped holds when one has come before; prints one line of JSON when it listens. folder: the making of
    the cluster's data directory, None without an engine."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # before anything is started: what is started is also stopped
        loop.add_signal_handler(number, stop.set)
    if stopped:
        stop.set()
    engine = None
    try:
        clock = Clock(arguments.clock)
        engine = CannedEngine(await loop.run_in_executor(None, _make_engine, data, folder, arguments.sample, clock) if folder else None)
        print(json.dumps(await _listen(arguments, engine, data, clock)), flush=True)
        await stop.wait()
    finally:
        if engine:
            await loop.run_in_executor(None, engine.close)
        if arguments.data is None:
            shutil.rmtree(data, ignore_errors=True)
    os._exit(0)  # statements that still wait have threads of their own, which nobody waits for


def _make_engine(data: Path, folder: Future, sample: bool, clock: Clock) -> Engine:
    """Late imports: --no-engine needs neither PostgreSQL nor sqlglot, and they are loaded while initdb runs."""
    from .objects import api  # noqa: F401
    from .sql.engine import create_engine

    folder.result()
    return create_engine(data, sample, clock)


async def _listen(arguments, engine: CannedEngine, data: Path, clock: Clock) -> dict:
    """Opens the port; what the account says of itself."""
    local = LocalSnowflake(
        engine, data, clock, window=arguments.window, partition_rows=arguments.partition_rows, retention=arguments.retention,
        page_size=arguments.page_size,
    )
    context: ssl.SSLContext | None = None
    if arguments.tls:
        local.info["ca_file"], context = certificates.make(data)
    runner = web.AppRunner(local.application(), access_log=None, keepalive_timeout=75)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", arguments.port, ssl_context=context)
    await site.start()
    port = runner.addresses[0][1]
    scheme = "https" if context else "http"
    return {"url": f"{scheme}://127.0.0.1:{port}", "protocol": scheme, "host": "127.0.0.1", "port": port, "account": ACCOUNT, "user": "DEMO_USER", **local.info}
