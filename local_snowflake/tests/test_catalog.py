"""The data made from the official OpenAPI documents is what the documents say now: SNOWFLAKE_SPECS is their folder, else ../shared/specs."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
SPECS = Path(os.environ.get("SNOWFLAKE_SPECS") or TOP.parent / "shared" / "specs")
needs_documents = pytest.mark.skipif(not (SPECS / "common.yaml").exists(), reason="the OpenAPI documents are not here; set SNOWFLAKE_SPECS")


def make_catalog(*arguments: str | Path) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, TOP / "tools" / "make-catalog", *arguments], capture_output=True, text=True)


@needs_documents
def test_the_committed_data_is_in_step():
    done = make_catalog("--check", SPECS)
    assert done.returncode == 0, done.stderr


@needs_documents
def test_a_document_that_changed_is_noticed(tmp_path):
    for document in SPECS.glob("*.yaml"):
        text = document.read_text()
        if document.name == "warehouse.yaml":
            assert "auto_suspend:" in text
            text = text.replace("auto_suspend:", "auto_suspend_soon:")
        (tmp_path / document.name).write_text(text)
    done = make_catalog("--check", tmp_path)
    assert done.returncode != 0 and "out of step" in done.stderr
