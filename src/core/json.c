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
