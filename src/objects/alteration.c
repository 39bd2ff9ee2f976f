/*
 * alteration.c
 *	  Changing some properties of an object and no others.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

#include "api/statement.h"
#include "base/ident.h"
#include "base/str.h"
#include "core/error.h"
#include "core/quote.h"
#include "objects/alteration.h"
#include "objects/properties.h"
#include "objects/verbs.h"

/* How a value is written. */
typedef enum Form
{
	LITERAL,					/* 'text', 3, true */
	NAME,						/* "DB"."SCHEMA"."NAME", as many parts as
								 * given */
	SIBLING,					/* the same, in the object's own schema */
	NAMES,						/* ("A", "B") */
	TEXTS,						/* ('a', 'b') */
	BARE_TEXTS,					/* 'a', 'b' */
	WORDS,						/* a keyword or several */
	FLAG,						/* the clause for true, the other for false */
	JSON,						/* an object as a text */
	SCHEDULE,					/* a text, or the object of a fetch */
	LAG,						/* the same of target_lag */
	EXPRESSIONS,				/* (a, f(b)), SQL */
	SQL,						/* as it is */
	BRACKETED_SQL,				/* the same in parentheses */
	PREDECESSORS				/* ADD and REMOVE of those that differ */
} Form;

/* What null does. */
typedef enum OfNull
{
	UNSET,
	EMPTIED,
	KEPT,
	OWN_CLAUSE
} OfNull;

typedef struct KindWords
{
	const char *kind;
	const char *words;
	bool		renamed;
} KindWords;

typedef struct StateWords
{
	const char *kind;
	const char *column;
	const char *suspend;
	const char *resume;
	const char *states;
} StateWords;

typedef struct PropertyWords
{
	const char *kind;
	const char *property;
	const char *clause;			/* NULL: SET PROPERTY = */
	Form		form;
	OfNull		of_null;
	const char *null_clause;	/* OWN_CLAUSE */
} PropertyWords;

#define KIND(kind, words, renamed) {kind, words, renamed},
#define STATE(kind, column, suspend, resume, states)
#define PROPERTY(kind, property, form, of_null)
#define CLAUSE(kind, property, clause, form, null_clause)
static const KindWords kind_words[] = {
#include "objects/alter.def"
};
#undef KIND
#undef STATE

#define KIND(kind, words, renamed)
#define STATE(kind, column, suspend, resume, states) {kind, column, suspend, resume, states},
static const StateWords state_words[] = {
#include "objects/alter.def"
};
#undef STATE
#undef PROPERTY
#undef CLAUSE

#define STATE(kind, column, suspend, resume, states)
#define PROPERTY(kind, property, form, of_null) {kind, property, NULL, form, of_null, NULL},
#define CLAUSE(kind, property, clause, form, null_clause) \
	{kind, property, clause, form, (null_clause) ? OWN_CLAUSE : KEPT, null_clause},
static const PropertyWords property_words[] = {
#include "objects/alter.def"
};
#undef KIND
#undef STATE
#undef PROPERTY
#undef CLAUSE

typedef struct Step
{
	const char *action;			/* of the REST API; NULL: a statement */
	char	   *sql;
} Step;

struct SfAlteration
{
	const SfKindDef *kind;
	SfObjectName name;
	SfObjectName renamed;		/* the same where it is not renamed */
	List	   *suspends;		/* Step: the first, so that the others are
								 * allowed */
	StringInfoData set;			/* lists of one statement each */
	StringInfoData unset;
	List	   *removals;		/* Step: before a root task gets a schedule */
	List	   *clauses;		/* Step */
	List	   *resumes;		/* Step */
	List	   *steps;			/* all of them, in order */
};

typedef struct Progress
{
	const SfAlteration *alteration;
	int			done;
} Progress;

static const KindWords *words_of(const SfKindDef *kind);
static const StateWords *state_of(const SfKindDef *kind, const char *column);
static const PropertyWords *property_of(const SfKindDef *kind, const char *property);
static void add_property(SfAlteration *alteration, const char *property, SfJson *value);
static void add_value(SfAlteration *alteration, const PropertyWords *words, SfJson *value);
static void add_null(SfAlteration *alteration, const PropertyWords *words);
static void add_state(SfAlteration *alteration, const StateWords *state, SfJson *value);
static bool has_word(const char *words, const char *word);
static void add_place(SfAlteration *alteration, const char *property, SfJson *value);
static void add_predecessors(SfSession *session, SfAlteration *alteration, SfJson *wanted);
static bool has_object(List *names, const SfObjectName *name);
static List *add_tasks(const SfAlteration *alteration, List *steps, const char *clause, List *names, List *without);
static List *task_names(const SfAlteration *alteration, SfJson *names);
static char *written(const SfAlteration *alteration, const PropertyWords *words, SfJson *value);
static bool is_text(const SfColumnDef *def);
static char *written_list(const SfAlteration *alteration, const PropertyWords *words, SfJson *array);
static char *name_of(const PropertyWords *words, SfJson *value);
static char *keywords(const PropertyWords *words, SfJson *value);
static char *text_member(const PropertyWords *words, SfJson *value, const char *name);
static int64 number_member(const PropertyWords *words, SfJson *value, const char *name);
static char *schedule_text(const PropertyWords *words, SfJson *value);
static char *lag_text(const PropertyWords *words, SfJson *value);
static char *needed_text(const PropertyWords *words, SfJson *value);
pg_noreturn static void report_value(const PropertyWords *words, const char *wanted);
pg_noreturn static void report_property(const SfKindDef *kind, const char *property);
static List *add_step(List *steps, const char *action, char *sql);
static char *statement(const SfAlteration *alteration, const char *tail);
static char *qualified(const SfKindDef *kind, const SfObjectName *name, bool arguments);
static void run_step(SfSession *session, const SfAlteration *alteration, const Step *step);
static void add_progress(void *arg);

bool
sf_can_alter(const SfKindDef *kind)
{
	return words_of(kind) != NULL;
}

bool
sf_can_alter_property(const SfKindDef *kind, const char *property)
{
	const KindWords *words = words_of(kind);

	if (words == NULL)
		return false;
	if (strcmp(property, "name") == 0)
		return words->renamed;
	if (strcmp(property, "database_name") == 0 || strcmp(property, "schema_name") == 0)
		return words->renamed && kind->scope == SF_SCOPE_SCHEMA;
	return state_of(kind, property) || property_of(kind, property);
}

bool
sf_is_state(const SfKindDef *kind, const char *property)
{
	return state_of(kind, property) != NULL;
}

bool
sf_is_in_state(const SfKindDef *kind, const char *property, const char *shown, const char *wanted)
{
	const StateWords *state = state_of(kind, property);
	char	   *words[] = {pstrdup(shown), pstrdup(wanted)};

	sf_ascii_upper(words[0]);
	sf_ascii_upper(words[1]);
	return strcmp(words[0], words[1]) == 0 || (has_word(state->states, words[0]) && has_word(state->states, words[1]));
}

SfAlteration *
sf_alteration_make(SfSession *session, const SfKindDef *kind, const SfObjectName *name, SfJson *changes)
{
	SfAlteration *alteration = palloc0(sizeof(SfAlteration));
	SfJson	   *predecessors = NULL;
	void	   *it = NULL;
	const char *property;
	SfJson	   *value;

	alteration->kind = kind;
	alteration->name = alteration->renamed = *name;
	initStringInfo(&alteration->set);
	initStringInfo(&alteration->unset);
	while (changes && sf_json_next(changes, &it, &property, &value))
	{
		const PropertyWords *words = property_of(kind, property);

		if (words && words->form == PREDECESSORS)
			predecessors = value ? value : sf_json_new_array();
		else
			add_property(alteration, property, value);
	}
	if (predecessors)
		add_predecessors(session, alteration, predecessors);

	alteration->steps = list_concat(alteration->suspends, alteration->removals);
	if (alteration->unset.len)
		alteration->steps = add_step(alteration->steps, NULL,
									 statement(alteration, psprintf("UNSET %s", alteration->unset.data)));
	if (alteration->set.len)
		alteration->steps = add_step(alteration->steps, NULL,
									 statement(alteration, psprintf("SET %s", alteration->set.data)));
	alteration->steps = list_concat(alteration->steps, alteration->clauses);
	alteration->steps = list_concat(alteration->steps, alteration->resumes);
	if (strcmp(qualified(kind, &alteration->renamed, true), qualified(kind, name, true)) != 0)
		alteration->steps = add_step(alteration->steps, NULL,
									 statement(alteration, psprintf("RENAME TO %s",
																	qualified(kind, &alteration->renamed, false))));
	return alteration;
}

void
sf_alteration_run(SfSession *session, const SfAlteration *alteration, SfObjectName *name)
{
	Progress	progress = {alteration, 0};
	ErrorContextCallback context;
	ListCell   *cell;

	sf_context_begin(&context, add_progress, &progress);
	foreach(cell, alteration->steps)
	{
		run_step(session, alteration, lfirst(cell));
		progress.done++;
	}
	sf_context_end(&context);
	*name = alteration->renamed;
}

char *
sf_alteration_text(const SfAlteration *alteration)
{
	StringInfoData all;
	ListCell   *cell;

	initStringInfo(&all);
	foreach(cell, alteration->steps)
	{
		const Step *step = lfirst(cell);

		appendStringInfo(&all, "%s%s", all.len ? "\n" : "", step->action ? step->action : step->sql);
	}
	return all.data;
}

static const KindWords *
words_of(const SfKindDef *kind)
{
	for (int i = 0; i < lengthof(kind_words); i++)
	{
		if (strcmp(kind_words[i].kind, kind->name) == 0)
			return &kind_words[i];
	}
	return NULL;
}

static const StateWords *
state_of(const SfKindDef *kind, const char *column)
{
	for (int i = 0; i < lengthof(state_words); i++)
	{
		if (strcmp(state_words[i].kind, kind->name) == 0 && strcmp(state_words[i].column, column) == 0)
			return &state_words[i];
	}
	return NULL;
}

static const PropertyWords *
property_of(const SfKindDef *kind, const char *property)
{
	for (int i = 0; i < lengthof(property_words); i++)
	{
		if (strcmp(property_words[i].kind, kind->name) == 0 && strcmp(property_words[i].property, property) == 0)
			return &property_words[i];
	}
	return NULL;
}

/*
 * Throws 22023 or 0A000 for a property that is not changed alone, and for a
 * value of another type than the catalog's.
 */
static void
add_property(SfAlteration *alteration, const char *property, SfJson *value)
{
	const SfKindDef *kind = alteration->kind;
	const SfColumnDef *def = sf_kind_column(kind, property);
	const PropertyWords *words = property_of(kind, property);
	const StateWords *state = state_of(kind, property);

	if (def == NULL || !sf_can_alter_property(kind, property))
		report_property(kind, property);
	if (state)
		add_state(alteration, state, value);
	else if (words == NULL)
		add_place(alteration, property, value);
	else if (value == NULL)
		add_null(alteration, words);
	else
	{
		/* a text stands for the objects that have a text in SQL */
		if (sf_json_type(value) != SF_JSON_STRING || (words->form != SCHEDULE && words->form != LAG))
			sf_property_check(kind, def, value);
		add_value(alteration, words, value);
	}
}

static void
add_value(SfAlteration *alteration, const PropertyWords *words, SfJson *value)
{
	if (words->form == FLAG)
	{
		const char *text = sf_json_text(value);
		bool		truth = text && sf_strcasecmp_ascii(text, "true") == 0;

		alteration->clauses = add_step(alteration->clauses, NULL,
									   statement(alteration, truth ? words->clause : words->null_clause));
	}
	else if (words->clause)
		alteration->clauses = add_step(alteration->clauses, NULL,
									   statement(alteration, psprintf("%s %s", words->clause,
																	  written(alteration, words, value))));
	else
	{
		char	   *word = pstrdup(words->property);

		sf_ascii_upper(word);
		appendStringInfo(&alteration->set, "%s%s = %s", alteration->set.len ? ", " : "", word,
						 written(alteration, words, value));
	}
}

/*
 * Throws 22023 for a property that always has a value.
 */
static void
add_null(SfAlteration *alteration, const PropertyWords *words)
{
	char	   *word = pstrdup(words->property);

	sf_ascii_upper(word);
	switch (words->of_null)
	{
		case UNSET:
			appendStringInfo(&alteration->unset, "%s%s", alteration->unset.len ? ", " : "", word);
			break;
		case EMPTIED:
			appendStringInfo(&alteration->set, "%s%s = %s", alteration->set.len ? ", " : "", word,
							 words->form == TEXTS ? "()" : "''");
			break;
		case OWN_CLAUSE:
			alteration->clauses = add_step(alteration->clauses, NULL, statement(alteration, words->null_clause));
			break;
		case KEPT:
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("property \"%s\" of kind \"%s\" cannot be unset", words->property, words->kind)));
	}
}

/*
 * Throws 22023 for a text that is no state to be asked for.
 */
static void
add_state(SfAlteration *alteration, const StateWords *state, SfJson *value)
{
	const char *text = value ? sf_json_text(value) : NULL;
	char	   *word = pstrdup(text ? text : "");
	bool		suspend;
	const char *clause;
	char	   *action;
	Step	   *step;

	sf_ascii_upper(word);
	suspend = strcmp(word, "SUSPENDED") == 0;
	if (!suspend && !has_word(state->states, word))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is no state that a %s can be brought into", text ? text : "null", state->kind),
				 errhint("It can be SUSPENDED or %.*s.", (int) strcspn(state->states, " "), state->states)));
	clause = suspend ? state->suspend : state->resume;
	action = psprintf("%s", suspend ? "suspend" : "resume");
	step = palloc0(sizeof(Step));
	step->sql = statement(alteration, clause);
	for (int i = 0; i < alteration->kind->nactions && strchr(clause, ' ') == NULL; i++)
	{
		if (strcmp(alteration->kind->actions[i].name, action) == 0)
			step->action = action;
	}
	if (suspend)
		alteration->suspends = lappend(alteration->suspends, step);
	else
		alteration->resumes = lappend(alteration->resumes, step);
}

static bool
has_word(const char *words, const char *word)
{
	size_t		len = strlen(word);

	for (const char *p = words; *p; p += strcspn(p, " "), p += strspn(p, " "))
	{
		if (strcspn(p, " ") == len && strncmp(p, word, len) == 0)
			return true;
	}
	return false;
}

/*
 * Another name, database or schema.
 */
static void
add_place(SfAlteration *alteration, const char *property, SfJson *value)
{
	const SfKindDef *kind = alteration->kind;
	char	   *text = value ? sf_json_text(value) : NULL;
	SfIdentParts *parts = palloc(sizeof(SfIdentParts));
	char		err[128];

	if (text && (kind->flags & SF_KIND_WITH_ARGS) && strcmp(property, "name") == 0)
		text = sf_name_without_arguments(text);
	if (text == NULL || sf_ident_parse(text, parts, err, sizeof(err)) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not a %s", text ? text : "null", property)));
	if (strcmp(property, "database_name") == 0)
		alteration->renamed.database = parts->name[0];
	else if (strcmp(property, "schema_name") == 0)
		alteration->renamed.schema = parts->name[0];
	else if (kind->flags & SF_KIND_WITH_ARGS)
	{
		char	   *bare = sf_name_without_arguments(alteration->name.name);

		alteration->renamed.name = psprintf("%s%s", sf_name_written(parts->name[0]),
											alteration->name.name + strlen(bare));
	}
	else
		alteration->renamed.name = parts->name[0];
}

/*
 * Those that the task has and should not have are removed, then the others
 * added; the other way round where a task that is started would be without
 * any in between: it would be a root then, below which nothing can be changed
 * while it is started.  Waits on the network.
 */
static void
add_predecessors(SfSession *session, SfAlteration *alteration, SfJson *wanted)
{
	SfJson	   *task;
	List	   *there;
	List	   *given;
	char	   *state;
	bool		adds_first;
	ListCell   *cell;

	sf_property_check(alteration->kind, sf_kind_column(alteration->kind, "predecessors"), wanted);
	given = task_names(alteration, wanted);
	task = sf_object_find(session, alteration->kind, &alteration->name, false);
	there = task_names(alteration, sf_json_opt_array(task, "predecessors"));
	state = sf_json_opt_text(task, "state");
	adds_first = given != NIL && state && strcmp(state, "started") == 0;
	foreach(cell, there)
		adds_first = adds_first && !has_object(given, lfirst(cell));
	if (!adds_first)
		alteration->removals = add_tasks(alteration, alteration->removals, "REMOVE AFTER", there, given);
	alteration->clauses = add_tasks(alteration, alteration->clauses, "ADD AFTER", given, there);
	if (adds_first)
		alteration->clauses = add_tasks(alteration, alteration->clauses, "REMOVE AFTER", there, given);
}

static List *
add_tasks(const SfAlteration *alteration, List *steps, const char *clause, List *names, List *without)
{
	StringInfoData list;
	ListCell   *cell;

	initStringInfo(&list);
	foreach(cell, names)
	{
		if (!has_object(without, lfirst(cell)))
			appendStringInfo(&list, "%s%s", list.len ? ", " : "", qualified(alteration->kind, lfirst(cell), true));
	}
	return list.len == 0 ? steps : add_step(steps, NULL, statement(alteration, psprintf("%s %s", clause, list.data)));
}

static bool
has_object(List *names, const SfObjectName *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		const SfObjectName *other = lfirst(cell);

		if (strcmp(other->database, name->database) == 0 && strcmp(other->schema, name->schema) == 0 &&
			strcmp(other->name, name->name) == 0)
			return true;
	}
	return false;
}

/*
 * Names of tasks, SfObjectName: bare ones lie beside the object.
 */
static List *
task_names(const SfAlteration *alteration, SfJson *names)
{
	List	   *list = NIL;

	for (int i = 0; i < sf_json_length(names); i++)
	{
		SfObjectName *name = palloc0(sizeof(SfObjectName));

		sf_object_name_near(name, alteration->kind, sf_json_need_text_at(names, i, "predecessors"), &alteration->name);
		list = lappend(list, name);
	}
	return list;
}

/*
 * The value as SQL.  Throws 22023 for one that has no such form.
 */
static char *
written(const SfAlteration *alteration, const PropertyWords *words, SfJson *value)
{
	SfObjectName sibling;
	char	   *text;

	switch (words->form)
	{
		case LITERAL:
			text = needed_text(words, value);
			return is_text(sf_kind_column(alteration->kind, words->property)) ? sf_literal(text) : text;
		case NAME:
			return name_of(words, value);
		case SIBLING:
			sf_object_name_near(&sibling, alteration->kind, needed_text(words, value), &alteration->name);
			return qualified(alteration->kind, &sibling, true);
		case NAMES:
		case TEXTS:
		case BARE_TEXTS:
		case EXPRESSIONS:
			return written_list(alteration, words, value);
		case WORDS:
			return keywords(words, value);
		case JSON:
			return sf_literal(sf_json_print(value));
		case SCHEDULE:
			return sf_literal(schedule_text(words, value));
		case LAG:
			return lag_text(words, value);
		case SQL:
			return needed_text(words, value);
		case BRACKETED_SQL:
			return psprintf("(%s)", needed_text(words, value));
		case FLAG:
		case PREDECESSORS:
			break;
	}
	elog(ERROR, "property \"%s\" has no such form", words->property);
}

/*
 * Numbers and truth values may be given as strings.
 */
static bool
is_text(const SfColumnDef *def)
{
	return def->type != SF_COLUMN_BOOL && def->type != SF_COLUMN_INT && def->type != SF_COLUMN_FLOAT;
}

static char *
written_list(const SfAlteration *alteration, const PropertyWords *words, SfJson *array)
{
	StringInfoData list;

	if (sf_json_type(array) != SF_JSON_ARRAY)
		report_value(words, "an array of strings");
	initStringInfo(&list);
	for (int i = 0; i < sf_json_length(array); i++)
	{
		SfJson	   *element = sf_json_element(array, i);

		appendStringInfo(&list, "%s%s", i ? ", " : "",
						 words->form == NAMES ? name_of(words, element) :
						 words->form == EXPRESSIONS ? needed_text(words, element) :
						 sf_literal(needed_text(words, element)));
	}
	return words->form == BARE_TEXTS ? list.data : psprintf("(%s)", list.data);
}

/*
 * Throws 42602 for a text that is no name.
 */
static char *
name_of(const PropertyWords *words, SfJson *value)
{
	char	   *text = needed_text(words, value);
	SfIdentParts *parts = palloc(sizeof(SfIdentParts));
	char		err[128];
	int			n = sf_ident_parse(text, parts, err, sizeof(err));
	StringInfoData name;

	if (n < 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" of property \"%s\" is not a name: %s", text, words->property, err)));
	initStringInfo(&name);
	for (int i = 0; i < n; i++)
		appendStringInfo(&name, "%s%s", i ? "." : "", sf_quoted_name(parts->name[i]));
	return name.data;
}

static char *
keywords(const PropertyWords *words, SfJson *value)
{
	char	   *text = pstrdup(needed_text(words, value));

	sf_ascii_upper(text);
	if (text[0] == '\0' || strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_ ") != strlen(text))
		report_value(words, "a word");
	return text;
}

/*
 * A member of an object that the user gave; NULL for none.  Throws 22023.
 */
static char *
text_member(const PropertyWords *words, SfJson *value, const char *name)
{
	SfJson	   *member = sf_json_member(value, name);

	if (member && sf_json_type(member) != SF_JSON_STRING)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" of property \"%s\" must be a string", name, words->property)));
	return member ? sf_json_text(member) : NULL;
}

/*
 * The same of a count, 0 for none.
 */
static int64
number_member(const PropertyWords *words, SfJson *value, const char *name)
{
	SfJson	   *member = sf_json_member(value, name);
	char	   *text = member ? sf_json_text(member) : pstrdup("0");

	if (text == NULL || text[0] == '\0' || strlen(text) > 10 || strspn(text, "0123456789") != strlen(text))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" of property \"%s\" must be a whole number", name, words->property)));
	return strtoll(text, NULL, 10);
}

/*
 * Source of the object: task.yaml, TaskSchedule; minutes alone are what alerts
 * take.
 */
static char *
schedule_text(const PropertyWords *words, SfJson *value)
{
	char	   *cron;
	char	   *zone;
	int64		minutes;
	int64		seconds;

	if (sf_json_type(value) == SF_JSON_STRING)
		return needed_text(words, value);
	if (sf_json_type(value) != SF_JSON_OBJECT)
		report_value(words, "a text or an object");
	cron = text_member(words, value, "cron_expr");
	zone = text_member(words, value, "timezone");
	if (cron)
		return psprintf("USING CRON %s %s", cron, zone ? zone : "UTC");
	minutes = number_member(words, value, "minutes");
	seconds = number_member(words, value, "seconds");
	if (minutes > PG_INT32_MAX || seconds > PG_INT32_MAX || minutes + seconds == 0)
		report_value(words, "an object with cron_expr and timezone, or with minutes");
	if (seconds == 0)
		return psprintf(INT64_FORMAT " MINUTE", minutes);
	return psprintf(INT64_FORMAT " SECONDS", minutes * 60 + seconds);
}

/*
 * Source of the object: dynamic-table.yaml, TargetLag.
 */
static char *
lag_text(const PropertyWords *words, SfJson *value)
{
	char	   *text = sf_json_type(value) == SF_JSON_STRING ? sf_json_text(value) : text_member(words, value, "type");
	int64		seconds;

	if (text && sf_strcasecmp_ascii(text, "DOWNSTREAM") == 0)
		return pstrdup("DOWNSTREAM");
	if (sf_json_type(value) == SF_JSON_STRING)
		return sf_literal(needed_text(words, value));
	seconds = number_member(words, value, "seconds");
	if (seconds <= 0)
		report_value(words, "a text, or an object with seconds or the type DOWNSTREAM");
	return sf_literal(psprintf(INT64_FORMAT " seconds", seconds));
}

static char *
needed_text(const PropertyWords *words, SfJson *value)
{
	char	   *text = value ? sf_json_text(value) : NULL;

	if (text == NULL)
		report_value(words, "a string, a number or a boolean");
	return text;
}

/*
 * Throws 22023.
 */
static void
report_value(const PropertyWords *words, const char *wanted)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the value of property \"%s\" must be %s", words->property, wanted)));
}

/*
 * Throws 0A000 for a kind that ALTER does not change, else 22023.
 */
static void
report_property(const SfKindDef *kind, const char *property)
{
	StringInfoData all;
	SfNearest	nearest;

	initStringInfo(&all);
	sf_nearest_begin(&nearest, property);
	for (int i = 0; i < kind->ncolumns; i++)
	{
		if (!sf_can_alter_property(kind, kind->columns[i].name))
			continue;
		appendStringInfo(&all, "%s%s", all.len ? ", " : "", kind->columns[i].name);
		sf_nearest_try(&nearest, kind->columns[i].name);
	}
	if (all.len == 0)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("properties of kind \"%s\" cannot be changed one by one", kind->name),
				 kind->verbs & SF_CAN_PUT ?
				 errhint("Give the whole definition to sf_create_or_alter().") :
				 errhint("Drop it and create it anew.")));
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("property \"%s\" of kind \"%s\" cannot be changed alone", property, kind->name),
			 sf_kind_column(kind, property) == NULL && nearest.name ?
			 errhint("Perhaps you meant \"%s\".", nearest.name) :
			 errhint("What can be is %s; sf_execute() takes any ALTER.", all.data)));
}

static List *
add_step(List *steps, const char *action, char *sql)
{
	Step	   *step = palloc0(sizeof(Step));

	step->action = action;
	step->sql = sql;
	return lappend(steps, step);
}

/*
 * ALTER COMPUTE POOL "NAME" tail
 */
static char *
statement(const SfAlteration *alteration, const char *tail)
{
	return psprintf("ALTER %s %s %s", words_of(alteration->kind)->words,
					qualified(alteration->kind, &alteration->name, true), tail);
}

/*
 * Every part is quoted; of a function also without the types of its
 * arguments.
 */
static char *
qualified(const SfKindDef *kind, const SfObjectName *name, bool arguments)
{
	char	   *last;

	if (kind->flags & SF_KIND_WITH_ARGS)
		last = arguments ? name->name : sf_name_without_arguments(name->name);
	else
		last = sf_quoted_name(name->name);
	if (kind->scope == SF_SCOPE_SCHEMA)
		return psprintf("%s.%s.%s", sf_quoted_name(name->database), sf_quoted_name(name->schema), last);
	if (kind->scope == SF_SCOPE_DATABASE)
		return psprintf("%s.%s", sf_quoted_name(name->database), last);
	return last;
}

/*
 * Waits on the network; an interrupt cancels a statement.
 */
static void
run_step(SfSession *session, const SfAlteration *alteration, const Step *step)
{
	SfStatementSpec spec = {.sql = step->sql,.statement_count = 1,.async = true,.write = true};

	if (step->action)
		sf_object_run(session, sf_action_request(alteration->kind, &alteration->name, step->action, NULL, NULL));
	else
		sf_statement_run(session, &spec, NULL, NULL);
}

/*
 * Called with the error being reported.
 */
static void
add_progress(void *arg)
{
	const Progress *progress = arg;

	for (int i = 0; i < progress->done; i++)
	{
		const Step *step = list_nth(progress->alteration->steps, i);

		errcontext("changed before: %s", step->sql);
	}
}
