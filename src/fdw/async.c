/*
 * async.c
 *	  Several scans of one Append at the same time.
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
