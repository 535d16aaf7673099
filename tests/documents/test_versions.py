"""The table of tested versions names the environment that the tests run in, if the launcher has made it."""

import os
import re
import sys
from pathlib import Path

import gmsh
import numba
import pytest

from platingx.run.provenance import describe_environment

PAGE = Path(__file__).parents[2] / "docs" / "versions.md"
HEADER = "| environment | dolfinx | Python | PETSc | MPI | gmsh | numba | what was run | when |"


def rows() -> list[list[str]]:
    """Cells of the rows of the table."""
    lines = PAGE.read_text(encoding="utf-8").split(HEADER)[1].split("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def agrees(stated: str, found: str) -> bool:
    """Whether a version, with a name in front or not, begins with what is stated."""
    name, _, number = stated.rpartition(" ")
    version = re.search(r"\d+(\.\d+)+", found)
    return bool(number and version) and f"{version[0]}.".startswith(f"{number}.") and name in found


def test_a_version_is_compared_by_whole_numbers() -> None:
    assert agrees("0.9", "0.9.0")
    assert agrees("Open MPI 5.0", "Open MPI v5.0.7")
    assert not agrees("0.1", "0.11.0")
    assert not agrees("MPICH 5.0", "Open MPI v5.0.7")
    assert not agrees("", "3.22.4")


@pytest.mark.skipif("PLATINGX_INSIDE" not in os.environ, reason="not the environment of ./platingx")
def test_the_environment_of_the_launcher_is_in_the_table() -> None:
    versions = describe_environment(1)["packages"]
    found = (
        versions["dolfinx"],
        sys.version.split()[0],
        versions["petsc"],
        versions["mpi"],
        gmsh.__version__,
        numba.__version__,
    )
    launcher = [row for row in rows() if "`./platingx`" in row[0]]
    assert len(launcher) == 1
    assert all(map(agrees, launcher[0][1:7], found)), found
    assert all(len(row) == 9 and row[7] for row in rows())
