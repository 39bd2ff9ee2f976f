/*
 * aggregate.c
 *	  Aggregates.
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
#include "utils/typcache.h"

#include "core/compat.h"
#include "deparse/level.h"
#include "deparse/literal.h"
#include "deparse/query.h"

#define MANY_ROWS 1e7			/* whose sum still has room for 18 digits */
#define ALL_ROWS 1e10			/* of a table */
#define LEAST_SCALE 14			/* tells averages of ten million rows apart */
#define PLACES 1024				/* of a percentile: times any number of rows
								 * they are exact, here and there */

static bool ship_remote_average(SfShip *ship, Node *average, SfValue *value);
static bool ship_call(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value);
static bool ship_argument(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value);
static bool ship_list(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value);
static bool ship_listed(SfShip *ship, Aggref *aggregate, SfValue *value);
static bool ship_list_order(SfShip *ship, Aggref *aggregate);
static bool ship_percentile(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value);
static Node *as_numeric(Node *node);

bool
sf_ship_aggregate(SfShip *ship, Aggref *aggregate, SfValue *value)
{
	const SfOp *op = sf_op_find(aggregate->aggfnoid);
	bool		finishing = ship->finishing;
	bool		shipped;

	if (op == NULL || op->rule == SF_RULE_KEEP)
		return sf_ship_refuse(ship, op ? op->text :
							  psprintf("%s is not known to give the same in Snowflake",
									   get_func_name(aggregate->aggfnoid)));
	if (aggregate->agglevelsup > 0)
		return sf_ship_refuse(ship, "an aggregate of an outer query");
	if ((aggregate->aggkind != AGGKIND_NORMAL) != (op->rule == SF_RULE_PERCENTILE) || aggregate->aggvariadic)
		return sf_ship_refuse(ship, "this kind of aggregate is computed here");
	if (checkExprHasSubLink((Node *) aggregate))
		return sf_ship_refuse(ship, "an aggregate of a subquery is computed here");
	if (op->rule == SF_RULE_AVERAGE)
		return sf_ship_average(ship, (Node *) aggregate, value);
	if (op->rule == SF_RULE_DEVIATION && (!ship->remote_division || aggregate->aggdistinct))
		return sf_ship_refuse(ship, "it has fewer digits in Snowflake");
	/* nothing of an argument can be */
	ship->order_safe = ship->finishing = false;
	shipped = op->rule == SF_RULE_LIST ? ship_list(ship, op, aggregate, value) :
		op->rule == SF_RULE_PERCENTILE ? ship_percentile(ship, op, aggregate, value) :
		ship_call(ship, op, aggregate, value);
	ship->finishing = finishing;
	return shipped;
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
		!sf_ship_window_call(ship, &op, (WindowFunc *) average, value))
		return false;
	value->type = NUMERICOID;
	value->relid = InvalidOid;
	value->scale = Min(value->scale + 6, 37);
	value->shown = false;
	return true;
}

/*
 * Where only its order counts.
 */
bool
sf_ship_average(SfShip *ship, Node *average, SfValue *value)
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
	value->shown = false;
	value->inexact = true;
	return true;
}

static bool
ship_call(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value)
{
	bool		deviation = op->rule == SF_RULE_DEVIATION;

	appendStringInfo(ship->sql, deviation ? "CAST(%s(" : "%s(", op->text);
	if (!ship_argument(ship, op, aggregate, value))
		return false;
	appendStringInfoString(ship->sql, deviation ? ") AS NUMBER(38,12))" : ")");
	return sf_describe_call(ship, op, (Node *) aggregate, aggregate->inputcollid, value);
}

/*
 * [DISTINCT] x
 */
static bool
ship_argument(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value)
{
	TargetEntry *argument = aggregate->args ? linitial_node(TargetEntry, aggregate->args) : NULL;

	if (list_length(aggregate->args) > 1)
		return sf_ship_refuse(ship, "an aggregate of several arguments is computed here");
	if (aggregate->aggdistinct)
		appendStringInfoString(ship->sql, "DISTINCT ");
	return sf_ship_filtered(ship, aggregate->aggdistinct ? NULL : op, (Node *) aggregate->aggfilter,
							argument ? (Node *) argument->expr : NULL, value);
}

bool
sf_ship_filtered(SfShip *ship, const SfOp *op, Node *filter, Node *argument, SfValue *value)
{
	SfValue		ignored;
	bool		shipped = true;

	if (filter)
	{
		appendStringInfoString(ship->sql, "CASE WHEN ");
		if (!sf_ship_boolean(ship, filter, &ignored))
			return false;
		appendStringInfoString(ship->sql, " THEN ");
		ship->cases++;
	}
	if (argument == NULL)
		appendStringInfoString(ship->sql, filter ? "1" : "*");
	else if (op == NULL)
		shipped = sf_ship_key(ship, argument, value);
	else if (op->rule == SF_RULE_COUNT)
		shipped = sf_ship_carry(ship, argument, value);
	else
		shipped = sf_ship_operand(ship, op, argument, value);
	if (filter)
	{
		appendStringInfoString(ship->sql, " END");
		ship->cases--;
	}
	return shipped;
}

bool
sf_ship_operand(SfShip *ship, const SfOp *op, Node *node, SfValue *value)
{
	int			at = ship->sql->len;

	/*
	 * the largest of numbers whose digits may be read otherwise is one of
	 * them
	 */
	if (op->rule == SF_RULE_EXTREME && exprType(node) == FLOAT8OID)
		return sf_ship_carry(ship, node, value) &&
			(value->kind == SF_TYPE_REAL || sf_ship_refuse(ship, value->unusable));
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

bool
sf_describe_call(SfShip *ship, const SfOp *op, Node *node, Oid collation, SfValue *value)
{
	const char *why;

	value->type = exprType(node);
	value->fixed = false;
	/* a CASE may have more digits of a second */
	if (op->rule != SF_RULE_SUM &&
		(op->rule != SF_RULE_EXTREME || (IsA(node, Aggref) && ((Aggref *) node)->aggfilter)))
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
			value->summed = true;
			return true;
		case SF_RULE_DEVIATION:
			if (value->kind != SF_TYPE_FIXED)
				return sf_ship_refuse(ship, "it is not a number in Snowflake");
			value->scale = 12;
			value->shown = false;
			value->remote = NULL;
			ship->divides = true;
			return true;
		case SF_RULE_EXTREME:
			why = value->kind == SF_TYPE_REAL ? NULL : sf_why_unsorted(value, collation);
			return why == NULL || sf_ship_refuse(ship, why);
		case SF_RULE_TRUTH:
			return value->kind == SF_TYPE_BOOLEAN || sf_ship_refuse(ship, "it is no condition in Snowflake");
		default:
			return true;
	}
}

/*
 * string_agg(): Snowflake's list of no values is empty, and not NULL.
 */
static bool
ship_list(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value)
{
	Const	   *delimiter = (Const *) lsecond_node(TargetEntry, aggregate->args)->expr;

	if (!IsA(delimiter, Const) || delimiter->constisnull)
		return sf_ship_refuse(ship, "the delimiter is not constant");
	appendStringInfoString(ship->sql, "IFF(COUNT(");
	if (!ship_listed(ship, aggregate, value))
		return false;
	appendStringInfo(ship->sql, ") = 0, NULL, %s(%s", op->text, aggregate->aggdistinct ? "DISTINCT " : "");
	if (!ship_listed(ship, aggregate, value))
		return false;
	appendStringInfoString(ship->sql, ", ");
	sf_literal_append(ship->sql, TEXTOID, delimiter->constvalue, 0);
	appendStringInfoChar(ship->sql, ')');
	if (aggregate->aggorder == NIL && aggregate->aggdistinct == NIL &&
		sf_sorted_source(((SfLevel *) ship->level)->query))
		return sf_ship_refuse(ship, "the list follows the order of a subquery");
	/* distinct values come sorted in PostgreSQL */
	if (aggregate->aggorder || aggregate->aggdistinct)
	{
		appendStringInfoString(ship->sql, " WITHIN GROUP (ORDER BY ");
		if (!ship_list_order(ship, aggregate))
			return false;
		appendStringInfoChar(ship->sql, ')');
	}
	appendStringInfoChar(ship->sql, ')');
	value->type = TEXTOID;
	value->fixed = false;
	value->remote = NULL;
	return true;
}

static bool
ship_listed(SfShip *ship, Aggref *aggregate, SfValue *value)
{
	const SfOp *op = aggregate->aggdistinct ? NULL : sf_op_find(aggregate->aggfnoid);

	return sf_ship_filtered(ship, op, (Node *) aggregate->aggfilter,
							(Node *) linitial_node(TargetEntry, aggregate->args)->expr, value) &&
		(value->kind == SF_TYPE_TEXT || sf_ship_refuse(ship, "it is not a text in Snowflake"));
}

/*
 * Of DISTINCT values Snowflake knows only their own order, and what stands
 * there has to be what is listed.
 */
static bool
ship_list_order(SfShip *ship, Aggref *aggregate)
{
	TargetEntry *listed = linitial_node(TargetEntry, aggregate->args);
	List	   *clauses = aggregate->aggorder ? aggregate->aggorder : aggregate->aggdistinct;
	SortGroupClause *clause = linitial_node(SortGroupClause, clauses);
	const char *why;
	SfValue		value;
	bool		shipped;

	if (!aggregate->aggdistinct)
	{
		/* rows that the filter leaves out have keys there */
		ship->cases += aggregate->aggfilter != NULL;
		shipped = sf_ship_order(ship, aggregate->aggorder, aggregate->args, false);
		ship->cases -= aggregate->aggfilter != NULL;
		return shipped;
	}
	if (list_length(aggregate->aggorder) > 1 || clause->tleSortGroupRef != listed->ressortgroupref)
		return sf_ship_refuse(ship, "a list of distinct values has an order of its own");
	if (!ship_listed(ship, aggregate, &value))
		return false;
	why = sf_why_unsorted(&value, exprCollation((Node *) listed->expr));
	return why ? sf_ship_refuse(ship, why) : sf_ship_direction(ship, clause, exprType((Node *) listed->expr));
}

/*
 * percentile_disc(): the first value of which so large a part of the rows is
 * no larger.
 */
static bool
ship_percentile(SfShip *ship, const SfOp *op, Aggref *aggregate, SfValue *value)
{
	Const	   *place = linitial(aggregate->aggdirectargs);
	TargetEntry *sorted = linitial_node(TargetEntry, aggregate->args);
	SortGroupClause *clause = linitial_node(SortGroupClause, aggregate->aggorder);
	double		part;

	if (!IsA(place, Const) || place->constisnull)
		return sf_ship_refuse(ship, "the percentile is not constant");
	part = DatumGetFloat8(place->constvalue);
	if (!(part >= 0 && part <= 1) || part * PLACES != floor(part * PLACES))
		return sf_ship_refuse(ship, "the place of this percentile may be rounded to another row");
	if (clause->sortop != lookup_type_cache(exprType((Node *) sorted->expr), TYPECACHE_LT_OPR)->lt_opr)
		return sf_ship_refuse(ship, "a percentile from above is computed here");
	appendStringInfo(ship->sql, "%s(%.10g) WITHIN GROUP (ORDER BY ", op->text, part);
	if (!sf_ship_filtered(ship, op, (Node *) aggregate->aggfilter, (Node *) sorted->expr, value))
		return false;
	if (value->fixed)
		return sf_ship_refuse(ship, "it is sorted by a value that is the same for every row");
	if (value->kind != SF_TYPE_FIXED)
		return sf_ship_refuse(ship, "a percentile of other values than numbers is computed here");
	appendStringInfoChar(ship->sql, ')');
	value->remote = NULL;
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
