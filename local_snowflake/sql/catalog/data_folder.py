"""The data directory of the private PostgreSQL cluster. Imports nothing beyond the standard library: initdb is started before all else is loaded."""

from __future__ import annotations

import glob
import os
import pwd
import shutil
import subprocess
from pathlib import Path

SETTINGS = """
listen_addresses = ''
fsync = off
synchronous_commit = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_connections = 200
shared_buffers = 64MB
work_mem = 32MB
jit = off
max_parallel_workers_per_gather = 0
autovacuum = off
enable_nestloop = off
timezone = 'UTC'
datestyle = 'ISO, YMD'
extra_float_digits = 0
standard_conforming_strings = on
default_transaction_isolation = 'read committed'
log_min_messages = panic
logging_collector = off
"""


def bin_dir() -> Path:
    """The newest PostgreSQL of at least 15."""
    found = sorted((int(p.split("/")[-2]), p) for p in glob.glob("/usr/lib/postgresql/*/bin") if p.split("/")[-2].isdigit())
    if found and found[-1][0] >= 15:
        return Path(found[-1][1])
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    raise RuntimeError("no PostgreSQL server of version 15 or later was found")


class DataFolder:
    """Where it is, and whose: as root the server runs as an unprivileged account."""

    def __init__(self, data_dir: Path):
        self.data = Path(data_dir).resolve() / "pg"
        self.account = self._account()
        self.bin = bin_dir()

    @staticmethod
    def _account() -> pwd.struct_passwd | None:
        """The unprivileged account to use when started as root."""
        if os.geteuid() != 0:
            return None
        for name in ("postgres", "nobody"):
            try:
                return pwd.getpwnam(name)
            except KeyError:
                continue
        raise RuntimeError("no unprivileged account for PostgreSQL was found")

    def _run_as(self) -> dict[str, object]:
        if self.account is None:
            return {}
        return {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}

    def _own(self, path: Path) -> None:
        if self.account is not None:
            os.chown(path, self.account.pw_uid, self.account.pw_gid)

    def make(self) -> None:
        """Make the data directory when there is none."""
        if (self.data / "PG_VERSION").exists():
            return
        self.data.parent.mkdir(parents=True, exist_ok=True)
        if self.account is not None:
            self._let_through()
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        self._own(self.data)
        env = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}
        done = subprocess.run(
            [self.bin / "initdb", "-D", self.data, "-U", "snow", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "--no-instructions"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd="/", env=env, **self._run_as())
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise RuntimeError("initdb failed: " + done.stderr.decode(errors="replace").strip())
        conf = self.data / "postgresql.auto.conf"
        conf.write_text(SETTINGS)
        self._own(conf)

    def _let_through(self) -> None:
        """Give the account search permission on our own data folder, and refuse a place it cannot reach."""
        os.chmod(self.data.parent, os.stat(self.data.parent).st_mode | 0o011)
        for folder in self.data.parents:
            mode = os.stat(folder)
            if not (mode.st_mode & 0o001 or mode.st_uid == self.account.pw_uid):
                raise RuntimeError(f"the account {self.account.pw_name} cannot reach {self.data}: {folder} is closed to it")
