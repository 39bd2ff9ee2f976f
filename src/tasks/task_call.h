/*
 * task_call.h
 *	  What the task functions have in common: their last arguments, their
 *	  answers, statements where REST has no request.
 */
#ifndef SF_TASKS_TASK_CALL_H
#define SF_TASKS_TASK_CALL_H

#include "postgres.h"

#include "fmgr.h"

#include "api/object.h"
#include "api/session.h"
#include "core/error.h"
#include "objects/catalog.h"
#include "objects/path.h"

typedef struct SfTaskCall
{
	SfSession  *session;
	const SfKindDef *kind;		/* of tasks */
	SfObjectName name;
} SfTaskCall;

/*
 * The session, and the task that argument nameno names (a negative nameno: no task, the name's parents are not
 * read); database, schema and server are the last three arguments.  change: refused in a read-only transaction, on
 * a standby and on a read_only server.  Throws 22004 for a null name, and what sf_session_argument,
 * sf_guard_change and sf_object_name throw.  what is the function's name with its parentheses.  No network.
 */
extern void sf_task_call(SfTaskCall *call, FunctionCallInfo fcinfo, int nameno, bool change, const char *what);

/* DB.SCHEMA.TASK. */
extern char *sf_task_display(const SfTaskCall *call);

/* Snowflake's sentence about what was done, as a NOTICE; none where it is no sentence.  Throws nothing. */
extern void sf_task_say(const char *sentence);

/* Sends an action of the task (":resume"); its status text.  Waits on the network. */
extern char *sf_task_act(const SfTaskCall *call, const char *action, const char *query, SfJson *body);

/*
 * Runs a statement that changes something; the first cell of its answer.  Waits on the network; an interrupt
 * cancels it.
 */
extern char *sf_task_run_sql(SfSession *session, const char *sql);

/*
 * The text "done" becomes a line of CONTEXT of every error until sf_context_end: what an earlier step of a
 * function has done already.
 */
extern void sf_task_step_begin(ErrorContextCallback *step, const char *done);

/* The status text of an answer; empty where there is none.  Throws nothing: what it tells of is done. */
extern char *sf_task_status(SfJson *answer);

#endif							/* SF_TASKS_TASK_CALL_H */
