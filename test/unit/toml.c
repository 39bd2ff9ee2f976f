/* sources: src/base/toml.c src/base/str.c src/base/buf.c */
/*
 * toml.c
 *	  Tests of the TOML reader.  Each document is also read at every shorter
 *	  length, which must end in an answer and nothing else.
 */
#include "base/toml.h"

#include <stdlib.h>

#include "tap.h"

#define S SF_TOML_SEP

static void test_profiles(void);
static void test_strings(void);
static void test_values(void);
static void test_names(void);
static void test_duplicates(void);
static void test_errors(void);
static void test_secrets(void);
static void test_prefixes(void);
static const char *value_of(const SfToml *toml, const char *table, const char *key);
static int	reads(const char *text, const char *table, const char *key, const char *expected);
static int	refuses(const char *text, const char *expected);

static const char sample[] =
"# Snowflake\n"
"default_connection_name = \"dev\"\n"
"\n"
"[dev]\r\n"
"account = \"myorg-acct\" # the account\r\n"
"user='JANE'\n"
"port = 443\n"
"  indented\t=\ttrue\n"
"[connections.\"my prod\"]\n"
"account = \"x\"\n"
"parameters.timezone = \"UTC\"\n"
"list = [\n  1, # one\n  \"a]\", ['x', { k = \"}\" }],\n]\n"
"[ empty ]";

int
main(void)
{
	test_profiles();
	test_strings();
	test_values();
	test_names();
	test_duplicates();
	test_errors();
	test_secrets();
	test_prefixes();
	return tap_done();
}

static void
test_profiles(void)
{
	char		err[100];
	SfToml	   *toml = sf_toml_parse(sample, strlen(sample), err, sizeof(err));

	CHECK(toml != NULL, "a sample file");
	CHECK(same(value_of(toml, "", "default_connection_name"), "dev"), "a key at the top");
	CHECK(same(value_of(toml, "dev", "account"), "myorg-acct") && same(value_of(toml, "dev", "user"), "JANE") &&
		  same(value_of(toml, "dev", "port"), "443") && same(value_of(toml, "dev", "indented"), "true"), "keys of a table");
	CHECK(same(value_of(toml, "connections" S "my prod", "account"), "x"), "a table with a quoted name");
	CHECK(same(value_of(toml, "connections" S "my prod" S "parameters", "timezone"), "UTC"), "a dotted key is in a table below");
	CHECK(same(value_of(toml, "connections" S "my prod", "list"), ""), "a list is skipped");
	CHECK(sf_toml_has_table(toml, "empty") && !sf_toml_has_table(toml, "none") && value_of(toml, "empty", "x") == NULL &&
		  value_of(toml, "none", "account") == NULL, "an empty table and none");
	sf_toml_free(toml);
	sf_toml_free(NULL);
	CHECK(reads("", "", "a", NULL) && reads("# only a comment", "", "a", NULL) && reads("\n\r\n \t", "", "a", NULL), "files with nothing in them");
	CHECK(reads("\xEF\xBB\xBF" "a=\"1\"", "", "a", "1"), "a byte order mark");
}

static void
test_strings(void)
{
	CHECK(reads("a=\"\\b\\t\\n\\f\\r\\\"\\\\\\u00e9\\U0001F600\"", "", "a", "\b\t\n\f\r\"\\\xC3\xA9\xF0\x9F\x98\x80"), "every escape");
	CHECK(reads("a='C:\\x\\y\"'", "", "a", "C:\\x\\y\""), "a literal string has no escapes");
	CHECK(reads("a=\"\"", "", "a", "") && reads("a=''", "", "a", "") && reads("a=\"\"\"\"\"\"", "", "a", ""), "empty strings");
	CHECK(reads("a=\"\"\"\nx\ny\"\"\"", "", "a", "x\ny") && reads("a='''\r\nx\\n'''", "", "a", "x\\n"), "a first line break is dropped");
	CHECK(reads("a=\"\"\"x\"\"y\"\"\"\"\"", "", "a", "x\"\"y\"\"") && reads("a='''it''s'''''", "", "a", "it''s''"), "quotes in multi-line strings");
	CHECK(reads("a=\"\"\"x \\  \n\n   y\"\"\"", "", "a", "x y") && reads("a=\"\"\"x\\\r\n  y\"\"\"", "", "a", "xy"), "a backslash joins lines");
	CHECK(reads("k = \"\"\"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n\"\"\"\nz='1'", "", "k", "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"), "a key in a multi-line string");
	CHECK(refuses("a=\"\\x41\"", "line 1: a string holds an unknown escape") && refuses("a=\"\\u12\"", "line 1: a string holds an unknown escape") &&
		  refuses("a=\"\\ud800\"", "line 1: a string holds an escape of no character") && refuses("a=\"\\U00110000\"", "line 1: a string holds an escape of no character") &&
		  refuses("a=\"\\u0000\"", "line 1: a string holds an escape of no character"), "bad escapes");
	CHECK(refuses("a=\"x\ny\"", "line 1: a string is not closed") && refuses("a='x", "line 1: a string is not closed") &&
		  refuses("a=\"x\\", "line 1: a string is not closed") && refuses("\na=\"\"\"x\ny", "line 3: a string is not closed"), "open strings");
	CHECK(refuses("a=\"x\x01\"", "line 1: a string holds a control character") && refuses("a='\x1F'", "line 1: a string holds a control character"), "control characters");
}

static void
test_values(void)
{
	CHECK(reads("a=-17", "", "a", "-17") && reads("a=1_000", "", "a", "1_000") && reads("a=0xFF", "", "a", "0xFF") && reads("a=1.5e-3", "", "a", "1.5e-3") &&
		  reads("a=inf", "", "a", "inf") && reads("a=+nan", "", "a", "+nan") && reads("a=1979-05-27T07:32:00Z", "", "a", "1979-05-27T07:32:00Z") &&
		  reads("a=false", "", "a", "false"), "numbers, booleans and dates are their text");
	CHECK(reads("a={b=1,c={d=[1,2]}}\nz=\"1\"", "", "z", "1") && reads("a=[]\nb={}\nz=\"1\"", "", "z", "1"), "lists and inline tables");
	CHECK(refuses("a=yes", "line 1: a text value must stand in quotes") && refuses("a=True", "line 1: a text value must stand in quotes"), "bare words");
	CHECK(refuses("a=", "line 1: a value is missing") && refuses("a= # x", "line 1: a value is missing") && refuses("a=[1,,2]", "line 1: a value is missing"), "missing values");
	CHECK(refuses("a=[1 2]", "line 1: an array or inline table is not closed") && refuses("a=[1,\n2", "line 2: an array or inline table is not closed") &&
		  refuses("a={b=1", "line 1: an array or inline table is not closed") && refuses("a={b 1}", "line 1: a key is not followed by =") &&
		  refuses("a={b=1,\nc=2}", "line 1: a key is expected"), "lists that are not well-formed");
	CHECK(refuses("a=[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[", "line 1: values are nested too deeply"), "too deep a nesting");
}

static void
test_names(void)
{
	CHECK(reads("a-b_1 = 'x'", "", "a-b_1", "x") && reads("\"a b\" = 'x'", "", "a b", "x") && reads("'a.b' = 'x'", "", "a.b", "x") && reads("1 = 'x'", "", "1", "x"), "keys");
	CHECK(reads("a . \"b.c\" . d = 'x'", "a" S "b.c", "d", "x") && reads("[ a . 'b' ]\nc='x'", "a" S "b", "c", "x"), "dotted names with blanks");
	CHECK(reads("[a]\nb.c='1'\nd='2'", "a", "d", "2"), "a dotted key does not change the table");
	CHECK(refuses("= 1", "line 1: a key is expected") && refuses("a. = 1", "line 1: a key is expected") && refuses("[]", "line 1: a key is expected") &&
		  refuses("a\xC3\xA9 = 1", "line 1: a key is not followed by =") && refuses("a", "line 1: a key is not followed by ="), "names that are none");
	CHECK(refuses("\"\" = 1", "line 1: a key is empty") && refuses("['']", "line 1: a key is empty"), "empty names");
	CHECK(refuses("\"\"\"a\"\"\" = 1", "line 1: a key cannot be a multi-line string") && refuses("\"a\\u001fb\" = 1", "line 1: a key holds a control character"), "names that cannot be");
	CHECK(refuses("[a", "line 1: a table header is not closed by ]") && refuses("[a]]", "line 1: something stands behind the value") &&
		  refuses("[[a]]", "line 1: arrays of tables are not supported"), "headers that are not well-formed");
}

static void
test_duplicates(void)
{
	CHECK(refuses("a=1\nb=2\na=3", "line 3: a key is defined twice") && refuses("[t]\na=1\n\"a\"=2", "line 3: a key is defined twice") &&
		  refuses("t.a=1\nt.a=2", "line 2: a key is defined twice"), "a key twice");
	CHECK(refuses("[t]\n[u]\n[t]", "line 3: a table is defined twice") && refuses("[a.b]\n['a'.\"b\"]", "line 2: a table is defined twice"), "a table twice");
	CHECK(refuses("a=1\n[a]", "line 2: a name is both a value and a table") && refuses("a=1\na.b=2", "line 2: a name is both a value and a table") &&
		  refuses("a.b=1\na=2", "line 2: a name is both a value and a table") && refuses("a={}\n[a.b.c]", "line 2: a name is both a value and a table"), "a value that is a table");
	CHECK(reads("a=\"1\"\n[t]\na=\"2\"\n[ta]\n[t.u]\na='3'", "t" S "u", "a", "3") && reads("a.bc=1\na.b='x'", "a", "b", "x"), "the same name in other places");
}

static void
test_errors(void)
{
	char		small[8];

	CHECK(refuses("a=1 b=2", "line 1: something stands behind the value") && refuses("a='x' 'y'", "line 1: something stands behind the value"), "two on a line");
	CHECK(refuses("a='\xFF'", "line 1: the file is not UTF-8") && refuses("a=1\n\xC0\x80", "line 1: the file is not UTF-8"), "not UTF-8");
	CHECK(sf_toml_parse("a=1\0b=2", 7, small, sizeof(small)) == NULL && same(small, "line 1:"), "a NUL, and a short error buffer");
	CHECK(refuses("a='1'\n\n# c\nb='''\n\n\n'''\nc=?", "line 8: a value is missing"), "lines are counted inside strings");
}

/*
 * A value in no error, wherever the error is.
 */
static void
test_secrets(void)
{
	static const char *const texts[] = {"token = hunter2secret", "token = \"hunter2secret", "token = \"hunter2secret\" hunter2secret", "hunter2secret",
	"token = 'hunter2secret'\ntoken = 'hunter2secret'", "[hunter2secret", "token = \"hunter2secret\\q\"", "token = 1hunter2secret\xFF"};
	int			ok = 1;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
	{
		char		err[200] = "";
		SfToml	   *toml = sf_toml_parse(texts[i], strlen(texts[i]), err, sizeof(err));

		ok &= toml == NULL && err[0] != '\0' && strstr(err, "hunter") == NULL && strstr(err, "secret") == NULL;
		sf_toml_free(toml);
	}
	CHECK(ok, "errors hold nothing of the file");
}

static void
test_prefixes(void)
{
	int			ok = 1;

	for (size_t len = 0; len <= strlen(sample); len++)
	{
		char		err[100] = "";
		char	   *copy = malloc(len ? len : 1);
		SfToml	   *toml;

		memcpy(copy, sample, len);
		toml = sf_toml_parse(copy, len, err, sizeof(err));
		ok &= (toml == NULL) == (err[0] != '\0');
		sf_toml_free(toml);
		free(copy);
	}
	CHECK(ok, "every beginning of a file is read or refused");
}

/* NULL: not there */
static const char *
value_of(const SfToml *toml, const char *table, const char *key)
{
	for (int i = 0; i < sf_toml_count(toml); i++)
	{
		const char *found[3];

		sf_toml_entry(toml, i, &found[0], &found[1], &found[2]);
		if (strcmp(found[0], table) == 0 && found[1] && strcmp(found[1], key) == 0)
			return found[2];
	}
	return NULL;
}

static int
reads(const char *text, const char *table, const char *key, const char *expected)
{
	char		err[100] = "";
	SfToml	   *toml = sf_toml_parse(text, strlen(text), err, sizeof(err));
	int			ok = toml && same(value_of(toml, table, key), expected);

	if (!ok)
		printf("# %s\n", toml ? "another value" : err);
	sf_toml_free(toml);
	return ok;
}

static int
refuses(const char *text, const char *expected)
{
	char		err[100] = "";
	SfToml	   *toml = sf_toml_parse(text, strlen(text), err, sizeof(err));
	int			ok = toml == NULL && same(err, expected);

	if (!ok)
		printf("# said: %s\n", err);
	sf_toml_free(toml);
	return ok;
}
