/*
 * path.c
 *	  Names and paths of objects (facts: identifiers in paths are percent
 *	  encoded, quoted ones with their quotes).
 */
#include "postgres.h"

#include <ctype.h>

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "utils/memutils.h"

#include "base/ident.h"
#include "base/str.h"
#include "core/owner.h"
#include "core/quote.h"
#include "objects/path.h"

/* What EXPLAIN shows in place of what is not known before the scan. */
static const struct
{
	const char *encoded;
	const char *shown;
}			placeholders[] = {
	{"%22%7Bdatabase%7D%22", "{database}"},
	{"%22%7Bschema%7D%22", "{schema}"},
	{"%22%7Bname%7D%22", "{name}"},
	{"%22%7Bparameter%7D%22", "{parameter}"},
	{"%7Bparameter%7D", "{parameter}"},
	{"%7Bname%7D", "{name}"},
};

static void place(SfObjectName *out, const SfKindDef *kind, const char *name, const SfObjectName *given,
				  const SfObjectName *otherwise);
static void read_name(SfObjectName *out, const SfKindDef *kind, const char *name);
static void read_place(SfObjectName *out, const char *database, const char *schema);
static char *first_of(char *a, char *b, char *c);
static char *own_text(SfJson *object, const char *name);
static char *signature(const char *name, SfJson *arguments);
static void split_arguments(const char *text, char **name, char **arguments);
static bool are_arguments(const char *text);
static char *single_name(const char *text, const char *what);
static void append_encoded(StringInfo path, const char *text);

void
sf_object_name(SfObjectName *out, const SfKindDef *kind, const char *name, const char *database, const char *schema,
			   const SfConnOptions *options)
{
	SfObjectName given = {0};
	SfObjectName server = {options->database, options->schema, NULL};

	read_place(&given, database, schema);
	place(out, kind, name, &given, &server);
}

void
sf_object_name_of(SfObjectName *out, const SfKindDef *kind, SfJson *object, const char *database, const char *schema,
				  const SfConnOptions *options)
{
	char	   *name = own_text(object, "name");
	SfObjectName given = {0};
	SfObjectName own = {0};

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the properties must have a \"name\"")));
	if (kind->flags & SF_KIND_WITH_ARGS)
		name = signature(name, sf_json_member(object, "arguments"));
	read_place(&given, database, schema);
	read_place(&own, own_text(object, "database_name"), own_text(object, "schema_name"));
	if (own.database == NULL)
		own.database = options->database;
	if (own.schema == NULL)
		own.schema = options->schema;
	place(out, kind, name, &given, &own);
}

void
sf_object_name_near(SfObjectName *out, const SfKindDef *kind, const char *name, const SfObjectName *near)
{
	SfObjectName none = {0};

	place(out, kind, name, &none, near);
}

void
sf_object_set_place(SfJson *object, const SfKindDef *kind, const SfObjectName *name)
{
	if (kind->scope >= SF_SCOPE_DATABASE)
		sf_json_set_text(object, "database_name", sf_name_written(name->database));
	if (kind->scope >= SF_SCOPE_SCHEMA)
		sf_json_set_text(object, "schema_name", sf_name_written(name->schema));
}

char *
sf_object_path(const SfKindDef *kind, const SfObjectName *name)
{
	StringInfoData path;

	initStringInfo(&path);
	for (const char *p = kind->path; *p;)
	{
		if (strncmp(p, "{database}", 10) == 0)
		{
			append_encoded(&path, sf_name_written(name->database));
			p += 10;
		}
		else if (strncmp(p, "{schema}", 8) == 0)
		{
			append_encoded(&path, sf_name_written(name->schema));
			p += 8;
		}
		else
			appendStringInfoChar(&path, *p++);
	}
	if (name->name)
	{
		appendStringInfoChar(&path, '/');
		append_encoded(&path, kind->flags & SF_KIND_WITH_ARGS ? name->name : sf_name_written(name->name));
	}
	return path.data;
}

char *
sf_object_display(const SfKindDef *kind, const SfObjectName *name)
{
	const char *last = kind->flags & SF_KIND_WITH_ARGS ? name->name : sf_name_written(name->name);

	if (kind->scope == SF_SCOPE_SCHEMA)
		return psprintf("%s.%s.%s", sf_name_written(name->database), sf_name_written(name->schema), last);
	if (kind->scope == SF_SCOPE_DATABASE)
		return psprintf("%s.%s", sf_name_written(name->database), last);
	return pstrdup(last);
}

char *
sf_name_written(const char *exact)
{
	return sf_ident_is_simple(exact) ? pstrdup(exact) : sf_quoted_name(exact);
}

char *
sf_name_exact(const char *answered)
{
	size_t		len = strlen(answered);
	char	   *exact;
	char	   *out;

	if (len < 2 || answered[0] != '"' || answered[len - 1] != '"')
		return pstrdup(answered);
	exact = out = palloc(len);
	for (size_t i = 1; i < len - 1; i++)
	{
		if (answered[i] == '"' && answered[i + 1] == '"' && i + 1 < len - 1)
			i++;
		*out++ = answered[i];
	}
	*out = '\0';
	return exact;
}

char *
sf_answer_name(SfJson *object)
{
	char	   *exact = sf_name_exact(sf_json_need_text(object, "name"));

	if (exact[0] == '\0')
		sf_json_malformed(object, "\"name\" is empty");
	return exact;
}

char *
sf_name_referred(const char *answered)
{
	const char *last = answered;
	bool		quoted = false;

	for (const char *p = answered; *p; p++)
	{
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '.' && !quoted)
			last = p + 1;
	}
	return sf_name_exact(last);
}

char *
sf_path_add(const char *path, const char *name, const char *value)
{
	StringInfoData out;

	initStringInfo(&out);
	appendStringInfo(&out, "%s%c", path, strchr(path, '?') ? '&' : '?');
	append_encoded(&out, name);
	appendStringInfoChar(&out, '=');
	append_encoded(&out, value);
	return out.data;
}

const char *
sf_path_add_members(const char *path, SfJson *params)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *value;

	while (sf_json_next(params, &it, &name, &value))
	{
		if (sf_json_type(value) == SF_JSON_ARRAY || sf_json_type(value) == SF_JSON_OBJECT)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("the value of parameter \"%s\" must be a string, a number or a boolean", name)));
		if (value)
			path = sf_path_add(path, name, sf_json_text(value));
	}
	return path;
}

char *
sf_path_shown(const char *path)
{
	StringInfoData out;

	initStringInfo(&out);
	while (*path)
	{
		int			i = 0;

		while (i < lengthof(placeholders) &&
			   strncmp(path, placeholders[i].encoded, strlen(placeholders[i].encoded)) != 0)
			i++;
		if (i < lengthof(placeholders))
			appendStringInfoString(&out, placeholders[i].shown);
		else
			appendStringInfoChar(&out, *path);
		path += i < lengthof(placeholders) ? strlen(placeholders[i].encoded) : 1;
	}
	return out.data;
}

char *
sf_name_without_arguments(const char *name)
{
	char	   *bare;
	char	   *arguments;

	split_arguments(name, &bare, &arguments);
	return bare;
}

/*
 * The parts: of given, of the qualified name, of otherwise.
 */
static void
place(SfObjectName *out, const SfKindDef *kind, const char *name, const SfObjectName *given,
	  const SfObjectName *otherwise)
{
	SfObjectName qualified = {0};

	memset(out, 0, sizeof(*out));
	if (name)
		read_name(&qualified, kind, name);
	out->name = qualified.name;
	if (kind->scope >= SF_SCOPE_DATABASE)
		out->database = first_of(given->database, qualified.database, otherwise->database);
	if (kind->scope >= SF_SCOPE_SCHEMA)
		out->schema = first_of(given->schema, qualified.schema, otherwise->schema);
	if ((kind->scope >= SF_SCOPE_DATABASE && out->database == NULL) ||
		(kind->scope >= SF_SCOPE_SCHEMA && out->schema == NULL))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("no %s given for kind \"%s\"", out->database == NULL ? "database" : "schema", kind->name),
				 errhint("Qualify the name, give the argument \"%s\", or set the server's option of that name.",
						 out->database == NULL ? "database" : "schema")));
}

/*
 * A name apart into its parts.
 */
static void
read_name(SfObjectName *out, const SfKindDef *kind, const char *name)
{
	SfIdentParts *parts = palloc(sizeof(SfIdentParts));
	char		err[128];
	char	   *bare = pstrdup(name);
	char	   *arguments = NULL;
	int			n;

	if (kind->flags & SF_KIND_WITH_ARGS)
		split_arguments(name, &bare, &arguments);
	if (arguments && !are_arguments(arguments))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not a name of kind \"%s\"", name, kind->name),
				 errdetail("The types of the arguments are not a list in parentheses.")));
	n = sf_ident_parse(bare, parts, err, sizeof(err));
	if (n < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not a name of kind \"%s\"", name, kind->name),
				 errdetail_internal("%s", err)));
	if (n > 1 + (int) kind->scope)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" has too many parts for a name of kind \"%s\"", name, kind->name)));
	out->name = pstrdup(parts->name[n - 1]);
	if (arguments)
		out->name = psprintf("%s%s", sf_name_written(out->name), arguments);
	if (kind->scope == SF_SCOPE_SCHEMA && n >= 2)
		out->schema = pstrdup(parts->name[n - 2]);
	if ((kind->scope == SF_SCOPE_SCHEMA && n == 3) || (kind->scope == SF_SCOPE_DATABASE && n == 2))
		out->database = pstrdup(parts->name[0]);
}

/*
 * Throws 42602 for a name that is none.
 */
static void
read_place(SfObjectName *out, const char *database, const char *schema)
{
	out->database = database ? single_name(database, "database") : NULL;
	out->schema = schema ? single_name(schema, "schema") : NULL;
}

static char *
first_of(char *a, char *b, char *c)
{
	return a ? a : b ? b : c;
}

/*
 * A member of an object that must be text where it is given.
 */
static char *
own_text(SfJson *object, const char *name)
{
	SfJson	   *member = sf_json_member(object, name);

	if (member && sf_json_type(member) != SF_JSON_STRING)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("property \"%s\" must be text", name)));
	return member ? sf_json_text(member) : NULL;
}

/*
 * f(NUMBER, VARCHAR) of a name and the arguments of a definition.
 */
static char *
signature(const char *name, SfJson *arguments)
{
	StringInfoData text;

	initStringInfo(&text);
	appendStringInfo(&text, "%s(", name);
	for (int i = 0; i < sf_json_length(arguments); i++)
	{
		char	   *type = sf_json_text(sf_json_member(sf_json_element(arguments, i), "datatype"));

		appendStringInfo(&text, "%s%s", i ? ", " : "", type ? type : "");
	}
	appendStringInfoChar(&text, ')');
	return text.data;
}

/*
 * f(NUMBER, VARCHAR) apart into the name and the types.
 */
static void
split_arguments(const char *text, char **name, char **arguments)
{
	bool		quoted = false;

	for (const char *p = text; *p; p++)
	{
		if (*p == '"')
			quoted = !quoted;
		else if (*p == '(' && !quoted)
		{
			*name = pnstrdup(text, p - text);
			*arguments = pstrdup(p);
			return;
		}
	}
	*name = pstrdup(text);
	*arguments = pstrdup("()");
}

/*
 * Whether a text is one list of types in parentheses, and nothing more: it goes
 * into statements as it is.
 */
static bool
are_arguments(const char *text)
{
	int			depth = 0;
	bool		quoted = false;

	for (const char *p = text; *p; p++)
	{
		if (*p == '"')
			quoted = !quoted;
		if (*p == '"' || quoted)
			continue;
		depth += *p == '(' ? 1 : *p == ')' ? -1 : 0;
		if ((depth == 0 && p[1]) ||
			(strchr("(), _$", *p) == NULL && !isalnum((unsigned char) *p)))
			return false;
	}
	return depth == 0 && !quoted;
}

/*
 * Exact.  Throws 42602.
 */
static char *
single_name(const char *text, const char *what)
{
	SfIdentParts *parts = palloc(sizeof(SfIdentParts));
	char		err[128];
	int			n = sf_ident_parse(text, parts, err, sizeof(err));

	if (n != 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_NAME),
				 errmsg("\"%s\" is not the name of a %s", text, what),
				 n < 0 ? errdetail_internal("%s", err) : 0));
	return pstrdup(parts->name[0]);
}

/*
 * Throws 54000, 53200 and errors of the encoding.
 */
static void
append_encoded(StringInfo path, const char *text)
{
	SfBuf	   *encoded = sf_buf_create(CurrentMemoryContext, MaxAllocSize);
	char	   *utf8 = pg_server_to_any(text, strlen(text), PG_UTF8);

	sf_url_encode(encoded, utf8, strlen(utf8));
	sf_buf_check(encoded, "a path");
	appendBinaryStringInfo(path, encoded->data ? encoded->data : "", encoded->len);
	sf_buf_free(encoded);
}
