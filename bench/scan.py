"""Scans 1 M rows x 10 columns in 20 partitions through a foreign table, beside COPY FROM STDIN of the same rows, in one run.

    python bench/scan.py SOCKET_FOLDER        (bench/run makes the cluster and calls this)

Prints a Markdown table of medians and ratios, then the backend's peak of anonymous memory by number of partitions.
"""

from __future__ import annotations

import io
import re
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg

ROWS, PARTITIONS, ROUNDS = 1_000_000, 20, 5
COLUMNS = "id bigint, quantity int, price numeric(18,4), rate float8, paid boolean, day date, moment timestamp, name text, city text, note text"
HERE = Path(__file__).parent


class Server:
    def __init__(self, rows: int, partitions: int, delay_ms: int = 0):
        self.process = subprocess.Popen([sys.executable, HERE / "partition_server.py", str(rows), str(partitions), str(delay_ms)], stdout=subprocess.PIPE, text=True)
        self.port = int(self.process.stdout.readline())

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


def connect(socket: str) -> psycopg.Connection:
    connection = psycopg.connect(host=socket, user="postgres", dbname="postgres", autocommit=True)
    connection.execute("SET timezone = 'UTC'; SET max_parallel_workers_per_gather = 0; SET client_min_messages = warning; SET jit = off")
    return connection


def foreign_table(connection: psycopg.Connection, port: int, **options: str) -> None:
    more = "".join(f", {name} '{value}'" for name, value in options.items())
    connection.execute(f"""DROP SERVER IF EXISTS bench CASCADE;
        CREATE SERVER bench FOREIGN DATA WRAPPER snowflake_fdw OPTIONS (account 'o-a', host '127.0.0.1', port '{port}', protocol 'http'{more});
        CREATE USER MAPPING FOR CURRENT_USER SERVER bench OPTIONS (token 'bench', authenticator 'PROGRAMMATIC_ACCESS_TOKEN');
        CREATE FOREIGN TABLE remote ({COLUMNS}) SERVER bench OPTIONS (query 'SELECT 1')""")


ALL_COLUMNS = "count(id), max(quantity), max(price), max(rate), bool_or(paid), max(day), max(moment), max(name), max(city), max(note)"


def timed(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak_memory(connection: psycopg.Connection, sql: str) -> int:
    """The highest anonymous resident memory, in kB above the start, while the statement runs."""
    status = Path(f"/proc/{connection.info.backend_pid}/status")
    read = lambda: int(re.search(r"RssAnon:\s+(\d+)", status.read_text())[1])  # noqa: E731
    start, peak, done = read(), [0], threading.Event()

    def watch() -> None:
        while not done.is_set():
            peak[0] = max(peak[0], read())
            time.sleep(0.002)

    thread = threading.Thread(target=watch)
    thread.start()
    connection.execute(sql)
    done.set()
    thread.join()
    return peak[0] - start


def copy_in(connection: psycopg.Connection, text: bytes) -> None:
    connection.execute("TRUNCATE copied")
    with connection.cursor().copy("COPY copied FROM STDIN") as copy:
        for start in range(0, len(text), 1 << 20):
            copy.write(text[start : start + (1 << 20)])


def speed(socket: str) -> None:
    server = Server(ROWS, PARTITIONS)
    connection = connect(socket)
    connection.execute("CREATE EXTENSION IF NOT EXISTS snowflake_fdw")
    foreign_table(connection, server.port)
    connection.execute(f"CREATE UNLOGGED TABLE IF NOT EXISTS copied ({COLUMNS}); CREATE UNLOGGED TABLE IF NOT EXISTS inserted ({COLUMNS})")
    connection.execute("INSERT INTO inserted SELECT * FROM remote")
    buffer = io.BytesIO()
    with connection.cursor().copy("COPY inserted TO STDOUT") as copy:
        for chunk in copy:
            buffer.write(chunk)
    text = buffer.getvalue()
    copy_in(connection, text)
    different = connection.execute("SELECT count(*) FROM (SELECT * FROM copied EXCEPT ALL SELECT * FROM inserted) x").fetchone()[0]

    def insert() -> None:
        connection.execute("TRUNCATE inserted")
        connection.execute("INSERT INTO inserted SELECT * FROM remote")

    works = {
        "`COPY FROM STDIN` into an unlogged table": lambda: copy_in(connection, text),
        "`SELECT` of all columns of the foreign table": lambda: connection.execute(f"SELECT {ALL_COLUMNS} FROM remote"),
        "`INSERT INTO` an unlogged table `SELECT * FROM` the foreign table": insert,
        "the same `SELECT` of all columns on the local table": lambda: connection.execute(f"SELECT {ALL_COLUMNS} FROM copied"),
    }
    times = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            times[name].append(timed(work))
    base = statistics.median(times[next(iter(works))])
    print(f"{ROWS:,} rows x 10 columns, {PARTITIONS} partitions, median of {ROUNDS}; rows that differ from the source: {different}\n")
    print("| what | M rows/s | times the speed of COPY |\n|---|---|---|")
    for name, values in times.items():
        median = statistics.median(values)
        print(f"| {name} | {ROWS / median / 1e6:.2f} | {base / median:.2f} |")
    server.stop()


def memory(socket: str) -> None:
    print("\nPeak of anonymous memory of the backend above its start, partitions of 50,000 rows, `fetch_memory` default:\n")
    print("| partitions | rows | MB |\n|---|---|---|")
    for partitions in (4, 20, 40):
        server = Server(50_000 * partitions, partitions)
        connection = connect(socket)
        foreign_table(connection, server.port)
        peak = peak_memory(connection, f"SELECT {ALL_COLUMNS} FROM remote")
        print(f"| {partitions} | {50_000 * partitions:,} | {peak / 1024:.1f} |")
        connection.close()
        server.stop()


def latency(socket: str) -> None:
    print("\n200 ms until each partition's answer begins, 20 partitions of 10,000 rows:\n")
    print("| fetch_parallel | seconds |\n|---|---|")
    server = Server(200_000, 20, 200)
    for parallel in (1, 4, 8):
        connection = connect(socket)
        foreign_table(connection, server.port, fetch_parallel=str(parallel))
        print(f"| {parallel} | {timed(lambda: connection.execute(f'SELECT {ALL_COLUMNS} FROM remote')):.2f} |")
        connection.close()
    server.stop()


if __name__ == "__main__":
    speed(sys.argv[1])
    memory(sys.argv[1])
    latency(sys.argv[1])
