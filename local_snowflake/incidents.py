"""Faults of the stand-in itself: a caller sees Snowflake's internal error with a number, the fault goes to standard error and to `GET /_local/incidents`."""

from __future__ import annotations

import itertools
import sys
import threading
import traceback
from collections import deque

from .model import SnowflakeError

KEEP = 200
_lock = threading.Lock()
_numbers = itertools.count(1)
_kept: deque[dict] = deque(maxlen=KEEP)


def internal_error(error: BaseException | str, what: str = "") -> SnowflakeError:
    """Record a fault; the error to answer in its place, which tells nothing of the machinery. `what` is the statement or call."""
    text = error if isinstance(error, str) else "".join(traceback.format_exception(error)).rstrip()
    with _lock:
        number = f"{next(_numbers):07d}"
        _kept.append({"incident": number, "what": what[:2000], "error": text})
    print(f"local Snowflake: incident {number}: {what[:2000]}\n{text}", file=sys.stderr, flush=True)
    return SnowflakeError("000603", "XX000", f"SQL execution internal error:\nProcessing aborted by error 300002:{number}; incident {number}.")


def incidents() -> list[dict]:
    """The latest faults, oldest first."""
    with _lock:
        return list(_kept)
