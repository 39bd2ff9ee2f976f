/*
 * jwt.c
 *	  RSA private keys and JSON web tokens.
 *
 * A key goes through two steps: its armour (PEM, bare base64, or none) gives
 * a kind and DER bytes; the kind says how OpenSSL decodes these.  The armour
 * is taken off here and not by OpenSSL because keys that went through a
 * configuration file often lost their line breaks.  Everything decoded on the
 * way is cleansed.  OpenSSL's error queue is left empty.
 */
#include "auth/jwt.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

#define FINGERPRINT_BYTES 52	/* "SHA256:", 44 characters of base64, NUL */
#define MIN_BITS 2048
#define MAX_BITS 16384
#define MAX_ITERATIONS 4000000	/* of key derivation: a few seconds that
								 * nothing can interrupt */
#define BEGIN "-----BEGIN "
#define END "-----END "

struct SfKey
{
	EVP_PKEY   *pkey;
	char		fingerprint[FINGERPRINT_BYTES];
};

typedef enum KeyKind
{
	KIND_UNKNOWN,				/* bare DER: try what it is */
	KIND_PKCS8,
	KIND_ENCRYPTED,				/* PKCS#8, encrypted */
	KIND_PKCS1,
	KIND_NOT_RSA,
	KIND_OPENSSH,
	KIND_PUBLIC,
	KIND_CERTIFICATE
} KeyKind;

static EVP_PKEY *read_armoured(const char *text, size_t len, const char *passphrase, const char **reason);
static EVP_PKEY *decode(KeyKind kind, const SfBuf *der, const char *passphrase, const char **reason);
static EVP_PKEY *decode_unknown(const SfBuf *der, const char *passphrase, const char **reason);
static EVP_PKEY *decode_pkcs8(const SfBuf *der);
static EVP_PKEY *decode_encrypted(const SfBuf *der, const char *passphrase, const char **reason);
static EVP_PKEY *decode_old_encrypted(const char *text, size_t len, const char *passphrase, const char **reason);
static bool affordable(const X509_SIG *sig);
static int	give_passphrase(char *buf, int size, int writing, void *arg);
static const char *decrypt_reason(void);
static KeyKind kind_of(const char *label, size_t len);
static bool take_base64(SfBuf *der, const char *text, size_t len);
static bool is_rsa(EVP_PKEY *pkey, const char **reason);
static bool fingerprint(EVP_PKEY *pkey, char out[FINGERPRINT_BYTES]);
static bool write_claims(const SfKey *key, const char *account, const char *user, int64_t iat, int64_t exp,
						 SfBuf *claims);
static bool sign(const SfKey *key, const char *text, size_t len, SfBuf *out);
static const char *find(const char *text, size_t len, const char *word);
static void cleanse(SfBuf *buf);

static const char not_a_key[] = "It is not a private key in PEM form or the base64 of one.";
static const char damaged[] = "The private key is damaged.";
static const char no_memory[] = "There is not enough memory.";
static const char needs_passphrase[] = "The private key is encrypted and there is no passphrase for it.";

/*
 * An encrypted key may take a second of work: key derivation is slow by
 * design.
 */
SfKey *
sf_key_read(const char *text, size_t len, const char *passphrase, char *err, size_t errlen)
{
	const char *reason = not_a_key;
	EVP_PKEY   *pkey = NULL;
	SfKey	   *key = NULL;

	ERR_clear_error();
	if (len > SF_KEY_MAX_BYTES)
		reason = "It is too long for a private key.";
	else
		pkey = read_armoured(text, len, passphrase, &reason);
	if (pkey && is_rsa(pkey, &reason))
	{
		key = calloc(1, sizeof(SfKey));
		if (key == NULL)
			reason = no_memory;
		else if (!fingerprint(pkey, key->fingerprint))
		{
			reason = damaged;
			free(key);
			key = NULL;
		}
		else
			key->pkey = pkey;
	}
	if (key == NULL)
	{
		EVP_PKEY_free(pkey);
		snprintf(err, errlen, "%s", reason);
	}
	ERR_clear_error();
	return key;
}

void
sf_key_free(SfKey *key)
{
	if (key == NULL)
		return;
	EVP_PKEY_free(key->pkey);
	free(key);
}

bool
sf_jwt_make(const SfKey *key, const char *account, const char *user, int64_t iat, int64_t exp,
			SfBuf *out, char *err, size_t errlen)
{
	static const char header[] = "{\"alg\":\"RS256\",\"typ\":\"JWT\"}";
	const char *reason = NULL;
	SfBuf		claims;
	size_t		start = out->len;

	sf_buf_init(&claims, 64 * 1024);
	if (*account == '\0' || *user == '\0')
		reason = "A token needs an account and a user.";
	else if (!sf_utf8_valid(account, strlen(account)) || !sf_utf8_valid(user, strlen(user)))
		reason = "The account or the user is not UTF-8.";
	else if (exp <= iat)
		reason = "A token must end after it begins.";
	else if (!write_claims(key, account, user, iat, exp, &claims))
		reason = "The account or the user is too long.";
	else if (!sf_base64url_encode(out, (const unsigned char *) header, sizeof(header) - 1) ||
			 !sf_buf_append_char(out, '.') ||
			 !sf_base64url_encode(out, (const unsigned char *) claims.data, claims.len))
		reason = no_memory;
	else
	{
		SfBuf		signature;

		sf_buf_init(&signature, MAX_BITS / 8);
		if (!sign(key, out->data + start, out->len - start, &signature))
			reason = "The token could not be signed with this private key.";
		else if (!sf_buf_append_char(out, '.') ||
				 !sf_base64url_encode(out, (const unsigned char *) signature.data, signature.len))
			reason = no_memory;
		sf_buf_free(&signature);
	}
	sf_buf_free(&claims);
	ERR_clear_error();
	if (reason)
	{
		/* half a token must not look like one */
		if (out->data)
			out->data[out->len = start] = '\0';
		snprintf(err, errlen, "%s", reason);
	}
	return reason == NULL;
}

/*
 * Takes the armour off and decodes; the caller owns the result, NULL comes
 * with a reason.
 */
static EVP_PKEY *
read_armoured(const char *text, size_t len, const char *passphrase, const char **reason)
{
	const char *begin = find(text, len, BEGIN);
	const char *label;
	const char *body;
	const char *end;
	EVP_PKEY   *pkey = NULL;
	KeyKind		kind = KIND_UNKNOWN;
	SfBuf		der;

	sf_buf_init(&der, SF_KEY_MAX_BYTES);
	if (begin == NULL)
	{
		bool		bare = len > 1 && text[0] == 0x30 && (text[1] & 0x80);

		if (bare ? sf_buf_append(&der, text, len) : take_base64(&der, text, len))
			pkey = decode(kind, &der, passphrase, reason);
		cleanse(&der);
		return pkey;
	}

	label = begin + strlen(BEGIN);
	body = find(label, (size_t) (text + len - label), "-----");
	end = body ? find(body + strlen("-----"), (size_t) (text + len - body) - strlen("-----"), END) : NULL;
	if (end == NULL)
		*reason = "The private key ends in the middle.";
	else
	{
		kind = kind_of(label, (size_t) (body - label));
		body += strlen("-----");
		if (kind == KIND_PKCS1 && find(body, (size_t) (end - body), "ENCRYPTED"))
			pkey = decode_old_encrypted(begin, (size_t) (text + len - begin), passphrase, reason);
		else if (kind != KIND_UNKNOWN)
		{
			*reason = damaged;
			if (kind > KIND_PKCS1 || take_base64(&der, body, (size_t) (end - body)))
				pkey = decode(kind, &der, passphrase, reason);
		}
	}
	cleanse(&der);
	return pkey;
}

/*
 * DER of a known kind; the caller owns the result, NULL comes with a reason.
 */
static EVP_PKEY *
decode(KeyKind kind, const SfBuf *der, const char *passphrase, const char **reason)
{
	const unsigned char *p = (const unsigned char *) der->data;

	switch (kind)
	{
		case KIND_UNKNOWN:
			return decode_unknown(der, passphrase, reason);
		case KIND_PKCS8:
			*reason = damaged;
			return decode_pkcs8(der);
		case KIND_ENCRYPTED:
			return decode_encrypted(der, passphrase, reason);
		case KIND_PKCS1:
			*reason = damaged;
			return d2i_PrivateKey(EVP_PKEY_RSA, NULL, &p, (long) der->len);
		case KIND_NOT_RSA:
			*reason = "The private key is not an RSA key.";
			break;
		case KIND_OPENSSH:
			*reason = "The private key is in OpenSSH's own form; \"ssh-keygen -p -m PKCS8\" converts it.";
			break;
		case KIND_PUBLIC:
			*reason = "It is a public key; the private one is needed.";
			break;
		case KIND_CERTIFICATE:
			*reason = "It is a certificate; the private key is needed.";
			break;
	}
	return NULL;
}

/*
 * DER without a label: whatever it decodes as.
 */
static EVP_PKEY *
decode_unknown(const SfBuf *der, const char *passphrase, const char **reason)
{
	const unsigned char *p = (const unsigned char *) der->data;
	long		len = (long) der->len;
	EVP_PKEY   *pkey = decode_pkcs8(der);
	X509_SIG   *sig;
	X509	   *certificate;
	EVP_PKEY   *public_key;

	if (pkey)
		return pkey;
	pkey = d2i_PrivateKey(EVP_PKEY_RSA, NULL, &p, len);
	if (pkey)
		return pkey;

	p = (const unsigned char *) der->data;
	sig = d2i_X509_SIG(NULL, &p, len);
	if (sig)
	{
		X509_SIG_free(sig);
		return decode_encrypted(der, passphrase, reason);
	}
	p = (const unsigned char *) der->data;
	public_key = d2i_PUBKEY(NULL, &p, len);
	p = (const unsigned char *) der->data;
	certificate = d2i_X509(NULL, &p, len);
	if (public_key)
		decode(KIND_PUBLIC, der, passphrase, reason);
	else if (certificate)
		decode(KIND_CERTIFICATE, der, passphrase, reason);
	EVP_PKEY_free(public_key);
	X509_free(certificate);
	return NULL;
}

/*
 * NULL when it is no PKCS#8 structure; the caller owns the result.
 */
static EVP_PKEY *
decode_pkcs8(const SfBuf *der)
{
	const unsigned char *p = (const unsigned char *) der->data;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &p, (long) der->len);
	EVP_PKEY   *pkey = info ? EVP_PKCS82PKEY(info) : NULL;

	PKCS8_PRIV_KEY_INFO_free(info);
	return pkey;
}

/*
 * Encrypted PKCS#8; the caller owns the result, NULL comes with a reason.
 */
static EVP_PKEY *
decode_encrypted(const SfBuf *der, const char *passphrase, const char **reason)
{
	const unsigned char *p = (const unsigned char *) der->data;
	X509_SIG   *sig = d2i_X509_SIG(NULL, &p, (long) der->len);
	PKCS8_PRIV_KEY_INFO *info;
	EVP_PKEY   *pkey = NULL;

	if (sig == NULL)
		*reason = damaged;
	else if (passphrase == NULL || *passphrase == '\0')
		*reason = needs_passphrase;
	else if (!affordable(sig))
		*reason = "The private key's encryption asks for too many rounds of key derivation.";
	else
	{
		ERR_clear_error();
		info = PKCS8_decrypt(sig, passphrase, (int) strlen(passphrase));
		if (info == NULL)
			*reason = decrypt_reason();
		else
		{
			*reason = damaged;
			pkey = EVP_PKCS82PKEY(info);
		}
		PKCS8_PRIV_KEY_INFO_free(info);
	}
	X509_SIG_free(sig);
	return pkey;
}

/*
 * "RSA PRIVATE KEY" with Proc-Type and DEK-Info lines: OpenSSL reads the whole
 * armour.  The callback keeps it from asking a terminal.
 */
static EVP_PKEY *
decode_old_encrypted(const char *text, size_t len, const char *passphrase, const char **reason)
{
	BIO		   *bio;
	EVP_PKEY   *pkey = NULL;

	if (passphrase == NULL || *passphrase == '\0')
	{
		*reason = needs_passphrase;
		return NULL;
	}
	bio = BIO_new_mem_buf(text, (int) len);
	if (bio)
	{
		ERR_clear_error();
		pkey = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, (void *) passphrase);
	}
	if (pkey == NULL)
		*reason = bio ? decrypt_reason() : no_memory;
	BIO_free(bio);
	return pkey;
}

/*
 * Whether the key derivation has a bearable number of rounds: nothing can
 * interrupt it.  scrypt is bounded by OpenSSL itself.
 */
static bool
affordable(const X509_SIG *sig)
{
	const X509_ALGOR *algorithm;
	const ASN1_OBJECT *object;
	const void *value;
	int			type;
	long		rounds = 0;

	X509_SIG_get0(sig, &algorithm, NULL);
	X509_ALGOR_get0(&object, &type, &value, algorithm);
	if (type != V_ASN1_SEQUENCE)
		return true;
	if (OBJ_obj2nid(object) == NID_pbes2)
	{
		PBE2PARAM  *pbes2 = ASN1_item_unpack(value, ASN1_ITEM_rptr(PBE2PARAM));
		PBKDF2PARAM *kdf = NULL;

		if (pbes2 && OBJ_obj2nid(pbes2->keyfunc->algorithm) == NID_id_pbkdf2 &&
			pbes2->keyfunc->parameter && pbes2->keyfunc->parameter->type == V_ASN1_SEQUENCE)
			kdf = ASN1_item_unpack(pbes2->keyfunc->parameter->value.sequence, ASN1_ITEM_rptr(PBKDF2PARAM));
		if (kdf)
			rounds = ASN1_INTEGER_get(kdf->iter);
		PBKDF2PARAM_free(kdf);
		PBE2PARAM_free(pbes2);
	}
	else
	{
		PBEPARAM   *pbe = ASN1_item_unpack(value, ASN1_ITEM_rptr(PBEPARAM));

		if (pbe)
			rounds = ASN1_INTEGER_get(pbe->iter);
		PBEPARAM_free(pbe);
	}
	return rounds >= 0 && rounds <= MAX_ITERATIONS;
}

/*
 * OpenSSL's callback, which would ask a terminal otherwise: the length of the
 * passphrase, or -1 when it does not fit.
 */
static int
give_passphrase(char *buf, int size, int writing, void *arg)
{
	const char *passphrase = arg;
	size_t		len = strlen(passphrase);

	(void) writing;
	if (size < 0 || len > (size_t) size)
		return -1;
	memcpy(buf, passphrase, len);
	return (int) len;
}

/*
 * Why the last decryption failed: a method that OpenSSL does not offer, else
 * the passphrase.  Takes errors off OpenSSL's queue.
 */
static const char *
decrypt_reason(void)
{
	unsigned long code;

	while ((code = ERR_get_error()) != 0)
	{
		int			why = ERR_GET_REASON(code);

		if ((ERR_GET_LIB(code) == ERR_LIB_EVP &&
			 (why == ERR_R_UNSUPPORTED || why == EVP_R_UNKNOWN_PBE_ALGORITHM || why == EVP_R_UNSUPPORTED_ALGORITHM ||
			  why == EVP_R_UNSUPPORTED_CIPHER || why == EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION)) ||
			(ERR_GET_LIB(code) == ERR_LIB_PEM && why == PEM_R_UNSUPPORTED_ENCRYPTION))
			return "The private key is encrypted with a method that this OpenSSL does not offer, "
				"or only in its legacy provider: encrypt it anew with openssl pkcs8 -topk8 -v2 aes256.";
	}
	return "The passphrase of the private key is wrong, or the key is damaged.";
}

/*
 * What the label of a PEM block announces.
 */
static KeyKind
kind_of(const char *label, size_t len)
{
	static const struct
	{
		const char *label;
		KeyKind		kind;
	}			kinds[] = {
		{"PRIVATE KEY", KIND_PKCS8},
		{"ENCRYPTED PRIVATE KEY", KIND_ENCRYPTED},
		{"RSA PRIVATE KEY", KIND_PKCS1},
		{"EC PRIVATE KEY", KIND_NOT_RSA},
		{"EC PARAMETERS", KIND_NOT_RSA},
		{"DSA PRIVATE KEY", KIND_NOT_RSA},
		{"OPENSSH PRIVATE KEY", KIND_OPENSSH},
		{"PUBLIC KEY", KIND_PUBLIC},
		{"RSA PUBLIC KEY", KIND_PUBLIC},
		{"CERTIFICATE", KIND_CERTIFICATE},
		{"TRUSTED CERTIFICATE", KIND_CERTIFICATE},
		{"X509 CERTIFICATE", KIND_CERTIFICATE},
		{"CERTIFICATE REQUEST", KIND_CERTIFICATE}
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
	{
		if (strlen(kinds[i].label) == len && memcmp(kinds[i].label, label, len) == 0)
			return kinds[i].kind;
	}
	return KIND_UNKNOWN;
}

/*
 * Decodes into der; line breaks may have become the two characters \n.  False
 * for what is no base64, and for want of memory.
 */
static bool
take_base64(SfBuf *der, const char *text, size_t len)
{
	SfBuf		clean;
	bool		ok;

	sf_buf_init(&clean, SF_KEY_MAX_BYTES);
	/* reserved at once: growing would leave copies of the key behind */
	if (!sf_buf_reserve(&clean, len) || !sf_buf_reserve(der, len))
	{
		sf_buf_free(&clean);
		return false;
	}
	for (size_t i = 0; i < len; i++)
	{
		if (text[i] == '\\' && i + 1 < len && (text[i + 1] == 'n' || text[i + 1] == 'r'))
			i++;
		else
			sf_buf_append_char(&clean, text[i]);
	}
	ok = clean.len > 0 && sf_base64_decode(der, clean.data, clean.len) && der->len > 0;
	cleanse(&clean);
	return ok;
}

/*
 * Whether Snowflake can use the key; otherwise false and a reason.
 */
static bool
is_rsa(EVP_PKEY *pkey, const char **reason)
{
	if (EVP_PKEY_base_id(pkey) != EVP_PKEY_RSA)
		*reason = "The private key is not an RSA key.";
	else if (EVP_PKEY_bits(pkey) < MIN_BITS)
		*reason = "The RSA key has fewer than 2048 bits.";
	else if (EVP_PKEY_bits(pkey) > MAX_BITS)
		*reason = "The RSA key has more than 16384 bits.";
	else
		return true;
	return false;
}

/*
 * SHA-256 of the public key's SubjectPublicKeyInfo, as DESCRIBE USER shows it
 * in RSA_PUBLIC_KEY_FP; false when OpenSSL cannot encode the key.
 */
static bool
fingerprint(EVP_PKEY *pkey, char out[FINGERPRINT_BYTES])
{
	unsigned char *der = NULL;
	unsigned char digest[32];
	int			len = i2d_PUBKEY(pkey, &der);
	bool		ok = len > 0 && EVP_Digest(der, (size_t) len, digest, NULL, EVP_sha256(), NULL) == 1;

	OPENSSL_free(der);
	if (ok)
	{
		memcpy(out, "SHA256:", 7);
		EVP_EncodeBlock((unsigned char *) out + 7, digest, sizeof(digest));
	}
	return ok;
}

/*
 * iss is ACCOUNT.USER.SHA256:fingerprint, sub is ACCOUNT.USER.  False when
 * they are too long or there is no memory.
 */
static bool
write_claims(const SfKey *key, const char *account, const char *user, int64_t iat, int64_t exp, SfBuf *claims)
{
	SfBuf		subject;
	SfBuf		issuer;

	sf_buf_init(&subject, 8 * 1024);
	sf_buf_init(&issuer, 8 * 1024);
	if (sf_buf_printf(&subject, "%s.%s", account, user))
	{
		sf_ascii_upper(subject.data);
		if (sf_buf_printf(&issuer, "%s.%s", subject.data, key->fingerprint))
		{
			sf_buf_append_str(claims, "{\"iss\":");
			sf_json_quote(claims, issuer.data, issuer.len);
			sf_buf_append_str(claims, ",\"sub\":");
			sf_json_quote(claims, subject.data, subject.len);
			sf_buf_printf(claims, ",\"iat\":%lld,\"exp\":%lld}", (long long) iat, (long long) exp);
		}
	}
	sf_buf_free(&subject);
	sf_buf_free(&issuer);
	return claims->len > 0 && claims->status == SF_BUF_OK;
}

/*
 * RS256 over the text into out; false when OpenSSL refuses the key.
 */
static bool
sign(const SfKey *key, const char *text, size_t len, SfBuf *out)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	size_t		size = (size_t) EVP_PKEY_size(key->pkey);
	bool		ok;

	ok = context && sf_buf_reserve(out, size) &&
		EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key->pkey) == 1 &&
		EVP_DigestSign(context, (unsigned char *) out->data, &size, (const unsigned char *) text, len) == 1;
	if (ok)
		out->len = size;
	EVP_MD_CTX_free(context);
	return ok;
}

/*
 * The first place of a word, or NULL.
 */
static const char *
find(const char *text, size_t len, const char *word)
{
	size_t		n = strlen(word);

	for (size_t i = 0; n <= len && i <= len - n; i++)
	{
		if (memcmp(text + i, word, n) == 0)
			return text + i;
	}
	return NULL;
}

/*
 * Overwrites and frees a buffer that held a secret.
 */
static void
cleanse(SfBuf *buf)
{
	if (buf->data)
		OPENSSL_cleanse(buf->data, buf->size);
	sf_buf_free(buf);
}
