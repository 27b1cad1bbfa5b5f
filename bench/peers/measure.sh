# Clocks, memory and figures. Sourced by bench/run-peers.

say() { printf '\033[2m%(%H:%M:%S)T\033[0m %s\n' -1 "$*" >&2; }

# Microseconds since 1970.
clock() { printf '%s' "${EPOCHREALTIME/[.,]/}"; }

# Seconds between two readings of clock.
seconds_between() { printf '%d.%03d' $((($2 - $1) / 1000000)) $((($2 - $1) / 1000 % 1000)); }

# Notes a figure: row, contender, what it is, value.
record() {
  printf '%s\t%s\t%s\t%s\n' "$@" >>"$output/figures.tsv"
  say "  $1 $2: $3 $4"
}

# The median of a row's figures, or nothing.
median() {
  awk -F'\t' -v row="$1" -v who="$2" -v what="$3" '$1 == row && $2 == who && $3 == what { print $4 }' \
    "$output/figures.tsv" | sort -g | awk '{ v[NR] = $1 } END { if (NR) print (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2 }'
}

# Private memory and mapped files of the processes and their descendants, in kB. PostgreSQL's shared buffers are not
# theirs and do not count.
resident() {
  local pid total=0 key value forked
  for pid in "$@"; do
    while read -r key value _; do
      case $key in
        RssAnon: | RssFile:) total=$((total + value)) ;;
      esac
    done 2>/dev/null <"/proc/$pid/status" || true
    forked=
    # The list ends without a newline, which read calls a failure.
    read -r forked 2>/dev/null <"/proc/$pid/task/$pid/children" || true
    if [[ $forked ]]; then
      # shellcheck disable=SC2086 # Pids are separate words.
      resident $forked
      total=$((total + resident_total))
    fi
  done
  resident_total=$total
}

# Samples the memory of some processes ten times a second until the first of them has ended, and keeps the highest sum.
watch_memory() {
  local file=$work/memory.$1
  shift
  (
    exec 8<> <(:)
    peak=0
    while [[ -e /proc/$1/status ]]; do
      resident "$@"
      ((resident_total <= peak)) || peak=$resident_total
      printf '%s\n' "$peak" >"$file"
      read -r -t 0.1 -u 8 || true
    done
  ) 2>/dev/null &
  children+=($!)
}

# Notes what watch_memory saw: row, contender, name given to watch_memory.
record_memory() {
  local peak=0
  read -r peak 2>/dev/null <"$work/memory.$3" || true
  record "$1" "$2" memory $((peak / 1024))
}

# Ends with an error when a query gives different answers at both ends: source database, destination database, query.
require_same() {
  local left right
  left=$(at source "$1" -c "$3")
  right=$(at destination "$2" -c "$3")
  [[ $left == "$right" ]] || die "$2 is no copy of $1: $3 gives $right and not $left"
}
