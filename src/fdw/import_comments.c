/*
 * import_comments.c
 *	  sf_apply_comments(): comments that imports recorded become comments here.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/comment.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "core/compat.h"
#include "core/options.h"
#include "fdw/fdw.h"

PG_FUNCTION_INFO_V1(sf_apply_comments);

static void table_statements(Oid relid, List **statements);
static void add_statement(Oid relid, AttrNumber attnum, const char *comment, const char *object, List **statements);

/*
 * sf_apply_comments(local_schema name): how many there were to set.  No
 * network.
 */
Datum
sf_apply_comments(PG_FUNCTION_ARGS)
{
	List	   *statements = NIL;
	ListCell   *cell;

	PreventCommandIfReadOnly("sf_apply_comments()");
	foreach(cell, sf_foreign_tables(get_namespace_oid(NameStr(*PG_GETARG_NAME(0)), false)))
		table_statements(lfirst_oid(cell), &statements);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	foreach(cell, statements)
	{
		if (SPI_execute(lfirst(cell), false, 0) != SPI_OK_UTILITY)
			elog(ERROR, "could not run %s", (char *) lfirst(cell));
	}
	SPI_finish();
	PG_RETURN_INT32(list_length(statements));
}

static void
table_statements(Oid relid, List **statements)
{
	Relation	rel = table_open(relid, AccessShareLock);
	TupleDesc	desc = RelationGetDescr(rel);
	char	   *name = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(rel)),
												  RelationGetRelationName(rel));

	add_statement(relid, 0, sf_table_options(relid)->remote_comment, psprintf("FOREIGN TABLE %s", name), statements);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(desc, i);

		if (!attribute->attisdropped)
			add_statement(relid, attribute->attnum, sf_column_options(relid, attribute->attnum)->remote_comment,
						  psprintf("COLUMN %s.%s", name, quote_identifier(NameStr(attribute->attname))), statements);
	}
	/* COMMENT wants a stronger one */
	table_close(rel, AccessShareLock);
}

/*
 * Where a comment is recorded that the table, or its column, does not have.
 */
static void
add_statement(Oid relid, AttrNumber attnum, const char *comment, const char *object, List **statements)
{
	char	   *present = comment ? GetComment(relid, RelationRelationId, attnum) : NULL;

	if (comment && (present == NULL || strcmp(present, comment) != 0))
		*statements = lappend(*statements, psprintf("COMMENT ON %s IS %s", object, quote_literal_cstr(comment)));
}
