/*
 * statement.h
 *	  One SQL statement through the SQL API: submit, poll, partitions fetched
 *	  ahead, cancel.
 */
#ifndef SF_API_STATEMENT_H
#define SF_API_STATEMENT_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "api/session.h"
#include "base/buf.h"
#include "core/error.h"

typedef struct SfBinding
{
	const char *type;			/* FIXED REAL DECFLOAT TEXT BINARY BOOLEAN
								 * DATE TIME TIMESTAMP_NTZ ... */
	const char *value;			/* NULL: SQL NULL */
} SfBinding;

typedef struct SfParameter
{
	const char *name;			/* of the SQL API's whitelist */
	const char *value;
	bool		number;			/* value is a whole number and sent as one */
} SfParameter;

typedef struct SfStatementSpec
{
	const char *sql;			/* in the database's encoding, as all texts
								 * here */
	const SfBinding *bindings;
	int			nbindings;
	/* NULL: the session's */
	const char *role;
	const char *warehouse;
	const char *database;
	const char *schema;
	const char *timezone;
	const char *query_tag;		/* already expanded */
	const SfParameter *parameters;
	int			nparameters;
	int			statement_count;	/* MULTI_STATEMENT_COUNT; 1 = one
									 * statement */
	int64		timeout_ms;		/* 0: the session's statement_timeout */
	const char *request_id;		/* NULL: one is made */
	bool		repeated;		/* request_id may have been sent before: what
								 * it began is not begun again */
	bool		async;			/* submit with async=true: there is a handle
								 * to cancel at once */
	bool		write;			/* may change something: counted, never resent
								 * after an interrupt */
	bool		data_table;		/* a missing object is a data table (42P01) */
	bool		exact_names;	/* its names are options of a foreign table */
	const char *missing_hint;	/* where an object is missing; NULL: as usual */
	bool		utf8;			/* sf_statement_run hands out cells as they
								 * came, not checked and in UTF-8 */
	/* tightened limits; 0: the session's */
	int64		max_result_rows;
	int64		max_result_bytes;
	int64		fetch_memory;
	int			fetch_parallel;
} SfStatementSpec;

typedef struct SfColumnMeta
{
	char	   *name;			/* in the database's encoding */
	char	   *type;			/* lower case, as Snowflake names it */
	char	   *collation;		/* NULL: none */
	char	   *database;
	char	   *schema;
	char	   *table;
	int			precision;		/* -1: not given */
	int			scale;			/* -1: not given */
	int64		length;			/* -1: not given */
	int64		byte_length;	/* -1: not given */
	bool		nullable;
} SfColumnMeta;

typedef struct SfPartitionMeta
{
	int64		rows;
	int64		uncompressed_size;	/* -1: not given */
	int64		compressed_size;	/* -1: not given */
} SfPartitionMeta;

/* What a partition takes at the most while its result is read, beside its body. */
#define SF_PARTITION_BYTES 80

typedef struct SfResultMeta
{
	char	   *query_id;
	int			ncolumns;
	SfColumnMeta *columns;
	int64		nrows;
	int			npartitions;
	SfPartitionMeta *partitions;
	bool		has_stats;
	int64		rows_inserted;
	int64		rows_updated;
	int64		rows_deleted;
	int64		duplicate_rows_updated;
	int			nchildren;		/* multi-statement: handles of the single
								 * statements */
	char	  **children;
	char	   *message;
	int64		created_on;		/* milliseconds since 1970; -1: not given */
} SfResultMeta;

/* One partition's reply body, ready for base/cells.h; owned by the statement until the next call. */
typedef struct SfPartition
{
	int			number;
	int64		rows;			/* what the metadata announced */
	SfBuf	   *body;
} SfPartition;

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

#endif							/* SF_API_STATEMENT_H */
