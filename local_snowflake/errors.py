"""HTTP answers that carry an error, as the SQL API writes them (protocol sheet 1.5)."""

from __future__ import annotations

from aiohttp import web


class ApiError(Exception):
    """An answer other than 200 and 202."""

    def __init__(self, status: int, code: str | None, message: str | None, **members: object):
        super().__init__(message or str(status))
        self.status = status
        self.body = None if code is None else {"code": code, "message": message, **members}

    def response(self) -> web.Response:
        if self.body is None:
            return web.Response(status=self.status)
        return web.json_response(self.body, status=self.status)


def invalid_request(why: str) -> ApiError:
    """What Snowflake says of a request that is not of its form; why is ours, for the one who reads the test's output."""
    return ApiError(400, "390142", f"Incoming request does not contain a valid payload. ({why})")
