"""A partition server for the benchmark: one result, built before it listens, sent as fast as the loopback takes it.

    python bench/partition_server.py ROWS PARTITIONS [DELAY_MS]

Prints its port. It answers every statement with the same rows (ten columns, values that do not compress to nothing); no authentication, no
SQL. DELAY_MS is added to each partition's answer, to show what fetching ahead is for.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sys

from aiohttp import web

COLUMNS = [
    ("ID", "fixed", 18, 0), ("QUANTITY", "fixed", 9, 0), ("PRICE", "fixed", 18, 4), ("RATE", "real", None, None), ("PAID", "boolean", None, None),
    ("DAY", "date", None, None), ("MOMENT", "timestamp_ntz", None, 9), ("NAME", "text", None, None), ("CITY", "text", None, None),
    ("NOTE", "text", None, None),
]  # fmt: skip
CITIES = ["Zürich", "Berlin", "San José", "東京", "Lagos", "Lima", "Ottawa", "Pune"]
HANDLE = "01bench0-0000-0000-0000-000000000001".replace("bench0", "be5c40")


def rows(first: int, count: int, rng: random.Random):
    for i in range(first, first + count):
        yield [
            str(i), str(rng.randrange(-1000, 1_000_000)), f"{rng.randrange(0, 10_000_000_000) / 10000:.4f}", repr(rng.random() * 1000), "true" if i % 3 else "false",
            str(rng.randrange(10000, 20000)), f"{rng.randrange(0, 1_800_000_000)}.{rng.randrange(0, 1_000_000_000):09d}", f"customer {rng.randrange(0, 10**9)}",
            CITIES[i % len(CITIES)], f"{rng.getrandbits(160):x}" if i % 5 else None,
        ]  # fmt: skip


def build(total: int, partitions: int):
    rng = random.Random(7)
    bodies, info, first = [], [], 0
    for number in range(partitions):
        count = total // partitions + (number < total % partitions)
        data = list(rows(first, count, rng))
        first += count
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
        info.append({"rowCount": count, "uncompressedSize": len(text)})
        if number == 0:
            bodies.append(text)
        else:
            bodies.append(gzip.compress(f'{{"data":{text}}}'.encode(), 6))
    row_type = [
        {"name": n, "type": t, "precision": p, "scale": s, "nullable": True, "length": None, "byteLength": None, "database": "", "schema": "", "table": "", "collation": None}
        for n, t, p, s in COLUMNS
    ]
    meta = {"numRows": total, "format": "jsonv2", "partitionInfo": info, "rowType": row_type}
    head = (
        f'{{"resultSetMetaData":{json.dumps(meta)},"data":{bodies[0]},"code":"090001","sqlState":"00000","statementHandle":"{HANDLE}",'
        f'"statementStatusUrl":"/api/v2/statements/{HANDLE}","message":"Statement executed successfully.","createdOn":0}}'
    )
    bodies[0] = gzip.compress(head.encode(), 6)
    return bodies


def main() -> None:
    total, partitions = int(sys.argv[1]), int(sys.argv[2])
    delay = float(sys.argv[3]) / 1000 if len(sys.argv) > 3 else 0
    bodies = build(total, partitions)

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        number = int(request.query.get("partition", "0"))
        if delay and number:
            await asyncio.sleep(delay)
        return web.Response(body=bodies[number], content_type="application/json", headers={"Content-Encoding": "gzip"})

    async def serve() -> None:
        app = web.Application()
        app.add_routes([web.post("/api/v2/statements", answer), web.get("/api/v2/statements/{handle}", answer)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        print(site._server.sockets[0].getsockname()[1], flush=True)
        await asyncio.Event().wait()

    asyncio.run(serve())


if __name__ == "__main__":
    main()
