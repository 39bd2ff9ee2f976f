/*
 * cancel.c
 *	  Cancelling a remote statement while cleaning up.
 *
 * A statement whose handle is not known yet is looked up by repeating its
 * submission with the same requestId, retry=true and async=true: Snowflake
 * then answers with the handle of the execution that there is.  Only a
 * statement that reads is repeated; for another the reply that is still out
 * is awaited.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/cancel.h"
#include "api/reply.h"

static char *find_handle(SfSession *session, SfNetGroup *group, const SfCancelRequest *request, TimestampTz deadline);
static char *await_handle(SfCall *pending, const char *request_id, TimestampTz deadline);
static char *resend_for_handle(SfSession *session, SfNetGroup *group, const SfCancelRequest *request, TimestampTz deadline);
static bool cancel_handle(SfSession *session, SfNetGroup *group, const char *query_id, TimestampTz deadline);
static SfHttpReply *call_quietly(SfCall *call, TimestampTz deadline);

void
sf_cancel_remote(SfSession *session, const char *query_id, const SfCancelRequest *request)
{
	MemoryContext context = AllocSetContextCreate(TopMemoryContext, "snowflake_fdw cancel", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	TimestampTz deadline = GetCurrentTimestamp() + (int64) session->options->cancel_timeout_ms * 1000;
	volatile bool cancelled = false;
	const char *volatile handle = query_id;

	/* nothing here may be interrupted by what is being handled already */
	HOLD_INTERRUPTS();
	PG_TRY();
	{
		SfNetGroup *group = sf_net_group_create(context);

		if (handle == NULL)
			handle = find_handle(session, group, request, deadline);
		if (handle)
			cancelled = cancel_handle(session, group, handle, deadline);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		FlushErrorState();
	}
	PG_END_TRY();
	RESUME_INTERRUPTS();

	if (!cancelled)
		ereport(WARNING,
				(errcode(ERRCODE_CONNECTION_EXCEPTION),
				 errmsg("could not cancel the statement in Snowflake"),
				 handle ? errdetail("Query %s may still be running.", handle) :
				 errdetail("The statement of request %s may still be running.", request->request_id),
				 errhint("SYSTEM$CANCEL_QUERY ends it; the server's option cancel_timeout says how long to try.")));
	MemoryContextSwitchTo(old);
	MemoryContextDelete(context);
}

static char *
find_handle(SfSession *session, SfNetGroup *group, const SfCancelRequest *request, TimestampTz deadline)
{
	if (request->may_resend)
		return resend_for_handle(session, group, request, deadline);
	return request->pending ? await_handle(request->pending, request->request_id, deadline) : NULL;
}

static char *
await_handle(SfCall *pending, const char *request_id, TimestampTz deadline)
{
	SfTransfer *transfer = pending->state == SF_CALL_SENT ? sf_net_wait_quiet(pending->group, deadline) : NULL;

	if (transfer == NULL || transfer != pending->transfer || sf_net_reply(transfer)->failure != SF_NET_OK ||
		sf_reply_is_of_another(sf_net_reply(transfer), request_id))
		return NULL;
	return sf_reply_handle(sf_net_reply(transfer));
}

static char *
resend_for_handle(SfSession *session, SfNetGroup *group, const SfCancelRequest *request, TimestampTz deadline)
{
	SfCall		call = {
		.session = session,
		.group = group,
		.method = "POST",
		.path = psprintf("/api/v2/statements?requestId=%s&async=true", request->request_id),
		.body = request->body->data,
		.body_len = request->body->len,
		.mark_retry = true,
		.repeated = true,
		.timeout_ms = session->options->cancel_timeout_ms,
	};
	SfHttpReply *reply = call_quietly(&call, deadline);

	return reply && !sf_reply_is_of_another(reply, request->request_id) ? sf_reply_handle(reply) : NULL;
}

/*
 * True when the statement is cancelled, or had ended by itself.
 */
static bool
cancel_handle(SfSession *session, SfNetGroup *group, const char *query_id, TimestampTz deadline)
{
	SfCall		call = {
		.session = session,
		.group = group,
		.method = "POST",
		.path = psprintf("/api/v2/statements/%s/cancel?requestId=%s", query_id, sf_new_request_id()),
		.timeout_ms = session->options->cancel_timeout_ms,
	};
	SfHttpReply *reply = call_quietly(&call, deadline);

	return reply && (reply->status == 200 || reply->status == 422 || reply->status == 404);
}

/*
 * One attempt; NULL when there is no reply in time.
 */
static SfHttpReply *
call_quietly(SfCall *call, TimestampTz deadline)
{
	SfTransfer *transfer;

	sf_call_start(call);
	transfer = sf_net_wait_quiet(call->group, deadline);
	if (transfer == NULL || sf_net_reply(transfer)->failure != SF_NET_OK)
		return NULL;
	return sf_net_reply(transfer);
}
