/*
 * select.c
 *	  The remote SELECT of a foreign table.
 *
 * Every name is quoted and exact, so no list of reserved words is needed; a
 * column is wrapped where its Snowflake type does not travel as it is (the
 * type table says how).
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "lib/stringinfo.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/ident.h"
#include "base/sqltext.h"
#include "core/owner.h"
#include "core/quote.h"
#include "deparse/expr.h"
#include "deparse/select.h"
#include "types/typemap.h"

static void append_columns(StringInfo sql, Relation rel, Bitmapset *attrs, List **attnums);
static void append_column(StringInfo sql, Relation rel, AttrNumber attnum);

SfRemoteSelect *
sf_deparse_select(Relation rel, const SfTableOptions *options, Bitmapset *attrs, StringInfo sql)
{
	SfRemoteSelect *select = palloc0(sizeof(SfRemoteSelect));
	SfSqlText	text;

	if (options->query_id)
	{
		select->match = SF_MATCH_NAME;
		return select;
	}
	if (options->query)
	{
		sf_sqltext_scan(options->query, &text);
		if (!text.subquery)
		{
			select->match = SF_MATCH_NAME;
			appendBinaryStringInfo(sql, options->query, text.length);
			return select;
		}
	}

	appendStringInfoString(sql, "SELECT ");
	append_columns(sql, rel, attrs, &select->attnums);
	if (options->query)
		/* the line break ends a comment that may end the query */
		appendStringInfo(sql, " FROM (%.*s\n) AS \"Q\"", (int) text.length, options->query);
	else
	{
		SfShip		ship = {.sql = sql};

		appendStringInfoString(sql, " FROM ");
		sf_ship_table(&ship, RelationGetRelid(rel), options);
		select->markers = ship.markers;
	}
	select->match = SF_MATCH_POSITION;
	return select;
}

bool
sf_deparse_extensible(const SfTableOptions *options)
{
	SfSqlText	text;

	if (options->query_id)
		return false;
	if (options->query == NULL)
		return true;
	sf_sqltext_scan(options->query, &text);
	return text.subquery;
}

char *
sf_full_name(const SfTableOptions *options, const SfConnOptions *server)
{
	return sf_deparse_name(options->database ? options->database : server->database,
						   options->schema ? options->schema : server->schema, options->table);
}

char *
sf_deparse_name(const char *database, const char *schema, const char *table)
{
	StringInfoData name;

	initStringInfo(&name);
	if (database && schema)
	{
		appendStringInfoString(&name, sf_quoted_name(database));
		appendStringInfoChar(&name, '.');
	}
	if (schema)
	{
		appendStringInfoString(&name, sf_quoted_name(schema));
		appendStringInfoChar(&name, '.');
	}
	appendStringInfoString(&name, sf_quoted_name(table));
	return name.data;
}

/*
 * The SELECT list: the attributes wanted, in their order, or a constant when
 * only the number of rows counts.
 */
static void
append_columns(StringInfo sql, Relation rel, Bitmapset *attrs, List **attnums)
{
	TupleDesc	desc = RelationGetDescr(rel);
	bool		all = bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, attrs);

	*attnums = NIL;
	for (int i = 0; i < desc->natts; i++)
	{
		AttrNumber	attnum = i + 1;

		if (TupleDescAttr(desc, i)->attisdropped)
			continue;
		if (!all && !bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber, attrs))
			continue;
		if (sf_is_constant_column(RelationGetRelid(rel), attnum))
			continue;
		if (*attnums != NIL)
			appendStringInfoString(sql, ", ");
		append_column(sql, rel, attnum);
		*attnums = lappend_int(*attnums, attnum);
	}
	if (*attnums == NIL)
	{
		appendStringInfoString(sql, "1");
		*attnums = list_make1_int(0);
	}
}

static void
append_column(StringInfo sql, Relation rel, AttrNumber attnum)
{
	SfColumnOptions *options = sf_column_options(RelationGetRelid(rel), attnum);
	char	   *quoted = sf_quoted_name(sf_remote_column_name(RelationGetRelid(rel), attnum));
	SfRemoteType type;

	if (options->remote_type && sf_remote_type_parse(options->remote_type, &type))
		appendStringInfoString(sql, sf_select_expr(&type, quoted));
	else
		appendStringInfoString(sql, quoted);
}
