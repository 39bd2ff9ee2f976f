/*
 * str.c
 *	  Small string helpers.
 */
#include "base/str.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define NEAR 4					/* edits that make it another name */
#define MAX_DISTANCE_LENGTH 63

static bool base64_encode(SfBuf *out, const unsigned char *data, size_t len, const char *alphabet, bool pad);
static int	base64_value(unsigned char c);
static int	edit_distance(const char *a, const char *b, int limit);

static const char base64_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char base64url_alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool
sf_url_encode(SfBuf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
	{
		unsigned char c = text[i];

		if ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
			c == '-' || c == '.' || c == '_' || c == '~')
			sf_buf_append_char(out, c);
		else
			sf_buf_printf(out, "%%%02X", c);
	}
	return out->status == SF_BUF_OK;
}

bool
sf_base64_encode(SfBuf *out, const unsigned char *data, size_t len)
{
	return base64_encode(out, data, len, base64_alphabet, true);
}

bool
sf_base64url_encode(SfBuf *out, const unsigned char *data, size_t len)
{
	return base64_encode(out, data, len, base64url_alphabet, false);
}

static bool
base64_encode(SfBuf *out, const unsigned char *data, size_t len, const char *alphabet, bool pad)
{
	for (size_t i = 0; i < len; i += 3)
	{
		size_t		n = len - i < 3 ? len - i : 3;
		uint32_t	bits = (uint32_t) data[i] << 16 | (n > 1 ? data[i + 1] << 8 : 0) | (n > 2 ? data[i + 2] : 0);
		char		quad[4];

		for (int k = 0; k < 4; k++)
			quad[k] = alphabet[bits >> (18 - 6 * k) & 63];
		if (n < 3)
			quad[3] = '=';
		if (n < 2)
			quad[2] = '=';
		sf_buf_append(out, quad, pad ? 4 : n + 1);
	}
	return out->status == SF_BUF_OK;
}

bool
sf_base64_decode(SfBuf *out, const char *text, size_t len)
{
	uint32_t	bits = 0;
	int			n = 0;
	int			padding = 0;

	for (size_t i = 0; i < len; i++)
	{
		unsigned char c = text[i];
		int			value = base64_value(c);

		if (c == ' ' || c == '\n' || c == '\r' || c == '\t')
			continue;
		if (c == '=')
		{
			padding++;
			continue;
		}
		if (value < 0 || padding > 0)
			return false;
		bits = bits << 6 | (uint32_t) value;
		if (++n == 4)
		{
			char		bytes[3] = {(char) (bits >> 16), (char) (bits >> 8), (char) bits};

			sf_buf_append(out, bytes, 3);
			n = 0;
			bits = 0;
		}
	}
	if (n == 1 || (padding > 0 && (n == 0 || n + padding != 4)))
		return false;
	if (n == 2)
		sf_buf_append_char(out, (char) (bits >> 4));
	else if (n == 3)
	{
		sf_buf_append_char(out, (char) (bits >> 10));
		sf_buf_append_char(out, (char) (bits >> 2));
	}
	return out->status == SF_BUF_OK;
}

static int
base64_value(unsigned char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	return -1;
}

bool
sf_json_quote(SfBuf *out, const char *text, size_t len)
{
	size_t		start = 0;

	sf_buf_append_char(out, '"');
	for (size_t i = 0; i < len; i++)
	{
		unsigned char c = text[i];

		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		sf_buf_append(out, text + start, i - start);
		if (c == '"' || c == '\\')
			sf_buf_printf(out, "\\%c", c);
		else
			sf_buf_printf(out, "\\u%04x", c);
		start = i + 1;
	}
	sf_buf_append(out, text + start, len - start);
	return sf_buf_append_char(out, '"');
}

/*
 * Shortest forms only, no surrogates, nothing above U+10FFFF.
 */
bool
sf_utf8_valid(const char *text, size_t len)
{
	const unsigned char *p = (const unsigned char *) text;
	const unsigned char *end = p + len;

	while (p < end)
	{
		int			more;
		uint32_t	point;
		uint32_t	least;

		if (*p < 0x80)
		{
			p++;
			continue;
		}
		if (*p >= 0xC2 && *p <= 0xDF)
			more = 1, point = *p & 0x1F, least = 0x80;
		else if (*p >= 0xE0 && *p <= 0xEF)
			more = 2, point = *p & 0x0F, least = 0x800;
		else if (*p >= 0xF0 && *p <= 0xF4)
			more = 3, point = *p & 0x07, least = 0x10000;
		else
			return false;
		if (end - p <= more)
			return false;
		for (int i = 1; i <= more; i++)
		{
			if ((p[i] & 0xC0) != 0x80)
				return false;
			point = point << 6 | (p[i] & 0x3F);
		}
		if (point < least || point > 0x10FFFF || (point >= 0xD800 && point <= 0xDFFF))
			return false;
		p += more + 1;
	}
	return true;
}

bool
sf_has_control(const char *text)
{
	for (; *text; text++)
	{
		if ((unsigned char) *text < ' ' || *text == 0x7f)
			return true;
	}
	return false;
}

int
sf_strcasecmp_ascii(const char *a, const char *b)
{
	while (*a && sf_lower((unsigned char) *a) == sf_lower((unsigned char) *b))
		a++, b++;
	return (int) sf_lower((unsigned char) *a) - (int) sf_lower((unsigned char) *b);
}

void
sf_ascii_upper(char *text)
{
	for (; *text; text++)
	{
		if (*text >= 'a' && *text <= 'z')
			*text -= 'a' - 'A';
	}
}

void
sf_ascii_lower(char *text)
{
	for (; *text; text++)
		*text = (char) sf_lower((unsigned char) *text);
}

bool
sf_str_mask(SfBuf *out, const char *text, const char *const *secrets, int nsecrets)
{
	const char *hidden = text;	/* end of the last occurrence found */

	for (; *text; text++)
	{
		/* also looked for inside one another: overlapping secrets hide both */
		for (int i = 0; i < nsecrets; i++)
		{
			size_t		len = secrets[i] ? strlen(secrets[i]) : 0;

			if (len < 4 || strncmp(text, secrets[i], len) != 0)
				continue;
			if (hidden <= text)
				sf_buf_append_str(out, "***");
			if (text + len > hidden)
				hidden = text + len;
		}
		if (text >= hidden)
			sf_buf_append_char(out, *text);
	}
	return out->status == SF_BUF_OK;
}

/*
 * Levenshtein distance without regard to ASCII case, or limit when it is that
 * or more.
 */
static int
edit_distance(const char *a, const char *b, int limit)
{
	size_t		na = strlen(a);
	size_t		nb = strlen(b);
	int			row[MAX_DISTANCE_LENGTH + 1];

	if (na > MAX_DISTANCE_LENGTH || nb > MAX_DISTANCE_LENGTH)
		return strcmp(a, b) == 0 ? 0 : limit;
	for (size_t j = 0; j <= nb; j++)
		row[j] = (int) j;
	for (size_t i = 1; i <= na; i++)
	{
		int			diagonal = row[0];

		row[0] = (int) i;
		for (size_t j = 1; j <= nb; j++)
		{
			int			best = diagonal + (sf_lower((unsigned char) a[i - 1]) != sf_lower((unsigned char) b[j - 1]));

			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = row[j];
			row[j] = best;
		}
	}
	return row[nb] < limit ? row[nb] : limit;
}

void
sf_nearest_begin(SfNearest *nearest, const char *wanted)
{
	size_t		half = strlen(wanted) / 2;

	nearest->wanted = wanted;
	nearest->name = NULL;
	nearest->distance = half < NEAR ? (int) half + 1 : NEAR;
}

void
sf_nearest_try(SfNearest *nearest, const char *known)
{
	int			distance = edit_distance(nearest->wanted, known, nearest->distance);

	if (distance < nearest->distance)
	{
		nearest->distance = distance;
		nearest->name = known;
	}
}

bool
sf_uuid_valid(const char *text, size_t len)
{
	if (len != 36)
		return false;
	for (size_t i = 0; i < len; i++)
	{
		unsigned char c = sf_lower((unsigned char) text[i]);

		if (i == 8 || i == 13 || i == 18 || i == 23)
		{
			if (c != '-')
				return false;
		}
		else if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
	}
	return true;
}

void
sf_uuid_v4(char out[37], const unsigned char random[16])
{
	unsigned char b[16];

	memcpy(b, random, 16);
	b[6] = (b[6] & 0x0F) | 0x40;
	b[8] = (b[8] & 0x3F) | 0x80;
	snprintf(out, 37, "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
}
