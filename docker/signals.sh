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

# Copies standard input without the blocks in which mpirun says again what the ranks and the exit code have said: that ranks ended
# with an error, or by the signals that tell_ranks sends. What else mpirun has to say stays.
without_echoes() {
  local line block="" usr1 term
  set +e # a terminal that has been closed is no error
  usr1=$(kill -l USR1) term=$(kill -l TERM)
  trap '' HUP INT TERM USR1
  while IFS= read -r line || [ -n "$line" ]; do
    case $block in
      "")
        if [[ $line == ----------* ]]; then block=$line$'\n'; else printf '%s\n' "$line"; fi
        continue
        ;;
      *$'\n'*$'\n'*) ;;
      *) # the line after the first: mpirun's blocks begin with its name
        if [[ $line != prterun\ * && $line != mpirun\ * && $line != "Primary job "* ]]; then
          printf '%s%s\n' "$block" "$line"
          block=""
          continue
        fi
        ;;
    esac
    block+=$line$'\n'
    if [[ $line == ----------* ]]; then
      case $block in
        *"exited with non-zero status"* | *"non-zero exit code"* | *"exited on"*"signal $usr1 ("* | *"exited on"*"signal $term ("*) ;;
        *) printf '%s' "$block" ;;
      esac
      block=""
    fi
  done
  printf '%s' "$block"
} 2>/dev/null

# Sends mpirun the signal that lets its ranks save, for the signal $1. A second SIGINT ends them at once.
tell_ranks() {
  local signal=USR1
  if [ "$1 $asked" = "INT INT" ]; then signal=TERM at_once=1; fi
  if [ -z "$asked" ]; then
    asked=$1
    if [ -n "$PLATINGX_ASKED" ]; then echo "$asked" >"$PLATINGX_ASKED" || true; fi
  fi
  [ -z "$mpirun" ] || kill -s "$signal" "$mpirun" 2>/dev/null || true
}

# Runs the mpirun command $@, and exits with its code. mpirun passes SIGUSR1 on to its ranks but kills them on SIGHUP, SIGINT and
# SIGTERM; here it gets SIGUSR1 instead of these. Which signal came stands in the file PLATINGX_ASKED; a run that saves reads and
# removes it, and ends with the code of that signal, as on one rank. A session of its own keeps Ctrl-C and the end of the terminal
# from mpirun. It does not outlive this process.
run_ranks() {
  local name status=0 mpirun="" asked="" at_once="" why="" bound=() messages filter
  if setpriv --pdeathsig KILL true 2>/dev/null; then bound=(setpriv --pdeathsig KILL); fi
  PLATINGX_ASKED=$(mktemp "${TMPDIR:-/tmp}/platingx-asked.XXXXXX" 2>/dev/null) || PLATINGX_ASKED=""
  export PLATINGX_ASKED
  trap 'rm -f "$PLATINGX_ASKED"' EXIT
  for name in HUP INT TERM USR1; do
    # shellcheck disable=SC2064 # the name of now
    trap "tell_ranks $name" "$name"
  done
  exec {messages}> >(without_echoes >&2)
  filter=$!
  setsid ${bound[@]+"${bound[@]}"} "$@" <&0 2>&"$messages" {messages}>&- &
  mpirun=$!
  if [ -n "$asked" ]; then kill -s USR1 "$mpirun" 2>/dev/null || true; fi # a signal that came before there was a process to tell
  exec {messages}>&-
  wait_through_signals "$mpirun"
  # Usually at once; a process that a rank has left behind may keep its end open.
  for _ in {1..200}; do
    kill -0 "$filter" 2>/dev/null || break
    sleep 0.01
  done
  if [ -n "$asked" ]; then
    if [ -n "$at_once" ]; then
      why="ended at once by a second SIG$asked; --resume goes on from the newest checkpoint, if there is one"
    elif [ "$status" = "$((128 + $(kill -l USR1)))" ]; then
      why="stopped by SIG$asked, before there was anything to save"
    fi
    if [ -n "$why" ]; then
      if [ -s "$PLATINGX_ASKED" ]; then echo "platingx: $why" >&2; fi
      status=$((128 + $(kill -l "$asked")))
    fi
  fi
  exit "$status"
}
