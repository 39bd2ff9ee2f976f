/*
 * table_column.c
 *	  sf_table_add_column: ALTER TABLE ... ADD COLUMN.
 *
 * The REST API takes whole definitions of tables only; this changes nothing
 * else.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "api/statement.h"
#include "base/ident.h"
#include "core/quote.h"
#include "objects/functions.h"
#include "objects/parts.h"

PG_FUNCTION_INFO_V1(sf_table_add_column);

static char *column_name(const char *name);
static void check_type(const char *type);

/*
 * The table's qualified name.  Waits on the network.
 */
Datum
sf_table_add_column(PG_FUNCTION_ARGS)
{
	char	   *column = column_name(sf_needed_text(fcinfo, 1, "name of the column"));
	char	   *type = sf_needed_text(fcinfo, 2, "type");
	char	   *comment = sf_text_argument(fcinfo, 5);
	SfStatementSpec spec = {.statement_count = 1,.async = true,.write = true};
	SfPartCall	call;
	StringInfoData sql;

	sf_part_call(&call, fcinfo, "table");
	check_type(type);
	initStringInfo(&sql);
	appendStringInfo(&sql, "ALTER TABLE %s.%s.%s ADD COLUMN %s %s", sf_quoted_name(call.name.database),
					 sf_quoted_name(call.name.schema), sf_quoted_name(call.name.name), sf_quoted_name(column), type);
	if (!PG_ARGISNULL(3) && !PG_GETARG_BOOL(3))
		appendStringInfoString(&sql, " NOT NULL");
	if (!PG_ARGISNULL(4) && PG_GETARG_BOOL(4))
		appendStringInfoString(&sql, " PRIMARY KEY");
	if (comment)
		appendStringInfo(&sql, " COMMENT %s", sf_literal(comment));
	sf_guard_change("sf_table_add_column()", call.session->options);
	spec.sql = sql.data;
	sf_statement_run(call.session, &spec, NULL, NULL);
	PG_RETURN_TEXT_P(cstring_to_text(sf_object_display(call.kind, &call.name)));
}

/*
 * Exact.  Throws 42602.
 */
static char *
column_name(const char *name)
{
	SfIdentParts *parts = palloc(sizeof(SfIdentParts));
	char		err[128];

	if (sf_ident_parse(name, parts, err, sizeof(err)) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not the name of a column", name)));
	return parts->name[0];
}

/*
 * Throws 22023 for what would not stay a type inside of a statement.
 */
static void
check_type(const char *type)
{
	int			depth = 0;
	bool		good = (type[0] >= 'a' && type[0] <= 'z') || (type[0] >= 'A' && type[0] <= 'Z');

	for (const char *p = type; *p && good; p++)
	{
		depth += (*p == '(') - (*p == ')');
		good = depth >= 0 && (*p != ',' || depth > 0) &&
			strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ (),", *p);
	}
	if (!good || depth != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not a type", type)));
}
