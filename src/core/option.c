/*
 * option.c
 *	  Validation of the options of one catalog object.
 */
#include "postgres.h"

#include "access/reloptions.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_foreign_server.h"
#include "catalog/pg_foreign_table.h"
#include "catalog/pg_user_mapping.h"
#include "commands/defrem.h"
#include "miscadmin.h"

#include "base/account.h"
#include "base/str.h"
#include "core/compat.h"
#include "core/option_table.h"

/* Of these at most one may be given. */
static const struct
{
	int			where;
	const char *a;
	const char *b;
}			exclusive[] = {
	{SF_ON_TABLE, "table", "query"},
	{SF_ON_TABLE, "table", "query_id"},
	{SF_ON_TABLE, "query", "query_id"},
	{SF_ON_TABLE, "schema", "query_id"},
	{SF_ON_TABLE, "table", "kind"},
	{SF_ON_TABLE, "query", "kind"},
	{SF_ON_TABLE, "query_id", "kind"},
	{SF_ON_COLUMN, "constant", "column_name"},
	{SF_ON_COLUMN, "constant", "key"},
	{SF_ON_COLUMN, "constant", "remote_type"},
	{SF_ON_COLUMN, "constant", "remote_collation"},
	{SF_ON_COLUMN, "constant", "remote_comment"},
	{SF_ON_MAPPING, "token", "token_file_path"},
	{SF_ON_MAPPING, "private_key", "private_key_file"},
};

static int	place_of_catalog(Oid catalog);
static void check_permission(const SfOptionDef *def, int where);
pg_noreturn static void unknown_option(const char *name, int where);
static void refuse_password(const char *name);
static void check_exclusive(List *options, int where);
static void check_needs(List *options, int where);
static const char *option_value(List *options, const char *name, int where);

void
sf_options_validate(List *options, Oid catalog)
{
	int			where = place_of_catalog(catalog);
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *elem = lfirst(cell);
		const SfOptionDef *def = sf_option_find(elem->defname, where);

		refuse_password(elem->defname);
		if (def == NULL)
			unknown_option(elem->defname, where);
		check_permission(def, where);
		sf_option_parse(def, defGetString(elem), NULL);
		if (def->type == SF_OPT_AUTHENTICATOR &&
			sf_authenticator_by_name(defGetString(elem)) == SF_AUTH_WORKLOAD_IDENTITY &&
			!sf_user_is_privileged(GetUserId()))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("permission denied to set authenticator \"%s\"", "WORKLOAD_IDENTITY"),
					 errdetail("Only superusers and members of the role pg_read_server_files may set it.")));
	}
	check_exclusive(options, where);
	check_needs(options, where);
}

/*
 * 0 for the wrapper itself, which takes no options.
 */
static int
place_of_catalog(Oid catalog)
{
	switch (catalog)
	{
		case ForeignServerRelationId:
			return SF_ON_SERVER;
		case UserMappingRelationId:
			return SF_ON_MAPPING;
		case ForeignTableRelationId:
			return SF_ON_TABLE;
		case AttributeRelationId:
			return SF_ON_COLUMN;
		default:
			return 0;
	}
}

/*
 * Throws 42501 for what the current user may not set there.
 */
static void
check_permission(const SfOptionDef *def, int where)
{
	bool		endpoint = (def->flags & SF_ENDPOINT) && where == SF_ON_MAPPING;

	if ((!endpoint && !(def->flags & SF_PRIVILEGED)) || sf_user_is_privileged(GetUserId()))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 endpoint ?
			 errmsg("permission denied to set option \"%s\" on a user mapping", def->name) :
			 errmsg("permission denied to set option \"%s\"", def->name),
			 errdetail("Only superusers and members of the role pg_read_server_files may set it."),
			 endpoint ? errhint("Another account is another server.") : 0));
}

/*
 * Says where the option belongs, or which one was probably meant.
 */
static void
unknown_option(const char *name, int where)
{
	SfNearest	nearest;
	int			elsewhere = 0;

	sf_nearest_begin(&nearest, name);
	for (int i = 0; i < sf_option_count; i++)
	{
		const SfOptionDef *def = &sf_option_table[i];

		if (strcmp(def->name, name) == 0)
			elsewhere |= def->where;
		if (def->where & where)
			sf_nearest_try(&nearest, def->name);
	}
	if (elsewhere)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
				 errmsg("option \"%s\" does not belong on %s", name,
						where ? sf_option_place(where) : "a foreign-data wrapper"),
				 errhint("Set it on %s.", sf_option_place(elsewhere))));
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
			 errmsg("invalid option \"%s\"", name),
			 nearest.name ? errhint("Perhaps you meant the option \"%s\".", nearest.name) :
			 where ? 0 : errhint("There are no valid options in this context.")));
}

/*
 * The most likely first attempt of a user of other drivers.
 */
static void
refuse_password(const char *name)
{
	if (strcmp(name, "password") == 0 || strcmp(name, "passcode") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
				 errmsg("option \"%s\" cannot be used: Snowflake's REST API takes no passwords", name),
				 errhint("Use a key pair or a programmatic access token, see "
						 "https://docs.snowflake.com/en/developer-guide/sql-api/authenticating.")));
}

/*
 * Throws 22023; reads no catalog.
 */
static void
check_exclusive(List *options, int where)
{
	for (int i = 0; i < lengthof(exclusive); i++)
	{
		if (exclusive[i].where == where &&
			option_value(options, exclusive[i].a, where) && option_value(options, exclusive[i].b, where))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("options \"%s\" and \"%s\" exclude each other", exclusive[i].a, exclusive[i].b)));
	}
	for (int i = 0; i < sf_option_count; i++)
	{
		const SfOptionDef *def = &sf_option_table[i];
		ListCell   *cell;
		int			given = 0;

		if (def->alias_of == NULL || !(def->where & where))
			continue;
		foreach(cell, options)
		{
			const char *name = ((DefElem *) lfirst(cell))->defname;

			given += strcmp(name, def->name) == 0 || strcmp(name, def->alias_of) == 0;
		}
		if (given > 1)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("options \"%s\" and \"%s\" are the same", def->alias_of, def->name)));
	}
}

/*
 * Throws 22023; reads no catalog.
 */
static void
check_needs(List *options, int where)
{
	const char *protocol = option_value(options, "protocol", where);
	const char *host = option_value(options, "host", where);

	if (protocol && pg_strcasecmp(protocol, "http") == 0 && host && !sf_host_is_loopback(host))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("protocol \"http\" works for loopback addresses only"),
				 errdetail("The host is \"%s\".", host)));
	if (where == SF_ON_TABLE && option_value(options, "database", where) && !option_value(options, "schema", where) &&
		!option_value(options, "query", where) && !option_value(options, "kind", where))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("option \"database\" needs option \"schema\"")));
}

/*
 * The value of an option or of an alias of it.
 */
static const char *
option_value(List *options, const char *name, int where)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *elem = lfirst(cell);
		const SfOptionDef *def = sf_option_find(elem->defname, where);

		if (strcmp(elem->defname, name) == 0 || (def && def->alias_of && strcmp(def->alias_of, name) == 0))
			return defGetString(elem);
	}
	return NULL;
}
