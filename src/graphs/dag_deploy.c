/*
 * dag_deploy.c
 *	  sf_dag_plan, sf_dag_deploy, sf_dag_drop, sf_dag_fetch, sf_dags.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "base/str.h"
#include "core/compat.h"
#include "objects/list.h"
#include "objects/verbs.h"
#include "graphs/dag.h"
#include "graphs/dag_plan.h"
#include "graphs/dag_steps.h"
#include "graphs/deployed.h"

PG_FUNCTION_INFO_V1(sf_dag_plan);
PG_FUNCTION_INFO_V1(sf_dag_deploy);
PG_FUNCTION_INFO_V1(sf_dag_drop);
PG_FUNCTION_INFO_V1(sf_dag_fetch);
PG_FUNCTION_INFO_V1(sf_dags);

static bool remove_argument(FunctionCallInfo fcinfo, int argno);
static void return_steps(FunctionCallInfo fcinfo, const SfDagPlan *plan);

/*
 * The calls that sf_dag_deploy would make.
 */
Datum
sf_dag_plan(PG_FUNCTION_ARGS)
{
	SfTaskMode	mode = sf_task_mode_argument(fcinfo, 1);
	SfDagArgument argument;
	SfSession  *session = sf_dag_argument(fcinfo, 2, &argument);
	SfDag	   *dag = sf_dag_checked(argument.given);

	return_steps(fcinfo, sf_dag_plan_deploy(session, dag, &argument.root, mode));
	return (Datum) 0;
}

/*
 * Makes the account have this graph.
 */
Datum
sf_dag_deploy(PG_FUNCTION_ARGS)
{
	SfTaskMode	mode = sf_task_mode_argument(fcinfo, 1);
	bool		dry_run = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	bool		remove = remove_argument(fcinfo, 3);
	SfDagArgument argument;
	SfSession  *session = sf_dag_argument(fcinfo, 4, &argument);
	SfDag	   *dag = sf_dag_checked(argument.given);
	SfDagPlan  *volatile plan = NULL;

	if (dry_run)
		plan = sf_dag_plan_deploy(session, dag, &argument.root, mode);
	else
	{
		sf_guard_change("sf_dag_deploy()", session->options);
		sf_dag_lock(session, &argument.root);
		PG_TRY();
		{
			plan = sf_dag_plan_deploy(session, dag, &argument.root, mode);
			sf_dag_run_steps(plan, "deployment", remove);
		}
		PG_CATCH();
		{
			sf_dag_unlock(session, &argument.root);
			PG_RE_THROW();
		}
		PG_END_TRY();
		sf_dag_unlock(session, &argument.root);
	}
	return_steps(fcinfo, plan);
	return (Datum) 0;
}

/*
 * Drops a graph; its name, NULL when there was none, if_exists.
 */
Datum
sf_dag_drop(PG_FUNCTION_ARGS)
{
	bool		drop_finalizer = PG_ARGISNULL(1) || PG_GETARG_BOOL(1);
	bool		if_exists = !PG_ARGISNULL(2) && PG_GETARG_BOOL(2);
	SfDagArgument argument;
	SfSession  *session = sf_dag_argument(fcinfo, 3, &argument);
	SfDagPlan  *volatile plan = NULL;
	char	   *display;
	bool		missing;
	int			dropped = 0;
	ListCell   *lc;

	sf_guard_change("sf_dag_drop()", session->options);
	sf_dag_lock(session, &argument.root);
	PG_TRY();
	{
		plan = sf_dag_plan_drop(session, &argument.root, drop_finalizer, if_exists);
		sf_dag_run_steps(plan, "removal", false);
	}
	PG_CATCH();
	{
		sf_dag_unlock(session, &argument.root);
		PG_RE_THROW();
	}
	PG_END_TRY();
	sf_dag_unlock(session, &argument.root);
	display = sf_object_display(sf_kind_lookup("task"), &argument.root);
	/* the first step looks for the root */
	missing = ((SfDagStep *) linitial(plan->steps))->status == SF_STEP_MISSING;
	foreach(lc, plan->steps)
	{
		SfDagStep  *step = lfirst(lc);

		if (step->action == SF_STEP_DROP && step->status == SF_STEP_DONE)
			dropped++;
	}
	if (missing)
	{
		ereport(NOTICE,
				(errmsg("task graph %s does not exist, skipping", display)));
		PG_RETURN_NULL();
	}
	ereport(NOTICE,
			(errmsg_plural("%d task of task graph %s was dropped", "%d tasks of task graph %s were dropped", dropped,
						   dropped, display)));
	PG_RETURN_TEXT_P(cstring_to_text(display));
}

/*
 * A deployed graph as sf_dag_deploy takes it.
 */
Datum
sf_dag_fetch(PG_FUNCTION_ARGS)
{
	SfDagArgument argument;
	SfSession  *session = sf_dag_argument(fcinfo, 1, &argument);
	SfJson	   *root = sf_deployed_root(session, &argument.root, false);

	PG_RETURN_JSONB_P(sf_json_to_jsonb(sf_deployed_dag(sf_deployed_graph(session, &argument.root, root))));
}

/*
 * The names of the schema's root tasks, exact.
 */
Datum
sf_dags(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	SfSession  *session = sf_session_argument(fcinfo, 3);
	const SfKindDef *kind = sf_kind_lookup("task");
	SfObjectFilter filter = {
		.limit = -1,
		.root_only = true,
		.some_databases = true,
		.some_schemas = true,
		.missing_is_error = true,
	};
	SfObjectName parents;
	SfObjectList *list;
	SfListed	listed;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	sf_object_name(&parents, kind, NULL, sf_text_argument(fcinfo, 1), sf_text_argument(fcinfo, 2), session->options);
	filter.like = sf_text_argument(fcinfo, 0);
	filter.databases = list_make1(parents.database);
	filter.schemas = list_make1(parents.schema);
	list = sf_list_begin(session, kind, &filter, CurrentMemoryContext);
	while (sf_list_next(list, &listed))
	{
		char	   *name = sf_answer_name(listed.object);
		char	   *finalize = sf_json_opt_text(listed.object, "finalize");
		bool		null = false;
		Datum		value;

		/* a finalizer has no predecessors either */
		if (finalize && finalize[0])
			continue;
		value = CStringGetTextDatum(name);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, &value, &null);
	}
	sf_list_end(list);
	return (Datum) 0;
}

static bool
remove_argument(FunctionCallInfo fcinfo, int argno)
{
	char	   *text = sf_text_argument(fcinfo, argno);

	if (text == NULL || sf_strcasecmp_ascii(text, "keep") == 0)
		return false;
	if (sf_strcasecmp_ascii(text, "drop") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid value \"%s\" of on_error", text),
				 errhint("Valid values are keep and drop.")));
	return true;
}

/*
 * The steps as they stand: those of a dry run are planned.
 */
static void
return_steps(FunctionCallInfo fcinfo, const SfDagPlan *plan)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	int			number = 0;
	ListCell   *lc;

	InitMaterializedSRF(fcinfo, 0);
	foreach(lc, plan->steps)
	{
		SfDagStep  *step = lfirst(lc);
		Datum		values[5];
		bool		nulls[5] = {0};

		values[0] = Int32GetDatum(++number);
		values[1] = CStringGetTextDatum(sf_step_action_name(step->action));
		values[2] = CStringGetTextDatum(step->task);
		values[3] = CStringGetTextDatum(sf_step_status_name(step->status));
		values[4] = JsonbPGetDatum(sf_json_to_jsonb(step->detail));
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
}
