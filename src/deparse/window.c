/*
 * window.c
 *	  Window functions.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "deparse/level.h"
#include "deparse/literal.h"

#define ALL_ROWS 1e10			/* of a table */
#define MAX_FRAME 100000
#define MAX_NTH 1000			/* Snowflake's limit of NTH_VALUE */
#define LARGEST_KEY 1e37		/* to which a frame's offset can be added */

static bool ship_argument(SfShip *ship, const SfOp *op, WindowFunc *window, SfValue *value);
static bool ship_more_arguments(SfShip *ship, const SfOp *op, WindowFunc *window, SfValue *value);
static bool ship_over(SfShip *ship, const SfOp *op, WindowClause *clause);
static bool ship_partition(SfShip *ship, WindowClause *clause);
static bool ship_frame(SfShip *ship, const SfOp *op, WindowClause *clause);
static const char *why_no_values(const SfOp *op);
static bool check_values(SfShip *ship, WindowClause *clause, SfValue *key);
static bool ship_bound(SfShip *ship, WindowClause *clause, bool end, const SfValue *key, double *distance);
static bool append_rows(SfShip *ship, Const *offset, double *distance);
static bool append_number(SfShip *ship, Const *offset, double *distance);
static bool append_interval(SfShip *ship, Const *offset, const SfValue *key, double *distance);

bool
sf_ship_window(SfShip *ship, WindowFunc *window, SfValue *value)
{
	const SfOp *op = sf_op_find(window->winfnoid);

	if (op && op->rule == SF_RULE_KEEP)
		return sf_ship_refuse(ship, op->text);
	if (op == NULL || op->rule < SF_RULES_OF_AGGREGATES)
		return sf_ship_refuse(ship, psprintf("%s is not known to give the same in Snowflake",
											 get_func_name(window->winfnoid)));
	if (op->rule == SF_RULE_LIST || op->rule == SF_RULE_DEVIATION || op->rule == SF_RULE_PERCENTILE)
		return sf_ship_refuse(ship, "this window function is computed here");
	if (op->rule == SF_RULE_AVERAGE)
		return sf_ship_average(ship, (Node *) window, value);
	return sf_ship_window_call(ship, op, window, value);
}

bool
sf_ship_window_call(SfShip *ship, const SfOp *op, WindowFunc *window, SfValue *value)
{
	SfLevel    *level = ship->level;
	WindowClause *clause = list_nth_node(WindowClause, level->query->windowClause, window->winref - 1);

	if (op->rule == SF_RULE_TRUTH && clause->orderClause)
		return sf_ship_refuse(ship, "Snowflake takes no order in a window of conditions");
	ship->order_safe = false;
	appendStringInfo(ship->sql, "%s(", op->text);
	if (!ship_argument(ship, op, window, value) || !ship_more_arguments(ship, op, window, value))
		return false;
	appendStringInfoChar(ship->sql, ')');
	if (!sf_describe_call(ship, op, (Node *) window, window->inputcollid, value))
		return false;
	if (value->kind != SF_TYPE_REAL)
		value->remote = NULL;
	return ship_over(ship, op, clause);
}

static bool
ship_argument(SfShip *ship, const SfOp *op, WindowFunc *window, SfValue *value)
{
	int			buckets;

	if (op->rule == SF_RULE_RANK || op->rule == SF_RULE_BUCKET)
	{
		memset(value, 0, sizeof(*value));
		value->kind = SF_TYPE_FIXED;
		value->bound = ALL_ROWS;
		if (op->rule == SF_RULE_RANK)
			return true;
		if (!sf_constant_int(linitial(window->args), &buckets) || buckets < 1)
			return sf_ship_refuse(ship, "the number of buckets is no constant of 1 or more");
		appendStringInfo(ship->sql, "%d", buckets);
		return true;
	}
	return sf_ship_filtered(ship, op, (Node *) window->aggfilter, window->args ? linitial(window->args) : NULL, value);
}

/*
 * The place of the row; of LAG and LEAD also what stands for a row that is
 * not there.
 */
static bool
ship_more_arguments(SfShip *ship, const SfOp *op, WindowFunc *window, SfValue *value)
{
	int			number = 1;
	SfValue		otherwise;

	if (op->rule != SF_RULE_OFFSET && op->rule != SF_RULE_NTH)
		return true;
	if (list_length(window->args) > 1 && !sf_constant_int(lsecond(window->args), &number))
		return sf_ship_refuse(ship, "the offset is not constant");
	if (op->rule == SF_RULE_NTH && (number < 1 || number > MAX_NTH))
		return sf_ship_refuse(ship, psprintf("Snowflake counts from 1 to %d", MAX_NTH));
	appendStringInfo(ship->sql, ", %d", number);
	if (list_length(window->args) < 3)
		return true;
	appendStringInfoString(ship->sql, ", ");
	return sf_ship_value(ship, lthird(window->args), &otherwise) && sf_value_merge(ship, value, &otherwise);
}

static bool
ship_over(SfShip *ship, const SfOp *op, WindowClause *clause)
{
	SfLevel    *level = ship->level;

	appendStringInfoString(ship->sql, " OVER (");
	if (!ship_partition(ship, clause))
		return false;
	if (clause->orderClause)
	{
		if (clause->partitionClause)
			appendStringInfoChar(ship->sql, ' ');
		appendStringInfoString(ship->sql, "ORDER BY ");
		if (!sf_ship_order(ship, clause->orderClause, level->query->targetList, true))
			return false;
	}
	else if (op->rule >= SF_RULES_OF_WINDOWS)
		return sf_ship_refuse(ship, "the window has no order");
	if (op->rule != SF_RULE_RANK && op->rule != SF_RULE_BUCKET && op->rule != SF_RULE_OFFSET &&
		!ship_frame(ship, op, clause))
		return false;
	appendStringInfoChar(ship->sql, ')');
	return true;
}

static bool
ship_partition(SfShip *ship, WindowClause *clause)
{
	SfLevel    *level = ship->level;
	ListCell   *cell;

	foreach(cell, clause->partitionClause)
	{
		SortGroupClause *group = lfirst_node(SortGroupClause, cell);
		Node	   *node = get_sortgroupclause_expr(group, level->query->targetList);
		SfValue		ignored;

		appendStringInfoString(ship->sql, cell == list_head(clause->partitionClause) ? "PARTITION BY " : ", ");
		if (!sf_ship_key(ship, node, &ignored))
			return false;
		if (ignored.fixed)
			return sf_ship_refuse(ship, "it is grouped by a value that is the same for every row");
	}
	return true;
}

/*
 * Always written, since Snowflake's default differs between functions (SQL
 * reference: functions-window-syntax).
 */
static bool
ship_frame(SfShip *ship, const SfOp *op, WindowClause *clause)
{
	int			options = clause->frameOptions;
	bool		all = options & FRAMEOPTION_START_UNBOUNDED_PRECEDING && options & FRAMEOPTION_END_UNBOUNDED_FOLLOWING;
	bool		rows = options & FRAMEOPTION_ROWS || (all && op->rule == SF_RULE_NTH);
	const char *why = rows ? NULL : why_no_values(op);
	double		first = 0;
	double		last = 0;
	SfValue		key;

	if (options & FRAMEOPTION_EXCLUSION || options & FRAMEOPTION_GROUPS)
		return sf_ship_refuse(ship, "Snowflake has no such window frame");
	if (clause->orderClause == NIL)
		return !(options & FRAMEOPTION_NONDEFAULT) || sf_ship_refuse(ship, "the window has no order");
	if (op->rule == SF_RULE_NTH && why)
		return sf_ship_refuse(ship, why);
	if (!rows && options & (FRAMEOPTION_START_OFFSET | FRAMEOPTION_END_OFFSET))
	{
		if (why)
			return sf_ship_refuse(ship, why);
		if (!check_values(ship, clause, &key))
			return false;
	}
	appendStringInfoString(ship->sql, rows ? " ROWS BETWEEN " : " RANGE BETWEEN ");
	if (!ship_bound(ship, clause, false, rows ? NULL : &key, &first))
		return false;
	appendStringInfoString(ship->sql, " AND ");
	if (!ship_bound(ship, clause, true, rows ? NULL : &key, &last))
		return false;
	return first <= last || sf_ship_refuse(ship, "the frame ends before it begins");
}

/*
 * Why a function has no frame of values with a distance (SQL reference:
 * functions-window-syntax, RANGE BETWEEN limitations).
 */
static const char *
why_no_values(const SfOp *op)
{
	if (op->rule == SF_RULE_COUNT || op->rule == SF_RULE_SUM || op->rule == SF_RULE_EXTREME ||
		op->rule == SF_RULE_OF_FRAME)
		return NULL;
	return "a frame of values is computed here";
}

/*
 * The one key that distances are from: an exact number, a date or a timestamp
 * without zone.
 */
static bool
check_values(SfShip *ship, WindowClause *clause, SfValue *key)
{
	SfLevel    *level = ship->level;
	Node	   *node = get_sortgroupclause_expr(linitial(clause->orderClause), level->query->targetList);
	SfShipMark	mark = sf_ship_mark(ship);

	if (!sf_ship_value(ship, node, key))
		return false;
	sf_ship_back(ship, mark);
	if (key->kind == SF_TYPE_FIXED && !(key->bound < LARGEST_KEY))
		return sf_ship_refuse(ship, "the frame's values could overflow");
	return key->kind == SF_TYPE_FIXED || key->kind == SF_TYPE_DATE || key->kind == SF_TYPE_TIMESTAMP_NTZ ||
		sf_ship_refuse(ship, "a frame of values is computed here");
}

/*
 * key NULL: a bound of rows.  distance: from the current row, or its value.
 */
static bool
ship_bound(SfShip *ship, WindowClause *clause, bool end, const SfValue *key, double *distance)
{
	int			options = clause->frameOptions;
	Const	   *offset = (Const *) (end ? clause->endOffset : clause->startOffset);
	bool		preceding = options & (end ? FRAMEOPTION_END_OFFSET_PRECEDING : FRAMEOPTION_START_OFFSET_PRECEDING);

	if (options & (end ? FRAMEOPTION_END_CURRENT_ROW : FRAMEOPTION_START_CURRENT_ROW))
	{
		appendStringInfoString(ship->sql, "CURRENT ROW");
		return true;
	}
	if (options & (end ? FRAMEOPTION_END_UNBOUNDED_FOLLOWING : FRAMEOPTION_START_UNBOUNDED_PRECEDING))
	{
		appendStringInfoString(ship->sql, end ? "UNBOUNDED FOLLOWING" : "UNBOUNDED PRECEDING");
		*distance = end ? INFINITY : -INFINITY;
		return true;
	}
	if (offset == NULL || !IsA(offset, Const) || offset->constisnull)
		return sf_ship_refuse(ship, "the frame's bound is not constant");
	if (key == NULL ? !append_rows(ship, offset, distance) :
		key->kind == SF_TYPE_FIXED ? !append_number(ship, offset, distance) :
		!append_interval(ship, offset, key, distance))
		return false;
	appendStringInfoString(ship->sql, preceding ? " PRECEDING" : " FOLLOWING");
	if (preceding)
		*distance = -*distance;
	return true;
}

static bool
append_rows(SfShip *ship, Const *offset, double *distance)
{
	int64		rows = offset->consttype == INT8OID ? DatumGetInt64(offset->constvalue) : -1;

	if (rows < 0 || rows > MAX_FRAME)
		return sf_ship_refuse(ship, "the frame is too large");
	appendStringInfo(ship->sql, INT64_FORMAT, rows);
	*distance = rows;
	return true;
}

static bool
append_number(SfShip *ship, Const *offset, double *distance)
{
	SfValue		value;
	int			at = ship->sql->len;

	sf_known_value((Node *) offset, &value);
	if (value.kind != SF_TYPE_FIXED || !(value.bound < LARGEST_KEY) ||
		!sf_literal_append_bare(ship->sql, offset->consttype, offset->constvalue) ||
		strspn(ship->sql->data + at, "0123456789.") != ship->sql->len - at)
		return sf_ship_refuse(ship, "the frame's bound is no number of 0 or more");
	*distance = value.bound;
	return true;
}

/*
 * Whole days from a date; days and microseconds from a timestamp.
 */
static bool
append_interval(SfShip *ship, Const *offset, const SfValue *key, double *distance)
{
	Interval   *interval = offset->consttype == INTERVALOID ? DatumGetIntervalP(offset->constvalue) : NULL;

	if (interval == NULL || interval->month != 0 || interval->day < 0 || interval->time < 0 ||
		interval->day > MAX_FRAME || interval->time > (int64) MAX_FRAME * USECS_PER_DAY ||
		(key->kind == SF_TYPE_DATE && interval->time != 0))
		return sf_ship_refuse(ship, "the frame's bound is no such number of days");
	if (interval->time == 0)
		appendStringInfo(ship->sql, "INTERVAL '%d days'", interval->day);
	else
		appendStringInfo(ship->sql, "INTERVAL '%d days, " INT64_FORMAT " microseconds'", interval->day, interval->time);
	*distance = interval->day * (double) USECS_PER_DAY + interval->time;
	return true;
}
