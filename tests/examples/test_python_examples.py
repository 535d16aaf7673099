"""What would hurt most if lost: the examples run as they stand, and show what they say."""

import runpy
from collections.abc import Callable
from math import erfc, sinh, tanh
from pathlib import Path
from typing import Any

import numpy as np
import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"
COARSE = [("geometry.mesh.refinement", "0.3"), ("geometry.mesh.layers", "4"), ("time.end", "0.3 s")]


def main_of(name: str) -> tuple[Callable[..., Any], dict[str, Any]]:
    """The main function of an example, and its other names."""
    names = runpy.run_path(str(EXAMPLES / f"{name}.py"))
    return names["main"], names


def test_a_case_is_run_and_plotted(tmp_path: Path) -> None:
    main, _ = main_of("run_and_plot")
    results = main(tmp_path, COARSE)
    assert results.summary["outcome"] == "completed"
    assert results.history["current_density_A_per_m2"].iloc[-1] == pytest.approx(80.0)
    assert (tmp_path / "pressure.png").stat().st_size > 5000


def test_a_spring_in_ufl_holds_the_side_of_the_plate(tmp_path: Path) -> None:
    """The free side moves less on its foundation, which pulls it back with what it reports."""
    main, _ = main_of("elastic_foundation")
    with_spring, free = (main(tmp_path / str(stiff), COARSE, stiff) for stiff in (True, False))
    assert with_spring.history["foundation_force_N_per_m"].iloc[-1] < 0.0
    stress = "max_principal_stress_llzo_Pa"
    assert with_spring.history[stress].iloc[-1] != pytest.approx(free.history[stress].iloc[-1], rel=1e-4)


def test_conduction_decides_where_metal_is_plated(tmp_path: Path) -> None:
    """Current flows through both resistances in series, and the metal grows with it in every step."""
    main, names = main_of("local_current")
    results = main(tmp_path, COARSE)
    history = results.history
    current = history["cell_current"].to_numpy()  # A per metre of depth
    assert np.all(current > 0.0)
    np.testing.assert_allclose(current, current[0], rtol=1e-6)  # the reference shape decides
    growth = history["growth_stretch"].to_numpy()
    assert np.all(np.diff(growth) > 0.0)
    potential = results.fields.at(-1)["potential"]
    assert 0.0 < potential.max() < names["VOLTAGE"]
    assert results.summary["calibrated"] == []  # nothing of low_rate is claimed with other physics


def test_kinetics_are_replaced(tmp_path: Path) -> None:
    """Where the electrolyte costs nothing all three take their own current of the whole voltage, along one length.

    The interface is the same, so that ratios of currents are those of the laws: sinh, and Marcus' as numbers.
    """
    main, names = main_of("own_kinetics")
    found = main(tmp_path, [*COARSE[:2], ("time.end", "5 ms"), ("time.initial_step", "5 ms")], conductivity=1e6)
    current = {name: float(run.history["cell_current"].iloc[-1]) for name, run in found.items()}
    e, energy = names["VOLTAGE"] / names["THERMAL"], names["REORGANISATION"]
    root = energy**0.5

    def tail(x: float) -> float:
        return erfc((energy - (1.0 + root + x**2) ** 0.5) / (2.0 * root))

    assert current["butler_volmer"] / current["linear"] == pytest.approx(2.0 * sinh(0.5 * e) / e, rel=1e-3)
    expected = 2.0 * tanh(0.5 * e) * tail(e) / (tail(0.0) * e)
    assert current["marcus"] / current["linear"] == pytest.approx(expected, rel=1e-3)
    driving = float(found["linear"].history["driving_voltage"].iloc[-1])
    assert current["linear"] == pytest.approx(names["EXCHANGE"] * driving / names["THERMAL"], rel=1e-9)


def test_a_model_without_a_case_file() -> None:
    """The spring is in balance with the metal, and the lid rises with the growth."""
    main, names = main_of("sprung_collector")
    rows = np.array(main(steps=4, cells=3))
    assert np.all(np.diff(rows[:, 1]) > 0.0)
    assert 0.0 < rows[-1, 1] < names["RATE"] * names["HEIGHT"]
    np.testing.assert_allclose(rows[:, 2], names["STIFFNESS"] * rows[:, 1] / names["WIDTH"], rtol=1e-12)


def test_directions_of_growth_are_drawn(tmp_path: Path) -> None:
    """Three kinds, of unit length, that are not the same."""
    main, _ = main_of("growth_directions")
    found = main(tmp_path / "directions.png", "0.3")
    assert set(found) == {"between_faces", "blended", "interface_normal"}
    for field in found.values():
        np.testing.assert_allclose(np.linalg.norm(field, axis=1), 1.0, rtol=1e-9)
    assert np.abs(found["between_faces"] - found["blended"]).max() > 0.1
    assert (tmp_path / "directions.png").stat().st_size > 5000
