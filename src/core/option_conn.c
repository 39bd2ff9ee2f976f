/*
 * option_conn.c
 *	  The resolved settings of a connection: profile, server, user mapping,
 *	  settings; and which server a function means.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_foreign_data_wrapper.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_user_mapping.h"
#include "commands/dbcommands.h"
#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "base/account.h"
#include "core/compat.h"
#include "core/option_table.h"
#include "core/owner.h"
#include "core/url.h"

#define MAX_QUERY_TAG 2000		/* characters, parameter QUERY_TAG */

static void set_defaults(SfConnOptions *conn);
static void apply_options(SfConnOptions *conn, List *options, int where);
static const char *server_profile(List *options);
static Oid	find_mapping(Oid serverid, Oid userid, List **options);
static void apply_settings(SfConnOptions *conn);
static void apply_setting(const SfConnOptions *conn, const char *name, const char *setting, char **value);
static void derive_endpoint(SfConnOptions *conn);
static void check_endpoint(const SfConnOptions *conn);
static void derive_authenticator(SfConnOptions *conn);
static void collect_secrets(SfConnOptions *conn);
static bool server_says(Oid serverid, const char *name, const char *value);
static bool wrapper_is_ours(Oid fdwid);
static Oid	only_server(void);
static bool can_use(Oid serverid);

SfConnOptions *
sf_conn_options(Oid serverid, Oid userid)
{
	SfConnOptions *conn = palloc0(sizeof(SfConnOptions));
	ForeignServer *server = GetForeignServer(serverid);
	const char *profile = server_profile(server->options);
	List	   *mapping = NIL;

	conn->serverid = serverid;
	conn->userid = userid;
	conn->server_name = pstrdup(server->servername);
	conn->umid = find_mapping(serverid, userid, &mapping);
	if (!OidIsValid(conn->umid) && !(profile && sf_user_is_privileged(userid)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("user mapping not found for user \"%s\", server \"%s\"",
						GetUserNameFromId(userid, false), server->servername),
				 errhint("Make one with CREATE USER MAPPING FOR %s SERVER %s OPTIONS (...).",
						 quote_identifier(GetUserNameFromId(userid, false)), quote_identifier(server->servername))));

	set_defaults(conn);
	if (profile)
		sf_profile_apply(profile, sf_user_is_privileged(userid), conn);
	apply_options(conn, server->options, SF_ON_SERVER);
	apply_options(conn, mapping, SF_ON_MAPPING);
	apply_settings(conn);
	derive_endpoint(conn);
	derive_authenticator(conn);
	collect_secrets(conn);
	return conn;
}

Oid
sf_server_by_name(const char *name)
{
	Oid			serverid;

	if (name == NULL && sf_guc_default_server && sf_guc_default_server[0])
		name = sf_guc_default_server;
	if (name)
	{
		HeapTuple	tuple;
		bool		ours;

		serverid = get_foreign_server_oid(name, false);
		tuple = SearchSysCache1(FOREIGNSERVEROID, ObjectIdGetDatum(serverid));
		ours = HeapTupleIsValid(tuple) && wrapper_is_ours(((Form_pg_foreign_server) GETSTRUCT(tuple))->srvfdw);
		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
		if (!ours)
			ereport(ERROR,
					(errcode(ERRCODE_WRONG_OBJECT_TYPE),
					 errmsg("server \"%s\" is not a Snowflake server", name),
					 errhint("Its foreign-data wrapper is not snowflake_fdw.")));
	}
	else
		serverid = only_server();
	if (!sf_has_server_usage(serverid, GetUserId()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for foreign server %s", GetForeignServer(serverid)->servername)));
	return serverid;
}

char *
sf_expand_query_tag(const char *tmpl)
{
	StringInfoData tag;

	initStringInfo(&tag);
	for (; *tmpl; tmpl++)
	{
		if (*tmpl != '%' || tmpl[1] == '\0')
		{
			appendStringInfoChar(&tag, *tmpl);
			continue;
		}
		switch (*++tmpl)
		{
			case 'u':
				appendStringInfoString(&tag, GetUserNameFromId(GetUserId(), false));
				break;
			case 'd':
				appendStringInfoString(&tag, get_database_name(MyDatabaseId));
				break;
			case 'a':
				appendStringInfoString(&tag, application_name ? application_name : "");
				break;
			case 'p':
				appendStringInfo(&tag, "%d", MyProcPid);
				break;
			case '%':
				appendStringInfoChar(&tag, '%');
				break;
			default:
				appendStringInfo(&tag, "%%%c", *tmpl);
		}
	}
	tag.data[pg_mbcliplen(tag.data, tag.len, MAX_QUERY_TAG)] = '\0';
	return tag.data;
}

static void
set_defaults(SfConnOptions *conn)
{
	for (int i = 0; i < sf_option_count; i++)
	{
		const SfOptionDef *def = &sf_option_table[i];

		if (def->conn >= 0 && def->initial)
			sf_option_parse(def, def->initial, (char *) conn + def->conn);
	}
}

/*
 * Options that were accepted before and are not known any more are skipped.
 * Throws as sf_option_parse does.
 */
static void
apply_options(SfConnOptions *conn, List *options, int where)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *elem = lfirst(cell);
		const SfOptionDef *def = sf_option_find(elem->defname, where);

		if (def && def->conn >= 0)
			sf_option_parse(def, defGetString(elem), (char *) conn + def->conn);
	}
}

/*
 * NULL: none.
 */
static const char *
server_profile(List *options)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *elem = lfirst(cell);

		if (strcmp(elem->defname, "connection_name") == 0)
			return defGetString(elem);
	}
	return NULL;
}

/*
 * The user's mapping or PUBLIC's; InvalidOid when there is none.
 */
static Oid
find_mapping(Oid serverid, Oid userid, List **options)
{
	if (!SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(userid), ObjectIdGetDatum(serverid)) &&
		!SearchSysCacheExists2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(InvalidOid), ObjectIdGetDatum(serverid)))
		return InvalidOid;
	else
	{
		UserMapping *mapping = GetUserMapping(userid, serverid);

		*options = mapping->options;
		return mapping->umid;
	}
}

/*
 * snowflake_fdw.role and .warehouse, where the server lets them.  Throws 42501
 * where it does not: to ignore them would run statements as somebody else.
 */
static void
apply_settings(SfConnOptions *conn)
{
	apply_setting(conn, "role", sf_guc_role, &conn->role);
	apply_setting(conn, "warehouse", sf_guc_warehouse, &conn->warehouse);
}

/*
 * Throws 42501 where the server does not let the setting decide, 22023 for a
 * value that cannot be used.
 */
static void
apply_setting(const SfConnOptions *conn, const char *name, const char *setting, char **value)
{
	setting = sf_setting_for(conn->userid, setting);
	if (setting == NULL)
		return;
	if (!conn->role_override)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("server \"%s\" does not let the setting snowflake_fdw.%s decide", conn->server_name, name),
				 errhint("RESET snowflake_fdw.%s, or set the server's option role_override.", name)));
	sf_option_parse(sf_option_find(name, SF_ON_SERVER), setting, value);
}

static void
derive_endpoint(SfConnOptions *conn)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocSize);

	check_endpoint(conn);
	if (conn->host == NULL)
	{
		sf_account_host(conn->account, conn->region, buf);
		conn->host = sf_buf_text(buf, "an address");
	}
	if (conn->account)
	{
		sf_account_jwt(conn->account, buf);
		conn->jwt_account = sf_buf_text(buf, "an address");
	}
	if (conn->plain_http && !sf_host_is_loopback(conn->host))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("protocol \"http\" works for loopback addresses only"),
				 errdetail("The host of server \"%s\" is \"%s\".", conn->server_name, conn->host)));
	sf_buf_free(buf);
	conn->base_url = sf_url_of_host(conn->plain_http ? "http" : "https", conn->host, conn->port);
	if (conn->base_url == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("server \"%s\" has no valid host name: \"%s\"", conn->server_name, conn->host)));
	if (conn->timezone == NULL)
		conn->timezone = pstrdup("UTC");
}

/*
 * Throws HV002.
 */
static void
check_endpoint(const SfConnOptions *conn)
{
	if (conn->account == NULL && conn->host == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_DYNAMIC_PARAMETER_VALUE_NEEDED),
				 errmsg("server \"%s\" says neither account nor host", conn->server_name),
				 errhint("Set the option \"account\", for example 'myorg-myaccount', or \"connection_name\".")));
}

/*
 * From the credentials given, when it is not said; then checks that they are
 * enough.
 */
static void
derive_authenticator(SfConnOptions *conn)
{
	if (conn->authenticator != SF_AUTH_UNSET)
		return;
	if (conn->private_key || conn->private_key_file)
		conn->authenticator = SF_AUTH_JWT;
	else if (conn->oauth_refresh_token || conn->oauth_refresh_token_file)
		conn->authenticator = SF_AUTH_REFRESH_TOKEN;
	else if (conn->workload_identity_provider)
		conn->authenticator = SF_AUTH_WORKLOAD_IDENTITY;
	else if (conn->token || conn->token_file_path)
		conn->authenticator = SF_AUTH_PAT;
	else if (conn->oauth_client_id && conn->oauth_client_secret)
		conn->authenticator = SF_AUTH_CLIENT_CREDENTIALS;
}

/*
 * The list, in the current context, points to the options' own strings.
 */
static void
collect_secrets(SfConnOptions *conn)
{
	conn->secrets = palloc0(sizeof(char *) * sf_option_count);
	for (int i = 0; i < sf_option_count; i++)
	{
		const SfOptionDef *def = &sf_option_table[i];
		char	   *value;

		if (!(def->flags & SF_SECRET) || def->alias_of || def->conn < 0)
			continue;
		value = *(char **) ((char *) conn + def->conn);
		if (value)
			conn->secrets[conn->nsecrets++] = value;
	}
}

bool
sf_remote_division(Oid serverid)
{
	if (sf_guc_numeric_division != SF_DIVISION_OF_SERVER)
		return sf_guc_numeric_division == SF_DIVISION_REMOTE;
	return server_says(serverid, "numeric_division", "remote");
}

bool
sf_remote_transaction_deferred(Oid serverid)
{
	return server_says(serverid, "remote_transaction", "local");
}

/*
 * Whether an option of the server has a value.  Reads the catalog.
 */
static bool
server_says(Oid serverid, const char *name, const char *value)
{
	ListCell   *cell;

	foreach(cell, GetForeignServer(serverid)->options)
	{
		DefElem    *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, name) == 0)
			return pg_strcasecmp(defGetString(option), value) == 0;
	}
	return false;
}

bool
sf_server_is_ours(Oid serverid)
{
	return wrapper_is_ours(GetForeignServer(serverid)->fdwid);
}

static bool
wrapper_is_ours(Oid fdwid)
{
	ForeignDataWrapper *fdw = GetForeignDataWrapper(fdwid);
	char	   *handler = OidIsValid(fdw->fdwhandler) ? get_func_name(fdw->fdwhandler) : NULL;

	return handler && strcmp(handler, "snowflake_fdw_handler") == 0;
}

/*
 * The one Snowflake server that the user can use.  Where he can use none, the
 * one that there is: what he lacks is said where it is used.
 */
static Oid
only_server(void)
{
	Relation	rel = table_open(ForeignServerRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	HeapTuple	tuple;
	StringInfoData all;
	StringInfoData usable;
	Oid			found[2] = {InvalidOid, InvalidOid};
	int			count[2] = {0, 0};

	initStringInfo(&all);
	initStringInfo(&usable);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_foreign_server server = (Form_pg_foreign_server) GETSTRUCT(tuple);

		if (!wrapper_is_ours(server->srvfdw))
			continue;
		found[false] = server->oid;
		appendStringInfo(&all, "%s\"%s\"", count[false]++ ? ", " : "", NameStr(server->srvname));
		if (!can_use(server->oid))
			continue;
		found[true] = server->oid;
		appendStringInfo(&usable, "%s\"%s\"", count[true]++ ? ", " : "", NameStr(server->srvname));
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);

	if (count[false] == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no Snowflake server in this database"),
				 errhint("Make one with CREATE SERVER ... FOREIGN DATA WRAPPER snowflake_fdw.")));
	if (count[true] > 1)
		ereport(ERROR,
				(errcode(ERRCODE_AMBIGUOUS_PARAMETER),
				 errmsg("there are several Snowflake servers, none was named"),
				 errdetail("The servers are %s.", usable.data),
				 errhint("Name one with server => '...' or set snowflake_fdw.default_server.")));
	if (count[true] == 0 && count[false] > 1)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("user \"%s\" has USAGE and a user mapping on no Snowflake server",
						GetUserNameFromId(GetUserId(), false)),
				 errdetail("The servers are %s.", all.data)));
	return found[count[true] == 1];
}

/*
 * Whether the current user has USAGE, and a mapping or a profile that stands
 * for one.
 */
static bool
can_use(Oid serverid)
{
	List	   *ignored = NIL;

	if (!sf_has_server_usage(serverid, GetUserId()))
		return false;
	return OidIsValid(find_mapping(serverid, GetUserId(), &ignored)) ||
		(server_profile(GetForeignServer(serverid)->options) && sf_user_is_privileged(GetUserId()));
}
