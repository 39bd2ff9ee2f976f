/*
 * procedure.c
 *	  Definitions that call a procedure, as SQL text.
 *
 * A handler's source becomes an anonymous procedure (SQL reference: CALL with
 * anonymous procedure), which needs no privilege to create procedures and
 * leaves nothing behind.
 */
#include "postgres.h"

#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "nodes/pg_list.h"
#include "utils/memutils.h"

#include "base/ident.h"
#include "core/owner.h"
#include "core/quote.h"
#include "objects/path.h"
#include "tasks/procedure.h"

#define HANDLER_NAME "task_handler_sp"
#define WRAPPER_NAME "sf_task_handler"
#define SNOWPARK "snowflake-snowpark-python"
#define DEFAULT_RUNTIME "3.11"

static const char *const procedure_keys[] = {"procedure", "args", NULL};
static const char *const python_keys[] = {"python", "handler", "args", "argument_types", "returns", "packages",
	"imports", "stage_location",
"runtime_version", "use_return_value", NULL};

static char *call_text(SfJson *definition, const SfProblems *problems);
static char *python_text(SfJson *definition, SfJson *defaults, const SfProblems *problems);
static bool keys_known(SfJson *definition, const char *const *known, const SfProblems *problems);
static bool append_arguments(StringInfo out, SfJson *args, const SfProblems *problems);
static bool append_parameters(StringInfo out, SfJson *args, SfJson *types, const SfProblems *problems);
static bool append_list(StringInfo out, const char *keyword, SfJson *list, const char *prefix, const char *first,
						const SfProblems *problems);
static bool append_source(StringInfo out, const char *source, const char *handler, int nargs, bool wrap,
						  const SfProblems *problems);
static char *literal_of(SfJson *value);
static const char *type_of_value(SfJson *value);
static bool type_written(const char *text);
static bool python_name(const char *text);
static const char *handler_of(const char *source, const char *given, const SfProblems *problems);
static List *defined_functions(const char *source);
static bool bound_at_top(const char *source, const char *name);
static SfJson *own_or_default(SfJson *definition, SfJson *defaults, const char *key);

char *
sf_definition_text(SfJson *definition, SfJson *defaults, const SfProblems *problems)
{
	if (sf_json_type(definition) == SF_JSON_STRING)
	{
		char	   *text = sf_json_text(definition);
		char	   *start = text + strspn(text, " \t\r\n");
		SfJsonFault fault;

		if (*start == '\0')
		{
			sf_problem(problems, "definition", "the definition is empty");
			return NULL;
		}
		/* no SQL begins so: it is an object written without its type */
		if (*start != '{')
			return text;
		start = pg_server_to_any(start, strlen(start), PG_UTF8);
		definition = sf_json_parse(start, strlen(start), &fault);
	}
	if (sf_json_member(definition, "procedure"))
		return call_text(definition, problems);
	if (sf_json_member(definition, "python"))
		return python_text(definition, defaults, problems);
	sf_problem(problems, "definition",
			   "the definition must be SQL text or an object with the key \"procedure\" or \"python\"");
	return NULL;
}

/*
 * CALL of an existing procedure.
 */
static char *
call_text(SfJson *definition, const SfProblems *problems)
{
	char	   *name = sf_json_text(sf_json_member(definition, "procedure"));
	SfIdentParts *parts = palloc(sizeof(SfIdentParts));
	char		err[128] = "";
	StringInfoData out;
	int			n = name ? sf_ident_parse(name, parts, err, sizeof(err)) : -1;

	if (!keys_known(definition, procedure_keys, problems))
		return NULL;
	if (n < 0)
	{
		sf_problem(problems, "definition", "\"%s\" is not the name of a procedure%s%s",
				   name ? name : sf_json_print(sf_json_member(definition, "procedure")),
				   err[0] ? ": " : "", err);
		return NULL;
	}
	initStringInfo(&out);
	appendStringInfoString(&out, "CALL ");
	for (int i = 0; i < n; i++)
		appendStringInfo(&out, "%s%s", i ? "." : "", sf_name_written(parts->name[i]));
	if (!append_arguments(&out, sf_json_member(definition, "args"), problems))
		return NULL;
	return out.data;
}

/*
 * WITH name AS PROCEDURE ... CALL name(...).
 */
static char *
python_text(SfJson *definition, SfJson *defaults, const SfProblems *problems)
{
	char	   *source = sf_json_text(sf_json_member(definition, "python"));
	const char *handler = sf_json_text(sf_json_member(definition, "handler"));
	char	   *returns = sf_json_text(sf_json_member(definition, "returns"));
	char	   *runtime = sf_json_text(sf_json_member(definition, "runtime_version"));
	char	   *stage = sf_json_text(own_or_default(definition, defaults, "stage_location"));
	SfJson	   *args = sf_json_member(definition, "args");
	SfJson	   *value = sf_json_member(definition, "use_return_value");
	StringInfoData out;
	bool		wrap;

	if (!keys_known(definition, python_keys, problems))
		return NULL;
	if (value == NULL)
		value = sf_json_member(defaults, "use_func_return_value");
	wrap = sf_json_type(value) == SF_JSON_BOOL && strcmp(sf_json_text(value), "true") == 0;
	returns = returns ? returns : "VARCHAR";
	runtime = runtime ? runtime : DEFAULT_RUNTIME;
	if (source == NULL)
	{
		sf_problem(problems, "definition", "the key \"python\" of a definition must be the handler's source");
		return NULL;
	}
	if (handler && !python_name(handler))
	{
		sf_problem(problems, "definition", "\"%s\" is not the name of a Python function", handler);
		return NULL;
	}
	if (!type_written(returns))
	{
		sf_problem(problems, "definition", "\"%s\" is not a data type", returns);
		return NULL;
	}
	if (strspn(runtime, "0123456789.") != strlen(runtime))
	{
		sf_problem(problems, "definition", "\"%s\" is not a Python version", runtime);
		return NULL;
	}
	if (args && sf_json_type(args) != SF_JSON_ARRAY)
	{
		sf_problem(problems, "definition", "args of a Python handler must be an array, not %s", sf_json_print(args));
		return NULL;
	}

	initStringInfo(&out);
	appendStringInfoString(&out, "WITH " HANDLER_NAME " AS PROCEDURE (");
	if (!append_parameters(&out, args, sf_json_member(definition, "argument_types"), problems))
		return NULL;
	appendStringInfo(&out, ") RETURNS %s LANGUAGE PYTHON RUNTIME_VERSION = %s", returns, sf_literal(runtime));
	if (!append_list(&out, "PACKAGES", own_or_default(definition, defaults, "packages"), NULL, SNOWPARK, problems) ||
		!append_list(&out, "IMPORTS", own_or_default(definition, defaults, "imports"), stage ? stage : "", NULL,
					 problems) ||
		!append_source(&out, source, handler, sf_json_length(args), wrap, problems))
		return NULL;
	appendStringInfoString(&out, " CALL " HANDLER_NAME);
	if (!append_arguments(&out, args, problems))
		return NULL;
	return out.data;
}

static bool
keys_known(SfJson *definition, const char *const *known, const SfProblems *problems)
{
	void	   *it = NULL;
	const char *name;
	SfJson	   *member;

	while (sf_json_next(definition, &it, &name, &member))
	{
		bool		found = false;

		for (int i = 0; known[i]; i++)
			found = found || strcmp(name, known[i]) == 0;
		if (!found)
		{
			sf_problem(problems, "definition", "a definition with the key \"%s\" has no key \"%s\"", known[0], name);
			return false;
		}
	}
	return true;
}

/*
 * (value, ...) or (name => value, ...).
 */
static bool
append_arguments(StringInfo out, SfJson *args, const SfProblems *problems)
{
	SfJsonType	type = sf_json_type(args);
	void	   *it = NULL;
	const char *name;
	SfJson	   *member;
	const char *separator = "";

	if (type != SF_JSON_NULL && type != SF_JSON_ARRAY && type != SF_JSON_OBJECT)
	{
		sf_problem(problems, "definition", "args must be an array or an object, not %s", sf_json_print(args));
		return false;
	}
	appendStringInfoChar(out, '(');
	for (int i = 0; i < sf_json_length(args); i++)
		appendStringInfo(out, "%s%s", i ? ", " : "", literal_of(sf_json_element(args, i)));
	while (sf_json_next(args, &it, &name, &member))
	{
		SfIdentParts *parts = palloc(sizeof(SfIdentParts));
		char		err[128];

		if (sf_ident_parse(name, parts, err, sizeof(err)) != 1)
		{
			sf_problem(problems, "definition", "\"%s\" is not the name of an argument", name);
			return false;
		}
		appendStringInfo(out, "%s%s => %s", separator, sf_name_written(parts->name[0]), literal_of(member));
		separator = ", ";
	}
	appendStringInfoChar(out, ')');
	return true;
}

/*
 * arg1 TYPE, ...; types that are not given follow from the values.
 */
static bool
append_parameters(StringInfo out, SfJson *args, SfJson *types, const SfProblems *problems)
{
	if (types && sf_json_length(types) != sf_json_length(args))
	{
		sf_problem(problems, "definition", "there are %d argument_types for %d args", sf_json_length(types),
				   sf_json_length(args));
		return false;
	}
	for (int i = 0; i < sf_json_length(args); i++)
	{
		const char *type = types ? sf_json_text(sf_json_element(types, i)) : type_of_value(sf_json_element(args, i));

		if (type == NULL || !type_written(type))
		{
			sf_problem(problems, "definition", "\"%s\" is not a data type", type ? type : "null");
			return false;
		}
		appendStringInfo(out, "%sarg%d %s", i ? ", " : "", i + 1, type);
	}
	return true;
}

/*
 * KEYWORD = ('a', 'b').  With a prefix, elements that are no paths of a stage
 * lie there; first is put before the others unless one of them begins so.
 */
static bool
append_list(StringInfo out, const char *keyword, SfJson *list, const char *prefix, const char *first,
			const SfProblems *problems)
{
	StringInfoData elements;
	bool		has_first = first == NULL;

	if (list && sf_json_type(list) != SF_JSON_ARRAY)
	{
		sf_problem(problems, "definition", "%s must be an array, not %s", prefix ? "imports" : "packages",
				   sf_json_print(list));
		return false;
	}
	initStringInfo(&elements);
	for (int i = 0; i < sf_json_length(list); i++)
	{
		char	   *text = sf_json_text(sf_json_element(list, i));

		if (text == NULL || text[0] == '\0')
		{
			sf_problem(problems, "definition", "%s must be texts, not %s", prefix ? "imports" : "packages",
					   sf_json_print(sf_json_element(list, i)));
			return false;
		}
		if (prefix && text[0] != '@' && strncmp(text, "snow://", 7) != 0)
		{
			if (prefix[0] == '\0')
			{
				sf_problem(problems, "definition",
						   "the import \"%s\" needs a stage: write '@stage/%s' or give stage_location", text, text);
				return false;
			}
			text = psprintf("%s%s%s%s", prefix[0] == '@' ? "" : "@", prefix,
							prefix[strlen(prefix) - 1] == '/' ? "" : "/", text);
		}
		has_first = has_first || strncmp(text, first, strlen(first)) == 0;
		appendStringInfo(&elements, "%s%s", i ? ", " : "", sf_literal(text));
	}
	if (!has_first)
		appendStringInfo(out, " %s = (%s%s%s)", keyword, sf_literal(first), elements.len ? ", " : "", elements.data);
	else if (elements.len)
		appendStringInfo(out, " %s = (%s)", keyword, elements.data);
	return true;
}

/*
 * HANDLER and AS.  With wrap a function around the handler makes its result
 * the task's return value; outside a task that is let be.
 */
static bool
append_source(StringInfo out, const char *source, const char *handler, int nargs, bool wrap, const SfProblems *problems)
{
	StringInfoData code;

	handler = handler_of(source, handler, problems);
	if (handler == NULL)
		return false;
	initStringInfo(&code);
	appendStringInfoString(&code, source);
	if (wrap)
	{
		const char *dot = strrchr(handler, '.');

		if (code.len && code.data[code.len - 1] != '\n')
			appendStringInfoChar(&code, '\n');
		if (dot)
			appendStringInfo(&code, "import %.*s\n", (int) (dot - handler), handler);
		appendStringInfoString(&code, "def " WRAPPER_NAME "(session");
		for (int i = 1; i <= nargs; i++)
			appendStringInfo(&code, ", arg%d", i);
		appendStringInfo(&code, "):\n    result = %s(session", handler);
		for (int i = 1; i <= nargs; i++)
			appendStringInfo(&code, ", arg%d", i);
		appendStringInfoString(&code, ")\n"
							   "    if result is not None:\n"
							   "        try:\n"
							   "            session.call(\"system$set_return_value\", str(result))\n"
							   "        except Exception as e:\n"
							   "            if \"must be called from within a task\" not in str(e):\n"
							   "                raise\n"
							   "    return result\n");
		handler = WRAPPER_NAME;
	}
	appendStringInfo(out, " HANDLER = %s", sf_literal(handler));
	if (code.len == 0 && strchr(handler, '.') == NULL)
	{
		sf_problem(problems, "definition",
				   "a handler without source must be a function of an import, such as 'module.main'");
		return false;
	}
	if (code.len && strstr(code.data, "$$") == NULL && code.data[code.len - 1] != '$')
		appendStringInfo(out, " AS $$%s$$", code.data);
	else if (code.len)
		appendStringInfo(out, " AS %s", sf_literal(code.data));
	return true;
}

/*
 * As a Snowflake expression: 'text', 1.5, TRUE, NULL, PARSE_JSON('...').
 */
static char *
literal_of(SfJson *value)
{
	switch (sf_json_type(value))
	{
		case SF_JSON_NULL:
			return pstrdup("NULL");
		case SF_JSON_BOOL:
			return pstrdup(strcmp(sf_json_text(value), "true") == 0 ? "TRUE" : "FALSE");
		case SF_JSON_NUMBER:
			return sf_json_text(value);
		case SF_JSON_STRING:
			return sf_literal(sf_json_text(value));
		default:
			return psprintf("PARSE_JSON(%s)", sf_literal(sf_json_print(value)));
	}
}

static const char *
type_of_value(SfJson *value)
{
	switch (sf_json_type(value))
	{
		case SF_JSON_BOOL:
			return "BOOLEAN";
		case SF_JSON_NUMBER:
			return strpbrk(sf_json_text(value), ".eE") ? "FLOAT" : "NUMBER(38,0)";
		case SF_JSON_ARRAY:
		case SF_JSON_OBJECT:
			return "VARIANT";
		default:
			return "VARCHAR";
	}
}

/*
 * Whether a text may stand where a type is written: words, digits,
 * parentheses and commas.
 */
static bool
type_written(const char *text)
{
	if (!isalpha((unsigned char) text[0]))
		return false;
	for (const char *p = text; *p; p++)
	{
		if (!isalnum((unsigned char) *p) && strchr("_ (),", *p) == NULL)
			return false;
	}
	return true;
}

static bool
python_name(const char *text)
{
	bool		start = true;

	for (const char *p = text; *p; p++)
	{
		bool		word = isalpha((unsigned char) *p) || *p == '_' || (!start && isdigit((unsigned char) *p));

		if (!word && (*p != '.' || start))
			return false;
		start = *p == '.';
	}
	return !start;
}

/*
 * The function to call: the given one, which the source must define unless it
 * is one of a module; without one main, or the only one there is.
 */
static const char *
handler_of(const char *source, const char *given, const SfProblems *problems)
{
	List	   *defined = defined_functions(source);
	const char *wanted = given ? given : "main";
	StringInfoData names;
	ListCell   *lc;

	if (source[0] == '\0' || strchr(wanted, '.'))
		return wanted;
	initStringInfo(&names);
	foreach(lc, defined)
	{
		if (strcmp(lfirst(lc), wanted) == 0)
			return wanted;
		appendStringInfo(&names, "%s%s", names.len ? ", " : "", (char *) lfirst(lc));
	}
	if (given == NULL && list_length(defined) == 1)
		return linitial(defined);
	if (bound_at_top(source, wanted))
		return wanted;
	if (defined == NIL)
		sf_problem(problems, "definition", "the source defines no function \"%s\"", wanted);
	else
		sf_problem(problems, "definition", "the source defines no function \"%s\", but %s%s", wanted, names.data,
				   given ? "" : "; name one as handler");
	return NULL;
}

/*
 * The names behind "def" at the beginning of a line.
 */
static List *
defined_functions(const char *source)
{
	List	   *names = NIL;

	for (const char *line = source; line; line = strchr(line, '\n'))
	{
		size_t		len = 0;

		line += *line == '\n';
		if (strncmp(line, "async ", 6) == 0)
			line += 6 + strspn(line + 6, " \t");
		if (strncmp(line, "def ", 4) != 0)
			continue;
		line += 4 + strspn(line + 4, " \t");
		while (isalnum((unsigned char) line[len]) || line[len] == '_' || IS_HIGHBIT_SET(line[len]))
			len++;
		if (len > 0)
			names = lappend(names, pnstrdup(line, len));
	}
	return names;
}

/*
 * Whether a line that is not indented gives the name a meaning in another way:
 * an assignment, a class or an import.
 */
static bool
bound_at_top(const char *source, const char *name)
{
	size_t		len = strlen(name);

	for (const char *at = strstr(source, name); at; at = strstr(at + len, name))
	{
		const char *line = at;
		const char *after = at + len;

		while (line > source && line[-1] != '\n')
			line--;
		if (isspace((unsigned char) *line) || isalnum((unsigned char) *after) || *after == '_' ||
			(at > line && (isalnum((unsigned char) at[-1]) || at[-1] == '_')))
			continue;
		after += strspn(after, " \t");
		if ((at == line && (*after == '=' || *after == ':')) || strncmp(line, "class ", 6) == 0 ||
			strncmp(line, "from ", 5) == 0 || strncmp(line, "import ", 7) == 0)
			return true;
	}
	return false;
}

static SfJson *
own_or_default(SfJson *definition, SfJson *defaults, const char *key)
{
	SfJson	   *own = sf_json_member(definition, key);

	return own ? own : sf_json_member(defaults, key);
}
