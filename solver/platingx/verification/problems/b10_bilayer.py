"""B10. A film that grows on an elastic plate bends it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.fields.constraints import Prescribed
from platingx.physics.discretisation import discretise, fix
from platingx.physics.solid_model import AREAL, FIBRE, ISOTROPIC, Growth, Shares, solid_model
from platingx.verification.models.vectors import elastic
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import Box, build_box

UM = 1e-6
SMALL = 1e-5  # mismatch strain of the computation: the closed forms are those of small strain
MISMATCH = 1e-3  # of the benchmark

STATEMENT = r"""
A film (thickness $t_f$, lithium, elastic) grows on a plate ($t_s$, LLZO) that nothing holds. With the mismatch strain
$e$ and the moduli $M_f$, $M_s$ for bending ($m = t_f/t_s$, $n = M_f/M_s$, $h = t_f + t_s$), Timoshenko's bimetal has
the curvature

$$\kappa = \frac{6 e (1+m)^2}{h\,[\,3 (1+m)^2 + (1 + m n)(m^2 + 1/(m n))\,]},$$

and Stoney's limit of a thin film with the stress $\sigma_f = M_f e$ is $\kappa = 6 \sigma_f t_f/(M_s t_s^2)$.

Which moduli and mismatch? Let the film grow freely by $e_x$, $e_z$ in its plane.

- *Plane strain*, $\epsilon_z = 0$: $\epsilon_x = (\sigma_x - \nu\sigma_z)/E + e_x$ and
  $0 = (\sigma_z - \nu\sigma_x)/E + e_z$ ($\sigma_y = 0$) give
  $\sigma_x = \frac{E}{1-\nu^2}(\epsilon_x - e_x - \nu e_z)$: the modulus is $M = E/(1-\nu^2)$ in both layers, and the
  mismatch $e_x$ for growth along x alone, $(1 + \nu_f) e$ for isotropic growth $e_x = e_z = e$.
- *Disc*, $\epsilon_r = \epsilon_\theta$: $\sigma = \frac{E}{1-\nu}(\epsilon - e)$, so $M = E/(1-\nu)$ and the
  mismatch is $e$, for isotropic as for areal growth: growth across the film is free.
- *Strip in plane stress*, the case of the benchmark, has $M = E$: it is the strip in plane strain with $E(1-\nu^2)$
  in place of $E$ that grows along x.

Curvatures are those of a parabola through the nodes at the bottom, inside half of the length (a strip) or a quarter
of the radius (a disc: its rim disturbs the whole disc by the order of h over its radius, so it is made 40 h wide).
Computed at $e = 10^{-5}$ and scaled up.
"""


@dataclass(frozen=True)
class Layer:
    """Thickness in m, E in Pa, Poisson's ratio."""

    thickness: float
    young: float
    poisson: float

    @property
    def plane_strain(self) -> float:
        """E/(1 - nu^2), Pa."""
        return self.young / (1.0 - self.poisson**2)

    @property
    def biaxial(self) -> float:
        """E/(1 - nu), Pa."""
        return self.young / (1.0 - self.poisson)

    @property
    def of_plane_stress(self) -> Layer:
        """The layer that behaves in plane strain as this one does in plane stress."""
        return Layer(self.thickness, self.young * (1.0 - self.poisson**2), self.poisson)


def lithium(thickness: float) -> Layer:
    """A film of lithium."""
    return Layer(thickness, 7.81e9, 0.38)


def ceramic(thickness: float) -> Layer:
    """A plate of LLZO."""
    return Layer(thickness, 150e9, 0.26)


def timoshenko(mismatch: float, film: float, plate: float, film_modulus: float, plate_modulus: float) -> float:
    """Curvature in 1/m of a bimetal: thicknesses in m, moduli in Pa (Timoshenko 1925, eq. 4)."""
    m, n = film / plate, film_modulus / plate_modulus
    bracket = 3.0 * (1.0 + m) ** 2 + (1.0 + m * n) * (m * m + 1.0 / (m * n))
    return 6.0 * mismatch * (1.0 + m) ** 2 / ((film + plate) * bracket)


@dataclass(frozen=True)
class Bending:
    """Deflection (m) of the bottom over its places (m), both for the mismatch ``MISMATCH``."""

    places: Array
    deflection: Array
    curvature: float


def bend(film: Layer, plate: Layer, model: str, shares: Shares, direction: tuple[float, float], cells: int) -> Bending:
    """Let the film grow to a free strain of ``SMALL`` in its plane, and scale the curvature to ``MISMATCH``.

    Parameters
    ----------
    film, plate
        The layers.
    model
        ``plane_strain`` (x is along the strip) or ``axisymmetric``.
    shares, direction
        Shares of growth and fibre direction.
    cells
        Elements through the thickness; five times as many along the half strip.
    """
    height = film.thickness + plate.thickness
    length, share = (10.0 * height, 0.5) if model == "plane_strain" else (40.0 * height, 0.25)
    box = Box(length, height, 5 * cells, cells, interface_height=plate.thickness)
    parts = discretise(build_box(box), MPI.COMM_SELF)
    places = parts.coordinates()
    corner = np.flatnonzero(np.linalg.norm(places, axis=1) < 1e-9 * height).astype(np.int32)
    supports = [fix(parts, "left", 0), Prescribed("corner", corner, 1)]
    free = {FIBRE: 1.0, AREAL: 2.0, ISOTROPIC: 3.0}[shares]  # ln Jg over the free strain in the plane
    growth = Growth(lambda time: float(np.exp(free * SMALL * time)), shares, direction)
    vectors = {"li": elastic(film.young, film.poisson), "llzo": elastic(plate.young, plate.poisson)}
    body = solid_model(parts, vectors, supports, model, {"li": growth})
    body.advance(1.0)
    bottom = np.flatnonzero(np.abs(places[:, 1]) < 1e-9 * height)
    bottom = bottom[np.argsort(places[bottom, 0])]
    x = places[bottom, 0]
    deflection = body.problem.displacement[bottom, 1] * MISMATCH / SMALL
    near = x <= share * length * (1.0 + 1e-9)
    fit = np.polyfit(x[near] / length, deflection[near], 2)
    return Bending(x, deflection, abs(2.0 * float(fit[0])) / length**2)


def run(effort: Effort) -> Outcome:
    """Curvatures of strips and discs."""
    cells = 4 if effort == "coarse" else 16
    film, plate = lithium(10 * UM), ceramic(100 * UM)
    strip = bend(film.of_plane_stress, plate.of_plane_stress, "plane_strain", FIBRE, (1.0, 0.0), cells)
    wide = bend(film, plate, "plane_strain", ISOTROPIC, (0.0, 1.0), cells)
    sizes = (film.thickness, plate.thickness)
    flat = timoshenko(MISMATCH * (1.0 + film.poisson), *sizes, film.plane_strain, plate.plane_strain)
    biaxial = timoshenko(MISMATCH, *sizes, film.biaxial, plate.biaxial)
    discs = [
        _row(f"disc, {kind} growth", biaxial, bend(film, plate, "axisymmetric", shares, (0.0, 1.0), cells).curvature)
        for kind, shares in (("isotropic", ISOTROPIC), ("areal", AREAL))
    ]
    half = ceramic(50 * UM).of_plane_stress
    equal = bend(half, half, "plane_strain", FIBRE, (1.0, 0.0), cells)
    caption = (
        "The film on top grows and bends the ends of the strip down. Circles: computed; dashed: a circle of"
        " Timoshenko's curvature."
    )
    shown = (("strip, plane stress", strip, 0.335534), ("strip, plane strain, isotropic", wide, flat))
    return Outcome(
        rows=(
            _row("strip in plane stress, Li 10 um on LLZO 100 um", 0.335534, strip.curvature),
            _row("the same in plane strain, isotropic growth", flat, wide.curvature),
            *discs,
            _row("strip of two equal layers, 1.5 e/h", 15.0, equal.curvature),
            _stoney(plate, cells),
        ),
        pictures=(Picture("deflection", caption, lambda figure: draw(figure, shown)),),
        notes=(
            "Stoney's form is the limit of a thin film: Timoshenko's curvature at a hundredth of the thickness is 0.7 %"
            " higher.",
        ),
        input=f"Li: E 7.81 GPa, nu 0.38; LLZO: E 150 GPa, nu 0.26; {5 * cells} x {cells} quadrilaterals;"
        " mismatch 1e-5, scaled to 1e-3",
    )


def _row(label: str, expected: float, computed: float) -> Row:
    return Row(label, "curvature", "1/m", expected, computed, 0.01, "Timoshenko 1925", "exact")


def _stoney(plate: Layer, cells: int) -> Row:
    """A disc with a thin film whose stress is 100 MPa."""
    film, stress = lithium(1 * UM), 100e6
    expected = 6.0 * stress * film.thickness / (plate.biaxial * plate.thickness**2)
    bending = bend(film, plate, "axisymmetric", AREAL, (0.0, 1.0), cells)
    computed = bending.curvature * stress / (film.biaxial * MISMATCH)
    label = "disc, Li 1 um on LLZO 100 um, film stress 100 MPa"
    return Row(label, "curvature", "1/m", expected, computed, 0.01, "Stoney 1909, biaxial", "exact")


def draw(figure: Figure, shown: tuple[tuple[str, Bending, float], ...]) -> None:
    """Deflections beside circles of the expected curvature."""
    axes = figure.subplots()
    for index, (label, bending, curvature) in enumerate(shown):
        x, colour = bending.places, f"C{index}"
        axes.plot(x / UM, bending.deflection / UM, "o", ms=3, fillstyle="none", color=colour, label=label)
        sign = np.sign(bending.deflection[-1])
        axes.plot(x / UM, sign * 0.5 * curvature * x**2 / UM, "--", lw=0.8, color=colour)
    axes.set_xlabel("x (um)")
    axes.set_ylabel("deflection of the bottom (um)")
    axes.legend()


PROBLEM = Problem(
    name="b10-bilayer",
    title="B10 Curvature of a plate with a growing film",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "S. Timoshenko, J. Opt. Soc. Am. 11 (1925) 233",
        "G. G. Stoney, Proc. R. Soc. A 82 (1909) 172",
    ),
    run=run,
    minutes=0.2,
)
