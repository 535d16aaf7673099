"""Metal that flows along a crack: rigid channels with closed forms, and an edge crack that its own metal opens."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from matplotlib.figure import Figure

from platingx.arrays import Array
from platingx.fracture.balance import Balance, Loading, balance
from platingx.fracture.crack_body import CrackBody, Response
from platingx.fracture.criteria import equivalent_intensity, kink_angle
from platingx.fracture.film import EMPTY, Channel, Film, FilmLaw, advanced
from platingx.fracture.film_growth import FilmGrower
from platingx.fracture.growth import CrackState, Ending, GrowthRule
from platingx.verification.models.dislocations import edge_intensities
from platingx.verification.models.slit_bodies import ELASTIC, box
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.slit_body import Line, Slit

TOUGHNESS = 0.95e6
SIZE = 1e-7
"""Length of the edge crack, m."""
LAW = FilmLaw(2e6, 1.4e-2, 0.2)
"""About lithium at 25 degC, saturated: 2 MPa at the rate of 1.4 % in a second."""
PRESSURE = 1e9
WIDTH = 10e-9
CLOSING, WEDGE = 0.8, 4e-7
"""Of the width of a wedge, lost over its length (m)."""
APERTURE = 0.3e-9
OBLIQUE = 45.0
"""Angle of a crack in mixed mode to the surface, degrees."""
WEAK = 0.1
"""Share of the resistance below which the crack runs as under uniform pressure: unstable."""

STATEMENT = r"""
A metal of equivalent stress $S(\dot\varepsilon/r_0)^{M}$ is squeezed between faces at a distance $w$ that it sticks to.
With $n=1/M$, the flow $q$ for one metre of depth, and the shear stress $\tau$ at the wall,

$$\frac{dp}{ds} = -\frac{2\tau}{w},\qquad \tau = \frac{S}{\sqrt3}\left(\frac{2(n+2)\,q}{\sqrt3\,r_0 w^2}\right)^{M}.$$

- **Newton's fluid**, $M=1$, viscosity $S/3r_0$: $dp/ds = -12\mu q/w^3$.
- **Parallel faces** under $p$ at the mouth: with $\tau = c\,\dot s_f^{M}$ the front comes to
  $s_f = ((n+1)(pw/2c)^n\,t)^{1/(n+1)}$. Steps of time are implicit: first order.
- **Wedge** $w = w_0(1-0.8\,s/a)$: the flow at one instant is the same everywhere,
  $p = (2c'q^M/2Mb)\,(w_f^{-2M}-w_0^{-2M})$, and the time is $\int w\,ds_f/q$.
- **Edge crack** of 100 nm in a half plane, closed without load but for 0.3 nm, its mouth under a pressure that rises
  by 0.3 GPa in a millisecond. Metal without resistance is the uniform pressure, $K = 1.1215\,p\sqrt{\pi a}$. With
  resistance it has to wedge its way open: the pressure at which the crack grows is higher, and its metal stays behind
  its tip the more, the faster the crack.
- **The same crack at 45 degrees** to the surface is in mixed mode and turns as it grows: metal without resistance has
  the pressure and the kink of an edge crack with pressed faces (dislocations in a half plane).
"""


def run(effort: Effort) -> Outcome:
    """Rigid channels and edge cracks."""
    counts = (10, 20) if effort == "coarse" else (10, 20, 40, 80)
    parallel = {count: _front(_parallel, count) for count in counts}
    wedge = {count: _front(_wedge, count) for count in counts}
    strengths = (0.01, 1.0) if effort == "coarse" else (0.01, 0.5, 1.0)
    increments = 1 if effort == "coarse" else 4
    grown = {share: edge(share, 0 if share < WEAK else increments) for share in strengths}
    rows = [*_newton(), *_channel_rows("parallel faces", parallel, _parallel_front())]
    rows += [*_channel_rows("wedge", wedge, _wedge_front()), *_edge_rows(grown), *_oblique_rows(min(strengths), effort)]
    return Outcome(
        rows=tuple(rows),
        pictures=(
            Picture("front", "Front between parallel faces: 80 steps, and the closed form.", _draw_front),
            Picture("edge", "Edge crack and its metal, by the strength of the metal.", lambda f: _draw_edge(f, grown)),
        ),
        input=f"S {LAW.resistance / 1e6:g} MPa, r0 {LAW.reference_rate:g} 1/s, M {LAW.exponent:g}",
    )


def _newton() -> list[Row]:
    viscosity, width, flow = 3.0, 2.0, 0.7
    shear = float(FilmLaw(3.0 * viscosity, 1.0, 1.0).wall_shear(np.array(flow), np.array(width)))
    wanted = 12.0 * viscosity * flow / width**3
    return [
        Row("Newton's fluid", "drop of pressure", "Pa/m", wanted, 2.0 * shear / width, 1e-12, "Poiseuille", "exact")
    ]


def _parallel(at: Array) -> Array:
    return np.full_like(at, WIDTH)


def _wedge(at: Array) -> Array:
    return WIDTH * (1.0 - CLOSING * at / WEDGE)


def _front(width: Callable[[Array], Array], count: int, until: float = 1e-3) -> float:
    return _fronts(width, count, until)[-1]


def _fronts(width: Callable[[Array], Array], count: int, until: float = 1e-3) -> list[float]:
    """Front (m) in a rigid channel after each of equal steps."""

    def widths(places: Array, pressures: Array, metal: float, at: Array) -> Array:  # noqa: ARG001
        return width(at)

    channel = Channel(1e-6 if width is _parallel else WEDGE, widths, lambda _: PRESSURE, np.ones_like)
    film: Film | None = EMPTY
    found = []
    for _ in range(count):
        film = advanced(LAW, channel, film, until / count) if film is not None else None
        if film is None:
            raise RuntimeError("the film is not found")
        found.append(film.front)
    return found


def _parallel_front(until: float = 1e-3) -> float:
    n = 1.0 / LAW.exponent
    c = float(LAW.wall_shear(np.array(WIDTH), np.array(WIDTH)))  # at a speed of 1 m/s
    return float(((n + 1.0) * (PRESSURE * WIDTH / (2.0 * c)) ** n * until) ** (1.0 / (n + 1.0)))


def _wedge_front(until: float = 1e-3) -> float:
    """Front in the wedge by the integrals of pressure and time."""
    m, b = LAW.exponent, WIDTH * CLOSING / WEDGE
    c = float(LAW.wall_shear(np.array(1.0), np.array(1.0)))  # tau = c (q/w^2)^M
    front = np.linspace(0.0, 0.999 * WEDGE, 400001, dtype=np.float64)[1:]
    w = _wedge(front)
    flow = (PRESSURE * m * b / c / (w ** (-2.0 * m) - WIDTH ** (-2.0 * m))) ** (1.0 / m)
    time = np.cumsum(w / flow) * (front[1] - front[0])
    return float(np.interp(until, time, front))


def _channel_rows(label: str, fronts: dict[int, float], wanted: float) -> list[Row]:
    rows = []
    for count, front in fronts.items():
        rows.append(
            Row(
                f"{label}, {count} steps",
                "front",
                "nm",
                1e9 * wanted,
                1e9 * front,
                0.4 / count,
                "closed form",
                "exact",
            )
        )
    if len(fronts) > 2:  # the first steps of a front that starts infinitely fast are coarse for long: 0.83 at 20 steps
        one, two = (abs(fronts[count] / wanted - 1.0) for count in sorted(fronts)[-2:])
        order = float(np.log2(one / two))
        rows.append(Row(label, "order in time", "", 1.0, order, 0.15, "implicit steps", "exact", absolute=True))
    return rows


Edge = list[CrackState]


def edge(share: float, increments: int, degrees: float = 90.0) -> Edge:
    """States of the edge crack, at an angle to the surface, whose metal has a share of the resistance."""
    straight = degrees == 90.0
    outline = box(0.0, 400.0, -400.0, 0.0, {"left": (True, False)}) if straight else box(-400.0, 400.0, -400.0, 0.0)
    loops = [[Line(part.nodes * SIZE, part.held) for part in loop] for loop in outline]
    end = SIZE * np.array([0.0 if straight else np.cos(np.radians(degrees)), -np.sin(np.radians(degrees))])
    body = CrackBody(loops, ELASTIC)
    knots = 13
    shares = np.linspace(0.0, 1.0, knots, dtype=np.float64)
    times, pressures = 1.2e-2 * shares, 3.6e9 * shares
    large = shares  # a gap that holds so much that the crack does not count
    loading = Loading(pressures, large, lambda places: np.zeros((knots, len(places), 3)), np.ones_like, times, large)

    def full(own: Loading, response: Response) -> Balance:
        return balance(own, response, True)

    law = FilmLaw(share * LAW.resistance, LAW.reference_rate, LAW.exponent)
    grower = FilmGrower(loading, GrowthRule(TOUGHNESS, 0.3), body.respond, full, body.openings, law, APERTURE)
    states = [grower.judged(Slit(np.zeros(2), end, "symmetric" if straight else "surface"))]
    for _ in range(increments):
        found = grower.next(states[-1], states[-1].slit.length - SIZE)
        if isinstance(found, Ending):
            break
        states.append(found)
    return states


def _edge_rows(grown: dict[float, Edge]) -> list[Row]:
    bound = TOUGHNESS / (1.1215 * np.sqrt(np.pi * SIZE)) / 1e9
    rows = []
    for share, states in grown.items():
        first, last = states[0], states[-1]
        label = f"edge crack, {share:g} of the resistance"
        weak = share < WEAK
        rows.append(
            Row(
                label,
                "pressure at which it grows",
                "GPa",
                bound if weak else None,
                first.pressure / 1e9,
                0.02 if weak else None,
                "uniform pressure" if weak else "no judgement",
                "exact" if weak else "own",
            )
        )
        film = last.now.film if last.now is not None else EMPTY
        rows.append(
            Row(
                f"{label}, {last.slit.length / SIZE:.3g} times as long",
                "front over length",
                "",
                None,
                film.front / last.slit.length,
                None,
                "no judgement",
                "own",
            )
        )
    above = [states[0].pressure / 1e9 for _, states in sorted(grown.items())]
    rising = float((np.diff(above) > 0.0).all())
    rows.append(Row("edge crack", "a stronger metal asks for more pressure", "", 1.0, rising, 1e-12, "sign", "exact"))
    return rows


def _oblique_rows(weak: float, effort: Effort) -> list[Row]:
    """A crack at an angle, in mixed mode: weak metal is the uniform pressure, strong metal asks for more."""
    one, two = edge_intensities(OBLIQUE, 400, pressed=True)
    bound = TOUGHNESS / (float(equivalent_intensity(one, two)) * np.sqrt(np.pi * SIZE)) / 1e9
    states = edge(weak, 0, OBLIQUE)
    found = states[0].intensities[0]
    label, known = f"edge crack at {OBLIQUE:g} degrees, {weak:g} of the resistance", "integral equation"
    kinks = [float(np.degrees(abs(kink_angle(first, abs(second))))) for first, second in ((one, two), found)]
    rows = [
        Row(label, "pressure at which it grows", "GPa", bound, states[0].pressure / 1e9, 0.02, known, "exact"),
        Row(label, "kink", "degrees", kinks[0], kinks[1], 0.5, known, "exact", absolute=True),
    ]
    if effort != "coarse":
        longer = edge(1.0, 3, OBLIQUE)
        above = longer[0].pressure / 1e9 / bound
        label = f"edge crack at {OBLIQUE:g} degrees"
        rows += [
            Row(label, "pressure over that of uniform pressure", "", None, above, None, "no judgement", "own"),
            Row(
                f"{label}, {longer[-1].slit.length / SIZE:.3g} times as long",
                "direction of its tip",
                "degrees",
                None,
                float(np.degrees(np.arctan2(*longer[-1].slit.heading(0)[::-1]))),
                None,
                "no judgement",
                "own",
            ),
        ]
    return rows


def _draw_front(figure: Figure) -> None:
    axes = figure.subplots()
    times = np.linspace(0.0, 1e-3, 81)[1:]
    axes.plot(times * 1e3, 1e9 * np.array(_fronts(_parallel, 80)), "o", ms=2.5, color="#1f4e79", label="computed")
    axes.plot(times * 1e3, [1e9 * _parallel_front(t) for t in times], color="#c55a11", lw=0.9, label="closed form")
    axes.set_xlabel("time / ms")
    axes.set_ylabel("front / nm")
    axes.legend()


def _draw_edge(figure: Figure, grown: dict[float, Edge]) -> None:
    left, right = figure.subplots(1, 2)
    for colour, (share, states) in zip(("#7f8fa6", "#1f4e79", "#c55a11", "#c2185b"), grown.items(), strict=False):
        label = f"{share:g} of the resistance"
        length = [state.slit.length / SIZE for state in states]
        left.plot(length, [state.pressure / 1e9 for state in states], "o-", ms=3, color=colour, label=label)
        film = states[0].now.film if states[0].now is not None else EMPTY
        right.plot(film.places / SIZE, film.pressures / 1e9, color=colour)
    left.set_xlabel("length / that of the flaw")
    left.set_ylabel("pressure at the mouth / GPa")
    left.legend()
    right.set_xlabel("distance from the mouth / length")
    right.set_ylabel("pressure along the flaw as it begins to grow / GPa")


PROBLEM = Problem(
    name="cracks-film",
    title="Metal that flows along a crack",
    part="verification",
    statement=STATEMENT.strip(),
    sources=(
        "R. B. Bird, R. C. Armstrong, O. Hassager, Dynamics of Polymeric Liquids, vol. 1 (1987), section 4.2",
        "H. Tada, P. C. Paris, G. R. Irwin, The Stress Analysis of Cracks Handbook, 3rd ed. (2000)",
    ),
    run=run,
    minutes=1.0,
)
