/*
 * ship.c
 *	  Conditions of a scan as Snowflake SQL, and the values that are known
 *	  when a statement is sent.
 *
 * An expression is shipped when Snowflake's answer is PostgreSQL's for every
 * row, and when it raises no error that PostgreSQL would not raise, other than
 * that 38 digits are too few: only total functions.  What a column is decides
 * its remote_type, which IMPORT records; a column without one can only be
 * tested for NULL.
 *
 * Every constant carries its type, and every result of an operator stands in
 * parentheses.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/pathnodes.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "core/options.h"
#include "deparse/expr.h"
#include "deparse/literal.h"
#include "deparse/select.h"
#include "deparse/ship.h"

#define MAX_TEXT (8 << 20)		/* of conditions, and of the texts bound: a
								 * request holds them escaped */

static bool ship_clause(SfShip *ship, Node *clause, bool (*print) (SfShip *ship, Node *node, SfValue *value));
static bool is_clear(Timestamp local);
static TimestampTz zoned(Timestamp local);
static bool table_column(SfShip *ship, Var *var, SfValue *value);

static const SfScope table_scope = {.column = table_column};

void
sf_ship_begin(SfShip *ship, Oid relid, Index varno, bool rescanned, StringInfo sql)
{
	memset(ship, 0, sizeof(*ship));
	ship->scope = &table_scope;
	ship->relid = relid;
	ship->varno = varno;
	ship->rescanned = rescanned;
	ship->sql = sql;
}

void
sf_ship_conditions(SfShip *ship, List *restrictions)
{
	ship->computed = list_length(restrictions) == 1 &&
		!IsA(linitial_node(RestrictInfo, restrictions)->clause, BoolExpr);
}

bool
sf_ship_condition(SfShip *ship, Node *clause)
{
	ship->refusal = NULL;
	return ship_clause(ship, clause, sf_ship_boolean);
}

bool
sf_ship_prefilter(SfShip *ship, Node *clause)
{
	return ship_clause(ship, clause, sf_ship_wider);
}

static bool
ship_clause(SfShip *ship, Node *clause, bool (*print) (SfShip *ship, Node *node, SfValue *value))
{
	SfShipMark	mark = sf_ship_mark(ship);
	int			length = ship->sql->len;
	SfValue		value;

	if (contain_volatile_functions(clause))
		sf_ship_refuse(ship, "a volatile function is called for each row here");
	else if (print(ship, clause, &value))
	{
		if (ship->printed + ship->sql->len - length > MAX_TEXT)
			sf_ship_refuse(ship, "the statement would be too long");
		else
		{
			ship->printed += ship->sql->len - length;
			return true;
		}
	}
	sf_ship_back(ship, mark);
	return false;
}

bool
sf_ship_fill(const char *sql, List *markers, const SfShipValues *known, char **filled, SfBinding **bindings,
			 int *nbindings)
{
	const Oid  *types = known->types;
	const Datum *values = known->values;
	const bool *nulls = known->nulls;
	StringInfoData out;
	int			at = 0;
	size_t		bound = 0;

	initStringInfo(&out);
	*bindings = palloc0(sizeof(SfBinding) * Max(list_length(markers) / 4, 1));
	*nbindings = 0;
	for (int i = 0; i < list_length(markers); i += 4)
	{
		int			offset = list_nth_int(markers, i);
		int			number = list_nth_int(markers, i + 2);
		int			use = list_nth_int(markers, i + 3);

		appendBinaryStringInfo(&out, sql + at, offset - at);
		at = offset + list_nth_int(markers, i + 1);
		if (use == SF_MARKER_MOMENT)
			appendStringInfoString(&out, known->moment ? known->moment : "NULL");
		else if (use == SF_MARKER_LIMIT || use == SF_MARKER_OFFSET)
		{
			if (!nulls[number] && DatumGetInt64(values[number]) < 0)
				return false;
			appendStringInfoString(&out, !nulls[number] ? psprintf(INT64_FORMAT, DatumGetInt64(values[number])) :
								   use == SF_MARKER_LIMIT ? "NULL" : "0");
		}
		else if (use == SF_MARKER_KEYS)
			appendStringInfoString(&out, nulls[number] ? " IS NOT NULL" : DatumGetCString(values[number]));
		else if (use == SF_MARKER_IN || use == SF_MARKER_NOT_IN)
		{
			bool		in = use == SF_MARKER_IN;

			if (nulls[number])
				appendStringInfoString(&out, in ? " IN (NULL)" : " NOT IN (NULL)");
			else if (sf_literal_append_list(&out, DatumGetArrayTypeP(values[number]), in) != NULL)
				return false;
		}
		else if (nulls[number])
			sf_literal_append_null(&out, types[number]);
		else if (types[number] == TEXTOID || types[number] == VARCHAROID)
		{
			appendStringInfoString(&out, "CAST(? AS VARCHAR)");
			(*bindings)[*nbindings].type = "TEXT";
			(*bindings)[*nbindings].value = TextDatumGetCString(values[number]);
			bound += strlen((*bindings)[*nbindings].value);
			if (bound > MAX_TEXT || !sf_literal_text_valid((*bindings)[(*nbindings)++].value))
				return false;
		}
		else if ((use & SF_MARKER_CLEAR && !is_clear(DatumGetTimestamp(values[number]))) ||
				 !sf_literal_append(&out, types[number], values[number], use & SF_MARKER_AFTER))
			return false;
		if (out.len > 2 * MAX_TEXT)
			return false;
	}
	appendStringInfoString(&out, sql + at);
	*filled = out.data;
	return true;
}

bool
sf_ship_needs_moment(List *markers)
{
	for (int i = 3; i < list_length(markers); i += 4)
	{
		if (list_nth_int(markers, i) == SF_MARKER_MOMENT)
			return true;
	}
	return false;
}

void
sf_ship_table(SfShip *ship, Oid relid, const SfTableOptions *options)
{
	appendStringInfoString(ship->sql, sf_deparse_name(options->database, options->schema, options->table));
	if (!sf_table_snapshot(relid))
		return;
	appendStringInfoString(ship->sql, " AT(TIMESTAMP => ");
	ship->markers = lappend_int(ship->markers, ship->sql->len);
	ship->markers = lappend_int(ship->markers, strlen("$moment"));
	ship->markers = lappend_int(ship->markers, -1);
	ship->markers = lappend_int(ship->markers, SF_MARKER_MOMENT);
	appendStringInfoString(ship->sql, "$moment)");
}

/*
 * Whether the session's zone has one offset around a local time, for longer
 * than any two offsets differ.
 */
static bool
is_clear(Timestamp local)
{
	int64		around = INT64CONST(30) * USECS_PER_HOUR;
	Timestamp	before;
	Timestamp	after;

	if (TIMESTAMP_NOT_FINITE(local))
		return false;
	before = local - around;
	after = local + around;
	if (!IS_VALID_TIMESTAMP(before) || !IS_VALID_TIMESTAMP(after))
		return false;
	return zoned(after) - zoned(local) == around && zoned(local) - zoned(before) == around;
}

static TimestampTz
zoned(Timestamp local)
{
	return DatumGetTimestampTz(DirectFunctionCall1(timestamp_timestamptz, TimestampGetDatum(local)));
}

static bool
table_column(SfShip *ship, Var *var, SfValue *value)
{
	if (var->varno != ship->varno || var->varlevelsup != 0)
		return sf_ship_refuse(ship, "it depends on another table");
	if (var->varattno <= 0)
		return sf_ship_refuse(ship, "Snowflake has no system columns and no whole rows");
	if (sf_is_constant_column(ship->relid, var->varattno))
		return sf_ship_refuse(ship, "it has a constant of the foreign table");
	sf_column_value(ship->relid, var, value);
	appendStringInfoString(ship->sql, sf_deparse_name(NULL, NULL, sf_remote_column_name(ship->relid, var->varattno)));
	return true;
}
