"""Stress intensity factors of cracks that are kinked or curved."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.verification.models.slit_bodies import ELASTIC, box, stretched
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx.verification.problems.cracks import draw_mesh
from platingx_meshes.slit import SlitMesh, slit_mesh
from platingx_meshes.slit_body import Slit, SlitSizes

BLOCK = 60.0
"""Half width of the plates, over the radius of the arc or half of the main crack."""
FROM_KINK = {
    1: (1.0, -3 / 8 * np.pi**2, np.pi**2 - 5 / 128 * np.pi**4,
        np.pi**2 / 9 - 11 / 72 * np.pi**4 + 119 / 15360 * np.pi**6, 5.07790, -2.88312, -0.0925, 2.996, -4.059,
        1.63, 4.1),
    2: (np.pi / 2, -(4 / 3 * np.pi + np.pi**3 / 48), -2 / 3 * np.pi + 13 / 30 * np.pi**3 - 59 / 3840 * np.pi**5,
        -6.176023, 4.44112, -1.5340, -2.0700, 4.684, -3.95, -1.32),
}  # fmt: skip
"""Coefficients of F11 in even and of F21 in odd powers of the kink over pi (Amestoy and Leblond 1992)."""
STATEMENT = r"""
Growth of a crack needs stress intensities along paths that are not straight. In a large plate under equal tension $s$
along x and y, which does the same as a pressure $s$ on the faces:

- A crack along an arc of radius $R$ that spans twice the angle $\alpha$ (Muskhelishvili):
  $K_I = s\sqrt{\pi R\sin\alpha}\,\cos(\alpha/2)/(1+\sin^2(\alpha/2))$, and $K_{II}$ with $\sin(\alpha/2)$ for the
  cosine. The arc is 40 chords, those at the tips halved four times: the last one of 60° turns by 0.19°, which leaves
  0.09° between it and the tangent.
- A straight crack with a short kink at one tip: $K_I = F_{11}(\varphi) K$, $K_{II} = F_{21}(\varphi) K$ of the main
  crack, by the series of Amestoy and Leblond up to the 20th power; kinks of 0.02 and 0.005 of its half length,
  extrapolated to none.
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
    kinks = (30.0, 60.0) if effort == "coarse" else (15.0, 30.0, 45.0, 60.0, 75.0)
    computed = {angle: kinked(angle, refinement) for angle in kinks}
    for angle, found in computed.items():
        for mode in (1, 2):
            label, name, wanted = f"kink of {angle:g} degrees", f"F{mode}1", from_kink(mode, angle)
            rows.append(Row(label, name, "", wanted, found[mode - 1], 4e-3, "Amestoy and Leblond 1992", "exact"))

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        for mode, colour in ((1, "#1f4e79"), (2, "#c55a11")):
            angles = np.linspace(0.0, 80.0, 81)
            axes.plot(angles, [from_kink(mode, a) for a in angles], color=colour, lw=0.9, label=f"F{mode}1, series")
            axes.plot(list(computed), [k[mode - 1] for k in computed.values()], "o", ms=4, color=colour)
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


def kinked(angle: float, refinement: float) -> tuple[float, float]:
    """F11 and F21 by two short kinks at an angle (degrees)."""
    turn, found = np.radians(angle), []
    for length in (0.02, 0.005):
        end = np.array([1.0 + length * np.cos(turn), length * np.sin(turn)])
        mesh = _in_plate(np.array([[-1.0, 0.0], [1.0, 0.0], end]), refinement)
        found.append(stretched(mesh, (1.0, 1.0, 0.0))[0] / np.sqrt(np.pi))
    one, two = (4.0 * found[1] - found[0]) / 3.0
    return float(one), float(two)


def from_kink(mode: int, angle: float) -> float:
    """Series of F11 or F21 at a kink (degrees)."""
    share = angle / 180.0
    powers = share ** (2 * np.arange(len(FROM_KINK[mode])) + (mode - 1))
    return float(np.dot(FROM_KINK[mode], powers))


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
    minutes=0.3,
)
