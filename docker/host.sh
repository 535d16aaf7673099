# shellcheck shell=bash
# The kinds host and apt: the machine's own python3 has dolfinx, or its package manager brings it. Sourced by environments.sh.

# Prints what identifies python3 and its dolfinx, without importing anything; status 1 if a module is missing.
host_identity() {
  python3 - <<'PYTHON' 2>/dev/null
import sys
from importlib.util import find_spec

found = [find_spec(name) for name in ("dolfinx", "petsc4py", "gmsh")]
if None in found:
    sys.exit(1)
print(sys.executable, sys.version, *(module.origin for module in found))
PYTHON
}

# Status 0 if dolfinx, petsc4py and gmsh can be imported and dolfinx is recent enough; prints what is wrong otherwise.
host_imports() {
  python3 - 2>&1 <<'PYTHON' | tail -n 1
import dolfinx, gmsh, petsc4py

version = tuple(int(part) for part in dolfinx.__version__.split(".")[:2])
if version < (0, 9):
    raise SystemExit(f"dolfinx {dolfinx.__version__} is older than 0.9")
PYTHON
  return "${PIPESTATUS[0]}"
}

# Python packages that platingx needs and pip can install, one requirement a line, for the python3 of the folder $1.
host_requirements() {
  "$1/bin/python3" - "$repository/pyproject.toml" <<'PYTHON'
import sys
import tomllib
from pathlib import Path

project = tomllib.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["project"]
optional = project["optional-dependencies"]
print(*project["dependencies"], *(name for kind in ("parquet", "slurm", "test") for name in optional[kind]), sep="\n")
PYTHON
}

# Makes the venv $1 on python3's packages, with what is missing of platingx's requirements. The file `complete` is written last.
host_make_venv() {
  local requirements
  rm -rf "$1"
  logged python3 -m venv --system-site-packages "$1" || return 1
  # A venv made from a venv does not see the packages of the latter by itself.
  python3 -c 'import site, sys
if sys.prefix != sys.base_prefix: print(*site.getsitepackages(), sep="\n")' >"$(echo "$1"/lib/python3*/site-packages)/outer.pth"
  requirements=$(host_requirements "$1") || return 1
  # shellcheck disable=SC2086 # one word a requirement
  logged "$1/bin/python3" -m pip install --quiet $requirements || return 1
  touch "$1/complete"
}

host_prepare() {
  local identity
  if ! has python3; then reason="no python3"; return 1; fi
  if ! identity=$(host_identity); then reason="python3 cannot import dolfinx, petsc4py and gmsh"; return 1; fi
  venv=$cache/venv-$(echo "$identity $repository" | cat - "$repository/pyproject.toml" | hash_of_files -)
  environment="$(python3 -c 'import sys; print(sys.prefix)') and $venv"
  [ -e "$venv/complete" ] && return 0
  if ! reason=$(host_imports); then reason="python3 has dolfinx, petsc4py and gmsh, but: $reason"; return 1; fi
  take_lock
  [ -e "$venv/complete" ] && return 0
  say "python3 has dolfinx: adding the other Python packages platingx needs in $venv"
  host_make_venv "$venv" && return 0
  reason="python3 has dolfinx, but a venv with the rest of the Python packages could not be made (network? python3-venv?)"
  return 1
}

host_enter() {
  say "environment: python3 of $environment"
  export PATH="$venv/bin:$repository:$PATH" VIRTUAL_ENV=$venv
  export PYTHONPATH=$repository/solver:$repository/meshes${PYTHONPATH:+:$PYTHONPATH}
  # In a batch job the cluster's own MPI knows best which network and which cores to use.
  if [ -n "${SLURM_JOB_ID:-}${PBS_JOBID:-}${LSB_JOBID:-}" ]; then export PLATINGX_CLUSTER_MPI=1; fi
  exec "$@"
}

# Status 0 on a Debian or Ubuntu release that may have dolfinx >= 0.9.
apt_release_fits() {
  local ID="" ID_LIKE="" VERSION_ID="" VERSION="" NAME="this system"
  # shellcheck source=/dev/null
  if [ -r "${OS_RELEASE:-/etc/os-release}" ]; then source "${OS_RELEASE:-/etc/os-release}"; fi
  case "$ID $ID_LIKE" in
    *ubuntu*) return 0 ;;
    debian*) if [ -z "$VERSION_ID" ] || [ "${VERSION_ID%%.*}" -ge 13 ]; then return 0; fi ;;
  esac
  reason="$NAME $VERSION_ID has no dolfinx >= 0.9 in its packages (Debian 13 or Ubuntu 25.04 and newer do)"
  return 1
}

# Prints the version of dolfinx that apt would install.
apt_dolfinx_version() { apt-cache policy python3-dolfinx-real 2>/dev/null | sed -n 's/^ *Candidate: *\([0-9].*\)/\1/p'; }

apt_prepare() {
  local version packages
  apt_release_fits || return 1
  if ! has apt-get; then reason="no apt-get"; return 1; fi
  if ! is_root; then reason="installing packages needs root"; return 1; fi
  take_lock
  version=$(apt_dolfinx_version)
  if [ -z "$version" ]; then
    logged apt-get update || true
    version=$(apt_dolfinx_version)
  fi
  if [ -z "$version" ] || dpkg --compare-versions "${version#*:}" lt 0.9~; then
    reason="apt offers no python3-dolfinx-real >= 0.9 (it offers ${version:-none; is there a network?})"
    return 1
  fi
  packages=$(package_list)
  say "installing the packages of docker/packages.txt with apt-get (some minutes; progress in $log)"
  # shellcheck disable=SC2086 # one word a package
  if ! apt_install $packages; then reason="apt-get could not install the packages (network?)"; return 1; fi
  drop_lock
  host_prepare
}

apt_enter() { host_enter "$@"; }
