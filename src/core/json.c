/*
 * json.c
 *	  JSON documents by json-c.
 */
#include "postgres.h"

#include <limits.h>

#include <json-c/json.h>

#include "mb/pg_wchar.h"

#include "core/json.h"
#include "core/owner.h"

#define MAX_DEPTH 64

static void release_json(void *document);
static char *to_server(const char *text, size_t len);
static char *to_utf8(const char *text);
static SfJson *owned(SfOwner *owner, json_object *value);
static json_object *made(json_object *value);

SfJson *
sf_json_parse(const char *text, size_t len)
{
	SfOwner    *owner = sf_owner_create(CurrentMemoryContext, release_json);
	json_tokener *tokener = json_tokener_new_ex(MAX_DEPTH);
	json_object *document = NULL;
	size_t		end;

	if (tokener == NULL)
		return NULL;
	if (len <= INT_MAX)
	{
		document = json_tokener_parse_ex(tokener, text, (int) len);
		end = json_tokener_get_parse_end(tokener);
		if (json_tokener_get_error(tokener) != json_tokener_success)
		{
			json_object_put(document);
			document = NULL;
		}
		while (document && end < len && strchr(" \t\r\n", text[end]))
			end++;
		if (document && end < len)
		{
			json_object_put(document);
			document = NULL;
		}
	}
	json_tokener_free(tokener);
	sf_owner_set(owner, document);
	return document;
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

	if (!json_object_is_type(value, json_type_object) || !json_object_object_get_ex(value, name, &member))
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
	struct lh_entry *entry = *it ? lh_entry_next((struct lh_entry *) *it) : NULL;

	if (*it == NULL && json_object_is_type(object, json_type_object))
		entry = json_object_get_object(object)->head;
	if (entry == NULL)
		return false;
	*it = entry;
	*name = lh_entry_k(entry);
	*member = (json_object *) lh_entry_v(entry);
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
sf_json_print(SfJson *value)
{
	size_t		len;
	const char *text = json_object_to_json_string_length(value, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE, &len);

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
	char	   *utf8;

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
	json_object_deep_copy(value, &copy, NULL);
	return owned(owner, copy);
}

void
sf_json_set(SfJson *object, const char *name, SfJson *value)
{
	char	   *utf8 = to_utf8(name);

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
	json_object_object_del(object, to_utf8(name));
}

void
sf_json_merge(SfJson *object, SfJson *over)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *member;

	while (sf_json_next(over, &it, &name, &member))
	{
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

static void
release_json(void *document)
{
	json_object_put(document);
}

/*
 * A copy in the server's encoding.
 */
static char *
to_server(const char *text, size_t len)
{
	char	   *converted = pg_any_to_server(text, (int) len, PG_UTF8);

	return converted == text ? pnstrdup(text, len) : converted;
}

static char *
to_utf8(const char *text)
{
	return pg_server_to_any(text, strlen(text), PG_UTF8);
}

static SfJson *
owned(SfOwner *owner, json_object *value)
{
	sf_owner_set(owner, made(value));
	return value;
}

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
