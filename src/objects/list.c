/*
 * list.c
 *	  The objects of a kind, wherever they lie.
 *
 * Three stages: the databases, their schemas, the objects; each is a row of
 * requests whose answers are taken in order while the next ones are under way.
 * A parent that disappears between being listed and being asked is no error.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/memutils.h"

#include "api/object.h"
#include "core/owner.h"
#include "objects/list.h"

#define NAMES_MAX 20			/* asked for one by one */

typedef struct Request
{
	char	   *path;
	SfObjectName parents;
	const char *name;			/* objects of another name are left out; NULL:
								 * any */
	bool		one;			/* asks for one object, not for a list */
	int			pages;			/* read so far */
	const SfKindDef *kind;		/* listed by path */
	SfObjectFilter *filter;		/* that path was made with; NULL: a parent's
								 * path, without one */
	char	   *from_name;		/* behind which it went on; NULL: from the
								 * beginning */
	char	   *last_name;		/* of the answer being read, exact; NULL: it
								 * cannot go on */
	SfObjectCall *call;			/* NULL: not sent */
} Request;

struct SfObjectList
{
	MemoryContext context;
	MemoryContext document_context; /* of the document being read */
	SfSession  *session;		/* pinned: it may be replaced while no request
								 * holds it */
	const SfKindDef *kind;
	SfObjectFilter filter;
	bool		begun;
	List	   *requests;		/* Request, of the running stage */
	int			current;		/* whose answer is being read */
	int			sent;			/* how many of them were sent */
	int		   *count;			/* requests of all stages */
	int			own_count;
	int64		left;			/* rows wanted yet, -1: all */
	bool		tolerate;		/* a missing object is an empty answer */
	SfJson	   *document;		/* the answer's page, an array or one object */
	int			index;			/* of the element to hand out */
	int			inner_index;	/* of the element in its array */
	SfJson	   *whole;			/* the listed object, asked for by itself
								 * since the list left its array out */
};

static SfJson *current_object(SfObjectList *list, Request *request);
static bool next_element(SfObjectList *list, Request *request, SfListed *listed);
static bool is_named(SfJson *object, const char *name);
static SfJson *fetch_whole(SfObjectList *list, const Request *request);
static void begin(SfObjectList *list);
static bool wants_nothing(const SfObjectList *list);
static List *parents_of(SfObjectList *list);
static List *enumerate(SfObjectList *list, const char *kind, List *paths);
static void start_stage(SfObjectList *list, List *requests, bool tolerate);
static void check_requests(const SfObjectList *list, int more);
static void send_ahead(SfObjectList *list);
static bool next_document(SfObjectList *list);
static bool has_place(const Request *request);
static void note_last_name(SfObjectList *list, Request *request);
static bool go_on(SfObjectList *list, Request *request);
static List *with_each(List *parents, List *names, bool schema);
static char *list_path(const SfKindDef *kind, const SfObjectFilter *filter, const SfObjectName *parents, int64 limit);
static bool by_name(const SfObjectFilter *filter);
static bool fetches(const SfKindDef *kind, const SfObjectFilter *filter);
static void unpin(void *session);

SfObjectList *
sf_list_begin(SfSession *session, const SfKindDef *kind, const SfObjectFilter *filter, MemoryContext context)
{
	MemoryContext own = AllocSetContextCreate(context, "snowflake_fdw object list", ALLOCSET_DEFAULT_SIZES);
	SfObjectList *list = MemoryContextAllocZero(own, sizeof(SfObjectList));
	SfOwner    *guard = sf_owner_create(own, unpin);

	list->context = own;
	list->document_context = AllocSetContextCreate(own, "snowflake_fdw objects", ALLOCSET_DEFAULT_SIZES);
	list->session = session;
	sf_session_pin(session);
	sf_owner_set(guard, session);
	list->kind = kind;
	list->filter = *filter;
	list->left = filter->limit;
	list->count = filter->requests ? filter->requests : &list->own_count;
	return list;
}

bool
sf_list_next(SfObjectList *list, SfListed *listed)
{
	MemoryContext old = MemoryContextSwitchTo(list->context);
	bool		found = false;

	if (!list->begun)
		begin(list);
	while (!found && list->left != 0)
	{
		Request    *request;

		if (list->document == NULL && !next_document(list))
			break;
		request = list_nth(list->requests, list->current);
		listed->outer = NULL;
		listed->ordinal = 0;
		listed->parents = &request->parents;
		listed->raw = NULL;
		listed->which = NULL;
		listed->object = current_object(list, request);
		if (listed->object == NULL)
			list->document = NULL;
		else if (request->name && !is_named(listed->object, request->name))
			list->index++;
		else if (list->kind->member)
			found = next_element(list, request, listed);
		else
		{
			list->index++;
			found = true;
		}
	}
	if (found && list->left > 0)
		list->left--;
	MemoryContextSwitchTo(old);
	return found;
}

void
sf_list_end(SfObjectList *list)
{
	MemoryContextDelete(list->context);
}

void
sf_list_count(const SfSession *session, const SfKindDef *kind, int *count, int more)
{
	int			most = session->options->max_requests;

	*count += more;
	if (*count <= most)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
			 errmsg("listing the %s takes at least %d requests, max_requests is %d", kind->plural, *count, most),
			 kind->scope == SF_SCOPE_ACCOUNT ?
			 errhint("Raise the server's option \"max_requests\".") :
			 errhint("Restrict database_name%s, or raise the server's option \"max_requests\".",
					 kind->scope == SF_SCOPE_SCHEMA ? " and schema_name" : "")));
}

char *
sf_list_describe(const SfKindDef *kind, const SfObjectFilter *filter, char **enumerated)
{
	SfObjectName shown = {"{database}", "{schema}", NULL};
	SfObjectFilter without = *filter;
	const char *name;
	char	   *path;

	*enumerated = NULL;
	if (kind->scope >= SF_SCOPE_DATABASE && !filter->some_databases)
		*enumerated = kind->scope == SF_SCOPE_SCHEMA && !filter->some_schemas ? "databases, schemas" : "databases";
	else if (kind->scope == SF_SCOPE_SCHEMA && !filter->some_schemas)
		*enumerated = "schemas";
	if (list_length(filter->databases) == 1)
		shown.database = linitial(filter->databases);
	if (list_length(filter->schemas) == 1)
		shown.schema = linitial(filter->schemas);
	name = list_length(filter->names) == 1 ? linitial(filter->names) : "{name}";
	if (fetches(kind, filter))
		shown.name = pstrdup(name);
	else if (by_name(filter))
		without.like = sf_list_pattern(name);
	path = list_path(kind, &without, &shown, filter->limit);

	return psprintf("GET %s", sf_path_shown(path));
}

/*
 * The object to look at in the running document, or NULL at its end.
 */
static SfJson *
current_object(SfObjectList *list, Request *request)
{
	if (request->one)
		return list->index == 0 ? list->document : NULL;
	if (list->index >= sf_json_length(list->document))
		return NULL;
	return sf_json_element(list->document, list->index);
}

/*
 * The next element of the running object's array; false at its end.
 */
static bool
next_element(SfObjectList *list, Request *request, SfListed *listed)
{
	SfJson	   *elements;

	if (list->whole)
		listed->object = list->whole;
	elements = sf_json_opt_array(listed->object, list->kind->member);
	if (elements == NULL && !request->one)
	{
		listed->object = list->whole = fetch_whole(list, request);
		elements = sf_json_opt_array(listed->object, list->kind->member);
	}
	if (list->inner_index >= sf_json_length(elements))
	{
		list->whole = NULL;
		list->inner_index = 0;
		list->index++;
		return false;
	}
	listed->outer = listed->object;
	listed->object = sf_json_need_object_at(elements, list->inner_index, list->kind->member);
	listed->ordinal = ++list->inner_index;
	return true;
}

/*
 * Whether an object of an answer has exactly this name.
 */
static bool
is_named(SfJson *object, const char *name)
{
	char	   *exact = sf_answer_name(object);
	bool		same = strcmp(exact, name) == 0;

	pfree(exact);
	return same;
}

/*
 * The object of the list by itself, since only that has its array; an object
 * without one when it is gone.
 */
static SfJson *
fetch_whole(SfObjectList *list, const Request *request)
{
	SfJson	   *listed = sf_json_element(list->document, list->index);
	SfObjectRequest spec = {.method = "GET",.resendable = true,.answer = SF_ANSWER_OBJECT,.usage = list->filter.usage};
	SfObjectName name = request->parents;
	SfObjectCall *call;
	SfJson	   *whole;
	bool		missing;

	check_requests(list, 1);
	MemoryContextSwitchTo(list->document_context);
	name.name = sf_answer_name(listed);
	spec.path = sf_object_path(list->kind, &name);
	call = sf_object_start(list->session, &spec, list->document_context);
	(*list->count)++;
	whole = sf_object_next_or_missing(call, &missing);
	sf_object_close(call);
	MemoryContextSwitchTo(list->context);
	return whole ? whole : listed;
}

/*
 * The stages before the last, then the requests of the last.
 */
static void
begin(SfObjectList *list)
{
	List	   *requests = NIL;
	ListCell   *cell;
	ListCell   *named;

	list->begun = true;
	if (wants_nothing(list))
		return;
	foreach(cell, parents_of(list))
	{
		SfObjectName *parents = lfirst(cell);
		SfObjectName item = *parents;
		Request    *request;

		if (!by_name(&list->filter))
		{
			request = palloc0(sizeof(Request));
			request->kind = list->kind;
			request->filter = &list->filter;
			request->parents = *parents;
			request->path = list_path(list->kind, &list->filter, parents, list->filter.limit);
			requests = lappend(requests, request);
			continue;
		}
		foreach(named, list->filter.names)
		{
			SfObjectFilter *one = palloc(sizeof(SfObjectFilter));

			*one = list->filter;
			request = palloc0(sizeof(Request));
			request->kind = list->kind;
			request->filter = one;
			request->parents = *parents;
			request->one = fetches(list->kind, &list->filter);
			if (request->one)
				item.name = lfirst(named);
			else
			{
				/* the pattern is compared without regard to case */
				request->name = lfirst(named);
				one->like = sf_list_pattern(lfirst(named));
			}
			request->path = list_path(list->kind, one, &item, list->filter.limit);
			requests = lappend(requests, request);
		}
	}
	start_stage(list, requests, !list->filter.missing_is_error);
}

/*
 * Whether a condition lets no name through, so that there is nothing to ask.
 */
static bool
wants_nothing(const SfObjectList *list)
{
	const SfObjectFilter *filter = &list->filter;

	return (filter->some_names && filter->names == NIL) ||
		(filter->some_databases && filter->databases == NIL && list->kind->scope >= SF_SCOPE_DATABASE) ||
		(filter->some_schemas && filter->schemas == NIL && list->kind->scope == SF_SCOPE_SCHEMA);
}

/*
 * The databases or schemas whose objects are listed.  Those that the filter
 * does not name are listed first, which waits on the network.
 */
static List *
parents_of(SfObjectList *list)
{
	SfObjectFilter *filter = &list->filter;
	List	   *databases = NIL;
	List	   *paths = NIL;
	SfObjectName *none = palloc0(sizeof(SfObjectName));
	ListCell   *cell;

	if (list->kind->scope == SF_SCOPE_ACCOUNT)
		return list_make1(none);
	if (filter->some_databases)
		databases = with_each(list_make1(none), filter->databases, false);
	else
		databases = enumerate(list, "database", list_make1(none));
	if (list->kind->scope == SF_SCOPE_DATABASE)
		return databases;
	if (filter->some_schemas)
		return with_each(databases, filter->schemas, true);
	foreach(cell, databases)
		paths = lappend(paths, lfirst(cell));
	return enumerate(list, "schema", paths);
}

/*
 * The objects of a parent kind below each of the given parents, as parents of
 * what comes next.
 */
static List *
enumerate(SfObjectList *list, const char *kind_name, List *parents)
{
	const SfKindDef *kind = sf_kind_lookup(kind_name);
	bool		schema = kind->scope == SF_SCOPE_DATABASE;
	List	   *requests = NIL;
	List	   *found = NIL;
	ListCell   *cell;

	foreach(cell, parents)
	{
		Request    *request = palloc0(sizeof(Request));

		request->kind = kind;
		request->parents = *(SfObjectName *) lfirst(cell);
		request->path = sf_object_path(kind, &request->parents);
		requests = lappend(requests, request);
	}
	start_stage(list, requests, true);
	while (next_document(list))
	{
		Request    *request = list_nth(list->requests, list->current);

		for (int i = 0; i < sf_json_length(list->document); i++)
		{
			char	   *name = sf_answer_name(sf_json_element(list->document, i));
			SfObjectName *parent = palloc0(sizeof(SfObjectName));

			*parent = request->parents;
			if (schema)
				parent->schema = name;
			else
				parent->database = name;
			found = lappend(found, parent);
		}
		list->document = NULL;
	}
	return found;
}

/*
 * Sends nothing yet.  Throws 54000 over max_requests.
 */
static void
start_stage(SfObjectList *list, List *requests, bool tolerate)
{
	check_requests(list, list_length(requests));
	list->requests = requests;
	list->current = list->sent = 0;
	list->tolerate = tolerate;
	list->document = NULL;
	list->index = list->inner_index = 0;
}

/*
 * Throws 54000 when so many more would be too many.
 */
static void
check_requests(const SfObjectList *list, int more)
{
	int			count = *list->count;

	sf_list_count(list->session, list->kind, &count, more);
}

/*
 * Keeps fetch_parallel requests on their way.  Waits and throws as
 * sf_object_start does.
 */
static void
send_ahead(SfObjectList *list)
{
	int			parallel = Max(list->session->options->fetch_parallel, 1);

	/* a limit is likely to be reached by the first answers */
	if (list->left > 0)
		parallel = 1;
	while (list->sent < list_length(list->requests) && list->sent < list->current + parallel)
	{
		Request    *request = list_nth(list->requests, list->sent);
		SfObjectRequest spec = {
			.method = "GET",
			.path = request->path,
			.resendable = true,
			.answer = request->one ? SF_ANSWER_OBJECT : SF_ANSWER_LIST,
			.usage = list->filter.usage,
		};

		request->call = sf_object_start(list->session, &spec, list->context);
		list->sent++;
		(*list->count)++;
	}
}

/*
 * The next page of the running answer, or the next answer; false at the end
 * of the stage.
 */
static bool
next_document(SfObjectList *list)
{
	MemoryContextReset(list->document_context);
	list->index = list->inner_index = 0;
	list->whole = NULL;
	while (list->current < list_length(list->requests))
	{
		Request    *request = list_nth(list->requests, list->current);
		bool		missing = false;

		send_ahead(list);
		if (request->last_name && sf_object_full(request->call) && go_on(list, request))
			continue;
		MemoryContextSwitchTo(list->document_context);
		list->document = list->tolerate && has_place(request) ? sf_object_next_or_missing(request->call, &missing) :
			sf_object_next(request->call);
		MemoryContextSwitchTo(list->context);
		if (list->document)
		{
			if (request->pages++ > 0)
			{
				check_requests(list, 1);
				(*list->count)++;
			}
			note_last_name(list, request);
			return true;
		}
		sf_object_close(request->call);
		request->call = NULL;
		list->current++;
	}
	return false;
}

/*
 * Whether the path names what may be missing; a list of the account is always
 * there.
 */
static bool
has_place(const Request *request)
{
	return request->one || request->kind->scope > SF_SCOPE_ACCOUNT;
}

/*
 * Remembers behind which name a list of which Snowflake has sent as much as it
 * sends at once can be continued.
 */
static void
note_last_name(SfObjectList *list, Request *request)
{
	int			length = sf_json_length(list->document);
	char	   *name;

	request->last_name = NULL;
	if (request->one || !sf_object_full(request->call) || !(request->kind->filters & SF_FILTER_FROM_NAME))
		return;
	name = sf_json_text(sf_json_member(sf_json_element(list->document, length - 1), "name"));
	if (name)
		request->last_name = sf_name_exact(name);
}

/*
 * Asks for what follows the last name of a list that has ended without saying
 * that it is complete.  False where it has made no progress.
 */
static bool
go_on(SfObjectList *list, Request *request)
{
	SfObjectRequest spec = {.method = "GET",.resendable = true,.answer = SF_ANSWER_LIST,.usage = list->filter.usage};

	if (request->from_name && strcmp(request->from_name, request->last_name) == 0)
		return false;
	request->from_name = request->last_name;
	request->last_name = NULL;
	request->pages = 0;
	check_requests(list, 1);
	if (request->filter)
	{
		SfObjectFilter behind = *request->filter;

		behind.from_name = request->from_name;
		spec.path = list_path(request->kind, &behind, &request->parents, behind.limit);
	}
	else
		spec.path = sf_path_add(request->path, "fromName", request->from_name);
	sf_object_close(request->call);
	request->call = sf_object_start(list->session, &spec, list->context);
	(*list->count)++;
	return true;
}

static List *
with_each(List *parents, List *names, bool schema)
{
	List	   *result = NIL;
	ListCell   *cell;
	ListCell   *name;

	foreach(cell, parents)
	{
		foreach(name, names)
		{
			SfObjectName *parent = palloc(sizeof(SfObjectName));

			*parent = *(SfObjectName *) lfirst(cell);
			if (schema)
				parent->schema = lfirst(name);
			else
				parent->database = lfirst(name);
			result = lappend(result, parent);
		}
	}
	return result;
}

static char *
list_path(const SfKindDef *kind, const SfObjectFilter *filter, const SfObjectName *parents, int64 limit)
{
	char	   *path = sf_object_path(kind, parents);

	if (parents->name)
		return path;
	if (kind->list_query)
		path = psprintf("%s?%s", path, kind->list_query);
	if (filter->extra_query)
		path = psprintf("%s%c%s", path, strchr(path, '?') ? '&' : '?', filter->extra_query);
	if (filter->like && (kind->filters & SF_FILTER_LIKE))
		path = sf_path_add(path, "like", filter->like);
	if (filter->starts_with && filter->starts_with[0] && (kind->filters & SF_FILTER_STARTS_WITH))
		path = sf_path_add(path, "startsWith", filter->starts_with);
	if (filter->from_name && (kind->filters & SF_FILTER_FROM_NAME))
		path = sf_path_add(path, "fromName", filter->from_name);
	if (filter->root_only && (kind->filters & SF_FILTER_ROOT_ONLY))
		path = sf_path_add(path, "rootOnly", "true");
	if (limit > 0 && limit <= SF_LIST_MAX && kind->member == NULL && (kind->filters & SF_FILTER_SHOW_LIMIT))
		path = sf_path_add(path, "showLimit", psprintf(INT64_FORMAT, limit));
	return path;
}

/*
 * A pattern that this name matches, and perhaps others: the caller looks
 * again.  How a backslash counts is not documented.
 */
char *
sf_list_pattern(const char *name)
{
	char	   *pattern = pstrdup(name);

	for (char *p = pattern; *p; p++)
	{
		if (*p == '\\')
			*p = '_';
	}
	return pattern;
}

/*
 * Many names are looked for in the whole list.
 */
static bool
by_name(const SfObjectFilter *filter)
{
	return filter->some_names && list_length(filter->names) <= NAMES_MAX;
}

/*
 * Named objects are fetched one by one where the kind, or for elements the
 * kind they lie in, has a path for one that is made of the name alone.
 */
static bool
fetches(const SfKindDef *kind, const SfObjectFilter *filter)
{
	return by_name(filter) && (kind->member || (kind->verbs & SF_CAN_FETCH)) && !(kind->flags & SF_KIND_WITH_ARGS);
}

/*
 * Runs in a reset callback, too: must not throw.
 */
static void
unpin(void *session)
{
	sf_session_unpin(session);
}
