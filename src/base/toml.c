/*
 * toml.c
 *	  Reader of a TOML subset.
 */
#include "base/toml.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/str.h"

#define MAX_NAME 1024
#define MAX_VALUE (1024 * 1024)
#define MAX_ENTRIES 10000
#define MAX_DEPTH 32

typedef struct Entry
{
	char	   *table;
	char	   *key;			/* NULL: the table's own header */
	char	   *value;
} Entry;

struct SfToml
{
	Entry	   *entries;
	int			count;
	int			size;
};

typedef struct Parser
{
	const char *p;
	const char *end;
	int			line;
	SfToml	   *toml;
	SfBuf		table;			/* current table */
	SfBuf		name;			/* key being read */
	SfBuf		value;
	const char *error;
} Parser;

static bool parse_line(Parser *ps);
static bool parse_header(Parser *ps);
static bool parse_pair(Parser *ps);
static bool parse_name(Parser *ps);
static bool parse_name_part(Parser *ps);
static bool parse_value(Parser *ps, int depth);
static bool parse_list(Parser *ps, char close, int depth);
static bool parse_string(Parser *ps, char quote);
static bool parse_escape(Parser *ps, bool multiline);
static bool parse_unicode(Parser *ps, int digits);
static bool parse_bare_value(Parser *ps);
static bool end_of_line(Parser *ps);
static void skip_between(Parser *ps, bool newlines);
static bool at(Parser *ps, const char *text);
static bool fail(Parser *ps, const char *error);
static bool add(Parser *ps, const char *key, const char *value);
static bool is_below(const char *table, const char *parent, const char *key);
static char *copy(const char *text);
static bool is_there(const SfToml *toml, const char *table, const char *key);

SfToml *
sf_toml_parse(const char *text, size_t len, char *err, size_t errlen)
{
	Parser		ps = {.p = text,.end = text + len,.line = 1};
	SfToml	   *toml = calloc(1, sizeof(SfToml));
	bool		ok = toml != NULL;

	ps.toml = toml;
	sf_buf_init(&ps.table, MAX_NAME);
	sf_buf_init(&ps.name, MAX_NAME);
	sf_buf_init(&ps.value, MAX_VALUE);
	sf_buf_append_str(&ps.table, "");
	if (!ok)
		ps.error = "out of memory";
	if (ok && at(&ps, "\xEF\xBB\xBF"))
		ps.p += 3;
	if (ok && !sf_utf8_valid(text, len))
		ok = fail(&ps, "the file is not UTF-8");
	while (ok && ps.p < ps.end)
		ok = parse_line(&ps);
	if (!ok)
	{
		snprintf(err, errlen, "line %d: %s", ps.line, ps.error ? ps.error : "out of memory");
		sf_toml_free(toml);
		toml = NULL;
	}
	sf_buf_free(&ps.table);
	sf_buf_free(&ps.name);
	sf_buf_free(&ps.value);
	return toml;
}

void
sf_toml_free(SfToml *toml)
{
	if (toml == NULL)
		return;
	for (int i = 0; i < toml->count; i++)
	{
		free(toml->entries[i].table);
		free(toml->entries[i].key);
		free(toml->entries[i].value);
	}
	free(toml->entries);
	free(toml);
}

bool
sf_toml_has_table(const SfToml *toml, const char *table)
{
	for (int i = 0; i < toml->count; i++)
	{
		if (strcmp(toml->entries[i].table, table) == 0)
			return true;
	}
	return false;
}

int
sf_toml_count(const SfToml *toml)
{
	return toml->count;
}

void
sf_toml_entry(const SfToml *toml, int i, const char **table, const char **key, const char **value)
{
	*table = toml->entries[i].table;
	*key = toml->entries[i].key;
	*value = toml->entries[i].value;
}

static bool
parse_line(Parser *ps)
{
	ps->p = sf_skip_blanks(ps->p, ps->end);
	if (ps->p < ps->end && *ps->p != '#' && *ps->p != '\n' && *ps->p != '\r')
	{
		if (!(*ps->p == '[' ? parse_header(ps) : parse_pair(ps)))
			return false;
	}
	return end_of_line(ps);
}

static bool
parse_header(Parser *ps)
{
	if (at(ps, "[["))
		return fail(ps, "arrays of tables are not supported");
	ps->p++;
	sf_buf_reset(&ps->name);
	if (!parse_name(ps))
		return false;
	if (ps->p >= ps->end || *ps->p != ']')
		return fail(ps, "a table header is not closed by ]");
	ps->p++;
	sf_buf_reset(&ps->table);
	if (!sf_buf_append_str(&ps->table, ps->name.data))
		return fail(ps, "a name is too long");
	if (is_there(ps->toml, ps->table.data, NULL))
		return fail(ps, "a table is defined twice");
	return add(ps, NULL, NULL);
}

static bool
parse_pair(Parser *ps)
{
	const char *last;
	char	   *dot;
	char		table[2 * MAX_NAME + 2];
	size_t		table_len = ps->table.len;

	sf_buf_reset(&ps->name);
	if (!parse_name(ps))
		return false;
	if (ps->p >= ps->end || *ps->p != '=')
		return fail(ps, "a key is not followed by =");
	ps->p++;
	ps->p = sf_skip_blanks(ps->p, ps->end);
	sf_buf_reset(&ps->value);
	sf_buf_append_str(&ps->value, "");
	if (!parse_value(ps, 0))
		return false;

	/* a dotted key belongs to a table below the current one */
	last = ps->name.data;
	memcpy(table, ps->table.data, table_len + 1);
	dot = strrchr(ps->name.data, SF_TOML_SEP[0]);
	if (dot)
	{
		*dot = '\0';
		if (!sf_buf_printf(&ps->table, "%s%s", ps->table.len ? SF_TOML_SEP : "", ps->name.data))
			return fail(ps, "a name is too long");
		last = dot + 1;
	}
	if (is_there(ps->toml, ps->table.data, last))
		return fail(ps, "a key is defined twice");
	if (!add(ps, last, ps->value.data))
		return false;
	if (dot)
	{
		sf_buf_reset(&ps->table);
		sf_buf_append(&ps->table, table, table_len);
	}
	return true;
}

/*
 * A possibly dotted name into ps->name, and the blanks behind it.
 */
static bool
parse_name(Parser *ps)
{
	for (;;)
	{
		ps->p = sf_skip_blanks(ps->p, ps->end);
		if (!parse_name_part(ps))
			return false;
		ps->p = sf_skip_blanks(ps->p, ps->end);
		if (ps->p >= ps->end || *ps->p != '.')
			break;
		ps->p++;
		sf_buf_append_str(&ps->name, SF_TOML_SEP);
	}
	return ps->name.status == SF_BUF_OK ? true : fail(ps, "a name is too long");
}

static bool
parse_name_part(Parser *ps)
{
	const char *start = ps->p;

	if (ps->p < ps->end && (*ps->p == '"' || *ps->p == '\''))
	{
		sf_buf_reset(&ps->value);
		sf_buf_append_str(&ps->value, "");
		if (at(ps, "\"\"\"") || at(ps, "'''"))
			return fail(ps, "a key cannot be a multi-line string");
		if (!parse_string(ps, *ps->p))
			return false;
		if (strchr(ps->value.data, SF_TOML_SEP[0]))
			return fail(ps, "a key holds a control character");
		/* "" is the top of the file */
		if (ps->value.len == 0)
			return fail(ps, "a key is empty");
		return sf_buf_append_str(&ps->name, ps->value.data) ? true : fail(ps, "a name is too long");
	}
	while (ps->p < ps->end && ((*ps->p >= 'a' && *ps->p <= 'z') || (*ps->p >= 'A' && *ps->p <= 'Z') ||
							   (*ps->p >= '0' && *ps->p <= '9') || *ps->p == '_' || *ps->p == '-'))
		ps->p++;
	if (ps->p == start)
		return fail(ps, "a key is expected");
	return sf_buf_append(&ps->name, start, (size_t) (ps->p - start)) ? true : fail(ps, "a name is too long");
}

static bool
parse_value(Parser *ps, int depth)
{
	if (ps->p >= ps->end)
		return fail(ps, "a value is missing");
	if (depth > MAX_DEPTH)
		return fail(ps, "values are nested too deeply");
	switch (*ps->p)
	{
		case '"':
		case '\'':
			return parse_string(ps, *ps->p);
		case '[':
			return parse_list(ps, ']', depth + 1);
		case '{':
			return parse_list(ps, '}', depth + 1);
		default:
			return parse_bare_value(ps);
	}
}

/*
 * An array or inline table: its shape is checked, its content dropped.
 */
static bool
parse_list(Parser *ps, char close, int depth)
{
	bool		table = close == '}';

	ps->p++;
	for (;;)
	{
		skip_between(ps, !table);
		if (ps->p >= ps->end)
			return fail(ps, "an array or inline table is not closed");
		if (*ps->p == close)
			break;
		if (table)
		{
			SfBuf		name = ps->name;

			sf_buf_init(&ps->name, MAX_NAME);
			if (!parse_name(ps))
			{
				sf_buf_free(&ps->name);
				ps->name = name;
				return false;
			}
			sf_buf_free(&ps->name);
			ps->name = name;
			if (ps->p >= ps->end || *ps->p != '=')
				return fail(ps, "a key is not followed by =");
			ps->p++;
			ps->p = sf_skip_blanks(ps->p, ps->end);
		}
		if (!parse_value(ps, depth))
			return false;
		skip_between(ps, !table);
		if (ps->p < ps->end && *ps->p == ',')
			ps->p++;
		else if (ps->p >= ps->end || *ps->p != close)
			return fail(ps, "an array or inline table is not closed");
	}
	ps->p++;
	sf_buf_reset(&ps->value);
	sf_buf_append_str(&ps->value, "");
	return true;
}

/*
 * A string of any of the four kinds into ps->value.
 */
static bool
parse_string(Parser *ps, char quote)
{
	char		triple[4] = {quote, quote, quote, '\0'};
	bool		multiline = at(ps, triple);

	sf_buf_reset(&ps->value);
	sf_buf_append_str(&ps->value, "");
	ps->p += multiline ? 3 : 1;
	if (multiline && at(ps, "\r\n"))
		ps->p++;
	if (multiline && at(ps, "\n"))
	{
		ps->p++;
		ps->line++;
	}
	for (;;)
	{
		if (ps->p >= ps->end)
			return fail(ps, "a string is not closed");
		if (multiline && at(ps, triple))
		{
			ps->p += 3;
			/* up to two quotes may stand before the closing ones */
			for (int i = 0; i < 2 && ps->p < ps->end && *ps->p == quote; i++, ps->p++)
				sf_buf_append_char(&ps->value, quote);
			break;
		}
		if (!multiline && *ps->p == quote)
		{
			ps->p++;
			break;
		}
		if (*ps->p == '\n')
		{
			if (!multiline)
				return fail(ps, "a string is not closed");
			ps->line++;
		}
		else if (*ps->p == '\0' || ((unsigned char) *ps->p < 0x20 && *ps->p != '\t' && *ps->p != '\r'))
			return fail(ps, "a string holds a control character");
		if (*ps->p == '\\' && quote == '"')
		{
			if (!parse_escape(ps, multiline))
				return false;
		}
		else
			sf_buf_append_char(&ps->value, *ps->p++);
	}
	return ps->value.status == SF_BUF_OK ? true : fail(ps, "a value is too long");
}

static bool
parse_escape(Parser *ps, bool multiline)
{
	static const char names[] = "btnfr\"\\";
	static const char values[] = "\b\t\n\f\r\"\\";
	const char *found;

	ps->p++;
	if (ps->p >= ps->end || *ps->p == '\0')
		return fail(ps, "a string is not closed");
	if (*ps->p == 'u' || *ps->p == 'U')
		return parse_unicode(ps, *ps->p == 'u' ? 4 : 8);
	found = strchr(names, *ps->p);
	if (found)
	{
		sf_buf_append_char(&ps->value, values[found - names]);
		ps->p++;
		return true;
	}

	/*
	 * a backslash at the end of a line swallows the break and the blanks
	 * behind it
	 */
	if (multiline)
	{
		const char *p = ps->p;

		while (p < ps->end && (*p == ' ' || *p == '\t' || *p == '\r'))
			p++;
		if (p < ps->end && *p == '\n')
		{
			for (; p < ps->end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'); p++)
				ps->line += *p == '\n';
			ps->p = p;
			return true;
		}
	}
	return fail(ps, "a string holds an unknown escape");
}

static bool
parse_unicode(Parser *ps, int digits)
{
	uint32_t	c = 0;
	char		utf8[5];
	int			n = 0;

	ps->p++;
	for (int i = 0; i < digits; i++, ps->p++)
	{
		char		h = ps->p < ps->end ? *ps->p : '\0';

		if (h >= '0' && h <= '9')
			c = c << 4 | (uint32_t) (h - '0');
		else if ((h | 0x20) >= 'a' && (h | 0x20) <= 'f')
			c = c << 4 | (uint32_t) ((h | 0x20) - 'a' + 10);
		else
			return fail(ps, "a string holds an unknown escape");
	}
	if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return fail(ps, "a string holds an escape of no character");
	if (c < 0x80)
		utf8[n++] = (char) c;
	else
	{
		int			more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;

		utf8[n++] = (char) ((more == 1 ? 0xC0 : more == 2 ? 0xE0 : 0xF0) | c >> (6 * more));
		while (more-- > 0)
			utf8[n++] = (char) (0x80 | (c >> (6 * more) & 0x3F));
	}
	sf_buf_append(&ps->value, utf8, (size_t) n);
	return true;
}

/*
 * A number, boolean or date: its text.
 */
static bool
parse_bare_value(Parser *ps)
{
	const char *start = ps->p;

	while (ps->p < ps->end && ((*ps->p >= '0' && *ps->p <= '9') || (*ps->p >= 'a' && *ps->p <= 'z') ||
							   (*ps->p >= 'A' && *ps->p <= 'Z') || strchr("+-._:", *ps->p)) && *ps->p != '\0')
		ps->p++;
	if (ps->p == start)
		return fail(ps, "a value is missing");
	sf_buf_reset(&ps->value);
	if (!sf_buf_append(&ps->value, start, (size_t) (ps->p - start)))
		return fail(ps, "a value is too long");
	if (strcmp(ps->value.data, "true") == 0 || strcmp(ps->value.data, "false") == 0 ||
		strchr("+-0123456789", ps->value.data[0]) || strcmp(ps->value.data, "inf") == 0 ||
		strcmp(ps->value.data, "nan") == 0)
		return true;
	return fail(ps, "a text value must stand in quotes");
}

static bool
end_of_line(Parser *ps)
{
	ps->p = sf_skip_blanks(ps->p, ps->end);
	if (ps->p < ps->end && *ps->p == '#')
	{
		while (ps->p < ps->end && *ps->p != '\n')
			ps->p++;
	}
	if (ps->p < ps->end && *ps->p == '\r')
		ps->p++;
	if (ps->p < ps->end && *ps->p != '\n')
		return fail(ps, "something stands behind the value");
	if (ps->p < ps->end)
	{
		ps->p++;
		ps->line++;
	}
	return true;
}

/*
 * Blanks between the parts of a list, with newlines also line breaks and
 * comments.
 */
static void
skip_between(Parser *ps, bool newlines)
{
	for (;;)
	{
		ps->p = sf_skip_blanks(ps->p, ps->end);
		if (!newlines || ps->p >= ps->end)
			return;
		if (*ps->p == '#')
		{
			while (ps->p < ps->end && *ps->p != '\n')
				ps->p++;
			continue;
		}
		if (*ps->p == '\n')
			ps->line++;
		else if (*ps->p != '\r')
			return;
		ps->p++;
	}
}

static bool
at(Parser *ps, const char *text)
{
	size_t		n = strlen(text);

	return (size_t) (ps->end - ps->p) >= n && memcmp(ps->p, text, n) == 0;
}

static bool
fail(Parser *ps, const char *error)
{
	ps->error = error;
	return false;
}

static bool
add(Parser *ps, const char *key, const char *value)
{
	SfToml	   *toml = ps->toml;
	Entry	   *entry;

	if (toml->count == MAX_ENTRIES)
		return fail(ps, "the file has too many entries");
	for (int i = 0; i < toml->count; i++)
	{
		entry = &toml->entries[i];
		if ((entry->key && is_below(ps->table.data, entry->table, entry->key)) ||
			(key && is_below(entry->table, ps->table.data, key)))
			return fail(ps, "a name is both a value and a table");
	}
	if (toml->count == toml->size)
	{
		int			size = toml->size ? 2 * toml->size : 16;
		Entry	   *entries = realloc(toml->entries, sizeof(Entry) * (size_t) size);

		if (entries == NULL)
			return fail(ps, "out of memory");
		toml->entries = entries;
		toml->size = size;
	}
	entry = &toml->entries[toml->count++];
	entry->table = copy(ps->table.data ? ps->table.data : "");
	entry->key = key ? copy(key) : NULL;
	entry->value = value ? copy(value) : NULL;
	if (entry->table == NULL || (key && entry->key == NULL) || (value && entry->value == NULL))
	{
		free(entry->table);
		free(entry->key);
		free(entry->value);
		toml->count--;
		return fail(ps, "out of memory");
	}
	return true;
}

/*
 * Whether the table is parent.key or lies in it.
 */
static bool
is_below(const char *table, const char *parent, const char *key)
{
	size_t		n = strlen(parent);

	if (n > 0)
	{
		if (strncmp(table, parent, n) != 0 || table[n] != SF_TOML_SEP[0])
			return false;
		table += n + 1;
	}
	n = strlen(key);
	return strncmp(table, key, n) == 0 && (table[n] == '\0' || table[n] == SF_TOML_SEP[0]);
}

/*
 * strdup, which C11 lacks.
 */
static char *
copy(const char *text)
{
	size_t		size = strlen(text) + 1;
	char	   *result = malloc(size);

	if (result)
		memcpy(result, text, size);
	return result;
}

static bool
is_there(const SfToml *toml, const char *table, const char *key)
{
	for (int i = 0; i < toml->count; i++)
	{
		const Entry *entry = &toml->entries[i];

		if (strcmp(entry->table, table) != 0)
			continue;
		if (key == NULL ? entry->key == NULL : entry->key && strcmp(entry->key, key) == 0)
			return true;
	}
	return false;
}
