/*
 * arguments.c
 *	  Arguments of SQL functions that become properties.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "tasks/arguments.h"
#include "tasks/problem.h"
#include "tasks/schedule.h"

void
sf_arguments_to_properties(SfJson *properties, FunctionCallInfo fcinfo, int first,
						   const SfPropertyArgument *arguments, int n)
{
	for (int i = 0; i < n; i++)
	{
		const char *name = arguments[i].name;
		int			argno = first + i;

		if (PG_ARGISNULL(argno))
			continue;
		switch (arguments[i].type)
		{
			case SF_ARG_TEXT_OR_JSON:
				if (sf_argument_type(fcinfo, argno) == JSONBOID)
					sf_json_set(properties, name, sf_json_from_jsonb(PG_GETARG_JSONB_P(argno)));
				else
					sf_json_set_text(properties, name, sf_text_argument(fcinfo, argno));
				break;
			case SF_ARG_TEXT_OR_INTERVAL:
				sf_json_set_text(properties, name, sf_argument_type(fcinfo, argno) == INTERVALOID ?
								 sf_every_argument(fcinfo, argno) : sf_text_argument(fcinfo, argno));
				break;
			case SF_ARG_TEXT:
				sf_json_set_text(properties, name, sf_text_argument(fcinfo, argno));
				break;
			case SF_ARG_TEXT_ARRAY:
				sf_json_set(properties, name, sf_text_array_argument(fcinfo, argno));
				break;
			case SF_ARG_JSON:
				sf_json_set(properties, name, sf_json_from_jsonb(PG_GETARG_JSONB_P(argno)));
				break;
			case SF_ARG_BOOL:
				sf_json_set_bool(properties, name, PG_GETARG_BOOL(argno));
				break;
			case SF_ARG_INT:
				sf_json_set_int(properties, name, PG_GETARG_INT32(argno));
				break;
			case SF_ARG_BIGINT:
				sf_json_set_int(properties, name, PG_GETARG_INT64(argno));
				break;
			case SF_ARG_INTERVAL:
				sf_json_set_text(properties, name,
								 DatumGetCString(DirectFunctionCall1(interval_out, PG_GETARG_DATUM(argno))));
				break;
		}
	}
}

void
sf_merge_options(SfJson *properties, FunctionCallInfo fcinfo, int argno)
{
	SfJson	   *options;

	if (PG_ARGISNULL(argno))
		return;
	options = sf_json_from_jsonb(PG_GETARG_JSONB_P(argno));
	if (sf_json_type(options) != SF_JSON_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("options must be a JSON object")));
	sf_json_merge(properties, options);
}

SfCreateMode
sf_mode_argument(FunctionCallInfo fcinfo, int argno)
{
	char	   *mode = sf_text_argument(fcinfo, argno);

	return mode ? sf_create_mode(mode) : SF_ERROR_IF_EXISTS;
}

SfTaskMode
sf_task_mode_argument(FunctionCallInfo fcinfo, int argno)
{
	char	   *text = sf_text_argument(fcinfo, argno);

	if (text == NULL)
		return SF_TASK_ERROR_IF_EXISTS;
	if (sf_mode_is(text, "createOrAlter"))
		return SF_TASK_CREATE_OR_ALTER;
	for (SfCreateMode mode = SF_ERROR_IF_EXISTS; mode <= SF_IF_NOT_EXISTS; mode++)
	{
		if (sf_mode_is(text, sf_create_mode_name(mode)))
			return (SfTaskMode) mode;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid mode \"%s\"", text),
			 errhint("Valid modes are errorIfExists, orReplace, ifNotExists and createOrAlter.")));
	return SF_TASK_ERROR_IF_EXISTS;
}

char *
sf_every_argument(FunctionCallInfo fcinfo, int argno)
{
	int64		ms;

	if (PG_ARGISNULL(argno))
		return NULL;
	ms = sf_milliseconds_argument(fcinfo, argno);
	if (PG_GETARG_INTERVAL_P(argno)->time % USECS_PER_SEC != 0)
		sf_problem(NULL, "schedule", "a schedule has whole seconds");
	return sf_every_text(ms / 1000 * USECS_PER_SEC);
}

SfJson *
sf_text_array_argument(FunctionCallInfo fcinfo, int argno)
{
	SfJson	   *result;
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	if (PG_ARGISNULL(argno))
		return NULL;
	result = sf_json_new_array();
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	for (int i = 0; i < n; i++)
	{
		if (nulls[i])
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("the elements of an array of names must not be null")));
		sf_json_append_text(result, TextDatumGetCString(elements[i]));
	}
	return result;
}
