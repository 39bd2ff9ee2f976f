/*
 * import.c
 *	  IMPORT FOREIGN SCHEMA of a Snowflake schema.
 *
 * Tables and columns come from SHOW, which needs no running warehouse and
 * shows precision, scale and length without loss.  A SHOW returns 10,000 rows
 * at the most: tables are paged by name, and columns are read table by table
 * where the schema has more.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "api/session.h"
#include "api/statement.h"
#include "base/ident.h"
#include "base/str.h"
#include "core/options.h"
#include "core/owner.h"
#include "deparse/select.h"
#include "fdw/fdw.h"
#include "types/typemap.h"

#define SHOW_LIMIT 10000

typedef struct ImportColumn
{
	char	   *name;
	char	   *data_type;		/* SHOW COLUMNS' JSON */
	char	   *default_expr;
	char	   *comment;
} ImportColumn;

typedef struct ImportTable
{
	char	   *name;			/* exact remote name */
	char	   *local_name;
	bool		view;
	bool		wanted;
	List	   *columns;		/* ImportColumn */
} ImportTable;

typedef struct ImportState
{
	SfSession  *session;
	ImportForeignSchemaStmt *stmt;
	SfImportOptions *options;
	char	   *database;
	char	   *schema;
	List	   *tables;			/* ImportTable, in SHOW's order */
	const char *last_name;		/* where the next page begins */
	ImportTable *current;		/* whose columns are being read */
	int			rows;			/* of the running SHOW */
	/* positions of the running SHOW's columns, -1: absent */
	int			name_col;
	int			kind_col;
	int			table_col;
	int			type_col;
	int			default_col;
	int			comment_col;
} ImportState;

static void parse_schema_name(ImportState *state);
static void read_tables(ImportState *state);
static void read_tables_row(const SfResultMeta *meta, char **cells, void *arg);
static void read_columns(ImportState *state);
static void read_columns_of(ImportState *state, const char *scope);
static void read_columns_row(const SfResultMeta *meta, char **cells, void *arg);
static ImportTable *wanted_table(ImportState *state, const char *name);
static void choose_local_names(ImportState *state);
static bool local_name_taken(ImportState *state, const char *name, ImportTable *self);
static void mark_wanted(ImportState *state);
static void check_table_list(ImportState *state);
static char *create_statement(ImportState *state, ImportTable *table);
static void append_column(ImportState *state, StringInfo sql, ImportColumn *column, List **names);
static char *local_column_name(ImportState *state, const char *remote, List *taken);
static void append_option(StringInfo sql, const char *separator, const char *name, const char *value);
static void run_show(ImportState *state, const char *sql, SfRowFn rowfn);
static int	result_column(const SfResultMeta *meta, const char *name);
static char *sql_literal(const char *text);
static bool constant_default(const char *expr);
static char *buf_text(SfBuf *buf, const char *what);

/*
 * Waits on the network.  Throws 42704 for a schema that does not exist, 22023
 * for a LIMIT TO name that matches nothing.
 */
List *
snowflakeImportForeignSchema(ImportForeignSchemaStmt *stmt, Oid serverOid)
{
	ImportState state = {0};
	List	   *commands = NIL;
	ListCell   *cell;

	state.stmt = stmt;
	state.options = sf_import_options(stmt);
	state.session = sf_session_get(serverOid, GetUserId());
	parse_schema_name(&state);

	read_tables(&state);
	choose_local_names(&state);
	mark_wanted(&state);
	check_table_list(&state);
	read_columns(&state);

	foreach(cell, state.tables)
	{
		ImportTable *table = lfirst(cell);

		if (table->wanted && table->columns != NIL)
			commands = lappend(commands, create_statement(&state, table));
	}
	return commands;
}

/*
 * "DB.SCHEMA" or "SCHEMA" with the server's database; each part folds to
 * upper case unless quoted.
 */
static void
parse_schema_name(ImportState *state)
{
	SfIdentParts parts;
	char		err[128];
	int			n = sf_ident_parse(state->stmt->remote_schema, &parts, err, sizeof(err));

	if (n < 0 || n > 2)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the name of a Snowflake schema", state->stmt->remote_schema),
				 n < 0 ? errdetail_internal("%s", err) : 0,
				 errhint("Write it as \"DATABASE.SCHEMA\" or \"SCHEMA\".")));
	state->schema = pstrdup(parts.name[n - 1]);
	state->database = n == 2 ? pstrdup(parts.name[0]) : state->session->options->database;
	if (state->database == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no database given for schema \"%s\"", state->schema),
				 errhint("Write \"DATABASE.%s\" or set the server's option \"database\".", state->schema)));
}

static void
read_tables(ImportState *state)
{
	char	   *scope = sf_deparse_name(NULL, state->database, state->schema);

	state->last_name = NULL;
	do
	{
		StringInfoData sql;

		initStringInfo(&sql);
		appendStringInfo(&sql, "SHOW OBJECTS IN SCHEMA %s LIMIT %d", scope, SHOW_LIMIT);
		if (state->last_name)
			appendStringInfo(&sql, " FROM %s", sql_literal(state->last_name));
		run_show(state, sql.data, read_tables_row);
	} while (state->rows >= SHOW_LIMIT);
}

static void
read_tables_row(const SfResultMeta *meta, char **cells, void *arg)
{
	ImportState *state = arg;
	ImportTable *table;

	if (state->rows++ == 0)
	{
		state->name_col = result_column(meta, "name");
		state->kind_col = result_column(meta, "kind");
		if (state->name_col < 0 || state->kind_col < 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROTOCOL_VIOLATION),
					 errmsg("SHOW OBJECTS has no columns \"name\" and \"kind\"")));
	}
	if (cells[state->name_col] == NULL)
		return;
	table = palloc0(sizeof(ImportTable));
	table->name = pstrdup(cells[state->name_col]);
	table->view = cells[state->kind_col] && strstr(cells[state->kind_col], "VIEW") != NULL;
	state->tables = lappend(state->tables, table);
	state->last_name = table->name;
}

static void
read_columns(ImportState *state)
{
	ListCell   *cell;
	int			wanted = 0;

	foreach(cell, state->tables)
		wanted += ((ImportTable *) lfirst(cell))->wanted;
	if (wanted == 0)
		return;
	if (wanted > 1)
	{
		read_columns_of(state, psprintf("SCHEMA %s", sf_deparse_name(NULL, state->database, state->schema)));
		if (state->rows < SHOW_LIMIT)
			return;
	}
	foreach(cell, state->tables)
	{
		ImportTable *table = lfirst(cell);

		if (!table->wanted)
			continue;
		table->columns = NIL;
		read_columns_of(state, psprintf("%s %s", table->view ? "VIEW" : "TABLE",
										sf_deparse_name(state->database, state->schema, table->name)));
	}
}

static void
read_columns_of(ImportState *state, const char *scope)
{
	run_show(state, psprintf("SHOW COLUMNS IN %s", scope), read_columns_row);
}

static void
read_columns_row(const SfResultMeta *meta, char **cells, void *arg)
{
	ImportState *state = arg;
	ImportColumn *column;
	ImportTable *table;

	if (state->rows++ == 0)
	{
		state->table_col = result_column(meta, "table_name");
		state->name_col = result_column(meta, "column_name");
		state->type_col = result_column(meta, "data_type");
		state->default_col = result_column(meta, "default");
		state->comment_col = result_column(meta, "comment");
		if (state->table_col < 0 || state->name_col < 0 || state->type_col < 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROTOCOL_VIOLATION),
					 errmsg("SHOW COLUMNS has no columns \"table_name\", \"column_name\" and \"data_type\"")));
	}
	if (!cells[state->table_col] || !cells[state->name_col] || !cells[state->type_col])
		return;
	table = wanted_table(state, cells[state->table_col]);
	if (table == NULL)
		return;
	column = palloc0(sizeof(ImportColumn));
	column->name = pstrdup(cells[state->name_col]);
	column->data_type = pstrdup(cells[state->type_col]);
	if (state->default_col >= 0 && cells[state->default_col])
		column->default_expr = pstrdup(cells[state->default_col]);
	if (state->comment_col >= 0 && cells[state->comment_col])
		column->comment = pstrdup(cells[state->comment_col]);
	table->columns = lappend(table->columns, column);
}

/*
 * The columns of a table follow each other: the last one found is tried
 * first.
 */
static ImportTable *
wanted_table(ImportState *state, const char *name)
{
	ListCell   *cell;

	if (state->current && strcmp(state->current->name, name) == 0)
		return state->current->wanted ? state->current : NULL;
	foreach(cell, state->tables)
	{
		ImportTable *table = lfirst(cell);

		if (strcmp(table->name, name) != 0)
			continue;
		state->current = table;
		return table->wanted ? table : NULL;
	}
	return NULL;
}

/*
 * Names that fold to the same local name: the first keeps it, the others stay
 * as they are remotely.
 */
static void
choose_local_names(ImportState *state)
{
	ListCell   *cell;

	foreach(cell, state->tables)
	{
		ImportTable *table = lfirst(cell);
		SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocSize);

		sf_ident_local_name(buf, table->name, state->options->import_case);
		table->local_name = buf_text(buf, "a table name");
		if (local_name_taken(state, table->local_name, table))
		{
			sf_buf_reset(buf);
			sf_ident_shorten(buf, table->name);
			table->local_name = buf_text(buf, "a table name");
		}
		sf_buf_free(buf);
	}
}

static bool
local_name_taken(ImportState *state, const char *name, ImportTable *self)
{
	ListCell   *cell;

	foreach(cell, state->tables)
	{
		ImportTable *table = lfirst(cell);

		if (table == self)
			return false;
		if (strcmp(table->local_name, name) == 0)
			return true;
	}
	return false;
}

static void
mark_wanted(ImportState *state)
{
	ListCell   *cell;
	ListCell   *name;

	foreach(cell, state->tables)
	{
		ImportTable *table = lfirst(cell);
		bool		listed = false;

		foreach(name, state->stmt->table_list)
			listed |= strcmp(((RangeVar *) lfirst(name))->relname, table->local_name) == 0;
		switch (state->stmt->list_type)
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
		if (table->view && !state->options->import_views && state->stmt->list_type != FDW_IMPORT_SCHEMA_LIMIT_TO)
			table->wanted = false;
	}
}

/*
 * A name of LIMIT TO that no table has is a slip of the pen: say so, with the
 * nearest name.
 */
static void
check_table_list(ImportState *state)
{
	ListCell   *name;
	ListCell   *cell;

	if (state->stmt->list_type != FDW_IMPORT_SCHEMA_LIMIT_TO)
		return;
	foreach(name, state->stmt->table_list)
	{
		const char *wanted = ((RangeVar *) lfirst(name))->relname;
		SfNearest	nearest;
		bool		found = false;

		sf_nearest_begin(&nearest, wanted);
		foreach(cell, state->tables)
		{
			ImportTable *table = lfirst(cell);

			found |= strcmp(wanted, table->local_name) == 0;
			sf_nearest_try(&nearest, table->local_name);
		}
		if (!found)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("schema \"%s.%s\" has no table \"%s\" that could be imported",
							state->database, state->schema, wanted),
					 errdetail("LIMIT TO takes local names; the role \"%s\" sees %d tables and views.",
							   state->session->options->role ? state->session->options->role : "default",
							   list_length(state->tables)),
					 nearest.name ? errhint("Perhaps you meant \"%s\".", nearest.name) : 0));
	}
}

static char *
create_statement(ImportState *state, ImportTable *table)
{
	StringInfoData sql;
	List	   *names = NIL;
	ListCell   *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE FOREIGN TABLE %s (", quote_identifier(table->local_name));
	foreach(cell, table->columns)
	{
		appendStringInfoString(&sql, names ? ",\n\t" : "\n\t");
		append_column(state, &sql, lfirst(cell), &names);
	}
	appendStringInfo(&sql, "\n) SERVER %s\nOPTIONS (", quote_identifier(state->stmt->server_name));
	append_option(&sql, "", "database", state->database);
	append_option(&sql, ", ", "schema", state->schema);
	append_option(&sql, ", ", "\"table\"", table->name);
	appendStringInfoString(&sql, ");");
	return sql.data;
}

static void
append_column(ImportState *state, StringInfo sql, ImportColumn *column, List **names)
{
	SfRemoteType type;
	bool		nullable = true;
	char	   *local = local_column_name(state, column->name, *names);

	if (!sf_remote_type_from_show(column->data_type, &type, &nullable))
		ereport(ERROR,
				(errcode(ERRCODE_PROTOCOL_VIOLATION),
				 errmsg("the type of column \"%s\" cannot be read", column->name),
				 errdetail("SHOW COLUMNS says %s.", column->data_type)));
	*names = lappend(*names, local);
	appendStringInfo(sql, "%s %s OPTIONS (", quote_identifier(local),
					 sf_pg_type_for(&type, state->options->int38_bigint));
	append_option(sql, "", "column_name", column->name);
	append_option(sql, ", ", "remote_type", sf_remote_type_name(&type));
	if (state->options->import_comments && column->comment && column->comment[0])
		append_option(sql, ", ", "remote_comment", column->comment);
	if (type.collation[0])
		append_option(sql, ", ", "remote_collation", type.collation);
	appendStringInfoChar(sql, ')');
	if (type.kind == SF_TYPE_TEXT)
		appendStringInfoString(sql, " COLLATE \"C\"");
	if (state->options->import_default && column->default_expr && constant_default(column->default_expr))
		appendStringInfo(sql, " DEFAULT %s", column->default_expr);
	if (state->options->import_not_null && !nullable)
		appendStringInfoString(sql, " NOT NULL");
}

/*
 * The local name of a column, unlike those before it.
 */
static char *
local_column_name(ImportState *state, const char *remote, List *taken)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	char	   *local;
	ListCell   *cell;

	sf_ident_local_name(buf, remote, state->options->import_case);
	local = buf_text(buf, "a column name");
	foreach(cell, taken)
	{
		if (strcmp(lfirst(cell), local) != 0)
			continue;
		sf_buf_reset(buf);
		sf_ident_shorten(buf, remote);
		local = buf_text(buf, "a column name");
		break;
	}
	sf_buf_free(buf);
	return local;
}

static void
append_option(StringInfo sql, const char *separator, const char *name, const char *value)
{
	appendStringInfo(sql, "%s%s %s", separator, name, quote_literal_cstr(value));
}

static void
run_show(ImportState *state, const char *sql, SfRowFn rowfn)
{
	SfStatementSpec spec = {.sql = sql,.statement_count = 1};

	state->rows = 0;
	sf_statement_run(state->session, &spec, rowfn, state);
}

static int
result_column(const SfResultMeta *meta, const char *name)
{
	for (int i = 0; i < meta->ncolumns; i++)
	{
		if (sf_strcasecmp_ascii(meta->columns[i].name, name) == 0)
			return i;
	}
	return -1;
}

static char *
sql_literal(const char *text)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocSize);

	sf_literal_quote(buf, text);
	return buf_text(buf, "a literal");
}

/*
 * Only constants mean the same in both; other defaults stay remote.
 */
static bool
constant_default(const char *expr)
{
	size_t		n = strlen(expr);

	if (n > 0 && strspn(expr, "0123456789.-") == n)
		return true;
	if (pg_strcasecmp(expr, "TRUE") == 0 || pg_strcasecmp(expr, "FALSE") == 0)
		return true;
	return n >= 2 && expr[0] == '\'' && strchr(expr, '\\') == NULL && strchr(expr + 1, '\'') == expr + n - 1;
}

static char *
buf_text(SfBuf *buf, const char *what)
{
	sf_buf_check(buf, what);
	return pnstrdup(buf->data, buf->len);
}
