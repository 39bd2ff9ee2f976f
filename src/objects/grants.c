/*
 * grants.c
 *	  sf_grant, sf_revoke: privileges and roles, given and taken.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "api/arguments.h"
#include "api/guard.h"
#include "base/str.h"
#include "objects/functions.h"
#include "objects/verbs.h"

PG_FUNCTION_INFO_V1(sf_grant);
PG_FUNCTION_INFO_V1(sf_revoke);

typedef struct Grant
{
	SfSession  *session;
	const SfKindDef *to;
	SfObjectName grantee;
	SfJson	   *body;
} Grant;

/* Kinds that privileges are on and that lie in the account, though the catalog does not have them. */
static const char *const account_kinds[] = {"integration", "resource_monitor", "share", "connection",
"failover_group", "replication_group", "listing", "profile"};

static void read_grant(Grant *grant, FunctionCallInfo fcinfo, int optionno, bool revoke);
static const SfKindDef *grantee_kind(const char *given);
static char *normalized(const char *text, char blank);
static void set_securable(SfJson *body, const char *kind, const char *name, const SfSession *session);
static bool is_role(const char *kind);
static SfJson *privileges_argument(FunctionCallInfo fcinfo, int argno);

/*
 * To whom the privileges are granted, qualified.  Waits on the network.
 */
Datum
sf_grant(PG_FUNCTION_ARGS)
{
	Grant		grant;

	read_grant(&grant, fcinfo, 5, false);
	sf_guard_change("sf_grant()", grant.session->options);
	sf_object_change(grant.session, sf_action_request(grant.to, &grant.grantee, "grants", NULL, grant.body));
	PG_RETURN_TEXT_P(cstring_to_text(sf_object_display(grant.to, &grant.grantee)));
}

/*
 * From whom they are taken.
 */
Datum
sf_revoke(PG_FUNCTION_ARGS)
{
	bool		cascade = !PG_ARGISNULL(6) && PG_GETARG_BOOL(6);
	Grant		grant;

	read_grant(&grant, fcinfo, 5, true);
	if (cascade && strcmp(grant.to->name, "user") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("cascade is for roles alone: a user passes nothing on")));
	sf_guard_change("sf_revoke()", grant.session->options);
	sf_object_change(grant.session, sf_action_request(grant.to, &grant.grantee, "grants_revoke",
													  cascade ? "mode=cascade" : NULL, grant.body));
	PG_RETURN_TEXT_P(cstring_to_text(sf_object_display(grant.to, &grant.grantee)));
}

/*
 * The arguments that both have.
 */
static void
read_grant(Grant *grant, FunctionCallInfo fcinfo, int optionno, bool revoke)
{
	char	   *on_kind = normalized(sf_needed_text(fcinfo, 1, "kind of the object"), '_');
	char	   *on_name = sf_text_argument(fcinfo, 2);
	char	   *to_name = sf_needed_text(fcinfo, 4, "name of the grantee");
	bool		option = !PG_ARGISNULL(optionno) && PG_GETARG_BOOL(optionno);
	bool		to_user;
	SfJson	   *privileges = privileges_argument(fcinfo, 0);

	grant->to = grantee_kind(sf_needed_text(fcinfo, 3, "kind of the grantee"));
	grant->session = sf_session_argument(fcinfo, PG_NARGS() - 1);
	to_user = strcmp(grant->to->name, "user") == 0;
	sf_object_name(&grant->grantee, grant->to, to_name, NULL, NULL, grant->session->options);
	if (privileges == NULL && !is_role(on_kind))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the privileges must not be null"),
				 errhint("A role alone is granted without any.")));
	if (option && (to_user || is_role(on_kind)))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("grant_option is for privileges of roles alone")));
	/* a role is granted to a role with some privilege, whatever it is */
	if (privileges == NULL && !to_user && !revoke)
	{
		privileges = sf_json_new_array();
		sf_json_append_text(privileges, "USAGE");
	}
	grant->body = sf_json_new_object();
	sf_json_set_text(grant->body, "securable_type", normalized(on_kind, ' '));
	if (strcmp(on_kind, "account") != 0)
		set_securable(grant->body, on_kind, on_name, grant->session);
	if (privileges)
		sf_json_set(grant->body, "privileges", privileges);
	if (option)
		sf_json_set_bool(grant->body, "grant_option", true);
}

/*
 * Throws 22023.
 */
static const SfKindDef *
grantee_kind(const char *given)
{
	static const char *const kinds[] = {"role", "database_role", "user"};
	char	   *kind = normalized(given, '_');

	for (int i = 0; i < lengthof(kinds); i++)
	{
		if (strcmp(kinds[i], kind) == 0)
			return sf_kind_lookup(kinds[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("\"%s\" is not a kind that something is granted to", given),
			 errhint("Kinds are role, database_role and user.")));
	return NULL;
}

/*
 * database_role of "Database Role" (blank '_') or DATABASE ROLE (' ').  Throws
 * 22023 for what is no words.
 */
static char *
normalized(const char *text, char blank)
{
	char	   *result = pstrdup(text);

	if (text[0] == '\0' || strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_- ") != strlen(text))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not a kind of object", text)));
	if (blank == '_')
		sf_ascii_lower(result);
	else
		sf_ascii_upper(result);
	for (char *p = result; *p; p++)
	{
		if (*p == '_' || *p == '-' || *p == ' ')
			*p = blank;
	}
	return result;
}

/*
 * The object by its parts.  What the catalog does not have lies in a schema,
 * but for some kinds.
 */
static void
set_securable(SfJson *body, const char *kind, const char *name, const SfSession *session)
{
	SfKindDef	other = {.name = kind,.scope = SF_SCOPE_SCHEMA};
	const SfKindDef *def = sf_kind_lookup(kind);
	SfJson	   *securable = sf_json_new_object();
	SfObjectName object;

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the %s must not be null", "name of the object")));
	for (int i = 0; i < lengthof(account_kinds) && def == NULL; i++)
	{
		if (strcmp(account_kinds[i], kind) == 0)
			other.scope = SF_SCOPE_ACCOUNT;
	}
	sf_object_name(&object, def ? def : &other, name, NULL, NULL, session->options);
	if (object.database)
		sf_json_set_text(securable, "database", sf_name_written(object.database));
	if (object.schema)
		sf_json_set_text(securable, "schema", sf_name_written(object.schema));
	sf_json_set_text(securable, "name", def && (def->flags & SF_KIND_WITH_ARGS) ? object.name :
					 sf_name_written(object.name));
	sf_json_set(body, "securable", securable);
}

static bool
is_role(const char *kind)
{
	return strcmp(kind, "role") == 0 || strcmp(kind, "database_role") == 0;
}

/*
 * In upper case; NULL for NULL and for none.  Throws 22004, 22023.
 */
static SfJson *
privileges_argument(FunctionCallInfo fcinfo, int argno)
{
	SfJson	   *list;
	Datum	   *elements;
	bool	   *nulls;
	int			n;

	if (PG_ARGISNULL(argno))
		return NULL;
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(argno), TEXTOID, -1, false, TYPALIGN_INT, &elements, &nulls, &n);
	list = sf_json_new_array();
	for (int i = 0; i < n; i++)
	{
		char	   *word = nulls[i] ? pstrdup("") : TextDatumGetCString(elements[i]);

		if (word[0] == '\0' ||
			strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ ") != strlen(word))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("\"%s\" is not a privilege", word),
					 errhint("Privileges are SELECT, USAGE, CREATE TABLE and so on.")));
		sf_ascii_upper(word);
		sf_json_append_text(list, word);
	}
	return n > 0 ? list : NULL;
}
