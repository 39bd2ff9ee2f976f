/*
 * reply.c
 *	  Reading the JSON of replies.
 *
 * Numbers and codes come as JSON strings or numbers; unknown keys are ignored.
 */
#include "postgres.h"

#include <json-c/json.h>

#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "api/reply.h"
#include "base/cells.h"
#include "base/str.h"
#include "core/json.h"
#include "core/owner.h"

#define SUCCESS_CODE "090001"
#define UUID_LENGTH 36

static json_object *parse_reply(const SfHttpReply *reply);
static const char *text_member(json_object *object, const char *name);
static int64 number_member(json_object *object, const char *name, int64 missing);
static char *code_member(json_object *object, const char *name);
static void read_columns(json_object *row_type, SfResultMeta *meta, const SfRemoteError *base);
static void read_partitions(json_object *info, SfResultMeta *meta, const SfRemoteError *base);
static void read_stats(json_object *document, SfResultMeta *meta);
static void read_children(json_object *document, SfResultMeta *meta, const SfRemoteError *base);
static char *copy(const char *text);
static void read_error(json_object *document, const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth, SfRemoteError *error);
pg_noreturn static void throw_document(json_object *document, const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth);

void
sf_reply_throw(const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth)
{
	throw_document(parse_reply(reply), reply, base, auth);
}

void
sf_reply_error(const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth, SfRemoteError *error)
{
	read_error(parse_reply(reply), reply, base, auth, error);
}

char *
sf_reply_handle(const SfHttpReply *reply)
{
	const char *handle = text_member(parse_reply(reply), "statementHandle");

	return handle && sf_uuid_valid(handle, strlen(handle)) ? pstrdup(handle) : NULL;
}

bool
sf_reply_is_of_another(const SfHttpReply *reply, const char *request_id)
{
	SfBuf	   *text;
	json_object *document;
	const char *named;

	/* nearly every reply ends here, however large it is */
	if (reply->body.len == 0 || memmem(reply->body.data, reply->body.len, request_id, strlen(request_id)) ||
		memmem(reply->body.data, reply->body.len, "requestId", strlen("requestId")) == NULL)
		return false;
	text = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	document = sf_cells_metadata(reply->body.data, reply->body.len, text) ? sf_json_parse(text->data, text->len) : NULL;
	sf_buf_free(text);
	named = text_member(document, "requestId");
	if (named == NULL)
	{
		const char *url = text_member(document, "statementStatusUrl");

		named = url ? strstr(url, "requestId=") : NULL;
		named = named ? pnstrdup(named + strlen("requestId="), UUID_LENGTH) : NULL;
	}
	return named && sf_uuid_valid(named, strlen(named)) && pg_strcasecmp(named, request_id) != 0;
}

char *
sf_reply_code(const SfHttpReply *reply)
{
	return code_member(parse_reply(reply), "code");
}

SfResultMeta *
sf_reply_metadata(const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth)
{
	SfBuf	   *text = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	SfResultMeta *meta = palloc0(sizeof(SfResultMeta));
	json_object *document = NULL;
	json_object *metadata;
	json_object *member;
	char	   *code;

	if (reply->body.len > 0 && sf_cells_metadata(reply->body.data, reply->body.len, text))
		document = sf_json_parse(text->data, text->len);
	if (document == NULL || !json_object_is_type(document, json_type_object))
		sf_report_malformed(base, "the reply is not a JSON object");
	code = code_member(document, "code");
	if (code && strcmp(code, SUCCESS_CODE) != 0)
		throw_document(document, reply, base, auth);

	meta->query_id = copy(text_member(document, "statementHandle"));
	if (meta->query_id == NULL || !sf_uuid_valid(meta->query_id, strlen(meta->query_id)))
		sf_report_malformed(base, "the statement handle is missing or not a UUID");
	if (!json_object_object_get_ex(document, "resultSetMetaData", &metadata) || !json_object_is_type(metadata, json_type_object))
		sf_report_malformed(base, "resultSetMetaData is missing");
	meta->nrows = number_member(metadata, "numRows", -1);
	if (meta->nrows < 0)
		sf_report_malformed(base, "numRows is missing or not a number");
	if (!json_object_object_get_ex(metadata, "rowType", &member))
		sf_report_malformed(base, "rowType is missing");
	read_columns(member, meta, base);
	if (!json_object_object_get_ex(metadata, "partitionInfo", &member))
		member = NULL;
	read_partitions(member, meta, base);
	read_stats(document, meta);
	read_children(document, meta, base);
	meta->message = copy(text_member(document, "message"));
	meta->created_on = number_member(document, "createdOn", -1);
	sf_buf_free(text);
	return meta;
}

static json_object *
parse_reply(const SfHttpReply *reply)
{
	if (reply->body.len == 0)
		return NULL;
	return sf_json_parse(reply->body.data, reply->body.len);
}

static const char *
text_member(json_object *object, const char *name)
{
	json_object *member;

	if (!json_object_is_type(object, json_type_object) || !json_object_object_get_ex(object, name, &member) ||
		!json_object_is_type(member, json_type_string))
		return NULL;
	return json_object_get_string(member);
}

/*
 * A number or a string of one; missing when absent, null or neither.
 */
static int64
number_member(json_object *object, const char *name, int64 missing)
{
	json_object *member;
	const char *text;
	char	   *end;
	int64		value;

	if (!json_object_is_type(object, json_type_object) || !json_object_object_get_ex(object, name, &member) || member == NULL)
		return missing;
	if (!json_object_is_type(member, json_type_int) && !json_object_is_type(member, json_type_string))
		return missing;
	text = json_object_get_string(member);
	errno = 0;
	value = strtoll(text, &end, 10);
	return errno == 0 && end != text && *end == '\0' ? value : missing;
}

/*
 * A code as six digits, whether it came as a string or a number.
 */
static char *
code_member(json_object *object, const char *name)
{
	const char *text = text_member(object, name);
	int64		number;

	if (text)
		return pstrdup(text);
	number = number_member(object, name, -1);
	return number >= 0 ? psprintf("%06d", (int) number) : NULL;
}

static void
read_columns(json_object *row_type, SfResultMeta *meta, const SfRemoteError *base)
{
	if (!json_object_is_type(row_type, json_type_array))
		sf_report_malformed(base, "rowType is not an array");
	meta->ncolumns = (int) json_object_array_length(row_type);
	if (meta->ncolumns == 0)
		sf_report_malformed(base, "rowType is empty");
	meta->columns = palloc0(sizeof(SfColumnMeta) * meta->ncolumns);
	for (int i = 0; i < meta->ncolumns; i++)
	{
		json_object *column = json_object_array_get_idx(row_type, i);
		SfColumnMeta *out = &meta->columns[i];
		json_object *nullable;

		out->name = copy(text_member(column, "name"));
		if (out->name)
			out->name = pg_any_to_server(out->name, strlen(out->name), PG_UTF8);
		out->type = copy(text_member(column, "type"));
		if (out->name == NULL || out->type == NULL)
			sf_report_malformed(base, "a column has no name or no type");
		sf_ascii_lower(out->type);
		out->collation = copy(text_member(column, "collation"));
		out->database = copy(text_member(column, "database"));
		out->schema = copy(text_member(column, "schema"));
		out->table = copy(text_member(column, "table"));
		out->precision = (int) number_member(column, "precision", -1);
		out->scale = (int) number_member(column, "scale", -1);
		out->length = number_member(column, "length", -1);
		out->byte_length = number_member(column, "byteLength", -1);
		out->nullable = !json_object_object_get_ex(column, "nullable", &nullable) || json_object_get_boolean(nullable);
	}
}

/*
 * Their rows must add up to numRows; a result without partition info is one
 * empty partition.
 */
static void
read_partitions(json_object *info, SfResultMeta *meta, const SfRemoteError *base)
{
	int64		sum = 0;

	if (info && !json_object_is_type(info, json_type_array))
		sf_report_malformed(base, "partitionInfo is not an array");
	meta->npartitions = info ? (int) json_object_array_length(info) : 0;
	if (meta->npartitions == 0)
	{
		meta->npartitions = 1;
		meta->partitions = palloc0(sizeof(SfPartitionMeta));
		meta->partitions[0].uncompressed_size = meta->partitions[0].compressed_size = -1;
		if (meta->nrows != 0)
			sf_report_malformed(base, "there are rows but no partitions");
		return;
	}
	meta->partitions = palloc0(sizeof(SfPartitionMeta) * meta->npartitions);
	for (int i = 0; i < meta->npartitions; i++)
	{
		json_object *entry = json_object_array_get_idx(info, i);

		meta->partitions[i].rows = number_member(entry, "rowCount", -1);
		meta->partitions[i].uncompressed_size = number_member(entry, "uncompressedSize", -1);
		meta->partitions[i].compressed_size = number_member(entry, "compressedSize", -1);
		if (meta->partitions[i].rows < 0)
			sf_report_malformed(base, "a partition has no row count");
		sum += meta->partitions[i].rows;
	}
	if (sum != meta->nrows)
		sf_report_malformed(base, psprintf("the partitions have " INT64_FORMAT " rows, the result " INT64_FORMAT, sum, meta->nrows));
}

static void
read_stats(json_object *document, SfResultMeta *meta)
{
	json_object *stats;

	if (!json_object_object_get_ex(document, "stats", &stats) || !json_object_is_type(stats, json_type_object))
		return;
	meta->has_stats = true;
	meta->rows_inserted = number_member(stats, "numRowsInserted", 0);
	meta->rows_updated = number_member(stats, "numRowsUpdated", 0);
	meta->rows_deleted = number_member(stats, "numRowsDeleted", 0);
	meta->duplicate_rows_updated = number_member(stats, "numDuplicateRowsUpdated", 0);
}

static void
read_children(json_object *document, SfResultMeta *meta, const SfRemoteError *base)
{
	json_object *handles;

	if (!json_object_object_get_ex(document, "statementHandles", &handles) || !json_object_is_type(handles, json_type_array))
		return;
	meta->nchildren = (int) json_object_array_length(handles);
	meta->children = palloc0(sizeof(char *) * Max(meta->nchildren, 1));
	for (int i = 0; i < meta->nchildren; i++)
	{
		const char *handle = json_object_get_string(json_object_array_get_idx(handles, i));

		if (handle == NULL || !sf_uuid_valid(handle, strlen(handle)))
			sf_report_malformed(base, "the handle of a single statement is not a UUID");
		meta->children[i] = pstrdup(handle);
	}
}

static char *
copy(const char *text)
{
	return text ? pstrdup(text) : NULL;
}

/*
 * Error bodies of both APIs: code or error_code, message, sqlState,
 * statementHandle or request_id; or nothing at all.
 */
static void
read_error(json_object *document, const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth, SfRemoteError *error)
{
	const char *text;

	*error = *base;
	error->http_status = reply->status;
	error->code = code_member(document, "code");
	if (error->code == NULL)
		error->code = code_member(document, "error_code");
	error->sqlstate = copy(text_member(document, "sqlState"));
	text = text_member(document, "message");
	if (text)
		error->message = sf_auth_mask(auth, text);
	text = text_member(document, "statementHandle");
	if (text)
		error->query_id = pstrdup(text);
	text = text_member(document, "request_id");
	if (text)
		error->request_id = pstrdup(text);
	else if (base->request_id)
		error->request_id = pstrdup(base->request_id);
}

static void
throw_document(json_object *document, const SfHttpReply *reply, const SfRemoteError *base, const SfAuth *auth)
{
	SfRemoteError error;

	read_error(document, reply, base, auth, &error);
	sf_report_remote(ERROR, &error);
	pg_unreachable();
}
