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

static bool ship_element(SfShip *ship, Node *node, const SfOp *op, Oid type, Oid collation, SfValue *value);
static bool is_known_list(Node *node);
static bool keeps_value(Node *node);

bool
sf_ship_array(SfShip *ship, ScalarArrayOpExpr *expr, SfValue *value)
{
	Node	   *list = lsecond(expr->args);
	Oid			type = get_element_type(exprType(list));
	bool		constant = IsA(list, Const) && !((Const *) list)->constisnull;
	const SfOp *op;
	const char *why = NULL;
	SfValue		x;

	set_sa_opfuncid(expr);
	op = sf_op_find(expr->opfuncid);
	if (op == NULL || op->rule == SF_RULE_KEEP || op->rule == SF_RULE_EVALUATE)
		return sf_ship_refuse(ship, op && op->text ? op->text :
							  "the comparison is not known to give the same in Snowflake");
	if (op->text == NULL || strcmp(op->text, expr->useOr ? "=" : "<>") != 0)
		return sf_ship_refuse(ship, "of ANY and ALL only = ANY and <> ALL are sent");
	if (!constant && !is_known_list(list))
		return sf_ship_refuse(ship, "the list is not a constant, nor known when the statement is sent");

	if (!ship_element(ship, linitial(expr->args), op, type, expr->inputcollid, &x))
		return false;
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

bool
sf_ship_bound(SfShip *ship, OpExpr *clause, const char *shown, SfValue *column)
{
	Node	   *key = lsecond(clause->args);
	const SfOp *op;
	StringInfoData format;

	set_opfuncid(clause);
	op = sf_op_find(clause->opfuncid);
	if (op == NULL || op->rule == SF_RULE_KEEP || op->rule == SF_RULE_EVALUATE || op->text == NULL ||
		strcmp(op->text, "=") != 0)
		return sf_ship_refuse(ship, "the comparison is not known to give the same in Snowflake");
	if (!ship_element(ship, linitial(clause->args), op, exprType(key), clause->inputcollid, column))
		return false;
	if (op->rule == SF_RULE_COMPARE_FLOAT)
		return sf_ship_refuse(ship, "whether -0 and 0 are one key in Snowflake is not known");
	initStringInfo(&format);
	appendStringInfoString(&format, " IN (");
	for (const char *c = shown; *c; c++)
		appendStringInfo(&format, *c == '%' ? "%%%%" : "%c", *c);
	appendStringInfoChar(&format, ')');
	if (!sf_ship_marker(ship, key, SF_MARKER_KEYS, format.data))
		return false;
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/*
 * "(" and what is compared with elements of a type.
 */
static bool
ship_element(SfShip *ship, Node *node, const SfOp *op, Oid type, Oid collation, SfValue *value)
{
	int			at = ship->sql->len;
	SfRemoteType remote;
	const char *why;
	SfValue		element;

	if (!sf_ship_value(ship, node, value))
		return false;
	if (!sf_literal_type(type, &remote))
		return sf_ship_refuse(ship, psprintf("there is no literal of type %s in Snowflake", format_type_be(type)));
	sf_known_value((Node *) makeNullConst(type, -1, InvalidOid), &element);
	why = sf_why_incomparable(op->rule, value, &element, collation);
	if (why)
		return sf_ship_refuse(ship, why);
	sf_cut_nanoseconds(ship, at, value);
	sf_ship_wrap(ship, at, "(", "");
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
