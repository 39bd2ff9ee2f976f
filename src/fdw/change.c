/*
 * change.c
 *	  An INSERT ... SELECT, UPDATE or DELETE that is one statement: whether it
 *	  may be, and its execution.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "executor/executor.h"
#include "foreign/foreign.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"

#include "api/changes.h"
#include "api/guard.h"
#include "core/compat.h"
#include "core/options.h"
#include "fdw/change.h"
#include "fdw/scan.h"

/* WITH, for the walk over what reads from it. */
typedef struct With
{
	List	   *list;			/* CommonTableExpr */
	int			level;			/* of the queries between */
} With;

static bool reads_table(Node *node, void *context);
static const char *why_by_table(Oid relid, const Query *query);
static bool may_leave(Relation rel, const Query *query);
static bool has_trigger(const TriggerDesc *triggers, CmdType operation);
static bool inline_with(Node *node, void *context);
static void inline_entry(RangeTblEntry *rte, With *with);

const char *
sf_why_no_change(Query *query)
{
	RangeTblEntry *target = rt_fetch(query->resultRelation, query->rtable);
	SfTableOptions *options = sf_table_options(target->relid);
	ListCell   *cell;

	if (query->onConflict && options->kind == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("ON CONFLICT is not supported on Snowflake tables"),
				 errdetail("Snowflake does not enforce unique keys."),
				 errhint("Run a MERGE there with sf_execute.")));
	if (!options->updatable || options->table == NULL || options->query || options->query_id || options->kind)
		return "the table is not updatable";
	if (sf_remote_transaction_deferred(GetForeignServerIdByRelId(target->relid)))
		return "with remote_transaction 'local' the number of rows would not be known";
	if (query->commandType == CMD_INSERT && !reads_table((Node *) query, query))
		return "it reads no table";
	if (query->returningList)
		return "RETURNING looks at each row";
	if (query->withCheckOptions)
		return "WITH CHECK OPTION looks at each row";
	if (query->hasModifyingCTE)
		return "WITH changes data";
	if (target->securityQuals)
		return "a policy is checked here";
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);

		if (!entry->resjunk && sf_is_constant_column(target->relid, entry->resno))
			return "a column has a constant of the foreign table";
	}
	return why_by_table(target->relid, query);
}

/*
 * Whether there is a table other than the one that is changed by the query.
 */
static bool
reads_table(Node *node, void *context)
{
	Query	   *outermost = context;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		Query	   *query = (Query *) node;
		int			number = 0;
		ListCell   *cell;

		foreach(cell, query->rtable)
		{
			number++;
			if (lfirst_node(RangeTblEntry, cell)->rtekind == RTE_RELATION &&
				(query != outermost || number != query->resultRelation))
				return true;
		}
		return query_tree_walker(query, reads_table, context, 0);
	}
	return expression_tree_walker(node, reads_table, context);
}

/*
 * Its triggers, and the bounds of a partition, which Snowflake does not know.
 */
static const char *
why_by_table(Oid relid, const Query *query)
{
	Relation	rel = table_open(relid, NoLock);
	bool		fires = has_trigger(rel->trigdesc, query->commandType);
	bool		leaves = may_leave(rel, query);

	table_close(rel, NoLock);
	return fires ? "a trigger fires" : leaves ? "the bounds of the partition are checked here" : NULL;
}

/*
 * Whether a row that is not the partition's may come of it.
 */
static bool
may_leave(Relation rel, const Query *query)
{
	Bitmapset  *attrs = NULL;
	ListCell   *cell;

	if (!rel->rd_rel->relispartition || query->commandType == CMD_DELETE)
		return false;
	pull_varattnos((Node *) RelationGetPartitionQual(rel), 1, &attrs);
	if (query->commandType == CMD_INSERT)
		return attrs != NULL;
	foreach(cell, query->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);

		if (!entry->resjunk && bms_is_member(entry->resno - FirstLowInvalidHeapAttributeNumber, attrs))
			return true;
	}
	return false;
}

static bool
has_trigger(const TriggerDesc *triggers, CmdType operation)
{
	bool		fires = false;

	if (triggers && operation == CMD_INSERT)
		fires = triggers->trig_insert_before_row || triggers->trig_insert_after_row ||
			triggers->trig_insert_before_statement || triggers->trig_insert_after_statement;
	else if (triggers && operation == CMD_UPDATE)
		fires = triggers->trig_update_before_row || triggers->trig_update_after_row ||
			triggers->trig_update_before_statement || triggers->trig_update_after_statement;
	else if (triggers)
		fires = triggers->trig_delete_before_row || triggers->trig_delete_after_row ||
			triggers->trig_delete_before_statement || triggers->trig_delete_after_statement;
	return fires;
}

/*
 * Snowflake has no WITH before an UPDATE or a DELETE.
 */
Query *
sf_inline_with(Query *query)
{
	With		with = {.list = query->cteList};
	ListCell   *cell;

	foreach(cell, query->cteList)
	{
		if (lfirst_node(CommonTableExpr, cell)->cterecursive)
			return query;
	}
	if (query->cteList == NIL)
		return query;
	query = copyObject(query);
	with.list = query->cteList;
	query->cteList = NIL;
	inline_with((Node *) query, &with);
	return query;
}

static bool
inline_with(Node *node, void *context)
{
	With	   *with = context;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		Query	   *query = (Query *) node;
		bool		found;
		ListCell   *cell;

		foreach(cell, query->rtable)
			inline_entry(lfirst_node(RangeTblEntry, cell), with);
		with->level++;
		found = query_tree_walker(query, inline_with, context, 0);
		with->level--;
		return found;
	}
	return expression_tree_walker(node, inline_with, context);
}

/*
 * Its query may read from others of the list, which the walk comes to next.
 */
static void
inline_entry(RangeTblEntry *rte, With *with)
{
	ListCell   *cell;

	if (rte->rtekind != RTE_CTE || (int) rte->ctelevelsup != with->level)
		return;
	foreach(cell, with->list)
	{
		CommonTableExpr *cte = lfirst_node(CommonTableExpr, cell);

		if (strcmp(cte->ctename, rte->ctename) != 0)
			continue;
		rte->rtekind = RTE_SUBQUERY;
		rte->subquery = copyObject(castNode(Query, cte->ctequery));
		IncrementVarSublevelsUp((Node *) rte->subquery, with->level, 1);
		rte->ctename = NULL;
		rte->ctelevelsup = 0;
		rte->coltypes = rte->coltypmods = rte->colcollations = NIL;
		return;
	}
}

void
snowflakeBeginDirectModify(ForeignScanState *node, int eflags)
{
	CmdType		operation = ((ForeignScan *) node->ss.ps.plan)->operation;
	SfScanState *state;

	snowflakeBeginForeignScan(node, eflags);
	state = node->fdw_state;
	if (!(eflags & EXEC_FLAG_EXPLAIN_ONLY))
		sf_guard_write(operation == CMD_INSERT ? "INSERT" : operation == CMD_UPDATE ? "UPDATE" : "DELETE",
					   sf_session_get(state->serverid, state->userid)->options);
}

/*
 * Runs the statement; there are no rows.  Waits on the network.
 */
TupleTableSlot *
snowflakeIterateDirectModify(ForeignScanState *node)
{
	SfScanState *state = node->fdw_state;
	CmdType		operation = ((ForeignScan *) node->ss.ps.plan)->operation;
	SfChanges	changes;

	if (sf_scan_started(state))
		return ExecClearTuple(node->ss.ss_ScanTupleSlot);
	sf_scan_start(node);
	changes = sf_statement_changes(state->statement, operation);
	node->ss.ps.state->es_processed += changes.rows;
	if (node->ss.ps.instrument)
		node->ss.ps.instrument->tuplecount += changes.rows;
	if (changes.joined_twice > 0)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg(INT64_FORMAT " of the updated rows matched several rows of FROM", changes.joined_twice),
				 errdetail("Which of them the new values are from is not determined.")));
	return ExecClearTuple(node->ss.ss_ScanTupleSlot);
}
