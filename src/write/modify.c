/*
 * modify.c
 *	  INSERT, UPDATE, DELETE and COPY of data tables, row by row as the
 *	  executor hands them over.
 *
 * Rows are gathered and sent many at a time.  They are sent at once where it
 * counts whether each of them is changed: RETURNING of an UPDATE or DELETE, row
 * triggers; and before an AFTER trigger of the statement runs.
 */
#include "postgres.h"

#include "access/table.h"
#include "executor/executor.h"
#include "foreign/foreign.h"
#include "lib/ilist.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/appendinfo.h"
#include "optimizer/inherit.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "parser/parsetree.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "core/compat.h"
#include "core/options.h"
#include "core/written_row.h"
#include "fdw/constant.h"
#include "fdw/fdw.h"
#include "write/batch.h"
#include "write/target.h"
#include "write/write.h"

#define EXECUTOR_ROWS 1000		/* at a time, where the executor gathers them */

/* ModifyTable->fdwPrivLists of a data table */
typedef enum SfModifyPrivate
{
	SfModifyPrivateColumns,		/* integer List */
	SfModifyPrivateKeys			/* integer List */
} SfModifyPrivate;

typedef struct ModifyState
{
	dlist_node	node;			/* of open_states */
	EState	   *estate;
	MemoryContextCallback reset;
	SfTarget   *target;
	SfBatch    *batch;
	bool		gather;			/* rows wait until there are many */
	int			batch_size;		/* else: how many the executor may gather */
	AttrNumber *key_attnos;		/* in the plan's rows */
	AttrNumber	row_attno;		/* of the old row; InvalidAttrNumber: none */
	SfConstants *constants;
	List	   *named;			/* columns of an INSERT */
	bool		by_trigger;		/* a trigger may set others in a row */
	MemoryContext by_row;		/* of the target that such a row has made */
} ModifyState;

static bool can_be_written(Oid relid);
static void refuse_conflict_clause(OnConflictAction action);
static List *insert_columns(PlannerInfo *root, Relation rel);
static List *update_columns(PlannerInfo *root, Relation rel, Index varno);
static List *all_columns(Relation rel);
static void check_returning(PlannerInfo *root, ModifyTable *plan, Index varno, int number, Relation rel);
static bool is_named(PlannerInfo *root, AttrNumber attnum);
pg_noreturn static void report_no_keys(Relation rel, CmdType operation, const char *why);
static char *key_name(Form_pg_attribute att);
static ModifyState *create_state(EState *estate, ResultRelInfo *result, SfTarget *target);
static void forget_state(void *arg);
static void find_junk(ModifyState *state, ModifyTableState *mtstate, Relation rel);
static void choose_gathering(ModifyState *state, ModifyTableState *mtstate, ResultRelInfo *result, CmdType operation);
static TupleTableSlot *change_row(EState *estate, ResultRelInfo *result, TupleTableSlot *slot,
								  TupleTableSlot *planSlot);
static void choose_columns(ModifyState *state, Relation rel, TupleTableSlot *slot);
static void old_row(const ModifyState *state, TupleTableSlot *slot, TupleTableSlot *planSlot);
static bool has_default(const ResultRelInfo *result, AttrNumber attnum);
static void finish_executor(QueryDesc *query);

static dlist_head open_states = DLIST_STATIC_INIT(open_states); /* that gather, of this
																 * backend */
static ExecutorFinish_hook_type previous_finish = NULL;

void
sf_write_init(void)
{
	previous_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = finish_executor;
}

int
snowflakeIsForeignRelUpdatable(Relation rel)
{
	return can_be_written(RelationGetRelid(rel)) ? (1 << CMD_INSERT) | (1 << CMD_UPDATE) | (1 << CMD_DELETE) : 0;
}

static bool
can_be_written(Oid relid)
{
	SfTableOptions *options = sf_table_options(relid);

	return options->updatable && options->table && options->query == NULL && options->query_id == NULL &&
		options->kind == NULL;
}

/*
 * The keys as junk columns.  A DELETE with RETURNING wants the old row, too.
 */
void
snowflakeAddForeignUpdateTargets(PlannerInfo *root, Index rtindex, RangeTblEntry *target_rte,
								 Relation target_relation)
{
	ListCell   *cell;

	foreach(cell, sf_target_keys(target_relation))
	{
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(target_relation), lfirst_int(cell) - 1);

		add_row_identity_var(root, makeVar(rtindex, att->attnum, att->atttypid, att->atttypmod, att->attcollation, 0),
							 rtindex, key_name(att));
	}
	if (root->parse->commandType == CMD_DELETE && root->parse->returningList)
		add_row_identity_var(root, makeWholeRowVar(target_rte, rtindex, 0, false), rtindex, "wholerow");
}

/*
 * Equal names stand for equal columns, also of other tables of a partitioned
 * one.
 */
static char *
key_name(Form_pg_attribute att)
{
	return psprintf("sf_key_%d_%u_%d_%u", att->attnum, att->atttypid, att->atttypmod, att->attcollation);
}

List *
snowflakePlanForeignModify(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index)
{
	Relation	rel = table_open(planner_rt_fetch(resultRelation, root)->relid, NoLock);
	List	   *columns = NIL;
	List	   *keys = NIL;

	/* the executor refuses it */
	if (!can_be_written(RelationGetRelid(rel)))
	{
		table_close(rel, NoLock);
		return NIL;
	}
	refuse_conflict_clause(plan->onConflictAction);
	if (plan->operation == CMD_INSERT)
		columns = insert_columns(root, rel);
	else
	{
		keys = sf_target_keys(rel);
		if (plan->operation == CMD_UPDATE)
			columns = update_columns(root, rel, resultRelation);
		/* a plan that began without our hook is made again */
		if (keys == NIL && sf_planned_query())
			report_no_keys(rel, plan->operation, sf_whole_refusal());
	}
	check_returning(root, plan, resultRelation, subplan_index, rel);
	/* what cannot be written is an error of the plan */
	if (keys || plan->operation == CMD_INSERT)
		sf_target_create(rel, plan->operation, columns, keys);
	table_close(rel, NoLock);
	return list_make2(columns, keys);
}

static void
refuse_conflict_clause(OnConflictAction action)
{
	if (action != ONCONFLICT_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("ON CONFLICT is not supported on Snowflake tables"),
				 errdetail("Snowflake does not enforce unique keys."),
				 errhint("Run a MERGE there with sf_execute.")));
}

/*
 * Those that the statement names, and those with a default here; the others
 * have Snowflake's.
 */
static List *
insert_columns(PlannerInfo *root, Relation rel)
{
	List	   *columns = NIL;
	ListCell   *cell;

	foreach(cell, root->parse->targetList)
	{
		TargetEntry *entry = lfirst_node(TargetEntry, cell);

		if (!entry->resjunk && !sf_target_skips(rel, entry->resno))
			columns = lappend_int(columns, entry->resno);
	}
	list_sort(columns, list_int_cmp);
	return columns;
}

/*
 * Those that the statement names; a trigger may set any.
 */
static List *
update_columns(PlannerInfo *root, Relation rel, Index varno)
{
	Bitmapset  *updated = get_rel_all_updated_cols(root, find_base_rel(root, varno));
	List	   *columns = NIL;
	int			number = -1;

	if (rel->trigdesc && rel->trigdesc->trig_update_before_row)
		return all_columns(rel);
	while ((number = bms_next_member(updated, number)) >= 0)
	{
		AttrNumber	attnum = number + FirstLowInvalidHeapAttributeNumber;

		if (attnum > 0 && sf_is_constant_column(RelationGetRelid(rel), attnum))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("column \"%s\" of foreign table \"%s\" has a constant and cannot be changed",
							NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname),
							RelationGetRelationName(rel))));
		if (attnum > 0 && !sf_target_skips(rel, attnum))
			columns = lappend_int(columns, attnum);
	}
	return columns;
}

static List *
all_columns(Relation rel)
{
	List	   *columns = NIL;

	for (AttrNumber attnum = 1; attnum <= RelationGetNumberOfAttributes(rel); attnum++)
	{
		if (!sf_target_skips(rel, attnum))
			columns = lappend_int(columns, attnum);
	}
	return columns;
}

/*
 * What Snowflake makes of a column that got no value is not known here.
 */
static void
check_returning(PlannerInfo *root, ModifyTable *plan, Index varno, int number, Relation rel)
{
	Bitmapset  *attrs = NULL;
	bool		whole;

	if (plan->operation != CMD_INSERT || plan->returningLists == NIL)
		return;
	pull_varattnos((Node *) list_nth(plan->returningLists, number), varno, &attrs);
	whole = bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, attrs);
	for (AttrNumber attnum = 1; attnum <= RelationGetNumberOfAttributes(rel); attnum++)
	{
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);

		if (att->attisdropped || (is_named(root, attnum) && !att->attgenerated) ||
			sf_is_constant_column(RelationGetRelid(rel), attnum) ||
			!(whole || bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber, attrs)))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("RETURNING column \"%s\" of foreign table \"%s\", which the INSERT does not set",
						NameStr(att->attname), RelationGetRelationName(rel)),
				 errdetail("Its value is Snowflake's default, which does not come back."),
				 errhint("Name the column in the INSERT, or leave it out of RETURNING.")));
	}
}

static bool
is_named(PlannerInfo *root, AttrNumber attnum)
{
	ListCell   *cell;

	foreach(cell, root->parse->targetList)
	{
		if (!lfirst_node(TargetEntry, cell)->resjunk && lfirst_node(TargetEntry, cell)->resno == attnum)
			return true;
	}
	return false;
}

/*
 * The query may be a single statement after all: why it is not, or NULL.
 */
static void
report_no_keys(Relation rel, CmdType operation, const char *why)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("foreign table \"%s\" has no key column, by which %s would find its rows",
					RelationGetRelationName(rel), operation == CMD_UPDATE ? "UPDATE" : "DELETE"),
			 why ? errdetail("None is needed for one that is a single statement there, but %s.", why) : 0,
			 errhint("Tell the columns that are unique: ALTER FOREIGN TABLE %s ALTER COLUMN ... "
					 "OPTIONS (ADD key 'true').", RelationGetRelationName(rel))));
}

void
snowflakeBeginForeignModify(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo, List *fdw_private,
							int subplan_index, int eflags)
{
	EState	   *estate = mtstate->ps.state;
	Relation	rel = resultRelInfo->ri_RelationDesc;
	MemoryContext old;
	ModifyState *state;

	if (mtstate->operation != CMD_INSERT && list_nth(fdw_private, SfModifyPrivateKeys) == NIL)
		report_no_keys(rel, mtstate->operation, NULL);
	if (eflags & EXEC_FLAG_EXPLAIN_ONLY)
		return;
	old = MemoryContextSwitchTo(estate->es_query_cxt);
	state = create_state(estate, resultRelInfo,
						 sf_target_create(rel, mtstate->operation, list_nth(fdw_private, SfModifyPrivateColumns),
										  list_nth(fdw_private, SfModifyPrivateKeys)));
	find_junk(state, mtstate, rel);
	choose_gathering(state, mtstate, resultRelInfo, mtstate->operation);
	state->batch = sf_batch_create(state->target, GetForeignServerIdByRelId(RelationGetRelid(rel)),
								   sf_modify_userid(resultRelInfo, estate), !state->gather);
	MemoryContextSwitchTo(old);
}

/*
 * For COPY and for rows that are routed into a partition.
 */
void
snowflakeBeginForeignInsert(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo)
{
	EState	   *estate = mtstate->ps.state;
	Relation	rel = resultRelInfo->ri_RelationDesc;
	MemoryContext old = MemoryContextSwitchTo(estate->es_query_cxt);
	ModifyTable *plan = (ModifyTable *) mtstate->ps.plan;
	ModifyState *state;
	List	   *columns = NIL;

	if (plan)
		refuse_conflict_clause(plan->onConflictAction);
	if (resultRelInfo->ri_FdwState || resultRelInfo->ri_usesFdwDirectModify)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot route rows into foreign table \"%s\", whose own rows are changed",
						RelationGetRelationName(rel))));
	if (mtstate->operation != CMD_INSERT)
		columns = all_columns(rel);
	else
	{
		Bitmapset  *named = ExecGetInsertedCols(resultRelInfo, estate);

		for (AttrNumber attnum = 1; attnum <= RelationGetNumberOfAttributes(rel); attnum++)
		{
			if (!sf_target_skips(rel, attnum) &&
				(bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber, named) ||
				 has_default(resultRelInfo, attnum)))
				columns = lappend_int(columns, attnum);
		}
	}
	state = create_state(estate, resultRelInfo, sf_target_create(rel, CMD_INSERT, columns, NIL));
	choose_gathering(state, mtstate, resultRelInfo, CMD_INSERT);
	state->batch = sf_batch_create(state->target, GetForeignServerIdByRelId(RelationGetRelid(rel)),
								   sf_modify_userid(resultRelInfo, estate), false);
	MemoryContextSwitchTo(old);
}

/*
 * A default of the table itself, or of the partitioned one that the rows are
 * for.
 */
static bool
has_default(const ResultRelInfo *result, AttrNumber attnum)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(result->ri_RelationDesc), attnum - 1);
	TupleDesc	root = result->ri_RootResultRelInfo ?
	RelationGetDescr(result->ri_RootResultRelInfo->ri_RelationDesc) : NULL;

	if (att->atthasdef)
		return true;
	for (int i = 0; root && i < root->natts; i++)
	{
		if (TupleDescAttr(root, i)->atthasdef && !TupleDescAttr(root, i)->attisdropped &&
			strcmp(NameStr(TupleDescAttr(root, i)->attname), NameStr(att->attname)) == 0)
			return true;
	}
	return false;
}

/*
 * In the executor's memory, whose end forgets it.
 */
static ModifyState *
create_state(EState *estate, ResultRelInfo *result, SfTarget *target)
{
	ModifyState *state = palloc0(sizeof(ModifyState));

	state->estate = estate;
	state->target = target;
	state->constants = sf_constants_of(result->ri_RelationDesc);
	state->named = target->columns;
	state->by_trigger = target->operation == CMD_INSERT && result->ri_TrigDesc &&
		result->ri_TrigDesc->trig_insert_before_row;
	state->batch_size = 1;
	state->reset.func = forget_state;
	state->reset.arg = state;
	dlist_push_tail(&open_states, &state->node);
	MemoryContextRegisterResetCallback(CurrentMemoryContext, &state->reset);
	result->ri_FdwState = state;
	return state;
}

/*
 * Reset callback: must not throw.
 */
static void
forget_state(void *arg)
{
	dlist_delete(&((ModifyState *) arg)->node);
}

static void
find_junk(ModifyState *state, ModifyTableState *mtstate, Relation rel)
{
	List	   *columns = outerPlanState(mtstate)->plan->targetlist;
	int			i = 0;
	ListCell   *cell;

	state->key_attnos = palloc0(sizeof(AttrNumber) * Max(list_length(state->target->keys), 1));
	foreach(cell, state->target->keys)
	{
		char	   *name = key_name(TupleDescAttr(RelationGetDescr(rel), lfirst_int(cell) - 1));

		state->key_attnos[i] = ExecFindJunkAttributeInTlist(columns, name);
		if (!AttributeNumberIsValid(state->key_attnos[i++]))
			elog(ERROR, "could not find junk column %s", name);
	}
	if (mtstate->operation == CMD_DELETE)
		state->row_attno = ExecFindJunkAttributeInTlist(columns, "wholerow");
}

/*
 * Whether rows may wait: nothing looks at them before they are sent, which is
 * at the latest when the executor finishes, and in a COPY or a WITH at the very
 * end.
 */
static void
choose_gathering(ModifyState *state, ModifyTableState *mtstate, ResultRelInfo *result, CmdType operation)
{
	ModifyTable *plan = (ModifyTable *) mtstate->ps.plan;
	TriggerDesc *triggers = result->ri_TrigDesc;
	TriggerDesc *statement = result->ri_RootResultRelInfo ? result->ri_RootResultRelInfo->ri_TrigDesc : triggers;
	bool		each = operation != CMD_INSERT && plan && plan->returningLists;
	bool		after = false;
	bool		deferred;

	if (triggers)
	{
		each |= operation == CMD_INSERT && (triggers->trig_insert_before_row || triggers->trig_insert_after_row);
		each |= operation == CMD_UPDATE && (triggers->trig_update_before_row || triggers->trig_update_after_row);
		each |= operation == CMD_DELETE && (triggers->trig_delete_before_row || triggers->trig_delete_after_row);
	}
	if (statement)
		after = mtstate->operation == CMD_INSERT ? statement->trig_insert_after_statement :
			mtstate->operation == CMD_UPDATE ? statement->trig_update_after_statement :
			statement->trig_delete_after_statement;
	deferred = sf_remote_transaction_deferred(GetForeignServerIdByRelId(RelationGetRelid(result->ri_RelationDesc)));
	if (deferred && operation != CMD_INSERT && plan && plan->returningLists)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s with RETURNING is not supported with remote_transaction 'local'",
						operation == CMD_UPDATE ? "UPDATE" : "DELETE"),
				 errdetail("Which rows are changed at COMMIT is not known before.")));
	state->gather = !each && (!after || (plan && mtstate->canSetTag));
	if (!state->gather && !each && operation == CMD_INSERT)
		state->batch_size = Min(EXECUTOR_ROWS, state->target->options->batch_size);
}

int
snowflakeGetForeignModifyBatchSize(ResultRelInfo *resultRelInfo)
{
	ModifyState *state = resultRelInfo->ri_FdwState;

	return state ? state->batch_size : 1;
}

TupleTableSlot *
snowflakeExecForeignInsert(EState *estate, ResultRelInfo *resultRelInfo, TupleTableSlot *slot,
						   TupleTableSlot *planSlot)
{
	int			one = 1;
	TupleTableSlot **slots = &slot;

	snowflakeExecForeignBatchInsert(estate, resultRelInfo, slots, NULL, &one);
	return slot;
}

TupleTableSlot **
snowflakeExecForeignBatchInsert(EState *estate, ResultRelInfo *resultRelInfo, TupleTableSlot **slots,
								TupleTableSlot **planSlots, int *numSlots)
{
	ModifyState *state = resultRelInfo->ri_FdwState;

	for (int i = 0; i < *numSlots; i++)
	{
		slot_getallattrs(slots[i]);
		sf_constants_check(state->constants, resultRelInfo->ri_RelationDesc, slots[i]);
		sf_constants_fill(state->constants, slots[i]);
		sf_check_written_row(estate, resultRelInfo, slots[i]);
		if (state->by_trigger)
			choose_columns(state, resultRelInfo->ri_RelationDesc, slots[i]);
		sf_batch_add(state->batch, NULL, slots[i]->tts_values, slots[i]->tts_isnull);
	}
	if (!state->gather)
		sf_batch_send(state->batch);
	return slots;
}

/*
 * Beside the columns that the statement names those that a trigger has set in
 * this row, which goes alone.
 */
static void
choose_columns(ModifyState *state, Relation rel, TupleTableSlot *slot)
{
	MemoryContext context = AllocSetContextCreate(state->estate->es_query_cxt, "snowflake_fdw columns",
												  ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	List	   *columns = NIL;

	for (AttrNumber attnum = 1; attnum <= RelationGetNumberOfAttributes(rel); attnum++)
	{
		if (!sf_target_skips(rel, attnum) &&
			(list_member_int(state->named, attnum) || !slot->tts_isnull[attnum - 1]))
			columns = lappend_int(columns, attnum);
	}
	if (!equal(columns, state->target->columns))
	{
		state->target = sf_target_create(rel, CMD_INSERT, columns, NIL);
		sf_batch_set_target(state->batch, state->target);
		if (state->by_row)
			MemoryContextDelete(state->by_row);
		state->by_row = context;
		context = NULL;
	}
	MemoryContextSwitchTo(old);
	if (context)
		MemoryContextDelete(context);
}

TupleTableSlot *
snowflakeExecForeignUpdate(EState *estate, ResultRelInfo *resultRelInfo, TupleTableSlot *slot,
						   TupleTableSlot *planSlot)
{
	sf_check_written_row(estate, resultRelInfo, slot);
	return change_row(estate, resultRelInfo, slot, planSlot);
}

TupleTableSlot *
snowflakeExecForeignDelete(EState *estate, ResultRelInfo *resultRelInfo, TupleTableSlot *slot,
						   TupleTableSlot *planSlot)
{
	ModifyState *state = resultRelInfo->ri_FdwState;

	slot = change_row(estate, resultRelInfo, slot, planSlot);
	if (slot && AttributeNumberIsValid(state->row_attno))
		old_row(state, slot, planSlot);
	return slot;
}

/*
 * NULL for a row that was changed before by this statement, or is gone.
 */
static TupleTableSlot *
change_row(EState *estate, ResultRelInfo *result, TupleTableSlot *slot, TupleTableSlot *planSlot)
{
	ModifyState *state = result->ri_FdwState;
	int			nkeys = list_length(state->target->keys);
	Datum	   *keys = palloc(sizeof(Datum) * nkeys);
	bool		added;

	for (int i = 0; i < nkeys; i++)
	{
		bool		isnull;

		keys[i] = ExecGetJunkAttribute(planSlot, state->key_attnos[i], &isnull);
		if (isnull)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("a row of foreign table \"%s\" has no value in its key column \"%s\"",
							state->target->relation,
							NameStr(TupleDescAttr(RelationGetDescr(result->ri_RelationDesc),
												  list_nth_int(state->target->keys, i) - 1)->attname)),
					 errdetail("It could not be told from others.")));
	}
	added = sf_batch_add(state->batch, keys, slot ? slot->tts_values : NULL, slot ? slot->tts_isnull : NULL);
	pfree(keys);
	if (!added)
		return NULL;
	return state->gather || sf_batch_send(state->batch) > 0 ? slot : NULL;
}

/*
 * The row that was deleted, for RETURNING.
 */
static void
old_row(const ModifyState *state, TupleTableSlot *slot, TupleTableSlot *planSlot)
{
	bool		isnull;
	Datum		row = ExecGetJunkAttribute(planSlot, state->row_attno, &isnull);
	HeapTupleHeader header = isnull ? NULL : DatumGetHeapTupleHeader(row);
	HeapTupleData tuple = {0};

	if (header == NULL)
		elog(ERROR, "wholerow is NULL");
	tuple.t_len = HeapTupleHeaderGetDatumLength(header);
	ItemPointerSetInvalid(&tuple.t_self);
	tuple.t_data = header;
	ExecForceStoreHeapTuple(heap_copytuple(&tuple), slot, true);
}

void
snowflakeEndForeignModify(EState *estate, ResultRelInfo *resultRelInfo)
{
	ModifyState *state = resultRelInfo->ri_FdwState;

	if (state)
		sf_batch_send(state->batch);
}

void
snowflakeEndForeignInsert(EState *estate, ResultRelInfo *resultRelInfo)
{
	snowflakeEndForeignModify(estate, resultRelInfo);
}

/*
 * ExecutorFinish_hook: waits on the network.  AFTER triggers, which run in
 * it, find the rows written.
 */
static void
finish_executor(QueryDesc *query)
{
	dlist_iter	iter;

	dlist_foreach(iter, &open_states)
	{
		ModifyState *state = dlist_container(ModifyState, node, iter.cur);

		if (state->estate == query->estate && state->batch)
			sf_batch_send(state->batch);
	}
	if (previous_finish)
		previous_finish(query);
	else
		standard_ExecutorFinish(query);
}

void
snowflakeExplainForeignModify(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo, List *fdw_private,
							  int subplan_index, ExplainState *es)
{
	ModifyState *state = resultRelInfo->ri_FdwState;

	if (es->verbose)
	{
		SfTarget   *target = state ? state->target :
		sf_target_create(resultRelInfo->ri_RelationDesc, mtstate->operation,
						 list_nth(fdw_private, SfModifyPrivateColumns),
						 list_nth(fdw_private, SfModifyPrivateKeys));

		ExplainPropertyText("Remote SQL", psprintf("%s(rows)%s", target->head, target->tail), es);
		ExplainPropertyInteger("Batch Size", NULL, target->options->batch_size, es);
	}
	if (es->analyze && state)
		sf_usage_explain(sf_batch_usage(state->batch), sf_batch_query_id(state->batch), es);
}
