/*
 * quote.c
 *	  Snowflake identifiers and string literals as palloc'd texts.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/ident.h"
#include "core/owner.h"
#include "core/quote.h"

static char *quoted(bool (*quote) (SfBuf *out, const char *text), const char *text, const char *what);

char *
sf_quoted_name(const char *exact)
{
	return quoted(sf_ident_quote, exact, "a name");
}

char *
sf_literal(const char *text)
{
	return quoted(sf_literal_quote, text, "a literal");
}

static char *
quoted(bool (*quote) (SfBuf *out, const char *text), const char *text, const char *what)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocSize);

	quote(buf, text);
	return sf_buf_text(buf, what);
}
