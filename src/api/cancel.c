/*
 * cancel.c
 *	  Cancelling remote statements while cleaning up.
 *
 * A statement whose handle is not known yet is looked up by repeating its
 * submission with the same requestId, retry=true and async=true: Snowflake
 * then answers with the handle of the execution that there is.  A submission
 * that was sent just now may still be on its way: its repetition must not
 * overtake it, or both would run.  Only a statement that reads is repeated;
 * for another the reply that is still out is awaited.  One that changes
 * something is asked at last whether it has ended before the cancel, and done
 * so.  Each statement goes through these steps by itself, so that one without
 * an answer, or one whose session gets no token, does not keep the others from
 * being cancelled.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"

#include "api/cancel.h"
#include "api/cleanup.h"
#include "api/reply.h"

#define OVERTAKE_MS 200			/* how long a submission may be on its way */
#define LOOK_MS 10				/* how often replies of other groups are
								 * looked at */
#define FIRST_PAUSE_MS 20		/* for a cancelled statement to end; then more */
#define MOST_PAUSE_MS 1000

typedef enum Step
{
	STEP_AWAITED,				/* the reply of the submission is out */
	STEP_ASKED,					/* the submission was repeated */
	STEP_CANCELLING,
	STEP_PAUSED,				/* until it is asked for its end */
	STEP_LOOKING,
	STEP_ENDED
} Step;

struct Batch;

typedef struct Target
{
	struct Batch *batch;
	SfCancelRequest *request;
	Step		step;
	SfCall		call;
	TimestampTz deadline;		/* by its session's cancel_timeout */
	TimestampTz look_at;		/* in STEP_PAUSED */
	int64		pause_ms;
	bool		begun;
} Target;

typedef struct Batch
{
	SfCancelRequest *requests;
	int			n;
	/* while at work */
	MemoryContext context;		/* of the section */
	SfNetGroup *group;
	Target	   *targets;
	int			open;			/* targets that have not ended */
} Batch;

static void cancel_batch(void *arg);
static void report_batch(void *arg);
static void begin_all(Batch *batch);
static void move(Target *target, SfCleanupFn step);
static void begin(void *arg);
static void ask(void *arg);
static void look(void *arg);
static void look_later(Target *target);
static bool wait_for_any(Batch *batch);
static bool reply_is_there(const Target *target);
static bool may_be_repeated(const Target *target);
static void look_at_pending(void *arg);
static void take_answer(void *arg);
static void ask_for_handle(Batch *batch, Target *target);
static void cancel_handle(Batch *batch, Target *target, const char *handle);
static void start_call(Batch *batch, Target *target, const char *path);
static void end(Batch *batch, Target *target, bool stopped);

void
sf_cancel_remote(SfCancelRequest *requests, int n)
{
	Batch		batch = {.requests = requests,.n = n};

	if (n == 0)
		return;
	for (int i = 0; i < n; i++)
	{
		requests[i].stopped = requests[i].completed = false;
		strlcpy(requests[i].handle, requests[i].query_id ? requests[i].query_id : "", sizeof(requests[i].handle));
	}
	sf_cleanup(cancel_batch, &batch);
	sf_cleanup(report_batch, &batch);
}

/*
 * Section of clean-up: interrupts are held, an error may be on the stack, the
 * context is the section's.  Ends at the last deadline, or when another cancel
 * or termination arrives.  Throws 53200 alone; the requests then say what is
 * known.
 */
static void
cancel_batch(void *arg)
{
	Batch	   *batch = arg;
	TimestampTz now = GetCurrentTimestamp();

	batch->context = CurrentMemoryContext;
	batch->group = sf_net_group_create(CurrentMemoryContext);
	batch->targets = palloc0(sizeof(Target) * batch->n);
	batch->open = batch->n;
	for (int i = 0; i < batch->n; i++)
	{
		Target	   *target = &batch->targets[i];

		target->batch = batch;
		target->request = &batch->requests[i];
		target->deadline = now + (int64) target->request->session->options->cancel_timeout_ms * 1000;
	}
	begin_all(batch);
	while (batch->open > 0 && wait_for_any(batch))
	{
		SfTransfer *transfer;

		while ((transfer = sf_net_poll(batch->group)) != NULL)
			move(((SfCall *) sf_net_tag(transfer))->arg, take_answer);
		for (int i = 0; i < batch->n; i++)
		{
			if (reply_is_there(&batch->targets[i]))
				move(&batch->targets[i], look_at_pending);
			else if (batch->targets[i].step == STEP_AWAITED && may_be_repeated(&batch->targets[i]))
				move(&batch->targets[i], ask);
			else if (batch->targets[i].step == STEP_PAUSED && GetCurrentTimestamp() >= batch->targets[i].look_at)
				move(&batch->targets[i], look);
		}
	}
}

/*
 * Takes the first step of all targets; those that need no new token are sent
 * before anything waits for one.
 */
static void
begin_all(Batch *batch)
{
	for (int pass = 0; pass < 2; pass++)
	{
		for (int i = 0; i < batch->n; i++)
		{
			Target	   *target = &batch->targets[i];
			bool		valid = sf_auth_valid(target->request->session->auth);

			if (target->begun || (pass == 0 && !valid))
				continue;
			target->begun = true;
			/* an error would be fatal now: no attempt to get a token */
			if (proc_exit_inprogress && !valid)
				end(batch, target, false);
			else
				move(target, begin);
		}
	}
}

/*
 * Takes a step of a target that has not ended, as a section of its own: what
 * it throws, as for want of a token, ends this target alone.  Throws nothing.
 */
static void
move(Target *target, SfCleanupFn step)
{
	if (target->step == STEP_ENDED)
		return;
	if (!sf_cleanup(step, target) && target->step != STEP_ENDED)
		end(target->batch, target, false);
}

/*
 * Section of clean-up of its own, so that it runs also when cancel_batch has
 * thrown.  One WARNING for each statement that may still run.
 */
static void
report_batch(void *arg)
{
	Batch	   *batch = arg;

	for (int i = 0; i < batch->n; i++)
	{
		const SfCancelRequest *request = &batch->requests[i];

		if (request->stopped)
			continue;
		ereport(WARNING,
				(errcode(ERRCODE_CONNECTION_EXCEPTION),
				 errmsg("could not cancel the statement in Snowflake"),
				 request->handle[0] ?
				 errdetail("Query %s may still be running%s.", request->handle,
						   request->may_resend ? "" : ", or be done") :
				 errdetail("The statement of request %s may still be running%s.", request->request_id,
						   request->may_resend ? "" : ", or be done"),
				 errhint("SYSTEM$CANCEL_QUERY ends it; the server's option cancel_timeout says how long to try.")));
	}
}

/*
 * Chooses the first step of a target.  May throw, see start_call.
 */
static void
begin(void *arg)
{
	Target	   *target = arg;
	Batch	   *batch = target->batch;
	SfCancelRequest *request = target->request;

	MemoryContextSwitchTo(batch->context);
	if (request->handle[0])
		cancel_handle(batch, target, request->handle);
	else if (reply_is_there(target))
		look_at_pending(target);
	else if (may_be_repeated(target))
		ask_for_handle(batch, target);
	else if (request->pending == NULL || request->pending->transfer == NULL)
		end(batch, target, false);
}

/*
 * The step after a wait for the reply.  May throw, see start_call.
 */
static void
ask(void *arg)
{
	Target	   *target = arg;

	MemoryContextSwitchTo(target->batch->context);
	ask_for_handle(target->batch, target);
}

/*
 * Asks what has become of a statement.  May throw, see start_call.
 */
static void
look(void *arg)
{
	Target	   *target = arg;
	char	   *path;

	MemoryContextSwitchTo(target->batch->context);
	target->step = STEP_LOOKING;
	path = psprintf("/api/v2/statements/%s?requestId=%s", target->request->handle, sf_new_request_id());
	sf_call_release(&target->call);
	memset(&target->call, 0, sizeof(target->call));
	target->call.method = "GET";
	start_call(target->batch, target, path);
}

/*
 * Each time after a longer pause.  Throws nothing.
 */
static void
look_later(Target *target)
{
	target->step = STEP_PAUSED;
	target->look_at = GetCurrentTimestamp() + target->pause_ms * 1000;
	target->pause_ms = Min(Max(target->pause_ms * 2, FIRST_PAUSE_MS), MOST_PAUSE_MS);
}

/*
 * Ends the targets whose deadline is over, and drives the network for the
 * others for at most LOOK_MS.  False when there are none, and when another
 * cancel or termination has arrived.  Throws no interrupts.
 */
static bool
wait_for_any(Batch *batch)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz last = now;

	for (int i = 0; i < batch->n; i++)
	{
		Target	   *target = &batch->targets[i];

		if (target->step != STEP_ENDED && now >= target->deadline)
			end(batch, target, false);
		if (target->step != STEP_ENDED)
			last = Max(last, target->deadline);
	}
	return last > now && sf_net_sleep_quiet(batch->group, Min((last - now + 999) / 1000, LOOK_MS));
}

/*
 * Whether that of its submission is, which a target in STEP_AWAITED waits for.
 * It belongs to the group of the statement, and may have been handed out
 * before the interrupt struck.  Throws nothing.
 */
static bool
reply_is_there(const Target *target)
{
	const SfCall *pending = target->request->pending;

	return target->step == STEP_AWAITED && pending && pending->transfer && sf_net_finished(pending->transfer);
}

/*
 * Whether its submission may be sent again, and would not overtake it.  Throws
 * nothing.
 */
static bool
may_be_repeated(const Target *target)
{
	const SfCall *pending = target->request->pending;
	int64		ago = -1;

	if (pending && pending->transfer && !sf_net_finished(pending->transfer))
		ago = sf_net_sent_ago(pending->transfer);
	return target->request->may_resend && (ago < 0 || ago >= OVERTAKE_MS);
}

/*
 * Moves a target on by the reply of its submission.  May throw, see
 * start_call.
 */
static void
look_at_pending(void *arg)
{
	Target	   *target = arg;
	Batch	   *batch = target->batch;
	SfCancelRequest *request = target->request;
	SfHttpReply *reply;
	bool		answered;
	char	   *handle;
	SfEnd		known;

	MemoryContextSwitchTo(batch->context);
	reply = sf_net_reply(request->pending->transfer);
	answered = reply->failure == SF_NET_OK && !sf_reply_is_of_another(reply, request->request_id);
	handle = answered && reply->status == 202 ? sf_reply_handle(reply) : NULL;
	known = answered ? sf_reply_end(reply, NULL) : SF_END_UNKNOWN;
	if (answered && reply->status != 202 && reply->status < 500)
	{
		/* it has ended, or was not taken */
		request->completed = known == SF_END_DONE;
		end(batch, target, request->may_resend || known != SF_END_UNKNOWN ||
			(reply->status != 200 && !request->pending->in_doubt));
	}
	else if (handle)
		cancel_handle(batch, target, handle);
	else if (request->may_resend)
		ask_for_handle(batch, target);
	else
		end(batch, target, false);
}

/*
 * Moves a target on by the reply of its own call.  May throw, see start_call.
 */
static void
take_answer(void *arg)
{
	Target	   *target = arg;
	Batch	   *batch = target->batch;
	SfHttpReply *reply = sf_net_reply(target->call.transfer);
	bool		answered = reply->failure == SF_NET_OK;
	char	   *handle;

	MemoryContextSwitchTo(batch->context);
	if (target->step == STEP_CANCELLING)
	{
		bool		stopped = answered && reply->status == 200;
		bool		ended = answered && (reply->status == 404 || reply->status == 422);

		/* 404, 422: it had ended by itself */
		if (target->request->may_resend || !(stopped || ended))
			end(batch, target, stopped || ended);
		else
			look_later(target);
		return;
	}
	if (target->step == STEP_LOOKING)
	{
		SfEnd		known = sf_reply_end(reply, target->request->handle);

		target->request->completed = known == SF_END_DONE;
		if (answered && reply->status == 202)
			look_later(target);
		else
			end(batch, target, known != SF_END_UNKNOWN);
		return;
	}
	answered = answered && !sf_reply_is_of_another(reply, target->request->request_id);
	handle = answered && reply->status == 202 ? sf_reply_handle(reply) : NULL;
	if (handle)
		cancel_handle(batch, target, handle);
	else
		/* its result, or its error: it has ended */
		end(batch, target, answered && (reply->status == 200 || reply->status == 408 || reply->status == 422));
}

/*
 * Repeats the submission; only for a statement that reads.  May throw, see
 * start_call.
 */
static void
ask_for_handle(Batch *batch, Target *target)
{
	SfCancelRequest *request = target->request;

	target->step = STEP_ASKED;
	target->call.method = "POST";
	target->call.body = request->body->data;
	target->call.body_len = request->body->len;
	target->call.mark_retry = true;
	target->call.repeated = true;
	start_call(batch, target, psprintf("/api/v2/statements?requestId=%s&async=true", request->request_id));
}

/*
 * Asks for the cancel, and keeps the handle in the request for the WARNING.
 * Ends the call of the step before.  May throw, see start_call.
 */
static void
cancel_handle(Batch *batch, Target *target, const char *handle)
{
	if (handle != target->request->handle)
		strlcpy(target->request->handle, handle, sizeof(target->request->handle));
	target->step = STEP_CANCELLING;
	sf_call_release(&target->call);
	memset(&target->call, 0, sizeof(target->call));
	target->call.method = "POST";
	start_call(batch, target, psprintf("/api/v2/statements/%s/cancel?requestId=%s", target->request->handle,
									   sf_new_request_id()));
}

/*
 * Sends the target's call, whose method is set, in one attempt: sf_call_finished is never called
 * for it.  path lives in the batch's context.  Waits for a token until the
 * deadline where the session has none that is valid.  Throws what
 * sf_call_start throws.
 */
static void
start_call(Batch *batch, Target *target, const char *path)
{
	SfCall	   *call = &target->call;

	call->session = target->request->session;
	call->group = batch->group;
	call->path = path;
	call->timeout_ms = call->session->options->cancel_timeout_ms;
	call->deadline = target->deadline;
	call->arg = target;
	sf_call_start(call);
}

/*
 * The last step of a target; each target takes it once.  stopped: it does not
 * run any more.  Throws nothing.
 */
static void
end(Batch *batch, Target *target, bool stopped)
{
	target->step = STEP_ENDED;
	target->request->stopped = stopped;
	batch->open--;
}
