/*
 * str.h
 *	  Small string helpers: encodings, masking, distance, UUIDs.
 *
 * Functions that write into an SfBuf return false when the buffer has an
 * error; decoders also when the input is not what they decode.
 */
#ifndef SF_BASE_STR_H
#define SF_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Percent-encodes all but RFC 3986 unreserved characters. */
extern bool sf_url_encode(SfBuf *out, const char *text, size_t len);

extern bool sf_base64_encode(SfBuf *out, const unsigned char *data, size_t len);
extern bool sf_base64url_encode(SfBuf *out, const unsigned char *data, size_t len);

/* Standard or URL alphabet, padding optional, white space skipped. */
extern bool sf_base64_decode(SfBuf *out, const char *text, size_t len);

/* A JSON string with its quotes; the text must be UTF-8. */
extern bool sf_json_quote(SfBuf *out, const char *text, size_t len);

extern bool sf_utf8_valid(const char *text, size_t len);

/* Whether it holds a control character of ASCII, a line break or a tab among them. */
extern bool sf_has_control(const char *text);
extern int	sf_strcasecmp_ascii(const char *a, const char *b);
extern void sf_ascii_upper(char *text);
extern void sf_ascii_lower(char *text);

/* The text with each occurrence of a secret (of 4 bytes or more; NULL is skipped) replaced by ***. */
extern bool sf_str_mask(SfBuf *out, const char *text, const char *const *secrets, int nsecrets);

/*
 * The known name that was probably meant: of those tried the nearest to the
 * wanted one, less than four and at most half its length away; NULL: none.
 */
typedef struct SfNearest
{
	const char *wanted;
	const char *name;
	int			distance;		/* of name, else the first that is too much */
} SfNearest;

extern void sf_nearest_begin(SfNearest *nearest, const char *wanted);
extern void sf_nearest_try(SfNearest *nearest, const char *known);

/* A letter in lower case, any other byte as it is. */
static inline unsigned char
sf_lower(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
}

/* Behind blanks and tabs, at the end at the most. */
static inline const char *
sf_skip_blanks(const char *text, const char *end)
{
	while (text < end && (*text == ' ' || *text == '\t'))
		text++;
	return text;
}

/* Behind blanks, tabs and line breaks. */
static inline const char *
sf_skip_space(const char *text)
{
	while (*text == ' ' || *text == '\n' || *text == '\r' || *text == '\t')
		text++;
	return text;
}

extern bool sf_uuid_valid(const char *text, size_t len);
extern void sf_uuid_v4(char out[37], const unsigned char random[16]);

#endif							/* SF_BASE_STR_H */
