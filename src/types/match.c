/*
 * match.c
 *	  Result columns and attributes that are brought together by name.
 */
#include "postgres.h"

#include "lib/stringinfo.h"

#include "base/str.h"
#include "types/match.h"

static int	find_column(const SfResultMeta *meta, const char *name);
static char *column_names(const SfResultMeta *meta);

int *
sf_match_columns(const SfResultMeta *meta, int natts, const char *const *names, bool required)
{
	int		   *map = palloc(sizeof(int) * Max(meta->ncolumns, 1));

	for (int i = 0; i < meta->ncolumns; i++)
		map[i] = -1;
	for (int i = 0; i < natts; i++)
	{
		int			column;

		if (names[i] == NULL)
			continue;
		column = find_column(meta, names[i]);
		if (column >= 0 && map[column] < 0)
			map[column] = i;
		else if (required)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("the result has no column \"%s\"", names[i]),
					 errdetail("Its columns are %s.", column_names(meta)),
					 errhint("Set the column option column_name to the remote name.")));
	}
	return map;
}

static int
find_column(const SfResultMeta *meta, const char *name)
{
	int			found = -1;

	for (int i = 0; i < meta->ncolumns; i++)
	{
		if (strcmp(meta->columns[i].name, name) == 0)
			return i;
	}
	for (int i = 0; i < meta->ncolumns; i++)
	{
		if (sf_strcasecmp_ascii(meta->columns[i].name, name) != 0)
			continue;
		if (found >= 0)
			return -1;
		found = i;
	}
	return found;
}

static char *
column_names(const SfResultMeta *meta)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < meta->ncolumns; i++)
		appendStringInfo(&names, "%s\"%s\"", i ? ", " : "", meta->columns[i].name);
	return names.data;
}
