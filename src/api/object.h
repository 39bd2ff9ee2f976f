/*
 * object.h
 *	  One request of the object API: sent, waited for, its pages read.
 *
 * Several can be in flight; waiting for one drives all.  Sources: the
 * documents' common.yaml (headers, createMode, Link) and result.yaml (202 and
 * /api/v2/results).
 */
#ifndef SF_API_OBJECT_H
#define SF_API_OBJECT_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "api/session.h"
#include "api/usage.h"
#include "core/compat.h"
#include "core/json.h"

typedef struct SfObjectCall SfObjectCall;

/* What an answer of 200 must be; anything else is 08P01. */
typedef enum SfAnswer
{
	SF_ANSWER_ANY,				/* any JSON */
	SF_ANSWER_OBJECT,
	SF_ANSWER_LIST				/* an array of objects */
} SfAnswer;

typedef struct SfObjectRequest
{
	const char *method;
	const char *path;			/* encoded, with its query */
	const char *body;			/* JSON in the server's encoding; NULL: none */
	bool		change;			/* counted for the WARNING at ROLLBACK */
	bool		resendable;		/* sent again after a lost reply: GET, PUT,
								 * DELETE if it exists; never a POST */
	bool		if_exists;		/* for sf_object_next_or_missing: a result
								 * that says so means that the object is not
								 * there */
	SfAnswer	answer;
	TimestampTz give_up_at;		/* of who waits: no retry after it, and
								 * seconds for an attempt under way; 0: none */
	SfUsage    *usage;			/* counted up; NULL: nobody asks */
} SfObjectRequest;

/*
 * Sends the request; everything is allocated below context and released with it, an answer under way being
 * dropped.  May wait for a token, interruptibly.  Throws what sf_call_start throws.
 */
extern SfObjectCall *sf_object_start(SfSession *session, const SfObjectRequest *request, MemoryContext context);

/* The most objects that Snowflake puts into one answer. */
#define SF_LIST_MAX 10000

/*
 * The next document of the answer, owned by the current context: the answer
 * itself, then further pages of a list; NULL when there are no more.  A 202 is
 * followed to its result.  Waits on the network, interruptible.  Throws what
 * Snowflake reports; 08P01 for what is no JSON, or not the request's answer,
 * and for a Link that cannot be read; 54000 at the end of a list that is as
 * long as an answer may be and says nothing of pages (sf_object_full).
 */
extern SfJson *sf_object_next(SfObjectCall *call);

/*
 * Like sf_object_next, but NULL and *missing = true where Snowflake says that the object or its parent does not exist
 * (404 with a code).  That counts for the request itself alone: a page or a result that is not there is an error,
 * unless the request has if_exists.
 */
extern SfJson *sf_object_next_or_missing(SfObjectCall *call, bool *missing);

/*
 * After the last document: whether the list may go on, since it has SF_LIST_MAX elements and came without a Link.
 * The caller of a list that can be asked to go on behind a name does so, and does not call sf_object_next again.
 */
extern bool sf_object_full(const SfObjectCall *call);

/* 08P01 for a document that is not what was asked for; what is a full phrase. */
pg_noreturn extern void sf_object_malformed(SfObjectCall *call, const char *what);

/* Releases the call and its answers.  Throws nothing; what Snowflake has accepted goes on there. */
extern void sf_object_close(SfObjectCall *call);

/*
 * sf_object_start and sf_object_next for an answer of one document, an object, owned by the current context.
 * Waits and throws as these do.
 */
extern SfJson *sf_object_run(SfSession *session, const SfObjectRequest *request);

/*
 * After sf_object_next has thrown: whether the request may have had its effect, or may yet have it, since
 * Snowflake accepted it (202) and its result could not be had.
 */
extern bool sf_object_undecided(const SfObjectCall *call);

/* Whether the request was sent again after an attempt that may have had its effect. */
extern bool sf_object_in_doubt(const SfObjectCall *call);

/*
 * For clean-up: the HTTP status of the answer, 0 when there is none by the deadline; 202 when that has no result
 * by then.  Retried as usual.  Never throws, may be called with interrupts held; also ends when another cancel or
 * termination arrives.
 */
extern long sf_object_run_quiet(SfSession *session, const SfObjectRequest *request, TimestampTz deadline);

/* The same for what is read: the document of an answer 200, in the current context, else NULL. */
extern SfJson *sf_object_fetch_quiet(SfSession *session, const SfObjectRequest *request, TimestampTz deadline,
									 long *status);

#endif							/* SF_API_OBJECT_H */
