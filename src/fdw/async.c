/*
 * async.c
 *	  Several scans of one Append or MergeAppend at the same time.
 *
 * Scans right below an Append are asynchronous for the executor.  Of the
 * others, those below a MergeAppend and below a Sort or an aggregate of an
 * Append's child, the executor waits one after the other: their statements
 * are sent together, with that of the first.
 *
 * Each scan has its own statement and descriptor, so that none waits for
 * another.  At most MAX_STATEMENTS of an Append run at a time, fewer where
 * descriptors are short: the next one starts when one has been read to its
 * end.  One always runs, so that there is something to wait for.
 *
 * The timers of polls and repeated attempts are in the descriptor, see
 * sf_statement_descriptor: the executor's wait has no other.
 */
#include "postgres.h"

#include "executor/execAsync.h"
#include "executor/execPartition.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/cost.h"
#include "storage/latch.h"

#include "core/compat.h"
#include "fdw/remote_rel.h"
#include "fdw/scan.h"
#include "net/net.h"

#define MAX_STATEMENTS 32
#define DESCRIPTORS 8			/* what a statement and its waits may take */

static bool tables_are_capable(List *relids);
static void produce(AsyncRequest *areq);
static bool may_start(const AsyncRequest *areq);
static void start_next(const AsyncRequest *areq);
static int	count_running(const AppendState *append);
static bool is_ours(const AsyncRequest *areq);
static SfScanState *scan_of(const AsyncRequest *areq);
static bool find_appends(PlanState *node, void *context);
static bool all_are_read(PartitionPruneState *prune);
static bool is_limited(PlanState *node, bool limited);
static void collect_children(PlanState **children, int n, bool limited, List **scans);
static void collect(PlanState *node, bool limited, List **scans);
static bool is_data_scan(const ForeignScanState *node);

/*
 * Tables of objects are not: their rows come with a few requests.
 */
bool
snowflakeIsForeignPathAsyncCapable(ForeignPath *path)
{
	const SfRelInfo *info;

	if (sf_is_whole_path(path))
		return tables_are_capable(sf_whole_tables(path));
	if (sf_is_remote_rel_path(path))
		return tables_are_capable(sf_remote_rel_tables(path));
	info = path->path.parent->fdw_private;
	return info && info->options && info->options->async_capable;
}

void
sf_scans_together(PlanState *plan)
{
	MemoryContext old;
	bool		limited = false;

	if (!enable_async_append)
		return;
	old = MemoryContextSwitchTo(plan->state->es_query_cxt);
	find_appends(plan, &limited);
	MemoryContextSwitchTo(old);
}

void
sf_scan_start_others(const SfScanState *state)
{
	int			running = 0;
	ListCell   *cell;

	foreach(cell, state->together)
	{
		const SfScanState *other = lfirst_node(ForeignScanState, cell)->fdw_state;

		running += other->statement && sf_statement_runs(other->statement);
	}
	foreach(cell, state->together)
	{
		ForeignScanState *node = lfirst_node(ForeignScanState, cell);

		if (sf_scan_started(node->fdw_state))
			continue;
		if (running++ >= MAX_STATEMENTS || !sf_net_spare_descriptors(DESCRIPTORS))
			return;
		sf_scan_start(node);
	}
}

static bool
tables_are_capable(List *relids)
{
	ListCell   *cell;

	foreach(cell, relids)
	{
		if (!sf_table_options(lfirst_oid(cell))->async_capable)
			return false;
	}
	return true;
}

/*
 * The executor asks for a row, and calls back when the descriptor was ready.
 * Neither waits on the network, but for a token.
 */
void
snowflakeForeignAsyncRequest(AsyncRequest *areq)
{
	produce(areq);
}

void
snowflakeForeignAsyncNotify(AsyncRequest *areq)
{
	produce(areq);
}

/*
 * Before a wait.  Registers nothing for a scan whose turn has not come: then
 * another one of the same Append has a statement, and is registered.
 */
void
snowflakeForeignAsyncConfigureWait(AsyncRequest *areq)
{
	const AppendState *append = castNode(AppendState, areq->requestor);
	SfScanState *state = scan_of(areq);

	/* it was to send its statement, and needs none */
	if (state->local)
	{
		areq->callback_pending = false;
		produce(areq);
		ExecAsyncResponse(areq);
		if (areq->requestee->instrument)
			InstrUpdateTupleCount(areq->requestee->instrument, TupIsNull(areq->result) ? 0.0 : 1.0);
		return;
	}
	if (state->statement == NULL)
		return;
	sf_statement_share(state->statement, count_running(append));
	AddWaitEventToSet(append->as_eventset, WL_SOCKET_READABLE, sf_statement_descriptor(state->statement), NULL, areq);
}

/*
 * A row, the end, or the request stays pending.
 */
static void
produce(AsyncRequest *areq)
{
	SfScanState *state = scan_of(areq);
	TupleTableSlot *slot;

	if (!sf_scan_started(state) && !may_start(areq))
	{
		ExecAsyncRequestPending(areq);
		return;
	}
	state->nowait = true;
	state->missing = false;
	/* the executor's statistics are kept by the caller */
	slot = areq->requestee->ExecProcNodeReal(areq->requestee);
	state->nowait = false;
	if (TupIsNull(slot) && state->missing)
	{
		ExecAsyncRequestPending(areq);
		return;
	}
	ExecAsyncRequestDone(areq, slot);
	if (TupIsNull(slot))
		start_next(areq);
}

static bool
may_start(const AsyncRequest *areq)
{
	int			running = count_running(castNode(AppendState, areq->requestor));

	return running == 0 || (running < MAX_STATEMENTS && sf_net_spare_descriptors(DESCRIPTORS));
}

/*
 * A scan is at its end: those of the same Append that have waited for that
 * send their statements.
 */
static void
start_next(const AsyncRequest *areq)
{
	const AppendState *append = castNode(AppendState, areq->requestor);
	int			i = -1;

	while ((i = bms_next_member(append->as_valid_asyncplans, i)) >= 0)
	{
		const AsyncRequest *other = append->as_asyncrequests[i];

		if (!other->callback_pending || !is_ours(other) || sf_scan_started(scan_of(other)))
			continue;
		if (!may_start(other))
			return;
		sf_scan_start(castNode(ForeignScanState, other->requestee));
	}
}

/*
 * Scans of the Append that have a statement and are not at their end.
 */
static int
count_running(const AppendState *append)
{
	int			running = 0;
	int			i = -1;

	while ((i = bms_next_member(append->as_valid_asyncplans, i)) >= 0)
	{
		const AsyncRequest *areq = append->as_asyncrequests[i];

		if (is_ours(areq) && scan_of(areq)->statement && !(areq->request_complete && TupIsNull(areq->result)))
			running++;
	}
	return running;
}

/*
 * An Append may have scans of several wrappers.
 */
static bool
is_ours(const AsyncRequest *areq)
{
	return IsA(areq->requestee, ForeignScanState) &&
		((ForeignScanState *) areq->requestee)->fdwroutine->ForeignAsyncRequest == snowflakeForeignAsyncRequest;
}

static SfScanState *
scan_of(const AsyncRequest *areq)
{
	return castNode(ForeignScanState, areq->requestee)->fdw_state;
}

/*
 * context: whether a LIMIT above may end the node early.
 */
static bool
find_appends(PlanState *node, void *context)
{
	bool		limited = is_limited(node, *(bool *) context);
	List	   *scans = NIL;
	ListCell   *cell;

	if (IsA(node, AppendState) || IsA(node, MergeAppendState))
		collect(node, limited, &scans);
	foreach(cell, scans)
	{
		SfScanState *state = lfirst_node(ForeignScanState, cell)->fdw_state;

		/* below another Append, it is in its list */
		if (state->together == NIL)
			state->together = scans;
	}
	return planstate_tree_walker(node, find_appends, &limited);
}

/*
 * Whether no children are left out when their parent runs.
 */
static bool
all_are_read(PartitionPruneState *prune)
{
	return prune == NULL || !prune->do_exec_prune;
}

/*
 * Whether what is below the node may be ended early by a LIMIT: those that
 * read all before their first row do not let that pass.
 */
static bool
is_limited(PlanState *node, bool limited)
{
	if (IsA(node, LimitState) && ((LimitState *) node)->limitCount)
		return true;
	return limited && !IsA(node, SortState) && !IsA(node, AggState) && !IsA(node, HashState);
}

static void
collect_children(PlanState **children, int n, bool limited, List **scans)
{
	for (int i = 0; i < n; i++)
		collect(children[i], limited, scans);
}

/*
 * The scans that are surely read when the node is, without values that the
 * executor has only then.
 */
static void
collect(PlanState *node, bool limited, List **scans)
{
	SfScanState *state;
	AppendState *append;
	MergeAppendState *merge;

	check_stack_depth();
	limited = is_limited(node, limited);
	switch (nodeTag(node))
	{
		case T_AppendState:
			append = (AppendState *) node;
			if (all_are_read(append->as_prune_state))
				collect_children(append->appendplans, limited ? Min(append->as_nplans, 1) : append->as_nplans, limited,
								 scans);
			break;
		case T_MergeAppendState:
			merge = (MergeAppendState *) node;
			if (all_are_read(merge->ms_prune_state))
				collect_children(merge->mergeplans, merge->ms_nplans, limited, scans);
			break;
		case T_SubqueryScanState:
			collect(((SubqueryScanState *) node)->subplan, limited, scans);
			break;
		case T_ResultState:
			if (outerPlanState(node) && ((ResultState *) node)->resconstantqual == NULL)
				collect(outerPlanState(node), limited, scans);
			break;
		case T_SortState:
		case T_IncrementalSortState:
		case T_AggState:
		case T_GroupState:
		case T_UniqueState:
		case T_WindowAggState:
		case T_MaterialState:
		case T_LimitState:
		case T_ProjectSetState:
			collect(outerPlanState(node), limited, scans);
			break;
		case T_ForeignScanState:
			state = ((ForeignScanState *) node)->fdw_state;
			if (is_data_scan((ForeignScanState *) node) && !node->async_capable && state->params == NULL &&
				tables_are_capable(state->plan.tables))
				*scans = lappend(*scans, node);
			break;
		default:
			break;
	}
}

/*
 * The plan of an object table begins with another node.
 */
static bool
is_data_scan(const ForeignScanState *node)
{
	const ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;

	return node->fdwroutine->ForeignAsyncRequest == snowflakeForeignAsyncRequest &&
		plan->operation == CMD_SELECT && plan->fdw_private && IsA(linitial(plan->fdw_private), String);
}
