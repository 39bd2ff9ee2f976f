"""Files of stages: COPY INTO from and to them, LIST, REMOVE, links, and EXECUTE IMMEDIATE."""

import gzip
import itertools
import urllib.error
import urllib.request

import pytest

from local_snowflake.model import Context, SnowflakeError
from local_snowflake.tests.rest import server  # noqa: F401
from local_snowflake.tests.sql_engine import engine  # noqa: F401

NUMBERS = itertools.count()


class Place:
    """A schema with a stage ST, and files on it."""

    def __init__(self, engine):  # noqa: F811
        self.engine = engine
        self.context = Context("ADMIN", "ACCOUNTADMIN", "COMPUTE_WH", multi_statement=True)
        self.database = f"COPY_{next(NUMBERS)}"
        self.run(f"CREATE DATABASE {self.database}")
        self.run("CREATE STAGE ST")
        self.stage = engine.catalog.get("STAGE", (self.database, "PUBLIC", "ST"))

    def run(self, sql, bindings=(), context=None):
        context = context or self.context
        context.query_id = ""
        self.result = self.engine.execute(sql, context, bindings)
        return [list(row) for row in self.result.rows]

    def code(self, sql, context=None):
        with pytest.raises(SnowflakeError) as caught:
            self.run(sql, context=context)
        self.message = caught.value.message
        return caught.value.code

    def put(self, name, text):
        self.engine.files.put(self.stage, name, text.encode() if isinstance(text, str) else text, self.engine.clock.now())

    def read(self, name, stage=None):
        return self.engine.files.read((stage or self.stage).id, name)

    def load(self, table, text, options="", name=None):
        """Load one file that holds a text; the table's rows afterwards."""
        name = name or f"f{next(NUMBERS)}"
        self.put(name, text)
        self.answer = self.run(f"COPY INTO {table} FROM @ST/{name} {options}")
        return self.run(f"SELECT * FROM {table} ORDER BY 1")


@pytest.fixture(scope="module")
def place(engine):  # noqa: F811
    made = Place(engine)
    yield made
    made.run(f"DROP DATABASE {made.database}")


def fresh(place, columns):
    name = f"T{next(NUMBERS)}"
    place.run(f"CREATE TABLE {name} ({columns})")
    return name


CSV = {  # a file, options of its format, the rows of A NUMBER, B VARCHAR
    "plain": ("1,x\n2,y\n", "", [["1", "x"], ["2", "y"]]),
    "no last new line": ("1,x", "", [["1", "x"]]),
    "new lines of any platform": ("1,x\r\n2,y\r3,z\n", "", [["1", "x"], ["2", "y"], ["3", "z"]]),
    "header": ("a,b\nmore,\n1,x\n", "SKIP_HEADER = 2", [["1", "x"]]),
    "delimiter": ("1|x,y\n", "FIELD_DELIMITER = '|'", [["1", "x,y"]]),
    "long delimiters": ("1||x;;2||y;;", "FIELD_DELIMITER = '||' RECORD_DELIMITER = ';;'", [["1", "x"], ["2", "y"]]),
    "hexadecimal delimiter": ("1\x01x\n", "FIELD_DELIMITER = '0x01'", [["1", "x"]]),
    "quotes are not special": ('1,"x"\n', "", [["1", '"x"']]),
    "enclosed": ('1,"x,""y""\n z"\n"2",y\n', "FIELD_OPTIONALLY_ENCLOSED_BY = '\"'", [["1", 'x,"y"\n z'], ["2", "y"]]),
    "enclosed by single quotes": ("1,'it''s'\n", "FIELD_OPTIONALLY_ENCLOSED_BY = ''''", [["1", "it's"]]),
    "escape in enclosed": ('1,"a\\"b"\n', "FIELD_OPTIONALLY_ENCLOSED_BY = '\"' ESCAPE = '\\\\'", [["1", 'a"b']]),
    "escape in unenclosed": ("1,a\\,b\\tc\\\\d\n", "", [["1", "a,b\tc\\d"]]),
    "no escape": ("1,a\\tb\n", "ESCAPE_UNENCLOSED_FIELD = NONE", [["1", "a\\tb"]]),
    "null": ("1,\\N\n2,NULL\n", "", [["1", None], ["2", "NULL"]]),
    "other nulls": ("1,NULL\n2,-\n3,\\N\n", "NULL_IF = ('NULL', '-')", [["1", None], ["2", None], ["3", "N"]]),
    "empty is null": ('1,\n2,""\n', "FIELD_OPTIONALLY_ENCLOSED_BY = '\"'", [["1", None], ["2", ""]]),
    "empty is empty": ("1,\n", "EMPTY_FIELD_AS_NULL = FALSE", [["1", ""]]),
    "blanks": ('1, x \n2, "y " \n', "TRIM_SPACE = TRUE FIELD_OPTIONALLY_ENCLOSED_BY = '\"'", [["1", "x"], ["2", "y "]]),
    "blank lines": ("1,x\n\n2,y\n\n", "SKIP_BLANK_LINES = TRUE", [["1", "x"], ["2", "y"]]),
    "too few and too many": ("1\n2,y,z\n", "ERROR_ON_COLUMN_COUNT_MISMATCH = FALSE", [["1", None], ["2", "y"]]),
    "byte order mark": ("\ufeff1,ü漢\n", "", [["1", "ü漢"]]),
}  # fmt: skip


@pytest.mark.parametrize("name", CSV)
def test_csv(place, name):
    text, form, rows = CSV[name]
    table = fresh(place, "A NUMBER, B VARCHAR")
    assert place.load(table, text, f"FILE_FORMAT = (TYPE = CSV {form})") == rows
    assert place.answer[0][1:6] == ["LOADED", str(len(rows)), str(len(rows)), "1", "0"]


def test_compressed_files(place):
    for data in (gzip.compress(b"1,x\n"), __import__("bz2").compress(b"1,x\n")):
        assert place.load(fresh(place, "A NUMBER, B VARCHAR"), data) == [["1", "x"]]
    assert place.load(fresh(place, "A NUMBER, B VARCHAR"), __import__("zlib").compress(b"1,x\n"), "FILE_FORMAT = (TYPE = CSV COMPRESSION = DEFLATE)") == [["1", "x"]]


def test_types_and_defaults(place):
    table = fresh(place, "N NUMBER(5,2), D DATE, TS TIMESTAMP_NTZ, B BOOLEAN, V VARIANT, BIN BINARY, F FLOAT")
    rows = place.load(table, '1.5,2024-02-29,2024-02-29 12:00:00,true,{"a": 1},CAFE,1e3\n', "FILE_FORMAT = (TYPE = CSV)".replace(")", " FIELD_DELIMITER = ',')"))
    assert rows == [["1.50", "19782", "1709208000.000000000", "true", '{\n  "a": 1\n}', "CAFE", "1000"]]


JSON = {  # a file, options, the rows of V VARIANT
    "lines": ('{"a": 1}\n{"a": 2.5}\n', "", ['{\n  "a": 1\n}', '{\n  "a": 2.5\n}']),
    "several lines": ('{\n "a": [1,\n 2]}', "", ['{\n  "a": [\n    1,\n    2\n  ]\n}']),
    "array": ("[1, 2]", "", ["[\n  1,\n  2\n]"]),
    "outer array": ('[{"a": 1}, {"a": 2}]', "STRIP_OUTER_ARRAY = TRUE", ['{\n  "a": 1\n}', '{\n  "a": 2\n}']),
    "nulls": ('{"a": null, "b": {"c": null, "d": 1}}', "STRIP_NULL_VALUES = TRUE", ['{\n  "b": {\n    "d": 1\n  }\n}']),
}  # fmt: skip


@pytest.mark.parametrize("name", JSON)
def test_json(place, name):
    text, form, values = JSON[name]
    table = fresh(place, "V VARIANT")
    place.load(table, text, f"FILE_FORMAT = (TYPE = JSON {form})")
    assert sorted(row[0] for row in place.run(f"SELECT V FROM {table}")) == sorted(values)


def test_json_by_the_names_of_columns(place):
    table = fresh(place, 'ID NUMBER, NAME VARCHAR, MORE VARIANT, "low" NUMBER')
    text = '{"id": 1, "Name": "x", "more": [1], "low": 5, "other": 9}\n{"ID": 2}'
    assert place.load(table, text, "FILE_FORMAT = (TYPE = JSON) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE") == [["1", "x", "[\n  1\n]", "5"], ["2", None, None, None]]
    table = fresh(place, 'ID NUMBER, NAME VARCHAR, "low" NUMBER')
    assert place.load(table, '{"ID": 1, "Name": "x", "low": 5}', "FILE_FORMAT = (TYPE = JSON) MATCH_BY_COLUMN_NAME = CASE_SENSITIVE") == [["1", None, "5"]]
    table = fresh(place, "ID NUMBER, NAME VARCHAR")
    assert place.load(table, "name,id\nx,1\n", "FILE_FORMAT = (TYPE = CSV PARSE_HEADER = TRUE) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE") == [["1", "x"]]


def test_through_a_query(place):
    table = fresh(place, "A NUMBER, B VARCHAR, C NUMBER DEFAULT 7")
    place.put("q/x.csv", "1,x,9\n2,y,9\n")
    assert place.run(f"COPY INTO {table} (B, A) FROM (SELECT UPPER(t.$2) || $3, t.$1::NUMBER * 2 FROM @ST/q t WHERE $1 > 1)")[0][:4] == ["st/q/x.csv", "LOADED", "2", "1"]
    assert place.run(f"SELECT * FROM {table}") == [["4", "Y9", "7"]]
    place.put("q2/x.json", '{"a": {"b": 5}, "n": "z"}')
    place.run(f"COPY INTO {table} FROM (SELECT $1:a.b, $1:n::VARCHAR, METADATA$FILE_ROW_NUMBER FROM @ST/q2/) FILE_FORMAT = (TYPE = JSON)")
    assert place.run(f"SELECT * FROM {table} ORDER BY A") == [["4", "Y9", "7"], ["5", "z", "1"]]
    assert place.code(f"COPY INTO {table} FROM (SELECT $1 FROM @ST/q)") == "002020"
    assert place.code(f"COPY INTO {table} FROM (SELECT $1, $2, $3 FROM @ST/q LIMIT 1)") == "000002"
    assert place.code(f"COPY INTO {table} FROM (SELECT $1, $2, NO_SUCH FROM @ST/q)") == "000904"


def test_a_file_is_loaded_once(place):
    table = fresh(place, "A NUMBER")
    assert place.load(table, "1\n", name="once") == [["1"]]
    assert place.run(f"COPY INTO {table} FROM @ST/once") == [["Copy executed with 0 files processed."]]
    assert place.run(f"COPY INTO {table} FROM @ST/once FORCE = TRUE")[0][1] == "LOADED"
    assert place.load(table, "2\n", name="once") == [["1"], ["1"], ["2"]]  # another state of the file
    place.run(f"TRUNCATE TABLE {table}")
    assert place.run(f"COPY INTO {table} FROM @ST/once")[0][1] == "LOADED"
    other = fresh(place, "A NUMBER")
    assert place.run(f"COPY INTO {other} FROM @ST/once")[0][1] == "LOADED"


def test_which_files(place):
    for name in ("w/a.csv", "w/b.csv", "w/b.txt", "w2/c.csv"):
        place.put(name, f"{ord(name[-5])}\n")
    table = fresh(place, "A NUMBER")
    assert [r[0] for r in place.run(f"COPY INTO {table} FROM @ST/w/ PATTERN = '.*[.]csv'")] == ["st/w/a.csv", "st/w/b.csv"]
    assert [r[0] for r in place.run(f"COPY INTO {table} FROM @ST/w/ FILES = ('b.txt')")] == ["st/w/b.txt"]
    assert [r[0] for r in place.run(f"COPY INTO {table} FROM @ST/w FORCE = TRUE SIZE_LIMIT = 4")] == ["st/w/a.csv", "st/w/b.csv"]
    assert [r[0] for r in place.run(f"COPY INTO {table} FROM @ST FILES = ('w2/c.csv') PURGE = TRUE")] == ["st/w2/c.csv"]
    assert place.run("LIST @ST/w2") == []
    assert place.code(f"COPY INTO {table} FROM @ST/w/ FILES = ('none.csv')") == "091016"
    assert place.run(f"COPY INTO {table} FROM @ST/nowhere") == [["Copy executed with 0 files processed."]]


BROKEN = "1,x\nbad,y\n3,z,more\n4,w\n"


def test_errors_end_the_statement(place):
    table = fresh(place, "A NUMBER, B VARCHAR")
    place.put("e/a.csv", "0,ok\n")
    place.put("e/b.csv", BROKEN)
    assert place.code(f"COPY INTO {table} FROM @ST/e/") == "100080"
    assert "Number of columns in file (3) does not match that of the corresponding table (2)" in place.message and "File 'st/e/b.csv', line 3, character 1" in place.message
    place.put("e/b.csv", "1,x\nbad,y\n")
    assert place.code(f"COPY INTO {table} FROM @ST/e/") == "100038"
    assert place.message.startswith(f"Numeric value 'bad' is not recognized\n  File 'st/e/b.csv', line 2, character 1\n  Row 2, column \"{table}\"[\"A\":1]\n")
    assert place.run(f"SELECT COUNT(*) FROM {table}") == [["0"]]


def test_errors_that_do_not(place):
    table = fresh(place, "A NUMBER, B VARCHAR NOT NULL")
    place.put("c/a.csv", BROKEN + "5,\n")
    answer = place.run(f"COPY INTO {table} FROM @ST/c ON_ERROR = CONTINUE")[0]
    assert answer[:6] == ["st/c/a.csv", "PARTIALLY_LOADED", "5", "2", "5", "3"]
    assert place.run(f"SELECT A FROM {table} ORDER BY A") == [["1"], ["4"]]
    place.put("c/b.csv", "7,fine\n")
    skipped = place.run(f"COPY INTO {table} FROM @ST/c ON_ERROR = SKIP_FILE FORCE = TRUE")
    assert [r[:4] for r in skipped] == [["st/c/a.csv", "LOAD_FAILED", "5", "0"], ["st/c/b.csv", "LOADED", "1", "1"]]
    assert place.run(f"COPY INTO {table} FROM @ST/c ON_ERROR = 'SKIP_FILE_4' FORCE = TRUE")[0][1] == "PARTIALLY_LOADED"
    assert place.run(f"COPY INTO {table} FROM @ST/c ON_ERROR = 'SKIP_FILE_50%' FORCE = TRUE")[0][1] == "LOAD_FAILED"
    assert place.run(f"COPY INTO {table} FROM @ST/c ON_ERROR = SKIP_FILE FORCE = TRUE RETURN_FAILED_ONLY = TRUE")[0][0] == "st/c/a.csv"
    assert place.code(f"COPY INTO {table} FROM @ST/c ON_ERROR = SOMETIMES") == "001422"


def test_texts_that_are_too_long(place):
    table = fresh(place, "B VARCHAR(3)")
    assert place.load(table, "abcdef\n", "TRUNCATECOLUMNS = TRUE") == [["abc"]]
    place.put("long", "abcdef\n")
    assert place.code(f"COPY INTO {table} FROM @ST/long") == "100078"


def history(place, table):
    return place.run("SELECT FILE_NAME, STAGE_LOCATION, ROW_COUNT, ROW_PARSED, ERROR_COUNT, STATUS, FIRST_ERROR_LINE_NUMBER, PIPE_NAME FROM TABLE(INFORMATION_SCHEMA.COPY_HISTORY("
                     f"TABLE_NAME => '{table}', START_TIME => DATEADD(HOUR, -1, CURRENT_TIMESTAMP()))) ORDER BY 1")


def test_the_history_of_loads(place):
    table = fresh(place, "A NUMBER")
    place.load(table, "1\nx\n", "ON_ERROR = CONTINUE", name="kept/f.csv")
    assert history(place, table) == [["kept/f.csv", "st/kept/f.csv", "1", "2", "1", "Partially loaded", "2", None]]
    place.run(f"TRUNCATE TABLE {table}")
    assert history(place, table) == []


REFUSED = {
    "COPY INTO NO_SUCH FROM @ST": "002003", "COPY INTO {t} FROM @NO_SUCH": "002003", "COPY INTO {t} FROM @ST VALIDATION_MODE = RETURN_ERRORS": "000002",
    "COPY INTO {t} FROM @ST NO_SUCH = 1": "001420", "COPY INTO {t} FROM 's3://bucket/x'": "000002", "COPY INTO {t} FROM @ST FORCE = 'yes'": "001421",
    "COPY INTO {t} FROM @ST FILE_FORMAT = (TYPE = PARQUET)": "000002", "COPY INTO {t} FROM @ST FILE_FORMAT = (FORMAT_NAME = NO_SUCH)": "002003",
    "COPY INTO {t} FROM @ST FILE_FORMAT = (TYPE = JSON SKIP_HEADER = 1)": "001420", "COPY INTO {t} FROM @ST FORCE = TRUE FORCE = TRUE": "001003",
    "COPY INTO {t} FROM @ST FILE_FORMAT = (TYPE = JSON)": "002300", "COPY INTO @ST FROM NO_SUCH": "002003", "COPY INTO @ST/x FROM {t} FILE_FORMAT = (TYPE = JSON)": "002300",
    "COPY INTO @ST FROM {t} PARTITION BY (A)": "000002", "COPY INTO @ST FROM {t} INCLUDE_QUERY_ID = TRUE SINGLE = TRUE": "001422", "LIST @NO_SUCH": "002003", "LIST ST": "001003",
    "LIST @ST PATTERN = '('": "100048", "PUT file:///tmp/x @ST": "000002", "GET @ST file:///tmp/": "000002", "COPY {t} FROM @ST": "001003",
    "COPY INTO {t} (A) FROM @ST": "000002", "COPY INTO {t} FROM (SELECT $1 FROM @ST, @ST)": "000002",
}  # fmt: skip


@pytest.mark.parametrize("sql", REFUSED)
def test_what_is_refused(place, sql):
    if not hasattr(place, "refused"):
        place.refused = fresh(place, "A NUMBER, B NUMBER")
    assert place.code(sql.format(t=place.refused)) == REFUSED[sql]


def test_unloading(place):
    table = fresh(place, "A NUMBER, B VARCHAR, D DATE")
    place.run(f"INSERT INTO {table} VALUES (1, 'x,\"y\"', '2024-02-29'), (2, NULL, NULL)")
    assert place.run(f"COPY INTO @ST/u/ FROM (SELECT * FROM {table} ORDER BY A)") [0][0] == "2"
    assert gzip.decompress(place.read("u/data_0_0_0.csv.gz")) == b'1,x\\,"y",2024-02-29\n2,\\N,\\N\n'
    enclosed = "FILE_FORMAT = (TYPE = CSV COMPRESSION = NONE FIELD_OPTIONALLY_ENCLOSED_BY = '\"' NULL_IF = ('NULL'))"
    assert place.run(f"COPY INTO @ST/v/part FROM (SELECT A, B FROM {table} ORDER BY A) {enclosed} HEADER = TRUE") == [["2", "27", "27"]]
    assert place.read("v/part_0_0_0.csv") == b'"A","B"\n1,"x,""y"""\n2,NULL\n'
    assert place.code(f"COPY INTO @ST/v/part FROM {table} {enclosed}") == "001030"
    place.run(f"COPY INTO @ST/v/part FROM (SELECT 5) {enclosed} OVERWRITE = TRUE")
    assert place.read("v/part_0_0_0.csv") == b"5\n"
    place.run(f"COPY INTO @ST/one.csv FROM (SELECT A FROM {table} ORDER BY A) SINGLE = TRUE FILE_FORMAT = (TYPE = CSV COMPRESSION = NONE)")
    assert place.read("one.csv") == b"1\n2\n"
    assert place.run("COPY INTO @ST/j FROM (SELECT OBJECT_CONSTRUCT('a', 1.5)) FILE_FORMAT = (TYPE = JSON COMPRESSION = NONE) DETAILED_OUTPUT = TRUE") == [["j_0_0_0.json", "10", "1"]]
    assert place.read("j_0_0_0.json") == b'{"a":1.5}\n'
    assert place.run("COPY INTO @ST/none FROM (SELECT 1 WHERE FALSE)") == [["0", "0", "0"]]
    assert place.code("COPY INTO @ST/empty FROM (SELECT '')") == "100095"
    place.run("COPY INTO @ST/many/ FROM (SELECT 1 UNION ALL SELECT 2) MAX_FILE_SIZE = 2")
    assert [r[0] for r in place.run("LIST @ST/many")] == ["st/many/data_0_0_0.csv.gz", "st/many/data_0_1_0.csv.gz"]


def test_there_and_back(place):
    table, back = fresh(place, "A NUMBER(5,1), B VARCHAR, D DATE, T TIMESTAMP_NTZ, L BOOLEAN"), fresh(place, "A NUMBER(5,1), B VARCHAR, D DATE, T TIMESTAMP_NTZ, L BOOLEAN")
    place.run(f"INSERT INTO {table} VALUES (1.5, 'a\\\\b|c\\n\"d\"', '2024-02-29', '2024-02-29 01:02:03.5', TRUE), (NULL, '', NULL, NULL, NULL)")
    form = "FILE_FORMAT = (TYPE = CSV FIELD_DELIMITER = '|' FIELD_OPTIONALLY_ENCLOSED_BY = '\"' NULL_IF = ('nil'))"
    place.run(f"COPY INTO @%{table} FROM {table} {form}")
    place.run(f"COPY INTO {back} FROM @%{table} {form}")
    assert place.run(f"SELECT * FROM {back} ORDER BY A") == place.run(f"SELECT * FROM {table} ORDER BY A")
    place.run(f"COPY INTO {table} {form}")  # from its own stage
    assert place.run(f"SELECT COUNT(*) FROM {table}") == [["4"]]


def test_list_and_remove(place):
    place.put("l/a b.csv", "1")
    place.put("l/c.csv", "22")
    place.run("CREATE STAGE \"My Stage\" URL = 's3://bucket/dir/'")
    rows = place.run("LS @ST/l PATTERN = '.*c[.]csv'")
    assert [r[:3] for r in rows] == [["st/l/c.csv", "2", "b6d767d2f8ed5d21a44b0e5886680cb9"]] and rows[0][3].endswith(" GMT")
    assert [c.name for c in place.result.columns] == ["name", "size", "md5", "last_modified"]
    assert [r[0] for r in place.run("LIST '@ST/l/a b'")] == ["st/l/a b.csv"]
    assert place.run("LIST '@\"My Stage\"'") == []
    assert place.run("REMOVE @ST/l/c") == [["st/l/c.csv", "removed"]]
    assert [r[0] for r in place.run(f"LIST @{place.database}.PUBLIC.ST/l/")] == ["st/l/a b.csv"]
    place.run("COPY INTO @~/mine/ FROM (SELECT 1)")
    assert [r[0] for r in place.run("LIST @~")] == ["mine/data_0_0_0.csv.gz"]
    place.run("RM @~")


def test_privileges(place):
    table = fresh(place, "A NUMBER")
    analyst = Context("DEMO_USER", "ANALYST", "COMPUTE_WH", place.database, "PUBLIC")
    place.put("p/x", "1\n")
    assert place.code("LIST @ST", analyst) == "002003"
    for grant in (f"USAGE ON DATABASE {place.database}", "USAGE ON SCHEMA PUBLIC", "READ ON STAGE ST", f"SELECT ON TABLE {table}"):
        place.run(f"GRANT {grant} TO ROLE ANALYST")
    assert [r[0] for r in place.run("LIST @ST/p", context=analyst)] == ["st/p/x"]
    assert place.code(f"COPY INTO {table} FROM @ST/p", analyst) == "003001"
    assert place.code(f"COPY INTO @ST/p FROM {table}", analyst) == "003001"
    assert place.code(f"LIST @%{table}", analyst) == "003001"
    place.run(f"GRANT INSERT ON TABLE {table} TO ROLE ANALYST")
    assert place.run(f"COPY INTO {table} FROM @ST/p", context=analyst)[0][1] == "LOADED"
    assert place.code(f"COPY INTO {table} FROM @ST/p", Context("DEMO_USER", "ANALYST", None, place.database, "PUBLIC")) == "000606"
    place.run("GRANT WRITE ON STAGE ST TO ROLE ANALYST")
    place.run(f"COPY INTO @ST/p2/ FROM {table}", context=analyst)


def test_pipes_load_what_they_are_asked_for(place):
    table = fresh(place, "A NUMBER")
    place.put("pipe/new/a.csv", "1\n")
    place.put("pipe/new/b.csv", "bad\n")
    place.put("pipe/old/c.csv", "3\n")
    place.run(f"CREATE PIPE P AS COPY INTO {table} FROM @ST/pipe/")
    place.run("ALTER PIPE P REFRESH PREFIX = 'new/'")
    assert place.run(f"SELECT A FROM {table}") == [["1"]]
    place.run("ALTER PIPE P SET PIPE_EXECUTION_PAUSED = TRUE")
    place.run("ALTER PIPE P REFRESH")
    assert place.run(f"SELECT A FROM {table}") == [["1"]]
    place.run("ALTER PIPE P UNSET PIPE_EXECUTION_PAUSED")
    place.run("ALTER PIPE P REFRESH")
    assert place.run(f"SELECT A FROM {table} ORDER BY A") == [["1"], ["3"]]
    assert [(r[0], r[2], r[5], r[7]) for r in history(place, table)] == [
        ("pipe/new/a.csv", "1", "Loaded", "P"), ("pipe/new/b.csv", "0", "Load failed", "P"), ("pipe/new/b.csv", "0", "Load failed", "P"), ("pipe/old/c.csv", "1", "Loaded", "P")]


def test_in_a_transaction(place):
    table = fresh(place, "A NUMBER")
    place.put("tx", "1\n")
    place.run("BEGIN")
    place.run(f"COPY INTO {table} FROM @ST/tx")
    place.run("ROLLBACK")
    assert place.run(f"SELECT COUNT(*) FROM {table}") == [["0"]]
    assert place.run(f"COPY INTO {table} FROM @ST/tx")[0][1] == "LOADED"


def test_over_http(server):  # noqa: F811
    schema = f"databases/{server.database()}/schemas/PUBLIC"
    database = schema.split("/")[1]
    server.ok("POST", f"{schema}/stages", {"name": "ST"})
    server.local("stages", {"path": [database, "PUBLIC", "ST"], "name": "in/a.csv", "content": "1,ü\n"})
    server.sql(f"CREATE TABLE {database}.PUBLIC.T (A NUMBER, B VARCHAR)")
    assert server.sql(f"COPY INTO {database}.PUBLIC.T FROM @{database}.PUBLIC.ST/in/")[0][:2] == ["st/in/a.csv", "LOADED"]
    assert [f["name"] for f in server.ok("GET", f"{schema}/stages/ST/files")] == ["in/a.csv"]
    link = server.ok("POST", f"{schema}/stages/ST/files/in/a.csv:presigned-url", {"expiration_time": 60})["presigned_url"]
    with urllib.request.urlopen(link) as answer:
        assert answer.read().decode() == "1,ü\n"
    missing = server.ok("POST", f"{schema}/stages/ST/files/none:presigned-url", {})["presigned_url"]
    for bad, status in ((missing, 404), (link.split("signature=")[0] + "signature=guess", 403)):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(bad)
        assert caught.value.code == status


def test_execute_immediate(place):
    table = fresh(place, "A NUMBER, B VARCHAR")
    assert place.run("EXECUTE IMMEDIATE 'SELECT 1 AS X'") == [["1"]]
    assert place.run("EXECUTE IMMEDIATE $$ SELECT 'it''s' $$") == [["it's"]]
    assert place.code("EXECUTE IMMEDIATE 'SELECT ?' USING (1)") == "001003"
    place.run("SET S = 'SELECT 7'")
    assert place.run("EXECUTE IMMEDIATE $S") == [["7"]]
    assert place.run("EXECUTE IMMEDIATE $$ BEGIN LET X NUMBER := 5; RETURN X + 1; END $$") == [["6"]]
    place.run(f"BEGIN LET V VARCHAR := 'INSERT INTO {table} VALUES (?, ?)'; LET N NUMBER := 7; LET Q VARCHAR := 'q'; LET M NUMBER := 8; LET Z VARCHAR := NULL; EXECUTE IMMEDIATE :V USING (N, Q); EXECUTE IMMEDIATE V USING (M, :Z); RETURN 1; END")
    assert place.run(f"SELECT * FROM {table} ORDER BY A") == [["7", "q"], ["8", None]]
    place.run(f"EXECUTE IMMEDIATE 'DELETE FROM {table}'")
    assert place.run(f"SELECT COUNT(*) FROM {table}") == [["0"]]
    for sql, code in (("'SELECT 1; SELECT 2'", "000008"), ("''", "000900"), ("5", "001003"), ("'SELECT NO_SUCH'", "000904"), ("'SELECT ?'", None), ("", "001003")):
        if code:
            assert place.code(f"EXECUTE IMMEDIATE {sql}") == code


def test_execute_immediate_from_a_file(place):
    table = fresh(place, "A NUMBER")
    place.put("s/a.sql", f"INSERT INTO {table} VALUES (1);\nEXECUTE IMMEDIATE FROM './b.sql';\nSELECT COUNT(*) FROM {table};")
    place.put("s/b.sql", f"INSERT INTO {table} VALUES (2);\n INSERT INTO NO_SUCH VALUES (3);")
    assert place.code("EXECUTE IMMEDIATE FROM @ST/s/a.sql") == "002003"
    assert place.message.startswith("Uncaught exception of type 'STATEMENT_ERROR' in file s/b.sql on line 2 at position 1: ")
    place.put("s/b.sql", f"INSERT INTO {table} VALUES (2)")
    assert place.run("EXECUTE IMMEDIATE FROM '@ST/s/a.sql'") == [["4"]]
    assert place.code("EXECUTE IMMEDIATE FROM @ST/s/none.sql") == "001501"
    assert place.code("EXECUTE IMMEDIATE FROM './a.sql'") == "001503"
    assert place.code("EXECUTE IMMEDIATE FROM @ST/s/a.sql USING (X => 1)") == "000002"
