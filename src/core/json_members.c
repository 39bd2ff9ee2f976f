/*
 * json_members.c
 *	  Members of replies: what is not as documented is 08P01, never a NULL that
 *	  somebody follows.
 */
#include "postgres.h"

#include "core/error.h"
#include "core/json.h"

static SfJson *member_of(SfJson *object, const char *name, bool needed);
static SfJson *checked_member(SfJson *object, const char *name, SfJsonType type, bool needed);
static SfJson *typed(SfJson *where, SfJson *value, SfJsonType type, const char *name);
static char *text_of(SfJson *where, SfJson *value, const char *name);
static int64 integer_of(SfJson *where, SfJson *value, const char *name);
pg_noreturn static void wrong(SfJson *where, const char *name, const char *wanted, SfJson *value);
static const char *type_name(SfJsonType type);

char *
sf_json_need_text(SfJson *object, const char *name)
{
	return text_of(object, member_of(object, name, true), name);
}

char *
sf_json_opt_text(SfJson *object, const char *name)
{
	SfJson	   *member = member_of(object, name, false);

	return member ? text_of(object, member, name) : NULL;
}

int64
sf_json_need_int(SfJson *object, const char *name)
{
	return integer_of(object, member_of(object, name, true), name);
}

int64
sf_json_opt_int(SfJson *object, const char *name, int64 missing)
{
	SfJson	   *member = member_of(object, name, false);

	return member ? integer_of(object, member, name) : missing;
}

bool
sf_json_opt_bool(SfJson *object, const char *name, bool missing)
{
	SfJson	   *member = member_of(object, name, false);
	char	   *text;
	bool		truth;

	if (member == NULL)
		return missing;
	text = sf_json_type(member) == SF_JSON_BOOL || sf_json_type(member) == SF_JSON_STRING ? sf_json_text(member) : NULL;
	truth = text && pg_strcasecmp(text, "true") == 0;
	if (!truth && (text == NULL || pg_strcasecmp(text, "false") != 0))
		wrong(object, name, "true or false", member);
	return truth;
}

SfJson *
sf_json_need_array(SfJson *object, const char *name)
{
	return checked_member(object, name, SF_JSON_ARRAY, true);
}

SfJson *
sf_json_opt_array(SfJson *object, const char *name)
{
	return checked_member(object, name, SF_JSON_ARRAY, false);
}

SfJson *
sf_json_need_object(SfJson *object, const char *name)
{
	return checked_member(object, name, SF_JSON_OBJECT, true);
}

SfJson *
sf_json_opt_object(SfJson *object, const char *name)
{
	return checked_member(object, name, SF_JSON_OBJECT, false);
}

char *
sf_json_need_text_at(SfJson *array, int i, const char *name)
{
	return text_of(array, sf_json_element(array, i), psprintf("%s[%d]", name, i));
}

SfJson *
sf_json_need_object_at(SfJson *array, int i, const char *name)
{
	return typed(array, sf_json_element(array, i), SF_JSON_OBJECT, psprintf("%s[%d]", name, i));
}

SfJson *
sf_json_need_type(SfJson *value, SfJsonType type, const char *name)
{
	return typed(value, value, type, name);
}

bool
sf_json_int(SfJson *value, int64 *number)
{
	const char *text = sf_json_type(value) == SF_JSON_NUMBER ? sf_json_text(value) : sf_json_utf8(value);
	char	   *end;

	if (text == NULL || text[0] == '\0' || strspn(text, "-0123456789") != strlen(text))
		return false;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0' && end != text;
}

void
sf_json_malformed(SfJson *where, const char *format,...)
{
	const char *source = sf_json_source(where);
	va_list		args;
	char	   *what;

	va_start(args, format);
	what = sf_vpsprintf(format, args);
	va_end(args);
	ereport(ERROR,
			(errcode(ERRCODE_PROTOCOL_VIOLATION),
			 errmsg("malformed reply from Snowflake: %s", what),
			 source ? errcontext("%s", source) : 0));
	pg_unreachable();
}

/*
 * NULL for a member that is absent or null, unless it is needed.
 */
static SfJson *
member_of(SfJson *object, const char *name, bool needed)
{
	SfJson	   *member;

	if (object && sf_json_type(object) != SF_JSON_OBJECT)
		sf_json_malformed(object, "%s stands where an object with \"%s\" should be",
						  type_name(sf_json_type(object)), name);
	member = sf_json_member(object, name);
	if (member == NULL && needed)
		wrong(object, name, NULL, NULL);
	return member;
}

/*
 * NULL when it is absent or null and not needed; throws 08P01.
 */
static SfJson *
checked_member(SfJson *object, const char *name, SfJsonType type, bool needed)
{
	SfJson	   *member = member_of(object, name, needed);

	return member ? typed(object, member, type, name) : NULL;
}

/*
 * The value, which where has, or is.  Throws 08P01.
 */
static SfJson *
typed(SfJson *where, SfJson *value, SfJsonType type, const char *name)
{
	if (sf_json_type(value) != type)
		wrong(where, name, type_name(type), value);
	return value;
}

/*
 * In the current context; throws 08P01, and as sf_json_text does.
 */
static char *
text_of(SfJson *where, SfJson *value, const char *name)
{
	return sf_json_text(typed(where, value, SF_JSON_STRING, name));
}

/*
 * Throws 08P01.
 */
static int64
integer_of(SfJson *where, SfJson *value, const char *name)
{
	int64		number;

	if (!sf_json_int(value, &number))
		wrong(where, name, "an integer of at most 64 bits", value);
	return number;
}

/*
 * wanted NULL: the member is absent or null.
 */
static void
wrong(SfJson *where, const char *name, const char *wanted, SfJson *value)
{
	if (value == NULL && wanted == NULL)
		sf_json_malformed(where, "\"%s\" is missing", name);
	sf_json_malformed(where, "\"%s\" must be %s, not %s", name, wanted, type_name(sf_json_type(value)));
}

static const char *
type_name(SfJsonType type)
{
	switch (type)
	{
		case SF_JSON_NULL:
			return "null";
		case SF_JSON_BOOL:
			return "a boolean";
		case SF_JSON_NUMBER:
			return "a number";
		case SF_JSON_STRING:
			return "a string";
		case SF_JSON_ARRAY:
			return "an array";
		case SF_JSON_OBJECT:
			return "an object";
	}
	return "unknown";
}
