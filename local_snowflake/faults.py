"""Faults on demand: what a network, a gateway or a bad day does to an answer.

A rule is a JSON object: which requests it meets (`method` as a regular expression of the whole method, `path` and `body` as regular
expressions found anywhere in path with query and in body; `skip` the first of them, 0; `times` it strikes, 1), one `action`, and the
action's arguments. Every rule counts every request that it meets; the first posted of several that strike decides.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from dataclasses import dataclass, field

from aiohttp import web
from multidict import CIMultiDict

from .payload import json_of

MATCHING = {"action", "method", "path", "body", "skip", "times"}
ARGUMENTS = {
    "delay": {"seconds"},
    "hang": {"seconds"},
    "reset": set(),
    "lost_reply": set(),
    "status": {"status", "text", "content_type", "headers", "retry_after"},
    "raw": {"status", "text", "content_type"},
    "replace": {"set", "delete", "status"},
    "mutate": {"values", "text"},
    "bad_gzip": {"cut"},
    "truncate": {"bytes"},
    "reset_body": {"bytes"},
    "drip": {"bytes", "seconds"},
}
KINDS = {  # of the members of a rule
    **dict.fromkeys(("action", "method", "path", "body", "text", "content_type"), (str,)), **dict.fromkeys(("skip", "times", "status", "cut", "bytes"), (int,)),
    "seconds": (int, float), "headers": (dict,), "set": (dict,), "delete": (list,),
}  # fmt: skip


ABSENT = object()
MUTATIONS = [None, True, 5, -1, "x", "", [], [[]], {}, {"name": {}}, [{"name": 5}]]


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
        """One rule or a list of them; all or none are taken."""
        entries = await json_of(request)
        try:
            rules = [_rule(entry) for entry in (entries if isinstance(entries, list) else [entries])]
        except (ValueError, re.error) as error:
            return web.json_response({"error": str(error)}, status=400)
        self.rules += rules
        return web.json_response({"rules": len(self.rules)})

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response([{"action": rule.action, "seen": rule.seen, "left": rule.arguments.get("left")} for rule in self.rules])

    async def clear(self, request: web.Request) -> web.Response:
        self.rules.clear()
        return web.json_response({"rules": 0})

    def find(self, method: str, path: str, body: str) -> Rule | None:
        hits = [rule for rule in self.rules if rule.meets(method, path, body)]
        return hits[0] if hits else None

    async def apply(self, rule: Rule, request: web.Request, handler) -> web.StreamResponse:
        """Answers the request as the rule says."""
        return await getattr(self, "_" + rule.action)(rule.arguments, request, handler)

    # -- actions -----------------------------------------------------------

    async def _delay(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        await asyncio.sleep(args.get("seconds", 1))
        return await handler(request)

    async def _hang(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        """No byte of an answer, then the connection is closed; the request is not carried out."""
        await asyncio.sleep(args.get("seconds", 3600))
        return await self._reset(args, request, handler)

    async def _reset(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        """The connection is closed without an answer; the request is not carried out."""
        if request.transport is not None:
            request.transport.abort()
        raise asyncio.CancelledError

    async def _lost_reply(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        """The request is carried out, the answer gets lost."""
        await handler(request)
        return await self._reset(args, request, handler)

    async def _status(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        """Another answer, with headers (a list of values: several fields); the request is not carried out."""
        headers = CIMultiDict()
        for name, value in args.get("headers", {}).items():
            for one in value if isinstance(value, list) else [value]:
                headers.add(name, one)
        if "retry_after" in args:
            headers["Retry-After"] = str(args["retry_after"])
        content_type = args.get("content_type", "application/json")
        return web.Response(status=args.get("status", 200), text=args.get("text", ""), headers=headers, content_type=content_type)

    _raw = _status

    async def _replace(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        """The answer with members set or deleted; a member is named by its path, as in `resultSetMetaData.partitionInfo.0.rowCount`."""
        response = await handler(request)
        document = json.loads(_plain_body(response))
        for path, value in args.get("set", {}).items():
            parent, key = _member(document, path)
            parent[key] = value
        for path in args.get("delete", []):
            parent, key = _member(document, path)
            del parent[key]
        return web.json_response(document, status=args.get("status", response.status))

    async def _mutate(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        """The answer with one member changed, another one each time: every member (of arrays the first two elements) gets every one of
        `values`, and is left out; `text` is an answer in place of the handler's. When all were had, the answer is as it is; GET
        /_local/faults shows how many are `left`."""
        document = args["text"] if "text" in args else json.loads(_plain_body(await handler(request)))
        variants = list(_variants(document, args.get("values", MUTATIONS)))
        number = args["number"] = args.get("number", -1) + 1
        args["left"] = max(len(variants) - number - 1, 0)
        if number >= len(variants):
            return web.json_response(document)
        path, value = variants[number]
        return web.json_response(_changed(document, path, value))

    async def _bad_gzip(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        """The answer compressed and damaged: one byte in the middle, or `cut` bytes missing at its end."""
        response = await handler(request)
        packed = bytearray(gzip.compress(_plain_body(response)))
        if args.get("cut"):
            packed = packed[: -int(args["cut"])]
        else:
            packed[len(packed) // 2] ^= 0xFF
        return web.Response(status=response.status, body=bytes(packed), content_type="application/json", headers={"Content-Encoding": "gzip"})

    async def _truncate(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        """The first `bytes` (half) of the answer's body, with the Content-Length of that."""
        response = await handler(request)
        body = _plain_body(response)
        return web.Response(status=response.status, body=body[: args.get("bytes", len(body) // 2)], content_type="application/json")

    async def _reset_body(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        """The Content-Length of the whole, the first `bytes` (half) of the body, then the connection is closed."""
        body, stream = await self._begin(request, handler)
        await stream.write(body[: args.get("bytes", len(body) // 2)])
        await asyncio.sleep(0.05)  # what is written has to leave before the connection is aborted
        return await self._reset(args, request, handler)

    async def _drip(self, args: dict, request: web.Request, handler) -> web.StreamResponse:
        """`bytes` (1) of the body every `seconds` (0.1)."""
        body, stream = await self._begin(request, handler)
        step = args.get("bytes", 1)
        try:
            for start in range(0, len(body), step):
                await stream.write(body[start : start + step])
                await asyncio.sleep(args.get("seconds", 0.1))
            await stream.write_eof()
        except ConnectionError:
            pass  # the client has had enough
        return stream

    async def _begin(self, request: web.Request, handler) -> tuple[bytes, web.StreamResponse]:
        response = await handler(request)
        body = _plain_body(response)
        stream = web.StreamResponse(status=response.status, headers={"Content-Type": "application/json"})
        stream.content_length = len(body)
        await stream.prepare(request)
        return body, stream


def _rule(entry: dict) -> Rule:
    if not isinstance(entry, dict):
        raise ValueError("a rule is an object")
    action = entry.get("action")
    if action not in ARGUMENTS:
        raise ValueError(f"unknown action {action}")
    for name, kind in KINDS.items():
        if not isinstance(entry.get(name, kind[0]()), kind) or isinstance(entry.get(name), bool):
            raise ValueError(f"{name} is of the wrong type")
    for name in MATCHING & entry.keys() & {"method", "path", "body"}:
        re.compile(entry[name])
    unknown = sorted(entry.keys() - MATCHING - ARGUMENTS[action])
    if unknown:
        raise ValueError(f"{action} takes no {', '.join(unknown)}")
    arguments = {key: entry[key] for key in entry.keys() & ARGUMENTS[action]}
    return Rule(arguments=arguments, **{key: entry[key] for key in entry.keys() & MATCHING})


def _variants(document, values: list):
    """The path and the new value of each change; ABSENT takes the member out."""
    for path in _paths(document, ()):
        yield from ((path, value) for value in values)
        if path:
            yield path, ABSENT


def _paths(value, path: tuple):
    yield path
    members = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    for key, member in members:
        yield from _paths(member, (*path, key))


def _changed(document, path: tuple, value):
    if not path:
        return value
    copy = json.loads(json.dumps(document))
    parent = copy
    for key in path[:-1]:
        parent = parent[key]
    if value is ABSENT:
        del parent[path[-1]]
    else:
        parent[path[-1]] = value
    return copy


def _plain_body(response: web.Response) -> bytes:
    body = response.body if isinstance(response.body, (bytes, bytearray)) else (response.text or "").encode()
    return gzip.decompress(body) if response.headers.get("Content-Encoding") == "gzip" else bytes(body)


def _member(document, path: str) -> tuple:
    """The object or array that has the member, and the member's key in it."""
    *parents, last = [int(key) if key.lstrip("-").isdigit() else key for key in path.split(".")]
    for key in parents:
        document = document[key]
    return document, last
