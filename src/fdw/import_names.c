/*
 * import_names.c
 *	  Local names of what an import brings.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/hsearch.h"
#include "utils/memutils.h"

#include "base/ident.h"
#include "core/owner.h"
#include "fdw/import.h"

/* Every table has columns of these names. */
static const char *const system_columns[] = {"tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"};

static char *folded(const char *remote, SfImportCase import_case);
static char *free_name(HTAB *names, const char *wish, const char *remote);
static bool take(HTAB *names, const char *name);

/*
 * A name that stays as it is goes before one that is folded to it, which then
 * stays as it is itself; what is left, or equals a name that is taken already,
 * gets a number.
 */
void
sf_import_choose_names(List *named, List *taken, SfImportCase import_case)
{
	HASHCTL		control = {.keysize = NAMEDATALEN,.entrysize = NAMEDATALEN,.hcxt = CurrentMemoryContext};
	HTAB	   *names = hash_create("names of an import", 256, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	HTAB	   *before = hash_create("names before an import", 256, &control, HASH_ELEM | HASH_STRINGS | HASH_CONTEXT);
	ListCell   *cell;

	foreach(cell, taken)
	{
		take(names, lfirst(cell));
		take(before, lfirst(cell));
	}
	foreach(cell, named)
	{
		SfImportName *name = lfirst(cell);
		char	   *wish = folded(name->remote, import_case);

		if (strcmp(wish, name->remote) == 0 && take(names, wish))
			name->local = wish;
	}
	foreach(cell, named)
	{
		SfImportName *name = lfirst(cell);
		char	   *wish;

		if (name->local)
			continue;
		wish = folded(name->remote, import_case);
		if (take(names, wish))
			name->local = wish;
		else
		{
			name->local = free_name(names, wish, name->remote);
			name->forced = strcmp(name->local, name->remote) != 0 ||
				hash_search(before, wish, HASH_FIND, NULL) != NULL;
		}
	}
	hash_destroy(names);
	hash_destroy(before);
}

void
sf_import_choose_columns(SfImportTable *table, List *taken, SfImportCase import_case)
{
	for (int i = 0; i < lengthof(system_columns); i++)
		taken = lappend(taken, (void *) system_columns[i]);
	sf_import_choose_names(table->columns, taken, import_case);
}

static char *
folded(const char *remote, SfImportCase import_case)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocSize);

	sf_ident_local_name(buf, remote, import_case);
	return sf_buf_text(buf, "a name");
}

/*
 * The remote name where that is free, else the wish with a number.
 */
static char *
free_name(HTAB *names, const char *wish, const char *remote)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	char	   *name;

	sf_ident_shorten(buf, remote);
	name = sf_buf_text(buf, "a name");
	for (int number = 2; !take(names, name); number++)
	{
		char		suffix[12];

		snprintf(suffix, sizeof(suffix), "_%d", number);
		name = psprintf("%.*s%s", pg_mbcliplen(wish, strlen(wish), NAMEDATALEN - 1 - strlen(suffix)), wish, suffix);
	}
	return name;
}

/*
 * False when it is taken already.
 */
static bool
take(HTAB *names, const char *name)
{
	bool		found;

	hash_search(names, name, HASH_ENTER, &found);
	return !found;
}
