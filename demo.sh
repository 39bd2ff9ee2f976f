#!/bin/bash
# Shows snowflake_fdw at work: a scratch PostgreSQL cluster, a local stand-in for a Snowflake account, and a tour in psql.
#   ./demo.sh          asks before it installs packages; without a terminal, or with --yes, it does not ask
#   ./demo.sh --stop   stops both and removes everything that the demo made
# Everything lives in .demo/; no existing cluster is touched, nothing is installed into the system's PostgreSQL.
set -euo pipefail
cd "$(dirname "$0")"
top=$PWD
work=$top/.demo
yes=no
[ -t 0 ] || yes=yes
for argument in "$@"; do
	case $argument in
	--yes) yes=yes ;;
	--stop) stop=1 ;;
	*) echo "usage: ./demo.sh [--yes | --stop]" >&2; exit 2 ;;
	esac
done

say() { printf '%s\n' "$*"; }
# a long step: its name, dots while it runs, its log when it fails
step() {
	local name=$1 log=$work/$2.log
	shift 2
	printf '%s ' "$name"
	"$@" >"$log" 2>&1 &
	local pid=$!
	while kill -0 $pid 2>/dev/null; do printf '.'; sleep 1; done
	if wait $pid; then printf ' done\n'; else printf ' failed\n'; tail -20 "$log"; exit 1; fi
}

stop_servers() {
	if [ -f "$work/pg_config" ]; then "$top/tools/scratch-cluster" stop "$(cat "$work/pg_config")" "$work/cluster" || true; fi
	if [ -f "$work/local.pid" ]; then
		kill "$(cat "$work/local.pid")" 2>/dev/null || true
		# its PostgreSQL ends with it
		for _ in $(seq 50); do
			kill -0 "$(cat "$work/local.pid")" 2>/dev/null || break
			sleep 0.1
		done
		rm -f "$work/local.pid"
	fi
}

if [ -n "${stop:-}" ]; then
	if [ -L "$work" ]; then
		link=$work
		work=$(readlink "$work")
	fi
	stop_servers
	rm -rf "$work" ${link:+"$link"}
	say "The demo is stopped and its files are removed."
	exit 0
fi

install_packages() {
	local major missing="" package
	major=$(ls -d /usr/lib/postgresql/*/lib/pgxs 2>/dev/null | sed 's#/usr/lib/postgresql/\([0-9]*\)/.*#\1#' | sort -n | tail -1) || major=
	if [ -z "$major" ]; then
		# shellcheck disable=SC1091
		case $(. /etc/os-release && echo "${VERSION_ID:-}") in 13) major=17 ;; *) major=15 ;; esac
	fi
	for package in gcc make pkg-config rsync python3-venv "postgresql-$major" "postgresql-server-dev-$major" libcurl4-openssl-dev libjson-c-dev \
		libssl-dev zlib1g-dev libisal-dev; do
		dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing="$missing $package"
	done
	[ -n "$missing" ] || return 0
	if [ "$(id -u)" != 0 ]; then
		say "Some Debian packages are missing. Run this as root, then start the demo again:"
		say "  apt-get install -y --no-install-recommends$missing"
		exit 1
	fi
	say "The demo installs these Debian packages:$missing"
	if [ $yes = no ]; then
		read -rp "Install them? [y/N] " answer
		[[ $answer = [yY]* ]] || exit 1
	fi
	export DEBIAN_FRONTEND=noninteractive
	step "Updating the package list" apt-update apt-get update -qq
	# shellcheck disable=SC2086
	step "Installing packages" apt-install apt-get install -y -qq --no-install-recommends $missing
}

make_venv() {
	local stamp
	stamp=$(sha256sum <local_snowflake/requirements.txt)
	if [ "$(cat "$work/venv.stamp" 2>/dev/null)" = "$stamp" ] && [ -x "$work/venv/bin/python" ]; then return; fi
	step "Making a Python environment" venv sh -c "python3 -m venv '$work/venv' && '$work/venv/bin/pip' install -q -r local_snowflake/requirements.txt"
	printf '%s\n' "$stamp" >"$work/venv.stamp"
}

build() {
	"$top/tools/scratch-root" "$work/root" >"$work/pg_config"
	mkdir -p "$work/build"
	rsync -a --delete --exclude='/.*' --exclude='*.o' --exclude='*.so' --exclude=/snowflake_fdw.control ./ "$work/build/"
	make -C "$work/build" -j"$(nproc)" with_llvm=no PG_CONFIG="$(cat "$work/pg_config")" install
}

start_local_snowflake() {
	PYTHONDONTWRITEBYTECODE=1 setsid "$work/venv/bin/python" -m local_snowflake --sample --data "$work/local" >"$work/local.json" 2>"$work/local.log" </dev/null &
	echo $! >"$work/local.pid"
	for _ in $(seq 300); do
		[ -s "$work/local.json" ] && return
		kill -0 "$(cat "$work/local.pid")" 2>/dev/null || { cat "$work/local.log"; return 1; }
		sleep 0.1
	done
	return 1
}

member() { "$work/venv/bin/python" -c 'import json,sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$work/local.json" "$1"; }

umask 022
mkdir -p "$work"
install_packages
work=$(tools/scratch-dir "$work")
stop_servers
make_venv
step "Building the extension" build build
# both sides are made anew at each start: the tour creates what it shows
if [ -d "$work/cluster" ]; then
	say "Removing the scratch cluster and the local Snowflake of the last demo, with all that was made in them."
fi
rm -rf "$work/cluster" "$work/local" "$work/local.json"
step "Starting the local Snowflake" local-start start_local_snowflake
step "Starting a scratch PostgreSQL cluster" cluster-start sh -c "tools/scratch-cluster start '$(cat "$work/pg_config")' '$work/cluster' >'$work/socket'"

key=$(member key_file)
if [ "$(id -u)" = 0 ]; then
	cp "$key" "$work/cluster/key.p8"
	key=$work/cluster/key.p8
	chown postgres "$key"
	chmod 600 "$key"
fi
psql=("$("$(cat "$work/pg_config")" --bindir)/psql" -X -h "$(cat "$work/socket")" -U postgres -d postgres)
if [ "$(id -u)" = 0 ]; then psql=(runuser -u postgres -- "${psql[@]}"); fi
# read from standard input, so that errors look as they do at a prompt; from /, where the cluster's user may be
(cd / && "${psql[@]}" -a -v ON_ERROR_STOP=1 -v host="$(member host)" -v port="$(member port)" -v key="$key" -P pager=off) <test/demo/tour.sql 2>&1 |
	grep -v '^\\'
status=${PIPESTATUS[0]}
[ "$status" -eq 0 ] || { say "The tour did not come to its end."; exit 1; }
say
say "Both servers go on running; ./demo.sh --stop removes everything."
say "psql: ${psql[*]}"
if [ -t 0 ] && [ -t 1 ]; then
	cd / && "${psql[@]}"
fi
