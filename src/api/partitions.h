/*
 * partitions.h
 *	  The partitions of a result, fetched ahead and handed out in order.
 */
#ifndef SF_API_PARTITIONS_H
#define SF_API_PARTITIONS_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "api/progress.h"
#include "api/result.h"
#include "api/statement_spec.h"

typedef struct SfPartitions SfPartitions;

/*
 * In the current context; all that is given must live as long.  body is that of partition 0, and is moved away.
 * Throws 53200.
 */
extern SfPartitions *sf_partitions_create(SfSession *session, SfNetGroup *group, const SfStatementSpec *spec,
										  const SfResultMeta *meta, SfBuf *body);

/* Hands out this partition alone.  Before the first sf_partitions_next. */
extern void sf_partitions_only(SfPartitions *parts, int partition);

/*
 * The next partition, waiting for it, interruptibly, or NULL after the last.  Throws the remote error, 42704 for a
 * result that has expired, and what sf_call_start throws.
 */
extern const SfPartition *sf_partitions_next(SfPartitions *parts);

/*
 * Moves the requests on without waiting, but for a token.  True when sf_partitions_next would not wait.  Throws as
 * that does.
 */
extern bool sf_partitions_advance(SfPartitions *parts);

/* When it has to be moved on again for a request that pauses; 0: for none. */
extern TimestampTz sf_partitions_due(const SfPartitions *parts);

/* Starts again from the first partition to hand out.  Throws nothing, does not wait. */
extern void sf_partitions_rewind(SfPartitions *parts);

/* Fills in how much of the result has come.  Throws nothing. */
extern void sf_partitions_progress(const SfPartitions *parts, SfProgress *progress);

/* Drops what was fetched, or is being fetched, and not handed out; the group is there still.  Throws nothing. */
extern void sf_partitions_drop(SfPartitions *parts);

#endif							/* SF_API_PARTITIONS_H */
