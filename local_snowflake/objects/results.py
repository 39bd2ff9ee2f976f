"""Answers that are fetched later: 202 with a Location, and the further pages of long lists (GET /api/v2/results/{handle})."""

from __future__ import annotations

import asyncio
import re
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from .answers import Refusal

HANDLE = re.compile(r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\d*")
RETENTION = 3600.0
IN_PROGRESS = "Request execution in progress. Use provided Location header or result handler id to perform query monitoring and management."


@dataclass
class Outcome:
    """A finished call: its status and its JSON; pages of a list are cut when it is answered."""

    status: int
    body: Any


@dataclass
class Kept:
    handle: str
    user: str
    page_size: int
    done: asyncio.Event = field(default_factory=asyncio.Event)
    outcome: Outcome | None = None
    since: float = field(default_factory=time.time)


class Results:
    def __init__(self) -> None:
        self.kept: dict[str, Kept] = {}

    def keep(self, user: str, page_size: int, outcome: Outcome | None = None) -> Kept:
        now = time.time()
        for old in [h for h, k in self.kept.items() if now - k.since > RETENTION]:
            del self.kept[old]
        kept = Kept(f"{uuid.uuid4()}0", user, page_size, outcome=outcome)
        self.kept[kept.handle] = kept
        if outcome:
            kept.done.set()
        return kept

    def find(self, user: str, handle: str) -> Kept:
        if not HANDLE.fullmatch(handle):
            raise Refusal(400, "", f"Invalid resultHandler: {handle}")
        kept = self.kept.get(handle)
        if kept is None or kept.user != user:
            raise Refusal(404, "390404", "Specified object does not exist or not authorized.")
        return kept

    @staticmethod
    def in_progress(kept: Kept, document_handler: bool = False) -> tuple[dict, dict[str, str]]:
        handler = {"resultHandler": kept.handle} if document_handler else {"result_handler": kept.handle, "job_id": kept.handle[:-1]}
        body = {"code": "392604", "message": IN_PROGRESS, **handler}
        return body, {"Location": f"/api/v2/results/{kept.handle}"}

    def page(self, kept: Kept, number: int) -> tuple[Any, dict[str, str]]:
        """One page of a finished answer, and its Link header when there are several."""
        body = kept.outcome.body
        if not isinstance(body, list) or len(body) <= kept.page_size:
            if number > 0:
                raise Refusal(400, "", f"Invalid page: {number}")
            return body, {}
        last = (len(body) - 1) // kept.page_size
        if number > last:
            raise Refusal(400, "", f"Invalid page: {number}")
        wanted = {"first": 0, "next": number + 1, "prev": number - 1, "last": last}
        links = [f'</api/v2/results/{kept.handle}?page={p}>; rel="{rel}"' for rel, p in wanted.items() if 0 <= p <= last]
        return body[number * kept.page_size : (number + 1) * kept.page_size], {"Link": ",".join(links)}
