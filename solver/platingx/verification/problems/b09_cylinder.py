"""B09: thick cylinder under internal pressure, elastic and creeping."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import RealArray
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import Load, SolidModel, solid_model
from platingx.verification.drawing import COLOURS
from platingx.verification.models.norms import stress_error
from platingx.verification.models.one_element import Cell
from platingx.verification.models.vectors import Vector, elastic, norton
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import Box, QuarterAnnulus, build_box, build_quarter_annulus

__all__ = ["PROBLEM", "creep_stress"]


PRESSURE, INNER, OUTER = 10e6, 1.0, 2.0
YOUNG, POISSON, EXPONENT = 150e9, 0.26, 1.0 / 0.15
CELLS: tuple[Cell, ...] = ("quadrilateral", "triangle")
LAME = "Lame"
CREEP = "stationary creep"


class Polar(NamedTuple):
    """Radius (m) and radial, hoop, axial stress (MPa) at recovered nodes."""

    radius: RealArray
    radial: RealArray
    hoop: RealArray
    axial: RealArray

    def at(self, name: str, where: float) -> float:
        """Mean of a component over the nodes at a radius."""
        near = np.abs(self.radius - where) < 1e-6
        return float(getattr(self, name)[near].mean())

    def equivalent(self) -> RealArray:
        """Von Mises stress, MPa."""
        a, b, c = self.radial, self.hoop, self.axial
        result: RealArray = np.sqrt(0.5 * ((a - b) ** 2 + (b - c) ** 2 + (c - a) ** 2))
        return result


def cylinder(p: Vector, cell: Cell, count: int, part: float = 1.0) -> SolidModel:
    """Make a quarter of the cylinder in plane strain, under a part of the pressure."""
    annulus = QuarterAnnulus(INNER, OUTER, count, count, cell=cell)
    parts = discretise(build_quarter_annulus(annulus), MPI.COMM_SELF)
    supports = [fix(parts, "bottom", 1), fix(parts, "left", 0)]
    load = Load("inner", "llzo", pressure=lambda time: part * PRESSURE * min(time / 1e-9, 1.0))
    return solid_model(parts, {"llzo": p}, supports, loads=[load])


def ring(count: int) -> SolidModel:
    """Make the same cylinder as a ring around the axis: a box between smooth plates."""
    data = build_box(Box(OUTER - INNER, 0.125, count, 2, region="llzo"))
    data.points[:, 0] += INNER
    parts = discretise(data, MPI.COMM_SELF)
    supports = [fix(parts, "bottom", 1), fix(parts, "top", 1)]
    load = Load("left", "llzo", pressure=lambda time: PRESSURE * min(time / 1e-9, 1.0))
    return solid_model(parts, {"llzo": elastic(YOUNG, POISSON)}, supports, "axisymmetric", loads=[load])


def polar(model: SolidModel, around: bool = False) -> Polar:
    """Stresses of a model; ``around`` for the ring."""
    stress, places = model.nodal_stress("llzo")
    xx, yy, zz, xy = (stress[..., i].ravel() / 1e6 for i in range(4))
    if around:
        return Polar(places[..., 0].ravel(), xx, zz, yy)
    radius = np.linalg.norm(places, axis=-1).ravel()
    c, s = (places[..., i].ravel() / radius for i in (0, 1))
    radial = xx * c * c + yy * s * s + 2 * xy * c * s
    return Polar(radius, radial, xx + yy - radial, zz)


def creep_stress(radius: float | RealArray) -> tuple[float | RealArray, float | RealArray]:
    """Stationary radial and hoop stress in MPa."""
    n = EXPONENT
    d = (OUTER / INNER) ** (2 / n) - 1
    power = (OUTER / radius) ** (2 / n)
    return -10.0 * (power - 1) / d, 10.0 * ((2 / n - 1) * power + 1) / d


def lame_stress(radius: float | RealArray) -> tuple[float | RealArray, float | RealArray]:
    """Elastic radial and hoop stress in MPa."""
    factor = 10.0 * INNER**2 / (OUTER**2 - INNER**2)
    return factor * (1 - (OUTER / radius) ** 2), factor * (1 + (OUTER / radius) ** 2)


def elastic_rows(label: str, model: SolidModel, around: bool = False) -> tuple[list[Row], Polar]:
    """Elastic numbers of one model."""
    model.advance(1e-9)
    field = polar(model, around)
    widening = float(model.displacement_at((INNER, 0.0))[0])
    return [
        Row(label, "hoop stress inside", "MPa", 16.667, field.at("hoop", INNER), 0.005, LAME, "exact"),
        Row(label, "hoop stress outside", "MPa", 6.667, field.at("hoop", OUTER), 0.005, LAME, "exact"),
        Row(label, "displacement inside", "m", 1.2544e-4, widening, 1e-3, LAME, "exact"),
    ], field


def creep_rows(cell: Cell, count: int) -> tuple[list[Row], Polar]:
    """Creep until the stress is stationary, at strains so small that the shape stays."""
    model = cylinder(norton(YOUNG, POISSON, 1e-9, 10e6, EXPONENT), cell, count)
    model.advance(1e-9)
    model.march(np.logspace(-2, 5, 57))
    field = polar(model)
    label = f"creep, {cell}s"
    near = np.abs(field.radius - INNER) < 1e-6
    rows = [
        Row(label, "radial stress at 1.5", "MPa", -3.89966, field.at("radial", 1.5), 0.01, CREEP, "exact"),
        Row(label, "hoop stress at 1", "MPa", 5.9789, field.at("hoop", 1.0), 0.01, CREEP, "exact"),
        Row(
            label, "von Mises stress at 1", "MPa", 13.8381, float(field.equivalent()[near].mean()), 0.01, CREEP, "exact"
        ),
        Row(
            label,
            "displacement inside, for the shape to stay",
            "m",
            0.0,
            float(model.displacement_at((INNER, 0.0))[0]),
            0.002,
            "small strain",
            "exact",
            absolute=True,
        ),
    ]
    rows += [
        Row(
            label,
            f"hoop stress at {where:g}",
            "MPa",
            float(creep_stress(where)[1]),
            field.at("hoop", where),
            0.01,
            CREEP,
            "exact",
        )
        for where in (1.25, 1.75, 2.0)
    ]
    return rows, field


def run(effort: Effort) -> Outcome:
    """Compute the elastic and the creeping cylinder with both cell shapes, and the ring."""
    count = 16 if effort == "coarse" else 32
    rows, fields = [], {}
    for cell in CELLS:
        new, fields["elastic", cell] = elastic_rows(f"elastic, {cell}s", cylinder(elastic(YOUNG, POISSON), cell, count))
        rows += new
    rows += elastic_rows("elastic, ring around the axis", ring(count), around=True)[0]
    for cell in CELLS:
        new, fields["creep", cell] = creep_rows(cell, count)
        rows += new
    picture = Picture("profiles", CAPTION, lambda figure: draw(figure, fields), (6.4, 3.0))
    counts = (4, 8, 16) if effort == "coarse" else (8, 16, 32)
    return Outcome(tuple(rows), tuple(order(cell, counts) for cell in CELLS), (picture,), (), INPUT.format(count))


def order(cell: Cell, counts: tuple[int, ...]) -> Convergence:
    """Order of the elastic stress in L2, under a load so small that the shape stays."""
    part = 1e-4

    def exact(places: Vector) -> Vector:
        radius = np.linalg.norm(places, axis=-1)
        c, s = places[..., 0] / radius, places[..., 1] / radius
        radial, hoop = (np.asarray(values) * 1e6 * part for values in lame_stress(radius))
        six = np.zeros((*radius.shape, 6))
        six[..., 0], six[..., 1] = radial * c * c + hoop * s * s, radial * s * s + hoop * c * c
        six[..., 2], six[..., 3] = POISSON * (radial + hoop), (radial - hoop) * c * s
        return six

    errors = []
    for count in counts:
        model = cylinder(elastic(YOUNG, POISSON), cell, count, part)
        model.advance(1e-9)
        errors.append(stress_error(model, exact(model.point_coordinates("llzo")), "llzo"))
    sizes = tuple(1.0 / count for count in counts)
    return Convergence(f"elastic stress, {cell}s", "element size, m", sizes, tuple(errors), 2.0, 0.2, "error in L2")


def draw(figure: Figure, fields: dict[tuple[str, Cell], Polar]) -> None:
    """Radial and hoop stress over the radius, elastic and creeping."""
    at = np.linspace(INNER, OUTER, 100)
    for axes, (name, theory) in zip(
        figure.subplots(1, 2, sharey=True), (("elastic", lame_stress), ("creep", creep_stress)), strict=True
    ):
        for colour, values, words in zip(COLOURS, theory(at), ("radial", "hoop"), strict=False):
            axes.plot(at, values, color=colour, label=f"{words}, closed form")
            field = fields[name, "quadrilateral"]
            radii = np.unique(np.round(field.radius, 6))[::4]
            points = [field.at(words, float(radius)) for radius in radii]
            axes.plot(radii, points, "o", color=colour, markersize=3.5, fillstyle="none", label=f"{words}, computed")
        axes.set_title("elastic" if name == "elastic" else "stationary creep")
        axes.set_xlabel("Radius (m)")
    figure.axes[0].set_ylabel("Stress (MPa)")
    figure.axes[0].legend()


CAPTION = "Radial and hoop stress in the cylinder, elastic (left) and after 1e5 s of creep (right)."

INPUT = """quarter of a cylinder, radii 1 and 2 m, plane strain, {0} x {0} quadrilaterals or triangles; 10 MPa inside
ring around the axis: {0} x 2 quadrilaterals between smooth plates
elastic: E 150 GPa, nu 0.26; creep: rate 1e-9 1/s at 10 MPa, exponent 1/0.15; 57 steps from 0.01 s to 1e5 s"""

PROBLEM = Problem(
    name="b09-cylinder",
    title="B09 Thick cylinder under internal pressure",
    part="verification",
    statement=r"""Radii $a = 1$ and $b = 2$, internal pressure $p = 10$ MPa, plane strain. Elastic (Lamé):

$$\sigma_{r,\theta} = \frac{p a^2}{b^2 - a^2}\left(1 \mp \frac{b^2}{r^2}\right), \qquad
u(a) = \frac{p (1+\nu) a\,[(1-2\nu) a^2 + b^2]}{E (b^2 - a^2)} .$$

Stationary creep by $\dot\varepsilon \propto \sigma^n$, with $D = (b/a)^{2/n} - 1$ and $n = 1/0.15$:

$$\sigma_r = -\frac{p}{D}\left[\left(\frac{b}{r}\right)^{2/n} - 1\right], \qquad
\sigma_\theta = \frac{p}{D}\left[\left(\frac{2}{n} - 1\right)\left(\frac{b}{r}\right)^{2/n} + 1\right] .$$

The computed cylinder is loaded at once and creeps from the elastic to the stationary field.""",
    sources=("Lamé's solution, any textbook", "R. W. Bailey, Proc. Inst. Mech. Eng. 131 (1935) 131, for creep"),
    run=run,
    minutes=0.3,
)
