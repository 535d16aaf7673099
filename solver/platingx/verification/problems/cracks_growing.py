"""Cracks that grow: as far as their metal allows, along paths that are known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from matplotlib.figure import Figure
from scipy.special import erfc

from platingx.arrays import Array
from platingx.fracture.balance import Balance, Loading, balance
from platingx.fracture.crack_body import CrackBody, Response
from platingx.fracture.growth import CrackGrower, CrackState, Ending, GrowthRule
from platingx.verification.models.fed_cracks import EDGE, SNEDDON, TOUGHNESS, Fed, FedCrack, fed_crack, filled, grown
from platingx.verification.models.patch_loads import patch_stress, steady_loading
from platingx.verification.models.slit_bodies import ELASTIC, box
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.slit_body import Slit

PATCH = 4.0
"""Half width of the patch over the length of the flaw at its edge."""
SHEAR = 0.03
"""Shear stress over the tension at the crack whose path is known."""

STATEMENT = r"""
A crack in an elastic body takes metal from a supply. At each of its lengths its tip has the toughness; the metal that
this takes says when. Lengths are over that of the first flaw.

- **Edge crack under the pressure of its metal**, all of the supply in it: $V = 1.1215^2\pi p a^2/E'$ and
  $K = 1.1215\,p\sqrt{\pi a} = K_{IC}$ give $a = (E'V/(1.1215\sqrt\pi K_{IC}))^{2/3}$ and
  $p = K_{IC}/(1.1215\sqrt{\pi a})$: the pressure falls with the length, the volume rises. Growth is unstable under
  pressure and stable under supply. It ends when the metal is used up, within an eighth of an increment.
- **Crack of $2a$ in a large body, fed so too** (Sneddon): $V = 2\pi p a^2/E'$ and $K = p\sqrt{\pi a} = K_{IC}$ give
  $a = (E'V/(2\sqrt\pi K_{IC}))^{2/3}$, so under a steady supply $a\propto t^{2/3}$ and $p\propto t^{-1/3}$. Its two
  tips grow in turn.
- **A path that is known.** A long crack under $K_I$, little $K_{II}$ and a stress $T$ along it turns by
  $\theta_0 = -2K_{II}/K_I$ and then follows $y' = \theta_0\,\mathrm{e}^{\beta^2x}\mathrm{erfc}(-\beta\sqrt x)$ with
  $\beta = 2\sqrt2\,T/K_I$ (Cotterell and Rice): $T > 0$ turns it away, $T < 0$ holds it. Here one tip of a crack of
  $2a$ grows by $x = a/10$ under tension $s$ across, $s + T$ along, and shear $0.03\,s$. The formula has constant $K_I$
  and $K_{II}$, where those of the finite crack change by up to $x/2a$, 5 %.
- **A flake.** Half plane, pressed by metal on $|x| < 4$; a flaw of length 1 at the edge of the patch, at 45° to the
  surface that is free outside, filled with the same metal. It turns to the surface. No closed form is known; the width
  of the flake is given for increments that are halved twice, and the order in the increment that follows of them.
"""


def run(effort: Effort) -> Outcome:
    """Edge crack, known paths, flake."""
    coarse = effort == "coarse"
    fed = {shape: fed_crack(shape, 0.3 if coarse else 0.15) for shape in ((EDGE,) if coarse else (EDGE, SNEDDON))}
    paths = {stress: known_path(stress, 0.05 if coarse else 0.0125) for stress in (0.5, -1.0)}
    sizes = (0.4,) if coarse else (0.4, 0.2, 0.1)
    flakes = {size: flake(size) for size in sizes}
    rows = [row for shape, found in fed.items() for row in fed_rows(shape, found)]
    rows += [*_path_rows(paths), *_flake_rows(flakes)]
    return Outcome(
        rows=tuple(rows),
        pictures=(
            Picture("fed", "Length and pressure of cracks over the metal supplied.", lambda f: draw_fed(f, fed)),
            Picture("paths", "Paths of one tip, computed and of Cotterell and Rice.", lambda f: _draw_paths(f, paths)),
            Picture("flake", "Path of the crack beside the patch.", lambda f: _draw_flakes(f, flakes)),
        ),
        input=f"E {ELASTIC.young_modulus / 1e9:g} GPa, nu {ELASTIC.poisson_ratio:g}, toughness 0.95 MPa m^0.5",
    )


def fed_rows(shape: FedCrack, found: Fed) -> list[Row]:
    """Rows of a crack that is fed."""
    halves, metal, pressures, kind = found
    name, source = shape.name, "closed form"
    rows = []
    for index in np.unique(np.linspace(0, len(halves) - 1, 4).round().astype(int)):
        half, label = float(halves[index]), f"{name}, a {halves[index]:.3g}"
        wanted = float(shape.half_of(metal[index]))
        rows.append(Row(label, "length by its metal", "", wanted, half, 1e-2, source, "exact"))
        wanted = float(shape.pressure(halves[index])) / 1e6
        rows.append(Row(label, "pressure", "MPa", wanted, float(pressures[index]) / 1e6, 1e-2, source, "exact"))
    shares = (
        ("less pressure", float((np.diff(pressures) < 0.0).mean()), "dK/da > 0 at given p"),
        ("more metal", float((np.diff(metal) > 0.0).mean()), "dK/da < 0 at given V"),
    )
    for what, share, why in shares:
        rows.append(Row(name, f"share of increments with {what}", "", 1.0, share, 1e-12, why, "exact"))
    rows.append(Row(name, "ends for lack of supply", "", 1.0, float(kind == "supply"), 1e-12, "supply", "exact"))
    at_rest, end = f"{name} at rest", float(halves[-1])
    rows.append(Row(at_rest, "length by all metal", "", shape.end, end, 0.3 / 8, source, "exact"))
    return rows


def known_path(stress: float, step: float) -> Array:
    """Places of one tip of a crack from -1 to 1 that has grown by 0.1, under a stress along it less that across."""
    far = np.array([1.0 + stress, 1.0, SHEAR])
    factors = np.linspace(0.0, 3.0, 4, dtype=np.float64)
    loading = Loading(
        np.zeros(4),
        factors,
        lambda places: factors[:, None, None] * np.broadcast_to(far, (len(places), 3)),
        np.ones_like,
        np.array([0.0, 1.0]),
        np.array([0.0, 10.0]),
    )

    def one_tip(own: Loading, response: Response) -> Balance:
        found = balance(own, response, False)
        return replace(found, intensities=found.intensities * np.array([[1.0], [0.0]]))

    body = CrackBody(box(-40.0, 40.0, -40.0, 40.0), ELASTIC)
    rule = GrowthRule(1.2 * np.sqrt(np.pi), increment=1.0, longest=step, tolerance=2e-4)
    grower = CrackGrower(loading, rule, body.respond, one_tip, body.openings)
    state: CrackState | Ending = grower.judged(Slit(np.array([-1.0, 0.0]), np.array([1.0, 0.0]), "buried"))
    places = [np.array([1.0, 0.0])]
    while len(places) <= round(0.1 / step):
        state = grower.next(state, max(state.slit.length - 2.0, 0.0)) if isinstance(state, CrackState) else state
        if isinstance(state, Ending):
            raise RuntimeError(f"the crack ended early: {state.kind}")
        places.append(state.slit.end)
    return np.array(places) - places[0]


def cotterell_rice(x: Array, stress: float) -> Array:
    """Deflection of the path at a distance from the tip, under K_I = sqrt(pi)."""
    beta = 2.0 * np.sqrt(2.0) * stress / np.sqrt(np.pi)
    growth = np.exp(beta**2 * x) * erfc(-beta * np.sqrt(x)) - 1.0 - 2.0 * beta * np.sqrt(x / np.pi)
    return np.asarray(-2.0 * SHEAR / beta**2 * growth)


def _path_rows(paths: dict[float, Array]) -> list[Row]:
    rows = []
    for stress, places in paths.items():
        x, y = (float(value) for value in places[-1])
        wanted = float(cotterell_rice(np.array(x), stress))
        label = f"one tip, T/s {stress:g}"
        rows.append(Row(label, "deflection/a", "", wanted, y, 0.05, "Cotterell and Rice 1980", "exact"))
    return rows


Flake = tuple[list[CrackState], float]


def flake(size: float) -> Flake:
    """States of the crack beside the patch, and where it comes to the surface, over the length of the flaw."""
    body = CrackBody(box(-100.0, 100.0, -100.0, 0.0), ELASTIC)
    loading = steady_loading(lambda places: patch_stress(places, -PATCH, PATCH), 10.0 * TOUGHNESS, 1.0)
    rule = GrowthRule(TOUGHNESS, increment=size, closest=1.25 * size, tolerance=2e-4)
    grower = CrackGrower(loading, rule, body.respond, filled, body.openings)
    mouth = np.array([PATCH, 0.0])
    states, ending = grown(grower, Slit(mouth, mouth + np.sqrt(0.5) * np.array([1.0, -1.0]), "surface"))
    tip, along = ending.last.slit.end, ending.last.slit.heading(0)
    tangent = float(np.arctan2(along[1], along[0])) + ending.last.kink(0)
    return states, float(tip[0] - tip[1] / np.tan(tangent)) - PATCH


def _flake_rows(flakes: dict[float, Flake]) -> list[Row]:
    size = min(flakes)
    states, _ = flakes[size]
    first, last = states[0], states[-1]
    twist = max(abs(float(state.intensities[0, 1] / state.intensities[0, 0])) for state in states[1:])
    lowest = -float(last.slit.nodes[:, 1].min())
    none = "no judgement"
    widths = [
        Row(f"flake by increments of {each:g}", "width", "", None, flakes[each][1], None, none, "own")
        for each in flakes
    ]
    if len(flakes) == 3:
        one, two, three = (flakes[each][1] for each in sorted(flakes, reverse=True))
        order = float(np.log2(abs((one - two) / (two - three))))
        widths.append(Row("flake", "order of the width in the increment", "", None, order, None, none, "own"))
        widths.append(
            Row("flake", "the order is 1.8 or more", "", 1.0, float(order >= 1.8), 1e-12, "second order", "own")
        )
    return [
        *widths,
        Row(
            "flake",
            "ends at the surface",
            "",
            0.0,
            float(last.slit.end[1]),
            0.1,
            "free surface",
            "exact",
            absolute=True,
        ),
        Row("flake", "depth", "", None, lowest, None, none, "own"),
        Row(
            "flake",
            "pressure at the surface over that at the start",
            "",
            None,
            last.pressure / first.pressure,
            None,
            none,
            "own",
        ),
        Row("flake", "volume there over that at the start", "", None, last.volume / first.volume, None, none, "own"),
        Row("flake", "largest K_II/K_I after the first increment", "", None, twist, None, none, "own"),
    ]


def draw_fed(figure: Figure, fed: dict[FedCrack, Fed]) -> None:
    """Length and pressure over metal."""
    left, right = figure.subplots(1, 2)
    for (shape, (halves, metal, pressures, _)), colour in zip(fed.items(), ("#1f4e79", "#c55a11"), strict=False):
        fine = np.linspace(metal[0], metal[-1], 100)
        left.plot(metal * 1e6, halves, "o", ms=3, color=colour, label=shape.name)
        left.plot(fine * 1e6, shape.half_of(fine), color=colour, lw=0.8)
        right.plot(metal * 1e6, pressures / 1e6, "o", ms=3, color=colour)
        right.plot(fine * 1e6, shape.pressure(shape.half_of(fine)) / 1e6, color=colour, lw=0.8)
    left.set_ylabel("a / that of the flaw")
    right.set_ylabel("pressure / MPa (flaw of 1 m)")
    for axes in (left, right):
        axes.set_xlabel("metal / mm² (flaw of 1 m)")
    left.legend(title="lines: closed form")


def _draw_paths(figure: Figure, paths: dict[float, Array]) -> None:
    axes = figure.subplots()
    for (stress, places), colour in zip(paths.items(), ("#1f4e79", "#c55a11"), strict=True):
        x = np.linspace(0.0, places[-1, 0], 100)[1:]
        axes.plot(x, cotterell_rice(x, stress), color=colour, lw=0.8, label=f"T/s {stress:g}")
        axes.plot(places[:, 0], places[:, 1], "o", ms=3, color=colour)
    axes.set_xlabel("x / a")
    axes.set_ylabel("y / a")
    axes.legend()


def _draw_flakes(figure: Figure, flakes: dict[float, Flake]) -> None:
    axes = figure.subplots()
    axes.plot([0.0, PATCH], [0.0, 0.0], color="#dcb27c", lw=5, solid_capstyle="butt", label="metal")
    axes.axhline(0.0, color="k", lw=0.8)
    for size, (states, _) in flakes.items():
        nodes = states[-1].slit.nodes
        axes.plot(nodes[:, 0], nodes[:, 1], "o-", ms=2.5, lw=0.9, label=f"increments of {size:g}")
    axes.set_aspect("equal")
    axes.set_xlim(PATCH - 1.0, PATCH + 2.2)
    axes.set_ylim(-1.2, 0.3)
    axes.legend()


PROBLEM = Problem(
    name="cracks-growing",
    title="A crack that grows with its metal",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "B. Cotterell, J. R. Rice, Int. J. Fracture 16 (1980) 155",
        "H. Tada, P. C. Paris, G. R. Irwin, The Stress Analysis of Cracks Handbook, 3rd ed. (2000)",
        "K. L. Johnson, Contact Mechanics (1985), Eq. 2.30",
        "I. N. Sneddon, Proc. R. Soc. Lond. A 187 (1946) 229",
    ),
    run=run,
    minutes=3.5,
)
