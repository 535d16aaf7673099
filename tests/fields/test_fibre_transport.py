"""What would hurt most if lost: lengths of columns and the flux they start with, which conserves the volume exactly."""

import numpy as np
import pytest
from fibres import INNER, OUTER, radial, transport
from mpi4py import MPI

from platingx.physics.discretisation import discretise
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus


def gathered(values: np.ndarray) -> np.ndarray:
    return np.concatenate(MPI.COMM_WORLD.allgather(values))


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_columns_of_a_flat_layer_on_a_substrate(cell: str) -> None:
    """Length and flux are the height; the region below is left out."""
    parts = discretise(build_box(Box(2.0, 1.0, 4, 6, interface_height=0.4, cell=cell, distortion=0.2)))
    up = transport(parts, lambda places: np.broadcast_to([0.0, 1.0], places.shape), "interface", "top")
    for conserved in (False, True):
        found = up.face_means(up.solve(along=False, conserved=conserved, source=1.0), per_normal=conserved)
        np.testing.assert_allclose(gathered(found.values), 0.6, rtol=1e-9)
        assert np.isclose(gathered(found.areas).sum(), 2.0, rtol=1e-12)


@pytest.mark.mpi
@pytest.mark.parametrize(("power", "axisymmetric"), [(2, False), (3, True)])
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_columns_between_circles_and_spheres(cell: str, power: int, axisymmetric: bool) -> None:
    """Length b - a; the flux is the volume over the inner face, (b^k - a^k)/(k a^(k-1)), k = 2 rings, 3 shells."""
    expected = (OUTER**power - INNER**power) / (power * INNER ** (power - 1))
    worst, volumes = [], []
    for cells in (4, 8):
        annulus = QuarterAnnulus(INNER, OUTER, cells, cells, region="li", cell=cell)
        parts = discretise(build_quarter_annulus(annulus))
        out = transport(parts, radial, "inner", "outer", axisymmetric=axisymmetric)
        length = out.face_means(out.solve(along=False, conserved=False, source=1.0))
        flux = out.face_means(out.solve(along=False, conserved=True, source=1.0), per_normal=True)
        errors = (gathered(length.values) / (OUTER - INNER) - 1.0, gathered(flux.values) / expected - 1.0)
        worst.append([float(np.abs(error).max()) for error in errors])
        volumes.append(float((gathered(flux.values) * gathered(flux.areas)).sum()))
    assert worst[1][0] < 0.35 * worst[0][0] + 1e-9
    assert worst[1][1] < 0.35 * worst[0][1]
    assert worst[1][1] < 5e-3
    whole = 4.0 * np.pi * (OUTER**3 - INNER**3) / 6.0 if axisymmetric else np.pi * (OUTER**2 - INNER**2) / 4.0
    assert np.isclose(volumes[1], whole, rtol=1e-5), "the mesh's circles are parabolas; nothing else may be lost"


def test_fibres_that_leave_through_a_side_are_shorter() -> None:
    """Fibres at 45 degrees through a layer of height 1 and width 3: the last of them end on the right side."""
    parts = discretise(build_box(Box(3.0, 1.0, 24, 8, "li")), MPI.COMM_SELF)
    slope = np.array([1.0, 1.0]) / np.sqrt(2.0)
    across = transport(parts, lambda places: np.broadcast_to(slope, places.shape), "bottom", "top", "left", "right")
    found = across.face_means(across.solve(along=False, conserved=False, source=1.0))
    x = found.places[:, 0]
    np.testing.assert_allclose(found.values[x < 1.5], np.sqrt(2.0), rtol=1e-3)
    np.testing.assert_allclose(found.values[x > 2.2], (np.sqrt(2.0) * (3.0 - x))[x > 2.2], atol=0.03)
    flux = across.face_means(across.solve(along=False, conserved=True, source=1.0), per_normal=True)
    columns = float((flux.values * flux.areas).sum())
    assert np.isclose(columns, 2.5, rtol=0.01), "half a square of area 1 lies in columns that start on the left side"


def test_vectors_are_carried_from_a_face() -> None:
    """The normal of the inner circle carried along radii stays the radius."""
    import ufl

    parts = discretise(build_quarter_annulus(QuarterAnnulus(region="li", cells_radial=8)), MPI.COMM_SELF)
    out = transport(parts, radial, "inner", "outer")
    normal = ufl.FacetNormal(parts.loaded.mesh)
    found = [out.solve(along=True, conserved=False, source=0.0, inflow=-normal[i]).x.array for i in (0, 1)]
    places = out.space.tabulate_dof_coordinates()[:, :2]
    np.testing.assert_allclose(np.stack(found, axis=1), radial(places), atol=5e-3)


def test_flux_of_a_nozzle_on_a_coarse_mesh() -> None:
    """Radii 1 to 40 in four cells: the flux through the narrow end stays positive, and nothing of it is lost."""
    parts = discretise(build_quarter_annulus(QuarterAnnulus(0.05, OUTER, 4, 4, region="li")), MPI.COMM_SELF)
    out = transport(parts, radial, "inner", "outer")
    flux = out.face_means(out.solve(along=False, conserved=True, source=1.0), per_normal=True)
    assert (flux.values > 0.0).all()
    area = np.pi * (OUTER**2 - 0.05**2) / 4.0
    assert np.isclose(float((flux.values * flux.areas).sum()), area, rtol=1e-3)
