/*
 * tables.c
 *	  The foreign tables of a schema.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_foreign_table.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "core/options.h"
#include "fdw/fdw.h"

typedef struct Named
{
	Oid			relid;
	char	   *name;
} Named;

static int	compare_names(const ListCell *a, const ListCell *b);

List *
sf_foreign_tables(Oid namespace)
{
	Relation	catalog = table_open(ForeignTableRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	List	   *found = NIL;
	List	   *relids = NIL;
	HeapTuple	tuple;
	ListCell   *cell;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_foreign_table form = (Form_pg_foreign_table) GETSTRUCT(tuple);
		Named	   *named;

		if (get_rel_namespace(form->ftrelid) != namespace || !sf_server_is_ours(form->ftserver))
			continue;
		named = palloc(sizeof(Named));
		named->relid = form->ftrelid;
		named->name = get_rel_name(form->ftrelid);
		if (named->name)
			found = lappend(found, named);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	list_sort(found, compare_names);
	foreach(cell, found)
		relids = lappend_oid(relids, ((Named *) lfirst(cell))->relid);
	return relids;
}

static int
compare_names(const ListCell *a, const ListCell *b)
{
	return strcmp(((Named *) lfirst(a))->name, ((Named *) lfirst(b))->name);
}
