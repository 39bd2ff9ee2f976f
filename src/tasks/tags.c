/*
 * tags.c
 *	  Tags of tasks.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "objects/verbs.h"
#include "tasks/arguments.h"
#include "tasks/tags.h"
#include "tasks/task_call.h"

PG_FUNCTION_INFO_V1(sf_task_set_tags);
PG_FUNCTION_INFO_V1(sf_task_unset_tags);
PG_FUNCTION_INFO_V1(sf_task_get_tags);

static SfJson *tag_references(const SfObjectName *object, SfJson *names);
static SfJson *tag_reference(const SfObjectName *object, const char *name);

SfJson *
sf_tag_assignments(const SfObjectName *object, SfJson *tags)
{
	SfJson	   *result = sf_json_new_array();
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;

	if (sf_json_type(tags) != SF_JSON_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("tags must be a JSON object of names and values")));
	while (sf_json_next(tags, &it, &name, &value))
	{
		SfJson	   *reference = tag_reference(object, name);

		if (sf_json_type(value) != SF_JSON_STRING)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the value of tag \"%s\" must be a text, not %s", name, sf_json_print(value))));
		sf_json_set(reference, "tag_value", value);
		sf_json_append(result, reference);
	}
	return result;
}

Datum
sf_task_set_tags(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;
	SfJson	   *tags;

	sf_task_call(&call, fcinfo, 0, true, "sf_task_set_tags()");
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the tags must not be null")));
	tags = sf_tag_assignments(&call.name, sf_json_from_jsonb(PG_GETARG_JSONB_P(1)));
	sf_task_say(sf_task_act(&call, "set_tags", NULL, tags));
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(&call)));
}

Datum
sf_task_unset_tags(PG_FUNCTION_ARGS)
{
	SfTaskCall	call;

	sf_task_call(&call, fcinfo, 0, true, "sf_task_unset_tags()");
	if (PG_ARGISNULL(1))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the tags must not be null")));
	sf_task_say(sf_task_act(&call, "unset_tags", NULL, tag_references(&call.name, sf_text_array_argument(fcinfo, 1))));
	PG_RETURN_TEXT_P(cstring_to_text(sf_task_display(&call)));
}

/*
 * The tags of a task, those of its parents too when with_lineage says so.
 */
Datum
sf_task_get_tags(PG_FUNCTION_ARGS)
{
	static const char *const properties[] = {"tag_database", "tag_schema", "tag_name", "tag_value", "level"};
	SfTaskCall	call;
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	bool		lineage = !PG_ARGISNULL(1) && PG_GETARG_BOOL(1);
	SfObjectRequest *request;
	SfJson	   *tags;

	InitMaterializedSRF(fcinfo, 0);
	sf_task_call(&call, fcinfo, 0, false, "sf_task_get_tags()");
	request = sf_action_request(call.kind, &call.name, "get_tags", lineage ? "withLineage=true" : NULL, NULL);
	request->answer = SF_ANSWER_LIST;
	tags = sf_object_run_all(call.session, request);
	for (int i = 0; i < sf_json_length(tags); i++)
	{
		Datum		values[lengthof(properties)];
		bool		nulls[lengthof(properties)];

		for (int k = 0; k < lengthof(properties); k++)
		{
			char	   *text = sf_json_opt_text(sf_json_element(tags, i), properties[k]);

			nulls[k] = text == NULL;
			/* the first three are names */
			values[k] = text ? CStringGetTextDatum(k < 3 ? sf_name_exact(text) : text) : (Datum) 0;
		}
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	return (Datum) 0;
}

/*
 * The body of :unset-tags from an array of names.
 */
static SfJson *
tag_references(const SfObjectName *object, SfJson *names)
{
	SfJson	   *result = sf_json_new_array();

	for (int i = 0; i < sf_json_length(names); i++)
		sf_json_append(result, tag_reference(object, sf_json_text(sf_json_element(names, i))));
	return result;
}

static SfJson *
tag_reference(const SfObjectName *object, const char *name)
{
	SfJson	   *result = sf_json_new_object();
	SfObjectName tag;

	sf_object_name_near(&tag, sf_kind_lookup("tag"), name, object);
	sf_json_set_text(result, "tag_database", sf_name_written(tag.database));
	sf_json_set_text(result, "tag_schema", sf_name_written(tag.schema));
	sf_json_set_text(result, "tag_name", sf_name_written(tag.name));
	return result;
}
