"""What the actions of objects do."""

import pytest

from local_snowflake.tests.rest import schema, server  # noqa: F401

WAREHOUSE = {"warehouse": "COMPUTE_WH"}
LAG = {"target_lag": {"type": "USER_DEFINED", "seconds": 120}}
ANALYST = {"user": "pat", "headers": {"X-Snowflake-Role": "ANALYST"}}


def refused(answer, status, code, text=""):
    assert (answer.status, answer.code) == (status, code), answer.body
    assert text in answer.body["message"]


def share_with_analyst(server, schema, kind, name, *privileges):
    database = schema.split("/")[1]
    server.sql(f"GRANT USAGE ON DATABASE {database} TO ROLE ANALYST")
    server.sql(f"GRANT USAGE ON SCHEMA {database}.PUBLIC TO ROLE ANALYST")
    securable = {"database": database, "schema": "PUBLIC", "name": name}
    server.ok("POST", "roles/ANALYST/grants", {"securable_type": kind, "securable": securable, "privileges": list(privileges)})


def alert(name, condition, action):
    schedule = {"schedule_type": "SCHEDULE_TYPE", "minutes": 5}
    return {"name": name, "schedule": schedule, "condition": condition, "action": action, **WAREHOUSE}


def test_an_alert_acts_when_its_condition_has_rows(server, schema):
    database = schema.split("/")[1]
    server.sql(f"CREATE TABLE {database}.PUBLIC.FIRED (T VARCHAR)")
    server.ok("POST", f"{schema}/alerts", alert("yes", "SELECT 1", "INSERT INTO FIRED VALUES ('yes')"))
    server.ok("POST", f"{schema}/alerts", alert("no", "SELECT 1 WHERE FALSE", "INSERT INTO FIRED VALUES ('no')"))
    server.ok("POST", f"{schema}/alerts", alert("broken", "SELECT * FROM NOWHERE", "INSERT INTO FIRED VALUES ('broken')"))
    for name in ("yes", "no", "broken", "yes"):
        server.ok("POST", f"{schema}/alerts/{name}:execute")
    assert server.sql(f"SELECT T FROM {database}.PUBLIC.FIRED") == [["yes"], ["yes"]]
    assert server.ok("GET", f"{schema}/alerts/yes")["state"] == "suspended"


def test_who_may_execute_an_alert(server, schema):
    server.ok("POST", f"{schema}/alerts", alert("a", "SELECT 1", "SELECT 1"))
    share_with_analyst(server, schema, "ALERT", "A", "MONITOR")
    refused(server.call("POST", f"{schema}/alerts/a:execute", **ANALYST), 403, "003001", "alert 'a'")
    share_with_analyst(server, schema, "ALERT", "A", "OPERATE")
    refused(server.call("POST", f"{schema}/alerts/a:execute", **ANALYST), 403, "003001", "account")
    server.sql("GRANT EXECUTE ALERT ON ACCOUNT TO ROLE ANALYST")
    try:
        server.ok("POST", f"{schema}/alerts/a:execute", **ANALYST)
    finally:
        server.sql("REVOKE EXECUTE ALERT ON ACCOUNT FROM ROLE ANALYST")


def dynamic(name, **more):
    return {"name": name, "query": "SELECT ID FROM SHOP.PUBLIC.CUSTOMERS", **LAG, **WAREHOUSE, **more}


def test_dynamic_tables(server, schema):
    tables = f"{schema}/dynamic-tables"
    server.ok("POST", tables, dynamic("d", cluster_by=["id"], comment="first"))
    assert server.ok("GET", f"{tables}/d")["rows"] is None
    server.ok("POST", f"{tables}/d:suspend")
    server.ok("POST", f"{tables}/d:refresh")
    found = server.ok("GET", f"{tables}/d")
    assert (found["rows"], found["scheduling_state"], found["automatic_clustering"]) == (1002, "SUSPENDED", True)
    server.ok("POST", f"{tables}/d:suspend-recluster")
    assert server.ok("GET", f"{tables}/d")["automatic_clustering"] is False
    server.ok("POST", f"{tables}/d:resume-recluster")
    assert server.ok("GET", f"{tables}/d")["automatic_clustering"] is True
    server.ok("POST", tables, dynamic("e", comment="second"))
    refused(server.call("POST", f"{tables}/e:suspend-recluster"), 400, "001422", "not clustered")
    server.ok("POST", f"{tables}/d:swap-with?targetName=e")
    assert [server.ok("GET", f"{tables}/{n}")["comment"] for n in "de"] == ["second", "first"]
    refused(server.call("POST", f"{tables}/d:swap-with?targetName=gone"), 404, "002003")
    assert server.call("POST", f"{tables}/d:swap-with").status == 400
    server.ok("POST", f"{tables}/d:clone", {"name": "c"})
    assert server.ok("GET", f"{tables}/c")["scheduling_state"] == "SUSPENDED"
    for action in ("refresh", "suspend-recluster", "swap-with"):
        server.ok("POST", f"{tables}/gone:{action}?ifExists=true" + ("&targetName=d" if action == "swap-with" else ""))


def test_refreshes_that_fail(server, schema):
    tables = f"{schema}/dynamic-tables"
    server.ok("POST", "warehouses", {"name": "LOST_WH"})
    server.ok("POST", tables, dynamic("d", warehouse="LOST_WH"))
    server.ok("POST", tables, dynamic("wrong", query="SELECT NOTHING FROM SHOP.PUBLIC.CUSTOMERS"))
    server.ok("DELETE", "warehouses/LOST_WH")
    server.ok("POST", "warehouses/COMPUTE_WH:use")
    refused(server.call("POST", f"{tables}/d:refresh"), 400, "002725", "warehouse is missing")
    refused(server.call("POST", f"{tables}/wrong:refresh"), 400, "000904", "nothing")
    share_with_analyst(server, schema, "DYNAMIC TABLE", "D", "MONITOR")
    refused(server.call("POST", f"{tables}/d:refresh", **ANALYST), 403, "002756", "operate privilege is required")


def test_iceberg_tables_of_snowflakes_catalog(server, schema):
    tables = f"{schema}/iceberg-tables"
    server.ok("POST", f"{tables}:as-select?query=SELECT%20ID,%20NAME%20FROM%20SHOP.PUBLIC.CUSTOMERS", {"name": "i", "cluster_by": ["id"]})
    found = server.ok("GET", f"{tables}/i")
    assert [(c["name"], c["datatype"]) for c in found["columns"]] == [("ID", "NUMBER(9,0)"), ("NAME", "VARCHAR(80)")]
    assert (found["iceberg_table_type"], found["catalog"], found["external_volume"]) == ("MANAGED", "SNOWFLAKE", "SNOWFLAKE_DEFAULT_VOLUME")
    refused(server.call("POST", f"{tables}:as-select?query=SELECT%201", {"name": "i"}), 409, "002002")
    refused(server.call("POST", f"{tables}:as-select?query=SELECT%20X%20FROM%20GONE.PUBLIC.T", {"name": "j"}), 404, "002003")
    refused(server.call("POST", f"{tables}:as-select?query=SELECT%201", {"name": "j", "external_volume": "gone"}), 404, "002003", "external volume")
    server.ok("POST", f"{tables}/i:create-like", {"name": "k", "comment": "copy"})
    found = server.ok("GET", f"{tables}/k")
    assert ([c["name"] for c in found["columns"]], found["comment"]) == (["ID", "NAME"], "copy")
    for action in ("suspend-recluster", "resume-recluster"):
        server.ok("POST", f"{tables}/i:{action}")
    refused(server.call("POST", f"{tables}/i:refresh", {}), 400, "", "managed by snowflake")
    refused(server.call("POST", f"{tables}/i:convert-to-managed", {"base_location": "x"}), 400, "", "managed by snowflake")


def test_iceberg_tables_of_other_catalogs(server, schema):
    tables = f"{schema}/iceberg-tables"
    glue = {"catalog_source": "GLUE", "glue_aws_role_arn": "arn:1", "glue_catalog_id": "1", "catalog_namespace": "n"}
    for name, catalog in (("ICE_GLUE", glue), ("ICE_STORE", {"catalog_source": "OBJECT_STORE"})):
        server.ok("POST", "catalog-integrations", {"name": name, "enabled": True, "table_format": "ICEBERG", "catalog": catalog})
    body = {"name": "g", "catalog_table_name": "t", "catalog": "ice_glue"}
    refused(server.call("POST", f"{tables}:from-aws-glue-catalog", {**body, "catalog": "gone"}), 404, "002003", "catalog integration")
    refused(server.call("POST", f"{tables}:from-aws-glue-catalog", {**body, "catalog": "ice_store"}), 400, "001422")
    refused(server.call("POST", f"{tables}:from-iceberg-rest", body), 400, "001422")
    server.ok("POST", f"{tables}:from-aws-glue-catalog", {**body, "auto_refresh": True})
    server.ok("POST", f"{tables}:from-delta", {"name": "d", "base_location": "d/", "catalog": "ICE_STORE"})
    server.ok("POST", f"{tables}:from-iceberg-files", {"name": "f", "metadata_file_path": "m.json", "catalog": "ICE_STORE"})
    found = server.ok("GET", f"{tables}/g")
    assert (found["iceberg_table_type"], found["catalog_table_name"], found["auto_refresh"], found["can_write_metadata"]) == ("UNMANAGED", "t", True, "N")
    server.ok("POST", f"{tables}/g:refresh", {})
    server.ok("POST", f"{tables}/g:convert-to-managed", {"base_location": "here/"})
    found = server.ok("GET", f"{tables}/g")
    assert (found["iceberg_table_type"], found["catalog"], found["base_location"], found["catalog_table_name"]) == ("MANAGED", "SNOWFLAKE", "here/", None)


def test_notebooks(server, schema):
    notebooks = f"{schema}/notebooks"
    server.ok("POST", notebooks, {"name": "n"})
    refused(server.call("POST", f"{notebooks}/n:execute"), 400, "", "set the query warehouse")
    server.ok("POST", f"{notebooks}?createMode=orReplace", {"name": "n", "query_warehouse": "compute_wh"})
    found = server.ok("GET", f"{notebooks}/n")
    assert found["default_version_details"]["name"] == "VERSION$1" and found["live_version_location_uri"] is None and found["url_id"]
    assert found["query_warehouse"] == "COMPUTE_WH"
    database = schema.split("/")[1]
    assert found["last_version_details"]["location_url"] == f"snow://notebook/{database}.PUBLIC.N/versions/version$1/"
    for action in ("execute", "commit"):
        refused(server.call("POST", f"{notebooks}/n:{action}"), 400, "099108", "live version is not found")
    assert server.ok("POST", f"{notebooks}/n:add-live-version?fromLast=true")["status"] == "Live version successfully created."
    assert server.ok("GET", f"{notebooks}/n")["live_version_location_uri"].endswith("/versions/live/")
    server.ok("POST", f"{notebooks}/n:execute")
    assert server.call("POST", f"{notebooks}/n:execute?asyncExec=true").status == 202
    assert server.ok("POST", f"{notebooks}/n:commit?comment=done")["status"] == "Live version successfully committed."
    assert server.ok("GET", f"{notebooks}/n")["last_version_details"]["name"] == "VERSION$2"
    refused(server.call("POST", f"{notebooks}/n:add-live-version?fromLast=false"), 400, "001003")


def test_streamlits(server, schema):
    apps = f"{schema}/streamlits"
    server.ok("POST", apps, {"name": "s"})
    refused(server.call("POST", f"{apps}/s:commit", {}), 400, "099108")
    refused(server.call("POST", f"{apps}/s:abort"), 400, "099108")
    server.ok("POST", f"{apps}/s:add-live-version?fromLast=true", {"version": {"name": "lv"}})
    refused(server.call("POST", f"{apps}/s:add-live-version?fromLast=true", {}), 400, "", "already a live version")
    refused(server.call("POST", f"{apps}/s:pull"), 400, "", "already a live version")
    assert server.ok("POST", f"{apps}/s:commit", {"version": {"comment": "done"}})["status"] == "Live version LV successfully committed."
    found = server.ok("GET", f"{apps}/s")
    assert (found["last_version_details"]["name"], found["last_version_details"]["alias"], found["default_version"]) == ("VERSION$2", "LV", "LAST")
    server.ok("POST", f"{apps}/s:add-live-version")
    server.ok("POST", f"{apps}/s:abort")
    assert server.ok("GET", f"{apps}/s")["live_version_location_uri"] is None


def test_versions_of_a_streamlit(server, schema):
    apps = f"{schema}/streamlits"
    server.ok("POST", apps, {"name": "s"})
    refused(server.call("POST", f"{apps}/s:pull"), 400, "", "missing source domain id")
    refused(server.call("POST", f"{apps}/s:add-version", {"source_location": "@files/x"}), 404, "002003", "stage files")
    server.ok("POST", f"{schema}/stages", {"name": "files"})
    added = {"source_location": "@files/app", "version": {"name": "v2"}}
    assert server.ok("POST", f"{apps}/s:add-version", added)["status"] == "Version V2 successfully created."
    assert server.ok("GET", f"{apps}/s")["last_version_details"]["source_location_uri"] == "@files/app/"
    refused(server.call("POST", f"{apps}/s:add-version", added), 400, "", "alias v2")
    again = {**added, "version": {"name": "v2", "ifNotExists": True}}
    assert server.ok("POST", f"{apps}/s:add-version", again)["status"] == "There is already a version exists with alias V2."
    for alias in ("last", '"version$7"'):
        refused(server.call("POST", f"{apps}/s:add-version", {**added, "version": {"name": alias}}), 400, "", "invalid version alias")
    refused(server.call("POST", f"{apps}/s:add-version-from-git", {"version": {"name": "v"}, "git_ref": "main"}), 400, "", "invalid url prefix")
    author = {"auth_type": "USERNAME_PASSWORD", "git_username": "u", "git_password": "p", "git_author_name": "n", "git_author_email": "e"}
    refused(server.call("POST", f"{apps}/s:push", author), 400, "", "not created from a git source")
    refused(server.call("POST", f"{apps}/s:push", {**author, "to_git_branch_uri": "@files/b"}), 400, "", "git repo")
    refused(server.call("POST", f"{apps}/s:pull"), 400, "", "not created from a git source")


def test_pipes(server, schema):
    server.ok("POST", f"{schema}/pipes", {"name": "p", "copy_statement": "COPY INTO t FROM @s"})
    server.ok("POST", f"{schema}/pipes/p:refresh?prefix=a&modified_after=2026-01-01T00:00:00Z")
    assert server.call("POST", f"{schema}/pipes/p:refresh?modified_after=yesterday").status == 400
    share_with_analyst(server, schema, "PIPE", "P", "MONITOR")
    refused(server.call("POST", f"{schema}/pipes/p:refresh", **ANALYST), 403, "003001")


def search_service(server, schema):
    database = schema.split("/")[1]
    server.sql(f"CREATE TABLE {database}.PUBLIC.DOCS (ID NUMBER, BODY VARCHAR, CAT VARCHAR)")
    server.sql(f"INSERT INTO {database}.PUBLIC.DOCS VALUES (1, 'the red house', 'a'), (2, 'a red red house on a hill', 'b'), (3, 'nothing', 'a'), (4, NULL, 'a')")
    body = {"name": "css", "search_column": "body", "attribute_columns": ["cat"], "definition": "SELECT ID, BODY, CAT FROM DOCS", **LAG, **WAREHOUSE}
    server.ok("POST", f"{schema}/cortex-search-services", body)
    return f"{schema}/cortex-search-services/css"


def test_layers_of_a_search_service(server, schema):
    service = search_service(server, schema)

    def states():
        found = server.ok("GET", service)
        return found["indexing_state"], found["serving_state"]

    assert states() == ("ACTIVE", "ACTIVE")
    server.ok("POST", f"{service}:suspend?target=serving")
    assert states() == ("ACTIVE", "SUSPENDED")
    refused(server.call("POST", f"{service}:query", {"query": "red"}), 400, "", "suspended")
    server.ok("POST", f"{service}:suspend")
    assert states() == ("SUSPENDED", "SUSPENDED")
    server.ok("POST", f"{service}:resume?target=SERVING")
    assert states() == ("SUSPENDED", "ACTIVE")
    assert server.call("POST", f"{service}:resume?target=everything").status == 400
    server.ok("POST", f"{schema}/cortex-search-services/gone:resume?ifExists=true")


def test_searches(server, schema):
    service = search_service(server, schema)
    answer = server.ok("POST", f"{service}:query", {"query": "red hill", "columns": ["ID", "CAT"]})
    assert answer["results"] == [{"ID": "2", "CAT": "b"}, {"ID": "1", "CAT": "a"}] and answer["request_id"]
    only = {"@and": [{"@eq": {"CAT": "a"}}, {"@not": {"@gte": {"ID": 3}}}]}
    assert server.ok("POST", f"{service}:query", {"query": "red", "filter": only})["results"] == [{"BODY": "the red house"}]
    assert len(server.ok("POST", f"{service}:query", {"query": "red", "limit": 1})["results"]) == 1
    several = {"multi_index_query": {"BODY": [{"text": "nothing"}]}}
    assert server.ok("POST", f"{service}:query", several)["results"] == [{"BODY": "nothing"}]
    for wrong in ({}, {"query": "x", **several}, {"query": "x", "filter": {"@like": {}}}, {"query": "x", "filter": {"@and": 1}}, {"query": "x", "columns": ["GONE"]}):
        assert server.call("POST", f"{service}:query", wrong).status == 400
    assert server.ok("POST", f"{service}:suggest", {"query": "noth"})["results"][0]["rows"] == [{"columns": {"BODY": "nothing"}}]
    server.ok("POST", f"{service}:feedback", {"request_id": answer["request_id"], "positive": True})
    assert server.call("POST", f"{service}:feedback", {"positive": True}).status == 400
    share_with_analyst(server, schema, "CORTEX SEARCH SERVICE", "CSS", "MONITOR")
    refused(server.call("POST", f"{service}:query", {"query": "red"}, **ANALYST), 403, "003001")
    share_with_analyst(server, schema, "CORTEX SEARCH SERVICE", "CSS", "USAGE")
    assert len(server.ok("POST", f"{service}:query", {"query": "red"}, **ANALYST)["results"]) == 2


@pytest.mark.parametrize("old", [False, True])
def test_tables_of_a_template(server, schema, old):
    database = schema.split("/")[1]
    where = f"{schema}/tables/t:using_template" if old else f"{schema}/tables:using-template"
    query = "SELECT%20ARRAY_AGG(OBJECT_CONSTRUCT(*))%20FROM%20TABLE(INFER_SCHEMA(LOCATION=%3E'@files/in',%20FILE_FORMAT=%3E'f'))"
    body = None if old else {"name": "t"}
    refused(server.call("POST", f"{where}?query=SELECT%201", body), 400, "000002", "infer_schema function must be used in the template sub-query")
    refused(server.call("POST", f"{where}?query={query}", body), 404, "002003", "stage 'files'")
    server.ok("POST", f"{schema}/stages", {"name": "files"})
    assert server.call("POST", f"{where}?query={query}", body).status == 400
    inside = [{"name": "id", "datatype": "NUMBER(9,0)"}, {"name": "N", "datatype": "VARCHAR"}]
    columns = {"in/1.parquet": inside, "out/2.parquet": [{"name": "OTHER", "datatype": "DATE"}]}
    files = [{"name": n, "size": 1, "md5": "0", "last_modified": "x", "columns": c} for n, c in columns.items()]
    server.local("objects", {"kind": "STAGE", "path": [database, "PUBLIC", "FILES"], "set": {"files": files}})
    assert "columns" not in server.ok("GET", f"{schema}/stages/files/files")[0]
    server.ok("POST", f"{where}?query={query}", body)
    assert [(c["name"], c["datatype"]) for c in server.ok("GET", f"{schema}/tables/t")["columns"]] == [('"id"', "NUMBER(9,0)"), ("N", "VARCHAR(16777216)")]


def test_shares_and_replicas(server):
    refused(server.call("POST", "databases:from-share?share=OTHER.SALES", {"name": "d"}), 404, "002003", "share 'other.sales' does not exist")
    refused(server.call("POST", "databases/d:from_share?share=OTHER.SALES"), 404, "002003")
    assert server.call("POST", "databases:from-share", {"name": "d"}).status == 400
    refused(server.call("POST", "databases:from-share?share=OTHER.SALES", {"name": "d"}, **ANALYST), 403, "003001")
    database = f"databases/{server.database()}"
    body = {"accounts": ["LOCALORG.REPLICA_HOME"]}
    refused(server.call("POST", f"{database}/replication:enable", body), 404, "002003", "account")
    for action in ("replication:refresh", "failover:primary"):
        refused(server.call("POST", f"{database}/{action}"), 400, "", "not a secondary database")
    for action in ("replication:disable", "failover:disable"):
        refused(server.call("POST", f"{database}/{action}"), 400, "", "not enabled for replication")
    account = {"name": "REPLICA_HOME", "admin_name": "a", "admin_password": "p", "email": "e@x", "edition": "ENTERPRISE"}
    server.ok("POST", "accounts", account)
    refused(server.call("POST", f"{database}/failover:enable", body), 400, "", "not enabled for replication")
    server.ok("POST", f"{database}/replication:enable", body)
    server.ok("POST", f"{database}/failover:enable", body)
    server.ok("POST", f"{database}:clone", {"name": "OF_REPLICATED"})
    refused(server.call("POST", "databases/OF_REPLICATED/replication:disable"), 400, "", "not enabled for replication")
    server.ok("POST", f"{database}/replication:disable", body)
    refused(server.call("POST", f"{database}/failover:disable"), 400, "", "not enabled for replication")
    refused(server.call("POST", "databases/SHOP/replication:enable", body, **ANALYST), 403, "003001")
    server.ok("DELETE", "accounts/REPLICA_HOME?gracePeriodInDays=3")


def test_functions_in_sql(server, schema):
    functions = f"{schema}/user-defined-functions"
    arguments = [{"name": "a", "datatype": "NUMBER"}, {"name": "b", "datatype": "NUMBER"}]
    returned = {"type": "DATATYPE", "datatype": "NUMBER(9,0)"}
    language = {"language": "SQL", "called_on_null_input": True}
    add = {"name": "add_it", "arguments": arguments, "return_type": returned, "language_config": language, "body": "a + COALESCE(b, 1)"}
    server.ok("POST", functions, add)
    server.ok("POST", functions, {**add, "name": "eighty", "arguments": [], "body": "8 * 10"})
    values = [{"name": "b", "datatype": "NUMBER", "value": 2}, {"name": "a", "datatype": "NUMBER", "value": "40"}]
    assert list(server.ok("POST", f"{functions}/add_it:execute", values).values()) == ["42"]
    assert list(server.ok("POST", f"{functions}/add_it:execute", [{**values[0], "value": None}, values[1]]).values()) == ["41"]
    assert list(server.ok("POST", f"{functions}/eighty:execute").values()) == ["80"]
    refused(server.call("POST", f"{functions}/add_it:execute", values[:1]), 400, "002141", "unknown user-defined function")
    assert server.call("POST", f"{functions}/add_it:execute", [{**values[0], "name": "c"}, values[1]]).status == 400
    strict = {**add, "name": "strict", "language_config": {"language": "SQL", "called_on_null_input": False}}
    server.ok("POST", functions, strict)
    assert list(server.ok("POST", f"{functions}/strict:execute", [{**values[0], "value": None}, values[1]]).values()) == [None]
    server.ok("POST", functions, {**add, "name": "in_js", "language_config": {"language": "JAVASCRIPT"}})
    refused(server.call("POST", f"{functions}/in_js:execute", values), 400, "000002", "running the code of a function")
    refused(server.call("POST", f"{functions}/add_it:execute", values, user="limited_pat"), 404, "002003")


def test_roles_of_the_system_are_neither_dropped_nor_replaced(server):
    members = server.ok("GET", "roles/SYSADMIN/grants-of")
    for method, path, body in (("DELETE", "roles/SYSADMIN", None), ("DELETE", "roles/PUBLIC?ifExists=true", None), ("POST", "roles?createMode=orReplace", {"name": "SYSADMIN"})):
        assert server.call(method, path, body).status == 403, (method, path)
    assert server.ok("GET", "roles/SYSADMIN/grants-of") == members
