"""The private PostgreSQL cluster: made once, started and stopped with the engine, reached over a socket of its own."""

from __future__ import annotations

import glob
import hashlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator

import psycopg

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


class Cluster:
    """Owns one data directory and its server process; use() on start, close() at the end."""

    def __init__(self, data_dir: Path):
        self.data = Path(data_dir).resolve() / "pg"
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        self.socket = Path(tempfile.gettempdir()) / f"lsf-{digest}"
        self.account = self._account()
        self.bin = bin_dir()
        self.process: subprocess.Popen[bytes] | None = None
        self.dsn = f"host={self.socket} user=snow dbname=postgres"

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

    def start(self) -> None:
        """Start the server, making its data directory first when there is none."""
        self.make()
        if self.account is not None:
            self._let_through()
        self._stop_leftover()
        self.socket.mkdir(mode=0o700, exist_ok=True)
        os.chmod(self.socket, 0o700)
        self._own(self.socket)
        log = open(self.data / "server.log", "ab")
        self._own(self.data / "server.log")
        self.process = subprocess.Popen(
            [self.bin / "postgres", "-D", self.data, "-k", self.socket], stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd="/",
            env={"PATH": "/usr/bin:/bin", "LC_ALL": "C"}, start_new_session=True, **self._run_as())
        log.close()
        self._wait()

    def _let_through(self) -> None:
        """Give the account search permission on our own data folder, and refuse a place it cannot reach."""
        os.chmod(self.data.parent, os.stat(self.data.parent).st_mode | 0o011)
        for folder in self.data.parents:
            mode = os.stat(folder)
            if not (mode.st_mode & 0o001 or mode.st_uid == self.account.pw_uid):
                raise RuntimeError(f"the account {self.account.pw_name} cannot reach {self.data}: {folder} is closed to it")

    def _wait(self) -> None:
        for _ in range(600):
            try:
                psycopg.connect(self.dsn, connect_timeout=2).close()
                return
            except psycopg.OperationalError:
                if self.process is not None and self.process.poll() is not None:
                    raise RuntimeError("the private PostgreSQL did not start, see " + str(self.data / "server.log")) from None
                time.sleep(0.02)
        self.close()
        raise RuntimeError("the private PostgreSQL did not come up in time")

    def _stop_leftover(self) -> None:
        """End a server of ours that outlived its engine."""
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().split()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError, IndexError):
            pid_file.unlink(missing_ok=True)
            return
        if str(self.data).encode() in command:
            os.kill(pid, signal.SIGQUIT)
            for _ in range(250):
                if not Path(f"/proc/{pid}").exists():
                    break
                time.sleep(0.02)
        pid_file.unlink(missing_ok=True)

    def connect(self) -> psycopg.Connection:
        return psycopg.connect(self.dsn, autocommit=True)

    def close(self) -> None:
        """Stop the server; safe to call twice."""
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.send_signal(signal.SIGQUIT)
                self.process.wait(10)
        self.process = None
        shutil.rmtree(self.socket, ignore_errors=True)


class Pool:
    """Idle connections for reuse; from any thread."""

    IDLE = 16

    def __init__(self, cluster: Cluster):
        self.cluster = cluster
        self.lock = threading.Lock()
        self.idle: list[psycopg.Connection] = []
        self.closed = False

    def getconn(self) -> psycopg.Connection:
        with self.lock:
            while self.idle:
                conn = self.idle.pop()
                if not conn.closed:
                    return conn
        return self.cluster.connect()

    def putconn(self, conn: psycopg.Connection) -> None:
        """Take a connection back; one that is broken or surplus is closed."""
        with self.lock:
            if not self.closed and not conn.closed and len(self.idle) < self.IDLE:
                self.idle.append(conn)
                return
        conn.close()

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection]:
        conn = self.getconn()
        try:
            yield conn
        finally:
            self.putconn(conn)

    def close(self) -> None:
        with self.lock:
            self.closed = True
            conns, self.idle = self.idle, []
        for conn in conns:
            conn.close()
