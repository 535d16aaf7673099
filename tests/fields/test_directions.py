"""What would hurt most if lost: growth follows the faces of the layer; a free top feels it by a factor of 4."""

import numpy as np
import pytest
from mpi4py import MPI

from platingx.compat import geometry_nodes
from platingx.errors import CaseError
from platingx.fields.directions import direction_between_faces, fixed_direction
from platingx.physics.discretisation import Discretisation, discretise
from platingx_meshes import Collector, Electrolyte, Interlayer, MeshSize, SurfacePit, build_surface_pit, pit_profile
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus


def between(parts: Discretisation, region: str, start: str, end: str) -> tuple[np.ndarray, np.ndarray]:
    """Directions and places at quadrature points of the owned cells."""
    loaded = parts.loaded
    cells = loaded.cell_tags.find(loaded.region_names[region]).astype(np.int32)
    owned = parts.cells(region)
    field = direction_between_faces(
        loaded.mesh, np.sort(cells), parts.facets(start), parts.facets(end), owned, parts.tables
    )
    corners = loaded.mesh.geometry.x[geometry_nodes(loaded.mesh.geometry)[owned]][:, :, :2]
    return field, np.einsum("qg,cgi->cqi", parts.tables.geometry, corners)


@pytest.mark.mpi
@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_flat_layer_has_its_exact_normal(cell: str) -> None:
    """Two regions: the field is solved in the upper one only and does not feel the lower one."""
    parts = discretise(build_box(Box(2.0, 1.0, 4, 6, interface_height=0.4, cell=cell, distortion=0.2)))
    field, _ = between(parts, "li", "interface", "top")
    np.testing.assert_allclose(field, np.broadcast_to([0.0, 1.0, 0.0], field.shape), atol=1e-10)


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_field_between_circles_is_radial(cell: str) -> None:
    """The error falls with the square of the element size: a fraction of a degree with 8 elements across."""
    angles = []
    for cells in (4, 8):
        data = build_quarter_annulus(QuarterAnnulus(cells_radial=cells, cells_angular=cells, region="li", cell=cell))
        field, places = between(discretise(data, MPI.COMM_SELF), "li", "inner", "outer")
        radial = places / np.linalg.norm(places, axis=-1, keepdims=True)
        cosine = np.einsum("cqi,cqi->cq", field[..., :2], radial)
        angles.append(float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))).max()))
        np.testing.assert_allclose(np.linalg.norm(field, axis=-1), 1.0, atol=1e-12)
    assert angles[1] < 0.25
    assert angles[1] < 0.35 * angles[0]


def test_directions_reversed_with_the_faces() -> None:
    parts = discretise(build_quarter_annulus(QuarterAnnulus(region="li")), MPI.COMM_SELF)
    forth, back = between(parts, "li", "inner", "outer")[0], between(parts, "li", "outer", "inner")[0]
    np.testing.assert_allclose(back, -forth, atol=1e-9)


@pytest.mark.mpi
def test_over_a_pit_the_field_turns_from_the_normal_of_the_pit_to_that_of_the_collector() -> None:
    pit = SurfacePit(
        Electrolyte(400e-9, 400e-9),
        pit_profile("cosine_squared", 40e-9, 40e-9),
        Interlayer(100e-9, "wall"),
        Collector("flat"),
        MeshSize(tip_fraction=0.3),
    )
    parts = discretise(build_surface_pit(pit))
    field, places = between(parts, "li", "interface", "collector")
    np.testing.assert_allclose(np.linalg.norm(field, axis=-1), 1.0, atol=1e-12)
    assert (field[..., 1] > 0.0).all(), "away from the ceramic everywhere"
    x, y = places[..., 0] / 1e-9, places[..., 1] / 1e-9
    surface = -40.0 * np.cos(np.pi * np.minimum(x, 40.0) / 80.0) ** 2
    slope = 40.0 * np.pi / 80.0 * np.sin(np.pi * np.minimum(x, 40.0) / 40.0)
    normal = np.stack([-slope, np.ones_like(slope)], axis=-1) / np.sqrt(1.0 + slope**2)[..., None]
    near = y - surface < 0.5
    assert parts.loaded.mesh.comm.allreduce(int(near.sum())) > 0
    close = np.einsum("cqi,cqi->cq", field[..., :2], normal)[near]
    assert (close > np.cos(np.radians(3.0))).all()
    top = y > 97.0
    assert (field[..., 1][top] > np.cos(np.radians(3.0))).all()


def test_a_fixed_direction_has_unit_length() -> None:
    field = fixed_direction(np.array([3.0, 4.0]), 2, 5)
    np.testing.assert_allclose(field, np.broadcast_to([0.6, 0.8, 0.0], (2, 5, 3)))
    with pytest.raises(CaseError, match="zero vector"):
        fixed_direction(np.zeros(2), 1, 1)
