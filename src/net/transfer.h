/*
 * transfer.h
 *	  Groups and transfers, as transfer.c and wait.c know them.
 */
#ifndef SF_NET_TRANSFER_H
#define SF_NET_TRANSFER_H

#include "postgres.h"

#include <curl/curl.h>

#include "lib/ilist.h"

#include "net/inflate.h"
#include "net/net.h"
#include "net/poller.h"

#define SF_KEPT_HEADERS 4

struct SfNetGroup
{
	MemoryContext context;		/* the group and its transfers */
	SfWaker		waker;			/* closed while the group rests */
	dlist_head	running;		/* SfTransfer */
	dlist_head	finished;		/* not yet handed out */
	dlist_head	taken;			/* handed out, not yet released */
	int			inflight;
	bool		released;
	SfNetTick	tick;			/* NULL: none */
	void	   *tick_arg;
};

struct SfTransfer
{
	dlist_node	node;
	SfNetGroup *group;
	void	   *tag;
	SfHttpReply reply;

	/* libcurl's; freed when the transfer is released, or its group */
	CURL	   *easy;
	struct curl_slist *headers;
	SfInflate  *inflate;
	SfBuf		header_text;	/* values of the headers kept, NUL-separated */
	SfBuf		link_text;		/* of all Link fields, as one list */
	char		error[CURL_ERROR_SIZE];

	bool		added;			/* in the multi handle */
	bool		done;			/* counted out of inflight */
	bool		may_inflate;
	bool		gzip;			/* Content-Encoding said so */
	bool		idempotent;
	bool		proxied;		/* the request names a proxy */
	bool		resent;
	int64		sent_ms;		/* on the monotonic clock; 0: not yet */
	size_t		header_at[SF_KEPT_HEADERS]; /* offsets + 1 in header_text */
	SfNetFailure failure;		/* set by a callback */
};

/* Opens the group's descriptors where they are closed.  Throws when there are none. */
extern void sf_net_group_open(SfNetGroup *group);

#endif							/* SF_NET_TRANSFER_H */
