/*
 * engine.h
 *	  What the files of this room share: groups, transfers and the drive.
 */
#ifndef SF_NET_ENGINE_H
#define SF_NET_ENGINE_H

#include "postgres.h"

#include <curl/curl.h>

#include "lib/ilist.h"

#include "net/inflate.h"
#include "net/net.h"
#include "net/poller.h"

struct SfNetGroup
{
	MemoryContext context;		/* the group and its transfers */
	SfWaker		waker;
	dlist_head	running;		/* SfTransfer */
	dlist_head	finished;		/* not yet handed out */
	dlist_head	taken;			/* handed out, not yet released */
	int			inflight;
	bool		released;
};

struct SfTransfer
{
	dlist_node	node;
	SfNetGroup *group;
	void	   *tag;
	SfHttpReply reply;

	/* libcurl's; all freed by sf_transfer_free */
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
	bool		sent;			/* at least once, as far as libcurl tells */
	bool		resent;
	size_t		header_at[4];	/* offsets + 1 in header_text */
	SfNetFailure failure;		/* set by a callback */
};

/* The backend's multi handle; made when needed.  Throws. */
extern void sf_engine_open(void);
extern SfPoller *sf_engine_poller(void);

/* Adds a transfer's easy handle; false on libcurl's refusal. */
extern bool sf_engine_add(SfTransfer *transfer);
extern void sf_engine_remove(SfTransfer *transfer);

/* One round over all sockets and the timer; finished transfers go to their groups. */
extern void sf_engine_drive(void);
extern void sf_engine_count_connection(void);

/* Moves a transfer to its group's finished list, or sends it again. */
extern void sf_transfer_done(SfTransfer *transfer, CURLcode result);
extern void sf_transfer_free(SfTransfer *transfer);

#endif							/* SF_NET_ENGINE_H */
