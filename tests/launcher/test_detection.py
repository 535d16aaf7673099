"""What would hurt most if lost: on a machine that cannot be set up, a user is told what would help."""

import sys
from pathlib import Path

import pytest

from .conftest import REPOSITORY, Machine


def test_nothing_fits(machine: Machine) -> None:
    result = machine.run("run", "cases/eruption.yaml")
    assert result.returncode == 1
    assert result.stdout == ""
    for line in (
        "host     no python3",
        "apt      Debian GNU/Linux 12 has no dolfinx >= 0.9 in its packages",
        "docker   no docker command",
        "private  mmdebstrap and bubblewrap are not installed",
        "conda env create -f",
        "apt-get install mmdebstrap bubblewrap",
    ):
        assert line in result.stderr


def test_unwritable_cache_is_named(machine: Machine) -> None:
    machine.cache.parent.write_text("a file where a folder should be")
    result = machine.run("setup")
    assert result.returncode == 1
    assert "cannot write the cache folder" in result.stderr
    assert "XDG_CACHE_HOME" in result.stderr


def test_forced_kind_is_the_only_one_tried(machine: Machine) -> None:
    machine.can_make_a_root_filesystem()
    result = machine.run("setup", PLATINGX_ENVIRONMENT="docker")
    assert result.returncode == 1
    assert "no docker command" in result.stderr
    assert machine.calls_of("mmdebstrap") == []


def test_unknown_kind_lists_the_kinds(machine: Machine) -> None:
    result = machine.run("setup", PLATINGX_ENVIRONMENT="podman")
    assert result.returncode == 2
    assert "host apt docker private" in result.stderr


@pytest.mark.parametrize(
    ("release", "fits"),
    [
        ('ID=debian\nVERSION_ID="12"\n', False),
        ('ID=debian\nVERSION_ID="13"\n', True),
        ("ID=debian\nPRETTY_NAME=sid\n", True),
        ('ID=ubuntu\nID_LIKE=debian\nVERSION_ID="25.04"\n', True),
        ('ID=linuxmint\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\n', True),
        ('ID=fedora\nVERSION_ID="42"\n', False),
    ],
)
def test_release_decides_whether_apt_is_asked(machine: Machine, release: str, fits: bool) -> None:
    machine.os_release(release)
    machine.user_id(0)
    machine.command("apt-get", "exit 100")
    machine.command("apt-cache", "exit 0")
    reason = "apt offers no python3-dolfinx-real >= 0.9" if fits else "has no dolfinx >= 0.9 in its packages"
    assert reason in machine.run("setup").stderr


@pytest.mark.parametrize(("version", "fits"), [("1:0.9.0-7", True), ("0.11.0-1", True), ("1:0.8.0-9build1", False)])
def test_apt_installs_the_list_if_dolfinx_is_recent(machine: Machine, version: str, fits: bool) -> None:
    machine.os_release("ID=ubuntu\n")
    machine.user_id(0)
    machine.command("apt-get", "exit 100")
    machine.command("apt-cache", f"echo '  Candidate: {version}'")
    # dpkg --compare-versions A lt 0.9~
    machine.command("dpkg", '[ "$(printf "%s\\n" "$2" 0.9 | sort -V | head -n 1)" != 0.9 ]')
    result = machine.run("setup")
    installs = [call for call in machine.calls_of("apt-get") if "python3-dolfinx-real" in call]
    assert bool(installs) == fits
    assert ("apt-get could not install the packages" in result.stderr) == fits


def test_apt_needs_root(machine: Machine) -> None:
    machine.os_release('ID=debian\nVERSION_ID="13"\n')
    machine.command("apt-get", "exit 0")
    assert "installing packages needs root" in machine.run("setup").stderr
    assert machine.calls_of("apt-get") == []


def test_docker_image_is_built_once_and_sees_the_users_folders(machine: Machine, tmp_path: Path) -> None:
    built = tmp_path / "built"
    machine.command(
        "docker",
        f"""
        case $1 in
          image) [ -e {built} ] ;;
          build) touch {built} ;;
          run) echo "$*" ;;
        esac
        """,
    )
    first = machine.run("-n", "2", "run", "case.yaml", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert f"--workdir {tmp_path}" in first.stdout
    assert first.stdout.rstrip().endswith(f"{REPOSITORY}/platingx -n 2 run case.yaml")
    assert f"--volume {Path('/', tmp_path.parts[1])}:" in first.stdout
    second = machine.run("setup")
    assert "platingx: environment: Docker image platingx-environment:" in second.stderr
    assert len([call for call in machine.calls_of("docker") if call.startswith("build")]) == 1


def test_docker_without_an_engine_is_passed_over(machine: Machine) -> None:
    machine.command("docker", "exit 1")
    machine.can_make_a_root_filesystem()
    assert "private Debian trixie root filesystem" in machine.run("setup").stderr


def test_broken_dolfinx_is_reported(machine: Machine) -> None:
    # finds the modules, and fails to import them
    machine.command("python3", '! grep -q "^import dolfinx" || { echo "ImportError: no libmpi"; exit 1; }')
    assert "python3 has dolfinx, petsc4py and gmsh, but: ImportError: no libmpi" in machine.run("setup").stderr


@pytest.mark.sources
def test_python_with_dolfinx_is_used_as_it_is(machine: Machine) -> None:
    (machine.commands / "python3").symlink_to(sys.executable)
    result = machine.run(
        "exec",
        "python3",
        "-c",
        "import dolfinx, platingx, platingx_meshes, sys; print(sys.prefix, platingx.__version__)",
    )
    assert result.returncode == 0, result.stderr
    venv, version = result.stdout.split()
    assert Path(venv).parent == machine.cache
    assert version == "0.1.0"
    assert "platingx: environment: python3 of" in result.stderr
    again = machine.run("setup")
    assert len(again.stderr.splitlines()) == 1, "the second start made the venv again"
