/* sources: src/base/sqltext.c */
/*
 * sqltext.c
 *	  Tests of the lexer's view of a statement.
 */
#include "base/sqltext.h"

#include "tap.h"

static void test_keywords(void);
static void test_reading(void);
static void test_several(void);
static void test_placeholders(void);
static void test_created_query(void);
static SfSqlText scan(const char *sql);

int
main(void)
{
	test_keywords();
	test_reading();
	test_several();
	test_placeholders();
	test_created_query();
	return tap_done();
}

static void
test_keywords(void)
{
	CHECK(same(scan("select 1").keyword, "SELECT") && same(scan(" \n-- x\n/* y */ // z\n((Select 1))").keyword, "SELECT"), "the first word behind comments and parentheses");
	CHECK(same(scan("").keyword, "") && same(scan(" -- only").keyword, "") && same(scan("'x'").keyword, "") && same(scan("/* open").keyword, ""), "no word");
	CHECK(same(scan("alter /* c */ session set x = 1").second, "SESSION") && same(scan("use").second, "") && same(scan("(select(x))").second, "X"), "the second word");
	CHECK(same(scan("averyveryverylongword x").keyword, "AVERYVERYVERYLO"), "a long word is cut");
}

static void
test_reading(void)
{
	static const char *const reads[] = {"SELECT 1", "with x as (select 1) select * from x", "show tables", "DESC TABLE t", "describe view v", "explain select 1", "LIST @s", "ls @s",
	"(select 1) union (select 2)", "select 'insert' -- delete", "show tables ->> select * from $1", "select '->> delete from t'", "select 1 -- ->> delete from t"};
	static const char *const writes[] = {"", "insert into t values (1)", "DELETE FROM t", "call p()", "selec 1", "selectx", "with p as procedure () returns int as $$ x $$ call p()",
		"with p As /* c */ Procedure() call p()", "select 1 ->> insert into t select * from $1", "show tables ->> select * from $1 ->> /* c */ delete from t", "select 1->>drop table t",
	"select 1 ->> 'x'", "begin select 1; end", "execute immediate 'select 1'", "use role x", "set a = 1", "\"SELECT\" 1"};

	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++)
		CHECK(scan(reads[i]).reads, "reads: %s", reads[i]);
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		CHECK(!scan(writes[i]).reads && !scan(writes[i]).subquery, "does not only read: %s", writes[i]);
	CHECK(scan("select 1").subquery && scan("with x as (select 1) select 1").subquery && !scan("show tables").subquery && !scan("show tables ->> select 1").subquery &&
		  !scan("select 1 ->> select 2").subquery, "what may stand in a FROM clause");
}

static void
test_several(void)
{
	CHECK(!scan("select 1").several && !scan("select 1; -- end\n ; /* x */").several && !scan("select ';'").several && !scan("select \";\"").several && !scan("select $$a;b$$").several &&
		  !scan("select 1 // ; x").several && !scan("select 'a\\';b'").several && !scan("select 'a'';b'").several, "one statement");
	CHECK(scan("select 1; delete from t").several && scan("select 'a\\\\'; delete from t").several && scan(";select 1").several && scan("select 1 -- x\n; drop table t").several &&
		  scan("select \"a\\\"; delete from t").several, "several");
	CHECK(scan("select 1 ; -- x\n").length == 8 && scan("select 1").length == 8 && scan("").length == 0 && scan(" ;").length == 0, "the length without its tail");
}

static void
test_placeholders(void)
{
	CHECK(scan("select ?, '?', \"?\", $$?$$, /* ? */ ? -- ?").placeholders == 2, "question marks outside of strings and comments");
	CHECK(scan("select $1").dollar && !scan("select '$1', a$1, $x").dollar, "words like $1");
	CHECK(scan("select 'open ? ;").placeholders == 0 && !scan("select $$open ; x").several, "open strings run to the end");
}

static void
test_created_query(void)
{
	static const char *const queries[][2] = {
		{"CREATE OR REPLACE SECURE VIEW V (A COMMENT 'as') COMMENT = 'AS x' AS SELECT 1 AS A", "SELECT 1 AS A"},
		{" /* AS */ create view \"AS\"(a as (1)) as\n-- as\nwith x as (select 1) select * from x", "with x as (select 1) select * from x"},
		{"CREATE VIEW V COMMENT = $$ AS $$ AS(SELECT 1)", "(SELECT 1)"},
		{"SELECT 1 AS A", NULL},
		{"CREATE TABLE ASK (A INT)", NULL},
		{"CREATE VIEW V (A AS", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++)
	{
		const char *found = sf_sqltext_created_query(queries[i][0]);

		CHECK((found == NULL) == (queries[i][1] == NULL) && (found == NULL || strcmp(found, queries[i][1]) == 0), "the query of what is created");
	}
}

static SfSqlText
scan(const char *sql)
{
	SfSqlText	text;

	sf_sqltext_scan(sql, &text);
	return text;
}
