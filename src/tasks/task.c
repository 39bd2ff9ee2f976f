/*
 * task.c
 *	  SQL functions that create, fetch, change, run and drop one task.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "base/backoff.h"
#include "core/quote.h"
#include "net/net.h"
#include "objects/verbs.h"
#include "tasks/arguments.h"
#include "tasks/compare.h"
#include "tasks/definition.h"
#include "tasks/root.h"
#include "tasks/runs.h"
#include "tasks/tags.h"
#include "tasks/task_call.h"

PG_FUNCTION_INFO_V1(sf_task_create);
PG_FUNCTION_INFO_V1(sf_task_create_or_alter);
PG_FUNCTION_INFO_V1(sf_task_fetch);
PG_FUNCTION_INFO_V1(sf_task_drop);
PG_FUNCTION_INFO_V1(sf_task_clone);
PG_FUNCTION_INFO_V1(sf_task_execute);
PG_FUNCTION_INFO_V1(sf_task_suspend);
PG_FUNCTION_INFO_V1(sf_task_resume);
PG_FUNCTION_INFO_V1(sf_task_cancel);

/* Looks for a run that is over this often before it counts as not shown. */
#define MOST_LOOKS 5

/* The arguments of sf_task_create that are properties, in the contract's order; argument 0 is the name. */
static const SfPropertyArgument create_arguments[] = {
	{"definition", SF_ARG_TEXT_OR_JSON},
	{"schedule", SF_ARG_TEXT_OR_INTERVAL},
	{"warehouse", SF_ARG_TEXT},
	{"comment", SF_ARG_TEXT},
	{"predecessors", SF_ARG_TEXT_ARRAY},
	{"condition", SF_ARG_TEXT},
	{"config", SF_ARG_JSON},
	{"session_parameters", SF_ARG_JSON},
	{"finalize", SF_ARG_TEXT},
	{"user_task_managed_initial_warehouse_size", SF_ARG_TEXT},
	{"target_completion_interval", SF_ARG_INTERVAL},
	{"serverless_task_min_statement_size", SF_ARG_TEXT},
	{"serverless_task_max_statement_size", SF_ARG_TEXT},
	{"user_task_timeout_ms", SF_ARG_BIGINT},
	{"suspend_task_after_num_failures", SF_ARG_INT},
	{"task_auto_retry_attempts", SF_ARG_INT},
	{"overlap_policy", SF_ARG_TEXT},
	{"allow_overlapping_execution", SF_ARG_BOOL},
	{"error_integration", SF_ARG_TEXT},
	{"success_integration", SF_ARG_TEXT},
	{"execute_as_user", SF_ARG_TEXT},
};

enum
{
	CREATE_TAGS = lengthof(create_arguments) + 1,
	CREATE_RESUME,
	CREATE_OPTIONS,
	CREATE_MODE,
	CREATE_SUSPEND_ROOT
};

/* What makes one task what it is to be. */
typedef struct Deployment
{
	SfTaskCall	call;
	SfJson	   *body;
	SfTaskMode	mode;
	SfJson	   *tags;			/* body of :set-tags; NULL: none */
	bool		resume;
	bool		looked;			/* there is known */
	SfJson	   *there;			/* the task as it was found; NULL: there was
								 * none */
} Deployment;

static void deploy(Deployment *deployment, bool suspend_root);
static bool links_elsewhere(const Deployment *deployment);
static bool nothing_to_change(const Deployment *deployment);
static void change(void *arg);
static void set_tags(const Deployment *deployment);
static void warn_of_unseen(SfJson *task);
static char *execute_and_wait(const SfTaskCall *call, const char *sql);
static char *execute_text(const SfTaskCall *call, bool retry_last, Jsonb *config, bool await);

/*
 * Creates a task, sets its tags and resumes it when asked to; its qualified
 * name.
 */
Datum
sf_task_create(PG_FUNCTION_ARGS)
{
	Deployment	deployment = {.mode = sf_task_mode_argument(fcinfo, CREATE_MODE)};
	SfTaskCall *call = &deployment.call;
	SfJson	   *properties = sf_json_new_object();

	deployment.resume = !PG_ARGISNULL(CREATE_RESUME) && PG_GETARG_BOOL(CREATE_RESUME);
	sf_task_call(call, fcinfo, 0, true, "sf_task_create()");
	sf_arguments_to_properties(properties, fcinfo, 1, create_arguments, lengthof(create_arguments));
	sf_merge_options(properties, fcinfo, CREATE_OPTIONS);
	deployment.body = sf_task_body(&call->name, properties, NULL, NULL);
	if (!PG_ARGISNULL(CREATE_TAGS))
		deployment.tags = sf_tag_assignments(&call->name, sf_json_from_jsonb(PG_GETARG_JSONB_P(CREATE_TAGS)));
	deploy(&deployment, !PG_ARGISNULL(CREATE_SUSPEND_ROOT) && PG_GETARG_BOOL(CREATE_SUSPEND_ROOT));
	if (!deployment.resume && deployment.there == NULL)
		ereport(NOTICE,
				(errmsg(deployment.looked || deployment.mode <= SF_TASK_OR_REPLACE ? "task %s is suspended" :
						"task %s, if it is new, is suspended", sf_task_display(call)),
				 errhint("sf_task_resume() starts its schedule; tasks behind it are resumed before it.")));
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(call)));
}

/*
 * The whole definition, also as sf_task_fetch shows it; what it leaves out is
 * reset.
 */
Datum
sf_task_create_or_alter(PG_FUNCTION_ARGS)
{
	Deployment	deployment = {.mode = SF_TASK_CREATE_OR_ALTER};
	SfTaskCall *call = &deployment.call;
	SfJson	   *task;

	if (PG_ARGISNULL(0))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the task must not be null")));
	task = sf_json_from_jsonb(PG_GETARG_JSONB_P(0));
	if (sf_json_text(sf_json_member(task, "name")) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the task must be a JSON object with a name")));
	sf_task_call(call, fcinfo, -1, true, "sf_task_create_or_alter()");
	sf_object_name_of(&call->name, call->kind, task, sf_text_argument(fcinfo, 2), sf_text_argument(fcinfo, 3),
					  call->session->options);
	deployment.body = sf_task_body(&call->name, task, NULL, NULL);
	warn_of_unseen(task);
	deploy(&deployment, !PG_ARGISNULL(1) && PG_GETARG_BOOL(1));
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(call)));
}

Datum
sf_task_fetch(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;

	sf_task_call(&call, fcinfo, 0, false, "sf_task_fetch()");
	PG_RETURN_JSONB_P(sf_json_to_jsonb(sf_object_find(call.session, call.kind, &call.name, false)));
}

/*
 * NULL when there was nothing to drop, if_exists.
 */
Datum
sf_task_drop(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;

	sf_task_call(&call, fcinfo, 0, true, "sf_task_drop()");
	if (!sf_object_drop(call.session, call.kind, &call.name, !PG_ARGISNULL(1) && PG_GETARG_BOOL(1)))
	{
		ereport(NOTICE,
				(errmsg("task %s does not exist, skipping", sf_task_display(&call))));
		PG_RETURN_NULL();
	}
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(&call)));
}

/*
 * CREATE TASK ... CLONE: REST has no such request.
 */
Datum
sf_task_clone(PG_FUNCTION_ARGS)
{
	SfTaskCall	source;
	SfTaskCall	target;
	SfCreateMode mode = sf_mode_argument(fcinfo, 2);
	char	   *from;
	char	   *sql;

	sf_task_call(&source, fcinfo, 0, true, "sf_task_clone()");
	/* its place may be the session's, which the next call may replace */
	from = sf_task_display(&source);
	sf_task_call(&target, fcinfo, 1, true, "sf_task_clone()");
	sql = psprintf("CREATE %sTASK %s%s CLONE %s", mode == SF_OR_REPLACE ? "OR REPLACE " : "",
				   mode == SF_IF_NOT_EXISTS ? "IF NOT EXISTS " : "", sf_task_display(&target), from);
	sf_task_say(sf_task_run_sql(target.session, sql));
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(&target)));
}

/*
 * Runs a task now: by REST, by SQL where REST has no parameter.
 */
Datum
sf_task_execute(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;
	bool		retry_last = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	Jsonb	   *config = PG_ARGISNULL(2) ? NULL : PG_GETARG_JSONB_P(2);
	bool		await = !PG_ARGISNULL(3) && PG_GETARG_BOOL(3);
	char	   *status;

	sf_task_call(&call, fcinfo, 0, true, "sf_task_execute()");
	if (await)
		status = execute_and_wait(&call, execute_text(&call, retry_last, config, await));
	else if (config)
		status = sf_task_run_sql(call.session, execute_text(&call, retry_last, config, await));
	else
		status = sf_task_act(&call, "execute", retry_last ? "retryLast=true" : NULL, NULL);
	sf_task_say(status);
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(&call)));
}

Datum
sf_task_suspend(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;

	sf_task_call(&call, fcinfo, 0, true, "sf_task_suspend()");
	sf_task_say(sf_task_act(&call, "suspend", NULL, NULL));
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(&call)));
}

/*
 * recursive: the task and all that depends on it, in one statement.
 */
Datum
sf_task_resume(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;
	bool		recursive = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	char	   *status;

	sf_task_call(&call, fcinfo, 0, true, "sf_task_resume()");
	if (recursive)
		status = sf_task_run_sql(call.session, psprintf("SELECT SYSTEM$TASK_DEPENDENTS_ENABLE(%s)",
														sf_literal(sf_task_display(&call))));
	else
		status = sf_task_act(&call, "resume", NULL, NULL);
	sf_task_say(status);
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(&call)));
}

/*
 * Cancels what runs of this task.
 */
Datum
sf_task_cancel(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;

	sf_task_call(&call, fcinfo, 0, true, "sf_task_cancel()");
	sf_task_say(sf_task_run_sql(call.session, psprintf("SELECT SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS(%s)",
													   sf_literal(sf_task_display(&call)))));
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(&call)));
}

/*
 * With suspend_root: a root that is started, of the graph that the task is in
 * or gets into, is suspended meanwhile; a task that is as it is to be is left
 * alone, for a root that is resumed begins its interval anew.
 */
static void
deploy(Deployment *deployment, bool suspend_root)
{
	const SfTaskCall *call = &deployment->call;
	List	   *roots = NIL;

	if (!suspend_root)
	{
		change(deployment);
		return;
	}
	deployment->looked = true;

	/* where it must not be there it is not looked for */
	if (deployment->mode != SF_TASK_ERROR_IF_EXISTS)
		deployment->there = sf_object_find(call->session, call->kind, &call->name, true);
	if (deployment->there && nothing_to_change(deployment))
	{
		ereport(NOTICE,
				(errmsg(deployment->mode == SF_TASK_IF_NOT_EXISTS ? "task %s exists already, skipping" :
						"task %s is as it is to be", sf_task_display(call))));
		set_tags(deployment);
		return;
	}
	if (deployment->there)
		roots = sf_task_add_root(roots, call, deployment->there);
	if (links_elsewhere(deployment))
		roots = sf_task_add_root(roots, call, deployment->body);
	/* a root that is resumed anyway */
	for (int i = 0; i < list_length(roots); i++)
	{
		SfTaskRoot *root = list_nth(roots, i);

		if (root->started && strcmp(root->call.name.name, call->name.name) == 0)
			deployment->resume = false;
	}
	sf_task_change_below(roots, change, deployment);
}

/*
 * Whether what the task is to follow or finalize is not what it does now.
 */
static bool
links_elsewhere(const Deployment *deployment)
{
	static const char *const links[] = {"predecessors", "finalize"};
	SfJson	   *there = NULL;
	bool		elsewhere = false;

	if (deployment->there)
		there = sf_task_body_of_answer(&deployment->call.name, deployment->there);
	for (int i = 0; i < lengthof(links); i++)
	{
		SfJson	   *is = sf_json_member(there, links[i]);
		SfJson	   *wanted = sf_json_member(deployment->body, links[i]);

		if (wanted && (is == NULL || !sf_task_same_value(is, wanted)))
			elsewhere = true;
	}
	return elsewhere;
}

/*
 * Of a task that is there.
 */
static bool
nothing_to_change(const Deployment *deployment)
{
	char	   *state = sf_json_opt_text(deployment->there, "state");

	if (deployment->resume && (state == NULL || strcmp(state, "started") != 0))
		return false;
	if (deployment->mode == SF_TASK_IF_NOT_EXISTS)
		return true;
	return deployment->mode == SF_TASK_CREATE_OR_ALTER &&
		sf_task_changed(sf_task_body_of_answer(&deployment->call.name, deployment->there), deployment->body) == NIL;
}

/*
 * SfTaskChangeFn: the task itself, its tags, its state.
 */
static void
change(void *arg)
{
	const Deployment *deployment = arg;
	const SfTaskCall *call = &deployment->call;
	ErrorContextCallback step;
	SfObjectRequest *request;

	if (deployment->mode == SF_TASK_CREATE_OR_ALTER)
		request = sf_put_request(call->kind, &call->name, deployment->body);
	else
		request = sf_create_request(call->kind, &call->name, deployment->body, (SfCreateMode) deployment->mode);
	sf_task_say(sf_task_status(sf_object_run(call->session, request)));
	sf_task_step_begin(&step, psprintf("task %s is there; its tags and its state are not as wanted yet",
									   sf_task_display(call)));
	set_tags(deployment);
	if (deployment->resume)
		sf_task_act(call, "resume", NULL, NULL);
	sf_context_end(&step);
}

static void
set_tags(const Deployment *deployment)
{
	if (sf_json_length(deployment->tags) > 0)
		sf_task_act(&deployment->call, "set_tags", NULL, deployment->tags);
}

/*
 * A fetch may say null for properties that are set: putting its answer back
 * takes them away.
 */
static void
warn_of_unseen(SfJson *task)
{
	bool		has_warehouse = sf_json_member(task, "warehouse") != NULL;
	StringInfoData list;
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;

	/* only what a fetch shows has an id */
	if (sf_json_member(task, "id") == NULL)
		return;
	initStringInfo(&list);
	while (sf_json_next(task, &it, &name, &value))
	{
		if ((value == NULL || strcmp(sf_json_print(value), "{}") == 0) && sf_task_may_be_unseen(name, has_warehouse))
			appendStringInfo(&list, "%s%s", list.len ? ", " : "", name);
	}
	if (list.len)
		ereport(WARNING,
				(errmsg("properties that a fetch may not show are reset"),
				 errdetail("They are %s.", list.data),
				 errhint("Give those that are set, take out the keys of those that are not, or change single "
						 "properties with sf_task_alter().")));
}

/*
 * The statement succeeds when the run is over, whatever became of it: throws
 * the first error of a run that failed.
 */
static char *
execute_and_wait(const SfTaskCall *call, const char *sql)
{
	SfNetGroup *group = sf_net_group_create(CurrentMemoryContext);
	List	   *before = sf_dag_runs(call->session, &call->name, SF_RUNS_COMPLETE, false, 0);
	char	   *status = sf_task_run_sql(call->session, sql);
	int64		pause = 0;

	for (int i = 0; i < MOST_LOOKS; i++)
	{
		ErrorContextCallback step;
		List	   *runs;
		SfDagRun   *run;

		sf_task_step_begin(&step, psprintf("task %s has run", sf_task_display(call)));
		runs = sf_dag_runs(call->session, &call->name, SF_RUNS_COMPLETE, false, 0);
		sf_context_end(&step);
		run = sf_dag_first_new(runs, before);
		if (run && run->state[0] != 'S')
			sf_dag_run_failed(call->session, psprintf("task %s", sf_task_display(call)), run);
		if (run)
			return status;
		pause = sf_poll_next(pause);
		sf_net_sleep(group, pause);
	}
	ereport(WARNING,
			(errcode(ERRCODE_WARNING),
			 errmsg("Snowflake does not show the run of task %s yet", sf_task_display(call)),
			 errdetail("It is over; whether it succeeded is not known."),
			 errhint("sf_task_complete_graphs() will show it.")));
	return status;
}

/*
 * EXECUTE TASK name [USING CONFIG = '...'] [AWAIT].
 */
static char *
execute_text(const SfTaskCall *call, bool retry_last, Jsonb *config, bool await)
{
	StringInfoData sql;

	if (retry_last)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("retry_last cannot be combined with config or await")));
	if (config && !JB_ROOT_IS_OBJECT(config))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("config must be a JSON object")));
	initStringInfo(&sql);
	appendStringInfo(&sql, "EXECUTE TASK %s", sf_task_display(call));
	if (config)
		appendStringInfo(&sql, " USING CONFIG = %s", sf_literal(sf_json_print(sf_json_from_jsonb(config))));
	if (await)
		appendStringInfoString(&sql, " AWAIT");
	return sql.data;
}
