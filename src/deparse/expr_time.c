/*
 * expr_time.c
 *	  Functions of dates and times.
 *
 * What depends on WEEK_START, WEEK_OF_YEAR_POLICY or TIMESTAMP_TYPE_MAPPING
 * of the account is written in a form that does not (SQL reference:
 * functions-date-time).  Of a timestamp with a zone only what is the same in
 * every zone is sent.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/formatting.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "core/quote.h"
#include "deparse/expr.h"
#include "deparse/format.h"

#define MAX_DAYS 4000000		/* between the years 1 and 9999 */
#define MAX_MICROSECONDS ((int64) MAX_DAYS * USECS_PER_DAY)

static bool ship_time_value(SfShip *ship, Node *node, SfValue *value);
static bool ship_utc(SfShip *ship, Node *node, SfValue *value);
static bool ship_micros(SfShip *ship, Node *node, SfValue *value);
static bool ship_extract(SfShip *ship, Oid type, List *args, SfValue *value);
static bool ship_epoch(SfShip *ship, Node *node, SfValue *value);
static bool ship_truncate(SfShip *ship, const char *unit, Node *node, SfValue *value);
static bool ship_add_days(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool ship_count_days(SfShip *ship, List *args, SfValue *value);
static bool ship_add_interval(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool ship_add_micros(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool constant_interval(SfShip *ship, Node *node, Interval **interval);
static bool ship_cast(SfShip *ship, const char *type, List *args, SfValue *value);
static bool ship_same(SfShip *ship, List *args, SfValue *value);
static bool ship_zoned_date(SfShip *ship, Node *node, SfValue *value);
static bool ship_at_utc(SfShip *ship, List *args, SfValue *value);
static bool ship_compare_interval(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool is_difference(Node *node, List **args);
static bool ship_finite(SfShip *ship, Node *node, SfValue *value);
static bool ship_format(SfShip *ship, List *args, SfValue *value);
static Node *zoned_date(Node *node);
static const char *constant_word(Node *node);

bool
sf_ship_time(SfShip *ship, const SfOp *op, Node *node, List *args, SfValue *value)
{
	bool		shipped;

	switch (op->rule)
	{
		case SF_RULE_EXTRACT:
			shipped = ship_extract(ship, exprType(node), args, value);
			break;
		case SF_RULE_TRUNCATE_TIME:
			shipped = ship_truncate(ship, constant_word(linitial(args)), lsecond(args), value);
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
		case SF_RULE_ADD_MICROSECONDS:
			shipped = ship_add_micros(ship, op, args, value);
			break;
		case SF_RULE_TO_DATE:
			shipped = ship_cast(ship, "DATE", args, value);
			value->kind = SF_TYPE_DATE;
			break;
		case SF_RULE_TO_TIME:
			shipped = ship_cast(ship, "TIME(6)", args, value);
			value->kind = SF_TYPE_TIME;
			value->scale = 6;
			break;
		case SF_RULE_SAME_TIME:
			shipped = ship_same(ship, args, value);
			break;
		case SF_RULE_ZONED_TO_DATE:
			shipped = ship_zoned_date(ship, linitial(args), value);
			break;
		case SF_RULE_AT_UTC:
			shipped = ship_at_utc(ship, args, value);
			break;
		case SF_RULE_COMPARE_INTERVAL:
			shipped = ship_compare_interval(ship, op, args, value);
			break;
		case SF_RULE_FINITE:
			shipped = ship_finite(ship, linitial(args), value);
			break;
		case SF_RULE_FORMAT:
			shipped = ship_format(ship, args, value);
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

/*
 * An instant as a timestamp of UTC, with microseconds.
 */
static bool
ship_utc(SfShip *ship, Node *node, SfValue *value)
{
	appendStringInfoString(ship->sql, "CAST(CONVERT_TIMEZONE('UTC', ");
	if (!sf_ship_value(ship, node, value))
		return false;
	if (value->kind != SF_TYPE_TIMESTAMP_LTZ && value->kind != SF_TYPE_TIMESTAMP_TZ)
		return sf_ship_refuse(ship, "it is no timestamp with a zone in Snowflake");
	appendStringInfoString(ship->sql, ") AS TIMESTAMP_NTZ(6))");
	value->kind = SF_TYPE_TIMESTAMP_NTZ;
	value->scale = 6;
	return true;
}

/*
 * A date or timestamp as a timestamp of microseconds, an instant as one of
 * UTC.
 */
static bool
ship_micros(SfShip *ship, Node *node, SfValue *value)
{
	int			at = ship->sql->len;

	if (exprType(node) == TIMESTAMPTZOID)
		return ship_utc(ship, node, value);
	if (!ship_time_value(ship, node, value))
		return false;
	/* a constant is one */
	if (value->kind == SF_TYPE_DATE || !value->fixed)
		sf_ship_wrap(ship, at, "CAST(", " AS TIMESTAMP_NTZ(6))");
	return true;
}

static bool
ship_extract(SfShip *ship, Oid type, List *args, SfValue *value)
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
	Node	   *node = lsecond(args);
	int			i = 0;

	if (part && strcmp(part, "epoch") == 0 && type == NUMERICOID)
		return ship_epoch(ship, node, value);
	if (exprType(node) == TIMESTAMPTZOID)
		return sf_ship_refuse(ship, "it depends on the session's time zone");
	while (i < lengthof(parts) && (part == NULL || strcmp(parts[i].part, part) != 0))
		i++;
	if (i == lengthof(parts))
		return sf_ship_refuse(ship, "this part of a time is computed here");
	/* what date_part gives is no numeric */
	appendStringInfo(ship->sql, type == FLOAT8OID ? "CAST(%s" : "%s", parts[i].before);
	if (!sf_ship_value(ship, node, value))
		return false;
	if (value->kind != SF_TYPE_TIMESTAMP_NTZ && value->kind != (parts[i].of_time ? SF_TYPE_TIME : SF_TYPE_DATE))
		return sf_ship_refuse(ship, "it has no such part");
	appendStringInfo(ship->sql, type == FLOAT8OID ? "%s AS FLOAT)" : "%s", parts[i].after);
	value->kind = type == FLOAT8OID ? SF_TYPE_REAL : SF_TYPE_FIXED;
	value->of_number = type == FLOAT8OID;
	value->scale = 0;
	value->shown = true;
	value->bound = 9999;
	return true;
}

/*
 * Seconds since 1970, of a date whole ones.  What it is for an instant does
 * not depend on a zone.
 */
static bool
ship_epoch(SfShip *ship, Node *node, SfValue *value)
{
	bool		date = exprType(node) == DATEOID;

	if (exprType(node) == TIMEOID)
		return sf_ship_refuse(ship, "this part of a time is computed here");
	if (date)
	{
		appendStringInfoString(ship->sql, "(DATEDIFF('day', TO_DATE('1970-01-01', 'YYYY-MM-DD'), ");
		if (!ship_time_value(ship, node, value))
			return false;
		appendStringInfoString(ship->sql, ") * 86400)");
	}
	else
	{
		appendStringInfoString(ship->sql, "CAST((DATE_PART('epoch_microsecond', ");
		if (!ship_micros(ship, node, value))
			return false;
		appendStringInfoString(ship->sql, ") / 1000000) AS NUMBER(18,6))");
	}
	value->kind = SF_TYPE_FIXED;
	value->scale = date ? 0 : 6;
	value->shown = true;
	value->bound = (double) MAX_DAYS * SECS_PER_DAY;
	return true;
}

static bool
ship_truncate(SfShip *ship, const char *unit, Node *node, SfValue *value)
{
	static const struct
	{
		const char *unit;
		const char *there;
		int			scale;
	}			units[] = {
		{"microsecond", "microsecond", 6}, {"microseconds", "microsecond", 6},
		{"millisecond", "millisecond", 3}, {"milliseconds", "millisecond", 3},
		{"second", "second"}, {"minute", "minute"}, {"hour", "hour"}, {"day", "day"}, {"week", "week_iso"},
		{"month", "month"}, {"quarter", "quarter"}, {"year", "year"},
	};
	int			i = 0;

	while (i < lengthof(units) && (unit == NULL || strcmp(units[i].unit, unit) != 0))
		i++;
	if (i == lengthof(units))
		return sf_ship_refuse(ship, "this part of a time is computed here");
	appendStringInfo(ship->sql, "DATE_TRUNC('%s', ", units[i].there);
	if (!ship_time_value(ship, node, value))
		return false;
	appendStringInfoChar(ship->sql, ')');
	value->scale = Min(value->scale, units[i].scale);
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
	value->shown = true;
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
	Interval   *interval;
	int			sign = op->text[0] == '-' ? -1 : 1;

	if (!constant_interval(ship, lsecond(args), &interval))
		return false;
	if (interval->time)
		appendStringInfo(ship->sql, "DATEADD('microsecond', " INT64_FORMAT ", ", sign * interval->time);
	if (interval->day)
		appendStringInfo(ship->sql, "DATEADD('day', %d, ", sign * interval->day);
	if (interval->month)
		appendStringInfo(ship->sql, "DATEADD('month', %d, ", sign * interval->month);
	if (!ship_micros(ship, linitial(args), value))
		return false;
	for (int calls = (interval->time != 0) + (interval->day != 0) + (interval->month != 0); calls > 0; calls--)
		appendStringInfoChar(ship->sql, ')');
	value->kind = SF_TYPE_TIMESTAMP_NTZ;
	value->scale = 6;
	return true;
}

/*
 * An interval without months and days, added to an instant.
 */
static bool
ship_add_micros(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	Interval   *interval;

	if (!constant_interval(ship, lsecond(args), &interval))
		return false;
	if (interval->month != 0 || interval->day != 0)
		return sf_ship_refuse(ship, "how long a day or month is depends on the session's time zone");
	appendStringInfo(ship->sql, "DATEADD('microsecond', " INT64_FORMAT ", CONVERT_TIMEZONE('UTC', CAST(",
					 op->text[0] == '-' ? -interval->time : interval->time);
	if (!sf_ship_value(ship, linitial(args), value))
		return false;
	if (value->kind != SF_TYPE_TIMESTAMP_LTZ && value->kind != SF_TYPE_TIMESTAMP_TZ)
		return sf_ship_refuse(ship, "it is no timestamp with a zone in Snowflake");
	appendStringInfo(ship->sql, " AS %s(6))))", value->kind == SF_TYPE_TIMESTAMP_TZ ? "TIMESTAMP_TZ" : "TIMESTAMP_LTZ");
	value->kind = SF_TYPE_TIMESTAMP_TZ;
	value->scale = 6;
	return true;
}

/*
 * One that does not lead from the year 1 beyond 9999, nor is infinite.
 */
static bool
constant_interval(SfShip *ship, Node *node, Interval **interval)
{
	Const	   *constant = (Const *) node;

	if (!IsA(node, Const) || constant->constisnull)
		return sf_ship_refuse(ship, "the interval is not constant");
	*interval = DatumGetIntervalP(constant->constvalue);
	if ((*interval)->month > 12 * 9999 || (*interval)->month < -12 * 9999 ||
		(*interval)->day > MAX_DAYS || (*interval)->day < -MAX_DAYS ||
		(*interval)->time > MAX_MICROSECONDS || (*interval)->time < -MAX_MICROSECONDS)
		return sf_ship_refuse(ship, "the interval is too long");
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
 * timestamp(n) and its like, which would round, of what has no more digits.
 */
static bool
ship_same(SfShip *ship, List *args, SfValue *value)
{
	int			digits;

	if (!sf_constant_int(lsecond(args), &digits))
		return sf_ship_refuse(ship, "the number of digits is not constant");
	if (!sf_ship_value(ship, linitial(args), value))
		return false;
	if (!sf_is_time(value->kind))
		return sf_ship_refuse(ship, "the type differs in Snowflake");
	return value->scale <= digits ||
		sf_ship_refuse(ship, "PostgreSQL rounds to fewer digits, Snowflake cuts");
}

/*
 * date_trunc() of a date is a timestamp of the session's zone; cast back, no
 * zone matters.
 */
static bool
ship_zoned_date(SfShip *ship, Node *node, SfValue *value)
{
	FuncExpr   *call = (FuncExpr *) node;

	if (IsA(node, FuncExpr) && call->funcid == F_DATE_TRUNC_TEXT_TIMESTAMPTZ && zoned_date(lsecond(call->args)))
		return ship_truncate(ship, constant_word(linitial(call->args)), zoned_date(lsecond(call->args)), value);
	if (zoned_date(node))
		return ship_time_value(ship, zoned_date(node), value);
	return sf_ship_refuse(ship, "it depends on the session's time zone");
}

/*
 * Which rules of other zones Snowflake has is not known here.
 */
static bool
ship_at_utc(SfShip *ship, List *args, SfValue *value)
{
	const char *zone = constant_word(linitial(args));

	if (zone == NULL || (strcmp(zone, "utc") != 0 && strcmp(zone, "etc/utc") != 0))
		return sf_ship_refuse(ship, "Snowflake may have other rules of this time zone");
	return ship_utc(ship, lsecond(args), value);
}

/*
 * Intervals compare by their length, a month as 30 days and a day as 24
 * hours.
 */
static bool
ship_compare_interval(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	bool		first = IsA(linitial(args), Const);
	List	   *times;
	Interval   *interval;

	if (!is_difference(list_nth(args, first ? 1 : 0), &times))
		return sf_ship_value(ship, list_nth(args, first ? 1 : 0), value) &&
			sf_ship_refuse(ship, "intervals are compared here");
	if (!constant_interval(ship, list_nth(args, first ? 0 : 1), &interval))
		return false;
	appendStringInfoChar(ship->sql, '(');
	for (int i = 0; i < 2; i++)
	{
		if (first == (i == 0))
			appendStringInfo(ship->sql, "(" INT64_FORMAT ")", interval->time +
							 (interval->day + (int64) interval->month * DAYS_PER_MONTH) * USECS_PER_DAY);
		else
		{
			appendStringInfoString(ship->sql, "DATEDIFF('microsecond', ");
			if (!ship_micros(ship, lsecond(times), value))
				return false;
			appendStringInfoString(ship->sql, ", ");
			if (!ship_micros(ship, linitial(times), value))
				return false;
			appendStringInfoChar(ship->sql, ')');
		}
		if (i == 0)
			appendStringInfo(ship->sql, " %s ", op->text);
	}
	appendStringInfoChar(ship->sql, ')');
	sf_value_bool(value, false);
	return true;
}

static bool
is_difference(Node *node, List **args)
{
	OpExpr	   *minus = (OpExpr *) node;

	if (!IsA(node, OpExpr))
		return false;
	set_opfuncid(minus);
	*args = minus->args;
	return minus->opfuncid == F_TIMESTAMP_MI || minus->opfuncid == F_TIMESTAMPTZ_MI;
}

/*
 * Snowflake has no infinite times.
 */
static bool
ship_finite(SfShip *ship, Node *node, SfValue *value)
{
	appendStringInfoString(ship->sql, "CASE WHEN ");
	if (!sf_ship_value(ship, node, value))
		return false;
	if (!sf_is_time(value->kind) && value->kind != SF_TYPE_DATE)
		return sf_ship_refuse(ship, "it is no date or time in Snowflake");
	appendStringInfoString(ship->sql, " IS NOT NULL THEN TRUE END");
	sf_value_bool(value, false);
	return true;
}

/*
 * What is beyond the format's digits is cut before, since Snowflake's
 * documents do not say that it is not rounded.
 */
static bool
ship_format(SfShip *ship, List *args, SfValue *value)
{
	Node	   *node = linitial(args);
	Node	   *date = zoned_date(node);
	Const	   *constant = lsecond(args);
	int			at;
	SfFormat	format;

	if (!IsA(constant, Const) || constant->constisnull)
		return sf_ship_refuse(ship, "the format is not constant");
	if (!sf_time_format(TextDatumGetCString(constant->constvalue), &format))
		return sf_ship_refuse(ship, "the format has pieces that are not known to be the same in Snowflake");
	if (date && format.hours)
		return sf_ship_refuse(ship, "it depends on the session's time zone");
	if (date == NULL && exprType(node) != TIMESTAMPOID)
		return sf_ship_refuse(ship, "it depends on the session's time zone");
	appendStringInfoString(ship->sql, "TO_CHAR(");
	at = ship->sql->len;
	if (!ship_time_value(ship, date ? date : node, value))
		return false;
	if (format.digits > 0 && value->scale > format.digits)
		sf_ship_wrap(ship, at, format.digits == 3 ? "DATE_TRUNC('millisecond', " : "DATE_TRUNC('microsecond', ", ")");
	appendStringInfo(ship->sql, ", %s)", sf_literal(format.there));
	memset(value, 0, sizeof(*value));
	value->kind = SF_TYPE_TEXT;
	return true;
}

/*
 * The date of which a timestamp of the session's zone was made; NULL for
 * another expression.
 */
static Node *
zoned_date(Node *node)
{
	FuncExpr   *call = (FuncExpr *) node;

	return IsA(node, FuncExpr) && call->funcid == F_TIMESTAMPTZ_DATE ? linitial(call->args) : NULL;
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
