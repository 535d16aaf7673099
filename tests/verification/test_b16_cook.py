"""B16. What would hurt most if lost: nearly incompressible metal neither locks nor shows a checkerboard of pressure.

Cook's tapered panel in plane strain, clamped on the left and sheared on the right. Expected: linear elasticity by an
independent code (P2/P1 and P2 elements). The load is scaled down so that the finite-strain code is in its linear range.
"""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.verification.models.parts import hold, parts_of
from platingx.verification.models.solid import Load, SolidModel, solid_model
from platingx.verification.models.vectors import elastic
from platingx_meshes.simple import CooksMembrane, build_cooks_membrane

SCALE = 1e-6
# vertical displacement of (48, 60) and (48, 52): n 32 of the reference, and extrapolated to a fine mesh
TABLE = {
    1 / 3: ((22.540, 21.500), (22.61, 21.52)),
    0.499: ((19.344, 18.457), (19.44, 18.53)),
    0.4999: ((19.321, 18.436), (19.42, 18.51)),
}
CELLS = ["quadrilateral", "triangle"]


def membrane(poisson: float, cells: int, cell: str) -> SolidModel:
    parts = parts_of(build_cooks_membrane(CooksMembrane(cells=cells, cell=cell)), MPI.COMM_SELF)
    supports = [hold(parts, "left", 0), hold(parts, "left", 1)]
    load = Load("right", "li", traction=lambda time: (0.0, SCALE * time / 16.0))
    model = solid_model(parts, {"li": elastic(1.0, poisson)}, supports, loads=[load])
    model.advance(1.0)
    return model


def deflections(model: SolidModel) -> np.ndarray:
    return np.array([model.displacement_at((48.0, y))[1] for y in (60.0, 52.0)]) / SCALE


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("poisson", TABLE)
def test_deflection_against_the_table(poisson: float, cell: str) -> None:
    expected, limit = TABLE[poisson]
    got = deflections(membrane(poisson, 32, cell))
    np.testing.assert_allclose(got, expected, rtol=0.01)
    np.testing.assert_allclose(got, limit, rtol=0.006)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("poisson", [0.4999, 0.49999])
def test_coarse_meshes_do_not_lock(poisson: float, cell: str) -> None:
    """Already 8 x 8 elements are within 3 % of the limit, however incompressible; a locking element has half of it."""
    np.testing.assert_allclose(deflections(membrane(poisson, 8, cell)), TABLE[0.4999][1], rtol=0.03)


@pytest.mark.parametrize(("cell", "largest"), [("quadrilateral", 0.05), ("triangle", 0.2)])
def test_no_checkerboard_of_pressure(cell: str, largest: float) -> None:
    """The jumps of the pressure between elements vanish with refinement; those of a checkerboard stay."""
    jumps = []
    for cells in (8, 16, 32):
        model = membrane(0.4999, cells, cell)
        pressure = -model.stress()[..., :3].sum(axis=2) / 3.0
        alone = np.einsum("nq,cq->cn", model.parts.tables.recovery, pressure)
        average, places = model.nodal_stress()
        smooth = -average[..., :3].sum(axis=2) / 3.0
        away = np.linalg.norm(places - np.array([0.0, 44.0]), axis=2) > 15.0  # from the singular corner
        jumps.append(np.sqrt(np.mean((alone - smooth)[away] ** 2)) / smooth[away].std())
    assert jumps[1] < largest
    assert jumps[1] < 0.65 * jumps[0]
    assert jumps[2] < 0.65 * jumps[1]
