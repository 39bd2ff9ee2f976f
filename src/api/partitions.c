/*
 * partitions.c
 *	  The partitions of a result, fetched ahead.
 *
 * Partition 0 comes with the result itself; the others are asked for, as many
 * at a time as fetch_parallel says, as long as what lies ready or is on its
 * way stays within fetch_memory (one always may).  They are handed out in
 * order.
 */
#include "postgres.h"

#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/partitions.h"
#include "api/reply.h"
#include "api/status.h"
#include "core/owner.h"

#define PARTITION_TIMEOUT_MS 600000
#define SIZE_MARGIN ((size_t) 16 << 20)

typedef struct Slot
{
	SfCall	   *call;			/* while being fetched */
	SfBuf		body;			/* when it lies ready */
	bool		ready;
} Slot;

struct SfPartitions
{
	MemoryContext context;
	SfSession  *session;
	SfNetGroup *group;
	const SfStatementSpec *spec;
	const SfResultMeta *meta;
	Slot	   *slots;			/* per partition */
	int			first;			/* partition to begin with */
	int			next;			/* partition to hand out */
	int			end;			/* behind the last one to hand out */
	int			next_fetch;		/* partition to ask for */
	int			fetching;
	SfCall	  **calls;			/* those of the partitions being fetched */
	int64		buffered;		/* bytes ready or on their way */
	int			received;		/* partitions that have come, since the result
								 * is read from its beginning */
	int64		received_rows;
	int64		received_bytes;
	SfPartition current;
	SfBuf	   *current_body;
};

static void wait_for_slot(SfPartitions *parts, Slot *slot);
static void fetch_ahead(SfPartitions *parts);
static void start_fetch(SfPartitions *parts, int partition);
static int64 partition_size(const SfPartitions *parts, int partition);
static void pump(SfPartitions *parts);
static void resume(SfPartitions *parts);
static void take(SfPartitions *parts, SfTransfer *transfer);
static void arrived(SfPartitions *parts, SfCall *call);
static void rest_when_done(SfPartitions *parts);
static void note_received(SfPartitions *parts, int partition);
static void drop_call(SfPartitions *parts, Slot *slot);

SfPartitions *
sf_partitions_create(SfSession *session, SfNetGroup *group, const SfStatementSpec *spec, const SfResultMeta *meta,
					 SfBuf *body)
{
	SfPartitions *parts = palloc0(sizeof(SfPartitions));

	StaticAssertStmt(sizeof(Slot) <= SF_PARTITION_BYTES, "the limit of partitions is too high");
	parts->context = CurrentMemoryContext;
	parts->session = session;
	parts->group = group;
	parts->spec = spec;
	parts->meta = meta;
	parts->slots = palloc0(sizeof(Slot) * meta->npartitions);
	parts->calls = palloc(sizeof(SfCall *) * session->options->fetch_parallel);
	parts->current_body = sf_buf_create(CurrentMemoryContext, MaxAllocHugeSize / 2);
	for (int i = 0; i < meta->npartitions; i++)
		sf_buf_init(&parts->slots[i].body, MaxAllocHugeSize / 2);
	sf_buf_move(&parts->slots[0].body, body);
	parts->slots[0].ready = true;
	note_received(parts, 0);
	parts->buffered = partition_size(parts, 0);
	parts->next_fetch = 1;
	parts->end = meta->npartitions;
	rest_when_done(parts);
	return parts;
}

void
sf_partitions_only(SfPartitions *parts, int partition)
{
	Assert(parts->next == 0 && parts->next_fetch == 1);
	if (partition > 0)
	{
		parts->buffered = 0;
		sf_buf_free(&parts->slots[0].body);
		parts->slots[0].ready = false;
		parts->first = parts->next = parts->next_fetch = partition;
		parts->received = 0;
		parts->received_rows = parts->received_bytes = 0;
	}
	parts->end = partition + 1;
}

const SfPartition *
sf_partitions_next(SfPartitions *parts)
{
	Slot	   *slot;

	if (parts->next >= parts->end)
		return NULL;
	fetch_ahead(parts);
	slot = &parts->slots[parts->next];
	if (!slot->ready)
		wait_for_slot(parts, slot);

	parts->buffered -= partition_size(parts, parts->next);
	sf_buf_move(parts->current_body, &slot->body);
	slot->ready = false;
	parts->current.number = parts->next;
	parts->current.rows = parts->meta->partitions[parts->next].rows;
	parts->current.body = parts->current_body;
	parts->next++;
	fetch_ahead(parts);
	return &parts->current;
}

bool
sf_partitions_advance(SfPartitions *parts)
{
	SfTransfer *transfer;

	if (parts->next >= parts->end)
		return true;
	fetch_ahead(parts);
	resume(parts);
	while ((transfer = sf_net_poll(parts->group)) != NULL)
		take(parts, transfer);
	fetch_ahead(parts);
	return parts->slots[parts->next].ready;
}

TimestampTz
sf_partitions_due(const SfPartitions *parts)
{
	TimestampTz due = 0;

	for (int i = 0; i < parts->fetching; i++)
	{
		const SfCall *call = parts->calls[i];

		if (call->state == SF_CALL_PAUSED && (due == 0 || call->retry_at < due))
			due = call->retry_at;
	}
	return due;
}

void
sf_partitions_rewind(SfPartitions *parts)
{
	if (parts->next == parts->first)
		return;
	sf_partitions_drop(parts);
	parts->next = parts->next_fetch = parts->first;
	parts->buffered = 0;
	parts->received = 0;
	parts->received_rows = parts->received_bytes = 0;
}

void
sf_partitions_progress(const SfPartitions *parts, SfProgress *progress)
{
	progress->npartitions = parts->end - parts->first;
	progress->partitions = parts->received;
	progress->nrows = parts->meta->nrows;
	progress->rows = parts->received_rows;
	progress->bytes = parts->received_bytes;
}

void
sf_partitions_drop(SfPartitions *parts)
{
	for (int i = parts->next; i < parts->next_fetch; i++)
	{
		Slot	   *slot = &parts->slots[i];

		if (slot->call)
			drop_call(parts, slot);
		sf_buf_free(&slot->body);
		slot->ready = false;
	}
}

/*
 * Until a partition lies ready.  Throws what pump throws.
 */
static void
wait_for_slot(SfPartitions *parts, Slot *slot)
{
	TimestampTz since = GetCurrentTimestamp();

	while (!slot->ready)
		pump(parts);
	if (parts->spec->usage)
		parts->spec->usage->fetch_us += GetCurrentTimestamp() - since;
}

/*
 * Asks for as many partitions as fetch_parallel and fetch_memory allow; the
 * next one always may.  Waits and throws as sf_call_start does.
 */
static void
fetch_ahead(SfPartitions *parts)
{
	SfConnOptions *options = parts->session->options;
	int			parallel = options->fetch_parallel;
	int64		memory = options->fetch_memory;

	if (parts->spec->fetch_parallel > 0)
		parallel = Min(parallel, parts->spec->fetch_parallel);
	if (parts->spec->fetch_memory > 0)
		memory = Min(memory, parts->spec->fetch_memory);
	memory /= Max(parts->spec->sharers, 1);
	while (parts->next_fetch < parts->end && parts->fetching < parallel)
	{
		if (parts->next_fetch > parts->next && parts->buffered + partition_size(parts, parts->next_fetch) > memory)
			return;
		start_fetch(parts, parts->next_fetch++);
	}
}

/*
 * The call belongs to the slot until drop_call, also when sending it throws,
 * as sf_call_start does.  May wait for a token.
 */
static void
start_fetch(SfPartitions *parts, int partition)
{
	MemoryContext old = MemoryContextSwitchTo(parts->context);
	int64		size = parts->meta->partitions[partition].uncompressed_size;
	SfCall	   *call = palloc0(sizeof(SfCall));

	call->session = parts->session;
	call->group = parts->group;
	call->method = "GET";
	call->path = psprintf("/api/v2/statements/%s?partition=%d", parts->meta->query_id, partition);
	call->resendable = true;
	call->timeout_ms = PARTITION_TIMEOUT_MS;
	call->deadline = parts->spec->deadline;
	if (size >= 0)
		call->max_body = Min((size_t) size * 4 + SIZE_MARGIN, SF_MAX_BODY);
	call->usage = parts->spec->usage;
	call->arg = &parts->slots[partition];
	parts->slots[partition].call = call;
	parts->buffered += partition_size(parts, partition);
	parts->calls[parts->fetching++] = call;
	sf_call_start(call);
	MemoryContextSwitchTo(old);
}

/*
 * What a partition counts for in the budget; a guess where nothing is said.
 * At most SF_MAX_BODY, so that sums do not overflow.
 */
static int64
partition_size(const SfPartitions *parts, int partition)
{
	int64		size = parts->meta->partitions[partition].uncompressed_size;

	if (size < 0)
		size = Min(parts->meta->partitions[partition].rows, (int64) SF_MAX_BODY / 100) * 100;
	return size;
}

/*
 * Moves every call on, and waits, interruptibly, until one attempt has ended
 * or a pause is over.  Throws what the replies report, 08006
 * when the spec's deadline has passed.
 */
static void
pump(SfPartitions *parts)
{
	TimestampTz deadline;
	SfTransfer *transfer;

	if (parts->spec->deadline != 0 && GetCurrentTimestamp() >= parts->spec->deadline)
		sf_spec_report_late(parts->session->options);
	resume(parts);
	deadline = sf_partitions_due(parts);
	if (parts->spec->deadline != 0 && (deadline == 0 || parts->spec->deadline < deadline))
		deadline = parts->spec->deadline;
	if (sf_net_inflight(parts->group) == 0 && deadline != 0)
	{
		sf_net_sleep(parts->group, Max((deadline - GetCurrentTimestamp()) / 1000, 0) + 1);
		return;
	}
	transfer = sf_net_wait(parts->group, deadline);
	if (transfer)
		take(parts, transfer);
}

/*
 * Sends again what has paused long enough.  Waits and throws as sf_call_start
 * does.
 */
static void
resume(SfPartitions *parts)
{
	for (int i = 0; i < parts->fetching; i++)
		sf_call_resume(parts->calls[i]);
}

/*
 * Takes an attempt that has ended.  Throws what its reply reports, and may
 * wait for a token.
 */
static void
take(SfPartitions *parts, SfTransfer *transfer)
{
	SfCall	   *call = sf_net_tag(transfer);

	sf_call_finished(call);
	if (call->state == SF_CALL_DONE)
		arrived(parts, call);
}

/*
 * Takes a finished call of a partition: its body goes to the slot.  Throws for
 * an answer other than 200; the slot then holds the call.
 */
static void
arrived(SfPartitions *parts, SfCall *call)
{
	SfHttpReply *reply = sf_net_reply(call->transfer);
	Slot	   *slot = call->arg;
	SfRemoteError base;

	if (reply->failure != SF_NET_OK || reply->status != 200)
	{
		sf_spec_error_base(parts->spec, parts->meta->query_id, call, &base);
		if (reply->failure == SF_NET_OK && (reply->status == 404 || reply->status == 410))
			sf_status_unknown(&base);
		if (reply->failure == SF_NET_TOO_LARGE)
			base.hint = "The server sent far more than the size that it announced for the partition.";
		sf_call_throw(call, &base);
	}
	sf_buf_move(&slot->body, &reply->body);
	slot->ready = true;
	if (parts->spec->usage)
		parts->spec->usage->partitions++;
	note_received(parts, slot - parts->slots);
	drop_call(parts, slot);
	rest_when_done(parts);
}

/*
 * A result that is here whole needs no descriptors, however long it is read.
 */
static void
rest_when_done(SfPartitions *parts)
{
	if (parts->fetching == 0 && parts->next_fetch >= parts->end)
		sf_net_rest(parts->group);
}

/*
 * Its body lies in its slot.
 */
static void
note_received(SfPartitions *parts, int partition)
{
	parts->received++;
	parts->received_rows += parts->meta->partitions[partition].rows;
	parts->received_bytes += parts->slots[partition].body.len;
}

/*
 * Lets go of a partition's call, running or finished.  Throws nothing.
 */
static void
drop_call(SfPartitions *parts, Slot *slot)
{
	SfCall	   *call = slot->call;
	int			i = 0;

	while (parts->calls[i] != call)
		i++;
	parts->calls[i] = parts->calls[--parts->fetching];
	slot->call = NULL;
	sf_call_release(call);
	pfree((char *) call->path);
	pfree(call);
}
