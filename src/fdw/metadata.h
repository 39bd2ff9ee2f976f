/*
 * metadata.h
 *	  How large tables are, as Snowflake's metadata say.
 */
#ifndef SF_FDW_METADATA_H
#define SF_FDW_METADATA_H

#include "postgres.h"

#include "api/session.h"
#include "core/options.h"

typedef struct SfTableSize
{
	double		rows;			/* -1: not known */
	double		bytes;			/* compressed; -1: not known */
} SfTableSize;

/*
 * For planning: from what the session of the user knows of the table's schema; what is older than
 * estimate_max_age is asked for again, with one SHOW TABLES for all of the schema.  False where nothing is known: a
 * view, a query, or Snowflake has not told within estimate_timeout, which is one WARNING a session.  May wait on the
 * network.  Throws interrupts alone.
 */
extern bool sf_metadata_known(Oid serverid, Oid userid, const SfTableOptions *options, SfTableSize *size);

/*
 * As Snowflake says now.  False for what has no size of its own: a view, an external table, a query.  Waits on the
 * network, interruptible; throws what Snowflake reports.
 */
extern bool sf_metadata_ask(SfSession *session, const SfTableOptions *options, SfTableSize *size);

#endif							/* SF_FDW_METADATA_H */
