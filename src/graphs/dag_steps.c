/*
 * dag_steps.c
 *	  Makes the calls of a plan.
 *
 * A step that failed was refused, or it is unknown: there was no answer, or
 * an answer 202 whose result could not be had.  What is unknown may have had
 * its effect, or may yet have it.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "storage/lock.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/cleanup.h"
#include "objects/verbs.h"
#include "graphs/dag_steps.h"
#include "tasks/root.h"

#define MOST_SHOWN 20			/* steps in an error's text */

/* Clean-up after a failure: its state and what it has to say. */
typedef struct Repair
{
	SfDagPlan  *plan;
	bool		remove;			/* what was created goes */
	bool		conflict;		/* somebody else changed the graph */
	TimestampTz deadline;
	bool		whole;			/* nothing is left that ought to be put right */
	StringInfoData report;		/* lines of CONTEXT */
} Repair;

static void run_step(SfDagPlan *plan, SfDagStep *step);
static void look(SfDagPlan *plan, SfDagStep *step);
pg_noreturn static void changed_meanwhile(const SfDagPlan *plan, const char *difference);
static bool unanswered(const SfDagStep *step, const ErrorData *error);
static void repair_all(void *arg);
static void put_right(Repair *repair);
static bool try_quietly(Repair *repair, const SfObjectRequest *request);
static bool stop_root(Repair *repair);
static void put_back(Repair *repair);
static void remove_created(Repair *repair);
static bool remove_task(Repair *repair, SfDagStep *step);
static void resume_root(Repair *repair);
static bool root_was_suspended(const SfDagPlan *plan);
static bool something_dropped(const SfDagPlan *plan);
static bool took_place(const SfDagStep *step);
static void warn_of_rest(Repair *repair, const char *what, SfStepAction only, int last);
static void warn_of_unknown(const SfDagPlan *plan);
static char *context_text(const SfDagPlan *plan, const char *what, int failed, const char *report);
static void list_steps(StringInfo out, const char *label, const SfDagPlan *plan, int first, int last, bool done);

void
sf_dag_lock(const SfSession *session, const SfObjectName *root)
{
	LOCKTAG		tag;

	sf_task_lock_tag(&tag, session, root);
	if (LockAcquire(&tag, ExclusiveLock, true, true) != LOCKACQUIRE_NOT_AVAIL)
		return;
	ereport(NOTICE,
			(errmsg("waiting for another deployment of task graph %s to end",
					sf_object_display(sf_kind_lookup("task"), root))));
	LockAcquire(&tag, ExclusiveLock, true, false);
}

void
sf_dag_unlock(const SfSession *session, const SfObjectName *root)
{
	LOCKTAG		tag;

	sf_task_lock_tag(&tag, session, root);
	LockRelease(&tag, ExclusiveLock, true);
}

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
		SfDagStep  *step = list_nth(plan->steps, current);
		Repair		repair = {.plan = plan,.remove = remove,.whole = true};
		ErrorData  *error;
		char	   *text;

		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		step->status = unanswered(step, error) ? SF_STEP_UNKNOWN : SF_STEP_FAILED;
		initStringInfo(&repair.report);
		repair.conflict = error->sqlerrcode == ERRCODE_T_R_SERIALIZATION_FAILURE;
		if (!sf_cleanup(repair_all, &repair))
			appendStringInfoString(&repair.report, "\nPutting it right failed half-way.");
		text = context_text(plan, what, current, repair.report.data);
		error->context = error->context ? psprintf("%s\n%s", text, error->context) : text;
		if (error->sqlerrcode == ERRCODE_DUPLICATE_OBJECT && error->hint == NULL)
			error->hint = "Mode createOrAlter changes what is there, orReplace makes it anew.";
		ReThrowError(error);
	}
	PG_END_TRY();
}

/*
 * Sends the step's request, or looks at the graph.  Waits on the network,
 * interruptible; throws what Snowflake answers, and leaves step->call for
 * unanswered() then.
 */
static void
run_step(SfDagPlan *plan, SfDagStep *step)
{
	bool		missing = false;

	if (step->action == SF_STEP_FETCH || step->action == SF_STEP_DEPENDENTS)
	{
		look(plan, step);
		return;
	}
	step->call = sf_object_start(plan->session, step->request, CurrentMemoryContext);
	if (step->missing_ok)
		sf_object_next_or_missing(step->call, &missing);
	else
		sf_object_next(step->call);
	sf_object_close(step->call);
	step->call = NULL;
	step->status = missing ? SF_STEP_MISSING : SF_STEP_DONE;
}

/*
 * The look at the graph before its root is resumed: throws 40001 when it is
 * not what the plan has made.
 */
static void
look(SfDagPlan *plan, SfDagStep *step)
{
	if (step->action == SF_STEP_FETCH)
	{
		plan->look = sf_deployed_root(plan->session, &plan->root, true);
		if (plan->look == NULL)
			changed_meanwhile(plan, "its root task was dropped");
	}
	else
	{
		char	   *difference = sf_deployed_mismatch(sf_deployed_graph(plan->session, &plan->root, plan->look),
													  plan->expected);

		if (difference)
			changed_meanwhile(plan, difference);
	}
	step->status = SF_STEP_DONE;
}

/*
 * Throws 40001.
 */
static void
changed_meanwhile(const SfDagPlan *plan, const char *difference)
{
	ereport(ERROR,
			(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
			 errmsg("task graph %s was changed by somebody else during its deployment",
					sf_object_display(sf_kind_lookup("task"), &plan->root)),
			 errdetail("After it %s.", difference),
			 errhint("Deploy it again with mode createOrAlter when the other deployment is over.")));
}

/*
 * Whether the call may have had its effect, or may yet have it, though it
 * failed here: there was no answer, to an attempt before the one that was
 * refused either, the wait for it was interrupted, or what was accepted has
 * no result.
 */
static bool
unanswered(const SfDagStep *step, const ErrorData *error)
{
	int			category = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	if (step->call == NULL)
		return false;
	return category == ERRCODE_CONNECTION_EXCEPTION || category == ERRCODE_OPERATOR_INTERVENTION ||
		sf_object_undecided(step->call) || sf_object_in_doubt(step->call);
}

/*
 * Clean-up: all of it together has a deadline, and another cancel ends it.
 */
static void
repair_all(void *arg)
{
	Repair	   *repair = arg;

	repair->deadline = GetCurrentTimestamp() + (int64) SF_RESTORE_MS * 1000;
	if (repair->conflict)
		appendStringInfoString(&repair->report,
							   "\nThe task graph is left as it is now; this deployment has not resumed its root task.");
	else
		put_right(repair);
	warn_of_unknown(repair->plan);
}

/*
 * In the section of clean-up: every request ends at repair->deadline.
 */
static void
put_right(Repair *repair)
{
	SfDagPlan  *plan = repair->plan;
	bool		ran = root_was_suspended(plan);

	if ((plan->alters || repair->remove) && !stop_root(repair))
		return;
	if (plan->alters)
		put_back(repair);
	else if (repair->remove)
		remove_created(repair);
	if (plan->replaces && something_dropped(plan))
		appendStringInfoString(&repair->report, "\nWhat is left of the task graph is suspended: nothing of it runs.");
	else if (ran && repair->whole)
		resume_root(repair);
	else if (ran)
		appendStringInfoString(&repair->report, "\nThe task graph is suspended: nothing of it runs.");
}

/*
 * Throws nothing; false for any answer but 200, and for none by the deadline.
 */
static bool
try_quietly(Repair *repair, const SfObjectRequest *request)
{
	long		status = sf_object_run_quiet(repair->plan->session, request, repair->deadline);

	return status == 200;
}

/*
 * Where the root may have been resumed it is suspended before anything is
 * changed: below a root that is started nothing can be, and its tasks would be
 * left behind.
 */
static bool
stop_root(Repair *repair)
{
	SfDagPlan  *plan = repair->plan;
	ListCell   *lc;

	foreach(lc, plan->steps)
	{
		SfDagStep  *step = lfirst(lc);

		if (step->action != SF_STEP_RESUME || !took_place(step) || strcmp(step->name.name, plan->root.name) != 0)
			continue;
		if (!try_quietly(repair, sf_dag_suspend_request(plan)))
		{
			ereport(WARNING,
					(errcode(ERRCODE_CONNECTION_EXCEPTION),
					 errmsg("could not suspend task graph %s, which may run", sf_name_written(plan->root.name)),
					 errdetail("It is left as it was deployed."),
					 errhint("Look at it with sf_dag_fetch().")));
			return false;
		}
		/* what is known now */
		step->status = SF_STEP_FAILED;
	}
	return true;
}

/*
 * The steps backwards.  The first one that cannot be put back ends it: those
 * before it have left the graph as it is now.
 */
static void
put_back(Repair *repair)
{
	SfDagPlan  *plan = repair->plan;
	int			count = 0;

	for (int i = list_length(plan->steps) - 1; i >= 0; i--)
	{
		SfDagStep  *step = list_nth(plan->steps, i);
		ListCell   *lc;

		if (!took_place(step) || step->back == NIL)
			continue;
		if (step->action == SF_STEP_CREATE)
			repair->whole = remove_task(repair, step);
		else
		{
			foreach(lc, step->back)
			{
				if (repair->whole)
					repair->whole = try_quietly(repair, lfirst(lc));
			}
			if (repair->whole && !(step->call && sf_object_undecided(step->call)))
				step->status = SF_STEP_FAILED;
		}
		if (!repair->whole)
		{
			warn_of_rest(repair, "could not put back", SF_STEP_FETCH, i);
			return;
		}
		count += step->status == SF_STEP_FAILED;
	}
	if (count > 0)
		appendStringInfo(&repair->report, "\nPut back: %d %s.", count, count == 1 ? "step" : "steps");
}

/*
 * Children first; the root is suspended still, or goes too.
 */
static void
remove_created(Repair *repair)
{
	SfDagPlan  *plan = repair->plan;
	int			removed = 0;

	for (int i = list_length(plan->steps) - 1; i >= 0 && repair->whole; i--)
	{
		SfDagStep  *step = list_nth(plan->steps, i);

		if (step->action != SF_STEP_CREATE || !took_place(step))
			continue;
		repair->whole = remove_task(repair, step);
		if (!repair->whole)
			warn_of_rest(repair, "could not remove", SF_STEP_CREATE, i);
		else if (step->status == SF_STEP_FAILED)
			removed++;
	}
	if (removed > 0)
		appendStringInfo(&repair->report, "\nRemoved again: %d %s.", removed, removed == 1 ? "task" : "tasks");
}

/*
 * Drops a task that a step has created; false when that fails.  A create of
 * which nothing is known may have met a task that was there before: it is
 * dropped only where it is linked to this graph as it was to be, and its step
 * stays unknown where it is not there (yet) or is another one.
 */
static bool
remove_task(Repair *repair, SfDagStep *step)
{
	SfDagPlan  *plan = repair->plan;

	if (step->status == SF_STEP_UNKNOWN)
	{
		SfObjectRequest *fetch = sf_fetch_request(sf_kind_lookup("task"), &step->name);
		long		status;
		SfJson	   *there = sf_object_fetch_quiet(plan->session, fetch, repair->deadline, &status);

		if (strcmp(step->name.name, plan->root.name) == 0 || status == 404 ||
			(there && !sf_deployed_linked_as(&step->name, there, step->body)))
			return true;
		if (there == NULL)
			return false;
	}
	if (!try_quietly(repair, linitial(step->back)))
		return false;
	step->status = SF_STEP_FAILED;
	return true;
}

/*
 * In the section of clean-up; a WARNING where it did not work.
 */
static void
resume_root(Repair *repair)
{
	SfDagPlan  *plan = repair->plan;
	StringInfoData added;
	ListCell   *lc;

	if (!try_quietly(repair, sf_dag_resume_request(plan)))
	{
		ereport(WARNING,
				(errcode(ERRCODE_CONNECTION_EXCEPTION),
				 errmsg("could not resume task graph %s, which ran before", sf_name_written(plan->root.name)),
				 errdetail("Its root task is suspended."),
				 errhint("Deploy it again with mode createOrAlter, or call sf_dag_resume().")));
		return;
	}
	initStringInfo(&added);
	foreach(lc, plan->steps)
	{
		SfDagStep  *step = lfirst(lc);

		if (step->action == SF_STEP_CREATE && step->status == SF_STEP_DONE)
			appendStringInfo(&added, "%s%s", added.len ? ", " : "", step->task);
		/* an interrupted suspend is undone, unless it may come yet */
		if (strcmp(step->name.name, plan->root.name) == 0 && step->status == SF_STEP_UNKNOWN &&
			!(step->call && sf_object_undecided(step->call)))
			step->status = SF_STEP_FAILED;
	}
	if (added.len)
		appendStringInfo(&repair->report, "\nThe task graph runs again, with what was added: %s.", added.data);
	else
		appendStringInfoString(&repair->report, "\nThe task graph runs again, as before.");
}

/*
 * The root was suspended by us, and nothing has resumed it.
 */
static bool
root_was_suspended(const SfDagPlan *plan)
{
	bool		suspended = false;
	ListCell   *lc;

	foreach(lc, plan->steps)
	{
		SfDagStep  *step = lfirst(lc);

		if (strcmp(step->name.name, plan->root.name) != 0)
			continue;
		if (step->action == SF_STEP_SUSPEND && took_place(step))
			suspended = true;
		else if (step->action == SF_STEP_RESUME && step->status == SF_STEP_DONE)
			suspended = false;
	}
	return suspended;
}

/*
 * Or may have been.
 */
static bool
something_dropped(const SfDagPlan *plan)
{
	ListCell   *lc;

	foreach(lc, plan->steps)
	{
		SfDagStep  *step = lfirst(lc);

		if (step->action == SF_STEP_DROP && took_place(step))
			return true;
	}
	return false;
}

/*
 * Whether the step had its effect, or may have had it.
 */
static bool
took_place(const SfDagStep *step)
{
	return step->status == SF_STEP_DONE || step->status == SF_STEP_UNKNOWN;
}

/*
 * One WARNING for all that is not put right: the steps up to number last, of
 * one action only unless that is SF_STEP_FETCH.
 */
static void
warn_of_rest(Repair *repair, const char *what, SfStepAction only, int last)
{
	StringInfoData list;
	int			shown = 0;
	int			more = 0;

	initStringInfo(&list);
	for (int i = last; i >= 0; i--)
	{
		SfDagStep  *step = list_nth(repair->plan->steps, i);

		if (!took_place(step) || step->back == NIL || (only != SF_STEP_FETCH && step->action != only))
			continue;
		if (shown == MOST_SHOWN)
			more++;
		else
			appendStringInfo(&list, "%s%s %s", shown++ ? ", " : "", sf_step_action_name(step->action), step->task);
	}
	if (more)
		appendStringInfo(&list, " and %d more", more);
	ereport(WARNING,
			(errcode(ERRCODE_CONNECTION_EXCEPTION),
			 errmsg("%s what was done to task graph %s: %s", what, sf_name_written(repair->plan->root.name), list.data),
			 errhint("Deploy it again with mode createOrAlter, or drop it with sf_dag_drop().")));
}

/*
 * What may be there, or may not.
 */
static void
warn_of_unknown(const SfDagPlan *plan)
{
	static const char *const done[] = {"", "", "suspended", "created", "altered", "resumed", "dropped"};
	ListCell   *lc;

	foreach(lc, plan->steps)
	{
		SfDagStep  *step = lfirst(lc);
		bool		accepted = step->call && sf_object_undecided(step->call);

		if (step->status != SF_STEP_UNKNOWN)
			continue;
		ereport(WARNING,
				(errcode(ERRCODE_CONNECTION_EXCEPTION),
				 errmsg("task %s may have been %s", step->task, done[step->action]),
				 accepted ?
				 errdetail("Snowflake has accepted that; its result could not be had.") :
				 errdetail("There was no answer to that."),
				 errhint("Look at it with sf_task_fetch().")));
	}
}

/*
 * For the CONTEXT of the error; in the current context.
 */
static char *
context_text(const SfDagPlan *plan, const char *what, int failed, const char *report)
{
	SfDagStep  *step = list_nth(plan->steps, failed);
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "%s of task graph %s, step %d of %d: %s %s", what,
					 sf_object_display(sf_kind_lookup("task"), &plan->root), failed + 1, list_length(plan->steps),
					 sf_step_action_name(step->action), step->task);
	list_steps(&out, "Done before", plan, 0, failed, true);
	list_steps(&out, step->status == SF_STEP_UNKNOWN ? "Not done, the first one perhaps" : "Not done",
			   plan, failed, list_length(plan->steps), false);
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
		appendStringInfo(out, "%s%s %s", shown == 0 ? psprintf("\n%s: ", label) : ", ",
						 sf_step_action_name(step->action), step->task);
		shown++;
	}
	if (more > 0)
		appendStringInfo(out, " and %d more", more);
	if (shown > 0)
		appendStringInfoChar(out, '.');
	else if (done)
		appendStringInfo(out, "\n%s: nothing.", label);
}
