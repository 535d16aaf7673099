"""What would hurt most if lost: a side that stays plane and gives way, against the elastic plate in closed form.

A plate of height H under a pressure p on its top, with metal of height h under p at its side: with the modulus M of the
plate along the side, E/(1 - nu^2) in plane strain and E/(1 - nu) where it is the same in all directions of the plate,
M e = s + nu/(1 - nu) p, and equilibrium of the side s H - p h = -k W e H with a stiffness k and the half width W.
"""

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import CaseError
from platingx.physics.boundary_conditions import displacement_conditions
from platingx.post.results import RunResults
from platingx.run.meshing import build_mesh_files
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
YOUNG, POISSON, WIDTH, PLATE, METAL = 150e9, 0.26, 800e-9, 1000e-9, 100e-9
SIDE = POISSON / (1.0 - POISSON) + METAL / PLATE
FLAT = (
    ("geometry.pit.depth", "0.8 nm"),
    ("geometry.collector", "{shape: flat, radius: null}"),
    ("constraints.electrolyte_side", "plane"),
    ("time.end", "2 ms"),
    ("output.figures", "false"),
)


def case_of(name: str, *values: tuple[str, str]) -> Case:
    refinement = "0.3" if name == "eruption" else "0.4"
    return load_case(CASES / f"{name}.yaml", [("geometry.mesh.refinement", refinement), *FLAT, *values])


def strain_over_pressure(results: RunResults, name: str = "electrolyte_side_strain") -> float:
    """At the end, 1/Pa."""
    return results.quantity(name) / results.quantity("mean_pressure_li")


def test_constants_are_those_of_the_case() -> None:
    case = case_of("eruption")
    elasticity = case.materials["llzo"].elasticity
    assert (float(elasticity.young_modulus), float(elasticity.poisson_ratio)) == (YOUNG, POISSON)
    assert float(case.geometry.electrolyte.half_width) == pytest.approx(WIDTH)


@pytest.mark.parametrize("share", ["1", "0.62", "0.25"])
def test_share_of_the_free_expansion(tmp_path: Path, share: str) -> None:
    given = () if share == "1" else (("constraints.plane_side", f"{{share: {share}}}"),)
    results = run_case(case_of("eruption", *given), tmp_path / "run", quiet=True)
    expected = float(share) * SIDE * (1.0 - POISSON**2) / YOUNG
    assert strain_over_pressure(results) == pytest.approx(expected, rel=0.01)


def test_axisymmetric_plate(tmp_path: Path) -> None:
    case = case_of("eruption", ("geometry.symmetry", "axisymmetric"), ("constraints.plane_side", "{share: 0.5}"))
    results = run_case(case, tmp_path / "run", quiet=True)
    assert strain_over_pressure(results) == pytest.approx(0.5 * SIDE * (1.0 - POISSON) / YOUNG, rel=0.01)


def test_stiffness_per_area(tmp_path: Path) -> None:
    case = case_of("eruption", ("constraints.plane_side", "{stiffness: 300 GPa/um}"))
    results = run_case(case, tmp_path / "run", quiet=True)
    expected = SIDE / (YOUNG / (1.0 - POISSON**2) + 300e15 * WIDTH)
    assert strain_over_pressure(results) == pytest.approx(expected, rel=0.01)


def test_a_share_of_nothing_is_a_roller(tmp_path: Path) -> None:
    none = run_case(case_of("eruption", ("constraints.plane_side", "{share: 0}")), tmp_path / "none", quiet=True)
    roller = run_case(case_of("eruption", ("constraints.electrolyte_side", "roller")), tmp_path / "roller", quiet=True)
    for name in ("mean_pressure_li", "max_principal_stress_llzo", "collector_force"):
        assert none.quantity(name) == pytest.approx(roller.quantity(name), rel=1e-7)


def test_strain_in_proportion_to_time_moves_all_of_the_side(tmp_path: Path) -> None:
    """The metal's side and the collector's corner go along; the strain is reached at the end."""
    results = run_case(case_of("eruption", ("constraints.plane_side", "{strain: 0.1 %}")), tmp_path / "run", quiet=True)
    history = results.history
    share = history["time_s"] / history["time_s"].iloc[-1]
    np.testing.assert_allclose(history["electrolyte_side_strain"], 1e-3 * share, rtol=1e-9)
    side = np.isclose(results.fields.points[:, 0], WIDTH, rtol=1e-9, atol=0.0)
    assert results.fields.points[side, 1].max() == pytest.approx(METAL)
    moved = results.fields.at(-1, ["displacement"])["displacement"][side, 0]
    np.testing.assert_allclose(moved, 1e-3 * WIDTH, rtol=1e-6)


def test_strain_of_a_table(tmp_path: Path) -> None:
    """Steps end at its times, so that a short pulse is there in full."""
    table = "{strain_table: [[0 s, 0], [1 ms, 0], [1.01 ms, 0.1 %], [1.02 ms, 0], [2 ms, 0.05 %]]}"
    history = run_case(case_of("eruption", ("constraints.plane_side", table)), tmp_path / "run", quiet=True).history
    expected = np.interp(history["time_s"], [0.0, 1e-3, 1.01e-3, 1.02e-3, 2e-3], [0.0, 0.0, 1e-3, 0.0, 5e-4])
    assert expected.max() == pytest.approx(1e-3, rel=1e-9)
    np.testing.assert_allclose(history["electrolyte_side_strain"], expected, rtol=1e-9, atol=1e-15)


def test_energy_of_the_spring_is_accounted_for(tmp_path: Path) -> None:
    results = run_case(case_of("eruption", ("constraints.plane_side", "{share: 0.5}")), tmp_path / "run", quiet=True)
    for name in ("force", "energy"):
        assert not results.summary["balances"][name]["violated"]
    assert results.summary["balances"]["energy"]["worst"] < 0.01


def test_both_sides_of_a_block(tmp_path: Path) -> None:
    case = case_of("eruption_3d", ("constraints.plane_side", "{share: 0.5}"))
    results = run_case(case, tmp_path / "run", quiet=True)
    found = [strain_over_pressure(results, f"electrolyte_side_strain_{axis}") for axis in "xy"]
    assert found[0] == pytest.approx(found[1], rel=1e-4)
    plate = case.geometry.electrolyte
    side = POISSON / (1.0 - POISSON) + float(case.geometry.interlayer.thickness) / float(plate.depth)
    assert found[0] == pytest.approx(0.5 * side * (1.0 - POISSON) / YOUNG, rel=0.02)


def test_the_same_from_a_mesh_file(tmp_path: Path) -> None:
    built = case_of("eruption", ("constraints.plane_side", "{share: 0.5}"))
    build_mesh_files(built, tmp_path / "mesh")
    path = next((tmp_path / "mesh").glob("*.msh"))
    read = built.with_values({"geometry": {"builder": "file", "path": str(path), "symmetry": "plane_strain"}})
    first, second = (run_case(case, tmp_path / case.geometry.builder, quiet=True) for case in (built, read))
    name = "electrolyte_side_strain"
    assert second.quantity(name) == pytest.approx(first.quantity(name), rel=1e-9)


@pytest.mark.mpi
def test_the_same_on_any_number_of_ranks(tmp_path: Path) -> None:
    folder = Path(MPI.COMM_WORLD.bcast(str(tmp_path)))
    case = case_of("eruption", ("constraints.plane_side", "{share: 0.62}"))
    results = run_case(case, folder / "run", quiet=True)
    expected = 0.62 * SIDE * (1.0 - POISSON**2) / YOUNG
    assert strain_over_pressure(results) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("constraints.plane_side", "{share: 1.5}", "too large"),
        ("constraints.plane_side", "{share: 0.5, strain: 0.1}", "one of these"),
        ("constraints.plane_side", "{stiffness: 3 GPa}", "stiffness per area"),
        ("constraints.plane_side", "{strain_table: [[1 s, 0], [0 s, 0]]}", "increasing"),
        ("constraints.electrolyte_bottom", "clamped", "holds the lower edge"),
    ],
)
def test_what_cannot_be_is_told(key: str, value: str, words: str) -> None:
    with pytest.raises(CaseError, match=words):
        case_of("eruption", (key, value))


def test_a_description_without_a_plane_side_is_told() -> None:
    with pytest.raises(CaseError, match="belongs to electrolyte_side: plane"):
        load_case(CASES / "eruption.yaml", [("constraints.plane_side", "{share: 0.5}")])


def test_conditions_of_other_choices_do_not_give_way() -> None:
    case = case_of("eruption", ("constraints.electrolyte_side", "clamped"))
    names = ("symmetry", "electrolyte_side", "metal_side")
    assert not any(support.follows for support in displacement_conditions(case, 2, names))
