/*
 * pattern.h
 *	  Patterns of LIKE, with the escape character \.
 */
#ifndef SF_DEPARSE_PATTERN_H
#define SF_DEPARSE_PATTERN_H

#include "postgres.h"

/*
 * Of a regular expression the pattern that matches the same texts; *exact is false where it matches others, too.
 * NULL: nothing is known of those texts.  The expression is one that PostgreSQL takes.
 */
extern char *sf_like_of_regex(const char *regex, bool *exact);

/* The pattern that matches this text alone. */
extern char *sf_like_of_text(const char *text);

/* Without the escape character where it has no meaning; NULL when it ends in a lone one. */
extern char *sf_like_plain(const char *pattern);

/*
 * A wider pattern that has nothing but letters and signs of ASCII, none of the letters given (small) in either case,
 * and no _; NULL when nothing would be left of it.
 */
extern char *sf_like_of_ascii(const char *pattern, const char *without);

#endif							/* SF_DEPARSE_PATTERN_H */
