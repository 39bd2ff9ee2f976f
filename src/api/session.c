/*
 * session.c
 *	  Sessions keyed by (server, effective user).
 *
 * A session is settings and a token; Snowflake's REST API keeps no state
 * between requests.  It is replaced when the server, the mapping or a setting
 * it was made from changes; statements that still run keep the old one.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "api/session.h"
#include "net/net.h"

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

typedef struct ChangeCount
{
	int			level;			/* transaction nest level */
	int			count;			/* remote changes made there */
} ChangeCount;

static HTAB *sessions = NULL;
static List *changes = NIL;		/* ChangeCount, innermost first;
								 * TopTransactionContext */

static SfSession *open_session(SessionKey key);
static bool is_current(const SfSession *session);
static void retire(SessionEntry *entry);
static void forget_stale(void);
static bool same_setting(const char *a, const char *b);
static void invalidate(Datum arg, int cacheid, uint32 hashvalue);
static void end_of_transaction(XactEvent event, void *arg);
static void end_of_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg);
static int	take_changes(int level);
static void warn_of_changes(int count);

void
sf_session_init(void)
{
	HASHCTL		control = {.keysize = sizeof(SessionKey),.entrysize = sizeof(SessionEntry),.hcxt = TopMemoryContext};

	if (sessions)
		return;
	sessions = hash_create("snowflake_fdw sessions", 8, &control, HASH_ELEM | HASH_BLOBS | HASH_CONTEXT);
	CacheRegisterSyscacheCallback(FOREIGNSERVEROID, invalidate, (Datum) 0);
	CacheRegisterSyscacheCallback(USERMAPPINGOID, invalidate, (Datum) 0);
	RegisterXactCallback(end_of_transaction, NULL);
	RegisterSubXactCallback(end_of_subtransaction, NULL);
}

SfSession *
sf_session_get(Oid serverid, Oid userid)
{
	SessionKey	key;
	SessionEntry *entry;
	bool		found;

	sf_session_init();
	memset(&key, 0, sizeof(key));
	key.serverid = serverid;
	key.userid = userid;
	entry = hash_search(sessions, &key, HASH_ENTER, &found);
	if (!found)
		entry->session = NULL;
	if (entry->session && !is_current(entry->session))
		retire(entry);
	if (entry->session == NULL)
	{
		SfSession  *session = open_session(key);

		/* opening may have run invalidations, but never removes entries */
		entry->session = session;
	}
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
sf_session_note_change(SfSession *session)
{
	int			level = GetCurrentTransactionNestLevel();
	ChangeCount *top = changes ? linitial(changes) : NULL;

	if (top == NULL || top->level < level)
	{
		MemoryContext old = MemoryContextSwitchTo(TopTransactionContext);

		top = palloc0(sizeof(ChangeCount));
		top->level = level;
		changes = lcons(top, changes);
		MemoryContextSwitchTo(old);
	}
	top->count++;
}

void
sf_session_forget_change(SfSession *session)
{
	ChangeCount *top = changes ? linitial(changes) : NULL;

	if (top && top->level == GetCurrentTransactionNestLevel() && top->count > 0)
		top->count--;
}

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
	session->role_setting = sf_guc_role ? pstrdup(sf_guc_role) : NULL;
	session->warehouse_setting = sf_guc_warehouse ? pstrdup(sf_guc_warehouse) : NULL;
	session->options = sf_conn_options(key.serverid, key.userid);
	session->mapping_hash = GetSysCacheHashValue1(USERMAPPINGOID, ObjectIdGetDatum(session->options->umid));
	session->auth = sf_auth_create(session->options, context);
	session->connected_at = GetCurrentTimestamp();
	MemoryContextSwitchTo(old);
	/* until here an error takes it away with the caller's context */
	MemoryContextSetParent(context, TopMemoryContext);
	return session;
}

static bool
is_current(const SfSession *session)
{
	if (session->invalidated || session->poisoned)
		return false;
	return !session->options->role_override ||
		(same_setting(session->role_setting, sf_guc_role) && same_setting(session->warehouse_setting, sf_guc_warehouse));
}

/*
 * Takes the session out of the table; one in use lives until its last
 * statement lets go.
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
 * Closes what an ALTER or DROP has made stale; called between transactions,
 * when nobody holds a session that is not pinned.
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

static bool
same_setting(const char *a, const char *b)
{
	return strcmp(a ? a : "", b ? b : "") == 0;
}

static void
invalidate(Datum arg, int cacheid, uint32 hashvalue)
{
	HASH_SEQ_STATUS status;
	SessionEntry *entry;

	hash_seq_init(&status, sessions);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		SfSession  *session = entry->session;

		if (session == NULL)
			continue;
		/* a mapping may also have come into being where there was none */
		if (hashvalue == 0 ||
			(cacheid == FOREIGNSERVEROID && session->server_hash == hashvalue) ||
			(cacheid == USERMAPPINGOID && (session->mapping_hash == hashvalue || !OidIsValid(session->options->umid))))
			session->invalidated = true;
	}
}

static void
end_of_transaction(XactEvent event, void *arg)
{
	if (event != XACT_EVENT_ABORT && event != XACT_EVENT_COMMIT)
		return;
	if (event == XACT_EVENT_ABORT)
		warn_of_changes(take_changes(1));
	changes = NIL;
	forget_stale();
}

static void
end_of_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *arg)
{
	int			level = GetCurrentTransactionNestLevel();

	if (event == SUBXACT_EVENT_ABORT_SUB)
		warn_of_changes(take_changes(level));
	else if (event == SUBXACT_EVENT_COMMIT_SUB && changes && ((ChangeCount *) linitial(changes))->level >= level)
	{
		ChangeCount *top = linitial(changes);
		ChangeCount *below = list_length(changes) > 1 ? lsecond(changes) : NULL;

		/* they belong to the parent now */
		if (below && below->level == level - 1)
		{
			below->count += top->count;
			changes = list_delete_first(changes);
		}
		else
			top->level = level - 1;
	}
}

/*
 * How many changes were made at this level and deeper; forgets them.
 */
static int
take_changes(int level)
{
	int			count = 0;

	while (changes && ((ChangeCount *) linitial(changes))->level >= level)
	{
		count += ((ChangeCount *) linitial(changes))->count;
		changes = list_delete_first(changes);
	}
	return count;
}

static void
warn_of_changes(int count)
{
	if (count > 0)
		ereport(WARNING,
				(errcode(ERRCODE_WARNING),
				 errmsg_plural("%d Snowflake statement stays in effect although the transaction is rolled back",
							   "%d Snowflake statements stay in effect although the transaction is rolled back", count, count),
				 errdetail("Each statement is its own transaction in Snowflake.")));
}
