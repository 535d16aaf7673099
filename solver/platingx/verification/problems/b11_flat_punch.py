"""B11. A flat punch on a perfectly plastic half space: limit load in plane strain and around an axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Prescribed
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import SolidModel, solid_model
from platingx.verification.models.graded import graded_box, graded_line
from platingx.verification.models.vectors import norton
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes.spacing import LineSize

YIELD = 0.8e6  # Pa, lithium at 1e-3 1/s
YOUNG, POISSON = 7.81e9, 0.38
COLOURS = ("#1f4e79", "#c55a11", "#4d7c2a", "#7a3b8f")
HALF_WIDTH, WIDTH, DEPTH = 1.0, 6.0, 4.0  # the size drops out
TRAVEL = 4e-3  # of the half width: 0.4 %, ten times what the elastic stiffness needs to the limit load
FIRST, LARGEST = 2e-5, 2e-4  # travel in one step

PRANDTL = (2.0 + np.pi) / np.sqrt(3.0)
SHIELD = 5.69  # smooth circular punch, over the shear strength of a Tresca material

STATEMENT = r"""
A rigid flat punch is pressed into a block by 0.4 % of its half width $a$. The block has Norton's law
$\dot\epsilon = r_0 (s/\sigma_y)^{1/m}$ with small $m$, constant resistance and $r_0 = v/a$ for the speed $v$ of the
punch, so that it is perfectly plastic in the limit $m \to 0$; the stresses of one mesh are compared at several $m$.
Width 6 a and depth 4 a enclose Prandtl's field (3 a wide). Limit loads:

- plane strain, rough or smooth (Prandtl 1920, Hill 1950):
  $p = (2 + \pi)\,k = (2+\pi)\,\sigma_y/\sqrt3 = 2.9685\,\sigma_y$;
- circular and smooth: no closed form for von Mises' criterion. Shield (1955) gives $5.69\,k$ for Tresca's. Tresca's
  hexagon inside von Mises' circle ($k = \sigma_y/2$) gives a lower bound of the limit load, $2.845\,\sigma_y$, the
  one around it ($k = \sigma_y/\sqrt3$) an upper bound, $3.285\,\sigma_y$.

Displacement elements approach a limit load from above, and a punch edge between two nodes makes the punch look wider:
both errors fall with the element size at the edge. The value of the book is the one extrapolated over three
self-similar meshes with the order observed on them, at $m = 0.01$; the remaining effect of $m$ is shown, not removed.

Hertz's problem is `contact-hertz`.
"""


@dataclass(frozen=True)
class Pressing:
    """Mean pressure over yield stress along the travel."""

    travel: Array
    pressure: Array
    model: SolidModel

    @property
    def limit(self) -> float:
        """At the end."""
        return float(self.pressure[-1])


def press(model: str, rough: bool, sensitivity: float, refinement: float) -> Pressing:
    """Press the punch in.

    Parameters
    ----------
    model
        ``plane_strain`` or ``axisymmetric``.
    rough
        Whether the punch holds the surface sideways.
    sensitivity
        m.
    refinement
        1 has elements of a tenth of the half width at the edge.
    """
    x = graded_line((0.0, HALF_WIDTH, WIDTH), LineSize(((HALF_WIDTH, 0.1),), 1.3, 1.0), refinement)
    y = graded_line((0.0, DEPTH), LineSize(((DEPTH, 0.1),), 1.3, 1.0), refinement)
    parts = discretise(graded_box(x, y), MPI.COMM_SELF)
    places = parts.coordinates()
    below = (np.abs(places[:, 1] - DEPTH) < 1e-9) & (places[:, 0] <= HALF_WIDTH + 1e-9)
    nodes = np.flatnonzero(below).astype(np.int32)
    supports = [fix(parts, "left", 0), fix(parts, "right", 0), fix(parts, "bottom", 0), fix(parts, "bottom", 1)]
    supports.append(Prescribed("punch", nodes, 1, lambda time: -time))
    if rough:
        supports.append(Prescribed("rough", nodes, 0))
    block = solid_model(parts, {"li": norton(YOUNG, POISSON, 1.0, YIELD, 1.0 / sensitivity)}, supports, model)
    area = np.pi * HALF_WIDTH**2 if model == "axisymmetric" else HALF_WIDTH
    travel, pressure = [0.0], [0.0]
    step = FIRST
    while travel[-1] < TRAVEL * (1.0 - 1e-9):
        travel.append(min(travel[-1] + step, TRAVEL))
        block.advance(travel[-1])
        pressure.append(-block.problem.reaction("punch")[1] / area / YIELD)
        step = min(1.3 * step, LARGEST)
    return Pressing(np.array(travel), np.array(pressure), block)


def extrapolated(values: Array) -> tuple[float, float]:
    """Limit of three values on meshes refined by two, and their observed order (Roache 1994)."""
    order = float(np.log2((values[0] - values[1]) / (values[1] - values[2])))
    return float(values[2] + (values[2] - values[1]) / (2.0**order - 1.0)), order


def run(effort: Effort) -> Outcome:
    """Limit loads on three meshes, and in the full effort over m."""
    refinements = (0.5, 1.0, 2.0) if effort == "coarse" else (1.0, 2.0, 4.0)
    punches = {"plane strain, rough": ("plane_strain", True)}
    if effort == "full":
        punches |= {
            "plane strain, smooth": ("plane_strain", False),
            "circular, smooth": ("axisymmetric", False),
            "circular, rough": ("axisymmetric", True),
        }
    curves = {name: [press(*kind, 0.01, factor) for factor in refinements] for name, kind in punches.items()}
    sizes = tuple(0.1 / factor for factor in refinements)
    rows: list[Row] = []
    convergences: list[Convergence] = []
    for name, found in curves.items():
        values = np.array([curve.limit for curve in found])
        limit, _ = extrapolated(values)
        if name.startswith("circular"):
            rows.append(_between_bounds(f"{name}, extrapolated", limit, rough=name.endswith("rough")))
            continue
        rows += [_prandtl(f"{name}, element {sizes[-1]:g} a", values[-1]), _prandtl(f"{name}, extrapolated", limit)]
        above = tuple(float(value - limit) for value in values)
        label = "p / yield stress above the extrapolated one"
        convergences.append(Convergence(name, "element at the edge, a", sizes, above, 1.0, 0.2, label))
    if effort == "full":
        rows += _over_sensitivities()
    flow = "Equivalent plastic strain below the rough punch (0 to 1 a): Prandtl's dead wedge, fan and outer wedge."
    pressure = "Mean pressure under the punch on the finest mesh, $m$ = 0.01."
    return Outcome(
        rows=tuple(rows),
        convergences=tuple(convergences),
        pictures=(
            Picture("flow", flow, lambda figure: draw_flow(figure, curves["plane strain, rough"][-1].model)),
            Picture("pressure", pressure, lambda figure: draw_pressure(figure, curves)),
        ),
        notes=(f"{PRANDTL:.4f} times 0.8 MPa is {PRANDTL * 0.8:.4f} MPa.",),
        input=f"block 6 a x 4 a, E {YOUNG / 1e9} GPa, nu {POISSON}, yield stress {YIELD / 1e6} MPa, m 0.01, "
        f"r0 = v / a; elements at the edge {', '.join(f'{size:g}' for size in sizes)} a",
    )


def draw_pressure(figure: Figure, curves: dict[str, list[Pressing]]) -> None:
    """Mean pressure over the travel."""
    axes = figure.subplots()
    for colour, (name, found) in zip(COLOURS, curves.items(), strict=False):
        axes.plot(100.0 * found[-1].travel, found[-1].pressure, color=colour, label=name)
    axes.axhline(PRANDTL, color="k", ls="--", lw=0.8)
    axes.text(0.0, PRANDTL + 0.03, "Prandtl", fontsize=7)
    axes.set_xlabel("travel of the punch, % of its half width")
    axes.set_ylabel("mean pressure / yield stress")
    axes.legend(loc="lower right")


def draw_flow(figure: Figure, block: SolidModel) -> None:
    """Plastic strain near the punch."""
    axes = figure.subplots()
    places = block.point_coordinates().reshape(-1, 2)
    strain = np.log10(np.maximum(block.region().new.plastic_strain.ravel(), 1e-6))
    levels = np.linspace(-5.0, -1.0, 17, dtype=np.float64)
    field = axes.tricontourf(places[:, 0], places[:, 1] - DEPTH, strain, levels, extend="both")
    figure.colorbar(field, ax=axes, label="log10 of the plastic strain")
    axes.set_aspect("equal")
    axes.set_xlim(0.0, 3.5)
    axes.set_ylim(-2.0, 0.0)
    axes.set_xlabel("x / a")
    axes.set_ylabel("y / a")


def _prandtl(label: str, value: float) -> Row:
    return Row(label, "p / yield stress", "", PRANDTL, float(value), 0.03, "Prandtl (2 + pi)/sqrt 3", "exact")


def _between_bounds(label: str, limit: float, rough: bool) -> Row:
    """The middle of the bounds, with half their distance as tolerance."""
    shear = 6.05 if rough else SHIELD  # Eason and Shield 1960; Shield 1955
    low, high = 0.5 * shear, shear / np.sqrt(3.0)
    source = f"bounds {low:.3f} and {high:.3f}: Tresca inside and around von Mises"
    middle, reach = 0.5 * (low + high), 0.5 * (high - low)
    return Row(label, "p / yield stress", "", middle, limit, reach, source, "exact", absolute=True)


def _over_sensitivities() -> list[Row]:
    """The load at m = 0.04, 0.02, 0.01 and its linear extrapolation to m = 0, on one mesh."""
    values = [press("plane_strain", True, m, 2.0).limit for m in (0.04, 0.02, 0.01)]
    rows = [
        Row(f"plane strain, rough, m {m:g}, element 0.05 a", "p / yield stress", "", None, value, None, "", "exact")
        for m, value in zip((0.04, 0.02, 0.01), values, strict=True)
    ]
    return [*rows, _prandtl("the same, m to 0", 2.0 * values[2] - values[1])]


PROBLEM = Problem(
    name="b11-flat-punch",
    title="B11 Flat punch on a perfectly plastic half space",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "L. Prandtl, Nachr. Ges. Wiss. Goettingen (1920) 74",
        "R. Hill, The Mathematical Theory of Plasticity (1950), IX.5",
        "R. T. Shield, Proc. R. Soc. A 233 (1955) 267; G. Eason, R. T. Shield, ZAMP 11 (1960) 33",
    ),
    run=run,
    minutes=2.0,
)
