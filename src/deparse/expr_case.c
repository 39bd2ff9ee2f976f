/*
 * expr_case.c
 *	  CASE and COALESCE: values of which one is chosen.
 */
#include "postgres.h"

#include <math.h>

#include "nodes/nodeFuncs.h"

#include "deparse/expr.h"

#define MAX_NUMBER 1.0000001e38 /* what 38 digits may be computed to be */

static bool ship_choice(SfShip *ship, Node *node, SfValue *value, bool first);
static Node *compared_with(Node *node, void *context);

/*
 * The simple form is printed as a searched one: what is tested stands in the
 * place of its placeholder.
 */
bool
sf_ship_case(SfShip *ship, CaseExpr *expr, SfValue *value)
{
	ListCell   *cell;

	appendStringInfoString(ship->sql, "CASE");
	foreach(cell, expr->args)
	{
		CaseWhen   *when = lfirst_node(CaseWhen, cell);
		Node	   *test = (Node *) when->expr;
		SfValue		ignored;

		if (expr->arg)
			test = compared_with(test, expr->arg);
		appendStringInfoString(ship->sql, " WHEN ");
		if (!sf_ship_boolean(ship, test, &ignored))
			return false;
		appendStringInfoString(ship->sql, " THEN ");
		if (!ship_choice(ship, (Node *) when->result, value, cell == list_head(expr->args)))
			return false;
	}
	if (expr->defresult)
	{
		appendStringInfoString(ship->sql, " ELSE ");
		if (!ship_choice(ship, (Node *) expr->defresult, value, false))
			return false;
	}
	appendStringInfoString(ship->sql, " END");
	value->fixed = false;
	return true;
}

static Node *
compared_with(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, CaseTestExpr))
		return copyObject((Node *) context);
	if (IsA(node, CaseExpr) && ((CaseExpr *) node)->arg)
		/* its own placeholders */
		return node;
	return expression_tree_mutator(node, compared_with, context);
}

bool
sf_ship_coalesce(SfShip *ship, CoalesceExpr *expr, SfValue *value)
{
	ListCell   *cell;

	/* Snowflake's takes two arguments or more */
	if (list_length(expr->args) == 1)
		return sf_ship_value(ship, linitial(expr->args), value);
	appendStringInfoString(ship->sql, "COALESCE(");
	foreach(cell, expr->args)
	{
		if (cell != list_head(expr->args))
			appendStringInfoString(ship->sql, ", ");
		if (!ship_choice(ship, lfirst(cell), value, cell == list_head(expr->args)))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	value->fixed = false;
	return true;
}

static bool
ship_choice(SfShip *ship, Node *node, SfValue *value, bool first)
{
	SfValue		one;
	bool		shipped;

	ship->cases++;
	shipped = sf_ship_value(ship, node, &one);
	ship->cases--;
	if (!shipped)
		return false;
	if (!first)
		return sf_value_merge(ship, value, &one);
	*value = one;
	return true;
}

/*
 * Numbers become one type with the larger scale, timestamps one with the
 * finer.
 */
bool
sf_value_merge(SfShip *ship, SfValue *all, const SfValue *one)
{
	if (all->kind != one->kind)
		return sf_ship_refuse(ship, "the types differ in Snowflake");
	if (all->unusable == NULL)
		all->unusable = one->unusable;
	all->null_only = all->null_only || one->null_only;
	all->fixed = all->fixed && one->fixed;
	all->of_number = all->of_number && one->of_number;
	all->inexact = all->inexact || one->inexact;
	all->bound = Max(all->bound, one->bound);
	all->room = Max(all->room, one->room);
	if (all->kind == SF_TYPE_FIXED && !all->inexact && (all->scale != one->scale || isinf(all->bound)) &&
		!(all->bound * pow(10, Max(all->scale, one->scale)) < MAX_NUMBER))
		return sf_ship_refuse(ship, "a number of such a scale could overflow");
	all->shown = sf_shows_scale(all) && sf_shows_scale(one) && all->scale == one->scale;
	all->scale = Max(all->scale, one->scale);
	all->relid = InvalidOid;
	return true;
}
