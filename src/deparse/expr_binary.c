/*
 * expr_binary.c
 *	  Functions of binary values.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "core/compat.h"
#include "deparse/expr.h"

#define MAX_BYTES 67108864		/* of the largest BINARY */

static bool ship_binary(SfShip *ship, Node *node, SfValue *value);
static bool is_text(Node *node, const char *word);

bool
sf_ship_binary(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	if (op->rule == SF_RULE_HEX && !is_text(lsecond(args), "hex"))
		return sf_ship_refuse(ship, "of encodings only hex is the same in Snowflake");
	if (op->rule == SF_RULE_TO_BYTES && (!is_text(lsecond(args), "UTF8") || GetDatabaseEncoding() != PG_UTF8))
		return sf_ship_refuse(ship, "of the bytes of texts only those of UTF8 are the same in Snowflake");
	appendStringInfo(ship->sql, "%s(", op->rule == SF_RULE_DIGEST ? "SHA2_BINARY" : op->text);
	if (op->rule == SF_RULE_TO_BYTES)
	{
		if (!sf_ship_value(ship, linitial(args), value))
			return false;
		if (value->kind != SF_TYPE_TEXT)
			return sf_ship_refuse(ship, "it is not a text in Snowflake");
	}
	else if (!ship_binary(ship, linitial(args), value))
		return false;
	value->remote = NULL;
	switch (op->rule)
	{
		case SF_RULE_BYTES:
			appendStringInfoChar(ship->sql, ')');
			value->type = INT4OID;
			value->kind = SF_TYPE_FIXED;
			value->bound = MAX_BYTES;
			return true;
		case SF_RULE_HEX:
			appendStringInfoString(ship->sql, ", 0)");
			value->type = TEXTOID;
			value->kind = SF_TYPE_TEXT;
			return true;
		case SF_RULE_DIGEST:
			appendStringInfo(ship->sql, ", %s)", op->text);
			break;
		default:
			appendStringInfoString(ship->sql, ", 'UTF-8')");
			break;
	}
	value->type = BYTEAOID;
	value->kind = SF_TYPE_BINARY;
	return true;
}

static bool
ship_binary(SfShip *ship, Node *node, SfValue *value)
{
	return sf_ship_value(ship, node, value) &&
		(value->kind == SF_TYPE_BINARY || sf_ship_refuse(ship, "it is no binary value in Snowflake"));
}

/*
 * Whether it is a constant with this text, or name, in any case.
 */
static bool
is_text(Node *node, const char *word)
{
	Const	   *constant = (Const *) node;

	if (!IsA(node, Const) || constant->constisnull)
		return false;
	if (constant->consttype == NAMEOID)
		return pg_strcasecmp(NameStr(*DatumGetName(constant->constvalue)), word) == 0;
	return constant->consttype == TEXTOID &&
		pg_strcasecmp(TextDatumGetCString(constant->constvalue), word) == 0;
}
