# shellcheck shell=bash
# Levels of x86-64 for which an image has compiled kernels. Sourced by compile.sh and ./platingx.

# Prints the levels that this processor has, the highest one first; nothing on other machines.
processor_levels() {
  local flag flags highest=x86-64-v4
  [ "$(uname -m)" = x86_64 ] || return 0
  flags=" $(sed -n '/^flags/{s/.*: //p;q}' /proc/cpuinfo) "
  for flag in avx2 bmi1 bmi2 f16c fma abm movbe; do [[ $flags == *" $flag "* ]] || return 0; done
  for flag in avx512f avx512bw avx512cd avx512dq avx512vl; do [[ $flags == *" $flag "* ]] || highest=""; done
  echo $highest x86-64-v3
}

# Lets Numba compile for the level $1 and find what was compiled for it.
use_processor_level() { export NUMBA_CPU_NAME=$1 NUMBA_CPU_FEATURES=""; }
