# shellcheck shell=bash
# Signals on their way to the program. Sourced by ./platingx.

# Waits for the end of the process $1, whatever signals are handled meanwhile; its exit code goes to `status`.
wait_through_signals() {
  while :; do
    status=0
    wait "$1" || status=$?
    kill -0 "$1" 2>/dev/null || break
  done
}

# Status 0 if the signal $1 was ignored when this process began, as SIGHUP is under nohup.
ignored_at_start() { [ -n "$(trap -p "$1")" ]; }

# Sends mpirun the signal that lets its ranks save, for the signal $1. A second SIGINT ends them at once.
tell_ranks() {
  local signal=USR1
  if [ "$1 $asked" = "INT INT" ]; then signal=TERM; fi
  asked=${asked:-$1}
  kill -s "$signal" "$mpirun" 2>/dev/null || true
}

# Runs the mpirun command $@, and exits with its code. mpirun passes SIGUSR1 on to its ranks but kills them on SIGHUP, SIGINT and
# SIGTERM; here it gets SIGUSR1 instead of these, and the exit code is that of the signal that came, as on one rank. A session of
# its own keeps Ctrl-C and the end of the terminal from it. It does not outlive this process.
run_ranks() {
  local name status=0 mpirun="" asked="" bound=()
  if setpriv --pdeathsig KILL true 2>/dev/null; then bound=(setpriv --pdeathsig KILL); fi
  for name in HUP INT TERM USR1; do
    # shellcheck disable=SC2064 # the name of now
    trap "tell_ranks $name" "$name"
  done
  setsid ${bound[@]+"${bound[@]}"} "$@" <&0 &
  mpirun=$!
  wait_through_signals "$mpirun"
  if [ -n "$asked" ] && [ "$status" = "$((128 + $(kill -l USR1)))" ]; then status=$((128 + $(kill -l "$asked"))); fi
  exit "$status"
}
