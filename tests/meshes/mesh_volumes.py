"""Volumes and areas of three-dimensional geometries, in closed form or by quadrature, for the tests of this folder."""

import gmsh
import numpy as np
from scipy.integrate import dblquad, quad

from platingx_meshes import MeshData, PitProfile, SurfacePit3D
from platingx_meshes.cell_types import CELL_TYPES
from platingx_meshes.gmsh_session import gmsh_model

SHARE = {"quarter": 0.25, "half": 0.5, "full": 1.0}


def pit_volume(pit: PitProfile) -> float:
    """Volume of a round pit, m^3: the cap's in closed form, the others by quadrature of 2 pi r |h|."""
    if pit.name == "spherical_cap":
        return np.pi * pit.depth * (3 * pit.half_width**2 + pit.depth**2) / 6
    if pit.name == "semi_ellipse":
        return 2 / 3 * np.pi * pit.depth * pit.half_width**2
    break_at = pit.breaks()[0] * pit.half_width if pit.breaks() else None
    inside = {"points": [break_at]} if break_at else {}
    return quad(lambda r: -2 * np.pi * r * float(pit.height(r)), 0, pit.half_width, epsabs=0, epsrel=1e-10, **inside)[0]


def pit_count(case: SurfacePit3D) -> float:
    """Number of pits in the model: those on a plane of symmetry count in part."""
    on_plane = {"quarter": (0, 1), "half": (0,), "full": ()}[case.extent]
    return sum(0.5 ** sum(place[axis] == 0.0 for axis in on_plane) for place in case.places)


def layer_volume(case: SurfacePit3D) -> float:
    """Volume of the lithium above z = 0, m^3, by quadrature."""
    if case.interlayer.half_length is None:
        x, y = case.electrolyte.reach
        whole = dblquad(lambda v, u: float(case.collector_height(u, v)), 0, x, 0, y, epsrel=1e-9)[0]
        return 4 * SHARE[case.extent] * whole

    def column(angle: float) -> float:
        """Integral over the radius and the height of a sector, by the area below the side curve, moment about r = 0."""
        length, m = case.interlayer.half_length, case.meniscus_depth
        direction = np.cos(angle), np.sin(angle)
        end = float(case.collector_height(length * direction[0], length * direction[1]))

        def below(r: float) -> float:
            return r * float(case.collector_height(r * direction[0], r * direction[1]))

        straight = quad(below, 0, length, epsabs=0, epsrel=1e-10)[0]
        # drawn in: r from L - 4 m t (1 - t) to L at every height z = t end
        drawn = quad(lambda t: 0.5 * (length**2 - (length - 4 * m * t * (1 - t)) ** 2), 0, 1)[0] * end
        return straight - drawn

    return SHARE[case.extent] * quad(column, 0, 2 * np.pi, epsabs=0, epsrel=1e-9)[0]


def plate_volume(case: SurfacePit3D) -> float:
    x, y = case.electrolyte.reach
    area = np.pi * x**2 if case.electrolyte.outline == "cylinder" else 4 * x * y
    return SHARE[case.extent] * area * case.electrolyte.depth


def face_area(mesh: MeshData, name: str) -> float:
    """Area of the second-order faces of a boundary, m^2."""
    kind = CELL_TYPES[mesh.facet_type]
    with gmsh_model("faces"):
        places, weights = gmsh.model.mesh.getIntegrationPoints(kind.gmsh, "Gauss8")
        values = gmsh.model.mesh.getBasisFunctions(kind.gmsh, places, "GradLagrange")[1]
    gradients = np.asarray(values).reshape(len(weights), kind.nodes, 3)[..., :2]
    tangents = np.einsum("fni,qnj->fqji", mesh.points[mesh.boundary_facets(name)], gradients)
    return float(np.linalg.norm(np.cross(tangents[:, :, 0], tangents[:, :, 1]), axis=-1).sum(axis=0) @ weights)
