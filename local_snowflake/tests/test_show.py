"""SHOW and DESCRIBE: the columns are those of Snowflake's pages and of live answers, the rows those of the object API."""

from __future__ import annotations

import pytest

from local_snowflake.tests.rest import server  # noqa: F401

# kind: where it is made by REST, its body, how SQL lists it, the columns of its page
SPEC = "spec:\n  containers:\n  - name: main\n    image: /db/sch/repo/image\n"
KINDS = {
    "alert": ("S/alerts", {"name": "A1", "schedule": {"schedule_type": "SCHEDULE_TYPE", "minutes": 5}, "condition": "SELECT 1", "action": "SELECT 2", "warehouse": "COMPUTE_WH",
                           "comment": "c"}, "ALERTS",
              "created_on name database_name schema_name owner comment warehouse schedule state condition action owner_role_type runbook config was_auto_suspended"),
    "dynamic table": ("S/dynamic-tables", {"name": "D1", "target_lag": {"type": "USER_DEFINED", "seconds": 60}, "warehouse": "COMPUTE_WH", "query": "SELECT 1 AS A",
                                           "columns": [{"name": "A"}]}, "DYNAMIC TABLES",
                      "created_on name database_name schema_name cluster_by rows bytes owner target_lag scheduler refresh_mode refresh_mode_reason warehouse comment text "
                      "automatic_clustering scheduling_state last_suspended_on is_clone is_replica is_iceberg data_timestamp owner_role_type immutable_where execute_as_user"),
    "iceberg table": ("S/iceberg-tables", {"name": "I1", "base_location": "here", "columns": [{"name": "A", "datatype": "NUMBER(38,0)"}]}, "ICEBERG TABLES",
                      "created_on name database_name schema_name owner external_volume_name catalog_name iceberg_table_type catalog_table_name catalog_namespace base_location "
                      "can_write_metadata comment name_mapping owner_role_type catalog_sync_name auto_refresh_status partition_specs current_partition_spec_id"),
    "event table": ("S/event-tables", {"name": "E1"}, "EVENT TABLES", "created_on name database_name schema_name owner comment owner_role_type"),
    "pipe": ("S/pipes", {"name": "P1", "copy_statement": "COPY INTO T FROM @S", "comment": "pipes"}, "PIPES",
             "created_on name database_name schema_name definition owner notification_channel comment integration pattern error_integration owner_role_type invalid_reason kind"),
    "cortex search service": ("S/cortex-search-services", {"name": "C1", "search_column": "NAME", "warehouse": "COMPUTE_WH", "target_lag": {"type": "USER_DEFINED", "seconds": 60},
                                                           "definition": "SELECT 'a' AS NAME"}, "CORTEX SEARCH SERVICES",
                              "created_on name schema_name database_name warehouse target_lag comment definition search_column attribute_columns columns primary_key_columns "
                              "scoring_profile_count"),
    "image repository": ("S/image-repositories", {"name": "R1"}, "IMAGE REPOSITORIES",
                         "created_on name database_name schema_name repository_url owner owner_role_type comment encryption"),
    "notebook": ("S/notebooks", {"name": "N1", "query_warehouse": "COMPUTE_WH"}, "NOTEBOOKS",
                 "created_on name database_name schema_name comment owner query_warehouse url_id owner_role_type code_warehouse"),
    "streamlit": ("S/streamlits", {"name": "ST1", "main_file": "app.py", "title": "An app"}, "STREAMLITS",
                  "created_on name database_name schema_name title comment owner query_warehouse url_id owner_role_type"),
    "network rule": ("S/network-rules", {"name": "NR1", "type": "IPV4", "mode": "INGRESS", "value_list": ["1.2.3.4", "5.6.7.8"]}, "NETWORK RULES",
                     "created_on name database_name schema_name owner comment type mode entries_in_valuelist owner_role_type"),
    "password policy": ("S/password-policies", {"name": "PP1", "password_min_length": 12}, "PASSWORD POLICIES",
                        "created_on name database_name schema_name kind owner comment owner_role_type options"),
    "secret": ("S/secrets", {"name": "SE1", "type": "GENERIC_STRING", "secret_string": "hidden"}, "SECRETS",
               "created_on name schema_name database_name owner comment secret_type oauth_scopes owner_role_type"),
    "sequence": ("S/sequences", {"name": "SQ1", "start": 10, "increment": 5}, "SEQUENCES",
                 "name database_name schema_name next_value interval created_on owner comment owner_role_type ordered"),
    "tag": ("S/tags", {"name": "TG1", "allowed_values": ["a", "b"]}, "TAGS", "created_on name database_name schema_name owner comment allowed_values owner_role_type"),
    "artifact repository": ("S/artifact-repositories", {"name": "AR1", "type": "PIP", "api_integration": "API1"}, "ARTIFACT REPOSITORIES",
                            "created_on name database_name schema_name type api_integration owner owner_role_type comment"),
    "stage": ("S/stages", {"name": "SG1", "comment": "files"}, "STAGES",
              "created_on name database_name schema_name url has_credentials has_encryption_key owner comment region type cloud notification_channel storage_integration endpoint "
              "owner_role_type directory_enabled"),
    "database role": ("D/database-roles", {"name": "DR1", "comment": "c"}, "DATABASE ROLES",
                      "created_on name is_default is_current is_inherited granted_to_roles granted_to_database_roles granted_database_roles owner comment owner_role_type"),
    "procedure": ("S/procedures", {"name": "PR1", "arguments": [{"name": "A", "datatype": "NUMBER"}], "return_type": {"type": "DATATYPE", "datatype": "VARCHAR"},
                                   "language_config": {"language": "SQL"}, "body": "BEGIN RETURN 'x'; END"}, "PROCEDURES",
                  "created_on name schema_name is_builtin is_aggregate is_ansi min_num_arguments max_num_arguments arguments description catalog_name is_table_function "
                  "valid_for_clustering is_secure secrets external_access_integrations"),
    "function": ("S/user-defined-functions", {"name": "F1", "arguments": [{"name": "A", "datatype": "NUMBER"}], "return_type": {"type": "DATATYPE", "datatype": "NUMBER"},
                                              "language_config": {"language": "SQL"}, "body": "A + 1"}, "USER FUNCTIONS",
                 "created_on name schema_name is_builtin is_aggregate is_ansi min_num_arguments max_num_arguments arguments description catalog_name is_table_function "
                 "valid_for_clustering is_secure secrets external_access_integrations is_external_function language is_memoizable is_data_metric is_ai_function"),
    "network policy": ("network-policies", {"name": "NP1", "allowed_ip_list": ["1.2.3.4"], "comment": "c"}, "NETWORK POLICIES",
                       "created_on name comment entries_in_allowed_ip_list entries_in_blocked_ip_list entries_in_allowed_network_rules entries_in_blocked_network_rules"),
    "api integration": ("api-integrations", {"name": "API1", "enabled": True, "api_allowed_prefixes": ["https://x"],
                                             "api_hook": {"type": "AWS", "api_provider": "AWS_API_GATEWAY", "api_aws_role_arn": "arn"}}, "API INTEGRATIONS",
                        "name type category enabled comment created_on"),
    "catalog integration": ("catalog-integrations", {"name": "CI1", "enabled": True, "table_format": "ICEBERG", "catalog": {"catalog_source": "OBJECT_STORE"}},
                            "CATALOG INTEGRATIONS", "name enabled type category comment created_on"),
    "notification integration": ("notification-integrations", {"name": "NI1", "enabled": True, "notification_hook": {"type": "EMAIL"}}, "NOTIFICATION INTEGRATIONS",
                                 "name type category enabled comment created_on"),
    "external volume": ("external-volumes", {"name": "EV1", "storage_locations": [{"name": "one", "storage_provider": "S3", "storage_base_url": "s3://b/",
                                                                                   "storage_aws_role_arn": "arn"}]}, "EXTERNAL VOLUMES", "name allow_writes comment"),
    "managed account": ("managed-accounts", {"name": "MA1", "admin_name": "A", "admin_password": "P", "account_type": "READER"}, "MANAGED ACCOUNTS",
                        "account_name cloud region account_locator created_on account_url account_locator_url is_reader comment region_group old_account_url "
                        "account_old_url_saved_on account_old_url_last_used organization_old_url organization_old_url_saved_on organization_old_url_last_used"),
}
ACCOUNTS = [k for k, v in KINDS.items() if "/" not in v[0]]


class Sql:
    """Statements with the names of their columns."""

    def __init__(self, server, database):
        self.server, self.database = server, database

    def answer(self, text, user="admin_pat", **context):
        body = {"statement": text, "database": self.database, "schema": "PUBLIC", **context}
        answer = self.server.call("POST", "statements", body, user=user)
        assert answer.status == 200, (text, answer.body)
        return answer.body

    def names(self, text, **more):
        return [c["name"] for c in self.answer(text, **more)["resultSetMetaData"]["rowType"]]

    def types(self, text, **more):
        return {c["name"]: c["type"] for c in self.answer(text, **more)["resultSetMetaData"]["rowType"]}

    def rows(self, text, **more):
        body = self.answer(text, **more)
        return [dict(zip([c["name"] for c in body["resultSetMetaData"]["rowType"]], row)) for row in body["data"]]

    def error(self, text, user="admin_pat", **context):
        answer = self.server.call("POST", "statements", {"statement": text, "database": self.database, "schema": "PUBLIC", **context}, user=user)
        assert answer.status == 422, (text, answer.body)
        return answer.body["code"], answer.body["message"]


@pytest.fixture(scope="module")
def made(server):  # noqa: F811
    """One object of every kind."""
    database = server.database()
    for word, (where, body, _, _) in KINDS.items():
        path = where.replace("S/", f"databases/{database}/schemas/PUBLIC/").replace("D/", f"databases/{database}/")
        if word == "artifact repository":
            continue
        server.ok("POST", path, body)
    server.ok("POST", f"databases/{database}/schemas/PUBLIC/artifact-repositories", KINDS["artifact repository"][1])
    return Sql(server, database)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_listed(made, kind):
    """In the account, in its database, in its schema: with the columns of its page and its own row."""
    where, body, words, columns = KINDS[kind]
    places = [""] if kind in ACCOUNTS else [f" IN DATABASE {made.database}"]
    if where.startswith("S/"):
        places += [" IN ACCOUNT", f" IN SCHEMA {made.database}.PUBLIC", " IN SCHEMA", " IN DATABASE", ""]
    for place in places:
        assert made.names(f"SHOW {words}{place}") == columns.split(), place
        found = [r for r in made.rows(f"SHOW {words}{place}") if r.get("name", r.get("account_name")) == body["name"]]
        assert [r.get("database_name", r.get("catalog_name")) or made.database for r in found if r.get("database_name", made.database) == made.database] == [made.database], place
    assert made.error(f"SHOW {words} IN SOMEWHERE.ELSE")[0] in ("001003", "002043")


@pytest.mark.parametrize("kind", [k for k, v in KINDS.items() if k not in ("procedure", "function")])
def test_sql_and_rest_agree(made, kind):
    """What both tell of an object is the same."""
    where, body, words, _ = KINDS[kind]
    place = "" if kind in ACCOUNTS else f" IN DATABASE {made.database}"
    row = next(r for r in made.rows(f"SHOW {words}{place}") if r.get("name", r.get("account_name")) == body["name"])
    path = where.replace("S/", f"databases/{made.database}/schemas/PUBLIC/").replace("D/", f"databases/{made.database}/")
    rest = next(r for r in made.server.ok("GET", path) if r["name"] == body["name"])
    same = {k for k in row if k in rest} - {"created_on", "schedule", "target_lag", "kind", "type", "allowed_values", "columns", "attribute_columns", "comment", "catalog", "owner_role_type",
                                            "automatic_clustering", "bytes", "cluster_by", "has_credentials", "has_encryption_key", "cloud", "enabled", "url", "stale", "refresh_mode", "rows", "ordered",
                                            "category", "allow_writes"}
    different = {k: (row[k], rest[k]) for k in same if (row[k] or "") != ("" if rest[k] is None else str(rest[k]))}
    assert different == {} and (row.get("comment") or "") == (rest.get("comment") or "")


def test_values(made):
    """What the pages say of single cells."""
    one = {kind: next(r for r in made.rows(f"SHOW {words}" + ("" if kind in ACCOUNTS else f" IN DATABASE {made.database}")) if r.get("name", r.get("account_name")) == body["name"])
           for kind, (_, body, words, _) in KINDS.items()}
    assert (one["alert"]["schedule"], one["alert"]["state"], one["alert"]["owner_role_type"]) == ("5 MINUTE", "suspended", "ROLE")
    assert (one["dynamic table"]["target_lag"], one["dynamic table"]["text"], one["dynamic table"]["scheduling_state"]) == ("60 seconds", "SELECT 1 AS A", "RUNNING")
    assert (one["iceberg table"]["catalog_name"], one["iceberg table"]["can_write_metadata"]) == ("SNOWFLAKE", "Y")
    assert (one["sequence"]["next_value"], one["sequence"]["interval"], one["sequence"]["ordered"]) == ("10", "5", "N")
    assert one["tag"]["allowed_values"] == '["a", "b"]' and one["secret"]["secret_type"] == "GENERIC_STRING"
    assert (one["network rule"]["entries_in_valuelist"], one["network policy"]["entries_in_allowed_ip_list"]) == ("2", "1")
    assert (one["procedure"]["arguments"], one["procedure"]["description"]) == ("PR1(NUMBER) RETURN VARCHAR", "user-defined procedure")
    assert (one["function"]["arguments"], one["function"]["language"]) == ("F1(NUMBER) RETURN NUMBER", "SQL")
    assert (one["api integration"]["type"], one["api integration"]["category"], one["api integration"]["enabled"]) == ("EXTERNAL_API", "API", "true")
    assert (one["notification integration"]["type"], one["catalog integration"]["type"]) == ("EMAIL", "CATALOG")
    assert one["password policy"]["kind"] == "PASSWORD_POLICY" and one["pipe"]["kind"] == "STAGE"
    assert [r["name"] for r in made.rows("SHOW INTEGRATIONS")] == ["API1", "CI1", "NI1"]


def test_types(made):
    types = made.types("SHOW SEQUENCES")
    assert (types["next_value"], types["interval"], types["created_on"], types["ordered"]) == ("fixed", "fixed", "timestamp_ltz", "text")
    assert made.types("SHOW NETWORK POLICIES")["entries_in_allowed_ip_list"] == "fixed"
    types = made.types("SHOW DYNAMIC TABLES")
    assert (types["rows"], types["last_suspended_on"], types["data_timestamp"]) == ("fixed", "timestamp_ltz", "timestamp_ltz")


@pytest.mark.parametrize("statement", [
    "SHOW PIPES STARTS WITH 'P'", "SHOW PIPES LIMIT 1", "SHOW TERSE PIPES", "SHOW SEQUENCES LIMIT 1", "SHOW STAGES LIMIT 1", "SHOW NETWORK POLICIES LIKE 'N%'", "SHOW DATABASE ROLES",
    "SHOW PASSWORD POLICIES LIMIT 1 FROM 'A'", "SHOW STREAMLITS STARTS WITH 'A'", "SHOW EXTERNAL VOLUMES STARTS WITH 'A'", "SHOW ALERTS HISTORY", "SHOW ALERTS ROOT ONLY",
    "SHOW TASKS LIMIT x", "SHOW WAREHOUSES LIMIT 1", "SHOW WAREHOUSES STARTS WITH 'C'", "SHOW ALERT", "SHOW SESSIONS", "SHOW FUNCTIONS", "SHOW ALERTS IN ACCOUNT X",
    "SHOW TABLES LIKE", "SHOW ALERTS LIMIT 1 STARTS WITH 'A'"])  # fmt: skip
def test_clauses_that_a_page_does_not_have(made, statement):
    assert made.error(statement)[0] in ("001003", "000002")


def test_clauses(made):
    """LIKE knows no case, STARTS WITH does; FROM goes on behind a name; TERSE leaves the columns of the page."""
    schema = f"databases/{made.database}/schemas"
    made.server.ok("POST", schema, {"name": "CLAUSES"})
    for name in ("AA", "AB", '"ab"', "B"):
        made.server.ok("POST", f"{schema}/CLAUSES/alerts", {**KINDS["alert"][1], "name": name})
    where = f"IN {made.database}.CLAUSES"

    def names(rest):
        return [r["name"] for r in made.rows(f"SHOW ALERTS {rest}")]

    assert names(where) == ["AA", "AB", "B", "ab"]
    assert names(f"LIKE 'a_' {where}") == ["AA", "AB", "ab"]
    assert names(f"{where} STARTS WITH 'A'") == ["AA", "AB"]
    assert names(f"{where} STARTS WITH 'a' LIMIT 5") == ["ab"]
    assert names(f"{where} LIMIT 2") == ["AA", "AB"] and names(f"{where} LIMIT 2 FROM 'AA'") == ["AB", "B"]
    assert names(f"{where} LIMIT 0") == []
    assert names(f"{where} STARTS WITH 'A' LIMIT 10 FROM 'B'") == []
    assert made.names(f"SHOW TERSE ALERTS {where}") == ["created_on", "name", "kind", "database_name", "schema_name", "schedule", "state"]
    assert made.rows(f"SHOW TERSE ALERTS {where}")[0]["kind"] is None
    assert made.names("SHOW TERSE EVENT TABLES") == ["created_on", "name", "database_name", "schema_name"]
    assert made.rows(f"SHOW TERSE ICEBERG TABLES IN DATABASE {made.database}")[0]["kind"] == "ICEBERG TABLE"
    assert made.names("SHOW TERSE STREAMLITS") == ["created_on", "name", "kind", "database_name", "schema_name", "title", "url_id"]
    assert made.error(f"{'SHOW ALERTS'} {where} LIMIT 10001")[0] == "090153"
    assert made.names(f"SHOW NOTEBOOKS {where} LIMIT 10001")[1] == "name"  # its page knows no such error
    assert made.error("SHOW ALERTS IN SCHEMA NOWHERE")[0] == "002043" and made.error("SHOW TASKS IN SCHEMA NOWHERE")[0] == "002003"


def test_root_only(made):
    place = f"{made.database}.ROOTS"
    made.answer(f"CREATE SCHEMA {place}")
    made.answer(f"CREATE TASK {place}.R WAREHOUSE = COMPUTE_WH SCHEDULE = '60 MINUTE' AS SELECT 1")
    made.answer(f"CREATE TASK {place}.A WAREHOUSE = COMPUTE_WH AFTER {place}.R AS SELECT 1")
    assert [r["name"] for r in made.rows(f"SHOW TASKS IN {place}")] == ["A", "R"]
    assert [r["name"] for r in made.rows(f"SHOW TASKS IN {place} ROOT ONLY")] == ["R"]
    assert [r["name"] for r in made.rows(f"SHOW TASKS IN ACCOUNT STARTS WITH 'R' ROOT ONLY LIMIT 10") if r["schema_name"] == "ROOTS"] == ["R"]


def test_history(made):
    """What was dropped stands below what is there, with the time."""
    database = made.server.database()
    made.answer(f"CREATE SCHEMA {database}.GONE")
    made.answer(f"CREATE TABLE {database}.GONE.T (A NUMBER)")
    made.answer(f"DROP TABLE {database}.GONE.T")
    made.answer(f"CREATE TABLE {database}.GONE.T (A NUMBER)")
    rows = made.rows(f"SHOW TABLES HISTORY LIKE 't' IN {database}.GONE")
    assert [(r["name"], r["dropped_on"] is None, r["owner_role_type"]) for r in rows] == [("T", True, "ROLE"), ("T", False, None)]
    names = made.names(f"SHOW TABLES HISTORY IN {database}.GONE")
    assert names[names.index("dropped_on") - 1] == "retention_time" and len(names) == len(made.names(f"SHOW TABLES IN {database}.GONE")) + 1
    made.answer(f"DROP SCHEMA {database}.GONE")
    assert [r["name"] for r in made.rows(f"SHOW SCHEMAS HISTORY IN DATABASE {database}") if r["dropped_on"]] == ["GONE"]
    made.answer(f"DROP DATABASE {database}")
    assert [r["name"] for r in made.rows(f"SHOW DATABASES HISTORY LIKE '{database}'")] == [database] and made.rows(f"SHOW DATABASES LIKE '{database}'") == []


def test_who_sees_what(made):
    """Without a privilege on it nothing is listed; of other users only the names."""
    for kind, (_, body, words, _) in KINDS.items():
        if kind == "database role":
            continue
        assert [r for r in made.rows(f"SHOW {words}" + ("" if kind in ACCOUNTS else " IN ACCOUNT"), user="limited_pat", database=None, schema=None)] == [], words
    users = {r["name"]: r for r in made.rows("SHOW USERS", user="limited_pat", database=None, schema=None)}
    assert {v for k, v in users["ADMIN"].items() if k != "name"} == {None}
    assert next(r for r in made.rows("SHOW USERS") if r["name"] == "ADMIN")["default_role"] == "ACCOUNTADMIN"


def test_services(made):
    schema = f"databases/{made.database}/schemas/PUBLIC"
    made.server.ok("POST", "compute-pools", {"name": "SHOWN_POOL", "min_nodes": 1, "max_nodes": 1, "instance_family": "CPU_X64_XS"})
    body = {"compute_pool": "SHOWN_POOL", "spec": {"spec_type": "from_inline", "spec_text": SPEC}}
    made.server.ok("POST", f"{schema}/services", {**body, "name": "SV"})
    made.server.ok("POST", f"{schema}/services:execute-job", {**body, "name": "JB"})
    where = f"IN {made.database}.PUBLIC"
    rest = made.server.ok("GET", f"{schema}/services/SV")
    row = made.rows(f"SHOW SERVICES LIKE 'sv' {where}")[0]
    for name in ("compute_pool", "dns_name", "spec_digest", "owner", "query_warehouse"):
        assert row[name] == rest[name]
    assert (row["min_instances"], row["is_job"], row["auto_resume"], row["comment"]) == ("1", "false", "true", None)
    assert [r["name"] for r in made.rows(f"SHOW SERVICES {where}")] == ["JB", "SV"]
    assert [r["name"] for r in made.rows(f"SHOW JOB SERVICES {where}")] == ["JB"] and "is_job" not in made.names("SHOW JOB SERVICES")
    assert [r["name"] for r in made.rows(f"SHOW SERVICES EXCLUDE JOBS {where}")] == ["SV"] and "is_async_job" not in made.names("SHOW SERVICES EXCLUDE JOBS")
    assert [r["name"] for r in made.rows("SHOW SERVICES IN COMPUTE POOL SHOWN_POOL")] == ["JB", "SV"]
    assert made.rows(f"DESC SERVICE {made.database}.PUBLIC.SV")[0]["spec"] == SPEC
    assert made.names("SHOW COMPUTE POOLS")[-4:] == ["is_exclusive", "application", "placement_group", "backup_instance_families"]
    assert made.names("DESCRIBE COMPUTE POOL SHOWN_POOL")[-4:] == ["budget", "error_code", "status_message", "placement_group"]


def test_warehouses_roles_users(made):
    """The columns of their pages, in their order."""
    assert made.names("SHOW WAREHOUSES") == (
        "name state type size min_cluster_count max_cluster_count started_clusters running queued is_default is_current is_interactive auto_suspend auto_resume available "
        "provisioning quiescing other created_on resumed_on updated_on owner comment enable_query_acceleration query_acceleration_max_scale_factor resource_monitor actives pendings "
        "failed suspended uuid scaling_policy owner_role_type resource_constraint generation").split()
    assert made.names("SHOW USERS") == (
        "name created_on login_name display_name first_name last_name email mins_to_unlock days_to_expiry comment disabled must_change_password snowflake_lock default_warehouse "
        "default_namespace default_role default_secondary_roles ext_authn_duo ext_authn_uid mins_to_bypass_mfa owner last_success_login expires_at_time locked_until_time has_password "
        "has_rsa_public_key type has_mfa has_pat has_workload_identity is_from_organization_user").split()
    row = next(r for r in made.rows("SHOW WAREHOUSES WITH PRIVILEGES USAGE, OPERATE") if r["name"] == "COMPUTE_WH")
    assert (row["size"], row["is_default"], row["resource_monitor"], row["available"], row["generation"]) == ("X-Small", "Y", "null", "100", "2")
    assert made.rows("SHOW WAREHOUSES WITH PRIVILEGES OWNERSHIP", user="analyst_pat", role="ANALYST", database=None, schema=None) == []
    roles = {r["name"]: r for r in made.rows("SHOW ROLES")}
    assert (roles["ACCOUNTADMIN"]["is_current"], roles["ACCOUNTADMIN"]["is_inherited"], roles["SYSADMIN"]["is_inherited"]) == ("Y", "N", "Y")


DESCRIBED = {
    "ALERT A1": KINDS["alert"][3], "SEQUENCE SQ1": KINDS["sequence"][3], "WAREHOUSE COMPUTE_WH": "created_on name kind",
    "NETWORK RULE NR1": "created_on name database_name schema_name owner comment type mode value_list",
    "PIPE P1": "created_on name database_name schema_name definition owner notification_channel comment integration pattern error_integration invalid_reason kind",
    "SECRET SE1": "created_on name schema_name database_name owner comment secret_type username oauth_access_token_expiry_time oauth_refresh_token_expiry_time oauth_scopes "
                  "integration_name algorithm key_length workload_identity_federation_issuer workload_identity_federation_subject",
    "USER ADMIN": "property value default description", "PASSWORD POLICY PP1": "property value default description", "NETWORK POLICY NP1": "name value",
    "SCHEMA PUBLIC": "created_on name kind", "STAGE SG1": "parent_property property property_type property_value property_default",
    "EXTERNAL VOLUME EV1": "parent_property property property_type property_value property_default", "API INTEGRATION API1": "property property_type property_value property_default",
    "INTEGRATION NI1": "property property_type property_value property_default", "CATALOG INTEGRATION CI1": "property property_type property_value property_default",
    "PROCEDURE PR1(NUMBER)": "property value", "FUNCTION F1(NUMBER)": "property value",
    "CORTEX SEARCH SERVICE C1": "name database_name schema_name target_lag warehouse search_column attribute_columns columns definition comment service_query_url "
                                "source_data_num_rows indexing_state indexing_error serving_state created_on data_timestamp embedding_model primary_key_columns "
                                "scoring_profile_count full_index_build_interval_days",
    "STREAMLIT ST1": "title main_file query_warehouse runtime_name compute_pool url_id default_packages user_packages import_urls external_access_integrations "
                     "external_access_secrets name comment default_version default_version_name default_version_alias default_version_location_uri "
                     "default_version_source_location_uri default_version_git_commit_hash last_version_name last_version_alias last_version_location_uri "
                     "last_version_source_location_uri last_version_git_commit_hash live_version_location_uri",
    "DYNAMIC TABLE D1": "name,type,kind,null?,default,primary key,unique key,check,expression,comment,policy name,privacy domain,write default",
    "ICEBERG TABLE I1": "name,type,kind,null?,default,primary key,unique key,check,expression,comment,policy name,privacy domain,write default",
    "EVENT TABLE E1": "name kind comment",
}


@pytest.mark.parametrize("what", DESCRIBED)
def test_described(made, what):
    expected = DESCRIBED[what]
    for word in ("DESCRIBE", "desc"):
        assert made.names(f"{word} {what}") == expected.split("," if "," in expected else None)
    kind = what.split("(")[0].rpartition(" ")[0]
    assert made.error(f"DESCRIBE {kind} GONE" + ("()" if "(" in what else ""))[0] == "002003"


def test_described_values(made):
    user = {r["property"]: r for r in made.rows("DESCRIBE USER ADMIN")}
    assert (user["DEFAULT_ROLE"]["value"], user["EMAIL"]["value"], user["DISABLED"]["value"], user["DISABLED"]["default"]) == ("ACCOUNTADMIN", "null", "false", "false")
    assert made.error("DESCRIBE USER ADMIN", user="limited_pat", database=None, schema=None)[0] == "003001"
    assert made.rows("DESCRIBE USER LIMITED_USER", user="limited_pat", database=None, schema=None)[0]["value"] == "LIMITED_USER"
    policy = {r["property"]: (r["value"], r["default"]) for r in made.rows("DESCRIBE PASSWORD POLICY PP1")}
    assert policy["PASSWORD_MIN_LENGTH"] == ("12", "8") and policy["PASSWORD_HISTORY"] == ("24", "24") and list(policy)[:3] == ["NAME", "OWNER", "COMMENT"]
    assert made.rows("DESCRIBE NETWORK POLICY NP1") == [{"name": "ALLOWED_IP_LIST", "value": "1.2.3.4"}]
    assert made.rows("DESCRIBE NETWORK RULE NR1")[0]["value_list"] == "1.2.3.4,5.6.7.8"
    procedure = {r["property"]: r["value"] for r in made.rows("DESCRIBE PROCEDURE PR1(INT)")}
    assert list(procedure) == ["signature", "returns", "language", "null handling", "volatility", "execute as", "body"]
    assert (procedure["signature"], procedure["returns"], procedure["execute as"]) == ("(A NUMBER)", "VARCHAR", "OWNER")
    assert {r["property"]: r["value"] for r in made.rows("DESCRIBE FUNCTION F1(NUMBER)")} == {"signature": "(A NUMBER)", "returns": "NUMBER", "language": "SQL", "body": "A + 1"}
    assert made.error("DESCRIBE FUNCTION F1()")[0] == "002003" and made.error("DESCRIBE FUNCTION F1")[0] == "001003"
    assert [r["name"] for r in made.rows(f"DESCRIBE DATABASE {made.database}")][:2] == ["CLAUSES", "INFORMATION_SCHEMA"]
    assert made.rows("DESCRIBE ICEBERG TABLE I1")[0]["type"] == "NUMBER(38,0)"
    assert "hidden" not in str(made.answer("DESCRIBE SECRET SE1"))
    assert made.error("DESCRIBE ARTIFACT REPOSITORY AR1")[0] == "000002"  # no page tells its columns
    catalog = {r["property"]: r["property_value"] for r in made.rows("DESCRIBE CATALOG INTEGRATION CI1")}
    assert catalog == {"ENABLED": "true", "CATALOG_SOURCE": "OBJECT_STORE", "CATALOG_NAMESPACE": "", "TABLE_FORMAT": "ICEBERG", "COMMENT": ""}


def test_grants(made):
    server = made.server  # noqa: F811
    server.ok("POST", "roles", {"name": "SHOWN_ROLE", "comment": "c"})
    made.answer("GRANT SELECT ON TABLE SHOP.PUBLIC.CUSTOMERS TO ROLE SHOWN_ROLE")
    made.answer("GRANT USAGE ON DATABASE SHOP TO ROLE SHOWN_ROLE WITH GRANT OPTION")
    made.answer("GRANT ROLE SHOWN_ROLE TO USER DEMO_USER")
    made.answer("GRANT ROLE SHOWN_ROLE TO ROLE SYSADMIN")
    rows = made.rows("SHOW GRANTS TO ROLE SHOWN_ROLE")
    assert list(rows[0]) == ["created_on", "privilege", "granted_on", "name", "granted_to", "grantee_name", "grant_option", "granted_by"]
    assert [(r["privilege"], r["granted_on"], r["name"], r["grant_option"]) for r in rows] == [("USAGE", "DATABASE", "SHOP", "true"), ("SELECT", "TABLE", "SHOP.PUBLIC.CUSTOMERS", "false")]
    rows = made.rows("SHOW GRANTS OF ROLE SHOWN_ROLE")
    assert [(r["role"], r["granted_to"], r["grantee_name"]) for r in rows] == [("SHOWN_ROLE", "ROLE", "SYSADMIN"), ("SHOWN_ROLE", "USER", "DEMO_USER")]
    rows = made.rows("SHOW GRANTS ON TABLE SHOP.PUBLIC.CUSTOMERS")
    assert list(rows[0])[-1] == "granted_by_role_type" and ("OWNERSHIP", "SYSADMIN") in [(r["privilege"], r["grantee_name"]) for r in rows]
    assert ("SELECT", "SHOWN_ROLE") in [(r["privilege"], r["grantee_name"]) for r in rows] and len(made.rows("SHOW GRANTS ON TABLE SHOP.PUBLIC.CUSTOMERS LIMIT 1")) == 1
    rows = made.rows("SHOW GRANTS TO USER DEMO_USER")
    assert list(rows[0]) == ["created_on", "privilege", "granted_on", "name", "role", "granted_to", "grantee_name", "grant_option", "granted_by"]
    assert {r["role"] for r in rows} == {"SYSADMIN", "ANALYST", "LOADER", "SHOWN_ROLE"}
    assert {r["name"] for r in made.rows("SHOW GRANTS ON ACCOUNT")} == {"LOCALORG-LOCALACCT"}
    assert ("EXECUTE TASK", "SYSADMIN") in [(r["privilege"], r["grantee_name"]) for r in made.rows("SHOW GRANTS ON ACCOUNT")]
    assert [r["privilege"] for r in made.rows("SHOW GRANTS ON ROLE SHOWN_ROLE")] == ["OWNERSHIP", "USAGE"]
    server.ok("POST", "roles/SHOWN_ROLE/future-grants", {"securable_type": "TABLE", "containing_scope": {"database": made.database, "schema": "PUBLIC"}, "privileges": ["SELECT"]})
    expected = [("SELECT", "TABLE", f"{made.database}.PUBLIC.<TABLE>", "ROLE", "SHOWN_ROLE", "false")]
    for text in (f"SHOW FUTURE GRANTS IN SCHEMA {made.database}.PUBLIC", "SHOW FUTURE GRANTS TO ROLE SHOWN_ROLE"):
        rows = made.rows(text)
        assert list(rows[0]) == ["created_on", "privilege", "grant_on", "name", "grant_to", "grantee_name", "grant_option"]
        assert [tuple(r.values())[1:] for r in rows] == expected
    assert made.answer(f"SHOW FUTURE GRANTS IN DATABASE {made.database}")["data"] == []
    made.answer(f"GRANT USAGE ON DATABASE {made.database} TO ROLE SHOWN_ROLE")
    server.ok("POST", f"databases/{made.database}/database-roles/DR1/grants", {"securable_type": "schema", "securable": {"database": made.database, "name": "PUBLIC"}, "privileges": ["USAGE"]})
    assert ("USAGE", "SCHEMA", "DATABASE_ROLE", "DR1") in [(r["privilege"], r["granted_on"], r["granted_to"], r["grantee_name"]) for r in made.rows(f"SHOW GRANTS TO DATABASE ROLE {made.database}.DR1")]
    assert made.error("SHOW GRANTS ON NOTHING X")[0] == "001003" and made.error("SHOW GRANTS TO ROLE NO_ROLE")[0] == "002003"
    assert made.names("SHOW GRANTS") == made.names("SHOW GRANTS TO USER ADMIN")


def test_parameters(made):
    assert made.names("SHOW PARAMETERS") == ["key", "value", "default", "level", "description", "type"]
    body = made.answer("SHOW PARAMETERS LIKE 'time%zone' IN SESSION", parameters={"TIMEZONE": "Europe/Berlin"})
    assert [row[:4] for row in body["data"]] == [["TIMEZONE", "Europe/Berlin", "UTC", "SESSION"]] and body["data"][0][5] == "STRING"
    keys = [r["key"] for r in made.rows("SHOW PARAMETERS IN ACCOUNT")]
    assert keys == sorted(keys) and {"TIMEZONE", "MAX_CONCURRENCY_LEVEL", "DATA_RETENTION_TIME_IN_DAYS", "USER_TASK_TIMEOUT_MS"} <= set(keys)
    assert [(r["key"], r["value"]) for r in made.rows("SHOW PARAMETERS IN WAREHOUSE COMPUTE_WH")] == [
        ("MAX_CONCURRENCY_LEVEL", "8"), ("STATEMENT_QUEUED_TIMEOUT_IN_SECONDS", "0"), ("STATEMENT_TIMEOUT_IN_SECONDS", "172800")]
    made.answer("CREATE OR REPLACE DATABASE KEEPS DATA_RETENTION_TIME_IN_DAYS = 3")
    made.answer("CREATE TABLE KEEPS.PUBLIC.T (A NUMBER)")

    def kept(where):
        return [(r["value"], r["default"], r["level"], r["type"]) for r in made.rows(f"SHOW PARAMETERS LIKE 'DATA_RETENTION%' {where}")]

    assert kept("IN DATABASE KEEPS") == kept("FOR SCHEMA KEEPS.PUBLIC") == kept("IN TABLE KEEPS.PUBLIC.T") == [("3", "1", "DATABASE", "NUMBER")]
    assert kept("IN DATABASE SHOP") == [("1", "1", "", "NUMBER")]
    assert [r["retention_time"] for r in made.rows("SHOW SCHEMAS LIKE 'PUBLIC' IN DATABASE KEEPS")] == ["3"]
    assert made.error("SHOW PARAMETERS IN TABLE GONE")[0] == made.error("SHOW PARAMETERS IN USER GONE")[0] == "002003" and made.error("SHOW PARAMETERS IN ROLE SYSADMIN")[0] == "001003"
    assert "TIMEZONE" in [r["key"] for r in made.rows("SHOW PARAMETERS IN USER")]
