"""What would hurt most if lost: tools that turn do so alike on any number of ranks."""

import pytest
from mpi4py import MPI

from platingx.verification.problems.contact_turning import TIGHT, pushed_beside, tilted


@pytest.mark.mpi
@pytest.mark.parametrize("space", [False, True])
def test_a_tilted_plate_on_ranks(space: bool) -> None:
    """The closed form, with the body shared among all ranks."""
    found, _ = tilted(space, "direct", MPI.COMM_WORLD)
    assert found == pytest.approx(pushed_beside(space), rel=TIGHT)
