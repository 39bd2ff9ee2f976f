/* sources: src/base/cells.c src/base/buf.c */
/*
 * cells.c
 *	  Fuzz target: the cell scanner against a slow, plain reader of JSON.
 *
 * The first byte gives the number of columns, the rest is the document.  Both
 * must accept the same documents and read the same cells; the scanner must
 * leave the slack alone and cut the rows out of every document it accepts.
 */
#include "base/cells.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define MAX_COLUMNS 4
#define MAX_DEPTH 64			/* of cells.c */
#define REQUIRE(condition) do { if (!(condition)) abort(); } while (0)

typedef struct Slow
{
	const unsigned char *p;
	const unsigned char *end;
	int			ncolumns;
	SfBuf		cells;			/* what was read: length-prefixed */
} Slow;

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool fast_document(const uint8_t *data, size_t size, int ncolumns, SfBuf *cells);
static void check_metadata(const uint8_t *data, size_t size, bool accepted, int ncolumns);
static void note_cell(SfBuf *cells, const char *p, int32_t len);
static bool slow_document(Slow *s);
static bool slow_rows(Slow *s);
static bool slow_row(Slow *s);
static bool slow_value(Slow *s, int depth);
static bool slow_list(Slow *s, int depth, unsigned char close);
static bool slow_number(Slow *s);
static bool slow_string(Slow *s, SfBuf *out);
static bool slow_escape(Slow *s, SfBuf *out);
static int	slow_hex4(Slow *s);
static void slow_space(Slow *s);
static bool slow_word(Slow *s, const char *word);
static bool slow_char(Slow *s, unsigned char c);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Slow		slow = {0};
	SfBuf		fast;
	bool		accepted;
	bool		expected;

	if (size < 1)
		return 0;
	slow.ncolumns = data[0] % MAX_COLUMNS + 1;
	slow.p = data + 1;
	slow.end = data + size;
	sf_buf_init(&slow.cells, 1 << 24);
	sf_buf_init(&fast, 1 << 24);
	accepted = fast_document(data + 1, size - 1, slow.ncolumns, &fast);
	expected = slow_document(&slow);
	REQUIRE(accepted == expected);
	if (accepted)
		REQUIRE(fast.len == slow.cells.len && (fast.len == 0 || memcmp(fast.data, slow.cells.data, fast.len) == 0));
	check_metadata(data + 1, size - 1, accepted, slow.ncolumns);
	sf_buf_free(&fast);
	sf_buf_free(&slow.cells);
	return 0;
}

/*
 * In a block of exactly the size promised, so that the sanitizer sees a step
 * beyond it.
 */
static bool
fast_document(const uint8_t *data, size_t size, int ncolumns, SfBuf *cells)
{
	char	   *block = calloc(1, size + SF_BUF_SLACK);
	SfCells		scanner;
	SfCell		cell[MAX_COLUMNS];
	int			result = -1;

	REQUIRE(block);
	memcpy(block, data, size);
	sf_cells_init(&scanner, block, size, ncolumns);
	if (sf_cells_open(&scanner))
	{
		while ((result = sf_cells_next(&scanner, cell)) == 1)
		{
			for (int i = 0; i < ncolumns; i++)
			{
				note_cell(cells, cell[i].p, cell[i].len);
				if (cell[i].len >= 0)
				{
					REQUIRE(cell[i].p > block && cell[i].p + cell[i].len < block + size);
					REQUIRE(cell[i].p[cell[i].len] == '\0' && memchr(cell[i].p, 0, (size_t) cell[i].len) == NULL);
					cell[i].p[-1] = 'h';	/* the caller's byte */
				}
			}
		}
	}
	REQUIRE((result < 0) == (scanner.error != SF_CELLS_OK));
	REQUIRE(sf_cells_next(&scanner, cell) == (result < 0 ? -1 : 0));
	for (int i = 0; i < SF_BUF_SLACK; i++)
		REQUIRE(block[size + (size_t) i] == '\0');
	free(block);
	return result == 0;
}

/*
 * Metadata of an accepted document exists, is one without rows, and stays the
 * same when cut again.
 */
static void
check_metadata(const uint8_t *data, size_t size, bool accepted, int ncolumns)
{
	char	   *block = calloc(1, size + SF_BUF_SLACK);
	SfBuf		once;
	SfBuf		twice;
	SfBuf		cells;
	bool		ok;

	REQUIRE(block);
	memcpy(block, data, size);
	sf_buf_init(&once, 1 << 24);
	sf_buf_init(&twice, 1 << 24);
	sf_buf_init(&cells, 1 << 24);
	ok = sf_cells_metadata(block, size, &once) == SF_JSON_OK;
	REQUIRE(memcmp(block, data, size) == 0);
	REQUIRE(ok || !accepted);
	if (ok)
	{
		REQUIRE(sf_cells_metadata(once.data, once.len, &twice) == SF_JSON_OK);
		REQUIRE(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
		if (accepted)
			REQUIRE(fast_document((uint8_t *) once.data, once.len, ncolumns, &cells) && cells.len == 0);
	}
	sf_buf_free(&once);
	sf_buf_free(&twice);
	sf_buf_free(&cells);
	free(block);
}

static void
note_cell(SfBuf *cells, const char *p, int32_t len)
{
	sf_buf_append(cells, &len, sizeof(len));
	if (len > 0)
		sf_buf_append(cells, p, (size_t) len);
}

static bool
slow_document(Slow *s)
{
	bool		seen = false;

	slow_space(s);
	if (!slow_char(s, '{'))
		return false;
	do
	{
		const unsigned char *key;

		slow_space(s);
		key = s->p;
		if (!slow_string(s, NULL))
			return false;
		if (s->p - key == 6 && memcmp(key, "\"data\"", 6) == 0)
		{
			slow_space(s);
			if (seen || !slow_char(s, ':') || !slow_rows(s))
				return false;
			seen = true;
		}
		else
		{
			slow_space(s);
			if (!slow_char(s, ':') || !slow_value(s, 0))
				return false;
		}
		slow_space(s);
	} while (slow_char(s, ','));
	if (!seen || !slow_char(s, '}'))
		return false;
	slow_space(s);
	return s->p == s->end;
}

static bool
slow_rows(Slow *s)
{
	slow_space(s);
	if (!slow_char(s, '['))
		return false;
	slow_space(s);
	if (slow_char(s, ']'))
		return true;
	do
	{
		if (!slow_row(s))
			return false;
		slow_space(s);
	} while (slow_char(s, ','));
	return slow_char(s, ']');
}

static bool
slow_row(Slow *s)
{
	slow_space(s);
	if (!slow_char(s, '['))
		return false;
	for (int i = 0; i < s->ncolumns; i++)
	{
		slow_space(s);
		if (i > 0 && !slow_char(s, ','))
			return false;
		slow_space(s);
		if (slow_word(s, "null"))
			note_cell(&s->cells, NULL, -1);
		else
		{
			SfBuf		text;
			bool		ok;

			sf_buf_init(&text, 1 << 24);
			ok = slow_string(s, &text);
			if (ok)
				note_cell(&s->cells, text.data, (int32_t) text.len);
			sf_buf_free(&text);
			if (!ok)
				return false;
		}
	}
	slow_space(s);
	return slow_char(s, ']');
}

static bool
slow_value(Slow *s, int depth)
{
	slow_space(s);
	if (s->p == s->end)
		return false;
	switch (*s->p)
	{
		case '"':
			return slow_string(s, NULL);
		case '{':
			return slow_list(s, depth + 1, '}');
		case '[':
			return slow_list(s, depth + 1, ']');
		default:
			return slow_word(s, "true") || slow_word(s, "false") || slow_word(s, "null") || slow_number(s);
	}
}

static bool
slow_list(Slow *s, int depth, unsigned char close)
{
	if (depth > MAX_DEPTH)
		return false;
	s->p++;
	slow_space(s);
	if (slow_char(s, close))
		return true;
	do
	{
		slow_space(s);
		if (close == '}')
		{
			if (!slow_string(s, NULL))
				return false;
			slow_space(s);
			if (!slow_char(s, ':'))
				return false;
		}
		if (!slow_value(s, depth))
			return false;
		slow_space(s);
	} while (slow_char(s, ','));
	return slow_char(s, close);
}

static bool
slow_number(Slow *s)
{
	const unsigned char *start;

	slow_char(s, '-');
	start = s->p;
	while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
		s->p++;
	if (s->p == start || (*start == '0' && s->p - start > 1))
		return false;
	if (slow_char(s, '.'))
	{
		start = s->p;
		while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
			s->p++;
		if (s->p == start)
			return false;
	}
	if (slow_char(s, 'e') || slow_char(s, 'E'))
	{
		if (!slow_char(s, '+'))
			slow_char(s, '-');
		start = s->p;
		while (s->p < s->end && *s->p >= '0' && *s->p <= '9')
			s->p++;
		if (s->p == start)
			return false;
	}
	return true;
}

/*
 * out NULL: only skipped; U+0000 and surrogates do not matter then.
 */
static bool
slow_string(Slow *s, SfBuf *out)
{
	if (!slow_char(s, '"'))
		return false;
	for (;;)
	{
		if (s->p == s->end || *s->p < 0x20)
			return false;
		if (*s->p == '"')
		{
			s->p++;
			if (out)
				sf_buf_append(out, "", 0);
			return true;
		}
		if (*s->p == '\\')
		{
			s->p++;
			if (!slow_escape(s, out))
				return false;
		}
		else
		{
			if (out)
				sf_buf_append_char(out, (char) *s->p);
			s->p++;
		}
	}
}

static bool
slow_escape(Slow *s, SfBuf *out)
{
	static const char *const pairs[] = {"\"\"", "\\\\", "//", "b\b", "f\f", "n\n", "r\r", "t\t"};
	int			high;
	int			low;
	long		point;
	char		utf8[4];
	int			n = 0;

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
	{
		if (slow_char(s, (unsigned char) pairs[i][0]))
			return out ? sf_buf_append_char(out, pairs[i][1]) : true;
	}
	if (!slow_char(s, 'u') || (high = slow_hex4(s)) < 0)
		return false;
	if (out == NULL)
		return true;
	point = high;
	if (high == 0 || (high >= 0xDC00 && high <= 0xDFFF))
		return false;
	if (high >= 0xD800 && high <= 0xDBFF)
	{
		if (!slow_char(s, '\\') || !slow_char(s, 'u') || (low = slow_hex4(s)) < 0xDC00 || low > 0xDFFF)
			return false;
		point = 0x10000 + (high - 0xD800) * 0x400L + (low - 0xDC00);
	}
	if (point < 0x80)
		utf8[n++] = (char) point;
	else if (point < 0x800)
		utf8[n++] = (char) (0xC0 + point / 64);
	else if (point < 0x10000)
		utf8[n++] = (char) (0xE0 + point / 4096);
	else
		utf8[n++] = (char) (0xF0 + point / 262144);
	if (point >= 0x10000)
		utf8[n++] = (char) (0x80 + point / 4096 % 64);
	if (point >= 0x800)
		utf8[n++] = (char) (0x80 + point / 64 % 64);
	if (point >= 0x80)
		utf8[n++] = (char) (0x80 + point % 64);
	return sf_buf_append(out, utf8, (size_t) n);
}

static int
slow_hex4(Slow *s)
{
	static const char digits[] = "0123456789abcdef0123456789ABCDEF";
	int			value = 0;

	for (int i = 0; i < 4; i++, s->p++)
	{
		const char *found = s->p < s->end && *s->p ? strchr(digits, *s->p) : NULL;

		if (found == NULL)
			return -1;
		value = value * 16 + (int) (found - digits) % 16;
	}
	return value;
}

static void
slow_space(Slow *s)
{
	while (slow_char(s, ' ') || slow_char(s, '\n') || slow_char(s, '\r') || slow_char(s, '\t'))
		;
}

static bool
slow_word(Slow *s, const char *word)
{
	size_t		n = strlen(word);

	if ((size_t) (s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return false;
	s->p += n;
	return true;
}

static bool
slow_char(Slow *s, unsigned char c)
{
	if (s->p == s->end || *s->p != c)
		return false;
	s->p++;
	return true;
}
