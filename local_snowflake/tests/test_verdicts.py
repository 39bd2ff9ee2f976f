"""The mechanism that makes a test fail for a call that is not valid by the documents, though it was answered."""

import json
import subprocess
import sys
import urllib.error
import urllib.request

import pytest

from local_snowflake.tests.rest import TOP, Server

REQUEST = "01234567-89ab-cdef-0123-456789abcdef"
HANDLE = "019c06a4-0000-df4f-0000-00100006589e"
SELECT = {"statement": "SELECT SYSTEM$WAIT(0)"}


@pytest.fixture(scope="module")
def server():
    made = Server("--no-engine")
    yield made
    made.close()


def local(server, path, method="GET", body=None):
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(f"{server.info['url']}/_local/{path}", data=data, method=method)) as response:
        return json.load(response)


@pytest.mark.parametrize(("method", "path", "body"), [
    ("POST", f"statements?requestId={REQUEST}&async=true&nullable=false", SELECT),
    ("POST", f"statements?requestId={REQUEST}&retry=true", SELECT),
    ("POST", "statements", {**SELECT, "timeout": 604800, "bindings": None, "role": None, "resultSetMetaData": {"format": "jsonv2"}}),
    ("POST", "statements", {**SELECT, "parameters": {"MULTI_STATEMENT_COUNT": "1", "rows_per_resultset": 0, "Use_Cached_Result": "true", "TIMEZONE": "UTC"}}),
    ("POST", "statements", {**SELECT, "parameters": {"multi_statement_count": 0, "use_cached_result": False}}),
    ("POST", "statements", {**SELECT, "bindings": {"1": {"type": "FIXED", "value": "-12"}, "2": {"type": "TIMESTAMP_TZ", "value": "1616173619000000000 960"}}}),
    ("POST", "statements", {**SELECT, "bindings": {"1": {"type": "TEXT", "value": None}}}),
    ("GET", f"statements/{HANDLE}?requestId={REQUEST}&partition=1", None),
    ("POST", f"statements/{HANDLE}/cancel", None),
    ("POST", f"statements/{HANDLE}/cancel?requestId={REQUEST}", {}),
    ("GET", "databases?like=%25&showLimit=10", None),  # without an engine it has no answer, and a verdict all the same
    ("POST", "databases?createMode=orReplace", {"name": "d"}),
])  # fmt: skip
def test_valid(server, method, path, body):
    server.call(method, path, body)
    assert server.last()["spec"] == "ok"


@pytest.mark.parametrize(("method", "path", "body", "verdict"), [
    ("POST", "statements?requestId=1", SELECT, "query parameter requestId is not a UUID"),
    ("POST", "statements?requestID=1", SELECT, "query parameter requestID is not in the document"),
    ("POST", f"statements?requestId={REQUEST}&requestId={REQUEST}", SELECT, "query parameter requestId is given more than once"),
    ("POST", "statements?retry=true", SELECT, "query parameter retry without the requestId of the call that is tried again"),
    ("POST", f"statements?requestId={REQUEST}&retry=false", SELECT, "query parameter retry is not one of [True]"),
    ("POST", "statements?async=True", SELECT, "query parameter async is not a boolean"),
    ("POST", "statements", None, "the body is missing"),
    ("POST", "statements", "{", "the body is not JSON"),
    ("POST", "statements", '{"statement": "SELECT 1", "timeout": NaN}', "the body is not JSON"),
    ("POST", "statements", "[]", "body is not of type object"),
    ("POST", "statements", {}, "body.statement is missing"),
    ("POST", "statements", {"statement": None}, "body.statement is null"),
    ("POST", "statements", {**SELECT, "timeout": "10"}, "body.timeout is not of type integer"),
    ("POST", "statements", {**SELECT, "timeout": 604801}, "body.timeout is out of range"),
    ("POST", "statements", {**SELECT, "user": "x"}, "body.user is not in the document"),
    ("POST", "statements", {**SELECT, "parameters": {"AUTOCOMMIT": True}}, "body.parameters.autocommit is not in the document"),
    ("POST", "statements", {**SELECT, "parameters": {"ROWS_PER_RESULTSET": "0"}}, "body.parameters.rows_per_resultset is not of type integer"),
    ("POST", "statements", {**SELECT, "parameters": {"MULTI_STATEMENT_COUNT": -1}}, "body.parameters.multi_statement_count fits none of the choices"),
    ("POST", "statements", {**SELECT, "bindings": {"1": {"type": "FIXED", "value": 1}}}, "body.bindings.1.value is not of type string"),
    ("POST", "statements", {**SELECT, "bindings": {"1": {"type": "NUMBER", "value": "1"}}}, "body.bindings.1.type is not one of"),
    ("POST", "statements", {**SELECT, "bindings": {"1": {"type": "FIXED", "value": "1.5"}}}, "body.bindings.1.value is no FIXED"),
    ("POST", "statements", {**SELECT, "bindings": {"0": {"type": "FIXED", "value": "1"}}}, "body.bindings.0 is no position"),
    ("GET", "statements/x", None, "path parameter statementHandle is not a UUID"),
    ("GET", f"statements/{HANDLE}?partition=-1", None, "query parameter partition is out of range"),
    ("GET", f"statements/{HANDLE}?partition=x", None, "query parameter partition is not an integer"),
    ("GET", f"statements/{HANDLE}?nullable=true", None, "query parameter nullable is not in the document"),
    ("POST", f"statements/{HANDLE}/cancel", {"x": 1}, "the document has no body"),
    ("DELETE", f"statements/{HANDLE}", None, "the documents have no such path and method"),
    ("POST", "statements/", SELECT, "the documents have no such path and method"),
    ("GET", "databases?colour=red", None, "query parameter colour is not in the document"),
    ("GET", "databases?showLimit=0", None, "query parameter showLimit is out of range"),
    ("POST", "databases", {"coment": "x"}, "body.name is missing; body.coment is not in the document"),
    ("GET", "databases/not-one", None, "path parameter name does not match"),
])  # fmt: skip
def test_invalid(server, method, path, body, verdict):
    server.call(method, path, body)
    assert server.last()["spec"].startswith(verdict)


@pytest.mark.parametrize(("headers", "verdict"), [
    ({"Authorization": None}, "header Authorization is not of the form Bearer <token>"),
    ({"Authorization": "Snowflake Token=\"x\""}, "header Authorization is not of the form Bearer <token>"),
    ({"User-Agent": "tests"}, "header User-Agent is not of the form name/version"),
    ({"Accept": "text/html, image/*"}, "header Accept does not admit JSON"),
    ({"X-Snowflake-Authorization-Token-Type": "JWT"}, "header X-Snowflake-Authorization-Token-Type JWT"),
    ({"X-Snowflake-Role": "PUBLIC"}, "header X-Snowflake-Role is not of the SQL API"),
    ({"Content-Type": "text/plain"}, "media type text/plain"),
    ({"Accept": "text/html, application/json;q=0.5", "X-Snowflake-Authorization-Token-Type": None, "User-Agent": "a/1 (b; c) d/2"}, "ok"),
])  # fmt: skip
def test_headers(server, headers, verdict):
    server.call("POST", "statements", SELECT, headers=headers)
    assert server.last()["spec"] == verdict


def test_token_endpoints_have_no_document(server):
    server.call("POST", "/oauth/token-request", "grant_type=refresh_token", headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert server.last()["spec"] is None


def test_calls_that_a_fault_answers_are_judged(server):
    server.local("faults", {"action": "status", "status": 503})
    assert server.call("GET", "statements/fault").status == 503
    assert server.last()["spec"] == "path parameter statementHandle is not a UUID"


def test_the_list_outlives_the_log_and_leaves_out_what_is_expected():
    server = Server("--no-engine")
    try:
        server.call("POST", "statements", SELECT)
        assert local(server, "invalid") == []
        server.call("POST", "statements?colour=red", SELECT)
        server.call("GET", "statements/one?partition=x")
        local(server, "requests", "DELETE")
        red = {"method": "POST", "target": "/api/v2/statements?colour=red", "verdict": "query parameter colour is not in the document"}
        one = {"method": "GET", "target": "/api/v2/statements/one?partition=x",
               "verdict": "path parameter statementHandle is not a UUID; query parameter partition is not an integer"}  # fmt: skip
        assert local(server, "invalid") == [red, one]
        local(server, "expect", "POST", {"path": "colour=", "verdict": "shape", "reason": "another verdict"})
        assert local(server, "invalid") == [red, one]
        local(server, "expect", "POST", {"path": r"colour=\w+$", "reason": "on purpose"})
        assert local(server, "invalid") == [one]
        assert [e["met"] for e in local(server, "expect")] == [0, 1]
        for wrong in ({"path": "x"}, {"path": "(", "reason": "x"}, {"path": "x", "reason": ""}, {"path": "x", "reason": "x", "method": "GET"}):
            with pytest.raises(urllib.error.HTTPError):
                local(server, "expect", "POST", wrong)
    finally:
        server.close()


CALLER = """
import os, sys, urllib.error, urllib.request
for path in sys.argv[1:]:
    try:
        urllib.request.urlopen(urllib.request.Request(os.environ["SNOWFLAKE_TEST_URL"] + path, headers={
            "Authorization": "Bearer " + os.environ["SNOWFLAKE_TEST_PAT"], "User-Agent": "tests/1", "Accept": "application/json"}))
    except urllib.error.HTTPError:
        pass
"""


@pytest.mark.parametrize(("paths", "status", "output"), [
    ([f"/api/v2/statements/{HANDLE}"], 0, ""),
    ([f"/api/v2/statements/{HANDLE}?x=1"], 1, f"invalid call: GET /api/v2/statements/{HANDLE}?x=1: query parameter x is not in the document\n"),
])  # fmt: skip
def test_a_command_beside_it_fails(paths, status, output):
    command = [sys.executable, TOP / "tools" / "with-local-snowflake", "--no-engine", "--", sys.executable, "-c", CALLER, *paths]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    assert (done.returncode, done.stdout) == (status, output)
