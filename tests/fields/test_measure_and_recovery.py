"""What would hurt most if lost: the plated area is counted once, on the right side, and stress keeps its jumps.

The area of the interface sets how much metal a current deposits; a stress averaged across lithium and ceramic would
hide the very tension that splits the ceramic.
"""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.compat import geometry_nodes
from platingx.fields.measure import face_area, one_sided_entities
from platingx.fields.recovery import NodalRecovery
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import solid_model
from platingx.verification.models.vectors import elastic
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_area_of_an_interface_inside_the_mesh(cell: str) -> None:
    """The same from both sides, on any number of ranks: length 2, or the disc of radius 2 around the axis."""
    parts = discretise(build_box(Box(2.0, 1.0, 7, 6, interface_height=0.4, cell=cell)))
    for region in ("li", "llzo"):
        facets = parts.facets("interface")
        assert face_area(parts.loaded.mesh, parts.cells(region), facets, False) == pytest.approx(2.0, rel=1e-12)
        assert face_area(parts.loaded.mesh, parts.cells(region), facets, True) == pytest.approx(4 * np.pi, rel=1e-12)


@pytest.mark.mpi
def test_area_of_outer_and_curved_faces() -> None:
    parts = discretise(build_box(Box(2.0, 1.0, 3, 4, interface_height=0.4)))
    domain = parts.loaded.mesh
    assert face_area(domain, parts.cells("li"), parts.facets("right"), False) == pytest.approx(0.6)
    assert face_area(domain, parts.cells("llzo"), parts.facets("right"), True) == pytest.approx(0.4 * 4 * np.pi)
    ring = discretise(build_quarter_annulus(QuarterAnnulus(cells_angular=16)))
    area = face_area(ring.loaded.mesh, ring.cells("llzo"), ring.facets("outer"), False)
    assert area == pytest.approx(np.pi, rel=1e-7)


@pytest.mark.mpi
def test_a_face_of_another_region_has_no_area() -> None:
    parts = discretise(build_box(Box(2.0, 1.0, 3, 4, interface_height=0.4)))
    assert face_area(parts.loaded.mesh, parts.cells("li"), parts.facets("bottom"), False) == 0.0
    assert one_sided_entities(parts.loaded.mesh, parts.cells("li"), parts.facets("bottom")).size == 0


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_recovery_of_a_linear_field_is_exact_and_keeps_the_jump(cell: str) -> None:
    """Two regions with different linear fields: each keeps its own at the nodes of the interface."""
    parts = discretise(build_box(Box(2.0, 1.0, 5, 6, interface_height=0.4, cell=cell)))
    recovery = NodalRecovery(parts.loaded.mesh, parts.tables)
    x = parts.loaded.mesh.geometry.x
    dofmap = geometry_nodes(parts.loaded.mesh.geometry)

    def field(places: np.ndarray, region: str) -> np.ndarray:
        sign = {"li": 1.0, "llzo": -3.0}[region]
        return sign * np.stack([1.0 + places[..., 0], 2.0 - places[..., 1]], axis=-1)

    for region in ("li", "llzo"):
        cells = parts.cells(region)
        corners = x[dofmap[cells]][:, :, :2]
        at_points = np.einsum("qg,cgi->cqi", parts.tables.geometry, corners)
        got = recovery.average(cells, field(at_points, region))
        np.testing.assert_allclose(got, field(recovery.coordinates(corners), region), atol=1e-12)


@pytest.mark.mpi
def test_nodal_average_is_the_same_on_all_ranks() -> None:
    """A field that jumps from element to element: its average at shared nodes, against the whole mesh on one rank."""
    data = build_box(Box(1.0, 1.0, 6, 6))
    results = []
    for comm in (MPI.COMM_SELF, MPI.COMM_WORLD):
        parts = discretise(data, comm)
        recovery = NodalRecovery(parts.loaded.mesh, parts.tables)
        cells = parts.cells("li")
        corners = parts.loaded.mesh.geometry.x[geometry_nodes(parts.loaded.mesh.geometry)[cells]][:, :, :2]
        centre = corners.mean(axis=1)
        jumping = np.floor(6 * centre[:, 0]) % 2 + 2.0 * (np.floor(6 * centre[:, 1]) % 2)
        values = np.repeat(jumping[:, None, None], len(parts.tables.weights), axis=1)
        average, places = recovery.average(cells, values), recovery.coordinates(corners)
        rows = np.column_stack([places.reshape(-1, 2), average.reshape(-1)])
        everywhere = np.concatenate(comm.allgather(rows))
        results.append(np.unique(np.round(everywhere, 9), axis=0))
    np.testing.assert_allclose(results[0], results[1], atol=1e-9)


@pytest.mark.mpi
def test_solution_and_recovered_stress_agree_between_ranks() -> None:
    """Two stiff and soft layers squeezed together: displacement, stress and reaction as on one rank."""
    data = build_box(Box(1.0, 1.0, 6, 6, interface_height=0.5))
    results = []
    for comm in (MPI.COMM_SELF, MPI.COMM_WORLD):
        parts = discretise(data, comm)
        supports = [fix(parts, "bottom", 0), fix(parts, "bottom", 1), fix(parts, "top", 0)]
        supports.append(fix(parts, "top", 1, lambda time: -0.05 * time))
        model = solid_model(parts, {"li": elastic(1e9, 0.45), "llzo": elastic(20e9, 0.26)}, supports)
        model.advance(1.0)
        rows = []
        for region in ("li", "llzo"):
            stress, places = model.nodal_stress(region)
            rows.append(np.column_stack([places.reshape(-1, 2), stress.reshape(-1, 6) / 1e9]))
        everywhere = np.concatenate(comm.allgather(np.concatenate(rows)))
        order = np.lexsort(np.round(everywhere.T, 7))
        results.append((everywhere[order], model.problem.reaction("top") / 1e9))
    np.testing.assert_allclose(results[0][0].shape, results[1][0].shape)
    np.testing.assert_allclose(results[0][1], results[1][1], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(np.sort(results[0][0], axis=0), np.sort(results[1][0], axis=0), atol=1e-9)
