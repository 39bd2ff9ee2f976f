"""CREATE, DROP, UNDROP, COMMENT and grants in SQL: the same objects as those of the object API."""

import pytest

from local_snowflake.tests.rest import server  # noqa: F401
from local_snowflake.tests.test_alter import Place

CREATED = {  # SQL behind CREATE with {n} for the name: the collection, and what the object API shows
    "ROLE {n} COMMENT = 'a role'": ("roles", {"comment": "a role"}),
    "DATABASE ROLE {db}.{n} COMMENT = 'x'": ("databases/{db}/database-roles", {"comment": "x"}),
    "USER {n} LOGIN_NAME = 'Al' EMAIL = 'a@b.c' DEFAULT_ROLE = analyst DISABLED = TRUE PASSWORD = 'x'": (
        "users", {"login_name": "AL", "email": "a@b.c", "default_role": "ANALYST", "disabled": True, "has_password": True}),
    "WAREHOUSE {n} WITH WAREHOUSE_SIZE = 'X-SMALL' AUTO_SUSPEND = 60 AUTO_RESUME = FALSE INITIALLY_SUSPENDED = TRUE COMMENT = 'w'": (
        "warehouses", {"warehouse_size": "X-Small", "auto_suspend": 60, "auto_resume": "false", "state": "SUSPENDED", "comment": "w"}),
    "COMPUTE POOL {n} MIN_NODES = 1 MAX_NODES = 3 INSTANCE_FAMILY = CPU_X64_XS AUTO_SUSPEND_SECS = 99": (
        "compute-pools", {"min_nodes": 1, "max_nodes": 3, "instance_family": "CPU_X64_XS", "auto_suspend_secs": 99, "auto_resume": True}),
    "NETWORK POLICY {n} ALLOWED_IP_LIST = ('1.2.3.4') COMMENT = 'np'": ("network-policies", {"allowed_ip_list": ["1.2.3.4"], "blocked_ip_list": [], "comment": "np"}),
    "STAGE {s}.{n} DIRECTORY = (ENABLE = TRUE) FILE_FORMAT = (TYPE = CSV SKIP_HEADER = 1 NULL_IF = ('\\\\N', '')) COMMENT = 'st'": (
        "{p}/stages", {"kind": "PERMANENT", "url": "", "comment": "st", "file_format": {"type": "CSV", "skip_header": 1, "null_if": ["\\N", ""]}}),
    "STAGE {s}.{n} URL = 's3://bucket/x/' STORAGE_INTEGRATION = si": ("{p}/stages", {"url": "s3://bucket/x/", "storage_integration": "SI", "cloud": "AWS"}),
    "STAGE {s}.{n} URL = 'azure://a.blob.core.windows.net/c' CREDENTIALS = (AZURE_SAS_TOKEN = 'sesame')": ("{p}/stages", {"has_credentials": True, "credentials": None}),
    "STREAM {s}.{n} ON TABLE {s}.T APPEND_ONLY = TRUE COMMENT = 'sm'": ("{p}/streams", {"comment": "sm", "stream_source": {
        "src_type": "table", "name": "T", "database_name": "{db}", "schema_name": "PUBLIC", "append_only": True, "point_of_time": None, "show_initial_rows": None}}),
    "SEQUENCE {s}.{n} START = 5 INCREMENT BY 3 ORDER COMMENT = 'sq'": ("{p}/sequences", {"start": 5, "increment": 3, "ordered": True, "comment": "sq"}),
    "SEQUENCE {s}.{n}": ("{p}/sequences", {"start": 1, "increment": 1, "ordered": False}),
    "TAG {s}.{n} ALLOWED_VALUES 'a', 'b' COMMENT = 'tg'": ("{p}/tags", {"allowed_values": ["a", "b"], "comment": "tg"}),
    "PIPE {s}.{n} AUTO_INGEST = FALSE COMMENT = 'pp' AS COPY INTO {s}.T FROM @{s}.ST FILE_FORMAT = (TYPE = JSON)": (
        "{p}/pipes", {"comment": "pp", "copy_statement": "COPY INTO {s}.T FROM @{s}.ST FILE_FORMAT = (TYPE = JSON)"}),
    "ALERT {s}.{n} WAREHOUSE = COMPUTE_WH SCHEDULE = '5 MINUTE' IF (EXISTS (SELECT ID FROM {s}.T WHERE ID > 5)) THEN INSERT INTO {s}.T VALUES (1)": (
        "{p}/alerts", {"warehouse": "COMPUTE_WH", "schedule": {"schedule_type": "SCHEDULE_TYPE", "minutes": 5}, "condition": "SELECT ID FROM {s}.T WHERE ID > 5",
                       "action": "INSERT INTO {s}.T VALUES (1)", "state": "suspended"}),
    "DYNAMIC TABLE {s}.{n} TARGET_LAG = '2 minutes' WAREHOUSE = COMPUTE_WH REFRESH_MODE = FULL COMMENT = 'dt' AS SELECT ID, 'x' AS X FROM {s}.T": (
        "{p}/dynamic-tables", {"target_lag": {"type": "USER_DEFINED", "seconds": 120}, "warehouse": "COMPUTE_WH", "refresh_mode": "FULL", "comment": "dt",
                               "query": "SELECT ID, 'x' AS X FROM {s}.T",
                               "columns": [{"name": "ID", "datatype": "NUMBER(38,0)", "comment": None}, {"name": "X", "datatype": "VARCHAR(1)", "comment": None}]}),
    "EVENT TABLE {s}.{n} DATA_RETENTION_TIME_IN_DAYS = 2 COMMENT = 'et'": ("{p}/event-tables", {"data_retention_time_in_days": 2, "comment": "et"}),
    "NETWORK RULE {s}.{n} TYPE = IPV4 VALUE_LIST = ('1.2.3.4/8') MODE = INGRESS COMMENT = 'nr'": (
        "{p}/network-rules", {"type": "IPv4", "mode": "ingress", "value_list": ["1.2.3.4/8"], "comment": "nr"}),
    "PASSWORD POLICY {s}.{n} PASSWORD_MIN_LENGTH = 12 COMMENT = 'po'": ("{p}/password-policies", {"password_min_length": 12, "comment": "po"}),
    "SECRET {s}.{n} TYPE = PASSWORD USERNAME = 'u' PASSWORD = 'sesame' COMMENT = 'se'": ("{p}/secrets", {"type": "PASSWORD", "username": "u", "comment": "se"}),
    "SECRET {s}.{n} TYPE = GENERIC_STRING SECRET_STRING = 'sesame'": ("{p}/secrets", {"type": "GENERIC_STRING"}),
    "IMAGE REPOSITORY {s}.{n}": ("{p}/image-repositories", {}),
    "SERVICE {s}.{n} IN COMPUTE POOL CREATE_POOL FROM SPECIFICATION $$spec: {{}}$$ MIN_INSTANCES = 1 MAX_INSTANCES = 2 COMMENT = 'sv'": (
        "{p}/services", {"compute_pool": "CREATE_POOL", "spec": {"spec_type": "from_inline", "spec_text": "spec: {{}}"}, "max_instances": 2, "comment": "sv"}),
    "NOTEBOOK {s}.{n} QUERY_WAREHOUSE = COMPUTE_WH MAIN_FILE = 'a.ipynb' COMMENT = 'nb'": ("{p}/notebooks", {"query_warehouse": "COMPUTE_WH", "comment": "nb"}),
    "STREAMLIT {s}.{n} ROOT_LOCATION = '@{s}.ST' MAIN_FILE = '/a.py' TITLE = 't'": ("{p}/streamlits", {"title": "t", "main_file": "/a.py"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def place(server):  # noqa: F811
    made = Place(server)
    server.sql(f"CREATE STAGE {made.database}.PUBLIC.ST")
    server.ok("POST", "compute-pools?createMode=ifNotExists", {"name": "CREATE_POOL", "min_nodes": 1, "max_nodes": 1, "instance_family": "CPU_X64_S"})
    return made


def filled(value, words):
    if isinstance(value, str):
        return value.format(**words)
    if isinstance(value, dict):
        return {k: filled(v, words) for k, v in value.items()}
    return [filled(v, words) for v in value] if isinstance(value, list) else value


def made(place, name, path):
    """What one object looks like, and that the list has it."""
    listed = [o for o in place.server.ok("GET", path) if o["name"] == name]
    assert len(listed) == 1
    return listed[0] if path.endswith("roles") else place.server.ok("GET", f"{path}/{name}")


@pytest.mark.parametrize("text", CREATED)
def test_what_sql_makes_is_what_the_object_api_shows(place, text):
    name = f"MADE_{place.database}_{list(CREATED).index(text)}"
    words = {"n": name, "db": place.database, "s": f"{place.database}.PUBLIC", "p": place.schema}
    path, expected = CREATED[text]
    path, expected, sql = filled(path, words), filled(expected, words), filled(text, words)
    kind = sql[: sql.index(name)].removesuffix(f"{place.database}.PUBLIC.").removesuffix(f"{place.database}.").strip()
    full = sql.split(kind, 1)[1].split()[0]
    assert place.server.sql(f"CREATE {sql}")[0][0].endswith(f" {name} successfully created.")
    found = made(place, name, path)
    assert {k: found[k] for k in expected} == expected
    assert place.refused(f"CREATE {sql}")[0] == "002002"
    lenient = sql.replace(kind, f"{kind} IF NOT EXISTS", 1)
    assert place.server.sql(f"CREATE {lenient}") == [[f"{name} already exists, statement succeeded."]]
    if kind in ("COMPUTE POOL", "SERVICE"):
        assert place.refused(f"CREATE OR REPLACE {sql}")[0] == "001003"
    else:
        place.server.sql(f"CREATE OR REPLACE {sql}")
    assert place.refused(f"CREATE {sql.replace(name, name + 'X')} NO_SUCH = 1" if " AS " not in sql and " THEN " not in sql else f"CREATE {kind} {full}X NO_SUCH = 1")[0] in (
        "001420", "001003")
    dropped = "TABLE" if kind == "EVENT TABLE" else kind
    assert place.server.sql(f"DROP {dropped} {full}") == [[f"{name} successfully dropped."]]
    assert [o for o in place.server.ok("GET", path) if o["name"] == name] == []
    assert place.refused(f"DROP {dropped} {full}")[0] == "002003"
    assert place.server.sql(f"DROP {dropped} IF EXISTS {full}") == [[f"Drop statement executed successfully ({name} already dropped)."]]


REFUSED = {  # behind CREATE: the code
    "STAGE {s}.R CREDENTIALS = (AWS_ROLE = 'x')": "001420", "STAGE {s}.R URL = 'ftp://x'": "001422", "STAGE {s}.R FILE_FORMAT = (FORMAT_NAME = no_such)": "002003",
    "TEMPORARY STAGE {s}.R": "000002", "STREAM {s}.R ON TABLE {s}.NONE_SUCH": "002003", "STREAM {s}.R": "001003", "SEQUENCE {s}.R INCREMENT = 0": "001422",
    "SEQUENCE {s}.R START = 'x'": "001421", "PIPE {s}.R AS SELECT 1": "001003", "PIPE {s}.R AWS_SNS_TOPIC = 'x' AS COPY INTO {s}.T FROM @{s}.ST": "001422",
    "ALERT {s}.R WAREHOUSE = COMPUTE_WH SCHEDULE = '5 MINUTE' THEN SELECT 1": "001003", "DYNAMIC TABLE {s}.R WAREHOUSE = COMPUTE_WH AS SELECT 1 AS A": "002029",
    "DYNAMIC TABLE {s}.R TARGET_LAG = '2 minutes' WAREHOUSE = NO_WH AS SELECT 1 AS A": "002003",
    "DYNAMIC TABLE {s}.R TARGET_LAG = '2 minutes' WAREHOUSE = COMPUTE_WH AS SELECT A FROM {s}.NONE_SUCH": "002003",
    "NETWORK RULE {s}.R TYPE = IPV4 MODE = INGRESS": "002029", "NETWORK RULE {s}.R TYPE = MAC VALUE_LIST = () MODE = INGRESS": "001422",
    "SECRET {s}.R TYPE = PASSWORD USERNAME = 'u'": "002029", "SECRET {s}.R TYPE = PASSWORD USERNAME = 'u' PASSWORD = 'p' SECRET_STRING = 'x'": "001420",
    "SECRET {s}.R USERNAME = 'u'": "002029", "PASSWORD POLICY {s}.R PASSWORD_MIN_LENGTH = 7": "001422", "COMPUTE POOL R MIN_NODES = 1 MAX_NODES = 1": "002029",
    "COMPUTE POOL R MIN_NODES = 2 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS": "001422", "COMPUTE POOL R MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = BIG": "001422",
    "SERVICE {s}.R IN COMPUTE POOL NO_POOL FROM SPECIFICATION 'x'": "002003", "SERVICE {s}.R IN COMPUTE POOL CREATE_POOL": "001003",
    "WAREHOUSE R WAREHOUSE_SIZE = HUGE": "001422", "WAREHOUSE R MIN_CLUSTER_COUNT = 3 MAX_CLUSTER_COUNT = 2": "001422", "TAG {s}.R PROPAGATE = ALWAYS": "001422",
    "API INTEGRATION R": "000002", "ICEBERG TABLE {s}.R (A INT)": "000002", "FILE FORMAT {s}.R TYPE = TOML": "001422", "FILE FORMAT {s}.R TYPE = JSON SKIP_HEADER = 1": "001420",
    "OR REPLACE STAGE IF NOT EXISTS {s}.R": "001003", "STAGE NO_SUCH_DB.PUBLIC.R": "002003", "STAGE {db}.NO_SUCH.R": "002003", "OR ALTER STAGE {s}.R": "000002",
    "FUNCTION {s}.R(A NUMBER) RETURNS NUMBER AS 'B + 1'": "000904", "FUNCTION {s}.R(A NUMBER) RETURNS NUMBER": "002029", "FUNCTION {s}.R(A INT4) RETURNS NUMBER AS '1'": "002040",
    "FUNCTION {s}.R() RETURNS NUMBER LANGUAGE PYTHON AS 'x'": "002029", "FUNCTION {s}.R() RETURNS NUMBER LANGUAGE COBOL AS 'x'": "001422",
    "FUNCTION {s}.R() RETURNS NUMBER LANGUAGE SQL HANDLER = 'x' AS '1'": "001420", "PROCEDURE {s}.R() AS 'x'": "001003",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_refused(place, text):
    words = {"s": f"{place.database}.PUBLIC", "db": place.database}
    assert place.refused(f"CREATE {text.format(**words)}")[0] == REFUSED[text]


def test_who_may_create(place):
    db = place.database
    for what in (f"STAGE {db}.PUBLIC.N", "ROLE N", "COMPUTE POOL N MIN_NODES = 1 MAX_NODES = 1 INSTANCE_FAMILY = CPU_X64_XS", f"FILE FORMAT {db}.PUBLIC.N TYPE = CSV"):
        assert place.refused(f"CREATE {what}", user="limited_pat")[0] in ("002003", "003001")
    place.server.sql(f"GRANT USAGE ON DATABASE {db} TO ROLE ANALYST")
    place.server.sql(f"GRANT USAGE ON SCHEMA {db}.PUBLIC TO ROLE ANALYST")
    assert place.refused(f"CREATE STAGE {db}.PUBLIC.N", user="pat", role="ANALYST")[0] == "003001"
    place.server.sql(f"GRANT CREATE STAGE ON SCHEMA {db}.PUBLIC TO ROLE ANALYST")
    place.server.sql(f"CREATE STAGE {db}.PUBLIC.N", user="pat", role="ANALYST")
    assert place.server.ok("GET", f"{place.schema}/stages/N")["owner"] == "ANALYST"
    assert place.refused(f"DROP STAGE {db}.PUBLIC.ST", user="pat", role="ANALYST")[0] in ("002003", "003001")
    place.server.sql(f"DROP STAGE {db}.PUBLIC.N", user="pat", role="ANALYST")


def test_databases_and_schemas(place):
    server = place.server
    server.sql("CREATE TRANSIENT DATABASE FRESH DATA_RETENTION_TIME_IN_DAYS = 0 LOG_LEVEL = 'INFO' COMMENT = 'f'")
    shown = server.ok("GET", "databases/FRESH")
    assert (shown["kind"], shown["data_retention_time_in_days"], shown["log_level"], shown["comment"]) == ("TRANSIENT", 0, "INFO", "f")
    server.sql("CREATE SCHEMA FRESH.S WITH MANAGED ACCESS COMMENT = 's'")
    assert server.ok("GET", "databases/FRESH/schemas/S")["managed_access"] is True
    server.sql("CREATE TABLE FRESH.S.T AS SELECT 5 AS A")
    server.sql("CREATE DATABASE COPIED CLONE FRESH")
    assert server.sql("SELECT A FROM COPIED.S.T") == [["5"]]
    assert place.refused("CREATE DATABASE COPIED CLONE FRESH")[0] == "002002"
    assert place.refused("CREATE DATABASE OTHER CLONE FRESH AT (OFFSET => -5)")[0] == "000002"
    server.sql("DROP SCHEMA COPIED.S")
    assert server.sql("UNDROP SCHEMA COPIED.S") == [["Schema S successfully restored."]]
    assert server.sql("SELECT A FROM COPIED.S.T") == [["5"]]
    assert place.refused("UNDROP STAGE COPIED.S.X")[0] == "001003"
    assert place.refused("UNDROP TAG COPIED.S.X")[0] == "090025"
    for name in ("FRESH", "COPIED"):
        server.sql(f"DROP DATABASE {name} CASCADE")


def test_tags_come_back(place):
    name = f"{place.database}.PUBLIC.BACK"
    place.server.sql(f"CREATE TAG {name} COMMENT = 'b'")
    place.server.sql(f"DROP TAG {name}")
    assert place.server.sql(f"UNDROP TAG {name}") == [["Tag BACK successfully restored."]]
    assert place.server.ok("GET", f"{place.schema}/tags/BACK")["comment"] == "b"


def test_functions_and_procedures(place):
    server, s = place.server, f"{place.database}.PUBLIC"
    server.sql(f"CREATE FUNCTION {s}.ADD_TO(A NUMBER, B NUMBER(5,0)) RETURNS NUMBER COMMENT = 'sum' AS 'A + B'")
    server.sql(f"CREATE FUNCTION {s}.ADD_TO(A VARCHAR) RETURNS VARCHAR NOT NULL LANGUAGE SQL IMMUTABLE AS $$ A || '!' $$")
    shown = server.ok("GET", f"{place.schema}/user-defined-functions/ADD_TO(NUMBER,NUMBER)")
    assert shown["arguments"] == [{"name": "A", "datatype": "NUMBER", "default_value": None}, {"name": "B", "datatype": "NUMBER(5,0)", "default_value": None}]
    assert (shown["body"], shown["comment"], shown["return_type"]["datatype"], shown["language_config"]["language"]) == ("A + B", "sum", "NUMBER", "SQL")
    assert len(server.ok("GET", f"{place.schema}/user-defined-functions?like=ADD_TO")) == 2
    assert place.refused(f"CREATE FUNCTION {s}.ADD_TO(X NUMBER, Y NUMBER) RETURNS NUMBER AS '1'")[0] == "002002"
    assert server.ok("POST", f"{place.schema}/user-defined-functions/ADD_TO:execute", [{"name": "a", "datatype": "NUMBER", "value": 2}, {"name": "b", "datatype": "NUMBER", "value": 3}])
    server.sql(f"CREATE OR REPLACE PROCEDURE {s}.GREET(NAME VARCHAR DEFAULT 'you') RETURNS VARCHAR LANGUAGE SQL EXECUTE AS CALLER AS BEGIN RETURN 'hello ' || :NAME; END")
    shown = server.ok("GET", f"{place.schema}/procedures/GREET(VARCHAR)")
    assert (shown["execute_as"], shown["body"]) == ("CALLER", "BEGIN RETURN 'hello ' || :NAME; END")
    assert server.sql(f"CALL {s}.GREET('Zoë')") == [["hello Zoë"]]
    server.sql(f"CREATE PROCEDURE {s}.PY(X FLOAT) RETURNS TABLE (A NUMBER, B VARCHAR) LANGUAGE PYTHON RUNTIME_VERSION = '3.11' PACKAGES = ('snowflake-snowpark-python') "
               "HANDLER = 'run' AS $$\ndef run(session, x): pass\n$$")
    shown = server.ok("GET", f"{place.schema}/procedures/PY(FLOAT)")
    assert (shown["language_config"]["runtime_version"], shown["language_config"]["handler"], shown["return_type"]["type"]) == ("3.11", "run", "TABLE")
    assert place.refused(f"CALL {s}.PY(1)")[0] == "000002"
    assert server.sql(f"DROP FUNCTION {s}.ADD_TO(NUMBER, NUMBER)") == [["ADD_TO successfully dropped."]]
    assert place.refused(f"DROP FUNCTION {s}.ADD_TO(NUMBER, NUMBER)")[0] == "002003"
    assert place.refused(f"DROP FUNCTION {s}.ADD_TO")[0] == "001003"
    server.sql(f"DROP PROCEDURE {s}.GREET(VARCHAR)")
    assert len(server.ok("GET", f"{place.schema}/user-defined-functions")) == 1


def test_file_formats(place):
    server, s = place.server, f"{place.database}.PUBLIC"
    assert server.sql(f"CREATE FILE FORMAT {s}.PIPES TYPE = CSV FIELD_DELIMITER = '|' SKIP_HEADER = 1 COMMENT = 'p'") == [["File format PIPES successfully created."]]
    server.sql(f"CREATE STAGE {s}.WITH_FORMAT FILE_FORMAT = (FORMAT_NAME = '{s}.PIPES')")
    assert server.ok("GET", f"{place.schema}/stages/WITH_FORMAT")["file_format"] == {"type": "FORMAT_REF", "format_name": f"{s}.PIPES"}
    place.alter(f"FILE FORMAT {s}.PIPES SET FIELD_DELIMITER = ';' COMMENT = 'q'")
    place.alter(f"FILE FORMAT {s}.PIPES RENAME TO {s}.SEMIS")
    assert place.refused(f"ALTER FILE FORMAT {s}.SEMIS SET STRIP_OUTER_ARRAY = TRUE")[0] == "001420"
    assert place.refused(f"ALTER FILE FORMAT {s}.SEMIS SET TYPE = JSON")[0] == "001420"
    server.sql(f"DROP FILE FORMAT {s}.SEMIS")
    assert place.refused(f"DROP FILE FORMAT {s}.SEMIS")[0] == "002003"


def test_comments(place):
    server, s = place.server, f"{place.database}.PUBLIC"
    for kind, name, path in (("SCHEMA", s, f"databases/{place.database}/schemas/PUBLIC"), ("TABLE", f"{s}.T", f"{place.schema}/tables/T"), ("STAGE", f"{s}.ST", f"{place.schema}/stages/ST"),
                             ("COMPUTE POOL", "CREATE_POOL", "compute-pools/CREATE_POOL")):
        server.sql(f"COMMENT ON {kind} {name} IS 'said'")
        assert server.ok("GET", path)["comment"] == "said"
    server.sql(f"COMMENT ON COLUMN {s}.T.ID IS 'the id'")
    assert server.ok("GET", f"{place.schema}/tables/T")["columns"][0]["comment"] == "the id"
    server.sql(f"COMMENT IF EXISTS ON STAGE {s}.NONE_SUCH IS 'x'")
    assert place.refused(f"COMMENT ON STAGE {s}.NONE_SUCH IS 'x'")[0] == "002003"
    assert place.refused(f"COMMENT ON STAGE {s}.ST IS 5")[0] == "001003"


def held(server, grantee, what="grants"):
    return {(g["securable_type"], g["securable"]["name"], g["privileges"][0], g.get("grant_option")) for g in server.ok("GET", f"{grantee}/{what}")}


def test_grants(place):
    server, s, db = place.server, f"{place.database}.PUBLIC", place.database
    server.sql("CREATE ROLE GRANTED")
    server.sql(f"CREATE DATABASE ROLE {db}.INNER_ROLE")
    server.sql(f"CREATE SEQUENCE {s}.SQ1")
    server.sql(f"CREATE FUNCTION {s}.ONE(A NUMBER) RETURNS NUMBER AS 'A'")
    server.sql(f"GRANT USAGE, READ ON STAGE {s}.ST TO ROLE GRANTED WITH GRANT OPTION")
    server.sql(f"GRANT USAGE ON SEQUENCE {s}.SQ1 TO DATABASE ROLE {db}.INNER_ROLE")
    server.sql(f"GRANT USAGE ON FUNCTION {s}.ONE(NUMBER) TO ROLE GRANTED")
    server.sql("GRANT USAGE, OPERATE ON COMPUTE POOL CREATE_POOL TO ROLE GRANTED")
    server.sql(f"GRANT SELECT ON FUTURE TABLES IN SCHEMA {s} TO ROLE GRANTED")
    server.sql(f"GRANT SELECT ON FUTURE DYNAMIC TABLES IN DATABASE {db} TO ROLE GRANTED")
    server.sql(f"GRANT DATABASE ROLE {db}.INNER_ROLE TO ROLE GRANTED")
    server.sql("GRANT EXECUTE TASK ON ACCOUNT TO ROLE GRANTED")
    assert held(server, "roles/GRANTED") >= {
        ("STAGE", "ST", "USAGE", True), ("STAGE", "ST", "READ", True), ("FUNCTION", '"ONE(NUMBER)"', "USAGE", False), ("COMPUTE POOL", "CREATE_POOL", "OPERATE", False),
        ("DATABASE ROLE", "INNER_ROLE", "USAGE", False)}  # fmt: skip
    assert held(server, f"databases/{db}/database-roles/INNER_ROLE") >= {("SEQUENCE", "SQ1", "USAGE", False)}
    assert held(server, "roles/GRANTED", "future-grants") == {("TABLE", '"<TABLE>"', "SELECT", False), ("DYNAMIC TABLE", '"<DYNAMIC TABLE>"', "SELECT", False)}
    server.sql(f"CREATE TABLE {s}.LATER (A NUMBER)")
    assert ("TABLE", "LATER", "SELECT", False) in held(server, "roles/GRANTED")
    assert server.sql(f"GRANT INSERT ON ALL TABLES IN SCHEMA {s} TO ROLE GRANTED") == [["Statement executed successfully. 2 objects affected."]]
    server.sql(f"REVOKE GRANT OPTION FOR READ ON STAGE {s}.ST FROM ROLE GRANTED")
    assert ("STAGE", "ST", "READ", False) in held(server, "roles/GRANTED")
    server.sql(f"REVOKE READ ON STAGE {s}.ST FROM ROLE GRANTED CASCADE")
    assert not any(g[:3] == ("STAGE", "ST", "READ") for g in held(server, "roles/GRANTED"))
    server.sql(f"REVOKE SELECT ON FUTURE TABLES IN SCHEMA {s} FROM ROLE GRANTED")
    assert held(server, "roles/GRANTED", "future-grants") == {("DYNAMIC TABLE", '"<DYNAMIC TABLE>"', "SELECT", False)}
    server.sql(f"GRANT OWNERSHIP ON SEQUENCE {s}.SQ1 TO ROLE GRANTED COPY CURRENT GRANTS")
    assert server.ok("GET", f"{place.schema}/sequences/SQ1")["owner"] == "GRANTED"
    assert place.refused(f"GRANT FLY ON STAGE {s}.ST TO ROLE GRANTED")[0] == "001003"
    assert place.refused(f"GRANT USAGE ON STAGE {s}.NONE_SUCH TO ROLE GRANTED")[0] == "002003"
    assert place.refused(f"GRANT USAGE ON STAGE {s}.ST TO ROLE NO_ROLE")[0] == "002003"
    assert place.refused(f"GRANT USAGE ON STAGE {s}.ST TO ROLE ANALYST", user="limited_pat")[0] in ("002003", "003001")
    server.sql("DROP ROLE GRANTED")
