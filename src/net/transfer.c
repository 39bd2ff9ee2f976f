/*
 * transfer.c
 *	  Groups and their transfers: one HTTP request and its reply each.
 *
 * Redirects and cookies are never followed or kept.  The reply's body is
 * decoded as it arrives, so that no compressed copy is held.
 */
#include "postgres.h"

#include <sys/socket.h>
#include <unistd.h>

#include "miscadmin.h"
#include "storage/fd.h"
#include "utils/memutils.h"

#include "base/str.h"
#include "net/engine.h"
#include "net/transfer.h"

#define MAX_HEADER_BYTES (1024 * 1024)
#define MAX_ERROR_BYTES ((size_t) 64 << 20)
#define CONNECTION_MAX_AGE 20L	/* seconds; below the server's keep-alive */
#define CURLE_TOO_LARGE_HEADER 100	/* CURLE_TOO_LARGE, which older versions
									 * lack */

/* The reply headers kept, in the order of header_at. */
static const char *const kept_headers[SF_KEPT_HEADERS] = {
	"content-type:", "location:", "retry-after:", "x-snowflake-request-id:"
};

static void group_release(void *arg);
static void transfer_done(CURL *easy, CURLcode result);
static void transfer_free(SfTransfer *transfer);
static void check_headers(const SfHttpRequest *request);
static void transfer_setup(SfTransfer *transfer, const SfHttpRequest *request);
static bool set_options(SfTransfer *transfer, const SfHttpRequest *request);
static bool set_limits(SfTransfer *transfer, const SfHttpRequest *request);
static bool set_method(SfTransfer *transfer, const SfHttpRequest *request);
static bool set_headers(SfTransfer *transfer, const SfHttpRequest *request);
static size_t write_callback(char *data, size_t size, size_t n, void *arg);
static size_t header_callback(char *data, size_t size, size_t n, void *arg);
static void keep_link(SfTransfer *transfer, const char *line, size_t len);
static const char *header_value(const char *line, size_t *len, const char *name);
static int	before_request(void *arg, char *remote_ip, char *local_ip, int remote_port, int local_port);
static curl_socket_t open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address);
static int	close_socket(void *arg, curl_socket_t fd);
static bool send_again(SfTransfer *transfer, CURLcode result);
static SfNetFailure classify(SfTransfer *transfer, CURLcode result);
static SfNetFailure classify_unsent(SfTransfer *transfer, CURLcode result);
static bool is_html(const SfHttpReply *reply);
static void describe(SfTransfer *transfer, CURLcode result);
static void fill_headers(SfTransfer *transfer);

SfNetGroup *
sf_net_group_create(MemoryContext context)
{
	MemoryContext own = AllocSetContextCreate(context, "snowflake_fdw requests", ALLOCSET_SMALL_SIZES);
	SfNetGroup *group = MemoryContextAllocZero(own, sizeof(SfNetGroup));
	MemoryContextCallback *callback = MemoryContextAllocZero(own, sizeof(MemoryContextCallback));

	group->context = own;
	group->waker.epoll_fd = group->waker.event_fd = -1;
	dlist_init(&group->running);
	dlist_init(&group->finished);
	dlist_init(&group->taken);
	sf_engine_open(transfer_done);
	callback->func = group_release;
	callback->arg = group;
	MemoryContextRegisterResetCallback(own, callback);
	sf_net_group_open(group);
	return group;
}

void
sf_net_group_open(SfNetGroup *group)
{
	if (group->waker.epoll_fd >= 0)
		return;
	if (sf_waker_open(&group->waker, sf_engine_poller()) < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not create the descriptors for network waits: %m")));
	ReserveExternalFD();
	ReserveExternalFD();
}

void
sf_net_rest(SfNetGroup *group)
{
	if (group->inflight > 0 || group->waker.epoll_fd < 0)
		return;
	sf_waker_close(&group->waker);
	ReleaseExternalFD();
	ReleaseExternalFD();
}

void
sf_net_group_free(SfNetGroup *group)
{
	MemoryContextDelete(group->context);
}

void
sf_net_group_tick(SfNetGroup *group, SfNetTick tick, void *arg)
{
	group->tick = tick;
	group->tick_arg = arg;
}

int
sf_net_inflight(const SfNetGroup *group)
{
	return group->inflight;
}

SfTransfer *
sf_net_start(SfNetGroup *group, const SfHttpRequest *request, void *tag)
{
	SfTransfer *transfer;

	check_headers(request);
	transfer = MemoryContextAllocZero(group->context, sizeof(SfTransfer));
	sf_engine_open(transfer_done);
	sf_net_group_open(group);
	transfer->group = group;
	transfer->tag = tag;
	transfer->may_inflate = request->inflate;
	transfer->idempotent = request->idempotent;
	transfer->proxied = request->proxy != NULL;
	sf_buf_init(&transfer->reply.body, request->max_body);
	sf_buf_init(&transfer->header_text, MAX_HEADER_BYTES);
	sf_buf_init(&transfer->link_text, MAX_HEADER_BYTES);
	dlist_push_tail(&group->running, &transfer->node);
	group->inflight++;
	transfer_setup(transfer, request);
	return transfer;
}

SfHttpReply *
sf_net_reply(SfTransfer *transfer)
{
	return &transfer->reply;
}

bool
sf_net_sent(const SfTransfer *transfer)
{
	return transfer->reply.sent;
}

int64
sf_net_sent_ago(const SfTransfer *transfer)
{
	return transfer->sent_ms == 0 ? -1 : sf_poller_now_ms() - transfer->sent_ms;
}

void *
sf_net_tag(const SfTransfer *transfer)
{
	return transfer->tag;
}

void
sf_net_release(SfTransfer *transfer)
{
	SfNetGroup *group = transfer->group;

	if (!transfer->done)
		group->inflight--;
	dlist_delete(&transfer->node);
	transfer_free(transfer);
	pfree(transfer);
}

/*
 * Reset callback of the group's context: nothing here may throw.
 */
static void
group_release(void *arg)
{
	SfNetGroup *group = arg;
	dlist_iter	iter;

	if (group->released)
		return;
	group->released = true;
	dlist_foreach(iter, &group->running)
		transfer_free(dlist_container(SfTransfer, node, iter.cur));
	dlist_foreach(iter, &group->finished)
		transfer_free(dlist_container(SfTransfer, node, iter.cur));
	dlist_foreach(iter, &group->taken)
		transfer_free(dlist_container(SfTransfer, node, iter.cur));
	group->inflight = 0;
	sf_net_rest(group);
}

/*
 * The engine's callback: outside of libcurl's callbacks, with the easy handle
 * out of the multi handle.  Moves the transfer to its group's finished list,
 * or sends it again.  Throws nothing: it runs while cleaning up, too.
 */
static void
transfer_done(CURL *easy, CURLcode result)
{
	char	   *private = NULL;
	SfTransfer *transfer;
	SfHttpReply *reply;
	SfNetGroup *group;
	long		connects = 0;
	curl_off_t	bytes = 0;
	curl_off_t	microseconds = 0;

	curl_easy_getinfo(easy, CURLINFO_PRIVATE, &private);
	transfer = (SfTransfer *) private;
	transfer->added = false;
	reply = &transfer->reply;
	group = transfer->group;
	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
	curl_easy_getinfo(easy, CURLINFO_SIZE_DOWNLOAD_T, &bytes);
	curl_easy_getinfo(easy, CURLINFO_TOTAL_TIME_T, &microseconds);
	curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &reply->status);
	reply->reused_connection = connects == 0;
	reply->wire_bytes = bytes;
	reply->took_ms += microseconds / 1000;
	if (send_again(transfer, result))
		return;

	fill_headers(transfer);
	reply->failure = classify(transfer, result);
	if (reply->failure != SF_NET_OK)
		describe(transfer, result);
	/* the reply stays, the handle's memory is not needed any more */
	curl_easy_cleanup(transfer->easy);
	transfer->easy = NULL;
	transfer->done = true;
	group->inflight--;
	dlist_delete(&transfer->node);
	dlist_push_tail(&group->finished, &transfer->node);
	sf_waker_set(&group->waker);
}

/*
 * Frees what is libcurl's and malloc's, in whatever state the transfer is.
 * Throws nothing.
 */
static void
transfer_free(SfTransfer *transfer)
{
	if (transfer->added)
		sf_engine_remove(transfer->easy);
	transfer->added = false;
	if (transfer->easy)
		curl_easy_cleanup(transfer->easy);
	transfer->easy = NULL;
	curl_slist_free_all(transfer->headers);
	transfer->headers = NULL;
	sf_inflate_free(transfer->inflate);
	transfer->inflate = NULL;
	sf_buf_free(&transfer->header_text);
	sf_buf_free(&transfer->link_text);
	sf_buf_free(&transfer->reply.body);
}

/*
 * Throws 22023 for a header line that holds a control character; its value is
 * not shown.  Options and settings were checked where they were set: this
 * guards every other way of a value.
 */
static void
check_headers(const SfHttpRequest *request)
{
	for (int i = 0; i < request->nheaders; i++)
	{
		const char *header = request->headers[i];

		if (sf_has_control(header))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the header \"%s\" of a request would hold a control character",
							pnstrdup(header, strcspn(header, ":")))));
	}
}

/*
 * Creates the easy handle into its holder and hands it to libcurl.  Throws
 * 53200; the transfer stays the group's then.
 */
static void
transfer_setup(SfTransfer *transfer, const SfHttpRequest *request)
{
	transfer->easy = curl_easy_init();
	if (transfer->easy == NULL || !set_options(transfer, request) || !set_method(transfer, request) ||
		!set_limits(transfer, request) || !set_headers(transfer, request) || !sf_engine_add(transfer->easy))
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("could not prepare a network request")));
	transfer->added = true;
}

#define SET(option, value) (curl_easy_setopt(transfer->easy, option, value) == CURLE_OK)

/*
 * False when libcurl refuses an option.  Throws nothing, as the three below.
 */
static bool
set_options(SfTransfer *transfer, const SfHttpRequest *request)
{
	bool		ok = SET(CURLOPT_URL, request->url) &&
	SET(CURLOPT_PRIVATE, transfer) &&
	SET(CURLOPT_ERRORBUFFER, transfer->error) &&
	SET(CURLOPT_WRITEFUNCTION, write_callback) &&
	SET(CURLOPT_WRITEDATA, transfer) &&
	SET(CURLOPT_HEADERFUNCTION, header_callback) &&
	SET(CURLOPT_HEADERDATA, transfer) &&
	SET(CURLOPT_PREREQFUNCTION, before_request) &&
	SET(CURLOPT_PREREQDATA, transfer) &&
	SET(CURLOPT_OPENSOCKETFUNCTION, open_socket) &&
	SET(CURLOPT_CLOSESOCKETFUNCTION, close_socket) &&
	SET(CURLOPT_NOSIGNAL, 1L) &&
	SET(CURLOPT_QUICK_EXIT, 1L) &&
	SET(CURLOPT_FOLLOWLOCATION, 0L) &&
	SET(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) &&
	SET(CURLOPT_PROTOCOLS_STR, request->allow_http ? "http,https" : "https") &&
	SET(CURLOPT_HTTP_VERSION, (long) CURL_HTTP_VERSION_1_1) &&
	SET(CURLOPT_SSLVERSION, (long) CURL_SSLVERSION_TLSv1_2) &&
	SET(CURLOPT_MAXAGE_CONN, CONNECTION_MAX_AGE) &&
	SET(CURLOPT_TCP_KEEPALIVE, 1L) &&
	SET(CURLOPT_BUFFERSIZE, 256L * 1024) &&
	/* the environment of the server process decides nothing */
	SET(CURLOPT_PROXY, request->proxy ? request->proxy : "") &&
	SET(CURLOPT_NOPROXY, request->no_proxy ? request->no_proxy : "");

	/* in place of the system's CAs: those of its folder stay otherwise */
	if (ok && request->ca_file)
		ok = SET(CURLOPT_CAINFO, request->ca_file) && SET(CURLOPT_CAPATH, NULL) &&
			SET(CURLOPT_PROXY_CAINFO, request->ca_file) && SET(CURLOPT_PROXY_CAPATH, NULL);
	return ok;
}

static bool
set_limits(SfTransfer *transfer, const SfHttpRequest *request)
{
	bool		ok = true;

	if (request->connect_timeout_ms > 0)
		ok = SET(CURLOPT_CONNECTTIMEOUT_MS, (long) request->connect_timeout_ms);
	if (ok && request->timeout_ms > 0)
		ok = SET(CURLOPT_TIMEOUT_MS, (long) request->timeout_ms);
	return ok;
}

static bool
set_method(SfTransfer *transfer, const SfHttpRequest *request)
{
	if (request->body || strcmp(request->method, "POST") == 0)
	{
		if (!SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t) request->body_len) ||
			!SET(CURLOPT_COPYPOSTFIELDS, request->body ? request->body : ""))
			return false;
	}
	return strcmp(request->method, "GET") == 0 || SET(CURLOPT_CUSTOMREQUEST, request->method);
}

static bool
set_headers(SfTransfer *transfer, const SfHttpRequest *request)
{
	for (int i = 0; i < request->nheaders; i++)
	{
		struct curl_slist *list = curl_slist_append(transfer->headers, request->headers[i]);

		if (list == NULL)
			return false;
		transfer->headers = list;
	}
	return SET(CURLOPT_HTTPHEADER, transfer->headers);
}

/*
 * libcurl's callbacks, from here to close_socket: they run inside of libcurl,
 * and must not throw or call its multi interface.  This one ends the transfer
 * by a short count, with failure set.
 */
static size_t
write_callback(char *data, size_t size, size_t n, void *arg)
{
	SfTransfer *transfer = arg;
	SfBuf	   *body = &transfer->reply.body;
	bool		ok;

	if (!transfer->reply.body_started)
	{
		long		status = 0;

		/* an error is a few lines, whatever was asked for */
		curl_easy_getinfo(transfer->easy, CURLINFO_RESPONSE_CODE, &status);
		if (status >= 400)
			body->cap = Min(body->cap, MAX_ERROR_BYTES);
	}
	transfer->reply.body_started = true;
	if (transfer->gzip && transfer->may_inflate)
	{
		if (transfer->inflate == NULL)
			transfer->inflate = sf_inflate_create();
		if (transfer->inflate == NULL)
		{
			transfer->failure = SF_NET_NO_MEMORY;
			return 0;
		}
		ok = sf_inflate_append(transfer->inflate, data, size * n, body);
	}
	else
		ok = sf_buf_append(body, data, size * n);
	if (ok)
		return size * n;
	transfer->failure = body->status == SF_BUF_TOO_LARGE ? SF_NET_TOO_LARGE :
		body->status == SF_BUF_NO_MEMORY ? SF_NET_NO_MEMORY : SF_NET_BAD_ENCODING;
	return 0;
}

/*
 * Called for each header line and trailer.  What cannot be kept is noted in
 * the buffers' status and never ends the transfer.
 */
static size_t
header_callback(char *data, size_t size, size_t n, void *arg)
{
	SfTransfer *transfer = arg;
	size_t		len = size * n;

	/* a new status line: an interim reply went before */
	if (len >= 5 && memcmp(data, "HTTP/", 5) == 0)
	{
		sf_buf_reset(&transfer->header_text);
		sf_buf_reset(&transfer->link_text);
		memset(transfer->header_at, 0, sizeof(transfer->header_at));
		transfer->gzip = false;
		return len;
	}
	if (len > 17 && pg_strncasecmp(data, "content-encoding:", 17) == 0)
	{
		for (size_t i = 17; i + 4 <= len; i++)
			transfer->gzip |= pg_strncasecmp(data + i, "gzip", 4) == 0;
	}
	for (int i = 0; i < lengthof(kept_headers); i++)
	{
		size_t		value_len = len;
		const char *value = header_value(data, &value_len, kept_headers[i]);

		if (value == NULL)
			continue;
		transfer->header_at[i] = transfer->header_text.len + 1;
		sf_buf_append(&transfer->header_text, value, value_len);
		sf_buf_append_char(&transfer->header_text, '\0');
	}
	keep_link(transfer, data, len);
	return len;
}

/*
 * Several fields of a list are one list (RFC 9110, 5.3).  Runs in a callback
 * of libcurl's: must not throw.
 */
static void
keep_link(SfTransfer *transfer, const char *line, size_t len)
{
	const char *value = header_value(line, &len, "link:");

	if (value == NULL)
		return;
	if (transfer->link_text.len > 0)
		sf_buf_append_str(&transfer->link_text, ", ");
	sf_buf_append(&transfer->link_text, value, len);
}

/*
 * The value of a line that begins with the name, without white space around
 * it, not terminated; NULL for another line.  Runs in a callback of libcurl's:
 * must not throw.
 */
static const char *
header_value(const char *line, size_t *len, const char *name)
{
	size_t		n = strlen(name);
	const char *value = line + n;

	if (*len <= n || pg_strncasecmp(line, name, n) != 0)
		return NULL;
	*len -= n;
	while (*len > 0 && (*value == ' ' || *value == '\t'))
		value++, (*len)--;
	while (*len > 0 && strchr(" \t\r\n", value[*len - 1]))
		(*len)--;
	return value;
}

/*
 * Called on an established connection, behind a proxy's and TLS's greetings,
 * before anything of the request is sent.  libcurl itself sends a request
 * again, of whatever method, when a kept-alive connection ends without an
 * answer: it may have been carried out, so one that must not run twice ends
 * here.
 */
static int
before_request(void *arg, char *remote_ip, char *local_ip, int remote_port, int local_port)
{
	SfTransfer *transfer = arg;

	if (transfer->reply.sent && !transfer->idempotent)
	{
		transfer->failure = SF_NET_RECV;
		return CURL_PREREQFUNC_ABORT;
	}
	transfer->reply.resent += transfer->reply.sent;
	transfer->reply.sent = true;
	transfer->sent_ms = sf_poller_now_ms();
	return CURL_PREREQFUNC_OK;
}

/*
 * Counts the descriptor as PostgreSQL's; close_socket counts it out.
 */
static curl_socket_t
open_socket(void *arg, curlsocktype purpose, struct curl_sockaddr *address)
{
	curl_socket_t fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);

	if (fd != CURL_SOCKET_BAD)
		ReserveExternalFD();
	return fd;
}

/*
 * Runs also where the multi handle is freed, outside of any request.
 */
static int
close_socket(void *arg, curl_socket_t fd)
{
	ReleaseExternalFD();
	return close(fd);
}

/*
 * True when the transfer was put back into libcurl: only an idempotent
 * request, once, on a new connection, when a kept-alive one ended without a
 * byte of the body.  Throws nothing.
 */
static bool
send_again(SfTransfer *transfer, CURLcode result)
{
	if (result != CURLE_SEND_ERROR && result != CURLE_RECV_ERROR && result != CURLE_GOT_NOTHING)
		return false;
	if (!transfer->idempotent || transfer->resent || !transfer->reply.reused_connection ||
		transfer->reply.body_started)
		return false;
	transfer->resent = true;
	sf_buf_reset(&transfer->header_text);
	sf_buf_reset(&transfer->link_text);
	memset(transfer->header_at, 0, sizeof(transfer->header_at));
	transfer->error[0] = '\0';
	transfer->added = SET(CURLOPT_FRESH_CONNECT, 1L) && sf_engine_add(transfer->easy);
	return transfer->added;
}

/*
 * What kind of end this is; sets proxy_status, and takes back sent where a
 * proxy kept the request.  Throws nothing.
 */
static SfNetFailure
classify(SfTransfer *transfer, CURLcode result)
{
	SfHttpReply *reply = &transfer->reply;

	curl_easy_getinfo(transfer->easy, CURLINFO_HTTP_CONNECTCODE, &reply->proxy_status);
	if (transfer->failure != SF_NET_OK)
		return transfer->failure;
	if (!reply->sent)
		return classify_unsent(transfer, result);
	switch (result)
	{
		case CURLE_OK:
			/* nobody but a proxy answers this, and it has not passed it on */
			if (reply->status == 407)
			{
				reply->proxy_status = reply->status;
				reply->status = 0;
				reply->sent = false;
				return SF_NET_PROXY;
			}
			if (transfer->inflate && !sf_inflate_complete(transfer->inflate))
				return SF_NET_BAD_ENCODING;
			if (reply->status >= 200 && reply->status < 300 && is_html(reply))
				return SF_NET_FOREIGN;
			return SF_NET_OK;
		case CURLE_OPERATION_TIMEDOUT:
			return SF_NET_TIMEOUT;
		case CURLE_SEND_ERROR:
			return SF_NET_SEND;
		case CURLE_RECV_ERROR:
		case CURLE_GOT_NOTHING:
		case CURLE_PARTIAL_FILE:
			return SF_NET_RECV;
			/* sent, lost, and no new connection was made to send it again */
		case CURLE_COULDNT_RESOLVE_PROXY:
		case CURLE_COULDNT_RESOLVE_HOST:
		case CURLE_COULDNT_CONNECT:
		case CURLE_SSL_CONNECT_ERROR:
			return SF_NET_RECV;
		case CURLE_UNSUPPORTED_PROTOCOL:
		case CURLE_WEIRD_SERVER_REPLY:
		case CURLE_TOO_LARGE_HEADER:
			return SF_NET_MALFORMED;
		case CURLE_OUT_OF_MEMORY:
			/* what libcurl says of a header line over its limit */
			return reply->body_started ? SF_NET_NO_MEMORY : SF_NET_MALFORMED;
		default:
			return SF_NET_INTERNAL;
	}
}

/*
 * The failure when no connection was established: SF_NET_CONNECT and
 * SF_NET_UNREACHABLE may end otherwise the next time, SF_NET_SETUP and
 * SF_NET_PROXY do not.  Of errors in a TLS handshake only those that OpenSSL
 * itself raised are SF_NET_SETUP, not a lost connection.  Throws nothing.
 */
static SfNetFailure
classify_unsent(SfTransfer *transfer, CURLcode result)
{
	const char *error = transfer->error;
	curl_off_t	resolved = 0;

	/* closed without an answer to CONNECT: the proxy's way to refuse it, too */
	if ((transfer->reply.proxy_status != 0 && transfer->reply.proxy_status / 100 != 2) ||
		(transfer->proxied && transfer->reply.proxy_status == 0 &&
		 (result == CURLE_RECV_ERROR || result == CURLE_GOT_NOTHING || result == CURLE_SEND_ERROR)))
		return SF_NET_PROXY;
	switch (result)
	{
		case CURLE_COULDNT_RESOLVE_PROXY:
		case CURLE_COULDNT_RESOLVE_HOST:
		case CURLE_COULDNT_CONNECT:
			return SF_NET_UNREACHABLE;
		case CURLE_OPERATION_TIMEDOUT:
			curl_easy_getinfo(transfer->easy, CURLINFO_NAMELOOKUP_TIME_T, &resolved);
			return resolved == 0 ? SF_NET_UNREACHABLE : SF_NET_CONNECT;
		case CURLE_PEER_FAILED_VERIFICATION:
		case CURLE_SSL_CERTPROBLEM:
		case CURLE_SSL_CIPHER:
		case CURLE_SSL_CACERT_BADFILE:
		case CURLE_SSL_ISSUER_ERROR:
		case CURLE_SSL_INVALIDCERTSTATUS:
		case CURLE_PROXY:
			return SF_NET_SETUP;
		case CURLE_SSL_CONNECT_ERROR:
			return strstr(error, "error:") && strstr(error, "unexpected eof") == NULL ? SF_NET_SETUP : SF_NET_CONNECT;
		case CURLE_SEND_ERROR:
		case CURLE_RECV_ERROR:
		case CURLE_GOT_NOTHING:
			return SF_NET_CONNECT;
		case CURLE_OUT_OF_MEMORY:
			return SF_NET_NO_MEMORY;
		default:
			return SF_NET_INTERNAL;
	}
}

static bool
is_html(const SfHttpReply *reply)
{
	return reply->content_type &&
		(pg_strncasecmp(reply->content_type, "text/html", 9) == 0 ||
		 pg_strncasecmp(reply->content_type, "application/xhtml", 17) == 0);
}

/*
 * Fills in detail: step, reason, libcurl's own words.  Throws nothing.
 */
static void
describe(SfTransfer *transfer, CURLcode result)
{
	static const char *const steps[] = {
		[SF_NET_OK] = "",
		[SF_NET_CONNECT] = "could not connect",
		[SF_NET_UNREACHABLE] = "could not connect",
		[SF_NET_SETUP] = "could not connect",
		[SF_NET_PROXY] = "the proxy did not let the request through",
		[SF_NET_SEND] = "could not send the request",
		[SF_NET_RECV] = "the connection was lost while waiting for the reply",
		[SF_NET_TIMEOUT] = "the reply did not come in time",
		[SF_NET_TOO_LARGE] = "the reply is larger than allowed",
		[SF_NET_BAD_ENCODING] = "the reply's gzip stream is broken or incomplete",
		[SF_NET_MALFORMED] = "the reply is not HTTP as it should be, or a header line of it is too long",
		[SF_NET_FOREIGN] = "the reply is a page and not JSON",
		[SF_NET_NO_MEMORY] = "out of memory",
		[SF_NET_INTERNAL] = "the request failed",
	};
	SfHttpReply *reply = &transfer->reply;

	if (reply->failure == SF_NET_PROXY && reply->proxy_status > 0)
		snprintf(reply->detail, sizeof(reply->detail), "%s: it answered with HTTP status %ld", steps[reply->failure],
				 reply->proxy_status);
	else if (reply->failure == SF_NET_FOREIGN)
		snprintf(reply->detail, sizeof(reply->detail), "%s: its content type is %.100s", steps[reply->failure],
				 reply->content_type);
	else if (reply->failure == SF_NET_MALFORMED || transfer->failure != SF_NET_OK || result == CURLE_OK)
		strlcpy(reply->detail, steps[reply->failure], sizeof(reply->detail));
	else
		snprintf(reply->detail, sizeof(reply->detail), "%s: %s (libcurl: %s)", steps[reply->failure],
				 transfer->error[0] ? transfer->error : curl_easy_strerror(result), curl_easy_strerror(result));
}

/*
 * Points the reply's headers into the transfer's buffers, which live as long
 * as it does.  Throws nothing.
 */
static void
fill_headers(SfTransfer *transfer)
{
	SfHttpReply *reply = &transfer->reply;
	const char **targets[] = {&reply->content_type, &reply->location, &reply->retry_after, &reply->request_id};

	reply->headers_cut = transfer->header_text.status != SF_BUF_OK || transfer->link_text.status != SF_BUF_OK;
	if (reply->headers_cut)
		return;
	if (transfer->link_text.len > 0)
		reply->link = transfer->link_text.data;
	for (int i = 0; i < lengthof(targets); i++)
	{
		if (transfer->header_at[i])
			*targets[i] = transfer->header_text.data + transfer->header_at[i] - 1;
	}
}
