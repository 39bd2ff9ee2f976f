/*
 * aggregate.c
 *	  Aggregates and window functions.
 *
 * An average is a quotient, of which Snowflake keeps fewer digits: what is
 * shown is computed here from a sum and a count, what is only compared or
 * sorted by is divided there with 18 digits.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_aggregate.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteManip.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "core/compat.h"
#include "deparse/level.h"

#define MANY_ROWS 1e7			/* whose sum still has room for 18 digits */
#define ALL_ROWS 1e10			/* of a table */
#define LEAST_SCALE 14			/* tells averages of ten million rows apart */
#define MAX_FRAME 100000

static bool ship_remote_average(SfShip *ship, Node *average, SfValue *value);
static bool ship_average(SfShip *ship, Node *average, SfValue *value);
static bool ship_call(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value);
static bool ship_argument(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value);
static bool ship_operand(SfShip *ship, const SfOp *op, Node *node, SfValue *value);
static bool describe(SfShip *ship, const SfOp *op, Node *node, Oid collation, SfValue *value);
static bool ship_window_call(SfShip *ship, const SfOp *op, WindowFunc *window, SfValue *value);
static bool ship_over(SfShip *ship, const SfOp *op, WindowClause *clause);
static bool ship_partition(SfShip *ship, WindowClause *clause);
static bool ship_frame(SfShip *ship, WindowClause *clause);
static bool append_bound(SfShip *ship, int options, bool end, Node *offset);
static Node *as_numeric(Node *node);

bool
sf_ship_aggregate(SfShip *ship, Aggref *aggregate, SfValue *value)
{
	const SfOp *op = sf_op_find(aggregate->aggfnoid);

	if (op == NULL || op->rule == SF_RULE_KEEP)
		return sf_ship_refuse(ship, op ? op->text :
							  psprintf("%s is not known to give the same in Snowflake",
									   get_func_name(aggregate->aggfnoid)));
	if (aggregate->agglevelsup > 0)
		return sf_ship_refuse(ship, "an aggregate of an outer query");
	if (aggregate->aggkind != AGGKIND_NORMAL || aggregate->aggvariadic)
		return sf_ship_refuse(ship, "this kind of aggregate is computed here");
	if (checkExprHasSubLink((Node *) aggregate))
		return sf_ship_refuse(ship, "an aggregate of a subquery is computed here");
	if (op->rule == SF_RULE_AVERAGE)
		return ship_average(ship, (Node *) aggregate, value);
	if (op->rule == SF_RULE_DEVIATION && (!ship->remote_division || aggregate->aggdistinct))
		return sf_ship_refuse(ship, "it has fewer digits in Snowflake");
	if (op->rule == SF_RULE_DEVIATION)
		appendStringInfoString(ship->sql, "CAST(");
	ship->order_safe = false;
	return ship_call(ship, op, aggregate, value);
}

/*
 * With Snowflake's digits.
 */
static bool
ship_remote_average(SfShip *ship, Node *average, SfValue *value)
{
	const SfOp *sum = sf_op_find(F_SUM_NUMERIC);
	SfOp		op = *sum;

	op.text = "AVG";
	ship->divides = true;
	if (IsA(average, Aggref) ? !ship_call(ship, &op, (Aggref *) average, value) :
		!ship_window_call(ship, &op, (WindowFunc *) average, value))
		return false;
	value->type = NUMERICOID;
	value->scale = Min(value->scale + 6, 37);
	return true;
}

/*
 * Where only its order counts.
 */
static bool
ship_average(SfShip *ship, Node *average, SfValue *value)
{
	Node	   *sum;
	Node	   *count;
	SfValue		ignored;
	int			scale;

	if (!ship->order_safe && ship->remote_division && !ship->finishing)
		return ship_remote_average(ship, average, value);
	if (!ship->order_safe || !sf_average_split(average, &sum, &count))
		return sf_ship_refuse(ship, "an average has fewer digits in Snowflake");
	ship->order_safe = false;
	appendStringInfoString(ship->sql, "(CAST(");
	if (!sf_ship_value(ship, sum, value))
		return false;
	/* the digits that a sum may need are not there behind the point */
	scale = Min(18, 38 - (int) ceil(log10(Max(value->bound, 1))));
	if (scale < LEAST_SCALE)
		return sf_ship_refuse(ship, "a quotient of such numbers has fewer digits in Snowflake");
	appendStringInfo(ship->sql, " AS NUMBER(38,%d)) / NULLIF(", scale);
	if (!sf_ship_value(ship, count, &ignored))
		return false;
	appendStringInfoString(ship->sql, ", 0))");
	value->type = NUMERICOID;
	value->scale = scale;
	value->inexact = true;
	return true;
}

static bool
ship_call(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value)
{
	bool		finishing = ship->finishing;
	bool		shipped;

	appendStringInfo(ship->sql, "%s(", op->text);
	/* nothing of an argument can be */
	ship->finishing = false;
	shipped = ship_argument(ship, op, aggregate, value);
	ship->finishing = finishing;
	if (!shipped)
		return false;
	appendStringInfoString(ship->sql, op->rule == SF_RULE_DEVIATION ? ") AS NUMBER(38,12))" : ")");
	return describe(ship, op, (Node *) aggregate, aggregate->inputcollid, value);
}

/*
 * [DISTINCT] x, and with FILTER: CASE WHEN condition THEN x END, since these
 * aggregates pass over NULLs.
 */
static bool
ship_argument(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value)
{
	TargetEntry *argument = aggregate->args ? linitial_node(TargetEntry, aggregate->args) : NULL;
	SfValue		ignored;

	if (list_length(aggregate->args) > 1)
		return sf_ship_refuse(ship, "an aggregate of several arguments is computed here");
	if (aggregate->aggdistinct)
		appendStringInfoString(ship->sql, "DISTINCT ");
	if (aggregate->aggfilter)
	{
		appendStringInfoString(ship->sql, "CASE WHEN ");
		if (!sf_ship_boolean(ship, (Node *) aggregate->aggfilter, &ignored))
			return false;
		appendStringInfoString(ship->sql, " THEN ");
	}
	if (argument == NULL)
		appendStringInfoString(ship->sql, aggregate->aggfilter ? "1" : "*");
	else if (aggregate->aggdistinct)
	{
		if (!sf_ship_key(ship, (Node *) argument->expr, value))
			return false;
	}
	else if (op->rule == SF_RULE_COUNT)
	{
		if (!sf_ship_carry(ship, (Node *) argument->expr, value))
			return false;
	}
	else if (!ship_operand(ship, op, (Node *) argument->expr, value))
		return false;
	if (aggregate->aggfilter)
		appendStringInfoString(ship->sql, " END");
	return true;
}

/*
 * An argument; an extreme of timestamps with zones of their own is one of
 * their instants.
 */
static bool
ship_operand(SfShip *ship, const SfOp *op, Node *node, SfValue *value)
{
	int			at = ship->sql->len;

	if (!sf_ship_value(ship, node, value))
		return false;
	if (op->rule == SF_RULE_EXTREME && value->kind == SF_TYPE_TIMESTAMP_TZ)
	{
		sf_ship_wrap(ship, at, "CAST(", " AS TIMESTAMP_LTZ(9))");
		value->kind = SF_TYPE_TIMESTAMP_LTZ;
		value->relid = InvalidOid;
	}
	return true;
}

/*
 * What the result is, of the argument's value.
 */
static bool
describe(SfShip *ship, const SfOp *op, Node *node, Oid collation, SfValue *value)
{
	const char *why;

	value->type = exprType(node);
	value->fixed = false;
	if (op->rule != SF_RULE_EXTREME)
		value->relid = InvalidOid;
	switch (op->rule)
	{
		case SF_RULE_COUNT:
			memset(value, 0, sizeof(*value));
			value->type = INT8OID;
			value->kind = SF_TYPE_FIXED;
			value->bound = ALL_ROWS;
			return true;
		case SF_RULE_SUM:
			if (value->kind != SF_TYPE_FIXED)
				return sf_ship_refuse(ship, "it is not a number in Snowflake");
			value->bound = Min(value->bound * MANY_ROWS, sf_largest(value->type));
			value->room = Max(value->room, 1) * MANY_ROWS;
			return true;
		case SF_RULE_DEVIATION:
			if (value->kind != SF_TYPE_FIXED)
				return sf_ship_refuse(ship, "it is not a number in Snowflake");
			value->scale = 12;
			value->remote = NULL;
			ship->divides = true;
			return true;
		case SF_RULE_EXTREME:
			why = sf_why_unsorted(value, collation);
			return why == NULL || sf_ship_refuse(ship, why);
		case SF_RULE_TRUTH:
			return value->kind == SF_TYPE_BOOLEAN || sf_ship_refuse(ship, "it is no condition in Snowflake");
		default:
			return true;
	}
}

bool
sf_ship_window(SfShip *ship, WindowFunc *window, SfValue *value)
{
	const SfOp *op = sf_op_find(window->winfnoid);

	if (op == NULL || op->rule < SF_RULES_OF_AGGREGATES)
		return sf_ship_refuse(ship, psprintf("%s is not known to give the same in Snowflake",
											 get_func_name(window->winfnoid)));
	if (window->aggfilter || op->rule == SF_RULE_LIST || op->rule == SF_RULE_DEVIATION)
		return sf_ship_refuse(ship, "this window function is computed here");
	if (op->rule == SF_RULE_AVERAGE)
		return ship_average(ship, (Node *) window, value);
	return ship_window_call(ship, op, window, value);
}

static bool
ship_window_call(SfShip *ship, const SfOp *op, WindowFunc *window, SfValue *value)
{
	SfLevel    *level = ship->level;
	WindowClause *clause = list_nth_node(WindowClause, level->query->windowClause, window->winref - 1);
	int			offset;

	if (op->rule == SF_RULE_TRUTH && clause->orderClause)
		return sf_ship_refuse(ship, "Snowflake takes no order in a window of conditions");
	ship->order_safe = false;
	appendStringInfo(ship->sql, "%s(", op->text);
	if (op->rule == SF_RULE_RANK)
	{
		memset(value, 0, sizeof(*value));
		value->kind = SF_TYPE_FIXED;
		value->bound = ALL_ROWS;
	}
	else if (window->args == NIL)
		appendStringInfoChar(ship->sql, '*');
	else if (!ship_operand(ship, op, linitial(window->args), value))
		return false;
	if (op->rule == SF_RULE_OFFSET)
	{
		if (list_length(window->args) > 1 && !sf_constant_int(lsecond(window->args), &offset))
			return sf_ship_refuse(ship, "the offset is not constant");
		appendStringInfo(ship->sql, ", %d", list_length(window->args) > 1 ? offset : 1);
	}
	appendStringInfoChar(ship->sql, ')');
	if (!describe(ship, op, (Node *) window, window->inputcollid, value))
		return false;
	value->remote = NULL;
	return ship_over(ship, op, clause);
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
	else if (op->rule == SF_RULE_RANK || op->rule == SF_RULE_OFFSET)
		return sf_ship_refuse(ship, "the window has no order");
	if (op->rule != SF_RULE_RANK && op->rule != SF_RULE_OFFSET && !ship_frame(ship, clause))
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
 * Always written, since Snowflake's default differs between functions.
 */
static bool
ship_frame(SfShip *ship, WindowClause *clause)
{
	int			options = clause->frameOptions;

	if (options & FRAMEOPTION_EXCLUSION || options & FRAMEOPTION_GROUPS)
		return sf_ship_refuse(ship, "Snowflake has no such window frame");
	if (clause->orderClause == NIL)
		return !(options & FRAMEOPTION_NONDEFAULT) || sf_ship_refuse(ship, "the window has no order");
	if (options & FRAMEOPTION_RANGE && options & (FRAMEOPTION_START_OFFSET | FRAMEOPTION_END_OFFSET))
		return sf_ship_refuse(ship, "a frame of values is computed here");
	appendStringInfoString(ship->sql, options & FRAMEOPTION_ROWS ? " ROWS BETWEEN " : " RANGE BETWEEN ");
	if (!append_bound(ship, options, false, clause->startOffset))
		return false;
	appendStringInfoString(ship->sql, " AND ");
	return append_bound(ship, options, true, clause->endOffset);
}

static bool
append_bound(SfShip *ship, int options, bool end, Node *offset)
{
	Const	   *constant = (Const *) offset;
	int64		rows;

	if (options & (end ? FRAMEOPTION_END_CURRENT_ROW : FRAMEOPTION_START_CURRENT_ROW))
		appendStringInfoString(ship->sql, "CURRENT ROW");
	else if (!end && options & FRAMEOPTION_START_UNBOUNDED_PRECEDING)
		appendStringInfoString(ship->sql, "UNBOUNDED PRECEDING");
	else if (end && options & FRAMEOPTION_END_UNBOUNDED_FOLLOWING)
		appendStringInfoString(ship->sql, "UNBOUNDED FOLLOWING");
	else
	{
		if (constant == NULL || !IsA(constant, Const) || constant->constisnull || constant->consttype != INT8OID)
			return sf_ship_refuse(ship, "the frame's bound is not constant");
		rows = DatumGetInt64(constant->constvalue);
		if (rows < 0 || rows > MAX_FRAME)
			return sf_ship_refuse(ship, "the frame is too large");
		appendStringInfo(ship->sql, INT64_FORMAT " %s", rows,
						 options & (end ? FRAMEOPTION_END_OFFSET_PRECEDING : FRAMEOPTION_START_OFFSET_PRECEDING) ?
						 "PRECEDING" : "FOLLOWING");
	}
	return true;
}

bool
sf_average_split(Node *node, Node **sum_part, Node **count_part)
{
	static const struct
	{
		Oid			average;
		Oid			sum;
		Oid			type;
	}			sums[] = {
		{F_AVG_INT2, F_SUM_INT2, INT8OID}, {F_AVG_INT4, F_SUM_INT4, INT8OID},
		{F_AVG_INT8, F_SUM_INT8, NUMERICOID}, {F_AVG_NUMERIC, F_SUM_NUMERIC, NUMERICOID},
	};
	Oid			function = IsA(node, Aggref) ? ((Aggref *) node)->aggfnoid :
	IsA(node, WindowFunc) ? ((WindowFunc *) node)->winfnoid : InvalidOid;
	Node	   *sum;
	Node	   *count;
	int			i = 0;

	while (i < lengthof(sums) && sums[i].average != function)
		i++;
	if (i == lengthof(sums))
		return false;
	sum = copyObject(node);
	count = copyObject(node);
	if (IsA(node, Aggref))
	{
		((Aggref *) sum)->aggfnoid = sums[i].sum;
		((Aggref *) sum)->aggtype = sums[i].type;
		((Aggref *) count)->aggfnoid = F_COUNT_ANY;
		((Aggref *) count)->aggtype = INT8OID;
	}
	else
	{
		((WindowFunc *) sum)->winfnoid = sums[i].sum;
		((WindowFunc *) sum)->wintype = sums[i].type;
		((WindowFunc *) count)->winfnoid = F_COUNT_ANY;
		((WindowFunc *) count)->wintype = INT8OID;
	}
	*sum_part = sum;
	*count_part = count;
	return true;
}

Node *
sf_quotient(Node *sum, Node *count)
{
	return (Node *) makeFuncExpr(F_NUMERIC_DIV, NUMERICOID, list_make2(as_numeric(sum), as_numeric(count)),
								 InvalidOid, InvalidOid, COERCE_EXPLICIT_CALL);
}

bool
sf_quotient_split(Node *quotient, Node **sum, Node **count)
{
	*sum = linitial(castNode(FuncExpr, quotient)->args);
	*count = lsecond(castNode(FuncExpr, quotient)->args);
	if (IsA(*sum, FuncExpr))
		*sum = linitial(((FuncExpr *) *sum)->args);
	*count = linitial(castNode(FuncExpr, *count)->args);
	return true;
}

static Node *
as_numeric(Node *node)
{
	if (exprType(node) == NUMERICOID)
		return node;
	return (Node *) makeFuncExpr(F_NUMERIC_INT8, NUMERICOID, list_make1(node), InvalidOid, InvalidOid,
								 COERCE_IMPLICIT_CAST);
}
