/* sources: src/base/str.c src/base/buf.c */
/*
 * str.c
 *	  Tests of the string helpers.
 */
#include "base/str.h"

#include "tap.h"

static void test_url(void);
static void test_base64(void);
static void test_json(void);
static void test_utf8(void);
static void test_case(void);
static void test_mask(void);
static void test_nearest(void);
static void test_uuid(void);
static int	encodes(bool (*encode) (SfBuf *, const unsigned char *, size_t), const char *text, const char *expected);
static int	decodes(const char *text, const char *expected);
static int	edits_are(const char *wanted, const char *known, int distance);
static int	masks(const char *text, const char *const *secrets, int n, const char *expected);

int
main(void)
{
	test_url();
	test_base64();
	test_json();
	test_utf8();
	test_case();
	test_mask();
	test_nearest();
	test_uuid();
	return tap_done();
}

static void
test_url(void)
{
	SfBuf		buf;

	sf_buf_init(&buf, 1000);
	CHECK(sf_url_encode(&buf, "AZaz09-._~", 10) && same(buf.data, "AZaz09-._~"), "unreserved characters stay");
	sf_buf_reset(&buf);
	CHECK(sf_url_encode(&buf, "\"my Db\"/a:b%\xC3\xA9+\0&", 17) && same(buf.data, "%22my%20Db%22%2Fa%3Ab%25%C3%A9%2B%00%26"), "others are encoded");
	sf_buf_free(&buf);
	sf_buf_init(&buf, 2);
	CHECK(!sf_url_encode(&buf, "/", 1), "reports a full buffer");
	sf_buf_free(&buf);
}

static void
test_base64(void)
{
	char		all[256];
	SfBuf		text;
	SfBuf		back;
	int			ok = 1;

	CHECK(encodes(sf_base64_encode, "", "") && encodes(sf_base64_encode, "f", "Zg==") && encodes(sf_base64_encode, "fo", "Zm8=") &&
		  encodes(sf_base64_encode, "foo", "Zm9v") && encodes(sf_base64_encode, "foob", "Zm9vYg=="), "RFC 4648 vectors");
	CHECK(encodes(sf_base64url_encode, "f", "Zg") && encodes(sf_base64url_encode, "\xFB\xFF\xBE", "-_--"), "the URL alphabet, without padding");
	CHECK(decodes("Zm9v", "foo") && decodes("Zg==", "f") && decodes("Zg", "f") && decodes("Zm8", "fo") && decodes("", ""), "decodes, padding optional");
	CHECK(decodes(" Zm\r\n9v\t", "foo") && decodes("-_--", "\xFB\xFF\xBE") && decodes("+/++", "\xFB\xFF\xBE"), "white space and both alphabets");
	CHECK(decodes("Z", NULL) && decodes("Zg=", NULL) && decodes("Zg===", NULL) && decodes("====", NULL) && decodes("=", NULL) &&
		  decodes("Zg==Zg==", NULL) && decodes("Zm9v=", NULL) && decodes("Zm9*", NULL), "refuses what is not base64");

	for (int i = 0; i < 256; i++)
		all[i] = (char) i;
	sf_buf_init(&text, 1000);
	sf_buf_init(&back, 1000);
	for (size_t len = 0; len <= 256; len++)
	{
		for (int url = 0; url < 2; url++)
		{
			sf_buf_reset(&text);
			sf_buf_reset(&back);
			ok &= (url ? sf_base64url_encode : sf_base64_encode) (&text, (unsigned char *) all, len) &&
				(text.len == 0 || sf_base64_decode(&back, text.data, text.len)) &&
				back.len == len && (len == 0 || memcmp(back.data, all, len) == 0);
		}
	}
	CHECK(ok, "round trips of every length");
	sf_buf_free(&text);
	sf_buf_free(&back);
}

static void
test_json(void)
{
	SfBuf		buf;

	sf_buf_init(&buf, 1000);
	CHECK(sf_json_quote(&buf, "", 0) && same(buf.data, "\"\""), "an empty JSON string");
	sf_buf_reset(&buf);
	CHECK(sf_json_quote(&buf, "a\"b\\c/\n\x01\x7F\xC3\xA9", 11) && same(buf.data, "\"a\\\"b\\\\c/\\u000a\\u0001\x7F\xC3\xA9\""), "escapes what must be");
	sf_buf_reset(&buf);
	CHECK(sf_json_quote(&buf, "a\0b", 3) && same(buf.data, "\"a\\u0000b\""), "a NUL inside");
	sf_buf_free(&buf);
}

static void
test_utf8(void)
{
	static const struct
	{
		const char *text;
		bool		valid;
	}			cases[] = {
		{"", true}, {"abc", true}, {"\xC2\x80", true}, {"\xDF\xBF", true}, {"\xE0\xA0\x80", true}, {"\xED\x9F\xBF", true},
		{"\xEE\x80\x80", true}, {"\xEF\xBF\xBF", true}, {"\xF0\x90\x80\x80", true}, {"\xF4\x8F\xBF\xBF", true},
		{"\x80", false}, {"\xC0\x80", false}, {"\xC1\xBF", false}, {"\xC2", false}, {"\xC2\x41", false}, {"\xE0\x9F\xBF", false},
		{"\xE2\x82", false}, {"\xED\xA0\x80", false}, {"\xED\xBF\xBF", false}, {"\xF0\x8F\xBF\xBF", false}, {"\xF4\x90\x80\x80", false},
		{"\xF5\x80\x80\x80", false}, {"\xFF", false}, {"a\xF0\x9F\x98", false}
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK(sf_utf8_valid(cases[i].text, strlen(cases[i].text)) == cases[i].valid, "UTF-8 case %d", (int) i);
}

static void
test_case(void)
{
	char		text[] = "aZ09_\xC3\xA9{@`[";

	sf_ascii_upper(text);
	CHECK(same(text, "AZ09_\xC3\xA9{@`["), "upper case of ASCII letters only");
	sf_ascii_lower(text);
	CHECK(same(text, "az09_\xC3\xA9{@`["), "lower case");
	CHECK(sf_strcasecmp_ascii("Key", "kEY") == 0 && sf_strcasecmp_ascii("a", "b") < 0 && sf_strcasecmp_ascii("ab", "a") > 0 &&
		  sf_strcasecmp_ascii("", "") == 0 && sf_strcasecmp_ascii("@", "`") != 0, "comparison without case");
}

static void
test_mask(void)
{
	const char *const one[] = {"secret"};
	const char *const overlap[] = {"abcd", "bcdefgh", NULL, "xyz", ""};
	const char *const nested[] = {"pass", "password1"};

	CHECK(masks("a secret, secretsecret!", one, 1, "a ***, ******!"), "each occurrence is replaced");
	CHECK(masks("no match", one, 1, "no match") && masks("", one, 1, "") && masks("secre", one, 1, "secre"), "nothing else is");
	CHECK(masks("-abcdefgh-xyz-", overlap, 5, "-***-xyz-"), "overlapping secrets hide both; short ones are no secrets");
	CHECK(masks("password1 pass passw", nested, 2, "*** *** ***w"), "the longest counts");
	CHECK(masks("text", NULL, 0, "text"), "no secrets at all");
}

static void
test_nearest(void)
{
	static const char *const known[] = {"role", "warehouse", "warehouses", "user"};
	static const char *const cases[][2] = {{"warehose", "warehouse"}, {"WAREHOUSES", "warehouses"}, {"usr", "user"}, {"x", NULL}, {"rx", NULL}, {"database", NULL}, {"", NULL}};
	char		longer[100];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
	{
		SfNearest	nearest;

		sf_nearest_begin(&nearest, cases[i][0]);
		for (size_t k = 0; k < sizeof(known) / sizeof(known[0]); k++)
			sf_nearest_try(&nearest, known[k]);
		CHECK(cases[i][1] ? nearest.name && strcmp(nearest.name, cases[i][1]) == 0 : nearest.name == NULL, cases[i][0]);
	}
	CHECK(edits_are("role", "role", 0) && edits_are("ROLE", "role", 0), "equal but for case");
	CHECK(edits_are("warehose", "warehouse", 1) && edits_are("kitten", "sitting", 3) && edits_are("database", "date", 4), "known distances");
	CHECK(edits_are("abcdefgh", "", 4) && edits_are("", "abc", 1), "the empty word and the limit");
	memset(longer, 'a', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	CHECK(edits_are(longer, longer + 1, 4) && edits_are(longer, longer, 0), "words that are too long to compare");
}

static void
test_uuid(void)
{
	unsigned char ones[16];
	char		text[37];

	memset(ones, 0xFF, sizeof(ones));
	sf_uuid_v4(text, ones);
	CHECK(same(text, "ffffffff-ffff-4fff-bfff-ffffffffffff"), "version and variant are set");
	CHECK(sf_uuid_valid(text, 36) && sf_uuid_valid("019C06a4-0000-df4f-0000-00100006589e", 36), "valid UUIDs");
	CHECK(!sf_uuid_valid(text, 35) && !sf_uuid_valid("019c06a4-0000-df4f-0000-00100006589g", 36) &&
		  !sf_uuid_valid("019c06a40-000-df4f-0000-00100006589e", 36) && !sf_uuid_valid("../../../../../../../../../../../etc", 36), "invalid ones");
}

static int
encodes(bool (*encode) (SfBuf *, const unsigned char *, size_t), const char *text, const char *expected)
{
	SfBuf		buf;
	int			ok;

	sf_buf_init(&buf, 1000);
	ok = encode(&buf, (const unsigned char *) text, strlen(text)) && same(buf.data ? buf.data : "", expected);
	sf_buf_free(&buf);
	return ok;
}

/* expected NULL: refused */
static int
decodes(const char *text, const char *expected)
{
	SfBuf		buf;
	int			ok;

	sf_buf_init(&buf, 1000);
	ok = sf_base64_decode(&buf, text, strlen(text)) ? same(buf.data ? buf.data : "", expected) : expected == NULL;
	sf_buf_free(&buf);
	return ok;
}

/* distance: of the known name, else the limit from which on it is not named */
static int
edits_are(const char *wanted, const char *known, int distance)
{
	SfNearest	nearest;
	int			limit;

	sf_nearest_begin(&nearest, wanted);
	limit = nearest.distance;
	sf_nearest_try(&nearest, known);
	return nearest.distance == distance && (nearest.name == known) == (distance < limit);
}

static int
masks(const char *text, const char *const *secrets, int n, const char *expected)
{
	SfBuf		buf;
	int			ok;

	sf_buf_init(&buf, 1000);
	ok = sf_str_mask(&buf, text, secrets, n) && same(buf.data ? buf.data : "", expected);
	sf_buf_free(&buf);
	return ok;
}
