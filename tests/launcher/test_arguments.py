"""What would hurt most if lost: the launcher passes a user's command on unchanged, on as many ranks as asked for."""

from pathlib import Path

import pytest

from .conftest import REPOSITORY, Machine


@pytest.fixture
def inside(machine: Machine) -> Machine:
    """A machine on which the environment has been entered already."""
    for name in ("python3", "mpirun"):
        machine.command(name, f'echo "{name} $*"; pwd')
    return machine


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["run", "a b.yaml", "--set", "x=1"], "python3 -P -m platingx run a b.yaml --set x=1"),
        (["--version"], "python3 -P -m platingx --version"),
        (["-n", "3", "run", "a.yaml"], "mpirun -n 3 python3 -P -m platingx run a.yaml"),
        (["test", "-k", "pit"], "python3 -m pytest -q -k pit"),
        (["-n", "2", "test"], "mpirun -n 2 python3 -m mpi4py -m pytest -q -m mpi and not long"),
        (["-n", "2", "exec", "python3", "x.py"], "mpirun -n 2 python3 x.py"),
        (["exec", "python3", "-n", "2"], "python3 -n 2"),
    ],
)
def test_command_line(inside: Machine, arguments: list[str], command: str) -> None:
    result = inside.run(*arguments, PLATINGX_INSIDE="1")
    assert result.stdout.splitlines()[0] == command
    assert result.stderr == ""


def test_commands_start_where_the_user_is_and_tests_in_the_repository(inside: Machine, tmp_path: Path) -> None:
    assert inside.run("run", "case.yaml", cwd=tmp_path, PLATINGX_INSIDE="1").stdout.splitlines()[1] == str(tmp_path)
    assert inside.run("test", cwd=tmp_path, PLATINGX_INSIDE="1").stdout.splitlines()[1] == str(REPOSITORY)


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5", ""])
def test_number_of_ranks_must_be_one(machine: Machine, number: str) -> None:
    result = machine.run("-n", number, "run", "case.yaml")
    assert result.returncode == 2
    assert f"-n needs a number of MPI ranks, at least 1; it got '{number}'" in result.stderr


def test_exec_without_a_command_shows_the_usage(machine: Machine) -> None:
    result = machine.run("exec", PLATINGX_INSIDE="1")
    assert result.returncode == 2
    assert "./platingx exec COMMAND" in result.stderr


def test_mpi_settings_are_defaults_only(machine: Machine) -> None:
    def setting(**variables: str) -> str:
        return machine.run(
            "exec", "bash", "-c", 'echo "$OMPI_MCA_btl $OMP_NUM_THREADS"', PLATINGX_INSIDE="1", **variables
        ).stdout.strip()

    assert setting() == "self,sm 1"
    assert setting(OMP_NUM_THREADS="4") == "self,sm 4"
    assert setting(PLATINGX_CLUSTER_MPI="1") == ""
