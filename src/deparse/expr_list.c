/*
 * expr_list.c
 *	  Lists: x IN (...), = ANY and <> ALL of an array.
 *
 * An array that is known when the statement is sent is written as a list of
 * literals then, like a constant one.
 */
#include "postgres.h"

#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "deparse/expr.h"
#include "deparse/literal.h"

static bool is_known_list(Node *node);
static bool keeps_value(Node *node);

bool
sf_ship_array(SfShip *ship, ScalarArrayOpExpr *expr, SfValue *value)
{
	Node	   *list = lsecond(expr->args);
	Oid			type = get_element_type(exprType(list));
	bool		constant = IsA(list, Const) && !((Const *) list)->constisnull;
	int			at = ship->sql->len;
	SfRemoteType remote;
	const SfOp *op;
	const char *why;
	SfValue		x;
	SfValue		y;

	set_sa_opfuncid(expr);
	op = sf_op_find(expr->opfuncid);
	if (op == NULL || op->rule == SF_RULE_KEEP || op->rule == SF_RULE_EVALUATE)
		return sf_ship_refuse(ship, op && op->text ? op->text :
							  "the comparison is not known to give the same in Snowflake");
	if (op->text == NULL || strcmp(op->text, expr->useOr ? "=" : "<>") != 0)
		return sf_ship_refuse(ship, "of ANY and ALL only = ANY and <> ALL are sent");
	if (!constant && !is_known_list(list))
		return sf_ship_refuse(ship, "the list is not a constant, nor known when the statement is sent");

	if (!sf_ship_value(ship, linitial(expr->args), &x))
		return false;
	if (!sf_literal_type(type, &remote))
		return sf_ship_refuse(ship, psprintf("there is no literal of type %s in Snowflake", format_type_be(type)));
	sf_known_value((Node *) makeNullConst(type, -1, InvalidOid), &y);
	why = sf_why_incomparable(op->rule, &x, &y, expr->inputcollid);
	if (why)
		return sf_ship_refuse(ship, why);
	sf_cut_nanoseconds(ship, at, &x);
	sf_ship_wrap(ship, at, "(", "");
	if (constant)
		why = sf_literal_append_list(ship->sql, DatumGetArrayTypeP(((Const *) list)->constvalue), expr->useOr);
	else if (!sf_ship_marker(ship, list, expr->useOr ? SF_MARKER_IN : SF_MARKER_NOT_IN,
							 expr->useOr ? " = ANY ($%d)" : " <> ALL ($%d)"))
		return false;
	if (why)
		return sf_ship_refuse(ship, why);
	appendStringInfoChar(ship->sql, ')');
	sf_value_bool(value, false);
	return true;
}

/*
 * An array that is a parameter, or is made of parameters and constants.
 */
static bool
is_known_list(Node *node)
{
	ListCell   *cell;

	switch (nodeTag(node))
	{
		case T_Param:
			return ((Param *) node)->paramkind != PARAM_SUBLINK;
		case T_RelabelType:
			return is_known_list((Node *) ((RelabelType *) node)->arg);
		case T_ArrayCoerceExpr:
			return keeps_value((Node *) ((ArrayCoerceExpr *) node)->elemexpr) &&
				is_known_list((Node *) ((ArrayCoerceExpr *) node)->arg);
		case T_ArrayExpr:
			foreach(cell, ((ArrayExpr *) node)->elements)
			{
				if (!IsA(lfirst(cell), Const) && !sf_is_known(lfirst(cell)))
					return false;
			}
			return !((ArrayExpr *) node)->multidims;
		default:
			return false;
	}
}

/*
 * A cast of the elements that raises nothing.
 */
static bool
keeps_value(Node *node)
{
	const SfOp *op;

	if (IsA(node, CaseTestExpr))
		return true;
	if (IsA(node, RelabelType))
		return keeps_value((Node *) ((RelabelType *) node)->arg);
	if (!IsA(node, FuncExpr))
		return false;
	op = sf_op_find(((FuncExpr *) node)->funcid);
	return op && op->rule == SF_RULE_SAME_NUMBER && keeps_value(linitial(((FuncExpr *) node)->args));
}
