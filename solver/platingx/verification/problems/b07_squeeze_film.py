"""B07: pressure that plated metal needs to flow out of a thin gap."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import RealArray
from platingx.constants import FARADAY
from platingx.materials import layout
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import ISOTROPIC, Growth, SolidModel, solid_model
from platingx.verification.drawing import COLOURS
from platingx.verification.models.vectors import LITHIUM, unverified_of, vector
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import Box, build_box

__all__ = ["PROBLEM", "TABLE", "lubrication"]

Film = tuple[float, float, float]

SENSITIVITY, STRENGTH, MOLAR_VOLUME = 0.15, 2e6, 13e-6
NM = 1e-9
STIFFER = 1e4

TABLE: dict[Film, tuple[float, float]] = {
    (40.0, 100.0, 500.0): (22.13, 19.94),
    (2e4, 100.0, 500.0): (56.21, 50.66),
    (40.0, 20.0, 500.0): (179.3, 161.6),
    (2e4, 20.0, 500.0): (455.5, 410.5),
    (40.0, 10.0, 1000.0): (979.8, 883.0),
    (2e4, 10.0, 1000.0): (2488.7, 2243.0),
}
"""Centre minus edge pressure (MPa), plane and axisymmetric, by current (A/m2), gap and length (nm)."""


def lubrication(film: Film, axisymmetric: bool, place: float | RealArray = 0.0) -> float | RealArray:
    """Pressure above that of the edge at a distance from the centre over the length, Pa."""
    current, gap, length = film[0], film[1] * NM, film[2] * NM
    m, rate = SENSITIVITY, vector(LITHIUM, 298.0)[layout.REFERENCE_RATE]
    k = STRENGTH * rate**-m / 3 ** ((1 + m) / 2)
    speed = current * MOLAR_VOLUME / FARADAY
    slope = k * (speed * (0.5 if axisymmetric else 1.0) * (2 + 1 / m) / (2 * (gap / 2) ** (2 + 1 / m))) ** m
    return slope * length ** (m + 1) * (1.0 - place ** (m + 1)) / (m + 1)


def film_model(film: Film, axisymmetric: bool, across: int, along: int) -> SolidModel:
    """Make the upper half of a film, from the centre and mid-height to the free edge and the plate; finer there."""
    current, gap, length = film[0], film[1] * NM, film[2] * NM
    data = build_box(Box(length, gap / 2, along, across))
    x, y = data.points[:, 0] / length, data.points[:, 1] / (gap / 2)
    data.points[:, 0] = length * (1.0 - (1.0 - x) ** 1.5)
    data.points[:, 1] = gap / 2 * (1.0 - (1.0 - y) ** 1.5)
    parts = discretise(data, MPI.COMM_SELF)
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 1), fix(parts, "top", 0), fix(parts, "top", 1)]
    p = vector(LITHIUM, 298.0, HARDENING_MODULUS=0.0, INITIAL_RESISTANCE=STRENGTH)
    p[layout.SHEAR_MODULUS] *= STIFFER
    p[layout.BULK_MODULUS] *= STIFFER
    rate = current * MOLAR_VOLUME / FARADAY / gap
    growth = Growth(lambda time: 1.0 + rate * time, ISOTROPIC)
    return solid_model(parts, {"li": p}, supports, "axisymmetric" if axisymmetric else "plane_strain", {"li": growth})


def pressure_along(
    film: Film, axisymmetric: bool, mesh: tuple[int, int], grown: float = 1e-3
) -> tuple[RealArray, RealArray]:
    """Distances from the centre over the length, and pressures (Pa) at mid-height, after a small growth."""
    model = film_model(film, axisymmetric, *mesh)
    rate, steps = film[0] * MOLAR_VOLUME / FARADAY / (film[1] * NM), 17
    model.march([grown * 1.5 ** (k - steps) / rate for k in range(steps + 1)])
    stress, places = model.nodal_stress()
    flat = places.reshape(-1, 2)
    middle = flat[:, 1] <= 1e-9 * flat[:, 1].max()
    x, index = np.unique(np.round(flat[middle, 0] / (film[2] * NM), 9), return_index=True)
    pressure = -stress[..., :3].sum(axis=2).ravel()[middle][index] / 3.0
    return x, pressure


def run(effort: Effort) -> Outcome:
    """Compute the pressure in the centre of long films."""
    mesh = (4, 40) if effort == "coarse" else (4, 80)
    rows, profiles = [], {}
    for film, table in TABLE.items():
        for axisymmetric, right in zip((False, True), table, strict=True):
            words = "axisymmetric" if axisymmetric else "plane"
            if film[2] / film[1] < 10.0:
                continue
            label = f"{film[0] / 1e4:g} A/cm^2, gap {film[1]:g} nm, length {film[2]:g} nm, {words}"
            x, pressure = pressure_along(film, axisymmetric, mesh)
            profiles[film, axisymmetric] = x, pressure
            rows.append(
                Row(
                    label,
                    "pressure in the centre",
                    "MPa",
                    right,
                    float(pressure[0]) / 1e6,
                    0.03,
                    "lubrication theory",
                    "exact",
                )
            )
    picture = Picture("profile", CAPTION, lambda figure: draw(figure, profiles), (6.4, 3.0))
    return Outcome(tuple(rows), (), (picture,), (NOTE,), INPUT.format(*mesh), unverified_of(LITHIUM))


def draw(figure: Figure, profiles: dict[tuple[Film, bool], tuple[RealArray, RealArray]]) -> None:
    """Pressure along the film, a panel for each symmetry."""
    at = np.linspace(0.0, 1.0, 100)
    for axes, axisymmetric in zip(figure.subplots(1, 2, sharey=True), (False, True), strict=True):
        chosen = [film for film, around in profiles if around == axisymmetric]
        for colour, film in zip(COLOURS, chosen, strict=False):
            x, pressure = profiles[film, axisymmetric]
            axes.plot(at, np.asarray(lubrication(film, axisymmetric, at)) / 1e6, color=colour)
            axes.plot(
                x[::4],
                pressure[::4] / 1e6,
                "o",
                color=colour,
                markersize=3,
                fillstyle="none",
                label=f"{film[0] / 1e4:g} A/cm², {film[1]:g} nm",
            )
        axes.set_yscale("log")
        axes.set_ylim(bottom=5.0)
        axes.set_title("axisymmetric" if axisymmetric else "plane strain")
        axes.set_xlabel("Distance from the centre over length")
    figure.axes[0].set_ylabel("Pressure (MPa)")
    figure.axes[0].legend()


CAPTION = "Pressure at mid-height along the film. Lines: lubrication theory; circles: computed."

NOTE = """Lubrication theory leaves out terms of the order of gap over length, so films with a length below ten gaps
are not computed, and the tolerance is 3 %. Near the edge the computed pressure goes to that of the free surface,
which theory takes as zero."""

INPUT = """upper half of the film, {} x {} quadrilaterals, finer towards plate and edge; plate without slip, edge free
material: lithium_anand_narayan_2019 at 298 K, S = 2 MPa, no hardening, elastic moduli times 1e4 (steady at once)
uniform growth in all directions to 0.1 % in 18 steps"""

PROBLEM = Problem(
    name="b07-squeeze-film",
    title="B07 Metal squeezed out of a gap",
    part="verification",
    statement=r"""Metal is plated all over the length of a gap of fixed height $h$ between rough plates, at the
speed $v = i V_m/F$, and flows out at the edge. With $\tau = k \dot\gamma^m$, $k = S r_0^{-m} / 3^{(1+m)/2}$, and
the flux $q = v x$ (plane) or $v r/2$ (around an axis), lubrication theory has

$$\left|\frac{dp}{dx}\right| = k \left[\frac{q\,(2 + 1/m)}{2\,(h/2)^{2+1/m}}\right]^m, \qquad
p(0) - p(L) = \left.\left|\frac{dp}{dx}\right|\right|_{x=L} \frac{L}{m+1} .$$""",
    sources=("lubrication theory of a power-law fluid, any textbook on non-Newtonian flow",),
    run=run,
    minutes=1.0,
)
