"""A server for the tests of the object API, and a client that keeps everything visible."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

TOP = Path(__file__).resolve().parents[2]


@dataclass
class Answer:
    status: int
    body: Any
    headers: Any

    @property
    def code(self) -> str | None:
        return self.body.get("code") if isinstance(self.body, dict) else None


class Server:
    """python3 -m local_snowflake as a process of its own."""

    def __init__(self, *arguments: str):
        self.process = subprocess.Popen([sys.executable, "-m", "local_snowflake", *arguments], stdout=subprocess.PIPE, text=True, cwd=TOP)
        self.info = json.loads(self.process.stdout.readline())
        self.counter = 0

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(20)

    def call(self, method: str, path: str, body: Any = None, user: str = "admin_pat", headers: dict[str, str] | None = None) -> Answer:
        """One call with a programmatic access token of info[user]; body: JSON, or a str that is sent as it is."""
        data = None if body is None else (body if isinstance(body, str) else json.dumps(body)).encode()
        every = {
            "Authorization": f"Bearer {self.info[user]}", "X-Snowflake-Authorization-Token-Type": "PROGRAMMATIC_ACCESS_TOKEN", "User-Agent": "tests/1",
            "Accept": "application/json", "Content-Type": "application/json", **(headers or {}),
        }  # fmt: skip
        path = path if path.startswith("/") else "/api/v2/" + path
        request = urllib.request.Request(self.info["url"] + path, data=data, method=method, headers={k: v for k, v in every.items() if v is not None})
        try:
            with urllib.request.urlopen(request) as response:
                status, text, found = response.status, response.read().decode(), response.headers
        except urllib.error.HTTPError as error:
            status, text, found = error.code, error.read().decode(), error.headers
        return Answer(status, json.loads(text) if text else None, found)

    def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """A call that must succeed and be right by the documents; its body."""
        answer = self.call(method, path, body, **more)
        assert answer.status == 200, answer.body
        assert self.last()["spec"] == "ok"
        return answer.body

    def last(self) -> dict[str, Any]:
        """The entry of the latest call in the request log."""
        with urllib.request.urlopen(self.info["url"] + "/_local/requests") as response:
            return json.load(response)[-1]

    def local(self, path: str, body: Any) -> Any:
        request = urllib.request.Request(self.info["url"] + "/_local/" + path, data=json.dumps(body).encode(), method="POST")
        with urllib.request.urlopen(request) as response:
            return json.load(response)

    def sql(self, text: str, user: str = "admin_pat", **context: str) -> list[list[str | None]]:
        """The cells of a statement of the SQL API."""
        answer = self.call("POST", "statements", {"statement": text, "warehouse": "COMPUTE_WH", **context}, user=user)
        assert answer.status == 200, answer.body
        return answer.body["data"]

    def sql_code(self, text: str, user: str = "admin_pat", **context: str) -> str:
        answer = self.call("POST", "statements", {"statement": text, "warehouse": "COMPUTE_WH", **context}, user=user)
        assert answer.status == 422, answer.body
        return answer.body["code"]

    def database(self) -> str:
        """A new database; its name."""
        self.counter += 1
        name = f"OBJ_{self.counter}"
        self.ok("POST", "databases", {"name": name})
        return name


@pytest.fixture(scope="session")
def server():
    made = Server("--sample")
    yield made
    made.close()


@pytest.fixture
def schema(server):
    """The path of an empty schema."""
    return f"databases/{server.database()}/schemas/PUBLIC"
