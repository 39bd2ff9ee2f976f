"""The files of stages, and what was loaded from them: both kept in tables of the private cluster beside the catalog.

A stage is named by the id of its object: a stage, a table (its own stage, @%t) or a user (@~). Names of files are those below the stage.
sf_catalog.load is the history of COPY INTO <table>, a line for each file, of which COPY_HISTORY is made.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import sql

from .catalog import Catalog, Obj

TABLES = """
CREATE TABLE IF NOT EXISTS sf_catalog.stage_file (stage bigint, name text, content bytea NOT NULL, md5 text NOT NULL, last_modified timestamptz NOT NULL,
  PRIMARY KEY (stage, name));
CREATE TABLE IF NOT EXISTS sf_catalog.load (table_id bigint NOT NULL, file_name text NOT NULL, stage_location text NOT NULL, stage bigint NOT NULL, md5 text NOT NULL,
  last_load_time timestamptz NOT NULL, row_count bigint NOT NULL, row_parsed bigint NOT NULL, file_size bigint NOT NULL, first_error_message text,
  first_error_line_number bigint, first_error_character_pos bigint, first_error_column_name text, error_count bigint NOT NULL, error_limit bigint NOT NULL,
  status text NOT NULL, pipe text[], query_id text NOT NULL);
CREATE INDEX IF NOT EXISTS load_of ON sf_catalog.load (table_id, stage, file_name);
"""
REMEMBERED = timedelta(days=64)  # how long a loaded file is not loaded again
LOADED, PARTLY, FAILED = "Loaded", "Partially loaded", "Load failed"


@dataclass
class StageFile:
    name: str
    size: int
    md5: str
    last_modified: datetime


@dataclass
class Load:
    """What became of one file in a COPY INTO <table>."""

    table_id: int
    file_name: str
    stage_location: str
    stage: int
    md5: str
    last_load_time: datetime
    row_count: int
    row_parsed: int
    file_size: int
    first_error_message: str | None
    first_error_line_number: int | None
    first_error_character_pos: int | None
    first_error_column_name: str | None
    error_count: int
    error_limit: int
    status: str
    pipe: list[str] | None
    query_id: str


class StageFiles:
    """Uses the catalog's connection; every method may be called from any thread."""

    def __init__(self, catalog: Catalog):
        self.catalog = catalog
        self.links: dict[str, tuple[int, str, datetime]] = {}
        catalog.connection.execute(TABLES)

    def _run(self, text: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        with self.catalog.lock:
            cursor = self.catalog.connection.execute(text, values)
            return cursor.fetchall() if cursor.description else []

    def put(self, stage: Obj, name: str, content: bytes, when: datetime) -> StageFile:
        """A new file, or a new state of one."""
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        self._run("INSERT INTO sf_catalog.stage_file VALUES (%s, %s, %s, %s, %s) ON CONFLICT (stage, name) DO UPDATE SET content = EXCLUDED.content, md5 = EXCLUDED.md5, "
                  "last_modified = EXCLUDED.last_modified", (stage.id, name, content, md5, when))
        return StageFile(name, len(content), md5, when)

    def list(self, stage: Obj, prefix: str = "") -> list[StageFile]:
        """In order of names."""
        return [StageFile(*row) for row in self._run(
            'SELECT name, length(content), md5, last_modified FROM sf_catalog.stage_file WHERE stage = %s AND starts_with(name, %s) ORDER BY name COLLATE "C"', (stage.id, prefix))]

    def read(self, stage_id: int, name: str) -> bytes | None:
        found = self._run("SELECT content FROM sf_catalog.stage_file WHERE stage = %s AND name = %s", (stage_id, name))
        return found[0][0] if found else None

    def remove(self, stage: Obj, name: str) -> None:
        self._run("DELETE FROM sf_catalog.stage_file WHERE stage = %s AND name = %s", (stage.id, name))

    def link(self, stage: Obj, name: str, until: datetime) -> str:
        """A signature that opens one file for a time, whether it is there or not."""
        signature = secrets.token_hex(16)
        self.links[signature] = (stage.id, name, until)
        return signature

    def opened(self, signature: str, now: datetime) -> bytes | None:
        """The contents of the file of a link; None when it is not there. Raises KeyError for a link that is unknown or too old."""
        stage, name, until = self.links[signature]
        if now > until:
            raise KeyError(signature)
        return self.read(stage, name)

    # Loads

    def loaded(self, table: Obj, stage: Obj, file: StageFile, now: datetime) -> str:
        """The query for whether a table has this state of a file already, as far as that is remembered; run in the session, which may have loaded it just now."""
        return self._text("SELECT count(*) FROM sf_catalog.load WHERE table_id = {} AND stage = {} AND file_name = {} AND md5 = {} AND status <> {} AND last_load_time > {}",
                          (table.id, stage.id, file.name, file.md5, FAILED, now - REMEMBERED))

    def record(self, load: Load) -> str:
        """The statement that keeps a load, for the transaction that loads."""
        values = tuple(vars(load).values())
        return self._text(f"INSERT INTO sf_catalog.load VALUES ({', '.join(['{}'] * len(values))})", values)

    def _text(self, template: str, values: tuple[Any, ...]) -> str:
        with self.catalog.lock:
            return sql.SQL(template).format(*(sql.Literal(v) for v in values)).as_string(self.catalog.connection)

    def loads(self, table: Obj) -> list[Load]:
        """What was loaded into a table since it was truncated last, the oldest first."""
        return [Load(*row) for row in self._run("SELECT * FROM sf_catalog.load WHERE table_id = %s AND stage <> 0 ORDER BY last_load_time, file_name", (table.id,))]

    def all_loads(self) -> list[Load]:
        """What was ever loaded into any table, the oldest first."""
        return [Load(*row) for row in self._run("SELECT * FROM sf_catalog.load ORDER BY last_load_time, file_name")]

    def forget(self, table: Obj) -> None:
        """TRUNCATE: every file may be loaded again. The whole history keeps the loads, as those of no stage."""
        self._run("UPDATE sf_catalog.load SET stage = 0 WHERE table_id = %s", (table.id,))
