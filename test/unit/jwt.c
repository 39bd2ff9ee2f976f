/* sources: src/base/buf.c src/base/str.c src/auth/jwt.c */
/*
 * jwt.c
 *	  Tests of key reading and token signing.  Keys are made here with
 *	  OpenSSL, in every form a user may have; tokens are verified with it.
 */
#include "auth/jwt.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/provider.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "base/str.h"
#include "tap.h"

#define PASSPHRASE "open sesame"

static void test_forms(EVP_PKEY *rsa);
static void test_encrypted(EVP_PKEY *rsa);
static void test_legacy(EVP_PKEY *rsa);
static void test_rounds(EVP_PKEY *rsa);
static void test_refusals(EVP_PKEY *rsa);
static void test_token(EVP_PKEY *rsa);
static void fingerprint_of(EVP_PKEY *rsa, SfBuf *out);
static EVP_PKEY *make_rsa(int bits);
static EVP_PKEY *make_ec(void);
static void take(BIO *bio, SfBuf *out);
static void pkcs8(EVP_PKEY *pkey, const EVP_CIPHER *cipher, SfBuf *out);
static void pkcs1(EVP_PKEY *pkey, const EVP_CIPHER *cipher, SfBuf *out);
static void bare_base64(EVP_PKEY *pkey, SfBuf *out);
static void replace(SfBuf *text, const char *from, const char *to);
static int	reads(const SfBuf *text, const char *passphrase);
static int	refuses(const char *text, const char *passphrase, const char *part);
static int	verify(EVP_PKEY *pkey, const char *signed_text, size_t len, const SfBuf *signature);

int
main(void)
{
	EVP_PKEY   *rsa = make_rsa(2048);

	test_forms(rsa);
	test_encrypted(rsa);
	test_legacy(rsa);
	test_rounds(rsa);
	test_refusals(rsa);
	test_token(rsa);
	EVP_PKEY_free(rsa);
	return tap_done();
}

static void
test_forms(EVP_PKEY *rsa)
{
	SfBuf		text;

	sf_buf_init(&text, 100000);
	pkcs8(rsa, NULL, &text);
	CHECK(reads(&text, NULL), "PKCS#8");
	CHECK(reads(&text, "not needed"), "a passphrase that is not needed");
	replace(&text, "\n", "\r\n");
	CHECK(reads(&text, NULL), "with CRLF");
	replace(&text, "\r\n", " ");
	CHECK(reads(&text, NULL), "on one line");
	pkcs8(rsa, NULL, &text);
	replace(&text, "\n", "\\n");
	CHECK(reads(&text, NULL), "with \\n for line breaks");

	pkcs8(rsa, NULL, &text);
	replace(&text, "-----BEGIN", "\xEF\xBB\xBF" "Bag Attributes\n    friendlyName: x\n-----BEGIN");
	CHECK(reads(&text, NULL), "with a byte order mark and attributes before it");
	pkcs1(rsa, NULL, &text);
	CHECK(reads(&text, NULL), "PKCS#1");
	bare_base64(rsa, &text);
	CHECK(reads(&text, NULL), "base64 of the DER without armour");
	replace(&text, "+", "-");
	replace(&text, "/", "_");
	replace(&text, "=", "");
	CHECK(reads(&text, NULL), "the same in the URL alphabet");
	sf_buf_free(&text);
}

static void
test_encrypted(EVP_PKEY *rsa)
{
	SfBuf		text;

	sf_buf_init(&text, 100000);
	pkcs8(rsa, EVP_aes_256_cbc(), &text);
	CHECK(reads(&text, PASSPHRASE), "encrypted PKCS#8");
	CHECK(refuses(text.data, NULL, "no passphrase") && refuses(text.data, "", "no passphrase"), "no passphrase");
	CHECK(refuses(text.data, "wrong", "is wrong"), "a wrong passphrase");
	replace(&text, "-----BEGIN ENCRYPTED PRIVATE KEY-----", "");
	replace(&text, "-----END ENCRYPTED PRIVATE KEY-----", "");
	CHECK(reads(&text, PASSPHRASE) && refuses(text.data, NULL, "no passphrase"), "without armour");
	pkcs1(rsa, EVP_aes_128_cbc(), &text);
	CHECK(reads(&text, PASSPHRASE), "encrypted PKCS#1");
	CHECK(refuses(text.data, NULL, "no passphrase") && refuses(text.data, "wrong", "is wrong"), "without or with a wrong passphrase");
	sf_buf_free(&text);
}

/*
 * A key whose derivation would hold the session for hours is not tried.
 */
/*
 * Keys that only OpenSSL's legacy provider reads are not said to have a wrong
 * passphrase.
 */
static void
test_legacy(EVP_PKEY *rsa)
{
	OSSL_PROVIDER *standard = OSSL_PROVIDER_load(NULL, "default");
	OSSL_PROVIDER *legacy = OSSL_PROVIDER_load(NULL, "legacy");
	BIO		   *bio = BIO_new(BIO_s_mem());
	SfBuf		text;

	sf_buf_init(&text, 100000);
	PEM_write_bio_PKCS8PrivateKey_nid(bio, rsa, NID_pbeWithMD5AndDES_CBC, PASSPHRASE, (int) strlen(PASSPHRASE), NULL, NULL);
	take(bio, &text);
	OSSL_PROVIDER_unload(legacy);
	if (legacy == NULL)
		CHECK(1, "# skip no legacy provider here");
	else
		CHECK(refuses(text.data, PASSPHRASE, "legacy provider"), "a key that needs the legacy provider");
	OSSL_PROVIDER_unload(standard);
	sf_buf_free(&text);
}

static void
test_rounds(EVP_PKEY *rsa)
{
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(rsa);
	X509_ALGOR *algorithm = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 4000001, NULL, 8, NULL, NID_hmacWithSHA256);
	unsigned char zeros[64] = {0};
	X509_SIG   *sig = X509_SIG_new();
	X509_ALGOR *inner;
	ASN1_OCTET_STRING *digest;
	unsigned char *der = NULL;
	int			len;
	SfBuf		text;

	X509_SIG_getm(sig, &inner, &digest);
	X509_ALGOR_copy(inner, algorithm);
	ASN1_OCTET_STRING_set(digest, zeros, sizeof(zeros));
	len = i2d_X509_SIG(sig, &der);
	sf_buf_init(&text, 100000);
	sf_base64_encode(&text, der, (size_t) len);
	CHECK(refuses(text.data, PASSPHRASE, "too many rounds"), "too many rounds of key derivation");
	sf_buf_free(&text);
	OPENSSL_free(der);
	X509_SIG_free(sig);
	X509_ALGOR_free(algorithm);
	PKCS8_PRIV_KEY_INFO_free(info);
}

static void
test_refusals(EVP_PKEY *rsa)
{
	EVP_PKEY   *small = make_rsa(1024);
	EVP_PKEY   *ec = make_ec();
	SfBuf		text;
	BIO		   *bio;

	sf_buf_init(&text, 600000);
	CHECK(refuses("", NULL, "not a private key") && refuses("hello", NULL, "not a private key") && refuses("AAAA", NULL, "not a private key"), "not a key");
	CHECK(refuses("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", NULL, "damaged"), "a damaged key");
	CHECK(refuses("-----BEGIN PRIVATE KEY-----\nAA*A\n-----END PRIVATE KEY-----\n", NULL, "damaged"), "a key that is not base64");
	CHECK(refuses("-----BEGIN PRIVATE KEY-----\nMIIE", NULL, "ends in the middle"), "half a key");
	CHECK(refuses("-----BEGIN RSA PRIVATE KEY--------END RSA PRIVATE KEY-----\nENCRYPTED\n-----", NULL, "ends in the middle"), "armour whose dashes overlap");
	CHECK(refuses("-----BEGIN PRIVATE KEY----------END PRIVATE KEY-----", NULL, "damaged"), "armour around nothing");
	CHECK(refuses("-----BEGIN PGP MESSAGE-----\nMIIE\n-----END PGP MESSAGE-----", NULL, "not a private key"), "another PEM object");
	CHECK(refuses("-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaA==\n-----END OPENSSH PRIVATE KEY-----", NULL, "OpenSSH"), "OpenSSH's own form");
	CHECK(refuses("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", NULL, "certificate"), "a certificate");
	pkcs8(small, NULL, &text);
	CHECK(refuses(text.data, NULL, "fewer than 2048"), "a short RSA key");
	pkcs8(ec, NULL, &text);
	CHECK(refuses(text.data, NULL, "not an RSA key"), "an EC key in PKCS#8");
	CHECK(refuses("-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----", NULL, "not an RSA key"), "an EC key");

	bio = BIO_new(BIO_s_mem());
	PEM_write_bio_PUBKEY(bio, rsa);
	take(bio, &text);
	CHECK(refuses(text.data, NULL, "public key"), "a public key");
	replace(&text, "-----BEGIN PUBLIC KEY-----", "");
	replace(&text, "-----END PUBLIC KEY-----", "");
	CHECK(refuses(text.data, NULL, "public key"), "a public key without armour");

	sf_buf_reset(&text);
	for (int i = 0; i < 300000 / 10; i++)
		sf_buf_append_str(&text, "AAAAAAAAAA");
	CHECK(refuses(text.data, NULL, "too long"), "far too long a text");
	sf_buf_free(&text);
	EVP_PKEY_free(small);
	EVP_PKEY_free(ec);
}

/*
 * Against SHA-256 over the DER that OpenSSL writes.
 */
static void
test_token(EVP_PKEY *rsa)
{
	char		err[200] = "";
	SfBuf		fingerprint;
	SfBuf		text;
	SfBuf		token;
	SfBuf		part;
	SfBuf		expected;
	SfKey	   *key;
	char	   *claims;
	char	   *signature;

	sf_buf_init(&text, 100000);
	sf_buf_init(&token, 100000);
	sf_buf_init(&part, 100000);
	sf_buf_init(&expected, 100000);
	pkcs8(rsa, NULL, &text);
	key = sf_key_read(text.data, text.len, NULL, err, sizeof(err));
	sf_key_free(NULL);
	fingerprint_of(rsa, &fingerprint);
	sf_buf_append_str(&token, "Bearer ");
	CHECK(sf_jwt_make(key, "myorg-acct", "jane \"doe\"\xC3\xA9", 1700000000, 1700003540, &token, err, sizeof(err)), "a token");
	CHECK(strncmp(token.data, "Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.", 44) == 0, "is appended and has the header of RS256");
	claims = token.data + 44;
	signature = strchr(claims, '.');
	sf_base64_decode(&part, claims, (size_t) (signature - claims));
	sf_buf_printf(&expected, "{\"iss\":\"MYORG-ACCT.JANE \\\"DOE\\\"\xC3\xA9.%s\",\"sub\":\"MYORG-ACCT.JANE \\\"DOE\\\"\xC3\xA9\",\"iat\":1700000000,\"exp\":1700003540}", fingerprint.data);
	CHECK(same(part.data, expected.data), "its claims, with the fingerprint of the public key");
	sf_buf_reset(&part);
	sf_base64_decode(&part, signature + 1, strlen(signature + 1));
	CHECK(verify(rsa, token.data + 7, (size_t) (signature - token.data - 7), &part), "its signature verifies");
	CHECK(strpbrk(token.data + 7, "=+/ \n") == NULL, "it has no character outside the URL alphabet");

	CHECK(!sf_jwt_make(key, "", "u", 1, 2, &token, err, sizeof(err)) && !sf_jwt_make(key, "a", "", 1, 2, &token, err, sizeof(err)), "account and user are needed");
	CHECK(!sf_jwt_make(key, "a", "u", 2, 2, &token, err, sizeof(err)) && strstr(err, "end after"), "a token must last");
	CHECK(!sf_jwt_make(key, "a", "\xFF", 1, 2, &token, err, sizeof(err)) && strstr(err, "UTF-8"), "names are UTF-8");
	sf_buf_free(&token);
	sf_buf_init(&token, 100);
	sf_buf_append_str(&token, "Bearer ");
	CHECK(!sf_jwt_make(key, "a", "u", 1, 2, &token, err, sizeof(err)) && same(token.data, "Bearer "), "a full buffer is an error and keeps no half token");
	sf_key_free(key);
	sf_buf_free(&text);
	sf_buf_free(&token);
	sf_buf_free(&part);
	sf_buf_free(&expected);
	sf_buf_free(&fingerprint);
}

/* as Snowflake's user guide has it: openssl rsa -pubout -outform DER | openssl dgst -sha256 -binary | openssl enc -base64 */
static void
fingerprint_of(EVP_PKEY *rsa, SfBuf *out)
{
	unsigned char *der = NULL;
	unsigned char digest[32];
	int			len = i2d_PUBKEY(rsa, &der);

	EVP_Digest(der, (size_t) len, digest, NULL, EVP_sha256(), NULL);
	OPENSSL_free(der);
	sf_buf_init(out, 100);
	sf_buf_append_str(out, "SHA256:");
	sf_base64_encode(out, digest, sizeof(digest));
}

static EVP_PKEY *
make_rsa(int bits)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_RSA, NULL);
	EVP_PKEY   *pkey = NULL;

	EVP_PKEY_keygen_init(context);
	EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits);
	EVP_PKEY_keygen(context, &pkey);
	EVP_PKEY_CTX_free(context);
	return pkey;
}

static EVP_PKEY *
make_ec(void)
{
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, NULL);
	EVP_PKEY   *pkey = NULL;

	EVP_PKEY_keygen_init(context);
	EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1);
	EVP_PKEY_keygen(context, &pkey);
	EVP_PKEY_CTX_free(context);
	return pkey;
}

static void
take(BIO *bio, SfBuf *out)
{
	char	   *data;
	long		len = BIO_get_mem_data(bio, &data);

	sf_buf_reset(out);
	sf_buf_append(out, data, (size_t) len);
	BIO_free(bio);
}

static void
pkcs8(EVP_PKEY *pkey, const EVP_CIPHER *cipher, SfBuf *out)
{
	BIO		   *bio = BIO_new(BIO_s_mem());

	PEM_write_bio_PKCS8PrivateKey(bio, pkey, cipher, cipher ? PASSPHRASE : NULL, cipher ? (int) strlen(PASSPHRASE) : 0, NULL, NULL);
	take(bio, out);
}

static void
pkcs1(EVP_PKEY *pkey, const EVP_CIPHER *cipher, SfBuf *out)
{
	BIO		   *bio = BIO_new(BIO_s_mem());

	PEM_write_bio_PrivateKey_traditional(bio, pkey, cipher, (unsigned char *) (cipher ? PASSPHRASE : NULL),
										 cipher ? (int) strlen(PASSPHRASE) : 0, NULL, NULL);
	take(bio, out);
}

static void
bare_base64(EVP_PKEY *pkey, SfBuf *out)
{
	unsigned char *der = NULL;
	int			len = i2d_PrivateKey(pkey, &der);

	sf_buf_reset(out);
	sf_base64_encode(out, der, (size_t) len);
	OPENSSL_free(der);
}

static void
replace(SfBuf *text, const char *from, const char *to)
{
	SfBuf		out;
	const char *p = text->data;
	const char *hit;

	sf_buf_init(&out, text->cap);
	while ((hit = strstr(p, from)) != NULL)
	{
		sf_buf_append(&out, p, (size_t) (hit - p));
		sf_buf_append_str(&out, to);
		p = hit + strlen(from);
	}
	sf_buf_append_str(&out, p);
	sf_buf_move(text, &out);
}

static int
reads(const SfBuf *text, const char *passphrase)
{
	char		err[200];
	SfKey	   *key = sf_key_read(text->data, text->len, passphrase, err, sizeof(err));

	if (key == NULL)
		printf("# %s\n", err);
	sf_key_free(key);
	return key != NULL;
}

static int
refuses(const char *text, const char *passphrase, const char *part)
{
	char		err[200] = "";
	SfKey	   *key = sf_key_read(text, strlen(text), passphrase, err, sizeof(err));

	if (key || strstr(err, part) == NULL)
		printf("# said: %s\n", err);
	sf_key_free(key);
	return key == NULL && strstr(err, part) != NULL;
}

static int
verify(EVP_PKEY *pkey, const char *signed_text, size_t len, const SfBuf *signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	int			ok = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, pkey) == 1 &&
	EVP_DigestVerify(context, (const unsigned char *) signature->data, signature->len, (const unsigned char *) signed_text, len) == 1;

	EVP_MD_CTX_free(context);
	return ok;
}
