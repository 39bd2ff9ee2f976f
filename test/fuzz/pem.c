/* sources: src/base/str.c src/base/buf.c src/auth/jwt.c */
/*
 * pem.c
 *	  Fuzz target: private keys in any armour.  A key that is accepted reads the
 *	  same twice, and signs a token or says why not; one that is refused has a
 *	  reason that quotes nothing.
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
static size_t make_token(const SfKey *key, SfBuf *token);

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
	char		err[200] = "";
	SfKey	   *again = sf_key_read(text, size, "sesame", err, sizeof(err));
	SfBuf		first;
	SfBuf		second;
	size_t		signed_bytes;

	REQUIRE(again);
	sf_buf_init(&first, 1 << 16);
	sf_buf_init(&second, 1 << 16);
	signed_bytes = make_token(key, &first);
	/* the claims have the key's fingerprint */
	if (signed_bytes > 0 && make_token(again, &second) > 0)
		REQUIRE(strncmp(first.data, second.data, signed_bytes) == 0);
	sf_buf_free(&first);
	sf_buf_free(&second);
	sf_key_free(again);
}

/*
 * The length of what is signed, header and claims; 0 where the key makes no
 * token.
 */
static size_t
make_token(const SfKey *key, SfBuf *token)
{
	char		err[200] = "";
	bool		made = sf_jwt_make(key, "ORG-ACCT", "USER", 1, 2, token, err, sizeof(err));

	REQUIRE(made == (err[0] == '\0') && ERR_peek_error() == 0);
	if (!made)
		return 0;
	REQUIRE(strspn(token->data, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.") == token->len);
	REQUIRE(strrchr(token->data, '.') > token->data);
	return (size_t) (strrchr(token->data, '.') - token->data);
}
