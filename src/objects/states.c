/*
 * states.c
 *	  sf_service_wait, sf_service_wait_ready, sf_compute_pool_wait: until a
 *	  service or a compute pool is in a state.
 *
 * Its state is asked for from 0.1 s to 5 s apart.  An interrupt ends the wait
 * and leaves it alone.
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "api/progress.h"
#include "base/backoff.h"
#include "base/str.h"
#include "net/net.h"
#include "objects/functions.h"
#include "objects/parts.h"
#include "objects/verbs.h"

PG_FUNCTION_INFO_V1(sf_service_wait);
PG_FUNCTION_INFO_V1(sf_service_wait_ready);
PG_FUNCTION_INFO_V1(sf_compute_pool_wait);

typedef struct State
{
	const char *name;
	bool		wanted;			/* can be waited for */
	const char *leads_to;		/* all there is to come by itself, separated
								 * by blanks; NULL: anything */
} State;

/* Documentation, "Working with services", "Working with compute pools". */
static const State service_states[] = {
	{"PENDING", true, NULL},
	{"RUNNING", true, NULL},
	{"SUSPENDING", true, NULL},
	{"SUSPENDED", true, "DELETING"},
	{"DONE", true, "DELETING"},
	{"FAILED", true, "DELETING"},
	{"DELETING", true, ""},
	{"DELETED", false, ""},
	{"INTERNAL_ERROR", true, "DELETING"},
	{NULL, false, NULL}
};

static const State pool_states[] = {
	{"UNKNOWN", false, NULL},
	{"STARTING", true, NULL},
	{"IDLE", true, NULL},
	{"ACTIVE", true, NULL},
	{"RESIZING", true, NULL},
	{"STOPPING", true, NULL},
	{"SUSPENDED", true, ""},
	{"FAILED", true, ""},
	{NULL, false, NULL}
};

typedef struct Wait
{
	SfPartCall	call;
	const State *states;
	const char *what;			/* in messages */
	const char *property;		/* of the object that has the state */
	const char *wanted;
	bool		endpoints;		/* public ones need their addresses too */
	bool		raise;
	TimestampTz deadline;		/* 0: none */
} Wait;

static void begin_wait(Wait *wait, FunctionCallInfo fcinfo, const char *kind, int timeoutno);
static const char *wanted_state(FunctionCallInfo fcinfo, int argno, const State *states, const char *missing);
static char *wait_for_state(const Wait *wait);
static char *look(const Wait *wait, bool *reached);
static bool have_addresses(const Wait *wait);
static void check_can_come(const Wait *wait, const char *state);
static void report_progress(const Wait *wait, const char *state, TimestampTz since);

/*
 * Until a service is in a state; the state it is in.
 */
Datum
sf_service_wait(PG_FUNCTION_ARGS)
{
	Wait		wait = {.states = service_states,.what = "service",.property = "status"};

	begin_wait(&wait, fcinfo, "service", 2);
	wait.wanted = wanted_state(fcinfo, 1, service_states, "RUNNING");
	PG_RETURN_TEXT_P(cstring_to_text(wait_for_state(&wait)));
}

/*
 * Until a service runs and can be reached; READY, else the state it is in.
 */
Datum
sf_service_wait_ready(PG_FUNCTION_ARGS)
{
	Wait		wait = {
		.states = service_states,
		.what = "service",
		.property = "status",
		.wanted = "RUNNING",
		.endpoints = true,
	};

	begin_wait(&wait, fcinfo, "service", 1);
	PG_RETURN_TEXT_P(cstring_to_text(wait_for_state(&wait)));
}

/*
 * Until a compute pool is in a state; the state it is in.
 */
Datum
sf_compute_pool_wait(PG_FUNCTION_ARGS)
{
	Wait		wait = {.states = pool_states,.what = "compute pool",.property = "state"};

	begin_wait(&wait, fcinfo, "compute_pool", 2);
	wait.wanted = wanted_state(fcinfo, 1, pool_states, "IDLE");
	PG_RETURN_TEXT_P(cstring_to_text(wait_for_state(&wait)));
}

/*
 * raise is the argument behind the timeout.
 */
static void
begin_wait(Wait *wait, FunctionCallInfo fcinfo, const char *kind, int timeoutno)
{
	int64		timeout;

	sf_part_call(&wait->call, fcinfo, kind);
	timeout = sf_milliseconds_argument(fcinfo, timeoutno);
	wait->raise = PG_ARGISNULL(timeoutno + 1) || PG_GETARG_BOOL(timeoutno + 1);
	wait->deadline = timeout < 0 ? 0 : GetCurrentTimestamp() + timeout * 1000;
}

/*
 * In upper case.  Throws 22023 with those that can be waited for.
 */
static const char *
wanted_state(FunctionCallInfo fcinfo, int argno, const State *states, const char *missing)
{
	char	   *given = sf_text_argument(fcinfo, argno);
	StringInfoData all;

	if (given == NULL)
		return missing;
	initStringInfo(&all);
	for (const State *state = states; state->name; state++)
	{
		if (state->wanted && sf_strcasecmp_ascii(state->name, given) == 0)
			return state->name;
		if (state->wanted)
			appendStringInfo(&all, "%s%s", all.len ? ", " : "", state->name);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a state to wait for", given),
			 errhint("States are %s.", all.data)));
	return NULL;
}

/*
 * The state at the end of the wait.
 */
static char *
wait_for_state(const Wait *wait)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw wait", ALLOCSET_SMALL_SIZES);
	MemoryContext answers = AllocSetContextCreate(context, "snowflake_fdw state", ALLOCSET_DEFAULT_SIZES);
	SfNetGroup *group = sf_net_group_create(context);
	MemoryContext caller = CurrentMemoryContext;
	TimestampTz since = GetCurrentTimestamp();
	int64		pause = 0;
	bool		reached = false;
	char	   *state;

	for (;;)
	{
		TimestampTz now;

		MemoryContextReset(answers);
		MemoryContextSwitchTo(answers);
		state = look(wait, &reached);
		if (!reached)
			check_can_come(wait, state);
		MemoryContextSwitchTo(caller);
		now = GetCurrentTimestamp();
		if (reached || (wait->deadline != 0 && now >= wait->deadline))
			break;
		report_progress(wait, state, since);
		pause = sf_poll_next(pause);
		sf_net_sleep(group, wait->deadline == 0 ? pause : Min(pause, (wait->deadline - now + 999) / 1000));
	}
	state = pstrdup(state);
	MemoryContextDelete(context);
	return state;
}

/*
 * The state now, and whether it is the wanted one.
 */
static char *
look(const Wait *wait, bool *reached)
{
	SfObjectRequest *request = sf_fetch_request(wait->call.kind, &wait->call.name);
	char	   *state;

	request->give_up_at = wait->deadline;
	state = sf_json_need_text(sf_object_run(wait->call.session, request), wait->property);
	sf_ascii_upper(state);
	*reached = strcmp(state, wait->wanted) == 0;
	/* an active pool has its nodes, and work for them */
	if (wait->states == pool_states && strcmp(wait->wanted, "IDLE") == 0 && strcmp(state, "ACTIVE") == 0)
		*reached = true;
	if (*reached && wait->endpoints)
	{
		*reached = have_addresses(wait);
		return pstrdup(*reached ? "READY" : "PROVISIONING");
	}
	return state;
}

/*
 * Whether every public endpoint of a service has an address: until then a
 * sentence stands there.
 */
static bool
have_addresses(const Wait *wait)
{
	SfObjectRequest *request = sf_action_request(wait->call.kind, &wait->call.name, "endpoints", NULL, NULL);
	SfJson	   *all;

	request->give_up_at = wait->deadline;
	all = sf_object_run_all(wait->call.session, request);
	sf_json_need_type(all, SF_JSON_ARRAY, "endpoints");
	for (int i = 0; i < sf_json_length(all); i++)
	{
		SfJson	   *endpoint = sf_json_need_object_at(all, i, "endpoints");
		char	   *address = sf_json_opt_text(endpoint, "ingress_url");

		if (sf_json_opt_bool(endpoint, "is_public", false) &&
			(address == NULL || address[0] == '\0' || strchr(address, ' ')))
			return false;
	}
	return true;
}

/*
 * Throws 55000 in a state from which the wanted one does not come.
 */
static void
check_can_come(const Wait *wait, const char *state)
{
	const State *now = wait->states;
	const char *suspended = wait->states == pool_states ? "sf_compute_pool_resume()" : "sf_service_resume()";

	while (now->name && strcmp(now->name, state) != 0)
		now++;
	if (!wait->raise || now->name == NULL || now->leads_to == NULL || strstr(now->leads_to, wait->wanted))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("%s %s is %s: it does not become %s by itself", wait->what,
					sf_object_display(wait->call.kind, &wait->call.name), state, wait->wanted),
			 strcmp(state, "SUSPENDED") == 0 ? errhint("%s starts it.", suspended) : 0));
}

/*
 * A NOTICE, each progress_interval.
 */
static void
report_progress(const Wait *wait, const char *state, TimestampTz since)
{
	TimestampTz due = sf_progress_due(since);

	if (due == 0 || GetCurrentTimestamp() < due)
		return;
	ereport(NOTICE,
			(errmsg("%s %s is %s", wait->what, sf_object_display(wait->call.kind, &wait->call.name),
					state)));
	sf_progress_told();
}
