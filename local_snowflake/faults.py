"""Faults on demand: what a network, a gateway or a bad day does to an answer.

A rule is a JSON object: which requests it meets (`method`, `path` and `body` as regular expressions, `skip`, `times`) and one `action`
with its arguments; the README lists them.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from dataclasses import dataclass, field

from aiohttp import web

ACTIONS = {"delay", "hang", "reset", "reset_body", "truncate", "drip", "status", "replace", "raw", "lost_reply", "bad_gzip"}


@dataclass
class Rule:
    action: str
    arguments: dict
    method: str = ".*"
    path: str = ".*"
    body: str = ""
    skip: int = 0
    times: int = 1
    seen: int = field(default=0)

    def meets(self, method: str, path: str, body: str) -> bool:
        if not (re.fullmatch(self.method, method) and re.search(self.path, path) and re.search(self.body, body)):
            return False
        self.seen += 1
        return self.skip < self.seen <= self.skip + self.times


class Faults:
    def __init__(self) -> None:
        self.rules: list[Rule] = []

    async def add(self, request: web.Request) -> web.Response:
        entries = await request.json()
        for entry in entries if isinstance(entries, list) else [entries]:
            known = {key: entry.pop(key) for key in ("action", "method", "path", "body", "skip", "times") if key in entry}
            if known.get("action") not in ACTIONS:
                return web.json_response({"error": f"unknown action {known.get('action')}"}, status=400)
            self.rules.append(Rule(arguments=entry, **known))
        return web.json_response({"rules": len(self.rules)})

    async def clear(self, request: web.Request) -> web.Response:
        self.rules.clear()
        return web.json_response({"rules": 0})

    def find(self, method: str, path: str, body: str) -> Rule | None:
        hits = [rule for rule in self.rules if rule.meets(method, path, body)]
        return hits[0] if hits else None

    async def apply(self, rule: Rule, request: web.Request, handler) -> web.StreamResponse:
        """Answers the request as the rule says."""
        args = rule.arguments
        if rule.action == "delay":
            await asyncio.sleep(args.get("seconds", 1))
            return await handler(request)
        if rule.action == "hang":
            await asyncio.sleep(args.get("seconds", 3600))
            return await self._reset(request)
        if rule.action == "reset":
            return await self._reset(request)
        if rule.action == "lost_reply":
            await handler(request)
            return await self._reset(request)
        if rule.action == "status":
            headers = {**args.get("headers", {}), **({"Retry-After": str(args["retry_after"])} if "retry_after" in args else {})}
            text = args.get("text", "")
            return web.Response(status=args["status"], text=text, headers=headers, content_type=args.get("content_type", "application/json"))
        if rule.action == "raw":
            return web.Response(status=args.get("status", 200), text=args["text"], content_type=args.get("content_type", "application/json"))
        response = await handler(request)
        body = _plain_body(response)
        if rule.action == "replace":
            document = json.loads(body)
            for path, value in args.get("set", {}).items():
                _assign(document, path, value)
            for path in args.get("delete", []):
                _assign(document, path, None, delete=True)
            return web.Response(status=args.get("status", response.status), text=json.dumps(document), content_type="application/json")
        if rule.action == "bad_gzip":
            packed = bytearray(gzip.compress(body))
            if args.get("cut"):
                packed = packed[: -int(args["cut"])]
            else:
                packed[len(packed) // 2] ^= 0xFF
            return web.Response(body=bytes(packed), content_type="application/json", headers={"Content-Encoding": "gzip"})
        if rule.action == "truncate":
            return web.Response(body=body[: args.get("bytes", len(body) // 2)], content_type="application/json")
        return await self._stream(rule, request, response, body)

    async def _stream(self, rule: Rule, request: web.Request, response: web.Response, body: bytes) -> web.StreamResponse:
        """reset_body: Content-Length of the whole, half of it, then a reset; drip: a few bytes at a time."""
        args = rule.arguments
        stream = web.StreamResponse(status=response.status, headers={"Content-Type": "application/json"})
        stream.content_length = len(body)
        await stream.prepare(request)
        if rule.action == "reset_body":
            await stream.write(body[: args.get("bytes", len(body) // 2)])
            await asyncio.sleep(0.05)
            return await self._reset(request)
        step = args.get("bytes", 1)
        try:
            for start in range(0, len(body), step):
                await stream.write(body[start : start + step])
                await asyncio.sleep(args.get("seconds", 0.1))
            await stream.write_eof()
        except ConnectionError:
            pass  # the client has had enough
        return stream

    async def _reset(self, request: web.Request) -> web.Response:
        transport = request.transport
        if transport is not None:
            transport.abort()
        raise asyncio.CancelledError


def _plain_body(response: web.Response) -> bytes:
    body = response.body if isinstance(response.body, (bytes, bytearray)) else (response.text or "").encode()
    return gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else bytes(body)


def _assign(document, path: str, value, delete: bool = False) -> None:
    keys = [int(key) if key.lstrip("-").isdigit() else key for key in path.split(".")]
    for key in keys[:-1]:
        document = document[key]
    if delete:
        del document[keys[-1]]
    else:
        document[keys[-1]] = value
