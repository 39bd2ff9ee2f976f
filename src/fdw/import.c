/*
 * import.c
 *	  IMPORT FOREIGN SCHEMA of a Snowflake schema.
 *
 * Tables and columns come from SHOW, which needs no running warehouse and
 * shows precision, scale and length without loss.  A SHOW returns 10,000 rows
 * at the most: tables are paged by name, and columns are read table by table
 * where the schema has more.
 *
 * One odd name or type does not stop an import: what cannot be had as it is
 * gets another name, becomes text or is left out, with a WARNING that says so.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "api/session.h"
#include "api/statement.h"
#include "base/ident.h"
#include "base/str.h"
#include "core/error.h"
#include "core/options.h"
#include "core/owner.h"
#include "core/quote.h"
#include "deparse/select.h"
#include "fdw/fdw.h"
#include "types/typemap.h"

#define SHOW_LIMIT 10000

/* The first member of what has a name. */
typedef struct ImportName
{
	char	   *remote;			/* exact */
	char	   *local;			/* NULL: not chosen yet */
	bool		forced;			/* the local name is none of those that the
								 * options ask for */
} ImportName;

typedef struct ImportColumn
{
	ImportName	name;
	char	   *data_type;		/* SHOW COLUMNS' JSON */
	char	   *default_expr;
	const char *comment;
} ImportColumn;

typedef struct ImportTable
{
	ImportName	name;
	bool		view;
	bool		wanted;
	List	   *columns;		/* ImportColumn */
	List	   *left_out;		/* ImportColumn: names that can be shown, and
								 * in comment the reason */
	int			beyond;			/* columns that no table can have */
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

/* Every table has columns of these names. */
static const char *const system_columns[] = {"tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"};

static void parse_schema_name(ImportState *state);
static void read_tables(ImportState *state);
static void read_tables_row(const SfResultMeta *meta, char **cells, void *arg);
static void read_columns(ImportState *state);
static void read_columns_of(ImportState *state, const char *scope);
static void read_columns_row(const SfResultMeta *meta, char **cells, void *arg);
static char *exact_text(const char *utf8);
static ImportTable *wanted_table(ImportState *state, const char *name);
static void choose_names(const ImportState *state, List *named, const char *const *reserved, int nreserved);
static char *folded(const ImportState *state, const char *remote);
static char *free_name(HTAB *taken, const char *wish, const char *remote);
static bool take(HTAB *taken, const char *name);
static void mark_wanted(ImportState *state);
static void check_table_list(ImportState *state);
static void warn_left_out(const ImportTable *table);
static char *create_statement(ImportState *state, ImportTable *table);
static void append_column(ImportState *state, StringInfo sql, const ImportTable *table, const ImportColumn *column);
static void append_option(StringInfo sql, const char *separator, const char *name, const char *value);
static void run_show(ImportState *state, const char *sql, SfRowFn rowfn);
static bool constant_default(SfTypeKind kind, const char *expr);
static bool is_number(const char *text);

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
	choose_names(&state, state.tables, NULL, 0);
	mark_wanted(&state);
	check_table_list(&state);
	read_columns(&state);

	foreach(cell, state.tables)
	{
		ImportTable *table = lfirst(cell);

		if (!table->wanted)
			continue;
		choose_names(&state, table->columns, system_columns, lengthof(system_columns));
		warn_left_out(table);
		if (table->columns != NIL)
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

/*
 * Page by page.  Waits on the network, interruptible.
 */
static void
read_tables(ImportState *state)
{
	char	   *scope = sf_deparse_name(NULL, state->database, state->schema);

	state->last_name = NULL;
	do
	{
		StringInfoData sql;
		const char *from = state->last_name;

		initStringInfo(&sql);
		appendStringInfo(&sql, "SHOW OBJECTS IN SCHEMA %s LIMIT %d", scope, SHOW_LIMIT);
		if (from)
			appendStringInfo(&sql, " FROM %s", sf_literal(from));
		run_show(state, sql.data, read_tables_row);
		if (state->rows >= SHOW_LIMIT && state->last_name == from)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("the tables of schema \"%s.%s\" cannot all be listed", state->database, state->schema),
					 errdetail("%d of them have names that the database's encoding lacks.", SHOW_LIMIT)));
	} while (state->rows >= SHOW_LIMIT);
}

/*
 * SfRowFn; the cells are in UTF-8.
 */
static void
read_tables_row(const SfResultMeta *meta, char **cells, void *arg)
{
	ImportState *state = arg;
	ImportTable *table;
	char	   *name;

	if (state->rows++ == 0)
	{
		state->name_col = sf_result_column(meta, "name");
		state->kind_col = sf_result_column(meta, "kind");
		if (state->name_col < 0 || state->kind_col < 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROTOCOL_VIOLATION),
					 errmsg("SHOW OBJECTS has no columns \"name\" and \"kind\"")));
	}
	if (cells[state->name_col] == NULL)
		return;
	name = exact_text(cells[state->name_col]);
	if (name == NULL || name[0] == '\0')
	{
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("table \"%s\" is left out",
						sf_text_shown(cells[state->name_col], strlen(cells[state->name_col]))),
				 name ?
				 errdetail("Its name is empty.") :
				 errdetail("Its name has characters that the database's encoding lacks.")));
		return;
	}
	/* a page may begin with the name behind which it was asked for */
	if (state->last_name && strcmp(state->last_name, name) == 0)
		return;
	table = palloc0(sizeof(ImportTable));
	table->name.remote = name;
	table->view = cells[state->kind_col] && strstr(cells[state->kind_col], "VIEW") != NULL;
	state->tables = lappend(state->tables, table);
	state->last_name = name;
}

/*
 * With one SHOW COLUMNS where that shows all of the schema, else with one a
 * table.  Waits on the network, interruptible.
 */
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
		table->columns = table->left_out = NIL;
		table->beyond = 0;
		read_columns_of(state, psprintf("%s %s", table->view ? "VIEW" : "TABLE",
										sf_deparse_name(state->database, state->schema, table->name.remote)));
	}
}

static void
read_columns_of(ImportState *state, const char *scope)
{
	run_show(state, psprintf("SHOW COLUMNS IN %s", scope), read_columns_row);
}

/*
 * SfRowFn; the cells are in UTF-8.
 */
static void
read_columns_row(const SfResultMeta *meta, char **cells, void *arg)
{
	ImportState *state = arg;
	ImportColumn *column;
	ImportTable *table;
	char	   *table_name;

	if (state->rows++ == 0)
	{
		state->table_col = sf_result_column(meta, "table_name");
		state->name_col = sf_result_column(meta, "column_name");
		state->type_col = sf_result_column(meta, "data_type");
		state->default_col = sf_result_column(meta, "default");
		state->comment_col = sf_result_column(meta, "comment");
		if (state->table_col < 0 || state->name_col < 0 || state->type_col < 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROTOCOL_VIOLATION),
					 errmsg("SHOW COLUMNS has no columns \"table_name\", \"column_name\" and \"data_type\"")));
	}
	if (!cells[state->table_col] || !cells[state->name_col] || !cells[state->type_col])
		return;
	table_name = exact_text(cells[state->table_col]);
	table = table_name ? wanted_table(state, table_name) : NULL;
	if (table == NULL)
		return;
	column = palloc0(sizeof(ImportColumn));
	column->name.remote = exact_text(cells[state->name_col]);
	if (column->name.remote == NULL || column->name.remote[0] == '\0')
	{
		column->comment = column->name.remote ? "Its name is empty." :
			"Its name has characters that the database's encoding lacks.";
		column->name.remote = sf_text_shown(cells[state->name_col], strlen(cells[state->name_col]));
		table->left_out = lappend(table->left_out, column);
		return;
	}
	if (list_length(table->columns) == MaxHeapAttributeNumber)
	{
		if (table->beyond++ == 0)
			table->left_out = lappend(table->left_out, column);
		return;
	}
	column->data_type = sf_text_shown(cells[state->type_col], strlen(cells[state->type_col]));
	if (state->default_col >= 0 && cells[state->default_col])
		column->default_expr = exact_text(cells[state->default_col]);
	if (state->comment_col >= 0 && cells[state->comment_col])
		column->comment = sf_text_shown(cells[state->comment_col], strlen(cells[state->comment_col]));
	table->columns = lappend(table->columns, column);
}

/*
 * In the database's encoding; NULL where that lacks a character.
 */
static char *
exact_text(const char *utf8)
{
	char	   *text = sf_text_shown(utf8, strlen(utf8));
	char	   *back = pg_server_to_any(text, strlen(text), PG_UTF8);

	return strcmp(back, utf8) == 0 ? text : NULL;
}

/*
 * The columns of a table follow each other: the last one found is tried
 * first.
 */
static ImportTable *
wanted_table(ImportState *state, const char *name)
{
	ListCell   *cell;

	if (state->current && strcmp(state->current->name.remote, name) == 0)
		return state->current->wanted ? state->current : NULL;
	foreach(cell, state->tables)
	{
		ImportTable *table = lfirst(cell);

		if (strcmp(table->name.remote, name) != 0)
			continue;
		state->current = table;
		return table->wanted ? table : NULL;
	}
	return NULL;
}

/*
 * Local names that differ, for a list of what begins with an ImportName.  A
 * name that stays as it is goes before one that is folded to it, which then
 * stays as it is itself; what is left, or equals a reserved name, gets a
 * number.
 */
static void
choose_names(const ImportState *state, List *named, const char *const *reserved, int nreserved)
{
	HASHCTL		control = {.keysize = NAMEDATALEN,.entrysize = NAMEDATALEN,.hcxt = CurrentMemoryContext};
	HTAB	   *taken = hash_create("names of an import", 256, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	ListCell   *cell;

	for (int i = 0; i < nreserved; i++)
		take(taken, reserved[i]);
	foreach(cell, named)
	{
		ImportName *name = lfirst(cell);
		char	   *wish = folded(state, name->remote);

		if (strcmp(wish, name->remote) == 0 && take(taken, wish))
			name->local = wish;
	}
	foreach(cell, named)
	{
		ImportName *name = lfirst(cell);
		char	   *wish;

		if (name->local)
			continue;
		wish = folded(state, name->remote);
		if (take(taken, wish))
			name->local = wish;
		else
		{
			name->local = free_name(taken, wish, name->remote);
			name->forced = strcmp(name->local, name->remote) != 0;
			for (int i = 0; i < nreserved; i++)
				name->forced |= strcmp(wish, reserved[i]) == 0;
		}
	}
	hash_destroy(taken);
}

static char *
folded(const ImportState *state, const char *remote)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocSize);

	sf_ident_local_name(buf, remote, state->options->import_case);
	return sf_buf_text(buf, "a name");
}

/*
 * The remote name where that is free, else the wish with a number.
 */
static char *
free_name(HTAB *taken, const char *wish, const char *remote)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	char	   *name;

	sf_ident_shorten(buf, remote);
	name = sf_buf_text(buf, "a name");
	for (int number = 2; !take(taken, name); number++)
	{
		char		suffix[12];

		snprintf(suffix, sizeof(suffix), "_%d", number);
		name = psprintf("%.*s%s", pg_mbcliplen(wish, strlen(wish), NAMEDATALEN - 1 - strlen(suffix)), wish, suffix);
	}
	return name;
}

/*
 * False when it is taken already.
 */
static bool
take(HTAB *taken, const char *name)
{
	bool		found;

	hash_search(taken, name, HASH_ENTER, &found);
	return !found;
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
			listed |= strcmp(((RangeVar *) lfirst(name))->relname, table->name.local) == 0;
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
	const char *role = state->session->options->role;
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

			found |= strcmp(wanted, table->name.local) == 0;
			sf_nearest_try(&nearest, table->name.local);
		}
		if (!found)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("schema \"%s.%s\" has no table \"%s\" that could be imported",
							state->database, state->schema, wanted),
					 errdetail("LIMIT TO takes local names; %s%s sees %d tables and views.",
							   role ? "role " : "the user's default role", role ? role : "",
							   list_length(state->tables)),
					 nearest.name ? errhint("Perhaps you meant \"%s\".", nearest.name) : 0));
	}
}

/*
 * What is not imported of a table, and the table itself when nothing is.
 */
static void
warn_left_out(const ImportTable *table)
{
	ListCell   *cell;

	if (table->name.forced)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("table \"%s\" is imported as \"%s\"", table->name.remote, table->name.local),
				 errdetail("Another table has the name that it would have.")));
	foreach(cell, table->left_out)
	{
		ImportColumn *column = lfirst(cell);

		if (column->comment)
			ereport(WARNING,
					(errcode(ERRCODE_WARNING),
					 errmsg("column \"%s\" of table \"%s\" is left out", column->name.remote, table->name.remote),
					 errdetail_internal("%s", column->comment)));
		else
			ereport(WARNING,
					(errcode(ERRCODE_WARNING),
					 errmsg("column \"%s\" of table \"%s\" and those behind it are left out", column->name.remote,
							table->name.remote),
					 errdetail("The table has %d columns, a foreign table at most %d.",
							   list_length(table->columns) + table->beyond, MaxHeapAttributeNumber)));
	}
	if (table->columns == NIL)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("table \"%s\" is left out", table->name.remote),
				 errdetail("It has no column that could be imported.")));
}

static char *
create_statement(ImportState *state, ImportTable *table)
{
	StringInfoData sql;
	const char *separator = "\n\t";
	ListCell   *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE FOREIGN TABLE %s (", quote_identifier(table->name.local));
	foreach(cell, table->columns)
	{
		appendStringInfoString(&sql, separator);
		append_column(state, &sql, table, lfirst(cell));
		separator = ",\n\t";
	}
	appendStringInfo(&sql, "\n) SERVER %s\nOPTIONS (", quote_identifier(state->stmt->server_name));
	append_option(&sql, "", "database", state->database);
	append_option(&sql, ", ", "schema", state->schema);
	append_option(&sql, ", ", "\"table\"", table->name.remote);
	appendStringInfoString(&sql, ");");
	return sql.data;
}

static void
append_column(ImportState *state, StringInfo sql, const ImportTable *table, const ImportColumn *column)
{
	SfRemoteType type;
	bool		nullable = true;

	if (!sf_remote_type_from_show(column->data_type, &type, &nullable))
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("column \"%s\" of table \"%s\" is imported as text", column->name.remote, table->name.remote),
				 errdetail("Its type is not known: %s.", column->data_type)));
	if (column->name.forced)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("column \"%s\" of table \"%s\" is imported as \"%s\"", column->name.remote,
						table->name.remote, column->name.local),
				 errdetail("Another column, or a system column, has the name that it would have.")));
	appendStringInfo(sql, "%s %s OPTIONS (", quote_identifier(column->name.local),
					 sf_pg_type_for(&type, state->options->int38_bigint));
	append_option(sql, "", "column_name", column->name.remote);
	if (type.kind != SF_TYPE_UNKNOWN)
		append_option(sql, ", ", "remote_type", sf_remote_type_name(&type));
	if (state->options->import_comments && column->comment && column->comment[0])
		append_option(sql, ", ", "remote_comment", column->comment);
	if (type.collation[0])
		append_option(sql, ", ", "remote_collation", type.collation);
	appendStringInfoChar(sql, ')');
	if (type.kind == SF_TYPE_TEXT || type.kind == SF_TYPE_UNKNOWN)
		appendStringInfoString(sql, " COLLATE \"C\"");
	if (state->options->import_default && column->default_expr && constant_default(type.kind, column->default_expr))
		appendStringInfo(sql, " DEFAULT %s", column->default_expr);
	if (state->options->import_not_null && !nullable)
		appendStringInfoString(sql, " NOT NULL");
}

static void
append_option(StringInfo sql, const char *separator, const char *name, const char *value)
{
	appendStringInfo(sql, "%s%s %s", separator, name, quote_literal_cstr(value));
}

static void
run_show(ImportState *state, const char *sql, SfRowFn rowfn)
{
	SfStatementSpec spec = {.sql = sql,.statement_count = 1,.utf8 = true};

	spec.missing_hint = psprintf("\"%s\" was read as schema \"%s\" of database \"%s\". Write it as "
								 "\"DATABASE.SCHEMA\" or \"SCHEMA\", and check what the role may use.",
								 state->stmt->remote_schema, state->schema, state->database);

	state->rows = 0;
	sf_statement_run(state->session, &spec, rowfn, state);
}

/*
 * Only constants mean the same in both, and only of the column's own kind are
 * they surely accepted; other defaults stay remote.
 */
static bool
constant_default(SfTypeKind kind, const char *expr)
{
	size_t		n = strlen(expr);

	switch (kind)
	{
		case SF_TYPE_FIXED:
		case SF_TYPE_REAL:
		case SF_TYPE_DECFLOAT:
			return is_number(expr);
		case SF_TYPE_BOOLEAN:
			return pg_strcasecmp(expr, "TRUE") == 0 || pg_strcasecmp(expr, "FALSE") == 0;
		case SF_TYPE_TEXT:
			return n >= 2 && expr[0] == '\'' && strchr(expr, '\\') == NULL && strchr(expr + 1, '\'') == expr + n - 1;
		default:
			return false;
	}
}

static bool
is_number(const char *text)
{
	size_t		digits;

	text += *text == '-';
	digits = strspn(text, "0123456789");
	if (digits == 0)
		return false;
	text += digits;
	if (*text == '.')
	{
		digits = strspn(text + 1, "0123456789");
		text += digits > 0 ? digits + 1 : 0;
	}
	return *text == '\0';
}
