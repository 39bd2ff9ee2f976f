"""Reading JSON that somebody sent: what is no JSON, or cannot be kept or answered as such, is a ValueError and never another exception."""

from __future__ import annotations

import json
import re
from typing import Any

from aiohttp import web

DEEPEST = 200
SURROGATE = re.compile("[\ud800-\udfff]")


def parse_json(raw: bytes | str) -> Any:
    """UTF-8, no NaN or Infinity, no half of a surrogate pair, no more than DEEPEST levels."""
    text = raw.decode() if isinstance(raw, bytes) else raw
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if text.count("[") + text.count("{") > DEEPEST:
        _check_depth(value)
    if "\\u" in text and SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise ValueError("half of a surrogate pair")
    return value


async def json_of(request: web.Request) -> Any:
    """The JSON of a body, whatever character set its header names."""
    return parse_json(await request.read())


def json_answer(body: Any, **more: Any) -> web.Response:
    """An answer in JSON, its texts as they are; what is no character comes as a question mark."""
    return web.Response(body=json.dumps(body, ensure_ascii=False).encode(errors="replace"), content_type="application/json", charset="utf-8", **more)


def holds_nul(raw: bytes) -> bool:
    """Whether a JSON text has the character U+0000, which no text of the account can keep."""
    return re.search(rb"(?<!\\)(\\\\)*\\u0000", raw) is not None


def _check_depth(value: Any) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level if isinstance(outer, (list, dict)) for inner in (outer.values() if isinstance(outer, dict) else outer)]
        if not level:
            return
    raise ValueError("nested too deeply")


def _no_constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")
