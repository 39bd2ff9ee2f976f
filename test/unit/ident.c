/* sources: src/base/ident.c src/base/str.c src/base/buf.c */
/*
 * ident.c
 *	  Tests of Snowflake identifiers.
 */
#include "base/ident.h"

#include "base/str.h"
#include "tap.h"

static void test_quote(void);
static void test_parse(void);
static void test_simple(void);
static void test_local_names(void);
static void test_shorten(void);
static int	parses(const char *text, const char *expected);
static int	refuses(const char *text, const char *part);
static int	local(const char *remote, SfImportCase mode, const char *expected);

int
main(void)
{
	test_quote();
	test_parse();
	test_simple();
	test_local_names();
	test_shorten();
	return tap_done();
}

static void
test_quote(void)
{
	SfBuf		buf;

	sf_buf_init(&buf, 1000);
	CHECK(sf_ident_quote(&buf, "A\"b\\c") && same(buf.data, "\"A\"\"b\\c\""), "an identifier doubles quotes only");
	sf_buf_reset(&buf);
	CHECK(sf_literal_quote(&buf, "it's \\n \"x\"") && same(buf.data, "'it''s \\\\n \"x\"'"), "a literal doubles quotes and backslashes");
	sf_buf_reset(&buf);
	CHECK(sf_literal_quote(&buf, "") && same(buf.data, "''"), "an empty literal");
	sf_buf_free(&buf);
}

static void
test_parse(void)
{
	char		longest[1100];

	CHECK(parses("orders", "ORDERS") && parses("Db.Sch.Tab$1", "DB|SCH|TAB$1") && parses("_x.y", "_X|Y"), "bare names fold");
	CHECK(parses("\"Mixed\"", "Mixed") && parses("db.\"a.b\".\"c\"\"d\"", "DB|a.b|c\"d") && parses("\"\xC3\xA9\"", "\xC3\xA9"), "quoted names are exact");
	CHECK(refuses("", "empty") && refuses("a.", "empty") && refuses(".a", "empty") && refuses("a..b", "empty") && refuses("\"\"", "empty"), "empty parts");
	CHECK(refuses("a.b.c.d", "three parts"), "four parts");
	CHECK(refuses("\"abc", "not closed") && refuses("\"abc\"\"", "not closed"), "an open quote");
	CHECK(refuses("\"a\"b", "period") && refuses("\"a\" ", "period"), "something behind a quoted part");
	CHECK(refuses("1a", "letters") && refuses("$a", "letters") && refuses("a b", "letters") && refuses("a-b", "letters") && refuses("a;drop", "letters") &&
		  refuses("a\"b\"", "letters") && refuses("\xC3\xA9", "\"name\""), "bare names of other characters");
	memset(longest, 'a', sizeof(longest));
	longest[1020] = '\0';
	CHECK(refuses(longest, "nothing") == 0, "255 characters of four bytes fit");
	longest[1020] = 'a';
	longest[1021] = '\0';
	CHECK(refuses(longest, "255"), "more do not");
	longest[0] = '"';
	longest[1022] = '"';
	longest[1021] = 'a';
	longest[1023] = '\0';
	CHECK(refuses(longest, "255"), "nor quoted");
}

static void
test_simple(void)
{
	CHECK(sf_ident_is_simple("A") && sf_ident_is_simple("_A1$") && sf_ident_is_simple("ORDERS_2024"), "simple names");
	CHECK(!sf_ident_is_simple("") && !sf_ident_is_simple("a") && !sf_ident_is_simple("1A") && !sf_ident_is_simple("$A") && !sf_ident_is_simple("A B") &&
		  !sf_ident_is_simple("\xC3\x89"), "others");
}

static void
test_local_names(void)
{
	CHECK(local("ORDERS", SF_IMPORT_SMART, "orders") && local("ORDERS", SF_IMPORT_KEEP, "ORDERS") && local("ORDERS", SF_IMPORT_LOWER, "orders"), "an upper-case name");
	CHECK(local("Mixed Case", SF_IMPORT_SMART, "Mixed Case") && local("Mixed Case", SF_IMPORT_LOWER, "mixed case"), "a mixed one");
	CHECK(local("\xC3\x89T\xC3\x89", SF_IMPORT_SMART, "\xC3\x89T\xC3\x89") && local("\xC3\x89T", SF_IMPORT_LOWER, "\xC3\x89t"), "letters beyond ASCII stay");
}

static void
test_shorten(void)
{
	char		name[200];
	SfBuf		a;
	SfBuf		b;

	sf_buf_init(&a, 1000);
	sf_buf_init(&b, 1000);
	memset(name, 'X', 63);
	name[63] = '\0';
	CHECK(sf_ident_shorten(&a, name) && same(a.data, name), "63 bytes stay");
	strcpy(name + 63, "1");
	sf_buf_reset(&a);
	CHECK(sf_ident_shorten(&a, name) && a.len == 63 && strncmp(a.data, name, 54) == 0 && a.data[54] == '_', "64 are cut, with a hash");
	name[63] = '2';
	CHECK(sf_ident_shorten(&b, name) && b.len == 63 && !same(a.data, b.data), "which tells long names apart");

	for (int shift = 0; shift < 4; shift++)
	{
		sf_buf_reset(&a);
		memset(name, 'x', (size_t) shift);
		for (int i = 0; i < 20; i++)
			memcpy(name + shift + 4 * i, "\xF0\x9F\x98\x80", 5);
		CHECK(sf_ident_shorten(&a, name) && a.len <= 63 && sf_utf8_valid(a.data, a.len), "cut between characters, %d", shift);
	}
	sf_buf_reset(&a);
	sf_buf_append_str(&a, "KEEP ");
	memset(name, 'X', 100);
	name[100] = '\0';
	CHECK(sf_ident_local_name(&a, name, SF_IMPORT_SMART) && strncmp(a.data, "KEEP xxx", 8) == 0, "what was in the buffer is not folded");
	sf_buf_free(&a);
	sf_buf_free(&b);
}

/* expected: parts joined by | */
static int
parses(const char *text, const char *expected)
{
	static SfIdentParts parts;
	char		err[200] = "";
	char		found[4000] = "";
	int			n = sf_ident_parse(text, &parts, err, sizeof(err));

	for (int i = 0; i < n; i++)
		snprintf(found + strlen(found), sizeof(found) - strlen(found), "%s%s", i ? "|" : "", parts.name[i]);
	return n == parts.count && same(found, expected);
}

static int
refuses(const char *text, const char *part)
{
	static SfIdentParts parts;
	char		err[200] = "";

	return sf_ident_parse(text, &parts, err, sizeof(err)) == -1 && strstr(err, part) != NULL;
}

static int
local(const char *remote, SfImportCase mode, const char *expected)
{
	SfBuf		buf;
	int			ok;

	sf_buf_init(&buf, 1000);
	ok = sf_ident_local_name(&buf, remote, mode) && same(buf.data, expected);
	sf_buf_free(&buf);
	return ok;
}
