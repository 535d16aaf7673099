"""A thick cylinder that grows, flows and is squeezed at finite strain, against a second implementation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.errors import VerificationError
from platingx.materials import layout
from platingx.physics.discretisation import affine, discretise, fix
from platingx.physics.solid_model import Growth, SolidModel, solid_model
from platingx.verification.drawing import COLOURS
from platingx.verification.models.norms import stress_error
from platingx.verification.models.one_element import Cell
from platingx.verification.models.vectors import norton
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import QuarterAnnulus, build_quarter_annulus

__all__ = ["PROBLEM"]

INNER, OUTER = 1.0, 2.0
STRETCH = 1.4
"""Growth along the radius at the end."""
TIMES = (0.1, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
CELLS: tuple[Cell, ...] = ("quadrilateral", "triangle")
INTERVALS = 200

STATEMENT = r"""
A cylinder of radii 1 and 2 in plane strain grows along its radius by 40 % while its bore does not move and its outside
is free; the metal creeps by Norton's law. Directions do not turn, so that the principal logarithmic strains add up,

$$\varepsilon^e_R = \ln\frac{r'}{\lambda_g} - \varepsilon^p_R,\quad
\varepsilon^e_\theta = \ln\frac rR - \varepsilon^p_\theta,\quad \varepsilon^e_z = -\varepsilon^p_z,\qquad
\tau = 2G\,\mathrm{dev}\,\varepsilon^e + K\,\mathrm{tr}\,\varepsilon^e,$$

$$\frac{dP_{RR}}{dR} + \frac{P_{RR}-P_{\theta\theta}}{R} = 0,\quad P_{RR} = \lambda_g\tau_R/r',\quad
P_{\theta\theta} = \lambda_g\tau_\theta R/r.$$

A second program for this one problem, in plain NumPy and with nothing of the package but the values of the material,
integrates these equations from the bore outwards (trapezoidal rule, 200 intervals; the secant method finds the stress
at the bore that leaves the outside free) with backward Euler in the same time steps. It has no elements, no tensors, no
condensation and no return map of the package: the creep increment solves $s + 3G\Delta t\,\dot\varepsilon(s) = s^{tr}$
by bisection. Theory: order 2 for the stress in $L_2$.
"""


@dataclass
class Second:
    """The second program.

    Attributes
    ----------
    shear, bulk
        Pa.
    rate, stress, exponent
        Norton's law: rate (1/s) at a stress (Pa), and exponent.
    """

    shear: float
    bulk: float
    rate: float
    stress: float
    exponent: float

    def __post_init__(self) -> None:
        self.radius: Array = np.linspace(INNER, OUTER, INTERVALS + 1, dtype=np.float64)
        self.plastic: Array = np.zeros((INTERVALS + 1, 3))

    def flow(self, elastic: Array, dt: float) -> Array:
        """Principal increments of the plastic strain for a trial elastic strain, by bisection, shape (3,)."""
        deviator = elastic - elastic.mean()
        size = float(np.sqrt(2.0 / 3.0 * np.sum(deviator**2)))
        trial = 3.0 * self.shear * size
        if trial == 0.0:
            return np.zeros(3)
        low, high = 0.0, 1.0
        for _ in range(60):  # the share of the deviator that flows
            share = 0.5 * (low + high)
            left = (1.0 - share) * trial
            flows = dt * self.rate * (left / self.stress) ** self.exponent / size
            low, high = (share, high) if flows > share else (low, share)
        return np.asarray(0.5 * (low + high) * deviator)

    def kirchhoff(self, slope: float, hoop: float, plastic: Array, grown: float, dt: float) -> tuple[Array, Array]:
        """Principal Kirchhoff stresses (Pa) and plastic strains, for r' and r/R."""
        elastic = np.array([np.log(slope / grown), np.log(hoop), 0.0]) - plastic
        increment = self.flow(elastic, dt)
        elastic = elastic - increment
        mean = elastic.mean()
        return 2.0 * self.shear * (elastic - mean) + 3.0 * self.bulk * mean, plastic + increment

    def slope_for(self, piola: float, hoop: float, plastic: Array, grown: float, dt: float, guess: float) -> float:
        """Slope r' at which the radial Piola stress (Pa) is a given one, by the secant method."""

        def misfit(slope: float) -> float:
            return grown * float(self.kirchhoff(slope, hoop, plastic, grown, dt)[0][0]) / slope - piola

        before, now = guess * (1.0 + 1e-6), guess
        f_before, f_now = misfit(before), misfit(now)
        for _ in range(60):
            if f_now == f_before or abs(now - before) <= 1e-14 * now:
                return now
            following = now - f_now * (now - before) / (f_now - f_before)
            before, f_before = now, f_now
            now = min(max(following, 0.5 * now), 2.0 * now)
            f_now = misfit(now)
        raise VerificationError("the second program found no slope")

    def outwards(self, piola: float, grown: float, dt: float) -> tuple[float, Array]:
        """Radial Piola stress at the outside for one at the bore (Pa), and r, r', stresses and strains at the nodes."""
        step = self.radius[1] - self.radius[0]
        r, slope = INNER, grown
        values = np.empty((INTERVALS + 1, 8))
        drive, drive_before, slope_before = 0.0, 0.0, 0.0
        for k, radius in enumerate(self.radius):
            start_r, start_piola = r, piola
            for sweep in range(30 if k else 1):
                old = (r, piola)
                if k:
                    r = start_r + 0.5 * step * (slope_before + (slope if sweep else slope_before))
                    piola = start_piola + 0.5 * step * (drive_before + (drive if sweep else drive_before))
                slope = self.slope_for(piola, r / radius, self.plastic[k], grown, dt, slope)
                stress, plastic = self.kirchhoff(slope, r / radius, self.plastic[k], grown, dt)
                drive = (grown * float(stress[1]) * radius / r - piola) / radius
                if sweep and abs(r - old[0]) <= 1e-14 * r and abs(piola - old[1]) <= 1e-13 * self.shear:
                    break
            slope_before, drive_before = slope, drive
            values[k] = (r, slope, *stress, *plastic)
        return piola, values

    def step(self, grown: float, dt: float, guess: float) -> tuple[float, Array]:
        """Take a step; radial Piola stress at the bore (Pa), and r, r' and principal Cauchy stresses at the nodes."""
        before, now = guess * 1.001 + 1e-6 * self.shear, guess
        out_before, out_now = self.outwards(before, grown, dt)[0], self.outwards(now, grown, dt)[0]
        for _ in range(40):
            if abs(out_now) <= 1e-11 * self.shear:
                break
            before, now, out_before = now, now - out_now * (now - before) / (out_now - out_before), out_now
            out_now = self.outwards(now, grown, dt)[0]
        else:
            raise VerificationError("the second program found no free outside")
        values = self.outwards(now, grown, dt)[1]
        self.plastic = values[:, 5:8]
        r, slope = values[:, 0], values[:, 1]
        volume = slope * r / self.radius / grown
        return now, np.column_stack([r, slope, values[:, 2:5] / volume[:, None]])


def material() -> Array:
    """Creep that relaxes a good part of the stress within the run."""
    return norton(10e9, 0.3, 1.0, 1e9, 2.0)


def second_program(p: Array) -> tuple[Second, Array]:
    """March the second program; its radii, slopes and stresses at the end."""
    program = Second(
        float(p[layout.SHEAR_MODULUS]),
        float(p[layout.BULK_MODULUS]),
        float(p[layout.REFERENCE_RATE]),
        float(p[layout.INITIAL_RESISTANCE]),
        1.0 / float(p[layout.RATE_SENSITIVITY]),
    )
    before, guess = 0.0, -0.01 * program.shear
    values: Array = np.empty((0, 0))
    for time in TIMES:
        guess, values = program.step(1.0 + (STRETCH - 1.0) * time, time - before, guess)
        before = time
    return program, values


def cauchy_at(program: Second, values: Array, places: Array) -> Array:
    """Six components of the stress of the second program at reference places, in the layout of the package, Pa."""
    radius = np.linalg.norm(places, axis=-1).ravel()
    radial, hoop, axial = (np.interp(radius, program.radius, values[:, 2 + k]) for k in range(3))
    c, s = (places[..., i].ravel() / radius for i in (0, 1))
    zero = np.zeros_like(c)
    six = np.array(
        [radial * c * c + hoop * s * s, radial * s * s + hoop * c * c, axial, (radial - hoop) * c * s, zero, zero]
    )
    return np.moveaxis(six.reshape(6, *places.shape[:-1]), 0, -1)


def cylinder(p: Array, cells: int, cell: Cell) -> SolidModel:
    """March the finite elements."""
    data = build_quarter_annulus(QuarterAnnulus(INNER, OUTER, cells, 2 * cells, region="li", cell=cell))
    parts = discretise(data, MPI.COMM_SELF)
    supports = [fix(parts, "bottom", 1), fix(parts, "left", 0)]
    supports += affine(parts, lambda time: 0.0 * time * np.eye(2), "inner")
    growth = Growth(
        lambda time: 1.0 + (STRETCH - 1.0) * time,
        direction=lambda places: places / np.linalg.norm(places, axis=-1, keepdims=True),
    )
    model = solid_model(parts, {"li": p}, supports, growth={"li": growth})
    model.march(TIMES)
    return model


def run(effort: Effort) -> Outcome:
    """Stresses and displacement beside those of the second program, on refined meshes."""
    counts = (6, 12, 24) if effort == "coarse" else (8, 16, 32)
    p = material()
    program, values = second_program(p)
    outside = float(values[-1, 0] - OUTER)
    rows, orders, shown = [], [], None
    for cell in CELLS:
        models = [cylinder(p, count, cell) for count in counts]
        shown = shown or models[1]
        errors = tuple(stress_error(model, cauchy_at(program, values, model.point_coordinates())) for model in models)
        label = f"stress, {cell}"
        sizes = tuple(1.0 / count for count in counts)
        orders.append(Convergence(label, "element size, m", sizes, errors, 2.0, 0.2, "relative error of stress in L2"))
        moved = float(models[-1].displacement_at((OUTER, 0.0))[0])
        rows.append(
            Row(
                f"{cell}, {counts[-1]} elements", "displacement of the outside", "m", outside, moved, 1e-4,
                "second program", "independent",
            )
        )  # fmt: skip
    flowed = float(np.sqrt(2.0 / 3.0 * np.sum(program.plastic**2, axis=1)).max())
    rows.append(Row("second program", "largest equivalent plastic strain", "", None, flowed, None, "", "own"))
    caption = (
        f"Principal stresses at the end. Lines: second program; symbols: {counts[1]} quadrilaterals across the wall."
    )
    return Outcome(
        tuple(rows),
        tuple(orders),
        (Picture("stress", caption, lambda figure: draw(figure, program, values, shown) if shown else None),),
        input=INPUT.format(counts=", ".join(map(str, counts))),
    )


def draw(figure: Figure, program: Second, values: Array, model: SolidModel) -> None:
    """Radial and circumferential stress over the radius before growth."""
    axes = figure.subplots()
    places, stress = model.point_coordinates().reshape(-1, 2), model.stress().reshape(-1, 6)
    radius = np.linalg.norm(places, axis=1)
    c, s = places.T / radius
    along = stress[:, 0] * c * c + stress[:, 1] * s * s + 2.0 * stress[:, 3] * c * s
    across = stress[:, 0] * s * s + stress[:, 1] * c * c - 2.0 * stress[:, 3] * c * s
    for k, (name, found) in enumerate((("radial", along), ("circumferential", across))):
        axes.plot(program.radius, values[:, 2 + k] / 1e9, color=COLOURS[k], lw=0.9, label=name)
        axes.plot(radius, found / 1e9, "o", color=COLOURS[k], ms=2, fillstyle="none")
    axes.set_xlabel("radius before growth (m)")
    axes.set_ylabel("Cauchy stress (GPa)")
    axes.legend()


INPUT = """E 10 GPa, nu 0.3, creep 1 1/s at 1 GPa with exponent 2
growth along the radius from 1 to 1.4 in 1 s, seven steps
quarter of a cylinder, bore at rest, outside free; {counts} elements along the radius"""

PROBLEM = Problem(
    name="creeping-cylinder",
    title="Cylinder that grows and creeps at finite strain, beside a second program",
    part="cross-code",
    statement=STATEMENT.strip(),
    sources=("a second implementation for radial symmetry, in the module of this problem",),
    run=run,
    minutes=0.8,
)
