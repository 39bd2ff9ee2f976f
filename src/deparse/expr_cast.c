/*
 * expr_cast.c
 *	  From one type to another.
 *
 * The text of a NUMBER has its scale's digits behind the point (SQL reference:
 * to_char, TM9), as has PostgreSQL's of a numeric with that scale.  The texts
 * of dates and times depend on settings of either side.
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "deparse/expr.h"

#define MAX_FLOAT_NUMBER 1e15	/* 64 bits hold every number of 15 digits */

static bool ship_between(SfShip *ship, const char *before, Node *node, const char *after, SfValue *value);
static bool ship_as_text(SfShip *ship, Node *node, SfValue *value);
static bool ship_joined(SfShip *ship, List *args, SfValue *value);
static bool ship_length(SfShip *ship, List *args, SfValue *value);
static bool ship_as_float(SfShip *ship, Node *node, SfValue *value);
static void become(SfValue *value, Oid type, SfTypeKind kind);

bool
sf_ship_cast(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	Node	   *node = linitial(args);

	switch (op->rule)
	{
		case SF_RULE_TO_TEXT:
			return ship_as_text(ship, node, value);
		case SF_RULE_UUID_TO_TEXT:
			/* in which case Snowflake writes it is not documented */
			if (!ship_between(ship, "LOWER(CAST(", node, " AS VARCHAR))", value))
				return false;
			if (value->kind != SF_TYPE_UUID)
				return sf_ship_refuse(ship, "the type differs in Snowflake");
			become(value, TEXTOID, SF_TYPE_TEXT);
			return true;
		case SF_RULE_JOIN_TEXT:
			return ship_joined(ship, args, value);
		case SF_RULE_TO_LENGTH:
			return ship_length(ship, args, value);
		case SF_RULE_BOOLEAN_TO_NUMBER:
			if (!ship_between(ship, "CAST(", node, " AS NUMBER(1,0))", value))
				return false;
			if (value->kind != SF_TYPE_BOOLEAN)
				return sf_ship_refuse(ship, "it is no condition in Snowflake");
			become(value, INT4OID, SF_TYPE_FIXED);
			value->bound = 1;
			return true;
		case SF_RULE_NUMBER_TO_BOOLEAN:
			if (!ship_between(ship, "(", node, " <> 0)", value))
				return false;
			if (value->kind != SF_TYPE_FIXED)
				return sf_ship_refuse(ship, "it is not a number in Snowflake");
			sf_value_bool(value, value->fixed);
			return true;
		default:
			return ship_as_float(ship, node, value);
	}
}

bool
sf_ship_by_text(SfShip *ship, CoerceViaIO *cast, SfValue *value)
{
	Oid			from = exprType((Node *) cast->arg);
	Oid			to = cast->resulttype;
	Oid			function;
	Oid			parameter;
	bool		varlena;

	if (to == TEXTOID || to == VARCHAROID)
		getTypeOutputInfo(from, &function, &varlena);
	else if (from == TEXTOID || from == VARCHAROID)
		getTypeInputInfo(to, &function, &parameter);
	else
		return sf_ship_refuse(ship, "a value is read from another's text");
	if (!sf_ship_function(ship, (Node *) cast, function, list_make1(cast->arg), InvalidOid, value))
		return false;
	value->type = to;
	return true;
}

static bool
ship_between(SfShip *ship, const char *before, Node *node, const char *after, SfValue *value)
{
	appendStringInfoString(ship->sql, before);
	if (!sf_ship_value(ship, node, value))
		return false;
	appendStringInfoString(ship->sql, after);
	return true;
}

static bool
ship_as_text(SfShip *ship, Node *node, SfValue *value)
{
	if (!ship_between(ship, "CAST(", node, " AS VARCHAR)", value))
		return false;
	if (value->kind != SF_TYPE_BOOLEAN && value->kind != SF_TYPE_FIXED)
		return sf_ship_refuse(ship, "the text of such a value differs in Snowflake");
	if (value->kind == SF_TYPE_FIXED && !sf_shows_scale(value))
		return sf_ship_refuse(ship, "the number may have other digits behind the point in Snowflake");
	become(value, TEXTOID, SF_TYPE_TEXT);
	return true;
}

/*
 * text || any: a cast, as PostgreSQL's own function for it has.
 */
static bool
ship_joined(SfShip *ship, List *args, SfValue *value)
{
	for (int i = 0; i < 2; i++)
	{
		Node	   *node = list_nth(args, i);
		Oid			type = exprType(node);
		bool		number = type == INT2OID || type == INT4OID || type == INT8OID || type == NUMERICOID;

		appendStringInfoString(ship->sql, i == 0 ? "(" : " || ");
		if (number || type == BOOLOID)
		{
			if (!ship_as_text(ship, node, value))
				return false;
		}
		else if (!sf_ship_value(ship, node, value))
			return false;
		if (value->kind != SF_TYPE_TEXT)
			return sf_ship_refuse(ship, "the text of such a value differs in Snowflake");
	}
	appendStringInfoChar(ship->sql, ')');
	become(value, TEXTOID, SF_TYPE_TEXT);
	return true;
}

/*
 * varchar(n): written as a cast, it cuts what is longer; else that would be
 * an error, unless only blanks are too many.
 */
static bool
ship_length(SfShip *ship, List *args, SfValue *value)
{
	Const	   *explicit = lthird(args);
	int			length;

	if (!sf_constant_int(lsecond(args), &length) || !IsA(explicit, Const) || explicit->constisnull)
		return sf_ship_refuse(ship, "the length is not constant");
	length -= VARHDRSZ;
	appendStringInfoString(ship->sql, "LEFT(");
	if (!sf_ship_value(ship, linitial(args), value))
		return false;
	if (value->kind != SF_TYPE_TEXT || length < 0)
		return sf_ship_refuse(ship, "it is not a text in Snowflake");
	if (!DatumGetBool(explicit->constvalue))
		return sf_ship_refuse(ship, "a text that is too long is an error here");
	appendStringInfo(ship->sql, ", %d)", length);
	become(value, VARCHAROID, SF_TYPE_TEXT);
	return true;
}

static bool
ship_as_float(SfShip *ship, Node *node, SfValue *value)
{
	if (!ship_between(ship, "CAST(", node, " AS FLOAT)", value))
		return false;
	if (value->kind != SF_TYPE_FIXED)
		return sf_ship_refuse(ship, "it is not a number in Snowflake");
	if (value->inexact || !(value->bound * pow(10, value->scale) <= MAX_FLOAT_NUMBER))
		return sf_ship_refuse(ship, "a number of more than 15 digits may be rounded otherwise in Snowflake");
	become(value, FLOAT8OID, SF_TYPE_REAL);
	value->of_number = true;
	return true;
}

/*
 * What was cast, or computed, is no column's value any more.
 */
static void
become(SfValue *value, Oid type, SfTypeKind kind)
{
	bool		fixed = value->fixed;

	memset(value, 0, sizeof(*value));
	value->type = type;
	value->kind = kind;
	value->fixed = fixed;
}
