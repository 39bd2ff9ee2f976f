/*
 * json_members.c
 *	  Members of replies: what is not as documented is 08P01, never a NULL that
 *	  somebody follows.
 */
#include "postgres.h"

#include "core/compat.h"
#include "core/json.h"

static SfJson *member_of(SfJson *object, const char *name, bool needed);
static SfJson *checked_member(SfJson *object, const char *name, SfJsonType type, bool needed);
static char *text_of(SfJson *value, const char *name);
static int64 integer_of(SfJson *value, const char *name);
pg_noreturn static void wrong(const char *name, const char *wanted, SfJson *value);
static const char *type_name(SfJsonType type);

char *
sf_json_need_text(SfJson *object, const char *name)
{
	return text_of(member_of(object, name, true), name);
}

char *
sf_json_opt_text(SfJson *object, const char *name)
{
	SfJson	   *member = member_of(object, name, false);

	return member ? text_of(member, name) : NULL;
}

int64
sf_json_need_int(SfJson *object, const char *name)
{
	return integer_of(member_of(object, name, true), name);
}

int64
sf_json_opt_int(SfJson *object, const char *name, int64 missing)
{
	SfJson	   *member = member_of(object, name, false);

	return member ? integer_of(member, name) : missing;
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
		wrong(name, "true or false", member);
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
	return text_of(sf_json_element(array, i), psprintf("%s[%d]", name, i));
}

SfJson *
sf_json_need_object_at(SfJson *array, int i, const char *name)
{
	return sf_json_need_type(sf_json_element(array, i), SF_JSON_OBJECT, psprintf("%s[%d]", name, i));
}

SfJson *
sf_json_need_type(SfJson *value, SfJsonType type, const char *name)
{
	if (sf_json_type(value) != type)
		wrong(name, type_name(type), value);
	return value;
}

/*
 * NULL for a member that is absent or null, unless it is needed.
 */
static SfJson *
member_of(SfJson *object, const char *name, bool needed)
{
	SfJson	   *member;

	if (object && sf_json_type(object) != SF_JSON_OBJECT)
		ereport(ERROR,
				(errcode(ERRCODE_PROTOCOL_VIOLATION),
				 errmsg("malformed reply from Snowflake: %s stands where an object with \"%s\" should be",
						type_name(sf_json_type(object)), name)));
	member = sf_json_member(object, name);
	if (member == NULL && needed)
		wrong(name, NULL, NULL);
	return member;
}

static SfJson *
checked_member(SfJson *object, const char *name, SfJsonType type, bool needed)
{
	SfJson	   *member = member_of(object, name, needed);

	return member ? sf_json_need_type(member, type, name) : NULL;
}

static char *
text_of(SfJson *value, const char *name)
{
	return sf_json_text(sf_json_need_type(value, SF_JSON_STRING, name));
}

/*
 * Integers come as JSON numbers or as strings of digits.
 */
static int64
integer_of(SfJson *value, const char *name)
{
	char	   *text = sf_json_type(value) == SF_JSON_NUMBER || sf_json_type(value) == SF_JSON_STRING ? sf_json_text(value) : NULL;
	char	   *end = text;
	int64		number = 0;

	errno = 0;
	if (text && text[0] && strspn(text, "-0123456789") == strlen(text))
		number = strtoll(text, &end, 10);
	if (end == text || *end || errno != 0)
		wrong(name, "an integer of at most 64 bits", value);
	return number;
}

/*
 * wanted NULL: the member is absent or null.
 */
static void
wrong(const char *name, const char *wanted, SfJson *value)
{
	if (value == NULL && wanted == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_PROTOCOL_VIOLATION),
				 errmsg("malformed reply from Snowflake: \"%s\" is missing", name)));
	ereport(ERROR,
			(errcode(ERRCODE_PROTOCOL_VIOLATION),
			 errmsg("malformed reply from Snowflake: \"%s\" must be %s, not %s", name, wanted, type_name(sf_json_type(value)))));
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
