/*
 * sqltext.c
 *	  A lexer's view of a Snowflake statement.
 */
#include "base/sqltext.h"

#include <string.h>

static const char *read_keyword(const char *p, char keyword[SF_KEYWORD_BYTES]);
static const char *skip_token(const char *p, SfSqlText *out);
static const char *skip_quoted(const char *p, char quote, bool backslash);
static const char *skip_to_word(const char *p);
static bool is_word(char c);
static bool is_keyword(const char *p, size_t n, const char *keyword);
static bool in_list(const char *word, const char *const *list);

static const char *const reading[] = {"SELECT", "WITH", "SHOW", "DESC", "DESCRIBE", "EXPLAIN", "LIST", "LS", NULL};
static const char *const relational[] = {"SELECT", "WITH", NULL};

/*
 * Fills *out; never fails: an unterminated string runs to the end.
 */
void
sf_sqltext_scan(const char *sql, SfSqlText *out)
{
	const char *p = sql;
	const char *end = sql;
	bool		semicolon = false;

	memset(out, 0, sizeof(*out));
	read_keyword(read_keyword(sql, out->keyword), out->second);
	out->reads = in_list(out->keyword, reading);
	out->subquery = in_list(out->keyword, relational);

	for (p = skip_to_word(sql); *p; p = skip_to_word(p))
	{
		if (*p == ';')
		{
			semicolon = true;
			p++;
			continue;
		}
		if (semicolon)
			out->several = true;
		p = skip_token(p, out);
		end = p;
	}
	out->length = end - sql;
}

/*
 * Behind the first AS that is outside of parentheses.
 */
const char *
sf_sqltext_created_query(const char *sql)
{
	char		keyword[SF_KEYWORD_BYTES];
	SfSqlText	ignored;
	int			depth = 0;

	read_keyword(sql, keyword);
	if (strcmp(keyword, "CREATE") != 0)
		return NULL;
	for (const char *p = skip_to_word(sql); *p; p = skip_to_word(p))
	{
		const char *token = p;

		depth += (*p == '(') - (*p == ')');
		p = skip_token(p, &ignored);
		if (depth == 0 && is_keyword(token, p - token, "AS"))
			return skip_to_word(p);
	}
	return NULL;
}

/*
 * The first word of a statement, behind parentheses; returns what is behind
 * it.
 */
static const char *
read_keyword(const char *p, char keyword[SF_KEYWORD_BYTES])
{
	size_t		n = 0;

	p = skip_to_word(p);
	while (*p == '(')
		p = skip_to_word(p + 1);
	while (is_word(p[n]) && n < SF_KEYWORD_BYTES - 1)
	{
		char		c = p[n];

		keyword[n++] = (c >= 'a' && c <= 'z') ? c - 'a' + 'A' : c;
	}
	keyword[n] = '\0';
	return p + n;
}

/*
 * One token that is neither white space, comment nor semicolon.
 */
static const char *
skip_token(const char *p, SfSqlText *out)
{
	if (*p == '\'')
		return skip_quoted(p, '\'', true);
	if (*p == '"')
		return skip_quoted(p, '"', false);
	if (p[0] == '$' && p[1] == '$')
	{
		const char *close = strstr(p + 2, "$$");

		return close ? close + 2 : p + strlen(p);
	}

	/*
	 * the pipe operator chains statements of any kind (SQL reference,
	 * operators-flow)
	 */
	if (strncmp(p, "->>", 3) == 0)
	{
		char		keyword[SF_KEYWORD_BYTES];

		read_keyword(p + 3, keyword);
		out->reads = out->reads && in_list(keyword, reading);
		out->subquery = false;
		return p + 3;
	}
	if (*p == '$' && p[1] >= '0' && p[1] <= '9')
		out->dollar = true;
	if (*p == '?')
		out->placeholders++;
	if (is_word(*p))
	{
		const char *word = p;

		while (is_word(*p) || *p == '$')
			p++;
		if (is_keyword(word, p - word, "AS") && is_keyword(skip_to_word(p), strlen("PROCEDURE"), "PROCEDURE"))
			out->reads = out->subquery = false;
		return p;
	}
	return p + 1;
}

static const char *
skip_quoted(const char *p, char quote, bool backslash)
{
	for (p++; *p; p++)
	{
		if (backslash && *p == '\\' && p[1])
			p++;
		else if (*p == quote)
		{
			if (p[1] != quote)
				return p + 1;
			p++;
		}
	}
	return p;
}

static const char *
skip_to_word(const char *p)
{
	for (;;)
	{
		if (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r' || *p == '\f' || *p == '\v')
			p++;
		else if ((p[0] == '-' && p[1] == '-') || (p[0] == '/' && p[1] == '/'))
			p += strcspn(p, "\n");
		else if (p[0] == '/' && p[1] == '*')
		{
			const char *close = strstr(p + 2, "*/");

			p = close ? close + 2 : p + strlen(p);
		}
		else
			return p;
	}
}

static bool
is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || (c & 0x80);
}

/*
 * Whether the n bytes at p are the keyword, which is in upper case.
 */
static bool
is_keyword(const char *p, size_t n, const char *keyword)
{
	if (strlen(keyword) != n)
		return false;
	for (size_t i = 0; i < n; i++)
	{
		if ((p[i] & ~0x20) != keyword[i])
			return false;
	}
	return true;
}

static bool
in_list(const char *word, const char *const *list)
{
	for (; *list; list++)
	{
		if (strcmp(word, *list) == 0)
			return true;
	}
	return false;
}
