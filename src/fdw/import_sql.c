/*
 * import_sql.c
 *	  The statements of an import.
 *
 * One odd name or type does not stop an import: what cannot be had as it is
 * gets another name, becomes text or is left out, with a WARNING that says so.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "utils/builtins.h"

#include "core/option_table.h"
#include "fdw/import.h"

static void record_options(StringInfo sql, const SfImportOptions *options, bool all);
static bool constant_default(SfTypeKind kind, const char *expr);
static bool is_number(const char *text);

char *
sf_import_create(const SfImportSchema *schema, const SfImportTable *table, const SfImportOptions *options,
				 const char *into, bool all)
{
	StringInfoData sql;
	const char *separator = "\n\t";
	ListCell   *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "CREATE FOREIGN TABLE %s%s (", into, quote_identifier(table->name.local));
	foreach(cell, table->columns)
	{
		appendStringInfoString(&sql, separator);
		sf_import_column(&sql, table, lfirst(cell), options);
		separator = ",\n\t";
	}
	appendStringInfo(&sql, "\n) SERVER %s\nOPTIONS (", quote_identifier(schema->server_name));
	sf_import_option(&sql, "", "database", schema->database);
	sf_import_option(&sql, ", ", "schema", schema->schema);
	sf_import_option(&sql, ", ", "\"table\"", table->name.remote);
	if (options->import_comments && table->comment)
		sf_import_option(&sql, ", ", "remote_comment", table->comment);
	record_options(&sql, options, all);
	appendStringInfoString(&sql, ")");
	return sql.data;
}

void
sf_import_column(StringInfo sql, const SfImportTable *table, const SfImportColumn *column,
				 const SfImportOptions *options)
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
					 sf_pg_type_for(&type, options->int38_bigint));
	sf_import_option(sql, "", "column_name", column->name.remote);
	if (type.kind != SF_TYPE_UNKNOWN)
		sf_import_option(sql, ", ", "remote_type", sf_remote_type_name(&type));
	if (options->import_comments && column->comment)
		sf_import_option(sql, ", ", "remote_comment", column->comment);
	if (type.collation[0])
		sf_import_option(sql, ", ", "remote_collation", type.collation);
	if (column->key)
		sf_import_option(sql, ", ", "key", "true");
	appendStringInfoChar(sql, ')');
	if (type.kind == SF_TYPE_TEXT || type.kind == SF_TYPE_UNKNOWN)
		appendStringInfoString(sql, " COLLATE \"C\"");
	if (options->import_default && column->default_expr && constant_default(type.kind, column->default_expr))
		appendStringInfo(sql, " DEFAULT %s", column->default_expr);
	if (options->import_not_null && !nullable)
		appendStringInfoString(sql, " NOT NULL");
}

void
sf_import_warn(const SfImportTable *table)
{
	ListCell   *cell;

	if (table->name.forced)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("table \"%s\" is imported as \"%s\"", table->name.remote, table->name.local),
				 errdetail("Another table has the name that it would have.")));
	foreach(cell, table->left_out)
	{
		SfImportColumn *column = lfirst(cell);

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
				 table->semantic ? errdetail("It is a semantic view, which has no rows of its own.") :
				 table->gone ? errdetail("It does not exist any more.") :
				 errdetail("It has no column that could be imported.")));
}

void
sf_import_option(StringInfo sql, const char *separator, const char *name, const char *value)
{
	appendStringInfo(sql, "%s%s %s", separator, name, quote_literal_cstr(value));
}

/*
 * What the table's later comparison with Snowflake goes by: what is not the
 * default, and whether there was no list of tables.
 */
static void
record_options(StringInfo sql, const SfImportOptions *options, bool all)
{
	sf_import_option(sql, ", ", "import_all", all ? "true" : "false");
	if (options->import_case != SF_IMPORT_SMART)
		sf_import_option(sql, ", ", "import_case", options->import_case == SF_IMPORT_KEEP ? "keep" : "lower");
	if (!options->import_views)
		sf_import_option(sql, ", ", "import_views", "false");
	if (!options->import_not_null)
		sf_import_option(sql, ", ", "import_not_null", "false");
	if (options->import_default)
		sf_import_option(sql, ", ", "import_default", "true");
	if (options->import_comments)
		sf_import_option(sql, ", ", "import_comments", "true");
	if (options->int38_bigint)
		sf_import_option(sql, ", ", "int38", "bigint");
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
