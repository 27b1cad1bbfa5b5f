# What a run needs. Sourced by bench/run-peers.

# Sets missing to the Debian packages of the programs that are not there.
find_missing() {
  missing=()
  [[ -x $pg_bin/pgbench && -x $pg_bin/pg_waldump ]] || missing+=(postgresql-15)
  [[ -x $pg_bin/pg_recvlogical && -x $pg_bin/psql ]] || missing+=(postgresql-client-15)
  if wanted b && takes_part pgcopydb; then
    command -v pgcopydb >/dev/null || missing+=(pgcopydb)
  fi
}

check_requirements() {
  find_missing
  if ((${#missing[@]})) && $install; then
    apt-get update
    apt-get install -y --no-install-recommends "${missing[@]}"
    find_missing
  fi
  if ((${#missing[@]})); then
    cat >&2 <<END
run-peers needs programs that are not installed. On Debian 12:

    apt-get install ${missing[*]}

(or start bench/run-peers --install as root, which does just that). Programs elsewhere: --pg-bin DIR.
To do without pgcopydb, leave it out: --only a,b,c,d,e,f,psql,native,recvlogical,debezium,syncline
END
    exit 1
  fi
  if ((EUID == 0)); then
    id -- "$server_user" >/dev/null 2>&1 ||
      die "PostgreSQL refuses to run as root: name another user with --server-user (there is no $server_user)"
    command -v setpriv >/dev/null || die "setpriv is missing: apt-get install util-linux"
  fi
}

# Everything that has to be compiled, before a clock runs.
build_contenders() {
  . "$root/.mvn/find-jdk.sh"
  require_maven
  mkdir -p -- "$output"
  if takes_part syncline; then
    "$root/syncline" --version >/dev/null
    ! wanted d || build_synclines_decoder
  fi
  if wanted d && takes_part debezium; then
    build_debeziums_decoder
  fi
}
