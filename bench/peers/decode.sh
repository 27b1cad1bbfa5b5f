# Row d: decoding to nothing. Sourced by bench/run-peers.

build_synclines_decoder() {
  (cd "$root" && mvn -B -q -pl bench -am -Dmaven.test.skip=true package)
}

# The Debezium engine is a module of its own, which only the profile "peers" knows: no other build resolves it.
build_debeziums_decoder() {
  (cd "$root" && mvn -B -q -Ppeers -pl bench/debezium package)
}

# Both programs take the connection from the environment and print the rows that they saw and the seconds from their
# first to their last one.
synclines_decoder() {
  PEERS_PASSWORD=$password "$JAVA_HOME/bin/java" -Xmx512m -cp "$root/bench/target/classes:$root/bench/target/lib/*" \
    io.syncline.bench.peers.SynclineDecode "$@" 2>"$output/decode-syncline.log"
}

debeziums_decoder() {
  PEERS_PASSWORD=$password "$JAVA_HOME/bin/java" -Xmx512m \
    -cp "$root/bench/debezium/target/classes:$root/bench/debezium/target/lib/*" \
    io.syncline.bench.debezium.DebeziumDecode "$@" 2>"$output/decode-debezium.log"
}

prepare_decode() {
  local run
  for ((run = 1; run <= runs; run++)); do
    ! takes_part debezium || make_slot backlog "debezium_$run"
    ! takes_part syncline || synclines_decoder prepare "127.0.0.1:$source_port/backlog" "$run" >"$work/position.$run"
  done
}

measure_decode() {
  local run stream position
  for ((run = 1; run <= runs; run++)); do
    say "d: decode, run $run of $runs"
    if takes_part debezium; then
      decode debezium "127.0.0.1:$source_port/backlog" "debezium_$run"
    fi
    if takes_part syncline; then
      read -r stream position <"$work/position.$run"
      decode syncline run "127.0.0.1:$source_port/backlog" "$run" "$stream" "$position"
    fi
  done
}

decode() {
  local who=$1 pid decoded took
  shift
  settle
  "${who}s_decoder" "$@" >"$work/decode.$who" &
  pid=$!
  watch_memory "decode-$who" "$pid"
  wait "$pid" || die "$who failed to decode: $output/decode-$who.log"
  read -r decoded took <"$work/decode.$who"
  record d "$who" seconds "$took"
  record d "$who" rows "$decoded"
  record d "$who" rate "$(awk -v n="$decoded" -v s="$took" 'BEGIN { printf "%.0f", n / s }')"
  record_memory d "$who" "decode-$who"
}
