"""The private PostgreSQL cluster: made once, started and stopped with the engine, reached over a socket of its own."""

from __future__ import annotations

import hashlib
import os
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

from .data_folder import DataFolder


class Cluster(DataFolder):
    """Owns the server process of a data directory; start() first, close() at the end."""

    def __init__(self, data_dir: Path):
        super().__init__(data_dir)
        digest = hashlib.sha256(str(self.data).encode()).hexdigest()[:12]
        self.socket = Path(tempfile.gettempdir()) / f"lsf-{digest}"
        self.process: subprocess.Popen[bytes] | None = None
        self.dsn = f"host={self.socket} user=snow dbname=postgres"

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
