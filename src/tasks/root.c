/*
 * root.c
 *	  The root tasks that stand in the way of a change, suspended for it.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "lib/stringinfo.h"
#include "storage/ipc.h"
#include "utils/timestamp.h"

#include "api/cleanup.h"
#include "objects/verbs.h"
#include "tasks/root.h"

#define MAX_DEPTH 1000			/* of a graph */

/* The fourth field of an advisory lock's tag: not 1 or 2, which are those of pg_advisory_lock. */
#define LOCK_CLASS 0x5346

/* Of SfTaskRoot. */
enum
{
	UNTOUCHED,
	SUSPENDING,					/* asked for, not answered */
	SUSPENDED
};

static int	by_display(const ListCell *a, const ListCell *b);
static void lock_roots(List *roots);
static void unlock_roots(List *roots);
static void look_again(SfTaskRoot *root);
static void put_back(int code, Datum arg);
static char *link_of(SfJson *task);
static void suspend_roots(List *roots);
static void resume_roots(List *roots);
static bool unanswered(const SfTaskRoot *root);
static void restore(void *arg);
static char *started_names(List *roots);

List *
sf_task_add_root(List *roots, const SfTaskCall *call, SfJson *task)
{
	SfTaskRoot *root = palloc0(sizeof(SfTaskRoot));
	ListCell   *lc;

	root->call = *call;
	for (int depth = 0; depth <= MAX_DEPTH; depth++)
	{
		char	   *above = link_of(task);
		char	   *state = sf_json_opt_text(task, "state");

		if (above == NULL)
		{
			root->started = state && strcmp(state, "started") == 0;
			foreach(lc, roots)
			{
				SfTaskRoot *other = lfirst(lc);

				if (strcmp(sf_task_display(&other->call), sf_task_display(&root->call)) == 0)
					return roots;
			}
			return lappend(roots, root);
		}
		sf_object_name_near(&root->call.name, root->call.kind, above, &call->name);
		task = sf_object_find(root->call.session, root->call.kind, &root->call.name, false);
	}
	sf_json_malformed(task, "task %s has no root", sf_task_display(call));
}

void
sf_task_change_below(List *roots, SfTaskChangeFn change, void *arg)
{
	char	   *names;
	ErrorContextCallback step;
	ErrorContextCallback changed;

	lock_roots(roots);
	names = started_names(roots);
	if (names == NULL)
	{
		change(arg);
		unlock_roots(roots);
		return;
	}
	PG_ENSURE_ERROR_CLEANUP(put_back, PointerGetDatum(roots));
	{
		suspend_roots(roots);
		sf_task_step_begin(&step, psprintf("%s suspended for it", names));
		change(arg);
		sf_task_step_begin(&changed, "the change itself");
		resume_roots(roots);
		sf_context_end(&changed);
		sf_context_end(&step);
	}
	PG_END_ENSURE_ERROR_CLEANUP(put_back, PointerGetDatum(roots));
	unlock_roots(roots);
}

void
sf_task_lock_tag(LOCKTAG *tag, const SfSession *session, const SfObjectName *root)
{
	char	   *key = psprintf("%s %s", session->options->base_url, sf_object_display(sf_kind_lookup("task"), root));
	uint64		hash = DatumGetUInt64(hash_any_extended((const unsigned char *) key, strlen(key), 0));

	SET_LOCKTAG_ADVISORY(*tag, InvalidOid, (uint32) (hash >> 32), (uint32) hash, LOCK_CLASS);
	pfree(key);
}

/*
 * In the order of their names, so that two sessions do not wait for each
 * other; the end of the transaction lets go of them after an error.
 */
static void
lock_roots(List *roots)
{
	ListCell   *lc;

	list_sort(roots, by_display);
	foreach(lc, roots)
	{
		SfTaskRoot *root = lfirst(lc);
		LOCKTAG		tag;

		sf_task_lock_tag(&tag, root->call.session, &root->call.name);
		if (LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL)
			continue;
		ereport(NOTICE,
				(errmsg("waiting for another change of task graph %s to end", sf_task_display(&root->call))));
		LockAcquire(&tag, ExclusiveLock, false, false);
		look_again(root);
	}
}

static void
unlock_roots(List *roots)
{
	ListCell   *lc;

	foreach(lc, roots)
	{
		SfTaskRoot *root = lfirst(lc);
		LOCKTAG		tag;

		sf_task_lock_tag(&tag, root->call.session, &root->call.name);
		LockRelease(&tag, ExclusiveLock, false);
	}
}

static int
by_display(const ListCell *a, const ListCell *b)
{
	const SfTaskRoot *first = lfirst(a);
	const SfTaskRoot *second = lfirst(b);

	return strcmp(sf_task_display(&first->call), sf_task_display(&second->call));
}

/*
 * Whoever held the lock may have had it suspended.  Waits on the network.
 */
static void
look_again(SfTaskRoot *root)
{
	SfJson	   *task = sf_object_find(root->call.session, root->call.kind, &root->call.name, true);
	char	   *state = sf_json_opt_text(task, "state");

	root->started = state && strcmp(state, "started") == 0;
}

/*
 * After an error, and where the backend ends in the middle.
 */
static void
put_back(int code, Datum arg)
{
	List	   *roots = (List *) DatumGetPointer(arg);
	ListCell   *lc;

	/* one that was refused is as it was; a backend that ends has no error */
	foreach(lc, roots)
	{
		SfTaskRoot *root = lfirst(lc);

		if (root->state == SUSPENDING && !proc_exit_inprogress && !unanswered(root))
			root->state = UNTOUCHED;
	}
	sf_cleanup(restore, roots);
}

/*
 * What a task finalizes or follows; NULL: nothing.
 */
static char *
link_of(SfJson *task)
{
	char	   *finalize = sf_json_opt_text(task, "finalize");
	SfJson	   *predecessors = sf_json_opt_array(task, "predecessors");

	if (finalize && finalize[0])
		return finalize;
	return sf_json_length(predecessors) > 0 ? sf_json_need_text_at(predecessors, 0, "predecessors") : NULL;
}

static void
suspend_roots(List *roots)
{
	ListCell   *lc;

	foreach(lc, roots)
	{
		SfTaskRoot *root = lfirst(lc);
		SfObjectRequest *request;

		if (!root->started)
			continue;
		root->state = SUSPENDING;
		request = sf_action_request(root->call.kind, &root->call.name, "suspend", NULL, NULL);
		request->answer = SF_ANSWER_OBJECT;
		root->suspending = sf_object_start(root->call.session, request, CurrentMemoryContext);
		sf_object_next(root->suspending);
		sf_object_close(root->suspending);
		root->suspending = NULL;
		root->state = SUSPENDED;
	}
}

static void
resume_roots(List *roots)
{
	ListCell   *lc;

	foreach(lc, roots)
	{
		SfTaskRoot *root = lfirst(lc);

		if (root->state != SUSPENDED)
			continue;
		sf_task_act(&root->call, "resume", NULL, NULL);
		root->state = UNTOUCHED;
	}
}

/*
 * Whether the error that is being handled leaves open what became of the
 * request, or of an attempt before the one that was refused.
 */
static bool
unanswered(const SfTaskRoot *root)
{
	int			category = ERRCODE_TO_CATEGORY(geterrcode());

	return category == ERRCODE_CONNECTION_EXCEPTION || category == ERRCODE_OPERATOR_INTERVENTION ||
		(root->suspending && (sf_object_undecided(root->suspending) || sf_object_in_doubt(root->suspending)));
}

/*
 * Clean-up: within a deadline, and throws nothing.
 */
static void
restore(void *arg)
{
	TimestampTz deadline = GetCurrentTimestamp() + (int64) SF_RESTORE_MS * 1000;
	ListCell   *lc;

	foreach(lc, (List *) arg)
	{
		SfTaskRoot *root = lfirst(lc);
		const SfTaskCall *call = &root->call;
		long		status;

		if (root->state == UNTOUCHED)
			continue;
		status = sf_object_run_quiet(call->session, sf_action_request(call->kind, &call->name, "resume", NULL, NULL),
									 deadline);
		/* what was accepted may come yet */
		if (status < 200 || status >= 300 || (root->suspending && sf_object_undecided(root->suspending)))
			ereport(WARNING,
					(errcode(ERRCODE_WARNING),
					 root->state == SUSPENDED ?
					 errmsg("root task %s is still suspended", sf_task_display(call)) :
					 errmsg("root task %s may be suspended", sf_task_display(call)),
					 errhint("Resume it with sf_task_resume().")));
	}
}

/*
 * "root task X was", or NULL when none is started.
 */
static char *
started_names(List *roots)
{
	StringInfoData names;
	int			count = 0;
	ListCell   *lc;

	initStringInfo(&names);
	foreach(lc, roots)
	{
		SfTaskRoot *root = lfirst(lc);

		if (root->started)
			appendStringInfo(&names, "%s%s", count++ ? ", " : "", sf_task_display(&root->call));
	}
	return count == 0 ? NULL : psprintf(count == 1 ? "root task %s was" : "root tasks %s were", names.data);
}
