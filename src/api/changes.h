/*
 * changes.h
 *	  How many rows a statement has changed.
 */
#ifndef SF_API_CHANGES_H
#define SF_API_CHANGES_H

#include "postgres.h"

#include "nodes/nodes.h"

#include "api/statement.h"

typedef struct SfChanges
{
	int64		rows;			/* inserted, updated or deleted */
	int64		joined_twice;	/* updated rows that matched several of FROM */
} SfChanges;

/*
 * Of an INSERT, UPDATE, DELETE or MERGE, by operation; a MERGE counts as what it does.  By the reply's stats, which may
 * be missing, else by its row.  Waits for the result; throws the remote error, 08P01 where neither says it.
 */
extern SfChanges sf_statement_changes(SfStatement *statement, CmdType operation);

#endif							/* SF_API_CHANGES_H */
