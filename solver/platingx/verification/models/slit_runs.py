"""A run of a case with a slit in its own mesh: finite strain, and the J-integral of the cracked ceramic.

The slit is part of the plane of symmetry below the tip of the pit, released and under the pressure that the metal has
at the tip in a run without slit. So is the metal's part of that plane just above the tip: its node at the mouth is that
of the ceramic, which it would hold shut.

The energy release rate is the domain integral of the energy-momentum tensor in the reference configuration,

    J = int (P_ij u_i,1 - W d_1j) q,j dA - int_face t_i u_i,1 q ds,

P the first Piola-Kirchhoff stress, W the stored energy, t the nominal traction of the pressure on the deformed face.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.config.geometry import SurfacePitGeometry
from platingx.config.materials import Elasticity
from platingx.run.pit_parameters import surface_pit
from platingx.verification.models.case_march import march_case
from platingx_meshes.io import distribute
from platingx_meshes.mesh_data import MeshData
from platingx_meshes.pit_sizes import Cover, surface_nodes
from platingx_meshes.pit_triangles import SizeField
from platingx_meshes.spacing import divide, with_midpoints
from platingx_meshes.surface_pit import SurfacePit
from platingx_meshes.triangulate import Outline, triangulate

__all__ = ["SLIT", "CrackedRun", "cracked_run", "slit_pit_mesh"]

Curve = Callable[[Array], Array]
"""From parameters to places, or from places to sizes."""

SLIT = "inner"
"""Name of the boundary that is the slit."""
TIP, GROWTH = 1.0 / 40.0, 0.2
"""Size of the elements at the tip over the length of the slit, and its growth with the distance."""
RELEASED = 0.5
"""Height above the tip of the pit up to which the metal is released, over the length of the slit or the pit's depth."""


@dataclass(frozen=True)
class CrackedRun:
    """What a run with a slit leaves.

    Attributes
    ----------
    pressure
        In the slit at the end, Pa.
    intensity
        Root of J E', Pa m^0.5.
    pressure_of_metal
        Largest pressure in the metal at the end, Pa.
    triangles
        Of the mesh.
    """

    pressure: float
    intensity: float
    pressure_of_metal: float
    triangles: int


def slit_pit_mesh(geometry: SurfacePit, length: float, refinement: float) -> MeshData:
    """Triangles of metal and ceramic with nodes at the tip of a slit, and fine elements around it.

    Parameters
    ----------
    geometry
        The pit.
    length
        Of the slit, m.
    refinement
        Divides the sizes of the elements around the slit.
    """
    plate = geometry.plate
    surface = surface_nodes(plate, Cover.of(geometry))
    usual = SizeField(
        surface.points[::2],
        surface.sizes[::2],
        float(np.log(plate.mesh.growth_ratio)),
        plate.max_size,
        1.4 * geometry.layer_size,
    )
    mouth = np.array([0.0, -geometry.pit.depth])
    tip = mouth - np.array([0.0, length])

    def size(place: Array) -> Array:
        at_tip = TIP * length + GROWTH * np.linalg.norm(place - tip, axis=-1)
        return np.asarray(np.minimum(usual(place), at_tip / refinement))

    half, depth = plate.electrolyte.half_width, plate.electrolyte.depth

    def collector(t: Array) -> Array:
        x = geometry.lithium_half_length * np.asarray(t)
        return np.stack([x, geometry.collector_height(x)], axis=-1)

    released = mouth + np.array([0.0, RELEASED * min(length, geometry.pit.depth)])
    covered = surface.points[: surface.covered + 1]
    top = _divided(collector, size)
    corners = [covered[-1], np.array([half, -depth]), np.array([0.0, -depth]), tip, mouth]
    names = ("electrolyte_side", "electrolyte_bottom", "symmetry", SLIT)
    below = [Outline(_straight(a, b, size), name) for a, b, name in zip(corners, corners[1:], names, strict=False)]
    metal = [
        Outline(covered, "interface"),
        Outline(_divided(geometry.side_curve, size), "metal_side"),
        Outline(top[::-1], "collector"),
        Outline(_straight(top[0], released, size), "symmetry"),
        Outline(_straight(released, covered[0], size), SLIT),
    ]
    return triangulate({"li": metal, "llzo": [Outline(covered, "interface"), *below]}, size, 1.0, geometry.pit.depth)


def _straight(start: Array, end: Array, size: Curve) -> Array:
    return _divided(lambda t: start + np.asarray(t)[..., None] * (end - start), size)


def _divided(curve: Curve, size: Curve) -> Array:
    """Nodes on a curve (t from 0 to 1), ends and middles in turn."""
    t = np.unique(
        np.concatenate(
            [np.linspace(0.0, 1.0, 4001), np.geomspace(1e-7, 1.0, 1000), 1.0 - np.geomspace(1e-7, 1.0, 1000)]
        )
    )
    places = curve(t)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(places, axis=0), axis=1))])
    wanted = size(places)
    ends = divide(0.0, float(length[-1]), lambda s: np.interp(s, length, wanted), 1.0)
    nodes = curve(np.interp(with_midpoints(ends), length, t))
    nodes[0], nodes[-1] = places[0], places[-1]
    return np.asarray(nodes)


def cracked_run(
    case: Case, length: float, times: Array, pressures: Array, end: float, refinement: float = 1.0
) -> CrackedRun:
    """Run a case to some time with a slit straight down from the tip of its pit.

    Parameters
    ----------
    case
        A case with a built pit and walls.
    length
        Of the slit, m.
    times, pressures
        Pressure of the metal at the tip over time, s and Pa.
    end
        Time at which the run ends, s.
    refinement
        Of the mesh around the slit.
    """
    if not isinstance(case.geometry, SurfacePitGeometry):
        raise TypeError("a pit is needed")
    data = slit_pit_mesh(surface_pit(case.geometry), length, refinement)
    at_end = float(np.interp(end, times, pressures, left=0.0))
    rows = [[0.0, 0.0], *([t, p] for t, p in zip(times, pressures, strict=True) if t < end), [end, at_end]]
    table = [[f"{t!r} s", f"{p!r} Pa"] for t, p in ((float(t), float(p)) for t, p in rows)]
    with TemporaryDirectory() as folder:
        path = data.write_msh(Path(folder) / "slit.msh")
        cracked = case.with_values(
            {
                "geometry": {"builder": "file", "path": str(path), "symmetry": "plane_strain"},
                "boundary_conditions": {SLIT: {"pressure": {"table": table}}},
                "time.end": f"{end!r} s",
            }
        )
        march = march_case(cracked, distribute(data, MPI.COMM_SELF))
    fields = march.last.regions["llzo"]
    elasticity = case.materials["llzo"].elasticity
    tip = np.array([0.0, -float(case.geometry.pit.depth) - length])
    j = _energy_release(fields.coordinates, fields.displacement, elasticity, tip, length, at_end)
    modulus = float(elasticity.young_modulus) / (1.0 - float(elasticity.poisson_ratio) ** 2)
    return CrackedRun(at_end, float(np.sqrt(j * modulus)), march.peak("max_pressure_li"), len(data.cells))


def _energy_release(
    coordinates: Array, displacement: Array, elasticity: Elasticity, tip: Array, length: float, pressure: float
) -> float:
    """J of the whole body, of which the half x > 0 is given by quadratic triangles, crack along -y."""
    import basix

    element = basix.create_element(
        basix.ElementFamily.P,
        basix.CellType.triangle,
        2,
        basix.LagrangeVariant.gll_warped,
        basix.DPCVariant.unset,
        True,
    )
    places, weights = basix.make_quadrature(basix.CellType.triangle, 6)
    table = element.tabulate(1, places)[..., 0]
    slopes = np.moveaxis(table[1:], 0, -1)
    jacobian = np.einsum("qnk,cni->cqik", slopes, coordinates)
    gradient = np.einsum("qnk,cni->cqik", slopes, displacement) @ np.linalg.inv(jacobian)
    at = np.einsum("qn,cni->cqi", table[0], coordinates)
    stress, energy = _hencky(np.eye(2) + gradient, elasticity)
    ring = _Ring(tip, 0.3 * length, 0.9 * length)
    slope = ring.slope(at)
    along = np.array([0.0, -1.0])
    flux = np.einsum("cqij,cqi,cqj->cq", stress, gradient @ along, slope) - energy * (slope @ along)
    area = float((flux * np.abs(np.linalg.det(jacobian)) * weights).sum())
    return 2.0 * (area - _face_term(coordinates, displacement, ring, length, pressure))


@dataclass(frozen=True)
class _Ring:
    """A function from 1 at the tip to 0, in terms of the distance."""

    tip: Array
    inner: float
    outer: float

    def weight(self, radius: Array) -> Array:
        x = np.clip((radius - self.inner) / (self.outer - self.inner), 0.0, 1.0)
        return np.asarray(1.0 - x**2 * (3.0 - 2.0 * x))

    def slope(self, places: Array) -> Array:
        away = places - self.tip
        radius = np.linalg.norm(away, axis=-1)
        x = np.clip((radius - self.inner) / (self.outer - self.inner), 0.0, 1.0)
        return np.asarray((-6.0 * x * (1.0 - x) / (self.outer - self.inner) / radius)[..., None] * away)


def _face_term(coordinates: Array, displacement: Array, ring: _Ring, length: float, pressure: float) -> float:
    """Integral of t . du/ds q over the face, the nodes of which lie on x = 0 above the tip."""
    nodes, moved = coordinates.reshape(-1, 2), displacement.reshape(-1, 2)
    close = 1e-7 * length
    on_face = (np.abs(nodes[:, 0]) < close) & (nodes[:, 1] > ring.tip[1] - close)
    s, first = np.unique(
        np.round((ring.tip[1] + length - nodes[on_face, 1]) / close).astype(np.int64), return_index=True
    )
    y, u = nodes[on_face][first, 1], moved[on_face][first]
    points, weights = np.polynomial.legendre.leggauss(6)
    t = 0.5 * (points + 1.0)
    shape = np.stack([(1 - t) * (1 - 2 * t), 4 * t * (1 - t), t * (2 * t - 1)], axis=-1)
    rate = np.stack([4 * t - 3, 4 - 8 * t, 4 * t - 1], axis=-1)
    total = 0.0
    for k in range(0, len(s) - 2, 2):
        here, there = y[k : k + 3], u[k : k + 3]
        by_t = rate @ there
        tangent = by_t + np.stack([np.zeros(len(t)), rate @ here], axis=-1)
        traction = -pressure * np.stack([tangent[:, 1], -tangent[:, 0]], axis=-1)  # over dt, like the derivative
        q = ring.weight(np.abs(shape @ here - ring.tip[1]))
        down = np.abs(rate @ here)
        total += float((0.5 * weights * q * np.einsum("qi,qi->q", traction, by_t) / down).sum())
    return total


def _hencky(deformation: Array, elasticity: Elasticity) -> tuple[Array, Array]:
    """First Piola-Kirchhoff stress in the plane and stored energy per reference volume, Hencky in plane strain."""
    squares, vectors = np.linalg.eigh(deformation @ np.swapaxes(deformation, -1, -2))
    logarithms = 0.5 * np.log(squares)
    theta = logarithms.sum(axis=-1)
    shear, bulk = elasticity.shear_modulus, elasticity.bulk_modulus
    principal = 2.0 * shear * (logarithms - theta[..., None] / 3.0) + bulk * theta[..., None]
    kirchhoff = np.einsum("...ia,...a,...ja->...ij", vectors, principal, vectors)
    deviator = (logarithms**2).sum(axis=-1) - theta**2 / 3.0
    return kirchhoff @ np.swapaxes(np.linalg.inv(deformation), -1, -2), shear * deviator + 0.5 * bulk * theta**2
