/*
 * error.h
 *	  The one place that turns what Snowflake or the network said into an
 *	  ereport: SQLSTATE, message, code, query id, hint and context.
 */
#ifndef SF_CORE_ERROR_H
#define SF_CORE_ERROR_H

#include "postgres.h"

#include "core/compat.h"

/* Texts are in the database's encoding (sf_text_shown); what is not valid there is shown as ?. */
typedef struct SfRemoteError
{
	long		http_status;	/* 0: no reply (transport) */
	const char *code;			/* Snowflake's six-digit code or NULL */
	const char *sqlstate;		/* Snowflake's sqlState or NULL */
	const char *message;		/* Snowflake's text, or what went wrong */
	const char *detail;			/* first line of DETAIL, of our own making */
	const char *query_id;
	const char *request_id;
	const char *remote_sql;		/* for CONTEXT, or NULL */
	const char *rest_call;		/* "GET /api/v2/..." for CONTEXT, or NULL */
	const char *role;			/* what the request was sent with, for DETAIL */
	const char *warehouse;
	const char *database;
	const char *server_name;
	const char *hint;			/* overrides the table's hint */
	const char *missing_hint;	/* the same where the object is missing */
	const char *refused_hint;	/* the same where the statement does not
								 * compile */
	const char *type_hint;		/* the same where types do not fit */
	int			sqlerrcode;		/* overrides the mapping; 0: map */
	bool		data_table;		/* missing object is a data table: 42P01 */
	bool		exact_names;	/* its names are options, which are exact */
	bool		timeout_argument;	/* the time limit was an argument */
	bool		object_api;		/* of the object API, where a bare 404 says
								 * that the endpoint is not offered */
	const char *const *secrets; /* masked in every text */
	int			nsecrets;
} SfRemoteError;


/* Whether the code is one of that table, so that it says what was refused. */
extern bool sf_error_known(const SfRemoteError *error);

/* Whether the code is of the role, warehouse or place that a request is sent with, and not of what it asks for. */
extern bool sf_code_of_session(const char *code);

/* Reports it; does not return when elevel >= ERROR. */
extern void sf_report_remote(int elevel, const SfRemoteError *error);

/* Its line of CONTEXT, secrets masked, in the current context; NULL when there is nothing to name. */
extern char *sf_error_context(const SfRemoteError *error);

/*
 * A text of Snowflake's for a message: in the database's encoding, with ? for every character that this lacks, for
 * U+0000 and for what is not UTF-8.  In the current context; throws nothing but 53200, also while a transaction ends.
 */
extern char *sf_text_shown(const char *utf8, size_t len);

/* A reply that is not what the protocol says: 08P01.  what is a full phrase. */
pg_noreturn extern void sf_report_malformed(const SfRemoteError *where, const char *what);

/* The callback is on the error context stack until sf_context_end, in the function that began it. */
static inline void
sf_context_begin(ErrorContextCallback *context, void (*callback) (void *arg), void *arg)
{
	context->callback = callback;
	context->arg = arg;
	context->previous = error_context_stack;
	error_context_stack = context;
}

static inline void
sf_context_end(const ErrorContextCallback *context)
{
	error_context_stack = context->previous;
}

/*
 * While a reply is read, until sf_context_end: an error 08P01 of the readers of core/json.h gets the DETAIL and
 * CONTEXT of where, other errors their CONTEXT.
 */
extern void sf_reading_begin(ErrorContextCallback *reading, const SfRemoteError *where);

/* psprintf with its arguments as a list; in the current context. */
extern char *sf_vpsprintf(const char *format, va_list args) pg_attribute_printf(1, 0);

#endif							/* SF_CORE_ERROR_H */
