"""B03, a free side: growth without constraint has no stress, and between walls the metal flows upwards."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import RealArray
from platingx.materials import layout
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import AREAL, FIBRE, ISOTROPIC, Growth, Shares, SolidModel, solid_model
from platingx.verification.drawing import COLOURS
from platingx.verification.models.one_element import SIZE, Cell, slab, strain_steps, uniform
from platingx.verification.models.vectors import LITHIUM, elastic, unverified_of, vector
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import Box, build_box

__all__ = ["PROBLEM", "YOUNG", "between_walls", "flow_stress", "free_growth", "grow_along_normal"]


YOUNG = 7.81e9
SHARES: tuple[tuple[str, Shares], ...] = (
    ("axisymmetric", FIBRE),
    ("axisymmetric", AREAL),
    ("axisymmetric", ISOTROPIC),
    ("axisymmetric", (0.5, 0.25, 0.25)),
    ("plane_strain", (0.3, 0.7, 0.0)),
)
RATIOS = (0.5, 1.3, 3.0)
CELLS: tuple[Cell, ...] = ("quadrilateral", "triangle")
FREE = 1.0
"""Pa: what counts as no stress."""


def flow_stress(rate: float | RealArray) -> float | RealArray:
    """Steady flow stress of the 2019 law at 298 K, Pa: S* Z^(m+n)."""
    return 2e6 * (rate / vector(LITHIUM, 298.0)[layout.REFERENCE_RATE]) ** 0.2


def grow_along_normal(cell: Cell) -> SolidModel:
    """Grow by 60 % along the free normal."""
    model = slab(vector(LITHIUM, 298.0), Growth(lambda time: 1.0 + time, FIBRE), "free", cell)
    model.march(np.linspace(0.0, 0.6, 13)[1:])
    return model


def between_walls(mode: Shares, growth_rate: float) -> RealArray:
    """Stress (Pa) under a free top at 10 % growth; a high H0 makes the flow steady early."""
    p = vector(LITHIUM, 298.0, HARDENING_MODULUS=1e12)
    model = slab(p, Growth(lambda time: np.exp(growth_rate * time), mode), "free")
    model.march(np.linspace(0.0, 0.1, 41)[1:] / growth_rate)
    return uniform(model.stress())


def elastic_between_walls(poisson: float, ratio: float) -> float:
    """In-plane stress (Pa) of an elastic layer that has grown in all directions."""
    model = slab(elastic(YOUNG, poisson), Growth(lambda _: ratio, ISOTROPIC), "free")
    model.advance(1.0)
    return float(uniform(model.stress())[0])


def free_growth(cell: Cell, model: str, shares: Shares, ratio: float) -> tuple[RealArray, float]:
    """Displacement of the free corner over the size, minus Jg^alpha - 1, and the largest stress (Pa)."""
    parts = discretise(build_box(Box(SIZE, SIZE, 2, 2, cell=cell, distortion=0.1)), MPI.COMM_SELF)
    supports = [fix(parts, "left", 0), fix(parts, "bottom", 1)]
    body = solid_model(parts, {"li": vector()}, supports, model, {"li": Growth(lambda time: ratio**time, shares)})
    body.march(strain_steps((1.0,), 1e-4, 0.05, 1.5))
    expected = np.array([ratio ** shares[1] - 1.0, ratio ** shares[0] - 1.0])
    return body.displacement_at((SIZE, SIZE)) / SIZE - expected, float(np.abs(body.stress()).max())


def none(label: str, quantity: str, unit: str, value: float, tolerance: float) -> Row:
    """Row of something that has to vanish."""
    return Row(label, quantity, unit, 0.0, value, tolerance, "closed form", "exact", absolute=True)


def free_rows(cells: tuple[Cell, ...], ratios: tuple[float, ...]) -> list[Row]:
    """(c) fibre along the free normal, and (e) free growth in each direction: the worst over cells and ratios."""
    rows = []
    for cell in cells:
        model, label = grow_along_normal(cell), f"growth along the free normal, {cell}s"
        rows += [
            none(label, "largest stress", "Pa", float(np.abs(model.stress()).max()), FREE),
            Row(
                label,
                "displacement of the top over the height",
                "",
                0.6,
                float(model.displacement_at((0.0, SIZE))[1] / SIZE),
                1e-9,
                "closed form",
                "exact",
            ),
            none(label, "plastic strain", "", float(model.region().new.plastic_strain.max()), 1e-9),
        ]
    for model_name, shares in SHARES:
        results = [free_growth(cell, model_name, shares, ratio) for cell in cells for ratio in ratios]
        exponents = ", ".join(f"{share:.3g}" for share in shares)
        label = f"free on all sides, {model_name.replace('_', ' ')}, shares {exponents}"
        error = max((value for error, _ in results for value in map(float, error)), key=abs)
        rows.append(none(label, "error of the displacement over the size", "", error, 1e-9))
        rows.append(none(label, "largest stress", "Pa", max(stress for _, stress in results), FREE))
    return rows


def wall_rows(rates: tuple[float, ...]) -> list[Row]:
    """(c) In-plane stress under a free top, while the metal flows."""
    rows = []
    for name, mode, share in (("isotropic", ISOTROPIC, 2 / 3), ("areal", AREAL, 1.0)):
        for rate in rates:
            stress, label = between_walls(mode, rate) / 1e6, f"between walls, {name} growth at {rate:g} 1/s"
            expected = -float(flow_stress(share * rate)) / 1e6
            rows += [
                Row(label, "in-plane stress", "MPa", expected, float(stress[0]), 0.002, "closed form", "exact"),
                none(
                    label, "difference of the in-plane stresses", "MPa", float(stress[2] - stress[0]), -1e-9 * expected
                ),
                none(label, "stress on the free top", "MPa", float(stress[1]), -1e-6 * expected),
            ]
    return rows


def elastic_rows() -> list[Row]:
    """(d) Elastic layer between walls."""
    return [
        Row(
            f"elastic layer between walls, nu {poisson:g}, Jg - 1 = {ratio - 1.0:.0e}",
            "in-plane stress",
            "kPa",
            -YOUNG / (1 - poisson) * (ratio - 1.0) / 3.0 / 1e3,
            elastic_between_walls(poisson, ratio) / 1e3,
            1e-5,
            "closed form",
            "exact",
        )
        for poisson in (0.0, 0.26, 0.38)
        for ratio in (1.0 + 3e-6, 1.0 - 3e-6)
    ]


def run(effort: Effort) -> Outcome:
    """Compute all situations."""
    if effort == "coarse":
        rows = free_rows(CELLS, RATIOS[:2]) + wall_rows((1e-3, 1e3)) + elastic_rows()
    else:
        rows = free_rows(CELLS, RATIOS) + wall_rows((1e-3, 1.0, 1e3)) + elastic_rows()
    walls = [row for row in rows if row.quantity == "in-plane stress" and row.unit == "MPa"]
    picture = Picture("walls", CAPTION, lambda figure: draw(figure, walls), (4.6, 3.2))
    return Outcome(tuple(rows), (), (picture,), input=INPUT, unverified=unverified_of(LITHIUM))


def draw(figure: Figure, rows: list[Row]) -> None:
    """In-plane stress against growth rate."""
    axes = figure.subplots()
    rates = np.logspace(-4, 4, 50)
    for colour, (name, share) in zip(COLOURS, (("areal", 1.0), ("isotropic", 2 / 3)), strict=False):
        axes.loglog(rates, np.asarray(flow_stress(share * rates)) / 1e6, color=colour, label=f"{name} growth")
        points = [(float(row.label.split()[-2]), -row.computed) for row in rows if f" {name} growth" in row.label]
        axes.loglog(*zip(*points, strict=True), "o", color=colour, markersize=4, fillstyle="none")
    axes.set_xlabel("Growth rate (1/s)")
    axes.set_ylabel("In-plane compression (MPa)")
    axes.legend(title="lines: closed forms; circles: computed", alignment="left")


CAPTION = "Compression between the walls under a free top, against the rate of growth."

INPUT = """material: lithium_anand_narayan_2019 at 298 K
free normal: one element, edge 1 um, sides held, growth along the normal by 60 % in 12 steps
between walls: the same, growth by 10 % at a constant rate in 40 steps, H0 = 1e12 Pa
elastic: E 7.81 GPa, one step
free on all sides: 2 x 2 distorted elements, quadrilaterals and triangles, to Jg = 0.5, 1.3, 3"""

PROBLEM = Problem(
    name="b03-free-growth",
    title="B03 Growth with a free side",
    part="verification",
    statement=r"""(c) A layer between smooth walls, its top free. Growth along the free normal needs no stress.
Growth in all directions or in the plane only has to flow upwards, at the equivalent rate
$\frac{2}{3}\dot\varepsilon_g$ or $\dot\varepsilon_g$, so the in-plane stress is

$$\sigma = -S_* \left(\tfrac{2}{3}\dot\varepsilon_g / r_0\right)^{m+n} \quad\text{or}\quad
-S_* \left(\dot\varepsilon_g / r_0\right)^{m+n} .$$

(d) The same layer, elastic, at small growth in all directions: $\sigma = -\frac{E}{1-\nu}\frac{J_g - 1}{3}$.

(e) A body without constraint grows by $J_g^{\alpha_i}$ in each direction and has no stress: $u_i = h
(J_g^{\alpha_i} - 1)$. The numbers are the worst over two cell shapes and three ratios.""",
    sources=("closed forms", "parameters: L. Anand and S. Narayan, J. Electrochem. Soc. 166 (2019) A1092"),
    run=run,
    minutes=0.5,
)
