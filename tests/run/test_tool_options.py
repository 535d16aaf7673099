"""What would hurt most if lost: every shape, law and drive of a tool is what the case says it is, in a run of its own.

Each shape with each law, under drives in turn, so that each drive is met; forces and ways against closed forms.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from touching_layers import layers

from platingx.errors import CaseError, ConvergenceError
from platingx.post.history import read_history
from platingx.run.runner import run_case

DEPTH, WIDTH, END = 1e-6, 400e-9, 0.5e-3  # WIDTH: of the half that is modelled
SHAPES: dict[str, Any] = {
    "flat": "flat",
    "circle": {"kind": "circle", "radius": "10 um"},
    "rounded_punch": {"kind": "rounded_punch", "half_width": "600 nm", "edge_radius": "100 nm"},
    "parabola": {"kind": "parabola", "radius": "10 um"},
    "profile": {"kind": "profile", "points": [["0 nm", "0 nm"], ["400 nm", "4 nm"], ["800 nm", "16 nm"]]},
}
LAWS: dict[str, dict[str, Any]] = {
    "frictionless": {},
    "frictional": {"friction": {"coefficient": 0.3}},
    "limited": {"friction": {"limit": "1 MPa"}},
    "rough": {"friction": "rough"},
    "adhesive": {"adhesion": {"traction": "1 MPa", "opening": "2 nm"}},
}
WIRE = {"young_modulus": "400 GPa", "radius": "100 nm", "length": "2 um"}
BEAM = {"young_modulus": "100 GPa", "second_moment": "1e-23 m^4", "length": "10 um"}
INERTIA = np.pi * 100e-9**4 / 4.0


def course(last: str, unit: str) -> dict[str, Any]:
    """A table from nothing to a value at the end."""
    return {"table": [["0 s", f"0 {unit}"], [f"{END} s", f"{last} {unit}"]]}


Value = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Of time and way."""


def spring(stiffness: float, base: float = 0.0) -> Value:
    """Force on the modelled half, N/m, of a spring whose base has a velocity."""
    return lambda time, way: -stiffness / DEPTH / 2.0 * (way - base * time)


MOVED: dict[str, tuple[Any, Value]] = {
    "fixed": ("fixed", lambda time, _: 0.0 * time),
    "rate": ({"motion": {"rate": "1 um/s"}}, lambda time, _: 1e-6 * time),
    "table": ({"motion": course("-0.5", "nm")}, lambda time, _: -0.5e-9 * time / END),
}
"""Drive, and the way that it means, m."""
PRESSED: dict[str, tuple[Any, Value]] = {
    "spring": ({"spring": "2 kN/m"}, spring(2e3)),
    "spring on a moved base": ({"spring": "2 kN/m", "base": {"rate": "-1 um/s"}}, spring(2e3, -1e-6)),
    "spring and force": ({"spring": "2 kN/m", "force": "-2 uN"}, lambda t, way: -2.0 / 2.0 + spring(2e3)(t, way)),
    "per area": ({"spring": {"per_area": "1e15 Pa/m"}}, lambda _, way: -1e15 * WIDTH * way),
    "cantilever": ({"spring": {"cantilever": BEAM}}, spring(3.0 * 100e9 * 1e-23 / 10e-6**3)),
    "wire, bending": (
        {"spring": {"wire": {**WIRE, "loaded": "bending"}}, "force": "-2 uN"},
        lambda t, way: -2.0 / 2.0 + spring(3.0 * 400e9 * INERTIA / 2e-6**3)(t, way),
    ),
    "wire, axially": (
        {"spring": {"wire": {**WIRE, "loaded": "axially"}}},
        spring(400e9 * np.pi * 100e-9**2 / 2e-6),
    ),
    "force": ({"force": "-2 uN"}, lambda time, _: -2e-6 / DEPTH / 2.0 + 0.0 * time),
    "force over time": ({"force": course("-4", "uN")}, lambda time, _: -4e-6 / DEPTH / 2.0 * time / END),
    "stack pressure": ({"pressure": "3 MPa"}, lambda time, _: -3e6 * WIDTH + 0.0 * time),
    "stack pressure over time": ({"pressure": course("3", "MPa")}, lambda time, _: -3e6 * WIDTH * time / END),
}
"""Drive, and the force on the metal that it means, N/m."""
DRIVES = [*MOVED, *PRESSED]
PAIRS = [(shape, law) for shape in SHAPES for law in LAWS]
ALL = [(*pair, DRIVES[place % len(DRIVES)]) for place, pair in enumerate(PAIRS)]
QUICK = {("parabola", "frictionless"), ("profile", "adhesive")}
CASES = [pytest.param(*each, marks=() if each[:2] in QUICK else pytest.mark.long, id="-".join(each)) for each in ALL]


def test_all_options_are_met() -> None:
    assert {each[2] for each in ALL} == {*DRIVES}


@pytest.mark.parametrize(("shape", "law", "drive"), CASES)
def test_a_tool(shape: str, law: str, drive: str, tmp_path: Path) -> None:
    """The way or the force of the drive at every step, and what each law allows at most."""
    given, expected = (MOVED | PRESSED)[drive]
    tool = {"shape": SHAPES[shape], "y": given}
    if drive in PRESSED and "pressure" not in given and "per_area" not in given.get("spring", ""):
        tool["depth"] = "1 um"
    case = layers(tmp_path, "1 A/cm^2", f"{END} s", side="free", tools__lid=tool,
                  contact__collector={"tool": "lid", **LAWS[law]})  # fmt: skip
    run_case(case, tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    time, force = (np.asarray(history[name]) for name in ("time_s", "contact_force_y_collector_N_per_m"))
    way = 0.0 * time if drive == "fixed" else np.asarray(history["displacement_y_lid_m"])
    assert time[-1] == END
    if drive in MOVED:
        assert way == pytest.approx(expected(time, way), rel=1e-12, abs=1e-24)
    else:
        assert force == pytest.approx(expected(time, way), rel=1e-6)
    if law != "adhesive" and drive != "rate":
        assert (force < 0.0).all()
    shear = np.abs(np.asarray(history["contact_force_x_collector_N_per_m"]))
    slip = np.asarray(history["max_slip_collector_m"])
    if law in ("frictionless", "adhesive") and shape == "flat":
        assert shear == pytest.approx(0.0, abs=1e-12 * np.abs(force).max())
    if law == "frictional" and shape == "flat":
        assert (shear <= 0.3 * np.abs(force) * (1.0 + 1e-9)).all()
    if law == "rough":
        assert slip == pytest.approx(0.0, abs=1e-15)
    if law == "adhesive":
        assert np.asarray(history["max_suction_collector_Pa"]).max() <= 1e6 * 1.02


@pytest.mark.parametrize(
    ("tool", "contact", "words"),
    [
        ({"shape": "flat", "y": "free"}, {}, "nothing presses the tool along y"),
        ({"shape": "flat", "x": "free"}, {}, "nothing holds the tool along x"),
        ({"shape": "flat", "x": {"force": "1 uN"}, "depth": "1 um"}, {}, "nothing holds the tool along x"),
        ({"shape": "flat", "y": {"spring": "1 N/m"}}, {}, "depth"),
        ({"shape": "flat", "y": {"base": "1 nm"}}, {}, "a spring beside it"),
        ({"shape": "flat", "y": {"motion": "1 nm", "force": "1 uN"}}, {}, "motion says already"),
        ({"shape": "flat", "y": {"force": "1 uN", "pressure": "1 MPa"}}, {}, "there is a force, too"),
        ({"shape": "flat", "y": {"spring": {"per_area": "1 Pa/m", "stiffness": "1 N/m"}}}, {}, "stiffness"),
        ({"shape": "flat", "y": "fix"}, {}, "fixed?"),
        ({"shape": "flatt"}, {}, "flat"),
        ({"shape": {"kind": "sphere", "radius": "1 um"}}, {}, "circle"),
        ({"shape": "flat"}, {"adhesion": {"traction": "1 MPa"}}, "opening"),
        ({"shape": "flat"}, {"friction": {"coefficient": -0.3}}, "coefficient"),
    ],
)
def test_what_no_tool_can_be(tool: dict[str, Any], contact: dict[str, Any], words: str, tmp_path: Path) -> None:
    """Told before the first step, with key and remedy."""
    with pytest.raises(CaseError) as caught:
        run_case(layers(tmp_path, tools__lid=tool, contact__collector={"tool": "lid", **contact}), tmp_path / "run",
                 quiet=True)  # fmt: skip
    assert words in str(caught.value)


def test_a_tool_that_friction_alone_holds(tmp_path: Path) -> None:
    """It goes along with what it touches; once nothing touches it any more there is no equilibrium, which is told."""
    way = {"table": [["0 s", "0 nm"], ["0.1 ms", "0 nm"], ["0.2 ms", "20 nm"]]}
    rides = {"shape": "flat", "x": "free", "y": {"motion": way}}
    contact = {"tool": "lid", "friction": {"coefficient": 0.3}}
    case = layers(tmp_path, "1 A/cm^2", "0.3 ms", side="free", tools__lid=rides, contact__collector=contact)
    with pytest.raises(ConvergenceError, match="no equilibrium"):
        run_case(case, tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    force = np.asarray(history["contact_force_y_collector_N_per_m"])
    assert np.asarray(history["contact_force_x_collector_N_per_m"]) == pytest.approx(
        0.0, abs=1e-6 * np.abs(force).max()
    )
    assert np.abs(history["displacement_x_lid_m"]).max() > 0.0
    assert np.asarray(history["time_s"])[-1] >= 0.1e-3
