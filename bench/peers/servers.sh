# Fresh PostgreSQL servers of one run, and how to speak to them. Sourced by bench/run-peers and bench/run-greenplum.

work=
source_port=
destination_port=
children=()

# Runs a program as the one who owns the servers (PostgreSQL refuses root), in a folder which that one may enter.
as_server() (
  cd /
  if ((EUID == 0)); then
    setpriv --reuid="$server_user" --regid="$(id -g -- "$server_user")" --init-groups \
      env -i PATH=/usr/bin:/bin LC_ALL=C TZ=UTC "$@"
  else
    env LC_ALL=C TZ=UTC "$@"
  fi
)

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 12000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  printf '%s' "$port"
}

# Starts servers by their names, source or destination.
start_servers() {
  local name
  work=$(mktemp -d -- "${TMPDIR:-/tmp}/syncline-peers.XXXXXX")
  trap stop_everything EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  ((EUID != 0)) || chown -- "$server_user" "$work"
  export PGPASSFILE=$work/pgpass PGHOST=127.0.0.1 PGUSER=bench PGCONNECT_TIMEOUT=10 PGTZ=UTC TZ=UTC
  export PGOPTIONS='-c client_min_messages=warning'
  as_server sh -c 'umask 077; cat >"$1"' sh "$work/pgpass" <<<"127.0.0.1:*:*:bench:$password"
  as_server sh -c 'umask 077; cat >"$1"' sh "$work/password" <<<"$password"
  for name in "$@"; do
    case $name in
      source) source_port=$(free_port) ;;
      destination) destination_port=$(free_port) ;;
    esac
    start_server "$name" "$(port_of "$name")"
  done
  rm -f -- "$work/password"
}

# The same settings for everybody: durable commits, no checkpoint in the middle of a run, no vacuum at random moments.
settings=(
  wal_level=logical fsync=on synchronous_commit=on full_page_writes=on shared_buffers=512MB maintenance_work_mem=256MB
  max_wal_size=16GB checkpoint_timeout=1h wal_keep_size=1GB autovacuum=off max_wal_senders=40 max_replication_slots=60
  max_worker_processes=16
)

start_server() {
  local name=$1 port=$2 data=$work/$1
  as_server "$pg_bin/initdb" -D "$data" -U bench -A scram-sha-256 --pwfile="$work/password" -E UTF8 --no-locale \
    >"$output/$name.initdb.log" 2>&1 || die "initdb failed: $output/$name.initdb.log"
  {
    printf '%s\n' "${settings[@]}" "port=$port"
    echo "listen_addresses='127.0.0.1'"
    echo "unix_socket_directories=''"
  } | as_server tee -a "$data/postgresql.conf" >/dev/null
  as_server "$pg_bin/pg_ctl" -D "$data" -s -w -l "$data/log" start || {
    cat -- "$data/log" >&2
    die "the $name server does not start"
  }
}

stop_everything() {
  local status=$? pid server
  trap - EXIT
  trap '' INT TERM
  for pid in "${children[@]}"; do
    kill -- "$pid" 2>/dev/null || true
  done
  for server in source destination; do
    [[ ! -e $work/$server/postmaster.pid ]] || as_server "$pg_bin/pg_ctl" -D "$work/$server" -s -m immediate stop || true
  done
  if $keep; then
    echo "The servers' folder: $work" >&2
  else
    rm -rf -- "$work"
  fi
  exit "$status"
}

port_of() {
  case $1 in
    source) printf '%s' "$source_port" ;;
    destination) printf '%s' "$destination_port" ;;
  esac
}

# psql at one end: at source|destination DATABASE [arguments of psql]; the statements may come by standard input.
at() {
  local port
  port=$(port_of "$1")
  "$pg_bin/psql" -XAtq -v ON_ERROR_STOP=1 -p "$port" -d "$2" "${@:3}"
}

# Asks again and again, 50 times a second, until a query answers with a row, and prints that: end, database, query. Each
# look is a transaction of its own: one that stays open would keep dead rows from being pruned.
first_answer() {
  timeout 3600 grep -m1 . < <(at "$1" "$2" 2>/dev/null <<<"$3 \\watch 0.02" || true) || die "$2 never answered: $3"
}

uri_of() { printf 'postgresql://bench@127.0.0.1:%s/%s' "$(port_of "$1")" "$2"; }

fresh_database() {
  at "$1" postgres -c "DROP DATABASE IF EXISTS \"$2\" WITH (FORCE)" -c "CREATE DATABASE \"$2\" ${3:+TEMPLATE \"$3\"}"
}

# Drops a database with its slots, as soon as nobody reads from one.
drop_database() {
  first_answer "$1" postgres "SELECT 'free' WHERE NOT EXISTS
    (SELECT FROM pg_replication_slots WHERE database = '$2' AND active)" >/dev/null
  at "$1" postgres -c "DROP DATABASE IF EXISTS \"$2\" WITH (FORCE)"
}

# Both servers quiet and clean, so that nobody pays for what another left behind.
settle() {
  at source postgres -c CHECKPOINT
  at destination postgres -c CHECKPOINT
}

# The databases that everything is copied from, the same for all contenders.
prepare_sources() {
  say "Filling the source"
  if wanted a; then
    fresh_database source keyless
    at source keyless <<END
CREATE TABLE accounts (aid int NOT NULL, bid int, abalance int, filler char(84));
INSERT INTO accounts SELECT i, (i - 1) / 100000 + 1, 0, '' FROM generate_series(1, $table_rows) AS i;
VACUUM (FREEZE, ANALYZE) accounts;
END
    fresh_database source keyed keyless
    at source keyed -c 'ALTER TABLE accounts ADD PRIMARY KEY (aid)'
  fi
  if wanted b || wanted c || wanted d || wanted e || wanted f; then
    fresh_database source tpcb
    "$pg_bin/pgbench" -q -i -I dtgp -s "$scale" -p "$source_port" tpcb >"$output/pgbench-init.log" 2>&1
    at source tpcb -c 'VACUUM (FREEZE, ANALYZE)'
  fi
}
