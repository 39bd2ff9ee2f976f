"""Every operation of the documents is answered: as the documents say, never with an internal error or as something that is not there."""

import json
import urllib.request

import pytest

from local_snowflake.objects.registry import NOT_ENABLED, handler_of
from local_snowflake.objects.spec import Operation, Spec
from local_snowflake.tests.rest import Server
from local_snowflake.tests.samples import address, body_of

SPEC = Spec()
OPERATIONS = [o for o in SPEC.operations if o.document not in ("sqlapi", "result")]  # those two have handlers of their own
ENABLED = [o for o in OPERATIONS if o.document not in NOT_ENABLED]
GONE = {"database": "GONE", "schema": "PUBLIC", "name": "GONE"}


@pytest.fixture(scope="module")
def server():
    made = Server("--sample")
    yield made
    made.close()


def ask(server: Server, o: Operation, names: dict[str, str], whole: bool = False, **more):
    body = body_of(SPEC, o.body["schema"], whole) if o.body and o.body.get("schema") and o.method != "GET" else None
    if o.method == "PUT":
        body["name"] = names["name"]
    if isinstance(body, str):
        body = json.dumps(body)
    elif o.body and o.body["media"] == ["application/octet-stream"]:
        body, more["headers"] = "sample", {"Content-Type": "application/octet-stream"}
    return server.call(o.method, address(o, names), body, **more)


def forget(server: Server) -> None:
    urllib.request.urlopen(urllib.request.Request(server.info["url"] + "/_local/requests", method="DELETE")).close()


def verdicts(server: Server) -> set[str]:
    with urllib.request.urlopen(server.info["url"] + "/_local/requests") as response:
        return {f"{c['method']} {c['path']}: {c['spec']}" for c in json.load(response) if c["spec"] != "ok"}


BEYOND = {  # what the stand-in says that it does not do, of requests that ask for it
    "time travel", "create recursive view", "procedures in language java", "running the code of a function", "running the code of a service function",
    "infer_schema function must be used in the template sub-query",
}  # fmt: skip


def beyond(answer) -> bool:
    return answer.code == "000002" and answer.body["message"].split("'")[1] in BEYOND


def walk(server: Server, operations, names, allowed, **more) -> None:
    """Call them all; what is not allowed by (operation, answer) is told at the end, all of it."""
    forget(server)
    wrong = []
    for o in operations:
        answer = ask(server, o, names, **more)
        text = f"{o.method} {o.path}: {answer.status} {answer.body if answer.status != 200 else ''}"
        sound = answer.status == 200 or set(answer.body or {}) == {"code", "error_code", "message", "request_id"}
        if answer.status >= 500 or not sound or not allowed(o, answer):
            wrong.append(text)
    assert not wrong, "\n".join(wrong)
    assert verdicts(server) == set()


def test_all_have_a_handler_or_a_reason():
    assert [(o.method, o.path) for o in ENABLED if handler_of(o) is None] == []
    assert [(o.method, o.path) for o in OPERATIONS if o.document in NOT_ENABLED and handler_of(o)] == []


def test_without_their_database(server):
    below = [o for o in ENABLED if "{database}" in o.path]
    walk(server, below, GONE, lambda o, a: (a.status, a.code) == (404, "002003"))


def test_without_their_schema(server):
    below = [o for o in ENABLED if "{schema}" in o.path]
    walk(server, below, {**GONE, "database": "SHOP", "schema": "GONE"}, lambda o, a: (a.status, a.code) == (404, "002003"))



def test_without_their_object(server):
    """A PUT makes it; what was never dropped and routines that are called have codes of their own."""

    def allowed(o, a):
        action = o.path.rpartition(":")[2]
        expected = {(404, "002003")}
        if action == "undrop":
            expected = {(400, "090025")}
        elif action in ("call", "execute") and o.document in ("procedure", "function", "user-defined-function"):
            expected = {(400, "002141")}
        return (a.status, a.code) in expected

    one = [o for o in ENABLED if ("{name" in o.path or "{service" in o.path) and o.method != "PUT" and not o.path.endswith((":as_select", ":using_template"))]
    assert len(one) > 200
    walk(server, one, {**GONE, "database": "SHOP", "name": "NEVER_MADE"}, allowed)


def test_unreadable_bodies(server):
    for o in (o for o in ENABLED if o.body and o.method != "GET"):
        for body in ("{bad", '"text"', "[[]]"):
            answer = server.call(o.method, address(o, GONE), body)
            assert (answer.status, answer.body) == (400, None), (o.method, o.path, body, answer.status, answer.body)


def test_bodies_without_anything(server):
    for o in (o for o in ENABLED if o.body and o.method != "GET"):
        answer = server.call(o.method, address(o, {**GONE, "database": "SHOP"}), {})
        assert answer.status < 500 and (answer.code != "000002" or beyond(answer)), (o.method, o.path, answer.body)


def test_bodies_that_may_be_left_out(server):
    for o in (o for o in ENABLED if o.body and not o.body["required"] and o.method != "GET"):
        answer = server.call(o.method, address(o, {**GONE, "database": "SHOP"}))
        assert (answer.status, answer.code) in {(404, "002003"), (400, "002141"), (400, "390400")}, (o.method, o.path, answer.body)


def test_without_privileges(server):
    """Who may nothing changes nothing and sees nothing; only lists of the account, roles and users are open."""

    def allowed(o, a):
        return a.status in (403, 404) or (o.method == "GET" and a.status == 200) or (a.status, a.code) == (400, "090025")

    walk(server, ENABLED, {"database": "SHOP", "schema": "PUBLIC", "name": "CUSTOMERS"}, allowed, user="limited_pat")


@pytest.mark.parametrize("whole", [False, True])
def test_as_an_administrator(server, whole):
    """Whatever comes of it, it is an answer."""
    schema = {"database": server.database(), "schema": "PUBLIC", "name": "SAMPLE"}
    first = [o for o in ENABLED if o.method == "POST" and not o.path.endswith("}") and ":" not in o.path.rsplit("/", 1)[-1]]
    last = [o for o in ENABLED if o.method == "DELETE"]
    between = [o for o in ENABLED if o not in first and o not in last]
    walk(server, [*first, *between, *last], schema, lambda o, a: a.code != "000002" or beyond(a), whole=whole)


def test_what_is_not_enabled(server):
    forget(server)
    others = [o for o in OPERATIONS if o.document in NOT_ENABLED]
    assert len(others) == 24 and all(NOT_ENABLED.values())
    for o in others:
        answer = ask(server, o, GONE)
        assert (answer.status, answer.body, "X-Snowflake-Request-ID" in answer.headers) == (404, None, False)
        assert server.call("PUT", address(o, GONE)).status == 405
    assert {v for v in verdicts(server) if not v.startswith("PUT")} == set()
