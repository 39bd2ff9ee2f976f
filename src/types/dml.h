/*
 * dml.h
 *	  How many rows a DML statement has changed.
 */
#ifndef SF_TYPES_DML_H
#define SF_TYPES_DML_H

#include "postgres.h"

#include "api/statement.h"

typedef enum SfDmlCount
{
	SF_DML_INSERTED,
	SF_DML_UPDATED,
	SF_DML_DELETED,
	SF_DML_MULTI_JOINED,
	SF_DML_COUNTS
} SfDmlCount;

/*
 * The counts of a statement whose result is there, -1 where it does not say: from its stats (SQL API reference,
 * "stats"), else from the one row that a DML statement answers with, which is read.  May wait for a partition;
 * throws 08P01.
 */
extern void sf_dml_counts(SfStatement *statement, int64 counts[SF_DML_COUNTS]);

#endif							/* SF_TYPES_DML_H */
