/*
 * build.c
 *	  Pure builders of schedules and definitions; no network.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"

#include "api/arguments.h"
#include "tasks/arguments.h"
#include "tasks/procedure.h"
#include "tasks/schedule.h"

PG_FUNCTION_INFO_V1(sf_cron);
PG_FUNCTION_INFO_V1(sf_every);
PG_FUNCTION_INFO_V1(sf_procedure_call);
PG_FUNCTION_INFO_V1(sf_python_procedure);

static const SfPropertyArgument procedure_arguments[] = {
	{"procedure", SF_ARG_TEXT},
	{"args", SF_ARG_JSON},
};

static const SfPropertyArgument python_arguments[] = {
	{"python", SF_ARG_TEXT},
	{"handler", SF_ARG_TEXT},
	{"args", SF_ARG_JSON},
	{"argument_types", SF_ARG_TEXT_ARRAY},
	{"returns", SF_ARG_TEXT},
	{"packages", SF_ARG_TEXT_ARRAY},
	{"imports", SF_ARG_TEXT_ARRAY},
	{"stage_location", SF_ARG_TEXT},
	{"runtime_version", SF_ARG_TEXT},
	{"use_return_value", SF_ARG_BOOL},
};

Datum
sf_cron(PG_FUNCTION_ARGS)
{
	char	   *expr = sf_text_argument(fcinfo, 0);
	char	   *timezone = sf_text_argument(fcinfo, 1);

	if (expr == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(sf_cron_text(expr, timezone ? timezone : "UTC")));
}

Datum
sf_every(PG_FUNCTION_ARGS)
{
	char	   *every = sf_every_argument(fcinfo, 0);

	if (every == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(every));
}

Datum
sf_procedure_call(PG_FUNCTION_ARGS)
{
	SfJson	   *definition = sf_json_new_object();

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sf_arguments_to_properties(definition, fcinfo, 0, procedure_arguments, lengthof(procedure_arguments));
	PG_RETURN_TEXT_P(cstring_to_text(sf_definition_text(definition, NULL, NULL)));
}

Datum
sf_python_procedure(PG_FUNCTION_ARGS)
{
	SfJson	   *definition = sf_json_new_object();

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sf_arguments_to_properties(definition, fcinfo, 0, python_arguments, lengthof(python_arguments));
	PG_RETURN_TEXT_P(cstring_to_text(sf_definition_text(definition, NULL, NULL)));
}
