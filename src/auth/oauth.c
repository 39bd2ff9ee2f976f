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

#include "storage/fd.h"
#include "utils/timestamp.h"

#include "auth/authenticator.h"
#include "base/account.h"
#include "base/str.h"
#include "core/error.h"
#include "core/json.h"
#include "core/option_table.h"
#include "core/owner.h"
#include "net/net.h"

#define MAX_REPLY (256 * 1024)
#define DEFAULT_LIFETIME_S 600
#define RENEW_BEFORE_S 30

static void request_token(SfAuth *auth, const char *form, TimestampTz deadline);
static char *token_url(const SfConnOptions *options);
static char *basic_header(const SfConnOptions *options);
static void read_reply(SfAuth *auth, const SfHttpReply *reply, const char *url);
pg_noreturn static void endpoint_error(SfAuth *auth, const SfHttpReply *reply, SfJson *document, const char *url);
static const char *string_member(SfJson *document, const char *name);
static void keep_refresh_token(SfAuth *auth, const char *token);
static void write_refresh_token(const char *path, const char *token);
static char *encoded(const char *text);

void
sf_oauth_client_credentials(SfAuth *auth, TimestampTz deadline)
{
	SfConnOptions *options = auth->options;
	char	   *scope = options->oauth_scope;

	if (scope == NULL && options->role)
		scope = psprintf("session:role:%s", options->role);
	request_token(auth, scope ? psprintf("grant_type=client_credentials&scope=%s", encoded(scope)) : "grant_type=client_credentials",
				  deadline);
}

void
sf_oauth_refresh(SfAuth *auth, TimestampTz deadline)
{
	SfConnOptions *options = auth->options;
	const char *token = options->oauth_refresh_token;

	if (auth->refresh_token->len > 0)
		token = auth->refresh_token->data;
	else if (options->oauth_refresh_token_file)
	{
		struct stat st;

		/* the option's token starts the file off */
		if (token == NULL || stat(options->oauth_refresh_token_file, &st) == 0)
			token = sf_read_secret_file(options->oauth_refresh_token_file, "refresh token file", MAX_REPLY);
	}
	if (options->oauth_refresh_token_file == NULL || auth->refresh_token->len == 0)
	{
		sf_buf_reset(auth->refresh_token);
		sf_buf_append_str(auth->refresh_token, token);
	}
	request_token(auth, psprintf("grant_type=refresh_token&refresh_token=%s%s%s", encoded(auth->refresh_token->data),
								 options->oauth_scope ? "&scope=" : "", options->oauth_scope ? encoded(options->oauth_scope) : ""),
				  deadline);
}

/*
 * One POST to the endpoint; the token goes into auth.  Waits.
 */
static void
request_token(SfAuth *auth, const char *form, TimestampTz deadline)
{
	SfConnOptions *options = auth->options;
	char	   *url = token_url(options);
	const char *headers[] = {basic_header(options), "Content-Type: application/x-www-form-urlencoded", "Accept: application/json",
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
		.timeout_ms = options->retry_timeout_ms,
		.ca_file = options->ca_file,
		.proxy = options->proxy,
		.no_proxy = options->no_proxy,
		.allow_http = strncmp(url, "http://", 7) == 0,
	};
	SfNetGroup *group = sf_net_group_create(CurrentMemoryContext);
	SfTransfer *transfer;

	sf_net_start(group, &request, NULL);
	transfer = sf_net_wait(group, deadline);
	if (transfer == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION),
				 errmsg("the OAuth token endpoint did not answer in time"),
				 errdetail("The endpoint is \"%s\".", url)));
	read_reply(auth, sf_net_reply(transfer), url);
	sf_net_group_free(group);
}

/*
 * Secrets go over TLS, or stay on this machine.
 */
static char *
token_url(const SfConnOptions *options)
{
	char	   *url = options->oauth_token_request_url ? pstrdup(options->oauth_token_request_url) :
	psprintf("%s/oauth/token-request", options->base_url);

	if (strncmp(url, "http://", 7) == 0)
	{
		char	   *host = pnstrdup(url + 7, strcspn(url + 7, ":/?#"));

		if (!sf_host_is_loopback(host))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("oauth_token_request_url must begin with https://")));
	}
	return url;
}

/*
 * Id and secret are URL-encoded before they are joined (RFC 6749, 2.3.1).
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

static void
read_reply(SfAuth *auth, const SfHttpReply *reply, const char *url)
{
	SfJsonFault fault;
	SfJson	   *document = NULL;
	const char *token;
	const char *refresh;
	int64		lifetime;

	if (reply->failure == SF_NET_OK)
		document = sf_json_parse_buf(&reply->body, &fault);
	token = string_member(document, "access_token");
	if (reply->failure != SF_NET_OK || reply->status != 200 || token == NULL || token[0] == '\0')
		endpoint_error(auth, reply, document, url);

	if (!sf_json_int(sf_json_member(document, "expires_in"), &lifetime) || lifetime <= 0)
		lifetime = DEFAULT_LIFETIME_S;
	lifetime = Min(lifetime, SECS_PER_YEAR);
	sf_buf_append_str(auth->token, token);
	sf_buf_check(auth->token, "a token");
	auth->renew_at = GetCurrentTimestamp() + Max(lifetime - RENEW_BEFORE_S, lifetime / 2) * USECS_PER_SEC;
	refresh = string_member(document, "refresh_token");
	if (refresh && refresh[0] && auth->method->authenticator == SF_AUTH_REFRESH_TOKEN && strcmp(refresh, auth->refresh_token->data) != 0)
		keep_refresh_token(auth, refresh);
}

static void
endpoint_error(SfAuth *auth, const SfHttpReply *reply, SfJson *document, const char *url)
{
	const char *error = string_member(document, "error");
	const char *description = string_member(document, "error_description");

	if (description == NULL)
		description = string_member(document, "message");
	if (reply->failure != SF_NET_OK)
		ereport(ERROR,
				(errcode(reply->failure == SF_NET_CONNECT ? ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION : ERRCODE_CONNECTION_FAILURE),
				 errmsg("could not reach the OAuth token endpoint"),
				 errdetail_internal("%s: %s", url, reply->detail)));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errmsg("the OAuth token endpoint gave no token: %s",
					sf_auth_mask(auth, error ? error : psprintf("HTTP status %ld", reply->status))),
			 description ? errdetail_internal("%s", sf_auth_mask(auth, description)) : 0,
			 errhint("The endpoint is \"%s\"; check oauth_client_id, oauth_client_secret and oauth_scope.", url)));
}

static const char *
string_member(SfJson *document, const char *name)
{
	return sf_json_utf8(sf_json_member(document, name));
}

/*
 * Snowflake may give a new refresh token with each access token; the old one
 * is void then.
 */
static void
keep_refresh_token(SfAuth *auth, const char *token)
{
	sf_buf_reset(auth->refresh_token);
	sf_buf_append_str(auth->refresh_token, token);
	sf_buf_check(auth->refresh_token, "a token");
	if (auth->options->oauth_refresh_token_file)
		write_refresh_token(auth->options->oauth_refresh_token_file, token);
	else
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("Snowflake replaced the refresh token of server \"%s\"", auth->options->server_name),
				 errdetail("The new one is known to this session only; the old one no longer works."),
				 errhint("Set the option oauth_refresh_token_file, where it can be kept.")));
}

/*
 * Atomically, under a lock, readable by the server's user alone.
 */
static void
write_refresh_token(const char *path, const char *token)
{
	char	   *temporary = psprintf("%s.new", path);
	int			lock = OpenTransientFilePerm(psprintf("%s.lock", path), O_CREAT | O_RDWR, 0600);
	int			fd;
	size_t		len = strlen(token);

	if (lock < 0 || flock(lock, LOCK_EX) < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not lock refresh token file \"%s\": %m", path)));
	fd = OpenTransientFilePerm(temporary, O_CREAT | O_WRONLY | O_TRUNC, 0600);
	if (fd < 0 || write(fd, token, len) != (ssize_t) len || pg_fsync(fd) != 0 || rename(temporary, path) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not write refresh token file \"%s\": %m", path)));
	CloseTransientFile(fd);
	CloseTransientFile(lock);
}

static char *
encoded(const char *text)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MAX_REPLY);

	sf_buf_append_str(buf, "");
	sf_url_encode(buf, text, strlen(text));
	sf_buf_check(buf, "a value");
	return buf->data;
}
