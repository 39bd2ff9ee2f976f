/*
 * pattern.c
 *	  Patterns of LIKE.
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"

#include "deparse/pattern.h"

static const char *append_atom(StringInfo out, const char *at);
static void append_literal(StringInfo out, const char *at, int length);

/*
 * In PostgreSQL . matches every character, $ the end of the text and no line's.
 */
char *
sf_like_of_regex(const char *regex, bool *exact)
{
	StringInfoData out;
	const char *at;
	size_t		length = strlen(regex);

	*exact = false;
	/* what SIMILAR TO becomes: one group, that the last parenthesis closes */
	if (strncmp(regex, "^(?:", 4) == 0 && length > 6 && strcmp(regex + length - 2, ")$") == 0 &&
		regex[length - 3] != '\\' && 4 + strcspn(regex + 4, "()") == length - 2)
		regex = psprintf("^%.*s$", (int) length - 6, regex + 4);
	at = regex;
	/* another syntax, options, alternatives */
	if (strncmp(regex, "***", 3) == 0 || strncmp(regex, "(?", 2) == 0 || strchr(regex, '|'))
		return NULL;
	initStringInfo(&out);
	if (*at == '^')
		at++;
	else
		appendStringInfoChar(&out, '%');
	while (*at && strcmp(at, "$") != 0)
	{
		at = append_atom(&out, at);
		if (at == NULL)
		{
			/* what follows is not looked at */
			appendStringInfoChar(&out, '%');
			return out.data;
		}
	}
	if (*at == '\0')
		appendStringInfoChar(&out, '%');
	*exact = true;
	return out.data;
}

/*
 * A character, or . with * or + behind it; where the next begins, NULL, with
 * nothing appended, for another construct.
 */
static const char *
append_atom(StringInfo out, const char *at)
{
	bool		any = *at == '.';
	const char *literal = at;
	int			length;
	const char *end;

	if (strchr("^$*+?{}[]()", *at))
		return NULL;
	if (*at == '\\')
	{
		literal++;
		if (!ispunct((unsigned char) *literal) || IS_HIGHBIT_SET(*literal))
			return NULL;
	}
	length = pg_mblen(literal);
	end = literal + length;
	if (*end && strchr("*+?{", *end))
	{
		/* a second one changes the meaning of the first */
		if (!any || !strchr("*+", *end) || (end[1] && strchr("*+?{", end[1])))
			return NULL;
		appendStringInfoString(out, *end == '*' ? "%" : "_%");
		return end + 1;
	}
	if (any)
		appendStringInfoChar(out, '_');
	else
		append_literal(out, literal, length);
	return end;
}

static void
append_literal(StringInfo out, const char *at, int length)
{
	if (strchr("%_\\", *at))
		appendStringInfoChar(out, '\\');
	appendBinaryStringInfo(out, at, length);
}

char *
sf_like_of_text(const char *text)
{
	StringInfoData out;
	int			length;

	initStringInfo(&out);
	for (; *text; text += length)
	{
		length = pg_mblen(text);
		append_literal(&out, text, length);
	}
	return out.data;
}

char *
sf_like_plain(const char *pattern)
{
	StringInfoData out;

	initStringInfo(&out);
	for (const char *p = pattern; *p; p++)
	{
		if (*p == '\\')
		{
			p++;
			if (*p == '\0')
				return NULL;
			if (strchr("%_\\", *p))
				appendStringInfoChar(&out, '\\');
		}
		appendStringInfoChar(&out, *p);
	}
	return out.data;
}

char *
sf_like_of_ascii(const char *pattern, const char *without)
{
	StringInfoData out;
	bool		any = false;	/* the last one was % */
	bool		useful = false;

	initStringInfo(&out);
	for (const char *p = pattern; *p; p++)
	{
		bool		escaped = *p == '\\' && p[1];

		if (escaped)
			p++;
		if (IS_HIGHBIT_SET(*p) || (!escaped && strchr("%_", *p)) || strchr(without, pg_ascii_tolower(*p)))
		{
			if (!any)
				appendStringInfoChar(&out, '%');
			any = true;
			continue;
		}
		append_literal(&out, p, 1);
		any = false;
		useful = true;
	}
	return useful ? out.data : NULL;
}
