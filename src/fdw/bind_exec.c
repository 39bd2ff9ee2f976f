/*
 * bind_exec.c
 *	  Executing a bind join: the nodes Bind Join and Bind Rows.
 *
 * A rescan that leaves the local side as it is keeps its rows and keys, so a
 * volatile local side is the same in all passes.
 */
#include "postgres.h"

#include "commands/explain.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/ruleutils.h"
#include "utils/tuplestore.h"

#include "core/compat.h"
#include "fdw/bind.h"

struct SfBindState
{
	CustomScanState custom;
	int			mailbox;
	List	   *columns;		/* of the local side, with the keys */
	SfKeys	   *keys;
	Tuplestorestate *store;		/* the local rows */
	TupleTableSlot *row;		/* for one of them */
	Datum	   *values;			/* of the key columns of a row */
	bool	   *nulls;
	int64		rows;			/* in the store */
	uint64		reading;		/* how often the local side was read; 0: not
								 * yet */
	int64		sent;			/* keys, of all readings */
	int64		statements;
	const char *dropped;		/* of the last reading where some were */
};

typedef struct RowsState
{
	CustomScanState custom;
	SfBindState *join;
} RowsState;

static Node *create_join(CustomScan *plan);
static void begin_join(CustomScanState *node, EState *estate, int eflags);
static TupleTableSlot *next_joined(CustomScanState *node);
static void end_join(CustomScanState *node);
static void rescan_join(CustomScanState *node);
static void explain_join(CustomScanState *node, List *ancestors, ExplainState *es);
static void read_local(SfBindState *state);
static void collect_keys(SfBindState *state, TupleTableSlot *slot);
static Node *create_rows(CustomScan *plan);
static void begin_rows(CustomScanState *node, EState *estate, int eflags);
static TupleTableSlot *next_row(CustomScanState *node);
static void end_rows(CustomScanState *node);
static void rescan_rows(CustomScanState *node);
static TupleTableSlot *hand_on(CustomScanState *node, TupleTableSlot *from);

const CustomScanMethods sf_bind_join_methods = {
	.CustomName = "Bind Join",
	.CreateCustomScanState = create_join,
};

const CustomScanMethods sf_bind_rows_methods = {
	.CustomName = "Bind Rows",
	.CreateCustomScanState = create_rows,
};

static const CustomExecMethods join_exec = {
	.CustomName = "Bind Join",
	.BeginCustomScan = begin_join,
	.ExecCustomScan = next_joined,
	.EndCustomScan = end_join,
	.ReScanCustomScan = rescan_join,
	.ExplainCustomScan = explain_join,
};

static const CustomExecMethods rows_exec = {
	.CustomName = "Bind Rows",
	.BeginCustomScan = begin_rows,
	.ExecCustomScan = next_row,
	.EndCustomScan = end_rows,
	.ReScanCustomScan = rescan_rows,
};

static Node *
create_join(CustomScan *plan)
{
	SfBindState *state = (SfBindState *) newNode(sizeof(SfBindState), T_CustomScanState);

	state->custom.methods = &join_exec;
	state->mailbox = intVal(list_nth(plan->custom_private, SfBindPrivateMailbox));
	state->columns = list_nth(plan->custom_private, SfBindPrivateColumns);
	return (Node *) state;
}

/*
 * The mailbox is filled before the nodes below begin, which look into it.
 */
static void
begin_join(CustomScanState *node, EState *estate, int eflags)
{
	SfBindState *state = (SfBindState *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	ParamExecData *mailbox = &estate->es_param_exec_vals[state->mailbox];
	int			nkeys = list_length(state->columns);
	PlanState  *local;
	TupleDesc	desc;
	Oid		   *types;
	int		   *scales;

	mailbox->value = PointerGetDatum(state);
	mailbox->isnull = false;
	mailbox->execPlan = NULL;

	eflags &= ~(EXEC_FLAG_BACKWARD | EXEC_FLAG_MARK);
	local = ExecInitNode(linitial(plan->custom_plans), estate, eflags & ~EXEC_FLAG_REWIND);
	node->custom_ps = list_make2(local, ExecInitNode(lsecond(plan->custom_plans), estate, eflags));
	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;

	desc = ExecGetResultType(local);
	types = palloc(sizeof(Oid) * nkeys);
	scales = palloc(sizeof(int) * nkeys);
	for (int i = 0; i < nkeys; i++)
	{
		types[i] = TupleDescAttr(desc, list_nth_int(state->columns, i) - 1)->atttypid;
		scales[i] = list_nth_int(list_nth(plan->custom_private, SfBindPrivateScales), i);
	}
	state->keys = sf_keys_create(estate->es_query_cxt, nkeys, types, scales);
	state->values = palloc(sizeof(Datum) * nkeys);
	state->nulls = palloc(sizeof(bool) * nkeys);
	state->row = ExecInitExtraTupleSlot(estate, desc, &TTSOpsMinimalTuple);
	pfree(types);
	pfree(scales);
}

/*
 * Every join that is bound needs a local row for each of its own.
 */
static TupleTableSlot *
next_joined(CustomScanState *node)
{
	SfBindState *state = (SfBindState *) node;
	PlanState  *local = linitial(node->custom_ps);

	if (state->reading == 0 || local->chgParam != NULL)
		read_local(state);
	if (state->rows == 0)
		return NULL;
	return hand_on(node, ExecProcNode(lsecond(node->custom_ps)));
}

/*
 * All rows of the local side, which rescans itself where a parameter has
 * changed.
 */
static void
read_local(SfBindState *state)
{
	PlanState  *local = linitial(state->custom.custom_ps);
	TupleTableSlot *slot;

	if (state->store)
		tuplestore_clear(state->store);
	else
	{
		MemoryContext old = MemoryContextSwitchTo(state->custom.ss.ps.state->es_query_cxt);

		state->store = tuplestore_begin_heap(false, false, work_mem);
		tuplestore_set_eflags(state->store, EXEC_FLAG_REWIND);
		MemoryContextSwitchTo(old);
	}
	sf_keys_clear(state->keys);
	state->rows = 0;
	for (;;)
	{
		CHECK_FOR_INTERRUPTS();
		slot = ExecProcNode(local);
		if (TupIsNull(slot))
			break;
		state->rows++;
		collect_keys(state, slot);
		tuplestore_puttupleslot(state->store, slot);
	}
	tuplestore_rescan(state->store);
	sf_keys_finish(state->keys);
	state->reading++;
	state->sent += sf_keys_count(state->keys);
	if (sf_keys_dropped(state->keys))
		state->dropped = sf_keys_dropped(state->keys);
}

/*
 * Columns, not expressions: one compiled for our own slot does not take apart
 * the rows of another node.
 */
static void
collect_keys(SfBindState *state, TupleTableSlot *slot)
{
	ExprContext *econtext = state->custom.ss.ps.ps_ExprContext;
	MemoryContext old;
	ListCell   *cell;
	int			i = 0;

	slot_getallattrs(slot);
	foreach(cell, state->columns)
	{
		state->values[i] = slot->tts_values[lfirst_int(cell) - 1];
		state->nulls[i++] = slot->tts_isnull[lfirst_int(cell) - 1];
	}
	ResetExprContext(econtext);
	old = MemoryContextSwitchTo(econtext->ecxt_per_tuple_memory);
	sf_keys_add(state->keys, state->values, state->nulls);
	MemoryContextSwitchTo(old);
}

/*
 * The join depends on all parameters on which the local side may, see
 * sf_bind_dependencies.
 */
static void
rescan_join(CustomScanState *node)
{
	PlanState  *local = linitial(node->custom_ps);
	PlanState  *join = lsecond(node->custom_ps);

	if (node->ss.ps.chgParam != NULL)
	{
		UpdateChangedParamSet(local, node->ss.ps.chgParam);
		UpdateChangedParamSet(join, node->ss.ps.chgParam);
	}
	if (local->chgParam != NULL && join->chgParam == NULL)
		elog(ERROR, "the local side of a bind join changed, its join did not");
	if (join->chgParam == NULL)
		ExecReScan(join);
}

static void
end_join(CustomScanState *node)
{
	SfBindState *state = (SfBindState *) node;

	ExecEndNode(lsecond(node->custom_ps));
	ExecEndNode(linitial(node->custom_ps));
	if (state->store)
		tuplestore_end(state->store);
}

static void
explain_join(CustomScanState *node, List *ancestors, ExplainState *es)
{
	SfBindState *state = (SfBindState *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	Plan	   *local = linitial(plan->custom_plans);
	List	   *context = set_deparse_context_plan(es->deparse_cxt, local, lcons(plan, ancestors));
	bool		prefix = es->verbose || list_length(es->rtable) > 1;
	List	   *keys = NIL;
	ListCell   *cell;

	foreach(cell, state->columns)
	{
		TargetEntry *column = list_nth(local->targetlist, lfirst_int(cell) - 1);

		keys = lappend(keys, deparse_expression((Node *) column->expr, context, prefix, false));
	}
	ExplainPropertyList("Keys", keys, es);
	if (!es->analyze)
		return;
	ExplainPropertyInteger("Distinct Keys", NULL, state->sent, es);
	ExplainPropertyInteger("Remote Statements", NULL, state->statements, es);
	if (state->dropped)
		ExplainPropertyText("Keys Dropped", state->dropped, es);
}

static Node *
create_rows(CustomScan *plan)
{
	RowsState  *state = (RowsState *) newNode(sizeof(RowsState), T_CustomScanState);

	state->custom.methods = &rows_exec;
	return (Node *) state;
}

static void
begin_rows(CustomScanState *node, EState *estate, int eflags)
{
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;

	((RowsState *) node)->join = sf_bind_find(estate, intVal(linitial(plan->custom_private)));
}

/*
 * Columns behind ours are keys.
 */
static TupleTableSlot *
next_row(CustomScanState *node)
{
	SfBindState *join = ((RowsState *) node)->join;

	if (!tuplestore_gettupleslot(join->store, true, false, join->row))
		return hand_on(node, NULL);
	return hand_on(node, join->row);
}

static void
end_rows(CustomScanState *node)
{
}

static void
rescan_rows(CustomScanState *node)
{
	SfBindState *join = ((RowsState *) node)->join;

	ExecClearTuple(node->ss.ss_ScanTupleSlot);
	if (join->store)
		tuplestore_rescan(join->store);
}

/*
 * A row of another node as one of this one, of as many columns as it has.
 */
static TupleTableSlot *
hand_on(CustomScanState *node, TupleTableSlot *from)
{
	TupleTableSlot *slot = node->ss.ss_ScanTupleSlot;
	int			n = slot->tts_tupleDescriptor->natts;

	ExecClearTuple(slot);
	if (TupIsNull(from))
		return NULL;
	slot_getsomeattrs(from, n);
	memcpy(slot->tts_values, from->tts_values, sizeof(Datum) * n);
	memcpy(slot->tts_isnull, from->tts_isnull, sizeof(bool) * n);
	ExecStoreVirtualTuple(slot);
	if (node->ss.ps.ps_ProjInfo == NULL)
		return slot;
	ResetExprContext(node->ss.ps.ps_ExprContext);
	node->ss.ps.ps_ExprContext->ecxt_scantuple = slot;
	return ExecProject(node->ss.ps.ps_ProjInfo);
}

SfBindState *
sf_bind_find(EState *estate, int mailbox)
{
	return (SfBindState *) DatumGetPointer(estate->es_param_exec_vals[mailbox].value);
}

SfKeys *
sf_bind_keys(SfBindState *state, uint64 *reading)
{
	if (state->reading == 0)
		elog(ERROR, "the scan below a bind join began before its local side was read");
	*reading = state->reading;
	return state->keys;
}

void
sf_bind_sent(SfBindState *state)
{
	state->statements++;
}
