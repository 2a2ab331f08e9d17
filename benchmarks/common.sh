# Sourced by the scripts beside it: finds a JDK, builds the benchmarks where they are missing or older than their sources.
benchmarks=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
project=$(dirname "$benchmarks")
. "$project/scripts/jdk.sh"

die() {
  echo "$(basename "$0"): $1" >&2
  exit 1
}

jdk=$(nvmevf_find_java jdk) || die "needs a JDK $NVMEVF_JAVA_MIN or newer; install one, or set JAVA_HOME"

# What our JVMs are started with, and for the benchmarks' own: no checks of every access to a buffer, little garbage.
jvm_flags=(--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow)
bench_flags=("${jvm_flags[@]}" -XX:+UseSerialGC -Xmx512m -Dio.netty.buffer.checkBounds=false -Dio.netty.buffer.checkAccessible=false)
bench_classpath="$benchmarks/target/benchmarks-0.1.0.jar:$benchmarks/target/lib/*"

build_benchmarks() {
  local stamp=$benchmarks/target/built
  if [ -e "$stamp" ] && [ -z "$(find "$project"/{benchmarks,nvme-protocol,qos,storage-backend,target-server}/{pom.xml,src/main} -newer "$stamp" -print -quit)" ]; then
    return
  fi
  command -v mvn >/dev/null || die "needs Maven to build; install it: apt-get install maven"
  echo "$(basename "$0"): building ..." >&2
  mkdir -p "$benchmarks/target"
  touch "$benchmarks/target/building"
  (cd "$project" && JAVA_HOME=$jdk mvn -q -B -pl benchmarks -am -DskipTests package) >"$benchmarks/target/build.log" 2>&1 \
    || die "the build failed; see $benchmarks/target/build.log"
  mv "$benchmarks/target/building" "$stamp"
}

free_port() {
  local port
  while port=$((20000 + RANDOM % 20000)); (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
  echo "$port"
}

on_core() { # on_core CORE NICE COMMAND...
  local core=$1 nice=$2
  shift 2
  # Where the scheduler groups by session, a priority counts within the session only; the session has one of its own.
  [ "$nice" = 0 ] || [ ! -w /proc/self/autogroup ] || echo "$nice" >/proc/self/autogroup
  exec nice -n "$nice" taskset -c "$core" "$@"
}

await() { # await SECONDS COMMAND...
  local until=$((SECONDS + $1))
  shift
  until "$@" 2>/dev/null; do
    [ $SECONDS -lt $until ] || die "did not come true: $*"
    sleep 0.1
  done
}
