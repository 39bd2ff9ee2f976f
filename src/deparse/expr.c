/*
 * expr.c
 *	  Expressions as Snowflake SQL: one walk that prints and judges.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"
#include "utils/regproc.h"

#include "core/compat.h"
#include "core/options.h"
#include "deparse/expr.h"
#include "deparse/literal.h"

#define MAX_NUMBER 1e38
#define MAX_SHOWN_SCALE 12		/* what Snowflake keeps of a product */

static bool keeps_order(Node *node);
static bool hands_on(Node *node);
static bool ship_node(SfShip *ship, Node *node, SfValue *value);
static bool ship_relabel(SfShip *ship, RelabelType *relabel, SfValue *value);
static bool known_arguments(List *args);
static bool changes(Node *node, void *context);
static bool ship_bool(SfShip *ship, BoolExpr *expr, SfValue *value);
static bool ship_null_test(SfShip *ship, NullTest *test, SfValue *value);
static bool ship_boolean_test(SfShip *ship, BooleanTest *test, SfValue *value);
static int	shown_scale(int32 typmod);
static const char *misfit(const SfRemoteType *remote, Oid type, int32 typmod);

SfShipMark
sf_ship_mark(const SfShip *ship)
{
	return (SfShipMark)
	{
		ship->sql->len, list_length(ship->params), list_length(ship->markers)
	};
}

void
sf_ship_back(SfShip *ship, SfShipMark mark)
{
	ship->sql->len = mark.length;
	ship->sql->data[mark.length] = '\0';
	ship->params = list_truncate(ship->params, mark.nparams);
	ship->markers = list_truncate(ship->markers, mark.nmarkers);
}

void
sf_ship_wrap(SfShip *ship, int at, const char *before, const char *after)
{
	char	   *printed = pstrdup(ship->sql->data + at);
	ListCell   *cell;
	int			i = 0;

	ship->sql->len = at;
	appendStringInfo(ship->sql, "%s%s%s", before, printed, after);
	foreach(cell, ship->markers)
	{
		if (i++ % 4 == 0 && lfirst_int(cell) >= at)
			lfirst_int(cell) += strlen(before);
	}
}

bool
sf_ship_refuse(SfShip *ship, const char *why)
{
	if (ship->refusal == NULL)
		ship->refusal = why;
	return false;
}

bool
sf_ship_value(SfShip *ship, Node *node, SfValue *value)
{
	return sf_ship_carry(ship, node, value) && (value->unusable == NULL || sf_ship_refuse(ship, value->unusable));
}

bool
sf_ship_carry(SfShip *ship, Node *node, SfValue *value)
{
	bool		order_safe = ship->order_safe;
	bool		positive = ship->positive;
	bool		mine = false;
	bool		shipped;

	check_stack_depth();
	if (ship->depth >= SF_MAX_DEPTH)
		return sf_ship_refuse(ship, psprintf("it is nested more than %d levels deep", SF_MAX_DEPTH));
	ship->depth++;
	ship->order_safe = order_safe && keeps_order(node);
	ship->positive = positive && (IsA(node, SubLink) ||
								  (IsA(node, BoolExpr) && ((BoolExpr *) node)->boolop != NOT_EXPR));
	memset(value, 0, sizeof(*value));
	shipped = ship->scope->node && ship->scope->node(ship, node, value, &mine);
	if (!mine)
		shipped = ship_node(ship, node, value);
	ship->depth--;
	ship->order_safe = order_safe;
	ship->positive = positive;
	if (!hands_on(node))
		value->relid = InvalidOid;
	if (shipped && value->inexact && !order_safe)
		return sf_ship_refuse(ship, "a quotient has fewer digits in Snowflake");
	return shipped;
}

/*
 * What may be done with a quotient of which only the order counts.
 */
static bool
keeps_order(Node *node)
{
	const SfOp *op;

	if (IsA(node, Aggref) || IsA(node, WindowFunc) || IsA(node, SubLink) || IsA(node, Var) || IsA(node, Const) ||
		IsA(node, CaseExpr) || IsA(node, CoalesceExpr))
		return true;
	if (!IsA(node, OpExpr) && !IsA(node, FuncExpr))
		return false;
	if (IsA(node, OpExpr))
		set_opfuncid((OpExpr *) node);
	op = sf_op_find(IsA(node, OpExpr) ? ((OpExpr *) node)->opfuncid : ((FuncExpr *) node)->funcid);
	return op && (op->rule == SF_RULE_ARITHMETIC || op->rule == SF_RULE_NEGATE || op->rule == SF_RULE_SAME_NUMBER ||
				  op->rule == SF_RULE_QUOTIENT);
}

/*
 * What may be a column as it is: of the type that Snowflake has for it.  An
 * aggregate says itself whether it is.
 */
static bool
hands_on(Node *node)
{
	return IsA(node, Var) || IsA(node, RelabelType) || IsA(node, SubLink) || IsA(node, Aggref);
}

bool
sf_ship_boolean(SfShip *ship, Node *node, SfValue *value)
{
	return sf_ship_value(ship, node, value) &&
		(value->kind == SF_TYPE_BOOLEAN || sf_ship_refuse(ship, "it is no condition in Snowflake"));
}

static bool
ship_node(SfShip *ship, Node *node, SfValue *value)
{
	if (sf_is_known(node))
		return sf_ship_known(ship, node, 0, value);
	switch (nodeTag(node))
	{
		case T_Var:
			return ship->scope->column(ship, (Var *) node, value);
		case T_Const:
			return sf_ship_const(ship, (Const *) node, 0, value);
		case T_RelabelType:
			return ship_relabel(ship, (RelabelType *) node, value);
		case T_OpExpr:
			set_opfuncid((OpExpr *) node);
			return sf_ship_function(ship, node, ((OpExpr *) node)->opfuncid, ((OpExpr *) node)->args,
									((OpExpr *) node)->inputcollid, value);
		case T_FuncExpr:
			return sf_ship_function(ship, node, ((FuncExpr *) node)->funcid, ((FuncExpr *) node)->args,
									((FuncExpr *) node)->inputcollid, value);
		case T_CoerceViaIO:
			return sf_ship_by_text(ship, (CoerceViaIO *) node, value);
		case T_RowCompareExpr:
			return sf_ship_rows(ship, (RowCompareExpr *) node, value);
		case T_BoolExpr:
			return ship_bool(ship, (BoolExpr *) node, value);
		case T_NullTest:
			return ship_null_test(ship, (NullTest *) node, value);
		case T_BooleanTest:
			return ship_boolean_test(ship, (BooleanTest *) node, value);
		case T_DistinctExpr:
			return sf_ship_distinct(ship, (DistinctExpr *) node, value);
		case T_ScalarArrayOpExpr:
			return sf_ship_array(ship, (ScalarArrayOpExpr *) node, value);
		case T_CaseExpr:
			return sf_ship_case(ship, (CaseExpr *) node, value);
		case T_CoalesceExpr:
			return sf_ship_coalesce(ship, (CoalesceExpr *) node, value);
		case T_MinMaxExpr:
			return sf_ship_minmax(ship, (MinMaxExpr *) node, value);
		case T_NullIfExpr:
			return sf_ship_nullif(ship, (NullIfExpr *) node, value);
		case T_RowExpr:
			return sf_ship_refuse(ship, "Snowflake has no rows as values");
		case T_SubPlan:
		case T_AlternativeSubPlan:
			return sf_ship_refuse(ship, "a subquery is evaluated here");
		default:
			return sf_ship_refuse(ship, "this kind of expression is not sent");
	}
}

/*
 * Between text and varchar, and of a number that gets more digits; a
 * collation goes along with the operator.
 */
static bool
ship_relabel(SfShip *ship, RelabelType *relabel, SfValue *value)
{
	Oid			type = relabel->resulttype;

	if (!sf_ship_value(ship, (Node *) relabel->arg, value))
		return false;
	if (!(value->kind == SF_TYPE_TEXT && (type == TEXTOID || type == VARCHAROID)) &&
		!(value->kind == SF_TYPE_FIXED && type == NUMERICOID))
		return sf_ship_refuse(ship, "a value is taken as another type");
	value->type = type;
	return true;
}

bool
sf_ship_const(SfShip *ship, Const *constant, int64 add_micros, SfValue *value)
{
	SfRemoteType remote;

	if (!sf_literal_type(constant->consttype, &remote))
		return sf_ship_refuse(ship, psprintf("there is no literal of type %s in Snowflake",
											 format_type_be(constant->consttype)));
	sf_known_value((Node *) constant, value);

	/*
	 * zeros of a quotient, which leave no digits for a product: where only
	 * its value counts they go
	 */
	if (ship->order_safe && constant->consttype == NUMERICOID && value->scale > MAX_SHOWN_SCALE)
	{
		constant = copyObject(constant);
		constant->constvalue = DirectFunctionCall1(numeric_trim_scale, constant->constvalue);
		sf_known_value((Node *) constant, value);
		value->shown = false;
	}
	if (constant->constisnull)
		sf_literal_append_null(ship->sql, constant->consttype);
	else if (!sf_literal_append(ship->sql, constant->consttype, constant->constvalue, add_micros))
		return sf_ship_refuse(ship, constant->consttype == FLOAT8OID ?
							  "Snowflake may read a floating-point number of many digits otherwise" :
							  "Snowflake has no such value");
	return true;
}

bool
sf_is_known(Node *node)
{
	const SfOp *op;

	switch (nodeTag(node))
	{
		case T_Param:
			return ((Param *) node)->paramkind != PARAM_SUBLINK;
		case T_SQLValueFunction:
			return true;
		case T_RelabelType:
			return sf_is_known((Node *) ((RelabelType *) node)->arg);
		case T_FuncExpr:
			op = sf_op_find(((FuncExpr *) node)->funcid);
			return op && op->evaluate && known_arguments(((FuncExpr *) node)->args);
		case T_OpExpr:
			set_opfuncid((OpExpr *) node);
			op = sf_op_find(((OpExpr *) node)->opfuncid);
			return op && op->evaluate && known_arguments(((OpExpr *) node)->args);
		default:
			return false;
	}
}

static bool
known_arguments(List *args)
{
	ListCell   *cell;

	foreach(cell, args)
	{
		if (!IsA(lfirst(cell), Const) && !sf_is_known(lfirst(cell)))
			return false;
	}
	return true;
}

bool
sf_ship_known(SfShip *ship, Node *node, int use, SfValue *value)
{
	SfRemoteType remote;

	if (!sf_literal_type(exprType(node), &remote))
		return sf_ship_refuse(ship, psprintf("there is no literal of type %s in Snowflake",
											 format_type_be(exprType(node))));
	if (!sf_ship_marker(ship, node, use, use > 0 ? "$%d+1us" : "$%d"))
		return false;
	sf_known_value(node, value);
	return true;
}

/*
 * Makes a note of where it stands.
 */
bool
sf_ship_marker(SfShip *ship, Node *node, int use, const char *format)
{
	int			number = 0;
	int			offset = ship->sql->len;
	ListCell   *cell;

	if (changes(node, ship))
		return sf_ship_refuse(ship, "its other side changes with each row of an outer query");
	foreach(cell, ship->params)
	{
		if (equal(lfirst(cell), node))
			break;
		number++;
	}
	if (cell == NULL)
		ship->params = lappend(ship->params, copyObject(node));
	if (use >= 0)
		use |= ship->clear;
	/* a constant of the callers */
	appendStringInfo(ship->sql, format, number + 1);
	ship->markers = lappend_int(ship->markers, offset);
	ship->markers = lappend_int(ship->markers, ship->sql->len - offset);
	ship->markers = lappend_int(ship->markers, number);
	ship->markers = lappend_int(ship->markers, use);
	return true;
}

static bool
changes(Node *node, void *context)
{
	SfShip	   *ship = context;

	if (IsA(node, Param))
		return ((Param *) node)->paramkind == PARAM_EXEC && ship->rescanned;
	return expression_tree_walker(node, changes, context);
}

void
sf_known_value(Node *node, SfValue *value)
{
	SfRemoteType remote;

	sf_literal_type(exprType(node), &remote);
	memset(value, 0, sizeof(*value));
	value->type = exprType(node);
	value->kind = remote.kind;
	value->fixed = true;
	value->scale = sf_is_time(remote.kind) ? 6 : 0;
	value->bound = remote.precision ? sf_largest(value->type) : INFINITY;
	value->shown = remote.precision > 0 || IsA(node, Const);
	if (IsA(node, Const) && ((Const *) node)->constisnull)
		value->bound = 0;
	else if (IsA(node, Const) && remote.kind == SF_TYPE_FIXED)
	{
		Oid			out;
		bool		varlena;
		char	   *text;

		getTypeOutputInfo(value->type, &out, &varlena);
		text = OidOutputFunctionCall(out, ((Const *) node)->constvalue);
		value->bound = fabs(strtod(text, NULL));
		value->scale = strchr(text, '.') ? strlen(strchr(text, '.') + 1) : 0;
	}
}

bool
sf_ship_function(SfShip *ship, Node *node, Oid function, List *args, Oid collation, SfValue *value)
{
	const SfOp *op = sf_op_find(function);
	const char *name = IsA(node, OpExpr) ? format_operator(((OpExpr *) node)->opno) : get_func_name(function);

	if (op == NULL)
		return sf_ship_refuse(ship, psprintf("%s is not known to give the same in Snowflake", name));
	if (op->rule == SF_RULE_KEEP)
		return sf_ship_refuse(ship, op->text);
	if (op->rule == SF_RULE_EVALUATE)
		return sf_ship_refuse(ship, psprintf("%s of a column is not known to give the same in Snowflake", name));
	if (op->rule < SF_RULES_OF_TEXTS)
		return sf_ship_compare(ship, op, args, collation, value);
	if (op->rule < SF_RULES_OF_BINARIES)
		return sf_ship_text(ship, op, args, collation, value);
	if (op->rule < SF_RULES_OF_CASTS)
		return sf_ship_binary(ship, op, args, value);
	if (op->rule < SF_RULES_OF_NUMBERS)
		return sf_ship_cast(ship, op, args, value);
	if (op->rule < SF_RULES_OF_TIMES)
		return sf_ship_number(ship, op, node, args, value);
	if (op->rule < SF_RULES_OF_JSON)
		return sf_ship_time(ship, op, node, args, value);
	if (op->rule < SF_RULES_OF_AGGREGATES)
		return sf_ship_json(ship, op, args, value);
	return sf_ship_refuse(ship, "it belongs to a whole query");
}

static bool
ship_bool(SfShip *ship, BoolExpr *expr, SfValue *value)
{
	bool		fixed = true;
	ListCell   *cell;

	appendStringInfoString(ship->sql, expr->boolop == NOT_EXPR ? "(NOT " : "(");
	foreach(cell, expr->args)
	{
		if (cell != list_head(expr->args))
			appendStringInfoString(ship->sql, expr->boolop == AND_EXPR ? " AND " : " OR ");
		if (!sf_ship_boolean(ship, lfirst(cell), value))
			return false;
		fixed &= value->fixed;
	}
	appendStringInfoChar(ship->sql, ')');
	sf_value_bool(value, fixed);
	return true;
}

static bool
ship_null_test(SfShip *ship, NullTest *test, SfValue *value)
{
	if (test->argisrow)
		return sf_ship_refuse(ship, "Snowflake has no whole rows");
	if (sf_is_known((Node *) test->arg))
		return sf_ship_refuse(ship, "it is the same for every row");
	appendStringInfoChar(ship->sql, '(');
	/* whether a column is NULL does not depend on its type */
	if (!sf_ship_carry(ship, (Node *) test->arg, value))
		return false;
	appendStringInfoString(ship->sql, test->nulltesttype == IS_NULL ? " IS NULL)" : " IS NOT NULL)");
	sf_value_bool(value, false);
	return true;
}

static bool
ship_boolean_test(SfShip *ship, BooleanTest *test, SfValue *value)
{
	static const char *const before[] = {
		[IS_TRUE] = "COALESCE(",[IS_NOT_TRUE] = "(NOT COALESCE(",[IS_FALSE] = "COALESCE(NOT ",
		[IS_NOT_FALSE] = "(NOT COALESCE(NOT ",[IS_UNKNOWN] = "(",[IS_NOT_UNKNOWN] = "(",
	};
	static const char *const after[] = {
		[IS_TRUE] = ", FALSE)",[IS_NOT_TRUE] = ", FALSE))",[IS_FALSE] = ", FALSE)",
		[IS_NOT_FALSE] = ", FALSE))",[IS_UNKNOWN] = " IS NULL)",[IS_NOT_UNKNOWN] = " IS NOT NULL)",
	};

	appendStringInfoString(ship->sql, before[test->booltesttype]);
	if (!sf_ship_boolean(ship, (Node *) test->arg, value))
		return false;
	appendStringInfoString(ship->sql, after[test->booltesttype]);
	sf_value_bool(value, value->fixed);
	return true;
}

void
sf_column_value(Oid relid, Var *var, SfValue *value)
{
	SfColumnOptions *options = sf_column_options(relid, var->varattno);
	const char *name = get_attname(relid, var->varattno, false);
	SfRemoteType *remote;
	const char *why;

	memset(value, 0, sizeof(*value));
	value->type = var->vartype;
	value->kind = SF_TYPE_UNKNOWN;
	value->relid = relid;
	value->attnum = var->varattno;
	if (options->remote_type == NULL)
	{
		value->unusable = psprintf("column \"%s\" has no option remote_type; an import records it", name);
		return;
	}
	remote = palloc(sizeof(SfRemoteType));
	if (!sf_remote_type_parse(options->remote_type, remote))
	{
		value->unusable = psprintf("remote_type \"%s\" is not known", options->remote_type);
		return;
	}
	value->remote = remote;
	value->kind = remote->kind;
	value->scale = sf_is_time(remote->kind) && remote->scale < 0 ? 9 : Max(remote->scale, 0);
	value->bound = Min(pow(10, remote->precision - Max(remote->scale, 0)), sf_largest(var->vartype));
	if (options->remote_collation && options->remote_collation[0])
		value->unusable = psprintf("column \"%s\" has a collation in Snowflake", name);
	else if ((why = misfit(remote, var->vartype, var->vartypmod)) != NULL)
		value->unusable = psprintf("column \"%s\": %s", name, why);
	value->shown = var->vartype != NUMERICOID || var->vartypmod < (int32) VARHDRSZ ||
		shown_scale(var->vartypmod) == value->scale;
}

/*
 * Of a numeric type with digits: 11 bits, and it may be negative.
 */
static int
shown_scale(int32 typmod)
{
	return (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
}

/*
 * Why a column declared with this type shows other values than Snowflake
 * compares; NULL when it shows the same ones.
 */
static const char *
misfit(const SfRemoteType *remote, Oid type, int32 typmod)
{
	int			scale = Max(remote->scale, 0);
	int			digits = Min(remote->scale < 0 ? 9 : remote->scale, 6);
	bool		fits = false;

	switch (remote->kind)
	{
		case SF_TYPE_FIXED:
			if (type == INT2OID || type == INT4OID || type == INT8OID)
				fits = scale == 0;
			else if (type == NUMERICOID)
				fits = typmod < (int32) VARHDRSZ || shown_scale(typmod) >= scale;
			break;
		case SF_TYPE_TEXT:
			fits = type == TEXTOID ||
				(type == VARCHAROID && (typmod < (int32) VARHDRSZ ||
										(remote->length >= 0 && typmod - VARHDRSZ >= remote->length)));
			break;
		case SF_TYPE_BINARY:
			fits = type == BYTEAOID;
			break;
		case SF_TYPE_BOOLEAN:
			fits = type == BOOLOID;
			break;
		case SF_TYPE_DATE:
			fits = type == DATEOID;
			break;
		case SF_TYPE_TIME:
			fits = type == TIMEOID && (typmod < 0 || typmod >= digits);
			break;
		case SF_TYPE_TIMESTAMP_NTZ:
			fits = type == TIMESTAMPOID && (typmod < 0 || typmod >= digits);
			break;
		case SF_TYPE_TIMESTAMP_LTZ:
		case SF_TYPE_TIMESTAMP_TZ:
			fits = type == TIMESTAMPTZOID && (typmod < 0 || typmod >= digits);
			break;
		case SF_TYPE_UUID:
			fits = type == UUIDOID;
			break;
		case SF_TYPE_REAL:
			fits = type == FLOAT8OID;
			break;
		default:
			return psprintf("values of %s are compared here", sf_remote_type_name(remote));
	}
	return fits ? NULL : psprintf("declared as %s, it is %s in Snowflake", format_type_with_typemod(type, typmod),
								  sf_remote_type_name(remote));
}

bool
sf_shows_scale(const SfValue *value)
{
	if (value->inexact)
		return false;
	return value->shown ||
		(value->scale == 0 && (value->type == INT2OID || value->type == INT4OID || value->type == INT8OID));
}

bool
sf_is_time(SfTypeKind kind)
{
	return kind == SF_TYPE_TIME || kind == SF_TYPE_TIMESTAMP_NTZ || kind == SF_TYPE_TIMESTAMP_LTZ ||
		kind == SF_TYPE_TIMESTAMP_TZ;
}

bool
sf_is_nano(const SfValue *value)
{
	return sf_is_time(value->kind) && value->scale > 6;
}

double
sf_largest(Oid type)
{
	return type == INT2OID ? PG_INT16_MAX : type == INT4OID ? PG_INT32_MAX : type == INT8OID ? 9.2e18 : MAX_NUMBER;
}

void
sf_cut_nanoseconds(SfShip *ship, int at, SfValue *value)
{
	static const struct
	{
		SfTypeKind	kind;
		const char *after;
	}			casts[] = {
		{SF_TYPE_TIME, " AS TIME(6))"},
		{SF_TYPE_TIMESTAMP_NTZ, " AS TIMESTAMP_NTZ(6))"},
		{SF_TYPE_TIMESTAMP_LTZ, " AS TIMESTAMP_LTZ(6))"},
		{SF_TYPE_TIMESTAMP_TZ, " AS TIMESTAMP_TZ(6))"},
	};

	if (!sf_is_nano(value))
		return;
	for (int i = 0; i < lengthof(casts); i++)
	{
		if (casts[i].kind == value->kind)
			sf_ship_wrap(ship, at, "CAST(", casts[i].after);
	}
	value->scale = 6;
	value->relid = InvalidOid;
}

void
sf_value_bool(SfValue *value, bool fixed)
{
	memset(value, 0, sizeof(*value));
	value->type = BOOLOID;
	value->kind = SF_TYPE_BOOLEAN;
	value->fixed = fixed;
}

bool
sf_constant_int(Node *node, int *number)
{
	Const	   *constant = (Const *) node;

	if (!IsA(node, Const) || constant->constisnull || constant->consttype != INT4OID)
		return false;
	*number = DatumGetInt32(constant->constvalue);
	return true;
}
