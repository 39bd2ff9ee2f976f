# snowflake_fdw: make, make install, make installcheck (PGXS); PG_CONFIG=/path/to/pg_config for another server

MODULE_big = snowflake_fdw
EXTENSION = snowflake_fdw
DATA = control/snowflake_fdw--1.0.sql
OBJS = $(patsubst %.c,%.o,$(sort $(wildcard src/*/*.c)))

PKG_CONFIG ?= pkg-config
# ISA-L decodes gzip twice as fast as zlib; zlib does without it
HAVE_ISAL := $(shell $(PKG_CONFIG) --exists libisal && echo yes)
PACKAGES = libcurl json-c openssl $(if $(HAVE_ISAL),libisal,zlib)

PG_CPPFLAGS = -Isrc $(shell $(PKG_CONFIG) --cflags $(PACKAGES)) $(if $(HAVE_ISAL),-DHAVE_ISAL)
SHLIB_LINK = $(shell $(PKG_CONFIG) --libs $(PACKAGES))

REGRESS = $(sort $(patsubst sql/%.sql,%,$(wildcard sql/*.sql)))
EXTRA_CLEAN = src/*/*.bc snowflake_fdw.control control/snowflake_fdw--1.0.sql

PG_CONFIG ?= pg_config
PGXS := $(shell $(PG_CONFIG) --pgxs)
include $(PGXS)

# pg_regress needs an account: the local Snowflake, in a Python that has local_snowflake/requirements.txt
export SNOWFLAKE_TEST_PYTHON ?= $(or $(wildcard $(CURDIR)/.venv/bin/python),python3)
pg_regress_installcheck := tools/with-local-snowflake --sample --window 2 --partition-rows 1000 -- \
	$(top_builddir)/src/test/regress/pg_regress --inputdir=$(srcdir) --bindir='$(bindir)' $(EXTRA_REGRESS_OPTS)

$(OBJS): $(wildcard src/*/*.h src/*/*.def)

# the install script is its parts, a subject each; PGXS installs the control file from the top folder
all install: snowflake_fdw.control control/snowflake_fdw--1.0.sql
control/snowflake_fdw--1.0.sql: $(sort $(wildcard control/1.0/*.sql))
	for part in $^; do cat $$part; echo; done > $@
snowflake_fdw.control: control/snowflake_fdw.control
	cp $< $@
