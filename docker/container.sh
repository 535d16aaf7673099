# shellcheck shell=bash
# The kind docker: an image of the environment stage of the Dockerfile. Sourced by environments.sh.

docker_prepare() {
  if ! has docker; then reason="no docker command"; return 1; fi
  image=platingx-environment:$(hash_of_files "$packages_file" "$python_file" "$repository/docker/slim.cfg" "$repository/docker/Dockerfile")
  timeout 10 docker image inspect "$image" >/dev/null 2>&1 && return 0
  if ! timeout 10 docker info >/dev/null 2>&1; then reason="no Docker engine answers this user"; return 1; fi
  take_lock
  docker image inspect "$image" >/dev/null 2>&1 && return 0
  say "building the Docker image $image (some minutes, 4 GB; progress in $log)"
  logged docker build --target environment -t "$image" -f "$repository/docker/Dockerfile" "$repository" && return 0
  reason="the image could not be built (network?)"
  return 1
}

# The engine gives an image its name only when it is complete, and `docker run` passes signals on.
docker_enter() {
  local folder options=()
  while read -r folder; do options+=(--volume "$folder:$folder"); done < <({ host_folders; working_folders; } | sort -u)
  if [ -t 0 ] && [ -t 1 ]; then options+=(--tty); fi
  say "environment: Docker image $image"
  exec docker run --rm --init --interactive --shm-size 1g --tmpfs /run:mode=1777 --env PRTE_MCA_prte_tmpdir_base=/run \
    --security-opt label=disable --user "$(id -u):$(id -g)" \
    --workdir "$PWD" --env PLATINGX_INSIDE --env "HOME=$cache" --env "XDG_CACHE_HOME=$cache/compiled" --env NUMBA_CACHE_DIR \
    --env "PYTHONPATH=$repository/solver:$repository/meshes" --env OMP_NUM_THREADS --env PETSC_OPTIONS "${options[@]}" "$image" "$@"
}
