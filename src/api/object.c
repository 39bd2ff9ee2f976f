/*
 * object.c
 *	  One request of the object API.
 *
 * A request that takes longer than 45 s is answered 202 with the Location of
 * its result, which is asked for until it is there; there is no way to cancel
 * it.  Long lists come in pages linked by the Link header.  Neither is
 * followed to another host.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/call.h"
#include "api/cleanup.h"
#include "api/object.h"
#include "api/reply.h"
#include "base/backoff.h"
#include "base/cells.h"
#include "base/link.h"
#include "core/owner.h"
#include "core/url.h"

#define REQUEST_TIMEOUT_MS 90000	/* Snowflake answers within 45 s, with 202
									 * at the latest */
#define MAX_URL 8192
#define RESULT_GONE_CODE "390404"
#define RESULTS_PATH "/api/v2/results/"

struct SfObjectCall
{
	MemoryContext context;
	SfSession  *session;
	SfNetGroup *group;
	SfOwner    *guard;			/* unpins the session when the context goes */
	SfObjectRequest request;
	SfCall		call;
	bool		open;			/* a call is under way */
	bool		pending;		/* answered 202: the next call asks again */
	bool		accepted;		/* answered 202 once */
	bool		refused;		/* accepted, and then refused */
	bool		in_doubt;		/* accepted when an attempt before may have
								 * had its effect */
	int64		poll_ms;
	char	   *follow;			/* path of the result or the next page */
	bool		paging;			/* a later page is asked for */
	bool		linked;			/* an answer had a Link */
	int64		elements;		/* of the arrays so far */
	const char *rest_call;		/* for CONTEXT: the request as it was made */
};

/* a request of clean-up */
typedef struct QuietRun
{
	SfSession  *session;
	const SfObjectRequest *request;
	TimestampTz deadline;
	long		status;			/* 0: no answer */
	bool		wanted;			/* the answer is */
	MemoryContext caller;		/* for it */
	SfJson	   *answer;
} QuietRun;

static void run_quiet(void *arg);
static long quiet_status(SfCall *call, TimestampTz deadline);
static bool quiet_follow(SfCall *call, int64 *pause, TimestampTz deadline);
static void begin(SfObjectCall *object, const char *method, const char *path, bool resendable);
static SfHttpReply *wait_counted(SfObjectCall *object);
static SfHttpReply *wait_for_answer(SfObjectCall *object);
static void error_base(SfObjectCall *object, SfRemoteError *error);
static char *same_host_path(const SfSession *session, MemoryContext context, const char *location);
static char *result_path(const SfSession *session, MemoryContext context, const SfHttpReply *reply);
static void read_link(SfObjectCall *object, const SfHttpReply *reply, const SfRemoteError *base);
static void check_complete(const SfObjectCall *object);
static bool followed(const SfObjectCall *object);
static void explain_lost(const SfObjectCall *object, const SfHttpReply *reply, SfRemoteError *base);
static void check_answer(SfObjectCall *object, SfJson *document);
static bool says_missing(const SfHttpReply *reply);
static bool names_object(const SfHttpReply *reply);
static bool was_refused(const SfObjectCall *object, const SfHttpReply *reply);
static bool result_refuses(const SfHttpReply *reply);
static void release(void *arg);

SfObjectCall *
sf_object_start(SfSession *session, const SfObjectRequest *request, MemoryContext context)
{
	MemoryContext own = AllocSetContextCreate(context, "snowflake_fdw object call", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(own);
	SfObjectCall *object = palloc0(sizeof(SfObjectCall));

	object->context = own;
	object->session = session;
	object->request = *request;
	object->request.path = pstrdup(request->path);
	if (request->body)
		object->request.body = pg_server_to_any(pstrdup(request->body), strlen(request->body), PG_UTF8);
	object->rest_call = psprintf("%s %s", request->method, request->path);
	object->group = sf_net_group_create(own);
	object->guard = sf_owner_create(own, release);
	sf_session_pin(session);
	sf_owner_set(object->guard, object);
	object->call.body = object->request.body;
	object->call.body_len = object->request.body ? strlen(object->request.body) : 0;
	begin(object, request->method, object->request.path, request->resendable);
	/* what could not be sent is no change */
	if (request->change)
		sf_session_note_change();
	MemoryContextSwitchTo(old);
	return object;
}

SfJson *
sf_object_next(SfObjectCall *object)
{
	return sf_object_next_or_missing(object, NULL);
}

SfJson *
sf_object_next_or_missing(SfObjectCall *object, bool *missing)
{
	MemoryContext caller = CurrentMemoryContext;
	SfHttpReply *reply;
	SfRemoteError base;
	SfJson	   *document;

	if (missing)
		*missing = false;
	if (!object->open && object->follow == NULL)
	{
		check_complete(object);
		return NULL;
	}
	MemoryContextSwitchTo(object->context);
	reply = wait_counted(object);
	error_base(object, &base);
	if (missing && says_missing(reply) && (!followed(object) || (object->request.if_exists && names_object(reply))))
	{
		*missing = true;
		sf_call_release(&object->call);
		MemoryContextSwitchTo(caller);
		return NULL;
	}
	if (reply->failure != SF_NET_OK || reply->status != 200)
	{
		if (object->request.change && was_refused(object, reply))
			sf_session_forget_change();
		object->refused = object->accepted && result_refuses(reply);
		if (followed(object))
			explain_lost(object, reply, &base);
		sf_call_throw(&object->call, &base);
	}
	read_link(object, reply, &base);
	MemoryContextSwitchTo(caller);
	document = sf_reply_document(reply, &base);
	check_answer(object, document);
	object->elements += sf_json_length(document);
	sf_call_release(&object->call);
	return document;
}

bool
sf_object_full(const SfObjectCall *object)
{
	return object->elements == SF_LIST_MAX && !object->linked;
}

bool
sf_object_undecided(const SfObjectCall *object)
{
	return object->accepted && !object->refused;
}

bool
sf_object_in_doubt(const SfObjectCall *object)
{
	return object->accepted ? object->in_doubt : object->call.in_doubt;
}

void
sf_object_malformed(SfObjectCall *object, const char *what)
{
	SfRemoteError base;

	error_base(object, &base);
	sf_report_malformed(&base, what);
}

void
sf_object_close(SfObjectCall *object)
{
	MemoryContextDelete(object->context);
}

SfJson *
sf_object_run(SfSession *session, const SfObjectRequest *request)
{
	SfObjectRequest one = *request;
	SfObjectCall *object;
	SfJson	   *document;

	one.answer = SF_ANSWER_OBJECT;
	object = sf_object_start(session, &one, CurrentMemoryContext);
	document = sf_object_next(object);
	sf_object_close(object);
	return document;
}

long
sf_object_run_quiet(SfSession *session, const SfObjectRequest *request, TimestampTz deadline)
{
	QuietRun	run = {.session = session,.request = request,.deadline = deadline};

	sf_cleanup(run_quiet, &run);
	return run.status;
}

SfJson *
sf_object_fetch_quiet(SfSession *session, const SfObjectRequest *request, TimestampTz deadline, long *status)
{
	QuietRun	run = {
		.session = session,
		.request = request,
		.deadline = deadline,
		.wanted = true,
		.caller = CurrentMemoryContext,
	};

	sf_cleanup(run_quiet, &run);
	*status = run.status;
	return run.answer;
}

/*
 * Section of clean-up: interrupts are held, an error may be on the stack, the
 * context is the section's.  The answer alone goes to the caller's context.
 */
static void
run_quiet(void *arg)
{
	QuietRun   *run = arg;
	const SfObjectRequest *request = run->request;
	const char *body = request->body ? pg_server_to_any(request->body, strlen(request->body), PG_UTF8) : NULL;
	SfCall		call = {
		.session = run->session,
		.group = sf_net_group_create(CurrentMemoryContext),
		.method = request->method,
		.path = request->path,
		.body = body,
		.body_len = body ? strlen(body) : 0,
		.resendable = request->resendable,
		.object_api = true,
		.timeout_ms = Max((run->deadline - GetCurrentTimestamp()) / 1000, 1),
		.deadline = run->deadline,
	};
	SfJsonFault fault;
	int64		pause = 0;

	run->status = quiet_status(&call, run->deadline);
	while (run->status == 202 && quiet_follow(&call, &pause, run->deadline))
		run->status = quiet_status(&call, run->deadline);
	if (run->wanted && run->status == 200)
	{
		MemoryContextSwitchTo(run->caller);
		run->answer = sf_json_parse_buf(&sf_net_reply(call.transfer)->body, &fault);
	}
}

/*
 * Sends the call and retries it until the deadline; its HTTP status, or 0 when
 * there is none by then or another cancel or termination arrives.  Throws no
 * interrupts, but what sf_call_start throws.
 */
static long
quiet_status(SfCall *call, TimestampTz deadline)
{
	SfHttpReply *reply;

	sf_call_start(call);
	while (call->state != SF_CALL_DONE)
	{
		if (call->state == SF_CALL_PAUSED)
		{
			int64		pause = Max((call->retry_at - GetCurrentTimestamp() + 999) / 1000, 0);

			if (call->retry_at >= deadline || !sf_net_sleep_quiet(call->group, pause))
				return 0;
			sf_call_resume(call);
		}
		else if (sf_net_wait_quiet(call->group, deadline) == call->transfer)
			sf_call_finished(call);
		else
			return 0;
	}
	reply = sf_net_reply(call->transfer);
	return reply->failure == SF_NET_OK ? reply->status : 0;
}

/*
 * After a 202, makes the call the question for its result, after a pause; the
 * caller sends it.  False when the reply names none, when there is no time
 * left, or when another cancel or termination arrives.
 */
static bool
quiet_follow(SfCall *call, int64 *pause, TimestampTz deadline)
{
	char	   *path = result_path(call->session, CurrentMemoryContext, sf_net_reply(call->transfer));
	int64		left = (deadline - GetCurrentTimestamp()) / 1000;

	*pause = sf_poll_next(*pause);
	if (path == NULL || *pause >= left || !sf_net_sleep_quiet(call->group, *pause))
		return false;
	sf_call_release(call);
	call->method = "GET";
	call->path = path;
	call->body = NULL;
	call->body_len = 0;
	call->resendable = true;
	call->timeout_ms = Max(left - *pause, 1);
	call->state = SF_CALL_IDLE;
	return true;
}

/*
 * Sends a request.  path lives in the object's context.  May wait for a token;
 * throws what sf_call_start throws.
 */
static void
begin(SfObjectCall *object, const char *method, const char *path, bool resendable)
{
	SfCall	   *call = &object->call;

	call->session = object->session;
	call->group = object->group;
	call->method = method;
	call->path = path;
	call->resendable = resendable;
	call->object_api = true;
	call->timeout_ms = REQUEST_TIMEOUT_MS;
	call->give_up_at = object->request.give_up_at;
	call->usage = object->request.usage;
	call->poll = object->pending;
	call->state = SF_CALL_IDLE;
	object->open = true;
	sf_call_start(call);
}

/*
 * wait_for_answer; a change that has not left this machine when the wait
 * throws is not counted any more.
 */
static SfHttpReply *
wait_counted(SfObjectCall *object)
{
	SfHttpReply *volatile reply = NULL;

	PG_TRY();
	{
		reply = wait_for_answer(object);
	}
	PG_CATCH();
	{
		if (object->request.change && !sf_call_reached(&object->call))
			sf_session_forget_change();
		PG_RE_THROW();
	}
	PG_END_TRY();
	return reply;
}

/*
 * The reply that is not 202, owned by the call until it is released.  Waits,
 * interruptibly, and follows a 202 to its result.  Throws interrupts, what
 * sf_call_start throws, and 08P01 for a 202 that names no result; what the
 * reply reports is the caller's.
 */
static SfHttpReply *
wait_for_answer(SfObjectCall *object)
{
	for (;;)
	{
		SfHttpReply *reply;
		char	   *path;

		if (!object->open)
		{
			path = object->follow;
			object->follow = NULL;
			object->call.body = NULL;
			object->call.body_len = 0;
			if (object->pending)
			{
				object->poll_ms = sf_poll_next(object->poll_ms);
				sf_net_sleep(object->group, object->poll_ms);
			}
			begin(object, "GET", path, true);
		}
		reply = sf_call_wait(&object->call);
		object->open = false;
		object->pending = reply->failure == SF_NET_OK && reply->status == 202;
		if (!object->pending)
			return reply;
		if (!object->accepted)
			object->in_doubt = object->call.in_doubt;
		object->accepted = true;
		path = result_path(object->session, object->context, reply);
		if (path == NULL)
		{
			SfRemoteError base;

			error_base(object, &base);
			sf_report_malformed(&base, "an answer 202 has no Location of a result");
		}
		object->follow = path;
		sf_call_release(&object->call);
	}
}

/*
 * Strings live as long as the object and its reply.
 */
static void
error_base(SfObjectCall *object, SfRemoteError *error)
{
	sf_call_error_base(&object->call, error);
	error->rest_call = object->rest_call;
}

/*
 * The path of a Location or Link, in context, when it is one of this host,
 * else NULL.  Throws 53200 alone.
 */
static char *
same_host_path(const SfSession *session, MemoryContext context, const char *location)
{
	const char *base = session->options->base_url;
	SfUrl	   *ours = sf_url_parse(base);
	SfUrl	   *url;

	if (ours && location[0] == '/')
		location = location[1] == '/' ? psprintf("%s:%s", ours->scheme, location) : psprintf("%s%s", base, location);
	url = sf_url_parse(location);
	if (url == NULL || ours == NULL || url->has_user || !sf_url_same_origin(url, ours))
		return NULL;
	return MemoryContextStrdup(context, url->path);
}

/*
 * The path of a 202's result, in context; NULL when the reply names none on
 * this host.  Throws 53200 alone.
 */
static char *
result_path(const SfSession *session, MemoryContext context, const SfHttpReply *reply)
{
	char	   *path = reply->location ? same_host_path(session, context, reply->location) : NULL;

	return path && strncmp(path, RESULTS_PATH, strlen(RESULTS_PATH)) == 0 ? path : NULL;
}

/*
 * Sets follow where there is a next page.  Throws 08P01 for headers that
 * cannot be read or a Link that leads to another host: the list would be a
 * part only.
 */
static void
read_link(SfObjectCall *object, const SfHttpReply *reply, const SfRemoteError *base)
{
	SfBuf	   *link = sf_buf_create(object->context, MAX_URL);

	if (reply->headers_cut)
		sf_report_malformed(base, "its headers are too long to be read");
	object->linked |= reply->link != NULL;
	switch (reply->link ? sf_link_find(reply->link, strlen(reply->link), "next", link) : SF_LINK_ABSENT)
	{
		case SF_LINK_FOUND:
			object->follow = same_host_path(object->session, object->context, link->data);
			object->paging = true;
			if (object->follow)
				break;
			/* FALLTHROUGH */
		case SF_LINK_ELSEWHERE:
			sf_report_malformed(base, "the next page is on another host");
		case SF_LINK_UNREADABLE:
			sf_report_malformed(base, "the Link header, which names the next page, cannot be read");
		case SF_LINK_ABSENT:
			break;
	}
	sf_buf_free(link);
}

/*
 * Throws 54000 for a list that Snowflake may have cut, unless its length was
 * asked for.
 */
static void
check_complete(const SfObjectCall *object)
{
	if (sf_object_full(object) && strstr(object->request.path, "showLimit=") == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the answer may be incomplete: it has %d elements, as many as one may have, and says "
						"nothing of further pages",
						SF_LIST_MAX),
				 errhint("Ask for fewer at a time, with a pattern or a beginning of the name."),
				 errcontext("REST call: %s", object->rest_call)));
}

/*
 * Whether the call is the question for a result or for a later page.  Throws
 * nothing.
 */
static bool
followed(const SfObjectCall *object)
{
	return object->call.path != object->request.path;
}

/*
 * Sets the hint, and for one that is gone the SQLSTATE, of a later page or
 * result that cannot be had: the answer says nothing of the object, unless it
 * is the refusal of the call that was accepted (a code that is known, and is
 * not that of results that are gone).
 */
static void
explain_lost(const SfObjectCall *object, const SfHttpReply *reply, SfRemoteError *base)
{
	SfRemoteError answer = *base;
	bool		answered = reply->failure == SF_NET_OK;
	bool		gone = answered && (reply->status == 404 || reply->status == 410);

	answer.code = answered ? sf_reply_code(reply) : NULL;
	if (answer.code && !object->paging && strcmp(answer.code, RESULT_GONE_CODE) != 0 && sf_error_known(&answer))
		return;
	if (gone)
	{
		base->sqlerrcode = ERRCODE_FDW_ERROR;
		base->hint = "Results are kept for a limited time; ask again from the beginning.";
	}
	if (object->request.change)
		base->hint =
			"It is not known whether this was done: the call was accepted, its result could not be had. Look "
			"before repeating it.";
}

/*
 * Throws 08P01 unless the document is what the request asks for.
 */
static void
check_answer(SfObjectCall *object, SfJson *document)
{
	SfAnswer	answer = object->request.answer;

	if (answer == SF_ANSWER_OBJECT && sf_json_type(document) != SF_JSON_OBJECT)
		sf_object_malformed(object, "the reply is not an object");
	if (answer != SF_ANSWER_LIST)
		return;
	if (sf_json_type(document) != SF_JSON_ARRAY)
		sf_object_malformed(object, "the reply is not an array");
	for (int i = 0; i < sf_json_length(document); i++)
	{
		if (sf_json_type(sf_json_element(document, i)) != SF_JSON_OBJECT)
			sf_object_malformed(object, psprintf("element %d of the list is not an object", i));
	}
}

/*
 * Whether Snowflake says that the object or its parent is not there.  A 404
 * without a code means that there is no such endpoint.
 */
static bool
says_missing(const SfHttpReply *reply)
{
	return reply->failure == SF_NET_OK && reply->status == 404 && reply->body.len > 0 && sf_reply_code(reply) != NULL &&
		!sf_code_of_session(sf_reply_code(reply));
}

/*
 * Whether a 404 for a result is of the object that was asked for: the code is
 * not that of a result that is gone.
 */
static bool
names_object(const SfHttpReply *reply)
{
	return strcmp(sf_reply_code(reply), RESULT_GONE_CODE) != 0;
}

/*
 * Whether the request itself, not the question for its result, was answered
 * with a refusal or never left this machine.
 */
static bool
was_refused(const SfObjectCall *object, const SfHttpReply *reply)
{
	if (reply->failure != SF_NET_OK)
		return !sf_call_reached(&object->call);
	return reply->status >= 400 && reply->status < 500 && !followed(object) && !object->call.in_doubt;
}

/*
 * Whether the answer for the result of a 202 is a refusal of what was asked
 * for, not of the question: Snowflake's, with a code.  Throws 53200 alone.
 */
static bool
result_refuses(const SfHttpReply *reply)
{
	return reply->failure == SF_NET_OK &&
		(reply->status == 400 || reply->status == 403 || reply->status == 409 || reply->status == 422) &&
		sf_reply_code(reply) != NULL;
}

/*
 * Reset callback of the object's context: must not throw.  The group, in a
 * context below, has dropped its transfers already.
 */
static void
release(void *arg)
{
	SfObjectCall *object = arg;

	sf_session_unpin(object->session);
}
