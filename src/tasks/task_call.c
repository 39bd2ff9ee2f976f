/*
 * task_call.c
 *	  What the task functions have in common.
 */
#include "postgres.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "api/statement.h"
#include "objects/verbs.h"
#include "tasks/task_call.h"

static void add_done(void *arg);
static void keep_first_cell(const SfResultMeta *meta, char **cells, void *arg);

void
sf_task_call(SfTaskCall *call, FunctionCallInfo fcinfo, int nameno, bool change, const char *what)
{
	int			last = PG_NARGS() - 1;
	char	   *name = nameno >= 0 ? sf_text_argument(fcinfo, nameno) : NULL;

	if (nameno >= 0 && name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the name of the task must not be null")));
	call->kind = sf_kind_find("task");
	call->session = sf_session_argument(fcinfo, last);
	memset(&call->name, 0, sizeof(call->name));
	if (name)
		sf_object_name(&call->name, call->kind, name, sf_text_argument(fcinfo, last - 2),
					   sf_text_argument(fcinfo, last - 1), call->session->options);
	if (change)
		sf_guard_change(what, call->session->options);
}

char *
sf_task_display(const SfTaskCall *call)
{
	return sf_object_display(call->kind, &call->name);
}

void
sf_task_say(const char *sentence)
{
	/* the answer of a system function may be one word, which says nothing */
	if (strchr(sentence, ' '))
		ereport(NOTICE,
				(errmsg("%s", sentence)));
}

char *
sf_task_act(const SfTaskCall *call, const char *action, const char *query, SfJson *body)
{
	return sf_task_status(sf_object_run(call->session,
										sf_action_request(call->kind, &call->name, action, query, body)));
}

char *
sf_task_run_sql(SfSession *session, const char *sql)
{
	SfStatementSpec spec = {.sql = sql,.statement_count = 1,.async = true,.write = true};
	char	   *answer = NULL;

	sf_statement_run(session, &spec, keep_first_cell, &answer);
	return answer ? answer : pstrdup("");
}

void
sf_task_step_begin(ErrorContextCallback *step, const char *done)
{
	sf_context_begin(step, add_done, (void *) done);
}

char *
sf_task_status(SfJson *answer)
{
	char	   *status = sf_json_shown(sf_json_member(answer, "status"));

	return status ? status : pstrdup("");
}

/*
 * Called with the error being reported.
 */
static void
add_done(void *arg)
{
	errcontext("done before: %s", (const char *) arg);
}

/*
 * SfRowFn of a statement that answers with one text.
 */
static void
keep_first_cell(const SfResultMeta *meta, char **cells, void *arg)
{
	char	  **answer = arg;

	if (*answer == NULL && meta->ncolumns > 0 && cells[0])
		*answer = pstrdup(cells[0]);
}
