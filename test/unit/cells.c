/* sources: src/base/cells.c src/base/buf.c */
/*
 * cells.c
 *	  Tests of the in-place scanner.  Each document is also tried at every
 *	  shorter length, which must be an error and never a wrong answer.
 */
#include "base/cells.h"

#include "tap.h"

#define MAX_COLUMNS 4

static void test_rows(void);
static void test_shapes(void);
static void test_escapes(void);
static void test_errors(void);
static void test_truncation(void);
static void test_metadata(void);
static void test_long_cells(void);
static void test_header_byte(void);
static void test_valid(void);
static int	valid(const char *text);
static SfJsonFault check(const char *text);
static int	scan(const char *text, size_t len, int ncolumns, SfBuf *rows, SfCellsError *error);
static int	reads(const char *text, int ncolumns, const char *expected);
static int	refuses(const char *text, int ncolumns, SfCellsError expected);
static int	metadata(const char *text, const char *expected);

int
main(void)
{
	test_rows();
	test_shapes();
	test_escapes();
	test_errors();
	test_truncation();
	test_metadata();
	test_long_cells();
	test_header_byte();
	test_valid();
	return tap_done();
}

static void
test_rows(void)
{
	CHECK(reads("{\"data\":[]}", 1, ""), "no rows");
	CHECK(reads("{\"data\":[[\"42\"],[\"43\"]]}", 1, "(42)(43)"), "one column");
	CHECK(reads("{\"data\":[[\"1\",null,\"\"],[null,null,null],[\"null\",\"x\",\"y\"]]}", 3, "(1|~|)(~|~|~)(null|x|y)"), "NULL is not the text null");
	CHECK(reads(" \t\r\n{ \"data\" : [ [ \"a\" , null ] ,\n [ \"b\" , \"c\" ] ] } \n", 2, "(a|~)(b|c)"), "white space everywhere");
	CHECK(reads("{\"data\":[[\"\xC3\xA9\xF0\x9F\x98\x80\x7F\"]]}", 1, "(\xC3\xA9\xF0\x9F\x98\x80\x7F)"), "UTF-8 passes");
	CHECK(reads("{\"data\":[[\"[]{},:\"]]}", 1, "([]{},:)"), "structure inside strings is text");
}

static void
test_shapes(void)
{
	CHECK(reads("{\"a\":{\"data\":[[\"x\"]]},\"b\":[1,-2.5e+3,true,false,null,\"\\\"]\"],\"data\":[[\"y\"]],\"code\":\"1\",\"z\":{}}", 1, "(y)"), "keys before and behind, nested data ignored");
	CHECK(reads("{\"a\":[],\"b\":{},\"c\":[[],{}],\"data\":[]}", 1, ""), "empty values before");
	CHECK(refuses("{\"a\":1}", 1, SF_CELLS_NO_DATA) && refuses("{}", 1, SF_CELLS_NO_DATA), "no data");
	CHECK(refuses("{\"data\":[],\"data\":[]}", 1, SF_CELLS_SYNTAX), "data twice");
	CHECK(refuses("{\"data\":{}}", 1, SF_CELLS_SYNTAX) && refuses("{\"data\":null}", 1, SF_CELLS_SYNTAX), "data that is no array");
	CHECK(refuses("[]", 1, SF_CELLS_SYNTAX) && refuses("\"data\"", 1, SF_CELLS_SYNTAX) && refuses("<html>", 1, SF_CELLS_SYNTAX), "not an object");
	CHECK(refuses("{\"data\":[]} x", 1, SF_CELLS_SYNTAX) && refuses("{\"data\":[]}{}", 1, SF_CELLS_SYNTAX), "something behind the document");
	CHECK(refuses("{\"data\":[[\"a\"],]}", 1, SF_CELLS_SYNTAX) && refuses("{\"data\":[,]}", 1, SF_CELLS_SYNTAX) &&
		  refuses("{\"data\":[],}", 1, SF_CELLS_SYNTAX), "stray commas");
	CHECK(refuses("{\"data\":[\"a\"]}", 1, SF_CELLS_SYNTAX) && refuses("{\"data\":[[\"a\"][\"b\"]]}", 1, SF_CELLS_SYNTAX), "rows that are none");
	CHECK(refuses("{\"a\":01,\"data\":[]}", 1, SF_CELLS_SYNTAX) && refuses("{\"a\":.5,\"data\":[]}", 1, SF_CELLS_SYNTAX) &&
		  refuses("{\"a\":tru,\"data\":[]}", 1, SF_CELLS_SYNTAX) && refuses("{\"a\":[1,],\"data\":[]}", 1, SF_CELLS_SYNTAX) &&
		  refuses("{\"a\":{\"b\"},\"data\":[]}", 1, SF_CELLS_SYNTAX) && refuses("{\"a\":[}],\"data\":[]}", 1, SF_CELLS_SYNTAX) &&
		  refuses("{\"a\":\"\\x\",\"data\":[]}", 1, SF_CELLS_SYNTAX), "values before data are checked");
	CHECK(refuses("{\"data\":[],\"a\":1 2}", 1, SF_CELLS_SYNTAX) && refuses("{\"data\":[],\"a\":nul}", 1, SF_CELLS_SYNTAX) &&
		  refuses("{\"data\":[],\"a\"}", 1, SF_CELLS_SYNTAX), "values behind data too");
}

static void
test_escapes(void)
{
	CHECK(reads("{\"data\":[[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]]}", 1, "(\"\\/\b\f\n\r\t)"), "simple escapes");
	CHECK(reads("{\"data\":[[\"a\\u0041\\u00e9\\u20AC\\ud83d\\uDE00b\"]]}", 1, "(aA\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80" "b)"), "unicode escapes of every length");
	CHECK(reads("{\"data\":[[\"\\ud800\\udc00\\udbff\\udfff\\ud7ff\\ue000\"]]}", 1, "(\xF0\x90\x80\x80\xF4\x8F\xBF\xBF\xED\x9F\xBF\xEE\x80\x80)"), "the ends of the surrogate range");
	CHECK(refuses("{\"data\":[[\"\\u0000\"]]}", 1, SF_CELLS_NUL), "U+0000");
	CHECK(refuses("{\"data\":[[\"\\ud800\"]]}", 1, SF_CELLS_SURROGATE) && refuses("{\"data\":[[\"\\udc00\"]]}", 1, SF_CELLS_SURROGATE) &&
		  refuses("{\"data\":[[\"\\ud800x\"]]}", 1, SF_CELLS_SURROGATE) && refuses("{\"data\":[[\"\\ud800\\ud800\"]]}", 1, SF_CELLS_SURROGATE) &&
		  refuses("{\"data\":[[\"\\ud800\\n\"]]}", 1, SF_CELLS_SURROGATE), "lone surrogates");
	CHECK(refuses("{\"data\":[[\"\\x\"]]}", 1, SF_CELLS_SYNTAX) && refuses("{\"data\":[[\"\\u12g4\"]]}", 1, SF_CELLS_SYNTAX) &&
		  refuses("{\"data\":[[\"\\'\"]]}", 1, SF_CELLS_SYNTAX), "unknown escapes");
	CHECK(refuses("{\"data\":[[\"a\nb\"]]}", 1, SF_CELLS_SYNTAX) && refuses("{\"data\":[[\"\\n\x1F\"]]}", 1, SF_CELLS_SYNTAX), "raw control characters");
}

static void
test_errors(void)
{
	static const char two[] = "{\"data\":[[\"a\",\"b\"],[\"c\"]]}";
	char		nul[] = "{\"data\":[[\"a?b\"]]}";
	SfBuf		buf;
	SfCells		cells;
	SfCell		cell[MAX_COLUMNS];
	SfCellsError error;

	CHECK(refuses("{\"data\":[[\"a\"]]}", 2, SF_CELLS_ROW_WIDTH) && refuses("{\"data\":[[\"a\",\"b\"]]}", 1, SF_CELLS_ROW_WIDTH) &&
		  refuses("{\"data\":[[]]}", 1, SF_CELLS_ROW_WIDTH), "row width");
	CHECK(refuses("{\"data\":[[1]]}", 1, SF_CELLS_NOT_STRING) && refuses("{\"data\":[[true]]}", 1, SF_CELLS_NOT_STRING) &&
		  refuses("{\"data\":[[{}]]}", 1, SF_CELLS_NOT_STRING) && refuses("{\"data\":[[[\"a\"]]]}", 1, SF_CELLS_NOT_STRING) &&
		  refuses("{\"data\":[[nope]]}", 1, SF_CELLS_NOT_STRING), "cells that are no strings");
	*strchr(nul, '?') = '\0';
	CHECK(scan(nul, sizeof(nul) - 1, 1, NULL, &error) < 0 && error == SF_CELLS_SYNTAX, "a raw NUL inside a string");

	sf_buf_init(&buf, 1000);
	sf_buf_append_str(&buf, two);
	sf_cells_init(&cells, buf.data, buf.len, 2);
	CHECK(sf_cells_open(&cells) && sf_cells_next(&cells, cell) == 1 && sf_cells_next(&cells, cell) == -1, "the second row is wrong");
	CHECK(cells.row == 1 && cells.column == 0 && cells.error == SF_CELLS_ROW_WIDTH, "row and column of the error");
	CHECK(sf_cells_next(&cells, cell) == -1 && sf_cells_next(&cells, cell) == -1, "an error stays");
	for (int i = SF_CELLS_OK; i <= SF_CELLS_TOO_LONG; i++)
		CHECK(!same(sf_cells_error_text((SfCellsError) i), "unknown error"), "error %d has a text", i);
	sf_buf_free(&buf);
}

/*
 * No beginning of a document is a document.
 */
static void
test_truncation(void)
{
	static const char text[] = "{\"a\":[{\"b\":-1.5e3,\"c\":\"\\u0041\"}],\"data\":[[\"x\\ud83d\\ude00\",null],[ \"\\n\",\"\"]],\"z\":[true,false]}";
	SfCellsError error;
	int			ok = 1;
	SfBuf		out;

	for (size_t len = 0; len < sizeof(text) - 1; len++)
	{
		int			result = scan(text, len, 2, NULL, &error);

		if (result >= 0 || error == SF_CELLS_OK)
			ok = 0;
		sf_buf_init(&out, 1000);
		sf_buf_append(&out, text, len);
		{
			SfBuf		copy;

			sf_buf_init(&copy, 1000);
			ok &= sf_cells_metadata(out.data, out.len, &copy) != SF_JSON_OK;
			sf_buf_free(&copy);
		}
		sf_buf_free(&out);
	}
	CHECK(ok, "every beginning of a document is refused");
	CHECK(refuses("{\"data\":[[\"abc", 1, SF_CELLS_TRUNCATED) && refuses("{\"data\":[[\"abc\"", 1, SF_CELLS_TRUNCATED) &&
		  refuses("{\"data\":[[\"abc\"]", 1, SF_CELLS_TRUNCATED) && refuses("{\"data\":[[nul", 1, SF_CELLS_TRUNCATED) &&
		  refuses("{\"data\":[[\"a\\u00", 1, SF_CELLS_TRUNCATED) && refuses("{\"data\":[", 1, SF_CELLS_TRUNCATED) &&
		  refuses("{\"data\":[[\"a\"]]", 1, SF_CELLS_TRUNCATED) && refuses("", 1, SF_CELLS_TRUNCATED), "and called truncated inside the rows");
}

static void
test_metadata(void)
{
	char		deep[200];

	CHECK(metadata("{\"a\":1,\"data\":[[\"x\",null],[\"\\u0041]\",\"y\"]],\"b\":{\"data\":[[1]]}}", "{\"a\":1,\"data\":[],\"b\":{\"data\":[[1]]}}"), "rows are cut out");
	CHECK(metadata("{\"a\":1}", "{\"a\":1}") && metadata(" {} ", " {} ") && metadata("{\"data\":null}", "{\"data\":null}"), "documents without rows");
	CHECK(metadata("[]", NULL) && metadata("", NULL) && metadata("{\"a\"}", NULL) && metadata("{\"a\":1,}", NULL) && metadata("{\"a\":1}x", NULL) &&
		  metadata("{\"data\":[],\"data\":[]}", NULL) && metadata("{\"data\":[1,}", NULL) && metadata("{\"a\":[1}", NULL), "what is not well-formed");

	for (int depth = 60; depth <= 70; depth += 10)
	{
		char	   *p = deep + sprintf(deep, "{\"a\":");

		memset(p, '[', (size_t) depth);
		memset(p + depth, ']', (size_t) depth);
		strcpy(p + 2 * depth, "}");
		CHECK(metadata(deep, depth > 64 ? NULL : deep), "%d levels deep", depth);
	}
}

/*
 * Every length around the vector width, escaped at every place.
 */
static void
test_long_cells(void)
{
	int			ok = 1;
	SfBuf		doc;
	SfBuf		expected;
	SfBuf		rows;

	sf_buf_init(&doc, 1 << 20);
	sf_buf_init(&expected, 1 << 20);
	sf_buf_init(&rows, 1 << 20);
	for (int len = 0; len < 70; len++)
	{
		for (int escape = -1; escape < len; escape++)
		{
			sf_buf_reset(&doc);
			sf_buf_reset(&expected);
			sf_buf_reset(&rows);
			sf_buf_append_str(&doc, "{\"data\":[[\"");
			sf_buf_append_char(&expected, '(');
			for (int i = 0; i < len; i++)
			{
				sf_buf_append_str(&doc, i == escape ? "\\t" : "x");
				sf_buf_append_char(&expected, i == escape ? '\t' : 'x');
			}
			sf_buf_append_str(&doc, "\"]]}");
			sf_buf_append_char(&expected, ')');
			ok &= scan(doc.data, doc.len, 1, &rows, NULL) == 1 && same(rows.data, expected.data);
		}
	}
	CHECK(ok, "cells of 0 to 69 bytes with an escape at each place");
	sf_buf_free(&doc);
	sf_buf_free(&expected);
	sf_buf_free(&rows);
}

/*
 * The byte before a cell may be overwritten, the next row still reads.
 */
static void
test_header_byte(void)
{
	SfBuf		buf;
	SfCells		cells;
	SfCell		cell[2];
	int			ok = 1;

	sf_buf_init(&buf, 1000);
	sf_buf_append_str(&buf, "{\"data\":[[\"\",\"\\n\"],[\"cd\",\"e\"]]}");
	sf_cells_init(&cells, buf.data, buf.len, 2);
	ok &= sf_cells_open(&cells);
	for (int row = 0; row < 2; row++)
	{
		ok &= sf_cells_next(&cells, cell) == 1;
		for (int i = 0; ok && i < 2; i++)
		{
			ok &= cell[i].p[-1] == '"' && cell[i].p[cell[i].len] == '\0' && cell[i].p > buf.data && cell[i].p < buf.data + buf.len;
			cell[i].p[-1] = (char) 0xFF;
		}
		ok &= same(cell[0].p, row ? "cd" : "") && same(cell[1].p, row ? "e" : "\n");
	}
	ok &= sf_cells_next(&cells, cell) == 0 && sf_cells_next(&cells, cell) == 0;
	CHECK(ok, "the byte before a cell is the caller's");
	sf_buf_free(&buf);
}

/*
 * Rows as (a|b|~)..., ~ for NULL; returns their number or -1.
 */
static int
scan(const char *text, size_t len, int ncolumns, SfBuf *rows, SfCellsError *error)
{
	SfBuf		buf;
	SfCells		cells;
	SfCell		cell[MAX_COLUMNS];
	int			n = 0;
	int			result = -1;

	sf_buf_init(&buf, 1 << 20);
	sf_buf_append(&buf, text, len);
	sf_cells_init(&cells, buf.data, buf.len, ncolumns);
	if (sf_cells_open(&cells))
	{
		while ((result = sf_cells_next(&cells, cell)) == 1)
		{
			for (int i = 0; rows && i < ncolumns; i++)
				sf_buf_printf(rows, "%s%s", i ? "|" : "(", cell[i].len < 0 ? "~" : cell[i].p);
			if (rows)
				sf_buf_append_char(rows, ')');
			n++;
		}
	}
	if (error)
		*error = cells.error;
	sf_buf_free(&buf);
	return result < 0 ? -1 : n;
}

static int
reads(const char *text, int ncolumns, const char *expected)
{
	SfBuf		rows;
	int			ok;

	sf_buf_init(&rows, 1 << 16);
	sf_buf_append_str(&rows, "");
	ok = scan(text, strlen(text), ncolumns, &rows, NULL) >= 0 && same(rows.data, expected);
	sf_buf_free(&rows);
	return ok;
}

static int
refuses(const char *text, int ncolumns, SfCellsError expected)
{
	SfCellsError error;

	return scan(text, strlen(text), ncolumns, NULL, &error) < 0 && error == expected;
}

/* expected NULL: refused */
static int
metadata(const char *text, const char *expected)
{
	SfBuf		buf;
	SfBuf		out;
	int			ok;

	sf_buf_init(&buf, 1 << 16);
	sf_buf_init(&out, 1 << 16);
	sf_buf_append_str(&buf, text);
	ok = sf_cells_metadata(buf.data, buf.len, &out) == SF_JSON_OK ? same(out.data, expected) : expected == NULL;
	sf_buf_free(&buf);
	sf_buf_free(&out);
	return ok;
}

static void
test_valid(void)
{
	static const char *const good[] = {"null", " {} ", "[1, -0.5e+3, \"a\\u00e9\\n\", true, false, {\"k\": [null]}]\n", "\"gr\xC3\xB6\xC3\x9F\x65\"", "12345678901234567890123456789"};
	static const char *const bad[] = {"", " ", "nul", "nan", "NaN", "-Infinity", "'a'", "[1,]", "[1 2]", "{\"a\"}", "{a: 1}", "{\"a\": 1,}", "01", "1.", ".5", "+1", "\"a", "\"\\x\"", "\"\t\"", "[1] x", "/* */ 1", "1 // x", "]", "TRUE"};
	static const char counted[SF_BUF_SLACK * 2] = "{\"a\": [1, {}, \"[{\", null], \"b\": {\"c\": []}}";
	char		deep[SF_JSON_DEPTH * 2 + 4];
	SfJsonParts parts;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		CHECK(valid(good[i]), good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!valid(bad[i]), bad[i]);
	memset(deep, '[', SF_JSON_DEPTH);
	memset(deep + SF_JSON_DEPTH, ']', SF_JSON_DEPTH);
	deep[SF_JSON_DEPTH * 2] = '\0';
	CHECK(valid(deep), "as deep as may be");
	memset(deep, '[', SF_JSON_DEPTH + 1);
	memset(deep + SF_JSON_DEPTH + 1, ']', SF_JSON_DEPTH + 1);
	deep[SF_JSON_DEPTH * 2 + 2] = '\0';
	CHECK(check(deep) == SF_JSON_TOO_DEEP, "too deep");
	CHECK(check("{\"a\": [\"\\ud83d\\ude00\"]}") == SF_JSON_OK, "a surrogate pair");
	CHECK(check("\"\\ud83d\"") == SF_JSON_SURROGATE && check("\"\\ude00\"") == SF_JSON_SURROGATE && check("\"\\ud83dx\"") == SF_JSON_SURROGATE &&
		  check("\"\\ud83d\\n\"") == SF_JSON_SURROGATE && check("\"\\ud83d\\ud83d\"") == SF_JSON_SURROGATE && check("{\"\\udfff\": 1}") == SF_JSON_SURROGATE,
		  "half a surrogate pair");
	CHECK(check("\"\\ud83") == SF_JSON_SYNTAX && check("\"\\ud83d\\u") == SF_JSON_SURROGATE, "cut escapes");
	CHECK(sf_json_check(counted, strlen(counted), &parts) == SF_JSON_OK && parts.objects == 3 && parts.arrays == 2 && parts.values == 8, "the parts are counted");
}

static int
valid(const char *text)
{
	return check(text) == SF_JSON_OK;
}

static SfJsonFault
check(const char *text)
{
	char		copy[1024] = {0};
	SfJsonParts parts;

	memcpy(copy, text, strlen(text));
	return sf_json_check(copy, strlen(text), &parts);
}
