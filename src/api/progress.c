/*
 * progress.c
 *	  NOTICEs to a user who waits for Snowflake.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "api/progress.h"
#include "core/options.h"

static char *size_text(int64 bytes);

/* of this session; 0: never */
static TimestampTz told_at = 0;

TimestampTz
sf_progress_due(TimestampTz since)
{
	if (sf_guc_progress_interval == 0)
		return 0;
	return Max(since, told_at) + (int64) sf_guc_progress_interval * 1000;
}

TimestampTz
sf_progress_told(void)
{
	told_at = GetCurrentTimestamp();
	return sf_progress_due(told_at);
}

TimestampTz
sf_progress_report(const SfProgress *progress)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz due = sf_progress_due(progress->since);
	int			seconds = (int) ((now - progress->since) / USECS_PER_SEC);

	if (due == 0 || now < due)
		return due;
	if (progress->npartitions > 0)
		ereport(NOTICE,
				(errmsg("result of statement %s: %d of %d partitions, " INT64_FORMAT " of " INT64_FORMAT
						" rows, %s fetched after %d s", progress->query_id, progress->partitions,
						progress->npartitions, progress->rows, progress->nrows, size_text(progress->bytes), seconds)));
	else if (progress->query_id)
		ereport(NOTICE,
				(errmsg("statement %s is still running after %d s", progress->query_id, seconds)));
	else
		ereport(NOTICE,
				(errmsg("Snowflake has not answered a statement after %d s", seconds),
				 errdetail("It is running, waits for its warehouse, or the request is tried again.")));
	return sf_progress_told();
}

static char *
size_text(int64 bytes)
{
	if (bytes < 10 * 1024)
		return psprintf(INT64_FORMAT " bytes", bytes);
	if (bytes < 10 * 1024 * 1024)
		return psprintf(INT64_FORMAT " kB", bytes / 1024);
	return psprintf(INT64_FORMAT " MB", bytes / (1024 * 1024));
}
