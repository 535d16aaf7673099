"""A thick cylinder that grows along its radius: order of convergence against an ordinary differential equation."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI
from scipy.integrate import solve_bvp

from platingx.arrays import Array
from platingx.errors import VerificationError
from platingx.materials import layout
from platingx.physics.discretisation import affine, discretise, fix
from platingx.physics.solid_model import Growth, SolidModel, solid_model
from platingx.verification.models.norms import displacement_error, stress_error
from platingx.verification.models.one_element import Cell
from platingx.verification.models.reference_material import mean_kirchhoff
from platingx.verification.models.vectors import elastic, vector
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import QuarterAnnulus, build_quarter_annulus

INNER, OUTER, WIDENING, STRETCH = 1.0, 2.0, 0.2, 1.3
CELLS: tuple[Cell, ...] = ("quadrilateral", "triangle")

STATEMENT = r"""
A cylinder of radii 1 and 2 in plane strain grows along its radius by $\lambda_g$ = 1.3 while its bore is widened by
20 %; its outside is free. With $r(R)$, the principal stretches of the metal are $r'/\lambda_g$ and $r/R$, and
equilibrium is

$$\frac{dP_{RR}}{dR} + \frac{P_{RR} - P_{\theta\theta}}{R} = 0,\quad P_{RR} = \lambda_g \tau_r / r',\quad
P_{\theta\theta} = \lambda_g \tau_\theta R / r,\quad r(1) = 1.2,\quad P_{RR}(2) = 0,$$

a boundary value problem that is solved to $10^{-10}$. Unlike the manufactured solutions it needs no body force, and
its outside moves freely. Theory: order 3 for the displacement and 2 for the stress in $L_2$; the mesh is curved.
"""


def materials() -> dict[str, Array]:
    """Elastic materials of the problem."""
    murnaghan = {
        "young_modulus": "7.81 GPa",
        "poisson_ratio": 0.38,
        "pressure_law": "murnaghan",
        "bulk_modulus_derivative": 3.5,
    }
    return {
        "Hencky, nu 0.3": elastic(1e9, 0.3),
        "Hencky, nu 0.4995": elastic(1e9, 0.4995),
        "Murnaghan, K' 3.5": vector({"elasticity": murnaghan}),
    }


class Exact:
    """Radius r(R) and Cauchy stress of the cylinder."""

    def __init__(self, p: Array) -> None:
        self.p = p
        start = np.linspace(INNER, OUTER, 200, dtype=np.float64)
        guess = np.vstack([start + WIDENING * (OUTER - start) + 0.15 * (start - INNER), np.zeros_like(start)])
        self.scale = p[layout.SHEAR_MODULUS]
        solution = solve_bvp(self._slopes, self._ends, start, guess, tol=1e-10, max_nodes=20000)
        if not solution.success:
            raise VerificationError(f"the reference solution of the cylinder failed: {solution.message}")
        self.solution = solution.sol

    def kirchhoff(self, slope: Array, hoop: Array) -> tuple[Array, Array, Array, Array]:
        """Principal Kirchhoff stresses (per grown volume) and elastic volume, for r' and r/R."""
        strains = np.array([np.log(slope / STRETCH), np.log(hoop), np.zeros_like(hoop)])
        volume = strains.sum(axis=0)
        stress = 2.0 * self.p[layout.SHEAR_MODULUS] * (strains - volume / 3.0) + mean_kirchhoff(self.p, volume)
        return stress[0], stress[1], stress[2], np.exp(volume)

    def slope_of(self, piola: Array, hoop: Array) -> Array:
        """Slope r' that belongs to a radial Piola stress (in units of the shear modulus), by a secant method."""
        slope: Array = np.asarray(STRETCH / hoop, dtype=np.float64)
        for _ in range(50):
            value = STRETCH * self.kirchhoff(slope, hoop)[0] / slope / self.scale - piola
            step = 1e-7 * slope
            above = STRETCH * self.kirchhoff(slope + step, hoop)[0] / (slope + step) / self.scale - piola
            change = value * step / (above - value)
            slope = np.asarray(slope - change, dtype=np.float64)
            if np.abs(change).max() < 1e-13:
                break
        return slope

    def _slopes(self, radius: Array, state: Array) -> Array:
        hoop = state[0] / radius
        slope = self.slope_of(state[1], hoop)
        circumferential = STRETCH * self.kirchhoff(slope, hoop)[1] / hoop / self.scale
        return np.vstack([slope, (circumferential - state[1]) / radius])

    def _ends(self, inner: Array, outer: Array) -> Array:
        return np.array([inner[0] - INNER * (1.0 + WIDENING), outer[1]])

    def displacement(self, places: Array) -> Array:
        """Displacement in m at reference places."""
        radius = np.linalg.norm(places, axis=-1)
        deformed = self.solution(radius.ravel())[0].reshape(radius.shape)
        return np.asarray(places * (deformed / radius - 1.0)[..., None])

    def principal(self, radius: Array) -> Array:
        """Radial, circumferential and axial Cauchy stress, shape (3, points), Pa."""
        r, piola = self.solution(radius)
        hoop = r / radius
        *stresses, volume = self.kirchhoff(self.slope_of(piola, hoop), hoop)
        return np.array(stresses) / volume

    def cauchy(self, places: Array) -> Array:
        """Six components in the layout of the package, Pa."""
        radius = np.linalg.norm(places, axis=-1)
        radial, circumferential, axial = self.principal(radius.ravel())
        c, s = (places[..., i].ravel() / radius.ravel() for i in (0, 1))
        zero = np.zeros_like(c)
        xx, yy = (radial * c * c + circumferential * s * s), (radial * s * s + circumferential * c * c)
        six = np.array([xx, yy, axial, (radial - circumferential) * c * s, zero, zero])
        return np.moveaxis(six.reshape(6, *radius.shape), 0, -1)


def cylinder(p: Array, cells: int, cell: Cell) -> SolidModel:
    """Grow and widen a quarter of the cylinder in four steps."""
    data = build_quarter_annulus(QuarterAnnulus(INNER, OUTER, cells, 2 * cells, region="li", cell=cell))
    parts = discretise(data, MPI.COMM_SELF)
    supports = [fix(parts, "bottom", 1), fix(parts, "left", 0)]
    supports += affine(parts, lambda time: WIDENING * time * np.eye(2), "inner")
    growth = Growth(
        lambda time: 1.0 + (STRETCH - 1.0) * time,
        direction=lambda places: places / np.linalg.norm(places, axis=-1, keepdims=True),
    )
    model = solid_model(parts, {"li": p}, supports, growth={"li": growth})
    model.march([0.25, 0.5, 0.75, 1.0])
    return model


def run(effort: Effort) -> Outcome:
    """Errors of displacement and stress on refined meshes."""
    counts = (2, 4, 8) if effort == "coarse" else (4, 8, 16)
    sizes = tuple(1.0 / count for count in counts)
    rows: list[Row] = []
    convergences: dict[str, list[Convergence]] = {"displacement": [], "stress": []}
    shown = None
    for material, p in materials().items():
        exact = Exact(p)
        for cell in CELLS:
            models = [cylinder(p, cells, cell) for cells in counts]
            shown = shown or (exact, models[1])
            errors = {
                "displacement": tuple(displacement_error(model, exact.displacement) for model in models),
                "stress": tuple(stress_error(model, exact.cauchy(model.point_coordinates())) for model in models),
            }
            for name, order in (("displacement", 3.0), ("stress", 2.0)):
                label, measure = f"{name}, {cell}, {material}", f"relative error of {name} in L2"
                convergences[name].append(
                    Convergence(label, "element size, m", sizes, errors[name], order, 0.2, measure)
                )
            rows.append(_bore(f"{material}, {cell}, {counts[-1]} elements", models[-1], exact))
    caption = f"Circumferential Cauchy stress (E 1 GPa, nu 0.3), {counts[1]} quadrilaterals across the wall."
    return Outcome(
        rows=tuple(rows),
        convergences=(*convergences["displacement"], *convergences["stress"]),
        pictures=(Picture("stress", caption, lambda figure: draw(figure, *shown) if shown else None),),
        input=f"quarter of a cylinder, {counts[0]}, {counts[1]} and {counts[2]} elements along the radius; four steps",
    )


def draw(figure: Figure, exact: Exact, model: SolidModel) -> None:
    """Circumferential stress over the radius."""
    axes = figure.subplots()
    radius = np.linspace(INNER, OUTER, 200, dtype=np.float64)
    axes.plot(radius, exact.principal(radius)[1] / 1e9, "k--", lw=0.8, label="exact")
    places, stress = _circumferential(model)
    axes.plot(places, stress / 1e9, "o", ms=2, fillstyle="none", label="quadrature points")
    axes.set_xlabel("radius before growth (m)")
    axes.set_ylabel("circumferential stress (GPa)")
    axes.legend()


def _circumferential(model: SolidModel) -> tuple[Array, Array]:
    """Radii and circumferential stresses at all quadrature points."""
    places, stress = model.point_coordinates().reshape(-1, 2), model.stress().reshape(-1, 6)
    radius = np.linalg.norm(places, axis=1)
    c, s = places.T / radius
    return radius, stress[:, 0] * s * s + stress[:, 1] * c * c - 2.0 * stress[:, 3] * c * s


def _bore(label: str, model: SolidModel, exact: Exact) -> Row:
    """Displacement of the free outside; its error on these meshes is far below the tolerance."""
    expected = float(exact.displacement(np.array([[OUTER, 0.0]]))[0, 0])
    computed = float(model.displacement_at((OUTER, 0.0))[0])
    return Row(label, "displacement of the outside", "m", expected, computed, 1e-4, "boundary value problem", "exact")


PROBLEM = Problem(
    name="growing-cylinder",
    title="Thick cylinder that grows along its radius",
    part="verification",
    statement=STATEMENT.strip(),
    sources=("equilibrium of the cylinder as a boundary value problem, by collocation (scipy.integrate.solve_bvp)",),
    run=run,
    minutes=0.3,
)
