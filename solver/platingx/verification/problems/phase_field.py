"""A phase field softens a bar, lets a crack run, and opens under pressure as closed forms say."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.verification.drawing import COLOURS
from platingx.verification.models.damaged import DamagedBody
from platingx.verification.models.phase_fields import (
    ENERGY,
    PLANE,
    Surfed,
    bar,
    pressed,
    strip_energy,
    surfed,
)
from platingx.verification.models.turned_cracks import kinked
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx.verification.problems.cracks_kinked import kink_of_most_energy

STATEMENT = r"""
The energy of a solid with the damage $d$ is $\int g(d)\,\psi_+ + \psi_- + \frac38 G\left(d/l + l|\nabla d|^2\right)$,
$g = (1-d)^2$ and a rest of $10^{-6}$ (AT1). In a bar of two lengths $l$, too short for a crack, it stays even: nothing
happens up to the strain $\varepsilon_c = \sqrt{3G/(8lE')}$, and then

$$d = 1 - (\varepsilon_c/\varepsilon)^2, \qquad \sigma = E'\varepsilon_c\,(\varepsilon_c/\varepsilon)^3 .$$

A crack that goes through a body without load has the energy $G$ per length, once the width $h$ of its row of elements
is reckoned with: $G$ is the toughness over $1 + 3h/8l$. The field of $K = \sqrt{E'G}$ that is moved along a strip takes
the crack with it; what is put in and not stored is the surface energy, and per length it is $G$ again.

A crack of half length $a$ in a large body under the pressure $p$ has the volume $2\pi a^2 p/E'$ (Sneddon 1946). That of
the phase field is wider by its length: the difference falls with $l/a$ to the first order. Given a volume that grows,
it grows itself at the pressure $\sqrt{E'G/\pi a}$, with the length $a$ that its surface energy stands for.

Under shear a crack turns, to one side. The direction of the largest hoop stress is 53.13 degrees for $K_I=K_{II}$ and
70.53 degrees in pure shear. What a model of least energy tends to with its length is the kink that releases most
energy, 56.57 and 75.76 degrees, from $K_{II}=0.547\,K_{Ic}$ and $0.812\,K_{Ic}$ on
([cracks-kinked](cracks-kinked.md)); both are shown. The field is that of a crack tip, raised on the outline of a
square of 32 $l$, and the direction is that of the new crack's own line: it leaves the old one up to $l$ behind its
tip, so that the chord from the tip to its end is steeper, in pure shear by 14 degrees.
"""

MIXED, SHEAR = 53.13, float(np.degrees(np.arccos(1.0 / 3.0)))
"""Directions of the largest hoop stress, degrees."""
WAY = np.concatenate([np.arange(8.0, 20.0, 1.0), np.arange(20.0, 26.1, 0.5)])
"""Places of the moving field, in lengths l: far enough for the wake of the first of them to have come to its end."""
STRETCHES = np.array([0.5, 0.9, 1.0, 1.1, 1.2, 1.5])


def bars(effort: Effort, comm: MPI.Intracomm) -> tuple[list[Row], Array]:
    """Bars at two sizes of elements; stresses of the last."""
    rows: list[Row] = []
    stresses: Array = np.zeros(0)
    for ratio in (0.5,) if effort == "coarse" else (0.5, 0.25, 0.1):
        stresses, damages = bar(ratio, STRETCHES, comm)
        for stretch, stress, damage in zip(STRETCHES, stresses, damages, strict=True):
            label, source = f"bar, h/l {ratio:g}, strain {stretch:g}", "closed form"
            if stretch >= 1.0:
                rows.append(Row(label, "stress / stress of onset", "", stretch**-3, stress, 5e-3, source, "exact"))
            if stretch > 1.0:
                rows.append(Row(label, "damage", "", 1.0 - stretch**-2, damage, 5e-3, source, "exact"))
    return rows, stresses


def strips(effort: Effort, comm: MPI.Intracomm) -> list[Row]:
    """Energy of a crack through an unloaded body."""
    return [
        Row(
            f"crack through a body, h/l {ratio:g}",
            "energy / G",
            "",
            1.0,
            strip_energy(ratio, comm),
            0.01,
            "1 + 3h/8l",
            "published",
        )
        for ratio in ((0.5, 0.25) if effort == "coarse" else (0.5, 0.25, 0.125))
    ]


def surfing(effort: Effort, comm: MPI.Intracomm) -> tuple[list[Row], Surfed]:
    """A crack that follows a moving field."""
    coarse = effort == "coarse"
    tips = np.arange(5.0, 8.1, 1.0) if coarse else WAY
    found = surfed(0.5, np.asarray(tips, dtype=np.float64), (12.0, 8.0) if coarse else (32.0, 12.0), comm)
    late = found.tips >= (7.0 if coarse else 22.0)
    first, last = np.flatnonzero(late)[[0, -1]]

    def per_length(energies: Array, begin: int, end: int) -> float:
        return float((energies[end] - energies[begin]) / ((found.tips[end] - found.tips[begin]) * ENERGY))

    surface, spent = (per_length(energies, first, last) for energies in (found.surfaces, found.spent))
    # the row behind the tip breaks as it opens, with the root of the way: until then it has less than its energy
    rows = [
        Row("surfing", "energy spent / energy of cracks", "", 1.0, spent / surface, 5e-3, "energy balance", "exact")
    ]
    label, what = "surfing, h/l 0.5", "surface energy per length / G"
    for begin, end in () if coarse else ((4, 8), (8, 12)):
        value = per_length(found.surfaces, begin, end)  # steps of l until there
        rows.append(Row(f"{label}, way {begin} l to {end} l", what, "", 1.0, value, None, "steady state", "exact"))
    label = f"{label}, way {tips[first] - tips[0]:g} l to {tips[last] - tips[0]:g} l"
    rows.append(Row(label, what, "", 1.0, surface, 0.1 if coarse else 0.01, "steady state", "exact"))
    return rows, found


def kinks(comm: MPI.Intracomm) -> tuple[list[Row], DamagedBody]:
    """Directions of cracks under shear, with opening and without; the body of the last."""
    rows: list[Row] = []
    for label, opening, loads, hoop in (
        ("crack with K_I = K_II, h/l 0.25", 1.0, np.arange(0.6, 1.3, 0.04), MIXED),
        ("crack in pure shear, h/l 0.25", 0.0, np.arange(0.9, 1.6, 0.05), SHEAR),
    ):
        found = kinked(opening, np.asarray(loads, dtype=np.float64), comm)
        angle, energy = kink_of_most_energy(opening)
        source, most = "Erdogan and Sih 1963", "most energy, Amestoy and Leblond 1992"
        rows += [
            Row(label, "kink", "degrees", hoop, found.angle, 5.5, source, "exact", absolute=True),
            Row(label, "kink", "degrees", angle, found.angle, None, most, "exact", absolute=True),
            Row(label, "sides to which it turns", "", 1.0, float(found.sides), 1e-12, "only one opens", "exact"),
            Row(label, "K_II/K_Ic of the kink", "", energy**-0.5, found.load, None, most, "exact"),
        ]
    return rows, found.body


def sneddon(effort: Effort, comm: MPI.Intracomm) -> tuple[list[Row], Convergence]:
    """Volumes of pressed cracks."""
    lengths = (0.4, 0.25) if effort == "coarse" else (0.2, 0.1, 0.05)
    rows, errors = [], []
    for length in lengths:
        _, states = pressed(length, comm=comm)
        pressure, volume, _ = states[0]
        ratio = volume / (2.0 * np.pi * pressure / PLANE)
        errors.append(abs(ratio - 1.0))
        rows.append(
            Row(f"pressed crack, l/a {length:g}", "volume / Sneddon's", "", 1.0, ratio, length, "Sneddon 1946", "exact")
        )
    return rows, Convergence("volume of a pressed crack", "l / a", lengths, tuple(errors), 1.0, 0.15)


def growing(comm: MPI.Intracomm) -> tuple[list[Row], list[tuple[float, float]]]:
    """Pressures of a crack whose volume grows."""
    length = 0.2
    _, states = pressed(length, 1.5, 8, comm)
    path = [(half, pressure / float(np.sqrt(PLANE * ENERGY / (np.pi * half)))) for pressure, _, half in states]
    grown = [(half, ratio) for half, ratio in path if half > states[0][2] * 1.02]
    half, ratio = grown[-1]
    label = f"crack grown by volume to {half:.2f} a, l/a {length:g}"
    return [Row(label, "pressure / critical", "", 1.0, ratio, length / half, "Sneddon 1946", "exact")], path


def run(effort: Effort, comm: MPI.Intracomm = MPI.COMM_SELF) -> Outcome:
    """All of them. Collective."""
    rows, stresses = bars(effort, comm)
    rows += strips(effort, comm)
    more, moved = surfing(effort, comm)
    rows += more
    more, convergence = sneddon(effort, comm)
    rows += more
    pictures = [
        Picture("bar", "Stress of a bar over its strain.", lambda figure: draw_bar(figure, stresses)),
        Picture(
            "surfing",
            "Damage of the crack that was taken along.",
            lambda figure: draw_damage(figure, moved.body, moved.tips[-1]),
        ),
    ]
    if effort == "full":  # minutes
        more, path = growing(comm)
        rows += more
        caption = "Pressure in a crack whose volume grows."
        pictures.append(Picture("growth", caption, lambda figure: draw_path(figure, path)))
        more, turned = kinks(comm)
        rows += more
        caption = "Damage of a crack in pure shear, which has turned."
        pictures.append(Picture("shear", caption, lambda figure: draw_damage(figure, turned, reach=5.0)))
    return Outcome(
        rows=tuple(rows),
        convergences=(convergence,),
        pictures=tuple(pictures),
        input=f"E' {PLANE:.4g} Pa, G {ENERGY:g} J/m2, l 1 m (bar, surfing), 0.2 to 0.05 m (pressed cracks, "
        "a = 1 m, block of 40 a)",
    )


def draw_bar(figure: Figure, stresses: Array) -> None:
    """Stress over strain."""
    axes = figure.subplots()
    strains = np.linspace(0.0, 1.5, 200)
    axes.plot(
        strains, np.where(strains < 1.0, strains, np.maximum(strains, 1e-9) ** -3), "k", lw=0.8, label="closed form"
    )
    axes.plot(STRETCHES, stresses, "o", ms=4, color=COLOURS[0], label="computed")
    axes.set_xlabel("strain / strain of onset")
    axes.set_ylabel("stress / stress of onset")
    axes.legend()


def draw_damage(figure: Figure, body: DamagedBody, tip: float | None = None, reach: float | None = None) -> None:
    """The damage of a body, to a distance from the origin, and where the tip of the field is that moved a crack."""
    axes, grid = figure.subplots(), body.damage.grid
    corners = grid.cells[:, [0, 1, 3, 2]]
    triangles = np.concatenate([corners[:, :3], corners[:, [0, 2, 3]]])
    image = axes.tripcolor(*grid.places.T, triangles, body.damage.damage, cmap="viridis", vmin=0.0, vmax=1.0)
    if tip is not None:
        axes.axvline(tip, color="w", lw=0.8, ls=":")
    axes.set_aspect("equal")
    if reach is not None:
        axes.set_xlim(-reach, reach)
        axes.set_ylim(-reach, reach)
    axes.set_xlabel("x / l" if tip is None else "x / l (dotted: tip of the field)")
    axes.set_ylabel("y / l")
    figure.colorbar(image, ax=axes, label="damage", shrink=0.6)


def draw_path(figure: Figure, path: list[tuple[float, float]]) -> None:
    """Pressure over half length."""
    axes = figure.subplots()
    halves, ratios = np.array(path).T
    axes.plot(halves, ratios, "o-", ms=4, color=COLOURS[0], label="phase field")
    axes.axhline(1.0, color="k", lw=0.8, label="critical pressure of the length")
    axes.set_xlabel("half length by the surface energy / first half length")
    axes.set_ylabel("pressure / critical pressure")
    axes.legend()


PROBLEM = Problem(
    name="phase-field",
    title="Phase field of cracks: bar, moving crack, cracks under pressure",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "K. Pham, H. Amor, J.-J. Marigo, C. Maurini, Int. J. Damage Mech. 20 (2011) 618",
        "B. Bourdin, G. A. Francfort, J.-J. Marigo, J. Elast. 91 (2008) 5",
        "I. N. Sneddon, Proc. R. Soc. Lond. A 187 (1946) 229",
        "F. Erdogan, G. C. Sih, J. Basic Eng. 85 (1963) 519",
        "M. Amestoy, J. B. Leblond, Int. J. Solids Struct. 29 (1992) 465",
    ),
    run=run,
    on_ranks=run,
    minutes=8.0,
)
