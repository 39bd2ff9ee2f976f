/*
 * snapshot.c
 *	  One moment of which all scans of a query read their tables (Snowflake's
 *	  Time Travel).
 *
 * The moment is Snowflake's own time, which it is asked for when the first
 * scan of an execution starts: it lies in the past there, whatever the clock
 * here says, and behind all that was committed before.  What a function runs
 * is an execution of its own; a cursor is one until it is closed.  Tables of
 * another account have its time.
 */
#include "postgres.h"

#include "executor/executor.h"
#include "foreign/foreign.h"
#include "lib/ilist.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "api/session.h"
#include "api/statement.h"
#include "base/scalar.h"
#include "core/error.h"
#include "fdw/fdw.h"

typedef struct Moment
{
	dlist_node	node;
	EState	   *estate;
	char	   *account;		/* its address */
	char	   *literal;
} Moment;

/* of this backend; each until the memory of its execution goes */
static dlist_head moments = DLIST_STATIC_INIT(moments);

static char *time_of_account(SfSession *session, SfUsage *usage);
static void take_cell(const SfResultMeta *meta, char **cells, void *arg);
static void forget(void *moment);

const char *
sf_snapshot_moment(EState *estate, SfSession *session, SfUsage *usage)
{
	MemoryContext old;
	MemoryContextCallback *callback;
	Moment	   *moment;
	char	   *literal;
	dlist_iter	iter;

	dlist_foreach(iter, &moments)
	{
		moment = dlist_container(Moment, node, iter.cur);
		if (moment->estate == estate && strcmp(moment->account, session->options->base_url) == 0)
			return moment->literal;
	}
	literal = time_of_account(session, usage);
	old = MemoryContextSwitchTo(estate->es_query_cxt);
	moment = palloc0(sizeof(Moment));
	moment->estate = estate;
	moment->account = pstrdup(session->options->base_url);
	moment->literal = pstrdup(literal);
	callback = palloc0(sizeof(MemoryContextCallback));
	callback->func = forget;
	callback->arg = moment;
	MemoryContextSwitchTo(old);
	dlist_push_tail(&moments, &moment->node);
	MemoryContextRegisterResetCallback(estate->es_query_cxt, callback);
	return moment->literal;
}

void
sf_snapshot_refuse(Oid relid)
{
	if (!sf_table_snapshot(relid))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("table \"%s\" cannot be read as of a snapshot", get_rel_name(relid)),
			 errdetail("It is a query, in which the tables are its own."),
			 errhint("Set its option snapshot to 'false', which reads it as it is when its scan starts; its query may "
					 "have AT(TIMESTAMP => ...) itself.")));
}

/*
 * Whole milliseconds, which are the smallest that Snowflake tells apart there;
 * written as a number, which no format and no zone of the account changes.
 * Waits and throws as sf_statement_run does, 08P01 for what is no time.
 */
static char *
time_of_account(SfSession *session, SfUsage *usage)
{
	SfStatementSpec spec = {.sql = "SELECT CURRENT_TIMESTAMP()",.statement_count = 1,.usage = usage};
	int64		micros = -1;
	SfResultMeta *meta = sf_statement_run(session, &spec, take_cell, &micros);

	if (micros < 0)
	{
		SfRemoteError where = {.query_id = meta->query_id,.remote_sql = spec.sql};

		sf_report_malformed(&where, "it is no time");
	}
	return psprintf("TO_TIMESTAMP_LTZ(" INT64_FORMAT ", 3)", micros / 1000);
}

static void
take_cell(const SfResultMeta *meta, char **cells, void *arg)
{
	int64_t		micros;

	if (meta->ncolumns == 1 && cells[0] && strcmp(meta->columns[0].type, "timestamp_ltz") == 0 &&
		sf_scalar_timestamp(cells[0], strlen(cells[0]), &micros) == SF_SCALAR_OK)
		*(int64 *) arg = micros;
}

/*
 * Reset callback: must not throw.
 */
static void
forget(void *moment)
{
	dlist_delete(&((Moment *) moment)->node);
}
