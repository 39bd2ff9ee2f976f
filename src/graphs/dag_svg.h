/*
 * dag_svg.h
 *	  A task graph as a picture.
 */
#ifndef SF_GRAPHS_DAG_SVG_H
#define SF_GRAPHS_DAG_SVG_H

#include "postgres.h"

#include "lib/stringinfo.h"

#include "core/json.h"
#include "graphs/dag.h"

/* states is an object of the tasks' full names and states, or NULL.  Interruptible. */
extern void sf_dag_draw_svg(StringInfo out, const SfDag *dag, SfJson *states);

#endif							/* SF_GRAPHS_DAG_SVG_H */
