/*
 * sql_list.c
 *	  The rows of a kind by SQL.
 *
 * What is asked for is a stack of statements.  The answer to one that may be
 * cut is thrown away, and the statement replaced by several that share its
 * rows among them.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "api/statement.h"
#include "core/owner.h"
#include "objects/sql_list.h"
#include "objects/sql_row.h"
#include "objects/sql_text.h"

#define SHORTEST_US USECS_PER_SEC

/* How the first look at an answer went. */
typedef enum Outcome
{
	ANSWER_WHOLE,
	ANSWER_CUT,
	ANSWER_MISSING,				/* its place is not there */
	ANSWER_NO_COLUMN			/* one of the columns is not there */
} Outcome;

struct SfSqlList
{
	MemoryContext context;
	MemoryContext ask_context;	/* of the statement being read */
	MemoryContext row_context;
	SfSession  *session;		/* pinned: it may be replaced between
								 * statements */
	const SfKindDef *kind;
	SfObjectFilter filter;
	List	   *columns;
	bool		raw;
	bool		part;
	bool		detailed;		/* what DESCRIBE has of a row is looked at */
	const char *database;		/* where functions are called */
	List	   *asks;			/* SfSqlAsk, the next one first */
	SfSqlAsk   *ask;			/* being read */
	SfStatement *statement;		/* NULL: none */
	SfSqlRows  *rows;
	char	   *last_name;		/* of a page */
	int64		page_rows;
	int			own_count;
	int		   *count;
	int64		left;			/* rows wanted yet, -1: all */
	SfObjectName place;			/* of the row handed out */
};

static List *first_asks(const SfKindDef *kind, const SfObjectFilter *filter, bool check, const SfObjectName *part);
static const char *function_database(const SfConnOptions *options);
static bool next_answer(SfSqlList *list);
static bool in_place(const SfSqlList *list);
static Outcome look(SfSqlList *list);
static void close_answer(SfSqlList *list);
static void divide(SfSqlList *list);
static void divide_place(SfSqlList *list);
static void divide_time(SfSqlList *list);
static List *names_in(SfSqlList *list, const char *kind_name, const SfObjectName *place);
static bool is_page(const SfSqlList *list);
static void next_page(SfSqlList *list);
static bool is_sifted(const SfKindDef *kind, const SfObjectFilter *filter);
static bool wanted(SfSqlList *list, SfJson *object, TimestampTz time);
static char *exact_member(SfJson *object, const char *member);
static bool is_among(List *names, const char *name);
static bool is_detailed(const SfKindDef *kind, List *columns, bool raw);
static bool add_detail(SfSqlList *list, SfListed *listed);
static bool is_gone(SfSqlList *list, SfStatement *statement);
static void unpin(void *session);

SfSqlList *
sf_sql_list_begin(SfSession *session, const SfKindDef *kind, const SfObjectFilter *filter, List *columns, bool raw,
				  const SfObjectName *part, MemoryContext context)
{
	MemoryContext own = AllocSetContextCreate(context, "snowflake_fdw SQL list", ALLOCSET_DEFAULT_SIZES);
	MemoryContext old = MemoryContextSwitchTo(own);
	SfSqlList  *list = palloc0(sizeof(SfSqlList));
	SfOwner    *guard = sf_owner_create(own, unpin);

	list->context = own;
	list->row_context = AllocSetContextCreate(own, "snowflake_fdw SQL row", ALLOCSET_DEFAULT_SIZES);
	list->session = session;
	sf_session_pin(session);
	sf_owner_set(guard, session);
	list->kind = kind;
	list->filter = *filter;
	list->columns = list_copy(columns);
	list->raw = raw;
	list->part = part != NULL;
	list->detailed = is_detailed(kind, columns, raw);
	list->database = function_database(session->options);
	list->count = filter->requests ? filter->requests : &list->own_count;
	list->left = filter->limit;
	if (is_sifted(kind, filter))
		list->filter.limit = -1;
	list->asks = first_asks(kind, filter, true, part);
	MemoryContextSwitchTo(old);
	return list;
}

bool
sf_sql_list_next(SfSqlList *list, SfListed *listed)
{
	MemoryContext old = MemoryContextSwitchTo(list->context);
	bool		found = false;

	memset(listed, 0, sizeof(*listed));
	while (!found && list->left != 0)
	{
		TimestampTz time;

		if (list->statement == NULL && !next_answer(list))
			break;
		MemoryContextReset(list->row_context);
		MemoryContextSwitchTo(list->row_context);
		listed->object = sf_sql_rows_next(list->rows, &listed->raw, &time);
		MemoryContextSwitchTo(list->context);
		if (listed->object == NULL)
		{
			next_page(list);
			close_answer(list);
			continue;
		}
		list->place = list->ask->place;
		listed->parents = &list->place;
		found = wanted(list, listed->object, time) && (!list->detailed || add_detail(list, listed));
	}
	if (found && list->left > 0)
		list->left--;
	MemoryContextSwitchTo(old);
	return found;
}

void
sf_sql_list_end(SfSqlList *list)
{
	MemoryContextDelete(list->context);
}

char *
sf_sql_list_describe(const SfKindDef *kind, const SfObjectFilter *filter, List *columns, bool raw,
					 const SfObjectName *part)
{
	List	   *asks = first_asks(kind, filter, false, part);
	SfObjectFilter sent = *filter;

	if (asks == NIL)
		return pstrdup("(none)");
	if (is_sifted(kind, filter))
		sent.limit = -1;
	return sf_sql_text(kind, &sent, linitial(asks), columns, raw, "{database}");
}

/*
 * A statement for each database that the filter names, else one; NIL where
 * the filter lets nothing through.
 */
static List *
first_asks(const SfKindDef *kind, const SfObjectFilter *filter, bool check, const SfObjectName *part)
{
	SfSqlAsk   *ask = palloc0(sizeof(SfSqlAsk));
	List	   *asks = NIL;
	ListCell   *cell;

	sf_sql_range(kind, filter, check, ask);
	if (part)
		ask->place = *part;
	if (check && (ask->from > ask->to || (filter->some_names && filter->names == NIL)))
		return NIL;
	if (part || kind->sql->form != SF_SQL_SHOW || !filter->some_databases)
		return list_make1(ask);
	foreach(cell, filter->databases)
	{
		SfSqlAsk   *one = palloc(sizeof(SfSqlAsk));

		*one = *ask;
		one->place.database = lfirst(cell);
		if (list_length(filter->schemas) == 1 && kind->scope == SF_SCOPE_SCHEMA)
			one->place.schema = linitial(filter->schemas);
		asks = lappend(asks, one);
	}
	return asks;
}

/*
 * Any database has the functions, which tell of the whole account.
 */
static const char *
function_database(const SfConnOptions *options)
{
	return options->database ? options->database : "SNOWFLAKE";
}

/*
 * The next statement whose answer is whole; false when there is none.  Waits
 * on the network.
 */
static bool
next_answer(SfSqlList *list)
{
	while (list->asks != NIL)
	{
		SfStatementSpec spec = {.statement_count = 1,.no_place = true,.usage = list->filter.usage};

		list->ask = linitial(list->asks);
		list->asks = list_delete_first(list->asks);
		list->last_name = NULL;
		list->page_rows = 0;
		sf_list_count(list->session, list->kind, list->count, 1);
		list->ask_context = AllocSetContextCreate(list->context, "snowflake_fdw SQL answer", ALLOCSET_DEFAULT_SIZES);
		spec.sql = sf_sql_text(list->kind, &list->filter, list->ask, list->columns, list->raw, list->database);
		spec.data_table = in_place(list);
		list->statement = sf_statement_start(list->session, &spec, list->ask_context);
		switch (look(list))
		{
			case ANSWER_WHOLE:
				MemoryContextSwitchTo(list->ask_context);
				list->rows = sf_sql_rows(list->statement, list->kind, list->columns, list->raw);
				MemoryContextSwitchTo(list->context);
				return true;
			case ANSWER_CUT:
				close_answer(list);
				divide(list);
				break;
			case ANSWER_MISSING:
				close_answer(list);
				break;
			case ANSWER_NO_COLUMN:
				close_answer(list);
				list->ask->all = true;
				list->asks = lcons(list->ask, list->asks);
				break;
		}
	}
	return false;
}

/*
 * Whether the statement names a place, which may be missing: 42P01, which no
 * missing warehouse and no expired result is.
 */
static bool
in_place(const SfSqlList *list)
{
	return list->part || (list->kind->sql->form == SF_SQL_SHOW && list->ask->place.database);
}

/*
 * Waits for the answer.  A place that disappeared is no error, nor is one that
 * a condition names and that is not there.
 */
static Outcome
look(SfSqlList *list)
{
	const SfSqlAsk *ask = list->ask;
	SfSqlForm	form = list->kind->sql->form;
	const SfResultMeta *meta;
	volatile Outcome outcome = ANSWER_WHOLE;

	PG_TRY();
	{
		meta = sf_statement_result(list->statement);
		if (form != SF_SQL_VIEW && meta->nrows >= SF_SQL_MAX && !is_page(list) &&
			(list->filter.limit < 0 || list->filter.limit > SF_SQL_MAX || form == SF_SQL_FUNCTION))
			outcome = ANSWER_CUT;
	}
	PG_CATCH();
	{
		int			code = geterrcode();

		if (code == ERRCODE_PROGRAM_LIMIT_EXCEEDED && form == SF_SQL_SHOW && !is_page(list))
			outcome = ANSWER_CUT;
		else if (code == ERRCODE_UNDEFINED_TABLE && in_place(list))
			outcome = ANSWER_MISSING;
		else if (code == ERRCODE_UNDEFINED_COLUMN && form >= SF_SQL_VIEW && !ask->all &&
				 (!list->raw || list->filter.conditions))
			outcome = ANSWER_NO_COLUMN;
		else
			PG_RE_THROW();
		MemoryContextSwitchTo(list->context);
		FlushErrorState();
	}
	PG_END_TRY();
	return outcome;
}

/*
 * Throws nothing.
 */
static void
close_answer(SfSqlList *list)
{
	sf_statement_close(list->statement);
	list->statement = NULL;
	list->rows = NULL;
	MemoryContextDelete(list->ask_context);
	list->ask_context = NULL;
}

/*
 * Puts what shares the rows of the running ask before all others.
 */
static void
divide(SfSqlList *list)
{
	if (list->kind->sql->form == SF_SQL_FUNCTION)
		divide_time(list);
	else if (list->kind->sql->form == SF_SQL_SHOW)
		divide_place(list);
	else
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the %s cannot all be listed", list->kind->plural),
				 errdetail("SHOW %s shows %d rows at the most.", list->kind->sql->text, SF_SQL_MAX)));
}

/*
 * The account in databases, a database in schemas, a schema in pages by name.
 */
static void
divide_place(SfSqlList *list)
{
	SfObjectName *place = &list->ask->place;
	bool		in_schema = place->schema != NULL || (place->database && list->kind->scope == SF_SCOPE_DATABASE);
	List	   *parts = NIL;
	ListCell   *cell;

	if (in_schema && !(list->kind->sql->filters & SF_FILTER_FROM_NAME))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the %s of \"%s\" cannot all be listed", list->kind->plural,
						place->schema ? place->schema : place->database),
				 errdetail("SHOW %s shows %d rows at the most.", list->kind->sql->text, SF_SQL_MAX),
				 errhint("Restrict the name.")));
	if (in_schema)
	{
		list->ask->from_name = "";
		list->asks = lcons(list->ask, list->asks);
		return;
	}
	foreach(cell, names_in(list, place->database ? "schema" : "database", place))
	{
		SfSqlAsk   *part = palloc(sizeof(SfSqlAsk));

		*part = *list->ask;
		if (place->database)
			part->place.schema = lfirst(cell);
		else
			part->place.database = lfirst(cell);
		parts = lappend(parts, part);
	}
	list->asks = list_concat(parts, list->asks);
}

/*
 * The databases, or the schemas of a database.  Waits on the network.
 */
static List *
names_in(SfSqlList *list, const char *kind_name, const SfObjectName *place)
{
	const SfKindDef *kind = sf_kind_lookup(kind_name);
	SfObjectFilter filter = {.limit = -1,.usage = list->filter.usage,.requests = list->count};
	SfObjectList *parents;
	SfListed	listed;
	List	   *names = NIL;

	if (place->database)
	{
		filter.databases = list_make1(place->database);
		filter.some_databases = true;
	}
	parents = sf_list_begin(list->session, kind, &filter, list->context);
	while (sf_list_next(parents, &listed))
	{
		char	   *name = sf_answer_name(listed.object);

		if (!place->database || !list->filter.some_schemas || is_among(list->filter.schemas, name))
			names = lappend(names, name);
	}
	sf_list_end(parents);
	return names;
}

/*
 * In two halves, the newer one first.
 */
static void
divide_time(SfSqlList *list)
{
	const SfSqlDef *def = list->kind->sql;
	TimestampTz now = GetCurrentTimestamp();
	SfSqlAsk   *newer = palloc(sizeof(SfSqlAsk));
	SfSqlAsk   *older = palloc(sizeof(SfSqlAsk));
	TimestampTz from = list->ask->from;
	TimestampTz to = list->ask->to;
	TimestampTz middle;

	if (TIMESTAMP_IS_NOBEGIN(from))
		from = now - (int64) def->days * USECS_PER_DAY;
	if (TIMESTAMP_IS_NOEND(to))
		to = now + (int64) def->days_ahead * USECS_PER_DAY;
	if (to - from < SHORTEST_US)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("more than %d rows of %s are of the same second", SF_SQL_MAX, list->kind->plural)));
	middle = from + (to - from) / 2;
	middle -= middle % 1000;
	*newer = *older = *list->ask;
	newer->from = older->to = middle;
	older->end_included = false;
	list->asks = lcons(newer, lcons(older, list->asks));
}

/*
 * Whether the running ask is for a page of names.
 */
static bool
is_page(const SfSqlList *list)
{
	return list->ask->from_name != NULL;
}

/*
 * After the last row: the page behind it, where that may be.
 */
static void
next_page(SfSqlList *list)
{
	SfSqlAsk   *next;

	if (!is_page(list) || list->page_rows < SF_SQL_MAX)
		return;
	if (list->last_name == NULL || strcmp(list->last_name, list->ask->from_name) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the %s cannot all be listed", list->kind->plural)));
	next = palloc(sizeof(SfSqlAsk));
	*next = *list->ask;
	next->from_name = list->last_name;
	list->asks = lcons(next, list->asks);
}

/*
 * Whether rows of the answers are left out here, so that a limit is not for
 * the statement.
 */
static bool
is_sifted(const SfKindDef *kind, const SfObjectFilter *filter)
{
	return kind->sql->form == SF_SQL_SHOW && kind->scope == SF_SCOPE_SCHEMA && filter->some_schemas;
}

/*
 * Whether a row is one of those that the filter, or the ask's share of a range
 * of time, lets through.
 */
static bool
wanted(SfSqlList *list, SfJson *object, TimestampTz time)
{
	const SfObjectFilter *filter = &list->filter;
	const SfSqlAsk *ask = list->ask;

	list->page_rows++;
	if (is_page(list))
		list->last_name = sf_answer_name(object);
	if (list->kind->sql->form == SF_SQL_FUNCTION)
	{
		if (TIMESTAMP_IS_NOEND(time))
			return TIMESTAMP_IS_NOEND(ask->to);
		return time >= ask->from && (ask->end_included ? time <= ask->to : time < ask->to);
	}
	if (list->kind->sql->form != SF_SQL_SHOW)
		return true;
	return (!filter->some_databases || is_among(filter->databases, exact_member(object, "database_name"))) &&
		(!filter->some_schemas || list->kind->scope != SF_SCOPE_SCHEMA ||
		 is_among(filter->schemas, exact_member(object, "schema_name")));
}

/*
 * Throws 08P01 for an object that does not say where it lies.
 */
static char *
exact_member(SfJson *object, const char *member)
{
	return sf_name_exact(sf_json_need_text(object, member));
}

static bool
is_among(List *names, const char *name)
{
	ListCell   *cell;

	foreach(cell, names)
	{
		if (strcmp(lfirst(cell), name) == 0)
			return true;
	}
	return false;
}

static bool
is_detailed(const SfKindDef *kind, List *columns, bool raw)
{
	ListCell   *cell;

	foreach(cell, columns)
		raw |= (((const SfColumnDef *) lfirst(cell))->form & SF_FORM_DETAIL) != 0;
	return kind->sql->detail && raw;
}

/*
 * What DESCRIBE says of the row; false where there is no such object any
 * more.  Waits on the network.
 */
static bool
add_detail(SfSqlList *list, SfListed *listed)
{
	SfObjectName object = {
		.database = sf_name_exact(sf_json_need_text(listed->object, "database_name")),
		.schema = sf_name_exact(sf_json_need_text(listed->object, "schema_name")),
		.name = sf_answer_name(listed->object)
	};
	SfStatementSpec spec = {.statement_count = 1,.no_place = true,.usage = list->filter.usage};
	SfStatement *statement;
	SfJson	   *detail;
	SfJson	   *raw;
	TimestampTz time;

	spec.data_table = true;
	sf_list_count(list->session, list->kind, list->count, 1);
	MemoryContextSwitchTo(list->row_context);
	spec.sql = sf_sql_detail(list->kind, &object);
	statement = sf_statement_start(list->session, &spec, list->row_context);
	if (is_gone(list, statement))
	{
		sf_statement_close(statement);
		MemoryContextSwitchTo(list->context);
		return false;
	}
	detail = sf_sql_rows_next(sf_sql_rows(statement, list->kind, list->columns, list->raw), &raw, &time);
	if (detail)
	{
		sf_json_remove(detail, "name");
		sf_json_merge(listed->object, detail);
		if (raw)
			sf_json_merge(listed->raw, raw);
	}
	sf_statement_close(statement);
	MemoryContextSwitchTo(list->context);
	return true;
}

/*
 * Waits for the answer; what is missing is 42P01, as in_place says.
 */
static bool
is_gone(SfSqlList *list, SfStatement *statement)
{
	volatile bool gone = false;

	PG_TRY();
	{
		sf_statement_result(statement);
	}
	PG_CATCH();
	{
		if (geterrcode() != ERRCODE_UNDEFINED_TABLE)
			PG_RE_THROW();
		MemoryContextSwitchTo(list->row_context);
		FlushErrorState();
		gone = true;
	}
	PG_END_TRY();
	return gone;
}

/*
 * Runs in a reset callback, too: must not throw.
 */
static void
unpin(void *session)
{
	sf_session_unpin(session);
}
