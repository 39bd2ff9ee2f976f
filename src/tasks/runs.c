/*
 * runs.c
 *	  Runs of a root task and its graph.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "api/object.h"
#include "base/str.h"
#include "core/error.h"
#include "objects/properties.h"
#include "objects/verbs.h"
#include "tasks/runs.h"
#include "tasks/task_rows.h"

#define LOW_BITS INT64CONST(0xFFFFFFFF)

typedef struct TimeError
{
	SfJson	   *answer;
	const char *name;
} TimeError;

static char *error_code(const SfDagRun *run);
static SfDagRun *make_run(SfJson *answer);
static TimestampTz time_member(SfJson *answer, const char *name);
static void explain_time(void *arg);
static int64 whole_run_id(int64 answered, TimestampTz scheduled);

List *
sf_dag_runs(SfSession *session, const SfObjectName *root, SfDagRunKind kind, bool error_only,
			TimestampTz give_up_at)
{
	const char *query = error_only ? "resultLimit=10000&errorOnly=true" : "resultLimit=10000";
	SfObjectRequest *request = sf_action_request(sf_kind_lookup("task"), root,
												 kind == SF_RUNS_CURRENT ? "current_graphs" :
												 "complete_graphs", query, NULL);
	SfObjectCall *call;
	List	   *runs = NIL;
	SfJson	   *page;

	request->answer = SF_ANSWER_LIST;
	request->give_up_at = give_up_at;
	call = sf_object_start(session, request, CurrentMemoryContext);
	while ((page = sf_object_next(call)) != NULL)
	{
		for (int i = 0; i < sf_json_length(page); i++)
		{
			SfDagRun   *run = make_run(sf_json_element(page, i));

			run->complete = kind == SF_RUNS_COMPLETE;
			runs = lappend(runs, run);
		}
	}
	sf_object_close(call);
	return runs;
}

bool
sf_dag_run_over(const SfDagRun *run)
{
	static const char *const over[] = {"SUCCEEDED", "FAILED", "CANCELLED", "CANCELED", "SKIPPED"};

	for (int i = 0; i < lengthof(over); i++)
	{
		if (strcmp(run->state, over[i]) == 0)
			return true;
	}
	return run->complete;
}

bool
sf_dag_run_is(const SfDagRun *run, int64 run_id)
{
	return run_id > LOW_BITS ? run->run_id == run_id : (run->run_id & LOW_BITS) == (run_id & LOW_BITS);
}

SfDagRun *
sf_dag_first_new(const List *runs, const List *before)
{
	SfDagRun   *first = NULL;
	ListCell   *lc;

	foreach(lc, runs)
	{
		SfDagRun   *run = lfirst(lc);
		bool		known = false;
		ListCell   *old;

		foreach(old, before)
		{
			SfDagRun   *other = lfirst(old);

			if (other->run_id == run->run_id &&
				(other->completed_time == 0 || other->completed_time == run->completed_time))
				known = true;
		}
		if (!known && (first == NULL || run->scheduled_time < first->scheduled_time))
			first = run;
	}
	return first;
}

void
sf_dag_run_failed(const SfSession *session, const char *what, const SfDagRun *run)
{
	SfConnOptions *options = session->options;
	char	   *task = sf_json_opt_text(run->answer, "first_error_task_name");
	char	   *message = sf_json_shown(sf_json_member(run->answer, "first_error_message"));
	bool		failed = strncmp(run->state, "FAILED", strlen("FAILED")) == 0;
	SfRemoteError error = {
		.code = failed ? error_code(run) : NULL,
		.message = message && message[0] ? message : psprintf("the run of %s ended as %s", what, run->state),
		.detail = psprintf("Run " INT64_FORMAT " of %s ended as %s%s%s", run->run_id, what, run->state,
						   task ? ", the first task with an error was " : "", task ? task : ""),
		.server_name = options->server_name,
		.secrets = options->secrets,
		.nsecrets = options->nsecrets,
		.sqlerrcode = failed ? 0 : ERRCODE_QUERY_CANCELED,
	};

	if (failed && error.code == NULL)
		error.sqlerrcode = ERRCODE_EXTERNAL_ROUTINE_EXCEPTION;
	sf_report_remote(ERROR, &error);
	pg_unreachable();
}

/*
 * Six digits; NULL for 0, which means none.
 */
static char *
error_code(const SfDagRun *run)
{
	int64		code = sf_json_opt_int(run->answer, "first_error_code", 0);

	return code > 0 && code <= 999999 ? psprintf("%06d", (int) code) : NULL;
}

/*
 * Keeps the answer.  Throws 08P01 where it is not as documented.
 */
static SfDagRun *
make_run(SfJson *answer)
{
	SfDagRun   *run = palloc0(sizeof(SfDagRun));
	char	   *state;

	sf_answer_check(&sf_task_run_kind, answer);
	/* those that are only shown too */
	for (int i = 0; i < sf_task_run_kind.ncolumns; i++)
	{
		if (sf_task_run_kind.columns[i].type == SF_COLUMN_TIMESTAMP)
			(void) time_member(answer, sf_task_run_kind.columns[i].name);
	}
	state = sf_json_opt_text(answer, "state");
	run->answer = answer;
	run->state = state ? state : pstrdup("");
	sf_ascii_upper(run->state);
	run->scheduled_time = time_member(answer, "scheduled_time");
	run->completed_time = time_member(answer, "completed_time");
	run->run_id = whole_run_id(sf_json_opt_int(answer, "run_id", 0), run->scheduled_time);
	return run;
}

/*
 * 0 when it is absent, null or empty.  Throws 08P01 for what is no time.
 */
static TimestampTz
time_member(SfJson *answer, const char *name)
{
	char	   *text = sf_json_opt_text(answer, name);
	TimeError	where = {answer, name};
	ErrorContextCallback context;
	TimestampTz result;

	if (text == NULL || text[0] == '\0')
		return 0;
	sf_context_begin(&context, explain_time, &where);
	result = DatumGetTimestampTz(DirectFunctionCall3(timestamptz_in, CStringGetDatum(text),
													 ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
	sf_context_end(&context);
	return result;
}

/*
 * Called with the error being reported: the reply is at fault, not a text of
 * the user's.
 */
static void
explain_time(void *arg)
{
	const TimeError *where = arg;
	const char *source = sf_json_source(where->answer);

	errcode(ERRCODE_PROTOCOL_VIOLATION);
	errmsg("malformed reply from Snowflake: \"%s\" of a %s is no time", where->name, sf_task_run_kind.name);
	if (source)
		errcontext("%s", source);
}

/*
 * The last number with these lower bits that is not after the scheduled time.
 */
static int64
whole_run_id(int64 answered, TimestampTz scheduled)
{
	int64		unix_ms = scheduled / 1000 + (POSTGRES_EPOCH_JDATE - UNIX_EPOCH_JDATE) * INT64CONST(86400000);

	if (answered > LOW_BITS || scheduled == 0)
		return answered;
	/* the answer's time may be cut to seconds */
	unix_ms += 999;
	return unix_ms - ((unix_ms - answered) & LOW_BITS);
}
