/*
 * cells.c
 *	  In-place scanner of a statement's reply.
 *
 * The NUL bytes behind the document end every loop: outside strings no NUL is
 * legal, inside them it counts as a control character.
 */
#include "base/cells.h"

#include <string.h>

#include "base/str.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* Going over values that are not read here. */
typedef struct Skip
{
	const char *end;			/* of the document */
	bool		strict;			/* refuses half a surrogate pair, which who
								 * reads the text refuses else */
	SfJsonFault fault;			/* why NULL was returned; SF_JSON_OK: SYNTAX */
	SfJsonParts parts;
} Skip;

enum
{
	STATE_START,
	STATE_ROWS,
	STATE_END,
	STATE_ERROR
};

static int	fail(SfCells *cells, SfCellsError error);
static bool fail_skip(SfCells *cells, const Skip *skip);
static SfJsonFault fault_of(const Skip *skip);
static bool finish(SfCells *cells);
static char *read_cell(SfCells *cells, char *p, SfCell *cell);
static char *read_string(SfCells *cells, char *p, SfCell *cell);
static char *unescape(SfCells *cells, char *start, char *p, SfCell *cell);
static char *unescape_one(SfCells *cells, char *p, char **write);
static char *unescape_unicode(SfCells *cells, char *p, char **write);
static bool hex4(const char *p, uint32_t *out);
static char *put_utf8(char *w, uint32_t c);
static const char *skip_string(Skip *skip, const char *p);
static const char *skip_value(Skip *skip, const char *p);
static const char *skip_scalar(Skip *skip, const char *p);
static const char *skip_digits(const char *p);
static const char *special(const char *p);

#define SPACE(p) ((char *) sf_skip_space(p))

void
sf_cells_init(SfCells *cells, char *buf, size_t len, int ncolumns)
{
	memset(cells, 0, sizeof(*cells));
	cells->buf = buf;
	cells->p = buf;
	cells->end = buf + len;
	cells->ncolumns = ncolumns;
}

bool
sf_cells_open(SfCells *cells)
{
	Skip		skip = {.end = cells->end};
	const char *p = sf_skip_space(cells->buf);

	if (*p != '{')
		return fail(cells, p >= cells->end ? SF_CELLS_TRUNCATED : SF_CELLS_SYNTAX) > 0;
	p = sf_skip_space(p + 1);
	for (;;)
	{
		const char *key = p + 1;
		bool		data;

		if (*p == '}')
			return fail(cells, SF_CELLS_NO_DATA) > 0;
		if (*p != '"' || (p = skip_string(&skip, p)) == NULL)
			return fail(cells, SF_CELLS_SYNTAX) > 0;
		data = p - key == 5 && memcmp(key, "data", 4) == 0;
		p = sf_skip_space(p);
		if (*p != ':')
			return fail(cells, SF_CELLS_SYNTAX) > 0;
		p = sf_skip_space(p + 1);
		if (data)
		{
			if (*p != '[')
				return fail(cells, SF_CELLS_SYNTAX) > 0;
			cells->p = SPACE(p + 1);
			cells->state = STATE_ROWS;
			return true;
		}
		p = skip_value(&skip, p);
		if (p == NULL)
			return fail_skip(cells, &skip);
		p = sf_skip_space(p);
		if (*p == ',')
			p = sf_skip_space(p + 1);
		else if (*p != '}')
			return fail(cells, p >= cells->end ? SF_CELLS_TRUNCATED : SF_CELLS_SYNTAX) > 0;
	}
}

int
sf_cells_next(SfCells *cells, SfCell *cell)
{
	char	   *p = cells->p;

	if (cells->state != STATE_ROWS)
		return cells->state == STATE_END ? 0 : -1;
	if (*p == ']' && cells->row == 0)
	{
		cells->p = p + 1;
		return finish(cells) ? 0 : -1;
	}
	if (*p != '[')
		return fail(cells, p >= cells->end ? SF_CELLS_TRUNCATED : SF_CELLS_SYNTAX);
	p++;
	for (int i = 0; i < cells->ncolumns; i++)
	{
		char		expected = i == cells->ncolumns - 1 ? ']' : ',';

		cells->column = i;
		p = read_cell(cells, p, &cell[i]);
		if (p == NULL)
			return -1;
		if (*p != expected)
			p = SPACE(p);
		if (*p != expected)
			return fail(cells, *p == ',' || *p == ']' ? SF_CELLS_ROW_WIDTH :
						p >= cells->end ? SF_CELLS_TRUNCATED : SF_CELLS_SYNTAX);
		p++;
	}
	cells->row++;

	if (*p != ',' && *p != ']')
		p = SPACE(p);
	if (*p == ',')
	{
		p++;
		if (*p != '[')
			p = SPACE(p);
		cells->p = p;
		return 1;
	}
	if (*p != ']')
	{
		cells->row--;
		return fail(cells, p >= cells->end ? SF_CELLS_TRUNCATED : SF_CELLS_SYNTAX);
	}
	cells->p = p + 1;
	if (!finish(cells))
	{
		cells->row--;
		return -1;
	}
	return 1;
}

const char *
sf_cells_error_text(SfCellsError error)
{
	switch (error)
	{
		case SF_CELLS_OK:
			return "no error";
		case SF_CELLS_SYNTAX:
			return "it is not well-formed JSON of the expected shape";
		case SF_CELLS_TRUNCATED:
			return "it ends in the middle";
		case SF_CELLS_NO_DATA:
			return "it has no \"data\"";
		case SF_CELLS_ROW_WIDTH:
			return "a row has another number of values than there are columns";
		case SF_CELLS_NOT_STRING:
			return "a value is neither a string nor null";
		case SF_CELLS_NUL:
			return "a value contains the character U+0000";
		case SF_CELLS_SURROGATE:
			return "a value contains half a surrogate pair";
		case SF_CELLS_TOO_DEEP:
			return "it is nested too deeply";
		case SF_CELLS_TOO_LONG:
			return "a value is longer than 2 GB";
	}
	return "unknown error";
}

SfJsonFault
sf_cells_metadata(const char *buf, size_t len, SfBuf *out)
{
	Skip		skip = {.end = buf + len};
	const char *p = sf_skip_space(buf);
	const char *copied = buf;
	bool		found = false;

	if (*p != '{')
		return SF_JSON_SYNTAX;
	p = sf_skip_space(p + 1);
	while (*p != '}')
	{
		const char *key = p + 1;
		const char *value;
		bool		data;

		if (*p != '"' || (p = skip_string(&skip, p)) == NULL)
			return fault_of(&skip);
		data = p - key == 5 && memcmp(key, "data", 4) == 0;
		p = sf_skip_space(p);
		if (*p != ':')
			return SF_JSON_SYNTAX;
		value = sf_skip_space(p + 1);
		p = skip_value(&skip, value);
		if (p == NULL || (data && found))
			return fault_of(&skip);
		if (data && *value == '[')
		{
			found = true;
			sf_buf_append(out, copied, (size_t) (value - copied));
			sf_buf_append(out, "[]", 2);
			copied = p;
		}
		p = sf_skip_space(p);
		if (*p == ',')
		{
			p = sf_skip_space(p + 1);
			if (*p != '"')
				return SF_JSON_SYNTAX;
		}
		else if (*p != '}')
			return SF_JSON_SYNTAX;
	}
	if (sf_skip_space(p + 1) != skip.end)
		return SF_JSON_SYNTAX;
	return sf_buf_append(out, copied, (size_t) (skip.end - copied)) ? SF_JSON_OK : SF_JSON_SYNTAX;
}

SfJsonFault
sf_json_check(const char *text, size_t len, SfJsonParts *parts)
{
	Skip		skip = {.end = text + len,.strict = true};
	const char *end = skip_value(&skip, text);

	*parts = skip.parts;
	if (end == NULL)
		return fault_of(&skip);
	return sf_skip_space(end) == skip.end ? SF_JSON_OK : SF_JSON_SYNTAX;
}

const char *
sf_json_fault_text(SfJsonFault fault)
{
	switch (fault)
	{
		case SF_JSON_OK:
			return "has no error";
		case SF_JSON_SYNTAX:
			return "is not JSON";
		case SF_JSON_TOO_DEEP:
			return "is nested too deeply";
		case SF_JSON_SURROGATE:
			return "has half a surrogate pair in a string";
		case SF_JSON_TOO_MANY:
			return "has too many parts";
	}
	return "has an unknown error";
}

static int
fail(SfCells *cells, SfCellsError error)
{
	cells->state = STATE_ERROR;
	cells->error = error;
	return -1;
}

/*
 * False: what was skipped is no JSON that we take.
 */
static bool
fail_skip(SfCells *cells, const Skip *skip)
{
	fail(cells, fault_of(skip) == SF_JSON_TOO_DEEP ? SF_CELLS_TOO_DEEP : SF_CELLS_SYNTAX);
	return false;
}

static SfJsonFault
fault_of(const Skip *skip)
{
	return skip->fault == SF_JSON_OK ? SF_JSON_SYNTAX : skip->fault;
}

/*
 * What stands behind the rows: further keys, the end, white space.
 */
static bool
finish(SfCells *cells)
{
	Skip		skip = {.end = cells->end};
	const char *p = sf_skip_space(cells->p);

	while (*p == ',')
	{
		const char *key;

		p = sf_skip_space(p + 1);
		key = p + 1;
		if (*p != '"' || (p = skip_string(&skip, p)) == NULL ||
			(p - key == 5 && memcmp(key, "data", 4) == 0))
			return fail(cells, SF_CELLS_SYNTAX) > 0;
		p = sf_skip_space(p);
		if (*p != ':' || (p = skip_value(&skip, sf_skip_space(p + 1))) == NULL)
			return fail_skip(cells, &skip);
		p = sf_skip_space(p);
	}
	if (*p != '}')
		return fail(cells, p >= cells->end ? SF_CELLS_TRUNCATED : SF_CELLS_SYNTAX) > 0;
	if (sf_skip_space(p + 1) != cells->end)
		return fail(cells, SF_CELLS_SYNTAX) > 0;
	cells->state = STATE_END;
	return true;
}

static char *
read_cell(SfCells *cells, char *p, SfCell *cell)
{
	if (*p != '"' && *p != 'n')
		p = SPACE(p);
	if (*p == '"')
		return read_string(cells, p + 1, cell);
	if (memcmp(p, "null", 4) == 0)
	{
		cell->p = NULL;
		cell->len = -1;
		return p + 4;
	}
	fail(cells, *p == ']' || *p == ',' ? SF_CELLS_ROW_WIDTH :
		 p >= cells->end || (*p == 'n' && cells->end - p < 4) ? SF_CELLS_TRUNCATED : SF_CELLS_NOT_STRING);
	return NULL;
}

/*
 * p is behind the opening quote; returns the position behind the closing one.
 */
static char *
read_string(SfCells *cells, char *p, SfCell *cell)
{
	char	   *q = (char *) special(p);

	if (q - p > INT32_MAX)
	{
		fail(cells, SF_CELLS_TOO_LONG);
		return NULL;
	}
	if (*q == '"' && q < cells->end)
	{
		cell->p = p;
		cell->len = (int32_t) (q - p);
		*q = '\0';
		return q + 1;
	}
	return unescape(cells, p, q, cell);
}

/*
 * The slow way from the first special character on: parts between escapes
 * move down, each byte once.
 */
static char *
unescape(SfCells *cells, char *start, char *p, SfCell *cell)
{
	char	   *w = p;

	for (;;)
	{
		char	   *next;

		if (p >= cells->end)
		{
			fail(cells, SF_CELLS_TRUNCATED);
			return NULL;
		}
		if (*p == '"')
		{
			if (w - start > INT32_MAX)
			{
				fail(cells, SF_CELLS_TOO_LONG);
				return NULL;
			}
			cell->p = start;
			cell->len = (int32_t) (w - start);
			*w = '\0';
			return p + 1;
		}
		if (*p != '\\')
		{
			fail(cells, SF_CELLS_SYNTAX);
			return NULL;
		}
		p = unescape_one(cells, p + 1, &w);
		if (p == NULL)
			return NULL;
		next = (char *) special(p);
		memmove(w, p, (size_t) (next - p));
		w += next - p;
		p = next;
	}
}

static char *
unescape_one(SfCells *cells, char *p, char **write)
{
	static const char names[] = "\"\\/bfnrt";
	static const char values[] = "\"\\/\b\f\n\r\t";
	const char *name;

	if (*p == 'u')
		return unescape_unicode(cells, p + 1, write);
	name = *p ? strchr(names, *p) : NULL;
	if (name == NULL)
	{
		fail(cells, p >= cells->end ? SF_CELLS_TRUNCATED : SF_CELLS_SYNTAX);
		return NULL;
	}
	*(*write)++ = values[name - names];
	return p + 1;
}

static char *
unescape_unicode(SfCells *cells, char *p, char **write)
{
	uint32_t	c;
	uint32_t	low;

	if (!hex4(p, &c))
	{
		fail(cells, p + 4 > cells->end ? SF_CELLS_TRUNCATED : SF_CELLS_SYNTAX);
		return NULL;
	}
	p += 4;
	if (c == 0)
	{
		fail(cells, SF_CELLS_NUL);
		return NULL;
	}
	if (c >= 0xD800 && c <= 0xDFFF)
	{
		if (c >= 0xDC00 || p[0] != '\\' || p[1] != 'u' || !hex4(p + 2, &low) || low < 0xDC00 || low > 0xDFFF)
		{
			fail(cells, SF_CELLS_SURROGATE);
			return NULL;
		}
		c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
		p += 6;
	}
	*write = put_utf8(*write, c);
	return p;
}

static bool
hex4(const char *p, uint32_t *out)
{
	uint32_t	value = 0;

	for (int i = 0; i < 4; i++)
	{
		char		c = p[i];

		if (c >= '0' && c <= '9')
			value = value << 4 | (uint32_t) (c - '0');
		else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
			value = value << 4 | (uint32_t) ((c | 0x20) - 'a' + 10);
		else
			return false;
	}
	*out = value;
	return true;
}

static char *
put_utf8(char *w, uint32_t c)
{
	if (c < 0x80)
		*w++ = (char) c;
	else if (c < 0x800)
	{
		*w++ = (char) (0xC0 | c >> 6);
		*w++ = (char) (0x80 | (c & 0x3F));
	}
	else if (c < 0x10000)
	{
		*w++ = (char) (0xE0 | c >> 12);
		*w++ = (char) (0x80 | (c >> 6 & 0x3F));
		*w++ = (char) (0x80 | (c & 0x3F));
	}
	else
	{
		*w++ = (char) (0xF0 | c >> 18);
		*w++ = (char) (0x80 | (c >> 12 & 0x3F));
		*w++ = (char) (0x80 | (c >> 6 & 0x3F));
		*w++ = (char) (0x80 | (c & 0x3F));
	}
	return w;
}

/*
 * p is at the opening quote; the position behind the closing one, or NULL.
 */
static const char *
skip_string(Skip *skip, const char *p)
{
	uint32_t	c;
	uint32_t	low;

	for (p = special(p + 1); p < skip->end; p = special(p))
	{
		if (*p == '"')
			return p + 1;
		if (*p != '\\' || p[1] == '\0' || strchr("\"\\/bfnrtu", p[1]) == NULL)
			return NULL;
		if (p[1] != 'u')
		{
			p += 2;
			continue;
		}
		if (!hex4(p + 2, &c))
			return NULL;
		p += 6;
		if (!skip->strict || c < 0xD800 || c > 0xDFFF)
			continue;
		if (c >= 0xDC00 || p[0] != '\\' || p[1] != 'u' || !hex4(p + 2, &low) || low < 0xDC00 || low > 0xDFFF)
		{
			skip->fault = SF_JSON_SURROGATE;
			return NULL;
		}
		p += 6;
	}
	return NULL;
}

/*
 * Any JSON value, nested at most SF_JSON_DEPTH deep; the position behind it,
 * or NULL.
 */
static const char *
skip_value(Skip *skip, const char *p)
{
	char		close[SF_JSON_DEPTH];
	int			depth = 0;

	for (;;)
	{
		bool		more = false;

		skip->parts.values++;
		p = sf_skip_space(p);
		if (*p == '{' || *p == '[')
		{
			if (depth == SF_JSON_DEPTH)
			{
				skip->fault = SF_JSON_TOO_DEEP;
				return NULL;
			}
			if (*p == '{')
				skip->parts.objects++;
			else
				skip->parts.arrays++;
			close[depth++] = *p == '{' ? '}' : ']';
			p = sf_skip_space(p + 1);
			more = *p != close[depth - 1];
		}
		else if ((p = skip_scalar(skip, p)) == NULL)
			return NULL;

		/* behind a value, or at the closing bracket of an empty one */
		while (depth > 0 && !more)
		{
			p = sf_skip_space(p);
			if (*p == ',')
			{
				p = sf_skip_space(p + 1);
				more = true;
			}
			else if (*p == close[depth - 1])
			{
				p++;
				depth--;
			}
			else
				return NULL;
		}
		if (depth == 0)
			return p;
		if (close[depth - 1] == '}')
		{
			if (*p != '"' || (p = skip_string(skip, p)) == NULL)
				return NULL;
			p = sf_skip_space(p);
			if (*p++ != ':')
				return NULL;
		}
	}
}

static const char *
skip_scalar(Skip *skip, const char *p)
{
	if (*p == '"')
		return skip_string(skip, p);
	if (strncmp(p, "true", 4) == 0 || strncmp(p, "null", 4) == 0)
		return p + 4;
	if (strncmp(p, "false", 5) == 0)
		return p + 5;
	if (*p == '-')
		p++;
	if (*p == '0')
		p++;
	else if ((p = skip_digits(p)) == NULL)
		return NULL;
	if (*p == '.' && (p = skip_digits(p + 1)) == NULL)
		return NULL;
	if (*p == 'e' || *p == 'E')
	{
		p++;
		if (*p == '+' || *p == '-')
			p++;
		p = skip_digits(p);
	}
	return p;
}

/*
 * Behind one or more digits; NULL when there is none.
 */
static const char *
skip_digits(const char *p)
{
	const char *start = p;

	while (*p >= '0' && *p <= '9')
		p++;
	return p > start ? p : NULL;
}

/*
 * The first quote, backslash or control character at or behind p.
 */
static const char *
special(const char *p)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"');
	const __m128i backslash = _mm_set1_epi8('\\');
	const __m128i control = _mm_set1_epi8(0x1F);

	for (;; p += 16)
	{
		__m128i		v = _mm_loadu_si128((const __m128i *) p);
		__m128i		hit = _mm_or_si128(_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)),
									   _mm_cmpeq_epi8(_mm_min_epu8(v, control), v));
		int			mask = _mm_movemask_epi8(hit);

		if (mask)
			return p + __builtin_ctz((unsigned int) mask);
	}
#else
	while ((unsigned char) *p >= 0x20 && *p != '"' && *p != '\\')
		p++;
	return p;
#endif
}
