# The table. Sourced by bench/run-peers.

# One line: work, peer, its figure, Syncline's figure, unit, at-most|at-least, goal of Syncline's figure divided by the
# peer's (empty when there is none). Left out when nothing was measured.
line() {
  local work=$1 peer=$2 theirs=$3 ours=$4 unit=$5 sense=$6 goal=$7
  [[ $theirs || $ours ]] || return 0
  awk -v work="$work" -v peer="$peer" -v theirs="$theirs" -v ours="$ours" -v unit="$unit" -v sense="$sense" -v goal="$goal" '
    function figure(value) { return value == "" ? "-" : sprintf(value + 0 < 100 ? "%.2f %s" : "%.0f %s", value, unit) }
    BEGIN {
      ratio = verdict = "-"
      if (theirs + 0 > 0 && ours != "") {
        ratio = sprintf("%.2f", ours / theirs)
        if (goal != "") verdict = (sense == "at-most" ? ours / theirs <= goal : ours / theirs >= goal) ? "met" : "**missed**"
      }
      wish = goal == "" ? "-" : (sense == "at-most" ? "≤ " : "≥ ") goal
      printf "| %s | %s | %s | %s | %s | %s | %s |\n", work, peer, figure(theirs), figure(ours), ratio, wish, verdict
    }'
}

# The smaller of two figures, either of which may be missing.
smaller() { printf '%s\n' "$@" | grep . | sort -g | head -n 1 || true; }

print_machine() {
  echo "- $(date -u '+%F %H:%M UTC'), $(nproc) cores of $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n 1)," \
    "$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo), $(uname -sr)," \
    "load average $load_before before and $(cut -d' ' -f1 /proc/loadavg) after"
  echo "- $("$pg_bin/postgres" --version | sed 's/^postgres (PostgreSQL)/PostgreSQL/'), both servers on this machine," \
    "same settings: ${settings[*]}"
  echo "- $runs runs in turns, medians; pgbench scale $scale, table of $table_rows rows, backlog of $transactions" \
    "transactions and $update_rows updated rows, $rate tx/s for $seconds s; JVMs with -Xmx512m"
}

print_report() {
  echo "# Syncline and its peers"
  echo
  print_machine
  echo
  echo "| work | peer | peer's figure | Syncline's | ratio | goal | verdict |"
  echo "| --- | --- | ---: | ---: | ---: | ---: | --- |"
  line 'a. full load of one table without key' 'psql COPY pipe' \
    "$(median a-keyless psql wall)" "$(median a-keyless syncline wall)" s at-most 1.00
  line 'a. the same, whole process' 'psql COPY pipe' \
    "$(median a-keyless psql wall)" "$(median a-keyless syncline process)" s at-most ''
  line 'a. full load of one table with a key (rows only)' 'psql COPY pipe' \
    "$(median a-keyed psql wall)" "$(median a-keyed syncline wall)" s at-most 1.00
  line 'a. the same, whole process (Syncline builds the key, the pipe does not)' 'psql COPY pipe' \
    "$(median a-keyed psql wall)" "$(median a-keyed syncline process)" s at-most ''
  line 'b. schema, full load, keys' 'pgcopydb clone, the faster of defaults and split tables' \
    "$(smaller "$(median b pgcopydb wall)" "$(median b pgcopydb-split wall)")" "$(median b syncline wall)" s at-most 0.90
  line 'c. backlog, from streaming to the last row' 'native logical replication' \
    "$(median c native wall)" "$(median c syncline wall)" s at-most 0.60
  line 'c. the same' 'pg_recvlogical to a file' \
    "$(median c recvlogical wall)" "$(median c syncline wall)" s at-most 1.30
  line 'c. the same, whole process' 'native logical replication' \
    "$(median c native wall)" "$(median c syncline process)" s at-most ''
  line 'd. decode to nothing' 'Debezium engine' "$(median d debezium rate)" "$(median d syncline rate)" rows/s at-least 4
  line "e. latency p50" 'native logical replication' "$(median e native p50)" "$(median e syncline p50)" ms at-most 1.0
  line "e. latency p99" 'native logical replication' "$(median e native p99)" "$(median e syncline p99)" ms at-most 1.5
  line "f. a transaction of $big_rows changes, whole process" '-' '' "$(median f syncline process)" s at-most ''
  echo
  print_memory
}

print_memory() {
  local row who what figure
  echo "Peak memory of the contenders' own processes, without the servers' shared buffers:"
  echo
  echo "| work | contender | MB |"
  echo "| --- | --- | ---: |"
  awk -F'\t' '$3 == "memory" { print $1 "\t" $2 }' "$output/figures.tsv" | sort -u | while IFS=$'\t' read -r row who; do
    figure=$(awk -F'\t' -v row="$row" -v who="$who" '$1 == row && $2 == who && $3 == "memory" && $4 > most { most = $4 }
      END { print most + 0 }' "$output/figures.tsv")
    echo "| $row | $who | $figure |"
  done
}
