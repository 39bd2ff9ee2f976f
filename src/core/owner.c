/*
 * owner.c
 *	  Holders that tie an object of a foreign library to a memory context.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "core/owner.h"

struct SfOwner
{
	void	   *object;
	SfReleaseFn release;
	MemoryContextCallback callback;
};

static void release_at_reset(void *arg);
static void release_buf(void *object);

/*
 * Returns an empty holder allocated in context, which releases its object when
 * the context is reset or deleted.
 */
SfOwner *
sf_owner_create(MemoryContext context, SfReleaseFn release)
{
	SfOwner    *owner = MemoryContextAllocZero(context, sizeof(SfOwner));

	owner->release = release;
	owner->callback.func = release_at_reset;
	owner->callback.arg = owner;
	MemoryContextRegisterResetCallback(context, &owner->callback);
	return owner;
}

void
sf_owner_set(SfOwner *owner, void *object)
{
	Assert(owner->object == NULL);
	owner->object = object;
}

/*
 * Releases the object now; the holder stays, empty.
 */
void
sf_owner_release(SfOwner *owner)
{
	void	   *object = owner->object;

	owner->object = NULL;
	if (object)
		owner->release(object);
}

SfBuf *
sf_buf_create(MemoryContext context, size_t cap)
{
	SfBuf	   *buf = MemoryContextAllocZero(context, sizeof(SfBuf));
	SfOwner    *owner = sf_owner_create(context, release_buf);

	sf_buf_init(buf, cap);
	sf_owner_set(owner, buf);
	return buf;
}

void
sf_buf_check(const SfBuf *buf, const char *what)
{
	if (buf->status == SF_BUF_TOO_LARGE)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s is larger than %zu bytes", what, buf->cap)));
	if (buf->status == SF_BUF_NO_MEMORY)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory"),
				 errdetail("The memory was for %s.", what)));
}

char *
sf_buf_text(SfBuf *buf, const char *what)
{
	char	   *text;

	sf_buf_check(buf, what);
	text = pnstrdup(buf->data ? buf->data : "", buf->len);
	sf_buf_free(buf);
	return text;
}

/*
 * Reset callback: must not throw.
 */
static void
release_at_reset(void *arg)
{
	sf_owner_release(arg);
}

/*
 * Runs in a reset callback: must not throw.
 */
static void
release_buf(void *object)
{
	sf_buf_free(object);
}
