/*
 * expr_compare.c
 *	  Comparisons, lists, and what chooses by a comparison.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_database.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "deparse/expr.h"
#include "deparse/literal.h"

static bool may_join(List *args);
static bool ship_nanoseconds(SfShip *ship, const char *op, Node *column, Node *other, SfValue *value);
static const char *commuted(const char *op);
static bool bytes_sort_as_utf8(void);
static bool ship_date_timestamp(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool ship_zoned(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool append_as_timestamp(SfShip *ship, Node *node);
static Node *midnight_as_date(Node *node);
static Node *pair(RowCompareExpr *expr, int i, Oid op);

bool
sf_ship_compare(SfShip *ship, const SfOp *op, List *args, Oid collation, SfValue *value)
{
	int			length = ship->sql->len;
	List	   *params = list_copy(ship->params);
	List	   *markers = list_copy(ship->markers);
	const char *why;
	SfValue		x;
	SfValue		y;

	if (op->rule == SF_RULE_COMPARE_DATE)
		return ship_date_timestamp(ship, op, args, value);
	if (op->rule == SF_RULE_COMPARE_ZONED)
		return ship_zoned(ship, op, args, value);
	if (op->rule == SF_RULE_EQUAL_TEXT && (sf_is_json_text(linitial(args)) || sf_is_json_text(lsecond(args))))
		return sf_ship_json_compare(ship, op, args, collation, value);
	ship->order_safe = op->rule == SF_RULE_COMPARE_NUMBER;
	appendStringInfoChar(ship->sql, '(');
	if (!sf_ship_value(ship, linitial(args), &x))
		return false;
	appendStringInfo(ship->sql, " %s ", op->text);
	if (!sf_ship_value(ship, lsecond(args), &y))
		return false;
	why = sf_why_incomparable(op->rule, &x, &y, collation);
	if (why == NULL && op->rule == SF_RULE_COMPARE_FLOAT && strcmp(op->text, "=") == 0 && may_join(args))
		why = sf_why_no_key(&x, collation);
	if (why)
		return sf_ship_refuse(ship, why);
	if (sf_is_nano(&x) || sf_is_nano(&y))
	{
		/* printed again, with bounds instead of the value */
		ship->sql->len = length;
		ship->params = params;
		ship->markers = markers;
		if (sf_is_nano(&x) && y.fixed)
			return ship_nanoseconds(ship, op->text, linitial(args), lsecond(args), value);
		if (sf_is_nano(&y) && x.fixed)
			return ship_nanoseconds(ship, commuted(op->text), lsecond(args), linitial(args), value);
		return sf_ship_refuse(ship, "nanoseconds would be compared there, microseconds here");
	}
	appendStringInfoChar(ship->sql, ')');
	sf_value_bool(value, x.fixed && y.fixed);
	return true;
}

/*
 * Columns of two tables, which Snowflake may bring together by a hash.
 */
static bool
may_join(List *args)
{
	return bms_membership(pull_varnos(NULL, (Node *) args)) == BMS_MULTIPLE || contain_vars_of_level((Node *) args, 1);
}

const char *
sf_why_incomparable(SfRule rule, const SfValue *x, const SfValue *y, Oid collation)
{
	bool		zones = (x->kind == SF_TYPE_TIMESTAMP_LTZ || x->kind == SF_TYPE_TIMESTAMP_TZ) &&
	(y->kind == SF_TYPE_TIMESTAMP_LTZ || y->kind == SF_TYPE_TIMESTAMP_TZ);

	if (x->kind != y->kind && !zones)
		return "the types differ in Snowflake";
	switch (rule)
	{
		case SF_RULE_COMPARE_NUMBER:
			return x->kind == SF_TYPE_FIXED ? NULL : "it is not a number in Snowflake";
		case SF_RULE_COMPARE_TIME:
			return sf_is_time(x->kind) || x->kind == SF_TYPE_DATE ? NULL : "it is no date or time in Snowflake";
		case SF_RULE_COMPARE_SAME:
			return x->kind == SF_TYPE_BOOLEAN || x->kind == SF_TYPE_BINARY ||
				x->kind == SF_TYPE_UUID ? NULL : "the type differs in Snowflake";
		case SF_RULE_COMPARE_FLOAT:
			return x->kind == SF_TYPE_REAL ? NULL : "it is no floating-point number in Snowflake";
		case SF_RULE_EQUAL_TEXT:
		case SF_RULE_ORDER_TEXT:
			if (x->kind != SF_TYPE_TEXT)
				return "it is not a text in Snowflake";
			return rule == SF_RULE_EQUAL_TEXT ? sf_why_no_key(x, collation) : sf_why_unsorted(x, collation);
		default:
			return "this rule compares nothing";
	}
}

const char *
sf_why_no_key(const SfValue *value, Oid collation)
{
	switch (value->kind)
	{
		case SF_TYPE_FIXED:
		case SF_TYPE_BOOLEAN:
		case SF_TYPE_DATE:
		case SF_TYPE_TIME:
		case SF_TYPE_TIMESTAMP_NTZ:
		case SF_TYPE_BINARY:
		case SF_TYPE_UUID:
			return sf_is_nano(value) ? "nanoseconds would be compared there, microseconds here" : NULL;
		case SF_TYPE_TEXT:
			if (!OidIsValid(collation) || !get_collation_isdeterministic(collation))
				return "the collation is not deterministic";
			return NULL;
		case SF_TYPE_REAL:
			return value->of_number ? NULL : "whether -0 and 0 are one key in Snowflake is not known";
		default:
			return "values of this type are compared here";
	}
}

const char *
sf_why_unsorted(const SfValue *value, Oid collation)
{
	switch (value->kind)
	{
		case SF_TYPE_FIXED:
		case SF_TYPE_BOOLEAN:
		case SF_TYPE_DATE:
		case SF_TYPE_TIME:
		case SF_TYPE_TIMESTAMP_NTZ:
		case SF_TYPE_TIMESTAMP_LTZ:
		case SF_TYPE_TIMESTAMP_TZ:
		case SF_TYPE_REAL:
			return NULL;
		case SF_TYPE_TEXT:
			if (!OidIsValid(collation) || !get_collation_isdeterministic(collation))
				return "the collation is not deterministic";
			if (!sf_is_c_collation(collation, false))
				return "Snowflake sorts texts as COLLATE \"C\" does, this collation otherwise";
			if (!bytes_sort_as_utf8())
				return "Snowflake sorts texts by their code points, this database's encoding has another order";
			return NULL;
		default:
			return "values of this type are sorted here";
	}
}

bool
sf_is_c_collation(Oid collation, bool cases)
{
	bool		database = collation == DEFAULT_COLLATION_OID;
	HeapTuple	tuple;
	char		provider;
	Datum		locale;
	bool		isnull;
	bool		c = false;

	if (collation == C_COLLATION_OID || collation == POSIX_COLLATION_OID)
		return true;
	if (!OidIsValid(collation))
		return false;
	tuple = SearchSysCache1(database ? DATABASEOID : COLLOID, ObjectIdGetDatum(database ? MyDatabaseId : collation));
	if (!HeapTupleIsValid(tuple))
		return false;
	if (database)
	{
		provider = ((Form_pg_database) GETSTRUCT(tuple))->datlocprovider;
		locale = SysCacheGetAttr(DATABASEOID, tuple, cases ? Anum_pg_database_datctype : Anum_pg_database_datcollate,
								 &isnull);
	}
	else
	{
		provider = ((Form_pg_collation) GETSTRUCT(tuple))->collprovider;
		locale = SysCacheGetAttr(COLLOID, tuple, cases ? Anum_pg_collation_collctype : Anum_pg_collation_collcollate,
								 &isnull);
	}
	if (provider == COLLPROVIDER_LIBC && !isnull)
	{
		char	   *name = TextDatumGetCString(locale);

		c = strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0;
	}
	ReleaseSysCache(tuple);
	return c;
}

/*
 * Of a time with a zone and one without: the one that is known is taken as
 * one of the other kind, by the session's zone.  PostgreSQL takes the one
 * without: the same, where no clock changes within the days around it.
 */
static bool
ship_zoned(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	SfOp		same = *op;
	List	   *converted = list_copy(args);
	int			known = IsA(linitial(args), Const) || sf_is_known(linitial(args)) ? 0 : 1;
	Node	   *node = list_nth(args, known);
	Oid			other = exprType(list_nth(args, 1 - known));
	bool		shipped;

	if (!IsA(node, Const) && !sf_is_known(node))
		return sf_ship_refuse(ship, "it depends on the session's time zone");
	if (other == TIMESTAMPTZOID)
		node = (Node *) makeFuncExpr(exprType(node) == DATEOID ? F_TIMESTAMPTZ_DATE : F_TIMESTAMPTZ_TIMESTAMP,
									 TIMESTAMPTZOID, list_make1(node), InvalidOid, InvalidOid, COERCE_EXPLICIT_CAST);
	else
		node = (Node *) makeFuncExpr(F_TIMESTAMP_TIMESTAMPTZ, TIMESTAMPOID, list_make1(node), InvalidOid, InvalidOid,
									 COERCE_EXPLICIT_CAST);
	lfirst(list_nth_cell(converted, known)) = node;
	same.rule = other == DATEOID ? SF_RULE_COMPARE_DATE : SF_RULE_COMPARE_TIME;
	ship->clear = other == TIMESTAMPTZOID ? 0 : SF_MARKER_CLEAR;
	shipped = sf_ship_compare(ship, &same, converted, InvalidOid, value);
	ship->clear = 0;
	return shipped;
}

/*
 * Whether the bytes of two texts in the database's encoding compare as their
 * code points do.
 */
static bool
bytes_sort_as_utf8(void)
{
	int			encoding = GetDatabaseEncoding();

	return encoding == PG_UTF8 || encoding == PG_LATIN1 || encoding == PG_SQL_ASCII;
}

/*
 * A column with nanoseconds, cut to microseconds as it is read here, against
 * a value of microseconds: bounds keep the pruning that a cast would prevent.
 */
static bool
ship_nanoseconds(SfShip *ship, const char *op, Node *column, Node *other, SfValue *value)
{
	static const struct
	{
		const char *op;
		const char *first;
		int			first_micros;
		const char *second;		/* with a microsecond added; NULL: none */
	}			forms[] = {
		{"=", ">=", 0, " AND "},
		{"<>", "<", 0, " OR "},
		{"<", "<", 0, NULL},
		{">=", ">=", 0, NULL},
		{">", ">=", 1, NULL},
		{"<=", "<", 1, NULL},
	};
	int			i = 0;

	while (strcmp(forms[i].op, op) != 0)
		i++;
	for (int part = 0; part < (forms[i].second ? 2 : 1); part++)
	{
		int			micros = part == 1 ? 1 : forms[i].first_micros;
		SfValue		ignored;

		appendStringInfoString(ship->sql, part == 0 ? "(" : forms[i].second);
		if (!sf_ship_value(ship, column, &ignored))
			return false;
		appendStringInfo(ship->sql, " %s ", part == 0 ? forms[i].first : strcmp(op, "=") == 0 ? "<" : ">=");
		if (IsA(other, Const) ? !sf_ship_const(ship, (Const *) other, micros, &ignored) :
			!sf_ship_known(ship, other, micros, &ignored))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	sf_value_bool(value, false);
	return true;
}

static const char *
commuted(const char *op)
{
	return strcmp(op, "<") == 0 ? ">" : strcmp(op, ">") == 0 ? "<" : strcmp(op, "<=") == 0 ? ">=" :
		strcmp(op, ">=") == 0 ? "<=" : op;
}

bool
sf_ship_distinct(SfShip *ship, DistinctExpr *expr, SfValue *value)
{
	const SfOp *op;
	const char *why;
	SfValue		x;
	SfValue		y;

	set_opfuncid((OpExpr *) expr);
	op = sf_op_find(expr->opfuncid);
	if (op == NULL || op->rule == SF_RULE_KEEP || op->rule == SF_RULE_EVALUATE)
		return sf_ship_refuse(ship, op && op->text ? op->text :
							  "the comparison is not known to give the same in Snowflake");
	appendStringInfoChar(ship->sql, '(');
	if (!sf_ship_value(ship, linitial(expr->args), &x))
		return false;
	appendStringInfoString(ship->sql, " IS DISTINCT FROM ");
	if (!sf_ship_value(ship, lsecond(expr->args), &y))
		return false;
	appendStringInfoChar(ship->sql, ')');
	why = sf_why_incomparable(op->rule, &x, &y, expr->inputcollid);
	if (why == NULL && (sf_is_nano(&x) || sf_is_nano(&y)))
		why = "nanoseconds would be compared there, microseconds here";
	if (why == NULL && op->rule == SF_RULE_COMPARE_FLOAT && may_join(expr->args))
		why = sf_why_no_key(&x, expr->inputcollid);
	if (why)
		return sf_ship_refuse(ship, why);
	sf_value_bool(value, x.fixed && y.fixed);
	return true;
}

/*
 * (x, ...) < (y, ...): the first pair that differs decides.
 */
bool
sf_ship_rows(SfShip *ship, RowCompareExpr *expr, SfValue *value)
{
	Node	   *result = NULL;

	for (int i = list_length(expr->opnos) - 1; i >= 0; i--)
	{
		Oid			left = exprType(list_nth(expr->largs, i));
		Oid			right = exprType(list_nth(expr->rargs, i));
		Oid			family = list_nth_oid(expr->opfamilies, i);
		bool		less = sf_rows_are_less(expr);
		Oid			strict = get_opfamily_member(family, left, right, less ? BTLessStrategyNumber :
												 BTGreaterStrategyNumber);
		Oid			equal = get_opfamily_member(family, left, right, BTEqualStrategyNumber);
		Node	   *rest = result;

		if (!OidIsValid(strict) || !OidIsValid(equal))
			return sf_ship_refuse(ship, "rows are compared by an order of their own");
		result = pair(expr, i, rest ? strict : list_nth_oid(expr->opnos, i));
		if (rest)
		{
			rest = (Node *) makeBoolExpr(AND_EXPR, list_make2(pair(expr, i, equal), rest), -1);
			result = (Node *) makeBoolExpr(OR_EXPR, list_make2(result, rest), -1);
		}
	}
	return sf_ship_boolean(ship, result, value);
}

static Node *
pair(RowCompareExpr *expr, int i, Oid op)
{
	return (Node *) make_opclause(op, BOOLOID, false, list_nth(expr->largs, i), list_nth(expr->rargs, i),
								  InvalidOid, list_nth_oid(expr->inputcollids, i));
}

/*
 * A date is midnight to a timestamp.  A constant midnight is written as a
 * date, which keeps the pruning of the column; else the date is cast.
 */
static bool
ship_date_timestamp(SfShip *ship, const SfOp *op, List *args, SfValue *value)
{
	Node	   *x = midnight_as_date(linitial(args));
	Node	   *y = midnight_as_date(lsecond(args));
	bool		dates = exprType(x) == DATEOID && exprType(y) == DATEOID;
	SfValue		ignored;

	appendStringInfoChar(ship->sql, '(');
	if (!(dates ? sf_ship_value(ship, x, &ignored) : append_as_timestamp(ship, linitial(args))))
		return false;
	appendStringInfo(ship->sql, " %s ", op->text);
	if (!(dates ? sf_ship_value(ship, y, &ignored) : append_as_timestamp(ship, lsecond(args))))
		return false;
	appendStringInfoChar(ship->sql, ')');
	sf_value_bool(value, false);
	return true;
}

/*
 * Cut to microseconds as it is read here.
 */
static bool
append_as_timestamp(SfShip *ship, Node *node)
{
	SfValue		value;
	bool		cast = exprType(node) == DATEOID;
	int			at = ship->sql->len;

	if (!sf_ship_value(ship, node, &value))
		return false;
	if (value.kind != (cast ? SF_TYPE_DATE : SF_TYPE_TIMESTAMP_NTZ))
		return sf_ship_refuse(ship, "the types differ in Snowflake");
	if (cast || sf_is_nano(&value))
		sf_ship_wrap(ship, at, "CAST(", " AS TIMESTAMP_NTZ(6))");
	return true;
}

static Node *
midnight_as_date(Node *node)
{
	Const	   *constant = (Const *) node;
	Timestamp	timestamp;

	if (!IsA(node, Const) || constant->constisnull || constant->consttype != TIMESTAMPOID)
		return node;
	timestamp = DatumGetTimestamp(constant->constvalue);
	if (TIMESTAMP_NOT_FINITE(timestamp) || timestamp % USECS_PER_DAY != 0)
		return node;
	return (Node *) makeConst(DATEOID, -1, InvalidOid, sizeof(DateADT),
							  DateADTGetDatum((DateADT) (timestamp / USECS_PER_DAY)), false, true);
}

/*
 * As an equality decides; the result is the first argument's.
 */
bool
sf_ship_nullif(SfShip *ship, NullIfExpr *expr, SfValue *value)
{
	const SfOp *op;
	const char *why;
	SfValue		y;

	set_opfuncid((OpExpr *) expr);
	op = sf_op_find(expr->opfuncid);
	if (op == NULL || op->text == NULL || strcmp(op->text, "=") != 0 || op->rule == SF_RULE_COMPARE_DATE)
		return sf_ship_refuse(ship, "the comparison is not known to give the same in Snowflake");
	appendStringInfoString(ship->sql, "NULLIF(");
	if (!sf_ship_value(ship, linitial(expr->args), value))
		return false;
	appendStringInfoString(ship->sql, ", ");
	if (!sf_ship_value(ship, lsecond(expr->args), &y))
		return false;
	appendStringInfoChar(ship->sql, ')');
	why = sf_why_incomparable(op->rule, value, &y, expr->inputcollid);
	if (why == NULL && (sf_is_nano(value) || sf_is_nano(&y)))
		why = "nanoseconds would be compared there, microseconds here";
	if (why)
		return sf_ship_refuse(ship, why);
	value->fixed = false;
	return true;
}

/*
 * Snowflake's plain forms are NULL when an argument is.
 */
bool
sf_ship_minmax(SfShip *ship, MinMaxExpr *expr, SfValue *value)
{
	ListCell   *cell;
	const char *why = NULL;

	appendStringInfoString(ship->sql, expr->op == IS_GREATEST ? "GREATEST_IGNORE_NULLS(" : "LEAST_IGNORE_NULLS(");
	foreach(cell, expr->args)
	{
		SfValue		one;

		if (cell != list_head(expr->args))
			appendStringInfoString(ship->sql, ", ");
		if (!sf_ship_value(ship, lfirst(cell), &one))
			return false;
		why = why ? why : sf_is_nano(&one) ? sf_why_no_key(&one, expr->inputcollid) :
			sf_why_unsorted(&one, expr->inputcollid);
		if (cell == list_head(expr->args))
			*value = one;
		else if (!sf_value_merge(ship, value, &one))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	value->fixed = false;
	return why ? sf_ship_refuse(ship, why) : true;
}
