"""Stress intensity factors of handbook cracks by the weight functions of the flaw probe."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from platingx.fracture.criteria import equivalent_intensity, kink_angle
from platingx.verification.models.dislocations import buried_intensities, edge_intensities
from platingx.verification.models.slit_bodies import ELASTIC, box, pressed, slit_in, stretched
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx.verification.problems.cracks_figures import draw_handbook
from platingx_meshes.slit import SlitMesh

EDGE = 1.1215
"""K / (p sqrt(pi a)) of an edge crack in a half plane: 1.12152 (Koiter 1965)."""
OBLIQUE = {30: (0.463, 0.336), 45: (0.705, 0.364), 60: (0.920, 0.306)}
"""Angle to the surface, then K_I and K_II over s sqrt(pi a), of an edge crack in a half plane that is stretched."""
DEEP = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Half length over depth of cracks below a surface."""
SYMMETRIC = {"left": (True, False)}
BLOCK = 100.0
"""Half width and depth of blocks that stand for a half plane, over the length of the crack."""

STATEMENT = r"""
Cracks with known stress intensity factors, in plane strain, by the method that judges flaws in a run: quadratic
triangles around a slit, quarter points at its tips, the interaction integral as a functional of the displacement and so
weight functions of the tractions on the faces. Bodies are bounded: half planes are blocks of 100 crack lengths.

- Edge crack of length $a$, pressure $p$ on its faces: $K_I = 1.1215\,p\sqrt{\pi a}$; pressure that falls linearly from
  $p$ at the mouth to zero at the tip: $0.439\,p\sqrt{\pi a}$. Its volume under $p$ is $1.1215^2\,\pi\,p\,a^2/E'$.
- Edge crack at an angle under tension, beside the tables and beside a row of dislocations (below); crack of $2c$ at 45°
  in a large plate: $K_I = K_{II} = s\sqrt{\pi c}/2$, the largest hoop stress at −53.13° (Erdogan and Sih).
- Edge crack through half of a strip: $F = 1.12 - 0.231x + 10.55x^2 - 21.72x^3 + 30.39x^4$ at $x = a/W$ (0.5 %).
- Crack through the middle of a strip: $F = (1 - 0.025x^2 + 0.06x^4)\sqrt{\sec(\pi x/2)}$ with $x = 2c/W$ (0.1 %).
- Endless row of such cracks on a line (sides on rollers): $F = \sqrt{\tan(\pi x/2)/(\pi x/2)}$, exact.
- Double cantilever with arms $h$, load $P$ at the mouth: $K = \sqrt{12}\,(a/h + 0.673)\,P/\sqrt{h}$.
- Crack of $2c$ under pressure at a depth $h$ below a free surface: the singular integral equation of dislocations in a
  half plane, solved to six digits by the points of Gauss and Chebyshev (Erdogan, Gupta and Cook). The same equation
  gives edge cracks at an angle: 1.1215 of Koiter straight down, and the three digits of Hasebe and Inohara.

The energy release rate by the domain J-integral is compared with $(K_I^2 + K_{II}^2)/E'$ for each of them.
"""


def run(effort: Effort) -> Outcome:
    """All cracks on one refinement."""
    refinement = 1.0 if effort == "coarse" else 2.0
    rows = [*_edge(refinement), *_oblique(refinement), *_strips(refinement), *_cantilevers(refinement)]
    deep = {ratio: _deep(ratio, refinement) for ratio in DEEP}
    rows += [row for _, found in deep.values() for row in found]
    mesh = deep[1.0][0]
    depth = "Mesh around a crack of 2c at a depth c below a free surface (upper edge): lengths over c."
    return Outcome(
        rows=tuple(rows),
        pictures=(
            Picture("mesh", depth, lambda figure: draw_mesh(figure, mesh, (-2.0, 2.0, -2.6, 0.2))),
            Picture(
                "oblique",
                "Edge crack at an angle: lines computed, dotted by dislocations, dots from the tables.",
                _draw_oblique,
            ),
            Picture(
                "handbook",
                "Strips, double cantilevers and cracks below a surface: lines known, dots computed.",
                lambda figure: draw_handbook(figure, rows),
            ),
        ),
        notes=(
            "The values of oblique cracks are those of Hasebe and Inohara as tables of handbooks round them, quoted "
            "from memory; the integral equation gives the same three digits.",
        ),
        input=f"E {ELASTIC.young_modulus / 1e9:g} GPa, nu {ELASTIC.poisson_ratio:g}; refinement {refinement:g}",
    )


def _edge(refinement: float) -> list[Row]:
    mesh = slit_in(box(0.0, BLOCK, -BLOCK, 0.0, SYMMETRIC), (0.0, 0.0), (0.0, -1.0), "symmetric", refinement)
    found, weights = pressed(mesh)
    unit = np.sqrt(np.pi)
    whole = slit_in(box(-BLOCK, BLOCK, -BLOCK, 0.0), (0.0, 0.0), (0.0, -1.0), "surface", refinement)
    falling = float((weights.weights[0, 0, :, 1] * (1.0 - weights.distances)).sum()) / unit
    volume = weights.opening * ELASTIC.plane_modulus / (EDGE**2 * np.pi)
    koiter = "Koiter 1965, in Tada, Paris and Irwin"
    return [
        Row("edge crack, half of it modelled", "K/p sqrt(pi a)", "", EDGE, found[0, 0] / unit, 3e-3, koiter, "exact"),
        Row("edge crack", "K/p sqrt(pi a)", "", EDGE, pressed(whole)[0][0, 0] / unit, 8e-3, koiter, "exact"),
        Row(
            "edge crack, falling pressure",
            "K/p sqrt(pi a)",
            "",
            0.439,
            falling,
            3e-3,
            "Tada, Paris and Irwin",
            "published",
        ),
        Row("edge crack", "volume / 3.951 p a^2/E'", "", 1.0, volume, 1e-2, "dK^2/E' integrated", "exact"),
        _j_row("edge crack", weights.j_deviation),
    ]


def _j_row(label: str, deviation: float) -> Row:
    return Row(label, "J E' / (K_I^2 + K_II^2) - 1", "", 0.0, deviation, 5e-3, "Irwin", "exact", absolute=True)


def _oblique(refinement: float) -> list[Row]:
    rows = []
    for angle, expected in OBLIQUE.items():
        found = _oblique_at(angle, refinement)
        for mode, value, wanted in zip(("K_I", "K_II"), found, expected, strict=True):
            label = f"edge crack at {angle} degrees"
            rows.append(
                Row(label, f"{mode}/s sqrt(pi a)", "", wanted, abs(value), 5e-3, "Hasebe and Inohara 1980", "published")
            )
    for degrees, tabled, known in ((90.0, EDGE, "Koiter 1965"), (45.0, OBLIQUE[45][0], "Hasebe and Inohara 1980")):
        label = f"dislocations: edge crack at {degrees:g} degrees"
        value = edge_intensities(degrees, 400)[0]
        rows.append(Row(label, "K_I/s sqrt(pi a)", "", tabled, value, 1e-3, known, "published"))
    for degrees in (15.0, 75.0):
        for mode, value, other in zip(
            ("K_I", "K_II"), _oblique_at(degrees, refinement), edge_intensities(degrees, 400), strict=True
        ):
            label, known = f"edge crack at {degrees:g} degrees", "integral equation"
            rows.append(Row(label, f"{mode}/s sqrt(pi a)", "", abs(other), abs(value), 5e-3, known, "exact"))
    turned = np.sqrt(0.5)
    mesh = slit_in(box(-60.0, 60.0, -60.0, 60.0), (-turned, -turned), (turned, turned), "buried", refinement)
    one, two = stretched(mesh, (0.0, 1.0, 0.0))[0] / np.sqrt(np.pi)
    kink = float(np.degrees(kink_angle(one, two)))
    label, source = "crack at 45 degrees, large plate", "closed form"
    rows += [
        Row(label, "K_I/s sqrt(pi c)", "", 0.5, abs(one), 3e-3, source, "exact"),
        Row(label, "K_II/s sqrt(pi c)", "", 0.5, abs(two), 3e-3, source, "exact"),
        Row(label, "kink", "degrees", 53.13, abs(kink), 0.2, "Erdogan and Sih 1963", "exact", absolute=True),
    ]
    shear = float(equivalent_intensity(1e-9, 1.0))
    rows.append(
        Row(
            "pure mode II",
            "kink",
            "degrees",
            70.53,
            -float(np.degrees(kink_angle(0.0, 1.0))),
            0.01,
            "acos 1/3",
            "arithmetic",
            absolute=True,
        )
    )
    rows.append(Row("pure mode II", "K_eq/K_II", "", 2.0 / np.sqrt(3.0), shear, 1e-3, "closed form", "arithmetic"))
    return rows


def _oblique_at(angle: float, refinement: float) -> tuple[float, float]:
    """K_I and K_II of an edge crack at an angle (degrees) to the surface, tension along the surface."""
    end = (float(np.cos(np.radians(angle))), -float(np.sin(np.radians(angle))))
    mesh = slit_in(box(-60.0, 60.0, -60.0, 0.0), (0.0, 0.0), end, "surface", refinement)
    one, two = stretched(mesh, (1.0, 0.0, 0.0))[0] / np.sqrt(np.pi)
    return float(one), float(two)


def _strips(refinement: float) -> list[Row]:
    half = slit_in(box(-6.0, 6.0, -2.0, 0.0), (0.0, 0.0), (0.0, -1.0), "surface", refinement)
    through = stretched(half, (1.0, 0.0, 0.0))[0, 0] / np.sqrt(np.pi)
    expected = float(np.polyval([30.39, -21.72, 10.55, -0.231, 1.12], 0.5))
    rows = [
        Row(
            "edge crack, half of a strip",
            "K/s sqrt(pi a)",
            "",
            expected,
            through,
            8e-3,
            "Brown and Srawley 1966",
            "published",
        )
    ]
    for x in (0.2, 0.5, 0.8):
        middle = slit_in(box(-1.0 / x, 1.0 / x, -10.0, 10.0), (-1.0, 0.0), (1.0, 0.0), "buried", refinement)
        found = stretched(middle, (0.0, 1.0, 0.0))[0, 0] / np.sqrt(np.pi)
        wanted = (1.0 - 0.025 * x**2 + 0.06 * x**4) / np.sqrt(np.cos(0.5 * np.pi * x))
        rows.append(
            Row(
                f"crack through {x:g} of a strip",
                "K/s sqrt(pi c)",
                "",
                wanted,
                found,
                4e-3,
                "Tada, Paris and Irwin",
                "published",
            )
        )
        held = {"left": (True, False), "right": (True, False)}
        array = slit_in(box(-1.0 / x, 1.0 / x, -10.0, 10.0, held), (-1.0, 0.0), (1.0, 0.0), "buried", refinement)
        found = stretched(array, (0.0, 1.0, 0.0))[0, 0] / np.sqrt(np.pi)
        wanted = np.sqrt(np.tan(0.5 * np.pi * x) / (0.5 * np.pi * x))
        rows.append(
            Row(
                f"row of cracks, {x:g} of the line",
                "K/s sqrt(pi c)",
                "",
                wanted,
                found,
                4e-3,
                "Westergaard 1939",
                "exact",
            )
        )
    return rows


def _cantilevers(refinement: float) -> list[Row]:
    """Pressure on the first side of the faces only: a load at half of its length."""
    rows = []
    for ratio in (2.0, 4.0, 8.0):
        mesh = slit_in(box(0.0, ratio + 8.0, -1.0, 1.0), (0.0, 0.0), (ratio, 0.0), "surface", refinement)
        weights = pressed(mesh)[1]
        loaded = float(np.linalg.norm(mesh.points[mesh.upper[0, 1]] - mesh.points[mesh.upper[0, 0]]))
        found = float(weights.weights[0, 0, weights.distances < loaded, 1].sum()) / loaded
        wanted = np.sqrt(12.0) * (ratio - 0.5 * loaded + 0.673)
        rows.append(
            Row(
                f"double cantilever, a/h {ratio:g}",
                "K sqrt(h)/P",
                "",
                wanted,
                found,
                3e-3,
                "Fett and Munz; Kanninen 1973",
                "published",
            )
        )
    return rows


def _deep(ratio: float, refinement: float) -> tuple[SlitMesh, list[Row]]:
    mesh = slit_in(box(-200.0, 200.0, -200.0, 0.0), (-1.0, -1.0 / ratio), (1.0, -1.0 / ratio), "buried", refinement)
    found, weights = pressed(mesh)
    one, two = np.abs(found).mean(axis=0) / np.sqrt(np.pi)
    label, source = f"crack below a surface, c/h {ratio:g}", "integral equation"
    known = np.abs(buried_intensities(1.0 / ratio))
    rows = [
        Row(label, "K_I/p sqrt(pi c)", "", float(known[0]), float(one), 1e-2, source, "exact"),
        Row(label, "K_II/p sqrt(pi c)", "", float(known[1]), float(two), 1e-2, source, "exact"),
        _j_row(label, weights.j_deviation),
    ]
    return mesh, rows


def draw_mesh(figure: Figure, mesh: SlitMesh, window: tuple[float, float, float, float]) -> None:
    """Triangles in a window, and the slit."""
    axes = figure.subplots()
    axes.triplot(mesh.points[:, 0], mesh.points[:, 1], mesh.cells[:, :3], color="#7f8fa6", lw=0.4)
    for face in (mesh.upper, mesh.lower):
        if len(face):
            axes.plot(mesh.points[face[:, :2]][..., 0].T, mesh.points[face[:, :2]][..., 1].T, color="#c55a11", lw=1.4)
    axes.set_aspect("equal")
    axes.set_xlim(window[:2])
    axes.set_ylim(window[2:])


def _draw_oblique(figure: Figure) -> None:
    axes = figure.subplots()
    angles = np.array([20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0])
    found = np.abs([_oblique_at(float(angle), 1.0) for angle in angles])
    for mode, colour, label in ((0, "#1f4e79", "mode I"), (1, "#c55a11", "mode II")):
        axes.plot(angles, found[:, mode], color=colour, label=label)
        axes.plot(list(OBLIQUE), [pair[mode] for pair in OBLIQUE.values()], "o", color=colour, ms=4)
    fine = np.linspace(15.0, 90.0, 26)
    known = np.array([edge_intensities(float(angle)) for angle in fine])
    for mode in (0, 1):
        axes.plot(fine, np.abs(known[:, mode]), color="k", lw=0.7, ls=":", label="dislocations" if mode == 0 else None)
    axes.set_xlabel("angle to the surface (degrees)")
    axes.set_ylabel("K / (s sqrt(pi a))")
    axes.legend()


PROBLEM = Problem(
    name="cracks",
    title="Stress intensity factors of handbook cracks",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "H. Tada, P. C. Paris, G. R. Irwin, The Stress Analysis of Cracks Handbook, 3rd ed. (2000)",
        "N. Hasebe, S. Inohara, Ingenieur-Archiv 49 (1980) 51",
        "F. Erdogan, G. D. Gupta, T. S. Cook, in Methods of Analysis and Solutions of Crack Problems (1973) 368",
        "F. Erdogan, G. C. Sih, J. Basic Eng. 85 (1963) 519",
        "H. M. Westergaard, J. Appl. Mech. 6 (1939) A49",
        "W. F. Brown, J. E. Srawley, ASTM STP 410 (1966)",
        "M. F. Kanninen, Int. J. Fracture 9 (1973) 83",
    ),
    run=run,
    minutes=0.5,
)
