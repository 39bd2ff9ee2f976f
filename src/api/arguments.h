/*
 * arguments.h
 *	  Arguments that SQL functions have in common.
 */
#ifndef SF_API_ARGUMENTS_H
#define SF_API_ARGUMENTS_H

#include "postgres.h"

#include "fmgr.h"

#include "api/session.h"

/*
 * The session of a function's server argument (NULL: the default one) for the current user.  Throws 42704 / 42501;
 * no network.
 */
extern SfSession *sf_session_argument(FunctionCallInfo fcinfo, int argno);

/* The type of an argument, also where no expression calls the function (a fast-path call): the declared one then. */
extern Oid	sf_argument_type(FunctionCallInfo fcinfo, int argno);

/* A text argument, NULL when it is NULL or missing. */
extern char *sf_text_argument(FunctionCallInfo fcinfo, int argno);

/* The name of a channel of NOTIFY.  Throws 22004 for NULL, 22023 for what is no such name. */
extern char *sf_channel_argument(FunctionCallInfo fcinfo, int argno);

/*
 * An interval argument in milliseconds, -1 when it is NULL or missing; 1000 years at the most, so that a time that
 * lies so far ahead is one.  Throws 22023 for a negative one and for months.
 */
extern int64 sf_milliseconds_argument(FunctionCallInfo fcinfo, int argno);

#endif							/* SF_API_ARGUMENTS_H */
