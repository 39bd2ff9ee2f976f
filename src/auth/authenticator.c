/*
 * authenticator.c
 *	  Tokens: how they look and are masked; those in files, which are read again
 *	  when the file changes.
 */
#include "postgres.h"

#include <sys/stat.h>

#include "utils/memutils.h"

#include "auth/authenticator.h"
#include "base/str.h"
#include "core/option_table.h"
#include "core/owner.h"

#define MAX_TOKEN_FILE (64 * 1024)

char *
sf_credentials_mask(const SfCredentials *cred, const char *text)
{
	SfConnOptions *options = cred->options;
	const char **secrets = palloc(sizeof(char *) * (options->nsecrets + 2));
	int			n = options->nsecrets;
	SfBuf	   *out = sf_buf_create(CurrentMemoryContext, MaxAllocSize);

	memcpy(secrets, options->secrets, sizeof(char *) * n);
	if (cred->token->len > 0)
		secrets[n++] = cred->token->data;
	if (cred->refresh_token->len > 0)
		secrets[n++] = cred->refresh_token->data;
	sf_str_mask(out, text, secrets, n);
	return sf_buf_text(out, "a message");
}

void
sf_token_check(const char *token, const char *what)
{
	const char *p = token;

	/* the characters of RFC 6750 and some more, none that ends a header line */
	while (*p > ' ' && *p < 0x7f)
		p++;
	if (*p != '\0' || p == token)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_AUTHORIZATION_SPECIFICATION),
				 errmsg("%s is empty, or holds white space or other characters that no token has", what)));
}

bool
sf_token_file_changed(const SfCredentials *cred)
{
	struct stat st;

	/* a file that is gone is reported by the next read */
	if (cred->options->token_file_path == NULL || stat(cred->options->token_file_path, &st) != 0)
		return false;
	return (int64) st.st_mtime != cred->file_mtime || (int64) st.st_size != cred->file_size ||
		(int64) st.st_ino != cred->file_inode;
}

char *
sf_token_file_read(SfCredentials *cred)
{
	const char *path = cred->options->token_file_path;
	struct stat st;

	/* looked at before reading: a change in between is noticed next time */
	if (stat(path, &st) == 0)
	{
		cred->file_mtime = st.st_mtime;
		cred->file_size = st.st_size;
		cred->file_inode = st.st_ino;
	}
	return sf_read_secret_file(path, "token file", MAX_TOKEN_FILE);
}
