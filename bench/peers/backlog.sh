# Row c, and the backlog that row d decodes too. Sourced by bench/run-peers.

# One backlog, collected while every consumer is off: each run of each contender has its own slot at its beginning, and
# those that write have their own destination database.
measure_backlog() {
  local run
  make_streamed_source backlog
  ! wanted c || prepare_catch_up
  ! wanted d || prepare_decode
  fill_backlog
  if wanted c; then
    for ((run = 1; run <= runs; run++)); do
      say "c: backlog, run $run of $runs"
      ! takes_part recvlogical || catch_up_recvlogical "$run"
      ! takes_part native || catch_up_native "$run"
      ! takes_part syncline || catch_up_syncline "$run"
    done
  fi
  ! wanted d || measure_decode
  drop_database source backlog
}

# A copy of the pgbench database with a table whose rows mark moments, and a publication for those that need one made.
make_streamed_source() {
  fresh_database source "$1" tpcb
  at source "$1" <<END
CREATE TABLE bench_marker (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, note text NOT NULL);
ALTER TABLE pgbench_history REPLICA IDENTITY FULL;
CREATE PUBLICATION bench FOR TABLE pgbench_accounts, pgbench_branches, pgbench_tellers, pgbench_history, bench_marker;
END
}

make_slot() { at source "$1" -c "SELECT FROM pg_create_logical_replication_slot('$2', 'pgoutput')"; }

# The same rows and keys at the destination, for consumers that copy none themselves.
make_streamed_base() {
  local table
  fresh_database destination base
  "$pg_bin/pg_dump" -s --no-publications -p "$source_port" "$1" | at destination base >/dev/null
  for table in pgbench_accounts pgbench_branches pgbench_tellers; do
    at source "$1" -c "COPY $table TO STDOUT" | at destination base -c "COPY $table FROM STDIN"
  done
  at destination base -c 'VACUUM (FREEZE, ANALYZE)'
}

# A subscription that is off: name of slot and destination database, source database.
make_subscription() {
  make_slot "$2" "$1"
  fresh_database destination "$1" base
  at destination "$1" <<END
CREATE SUBSCRIPTION "$1" CONNECTION 'host=127.0.0.1 port=$source_port dbname=$2 user=bench passfile=$PGPASSFILE'
  PUBLICATION bench WITH (create_slot = false, slot_name = '$1', enabled = false, copy_data = false);
END
}

drop_subscription() {
  at destination "$1" -c "ALTER SUBSCRIPTION \"$1\" DISABLE" -c "DROP SUBSCRIPTION \"$1\""
  drop_database destination "$1"
}

prepare_catch_up() {
  local run name
  if takes_part native; then
    say "c: preparing the subscriptions"
    make_streamed_base backlog
    for ((run = 1; run <= runs; run++)); do
      make_subscription "native_$run" backlog
    done
  fi
  for ((run = 1; run <= runs; run++)); do
    ! takes_part recvlogical || make_slot backlog "recvlogical_$run"
  done
  if takes_part syncline; then
    for ((run = 1; run <= runs; run++)); do
      name=syncline_$run
      say "c: preparing Syncline's task $run of $runs"
      fresh_database destination "$name"
      task_file "$name" backlog "$name" 'schema, full, incremental' 'public.*'
      start_syncline "$name" --until caught-up
      await_syncline
      mv -- "$syncline_events" "$output/$name-load.jsonl"
      at destination "$name" -c 'VACUUM (FREEZE, ANALYZE)'
    done
  fi
}

fill_backlog() {
  say "Collecting a backlog of $transactions transactions and an UPDATE of $update_rows rows"
  "$pg_bin/pgbench" -n -c "$clients" -j 2 -t $((transactions / clients)) -p "$source_port" backlog \
    >"$output/pgbench-backlog.log" 2>&1
  at source backlog <<END
UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid <= $update_rows;
INSERT INTO bench_marker (note) VALUES ('end');
END
  end_lsn=$(at source backlog -c 'SELECT pg_current_wal_insert_lsn()')
  settle
}

# Waits until a note can be read at the destination.
await_marker() { first_answer destination "$1" "SELECT id FROM bench_marker WHERE note = '$2'" >/dev/null; }

require_same_backlog() {
  local table
  for table in accounts branches tellers; do
    require_same backlog "$1" "SELECT count(*), sum(${table:0:1}balance::bigint) FROM pgbench_$table"
  done
  require_same backlog "$1" 'SELECT count(*), sum(delta::bigint), sum(aid::bigint) FROM pgbench_history'
}

catch_up_recvlogical() {
  local start pid
  settle
  start=$(clock)
  "$pg_bin/pg_recvlogical" -p "$source_port" -d backlog --slot "recvlogical_$1" --start --no-loop --endpos "$end_lsn" \
    -o proto_version=1 -o publication_names=bench -f "$work/recvlogical" 2>"$output/recvlogical.log" &
  pid=$!
  watch_memory recvlogical "$pid"
  wait "$pid" || die "pg_recvlogical failed: $output/recvlogical.log"
  record c recvlogical wall "$(seconds_between "$start" "$(clock)")"
  record_memory c recvlogical recvlogical
  rm -f -- "$work/recvlogical"
}

catch_up_native() {
  local name=native_$1 start
  settle
  start=$(clock)
  at destination "$name" -c "ALTER SUBSCRIPTION \"$name\" ENABLE"
  watch_worker "$name"
  await_marker "$name" end
  record c native wall "$(seconds_between "$start" "$(clock)")"
  require_same_backlog "$name"
  drop_subscription "$name"
  record_memory c native "$name"
}

# The memory of a subscription's apply worker, as soon as there is one.
watch_worker() {
  local pid
  pid=$(first_answer destination "$1" "SELECT pid FROM pg_stat_subscription WHERE subname = '$1' AND pid IS NOT NULL")
  watch_memory "$1" "$pid"
}

catch_up_syncline() {
  local name=syncline_$1 began seen
  settle
  start_syncline "$name" --until caught-up
  began=$(first_answer source backlog "SELECT (extract(epoch FROM backend_start) * 1000000)::bigint
    FROM pg_stat_replication WHERE application_name LIKE 'syncline%'")
  await_marker "$name" end
  seen=$(clock)
  await_syncline
  record c syncline wall "$(seconds_between "$began" "$seen")"
  record c syncline process "$(seconds_between "$syncline_started" "$syncline_ended")"
  record_memory c syncline "$name"
  require_same_backlog "$name"
  drop_database destination "$name"
}
