/*
 * sql_text.h
 *	  The statements that list a kind by SQL.
 */
#ifndef SF_OBJECTS_SQL_TEXT_H
#define SF_OBJECTS_SQL_TEXT_H

#include "postgres.h"

#include "objects/list.h"

/* One statement of a list. */
typedef struct SfSqlAsk
{
	SfObjectName place;			/* IN SCHEMA, IN DATABASE, or the account; of
								 * a part the object */
	const char *from_name;		/* behind this name; NULL: from the first */
	/* a table function's range of time; infinite: open */
	TimestampTz from;
	TimestampTz to;
	bool		end_included;	/* the range ends where the user says */
	bool		from_unknown;	/* EXPLAIN: known when it runs */
	bool		to_unknown;
	bool		all;			/* every column and row, since one of the
								 * columns is not known there */
} SfSqlAsk;

/* The most rows of a SHOW or a table function. */
#define SF_SQL_MAX 10000

/*
 * columns (SfColumnDef) are what is looked at; raw: everything is.  database is where the functions of
 * INFORMATION_SCHEMA are called.
 */
extern char *sf_sql_text(const SfKindDef *kind, const SfObjectFilter *filter, const SfSqlAsk *ask, List *columns,
						 bool raw, const char *database);

/*
 * The range of time that the filter's conditions leave, in ask.  Throws 22023 where it begins, or ends, before what
 * is kept; with check false, which EXPLAIN asks for, nothing.
 */
extern void sf_sql_range(const SfKindDef *kind, const SfObjectFilter *filter, bool check, SfSqlAsk *ask);

#endif							/* SF_OBJECTS_SQL_TEXT_H */
