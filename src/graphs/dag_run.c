/*
 * dag_run.c
 *	  sf_dag_run, sf_dag_wait, sf_dag_notify, sf_dag_cancel, sf_dag_suspend, sf_dag_resume,
 *	  sf_dag_current_runs, sf_dag_complete_runs.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "commands/async.h"
#include "fmgr.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "api/object.h"
#include "base/backoff.h"
#include "core/compat.h"
#include "core/quote.h"
#include "net/net.h"
#include "objects/verbs.h"
#include "graphs/deployed.h"
#include "tasks/procedure.h"
#include "tasks/runs.h"
#include "tasks/task_call.h"

PG_FUNCTION_INFO_V1(sf_dag_run);
PG_FUNCTION_INFO_V1(sf_dag_wait);
PG_FUNCTION_INFO_V1(sf_dag_notify);
PG_FUNCTION_INFO_V1(sf_dag_cancel);
PG_FUNCTION_INFO_V1(sf_dag_suspend);
PG_FUNCTION_INFO_V1(sf_dag_resume);
PG_FUNCTION_INFO_V1(sf_dag_current_runs);
PG_FUNCTION_INFO_V1(sf_dag_complete_runs);

#define RUN_COLUMNS 14

/* Looks for a new run this often before it counts as not shown. */
#define MOST_LOOKS 10

/* A run scheduled within this time counts as one that starts now, not as the next scheduled one. */
#define SOON_US (5 * USECS_PER_SEC)

/* NOTIFY takes less than 8000 bytes. */
#define LONGEST_PAYLOAD 7999

typedef struct Waiting
{
	SfSession  *session;
	SfObjectName root;
	bool		any;			/* of the newest run, whichever that is when
								 * the wait begins */
	int64		run_id;
	TimestampTz deadline;		/* 0: none */
} Waiting;

static void resume_scheduled(SfSession *session, const SfDagArgument *argument);
static void execute(SfSession *session, const SfDagArgument *argument, bool retry_last, SfJson *config);
static int64 new_run(SfSession *session, const SfObjectName *root, List *before);
static SfDagRun *wait_for_run(Waiting *waiting, bool raise);
static char *payload(const SfObjectName *root, const SfDagRun *run);
static SfDagRun *look(Waiting *waiting);
static SfDagRun *newest_run(Waiting *waiting);
static List *runs_now(const Waiting *waiting, SfDagRunKind kind);
static SfDagRun *latest(List *runs, TimestampTz soon);
static SfDagRun *find_run(List *runs, int64 run_id);
static int64 run_id_argument(FunctionCallInfo fcinfo, int argno);
static Datum act(FunctionCallInfo fcinfo, const char *what, const char *action);
static Datum named(const SfObjectName *root);
static void return_runs(FunctionCallInfo fcinfo, List *runs);

/*
 * Starts a run now; its id.
 */
Datum
sf_dag_run(PG_FUNCTION_ARGS)
{
	bool		retry_last = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	SfJson	   *config = PG_ARGISNULL(2) ? NULL : sf_json_from_jsonb(PG_GETARG_JSONB_P(2));
	SfDagArgument argument;
	SfSession  *session = sf_dag_argument(fcinfo, 3, &argument);
	ErrorContextCallback step;
	List	   *before;
	int64		run_id;

	sf_guard_change("sf_dag_run()", session->options);
	if (!PG_ARGISNULL(2) && sf_json_type(config) != SF_JSON_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the config of a run must be a JSON object")));
	if (config && retry_last)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a retried run keeps its config"),
				 errhint("Leave out config or retry_last.")));
	resume_scheduled(session, &argument);
	/* in this order, so that one that ends meanwhile is seen */
	before = sf_dag_runs(session, &argument.root, SF_RUNS_CURRENT, false, 0);
	before = list_concat(before, sf_dag_runs(session, &argument.root, SF_RUNS_COMPLETE, false, 0));
	execute(session, &argument, retry_last, config);
	sf_task_step_begin(&step, psprintf("task graph %s was started", sf_name_written(argument.root.name)));
	run_id = new_run(session, &argument.root, before);
	sf_context_end(&step);
	PG_RETURN_INT64(run_id);
}

/*
 * Waits for the end of a run; its state.
 */
Datum
sf_dag_wait(PG_FUNCTION_ARGS)
{
	int64		timeout = sf_milliseconds_argument(fcinfo, 2);
	bool		raise = PG_ARGISNULL(3) || PG_GETARG_BOOL(3);
	SfDagArgument argument;
	Waiting		waiting = {.session = sf_dag_argument(fcinfo, 4, &argument)};

	waiting.root = argument.root;
	waiting.any = PG_ARGISNULL(1);
	if (!waiting.any)
		waiting.run_id = run_id_argument(fcinfo, 1);
	waiting.deadline = timeout < 0 ? 0 : GetCurrentTimestamp() + timeout * 1000;
	PG_RETURN_TEXT_P(cstring_to_text(wait_for_run(&waiting, raise)->state));
}

/*
 * Waits for the end of a run and notifies a channel of it; how many
 * notifications.  They go out with the commit.
 */
Datum
sf_dag_notify(PG_FUNCTION_ARGS)
{
	SfDagArgument argument;
	Waiting		waiting = {.session = sf_dag_argument(fcinfo, 3, &argument)};
	char	   *channel = sf_channel_argument(fcinfo, 1);

	PreventCommandDuringRecovery("sf_dag_notify()");
	waiting.root = argument.root;
	waiting.any = PG_ARGISNULL(2);
	if (!waiting.any)
		waiting.run_id = run_id_argument(fcinfo, 2);
	Async_Notify(channel, payload(&waiting.root, wait_for_run(&waiting, false)));
	PG_RETURN_INT32(1);
}

/*
 * Cancels what runs of a graph's tasks; its name.
 */
Datum
sf_dag_cancel(PG_FUNCTION_ARGS)
{
	SfDagArgument argument;
	SfSession  *session = sf_dag_argument(fcinfo, 1, &argument);
	SfDeployed *deployed;
	StringInfoData answers;
	StringInfoData done;

	sf_guard_change("sf_dag_cancel()", session->options);
	deployed = sf_deployed_graph(session, &argument.root, sf_deployed_root(session, &argument.root, false));
	initStringInfo(&answers);
	initStringInfo(&done);
	for (int i = 0; i < deployed->graph.nnodes; i++)
	{
		SfObjectName name = argument.root;
		ErrorContextCallback step;
		char	   *answer;

		name.name = deployed->tasks[deployed->order[i]].full_name;
		if (i > 0)
			sf_task_step_begin(&step, done.data);
		answer = sf_task_run_sql(session, psprintf("SELECT SYSTEM$USER_TASK_CANCEL_ONGOING_EXECUTIONS(%s)",
												   sf_literal(sf_object_display(sf_kind_lookup("task"), &name))));
		if (i > 0)
			sf_context_end(&step);
		appendStringInfo(&done, "%s%s", i > 0 ? ", " : "runs were cancelled of ", sf_name_written(name.name));
		appendStringInfo(&answers, "%s%s", answers.len && answer[0] ? "\n" : "", answer);
	}
	sf_task_say(answers.data);
	return named(&argument.root);
}

/*
 * Suspends the root task.
 */
Datum
sf_dag_suspend(PG_FUNCTION_ARGS)
{
	return act(fcinfo, "sf_dag_suspend()", "suspend");
}

/*
 * Resumes the tasks of a graph, the root last.
 */
Datum
sf_dag_resume(PG_FUNCTION_ARGS)
{
	return act(fcinfo, "sf_dag_resume()", NULL);
}

/*
 * The runs that are scheduled or execute.
 */
Datum
sf_dag_current_runs(PG_FUNCTION_ARGS)
{
	SfDagArgument argument;
	SfSession  *session = sf_dag_argument(fcinfo, 1, &argument);

	return_runs(fcinfo, sf_dag_runs(session, &argument.root, SF_RUNS_CURRENT, false, 0));
	return (Datum) 0;
}

/*
 * The runs that ended in the last 60 minutes.
 */
Datum
sf_dag_complete_runs(PG_FUNCTION_ARGS)
{
	bool		error_only = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	SfDagArgument argument;
	SfSession  *session = sf_dag_argument(fcinfo, 2, &argument);

	return_runs(fcinfo, sf_dag_runs(session, &argument.root, SF_RUNS_COMPLETE, error_only, 0));
	return (Datum) 0;
}

/*
 * As the Python API does: a graph with a schedule is resumed before it is
 * run, unless it says that it is to be left suspended.
 */
static void
resume_scheduled(SfSession *session, const SfDagArgument *argument)
{
	SfJson	   *root = sf_deployed_root(session, &argument->root, false);
	char	   *suspended = sf_json_text(sf_json_member(argument->given, "suspended"));

	if (sf_deployed_started(root) || sf_json_member(root, "schedule") == NULL ||
		(suspended && strcmp(suspended, "true") == 0))
		return;
	sf_object_run(session, sf_action_request(sf_kind_lookup("task"), &argument->root, "resume", NULL, NULL));
	ereport(NOTICE,
			(errmsg("task graph %s was suspended: it is resumed, its schedule runs again",
					sf_name_written(argument->root.name))));
}

/*
 * A config for one run exists in SQL only.
 */
static void
execute(SfSession *session, const SfDagArgument *argument, bool retry_last, SfJson *config)
{
	const SfKindDef *kind = sf_kind_lookup("task");

	if (config)
		sf_task_run_sql(session, psprintf("EXECUTE TASK %s USING CONFIG = %s",
										  sf_object_display(kind, &argument->root), sf_literal(sf_json_print(config))));
	else
		sf_object_run(session, sf_action_request(kind, &argument->root, "execute",
												 retry_last ? "retryLast=true" : "retryLast=false", NULL));
}

/*
 * The id of the run that was not there before.
 */
static int64
new_run(SfSession *session, const SfObjectName *root, List *before)
{
	SfNetGroup *group = sf_net_group_create(CurrentMemoryContext);
	int64		pause = 0;

	for (int i = 0; i < MOST_LOOKS; i++)
	{
		SfDagRun   *run = sf_dag_first_new(sf_dag_runs(session, root, SF_RUNS_CURRENT, false, 0), before);

		/* a short run is over already */
		if (run == NULL)
			run = sf_dag_first_new(sf_dag_runs(session, root, SF_RUNS_COMPLETE, false, 0), before);
		if (run)
			return run->run_id;
		pause = sf_poll_next(pause);
		sf_net_sleep(group, pause);
	}
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("task graph %s was started, but Snowflake does not show the run yet", sf_name_written(root->name)),
			 errhint("sf_dag_current_runs() will show it.")));
	return 0;
}

/*
 * What is known of a run that is over, as JSON of the length that a
 * notification may have.
 */
static char *
payload(const SfObjectName *root, const SfDagRun *run)
{
	char	   *task = sf_json_shown(sf_json_member(run->answer, "first_error_task_name"));
	char	   *message = sf_json_shown(sf_json_member(run->answer, "first_error_message"));
	int			keep = message ? strlen(message) : 0;
	bool		name_task = task && task[0];

	for (;; keep = keep / 2)
	{
		SfJson	   *out = sf_json_new_object();
		char	   *text;

		sf_json_set_text(out, "dag", sf_object_display(sf_kind_lookup("task"), root));
		sf_json_set_int(out, "run_id", run->run_id);
		sf_json_set_text(out, "state", run->state);
		if (name_task)
			sf_json_set_text(out, "first_error_task", sf_name_exact(task));
		if (keep > 0)
			sf_json_set_text(out, "first_error", pnstrdup(message, pg_mbcliplen(message, strlen(message), keep)));
		text = sf_json_print(out);
		if (strlen(text) < LONGEST_PAYLOAD || (keep == 0 && !name_task))
			return text;
		if (keep == 0)
			name_task = false;
	}
}

/*
 * The run, in the caller's context: once it is over, or at the
 * deadline (0: none) if it was shown by then.  Waits, interruptible; throws
 * 42704 for a run that is not shown, and with raise what a run that failed
 * says.
 */
static SfDagRun *
wait_for_run(Waiting *waiting, bool raise)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext one_look = AllocSetContextCreate(caller, "snowflake_fdw run", ALLOCSET_DEFAULT_SIZES);
	SfNetGroup *group = sf_net_group_create(caller);
	int64		pause = 0;
	int			misses = 0;

	for (;;)
	{
		SfDagRun   *run;
		TimestampTz now;
		bool		over = false;

		MemoryContextReset(one_look);
		MemoryContextSwitchTo(one_look);
		run = look(waiting);
		if (run)
		{
			over = sf_dag_run_over(run);
			if (over && raise && run->state[0] != 'S')
				sf_dag_run_failed(waiting->session,
								  psprintf("task graph %s", sf_name_written(waiting->root.name)), run);
			misses = 0;
		}
		else if (++misses >= MOST_LOOKS)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_OBJECT),
					 errmsg("task graph %s has no run " INT64_FORMAT, sf_name_written(waiting->root.name),
							waiting->run_id),
					 errdetail("Snowflake shows runs that are scheduled or executing, and those that ended "
							   "in the last 60 minutes.")));
		MemoryContextSwitchTo(caller);
		now = GetCurrentTimestamp();
		/* the context of this look lasts as long as the caller's */
		if (over || (run && waiting->deadline != 0 && now >= waiting->deadline))
			return run;
		pause = sf_poll_next(pause);
		if (waiting->deadline != 0)
			pause = Max(Min(pause, (waiting->deadline - now) / 1000), 0);
		sf_net_sleep(group, pause);
	}
}

/*
 * The run as it is now, or NULL when it is not shown.  One that is no longer
 * current is complete: asked in this order, it cannot be missed in between.
 */
static SfDagRun *
look(Waiting *waiting)
{
	SfDagRun   *run;

	if (waiting->any)
	{
		run = newest_run(waiting);
		waiting->any = false;
		waiting->run_id = run->run_id;
		return run;
	}
	run = find_run(runs_now(waiting, SF_RUNS_CURRENT), waiting->run_id);
	if (run == NULL)
		run = find_run(runs_now(waiting, SF_RUNS_COMPLETE), waiting->run_id);
	return run;
}

/*
 * The one that executes or is to begin at once; without one the last that
 * ended.
 */
static SfDagRun *
newest_run(Waiting *waiting)
{
	SfDagRun   *run = latest(runs_now(waiting, SF_RUNS_CURRENT),
							 GetCurrentTimestamp() + SOON_US);

	if (run == NULL)
		run = latest(runs_now(waiting, SF_RUNS_COMPLETE), DT_NOEND);
	if (run == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("task graph %s has no run that is executing or ended in the last 60 minutes",
						sf_name_written(waiting->root.name)),
				 errhint("sf_dag_run() starts one.")));
	return run;
}

static List *
runs_now(const Waiting *waiting, SfDagRunKind kind)
{
	return sf_dag_runs(waiting->session, &waiting->root, kind, false, waiting->deadline);
}

/*
 * Of those that execute, or are due until soon, the last one; NULL: none.
 */
static SfDagRun *
latest(List *runs, TimestampTz soon)
{
	SfDagRun   *found = NULL;
	ListCell   *lc;

	foreach(lc, runs)
	{
		SfDagRun   *run = lfirst(lc);

		if (run->scheduled_time > soon && strcmp(run->state, "EXECUTING") != 0)
			continue;
		if (found == NULL || run->scheduled_time > found->scheduled_time)
			found = run;
	}
	return found;
}

/*
 * Of the attempts of a run the last one.
 */
static SfDagRun *
find_run(List *runs, int64 run_id)
{
	SfDagRun   *found = NULL;
	ListCell   *lc;

	foreach(lc, runs)
	{
		SfDagRun   *run = lfirst(lc);

		if (sf_dag_run_is(run, run_id) && (found == NULL || run->completed_time > found->completed_time))
			found = run;
	}
	return found;
}

/*
 * A run's id, a bigint or a text by the function's declaration.
 */
static int64
run_id_argument(FunctionCallInfo fcinfo, int argno)
{
	char	   *text;
	char	   *end;
	int64		run_id;

	if (sf_argument_type(fcinfo, argno) == INT8OID)
		return PG_GETARG_INT64(argno);
	text = sf_text_argument(fcinfo, argno);
	errno = 0;
	run_id = strtoll(text, &end, 10);
	if (text[0] == '\0' || *end != '\0' || errno != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid run id \"%s\"", text),
				 errhint("sf_dag_run() returns one; sf_dag_current_runs() and sf_dag_complete_runs() list them.")));
	return run_id;
}

/*
 * An action on the root; without one all tasks are resumed, which exists in
 * SQL only.
 */
static Datum
act(FunctionCallInfo fcinfo, const char *what, const char *action)
{
	SfDagArgument argument;
	SfSession  *session = sf_dag_argument(fcinfo, 1, &argument);
	const SfKindDef *kind = sf_kind_lookup("task");
	char	   *answer;

	sf_guard_change(what, session->options);
	if (action)
		answer = sf_task_status(sf_object_run(session, sf_action_request(kind, &argument.root, action, NULL, NULL)));
	else
		answer = sf_task_run_sql(session, psprintf("SELECT SYSTEM$TASK_DEPENDENTS_ENABLE(%s)",
												   sf_literal(sf_object_display(kind, &argument.root))));
	sf_task_say(answer);
	return named(&argument.root);
}

static Datum
named(const SfObjectName *root)
{
	return CStringGetTextDatum(sf_object_display(sf_kind_lookup("task"), root));
}

/*
 * Names are exact, and no error is NULL.
 */
static void
return_runs(FunctionCallInfo fcinfo, List *runs)
{
	static const char *const names[] = {"root_task_name", "database_name", "schema_name"};
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	AttInMetadata *input;
	ListCell   *lc;

	InitMaterializedSRF(fcinfo, 0);
	input = TupleDescGetAttInMetadata(rsinfo->setDesc);
	foreach(lc, runs)
	{
		SfDagRun   *run = lfirst(lc);
		char	   *cells[RUN_COLUMNS];

		for (int i = 0; i < RUN_COLUMNS; i++)
		{
			const char *column = i < lengthof(names) ? names[i] : NameStr(TupleDescAttr(rsinfo->setDesc, i)->attname);

			cells[i] = sf_json_text(sf_json_member(run->answer, column));
			if (cells[i] && i < lengthof(names))
				cells[i] = sf_name_exact(cells[i]);
			/* no error is the code 0 */
			if (cells[i] && (cells[i][0] == '\0' ||
							 (strcmp(column, "first_error_code") == 0 && strcmp(cells[i], "0") == 0)))
				cells[i] = NULL;
			if (strcmp(column, "run_id") == 0)
				cells[i] = psprintf(INT64_FORMAT, run->run_id);
		}
		tuplestore_puttuple(rsinfo->setResult, BuildTupleFromCStrings(input, cells));
	}
}
