/* sources: src/base/str.c src/base/buf.c src/auth/jwt.c */
/*
 * pem.c
 *	  Fuzz target: private keys in any armour.  A key that is accepted has a
 *	  fingerprint, reads the same twice, and signs a token or says why not; one
 *	  that is refused has a reason that quotes nothing.
 *
 * The keys of the seed corpus were made for this test and open nothing; their
 * passphrase is "sesame".
 */
#include "auth/jwt.h"

#include <openssl/err.h>
#include <stdlib.h>
#include <string.h>

#define REQUIRE(condition) do { if (!(condition)) abort(); } while (0)

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_key(const SfKey *key, const char *text, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char		err[200] = "";
	char	   *text = malloc(size ? size : 1);
	SfKey	   *key;

	REQUIRE(text);
	if (size > 0)
		memcpy(text, data, size);
	key = sf_key_read(text, size, "sesame", err, sizeof(err));
	REQUIRE((key == NULL) == (err[0] != '\0'));
	REQUIRE(ERR_peek_error() == 0);
	if (key)
		check_key(key, text, size);
	else
		REQUIRE(err[strlen(err) - 1] == '.');
	sf_key_free(key);

	/* nothing may ask a terminal */
	key = sf_key_read(text, size, NULL, err, sizeof(err));
	sf_key_free(key);
	free(text);
	return 0;
}

static void
check_key(const SfKey *key, const char *text, size_t size)
{
	char		first[SF_FINGERPRINT_BYTES];
	char		second[SF_FINGERPRINT_BYTES];
	char		err[200] = "";
	SfKey	   *again = sf_key_read(text, size, "sesame", err, sizeof(err));
	SfBuf		token;
	bool		made;

	REQUIRE(again);
	sf_key_fingerprint(key, first);
	sf_key_fingerprint(again, second);
	REQUIRE(strlen(first) == SF_FINGERPRINT_BYTES - 1 && strcmp(first, second) == 0);
	sf_key_free(again);
	sf_buf_init(&token, 1 << 16);
	made = sf_jwt_make(key, "ORG-ACCT", "USER", 1, 2, &token, err, sizeof(err));
	REQUIRE(made == (err[0] == '\0') && ERR_peek_error() == 0);
	if (made)
		REQUIRE(strspn(token.data, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == token.len);
	sf_buf_free(&token);
}
