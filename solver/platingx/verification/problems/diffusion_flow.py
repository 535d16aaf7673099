"""Pressure of slowly plated metal over current and diffusivity: where it diffuses, and where it flows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from mpi4py import MPI

from platingx.arrays import Array
from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.constants import FARADAY
from platingx.fields.nodal_field import DISPLACEMENT
from platingx.materials.coble import diffusion_coefficient
from platingx.physics.interface_spread import interface_spread
from platingx.physics.model import build_model
from platingx.problems.failure import FailureKind
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_cases_folder
from platingx.stepping.march import NoEquilibriumError
from platingx.verification.drawing import COLOURS
from platingx.verification.models.case_march import march_case
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row
from platingx_meshes.io import LoadedMesh

__all__ = ["PROBLEM", "Point", "crossing"]

MPA = 1e6
OWN = "this package"
SHIPPED, CHEN = 4.0, 2e-11
"""Current density (mA/cm2) and diffusivity (m2/s) of low_rate_diffusion.yaml."""
CURRENTS = (0.1, 0.4, 1.0, 4.0, 10.0, 40.0)
DIFFUSIVITIES = (1e-12, 1e-11, 1e-10, 1e-9)
DOSE = 2.4 * SHIPPED
"""Time times current density, s mA/cm2."""
FINE = 1.0
"""Refinement on which deposits at the face and in the layer are compared."""
PATH = "interface_diffusion.paths.interface"
FASTER, DEPTHS = 10.0, (1.0, 14.0, 28.0, 56.1)
"""Current density (mA/cm2) at which both sorts of deposit are compared over the depth of the pit (nm), and depths."""


@dataclass(frozen=True)
class Point:
    """What a run comes to.

    Attributes
    ----------
    current, diffusivity
        Current density, mA/cm2, and diffusivity, m2/s, 0 without diffusion.
    pressure, interface
        Largest pressure of the metal, and along its interface, at the end of the dose, MPa; NaN where it ended before.
    left
        Share of the deposit that has left.
    done
        Share of the dose that was plated.
    coble
        Pressure that diffusion alone needs, MPa.
    ended
        Why the run ended before; empty where it did not.
    """

    current: float
    diffusivity: float
    pressure: float
    interface: float
    left: float
    done: float
    coble: float
    ended: str = ""


def _case(
    current: float, diffusivity: float, refinement: float, layer: bool = False, depth: float | None = None
) -> Case:
    """Case of a point, with deposits at the face, or in the columns of the layer, and a pit of another depth (nm)."""
    end = DOSE / current
    changes = {
        "growth.current_density": f"{current:g} mA/cm^2",
        "geometry.mesh.refinement": f"{refinement:g}",
        "time.end": f"{end!r} s",
        "time.maximum_step": f"{end / 20!r} s",
    }
    if diffusivity:
        changes |= {
            "time.initial_step": f"{0.01 * SHIPPED / current!r} s",
            f"{PATH}.diffusivity": f"{diffusivity:g} m^2/s",
            f"{PATH}.activation_energy": "0 J/mol",
        }
    if depth is not None:
        changes["geometry.pit.depth"] = f"{depth:g} nm"
    if layer:
        changes |= {"interface_diffusion.deposit": "layer", "growth.spread": "columns"}
    name = "low_rate_diffusion" if diffusivity else "low_rate"
    return load_case(shipped_cases_folder() / f"{name}.yaml", list(changes.items()))


def _point(
    current: float, diffusivity: float, refinement: float, loaded: LoadedMesh, spread: float, layer: bool = False
) -> Point:
    case = _case(current, diffusivity, refinement, layer)
    with_it = _case(current, diffusivity or CHEN, refinement)
    path = with_it.interface_diffusion.paths["interface"]  # type: ignore[union-attr]
    coble = _speed(case) * spread / diffusion_coefficient(with_it, path) / MPA
    try:
        history = march_case(case, loaded).history
    except NoEquilibriumError as error:
        done, nothing = error.time / float(case.time.end), float("nan")
        return Point(current, diffusivity, nothing, nothing, nothing, done, coble, _why(error))
    last = history.iloc[-1]
    interface, left = np.nan, 0.0
    if diffusivity:
        interface = float(last["max_interface_pressure"]) / MPA
        left = 1.0 - float(last["occupied_volume_ratio"])
    return Point(current, diffusivity, float(last["max_pressure_li"]) / MPA, interface, left, 1.0, coble)


def _why(error: NoEquilibriumError) -> str:
    failure = error.attempts[-1].result.failure
    known = {
        FailureKind.EXHAUSTED: "the metal at the edge is used up",
        FailureKind.FOLDED: "the metal added in the pit meets itself",
    }
    return "no step is found" if failure is None else known.get(failure.kind, "no step is found")


def _speed(case: Case) -> float:
    """Of plating at the largest current, m/s."""
    molar_volume = case.materials[case.growth.region].molar_volume
    if molar_volume is None or case.growth.current_density is None:
        raise ValueError("the case has neither a metal that is plated nor a current")
    return float(max(case.growth.current_density.values)) * float(molar_volume) / FARADAY


def _spread(refinement: float) -> tuple[LoadedMesh, float]:
    """Mesh of the cases, and how far its metal has to go."""
    case = _case(SHIPPED, CHEN, refinement)
    loaded = load_mesh(case, MPI.COMM_SELF)
    model = build_model(case, loaded)
    cells, held = model.growing.region.cells, model.problem.fields[DISPLACEMENT].held
    spread = interface_spread(model.discretisation, cells, case.growth.interface, model.axisymmetric, held)
    if spread is None:
        raise ValueError("the metal has no free side")
    return loaded, spread


def crossing(currents: Array, flow: Array, diffusion: Array) -> float:
    """Current at which both pressures are equal, linear between the points in logarithms."""
    gap = np.log(diffusion / flow)
    return float(np.exp(np.interp(0.0, gap, np.log(currents))))


def run(effort: Effort) -> Outcome:
    """March through the dose at all points."""
    refinement = 0.2 if effort == "coarse" else 0.35
    loaded, spread = _spread(refinement)

    def point(current: float, diffusivity: float, layer: bool = False) -> Point:
        return _point(current, diffusivity, refinement, loaded, spread, layer)

    if effort == "coarse":
        slow, fast = [point(SHIPPED, 0.0)], [point(SHIPPED, DIFFUSIVITIES[-1])]
        picture = Picture("pressures", CAPTION, lambda figure: draw(figure, slow, fast, fast), (7.2, 3.2))
        return Outcome(tuple(_limit(fast[0])), (), (picture,), (NOTE,), INPUT)
    flow = [point(current, 0.0) for current in CURRENTS]
    both = [point(current, CHEN) for current in CURRENTS]
    by_diffusivity = [point(SHIPPED, diffusivity) for diffusivity in DIFFUSIVITIES]
    rows = [*_limit(by_diffusivity[-1])]
    for each in (*flow, *both, *by_diffusivity):
        rows += _shown(each)
    for current in CURRENTS:
        rows += _shown(point(current, CHEN, layer=True), "deposit in the layer, ")
    rows += _face_and_layer()
    rows += _hollows(refinement)
    found = crossing(np.array(CURRENTS), *(np.array([getattr(e, key) for e in flow]) for key in ("pressure", "coble")))
    rows.append(Row("flow alone", "current at which diffusion takes as much", "mA/cm²", None, found, None, OWN, "own"))
    picture = Picture("pressures", CAPTION, lambda figure: draw(figure, flow, both, by_diffusivity), (7.2, 3.2))
    return Outcome(tuple(rows), (), (picture,), (NOTE,), INPUT)


def _limit(point: Point) -> list[Row]:
    """Where diffusion is fast, all metal leaves and the pressure is that of diffusion alone."""
    label, closed = f"{point.current:g} mA/cm², {point.diffusivity:g} m²/s", "limit of fast diffusion"
    return [
        Row(label, "pressure along the interface", "MPa", point.coble, point.interface, 1e-3, closed, "exact"),
        Row(label, "share of the deposit that has left", "", 1.0, point.left, 1e-3, closed, "exact"),
    ]


def _face_and_layer() -> list[Row]:
    """Where diffusion carries the metal both sorts of deposit give nearly the same pressure; on the finest mesh."""
    loaded, spread = _spread(FINE)
    face, layer = (_point(SHIPPED, CHEN, FINE, loaded, spread, each).pressure for each in (False, True))
    label = f"{SHIPPED:g} mA/cm², {CHEN:g} m²/s, refinement {FINE:g}"
    return [
        Row(label, "pressure with the deposit in the layer, of that at the face", "MPa", face, layer, 0.05, OWN, "own")
    ]


def _hollows(refinement: float) -> list[Row]:
    """Pressure along the interface where flow carries a half: both sorts agree over a pit that is nearly flat."""
    rows = []
    for depth in DEPTHS:
        face, layer = (_last_of_pit(depth, refinement, each) for each in (False, True))
        label = f"{FASTER:g} mA/cm², {CHEN:g} m²/s, pit of {depth:g} nm"
        along = "max_interface_pressure"
        if depth == DEPTHS[0]:
            name = "pressure along the interface with the deposit in the layer, of that at the face"
            rows.append(Row(label, name, "MPa", face[along] / MPA, layer[along] / MPA, 0.05, OWN, "own"))
        for name, key in (("along the interface", along), ("largest in the metal", "max_pressure_li")):
            rows.append(Row(label, f"layer over face, {name}", "", None, layer[key] / face[key], None, OWN, "own"))
    return rows


def _last_of_pit(depth: float, refinement: float, layer: bool) -> dict[str, float]:
    """Last row of the history of a run over a pit of a depth (nm)."""
    case = _case(FASTER, CHEN, refinement, layer, depth)
    last = march_case(case, load_mesh(case, MPI.COMM_SELF)).history.iloc[-1]
    return {key: float(last[key]) for key in ("max_interface_pressure", "max_pressure_li")}


def _shown(point: Point, sort: str = "") -> list[Row]:
    words = f"{point.diffusivity:g} m²/s" if point.diffusivity else "no diffusion"
    label = f"{point.current:g} mA/cm², {words}"
    if point.ended:
        name = f"{sort}share of the dose after which {point.ended}"
        return [Row(label, name, "", None, point.done, None, OWN, "own")]
    return [Row(label, f"{sort}pressure of the metal", "MPa", None, point.pressure, None, OWN, "own")]


def draw(figure: Figure, flow: list[Point], both: list[Point], by_diffusivity: list[Point]) -> None:
    """Pressure over current, and over diffusivity."""
    left, right = figure.subplots(1, 2)
    series: list[tuple[Any, str, list[Point], list[Point]]] = [
        (left, "current", flow, both),
        (right, "diffusivity", [], by_diffusivity),
    ]
    for axes, key, without, with_it in series:
        at = [getattr(each, key) for each in with_it]
        axes.loglog(at, [each.coble for each in with_it], ":", color="0.4", label="diffusion alone")
        if without:
            axes.loglog(at, [each.pressure for each in without], "s-", color=COLOURS[1], label="flow alone")
        axes.loglog(at, [each.pressure for each in with_it], "o-", color=COLOURS[0], label="both")
        axes.set_ylabel("Pressure (MPa)")
    right.axhline(next(each.pressure for each in flow if each.current == SHIPPED), color=COLOURS[1])
    left.set_xlabel("Current density (mA/cm²)")
    right.set_xlabel("Diffusivity along the interface (m²/s)")
    left.legend()


CAPTION = """Largest pressure of the metal after the same dose, over the current (with 2e-11 m²/s) and over the
diffusivity (at 4 mA/cm²; line: flow alone). Points are left out where a run ended before."""

NOTE = """Diffusivities of interfaces of lithium are estimates over three decades and unverified: the pressures with
diffusion are predictions under that condition. The calibration of the length of the island is that of flow alone. In
the limit of fast diffusion nothing is left to flow, which is judged; the other numbers are shown. Where diffusion is
slow beside the current, runs with the deposit at the face end before: metal that is added along the normals of the pit
meets itself at its bottom, of 5.8 nm radius, or the edge is used up. A deposit in the columns of the layer goes on.
Where flow carries a share, both sorts of deposit differ by the hollow of the pit: at the face, metal is added along
normals that meet, and what is there has to flow out of the pit; columns grow along their fibres and lift it. Over a pit
that is nearly flat the pressures along the interface agree; the largest mean pressure, at the bottom, differs by the
deviator of the flow, which has the other sign."""

INPUT = """cases/low_rate.yaml and low_rate_diffusion.yaml, refinement 0.35, 20 steps or more for 9.6 s mA/cm² at each
current; diffusivities at the temperature of the case, without activation"""

PROBLEM = Problem(
    name="diffusion-or-flow",
    title="Pressure of slowly plated metal over current and diffusivity",
    part="verification",
    statement=r"""Metal plated at the speed $v$ in a gap with a free side leaves by flow, at a pressure that hardly
depends on $v$, and by diffusion along its interface, at $p=\frac vC\max q$ with $-\nabla_s^2q=1$ along the interface
and $q=0$ at its free side. With both the easier way is taken: for a large $C/v$ the pressure along the interface is
that of diffusion alone, and all of the deposit leaves.""",
    sources=("Chen et al., Nature 578 (2020) 251, for the diffusivity 2e-11 m²/s", "docs/theory.md, for the equations"),
    run=run,
    minutes=12.0,
)
