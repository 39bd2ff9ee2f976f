"""The account's time: the machine's, or one that stands still until a test moves it (`--clock manual`, `POST /_local/clock`)."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta, timezone
from typing import Callable

from aiohttp import web

from .payload import json_of


class ClockError(ValueError):
    """A move that this clock does not make."""


class Clock:
    def __init__(self, mode: str = "real"):
        self.mode = mode
        self._moment = datetime.now(timezone.utc)
        self.mover: Callable[[datetime], None] | None = None  # brings the clock to a time, with all that is due on the way

    def now(self) -> datetime:
        """The account's time, with the time zone UTC."""
        return datetime.now(timezone.utc) if self.mode == "real" else self._moment

    def advance(self, seconds: float) -> None:
        if seconds < 0:
            raise ClockError("a clock is not advanced by a negative time")
        self.set(self.now() + timedelta(seconds=seconds))

    def set(self, moment: datetime) -> None:
        """Moves the clock, back as well; a time without a zone is UTC."""
        if self.mode == "real":
            raise ClockError("the clock is real; start with --clock manual to move it")
        (self.mover or self.place)(moment.astimezone(timezone.utc) if moment.tzinfo else moment.replace(tzinfo=timezone.utc))

    def place(self, moment: datetime) -> None:
        """It is this time now; nothing else happens."""
        self._moment = moment

    # -- handlers ----------------------------------------------------------

    async def show(self, request: web.Request) -> web.Response:
        return web.json_response({"clock": self.mode, "now": self.now().isoformat()})

    async def move(self, request: web.Request) -> web.Response:
        """{"advance": seconds} or {"set": ISO 8601}; the answer comes when all tasks that are due by then have run."""
        try:
            await asyncio.get_running_loop().run_in_executor(None, self._move, await json_of(request))
        except (ValueError, TypeError, AttributeError, OverflowError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return await self.show(request)

    def _move(self, order: object) -> None:
        if not isinstance(order, dict) or len(order) != 1 or not order.keys() <= {"advance", "set"}:
            raise ClockError('expected {"advance": seconds} or {"set": ISO 8601}')
        if "advance" in order:
            self.advance(order["advance"])
        else:
            # Python 3.10 and earlier do not read the Z
            self.set(datetime.fromisoformat(order["set"].replace("Z", "+00:00")))
