"""Snowflake's own Python client drives the object API: the walk-throughs people run with it, and every call right by the documents."""

from __future__ import annotations

import json
import time
import urllib.request
from datetime import timedelta
from types import SimpleNamespace

import pytest
from snowflake.core import CreateMode, Root
from snowflake.core.compute_pool import ComputePool
from snowflake.core.database import Database
from snowflake.core.exceptions import APIError, ConflictError, NotFoundError
from snowflake.core.image_repository import ImageRepository
from snowflake.core.role import ContainingScope, Role, Securable
from snowflake.core.schema import Schema
from snowflake.core.service import Service, ServiceSpecInlineText
from snowflake.core.stage import Stage
from snowflake.core.table import PrimaryKey, Table, TableColumn
from snowflake.core.task import Cron, Task
from snowflake.core.task.dagv1 import DAG, DAGOperation, DAGTask, DAGTaskBranch
from snowflake.core.user import Securable as UserSecurable
from snowflake.core.user import User
from snowflake.core.view import View, ViewColumn
from snowflake.core.warehouse import Warehouse

from local_snowflake.tests.rest import Server


@pytest.fixture(scope="module")
def server():
    made = Server("--sample")
    yield made
    made.close()


def client(server, user: str = "admin_pat", pat: bool = False) -> Root:
    """The client without a login: it asks only these things of its connection."""
    info = server.info
    rest = SimpleNamespace(_protocol="http", _host=info["host"], _port=info["port"], token=info[user], master_token=info[user], _renew_session=lambda: None)
    connection = SimpleNamespace(rest=rest, _telemetry=None, database=None, schema=None, cursor=lambda *a, **k: SimpleNamespace(execute=lambda *a, **k: None))
    if pat:
        connection._authenticator = "PAT_WITH_EXTERNAL_SESSION"
        rest._external_session_id = "session-1"
    return Root(SimpleNamespace(_conn=SimpleNamespace(_conn=connection)))


@pytest.fixture
def root(server):
    """A client; afterwards all of its calls were right by the documents."""
    urllib.request.urlopen(urllib.request.Request(server.info["url"] + "/_local/requests", method="DELETE")).close()
    yield client(server)
    calls = requests(server)
    assert calls and [c for c in calls if c["spec"] != "ok"] == []


def requests(server) -> list[dict]:
    with urllib.request.urlopen(server.info["url"] + "/_local/requests") as response:
        return json.load(response)


def until(holds, seconds: float = 30):
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)
    return found


@pytest.fixture
def schema(server, root):
    root.warehouses["COMPUTE_WH"].use_warehouse()  # the token's session keeps the last one made, which is gone
    name = f"CLIENT_{server.counter}"
    server.counter += 1
    root.databases.create(Database(name=name))
    yield root.databases[name].schemas["PUBLIC"]
    root.databases[name].drop()


def test_databases_schemas_tables(root):
    """Walk-through B of the quickstart."""
    database = root.databases.create(Database(name="PYTHON_API_DB"), mode=CreateMode.or_replace)
    schema = database.schemas.create(Schema(name="PYTHON_API_SCHEMA"), mode=CreateMode.or_replace)
    columns = [TableColumn(name="TEMPERATURE", datatype="int", nullable=False), TableColumn(name="LOCATION", datatype="string")]
    table = schema.tables.create(Table(name="PYTHON_API_TABLE", columns=columns), mode=CreateMode.or_replace)
    found = table.fetch()
    assert (found.name, found.database_name, found.schema_name, found.rows, found.change_tracking) == ("PYTHON_API_TABLE", "PYTHON_API_DB", "PYTHON_API_SCHEMA", 0, False)
    assert [(c.name, c.datatype, c.nullable) for c in found.columns] == [("TEMPERATURE", "NUMBER(38,0)", False), ("LOCATION", "VARCHAR(16777216)", True)]
    found.columns.append(TableColumn(name="ELEVATION", datatype="int", nullable=False, constraints=[PrimaryKey()]))
    found.created_on = None
    table.create_or_alter(found)
    found = table.fetch()
    assert [c.name for c in found.columns] == ["TEMPERATURE", "LOCATION", "ELEVATION"]
    (key,) = found.constraints
    assert isinstance(key, PrimaryKey) and key.column_names == ["ELEVATION"]
    with pytest.raises(ConflictError):
        schema.tables.create(Table(name="PYTHON_API_TABLE", columns=columns))
    schema.tables.create(Table(name="PYTHON_API_TABLE", columns=columns), mode=CreateMode.if_not_exists)
    assert [t.name for t in schema.tables.iter(like="python%")] == ["PYTHON_API_TABLE"]
    schema.tables.create(Table(name="OTHER", columns=columns))
    table.swap_with("OTHER")
    assert len(schema.tables["OTHER"].fetch().columns) == 3
    table.drop()
    table.undrop()
    table.drop()
    with pytest.raises(NotFoundError):
        table.fetch()
    assert [s.name for s in database.schemas.iter(starts_with="PYTHON")] == ["PYTHON_API_SCHEMA"]
    database.drop()
    database.undrop()
    assert root.databases["PYTHON_API_DB"].fetch().name == "PYTHON_API_DB"
    root.databases["PYTHON_API_DB"].drop()


def test_views_and_stages(server, root, schema):
    schema.tables.create(Table(name="T", columns=[TableColumn(name="A", datatype="int")]))
    view = schema.views.create(View(name="V", columns=[ViewColumn(name="B")], query="SELECT A FROM T"))
    assert [c.name for c in view.fetch().columns] == ["B"] and [v.name for v in schema.views.iter()] == ["V"]
    view.drop()
    stage = schema.stages.create(Stage(name="TASKS_STAGE", comment="handlers"))
    assert (stage.fetch().name, stage.fetch().comment) == ("TASKS_STAGE", "handlers")
    assert list(stage.list_files()) == [] and [s.name for s in schema.stages.iter()] == ["TASKS_STAGE"]
    stage.drop()


def test_warehouses(root):
    """Walk-through C of the quickstart."""
    warehouse = root.warehouses.create(Warehouse(name="PYTHON_API_WH", warehouse_size="SMALL", auto_suspend=500))
    found = warehouse.fetch()
    assert (found.size, found.auto_suspend, found.min_cluster_count, found.max_cluster_count, found.scaling_policy, found.type, found.auto_resume) == (
        "Small", 500, 1, 1, "STANDARD", "STANDARD", "true")
    assert (found.query_acceleration_max_scale_factor, found.max_concurrency_level, found.statement_timeout_in_seconds) == (8, 8, 172800)
    assert [w.name for w in root.warehouses.iter(like="PYTHON_API_WH")] == ["PYTHON_API_WH"]
    warehouse.create_or_alter(Warehouse(name="PYTHON_API_WH", warehouse_size="LARGE", auto_suspend=500))
    assert warehouse.fetch().size == "Large"
    warehouse.suspend()
    with pytest.raises(APIError) as refused:
        warehouse.suspend()
    assert refused.value.status == 400
    warehouse.resume()
    warehouse.abort_all_queries()
    warehouse.rename("PYTHON_API_WH2")
    root.warehouses["PYTHON_API_WH2"].drop()


def test_roles_and_users(root, schema):
    role = root.roles.create(Role(name="CLIENT_ROLE", comment="c"))
    assert [r.comment for r in root.roles.iter(like="CLIENT_ROLE")] == ["c"]
    database = schema.database.name
    role.grant_privileges(privileges=["USAGE"], securable_type="database", securable=Securable(name=database))
    role.grant_future_privileges(privileges=["SELECT"], securable_type="table", containing_scope=ContainingScope(database=database, schema="PUBLIC"))
    assert [(g.securable_type, g.privileges) for g in role.iter_grants_to()] == [("DATABASE", ["USAGE"])]
    assert [g.privileges for g in role.iter_future_grants_to()] == [["SELECT"]]
    role.revoke_privileges(privileges=["USAGE"], securable_type="database", securable=Securable(name=database))
    assert list(role.iter_grants_to()) == []
    user = root.users.create(User(name="CLIENT_USER", default_role="CLIENT_ROLE"))
    user.grant_role("role", UserSecurable(name="CLIENT_ROLE"))
    assert [g.securable.name for g in user.iter_grants_to()] == ["CLIENT_ROLE"]
    assert [(g.grantee_name, g.granted_to) for g in role.iter_grants_of()] == [("CLIENT_USER", "USER")]
    assert user.fetch().name == "CLIENT_USER"
    user.revoke_role("role", UserSecurable(name="CLIENT_ROLE"))
    user.drop()
    role.drop()


def test_container_services(server, root, schema):
    """Walk-through E of the quickstart."""
    server.local("settings", {"state_seconds": 0.3})
    pool = root.compute_pools.create(ComputePool(name="MyComputePool", min_nodes=1, max_nodes=2, instance_family="CPU_X64_XS"))
    until(lambda: pool.fetch().state == "IDLE")
    repository = schema.image_repositories.create(ImageRepository(name="MyImageRepository"))
    url = repository.fetch().repository_url
    assert url.endswith("/myimagerepository")
    spec = f"""
    spec:
      containers:
      - name: web-server
        image: {url}/nginx:latest
      endpoints:
      - name: ui
        port: 80
        public: true
    """
    service = schema.services.create(Service(name="MyService", compute_pool="MyComputePool", spec=ServiceSpecInlineText(spec_text=spec), min_instances=1, max_instances=1))
    assert service.get_service_status(timeout=5)[0]["containerName"] == "web-server"
    until(lambda: [c.status for c in service.get_containers()] == ["READY"])
    assert [(e.name, e.port, e.is_public) for e in service.get_endpoints()] == [("ui", 80, True)]
    assert isinstance(service.get_service_logs("0", "web-server"), str)
    assert pool.fetch().state == "ACTIVE"
    service.suspend()
    until(lambda: service.fetch().status == "SUSPENDED")
    service.drop()
    pool.stop_all_services()
    pool.suspend()
    pool.drop()
    repository.delete()
    server.local("settings", {"state_seconds": 0.5})


def test_tasks(root, schema):
    """Walk-throughs A and D: single tasks."""
    tasks = schema.tasks
    task = tasks.create(Task(name="my_task", definition="SELECT 1;", schedule=timedelta(hours=1)))
    found = task.fetch()
    assert (found.name, found.state, found.schedule, found.definition, found.warehouse, found.predecessors) == ("MY_TASK", "suspended", timedelta(hours=1), "SELECT 1;", None, [])
    found.definition, found.schedule = "SELECT 2;", timedelta(hours=2)
    task.create_or_alter(found)
    assert (task.fetch().definition, task.fetch().schedule) == ("SELECT 2;", timedelta(hours=2))
    child = tasks.create(Task(name="task_child", definition="SELECT 1", warehouse="COMPUTE_WH", predecessors=["my_task"]), mode=CreateMode.or_replace)
    with pytest.raises(APIError) as refused:
        child.execute()
    assert refused.value.status == 400 and "non-root" in str(refused.value.body)
    child.resume()
    task.resume()
    assert {t.name: t.state for t in tasks.iter(like="%task%")} == {"MY_TASK": "started", "TASK_CHILD": "started"}
    assert [t.name for t in task.fetch_task_dependents()] == ["MY_TASK", "TASK_CHILD"]
    assert [(g.root_task_name, g.state) for g in task.get_current_graphs()] == [("MY_TASK", "SCHEDULED")]
    task.execute()
    done = until(lambda: list(task.get_complete_graphs(error_only=False)))
    assert (done[0].state, done[0].first_error_code, done[0].graph_version) == ("SUCCEEDED", 0, 1)
    with pytest.raises(APIError) as refused:
        task.execute(retry_last=True)
    assert refused.value.status == 400 and "cannot perform retry" in str(refused.value.body).lower()
    task.suspend()
    child.drop()
    task.drop()
    with pytest.raises(NotFoundError):
        task.fetch()


def test_task_graph(server, root, schema):
    """Walk-through A 7 and 8: a graph is deployed, run, replaced, dropped."""
    server.sql("CREATE TABLE SEEN (WHAT VARCHAR)", database=schema.database.name, schema="PUBLIC")
    with DAG("my_dag", schedule=Cron("10 * * * *", "America/Los_Angeles"), warehouse="COMPUTE_WH", config={"a": 1}) as dag:
        first = DAGTask("task1", "INSERT INTO SEEN VALUES ('task1')")
        branch = DAGTaskBranch("task1_branch", "CALL SYSTEM$SET_RETURN_VALUE('task3')")
        second = DAGTask("task2", "INSERT INTO SEEN VALUES ('task2')")
        third = DAGTask("task3", "INSERT INTO SEEN VALUES ('task3')", condition="1=1")
        DAGTask("cleanup", "INSERT INTO SEEN VALUES ('cleanup')", is_finalizer=True)
        first >> branch >> [second, third]
    operation = DAGOperation(schema)
    operation.deploy(dag)
    condition = schema.tasks["my_dag$task3"].fetch().condition
    assert condition == "SYSTEM$GET_PREDECESSOR_RETURN_VALUE('MY_DAG$TASK1_BRANCH') = 'task3' and 1=1"
    assert {t.name: t.state for t in schema.tasks.iter()} == {n: "started" for n in ("MY_DAG", "MY_DAG$TASK1", "MY_DAG$TASK1_BRANCH", "MY_DAG$TASK2", "MY_DAG$TASK3", "MY_DAG$CLEANUP")}
    assert list(operation.iter_dags(like="my_dag")) == ["MY_DAG"]
    assert [r.state for r in operation.get_current_dag_runs(dag)] == ["SCHEDULED"]
    operation.run(dag)
    runs = until(lambda: operation.get_complete_dag_runs(dag, error_only=False))
    assert [(r.dag_name, r.state, r.first_error_task_name) for r in runs] == [("MY_DAG", "SUCCEEDED", None)]
    seen = server.sql("SELECT WHAT FROM SEEN", database=schema.database.name, schema="PUBLIC")
    assert sorted(seen) == [["cleanup"], ["task1"], ["task3"]]
    history = f"SELECT NAME, STATE FROM TABLE({schema.database.name}.INFORMATION_SCHEMA.TASK_HISTORY(DATABASE_NAME => '{schema.database.name}')) WHERE QUERY_ID IS NULL AND STATE <> 'SCHEDULED'"
    assert server.sql(history) == [["MY_DAG$TASK2", "SKIPPED"]]
    with DAG("my_dag", schedule=timedelta(days=1), warehouse="COMPUTE_WH") as dag:
        DAGTask("bad", "SELECT 1/0")
    operation.deploy(dag, mode=CreateMode.or_replace)
    assert {t.name for t in schema.tasks.iter()} - {"MY_DAG$CLEANUP"} == {"MY_DAG", "MY_DAG$BAD"}
    operation.run(dag)
    runs = until(lambda: operation.get_complete_dag_runs(dag, error_only=True))
    assert [(r.state, r.first_error_task_name, r.first_error_code, r.first_error_message) for r in runs] == [("FAILED", "MY_DAG$BAD", 100051, "Division by zero")]
    operation.drop(dag, drop_finalizer=True)
    assert list(operation.iter_dags(like="%")) == ["MY_DAG$CLEANUP"]  # the client leaves the finalizer of the graph that it replaced


def test_answers_that_come_later_and_in_pages(server, root, schema):
    """202 and Location are followed, lists are read page by page."""
    server.local("settings", {"async_objects": True, "async_seconds": 0.1, "page_size": 2})
    try:
        for n in range(3):
            schema.tasks.create(Task(name=f"t{n}", definition="SELECT 1"))
        assert [t.name for t in schema.tasks.iter()] == ["T0", "T1", "T2"]
        with pytest.raises(NotFoundError):
            schema.tasks["gone"].fetch()
    finally:
        server.local("settings", {"async_objects": False, "page_size": 10000})
    assert {c["query"].get("page") for c in requests(server)} >= {"1"}


def test_other_token(server):
    """The header form of programmatic access tokens."""
    urllib.request.urlopen(urllib.request.Request(server.info["url"] + "/_local/requests", method="DELETE")).close()
    assert "SHOP" in [d.name for d in client(server, "pat", pat=True).databases.iter()]
    (call,) = requests(server)
    assert (call["token_type"], call["spec"]) == ("PAT_WITH_EXTERNAL_SESSION_ID", "ok")
