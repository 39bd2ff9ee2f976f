/*
 * sql_text.c
 *	  The statements that list a kind by SQL.
 *
 * Conditions are looked at again here; so a statement may return too much,
 * never too little.  Times of Snowflake have nanoseconds that are cut here: a
 * bound is widened by what that may be.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/datetime.h"
#include "utils/timestamp.h"

#include "core/quote.h"
#include "objects/sql_text.h"

#define TOLERANCE_US USECS_PER_MINUTE	/* now() is the transaction's start */
#define MARGIN_US 1000			/* times of the histories have milliseconds */

static void append_show(StringInfo sql, const SfKindDef *kind, const SfObjectFilter *filter, const SfSqlAsk *ask);
static void append_place(StringInfo sql, const SfObjectName *place);
static void append_object(StringInfo sql, const SfKindDef *kind, const SfObjectName *object);
static void append_columns(StringInfo sql, const SfKindDef *kind, List *columns);
static void append_function(StringInfo sql, const SfSqlDef *def, const SfSqlAsk *ask, const char *database);
static void append_conditions(StringInfo sql, List *conditions);
static void append_condition(StringInfo sql, const SfCondition *condition);
static void append_time(StringInfo sql, TimestampTz time, int64 more);
static void narrow_range(const SfSqlDef *def, const SfCondition *condition, SfSqlAsk *ask);
static bool ends_before(const SfSqlDef *def, const SfCondition *condition, TimestampTz oldest);
pg_noreturn static void report_too_old(const SfKindDef *kind);

char *
sf_sql_text(const SfKindDef *kind, const SfObjectFilter *filter, const SfSqlAsk *ask, List *columns, bool raw,
			const char *database)
{
	StringInfoData sql;

	initStringInfo(&sql);
	if (kind->sql->form < SF_SQL_VIEW)
	{
		append_show(&sql, kind, filter, ask);
		return sql.data;
	}
	appendStringInfoString(&sql, "SELECT ");
	if (raw || ask->all)
		appendStringInfoChar(&sql, '*');
	else
		append_columns(&sql, kind, columns);
	appendStringInfoString(&sql, " FROM ");
	if (kind->sql->form == SF_SQL_FUNCTION)
		append_function(&sql, kind->sql, ask, database);
	else
	{
		appendStringInfoString(&sql, kind->sql->text);
		if (!ask->all)
			append_conditions(&sql, filter->conditions);
		if (filter->limit > 0)
			appendStringInfo(&sql, " LIMIT " INT64_FORMAT, filter->limit);
	}
	return sql.data;
}

char *
sf_sql_detail(const SfKindDef *kind, const SfObjectName *object)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "DESCRIBE %s", kind->sql->detail);
	append_object(&sql, kind, object);
	return sql.data;
}

void
sf_sql_range(const SfKindDef *kind, const SfObjectFilter *filter, bool check, SfSqlAsk *ask)
{
	const SfSqlDef *def = kind->sql;
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz oldest = now - (int64) def->days * USECS_PER_DAY;
	ListCell   *cell;

	ask->from = DT_NOBEGIN;
	ask->to = DT_NOEND;
	ask->end_included = true;
	if (def->time == NULL)
		return;
	foreach(cell, filter->conditions)
	{
		narrow_range(def, lfirst(cell), ask);
		if (check && ends_before(def, lfirst(cell), oldest - TOLERANCE_US))
			report_too_old(kind);
	}
	if (check && ((!TIMESTAMP_IS_NOBEGIN(ask->from) && ask->from < oldest - TOLERANCE_US) ||
				  (!TIMESTAMP_IS_NOEND(ask->to) && ask->to < oldest - TOLERANCE_US)))
		report_too_old(kind);
	/* the oldest may be too old for Snowflake when it looks */
	if (ask->from < oldest + TOLERANCE_US)
		ask->from = DT_NOBEGIN;
	if (ask->to > now + (int64) def->days_ahead * USECS_PER_DAY)
		ask->to = DT_NOEND;
	/* that lies ahead; a day, since the clocks may differ */
	if (check && def->form == SF_SQL_FUNCTION && ask->from > now + (int64) (def->days_ahead + 1) * USECS_PER_DAY)
		ask->to = DT_NOBEGIN;
}

static void
append_show(StringInfo sql, const SfKindDef *kind, const SfObjectFilter *filter, const SfSqlAsk *ask)
{
	int			filters = kind->sql->filters;
	const char *like = filter->like;

	if (filter->some_names && list_length(filter->names) == 1)
		like = sf_list_pattern(linitial(filter->names));
	appendStringInfo(sql, "SHOW %s", kind->sql->text);
	if (kind->sql->form == SF_SQL_SHOW_PART)
	{
		append_object(sql, kind, &ask->place);
		return;
	}
	if (like && (filters & SF_FILTER_LIKE))
		appendStringInfo(sql, " LIKE %s", sf_literal(like));
	if (kind->sql->form == SF_SQL_SHOW)
		append_place(sql, &ask->place);
	if (filter->starts_with && filter->starts_with[0] && (filters & SF_FILTER_STARTS_WITH))
		appendStringInfo(sql, " STARTS WITH %s", sf_literal(filter->starts_with));
	if (filter->root_only && (filters & SF_FILTER_ROOT_ONLY))
		appendStringInfoString(sql, " ROOT ONLY");
	if (ask->from_name)
		appendStringInfo(sql, " LIMIT %d FROM %s", SF_SQL_MAX, sf_literal(ask->from_name));
	else if (filter->limit > 0 && filter->limit <= SF_SQL_MAX && (filters & SF_FILTER_SHOW_LIMIT))
		appendStringInfo(sql, " LIMIT " INT64_FORMAT, filter->limit);
}

static void
append_place(StringInfo sql, const SfObjectName *place)
{
	if (place->database == NULL)
		appendStringInfoString(sql, " IN ACCOUNT");
	else if (place->schema == NULL)
		appendStringInfo(sql, " IN DATABASE %s", sf_quoted_name(place->database));
	else
		appendStringInfo(sql, " IN SCHEMA %s.%s", sf_quoted_name(place->database), sf_quoted_name(place->schema));
}

/*
 * The object whose part is shown, or that is described.
 */
static void
append_object(StringInfo sql, const SfKindDef *kind, const SfObjectName *object)
{
	appendStringInfoChar(sql, ' ');
	if (kind->scope >= SF_SCOPE_DATABASE)
		appendStringInfo(sql, "%s.", sf_quoted_name(object->database));
	if (kind->scope == SF_SCOPE_SCHEMA)
		appendStringInfo(sql, "%s.", sf_quoted_name(object->schema));
	appendStringInfoString(sql, sf_quoted_name(object->name));
}

/*
 * Those that are looked at, and the time by which ranges are told apart; the
 * first where there are none.
 */
static void
append_columns(StringInfo sql, const SfKindDef *kind, List *columns)
{
	int			n = 0;

	for (int i = 0; i < kind->ncolumns; i++)
	{
		const SfColumnDef *column = &kind->columns[i];

		if (list_member_ptr(columns, column) || (columns == NIL && kind->sql->time == NULL && i == 0) ||
			(kind->sql->time && strcmp(column->name, kind->sql->time) == 0))
			appendStringInfo(sql, "%s%s", n++ ? ", " : "", sf_quoted_name(column->source));
	}
}

static void
append_function(StringInfo sql, const SfSqlDef *def, const SfSqlAsk *ask, const char *database)
{
	const char *end = strchr(def->arguments, '|') + 1;
	const char *more = strchr(end, '|');

	appendStringInfo(sql, "TABLE(%s.%s(RESULT_LIMIT => %d", sf_quoted_name(database), def->text, SF_SQL_MAX);
	if (ask->from_unknown || !TIMESTAMP_IS_NOBEGIN(ask->from))
		appendStringInfo(sql, ", %.*s => ", (int) (end - 1 - def->arguments), def->arguments);
	if (ask->from_unknown)
		appendStringInfoString(sql, "{parameter}");
	else if (!TIMESTAMP_IS_NOBEGIN(ask->from))
		append_time(sql, ask->from, -MARGIN_US);
	if (ask->to_unknown || !TIMESTAMP_IS_NOEND(ask->to))
		appendStringInfo(sql, ", %.*s => ", more ? (int) (more - end) : (int) strlen(end), end);
	if (ask->to_unknown)
		appendStringInfoString(sql, "{parameter}");
	else if (!TIMESTAMP_IS_NOEND(ask->to))
		append_time(sql, ask->to, MARGIN_US);
	if (more)
		appendStringInfo(sql, ", %s", more + 1);
	appendStringInfoString(sql, "))");
}

static void
append_conditions(StringInfo sql, List *conditions)
{
	ListCell   *cell;

	foreach(cell, conditions)
	{
		appendStringInfoString(sql, cell == list_head(conditions) ? " WHERE " : " AND ");
		append_condition(sql, lfirst(cell));
	}
}

static void
append_condition(StringInfo sql, const SfCondition *condition)
{
	static const char *const signs[] = {"IN", "LIKE", NULL, "<=", "<=", ">=", ">="};
	const char *name = sf_quoted_name(condition->column->source);
	bool		upper = condition->op == SF_OP_LESS || condition->op == SF_OP_LESS_EQUAL;
	ListCell   *cell;

	if (condition->unknown)
		appendStringInfo(sql, "%s %s {parameter}", name,
						 condition->op == SF_OP_STARTS_WITH ? "STARTS WITH" : signs[condition->op]);
	else if (condition->op == SF_OP_STARTS_WITH)
		appendStringInfo(sql, "STARTSWITH(%s, %s)", name, sf_literal(linitial(condition->values)));
	else if (condition->op == SF_OP_LIKE)
		appendStringInfo(sql, "%s LIKE %s", name, sf_literal(linitial(condition->values)));
	else if (condition->values)
	{
		appendStringInfo(sql, "%s IN (", name);
		foreach(cell, condition->values)
			appendStringInfo(sql, "%s%s", cell == list_head(condition->values) ? "" : ", ",
							 condition->column->type == SF_COLUMN_INT ? (char *) lfirst(cell) :
							 sf_literal(lfirst(cell)));
		appendStringInfoChar(sql, ')');
	}
	else if (condition->op == SF_OP_EQUAL && condition->column->type != SF_COLUMN_TIMESTAMP)
		appendStringInfoString(sql, "FALSE");
	else
	{
		/* equal: from a microsecond before to one behind */
		if (!upper)
		{
			appendStringInfo(sql, "%s >= ", name);
			append_time(sql, condition->time, -1);
		}
		if (condition->op == SF_OP_EQUAL)
			appendStringInfoString(sql, " AND ");
		if (upper || condition->op == SF_OP_EQUAL)
		{
			appendStringInfo(sql, "%s <= ", name);
			append_time(sql, condition->time, 1);
		}
	}
}

/*
 * A time, and so many microseconds, as near as Snowflake's years come to it:
 * they have four digits.
 */
static void
append_time(StringInfo sql, TimestampTz time, int64 more)
{
	const TimestampTz first = (TimestampTz) (date2j(1, 1, 1) - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY;
	const TimestampTz last = (TimestampTz) (date2j(10000, 1, 1) - POSTGRES_EPOCH_JDATE) * USECS_PER_DAY - 1;
	struct pg_tm tm;
	fsec_t		fsec;

	if (time <= first || time >= last)
		time = time <= first ? first : last;
	else
		time += more;
	/* without a zone it is UTC */
	if (timestamp2tm(time, NULL, &tm, &fsec, NULL, NULL) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("timestamp out of range")));
	appendStringInfo(sql, "TO_TIMESTAMP_LTZ('%04d-%02d-%02d %02d:%02d:%02d.%06d +0000')", tm.tm_year, tm.tm_mon,
					 tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, (int) fsec);
}

static void
narrow_range(const SfSqlDef *def, const SfCondition *condition, SfSqlAsk *ask)
{
	bool		own = strcmp(condition->column->name, def->time) == 0;
	bool		earlier = def->earlier && strcmp(condition->column->name, def->earlier) == 0;
	bool		lower = condition->op == SF_OP_EQUAL || condition->op == SF_OP_GREATER ||
	condition->op == SF_OP_GREATER_EQUAL;
	bool		upper = own && (condition->op == SF_OP_EQUAL || condition->op == SF_OP_LESS ||
								condition->op == SF_OP_LESS_EQUAL);

	if ((!own && !earlier) || condition->column->type != SF_COLUMN_TIMESTAMP)
		return;
	if (condition->unknown)
	{
		ask->from_unknown |= lower;
		ask->to_unknown |= upper;
		return;
	}
	if (lower)
		ask->from = Max(ask->from, condition->time);
	if (upper)
		ask->to = Min(ask->to, condition->time);
}

/*
 * Whether what the condition lets through began so early that it may be kept
 * no longer.
 */
static bool
ends_before(const SfSqlDef *def, const SfCondition *condition, TimestampTz oldest)
{
	return def->earlier && strcmp(condition->column->name, def->earlier) == 0 &&
		(condition->op == SF_OP_LESS || condition->op == SF_OP_LESS_EQUAL) && condition->time < oldest;
}

static void
report_too_old(const SfKindDef *kind)
{
	const SfKindDef *older = kind->sql->older ? sf_kind_lookup(kind->sql->older) : NULL;

	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("%s goes back %d days", kind->plural, kind->sql->days),
			 errdetail("The condition on \"%s\" asks for what is no longer kept.", kind->sql->time),
			 older ? errhint("The table \"%s\" goes back %d days, with a delay of up to 45 minutes.", older->plural,
							 older->sql->days) : 0));
}
