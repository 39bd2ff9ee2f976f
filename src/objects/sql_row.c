/*
 * sql_row.c
 *	  Rows of a statement as objects of a kind.
 *
 * Columns are found by name, in any case: one that is missing is a property
 * that is missing, and those that nobody knows do no harm.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"
#include "utils/json.h"
#include "utils/timestamp.h"

#include "base/str.h"
#include "core/error.h"
#include "core/quote.h"
#include "objects/sql_row.h"
#include "types/rows.h"

typedef struct SqlColumn
{
	const SfColumnDef *def;		/* NULL: none that the kind knows */
	const char *name;			/* of the result's column */
	Oid			type;			/* that the cell becomes */
	bool		number;			/* a text that is one */
	bool		json;			/* a text that is JSON */
	bool		is_time;		/* the kind's time */
} SqlColumn;

struct SfSqlRows
{
	const SfKindDef *kind;
	SfStatement *statement;
	SfRows	   *rows;
	int			ncolumns;
	SqlColumn  *columns;
	Datum	   *values;
	bool	   *nulls;
	bool		raw;
};

static const SfColumnDef *find_property(const SfKindDef *kind, const char *name);
static void describe(SqlColumn *column, const SfColumnMeta *meta, const SfKindDef *kind);
static SfJson *value_of(const SfSqlRows *rows, const SqlColumn *column, Datum value);
static bool is_null(const SqlColumn *column, Datum value);
static SfJson *parse(const SfSqlRows *rows, const SqlColumn *column, const char *text);

SfSqlRows *
sf_sql_rows(SfStatement *statement, const SfKindDef *kind, bool raw)
{
	const SfResultMeta *meta = sf_statement_result(statement);
	SfSqlRows  *rows = palloc0(sizeof(SfSqlRows));
	TupleDesc	desc;

	rows->kind = kind;
	rows->statement = statement;
	rows->raw = raw;
	rows->ncolumns = meta->ncolumns;
	rows->columns = palloc0(sizeof(SqlColumn) * Max(meta->ncolumns, 1));
	rows->values = palloc(sizeof(Datum) * Max(meta->ncolumns, 1));
	rows->nulls = palloc(sizeof(bool) * Max(meta->ncolumns, 1));
	desc = CreateTemplateTupleDesc(meta->ncolumns);
	for (int i = 0; i < meta->ncolumns; i++)
	{
		describe(&rows->columns[i], &meta->columns[i], kind);
		TupleDescInitEntry(desc, i + 1, meta->columns[i].name, rows->columns[i].type, -1, 0);
	}
	rows->rows = sf_rows_create(CurrentMemoryContext, statement, desc, NULL, NULL);
	return rows;
}

SfJson *
sf_sql_rows_next(SfSqlRows *rows, SfJson **raw, TimestampTz *time)
{
	SfJson	   *object;

	*raw = NULL;
	*time = DT_NOEND;
	if (!sf_rows_next(rows->rows, rows->values, rows->nulls))
		return NULL;
	object = sf_json_new_object();
	if (rows->raw)
		*raw = sf_json_new_object();
	for (int i = 0; i < rows->ncolumns; i++)
	{
		const SqlColumn *column = &rows->columns[i];
		SfJson	   *value = NULL;
		bool		null = rows->nulls[i] || is_null(column, rows->values[i]);

		if (column->def == NULL && !rows->raw)
			continue;
		if (!rows->nulls[i])
			value = value_of(rows, column, rows->values[i]);
		if (column->is_time && !null)
			*time = DatumGetTimestampTz(rows->values[i]);
		if (rows->raw)
			sf_json_set(*raw, column->name, value);
		if (column->def && !null)
		{
			/* a name is what it is, though it may begin with a quote */
			if (column->def->type == SF_COLUMN_IDENT && sf_json_type(value) == SF_JSON_STRING &&
				sf_json_text(value)[0] == '"')
				value = sf_json_new_text(sf_quoted_name(sf_json_text(value)));
			sf_json_set(object, column->def->name, value);
		}
	}
	return object;
}

static const SfColumnDef *
find_property(const SfKindDef *kind, const char *name)
{
	for (int i = 0; i < kind->ncolumns; i++)
	{
		if (kind->columns[i].source && sf_strcasecmp_ascii(kind->columns[i].source, name) == 0)
			return &kind->columns[i];
	}
	return NULL;
}

static void
describe(SqlColumn *column, const SfColumnMeta *meta, const SfKindDef *kind)
{
	static const struct
	{
		const char *remote;
		Oid			type;
		bool		number;
		bool		json;
	}			types[] = {
		{"timestamp_ltz", TIMESTAMPTZOID, false, false},
		{"timestamp_tz", TIMESTAMPTZOID, false, false},
		{"timestamp_ntz", TIMESTAMPOID, false, false},
		{"date", DATEOID, false, false},
		{"fixed", TEXTOID, true, false},
		{"real", TEXTOID, false, false},
		{"boolean", TEXTOID, false, true},
		{"variant", TEXTOID, false, true},
		{"object", TEXTOID, false, true},
		{"array", TEXTOID, false, true},
	};

	column->name = meta->name;
	column->def = find_property(kind, meta->name);
	column->type = TEXTOID;
	for (int i = 0; i < lengthof(types); i++)
	{
		if (strcmp(meta->type, types[i].remote) == 0)
		{
			column->type = types[i].type;
			column->number = types[i].number;
			column->json = types[i].json;
		}
	}
	if (column->def && (column->def->form & SF_FORM_JSON))
		column->json = true;
	column->is_time = column->def && column->type == TIMESTAMPTZOID && kind->sql->time &&
		strcmp(column->def->name, kind->sql->time) == 0;
}

/*
 * Numbers keep their digits.
 */
static SfJson *
value_of(const SfSqlRows *rows, const SqlColumn *column, Datum value)
{
	char		buffer[MAXDATELEN + 1];
	int			utc = 0;
	char	   *shown;

	if (column->type != TEXTOID)
		return sf_json_new_text(JsonEncodeDateTime(buffer, value, column->type,
												   column->type == TIMESTAMPTZOID ? &utc : NULL));
	shown = TextDatumGetCString(value);
	if (column->number || (column->json && shown[0] != '\0'))
		return parse(rows, column, shown);
	return sf_json_new_text(shown);
}

/*
 * Whether a value stands for a null of the API.
 */
static bool
is_null(const SqlColumn *column, Datum value)
{
	int			form = column->def ? column->def->form : 0;
	char	   *shown;

	if (column->type == TIMESTAMPTZOID)
		return (form & SF_FORM_EPOCH) &&
			DatumGetTimestampTz(value) == ((TimestampTz) UNIX_EPOCH_JDATE - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;
	if (column->type != TEXTOID || form == 0)
		return false;
	shown = TextDatumGetCString(value);
	return ((form & (SF_FORM_EMPTY | SF_FORM_JSON)) && shown[0] == '\0') ||
		((form & SF_FORM_NULL) && strcmp(shown, "null") == 0);
}

static SfJson *
parse(const SfSqlRows *rows, const SqlColumn *column, const char *text)
{
	SfJsonFault fault;
	char	   *utf8 = pg_server_to_any(text, strlen(text), PG_UTF8);
	SfJson	   *value = sf_json_parse(utf8, strlen(utf8), &fault);
	SfRemoteError where;

	if (fault == SF_JSON_OK)
		return value;
	sf_statement_where(rows->statement, &where);
	sf_report_malformed(&where, psprintf("column \"%s\" %s", column->name, sf_json_fault_text(fault)));
}
