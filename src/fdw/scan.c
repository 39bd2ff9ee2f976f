/*
 * scan.c
 *	  Executing a scan of a data table.
 *
 * The statement is sent by the first fetch, so that a scan that is never read
 * costs nothing.  A rescan reads the finished result again (Snowflake keeps it
 * for 24 hours) instead of running the statement a second time: both passes
 * see the same rows.  The second pass keeps them, in work_mem or a file, for
 * all that follow.  In an asynchronous request (async.c) it does not wait.
 */
#include "postgres.h"

#include "access/table.h"
#include "executor/executor.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "api/deferred.h"
#include "api/guard.h"
#include "api/session.h"
#include "core/compat.h"
#include "core/error.h"
#include "core/params.h"
#include "deparse/select.h"
#include "deparse/ship.h"
#include "fdw/scan.h"
#include "types/match.h"

/* for what is printed from a query */
#define ORDINARY_HINT "Turn off snowflake_fdw.enable_statement_pushdown and snowflake_fdw.enable_subquery_pushdown " \
	"for this query."
#define PART_HINT "Turn off snowflake_fdw.enable_join_pushdown, snowflake_fdw.enable_aggregate_pushdown and " \
	"snowflake_fdw.enable_sort_pushdown for this query."

/* for one that is read as of a snapshot */
#define SNAPSHOT_HINT "A table without history cannot be read as of a snapshot: set the option snapshot of the " \
	"foreign table to 'false', or snowflake_fdw.snapshot to off."

static void set_options(SfScanState *state);
static int64 tighter(int64 x, int64 y);
static TupleTableSlot *local_row(ForeignScanState *node, TupleTableSlot *slot);
static bool is_there(ForeignScanState *node);
static bool next_row(ForeignScanState *node, TupleTableSlot *slot);
static bool kept_row(ForeignScanState *node);
static bool decode_row(ForeignScanState *node, TupleTableSlot *slot);
static bool passes(ForeignScanState *node, TupleTableSlot *slot);
static void rewind_rows(ForeignScanState *node);
static void forget_rows(SfScanState *state);
static void drop_statement(SfScanState *state);
static bool bound_rows(ForeignScanState *node);
static bool next_keys(ForeignScanState *node);
static void open_scan(ForeignScanState *node);
static void fill_keys(SfScanState *state, Datum *values, bool *nulls);
static void refuse_deferred(const SfScanState *state, SfSession *session);
static char *fill_values(ForeignScanState *node, SfSession *session, SfBinding **bindings, int *nbindings);
static const char *hint(const SfScanState *state);
static int64 row_count(const char *text, const Datum *values, const bool *nulls, int negative, const char *message);

static uint64 scans_begun = 0;	/* in this backend */

void
snowflakeBeginForeignScan(ForeignScanState *node, int eflags)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	SfScanState *state = palloc0(sizeof(SfScanState));
	List	   *values;

	sf_scan_plan(plan, &state->plan);
	node->fdw_state = state;

	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	state->userid = sf_scan_userid(node);
	state->serverid = plan->fs_server;
	scans_begun++;
	set_options(state);
	if (node->ss.ss_currentRelation)
		state->constants = sf_constants_of(node->ss.ss_currentRelation);
	if (state->plan.columns)
	{
		state->raw = ExecInitExtraTupleSlot(node->ss.ps.state, ExecTypeFromTL(state->plan.columns), &TTSOpsVirtual);
		state->finish = ExecInitExprList(state->plan.finish, NULL);
	}
	values = list_truncate(list_copy(plan->fdw_exprs), sf_scan_values(plan));
	state->param_states = ExecInitExprList(values, &node->ss.ps);
	state->params = sf_exec_params((Node *) values);
	if (state->plan.bind)
		state->bind = sf_bind_find(node->ss.ps.state, linitial_int(state->plan.bind));
	state->context = AllocSetContextCreate(node->ss.ps.state->es_query_cxt, "snowflake_fdw scan",
										   ALLOCSET_DEFAULT_SIZES);
}

uint64
sf_scans_begun(void)
{
	return scans_begun;
}

/*
 * Of several tables the tightest limits count.  Those with the option query
 * have one place, which the plan has seen to.
 */
static void
set_options(SfScanState *state)
{
	ListCell   *cell;

	state->exact_names = true;
	foreach(cell, state->plan.tables)
	{
		SfTableOptions *options = sf_table_options(lfirst_oid(cell));
		SfTableOptions *all = state->options;

		state->exact_names &= options->query == NULL;
		if (all == NULL)
		{
			state->options = options;
			continue;
		}
		if (options->query)
		{
			all->query = options->query;
			all->database = options->database;
			all->schema = options->schema;
		}
		all->max_result_rows = tighter(all->max_result_rows, options->max_result_rows);
		all->max_result_bytes = tighter(all->max_result_bytes, options->max_result_bytes);
		all->fetch_memory = tighter(all->fetch_memory, options->fetch_memory);
		all->fetch_parallel = (int) tighter(all->fetch_parallel, options->fetch_parallel);
		all->statement_timeout_ms = (int) tighter(all->statement_timeout_ms, options->statement_timeout_ms);
	}
}

/*
 * 0 and less say nothing.
 */
static int64
tighter(int64 x, int64 y)
{
	return x <= 0 ? y : y <= 0 ? x : Min(x, y);
}

/*
 * The next row, in a virtual slot whose values live until the following call:
 * in the memory of a tuple, which is the current context, or the slot's own.  Waits on the
 * network; in an asynchronous request no row, and missing set, instead.
 */
TupleTableSlot *
snowflakeIterateForeignScan(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;

	if (state->bind && !bound_rows(node))
		return ExecClearTuple(slot);
	for (;; ResetExprContext(node->ss.ps.ps_ExprContext))
	{
		ExecClearTuple(slot);
		if (state->nowait && !is_there(node))
		{
			state->missing = true;
			return slot;
		}
		if (state->rows == NULL && !state->local)
			open_scan(node);
		if (state->local)
			return local_row(node, slot);
		if (!next_row(node, slot))
		{
			if (!next_keys(node))
				return slot;
			continue;
		}
		if (!state->whole)
			return slot;
		if (state->limit >= 0 && state->passed - state->offset >= state->limit)
			return ExecClearTuple(slot);
		if (passes(node, slot) && ++state->passed > state->offset)
			return slot;
	}
}

/*
 * A row of the plan below, which does not run in the memory of a tuple.
 */
static TupleTableSlot *
local_row(ForeignScanState *node, TupleTableSlot *slot)
{
	MemoryContext old = MemoryContextSwitchTo(node->ss.ps.state->es_query_cxt);
	TupleTableSlot *row = ExecProcNode(outerPlanState(node));

	MemoryContextSwitchTo(old);
	return TupIsNull(row) ? slot : ExecCopySlot(slot, row);
}

/*
 * Whether the next row, or the end, is to be had without waiting; where the
 * plan below gives the rows, it may wait.
 */
static bool
is_there(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;

	if (state->rows)
		return (state->keeping && !tuplestore_ateof(state->kept)) || state->kept_all || sf_rows_ready(state->rows);
	if (!sf_scan_started(state))
		sf_scan_start(node);
	return state->local || sf_statement_advance(state->statement);
}

/*
 * A row of the result, or of those that were kept of it: as far as an earlier
 * pass has come, then the result goes on.
 */
static bool
next_row(ForeignScanState *node, TupleTableSlot *slot)
{
	SfScanState *state = node->fdw_state;

	if (state->keeping && kept_row(node))
	{
		ExecCopySlot(slot, state->kept_row);
		return true;
	}
	if (state->kept_all || !decode_row(node, slot))
	{
		state->kept_all = state->keeping;
		return false;
	}
	sf_constants_fill(state->constants, slot);
	ExecStoreVirtualTuple(slot);
	if (state->keeping)
		tuplestore_puttupleslot(state->kept, slot);
	return true;
}

/*
 * Its slot frees it, which the memory of a tuple has done before.
 */
static bool
kept_row(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;
	MemoryContext old = MemoryContextSwitchTo(node->ss.ps.state->es_query_cxt);
	bool		found = tuplestore_gettupleslot(state->kept, true, false, state->kept_row);

	MemoryContextSwitchTo(old);
	return found;
}

/*
 * The row's values; those that are finished here go into the memory of the
 * row.
 */
static bool
decode_row(ForeignScanState *node, TupleTableSlot *slot)
{
	SfScanState *state = node->fdw_state;
	ExprContext *econtext = node->ss.ps.ps_ExprContext;
	int			i = 0;
	ListCell   *cell;

	if (state->raw == NULL)
		return sf_rows_next(state->rows, slot->tts_values, slot->tts_isnull);
	ExecClearTuple(state->raw);
	if (!sf_rows_next(state->rows, state->raw->tts_values, state->raw->tts_isnull))
		return false;
	ExecStoreVirtualTuple(state->raw);
	econtext->ecxt_scantuple = state->raw;
	foreach(cell, state->finish)
	{
		slot->tts_values[i] = ExecEvalExpr((ExprState *) lfirst(cell), econtext, &slot->tts_isnull[i]);
		i++;
	}
	return true;
}

/*
 * The conditions that would have been Snowflake's.  The row is in the same
 * memory as what they allocate.
 */
static bool
passes(ForeignScanState *node, TupleTableSlot *slot)
{
	ExprContext *econtext = node->ss.ps.ps_ExprContext;

	CHECK_FOR_INTERRUPTS();
	econtext->ecxt_scantuple = slot;
	return ExecQual(node->fdw_recheck_quals, econtext);
}

void
snowflakeReScanForeignScan(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;

	if (!sf_scan_started(state))
		return;
	/* other values: another statement; of a condition looked at here, none */
	if (bms_overlap(state->params, node->ss.ps.chgParam))
	{
		drop_statement(state);
		state->number = 0;
		return;
	}
	/* whether the keys are others is known when the local side was read */
	if (state->bind)
		state->again = true;
	else if (!state->local)
		rewind_rows(node);
}

static void
rewind_rows(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;

	state->passed = 0;
	if (state->keeping)
	{
		tuplestore_rescan(state->kept);
		return;
	}
	if (state->rows == NULL)
		return;
	sf_rows_rewind(state->rows);
	if (state->kept == NULL)
	{
		EState	   *estate = node->ss.ps.state;
		MemoryContext old = MemoryContextSwitchTo(estate->es_query_cxt);

		state->kept = tuplestore_begin_heap(false, false, work_mem);
		tuplestore_set_eflags(state->kept, EXEC_FLAG_REWIND);
		state->kept_row = ExecInitExtraTupleSlot(estate, node->ss.ss_ScanTupleSlot->tts_tupleDescriptor,
												 &TTSOpsMinimalTuple);
		MemoryContextSwitchTo(old);
	}
	state->keeping = true;
}

static void
forget_rows(SfScanState *state)
{
	if (state->kept)
	{
		ExecClearTuple(state->kept_row);
		tuplestore_clear(state->kept);
	}
	state->keeping = state->kept_all = false;
}

static void
drop_statement(SfScanState *state)
{
	if (state->statement)
		sf_statement_close(state->statement);
	state->statement = NULL;
	state->rows = NULL;
	state->local = false;
	forget_rows(state);
	MemoryContextReset(state->context);
}

/*
 * Before a row below a bind join is fetched: whether there can be one.  A
 * rescan with the same keys has the same rows.
 */
static bool
bound_rows(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;
	uint64		reading;
	int			statements = sf_keys_statements(sf_bind_keys(state->bind, &reading));

	if (state->again)
	{
		state->again = false;
		if (reading == state->reading && (statements == 1 || state->whole))
			rewind_rows(node);
		else
		{
			drop_statement(state);
			state->number = 0;
		}
	}
	if (state->rows == NULL && statements > 0)
	{
		state->reading = reading;
		sf_bind_sent(state->bind);
	}
	return statements > 0;
}

/*
 * At the end of a statement's rows: goes on to the next keys, where they are
 * more than one takes.
 */
static bool
next_keys(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;
	uint64		reading;

	if (state->bind == NULL || state->whole ||
		state->number + 1 >= sf_keys_statements(sf_bind_keys(state->bind, &reading)))
		return false;
	drop_statement(state);
	state->number++;
	sf_bind_sent(state->bind);
	open_scan(node);
	return true;
}

void
snowflakeEndForeignScan(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;

	if (state == NULL || state->context == NULL)
		return;
	if (state->statement)
	{
		/* all scans of a plan end together: those that run are cancelled so */
		if (sf_statement_runs(state->statement))
			sf_statements_cancel(node->ss.ps.state);
		sf_statement_close(state->statement);
	}
	if (state->kept)
		tuplestore_end(state->kept);
	MemoryContextDelete(state->context);
}

void
sf_scan_start(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;
	MemoryContext old = MemoryContextSwitchTo(state->context);
	SfSession  *session = sf_session_get(state->serverid, state->userid);
	SfTableOptions *options = state->options;
	SfBinding  *bindings = NULL;
	int			nbindings = 0;
	char	   *sql = fill_values(node, session, &bindings, &nbindings);
	SfStatementSpec spec = {
		.sql = sql,
		.bindings = bindings,
		.nbindings = nbindings,
		.statement_count = 1,
		.async = ((ForeignScan *) node->ss.ps.plan)->operation != CMD_SELECT,
		.write = ((ForeignScan *) node->ss.ps.plan)->operation != CMD_SELECT,
		.data_table = true,
		.exact_names = state->exact_names,
		.refused_hint = sf_ship_needs_moment(state->plan.markers) ? SNAPSHOT_HINT :
		node->ss.ss_currentRelation ? NULL : hint(state),
		.type_hint = state->plan.match == SF_MATCH_POSITION ? SF_DRIFT_HINT : NULL,

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
		.owner = node->ss.ps.state,
		.usage = &state->usage,
	};

	if (state->local)
	{
		MemoryContextSwitchTo(old);
		return;
	}
	refuse_deferred(state, session);
	if (options->query_id)
		state->statement = sf_statement_attach(session, options->query_id, &spec, state->context);
	else
	{
		ListCell   *cell;

		foreach(cell, state->plan.tables)
		{
			SfTableOptions *one = sf_table_options(lfirst_oid(cell));

			if (one->query == NULL)
				continue;
			sf_guard_reading(one->query, session->options);
			sf_snapshot_refuse(lfirst_oid(cell));
		}
		state->statement = sf_statement_start(session, &spec, state->context);
	}
	MemoryContextSwitchTo(old);
}

/*
 * Sends the statement unless it was sent, waits for its metadata and prepares
 * the conversion.
 */
static void
open_scan(ForeignScanState *node)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	SfScanState *state = node->fdw_state;
	MemoryContext old = MemoryContextSwitchTo(state->context);
	Relation	rel = node->ss.ss_currentRelation;
	const SfResultMeta *meta;
	int		   *map;

	if (!sf_scan_started(state))
		sf_scan_start(node);
	sf_scan_start_others(state);
	if (state->local)
	{
		MemoryContextSwitchTo(old);
		return;
	}
	meta = sf_statement_result(state->statement);
	map = sf_attributes_of_columns(rel ? RelationGetRelid(rel) : InvalidOid,
								   node->ss.ss_ScanTupleSlot->tts_tupleDescriptor,
								   state->whole ? state->plan.whole_attnums : state->plan.attnums,
								   state->plan.match, state->statement);
	if (state->plan.match == SF_MATCH_POSITION)
		sf_check_drift(node, state->plan.columns ? state->plan.columns : plan->fdw_scan_tlist,
					   state->whole ? state->plan.whole_attnums : state->plan.attnums, meta);
	state->rows = sf_rows_create(state->context, state->statement,
								 (state->raw ? state->raw : node->ss.ss_ScanTupleSlot)->tts_tupleDescriptor, map,
								 rel ? RelationGetRelationName(rel) : NULL);
	MemoryContextSwitchTo(old);
}

/*
 * Throws 55000 for a table that this transaction has changed and will change
 * in Snowflake at its end.
 */
static void
refuse_deferred(const SfScanState *state, SfSession *session)
{
	ListCell   *cell;

	foreach(cell, session->options->deferred ? state->plan.tables : NIL)
	{
		SfTableOptions *options = sf_table_options(lfirst_oid(cell));

		if (options->query_id == NULL)
			sf_deferred_refuse(state->serverid, options->query ? NULL : sf_full_name(options, session->options));
	}
}

/*
 * The statement with the values of this run.  Where one has no form in
 * Snowflake, all rows are read and the conditions looked at here; or the plan
 * below the scan does it all, state->local is set, and there is none.
 */
static char *
fill_values(ForeignScanState *node, SfSession *session, SfBinding **bindings, int *nbindings)
{
	SfScanState *state = node->fdw_state;
	int			n = list_length(state->param_states);
	Oid		   *types = palloc(sizeof(Oid) * Max(n, 1));
	Datum	   *values = palloc(sizeof(Datum) * Max(n, 1));
	bool	   *nulls = palloc(sizeof(bool) * Max(n, 1));
	SfShipValues known = {types, values, nulls};
	char	   *sql;

	state->whole = false;
	state->passed = 0;
	if (state->plan.markers == NIL)
		return pstrdup(state->plan.sql);
	if (sf_ship_needs_moment(state->plan.markers))
		known.moment = sf_snapshot_moment(node->ss.ps.state, session, &state->usage);
	for (int i = 0; i < n; i++)
	{
		ExprState  *expr = list_nth(state->param_states, i);

		types[i] = exprType((Node *) expr->expr);
		values[i] = ExecEvalExpr(expr, node->ss.ps.ps_ExprContext, &nulls[i]);
	}
	if (state->bind)
		fill_keys(state, values, nulls);
	state->limit = row_count(state->plan.limit, values, nulls,
							 ERRCODE_INVALID_ROW_COUNT_IN_LIMIT_CLAUSE, "LIMIT must not be negative");
	state->offset = Max(0, row_count(state->plan.offset, values, nulls,
									 ERRCODE_INVALID_ROW_COUNT_IN_RESULT_OFFSET_CLAUSE,
									 "OFFSET must not be negative"));
	if (sf_ship_fill(state->plan.sql, state->plan.markers, &known, &sql, bindings, nbindings))
		return sql;
	if (outerPlanState(node))
	{
		state->local = true;
		return NULL;
	}
	if (state->plan.whole_sql == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a parameter of the query has a value that Snowflake cannot have"),
				 errhint("%s", hint(state))));
	state->whole = true;
	sf_ship_fill(state->plan.whole_sql, state->plan.whole_markers, &known, &sql, bindings, nbindings);
	return sql;
}

/*
 * What is said of the keys in this statement.
 */
static void
fill_keys(SfScanState *state, Datum *values, bool *nulls)
{
	uint64		reading;
	SfKeys	   *keys = sf_bind_keys(state->bind, &reading);

	for (int i = 2; i < list_length(state->plan.bind); i++)
	{
		int			number = list_nth_int(state->plan.bind, i);

		values[number] = CStringGetDatum(sf_keys_condition(keys, i - 2, state->number));
		nulls[number] = false;
	}
}

/*
 * How to have what is printed from a query computed here.
 */
static const char *
hint(const SfScanState *state)
{
	return strncmp(state->plan.unit, "statement", 9) == 0 || strncmp(state->plan.unit, "subquery", 8) == 0 ?
		ORDINARY_HINT : PART_HINT;
}

/*
 * What LIMIT or OFFSET is in this run, see SfScanPlan.  Throws
 * negative, the SQLSTATE, with the message, as PostgreSQL does.
 */
static int64
row_count(const char *text, const Datum *values, const bool *nulls, int negative, const char *message)
{
	int64		count;
	int			number;

	if (text == NULL)
		return -1;
	count = strtoll(text + (text[0] == '$'), NULL, 10);
	number = (int) count - 1;
	if (text[0] != '$')
		return count;
	if (nulls[number])
		return -1;
	count = DatumGetInt64(values[number]);
	if (count < 0)
		ereport(ERROR, (errcode(negative), errmsg("%s", message)));
	return count;
}

int *
sf_attributes_of_columns(Oid relid, TupleDesc desc, List *attnums, SfColumnMatch match, SfStatement *statement)
{
	const SfResultMeta *meta = sf_statement_result(statement);
	int		   *map;
	const char **names;

	if (match == SF_MATCH_POSITION)
	{
		if (meta->ncolumns != list_length(attnums))
		{
			SfRemoteError where;

			sf_statement_where(statement, &where);
			sf_report_malformed(&where, psprintf("the result has %d columns, %d were asked for", meta->ncolumns,
												 list_length(attnums)));
		}
		map = palloc(sizeof(int) * meta->ncolumns);
		for (int i = 0; i < meta->ncolumns; i++)
			map[i] = list_nth_int(attnums, i) - 1;
		return map;
	}

	names = palloc0(sizeof(char *) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped && !sf_is_constant_column(relid, i + 1))
			names[i] = sf_remote_column_name(relid, i + 1);
	}
	return sf_match_columns(meta, desc->natts, names, true);
}
