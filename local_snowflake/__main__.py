"""python3 -m local_snowflake: a stand-in for one Snowflake account on loopback."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .sql.catalog.data_folder import DataFolder


def main() -> None:
    parser = argparse.ArgumentParser(prog="local_snowflake", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0: any free port")
    parser.add_argument("--tls", action="store_true", help="https with a private CA")
    parser.add_argument("--data", help="folder to keep; without it a temporary one")
    parser.add_argument("--sample", action="store_true", help="make the sample database SHOP")
    parser.add_argument("--no-engine", action="store_true", help="no SQL: prepared results only")
    parser.add_argument("--window", type=float, default=45, help="seconds a submission is answered in, else 202")
    parser.add_argument("--partition-rows", type=int, default=10000)
    parser.add_argument("--retention", type=float, default=86400, help="seconds a result is kept")
    parser.add_argument("--page-size", type=int, default=10000, help="entries of a list of the object API in one answer")
    parser.add_argument("--clock", choices=("real", "manual"), default="real", help="manual: POST /_local/clock moves it")
    start(parser.parse_args())


def start(arguments: argparse.Namespace) -> None:
    """initdb takes longer than loading everything, so they go side by side; who wants us to stop meanwhile is heard afterwards."""
    stopped: list[int] = []
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, frame: stopped.append(number))
    data = Path(arguments.data or tempfile.mkdtemp(prefix="local_snowflake."))
    data.mkdir(parents=True, exist_ok=True)
    os.chmod(data, 0o711)
    with ThreadPoolExecutor(1) as beside:
        folder = None if arguments.no_engine else beside.submit(lambda: DataFolder(data).make())
        from .server import serve

        asyncio.run(serve(arguments, data, folder, stopped))


if __name__ == "__main__":
    main()
