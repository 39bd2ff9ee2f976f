/*
 * dag_plan.h
 *	  The calls that deploy or drop a task graph, in order, before any of
 *	  those that change something is made.
 */
#ifndef SF_GRAPHS_DAG_PLAN_H
#define SF_GRAPHS_DAG_PLAN_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "api/object.h"
#include "graphs/dag.h"
#include "graphs/deployed.h"
#include "tasks/arguments.h"

typedef enum SfStepAction
{
	SF_STEP_FETCH,				/* of the root: done while planning, or the
								 * look before the root is resumed */
	SF_STEP_DEPENDENTS,			/* likewise */
	SF_STEP_SUSPEND,
	SF_STEP_CREATE,
	SF_STEP_ALTER,
	SF_STEP_RESUME,
	SF_STEP_DROP
} SfStepAction;

typedef enum SfStepStatus
{
	SF_STEP_PLANNED,
	SF_STEP_DONE,
	SF_STEP_MISSING,			/* Snowflake says that there is no such task */
	SF_STEP_FAILED,				/* refused */
	SF_STEP_UNKNOWN				/* no answer, or accepted (202) and the result
								 * could not be had */
} SfStepStatus;

typedef struct SfDagStep
{
	SfStepAction action;
	SfStepStatus status;
	char	   *task;			/* written as in SQL */
	SfObjectName name;
	SfObjectRequest *request;
	SfObjectCall *call;			/* of the request, from when it is sent */
	SfJson	   *detail;
	SfJson	   *body;			/* of a create or alter */
	List	   *back;			/* SfObjectRequest, in order: what puts back
								 * what was before */
	bool		missing_ok;
} SfDagStep;

typedef struct SfDagPlan
{
	SfSession  *session;
	SfObjectName root;
	List	   *steps;			/* SfDagStep */
	List	   *expected;		/* SfDeployedTask: the graph's tasks as they
								 * are to be before the root is resumed */
	SfJson	   *look;			/* the root as that look finds it */
	bool		replaces;		/* what it has dropped is gone: the rest is
								 * not started again */
	bool		alters;			/* a graph that was there, task by task: after
								 * a failure all is put back */
} SfDagPlan;

/* Reads what is deployed where the mode depends on it.  Waits on the network; changes nothing. */
extern SfDagPlan *sf_dag_plan_deploy(SfSession *session, const SfDag *dag, const SfObjectName *root, SfTaskMode mode);

/* Without steps that drop when the graph does not exist and missing_ok; else that throws 42704. */
extern SfDagPlan *sf_dag_plan_drop(SfSession *session, const SfObjectName *root, bool drop_finalizer, bool missing_ok);

/* Requests for the root that are not part of the plan: for clean-up. */
extern SfObjectRequest *sf_dag_resume_request(const SfDagPlan *plan);
extern SfObjectRequest *sf_dag_suspend_request(const SfDagPlan *plan);

extern const char *sf_step_action_name(SfStepAction action);
extern const char *sf_step_status_name(SfStepStatus status);

#endif							/* SF_GRAPHS_DAG_PLAN_H */
