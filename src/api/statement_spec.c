/*
 * statement_spec.c
 *	  What a statement asks for: its request body, the place of its errors.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"

#include "api/statement_spec.h"
#include "base/str.h"
#include "core/owner.h"

static void append_member(SfBuf *body, const char *name, const char *value);
static void append_bindings(SfBuf *body, const SfStatementSpec *spec);
static void append_parameters(SfBuf *body, const SfStatementSpec *spec, const SfConnOptions *options);
static void append_text(SfBuf *body, const char *text);

void
sf_spec_body(SfBuf *body, const SfStatementSpec *spec, const SfConnOptions *options)
{
	int64		timeout_ms = options->statement_timeout_ms;

	if (spec->timeout_ms > 0 && spec->timeout_ms < timeout_ms)
		timeout_ms = spec->timeout_ms;
	sf_buf_append_str(body, "{\"statement\":");
	append_text(body, spec->sql);
	sf_buf_printf(body, ",\"timeout\":" INT64_FORMAT, (timeout_ms + 999) / 1000);
	if (!spec->no_place)
	{
		append_member(body, "database", spec->database ? spec->database : options->database);
		append_member(body, "schema", spec->schema ? spec->schema : options->schema);
	}
	append_member(body, "warehouse", spec->warehouse ? spec->warehouse : options->warehouse);
	append_member(body, "role", spec->role ? spec->role : options->role);
	append_bindings(body, spec);
	append_parameters(body, spec, options);
	sf_buf_append_char(body, '}');
	sf_buf_check(body, "the statement");
}

void
sf_spec_error_base(const SfStatementSpec *spec, const char *query_id, const SfCall *call, SfRemoteError *error)
{
	sf_call_error_base(call, error);
	error->remote_sql = spec->shown_sql ? spec->shown_sql : spec->sql;
	error->query_id = query_id;
	error->data_table = spec->data_table;
	error->exact_names = spec->exact_names;
	error->missing_hint = spec->missing_hint;
	error->refused_hint = spec->refused_hint;
	error->type_hint = spec->type_hint;
	error->timeout_argument = spec->timeout_ms > 0 && !spec->data_table;
	if (spec->role)
		error->role = spec->role;
	if (spec->warehouse)
		error->warehouse = spec->warehouse;
	if (spec->database || spec->no_place)
		error->database = spec->database;
}

void
sf_spec_report_late(const SfConnOptions *options)
{
	ereport(ERROR,
			(errcode(ERRCODE_CONNECTION_FAILURE),
			 errmsg("server \"%s\" did not answer in time", options->server_name)));
}

static void
append_member(SfBuf *body, const char *name, const char *value)
{
	if (value == NULL)
		return;
	sf_buf_printf(body, ",\"%s\":", name);
	append_text(body, value);
}

static void
append_bindings(SfBuf *body, const SfStatementSpec *spec)
{
	if (spec->nbindings == 0)
		return;
	sf_buf_append_str(body, ",\"bindings\":{");
	for (int i = 0; i < spec->nbindings; i++)
	{
		sf_buf_printf(body, "%s\"%d\":{\"type\":\"%s\",\"value\":", i ? "," : "", i + 1, spec->bindings[i].type);
		if (spec->bindings[i].value)
			append_text(body, spec->bindings[i].value);
		else
			sf_buf_append_str(body, "null");
		sf_buf_append_char(body, '}');
	}
	sf_buf_append_char(body, '}');
}

/*
 * Always the time zone, which decides how texts are read as timestamps, and no
 * limit on rows, whatever the user's defaults say.
 */
static void
append_parameters(SfBuf *body, const SfStatementSpec *spec, const SfConnOptions *options)
{
	const char *tag = spec->query_tag;
	bool		timezone_given = false;

	sf_buf_append_str(body, ",\"parameters\":{\"ROWS_PER_RESULTSET\":0");
	for (int i = 0; i < spec->nparameters; i++)
	{
		if (spec->parameters[i].number)
			sf_buf_printf(body, ",\"%s\":%s", spec->parameters[i].name, spec->parameters[i].value);
		else
			append_member(body, spec->parameters[i].name, spec->parameters[i].value);
		timezone_given |= strcmp(spec->parameters[i].name, "TIMEZONE") == 0;
	}
	if (!timezone_given)
		append_member(body, "TIMEZONE", spec->timezone ? spec->timezone : options->timezone);
	if (tag == NULL && options->query_tag)
		tag = sf_expand_query_tag(options->query_tag);
	append_member(body, "QUERY_TAG", tag);
	if (spec->statement_count > 1)
		sf_buf_printf(body, ",\"MULTI_STATEMENT_COUNT\":\"%d\"", spec->statement_count);
	sf_buf_append_char(body, '}');
}

/*
 * A JSON string in UTF-8.  Throws errors of the encoding alone.
 */
static void
append_text(SfBuf *body, const char *text)
{
	char	   *utf8 = pg_server_to_any(text, strlen(text), PG_UTF8);

	sf_json_quote(body, utf8, strlen(utf8));
	if (utf8 != text)
		pfree(utf8);
}
