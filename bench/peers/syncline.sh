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
  PEERS_PASSWORD=$password SYNCLINE_JAVA_OPTS=-Xmx512m "$root/syncline" run "$work/$name.yaml" --json "$@" \
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
  kill -INT "$syncline_pid"
  wait "$syncline_pid" || true
}

# The time of the first event that matches a pattern, as clock tells it.
event_time() {
  local time
  time=$(grep -m1 -e "$2" -- "$1" | sed -n 's/.*"time":"\([^"]*\)".*/\1/p')
  [[ $time ]] || die "$1 has no event with $2"
  date -d "$time" +%s%6N
}

# Seconds from the beginning of the load to its last row.
load_seconds() {
  grep '"event":"load"' -- "$1" | tail -n 1 | sed 's/.*"elapsedSeconds":\([0-9.]*\).*/\1/'
}

# When a run began to apply changes, as clock tells it.
streaming_began() { event_time "$1" '"state":"SYNCHRONIZING"'; }
