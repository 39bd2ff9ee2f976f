"""The files of stages, and which tables have loaded them: both kept in tables of the private cluster beside the catalog.

A stage is named by the id of its object: a stage, a table (its own stage, @%t) or a user (@~). Names of files are those below the stage.
The history of COPY INTO <table> is among the events (events.py).
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
CREATE TABLE IF NOT EXISTS sf_catalog.load (table_id bigint NOT NULL, stage bigint NOT NULL, file_name text NOT NULL, md5 text NOT NULL, loaded_on timestamptz NOT NULL);
CREATE INDEX IF NOT EXISTS load_of ON sf_catalog.load (table_id, stage, file_name);
"""
REMEMBERED = timedelta(days=64)  # how long a loaded file is not loaded again


@dataclass
class StageFile:
    name: str
    size: int
    md5: str
    last_modified: datetime


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

    def total(self) -> int:
        """The bytes on all stages."""
        return self._run("SELECT coalesce(sum(length(content)), 0) FROM sf_catalog.stage_file")[0][0]

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
        return self._text("SELECT count(*) FROM sf_catalog.load WHERE table_id = {} AND stage = {} AND file_name = {} AND md5 = {} AND loaded_on > {}",
                          (table.id, stage.id, file.name, file.md5, now - REMEMBERED))

    def record(self, table: Obj, stage: Obj, file: StageFile, now: datetime) -> str:
        """The statement that remembers a loaded file, for the transaction that loads it."""
        return self._text("INSERT INTO sf_catalog.load VALUES ({}, {}, {}, {}, {})", (table.id, stage.id, file.name, file.md5, now))

    def _text(self, template: str, values: tuple[Any, ...]) -> str:
        with self.catalog.lock:
            return sql.SQL(template).format(*(sql.Literal(v) for v in values)).as_string(self.catalog.connection)

    def forget(self, table: Obj) -> None:
        """TRUNCATE: every file may be loaded again."""
        self._run("DELETE FROM sf_catalog.load WHERE table_id = %s", (table.id,))
