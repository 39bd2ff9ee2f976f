/*
 * statement.c
 *	  One SQL statement through the SQL API.
 *
 * A statement is submitted, polled while Snowflake answers 202, and read
 * partition by partition.
 *
 * A statement that is left before its result is there is cancelled remotely:
 * at once when a wait throws, else when its memory context goes.
 */
#include "postgres.h"

#include "access/xact.h"
#include "lib/ilist.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/call.h"
#include "api/cancel.h"
#include "api/cleanup.h"
#include "api/partitions.h"
#include "api/progress.h"
#include "api/reply.h"
#include "api/statement.h"
#include "api/status.h"
#include "base/cells.h"
#include "core/owner.h"

#define ASYNC_POLL_MS 20
#define SUBMIT_TIMEOUT_MS 90000 /* Snowflake answers within 45 s, with 202 at
								 * the latest */
#define POLL_GRACE_MS 5000		/* what a poll under way gets behind a
								 * caller's deadline */
#define MAX_STATEMENT ((size_t) 64 << 20)

typedef enum Phase
{
	PHASE_SUBMITTING,
	PHASE_RUNNING,				/* 202: polled from time to time */
	PHASE_READY,				/* the metadata is there */
	PHASE_ENDED					/* failed or closed */
} Phase;

struct SfStatement
{
	dlist_node	node;
	SubTransactionId subid;		/* in which it was started */
	TimestampTz started_at;
	MemoryContext context;
	SfSession  *session;
	SfNetGroup *group;
	SfOwner    *guard;			/* cancels and unpins when the context goes */
	SfStatementSpec spec;
	SfBuf	   *request_body;
	char	   *request_id;
	char	   *query_id;
	Phase		phase;
	SfCall		call;			/* submission and polls */
	bool		call_open;
	int64		poll_ms;		/* last pause between polls */
	TimestampTz poll_at;		/* when no call is open: the next one */
	SfResultMeta *meta;
	SfPartitions *partitions;	/* when the metadata is there */
};

typedef struct Abandoned
{
	SfStatement *first;			/* may be NULL */
	bool		all;			/* with it those of the subtransaction */
	const void *owner;			/* or those of its owner */
} Abandoned;

/* of this backend; each until its guard is released */
static dlist_head statements = DLIST_STATIC_INIT(statements);

static SfStatement *create(SfSession *session, const SfStatementSpec *spec, MemoryContext context);
static TimestampTz report_progress(void *arg);
static void begin_call(SfStatement *st, const char *method, const char *path, int64 timeout_ms);
static pg_noinline bool wait_for_result(SfStatement *st, TimestampTz deadline);
static pg_noinline bool advance(SfStatement *st);
pg_noreturn static void report_ended(void);
static const char *submitted_handle(SfStatement *st, SfHttpReply *reply);
static void check_request(SfStatement *st, const SfHttpReply *reply);
static void handle_reply(SfStatement *st, SfHttpReply *reply);
static void doubt(const SfStatement *st, const SfHttpReply *reply, SfRemoteError *base);
static bool has_failed(const SfStatement *st, const SfHttpReply *reply);
static void poll_again(SfStatement *st);
static void become_ready(SfStatement *st, SfHttpReply *reply);
static void check_limits(SfStatement *st, const SfRemoteError *base);
static void error_base(const SfStatement *st, SfRemoteError *error);
static bool has_to_be_cancelled(SfStatement *st, SfCancelRequest *request);
static void abandon(SfStatement *st, int sqlerrcode);
static void cancel_abandoned(void *arg);
static void release(void *object);

SfStatement *
sf_statement_start(SfSession *session, const SfStatementSpec *spec, MemoryContext context)
{
	SfStatement *st = create(session, spec, context);
	MemoryContext old = MemoryContextSwitchTo(st->context);
	char	   *path;

	st->request_id = spec->request_id ? pstrdup(spec->request_id) : sf_new_request_id();
	st->spec.sql = pstrdup(spec->sql);
	sf_spec_body(st->request_body, &st->spec, session->options);
	sf_reply_expect(st->request_id);
	path = psprintf("/api/v2/statements?requestId=%s%s", st->request_id, spec->async ? "&async=true" : "");
	st->call.body = st->request_body->data;
	st->call.body_len = st->request_body->len;
	st->call.mark_retry = true;
	st->call.repeated = spec->repeated;
	/* an asynchronous submission has not waited for anything yet */
	st->poll_ms = spec->async ? ASYNC_POLL_MS : 0;
	begin_call(st, "POST", path, SUBMIT_TIMEOUT_MS);
	session->statements++;
	MemoryContextSwitchTo(old);
	return st;
}

SfStatement *
sf_statement_attach(SfSession *session, const char *query_id, const SfStatementSpec *limits, MemoryContext context)
{
	SfStatement *st = create(session, limits, context);
	MemoryContext old = MemoryContextSwitchTo(st->context);

	st->spec.sql = NULL;
	st->query_id = pstrdup(query_id);
	st->phase = PHASE_RUNNING;
	/* what runs there was not started by us */
	st->spec.write = false;
	poll_again(st);
	MemoryContextSwitchTo(old);
	return st;
}

const SfResultMeta *
sf_statement_result(SfStatement *st)
{
	sf_statement_wait(st, 0);
	return st->meta;
}

bool
sf_statement_wait(SfStatement *st, TimestampTz deadline)
{
	volatile bool ready = st->phase == PHASE_READY;

	if (!ready)
	{
		PG_TRY();
		{
			ready = wait_for_result(st, deadline);
		}
		PG_CATCH();
		{
			abandon(st, geterrcode());
			PG_RE_THROW();
		}
		PG_END_TRY();
	}
	return ready;
}

bool
sf_statement_advance(SfStatement *st)
{
	volatile bool ready = false;

	PG_TRY();
	{
		ready = advance(st);
	}
	PG_CATCH();
	{
		abandon(st, geterrcode());
		PG_RE_THROW();
	}
	PG_END_TRY();
	return ready;
}

void
sf_statement_share(SfStatement *st, int sharers)
{
	st->spec.sharers = sharers;
}

pgsocket
sf_statement_descriptor(SfStatement *st)
{
	TimestampTz due = st->poll_at;

	if (st->phase == PHASE_READY)
		due = sf_partitions_due(st->partitions);
	else if (st->call_open)
		due = st->call.state == SF_CALL_PAUSED ? st->call.retry_at : 0;
	return sf_net_descriptor(st->group, due);
}

bool
sf_statement_runs(const SfStatement *st)
{
	return st->phase == PHASE_SUBMITTING || st->phase == PHASE_RUNNING;
}

void
sf_statements_cancel(const void *owner)
{
	Abandoned	abandoned = {.owner = owner};

	if (owner)
		sf_cleanup(cancel_abandoned, &abandoned);
}

const char *
sf_statement_submit(SfStatement *st)
{
	MemoryContext old = MemoryContextSwitchTo(st->context);

	PG_TRY();
	{
		st->query_id = (char *) submitted_handle(st, sf_call_wait(&st->call));
	}
	PG_CATCH();
	{
		abandon(st, geterrcode());
		PG_RE_THROW();
	}
	PG_END_TRY();
	st->phase = PHASE_ENDED;
	sf_call_release(&st->call);
	st->call_open = false;
	MemoryContextSwitchTo(old);
	return st->query_id;
}

void
sf_statement_only(SfStatement *st, int partition)
{
	Assert(st->phase == PHASE_READY);
	sf_partitions_only(st->partitions, partition);
}

const SfPartition *
sf_statement_next_partition(SfStatement *st)
{
	sf_statement_result(st);
	report_progress(st);
	return sf_partitions_next(st->partitions);
}

void
sf_statement_rewind(SfStatement *st)
{
	if (st->phase == PHASE_READY)
		sf_partitions_rewind(st->partitions);
}

const char *
sf_statement_query_id(const SfStatement *st)
{
	return st->query_id;
}

void
sf_statement_where(SfStatement *st, SfRemoteError *where)
{
	error_base(st, where);
}

void
sf_statement_close(SfStatement *st)
{
	sf_owner_release(st->guard);
	if (st->group)
		sf_net_group_free(st->group);
	st->group = NULL;
}

SfResultMeta *
sf_statement_run(SfSession *session, const SfStatementSpec *spec, SfRowFn rowfn, void *arg)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw small result",
												  ALLOCSET_DEFAULT_SIZES);

	/*
	 * the metadata lives below the caller's context: the small rest stays
	 * with it
	 */
	return sf_statement_rows(sf_statement_start(session, spec, context), rowfn, arg);
}

SfResultMeta *
sf_statement_rows(SfStatement *st, SfRowFn rowfn, void *arg)
{
	const SfResultMeta *running = sf_statement_result(st);
	SfResultMeta *meta = palloc(sizeof(SfResultMeta));
	const SfPartition *partition;
	SfCell	   *cells = palloc(sizeof(SfCell) * running->ncolumns);
	char	  **texts = palloc(sizeof(char *) * running->ncolumns);

	while ((partition = sf_statement_next_partition(st)) != NULL)
	{
		SfCells		scanner;
		ErrorContextCallback reading;
		SfRemoteError base;
		int64		rows = 0;
		int			found = -1;

		error_base(st, &base);
		sf_cells_init(&scanner, partition->body->data, partition->body->len, running->ncolumns);
		sf_reading_begin(&reading, &base);
		if (sf_cells_open(&scanner))
		{
			while ((found = sf_cells_next(&scanner, cells)) == 1)
			{
				for (int i = 0; i < running->ncolumns; i++)
					texts[i] = cells[i].len < 0 || st->spec.utf8 ? cells[i].p :
						pg_any_to_server(cells[i].p, cells[i].len, PG_UTF8);
				rows++;
				if (rowfn)
					rowfn(running, texts, arg);
			}
		}
		sf_context_end(&reading);
		if (found < 0)
			sf_report_malformed(&base, sf_cells_error_text(scanner.error));
		if (rows != partition->rows)
			sf_report_malformed(&base, "a partition has another number of rows than announced");
	}
	*meta = *running;
	sf_statement_close(st);
	return meta;
}

/*
 * An empty statement in a context of its own, which is linked, pinned to its
 * session, and cancelled with its context.  Throws 53200 and what
 * sf_net_group_create throws; nothing is pinned then.
 */
static SfStatement *
create(SfSession *session, const SfStatementSpec *spec, MemoryContext context)
{
	MemoryContext own = AllocSetContextCreate(context, "snowflake_fdw statement", ALLOCSET_DEFAULT_SIZES);
	SfStatement *st = MemoryContextAllocZero(own, sizeof(SfStatement));

	st->context = own;
	st->session = session;
	st->spec = *spec;
	st->group = sf_net_group_create(own);
	st->request_body = sf_buf_create(own, MAX_STATEMENT);
	st->phase = PHASE_ENDED;
	st->started_at = GetCurrentTimestamp();
	sf_net_group_tick(st->group, report_progress, st);
	if (st->spec.usage)
		st->spec.usage->statements++;

	/*
	 * the guard needs the group, whose context is a child: its own, being
	 * younger, goes before that
	 */
	st->guard = sf_owner_create(AllocSetContextCreate(own, "snowflake_fdw statement guard", ALLOCSET_SMALL_SIZES),
								release);
	sf_session_pin(session);
	sf_owner_set(st->guard, st);
	st->subid = GetCurrentSubTransactionId();
	dlist_push_tail(&statements, &st->node);
	return st;
}

/*
 * Tells a user who waits how far it is, if that is due, and returns when it
 * will be; see sf_net_group_tick.
 */
static TimestampTz
report_progress(void *arg)
{
	SfStatement *st = arg;
	SfProgress	progress = {.since = st->started_at,.query_id = st->query_id};

	if (st->partitions)
		sf_partitions_progress(st->partitions, &progress);
	/* what has come whole is not waited for */
	if (st->partitions && progress.partitions >= progress.npartitions)
		return 0;
	return sf_progress_report(&progress);
}

/*
 * path lives in the statement's context.  Waits and throws as sf_call_start.
 */
static void
begin_call(SfStatement *st, const char *method, const char *path, int64 timeout_ms)
{
	SfCall	   *call = &st->call;

	call->session = st->session;
	call->group = st->group;
	call->method = method;
	call->path = path;
	call->resendable = true;
	call->timeout_ms = timeout_ms;
	call->usage = st->spec.usage;
	call->poll = st->poll_ms > 0 && st->query_id != NULL;
	call->deadline = st->spec.deadline;
	call->arg = st;
	call->state = SF_CALL_IDLE;
	if (st->phase == PHASE_ENDED)
		st->phase = PHASE_SUBMITTING;
	st->call_open = true;
	sf_call_start(call);
}

/*
 * Waits, interruptibly, until the statement is ready.  False at the deadline
 * (0: the spec's).  Throws what Snowflake reports, 08006 when the spec's
 * deadline has passed, and 55000 for a statement that
 * has ended without a result; the caller abandons it then.
 */
static pg_noinline bool
wait_for_result(SfStatement *st, TimestampTz deadline)
{
	MemoryContext old = MemoryContextSwitchTo(st->context);
	TimestampTz until = deadline != 0 ? deadline : st->spec.deadline;
	bool		in_time = true;

	while (in_time && (st->phase == PHASE_SUBMITTING || st->phase == PHASE_RUNNING))
	{
		SfHttpReply *reply;

		if (!st->call_open)
		{
			TimestampTz now = GetCurrentTimestamp();
			TimestampTz wake = until != 0 ? Min(until, st->poll_at) : st->poll_at;

			in_time = until == 0 || now < until;
			if (!in_time)
				break;
			if (now < wake)
				sf_net_sleep(st->group, (wake - now + 999) / 1000);
			poll_again(st);
		}
		reply = sf_call_wait_until(&st->call,
								   deadline == 0 ? until :
								   Max(deadline, st->call.started_at + POLL_GRACE_MS * 1000));
		in_time = reply != NULL;
		if (in_time)
			handle_reply(st, reply);
	}
	MemoryContextSwitchTo(old);
	if (!in_time && deadline == 0)
		sf_spec_report_late(st->session->options);
	if (in_time && st->phase != PHASE_READY)
		report_ended();
	return in_time;
}

/*
 * The same without waiting, but for a token, and on to the partition that is
 * next.  False when it is not there.
 */
static pg_noinline bool
advance(SfStatement *st)
{
	MemoryContext old = MemoryContextSwitchTo(st->context);
	bool		ready = false;

	if (sf_statement_runs(st))
	{
		if (!st->call_open && GetCurrentTimestamp() >= st->poll_at)
			poll_again(st);
		if (st->call_open && sf_call_advance(&st->call))
			handle_reply(st, sf_net_reply(st->call.transfer));
	}
	if (st->phase == PHASE_READY)
		ready = sf_partitions_advance(st->partitions);
	else if (st->phase == PHASE_ENDED)
		report_ended();
	MemoryContextSwitchTo(old);
	return ready;
}

static void
report_ended(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the Snowflake statement has ended already")));
}

/*
 * The query id of an answer to a submission, in the current context.  A
 * repeated one may find that the statement has ended meanwhile, well or not:
 * it has its id all the same.  Throws when there is none; the phase then is
 * PHASE_ENDED where Snowflake refused the statement.
 */
static const char *
submitted_handle(SfStatement *st, SfHttpReply *reply)
{
	bool		repeated = st->call.repeated || st->call.attempts > 1;
	char	   *handle = NULL;
	SfRemoteError base;

	check_request(st, reply);
	if (reply->failure == SF_NET_OK &&
		(reply->status == 200 || reply->status == 202 || (repeated && (reply->status == 422 || reply->status == 408))))
		handle = sf_reply_handle(reply);
	if (handle)
		return handle;
	error_base(st, &base);
	if (reply->failure == SF_NET_OK && reply->status >= 400)
		st->phase = PHASE_ENDED;	/* it was not taken: nothing to cancel */
	if (reply->failure != SF_NET_OK || reply->status >= 400)
		sf_call_throw(&st->call, &base);
	sf_report_malformed(&base, "the statement handle is missing or not a UUID");
}

/*
 * Throws when the reply to the submission is one to another request, as a
 * server can leave it on a connection.  The statement then counts as submitted
 * and is cancelled; that connection is not used for it.
 */
static void
check_request(SfStatement *st, const SfHttpReply *reply)
{
	SfRemoteError base;

	if (reply->failure != SF_NET_OK || !sf_reply_is_of_another(reply, st->request_id))
		return;
	sf_net_distrust_connections();
	error_base(st, &base);
	sf_report_malformed(&base, "it is the reply to another request");
}

/*
 * Takes a finished submission or poll, in the statement's context, and
 * releases it.  Throws what the reply reports; the phase is PHASE_ENDED then
 * if the statement does not run in Snowflake.  Does not wait.
 */
static void
handle_reply(SfStatement *st, SfHttpReply *reply)
{
	SfRemoteError base;

	if (st->phase == PHASE_SUBMITTING)
		check_request(st, reply);
	error_base(st, &base);
	doubt(st, reply, &base);
	if (reply->failure != SF_NET_OK)
	{
		/*
		 * a 200 that did not arrive whole still says that the statement has
		 * ended; of a write it is asked whether well
		 */
		if (reply->status == 200 && !st->spec.write)
			st->phase = PHASE_ENDED;
		sf_call_throw(&st->call, &base);
	}
	if (reply->status == 200)
	{
		become_ready(st, reply);
		return;
	}
	if (reply->status == 202)
	{
		if (st->query_id == NULL)
		{
			st->query_id = sf_reply_handle(reply);
			if (st->query_id == NULL)
				sf_report_malformed(&base, "the statement handle is missing or not a UUID");
		}
		st->phase = PHASE_RUNNING;
	}
	else if (reply->status == 429 && st->phase == PHASE_RUNNING)
		st->phase = PHASE_RUNNING;	/* may be the answer "not finished yet" */
	else
	{
		/* a handle that is not known, or no longer */
		if ((reply->status == 404 || reply->status == 410) && st->phase == PHASE_RUNNING)
			sf_status_unknown(&base);
		if (has_failed(st, reply))
			st->phase = PHASE_ENDED;
		sf_call_throw(&st->call, &base);
	}
	sf_call_release(&st->call);
	st->call_open = false;
	st->poll_ms = sf_poll_next(st->poll_ms);
	st->poll_at = GetCurrentTimestamp() + st->poll_ms * 1000;
}

/*
 * Of a change that Snowflake may have made, though its answer did not come.
 */
static void
doubt(const SfStatement *st, const SfHttpReply *reply, SfRemoteError *base)
{
	if (st->spec.write && (reply->failure != SF_NET_OK || reply->status >= 500) && sf_call_reached(&st->call))
		base->hint = "It is not known whether Snowflake has run the statement: look at what it changes, or at "
			"QUERY_HISTORY, before you repeat it.";
}

/*
 * Whether an answer that is an error says that the statement does not run, and
 * has changed nothing: nothing to cancel.  Of what reads only that it does not
 * run.  Throws 53200 alone.
 */
static bool
has_failed(const SfStatement *st, const SfHttpReply *reply)
{
	if (st->phase == PHASE_SUBMITTING && (!st->spec.write || !st->call.in_doubt))
		return true;
	if (st->spec.write)
		return sf_reply_end(reply, st->query_id) == SF_END_FAILED;
	return reply->status == 404 || reply->status == 408 || reply->status == 410 || reply->status == 422;
}

/*
 * Sends a poll; no call is open.  Waits and throws as sf_call_start does.
 */
static void
poll_again(SfStatement *st)
{
	st->call.body = NULL;
	st->call.body_len = 0;
	st->call.mark_retry = false;
	begin_call(st, "GET", psprintf("/api/v2/statements/%s?requestId=%s", st->query_id, sf_new_request_id()),
			   SUBMIT_TIMEOUT_MS);
}

/*
 * Takes over the body of a 200 as partition 0.  Throws 08P01 for what is not
 * as documented, 54000 over a limit, and the error that the reply carries; the
 * phase is PHASE_ENDED then, but for a reply of another statement, and for one
 * to a write that does not say what has become of it.
 */
static void
become_ready(SfStatement *st, SfHttpReply *reply)
{
	SfRemoteError base;

	error_base(st, &base);
	/* what reads has ended remotely, whatever the reply says */
	if (!st->spec.write || sf_reply_end(reply, st->query_id) == SF_END_FAILED)
		st->phase = PHASE_ENDED;
	st->meta = sf_reply_metadata(reply, &base, st->session->auth);
	if (st->query_id && strcmp(st->query_id, st->meta->query_id) != 0)
	{
		/* which says nothing about this one */
		st->phase = PHASE_RUNNING;
		sf_net_distrust_connections();
		sf_report_malformed(&base, "the reply is of another statement");
	}
	st->phase = PHASE_ENDED;
	st->query_id = st->meta->query_id;
	if (st->spec.write)
		sf_session_note_change();
	check_limits(st, &base);
	if (st->spec.usage)
	{
		st->spec.usage->execution_us += GetCurrentTimestamp() - st->started_at;
		st->spec.usage->partitions++;
	}
	st->partitions = sf_partitions_create(st->session, st->group, &st->spec, st->meta, &reply->body);
	sf_call_release(&st->call);
	st->call_open = false;
	st->phase = PHASE_READY;
}

/*
 * Throws 54000 over a limit of the session or the statement.
 */
static void
check_limits(SfStatement *st, const SfRemoteError *base)
{
	SfConnOptions *options = st->session->options;
	int64		max_rows = options->max_result_rows;
	int64		max_bytes = options->max_result_bytes;
	int64		bytes = 0;

	if (st->spec.max_result_rows > 0 && (max_rows == 0 || st->spec.max_result_rows < max_rows))
		max_rows = st->spec.max_result_rows;
	if (st->spec.max_result_bytes > 0 && (max_bytes == 0 || st->spec.max_result_bytes < max_bytes))
		max_bytes = st->spec.max_result_bytes;
	for (int i = 0; i < st->meta->npartitions; i++)
		bytes += Max(st->meta->partitions[i].uncompressed_size, 0);
	if (max_rows > 0 && st->meta->nrows > max_rows)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the result has " INT64_FORMAT " rows, max_result_rows is " INT64_FORMAT,
						st->meta->nrows, max_rows),
				 errhint("Ask for fewer rows, or raise the option of the server or table.")));
	if (max_bytes > 0 && bytes > max_bytes)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the result has " INT64_FORMAT " bytes, max_result_bytes is " INT64_FORMAT, bytes, max_bytes),
				 errhint("Ask for fewer rows or columns, or raise the option of the server or table.")));
}

/*
 * Where an error of the submission or a poll happened.
 */
static void
error_base(const SfStatement *st, SfRemoteError *error)
{
	sf_spec_error_base(&st->spec, st->query_id, &st->call, error);
}

/*
 * Ends the statement on this side.  True, with the request filled in, when it
 * may run in Snowflake: what never came through does not.  The request points
 * into the statement.  Throws nothing.
 */
static bool
has_to_be_cancelled(SfStatement *st, SfCancelRequest *request)
{
	Phase		phase = st->phase;

	st->phase = PHASE_ENDED;
	if ((phase != PHASE_SUBMITTING && phase != PHASE_RUNNING) || st->spec.sql == NULL || st->spec.deadline != 0 ||
		(st->query_id == NULL && !sf_call_reached(&st->call)))
		return false;
	memset(request, 0, sizeof(*request));
	request->session = st->session;
	request->query_id = st->query_id;
	request->request_id = st->request_id;
	request->body = st->request_body;
	request->may_resend = !st->spec.write;
	request->pending = st->query_id == NULL && st->call_open ? &st->call : NULL;
	return true;
}

/*
 * After an error inside a wait (its code), or when nobody wants the result any
 * more (0): the remote statement is not left running.  Where the
 * subtransaction ends, as by an interrupt, the other statements that were
 * started in it, of whatever session, are cancelled together with it.
 * Clean-up: throws nothing, and waits on the network for cancel_timeout at
 * most.
 */
static void
abandon(SfStatement *st, int sqlerrcode)
{
	Abandoned	abandoned = {.first = st};

	abandoned.all = sqlerrcode == ERRCODE_QUERY_CANCELED || !IsTransactionState();
	if (sf_statement_runs(st))
		sf_cleanup(cancel_abandoned, &abandoned);
	st->phase = PHASE_ENDED;
}

/*
 * Section of clean-up: interrupts are held, an error may be on the stack.
 * Ends the statements on this side before it asks for their cancels.
 */
static void
cancel_abandoned(void *arg)
{
	Abandoned  *abandoned = arg;
	SubTransactionId subid = GetCurrentSubTransactionId();
	SfCancelRequest *requests;
	int			most = 1;
	int			n = 0;
	int			completed = 0;
	dlist_iter	iter;

	dlist_foreach(iter, &statements)
		most++;
	requests = palloc(sizeof(SfCancelRequest) * most);
	if (abandoned->first)
		n += has_to_be_cancelled(abandoned->first, &requests[n]);
	dlist_foreach(iter, &statements)
	{
		SfStatement *st = dlist_container(SfStatement, node, iter.cur);

		/* what began later is in it, or in one below it */
		if ((abandoned->all && st->subid >= subid) || (abandoned->owner && st->spec.owner == abandoned->owner))
			n += has_to_be_cancelled(st, &requests[n]);
	}
	sf_cancel_remote(requests, n);
	for (int i = 0; i < n; i++)
		completed += requests[i].completed && !requests[i].may_resend;
	/* where a transaction is cleaned up nothing is noted any more */
	while (IsTransactionState() && completed-- > 0)
		sf_session_note_change();
}

/*
 * Runs when the statement is closed, or in the reset callback of its context:
 * must not throw.  The group is there still.  Waits on the network for
 * cancel_timeout at most where the statement still runs.
 */
static void
release(void *object)
{
	SfStatement *st = object;

	abandon(st, 0);
	dlist_delete(&st->node);
	st->call_open = false;
	if (st->partitions)
		sf_partitions_drop(st->partitions);
	sf_session_unpin(st->session);
}
