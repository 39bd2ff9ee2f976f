/*
 * jsonb.c
 *	  Between jsonb and the documents of json.h; apart from json.c, since
 *	  json-c's json_object clashes with a prototype that jsonb_in needs.
 */
#include "postgres.h"

#include "mb/pg_wchar.h"
#include "utils/fmgrprotos.h"

#include "core/json.h"

static Jsonb *jsonb_of_text(char *text);

SfJson *
sf_json_from_jsonb(Jsonb *value)
{
	char	   *text = JsonbToCString(NULL, &value->root, VARSIZE(value));
	char	   *utf8 = pg_server_to_any(text, strlen(text), PG_UTF8);
	SfJsonFault fault;
	SfJson	   *document = sf_json_parse(utf8, strlen(utf8), &fault);

	if (fault != SF_JSON_OK)
		ereport(ERROR,
				(errcode(fault == SF_JSON_TOO_MANY ? ERRCODE_PROGRAM_LIMIT_EXCEEDED : ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the JSON value %s", sf_json_fault_text(fault))));
	return document;
}

Jsonb *
sf_json_to_jsonb(SfJson *value)
{
	return jsonb_of_text(sf_json_print(value));
}

Jsonb *
sf_json_turn_into_jsonb(SfJson *value, MemoryContext documents)
{
	char	   *text = sf_json_print(value);

	MemoryContextDelete(documents);
	return jsonb_of_text(text);
}

/*
 * Frees the text.
 */
static Jsonb *
jsonb_of_text(char *text)
{
	Jsonb	   *result = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));

	pfree(text);
	return result;
}
