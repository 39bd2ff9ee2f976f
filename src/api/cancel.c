/*
 * cancel.c
 *	  Cancelling remote statements while cleaning up.
 *
 * A statement whose handle is not known yet is looked up by repeating its
 * submission with the same requestId, retry=true and async=true: Snowflake
 * then answers with the handle of the execution that there is.  Only a
 * statement that reads is repeated; for another the reply that is still out
 * is awaited.  Each statement goes through these steps by itself, so that one
 * without an answer does not keep the others from being cancelled.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"

#include "api/cancel.h"
#include "api/cleanup.h"
#include "api/reply.h"

#define LOOK_MS 10				/* how often replies of other groups are
								 * looked at */

typedef enum Step
{
	STEP_AWAITED,				/* the reply of the submission is out */
	STEP_ASKED,					/* the submission was repeated */
	STEP_CANCELLING,
	STEP_ENDED
} Step;

typedef struct Target
{
	SfCancelRequest *request;
	Step		step;
	SfCall		call;
} Target;

typedef struct Batch
{
	SfCancelRequest *requests;
	int			n;
	/* while at work */
	SfNetGroup *group;
	TimestampTz deadline;
	Target	   *targets;
	int			open;			/* targets that have not ended */
} Batch;

static void cancel_batch(void *arg);
static void report_batch(void *arg);
static void begin(Batch *batch, Target *target);
static bool wait_for_any(Batch *batch);
static void look_at_pending(Batch *batch, Target *target);
static void take_answer(Batch *batch, Target *target);
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
 * context is the section's.  Ends at the deadline, or when another cancel or
 * termination arrives.  What it throws, as for want of memory or of a token,
 * ends the batch; the requests then say what is known.
 */
static void
cancel_batch(void *arg)
{
	Batch	   *batch = arg;
	SfSession  *session = batch->requests[0].session;

	/* an error would be fatal now: no attempt to get a token */
	if (proc_exit_inprogress && !sf_auth_valid(session->auth))
		return;
	batch->deadline = GetCurrentTimestamp() + (int64) session->options->cancel_timeout_ms * 1000;
	batch->group = sf_net_group_create(CurrentMemoryContext);
	batch->targets = palloc0(sizeof(Target) * batch->n);
	batch->open = batch->n;
	for (int i = 0; i < batch->n; i++)
	{
		batch->targets[i].request = &batch->requests[i];
		begin(batch, &batch->targets[i]);
	}
	while (batch->open > 0 && wait_for_any(batch))
	{
		SfTransfer *transfer;

		while ((transfer = sf_net_poll(batch->group)) != NULL)
			take_answer(batch, ((SfCall *) sf_net_tag(transfer))->arg);
		for (int i = 0; i < batch->n; i++)
			look_at_pending(batch, &batch->targets[i]);
	}
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
				 errdetail("Query %s may still be running.", request->handle) :
				 errdetail("The statement of request %s may still be running.", request->request_id),
				 errhint("SYSTEM$CANCEL_QUERY ends it; the server's option cancel_timeout says how long to try.")));
	}
}

/*
 * Chooses the first step of a target.  May throw, see start_call.
 */
static void
begin(Batch *batch, Target *target)
{
	SfCancelRequest *request = target->request;

	if (request->handle[0])
		cancel_handle(batch, target, request->handle);
	else if (request->pending && request->pending->transfer && sf_net_finished(request->pending->transfer))
		look_at_pending(batch, target);
	else if (request->may_resend)
		ask_for_handle(batch, target);
	else if (request->pending == NULL || request->pending->transfer == NULL)
		end(batch, target, false);
}

/*
 * Drives the network for at most LOOK_MS.  False at the deadline, and when
 * another cancel or termination has arrived.  Throws no interrupts.
 */
static bool
wait_for_any(Batch *batch)
{
	int64		left = (batch->deadline - GetCurrentTimestamp() + 999) / 1000;

	return left > 0 && sf_net_sleep_quiet(batch->group, Min(left, LOOK_MS));
}

/*
 * Moves a target in STEP_AWAITED on once the reply of its submission is there.
 * That belongs to the group of its statement, and may have been handed out
 * before the interrupt struck.  May throw, see start_call.
 */
static void
look_at_pending(Batch *batch, Target *target)
{
	SfCancelRequest *request = target->request;
	SfHttpReply *reply;
	bool		answered;
	char	   *handle;

	if (target->step != STEP_AWAITED || !sf_net_finished(request->pending->transfer))
		return;
	reply = sf_net_reply(request->pending->transfer);
	answered = reply->failure == SF_NET_OK && !sf_reply_is_of_another(reply, request->request_id);
	handle = answered && reply->status == 202 ? sf_reply_handle(reply) : NULL;
	if (answered && reply->status != 202 && reply->status < 500)
	{
		/* it has ended, or was not taken */
		request->completed = reply->status == 200;
		end(batch, target, true);
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
take_answer(Batch *batch, Target *target)
{
	SfHttpReply *reply = sf_net_reply(target->call.transfer);
	bool		answered = reply->failure == SF_NET_OK;
	char	   *handle;

	if (target->step == STEP_CANCELLING)
	{
		/* 404, 422: it had ended by itself */
		end(batch, target, answered && (reply->status == 200 || reply->status == 404 || reply->status == 422));
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
	start_call(batch, target, psprintf("/api/v2/statements/%s/cancel?requestId=%s", target->request->handle,
									   sf_new_request_id()));
}

/*
 * Sends the target's call, in one attempt: sf_call_finished is never called
 * for it.  path lives in the context of the section.  Waits for a token until
 * the deadline where the session has none that is valid.  Throws what
 * sf_call_start throws.
 */
static void
start_call(Batch *batch, Target *target, const char *path)
{
	SfCall	   *call = &target->call;

	call->session = target->request->session;
	call->group = batch->group;
	call->method = "POST";
	call->path = path;
	call->timeout_ms = call->session->options->cancel_timeout_ms;
	call->deadline = batch->deadline;
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
