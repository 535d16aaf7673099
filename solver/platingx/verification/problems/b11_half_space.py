"""B11. An elastic half space under the pressure of Hertz, and under a rigid circular punch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array, Int32Array
from platingx.fields.constraints import Motion, Prescribed
from platingx.physics.discretisation import Discretisation, discretise, fix
from platingx.physics.solid_model import SolidModel, solid_model
from platingx.problems.contribution import Contribution
from platingx.verification.models.given_force import boundary_traction
from platingx.verification.models.graded import graded_box, graded_line
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes.spacing import LineSize

EXTENT = 20.0  # radius and depth of the block over the contact radius
SMALL = 1e-6  # strain of the computation: the closed forms are those of small strain
CONTACT_RADIUS, PEAK_PRESSURE, APPROACH = 44.281e-9, 243.5e6, 1.9608e-9  # m, Pa, m: ball of Li on LLZO, 1 uN, R 1 um

STATEMENT = r"""
Hertz's contact of a ball and a plate gives each body the pressure $p_0\sqrt{1 - r^2/a^2}$ on $r \le a$. Contact
itself is not covered by the package; here this pressure is *given* on a half space, whose surface then sinks by

$$u(r) = \frac{\pi p_0}{4 E' a}\,(2 a^2 - r^2) \quad (r \le a), \qquad E' = \frac{E}{1 - \nu^2}.$$

The approach of the two bodies is the sum of both, $\delta = a^2/R$: for a ball of lithium (R 1 um, $E'$ 9.128 GPa,
taken as a half space as Hertz did) on LLZO ($E'$ 160.9 GPa) under 1 uN, $1/E^* = 1/E'_{Li} + 1/E'_{LLZO}$ gives $E^*$
= 8.638 GPa, a = 44.281 nm, $p_0$ = 243.5 MPa and $\delta$ = 1.9608 nm; LLZO's own share is $\delta E^*/E'_{LLZO}$.

A rigid, smooth, flat circular punch needs the force $F = 2 E' a\,d$ for a displacement $d$ (Sneddon).

**Size of the domain.** The block ends at 20 a. At its outer faces it gets the displacement of Boussinesq's point
force at the origin, which differs from that of the load by $(a/20a)^2$ of itself; with fixed outer faces the result
would be off by 3 to 6 %. For the punch the point force is not known beforehand: the block is solved once with the
punch and fixed outer faces, and once with the outer faces of a unit point force and the punch at rest; the sum whose
force agrees with its own point force is the answer.

The computation is done at strains of $10^{-6}$ and scaled up, since the closed forms are linear.
"""


@dataclass(frozen=True)
class HalfSpace:
    """Elastic constants, Pa."""

    name: str
    young: float
    poisson: float

    @property
    def contact_modulus(self) -> float:
        """E/(1 - nu^2), Pa."""
        return self.young / (1.0 - self.poisson**2)


LITHIUM, CERAMIC = HalfSpace("Li", 7.81e9, 0.38), HalfSpace("LLZO", 150e9, 0.26)


def boussinesq(force: float, body: HalfSpace, radius: Array, depth: Array) -> tuple[Array, Array]:
    """Radial and upward displacement, m, under a downward point force in N at the surface (Johnson 1985, eq. 3.18)."""
    distance = np.hypot(radius, depth)
    shear = body.young / (2.0 * (1.0 + body.poisson))
    scale = force / (4.0 * np.pi * shear * distance)
    sideways = scale * (radius * depth / distance**2 - (1.0 - 2.0 * body.poisson) * radius / (distance + depth))
    return sideways, -scale * (2.0 * (1.0 - body.poisson) + (depth / distance) ** 2)


def _block(refinement: float) -> Discretisation:
    """Block of radius and depth ``EXTENT``, in units of the contact radius, graded to the edge of the contact."""
    x = graded_line((0.0, 1.0, EXTENT), LineSize(((1.0, 0.05), (0.0, 0.2)), 1.4, 4.0), refinement)
    y = graded_line((0.0, EXTENT), LineSize(((EXTENT, 0.05),), 1.4, 4.0), refinement)
    return discretise(graded_box(x, y, "llzo"), MPI.COMM_SELF)


def _solve(
    parts: Discretisation, body: HalfSpace, force: float, punch: float | None, loads: tuple[Contribution, ...] = ()
) -> SolidModel:
    """Displacement of the block with the outer faces of a point force, and a punch at a displacement or none."""
    places = parts.coordinates()
    supports = [fix(parts, "left", 0)]
    for node in parts.nodes("right", "bottom"):
        moved = boussinesq(force, body, places[node, 0], EXTENT - places[node, 1])
        for component, value in enumerate(moved):
            one = np.array([node], dtype=np.int32)
            supports.append(Prescribed("far", one, component, _constant(float(value))))
    if punch is not None:
        supports.append(Prescribed("punch", _contact_nodes(parts), 1, _constant(-punch)))
    vector = elastic(body.young, body.poisson)
    model = solid_model(parts, {"llzo": vector}, supports, "axisymmetric", extra=loads)
    model.advance(1.0)
    return model


def _constant(value: float) -> Motion:
    return lambda _time: value


def _contact_nodes(parts: Discretisation) -> Int32Array:
    """Nodes of the surface with r <= 1, ordered by radius."""
    places = parts.coordinates()
    nodes = np.flatnonzero((np.abs(places[:, 1] - EXTENT) < 1e-9) & (places[:, 0] <= 1.0 + 1e-9))
    return nodes[np.argsort(places[nodes, 0])].astype(np.int32)


def under_hertz(body: HalfSpace, refinement: float) -> tuple[Array, Array]:
    """Radii r/a, and depths of the surface over p0 a / E'."""
    parts = _block(refinement)
    peak = SMALL * body.young

    def pressure(_time: float, places: Array) -> Array:
        result = np.zeros_like(places)
        result[..., 1] = -peak * np.sqrt(np.clip(1.0 - places[..., 0] ** 2, 0.0, None))
        return result

    domain = parts.loaded.mesh
    load = boundary_traction(domain, parts.space, parts.cells("llzo"), parts.facets("top"), True, pressure)
    model = _solve(parts, body, 2.0 / 3.0 * np.pi * peak, None, (load,))
    nodes = _contact_nodes(parts)
    depth = -model.problem.displacement[nodes, 1] * body.contact_modulus / peak
    return parts.coordinates()[nodes, 0], depth


def punch_stiffness(body: HalfSpace, refinement: float) -> float:
    """F/(E' a d) of a rigid flat punch: 2 in closed form."""
    parts = _block(refinement)
    unit = body.contact_modulus * SMALL
    held = -_solve(parts, body, 0.0, SMALL).problem.reaction("punch")[1] / unit
    carried = -_solve(parts, body, unit, 0.0).problem.reaction("punch")[1] / unit
    return float(held / (1.0 - carried))


def run(effort: Effort) -> Outcome:
    """Sinking of both bodies, and the stiffness of the punch on three meshes."""
    refinements = (0.5, 1.0, 2.0) if effort == "coarse" else (1.0, 2.0, 4.0)
    profiles = {body.name: under_hertz(body, refinements[-1]) for body in (CERAMIC, LITHIUM)}
    stiffness = [punch_stiffness(CERAMIC, factor) for factor in refinements]
    sizes = tuple(0.05 / factor for factor in refinements)
    errors = tuple(abs(value - 2.0) / 2.0 for value in stiffness)
    punch = Row("rigid flat punch on LLZO", "F / (E' a d)", "", 2.0, stiffness[-1], 0.005, "Sneddon 1965", "exact")
    label = "stiffness of the flat punch"
    caption = "Surface below the pressure of Hertz."
    return Outcome(
        rows=(*_hertz_rows(profiles), punch),
        convergences=(Convergence(label, "element at the edge, a", sizes, errors, 1.0, 0.2),),
        pictures=(Picture("surface", caption, lambda figure: draw(figure, profiles)),),
        notes=(
            "The punch has a pressure without bound at its edge, $p \\sim 1/\\sqrt{1 - r^2/a^2}$: its force converges"
            " with the first order of the element size there.",
        ),
        input=f"block of radius and depth {EXTENT:g} a; Li: E 7.81 GPa, nu 0.38; LLZO: E 150 GPa, nu 0.26;"
        f" elements at the edge {', '.join(f'{size:g}' for size in sizes)} a",
    )


def _hertz_rows(profiles: dict[str, tuple[Array, Array]]) -> list[Row]:
    """Depths at the centre in nm, their sum, and the worst point of the profile."""
    rows, approach = [], 0.0
    for body in (CERAMIC, LITHIUM):
        scale = PEAK_PRESSURE * CONTACT_RADIUS / body.contact_modulus * 1e9
        depth = float(profiles[body.name][1][0]) * scale
        approach += depth
        label = f"{body.name} under Hertz's pressure"
        rows.append(Row(label, "depth at the centre", "nm", 0.5 * np.pi * scale, depth, 0.005, "Hertz", "exact"))
    rows.append(Row("both", "approach", "nm", APPROACH * 1e9, approach, 0.02, "benchmark: a^2/R", "exact"))
    radius, depths = profiles[CERAMIC.name]
    exact = _closed_depth(radius)
    worst = int(np.abs(depths / exact - 1.0).argmax())
    label = f"LLZO, r/a {radius[worst]:.3g}, where it differs most"
    expected, computed = float(exact[worst]), float(depths[worst])
    rows.append(Row(label, "depth E' / (p0 a)", "", expected, computed, 0.005, "Hertz", "exact"))
    return rows


def _closed_depth(radius: Array) -> Array:
    """Depth of the surface over p0 a / E' at r/a (Johnson 1985, eq. 3.41a)."""
    return np.asarray(0.25 * np.pi * (2.0 - radius**2))


def draw(figure: Figure, profiles: dict[str, tuple[Array, Array]]) -> None:
    """Surface of both bodies."""
    axes = figure.subplots()
    radius = profiles[CERAMIC.name][0]
    axes.plot(radius, _closed_depth(radius), "k--", lw=0.8, label="closed form")
    for marker, (name, (places, values)) in zip("ox", profiles.items(), strict=True):
        axes.plot(places, values, marker, ms=3.5, fillstyle="none", label=f"computed, {name}")
    axes.invert_yaxis()
    axes.set_xlabel("r / a")
    axes.set_ylabel("depth of the surface (p0 a / E')")
    axes.legend()


PROBLEM = Problem(
    name="b11-half-space",
    title="B11 Elastic half space: the pressure of Hertz, and a flat punch",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "K. L. Johnson, Contact Mechanics (1985), sections 3.2, 3.4 and 4.2",
        "I. N. Sneddon, Int. J. Eng. Sci. 3 (1965) 47",
    ),
    run=run,
    minutes=0.5,
)
