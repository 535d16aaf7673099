"""What would hurt most if lost: the field of a body of revolution is that of the round body, not of a flat section."""

from dataclasses import replace

import numpy as np
import pytest
from mpi4py import MPI
from scipy.interpolate import LinearNDInterpolator

from platingx.compat import geometry_nodes
from platingx.fields.directions import direction_between_faces
from platingx.physics.discretisation import Discretisation, discretise
from platingx_meshes import (
    Block,
    Cap,
    Collector,
    Electrolyte,
    Interlayer,
    MeshSize,
    SurfacePit,
    SurfacePit3D,
    build_surface_pit,
    build_surface_pit_3d,
    pit_profile,
)
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.simple import Box, build_box


def between(parts: Discretisation, start: str, end: str, axisymmetric: bool) -> tuple[np.ndarray, np.ndarray]:
    """Directions and places at the quadrature points of the metal."""
    loaded = parts.loaded
    region = np.sort(loaded.cell_tags.find(loaded.region_names["li"]).astype(np.int32))
    owned = parts.cells("li")
    field = direction_between_faces(
        loaded.mesh, region, parts.facets(start), parts.facets(end), owned, parts.tables, axisymmetric
    )
    corners = loaded.mesh.geometry.x[geometry_nodes(loaded.mesh.geometry)[owned]]
    return field, np.einsum("qg,cgi->cqi", parts.tables.geometry, corners)


def angles(field: np.ndarray, expected: np.ndarray) -> np.ndarray:
    """Angles between unit vectors and vectors of any length, degrees."""
    cosine = np.einsum("...i,...i->...", field, expected) / np.linalg.norm(expected, axis=-1)
    return np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))


def saddle(cells: int, cell: str) -> MeshData:
    """Section between level sets of z^2 - r^2/2, from the axis to the stream surface r^2 z = 2.25.

    That function is harmonic in space, for its Laplacian is 2 - 1 from z and r, less 1 from the hoop; in the plane
    its Laplacian is 1, so a plane field between the same faces is another one.
    """
    data = build_box(Box(1.5, 2.0, cells, cells, "li", cell=cell))
    stream, level = data.points[:, 0] ** 2, 0.25 + data.points[:, 1]
    z = np.sqrt(level)
    for _ in range(60):
        z -= (z**3 - level * z - 0.5 * stream) / (3.0 * z**2 - level)
    points = np.stack([data.points[:, 0] / np.sqrt(z), z, np.zeros_like(z)], axis=-1)
    return replace(data, points=points)


def root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


@pytest.mark.parametrize("cell", ["quadrilateral", "triangle"])
def test_field_of_a_saddle_in_space(cell: str) -> None:
    """Second order in the element size; the field of the flat section stays 0.7 degrees away."""
    error, flat_error = [], []
    for cells in (4, 8, 16):
        parts = discretise(saddle(cells, cell), MPI.COMM_SELF)
        field, places = between(parts, "bottom", "top", axisymmetric=True)
        exact = np.stack([-places[..., 0], 2.0 * places[..., 1], np.zeros(places.shape[:2])], axis=-1)
        error.append(root_mean_square(angles(field, exact)))
        flat = between(parts, "bottom", "top", axisymmetric=False)[0]
        flat_error.append(root_mean_square(angles(flat, exact)))
    assert error[1] < 0.35 * error[0]
    assert error[2] < 0.35 * error[1]
    assert flat_error[2] > 20.0 * error[2]


def test_round_pit_in_space_and_as_a_section() -> None:
    """A quarter of a round island over a round pit under a sphere nears the section of the same body as it is refined.

    The sharp rim of the collector and the rim of the pit limit the order; the section is the finer of the two.
    """
    pit, layer = pit_profile("cosine_squared", 40e-9, 40e-9), Interlayer(100e-9, "island", 120e-9)
    section = SurfacePit(
        Electrolyte(400e-9, 400e-9), pit, layer, Collector("arc", 400e-9), MeshSize(tip_fraction=0.15, layers=24)
    )
    flat = discretise(build_surface_pit(section), MPI.COMM_SELF)
    off: dict[bool, list[float]] = {True: [], False: []}
    for refinement in (0.75, 1.5):
        sizes = MeshSize(0.5, 1.6, layers=6, max_size=100e-9, refinement=refinement)
        solid = SurfacePit3D(Block(400e-9, 400e-9), pit, layer, Cap("sphere", 400e-9), mesh=sizes)
        field, places = between(discretise(build_surface_pit_3d(solid), MPI.COMM_SELF), "interface", "collector", False)
        radius = np.hypot(places[..., 0], places[..., 1])
        radial = np.einsum("cqi,cqi->cq", field[..., :2], places[..., :2]) / radius
        turned = np.stack([radial, field[..., 2]], axis=-1)
        for axisymmetric, found in off.items():
            known, at = between(flat, "interface", "collector", axisymmetric)
            interpolated = LinearNDInterpolator(at[..., :2].reshape(-1, 2) / 1e-9, known[..., :2].reshape(-1, 2))
            expected = interpolated(np.stack([radius, places[..., 2]], axis=-1) / 1e-9)
            inside = np.isfinite(expected).all(axis=-1)
            assert inside.mean() > 0.9
            found.append(root_mean_square(angles(turned[inside], expected[inside])))
    assert off[True][1] < 0.5 * off[True][0]
    assert off[False][1] > 4.0 * off[True][1]
