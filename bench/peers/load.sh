# Rows a and b: full loads. Sourced by bench/run-peers.

# a: one table. Without a key nothing but COPY happens, on both sides; with a key Syncline may cut the table, while the
# pipe stays one stream. The key itself is not measured: the pipe builds none.
measure_table_load() {
  local run table
  for ((run = 1; run <= runs; run++)); do
    for table in keyless keyed; do
      say "a: one table of $table_rows rows, $table, run $run of $runs"
      ! takes_part psql || load_by_psql "$table"
      ! takes_part syncline || load_by_syncline "$table" "$run"
    done
  done
}

make_empty_table() {
  fresh_database destination load
  at destination load -c 'CREATE TABLE accounts (aid int NOT NULL, bid int, abalance int, filler char(84))'
}

load_by_psql() {
  local start pid
  make_empty_table
  settle
  start=$(clock)
  (
    "$pg_bin/psql" -X -p "$source_port" -d "$1" -c 'COPY accounts TO STDOUT' |
      "$pg_bin/psql" -Xq -p "$destination_port" -d load -c 'COPY accounts FROM STDIN'
  ) &
  pid=$!
  watch_memory psql "$pid"
  wait "$pid" || die "the COPY pipe failed"
  record "a-$1" psql wall "$(seconds_between "$start" "$(clock)")"
  record_memory "a-$1" psql psql
  require_same "$1" load 'SELECT count(*), sum(aid) FROM accounts'
  drop_database destination load
}

load_by_syncline() {
  local name=load-$1-$2
  if [[ $1 == keyless ]]; then
    make_empty_table
    task_file "$name" "$1" load full public.accounts
  else
    fresh_database destination load
    task_file "$name" "$1" load 'schema, full' public.accounts
  fi
  settle
  start_syncline "$name"
  await_syncline
  record "a-$1" syncline wall "$(load_seconds "$syncline_events")"
  record "a-$1" syncline process "$(seconds_between "$syncline_started" "$syncline_ended")"
  record_memory "a-$1" syncline "$name"
  require_same "$1" load 'SELECT count(*), sum(aid) FROM accounts'
  drop_database destination load
}

# b: a pgbench database with its keys.
measure_clone() {
  local run
  for ((run = 1; run <= runs; run++)); do
    say "b: pgbench scale $scale, run $run of $runs"
    if takes_part pgcopydb; then
      clone_by_pgcopydb pgcopydb
      clone_by_pgcopydb pgcopydb-split --table-jobs 2 --index-jobs 2 --split-tables-larger-than 256MB
    fi
    ! takes_part syncline || clone_by_syncline "$run"
  done
}

clone_by_pgcopydb() {
  local name=$1 start pid
  shift
  fresh_database destination clone
  settle
  start=$(clock)
  PATH=$pg_bin:$PATH pgcopydb clone --source "$(uri_of source tpcb)" --target "$(uri_of destination clone)" \
    --dir "$work/pgcopydb" --no-owner "$@" >"$output/$name.log" 2>&1 &
  pid=$!
  watch_memory "$name" "$pid"
  wait "$pid" || die "pgcopydb failed: $output/$name.log"
  record b "$name" wall "$(seconds_between "$start" "$(clock)")"
  record_memory b "$name" "$name"
  require_same tpcb clone "$accounts_query"
  rm -rf -- "$work/pgcopydb"
  drop_database destination clone
}

clone_by_syncline() {
  local name=clone-$1
  fresh_database destination clone
  task_file "$name" tpcb clone 'schema, full' 'public.*'
  settle
  start_syncline "$name"
  await_syncline
  record b syncline wall "$(seconds_between "$syncline_started" "$syncline_ended")"
  record_memory b syncline "$name"
  require_same tpcb clone "$accounts_query"
  drop_database destination clone
}

accounts_query='SELECT count(*), sum(aid), sum(abalance::bigint) FROM pgbench_accounts'
