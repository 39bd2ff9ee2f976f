/*
 * bind_keys.c
 *	  The distinct keys of a bind join, as texts of a Snowflake statement.
 *
 * A key is kept as the literal that is sent, so equal keys are one and their
 * text depends on no setting of the session.  A key that no remote value can
 * equal is left out; one that Snowflake may have and no literal says keeps its
 * column from being sent at all.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/numeric.h"
#include "utils/timestamp.h"
#include "utils/typcache.h"

#include "core/options.h"
#include "deparse/literal.h"
#include "fdw/bind.h"

#define STATEMENT_KEYS 16384	/* Snowflake's limit of an IN list */
#define STATEMENT_BYTES (4 << 20)	/* of one column's keys */
#define MAX_BYTES (8 << 20)		/* of all keys */
#define MAX_DIGITS 38
#define NOT_NULL " IS NOT NULL"

typedef struct KeyText
{
	const char *text;
	uint32		hash;
	char		status;
} KeyText;

#define SH_PREFIX texts
#define SH_ELEMENT_TYPE KeyText
#define SH_KEY_TYPE const char *
#define SH_KEY text
#define SH_HASH_KEY(table, key) hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(table, x, y) (strcmp(x, y) == 0)
#define SH_STORE_HASH
#define SH_GET_HASH(table, entry) (entry)->hash
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* What becomes of a key. */
typedef enum KeyUse
{
	KEY_SENT,
	KEY_ALONE,					/* no remote value equals it */
	KEY_UNKNOWN					/* one may, and there is no literal */
} KeyUse;

typedef struct KeyColumn
{
	Oid			type;
	int			scale;			/* of remote numbers */
	bool		number;
	bool		byval;
	int16		length;
	FmgrInfo   *compare;		/* NULL: a range of them is not sent */
	MemoryContext context;		/* of the set */
	texts_hash *set;			/* NULL once there were too many */
	size_t		bytes;			/* of their texts */
	bool		bare;			/* their literals need no type */
	bool		unknown;		/* one was KEY_UNKNOWN */
	Datum		least;			/* of all, also of those that are too many */
	Datum		greatest;
	bool		ranged;			/* there is a least one */
	const char **list;			/* of the set, sorted */
	int			n;
} KeyColumn;

struct SfKeys
{
	MemoryContext context;
	int			ncolumns;
	KeyColumn  *columns;
	StringInfoData *scratch;	/* the literals of a row */
	int64		rows;			/* that may have a partner */
	size_t		bytes;			/* of all sets */
	int			split;			/* the column whose keys may be more than one
								 * statement takes */
	int		   *starts;			/* of each statement, and the end */
	int			nstatements;
};

static void prepare_column(SfKeys *keys, KeyColumn *column, Oid type, int scale);
static KeyUse encode(KeyColumn *column, Datum value, StringInfo out);
static KeyUse check_number(const KeyColumn *column, const char *text);
static bool is_finite(Oid type, Datum value);
static void add_key(SfKeys *keys, KeyColumn *column, const char *text, int length);
static void widen(SfKeys *keys, KeyColumn *column, Datum value);
static void give_up(SfKeys *keys, KeyColumn *column);
static int	by_text(const void *x, const void *y);
static void plan_statements(SfKeys *keys);
static bool is_one_list(const KeyColumn *column);
static char *range(const KeyColumn *column);

SfKeys *
sf_keys_create(MemoryContext parent, int ncolumns, const Oid *types, const int *scales)
{
	MemoryContext context = AllocSetContextCreate(parent, "snowflake_fdw keys", ALLOCSET_DEFAULT_SIZES);
	SfKeys	   *keys = MemoryContextAllocZero(context, sizeof(SfKeys));
	MemoryContext old = MemoryContextSwitchTo(context);

	keys->context = context;
	keys->ncolumns = ncolumns;
	keys->columns = palloc0(sizeof(KeyColumn) * ncolumns);
	keys->scratch = palloc0(sizeof(StringInfoData) * ncolumns);
	for (int i = 0; i < ncolumns; i++)
	{
		initStringInfo(&keys->scratch[i]);
		prepare_column(keys, &keys->columns[i], types[i], scales[i]);
	}
	MemoryContextSwitchTo(old);
	return keys;
}

static void
prepare_column(SfKeys *keys, KeyColumn *column, Oid type, int scale)
{
	SfRemoteType remote;

	sf_literal_type(type, &remote);
	column->type = type;
	column->scale = scale;
	column->number = remote.kind == SF_TYPE_FIXED;
	get_typlenbyval(type, &column->length, &column->byval);
	if (column->number || type == DATEOID || type == TIMESTAMPOID || type == TIMESTAMPTZOID)
		column->compare = &lookup_type_cache(type, TYPECACHE_CMP_PROC_FINFO)->cmp_proc_finfo;
	column->context = AllocSetContextCreate(keys->context, "snowflake_fdw keys of a column", ALLOCSET_DEFAULT_SIZES);
	column->set = texts_create(column->context, 256, NULL);
	column->bare = true;
}

void
sf_keys_clear(SfKeys *keys)
{
	for (int i = 0; i < keys->ncolumns; i++)
	{
		KeyColumn  *column = &keys->columns[i];

		MemoryContextReset(column->context);
		column->set = texts_create(column->context, 256, NULL);
		column->bytes = 0;
		column->bare = true;
		column->unknown = false;
		if (column->ranged && !column->byval)
		{
			pfree(DatumGetPointer(column->least));
			pfree(DatumGetPointer(column->greatest));
		}
		column->ranged = false;
		column->list = NULL;
		column->n = 0;
	}
	keys->rows = 0;
	keys->bytes = 0;
	keys->nstatements = 0;
}

void
sf_keys_add(SfKeys *keys, const Datum *values, const bool *nulls)
{
	for (int i = 0; i < keys->ncolumns; i++)
	{
		KeyColumn  *column = &keys->columns[i];
		KeyUse		use;

		if (nulls[i])
			return;
		resetStringInfo(&keys->scratch[i]);
		use = encode(column, values[i], &keys->scratch[i]);
		if (use == KEY_ALONE)
			return;
		if (use == KEY_UNKNOWN)
			column->unknown = true;
	}
	keys->rows++;
	for (int i = 0; i < keys->ncolumns; i++)
	{
		KeyColumn  *column = &keys->columns[i];

		if (column->unknown)
			continue;
		if (column->compare)
			widen(keys, column, values[i]);
		if (column->set)
			add_key(keys, column, keys->scratch[i].data, keys->scratch[i].len);
	}
}

/*
 * Appends the literal of a key that is sent.
 */
static KeyUse
encode(KeyColumn *column, Datum value, StringInfo out)
{
	if (!is_finite(column->type, value))
		return KEY_ALONE;
	if (column->type == NUMERICOID)
		value = DirectFunctionCall1(numeric_trim_scale, value);
	if (!sf_literal_append_bare(out, column->type, value))
	{
		/* over 38 digits */
		if (column->number)
			return KEY_ALONE;
		column->bare = false;
		if (!sf_literal_append(out, column->type, value, 0))
			return KEY_UNKNOWN;
	}
	return column->number ? check_number(column, out->data) : KEY_SENT;
}

/*
 * What has digits behind those of the remote numbers equals none of them, nor
 * what has more than 38 with theirs; without these all numbers of a list have
 * a type in common.
 */
static KeyUse
check_number(const KeyColumn *column, const char *text)
{
	const char *digits = text + (text[0] == '-');
	const char *point = strchr(digits, '.');
	int			whole = point ? (int) (point - digits) : (int) strlen(digits);

	if (whole > MAX_DIGITS - column->scale && digits[0] != '0')
		return KEY_ALONE;
	return point && (int) strlen(point + 1) > column->scale ? KEY_ALONE : KEY_SENT;
}

/*
 * Snowflake has no infinite dates and numbers.
 */
static bool
is_finite(Oid type, Datum value)
{
	switch (type)
	{
		case NUMERICOID:
			return !numeric_is_nan(DatumGetNumeric(value)) && !numeric_is_inf(DatumGetNumeric(value));
		case DATEOID:
			return !DATE_NOT_FINITE(DatumGetDateADT(value));
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return !TIMESTAMP_NOT_FINITE(DatumGetTimestamp(value));
		default:
			return true;
	}
}

static void
add_key(SfKeys *keys, KeyColumn *column, const char *text, int length)
{
	bool		found;
	KeyText    *entry = texts_insert(column->set, text, &found);

	if (found)
		return;
	entry->text = MemoryContextStrdup(column->context, text);
	column->bytes += length + 1;
	keys->bytes += length + 1;
	if (column->set->members > sf_guc_bind_max_keys || keys->bytes > MAX_BYTES)
		give_up(keys, column);
}

/*
 * Keeps the least and the greatest key.
 */
static void
widen(SfKeys *keys, KeyColumn *column, Datum value)
{
	MemoryContext old;
	bool		less = !column->ranged ||
	DatumGetInt32(FunctionCall2(column->compare, value, column->least)) < 0;
	bool		greater = !column->ranged ||
	DatumGetInt32(FunctionCall2(column->compare, value, column->greatest)) > 0;

	if (!less && !greater)
		return;
	old = MemoryContextSwitchTo(keys->context);
	if (less)
	{
		if (column->ranged && !column->byval)
			pfree(DatumGetPointer(column->least));
		column->least = datumCopy(value, column->byval, column->length);
	}
	if (greater)
	{
		if (column->ranged && !column->byval)
			pfree(DatumGetPointer(column->greatest));
		column->greatest = datumCopy(value, column->byval, column->length);
	}
	column->ranged = true;
	MemoryContextSwitchTo(old);
}

static void
give_up(SfKeys *keys, KeyColumn *column)
{
	keys->bytes -= column->bytes;
	column->bytes = 0;
	column->set = NULL;
	MemoryContextReset(column->context);
}

void
sf_keys_finish(SfKeys *keys)
{
	for (int i = 0; i < keys->ncolumns; i++)
	{
		KeyColumn  *column = &keys->columns[i];
		texts_iterator iterator;
		KeyText    *entry;

		if (column->unknown && column->set)
			give_up(keys, column);
		if (column->set == NULL)
			continue;
		column->list = MemoryContextAlloc(column->context, sizeof(char *) * Max(column->set->members, 1));
		texts_start_iterate(column->set, &iterator);
		while ((entry = texts_iterate(column->set, &iterator)) != NULL)
			column->list[column->n++] = entry->text;
		qsort(column->list, column->n, sizeof(char *), by_text);
	}
	plan_statements(keys);
}

static int
by_text(const void *x, const void *y)
{
	return strcmp(*(const char *const *) x, *(const char *const *) y);
}

/*
 * The column with most keys is split, if they are too many for a statement:
 * the parts have no key in common, so no row comes twice.
 */
static void
plan_statements(SfKeys *keys)
{
	KeyColumn  *column;
	size_t		bytes = 0;

	keys->nstatements = keys->rows > 0 ? 1 : 0;
	keys->split = -1;
	for (int i = 0; i < keys->ncolumns; i++)
	{
		if (keys->columns[i].list && (keys->split < 0 || keys->columns[i].n > keys->columns[keys->split].n))
			keys->split = i;
	}
	if (keys->split < 0 || keys->rows == 0)
		return;
	column = &keys->columns[keys->split];
	keys->starts = MemoryContextAlloc(column->context, sizeof(int) * (column->n + 1));
	keys->nstatements = 0;
	for (int i = 0; i < column->n; i++)
	{
		size_t		length = strlen(column->list[i]);

		if (i == 0 || i - keys->starts[keys->nstatements - 1] >= STATEMENT_KEYS || bytes + length > STATEMENT_BYTES)
		{
			keys->starts[keys->nstatements++] = i;
			bytes = 0;
		}
		bytes += length;
	}
	keys->starts[keys->nstatements] = column->n;
}

int
sf_keys_statements(const SfKeys *keys)
{
	return keys->nstatements;
}

char *
sf_keys_condition(const SfKeys *keys, int column, int statement)
{
	const KeyColumn *one = &keys->columns[column];
	bool		split = column == keys->split;
	StringInfoData out;

	if (one->list == NULL || (!split && !is_one_list(one)))
		return range(one);
	initStringInfo(&out);
	sf_literal_append_texts(&out, one->list + (split ? keys->starts[statement] : 0),
							split ? keys->starts[statement + 1] - keys->starts[statement] : one->n, one->bare);
	return out.data;
}

/*
 * Whether all keys go into one statement.
 */
static bool
is_one_list(const KeyColumn *column)
{
	return column->n <= STATEMENT_KEYS && column->bytes <= STATEMENT_BYTES;
}

/*
 * Of a column whose keys are not sent.
 */
static char *
range(const KeyColumn *column)
{
	StringInfoData out;

	if (column->unknown || !column->ranged)
		return pstrdup(NOT_NULL);
	initStringInfo(&out);
	appendStringInfoString(&out, " BETWEEN ");
	sf_literal_append(&out, column->type, column->least, 0);
	appendStringInfoString(&out, " AND ");
	sf_literal_append(&out, column->type, column->greatest, 0);
	return out.data;
}

int64
sf_keys_count(const SfKeys *keys)
{
	int64		count = 0;

	for (int i = 0; i < keys->ncolumns; i++)
	{
		const KeyColumn *column = &keys->columns[i];

		if (column->list && (i == keys->split || is_one_list(column)))
			count += column->n;
	}
	return count;
}

const char *
sf_keys_dropped(const SfKeys *keys)
{
	for (int i = 0; i < keys->ncolumns && keys->rows > 0; i++)
	{
		const KeyColumn *column = &keys->columns[i];

		if (column->list && (i == keys->split || is_one_list(column)))
			continue;
		return column->unknown ? "Snowflake has no literal for one of them" :
			column->ranged ? "too many; from the least to the greatest" : "too many";
	}
	return NULL;
}
