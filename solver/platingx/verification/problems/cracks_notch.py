"""Verification: cracks of all lengths at the root of a notch, between the stress at the root and one long crack."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.verification.models.slit_bodies import far_intensities, notched_half, slit_in
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx.verification.problems.cracks import EDGE, draw_mesh

STATEMENT = r"""
A block of 60 R with a semicircular notch of radius $R$ at its surface is pulled from afar; a crack of length $a$ starts
at the root of the notch. This is the pit of a ceramic under the pressure of its metal in its simplest form.

- Short cracks feel the stress at the root, 3.065 times that from afar: $K \to 1.1215\cdot3.065\,s\sqrt{\pi a}$. With
  $a/R$ of 0.01 and 0.02 the line through both is extrapolated to $a = 0$.
- Long cracks feel notch and crack as one crack: $K \to 1.1215\,s\sqrt{\pi (R + a)}$.
- In between the local stress alone says too much: at $a = R/2$ by a factor of 1.78. That is what a verdict from the
  stress at a pit and the strength of a uniformly stressed flaw gets wrong.
"""


def run(effort: Effort) -> Outcome:
    """Cracks of all lengths at a notch."""
    refinement, block = (1.0, 60.0) if effort == "coarse" else (2.0, 60.0)
    lengths = (0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)
    found = {}
    meshes = {}
    for length in lengths:
        mesh = slit_in(notched_half(1.0, block, block), (0.0, -1.0), (0.0, -1.0 - length), "symmetric", refinement)
        found[length], meshes[length] = far_intensities(mesh, block), mesh
    short = {length: k / (EDGE * 3.065 * np.sqrt(np.pi * length)) for length, k in found.items()}
    long = {length: k / (EDGE * np.sqrt(np.pi * (1.0 + length))) for length, k in found.items()}
    rows = [
        Row(
            "a/R to 0",
            "K/(1.1215 3.065 s sqrt(pi a))",
            "",
            1.0,
            2.0 * short[0.01] - short[0.02],
            5e-3,
            "stress at the root",
            "exact",
        ),
        *(
            Row(
                f"a/R {length:g}", "K/(1.1215 s sqrt(pi (R+a)))", "", 1.0, long[length], 1e-2, "one long crack", "exact"
            )
            for length in (0.5, 1.0, 2.0)
        ),
        *(
            Row(
                f"a/R {length:g}",
                "K/(1.1215 3.065 s sqrt(pi a))",
                "",
                wanted,
                short[length],
                5e-3,
                "dolfinx prototype",
                "independent",
            )
            for length, wanted in ((0.05, 0.9068), (0.1, 0.8332), (0.25, 0.6862), (0.5, 0.5620))
        ),
    ]

    def draw(figure: Figure) -> None:
        axes = figure.subplots()
        axes.loglog(lengths, list(found.values()), "o-", color="#1f4e79", ms=4, label="computed")
        a = np.geomspace(0.01, 2.0, 100)
        axes.loglog(a, EDGE * 3.065 * np.sqrt(np.pi * a), "--", color="#c55a11", lw=0.8, label="stress at the root")
        axes.loglog(a, EDGE * np.sqrt(np.pi * (1.0 + a)), ":", color="#4d7c2a", lw=0.8, label="one long crack")
        axes.set_xlabel("a / R")
        axes.set_ylabel("K / (s sqrt(R))")
        axes.legend()

    half = meshes[0.25]
    return Outcome(
        rows=tuple(rows),
        pictures=(
            Picture("intensity", "Stress intensity over the length of the crack, between its two limits.", draw),
            Picture(
                "mesh",
                "Half of the mesh for a/R = 0.25.",
                lambda figure: draw_mesh(figure, half, (0.0, 1.8, -1.9, 0.1)),
            ),
        ),
        input=f"block {block:g} R wide on each side and as deep, its bottom on rollers; refinement {refinement:g}",
    )


PROBLEM = Problem(
    name="cracks-notch",
    title="Cracks at the root of a semicircular notch",
    part="verification",
    statement=STATEMENT.strip(),
    sources=("H. Tada, P. C. Paris, G. R. Irwin, The Stress Analysis of Cracks Handbook, 3rd ed. (2000)",),
    run=run,
    minutes=0.2,
)
