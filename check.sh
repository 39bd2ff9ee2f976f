#!/bin/bash
# Builds and tests everything on a Debian machine; the last line is "N passed, N failed".
#   ./check.sh                 all steps but differential and matrix
#   ./check.sh unit regress    these steps (build is always done)
# Steps: build unit fuzz local regress isolation tap layers indent script demo, and
#        differential: 20,000 random conditions, 20,000 random queries and 10,000 that mix local and foreign tables, each query in three ways,
#        and 10,000 changes of rows (two hours);
#        SFDW_SEED repeats a run
#        matrix: compiles and runs pg_regress on other PostgreSQL versions (root; roots of 300 MB each are kept in .check/matrix)
# Nothing is installed into the system's PostgreSQL and no existing cluster is touched: everything lives in .check/ and .venv/.
# FUZZ_SECONDS (60) is the time of each fuzz target.
# SFDW_PG_CONFIG names the pg_config of another PostgreSQL to test on, one with assertions for instance; the extension is installed into it.
set -uo pipefail
cd "$(dirname "$0")"
top=$PWD
work=$top/.check
build=$work/build
all_steps="build unit fuzz local regress isolation tap layers indent script demo"
packages="build-essential pkg-config rsync clang python3-venv perl libipc-run-perl libio-socket-ssl-perl libcurl4-openssl-dev libjson-c-dev libssl-dev
	zlib1g-dev libisal-dev pg-bsd-indent universal-ctags"
warnings="-Wall -Wextra -Werror -Wno-unused-parameter -Wno-sign-compare -Wno-missing-field-initializers"
passed=0
failed=0

say() { printf '%s\n' "$*"; }
ok() { passed=$((passed + 1)); say "ok      $1"; }
bad() { failed=$((failed + 1)); say "not ok  $1"; }
finish() {
	if [ -f "$work/pg_config" ]; then "$top/tools/scratch-cluster" stop "$(cat "$work/pg_config")" "$work/cluster" || true; fi
	local children
	children=$(jobs -p)
	[ -z "$children" ] || kill $children 2>/dev/null
}
trap finish EXIT
stop_early() { say "$1"; say "$passed passed, $((failed + 1)) failed"; exit 1; }

# a TAP program: counts its tests, shows what failed
count_tap() {
	local name=$1 output=$2 status=$3 good bad_ones
	good=$(grep -c '^ok ' "$output")
	bad_ones=$(grep -c '^not ok ' "$output")
	passed=$((passed + good))
	failed=$((failed + bad_ones))
	if [ "$status" -ne 0 ] && [ "$bad_ones" -eq 0 ]; then failed=$((failed + 1)); fi
	if [ "$status" -ne 0 ] || [ "$bad_ones" -ne 0 ]; then
		say "not ok  $name ($good passed, $bad_ones failed, exit $status)"
		grep -v '^ok ' "$output" | tail -40
	else
		say "ok      $name ($good tests$(sed -n 's/^# \(seed [0-9]*\)$/, \1/p; s/^1\.\.0 # SKIP /, left out: /p' "$output"))"
	fi
}

# the calls that a command beside tools/with-local-snowflake made though the documents do not allow them
check_calls() {
	local name="$1: every request is valid by the documents" output=$2 status=$3
	if grep -q '^invalid call: ' "$output"; then
		bad "$name"
		grep '^invalid call: ' "$output" | sort | uniq -c | sed -n 1,40p
	elif [ "$status" -eq 0 ]; then
		ok "$name"
	fi
}

step_packages() {
	local major missing="" package clang_major cron=""
	# a machine whose package lists are empty
	if [ "$(id -u)" = 0 ] && ! apt-cache show clang >/dev/null 2>&1; then apt-get update -qq >/dev/null 2>&1; fi
	major=$(apt-cache search --names-only '^postgresql-server-dev-[0-9]+$' 2>/dev/null | sed 's/.*-dev-\([0-9]*\).*/\1/' | sort -n | tail -1)
	if ls /usr/lib/postgresql/*/lib/pgxs >/dev/null 2>&1; then
		major=$(ls -d /usr/lib/postgresql/*/lib/pgxs | sed 's#/usr/lib/postgresql/\([0-9]*\)/.*#\1#' | sort -n | tail -1)
	fi
	# the sanitizers' libraries, which the package clang only recommends
	clang_major=$(apt-cache depends clang 2>/dev/null | sed -n 's/.*Depends: clang-\([0-9]*\)$/\1/p' | head -1)
	# Debian has it for the versions that it has had for long; tests that need it say so where it has none
	if [ -n "$major" ] && apt-cache show "postgresql-$major-cron" >/dev/null 2>&1; then cron=postgresql-$major-cron; fi
	for package in $packages ${clang_major:+libclang-rt-$clang_major-dev} ${major:+postgresql-$major postgresql-server-dev-$major} ${cron:+"$cron"}; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
	done
	if [ -z "$missing" ] && [ -n "$major" ]; then return; fi
	if [ "$(id -u)" != 0 ]; then stop_early "Packages are missing; run as root: apt-get install -y$missing"; fi
	say "installing:$missing"
	mkdir -p "$work"
	export DEBIAN_FRONTEND=noninteractive
	apt-get update -qq >"$work/apt.log" 2>&1
	if [ -z "$major" ]; then
		major=$(apt-cache search --names-only '^postgresql-server-dev-[0-9]+$' | sed 's/.*-dev-\([0-9]*\).*/\1/' | sort -n | tail -1)
		missing="$missing postgresql-$major postgresql-server-dev-$major"
		if apt-cache show "postgresql-$major-cron" >/dev/null 2>&1; then missing="$missing postgresql-$major-cron"; fi
	fi
	# shellcheck disable=SC2086
	apt-get install -y -qq --no-install-recommends $missing >>"$work/apt.log" 2>&1 || { tail -20 "$work/apt.log"; stop_early "the packages could not be installed"; }
}

step_venv() {
	local stamp
	stamp=$(cat local_snowflake/requirements*.txt | sha256sum)
	if [ "$(cat .venv/stamp 2>/dev/null)" != "$stamp" ]; then
		say "making the Python environment"
		rm -rf .venv
		{ python3 -m venv .venv && .venv/bin/pip install -q -r local_snowflake/requirements.txt -r local_snowflake/requirements-test.txt; } \
			>"$work/venv.log" 2>&1 || { tail -20 "$work/venv.log"; stop_early "the Python environment could not be made"; }
		printf '%s\n' "$stamp" >.venv/stamp
	fi
}

step_build() {
	local pg_config=${SFDW_PG_CONFIG:-}
	[ -n "$pg_config" ] || pg_config=$("$top/tools/scratch-root" "$work/root") || stop_early "no PostgreSQL to build against"
	if [ -f "$work/pg_config" ] && [ "$(cat "$work/pg_config")" != "$pg_config" ]; then
		"$top/tools/scratch-cluster" stop "$(cat "$work/pg_config")" "$work/cluster"
		rm -rf "$build" "$work/build-zlib" "$work/cluster"
	fi
	printf '%s\n' "$pg_config" >"$work/pg_config"
	mkdir -p "$build"
	rsync -a --delete --exclude=/.git --exclude=/.check --exclude=/.venv --exclude=/.demo --exclude=/.matrix --exclude='*.o' --exclude='*.so' ./ "$build/"
	if make -C "$build" -j"$(nproc)" with_llvm=no PG_CONFIG="$(cat "$work/pg_config")" PG_CFLAGS="$warnings" install >"$work/build.log" 2>&1; then
		ok "build"
	else
		grep -E ': (fatal )?error:|: warning:|\*\*\*' "$work/build.log" | head -40
		bad "build"
		stop_early "the extension does not build"
	fi
}

# the other build: gzip by zlib
build_zlib() {
	mkdir -p "$work/build-zlib"
	rsync -a --delete --exclude='*.o' --exclude='*.so' "$build/" "$work/build-zlib/"
	if make -C "$work/build-zlib" -j"$(nproc)" with_llvm=no HAVE_ISAL= PG_CONFIG="$(cat "$work/pg_config")" PG_CFLAGS="$warnings" all >"$work/build-zlib.log" 2>&1; then
		ok "build without ISA-L"
	else
		grep -E ': (fatal )?error:|: warning:|\*\*\*' "$work/build-zlib.log" | head -40
		bad "build without ISA-L"
	fi
}

# a test is built once, or once with each set of flags that its line "builds" has between bars
step_unit() {
	local source name sources flags builds
	build_zlib
	for source in test/unit/*.c; do
		[ -e "$source" ] || { say "unit: no tests"; return; }
		name=$(basename "$source" .c)
		sources=$(sed -n '1s#^/\* sources: \(.*\) \*/$#\1#p' "$source")
		IFS='|' read -ra builds <<<"$(sed -n '2s#^/\* builds: \(.*\) \*/$#\1#p' "$source")"
		for flags in "${builds[@]:-}"; do
			# shellcheck disable=SC2086
			if ! gcc -std=gnu11 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -Wall -Wextra -Werror -Isrc -Itest/unit \
				-o "$work/unit-$name" "$source" ${sources:-src/base/*.c} $flags -lcrypto -lm >"$work/unit-$name.log" 2>&1; then
				head -20 "$work/unit-$name.log"
				bad "unit $name${flags:+ ($flags)} (does not compile)"
				continue
			fi
			"$work/unit-$name" >"$work/unit-$name.log" 2>&1
			count_tap "unit $name${flags:+ ($flags)}" "$work/unit-$name.log" $?
		done
	done
}

fuzz_one() {
	local source=$1 name sources corpus
	name=$(basename "$source" .c)
	sources=$(sed -n '1s#^/\* sources: \(.*\) \*/$#\1#p' "$source")
	corpus=$work/corpus-$name
	mkdir -p "$corpus" "test/fuzz/corpus/$name"
	# shellcheck disable=SC2086
	clang -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined -Isrc -o "$work/fuzz-$name" "$source" \
		${sources:-src/base/*.c} -lcrypto >"$work/fuzz-$name.log" 2>&1 &&
		"$work/fuzz-$name" -max_total_time="${FUZZ_SECONDS:-60}" -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$work/" \
			"$corpus" "test/fuzz/corpus/$name" >>"$work/fuzz-$name.log" 2>&1
	echo $? >"$work/fuzz-$name.status"
}

step_fuzz() {
	local source name
	for source in test/fuzz/*.c; do
		[ -e "$source" ] || { say "fuzz: no targets"; return; }
		while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
		fuzz_one "$source" &
	done
	wait
	for source in test/fuzz/*.c; do
		name=$(basename "$source" .c)
		if [ "$(cat "$work/fuzz-$name.status")" = 0 ]; then
			ok "fuzz $name ($(grep -oE '^#[0-9]+' "$work/fuzz-$name.log" | tail -1 | tr -d '#') runs)"
		else
			tail -30 "$work/fuzz-$name.log"
			bad "fuzz $name"
		fi
	done
}

step_local() {
	local output=$work/pytest.log summary
	PYTHONDONTWRITEBYTECODE=1 .venv/bin/python -m pytest -q -p no:cacheprovider local_snowflake/tests >"$output" 2>&1
	local status=$?
	if [ $status = 5 ]; then say "local: no tests"; return; fi
	summary=$(tail -1 "$output")
	passed=$((passed + $(grep -oE '[0-9]+ passed' <<<"$summary" | grep -oE '[0-9]+' || echo 0)))
	if [ $status = 0 ]; then
		say "ok      local Snowflake ($summary)"
	else
		local count
		count=$(grep -oE '[0-9]+ (failed|error)' <<<"$summary" | grep -oE '^[0-9]+' | paste -sd+ | bc 2>/dev/null)
		failed=$((failed + ${count:-1}))
		tail -60 "$output"
		say "not ok  local Snowflake"
	fi
}

start_cluster() {
	"$top/tools/scratch-cluster" start "$(cat "$work/pg_config")" "$work/cluster" >"$work/socket"
}

step_regress() {
	local bin name status
	compgen -G 'sql/*.sql' >/dev/null || { say "regress: no tests"; return; }
	start_cluster || { bad "regress (no cluster)"; return; }
	bin=$("$(cat "$work/pg_config")" --bindir)
	mkdir -p "$work/regress"
	SNOWFLAKE_TEST_PYTHON=$top/.venv/bin/python tools/with-local-snowflake --sample --window 2 --partition-rows 1000 -- \
		"$("$(cat "$work/pg_config")" --pkglibdir)/pgxs/src/test/regress/pg_regress" --inputdir=. --outputdir="$work/regress" --bindir="$bin" \
		--host="$(cat "$work/socket")" --user=postgres --dbname=contrib_regression \
		${SFDW_REGRESS:-$(basename -s .sql sql/*.sql)} >"$work/regress.log" 2>&1
	status=$?
	# "test NAME ... ok" up to PostgreSQL 15, "ok 1 - NAME" from 16 on
	while read -r name; do ok "regress $name"; done < <(sed -nE 's/^test ([a-z0-9_]+) +\.\.\. ok .*/\1/p; s/^ok [0-9]+ +- ([a-z0-9_]+) .*/\1/p' "$work/regress.log")
	while read -r name; do bad "regress $name"; done < <(sed -nE 's/^test ([a-z0-9_]+) +\.\.\. FAILED.*/\1/p; s/^not ok [0-9]+ +- ([a-z0-9_]+) .*/\1/p' "$work/regress.log")
	check_calls regress "$work/regress.log" $status
	if [ $status -ne 0 ]; then
		head -150 "$work/regress/regression.diffs" 2>/dev/null || tail -20 "$work/regress.log"
		[ "$failed" -gt 0 ] || bad "regress"
	fi
}

step_isolation() {
	local name status root_of_pgxs
	start_cluster || { bad "isolation (no cluster)"; return; }
	root_of_pgxs=$(dirname "$("$(cat "$work/pg_config")" --pgxs)")/../..
	mkdir -p "$work/isolation"
	SNOWFLAKE_TEST_PYTHON=$top/.venv/bin/python tools/with-local-snowflake --sample --window 2 --partition-rows 1000 -- sh -c '
		export PGOPTIONS="-c sfdw_test.host=$SNOWFLAKE_TEST_HOST -c sfdw_test.port=$SNOWFLAKE_TEST_PORT -c sfdw_test.key_file=$SNOWFLAKE_TEST_KEY_FILE"
		exec "$@"' sh "$root_of_pgxs/src/test/isolation/pg_isolation_regress" --inputdir=test/isolation --outputdir="$work/isolation" \
		--bindir="$("$(cat "$work/pg_config")" --bindir)" --host="$(cat "$work/socket")" --user=postgres --dbname=isolation_regression \
		$(cd test/isolation/specs && basename -s .spec -- *.spec) >"$work/isolation.log" 2>&1
	status=$?
	while read -r name; do ok "isolation $name"; done < <(sed -nE 's/^test ([a-z0-9_]+) +\.\.\. ok .*/\1/p; s/^ok [0-9]+ +- ([a-z0-9_]+) .*/\1/p' "$work/isolation.log")
	while read -r name; do bad "isolation $name"; done < <(sed -nE 's/^test ([a-z0-9_]+) +\.\.\. FAILED.*/\1/p; s/^not ok [0-9]+ +- ([a-z0-9_]+) .*/\1/p' "$work/isolation.log")
	check_calls isolation "$work/isolation.log" $status
	if [ $status -ne 0 ]; then
		head -150 "$work/isolation/regression.diffs" 2>/dev/null || tail -20 "$work/isolation.log"
		[ "$failed" -gt 0 ] || bad "isolation"
	fi
}

step_matrix() {
	local line
	if [ "$(id -u)" != 0 ]; then bad "matrix (needs root to build Debian roots)"; return; fi
	command -v mmdebstrap >/dev/null || apt-get install -y -qq --no-install-recommends mmdebstrap >>"$work/apt.log" 2>&1
	say "matrix: making Debian roots, a minute each"
	tools/pg-matrix "$work/matrix" "$top/.venv/bin/python" >"$work/matrix.log" 2>&1 || true
	while read -r line; do
		case $line in
		"ok "*) ok "matrix ${line#ok }" ;;
		"not ok "*) bad "matrix ${line#not ok }"; cat "$work/matrix.log" ;;
		esac
	done < <(grep -E '^(not )?ok +PostgreSQL' "$work/matrix.log" || echo "not ok (nothing ran)")
}

tap_one() {
	SFDW_PG_CONFIG=$(cat "$work/pg_config") SFDW_WORK=$work SNOWFLAKE_TEST_PYTHON=$top/.venv/bin/python \
		timeout 900 perl -Itest/perl "$1" >"$work/tap-$2.log" 2>&1
	echo $? >"$work/tap-$2.status"
}

# each has a cluster and a local Snowflake of its own: two at a time
step_tap() {
	local test name
	compgen -G 'test/t/*.pl' >/dev/null || { say "tap: no tests"; return; }
	for test in test/t/*.pl; do
		while [ "$(jobs -rp | wc -l)" -ge 2 ]; do wait -n; done
		tap_one "$test" "$(basename "$test" .pl)" &
	done
	wait
	for test in test/t/*.pl; do
		name=$(basename "$test" .pl)
		count_tap "tap $name" "$work/tap-$name.log" "$(cat "$work/tap-$name.status")"
	done
}

# the programs of random queries, with many of them
step_differential() {
	local name programs="700_filters 730_statements 870_mixed 910_write_differential"
	for name in $programs; do
		SFDW_PG_CONFIG=$(cat "$work/pg_config") SFDW_WORK=$work SNOWFLAKE_TEST_PYTHON=$top/.venv/bin/python SFDW_FILTERS=20000 SFDW_STATEMENTS=20000 SFDW_MIXED=10000 \
			SFDW_WRITES=10000 SFDW_WAYS=3 timeout 10800 perl -Itest/perl "test/t/$name.pl" >"$work/differential-$name.log" 2>&1 &
		echo $! >"$work/differential-$name.pid"
	done
	for name in $programs; do
		wait "$(cat "$work/differential-$name.pid")"
		count_tap "differential $name" "$work/differential-$name.log" $?
	done
}

step_layers() {
	if tools/check-layers >"$work/layers.log" 2>&1; then ok "layers"; else cat "$work/layers.log"; bad "layers"; fi
}

step_indent() {
	if [ ! -x tools/indent ]; then say "indent: no tool"; return; fi
	if tools/indent --check >"$work/indent.log" 2>&1; then ok "indent"; else head -60 "$work/indent.log"; bad "indent"; fi
}

# what the install script names is named so that nobody can put something else in its place
step_script() {
	if .venv/bin/python tools/check-install-script >"$work/script.log" 2>&1; then ok "script"; else head -60 "$work/script.log"; bad "script"; fi
}

# the tour in a copy of the tree, its output against lines that must be there
step_demo() {
	local copy=$work/demo output=$work/demo.log line missing=0
	rm -rf "$copy"
	mkdir -p "$copy"
	rsync -a --exclude='/.*' --exclude='*.o' ./ "$copy/"
	"$copy/demo.sh" --yes </dev/null >"$output" 2>&1 || { tail -30 "$output"; bad "demo"; "$copy/demo.sh" --stop >/dev/null; return; }
	while IFS= read -r line; do
		grep -qF -- "$line" "$output" || { say "missing in the tour: $line"; missing=1; }
	done <test/demo/expected_lines
	"$copy/demo.sh" --stop >/dev/null
	if [ $missing = 0 ] && [ ! -e "$copy/.demo" ]; then ok "demo"; else bad "demo"; fi
}

steps=("$@")
[ ${#steps[@]} -gt 0 ] || read -ra steps <<<"$all_steps"
[ "${steps[0]}" != all ] || read -ra steps <<<"$all_steps ${steps[*]:1}"
for step in "${steps[@]}"; do
	[[ " $all_steps differential matrix " == *" $step "* ]] || { say "check.sh: no step \"$step\"; there are $all_steps differential matrix"; exit 2; }
done
mkdir -p "$work"
step_packages
work=$("$top/tools/scratch-dir" "$work") && [ -n "$work" ] || stop_early "no folder to work in"
build=$work/build
step_venv
step_build
for step in "${steps[@]}"; do
	[ "$step" = build ] || "step_$step"
done
say "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
