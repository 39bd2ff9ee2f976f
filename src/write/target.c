/*
 * target.c
 *	  A table that is written.
 *
 * Rows travel as strings in a VALUES, whose columns a SELECT makes values of:
 * Snowflake would take a column of VALUES for what its first row has.  Rows to
 * be changed are found by the columns with the option "key", in one MERGE or
 * DELETE for many of them.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "utils/lsyscache.h"

#include "core/quote.h"
#include "deparse/select.h"
#include "types/typemap.h"
#include "write/target.h"

static SfEncoder *make_encoder(Relation rel, AttrNumber attnum);
static void check_key(Relation rel, AttrNumber attnum);
static void print_insert(SfTarget *target, Relation rel);
static void print_update(SfTarget *target, Relation rel);
static void print_delete(SfTarget *target, Relation rel);
static void print_source(StringInfo sql, const SfTarget *target);
static void print_match(StringInfo sql, const SfTarget *target, Relation rel);
static char *column_name(Relation rel, AttrNumber attnum);

SfTarget *
sf_target_create(Relation rel, CmdType operation, List *columns, List *keys)
{
	SfTarget   *target = palloc0(sizeof(SfTarget));
	SfTableOptions *options = sf_table_options(RelationGetRelid(rel));
	int			i = 0;
	ListCell   *cell;

	target->operation = operation;
	target->relation = pstrdup(RelationGetRelationName(rel));
	target->options = options;
	target->name = sf_deparse_name(options->database, options->schema, options->table);
	target->columns = columns;
	target->keys = keys;
	target->column_encoders = palloc0(sizeof(SfEncoder *) * Max(list_length(columns), 1));
	target->key_encoders = palloc0(sizeof(SfEncoder *) * Max(list_length(keys), 1));
	foreach(cell, columns)
		target->column_encoders[i++] = make_encoder(rel, lfirst_int(cell));
	i = 0;
	foreach(cell, keys)
	{
		check_key(rel, lfirst_int(cell));
		target->key_encoders[i++] = make_encoder(rel, lfirst_int(cell));
	}
	if (operation == CMD_INSERT)
		print_insert(target, rel);
	else if (operation == CMD_UPDATE)
		print_update(target, rel);
	else
		print_delete(target, rel);
	return target;
}

bool
sf_target_skips(Relation rel, AttrNumber attnum)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);

	return att->attisdropped || att->attgenerated || sf_is_constant_column(RelationGetRelid(rel), attnum);
}

List *
sf_target_keys(Relation rel)
{
	List	   *keys = NIL;

	for (AttrNumber attnum = 1; attnum <= RelationGetNumberOfAttributes(rel); attnum++)
	{
		if (!sf_target_skips(rel, attnum) && sf_column_options(RelationGetRelid(rel), attnum)->key)
			keys = lappend_int(keys, attnum);
	}
	return keys;
}

void
sf_target_row(const SfTarget *target, StringInfo out, const Datum *keys, const Datum *values, const bool *nulls)
{
	int			i;
	ListCell   *cell;
	char		before = '(';

	for (i = 0; i < list_length(target->keys); i++)
	{
		appendStringInfoChar(out, before);
		sf_encode(target->key_encoders[i], out, keys[i]);
		before = ',';
	}
	i = 0;
	foreach(cell, target->columns)
	{
		int			attribute = lfirst_int(cell) - 1;

		appendStringInfoChar(out, before);
		if (nulls[attribute])
			appendStringInfoString(out, "NULL");
		else
			sf_encode(target->column_encoders[i], out, values[attribute]);
		before = ',';
		i++;
	}
	appendStringInfoString(out, before == '(' ? "(DEFAULT)" : ")");
}

static SfEncoder *
make_encoder(Relation rel, AttrNumber attnum)
{
	return sf_encoder_create(RelationGetRelationName(rel), TupleDescAttr(RelationGetDescr(rel), attnum - 1),
							 sf_column_options(RelationGetRelid(rel), attnum)->remote_type);
}

/*
 * Throws 0A000 for a column whose values here may be those of several rows
 * there.
 */
static void
check_key(Relation rel, AttrNumber attnum)
{
	SfColumnOptions *options = sf_column_options(RelationGetRelid(rel), attnum);
	const char *why = NULL;
	SfRemoteType type;

	if (options->remote_type == NULL || !sf_remote_type_parse(options->remote_type, &type))
		why = "It has no option remote_type.";
	else
	{
		switch (type.kind)
		{
			case SF_TYPE_FIXED:
			case SF_TYPE_BINARY:
			case SF_TYPE_BOOLEAN:
			case SF_TYPE_DATE:
			case SF_TYPE_UUID:
				break;
			case SF_TYPE_TEXT:
				if (!sf_is_plain_collation(options->remote_collation))
					why = "Its collation in Snowflake takes different texts for equal.";
				break;
			case SF_TYPE_TIME:
			case SF_TYPE_TIMESTAMP_NTZ:
			case SF_TYPE_TIMESTAMP_LTZ:
				if (type.scale < 0 || type.scale > 6)
					why = "It has more digits of a second in Snowflake than here.";
				break;
			default:
				why = psprintf("Its type in Snowflake is %s.", options->remote_type);
		}
	}
	if (why)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("column \"%s\" of foreign table \"%s\" cannot be a key",
						NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname),
						RelationGetRelationName(rel)),
				 errdetail_internal("%s", why)));
}

/*
 * Without columns to be named each row has the defaults, in the first one.
 */
static void
print_insert(SfTarget *target, Relation rel)
{
	StringInfoData sql;
	ListCell   *cell;
	int			number = 0;

	initStringInfo(&sql);
	appendStringInfo(&sql, "INSERT INTO %s (", target->name);
	foreach(cell, target->columns)
		appendStringInfo(&sql, "%s%s", foreach_current_index(cell) ? ", " : "", column_name(rel, lfirst_int(cell)));
	if (target->columns == NIL)
	{
		AttrNumber	attnum = 1;

		while (attnum <= RelationGetNumberOfAttributes(rel) && sf_target_skips(rel, attnum) &&
			   !TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attgenerated)
			attnum++;
		if (attnum > RelationGetNumberOfAttributes(rel))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("foreign table \"%s\" has no column to be written", target->relation)));
		appendStringInfo(&sql, "%s) VALUES ", column_name(rel, attnum));
	}
	else
	{
		appendStringInfoString(&sql, ") SELECT ");
		foreach(cell, target->columns)
		{
			char	   *source = psprintf("COLUMN%d", ++number);

			appendStringInfo(&sql, "%s%s", number > 1 ? ", " : "",
							 sf_encoder_expr(target->column_encoders[number - 1], source));
		}
		appendStringInfoString(&sql, " FROM VALUES ");
	}
	target->head = sql.data;
	target->tail = "";
}

static void
print_update(SfTarget *target, Relation rel)
{
	StringInfoData sql;
	ListCell   *cell;

	initStringInfo(&sql);
	appendStringInfo(&sql, "MERGE INTO %s AS T USING (", target->name);
	print_source(&sql, target);
	target->head = sql.data;

	initStringInfo(&sql);
	appendStringInfoString(&sql, ") AS S ON ");
	print_match(&sql, target, rel);
	appendStringInfoString(&sql, " WHEN MATCHED THEN UPDATE SET ");
	foreach(cell, target->columns)
		appendStringInfo(&sql, "%s%s = S.C%d", foreach_current_index(cell) ? ", " : "",
						 column_name(rel, lfirst_int(cell)), foreach_current_index(cell) + 1);
	target->tail = sql.data;
}

static void
print_delete(SfTarget *target, Relation rel)
{
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "DELETE FROM %s T USING (", target->name);
	print_source(&sql, target);
	target->head = sql.data;

	initStringInfo(&sql);
	appendStringInfoString(&sql, ") AS S WHERE ");
	print_match(&sql, target, rel);
	target->tail = sql.data;
}

/*
 * Keys K1 ..., then columns C1 ...
 */
static void
print_source(StringInfo sql, const SfTarget *target)
{
	int			number = 0;

	appendStringInfoString(sql, "SELECT ");
	for (int i = 0; i < list_length(target->keys); i++)
		appendStringInfo(sql, "%s%s AS K%d", i ? ", " : "",
						 sf_encoder_expr(target->key_encoders[i], psprintf("COLUMN%d", ++number)), i + 1);
	for (int i = 0; i < list_length(target->columns); i++)
		appendStringInfo(sql, ", %s AS C%d",
						 sf_encoder_expr(target->column_encoders[i], psprintf("COLUMN%d", ++number)), i + 1);
	appendStringInfoString(sql, " FROM VALUES ");
}

static void
print_match(StringInfo sql, const SfTarget *target, Relation rel)
{
	ListCell   *cell;

	foreach(cell, target->keys)
		appendStringInfo(sql, "%s(T.%s = S.K%d)", foreach_current_index(cell) ? " AND " : "",
						 column_name(rel, lfirst_int(cell)), foreach_current_index(cell) + 1);
}

static char *
column_name(Relation rel, AttrNumber attnum)
{
	return sf_quoted_name(sf_remote_column_name(RelationGetRelid(rel), attnum));
}
