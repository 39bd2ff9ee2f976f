/* sources: src/base/link.c src/base/str.c src/base/buf.c */
/*
 * link.c
 *	  Fuzz target: the Link reader.  The input is a relation, a line feed and
 *	  the header.  A target found is a path on the same host, stands between
 *	  angle brackets in the header, and is found again in a plain header.
 */
#include "base/link.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition) do { if (!(condition)) abort(); } while (0)

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_target(const char *header, size_t len, const char *rel, const SfBuf *url);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line = memchr(data, '\n', size);
	size_t		rel_len = line ? (size_t) (line - data) : 0;
	size_t		len = line ? size - rel_len - 1 : size;
	char	   *rel = calloc(1, rel_len + 1);
	char	   *header = malloc(len ? len : 1);
	SfBuf		url;

	REQUIRE(rel && header);
	memcpy(rel, data, rel_len);
	if (len > 0)
		memcpy(header, data + size - len, len);
	sf_buf_init(&url, 1 << 20);
	if (sf_link_find(header, len, rel, &url) == SF_LINK_FOUND)
		check_target(header, len, rel, &url);
	else
		REQUIRE(url.len == 0);
	sf_buf_free(&url);
	free(rel);
	free(header);
	return 0;
}

static void
check_target(const char *header, size_t len, const char *rel, const SfBuf *url)
{
	bool		found = false;
	SfBuf		plain;
	SfBuf		again;

	REQUIRE(url->len >= 1 && url->data[0] == '/' && url->data[1] != '/' && url->data[1] != '\\');
	for (size_t i = 0; i < url->len; i++)
		REQUIRE((unsigned char) url->data[i] > 0x20 && url->data[i] != 0x7F && url->data[i] != '>');
	for (size_t i = 0; !found && i + url->len + 2 <= len; i++)
		found = header[i] == '<' && header[i + url->len + 1] == '>' && memcmp(header + i + 1, url->data, url->len) == 0;
	REQUIRE(found);

	/* a relation found is one word */
	REQUIRE(*rel && strpbrk(rel, " \t") == NULL);
	if (strpbrk(rel, "\"\\"))
		return;
	sf_buf_init(&plain, 1 << 20);
	sf_buf_init(&again, 1 << 20);
	sf_buf_printf(&plain, "</other>; rel=\"x%s\", <%s>;rel=\"a %s\"", rel, url->data, rel);
	REQUIRE(sf_link_find(plain.data, plain.len, rel, &again) == SF_LINK_FOUND);
	REQUIRE(again.len == url->len && memcmp(again.data, url->data, url->len) == 0);
	sf_buf_free(&plain);
	sf_buf_free(&again);
}
