/*
 * source.c
 *	  The rows of a kind, wherever they are from.
 *
 * Objects of a place are listed by the object API.  Where the place is not
 * known, that takes a request for every schema; a SHOW of the whole account,
 * or of a database, is one statement, and is used where it has everything
 * that is looked at.
 */
#include "postgres.h"

#include "commands/explain.h"

#include "core/compat.h"
#include "objects/part_list.h"
#include "objects/source.h"
#include "objects/sql_list.h"

struct SfSource
{
	SfObjectList *objects;		/* one of these */
	SfSqlList  *rows;
	SfPartList *parts;
};

static bool by_sql(const SfKindDef *kind, const SfObjectFilter *filter, const SfWanted *wanted);

SfSource *
sf_source_begin(SfSession *session, const SfKindDef *kind, const SfObjectFilter *filter, const SfWanted *wanted,
				MemoryContext context)
{
	SfSource   *source = MemoryContextAllocZero(context, sizeof(SfSource));

	if (kind->part)
		source->parts = sf_part_list_begin(session, kind, filter, wanted->columns, wanted->raw, context);
	else if (by_sql(kind, filter, wanted))
		source->rows = sf_sql_list_begin(session, kind, filter, wanted->columns, wanted->raw, NULL, context);
	else
		source->objects = sf_list_begin(session, kind, filter, context);
	return source;
}

bool
sf_source_next(SfSource *source, SfListed *listed)
{
	if (source->parts)
		return sf_part_list_next(source->parts, listed);
	if (source->rows)
		return sf_sql_list_next(source->rows, listed);
	return sf_list_next(source->objects, listed);
}

void
sf_source_end(SfSource *source)
{
	if (source->parts)
		sf_part_list_end(source->parts);
	else if (source->rows)
		sf_sql_list_end(source->rows);
	else
		sf_list_end(source->objects);
	pfree(source);
}

void
sf_source_explain(const SfKindDef *kind, const SfObjectFilter *filter, const SfWanted *wanted, ExplainState *es)
{
	char	   *enumerated = NULL;
	char	   *text;
	bool		statement = by_sql(kind, filter, wanted);

	if (kind->part)
	{
		statement = SF_KIND_IS_SQL(kind);
		text = sf_part_list_describe(kind, filter, wanted->columns, wanted->raw, &enumerated);
	}
	else if (statement)
		text = sf_sql_list_describe(kind, filter, wanted->columns, wanted->raw, NULL);
	else
		text = sf_list_describe(kind, filter, &enumerated);
	ExplainPropertyText(statement ? "Remote Statement" : "Remote Call", text, es);
	if (enumerated)
		ExplainPropertyText("Enumerated First", enumerated, es);
}

/*
 * Whether the rows are those of a statement: the kind has nothing else, or a
 * SHOW has all that is looked at and saves the enumeration of places.
 */
static bool
by_sql(const SfKindDef *kind, const SfObjectFilter *filter, const SfWanted *wanted)
{
	bool		placed = filter->some_databases && (filter->some_schemas || kind->scope < SF_SCOPE_SCHEMA);
	ListCell   *cell;

	if (SF_KIND_IS_SQL(kind))
		return true;
	if (kind->sql == NULL || kind->sql->form != SF_SQL_SHOW || placed || wanted->raw || filter->extra_query ||
		filter->from_name || (filter->some_databases && filter->databases == NIL) ||
		(filter->some_schemas && filter->schemas == NIL))
		return false;
	foreach(cell, wanted->columns)
	{
		if (((const SfColumnDef *) lfirst(cell))->source == NULL)
			return false;
	}
	return true;
}
