/*
 * async_submit.c
 *	  sf_async_submit, sf_async_submit_script, sf_async_submit_all: statements
 *	  that Snowflake runs by itself.
 *
 * Each submission carries a requestId, so that one whose answer got lost is
 * sent again and runs once all the same.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_type.h"
#include "commands/dbcommands.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/json.h"
#include "utils/timestamp.h"

#include "api/call.h"
#include "api/guard.h"
#include "base/sqltext.h"
#include "core/options.h"
#include "jobs/job.h"
#include "query/query_call.h"

PG_FUNCTION_INFO_V1(sf_async_submit);
PG_FUNCTION_INFO_V1(sf_async_submit_script);
PG_FUNCTION_INFO_V1(sf_async_submit_all);

#define ARG_REQUEST_ID 9
#define MAX_QUERY_TAG 2000

typedef struct Submission
{
	SfStatement *statement;
	SfJob		job;
} Submission;

static void guard_submit(const SfQueryCall *call, const char *what);
static void check_request_id(const SfQueryCall *call);
static char **statements_argument(FunctionCallInfo fcinfo, int argno, int *n);
static bool guard_statements(SfQueryCall *call, const char *what, char **statements, int n);
static char *join_statements(char **statements, int n);
static void begin(Submission *submission, SfQueryCall *call, const char *sql, bool write, bool script);
static char *job_tag(const SfQueryCall *call, bool script, char **tag);
static void finish(Submission *submission);
static ErrorData *try_finish(Submission *submission);
static ErrorData *submit_several(Submission *submissions, int n, SfQueryCall *call, char **statements);
pg_noreturn static void throw_half_way(ErrorData *error, const Submission *submissions, int n);

/*
 * Submits one statement; its query id.  Waits on the network for the handle.
 */
Datum
sf_async_submit(PG_FUNCTION_ARGS)
{
	SfQueryCall *call = sf_query_call(fcinfo, 0, "sf_async_submit()");
	Submission	submission;

	guard_submit(call, "sf_async_submit()");
	if (!PG_ARGISNULL(ARG_REQUEST_ID))
	{
		call->spec.request_id = sf_uuid_text(PG_GETARG_UUID_P(ARG_REQUEST_ID));
		call->spec.repeated = true;
		check_request_id(call);
	}
	begin(&submission, call, call->sql, !call->reads, false);
	finish(&submission);
	return sf_uuid_datum(submission.job.query_id);
}

/*
 * Submits several statements as one job, whose result is the last one's.
 */
Datum
sf_async_submit_script(PG_FUNCTION_ARGS)
{
	int			n;
	char	  **statements = statements_argument(fcinfo, 0, &n);
	SfQueryCall *call = sf_query_settings(fcinfo, 0);
	Submission	submission;
	bool		write;

	if (n == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a script needs a statement")));
	if (call->spec.nbindings > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a script takes no parameters"),
				 errhint("Snowflake binds values in single statements only; see sf_quote_literal().")));
	guard_submit(call, "sf_async_submit_script()");
	write = guard_statements(call, "sf_async_submit_script()", statements, n);
	call->spec.statement_count = n;
	begin(&submission, call, join_statements(statements, n), write, true);
	finish(&submission);
	return sf_uuid_datum(submission.job.query_id);
}

/*
 * Submits each statement as a job of its own, several at a time.
 */
Datum
sf_async_submit_all(PG_FUNCTION_ARGS)
{
	int			n;
	char	  **statements = statements_argument(fcinfo, 0, &n);
	SfQueryCall *call = sf_query_settings(fcinfo, 0);
	Submission *submissions = palloc0(sizeof(Submission) * Max(n, 1));
	Datum	   *ids = palloc(sizeof(Datum) * Max(n, 1));
	ErrorData  *error;

	guard_submit(call, "sf_async_submit_all()");
	guard_statements(call, "sf_async_submit_all()", statements, n);
	for (int i = 0; i < n; i++)
		sf_guard_session_statement(statements[i]);
	error = submit_several(submissions, n, call, statements);
	if (error)
		throw_half_way(error, submissions, n);
	for (int i = 0; i < n; i++)
		ids[i] = sf_uuid_datum(submissions[i].job.query_id);
	PG_RETURN_ARRAYTYPE_P(construct_array(ids, n, UUIDOID, UUID_LEN, false, TYPALIGN_CHAR));
}

/*
 * On a read_only server nothing is submitted, not even what reads.
 */
static void
guard_submit(const SfQueryCall *call, const char *what)
{
	if (call->session->options->read_only)
		sf_guard_change(what, call->session->options);
}

/*
 * Snowflake would answer with the job that the id began, whatever the
 * statement is now.
 */
static void
check_request_id(const SfQueryCall *call)
{
	ListCell   *cell;

	foreach(cell, sf_job_load_mine())
	{
		const SfJob *job = lfirst(cell);

		if (job->request_id && strcmp(job->request_id, call->spec.request_id) == 0 &&
			strcmp(job->server, call->session->options->server_name) == 0 && strcmp(job->statement, call->sql) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("request id %s was used for another statement", job->request_id),
					 errdetail("It submitted job %s.", job->query_id),
					 errhint("Give another request_id, or the statement as it was.")));
	}
}

/*
 * Throws 22004 for a null.
 */
static char **
statements_argument(FunctionCallInfo fcinfo, int argno, int *n)
{
	Datum	   *elements;
	bool	   *nulls;
	char	  **statements;

	if (PG_ARGISNULL(argno))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the statements must not be null")));
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, n);
	statements = palloc(sizeof(char *) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("statement %d must not be null", i + 1)));
		statements[i] = TextDatumGetCString(elements[i]);
	}
	return statements;
}

/*
 * True when one of them may change something.
 */
static bool
guard_statements(SfQueryCall *call, const char *what, char **statements, int n)
{
	bool		write = false;

	for (int i = 0; i < n; i++)
	{
		write |= !sf_guard_statement(what, statements[i], call->session->options);
		sf_guard_parameters(statements[i], call->spec.nbindings);
	}
	return write;
}

/*
 * Each without its comments and semicolons at the end, and with one semicolon.
 */
static char *
join_statements(char **statements, int n)
{
	StringInfoData sql;

	initStringInfo(&sql);
	for (int i = 0; i < n; i++)
	{
		SfSqlText	text;

		sf_sqltext_scan(statements[i], &text);
		appendStringInfo(&sql, "%s%.*s", i ? ";\n" : "", (int) text.length, statements[i]);
	}
	return sql.data;
}

/*
 * Sends a statement; does not wait for its handle.
 */
static void
begin(Submission *submission, SfQueryCall *call, const char *sql, bool write, bool script)
{
	SfJob	   *job = &submission->job;
	SfStatementSpec spec = call->spec;

	memset(submission, 0, sizeof(*submission));
	spec.sql = sql;
	spec.write = write;
	spec.async = true;
	spec.query_tag = job_tag(call, script, &job->tag);
	job->request_id = pstrdup(spec.request_id ? spec.request_id : sf_new_request_id());
	spec.request_id = job->request_id;
	job->server = call->session->options->server_name;
	job->statement = (char *) sql;
	job->script = script;
	job->submitted_at = GetCurrentTimestamp();
	job->session = call->session;
	submission->statement = sf_statement_start(call->session, &spec, CurrentMemoryContext);
}

/*
 * {"tag": the user's tag, "snowflake_fdw": {...}}, by which sf_async_recover
 * finds jobs in Snowflake's history.
 */
static char *
job_tag(const SfQueryCall *call, bool script, char **tag)
{
	const char *template = call->session->options->query_tag;
	StringInfoData json;

	*tag = call->spec.query_tag ? pstrdup(call->spec.query_tag) : template ? sf_expand_query_tag(template) : NULL;
	initStringInfo(&json);
	appendStringInfoString(&json, "{\"tag\":");
	if (*tag)
		escape_json(&json, *tag);
	else
		appendStringInfoString(&json, "null");
	appendStringInfoString(&json, ",\"snowflake_fdw\":{\"database\":");
	escape_json(&json, get_database_name(MyDatabaseId));
	appendStringInfoString(&json, ",\"user\":");
	escape_json(&json, GetUserNameFromId(GetUserId(), false));
	appendStringInfo(&json, ",\"kind\":\"%s\"}}", script ? "script" : "single");
	if (pg_mbstrlen(json.data) > MAX_QUERY_TAG)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the query tag is too long"),
				 errdetail("With what a job adds it has %d characters; Snowflake takes %d.", pg_mbstrlen(json.data),
						   MAX_QUERY_TAG)));
	return json.data;
}

/*
 * Waits for the handle and records the job.
 */
static void
finish(Submission *submission)
{
	SfJob	   *job = &submission->job;

	job->query_id = pstrdup(sf_statement_submit(submission->statement));
	sf_statement_close(submission->statement);
	sf_job_store(job);
}

/*
 * Like finish, but hands back an error of Snowflake's; one of ours, such as
 * an interrupt, is thrown.
 */
static ErrorData *
try_finish(Submission *submission)
{
	MemoryContext caller = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;

	PG_TRY();
	{
		submission->job.query_id = pstrdup(sf_statement_submit(submission->statement));
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		if (error->sqlerrcode == ERRCODE_QUERY_CANCELED)
			PG_RE_THROW();
		FlushErrorState();
	}
	PG_END_TRY();
	sf_statement_close(submission->statement);
	if (error == NULL)
		sf_job_store(&submission->job);
	return error;
}

/*
 * Begins as many as fetch_parallel says and waits for them in order; waiting
 * for one moves the others on.  After an error no more are begun, but those
 * under way are waited for: their ids must not get lost.
 */
static ErrorData *
submit_several(Submission *submissions, int n, SfQueryCall *call, char **statements)
{
	int			parallel = call->session->options->fetch_parallel;
	ErrorData  *first_error = NULL;
	int			begun = 0;

	for (int i = 0; i < n; i++)
	{
		ErrorData  *error;

		while (first_error == NULL && begun < n && begun < i + parallel)
		{
			SfSqlText	text;

			sf_sqltext_scan(statements[begun], &text);
			begin(&submissions[begun], call, statements[begun], !text.reads, false);
			begun++;
		}
		if (i >= begun)
			break;
		error = try_finish(&submissions[i]);
		if (first_error == NULL)
			first_error = error;
	}
	return first_error;
}

/*
 * The error is a copy and no longer on the stack; its DETAIL names the jobs
 * that run.
 */
static void
throw_half_way(ErrorData *error, const Submission *submissions, int n)
{
	StringInfoData detail;
	int			count = 0;

	initStringInfo(&detail);
	if (error->detail)
		appendStringInfo(&detail, "%s\n", error->detail);
	for (int i = 0; i < n; i++)
	{
		if (submissions[i].job.query_id)
			appendStringInfo(&detail, "%s%s (statement %d)", count++ ? ", " : "Submitted and running are ",
							 submissions[i].job.query_id, i + 1);
	}
	if (count > 0)
	{
		appendStringInfoChar(&detail, '.');
		error->detail = detail.data;
	}
	ReThrowError(error);
}
