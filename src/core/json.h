/*
 * json.h
 *	  JSON documents of moderate size: metadata and account objects.
 *
 * json-c stays behind this header, whose json_object clashes with a prototype
 * of utils/builtins.h.  Texts are UTF-8 inside a document; what these
 * functions hand out is in the server's encoding.
 */
#ifndef SF_CORE_JSON_H
#define SF_CORE_JSON_H

#include "postgres.h"

typedef struct json_object SfJson;

typedef enum SfJsonType
{
	SF_JSON_NULL,
	SF_JSON_BOOL,
	SF_JSON_NUMBER,
	SF_JSON_STRING,
	SF_JSON_ARRAY,
	SF_JSON_OBJECT
} SfJsonType;

/*
 * The document, owned by the current context; NULL when the text is not JSON
 * from the first to the last character (white space around it is fine).
 */
extern SfJson *sf_json_parse(const char *text, size_t len);

/* NULL counts as SF_JSON_NULL. */
extern SfJsonType sf_json_type(SfJson *value);

/* A member of an object; NULL when it is absent, null, or value is no object. */
extern SfJson *sf_json_member(SfJson *value, const char *name);

/* Elements of an array; 0 for anything else. */
extern int	sf_json_length(SfJson *value);
extern SfJson *sf_json_element(SfJson *value, int i);

/* The members of an object in order; false when there are no more. *it begins as NULL; names live as long as the document. */
extern bool sf_json_next(SfJson *object, void **it, const char **name, SfJson **member);

/* A string, or a number or boolean as its text; NULL for null, arrays and objects.  In the current context.  Throws 22P05 for a character that the server's encoding lacks. */
extern char *sf_json_text(SfJson *value);

/* The value as JSON text in the current context. */
extern char *sf_json_print(SfJson *value);

#endif							/* SF_CORE_JSON_H */
