# shellcheck shell=bash
# Finds, makes and enters the environment platingx runs in. Sourced by ./platingx, which sets `repository`.
#
# Each kind has two functions: KIND_prepare sets the environment up where it can (status 1: this kind does not fit, `reason` says
# why; setting up is done once and under a lock), KIND_enter becomes a command in it. The kinds are tried in this order:
#   host     python3 has dolfinx (conda, a container, a cluster module): its packages, completed by a venv
#   apt      root on a Debian or Ubuntu with dolfinx >= 0.9: the packages are installed, then as host
#   docker   a Docker engine answers: an image from docker/Dockerfile
#   private  a private Debian root filesystem below the user's cache folder, entered with bubblewrap

packages_file=$repository/docker/packages.txt
python_file=$repository/docker/python.txt
cache=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/platingx
log=$cache/setup.log

# shellcheck source=docker/host.sh
source "$repository/docker/host.sh"
# shellcheck source=docker/container.sh
source "$repository/docker/container.sh"
# shellcheck source=docker/private.sh
source "$repository/docker/private.sh"

say() { echo "platingx: $*" >&2; }

has() { command -v "$1" >/dev/null 2>&1; }

is_root() { [ "$(id -u)" = 0 ]; }

package_list() { sed 's/#.*//' "$packages_file" | tr -s ' \t\n' '\n' | sed '/^$/d'; }

# Ten hexadecimal digits that change with the contents of the files.
hash_of_files() { cat "$@" | sha256sum | cut -c1-10; }

# Takes the lock of the cache folder for as long as this process and its children live.
take_lock() {
  exec 9>"$cache/lock"
  if ! flock -n 9; then
    say "another start is setting up the environment; waiting for it (its progress is in $log)"
    flock 9
  fi
}

drop_lock() { exec 9>&-; }

# Runs a command with its output in the set-up log; shows the end of the log if it fails.
logged() {
  if "$@" >>"$log" 2>&1; then return 0; fi
  say "this failed: $1 (the whole output is in $log):"
  tail -n 5 "$log" | sed 's/^/    /' >&2
  return 1
}

# Installs Debian packages; apt must be there and the user root.
apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  logged apt-get install -y --no-install-recommends "$@" && return 0
  logged apt-get update && logged apt-get install -y --no-install-recommends "$@"
}

# Top-level folders of the host that hold users' files; every environment shows them at their own paths.
host_folders() {
  local entry
  for entry in /*; do
    case $entry in
      /bin | /boot | /dev | /etc | /lib* | /lost+found | /proc | /run | /sbin | /sys | /usr | /var) continue ;;
    esac
    if [ -d "$entry" ] && [ ! -L "$entry" ]; then echo "$entry"; fi
  done
}

# The folders this start works in; they may lie outside of host_folders.
working_folders() {
  local folder
  for folder in "$PWD" "$(pwd -P)" "$repository" "$(dirname "$cache")" "${HOME:-/}" "${TMPDIR:-/tmp}"; do
    if [ -d "$folder" ] && [ "$folder" != / ]; then echo "$folder"; fi
  done | sort -u
}

explain_nothing_fits() {
  say "no environment with dolfinx could be found or made here:"
  printf '%s\n' "$@" >&2
  cat >&2 <<TEXT
Any one of these helps; then start again:
  host     install conda or mamba, then: conda env create -f $repository/environment.yml && conda activate platingx
  apt      on Debian 13, Ubuntu 25.04 or newer: run this command once as root (it installs the list in docker/packages.txt)
  docker   install a Docker engine and let this user talk to it
  private  install two small packages as root: apt-get install mmdebstrap bubblewrap   (and uidmap, for users who are not root)
All four need the network once.
TEXT
}

# Sets up the first kind that fits and becomes `./platingx ARGUMENTS` in it.
enter_environment() {
  local kind reason reasons=() kinds=(host apt docker private)
  if [ -n "${PLATINGX_ENVIRONMENT:-}" ]; then
    case $PLATINGX_ENVIRONMENT in
      host | apt | docker | private) kinds=("$PLATINGX_ENVIRONMENT") ;;
      *)
        say "PLATINGX_ENVIRONMENT is '$PLATINGX_ENVIRONMENT'; it can be: ${kinds[*]}"
        exit 2
        ;;
    esac
  fi
  if ! mkdir -p "$cache" 2>/dev/null || [ ! -w "$cache" ]; then
    say "cannot write the cache folder $cache; set XDG_CACHE_HOME to a folder of yours with 4 GB free"
    exit 1
  fi
  trap 'say "set-up interrupted; the next start begins it again"; exit 130' INT
  export NUMBA_CACHE_DIR=${NUMBA_CACHE_DIR:-$cache/numba}
  for kind in "${kinds[@]}"; do
    reason=""
    if "${kind}_prepare"; then
      drop_lock
      export PLATINGX_INSIDE=1
      "${kind}_enter" "$repository/platingx" "$@"
      exit
    fi
    drop_lock
    reasons+=("$(printf '  %-8s %s' "$kind" "$reason")")
  done
  explain_nothing_fits "${reasons[@]}"
  exit 1
}
