/*
 * oauth.c
 *	  Tokens from an OAuth token endpoint: client credentials (an identity
 *	  provider's) and refresh tokens (Snowflake OAuth: user guide,
 *	  oauth-custom), RFC 6749.
 */
#include "postgres.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mb/pg_wchar.h"
#include "storage/fd.h"
#include "utils/timestamp.h"

#include "auth/oauth.h"
#include "base/str.h"
#include "core/compat.h"
#include "core/error.h"
#include "core/json.h"
#include "core/option_table.h"
#include "core/owner.h"
#include "core/url.h"
#include "net/net.h"
#include "net/retry.h"

#define MAX_REPLY (256 * 1024)
#define DEFAULT_LIFETIME_S 600
#define MAX_LIFETIME_S 86400
#define RENEW_BEFORE_S 30
#define LOCK_POLL_MS 50

static void refresh(SfCredentials *cred, TimestampTz deadline);
static void wait_for_lock(SfCredentials *cred, int lock, TimestampTz deadline);
static void request_token(SfCredentials *cred, const char *form, TimestampTz deadline);
static SfHttpReply *ask(SfNetGroup *group, const SfHttpRequest *request, const SfCredentials *cred,
						TimestampTz deadline);
static bool pause_for(SfNetGroup *group, int64 ms, TimestampTz deadline);
static char *token_url(const SfConnOptions *options);
static char *basic_header(const SfConnOptions *options);
static void read_reply(SfCredentials *cred, const SfHttpReply *reply, const char *url);
pg_noreturn static void endpoint_error(SfCredentials *cred, const SfHttpReply *reply, SfJson *document,
									   const char *url);
pg_noreturn static void too_late(const char *url);
static const char *string_member(SfJson *document, const char *name);
static void keep_refresh_token(SfCredentials *cred, const char *token);
static bool write_refresh_token(const char *path, const char *token);
static char *encoded(const char *text);

void
sf_oauth_client_credentials(SfCredentials *cred, TimestampTz deadline)
{
	SfConnOptions *options = cred->options;
	char	   *scope = options->oauth_scope;

	if (scope == NULL && options->role)
		scope = psprintf("session:role:%s", options->role);
	request_token(cred, scope ? psprintf("grant_type=client_credentials&scope=%s", encoded(scope)) :
				  "grant_type=client_credentials",
				  deadline);
}

/*
 * With a file, reading the token, asking and writing the new one are one step
 * under a lock, which one session at a time holds: a token that is replaced
 * with each use is worth nothing to whoever read it before.
 */
void
sf_oauth_refresh(SfCredentials *cred, TimestampTz deadline)
{
	const char *path = cred->options->oauth_refresh_token_file;
	int			flags = O_CREAT | O_RDWR | PG_BINARY;
	int			lock = path ? OpenTransientFilePerm(psprintf("%s.lock", path), flags, 0600) : -1;

	if (path && lock < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not open the lock of refresh token file \"%s\": %m", path)));
	PG_TRY();
	{
		if (path)
			wait_for_lock(cred, lock, deadline);
		refresh(cred, deadline);
	}
	PG_FINALLY();
	{
		/* closing it unlocks */
		if (lock >= 0)
			CloseTransientFile(lock);
	}
	PG_END_TRY();
}

/*
 * The exchange; with a file, under its lock.  The session's own token is used
 * where there is no file, and where it could not be written there.  Waits and
 * throws as request_token does, and throws errors of reading the file.
 */
static void
refresh(SfCredentials *cred, TimestampTz deadline)
{
	SfConnOptions *options = cred->options;
	const char *token = options->oauth_refresh_token;
	struct stat st;

	if (cred->refresh_token->len > 0 && (options->oauth_refresh_token_file == NULL || cred->refresh_unsaved))
		token = pstrdup(cred->refresh_token->data);
	else if (options->oauth_refresh_token_file && (token == NULL || stat(options->oauth_refresh_token_file, &st) == 0))
	{
		/* the option's token starts the file off */
		token = sf_read_secret_file(options->oauth_refresh_token_file, "refresh token file", MAX_REPLY);
		sf_token_check(token, psprintf("the refresh token in file \"%s\"", options->oauth_refresh_token_file));
	}
	/* kept from here on, so that no message shows it */
	sf_buf_reset(cred->refresh_token);
	sf_buf_append_str(cred->refresh_token, token);
	sf_buf_check(cred->refresh_token, "a token");
	request_token(cred, psprintf("grant_type=refresh_token&refresh_token=%s%s%s", encoded(token),
								 options->oauth_scope ? "&scope=" : "",
								 options->oauth_scope ? encoded(options->oauth_scope) : ""),
				  deadline);
}

/*
 * Locks the file beside the token's.  Waits, interruptibly without a deadline,
 * for another session's exchange; throws 55P03 when it is too late (0: after
 * retry_timeout), 08001 when clean-up is interrupted.
 */
static void
wait_for_lock(SfCredentials *cred, int lock, TimestampTz deadline)
{
	const char *path = cred->options->oauth_refresh_token_file;
	SfNetGroup *group = sf_net_group_create(CurrentMemoryContext);
	TimestampTz end = deadline != 0 ? deadline : GetCurrentTimestamp() + (int64) cred->options->retry_timeout_ms * 1000;

	if (cred->give_up_at != 0)
		end = Min(end, cred->give_up_at);

	while (flock(lock, LOCK_EX | LOCK_NB) < 0)
	{
		if (errno != EWOULDBLOCK && errno != EINTR)
			ereport(ERROR,
					(errcode_for_file_access(),
					 errmsg("could not lock refresh token file \"%s\": %m", path)));
		if (GetCurrentTimestamp() >= end)
			ereport(ERROR,
					(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
					 errmsg("another session holds the lock of refresh token file \"%s\"", path)));
		if (!pause_for(group, LOCK_POLL_MS, deadline))
			too_late(token_url(cred->options));
	}
	sf_net_group_free(group);
}

/*
 * The token goes into cred.  Waits: without a deadline (0) interruptibly, each
 * attempt for retry_timeout (connect_timeout where that is 0); with one, which
 * is clean-up's, until then.  Throws 08001 when it has passed, and what
 * read_reply throws.
 */
static void
request_token(SfCredentials *cred, const char *form, TimestampTz deadline)
{
	SfConnOptions *options = cred->options;
	char	   *url = token_url(options);
	const char *headers[] = {basic_header(options), "Content-Type: application/x-www-form-urlencoded",
		"Accept: application/json",
	"User-Agent: snowflake_fdw/1.0"};
	SfHttpRequest request = {
		.method = "POST",
		.url = url,
		.headers = headers,
		.nheaders = lengthof(headers),
		.body = form,
		.body_len = strlen(form),
		.max_body = MAX_REPLY,
		.connect_timeout_ms = options->connect_timeout_ms,
		/* without retries, too, an attempt has an end */
		.timeout_ms = sf_retry_attempt_ms(options->retry_timeout_ms > 0 ? options->retry_timeout_ms :
										  options->connect_timeout_ms, cred->give_up_at),
		.ca_file = options->ca_file,
		.proxy = options->proxy,
		.no_proxy = options->no_proxy,
		.allow_http = strcmp(sf_url_parse(url)->scheme, "http") == 0,
	};
	SfNetGroup *group = sf_net_group_create(CurrentMemoryContext);
	SfHttpReply *reply = ask(group, &request, cred, deadline);

	if (reply == NULL)
		too_late(url);
	read_reply(cred, reply, url);
	sf_net_group_free(group);
}

/*
 * The reply of the last attempt, owned by the group; NULL when the deadline
 * has passed, or clean-up is interrupted.  With a deadline interrupts are not
 * thrown.  A request for a token may come through twice.
 */
static SfHttpReply *
ask(SfNetGroup *group, const SfHttpRequest *request, const SfCredentials *cred, TimestampTz deadline)
{
	SfRetry		retry;

	sf_retry_reset(&retry);
	for (;;)
	{
		SfTransfer *transfer = sf_net_start(group, request, NULL);
		int64		pause;

		if ((deadline != 0 ? sf_net_wait_quiet(group, deadline) : sf_net_wait(group, 0)) == NULL)
			return NULL;
		pause = sf_retry_pause(&retry, sf_net_reply(transfer), true, cred->give_up_at, cred->options);
		if (pause < 0 || (deadline != 0 && GetCurrentTimestamp() + pause * 1000 >= deadline))
			return sf_net_reply(transfer);
		sf_net_release(transfer);
		if (!pause_for(group, pause, deadline))
			return NULL;
	}
}

/*
 * Without a deadline interrupts are thrown; with one, which is clean-up's,
 * false when another cancel or termination arrives.
 */
static bool
pause_for(SfNetGroup *group, int64 ms, TimestampTz deadline)
{
	if (deadline != 0)
		return sf_net_sleep_quiet(group, ms);
	sf_net_sleep(group, ms);
	return true;
}

/*
 * In the current context; valid, since the option was checked when it was set.
 */
static char *
token_url(const SfConnOptions *options)
{
	return options->oauth_token_request_url ? pstrdup(options->oauth_token_request_url) :
		psprintf("%s/oauth/token-request", options->base_url);
}

/*
 * Id and secret are URL-encoded before they are joined (RFC 6749, 2.3.1).
 * Lives in the current context.
 */
static char *
basic_header(const SfConnOptions *options)
{
	char	   *pair = psprintf("%s:%s", encoded(options->oauth_client_id), encoded(options->oauth_client_secret));
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MAX_REPLY);

	sf_buf_append_str(buf, "Authorization: Basic ");
	sf_base64_encode(buf, (const unsigned char *) pair, strlen(pair));
	sf_buf_check(buf, "a header");
	return buf->data;
}

/*
 * Takes the token, its times and a new refresh token into cred.  Throws 28000
 * for what cannot be a token, and what endpoint_error throws when there is
 * none.
 */
static void
read_reply(SfCredentials *cred, const SfHttpReply *reply, const char *url)
{
	SfJsonFault fault;
	SfJson	   *document = reply->failure == SF_NET_OK ? sf_json_parse_buf(&reply->body, &fault) : NULL;
	const char *token = string_member(document, "access_token");
	const char *refreshed = string_member(document, "refresh_token");
	TimestampTz now = GetCurrentTimestamp();
	int64		lifetime;

	if (reply->failure != SF_NET_OK || reply->status != 200 || token == NULL || token[0] == '\0')
		endpoint_error(cred, reply, document, url);
	sf_token_check(token, "what the OAuth token endpoint gave as a token");
	sf_buf_append_str(cred->token, token);
	sf_buf_check(cred->token, "a token");
	if (!sf_json_int(sf_json_member(document, "expires_in"), &lifetime) || lifetime <= 0)
		lifetime = DEFAULT_LIFETIME_S;
	lifetime = Min(lifetime, MAX_LIFETIME_S);
	cred->renew_at = now + Max(lifetime - RENEW_BEFORE_S, lifetime / 2) * USECS_PER_SEC;
	cred->expires_at = now + lifetime * USECS_PER_SEC;
	if (refreshed && refreshed[0] && cred->options->authenticator == SF_AUTH_REFRESH_TOKEN)
	{
		sf_token_check(refreshed, "what the OAuth token endpoint gave as a refresh token");
		keep_refresh_token(cred, refreshed);
	}
}

/*
 * Throws 08P01, 08001, 08006, 53400 or 28000 by the reply; what the endpoint
 * says is masked.
 */
static void
endpoint_error(SfCredentials *cred, const SfHttpReply *reply, SfJson *document, const char *url)
{
	const char *error = sf_json_shown(sf_json_member(document, "error"));
	const char *description = sf_json_shown(sf_json_member(document, "error_description"));

	if (description == NULL)
		description = sf_json_shown(sf_json_member(document, "message"));
	if (reply->failure == SF_NET_FOREIGN || reply->failure == SF_NET_MALFORMED || reply->failure == SF_NET_TOO_LARGE)
		ereport(ERROR,
				(errcode(ERRCODE_PROTOCOL_VIOLATION),
				 errmsg("the OAuth token endpoint gave no token"),
				 errdetail_internal("%s: %s", url, reply->detail),
				 errhint("Check oauth_token_request_url and the option proxy.")));
	if (reply->failure != SF_NET_OK)
		ereport(ERROR,
				(errcode(reply->sent ? ERRCODE_CONNECTION_FAILURE :
						 ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
				 errmsg("could not reach the OAuth token endpoint"),
				 errdetail_internal("%s: %s", url, reply->detail)));
	if (reply->status == 429 || reply->status >= 500)
		ereport(ERROR,
				(errcode(reply->status == 429 ? ERRCODE_CONFIGURATION_LIMIT_EXCEEDED : ERRCODE_CONNECTION_FAILURE),
				 errmsg("the OAuth token endpoint answered with HTTP status %ld", reply->status),
				 errdetail("The endpoint is \"%s\".", url)));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errmsg("the OAuth token endpoint gave no token: %s",
					sf_credentials_mask(cred, error ? error : psprintf("HTTP status %ld", reply->status))),
			 description ? errdetail_internal("%s", sf_credentials_mask(cred, description)) : 0,
			 errhint("The endpoint is \"%s\"; check oauth_client_id, oauth_client_secret and oauth_scope.", url)));
}

/*
 * Throws 08001.
 */
static void
too_late(const char *url)
{
	ereport(ERROR,
			(errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
			 errmsg("the OAuth token endpoint did not answer in time"),
			 errdetail("The endpoint is \"%s\".", url)));
}

/*
 * NULL where there is none, or something else of that name.  Lives as long as
 * the document.
 */
static const char *
string_member(SfJson *document, const char *name)
{
	return sf_json_utf8(sf_json_member(document, name));
}

/*
 * The old token may be void from here on: one that cannot be written to the
 * file is kept in the session, with a WARNING.  Throws 54000 and 53200.
 */
static void
keep_refresh_token(SfCredentials *cred, const char *token)
{
	const char *path = cred->options->oauth_refresh_token_file;
	bool		known = strcmp(token, cred->refresh_token->data) == 0;

	if (known && !cred->refresh_unsaved)
		return;
	sf_buf_reset(cred->refresh_token);
	sf_buf_append_str(cred->refresh_token, token);
	sf_buf_check(cred->refresh_token, "a token");
	cred->refresh_unsaved = path == NULL || !write_refresh_token(path, token);
	if (cred->refresh_unsaved && !known)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("Snowflake replaced the refresh token of server \"%s\"", cred->options->server_name),
				 errdetail("The new one is known to this session only; the old one no longer works."),
				 path ?
				 errhint("Let the server's operating-system user write to the folder of \"%s\".", path) :
				 errhint("Set the option oauth_refresh_token_file, where it can be kept.")));
}

/*
 * Atomically and durably, readable by the server's user alone.  False, with a
 * line in the server log, when it did not work.  Runs under the lock of the
 * file.
 */
static bool
write_refresh_token(const char *path, const char *token)
{
	char	   *temporary = psprintf("%s.new", path);
	size_t		len = strlen(token);
	int			fd;
	bool		written;

	/* another owner or mode would be kept */
	unlink(temporary);
	fd = OpenTransientFilePerm(temporary, O_CREAT | O_EXCL | O_WRONLY | PG_BINARY, 0600);
	errno = 0;
	written = fd >= 0 && write(fd, token, len) == (ssize_t) len;
	/* a short write says nothing */
	if (!written && errno == 0)
		errno = ENOSPC;
	if (!written)
		ereport(LOG,
				(errcode_for_file_access(),
				 errmsg("could not write refresh token file \"%s\": %m", temporary)));
	if (fd >= 0)
		CloseTransientFile(fd);
	/* this syncs the file, and the folder behind it */
	if (written && durable_rename(temporary, path, LOG) == 0)
		return true;
	unlink(temporary);
	return false;
}

/*
 * URL-encoded in UTF-8, in the current context.  Throws 54000, 53200 and
 * errors of the encoding.
 */
static char *
encoded(const char *text)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MAX_REPLY);
	const char *utf8 = pg_server_to_any(text, strlen(text), PG_UTF8);

	sf_buf_append_str(buf, "");
	sf_url_encode(buf, utf8, strlen(utf8));
	sf_buf_check(buf, "a value");
	return buf->data;
}
