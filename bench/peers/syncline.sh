# Syncline by its command line. Sourced by bench/run-peers.

# Writes a task file: name, source database, destination database, stages, objects.
task_file() {
  cat >"$work/$1.yaml" <<END
name: $1
source: {type: postgresql, host: 127.0.0.1, port: $source_port, database: $2, user: bench, password: "env:PEERS_PASSWORD"}
destination: {type: postgresql, host: 127.0.0.1, port: $destination_port, database: $3, user: bench, password: "env:PEERS_PASSWORD"}
stages: [$4]
objects: ["$5"]
END
}

# Starts a run in the background and leaves its process in syncline_pid, its events in syncline_events.
start_syncline() {
  local name=$1
  shift
  syncline_events=$output/$name.jsonl
  syncline_started=$(clock)
  PEERS_PASSWORD=$password "$root/syncline" run "$work/$name.yaml" --json "$@" \
    >"$syncline_events" 2>"$output/$name.log" </dev/null &
  syncline_pid=$!
  children+=("$syncline_pid")
  watch_memory "$name" "$syncline_pid"
}

# Waits for the end of a run and takes its time.
await_syncline() {
  wait "$syncline_pid" || die "syncline failed: $syncline_events and ${syncline_events%.jsonl}.log"
  syncline_ended=$(clock)
}

stop_syncline() {
  kill -TERM "$syncline_pid" # a shell starts background processes deaf to SIGINT
  wait "$syncline_pid" || true
}

# Seconds from the beginning of the load to its last row.
load_seconds() {
  grep '"event":"load"' -- "$1" | tail -n 1 | sed 's/.*"elapsedSeconds":\([0-9.]*\).*/\1/'
}
