/*
 * query.c
 *	  sf_query, sf_query_as, sf_query_json, sf_execute, sf_describe: a
 *	  statement's text in, its rows out.
 *
 * Each set-returning function works in both of the executor's modes: in FROM
 * it fills a tuplestore, in a SELECT list it returns a row a call, so that a
 * LIMIT stops the fetching of partitions.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"
#include "utils/typcache.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "api/statement.h"
#include "base/sqltext.h"
#include "base/str.h"
#include "query/query_call.h"
#include "query/resultset.h"
#include "types/decode.h"
#include "types/match.h"
#include "types/rows.h"
#include "types/typemap.h"

PG_FUNCTION_INFO_V1(sf_query);
PG_FUNCTION_INFO_V1(sf_query_as);
PG_FUNCTION_INFO_V1(sf_query_json);
PG_FUNCTION_INFO_V1(sf_execute);
PG_FUNCTION_INFO_V1(sf_describe);

static SfResultSet *start_query(FunctionCallInfo fcinfo, int first, SfResultShape shape, const char *what);
static Jsonb *execute_summary(const SfResultMeta *meta, const char *message);
static void keep_message(const SfResultMeta *meta, char **cells, void *arg);
static void push_count(JsonbParseState **state, const char *key, bool known, int64 count);

Datum
sf_query(PG_FUNCTION_ARGS)
{
	return sf_resultset_return(fcinfo, 0, SF_SHAPE_RECORD, start_query, "sf_query()");
}

Datum
sf_query_as(PG_FUNCTION_ARGS)
{
	return sf_resultset_return(fcinfo, 1, SF_SHAPE_ROWTYPE, start_query, "sf_query_as()");
}

Datum
sf_query_json(PG_FUNCTION_ARGS)
{
	return sf_resultset_return(fcinfo, 0, SF_SHAPE_JSON, start_query, "sf_query_json()");
}

/*
 * Runs a statement to its end: {query_id, rows_inserted, rows_updated,
 * rows_deleted, rows, message}.  Waits on the network.
 */
Datum
sf_execute(PG_FUNCTION_ARGS)
{
	SfQueryCall *call = sf_query_call(fcinfo, 0, "sf_execute()");
	char	   *message = NULL;
	SfResultMeta *meta;

	sf_guard_change("sf_execute()", call->session->options);
	call->spec.async = true;
	meta = sf_statement_run(call->session, &call->spec, keep_message, &message);
	PG_RETURN_JSONB_P(execute_summary(meta, message));
}

/*
 * The "AS t(...)" list of a statement's result.  A SELECT is asked for no
 * rows; another reading statement is run.  Waits on the network.
 */
Datum
sf_describe(PG_FUNCTION_ARGS)
{
	char	   *statement = sf_text_argument(fcinfo, 0);
	SfSession  *session;
	SfStatementSpec spec = {.statement_count = 1};
	SfSqlText	text;
	SfStatement *running;
	char	   *list;

	if (statement == NULL)
		PG_RETURN_NULL();
	session = sf_session_argument(fcinfo, 1);
	sf_guard_reading(statement, session->options);
	sf_guard_parameters(statement, 0);
	sf_sqltext_scan(statement, &text);
	spec.sql = text.subquery ? psprintf("SELECT * FROM (%.*s\n) AS \"Q\" LIMIT 0", (int) text.length, statement) :
		statement;
	running = sf_statement_start(session, &spec, CurrentMemoryContext);
	list = sf_describe_columns(sf_statement_result(running));
	sf_statement_close(running);
	PG_RETURN_TEXT_P(cstring_to_text(list));
}

/*
 * Sends the statement of a set-returning function.
 */
static SfResultSet *
start_query(FunctionCallInfo fcinfo, int first, SfResultShape shape, const char *what)
{
	SfQueryCall *call = sf_query_call(fcinfo, first, what);
	SfStatement *statement = sf_statement_start(call->session, &call->spec, CurrentMemoryContext);

	return sf_resultset_create(fcinfo, statement, shape);
}

static Jsonb *
execute_summary(const SfResultMeta *meta, const char *message)
{
	JsonbParseState *state = NULL;
	JsonbValue	value;
	bool		dml = meta->has_stats;

	pushJsonbValue(&state, WJB_BEGIN_OBJECT, NULL);
	sf_json_push_text(&state, "query_id", meta->query_id);
	push_count(&state, "rows_inserted", dml, meta->rows_inserted);
	push_count(&state, "rows_updated", dml, meta->rows_updated);
	push_count(&state, "rows_deleted", dml, meta->rows_deleted);
	/* the row that DDL answers with is its message */
	push_count(&state, "rows", dml || message == NULL,
			   dml ? meta->rows_inserted + meta->rows_updated + meta->rows_deleted : meta->nrows);
	sf_json_push_text(&state, "message", message ? message : meta->message);
	value = *pushJsonbValue(&state, WJB_END_OBJECT, NULL);
	return JsonbValueToJsonb(&value);
}

/*
 * DDL answers with one text column "status": that is the message a user
 * expects.
 */
static void
keep_message(const SfResultMeta *meta, char **cells, void *arg)
{
	char	  **message = arg;

	if (*message == NULL && meta->ncolumns == 1 && meta->nrows == 1 && cells[0] &&
		sf_strcasecmp_ascii(meta->columns[0].name, "status") == 0)
		*message = pstrdup(cells[0]);
}

static void
push_count(JsonbParseState **state, const char *key, bool known, int64 count)
{
	JsonbValue	value;

	value.type = known ? jbvNumeric : jbvNull;
	if (known)
		value.val.numeric = int64_to_numeric(count);
	sf_json_push(state, key, &value);
}
