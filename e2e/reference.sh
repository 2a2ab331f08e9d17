# Sourced after host.sh with --reference: the target is the Linux kernel's own (nvmet), in a guest that takes commands on its input.
target_start() {
  PORT=$(free_port 11000)
  mkdir -p "$LOGS/reference"; rm -f "$WORK/reference.in"; mkfifo "$WORK/reference.in"
  exec {reference}<>"$WORK/reference.in"
  "$E2E/guest/run" -c 2 -m 1536 -p "$PORT:4420" -o "$LOGS/reference" "$E2E/guest/nvmet" 900 \
    <&"$reference" >"$LOGS/reference/output" 2>&1 & target=$!
  asked=0
  ask start
}
ask() {
  asked=$((asked + 1))
  echo "$*" >&"$reference"
  eventually 60 answered || fail "reference: $*"
}
answered() {
  kill -0 "$target" 2>/dev/null || fail "reference ended: $(tail -n 5 "$LOGS/reference/output")"
  [ "$(grep -c '^@done' "$LOGS/reference/output")" -ge $asked ]
}
target_end() { kill "$target"; wait "$target" || :; target=; }
target_again() { ask stop; ask start; }
vf() { NQN[$1]=nqn.2014-08.org.nvmexpress:e2e:$1; ask vf "$@"; namespaces=0; }
ns() { NS=$1-$((namespaces += 1)); ask ns "$1" $namespaces "${2%iB}" "$3"; }
ns_resize() { ask resize "${1%-*}" "${1#*-}" "${2%iB}"; }
ns_delete() { ask delete "${1%-*}" "${1#*-}"; }
