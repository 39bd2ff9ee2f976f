/*
 * batch.h
 *	  Rows on their way to Snowflake, as many in a statement as fit.
 */
#ifndef SF_WRITE_BATCH_H
#define SF_WRITE_BATCH_H

#include "postgres.h"

#include "api/usage.h"
#include "write/target.h"

typedef struct SfBatch SfBatch;

/*
 * For a target that is written as a user; lenient: it is no error when rows are not there any more, whose number
 * sf_batch_send says.  Throws 25006, 42501 and 0A000 where it must not be; no network.  In the
 * current context.
 */
extern SfBatch *sf_batch_create(SfTarget *target, Oid serverid, Oid userid, bool lenient);

/* Other columns for the rows that follow; none may wait.  The target has to live as long as the batch. */
extern void sf_batch_set_target(SfBatch *batch, SfTarget *target);

/*
 * Takes a row; sends those before it where it does not fit.  False for one whose keys were there before in this
 * statement: PostgreSQL changes a row once.  Waits on the network and throws as sf_batch_send, and what sf_encode
 * throws.
 */
extern bool sf_batch_add(SfBatch *batch, const Datum *keys, const Datum *values, const bool *nulls);

/*
 * Sends what is there and waits; the rows that Snowflake counted.  Throws the remote error with what is written
 * already, 21000 where a key was not that of one row.
 */
extern int64 sf_batch_send(SfBatch *batch);

extern const SfUsage *sf_batch_usage(const SfBatch *batch);

/* Of the last statement; NULL: none was sent. */
extern const char *sf_batch_query_id(const SfBatch *batch);

#endif							/* SF_WRITE_BATCH_H */
