"""What the object API answers when it refuses, and how SQL errors look there."""

from __future__ import annotations

import re

from ..model import SnowflakeError

PREFIX = re.compile(r"sql compilation error:", re.I)
MISSING = re.compile(r"(\w[\w ]* '.*') does not exist or not authorized")
STATUS = {"002003": 404, "002043": 404, "002002": 409, "003001": 403, "003013": 403, "003041": 403, "002756": 403, "000603": 500}


class Refusal(Exception):
    """An answer with an error body; without a code and a message the body is empty."""

    def __init__(self, status: int, code: str | None = None, message: str | None = None):
        super().__init__(message or str(status))
        self.status = status
        self.code = code
        self.message = message

    def body(self, request_id: str) -> dict | None:
        if self.message is None:
            return None
        return {"code": self.code, "error_code": self.code, "message": self.message, "request_id": request_id}


class Bare(Exception):
    """404, 405 or 415 without a body and without a request id: there is no such endpoint."""

    def __init__(self, status: int):
        super().__init__(str(status))
        self.status = status


def relayed(error: SnowflakeError, role: str | None = None) -> Refusal:
    """An SQL error: its prefix is cut, the line break behind it stays, everything is lower case; a refused statement of a role (not a fetch)
    tells of a missing object what the role would need."""
    message = PREFIX.sub("", error.message, count=1) if PREFIX.match(error.message) else error.message
    what = MISSING.search(message)
    if role and what and error.code == "002003":
        message += f" your primary role '{role}' must have usage or any other privilege granted on {what[1]}."
    return Refusal(STATUS.get(error.code, 400), error.code, message.lower())


def missing_name() -> Refusal:
    return Refusal(400, "390400", "The request entity had the following errors: name cannot be empty string (was '')")


def bad_value(name: str, value: object) -> SnowflakeError:
    return SnowflakeError("001422", "22023", f"SQL compilation error:\ninvalid value '{value}' for property '{name}'")


def bad_type(name: str, value: object) -> SnowflakeError:
    return SnowflakeError("001421", "22023", f"SQL compilation error:\ninvalid type of property '{value}' for '{name}'")


def unsupported(what: str) -> SnowflakeError:
    return SnowflakeError("000002", "0A000", f"Unsupported feature '{what}'.")
