/*
 * ship.c
 *	  Expressions as Snowflake SQL: one walk that prints and judges.
 *
 * An expression is shipped when Snowflake's answer is PostgreSQL's for every
 * row, and when it raises no error that PostgreSQL would not raise: only
 * total functions, and arithmetic only where nothing can overflow.  What a
 * column is decides its remote_type, which IMPORT records; a column without
 * one can only be tested for NULL.
 *
 * Every constant carries its type, and every result of an operator stands in
 * parentheses.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/numeric.h"

#include "base/ident.h"
#include "core/compat.h"
#include "core/options.h"
#include "deparse/literal.h"
#include "deparse/ops.h"
#include "deparse/select.h"
#include "deparse/ship.h"

#define MAX_TEXT (8 << 20)		/* of conditions, and of the texts bound: a
								 * request holds them escaped */
#define MAX_IN_LIST 16384		/* Snowflake's limit of an IN list */
#define MAX_TYPED_LIST 50		/* of elements that are no bare literals */
#define MAX_DEPTH 100			/* far below what Snowflake calls too complex */
#define MAX_NUMBER 1e38

/* What a printed expression is. */
typedef struct Value
{
	Oid			type;			/* in PostgreSQL */
	SfTypeKind	kind;
	int			scale;			/* of numbers, times and timestamps */
	double		bound;			/* of a number: no larger absolute value */
	bool		fixed;			/* no column below: a constant or $n */
} Value;

static bool ship_value(SfShip *ship, Node *node, Value *value);
static bool ship_node(SfShip *ship, Node *node, Value *value);
static bool ship_var(SfShip *ship, Var *var, Value *value);
static const char *misfit(const SfRemoteType *remote, Oid type, int32 typmod);
static bool ship_const(SfShip *ship, Const *constant, int64 add_micros, Value *value);
static bool is_known_at_start(Node *node);
static bool known_arguments(List *args);
static bool ship_known(SfShip *ship, Node *node, int64 add_micros, Value *value);
static bool changes(Node *node, void *context);
static void known_value(Node *node, Value *value);
static char *called(Node *node, Oid function);
static bool ship_function(SfShip *ship, Node *node, Oid function, List *args, Oid collation, Value *value);
static bool ship_compare(SfShip *ship, const SfOp *op, List *args, Oid collation, Value *value);
static const char *why_incomparable(SfRule rule, const Value *x, const Value *y, Oid collation);
static bool bytes_sort_as_utf8(void);
static bool ship_nanoseconds(SfShip *ship, const char *op, Node *column, Node *other, Value *value);
static const char *commuted(const char *op);
static bool is_time(SfTypeKind kind);
static bool is_nano(const Value *value);
static bool ship_like(SfShip *ship, const SfOp *op, List *args, Oid collation, Value *value);
static char *plain_pattern(const char *pattern);
static bool ship_call(SfShip *ship, const char *function, List *args, Value *value);
static bool ship_arithmetic(SfShip *ship, const SfOp *op, Node *node, List *args, Value *value);
static double largest(Oid type);
static bool ship_bool(SfShip *ship, BoolExpr *expr, Value *value);
static bool ship_null_test(SfShip *ship, NullTest *test, Value *value);
static bool ship_boolean_test(SfShip *ship, BooleanTest *test, Value *value);
static bool ship_distinct(SfShip *ship, DistinctExpr *expr, Value *value);
static bool ship_array(SfShip *ship, ScalarArrayOpExpr *expr, Value *value);
static bool append_list(SfShip *ship, ArrayType *array, bool equal);
static void append_column_name(SfShip *ship, AttrNumber attnum);
static void set_bool(Value *value, bool fixed);
static bool refuse(SfShip *ship, const char *why);

void
sf_ship_begin(SfShip *ship, Oid relid, Index varno, bool rescanned, StringInfo sql)
{
	memset(ship, 0, sizeof(*ship));
	ship->relid = relid;
	ship->varno = varno;
	ship->rescanned = rescanned;
	ship->sql = sql;
}

bool
sf_ship_condition(SfShip *ship, Node *clause)
{
	int			length = ship->sql->len;
	int			nparams = list_length(ship->params);
	int			nmarkers = list_length(ship->markers);
	Value		value;

	ship->refusal = NULL;
	if (contain_volatile_functions(clause))
		refuse(ship, "a volatile function is called for each row here");
	else if (ship_value(ship, clause, &value))
	{
		if (value.kind != SF_TYPE_BOOLEAN)
			refuse(ship, "it is no condition in Snowflake");
		else if (ship->printed + ship->sql->len - length > MAX_TEXT)
			refuse(ship, "the statement would be too long");
		else
		{
			ship->printed += ship->sql->len - length;
			return true;
		}
	}
	ship->sql->len = length;
	ship->sql->data[length] = '\0';
	ship->params = list_truncate(ship->params, nparams);
	ship->markers = list_truncate(ship->markers, nmarkers);
	return false;
}

bool
sf_ship_fill(const char *sql, List *markers, const Oid *types, const Datum *values, const bool *nulls, char **filled,
			 SfBinding **bindings, int *nbindings)
{
	StringInfoData out;
	int			at = 0;
	size_t		bound = 0;

	initStringInfo(&out);
	*bindings = palloc0(sizeof(SfBinding) * Max(list_length(markers) / 4, 1));
	*nbindings = 0;
	for (int i = 0; i < list_length(markers); i += 4)
	{
		int			offset = list_nth_int(markers, i);
		int			number = list_nth_int(markers, i + 2);

		appendBinaryStringInfo(&out, sql + at, offset - at);
		at = offset + list_nth_int(markers, i + 1);
		if (nulls[number])
			sf_literal_append_null(&out, types[number]);
		else if (types[number] == TEXTOID || types[number] == VARCHAROID)
		{
			appendStringInfoString(&out, "CAST(? AS VARCHAR)");
			(*bindings)[*nbindings].type = "TEXT";
			(*bindings)[*nbindings].value = TextDatumGetCString(values[number]);
			bound += strlen((*bindings)[*nbindings].value);
			if (bound > MAX_TEXT || !sf_literal_text_valid((*bindings)[(*nbindings)++].value))
				return false;
		}
		else if (!sf_literal_append(&out, types[number], values[number], list_nth_int(markers, i + 3)))
			return false;
		if (out.len > 2 * MAX_TEXT)
			return false;
	}
	appendStringInfoString(&out, sql + at);
	*filled = out.data;
	return true;
}

/*
 * Prints an expression and says what it is; false with the refusal set.  What
 * was printed before a refusal is the caller's to drop.
 */
static bool
ship_value(SfShip *ship, Node *node, Value *value)
{
	bool		shipped;

	if (ship->depth >= MAX_DEPTH)
		return refuse(ship, psprintf("it is nested more than %d levels deep", MAX_DEPTH));
	ship->depth++;
	shipped = ship_node(ship, node, value);
	ship->depth--;
	return shipped;
}

static bool
ship_node(SfShip *ship, Node *node, Value *value)
{
	check_stack_depth();
	if (is_known_at_start(node))
		return ship_known(ship, node, 0, value);
	switch (nodeTag(node))
	{
		case T_Var:
			return ship_var(ship, (Var *) node, value);
		case T_Const:
			return ship_const(ship, (Const *) node, 0, value);
		case T_RelabelType:
			if (!ship_value(ship, (Node *) ((RelabelType *) node)->arg, value))
				return false;
			if (value->kind != SF_TYPE_TEXT || (exprType(node) != TEXTOID && exprType(node) != VARCHAROID))
				return refuse(ship, "a value is taken as another type");
			value->type = exprType(node);
			return true;
		case T_OpExpr:
			set_opfuncid((OpExpr *) node);
			return ship_function(ship, node, ((OpExpr *) node)->opfuncid, ((OpExpr *) node)->args,
								 ((OpExpr *) node)->inputcollid, value);
		case T_FuncExpr:
			return ship_function(ship, node, ((FuncExpr *) node)->funcid, ((FuncExpr *) node)->args,
								 ((FuncExpr *) node)->inputcollid, value);
		case T_BoolExpr:
			return ship_bool(ship, (BoolExpr *) node, value);
		case T_NullTest:
			return ship_null_test(ship, (NullTest *) node, value);
		case T_BooleanTest:
			return ship_boolean_test(ship, (BooleanTest *) node, value);
		case T_DistinctExpr:
			return ship_distinct(ship, (DistinctExpr *) node, value);
		case T_ScalarArrayOpExpr:
			return ship_array(ship, (ScalarArrayOpExpr *) node, value);
		case T_SubPlan:
		case T_AlternativeSubPlan:
			return refuse(ship, "a subquery is evaluated here");
		case T_CaseExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_NullIfExpr:
			return refuse(ship, "CASE, COALESCE, NULLIF, GREATEST and LEAST are not sent");
		default:
			return refuse(ship, "this kind of expression is not sent");
	}
}

static bool
ship_var(SfShip *ship, Var *var, Value *value)
{
	SfColumnOptions *options;
	SfRemoteType remote;
	const char *why;

	if (var->varno != ship->varno || var->varlevelsup != 0)
		return refuse(ship, "it depends on another table");
	if (var->varattno <= 0)
		return refuse(ship, "Snowflake has no system columns and no whole rows");
	options = sf_column_options(ship->relid, var->varattno);
	if (options->remote_type == NULL)
		return refuse(ship, psprintf("column \"%s\" has no option remote_type; an import records it",
									 get_attname(ship->relid, var->varattno, false)));
	if (!sf_remote_type_parse(options->remote_type, &remote))
		return refuse(ship, psprintf("remote_type \"%s\" is not known", options->remote_type));
	if (options->remote_collation && options->remote_collation[0])
		return refuse(ship, psprintf("column \"%s\" has a collation in Snowflake",
									 get_attname(ship->relid, var->varattno, false)));
	why = misfit(&remote, var->vartype, var->vartypmod);
	if (why)
		return refuse(ship, psprintf("column \"%s\": %s", get_attname(ship->relid, var->varattno, false), why));

	append_column_name(ship, var->varattno);
	memset(value, 0, sizeof(*value));
	value->type = var->vartype;
	value->kind = remote.kind;
	value->scale = is_time(remote.kind) && remote.scale < 0 ? 9 : Max(remote.scale, 0);
	value->bound = pow(10, remote.precision - Max(remote.scale, 0));
	return true;
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
				/* a scale of 11 bits, which may be negative */
				fits = typmod < (int32) VARHDRSZ || (((typmod - VARHDRSZ) & 0x7ff) ^ 1024) - 1024 >= scale;
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
			return "it is not certain that Snowflake reads every floating-point number alike";
		default:
			return psprintf("values of %s are compared here", sf_remote_type_name(remote));
	}
	return fits ? NULL : psprintf("declared as %s, it is %s in Snowflake", format_type_with_typemod(type, typmod),
								  sf_remote_type_name(remote));
}

static bool
ship_const(SfShip *ship, Const *constant, int64 add_micros, Value *value)
{
	SfRemoteType remote;

	if (!sf_literal_type(constant->consttype, &remote))
		return refuse(ship, psprintf("there is no literal of type %s in Snowflake",
									 format_type_be(constant->consttype)));
	known_value((Node *) constant, value);
	if (constant->constisnull)
		sf_literal_append_null(ship->sql, constant->consttype);
	else if (!sf_literal_append(ship->sql, constant->consttype, constant->constvalue, add_micros))
		return refuse(ship, "Snowflake has no such value");
	return true;
}

/*
 * Whether it is known when the statement is sent: a parameter, the current
 * time, and what the allowlist lets us evaluate of them.
 */
static bool
is_known_at_start(Node *node)
{
	const SfOp *op;

	switch (nodeTag(node))
	{
		case T_Param:
			return true;
		case T_SQLValueFunction:
			return exprType(node) == DATEOID || exprType(node) == TIMESTAMPTZOID || exprType(node) == TIMESTAMPOID;
		case T_RelabelType:
			return is_known_at_start((Node *) ((RelabelType *) node)->arg);
		case T_FuncExpr:
			op = sf_op_find(((FuncExpr *) node)->funcid);
			return op && op->rule == SF_RULE_EVALUATE && known_arguments(((FuncExpr *) node)->args);
		case T_OpExpr:
			set_opfuncid((OpExpr *) node);
			op = sf_op_find(((OpExpr *) node)->opfuncid);
			return op && op->rule == SF_RULE_EVALUATE && known_arguments(((OpExpr *) node)->args);
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
		if (!IsA(lfirst(cell), Const) && !is_known_at_start(lfirst(cell)))
			return false;
	}
	return true;
}

/*
 * Prints $n and makes a note of where it stands.
 */
static bool
ship_known(SfShip *ship, Node *node, int64 add_micros, Value *value)
{
	SfRemoteType remote;
	int			number = 0;
	int			offset = ship->sql->len;
	ListCell   *cell;

	if (changes(node, ship))
		return refuse(ship, "its other side changes with each row of an outer query");
	if (!sf_literal_type(exprType(node), &remote))
		return refuse(ship, psprintf("there is no literal of type %s in Snowflake", format_type_be(exprType(node))));
	foreach(cell, ship->params)
	{
		if (equal(lfirst(cell), node))
			break;
		number++;
	}
	if (cell == NULL)
		ship->params = lappend(ship->params, copyObject(node));
	appendStringInfo(ship->sql, add_micros ? "$%d+1us" : "$%d", number + 1);
	ship->markers = lappend_int(ship->markers, offset);
	ship->markers = lappend_int(ship->markers, ship->sql->len - offset);
	ship->markers = lappend_int(ship->markers, number);
	ship->markers = lappend_int(ship->markers, (int) add_micros);
	known_value(node, value);
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

/*
 * What a constant or a parameter is: of a constant number its digits, of
 * another what its type allows.
 */
static void
known_value(Node *node, Value *value)
{
	SfRemoteType remote;

	sf_literal_type(exprType(node), &remote);
	memset(value, 0, sizeof(*value));
	value->type = exprType(node);
	value->kind = remote.kind;
	value->fixed = true;
	value->scale = is_time(remote.kind) ? 6 : 0;
	value->bound = remote.precision ? largest(value->type) : INFINITY;
	if (IsA(node, Const) && !((Const *) node)->constisnull && remote.kind == SF_TYPE_FIXED)
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

/*
 * The operator or function as the user knows it.
 */
static char *
called(Node *node, Oid function)
{
	if (IsA(node, OpExpr))
		return psprintf("operator %s", format_operator(((OpExpr *) node)->opno));
	return get_func_name(function);
}

static bool
ship_function(SfShip *ship, Node *node, Oid function, List *args, Oid collation, Value *value)
{
	const SfOp *op = sf_op_find(function);

	if (op == NULL)
		return refuse(ship, psprintf("%s is not known to give the same in Snowflake", called(node, function)));
	switch (op->rule)
	{
		case SF_RULE_KEEP:
			return refuse(ship, op->text);
		case SF_RULE_EVALUATE:
			return refuse(ship, psprintf("%s of a column is not known to give the same in Snowflake",
										 called(node, function)));
		case SF_RULE_LIKE:
			return ship_like(ship, op, args, collation, value);
		case SF_RULE_STARTS_WITH:
			if (!OidIsValid(collation) || !get_collation_isdeterministic(collation))
				return refuse(ship, "the collation is not deterministic");
			if (!ship_call(ship, op->text, args, value))
				return false;
			set_bool(value, value->fixed);
			return true;
		case SF_RULE_LENGTH:
			if (GetDatabaseEncoding() == PG_SQL_ASCII)
				return refuse(ship, "characters are counted there, bytes in this database");
			if (!ship_call(ship, op->text, args, value))
				return false;
			value->type = INT4OID;
			value->kind = SF_TYPE_FIXED;
			value->bound = 134217728;	/* characters of the largest VARCHAR */
			value->scale = 0;
			return true;
		case SF_RULE_CONCATENATE:
		case SF_RULE_ARITHMETIC:
		case SF_RULE_NEGATE:
			return ship_arithmetic(ship, op, node, args, value);
		case SF_RULE_SAME_NUMBER:
			if (!ship_value(ship, linitial(args), value))
				return false;
			if (value->kind != SF_TYPE_FIXED)
				return refuse(ship, "it is not a number in Snowflake");
			value->type = exprType(node);
			return true;
		default:
			return ship_compare(ship, op, args, collation, value);
	}
}

static bool
ship_compare(SfShip *ship, const SfOp *op, List *args, Oid collation, Value *value)
{
	int			length = ship->sql->len;
	List	   *params = list_copy(ship->params);
	List	   *markers = list_copy(ship->markers);
	const char *why;
	Value		x;
	Value		y;

	appendStringInfoChar(ship->sql, '(');
	if (!ship_value(ship, linitial(args), &x))
		return false;
	appendStringInfo(ship->sql, " %s ", op->text);
	if (!ship_value(ship, lsecond(args), &y))
		return false;
	why = why_incomparable(op->rule, &x, &y, collation);
	if (why)
		return refuse(ship, why);
	if (is_nano(&x) || is_nano(&y))
	{
		/* printed again, with bounds instead of the value */
		ship->sql->len = length;
		ship->params = params;
		ship->markers = markers;
		if (is_nano(&x) && y.fixed)
			return ship_nanoseconds(ship, op->text, linitial(args), lsecond(args), value);
		if (is_nano(&y) && x.fixed)
			return ship_nanoseconds(ship, commuted(op->text), lsecond(args), linitial(args), value);
		return refuse(ship, "nanoseconds would be compared there, microseconds here");
	}
	appendStringInfoChar(ship->sql, ')');
	set_bool(value, x.fixed && y.fixed);
	return true;
}

static const char *
why_incomparable(SfRule rule, const Value *x, const Value *y, Oid collation)
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
			return is_time(x->kind) || x->kind == SF_TYPE_DATE ? NULL : "it is no date or time in Snowflake";
		case SF_RULE_COMPARE_SAME:
			return x->kind == SF_TYPE_BOOLEAN || x->kind == SF_TYPE_BINARY ||
				x->kind == SF_TYPE_UUID ? NULL : "the type differs in Snowflake";
		case SF_RULE_EQUAL_TEXT:
		case SF_RULE_ORDER_TEXT:
			if (x->kind != SF_TYPE_TEXT)
				return "it is not a text in Snowflake";
			if (!OidIsValid(collation) || !get_collation_isdeterministic(collation))
				return "the collation is not deterministic";
			if (rule == SF_RULE_ORDER_TEXT && collation != C_COLLATION_OID && collation != POSIX_COLLATION_OID)
				return "Snowflake sorts texts as COLLATE \"C\" does, this collation otherwise";
			if (rule == SF_RULE_ORDER_TEXT && !bytes_sort_as_utf8())
				return "Snowflake sorts texts by their code points, this database's encoding has another order";
			return NULL;
		default:
			return "this rule compares nothing";
	}
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
ship_nanoseconds(SfShip *ship, const char *op, Node *column, Node *other, Value *value)
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
		Value		ignored;

		appendStringInfoString(ship->sql, part == 0 ? "(" : forms[i].second);
		if (!ship_value(ship, column, &ignored))
			return false;
		appendStringInfo(ship->sql, " %s ", part == 0 ? forms[i].first : strcmp(op, "=") == 0 ? "<" : ">=");
		if (IsA(other, Const) ? !ship_const(ship, (Const *) other, micros, &ignored) :
			!ship_known(ship, other, micros, &ignored))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	set_bool(value, false);
	return true;
}

static const char *
commuted(const char *op)
{
	return strcmp(op, "<") == 0 ? ">" : strcmp(op, ">") == 0 ? "<" : strcmp(op, "<=") == 0 ? ">=" :
		strcmp(op, ">=") == 0 ? "<=" : op;
}

static bool
is_time(SfTypeKind kind)
{
	return kind == SF_TYPE_TIME || kind == SF_TYPE_TIMESTAMP_NTZ || kind == SF_TYPE_TIMESTAMP_LTZ ||
		kind == SF_TYPE_TIMESTAMP_TZ;
}

static bool
is_nano(const Value *value)
{
	return is_time(value->kind) && value->scale > 6;
}

/*
 * Snowflake's LIKE has no escape character unless one is given.
 */
static bool
ship_like(SfShip *ship, const SfOp *op, List *args, Oid collation, Value *value)
{
	Const	   *pattern = lsecond(args);
	char	   *plain;
	Value		x;

	if (!OidIsValid(collation) || !get_collation_isdeterministic(collation))
		return refuse(ship, "the collation is not deterministic");
	if (!IsA(pattern, Const) || pattern->constisnull)
		return refuse(ship, "the pattern of LIKE is not a constant");
	plain = plain_pattern(TextDatumGetCString(pattern->constvalue));
	if (plain == NULL)
		return refuse(ship, "the pattern ends in its escape character");
	if (GetDatabaseEncoding() == PG_SQL_ASCII && strchr(plain, '_'))
		return refuse(ship, "characters are counted there, bytes in this database");
	appendStringInfoChar(ship->sql, '(');
	if (!ship_value(ship, linitial(args), &x))
		return false;
	if (x.kind != SF_TYPE_TEXT)
		return refuse(ship, "it is not a text in Snowflake");
	appendStringInfo(ship->sql, " %s ", op->text);
	sf_literal_append(ship->sql, TEXTOID, CStringGetTextDatum(plain), 0);
	appendStringInfoString(ship->sql, " ESCAPE '\\\\')");
	set_bool(value, x.fixed);
	return true;
}

/*
 * The pattern with a backslash only where it has a meaning; NULL when it ends
 * in a lone one, which PostgreSQL refuses when it gets there.
 */
static char *
plain_pattern(const char *pattern)
{
	StringInfoData out;

	initStringInfo(&out);
	for (const char *p = pattern; *p; p++)
	{
		if (*p == '\\')
		{
			p++;
			if (*p == '\0')
				return NULL;
			if (strchr("%_\\", *p))
				appendStringInfoChar(&out, '\\');
		}
		appendStringInfoChar(&out, *p);
	}
	return out.data;
}

/*
 * FUNCTION(x, ...) of texts.
 */
static bool
ship_call(SfShip *ship, const char *function, List *args, Value *value)
{
	bool		fixed = true;
	ListCell   *cell;

	appendStringInfo(ship->sql, "%s(", function);
	foreach(cell, args)
	{
		if (cell != list_head(args))
			appendStringInfoString(ship->sql, ", ");
		if (!ship_value(ship, lfirst(cell), value))
			return false;
		if (value->kind != SF_TYPE_TEXT)
			return refuse(ship, "it is not a text in Snowflake");
		fixed &= value->fixed;
	}
	appendStringInfoChar(ship->sql, ')');
	value->fixed = fixed;
	return true;
}

static bool
ship_arithmetic(SfShip *ship, const SfOp *op, Node *node, List *args, Value *value)
{
	bool		text = op->rule == SF_RULE_CONCATENATE;
	Value		x;
	Value		y;

	appendStringInfo(ship->sql, op->rule == SF_RULE_NEGATE ? "%s(" : "(", op->text);
	if (!ship_value(ship, linitial(args), &x))
		return false;
	y = x;
	if (op->rule != SF_RULE_NEGATE)
	{
		appendStringInfo(ship->sql, " %s ", op->text);
		if (!ship_value(ship, lsecond(args), &y))
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	if (x.kind != (text ? SF_TYPE_TEXT : SF_TYPE_FIXED) || y.kind != x.kind)
		return refuse(ship, "the types differ in Snowflake");

	*value = x;
	value->type = exprType(node);
	value->fixed = x.fixed && y.fixed;
	if (text || op->rule == SF_RULE_NEGATE)
		return text || value->bound <= largest(value->type) ? true : refuse(ship, "the result could overflow");
	if (op->text[0] == '*')
	{
		value->bound = x.bound * y.bound;
		value->scale = x.scale + y.scale;
		if (value->scale > Max(Max(x.scale, y.scale), 12))
			return refuse(ship, "Snowflake keeps fewer digits of a product");
	}
	else
	{
		value->bound = x.bound + y.bound;
		value->scale = Max(x.scale, y.scale);
	}
	if (!(value->bound <= largest(value->type)) || !(value->bound * pow(10, value->scale) < MAX_NUMBER))
		return refuse(ship, "the result could overflow");
	return true;
}

static double
largest(Oid type)
{
	return type == INT2OID ? PG_INT16_MAX : type == INT4OID ? PG_INT32_MAX : type == INT8OID ? 9.2e18 : MAX_NUMBER;
}

static bool
ship_bool(SfShip *ship, BoolExpr *expr, Value *value)
{
	bool		fixed = true;
	ListCell   *cell;

	appendStringInfoString(ship->sql, expr->boolop == NOT_EXPR ? "(NOT " : "(");
	foreach(cell, expr->args)
	{
		if (cell != list_head(expr->args))
			appendStringInfoString(ship->sql, expr->boolop == AND_EXPR ? " AND " : " OR ");
		if (!ship_value(ship, lfirst(cell), value))
			return false;
		if (value->kind != SF_TYPE_BOOLEAN)
			return refuse(ship, "it is no condition in Snowflake");
		fixed &= value->fixed;
	}
	appendStringInfoChar(ship->sql, ')');
	set_bool(value, fixed);
	return true;
}

static bool
ship_null_test(SfShip *ship, NullTest *test, Value *value)
{
	Var		   *var = (Var *) test->arg;

	if (test->argisrow)
		return refuse(ship, "Snowflake has no whole rows");
	appendStringInfoChar(ship->sql, '(');
	/* whether a column is NULL does not depend on its type */
	if (IsA(var, Var) && var->varno == ship->varno && var->varlevelsup == 0 && var->varattno > 0)
		append_column_name(ship, var->varattno);
	else if (is_known_at_start((Node *) test->arg))
		return refuse(ship, "it is the same for every row");
	else if (!ship_value(ship, (Node *) test->arg, value))
		return false;
	appendStringInfoString(ship->sql, test->nulltesttype == IS_NULL ? " IS NULL)" : " IS NOT NULL)");
	set_bool(value, false);
	return true;
}

static bool
ship_boolean_test(SfShip *ship, BooleanTest *test, Value *value)
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
	if (!ship_value(ship, (Node *) test->arg, value))
		return false;
	if (value->kind != SF_TYPE_BOOLEAN)
		return refuse(ship, "it is no condition in Snowflake");
	appendStringInfoString(ship->sql, after[test->booltesttype]);
	set_bool(value, value->fixed);
	return true;
}

static bool
ship_distinct(SfShip *ship, DistinctExpr *expr, Value *value)
{
	const SfOp *op;
	const char *why;
	Value		x;
	Value		y;

	set_opfuncid((OpExpr *) expr);
	op = sf_op_find(expr->opfuncid);
	if (op == NULL || op->rule == SF_RULE_KEEP || op->rule == SF_RULE_EVALUATE)
		return refuse(ship, op && op->text ? op->text : "the comparison is not known to give the same in Snowflake");
	appendStringInfoChar(ship->sql, '(');
	if (!ship_value(ship, linitial(expr->args), &x))
		return false;
	appendStringInfoString(ship->sql, " IS DISTINCT FROM ");
	if (!ship_value(ship, lsecond(expr->args), &y))
		return false;
	appendStringInfoChar(ship->sql, ')');
	why = why_incomparable(op->rule, &x, &y, expr->inputcollid);
	if (why == NULL && (is_nano(&x) || is_nano(&y)))
		why = "nanoseconds would be compared there, microseconds here";
	if (why)
		return refuse(ship, why);
	set_bool(value, x.fixed && y.fixed);
	return true;
}

/*
 * x IN (...), x NOT IN (...): a constant list.
 */
static bool
ship_array(SfShip *ship, ScalarArrayOpExpr *expr, Value *value)
{
	Const	   *list = lsecond(expr->args);
	SfRemoteType remote;
	const SfOp *op;
	const char *why;
	bool		equal;
	Value		x;
	Value		y;

	set_sa_opfuncid(expr);
	op = sf_op_find(expr->opfuncid);
	if (op == NULL || op->rule == SF_RULE_KEEP || op->rule == SF_RULE_EVALUATE)
		return refuse(ship, op && op->text ? op->text : "the comparison is not known to give the same in Snowflake");
	equal = op->text && strcmp(op->text, "=") == 0;
	if (!(expr->useOr && equal) && !(!expr->useOr && op->text && strcmp(op->text, "<>") == 0))
		return refuse(ship, "of ANY and ALL only = ANY and <> ALL are sent");
	if (!IsA(list, Const) || list->constisnull)
		return refuse(ship, "the list is not a constant");

	appendStringInfoChar(ship->sql, '(');
	if (!ship_value(ship, linitial(expr->args), &x))
		return false;
	if (!sf_literal_type(get_element_type(list->consttype), &remote))
		return refuse(ship, psprintf("there is no literal of type %s in Snowflake",
									 format_type_be(get_element_type(list->consttype))));
	known_value((Node *) makeNullConst(get_element_type(list->consttype), -1, InvalidOid), &y);
	why = why_incomparable(op->rule, &x, &y, expr->inputcollid);
	if (why == NULL && is_nano(&x))
		why = "nanoseconds would be compared there, microseconds here";
	if (why)
		return refuse(ship, why);
	if (!append_list(ship, DatumGetArrayTypeP(list->constvalue), equal))
		return false;
	appendStringInfoChar(ship->sql, ')');
	set_bool(value, false);
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
		return refuse(ship, psprintf("the list has more than %d elements", MAX_IN_LIST));
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
				return refuse(ship, "Snowflake has no such value");
			}
		}
	}
	appendStringInfoChar(ship->sql, ')');
	if (!bare && n > MAX_TYPED_LIST)
		return refuse(ship, psprintf("Snowflake takes no list of more than %d values of this type", MAX_TYPED_LIST));
	return true;
}

static void
append_column_name(SfShip *ship, AttrNumber attnum)
{
	appendStringInfoString(ship->sql, sf_deparse_name(NULL, NULL, sf_remote_column_name(ship->relid, attnum)));
}

static void
set_bool(Value *value, bool fixed)
{
	memset(value, 0, sizeof(*value));
	value->type = BOOLOID;
	value->kind = SF_TYPE_BOOLEAN;
	value->fixed = fixed;
}

static bool
refuse(SfShip *ship, const char *why)
{
	if (ship->refusal == NULL)
		ship->refusal = why;
	return false;
}
