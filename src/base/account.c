/*
 * account.c
 *	  Account identifiers.
 */
#include "base/account.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "base/str.h"

#define DEFAULT_REGION "us-west-2"

static bool address_v6(const char *host, struct in6_addr *address);

bool
sf_account_valid(const char *account)
{
	int			label = 0;

	for (; *account; account++)
	{
		char		c = *account;

		if (c == '.')
		{
			if (label == 0)
				return false;
			label = 0;
			continue;
		}
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'))
			return false;
		if (++label > 63)
			return false;
	}
	return label > 0;
}

bool
sf_account_host(const char *account, const char *region, SfBuf *host)
{
	size_t		start = host->len;
	size_t		n = region && *region ? strcspn(account, ".") : strlen(account);
	const char *second;

	sf_buf_append(host, account, n);
	if (region && *region && strcmp(region, DEFAULT_REGION) != 0)
		sf_buf_printf(host, ".%s", region);
	if (host->status != SF_BUF_OK)
		return false;
	for (char *p = host->data + start; *p; p++)
	{
		if (*p == '_')
			*p = '-';
	}
	sf_ascii_lower(host->data + start);
	second = strchr(host->data + start, '.');
	return sf_buf_append_str(host, second && strncmp(second, ".cn-", 4) == 0 ?
							 ".snowflakecomputing.cn" : ".snowflakecomputing.com");
}

bool
sf_account_of_address(const char *address, SfBuf *account)
{
	static const char *const endings[] = {".snowflakecomputing.com", ".snowflakecomputing.cn"};
	static const char app[] = "app.snowflake.com/";
	const char *scheme = strstr(address, "://");
	const char *host = scheme ? scheme + 3 : address;
	size_t		n = strcspn(host, "/:?#");

	if (strncmp(host, app, sizeof(app) - 1) == 0)
	{
		const char *organization = host + sizeof(app) - 1;
		size_t		first = strcspn(organization, "/?#");
		const char *name = organization + first + 1;

		return organization[first] == '/' && first > 0 && strcspn(name, "/?#") > 0 &&
			sf_buf_append(account, organization, first) && sf_buf_append_str(account, "-") &&
			sf_buf_append(account, name, strcspn(name, "/?#")) && sf_account_valid(account->data);
	}
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
	{
		size_t		len = strlen(endings[i]);
		char		end[32];

		if (n <= len)
			continue;
		memcpy(end, host + n - len, len);
		end[len] = '\0';
		if (sf_strcasecmp_ascii(end, endings[i]) == 0)
			return sf_buf_append(account, host, n - len) && sf_account_valid(account->data);
	}
	return false;
}

bool
sf_account_jwt(const char *account, SfBuf *out)
{
	size_t		start = out->len;
	size_t		n = strstr(account, ".global") ? strcspn(account, "-.") : strcspn(account, ".");

	if (!sf_buf_append(out, account, n))
		return false;
	sf_ascii_upper(out->data + start);
	return true;
}

bool
sf_host_is_loopback(const char *host)
{
	struct in_addr v4;
	struct in6_addr v6;

	if (sf_strcasecmp_ascii(host, "localhost") == 0)
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return ntohl(v4.s_addr) >> 24 == 127;
	return address_v6(host, &v6) && IN6_IS_ADDR_LOOPBACK(&v6);
}

bool
sf_host_valid(const char *host)
{
	size_t		len = strlen(host);
	struct in6_addr v6;

	if (len == 0 || len > 253)
		return false;
	if (address_v6(host, &v6))
		return true;
	return strspn(host, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._") == len &&
		host[0] != '-' && host[0] != '.';
}

/*
 * An IPv6 address, with brackets or without.
 */
static bool
address_v6(const char *host, struct in6_addr *address)
{
	char		plain[INET6_ADDRSTRLEN];
	size_t		len = strlen(host);

	if (host[0] == '[')
	{
		if (host[len - 1] != ']')
			return false;
		host++;
		len -= 2;
	}
	if (len >= sizeof(plain))
		return false;
	memcpy(plain, host, len);
	plain[len] = '\0';
	return inet_pton(AF_INET6, plain, address) == 1;
}
