"""Results on disk: only small ones stay in memory for the 24 hours that they are kept."""

from __future__ import annotations

import itertools
import shutil
import weakref
from pathlib import Path

SMALL = 32 * 1024  # bytes that are not worth a file


class Stored:
    """Bytes in a file of their own, which goes when nothing refers to them any more."""

    def __init__(self, path: Path, data: bytes):
        path.write_bytes(data)
        self._path = path
        weakref.finalize(self, path.unlink, missing_ok=True)

    def read(self) -> bytes:
        return self._path.read_bytes()


class Spool:
    """A folder for what is stored; what an earlier process left there goes."""

    def __init__(self, folder: Path):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, mode=0o700)
        self._folder = folder
        self._numbers = itertools.count()

    def remove(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def store(self, data: bytes) -> Stored:
        return Stored(self._folder / str(next(self._numbers)), data)
