/*
 * job_result.c
 *	  The result of a job, and a foreign table over it.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/varlena.h"

#include "api/arguments.h"
#include "base/ident.h"
#include "core/options.h"
#include "core/owner.h"
#include "jobs/job_result.h"
#include "types/typemap.h"

PG_FUNCTION_INFO_V1(sf_async_to_foreign_table);

static void wait_for_end(SfStatement *statement, const SfJob *job, TimestampTz deadline);
static char *create_statement(const SfResultMeta *meta, const char *server, const RangeVar *table);
static void append_column(StringInfo sql, const SfColumnMeta *column);

SfStatement *
sf_job_result(SfJob *job, int64 timeout_ms)
{
	TimestampTz deadline = timeout_ms < 0 ? 0 : GetCurrentTimestamp() + timeout_ms * 1000;
	SfStatementSpec limits = {.statement_count = 1};
	SfStatement *statement;
	const SfResultMeta *meta;

	if (job->ended && sf_status_is_failed(job->status))
		sf_job_throw(job);
	statement = sf_statement_attach(job->session, job->query_id, &limits, CurrentMemoryContext);
	wait_for_end(statement, job, deadline);
	meta = sf_statement_result(statement);
	sf_job_succeeded(job, meta);
	if (meta->nchildren > 0)
	{
		SfStatement *last = sf_statement_attach(job->session, meta->children[meta->nchildren - 1], &limits,
												CurrentMemoryContext);

		sf_statement_close(statement);
		statement = last;
		sf_statement_result(statement);
	}
	return statement;
}

/*
 * Makes a foreign table over the result, with the types an import would give
 * the columns.  Waits for the result.
 */
Datum
sf_async_to_foreign_table(PG_FUNCTION_ARGS)
{
	RangeVar   *table;
	SfJob	   *job;
	SfStatement *statement;
	char	   *sql;

	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name of the table must not be null")));
	table = makeRangeVarFromNameList(textToQualifiedNameList(PG_GETARG_TEXT_PP(1)));
	PreventCommandIfReadOnly("sf_async_to_foreign_table()");
	job = sf_job_required(fcinfo, 0);
	statement = sf_job_result(job, -1);
	sql = create_statement(sf_statement_result(statement), job->session->options->server_name, table);
	sf_statement_close(statement);

	if (SPI_connect() != SPI_OK_CONNECT || SPI_execute(sql, false, 0) != SPI_OK_UTILITY ||
		SPI_finish() != SPI_OK_FINISH)
		elog(ERROR, "could not create the foreign table");
	PG_RETURN_OID(RangeVarGetRelid(table, NoLock, false));
}

/*
 * Waits for the result.  Throws 57014 at the deadline.
 */
static void
wait_for_end(SfStatement *statement, const SfJob *job, TimestampTz deadline)
{
	if (!sf_statement_wait(statement, deadline))
		ereport(ERROR,
				(errcode(ERRCODE_QUERY_CANCELED),
				 errmsg("job %s is still running at the end of the timeout", job->query_id),
				 errhint("It runs on; ask again later.")));
}

static char *
create_statement(const SfResultMeta *meta, const char *server, const RangeVar *table)
{
	StringInfoData sql;

	for (int i = 0; i < meta->ncolumns; i++)
	{
		for (int j = 0; j < i; j++)
		{
			if (strcmp(meta->columns[i].name, meta->columns[j].name) == 0)
				ereport(ERROR,
						(errcode(ERRCODE_DUPLICATE_COLUMN),
						 errmsg("the result has several columns \"%s\"", meta->columns[i].name),
						 errhint("A foreign table finds columns by name; read the result with sf_async_result().")));
		}
	}
	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE FOREIGN TABLE %s (", quote_qualified_identifier(table->schemaname, table->relname));
	for (int i = 0; i < meta->ncolumns; i++)
	{
		appendStringInfoString(&sql, i ? ", " : "");
		append_column(&sql, &meta->columns[i]);
	}
	appendStringInfo(&sql, ") SERVER %s OPTIONS (query_id '%s')", quote_identifier(server), meta->query_id);
	return sql.data;
}

static void
append_column(StringInfo sql, const SfColumnMeta *column)
{
	SfBuf	   *local = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	SfRemoteType type;

	sf_remote_type_from_meta(column, &type);
	sf_ident_local_name(local, column->name, SF_IMPORT_SMART);
	appendStringInfo(sql, "%s %s OPTIONS (column_name %s)%s", quote_identifier(sf_buf_text(local, "a column name")),
					 sf_pg_type_for_meta(column), quote_literal_cstr(column->name),
					 type.kind == SF_TYPE_TEXT ? " COLLATE \"C\"" : "");
}
