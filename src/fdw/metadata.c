/*
 * metadata.c
 *	  How large tables are, as Snowflake's metadata say.
 *
 * SHOW TABLES needs no running warehouse.  Its rows and bytes are exact for
 * tables of Snowflake's own; external tables have none, and views are not
 * among them.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/statement.h"
#include "core/quote.h"
#include "deparse/select.h"
#include "fdw/metadata.h"

#define SHOW_LIMIT 10000		/* rows of one SHOW */
#define RETRY_MS 60000			/* after a failure, at most */

/* All names are exact and in UTF-8. */
typedef struct NamedSize
{
	char	   *name;
	SfTableSize size;
} NamedSize;

/* A schema in SfSession->metadata. */
typedef struct SchemaSizes
{
	char	   *scope;			/* its quoted name */
	MemoryContext context;		/* of tables, NULL: none yet */
	NamedSize  *tables;			/* sorted by name */
	int			ntables;
	TimestampTz asked_at;
	bool		failed;			/* when last asked for; tables may be older */
} SchemaSizes;

struct SfMetadata
{
	List	   *schemas;		/* SchemaSizes */
	bool		warned;
};

/* A SHOW TABLES while its rows are read. */
typedef struct Reading
{
	MemoryContext context;
	NamedSize  *tables;
	int			ntables;
	int			capacity;
	int			rows;			/* of this page */
	int			name_col;
	int			rows_col;
	int			bytes_col;
} Reading;

static bool has_own_size(const SfTableOptions *options);
static char *scope_of(const SfSession *session, const SfTableOptions *options);
static SchemaSizes *schema_sizes(SfSession *session, const char *scope);
static bool is_due(const SchemaSizes *schema, const SfTableOptions *options);
static void refresh(SfSession *session, SchemaSizes *schema, const SfTableOptions *options);
static void read_schema(SfSession *session, SchemaSizes *schema, int timeout_ms);
static void show_tables(SfSession *session, const char *sql, TimestampTz deadline, Reading *reading);
static void read_row(const SfResultMeta *meta, char **cells, void *arg);
static double number_in(const char *cell);
static int	compare_names(const void *x, const void *y);
static bool is_interrupt(const ErrorData *error);
static void report_failure(SfSession *session, const SchemaSizes *schema, const ErrorData *error);
static char *utf8_name(const char *name);

bool
sf_metadata_known(Oid serverid, Oid userid, const SfTableOptions *options, SfTableSize *size)
{
	MemoryContext caller = CurrentMemoryContext;
	SfSession  *volatile session = NULL;
	SchemaSizes *volatile schema = NULL;
	NamedSize	key = {0};
	NamedSize  *found;

	if (!has_own_size(options))
		return false;
	PG_TRY();
	{
		char	   *scope;

		session = sf_session_get(serverid, userid);
		scope = scope_of(session, options);
		if (scope)
			schema = schema_sizes(session, scope);
	}
	PG_CATCH();
	{
		/* no connection can be made with its options: the scan will say so */
		ErrorData  *error;

		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		if (is_interrupt(error))
			PG_RE_THROW();
		FlushErrorState();
	}
	PG_END_TRY();
	if (schema == NULL)
		return false;
	if (is_due(schema, options))
		refresh(session, schema, options);

	key.name = utf8_name(options->table);
	found = schema->ntables == 0 ? NULL :
		bsearch(&key, schema->tables, schema->ntables, sizeof(NamedSize), compare_names);
	if (found)
		*size = found->size;
	return found && found->size.rows >= 0;
}

bool
sf_metadata_ask(SfSession *session, const SfTableOptions *options, SfTableSize *size)
{
	char	   *scope = has_own_size(options) ? scope_of(session, options) : NULL;
	char	   *pattern;
	char	   *name;
	Reading		reading = {.context = CurrentMemoryContext};

	if (scope == NULL)
		return false;
	/* a pattern that fits at least this name; a backslash would escape */
	pattern = pstrdup(options->table);
	for (char *p = pattern; *p; p++)
	{
		if (*p == '\\')
			*p = '_';
	}
	show_tables(session, psprintf("SHOW TABLES LIKE %s IN SCHEMA %s", sf_literal(pattern), scope), 0, &reading);
	name = utf8_name(options->table);
	for (int i = 0; i < reading.ntables; i++)
	{
		if (strcmp(reading.tables[i].name, name) == 0 && reading.tables[i].size.rows >= 0)
		{
			*size = reading.tables[i].size;
			return true;
		}
	}
	return false;
}

static bool
has_own_size(const SfTableOptions *options)
{
	return options->table && !options->query && !options->query_id && !options->kind;
}

/*
 * The quoted name of the table's schema; NULL where that is the user's default
 * and not known here.
 */
static char *
scope_of(const SfSession *session, const SfTableOptions *options)
{
	const char *schema = options->schema ? options->schema : session->options->schema;
	const char *database = options->database ? options->database : session->options->database;

	return schema && database ? sf_deparse_name(NULL, database, schema) : NULL;
}

/*
 * The session's entry, made if there is none.  Throws 53200.
 */
static SchemaSizes *
schema_sizes(SfSession *session, const char *scope)
{
	MemoryContext old = MemoryContextSwitchTo(session->context);
	SchemaSizes *schema;
	ListCell   *cell;

	if (session->metadata == NULL)
		session->metadata = palloc0(sizeof(struct SfMetadata));
	foreach(cell, session->metadata->schemas)
	{
		schema = lfirst(cell);
		if (strcmp(schema->scope, scope) == 0)
		{
			MemoryContextSwitchTo(old);
			return schema;
		}
	}
	schema = palloc0(sizeof(SchemaSizes));
	schema->scope = pstrdup(scope);
	session->metadata->schemas = lappend(session->metadata->schemas, schema);
	MemoryContextSwitchTo(old);
	return schema;
}

static bool
is_due(const SchemaSizes *schema, const SfTableOptions *options)
{
	int			age_ms = options->estimate_max_age_ms;

	if (schema->asked_at == 0)
		return true;
	if (schema->failed)
		age_ms = Min(age_ms, RETRY_MS);
	return TimestampDifferenceExceeds(schema->asked_at, GetCurrentTimestamp(), age_ms);
}

/*
 * What is known stays where nothing newer can be had.
 */
static void
refresh(SfSession *session, SchemaSizes *schema, const SfTableOptions *options)
{
	MemoryContext caller = CurrentMemoryContext;
	ErrorData  *volatile error = NULL;

	sf_session_pin(session);
	schema->failed = true;
	schema->asked_at = GetCurrentTimestamp();
	PG_TRY();
	{
		read_schema(session, schema, options->estimate_timeout_ms);
		schema->failed = false;
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		if (is_interrupt(error))
		{
			schema->asked_at = 0;
			sf_session_unpin(session);
			PG_RE_THROW();
		}
		FlushErrorState();
	}
	PG_END_TRY();
	sf_session_unpin(session);
	/* it may have ended the wait for a token */
	CHECK_FOR_INTERRUPTS();
	if (error)
		report_failure(session, schema, error);
}

/*
 * Page by page, all of them before the deadline.  Waits on the network,
 * interruptible; throws what Snowflake reports, and 08006 when the time is
 * over.
 */
static void
read_schema(SfSession *session, SchemaSizes *schema, int timeout_ms)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw table sizes",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw metadata",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(scratch);
	TimestampTz deadline = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), timeout_ms);
	Reading		reading = {.context = context};
	char	   *page = psprintf("SHOW TABLES IN SCHEMA %s LIMIT %d", schema->scope, SHOW_LIMIT);
	int			before;

	show_tables(session, page, deadline, &reading);
	while (reading.rows >= SHOW_LIMIT)
	{
		const char *last = reading.tables[reading.ntables - 1].name;

		before = reading.ntables;
		show_tables(session, psprintf("%s FROM %s", page,
									  sf_literal(pg_any_to_server(last, strlen(last), PG_UTF8))), deadline, &reading);
		/* a page may begin with the name behind which it was asked for */
		if (reading.ntables <= before + 1)
			break;
	}
	if (reading.ntables > 0)
		qsort(reading.tables, reading.ntables, sizeof(NamedSize), compare_names);
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
	if (schema->context)
		MemoryContextDelete(schema->context);
	MemoryContextSetParent(context, session->context);
	schema->context = context;
	schema->tables = reading.tables;
	schema->ntables = reading.ntables;
}

/*
 * Appends what it shows.  Waits and throws as sf_statement_run does.
 */
static void
show_tables(SfSession *session, const char *sql, TimestampTz deadline, Reading *reading)
{
	SfStatementSpec spec = {.sql = sql,.statement_count = 1,.utf8 = true,.deadline = deadline};

	reading->rows = 0;
	sf_statement_run(session, &spec, read_row, reading);
}

/*
 * SfRowFn; the cells are in UTF-8.
 */
static void
read_row(const SfResultMeta *meta, char **cells, void *arg)
{
	Reading    *reading = arg;
	NamedSize  *table;

	if (reading->rows++ == 0)
	{
		reading->name_col = sf_result_column(meta, "name");
		reading->rows_col = sf_result_column(meta, "rows");
		reading->bytes_col = sf_result_column(meta, "bytes");
		if (reading->name_col < 0 || reading->rows_col < 0 || reading->bytes_col < 0)
			ereport(ERROR,
					(errcode(ERRCODE_PROTOCOL_VIOLATION),
					 errmsg("SHOW TABLES has no columns \"name\", \"rows\" and \"bytes\"")));
	}
	if (cells[reading->name_col] == NULL)
		return;
	if (reading->ntables == reading->capacity)
	{
		reading->capacity = Max(64, reading->capacity * 2);
		reading->tables = reading->tables ?
			repalloc(reading->tables, sizeof(NamedSize) * reading->capacity) :
			MemoryContextAlloc(reading->context, sizeof(NamedSize) * reading->capacity);
	}
	table = &reading->tables[reading->ntables++];
	table->name = MemoryContextStrdup(reading->context, cells[reading->name_col]);
	table->size.rows = number_in(cells[reading->rows_col]);
	table->size.bytes = number_in(cells[reading->bytes_col]);
}

/*
 * -1 for NULL and for what is no number.
 */
static double
number_in(const char *cell)
{
	if (cell == NULL || cell[0] == '\0' || cell[strspn(cell, "0123456789")] != '\0')
		return -1;
	return strtod(cell, NULL);
}

static int
compare_names(const void *x, const void *y)
{
	return strcmp(((const NamedSize *) x)->name, ((const NamedSize *) y)->name);
}

/*
 * Whether the statement that is being planned has to end: those errors of
 * PostgreSQL's have no DETAIL, while Snowflake's have one.
 */
static bool
is_interrupt(const ErrorData *error)
{
	return (error->sqlerrcode == ERRCODE_QUERY_CANCELED && error->detail == NULL) ||
		error->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE;
}

static void
report_failure(SfSession *session, const SchemaSizes *schema, const ErrorData *error)
{
	ereport(session->metadata->warned ? DEBUG1 : WARNING,
			(errcode(error->sqlerrcode),
			 errmsg("the sizes of the tables in schema %s could not be asked for", schema->scope),
			 errdetail_internal("%s", error->message),
			 errhint("Queries are planned without them; ANALYZE the tables, or turn off use_remote_estimate.")));
	session->metadata->warned = true;
}

/*
 * As a SHOW's cells have it.
 */
static char *
utf8_name(const char *name)
{
	return pg_server_to_any(name, strlen(name), PG_UTF8);
}
