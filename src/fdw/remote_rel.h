/*
 * remote_rel.h
 *	  A relation of the planner (a table, a join, groups, an ordered result)
 *	  as a query of its own, which Snowflake computes.
 */
#ifndef SF_FDW_REMOTE_REL_H
#define SF_FDW_REMOTE_REL_H

#include "postgres.h"

#include "nodes/parsenodes.h"
#include "nodes/pathnodes.h"

#include "deparse/query.h"

/* Its clauses, with the numbers of the planner's range table; all of them are shipped. */
typedef struct SfRemoteRel
{
	const char *unit;			/* join, aggregate, sort: the last step */
	Node	   *from;			/* RangeTblRef or JoinExpr */
	List	   *where;			/* conditions joined by AND */
	List	   *subqueries;		/* RangeTblEntry: tables with conditions of
								 * their own, in a full join */
	List	   *numbers;		/* integers: of the entries that those replace */
	List	   *tables;			/* Oid: the foreign tables */
	List	   *groups;			/* SortGroupClause */
	bool		grouped;		/* it has groups or aggregates */
	List	   *having;
	List	   *distinct;		/* SortGroupClause */
	List	   *sort;			/* SortGroupClause */
	List	   *keys;			/* TargetEntry: what is sorted by beside the
								 * target */
	Node	   *limit;
	Node	   *offset;
	double		rows_read;		/* in Snowflake */
} SfRemoteRel;

/*
 * Whether the rows of a base relation, or what an earlier call has made of another one, can be a part of a larger
 * one; NULL: not, since conditions stay here, say.
 */
extern SfRemoteRel *sf_remote_rel(PlannerInfo *root, RelOptInfo *rel);

/* A copy to be changed. */
extern SfRemoteRel *sf_remote_rel_copy(const SfRemoteRel *remote);

/* The query of it that returns these expressions, a PathTarget's; NULL where they are not all there. */
extern Query *sf_remote_rel_query(PlannerInfo *root, const SfRemoteRel *remote, PathTarget *target);

/* Whether that is a statement; no network. */
extern bool sf_remote_rel_ships(PlannerInfo *root, const SfRemoteRel *remote, PathTarget *target);

/*
 * Adds the path that reads it to a join or an upper relation; false where it is no statement.  local: clauses that are
 * evaluated here; the target has what they need.
 */
extern bool sf_remote_rel_add_path(PlannerInfo *root, RelOptInfo *rel, const SfRemoteRel *remote, PathTarget *target,
								   double rows, List *local, List *pathkeys);

/*
 * Of such a path: its plan, its statement (false: it is none any more), the planner's expressions that are its
 * outputs, its tables.
 */
extern bool sf_is_remote_rel_path(const ForeignPath *path);
extern bool sf_remote_rel_print(PlannerInfo *root, const ForeignPath *path, SfRemoteQuery *printed);
extern List *sf_remote_rel_exprs(const ForeignPath *path);
extern List *sf_remote_rel_tables(const ForeignPath *path);
extern ForeignScan *sf_remote_rel_plan(PlannerInfo *root, ForeignPath *path, List *tlist, Plan *outer_plan);

/* Whether it has a value that the executor computes; a tree walker, whose context is NULL. */
extern bool sf_reads_executor(Node *node, void *context);

/*
 * In upper.c: adds a path in the query's order, of a join that is all Snowflake's; and an element of ORDER BY with the
 * expression behind it, false where the relation has none for it.
 */
extern void sf_add_sorted_paths(PlannerInfo *root, RelOptInfo *rel);
extern bool sf_sort_clause(RelOptInfo *rel, const PathKey *key, List **clauses, List **targets);

#endif							/* SF_FDW_REMOTE_REL_H */
