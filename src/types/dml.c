/*
 * dml.c
 *	  How many rows a DML statement has changed.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "base/str.h"
#include "types/dml.h"
#include "types/rows.h"

/* The columns of a DML statement's one row. */
static const char *const dml_columns[SF_DML_COUNTS] = {
	[SF_DML_INSERTED] = "number of rows inserted",
	[SF_DML_UPDATED] = "number of rows updated",
	[SF_DML_DELETED] = "number of rows deleted",
	[SF_DML_MULTI_JOINED] = "number of multi-joined rows updated",
};

static void read_row(SfStatement *statement, int64 *counts);

void
sf_dml_counts(SfStatement *statement, int64 counts[SF_DML_COUNTS])
{
	const SfResultMeta *meta = sf_statement_result(statement);

	for (int i = 0; i < SF_DML_COUNTS; i++)
		counts[i] = -1;
	if (!meta->has_stats)
	{
		read_row(statement, counts);
		return;
	}
	counts[SF_DML_INSERTED] = meta->rows_inserted;
	counts[SF_DML_UPDATED] = meta->rows_updated;
	counts[SF_DML_DELETED] = meta->rows_deleted;
	counts[SF_DML_MULTI_JOINED] = meta->duplicate_rows_updated;
}

/*
 * The row has a column for each kind of change; a result without any of them
 * is no DML's and is not read.
 */
static void
read_row(SfStatement *statement, int64 *counts)
{
	const SfResultMeta *meta = sf_statement_result(statement);
	TupleDesc	desc = CreateTemplateTupleDesc(SF_DML_COUNTS);
	int		   *map = palloc(sizeof(int) * meta->ncolumns);
	bool		found = false;
	Datum		values[SF_DML_COUNTS];
	bool		nulls[SF_DML_COUNTS];

	for (int i = 0; i < SF_DML_COUNTS; i++)
		TupleDescInitEntry(desc, i + 1, dml_columns[i], INT8OID, -1, 0);
	for (int i = 0; i < meta->ncolumns; i++)
	{
		map[i] = -1;
		for (int j = 0; j < SF_DML_COUNTS; j++)
		{
			if (sf_strcasecmp_ascii(meta->columns[i].name, dml_columns[j]) == 0)
				map[i] = j;
		}
		found |= map[i] >= 0;
	}
	if (!found || !sf_rows_next(sf_rows_create(CurrentMemoryContext, statement, desc, map, NULL), values, nulls))
		return;
	for (int i = 0; i < SF_DML_COUNTS; i++)
		counts[i] = nulls[i] ? -1 : DatumGetInt64(values[i]);
}
