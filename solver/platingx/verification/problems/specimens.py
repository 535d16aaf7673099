"""Specimens under a cantilever: a cylinder without friction, a disc that sticks, and the first touch of a sphere."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from mpi4py import MPI
from scipy.integrate import solve_ivp

from platingx.arrays import RealArray
from platingx.config.loader import load_case
from platingx.run.meshing import load_mesh
from platingx.run.shipped import shipped_cases_folder
from platingx.verification.drawing import COLOURS
from platingx.verification.models.case_march import march_case
from platingx.verification.problem import Effort, Outcome, Picture, Problem, Row

__all__ = ["PROBLEM", "cylinder", "hertz_pressure", "slab_pressure"]

RADIUS, HEIGHT = 90e-9, 540e-9
SPRING, SPEED, TURN, END = 6.0, 10e-9, 90.0, 140.0
YOUNG, POISSON, STRENGTH, EXPONENT, RATE = 3e9, 0.32, 140e6, 10.0, 1e-3
DISC, FLATNESS, FLAT_EXPONENT, SQUEEZED = 500e-9, 5.0, 100.0, 0.02
SPHERE, REACH, GROWTH = 100e-9, 0.08, 1.3
MODULUS = YOUNG / (1.0 - POISSON**2)
LOAD = 4.0 * MODULUS * (REACH * SPHERE) ** 3 / (3.0 * SPHERE)
"""Force at which the contact of the sphere has `REACH` of its radius."""


def _marched(values: dict[str, Any]) -> pd.DataFrame:
    """History of the shipped rod with other values."""
    case = load_case(shipped_cases_folder() / "afm_rod.yaml").with_values(values)
    return march_case(case, load_mesh(case, MPI.COMM_SELF)).history


def base_at(time: float) -> float:
    """Way of the far end of the cantilever towards the rod, m."""
    return SPEED * (min(time, TURN) - max(time - TURN, 0.0))


def cylinder(times: RealArray) -> tuple[RealArray, RealArray, float]:
    """Force (N) and radius (m) of a cylinder that stays one, over time (s), and its largest rate of flow (1/s).

    With the Kirchhoff stress t, the plastic strain e and Hencky's law the height is h = H exp(-t/E - e), the force
    t A H/h and that of the spring k (b - H + h), and e' = r0 (t/S)^n.
    """
    area = np.pi * RADIUS**2

    def stress(time: float, plastic: float) -> float:
        """By Newton's method, from the elastic answer."""
        found = 0.0
        for _ in range(50):
            height = HEIGHT * np.exp(-found / YOUNG - plastic)
            force = found * area * HEIGHT / height
            lacking = force - SPRING * (base_at(time) - HEIGHT + height)
            slope = (area * HEIGHT / height) * (1.0 + found / YOUNG) + SPRING * height / YOUNG
            found -= lacking / slope
        return float(found)

    def rate(time: float, state: RealArray) -> list[float]:
        return [RATE * (stress(time, float(state[0])) / STRENGTH) ** EXPONENT]

    turns = [0.0, TURN, END]
    plastic = np.zeros(len(times))
    start = 0.0
    for begin, end in pairwise(turns):
        inside = (times >= begin) & (times <= end)
        at = np.unique(np.append(times[inside], end))
        solved = solve_ivp(rate, (begin, end), [start], t_eval=at, rtol=1e-9, atol=1e-12, method="LSODA")
        plastic[inside] = np.interp(times[inside], solved.t, solved.y[0])
        start = float(solved.y[0][-1])
    stresses = np.array([stress(float(t), float(e)) for t, e in zip(times, plastic, strict=True)])
    shrunk = np.exp(stresses / YOUNG + plastic)
    fastest = RATE * float(stresses.max() / STRENGTH) ** EXPONENT
    return stresses * area * shrunk, RADIUS * np.exp(POISSON * stresses / YOUNG + 0.5 * plastic), fastest


def cylinder_rows(effort: Effort) -> tuple[list[Row], pd.DataFrame]:
    """(a) Without friction a rod stays a cylinder."""
    step = 2.0 if effort == "coarse" else 0.5
    base = {
        "table": [
            ["0 s", "0 nm"],
            [f"{TURN} s", f"{-1e9 * base_at(TURN)} nm"],
            [f"{END} s", f"{-1e9 * base_at(END)} nm"],
        ]
    }
    history = _marched(
        {
            "geometry.shape.edge_radius": "0 nm",
            "geometry.mesh.layers": 4,
            "materials.na.viscoplasticity.stress_exponent": EXPONENT,
            "boundary_conditions": {"interface": {"y": 0}},
            "contact": {"top": {"tool": "platen"}},
            "tools.platen": {"shape": "flat", "y": {"spring": f"{SPRING} N/m", "base": base}},
            "time": {"end": f"{END} s", "initial_step": f"{step} s", "maximum_step": f"{step} s"},
        }
    )
    rows = []
    times = history["time_s"].to_numpy(float)
    forces, radii, fastest = cylinder(times)
    strain = 0.5 * step * fastest  # error of the implicit Euler method that starts from rest
    for place, words in ((int(forces.argmax()), "largest force"), (len(times) - 1, "end")):
        label = f"cylinder, {words}"
        found = history.iloc[place]
        way = base_at(float(times[place])) - forces[place] / SPRING
        lost = strain * (HEIGHT - way)  # of the shortening
        share = SPRING * lost / forces[place]
        for name, unit, scale, expected, tolerance in (
            ("compression_force", "nN", 1e9, forces[place], share),
            ("waist_radius", "nm", 1e9, radii[place], 0.5 * strain),
            ("true_stress", "MPa", 1e-6, forces[place] / (np.pi * radii[place] ** 2), share + strain),
            ("shortening", "nm", 1e9, way, lost / way),
        ):
            words, computed = name.replace("_", " "), float(found[name]) * scale
            rows.append(Row(label, words, unit, expected * scale, computed, tolerance, "flow of a bar", "exact"))
    bent = float((history["compression_force"] / (SPRING * history["deflection_y_platen"]) - 1.0).abs().max())
    rows.append(Row("cylinder", "F/(k dX), less 1", "", 0.0, bent, 1e-6, "balance", "exact", absolute=True))
    return rows, history


def slab_pressure(flatness: float) -> float:
    """Mean pressure on a disc of radius over height ``flatness`` that sticks to both plates, over its flow stress."""
    return 1.0 + 2.0 * flatness / (3.0 * np.sqrt(3.0))


def disc_row(effort: Effort) -> Row:
    """(b) A flat disc that sticks to both plates."""
    height, rate = DISC / FLATNESS, RATE
    time = SQUEEZED / rate
    history = _marched(
        {
            "geometry.shape": {"kind": "rod", "radius": f"{DISC} m", "height": f"{height} m"},
            "geometry.mesh.layers": 16 if effort == "coarse" else 48,
            "materials.na.elasticity.young_modulus": "300 GPa",
            "materials.na.viscoplasticity.stress_exponent": FLAT_EXPONENT,
            "contact": {},
            "tools": {},
            "boundary_conditions": {"interface": "fixed", "top": {"x": 0, "y": {"rate": f"{-rate * height} m/s"}}},
            "time": {"end": f"{time} s", "maximum_step": f"{time / 10} s"},
        }
    )
    pressure = float(history["compression_force"].iloc[-1]) / (np.pi * DISC**2 / (1.0 - SQUEEZED))
    found, expected = pressure / STRENGTH, slab_pressure(FLATNESS)
    return Row("disc, R/h 5", "mean pressure over flow stress", "", expected, found, 0.05, "slab method", "exact")


def hertz_pressure(force: float) -> float:
    """Largest pressure of a sphere on a rigid flat, Pa: (6 F E*^2/(pi^3 R^2))^(1/3)."""
    return float((6.0 * force * MODULUS**2 / (np.pi**3 * SPHERE**2)) ** (1.0 / 3.0))


def sphere_rows(effort: Effort) -> list[Row]:
    """(c) A sphere that stays elastic is touched."""
    elements = 16 if effort == "coarse" else 32
    at_edge = 1.0 / elements + np.log(GROWTH)  # size of the element at the edge of the contact over its radius
    history = _marched(
        {
            "geometry.shape": {"kind": "sphere", "radius": f"{SPHERE} m", "root_radius": f"{0.6 * SPHERE} m"},
            "geometry.mesh": {"layers": 12, "touch_size": f"{REACH * SPHERE / elements} m"},
            "materials.na.viscoplasticity.reference_stress": "1e6 GPa",
            "contact": {"top": {"tool": "platen"}},
            "tools.platen": {
                "shape": "flat",
                "y": {"force": {"table": [["0 s", f"{-LOAD / 20} N"], ["1 s", f"{-LOAD} N"]]}},
            },
            "time": {"end": "1 s", "maximum_step": "0.1 s"},
        }
    )
    last = history.iloc[-1]
    radius = float(np.sqrt(last["contact_area_top"] / np.pi))
    label = f"sphere, elements of a/{elements} at the pole"
    return [
        Row(label, "force", "nN", LOAD * 1e9, float(last["compression_force"]) * 1e9, 1e-6, "balance", "exact"),
        Row(label, "largest pressure", "MPa", hertz_pressure(LOAD) / 1e6, float(last["max_contact_pressure_top"]) / 1e6,
            0.02, "Hertz", "exact"),
        Row(label, "radius of the contact", "nm", REACH * SPHERE * 1e9, radius * 1e9, 0.5 * at_edge, "Hertz", "exact"),
    ]  # fmt: skip


def run(effort: Effort) -> Outcome:
    """Compute all rows."""
    rows, history = cylinder_rows(effort)
    rows += [disc_row(effort), *sphere_rows(effort)]
    picture = Picture("cylinder", CAPTION, lambda figure: draw(figure, history), (6.4, 3.0))
    return Outcome(tuple(rows), (), (picture,), NOTES, INPUT, UNVERIFIED)


def draw(figure: Figure, history: pd.DataFrame) -> None:
    """Force over shortening, and stresses over time."""
    left, right = figure.subplots(1, 2)
    times: RealArray = np.linspace(0.0, END, 281)
    forces, radii, _ = cylinder(times)
    ways = np.array([base_at(float(time)) for time in times]) - forces / SPRING
    left.plot(ways * 1e9, forces * 1e6, color=COLOURS[0], label="closed form")
    some = history.iloc[:: max(1, len(history) // 30)]
    left.plot(some["shortening"] * 1e9, some["compression_force"] * 1e6, "o", color=COLOURS[1], ms=3, fillstyle="none",
              label="computed")  # fmt: skip
    left.set_xlabel("Shortening (nm)")
    left.set_ylabel("Force (µN)")
    left.legend()
    right.plot(times, forces / (np.pi * RADIUS**2) / 1e6, color=COLOURS[0], label="nominal")
    right.plot(times, forces / (np.pi * radii**2) / 1e6, "--", color=COLOURS[0], label="true")
    for name in ("nominal_stress", "true_stress"):
        right.plot(some["time_s"], some[name] / 1e6, "o", color=COLOURS[1], ms=3, fillstyle="none")
    right.set_xlabel("Time (s)")
    right.set_ylabel("Stress (MPa)")
    right.legend()


CAPTION = (
    "A rod without friction under a cantilever that comes down and goes back: force, and stresses by both sections."
)

NOTES = (
    "Tolerances: of the cylinder that of implicit steps, half a step times the largest rate of flow as an error of "
    "the strain; of the disc 5 %, since the slab method takes shear as evenly spread over the height and has no free "
    "side; of the sphere 2 % for the curve of its outline, of which Hertz keeps the first term, and half an element "
    "for the radius of the contact, whose area is that of the nodes that are pressed on.",
)

UNVERIFIED = ("strength, modulus and exponent are chosen, not those of a whisker",)

INPUT = """afm_rod.yaml with
(a) a base and a top without friction, a sharp edge, stress exponent 10; spring 6 N/m, whose far end comes down
    by 10 nm/s for 90 s and goes back; steps of 0.5 s (2 s in the coarse effort)
(b) radius 500 nm, height 100 nm, bonded above and below, E = 300 GPa, stress exponent 100, squeezed by 2 % at 1e-3 1/s
(c) a sphere of 100 nm, elastic, pressed by a force that gives a contact of a = 8 nm; elements of a/32 (a/16) at the
    pole that grow by 1.3"""

PROBLEM = Problem(
    name="specimens",
    title="Specimens under a cantilever",
    part="verification",
    statement=r"""(a) Without friction a rod stays a cylinder. With the Kirchhoff stress $\tau$, the plastic strain $e$
and Hencky's law its height is $h = H\,\mathrm{e}^{-\tau/E - e}$ and the force $F = \tau A H/h$; it is that of the
spring, $F = k (b - H + h)$, whose far end has come down by $b(t)$. The metal flows by $\dot e = r_0 (\tau/S)^n$.

(b) A flat disc that sticks to both plates carries, by the slab method, the mean pressure
$\bar p/\sigma_y = 1 + \frac{2}{3\sqrt 3} \frac{R}{h}$.

(c) A sphere that touches a rigid flat has, by Hertz, the largest pressure $p_0 = (6 F E^{*2}/(\pi^3 R^2))^{1/3}$ over
a contact of the radius $a = (3 F R/(4 E^*))^{1/3}$, with $E^* = E/(1 - \nu^2)$.""",
    sources=(
        "closed forms",
        "slab method: W. F. Hosford and R. M. Caddell, Metal Forming (1983), chapter 7",
        "K. L. Johnson, Contact Mechanics (1985), chapter 4",
    ),
    run=run,
    minutes=0.5,
)
