/*
 * option_local.c
 *	  The options of foreign tables, their columns, and imports.
 */
#include "postgres.h"

#include "commands/defrem.h"
#include "foreign/foreign.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/ident.h"
#include "core/option_table.h"

static void inherit(SfTableOptions *table, Oid serverid);
static bool find_bool(List *options, const char *name, bool *value);
static SfImportOptions *import_options(List *options);
static void apply(void *target, List *options, int where);
static char *remote_name(const char *local);

SfTableOptions *
sf_table_options(Oid relid)
{
	SfTableOptions *table = palloc0(sizeof(SfTableOptions));
	ForeignTable *foreign = GetForeignTable(relid);

	inherit(table, foreign->serverid);
	apply(table, foreign->options, SF_ON_TABLE);
	/* account objects are changed through tables that say so themselves */
	if (table->kind && !find_bool(foreign->options, "updatable", &table->updatable))
		table->updatable = false;
	if (table->table == NULL && table->query == NULL && table->query_id == NULL)
		table->table = remote_name(get_rel_name(relid));
	return table;
}

SfColumnOptions *
sf_column_options(Oid relid, AttrNumber attnum)
{
	SfColumnOptions *column = palloc0(sizeof(SfColumnOptions));

	apply(column, GetForeignColumnOptions(relid, attnum), SF_ON_COLUMN);
	return column;
}

bool
sf_is_constant_column(Oid relid, AttrNumber attnum)
{
	return sf_column_options(relid, attnum)->constant != NULL;
}

char *
sf_remote_column_name(Oid relid, AttrNumber attnum)
{
	SfColumnOptions *column = sf_column_options(relid, attnum);

	return column->column_name ? column->column_name : remote_name(get_attname(relid, attnum, false));
}

SfImportOptions *
sf_import_options(ImportForeignSchemaStmt *stmt)
{
	ListCell   *cell;

	foreach(cell, stmt->options)
	{
		DefElem    *elem = lfirst(cell);

		if (sf_option_find(elem->defname, SF_ON_IMPORT) == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_FDW_INVALID_OPTION_NAME),
					 errmsg("invalid option \"%s\"", elem->defname),
					 errhint("An import takes import_case, import_views, import_not_null, import_default, "
							 "import_comments and int38.")));
	}
	return import_options(stmt->options);
}

SfImportOptions *
sf_recorded_import(Oid relid)
{
	List	   *options = GetForeignTable(relid)->options;
	ListCell   *cell;

	foreach(cell, options)
	{
		if (strcmp(((DefElem *) lfirst(cell))->defname, "import_all") == 0)
			return import_options(options);
	}
	return NULL;
}

/*
 * The import options of a list, or their defaults.
 */
static SfImportOptions *
import_options(List *options)
{
	SfImportOptions *import = palloc0(sizeof(SfImportOptions));

	for (int i = 0; i < sf_option_count; i++)
	{
		const SfOptionDef *def = &sf_option_table[i];

		if ((def->where & SF_ON_IMPORT) && def->initial)
			sf_option_parse(def, def->initial, (char *) import + def->table);
	}
	apply(import, options, SF_ON_IMPORT);
	return import;
}

/*
 * The server's options, or the defaults, that count where the table says
 * nothing.
 */
static void
inherit(SfTableOptions *table, Oid serverid)
{
	List	   *options = GetForeignServer(serverid)->options;
	ListCell   *cell;

	for (int i = 0; i < sf_option_count; i++)
	{
		const SfOptionDef *def = &sf_option_table[i];

		if ((def->flags & SF_INHERITED) && def->initial)
			sf_option_parse(def, def->initial, (char *) table + def->table);
	}
	foreach(cell, options)
	{
		DefElem    *elem = lfirst(cell);
		const SfOptionDef *def = sf_option_find(elem->defname, SF_ON_SERVER);

		if (def && (def->flags & SF_INHERITED))
			sf_option_parse(def, defGetString(elem), (char *) table + def->table);
	}
}

bool
sf_table_snapshot(Oid relid)
{
	ForeignTable *table = GetForeignTable(relid);
	bool		wanted;

	if (sf_guc_snapshot == SF_SNAPSHOT_OFF)
		return false;
	if (find_bool(table->options, "snapshot", &wanted))
		return wanted;
	if (sf_guc_snapshot == SF_SNAPSHOT_ON)
		return true;
	return find_bool(GetForeignServer(table->serverid)->options, "snapshot", &wanted) && wanted;
}

static bool
find_bool(List *options, const char *name, bool *value)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *elem = lfirst(cell);

		if (strcmp(elem->defname, name) == 0)
			return parse_bool(defGetString(elem), value);
	}
	return false;
}

static void
apply(void *target, List *options, int where)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		DefElem    *elem = lfirst(cell);
		const SfOptionDef *def = sf_option_find(elem->defname, where);

		/* what a table records of its import has a struct of its own */
		if (def && def->table >= 0 && !(where == SF_ON_TABLE && (def->where & SF_ON_IMPORT)))
			sf_option_parse(def, defGetString(elem), (char *) target + def->table);
	}
}

/*
 * The remote name that an import would have given this local name: a plain
 * lower-case word stands for its upper-case form.
 */
static char *
remote_name(const char *local)
{
	char	   *name = pstrdup(local);

	for (char *p = name; *p; p++)
	{
		if (*p >= 'A' && *p <= 'Z')
			return pstrdup(local);
		if (*p >= 'a' && *p <= 'z')
			*p -= 'a' - 'A';
	}
	return sf_ident_is_simple(name) ? name : pstrdup(local);
}
