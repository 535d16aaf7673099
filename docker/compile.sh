#!/usr/bin/env bash
# Compiles what runs need into the folder $1, for all users of an image; docker/Dockerfile calls it.
#
#   compile.sh FOLDER [CASE ...]     cases that are begun, so that their kernels and forms are compiled; without any, those of CASES
#
# Kernels are compiled for each level of x86-64 that this processor has, 3 (AVX2) and 4 (AVX-512): the launcher of the image
# takes that of the processor it runs on (processor.sh). What the cases give is thrown away.
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
# shellcheck source=docker/processor.sh
source "$here/processor.sh"
# Together they need what all shipped cases in plane sections need; a test compares.
CASES=(eruption gao_eruption_3V_columns stripping_circuit peeling bicrystal afm_rod pellet_impedance)

folder=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export HOME=$work XDG_CACHE_HOME=$work/cache PLATINGX_CACHE_DIR=$work/cache/kernels
for level in $(processor_levels); do
  use_processor_level "$level"
  (cd "$work" && python3 -P "$here/begin_cases.py" "${@:-${CASES[@]}}")
done
mkdir -p "$folder"
cp -r "$work/cache/fenics" "$work/cache/kernels" "$folder/"
chmod -R a+rX "$folder"
