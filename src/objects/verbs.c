/*
 * verbs.c
 *	  The requests that create, fetch, change and drop an object.
 */
#include "postgres.h"


#include "base/sqltext.h"
#include "base/str.h"
#include "objects/list.h"
#include "objects/verbs.h"

#define MASKED "********"

static const char *const mode_names[] = {"errorIfExists", "orReplace", "ifNotExists"};

/* Members of properties that the documents call read-only. */
static const struct
{
	const char *kind;
	const char *property;		/* an object, or an array of them */
	const char *member;
}			inner_read_only[] = {
	{"notification_integration", "notification_hook", "azure_consent_url"},
	{"notification_integration", "notification_hook", "azure_multi_tenant_app_name"},
	{"notification_integration", "notification_hook", "gcp_pubsub_service_account"},
	{"notification_integration", "notification_hook", "sf_aws_external_id"},
	{"notification_integration", "notification_hook", "sf_aws_iam_user_arn"},
	{"stream", "stream_source", "base_tables"},
	{"view", "columns", "datatype"},
};

static void remove_inner(const SfKindDef *kind, SfJson *object);
static void restore_query(SfJson *view);
static void leave_masked_out(SfJson *value);
static SfObjectRequest *new_request(const char *method, const char *path, bool resendable);
static char *body_with_name(const SfKindDef *kind, const SfObjectName *name, SfJson *properties);
static void need_verb(const SfKindDef *kind, int verb, const char *what);
static SfJson *with_place(SfJson *object, const SfKindDef *kind, const SfObjectName *name);
static SfJson *find_in_list(SfSession *session, const SfKindDef *kind, const SfObjectName *name);

SfCreateMode
sf_create_mode(const char *text)
{
	for (int i = 0; i < lengthof(mode_names); i++)
	{
		if (sf_mode_is(text, mode_names[i]))
			return (SfCreateMode) i;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid mode \"%s\"", text),
			 errhint("Valid modes are errorIfExists, orReplace and ifNotExists.")));
	return SF_ERROR_IF_EXISTS;
}

bool
sf_mode_is(const char *text, const char *mode)
{
	char	   *plain = palloc(strlen(text) + 1);
	char	   *out = plain;

	for (const char *p = text; *p; p++)
	{
		if (*p != '_')
			*out++ = *p;
	}
	*out = '\0';
	return sf_strcasecmp_ascii(plain, mode) == 0;
}

const char *
sf_create_mode_name(SfCreateMode mode)
{
	return mode_names[mode];
}

SfObjectRequest *
sf_create_request(const SfKindDef *kind, const SfObjectName *name, SfJson *properties, SfCreateMode mode)
{
	SfObjectName parents = *name;
	SfObjectRequest *request;
	char	   *path;

	need_verb(kind, SF_CAN_CREATE, "created");
	parents.name = NULL;
	path = sf_object_path(kind, &parents);
	if (kind->flags & SF_KIND_CREATE_MODE)
		path = sf_path_add(path, "createMode", mode_names[mode]);
	else if (mode != SF_ERROR_IF_EXISTS)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("objects of kind \"%s\" cannot be created with mode %s", kind->name, mode_names[mode])));
	request = new_request("POST", path, mode != SF_ERROR_IF_EXISTS);
	request->body = body_with_name(kind, name, properties);
	request->change = true;
	return request;
}

SfObjectRequest *
sf_fetch_request(const SfKindDef *kind, const SfObjectName *name)
{
	if (!(kind->verbs & SF_CAN_FETCH))
		return NULL;
	return new_request("GET", sf_object_path(kind, name), true);
}

SfObjectRequest *
sf_put_request(const SfKindDef *kind, const SfObjectName *name, SfJson *properties)
{
	SfObjectRequest *request;

	need_verb(kind, SF_CAN_PUT, "created or altered");
	request = new_request("PUT", sf_object_path(kind, name), true);
	request->body = body_with_name(kind, name, properties);
	request->change = true;
	return request;
}

SfObjectRequest *
sf_drop_request(const SfKindDef *kind, const SfObjectName *name, bool if_exists)
{
	SfObjectRequest *request;
	char	   *path;

	need_verb(kind, SF_CAN_DELETE, "dropped");
	path = sf_object_path(kind, name);
	if (if_exists && !(kind->flags & SF_KIND_IF_EXISTS))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("objects of kind \"%s\" cannot be dropped with if_exists", kind->name)));
	if (if_exists)
		path = sf_path_add(path, "ifExists", "true");
	request = new_request("DELETE", path, if_exists);
	request->change = true;
	return request;
}

bool
sf_object_drop(SfSession *session, const SfKindDef *kind, const SfObjectName *name, bool if_exists)
{
	SfObjectRequest *request = sf_drop_request(kind, name, false);
	SfObjectCall *call;
	SfJson	   *answer;
	bool		missing;
	bool		found;

	if (!if_exists)
	{
		sf_object_change(session, request);
		return true;
	}
	request->resendable = true;
	request->if_exists = true;
	request->answer = SF_ANSWER_OBJECT;
	call = sf_object_start(session, request, CurrentMemoryContext);
	answer = sf_object_next_or_missing(call, &missing);
	/* sent again: the attempt before has probably dropped it */
	found = !missing || sf_object_in_doubt(call);
	sf_object_close(call);
	if (!missing)
		sf_object_notice(answer);
	else if (!found)
		sf_session_forget_change();
	return found;
}

SfJson *
sf_object_change(SfSession *session, const SfObjectRequest *request)
{
	SfJson	   *answer = sf_object_run(session, request);

	sf_object_notice(answer);
	return answer;
}

void
sf_object_notice(SfJson *answer)
{
	char	   *said = sf_json_type(sf_json_member(answer, "status")) == SF_JSON_STRING ?
	sf_json_shown(sf_json_member(answer, "status")) : NULL;

	/* one word says nothing */
	if (said && strchr(said, ' '))
		ereport(NOTICE,
				(errmsg("%s", said)));
}

SfObjectRequest *
sf_action_request(const SfKindDef *kind, const SfObjectName *name, const char *action, const char *query, SfJson *body)
{
	const SfActionDef *def = sf_kind_action(kind, action, body != NULL);
	char	   *path = psprintf("%s%s", sf_object_path(kind, name), def->suffix);
	SfObjectRequest *request;

	if (body && !def->body)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("action \"%s\" of kind \"%s\" takes no body", def->name, kind->name)));
	if (query && query[0])
		path = psprintf("%s?%s", path, query);
	request = new_request(def->method, path, def->repeatable);
	request->body = body ? sf_json_print(body) : NULL;
	request->change = strcmp(def->method, "GET") != 0;
	return request;
}

SfJson *
sf_object_find(SfSession *session, const SfKindDef *kind, const SfObjectName *name, bool missing_ok)
{
	SfObjectRequest *request = sf_fetch_request(kind, name);
	SfObjectCall *call;
	SfJson	   *object;
	bool		missing;

	if (request == NULL && kind->member)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("objects of kind \"%s\" cannot be fetched by themselves", kind->name),
				 errhint("List them, or fetch the object they lie in.")));
	if (request == NULL)
	{
		object = find_in_list(session, kind, name);
		if (object == NULL && !missing_ok)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_OBJECT),
					 errmsg("%s %s does not exist or not authorized", kind->name, sf_object_display(kind, name))));
		return with_place(object, kind, name);
	}
	if (!missing_ok)
		return with_place(sf_object_run(session, request), kind, name);
	request->answer = SF_ANSWER_OBJECT;
	call = sf_object_start(session, request, CurrentMemoryContext);
	object = sf_object_next_or_missing(call, &missing);
	sf_object_close(call);
	return with_place(object, kind, name);
}

SfJson *
sf_object_run_all(SfSession *session, const SfObjectRequest *request)
{
	SfObjectCall *call = sf_object_start(session, request, CurrentMemoryContext);
	SfJson	   *all = sf_object_next(call);
	SfJson	   *page;
	int			requests = 1;

	while ((page = sf_object_next(call)) != NULL)
	{
		if (sf_json_type(all) != SF_JSON_ARRAY || sf_json_type(page) != SF_JSON_ARRAY)
			sf_object_malformed(call, "a page of the answer is not an array");
		if (++requests > session->options->max_requests)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("the answer has more than %d pages, max_requests is %d", requests - 1,
							session->options->max_requests),
					 errhint("Raise the server's option \"max_requests\".")));
		for (int i = 0; i < sf_json_length(page); i++)
			sf_json_append(all, sf_json_element(page, i));
	}
	sf_object_close(call);
	return all;
}

Jsonb *
sf_object_run_jsonb(SfSession *session, const SfObjectRequest *request)
{
	MemoryContext documents = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw answer",
													ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(documents);
	SfJson	   *answer = sf_object_run_all(session, request);

	MemoryContextSwitchTo(old);
	return sf_json_turn_into_jsonb(answer, documents);
}

SfJson *
sf_properties_writable(const SfKindDef *kind, SfJson *answer)
{
	SfJson	   *result = sf_json_copy(answer);

	for (int i = 0; i < kind->ncolumns; i++)
	{
		if (kind->columns[i].flags & (SF_COLUMN_IS_READ_ONLY | SF_COLUMN_IS_PARENT))
			sf_json_remove(result, kind->columns[i].name);
	}
	remove_inner(kind, result);
	if (strcmp(kind->name, "view") == 0)
		restore_query(result);
	leave_masked_out(result);
	return result;
}

static void
remove_inner(const SfKindDef *kind, SfJson *object)
{
	for (int i = 0; i < lengthof(inner_read_only); i++)
	{
		SfJson	   *value = sf_json_member(object, inner_read_only[i].property);

		if (strcmp(inner_read_only[i].kind, kind->name) != 0)
			continue;
		if (sf_json_type(value) == SF_JSON_OBJECT)
			sf_json_remove(value, inner_read_only[i].member);
		for (int j = 0; j < sf_json_length(value); j++)
		{
			if (sf_json_type(sf_json_element(value, j)) == SF_JSON_OBJECT)
				sf_json_remove(sf_json_element(value, j), inner_read_only[i].member);
		}
	}
}

/*
 * The query of a view is answered as the text of its CREATE VIEW, newer
 * accounts answer what is behind AS too; what is written is the latter alone.
 */
static void
restore_query(SfJson *view)
{
	char	   *query = sf_json_text(sf_json_member(view, "query"));
	char	   *select = sf_json_text(sf_json_member(view, "select_query"));
	const char *created = query ? sf_sqltext_created_query(query) : NULL;

	if (created)
		sf_json_set_text(view, "query", select ? select : created);
	sf_json_remove(view, "select_query");
}

/*
 * An answer has asterisks in place of secrets: written back they would be the
 * secret.
 */
static void
leave_masked_out(SfJson *value)
{
	List	   *masked = NIL;
	void	   *it = NULL;
	const char *name;
	SfJson	   *member;
	ListCell   *lc;

	for (int i = 0; i < sf_json_length(value); i++)
		leave_masked_out(sf_json_element(value, i));
	while (sf_json_type(value) == SF_JSON_OBJECT && sf_json_next(value, &it, &name, &member))
	{
		if (sf_json_type(member) != SF_JSON_STRING)
			leave_masked_out(member);
		else if (strcmp(sf_json_text(member), MASKED) == 0)
			masked = lappend(masked, pstrdup(name));
	}
	foreach(lc, masked)
	{
		sf_json_remove(value, lfirst(lc));
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg("property \"%s\" is left out: a fetch shows asterisks in its place", (char *) lfirst(lc)),
				 errhint("Give its value if it is to be set.")));
	}
}

/*
 * In the current context; keeps the path.
 */
static SfObjectRequest *
new_request(const char *method, const char *path, bool resendable)
{
	SfObjectRequest *request = palloc0(sizeof(SfObjectRequest));

	request->method = method;
	request->path = path;
	request->resendable = resendable;
	return request;
}

/*
 * The body of a create or put: the name first, as it is written in SQL.
 */
static char *
body_with_name(const SfKindDef *kind, const SfObjectName *name, SfJson *properties)
{
	SfJson	   *body = sf_json_new_object();
	char	   *written;

	if (kind->flags & SF_KIND_WITH_ARGS)
		written = sf_name_without_arguments(name->name);
	else
		written = sf_name_written(name->name);
	sf_json_set_text(body, "name", written);
	sf_json_merge(body, properties);
	sf_json_set_text(body, "name", written);
	return sf_json_print(body);
}

/*
 * Throws 0A000.
 */
static void
need_verb(const SfKindDef *kind, int verb, const char *what)
{
	if (!(kind->verbs & verb))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("objects of kind \"%s\" cannot be %s through the REST API", kind->name, what),
				 errhint("sf_kinds() shows what each kind can; sf_execute() takes SQL.")));
}

/*
 * An answer, NULL for none, says where it is from.
 */
static SfJson *
with_place(SfJson *object, const SfKindDef *kind, const SfObjectName *name)
{
	if (sf_json_type(object) == SF_JSON_OBJECT)
		sf_object_set_place(object, kind, name);
	return object;
}

/*
 * For kinds that have no path of one object; the document lives in the
 * current context.
 */
static SfJson *
find_in_list(SfSession *session, const SfKindDef *kind, const SfObjectName *name)
{
	SfObjectFilter filter = {.limit = -1,.names = list_make1(name->name),.some_names = true,.missing_is_error = true};
	SfObjectList *list;
	SfListed	listed;
	SfJson	   *found = NULL;

	if (name->database)
	{
		filter.databases = list_make1(name->database);
		filter.some_databases = true;
	}
	if (name->schema)
	{
		filter.schemas = list_make1(name->schema);
		filter.some_schemas = true;
	}
	list = sf_list_begin(session, kind, &filter, CurrentMemoryContext);
	if (sf_list_next(list, &listed))
		found = sf_json_copy(listed.object);
	sf_list_end(list);
	return found;
}
