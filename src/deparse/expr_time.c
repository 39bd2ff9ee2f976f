/*
 * expr_time.c
 *	  Functions of dates and timestamps without a zone.
 *
 * What depends on WEEK_START, WEEK_OF_YEAR_POLICY or TIMESTAMP_TYPE_MAPPING
 * of the account is written in a form that does not (SQL reference:
 * functions-date-time).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "deparse/expr.h"

#define MAX_DAYS 4000000		/* between the years 1 and 9999 */

static bool ship_time_value(SfShip *ship, Node *node, SfValue *value);
static bool ship_extract(SfShip *ship, List *args, SfValue *value);
static bool ship_truncate(SfShip *ship, List *args, SfValue *value);
static bool ship_add_days(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool ship_count_days(SfShip *ship, List *args, SfValue *value);
static bool ship_add_interval(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool ship_cast(SfShip *ship, const char *type, List *args, SfValue *value);
static const char *constant_word(Node *node);

bool
sf_ship_time(SfShip *ship, const SfOp *op, Node *node, List *args, SfValue *value)
{
	bool		shipped;

	switch (op->rule)
	{
		case SF_RULE_EXTRACT:
			shipped = ship_extract(ship, args, value);
			break;
		case SF_RULE_TRUNCATE_TIME:
			shipped = ship_truncate(ship, args, value);
			break;
		case SF_RULE_ADD_DAYS:
			shipped = ship_add_days(ship, op, args, value);
			break;
		case SF_RULE_COUNT_DAYS:
			shipped = ship_count_days(ship, args, value);
			break;
		case SF_RULE_ADD_INTERVAL:
			shipped = ship_add_interval(ship, op, args, value);
			break;
		case SF_RULE_TO_DATE:
			shipped = ship_cast(ship, "DATE", args, value);
			value->kind = SF_TYPE_DATE;
			break;
		default:
			shipped = ship_cast(ship, "TIMESTAMP_NTZ(6)", args, value);
			value->kind = SF_TYPE_TIMESTAMP_NTZ;
			value->scale = 6;
	}
	value->type = exprType(node);
	value->remote = NULL;
	value->fixed = false;
	return shipped;
}

static bool
ship_time_value(SfShip *ship, Node *node, SfValue *value)
{
	return sf_ship_value(ship, node, value) &&
		(value->kind == SF_TYPE_DATE || value->kind == SF_TYPE_TIMESTAMP_NTZ ||
		 sf_ship_refuse(ship, "it is no date or timestamp without a zone in Snowflake"));
}

static bool
ship_extract(SfShip *ship, List *args, SfValue *value)
{
	static const struct
	{
		const char *part;
		const char *before;
		const char *after;
		bool		of_time;
	}			parts[] = {
		{"year", "YEAR(", ")", false},
		{"quarter", "QUARTER(", ")", false},
		{"month", "MONTH(", ")", false},
		{"day", "DAY(", ")", false},
		{"doy", "DAYOFYEAR(", ")", false},
		{"dow", "MOD(DAYOFWEEKISO(", "), 7)", false},
		{"isodow", "DAYOFWEEKISO(", ")", false},
		{"week", "WEEKISO(", ")", false},
		{"isoyear", "YEAROFWEEKISO(", ")", false},
		{"hour", "HOUR(", ")", true},
		{"minute", "MINUTE(", ")", true},
	};
	const char *part = constant_word(linitial(args));
	int			i = 0;

	while (i < lengthof(parts) && (part == NULL || strcmp(parts[i].part, part) != 0))
		i++;
	if (i == lengthof(parts))
		return sf_ship_refuse(ship, "this part of a time is computed here");
	appendStringInfoString(ship->sql, parts[i].before);
	if (!ship_time_value(ship, lsecond(args), value))
		return false;
	if (parts[i].of_time && value->kind == SF_TYPE_DATE)
		return sf_ship_refuse(ship, "a date has no hours");
	appendStringInfoString(ship->sql, parts[i].after);
	value->kind = SF_TYPE_FIXED;
	value->scale = 0;
	value->bound = 9999;
	return true;
}

static bool
ship_truncate(SfShip *ship, List *args, SfValue *value)
{
	static const char *const units[][2] = {
		{"second", "second"}, {"minute", "minute"}, {"hour", "hour"}, {"day", "day"}, {"week", "week_iso"},
		{"month", "month"}, {"quarter", "quarter"}, {"year", "year"},
	};
	const char *unit = constant_word(linitial(args));
	int			i = 0;

	while (i < lengthof(units) && (unit == NULL || strcmp(units[i][0], unit) != 0))
		i++;
	if (i == lengthof(units))
		return sf_ship_refuse(ship, "this part of a time is computed here");
	appendStringInfo(ship->sql, "DATE_TRUNC('%s', ", units[i][1]);
	if (!ship_time_value(ship, lsecond(args), value))
		return false;
	appendStringInfoChar(ship->sql, ')');
	value->scale = 0;
	return true;
}

/*
 * A constant number of days, so that no year beyond 9999 comes of it unseen.
 */
static bool
ship_add_days(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	int			days;

	if (!sf_constant_int(lsecond(args), &days) || days < -MAX_DAYS || days > MAX_DAYS)
		return sf_ship_refuse(ship, "the number of days is not constant");
	appendStringInfo(ship->sql, "DATEADD('day', %d, ", op->text[0] == '-' ? -days : days);
	if (!ship_time_value(ship, linitial(args), value))
		return false;
	appendStringInfoChar(ship->sql, ')');
	return true;
}

static bool
ship_count_days(SfShip *ship, List *args, SfValue *value)
{
	appendStringInfoString(ship->sql, "DATEDIFF('day', ");
	if (!ship_time_value(ship, lsecond(args), value))
		return false;
	appendStringInfoString(ship->sql, ", ");
	if (!ship_time_value(ship, linitial(args), value))
		return false;
	appendStringInfoChar(ship->sql, ')');
	value->kind = SF_TYPE_FIXED;
	value->scale = 0;
	value->bound = MAX_DAYS;
	return true;
}

/*
 * In PostgreSQL's order: months, days, time.  The result is a timestamp of
 * microseconds, also of a date.
 */
static bool
ship_add_interval(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	Const	   *constant = lsecond(args);
	Interval   *interval;
	int			sign = op->text[0] == '-' ? -1 : 1;

	if (!IsA(constant, Const) || constant->constisnull)
		return sf_ship_refuse(ship, "the interval is not constant");
	interval = DatumGetIntervalP(constant->constvalue);
	if (abs(interval->month) > 12 * 9999 || abs(interval->day) > MAX_DAYS ||
		interval->time > MAX_DAYS * USECS_PER_DAY || interval->time < -MAX_DAYS * USECS_PER_DAY)
		return sf_ship_refuse(ship, "the interval is too long");
	if (interval->time)
		appendStringInfo(ship->sql, "DATEADD('microsecond', " INT64_FORMAT ", ", sign * interval->time);
	if (interval->day)
		appendStringInfo(ship->sql, "DATEADD('day', %d, ", sign * interval->day);
	if (interval->month)
		appendStringInfo(ship->sql, "DATEADD('month', %d, ", sign * interval->month);
	appendStringInfoString(ship->sql, "CAST(");
	if (!ship_time_value(ship, linitial(args), value))
		return false;
	appendStringInfoString(ship->sql, " AS TIMESTAMP_NTZ(6))");
	for (int calls = (interval->time != 0) + (interval->day != 0) + (interval->month != 0); calls > 0; calls--)
		appendStringInfoChar(ship->sql, ')');
	value->kind = SF_TYPE_TIMESTAMP_NTZ;
	value->scale = 6;
	return true;
}

static bool
ship_cast(SfShip *ship, const char *type, List *args, SfValue *value)
{
	appendStringInfoString(ship->sql, "CAST(");
	if (!ship_time_value(ship, linitial(args), value))
		return false;
	appendStringInfo(ship->sql, " AS %s)", type);
	return true;
}

/*
 * The name of a part of time; NULL for what is not constant.
 */
static const char *
constant_word(Node *node)
{
	Const	   *constant = (Const *) node;

	if (!IsA(node, Const) || constant->constisnull || constant->consttype != TEXTOID)
		return NULL;
	return asc_tolower(TextDatumGetCString(constant->constvalue),
					   VARSIZE_ANY_EXHDR(DatumGetTextPP(constant->constvalue)));
}
