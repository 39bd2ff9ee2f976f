/*
 * rows.h
 *	  A statement's rows, decoded: what foreign scans and query functions read.
 */
#ifndef SF_TYPES_ROWS_H
#define SF_TYPES_ROWS_H

#include "postgres.h"

#include "access/tupdesc.h"

#include "api/statement.h"

typedef struct SfRows SfRows;

/* See sf_decoder_create; the statement's result must be there (sf_statement_result). Lives in context. */
extern SfRows *sf_rows_create(MemoryContext context, SfStatement *statement, TupleDesc desc,
							  const int *attr_of_column, const char *name);

/*
 * The next row; attributes without a column become NULL.  False at the end.  Values live until the next call, in the
 * cells or the current context.  Waits on the network; throws 08P01 when what arrives is not what was announced.
 */
extern bool sf_rows_next(SfRows *rows, Datum *values, bool *isnull);

/*
 * Whether that would not wait on the network, which it drives; waits for a token alone, and throws what the network
 * says.  (For a partition behind an empty one sf_rows_next may wait all the same.)
 */
extern bool sf_rows_ready(SfRows *rows);
extern void sf_rows_rewind(SfRows *rows);

#endif							/* SF_TYPES_ROWS_H */
