/*
 * modify.c
 *	  INSERT, UPDATE and DELETE of account objects: a row creates, alters or
 *	  drops an object.
 *
 * Each row is a call of its own, made at once; what was done stays when a later
 * one fails, and at ROLLBACK.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_type.h"
#include "commands/explain.h"
#include "executor/executor.h"
#include "foreign/fdwapi.h"
#include "foreign/foreign.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/appendinfo.h"
#include "optimizer/inherit.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "parser/parsetree.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "api/guard.h"
#include "api/session.h"
#include "core/compat.h"
#include "core/error.h"
#include "core/options.h"
#include "core/written_row.h"
#include "objects/alteration.h"
#include "objects/named.h"
#include "objects/objects.h"
#include "objects/properties.h"
#include "objects/row.h"
#include "objects/verbs.h"

/* ModifyTable->fdwPrivLists of an object table */
typedef enum SfObjectModifyPrivate
{
	SfObjectModifyMark,			/* Integer, where a data table has a List */
	SfObjectModifyColumns		/* integer List: those that UPDATE names */
} SfObjectModifyPrivate;

/* The properties by which a row tells its object. */
static const char *const identity[] = {"name", "database_name", "schema_name", "arguments"};

typedef struct ObjectModify
{
	const SfKindDef *kind;
	SfTableOptions *options;
	SfSession  *session;
	SfRowShape *shape;
	CmdType		operation;
	List	   *columns;		/* of an UPDATE */
	AttrNumber	identity[lengthof(identity)];	/* in the plan's rows */
	const SfRowColumn *identity_columns[lengthof(identity)];
	AttrNumber *states;			/* of the columns that show a state, before
								 * the change, in the plan's rows */
	AttrNumber	row_attno;		/* the old row; InvalidAttrNumber: none */
	bool		skip_existing;	/* ON CONFLICT DO NOTHING */
	bool		wants_row;		/* as Snowflake shows it afterwards */
	List	   *done;			/* String: the objects of an UPDATE so far */
	MemoryContext row_context;
} ObjectModify;

/* What an error says while a changed object is read back. */
typedef struct Done
{
	const char *verb;
	const char *kind;
	const char *object;
} Done;

static const SfKindDef *kind_of(Oid relid);
static int	operations(const SfKindDef *kind);
static const char *verb_of(CmdType operation);
static bool is_identity(const char *property);
static AttrNumber attribute_of(Relation rel, const char *property);
static const char *property_of(Relation rel, AttrNumber attnum);
static char *junk_name(const char *property, Form_pg_attribute att);
static void check_operation(Relation rel, const SfKindDef *kind, CmdType operation);
static void check_place(Relation rel, const SfKindDef *kind, CmdType operation);
static void check_exact(Relation rel);
static List *updated_columns(PlannerInfo *root, Relation rel, Index varno, const SfKindDef *kind);
static ObjectModify *create_state(EState *estate, ResultRelInfo *result, CmdType operation, List *columns);
static void find_junk(ObjectModify *state, ModifyTableState *mtstate, Relation rel);
static bool wants_row(const ResultRelInfo *result, CmdType operation);
static TupleTableSlot *exec_insert(EState *estate, ResultRelInfo *result, TupleTableSlot *slot,
								   TupleTableSlot *planSlot);
static TupleTableSlot *exec_update(EState *estate, ResultRelInfo *result, TupleTableSlot *slot,
								   TupleTableSlot *planSlot);
static bool create(const ObjectModify *state, const SfObjectRequest *request);
static bool is_first(ObjectModify *state, EState *estate, const SfObjectName *name);
static List *changed_columns(ObjectModify *state, ResultRelInfo *result, TupleTableSlot *slot,
							 TupleTableSlot *planSlot);
static bool is_in_state(ObjectModify *state, AttrNumber attnum, TupleTableSlot *planSlot, Datum wanted);
static TupleTableSlot *exec_delete(EState *estate, ResultRelInfo *result, TupleTableSlot *slot,
								   TupleTableSlot *planSlot);
static void end_modify(EState *estate, ResultRelInfo *result);
static void explain_modify(ModifyTableState *mtstate, ResultRelInfo *result, List *fdw_private, int subplan_index,
						   struct ExplainState *es);
static SfJson *new_object(ObjectModify *state, TupleTableSlot *slot);
static void check_placed(const ObjectModify *state, SfJson *object, const char *place, const char *otherwise);
static SfJson *property_value(const SfColumnDef *def, Oid type, Datum value);
static SfJson *text_value(const SfColumnDef *def, const char *text);
static SfJson *array_value(const SfColumnDef *def, Datum value);
static bool object_of_row(ObjectModify *state, TupleTableSlot *planSlot, SfObjectName *name);
static void add_place(const ObjectModify *state, SfJson *object);
static void check_inside(const ObjectModify *state, SfJson *object, const char *property, const char *place);
static bool call_or_missing(SfSession *session, SfObjectRequest *request);
static void add_done(void *arg);
static void show_row(ObjectModify *state, const SfObjectName *name, TupleTableSlot *slot);
static void old_row(const ObjectModify *state, TupleTableSlot *slot, TupleTableSlot *planSlot);

bool
sf_is_object_modify(List *fdw_private)
{
	return fdw_private && linitial(fdw_private) && IsA(linitial(fdw_private), Integer);
}

int
sf_object_updatable(Relation rel)
{
	SfTableOptions *options = sf_table_options(RelationGetRelid(rel));

	return options->updatable ? operations(sf_kind_find(options->kind)) : 0;
}

static const SfKindDef *
kind_of(Oid relid)
{
	return sf_kind_find(sf_table_options(relid)->kind);
}

/*
 * What can be done to a kind, as IsForeignRelUpdatable answers it.
 */
static int
operations(const SfKindDef *kind)
{
	int			can = 0;

	if (kind->member)
		return 0;
	if (kind->verbs & SF_CAN_CREATE)
		can |= 1 << CMD_INSERT;
	if (sf_can_alter(kind))
		can |= 1 << CMD_UPDATE;
	if (kind->verbs & SF_CAN_DELETE)
		can |= 1 << CMD_DELETE;
	return can;
}

static const char *
verb_of(CmdType operation)
{
	return operation == CMD_INSERT ? "INSERT" : operation == CMD_UPDATE ? "UPDATE" : "DELETE";
}

/*
 * The columns that tell the object, as junk columns.  A DELETE with RETURNING
 * wants the old row, too.
 */
void
sf_object_update_targets(PlannerInfo *root, Index rtindex, RangeTblEntry *target_rte, Relation target_relation)
{
	const SfKindDef *kind = kind_of(RelationGetRelid(target_relation));

	for (AttrNumber attnum = 1; attnum <= RelationGetNumberOfAttributes(target_relation); attnum++)
	{
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(target_relation), attnum - 1);
		const char *property = att->attisdropped ? "" : property_of(target_relation, attnum);

		if (is_identity(property) || (root->parse->commandType == CMD_UPDATE && sf_is_state(kind, property)))
			add_row_identity_var(root, makeVar(rtindex, attnum, att->atttypid, att->atttypmod, att->attcollation, 0),
								 rtindex, junk_name(property, att));
	}
	if (root->parse->commandType == CMD_DELETE && root->parse->returningList)

		/*
		 * a record, as the planner's own: other tables of a partitioned one
		 * have other types
		 */
		add_row_identity_var(root, makeVar(rtindex, InvalidAttrNumber, RECORDOID, -1, InvalidOid, 0), rtindex,
							 "wholerow");
}

static bool
is_identity(const char *property)
{
	for (int i = 0; i < lengthof(identity); i++)
	{
		if (strcmp(identity[i], property) == 0)
			return true;
	}
	return false;
}

/*
 * The column of a property, InvalidAttrNumber when the table has none.
 */
static AttrNumber
attribute_of(Relation rel, const char *property)
{
	for (AttrNumber attnum = 1; attnum <= RelationGetNumberOfAttributes(rel); attnum++)
	{
		if (!TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attisdropped &&
			strcmp(property_of(rel, attnum), property) == 0)
			return attnum;
	}
	return InvalidAttrNumber;
}

static const char *
property_of(Relation rel, AttrNumber attnum)
{
	char	   *named = sf_column_options(RelationGetRelid(rel), attnum)->column_name;

	return named ? named : NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname);
}

/*
 * Equal names stand for equal columns, also of other tables of a partitioned
 * one.
 */
static char *
junk_name(const char *property, Form_pg_attribute att)
{
	return psprintf("sf_%s_%u_%d_%u", property, att->atttypid, att->atttypmod, att->attcollation);
}

List *
sf_object_plan_modify(PlannerInfo *root, ModifyTable *plan, Index resultRelation, int subplan_index)
{
	Relation	rel = table_open(planner_rt_fetch(resultRelation, root)->relid, NoLock);
	const SfKindDef *kind = kind_of(RelationGetRelid(rel));
	List	   *columns = NIL;

	check_operation(rel, kind, plan->operation);
	if (plan->onConflictAction == ONCONFLICT_UPDATE || (plan->onConflictAction != ONCONFLICT_NONE &&
														plan->arbiterIndexes != NIL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("ON CONFLICT DO UPDATE is not supported on account objects"),
				 errhint("ON CONFLICT DO NOTHING leaves an object as it is; sf_create_or_alter() makes it what it is "
						 "to be.")));
	check_place(rel, kind, plan->operation);
	if (plan->operation == CMD_UPDATE)
		columns = updated_columns(root, rel, resultRelation, kind);
	if (plan->operation != CMD_INSERT)
		sf_named_check(root, resultRelation, TupleDescAttr(RelationGetDescr(rel), attribute_of(rel, "name") - 1), kind,
					   verb_of(plan->operation));
	table_close(rel, NoLock);
	return list_make2(makeInteger(1), columns);
}

/*
 * Throws 55000 for a table that is read only, 0A000 for what the kind does not
 * let be done.
 */
static void
check_operation(Relation rel, const SfKindDef *kind, CmdType operation)
{
	const char *done = operation == CMD_INSERT ? "created" : operation == CMD_UPDATE ? "altered" : "dropped";

	if (!(operations(kind) & (1 << operation)))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("objects of kind \"%s\" cannot be %s", kind->name, done),
				 errhint("sf_kinds() shows what each kind can; sf_execute() takes SQL.")));
	if (!sf_table_options(RelationGetRelid(rel))->updatable)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("foreign table \"%s\" is read-only", RelationGetRelationName(rel)),
				 errhint("ALTER FOREIGN TABLE %s OPTIONS (ADD updatable 'true') lets it change the account; so does "
						 "an import with that option.", RelationGetRelationName(rel))));
}

/*
 * Throws 0A000 for a table whose rows do not tell their objects.
 */
static void
check_place(Relation rel, const SfKindDef *kind, CmdType operation)
{
	SfTableOptions *options = sf_table_options(RelationGetRelid(rel));
	const char *missing = NULL;

	if (!AttributeNumberIsValid(attribute_of(rel, "name")))
		missing = "name";
	else if (operation == CMD_INSERT)
		return;
	else if (kind->scope >= SF_SCOPE_DATABASE && options->database == NULL &&
			 !AttributeNumberIsValid(attribute_of(rel, "database_name")))
		missing = "database_name";
	else if (kind->scope == SF_SCOPE_SCHEMA && options->schema == NULL &&
			 !AttributeNumberIsValid(attribute_of(rel, "schema_name")))
		missing = "schema_name";
	else if ((kind->flags & SF_KIND_WITH_ARGS) && !AttributeNumberIsValid(attribute_of(rel, "arguments")))
		missing = "arguments";
	if (missing)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("foreign table \"%s\" has no column for the property \"%s\", by which %s would find the object",
						RelationGetRelationName(rel), missing, verb_of(operation))));
	check_exact(rel);
}

/*
 * Throws 0A000 for a column that tells the object and whose type may show
 * another name than the object's: char(n) pads it, name and varchar(n) cut it,
 * jsonb has it as it is written.
 */
static void
check_exact(Relation rel)
{
	for (int i = 0; i < lengthof(identity); i++)
	{
		AttrNumber	attnum = attribute_of(rel, identity[i]);
		Form_pg_attribute att;
		int32		typmod;
		Oid			type;
		char		category;
		bool		preferred;

		if (!AttributeNumberIsValid(attnum))
			continue;
		att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);
		typmod = att->atttypmod;
		type = getBaseTypeAndTypmod(att->atttypid, &typmod);
		get_type_category_preferred(type, &category, &preferred);
		if (strcmp(identity[i], "arguments") == 0 && (type == JSONBOID || type == JSONOID))
			continue;
		if (category != TYPCATEGORY_STRING || get_typlen(type) != -1 || typmod != -1)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("column \"%s\" of foreign table \"%s\" does not tell its object exactly",
							NameStr(att->attname), RelationGetRelationName(rel)),
					 errhint("Declare it as %s.", strcmp(identity[i], "arguments") == 0 ? "jsonb" : "text")));
	}
}

/*
 * Throws 0A000 for a column that cannot be changed.
 */
static List *
updated_columns(PlannerInfo *root, Relation rel, Index varno, const SfKindDef *kind)
{
	Bitmapset  *updated = get_rel_all_updated_cols(root, find_base_rel(root, varno));
	List	   *columns = NIL;
	int			number = -1;

	while ((number = bms_next_member(updated, number)) >= 0)
	{
		AttrNumber	attnum = number + FirstLowInvalidHeapAttributeNumber;
		const char *property;
		StringInfoData all;

		if (attnum <= 0)
			continue;
		property = property_of(rel, attnum);
		if (sf_can_alter_property(kind, property))
		{
			columns = lappend_int(columns, attnum);
			continue;
		}
		initStringInfo(&all);
		for (int i = 0; i < kind->ncolumns; i++)
		{
			if (sf_can_alter_property(kind, kind->columns[i].name))
				appendStringInfo(&all, "%s%s", all.len ? ", " : "", kind->columns[i].name);
		}
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("property \"%s\" of kind \"%s\" cannot be changed", property, kind->name),
				 errhint("What can be is %s.", all.data)));
	}
	return columns;
}

void
sf_object_begin_modify(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo, List *fdw_private, int eflags)
{
	EState	   *estate = mtstate->ps.state;
	MemoryContext old = MemoryContextSwitchTo(estate->es_query_cxt);
	ObjectModify *state = create_state(estate, resultRelInfo, mtstate->operation,
									   list_nth(fdw_private, SfObjectModifyColumns));

	if (!(eflags & EXEC_FLAG_EXPLAIN_ONLY))
	{
		ModifyTable *plan = (ModifyTable *) mtstate->ps.plan;

		find_junk(state, mtstate, resultRelInfo->ri_RelationDesc);
		state->skip_existing = plan->onConflictAction == ONCONFLICT_NOTHING;
		state->wants_row = (plan->returningLists != NIL) || wants_row(resultRelInfo, mtstate->operation);
		state->session = sf_session_get(GetForeignServerIdByRelId(RelationGetRelid(resultRelInfo->ri_RelationDesc)),
										sf_modify_userid(resultRelInfo, estate));
		sf_guard_change(verb_of(mtstate->operation), state->session->options);
	}
	MemoryContextSwitchTo(old);
}

/*
 * For COPY and for rows that are routed into a partition.
 */
void
sf_object_begin_insert(ModifyTableState *mtstate, ResultRelInfo *resultRelInfo)
{
	EState	   *estate = mtstate->ps.state;
	Relation	rel = resultRelInfo->ri_RelationDesc;
	MemoryContext old = MemoryContextSwitchTo(estate->es_query_cxt);
	ModifyTable *plan = (ModifyTable *) mtstate->ps.plan;
	ObjectModify *state;

	/* its calls would become those of an INSERT */
	if (plan && plan->operation == CMD_UPDATE && resultRelInfo->ri_FdwState)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot route tuples into foreign table to be updated \"%s\"", RelationGetRelationName(rel))));
	check_operation(rel, kind_of(RelationGetRelid(rel)), CMD_INSERT);
	check_place(rel, kind_of(RelationGetRelid(rel)), CMD_INSERT);
	state = create_state(estate, resultRelInfo, CMD_INSERT, NIL);
	state->skip_existing = plan && plan->onConflictAction == ONCONFLICT_NOTHING;
	state->wants_row = (plan && plan->returningLists != NIL) || wants_row(resultRelInfo, CMD_INSERT);
	state->session = sf_session_get(GetForeignServerIdByRelId(RelationGetRelid(rel)),
									sf_modify_userid(resultRelInfo, estate));
	sf_guard_change(verb_of(CMD_INSERT), state->session->options);
	MemoryContextSwitchTo(old);
}

/*
 * The executor's calls for this relation come here from now on.
 */
static ObjectModify *
create_state(EState *estate, ResultRelInfo *result, CmdType operation, List *columns)
{
	Relation	rel = result->ri_RelationDesc;
	TupleDesc	desc = RelationGetDescr(rel);
	const char **names = palloc0(sizeof(char *) * Max(desc->natts, 1));
	ObjectModify *state = palloc0(sizeof(ObjectModify));
	FdwRoutine *routine = palloc(sizeof(FdwRoutine));

	*routine = *result->ri_FdwRoutine;
	routine->ExecForeignInsert = exec_insert;
	routine->ExecForeignUpdate = exec_update;
	routine->ExecForeignDelete = exec_delete;
	routine->ExecForeignBatchInsert = NULL;
	routine->GetForeignModifyBatchSize = NULL;
	routine->EndForeignModify = end_modify;
	routine->EndForeignInsert = end_modify;
	routine->ExplainForeignModify = explain_modify;
	result->ri_FdwRoutine = routine;

	state->options = sf_table_options(RelationGetRelid(rel));
	state->kind = sf_kind_find(state->options->kind);
	state->operation = operation;
	state->columns = columns;
	for (int i = 0; i < desc->natts; i++)
	{
		if (!TupleDescAttr(desc, i)->attisdropped)
			names[i] = property_of(rel, i + 1);
	}
	state->shape = sf_row_shape(state->kind, desc, names);
	state->row_context = AllocSetContextCreate(estate->es_query_cxt, "snowflake_fdw changed object",
											   ALLOCSET_DEFAULT_SIZES);
	result->ri_FdwState = state;
	return state;
}

static void
find_junk(ObjectModify *state, ModifyTableState *mtstate, Relation rel)
{
	List	   *columns = outerPlanState(mtstate)->plan->targetlist;

	if (state->operation == CMD_INSERT)
		return;
	for (int i = 0; i < lengthof(identity); i++)
	{
		AttrNumber	attnum = attribute_of(rel, identity[i]);

		if (!AttributeNumberIsValid(attnum))
			continue;
		state->identity_columns[i] = &state->shape->columns[attnum - 1];
		state->identity[i] =
			ExecFindJunkAttributeInTlist(columns, junk_name(identity[i],
															TupleDescAttr(RelationGetDescr(rel), attnum - 1)));
	}
	state->states = palloc0(sizeof(AttrNumber) * state->shape->natts);
	for (int i = 0; i < state->shape->natts; i++)
	{
		if (state->operation == CMD_UPDATE && state->shape->columns[i].property &&
			sf_is_state(state->kind, state->shape->columns[i].property))
			state->states[i] =
				ExecFindJunkAttributeInTlist(columns, junk_name(state->shape->columns[i].property,
																TupleDescAttr(RelationGetDescr(rel), i)));
	}
	if (!AttributeNumberIsValid(state->identity[0]))
		elog(ERROR, "could not find the junk column of the name");
	state->row_attno = ExecFindJunkAttributeInTlist(columns, "wholerow");
}

/*
 * Whether a trigger looks at the row afterwards.
 */
static bool
wants_row(const ResultRelInfo *result, CmdType operation)
{
	const TriggerDesc *triggers = result->ri_TrigDesc;

	return triggers && (operation == CMD_INSERT ? triggers->trig_insert_after_row : triggers->trig_update_after_row);
}

/*
 * Creates an object; NULL where there is one already and that is no error.
 * Waits on the network, as the next two do.
 */
static TupleTableSlot *
exec_insert(EState *estate, ResultRelInfo *result, TupleTableSlot *slot, TupleTableSlot *planSlot)
{
	ObjectModify *state = result->ri_FdwState;
	MemoryContext old = MemoryContextSwitchTo(state->row_context);
	SfObjectName name;
	SfJson	   *object;
	bool		made = true;

	MemoryContextReset(state->row_context);
	sf_check_written_row(estate, result, slot);
	object = new_object(state, slot);
	sf_object_name_of(&name, state->kind, object, NULL, NULL, state->session->options);
	sf_definition_check(state->kind, object, true);
	object = sf_properties_writable(state->kind, object);
	if (state->skip_existing)
		made = sf_object_find(state->session, state->kind, &name, true) == NULL;
	if (made)
		made = create(state, sf_create_request(state->kind, &name, object, SF_ERROR_IF_EXISTS));
	if (made && state->wants_row)
		show_row(state, &name, slot);
	MemoryContextSwitchTo(old);
	return made ? slot : NULL;
}

/*
 * False for an object that is there and may be: another session has just made
 * it, or the role does not see it.
 */
static bool
create(const ObjectModify *state, const SfObjectRequest *request)
{
	MemoryContext context = CurrentMemoryContext;
	volatile bool made = true;

	PG_TRY();
	{
		sf_object_run(state->session, request);
	}
	PG_CATCH();
	{
		if (!state->skip_existing || geterrcode() != ERRCODE_DUPLICATE_OBJECT)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
		made = false;
	}
	PG_END_TRY();
	return made;
}

/*
 * Changes what the statement names; NULL for an object that it has changed
 * already, as PostgreSQL has it when several rows are joined to one.
 */
static TupleTableSlot *
exec_update(EState *estate, ResultRelInfo *result, TupleTableSlot *slot, TupleTableSlot *planSlot)
{
	ObjectModify *state = result->ri_FdwState;
	MemoryContext old = MemoryContextSwitchTo(state->row_context);
	SfJson	   *changes;
	SfObjectName name;
	ListCell   *cell;

	MemoryContextReset(state->row_context);
	sf_check_written_row(estate, result, slot);
	if (!object_of_row(state, planSlot, &name))
		elog(ERROR, "an object without a name");
	if (!is_first(state, estate, &name))
	{
		MemoryContextSwitchTo(old);
		return NULL;
	}
	changes = sf_json_new_object();
	foreach(cell, changed_columns(state, result, slot, planSlot))
	{
		AttrNumber	attnum = lfirst_int(cell);
		const SfRowColumn *column = &state->shape->columns[attnum - 1];
		bool		isnull;
		Datum		value = slot_getattr(slot, attnum, &isnull);

		if (!is_in_state(state, attnum, planSlot, isnull ? (Datum) 0 : value))
			sf_json_set(changes, column->property, isnull ? NULL : property_value(column->def, column->type, value));
	}
	check_inside(state, changes, "database_name", state->options->database);
	check_inside(state, changes, "schema_name", state->options->schema);
	sf_alteration_run(state->session, sf_alteration_make(state->session, state->kind, &name, changes), &name);
	if (state->wants_row)
		show_row(state, &name, slot);
	MemoryContextSwitchTo(old);
	return slot;
}

/*
 * Remembers the object; false for one that was there before.
 */
static bool
is_first(ObjectModify *state, EState *estate, const SfObjectName *name)
{
	MemoryContext old = MemoryContextSwitchTo(estate->es_query_cxt);
	String	   *object = makeString(sf_object_display(state->kind, name));
	bool		first = !list_member(state->done, object);

	if (first)
		state->done = lappend(state->done, object);
	MemoryContextSwitchTo(old);
	return first;
}

/*
 * Those that the statement names, and those that a trigger has changed.
 */
static List *
changed_columns(ObjectModify *state, ResultRelInfo *result, TupleTableSlot *slot, TupleTableSlot *planSlot)
{
	TupleDesc	desc = RelationGetDescr(result->ri_RelationDesc);
	List	   *columns = list_copy(state->columns);
	HeapTupleData tuple = {0};
	bool		isnull;
	Datum		row;

	if (result->ri_TrigDesc == NULL || !result->ri_TrigDesc->trig_update_before_row ||
		!AttributeNumberIsValid(state->row_attno))
		return columns;
	row = ExecGetJunkAttribute(planSlot, state->row_attno, &isnull);
	if (isnull)
		return columns;
	tuple.t_data = DatumGetHeapTupleHeader(row);
	tuple.t_len = HeapTupleHeaderGetDatumLength(tuple.t_data);
	ItemPointerSetInvalid(&tuple.t_self);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		bool		was_null;
		Datum		was;

		if (att->attisdropped || list_member_int(columns, i + 1))
			continue;
		was = heap_getattr(&tuple, i + 1, desc, &was_null);
		if (was_null == slot->tts_isnull[i] &&
			(was_null || datum_image_eq(was, slot->tts_values[i], att->attbyval, att->attlen)))
			continue;
		if (!sf_can_alter_property(state->kind, state->shape->columns[i].property))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("property \"%s\" of kind \"%s\" cannot be changed", state->shape->columns[i].property,
							state->kind->name),
					 errdetail("A trigger has changed it.")));
		columns = lappend_int(columns, i + 1);
	}
	return columns;
}

/*
 * Whether a column asks for the state that its object is in already.
 */
static bool
is_in_state(ObjectModify *state, AttrNumber attnum, TupleTableSlot *planSlot, Datum wanted)
{
	const SfRowColumn *column = &state->shape->columns[attnum - 1];
	Oid			output;
	bool		varlena;
	bool		isnull;
	Datum		shown;

	if (!AttributeNumberIsValid(state->states[attnum - 1]) || wanted == (Datum) 0)
		return false;
	shown = ExecGetJunkAttribute(planSlot, state->states[attnum - 1], &isnull);
	getTypeOutputInfo(column->type, &output, &varlena);
	return !isnull && sf_is_in_state(state->kind, column->property, OidOutputFunctionCall(output, shown),
									 OidOutputFunctionCall(output, wanted));
}

/*
 * Drops an object; NULL for one that is gone.
 */
static TupleTableSlot *
exec_delete(EState *estate, ResultRelInfo *result, TupleTableSlot *slot, TupleTableSlot *planSlot)
{
	ObjectModify *state = result->ri_FdwState;
	MemoryContext old = MemoryContextSwitchTo(state->row_context);
	SfObjectName name;
	bool		dropped;

	MemoryContextReset(state->row_context);
	if (!object_of_row(state, planSlot, &name))
		elog(ERROR, "an object without a name");
	dropped = call_or_missing(state->session, sf_drop_request(state->kind, &name, false));
	MemoryContextSwitchTo(old);
	if (dropped && AttributeNumberIsValid(state->row_attno))
		old_row(state, slot, planSlot);
	return dropped ? slot : NULL;
}

static void
end_modify(EState *estate, ResultRelInfo *result)
{
	ObjectModify *state = result->ri_FdwState;

	if (state)
		MemoryContextDelete(state->row_context);
	result->ri_FdwState = NULL;
}

/*
 * The calls of one row, as far as they are known before.
 */
static void
explain_modify(ModifyTableState *mtstate, ResultRelInfo *result, List *fdw_private, int subplan_index,
			   struct ExplainState *es)
{
	ObjectModify *state = result->ri_FdwState;
	SfObjectName name = {"{database}", "{schema}", state->operation == CMD_DELETE ? "{name}" : NULL};
	StringInfoData columns;
	ListCell   *cell;

	if (!es->verbose)
		return;
	if (state->operation != CMD_UPDATE)
	{
		ExplainPropertyText("Remote Call", psprintf("%s %s", state->operation == CMD_INSERT ? "POST" : "DELETE",
													sf_path_shown(sf_object_path(state->kind, &name))), es);
		return;
	}
	initStringInfo(&columns);
	foreach(cell, state->columns)
		appendStringInfo(&columns, "%s%s", columns.len ? ", " : "",
						 state->shape->columns[lfirst_int(cell) - 1].property);
	ExplainPropertyText("Remote Alter", psprintf("%s (%s)", state->kind->name, columns.data), es);
}

/*
 * The definition that a new row is.  Throws 0A000 for a value in a column that
 * only Snowflake sets.
 */
static SfJson *
new_object(ObjectModify *state, TupleTableSlot *slot)
{
	SfJson	   *object = sf_json_new_object();

	for (int i = 0; i < state->shape->natts; i++)
	{
		const SfRowColumn *column = &state->shape->columns[i];

		if (column->property == NULL || slot->tts_isnull[i])
			continue;
		if (column->def == NULL || ((column->def->flags & SF_COLUMN_IS_READ_ONLY) &&
									!(column->def->flags & SF_COLUMN_IS_PARENT)))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("property \"%s\" of kind \"%s\" is read-only", column->property, state->kind->name),
					 errdetail("A new object cannot have it.")));
		sf_json_set(object, column->property, property_value(column->def, column->type, slot->tts_values[i]));
	}
	add_place(state, object);
	if (sf_json_member(object, "name") == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a new %s must have a name", state->kind->name)));
	if (state->kind->scope >= SF_SCOPE_DATABASE)
		check_placed(state, object, "database", state->session->options->database);
	if (state->kind->scope == SF_SCOPE_SCHEMA)
		check_placed(state, object, "schema", state->session->options->schema);
	return object;
}

/*
 * Throws 22004 for an object of which neither its row nor the server says where
 * it is to lie.
 */
static void
check_placed(const ObjectModify *state, SfJson *object, const char *place, const char *otherwise)
{
	if (otherwise == NULL && sf_json_member(object, psprintf("%s_name", place)) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a new %s must have a %s_name", state->kind->name, place),
				 errhint("It is a column of an imported table; the option \"%s\" of the foreign table or the server "
						 "stands for it.", place)));
}

/*
 * Where the table lies itself.  Throws 44000 for an object that is to lie
 * elsewhere.
 */
static void
add_place(const ObjectModify *state, SfJson *object)
{
	check_inside(state, object, "database_name", state->options->database);
	check_inside(state, object, "schema_name", state->options->schema);
	if (state->options->database && sf_json_member(object, "database_name") == NULL)
		sf_json_set_text(object, "database_name", sf_name_written(state->options->database));
	if (state->options->schema && sf_json_member(object, "schema_name") == NULL)
		sf_json_set_text(object, "schema_name", sf_name_written(state->options->schema));
}

static void
check_inside(const ObjectModify *state, SfJson *object, const char *property, const char *place)
{
	char	   *given = place ? sf_json_text(sf_json_member(object, property)) : NULL;

	if (given && strcmp(given, sf_name_written(place)) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_WITH_CHECK_OPTION_VIOLATION),
				 errmsg("the foreign table is restricted to %s %s, the row is of %s",
						strcmp(property, "schema_name") == 0 ? "schema" : "database", sf_name_written(place), given)));
}

/*
 * A column's value as a property: names, which are exact here, as they are
 * written there.
 */
static SfJson *
property_value(const SfColumnDef *def, Oid type, Datum value)
{
	Oid			output;
	bool		varlena;

	if (type == TEXTARRAYOID)
		return array_value(def, value);
	if (type == JSONBOID)
		return sf_json_from_jsonb(DatumGetJsonbP(value));
	if (type == BOOLOID)
		return text_value(def, DatumGetBool(value) ? "true" : "false");
	getTypeOutputInfo(type, &output, &varlena);
	return text_value(def, OidOutputFunctionCall(output, value));
}

static SfJson *
text_value(const SfColumnDef *def, const char *text)
{
	SfJsonFault fault;
	SfJson	   *value;

	switch (def->type)
	{
		case SF_COLUMN_IDENT:
		case SF_COLUMN_REFERENCE:
			return sf_json_new_text(sf_name_written(text));
		case SF_COLUMN_BOOL:
		case SF_COLUMN_INT:
		case SF_COLUMN_NUMERIC:
		case SF_COLUMN_FLOAT:
		case SF_COLUMN_OBJECT:
		case SF_COLUMN_ARRAY:
		case SF_COLUMN_JSON:
		case SF_COLUMN_TEXT_ARRAY:
		case SF_COLUMN_REFERENCE_ARRAY:
			value = sf_json_parse(text, strlen(text), &fault);
			return value ? value : sf_json_new_text(text);
		case SF_COLUMN_TEXT:
		case SF_COLUMN_TIMESTAMP:
		case SF_COLUMN_ORDINAL:
		case SF_COLUMN_DATE:
			break;
	}
	return sf_json_new_text(text);
}

static SfJson *
array_value(const SfColumnDef *def, Datum value)
{
	SfJson	   *array = sf_json_new_array();
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	deconstruct_array(DatumGetArrayTypeP(value), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		char	   *element = nulls[i] ? NULL : TextDatumGetCString(elements[i]);

		if (element == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("property \"%s\" has an element that is null", def->name)));
		sf_json_append_text(array, def->type == SF_COLUMN_REFERENCE_ARRAY ? sf_name_written(element) : element);
	}
	return array;
}

/*
 * The object that a row of the scan is; false when it has no name.
 */
static bool
object_of_row(ObjectModify *state, TupleTableSlot *planSlot, SfObjectName *name)
{
	SfJson	   *object = sf_json_new_object();

	for (int i = 0; i < lengthof(identity); i++)
	{
		const SfRowColumn *column = state->identity_columns[i];
		bool		isnull;
		Datum		value;

		if (!AttributeNumberIsValid(state->identity[i]))
			continue;
		value = ExecGetJunkAttribute(planSlot, state->identity[i], &isnull);
		if (!isnull)
			sf_json_set(object, identity[i], property_value(column->def, column->type, value));
	}
	add_place(state, object);
	if (sf_json_member(object, "name") == NULL)
		return false;
	if ((state->kind->flags & SF_KIND_WITH_ARGS) && sf_json_type(sf_json_member(object, "arguments")) != SF_JSON_ARRAY)
		ereport(ERROR,
				(errcode(ERRCODE_FDW_ERROR),
				 errmsg("a %s is shown without its arguments, which are a part of its name", state->kind->name)));
	sf_object_name_of(name, state->kind, object, NULL, NULL, state->session->options);
	return true;
}

/*
 * False when the object does not exist.
 */
static bool
call_or_missing(SfSession *session, SfObjectRequest *request)
{
	SfObjectCall *call = sf_object_start(session, request, CurrentMemoryContext);
	bool		missing;

	sf_object_next_or_missing(call, &missing);
	sf_object_close(call);
	return !missing;
}

/*
 * Called with the error being reported.
 */
static void
add_done(void *arg)
{
	const Done *done = arg;

	errcontext("%s before: %s %s", done->verb, done->kind, done->object);
}

/*
 * The row as Snowflake shows the object now.
 */
static void
show_row(ObjectModify *state, const SfObjectName *name, TupleTableSlot *slot)
{
	Done		done = {state->operation == CMD_INSERT ? "created" : "changed", state->kind->name,
	sf_object_display(state->kind, name)};
	SfObjectName parents = *name;
	ErrorContextCallback context;
	SfJson	   *object;

	sf_context_begin(&context, add_done, &done);
	object = sf_object_find(state->session, state->kind, name, false);
	ExecClearTuple(slot);
	sf_row_make(state->shape, object, &parents, NULL, 0, slot->tts_values, slot->tts_isnull);
	sf_context_end(&context);
	ExecStoreVirtualTuple(slot);
	ExecMaterializeSlot(slot);
}

/*
 * The row that was dropped, for RETURNING.
 */
static void
old_row(const ObjectModify *state, TupleTableSlot *slot, TupleTableSlot *planSlot)
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
