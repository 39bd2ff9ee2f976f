"""Writes the tables and queries of TPC-H and TPC-DS at scale 0.01, as DuckDB's extensions generate them.

usage: generate.py DIRECTORY tpch|tpcds
Files: tables (name, rows, columns with DuckDB's types; tabs between), NAME.csv, NN.sql
"""

import sys
from pathlib import Path

import duckdb

folder, benchmark = Path(sys.argv[1]), sys.argv[2]
folder.mkdir(parents=True, exist_ok=True)
connection = duckdb.connect()
connection.execute("CALL dbgen(sf=0.01)" if benchmark == "tpch" else "CALL dsdgen(sf=0.01)")
lines = []
for (table,) in connection.execute("SELECT table_name FROM information_schema.tables ORDER BY 1").fetchall():
    columns = connection.execute(
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position", [table]
    ).fetchall()
    (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    lines.append("\t".join([table, str(rows), ", ".join(f"{name} {kind}" for name, kind in columns)]))
    connection.execute(f"COPY {table} TO '{folder / table}.csv' (HEADER false, DELIMITER '|')")
(folder / "tables").write_text("\n".join(lines) + "\n")
for number, query in connection.execute(f"SELECT query_nr, query FROM {benchmark}_queries()").fetchall():
    (folder / f"{number:02d}.sql").write_text(query.strip().rstrip(";"))
