"""A client of the SQL API by others: what the stand-in answers is what a client in the field expects."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest
from snowflake_sql_api import ResultNotReady, SnowflakeClient, SnowflakeError

from local_snowflake.tests.rest import Server


@pytest.fixture(scope="module")
def server():
    made = Server("--sample", "--window", "1", "--partition-rows", "500")
    yield made
    made.close()


@pytest.fixture
def client(server):
    info = server.info
    made = SnowflakeClient(
        account=info["account"], user=info["user"], private_key_path=info["key_file"], warehouse="COMPUTE_WH", database="SHOP", schema="PUBLIC",
        host=f"{info['host']}:{info['port']}", poll_interval=0.05,
    )  # fmt: skip
    made._transport._base_url = info["url"]  # host= alone stands for https
    yield made
    made.close()


def test_query(client):
    assert client.query_scalar("SELECT CURRENT_USER()") == "DEMO_USER"
    rows = client.query("SELECT ID, NAME, COUNTRY, VIP, SINCE, CREDIT FROM CUSTOMERS WHERE ID IN (1, 1001, 1002) ORDER BY ID")
    assert [r["NAME"] for r in rows] == ["Customer 1", "Zoë Ångström", "山田太郎"]
    assert rows[1] == {"ID": 1001, "NAME": "Zoë Ångström", "COUNTRY": "SE", "VIP": True, "SINCE": datetime.date(2024, 2, 29), "CREDIT": Decimal("-12.50")}
    assert rows[2]["CREDIT"] is None


def test_bindings(client):
    assert client.query_one("SELECT ? AS N, ? AS T, ? AS B, ?::FLOAT AS F, ? AS NOTHING", [9999, "it's ü", True, 1.5, None]) == {
        "N": 9999, "T": "it's ü", "B": True, "F": 1.5, "NOTHING": None}
    assert client.query_column("SELECT NAME FROM CUSTOMERS WHERE ID = ? OR NAME = ? ORDER BY ID", [7, "Customer 9"]) == ["Customer 7", "Customer 9"]


def test_partitions(server, client):
    assert [r["ID"] for r in client.query("SELECT ID FROM CUSTOMERS ORDER BY ID")] == list(range(1, 1003))
    calls = server.call("GET", "/_local/requests").body
    assert [c["query"].get("partition") for c in calls[-2:]] == ["1", "2"]


def test_dml(client):
    assert client.execute("CREATE TABLE THIRD (A NUMBER, B VARCHAR)") == 0
    assert client.execute("INSERT INTO THIRD VALUES (?, ?), (?, ?)", [1, "a", 2, "b"]) == 2
    assert client.execute("UPDATE THIRD SET B = 'c'") == 2
    assert client.execute("DELETE FROM THIRD WHERE A = 1") == 1
    assert client.query("SELECT * FROM THIRD") == [{"A": 2, "B": "c"}]
    client.execute("DROP TABLE THIRD")


def test_async(client):
    handle = client.submit("SELECT SYSTEM$WAIT(2) AS W")
    assert handle.status() == "RUNNING"
    with pytest.raises(ResultNotReady):
        handle.result(poll=False)
    assert handle.result() == [{"W": "waited 2 seconds"}]
    assert handle.status() == "SUCCESS"
    assert client.query_scalar("SELECT SYSTEM$WAIT(2)") == "waited 2 seconds"  # 202 after the window of one second, then polled
    handle = client.submit("SELECT SYSTEM$WAIT(60)")
    handle.cancel()
    with pytest.raises(SnowflakeError) as caught:
        handle.result()
    assert "000604" in str(caught.value) or "canceled" in str(caught.value)


@pytest.mark.parametrize(("sql", "text"), [("SELECT 1/0", "Division by zero"), ("SELEC 1", "syntax error"), ("SELECT * FROM NO_SUCH", "does not exist or not authorized")])
def test_errors(client, sql, text):
    with pytest.raises(SnowflakeError) as caught:
        client.query(sql)
    assert text in str(caught.value)


def test_wrong_key(server, client, tmp_path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    stranger = SnowflakeClient(account=server.info["account"], user="DEMO_USER", private_key=pem, host="x")
    stranger._transport._base_url = server.info["url"]
    with pytest.raises(SnowflakeError) as caught:
        stranger.query("SELECT 1")
    assert "JWT" in str(caught.value) or "401" in str(caught.value)
    stranger.close()
