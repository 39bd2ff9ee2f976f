/*
 * deferred.h
 *	  Statements of a local transaction that run in Snowflake at its COMMIT,
 *	  as one transaction there (option remote_transaction 'local').
 *
 * They go as one request of several statements between BEGIN and COMMIT (SQL
 * API: multiple statements in a single request), which takes no bind
 * variables.  One of them that fails leaves a transaction open that ends with
 * the request's session.
 */
#ifndef SF_API_DEFERRED_H
#define SF_API_DEFERRED_H

#include "postgres.h"

#include "nodes/nodes.h"

#include "api/session.h"

typedef struct SfDeferred
{
	const char *sql;			/* without bind variables */
	const char *table;			/* that it changes, its name in Snowflake */
	CmdType		operation;		/* CMD_UTILITY: its rows are not counted */
	int64		rows;			/* that it should change */
} SfDeferred;

/*
 * Keeps a statement, a copy, for COMMIT; a rollback of the (sub)transaction forgets it.  Throws 54000 when the
 * transaction's would be more than a request takes.  No network: that, and its errors, come with COMMIT.
 */
extern void sf_defer(SfSession *session, const SfDeferred *statement);

/*
 * Throws 55000 when a statement waits that changes the table (NULL: any table) of the server, which a reader would not
 * see changed.
 */
extern void sf_deferred_refuse(Oid serverid, const char *table);

#endif							/* SF_API_DEFERRED_H */
