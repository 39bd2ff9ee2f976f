/* sources: src/base/account.c src/base/str.c src/base/buf.c */
/*
 * account.c
 *	  Tests of account identifiers and host names.
 */
#include "base/account.h"

#include "tap.h"

static int	account_is(const char *address, const char *expected);
static int	host_is(const char *account, const char *region, const char *expected);
static int	jwt_is(const char *account, const char *expected);

int
main(void)
{
	char		longest[300];

	CHECK(sf_account_valid("myorg-acct") && sf_account_valid("xy12345.us-east-2.aws") && sf_account_valid("my_org-a_b") && sf_account_valid("A1"), "valid accounts");
	CHECK(!sf_account_valid("") && !sf_account_valid(".") && !sf_account_valid("a.") && !sf_account_valid(".a") && !sf_account_valid("a..b") && !sf_account_valid("a/b") &&
		  !sf_account_valid("a@b") && !sf_account_valid("a:443") && !sf_account_valid("a b") && !sf_account_valid("a?b") && !sf_account_valid("\xC3\xA9"), "invalid ones");
	memset(longest, 'a', sizeof(longest));
	longest[63] = '\0';
	CHECK(sf_account_valid(longest), "63 bytes in a label");
	longest[63] = 'a';
	longest[64] = '\0';
	CHECK(!sf_account_valid(longest), "not 64");

	CHECK(host_is("MyOrg-Acct", NULL, "myorg-acct.snowflakecomputing.com") && host_is("acme-marketing_test", "", "acme-marketing-test.snowflakecomputing.com"), "hosts of organisation accounts");
	CHECK(host_is("xy12345", "us-east-2.aws", "xy12345.us-east-2.aws.snowflakecomputing.com") && host_is("xy12345.eu-west-1", NULL, "xy12345.eu-west-1.snowflakecomputing.com"), "hosts of locators");
	CHECK(host_is("xy12345", "us-west-2", "xy12345.snowflakecomputing.com") && host_is("xy12345.eu-west-1", "us-east-1", "xy12345.us-east-1.snowflakecomputing.com"), "the default region, and a region of its own");
	CHECK(host_is("xy12345.cn-northwest-1.aws", NULL, "xy12345.cn-northwest-1.aws.snowflakecomputing.cn") && host_is("xy12345", "cn-north-1", "xy12345.cn-north-1.snowflakecomputing.cn"), "hosts in China");
	CHECK(host_is("org-acct.privatelink", NULL, "org-acct.privatelink.snowflakecomputing.com"), "a private link");

	CHECK(jwt_is("myorg-acct", "MYORG-ACCT") && jwt_is("my_org-a_b", "MY_ORG-A_B"), "JWT names keep hyphens and underscores");
	CHECK(jwt_is("xy12345.us-east-2.aws", "XY12345") && jwt_is("org-acct.privatelink", "ORG-ACCT"), "and drop region and cloud");
	CHECK(jwt_is("acct-abc123.global", "ACCT") && jwt_is("acct.global", "ACCT"), "global names are cut at the hyphen");

	CHECK(sf_host_is_loopback("localhost") && sf_host_is_loopback("LOCALHOST") && sf_host_is_loopback("127.0.0.1") && sf_host_is_loopback("127.255.1.2") &&
		  sf_host_is_loopback("::1") && sf_host_is_loopback("[::1]"), "loopback hosts");
	CHECK(!sf_host_is_loopback("127.0.0.1.evil.com") && !sf_host_is_loopback("localhost.evil.com") && !sf_host_is_loopback("128.0.0.1") && !sf_host_is_loopback("127.0.0") &&
		  !sf_host_is_loopback("127.0.0.256") && !sf_host_is_loopback("") && !sf_host_is_loopback("[::1") && !sf_host_is_loopback("::2") && !sf_host_is_loopback("localhost.") && !sf_host_is_loopback("127.0.0.1 ") && !sf_host_is_loopback("127. 0.0.1") && !sf_host_is_loopback("127.+0.0.1"), "others");
	CHECK(sf_host_valid("a.snowflakecomputing.com") && sf_host_valid("10.0.0.1") && sf_host_valid("[::1]") && sf_host_valid("2001:db8::1") && sf_host_valid("[2001:db8::1]"), "valid hosts");
	CHECK(!sf_host_valid("") && !sf_host_valid("a/b") && !sf_host_valid("a@b") && !sf_host_valid("a:80") && !sf_host_valid("a?x") && !sf_host_valid("a#x") && !sf_host_valid("-a") &&
		  !sf_host_valid(".a") && !sf_host_valid("a b") && !sf_host_valid("[::1") && !sf_host_valid("::1]") && !sf_host_valid("::1:80/") && !sf_host_valid("[") && !sf_host_valid("[]") && !sf_host_valid("a\r\nb"), "invalid ones");
	CHECK(account_is("myorg-acct.snowflakecomputing.com", "myorg-acct") && account_is("https://xy12345.eu-west-1.SnowflakeComputing.com:443/console?x=.", "xy12345.eu-west-1") &&
		  account_is("xy.cn-north-1.snowflakecomputing.cn/", "xy.cn-north-1") && account_is("https://app.snowflake.com/myorg/acct/#/homepage", "myorg-acct"), "the account of an address");
	CHECK(account_is("myorg-acct", NULL) && account_is(".snowflakecomputing.com", NULL) && account_is("https://example.com/x.snowflakecomputing.com", NULL) && account_is("", NULL) &&
		  account_is("a b.snowflakecomputing.com", NULL) && account_is("app.snowflake.com/", NULL) && account_is("app.snowflake.com/o/", NULL) && account_is("://", NULL), "what is none");
	longest[64] = 'a';
	longest[254] = '\0';
	CHECK(!sf_host_valid(longest), "more than 253 bytes");
	return tap_done();
}

static int
account_is(const char *address, const char *expected)
{
	SfBuf		buf;
	int			ok;

	sf_buf_init(&buf, 1000);
	ok = sf_account_of_address(address, &buf) ? expected && same(buf.data, expected) : expected == NULL;
	sf_buf_free(&buf);
	return ok;
}

static int
host_is(const char *account, const char *region, const char *expected)
{
	SfBuf		buf;
	int			ok;

	sf_buf_init(&buf, 1000);
	ok = sf_account_host(account, region, &buf) && same(buf.data, expected);
	sf_buf_free(&buf);
	return ok;
}

static int
jwt_is(const char *account, const char *expected)
{
	SfBuf		buf;
	int			ok;

	sf_buf_init(&buf, 1000);
	ok = sf_account_jwt(account, &buf) && same(buf.data, expected);
	sf_buf_free(&buf);
	return ok;
}
