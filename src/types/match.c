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

/*
 * Of names that differ in case only, the one in upper case is what a bare name
 * means in Snowflake; of equal ones the first.
 */
static int
find_column(const SfResultMeta *meta, const char *name)
{
	char	   *upper = pstrdup(name);
	int			found = -1;

	sf_ascii_upper(upper);
	for (int i = 0; i < meta->ncolumns; i++)
	{
		if (strcmp(meta->columns[i].name, name) == 0)
			return i;
	}
	for (int i = meta->ncolumns - 1; i >= 0; i--)
	{
		if (sf_strcasecmp_ascii(meta->columns[i].name, name) == 0 &&
			(found < 0 || strcmp(meta->columns[found].name, upper) != 0 || strcmp(meta->columns[i].name, upper) == 0))
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
