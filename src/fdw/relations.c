/*
 * relations.c
 *	  The foreign tables of a query.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "foreign/foreign.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"

#include "core/compat.h"
#include "core/options.h"
#include "fdw/relations.h"

static bool collect(Node *node, void *context);
static void collect_relation(Query *query, RangeTblEntry *rte, SfRelations *relations);
static bool same(const char *x, const char *y);

void
sf_relations_of(Query *query, SfRelations *relations)
{
	memset(relations, 0, sizeof(*relations));
	collect((Node *) query, relations);
}

static bool
collect(Node *node, void *context)
{
	SfRelations *relations = context;

	if (node == NULL || relations->mixed)
		return false;
	if (IsA(node, Query))
	{
		Query	   *query = (Query *) node;
		ListCell   *cell;

		relations->queries = lcons(query, relations->queries);
		foreach(cell, query->rtable)
		{
			RangeTblEntry *rte = lfirst_node(RangeTblEntry, cell);

			/*
			 * a view's own entry is there for its privileges, that of a
			 * materialized view is in its definition
			 */
			if (rte->rtekind == RTE_RELATION && rte->relkind != RELKIND_VIEW &&
				(rte->relkind != RELKIND_MATVIEW || rte->inFromCl))
				collect_relation(query, rte, relations);
		}
		return query_tree_walker(query, collect, context, 0);
	}
	return expression_tree_walker(node, collect, context);
}

static void
collect_relation(Query *query, RangeTblEntry *rte, SfRelations *relations)
{
	Oid			userid = sf_rte_userid(query, rte);
	Oid			serverid;

	if (rte->relkind != RELKIND_FOREIGN_TABLE ||
		(rte->inh && has_subclass(rte->relid) && find_inheritance_children(rte->relid, NoLock) != NIL))
	{
		relations->mixed = psprintf(rte->relkind == RELKIND_FOREIGN_TABLE ? "\"%s\" has children" :
									"\"%s\" is a local table", get_rel_name(rte->relid));
		return;
	}
	serverid = GetForeignTable(rte->relid)->serverid;
	if (relations->relids == NIL)
	{
		relations->serverid = serverid;
		relations->userid = userid;
		if (!sf_server_is_ours(serverid))
			relations->mixed = psprintf("\"%s\" is a table of another wrapper", get_rel_name(rte->relid));
	}
	else if (serverid != relations->serverid)
		relations->mixed = "the tables are of several servers";
	else if ((OidIsValid(userid) ? userid : GetUserId()) !=
			 (OidIsValid(relations->userid) ? relations->userid : GetUserId()))
		relations->mixed = "the tables are read as several users";
	if (OidIsValid(userid) != OidIsValid(relations->userid))
		relations->by_role = true;
	if (OidIsValid(userid))
		relations->userid = userid;
	relations->relids = list_append_unique_oid(relations->relids, rte->relid);
}

bool
sf_one_place(List *relids)
{
	SfTableOptions *place = NULL;
	ListCell   *cell;

	foreach(cell, relids)
	{
		SfTableOptions *options = sf_table_options(lfirst_oid(cell));

		if (options->query && place &&
			(!same(place->database, options->database) || !same(place->schema, options->schema)))
			return false;
		if (options->query)
			place = options;
	}
	if (place == NULL || (place->database == NULL && place->schema == NULL))
		return true;
	foreach(cell, relids)
	{
		SfTableOptions *options = sf_table_options(lfirst_oid(cell));

		if (options->query == NULL && (options->database == NULL || options->schema == NULL))
			return false;
	}
	return true;
}

static bool
same(const char *x, const char *y)
{
	return x && y ? strcmp(x, y) == 0 : x == y;
}
