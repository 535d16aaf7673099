"""Stress intensity factors of cracks that are kinked or curved."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.fracture.weight_functions import slit_weights
from platingx.verification.models.slit_bodies import ELASTIC, box, stretched
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx.verification.problems.cracks import draw_mesh
from platingx_meshes.slit import SlitMesh, slit_mesh
from platingx_meshes.slit_body import Slit, SlitSizes

BLOCK = 60.0
"""Half width of the plates, over the radius of the arc or half of the main crack."""
FROM_KINK = {
    (1, 1): (1.0, -3 / 8 * np.pi**2, np.pi**2 - 5 / 128 * np.pi**4,
             np.pi**2 / 9 - 11 / 72 * np.pi**4 + 119 / 15360 * np.pi**6, 5.07790, -2.88312, -0.0925, 2.996, -4.059,
             1.63, 4.1),
    (2, 1): (np.pi / 2, -(4 / 3 * np.pi + np.pi**3 / 48), -2 / 3 * np.pi + 13 / 30 * np.pi**3 - 59 / 3840 * np.pi**5,
             -6.176023, 4.44112, -1.5340, -2.0700, 4.684, -3.95, -1.32),
    (1, 2): (-3 / 2 * np.pi, 10 / 3 * np.pi + np.pi**3 / 16,
             -2 * np.pi - 133 / 180 * np.pi**3 + 59 / 1280 * np.pi**5,
             12.313906, -7.32433, 1.5793, 4.0216, -6.915, 4.21, 4.56),
    (2, 2): (1.0, -4 - 3 / 8 * np.pi**2, 8 / 3 + 29 / 18 * np.pi**2 - 5 / 128 * np.pi**4,
             -32 / 15 - 4 / 9 * np.pi**2 - 1159 / 7200 * np.pi**4 + 119 / 15360 * np.pi**6,
             10.58254, -4.78511, -1.8804, 7.280, -7.591, 0.25, 12.5),
}  # fmt: skip
"""Coefficients of F11 and F22 in even and of F21 and F12 in odd powers of the kink over pi (Amestoy and Leblond 1992),
by the mode of the kink and that of the main crack."""
SHEAR = 2
"""Mode of a main crack in pure shear."""
SHEARED = (60.0, 67.5, 75.0, 82.5, 90.0)
"""Kinks about the one of most energy in pure shear, degrees."""
STATEMENT = r"""
Growth of a crack needs stress intensities along paths that are not straight. In a large plate under equal tension $s$
along x and y, which does the same as a pressure $s$ on the faces:

- A crack along an arc of radius $R$ that spans twice the angle $\alpha$ (Muskhelishvili):
  $K_I = s\sqrt{\pi R\sin\alpha}\,\cos(\alpha/2)/(1+\sin^2(\alpha/2))$, and $K_{II}$ with $\sin(\alpha/2)$ for the
  cosine. The arc is 40 chords, those at the tips halved four times: the last one of 60° turns by 0.19°, which leaves
  0.09° between it and the tangent.
- A straight crack with a short kink at one tip: $K_I = F_{11}(\varphi) K$, $K_{II} = F_{21}(\varphi) K$ of the main
  crack, by the series of Amestoy and Leblond up to the 20th power; kinks of 0.02 and 0.005 of its half length,
  extrapolated to none. In pure shear $s$ they are $F_{12}$ and $F_{22}$.

The energy that a kink releases in pure shear is in proportion to $F_{12}^2+F_{22}^2$. It is largest by the series at
75.8 degrees, where it is 1.517 times that of a crack that goes straight on; a kink without $K_{II}$ is at 77.3 degrees,
the largest hoop stress of the main crack at 70.5. For $K_I=K_{II}$ the three are 56.6, 57.0 and 53.1 degrees. A model
that looks for the least energy, such as the [phase field](phase-field.md), has to come to the first of them.
"""


def run(effort: Effort) -> Outcome:
    """Arcs and kinks."""
    refinement = 1.0 if effort == "coarse" else 2.0
    rows, meshes = [], {}
    for angle in (30.0, 60.0) if effort == "coarse" else (15.0, 30.0, 45.0, 60.0, 75.0):
        found, meshes[angle] = arc(angle, refinement)
        half = np.radians(0.5 * angle)
        size = np.sqrt(np.pi * np.sin(2.0 * half)) / (1.0 + np.sin(half) ** 2)
        for word, value, wanted in (("I", found[0], size * np.cos(half)), ("II", found[1], size * np.sin(half))):
            label = f"arc of twice {angle:g} degrees"
            rows.append(Row(label, f"K_{word}/s sqrt(R)", "", wanted, value, 5e-3, "Muskhelishvili", "exact"))
    kinks = (30.0, 60.0) if effort == "coarse" else (15.0, 30.0, 45.0, *SHEARED)
    computed = {angle: kinked(angle, refinement) for angle in kinks}
    for angle, shares in computed.items():
        for mode, main in FROM_KINK:
            label, name, wanted = f"kink of {angle:g} degrees", f"F{mode}{main}", from_kink(mode, main, angle)
            # those of shear pass through zero: what they are of is the K of the main crack
            share, source, absolute = float(shares[mode - 1, main - 1]), "Amestoy and Leblond 1992", main == SHEAR
            rows.append(Row(label, name, "", wanted, share, 4e-3, source, "exact", absolute=absolute))
    if effort == "full":
        rows += sheared_rows({angle: float(np.sum(computed[angle][:, SHEAR - 1] ** 2)) for angle in SHEARED})

    def draw(figure: Figure) -> None:
        axes, angles = figure.subplots(), np.linspace(0.0, 90.0, 91)
        for (mode, main), colour in zip(FROM_KINK, ("#1f4e79", "#c55a11", "#4d7c2a", "#7a3b8f"), strict=True):
            series = [from_kink(mode, main, a) for a in angles]
            axes.plot(angles, series, color=colour, lw=0.9, label=f"F{mode}{main}, series")
            axes.plot(list(computed), [k[mode - 1, main - 1] for k in computed.values()], "o", ms=4, color=colour)
        axes.set_xlabel("kink / degrees")
        axes.set_ylabel("K of the kink / K of the main crack")
        axes.legend()

    return Outcome(
        rows=tuple(rows),
        pictures=(
            Picture("kinks", "Stress intensities at a short kink: series (lines) and computed (dots).", draw),
            Picture(
                "arc",
                "Mesh around an arc of twice 60°, lengths over R.",
                lambda figure: draw_mesh(figure, meshes[60.0], (-1.6, 1.6, -1.3, 0.8)),
            ),
        ),
        notes=(
            "The coefficients are those that public codes quote of the paper, which was not opened; what is computed "
            "knows nothing of them.",
        ),
        input=f"E {ELASTIC.young_modulus / 1e9:g} GPa, nu {ELASTIC.poisson_ratio:g}; refinement {refinement:g}",
    )


def arc(angle: float, refinement: float) -> tuple[tuple[float, float], SlitMesh]:
    """K_I and the size of K_II of a crack along an arc of radius 1 under unit tensions, by half its angle."""
    ends = 1.0 - 0.05 * 0.5 ** np.arange(1, 5)
    along = np.radians(angle) * np.concatenate([-ends[::-1], np.linspace(-1.0, 1.0, 41), ends])
    along = np.sort(along)
    nodes = np.stack([np.sin(along), np.cos(along) - 1.0], axis=1)
    mesh = _in_plate(nodes, refinement)
    found = stretched(mesh, (1.0, 1.0, 0.0))
    return (float(found[:, 0].mean()), float(np.abs(found[:, 1]).mean())), mesh


def kinked(angle: float, refinement: float) -> Array:
    """F by two short kinks at an angle (degrees), shape (mode of the kink, mode of the main crack)."""
    turn, found = np.radians(angle), []
    for length in (0.02, 0.005):
        end = np.array([1.0 + length * np.cos(turn), length * np.sin(turn)])
        weights = slit_weights(_in_plate(np.array([[-1.0, 0.0], [1.0, 0.0], end]), refinement), ELASTIC)
        loads = ((1.0, 1.0, 0.0), (0.0, 0.0, 1.0))
        points = (len(weights.places), 3)
        shares = [weights.intensities(np.broadcast_to(np.array(load), points))[0] for load in loads]
        found.append(np.stack(shares, axis=1) / np.sqrt(np.pi))
    return np.asarray((4.0 * found[1] - found[0]) / 3.0)


def from_kink(mode: int, main: int, angle: float) -> float:
    """Series of a coefficient at a kink (degrees) by the modes of kink and main crack."""
    coefficients, share = FROM_KINK[mode, main], angle / 180.0
    powers = share ** (2 * np.arange(len(coefficients)) + (mode != main))
    return float(np.dot(coefficients, powers))


def kink_of_most_energy(opening: float) -> tuple[float, float]:
    """Kink that releases most energy, degrees, and that energy over K_II^2/E' of the main crack, by the series.

    Parameters
    ----------
    opening
        K_I over K_II of the main crack.
    """
    angles = np.linspace(0.0, 90.0, 9001)
    # the kink that opens: against K_II
    one = np.array([opening * from_kink(1, 1, -angle) + from_kink(1, 2, -angle) for angle in angles])
    two = np.array([opening * from_kink(2, 1, -angle) + from_kink(2, 2, -angle) for angle in angles])
    energies = one**2 + two**2
    best = int(np.argmax(energies))
    return float(angles[best]), float(energies[best])


def sheared_rows(energies: dict[float, float]) -> list[Row]:
    """Kink of most energy in pure shear, by a polynomial through energies over degrees."""
    fine, angles = np.linspace(min(energies), max(energies), 3001), np.array(list(energies))
    found = np.polynomial.Polynomial.fit(angles, list(energies.values()), len(angles) - 1)(fine)
    label, source = "kink of most energy in pure shear", "Amestoy and Leblond 1992"
    angle, energy = kink_of_most_energy(0.0)
    computed = float(fine[np.argmax(found)])
    return [
        Row(label, "angle", "degrees", angle, computed, 0.5, source, "exact", absolute=True),
        Row(label, "energy / that of a straight one", "", energy, float(max(found)), 4e-3, source, "exact"),
    ]


def _in_plate(nodes: Array, refinement: float) -> SlitMesh:
    slit = Slit(nodes[0], nodes[-1], "buried", nodes[1:-1])
    return slit_mesh(box(-BLOCK, BLOCK, -BLOCK, BLOCK), slit, SlitSizes(refinement=refinement))


PROBLEM = Problem(
    name="cracks-kinked",
    title="Kinked and curved cracks",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "N. I. Muskhelishvili, Some Basic Problems of the Mathematical Theory of Elasticity (1953)",
        "M. Amestoy, J. B. Leblond, Int. J. Solids Struct. 29 (1992) 465",
    ),
    run=run,
    minutes=0.8,
)
