/*
 * quote.h
 *	  Snowflake identifiers and string literals as palloc'd texts; the one
 *	  place that a value passes on its way into SQL.
 */
#ifndef SF_CORE_QUOTE_H
#define SF_CORE_QUOTE_H

#include "postgres.h"

/* "name" with its quotes doubled, whatever it is.  In the current context; throws 53200, 54000. */
extern char *sf_quoted_name(const char *exact);

/* 'text' with quotes and backslashes doubled.  In the current context; throws 53200, 54000. */
extern char *sf_literal(const char *text);

#endif							/* SF_CORE_QUOTE_H */
