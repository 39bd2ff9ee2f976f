/*
 * dag_steps.c
 *	  Makes the calls of a plan.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/cleanup.h"
#include "objects/verbs.h"
#include "graphs/dag_steps.h"

#define MOST_SHOWN 20			/* steps in an error's text */

/* what is put right after a failure */
typedef struct Repair
{
	SfDagPlan  *plan;
	bool		remove;			/* what was created goes */
	StringInfo	report;			/* for the error's CONTEXT */
} Repair;

static void run_step(SfDagPlan *plan, SfDagStep *step);
static bool unanswered(const ErrorData *error);
static void put_right(void *arg);
static bool try_quietly(SfDagPlan *plan, const SfObjectRequest *request, TimestampTz deadline);
static void remove_created(SfDagPlan *plan, TimestampTz deadline, StringInfo report);
static void resume_root(SfDagPlan *plan, TimestampTz deadline, StringInfo report);
static bool root_needs_resume(const SfDagPlan *plan);
static char *context_text(const SfDagPlan *plan, const char *what, int failed, const char *report);
static void list_steps(StringInfo out, const char *label, const SfDagPlan *plan, int first, int last, bool done);

void
sf_dag_run_steps(SfDagPlan *plan, const char *what, bool remove)
{
	MemoryContext context = CurrentMemoryContext;
	volatile int current = 0;

	PG_TRY();
	{
		for (; current < list_length(plan->steps); current++)
		{
			SfDagStep  *step = list_nth(plan->steps, current);

			if (step->status == SF_STEP_PLANNED)
				run_step(plan, step);
		}
	}
	PG_CATCH();
	{
		ErrorData  *error;
		StringInfoData report;
		Repair		repair = {.plan = plan,.remove = remove,.report = &report};
		char	   *text;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		((SfDagStep *) list_nth(plan->steps, current))->status = unanswered(error) ? SF_STEP_UNKNOWN : SF_STEP_FAILED;
		initStringInfo(&report);
		if (!sf_cleanup(put_right, &repair))
			appendStringInfoString(&report, "\nPutting it right failed half-way.");
		text = context_text(plan, what, current, report.data);
		error->context = error->context ? psprintf("%s\n%s", text, error->context) : text;
		ReThrowError(error);
	}
	PG_END_TRY();
}

static void
run_step(SfDagPlan *plan, SfDagStep *step)
{
	SfObjectCall *call = sf_object_start(plan->session, step->request, CurrentMemoryContext);
	bool		missing = false;

	if (step->missing_ok)
		sf_object_next_or_missing(call, &missing);
	else
		sf_object_next(call);
	sf_object_close(call);
	step->status = missing ? SF_STEP_MISSING : SF_STEP_DONE;
}

/*
 * Whether the call may have had its effect though it failed here: there was
 * no answer, or the wait for it was interrupted.
 */
static bool
unanswered(const ErrorData *error)
{
	int			category = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	return category == ERRCODE_CONNECTION_EXCEPTION || category == ERRCODE_OPERATOR_INTERVENTION;
}

/*
 * Clean-up: all of it together has a deadline, and another cancel ends it.
 */
static void
put_right(void *arg)
{
	Repair	   *repair = arg;
	TimestampTz deadline = GetCurrentTimestamp() + (int64) SF_RESTORE_MS * 1000;

	if (repair->remove)
		remove_created(repair->plan, deadline, repair->report);
	if (root_needs_resume(repair->plan))
		resume_root(repair->plan, deadline, repair->report);
}

static bool
try_quietly(SfDagPlan *plan, const SfObjectRequest *request, TimestampTz deadline)
{
	long		status = sf_object_run_quiet(plan->session, request, deadline);

	return status >= 200 && status < 300;
}

/*
 * Children first; the root is suspended still, or goes too.  A create without an answer may have met a task that was
 * there before: that one is left alone.
 */
static void
remove_created(SfDagPlan *plan, TimestampTz deadline, StringInfo report)
{
	int			removed = 0;

	for (int i = list_length(plan->steps) - 1; i >= 0; i--)
	{
		SfDagStep  *step = list_nth(plan->steps, i);

		if (step->action != SF_STEP_CREATE || (step->status != SF_STEP_DONE && step->status != SF_STEP_UNKNOWN) || !step->undo)
			continue;
		if (step->status == SF_STEP_UNKNOWN)
		{
			ereport(WARNING,
					(errcode(ERRCODE_CONNECTION_EXCEPTION),
					 errmsg("task %s may have been created", step->task),
					 errdetail("There was no answer to its creation.")));
			continue;
		}
		if (try_quietly(plan, sf_drop_request(sf_kind_lookup("task"), &step->name, true), deadline))
			removed++;
		else
			ereport(WARNING,
					(errcode(ERRCODE_CONNECTION_EXCEPTION),
					 errmsg("could not remove task %s, which was created before the failure", step->task)));
	}
	if (removed > 0)
		appendStringInfo(report, "\nRemoved again: %d %s.", removed, removed == 1 ? "task" : "tasks");
}

static void
resume_root(SfDagPlan *plan, TimestampTz deadline, StringInfo report)
{
	if (try_quietly(plan, sf_dag_resume_request(plan), deadline))
		appendStringInfo(report, "\nThe task graph runs again, as before.");
	else
		ereport(WARNING,
				(errcode(ERRCODE_CONNECTION_EXCEPTION),
				 errmsg("could not resume task graph %s, which ran before", sf_name_written(plan->root.name)),
				 errdetail("Its root task is suspended."),
				 errhint("Deploy it again with mode createOrAlter, or call sf_dag_resume().")));
}

/*
 * The root was suspended by us, nothing has resumed it, and it is whole.
 */
static bool
root_needs_resume(const SfDagPlan *plan)
{
	bool		suspended = false;
	ListCell   *lc;

	foreach(lc, plan->steps)
	{
		SfDagStep  *step = lfirst(lc);

		if (step->status != SF_STEP_DONE && step->status != SF_STEP_UNKNOWN)
			continue;
		if (plan->replaces && step->action == SF_STEP_DROP)
			return false;
		if (strcmp(step->name.name, plan->root.name) == 0 && step->action == SF_STEP_SUSPEND)
			suspended = true;
		else if (strcmp(step->name.name, plan->root.name) == 0 && step->action == SF_STEP_RESUME && step->status == SF_STEP_DONE)
			suspended = false;
	}
	return suspended;
}

static char *
context_text(const SfDagPlan *plan, const char *what, int failed, const char *report)
{
	SfDagStep  *step = list_nth(plan->steps, failed);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "%s of task graph %s, step %d of %d: %s %s", what, sf_object_display(sf_kind_lookup("task"), &plan->root),
					 failed + 1, list_length(plan->steps), sf_step_action_name(step->action), step->task);
	list_steps(&out, "Done before", plan, 0, failed, true);
	list_steps(&out, step->status == SF_STEP_UNKNOWN ? "Not done, the first one perhaps" : "Not done", plan, failed, list_length(plan->steps), false);
	appendStringInfoString(&out, report);
	return out.data;
}

/*
 * Steps first to last - 1 that change something.
 */
static void
list_steps(StringInfo out, const char *label, const SfDagPlan *plan, int first, int last, bool done)
{
	int			shown = 0;
	int			more = 0;

	for (int i = first; i < last; i++)
	{
		SfDagStep  *step = list_nth(plan->steps, i);

		if (step->action == SF_STEP_FETCH || step->action == SF_STEP_DEPENDENTS)
			continue;
		if (shown == MOST_SHOWN)
		{
			more++;
			continue;
		}
		appendStringInfo(out, "%s%s %s", shown == 0 ? psprintf("\n%s: ", label) : ", ", sf_step_action_name(step->action), step->task);
		shown++;
	}
	if (more > 0)
		appendStringInfo(out, " and %d more", more);
	if (shown > 0)
		appendStringInfoChar(out, '.');
	else if (done)
		appendStringInfo(out, "\n%s: nothing.", label);
}
