/*
 * ident.c
 *	  Snowflake identifiers.
 */
#include "base/ident.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/str.h"

#define LOCAL_NAME_BYTES 63

static bool quote_with(SfBuf *out, const char *text, char quote, bool backslash);
static const char *parse_quoted(const char *p, char *out, const char **reason);
static const char *parse_bare(const char *p, char *out, const char **reason);

bool
sf_ident_quote(SfBuf *out, const char *name)
{
	return quote_with(out, name, '"', false);
}

bool
sf_literal_quote(SfBuf *out, const char *text)
{
	return quote_with(out, text, '\'', true);
}

static bool
quote_with(SfBuf *out, const char *text, char quote, bool backslash)
{
	sf_buf_append_char(out, quote);
	for (; *text; text++)
	{
		if (*text == quote || (backslash && *text == '\\'))
			sf_buf_append_char(out, *text);
		sf_buf_append_char(out, *text);
	}
	return sf_buf_append_char(out, quote);
}

int
sf_ident_parse(const char *text, SfIdentParts *parts, char *err, size_t errlen)
{
	const char *p = text;
	const char *reason = NULL;

	parts->count = 0;
	for (;;)
	{
		if (parts->count == 3)
		{
			snprintf(err, errlen, "A name has at most three parts.");
			return -1;
		}
		if (*p == '"')
			p = parse_quoted(p + 1, parts->name[parts->count], &reason);
		else
			p = parse_bare(p, parts->name[parts->count], &reason);
		if (p == NULL)
		{
			snprintf(err, errlen, "%s", reason);
			return -1;
		}
		parts->count++;
		if (*p == '\0')
			return parts->count;
		if (*p != '.')
		{
			snprintf(err, errlen, "A period is expected between the parts of a name.");
			return -1;
		}
		p++;
	}
}

/*
 * The part behind an opening quote; returns the position behind the closing
 * one.
 */
static const char *
parse_quoted(const char *p, char *out, const char **reason)
{
	size_t		n = 0;

	for (;; p++)
	{
		if (*p == '\0')
		{
			*reason = "A quoted name is not closed.";
			return NULL;
		}
		if (*p == '"')
		{
			if (p[1] != '"')
				break;
			p++;
		}
		if (n + 1 >= SF_IDENT_BYTES)
		{
			*reason = "A name has at most 255 characters.";
			return NULL;
		}
		out[n++] = *p;
	}
	out[n] = '\0';
	if (n == 0)
	{
		*reason = "A name must not be empty.";
		return NULL;
	}
	return p + 1;
}

static const char *
parse_bare(const char *p, char *out, const char **reason)
{
	size_t		n = 0;

	while (*p != '\0' && *p != '.')
	{
		char		c = *p;
		bool		letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';

		if (!letter && (n == 0 || !((c >= '0' && c <= '9') || c == '$')))
		{
			*reason = "A bare name has letters, digits, _ and $ only; write any other as \"name\".";
			return NULL;
		}
		if (n + 1 >= SF_IDENT_BYTES)
		{
			*reason = "A name has at most 255 characters.";
			return NULL;
		}
		out[n++] = c;
		p++;
	}
	out[n] = '\0';
	if (n == 0)
	{
		*reason = "A name must not be empty.";
		return NULL;
	}
	sf_ascii_upper(out);
	return p;
}

bool
sf_ident_is_simple(const char *name)
{
	if (!((*name >= 'A' && *name <= 'Z') || *name == '_'))
		return false;
	for (; *name; name++)
	{
		if (!((*name >= 'A' && *name <= 'Z') || (*name >= '0' && *name <= '9') || *name == '_' || *name == '$'))
			return false;
	}
	return true;
}

bool
sf_ident_local_name(SfBuf *out, const char *remote, SfImportCase mode)
{
	size_t		start = out->len;

	if (!sf_ident_shorten(out, remote))
		return false;
	if (mode == SF_IMPORT_LOWER || (mode == SF_IMPORT_SMART && sf_ident_is_simple(remote)))
		sf_ascii_lower(out->data + start);
	return true;
}

bool
sf_ident_shorten(SfBuf *out, const char *name)
{
	size_t		len = strlen(name);
	size_t		keep = LOCAL_NAME_BYTES - 9;
	uint32_t	hash = 2166136261u;

	if (len <= LOCAL_NAME_BYTES)
		return sf_buf_append(out, name, len);
	/* FNV-1a: tells two long names apart, nothing more */
	for (size_t i = 0; i < len; i++)
		hash = (hash ^ (unsigned char) name[i]) * 16777619u;
	while (keep > 0 && ((unsigned char) name[keep] & 0xC0) == 0x80)
		keep--;
	sf_buf_append(out, name, keep);
	return sf_buf_printf(out, "_%08x", hash);
}
