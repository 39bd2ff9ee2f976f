/*
 * import.c
 *	  IMPORT FOREIGN SCHEMA snowflake_objects: a table per kind of object.
 */
#include "postgres.h"

#include "commands/defrem.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "base/str.h"
#include "core/options.h"
#include "foreign/foreign.h"
#include "objects/catalog.h"
#include "objects/objects.h"

static bool check_options(ImportForeignSchemaStmt *stmt);
static void check_names(ImportForeignSchemaStmt *stmt);
static bool wanted(ImportForeignSchemaStmt *stmt, const char *name);
static char *create_statement(const SfKindDef *kind, const char *server, bool updatable);

List *
sf_object_import(ImportForeignSchemaStmt *stmt, Oid serverOid)
{
	char	   *server = GetForeignServer(serverOid)->servername;
	List	   *commands = NIL;
	bool		updatable;
	const SfKindDef *kind;

	updatable = check_options(stmt);
	check_names(stmt);
	for (int i = 0; (kind = sf_kind_at(i)) != NULL; i++)
	{
		if ((kind->flags & SF_KIND_TABLE) && wanted(stmt, kind->plural))
			commands = lappend(commands, create_statement(kind, server, updatable));
	}
	return commands;
}

/*
 * Whether the tables are to change the account: the option updatable.  Throws
 * HV00D for any other.
 */
static bool
check_options(ImportForeignSchemaStmt *stmt)
{
	bool		updatable = false;
	ListCell   *cell;

	foreach(cell, stmt->options)
	{
		DefElem    *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "updatable") != 0)
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
					 errmsg("invalid option \"%s\"", option->defname),
					 errhint("An import of account objects takes the option updatable.")));
		updatable = defGetBoolean(option);
	}
	return updatable;
}

/*
 * A name in LIMIT TO or EXCEPT that is no table of objects is a mistake.
 */
static void
check_names(ImportForeignSchemaStmt *stmt)
{
	ListCell   *cell;

	foreach(cell, stmt->table_list)
	{
		const char *name = ((RangeVar *) lfirst(cell))->relname;
		const SfKindDef *kind;
		SfNearest	nearest;
		bool		found = false;

		sf_nearest_begin(&nearest, name);
		for (int i = 0; (kind = sf_kind_at(i)) != NULL; i++)
		{
			if (!(kind->flags & SF_KIND_TABLE))
				continue;
			found |= strcmp(kind->plural, name) == 0;
			sf_nearest_try(&nearest, kind->plural);
		}
		if (!found)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("there is no table of account objects \"%s\"", name),
					 nearest.name ?
					 errhint("Perhaps you meant \"%s\"; the plurals of sf_kinds() are their names.", nearest.name) :
					 errhint("The plurals of sf_kinds() are their names.")));
	}
}

static bool
wanted(ImportForeignSchemaStmt *stmt, const char *name)
{
	ListCell   *cell;
	bool		listed = false;

	foreach(cell, stmt->table_list)
		listed |= strcmp(((RangeVar *) lfirst(cell))->relname, name) == 0;
	return stmt->list_type == FDW_IMPORT_SCHEMA_ALL || listed == (stmt->list_type == FDW_IMPORT_SCHEMA_LIMIT_TO);
}

static char *
create_statement(const SfKindDef *kind, const char *server, bool updatable)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE FOREIGN TABLE %s (", quote_identifier(kind->plural));
	for (int i = 0; i < kind->ncolumns; i++)
	{
		const SfColumnDef *column = &kind->columns[i];

		/* what is only written is null where it is read */
		if ((column->flags & SF_COLUMN_IS_WRITE_ONLY) && !updatable)
			continue;
		appendStringInfo(&sql, "%s %s, ", quote_identifier(column->name), sf_column_type_name(column->type));
	}
	appendStringInfo(&sql, "raw jsonb) SERVER %s OPTIONS (kind '%s'%s)", quote_identifier(server), kind->name,
					 updatable ? ", updatable 'true'" : "");
	return sql.data;
}
