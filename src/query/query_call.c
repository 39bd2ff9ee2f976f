/*
 * query_call.c
 *	  Reading the arguments that query and job functions share.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"
#include "utils/timestamp.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "base/buf.h"
#include "base/ident.h"
#include "base/str.h"
#include "core/options.h"
#include "core/zone.h"
#include "query/query_call.h"
#include "types/binding.h"

/* Offsets of the common arguments behind the statement; the order of the contract. */
enum
{
	ARG_STATEMENT,
	ARG_PARAMS,
	ARG_DATABASE,
	ARG_SCHEMA,
	ARG_WAREHOUSE,
	ARG_ROLE,
	ARG_TIMEOUT,
	ARG_QUERY_TAG,
	ARG_SESSION_PARAMETERS
};

/*
 * Session parameters that a request may carry (SQL API reference,
 * "parameters"); the others are ours to send or would change the encoding.
 */
static const SfParameter allowed_parameters[] = {
	{.name = "TIMEZONE"},
	{.name = "USE_CACHED_RESULT"},
	{.name = "CLIENT_RESULT_CHUNK_SIZE",.number = true}
};

static char *name_argument(FunctionCallInfo fcinfo, int argno, const char *what);
static int64 timeout_argument(FunctionCallInfo fcinfo, int argno, const SfConnOptions *options);
static void read_session_parameters(SfStatementSpec *spec, Jsonb *parameters);
static SfParameter allowed_parameter(const char *name);
static void check_parameter(const SfParameter *parameter);

SfQueryCall *
sf_query_call(FunctionCallInfo fcinfo, int first, const char *what)
{
	char	   *statement = sf_text_argument(fcinfo, first + ARG_STATEMENT);
	SfQueryCall *call;
	SfStatementSpec *spec;

	if (statement == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the statement must not be null")));
	call = sf_query_settings(fcinfo, first);
	spec = &call->spec;
	call->reads = sf_guard_statement(what, statement, call->session->options);
	sf_guard_session_statement(statement);
	sf_guard_parameters(statement, spec->nbindings);
	call->sql = statement;
	spec->sql = statement;
	spec->write = !call->reads;
	spec->async = spec->write;
	return call;
}

SfQueryCall *
sf_query_settings(FunctionCallInfo fcinfo, int first)
{
	SfQueryCall *call = palloc0(sizeof(SfQueryCall));
	SfStatementSpec *spec = &call->spec;

	call->session = sf_session_argument(fcinfo, PG_NARGS() - 1);
	if (!PG_ARGISNULL(first + ARG_PARAMS))
		spec->bindings = sf_bindings_from_jsonb(PG_GETARG_JSONB_P(first + ARG_PARAMS), &spec->nbindings);
	spec->statement_count = 1;
	spec->database = name_argument(fcinfo, first + ARG_DATABASE, "database");
	spec->schema = name_argument(fcinfo, first + ARG_SCHEMA, "schema");
	spec->warehouse = name_argument(fcinfo, first + ARG_WAREHOUSE, "warehouse");
	spec->role = name_argument(fcinfo, first + ARG_ROLE, "role");
	spec->timeout_ms = timeout_argument(fcinfo, first + ARG_TIMEOUT, call->session->options);
	spec->query_tag = sf_text_argument(fcinfo, first + ARG_QUERY_TAG);
	if (!PG_ARGISNULL(first + ARG_SESSION_PARAMETERS))
		read_session_parameters(spec, PG_GETARG_JSONB_P(first + ARG_SESSION_PARAMETERS));
	return call;
}

/*
 * A context name: bare folds to upper case, quoted is exact.
 */
static char *
name_argument(FunctionCallInfo fcinfo, int argno, const char *what)
{
	char	   *text = sf_text_argument(fcinfo, argno);
	char		err[128];
	SfIdentParts parts;
	int			n;

	if (text == NULL)
		return NULL;
	n = sf_ident_parse(text, &parts, err, sizeof(err));
	if (n != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not the name of a %s", text, what),
				 n < 0 ? errdetail_internal("%s", err) : 0));
	return pstrdup(parts.name[0]);
}

/*
 * Milliseconds; 0 when not given.  A timeout that the server's option would
 * cut is an error.
 */
static int64
timeout_argument(FunctionCallInfo fcinfo, int argno, const SfConnOptions *options)
{
	int64		ms = sf_milliseconds_argument(fcinfo, argno);

	if (ms >= 0 && ms < 1000)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a statement's timeout must be at least one second")));
	if (ms > options->statement_timeout_ms)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a timeout of " INT64_FORMAT " s is longer than the server's statement_timeout of "
						INT64_FORMAT " s", (ms + 999) / 1000,
						(int64) options->statement_timeout_ms / 1000),
				 errhint("Raise the option statement_timeout of server \"%s\", to at most 7 days.",
						 options->server_name)));
	return Max(ms, 0);
}

/*
 * Throws 22023 for a parameter that a request cannot carry, or a value that is
 * no scalar.
 */
static void
read_session_parameters(SfStatementSpec *spec, Jsonb *parameters)
{
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue	value;
	SfParameter *list;
	SfParameter found = {0};

	if (!JB_ROOT_IS_OBJECT(parameters))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("session_parameters must be a JSON object")));
	list = palloc0(sizeof(SfParameter) * Max(JB_ROOT_COUNT(parameters), 1));
	it = JsonbIteratorInit(&parameters->root);
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
	{
		if (token == WJB_KEY)
			found = allowed_parameter(pnstrdup(value.val.string.val, value.val.string.len));
		else if (token == WJB_VALUE)
		{
			SfParameter *parameter = &list[spec->nparameters++];

			*parameter = found;
			if (value.type == jbvString)
				parameter->value = pnstrdup(value.val.string.val, value.val.string.len);
			else if (value.type == jbvBool)
				parameter->value = value.val.boolean ? "true" : "false";
			else if (value.type == jbvNumeric)
				parameter->value = DatumGetCString(DirectFunctionCall1(numeric_out,
																	   NumericGetDatum(value.val.numeric)));
			else
				ereport(ERROR,
						(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						 errmsg("the value of session parameter %s must be a string, a number or a boolean",
								found.name)));
			check_parameter(parameter);
		}
	}
	spec->parameters = list;
}

static SfParameter
allowed_parameter(const char *name)
{
	for (int i = 0; i < lengthof(allowed_parameters); i++)
	{
		if (sf_strcasecmp_ascii(name, allowed_parameters[i].name) == 0)
			return allowed_parameters[i];
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("session parameter \"%s\" cannot be set here", name),
			 errdetail("A request takes TIMEZONE, USE_CACHED_RESULT and CLIENT_RESULT_CHUNK_SIZE; output "
					   "formats and row limits are fixed so that values are read without loss."),
			 strcasecmp(name, "query_tag") == 0 ? errhint("Use the argument query_tag.") : 0));
	return allowed_parameters[0];
}

/*
 * Throws 22023 for a value that the parameter does not take.
 */
static void
check_parameter(const SfParameter *parameter)
{
	size_t		len = strlen(parameter->value);

	if (strcmp(parameter->name, "TIMEZONE") == 0 && sf_zone_name(parameter->value) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not the name of a time zone", parameter->value),
				 errhint("Expected is one like America/Los_Angeles.")));
	if (parameter->number && (len == 0 || len > 9 || strspn(parameter->value, "0123456789") != len))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the value of session parameter %s must be a whole number", parameter->name)));
}
