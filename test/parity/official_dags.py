"""Deploys, replaces, runs or drops the graphs of test/t/420_dag_parity.pl with Snowflake's own Python client.

    official_dags.py HOST PORT TOKEN DATABASE SCHEMA deploy|replace|run|drop
"""

import sys
import warnings
from datetime import timedelta
from types import SimpleNamespace

from snowflake.core import CreateMode, Root
from snowflake.core.task import Cron
from snowflake.core.task.dagv1 import DAG, DAGOperation, DAGTask, DAGTaskBranch

warnings.simplefilter("ignore", DeprecationWarning)


def client(host: str, port: str, token: str) -> Root:
    """The client without a login: it asks only these things of its connection."""
    rest = SimpleNamespace(_protocol="http", _host=host, _port=int(port), token=token, master_token=token, _renew_session=lambda: None)
    connection = SimpleNamespace(rest=rest, _telemetry=None, database=None, schema=None, cursor=lambda *a, **k: SimpleNamespace(execute=lambda *a, **k: None))
    return Root(SimpleNamespace(_conn=SimpleNamespace(_conn=connection)))


def graphs() -> list[DAG]:
    made = []
    with DAG("single", schedule=timedelta(days=1), warehouse="COMPUTE_WH") as dag:
        DAGTask("only", "SELECT 1")
    made.append(dag)
    with DAG("line", schedule=timedelta(minutes=90), comment="one after the other") as dag:
        DAGTask("a", "SELECT 1") >> DAGTask("b", "SELECT 2") >> DAGTask("c", "SELECT 3")
    made.append(dag)
    with DAG("diamond", warehouse="COMPUTE_WH") as dag:
        a, b, d = DAGTask("a", "SELECT 1"), DAGTask("b", "SELECT 2"), DAGTask("d", "SELECT 4")
        c = DAGTask("c", "SELECT 3", is_serverless=True)
        a >> [b, c]
        b >> d
        c >> d
    made.append(dag)
    with DAG("decide", schedule=Cron("10 * * * *", "America/Los_Angeles"), warehouse="COMPUTE_WH") as dag:
        choose = DAGTaskBranch("choose", "CALL SYSTEM$SET_RETURN_VALUE('right')")
        choose >> [DAGTask("left", "SELECT 1"), DAGTask("right", "SELECT 2", condition="1=1")]
    made.append(dag)
    config = {"depth": 3, "where": "here"}
    with DAG("ending", schedule=Cron("0 9 * * MON", "UTC"), warehouse="COMPUTE_WH", config=config, task_auto_retry_attempts=2, user_task_timeout_ms=60000) as dag:
        DAGTask("first", "SELECT 1", comment="it's first")
        DAGTask("last", "SELECT 2", is_finalizer=True)
    made.append(dag)
    return made


def main(host: str, port: str, token: str, database: str, schema: str, what: str) -> None:
    operation = DAGOperation(client(host, port, token).databases[database].schemas[schema])
    for dag in graphs():
        if what == "deploy":
            operation.deploy(dag)
        elif what == "replace":
            operation.deploy(dag, mode=CreateMode.or_replace)
        elif what == "run":
            operation.run(dag)
        else:
            operation.drop(dag, drop_finalizer=True)


main(*sys.argv[1:])
