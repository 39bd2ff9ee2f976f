/*
 * statement_spec.h
 *	  What a statement asks for.
 */
#ifndef SF_API_STATEMENT_SPEC_H
#define SF_API_STATEMENT_SPEC_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "api/call.h"
#include "base/buf.h"

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
	const char *shown_sql;		/* what messages show in its place; NULL:
								 * itself */
	const SfBinding *bindings;
	int			nbindings;
	/* NULL: the session's */
	const char *role;
	const char *warehouse;
	const char *database;
	const char *schema;
	bool		no_place;		/* no database and no schema at all: names are
								 * qualified */
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
	const char *refused_hint;	/* where it does not compile; NULL: as usual */
	const char *type_hint;		/* where types do not fit; NULL: as usual */
	SfUsage    *usage;			/* counted up; NULL: nobody asks */
	bool		utf8;			/* sf_statement_run hands out cells as they
								 * came, not checked and in UTF-8 */
	TimestampTz deadline;		/* of all that is waited for, a new token too,
								 * 08006 then; for a SHOW, which is not
								 * cancelled when it is left; 0: none */
	/* tightened limits; 0: the session's */
	int64		max_result_rows;
	int64		max_result_bytes;
	int64		fetch_memory;
	int			fetch_parallel;
	int			sharers;		/* of fetch_memory; 0: it is its own */
	const void *owner;			/* of statements that may be cancelled
								 * together; NULL: of none */
} SfStatementSpec;

/*
 * Appends the request body (SQL API reference, POST /api/v2/statements); sql is there, what is NULL comes from the
 * options.  Throws 54000 and 53200, and errors of the encoding.
 */
extern void sf_spec_body(SfBuf *body, const SfStatementSpec *spec, const SfConnOptions *options);

/*
 * Where an error of one of its calls happened; query_id may be NULL.  Strings are the statement's, the call's or in
 * the current context.
 */
extern void sf_spec_error_base(const SfStatementSpec *spec, const char *query_id, const SfCall *call,
							   SfRemoteError *error);

/* Throws 08006: the deadline of a spec has passed. */
pg_noreturn extern void sf_spec_report_late(const SfConnOptions *options);

#endif							/* SF_API_STATEMENT_SPEC_H */
