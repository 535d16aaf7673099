# shellcheck shell=bash
# The kind private: a Debian root filesystem of platingx's own, entered with bubblewrap. Sourced by environments.sh.

debian_release=trixie

# Makes the tree $1 from the package list. For root, mmdebstrap writes it directly, in a process namespace of its own that ends
# with this process, however that dies. For others it comes as an archive.
private_bootstrap() {
  local packages options=(--variant=apt "--dpkgopt=$repository/docker/slim.cfg" "${@:2}")
  packages=$(package_list | paste -sd, -)
  if is_root; then
    setpriv --pdeathsig KILL -- unshare --pid --fork --kill-child --mount-proc \
      mmdebstrap --mode=root "${options[@]}" "--include=$packages" "$debian_release" "$1"
  else
    mkdir -p "$1"
    mmdebstrap --mode=unshare --format=tar "${options[@]}" "--include=$packages" "$debian_release" - |
      tar -x --no-same-owner --exclude='./dev/*' -C "$1"
  fi
}

# Makes the files on which private_mounts puts those of the host.
private_finish() {
  local name
  chmod u+rwx "$1" "$1/etc"
  for name in resolv.conf hosts passwd group localtime; do
    rm -f "$1/etc/$name"
    : >"$1/etc/$name"
  done
  (private_bubblewrap "$1" python3 -c "import dolfinx, petsc4py, gmsh") && sync -f "$1"
}

# Adds the packages of python.txt to the tree $1. Without them there is no Parquet and no Slurm, and the program says so where they
# are asked for.
private_python() {
  (private_bubblewrap "$1" python3 -m pip install --quiet --no-deps --no-compile --root-user-action ignore \
    --target "$1/usr/lib/python3/dist-packages" --requirement "$python_file")
}

# Status 0 if mmdebstrap and bubblewrap are there, or could be installed.
private_tools() {
  has mmdebstrap && has bwrap && return 0
  if has apt-get && is_root; then
    say "installing mmdebstrap and bubblewrap with apt-get"
    apt_install mmdebstrap bubblewrap && return 0
    reason="apt-get could not install mmdebstrap and bubblewrap (network?)"
  else
    reason="mmdebstrap and bubblewrap are not installed"
  fi
  return 1
}

private_build() {
  local partial=$root.partial free
  free=$(df -Pk "$cache" | awk 'NR == 2 { print int($4 / 1048576) }')
  if [ "$free" -lt 4 ]; then reason="$cache has only $free GB free; 4 GB are needed"; return 1; fi
  if ! logged bwrap --unshare-pid --unshare-ipc --ro-bind / / true; then
    reason="bubblewrap may not make namespaces here (a container without that right?)"
    return 1
  fi
  : >"$log"
  say "making a private Debian $debian_release root filesystem in $root (about 4 minutes, 4 GB; progress in $log)"
  rm -rf --one-file-system "$partial"
  # Second try: a mirror that is some days behind has expired lists of updates.
  if ! logged private_bootstrap "$partial"; then
    rm -rf --one-file-system "$partial"
    if ! grep -q -i 'expired' "$log" || ! logged private_bootstrap "$partial" --aptopt='Acquire::Check-Valid-Until "false"'; then
      rm -rf --one-file-system "$partial"
      reason="mmdebstrap could not make the root filesystem (network? for users who are not root: uidmap, a range in /etc/subuid)"
      return 1
    fi
  fi
  if ! logged private_finish "$partial"; then reason="the new root filesystem cannot import dolfinx"; return 1; fi
  if ! logged private_python "$partial"; then
    say "going on without the packages of docker/python.txt: no Parquet tables, no studies on Slurm; to try again: rm -r $root"
  fi
  mv -T "$partial" "$root"
}

private_prepare() {
  root=$cache/$debian_release-$(hash_of_files "$packages_file" "$python_file" "$repository/docker/slim.cfg")
  [ -d "$root" ] && has bwrap && return 0
  take_lock
  [ -d "$root" ] && has bwrap && return 0
  private_tools || return 1
  [ -d "$root" ] || private_build
}

# Fills the array `mounts`. The sandbox's root is empty, so that the host's folders can appear at their own paths whatever they
# are called; Debian's folders are put into it one by one.
private_mounts() {
  local entry folder
  mounts=()
  for entry in bin sbin lib lib32 lib64 libx32; do
    if [ -L "$1/$entry" ]; then mounts+=(--symlink "$(readlink "$1/$entry")" "/$entry"); fi
  done
  for entry in bin games include lib lib32 lib64 libexec libx32 sbin share; do mounts+=(--ro-bind-try "$1/usr/$entry" "/usr/$entry"); done
  mounts+=(--ro-bind "$1/etc" /etc --ro-bind-try "$1/var/lib/dpkg" /var/lib/dpkg --dev /dev --proc /proc --ro-bind /sys /sys --tmpfs /run)
  for entry in resolv.conf hosts passwd group localtime; do
    if [ -e "/etc/$entry" ]; then mounts+=(--ro-bind "$(readlink -f "/etc/$entry")" "/etc/$entry"); fi
  done
  for entry in /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem; do
    if [ -e "$entry" ]; then
      mounts+=(--ro-bind "$(readlink -f "$entry")" /etc/ssl/certs/ca-certificates.crt)
      break
    fi
  done
  while read -r folder; do mounts+=(--bind-try "$folder" "$folder"); done < <(echo /var/tmp; host_folders)
  for entry in /*; do
    case $entry in /bin | /sbin | /lib*) continue ;; esac
    if [ -L "$entry" ] && [ -d "$entry" ]; then mounts+=(--symlink "$(readlink "$entry")" "$entry"); fi
  done
  while read -r folder; do
    case $folder in /run/* | /usr/* | /var/*) mounts+=(--bind "$folder" "$folder") ;; esac
  done < <(working_folders)
  mounts+=(--remount-ro /)
}

# Becomes a command in the tree $1. Process numbers start at 1 in each sandbox, so mpirun must not name folders of the host's /tmp
# after them.
private_bubblewrap() {
  local mounts bwrap
  bwrap=$(command -v bwrap)
  private_mounts "$1"
  shift
  exec env -u LD_LIBRARY_PATH -u LD_PRELOAD -u PYTHONHOME -u VIRTUAL_ENV -u PETSC_DIR -u PETSC_ARCH -u SLEPC_DIR -u LC_ALL \
    PATH="$repository:/usr/sbin:/usr/bin:/sbin:/bin" LANG=C.UTF-8 PYTHONPATH="$repository/solver:$repository/meshes" \
    PRTE_MCA_prte_tmpdir_base=/run PYTHONNOUSERSITE=1 XDG_CACHE_HOME="$cache/compiled" SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt \
    "$bwrap" --unshare-pid --unshare-ipc --die-with-parent "${mounts[@]}" --chdir "$PWD" \
    env --default-signal="${default_signals:-HUP,INT,TERM}" "$@"
}

# Prints the process id of the program in the sandbox of the bwrap process $1: the child of its child.
program_of() {
  local process=$1 children
  for _ in 1 2; do
    children=$(cat "/proc/$process/task/$process/children" 2>/dev/null) || return 1
    process=${children%% *}
    [ -n "$process" ] || return 1
  done
  echo "$process"
}

# Sends the signal $1 to the program, waiting a moment for it if it is just being started.
pass_on() {
  local program
  for _ in 1 2 3 4 5 6 7 8 9 10; do
    if program=$(program_of "$sandbox"); then
      kill -s "$1" "$program" 2>/dev/null || true
      break
    fi
    sleep 0.05
  done
}

# bwrap itself ignores the signals, so that the program decides what they do. Ctrl-C reaches it from the terminal without help.
private_enter() {
  local status=0 default_signals=INT,TERM,USR1
  sandbox=0
  ignored_at_start HUP || default_signals=HUP,$default_signals
  say "environment: private Debian $debian_release root filesystem $root"
  trap 'pass_on TERM' TERM
  trap 'pass_on HUP' HUP
  trap 'pass_on USR1' USR1
  trap 'if [ ! -t 0 ]; then pass_on INT; fi' INT
  (
    trap '' HUP INT TERM USR1
    private_bubblewrap "$root" "$@"
  ) <&0 &
  sandbox=$!
  wait_through_signals "$sandbox"
  exit "$status"
}
