/*
 * expr_compare.c
 *	  Comparisons, lists, and what chooses by a comparison.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_database.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "core/compat.h"
#include "deparse/expr.h"
#include "deparse/literal.h"

#define MAX_IN_LIST 16384		/* Snowflake's limit of an IN list */
#define MAX_TYPED_LIST 50		/* of elements that are no bare literals */

static bool ship_nanoseconds(SfShip *ship, const char *op, Node *column, Node *other, SfValue *value);
static const char *commuted(const char *op);
static bool bytes_sort_as_utf8(void);
static bool ship_date_timestamp(SfShip *ship, const SfOp *op, List *args, SfValue *value);
static bool append_as_timestamp(SfShip *ship, Node *node);
static Node *midnight_as_date(Node *node);
static bool append_list(SfShip *ship, ArrayType *array, bool equal);

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
	if (why)
		return sf_ship_refuse(ship, why);
	sf_value_bool(value, x.fixed && y.fixed);
	return true;
}

/*
 * x IN (...), x NOT IN (...): a constant list.
 */
bool
sf_ship_array(SfShip *ship, ScalarArrayOpExpr *expr, SfValue *value)
{
	Const	   *list = lsecond(expr->args);
	SfRemoteType remote;
	const SfOp *op;
	const char *why;
	bool		equal;
	SfValue		x;
	SfValue		y;

	set_sa_opfuncid(expr);
	op = sf_op_find(expr->opfuncid);
	if (op == NULL || op->rule == SF_RULE_KEEP || op->rule == SF_RULE_EVALUATE)
		return sf_ship_refuse(ship, op && op->text ? op->text :
							  "the comparison is not known to give the same in Snowflake");
	equal = op->text && strcmp(op->text, "=") == 0;
	if (!(expr->useOr && equal) && !(!expr->useOr && op->text && strcmp(op->text, "<>") == 0))
		return sf_ship_refuse(ship, "of ANY and ALL only = ANY and <> ALL are sent");
	if (!IsA(list, Const) || list->constisnull)
		return sf_ship_refuse(ship, "the list is not a constant");

	appendStringInfoChar(ship->sql, '(');
	if (!sf_ship_value(ship, linitial(expr->args), &x))
		return false;
	if (!sf_literal_type(get_element_type(list->consttype), &remote))
		return sf_ship_refuse(ship, psprintf("there is no literal of type %s in Snowflake",
											 format_type_be(get_element_type(list->consttype))));
	sf_known_value((Node *) makeNullConst(get_element_type(list->consttype), -1, InvalidOid), &y);
	why = sf_why_incomparable(op->rule, &x, &y, expr->inputcollid);
	if (why == NULL && sf_is_nano(&x))
		why = "nanoseconds would be compared there, microseconds here";
	if (why)
		return sf_ship_refuse(ship, why);
	if (!append_list(ship, DatumGetArrayTypeP(list->constvalue), equal))
		return false;
	appendStringInfoChar(ship->sql, ')');
	sf_value_bool(value, false);
	return true;
}

/*
 * An empty list has no form; an element with a type around it is no literal
 * to Snowflake, which takes few of those.
 */
static bool
append_list(SfShip *ship, ArrayType *array, bool equal)
{
	Oid			type = ARR_ELEMTYPE(array);
	int			before = ship->sql->len;
	int16		length;
	bool		byval;
	char		align;
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	bool		bare = true;

	get_typlenbyvalalign(type, &length, &byval, &align);
	deconstruct_array(array, type, length, byval, align, &elements, &nulls, &n);
	if (n > MAX_IN_LIST)
		return sf_ship_refuse(ship, psprintf("the list has more than %d elements", MAX_IN_LIST));
	if (n == 0)
	{
		/* also for a NULL on the left */
		appendStringInfoString(ship->sql, equal ? " IS NULL AND FALSE" : " IS NULL OR TRUE");
		return true;
	}
	appendStringInfoString(ship->sql, equal ? " IN (" : " NOT IN (");
	for (int i = 0; i < n; i++)
	{
		if (i > 0)
			appendStringInfoString(ship->sql, ", ");
		if (nulls[i])
			appendStringInfoString(ship->sql, "NULL");
		else if (!sf_literal_append_bare(ship->sql, type, elements[i]))
		{
			bare = false;
			if (!sf_literal_append(ship->sql, type, elements[i], 0))
			{
				ship->sql->len = before;
				return sf_ship_refuse(ship, "Snowflake has no such value");
			}
		}
	}
	appendStringInfoChar(ship->sql, ')');
	if (!bare && n > MAX_TYPED_LIST)
		return sf_ship_refuse(ship, psprintf("Snowflake takes no list of more than %d values of this type",
											 MAX_TYPED_LIST));
	return true;
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
