"""One engine for all tests of the SQL side."""

import shutil
import tempfile
from pathlib import Path

import pytest

from local_snowflake.sql.engine import create_engine


@pytest.fixture(scope="session")
def engine():
    folder = Path(tempfile.mkdtemp(prefix="lsf-test-"))
    made = create_engine(folder, sample=True)
    yield made
    made.close()
    shutil.rmtree(folder, ignore_errors=True)
