/*
 * definition.h
 *	  A task's definition: from properties as users give them to the body of
 *	  a REST request.
 *
 * One function makes the body of every task, whether it is created alone or
 * as part of a graph.  No network.
 */
#ifndef SF_TASKS_DEFINITION_H
#define SF_TASKS_DEFINITION_H

#include "postgres.h"

#include "core/json.h"
#include "objects/path.h"
#include "tasks/procedure.h"
#include "tasks/problem.h"
#include "tasks/schedule.h"

/* Snowflake's limit of predecessors and of children (CREATE TASK). */
#define SF_TASK_MAX_LINKS 100

/*
 * The body of task.yaml, without the name, in the current context: for sf_create_request and sf_put_request.
 *
 * properties is an object whose keys are the properties of task.yaml (= the arguments of sf_task_create) and whose
 * values are as users write them or as a fetch shows them: definition a text or an object (procedure.h), schedule
 * and target_completion_interval a text or an object (schedule.h), warehouse, the integrations, execute_as_user,
 * finalize and predecessors names as in SQL (bare folds, "Quoted" is exact; the last two may be qualified, in the
 * task's own schema), sizes in any spelling.  Nulls, empty texts, empty config, session_parameters and
 * predecessors, the default overlap policy, what only the server may set ("state", "id", ...) and "name" are left
 * out; keys that task.yaml does not know pass unless they are nearly one that it knows.  For a graph: give
 * predecessors, finalize, condition and warehouse already resolved, and leave out keys of its own.
 *
 * The result is canonical: two definitions mean the same when their bodies are equal member by member, so a
 * fetched task can be compared with a wanted one by taking both through this function (but for properties that a
 * fetch does not show, sf_task_may_be_unseen).
 *
 * name is the task's; where its database and schema are NULL (pure builders) qualified names are not compared with
 * them.  defaults (or NULL) fills gaps of a Python definition.
 *
 * Every mistake that concerns one task is reported: to problems, and the property is left out; with problems NULL the
 * first one throws 22023. Checked are types, ranges, a warehouse together with an initial size, min <= initial <= max
 * size, overlap_policy against allow_overlapping_execution, scalar values of session_parameters, what only a root may
 * have, a finalizer's predecessors, the number of predecessors, and that name has at most 255 characters.
 */
extern SfJson *sf_task_body(const SfObjectName *name, SfJson *properties, SfJson *defaults, const SfProblems *problems);

/*
 * Single properties to be changed, as they stand in a body; without the checks of what goes together, which depend
 * on the others.  Throws 22023, also for a value that means nothing (null, an empty text or object).
 */
extern SfJson *sf_task_changes(const SfObjectName *name, SfJson *properties);

/*
 * Whether a fetch may say null (or {}) for a property that is set; of a task with a warehouse, whether it could be
 * set at all.
 */
extern bool sf_task_may_be_unseen(const char *name, bool has_warehouse);

/* Whether a value, as it stands in a body, is what a fetch may show of a property that is not set. */
extern bool sf_task_is_default(const char *name, SfJson *value);

/* Whether it is a property of tasks that is known here; session parameters are not. */
extern bool sf_task_property_known(const char *name);

#endif							/* SF_TASKS_DEFINITION_H */
