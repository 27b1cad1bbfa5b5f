# Rows e and f: latency, and a transaction larger than memory. Sourced by bench/run-peers.

# TPC-B as pgbench has it, and in every tenth transaction a row that is looked for on both sides.
write_workload() {
  cat >"$work/tpcb.sql" <<'END'
\set aid random(1, 100000 * :scale)
\set bid random(1, 1 * :scale)
\set tid random(1, 10 * :scale)
\set delta random(-5000, 5000)
\set tenth random(1, 10)
BEGIN;
UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;
SELECT abalance FROM pgbench_accounts WHERE aid = :aid;
UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;
UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;
INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);
\if :tenth = 1
INSERT INTO bench_marker (note) VALUES ('latency');
\endif
END;
END
}

run_workload() {
  "$pg_bin/pgbench" -n -c "$clients" -j 1 -R "$rate" -T "$1" -s "$scale" -f "$work/tpcb.sql" -p "$source_port" \
    latency >"$output/pgbench-latency.log" 2>&1
}

measure_latency() {
  local run
  write_workload
  make_streamed_source latency
  for ((run = 1; run <= runs; run++)); do
    say "e: latency, run $run of $runs"
    if takes_part native; then
      make_streamed_base latency
      latency_native "latency_native_$run"
    fi
    ! takes_part syncline || latency_syncline "latency_syncline_$run"
  done
  drop_database source latency
}

latency_native() {
  make_subscription "$1" latency
  at destination "$1" -c "ALTER SUBSCRIPTION \"$1\" ENABLE"
  watch_worker "$1"
  record_latency native "$1"
  drop_subscription "$1"
  record_memory e native "$1"
}

latency_syncline() {
  fresh_database destination "$1"
  task_file "$1" latency "$1" 'schema, full, incremental' 'public.*'
  start_syncline "$1"
  until grep -q '"state":"SYNCHRONIZING"' -- "$syncline_events"; do
    [[ -e /proc/$syncline_pid/status ]] || die "syncline failed: $syncline_events and ${syncline_events%.jsonl}.log"
    sleep 0.2
  done
  at destination "$1" -c 'VACUUM (FREEZE, ANALYZE)'
  record_latency syncline "$1"
  stop_syncline
  record_memory e syncline "$1"
  drop_database destination "$1"
}

# Runs the workload, five seconds more than are measured, and compares when the marked rows were committed here and
# there. The log of each server tells, since a subscription writes the source's time into pg_xact_commit_timestamp().
record_latency() {
  local who=$1 database=$2 source_from destination_from from
  settle
  source_from=$(at source latency -c 'SELECT pg_current_wal_insert_lsn()')
  destination_from=$(at destination "$database" -c 'SELECT pg_current_wal_insert_lsn()')
  run_workload 5
  from=$(at source latency -c 'SELECT coalesce(max(id), 0) FROM bench_marker')
  run_workload "$seconds"
  at source latency -c "INSERT INTO bench_marker (note) VALUES ('$database')"
  await_marker "$database" "$database"
  commit_times source latency "$source_from" "$from" >"$work/committed.source"
  commit_times destination "$database" "$destination_from" "$from" >"$work/committed.destination"
  join -- "$work/committed.source" "$work/committed.destination" | awk '{ printf "%.3f\n", ($3 - $2) / 1000 }' |
    sort -g >"$output/latency-$database.txt"
  [[ $(wc -l <"$output/latency-$database.txt") == "$(wc -l <"$work/committed.source")" ]] ||
    die "some of the marked rows have no commit time at both ends"
  record e "$who" samples "$(wc -l <"$output/latency-$database.txt")"
  record e "$who" p50 "$(percentile 50 <"$output/latency-$database.txt")"
  record e "$who" p99 "$(percentile 99 <"$output/latency-$database.txt")"
  record e "$who" tps "$(sed -n 's/^tps = \([0-9]*\).*/\1/p' "$output/pgbench-latency.log")"
}

# The marked rows' ids and commit times in microseconds since 1970, sorted for join: server, database, position of
# the log to begin at, id to begin after.
commit_times() {
  local until_lsn
  until_lsn=$(at "$1" "$2" -c 'SELECT pg_current_wal_flush_lsn()')
  {
    at "$1" "$2" -F ' ' -c "SELECT 'row', xmin, id FROM bench_marker WHERE id > $4 AND note = 'latency'"
    as_server "$pg_bin/pg_waldump" -p "$work/$1/pg_wal" -r Transaction -s "$3" -e "$until_lsn"
  } | awk -f "$peers/commit-times.awk" | sort -k1,1
}

percentile() {
  awk -v p="$1" '{ v[NR] = $1 } END { if (NR) { i = int(NR * p / 100 + 0.999999); print v[i < 1 ? 1 : i] } }'
}

# f: every row of pgbench_accounts is updated again and again in one transaction. There is no goal but to get through.
measure_large_transaction() {
  takes_part syncline || return 0
  local name=large rounds accounts=$((scale * 100000)) limit
  say "f: a transaction of $big_rows changed rows"
  make_streamed_source large
  fresh_database destination "$name"
  task_file "$name" large "$name" 'schema, full, incremental' 'public.*'
  start_syncline "$name" --until caught-up
  await_syncline
  mv -- "$syncline_events" "$output/$name-load.jsonl"
  {
    echo 'BEGIN;'
    for ((rounds = big_rows; rounds > 0; rounds -= accounts)); do
      limit=$((rounds < accounts ? rounds : accounts))
      echo "UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid <= $limit;"
    done
    echo "INSERT INTO bench_marker (note) VALUES ('end');"
    echo 'COMMIT;'
  } | at source large
  settle
  start_syncline "$name" --until caught-up
  await_syncline
  record f syncline process "$(seconds_between "$syncline_started" "$syncline_ended")"
  record_memory f syncline "$name"
  require_same large "$name" "$accounts_query"
  drop_database destination "$name"
}
