/*
 * prefilter.c
 *	  Conditions that are wider than one that stays local.
 *
 * They are true for every row for which the condition is, so that fewer rows
 * travel; PostgreSQL looks at those again.  Nothing below NOT is made wider.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "core/compat.h"
#include "deparse/expr.h"
#include "deparse/literal.h"
#include "deparse/pattern.h"

/* What the pattern of a text operator is. */
typedef enum PatternKind
{
	PATTERN_TEXT,
	PATTERN_LIKE,
	PATTERN_REGEX
} PatternKind;

typedef struct TextOperator
{
	Oid			function;
	PatternKind pattern;
	bool		ignores_case;
} TextOperator;

/* Letters of ASCII that a change of case makes of others, under one locale or another. */
#define LOWERED "ik"			/* of U+0130, U+212A */
#define RAISED "afhijlnstwy"	/* of ligatures and the like */

static bool ship_parts(SfShip *ship, BoolExpr *expr, SfValue *value);
static bool ship_pattern(SfShip *ship, OpExpr *expr, SfValue *value);
static const TextOperator *find_operator(Oid function);
static const char *changed_letters(Node **node);

bool
sf_ship_wider(SfShip *ship, Node *node, SfValue *value)
{
	SfShipMark	mark = sf_ship_mark(ship);
	bool		shipped = false;

	check_stack_depth();
	if (sf_ship_boolean(ship, node, value))
		return true;
	sf_ship_back(ship, mark);
	if (ship->depth >= SF_MAX_DEPTH)
		return false;
	ship->depth++;
	if (IsA(node, BoolExpr) && ((BoolExpr *) node)->boolop != NOT_EXPR)
		shipped = ship_parts(ship, (BoolExpr *) node, value);
	else if (IsA(node, BooleanTest) && ((BooleanTest *) node)->booltesttype == IS_TRUE)
		shipped = sf_ship_wider(ship, (Node *) ((BooleanTest *) node)->arg, value);
	else if (IsA(node, OpExpr))
		shipped = ship_pattern(ship, (OpExpr *) node, value);
	ship->depth--;
	return shipped;
}

/*
 * Of AND what can be sent, of OR all.
 */
static bool
ship_parts(SfShip *ship, BoolExpr *expr, SfValue *value)
{
	bool		and = expr->boolop == AND_EXPR;
	bool		any = false;
	ListCell   *cell;

	appendStringInfoChar(ship->sql, '(');
	foreach(cell, expr->args)
	{
		SfShipMark	mark = sf_ship_mark(ship);

		if (any)
			appendStringInfoString(ship->sql, and ? " AND " : " OR ");
		if (sf_ship_wider(ship, lfirst(cell), value))
			any = true;
		else if (and)
			sf_ship_back(ship, mark);
		else
			return false;
	}
	appendStringInfoChar(ship->sql, ')');
	sf_value_bool(value, false);
	return any;
}

/*
 * A text like a constant pattern.  Where the case is ignored, a character of
 * the one side may be two of the other there, and other letters may be one: so
 * only letters of ASCII count that nothing else becomes.
 */
static bool
ship_pattern(SfShip *ship, OpExpr *expr, SfValue *value)
{
	Node	   *x = linitial(expr->args);
	Node	   *constant = llast(expr->args);
	const TextOperator *operator;
	const char *letters;
	char	   *pattern;
	bool		exact;

	set_opfuncid(expr);
	operator = find_operator(expr->opfuncid);
	if (operator == NULL || !OidIsValid(expr->inputcollid) || !get_collation_isdeterministic(expr->inputcollid))
		return false;
	if (operator->pattern == PATTERN_TEXT && IsA(x, Const))
	{
		constant = x;
		x = llast(expr->args);
	}
	if (!IsA(constant, Const) || ((Const *) constant)->constisnull)
		return false;
	pattern = TextDatumGetCString(((Const *) constant)->constvalue);
	pattern = operator->pattern == PATTERN_TEXT ? sf_like_of_text(pattern) :
		operator->pattern == PATTERN_LIKE ? sf_like_plain(pattern) : sf_like_of_regex(pattern, &exact);
	letters = operator->ignores_case ? (sf_is_c_collation(expr->inputcollid, true) ? "" : LOWERED) :
		changed_letters(&x);
	if (pattern == NULL || (letters == NULL && operator->pattern != PATTERN_REGEX))
		return false;
	if (letters)
		pattern = sf_like_of_ascii(pattern, letters);
	if (pattern == NULL || strspn(pattern, "%_") == strlen(pattern) || !sf_literal_text_valid(pattern) ||
		(GetDatabaseEncoding() == PG_SQL_ASCII && strchr(pattern, '_')))
		return false;

	appendStringInfoChar(ship->sql, '(');
	if (!sf_ship_value(ship, x, value) || value->kind != SF_TYPE_TEXT)
		return false;
	appendStringInfo(ship->sql, " %s ", letters ? "ILIKE" : "LIKE");
	sf_literal_append(ship->sql, TEXTOID, CStringGetTextDatum(pattern), 0);
	appendStringInfoString(ship->sql, " ESCAPE '\\\\')");
	sf_value_bool(value, false);
	return true;
}

static const TextOperator *
find_operator(Oid function)
{
	static const TextOperator operators[] = {
		{F_TEXTICLIKE, PATTERN_LIKE, true},
		{F_TEXTREGEXEQ, PATTERN_REGEX, false},
		{F_TEXTICREGEXEQ, PATTERN_REGEX, true},
		{F_TEXTEQ, PATTERN_TEXT, false},
		{F_TEXTLIKE, PATTERN_LIKE, false},
	};

	for (int i = 0; i < lengthof(operators); i++)
	{
		if (operators[i].function == function)
			return &operators[i];
	}
	return NULL;
}

/*
 * Takes lower() or upper() off: which letters of its result may come of
 * others than those of ASCII.  NULL for another expression.
 */
static const char *
changed_letters(Node **node)
{
	FuncExpr   *call = (FuncExpr *) *node;

	if (!IsA(call, FuncExpr) || (call->funcid != F_LOWER_TEXT && call->funcid != F_UPPER_TEXT))
		return NULL;
	*node = linitial(call->args);
	return call->funcid == F_LOWER_TEXT ? LOWERED : RAISED;
}
