/*
 * array.c
 *	  Snowflake's arrays, which travel as JSON, to arrays of PostgreSQL.
 */
#include "postgres.h"

#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/numeric.h"

#include "core/compat.h"
#include "types/array.h"

static char *element_text(const JsonbValue *value);

bool
sf_array_type(Oid type, int32 typmod, SfArrayType *out)
{
	Oid			input;

	out->element = get_element_type(type);
	if (!OidIsValid(out->element))
		return false;
	out->typmod = typmod;
	out->rewrite = NULL;
	get_typlenbyvalalign(out->element, &out->len, &out->byval, &out->align);
	getTypeInputInfo(out->element, &input, &out->ioparam);
	fmgr_info(input, &out->input);
	return true;
}

Datum
sf_array_from_json(SfArrayType *type, const char *json)
{
	Jsonb	   *document = DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(json)));
	Datum	   *elements;
	bool	   *nulls;
	int			n;
	int			lower = 1;

	if (!JB_ROOT_IS_ARRAY(document) || JB_ROOT_IS_SCALAR(document))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("the value is not a JSON array"),
				 errhint("Declare the column as jsonb or text.")));
	n = JB_ROOT_COUNT(document);
	elements = palloc0(sizeof(Datum) * Max(n, 1));
	nulls = palloc0(sizeof(bool) * Max(n, 1));
	for (int i = 0; i < n; i++)
	{
		char	   *text = element_text(getIthJsonbValueFromContainer(&document->root, i));

		nulls[i] = text == NULL;
		if (text && type->rewrite)
			text = type->rewrite(text, type->rewrite_arg);
		elements[i] = InputFunctionCall(&type->input, text, type->ioparam, type->typmod);
	}
	if (n == 0)
		return PointerGetDatum(construct_empty_array(type->element));
	return PointerGetDatum(construct_md_array(elements, nulls, 1, &n, &lower, type->element, type->len, type->byval,
											  type->align));
}

/*
 * NULL for JSON null.
 */
static char *
element_text(const JsonbValue *value)
{
	switch (value->type)
	{
		case jbvNull:
			return NULL;
		case jbvString:
			return pnstrdup(value->val.string.val, value->val.string.len);
		case jbvNumeric:
			return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		default:
			return JsonbToCString(NULL, value->val.binary.data, value->val.binary.len);
	}
}
