"""Passes connections on and counts their bytes.

    python bench/counting_proxy.py PORT|SOCKET

Prints its own port. For each line on its standard input it prints the bytes since the line before: those sent to the port, or to a socket's path, and those received.
"""

from __future__ import annotations

import asyncio
import sys

sent = received = 0
open_ones: set[asyncio.Task | None] = set()


async def passed(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: bool) -> None:
    global sent, received
    try:
        while data := await reader.read(65536):
            if answer:
                received += len(data)
            else:
                sent += len(data)
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


async def connection(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    open_ones.add(asyncio.current_task())
    there, to = await (asyncio.open_unix_connection(sys.argv[1]) if sys.argv[1].startswith("/") else asyncio.open_connection("127.0.0.1", int(sys.argv[1])))
    await asyncio.gather(passed(reader, to, False), passed(there, writer, True))
    open_ones.discard(asyncio.current_task())


async def main() -> None:
    global sent, received
    server = await asyncio.start_server(connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await asyncio.to_thread(sys.stdin.readline):
        print(sent, received, flush=True)
        sent = received = 0


asyncio.run(main())
