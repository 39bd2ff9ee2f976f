/*
 * expr_number.c
 *	  Arithmetic.
 *
 * Snowflake computes with 38 digits: what needs more is an error there, never
 * another number.  Of a quotient it keeps fewer digits than PostgreSQL, so
 * only whole numbers are divided there, with what is left taken off before
 * (SQL reference: operators-arithmetic).
 */
#include "postgres.h"

#include <math.h>

#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

#include "core/compat.h"
#include "deparse/expr.h"

#define MAX_DIGITS 38
#define MAX_NUMBER 1e38
#define MAX_DIVISOR 1e18		/* of a whole number, for 18 digits */

static bool ship_number_value(SfShip *ship, Node *node, SfValue *value);
static bool ship_float(SfShip *ship, Node *node, SfValue *value);
static bool ship_narrow(SfShip *ship, Node *node, Oid type, SfValue *value);
static bool ship_arithmetic(SfShip *ship, const SfOp *op, Node *node, List *args, SfValue *value);
static bool ship_quotient(SfShip *ship, List *args, SfValue *value);
static bool ship_remote_quotient(SfShip *ship, List *args, bool constant, SfValue *value);
static bool ship_finite_quotient(SfShip *ship, List *args, int digits, SfValue *value);
static int	finite_digits(Const *constant);
static bool ship_remainder(SfShip *ship, const SfOp *op, Node *node, List *args, SfValue *value);
static bool ship_round(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool ship_digits(SfShip *ship, List *args, SfValue *value);
static bool is_divisor(Node *node);

bool
sf_ship_number(SfShip *ship, const SfOp *op, Node *node, List *args, SfValue *value)
{
	bool		shipped;

	switch (op->rule)
	{
		case SF_RULE_SAME_NUMBER:
			shipped = ship_number_value(ship, linitial(args), value);
			/* a whole number is a numeric without digits behind the point */
			value->shown = shipped && sf_shows_scale(value);
			break;
		case SF_RULE_NARROW:
			shipped = ship_narrow(ship, linitial(args), exprType(node), value);
			break;
		case SF_RULE_NEGATE:
			appendStringInfo(ship->sql, "%s(", op->text);
			shipped = exprType(node) == FLOAT8OID ? ship_float(ship, linitial(args), value) :
				ship_number_value(ship, linitial(args), value);
			appendStringInfoChar(ship->sql, ')');
			break;
		case SF_RULE_WHOLE:
			appendStringInfo(ship->sql, "%s(", op->text);
			shipped = ship_number_value(ship, linitial(args), value);
			appendStringInfoChar(ship->sql, ')');
			value->scale = 0;
			value->shown = true;
			value->bound += 1;
			break;
		case SF_RULE_QUOTIENT:
			shipped = ship_quotient(ship, args, value);
			break;
		case SF_RULE_DIVIDE_WHOLE:
		case SF_RULE_REMAINDER:
			shipped = ship_remainder(ship, op, node, args, value);
			break;
		case SF_RULE_ROUND:
			shipped = ship_round(ship, op, args, value);
			break;
		case SF_RULE_DIGITS:
			shipped = ship_digits(ship, args, value);
			break;
		default:
			shipped = ship_arithmetic(ship, op, node, args, value);
	}
	value->type = exprType(node);
	return shipped;
}

static bool
ship_number_value(SfShip *ship, Node *node, SfValue *value)
{
	return sf_ship_value(ship, node, value) &&
		(value->kind == SF_TYPE_FIXED || sf_ship_refuse(ship, "it is not a number in Snowflake"));
}

static bool
ship_float(SfShip *ship, Node *node, SfValue *value)
{
	if (!sf_ship_value(ship, node, value))
		return false;
	value->of_number = false;
	return value->kind == SF_TYPE_REAL || sf_ship_refuse(ship, "it is no floating-point number in Snowflake");
}

/*
 * What does not fit the type is an error here.
 */
static bool
ship_narrow(SfShip *ship, Node *node, Oid type, SfValue *value)
{
	return ship_number_value(ship, node, value) &&
		(value->bound <= sf_largest(type) + 1 || sf_ship_refuse(ship, "the result could overflow"));
}

/*
 * A whole number that overflows its type here could not be read from a column
 * either.  A sum of numbers that may have all 38 digits is left to
 * PostgreSQL, which computes with more; of a product that rarely needs them
 * they are Snowflake's to refuse.
 */
static bool
ship_arithmetic(SfShip *ship, const SfOp *op, Node *node, List *args, SfValue *value)
{
	Oid			type = exprType(node);
	SfValue		x;
	SfValue		y;

	appendStringInfoChar(ship->sql, '(');
	if (!ship_number_value(ship, linitial(args), &x))
		return false;
	appendStringInfo(ship->sql, " %s ", op->text);
	if (!ship_number_value(ship, lsecond(args), &y))
		return false;
	appendStringInfoChar(ship->sql, ')');

	*value = x;
	value->fixed = x.fixed && y.fixed;
	value->remote = NULL;
	value->inexact = x.inexact || y.inexact;
	value->shown = sf_shows_scale(&x) && sf_shows_scale(&y);
	if (op->text[0] == '*')
	{
		value->bound = x.bound * y.bound;
		value->room = Max(x.room, 1) * Max(y.room, 1);
		value->scale = x.scale + y.scale;
		if (value->inexact)
			value->scale = Max(Max(x.scale, y.scale), 12);
		if (value->scale > Max(Max(x.scale, y.scale), 12))
		{
			if (!ship->remote_division)
				return sf_ship_refuse(ship, "Snowflake keeps fewer digits of a product");
			value->scale = Max(Max(x.scale, y.scale), 12);
			value->shown = false;
			ship->divides = true;
		}
	}
	else
	{
		value->bound = x.bound + y.bound;
		value->room = Max(x.room, y.room);
		value->scale = Max(x.scale, y.scale);
	}
	if (value->inexact)
		return true;
	value->bound = Min(value->bound, sf_largest(type));
	if (!(value->bound * pow(10, value->scale) < MAX_NUMBER))
	{
		if (op->text[0] != '*' || isinf(value->bound) || x.bound >= 1e30 || y.bound >= 1e30)
			return sf_ship_refuse(ship, "the result could overflow");
		value->bound = pow(10, 30 - value->scale);
	}
	return true;
}

/*
 * Neither side of a comparison can come to lie on the other side of a
 * quotient with 18 digits, or both sides would have as many.  Where a divisor
 * of 0 may be guarded against, by CASE or another condition, Snowflake may
 * divide all the same: the quotient is NULL there.
 */
static bool
ship_quotient(SfShip *ship, List *args, SfValue *value)
{
	bool		constant = is_divisor(lsecond(args));
	bool		guarded;
	int			digits = constant ? finite_digits((Const *) lsecond(args)) : -1;
	int			scale;
	SfValue		y;

	if (digits >= 0)
		return ship_finite_quotient(ship, args, digits, value);
	if (!ship->order_safe && ship->remote_division && !ship->finishing)
		return ship_remote_quotient(ship, args, constant, value);
	if (!ship->order_safe)
		return sf_ship_refuse(ship, "Snowflake divides with other digits");
	appendStringInfoString(ship->sql, "(CAST(");
	if (!ship_number_value(ship, linitial(args), value))
		return false;
	if (!(value->bound <= 1e22) || value->scale > 18)
		return sf_ship_refuse(ship, "a quotient of such numbers has fewer digits in Snowflake");
	scale = value->inexact ? 0 : value->scale;
	guarded = !constant && (ship->cases > 0 || !ship->computed);
	appendStringInfoString(ship->sql, guarded ? " AS NUMBER(38,18)) / NULLIF(" : " AS NUMBER(38,18)) / ");
	if (!ship_number_value(ship, lsecond(args), &y))
		return false;
	appendStringInfoString(ship->sql, guarded ? ", 0))" : ")");
	/* the smallest quotient must not be 0 */
	if (!ship->remote_division && !(y.bound / Max(y.room, 1) * pow(10, scale) < MAX_DIVISOR))
		return sf_ship_refuse(ship, "a quotient of such numbers has fewer digits in Snowflake");
	value->scale = 18;
	value->shown = false;
	value->fixed = value->fixed && y.fixed;
	value->inexact = true;
	return true;
}

/*
 * With Snowflake's digits (SQL reference: operators-arithmetic, scale of a
 * division).
 */
static bool
ship_remote_quotient(SfShip *ship, List *args, bool constant, SfValue *value)
{
	SfValue		y;

	appendStringInfoChar(ship->sql, '(');
	if (!ship_number_value(ship, linitial(args), value))
		return false;
	appendStringInfoString(ship->sql, constant ? " / " : " / NULLIF(");
	if (!ship_number_value(ship, lsecond(args), &y))
		return false;
	appendStringInfoString(ship->sql, constant ? ")" : ", 0))");
	value->scale = Max(value->scale, Min(value->scale + 6, 12));
	value->shown = false;
	value->fixed = value->fixed && y.fixed;
	value->remote = NULL;
	ship->divides = true;
	return true;
}

/*
 * A divisor of 2s and 5s: the quotient ends after so many digits more, which
 * Snowflake keeps when the dividend has them (SQL reference:
 * operators-arithmetic, scale of a division).
 */
static bool
ship_finite_quotient(SfShip *ship, List *args, int digits, SfValue *value)
{
	int			at = ship->sql->len;
	int			scale;
	SfValue		y;

	if (!ship_number_value(ship, linitial(args), value))
		return false;
	scale = value->scale + digits;
	if (!(value->bound * pow(10, Max(scale, Min(scale + 6, 12))) < MAX_NUMBER / 10) || scale > MAX_DIGITS - 1)
		return sf_ship_refuse(ship, "a quotient of such numbers has fewer digits in Snowflake");
	sf_ship_wrap(ship, at, "(CAST(", psprintf(" AS NUMBER(38,%d))", scale));
	appendStringInfoString(ship->sql, " / ");
	if (!ship_number_value(ship, lsecond(args), &y))
		return false;
	appendStringInfoChar(ship->sql, ')');
	value->scale = Max(scale, Min(scale + 6, 12));
	value->shown = false;
	value->remote = NULL;
	return true;
}

/*
 * How many digits behind the point a quotient by this number has more than
 * its dividend; -1: without an end, or many.
 */
static int
finite_digits(Const *constant)
{
	char	   *text = DatumGetCString(DirectFunctionCall1(numeric_out, constant->constvalue));
	int64		number;
	int			digits = 0;
	char	   *point = strchr(text, '.');

	if (point)
	{
		/* zeros behind the point do not count */
		for (char *end = text + strlen(text) - 1; *end == '0' || *end == '.'; end--)
		{
			bool		last = *end == '.';

			*end = '\0';
			if (last)
				break;
		}
	}
	if (strchr(text, '.') || strlen(text) > 9)
		return -1;
	number = llabs(strtoll(text, NULL, 10));
	while (number % 10 == 0)
	{
		number /= 10;
		digits++;
	}
	while (number % 2 == 0 || number % 5 == 0)
	{
		number /= number % 2 == 0 ? 2 : 5;
		digits++;
	}
	return number == 1 && digits <= 6 ? digits : -1;
}

/*
 * (x - MOD(x, y)) / y is whole, so that nothing of it is rounded; both signs
 * of a remainder are the dividend's.
 */
static bool
ship_remainder(SfShip *ship, const SfOp *op, Node *node, List *args, SfValue *value)
{
	SfValue		y;
	bool		divide = op->rule == SF_RULE_DIVIDE_WHOLE;
	Node	   *divisor = lsecond(args);

	if (!is_divisor(divisor))
		return sf_ship_refuse(ship, "the divisor is not a constant other than 0 and -1");
	if (divide)
	{
		appendStringInfoString(ship->sql, "CAST((CAST(");
		if (!ship_number_value(ship, linitial(args), value))
			return false;
		appendStringInfoString(ship->sql, " AS NUMBER(19,0)) - ");
	}
	appendStringInfoString(ship->sql, "MOD(");
	if (!ship_number_value(ship, linitial(args), value))
		return false;
	appendStringInfoString(ship->sql, ", ");
	if (!ship_number_value(ship, divisor, &y))
		return false;
	appendStringInfoChar(ship->sql, ')');
	if (divide)
	{
		appendStringInfoString(ship->sql, ") / CAST(");
		if (!ship_number_value(ship, divisor, &y))
			return false;
		appendStringInfoString(ship->sql, " AS NUMBER(19,0)) AS NUMBER(19,0))");
	}
	value->shown = sf_shows_scale(value) && sf_shows_scale(&y);
	value->scale = Max(value->scale, y.scale);
	value->fixed = false;
	return true;
}

/*
 * A whole number of any of the types, not 0, nor -1, whose quotient may
 * overflow.
 */
static bool
is_divisor(Node *node)
{
	Const	   *constant = (Const *) node;
	int64		number;

	if (!IsA(node, Const) || constant->constisnull)
		return false;
	switch (constant->consttype)
	{
		case INT2OID:
			number = DatumGetInt16(constant->constvalue);
			break;
		case INT4OID:
			number = DatumGetInt32(constant->constvalue);
			break;
		case INT8OID:
			number = DatumGetInt64(constant->constvalue);
			break;
		case NUMERICOID:
			return strspn(DatumGetCString(DirectFunctionCall1(numeric_out, constant->constvalue)), "-0.") <
				strlen(DatumGetCString(DirectFunctionCall1(numeric_out, constant->constvalue))) &&
				!numeric_is_nan(DatumGetNumeric(constant->constvalue)) &&
				!numeric_is_inf(DatumGetNumeric(constant->constvalue));
		default:
			return false;
	}
	return number != 0 && number != -1;
}

/*
 * Both round half away from zero.  PostgreSQL's result has as many digits as
 * it is told, Snowflake's no more than there were.
 */
static bool
ship_round(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	int			digits = 0;

	if (list_length(args) > 1 && !sf_constant_int(lsecond(args), &digits))
		return sf_ship_refuse(ship, "the number of digits is not constant");
	appendStringInfo(ship->sql, "%s(", op->text);
	if (!ship_number_value(ship, linitial(args), value))
		return false;
	if (digits < -MAX_DIGITS)
		return sf_ship_refuse(ship, "Snowflake has no such value");
	appendStringInfo(ship->sql, ", %d)", digits);
	value->shown = Max(digits, 0) <= value->scale;
	value->scale = Min(value->scale, Max(digits, 0));
	value->bound = value->bound + pow(10, -Min(digits, 0));
	value->fixed = false;
	return true;
}

/*
 * numeric(p, s), of a column that surely has no more digits.
 */
static bool
ship_digits(SfShip *ship, List *args, SfValue *value)
{
	int			typmod;
	int			precision;
	int			scale;

	if (list_length(args) != 2 || !sf_constant_int(lsecond(args), &typmod) || typmod < (int) VARHDRSZ)
		return sf_ship_refuse(ship, "the number of digits is not constant");
	precision = ((typmod - VARHDRSZ) >> 16) & 0xffff;
	scale = (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024;
	if (precision > MAX_DIGITS || scale < 0 || scale > precision)
		return sf_ship_refuse(ship, "Snowflake has no number of so many digits");
	appendStringInfoString(ship->sql, "CAST(");
	if (!ship_number_value(ship, linitial(args), value))
		return false;
	appendStringInfo(ship->sql, " AS NUMBER(%d,%d))", precision, scale);
	/* of a computed number both sides raise the error */
	if (IsA(linitial(args), Var) && !(value->bound < pow(10, precision - scale)))
		return sf_ship_refuse(ship, "the result could overflow");
	value->scale = scale;
	value->shown = true;
	value->bound = Min(value->bound, pow(10, precision - scale));
	value->fixed = false;
	return true;
}
