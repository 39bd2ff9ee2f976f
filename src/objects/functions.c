/*
 * functions.c
 *	  sf_kinds, sf_list, sf_fetch: reading objects of any kind.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/memutils.h"
#include "utils/tuplestore.h"

#include "api/arguments.h"
#include "base/str.h"
#include "core/compat.h"
#include "objects/alteration.h"
#include "objects/functions.h"
#include "objects/properties.h"
#include "objects/source.h"
#include "objects/verbs.h"

PG_FUNCTION_INFO_V1(sf_kinds);
PG_FUNCTION_INFO_V1(sf_kind_properties);
PG_FUNCTION_INFO_V1(sf_list);
PG_FUNCTION_INFO_V1(sf_fetch);

typedef struct Word
{
	int			flag;
	const char *word;
	const char *parameter;		/* of the request, for options of sf_list */
} Word;

static const Word verb_words[] = {
	{SF_CAN_LIST, "list", NULL},
	{SF_CAN_FETCH, "fetch", NULL},
	{SF_CAN_CREATE, "create", NULL},
	{SF_CAN_PUT, "create_or_alter", NULL},
	{SF_CAN_DELETE, "drop", NULL},
};

static const Word filter_words[] = {
	{SF_FILTER_LIKE, "like", NULL},
	{SF_FILTER_STARTS_WITH, "starts_with", NULL},
	{SF_FILTER_SHOW_LIMIT, "max_rows", NULL},
	{SF_FILTER_FROM_NAME, "from_name", NULL},
	{SF_FILTER_ROOT_ONLY, "root_only", "rootOnly"},
	{SF_FILTER_HISTORY, "history", "history"},
	{SF_FILTER_DEEP, "deep", "deep"},
};

static const char *const scope_words[] = {"account", "database", "schema"};

/* The arguments of sf_list. */
enum
{
	LIST_KIND,
	LIST_LIKE,
	LIST_STARTS_WITH,
	LIST_MAX_ROWS,
	LIST_FROM_NAME,
	LIST_OPTIONS,
	LIST_DATABASE,
	LIST_SCHEMA,
	LIST_SERVER
};

typedef struct ListCall
{
	const SfKindDef *kind;
	SfSource   *source;
	MemoryContext row_context;	/* of the object handed out last */
} ListCall;

static void put_property(ReturnSetInfo *rsinfo, const SfKindDef *kind, const SfColumnDef *column);
static Datum split_values(const char *values);
static void put_kind(ReturnSetInfo *rsinfo, const SfKindDef *kind);
static int	add_words(Datum *out, const Word *words, int nwords, int flags);
static Datum text_array(Datum *elements, int n);
static ListCall *begin_list(FunctionCallInfo fcinfo);
static bool next_object(ListCall *call, Datum *value);
static SfJson *with_place(const SfKindDef *kind, const SfListed *listed);
static void check_filter(const SfKindDef *kind, int flag, bool given);
static const char *list_options(const SfKindDef *kind, SfJson *options);
static const char *words_of(const SfKindDef *kind, bool options);

/*
 * The kinds of the catalog.  No network.
 */
Datum
sf_kinds(PG_FUNCTION_ARGS)
{
	const SfKindDef *kind;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; (kind = sf_kind_at(i)) != NULL; i++)
		put_kind((ReturnSetInfo *) fcinfo->resultinfo, kind);
	return (Datum) 0;
}

/*
 * The properties of a kind.  No network.
 */
Datum
sf_kind_properties(PG_FUNCTION_ARGS)
{
	const SfKindDef *kind = sf_kind_argument(fcinfo, 0);
	const SfPropertySet *set = sf_property_set(kind);

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < kind->ncolumns; i++)
		put_property((ReturnSetInfo *) fcinfo->resultinfo, kind, &kind->columns[i]);
	for (int i = 0; set && i < set->nproperties; i++)
	{
		SfColumnDef newer = {set->properties[i].name, SF_COLUMN_JSON, 0};

		if (sf_kind_column(kind, newer.name) == NULL)
			put_property((ReturnSetInfo *) fcinfo->resultinfo, kind, &newer);
	}
	return (Datum) 0;
}

/*
 * The objects of a kind as they are answered.  In FROM all of them are read;
 * in a SELECT list a LIMIT stops the reading.  Waits on the network.
 */
Datum
sf_list(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	FuncCallContext *funcctx;
	MemoryContext old;
	ListCall   *call;
	Datum		value;

	if (rsinfo == NULL || !IsA(rsinfo, ReturnSetInfo))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s called in a context that cannot accept a set", "sf_list()")));
	if (rsinfo->allowedModes & SFRM_Materialize_Preferred)
	{
		bool		isnull = false;

		InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
		call = begin_list(fcinfo);
		while (next_object(call, &value))
			tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, &value, &isnull);
		sf_source_end(call->source);
		MemoryContextDelete(call->row_context);
		return (Datum) 0;
	}

	if (SRF_IS_FIRSTCALL())
	{
		funcctx = SRF_FIRSTCALL_INIT();
		old = MemoryContextSwitchTo(funcctx->multi_call_memory_ctx);
		funcctx->user_fctx = begin_list(fcinfo);
		MemoryContextSwitchTo(old);
	}
	funcctx = SRF_PERCALL_SETUP();
	call = funcctx->user_fctx;
	if (!next_object(call, &value))
		SRF_RETURN_DONE(funcctx);
	SRF_RETURN_NEXT(funcctx, value);
}

/*
 * One object as it is answered.  Waits on the network.
 */
Datum
sf_fetch(PG_FUNCTION_ARGS)
{
	const SfKindDef *kind = sf_kind_argument(fcinfo, 0);
	char	   *name = sf_needed_text(fcinfo, 1, "name");
	SfSession  *session = sf_session_argument(fcinfo, 4);
	SfObjectName object;

	sf_object_arguments(fcinfo, 2, kind, name, session, &object);
	PG_RETURN_JSONB_P(sf_json_to_jsonb(sf_object_find(session, kind, &object, false)));
}

const SfKindDef *
sf_kind_argument(FunctionCallInfo fcinfo, int argno)
{
	return sf_kind_find(sf_needed_text(fcinfo, argno, "kind"));
}

char *
sf_needed_text(FunctionCallInfo fcinfo, int argno, const char *what)
{
	char	   *text = sf_text_argument(fcinfo, argno);

	if (text == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the %s must not be null", what)));
	return text;
}

SfJson *
sf_json_object_argument(FunctionCallInfo fcinfo, int argno, const char *what)
{
	SfJson	   *value;

	if (PG_ARGISNULL(argno))
		return NULL;
	value = sf_json_from_jsonb(PG_GETARG_JSONB_P(argno));
	if (sf_json_type(value) != SF_JSON_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be a JSON object", what)));
	return value;
}

void
sf_object_arguments(FunctionCallInfo fcinfo, int first, const SfKindDef *kind, const char *name,
					const SfSession *session, SfObjectName *out)
{
	sf_object_name(out, kind, name, sf_text_argument(fcinfo, first), sf_text_argument(fcinfo, first + 1),
				   session->options);
}

bool
sf_same_word(const char *a, const char *b)
{
	for (;;)
	{
		a += strspn(a, "_");
		b += strspn(b, "_");
		if (pg_ascii_tolower((unsigned char) *a) != pg_ascii_tolower((unsigned char) *b))
			return false;
		if (*a == '\0')
			return true;
		a++;
		b++;
	}
}

static void
put_kind(ReturnSetInfo *rsinfo, const SfKindDef *kind)
{
	Datum	   *words = palloc(sizeof(Datum) * (lengthof(verb_words) + lengthof(filter_words) + kind->nactions));
	Datum		values[7];
	bool		nulls[7] = {0};
	int			n;

	values[0] = CStringGetTextDatum(kind->name);
	values[1] = CStringGetTextDatum(kind->plural);
	values[2] = CStringGetTextDatum(scope_words[kind->scope]);
	n = add_words(words, verb_words, lengthof(verb_words), kind->verbs);
	for (int i = 0; i < kind->nactions; i++)
	{
		/* one name for several methods */
		if (i == 0 || strcmp(kind->actions[i].name, kind->actions[i - 1].name) != 0)
			words[n++] = CStringGetTextDatum(kind->actions[i].name);
	}
	values[3] = text_array(words, n);
	values[4] = text_array(words, add_words(words, filter_words, lengthof(filter_words), kind->filters));
	values[5] = BoolGetDatum((kind->flags & SF_KIND_NEEDS_WAREHOUSE) != 0);
	values[6] = CStringGetTextDatum(kind->document);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

static void
put_property(ReturnSetInfo *rsinfo, const SfKindDef *kind, const SfColumnDef *column)
{
	const SfPropertyDef *property = sf_property_find(kind, column->name);
	Datum		values[8] = {0};
	bool		nulls[8] = {0};

	values[0] = CStringGetTextDatum(column->name);
	values[1] = CStringGetTextDatum(sf_column_type_name(column->type));
	values[2] = BoolGetDatum(property && property->required);
	values[3] = BoolGetDatum((column->flags & (SF_COLUMN_IS_READ_ONLY | SF_COLUMN_IS_PARENT)) != 0);
	values[4] = BoolGetDatum(sf_can_alter_property(kind, column->name));
	nulls[5] = property == NULL || property->values == NULL;
	if (!nulls[5])
		values[5] = split_values(property->values);
	nulls[6] = property == NULL || property->members == NULL;
	if (!nulls[6])
		values[6] = split_values(property->members);
	nulls[7] = property == NULL || property->description == NULL;
	if (!nulls[7])
		values[7] = CStringGetTextDatum(property->description);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * Words separated by tabs as text[].
 */
static Datum
split_values(const char *values)
{
	ArrayBuildState *all = NULL;

	for (const char *p = values;; p++)
	{
		size_t		len = strcspn(p, "\t");

		all = accumArrayResult(all, PointerGetDatum(cstring_to_text_with_len(p, (int) len)), false, TEXTOID,
							   CurrentMemoryContext);
		p += len;
		if (*p == '\0')
			return makeArrayResult(all, CurrentMemoryContext);
	}
}

static int
add_words(Datum *out, const Word *words, int nwords, int flags)
{
	int			n = 0;

	for (int i = 0; i < nwords; i++)
	{
		if (flags & words[i].flag)
			out[n++] = CStringGetTextDatum(words[i].word);
	}
	return n;
}

static Datum
text_array(Datum *elements, int n)
{
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * Reads the arguments, checks them and prepares the list, in the current
 * context; sends nothing yet.
 */
static ListCall *
begin_list(FunctionCallInfo fcinfo)
{
	ListCall   *call = palloc0(sizeof(ListCall));
	SfObjectFilter filter = {.limit = -1,.missing_is_error = true};
	SfWanted	wanted = {0};
	SfSession  *session;
	SfObjectName parents;

	call->kind = sf_kind_argument(fcinfo, LIST_KIND);
	session = sf_session_argument(fcinfo, LIST_SERVER);
	filter.like = sf_text_argument(fcinfo, LIST_LIKE);
	check_filter(call->kind, SF_FILTER_LIKE, filter.like != NULL);
	filter.starts_with = sf_text_argument(fcinfo, LIST_STARTS_WITH);
	check_filter(call->kind, SF_FILTER_STARTS_WITH, filter.starts_with != NULL);
	filter.from_name = sf_text_argument(fcinfo, LIST_FROM_NAME);
	check_filter(call->kind, SF_FILTER_FROM_NAME, filter.from_name != NULL);
	if (!PG_ARGISNULL(LIST_MAX_ROWS))
		filter.limit = PG_GETARG_INT32(LIST_MAX_ROWS);
	if (!PG_ARGISNULL(LIST_MAX_ROWS) && filter.limit < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("max_rows must not be negative")));
	filter.extra_query = list_options(call->kind, sf_json_object_argument(fcinfo, LIST_OPTIONS, "options"));

	sf_object_arguments(fcinfo, LIST_DATABASE, call->kind, NULL, session, &parents);
	if (parents.database)
		filter.databases = list_make1(parents.database);
	if (parents.schema)
		filter.schemas = list_make1(parents.schema);
	filter.some_databases = filter.databases != NIL;
	filter.some_schemas = filter.schemas != NIL;
	for (int i = 0; i < call->kind->ncolumns; i++)
		wanted.columns = lappend(wanted.columns, (void *) &call->kind->columns[i]);
	wanted.raw = !SF_KIND_IS_SQL(call->kind);
	call->source = sf_source_begin(session, call->kind, &filter, &wanted, CurrentMemoryContext);
	call->row_context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw object", ALLOCSET_DEFAULT_SIZES);
	return call;
}

/*
 * The next object, valid until the call after it.
 */
static bool
next_object(ListCall *call, Datum *value)
{
	MemoryContext old;
	SfListed	listed;

	CHECK_FOR_INTERRUPTS();
	if (!sf_source_next(call->source, &listed))
		return false;
	MemoryContextReset(call->row_context);
	old = MemoryContextSwitchTo(call->row_context);
	*value = JsonbPGetDatum(sf_json_to_jsonb(with_place(call->kind, &listed)));
	MemoryContextSwitchTo(old);
	return true;
}

/*
 * What is listed says where it lies; an element or a part of an object also
 * says of which one.
 */
static SfJson *
with_place(const SfKindDef *kind, const SfListed *listed)
{
	SfJson	   *object = sf_json_copy(listed->object);

	if (!SF_KIND_IS_SQL(kind) || kind->part)
		sf_object_set_place(object, kind, listed->parents);
	if (listed->outer)
	{
		sf_json_set(object, kind->name_column, sf_json_member(listed->outer, "name"));
		sf_json_set_int(object, "ordinal_position", listed->ordinal);
	}
	if (kind->part)
		sf_json_set_text(object, kind->name_column, sf_name_written(listed->parents->name));
	for (int i = 0; i < kind->ncolumns; i++)
	{
		if (kind->columns[i].flags & SF_COLUMN_IS_WHICH)
			sf_json_set_text(object, kind->columns[i].name, listed->which);
	}
	return object;
}

/*
 * Throws 22023 for a filter that the kind's list does not take.
 */
static void
check_filter(const SfKindDef *kind, int flag, bool given)
{
	const char *word = NULL;

	if (!given || (kind->filters & flag))
		return;
	for (int i = 0; i < lengthof(filter_words); i++)
	{
		if (filter_words[i].flag == flag)
			word = filter_words[i].word;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("the list of %s takes no \"%s\"", kind->plural, word),
			 (kind->flags & SF_KIND_TABLE) ?
			 errhint("It takes %s; the foreign table \"%s\" takes any condition.", words_of(kind, false),
					 kind->plural) :
			 errhint("It takes %s.", words_of(kind, false))));
}

/*
 * The options as encoded parameters of the request, or NULL.
 */
static const char *
list_options(const SfKindDef *kind, SfJson *options)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;
	const char *query = "";

	while (options && sf_json_next(options, &it, &name, &value))
	{
		const Word *word = NULL;
		char	   *text = sf_json_text(value);

		for (int i = 0; i < lengthof(filter_words); i++)
		{
			if (filter_words[i].parameter && (kind->filters & filter_words[i].flag) &&
				sf_same_word(filter_words[i].word, name))
				word = &filter_words[i];
		}
		if (word == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the list of %s takes no option \"%s\"", kind->plural, name),
					 errhint("It takes %s.", words_of(kind, true))));
		if (text && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("option \"%s\" must be true or false", word->word)));
		if (text && (kind->list_query == NULL ||
					 strncmp(kind->list_query, word->parameter, strlen(word->parameter)) != 0))
			query = sf_path_add(query, word->parameter, text);
	}
	return query[0] ? query + 1 : NULL;
}

/*
 * What the list of a kind takes, for hints.
 */
static const char *
words_of(const SfKindDef *kind, bool options)
{
	StringInfoData all;

	initStringInfo(&all);
	for (int i = 0; i < lengthof(filter_words); i++)
	{
		if ((kind->filters & filter_words[i].flag) && (filter_words[i].parameter != NULL) == options)
			appendStringInfo(&all, "%s%s", all.len ? ", " : "", filter_words[i].word);
	}
	return all.len ? all.data : "nothing";
}
