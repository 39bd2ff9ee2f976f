/*
 * statement.h
 *	  One SQL statement through the SQL API: submit, poll, read, cancel.
 */
#ifndef SF_API_STATEMENT_H
#define SF_API_STATEMENT_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "api/result.h"
#include "api/session.h"
#include "api/statement_spec.h"

typedef struct SfStatement SfStatement;

/*
 * Sends the statement; allocated in context and released with it (a running remote statement is then cancelled).
 * Throws on bad arguments, and what sf_call_start throws; waits for a token alone, interruptibly.
 */
extern SfStatement *sf_statement_start(SfSession *session, const SfStatementSpec *spec, MemoryContext context);

/*
 * Reads the result of a query id that ran before (24 h).  Allocation, waiting and errors as above; the statement
 * is not cancelled when it is left.
 */
extern SfStatement *sf_statement_attach(SfSession *session, const char *query_id, const SfStatementSpec *limits,
										MemoryContext context);

/*
 * Waits until the result is there; its metadata live as long as the statement.  Throws the remote error.
 * Interruptible; before an error or an interrupt gets out of here, a statement that may still run is cancelled,
 * which waits for cancel_timeout at most.
 */
extern const SfResultMeta *sf_statement_result(SfStatement *statement);

/*
 * The same until a deadline (0: none), a poll under way getting a few seconds in any case; false when the
 * statement still runs then.
 */
extern bool sf_statement_wait(SfStatement *statement, TimestampTz deadline);

/*
 * Moves it on without waiting, but for a token: polls, tries again, takes what has arrived, fetches ahead.  True when
 * the result is there and sf_statement_next_partition would not wait.  Throws as that and sf_statement_result do.
 */
extern bool sf_statement_advance(SfStatement *statement);

/* So many statements that are read at the same time share its fetch_memory.  Throws nothing. */
extern void sf_statement_share(SfStatement *statement, int sharers);

/* When to call that again; see sf_net_descriptor. */
extern pgsocket sf_statement_descriptor(SfStatement *statement);

/* Whether it may still run in Snowflake, as far as is known here. */
extern bool sf_statement_runs(const SfStatement *statement);

/*
 * Cancels, all at the same time, the statements of an owner (SfStatementSpec) that may still run; after that they are
 * good for nothing but closing.  Throws nothing, waits for cancel_timeout at most.
 */
extern void sf_statements_cancel(const void *owner);

/*
 * Waits for the handle of a statement that was started with async, and lets go of it: from then on it runs by
 * itself and this object is good for nothing but closing.  Returns the query id, which lives as long as the
 * statement.  Throws when Snowflake did not take the statement; an interrupt cancels it, and the others that were
 * started in the same subtransaction.
 */
extern const char *sf_statement_submit(SfStatement *statement);

/*
 * Of a statement whose result is there, hands out this partition alone.  Before the first
 * sf_statement_next_partition.
 */
extern void sf_statement_only(SfStatement *statement, int partition);

/*
 * The next partition in order, waiting for it, interruptibly, or NULL after the last; partitions are fetched ahead
 * within fetch_memory.  Throws the remote error, 42704 for a result that has expired.
 */
extern const SfPartition *sf_statement_next_partition(SfStatement *statement);

/*
 * Starts again from the first partition to hand out, without running the statement again.  Throws nothing, does
 * not wait.
 */
extern void sf_statement_rewind(SfStatement *statement);

/* NULL until known. */
extern const char *sf_statement_query_id(const SfStatement *statement);

/* For an error about its result: the statement, or where its text is not known the call; strings live as above. */
extern void sf_statement_where(SfStatement *statement, SfRemoteError *where);

/*
 * Ends it: in-flight requests dropped; when the remote statement still runs it is cancelled, waiting for
 * cancel_timeout at most.  Throws nothing.
 */
extern void sf_statement_close(SfStatement *statement);

/*
 * Run to the end and close: for statements whose result is small.  Metadata in the current context.  Waits and
 * throws as the functions above. rowfn, which may be NULL, is called for each row; it may throw, and its cells
 * live until the next row.
 */
typedef void (*SfRowFn) (const SfResultMeta *meta, char **cells, void *arg);
extern SfResultMeta *sf_statement_run(SfSession *session, const SfStatementSpec *spec, SfRowFn rowfn, void *arg);

/* The same for a statement that was started before; its metadata live in the context that it was started in. */
extern SfResultMeta *sf_statement_rows(SfStatement *statement, SfRowFn rowfn, void *arg);

#endif							/* SF_API_STATEMENT_H */
