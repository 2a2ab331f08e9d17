# Sourced by e2e/scenario before the host part of a scenario: starts and kills targets, runs guests, checks their kernel logs.
# $LOGS is the scenario's log directory, $WORK its temporary directory.
# The functions from target_start to ns_delete are what reference.sh replaces by the kernel's own target.
declare -A NQN=() GUEST_PID=() GUEST_FD=()
target=
allowed=(
  # what emulation on a busy machine makes the kernel say
  'callbacks suppressed|clocksource|hrtimer: interrupt took|perf: interrupt took|workqueue: .* hogged CPU|rcu_.*(kthread|detected)|sched: RT throttling'
  # a keep alive that the host cancelled itself, because it disconnects (one that fails begins error recovery, which has lines of its own)
  'long keepalive RTT' 'failed nvme_keep_alive_end_io error=4'
  # a guest part's own programs
  'process .* (launched|is using)|nvme_core: .*deprecated'
)

say() { echo "[$SECONDS s] $*"; }
fail() { say "FAILED: $*"; exit 1; }
allow() { allowed+=("$@"); }      # allow REGEX...: kernel log lines that this scenario provokes
gone() { ! kill -0 "$1" 2>/dev/null; }
eventually() {                    # eventually SECONDS COMMAND...
  local until=$((SECONDS + $1)); shift
  until "$@"; do
    [ $SECONDS -lt $until ] || fail "did not come true: $*"
    sleep 0.1
  done
}

# --- the target

# free_port FROM: one of the 10,000 ports from there. (Below those that the kernel gives to connections of its own choice: one
# of these can be taken between the look and the use.)
free_port() {
  local p
  while p=$(($1 + RANDOM % 10000)); (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null; do :; done
  echo $p
}

# target_config [io=..] [pool=DIR] [capacity=..] [overcommit=true] [key=FILE] [operator=NQN] [wipe=RATE] [patience=TIME]: writes the configuration,
# sets PORT and API_PORT. With key namespaces are encrypted; with operator that host may use the physical function's controller.
target_config() {
  local io=auto pool=$WORK/pool capacity=8GiB overcommit=false key= operator= wipe=0 patience=10s "$@"
  PORT=$(free_port 11000) API_PORT=$(free_port 21000)
  export NVMEVF_API=http://127.0.0.1:$API_PORT
  mkdir -p "$pool"
  cat > "$WORK/nvmevf.yaml" <<-Y
	data-dir: $WORK/data
	pool:
	  kind: file
	  path: $pool
	  capacity: $capacity
	  overcommit: $overcommit
	  ${key:+encryption: {key-file: $key\}}
	pf:
	  allowed-hosts: [$operator]
	wipe:
	  bandwidth: $wipe
	listeners:
	  - address: 127.0.0.1
	    port: $PORT
	    advertise: 10.0.2.2
	transport:
	  io: $io
	  connect-timeout: $patience
	api:
	  port: $API_PORT
	Y
}
target_healthy() {
  kill -0 "$target" 2>/dev/null || { tail -n 20 "$LOGS/target.log"; fail "the target ended"; }
  curl -fsS -m 2 -o /dev/null "$NVMEVF_API/healthz" 2>/dev/null
}
target_run() {
  "$PROJECT/nvmevf" serve -c "$WORK/nvmevf.yaml" >>"$LOGS/target.log" 2>&1 </dev/null & target=$!
  eventually 60 target_healthy
  case $(readlink "/proc/$target/exe") in */java) ;; *) fail "process $target is not the JVM: nvmevf must exec it" ;; esac
  say "target $target on port $PORT, API $API_PORT"
}
target_start() { target_config "$@"; target_run; }
target_end() {      # target_end SIGNAL: and waits
  local rc=0
  kill "-$1" "$target"; eventually 30 gone "$target"; wait "$target" || rc=$?
  target=
  say "target ended by $1 with $rc"
  [ "$1" = KILL ] || [ $rc = 0 ] || fail "SIG$1 ended the target with $rc"
}
target_again() { target_end "$1"; target_run; }      # target_again SIGNAL: the same one, on the same ports and data
cli() { say "nvmevf $*" >&2; timeout 60 "$PROJECT/nvmevf" "$@"; }

# vf NAME [NQN...]: a VF that those hosts may use, else any; its NQN is ${NQN[NAME]}
vf() {
  local name=$1 hosts=() h; shift
  for h; do hosts+=(--allow-host "$h"); done
  [ $# -gt 0 ] || hosts=(--allow-any-host)
  cli vf create "$name" "${hosts[@]}" -o json > "$WORK/vf.json"
  NQN[$name]=$(jq -er .nqn "$WORK/vf.json")
}
# ns VF SIZE LBA-SIZE: a namespace with the VF's next NSID; prints nothing, its id is in ${NS}
ns() { cli ns create "$1" --size "$2" --lba-size "$3" -o json > "$WORK/ns.json"; NS=$(jq -er .id "$WORK/ns.json"); }
ns_resize() { cli ns resize "$1" "$2"; }
ns_delete() { cli ns delete "$1"; }

# timed COMMAND...: runs it; how long it took is in $TOOK, in milliseconds
timed() { local begun=${EPOCHREALTIME/./}; "$@"; TOOK=$(((${EPOCHREALTIME/./} - begun) / 1000)); say "took $TOOK ms: $*"; }
key_file() { [ -e "$1" ] || (umask 077; head -c 32 /dev/urandom > "$1"); }
in_files() { grep -rlaF "$1" "$WORK" --include='*.ns*' --include='*.key' --include='*.json' --include='*.log' || :; }  # who holds this text

# --- guests

# guest_start ID SCRIPT [NAME=VALUE...]: a guest that runs scenarios/SCRIPT.guest; CPUS (1) and LIMIT (seconds, 300) may be set
guest_start() {
  local id=$1 script=$2 dir=$LOGS/$1 v options=(); shift 2
  mkdir -p "$dir"; rm -f "$WORK/$id.in"; mkfifo "$WORK/$id.in"
  for v in HOST=10.0.2.2 "PORT=$PORT" ${REFERENCE:+REFERENCE=1} "$@"; do options+=(-e "$v"); done
  exec {GUEST_FD[$id]}<>"$WORK/$id.in"
  { echo '. "$FILES/lib"'; cat "$E2E/scenarios/$script.guest"; } > "$WORK/$id.script"
  "$E2E/guest/run" -c "${CPUS:-1}" -o "$dir" -f "$E2E/guest/lib" "${options[@]}" "$WORK/$id.script" "${LIMIT:-300}" \
    <&"${GUEST_FD[$id]}" >"$dir/output" 2>&1 &
  GUEST_PID[$id]=$!
  say "guest $id runs $script $*"
}
# guest_await ID LINE [SECONDS]: until the guest has printed the line; $REPLY is the rest of it
guest_said() {
  local said   # (only whole lines: the last one may not be all there yet)
  said=$(head -n "$(wc -l < "$LOGS/$1/output")" "$LOGS/$1/output" | grep "^@$2\>" | tail -n 1) || :
  [ -z "$said" ] || { REPLY=$(sed "s/^@$2\>[ ]*//" <<<"$said"); return; }
  kill -0 "${GUEST_PID[$1]}" 2>/dev/null || { tail -n 5 "$LOGS/$1/output"; fail "guest $1 ended before it said $2"; }
  return 1
}
guest_await() { eventually "${3:-90}" guest_said "$1" "$2"; say "guest $1: $2 $REPLY"; }
guest_tell() { echo "$2" >&"${GUEST_FD[$1]}"; }

# Lines of a guest's kernel log that nobody allowed: all warnings and worse, and whatever nvme or the block layer complains of.
unexpected() {
  local all; all=$(IFS='|'; echo "${allowed[*]}")
  awk -v ok="$all" '
    { level = 6; if (match($0, /^<[0-9]+>/)) level = substr($0, 2, RLENGTH - 2) % 8 }
    (level <= 4 || (/nvme|blk|I\/O|XFS|EXT4/ && tolower($0) ~ /error|fail|timeout|timed out|reset|reconnect|duplicate|invalid|mismatch|corrupt|refus|abort|lost|unsupported/)) && $0 !~ ok' "$1"
}
# guest_wait ID: until its script is done; it must have succeeded, with a clean kernel log
guest_wait() {
  local rc=0 lines
  wait "${GUEST_PID[$1]}" || rc=$?
  unset "GUEST_PID[$1]"; exec {GUEST_FD[$1]}>&-; unset "GUEST_FD[$1]"
  [ $rc = 0 ] || { tail -n 8 "$LOGS/$1/output"; fail "guest $1: exit $rc, see $LOGS/$1"; }
  lines=$(unexpected "$LOGS/$1/dmesg")
  [ -z "$lines" ] || { echo "$lines" | head -n 20; fail "guest $1: kernel log, see $LOGS/$1/dmesg"; }
  say "guest $1: done"
}
guest() { guest_start "$@"; guest_wait "$1"; }

# --- the end

ended() { local _; for _ in {1..100}; do ! gone "$1" || return 0; sleep 0.1; done; return 1; }   # within 10 s
cleanup() {
  local rc=$? pid
  for pid in "${GUEST_PID[@]}"; do kill "$pid" 2>/dev/null || :; done
  [ -z "$target" ] || kill -TERM "$target" 2>/dev/null || :
  for pid in "$target" "${GUEST_PID[@]}"; do [ -z "$pid" ] || ended "$pid" || kill -KILL "$pid" || :; done
  if [ "$(type -t scenario_cleanup)" = function ]; then scenario_cleanup || :; fi
  rm -rf "$WORK"
  exit $rc
}
