/*
 * guard.h
 *	  What a server, a transaction or a standby does not let a statement do;
 *	  checked before any network call.
 */
#ifndef SF_API_GUARD_H
#define SF_API_GUARD_H

#include "core/options.h"

/*
 * A text that must only read (query tables, sf_query on a read_only server): 22023 when empty or several, 0A000
 * when it is no reading statement.
 */
extern void sf_guard_reading(const char *sql, const SfConnOptions *options);

/* A call that changes something: 25006 in a read-only transaction or on a standby, 42501 on a read_only server. */
extern void sf_guard_change(const char *what, const SfConnOptions *options);

/*
 * The same for a change of a table's rows, which a subtransaction could not take back: 0A000 inside of one, unless the
 * server's allow_autocommit is set.
 */
extern void sf_guard_write(const char *what, const SfConnOptions *options);

/*
 * A user's statement of any kind; true when it only reads.  One that does not is checked as a change.
 */
extern bool sf_guard_statement(const char *what, const char *sql, const SfConnOptions *options);

/*
 * Throws 0A000 for a statement that only sets up a session or a transaction, which ends with it: USE, SET, ALTER
 * SESSION, BEGIN ...
 */
extern void sf_guard_session_statement(const char *sql);

/* The number of ? and of values must agree (22023); $1 gets a hint. */
extern void sf_guard_parameters(const char *sql, int nparams);

#endif							/* SF_API_GUARD_H */
