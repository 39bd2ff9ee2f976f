/*
 * import.c
 *	  IMPORT FOREIGN SCHEMA of a Snowflake schema.
 */
#include "postgres.h"

#include "miscadmin.h"

#include "base/ident.h"
#include "base/str.h"
#include "core/error.h"
#include "fdw/fdw.h"
#include "fdw/import.h"

static void parse_schema_name(const char *text, SfImportSchema *schema);
static void mark_wanted(SfImportSchema *schema, const ImportForeignSchemaStmt *stmt, const SfImportOptions *options);
static void check_table_list(const SfImportSchema *schema, const ImportForeignSchemaStmt *stmt);

/*
 * Waits on the network.  Throws 42704 for a schema that does not exist, 42P01
 * for a LIMIT TO name that matches nothing.
 */
List *
snowflakeImportForeignSchema(ImportForeignSchemaStmt *stmt, Oid serverOid)
{
	SfImportOptions *options = sf_import_options(stmt);
	SfImportSchema schema = {.session = sf_session_get(serverOid, GetUserId())};
	List	   *commands = NIL;
	ListCell   *cell;

	schema.server_name = stmt->server_name;
	parse_schema_name(stmt->remote_schema, &schema);
	sf_import_read_tables(&schema, NULL);
	sf_import_choose_names(schema.tables, NIL, options->import_case);
	mark_wanted(&schema, stmt, options);
	check_table_list(&schema, stmt);
	sf_import_read_columns(&schema);

	foreach(cell, schema.tables)
	{
		SfImportTable *table = lfirst(cell);

		if (!table->wanted)
			continue;
		sf_import_choose_columns(table, NIL, options->import_case);
		sf_import_warn(table);
		if (table->columns != NIL)
			commands = lappend(commands, sf_import_create(&schema, table, options, "",
														  stmt->list_type == FDW_IMPORT_SCHEMA_ALL));
	}
	return commands;
}

/*
 * "DB.SCHEMA" or "SCHEMA" with the server's database; each part folds to
 * upper case unless quoted.
 */
static void
parse_schema_name(const char *text, SfImportSchema *schema)
{
	SfIdentParts parts;
	char		err[128];
	int			n = sf_ident_parse(text, &parts, err, sizeof(err));

	if (n < 0 || n > 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the name of a Snowflake schema", text),
				 n < 0 ? errdetail_internal("%s", err) : 0,
				 errhint("Write it as \"DATABASE.SCHEMA\" or \"SCHEMA\".")));
	schema->schema = pstrdup(parts.name[n - 1]);
	schema->database = n == 2 ? pstrdup(parts.name[0]) : schema->session->options->database;
	if (schema->database == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no database given for schema \"%s\"", schema->schema),
				 errhint("Write \"DATABASE.%s\" or set the server's option \"database\".", schema->schema)));
	schema->missing_hint = psprintf("\"%s\" was read as schema \"%s\" of database \"%s\". Write it as "
									"\"DATABASE.SCHEMA\" or \"SCHEMA\", and check what the role may use.",
									text, schema->schema, schema->database);
}

static void
mark_wanted(SfImportSchema *schema, const ImportForeignSchemaStmt *stmt, const SfImportOptions *options)
{
	ListCell   *cell;
	ListCell   *name;

	foreach(cell, schema->tables)
	{
		SfImportTable *table = lfirst(cell);
		bool		listed = false;

		foreach(name, stmt->table_list)
			listed |= strcmp(((RangeVar *) lfirst(name))->relname, table->name.local) == 0;
		switch (stmt->list_type)
		{
			case FDW_IMPORT_SCHEMA_ALL:
				table->wanted = true;
				break;
			case FDW_IMPORT_SCHEMA_LIMIT_TO:
				table->wanted = listed;
				break;
			case FDW_IMPORT_SCHEMA_EXCEPT:
				table->wanted = !listed;
				break;
		}
		if (table->view && !options->import_views && stmt->list_type != FDW_IMPORT_SCHEMA_LIMIT_TO)
			table->wanted = false;
	}
}

/*
 * A name of LIMIT TO that no table has is a slip of the pen: say so, with the
 * nearest name.
 */
static void
check_table_list(const SfImportSchema *schema, const ImportForeignSchemaStmt *stmt)
{
	const char *role = schema->session->options->role;
	ListCell   *name;
	ListCell   *cell;

	if (stmt->list_type != FDW_IMPORT_SCHEMA_LIMIT_TO)
		return;
	foreach(name, stmt->table_list)
	{
		const char *wanted = ((RangeVar *) lfirst(name))->relname;
		SfNearest	nearest;
		bool		found = false;

		sf_nearest_begin(&nearest, wanted);
		foreach(cell, schema->tables)
		{
			SfImportTable *table = lfirst(cell);

			found |= strcmp(wanted, table->name.local) == 0;
			sf_nearest_try(&nearest, table->name.local);
		}
		if (!found)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("schema \"%s.%s\" has no table \"%s\" that could be imported",
							schema->database, schema->schema, wanted),
					 errdetail("LIMIT TO takes local names; %s%s sees %d tables and views.",
							   role ? "role " : "the user's default role", role ? role : "",
							   list_length(schema->tables)),
					 nearest.name ? errhint("Perhaps you meant \"%s\".", nearest.name) : 0));
	}
}
