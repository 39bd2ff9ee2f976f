/*
 * jwt.h
 *	  RSA private keys and the JSON web tokens of Snowflake's key-pair
 *	  authentication (user guide, key-pair-auth; SQL API, authenticating).
 *
 * OpenSSL only, no server headers: unit tests and the fuzzer link it alone.
 * Nothing here waits or throws; no message ever holds key material, a
 * passphrase or anything else that was read.
 */
#ifndef SF_AUTH_JWT_H
#define SF_AUTH_JWT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define SF_KEY_MAX_BYTES (256 * 1024)	/* of the text of a key */

typedef struct SfKey SfKey;

/*
 * Reads an RSA private key of at least 2048 bits: PEM (PKCS#8, encrypted or
 * not, or PKCS#1) or the base64 of its DER without armour.  passphrase may be
 * NULL.  Returns a key for sf_key_free, or NULL with a sentence in err.
 */
extern SfKey *sf_key_read(const char *text, size_t len, const char *passphrase, char *err, size_t errlen);

/* Accepts NULL. */
extern void sf_key_free(SfKey *key);

/*
 * Appends a token signed with RS256.  account is as sf_account_jwt() spells
 * it, user the login name (both are folded to upper case here); iat and exp
 * are seconds since 1970.  False with a sentence in err, or when out has an
 * error; out is then as long as before.
 */
extern bool sf_jwt_make(const SfKey *key, const char *account, const char *user, int64_t iat, int64_t exp,
						SfBuf *out, char *err, size_t errlen);

#endif							/* SF_AUTH_JWT_H */
