/*
 * option_table.h
 *	  The one table of options: where an option may stand, what it holds, who
 *	  may set it, and where the typed reader puts it.
 */
#ifndef SF_CORE_OPTION_TABLE_H
#define SF_CORE_OPTION_TABLE_H

#include "postgres.h"

#include "core/options.h"

/* places */
#define SF_ON_SERVER	0x01
#define SF_ON_MAPPING	0x02
#define SF_ON_TABLE		0x04
#define SF_ON_COLUMN	0x08
#define SF_ON_IMPORT	0x10
#define SF_ON_BOTH		(SF_ON_SERVER | SF_ON_MAPPING)

/* flags */
#define SF_SECRET		0x01	/* never shown */
#define SF_PRIVILEGED	0x02	/* superusers and members of
								 * pg_read_server_files */
#define SF_ENDPOINT		0x04	/* where requests go: privileged on a mapping,
								 * whose user must not send the server's
								 * credentials elsewhere */
#define SF_ONE_LINE		0x08	/* may go into a header line: no control
								 * characters */
#define SF_CREDENTIALS	0x10	/* names a file with a secret: of a profile
								 * for the privileged alone */

#define SF_INHERITED	0x20	/* of a table: the server's where the table
								 * says nothing, else the default */

typedef enum SfOptionType
{
	SF_OPT_STRING,
	SF_OPT_NAME,				/* bare folds to upper case, "Quoted" is exact */
	SF_OPT_EXACT,				/* a remote name as it is */
	SF_OPT_INT,					/* int */
	SF_OPT_COUNT,				/* int64 */
	SF_OPT_BOOL,
	SF_OPT_COST,				/* double, at least 0 */
	SF_OPT_DURATION,			/* int, milliseconds; a bare number is seconds */
	SF_OPT_SIZE,				/* int64, bytes; a bare number is kB */
	SF_OPT_ACCOUNT,
	SF_OPT_HOST,
	SF_OPT_PROTOCOL,
	SF_OPT_AUTHENTICATOR,
	SF_OPT_IMPORT_CASE,
	SF_OPT_INT38,
	SF_OPT_DIVISION,
	SF_OPT_TRANSACTION,
	SF_OPT_REMOTE_SQL,			/* one statement that reads */
	SF_OPT_UUID,
	SF_OPT_TIMEZONE,
	SF_OPT_URL,					/* https, or http to a loopback address */
	SF_OPT_PROXY
} SfOptionType;

typedef struct SfOptionDef
{
	const char *name;
	int			where;
	SfOptionType type;
	int64		min;
	int64		max;
	int			flags;
	const char *initial;		/* default in the option's own syntax, or NULL */
	int			conn;			/* offset in SfConnOptions, -1: not there */
	int			table;			/* offset in the struct of its table, column
								 * or import place, -1: not there */
	const char *alias_of;		/* another spelling of that option */
} SfOptionDef;

extern const SfOptionDef sf_option_table[];
extern const int sf_option_count;

/* The definition of a name at one of the places, or NULL. */
extern const SfOptionDef *sf_option_find(const char *name, int where);

/* "a server", "a user mapping" ... for messages. */
extern const char *sf_option_place(int where);

/*
 * Checks a value and, with a target, stores it there (strings are palloc'd). Throws 22023 naming the option; the
 * value only when it is not secret.
 */
extern void sf_option_parse(const SfOptionDef *def, const char *value, void *target);

/* The authenticator a name means; throws for the ones that the REST API does not take. */
extern SfAuthenticator sf_authenticator_by_name(const char *name);
extern const char *sf_authenticator_name(SfAuthenticator authenticator);

/* Superuser or member of pg_read_server_files. */
extern bool sf_user_is_privileged(Oid userid);

/* Applies the profile of a name: non-secret keys only unless secrets. Throws when there is none. */
extern void sf_profile_apply(const char *name, bool secrets, SfConnOptions *options);

/*
 * The content of a file that must be closed to group and others, white space around it and a byte order mark cut;
 * palloc'd. Throws 58P01, 42501, 54000.
 */
extern char *sf_read_secret_file(const char *path, const char *what, size_t max);

#endif							/* SF_CORE_OPTION_TABLE_H */
