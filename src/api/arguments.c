/*
 * arguments.c
 *	  Reading the arguments that SQL functions have in common.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "core/options.h"

#define LONGEST_MS (1000 * INT64CONST(366) * SECS_PER_DAY * 1000)	/* 1000 years */

SfSession *
sf_session_argument(FunctionCallInfo fcinfo, int argno)
{
	const char *name = PG_ARGISNULL(argno) ? NULL : NameStr(*PG_GETARG_NAME(argno));

	return sf_session_get(sf_server_by_name(name), GetUserId());
}

Oid
sf_argument_type(FunctionCallInfo fcinfo, int argno)
{
	Oid			type = get_fn_expr_argtype(fcinfo->flinfo, argno);
	Oid		   *types;
	int			ntypes;

	if (OidIsValid(type))
		return type;
	get_func_signature(fcinfo->flinfo->fn_oid, &types, &ntypes);
	return argno < ntypes ? types[argno] : InvalidOid;
}

char *
sf_text_argument(FunctionCallInfo fcinfo, int argno)
{
	if (argno >= PG_NARGS() || PG_ARGISNULL(argno))
		return NULL;
	return text_to_cstring(PG_GETARG_TEXT_PP(argno));
}

char *
sf_channel_argument(FunctionCallInfo fcinfo, int argno)
{
	char	   *channel = sf_text_argument(fcinfo, argno);

	if (channel == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the channel must not be null")));
	if (channel[0] == '\0' || strlen(channel) >= NAMEDATALEN)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the name of a channel", channel)));
	return channel;
}

int64
sf_milliseconds_argument(FunctionCallInfo fcinfo, int argno)
{
	Interval   *interval;
	int64		ms;

	if (argno >= PG_NARGS() || PG_ARGISNULL(argno))
		return -1;
	interval = PG_GETARG_INTERVAL_P(argno);
	if (interval->month != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a time span must not have months or years"),
				 errhint("Their length varies; say days.")));
	/* upward: a short span is not none */
	ms = interval->time / 1000 + (interval->time % 1000 > 0) + (int64) interval->day * SECS_PER_DAY * 1000;
	if (ms < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a time span must not be negative")));
	return Min(ms, LONGEST_MS);
}
