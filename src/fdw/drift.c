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
pg_noreturn static void report_drift(Oid relid, AttrNumber attnum, const SfRemoteType *recorded,
									 const SfRemoteType *actual, const char *query_id);
static char *new_type(Oid relid, AttrNumber attnum, const SfRemoteType *recorded, const SfRemoteType *actual);

void
sf_check_drift(ForeignScanState *node, List *attnums, const SfResultMeta *meta)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
	List	   *columns = plan->fdw_scan_tlist;
	Relation	rel = node->ss.ss_currentRelation;
	Bitmapset  *compared = NULL;

	if (rel)
		pull_varattnos((Node *) plan->fdw_recheck_quals, plan->scan.scanrelid, &compared);
	for (int i = 0; i < meta->ncolumns; i++)
	{
		Oid			relid = rel ? RelationGetRelid(rel) : list_nth_node(TargetEntry, columns, i)->resorigtbl;
		AttrNumber	attnum = rel ? list_nth_int(attnums, i) : list_nth_node(TargetEntry, columns, i)->resorigcol;

		if (OidIsValid(relid) && attnum > 0)
			check_column(relid, attnum,
						 rel == NULL || bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber, compared),
						 &meta->columns[i], meta->query_id);
	}
}

/*
 * An import does not always learn a column's collation: one that is only
 * handed on may have any.
 */
static void
check_column(Oid relid, AttrNumber attnum, bool compared, const SfColumnMeta *column, const char *query_id)
{
	SfColumnOptions *options = sf_column_options(relid, attnum);
	SfRemoteType recorded;
	SfRemoteType actual;

	if (options->remote_type == NULL || !sf_remote_type_parse(options->remote_type, &recorded))
		return;
	sf_remote_type_from_meta(column, &actual);
	if (sf_remote_type_drifted(&recorded, &actual))
		report_drift(relid, attnum, &recorded, &actual, query_id);
	if (compared && recorded.kind == SF_TYPE_TEXT && !sf_is_plain_collation(actual.collation) &&
		(options->remote_collation == NULL || options->remote_collation[0] == '\0'))
		report_drift(relid, attnum, NULL, &actual, query_id);
}

/*
 * recorded NULL: the collation.
 */
static void
report_drift(Oid relid, AttrNumber attnum, const SfRemoteType *recorded, const SfRemoteType *actual,
			 const char *query_id)
{
	const char *name = get_attname(relid, attnum, false);
	char	   *table = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
	char	   *seen = sf_remote_type_name(actual);
	char	   *type = recorded ? new_type(relid, attnum, recorded, actual) : NULL;

	ereport(ERROR,
			(errcode(ERRCODE_FDW_INCONSISTENT_DESCRIPTOR_INFORMATION),
			 errmsg("column \"%s\" of foreign table \"%s\" is another one in Snowflake", name, get_rel_name(relid)),
			 recorded ?
			 errdetail("Its option remote_type says %s, in the result of query %s it is %s.",
					   sf_remote_type_name(recorded), query_id, seen) :
			 errdetail("It has no option remote_collation, in the result of query %s it has the collation %s.",
					   query_id, actual->collation),
			 errhint("ALTER FOREIGN TABLE %s ALTER COLUMN %s %s%s%sOPTIONS (%s %s)%s.",
					 table, quote_identifier(name), type ? type : "", type ? ", ALTER COLUMN " : "",
					 type ? psprintf("%s ", quote_identifier(name)) : "",
					 recorded ? "SET remote_type" : "ADD remote_collation",
					 quote_literal_cstr(recorded ? seen : actual->collation),
					 recorded ? ", or import the table again" : "")));
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
