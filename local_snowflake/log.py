"""The request log, and the calls of it that the documents do not allow."""

from __future__ import annotations

import hashlib
import re
from collections import deque

from aiohttp import web

from .payload import json_of, parse_json
from .verdicts import Verdicts

MOST, LARGEST = 50000, 64 * 1024 * 1024  # calls, and bytes of their bodies; the oldest go
LONGEST, LONGEST_START = 4 * 1024 * 1024, 1000  # a longer body is cut to its start
EXPECTATION = {"path", "verdict", "reason"}


class RequestLog:
    """The latest calls of the API in order, without secrets. Calls that are not valid by the documents are kept though the log is cleared."""

    def __init__(self, verdicts: Verdicts) -> None:
        self.verdicts = verdicts
        self.entries: deque[tuple[dict, int]] = deque()  # with the size of the body
        self.size = 0
        self.wrong: list[dict] = []
        self.expected: list[dict] = []

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response([entry for entry, _ in self.entries])

    async def clear(self, request: web.Request) -> web.Response:
        self.entries.clear()
        self.size = 0
        return web.json_response([])

    async def show_invalid(self, request: web.Request) -> web.Response:
        """The calls since the start that are neither valid nor expected."""
        found = [{"method": e["method"], "target": e["target"], "verdict": e["spec"]} for e in self.wrong if not any(_meets(x, e) for x in self.expected)]
        return web.json_response(found)

    async def expect(self, request: web.Request) -> web.Response:
        """Calls that a test makes on purpose: `path` and `verdict` (without: any) are regular expressions found anywhere in the target
        (path and query, as sent) and in the verdict; `reason` says why. They may come before or after this."""
        entry = await json_of(request)
        unknown = sorted(entry.keys() ^ EXPECTATION - ({"verdict"} - entry.keys()))
        if unknown or not all(isinstance(text, str) and text for text in entry.values()):
            return web.json_response({"error": f"unknown, missing or empty: {', '.join(unknown)}"}, status=400)
        try:
            re.compile(entry["path"]), re.compile(entry.get("verdict", ""))
        except re.error as error:
            return web.json_response({"error": str(error)}, status=400)
        self.expected.append(entry)
        return web.json_response({"expected": len(self.expected)})

    async def show_expected(self, request: web.Request) -> web.Response:
        """What is expected, and how many calls that met."""
        return web.json_response([{**x, "met": sum(_meets(x, e) for e in self.wrong)} for x in self.expected])

    def add(self, request: web.Request, body: bytes) -> dict:
        authorization = request.headers.get("Authorization", "")
        entry = {
            "method": request.method,
            "path": request.path,
            "target": request.raw_path,  # path and query as they were sent
            "query": dict(request.query),
            "body": _json_or_text(body.decode(errors="replace")) if len(body) <= LONGEST else f"{body[:LONGEST_START].decode(errors='replace')}… ({len(body)} bytes)",
            "token_type": request.headers.get("X-Snowflake-Authorization-Token-Type"),
            "token": hashlib.sha256(authorization.encode(errors="surrogateescape")).hexdigest()[:12] if authorization else None,
            "user_agent": request.headers.get("User-Agent"),
            "role": request.headers.get("X-Snowflake-Role"),
            "warehouse": request.headers.get("X-Snowflake-Warehouse"),
            "connection": id(request.transport),
            "spec": "ok",
            "status": None,
        }
        self.entries.append((entry, min(len(body), LONGEST)))
        self.size += self.entries[-1][1]
        while len(self.entries) > MOST or self.size > LARGEST:
            self.size -= self.entries.popleft()[1]
        verdict = self.verdicts.of(request, body)
        if verdict is None:
            entry["spec"] = None
        elif verdict != "ok":
            self.object_to(entry, verdict)
        return entry

    def object_to(self, entry: dict, text: str) -> None:
        """Something is wrong with a call, beside what was said before."""
        if entry["spec"] == "ok":
            self.wrong.append(entry)
            entry["spec"] = text
        else:
            entry["spec"] += f"; {text}"


def _meets(expectation: dict, entry: dict) -> bool:
    return bool(re.search(expectation["path"], entry["target"]) and re.search(expectation.get("verdict", ""), entry["spec"]))


def _json_or_text(body: str):
    try:
        return parse_json(body) if body else None
    except ValueError:
        return body
