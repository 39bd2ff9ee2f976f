"""What holds for every call of the object API; expected answers are those of facts measured on a live account."""

import re
import time

import pytest

from local_snowflake.tests.rest import schema, server  # noqa: F401

UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "databses", 404), ("PATCH", "databases", 404), ("GET", "databases/d:frobnicate", 404), ("PUT", "databases", 405), ("DELETE", "databases", 405),
    ("GET", "roles/sysadmin", 405), ("PUT", "databases/d/schemas/s/views/v", 405), ("DELETE", "statements", 405), ("GET", "", 404),
])  # fmt: skip
def test_bare_answers(server, method, path, status):
    answer = server.call(method, path)
    assert (answer.status, answer.body) == (status, None)
    assert "X-Snowflake-Request-ID" not in answer.headers and not answer.headers.get("Content-Length", "0").strip("0")
    assert server.last()["spec"] == "the documents have no such path and method"


def test_media_types(server):
    body = {"name": "media_types"}
    answer = server.call("POST", "databases", body, headers={"Content-Type": "text/plain"})
    assert (answer.status, answer.body, "X-Snowflake-Request-ID" in answer.headers) == (415, None, False)
    for kind in ("application/json; charset=utf-8", "application/json"):
        server.call("POST", "databases?createMode=orReplace", body, headers={"Content-Type": kind})
        assert server.last()["status"] == 200
    server.ok("DELETE", "databases/media_types")


@pytest.mark.parametrize("body", ["{bad", "[]", '"x"', {"name": "x", "data_retention_time_in_days": "abc"}, {"name": ["x"]}])
def test_unreadable_requests(server, body):
    answer = server.call("POST", "databases", body)
    assert (answer.status, answer.body) == (400, None)
    assert re.fullmatch(UUID, answer.headers["X-Snowflake-Request-ID"])
    assert server.last()["spec"] != "ok"


def test_query_parameters(server):
    answer = server.call("GET", "databases?showLimit=x")
    assert (answer.status, answer.body) == (400, None)
    assert server.call("GET", "databases?showLimit=0").status == 400
    answer = server.call("POST", "databases?createMode=ORREPLACE", {"name": "x"})
    assert (answer.status, answer.code) == (400, "")
    assert answer.body["message"] == "Not a valid createMode: ORREPLACE. Allowed values are: errorIfExists,orReplace,ifNotExists"
    assert server.call("DELETE", "databases/gone?ifExists=TRUE").status == 200
    assert server.call("DELETE", "databases/gone?ifExists=1").status == 404
    assert server.last()["spec"] == "query parameter ifExists is not a boolean"
    server.call("GET", "databases?colour=red")
    assert (server.last()["status"], server.last()["spec"]) == (200, "query parameter colour is not in the document")


def test_error_bodies(server):
    answer = server.call("GET", "databases/GONE")
    assert answer.status == 404
    assert set(answer.body) == {"code", "error_code", "message", "request_id"}
    assert answer.body["code"] == answer.body["error_code"] == "002003"
    assert answer.body["message"] == "\ndatabase 'gone' does not exist or not authorized."
    assert answer.body["request_id"] == answer.headers["X-Snowflake-Request-ID"]
    message = server.call("DELETE", "databases/GONE").body["message"]
    assert message.startswith("\ndatabase 'gone' does not exist or not authorized.") and "your primary role" in message
    answer = server.call("POST", "databases", {"name": "SHOP"})
    assert (answer.status, answer.code, answer.body["message"]) == (409, "002002", "\nobject 'shop' already exists.")


def test_names(server):
    answer = server.call("GET", "databases/not-an-identifier")
    assert (answer.status, answer.code) == (400, "")
    assert answer.body["message"] == "Invalid SQL Identifier found in the request: not-an-identifier"
    for body in ({}, {"name": ""}, {"name": None}):
        answer = server.call("POST", "databases", body)
        assert (answer.status, answer.code) == (400, "390400")
        assert answer.body["message"] == "The request entity had the following errors: name cannot be empty string (was '')"
    server.ok("POST", "databases", {"name": '"my ""Db:x"'})
    assert server.ok("GET", "databases/%22my%20%22%22Db%3Ax%22")["name"] == '"my ""Db:x"'
    server.ok("POST", "databases/%22my%20%22%22Db:x%22:clone", {"name": '"copy"'})
    assert server.ok("GET", "databases?like=copy")[0]["name"] == '"copy"'
    server.ok("DELETE", "databases/%22copy%22")
    server.ok("DELETE", "databases/%22my%20%22%22Db:x%22")
    assert server.ok("GET", "databases/shop")["name"] == "SHOP"


def test_unknown_properties_are_ignored_and_told(server):
    server.call("POST", "databases?createMode=orReplace", {"name": "lint", "coment": "x", "owner": "ME"})
    assert server.last()["status"] == 200
    assert server.last()["spec"] == "body.coment is not in the document; body.owner is read-only"
    server.ok("DELETE", "databases/lint")


def test_every_property_is_answered(server):
    body = server.ok("GET", "databases/SHOP")
    assert body["comment"] is None and body["dropped_on"] is None and body["default_ddl_collation"] == ""
    assert (body["kind"], body["retention_time"], body["log_level"], body["user_task_managed_initial_warehouse_size"]) == ("PERMANENT", 1, "OFF", "MEDIUM")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z", body["created_on"])


def test_filters(server, schema):
    for name in ("a1", "a2", "ab", "b1", '"a%"'):
        server.ok("POST", f"{schema}/tables", {"name": name, "columns": [{"name": "x", "datatype": "int"}]})

    def names(query):
        return [t["name"] for t in server.ok("GET", f"{schema}/tables?{query}")]

    assert names("") == ["A1", "A2", "AB", "B1", '"a%"']
    assert names("like=a_") == ["A1", "A2", "AB", '"a%"']
    assert names("startsWith=A") == ["A1", "A2", "AB"] and names("startsWith=b") == []
    assert names("showLimit=2") == ["A1", "A2"] and names("showLimit=2&fromName=A2") == ["AB", "B1"] and names("fromName=AB") == ["B1", '"a%"']
    assert names("like=a%25&startsWith=A&showLimit=1&fromName=A1") == ["A2"]


def test_pages(server, schema):
    for i in range(5):
        server.ok("POST", f"{schema}/tables", {"name": f"t{i}", "columns": [{"name": "x", "datatype": "int"}]})
    server.local("settings", {"page_size": 2})
    try:
        first = server.call("GET", f"{schema}/tables")
        assert [t["name"] for t in first.body] == ["T0", "T1"]
        links = dict(reversed(m) for m in re.findall(r'<([^>]*)>; rel="(\w+)"', first.headers["Link"]))
        assert set(links) == {"first", "next", "last"} and re.fullmatch(rf"/api/v2/results/{UUID}0\?page=1", links["next"])
        second = server.call("GET", links["next"])
        assert [t["name"] for t in second.body] == ["T2", "T3"] and 'rel="prev"' in second.headers["Link"]
        assert [t["name"] for t in server.call("GET", links["last"]).body] == ["T4"]
        assert server.call("GET", links["next"], user="pat").status == 404
    finally:
        server.local("settings", {"page_size": 10000})
    assert "Link" not in server.call("GET", f"{schema}/tables").headers


def test_answers_that_come_later(server):
    server.local("settings", {"async_objects": True, "async_seconds": 0.3})
    try:
        first = server.call("POST", "databases", {"name": "later"})
        handle = first.body["result_handler"]
        assert first.status == 202 and first.headers["Location"] == f"/api/v2/results/{handle}"
        assert first.body["code"] == "392604" and handle == first.body["job_id"] + "0"
        assert server.call("GET", first.headers["Location"]).status == 202
        time.sleep(0.5)
        done = server.call("GET", first.headers["Location"])
        assert (done.status, done.body) == (200, {"status": "Database LATER successfully created."})
        again = server.call("POST", "databases", {"name": "later"})
        time.sleep(0.5)
        assert (server.call("GET", again.headers["Location"]).status, server.call("GET", again.headers["Location"]).code) == (409, "002002")
        server.local("settings", {"document_handler": True})
        first = server.call("GET", "databases")
        assert "result_handler" not in first.body and first.headers["Location"] == f"/api/v2/results/{first.body['resultHandler']}"
    finally:
        server.local("settings", {"async_objects": False, "document_handler": False})
    server.ok("DELETE", "databases/later")


def test_results_that_are_not_there(server):
    answer = server.call("GET", "results/nonsense")
    assert (answer.status, answer.code, answer.body["message"]) == (400, "", "Invalid resultHandler: nonsense")
    answer = server.call("GET", "results/01b66701-0000-001c-0000-0030000b91520")
    assert (answer.status, answer.code, answer.body["message"]) == (404, "390404", "Specified object does not exist or not authorized.")


def test_who_calls(server):
    answer = server.call("GET", "databases", headers={"Authorization": None})
    assert (answer.status, answer.code) == (401, "390101")
    assert server.call("GET", "databases", headers={"Authorization": "Bearer x"}).code == "394400"
    session = {"X-Snowflake-Authorization-Token-Type": None, "Authorization": f'Snowflake Token="{server.info["pat"]}"'}
    assert server.call("GET", "databases", headers=session).status == 200
    assert server.call("GET", "databases", headers={**session, "Authorization": 'Snowflake Token="x"'}).code == "390111"
    assert server.call("GET", "databases", headers={**session, "Authorization": f'Snowflake Token="{server.info["expired_pat"]}"'}).code == "390112"
    assert server.call("GET", "databases", headers={"X-Snowflake-Authorization-Token-Type": "PAT_WITH_EXTERNAL_SESSION_ID"}).status == 200


def test_context_headers(server):
    assert server.call("GET", "databases", user="limited_pat").body == []
    assert server.call("GET", "databases/SHOP", user="limited_pat").status == 404
    mine = server.ok("GET", "databases", user="pat", headers={"X-Snowflake-Role": '"ANALYST"'})
    assert [d["name"] for d in mine] == ["SHOP"]
    answer = server.call("GET", "databases", user="pat", headers={"X-Snowflake-Role": "nobody"})
    assert (answer.status, answer.code) == (400, "390189")
    answer = server.call("GET", "databases", headers={"X-Snowflake-Warehouse": "nowhere"})
    assert (answer.status, answer.code) == (400, "390201")
    answer = server.call("POST", "databases", {"name": "x"}, user="pat", headers={"X-Snowflake-Role": "ANALYST"})
    assert (answer.status, answer.code) == (403, "003001")
    answer = server.call("DELETE", "databases/SHOP", user="pat", headers={"X-Snowflake-Role": "ANALYST"})
    assert (answer.status, answer.code) == (403, "003001")


def test_a_token_keeps_a_session(server):
    server.ok("POST", "warehouses", {"name": "SESSION_WH"}, user="oauth_token", headers={"X-Snowflake-Authorization-Token-Type": "OAUTH"})
    oauth = {"user": "oauth_token", "headers": {"X-Snowflake-Authorization-Token-Type": "OAUTH"}}
    assert server.ok("GET", "warehouses/SESSION_WH", **oauth)["is_current"] is True
    assert server.ok("GET", "warehouses/SESSION_WH", user="pat")["is_current"] is False
    server.ok("POST", "warehouses/COMPUTE_WH:use", **oauth)
    assert server.ok("GET", "warehouses/SESSION_WH", **oauth)["is_current"] is False
    server.ok("DELETE", "warehouses/SESSION_WH", **oauth)


def test_a_fetched_warehouse_can_be_sent_back(server):
    """Exactly the constraint that it shows; to set one of a standard warehouse is refused."""
    server.ok("POST", "warehouses", {"name": "ECHO_WH", "comment": "x"})
    fetched = server.ok("GET", "warehouses/ECHO_WH")
    assert (fetched["resource_constraint"], fetched["generation"]) == ("STANDARD_GEN_2", "2")
    assert server.call("PUT", "warehouses/ECHO_WH", {**fetched, "comment": "y"}).status == 200
    assert server.call("PUT", "warehouses/ECHO_WH", {**fetched, "generation": "1"}).status == 200
    assert server.ok("GET", "warehouses/ECHO_WH")["resource_constraint"] == "STANDARD_GEN_1"
    for given in ("STANDARD_GEN_2", "standard_gen_1"):
        answer = server.call("PUT", "warehouses/ECHO_WH", {**fetched, "generation": "1", "resource_constraint": given})
        assert (answer.status, answer.code) == (400, "000682")
    answer = server.call("POST", "warehouses", {"name": "OTHER_WH", "resource_constraint": "STANDARD_GEN_2"})
    assert (answer.status, answer.code) == (400, "000682")
    server.ok("DELETE", "warehouses/ECHO_WH")
    server.ok("POST", "warehouses/COMPUTE_WH:use")
