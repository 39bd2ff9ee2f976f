/*
 * parts.c
 *	  What stages, services and image repositories have beside their
 *	  properties: files, containers, endpoints, images, logs.
 */
#include "postgres.h"

#include "fmgr.h"
#include "funcapi.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "api/arguments.h"
#include "base/str.h"
#include "core/owner.h"
#include "objects/functions.h"
#include "objects/parts.h"
#include "objects/row.h"
#include "objects/verbs.h"

PG_FUNCTION_INFO_V1(sf_stage_files);
PG_FUNCTION_INFO_V1(sf_stage_presigned_url);
PG_FUNCTION_INFO_V1(sf_image_repository_url);
PG_FUNCTION_INFO_V1(sf_image_repository_images);
PG_FUNCTION_INFO_V1(sf_service_status);
PG_FUNCTION_INFO_V1(sf_service_logs);
PG_FUNCTION_INFO_V1(sf_service_containers);
PG_FUNCTION_INFO_V1(sf_service_endpoints);

#define MAX_STATUS_WAIT 40		/* seconds: Snowflake answers within 45 */

static const SfColumnDef file_columns[] = {
	{"name", SF_COLUMN_TEXT, 0},
	{"size", SF_COLUMN_INT, 0},
	{"md5", SF_COLUMN_TEXT, 0},
	{"last_modified", SF_COLUMN_TEXT, 0},
};

static const SfColumnDef image_columns[] = {
	{"image_name", SF_COLUMN_TEXT, 0},
	{"tags", SF_COLUMN_TEXT, 0},
	{"digest", SF_COLUMN_TEXT, 0},
	{"image_path", SF_COLUMN_TEXT, 0},
	{"created_on", SF_COLUMN_TIMESTAMP, 0},
};

static const SfColumnDef container_columns[] = {
	{"instance_id", SF_COLUMN_TEXT, 0},
	{"container_name", SF_COLUMN_TEXT, 0},
	{"status", SF_COLUMN_TEXT, 0},
	{"message", SF_COLUMN_TEXT, 0},
	{"image_name", SF_COLUMN_TEXT, 0},
	{"image_digest", SF_COLUMN_TEXT, 0},
	{"restart_count", SF_COLUMN_INT, 0},
	{"start_time", SF_COLUMN_TEXT, 0},
	{"instance_status", SF_COLUMN_TEXT, 0},
	{"service_status", SF_COLUMN_TEXT, 0},
};

static const SfColumnDef endpoint_columns[] = {
	{"name", SF_COLUMN_TEXT, 0},
	{"port", SF_COLUMN_INT, 0},
	{"portRange", SF_COLUMN_TEXT, 0},
	{"protocol", SF_COLUMN_TEXT, 0},
	{"is_public", SF_COLUMN_BOOL, 0},
	{"ingress_url", SF_COLUMN_TEXT, 0},
};

#define ROWS_OF(what, some_columns) \
	{.name = what,.plural = what "s",.name_column = "name",.columns = some_columns,.ncolumns = lengthof(some_columns)}

static const SfKindDef file_rows = ROWS_OF("stage file", file_columns);
static const SfKindDef image_rows = ROWS_OF("image", image_columns);
static const SfKindDef container_rows = ROWS_OF("container", container_columns);
static const SfKindDef endpoint_rows = ROWS_OF("endpoint", endpoint_columns);

static Datum put_part(FunctionCallInfo fcinfo, const char *kind, const char *action, const char *query,
					  const SfKindDef *rows, const char *const *names);
static SfJson *wrapped(SfJson *answer);
static char *only_container(const SfPartCall *call);
static char *path_below(const char *path, const char *part, const char *suffix);

/*
 * The files of a stage.
 */
Datum
sf_stage_files(PG_FUNCTION_ARGS)
{
	char	   *pattern = sf_text_argument(fcinfo, 1);

	return put_part(fcinfo, "stage", "files", pattern ? sf_path_add("", "pattern", pattern) + 1 : NULL, &file_rows,
					NULL);
}

/*
 * An address of a file that anybody can read for some time.
 */
Datum
sf_stage_presigned_url(PG_FUNCTION_ARGS)
{
	char	   *path = sf_needed_text(fcinfo, 1, "path");
	int64		ms = sf_milliseconds_argument(fcinfo, 2);
	SfObjectRequest request = {.method = "POST",.resendable = true,.answer = SF_ANSWER_OBJECT};
	SfJson	   *body = sf_json_new_object();
	SfPartCall	call;

	sf_part_call(&call, fcinfo, "stage");
	if (path[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the path of a file must not be empty")));
	if (ms >= 0 && ms < 1000)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("expires must be at least a second")));
	if (ms >= 0)
		sf_json_set_int(body, "expiration_time", ms / 1000);
	request.path = path_below(sf_object_path(call.kind, &call.name), path, ":presigned-url");
	request.body = sf_json_print(body);
	PG_RETURN_TEXT_P(cstring_to_text(sf_json_need_text(sf_object_run(call.session, &request), "presigned_url")));
}

/*
 * Where images of a repository are pushed to.
 */
Datum
sf_image_repository_url(PG_FUNCTION_ARGS)
{
	SfPartCall	call;

	sf_part_call(&call, fcinfo, "image_repository");
	PG_RETURN_TEXT_P(cstring_to_text(sf_json_need_text(sf_object_find(call.session, call.kind, &call.name, false),
													   "repository_url")));
}

/*
 * The images of a repository.
 */
Datum
sf_image_repository_images(PG_FUNCTION_ARGS)
{
	return put_part(fcinfo, "image_repository", "images", NULL, &image_rows, NULL);
}

/*
 * What the containers of a service do, as Snowflake's own array.
 */
Datum
sf_service_status(PG_FUNCTION_ARGS)
{
	int			timeout = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1);
	SfObjectRequest *request;
	SfPartCall	call;
	SfJson	   *value;
	SfJson	   *status;
	SfJsonFault fault;
	const char *text;

	sf_part_call(&call, fcinfo, "service");
	if (timeout < 0 || timeout > MAX_STATUS_WAIT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("timeout must be from 0 to %d seconds", MAX_STATUS_WAIT),
				 errhint("sf_service_wait() waits longer.")));
	request = sf_action_request(call.kind, &call.name, "status", psprintf("timeout=%d", timeout), NULL);
	value = wrapped(sf_object_run(call.session, request));
	text = sf_json_utf8(value);
	if (text == NULL)
		PG_RETURN_JSONB_P(sf_json_to_jsonb(sf_json_need_type(value, SF_JSON_ARRAY, "status")));
	status = sf_json_parse(text, strlen(text), &fault);
	if (status == NULL)
		sf_json_malformed(value, "the status of a service is not JSON");
	PG_RETURN_JSONB_P(sf_json_to_jsonb(status));
}

/*
 * The last lines of a container of a service.
 */
Datum
sf_service_logs(PG_FUNCTION_ARGS)
{
	int			instance = PG_ARGISNULL(1) ? 0 : PG_GETARG_INT32(1);
	char	   *container = sf_text_argument(fcinfo, 2);
	SfPartCall	call;
	const char *query;
	char	   *logs;

	sf_part_call(&call, fcinfo, "service");
	if (instance < 0 || (!PG_ARGISNULL(3) && PG_GETARG_INT32(3) < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 instance < 0 ?
				 errmsg("instance_id must not be negative") :
				 errmsg("num_lines must be at least 1")));
	if (container == NULL)
		container = only_container(&call);
	query = sf_path_add(psprintf("?instanceId=%d", instance), "containerName", container);
	if (!PG_ARGISNULL(3))
		query = sf_path_add(query, "numLines", psprintf("%d", PG_GETARG_INT32(3)));
	logs = sf_json_text(wrapped(sf_object_run(call.session,
											  sf_action_request(call.kind, &call.name, "logs", query + 1, NULL))));
	if (logs == NULL)
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(logs));
}

/*
 * The containers of a service.
 */
Datum
sf_service_containers(PG_FUNCTION_ARGS)
{
	return put_part(fcinfo, "service", "containers", NULL, &container_rows, NULL);
}

/*
 * The endpoints of a service.
 */
Datum
sf_service_endpoints(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {NULL, NULL, "portRange", NULL, NULL, NULL};

	return put_part(fcinfo, "service", "endpoints", NULL, &endpoint_rows, names);
}

void
sf_part_call(SfPartCall *call, FunctionCallInfo fcinfo, const char *kind)
{
	int			last = PG_NARGS() - 1;
	char	   *name = sf_needed_text(fcinfo, 0, "name");

	call->kind = sf_kind_lookup(kind);
	call->session = sf_session_argument(fcinfo, last);
	if (call->kind->scope == SF_SCOPE_ACCOUNT)
		sf_object_name(&call->name, call->kind, name, NULL, NULL, call->session->options);
	else
		sf_object_arguments(fcinfo, last - 2, call->kind, name, call->session, &call->name);
}

/*
 * The elements that an action answers as rows; names as of sf_row_shape.
 */
static Datum
put_part(FunctionCallInfo fcinfo, const char *kind, const char *action, const char *query, const SfKindDef *rows,
		 const char *const *names)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	MemoryContext context;
	MemoryContext old;
	SfObjectRequest *request;
	SfObjectCall *answer;
	SfPartCall	call;
	SfRowShape *shape;
	SfJson	   *page;

	InitMaterializedSRF(fcinfo, 0);
	sf_part_call(&call, fcinfo, kind);
	shape = sf_row_shape(rows, rsinfo->setDesc, names);
	context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw row", ALLOCSET_DEFAULT_SIZES);
	request = sf_action_request(call.kind, &call.name, action, query, NULL);
	request->answer = SF_ANSWER_LIST;
	answer = sf_object_start(call.session, request, CurrentMemoryContext);
	while ((page = sf_object_next(answer)) != NULL)
	{
		old = MemoryContextSwitchTo(context);
		for (int i = 0; i < sf_json_length(page); i++)
		{
			Datum	   *values = palloc(sizeof(Datum) * shape->natts);
			bool	   *nulls = palloc(sizeof(bool) * shape->natts);

			sf_row_make(shape, sf_json_element(page, i), &call.name, NULL, 0, values, nulls);
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
			MemoryContextReset(context);
		}
		MemoryContextSwitchTo(old);
	}
	sf_object_close(answer);
	MemoryContextDelete(context);
	return (Datum) 0;
}

/*
 * The value of an answer that has one under the name of the function that made
 * it, which differs.  Throws 08P01.
 */
static SfJson *
wrapped(SfJson *answer)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;
	SfJson	   *other;

	if (!sf_json_next(answer, &it, &name, &value) || sf_json_next(answer, &it, &name, &other))
		sf_json_malformed(answer, "the answer must have one member");
	return value;
}

/*
 * The name of the container of a service that has one only; throws 22023.
 */
static char *
only_container(const SfPartCall *call)
{
	SfObjectRequest *request = sf_action_request(call->kind, &call->name, "containers", NULL, NULL);
	SfJson	   *all = sf_object_run_all(call->session, request);
	char	   *found = NULL;

	sf_json_need_type(all, SF_JSON_ARRAY, "containers");
	for (int i = 0; i < sf_json_length(all); i++)
	{
		char	   *name = sf_json_need_text(sf_json_need_object_at(all, i, "containers"), "container_name");

		if (found && strcmp(found, name) != 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("service %s has several containers, \"%s\" and \"%s\" among them",
							sf_object_display(call->kind, &call->name), found, name),
					 errhint("Give container_name.")));
		found = name;
	}
	if (found == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("service %s has no containers now", sf_object_display(call->kind, &call->name))));
	return found;
}

/*
 * The path of a file, all of it one part.
 */
static char *
path_below(const char *path, const char *part, const char *suffix)
{
	SfBuf	   *encoded = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	char	   *utf8 = pg_server_to_any(part, strlen(part), PG_UTF8);
	char	   *result;

	sf_url_encode(encoded, utf8, strlen(utf8));
	sf_buf_check(encoded, "a path");
	result = psprintf("%s/files/%.*s%s", path, (int) encoded->len, encoded->data, suffix);
	sf_buf_free(encoded);
	return result;
}
