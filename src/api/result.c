/*
 * result.c
 *	  What a result is.
 */
#include "postgres.h"

#include "api/result.h"
#include "base/str.h"

int
sf_result_column(const SfResultMeta *meta, const char *name)
{
	for (int i = 0; i < meta->ncolumns; i++)
	{
		if (sf_strcasecmp_ascii(meta->columns[i].name, name) == 0)
			return i;
	}
	return -1;
}
