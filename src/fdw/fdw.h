/*
 * fdw.h
 *	  Data tables: the FDW callbacks and what planner and executor hand on.
 */
#ifndef SF_FDW_FDW_H
#define SF_FDW_FDW_H

#include "postgres.h"

#include "foreign/fdwapi.h"
#include "nodes/execnodes.h"
#include "nodes/pathnodes.h"

#include "api/result.h"
#include "api/session.h"
#include "api/usage.h"
#include "core/options.h"
#include "deparse/select.h"

struct SfRemoteRel;

/* RelOptInfo->fdw_private of a foreign table, and of joins and upper relations that Snowflake computes */
typedef struct SfRelInfo
{
	struct SfRemoteRel *remote_rel; /* see there; NULL: not asked for yet, or
									 * none; of others than tables there is
									 * nothing else */
	SfTableOptions *options;
	Bitmapset  *attrs;			/* attributes the scan has to fetch, offset as
								 * in pull_varattnos */
	List	   *remote;			/* RestrictInfo: conditions that Snowflake
								 * answers */
	List	   *local;			/* RestrictInfo: those evaluated here */
	List	   *wider;			/* RestrictInfo: those of them of which a
								 * wider condition is sent */
	List	   *decided;		/* RestrictInfo: that hold for every row */
	List	   *kept;			/* of List: a condition's expression and a
								 * String, why it is local */
	bool		empty;			/* some of them do not, whatever the row is */
	double		rows;			/* that are fetched */
	int			width;
	Cost		startup_cost;
	Cost		total_cost;
} SfRelInfo;

/*
 * ForeignPath->fdw_private of the scan of a table with a remote LIMIT or ORDER BY: limit and offset are constants
 * (null: none) or parameters.  That of a whole statement begins with an Integer, of a part of one with a String.
 */
enum SfPathPrivateIndex
{
	SfPathPrivateLimit,
	SfPathPrivateOffset,
	SfPathPrivateSort,			/* SortGroupClause List */
	SfPathPrivateKeys,			/* TargetEntry List: what they refer to */
	SfPathPrivateBind			/* absent, or what a bind join says, see
								 * bind_path.c */
};

/* ForeignScan->fdw_private; plain nodes only, since plans are copied */
enum SfScanPrivateIndex
{
	SfScanPrivateUnit,			/* String, see SfScanPlan; an object table's
								 * plan begins with another node */
	SfScanPrivateSql,			/* String */
	SfScanPrivateAttnums,		/* integer List */
	SfScanPrivateMatch,			/* Integer */
	SfScanPrivateMarkers,		/* integer List */
	SfScanPrivateWholeSql,		/* String, "" for none */
	SfScanPrivateWholeMarkers,	/* integer List */
	SfScanPrivateWholeAttnums,
	SfScanPrivateLimit,			/* String */
	SfScanPrivateOffset,		/* String */
	SfScanPrivateKept,			/* List */
	SfScanPrivateTables,		/* Oid List */
	SfScanPrivateQuery,			/* Query or NULL */
	SfScanPrivateColumns,		/* List of TargetEntry */
	SfScanPrivateFinish,		/* List of expressions */
	SfScanPrivateBind			/* integer List */
};

/* What those are. */
typedef struct SfScanPlan
{
	const char *unit;			/* what EXPLAIN calls it: statement, subquery,
								 * scan */
	const char *sql;			/* remote statement, "" for a query_id table */
	List	   *attnums;		/* attribute per result column */
	SfColumnMatch match;
	List	   *markers;		/* where values of fdw_exprs stand, see SfShip */
	const char *whole_sql;		/* the statement without a condition, for a
								 * value that Snowflake cannot have; NULL when
								 * there are none */
	List	   *whole_markers;
	List	   *whole_attnums;
	const char *limit;			/* a number; NULL: none; $n: the value of
								 * fdw_exprs */
	const char *offset;			/* as that */
	List	   *kept;			/* see SfRelInfo; without an expression: of
								 * the query or a subquery of it */
	List	   *tables;			/* that the statement reads */
	Query	   *query;			/* that was planned: of a whole query that
								 * waits for values, else NULL */
	List	   *columns;		/* of the result, where they are not those of
								 * the scan; and the scan's, expressions over
								 * them as relation 1 */
	List	   *finish;
	List	   *bind;			/* integers, of a scan below a bind join: its
								 * mailbox, how many of fdw_exprs stand for
								 * values of the statement, which of these,
								 * from 0, are keys; NIL: of another */
} SfScanPlan;

/* in private.c: the two forms of it */
extern List *sf_scan_private(const SfScanPlan *plan);
extern void sf_scan_plan(const ForeignScan *scan, SfScanPlan *plan);

/* in plan.c */
extern void snowflakeGetForeignRelSize(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid);
extern void snowflakeGetForeignPaths(PlannerInfo *root, RelOptInfo *baserel, Oid foreigntableid);

/*
 * Throws 0A000 for a clause that asks for row locks, which Snowflake does not have: it must not seem to work.
 */
extern void sf_refuse_row_locks(PlannerInfo *root, Index relid);
extern ForeignScan *snowflakeGetForeignPlan(PlannerInfo *root, RelOptInfo *rel, Oid foreigntableid,
											ForeignPath *best_path,
											List *tlist, List *scan_clauses, Plan *outer_plan);

/*
 * Whether columns of an outer query reach this one, which is then run again for each of its rows, and what its own
 * subqueries give with it.
 */
extern bool sf_is_rescanned(PlannerInfo *root);

/* Adds the path of the scan of one table with the query's LIMIT, where nothing is between them. */
extern void sf_add_limit_path(PlannerInfo *root, RelOptInfo *input_rel, RelOptInfo *final_rel,
							  FinalPathExtraData *extra);

/* in join.c */
extern void snowflakeGetForeignJoinPaths(PlannerInfo *root, RelOptInfo *joinrel, RelOptInfo *outerrel,
										 RelOptInfo *innerrel, JoinType jointype, JoinPathExtraData *extra);

/* in upper.c */
extern void snowflakeGetForeignUpperPaths(PlannerInfo *root, UpperRelationKind stage, RelOptInfo *input_rel,
										  RelOptInfo *output_rel, void *extra);

/* in whole.c */

/* Sets the planner's hooks; called once, when the library is loaded. */
extern void sf_whole_init(void);

extern bool sf_is_whole_path(const ForeignPath *path);

extern ForeignScan *sf_whole_plan(PlannerInfo *root, ForeignPath *path, List *tlist, Plan *outer_plan);

/* Its statement, and the tables of it. */
extern const struct SfRemoteQuery *sf_whole_remote(const ForeignPath *path);
extern List *sf_whole_tables(const ForeignPath *path);

/* Whether a query is planned without statements of its parts, by sf_plan_ordinary. */
extern bool sf_planning_ordinary(void);

/* The query that is being planned, as it came; NULL where there is no foreign table in it. */
extern Query *sf_planned_query(void);

/* Why the query that is being planned is no single statement; NULL: it is, or nobody has said so. */
extern const char *sf_whole_refusal(void);

/* Whether it is an INSERT, UPDATE or DELETE of a table of this wrapper.  Reads the catalog. */
extern bool sf_changes_table(const Query *query);

/* How many statements and subqueries were planned in this session. */
extern uint64 sf_whole_scans(void);

/* Those scans of a plan that wait for values and have its query. */
extern List *sf_waiting_scans(PlannedStmt *plan);

/* Plans a query, which it scribbles on, as if it were no single statement, and why. */
extern PlannedStmt *sf_plan_ordinary(Query *query, const char *source, int cursor_options, ParamListInfo params,
									 const char *why);

/* in digits.c: whether the number of digits behind the point of a numeric may be seen in the query's result */
extern bool sf_shows_digits(Query *query);

/* in inline.c */

/* Whether there is a foreign table in it, or may be one in a function. */
extern bool sf_may_be_sent(Query *query);

/*
 * Puts the queries of functions in their place, as the planner does; what invalidates a plan with them.  Sets by_role
 * where they have row security policies: another role's plan is another one.
 */
extern List *sf_inline_functions(Query *query, ParamListInfo params, bool *by_role);

/* As much of a planner's state as the folding of constants looks at. */
extern PlannerInfo *sf_folding_root(ParamListInfo params);

/* in split.c */

/* What may be taken off a query, for PostgreSQL to do with the rows of the rest. */
typedef enum SfSplit
{
	SF_SPLIT_ROWS,				/* ORDER BY, LIMIT */
	SF_SPLIT_GROUPS				/* what follows GROUP BY: HAVING, the
								 * expressions of the SELECT list, windows,
								 * DISTINCT, ORDER BY, LIMIT */
} SfSplit;

/* Whether there is such a part, which may be taken off without another result. */
extern bool sf_can_split(const Query *query, SfSplit part);

/* That part as a query over what is left, the *subquery; both are copies. */
extern Query *sf_split(const Query *query, SfSplit part, Query **subquery);

/* SELECT * FROM (query) WHERE conditions on it as relation 1; of copies. */
extern Query *sf_filter(const Query *query, List *conditions);

/*
 * in first.c: statements that are planned again when they start; sf_first_missed says that one is being planned
 * without our hooks
 */
extern void sf_first_init(void);
extern void sf_first_missed(void);

/* in bind_path.c: sets the planner's hook; called once, when the library is loaded */
extern void sf_bind_init(void);

/* in private.c: how many of a scan's fdw_exprs are values of its statement */
extern int	sf_scan_values(const ForeignScan *scan);

/* in estimate.c */

/* Sets the relation's tuples, rows and width, and in info what reading it costs; reads the catalog. */
extern void sf_estimate_scan(PlannerInfo *root, RelOptInfo *baserel, SfRelInfo *info);

/*
 * What a statement costs that works through so many rows in Snowflake and returns so many, by the options of one of
 * its tables.
 */
extern void sf_cost_statement(const SfTableOptions *options, double rows_read, double rows, Cost *startup_cost,
							  Cost *total_cost);

/*
 * How many rows a query gives, NULL: one of which nothing is known.  Plans a copy of it the ordinary way, which waits
 * on the network where sizes are to be asked for.
 */
extern double sf_estimate_query(const Query *query, ParamListInfo params);

/*
 * What a statement costs that reads these tables, as the user (InvalidOid: the current one), and returns so many
 * rows.
 */
extern void sf_cost_query(List *relids, Oid userid, double rows, Cost *startup_cost, Cost *total_cost);

/* in scan.c */

/* How many scans have begun in this backend. */
extern uint64 sf_scans_begun(void);
extern void snowflakeBeginForeignScan(ForeignScanState *node, int eflags);
extern TupleTableSlot *snowflakeIterateForeignScan(ForeignScanState *node);
extern void snowflakeReScanForeignScan(ForeignScanState *node);
extern void snowflakeEndForeignScan(ForeignScanState *node);

/* in async.c */
extern bool snowflakeIsForeignPathAsyncCapable(ForeignPath *path);
extern void snowflakeForeignAsyncRequest(AsyncRequest *areq);
extern void snowflakeForeignAsyncConfigureWait(AsyncRequest *areq);
extern void snowflakeForeignAsyncNotify(AsyncRequest *areq);

/*
 * Of a plan that is about to run: finds the scans whose statements are sent together when the first of them is read.
 * No network.
 */
extern void sf_scans_together(PlanState *plan);

/* in explain.c */
extern void snowflakeExplainForeignScan(ForeignScanState *node, struct ExplainState *es);

/*
 * in drift.c: what the result's metadata say of columns that are handed on as they are, and of sums, against their
 * options; attnums are those of the scan of one table, columns (TargetEntry) those of another.  Throws HV021; reads the
 * catalog, no network.
 */
extern void sf_check_drift(ForeignScanState *node, List *columns, List *attnums, const SfResultMeta *meta);

/* For a value that Snowflake could not take as the type that a column is said to have. */
#define SF_DRIFT_HINT "A column may have another type in Snowflake than its option remote_type says: " \
	"import the table again."

/*
 * in snapshot.c: the moment of which all scans of an execution read their tables, as a literal that lives as long as
 * the execution.  The first call asks Snowflake for its time, waits and throws as a statement does.
 */
extern const char *sf_snapshot_moment(EState *estate, SfSession *session, SfUsage *usage);

/* Throws 0A000 when a table by query would have to be read as of a snapshot. */
extern void sf_snapshot_refuse(Oid relid);

/* in analyze.c */
extern bool snowflakeAnalyzeForeignTable(Relation relation, AcquireSampleRowsFunc *acquire, BlockNumber *pages);

/* in tables.c: those of a schema, of servers of ours, by name; data tables and others */
extern List *sf_foreign_tables(Oid namespace);

/* in import.c */
extern List *snowflakeImportForeignSchema(ImportForeignSchemaStmt *stmt, Oid serverOid);

#endif							/* SF_FDW_FDW_H */
