"""The pressure at which plated metal would diffuse out, over v/C, against closed forms."""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.fields.constraints import Constraint, constrain
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.interface_spread import interface_spread
from platingx_meshes.simple import Box, build_box

WIDTH, HEIGHT = 3e-7, 5e-8


def spread(comm: MPI.Intracomm, cell: str, held: tuple[str, ...], axisymmetric: bool = False) -> float | None:
    """Of a block that is plated at its bottom, with some sides held."""
    box = Box(WIDTH, HEIGHT, 6, 3, cell=cell, distortion=0.1)  # type: ignore[arg-type]
    parts: Discretisation = discretise(build_box(box), comm)
    supports: list[Constraint] = [fix(parts, name, component) for name in held for component in (0, 1)]
    index_map = parts.space.dofmap.index_map
    mask = constrain(supports, index_map.size_local + index_map.num_ghosts, 2).held
    return interface_spread(parts, parts.cells("li"), "bottom", axisymmetric, mask)


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_strip_and_disc(cell: str) -> None:
    held = ("left", "bottom", "top")
    assert spread(MPI.COMM_SELF, cell, held) == pytest.approx(WIDTH**2 / 2.0, rel=1e-9, abs=0.0)
    assert spread(MPI.COMM_SELF, cell, held, True) == pytest.approx(WIDTH**2 / 4.0, rel=1e-9, abs=0.0)
    assert spread(MPI.COMM_SELF, cell, ("bottom", "top")) == pytest.approx(WIDTH**2 / 8.0, rel=1e-2, abs=0.0)


def test_without_a_free_side_there_is_none() -> None:
    assert spread(MPI.COMM_SELF, "quadrilateral", ("left", "bottom", "top", "right")) is None


@pytest.mark.mpi
def test_the_same_on_all_ranks() -> None:
    found = spread(MPI.COMM_WORLD, "triangle", ("left", "bottom", "top"))
    assert found == pytest.approx(WIDTH**2 / 2.0, rel=1e-9, abs=0.0)
    assert np.ptp(MPI.COMM_WORLD.allgather(found)) == 0.0
    assert spread(MPI.COMM_WORLD, "quadrilateral", ("left", "bottom", "top", "right")) is None
