/*
 * expr_text.c
 *	  Functions of texts.
 *
 * What Snowflake's functions do with empty arguments, negative numbers and
 * NULLs differs from PostgreSQL's, so those must be constants for which both
 * do the same (SQL reference: the page of each function).
 */
#include "postgres.h"

#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "core/compat.h"
#include "deparse/expr.h"
#include "deparse/literal.h"
#include "deparse/pattern.h"

#define MAX_CHARACTERS 134217728	/* of the largest VARCHAR */
#define MAX_BUILT 4194304		/* characters of four bytes in the VARCHAR
								 * that Snowflake gives a column without a
								 * length */

static bool ship_text_value(SfShip *ship, Node *node, SfValue *value);
static bool ship_like(SfShip *ship, const SfOp *op, List *args, Oid collation, SfValue *value);
static bool ship_made(SfShip *ship, const SfOp *op, List *args, Oid collation, SfValue *value);
static bool ship_call(SfShip *ship, const char *function, List *args, SfValue *value);
static bool ship_constants(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool ship_substring(SfShip *ship, List *args, SfValue *value);
static bool ship_end(SfShip *ship, List *args, SfValue *value);
static bool ship_part(SfShip *ship, bool left, List *args, SfValue *value);
static bool ship_repeat(SfShip *ship, List *args, SfValue *value);
static bool ship_pad(SfShip *ship, const char *function, List *args, SfValue *value);
static bool ship_translate(SfShip *ship, List *args, SfValue *value);
static bool ship_concat(SfShip *ship, List *args, SfValue *value);
static bool ship_concat_ws(SfShip *ship, List *args, SfValue *value);
static bool ship_pieces(SfShip *ship, List *args, Const *separator, SfValue *value);
static bool ship_case_of_ascii(SfShip *ship, bool upper, List *args, Oid collation, SfValue *value);
static Node *as_text(Node *node);
static bool is_filled_text(Node *node);

bool
sf_ship_text(SfShip *ship, const SfOp *op, List *args, Oid collation, SfValue *value)
{
	SfValue		y;

	/* PostgreSQL counts bytes in a database without an encoding */
	if (GetDatabaseEncoding() == PG_SQL_ASCII && op->rule != SF_RULE_LIKE && op->rule != SF_RULE_REGEX &&
		op->rule != SF_RULE_STARTS_WITH &&
		op->rule != SF_RULE_CONCATENATE && op->rule != SF_RULE_CONCAT)
		return sf_ship_refuse(ship, "characters are counted there, bytes in this database");
	if (GetDatabaseEncoding() != PG_UTF8 && (strcmp(op->text, "OCTET_LENGTH") == 0 || strcmp(op->text, "MD5") == 0 ||
											 op->rule == SF_RULE_CODE))
		return sf_ship_refuse(ship, "this database has other bytes");
	switch (op->rule)
	{
		case SF_RULE_LIKE:
		case SF_RULE_REGEX:
			return ship_like(ship, op, args, collation, value);
		case SF_RULE_STARTS_WITH:
			if (!OidIsValid(collation) || !get_collation_isdeterministic(collation))
				return sf_ship_refuse(ship, "the collation is not deterministic");
			if (!ship_call(ship, op->text, args, value))
				return false;
			sf_value_bool(value, value->fixed);
			return true;
		case SF_RULE_LENGTH:
			if (!ship_call(ship, op->text, args, value))
				return false;
			value->type = INT4OID;
			value->kind = SF_TYPE_FIXED;
			value->bound = MAX_CHARACTERS;
			return true;
		case SF_RULE_CONCATENATE:
			appendStringInfoChar(ship->sql, '(');
			if (!ship_text_value(ship, linitial(args), value))
				return false;
			appendStringInfo(ship->sql, " %s ", op->text);
			if (!ship_text_value(ship, lsecond(args), &y))
				return false;
			appendStringInfoChar(ship->sql, ')');
			value->type = TEXTOID;
			value->fixed = value->fixed && y.fixed;
			return true;
		default:
			return ship_made(ship, op, args, collation, value);
	}
}

/*
 * What makes a text of another.
 */
static bool
ship_made(SfShip *ship, const SfOp *op, List *args, Oid collation, SfValue *value)
{
	int			number;
	SfValue		y;

	switch (op->rule)
	{
		case SF_RULE_CONCAT:
			return ship_concat(ship, args, value);
		case SF_RULE_CONCAT_WS:
			return ship_concat_ws(ship, args, value);
		case SF_RULE_SUBSTRING:
			return ship_substring(ship, args, value);
		case SF_RULE_PART:
			return ship_part(ship, strcmp(op->text, "LEFT") == 0, args, value);
		case SF_RULE_SPLIT:
			if (!is_filled_text(lsecond(args)) || !sf_constant_int(lthird(args), &number) || number == 0)
				return sf_ship_refuse(ship, "the delimiter or the number of the part is no constant, or empty");
			appendStringInfo(ship->sql, "%s(", op->text);
			if (!ship_text_value(ship, linitial(args), value))
				return false;
			appendStringInfoString(ship->sql, ", ");
			if (!ship_text_value(ship, lsecond(args), &y))
				return false;
			appendStringInfo(ship->sql, ", %d)", number);
			return true;
		case SF_RULE_CASE:
			return ship_case_of_ascii(ship, strcmp(op->text, "UPPER") == 0, args, collation, value);
		case SF_RULE_TEXT:
			return ship_call(ship, op->text, args, value);
		case SF_RULE_CODE:
			if (!ship_call(ship, op->text, args, value))
				return false;
			value->type = INT4OID;
			value->kind = SF_TYPE_FIXED;
			value->bound = 0x10FFFF;
			return true;
		case SF_RULE_REPEAT:
			return ship_repeat(ship, args, value);
		case SF_RULE_PAD:
			return ship_pad(ship, op->text, args, value);
		case SF_RULE_TRANSLATE:
			return ship_translate(ship, args, value);
		default:
			return ship_constants(ship, op, args, value);
	}
}

static bool
ship_text_value(SfShip *ship, Node *node, SfValue *value)
{
	return sf_ship_value(ship, node, value) &&
		(value->kind == SF_TYPE_TEXT || sf_ship_refuse(ship, "it is not a text in Snowflake"));
}

/*
 * Snowflake's LIKE has no escape character unless one is given.
 */
static bool
ship_like(SfShip *ship, const SfOp *op, List *args, Oid collation, SfValue *value)
{
	Const	   *pattern = lsecond(args);
	char	   *plain;
	bool		exact;
	SfValue		x;

	if (!OidIsValid(collation) || !get_collation_isdeterministic(collation))
		return sf_ship_refuse(ship, "the collation is not deterministic");
	if (!IsA(pattern, Const) || pattern->constisnull)
		return sf_ship_refuse(ship, "the pattern is not a constant");
	if (op->rule == SF_RULE_REGEX)
	{
		plain = sf_like_of_regex(TextDatumGetCString(pattern->constvalue), &exact);
		if (plain == NULL || !exact)
			return sf_ship_refuse(ship, "regular expressions of Snowflake match the whole string");
	}
	else
		plain = sf_like_plain(TextDatumGetCString(pattern->constvalue));
	if (plain == NULL)
		return sf_ship_refuse(ship, "the pattern ends in its escape character");
	if (GetDatabaseEncoding() == PG_SQL_ASCII && strchr(plain, '_'))
		return sf_ship_refuse(ship, "characters are counted there, bytes in this database");
	appendStringInfoChar(ship->sql, '(');
	if (!sf_ship_value(ship, linitial(args), &x))
		return false;
	if (x.kind != SF_TYPE_TEXT)
		return sf_ship_refuse(ship, "it is not a text in Snowflake");
	appendStringInfo(ship->sql, " %s ", op->text);
	sf_literal_append(ship->sql, TEXTOID, CStringGetTextDatum(plain), 0);
	appendStringInfoString(ship->sql, " ESCAPE '\\\\')");
	sf_value_bool(value, x.fixed);
	return true;
}

/*
 * FUNCTION(x, ...) of texts.
 */
static bool
ship_call(SfShip *ship, const char *function, List *args, SfValue *value)
{
	bool		fixed = true;
	ListCell   *cell;

	appendStringInfo(ship->sql, "%s(", function);
	foreach(cell, args)
	{
		if (cell != list_head(args))
			appendStringInfoString(ship->sql, ", ");
		if (!ship_text_value(ship, lfirst(cell), value))
			return false;
		fixed &= value->fixed;
	}
	appendStringInfoChar(ship->sql, ')');
	value->fixed = fixed;
	return true;
}

/*
 * All but the first argument are constants, and not empty; a position is a
 * number whose arguments Snowflake takes the other way round.
 */
static bool
ship_constants(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	bool		position = strcmp(op->text, "POSITION") == 0;
	ListCell   *cell;

	for_each_from(cell, args, 1)
	{
		/* what REPLACE puts in may be empty */
		if (!(cell == list_nth_cell(args, 1) ? is_filled_text(lfirst(cell)) : IsA(lfirst(cell), Const)))
			return sf_ship_refuse(ship, "an argument is not constant, or empty");
	}
	if (position)
		args = list_make2(lsecond(args), linitial(args));
	if (!ship_call(ship, op->text, args, value))
		return false;
	if (position)
	{
		value->type = INT4OID;
		value->kind = SF_TYPE_FIXED;
		value->bound = MAX_CHARACTERS;
	}
	value->fixed = false;
	return true;
}

/*
 * PostgreSQL counts on below the first character; Snowflake counts negative
 * positions from the end.
 */
static bool
ship_substring(SfShip *ship, List *args, SfValue *value)
{
	int			from;
	int			length = 0;
	bool		whole = list_length(args) == 2;

	if (whole && !IsA(lsecond(args), Const))
		return ship_end(ship, args, value);
	if (!sf_constant_int(lsecond(args), &from) || (!whole && !sf_constant_int(lthird(args), &length)))
		return sf_ship_refuse(ship, "the position or the length is not constant");
	if (length < 0 || from < -MAX_CHARACTERS)
		return sf_ship_refuse(ship, "the length is negative");
	if (from < 1)
	{
		length = Max((int64) from + length - 1, 0);
		from = 1;
	}
	appendStringInfoString(ship->sql, "SUBSTR(");
	if (!ship_text_value(ship, linitial(args), value))
		return false;
	if (whole)
		appendStringInfo(ship->sql, ", %d)", from);
	else
		appendStringInfo(ship->sql, ", %d, %d)", from, length);
	value->type = TEXTOID;
	return true;
}

/*
 * All from a position on, which is before the beginning as PostgreSQL counts.
 */
static bool
ship_end(SfShip *ship, List *args, SfValue *value)
{
	SfValue		position;

	appendStringInfoString(ship->sql, "SUBSTR(");
	if (!ship_text_value(ship, linitial(args), value))
		return false;
	appendStringInfoString(ship->sql, ", GREATEST(");
	if (!sf_ship_value(ship, lsecond(args), &position))
		return false;
	if (position.kind != SF_TYPE_FIXED || position.scale != 0)
		return sf_ship_refuse(ship, "it is not a whole number in Snowflake");
	appendStringInfoString(ship->sql, ", 1))");
	value->type = TEXTOID;
	value->fixed = false;
	return true;
}

/*
 * Snowflake takes no negative number: all but so many characters of the end,
 * or of the beginning.
 */
static bool
ship_part(SfShip *ship, bool left, List *args, SfValue *value)
{
	int			number;

	if (!sf_constant_int(lsecond(args), &number) || number < -MAX_CHARACTERS)
		return sf_ship_refuse(ship, "the number of characters is not constant");
	appendStringInfoString(ship->sql, left ? "LEFT(" : number < 0 ? "SUBSTR(" : "RIGHT(");
	if (!ship_text_value(ship, linitial(args), value))
		return false;
	if (number >= 0)
		appendStringInfo(ship->sql, ", %d)", number);
	else if (!left)
		appendStringInfo(ship->sql, ", %d)", 1 - number);
	else
	{
		appendStringInfoString(ship->sql, ", GREATEST(LENGTH(");
		if (!ship_text_value(ship, linitial(args), value))
			return false;
		appendStringInfo(ship->sql, ") - %d, 0))", -number);
	}
	value->type = TEXTOID;
	return true;
}

/*
 * Of a column whose length is known, since a text that is too long is an
 * error.
 */
static bool
ship_repeat(SfShip *ship, List *args, SfValue *value)
{
	Node	   *text = linitial(args);
	int			times;

	if (!sf_constant_int(lsecond(args), &times))
		return sf_ship_refuse(ship, "the number of times is not constant");
	if (IsA(text, RelabelType))
		text = (Node *) ((RelabelType *) text)->arg;
	appendStringInfoString(ship->sql, "REPEAT(");
	if (!ship_text_value(ship, linitial(args), value))
		return false;
	if (times > 1 && (!IsA(text, Var) || value->remote == NULL || value->remote->length < 0 ||
					  value->remote->length * times > MAX_BUILT))
		return sf_ship_refuse(ship, "the result could be too long for Snowflake");
	appendStringInfo(ship->sql, ", %d)", Max(times, 0));
	value->type = TEXTOID;
	value->remote = NULL;
	return true;
}

/*
 * Both cut at the end what is longer; without characters to fill with the
 * results would differ.
 */
static bool
ship_pad(SfShip *ship, const char *function, List *args, SfValue *value)
{
	int			length;
	SfValue		fill;

	if (!sf_constant_int(lsecond(args), &length) || length > MAX_BUILT)
		return sf_ship_refuse(ship, "the length is not constant, or too large for Snowflake");
	if (list_length(args) > 2 && !is_filled_text(lthird(args)))
		return sf_ship_refuse(ship, "what fills it is not constant, or empty");
	appendStringInfo(ship->sql, "%s(", function);
	if (!ship_text_value(ship, linitial(args), value))
		return false;
	appendStringInfo(ship->sql, ", %d, ", Max(length, 0));
	if (list_length(args) > 2 ? !ship_text_value(ship, lthird(args), &fill) :
		!sf_literal_append(ship->sql, TEXTOID, CStringGetTextDatum(" "), 0))
		return false;
	appendStringInfoChar(ship->sql, ')');
	value->type = TEXTOID;
	value->remote = NULL;
	return true;
}

/*
 * The first of two places of a character counts here; characters that nothing
 * stands for are an error there.
 */
static bool
ship_translate(SfShip *ship, List *args, SfValue *value)
{
	StringInfoData from;
	StringInfoData to;
	const char *source;
	const char *target;

	if (!is_filled_text(lsecond(args)) || !IsA(lthird(args), Const) || ((Const *) lthird(args))->constisnull)
		return sf_ship_refuse(ship, "an argument is not constant, or empty");
	source = TextDatumGetCString(((Const *) lsecond(args))->constvalue);
	target = TextDatumGetCString(((Const *) lthird(args))->constvalue);
	initStringInfo(&from);
	initStringInfo(&to);
	while (*source)
	{
		int			length = pg_mblen(source);
		int			other = *target ? pg_mblen(target) : 0;
		bool		twice = false;

		for (const char *p = from.data; *p; p += pg_mblen(p))
			twice |= pg_mblen(p) == length && strncmp(p, source, length) == 0;
		if (!twice)
		{
			appendBinaryStringInfo(&from, source, length);
			appendBinaryStringInfo(&to, target, other);
		}
		source += length;
		target += other;
	}
	appendStringInfoString(ship->sql, "TRANSLATE(");
	if (!ship_text_value(ship, linitial(args), value))
		return false;
	appendStringInfoString(ship->sql, ", ");
	sf_literal_append(ship->sql, TEXTOID, CStringGetTextDatum(from.data), 0);
	appendStringInfoString(ship->sql, ", ");
	sf_literal_append(ship->sql, TEXTOID, CStringGetTextDatum(to.data), 0);
	appendStringInfoChar(ship->sql, ')');
	value->type = TEXTOID;
	value->remote = NULL;
	return true;
}

/*
 * concat() takes a NULL as an empty text.
 */
static bool
ship_concat(SfShip *ship, List *args, SfValue *value)
{
	appendStringInfoChar(ship->sql, '(');
	if (!ship_pieces(ship, args, NULL, value))
		return false;
	appendStringInfoChar(ship->sql, ')');
	return true;
}

/*
 * concat_ws() leaves a NULL out with its separator: each text has one before
 * it, and the first goes.
 */
static bool
ship_concat_ws(SfShip *ship, List *args, SfValue *value)
{
	Const	   *separator = (Const *) as_text(linitial(args));

	if (!IsA(separator, Const) || separator->constisnull || separator->consttype != TEXTOID)
		return sf_ship_refuse(ship, "the separator is not constant");
	appendStringInfoString(ship->sql, "SUBSTR(");
	if (!ship_pieces(ship, list_copy_tail(args, 1), separator, value))
		return false;
	appendStringInfo(ship->sql, ", %d)", 1 + DatumGetInt32(DirectFunctionCall1(textlen, separator->constvalue)));
	return true;
}

/*
 * Texts one after the other, without those that are NULL.
 */
static bool
ship_pieces(SfShip *ship, List *args, Const *separator, SfValue *value)
{
	bool		first = true;
	ListCell   *cell;

	foreach(cell, args)
	{
		Node	   *argument = as_text(lfirst(cell));
		Oid			type = exprType(argument);

		if (IsA(argument, Const) && ((Const *) argument)->constisnull)
			continue;
		if (type != TEXTOID && type != VARCHAROID)
			return sf_ship_refuse(ship, "the texts of other types differ in Snowflake");
		appendStringInfoString(ship->sql, first ? "COALESCE(" : " || COALESCE(");
		first = false;
		if (separator)
		{
			sf_literal_append(ship->sql, TEXTOID, separator->constvalue, 0);
			appendStringInfoString(ship->sql, " || ");
		}
		if (!ship_text_value(ship, argument, value))
			return false;
		appendStringInfoString(ship->sql, ", '')");
	}
	if (first)
		return sf_ship_refuse(ship, "it is the same for every row");
	value->type = TEXTOID;
	value->fixed = false;
	value->remote = NULL;
	return true;
}

/*
 * Under COLLATE "C" only the letters of ASCII have another case.
 */
static bool
ship_case_of_ascii(SfShip *ship, bool upper, List *args, Oid collation, SfValue *value)
{
	static const char small[] = "abcdefghijklmnopqrstuvwxyz";
	static const char large[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (!OidIsValid(collation) || !sf_is_c_collation(collation, true))
		return sf_ship_refuse(ship, "upper and lower case differ between Snowflake and a database's locale");
	appendStringInfoString(ship->sql, "TRANSLATE(");
	if (!ship_text_value(ship, linitial(args), value))
		return false;
	appendStringInfo(ship->sql, ", '%s', '%s')", upper ? small : large, upper ? large : small);
	value->type = TEXTOID;
	return true;
}

/*
 * A literal that no function gave a type.
 */
static Node *
as_text(Node *node)
{
	Const	   *constant = (Const *) node;

	if (!IsA(node, Const) || constant->constisnull || constant->consttype != UNKNOWNOID)
		return node;
	return (Node *) makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1,
							  CStringGetTextDatum(DatumGetCString(constant->constvalue)), false, false);
}

static bool
is_filled_text(Node *node)
{
	Const	   *constant = (Const *) node;

	return IsA(node, Const) && !constant->constisnull && constant->consttype == TEXTOID &&
		VARSIZE_ANY_EXHDR(DatumGetTextPP(constant->constvalue)) > 0;
}
