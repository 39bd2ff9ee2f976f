/*
 * json.c
 *	  JSON documents by json-c.
 */
#include "postgres.h"

#include <limits.h>

#include <json-c/json.h>
#include <json-c/json_visit.h>
#include <json-c/linkhash.h>

#include "common/string.h"
#include "mb/pg_wchar.h"

#include "core/error.h"
#include "core/json.h"
#include "core/owner.h"

#define MAX_MEMORY ((size_t) 400 << 20) /* for one document */
#define MOST_SHOWN 65536		/* bytes of a string in a message, which is
								 * cut shorter once its secrets are masked */
#define SAFE_DIGITS 18			/* of an integer that json-c surely keeps */

/* outlives the contexts of documents, which share their values */
typedef struct Source
{
	int			users;
	char		text[FLEXIBLE_ARRAY_MEMBER];
} Source;

/*
 * Of objects and arrays, which cannot keep it themselves: json-c 0.18 loses
 * its way among containers with userdata when it frees them.
 */
static struct lh_table *sources = NULL;

static bool next_member(SfJson *object, void **it, const char **utf8, SfJson **member);
static SfJson *parse(const char *text, size_t len, SfJsonFault *fault);
static size_t memory_of(const SfJsonParts *parts, size_t len);
static size_t count_long_integers(const char *text, size_t len);
static size_t number_end(const char *text, size_t len, size_t at, bool *long_integer);
static char *with_exponents(const char *text, size_t len, size_t long_integers);
static int	restore_integer(json_object *value, int flags, json_object *parent, const char *key, size_t *index,
							void *arg);
static void release_json(void *document);
static int	copy_one(json_object *value, json_object *parent, const char *key, size_t index, json_object **copy);
static int	set_source(json_object *value, int flags, json_object *parent, const char *key, size_t *index, void *arg);
static bool give_source(json_object *value, Source *source);
static Source *source_of(json_object *value);
static void forget_sources(json_object *value);
static int	forget_one(json_object *value, int flags, json_object *parent, const char *key, size_t *index, void *arg);
static void drop_source(struct lh_entry *entry);
static char *to_server(const char *text, size_t len);
static const char *to_utf8(const char *text);
static SfJson *owned(SfOwner *owner, json_object *value);
static json_object *made(json_object *value);

/*
 * json-c takes more than JSON (comments, 'quotes', NaN), or in its strict mode
 * less (version 0.18 refuses what is not ASCII), so the text is checked
 * before.  It turns an integer that does not fit into 64 bits into the nearest
 * one that does, but keeps the text of a number with an exponent: such
 * integers get one on their way in.
 */
SfJson *
sf_json_parse(const char *text, size_t len, SfJsonFault *fault)
{
	char	   *copy = MemoryContextAllocHuge(CurrentMemoryContext, len + SF_BUF_SLACK);
	SfJson	   *document;

	memcpy(copy, text, len);
	memset(copy + len, 0, SF_BUF_SLACK);
	document = parse(copy, len, fault);
	pfree(copy);
	return document;
}

SfJson *
sf_json_parse_buf(const SfBuf *buf, SfJsonFault *fault)
{
	static const char empty[SF_BUF_SLACK] = "";

	return buf->data ? parse(buf->data, buf->len, fault) : parse(empty, 0, fault);
}

const char *
sf_json_utf8(SfJson *value)
{
	return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : NULL;
}

SfJsonType
sf_json_type(SfJson *value)
{
	switch (json_object_get_type(value))
	{
		case json_type_null:
			return SF_JSON_NULL;
		case json_type_boolean:
			return SF_JSON_BOOL;
		case json_type_double:
		case json_type_int:
			return SF_JSON_NUMBER;
		case json_type_string:
			return SF_JSON_STRING;
		case json_type_array:
			return SF_JSON_ARRAY;
		case json_type_object:
			return SF_JSON_OBJECT;
	}
	return SF_JSON_NULL;
}

SfJson *
sf_json_member(SfJson *value, const char *name)
{
	json_object *member;

	if (!json_object_is_type(value, json_type_object) || !json_object_object_get_ex(value, to_utf8(name), &member))
		return NULL;
	return member;
}

int
sf_json_length(SfJson *value)
{
	return json_object_is_type(value, json_type_array) ? (int) json_object_array_length(value) : 0;
}

SfJson *
sf_json_element(SfJson *value, int i)
{
	return json_object_array_get_idx(value, i);
}

bool
sf_json_next(SfJson *object, void **it, const char **name, SfJson **member)
{
	const char *utf8;

	if (!next_member(object, it, &utf8, member))
		return false;
	*name = pg_is_ascii(utf8) ? utf8 : pg_any_to_server(utf8, strlen(utf8), PG_UTF8);
	return true;
}

char *
sf_json_text(SfJson *value)
{
	switch (json_object_get_type(value))
	{
		case json_type_string:
			return to_server(json_object_get_string(value), json_object_get_string_len(value));
		case json_type_boolean:
		case json_type_int:
		case json_type_double:
			return pstrdup(json_object_to_json_string_ext(value, JSON_C_TO_STRING_PLAIN));
		default:
			return NULL;
	}
}

char *
sf_json_shown(SfJson *value)
{
	if (!json_object_is_type(value, json_type_string))
		return sf_json_text(value);
	return sf_text_shown(json_object_get_string(value), Min(json_object_get_string_len(value), MOST_SHOWN));
}

char *
sf_json_print(SfJson *value)
{
	size_t		len;
	const char *text = json_object_to_json_string_length(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE,
														 &len);

	return to_server(text, len);
}

SfJson *
sf_json_new_object(void)
{
	SfOwner    *owner = sf_owner_create(CurrentMemoryContext, release_json);

	return owned(owner, json_object_new_object());
}

SfJson *
sf_json_new_array(void)
{
	SfOwner    *owner = sf_owner_create(CurrentMemoryContext, release_json);

	return owned(owner, json_object_new_array());
}

SfJson *
sf_json_new_text(const char *text)
{
	SfOwner    *owner;
	const char *utf8;

	if (text == NULL)
		return NULL;
	owner = sf_owner_create(CurrentMemoryContext, release_json);
	utf8 = to_utf8(text);
	return owned(owner, json_object_new_string(utf8));
}

SfJson *
sf_json_copy(SfJson *value)
{
	SfOwner    *owner = sf_owner_create(CurrentMemoryContext, release_json);
	json_object *copy = NULL;

	if (value == NULL)
		return NULL;
	json_object_deep_copy(value, &copy, copy_one);
	return owned(owner, copy);
}

void
sf_json_set_source(SfJson *document, const char *source)
{
	size_t		size = offsetof(Source, text) + strlen(source) + 1;
	Source	   *kept;

	if (sf_json_type(document) != SF_JSON_OBJECT && sf_json_type(document) != SF_JSON_ARRAY)
		return;
	kept = malloc(size);
	if (kept == NULL)
		made(NULL);
	kept->users = 0;
	strlcpy(kept->text, source, size - offsetof(Source, text));
	/* the document itself is the first */
	if (json_c_visit(document, 0, set_source, kept) != 0)
		made(NULL);
}

void
sf_json_take_source(SfJson *object, SfJson *answer)
{
	Source	   *source = source_of(answer);

	if (source)
		give_source(object, source);
}

const char *
sf_json_source(SfJson *value)
{
	Source	   *source = source_of(value);

	return source ? source->text : NULL;
}

void
sf_json_set(SfJson *object, const char *name, SfJson *value)
{
	const char *utf8 = to_utf8(name);

	forget_sources(sf_json_member(object, name));
	if (json_object_object_add(object, utf8, json_object_get(value)) != 0)
	{
		json_object_put(value);
		made(NULL);
	}
}

void
sf_json_set_text(SfJson *object, const char *name, const char *text)
{
	if (text)
		sf_json_set(object, name, sf_json_new_text(text));
}

void
sf_json_set_int(SfJson *object, const char *name, int64 number)
{
	SfOwner    *owner = sf_owner_create(CurrentMemoryContext, release_json);

	sf_json_set(object, name, owned(owner, json_object_new_int64(number)));
}

void
sf_json_set_bool(SfJson *object, const char *name, bool truth)
{
	SfOwner    *owner = sf_owner_create(CurrentMemoryContext, release_json);

	sf_json_set(object, name, owned(owner, json_object_new_boolean(truth)));
}

void
sf_json_remove(SfJson *object, const char *name)
{
	forget_sources(sf_json_member(object, name));
	json_object_object_del(object, to_utf8(name));
}

void
sf_json_merge(SfJson *object, SfJson *over)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *member;

	while (next_member(over, &it, &name, &member))
	{
		json_object *old;

		if (json_object_object_get_ex(object, name, &old))
			forget_sources(old);
		if (json_object_object_add(object, name, json_object_get(member)) != 0)
		{
			json_object_put(member);
			made(NULL);
		}
	}
}

void
sf_json_append(SfJson *array, SfJson *value)
{
	if (json_object_array_add(array, json_object_get(value)) != 0)
	{
		json_object_put(value);
		made(NULL);
	}
}

void
sf_json_append_text(SfJson *array, const char *text)
{
	sf_json_append(array, sf_json_new_text(text));
}

/*
 * sf_json_next with the name as it is in the document, in UTF-8.  Throws
 * nothing.
 */
static bool
next_member(SfJson *object, void **it, const char **utf8, SfJson **member)
{
	struct lh_entry *entry = *it ? lh_entry_next((struct lh_entry *) *it) : NULL;

	if (*it == NULL && json_object_is_type(object, json_type_object))
		entry = json_object_get_object(object)->head;
	if (entry == NULL)
		return false;
	*it = entry;
	*utf8 = lh_entry_k(entry);
	*member = (json_object *) lh_entry_v(entry);
	return true;
}

/*
 * The text has SF_BUF_SLACK bytes behind it, a NUL first.
 */
static SfJson *
parse(const char *text, size_t len, SfJsonFault *fault)
{
	SfOwner    *owner = sf_owner_create(CurrentMemoryContext, release_json);
	SfJsonParts parts;
	json_tokener *tokener;
	json_object *document;
	size_t		long_integers;
	char	   *marked = NULL;
	bool		short_of_memory;

	*fault = sf_json_check(text, len, &parts);
	if (*fault == SF_JSON_OK && (len > INT_MAX / 2 || memory_of(&parts, len) > MAX_MEMORY))
		*fault = SF_JSON_TOO_MANY;
	if (*fault != SF_JSON_OK)
		return NULL;
	long_integers = count_long_integers(text, len);
	if (long_integers > 0)
		marked = with_exponents(text, len, long_integers);
	tokener = json_tokener_new_ex(SF_JSON_DEPTH + 1);
	if (tokener == NULL)
		return made(NULL);
	/* with the NUL, behind which a number ends that is all of the text */
	document = json_tokener_parse_ex(tokener, marked ? marked : text, (int) (marked ? strlen(marked) : len) + 1);
	/* the text is known to be good */
	short_of_memory = json_tokener_get_error(tokener) != json_tokener_success;
	json_tokener_free(tokener);
	if (short_of_memory)
		return made(NULL);
	sf_owner_set(owner, document);
	if (document && long_integers > 0 && json_c_visit(document, 0, restore_integer, NULL) != 0)
		made(NULL);
	if (marked)
		pfree(marked);
	return document;
}

/*
 * About what json-c takes, with a hash table of 16 entries for each object and
 * 32 pointers for each array, and what jsonb_in takes for the values.
 */
static size_t
memory_of(const SfJsonParts *parts, size_t len)
{
	return 2 * len + 160 * parts->values + 900 * parts->objects + 350 * parts->arrays;
}

/*
 * The integers that json-c would change.
 */
static size_t
count_long_integers(const char *text, size_t len)
{
	size_t		count = 0;
	size_t		i = 0;

	while (i < len)
	{
		bool		long_integer = false;

		if (text[i] == '"')
		{
			for (i++; text[i] != '"'; i++)
			{
				if (text[i] == '\\')
					i++;
			}
			i++;
		}
		else if (text[i] == '-' || (text[i] >= '0' && text[i] <= '9'))
			i = number_end(text, len, i, &long_integer);
		else
			i++;
		count += long_integer;
	}
	return count;
}

static size_t
number_end(const char *text, size_t len, size_t at, bool *long_integer)
{
	size_t		digits = 0;
	bool		plain = true;

	for (; at < len && text[at] && strchr("0123456789+-.eE", text[at]); at++)
	{
		if (text[at] >= '0' && text[at] <= '9')
			digits++;
		else if (text[at] != '-')
			plain = false;
	}
	*long_integer = plain && digits > SAFE_DIGITS;
	return at;
}

/*
 * The text with e0 behind each integer that is too long, of len + 2 *
 * long_integers bytes.
 */
static char *
with_exponents(const char *text, size_t len, size_t long_integers)
{
	char	   *copy = MemoryContextAllocHuge(CurrentMemoryContext, len + 2 * long_integers + 1);
	char	   *out = copy;
	size_t		i = 0;

	while (i < len)
	{
		size_t		start = i;
		bool		long_integer = false;

		if (text[i] == '"')
		{
			for (i++; i < len && text[i] != '"'; i++)
			{
				if (text[i] == '\\')
					i++;
			}
			i = Min(i + 1, len);
		}
		else if (text[i] == '-' || (text[i] >= '0' && text[i] <= '9'))
			i = number_end(text, len, i, &long_integer);
		else
			i++;
		memcpy(out, text + start, i - start);
		out += i - start;
		if (long_integer)
		{
			memcpy(out, "e0", 2);
			out += 2;
		}
	}
	*out = '\0';
	return copy;
}

/*
 * Called by json-c: takes the exponent of with_exponents off again.
 */
static int
restore_integer(json_object *value, int flags, json_object *parent, const char *key, size_t *index, void *arg)
{
	const char *text;
	char	   *digits;
	size_t		len;

	if (!json_object_is_type(value, json_type_double))
		return JSON_C_VISIT_RETURN_CONTINUE;
	text = json_object_to_json_string_length(value, JSON_C_TO_STRING_PLAIN, &len);
	if (text == NULL || len < SAFE_DIGITS + 3 || strcmp(text + len - 2, "e0") != 0 ||
		strspn(text, "-0123456789") != len - 2)
		return JSON_C_VISIT_RETURN_CONTINUE;
	digits = strndup(text, len - 2);
	if (digits == NULL)
		return JSON_C_VISIT_RETURN_ERROR;
	json_object_set_serializer(value, json_object_userdata_to_json_string, digits, json_object_free_userdata);
	return JSON_C_VISIT_RETURN_CONTINUE;
}

/*
 * Runs in a reset callback: must not throw.
 */
static void
release_json(void *document)
{
	forget_sources(document);
	json_object_put(document);
}

/*
 * Called by json-c for each value that is copied.  Throws nothing.
 */
static int
copy_one(json_object *value, json_object *parent, const char *key, size_t index, json_object **copy)
{
	int			result = json_c_shallow_copy_default(value, parent, key, index, copy);

	if (result >= 0 && source_of(value))
		give_source(*copy, source_of(value));
	return result;
}

/*
 * Called by json-c for each value of a document.  Throws nothing.
 */
static int
set_source(json_object *value, int flags, json_object *parent, const char *key, size_t *index, void *arg)
{
	if (flags == 0 && (json_object_is_type(value, json_type_object) || json_object_is_type(value, json_type_array)) &&
		!give_source(value, arg))
		return JSON_C_VISIT_RETURN_ERROR;
	return JSON_C_VISIT_RETURN_CONTINUE;
}

/*
 * In place of one that it has; false without memory.  Throws nothing.
 */
static bool
give_source(json_object *value, Source *source)
{
	if (sources == NULL)
		sources = lh_kptr_table_new(64, drop_source);
	if (sources == NULL)
		return false;
	source->users++;
	lh_table_delete(sources, value);
	if (lh_table_insert(sources, value, source) == 0)
		return true;
	source->users--;
	return false;
}

static Source *
source_of(json_object *value)
{
	void	   *source = NULL;

	if (sources == NULL || value == NULL || !lh_table_lookup_ex(sources, value, &source))
		return NULL;
	return source;
}

/*
 * Of a value that is about to be freed, and all in it.  Throws nothing.
 */
static void
forget_sources(json_object *value)
{
	if (sources == NULL || value == NULL)
		return;
	json_c_visit(value, 0, forget_one, NULL);
	/* the places of those that are gone would be searched through for ever */
	if (lh_table_length(sources) == 0)
	{
		lh_table_free(sources);
		sources = NULL;
	}
}

static int
forget_one(json_object *value, int flags, json_object *parent, const char *key, size_t *index, void *arg)
{
	if (flags == 0 && (json_object_is_type(value, json_type_object) || json_object_is_type(value, json_type_array)))
		lh_table_delete(sources, value);
	return JSON_C_VISIT_RETURN_CONTINUE;
}

/*
 * Called by json-c for an entry that goes.
 */
static void
drop_source(struct lh_entry *entry)
{
	Source	   *source = (Source *) lh_entry_v(entry);

	if (--source->users == 0)
		free(source);
}

/*
 * A copy in the server's encoding.
 */
static char *
to_server(const char *text, size_t len)
{
	char	   *converted;

	if (memchr(text, '\0', len))
		ereport(ERROR,
				(errcode(ERRCODE_UNTRANSLATABLE_CHARACTER),
				 errmsg("a JSON string contains the character U+0000, which a text cannot hold")));
	converted = pg_any_to_server(text, (int) len, PG_UTF8);

	return converted == text ? pnstrdup(text, len) : converted;
}

/*
 * The text itself, or a copy in the current context.  Throws errors of the
 * encoding.
 */
static const char *
to_utf8(const char *text)
{
	return pg_is_ascii(text) ? text : pg_server_to_any(text, strlen(text), PG_UTF8);
}

/*
 * Takes over a new value, which lives as long as the owner's context.  Throws
 * 53200 for NULL.
 */
static SfJson *
owned(SfOwner *owner, json_object *value)
{
	sf_owner_set(owner, made(value));
	return value;
}

/*
 * Throws 53200 for NULL, which is what json-c returns without memory.
 */
static json_object *
made(json_object *value)
{
	if (value == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OUT_OF_MEMORY),
				 errmsg("out of memory"),
				 errdetail("A JSON value could not be made.")));
	return value;
}
