/*
 * profile.c
 *	  Profiles of connections.toml and config.toml, found as Snowflake's own
 *	  clients find them (developer guide, python-connector-connect); and files
 *	  that hold secrets.
 */
#include "postgres.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "storage/fd.h"

#include "base/str.h"
#include "base/toml.h"
#include "core/compat.h"
#include "core/option_table.h"
#include "core/owner.h"

#define MAX_PROFILE_FILE (1024 * 1024)

static char *profile_directory(void);
static const char *home_directory(void);
static SfToml *read_toml(const char *path, bool missing_ok);
static void release_toml(void *toml);
static char *read_file(const char *path, const char *what, size_t max, bool missing_ok);
static void check_permissions(int fd, const char *path, const char *what);
static void apply_entries(const SfToml *toml, const char *table, bool secrets, SfConnOptions *options);
pg_noreturn static void no_profile(const char *name, const char *path);

void
sf_profile_apply(const char *name, bool secrets, SfConnOptions *options)
{
	char	   *directory = profile_directory();
	char	   *connections = psprintf("%s/connections.toml", directory);
	char	   *config = psprintf("%s/config.toml", directory);
	SfToml	   *toml = read_toml(connections, true);
	char	   *below = psprintf("connections" SF_TOML_SEP "%s", name);

	/* connections.toml replaces the connections of config.toml as a whole */
	if (toml)
	{
		/* some write its tables as config.toml's are */
		if (!sf_toml_has_table(toml, name) && !sf_toml_has_table(toml, below))
			no_profile(name, connections);
		apply_entries(toml, sf_toml_has_table(toml, name) ? name : below, secrets, options);
		return;
	}
	toml = read_toml(config, true);
	if (toml == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FILE),
				 errmsg("there is no file of connections for connection \"%s\"", name),
				 errdetail("Looked for \"%s\" and \"%s\".", connections, config),
				 errhint("They are files of the server's operating-system user; SNOWFLAKE_HOME in its "
						 "environment names another folder.")));
	if (!sf_toml_has_table(toml, below))
		no_profile(name, config);
	apply_entries(toml, below, secrets, options);
}

char *
sf_read_secret_file(const char *path, const char *what, size_t max)
{
	char	   *content = read_file(path, what, max, false);
	size_t		len;

	/* a byte order mark, as some editors write it */
	if (strncmp(content, "\xEF\xBB\xBF", 3) == 0)
		content += 3;
	content += strspn(content, " \t\r\n");
	len = strlen(content);
	while (len > 0 && strchr(" \t\r\n", content[len - 1]))
		content[--len] = '\0';
	return content;
}

/*
 * $SNOWFLAKE_HOME, else ~/.snowflake when it exists, else the XDG place; of
 * the operating-system user that runs the server.
 */
static char *
profile_directory(void)
{
	const char *env = getenv("SNOWFLAKE_HOME");
	const char *home;
	char	   *path;
	struct stat st;

	if (env && env[0])
		return pstrdup(env);
	home = home_directory();
	path = psprintf("%s/.snowflake", home);
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return path;
	env = getenv("XDG_CONFIG_HOME");
	return env && env[0] ? psprintf("%s/snowflake", env) : psprintf("%s/.config/snowflake", home);
}

/*
 * Of the operating-system user that runs the server.
 */
static const char *
home_directory(void)
{
	const char *home = getenv("HOME");
	struct passwd *pw = home && home[0] ? NULL : getpwuid(geteuid());

	if (pw)
		home = pw->pw_dir;
	if (home == NULL || home[0] == '\0')
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FILE),
				 errmsg("the home directory of the server's operating-system user is unknown"),
				 errhint("Set SNOWFLAKE_HOME in the server's environment.")));
	return home;
}

/*
 * The parsed file, owned by the current context.
 */
static SfToml *
read_toml(const char *path, bool missing_ok)
{
	char	   *content = read_file(path, "connection file", MAX_PROFILE_FILE, missing_ok);
	SfOwner    *owner;
	SfToml	   *toml;
	char		err[128];

	if (content == NULL)
		return NULL;
	owner = sf_owner_create(CurrentMemoryContext, release_toml);
	toml = sf_toml_parse(content, strlen(content), err, sizeof(err));
	explicit_bzero(content, strlen(content));
	if (toml == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("connection file \"%s\" is not valid TOML", path),
				 errdetail_internal("%s", err)));
	sf_owner_set(owner, toml);
	return toml;
}

/*
 * Runs in a reset callback: must not throw.
 */
static void
release_toml(void *toml)
{
	sf_toml_free(toml);
}

/*
 * The whole file, NUL-terminated; NULL when it is not there and may be.
 */
static char *
read_file(const char *path, const char *what, size_t max, bool missing_ok)
{
	int			fd = OpenTransientFile(path, O_RDONLY | O_NONBLOCK | PG_BINARY);
	char	   *content;
	ssize_t		n;
	size_t		len = 0;

	if (fd < 0)
	{
		if (errno == ENOENT && missing_ok)
			return NULL;
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not open %s \"%s\": %m", what, path)));
	}
	check_permissions(fd, path, what);
	content = palloc(max + 1);
	while ((n = read(fd, content + len, max + 1 - len)) > 0 && len <= max)
		len += n;
	if (n < 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not read %s \"%s\": %m", what, path)));
	CloseTransientFile(fd);
	if (len > max)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("%s \"%s\" is larger than %zu bytes", what, path, max)));
	content[len] = '\0';
	if (strlen(content) != len)
		ereport(ERROR,
				(errcode(ERRCODE_CONFIG_FILE_ERROR),
				 errmsg("%s \"%s\" is not a text file", what, path)));
	return content;
}

/*
 * A regular file of the server's user or root, closed to group and others;
 * looked at through the open descriptor, so that nothing can be swapped in
 * between.
 */
static void
check_permissions(int fd, const char *path, const char *what)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		ereport(ERROR,
				(errcode_for_file_access(),
				 errmsg("could not stat %s \"%s\": %m", what, path)));
	if (!S_ISREG(st.st_mode))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("%s \"%s\" is not a regular file", what, path)));
	if ((st.st_mode & 0077) != 0 || (st.st_uid != geteuid() && st.st_uid != 0))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("%s \"%s\" is accessible to others", what, path),
				 errdetail("It must belong to the server's operating-system user or root, with no "
						   "permissions for group and others."),
				 errhint("Run chmod 600 on it.")));
}

static void
apply_entries(const SfToml *toml, const char *table, bool secrets, SfConnOptions *options)
{
	for (int i = 0; i < sf_toml_count(toml); i++)
	{
		const char *entry_table;
		const char *key;
		const char *value;
		char	   *name;
		const SfOptionDef *def;

		sf_toml_entry(toml, i, &entry_table, &key, &value);
		if (key == NULL || strcmp(entry_table, table) != 0)
			continue;
		name = pstrdup(key);
		sf_ascii_lower(name);
		if (strcmp(name, "password") == 0)
			options->profile_password = true;
		def = sf_option_find(name, SF_ON_BOTH);
		if (def == NULL || def->conn < 0)
			continue;
		if (!secrets && ((def->flags & (SF_SECRET | SF_CREDENTIALS)) || def->type == SF_OPT_AUTHENTICATOR))
			continue;
		/* the files that are named are the same user's */
		if ((def->flags & SF_PRIVILEGED) && strncmp(value, "~/", 2) == 0)
			value = psprintf("%s/%s", home_directory(), value + 2);
		sf_option_parse(def, value, (char *) options + def->conn);
	}
}

/*
 * Throws 42704.
 */
static void
no_profile(const char *name, const char *path)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT),
			 errmsg("connection \"%s\" is not in \"%s\"", name, path)));
}
