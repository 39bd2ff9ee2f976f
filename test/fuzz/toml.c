/* sources: src/base/toml.c src/base/str.c src/base/buf.c */
/*
 * toml.c
 *	  Fuzz target: what the TOML reader accepts is written out again in one
 *	  plain form, which must read as the same entries; an error names its line
 *	  and nothing of the file.
 */
#include "base/toml.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define REQUIRE(condition) do { if (!(condition)) abort(); } while (0)

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_error(const char *err);
static void check_round_trip(const SfToml *toml);
static void check_entries(const SfToml *toml);
static void write_name(SfBuf *out, const char *name);
static void write_string(SfBuf *out, const char *text);
static int	same(const char *a, const char *b);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char		err[100] = "";
	char	   *text = malloc(size ? size : 1); /* not terminated: the
												 * sanitizer sees a step
												 * beyond */
	SfToml	   *toml;

	REQUIRE(text);
	if (size > 0)
		memcpy(text, data, size);
	toml = sf_toml_parse(text, size, err, sizeof(err));
	if (toml == NULL)
		check_error(err);
	else
	{
		check_entries(toml);
		check_round_trip(toml);
		sf_toml_free(toml);
	}
	free(text);
	return 0;
}

/*
 * "line N: " and a sentence of fixed words.
 */
static void
check_error(const char *err)
{
	const char *p = err;

	REQUIRE(strncmp(p, "line ", 5) == 0);
	p += 5 + strspn(p + 5, "0123456789");
	REQUIRE(p > err + 5 && strncmp(p, ": ", 2) == 0 && p[2] != '\0');
	REQUIRE(strspn(p + 2, "abcdefghijklmnopqrstuvwxyzUTFOM -=[],8") == strlen(p + 2));
}

static void
check_entries(const SfToml *toml)
{
	for (int i = 0; i < sf_toml_count(toml); i++)
	{
		const char *table;
		const char *key;
		const char *value;

		sf_toml_entry(toml, i, &table, &key, &value);
		REQUIRE(table && (key == NULL) == (value == NULL));
		REQUIRE(sf_toml_has_table(toml, table));
		for (int j = 0; j < i; j++)
		{
			const char *earlier[3];

			sf_toml_entry(toml, j, &earlier[0], &earlier[1], &earlier[2]);
			REQUIRE(!same(earlier[0], table) || !same(earlier[1], key));
		}
	}
}

static void
check_round_trip(const SfToml *toml)
{
	SfBuf		out;
	SfToml	   *again;
	char		err[100];
	const char *header = "";

	sf_buf_init(&out, 1 << 26);
	sf_buf_append_str(&out, "");
	for (int i = 0; i < sf_toml_count(toml); i++)
	{
		const char *table;
		const char *key;
		const char *value;

		sf_toml_entry(toml, i, &table, &key, &value);
		if (key == NULL)
		{
			sf_buf_append_char(&out, '[');
			write_name(&out, table);
			sf_buf_append_str(&out, "]\n");
			header = table;
			continue;
		}
		/* a dotted key belongs to a table below the header */
		REQUIRE(strncmp(table, header, strlen(header)) == 0);
		table += strlen(header);
		if (*table == SF_TOML_SEP[0])
			table++;
		if (*table)
		{
			write_name(&out, table);
			sf_buf_append_char(&out, '.');
		}
		write_string(&out, key);
		sf_buf_append_str(&out, " = ");
		write_string(&out, value);
		sf_buf_append_char(&out, '\n');
	}
	again = sf_toml_parse(out.data, out.len, err, sizeof(err));
	REQUIRE(again && sf_toml_count(again) == sf_toml_count(toml));
	for (int i = 0; i < sf_toml_count(toml); i++)
	{
		const char *a[3];
		const char *b[3];

		sf_toml_entry(toml, i, &a[0], &a[1], &a[2]);
		sf_toml_entry(again, i, &b[0], &b[1], &b[2]);
		REQUIRE(same(a[0], b[0]) && same(a[1], b[1]) && same(a[2], b[2]));
	}
	sf_toml_free(again);
	sf_buf_free(&out);
}

static void
write_name(SfBuf *out, const char *name)
{
	for (;;)
	{
		const char *end = strchr(name, SF_TOML_SEP[0]);
		size_t		n = end ? (size_t) (end - name) : strlen(name);
		SfBuf		part;

		sf_buf_init(&part, 1 << 20);
		sf_buf_append(&part, name, n);
		write_string(out, part.data);
		sf_buf_free(&part);
		if (end == NULL)
			return;
		sf_buf_append_char(out, '.');
		name = end + 1;
	}
}

static void
write_string(SfBuf *out, const char *text)
{
	sf_buf_append_char(out, '"');
	for (; *text; text++)
	{
		if ((unsigned char) *text < 0x20 || *text == '"' || *text == '\\')
			sf_buf_printf(out, "\\u%04X", *text);
		else
			sf_buf_append_char(out, *text);
	}
	sf_buf_append_char(out, '"');
}

static int
same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}
