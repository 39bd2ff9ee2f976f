"""ALTER in SQL: what is set is what the object API shows afterwards, and nothing else changes."""

import pytest

from local_snowflake.objects.sql_words import ALL
from local_snowflake.tests.rest import server  # noqa: F401

FINGERPRINTS = ("created_on", "updated_on", "last_committed_on", "is_current", "current_instances", "target_instances")
LAG = {"target_lag": {"type": "USER_DEFINED", "seconds": 120}}
IN_SCHEMA = {  # collection, body, SQL words: an object in a schema
    "ALERT": ("alerts", {"schedule": {"schedule_type": "SCHEDULE_TYPE", "minutes": 5}, "condition": "SELECT 1", "action": "SELECT 2", "warehouse": "COMPUTE_WH", "comment": "old"}),
    "ARTIFACT REPOSITORY": ("artifact-repositories", {"type": "PIP", "api_integration": "HOOK", "comment": "old"}),
    "DYNAMIC TABLE": ("dynamic-tables", {"query": "SELECT ID FROM SHOP.PUBLIC.CUSTOMERS", "warehouse": "COMPUTE_WH", **LAG, "comment": "old"}),
    "EVENT TABLE": ("event-tables", {"data_retention_time_in_days": 3, "comment": "old"}),
    "NETWORK RULE": ("network-rules", {"type": "IPv4", "mode": "ingress", "value_list": ["1.2.3.4"], "comment": "old"}),
    "NOTEBOOK": ("notebooks", {"query_warehouse": "COMPUTE_WH", "main_file": "a.ipynb", "comment": "old"}),
    "PASSWORD POLICY": ("password-policies", {"password_min_length": 12, "password_history": 3, "comment": "old"}),
    "PIPE": ("pipes", {"copy_statement": "COPY INTO T FROM @S", "comment": "old"}),
    "SECRET": ("secrets", {"type": "PASSWORD", "username": "me", "password": "sesame", "comment": "old"}),
    "SEQUENCE": ("sequences", {"start": 7, "increment": 3, "ordered": True, "comment": "old"}),
    "STAGE": ("stages", {"comment": "old", "directory_table": {"enable": True}, "file_format": {"type": "CSV"}}),
    "STREAM": ("streams", {"stream_source": {"src_type": "table", "name": "T", "append_only": True}, "comment": "old"}),
    "STREAMLIT": ("streamlits", {"main_file": "a.py", "title": "An app", "comment": "old"}),
    "TABLE": ("tables", {"columns": [{"name": "A", "datatype": "NUMBER(9,0)"}], "cluster_by": ["A"], "data_retention_time_in_days": 4, "comment": "old"}),
    "TAG": ("tags", {"allowed_values": ["a", "b"], "comment": "old"}),
    "VIEW": ("views", {"columns": [], "query": "SELECT 1 AS A", "comment": "old"}),
    "IMAGE REPOSITORY": ("image-repositories", {}),
    "CORTEX SEARCH SERVICE": ("cortex-search-services", {"search_column": "NAME", "warehouse": "COMPUTE_WH", "definition": "SELECT NAME FROM SHOP.PUBLIC.CUSTOMERS", **LAG,
                                                         "comment": "old"}),
    "SERVICE": ("services", {"compute_pool": "ALTER_POOL", "spec": {"spec_type": "from_inline", "spec_text": "spec: {}"}, "min_instances": 1, "max_instances": 2,
                             "comment": "old"}),
    "PROCEDURE": ("procedures", {"arguments": [{"name": "a", "datatype": "NUMBER"}], "body": "BEGIN RETURN 1; END", "execute_as": "CALLER", "comment": "old",
                                 "language_config": {"language": "SQL"}, "return_type": {"type": "DATATYPE", "datatype": "NUMBER"}}),
    "FUNCTION": ("user-defined-functions", {"arguments": [{"name": "a", "datatype": "NUMBER"}], "body": "a + 1", "comment": "old", "is_secure": False,
                                            "language_config": {"language": "SQL"}, "return_type": {"type": "DATATYPE", "datatype": "NUMBER"}}),
}  # fmt: skip
IN_ACCOUNT = {
    "API INTEGRATION": ("api-integrations", {"api_allowed_prefixes": ["https://x"], "enabled": True, "comment": "old",
                                             "api_hook": {"type": "AWS", "api_provider": "AWS_API_GATEWAY", "api_aws_role_arn": "arn"}}),
    "CATALOG INTEGRATION": ("catalog-integrations", {"catalog": {"catalog_source": "OBJECT_STORE"}, "table_format": "ICEBERG", "enabled": True, "comment": "old"}),
    "NOTIFICATION INTEGRATION": ("notification-integrations", {"notification_hook": {"type": "EMAIL", "allowed_recipients": ["a@b.c"]}, "enabled": True, "comment": "old"}),
    "COMPUTE POOL": ("compute-pools", {"min_nodes": 1, "max_nodes": 2, "instance_family": "CPU_X64_S", "auto_suspend_secs": 500, "comment": "old"}),
    "EXTERNAL VOLUME": ("external-volumes", {"storage_locations": [{"name": "L", "storage_provider": "GCS", "storage_base_url": "gcs://b/"}], "comment": "old"}),
    "NETWORK POLICY": ("network-policies", {"allowed_ip_list": ["1.2.3.4"], "comment": "old"}),
    "ROLE": ("roles", {"comment": "old"}),
    "USER": ("users", {"login_name": "walker", "default_role": "PUBLIC", "email": "a@b.c", "days_to_expiry": 5, "comment": "old"}),
    "WAREHOUSE": ("warehouses", {"warehouse_size": "SMALL", "auto_suspend": 60, "auto_resume": "false", "comment": "old"}),
}  # fmt: skip
WITHOUT_COMMENT = {"IMAGE REPOSITORY"}  # the document of the object API does not show it


class Place:
    """A schema with one object of each kind."""

    def __init__(self, server):  # noqa: F811
        self.server = server
        self.database = server.database()
        self.schema = f"databases/{self.database}/schemas/PUBLIC"
        self.made: set[str] = set()
        server.sql(f"CREATE TABLE {self.database}.PUBLIC.T (ID NUMBER)")

    def make(self, kind: str) -> tuple[str, str]:
        """The name for SQL and the path for the object API of an object that is there once."""
        collection, body = {**IN_SCHEMA, **IN_ACCOUNT}[kind]
        if kind == "SERVICE":
            self.make_pool()
        name = f"ALTERED_{kind.replace(' ', '_')}" + (f"_{self.database}" if kind in IN_ACCOUNT else "")
        root = collection if kind in IN_ACCOUNT else f"{self.schema}/{collection}"
        if kind not in self.made:
            self.server.ok("POST", root, {"name": name, **body})
            self.made.add(kind)
        types = "(NUMBER)" if kind in ("PROCEDURE", "FUNCTION") else ""
        return (name if kind in IN_ACCOUNT else f"{self.database}.PUBLIC.{name}") + types, f"{root}/{name}{types}"

    def make_pool(self):
        if "ALTER_POOL" not in self.made:
            self.server.ok("POST", "compute-pools?createMode=ifNotExists", {"name": "ALTER_POOL", "min_nodes": 1, "max_nodes": 1, "instance_family": "CPU_X64_S"})
            self.made.add("ALTER_POOL")

    def shown(self, path: str) -> dict:
        """Of a role there is a list only."""
        if path.startswith("roles/"):
            found = self.server.ok("GET", f"roles?like={path.split('/')[1]}")[0]
        else:
            found = self.server.ok("GET", path)
        return {k: v for k, v in found.items() if k not in FINGERPRINTS}

    def alter(self, text: str, **more) -> None:
        assert self.server.sql(f"ALTER {text}", **more) == [["Statement executed successfully."]]

    def refused(self, text: str, role: str | None = None, **more) -> tuple[str, str]:
        answer = self.server.call("POST", "statements", {"statement": text, **({"role": role} if role else {})}, **more)
        assert answer.status == 422, answer.body
        return answer.code, answer.body["message"].removeprefix("SQL compilation error:\n")


@pytest.fixture(scope="module")
def place(server):  # noqa: F811
    server.local("settings", {"state_seconds": 0})  # no state changes between two looks
    yield Place(server)
    server.local("settings", {"state_seconds": 0.5})


def word(kind: str) -> str:
    return "TABLE" if kind == "EVENT TABLE" else kind


@pytest.mark.parametrize("kind", sorted({**IN_SCHEMA, **IN_ACCOUNT}))
def test_a_comment_is_set_and_nothing_else(place, kind):
    name, path = place.make(kind)
    before = place.shown(path)
    place.alter(f"{word(kind)} {name} SET COMMENT = 'new, it''s'")
    expected = dict(before) if kind in WITHOUT_COMMENT else {**before, "comment": "new, it's"}
    assert place.shown(path) == expected
    if "u" in ALL[kind].properties["COMMENT"].uses:
        place.alter(f"{word(kind)} IF EXISTS {name} UNSET COMMENT")
        assert place.shown(path) == ({**expected, "comment": None} if kind not in WITHOUT_COMMENT else expected)
    else:
        assert place.refused(f"ALTER {word(kind)} {name} UNSET COMMENT")[0] in ("001003", "001420")


@pytest.mark.parametrize("kind", sorted({**IN_SCHEMA, **IN_ACCOUNT}))
def test_what_is_refused(place, kind):
    name, path = place.make(kind)
    before, kind_word = place.shown(path), word(kind)
    assert place.refused(f"ALTER {kind_word} {name} SET NO_SUCH = 1") == ("001420", f"invalid property 'NO_SUCH' for '{kind}'")
    assert place.refused(f"ALTER {kind_word} {name} SET COMMENT = 5") == ("001421", "invalid type of property '5' for 'COMMENT'")
    assert place.refused(f"ALTER {kind_word} {name} SET COMMENT") [0] == "001003"
    assert place.refused(f"ALTER {kind_word} {name} SET") [0] == "001003"
    assert place.refused(f"ALTER {kind_word} {name} FROBNICATE") [0] in ("001003", "000002")
    gone = name.replace("ALTERED", "GONE")
    assert place.refused(f"ALTER {kind_word} {gone} SET COMMENT = 'x'")[0] == "002003"
    place.alter(f"{kind_word} IF EXISTS {gone} SET COMMENT = 'x'")
    assert place.refused(f"ALTER {kind_word} {name} SET COMMENT = 'x'", user="limited_pat")[0] in ("002003", "003001")
    assert place.shown(path) == before


SET = {  # kind: what is set, what the object API shows then
    "ALERT": [("WAREHOUSE = LOAD_WH SCHEDULE = 'USING CRON 0 * * * * UTC'",
               {"warehouse": "LOAD_WH", "schedule": {"schedule_type": "CRON_TYPE", "cron_expr": "0 * * * *", "timezone": "UTC"}}),
              ("SCHEDULE = '7 MINUTE'", {"schedule": {"schedule_type": "SCHEDULE_TYPE", "minutes": 7}})],
    "DYNAMIC TABLE": [("TARGET_LAG = '2 hours', WAREHOUSE = LOAD_WH", {"target_lag": {"type": "USER_DEFINED", "seconds": 7200}, "warehouse": "LOAD_WH"}),
                      ("TARGET_LAG = DOWNSTREAM", {"target_lag": {"type": "DOWNSTREAM"}})],
    "EVENT TABLE": [("DATA_RETENTION_TIME_IN_DAYS = 7 CHANGE_TRACKING = TRUE", {"data_retention_time_in_days": 7, "change_tracking": True})],
    "NETWORK RULE": [("VALUE_LIST = ('5.6.7.8', '9.9.9.9/8')", {"value_list": ["5.6.7.8", "9.9.9.9/8"]})],
    "NOTEBOOK": [("QUERY_WAREHOUSE = LOAD_WH", {"query_warehouse": "LOAD_WH"}), ("IDLE_AUTO_SHUTDOWN_TIME_SECONDS = 600", {"idle_auto_shutdown_time_seconds": 600})],
    "PASSWORD POLICY": [("PASSWORD_MIN_LENGTH = 20 PASSWORD_MAX_AGE_DAYS = 0", {"password_min_length": 20, "password_max_age_days": 0})],
    "SECRET": [("USERNAME = 'you' PASSWORD = 'open'", {"username": "you"})],
    "SEQUENCE": [("INCREMENT BY = 5", {"increment": 5}), ("INCREMENT 2", {"increment": 2}), ("NOORDER", {"ordered": False})],
    "STAGE": [("DIRECTORY = (ENABLE = FALSE)", {"directory_table": {"enable": False, "auto_refresh": None, "aws_sns_topic": None, "notification_integration": None,
                                                                    "refresh_on_create": True}}),
              ("FILE_FORMAT = (TYPE = JSON STRIP_OUTER_ARRAY = TRUE)", {"file_format": {"type": "JSON", "strip_outer_array": True}})],
    "STREAMLIT": [("TITLE = 'Another' MAIN_FILE = 'b.py'", {"title": "Another", "main_file": "b.py"})],
    "TABLE": [("CHANGE_TRACKING = TRUE", {"change_tracking": True}), ("DATA_RETENTION_TIME_IN_DAYS = 9, ENABLE_SCHEMA_EVOLUTION = TRUE",
                                                                     {"data_retention_time_in_days": 9, "enable_schema_evolution": True})],
    "TAG": [("ALLOWED_VALUES 'x', 'y'", {"allowed_values": ["x", "y"]}), ("PROPAGATE = ON_DEPENDENCY", {"propagate": "ON_DEPENDENCY"})],
    "CORTEX SEARCH SERVICE": [("TARGET_LAG = '3 minutes' WAREHOUSE = LOAD_WH", {"target_lag": {"type": "USER_DEFINED", "seconds": 180}, "warehouse": "LOAD_WH"}),
                              ("ATTRIBUTES (NAME)", {"attribute_columns": ["NAME"]})],
    "SERVICE": [("MIN_INSTANCES = 2 MAX_INSTANCES = 4 QUERY_WAREHOUSE = LOAD_WH AUTO_RESUME = FALSE",
                 {"min_instances": 2, "max_instances": 4, "min_ready_instances": 2, "query_warehouse": "LOAD_WH", "auto_resume": False})],
    "API INTEGRATION": [("ENABLED = FALSE API_ALLOWED_PREFIXES = ('https://y')", {"enabled": False, "api_allowed_prefixes": ["https://y"]})],
    "NOTIFICATION INTEGRATION": [("ENABLED = FALSE DEFAULT_SUBJECT = 'Hello'", {"enabled": False, "notification_hook": {
        "type": "EMAIL", "allowed_recipients": ["a@b.c"], "default_recipients": None, "default_subject": "Hello"}})],
    "COMPUTE POOL": [("MAX_NODES = 5 AUTO_RESUME = FALSE", {"max_nodes": 5, "auto_resume": False}), ("AUTO_SUSPEND_SECS = 70", {"auto_suspend_secs": 70})],
    "EXTERNAL VOLUME": [("ALLOW_WRITES = FALSE", {"allow_writes": False})],
    "NETWORK POLICY": [("ALLOWED_NETWORK_RULE_LIST = ('r1', DB.S.R2) BLOCKED_IP_LIST = ('4.4.4.4')",
                        {"allowed_network_rule_list": ["R1", "R2"], "blocked_ip_list": ["4.4.4.4"]})],
    "USER": [("EMAIL = 'c@d.e' DISABLED = TRUE DEFAULT_ROLE = analyst", {"email": "c@d.e", "disabled": True, "default_role": "ANALYST"}),
             ("LOGIN_NAME = 'runner', DEFAULT_NAMESPACE = SHOP.PUBLIC", {"login_name": "RUNNER", "default_namespace": "SHOP.PUBLIC"})],
    "WAREHOUSE": [("WAREHOUSE_SIZE = 'X-LARGE' AUTO_SUSPEND = NULL", {"warehouse_size": "X-Large", "size": "X-Large", "auto_suspend": 0}),
                  ("MAX_CLUSTER_COUNT = 3, MIN_CLUSTER_COUNT = 2, AUTO_RESUME = TRUE", {"max_cluster_count": 3, "min_cluster_count": 2, "auto_resume": "true"})],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(SET))
def test_properties_are_set_and_nothing_else(place, kind):
    name, path = place.make(kind)
    for text, expected in SET[kind]:
        before = place.shown(path)
        assert any(before.get(k) != v for k, v in expected.items()), text
        place.alter(f"{word(kind)} {name} SET {text}")
        assert place.shown(path) == {**before, **expected}


UNSET = {
    "ALERT": ("WAREHOUSE", {"warehouse": None}), "EVENT TABLE": ("DATA_RETENTION_TIME_IN_DAYS, CHANGE_TRACKING", {"data_retention_time_in_days": None, "change_tracking": None}),
    "NOTEBOOK": ("QUERY_WAREHOUSE", {"query_warehouse": None}), "STREAMLIT": ("TITLE", {"title": None}), "TAG": ("ALLOWED_VALUES", {"allowed_values": None}),
    "WAREHOUSE": ("AUTO_SUSPEND, MAX_CLUSTER_COUNT, MIN_CLUSTER_COUNT", {"auto_suspend": 600, "max_cluster_count": 1, "min_cluster_count": 1}),
    "COMPUTE POOL": ("AUTO_SUSPEND_SECS, AUTO_RESUME", {"auto_suspend_secs": 3600, "auto_resume": True}), "USER": ("EMAIL, DISABLED", {"email": None, "disabled": False}),
    "NOTIFICATION INTEGRATION": ("ALLOWED_RECIPIENTS", None), "TABLE": ("DATA_RETENTION_TIME_IN_DAYS", {"data_retention_time_in_days": 1}),
    "PASSWORD POLICY": ("PASSWORD_HISTORY", {"password_history": None}),
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(UNSET))
def test_properties_are_unset_and_nothing_else(place, kind):
    name, path = place.make(kind)
    text, expected = UNSET[kind]
    before = place.shown(path)
    place.alter(f"{word(kind)} {name} UNSET {text}")
    if expected is None:
        expected = {"notification_hook": {**before["notification_hook"], "allowed_recipients": None}}
    assert place.shown(path) == {**before, **expected}
    assert place.refused(f"ALTER {word(kind)} {name} UNSET COMMENT = 'x'")[0] == "001003"


BAD = {  # kind: what is out of its domain or of the wrong type
    "ALERT": [("SCHEDULE = 'sometimes'", "001422"), ("SCHEDULE = 5", "001421")], "DYNAMIC TABLE": [("TARGET_LAG = '5 seconds'", "001422"), ("REFRESH_MODE = FULL", "001420")],
    "PASSWORD POLICY": [("PASSWORD_MIN_LENGTH = 3", "001422"), ("PASSWORD_MIN_LENGTH = '8'", "001421")], "SECRET": [("SECRET_STRING = 'x'", "001420")],
    "STREAM": [("APPEND_ONLY = TRUE", "001420")], "SEQUENCE": [("INCREMENT = 0", "001422"), ("ORDER", "001422")],
    "STAGE": [("FILE_FORMAT = (TYPE = TOML)", "001422"), ("FILE_FORMAT = (TYPE = JSON SKIP_HEADER = 1)", "001420"), ("URL = 'ftp://x'", "001422")],
    "TAG": [("PROPAGATE = ALWAYS", "001422"), ("ON_CONFLICT = MERGE", "001422")], "WAREHOUSE": [("WAREHOUSE_SIZE = HUGE", "001422"), ("AUTO_RESUME = 'true'", "001421"),
        ("AUTO_SUSPEND = '60'", "001421"), ("MIN_CLUSTER_COUNT = 5", "001422"), ("INITIALLY_SUSPENDED = TRUE", "001420"), ("WAIT_FOR_COMPLETION = TRUE", "001422")],
    "COMPUTE POOL": [("MIN_NODES = 9", "001422"), ("INITIALLY_SUSPENDED = TRUE", "001420")], "USER": [("TYPE = ROBOT", "001422"), ("RSA_PUBLIC_KEY = 'x'", "001422")],
    "TABLE": [("DATA_RETENTION_TIME_IN_DAYS = 91", "001422")], "NETWORK POLICY": [("ALLOWED_IP_LIST = '1.2.3.4'", "001421")],
    "API INTEGRATION": [("AZURE_AD_APPLICATION_ID = 'x'", "001420")], "NOTIFICATION INTEGRATION": [("WEBHOOK_URL = 'https://x'", "001420")],
}  # fmt: skip


@pytest.mark.parametrize("kind", sorted(BAD))
def test_values_out_of_their_domain(place, kind):
    name, path = place.make(kind)
    before = place.shown(path)
    for text, code in BAD[kind]:
        assert place.refused(f"ALTER {kind} {name} SET {text}")[0] == code, text
    assert place.shown(path) == before


@pytest.mark.parametrize("kind", sorted(k for k in {**IN_SCHEMA, **IN_ACCOUNT} if k in ALL))
def test_renaming(place, kind):
    name, path = place.make(kind)
    types = "(NUMBER)" if name.endswith(")") else ""
    new = name.removesuffix("(NUMBER)").split(".")[-1].replace("ALTERED", "RENAMED")
    if not ALL[kind].rename:
        assert place.refused(f"ALTER {kind} {name} RENAME TO {new}")[0] == "001003"
        return
    before = place.shown(path)
    place.alter(f"{word(kind)} {name} RENAME TO {new}")
    moved = path.replace("ALTERED", "RENAMED")
    after = place.shown(moved)
    follows = [k for k, v in after.items() if k in ("display_name", "query") or name.split(".")[-1].removesuffix(types) in str(before[k])]  # what is made of the name
    assert after == {**before, **{k: after[k] for k in follows}} and after["name"] == new
    assert not types or moved.endswith(types)
    place.alter(f"{word(kind)} {name.replace('ALTERED', 'RENAMED')} RENAME TO {name.removesuffix('(NUMBER)').split('.')[-1]}")
    assert place.shown(path) == before


def test_states(place):
    for kind, key, suspended, resumed in (("ALERT", "state", "suspended", "started"), ("DYNAMIC TABLE", "scheduling_state", "SUSPENDED", "RUNNING"),
                                          ("WAREHOUSE", "state", "SUSPENDED", "STARTED"), ("CORTEX SEARCH SERVICE", "serving_state", "SUSPENDED", "ACTIVE")):
        name, path = place.make(kind)
        for verb, state in (("SUSPEND", suspended), ("RESUME", resumed)):
            if place.shown(path)[key] != state:
                place.alter(f"{kind} {name} {verb}")
            assert place.shown(path)[key] == state
    assert place.refused(f"ALTER WAREHOUSE {place.make('WAREHOUSE')[0]} RESUME")[0] == "090064"
    place.alter(f"WAREHOUSE {place.make('WAREHOUSE')[0]} RESUME IF SUSPENDED")
    place.alter(f"CORTEX SEARCH SERVICE {place.make('CORTEX SEARCH SERVICE')[0]} SUSPEND INDEXING")
    shown = place.shown(place.make("CORTEX SEARCH SERVICE")[1])
    assert (shown["indexing_state"], shown["serving_state"]) == ("SUSPENDED", "ACTIVE")
    for kind in ("COMPUTE POOL", "SERVICE"):
        name, path = place.make(kind)
        place.alter(f"{kind} {name} SUSPEND")
        assert place.shown(path)["state" if kind == "COMPUTE POOL" else "status"] in ("STOPPING", "SUSPENDED", "SUSPENDING")
        place.alter(f"{kind} {name} RESUME")
    for kind in ("TABLE", "TAG", "ROLE", "STAGE"):
        assert place.refused(f"ALTER {kind} {place.make(kind)[0]} SUSPEND")[0] == "001003"


def test_the_instance_family_of_a_suspended_pool(place):
    name, path = place.make("COMPUTE POOL")
    assert place.refused(f"ALTER COMPUTE POOL {name} SET INSTANCE_FAMILY = CPU_X64_M")[0] == "000002"
    place.alter(f"COMPUTE POOL {name} SUSPEND")
    place.alter(f"COMPUTE POOL {name} SET INSTANCE_FAMILY = CPU_X64_M")
    assert place.shown(path)["instance_family"] == "CPU_X64_M"
    place.alter(f"COMPUTE POOL {name} RESUME")


def test_lists_that_grow_and_shrink(place):
    name, path = place.make("TAG")
    place.alter(f"TAG {name} SET ALLOWED_VALUES 'a', 'b'")
    place.alter(f"TAG {name} ADD ALLOWED_VALUES 'c', 'b'")
    place.alter(f"TAG {name} DROP ALLOWED_VALUES 'a'")
    assert place.shown(path)["allowed_values"] == ["b", "c"]
    name, path = place.make("NETWORK POLICY")
    place.alter(f"NETWORK POLICY {name} SET ALLOWED_NETWORK_RULE_LIST = ('r1')")
    place.alter(f"NETWORK POLICY {name} ADD ALLOWED_NETWORK_RULE_LIST = ('r2', 'r3')")
    place.alter(f"NETWORK POLICY {name} REMOVE ALLOWED_NETWORK_RULE_LIST = ('r1')")
    assert place.shown(path)["allowed_network_rule_list"] == ["R2", "R3"]
    name, path = place.make("EXTERNAL VOLUME")
    place.alter(f"EXTERNAL VOLUME {name} ADD STORAGE_LOCATION = (NAME = 'M' STORAGE_PROVIDER = 'GCS' STORAGE_BASE_URL = 'gcs://m/')")
    assert [x["name"] for x in place.shown(path)["storage_locations"]] == ["L", "M"]
    place.alter(f"EXTERNAL VOLUME {name} REMOVE STORAGE_LOCATION 'L'")
    assert [x["name"] for x in place.shown(path)["storage_locations"]] == ["M"]
    assert place.refused(f"ALTER EXTERNAL VOLUME {name} REMOVE STORAGE_LOCATION 'L'")[0] == "001422"
    place.alter(f"EXTERNAL VOLUME {name} ADD STORAGE_LOCATION = (NAME = 'L' STORAGE_PROVIDER = 'GCS' STORAGE_BASE_URL = 'gcs://b/')")


def test_tags_on_objects(place):
    place.make("TAG")
    place.alter(f"TAG {place.database}.PUBLIC.ALTERED_TAG UNSET ALLOWED_VALUES")
    for kind in ("STAGE", "TABLE", "WAREHOUSE", "ROLE", "STREAM"):
        name, path = place.make(kind)
        place.alter(f"{kind} {name} SET TAG {place.database}.PUBLIC.ALTERED_TAG = 'blue'")
        if kind in ("TABLE", "WAREHOUSE"):
            assert [t["tag_value"] for t in place.server.ok("GET", f"{path}:get-tags")] == ["blue"]
        place.alter(f"{kind} {name} UNSET TAG {place.database}.PUBLIC.ALTERED_TAG")
        if kind in ("TABLE", "WAREHOUSE"):
            assert place.server.ok("GET", f"{path}:get-tags") == []
    assert place.refused(f"ALTER STAGE {place.make('STAGE')[0]} SET TAG {place.database}.PUBLIC.NO_TAG = 'x'")[0] == "002003"


def test_tables(place):
    db = f"{place.database}.PUBLIC"
    place.server.sql(f"CREATE TABLE {db}.ONE (A NUMBER)")
    place.server.sql(f"CREATE TABLE {db}.TWO (B NUMBER)")
    place.alter(f"TABLE {db}.ONE SWAP WITH {db}.TWO")
    assert [c["name"] for c in place.shown(f"{place.schema}/tables/ONE")["columns"]] == ["B"]
    place.alter(f"TABLE {db}.ONE CLUSTER BY (B, B + 1)")
    assert place.shown(f"{place.schema}/tables/ONE")["cluster_by"] == ["B", "B + 1"]
    place.alter(f"TABLE {db}.ONE SUSPEND RECLUSTER")
    assert place.shown(f"{place.schema}/tables/ONE")["automatic_clustering"] is False
    place.alter(f"TABLE {db}.ONE DROP CLUSTERING KEY")
    assert place.shown(f"{place.schema}/tables/ONE")["cluster_by"] == []
    place.alter(f"TABLE {db}.ONE RENAME TO {db}.THREE")
    assert place.server.sql(f"SELECT COUNT(*) FROM {db}.THREE") == [["0"]]
    place.alter(f"TABLE {db}.THREE ADD COLUMN C VARCHAR")
    assert place.refused(f"ALTER TABLE {db}.THREE RENAME TO {db}.TWO")[0] == "002002"


def test_columns(place):
    server, t = place.server, f"{place.database}.PUBLIC.COLUMNS_OF"
    server.sql(f"CREATE TABLE {t} (A NUMBER(5,0), B VARCHAR(3) DEFAULT 'x', C NUMBER NOT NULL)")
    server.sql(f"INSERT INTO {t} (A, C) VALUES (1, 2)")

    def columns():
        return {c["name"]: (c["datatype"], c["nullable"], c["default"], c["comment"]) for c in place.shown(f"{place.schema}/tables/COLUMNS_OF")["columns"]}

    before = columns()
    place.alter(f"TABLE {t} ALTER COLUMN A SET DATA TYPE NUMBER(9,0)")
    place.alter(f"TABLE {t} MODIFY (COLUMN C DROP NOT NULL, A COMMENT 'an a', B DROP DEFAULT)")
    assert columns() == {**before, "A": ("NUMBER(9,0)", True, None, "an a"), "B": ("VARCHAR(3)", True, None, None), "C": ("NUMBER(38,0)", True, None, None)}
    place.alter(f"TABLE {t} ALTER B SET NOT NULL")
    assert place.refused(f"INSERT INTO {t} (A) VALUES (5)")[0] == "100072"
    place.alter(f"TABLE {t} ALTER COLUMN B DROP NOT NULL")
    server.sql(f"INSERT INTO {t} (A) VALUES (123456789)")
    assert place.refused(f"ALTER TABLE {t} ALTER COLUMN B SET NOT NULL")[0] == "100072"
    assert place.refused(f"ALTER TABLE {t} ALTER COLUMN A TYPE NUMBER(3,0)")[0] == "002108"
    assert place.refused(f"ALTER TABLE {t} ALTER COLUMN A TYPE VARCHAR")[0] == "002108"
    assert place.refused(f"ALTER TABLE {t} ALTER COLUMN NONE_SUCH COMMENT 'x'")[0] == "002043"
    place.alter(f"TABLE {t} ADD CONSTRAINT THE_KEY PRIMARY KEY (A, C)")
    (key,) = place.shown(f"{place.schema}/tables/COLUMNS_OF")["constraints"]
    assert (key["name"], key["column_names"], key["constraint_type"]) == ("THE_KEY", ["A", "C"], "PRIMARY KEY")
    assert place.refused(f"ALTER TABLE {t} ADD PRIMARY KEY (A)")[0] == "002200"
    place.alter(f"TABLE {t} DROP PRIMARY KEY")
    assert place.shown(f"{place.schema}/tables/COLUMNS_OF")["constraints"] == []
    server.sql(f"DELETE FROM {t}")
    place.alter(f"TABLE {t} ADD COLUMN D NUMBER NOT NULL PRIMARY KEY")
    (key,) = place.shown(f"{place.schema}/tables/COLUMNS_OF")["constraints"]
    assert (key["column_names"], key["constraint_type"]) == (["D"], "PRIMARY KEY")
    assert place.refused(f"ALTER TABLE {t} ADD COLUMN E NUMBER PRIMARY KEY")[0] == "002200"
    assert "E" not in columns()


def test_databases_and_schemas(place):
    one, two = place.server.database(), place.server.database()
    place.server.sql(f"CREATE TABLE {one}.PUBLIC.HERE (A NUMBER)")
    before = place.shown(f"databases/{one}")
    place.alter(f"DATABASE {one} SET DATA_RETENTION_TIME_IN_DAYS = 5 LOG_LEVEL = 'WARN' COMMENT = 'x'")
    after = place.shown(f"databases/{one}")
    assert after == {**before, "data_retention_time_in_days": 5, "retention_time": 5, "log_level": "WARN", "comment": "x"}
    place.alter(f"DATABASE {one} UNSET DATA_RETENTION_TIME_IN_DAYS, LOG_LEVEL, COMMENT")
    assert place.shown(f"databases/{one}") == before
    place.alter(f"DATABASE {one} SWAP WITH {two}")
    assert place.server.sql(f"SELECT COUNT(*) FROM {two}.PUBLIC.HERE") == [["0"]]
    place.alter(f"SCHEMA {two}.PUBLIC ENABLE MANAGED ACCESS")
    assert place.shown(f"databases/{two}/schemas/PUBLIC")["managed_access"] is True
    place.alter(f"SCHEMA {two}.PUBLIC RENAME TO {two}.OTHER")
    assert place.server.sql(f"SELECT COUNT(*) FROM {two}.OTHER.HERE") == [["0"]]
    assert place.refused(f"ALTER SCHEMA {two}.OTHER SET DATA_RETENTION_TIME_IN_DAYS = 91")[0] == "001422"
    assert place.refused(f"ALTER SCHEMA {two}.OTHER SET LOG_LEVEL = 'LOUD'")[0] == "001422"


def test_privileges(place):
    server = place.server  # noqa: F811
    name, path = place.make("WAREHOUSE")
    assert place.refused(f"ALTER WAREHOUSE {name} SET COMMENT = 'x'", user="pat", role="ANALYST")[0] in ("002003", "003001")
    server.sql(f"GRANT USAGE ON WAREHOUSE {name} TO ROLE ANALYST")
    assert place.refused(f"ALTER WAREHOUSE {name} SET COMMENT = 'x'", user="pat", role="ANALYST") == (
        "003001", f"SQL access control error:\nInsufficient privileges to operate on warehouse '{name}'.")
    server.sql(f"GRANT MODIFY ON WAREHOUSE {name} TO ROLE ANALYST")
    place.alter(f"WAREHOUSE {name} SET COMMENT = 'mine'", user="pat", role="ANALYST")
    assert place.refused(f"ALTER WAREHOUSE {name} SUSPEND", user="pat", role="ANALYST")[0] == "003001"
    server.sql(f"REVOKE MODIFY ON WAREHOUSE {name} FROM ROLE ANALYST")


def test_pieces_of_single_kinds(place):
    name, path = place.make("ALERT")
    place.alter(f"ALERT {name} MODIFY CONDITION EXISTS (SELECT 'a;' WHERE (1 = 1))")
    place.alter(f"ALERT {name} MODIFY ACTION INSERT INTO T VALUES (1)")
    shown = place.shown(path)
    assert (shown["condition"], shown["action"]) == ("SELECT 'a;' WHERE (1 = 1)", "INSERT INTO T VALUES (1)")
    name, path = place.make("PROCEDURE")
    place.alter(f"PROCEDURE {name} EXECUTE AS OWNER")
    assert place.shown(path)["execute_as"] == "OWNER"
    name, path = place.make("FUNCTION")
    place.alter(f"FUNCTION {name} SET SECURE")
    assert place.shown(path)["is_secure"] is True
    place.alter(f"FUNCTION {name} UNSET SECURE")
    name, path = place.make("VIEW")
    place.alter(f"VIEW {name} SET SECURE")
    assert place.shown(path)["secure"] is True
    name, path = place.make("PIPE")
    place.alter(f"PIPE {name} SET PIPE_EXECUTION_PAUSED = TRUE")
    place.alter(f"PIPE {name} REFRESH PREFIX = 'd1/'")
    name, path = place.make("SERVICE")
    place.alter(f"SERVICE {name} FROM SPECIFICATION $$ spec:\n  containers: [] $$")
    assert place.shown(path)["spec"]["spec_text"] == " spec:\n  containers: [] "
    name, path = place.make("STREAMLIT")
    place.alter(f"STREAMLIT {name} ADD LIVE VERSION FROM LAST")
    place.alter(f"STREAMLIT {name} COMMIT")
    assert place.shown(path)["default_version_details"]["name"] == "VERSION$2"
