/*
 * part_list.c
 *	  The parts of objects.
 *
 * The objects are listed first, unless the filter says exactly which they
 * are; then each is asked for its part, several at a time.  An object that
 * disappears between the two has no parts.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "utils/memutils.h"

#include "api/object.h"
#include "core/owner.h"
#include "objects/part_list.h"
#include "objects/sql_list.h"

typedef struct PartRequest
{
	SfObjectName object;
	char	   *path;			/* NULL: by SQL */
	const char *which;
	SfObjectCall *call;			/* NULL: not sent */
	int			pages;			/* read so far */
} PartRequest;

struct SfPartList
{
	MemoryContext context;
	MemoryContext document_context;
	SfSession  *session;		/* pinned */
	const SfKindDef *kind;
	const SfKindDef *of;
	SfObjectFilter filter;
	List	   *columns;
	bool		raw;
	bool		begun;
	List	   *requests;		/* PartRequest */
	int			current;		/* whose answer is being read */
	int			sent;
	SfJson	   *page;
	int			index;			/* in the page, of the element to hand out */
	SfSqlList  *rows;			/* of the current object, by SQL */
	int			own_count;
	int		   *count;
};

static void begin(SfPartList *list);
static bool is_exact(const SfKindDef *of, const SfObjectFilter *filter);
static List *named_objects(const SfKindDef *of, const SfObjectFilter *filter);
static List *listed_objects(SfPartList *list);
static List *by_sql(SfPartList *list, const SfObjectFilter *filter);
static List *by_rest(SfPartList *list, const SfObjectFilter *filter);
static SfObjectName *object_name(const SfKindDef *of, SfJson *object, const SfObjectName *parents);
static char *member_name(SfJson *object, const char *member, char *otherwise);
static bool is_wanted(const SfObjectFilter *filter, const SfObjectName *object);
static void send_ahead(SfPartList *list);
static bool next_page(SfPartList *list);
static bool next_row(SfPartList *list, SfListed *listed);
static char *part_path(const SfKindDef *of, const SfObjectName *object, const char *suffix);
static void unpin(void *session);

SfPartList *
sf_part_list_begin(SfSession *session, const SfKindDef *kind, const SfObjectFilter *filter, List *columns, bool raw,
				   MemoryContext context)
{
	MemoryContext own = AllocSetContextCreate(context, "snowflake_fdw part list", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(own);
	SfPartList *list = palloc0(sizeof(SfPartList));
	SfOwner    *guard = sf_owner_create(own, unpin);

	list->context = own;
	list->document_context = AllocSetContextCreate(own, "snowflake_fdw parts", ALLOCSET_DEFAULT_SIZES);
	list->session = session;
	sf_session_pin(session);
	sf_owner_set(guard, session);
	list->kind = kind;
	list->of = sf_kind_lookup(kind->part->of);
	list->filter = *filter;
	list->columns = list_copy(columns);
	list->raw = raw;
	list->count = filter->requests ? filter->requests : &list->own_count;
	MemoryContextSwitchTo(old);
	return list;
}

bool
sf_part_list_next(SfPartList *list, SfListed *listed)
{
	MemoryContext old = MemoryContextSwitchTo(list->context);
	bool		found;

	memset(listed, 0, sizeof(*listed));
	if (!list->begun)
		begin(list);
	if (list->kind->part->suffixes[0])
	{
		found = list->page || next_page(list);
		while (found && list->index >= sf_json_length(list->page))
			found = next_page(list);
		if (found)
		{
			PartRequest *request = list_nth(list->requests, list->current);

			listed->object = sf_json_element(list->page, list->index++);
			listed->parents = &request->object;
			listed->which = request->which;
		}
	}
	else
		found = next_row(list, listed);
	MemoryContextSwitchTo(old);
	return found;
}

void
sf_part_list_end(SfPartList *list)
{
	MemoryContextDelete(list->context);
}

char *
sf_part_list_describe(const SfKindDef *kind, const SfObjectFilter *filter, List *columns, bool raw,
					  char **enumerated)
{
	const SfKindDef *of = sf_kind_lookup(kind->part->of);
	SfObjectName shown = {"{database}", "{schema}", "{name}"};
	StringInfoData calls;

	*enumerated = is_exact(of, filter) ? NULL : pstrdup(of->plural);
	if (list_length(filter->databases) == 1)
		shown.database = linitial(filter->databases);
	if (list_length(filter->schemas) == 1)
		shown.schema = linitial(filter->schemas);
	if (list_length(filter->names) == 1)
		shown.name = linitial(filter->names);
	if (kind->part->suffixes[0] == NULL)
		return sf_sql_list_describe(kind, filter, columns, raw, &shown);
	initStringInfo(&calls);
	for (int i = 0; i < lengthof(kind->part->suffixes) && kind->part->suffixes[i]; i++)
		appendStringInfo(&calls, "%sGET %s", i ? ", " : "",
						 sf_path_shown(part_path(of, &shown, kind->part->suffixes[i])));
	return calls.data;
}

/*
 * Finds the objects, which may wait on the network, and what to ask of each.
 */
static void
begin(SfPartList *list)
{
	const SfPartDef *part = list->kind->part;
	List	   *objects;
	ListCell   *cell;

	list->begun = true;
	objects = is_exact(list->of, &list->filter) ? named_objects(list->of, &list->filter) : listed_objects(list);
	foreach(cell, objects)
	{
		SfObjectName *object = lfirst(cell);

		for (int i = 0; i == 0 || (i < lengthof(part->suffixes) && part->suffixes[i]); i++)
		{
			PartRequest *request = palloc0(sizeof(PartRequest));

			request->object = *object;
			if (strcmp(list->kind->name_column, "database_name") == 0)
				request->object.database = object->name;
			if (strcmp(list->kind->name_column, "schema_name") == 0)
				request->object.schema = object->name;
			request->which = part->which[i];
			if (part->suffixes[i])
				request->path = part_path(list->of, object, part->suffixes[i]);
			list->requests = lappend(list->requests, request);
		}
	}
	if (part->suffixes[0])
		sf_list_count(list->session, list->kind, list->count, list_length(list->requests));
}

/*
 * Whether the filter says where each object lies and what it is called.
 */
static bool
is_exact(const SfKindDef *of, const SfObjectFilter *filter)
{
	return filter->some_names && !(of->flags & SF_KIND_WITH_ARGS) &&
		(of->scope < SF_SCOPE_DATABASE || filter->some_databases) &&
		(of->scope < SF_SCOPE_SCHEMA || filter->some_schemas);
}

static List *
named_objects(const SfKindDef *of, const SfObjectFilter *filter)
{
	List	   *databases = of->scope >= SF_SCOPE_DATABASE ? filter->databases : list_make1(NULL);
	List	   *schemas = of->scope == SF_SCOPE_SCHEMA ? filter->schemas : list_make1(NULL);
	List	   *objects = NIL;
	ListCell   *database;
	ListCell   *schema;
	ListCell   *name;

	foreach(database, databases)
	{
		foreach(schema, schemas)
		{
			foreach(name, filter->names)
			{
				SfObjectName *object = palloc0(sizeof(SfObjectName));

				object->database = lfirst(database);
				object->schema = lfirst(schema);
				object->name = lfirst(name);
				objects = lappend(objects, object);
			}
		}
	}
	return objects;
}

/*
 * By one SHOW where the kind has one and the place is not known.
 */
static List *
listed_objects(SfPartList *list)
{
	SfObjectFilter filter = list->filter;
	bool		placed = filter.some_databases && (filter.some_schemas || list->of->scope < SF_SCOPE_SCHEMA);

	filter.requests = list->count;
	filter.conditions = NIL;
	filter.limit = -1;
	if (list->of->sql && list->of->sql->form == SF_SQL_SHOW && !placed)
		return by_sql(list, &filter);
	return by_rest(list, &filter);
}

static List *
by_sql(SfPartList *list, const SfObjectFilter *filter)
{
	SfSqlList  *objects = sf_sql_list_begin(list->session, list->of, filter, NIL, false, NULL, list->context);
	SfListed	listed;
	List	   *names = NIL;

	while (sf_sql_list_next(objects, &listed))
	{
		SfObjectName *name = object_name(list->of, listed.object, listed.parents);

		if (is_wanted(filter, name))
			names = lappend(names, name);
	}
	sf_sql_list_end(objects);
	return names;
}

static List *
by_rest(SfPartList *list, const SfObjectFilter *filter)
{
	SfObjectList *objects = sf_list_begin(list->session, list->of, filter, list->context);
	SfListed	listed;
	List	   *names = NIL;

	while (sf_list_next(objects, &listed))
	{
		SfObjectName *name = object_name(list->of, listed.object, listed.parents);

		if (is_wanted(filter, name))
			names = lappend(names, name);
	}
	sf_list_end(objects);
	return names;
}

static SfObjectName *
object_name(const SfKindDef *of, SfJson *object, const SfObjectName *parents)
{
	SfObjectName *name = palloc0(sizeof(SfObjectName));

	name->name = sf_answer_name(object);
	if (of->scope >= SF_SCOPE_DATABASE)
		name->database = member_name(object, "database_name", parents->database);
	if (of->scope == SF_SCOPE_SCHEMA)
		name->schema = member_name(object, "schema_name", parents->schema);
	return name;
}

/*
 * Where a list does not say where it is from, its rows do.
 */
static char *
member_name(SfJson *object, const char *member, char *otherwise)
{
	return otherwise ? pstrdup(otherwise) : sf_name_exact(sf_json_need_text(object, member));
}

static bool
is_wanted(const SfObjectFilter *filter, const SfObjectName *object)
{
	ListCell   *cell;

	foreach(cell, filter->names)
	{
		if (strcmp(lfirst(cell), object->name) == 0)
			return true;
	}
	return !filter->some_names;
}

/*
 * Keeps fetch_parallel requests on their way.
 */
static void
send_ahead(SfPartList *list)
{
	int			parallel = Max(list->session->options->fetch_parallel, 1);

	while (list->sent < list_length(list->requests) && list->sent < list->current + parallel)
	{
		PartRequest *request = list_nth(list->requests, list->sent++);
		SfObjectRequest spec = {
			.method = "GET",
			.path = request->path,
			.resendable = true,
			.answer = SF_ANSWER_LIST,
			.usage = list->filter.usage,
		};

		request->call = sf_object_start(list->session, &spec, list->context);
	}
}

/*
 * False at the end.
 */
static bool
next_page(SfPartList *list)
{
	MemoryContextReset(list->document_context);
	list->page = NULL;
	list->index = 0;
	while (list->current < list_length(list->requests))
	{
		PartRequest *request = list_nth(list->requests, list->current);
		bool		missing;

		send_ahead(list);
		MemoryContextSwitchTo(list->document_context);
		list->page = sf_object_next_or_missing(request->call, &missing);
		MemoryContextSwitchTo(list->context);
		if (list->page && request->pages++ > 0)
			sf_list_count(list->session, list->kind, list->count, 1);
		if (list->page)
			return true;
		sf_object_close(request->call);
		request->call = NULL;
		list->current++;
	}
	return false;
}

/*
 * The next row of the running object's statement, or of the next object's.
 */
static bool
next_row(SfPartList *list, SfListed *listed)
{
	for (;;)
	{
		PartRequest *request;

		if (list->rows && sf_sql_list_next(list->rows, listed))
		{
			request = list_nth(list->requests, list->current - 1);
			listed->parents = &request->object;
			return true;
		}
		if (list->rows)
			sf_sql_list_end(list->rows);
		list->rows = NULL;
		if (list->current >= list_length(list->requests))
			return false;
		request = list_nth(list->requests, list->current++);
		list->filter.requests = list->count;
		list->rows = sf_sql_list_begin(list->session, list->kind, &list->filter, list->columns, list->raw,
									   &request->object, list->context);
	}
}

static char *
part_path(const SfKindDef *of, const SfObjectName *object, const char *suffix)
{
	return psprintf("%s%s", sf_object_path(of, object), suffix);
}

/*
 * Runs in a reset callback, too: must not throw.
 */
static void
unpin(void *session)
{
	sf_session_unpin(session);
}
