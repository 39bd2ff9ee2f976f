/*
 * compare.c
 *	  Whether a task is what a body says.
 */
#include "postgres.h"

#include "utils/jsonb.h"

#include "objects/catalog.h"
#include "objects/properties.h"
#include "objects/verbs.h"
#include "tasks/compare.h"
#include "tasks/definition.h"

static void keep_name(const char *property, const char *message, void *arg);
static SfJson *sorted(SfJson *names);
static int	compare_texts(const ListCell *a, const ListCell *b);

SfJson *
sf_task_body_of_answer(const SfObjectName *name, SfJson *answer)
{
	List	   *odd = NIL;
	SfProblems	problems = {keep_name, &odd};
	SfJson	   *body;
	ListCell   *lc;

	sf_answer_check(sf_kind_lookup("task"), answer);
	body = sf_task_body(name, sf_properties_writable(sf_kind_lookup("task"), answer), NULL, &problems);
	sf_json_take_source(body, answer);
	foreach(lc, odd)
	{
		SfJson	   *value = sf_json_member(answer, lfirst(lc));

		if (value)
			sf_json_set(body, lfirst(lc), value);
	}
	return body;
}

List *
sf_task_changed(SfJson *is, SfJson *wanted)
{
	SfJson	   *sides[2] = {wanted, is};
	List	   *changed = NIL;

	/* what only one side has, or what differs, found from either side */
	for (int side = 0; side < 2; side++)
	{
		void	   *it = NULL;
		const char *name;
		SfJson	   *member;

		while (sf_json_next(sides[side], &it, &name, &member))
		{
			SfJson	   *other = sf_json_member(sides[1 - side], name);

			if (member == NULL || (side == 1 && other))
				continue;
			if (other ? sf_task_same_value(member, other) : side == 1 && sf_task_is_default(name, member))
				continue;
			changed = lappend(changed, pstrdup(name));
		}
	}
	return changed;
}

bool
sf_task_same_value(SfJson *a, SfJson *b)
{
	Jsonb	   *first;
	Jsonb	   *second;

	if (sf_json_type(a) == SF_JSON_ARRAY && sf_json_type(b) == SF_JSON_ARRAY)
	{
		/* the order of predecessors says nothing */
		a = sorted(a);
		b = sorted(b);
	}
	first = sf_json_to_jsonb(a);
	second = sf_json_to_jsonb(b);
	return compareJsonbContainers(&first->root, &second->root) == 0;
}

/*
 * SfProblemFn: the property's name goes into the list.
 */
static void
keep_name(const char *property, const char *message, void *arg)
{
	List	  **names = arg;

	*names = lappend(*names, pstrdup(property));
}

/*
 * A copy.  Throws 08P01 for an element that is no text.
 */
static SfJson *
sorted(SfJson *names)
{
	SfJson	   *result = sf_json_new_array();
	List	   *texts = NIL;
	ListCell   *lc;

	for (int i = 0; i < sf_json_length(names); i++)
		texts = lappend(texts, sf_json_need_text_at(names, i, "predecessors"));
	list_sort(texts, compare_texts);
	foreach(lc, texts)
		sf_json_append_text(result, lfirst(lc));
	return result;
}

static int
compare_texts(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}
