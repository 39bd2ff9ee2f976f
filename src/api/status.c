/*
 * status.c
 *	  How queries are doing that were submitted before.
 *
 * GET of a handle answers 202 while it runs, 200 with the first partition
 * when it is done, 422 with its error when it failed; 429 can mean both "not
 * yet" and "too many requests".  A handle that Snowflake does not know, of
 * another user or older than 24 hours, is answered 404 or 422 with 000709.
 */
#include "postgres.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/call.h"
#include "api/reply.h"
#include "api/status.h"

#define REQUEST_TIMEOUT_MS 90000
#define NOT_FOUND_CODE "000709"
#define NOT_RUNNING_CODE "000605"

typedef void (*AnswerFn) (SfStatus *status, const SfCall *call, MemoryContext result);

static void run_batch(SfStatus *statuses, int n, TimestampTz deadline, const char *method, const char *suffix,
					  AnswerFn answer);
static void begin_call(SfCall *call, SfNetGroup *group, SfStatus *status, const char *method, const char *suffix);
static TimestampTz resume_paused(SfCall *calls, int n, TimestampTz deadline);
static void read_status(SfStatus *status, const SfCall *call, MemoryContext result);
static void read_cancel(SfStatus *status, const SfCall *call, MemoryContext result);
static bool is_code(const SfRemoteError *error, const char *code);

void
sf_status_ask(SfStatus *statuses, int n, TimestampTz deadline)
{
	run_batch(statuses, n, deadline, "GET", "", read_status);
}

void
sf_status_cancel(SfStatus *statuses, int n)
{
	run_batch(statuses, n, 0, "POST", "/cancel", read_cancel);
}

void
sf_status_unknown(SfRemoteError *error)
{
	error->sqlerrcode = ERRCODE_UNDEFINED_OBJECT;
	error->hint = "Results are kept for 24 hours, and are for the user that ran the query.";
	if (error->message == NULL)
		error->message = "Snowflake does not know this query";
}

/*
 * Sends one request for each status, fetch_parallel at a time, and hands each
 * final reply to answer once.  Requests and replies live in a context of their
 * own; what is read from them goes to the caller's.  Waits, interruptibly;
 * throws what the calls and answer throw.
 */
static void
run_batch(SfStatus *statuses, int n, TimestampTz deadline, const char *method, const char *suffix, AnswerFn answer)
{
	MemoryContext result = CurrentMemoryContext;
	MemoryContext context = AllocSetContextCreate(result, "snowflake_fdw batch", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	SfNetGroup *group = sf_net_group_create(context);
	SfCall	   *calls = palloc0(sizeof(SfCall) * Max(n, 1));
	int			parallel = n;
	int			started = 0;
	int			ended = 0;

	for (int i = 0; i < n; i++)
	{
		statuses[i].outcome = SF_OUTCOME_NONE;
		parallel = Min(parallel, statuses[i].session->options->fetch_parallel);
	}
	while (ended < n)
	{
		TimestampTz wake = resume_paused(calls, started, deadline);
		TimestampTz now = GetCurrentTimestamp();
		SfTransfer *transfer;
		SfCall	   *call;

		if (deadline != 0 && now >= deadline)
			break;
		while (started < n && started - ended < parallel)
		{
			begin_call(&calls[started], group, &statuses[started], method, suffix);
			started++;
		}
		transfer = sf_net_poll(group);
		if (transfer == NULL && sf_net_inflight(group) > 0)
			transfer = sf_net_wait(group, wake);
		else if (transfer == NULL)
			sf_net_sleep(group, Max((wake - now + 999) / 1000, 1));
		if (transfer == NULL)
			continue;
		call = sf_net_tag(transfer);
		sf_call_finished(call);
		if (call->state != SF_CALL_DONE)
			continue;
		answer(call->arg, call, result);
		sf_call_release(call);
		ended++;
	}
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

/*
 * Sends a request, in the batch's context.  May wait for a token; throws what
 * sf_call_start throws.
 */
static void
begin_call(SfCall *call, SfNetGroup *group, SfStatus *status, const char *method, const char *suffix)
{
	call->session = status->session;
	call->group = group;
	call->method = method;
	call->path = psprintf("/api/v2/statements/%s%s?requestId=%s", status->query_id, suffix, sf_new_request_id());
	/* a second cancel does no harm */
	call->resendable = true;
	call->timeout_ms = REQUEST_TIMEOUT_MS;
	call->arg = status;
	sf_call_start(call);
}

/*
 * Sends what has waited long enough for its next attempt.  Returns when there
 * will be something to do again, at the deadline at the latest; 0: nothing by
 * the clock.  May wait for a token; throws what sf_call_resume throws.
 */
static TimestampTz
resume_paused(SfCall *calls, int n, TimestampTz deadline)
{
	TimestampTz wake = deadline;

	for (int i = 0; i < n; i++)
	{
		sf_call_resume(&calls[i]);
		if (calls[i].state == SF_CALL_PAUSED && (wake == 0 || calls[i].retry_at < wake))
			wake = calls[i].retry_at;
	}
	return wake;
}

/*
 * AnswerFn of sf_status_ask.  What a query itself says goes into the status;
 * throws connection, authentication and malformed replies.  A wait of many
 * rounds asks again and again: the usual answers allocate nothing.
 */
static void
read_status(SfStatus *status, const SfCall *call, MemoryContext result)
{
	SfHttpReply *reply = sf_net_reply(call->transfer);
	MemoryContext old;
	SfRemoteError base;

	/* the usual answers of a long wait, which must not eat memory */
	if (reply->failure == SF_NET_OK && (reply->status == 202 || reply->status == 429))
	{
		status->outcome = reply->status == 202 ? SF_OUTCOME_RUNNING : SF_OUTCOME_NONE;
		return;
	}
	old = MemoryContextSwitchTo(result);
	sf_call_error_base(call, &base);
	base.query_id = status->query_id;
	if (reply->failure != SF_NET_OK)
		sf_call_throw(call, &base);
	switch (reply->status)
	{
		case 200:
			status->meta = sf_reply_metadata(reply, &base, status->session->auth);
			if (strcmp(status->meta->query_id, status->query_id) != 0)
			{
				sf_net_distrust_connections();
				sf_report_malformed(&base, "the reply is of another statement");
			}
			status->outcome = SF_OUTCOME_SUCCESS;
			break;
		case 404:
		case 408:
		case 410:
		case 422:
			sf_reply_error(reply, &base, status->session->auth, &status->error);
			status->outcome = SF_OUTCOME_FAILED;
			if (reply->status == 404 || reply->status == 410 || is_code(&status->error, NOT_FOUND_CODE))
			{
				status->outcome = SF_OUTCOME_UNKNOWN;
				sf_status_unknown(&status->error);
			}
			break;
		default:
			sf_call_throw(call, &base);
	}
	MemoryContextSwitchTo(old);
}

/*
 * AnswerFn of sf_status_cancel.  Throws only when there was no reply.
 */
static void
read_cancel(SfStatus *status, const SfCall *call, MemoryContext result)
{
	SfHttpReply *reply = sf_net_reply(call->transfer);
	MemoryContext old = MemoryContextSwitchTo(result);
	SfRemoteError base;

	sf_call_error_base(call, &base);
	base.query_id = status->query_id;
	if (reply->failure != SF_NET_OK)
		sf_call_throw(call, &base);
	status->cancelled = reply->status == 200;
	if (!status->cancelled)
	{
		sf_reply_error(reply, &base, status->session->auth, &status->error);
		if (reply->status == 404 || is_code(&status->error, NOT_FOUND_CODE) ||
			is_code(&status->error, NOT_RUNNING_CODE))
			status->outcome = SF_OUTCOME_UNKNOWN;
		else
			status->outcome = SF_OUTCOME_FAILED;
	}
	MemoryContextSwitchTo(old);
}

/*
 * Whether the error has this code of Snowflake's.
 */
static bool
is_code(const SfRemoteError *error, const char *code)
{
	return error->code && strcmp(error->code, code) == 0;
}
