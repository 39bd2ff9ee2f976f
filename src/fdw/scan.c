/*
 * scan.c
 *	  Executing a scan of a data table.
 *
 * The statement is sent by the first fetch, so that a scan that is never
 * read costs nothing.  A rescan reads the finished result again (Snowflake
 * keeps it for 24 hours) instead of running the statement a second time: both
 * passes see the same rows.
 */
#include "postgres.h"

#include "access/table.h"
#include "commands/explain.h"
#include "executor/executor.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "api/guard.h"
#include "api/session.h"
#include "api/statement.h"
#include "core/compat.h"
#include "deparse/select.h"
#include "fdw/fdw.h"
#include "types/match.h"
#include "types/rows.h"

typedef struct SfScanState
{
	MemoryContext context;		/* the statement and its rows; goes with the
								 * scan */
	const char *sql;			/* "" for a query_id table */
	List	   *attnums;
	SfColumnMatch match;
	Oid			userid;			/* whose mapping: a cursor may be read by
								 * another user than opened it */
	SfTableOptions *options;
	SfStatement *statement;		/* NULL until the first fetch */
	SfRows	   *rows;
} SfScanState;

static void open_scan(ForeignScanState *node);
static int *attributes_of_columns(ForeignScanState *node, const SfResultMeta *meta);

void
snowflakeBeginForeignScan(ForeignScanState *node, int eflags)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	SfScanState *state = palloc0(sizeof(SfScanState));

	state->sql = strVal(list_nth(plan->fdw_private, SfScanPrivateSql));
	state->attnums = list_nth(plan->fdw_private, SfScanPrivateAttnums);
	state->match = intVal(list_nth(plan->fdw_private, SfScanPrivateMatch));
	node->fdw_state = state;

	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	state->userid = sf_scan_userid(node);
	state->options = sf_table_options(RelationGetRelid(node->ss.ss_currentRelation));
	state->context = AllocSetContextCreate(node->ss.ps.state->es_query_cxt, "snowflake_fdw scan", ALLOCSET_DEFAULT_SIZES);
}

/*
 * The next row, in a virtual slot whose values live until the following call.
 * Waits on the network.
 */
TupleTableSlot *
snowflakeIterateForeignScan(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;

	if (state->rows == NULL)
		open_scan(node);
	ExecClearTuple(slot);
	if (sf_rows_next(state->rows, slot->tts_values, slot->tts_isnull))
		ExecStoreVirtualTuple(slot);
	return slot;
}

void
snowflakeReScanForeignScan(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;

	if (state->rows)
		sf_rows_rewind(state->rows);
}

void
snowflakeEndForeignScan(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;

	if (state == NULL || state->context == NULL)
		return;
	if (state->statement)
		sf_statement_close(state->statement);
	MemoryContextDelete(state->context);
}

void
snowflakeExplainForeignScan(ForeignScanState *node, ExplainState *es)
{
	SfScanState *state = node->fdw_state;
	SfTableOptions *options;

	if (!es->verbose)
		return;
	options = sf_table_options(RelationGetRelid(node->ss.ss_currentRelation));
	if (options->query_id)
		ExplainPropertyText("Result of query", options->query_id, es);
	else
		ExplainPropertyText("Remote SQL", state->sql, es);
	if (state->statement && sf_statement_query_id(state->statement) && es->costs)
		ExplainPropertyText("Query ID", sf_statement_query_id(state->statement), es);
}

/*
 * Sends the statement, waits for its metadata and prepares the conversion.
 */
static void
open_scan(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;
	Relation	rel = node->ss.ss_currentRelation;
	MemoryContext old = MemoryContextSwitchTo(state->context);
	ForeignTable *table = GetForeignTable(RelationGetRelid(rel));
	SfSession  *session = sf_session_get(table->serverid, state->userid);
	SfTableOptions *options = state->options;
	SfStatementSpec spec = {
		.sql = state->sql,
		.statement_count = 1,
		.data_table = true,
		.exact_names = options->query == NULL,

		/*
		 * a query table's names are resolved there; a table's own name is
		 * qualified
		 */
		.database = options->query ? options->database : NULL,
		.schema = options->query ? options->schema : NULL,
		.timeout_ms = options->statement_timeout_ms,
		.max_result_rows = options->max_result_rows,
		.max_result_bytes = options->max_result_bytes,
		.fetch_memory = options->fetch_memory,
		.fetch_parallel = options->fetch_parallel,
	};
	const SfResultMeta *meta;

	if (options->query_id)
		state->statement = sf_statement_attach(session, options->query_id, &spec, state->context);
	else
	{
		if (options->query)
			sf_guard_reading(options->query, session->options);
		state->statement = sf_statement_start(session, &spec, state->context);
	}
	meta = sf_statement_result(state->statement);
	state->rows = sf_rows_create(state->context, state->statement, RelationGetDescr(rel),
								 attributes_of_columns(node, meta), RelationGetRelationName(rel));
	MemoryContextSwitchTo(old);
}

/*
 * The 0-based attribute of each result column, -1 for one that nobody reads.
 */
static int *
attributes_of_columns(ForeignScanState *node, const SfResultMeta *meta)
{
	SfScanState *state = node->fdw_state;
	Relation	rel = node->ss.ss_currentRelation;
	TupleDesc	desc = RelationGetDescr(rel);
	int		   *map;
	const char **names;

	if (state->match == SF_MATCH_POSITION)
	{
		if (meta->ncolumns != list_length(state->attnums))
			ereport(ERROR,
					(errcode(ERRCODE_PROTOCOL_VIOLATION),
					 errmsg("the result has %d columns, %d were asked for", meta->ncolumns, list_length(state->attnums)),
					 errcontext("remote SQL command: %s", state->sql)));
		map = palloc(sizeof(int) * meta->ncolumns);
		for (int i = 0; i < meta->ncolumns; i++)
			map[i] = list_nth_int(state->attnums, i) - 1;
		return map;
	}

	names = palloc0(sizeof(char *) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped)
			names[i] = sf_remote_column_name(RelationGetRelid(rel), i + 1);
	}
	return sf_match_columns(meta, desc->natts, names, true);
}
