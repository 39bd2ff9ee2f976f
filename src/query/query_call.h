/*
 * query_call.h
 *	  The arguments that the query and job functions have in common: params,
 *	  database, schema, warehouse, role, timeout, query_tag,
 *	  session_parameters, server.
 */
#ifndef SF_QUERY_QUERY_CALL_H
#define SF_QUERY_QUERY_CALL_H

#include "postgres.h"

#include "fmgr.h"

#include "api/session.h"
#include "api/statement.h"

typedef struct SfQueryCall
{
	SfSession  *session;
	SfStatementSpec spec;
	char	   *sql;
	bool		reads;			/* begins with a reading keyword */
} SfQueryCall;

/*
 * Reads statement at argument number first and the common ones behind it; checks privileges, guards and parameters
 * before any network call.  what names the function in messages.  Everything is allocated in the current context.
 */
extern SfQueryCall *sf_query_call(FunctionCallInfo fcinfo, int first, const char *what);

/*
 * Reads the common arguments alone: the session, and a spec without a statement, whose parameters are not checked
 * against one.
 */
extern SfQueryCall *sf_query_settings(FunctionCallInfo fcinfo, int first);

#endif							/* SF_QUERY_QUERY_CALL_H */
