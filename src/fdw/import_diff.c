/*
 * import_diff.c
 *	  sf_import_diff(), sf_refresh(): what has changed in Snowflake since an
 *	  import, as statements.
 *
 * A foreign table is compared by what it records (the options of the table
 * and of its columns), so that what was chosen by hand, a name or a type,
 * stays as long as the remote type does.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "executor/spi.h"
#include "foreign/foreign.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "core/compat.h"
#include "deparse/select.h"
#include "fdw/fdw.h"
#include "fdw/import.h"

/* A foreign table over a table of Snowflake. */
typedef struct LocalTable
{
	Oid			relid;
	Oid			serverid;
	char	   *name;			/* qualified, quoted */
	SfTableOptions *options;	/* database and schema filled in */
	SfImportOptions *import;	/* NULL: made by hand */
	bool		done;
} LocalTable;

typedef struct Change
{
	char	   *statement;
	char	   *reason;
	const char *table;			/* as LocalTable.name */
	const char *what;
} Change;

/* Comparing one table. */
typedef struct Comparison
{
	const LocalTable *local;
	const SfImportTable *remote;
	List	   *added;			/* SfImportColumn: without a local column */
	List	   *names;			/* of the columns that stay */
	List	  **changes;		/* Change */
} Comparison;

PG_FUNCTION_INFO_V1(sf_import_diff);
PG_FUNCTION_INFO_V1(sf_refresh);

static List *local_tables(Oid namespace);
static LocalTable *local_table(Oid relid);
static void check_usage(Oid serverid);
static void complete_place(LocalTable *local, const SfConnOptions *options);
static void diff_schema(List *locals, Oid namespace, List **changes);
static List *tables_of(List *locals, const LocalTable *first);
static void begin_schema(SfImportSchema *schema, const LocalTable *local);
static void mark_wanted(SfImportSchema *schema, List *locals, const SfImportOptions *import);
static const SfImportOptions *import_of_all(List *locals);
static void diff_new(SfImportSchema *schema, const SfImportOptions *import, Oid namespace, List *gone,
					 List **changes);
static List *taken_names(Oid namespace, List *gone);
static void diff_table(const LocalTable *local, const SfImportTable *remote, List **changes);
static void diff_column(Comparison *comparison, Form_pg_attribute attribute);
static void diff_type(Comparison *comparison, Form_pg_attribute attribute, const SfColumnOptions *options,
					  const SfRemoteType *actual);
static void diff_details(Comparison *comparison, Form_pg_attribute attribute, const SfColumnOptions *options,
						 const SfImportColumn *column, const SfRemoteType *actual, bool nullable);
static void diff_comment(Comparison *comparison, const char *alter, const char *subject, const char *recorded,
						 const char *actual);
static void diff_added(Comparison *comparison);
static bool has_type(Form_pg_attribute attribute, const char *type);
static const char *action(List *options, const char *name);
static void add_change(Comparison *comparison, const char *what, char *statement, char *reason);
static void append_change(List **changes, const char *table, const char *what, char *statement, char *reason);
static int	own_types(void);
static void run_changes(List *changes);

/*
 * sf_import_diff(local_schema name).  Waits on the network; reads the
 * catalog.
 */
Datum
sf_import_diff(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	List	   *changes = NIL;
	List	   *locals;
	Oid			namespace;
	ListCell   *cell;
	int			level;

	InitMaterializedSRF(fcinfo, 0);
	if (PG_ARGISNULL(0))
		return (Datum) 0;
	level = own_types();
	namespace = get_namespace_oid(NameStr(*PG_GETARG_NAME(0)), false);
	locals = local_tables(namespace);
	foreach(cell, locals)
	{
		LocalTable *local = lfirst(cell);

		if (!local->done)
			diff_schema(tables_of(locals, local), namespace, &changes);
	}
	foreach(cell, changes)
	{
		Change	   *change = lfirst(cell);
		Datum		values[4];
		bool		nulls[4] = {false};

		values[0] = CStringGetTextDatum(change->statement);
		values[1] = CStringGetTextDatum(change->reason);
		values[2] = CStringGetTextDatum(change->table);
		values[3] = CStringGetTextDatum(change->what);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	AtEOXact_GUC(true, level);
	return (Datum) 0;
}

/*
 * sf_refresh(table_name regclass).  Waits on the network, with no lock on the
 * table.
 */
Datum
sf_refresh(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	SfImportSchema schema;
	SfImportTable *remote;
	LocalTable *local;
	List	   *changes = NIL;
	int			level;

	PreventCommandIfReadOnly("sf_refresh()");
	level = own_types();
	if (get_rel_name(relid) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relid)));
	if (!sf_is_table_owner(relid))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_FOREIGN_TABLE, get_rel_name(relid));
	local = local_table(relid);
	if (local == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("\"%s\" is not a foreign table over a Snowflake table", get_rel_name(relid)),
				 errhint("It must not have the options query, query_id and kind.")));
	begin_schema(&schema, local);
	sf_import_read_tables(&schema, local->options->table);
	remote = sf_import_find(&schema, local->options->table);
	if (remote)
	{
		remote->wanted = true;
		sf_import_read_columns(&schema);
	}
	if (remote == NULL || remote->gone || (remote->columns == NIL && remote->left_out == NIL))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("Snowflake shows no table %s",
						sf_deparse_name(schema.database, schema.schema, local->options->table)),
				 errdetail("It does not exist any more, or role %s may not see it.",
						   schema.session->options->role ? schema.session->options->role : "(the user's default)"),
				 errhint("DROP FOREIGN TABLE %s", local->name)));
	diff_table(local, remote, &changes);
	run_changes(changes);
	AtEOXact_GUC(true, level);
	PG_RETURN_INT32(list_length(changes));
}

/*
 * Those of a schema here, by name.
 */
static List *
local_tables(Oid namespace)
{
	List	   *found = NIL;
	ListCell   *cell;

	foreach(cell, sf_foreign_tables(namespace))
	{
		LocalTable *local = local_table(lfirst_oid(cell));

		if (local)
			found = lappend(found, local);
	}
	return found;
}

/*
 * NULL for what is no foreign table over a table of Snowflake.
 */
static LocalTable *
local_table(Oid relid)
{
	LocalTable *local = palloc0(sizeof(LocalTable));
	const char *name = get_rel_name(relid);

	if (get_rel_relkind(relid) != RELKIND_FOREIGN_TABLE)
		return NULL;
	local->relid = relid;
	local->serverid = GetForeignTable(relid)->serverid;
	if (!sf_server_is_ours(local->serverid))
		return NULL;
	local->options = sf_table_options(relid);
	if (local->options->query || local->options->query_id || local->options->kind)
		return NULL;
	local->name = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), name);
	local->import = sf_recorded_import(relid);
	return local;
}

/*
 * Throws 42501.
 */
static void
check_usage(Oid serverid)
{
	if (!sf_has_server_usage(serverid, GetUserId()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("permission denied for foreign server %s", GetForeignServer(serverid)->servername)));
}

/*
 * Throws 22023 where nobody says in which schema the table is.
 */
static void
complete_place(LocalTable *local, const SfConnOptions *options)
{
	if (local->options->schema == NULL)
		local->options->schema = options->schema;
	if (local->options->database == NULL)
		local->options->database = options->database;
	if (local->options->database == NULL || local->options->schema == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("it is not known in which schema of Snowflake the table of %s is", local->name),
				 errhint("Set the options database and schema of the foreign table or of the server.")));
}

/*
 * Of the foreign tables over one schema of Snowflake, and those of its tables
 * that are none of them.
 */
static void
diff_schema(List *locals, Oid namespace, List **changes)
{
	const SfImportOptions *import = import_of_all(locals);
	List	   *gone = NIL;
	SfImportSchema schema;
	ListCell   *cell;

	begin_schema(&schema, linitial(locals));
	sf_import_read_tables(&schema, NULL);
	mark_wanted(&schema, locals, import);
	sf_import_read_columns(&schema);
	foreach(cell, locals)
	{
		LocalTable *local = lfirst(cell);
		SfImportTable *remote = sf_import_find(&schema, local->options->table);
		const char *role = schema.session->options->role;

		local->done = true;
		if (remote && !remote->gone)
			continue;
		gone = lappend_oid(gone, local->relid);
		append_change(changes, local->name, "table gone", psprintf("DROP FOREIGN TABLE %s", local->name),
					  psprintf("Snowflake shows no table %s to %s%s",
							   sf_deparse_name(schema.database, schema.schema, local->options->table),
							   role ? "role " : "the user's default role", role ? role : ""));
	}
	foreach(cell, locals)
	{
		LocalTable *local = lfirst(cell);
		SfImportTable *remote = sf_import_find(&schema, local->options->table);

		if (remote == NULL || remote->gone)
			continue;
		if (remote->columns == NIL && remote->left_out == NIL)
			ereport(WARNING,
					(errcode(ERRCODE_WARNING),
					 errmsg("%s is not compared", local->name),
					 errdetail("Snowflake shows no columns of it.")));
		else
			diff_table(local, remote, changes);
	}
	diff_new(&schema, import, namespace, gone, changes);
}

/*
 * Those over the same schema of Snowflake as the first.
 */
static List *
tables_of(List *locals, const LocalTable *first)
{
	SfConnOptions *options;
	List	   *found = NIL;
	ListCell   *cell;

	check_usage(first->serverid);
	options = sf_session_get(first->serverid, GetUserId())->options;
	complete_place((LocalTable *) first, options);
	foreach(cell, locals)
	{
		LocalTable *local = lfirst(cell);

		if (local->done || local->serverid != first->serverid)
			continue;
		complete_place(local, options);
		if (strcmp(local->options->database, first->options->database) == 0 &&
			strcmp(local->options->schema, first->options->schema) == 0)
			found = lappend(found, local);
	}
	return found;
}

static void
begin_schema(SfImportSchema *schema, const LocalTable *local)
{
	check_usage(local->serverid);
	memset(schema, 0, sizeof(*schema));
	schema->session = sf_session_get(local->serverid, GetUserId());
	schema->server_name = GetForeignServer(local->serverid)->servername;
	complete_place((LocalTable *) local, schema->session->options);
	schema->database = local->options->database;
	schema->schema = local->options->schema;
	schema->quiet = true;
	schema->missing_hint = psprintf("It is the schema of the foreign table %s.", local->name);
}

/*
 * What is there twice, and what an import would bring.
 */
static void
mark_wanted(SfImportSchema *schema, List *locals, const SfImportOptions *import)
{
	ListCell   *cell;

	foreach(cell, schema->tables)
	{
		SfImportTable *table = lfirst(cell);

		table->wanted = import && (!table->view || import->import_views);
	}
	foreach(cell, locals)
	{
		SfImportTable *table = sf_import_find(schema, ((LocalTable *) lfirst(cell))->options->table);

		if (table)
			table->wanted = table->known = true;
	}
}

/*
 * The options of the last import without a list of tables; NULL: there was
 * none.
 */
static const SfImportOptions *
import_of_all(List *locals)
{
	const LocalTable *last = NULL;
	ListCell   *cell;

	foreach(cell, locals)
	{
		const LocalTable *local = lfirst(cell);

		if (local->options->import_all && (last == NULL || local->relid > last->relid))
			last = local;
	}
	return last ? last->import : NULL;
}

/*
 * Tables that an import of the whole schema would bring.
 */
static void
diff_new(SfImportSchema *schema, const SfImportOptions *import, Oid namespace, List *gone, List **changes)
{
	char	   *into = psprintf("%s.", quote_identifier(get_namespace_name(namespace)));
	List	   *found = NIL;
	ListCell   *cell;

	foreach(cell, schema->tables)
	{
		SfImportTable *table = lfirst(cell);

		if (table->wanted && !table->known && table->columns != NIL)
			found = lappend(found, table);
	}
	if (found == NIL)
		return;
	sf_import_choose_names(found, taken_names(namespace, gone), import->import_case);
	foreach(cell, found)
	{
		SfImportTable *table = lfirst(cell);

		sf_import_choose_columns(table, NIL, import->import_case);
		sf_import_warn(table);
		append_change(changes, psprintf("%s%s", into, quote_identifier(table->name.local)), "table new",
					  sf_import_create(schema, table, import, into, true),
					  psprintf("%s is new", sf_deparse_name(schema->database, schema->schema, table->name.remote)));
	}
}

/*
 * The relations and types of a schema, but for tables that are to go.
 */
static List *
taken_names(Oid namespace, List *gone)
{
	Relation	catalog = table_open(TypeRelationId, AccessShareLock);
	SysScanDesc scan;
	List	   *names = NIL;
	HeapTuple	tuple;

	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);

		if (form->typnamespace == namespace && !list_member_oid(gone, form->typrelid))
			names = lappend(names, pstrdup(NameStr(form->typname)));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);

	/* indexes and sequences have no type */
	catalog = table_open(RelationRelationId, AccessShareLock);
	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_class form = (Form_pg_class) GETSTRUCT(tuple);

		if (form->relnamespace == namespace && !OidIsValid(form->reltype))
			names = lappend(names, pstrdup(NameStr(form->relname)));
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return names;
}

static void
diff_table(const LocalTable *local, const SfImportTable *remote, List **changes)
{
	Comparison	comparison = {.local = local,.remote = remote,.changes = changes};
	Relation	rel = table_open(local->relid, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);

	comparison.added = list_copy(remote->columns);
	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped)
			diff_column(&comparison, TupleDescAttr(desc, i));
	}
	if (local->import)
	{
		diff_added(&comparison);
		if (local->import->import_comments)
			diff_comment(&comparison, psprintf("ALTER FOREIGN TABLE %s", local->name), "the table",
						 local->options->remote_comment, remote->comment);
	}
	/* ALTER wants a stronger one: two of us must not wait for each other */
	table_close(rel, AccessShareLock);
}

/*
 * One that is none of Snowflake's is left alone.
 */
static void
diff_column(Comparison *comparison, Form_pg_attribute attribute)
{
	SfColumnOptions *options = sf_column_options(attribute->attrelid, attribute->attnum);
	char	   *name = NameStr(attribute->attname);
	char	   *remote_name;
	SfImportColumn *column = NULL;
	SfRemoteType actual;
	bool		nullable = true;
	ListCell   *cell;

	if (options->constant)
	{
		comparison->names = lappend(comparison->names, pstrdup(name));
		return;
	}
	remote_name = sf_remote_column_name(attribute->attrelid, attribute->attnum);
	foreach(cell, comparison->remote->columns)
	{
		if (strcmp(((SfImportColumn *) lfirst(cell))->name.remote, remote_name) == 0)
		{
			column = lfirst(cell);
			break;
		}
	}
	if (column == NULL)
	{
		add_change(comparison, "column gone",
				   psprintf("ALTER FOREIGN TABLE %s DROP COLUMN %s", comparison->local->name, quote_identifier(name)),
				   psprintf("column \"%s\" is not in Snowflake any more", remote_name));
		return;
	}
	comparison->names = lappend(comparison->names, pstrdup(name));
	comparison->added = list_delete_ptr(comparison->added, column);
	sf_remote_type_from_show(column->data_type, &actual, &nullable);
	diff_type(comparison, attribute, options, &actual);
	if (comparison->local->import)
		diff_details(comparison, attribute, options, column, &actual, nullable);
}

/*
 * The column's declared type changes where it was the one that an import of
 * what is recorded would declare.
 */
static void
diff_type(Comparison *comparison, Form_pg_attribute attribute, const SfColumnOptions *options,
		  const SfRemoteType *actual)
{
	char	   *column = psprintf("ALTER COLUMN %s", quote_identifier(NameStr(attribute->attname)));
	char	   *today = actual->kind == SF_TYPE_UNKNOWN ? NULL : sf_remote_type_name(actual);
	char	   *declared = NULL;
	SfRemoteType recorded;

	if (options->remote_type == NULL || !sf_remote_type_parse(options->remote_type, &recorded))
	{
		if (today && comparison->local->import)
			add_change(comparison, "type",
					   psprintf("ALTER FOREIGN TABLE %s %s OPTIONS (ADD remote_type %s)", comparison->local->name,
								column, quote_literal_cstr(today)),
					   psprintf("the type of column \"%s\" is not recorded and is %s", NameStr(attribute->attname),
								today));
		return;
	}
	/* what a type made by hand does not say is not compared */
	if (recorded.length < 0)
		recorded.length = actual->length;
	if (today && strcmp(sf_remote_type_name(&recorded), today) == 0)
		return;
	for (int bigint = 0; bigint <= 1; bigint++)
	{
		if (declared == NULL && has_type(attribute, sf_pg_type_for(&recorded, bigint)))
			declared = sf_pg_type_for(actual, bigint || (comparison->local->import &&
														 comparison->local->import->int38_bigint));
	}
	if (declared && !has_type(attribute, declared))
		column = psprintf("%s TYPE %s%s, %s", column, declared,
						  strcmp(declared, "text") == 0 ? " COLLATE \"C\"" : "", column);
	add_change(comparison, "type",
			   psprintf("ALTER FOREIGN TABLE %s %s OPTIONS (%s)", comparison->local->name, column,
						today ? psprintf("SET remote_type %s", quote_literal_cstr(today)) : "DROP remote_type"),
			   psprintf("column \"%s\" was %s and is %s", NameStr(attribute->attname), options->remote_type,
						today ? today : "of a type that is not known"));
}

/*
 * What an import records of a column beside its type.  SHOW does not always
 * tell of a collation, and a key that was chosen where Snowflake has none
 * stays.
 */
static void
diff_details(Comparison *comparison, Form_pg_attribute attribute, const SfColumnOptions *options,
			 const SfImportColumn *column, const SfRemoteType *actual, bool nullable)
{
	const SfImportOptions *import = comparison->local->import;
	List	   *all = GetForeignColumnOptions(attribute->attrelid, attribute->attnum);
	const char *name = NameStr(attribute->attname);
	char	   *alter = psprintf("ALTER FOREIGN TABLE %s ALTER COLUMN %s", comparison->local->name,
								 quote_identifier(name));

	if (import->import_not_null && attribute->attnotnull == nullable)
		add_change(comparison, "not null",
				   psprintf("%s %s NOT NULL", alter, nullable ? "DROP" : "SET"),
				   psprintf("column \"%s\" %s NULL", name, nullable ? "may be" : "is never"));
	if (!sf_is_plain_collation(actual->collation) &&
		(options->remote_collation == NULL || strcmp(options->remote_collation, actual->collation) != 0))
		add_change(comparison, "collation",
				   psprintf("%s OPTIONS (%s remote_collation %s)", alter, action(all, "remote_collation"),
							quote_literal_cstr(actual->collation)),
				   psprintf("column \"%s\" has the collation %s", name, actual->collation));
	if (comparison->remote->has_key && options->key != column->key)
		add_change(comparison, "key",
				   column->key ? psprintf("%s OPTIONS (%s key 'true')", alter, action(all, "key")) :
				   psprintf("%s OPTIONS (DROP key)", alter),
				   psprintf("column \"%s\" is %s the primary key", name, column->key ? "of" : "not of"));
	if (import->import_comments)
		diff_comment(comparison, alter, psprintf("column \"%s\"", name), options->remote_comment, column->comment);
}

/*
 * Of a table or a column; NULL: no comment.
 */
static void
diff_comment(Comparison *comparison, const char *alter, const char *subject, const char *recorded,
			 const char *actual)
{
	if (actual == NULL && recorded)
		add_change(comparison, "comment", psprintf("%s OPTIONS (DROP remote_comment)", alter),
				   psprintf("%s has no comment any more", subject));
	if (actual && (recorded == NULL || strcmp(recorded, actual) != 0))
		add_change(comparison, "comment",
				   psprintf("%s OPTIONS (%s remote_comment %s)", alter, recorded ? "SET" : "ADD",
							quote_literal_cstr(actual)),
				   psprintf("%s has another comment", subject));
}

/*
 * Columns of Snowflake's that the foreign table lacks.
 */
static void
diff_added(Comparison *comparison)
{
	const LocalTable *local = comparison->local;
	SfImportTable table = *comparison->remote;
	ListCell   *cell;

	table.columns = comparison->added;
	sf_import_choose_columns(&table, comparison->names, local->import->import_case);
	foreach(cell, comparison->added)
	{
		const SfImportColumn *column = lfirst(cell);
		StringInfoData sql;

		initStringInfo(&sql);
		appendStringInfo(&sql, "ALTER FOREIGN TABLE %s ADD COLUMN ", local->name);
		sf_import_column(&sql, comparison->remote, column, local->import);
		add_change(comparison, "column new", sql.data,
				   psprintf("column \"%s\" is new", column->name.remote));
	}
}

static bool
has_type(Form_pg_attribute attribute, const char *type)
{
	Oid			oid;
	int32		typmod;

	parseTypeString(type, &oid, &typmod, false);
	return oid == attribute->atttypid && typmod == attribute->atttypmod;
}

/*
 * How an option comes to a value.
 */
static const char *
action(List *options, const char *name)
{
	ListCell   *cell;

	foreach(cell, options)
	{
		if (strcmp(((DefElem *) lfirst(cell))->defname, name) == 0)
			return "SET";
	}
	return "ADD";
}

static void
add_change(Comparison *comparison, const char *what, char *statement, char *reason)
{
	append_change(comparison->changes, comparison->local->name, what, statement, reason);
}

static void
append_change(List **changes, const char *table, const char *what, char *statement, char *reason)
{
	Change	   *change = palloc(sizeof(Change));

	change->statement = statement;
	change->reason = reason;
	change->table = table;
	change->what = what;
	*changes = lappend(*changes, change);
}

/*
 * The names of types in statements mean PostgreSQL's own, whatever the search
 * path is, until AtEOXact_GUC of what is returned.
 */
static int
own_types(void)
{
	int			level = NewGUCNestLevel();

	(void) set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true,
							 0, false);
	return level;
}

/*
 * As the current user.
 */
static void
run_changes(List *changes)
{
	ListCell   *cell;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	foreach(cell, changes)
	{
		Change	   *change = lfirst(cell);

		if (SPI_execute(change->statement, false, 0) != SPI_OK_UTILITY)
			elog(ERROR, "could not run %s", change->statement);
		ereport(NOTICE,
				(errmsg_internal("%s", change->statement),
				 errdetail_internal("%s", change->reason)));
	}
	SPI_finish();
}
