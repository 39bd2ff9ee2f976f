/*
 * compat.h
 *	  What differs between the PostgreSQL and libcurl versions supported; no
 *	  other file looks at a version number.
 */
#ifndef SF_CORE_COMPAT_H
#define SF_CORE_COMPAT_H

#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_foreign_server.h"
#include "commands/explain.h"
#include "commands/vacuum.h"
#include "executor/executor.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "nodes/pathnodes.h"
#include "optimizer/paths.h"
#include "parser/parse_relation.h"
#include "utils/acl.h"
#include "utils/rel.h"
#include "utils/wait_event.h"

#if PG_VERSION_NUM < 150000
#error "PostgreSQL 15 or later is needed"
#endif

#if PG_VERSION_NUM >= 160000
#include "varatt.h"
#endif

/* 18 has the collation, without a name for its number */
#ifndef POSIX_COLLATION_OID
#define POSIX_COLLATION_OID 951
#endif

/* 18 has it as a prefix, older ones as a suffix only */
#ifndef pg_noreturn
#define pg_noreturn pg_attribute_noreturn()
#endif

#if PG_VERSION_NUM >= 180000
#include "commands/explain_format.h"
#include "commands/explain_state.h"
#define SF_MODULE_MAGIC(module, module_version) PG_MODULE_MAGIC_EXT(.name = module, .version = module_version)
#else
#define SF_MODULE_MAGIC(module, module_version) PG_MODULE_MAGIC
#endif

/* path constructors: 17 added restrictinfo, 18 disabled_nodes */
#if PG_VERSION_NUM >= 180000
#define sf_create_foreignscan_path(root, rel, target, rows, startup, total, pathkeys, outer, outerpath, private) \
	create_foreignscan_path(root, rel, target, rows, 0, startup, total, pathkeys, outer, outerpath, NIL, private)
#define sf_create_foreign_upper_path(root, rel, target, rows, startup, total, pathkeys, private) \
	create_foreign_upper_path(root, rel, target, rows, 0, startup, total, pathkeys, NULL, NIL, private)
#define sf_create_foreign_join_path(root, rel, target, rows, startup, total, pathkeys, outer, outerpath, private) \
	create_foreign_join_path(root, rel, target, rows, 0, startup, total, pathkeys, outer, outerpath, NIL, private)
#elif PG_VERSION_NUM >= 170000
#define sf_create_foreignscan_path(root, rel, target, rows, startup, total, pathkeys, outer, outerpath, private) \
	create_foreignscan_path(root, rel, target, rows, startup, total, pathkeys, outer, outerpath, NIL, private)
#define sf_create_foreign_upper_path(root, rel, target, rows, startup, total, pathkeys, private) \
	create_foreign_upper_path(root, rel, target, rows, startup, total, pathkeys, NULL, NIL, private)
#define sf_create_foreign_join_path(root, rel, target, rows, startup, total, pathkeys, outer, outerpath, private) \
	create_foreign_join_path(root, rel, target, rows, startup, total, pathkeys, outer, outerpath, NIL, private)
#else
#define sf_create_foreignscan_path(root, rel, target, rows, startup, total, pathkeys, outer, outerpath, private) \
	create_foreignscan_path(root, rel, target, rows, startup, total, pathkeys, outer, outerpath, private)
#define sf_create_foreign_upper_path(root, rel, target, rows, startup, total, pathkeys, private) \
	create_foreign_upper_path(root, rel, target, rows, startup, total, pathkeys, NULL, private)
#define sf_create_foreign_join_path(root, rel, target, rows, startup, total, pathkeys, outer, outerpath, private) \
	create_foreign_join_path(root, rel, target, rows, startup, total, pathkeys, outer, outerpath, private)
#endif

/* 16 added trivial_pathtarget */
#if PG_VERSION_NUM >= 160000
#define sf_create_subqueryscan_path(root, rel, path) create_subqueryscan_path(root, rel, path, false, NIL, NULL)
#else
#define sf_create_subqueryscan_path(root, rel, path) create_subqueryscan_path(root, rel, path, NIL, NULL)
#endif

/* Adds what settings disable in a part of a path, which versions before 18 put into the costs. */
static inline void
sf_path_add_disabled(Path *path, const Path *part)
{
#if PG_VERSION_NUM >= 180000
	path->disabled_nodes += part->disabled_nodes;
#endif
}

/* Whether rows of one side without a partner are in no result, of the kinds of join that newer versions have. */
static inline bool
sf_join_drops_rows(JoinType jointype, bool of_outer)
{
#if PG_VERSION_NUM >= 160000
	if (jointype == JOIN_RIGHT_ANTI)
		return of_outer;
#endif
#if PG_VERSION_NUM >= 180000
	if (jointype == JOIN_RIGHT_SEMI)
		return true;
#endif
	return false;
}

/* Whether a clause is one of several forms that depend on the order of outer joins. */
static inline bool
sf_is_clone(const RestrictInfo *clause)
{
#if PG_VERSION_NUM >= 160000
	return clause->has_clone || clause->is_clone;
#else
	return false;
#endif
}

/* 18 has a second reverse(), of binary values */
#if PG_VERSION_NUM < 180000
#define F_REVERSE_TEXT F_REVERSE
#endif

/* 18 gives grouping expressions an entry of their own in the range table; NIL for another entry */
static inline List *
sf_group_expressions(const RangeTblEntry *rte)
{
#if PG_VERSION_NUM >= 180000
	return rte->rtekind == RTE_GROUP ? rte->groupexprs : NIL;
#else
	return NIL;
#endif
}

/* Whether a comparison of rows is < or <=, and not > or >=. */
static inline bool
sf_rows_are_less(const RowCompareExpr *expr)
{
#if PG_VERSION_NUM >= 180000
	return expr->cmptype == COMPARE_LT || expr->cmptype == COMPARE_LE;
#else
	return expr->rctype == ROWCOMPARE_LT || expr->rctype == ROWCOMPARE_LE;
#endif
}

/* As whom a relation is read: InvalidOid: the current user. */
static inline Oid
sf_rte_userid(const Query *query, RangeTblEntry *rte)
{
#if PG_VERSION_NUM >= 160000
	return rte->perminfoindex ? getRTEPermissionInfo(query->rteperminfos, rte)->checkAsUser : InvalidOid;
#else
	return rte->checkAsUser;
#endif
}

/* For the scan of an entry that is no relation; from 16 on the plan has the user. */
static inline void
sf_rte_set_userid(RangeTblEntry *rte, Oid userid)
{
#if PG_VERSION_NUM < 160000
	rte->checkAsUser = userid;
#endif
}

/* Whether there are privileges to be checked for it: from 16 on a view's are at its subquery. */
static inline bool
sf_rte_is_relation(const RangeTblEntry *rte)
{
#if PG_VERSION_NUM >= 160000
	return rte->rtekind == RTE_RELATION || (rte->rtekind == RTE_SUBQUERY && OidIsValid(rte->relid));
#else
	return rte->rtekind == RTE_RELATION;
#endif
}

/* A copy of such an entry of one query's range table for another's. */
static inline RangeTblEntry *
sf_rte_copy_relation(Query *to, const Query *from, RangeTblEntry *rte)
{
	RangeTblEntry *copy = copyObject(rte);

	copy->rtekind = RTE_RELATION;
	copy->inh = false;
	copy->inFromCl = false;
	copy->subquery = NULL;
	copy->securityQuals = NIL;
#if PG_VERSION_NUM >= 160000
	if (rte->perminfoindex)
	{
		to->rteperminfos = lappend(to->rteperminfos, copyObject(getRTEPermissionInfo(from->rteperminfos, rte)));
		copy->perminfoindex = list_length(to->rteperminfos);
	}
#endif
	return copy;
}

/* The user a scan runs as: the view's owner where there is one. */
static inline Oid
sf_scan_userid(ForeignScanState *node)
{
	ForeignScan *plan = (ForeignScan *) node->ss.ps.plan;
#if PG_VERSION_NUM >= 160000
	Oid			userid = plan->checkAsUser;
#else
	Oid			userid = exec_rt_fetch(bms_next_member(plan->fs_relids, -1), node->ss.ps.state)->checkAsUser;
#endif

	return OidIsValid(userid) ? userid : GetUserId();
}

/* As whom a table is written. */
static inline Oid
sf_modify_userid(ResultRelInfo *result, EState *estate)
{
#if PG_VERSION_NUM >= 160000
	Oid			userid = ExecGetResultRelCheckAsUser(result, estate);
#else
	ResultRelInfo *named = result->ri_RangeTableIndex || result->ri_RootResultRelInfo == NULL ? result :
	result->ri_RootResultRelInfo;
	Oid			userid = exec_rt_fetch(named->ri_RangeTableIndex, estate)->checkAsUser;
#endif

	return OidIsValid(userid) ? userid : GetUserId();
}

static inline bool
sf_has_server_usage(Oid serverid, Oid userid)
{
#if PG_VERSION_NUM >= 160000
	return object_aclcheck(ForeignServerRelationId, serverid, userid, ACL_USAGE) == ACLCHECK_OK;
#else
	return pg_foreign_server_aclcheck(serverid, userid, ACL_USAGE) == ACLCHECK_OK;
#endif
}

/* Whether the current user may analyze the relation; a WARNING says that it is skipped. */
static inline bool
sf_may_analyze(Relation relation)
{
#if PG_VERSION_NUM >= 170000
	return vacuum_is_permitted_for_relation(RelationGetRelid(relation), relation->rd_rel, VACOPT_ANALYZE);
#else
	return vacuum_is_relation_owner(RelationGetRelid(relation), relation->rd_rel, VACOPT_ANALYZE);
#endif
}

/* Whether the current user owns the relation. */
static inline bool
sf_is_table_owner(Oid relid)
{
#if PG_VERSION_NUM >= 160000
	return object_ownercheck(RelationRelationId, relid, GetUserId());
#else
	return pg_class_ownercheck(relid, GetUserId());
#endif
}

/* The first expression of an equivalence class that these relations alone compute, no constant; NULL for none. */
static inline EquivalenceMember *
sf_ec_member(EquivalenceClass *ec, Relids relids)
{
	EquivalenceMember *member;
#if PG_VERSION_NUM >= 180000
	EquivalenceMemberIterator iterator;

	setup_eclass_member_iterator(&iterator, ec, relids);
	while ((member = eclass_member_iterator_next(&iterator)) != NULL)
	{
#else
	ListCell   *cell;

	foreach(cell, ec->ec_members)
	{
		member = lfirst_node(EquivalenceMember, cell);
#endif
		if (!bms_is_empty(member->em_relids) && bms_is_subset(member->em_relids, relids))
			return member;
	}
	return NULL;
}

/* BTLessStrategyNumber or BTGreaterStrategyNumber; 18 has a comparison of the same number. */
static inline StrategyNumber
sf_pathkey_strategy(const PathKey *key)
{
#if PG_VERSION_NUM >= 180000
	return (StrategyNumber) key->pk_cmptype;
#else
	return key->pk_strategy;
#endif
}

/* The name pg_stat_activity shows while we wait. */
static inline uint32
sf_wait_event(void)
{
#if PG_VERSION_NUM >= 170000
	static uint32 event = 0;

	if (event == 0)
		event = WaitEventExtensionNew("SnowflakeRequest");
	return event;
#else
	return PG_WAIT_EXTENSION;
#endif
}

#endif							/* SF_CORE_COMPAT_H */
