/*
 * import_show.c
 *	  Reading a schema by SHOW, which needs no running warehouse and shows
 *	  precision, scale and length without loss.
 *
 * A SHOW returns 10,000 rows at the most: tables are paged by name, and
 * columns and keys are read table by table, several at a time, where the
 * schema has more.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "api/statement.h"
#include "core/error.h"
#include "core/quote.h"
#include "deparse/select.h"
#include "fdw/import.h"

#define SHOW_LIMIT 10000
#define SHOW_AHEAD 8			/* statements at a time */
#define MAX_CELLS 6

/* One SHOW, and where its columns are. */
typedef struct Show
{
	SfImportSchema *schema;
	const char *command;		/* for messages */
	const char *const *names;	/* of the columns, those that must be there
								 * first */
	int			required;		/* how many these are; their cells are never
								 * NULL */
	int			ncells;
	int			positions[MAX_CELLS];	/* -1: absent */
	int			rows;
	const char *last_name;		/* of a table: where the next page begins */
	SfImportTable *current;		/* whose columns are being read */
	void		(*row) (struct Show *show, char **cells);
} Show;

enum
{
	TABLE_NAME, TABLE_KIND, TABLE_COMMENT
};

enum
{
	COLUMN_TABLE, COLUMN_NAME, COLUMN_TYPE, COLUMN_DEFAULT, COLUMN_COMMENT, COLUMN_KIND
};

enum
{
	KEY_TABLE, KEY_COLUMN
};

static const char *const table_cells[] = {"name", "kind", "comment"};
static const char *const column_cells[] = {"table_name", "column_name", "data_type", "default", "comment", "kind"};
static const char *const key_cells[] = {"table_name", "column_name"};

static void begin_tables(Show *show, SfImportSchema *schema);
static void begin_columns(Show *show, SfImportSchema *schema);
static void begin_keys(Show *show, SfImportSchema *schema);
static void read_all(Show *show, const char *what, bool views);
static void read_by_table(Show *show, const char *what, List *tables);
static bool read_unless(Show *show, SfStatement *statement, int error, int other);
static void run(Show *show, const char *sql);
static SfStatement *start(Show *show, const char *sql, MemoryContext context);
static SfStatementSpec spec_of(const Show *show, const char *sql);
static void read_row(const SfResultMeta *meta, char **cells, void *arg);
static void tables_row(Show *show, char **cells);
static void columns_row(Show *show, char **cells);
static void keys_row(Show *show, char **cells);
static SfImportTable *wanted_table(Show *show, const char *name);
static char *exact_text(const char *utf8);
static char *shown(const char *utf8);
static int	compare_names(const ListCell *a, const ListCell *b);

void
sf_import_read_tables(SfImportSchema *schema, const char *prefix)
{
	char	   *scope = sf_deparse_name(NULL, schema->database, schema->schema);
	Show		show;

	begin_tables(&show, schema);
	do
	{
		StringInfoData sql;
		const char *from = show.last_name;

		initStringInfo(&sql);
		appendStringInfo(&sql, "SHOW OBJECTS IN SCHEMA %s", scope);
		if (prefix)
			appendStringInfo(&sql, " STARTS WITH %s", sf_literal(prefix));
		appendStringInfo(&sql, " LIMIT %d", SHOW_LIMIT);
		if (from)
			appendStringInfo(&sql, " FROM %s", sf_literal(from));
		run(&show, sql.data);
		if (show.rows >= SHOW_LIMIT && show.last_name == from)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("the tables of schema \"%s.%s\" cannot all be listed", schema->database, schema->schema),
					 errdetail("%d of them have names that the database's encoding lacks.", SHOW_LIMIT)));
	} while (show.rows >= SHOW_LIMIT);
	list_sort(schema->tables, compare_names);
	for (int i = list_length(schema->tables) - 1; i > 0; i--)
	{
		ListCell   *cell = list_nth_cell(schema->tables, i);

		/* a page may begin with the name behind which it was asked for */
		if (compare_names(list_nth_cell(schema->tables, i - 1), cell) == 0)
			schema->tables = list_delete_cell(schema->tables, cell);
	}
}

void
sf_import_read_columns(SfImportSchema *schema)
{
	Show		show;

	begin_columns(&show, schema);
	read_all(&show, "COLUMNS", true);
	begin_keys(&show, schema);
	read_all(&show, "PRIMARY KEYS", false);
}

SfImportTable *
sf_import_find(SfImportSchema *schema, const char *name)
{
	int			low = 0;
	int			high = list_length(schema->tables) - 1;

	while (low <= high)
	{
		int			middle = (low + high) / 2;
		SfImportTable *table = list_nth(schema->tables, middle);
		int			order = strcmp(name, table->name.remote);

		if (order == 0)
			return table;
		if (order < 0)
			high = middle - 1;
		else
			low = middle + 1;
	}
	return NULL;
}

static void
begin_tables(Show *show, SfImportSchema *schema)
{
	*show = (Show)
	{
		.schema = schema,.command = "SHOW OBJECTS",.names = table_cells,.required = 2,
			.ncells = lengthof(table_cells),.row = tables_row
	};
}

static void
begin_columns(Show *show, SfImportSchema *schema)
{
	*show = (Show)
	{
		.schema = schema,.command = "SHOW COLUMNS",.names = column_cells,.required = 3,
			.ncells = lengthof(column_cells),.row = columns_row
	};
}

static void
begin_keys(Show *show, SfImportSchema *schema)
{
	*show = (Show)
	{
		.schema = schema,.command = "SHOW PRIMARY KEYS",.names = key_cells,.required = 2,
			.ncells = lengthof(key_cells),.row = keys_row
	};
}

/*
 * Of the wanted tables, with one SHOW where that shows all of the schema, else
 * with one a table.
 */
static void
read_all(Show *show, const char *what, bool views)
{
	SfImportSchema *schema = show->schema;
	List	   *wanted = NIL;
	ListCell   *cell;

	foreach(cell, schema->tables)
	{
		SfImportTable *table = lfirst(cell);

		if (table->wanted && !table->gone && (views || !table->view))
			wanted = lappend(wanted, table);
	}
	if (wanted == NIL)
		return;
	if (list_length(wanted) > 1)
	{
		char	   *sql = psprintf("SHOW %s IN SCHEMA %s", what,
								   sf_deparse_name(NULL, schema->database, schema->schema));

		if (read_unless(show, start(show, sql, CurrentMemoryContext), ERRCODE_PROGRAM_LIMIT_EXCEEDED, 0) &&
			show->rows != SHOW_LIMIT)
			return;
	}
	read_by_table(show, what, wanted);
}

/*
 * Some statements run while the first of them is read.
 */
static void
read_by_table(Show *show, const char *what, List *tables)
{
	SfStatement *running[SHOW_AHEAD];
	MemoryContext contexts[SHOW_AHEAD];
	int			sent = 0;

	for (int read = 0; read < list_length(tables); read++)
	{
		SfImportTable *table = list_nth(tables, read);

		for (; sent < list_length(tables) && sent < read + SHOW_AHEAD; sent++)
		{
			SfImportTable *next = list_nth(tables, sent);
			int			slot = sent % SHOW_AHEAD;

			contexts[slot] = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw import",
												   ALLOCSET_SMALL_SIZES);
			running[slot] = start(show, psprintf("SHOW %s IN %s %s", what, next->view ? "VIEW" : "TABLE",
												 sf_deparse_name(show->schema->database, show->schema->schema,
																 next->name.remote)), contexts[slot]);
		}
		if (show->row == columns_row)
		{
			table->columns = table->left_out = NIL;
			table->beyond = 0;
		}
		table->gone |= !read_unless(show, running[read % SHOW_AHEAD], ERRCODE_UNDEFINED_TABLE,
									ERRCODE_UNDEFINED_OBJECT);
		MemoryContextDelete(contexts[read % SHOW_AHEAD]);
	}
}

/*
 * False where it ends with one of these errors, SQLSTATEs; that is caught.
 */
static bool
read_unless(Show *show, SfStatement *statement, int error, int other)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool found = true;

	show->rows = 0;
	PG_TRY();
	{
		sf_statement_rows(statement, read_row, show);
	}
	PG_CATCH();
	{
		if (geterrcode() != error && geterrcode() != other)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
		found = false;
	}
	PG_END_TRY();
	return found;
}

static void
run(Show *show, const char *sql)
{
	SfStatementSpec spec = spec_of(show, sql);

	show->rows = 0;
	sf_statement_run(show->schema->session, &spec, read_row, show);
}

static SfStatement *
start(Show *show, const char *sql, MemoryContext context)
{
	SfStatementSpec spec = spec_of(show, sql);

	return sf_statement_start(show->schema->session, &spec, context);
}

static SfStatementSpec
spec_of(const Show *show, const char *sql)
{
	return (SfStatementSpec)
	{
		.sql = sql,.statement_count = 1,.utf8 = true,
			.missing_hint = show->schema->missing_hint
	};
}

/*
 * SfRowFn; the cells are in UTF-8.
 */
static void
read_row(const SfResultMeta *meta, char **cells, void *arg)
{
	Show	   *show = arg;
	char	   *found[MAX_CELLS];

	if (show->rows++ == 0)
	{
		for (int i = 0; i < show->ncells; i++)
		{
			show->positions[i] = sf_result_column(meta, show->names[i]);
			if (show->positions[i] < 0 && i < show->required)
				ereport(ERROR,
						(errcode(ERRCODE_PROTOCOL_VIOLATION),
						 errmsg("%s has no column \"%s\"", show->command, show->names[i])));
		}
	}
	for (int i = 0; i < show->ncells; i++)
	{
		found[i] = show->positions[i] >= 0 ? cells[show->positions[i]] : NULL;
		if (found[i] == NULL && i < show->required)
			ereport(ERROR,
					(errcode(ERRCODE_PROTOCOL_VIOLATION),
					 errmsg("%s has a row without \"%s\"", show->command, show->names[i])));
	}
	show->row(show, found);
}

static void
tables_row(Show *show, char **cells)
{
	SfImportSchema *schema = show->schema;
	SfImportTable *table;
	char	   *name = exact_text(cells[TABLE_NAME]);

	if (name == NULL || name[0] == '\0')
	{
		if (!schema->quiet)
			ereport(WARNING,
					(errcode(ERRCODE_WARNING),
					 errmsg("table \"%s\" is left out", shown(cells[TABLE_NAME])),
					 name ?
					 errdetail("Its name is empty.") :
					 errdetail("Its name has characters that the database's encoding lacks.")));
		return;
	}
	table = palloc0(sizeof(SfImportTable));
	table->name.remote = name;
	table->view = strstr(cells[TABLE_KIND], "VIEW") != NULL;
	if (cells[TABLE_COMMENT] && cells[TABLE_COMMENT][0])
		table->comment = shown(cells[TABLE_COMMENT]);
	schema->tables = lappend(schema->tables, table);
	show->last_name = name;
}

static void
columns_row(Show *show, char **cells)
{
	SfImportColumn *column;
	SfImportTable *table = wanted_table(show, cells[COLUMN_TABLE]);

	if (table == NULL)
		return;
	if (cells[COLUMN_KIND] && (strcmp(cells[COLUMN_KIND], "DIMENSION") == 0 ||
							   strcmp(cells[COLUMN_KIND], "FACT") == 0 || strcmp(cells[COLUMN_KIND], "METRIC") == 0))
	{
		table->semantic = true;
		return;
	}
	column = palloc0(sizeof(SfImportColumn));
	column->name.remote = exact_text(cells[COLUMN_NAME]);
	if (column->name.remote == NULL || column->name.remote[0] == '\0')
	{
		column->comment = column->name.remote ? "Its name is empty." :
			"Its name has characters that the database's encoding lacks.";
		column->name.remote = shown(cells[COLUMN_NAME]);
		table->left_out = lappend(table->left_out, column);
		return;
	}
	if (list_length(table->columns) == MaxHeapAttributeNumber)
	{
		if (table->beyond++ == 0)
			table->left_out = lappend(table->left_out, column);
		return;
	}
	column->data_type = shown(cells[COLUMN_TYPE]);
	if (cells[COLUMN_DEFAULT])
		column->default_expr = exact_text(cells[COLUMN_DEFAULT]);
	if (cells[COLUMN_COMMENT] && cells[COLUMN_COMMENT][0])
		column->comment = shown(cells[COLUMN_COMMENT]);
	table->columns = lappend(table->columns, column);
}

static void
keys_row(Show *show, char **cells)
{
	SfImportTable *table = wanted_table(show, cells[KEY_TABLE]);
	char	   *name = table ? exact_text(cells[KEY_COLUMN]) : NULL;
	ListCell   *cell;

	if (table == NULL)
		return;
	table->has_key = true;
	if (name == NULL)
		return;
	foreach(cell, table->columns)
	{
		SfImportColumn *column = lfirst(cell);

		column->key |= strcmp(column->name.remote, name) == 0;
	}
}

/*
 * The rows of a table follow each other: the last one found is tried first.
 */
static SfImportTable *
wanted_table(Show *show, const char *utf8)
{
	char	   *name = exact_text(utf8);

	if (name == NULL)
		return NULL;
	if (show->current == NULL || strcmp(show->current->name.remote, name) != 0)
		show->current = sf_import_find(show->schema, name);
	return show->current && show->current->wanted ? show->current : NULL;
}

/*
 * In the database's encoding; NULL where that lacks a character.
 */
static char *
exact_text(const char *utf8)
{
	char	   *text = shown(utf8);
	char	   *back = pg_server_to_any(text, strlen(text), PG_UTF8);

	return strcmp(back, utf8) == 0 ? text : NULL;
}

static char *
shown(const char *utf8)
{
	return sf_text_shown(utf8, strlen(utf8));
}

static int
compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(((SfImportTable *) lfirst(a))->name.remote, ((SfImportTable *) lfirst(b))->name.remote);
}
