"""What would hurt most if lost: a verdict from a stress without bound, or one that the next digit would turn round."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.post.results import RunResults
from platingx.run.runner import run_case
from platingx.run.verdict_margin import with_margin

CASES = Path(__file__).parents[2] / "cases"
COARSE = [("output.figures", "false"), ("output.fields_every", "milestones")]


def run(folder: Path, name: str, refinement: float, **values: str) -> RunResults:
    given = {key.replace("__", "."): value for key, value in values.items()}
    options = [("geometry.mesh.refinement", str(refinement)), *COARSE, *given.items()]
    return run_case(load_case(CASES / f"{name}.yaml", options), folder, quiet=True)


def verdict(cracks: bool = True, from_flaw: bool = True) -> dict[str, Any]:
    return {
        "region": "llzo",
        "cracks": cracks,
        "cracks_from_flaw": from_flaw,
        "theoretical_strength_Pa": 16.1e9,
        "griffith_strength_Pa": 2.02e9,
        "sentence": "It is so.",
    }


def record(stress: float, error: float) -> dict[str, Any]:
    return {"value": stress, "place_m": [0.0, 0.0], "time_s": 1.0, "error_estimate": error}


def library_case() -> Case:
    return load_case(CASES / "eruption_3A.yaml")


@pytest.mark.parametrize(
    ("stress", "error", "decided"),
    [(16.4e9, 0.01, True), (16.4e9, 0.03, False), (15.9e9, 0.01, True), (15.9e9, 0.02, False), (40e9, 0.5, True)],
)
def test_the_error_of_the_mesh_against_the_margin(stress: float, error: float, decided: bool) -> None:
    case = load_case(CASES / "eruption_3A.yaml", [("materials.llzo.elasticity.poisson_ratio", "0.25")])
    judged = with_margin(case, verdict(cracks=stress > 16.1e9), record(stress, error))
    assert judged["margin"]["theoretical_strength"] == pytest.approx(stress / 16.1e9 - 1.0)
    assert judged["decided"]["theoretical_strength"] is decided
    assert judged["sentence"].startswith("Within the error, so undecided.") is not decided


def test_the_range_of_an_unverified_input_counts() -> None:
    """Poisson's ratio of the library, 0.24 to 0.27 for 0.26: -7.7 to +3.8 % if the stress is in proportion."""
    judged = with_margin(library_case(), verdict(), record(16.4e9, 0.002))
    assert judged["decided"]["theoretical_strength"] is False
    assert "-7.7 to +3.8 % by the unverified llzo elasticity.poisson_ratio = 0.26" in judged["sentence"]
    assert "1.9 % above the theoretical strength" in judged["sentence"]
    assert with_margin(library_case(), verdict(), record(18.0e9, 0.002))["decided"]["theoretical_strength"] is True


def test_a_sentence_says_nothing_of_the_strength_of_a_uniformly_stressed_flaw() -> None:
    """What a stress at a point is over that strength decides nothing."""
    open_one = with_margin(library_case(), verdict(cracks=False), record(2.5e9, 0.001))
    assert open_one["decided"] == {"theoretical_strength": True, "griffith_strength": False}
    assert open_one["sentence"] == "It is so. The stress is 84 % below the theoretical strength."
    split = with_margin(library_case(), verdict(), record(30e9, 0.001))
    assert split["sentence"] == "It is so. The stress is 86 % above the theoretical strength."


def test_a_fitted_stress_predicts_nothing() -> None:
    judged = with_margin(load_case(CASES / "eruption.yaml"), verdict(), record(16.4e9, 0.002))
    assert judged["sentence"].endswith("The stress was fitted by geometry.pit.depth: this verdict is no prediction.")


def test_a_strength_that_nobody_gives() -> None:
    nothing = verdict() | {"cracks": None, "theoretical_strength_Pa": None, "griffith_strength_Pa": None}
    judged = with_margin(library_case(), nothing, record(1e9, 0.1))
    assert judged["margin"] == judged["decided"] == {}
    assert judged["sentence"] == "It is so."


@pytest.fixture(scope="module")
def clamped(tmp_path_factory: pytest.TempPathFactory) -> list[RunResults]:
    """A clamped side of the plate beside a wall of lithium, on two meshes."""
    folder = tmp_path_factory.mktemp("clamped")
    values = {"constraints__electrolyte_side": "clamped"}
    return [run(folder / str(number), "eruption", number, **values) for number in (0.3, 0.5)]


def test_a_verdict_is_not_taken_from_a_singular_point(clamped: list[RunResults]) -> None:
    """The corner has 28 and 34 GPa and more on finer meshes; away from it the tip has 10.5 GPa on both: no crack."""
    raw = [result.quantity("max_principal_stress_llzo") for result in clamped]
    assert raw[0] > 16.1e9
    assert raw[1] > 1.15 * raw[0], "it grows"
    away = [result.summary["quantities"]["max_principal_stress_llzo"]["away_from_it"] for result in clamped]
    assert away[1]["value_Pa"] == pytest.approx(away[0]["value_Pa"], rel=0.03)
    for result, other in zip(clamped, away, strict=True):
        np.testing.assert_allclose(other["place_m"], [0.0, -56.1e-9], atol=1e-12)
        quantity = result.summary["quantities"]["max_principal_stress_llzo"]
        np.testing.assert_allclose(quantity["place_m"], [800e-9, 0.0], atol=1e-12)
        assert quantity["singular_point"].startswith("a bonded corner")
        assert "grow without bound" in quantity["singular_point"]
        assert quantity["singular_radius_m"] > 0.0
        judged = result.summary["verdict"]
        assert judged["cracks"] is False
        assert "time_at_fracture" not in result.summary["quantities"]
        assert "is no part of this: it lies within " in judged["sentence"]
        assert "of a bonded corner" in judged["sentence"]
        assert "of a bonded corner" in (result.path / "run.log").read_text()


def test_maxima_elsewhere_are_not_marked(clamped: list[RunResults]) -> None:
    quantities = clamped[0].summary["quantities"]
    assert "singular_point" not in quantities["max_pressure_llzo"]
    assert "singular_point" in quantities["max_von_mises_stress_llzo"]


@pytest.mark.mpi
def test_ranks_agree_on_what_is_judged(tmp_path: Path) -> None:
    from mpi4py import MPI

    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path, root=0)
    values = {"constraints__electrolyte_side": "free", "time__end": "1 ms"}
    together = run(folder / "together", "eruption", 0.3, **values)
    options = [("geometry.mesh.refinement", "0.3"), *COARSE, *((k.replace("__", "."), v) for k, v in values.items())]
    case = load_case(CASES / "eruption.yaml", options)
    alone = run_case(case, folder / f"alone-{comm.rank}", quiet=True, comm=MPI.COMM_SELF)
    for name in ("max_pressure_li", "max_von_mises_stress_llzo"):
        one, many = (result.summary["quantities"][name] for result in (alone, together))
        assert one["singular_point"] == many["singular_point"]
        assert many["away_from_it"]["value_Pa"] == pytest.approx(one["away_from_it"]["value_Pa"], rel=1e-6)
    errors = [result.summary["verdict"]["uncertainty"][0]["relative_high"] for result in (alone, together)]
    assert errors[1] == pytest.approx(errors[0], rel=1e-3)


def test_the_error_estimate_shrinks_with_the_mesh(tmp_path: Path) -> None:
    """8 and 2 % on coarse meshes of the tip, where three meshes say 1 %: an estimate, and on the safe side there."""
    found = []
    for refinement in (0.3, 0.5):
        result = run(tmp_path / str(refinement), "eruption", refinement, time__end="3 ms")
        (mesh, *_) = result.summary["verdict"]["uncertainty"]
        assert "the mesh (an estimate" in mesh["of"]
        found.append(mesh["relative_high"])
    assert found[0] > 2.0 * found[1] > 0.01
