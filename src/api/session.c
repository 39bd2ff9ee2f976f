/*
 * session.c
 *	  Sessions keyed by (server, effective user).
 *
 * A session is settings and a token; Snowflake's REST API keeps no state
 * between requests.  It is replaced when the server, the mapping or a setting
 * it was made from changes; statements that still run keep the old one.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "api/session.h"
#include "api/xact.h"
#include "net/net.h"

#define OPEN_ATTEMPTS 5			/* while the catalogs change */

typedef struct SessionKey
{
	Oid			serverid;
	Oid			userid;
} SessionKey;

typedef struct SessionEntry
{
	SessionKey	key;
	SfSession  *session;		/* NULL: closed, or never came to be */
} SessionEntry;

static void init(void);
static void open_entry(SessionEntry *entry);
static SfSession *open_session(SessionKey key);
static bool is_current(const SfSession *session);
static void retire(SessionEntry *entry);
static void forget_stale(void);
static char *copy_setting(const char *value);
static bool same_setting(const char *a, const char *b);
static void invalidate(Datum arg, int cacheid, uint32 hashvalue);
static void warn_of_changes(const SfXactNote *notes);

static HTAB *sessions = NULL;
static uint64 invalidations = 0;	/* of servers and mappings, so far */
static SfXactKind changes =
{
	.rolled_back = warn_of_changes,.ended = forget_stale
};

SfSession *
sf_session_get(Oid serverid, Oid userid)
{
	SessionKey	key;
	SessionEntry *entry;
	bool		found;

	init();
	memset(&key, 0, sizeof(key));
	key.serverid = serverid;
	key.userid = userid;
	entry = hash_search(sessions, &key, HASH_ENTER, &found);
	if (!found)
		entry->session = NULL;
	if (entry->session && !is_current(entry->session))
		retire(entry);
	if (entry->session == NULL)
		open_entry(entry);
	entry->session->last_used_at = GetCurrentTimestamp();
	return entry->session;
}

void
sf_session_pin(SfSession *session)
{
	session->users++;
}

void
sf_session_unpin(SfSession *session)
{
	if (--session->users == 0 && session->orphaned)
		MemoryContextDelete(session->context);
}

int
sf_session_disconnect(Oid serverid)
{
	HASH_SEQ_STATUS status;
	SessionEntry *entry;
	int			closed = 0;

	if (sessions == NULL)
		return 0;
	hash_seq_init(&status, sessions);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		if (entry->session == NULL || entry->session->users > 0)
			continue;
		if (OidIsValid(serverid) && entry->key.serverid != serverid)
			continue;
		retire(entry);
		closed++;
	}
	sf_net_close_idle();
	return closed;
}

void
sf_session_foreach(SfSessionVisitor visitor, void *arg)
{
	HASH_SEQ_STATUS status;
	SessionEntry *entry;

	if (sessions == NULL)
		return;
	hash_seq_init(&status, sessions);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		if (entry->session)
			visitor(entry->session, arg);
	}
}

void
sf_session_note_change(void)
{
	init();
	sf_xact_note(&changes, NULL);
}

void
sf_session_forget_change(void)
{
	sf_xact_take_back(&changes);
}

/*
 * Once per backend, lazily.
 */
static void
init(void)
{
	HASHCTL		control = {.keysize = sizeof(SessionKey),.entrysize = sizeof(SessionEntry),.hcxt = TopMemoryContext};

	if (sessions)
		return;
	sessions = hash_create("snowflake_fdw sessions", 8, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	CacheRegisterSyscacheCallback(FOREIGNSERVEROID, invalidate, (Datum) 0);
	CacheRegisterSyscacheCallback(USERMAPPINGUSERSERVER, invalidate, (Datum) 0);
	sf_xact_register(&changes);
}

/*
 * Opens the session of an entry that has none.  What was made while the
 * catalogs changed is made again; after OPEN_ATTEMPTS the session counts as
 * invalidated.  Throws what open_session throws: the entry then has no
 * session.
 */
static void
open_entry(SessionEntry *entry)
{
	for (int attempt = 1;; attempt++)
	{
		uint64		before = invalidations;

		entry->session = open_session(entry->key);
		if (invalidations == before)
			return;
		/* they do not come to rest: the next use looks again */
		entry->session->invalidated = true;
		if (attempt == OPEN_ATTEMPTS)
			return;
		retire(entry);
	}
}

/*
 * A session in a context of its own, whose owner is the caller.  Reads
 * catalogs and files; does not wait on the network.  Throws when the options
 * or credentials do not make a connection, and leaves nothing behind then.
 */
static SfSession *
open_session(SessionKey key)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext, "snowflake_fdw session", ALLOCSET_SMALL_SIZES);
	MemoryContext old = MemoryContextSwitchTo(context);
	SfSession  *session = palloc0(sizeof(SfSession));

	session->serverid = key.serverid;
	session->userid = key.userid;
	session->context = context;
	session->server_hash = GetSysCacheHashValue1(FOREIGNSERVEROID, ObjectIdGetDatum(key.serverid));
	session->mapping_hash = GetSysCacheHashValue2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(key.userid),
												  ObjectIdGetDatum(key.serverid));
	session->public_hash = GetSysCacheHashValue2(USERMAPPINGUSERSERVER, ObjectIdGetDatum(InvalidOid),
												 ObjectIdGetDatum(key.serverid));
	session->role_setting = copy_setting(sf_setting_for(key.userid, sf_guc_role));
	session->warehouse_setting = copy_setting(sf_setting_for(key.userid, sf_guc_warehouse));
	session->options = sf_conn_options(key.serverid, key.userid);
	session->auth = sf_auth_create(session->options, context);
	session->connected_at = GetCurrentTimestamp();
	MemoryContextSwitchTo(old);
	/* until here an error takes it away with the caller's context */
	MemoryContextSetParent(context, TopMemoryContext);
	return session;
}

/*
 * Throws nothing and reads no catalog: it is called where a transaction ends.
 */
static bool
is_current(const SfSession *session)
{
	return !session->invalidated &&
		same_setting(session->role_setting, sf_setting_for(session->userid, sf_guc_role)) &&
		same_setting(session->warehouse_setting, sf_setting_for(session->userid, sf_guc_warehouse));
}

/*
 * Takes the session out of the entry and frees it; one in use is freed by the
 * last sf_session_unpin.  Throws nothing.
 */
static void
retire(SessionEntry *entry)
{
	SfSession  *session = entry->session;

	entry->session = NULL;
	if (session->users > 0)
		session->orphaned = true;
	else
		MemoryContextDelete(session->context);
}

/*
 * Callback of the end of a transaction: must not throw, reads no catalog.
 * Frees the sessions that are not current and not pinned.
 */
static void
forget_stale(void)
{
	HASH_SEQ_STATUS status;
	SessionEntry *entry;

	hash_seq_init(&status, sessions);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		if (entry->session && (is_current(entry->session) || entry->session->users > 0))
			continue;
		if (entry->session)
			retire(entry);
		hash_search(sessions, &entry->key, HASH_REMOVE, NULL);
	}
}

/*
 * NULL for NULL; in the current context.
 */
static char *
copy_setting(const char *value)
{
	return value ? pstrdup(value) : NULL;
}

/*
 * NULL equals NULL alone.
 */
static bool
same_setting(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/*
 * Callback of the system caches, wherever invalidations are taken in: must not
 * throw and frees nothing, since callers hold sessions.  A mapping is known by
 * its server and user: one that comes into being, or goes, counts like one
 * that changes.
 */
static void
invalidate(Datum arg, int cacheid, uint32 hashvalue)
{
	HASH_SEQ_STATUS status;
	SessionEntry *entry;

	invalidations++;
	hash_seq_init(&status, sessions);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		SfSession  *session = entry->session;

		if (session == NULL)
			continue;
		if (hashvalue == 0 ||
			(cacheid == FOREIGNSERVEROID && session->server_hash == hashvalue) ||
			(cacheid == USERMAPPINGUSERSERVER &&
			 (session->mapping_hash == hashvalue || session->public_hash == hashvalue)))
			session->invalidated = true;
	}
}

/*
 * Callback of a rollback: must not throw; the transaction is aborting.
 */
static void
warn_of_changes(const SfXactNote *notes)
{
	int			count = 0;

	for (const SfXactNote *note = notes; note; note = note->next)
		count += note->count;
	ereport(WARNING,
			(errcode(ERRCODE_WARNING),
			 errmsg_plural("%d Snowflake statement stays in effect although the transaction is rolled back",
						   "%d Snowflake statements stay in effect although the transaction is rolled back",
						   count, count),
			 errdetail("Each statement is its own transaction in Snowflake.")));
}
