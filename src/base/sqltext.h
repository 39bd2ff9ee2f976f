/*
 * sqltext.h
 *	  What can be said of a Snowflake statement without parsing it: its first
 *	  keyword, whether it only reads, which placeholders it has.
 *
 * Comments (--, //, slash-star), quoted strings, quoted identifiers and $$
 * texts are skipped as Snowflake's lexer does (SQL reference: comments,
 * data-types-text).
 */
#ifndef SF_BASE_SQLTEXT_H
#define SF_BASE_SQLTEXT_H

#include <stdbool.h>
#include <stddef.h>

#define SF_KEYWORD_BYTES 16

typedef struct SfSqlText
{
	char		keyword[SF_KEYWORD_BYTES];	/* first word in upper case, cut;
											 * "" when there is none */
	char		second[SF_KEYWORD_BYTES];	/* the word behind it, likewise */
	bool		reads;			/* begins with SELECT, WITH, SHOW, DESC[RIBE],
								 * EXPLAIN, LIST, LS, as does every statement
								 * chained by ->>, and has no WITH ... AS
								 * PROCEDURE */
	bool		subquery;		/* may stand in parentheses of a FROM clause:
								 * SELECT, WITH */
	int			placeholders;	/* number of ? */
	bool		dollar;			/* has $1-like words outside strings */
	bool		several;		/* text follows a semicolon */
	size_t		length;			/* without trailing white space, comments and
								 * semicolons */
} SfSqlText;

extern void sf_sqltext_scan(const char *sql, SfSqlText *out);

/*
 * Where the query of a CREATE ... AS query begins, inside sql; NULL when sql does not begin with CREATE or has no
 * AS.
 */
extern const char *sf_sqltext_created_query(const char *sql);

#endif							/* SF_BASE_SQLTEXT_H */
