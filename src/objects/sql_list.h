/*
 * sql_list.h
 *	  The rows of a kind by SQL: SHOW, a view, or a table function.
 *
 * Complete, or an error: what one statement does not show is asked for in
 * parts, databases, schemas, names, or halves of a range of time.
 */
#ifndef SF_OBJECTS_SQL_LIST_H
#define SF_OBJECTS_SQL_LIST_H

#include "postgres.h"

#include "objects/list.h"

typedef struct SfSqlList SfSqlList;

/*
 * columns (SfColumnDef) are what is looked at, raw: the whole row; part: the object whose part it is, or NULL.  Sends
 * nothing yet; throws 22023 for a time that is no longer kept.  Everything is allocated below context.
 */
extern SfSqlList *sf_sql_list_begin(SfSession *session, const SfKindDef *kind, const SfObjectFilter *filter,
									List *columns, bool raw, const SfObjectName *part, MemoryContext context);

/* The next row; false at the end.  Waits on the network, interruptible; throws 54000 where it cannot be complete. */
extern bool sf_sql_list_next(SfSqlList *list, SfListed *listed);

extern void sf_sql_list_end(SfSqlList *list);

/* The first statement, as EXPLAIN shows it. */
extern char *sf_sql_list_describe(const SfKindDef *kind, const SfObjectFilter *filter, List *columns, bool raw,
								  const SfObjectName *part);

#endif							/* SF_OBJECTS_SQL_LIST_H */
