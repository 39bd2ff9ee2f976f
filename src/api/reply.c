/*
 * reply.c
 *	  Reading the JSON of replies.
 *
 * Results are read strictly: what is not as documented is 08P01.  Errors are
 * read leniently, so that a half of one is shown.  Unknown keys are ignored.
 */
#include "postgres.h"

#include "common/int.h"
#include "utils/memutils.h"

#include "api/reply.h"
#include "base/cells.h"
#include "base/str.h"
#include "core/owner.h"

#define NOT_FOUND_CODE "000709" /* a handle that is not known */
#define SUCCESS_CODE "090001"
#define UUID_LENGTH 36
#define KEPT_REQUESTS 64
#define LAST_MS INT64CONST(253402300799999) /* of the year 9999 */

/* of the last submissions, the oldest overwritten first */
static char sent[KEPT_REQUESTS][UUID_LENGTH + 1];
static unsigned int nsent = 0;

static bool was_sent(const char *request_id);
static SfJson *lenient_document(const SfHttpReply *reply);
static SfJson *checked(SfJson *document, SfJsonFault fault, const SfRemoteError *base);
static void read_metadata(SfJson *document, SfResultMeta *meta);
static void check_count(int64 count, size_t size, const char *what);
static void read_columns(SfJson *row_type, SfResultMeta *meta);
static int	small_int(SfJson *column, const char *name);
static void read_partitions(SfJson *info, SfResultMeta *meta);
static int64 count_member(SfJson *object, const char *name);
static int64 size_member(SfJson *object, const char *name);
static void read_stats(SfJson *stats, SfResultMeta *meta);
static void read_children(SfJson *handles, SfResultMeta *meta);
static char *code_member(SfJson *object, const char *name);
static char *shown_member(SfJson *object, const char *name);
static void read_error(SfJson *document, const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth,
					   SfRemoteError *error);
pg_noreturn static void throw_document(SfJson *document, const SfHttpReply *reply, const SfRemoteError *base,
									   const SfAuth *auth);

void
sf_reply_throw(const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth)
{
	throw_document(lenient_document(reply), reply, base, auth);
}

void
sf_reply_error(const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth, SfRemoteError *error)
{
	read_error(lenient_document(reply), reply, base, auth, error);
}

SfJson *
sf_reply_document(const SfHttpReply *reply, const SfRemoteError *base)
{
	SfJsonFault fault;
	SfJson	   *document = sf_json_parse_buf(&reply->body, &fault);
	char	   *source = sf_error_context(base);

	document = checked(document, fault, base);
	if (source)
		sf_json_set_source(document, source);
	return document;
}

char *
sf_reply_handle(const SfHttpReply *reply)
{
	const char *handle = sf_json_utf8(sf_json_member(lenient_document(reply), "statementHandle"));

	return handle && sf_uuid_valid(handle, strlen(handle)) ? pstrdup(handle) : NULL;
}

void
sf_reply_expect(const char *request_id)
{
	strlcpy(sent[nsent++ % KEPT_REQUESTS], request_id, sizeof(sent[0]));
}

bool
sf_reply_is_of_another(const SfHttpReply *reply, const char *request_id)
{
	SfBuf	   *text;
	SfJsonFault fault;
	SfJson	   *document = NULL;
	const char *named;

	/* nearly every reply ends here, however large it is */
	if (reply->body.len == 0 || memmem(reply->body.data, reply->body.len, request_id, strlen(request_id)) ||
		memmem(reply->body.data, reply->body.len, "requestId", strlen("requestId")) == NULL)
		return false;
	text = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	if (sf_cells_metadata(reply->body.data, reply->body.len, text) == SF_JSON_OK)
		document = sf_json_parse_buf(text, &fault);
	named = sf_json_utf8(sf_json_member(document, "requestId"));
	if (named == NULL)
	{
		const char *url = sf_json_utf8(sf_json_member(document, "statementStatusUrl"));

		named = url ? strstr(url, "requestId=") : NULL;
		named = named ? pnstrdup(named + strlen("requestId="), UUID_LENGTH) : NULL;
	}
	sf_buf_free(text);
	return named && pg_strcasecmp(named, request_id) != 0 && was_sent(named);
}

char *
sf_reply_code(const SfHttpReply *reply)
{
	return code_member(lenient_document(reply), "code");
}

SfEnd
sf_reply_end(const SfHttpReply *reply, const char *query_id)
{
	const char *code;
	const char *handle;

	if (reply->failure != SF_NET_OK || (reply->status != 200 && reply->status != 408 && reply->status != 422))
		return SF_END_UNKNOWN;
	code = sf_reply_code(reply);
	handle = sf_reply_handle(reply);
	if (code == NULL || strcmp(code, NOT_FOUND_CODE) == 0 ||
		(query_id && handle && pg_strcasecmp(handle, query_id) != 0))
		return SF_END_UNKNOWN;
	return reply->status == 200 && strcmp(code, SUCCESS_CODE) == 0 ? SF_END_DONE : SF_END_FAILED;
}

SfResultMeta *
sf_reply_metadata(const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth)
{
	SfBuf	   *text = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	SfResultMeta *meta = palloc0(sizeof(SfResultMeta));
	SfJsonFault fault = SF_JSON_SYNTAX;
	SfJson	   *document = NULL;
	ErrorContextCallback reading;
	char	   *code;

	if (reply->body.len > 0)
		fault = sf_cells_metadata(reply->body.data, reply->body.len, text);
	if (fault == SF_JSON_SYNTAX)
		sf_report_malformed(base, "the reply is not a JSON object");
	if (fault == SF_JSON_OK)
		document = sf_json_parse_buf(text, &fault);
	document = checked(document, fault, base);
	sf_buf_free(text);
	code = code_member(document, "code");
	if (code && strcmp(code, SUCCESS_CODE) != 0)
		throw_document(document, reply, base, auth);
	sf_reading_begin(&reading, base);
	read_metadata(document, meta);
	sf_context_end(&reading);
	return meta;
}

/*
 * Whether it is the id of one of the last submissions.  Throws nothing.
 */
static bool
was_sent(const char *request_id)
{
	for (int i = 0; i < KEPT_REQUESTS; i++)
	{
		if (sent[i][0] && pg_strcasecmp(sent[i], request_id) == 0)
			return true;
	}
	return false;
}

/*
 * In the current context; NULL for what is no JSON.  Throws 53200 alone.
 */
static SfJson *
lenient_document(const SfHttpReply *reply)
{
	SfJsonFault fault;

	return sf_json_parse_buf(&reply->body, &fault);
}

/*
 * The document, never NULL.  Throws 54000 for too many parts, 08P01 for what
 * is no JSON and for null.
 */
static SfJson *
checked(SfJson *document, SfJsonFault fault, const SfRemoteError *base)
{
	SfRemoteError error = *base;

	if (fault == SF_JSON_TOO_MANY)
	{
		error.sqlerrcode = ERRCODE_PROGRAM_LIMIT_EXCEEDED;
		error.message = psprintf("the reply %s", sf_json_fault_text(fault));
		sf_report_remote(ERROR, &error);
	}
	if (fault != SF_JSON_OK)
		sf_report_malformed(base, psprintf("the reply %s", sf_json_fault_text(fault)));
	if (document == NULL)
		sf_report_malformed(base, "the reply is null");
	return document;
}

/*
 * Throws 08P01 without the place, which the caller adds.
 */
static void
read_metadata(SfJson *document, SfResultMeta *meta)
{
	SfJson	   *metadata;
	SfJson	   *stats;

	sf_json_need_type(document, SF_JSON_OBJECT, "the reply");
	meta->query_id = sf_json_need_text(document, "statementHandle");
	if (!sf_uuid_valid(meta->query_id, strlen(meta->query_id)))
		sf_json_malformed(document, "\"statementHandle\" is not a UUID");
	metadata = sf_json_need_object(document, "resultSetMetaData");
	meta->nrows = count_member(metadata, "numRows");
	read_columns(sf_json_need_array(metadata, "rowType"), meta);
	read_partitions(sf_json_opt_array(metadata, "partitionInfo"), meta);
	if ((stats = sf_json_opt_object(document, "stats")) != NULL)
		read_stats(stats, meta);
	read_children(sf_json_opt_array(document, "statementHandles"), meta);
	meta->message = shown_member(document, "message");
	meta->created_on = sf_json_opt_int(document, "createdOn", -1);
	if (meta->created_on < -1 || meta->created_on > LAST_MS)
		sf_json_malformed(document, "\"createdOn\" is out of range: " INT64_FORMAT, meta->created_on);
}

/*
 * Throws 54000 when so many entries of the size, as a server announces them,
 * cannot be held.
 */
static void
check_count(int64 count, size_t size, const char *what)
{
	if (count > (int64) (MaxAllocSize / size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("the result has " INT64_FORMAT " %s, at most " INT64_FORMAT " can be read", count, what,
						(int64) (MaxAllocSize / size))));
}

/*
 * Throws 08P01 and 54000.
 */
static void
read_columns(SfJson *row_type, SfResultMeta *meta)
{
	meta->ncolumns = sf_json_length(row_type);
	if (meta->ncolumns == 0)
		sf_json_malformed(row_type, "\"rowType\" is empty");
	check_count(meta->ncolumns, sizeof(SfColumnMeta), "columns");
	meta->columns = palloc0(sizeof(SfColumnMeta) * meta->ncolumns);
	for (int i = 0; i < meta->ncolumns; i++)
	{
		SfJson	   *column = sf_json_need_object_at(row_type, i, "rowType");
		SfColumnMeta *out = &meta->columns[i];

		out->name = sf_json_need_text(column, "name");
		out->type = sf_json_need_text(column, "type");
		sf_ascii_lower(out->type);
		out->collation = sf_json_opt_text(column, "collation");
		out->database = sf_json_opt_text(column, "database");
		out->schema = sf_json_opt_text(column, "schema");
		out->table = sf_json_opt_text(column, "table");
		out->precision = small_int(column, "precision");
		out->scale = small_int(column, "scale");
		out->length = sf_json_opt_int(column, "length", -1);
		out->byte_length = sf_json_opt_int(column, "byteLength", -1);
		out->nullable = sf_json_opt_bool(column, "nullable", true);
	}
}

/*
 * -1 when it is absent or null.  Throws 08P01 when it is out of range.
 */
static int
small_int(SfJson *column, const char *name)
{
	int64		number = sf_json_opt_int(column, name, 0);

	if (number < 0 || number > PG_INT32_MAX)
		sf_json_malformed(column, "\"%s\" is out of range: " INT64_FORMAT, name, number);
	return sf_json_member(column, name) ? (int) number : -1;
}

/*
 * Throws 08P01 unless their rows add up to numRows, 54000 for what is too
 * large to be read.  A result without partition info is one empty partition.
 */
static void
read_partitions(SfJson *info, SfResultMeta *meta)
{
	int64		sum = 0;

	meta->npartitions = sf_json_length(info);
	if (meta->npartitions == 0)
	{
		meta->npartitions = 1;
		meta->partitions = palloc0(sizeof(SfPartitionMeta));
		meta->partitions[0].uncompressed_size = meta->partitions[0].compressed_size = -1;
		if (meta->nrows != 0)
			sf_json_malformed(info, "there are rows but no partitions");
		return;
	}
	check_count(meta->npartitions, SF_PARTITION_BYTES, "partitions");
	meta->partitions = palloc0(sizeof(SfPartitionMeta) * meta->npartitions);
	for (int i = 0; i < meta->npartitions; i++)
	{
		SfJson	   *entry = sf_json_need_object_at(info, i, "partitionInfo");
		SfPartitionMeta *out = &meta->partitions[i];

		out->rows = count_member(entry, "rowCount");
		out->uncompressed_size = size_member(entry, "uncompressedSize");
		out->compressed_size = size_member(entry, "compressedSize");
		if (out->uncompressed_size > (int64) SF_MAX_BODY)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("partition %d of the result is announced with " INT64_FORMAT " bytes, "
							"at most " INT64_FORMAT " can be read",
							i, out->uncompressed_size, (int64) SF_MAX_BODY)));
		if (pg_add_s64_overflow(sum, out->rows, &sum))
			sf_json_malformed(info, "the row counts of the partitions are out of range");
	}
	if (sum != meta->nrows)
		sf_json_malformed(info, "the partitions have " INT64_FORMAT " rows, the result " INT64_FORMAT, sum,
						  meta->nrows);
}

/*
 * Throws 08P01 when it is absent, no number or negative.
 */
static int64
count_member(SfJson *object, const char *name)
{
	int64		count = sf_json_need_int(object, name);

	if (count < 0)
		sf_json_malformed(object, "\"%s\" is negative", name);
	return count;
}

/*
 * -1 when it is absent or null.  Throws 08P01 when it is no number or
 * negative.
 */
static int64
size_member(SfJson *object, const char *name)
{
	return sf_json_member(object, name) ? count_member(object, name) : -1;
}

static void
read_stats(SfJson *stats, SfResultMeta *meta)
{
	meta->has_stats = true;
	meta->rows_inserted = Max(size_member(stats, "numRowsInserted"), 0);
	meta->rows_updated = Max(size_member(stats, "numRowsUpdated"), 0);
	meta->rows_deleted = Max(size_member(stats, "numRowsDeleted"), 0);
	meta->duplicate_rows_updated = Max(size_member(stats, "numDuplicateRowsUpdated"), 0);
}

/*
 * Throws 08P01 for a handle that is no UUID.
 */
static void
read_children(SfJson *handles, SfResultMeta *meta)
{
	meta->nchildren = sf_json_length(handles);
	meta->children = palloc0(sizeof(char *) * Max(meta->nchildren, 1));
	for (int i = 0; i < meta->nchildren; i++)
	{
		meta->children[i] = sf_json_need_text_at(handles, i, "statementHandles");
		if (!sf_uuid_valid(meta->children[i], strlen(meta->children[i])))
			sf_json_malformed(handles, "the handle of a single statement is not a UUID");
	}
}

/*
 * A code as six digits, whether it came as a string or a number, in the
 * current context; NULL when there is none or it is empty.  Throws 53200
 * alone.
 */
static char *
code_member(SfJson *object, const char *name)
{
	SfJson	   *member = sf_json_member(object, name);
	int64		number;

	if (sf_json_type(member) == SF_JSON_STRING)
		return shown_member(object, name);
	return sf_json_int(member, &number) && number >= 0 ? psprintf("%06lld", (long long) number) : NULL;
}

/*
 * A string that is not empty, for a message; NULL for anything else.
 */
static char *
shown_member(SfJson *object, const char *name)
{
	SfJson	   *member = sf_json_member(object, name);
	char	   *text = sf_json_type(member) == SF_JSON_STRING ? sf_json_shown(member) : NULL;

	return text && text[0] ? text : NULL;
}

/*
 * Fills in what an error body of either API says: code or error_code, message,
 * sqlState, statementHandle or request_id.  document may be NULL.  Strings are
 * in the current context or base's; the message is masked.  Throws 53200
 * alone.
 */
static void
read_error(SfJson *document, const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth,
		   SfRemoteError *error)
{
	char	   *text;

	*error = *base;
	error->http_status = reply->status;
	error->code = code_member(document, "code");
	if (error->code == NULL)
		error->code = code_member(document, "error_code");
	error->sqlstate = shown_member(document, "sqlState");
	if ((text = shown_member(document, "message")) != NULL)
		error->message = sf_auth_mask(auth, text);
	if ((text = shown_member(document, "statementHandle")) != NULL)
		error->query_id = text;
	if ((text = shown_member(document, "request_id")) != NULL)
		error->request_id = text;
	else if (base->request_id)
		error->request_id = pstrdup(base->request_id);
}

/*
 * Throws the error that the document, or without one (NULL) the status, stands
 * for.
 */
static void
throw_document(SfJson *document, const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth)
{
	SfRemoteError error;

	read_error(document, reply, base, auth, &error);
	sf_report_remote(ERROR, &error);
	pg_unreachable();
}
