/*
 * expr_json.c
 *	  Members of JSON values.
 *
 * Snowflake writes numbers, objects and arrays as other texts than PostgreSQL
 * does, so a member's text is only tested for NULL, or compared with a text
 * that nothing but a string can have.  A cast to VARCHAR makes JSON's null a
 * NULL, as ->> does (user guide: semistructured-considerations).
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "core/compat.h"
#include "deparse/expr.h"
#include "deparse/literal.h"

static bool ship_member(SfShip *ship, const char *function, List *args, SfValue *value);
static bool ship_container(SfShip *ship, Node *node, SfValue *value);
static const SfOp *member_of(Node *node, SfRule rule, List **args);
static bool is_string_alone(const char *string);

bool
sf_ship_json(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	/* an element that is not there is NULL there, and null here */
	if (op->rule == SF_RULE_JSON)
		return sf_ship_refuse(ship, "a JSON value is read here");
	appendStringInfoString(ship->sql, "CAST(");
	if (!ship_member(ship, op->text, args, value))
		return false;
	appendStringInfoString(ship->sql, " AS VARCHAR)");
	memset(value, 0, sizeof(*value));
	value->type = TEXTOID;
	value->kind = SF_TYPE_TEXT;
	value->unusable = "the text of a JSON value may differ in Snowflake";
	value->null_only = true;
	return true;
}

static bool
ship_member(SfShip *ship, const char *function, List *args, SfValue *value)
{
	Const	   *key = lsecond(args);
	char	   *name;
	int			index;

	if (!IsA(key, Const) || key->constisnull)
		return sf_ship_refuse(ship, "the member's name or place is not constant");
	appendStringInfo(ship->sql, "%s(", function);
	if (!ship_container(ship, linitial(args), value))
		return false;
	if (sf_constant_int((Node *) key, &index))
	{
		if (index < 0 || value->kind == SF_TYPE_OBJECT)
			return sf_ship_refuse(ship, "Snowflake has no element of this number");
		if (index == 0 && value->kind == SF_TYPE_VARIANT && exprType(linitial(args)) == JSONBOID)
			return sf_ship_refuse(ship, "a jsonb value that is no array is its own first element");
		appendStringInfo(ship->sql, ", %d)", index);
		return true;
	}
	name = TextDatumGetCString(key->constvalue);
	if (*name == '\0' || value->kind == SF_TYPE_ARRAY)
		return sf_ship_refuse(ship, "Snowflake has no member of this name");
	appendStringInfoString(ship->sql, ", ");
	if (!sf_literal_append(ship->sql, TEXTOID, key->constvalue, 0))
		return sf_ship_refuse(ship, "Snowflake has no such value");
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/*
 * A column, or a member of one.
 */
static bool
ship_container(SfShip *ship, Node *node, SfValue *value)
{
	List	   *args;
	const SfOp *op = member_of(node, SF_RULE_JSON, &args);

	if (op)
	{
		if (!ship_member(ship, op->text, args, value))
			return false;
		value->kind = SF_TYPE_VARIANT;
		return true;
	}
	if (!IsA(node, Var))
		return sf_ship_refuse(ship, "a JSON value is read here");
	if (!sf_ship_carry(ship, node, value))
		return false;
	if (value->kind == SF_TYPE_UNKNOWN)
		return sf_ship_refuse(ship, value->unusable);
	return ((value->kind == SF_TYPE_VARIANT || value->kind == SF_TYPE_OBJECT || value->kind == SF_TYPE_ARRAY) &&
			value->remote && !value->remote->structured) ||
		sf_ship_refuse(ship, "it is no JSON value in Snowflake");
}

/*
 * The line and the arguments of a function of this rule; NULL for another
 * node.
 */
static const SfOp *
member_of(Node *node, SfRule rule, List **args)
{
	const SfOp *op;

	if (IsA(node, OpExpr))
	{
		set_opfuncid((OpExpr *) node);
		*args = ((OpExpr *) node)->args;
		op = sf_op_find(((OpExpr *) node)->opfuncid);
	}
	else if (IsA(node, FuncExpr))
	{
		*args = ((FuncExpr *) node)->args;
		op = sf_op_find(((FuncExpr *) node)->funcid);
	}
	else
		return NULL;
	return op && op->rule == rule ? op : NULL;
}

bool
sf_is_json_text(Node *node)
{
	List	   *args;

	return member_of(node, SF_RULE_JSON_TEXT, &args) != NULL;
}

bool
sf_ship_json_compare(SfShip *ship, const SfOp *op, List *args, Oid collation, SfValue *value)
{
	Node	   *member = sf_is_json_text(linitial(args)) ? linitial(args) : lsecond(args);
	Const	   *constant = member == linitial(args) ? lsecond(args) : linitial(args);

	if (!OidIsValid(collation) || !get_collation_isdeterministic(collation))
		return sf_ship_refuse(ship, "the collation is not deterministic");
	if (!IsA(constant, Const) || constant->constisnull || constant->consttype != TEXTOID ||
		!is_string_alone(TextDatumGetCString(constant->constvalue)))
		return sf_ship_refuse(ship, "the text of a JSON value may differ in Snowflake");
	appendStringInfoChar(ship->sql, '(');
	if (!sf_ship_carry(ship, member, value))
		return false;
	appendStringInfo(ship->sql, " %s ", op->text);
	if (!sf_literal_append(ship->sql, TEXTOID, constant->constvalue, 0))
		return sf_ship_refuse(ship, "Snowflake has no such value");
	appendStringInfoChar(ship->sql, ')');
	sf_value_bool(value, false);
	return true;
}

/*
 * Whether no other kind of value has this text: no number, date or binary
 * value (which are of digits, of hexadecimal ones too), object, array, or
 * word.
 */
static bool
is_string_alone(const char *string)
{
	static const char *const words[] = {"true", "false", "null", "undefined", "nan", "inf", "infinity"};

	if (strchr("+-.0123456789{[\"", *string) || isspace((unsigned char) *string) ||
		strspn(string, "0123456789abcdefABCDEF") == strlen(string))
		return false;
	for (int i = 0; i < lengthof(words); i++)
	{
		if (pg_strcasecmp(string, words[i]) == 0)
			return false;
	}
	return true;
}
