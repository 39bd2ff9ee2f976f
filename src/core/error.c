/*
 * error.c
 *	  The one reporter of what Snowflake or the network said.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/namespace.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "base/str.h"
#include "core/error.h"
#include "core/error_codes.h"
#include "core/owner.h"

#define SHOWN_BYTES 8192		/* of a remote statement, or of a message */

static void add_place(void *arg);
static int	sqlerrcode_of(const SfRemoteError *error);
static const SfErrorCode *find_code(const char *code);
static int	sqlerrcode_of_state(const char *sqlstate);
static int	sqlerrcode_of_status(const SfRemoteError *error);
static bool bare_missing(const SfRemoteError *error);
static char *informative_line(const char *message, char **rest);
static char *detail_text(const SfRemoteError *error, const SfErrorCode *known, const char *rest);
static void append_context(StringInfo detail, const SfRemoteError *error);
static const char *hint_text(const SfRemoteError *error, const SfErrorCode *known, int sqlerrcode);
static char *shown(const SfRemoteError *error, const char *text);
static int	convert(Oid conversion, const unsigned char *character, int len, char *out);

bool
sf_error_known(const SfRemoteError *error)
{
	return find_code(error->code) != NULL;
}

bool
sf_code_of_session(const char *code)
{
	const SfErrorCode *known = find_code(code);

	return known && (known->flags & SF_ERR_SESSION);
}

void
sf_report_remote(int elevel, const SfRemoteError *error)
{
	const SfErrorCode *known = find_code(error->code);
	int			sqlerrcode = sqlerrcode_of(error);
	char	   *rest = NULL;
	char	   *message = informative_line(shown(error, error->message ? error->message : ""), &rest);
	char	   *detail = detail_text(error, known, rest);
	const char *hint = hint_text(error, known, sqlerrcode);
	char	   *context = sf_error_context(error);

	if (message[0] == '\0')
		message = psprintf("Snowflake answered with HTTP status %ld", error->http_status);
	ereport(elevel,
			(errcode(sqlerrcode),
			 errmsg_internal("%s", message),
			 detail[0] ? errdetail_internal("%s", detail) : 0,
			 hint ? errhint("%s", hint) : 0,
			 context ? errcontext("%s", context) : 0));
}

void
sf_report_malformed(const SfRemoteError *where, const char *what)
{
	SfRemoteError error = *where;

	error.sqlerrcode = ERRCODE_PROTOCOL_VIOLATION;
	error.message = psprintf("malformed reply from Snowflake: %s", what);
	error.code = NULL;
	error.hint = where->hint;
	sf_report_remote(ERROR, &error);
	pg_unreachable();
}

char *
sf_error_context(const SfRemoteError *error)
{
	if (error->remote_sql)
		return psprintf("remote SQL command: %s", shown(error, error->remote_sql));
	if (error->rest_call)
		return psprintf("REST call: %s", shown(error, error->rest_call));
	return NULL;
}

char *
sf_text_shown(const char *utf8, size_t len)
{
	size_t		most = MaxAllocSize / MAX_CONVERSION_GROWTH - 1;
	Oid			conversion = InvalidOid;
	size_t		used = 0;
	size_t		i = 0;
	char	   *out;

	len = Min(len, most);
	out = palloc(len * MAX_CONVERSION_GROWTH + 1);

	/*
	 * conversions are in a catalog: none is looked up while a transaction
	 * ends
	 */
	if (IsTransactionState())
		conversion = FindDefaultConversionProc(PG_UTF8, GetDatabaseEncoding());
	while (i < len)
	{
		int			step = Min(pg_utf_mblen((const unsigned char *) utf8 + i), (int) (len - i));

		if (utf8[i] == '\0' || !sf_utf8_valid(utf8 + i, step))
		{
			step = 1;
			out[used++] = '?';
		}
		else if (step == 1)
			out[used++] = utf8[i];
		else
			used += convert(conversion, (const unsigned char *) utf8 + i, step, out + used);
		i += step;
	}
	out[used] = '\0';
	return out;
}

void
sf_reading_begin(ErrorContextCallback *reading, const SfRemoteError *where)
{
	sf_context_begin(reading, add_place, (void *) where);
}

char *
sf_vpsprintf(const char *format, va_list args)
{
	size_t		size = 256;

	for (;;)
	{
		char	   *text = palloc(size);
		va_list		again;
		size_t		needed;

		va_copy(again, args);
		needed = pvsnprintf(text, size, format, again);
		va_end(again);
		if (needed < size)
			return text;
		pfree(text);
		size = needed;
	}
}

/*
 * Called with the error being reported.
 */
static void
add_place(void *arg)
{
	const SfRemoteError *where = arg;
	char	   *detail = detail_text(where, NULL, NULL);
	char	   *context = sf_error_context(where);

	if (detail[0] && geterrcode() == ERRCODE_PROTOCOL_VIOLATION)
		errdetail_internal("%s", detail);
	if (context)
		errcontext("%s", context);
}

/*
 * The code table (protocol section 7) comes first, then the class of the
 * sqlState, then the HTTP status.
 */
static int
sqlerrcode_of(const SfRemoteError *error)
{
	const SfErrorCode *known = find_code(error->code);
	int			result = 0;

	if (error->sqlerrcode)
		return error->sqlerrcode;
	if (known)
		return error->data_table && known->table_sqlerrcode ? known->table_sqlerrcode : known->sqlerrcode;
	if (error->http_status == 401 || error->http_status == 403 ||
		error->http_status == 408 || error->http_status == 429)
		return sqlerrcode_of_status(error);
	if (error->sqlstate)
		result = sqlerrcode_of_state(error->sqlstate);
	return result ? result : sqlerrcode_of_status(error);
}

/*
 * NULL for a code that the table lacks, and for NULL.
 */
static const SfErrorCode *
find_code(const char *code)
{
	for (int i = 0; code && i < lengthof(sf_error_codes); i++)
	{
		if (strcmp(sf_error_codes[i].code, code) == 0)
			return &sf_error_codes[i];
	}
	return NULL;
}

/*
 * By the class of Snowflake's sqlState, where that class means the same here;
 * 0 otherwise.  The classes 00 to 02 are no errors in PostgreSQL.
 */
static int
sqlerrcode_of_state(const char *sqlstate)
{
	static const char *const classes[] = {"0A", "22", "23", "28", "42", "P0"};

	if (strlen(sqlstate) != 5 || strspn(sqlstate, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 5)
		return 0;
	if (strcmp(sqlstate, "57014") == 0)
		return ERRCODE_QUERY_CANCELED;
	if (strncmp(sqlstate, "08", 2) == 0)
		return ERRCODE_CONNECTION_EXCEPTION;
	for (int i = 0; i < lengthof(classes); i++)
	{
		/* states such as 42S02 are unknown to PostgreSQL */
		if (strncmp(sqlstate, classes[i], 2) == 0)
			return strncmp(sqlstate, "42S", 3) == 0 ? ERRCODE_UNDEFINED_OBJECT :
				MAKE_SQLSTATE(sqlstate[0], sqlstate[1], sqlstate[2], sqlstate[3], sqlstate[4]);
	}
	return 0;
}

static int
sqlerrcode_of_status(const SfRemoteError *error)
{
	switch (error->http_status)
	{
		case 0:
			return ERRCODE_CONNECTION_FAILURE;
		case 401:
			return ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION;
		case 403:
			return ERRCODE_INSUFFICIENT_PRIVILEGE;
		case 404:
			return bare_missing(error) ? ERRCODE_FEATURE_NOT_SUPPORTED : ERRCODE_FDW_ERROR;
		case 405:
			return ERRCODE_FEATURE_NOT_SUPPORTED;
		case 408:
			return ERRCODE_QUERY_CANCELED;
		case 409:
			return ERRCODE_DUPLICATE_OBJECT;
		case 429:
			return ERRCODE_CONFIGURATION_LIMIT_EXCEEDED;
		default:
			return error->http_status >= 500 ? ERRCODE_CONNECTION_FAILURE : ERRCODE_FDW_ERROR;
	}
}

/*
 * An object call that is answered 404 without a code: this account does not
 * have the endpoint.  Every other 404 is about an object or a result.
 */
static bool
bare_missing(const SfRemoteError *error)
{
	return error->http_status == 404 && error->code == NULL && error->object_api;
}

/*
 * Snowflake begins with "SQL compilation error:" and a line break, the object
 * API in lower case: the first line that says something is the message, the
 * others go to DETAIL.
 */
static char *
informative_line(const char *message, char **rest)
{
	static const char *const prefixes[] = {"SQL compilation error:", "SQL access control error:"};
	const char *end;

	for (int i = 0; i < lengthof(prefixes);)
	{
		size_t		len = strlen(prefixes[i]);

		message = sf_skip_space(message);
		if (pg_strncasecmp(message, prefixes[i], len) == 0 && message[len + strspn(message + len, " \t\r\n")])
		{
			message += len;
			i = 0;
		}
		else
			i++;
	}

	/*
	 * "error line 1 at position 7" alone says little: its next line belongs
	 * to it
	 */
	end = message + strcspn(message, "\r\n");
	if (strncmp(message, "error line ", 11) == 0 && *end)
	{
		const char *next = end + strspn(end, "\r\n");

		*rest = pstrdup(next + strcspn(next, "\r\n") + strspn(next + strcspn(next, "\r\n"), "\r\n"));
		return psprintf("%.*s (%.*s)", (int) strcspn(next, "\r\n"), next, (int) (end - message), message);
	}
	*rest = pstrdup(end + strspn(end, "\r\n"));
	return pnstrdup(message, end - message);
}

/*
 * In the current context; secrets are masked.
 */
static char *
detail_text(const SfRemoteError *error, const SfErrorCode *known, const char *rest)
{
	StringInfoData detail;
	int			prefix;

	initStringInfo(&detail);
	if (error->detail)
		appendStringInfo(&detail, "%s.\n", shown(error, error->detail));
	if (rest && rest[0])
		appendStringInfo(&detail, "%s\n", rest);
	prefix = detail.len;
	if (error->code)
		appendStringInfo(&detail, "Snowflake error %s%s%s", error->code, error->sqlstate ? ", sqlState " : "",
						 error->sqlstate ? error->sqlstate : "");
	else if (error->http_status)
		appendStringInfo(&detail, "HTTP status %ld", error->http_status);
	if (error->query_id)
		appendStringInfo(&detail, "%s%s", detail.len > prefix ? ", query " : "Query ", error->query_id);
	else if (error->request_id)
		appendStringInfo(&detail, "%s%s", detail.len > prefix ? ", request " : "Request ",
						 shown(error, error->request_id));
	if (detail.len > prefix)
		appendStringInfoChar(&detail, '.');
	else if (prefix > 0)
		detail.data[--detail.len] = '\0';
	if ((known && (known->flags & SF_ERR_CONTEXT)) || error->http_status == 403)
		append_context(&detail, error);
	return detail.data;
}

static void
append_context(StringInfo detail, const SfRemoteError *error)
{
	appendStringInfo(detail, "%sUsed were role %s, warehouse %s and database %s.", detail->len ? " " : "",
					 error->role ? error->role : "(default)",
					 error->warehouse ? error->warehouse : "(default)",
					 error->database ? error->database : "(default)");
}

/*
 * NULL: none.
 */
static const char *
hint_text(const SfRemoteError *error, const SfErrorCode *known, int sqlerrcode)
{
	if (error->hint)
		return error->hint;
	if (error->missing_hint && known && known->table_sqlerrcode == ERRCODE_UNDEFINED_TABLE)
		return error->missing_hint;
	if (known && known->table_sqlerrcode == ERRCODE_UNDEFINED_TABLE && error->data_table && error->exact_names)
		return "The options database, schema and table are exact names, in which case counts; "
			"check them and what the role may use.";
	if (sqlerrcode == ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE && known &&
		strcmp(known->code, "000606") == 0 && error->warehouse)
		return psprintf("Warehouse %s is suspended and does not resume by itself, "
						"or it does not exist or the role has no USAGE on it.",
						error->warehouse);
	if (error->timeout_argument && sqlerrcode == ERRCODE_QUERY_CANCELED &&
		(known == NULL || strcmp(known->code, "000630") == 0))
		return "Raise the argument timeout.";
	if (error->type_hint && (sqlerrcode == ERRCODE_INVALID_TEXT_REPRESENTATION ||
							 sqlerrcode == ERRCODE_INVALID_DATETIME_FORMAT || sqlerrcode == ERRCODE_DATATYPE_MISMATCH ||
							 (known && strcmp(known->code, "001044") == 0)))
		return error->type_hint;
	if (error->refused_hint && (sqlerrcode == ERRCODE_SYNTAX_ERROR || sqlerrcode == ERRCODE_FEATURE_NOT_SUPPORTED ||
								sqlerrcode == ERRCODE_GROUPING_ERROR || sqlerrcode == ERRCODE_UNDEFINED_FUNCTION))
		return error->refused_hint;
	if (known && known->hint)
		return known->hint;
	if (sqlerrcode == ERRCODE_SQLCLIENT_UNABLE_TO_ESTABLISH_SQLCONNECTION)
		return "Check the options account, host, port, proxy and ca_file of the server.";
	if (bare_missing(error) || (error->http_status == 405 && error->code == NULL && error->object_api))
		return "This account does not offer that call of the REST API.";
	if (error->http_status == 403 && error->code == NULL)
		return "A network policy of the account may not admit this address, "
			"or the account does not offer the REST API to this user.";
	if (error->http_status == 408)
		return "Raise the option statement_timeout.";
	if (error->http_status == 429)
		return "The account admits only so many requests at a time; try again later or raise retry_timeout.";
	return NULL;
}

/*
 * The text without secrets of ours; of a long one the beginning, since
 * messages go to logs and clients.  What is not valid in the database's
 * encoding, as bytes of a header may be, is shown as ?.
 */
static char *
shown(const SfRemoteError *error, const char *text)
{
	SfBuf	   *buf = sf_buf_create(CurrentMemoryContext, MaxAllocHugeSize);
	size_t		len;
	char	   *result;

	sf_buf_append_str(buf, "");
	sf_str_mask(buf, text, error->secrets, error->nsecrets);
	sf_buf_check(buf, "an error message");
	len = buf->len <= SHOWN_BYTES ? buf->len : pg_mbcliplen(buf->data, SHOWN_BYTES + 8, SHOWN_BYTES);
	result = psprintf("%.*s%s", (int) len, buf->data, buf->len > SHOWN_BYTES ? " ... (cut)" : "");
	sf_buf_free(buf);
	if (!pg_verify_mbstr(GetDatabaseEncoding(), result, strlen(result), true))
	{
		for (char *p = result; *p; p++)
		{
			if (IS_HIGHBIT_SET(*p))
				*p = '?';
		}
	}
	return result;
}

/*
 * One character of several bytes into the database's encoding, or ? where that
 * lacks it; the length written.
 */
static int
convert(Oid conversion, const unsigned char *character, int len, char *out)
{
	unsigned char source[8] = {0};
	unsigned char target[8 * MAX_CONVERSION_GROWTH + 1] = {0};
	int			encoding = GetDatabaseEncoding();
	int			written = 0;

	if (encoding == PG_UTF8 || encoding == PG_SQL_ASCII)
	{
		memcpy(out, character, len);
		return len;
	}
	memcpy(source, character, len);
	if (OidIsValid(conversion) &&
		pg_do_encoding_conversion_buf(conversion, PG_UTF8, encoding, source, len, target, sizeof(target), true) == len)
		written = (int) strlen((char *) target);
	if (written == 0 || written > len * MAX_CONVERSION_GROWTH)
	{
		*out = '?';
		return 1;
	}
	memcpy(out, target, written);
	return written;
}
