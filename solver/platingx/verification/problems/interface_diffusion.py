"""Pressure of metal that leaves by diffusion along its interfaces, against closed forms."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array, RealArray
from platingx.problems.accretion import FIRST
from platingx.verification.drawing import COLOURS
from platingx.verification.models.diffusing import COEFFICIENT, SPEED, UNIAXIAL, Diffusing, diffusing
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.simple import Box, build_box

__all__ = ["PROBLEM", "disc", "strip", "transient", "transient_pressure", "tube", "two_plates"]

NM = 1e-9
BOTH, X, Y = (0, 1), (0,), (1,)
STEADY = 1e3 * np.arange(1.0, 5.0)
"""Instants of steps so long that only what is steady is left, s."""
RISING = 0.5 * np.arange(1.0, 9.0)
"""The same where the metal rises, and may not use up its uppermost cells, s."""


def disc(radius: float, cells: int, share: float | None = None, speed: float = SPEED) -> Diffusing:
    """Disc between rigid plates, plated below, with its rim at zero pressure; the upper plate has a share of C."""
    paths = {"bottom": COEFFICIENT} | ({} if share is None else {"top": share * COEFFICIENT})
    body = diffusing(
        build_box(Box(radius, 50 * NM, cells, 2)),
        "axisymmetric",
        {"left": X, "bottom": BOTH, "top": BOTH},
        paths,
        {"right": 0.0},
        speed=speed,
    )
    body.march(STEADY if share is None else RISING)
    return body


def two_plates(radius: float, share: float) -> tuple[float, float, float]:
    """Pressure (Pa) in the centre below, speed of the rise over that of plating, and volume lost over that plated."""
    body = disc(radius, 8, share)
    field = body.path("bottom").deposit
    rise = (field.converged - field.before)[:, 0].mean() / (RISING[-1] - RISING[-2])
    books = body.diffusion.books
    lost = 1.0 - (books.added + books.left) / books.plated
    return body.pressure_at("bottom", (0.0, 0.0)), float(rise) / SPEED, lost


def strip(
    length: float, cells: int, both: bool = False, steps: RealArray | None = None, speed: float = SPEED
) -> Diffusing:
    """Half a strip of a half length, held at its side, one or both faces of which diffuse."""
    paths = {"bottom": COEFFICIENT} | ({"top": COEFFICIENT} if both else {})
    body = diffusing(
        build_box(Box(length, 50 * NM, cells, 2)),
        "plane_strain",
        {"left": X, "right": X, "bottom": BOTH, "top": BOTH},
        paths,
        {"right": 0.0},
        speed=speed,
    )
    body.march((RISING if both else STEADY) if steps is None else steps)
    return body


def strip_in_layer() -> float:
    """Half a strip of 390 nm whose columns take up the deposit: pressure in the centre, Pa."""
    body = diffusing(
        build_box(Box(390 * NM, 50 * NM, 4, 2)),
        "plane_strain",
        {"left": X, "right": X, "bottom": BOTH, "top": BOTH},
        {"bottom": COEFFICIENT},
        {"right": 0.0},
        layer=True,
    )
    body.march(STEADY)
    return body.pressure_at("bottom", (0.0, 0.0))


def growing_strip(layer: bool) -> tuple[float, float]:
    """Half a strip whose free side grows by what leaves: pressure in the centre, and its closed form, Pa."""
    length, height, speed, times = 390 * NM, 50 * NM, 1e-3 * SPEED, 2e4 * np.arange(1.0, 11.0)
    body = diffusing(
        build_box(Box(length, height, 4, 2)),
        "plane_strain",
        {"left": X, "right": X, "bottom": BOTH, "top": BOTH},
        {"bottom": COEFFICIENT},
        {},
        speed=speed,
        layer=layer,
        accreting={"right": 0.0},
    )
    body.march(times)
    way = speed * float(times[-2]) * length / height + FIRST * height
    return body.pressure_at("bottom", (0.0, 0.0)), speed / COEFFICIENT * (0.5 * length**2 + length * way)


LONG, THIN, SLOW = 2000 * NM, 50 * NM, 0.01 * SPEED


def time_scale() -> float:
    """Time L^2/D_p with D_p = M C/h of the transient strip, s."""
    return LONG**2 * THIN / (UNIAXIAL * COEFFICIENT)


def transient(steps: int) -> float:
    """Pressure in the centre of a thin long strip after the time scale, in equal steps, Pa."""
    body = strip(LONG, 40, steps=time_scale() * np.linspace(0.0, 1.0, steps + 1)[1:], speed=SLOW)
    return body.pressure_at("bottom", (0.0, 0.0))


def transient_pressure(share: float) -> float:
    """Closed form of it at a share of the time scale, Pa."""
    odd = 2.0 * np.arange(60) + 1.0
    terms = 32.0 * (-1.0) ** np.arange(60) / (odd * np.pi) ** 3 * np.exp(-((odd * np.pi / 2.0) ** 2) * share)
    return float(SLOW * LONG**2 / (2.0 * COEFFICIENT) * (1.0 - terms.sum()))


def tube(width: float, length: float, cells: int) -> Diffusing:
    """Plug in a tube that is plated at its root and diffuses along root and wall to the free end."""
    body = diffusing(
        build_box(Box(0.5 * width, length, 4, cells)),
        "axisymmetric",
        {"left": X, "bottom": BOTH, "right": BOTH},
        {"bottom": COEFFICIENT, "right": COEFFICIENT},
        {"top": 0.0},
    )
    body.march(STEADY)
    return body


def _row(label: str, quantity: str, right: float, found: float, tolerance: float, unit: str = "MPa") -> Row:
    scale = 1e6 if unit == "MPa" else 1.0
    return Row(label, quantity, unit, right / scale, found / scale, tolerance, "closed form", "exact")


def _balance(label: str, lost: float) -> Row:
    return Row(label, "volume lost, over that plated", "", 0.0, lost, 1e-12, "balance", "exact", absolute=True)


def run(effort: Effort) -> Outcome:
    """Compute all situations."""
    centre = "pressure in the centre"
    rows, profiles = [], {}
    for radius in (100 * NM, 390 * NM, 515 * NM)[: 1 if effort == "coarse" else 3]:
        body = disc(radius, 4)
        right = SPEED * radius**2 / (4.0 * COEFFICIENT)
        rows.append(
            _row(f"disc, radius {radius / NM:g} nm", centre, right, body.pressure_at("bottom", (0.0, 0.0)), 1e-6)
        )
        profiles[radius] = body.pressures("bottom")
    fast = 17.0 / 4.0 * SPEED
    right = fast * (113 * NM) ** 2 / (4.0 * COEFFICIENT)
    found = disc(113 * NM, 4, speed=fast).pressure_at("bottom", (0.0, 0.0))
    rows.append(_row("disc, radius 113 nm at 17 mA/cm2 (Gao et al. 2022, F2)", centre, right, found, 1e-6))
    needed = np.sqrt(10e6 * 4.0 * COEFFICIENT / fast) / NM
    label = "disc at 17 mA/cm2 (Gao et al. 2022, F2)"
    rows.append(Row(label, "radius that 10 MPa need", "nm", 191.0, needed, 3e-3, "closed form", "arithmetic"))
    for layer in (False, True):
        found, right = growing_strip(layer)
        label = f"strip, 390 nm, side that grows, deposit {'in the layer' if layer else 'at the face'}"
        rows.append(_row(label, centre, right, found, 1e-3))
    rows.append(
        _row(
            "strip, half length 390 nm, deposit in the layer",
            centre,
            SPEED * (390 * NM) ** 2 / (2.0 * COEFFICIENT),
            strip_in_layer(),
            1e-5,
        )
    )
    for share in (0.0, 0.25, 1.0):
        pressure, rise, lost = two_plates(390 * NM, share)
        label = f"two plates, radius 390 nm, C above over below {share:g}"
        rows.append(_row(label, centre, SPEED * (390 * NM) ** 2 / (4.0 * COEFFICIENT * (1.0 + share)), pressure, 1e-5))
        rows.append(
            Row(
                label, "rise over plating", "", share / (1.0 + share), rise, 1e-5, "closed form", "exact", absolute=True
            )
        )
        rows.append(_balance(label, lost))
    for length in (145 * NM, 240 * NM, 500 * NM):
        for both in (False, True):
            found = strip(length, 4, both).pressure_at("bottom", (0.0, 0.0))
            label = f"strip, half length {length / NM:g} nm, {'both faces' if both else 'one face'}"
            rows.append(_row(label, centre, SPEED * length**2 / ((4.0 if both else 2.0) * COEFFICIENT), found, 1e-5))
    rows += _tube_rows(effort)
    counts = (10, 20) if effort == "coarse" else (10, 20, 40, 80)
    errors = [transient(count) / transient_pressure(1.0) - 1.0 for count in counts]
    for count, error in zip(counts, errors, strict=True):
        label = f"strip of 2 um x 50 nm, {count} steps"
        rows.append(
            Row(
                label,
                "pressure over Fourier series, less 1",
                "",
                0.0,
                error,
                0.4 / count,
                "closed form",
                "exact",
                absolute=True,
            )
        )
    order = float(np.log2(errors[-2] / errors[-1]))
    rows.append(
        Row("strip of 2 um x 50 nm", "order of the error in the step", "", 1.0, order, 0.1, "Euler's method", "exact")
    )
    picture = Picture("disc", CAPTION, lambda figure: draw(figure, profiles), (4.8, 3.2))
    return Outcome(tuple(rows), (), (picture,), (NOTE,), INPUT)


def _tube_rows(effort: Effort) -> list[Row]:
    width = 100 * NM
    rows = []
    for length in (2000 * NM,) if effort == "coarse" else (2000 * NM, 20000 * NM):
        body = tube(width, length, 20)
        corner = SPEED * width * length / (4.0 * COEFFICIENT)
        label = f"plug of {length / NM:g} nm in a tube of 100 nm"
        rows.append(
            _row(label, "pressure at the edge of the root", corner, body.pressure_at("right", (0.5 * width, 0.0)), 1e-4)
        )
        centre = corner + SPEED * width**2 / (16.0 * COEFFICIENT)
        rows.append(
            _row(label, "pressure in the centre of the root", centre, body.pressure_at("bottom", (0.0, 0.0)), 1e-4)
        )
    return rows


def draw(figure: Figure, profiles: dict[float, tuple[Array, Array]]) -> None:
    """Pressure over the radius of discs."""
    axes: Any = figure.subplots()
    at = np.linspace(0.0, 1.0, 100)
    for (radius, (places, pressures)), colour in zip(profiles.items(), COLOURS, strict=False):
        axes.plot(at, SPEED * radius**2 * (1.0 - at**2) / (4.0 * COEFFICIENT) / 1e6, color=colour)
        axes.plot(
            places[:, 0] / radius, pressures / 1e6, "o", color=colour, fillstyle="none", label=f"{radius / NM:g} nm"
        )
    axes.set_xlabel("Distance from the axis over the radius")
    axes.set_ylabel("Pressure (MPa)")
    axes.legend(title="radius")


CAPTION = "Pressure along the plated face of a disc. Lines: closed form; circles: computed at the nodes."

NOTE = """The pressure of a disc or strip is a parabola, which the elements have in their space: what is left of the
error is round-off of the system and what the last step was off the steady state. With a side that grows the way out is
that at the start of a step, and the metal is compressed a little more in each. In the tube the metal is bonded to the
wall; were it free to slide, the pressure would push it out and be zero. The time steps are Euler's, of first order."""

INPUT = """blocks of elastic metal (bulk modulus 11.3, shear modulus 2.49 GPa) 50 nm high, 4 to 8 x 2 quadrilaterals
between rigid plates; tube 4 x 20; transient strip 40 x 2
lithium plated at 4 mA/cm2 (transient strip: 0.04, strains of 0.04 %); D = 2e-11 m2/s, 0.2 nm, atoms of
21.6 cubic Angstrom, 300 K
steady state: four steps of 1000 s, or eight of 0.5 s where the metal rises; ten of 2e4 s at 4 uA/cm2 where the side
grows, to 20 times the half length"""

PROBLEM = Problem(
    name="interface-diffusion",
    title="Metal that diffuses along its interfaces",
    part="verification",
    statement=r"""Metal is plated at the speed $v$ on a face and leaves along it by diffusion,
$\nabla\cdot(C\nabla p)=-v$, to an edge at zero pressure; $C=\delta D\Omega/(kT)$. With the radius $R$ or the half
length $L$

$$p_{disc}=\frac{vR^2}{4(C_1+C_2)},\quad \frac{v_{rise}}v=\frac{C_2}{C_1+C_2},\quad p_{strip}=\frac{vL^2}{2C},\quad
p_{tube}=\frac{vW}{4C}\left(z+\frac W4\right),$$

$C_2$ that of a second plate, towards which the disc rises, $W$ the width of the tube and $z$ its length, $p$ in the
centre. An elastic strip of the height $h\ll L$ and the uniaxial stiffness $M$ gets there as

$$p(0,t)=\frac{vL^2}{2C}\left[1-\sum_n\frac{32(-1)^n}{((2n+1)\pi)^3}\,e^{-(2n+1)^2\pi^2D_pt/(4L^2)}\right],
\qquad D_p=\frac{MC}h.$$""",
    sources=("C. Herring, J. Appl. Phys. 21 (1950) 437; R. L. Coble, J. Appl. Phys. 34 (1963) 1679, for the flux",),
    run=run,
    minutes=0.5,
)
