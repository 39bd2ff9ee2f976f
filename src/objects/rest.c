/*
 * rest.c
 *	  sf_rest: any call of the object API.
 *
 * The path stays below /api/v2/ on the server's own host, however it is
 * encoded; statements have functions of their own, with guards that a bare
 * call would evade.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "base/str.h"
#include "core/compat.h"
#include "objects/functions.h"
#include "objects/path.h"
#include "objects/verbs.h"

PG_FUNCTION_INFO_V1(sf_rest);

#define ROOT "/api/v2/"
#define STATEMENTS "/api/v2/statements"

static const char *const methods[] = {"GET", "POST", "PUT", "DELETE"};

static const char *method_named(const char *name);
static void check_path(const char *path);
static char *decoded(const char *path, size_t len);
static int	hex_digit(char c);
static bool is_step(const char *part, size_t len);
static bool leaves_its_place(const char *path);
pg_noreturn static void refuse_path(const char *path, const char *why, const char *hint);

/*
 * The answer; all pages of a list in one array.  Waits on the network.
 */
Datum
sf_rest(PG_FUNCTION_ARGS)
{
	const char *method = method_named(sf_needed_text(fcinfo, 0, "method"));
	char	   *path = sf_needed_text(fcinfo, 1, "path");
	SfJson	   *params = sf_json_object_argument(fcinfo, 3, "params");
	SfSession  *session = sf_session_argument(fcinfo, 4);
	bool		get = strcmp(method, "GET") == 0;
	SfObjectRequest request = {.method = method,.change = !get};

	check_path(path);
	if (!PG_ARGISNULL(2))
	{
		Jsonb	   *body = PG_GETARG_JSONB_P(2);

		if (get || strcmp(method, "DELETE") == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("a %s has no body", method),
					 errhint("Query parameters go into the argument \"params\".")));
		request.body = JsonbToCString(NULL, &body->root, VARSIZE(body));
	}
	if (!get)
		sf_guard_change("sf_rest()", session->options);
	request.path = params ? sf_path_add_members(path, params) : path;
	request.resendable = get || strcmp(method, "PUT") == 0;
	PG_RETURN_JSONB_P(sf_object_run_jsonb(session, &request));
}

/*
 * Throws 22023.
 */
static const char *
method_named(const char *name)
{
	for (int i = 0; i < lengthof(methods); i++)
	{
		if (sf_strcasecmp_ascii(name, methods[i]) == 0)
			return methods[i];
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid method \"%s\"", name),
			 errhint("Valid methods are GET, POST, PUT and DELETE.")));
	return NULL;
}

/*
 * Throws 22023 for what is not below /api/v2/, or not encoded.
 */
static void
check_path(const char *path)
{
	char	   *plain;

	if (strncmp(path, ROOT, strlen(ROOT)) != 0)
		refuse_path(path, "It does not begin with /api/v2/.", "Give the path alone, without a host.");
	for (const char *p = path; *p; p++)
	{
		if (*p == '?' || *p == '#')
			refuse_path(path, "It has a query or a fragment.", "Query parameters go into the argument \"params\".");
		if (*p <= ' ' || *p > '~' || strchr("\"\\<>^`{|}", *p))
			refuse_path(path, "It has a character that must be percent-encoded.",
						"A quote is %22, a blank %20, a slash in a name %2F.");
	}
	plain = decoded(path, strlen(path));
	if (plain == NULL)
		refuse_path(path, "Its percent-encoding is broken.", NULL);
	for (const char *p = path; *p; p += strcspn(p, "/"))
	{
		char	   *part = decoded(p + 1, strcspn(p + 1, "/"));

		if (is_step(part, strlen(part)))
			refuse_path(path, "It has an empty part, \".\" or \"..\".", NULL);
		p++;
	}
	if (leaves_its_place(plain))
		refuse_path(path, "It has an empty part, \".\" or \"..\".", NULL);
	if (pg_strncasecmp(plain, STATEMENTS, strlen(STATEMENTS)) == 0 && strchr("/:;", plain[strlen(STATEMENTS)]))
		refuse_path(path, "Statements are not run here.", "Use sf_query() or sf_execute().");
}

/*
 * The path without its percent-encoding; NULL where that is broken or stands
 * for a control character.
 */
static char *
decoded(const char *path, size_t len)
{
	char	   *result = palloc(len + 1);
	char	   *out = result;

	for (const char *p = path; p < path + len; p++)
	{
		int			high;
		int			low;

		if (*p != '%')
		{
			*out++ = *p;
			continue;
		}
		high = hex_digit(p[1]);
		low = high < 0 ? -1 : hex_digit(p[2]);
		if (low < 0 || high * 16 + low < ' ' || high * 16 + low == 0x7F)
			return NULL;
		*out++ = (char) (high * 16 + low);
		p += 2;
	}
	*out = '\0';
	return result;
}

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/*
 * Whether a part of a path is empty or one that walks through folders.
 */
static bool
is_step(const char *part, size_t len)
{
	return len == 0 || (len == 1 && part[0] == '.') || (len == 2 && part[0] == '.' && part[1] == '.');
}

/*
 * Whether slashes that were encoded, outside of quoted names, make such a
 * part.
 */
static bool
leaves_its_place(const char *path)
{
	const char *start = path + 1;
	bool		quoted = false;

	for (const char *p = start;; p++)
	{
		if (*p == '"')
			quoted = !quoted;
		if (*p != '\0' && (quoted || (*p != '/' && *p != '\\')))
			continue;
		if (is_step(start, p - start))
			return true;
		if (*p == '\0')
			return false;
		start = p + 1;
	}
}

static void
refuse_path(const char *path, const char *why, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid path \"%s\"", path),
			 errdetail_internal("%s", why),
			 hint ? errhint("%s", hint) : 0));
	pg_unreachable();
}
