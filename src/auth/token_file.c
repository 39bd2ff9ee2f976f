/*
 * token_file.c
 *	  Tokens in files, read again when the file changes.
 */
#include "postgres.h"

#include <sys/stat.h>

#include "auth/authenticator.h"
#include "core/option_table.h"

#define MAX_TOKEN_FILE (64 * 1024)

bool
sf_token_file_changed(const SfAuth *auth)
{
	struct stat st;

	/* a file that is gone is reported by the next read */
	if (auth->options->token_file_path == NULL || stat(auth->options->token_file_path, &st) != 0)
		return false;
	return (int64) st.st_mtime != auth->file_mtime || (int64) st.st_size != auth->file_size ||
		(int64) st.st_ino != auth->file_inode;
}

char *
sf_token_file_read(SfAuth *auth)
{
	const char *path = auth->options->token_file_path;
	struct stat st;

	/* looked at before reading: a change in between is noticed next time */
	if (stat(path, &st) == 0)
	{
		auth->file_mtime = st.st_mtime;
		auth->file_size = st.st_size;
		auth->file_inode = st.st_ino;
	}
	return sf_read_secret_file(path, "token file", MAX_TOKEN_FILE);
}
