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

#include "utils/jsonb.h"

#include "base/buf.h"
#include "base/cells.h"
#include "core/compat.h"

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
 * The document, owned by the current context; NULL, and why in *fault, when the text is not JSON from the first to
 * the last character (white space around it is fine), or none that we take.  The document null is NULL too, with
 * SF_JSON_OK.  Numbers keep their digits, however many.  A text is UTF-8; a buffer is read where it is.  Throws
 * 53200.
 */
extern SfJson *sf_json_parse(const char *text, size_t len, SfJsonFault *fault);
extern SfJson *sf_json_parse_buf(const SfBuf *buf, SfJsonFault *fault);

/* NULL counts as SF_JSON_NULL. */
extern SfJsonType sf_json_type(SfJson *value);

/* A member of an object; NULL when it is absent, null, or value is no object.  The name is in the server's encoding. */
extern SfJson *sf_json_member(SfJson *value, const char *name);

/* Elements of an array; 0 for anything else. */
extern int	sf_json_length(SfJson *value);
extern SfJson *sf_json_element(SfJson *value, int i);

/*
 * The members of an object in order; false when there are no more. *it begins as NULL; names live as long as the
 * document and the current context.  Throws 22P05 for a name that the server's encoding lacks.
 */
extern bool sf_json_next(SfJson *object, void **it, const char **name, SfJson **member);

/*
 * A string, or a number or boolean as its text; NULL for null, arrays and objects.  In the current context.
 * Throws 22P05 for U+0000 and for a character that the server's encoding lacks.
 */
extern char *sf_json_text(SfJson *value);

/* The same for a message: what the server's encoding lacks becomes ?, and of a long string it is the beginning. */
extern char *sf_json_shown(SfJson *value);

/*
 * Members of replies.  Each throws 08P01, which names the member and what it should be, for a value of another type
 * (a parent that is no object, too).  For a member that is absent or null the need forms throw, the opt forms return
 * NULL or what is given.  Integers may be strings of digits, booleans the strings "true" and "false".  Texts are in
 * the current context; they throw as sf_json_text does.
 */
extern char *sf_json_need_text(SfJson *object, const char *name);
extern char *sf_json_opt_text(SfJson *object, const char *name);
extern int64 sf_json_need_int(SfJson *object, const char *name);
extern int64 sf_json_opt_int(SfJson *object, const char *name, int64 missing);
extern bool sf_json_opt_bool(SfJson *object, const char *name, bool missing);
extern SfJson *sf_json_need_array(SfJson *object, const char *name);
extern SfJson *sf_json_opt_array(SfJson *object, const char *name);
extern SfJson *sf_json_need_object(SfJson *object, const char *name);
extern SfJson *sf_json_opt_object(SfJson *object, const char *name);

/* The same for element i of the array called name, which must be there. */
extern char *sf_json_need_text_at(SfJson *array, int i, const char *name);
extern SfJson *sf_json_need_object_at(SfJson *array, int i, const char *name);

/* The value itself, which must be of that type; name says which. */
extern SfJson *sf_json_need_type(SfJson *value, SfJsonType type, const char *name);

/*
 * 08P01: malformed reply from Snowflake, and what is wrong with it.  CONTEXT is the source of the object or array
 * that the reply, or the part of it, is; no other value has one.
 */
pg_noreturn extern void sf_json_malformed(SfJson *where, const char *format,...) pg_attribute_printf(2, 3);

/*
 * What a document is the answer to, as a line of CONTEXT.  Every object and array in it keeps that, and so do their
 * copies, whatever becomes of the call.  Throws 53200.
 */
extern void sf_json_set_source(SfJson *document, const char *source);

/* The same for an object that is made of such an answer; nothing where that has no source.  Throws 53200. */
extern void sf_json_take_source(SfJson *object, SfJson *answer);

/* NULL: none.  Lives as long as the value.  Throws nothing. */
extern const char *sf_json_source(SfJson *value);

/* The UTF-8 of a string, as long as the document lives; NULL for anything else.  Throws nothing. */
extern const char *sf_json_utf8(SfJson *value);

/* Whether the value is an integer of 64 bits, or a string of one.  Throws nothing. */
extern bool sf_json_int(SfJson *value, int64 *number);

/* The value as JSON text in the current context. */
extern char *sf_json_print(SfJson *value);

/* An empty object or array, owned by the current context. */
extern SfJson *sf_json_new_object(void);
extern SfJson *sf_json_new_array(void);

/* A string; NULL (JSON null) for NULL.  Owned by the current context. */
extern SfJson *sf_json_new_text(const char *text);

/* A document of its own with the same content, owned by the current context. */
extern SfJson *sf_json_copy(SfJson *value);

/*
 * Puts a member into an object, in place of one of that name; value (NULL:
 * JSON null) may belong to another document, which then shares it: change a
 * copy, not what is shared.  The forms for text put nothing for NULL.  Texts
 * and names are in the server's encoding.  Throw 53200.
 */
extern void sf_json_set(SfJson *object, const char *name, SfJson *value);
extern void sf_json_set_text(SfJson *object, const char *name, const char *text);
extern void sf_json_set_int(SfJson *object, const char *name, int64 number);
extern void sf_json_set_bool(SfJson *object, const char *name, bool truth);
extern void sf_json_remove(SfJson *object, const char *name);

/* Every member of over, in place of those of that name. */
extern void sf_json_merge(SfJson *object, SfJson *over);

extern void sf_json_append(SfJson *array, SfJson *value);
extern void sf_json_append_text(SfJson *array, const char *text);

/* Between a function's jsonb and a document; both in the current context. */
extern SfJson *sf_json_from_jsonb(Jsonb *value);
extern Jsonb *sf_json_to_jsonb(SfJson *value);

/*
 * The same for a document of a context of its own, which is deleted half-way: the two representations do not take
 * memory together.
 */
extern Jsonb *sf_json_turn_into_jsonb(SfJson *value, MemoryContext documents);

#endif							/* SF_CORE_JSON_H */
