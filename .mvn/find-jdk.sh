# Sourced by ./syncline and ./verify. Sets and exports JAVA_HOME to a JDK of version 25 or newer: the JAVA_HOME given,
# else one of the system's, else the one whose java is on the PATH. Without any it says so and ends with status 1.

required_jdk=25

# Whether folder $1 is a JDK that is new enough; sets jdk_version. The file "release" answers without starting a JVM.
usable_jdk() {
  jdk_version=
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 1
  while IFS='=' read -r name value; do
    [ "$name" = JAVA_VERSION ] && jdk_version=${value#\"}
  done <"$1/release"
  jdk_version=${jdk_version%%[!0-9]*}
  [ "${jdk_version:-0}" -ge "$required_jdk" ]
}

find_jdk() {
  java_on_path=$(command -v java || true)
  [ -z "$java_on_path" ] || java_on_path=$(readlink -f -- "$java_on_path")
  seen=
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${java_on_path%/bin/java}"; do
    if usable_jdk "$candidate"; then
      JAVA_HOME=$candidate
      export JAVA_HOME
      return
    fi
    [ -z "$jdk_version" ] || seen="$seen
  $candidate (version $jdk_version)"
  done
  echo "Syncline needs a JDK of version $required_jdk or newer, and none was found." >&2
  [ -z "$seen" ] || echo "These are too old:$seen" >&2
  echo "Install one (for example the package temurin-25-jdk or openjdk-25-jdk) or set JAVA_HOME to its folder." >&2
  exit 1
}

# Ends with status 1 when Maven is not there to build with.
require_maven() {
  command -v mvn >/dev/null && return
  echo "Syncline is built with Maven, and mvn is not on the PATH. Install it, for example: apt-get install maven" >&2
  exit 1
}

find_jdk
