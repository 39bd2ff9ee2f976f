/*
 * plan.c
 *	  Planning a scan of an object table: which conditions narrow the request.
 *
 * Every condition is looked at again locally, since the service compares names
 * without regard to case; so a condition only has to be implied by the
 * request, never the other way round.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/planmain.h"
#include "optimizer/restrictinfo.h"
#include "parser/parsetree.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"

#include "core/compat.h"
#include "core/options.h"
#include "objects/condition.h"
#include "objects/objects.h"

#define OBJECT_STARTUP_COST 2000.0
#define OBJECT_REQUEST_COST 1000.0
#define OBJECT_DEFAULT_ROWS 100.0

typedef struct Narrowing
{
	const SfKindDef *kind;
	Oid			relid;
	Index		varno;
	List	   *uses;			/* SfFilterUse per expression */
	List	   *exprs;
	bool		root_only;
	bool		exact;			/* every clause so far is answered by the
								 * request alone */
} Narrowing;

static void narrow(Narrowing *narrowing, Expr *clause);
static bool narrow_operator(Narrowing *narrowing, OpExpr *op);
static bool narrow_equal(Narrowing *narrowing, Node *left, Node *right, Oid collation);
static void narrow_pattern(Narrowing *narrowing, Oid function, List *args, Oid collation);
static bool narrow_any(Narrowing *narrowing, ScalarArrayOpExpr *op);
static const char *column_of(Narrowing *narrowing, Node *node);
static bool usable_value(Node *node);
static bool plain_collation(Oid collation);
static bool add_use(Narrowing *narrowing, const char *column, Expr *value);
static bool takes_conditions(const SfKindDef *kind);
static void add_condition(Narrowing *narrowing, Node *clause);
static void condition_on(Narrowing *narrowing, Oid function, Node *left, Node *right, Oid collation, bool any);
static Oid	element_type(Node *value);
static bool empty_array(Node *node);
static int64 wanted_rows(PlannerInfo *root, RelOptInfo *rel, const Narrowing *narrowing);
static List *wanted_columns(PlannerInfo *root, RelOptInfo *rel);
static bool row_is_unread(PlannerInfo *root, RelOptInfo *rel);

bool
sf_is_object_plan(const ForeignScan *plan)
{
	return plan->fdw_private && IsA(linitial(plan->fdw_private), Integer);
}

void
sf_object_rel_size(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	if (baserel->tuples <= 0)
		baserel->tuples = OBJECT_DEFAULT_ROWS;
	set_baserel_size_estimates(root, baserel);
}

void
sf_object_paths(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid)
{
	Cost		startup = OBJECT_STARTUP_COST + baserel->baserestrictcost.startup;
	Cost		per_tuple = cpu_tuple_cost + baserel->baserestrictcost.per_tuple;
	Cost		total = startup + OBJECT_REQUEST_COST + baserel->tuples * per_tuple;

	add_path(baserel, (Path *)
			 sf_create_foreignscan_path(root, baserel, NULL, baserel->rows, startup, total,
										NIL, baserel->lateral_relids, NULL, NIL));
}

ForeignScan *
sf_object_plan(PlannerInfo *root, RelOptInfo *rel, Oid foreigntableid, ForeignPath *best_path,
			   List *tlist, List *scan_clauses, Plan *outer_plan)
{
	Narrowing	narrowing = {0};
	SfTableOptions *options = sf_table_options(foreigntableid);
	List	   *clauses = extract_actual_clauses(scan_clauses, false);
	ListCell   *cell;
	List	   *private;

	narrowing.kind = sf_kind_find(options->kind);
	narrowing.relid = foreigntableid;
	narrowing.varno = rel->relid;
	narrowing.exact = sf_guc_enable_pushdown;
	if (sf_guc_enable_pushdown)
	{
		foreach(cell, clauses)
			narrow(&narrowing, lfirst(cell));
	}
	private = list_make5(makeInteger(1), narrowing.uses, makeInteger(narrowing.root_only),
						 makeInteger((int) wanted_rows(root, rel, &narrowing)), wanted_columns(root, rel));
	return make_foreignscan(tlist, clauses, rel->relid, narrowing.exprs, private, NIL, NIL, outer_plan);
}

/*
 * A clause that the filter does not answer makes it inexact: the executor
 * decides, and no LIMIT goes to the service.
 */
static void
narrow(Narrowing *narrowing, Expr *clause)
{
	bool		answered = false;

	if (takes_conditions(narrowing->kind))
		add_condition(narrowing, (Node *) clause);
	else if (IsA(clause, OpExpr))
		answered = narrow_operator(narrowing, (OpExpr *) clause);
	else if (IsA(clause, ScalarArrayOpExpr))
		answered = narrow_any(narrowing, (ScalarArrayOpExpr *) clause);
	else if (IsA(clause, FuncExpr))
		narrow_pattern(narrowing, ((FuncExpr *) clause)->funcid, ((FuncExpr *) clause)->args,
					   ((FuncExpr *) clause)->inputcollid);
	narrowing->exact &= answered;
}

/*
 * True when the request answers the clause alone.
 */
static bool
narrow_operator(Narrowing *narrowing, OpExpr *op)
{
	Node	   *left;
	Node	   *right;
	const char *column;

	if (list_length(op->args) != 2)
		return false;
	left = linitial(op->args);
	right = lsecond(op->args);
	if (op->opno == TextEqualOperator)
		return narrow_equal(narrowing, left, right, op->inputcollid) ||
			narrow_equal(narrowing, right, left, op->inputcollid);
	if (op->opfuncid == F_ARRAY_EQ)
	{
		if ((column = column_of(narrowing, left)) == NULL)
		{
			column = column_of(narrowing, right);
			right = left;
		}
		if (column && strcmp(column, "predecessors") == 0 && empty_array(right) &&
			(narrowing->kind->filters & SF_FILTER_ROOT_ONLY))
			narrowing->root_only = true;
		return false;
	}
	narrow_pattern(narrowing, op->opfuncid, op->args, op->inputcollid);
	return false;
}

static bool
narrow_equal(Narrowing *narrowing, Node *left, Node *right, Oid collation)
{
	const char *column = column_of(narrowing, left);

	return column && usable_value(right) && plain_collation(collation) && add_use(narrowing, column, (Expr *) right);
}

/*
 * LIKE and starts_with() on the name.
 */
static void
narrow_pattern(Narrowing *narrowing, Oid function, List *args, Oid collation)
{
	const SfSqlDef *sql = narrowing->kind->sql;
	int			filters = narrowing->kind->filters | (sql ? sql->filters : 0);
	const char *column;

	if ((function != F_TEXTLIKE || !(filters & SF_FILTER_LIKE)) &&
		(function != F_STARTS_WITH || !(filters & SF_FILTER_STARTS_WITH)))
		return;
	column = column_of(narrowing, linitial(args));
	if (column == NULL || strcmp(column, narrowing->kind->name_column) != 0 || !usable_value(lsecond(args)) ||
		!plain_collation(collation))
		return;
	narrowing->uses = lappend_int(narrowing->uses, function == F_TEXTLIKE ? SF_USE_LIKE : SF_USE_STARTS_WITH);
	narrowing->exprs = lappend(narrowing->exprs, lsecond(args));
}

/*
 * column = ANY (array), which is also IN (list).
 */
static bool
narrow_any(Narrowing *narrowing, ScalarArrayOpExpr *op)
{
	const char *column;

	if (!op->useOr || op->opno != TextEqualOperator || list_length(op->args) != 2)
		return false;
	column = column_of(narrowing, linitial(op->args));
	if (column == NULL || !usable_value(lsecond(op->args)) || !plain_collation(op->inputcollid))
		return false;
	return add_use(narrowing, column, lsecond(op->args));
}

/*
 * The property behind a column of this table, or NULL.
 */
static const char *
column_of(Narrowing *narrowing, Node *node)
{
	Var		   *var = (Var *) node;
	SfColumnOptions *options;

	if (IsA(node, RelabelType))
		var = (Var *) ((RelabelType *) node)->arg;
	if (!IsA(var, Var) || var->varno != narrowing->varno || var->varlevelsup != 0 || var->varattno <= 0)
		return NULL;
	options = sf_column_options(narrowing->relid, var->varattno);
	return options->column_name ? options->column_name : get_attname(narrowing->relid, var->varattno, false);
}

/*
 * What is known before the scan begins.
 */
static bool
usable_value(Node *node)
{
	return !contain_var_clause(node) && !contain_volatile_functions(node) && !contain_subplans(node);
}

/*
 * Whether equal texts are the same bytes, as names are there.
 */
static bool
plain_collation(Oid collation)
{
	return OidIsValid(collation) && get_collation_isdeterministic(collation);
}

/*
 * One restriction per property: a second one is left to the local filter.
 */
static bool
add_use(Narrowing *narrowing, const char *column, Expr *value)
{
	const SfKindDef *kind = narrowing->kind;
	SfFilterUse use;

	if (strcmp(column, "database_name") == 0 && kind->scope >= SF_SCOPE_DATABASE)
		use = SF_USE_DATABASE;
	else if (strcmp(column, "schema_name") == 0 && kind->scope == SF_SCOPE_SCHEMA)
		use = SF_USE_SCHEMA;
	else if (strcmp(column, kind->name_column) == 0)
		use = SF_USE_NAME;
	else
		return false;
	if (list_member_int(narrowing->uses, use))
		return false;
	narrowing->uses = lappend_int(narrowing->uses, use);
	narrowing->exprs = lappend(narrowing->exprs, value);
	return use != SF_USE_NAME;
}

/*
 * Whether conditions go into the statement's WHERE, or its range of time.
 */
static bool
takes_conditions(const SfKindDef *kind)
{
	return kind->sql && kind->sql->form >= SF_SQL_VIEW;
}

/*
 * A comparison of a column with a value, either way round.
 */
static void
add_condition(Narrowing *narrowing, Node *clause)
{
	if (IsA(clause, OpExpr) && list_length(((OpExpr *) clause)->args) == 2)
	{
		OpExpr	   *op = (OpExpr *) clause;
		Oid			commuted = get_commutator(op->opno);

		condition_on(narrowing, op->opfuncid, linitial(op->args), lsecond(op->args), op->inputcollid, false);
		if (OidIsValid(commuted))
			condition_on(narrowing, get_opcode(commuted), lsecond(op->args), linitial(op->args), op->inputcollid,
						 false);
	}
	else if (IsA(clause, ScalarArrayOpExpr) && ((ScalarArrayOpExpr *) clause)->useOr)
	{
		ScalarArrayOpExpr *op = (ScalarArrayOpExpr *) clause;

		condition_on(narrowing, get_opcode(op->opno), linitial(op->args), lsecond(op->args), op->inputcollid, true);
	}
	else if (IsA(clause, FuncExpr) && list_length(((FuncExpr *) clause)->args) == 2)
	{
		FuncExpr   *call = (FuncExpr *) clause;

		condition_on(narrowing, call->funcid, linitial(call->args), lsecond(call->args), call->inputcollid, false);
	}
}

/*
 * Text, whole numbers and times that are what the catalog says; any: with the
 * elements of an array.
 */
static void
condition_on(Narrowing *narrowing, Oid function, Node *left, Node *right, Oid collation, bool any)
{
	static const struct
	{
		Oid			function;
		SfColumnType type;
		SfConditionOp op;
		bool		any;		/* = ANY, too */
	}			known[] = {
		{F_TEXTEQ, SF_COLUMN_TEXT, SF_OP_EQUAL, true},
		{F_TEXTLIKE, SF_COLUMN_TEXT, SF_OP_LIKE, false},
		{F_STARTS_WITH, SF_COLUMN_TEXT, SF_OP_STARTS_WITH, false},
		{F_INT8EQ, SF_COLUMN_INT, SF_OP_EQUAL, true},
		{F_INT84EQ, SF_COLUMN_INT, SF_OP_EQUAL, true},
		{F_TIMESTAMPTZ_EQ, SF_COLUMN_TIMESTAMP, SF_OP_EQUAL, false},
		{F_TIMESTAMPTZ_LT, SF_COLUMN_TIMESTAMP, SF_OP_LESS, false},
		{F_TIMESTAMPTZ_LE, SF_COLUMN_TIMESTAMP, SF_OP_LESS_EQUAL, false},
		{F_TIMESTAMPTZ_GT, SF_COLUMN_TIMESTAMP, SF_OP_GREATER, false},
		{F_TIMESTAMPTZ_GE, SF_COLUMN_TIMESTAMP, SF_OP_GREATER_EQUAL, false},
		{F_TIMESTAMPTZ_EQ_DATE, SF_COLUMN_TIMESTAMP, SF_OP_EQUAL, false},
		{F_TIMESTAMPTZ_LT_DATE, SF_COLUMN_TIMESTAMP, SF_OP_LESS, false},
		{F_TIMESTAMPTZ_LE_DATE, SF_COLUMN_TIMESTAMP, SF_OP_LESS_EQUAL, false},
		{F_TIMESTAMPTZ_GT_DATE, SF_COLUMN_TIMESTAMP, SF_OP_GREATER, false},
		{F_TIMESTAMPTZ_GE_DATE, SF_COLUMN_TIMESTAMP, SF_OP_GREATER_EQUAL, false},
		{F_TIMESTAMPTZ_EQ_TIMESTAMP, SF_COLUMN_TIMESTAMP, SF_OP_EQUAL, false},
		{F_TIMESTAMPTZ_LT_TIMESTAMP, SF_COLUMN_TIMESTAMP, SF_OP_LESS, false},
		{F_TIMESTAMPTZ_LE_TIMESTAMP, SF_COLUMN_TIMESTAMP, SF_OP_LESS_EQUAL, false},
		{F_TIMESTAMPTZ_GT_TIMESTAMP, SF_COLUMN_TIMESTAMP, SF_OP_GREATER, false},
		{F_TIMESTAMPTZ_GE_TIMESTAMP, SF_COLUMN_TIMESTAMP, SF_OP_GREATER_EQUAL, false},
	};
	const char *name = column_of(narrowing, left);
	const SfColumnDef *column = name ? sf_kind_column(narrowing->kind, name) : NULL;

	if (column == NULL || column->source == NULL || (column->form & SF_FORM_ANY) || !usable_value(right) ||
		(column->type == SF_COLUMN_TEXT && !plain_collation(collation)))
		return;
	/* a time that is rounded here is not what is compared there */
	if (column->type == SF_COLUMN_TIMESTAMP && exprTypmod(left) >= 0)
		return;
	for (int i = 0; i < lengthof(known); i++)
	{
		if (known[i].function != function || known[i].type != column->type || (any && !known[i].any))
			continue;
		if (any && element_type(right) != TEXTOID && element_type(right) != INT8OID && element_type(right) != INT4OID)
			continue;
		narrowing->uses = lappend_int(narrowing->uses,
									  SF_USE_OF_CONDITION(known[i].op, (int) (column - narrowing->kind->columns)));
		narrowing->exprs = lappend(narrowing->exprs, right);
		return;
	}
}

static Oid
element_type(Node *value)
{
	return get_element_type(exprType(value));
}

static bool
empty_array(Node *node)
{
	return IsA(node, Const) && !((Const *) node)->constisnull &&
		ARR_NDIM(DatumGetArrayTypeP(((Const *) node)->constvalue)) == 0;
}

/*
 * How many rows a constant LIMIT can need at the most, when nothing between it
 * and the scan changes their number; 0: all.
 */
static int64
wanted_rows(PlannerInfo *root, RelOptInfo *rel, const Narrowing *narrowing)
{
	Query	   *parse = root->parse;

	/* the planner estimates a limit that is not constant, too */
	if (parse->limitCount == NULL || !IsA(parse->limitCount, Const) ||
		(parse->limitOffset && !IsA(parse->limitOffset, Const)))
		return 0;
	if (!narrowing->exact || root->limit_tuples <= 0 || root->limit_tuples > INT_MAX || parse->sortClause)
		return 0;
	if (bms_membership(root->all_baserels) != BMS_SINGLETON || rel->lateral_relids)
		return 0;
	return (int64) root->limit_tuples;
}

/*
 * The columns that conditions or the rest of the query look at, whatever the
 * scan's target list has.
 */
static List *
wanted_columns(PlannerInfo *root, RelOptInfo *rel)
{
	Bitmapset  *used = NULL;
	List	   *columns = NIL;
	ListCell   *cell;
	int			bit = -1;

	pull_varattnos((Node *) rel->reltarget->exprs, rel->relid, &used);
	if (row_is_unread(root, rel))
		used = bms_del_member(used, InvalidAttrNumber - FirstLowInvalidHeapAttributeNumber);
	foreach(cell, rel->baserestrictinfo)
		pull_varattnos((Node *) ((RestrictInfo *) lfirst(cell))->clause, rel->relid, &used);
	while ((bit = bms_next_member(used, bit)) >= 0)
	{
		if (bit + FirstLowInvalidHeapAttributeNumber >= 0)
			columns = lappend_int(columns, bit + FirstLowInvalidHeapAttributeNumber);
	}
	return columns;
}

/*
 * Whether the rows of the table as such are there for an UPDATE alone, which
 * makes the new ones of them (every UPDATE of a foreign table asks for them)
 * and has no use for what it does not change: nothing looks at the rest.
 */
static bool
row_is_unread(PlannerInfo *root, RelOptInfo *rel)
{
	Query	   *parse = root->parse;
	Bitmapset  *needed = rel->attr_needed ? rel->attr_needed[InvalidAttrNumber - rel->min_attr] : NULL;
	Relation	relation;
	bool		unread;
	ListCell   *cell;

	if (parse->commandType != CMD_UPDATE || rel->relid != parse->resultRelation || parse->returningList ||
		parse->withCheckOptions || !bms_equal(needed, bms_make_singleton(0)))
		return false;
	foreach(cell, root->processed_tlist)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);
		Bitmapset  *used = NULL;

		if (!entry->resjunk || !IsA(entry->expr, Var))
			pull_varattnos((Node *) entry->expr, rel->relid, &used);
		if (bms_is_member(InvalidAttrNumber - FirstLowInvalidHeapAttributeNumber, used))
			return false;
	}
	relation = table_open(planner_rt_fetch(rel->relid, root)->relid, NoLock);
	unread = relation->trigdesc == NULL && !relation->rd_rel->relispartition &&
		!(RelationGetDescr(relation)->constr && RelationGetDescr(relation)->constr->has_generated_stored);
	table_close(relation, NoLock);
	return unread;
}
