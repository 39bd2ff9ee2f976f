/*
 * option_table.c
 *	  The one table of options, and what a value of each type looks like.
 */
#include "postgres.h"

#include <limits.h>
#include <math.h>

#include "catalog/pg_authid.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"

#include "base/account.h"
#include "base/ident.h"
#include "base/sqltext.h"
#include "base/str.h"
#include "core/compat.h"
#include "core/option_table.h"
#include "core/owner.h"
#include "core/url.h"
#include "core/zone.h"

#define CONN(field)		offsetof(SfConnOptions, field), -1
#define TABLE(field)	-1, offsetof(SfTableOptions, field)
#define LIMIT(field)	offsetof(SfConnOptions, field), offsetof(SfTableOptions, field)
#define INHERITED(field)	-1, offsetof(SfTableOptions, field)
#define COLUMN(field)	-1, offsetof(SfColumnOptions, field)
#define IMPORT(field)	-1, offsetof(SfImportOptions, field)

#define DAY_MS			86400000
#define MAX_SIZE		((int64) INT_MAX * 1024)

const SfOptionDef sf_option_table[] = {
	/* endpoint */
	{"account", SF_ON_BOTH, SF_OPT_ACCOUNT, 0, 0, SF_ENDPOINT, NULL, CONN(account)},
	{"host", SF_ON_BOTH, SF_OPT_HOST, 0, 0, SF_ENDPOINT, NULL, CONN(host)},
	{"port", SF_ON_BOTH, SF_OPT_INT, 1, 65535, SF_ENDPOINT, NULL, CONN(port)},
	{"protocol", SF_ON_BOTH, SF_OPT_PROTOCOL, 0, 0, SF_ENDPOINT, "https", CONN(plain_http)},
	{"region", SF_ON_BOTH, SF_OPT_ACCOUNT, 0, 0, SF_ENDPOINT, NULL, CONN(region)},
	{"connection_name", SF_ON_SERVER, SF_OPT_STRING, 0, 0, SF_PRIVILEGED, NULL, -1, -1},
	{"ca_file", SF_ON_SERVER, SF_OPT_STRING, 0, 0, SF_PRIVILEGED, NULL, CONN(ca_file)},
	{"proxy", SF_ON_SERVER, SF_OPT_PROXY, 0, 0, SF_PRIVILEGED | SF_ONE_LINE, NULL, CONN(proxy)},
	{"no_proxy", SF_ON_SERVER, SF_OPT_STRING, 0, 0, SF_PRIVILEGED | SF_ONE_LINE, NULL, CONN(no_proxy)},

	/* credentials */
	{"user", SF_ON_BOTH, SF_OPT_STRING, 0, 0, SF_ONE_LINE, NULL, CONN(user)},
	{"username", SF_ON_BOTH, SF_OPT_STRING, 0, 0, SF_ONE_LINE, NULL, CONN(user), "user"},
	{"authenticator", SF_ON_BOTH, SF_OPT_AUTHENTICATOR, 0, 0, 0, NULL, CONN(authenticator)},
	{"private_key", SF_ON_MAPPING, SF_OPT_STRING, 0, 0, SF_SECRET, NULL, CONN(private_key)},
	{"private_key_file", SF_ON_BOTH, SF_OPT_STRING, 0, 0, SF_PRIVILEGED | SF_CREDENTIALS, NULL, CONN(private_key_file)},
	{"private_key_path", SF_ON_BOTH, SF_OPT_STRING, 0, 0, SF_PRIVILEGED | SF_CREDENTIALS, NULL, CONN(private_key_file),
	"private_key_file"},
	{"private_key_file_pwd", SF_ON_MAPPING, SF_OPT_STRING, 0, 0, SF_SECRET, NULL, CONN(private_key_file_pwd)},
	{"private_key_passphrase", SF_ON_MAPPING, SF_OPT_STRING, 0, 0, SF_SECRET, NULL, CONN(private_key_file_pwd),
	"private_key_file_pwd"},
	{"token", SF_ON_MAPPING, SF_OPT_STRING, 0, 0, SF_SECRET | SF_ONE_LINE, NULL, CONN(token)},
	{"token_file_path", SF_ON_BOTH, SF_OPT_STRING, 0, 0, SF_PRIVILEGED | SF_CREDENTIALS, NULL, CONN(token_file_path)},
	{"oauth_client_id", SF_ON_BOTH, SF_OPT_STRING, 0, 0, SF_ONE_LINE, NULL, CONN(oauth_client_id)},
	{"oauth_client_secret", SF_ON_MAPPING, SF_OPT_STRING, 0, 0, SF_SECRET | SF_ONE_LINE, NULL,
	CONN(oauth_client_secret)},
	{"oauth_token_request_url", SF_ON_BOTH, SF_OPT_URL, 0, 0, SF_PRIVILEGED, NULL, CONN(oauth_token_request_url)},
	{"oauth_scope", SF_ON_BOTH, SF_OPT_STRING, 0, 0, SF_ONE_LINE, NULL, CONN(oauth_scope)},
	{"oauth_refresh_token", SF_ON_MAPPING, SF_OPT_STRING, 0, 0, SF_SECRET | SF_ONE_LINE, NULL,
	CONN(oauth_refresh_token)},
	{"oauth_refresh_token_file", SF_ON_MAPPING, SF_OPT_STRING, 0, 0, SF_PRIVILEGED | SF_CREDENTIALS, NULL,
	CONN(oauth_refresh_token_file)},
	{"workload_identity_provider", SF_ON_BOTH, SF_OPT_STRING, 0, 0, SF_PRIVILEGED | SF_ONE_LINE, NULL,
	CONN(workload_identity_provider)},

	/* context of statements */
	{"role", SF_ON_BOTH, SF_OPT_NAME, 0, 0, SF_ONE_LINE, NULL, CONN(role)},
	{"warehouse", SF_ON_BOTH, SF_OPT_NAME, 0, 0, SF_ONE_LINE, NULL, CONN(warehouse)},
	{"database", SF_ON_BOTH, SF_OPT_NAME, 0, 0, 0, NULL, CONN(database)},
	{"schema", SF_ON_BOTH, SF_OPT_NAME, 0, 0, 0, NULL, CONN(schema)},
	{"query_tag", SF_ON_BOTH, SF_OPT_STRING, 0, 0, SF_ONE_LINE, NULL, CONN(query_tag)},
	{"timezone", SF_ON_BOTH, SF_OPT_TIMEZONE, 0, 0, 0, NULL, CONN(timezone)},
	{"role_override", SF_ON_SERVER, SF_OPT_BOOL, 0, 0, 0, "false", CONN(role_override)},

	/* limits and behaviour */
	{"statement_timeout", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_DURATION, 1000, 7 * DAY_MS, 0, "1h",
	LIMIT(statement_timeout_ms)},
	{"connect_timeout", SF_ON_SERVER, SF_OPT_DURATION, 1, 3600000, 0, "10s", CONN(connect_timeout_ms)},
	{"retry_timeout", SF_ON_SERVER, SF_OPT_DURATION, 0, DAY_MS, 0, "120s", CONN(retry_timeout_ms)},
	{"connect_retry_timeout", SF_ON_SERVER, SF_OPT_DURATION, 0, DAY_MS, 0, "10s", CONN(connect_retry_timeout_ms)},
	{"cancel_timeout", SF_ON_SERVER, SF_OPT_DURATION, 0, 60000, 0, "1s", CONN(cancel_timeout_ms)},
	{"fetch_parallel", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_INT, 1, 64, 0, "4", LIMIT(fetch_parallel)},
	{"fetch_memory", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_SIZE, 1024 * 1024, MAX_SIZE, 0, "256MB", LIMIT(fetch_memory)},
	{"max_result_rows", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_COUNT, 1, PG_INT64_MAX, 0, NULL, LIMIT(max_result_rows)},
	{"max_result_bytes", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_SIZE, 1024, MAX_SIZE, 0, NULL, LIMIT(max_result_bytes)},
	{"max_requests", SF_ON_SERVER, SF_OPT_INT, 1, 1000000, 0, "1000", CONN(max_requests)},
	{"async_capable", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_BOOL, 0, 0, SF_INHERITED, "true", INHERITED(async_capable)},
	{"use_remote_estimate", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_BOOL, 0, 0, SF_INHERITED, "false",
	INHERITED(use_remote_estimate)},
	{"estimate_max_age", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_DURATION, 0, 7 * DAY_MS, SF_INHERITED, "10min",
	INHERITED(estimate_max_age_ms)},
	{"estimate_timeout", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_DURATION, 1, 3600000, SF_INHERITED, "5s",
	INHERITED(estimate_timeout_ms)},
	{"fdw_startup_cost", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_COST, 0, 0, SF_INHERITED, "1000", INHERITED(startup_cost)},
	{"fdw_tuple_cost", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_COST, 0, 0, SF_INHERITED, "0.02", INHERITED(tuple_cost)},
	{"bind_join", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_BOOL, 0, 0, SF_INHERITED, "true", INHERITED(bind_join)},
	{"snapshot", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_BOOL, 0, 0, 0, "false", -1, -1},
	{"updatable", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_BOOL, 0, 0, SF_INHERITED, "true", INHERITED(updatable)},
	{"batch_size", SF_ON_SERVER | SF_ON_TABLE, SF_OPT_INT, 1, 16384, SF_INHERITED, "16384", INHERITED(batch_size)},
	{"remote_transaction", SF_ON_SERVER, SF_OPT_TRANSACTION, 0, 0, 0, "statement", CONN(deferred)},
	{"allow_autocommit", SF_ON_SERVER, SF_OPT_BOOL, 0, 0, 0, "false", CONN(allow_autocommit)},
	{"numeric_division", SF_ON_SERVER, SF_OPT_DIVISION, 0, 0, 0, "local", CONN(remote_division)},
	{"read_only", SF_ON_SERVER, SF_OPT_BOOL, 0, 0, 0, "false", CONN(read_only)},

	/* tables */
	{"database", SF_ON_TABLE, SF_OPT_EXACT, 0, 0, 0, NULL, TABLE(database)},
	{"schema", SF_ON_TABLE, SF_OPT_EXACT, 0, 0, 0, NULL, TABLE(schema)},
	{"table", SF_ON_TABLE, SF_OPT_EXACT, 0, 0, 0, NULL, TABLE(table)},
	{"query", SF_ON_TABLE, SF_OPT_REMOTE_SQL, 0, 0, 0, NULL, TABLE(query)},
	{"query_id", SF_ON_TABLE, SF_OPT_UUID, 0, 0, 0, NULL, TABLE(query_id)},
	{"kind", SF_ON_TABLE, SF_OPT_STRING, 0, 0, 0, NULL, TABLE(kind)},
	{"remote_comment", SF_ON_TABLE, SF_OPT_STRING, 0, 0, 0, NULL, TABLE(remote_comment)},
	{"import_all", SF_ON_TABLE, SF_OPT_BOOL, 0, 0, 0, NULL, TABLE(import_all)},

	/* columns */
	{"column_name", SF_ON_COLUMN, SF_OPT_EXACT, 0, 0, 0, NULL, COLUMN(column_name)},
	{"key", SF_ON_COLUMN, SF_OPT_BOOL, 0, 0, 0, NULL, COLUMN(key)},
	{"remote_type", SF_ON_COLUMN, SF_OPT_STRING, 0, 0, 0, NULL, COLUMN(remote_type)},
	{"remote_collation", SF_ON_COLUMN, SF_OPT_STRING, 0, 0, 0, NULL, COLUMN(remote_collation)},
	{"remote_comment", SF_ON_COLUMN, SF_OPT_STRING, 0, 0, 0, NULL, COLUMN(remote_comment)},
	{"constant", SF_ON_COLUMN, SF_OPT_STRING, 0, 0, 0, NULL, COLUMN(constant)},

	/* imports, which record on their tables what is not the default */
	{"import_case", SF_ON_IMPORT | SF_ON_TABLE, SF_OPT_IMPORT_CASE, 0, 0, 0, "smart", IMPORT(import_case)},
	{"import_views", SF_ON_IMPORT | SF_ON_TABLE, SF_OPT_BOOL, 0, 0, 0, "true", IMPORT(import_views)},
	{"import_not_null", SF_ON_IMPORT | SF_ON_TABLE, SF_OPT_BOOL, 0, 0, 0, "true", IMPORT(import_not_null)},
	{"import_default", SF_ON_IMPORT | SF_ON_TABLE, SF_OPT_BOOL, 0, 0, 0, "false", IMPORT(import_default)},
	{"import_comments", SF_ON_IMPORT | SF_ON_TABLE, SF_OPT_BOOL, 0, 0, 0, "false", IMPORT(import_comments)},
	{"int38", SF_ON_IMPORT | SF_ON_TABLE, SF_OPT_INT38, 0, 0, 0, "numeric", IMPORT(int38_bigint)},
};

const int	sf_option_count = lengthof(sf_option_table);

static const struct
{
	const char *name;
	SfAuthenticator authenticator;
}			authenticators[] = {
	{"SNOWFLAKE_JWT", SF_AUTH_JWT},
	{"PROGRAMMATIC_ACCESS_TOKEN", SF_AUTH_PAT},
	{"OAUTH", SF_AUTH_OAUTH},
	{"OAUTH_CLIENT_CREDENTIALS", SF_AUTH_CLIENT_CREDENTIALS},
	{"OAUTH_REFRESH_TOKEN", SF_AUTH_REFRESH_TOKEN},
	{"WORKLOAD_IDENTITY", SF_AUTH_WORKLOAD_IDENTITY},
};

static void parse_name(const SfOptionDef *def, const char *value, char **target);
static void parse_number(const SfOptionDef *def, const char *value, void *target);
static void parse_cost(const SfOptionDef *def, const char *value, double *target);
static void parse_duration(const SfOptionDef *def, const char *value, int *target);
static void parse_size(const SfOptionDef *def, const char *value, int64 *target);
static void check_text(const SfOptionDef *def, const char *value);
static void check_url(const SfOptionDef *def, const char *value);
static void check_proxy(const SfOptionDef *def, const char *value);
static void check_account(const SfOptionDef *def, const char *value);
static bool parse_choice(const SfOptionDef *def, const char *value, const char *first, const char *second);
static int	parse_import_case(const SfOptionDef *def, const char *value);
pg_noreturn static void bad_value(const SfOptionDef *def, const char *value, const char *detail);

const SfOptionDef *
sf_option_find(const char *name, int where)
{
	for (int i = 0; i < sf_option_count; i++)
	{
		if ((sf_option_table[i].where & where) && strcmp(sf_option_table[i].name, name) == 0)
			return &sf_option_table[i];
	}
	return NULL;
}

const char *
sf_option_place(int where)
{
	if (where & SF_ON_SERVER)
		return where & SF_ON_MAPPING ? "a server or a user mapping" : "a server";
	if (where & SF_ON_MAPPING)
		return "a user mapping";
	if (where & SF_ON_IMPORT)
		return "IMPORT FOREIGN SCHEMA";
	if (where & SF_ON_TABLE)
		return "a foreign table";
	return "a column of a foreign table";
}

void
sf_option_parse(const SfOptionDef *def, const char *value, void *target)
{
	union
	{
		char	   *text;
		int			number;
		int64		count;
		bool		flag;
		SfAuthenticator authenticator;
		SfImportCase import_case;
	}			ignored;

	if (target == NULL)
		target = &ignored;
	if ((def->flags & SF_ONE_LINE) && sf_has_control(value))
		bad_value(def, NULL, "It must not hold control characters such as line breaks.");
	switch (def->type)
	{
		case SF_OPT_NAME:
			parse_name(def, value, target);
			break;
		case SF_OPT_INT:
		case SF_OPT_COUNT:
			parse_number(def, value, target);
			break;
		case SF_OPT_BOOL:
			if (!parse_bool(value, target))
				bad_value(def, value, "It takes true or false.");
			break;
		case SF_OPT_COST:
			parse_cost(def, value, target);
			break;
		case SF_OPT_DURATION:
			parse_duration(def, value, target);
			break;
		case SF_OPT_SIZE:
			parse_size(def, value, target);
			break;
		case SF_OPT_PROTOCOL:
			*(bool *) target = parse_choice(def, value, "http", "https");
			break;
		case SF_OPT_INT38:
			*(bool *) target = parse_choice(def, value, "bigint", "numeric");
			break;
		case SF_OPT_DIVISION:
			*(bool *) target = parse_choice(def, value, "remote", "local");
			break;
		case SF_OPT_TRANSACTION:
			*(bool *) target = parse_choice(def, value, "local", "statement");
			break;
		case SF_OPT_AUTHENTICATOR:
			*(SfAuthenticator *) target = sf_authenticator_by_name(value);
			break;
		case SF_OPT_IMPORT_CASE:
			*(SfImportCase *) target = parse_import_case(def, value);
			break;
		default:
			check_text(def, value);
			*(char **) target = pstrdup(value);
	}
}

SfAuthenticator
sf_authenticator_by_name(const char *name)
{
	static const char *const refused[] = {"SNOWFLAKE", "EXTERNALBROWSER", "USERNAME_PASSWORD_MFA",
	"OAUTH_AUTHORIZATION_CODE", "PASSWORD"};
	bool		known = pg_strncasecmp(name, "https://", 8) == 0;

	for (int i = 0; i < lengthof(authenticators); i++)
	{
		if (pg_strcasecmp(name, authenticators[i].name) == 0)
			return authenticators[i].authenticator;
	}
	for (int i = 0; i < lengthof(refused); i++)
		known |= pg_strcasecmp(name, refused[i]) == 0;
	if (known)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("authenticator \"%s\" cannot be used with Snowflake's REST API", name),
				 errhint("Use a key pair or a programmatic access token, see "
						 "https://docs.snowflake.com/en/developer-guide/sql-api/authenticating.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid value for option \"%s\": \"%s\"", "authenticator", name),
			 errhint("It takes SNOWFLAKE_JWT, PROGRAMMATIC_ACCESS_TOKEN, OAUTH, OAUTH_CLIENT_CREDENTIALS, "
					 "OAUTH_REFRESH_TOKEN or WORKLOAD_IDENTITY.")));
}

const char *
sf_authenticator_name(SfAuthenticator authenticator)
{
	for (int i = 0; i < lengthof(authenticators); i++)
	{
		if (authenticators[i].authenticator == authenticator)
			return authenticators[i].name;
	}
	return "none";
}

bool
sf_user_is_privileged(Oid userid)
{
	return superuser_arg(userid) || has_privs_of_role(userid, ROLE_PG_READ_SERVER_FILES);
}

/*
 * *target is palloc'd; throws 22023.
 */
static void
parse_name(const SfOptionDef *def, const char *value, char **target)
{
	SfIdentParts parts;
	char		reason[128];
	int			n = sf_ident_parse(value, &parts, reason, sizeof(reason));

	if (n != 1)
		bad_value(def, value, n < 0 ? reason : "It takes one name, not a qualified one.");
	*target = pstrdup(parts.name[0]);
}

/*
 * Throws 22023.
 */
static void
parse_number(const SfOptionDef *def, const char *value, void *target)
{
	char	   *end;
	int64		number;

	errno = 0;
	number = strtoll(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || number < def->min || number > def->max)
		bad_value(def, value, def->max == PG_INT64_MAX ? "It takes a whole number above zero." :
				  psprintf("It takes a whole number from " INT64_FORMAT " to " INT64_FORMAT ".", def->min, def->max));
	if (def->type == SF_OPT_COUNT)
		*(int64 *) target = number;
	else
		*(int *) target = (int) number;
}

/*
 * As the planner's settings of costs.  Throws 22023.
 */
static void
parse_cost(const SfOptionDef *def, const char *value, double *target)
{
	double		cost;

	if (!parse_real(value, &cost, 0, NULL) || isinf(cost) || !(cost >= 0))
		bad_value(def, value, "It takes a number of at least 0.");
	*target = cost;
}

/*
 * A bare number is seconds, as in libpq and Snowflake; units as in
 * postgresql.conf.
 */
static void
parse_duration(const SfOptionDef *def, const char *value, int *target)
{
	const char *hint = NULL;
	bool		bare = value[0] != '\0' && value[strspn(value, "0123456789")] == '\0';

	if (!parse_int(bare ? psprintf("%ss", value) : value, target, GUC_UNIT_MS, &hint) ||
		*target < def->min || *target > def->max)
		bad_value(def, value, psprintf("It takes a time from %d ms to %d s; a number without unit is seconds.",
									   (int) def->min, (int) (def->max / 1000)));
}

/*
 * Throws 22023.
 */
static void
parse_size(const SfOptionDef *def, const char *value, int64 *target)
{
	const char *hint = NULL;
	int			kilobytes;

	if (!parse_int(value, &kilobytes, GUC_UNIT_KB, &hint) ||
		(int64) kilobytes * 1024 < def->min || (int64) kilobytes * 1024 > def->max)
		bad_value(def, value, psprintf("It takes a size from %d kB to %d kB; a number without unit is kB.",
									   (int) (def->min / 1024), (int) (def->max / 1024)));
	*target = (int64) kilobytes * 1024;
}

/*
 * Strings with a form of their own.
 */
static void
check_text(const SfOptionDef *def, const char *value)
{
	SfSqlText	text;

	if (value[0] == '\0')
		bad_value(def, value, "It must not be empty.");
	switch (def->type)
	{
		case SF_OPT_ACCOUNT:
			check_account(def, value);
			break;
		case SF_OPT_HOST:
			if (!sf_host_valid(value))
				bad_value(def, value, "It takes a host name or address, without scheme, port and path.");
			break;
		case SF_OPT_UUID:
			if (!sf_uuid_valid(value, strlen(value)))
				bad_value(def, value, "It takes a query id such as 019c06a4-0000-df4f-0000-00100006589e.");
			break;
		case SF_OPT_TIMEZONE:
			if (sf_zone_name(value) == NULL)
				bad_value(def, value, "It takes the name of a time zone such as America/Los_Angeles.");
			break;
		case SF_OPT_URL:
			check_url(def, value);
			break;
		case SF_OPT_PROXY:
			check_proxy(def, value);
			break;
		case SF_OPT_REMOTE_SQL:
			sf_sqltext_scan(value, &text);
			if (!text.reads || text.several)
				bad_value(def, value,
						  "It takes one statement that begins with SELECT, WITH, SHOW, DESCRIBE, EXPLAIN or LIST.");
			break;
		default:
			break;
	}
}

/*
 * Secrets are sent there: over TLS, or they stay on this machine.
 */
static void
check_url(const SfOptionDef *def, const char *value)
{
	SfUrl	   *url = sf_url_parse(value);
	bool		plain = url && strcmp(url->scheme, "http") == 0;

	if (url == NULL || (!plain && strcmp(url->scheme, "https") != 0))
		bad_value(def, value, "It takes a URL that begins with https://.");
	if (url->has_user)
		bad_value(def, NULL, "It takes a URL without user and password.");
	if (plain && !sf_host_is_loopback(url->host))
		bad_value(def, value, "It must begin with https://: http:// works for loopback addresses only.");
}

/*
 * Throws 22023 without the value.
 */
static void
check_proxy(const SfOptionDef *def, const char *value)
{
	static const char *const schemes[] = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
	SfUrl	   *url = sf_url_parse_proxy(value);

	for (int i = 0; url && i < lengthof(schemes); i++)
	{
		if (strcmp(url->scheme, schemes[i]) == 0 && (strcmp(url->path, "/") == 0 || url->path[0] == '\0'))
			return;
	}
	/* a password may be in it: it is not shown */
	bad_value(def, NULL,
			  "It takes the address of a proxy: [http://]host:port, or with https, socks4, socks4a, socks5 "
			  "or socks5h.");
}

/*
 * Not the address of an account, which is what people have at hand.
 */
static void
check_account(const SfOptionDef *def, const char *value)
{
	SfBuf	   *account = sf_buf_create(CurrentMemoryContext, MaxAllocSize);

	if (sf_account_of_address(value, account))
		bad_value(def, value, psprintf("It takes the account's identifier alone: '%.*s'.",
									   (int) account->len, account->data));
	sf_buf_free(account);
	if (!sf_account_valid(value))
		bad_value(def, value,
				  "It takes an account identifier such as myorg-myaccount; another address goes into the "
				  "option \"host\".");
}

/*
 * True for the first of two words, false for the second.
 */
static bool
parse_choice(const SfOptionDef *def, const char *value, const char *first, const char *second)
{
	if (pg_strcasecmp(value, first) != 0 && pg_strcasecmp(value, second) != 0)
		bad_value(def, value, psprintf("It takes %s or %s.", first, second));
	return pg_strcasecmp(value, first) == 0;
}

/*
 * Throws 22023.
 */
static int
parse_import_case(const SfOptionDef *def, const char *value)
{
	if (pg_strcasecmp(value, "smart") == 0)
		return SF_IMPORT_SMART;
	if (pg_strcasecmp(value, "keep") == 0)
		return SF_IMPORT_KEEP;
	if (pg_strcasecmp(value, "lower") == 0)
		return SF_IMPORT_LOWER;
	bad_value(def, value, "It takes smart, keep or lower.");
}

/*
 * value NULL: not to be shown.
 */
static void
bad_value(const SfOptionDef *def, const char *value, const char *detail)
{
	if ((def->flags & SF_SECRET) || value == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid value for option \"%s\"", def->name),
				 errdetail_internal("%s", detail)));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid value for option \"%s\": \"%s\"", def->name, value),
			 errdetail_internal("%s", detail)));
}
