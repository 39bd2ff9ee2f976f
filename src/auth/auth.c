/*
 * auth.c
 *	  The authenticators and a session's token.
 */
#include "postgres.h"

#include <time.h>

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "auth/auth.h"
#include "auth/authenticator.h"
#include "auth/jwt.h"
#include "auth/oauth.h"
#include "base/str.h"
#include "core/compat.h"
#include "core/option_table.h"
#include "core/owner.h"

#define MAX_TOKEN (256 * 1024)
#define JWT_LIFETIME_S 3540		/* at most an hour is accepted */
#define JWT_RENEW_S 3240

struct SfAuth
{
	const SfAuthMethod *method;
	SfCredentials cred;
	SfBuf	   *authorization;	/* the header */
};

pg_noreturn static void report_missing(const SfConnOptions *options, const char *what, const char *wanted);
static void check_jwt(const SfConnOptions *options);
static void check_token(const SfConnOptions *options);
static void check_client(const SfConnOptions *options);
static void check_refresh(const SfConnOptions *options);
static void check_workload(const SfConnOptions *options);
static void obtain_jwt(SfCredentials *cred, TimestampTz deadline);
static void obtain_static(SfCredentials *cred, TimestampTz deadline);
static void release_key(void *key);
static bool token_is_due(const SfAuth *auth);
static void build_header(SfAuth *auth);

static const SfAuthMethod methods[] = {
	{SF_AUTH_JWT, "KEYPAIR_JWT", "", true, check_jwt, obtain_jwt},
	{SF_AUTH_PAT, "PROGRAMMATIC_ACCESS_TOKEN", "", false, check_token, obtain_static},
	{SF_AUTH_OAUTH, "OAUTH", "", false, check_token, obtain_static},
	{SF_AUTH_CLIENT_CREDENTIALS, "OAUTH", "", true, check_client, sf_oauth_client_credentials},
	{SF_AUTH_REFRESH_TOKEN, "OAUTH", "", true, check_refresh, sf_oauth_refresh},
	{SF_AUTH_WORKLOAD_IDENTITY, "WORKLOAD_IDENTITY_FEDERATION", "WIF", false, check_workload, obtain_static},
};

SfAuth *
sf_auth_create(SfConnOptions *options, MemoryContext context)
{
	SfAuth	   *auth = MemoryContextAllocZero(context, sizeof(SfAuth));

	for (int i = 0; i < lengthof(methods); i++)
	{
		if (methods[i].authenticator == options->authenticator)
			auth->method = &methods[i];
	}
	if (auth->method == NULL)
		report_missing(options, "credentials", "a private_key_file, or a token,");
	auth->method->check(options);
	auth->cred.options = options;
	auth->cred.token = sf_buf_create(context, MAX_TOKEN);
	auth->authorization = sf_buf_create(context, MAX_TOKEN + 256);
	auth->cred.refresh_token = sf_buf_create(context, MAX_TOKEN);
	return auth;
}

void
sf_auth_headers(SfAuth *auth, TimestampTz deadline, TimestampTz give_up_at, const char **authorization,
				const char **token_type)
{
	static char type_header[128];

	if (deadline != 0 ? !sf_auth_valid(auth) : token_is_due(auth))
	{
		/* the header stays until there is another: it may be valid still */
		sf_buf_reset(auth->cred.token);
		auth->cred.give_up_at = give_up_at;
		auth->method->obtain(&auth->cred, deadline);
		build_header(auth);
	}
	snprintf(type_header, sizeof(type_header), "X-Snowflake-Authorization-Token-Type: %s", auth->method->token_type);
	*authorization = auth->authorization->data;
	*token_type = type_header;
}

bool
sf_auth_renew(SfAuth *auth)
{
	if (!auth->method->renewable && !(auth->cred.options->token_file_path && sf_token_file_changed(&auth->cred)))
		return false;
	sf_buf_reset(auth->cred.token);
	sf_buf_reset(auth->authorization);
	return true;
}

bool
sf_auth_valid(const SfAuth *auth)
{
	return auth->authorization->len > 0 &&
		(auth->cred.expires_at == 0 || GetCurrentTimestamp() < auth->cred.expires_at);
}

char *
sf_auth_mask(const SfAuth *auth, const char *text)
{
	return sf_credentials_mask(&auth->cred, text);
}

const char *
sf_auth_name(const SfAuth *auth)
{
	return sf_authenticator_name(auth->method->authenticator);
}

/*
 * what names the credentials that are missing, wanted the options that give
 * them (NULL: the server's account).
 */
static void
report_missing(const SfConnOptions *options, const char *what, const char *wanted)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
			 errmsg("no %s for server \"%s\"", what, options->server_name),
			 options->authenticator != SF_AUTH_UNSET ?
			 errdetail("The authenticator is %s.", sf_authenticator_name(options->authenticator)) :
			 options->profile_password ? errdetail("The profile has a password; Snowflake's REST API takes none.") : 0,
			 wanted ? errhint("Set %s in the user mapping of \"%s\".", wanted,
							  GetUserNameFromId(options->userid, true)) :
			 errhint("Set the option account of the server.")));
}

/*
 * SfAuthMethod.check: throws 28000 when an option is missing; reads no files.
 */
static void
check_jwt(const SfConnOptions *options)
{
	if (options->private_key == NULL && options->private_key_file == NULL)
		report_missing(options, "private key", "a private_key_file");
	if (options->user == NULL)
		report_missing(options, "user name", "the option user");
	if (options->jwt_account == NULL)
		report_missing(options, "account identifier", NULL);
}

/*
 * SfAuthMethod.check: throws 28000 when an option is missing; reads no files.
 */
static void
check_token(const SfConnOptions *options)
{
	if (options->token == NULL && options->token_file_path == NULL)
		report_missing(options, "token", "a token, or a token_file_path,");
}

/*
 * SfAuthMethod.check: throws 28000 when an option is missing.
 */
static void
check_client(const SfConnOptions *options)
{
	if (options->oauth_client_id == NULL || options->oauth_client_secret == NULL)
		report_missing(options, "OAuth client id and secret", "oauth_client_id and oauth_client_secret");
	if (options->oauth_token_request_url == NULL)
		report_missing(options, "oauth_token_request_url", "that option");
}

/*
 * SfAuthMethod.check: throws 28000 when an option is missing; reads no files.
 */
static void
check_refresh(const SfConnOptions *options)
{
	if (options->oauth_refresh_token == NULL && options->oauth_refresh_token_file == NULL)
		report_missing(options, "refresh token", "an oauth_refresh_token");
	if (options->oauth_client_id == NULL || options->oauth_client_secret == NULL)
		report_missing(options, "OAuth client id and secret", "oauth_client_id and oauth_client_secret");
}

/*
 * SfAuthMethod.check: throws 22023 for another provider, 28000 when there is
 * no token.
 */
static void
check_workload(const SfConnOptions *options)
{
	static const char *const providers[] = {"AWS", "AZURE", "GCP", "OIDC"};

	for (int i = 0; options->workload_identity_provider && i < lengthof(providers); i++)
	{
		if (pg_strcasecmp(options->workload_identity_provider, providers[i]) == 0)
		{
			check_token(options);
			return;
		}
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("workload_identity_provider must be AWS, AZURE, GCP or OIDC")));
}

/*
 * SfAuthMethod.obtain: a token signed with the user's key, which is read anew,
 * so that a changed file counts.  Does not wait on the network.  Throws 28000,
 * errors of the encoding and of reading the file; the key then goes with the
 * current context.
 */
static void
obtain_jwt(SfCredentials *cred, TimestampTz deadline)
{
	SfConnOptions *options = cred->options;
	SfOwner    *owner = sf_owner_create(CurrentMemoryContext, release_key);
	int64		now = (int64) time(NULL);
	const char *user = pg_server_to_any(options->user, strlen(options->user), PG_UTF8);
	char	   *text = options->private_key;
	char		err[256];
	SfKey	   *key;

	if (text == NULL)
		text = sf_read_secret_file(options->private_key_file, "private key file", SF_KEY_MAX_BYTES);
	key = sf_key_read(text, strlen(text), options->private_key_file_pwd, err, sizeof(err));
	if (options->private_key == NULL)
		explicit_bzero(text, strlen(text));
	if (key)
		sf_owner_set(owner, key);
	if (key == NULL ||
		!sf_jwt_make(key, options->jwt_account, user, now, now + JWT_LIFETIME_S,
					 cred->token, err, sizeof(err)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
				 errmsg("the private key for server \"%s\" cannot be used", options->server_name),
				 errdetail_internal("%s", err)));
	sf_owner_release(owner);
	cred->renew_at = GetCurrentTimestamp() + (int64) JWT_RENEW_S * USECS_PER_SEC;
	cred->expires_at = GetCurrentTimestamp() + (int64) JWT_LIFETIME_S * USECS_PER_SEC;
}

/*
 * SfAuthMethod.obtain: the token of the options or the file.  Does not wait on
 * the network.  Throws 28000, and errors of reading the file.
 */
static void
obtain_static(SfCredentials *cred, TimestampTz deadline)
{
	const char *token = cred->options->token ? cred->options->token : sf_token_file_read(cred);

	sf_token_check(token, psprintf("the token for server \"%s\"", cred->options->server_name));
	sf_buf_append_str(cred->token, token);
}

/*
 * Runs in a reset callback, too: must not throw.
 */
static void
release_key(void *key)
{
	sf_key_free(key);
}

/*
 * Whether a token has to be obtained before the next request.  Throws nothing.
 */
static bool
token_is_due(const SfAuth *auth)
{
	/* without a token an attempt to get one has failed */
	if (auth->cred.token->len == 0 || !sf_auth_valid(auth))
		return true;
	if (auth->cred.renew_at != 0 && GetCurrentTimestamp() >= auth->cred.renew_at)
		return true;
	return auth->method->obtain == obtain_static && auth->cred.options->token == NULL &&
		sf_token_file_changed(&auth->cred);
}

/*
 * Throws 54000 and 53200; the token then counts as due.
 */
static void
build_header(SfAuth *auth)
{
	char		prefix[64] = "";

	if (auth->method->prefix[0])
	{
		char	   *provider = pstrdup(auth->cred.options->workload_identity_provider);

		sf_ascii_upper(provider);
		snprintf(prefix, sizeof(prefix), "%s.%s.", auth->method->prefix, provider);
	}
	sf_buf_reset(auth->authorization);
	sf_buf_printf(auth->authorization, "Authorization: Bearer %s%s", prefix, auth->cred.token->data);
	sf_buf_check(auth->cred.token, "a token");
	sf_buf_check(auth->authorization, "a token");
}
