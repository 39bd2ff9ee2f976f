/*
 * guc.c
 *	  The settings snowflake_fdw.*
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/plancache.h"

#include "base/str.h"
#include "core/options.h"

char	   *sf_guc_default_server = NULL;
bool		sf_guc_log_requests = false;
bool		sf_guc_enable_pushdown = true;
bool		sf_guc_enable_filter_pushdown = true;
bool		sf_guc_enable_statement_pushdown = true;
bool		sf_guc_enable_subquery_pushdown = true;
bool		sf_guc_enable_bind_join = true;
int			sf_guc_bind_max_keys = 65536;
bool		sf_guc_enable_join_pushdown = true;
bool		sf_guc_enable_aggregate_pushdown = true;
bool		sf_guc_enable_sort_pushdown = true;
bool		sf_guc_allow_bulk_changes = false;
int			sf_guc_progress_interval = 10000;
int			sf_guc_numeric_division = SF_DIVISION_OF_SERVER;
int			sf_guc_snapshot = SF_SNAPSHOT_OF_SERVER;
char	   *sf_guc_role = NULL;
char	   *sf_guc_warehouse = NULL;

static const struct config_enum_entry divisions[] = {
	{"server", SF_DIVISION_OF_SERVER, false},
	{"local", SF_DIVISION_LOCAL, false},
	{"remote", SF_DIVISION_REMOTE, false},
	{NULL, 0, false}
};

static const struct config_enum_entry snapshots[] = {
	{"server", SF_SNAPSHOT_OF_SERVER, false},
	{"off", SF_SNAPSHOT_OFF, false},
	{"on", SF_SNAPSHOT_ON, false},
	{"false", SF_SNAPSHOT_OFF, true},
	{"true", SF_SNAPSHOT_ON, true},
	{NULL, 0, false}
};

/* Those that are on or off. */
static const struct
{
	const char *name;
	const char *description;
	bool	   *value;
	GucContext	context;
}			switches[] = {

	{"snowflake_fdw.log_requests",
		"Writes each request (method, path, status, time, size) to the server log.",
	&sf_guc_log_requests, PGC_SUSET},
	{"snowflake_fdw.enable_pushdown",
		"Lets more than column lists be sent to Snowflake.",
	&sf_guc_enable_pushdown, PGC_USERSET},
	{"snowflake_fdw.enable_filter_pushdown",
		"Lets conditions on data tables be sent to Snowflake.",
	&sf_guc_enable_filter_pushdown, PGC_USERSET},
	{"snowflake_fdw.enable_statement_pushdown",
		"Lets a query over tables of one server be sent as one statement.",
	&sf_guc_enable_statement_pushdown, PGC_USERSET},
	{"snowflake_fdw.enable_subquery_pushdown",
		"Lets a subquery over tables of one server be sent as a statement of its own.",
	&sf_guc_enable_subquery_pushdown, PGC_USERSET},
	{"snowflake_fdw.enable_bind_join",
		"Lets the keys of local rows be sent with the statement of a table they are joined with.",
	&sf_guc_enable_bind_join, PGC_USERSET},
	{"snowflake_fdw.enable_join_pushdown",
		"Lets joins of tables of one server be computed in Snowflake within a larger query.",
	&sf_guc_enable_join_pushdown, PGC_USERSET},
	{"snowflake_fdw.enable_aggregate_pushdown",
		"Lets groups of tables of one server be computed in Snowflake within a larger query.",
	&sf_guc_enable_aggregate_pushdown, PGC_USERSET},
	{"snowflake_fdw.enable_sort_pushdown",
		"Lets Snowflake sort what is read from it within a larger query.",
	&sf_guc_enable_sort_pushdown, PGC_USERSET},
	{"snowflake_fdw.allow_bulk_changes",
		"Lets UPDATE and DELETE change account objects that they do not name.",
	&sf_guc_allow_bulk_changes, PGC_USERSET},
};

static void plan_again(int value, void *extra);
static bool check_one_line(char **value, void **extra, GucSource source);

/*
 * Called once, when the library is loaded.
 */
void
sf_guc_init(void)
{
	for (int i = 0; i < lengthof(switches); i++)
		DefineCustomBoolVariable(switches[i].name, switches[i].description, NULL, switches[i].value, *switches[i].value,
								 switches[i].context, 0, NULL, NULL, NULL);
	DefineCustomStringVariable("snowflake_fdw.default_server",
							   "Server that functions use when none is named.",
							   NULL, &sf_guc_default_server, NULL, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("snowflake_fdw.bind_max_keys",
							"Of more distinct keys a bind join sends the least and the greatest.",
							NULL, &sf_guc_bind_max_keys, 65536, 1, 1000000, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable("snowflake_fdw.numeric_division",
							 "Where quotients are computed of which more than the order counts.",
							 NULL, &sf_guc_numeric_division, SF_DIVISION_OF_SERVER, divisions, PGC_USERSET, 0,
							 NULL, NULL, NULL);
	DefineCustomEnumVariable("snowflake_fdw.snapshot",
							 "Lets all scans of a query read their tables as of one moment.",
							 NULL, &sf_guc_snapshot, SF_SNAPSHOT_OF_SERVER, snapshots, PGC_USERSET, 0,
							 NULL, plan_again, NULL);
	DefineCustomIntVariable("snowflake_fdw.progress_interval",
							"Time between progress messages of statements and functions that wait; 0 for none.",
							NULL, &sf_guc_progress_interval, 10000, 0, 86400000, PGC_USERSET, GUC_UNIT_MS,
							NULL, NULL, NULL);
	DefineCustomStringVariable("snowflake_fdw.role",
							   "Role of the session, where the server has role_override.",
							   NULL, &sf_guc_role, NULL, PGC_USERSET, 0, check_one_line, NULL, NULL);
	DefineCustomStringVariable("snowflake_fdw.warehouse",
							   "Warehouse of the session, where the server has role_override.",
							   NULL, &sf_guc_warehouse, NULL, PGC_USERSET, 0, check_one_line, NULL, NULL);
	MarkGUCPrefixReserved("snowflake_fdw");
}

/*
 * Plans that are kept were made with the setting as it was.  Runs where a
 * transaction is aborted, too: must not throw.
 */
static void
plan_again(int value, void *extra)
{
	if (value != sf_guc_snapshot)
		ResetPlanCache();
}

/*
 * A role and a warehouse go into header lines.
 */
static bool
check_one_line(char **value, void **extra, GucSource source)
{
	if (*value == NULL || !sf_has_control(*value))
		return true;
	GUC_check_errdetail("It must not hold control characters such as line breaks.");
	return false;
}

const char *
sf_setting_for(Oid userid, const char *setting)
{
	return setting && setting[0] && userid == GetOuterUserId() ? setting : NULL;
}
