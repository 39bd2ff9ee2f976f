/*
 * net.h
 *	  HTTP requests of a backend, over one curl multi handle; the only place
 *	  that waits.
 *
 * A group is what a scan or a call waits on: its requests share the backend's
 * connections with every other group's, and it has a small pollable descriptor
 * of its own, so that several groups can stand in one WaitEventSet.  Driving
 * one group drives all.
 */
#ifndef SF_NET_NET_H
#define SF_NET_NET_H

#include "postgres.h"

#include "datatype/timestamp.h"

#include "base/buf.h"

typedef struct SfNetGroup SfNetGroup;
typedef struct SfTransfer SfTransfer;

typedef struct SfHttpRequest
{
	const char *method;
	const char *url;			/* absolute */
	const char *const *headers; /* "Name: value"; may hold secrets, never
								 * logged */
	int			nheaders;
	const char *body;			/* NULL: none; copied */
	size_t		body_len;
	size_t		max_body;		/* cap of the decoded reply body */
	int64		connect_timeout_ms; /* 0: libcurl's */
	int64		timeout_ms;		/* of the whole request; 0: none */
	const char *ca_file;
	const char *proxy;
	const char *no_proxy;
	bool		allow_http;		/* the caller has checked that the host is
								 * loopback */
	bool		inflate;		/* decode a gzip body, checking that it is
								 * complete */
	bool		idempotent;		/* may be sent again when a kept-alive
								 * connection turns out to be dead */
} SfHttpRequest;

typedef enum SfNetFailure
{
	SF_NET_OK,

	/* no connection was made, so that nothing of the request was sent */
	SF_NET_CONNECT,				/* lost or timed out while it was being made */
	SF_NET_UNREACHABLE,			/* the name does not resolve, or nobody
								 * listens */
	SF_NET_SETUP,				/* certificate, CA file, no TLS there: the
								 * same the next time */
	SF_NET_PROXY,				/* the proxy refused, see proxy_status */

	/* SfHttpReply.sent says whether the request may have come through */
	SF_NET_SEND,
	SF_NET_RECV,				/* reset or end before or inside the reply */
	SF_NET_TIMEOUT,
	SF_NET_TOO_LARGE,
	SF_NET_BAD_ENCODING,		/* the gzip stream is broken or incomplete */
	SF_NET_MALFORMED,			/* not HTTP, or headers beyond all limits */
	SF_NET_FOREIGN,				/* a page of HTML with a status of success:
								 * something in between answered */
	SF_NET_NO_MEMORY,
	SF_NET_INTERNAL
} SfNetFailure;

typedef struct SfHttpReply
{
	SfNetFailure failure;
	char		detail[512];	/* what failed, without secrets */
	long		status;			/* Snowflake's; 0: none */
	long		proxy_status;	/* of a proxy's own answer; 0: none */
	bool		sent;			/* the request left this machine on an
								 * established connection, or may have */
	int64		took_ms;
	SfBuf		body;			/* decoded */
	bool		body_started;
	bool		reused_connection;
	int			resent;			/* how often it went out again by itself,
								 * after a kept-alive connection had ended */
	size_t		wire_bytes;
	bool		headers_cut;	/* they were too long to keep: none is given */
	/* header values, NULL when absent */
	const char *content_type;
	const char *location;
	const char *link;			/* of all its fields, one list; also from a
								 * trailer */
	const char *retry_after;
	const char *request_id;		/* X-Snowflake-Request-ID */
} SfHttpReply;

/*
 * Allocated below context, released with it or by sf_net_group_free, which drop its transfers at once and throw
 * nothing.  Throws when there are no descriptors or no memory.
 */
extern SfNetGroup *sf_net_group_create(MemoryContext context);
extern void sf_net_group_free(SfNetGroup *group);
extern int	sf_net_inflight(const SfNetGroup *group);

/*
 * A group with nothing in flight, which may be for long, closes its descriptors; the next request opens them again.
 * Throws nothing.
 */
extern void sf_net_rest(SfNetGroup *group);

/* Whether PostgreSQL admits so many more descriptors.  Throws nothing. */
extern bool sf_net_spare_descriptors(int n);

/*
 * For a wait of another's: a descriptor that is readable when a transfer of the group has ended, when the network
 * wants to be driven, at wake_at (0: never), and from time to time, since such a wait may not see interrupts.  It
 * holds for one wait, and is not to be closed; the next request may open another.  Throws for want of descriptors.
 */
extern pgsocket sf_net_descriptor(SfNetGroup *group, TimestampTz wake_at);

/*
 * While sf_net_wait and sf_net_sleep wait for the group they call this before each wait, outside of libcurl; it
 * returns when it wants to be called again at the latest, a time to come (0: never), and may throw.
 */
typedef TimestampTz (*SfNetTick) (void *arg);
extern void sf_net_group_tick(SfNetGroup *group, SfNetTick tick, void *arg);

/*
 * Begins a request; does not wait.  tag is the caller's.  The strings of the request are copied.  Throws 22023
 * when a header line would hold a control character (the value is not shown), 53200 on no memory, and for want of
 * descriptors where the group has rested; the transfer is then released with the group.
 */
extern SfTransfer *sf_net_start(SfNetGroup *group, const SfHttpRequest *request, void *tag);

/* Drives all transfers without waiting; a finished one of the group, or NULL.  Throws nothing. */
extern SfTransfer *sf_net_poll(SfNetGroup *group);

/*
 * Waits for a finished transfer of the group; NULL at the deadline (0: none) or when none is in flight.
 * Interrupts throw from here, before a transfer is handed out.
 */
extern SfTransfer *sf_net_wait(SfNetGroup *group, TimestampTz deadline);

/*
 * For clean-up: throws for want of descriptors or memory alone, not interrupts; NULL also when another cancel or
 * termination arrives, which stays pending, and when the postmaster has died.  May be called while a resource
 * owner is being released.
 */
extern SfTransfer *sf_net_wait_quiet(SfNetGroup *group, TimestampTz deadline);

/* Sleeps, driving transfers meanwhile.  Interrupts throw from here. */
extern void sf_net_sleep(SfNetGroup *group, int64 ms);

/*
 * For clean-up: throws for want of descriptors or memory alone, not interrupts; false when it ended early because
 * another cancel or termination arrived, which stays pending, or the postmaster has died.
 */
extern bool sf_net_sleep_quiet(SfNetGroup *group, int64 ms);

/* Whether its reply is there, handed out or not.  Drives nothing. */
extern bool sf_net_finished(const SfTransfer *transfer);

/*
 * Filled when the transfer is finished; lives until it is released.  The caller may move its body away.  Throws
 * nothing.
 */
extern SfHttpReply *sf_net_reply(SfTransfer *transfer);

/* Of a transfer that still runs as of one that is finished: SfHttpReply.sent. */
extern bool sf_net_sent(const SfTransfer *transfer);

/* How long ago, in ms, its sending began; -1 when it has not. */
extern int64 sf_net_sent_ago(const SfTransfer *transfer);
extern void *sf_net_tag(const SfTransfer *transfer);

/* Drops a transfer, running or finished, and its reply.  Throws nothing. */
extern void sf_net_release(SfTransfer *transfer);

/* Closes kept-alive connections when nothing is in flight.  Throws nothing. */
extern void sf_net_close_idle(void);

/* A reply was not the one to its request: no connection there is now is used for another.  Throws nothing. */
extern void sf_net_distrust_connections(void);

#endif							/* SF_NET_NET_H */
