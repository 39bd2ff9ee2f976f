/*
 * call.c
 *	  One call of the REST API with its attempts.
 *
 * Retries (SQL API reference, "handling errors" and "submitting requests") are
 * net/retry's; never a 408, which means that the statement was cancelled; a
 * 401 once, when a new token can be had.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/timestamp.h"

#include "api/call.h"
#include "api/reply.h"
#include "base/ident.h"
#include "base/str.h"
#include "core/owner.h"
#include "core/quote.h"

#define SF_HINT_IN_BETWEEN "A proxy, a gateway or a login page may be in between: check the options host, " \
	"account, port and proxy."

static bool fate_unknown(const SfCall *call, const SfHttpReply *reply);
static bool is_html(const SfHttpReply *reply);
static void count(const SfCall *call, const SfHttpReply *reply);
static void send_attempt(SfCall *call);
static char *context_header(const char *what, const char *name);
static void log_attempt(const SfCall *call, const SfHttpReply *reply);

void
sf_call_start(SfCall *call)
{
	call->attempts = 0;
	call->renewed = false;
	call->in_doubt = false;
	sf_retry_reset(&call->retry);
	call->started_at = GetCurrentTimestamp();
	send_attempt(call);
}

void
sf_call_resume(SfCall *call)
{
	if (call->state == SF_CALL_PAUSED && GetCurrentTimestamp() >= call->retry_at)
		send_attempt(call);
}

void
sf_call_finished(SfCall *call)
{
	SfHttpReply *reply = sf_net_reply(call->transfer);
	int64		pause;

	log_attempt(call, reply);
	call->session->requests++;
	if (call->usage)
		count(call, reply);
	call->reached |= reply->sent;
	call->in_doubt |= reply->failure == SF_NET_OK ? reply->status >= 500 : reply->sent;
	if (reply->failure == SF_NET_OK && reply->status == 401 && !call->renewed && sf_auth_renew(call->session->auth))
	{
		call->renewed = true;
		sf_call_release(call);
		send_attempt(call);
		return;
	}
	pause = sf_retry_pause(&call->retry, reply, call->resendable, call->give_up_at, call->session->options);
	if (pause < 0)
	{
		call->state = SF_CALL_DONE;
		return;
	}
	sf_call_release(call);
	call->state = SF_CALL_PAUSED;
	call->retry_at = GetCurrentTimestamp() + pause * 1000;
}

bool
sf_call_advance(SfCall *call)
{
	sf_call_resume(call);
	while (call->state == SF_CALL_SENT && sf_net_poll(call->group) == call->transfer)
		sf_call_finished(call);
	return call->state == SF_CALL_DONE;
}

SfHttpReply *
sf_call_wait(SfCall *call)
{
	return sf_call_wait_until(call, 0);
}

SfHttpReply *
sf_call_wait_until(SfCall *call, TimestampTz deadline)
{
	while (call->state != SF_CALL_DONE)
	{
		TimestampTz now = GetCurrentTimestamp();

		if (deadline != 0 && now >= deadline)
			return NULL;
		if (call->state == SF_CALL_PAUSED)
		{
			TimestampTz wake = deadline != 0 ? Min(deadline, call->retry_at) : call->retry_at;

			if (now < wake)
				sf_net_sleep(call->group, (wake - now + 999) / 1000);
			sf_call_resume(call);
		}
		else if (sf_net_wait(call->group, deadline) == call->transfer)
			sf_call_finished(call);
	}
	return sf_net_reply(call->transfer);
}

bool
sf_call_reached(const SfCall *call)
{
	return call->reached || (call->transfer && sf_net_sent(call->transfer));
}

void
sf_call_release(SfCall *call)
{
	if (call->transfer)
		sf_net_release(call->transfer);
	call->transfer = NULL;
}

void
sf_call_error_base(const SfCall *call, SfRemoteError *error)
{
	SfConnOptions *options = call->session->options;

	memset(error, 0, sizeof(*error));
	error->rest_call = psprintf("%s %s", call->method, call->path);
	error->object_api = call->object_api;
	error->role = options->role;
	error->warehouse = options->warehouse;
	error->database = options->database;
	error->server_name = options->server_name;
	error->secrets = options->secrets;
	error->nsecrets = options->nsecrets;
	if (call->transfer)
	{
		SfHttpReply *reply = sf_net_reply(call->transfer);

		error->http_status = reply->status;
		error->request_id = reply->request_id;
	}
}

void
sf_call_throw(const SfCall *call, const SfRemoteError *base)
{
	SfHttpReply *reply = sf_net_reply(call->transfer);
	SfRemoteError error = *base;

	if (reply->failure == SF_NET_OK && is_html(reply))
	{
		error.detail = psprintf("The answer is a page of type %s, not Snowflake's JSON", reply->content_type);
		error.hint = SF_HINT_IN_BETWEEN;
	}
	if (fate_unknown(call, reply))
		error.hint =
			"It is not known whether this was done: such a request is not sent twice. Look before repeating it.";
	if (reply->failure == SF_NET_OK)
		sf_reply_throw(reply, &error, call->session->auth);
	error.http_status = 0;
	error.message = psprintf("request to server \"%s\" failed", base->server_name);
	error.detail = reply->detail;
	switch (reply->failure)
	{
		case SF_NET_CONNECT:
		case SF_NET_UNREACHABLE:
		case SF_NET_SETUP:
			error.message = psprintf("could not connect to server \"%s\"", base->server_name);
			error.sqlerrcode = ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION;
			break;
		case SF_NET_PROXY:
			error.message = psprintf("could not connect to server \"%s\" through its proxy", base->server_name);
			error.sqlerrcode = ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION;
			error.hint = reply->proxy_status == 407 ?
				"The proxy wants a user and a password: proxy 'http://user:password@host:port'." :
				"Check the option proxy of the server, whether the proxy admits this host, and no_proxy.";
			break;
		case SF_NET_FOREIGN:
			error.message = psprintf("something between here and server \"%s\" answered in Snowflake's place",
									 base->server_name);
			error.hint = SF_HINT_IN_BETWEEN;
			error.sqlerrcode = ERRCODE_PROTOCOL_VIOLATION;
			break;
		case SF_NET_TOO_LARGE:
			error.sqlerrcode = ERRCODE_PROGRAM_LIMIT_EXCEEDED;
			break;
		case SF_NET_BAD_ENCODING:
		case SF_NET_MALFORMED:
			error.sqlerrcode = ERRCODE_PROTOCOL_VIOLATION;
			break;
		case SF_NET_NO_MEMORY:
			error.sqlerrcode = ERRCODE_OUT_OF_MEMORY;
			break;
		default:
			error.sqlerrcode = ERRCODE_CONNECTION_FAILURE;
	}
	sf_report_remote(ERROR, &error);
	pg_unreachable();
}

char *
sf_new_request_id(void)
{
	unsigned char random[16];
	char	   *id = palloc(37);

	if (!pg_strong_random(random, sizeof(random)))
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not generate random values")));
	sf_uuid_v4(id, random);
	return id;
}

/*
 * True when a change of the object API, which is not sent twice, may have been
 * made although its answer does not say so.  Throws nothing.
 */
static bool
fate_unknown(const SfCall *call, const SfHttpReply *reply)
{
	if (!call->object_api || call->resendable || strcmp(call->method, "GET") == 0)
		return false;
	return reply->failure == SF_NET_OK ? reply->status >= 500 : sf_call_reached(call);
}

/*
 * Whether the body is a page of HTML.  Throws nothing.
 */
static bool
is_html(const SfHttpReply *reply)
{
	return reply->content_type && pg_strncasecmp(reply->content_type, "text/html", 9) == 0;
}

/*
 * An attempt that has ended; what went out again on another connection is
 * two of them.  Throws nothing.
 */
static void
count(const SfCall *call, const SfHttpReply *reply)
{
	SfUsage    *usage = call->usage;

	if (call->attempts > 1)
		usage->retries++;
	else if (call->poll)
		usage->polls++;
	else
		usage->requests++;
	usage->retries += reply->resent;
	usage->wire_bytes += reply->wire_bytes;
	usage->bytes += reply->body.len;
}

/*
 * Sends the next attempt into call->transfer; the call holds no other.  Waits
 * for a token where one is due and has to be asked for.  Throws what
 * sf_auth_headers and sf_net_start throw: the call then has no transfer, and
 * is idle.
 */
static void
send_attempt(SfCall *call)
{
	SfSession  *session = call->session;
	SfConnOptions *options = session->options;
	StringInfoData url;
	const char *headers[8];
	int			nheaders = 5;
	SfHttpRequest request = {
		.method = call->method,
		.headers = headers,
		.body = call->body,
		.body_len = call->body_len,
		.max_body = call->max_body ? call->max_body : call->object_api ? SF_MAX_OBJECT_BODY : SF_MAX_BODY,
		.connect_timeout_ms = options->connect_timeout_ms,
		.timeout_ms = sf_retry_attempt_ms(call->timeout_ms, call->give_up_at),
		.ca_file = options->ca_file,
		.proxy = options->proxy,
		.no_proxy = options->no_proxy,
		.allow_http = options->plain_http,
		.inflate = true,
		.idempotent = strcmp(call->method, "GET") == 0,
	};

	call->state = SF_CALL_IDLE;
	sf_auth_headers(session->auth, call->deadline, call->give_up_at, &headers[0], &headers[1]);
	headers[2] = "User-Agent: snowflake_fdw/1.0";
	headers[3] = "Accept: application/json";
	headers[4] = "Accept-Encoding: gzip";
	if (call->body)
		headers[nheaders++] = "Content-Type: application/json";
	if (call->object_api && options->role)
		headers[nheaders++] = context_header("Role", options->role);
	if (call->object_api && options->warehouse)
		headers[nheaders++] = context_header("Warehouse", options->warehouse);
	request.nheaders = nheaders;

	initStringInfo(&url);
	appendStringInfo(&url, "%s%s", options->base_url, call->path);
	if (call->mark_retry && (call->attempts > 0 || call->repeated))
		appendStringInfo(&url, "%cretry=true", strchr(call->path, '?') ? '&' : '?');
	request.url = url.data;

	call->attempts++;
	call->sent_at = GetCurrentTimestamp();
	call->transfer = sf_net_start(call->group, &request, call);
	call->state = SF_CALL_SENT;
	pfree(url.data);
}

/*
 * X-Snowflake-Role or X-Snowflake-Warehouse, which the object API takes
 * instead of the body's role and warehouse; the name is quoted, so that it is
 * exact.  In the current context.  Throws 53200, 54000 and errors of the
 * encoding.
 */
static char *
context_header(const char *what, const char *name)
{
	char	   *quoted = sf_quoted_name(name);

	return psprintf("X-Snowflake-%s: %s", what, pg_server_to_any(quoted, strlen(quoted), PG_UTF8));
}

/*
 * One line per attempt, without headers and bodies.
 */
static void
log_attempt(const SfCall *call, const SfHttpReply *reply)
{
	if (!sf_guc_log_requests)
		return;
	ereport(LOG,
			(errmsg("snowflake request: %s %s, %s %ld, %ld ms, %zu bytes", call->method, call->path,
					reply->failure == SF_NET_OK ? "status" : "failed", reply->failure == SF_NET_OK ? reply->status : 0L,
					(long) ((GetCurrentTimestamp() - call->sent_at) / 1000), reply->wire_bytes),
			 errhidestmt(true), errhidecontext(true)));
}
