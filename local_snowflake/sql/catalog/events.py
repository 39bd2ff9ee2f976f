"""What the account remembers beside its statements: logins, sessions, loaded files, the hours of warehouses. Kept in memory, 365 days at the most."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ...clock import Clock

KEEP = timedelta(days=365)
MOST = 100000  # of each


@dataclass
class Login:
    event_id: int
    when: datetime
    user: str | None
    client_ip: str
    client_type: str
    client_version: str
    factor: str
    success: bool
    error_code: int | None = None
    error_message: str | None = None


@dataclass
class Events:
    """Rows of other histories are dicts by the names of their columns: times are datetime, numbers int or float, NULL is left out.

    copies: what COPY INTO a table loaded, a row a file, with the columns of ACCOUNT_USAGE.COPY_HISTORY; COPY appends to it.
    """

    clock: Clock
    logins: list[Login] = field(default_factory=list)
    sessions: list[dict[str, Any]] = field(default_factory=list)
    copies: list[dict[str, Any]] = field(default_factory=list)
    metering: list[dict[str, Any]] = field(default_factory=list)
    storage: list[dict[str, Any]] = field(default_factory=list)
    tasks: list[dict[str, Any]] = field(default_factory=list)  # runs that a test has told of
    queries: list[dict[str, Any]] = field(default_factory=list)  # statements that a test has told of
    revoked: list[dict[str, Any]] = field(default_factory=list)  # role, grantee_kind, grantee, created_on, deleted_on
    latency: timedelta = timedelta(0)  # of the views of ACCOUNT_USAGE
    numbers: Any = field(default_factory=lambda: itertools.count(10**12))
    lock: threading.Lock = field(default_factory=threading.Lock)

    def login(self, user: str | None, factor: str, success: bool, client_ip: str = "127.0.0.1", client_type: str = "OTHER", client_version: str = "",
              error_code: int | None = None, error_message: str | None = None, when: datetime | None = None) -> Login:
        with self.lock:
            made = Login(next(self.numbers), when or self.clock.now(), user, client_ip, client_type, client_version, factor, success, error_code, error_message)
            self.logins.append(made)
            del self.logins[:-MOST]
        return made

    def copied(self, **cells: Any) -> None:
        """A file that COPY INTO a table has looked at."""
        with self.lock:
            self.copies.append(cells)
            del self.copies[:-MOST]

    def last_login(self, user: str) -> datetime | None:
        return max((e.when for e in list(self.logins) if e.user == user and e.success), default=None)
