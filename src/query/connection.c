/*
 * connection.c
 *	  sf_ping, sf_version, sf_connections, sf_disconnect, sf_quote_ident,
 *	  sf_quote_literal.
 */
#include "postgres.h"

#include <curl/curl.h>
#include <openssl/crypto.h>

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "foreign/foreign.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "api/session.h"
#include "api/statement.h"
#include "base/ident.h"
#include "core/compat.h"
#include "core/owner.h"
#include "core/version.h"
#include "core/quote.h"
#include "net/inflate.h"

PG_FUNCTION_INFO_V1(sf_ping);
PG_FUNCTION_INFO_V1(sf_version);
PG_FUNCTION_INFO_V1(sf_connections);
PG_FUNCTION_INFO_V1(sf_disconnect);
PG_FUNCTION_INFO_V1(sf_quote_ident);
PG_FUNCTION_INFO_V1(sf_quote_literal);

#define PING_COLUMNS 7

static const char ping_sql[] = "SELECT CURRENT_ACCOUNT(), CURRENT_USER(), CURRENT_ROLE(), CURRENT_WAREHOUSE(), "
"CURRENT_DATABASE(), CURRENT_SCHEMA(), CURRENT_VERSION()";

static void keep_cells(const SfResultMeta *meta, char **cells, void *arg);
static void put_connection(const SfSession *session, void *arg);

/*
 * One round trip with the session's settings; the record of the contract.
 * Waits on the network.
 */
Datum
sf_ping(PG_FUNCTION_ARGS)
{
	SfSession  *session = sf_session_argument(fcinfo, 0);
	SfStatementSpec spec = {.sql = ping_sql,.statement_count = 1};
	char	   *cells[PING_COLUMNS] = {0};
	Datum		values[PING_COLUMNS + 1] = {0};
	bool		nulls[PING_COLUMNS + 1] = {0};
	Interval   *round_trip = palloc0(sizeof(Interval));
	TimestampTz start = GetCurrentTimestamp();
	TupleDesc	desc;

	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	sf_statement_run(session, &spec, keep_cells, cells);
	round_trip->time = GetCurrentTimestamp() - start;

	for (int i = 0; i < PING_COLUMNS; i++)
	{
		nulls[i] = cells[i] == NULL;
		if (cells[i])
			values[i] = CStringGetTextDatum(cells[i]);
	}
	values[PING_COLUMNS] = IntervalPGetDatum(round_trip);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(desc), values, nulls)));
}

/*
 * The versions of the extension and of what it was built with.
 */
Datum
sf_version(PG_FUNCTION_ARGS)
{
	curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);

	PG_RETURN_TEXT_P(cstring_to_text(psprintf("snowflake_fdw %s, PostgreSQL %s, libcurl %s (%s), %s, inflate by %s",
											  SF_VERSION, PG_VERSION, curl->version, curl->ssl_version,
											  OpenSSL_version(OPENSSL_VERSION), SF_INFLATE_NAME)));
}

/*
 * The sessions of this backend.
 */
Datum
sf_connections(PG_FUNCTION_ARGS)
{
	InitMaterializedSRF(fcinfo, 0);
	sf_session_foreach(put_connection, fcinfo->resultinfo);
	return (Datum) 0;
}

/*
 * Closes the sessions of a server (all without an argument) that no running
 * statement holds; their number.
 */
Datum
sf_disconnect(PG_FUNCTION_ARGS)
{
	Oid			serverid = InvalidOid;

	if (!PG_ARGISNULL(0))
		serverid = sf_server_by_name(NameStr(*PG_GETARG_NAME(0)));
	PG_RETURN_INT32(sf_session_disconnect(serverid));
}

/*
 * A function argument that means exactly this name.
 */
Datum
sf_quote_ident(PG_FUNCTION_ARGS)
{
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(0));

	PG_RETURN_TEXT_P(cstring_to_text(sf_ident_is_simple(name) ? name : sf_quoted_name(name)));
}

/*
 * A Snowflake string literal: quotes and backslashes doubled.
 */
Datum
sf_quote_literal(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(sf_literal(text_to_cstring(PG_GETARG_TEXT_PP(0)))));
}

/*
 * SfRowFn of sf_ping.
 */
static void
keep_cells(const SfResultMeta *meta, char **cells, void *arg)
{
	char	  **kept = arg;

	for (int i = 0; i < Min(meta->ncolumns, PING_COLUMNS); i++)
		kept[i] = cells[i] ? pstrdup(cells[i]) : NULL;
}

/*
 * SfSessionVisitor: opens and closes no session.
 */
static void
put_connection(const SfSession *session, void *arg)
{
	ReturnSetInfo *rsinfo = arg;
	SfConnOptions *options = session->options;
	Datum		values[9];
	bool		nulls[9] = {0};

	values[0] = CStringGetDatum(options->server_name);
	values[0] = DirectFunctionCall1(namein, values[0]);
	values[1] = DirectFunctionCall1(namein, CStringGetDatum(GetUserNameFromId(session->userid, true)));
	values[2] = CStringGetTextDatum(options->host);
	values[3] = CStringGetTextDatum(sf_auth_name(session->auth));
	values[4] = TimestampTzGetDatum(session->connected_at);
	values[5] = TimestampTzGetDatum(session->last_used_at);
	values[6] = Int64GetDatum(session->statements);
	values[7] = Int64GetDatum(session->requests);
	values[8] = BoolGetDatum(!session->invalidated);
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}
