/*
 * row.c
 *	  An object's JSON into a row.
 *
 * These are metadata: values go through the input functions of their types, so
 * that a column may be declared with another type than the catalog's.  What
 * cannot be read as the catalog's own type is a malformed reply.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "core/error.h"
#include "objects/row.h"

typedef struct RowError
{
	const SfRowShape *shape;
	const char *name;
	const char *column;
	const char *type;			/* while a value is read as what the catalog
								 * says; else NULL */
	const char *source;			/* of the object, while a value is converted;
								 * else NULL: its readers name it */
} RowError;

static char *column_text(const SfRowColumn *column, const SfListed *listed);
static char *parent_name(const char *column, const SfObjectName *parents);
static const char *own_type(const SfRowColumn *column);
static Datum text_array(SfJson *array, const char *name, bool references);
static void add_context(void *arg);

SfRowShape *
sf_row_shape(const SfKindDef *kind, TupleDesc desc, const char *const *names)
{
	SfRowShape *shape = palloc0(sizeof(SfRowShape));

	shape->kind = kind;
	shape->natts = desc->natts;
	shape->columns = palloc0(sizeof(SfRowColumn) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		SfRowColumn *column = &shape->columns[i];
		Oid			input;

		if (att->attisdropped)
			continue;
		column->property = pstrdup(names && names[i] ? names[i] : NameStr(att->attname));
		column->def = sf_kind_column(kind, column->property);
		if (column->def == NULL && strcmp(column->property, "raw") != 0)
			ereport(ERROR,
					(errcode(ERRCODE_FDW_COLUMN_NAME_NOT_FOUND),
					 errmsg("objects of kind \"%s\" have no property \"%s\"", kind->name, column->property),
					 errhint("IMPORT FOREIGN SCHEMA snowflake_objects makes a table with all of them; "
							 "\"raw\" is the whole object.")));
		column->type = att->atttypid;
		column->typmod = att->atttypmod;
		getTypeInputInfo(att->atttypid, &input, &column->ioparam);
		fmgr_info(input, &column->input);
	}
	return shape;
}

void
sf_row_make(SfRowShape *shape, SfJson *object, const SfObjectName *parents, SfJson *outer, int ordinal, Datum *values,
			bool *isnull)
{
	SfObjectName place = *parents;
	SfListed	listed = {.object = object,.outer = outer,.ordinal = ordinal,.parents = &place};

	sf_row_fill(shape, &listed, values, isnull);
}

void
sf_row_fill(SfRowShape *shape, const SfListed *listed, Datum *values, bool *isnull)
{
	SfJson	   *object = listed->object;
	RowError	where = {shape, sf_json_text(sf_json_member(object, "name")), NULL, NULL, NULL};
	ErrorContextCallback context;

	sf_context_begin(&context, add_context, &where);
	for (int i = 0; i < shape->natts; i++)
	{
		SfRowColumn *column = &shape->columns[i];
		char	   *text;

		isnull[i] = true;
		values[i] = (Datum) 0;
		if (column->property == NULL)
			continue;
		where.column = column->property;
		if (column->type == TEXTARRAYOID && column->def &&
			(column->def->type == SF_COLUMN_TEXT_ARRAY || column->def->type == SF_COLUMN_REFERENCE_ARRAY))
		{
			SfJson	   *array = sf_json_opt_array(object, column->property);

			if (array)
			{
				values[i] = text_array(array, column->property, column->def->type == SF_COLUMN_REFERENCE_ARRAY);
				isnull[i] = false;
			}
			continue;
		}
		text = column_text(column, listed);
		if (text == NULL)
			continue;
		where.type = own_type(column);
		where.source = sf_json_source(object);
		values[i] = InputFunctionCall(&column->input, text, column->ioparam, column->typmod);
		where.type = NULL;
		where.source = NULL;
		isnull[i] = false;
	}
	sf_context_end(&context);
}

/*
 * The text that the type's input function reads; NULL for a null.
 */
static char *
column_text(const SfRowColumn *column, const SfListed *listed)
{
	const SfColumnDef *def = column->def;
	SfJson	   *member;
	char	   *text;

	if (def == NULL)
		return sf_json_print(listed->raw ? listed->raw : listed->object);
	if (def->type == SF_COLUMN_ORDINAL)
		return psprintf("%d", listed->ordinal);
	if (def->flags & SF_COLUMN_IS_WHICH)
		return pstrdup(listed->which);
	if (def->flags & SF_COLUMN_IS_OUTER)
		member = sf_json_member(listed->outer, "name");
	else
		member = sf_json_member(listed->object, def->name);
	if (member == NULL && (def->flags & SF_COLUMN_IS_PARENT))
		return parent_name(def->name, listed->parents);
	if (member == NULL)
		return NULL;
	if (def->type == SF_COLUMN_OBJECT || def->type == SF_COLUMN_ARRAY || def->type == SF_COLUMN_JSON ||
		column->type == JSONBOID || column->type == JSONOID)
		return sf_json_print(member);
	text = sf_json_text(member);
	if (text == NULL)
		return sf_json_print(member);
	/* an empty text is no number, truth value or time */
	if (text[0] == '\0' && def->type != SF_COLUMN_TEXT && def->type != SF_COLUMN_IDENT)
		return NULL;
	if (def->type == SF_COLUMN_REFERENCE)
		return sf_name_referred(text);
	return def->type == SF_COLUMN_IDENT ? sf_name_exact(text) : text;
}

/*
 * What the path says; a column of another name has that of the object that a
 * part is read from.
 */
static char *
parent_name(const char *column, const SfObjectName *parents)
{
	if (strcmp(column, "database_name") == 0)
		return parents->database;
	if (strcmp(column, "schema_name") == 0)
		return parents->schema;
	return parents->name;
}

/*
 * The name of the column's type where it is the one that the catalog has for
 * the property, so that every proper value can be read; else NULL.
 */
static const char *
own_type(const SfRowColumn *column)
{
	static const struct
	{
		SfColumnType property;
		Oid			type;
	}			types[] = {
		{SF_COLUMN_BOOL, BOOLOID},
		{SF_COLUMN_INT, INT8OID},
		{SF_COLUMN_FLOAT, FLOAT8OID},
		{SF_COLUMN_TIMESTAMP, TIMESTAMPTZOID},
	};

	for (int i = 0; column->def && i < lengthof(types); i++)
	{
		if (types[i].property == column->def->type && types[i].type == column->type)
			return sf_column_type_name(column->def->type);
	}
	return NULL;
}

/*
 * Throws 08P01 for an element that is no text.
 */
static Datum
text_array(SfJson *array, const char *name, bool references)
{
	int			n = sf_json_length(array);
	Datum	   *elements = palloc(sizeof(Datum) * Max(n, 1));

	for (int i = 0; i < n; i++)
	{
		char	   *text = sf_json_need_text_at(array, i, name);

		elements[i] = CStringGetTextDatum(references ? sf_name_referred(text) : text);
	}
	return PointerGetDatum(construct_array(elements, n, TEXTOID, -1, false, TYPALIGN_INT));
}

/*
 * Called with the error being reported.
 */
static void
add_context(void *arg)
{
	RowError   *where = arg;

	if (where->type &&
		(geterrcode() == ERRCODE_INVALID_TEXT_REPRESENTATION || geterrcode() == ERRCODE_INVALID_DATETIME_FORMAT))
	{
		errcode(ERRCODE_PROTOCOL_VIOLATION);
		errmsg("malformed reply from Snowflake: \"%s\" of a %s is not of type %s", where->column,
			   where->shape->kind->name, where->type);
	}
	if (where->source)
		errcontext("%s", where->source);
	errcontext("property \"%s\" of %s \"%s\"", where->column, where->shape->kind->name, where->name ? where->name : "");
}
