/*
 * xact.h
 *	  What a transaction has done in Snowflake, by (sub)transaction: the one
 *	  place that keeps it.
 */
#ifndef SF_API_XACT_H
#define SF_API_XACT_H

#include "postgres.h"

/* Longest text of a note; what is longer is cut. */
#define SF_XACT_TEXT 40

/* In TopTransactionContext. */
typedef struct SfXactNote
{
	struct SfXactNote *next;	/* an older one */
	int			level;			/* transaction nest level; that of a parent
								 * once the subtransaction is released */
	int			count;			/* of equal notes, without a text */
	char		text[SF_XACT_TEXT];
} SfXactNote;

/*
 * One kind of notes: a static variable of its user, for the life of the backend.  The first two functions run while
 * a (sub)transaction ends: they must not throw and not wait; rolled_back may report WARNINGs.
 */
typedef struct SfXactKind
{
	/* gets the notes that are rolled back, newest first; NULL: none are kept */
	void		(*rolled_back) (const SfXactNote *notes);
	/* at the end of each transaction; NULL: nothing to be done */
	void		(*ended) (void);

	/* before a commit: may throw and wait; NULL: nothing to be done */
	void		(*before_commit) (void);

	/* this module's */
	SfXactNote *notes;			/* newest first */
	struct SfXactKind *next;
	bool		registered;
} SfXactKind;

/* May be repeated.  Throws 53200. */
extern void sf_xact_register(SfXactKind *kind);

/*
 * Notes something for the current (sub)transaction; text may be NULL.  A transaction with notes cannot be prepared
 * (0A000).
 */
extern void sf_xact_note(SfXactKind *kind, const char *text);

/* Takes back the last note, if it is one of the current (sub)transaction.  Throws nothing. */
extern void sf_xact_take_back(SfXactKind *kind);

#endif							/* SF_API_XACT_H */
