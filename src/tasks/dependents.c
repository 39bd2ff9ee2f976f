/*
 * dependents.c
 *	  What depends on a task.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/memutils.h"

#include "api/object.h"
#include "objects/list.h"
#include "objects/verbs.h"
#include "tasks/compare.h"
#include "tasks/dependents.h"

/* A task of the schema. */
typedef struct Member
{
	SfJson	   *answer;
	char	   *name;
	List	   *above;			/* names of those that it follows */
	bool		found;
}			Member;

static List *tasks_of_schema(SfSession *session, const SfObjectName *task);
static List *names_above(const SfObjectName *task, SfJson *answer);
static List *search(SfSession *session, const SfObjectName *task, bool recursive);
static bool follows(const Member * member, const char *name);

List *
sf_task_dependents_of(SfSession *session, const SfObjectName *task, bool recursive)
{
	MemoryContext caller = CurrentMemoryContext;
	SfObjectRequest *request = sf_action_request(sf_kind_lookup("task"), task, "dependents",
												 recursive ? "recursive=true" : "recursive=false", NULL);
	SfObjectCall *volatile call = NULL;
	List	   *volatile answers = NIL;
	volatile bool no_warehouse = false;

	PG_TRY();
	{
		SfJson	   *page;

		request->answer = SF_ANSWER_LIST;
		call = sf_object_start(session, request, caller);
		while ((page = sf_object_next(call)) != NULL)
		{
			for (int i = 0; i < sf_json_length(page); i++)
				answers = lappend(answers, sf_json_element(page, i));
		}
	}
	PG_CATCH();
	{
		/* 000606: no active warehouse */
		if (geterrcode() != ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE)
			PG_RE_THROW();
		MemoryContextSwitchTo(caller);
		FlushErrorState();
		no_warehouse = true;
	}
	PG_END_TRY();
	if (call)
		sf_object_close(call);
	return no_warehouse ? search(session, task, recursive) : answers;
}

static List *
search(SfSession *session, const SfObjectName *task, bool recursive)
{
	List	   *members = tasks_of_schema(session, task);
	List	   *answers = NIL;
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, members)
	{
		Member	   *member = lfirst(cell);

		if (strcmp(member->name, task->name) == 0)
		{
			member->found = true;
			answers = lappend(answers, member->answer);
		}
	}
	if (answers == NIL)
		answers = lappend(answers, sf_object_find(session, sf_kind_lookup("task"), task, false));
	names = lappend(names, task->name);
	/* names grows meanwhile */
	for (int i = 0; i < (recursive ? list_length(names) : 1); i++)
	{
		CHECK_FOR_INTERRUPTS();
		foreach(cell, members)
		{
			Member	   *member = lfirst(cell);

			if (member->found || !follows(member, list_nth(names, i)))
				continue;
			member->found = true;
			answers = lappend(answers, member->answer);
			names = lappend(names, member->name);
		}
	}
	return answers;
}

static List *
tasks_of_schema(SfSession *session, const SfObjectName *task)
{
	SfObjectFilter filter = {
		.limit = -1,
		.databases = list_make1(task->database),
		.some_databases = true,
		.schemas = list_make1(task->schema),
		.some_schemas = true,
		.missing_is_error = true,
	};
	SfObjectList *list = sf_list_begin(session, sf_kind_lookup("task"), &filter, CurrentMemoryContext);
	List	   *members = NIL;
	SfListed	listed;

	while (sf_list_next(list, &listed))
	{
		Member	   *member = palloc0(sizeof(Member));

		member->answer = sf_json_copy(listed.object);
		member->name = sf_answer_name(member->answer);
		member->above = names_above(task, member->answer);
		members = lappend(members, member);
	}
	sf_list_end(list);
	return members;
}

static List *
names_above(const SfObjectName *task, SfJson *answer)
{
	SfObjectName name = {task->database, task->schema, sf_answer_name(answer)};
	SfJson	   *body = sf_task_body_of_answer(&name, answer);
	SfJson	   *above = sf_json_opt_array(body, "predecessors");
	char	   *finalize = sf_json_opt_text(body, "finalize");
	List	   *names = NIL;

	if (finalize)
		names = lappend(names, sf_name_exact(finalize));
	for (int i = 0; i < sf_json_length(above); i++)
		names = lappend(names, sf_name_exact(sf_json_need_text_at(above, i, "predecessors")));
	return names;
}

static bool
follows(const Member * member, const char *name)
{
	ListCell   *cell;

	foreach(cell, member->above)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}
