# Sourced by the scripts beside it: starts targets, and lets one of them run at a time. All on the same cores; whose turn it is not is stopped
# by a signal (SIGSTOP), so that SPDK, which polls a core all the time, and a JVM, which has threads of its own, take nothing from each other.
# Expects what ../common.sh sets, and: work (a directory), core (of the targets), two_cores, load_core, two_load_cores, nice, size (MiB),
# io, transport, nvmevf, spdk (a directory, or empty), spdk_bdev, spdk_zcopy, file_dir.

nqn=nqn.2026-01.io.nvmevf:bench
hostnqn=nqn.2014-08.org.nvmexpress:uuid:6e766d65-7666-4c6f-a164-67656e000001     # (that of the generator)
psk=NVMeTLSkey-1:01:VRLbtnN9AQb2WXW3c9+wEf/DRLz0QuLdbYvEhwtdWwNf9LrZ:            # (published in libnvme's tests: of no use for anything else)

# Of each target, by its name: its process and how it is reached.
declare -A PID=() PORT=() NQN=() KIND=() SECURE=()
all_pids=()

stop_all() {
  local pid
  for pid in "${all_pids[@]}"; do kill -CONT "$pid" 2>/dev/null || :; kill "$pid" 2>/dev/null || :; done
  for pid in "${all_pids[@]}"; do wait "$pid" 2>/dev/null || :; done
  all_pids=()
}

take_turn() { # take_turn TARGET: it runs, all others stand still
  local pid
  for pid in "${all_pids[@]}"; do
    [ "$pid" = "${PID[$1]}" ] || kill -STOP "$pid"
  done
  kill -CONT "${PID[$1]}"
}

start() { # start TARGET: starts it, if it does not run yet, and writes all of its namespace once
  [ -z "${PID[$1]:-}" ] || return 0
  local pid
  for pid in "${all_pids[@]}"; do kill -STOP "$pid"; done
  case $1 in
    nvmevf | nvmevf-limited | nvmevf-tls) start_nvmevf nvmevf "$core" "kind: memory, capacity: $((3 * size + 64))MiB" ;;
    nvmevf-encrypted) start_nvmevf nvmevf-encrypted "$core" "kind: memory, capacity: $((size + 64))MiB, encryption: {key-file: $work/kek}" ;;
    nvmevf-two) start_nvmevf nvmevf-two "$two_cores" "kind: memory, capacity: $((size + 64))MiB" ;;
    nvmevf-file) start_nvmevf nvmevf-file "$core" "kind: file, path: $file_dir/nvmevf, capacity: $((size + 64))MiB, direct-io: true" ;;
    spdk | spdk-tls) start_spdk spdk ;;
    spdk-file) start_spdk spdk-file ;;
    echo) start_echo echo sleep ;;
    echo-spinning) start_echo echo-spinning spin ;;
    *) die "there is no target '$1'" ;;
  esac
}

start_nvmevf() { # start_nvmevf NAME CORES POOL
  local name=$1 cores=$2 pool=$3 home=$work/$1 port api
  echo "starting $name" >&2
  mkdir -p "$home" "$file_dir/nvmevf"
  [ -e "$work/kek" ] || (umask 077 && head -c 32 /dev/urandom >"$work/kek")
  port=$(free_port) api=$(free_port)
  {
    echo "data-dir: $home/data"
    echo "pool: {$pool}"
    echo "listeners: [{address: 127.0.0.1, port: $port}]"
    echo "transport: {io: $io${transport:+, $transport}}"
    echo "api: {port: $api}"
  } >"$home/nvmevf.yaml"
  (on_core "$cores" "$nice" "$nvmevf" serve -c "$home/nvmevf.yaml") >"$home/log" 2>&1 &
  all_pids+=($!)
  serving nvmevf "$name" "$!" "$port" "$nqn"
  await 120 curl -fsS -o /dev/null "http://127.0.0.1:$api/healthz"
  export NVMEVF_API=http://127.0.0.1:$api
  # (A limit bounds how many queues and commands a VF may have; these are far above what one core can do.)
  local limits=(--iops 20000000 --read-iops 20000000 --write-iops 20000000 --bandwidth 200GiB --read-bandwidth 200GiB --write-bandwidth 200GiB)
  vf "$name" bench "$nqn"
  fill "$name"
  if [ "$name" = nvmevf ]; then
    vf "$name" limited "$nqn-limited" "${limits[@]}"
    serving nvmevf nvmevf-limited "${PID[$name]}" "$port" "$nqn-limited"
    fill nvmevf-limited
    vf "$name" secure "$nqn-tls"
    printf '%s\n' "$psk" >"$work/psk"
    "$nvmevf" secret set secure "$hostnqn" --tls --secret-file "$work/psk" >/dev/null
    "$nvmevf" vf set secure --tls required >/dev/null
    serving nvmevf nvmevf-tls "${PID[$name]}" "$port" "$nqn-tls"
    SECURE[nvmevf-tls]=1
    fill nvmevf-tls
  fi
}

vf() { # vf TARGET NAME NQN OPTIONS...
  "$nvmevf" vf create "$2" --nqn "$3" --allow-any-host "${@:4}" >/dev/null || die "$1: cannot create $2; see $work/$1/log"
  "$nvmevf" ns create "$2" --size "${size}MiB" --lba-size 4096 >/dev/null || die "$1: cannot create a namespace for $2; see $work/$1/log"
}

spdk_binary() { # spdk_binary NAME: where it is below $spdk, as built or as installed
  local file
  for file in "$spdk/build/bin/$1" "$spdk/bin/$1" "$spdk/$1"; do
    [ ! -x "$file" ] || { echo "$file"; return; }
  done
  die "$spdk has no $1; --spdk DIR (or SPDK_DIR) is a directory in which SPDK was built or installed"
}

spdk_memory() { # spdk_memory MiB: options for so much memory, in huge pages if that many are free
  local free
  free=$(awk '/^HugePages_Free/ {f = $2} /^Hugepagesize/ {s = $2} END {print int(f * s / 1024)}' /proc/meminfo)
  if [ "$free" -ge "$1" ]; then
    echo "-s $1"
  else
    echo "--no-huge -s $1 --iova-mode va"
  fi
}

start_spdk() { # start_spdk spdk|spdk-file
  local name=$1 home=$work/$1 port secure_port bdevs tls= memory key
  [ -n "$spdk" ] || die "no SPDK to compare with: --spdk DIR, or SPDK_DIR"
  echo "starting $name" >&2
  mkdir -p "$home" "$file_dir/spdk"
  port=$(free_port) secure_port=$(free_port)
  key=$home/psk
  (umask 077 && printf '%s' "$psk" >"$key")
  if [ "$name" = spdk ]; then
    bdevs=$(for i in 0 1; do printf '{"method": "bdev_malloc_create", "params": {"name": "bench%s", "num_blocks": %d, "block_size": 4096}},' $i $((size * 256)); done)
    tls=",{\"method\": \"nvmf_create_subsystem\", \"params\": {\"nqn\": \"$nqn-tls\", \"serial_number\": \"BENCH1\"}},
      {\"method\": \"nvmf_subsystem_add_ns\", \"params\": {\"nqn\": \"$nqn-tls\", \"namespace\": {\"bdev_name\": \"bench1\", \"nsid\": 1}}},
      {\"method\": \"nvmf_subsystem_add_host\", \"params\": {\"nqn\": \"$nqn-tls\", \"host\": \"$hostnqn\", \"psk\": \"psk\"}},
      {\"method\": \"nvmf_subsystem_add_listener\", \"params\": {\"nqn\": \"$nqn-tls\", \"secure_channel\": true,
        \"listen_address\": {\"trtype\": \"TCP\", \"adrfam\": \"IPv4\", \"traddr\": \"127.0.0.1\", \"trsvcid\": \"$secure_port\"}}}"
    memory=$(spdk_memory $((2 * size + 512)))
  else
    truncate -s "${size}M" "$file_dir/spdk/bench0"
    bdevs="{\"method\": \"bdev_${spdk_bdev}_create\", \"params\": {\"name\": \"bench0\", \"filename\": \"$file_dir/spdk/bench0\", \"block_size\": 4096}},"
    memory=$(spdk_memory 512)
  fi
  # (Queues of its default, 128 entries, hold 127 commands.)
  cat >"$home/config.json" <<J
{"subsystems": [
  {"subsystem": "sock", "config": [
    {"method": "sock_set_default_impl", "params": {"impl_name": "posix"}},
    {"method": "sock_impl_set_options", "params": {"impl_name": "posix", "enable_zerocopy_send_server": $spdk_zcopy}}]},
  {"subsystem": "keyring", "config": [{"method": "keyring_file_add_key", "params": {"name": "psk", "path": "$key"}}]},
  {"subsystem": "bdev", "config": [${bdevs%,}]},
  {"subsystem": "nvmf", "config": [
    {"method": "nvmf_create_transport", "params": {"trtype": "TCP", "max_queue_depth": 256}},
    {"method": "nvmf_create_subsystem", "params": {"nqn": "$nqn", "allow_any_host": true, "serial_number": "BENCH0"}},
    {"method": "nvmf_subsystem_add_ns", "params": {"nqn": "$nqn", "namespace": {"bdev_name": "bench0", "nsid": 1}}},
    {"method": "nvmf_subsystem_add_listener", "params": {"nqn": "$nqn",
      "listen_address": {"trtype": "TCP", "adrfam": "IPv4", "traddr": "127.0.0.1", "trsvcid": "$port"}}}$tls]}]}
J
  # shellcheck disable=SC2086
  (on_core "$core" "$nice" "$(spdk_binary nvmf_tgt)" --lcores "0@$core" --disable-cpumask-locks -u -r "$home/rpc.sock" $memory -c "$home/config.json") >"$home/log" 2>&1 &
  all_pids+=($!)
  serving native "$name" "$!" "$port" "$nqn"
  await_port "$name" "$home/log"
  fill "$name"
  if [ "$name" = spdk ]; then
    serving native spdk-tls "${PID[spdk]}" "$secure_port" "$nqn-tls"
    SECURE[spdk-tls]=1
    fill spdk-tls
  fi
}

start_echo() { # start_echo NAME spin|sleep
  local port
  echo "starting $1" >&2
  port=$(free_port)
  (on_core "$core" "$nice" "$jdk/bin/java" "${bench_flags[@]}" -cp "$bench_classpath" io.nvmevf.bench.baseline.BareResponder "$port" "$2") >"$work/$1.log" 2>&1 &
  all_pids+=($!)
  serving echo "$1" "$!" "$port" "$nqn"
  await_port "$1" "$work/$1.log"
  fill "$1"
}

await_port() { # await_port TARGET LOG: until it listens, or has ended
  local until=$((SECONDS + 120))
  until (exec 3<>"/dev/tcp/127.0.0.1/${PORT[$1]}") 2>/dev/null; do
    if ! kill -0 "${PID[$1]}" 2>/dev/null || [ $SECONDS -ge $until ]; then
      tail -n 20 "$2" >&2
      die "$1 does not listen"
    fi
    sleep 0.1
  done
}

serving() { # serving KIND TARGET PID PORT NQN
  KIND[$2]=$1 PID[$2]=$3 PORT[$2]=$4 NQN[$2]=$5
}

fill() { # fill TARGET: writes all of it, and has its code compiled
  load "$1" --fill --bs 131072 --qd 8 --rw seqread --seconds 1 --warm-up 1 >/dev/null
  load "$1" --rw randrw --qd 32 --queues 2 --seconds 3 --warm-up 1 >/dev/null
}

load() { # load TARGET OPTIONS...: our generator
  local target=$1 more=() cores=$load_core
  shift
  case ${KIND[$target]} in
    nvmevf) more=(--target-pid "${PID[$target]}" --target-loops 'nvmevf-loop.*') ;;
    native) more=(--target-pid "${PID[$target]}" --target-native) ;;
    echo) more=(--target-pid "${PID[$target]}" --target-loops responder) ;;
  esac
  # (SPDK has version 0 of the identity only; ours takes both.)
  [ -z "${SECURE[$target]:-}" ] || more+=(--tls-psk "$work/psk" --tls-identity 0)
  [ "${two:-}" != 1 ] || cores=$two_load_cores
  (on_core "$cores" "$nice" "$jdk/bin/java" "${bench_flags[@]}" -cp "$bench_classpath" io.nvmevf.bench.load.LoadGenerator \
    --port "${PORT[$target]}" --subnqn "${NQN[$target]}" "${more[@]}" "$@")
}

perf_load() { # perf_load TARGET WORKLOAD BLOCK DEPTH QUEUES SECONDS WARM-UP LABELS...: SPDK's generator, with the output of ours
  local target=$1 workload=$2 bs=$3 qd=$4 queues=$5 seconds=$6 warm_up=$7 pattern=$2 mix=()
  shift 7
  case $workload in
    seqread) pattern=read ;;
    seqwrite) pattern=write ;;
    randrw) mix=(-M 70) ;;
  esac
  # (It takes whole seconds only.)
  seconds=$(awk "BEGIN {print int($seconds + 0.999)}") warm_up=$(awk "BEGIN {print int($warm_up + 0.999)}")
  # shellcheck disable=SC2046
  (on_core "$load_core" "$nice" "$(spdk_binary spdk_nvme_perf)" -c "$(printf '0x%x' $((1 << load_core)))" $(spdk_memory 512) -L \
    -q "$qd" -P "$queues" -o "$bs" -w "$pattern" "${mix[@]}" -t "$seconds" -a "$warm_up" \
    -r "trtype:TCP adrfam:IPv4 traddr:127.0.0.1 trsvcid:${PORT[$target]} subnqn:${NQN[$target]} hostnqn:$hostnqn") >"$work/perf.log" 2>&1 \
    || { tail -n 20 "$work/perf.log" >&2; die "spdk_nvme_perf failed"; }
  "$jdk/bin/java" "${bench_flags[@]}" -cp "$bench_classpath" io.nvmevf.bench.compare.PerfOutput \
    --rw "$workload" --bs "$bs" --qd "$qd" --queues "$queues" --seconds "$seconds" "$@" <"$work/perf.log"
}
