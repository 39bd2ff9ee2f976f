/*
 * drift.c
 *	  Columns whose type in Snowflake is not what their options say.
 *
 * Conditions are sent by remote_type and remote_collation, which an import
 * records.  Every result says what its columns are: one that has changed since
 * is an error, before a row of it is read.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "catalog/pg_type.h"
#include "optimizer/optimizer.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "core/compat.h"
#include "core/options.h"
#include "fdw/fdw.h"
#include "types/typemap.h"

static void check_column(Oid relid, AttrNumber attnum, bool compared, const SfColumnMeta *column,
						 const char *query_id);
static void check_sum(Oid relid, AttrNumber attnum, const SfColumnMeta *column, const char *query_id);
static bool recorded_type(Oid relid, AttrNumber attnum, SfColumnOptions **options, SfRemoteType *recorded);
pg_noreturn static void report_drift(Oid relid, AttrNumber attnum, const char *detail, const char *hint);
static char *alter_column(Oid relid, AttrNumber attnum, const char *type, const char *option, const char *value);
static char *new_type(Oid relid, AttrNumber attnum, const SfRemoteType *recorded, const SfRemoteType *actual);

void
sf_check_drift(ForeignScanState *node, List *columns, List *attnums, const SfResultMeta *meta)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	Relation	rel = node->ss.ss_currentRelation;
	Bitmapset  *compared = NULL;

	if (rel)
		pull_varattnos((Node *) plan->fdw_recheck_quals, plan->scan.scanrelid, &compared);
	for (int i = 0; i < meta->ncolumns; i++)
	{
		TargetEntry *column = rel ? NULL : list_nth_node(TargetEntry, columns, i);
		AttrNumber	attnum = rel ? list_nth_int(attnums, i) : column->resorigcol;

		if (rel && attnum > 0)
			check_column(RelationGetRelid(rel), attnum,
						 bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber, compared),
						 &meta->columns[i], meta->query_id);
		else if (column && OidIsValid(column->resorigtbl) && column->ressortgroupref)
			check_sum(column->resorigtbl, attnum, &meta->columns[i], meta->query_id);
		else if (column && OidIsValid(column->resorigtbl))
			check_column(column->resorigtbl, attnum, true, &meta->columns[i], meta->query_id);
	}
}

/*
 * An import does not always learn a column's collation: one that is only
 * handed on may have any.
 */
static void
check_column(Oid relid, AttrNumber attnum, bool compared, const SfColumnMeta *column, const char *query_id)
{
	SfColumnOptions *options;
	SfRemoteType recorded;
	SfRemoteType actual;

	if (!recorded_type(relid, attnum, &options, &recorded))
		return;
	sf_remote_type_from_meta(column, &actual);
	if (sf_remote_type_drifted(&recorded, &actual))
	{
		char	   *seen = sf_remote_type_name(&actual);

		report_drift(relid, attnum,
					 psprintf("Its option remote_type says %s, in the result of query %s it is %s.",
							  sf_remote_type_name(&recorded), query_id, seen),
					 psprintf("%s, or import the table again.",
							  alter_column(relid, attnum, new_type(relid, attnum, &recorded, &actual),
										   "SET remote_type", seen)));
	}
	if (compared && recorded.kind == SF_TYPE_TEXT && !sf_is_plain_collation(actual.collation) &&
		(options->remote_collation == NULL || options->remote_collation[0] == '\0'))
		report_drift(relid, attnum,
					 psprintf("It has no option remote_collation, in the result of query %s it has the collation %s.",
							  query_id, actual.collation),
					 psprintf("%s.", alter_column(relid, attnum, NULL, "ADD remote_collation", actual.collation)));
}

/*
 * The sum of numbers has their scale (SQL reference: sum).
 */
static void
check_sum(Oid relid, AttrNumber attnum, const SfColumnMeta *column, const char *query_id)
{
	SfColumnOptions *options;
	SfRemoteType recorded;
	SfRemoteType actual;
	char	   *seen;

	if (!recorded_type(relid, attnum, &options, &recorded))
		return;
	sf_remote_type_from_meta(column, &actual);
	seen = sf_remote_type_name(&actual);
	actual.precision = -1;
	if (sf_remote_type_drifted(&recorded, &actual))
		report_drift(relid, attnum,
					 psprintf("Its option remote_type says %s, in the result of query %s its sum is %s.",
							  sf_remote_type_name(&recorded), query_id, seen),
					 "Import the table again, or set the option.");
}

/*
 * False where nothing is known of the column.
 */
static bool
recorded_type(Oid relid, AttrNumber attnum, SfColumnOptions **options, SfRemoteType *recorded)
{
	*options = sf_column_options(relid, attnum);
	return (*options)->remote_type && sf_remote_type_parse((*options)->remote_type, recorded);
}

static void
report_drift(Oid relid, AttrNumber attnum, const char *detail, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_FDW_INCONSISTENT_DESCRIPTOR_INFORMATION),
			 errmsg("column \"%s\" of foreign table \"%s\" is another one in Snowflake",
					get_attname(relid, attnum, false), get_rel_name(relid)),
			 errdetail_internal("%s", detail),
			 errhint("%s", hint)));
}

/*
 * type NULL: it stays.
 */
static char *
alter_column(Oid relid, AttrNumber attnum, const char *type, const char *option, const char *value)
{
	const char *name = quote_identifier(get_attname(relid, attnum, false));

	return psprintf("ALTER FOREIGN TABLE %s ALTER COLUMN %s %sOPTIONS (%s %s)",
					quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid)),
					name, type ? psprintf("%s, ALTER COLUMN %s ", type, name) : "", option,
					quote_literal_cstr(value));
}

/*
 * TYPE ... where the column is declared as an import of what was recorded
 * would have, and one of today would have another; else NULL.
 */
static char *
new_type(Oid relid, AttrNumber attnum, const SfRemoteType *recorded, const SfRemoteType *actual)
{
	char	   *today = sf_pg_type_for(actual, false);
	Oid			type;
	int32		typmod;
	Oid			collation;
	Oid			declared;
	int32		declared_typmod;

	get_atttypetypmodcoll(relid, attnum, &declared, &declared_typmod, &collation);
	parseTypeString(sf_pg_type_for(recorded, false), &type, &typmod, false);
	if (type != declared || typmod != declared_typmod)
		return NULL;
	parseTypeString(today, &type, &typmod, false);
	if (type == declared && typmod == declared_typmod)
		return NULL;
	return psprintf("TYPE %s%s", today, type == TEXTOID ? " COLLATE \"C\"" : "");
}
