"""What would hurt most if lost: a surface inside of a body opens at its strength, takes its energy, and stays open."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from resumed_runs import SOLVER, assert_same_run, copy_back_to, started
from touching_layers import last
from two_layers import WIDTH, two_layers
from written import written

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import CaseError
from platingx.post.history import read_history, read_summary
from platingx.problems.newton import NewtonResult, Outcome
from platingx.run.diagnostics import causes
from platingx.run.runner import run_case
from platingx_meshes.block3d import Block3D, build_block3d
from platingx_meshes.facets import all_facets
from platingx_meshes.simple import Box, build_box

CASES = Path(__file__).parents[2] / "cases"
STRENGTH, ENERGY = 1e6, 4e-3
COHESION = {"strength": "1 MPa", "fracture_energy": "4 mJ/m^2"}
FINE = {"time__maximum_growth_increment": 0.0005}
TEXT = """
name: bicrystal
geometry: {builder: file, path: mesh.msh, symmetry: plane_strain}
materials: {li: lithium_anand_narayan_2019, llzo: llzo}
growth: {current_density: 0.01 mA/cm^2, direction: {vector: [0, 1]}}
boundary_conditions: {left: {x: 0}, right: {x: {rate: 2 nm/s}}, bottom: {y: 0}}
contact:
  grains:                         # so weak that its zone is longer than the coarse cells
    cohesion: {strength: 50 MPa, fracture_energy: 0.2 J/m^2, shear_fracture_energy: 0.4 J/m^2, exponent: 1.5}
    friction: {coefficient: 0.3}
  interface: {cohesion: {strength: 1 MPa, fracture_energy: 4 mJ/m^2}}
time: {end: 5 s, maximum_step: 0.25 s}
output: {figures: false, fields_every: milestones, checkpoint: {every_steps: 2, keep: 100}}
"""


def test_stripped_metal_parts_at_the_strength_and_for_the_energy(tmp_path: Path) -> None:
    """In a closed gap the layer is pulled off evenly: suction, energy of the whole face, balance of energy."""
    case = two_layers(tmp_path, "-1 A/cm^2", "7 ms", contact__interface={"cohesion": COHESION}, **FINE)
    run_case(case, tmp_path / "run", quiet=True)
    history, found = read_history(tmp_path / "run"), last(tmp_path / "run")
    suction = np.asarray(history["max_suction_interface_Pa"], dtype=float)
    assert 0.95 * STRENGTH < suction.max() <= STRENGTH * 1.001
    assert found["max_suction_interface_Pa"] == 0.0
    assert found["max_damage_interface"] == 1.0
    width = WIDTH * 1e-9
    assert found["broken_area_interface_m"] == pytest.approx(width, rel=1e-9)
    assert found["fracture_energy_interface_J_per_m"] == pytest.approx(ENERGY * width, rel=1e-9)
    assert found["parting_energy_J_per_m"] == pytest.approx(2.0 * ENERGY * width, rel=0.01)
    assert found["energy_balance_error"] < 0.01
    assert not any("tension" in warning for warning in read_summary(tmp_path / "run")["warnings"])


def test_a_broken_surface_is_pressed_on_again_but_does_not_pull(tmp_path: Path) -> None:
    """Stripped off, plated back against the ceramic, and stripped again."""
    table = {"table": [["0 ms", "-1 A/cm^2"], ["7 ms", "-1 A/cm^2"], ["7.5 ms", "1 A/cm^2"], ["18 ms", "1 A/cm^2"],
                       ["18.5 ms", "-1 A/cm^2"], ["30 ms", "-1 A/cm^2"]]}  # fmt: skip
    case = two_layers(tmp_path, table, "30 ms", contact__interface={"cohesion": COHESION})
    run_case(case, tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    time = history["time_s"].to_numpy()
    assert (np.diff(history["fracture_energy_interface_J_per_m"]) >= 0.0).all()
    assert float(history["max_contact_pressure_interface_Pa"][time <= 0.018].max()) > 1e7
    assert float(history["max_suction_interface_Pa"][time > 0.0075].max()) == 0.0


def bicrystal(folder: Path) -> Case:
    """A ceramic that is pulled apart sideways at the boundary of two grains, with metal that rests on it."""
    data = build_box(Box(400e-9, 400e-9, 4, 4, interface_height=300e-9))
    facets = all_facets(data.cells, data.cell_type)
    places = data.points[facets.nodes]
    chosen = (np.abs(places[..., 0] - 200e-9).max(axis=1) < 1e-12) & (places[..., 1].mean(axis=1) < 300e-9)
    tag = max(data.boundary_names.values()) + 1
    replace(
        data,
        facets=np.concatenate([data.facets, facets.nodes[chosen]]),
        facet_boundaries=np.concatenate([data.facet_boundaries, np.full(int(chosen.sum()), tag)]),
        boundary_names={**data.boundary_names, "grains": tag},
    ).write_msh(folder / "mesh.msh")
    written(folder / "case.yaml", TEXT)
    return load_case(folder / "case.yaml")


def test_grains_part_and_the_run_is_resumed_bit_by_bit(tmp_path: Path) -> None:
    """A boundary inside of one region, from a checkpoint while it opens; it meets the interface, which lets go, too."""
    case = bicrystal(tmp_path)
    run_case(case, tmp_path / "whole", quiet=True)
    history, found = read_history(tmp_path / "whole"), last(tmp_path / "whole")
    assert found["max_damage_grains"] == 1.0
    assert found["broken_area_grains_m"] == pytest.approx(300e-9, rel=1e-9)
    energy = found["fracture_energy_grains_J_per_m"]
    assert energy == pytest.approx(0.2 * 300e-9, rel=0.05)  # nearly all of it in mode I
    damage = history["max_damage_grains"].to_numpy()
    half = int(np.argmax((damage > 0.0) & (damage < 1.0))) + 1
    copy_back_to(tmp_path / "whole", tmp_path / "again", half - half % 2)
    run_case(case, tmp_path / "again", resume=True, quiet=True)
    assert assert_same_run(tmp_path / "again", tmp_path / "whole", 0.0) == 0.0


BAR = """
name: bar
geometry: {builder: file, path: mesh.msh}
materials: {li: lithium_anand_narayan_2019, llzo: llzo}
growth: {current_density: -1 A/cm^2, direction: {vector: [0, 0, 1]}}
boundary_conditions: {left: {x: 0}, right: {x: 0}, front: {y: 0}, back: {y: 0}, bottom: {z: 0}, top: {z: 0}}
contact: {interface: {cohesion: {strength: 1 MPa, fracture_energy: 4 mJ/m^2}}}
time: {end: 7 ms, maximum_growth_increment: 0.002}
output: {figures: false, fields_every: milestones, checkpoint: {every_steps: 2, keep: 100}}
"""


def bar(folder: Path, kind: str, preset: str) -> tuple[Case, float]:
    """Metal that is pulled off a ceramic evenly over a disc or, in space, a square; and the area of its face."""
    if kind == "disc":
        steps = {"time__maximum_growth_increment": 0.002, "output__checkpoint": {"every_steps": 2, "keep": 100}}
        held = {"contact__interface": {"cohesion": COHESION}, "geometry__symmetry": "axisymmetric"}
        case = two_layers(folder, "-1 A/cm^2", "7 ms", solver__preset=preset, **steps, **held)
        return case, np.pi * (WIDTH * 1e-9) ** 2
    side = 400e-9
    block = Block3D(side, side, side, 1, 1, 2, interface_height=300e-9, cell=kind)
    build_block3d(block).write_msh(folder / "mesh.msh")
    written(folder / "case.yaml", BAR)
    return load_case(folder / "case.yaml").with_values({"solver.preset": preset}), side**2


@pytest.mark.parametrize(
    ("kind", "preset"),
    [
        ("disc", "direct"),
        ("hexahedron", "iterative"),
        pytest.param("disc", "iterative", marks=pytest.mark.long),
        pytest.param("hexahedron", "direct", marks=pytest.mark.long),
        pytest.param("tetrahedron", "direct", marks=pytest.mark.long),
        pytest.param("tetrahedron", "iterative", marks=pytest.mark.long),
    ],
)
def test_a_disc_and_a_square_part_for_their_area(kind: str, preset: str, tmp_path: Path) -> None:
    """Strength, energy of the face, and a run that is resumed while it opens, bit by bit, by either linear solver."""
    case, area = bar(tmp_path, kind, preset)
    run_case(case, tmp_path / "whole", quiet=True)
    history, found = read_history(tmp_path / "whole"), last(tmp_path / "whole")
    assert 0.97 * STRENGTH < float(history["max_suction_interface_Pa"].max()) <= STRENGTH * 1.001
    assert found["broken_area_interface_m2"] == pytest.approx(area, rel=1e-9)
    assert found["fracture_energy_interface_J"] == pytest.approx(ENERGY * area, rel=1e-9)
    assert found["parting_energy_J"] == pytest.approx(ENERGY * area, rel=0.02)
    assert found["energy_balance_error"] < 0.01
    damage = history["max_damage_interface"].to_numpy()
    half = int(np.argmax((damage > 0.0) & (damage < 1.0))) + 1
    copy_back_to(tmp_path / "whole", tmp_path / "again", half - half % 2)
    run_case(case, tmp_path / "again", resume=True, quiet=True)
    assert assert_same_run(tmp_path / "again", tmp_path / "whole", 0.0) == 0.0


@pytest.mark.long
def test_a_square_slides_off_for_the_energy_of_sliding(tmp_path: Path) -> None:
    """Pushed along the diagonal of its face: mode II at its strength, for its energy, and nothing of mode I."""
    case, area = bar(tmp_path, "hexahedron", "direct")
    pushed = {"x": {"rate": "1 um/s"}, "y": {"rate": "1 um/s"}, "z": 0}
    slides = {
        "growth.current_density": "1 uA/cm^2",
        "boundary_conditions": {"bottom": {"x": 0, "y": 0, "z": 0}, "top": pushed}
        | {name: {"z": 0} for name in ("left", "right", "front", "back")},
        "contact.interface.cohesion.strength": "0.1 MPa",
        "contact.interface.cohesion.shear_strength": "0.05 MPa",
        "contact.interface.cohesion.fracture_energy": "0.4 mJ/m^2",
        "contact.interface.cohesion.shear_fracture_energy": "0.2 mJ/m^2",
        "contact.interface.cohesion.exponent": 1.5,
        "time.end": "12 ms",
        "time.maximum_step": "0.1 ms",
    }
    run_case(case.with_values(slides), tmp_path / "run", quiet=True)
    history, found = read_history(tmp_path / "run"), last(tmp_path / "run")
    assert found["max_damage_interface"] == 1.0
    assert found["fracture_energy_interface_J"] == pytest.approx(2e-4 * area, rel=1e-3)
    opening = history["max_opening_interface_m"].to_numpy()
    assert opening[-1] < 1e-3 * 0.012 * 1e-6


@pytest.mark.parametrize(
    ("body", "ranks"),
    [
        ("grains", 2),
        pytest.param("grains", 3, marks=pytest.mark.long),
        pytest.param("square", 2, marks=pytest.mark.long),
        pytest.param("square", 3, marks=pytest.mark.long),
    ],
)
def test_cohesive_pairs_may_lie_on_several_ranks(body: str, ranks: int, tmp_path: Path) -> None:
    """The same on one rank and on several, in the plane and in space."""
    square = body == "square"
    case = bar(tmp_path, "hexahedron", "direct")[0] if square else bicrystal(tmp_path)
    run_case(case, tmp_path / "one", quiet=True)
    line = ["run", str(tmp_path / "one" / "case.resolved.yaml"), "--out", str(tmp_path / "two")]
    with started(["mpirun", "--oversubscribe", "-n", str(ranks), sys.executable, "-m", "platingx", *line]) as process:
        output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    one, two = read_history(tmp_path / "one"), read_history(tmp_path / "two")
    boundary, unit = ("interface", "J") if square else ("grains", "J_per_m")
    for name in (f"max_opening_{boundary}_m", f"fracture_energy_{boundary}_{unit}", f"parting_energy_{unit}"):
        expected = one[name].to_numpy()
        assert np.abs(expected).max() > 0.0
        np.testing.assert_allclose(two[name], expected, rtol=0, atol=SOLVER * np.abs(expected).max(), err_msg=name)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (
            {"contact__interface": {"cohesion": COHESION | {"shear_fracture_energy": "1 J/m^2"}}},
            "how opening and sliding",
        ),
        ({"contact__interface": {"cohesion": {"strength": "1 MPa"}}}, "fracture_energy"),
        ({"contact__interface": {"cohesion": COHESION, "tool": "lid"}, "tools__lid": {"shape": "flat"}}, "touch each"),
        (
            {"contact__interface": {"cohesion": COHESION, "adhesion": {"traction": "1 MPa", "opening": "1 nm"}}},
            "has an adhesion, too",
        ),
        ({"contact__interface": {"cohesion": {"strength": "1 GPa", "fracture_energy": "1 mJ/m^2"}}}, "gives way"),
    ],
)
def test_what_cannot_be_is_told(tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    """Mixtures without a law, laws without an energy, two laws at once, surfaces that are softer than they open."""
    with pytest.raises(CaseError, match=words):
        run_case(two_layers(tmp_path, "1 A/cm^2", "1 ms", **changed), tmp_path / "run", quiet=True)


def test_a_run_without_equilibrium_is_told_of_its_surface(tmp_path: Path) -> None:
    """Of a case with a cohesion only."""
    failed = NewtonResult(Outcome.TOO_MANY_ITERATIONS, 2, (1e-3, 1e-4, 1e-4))
    case = two_layers(tmp_path, "-1 A/cm^2", "1 ms", contact__interface={"cohesion": COHESION})
    assert "cohesive surface" in causes(case, failed)[0][0]
    assert not any("cohesive" in cause for cause, _ in causes(two_layers(tmp_path, "1 A/cm^2", "1 ms"), failed))


def test_a_boundary_on_the_outside_cannot_open(tmp_path: Path) -> None:
    """Nothing is on its other side."""
    changed = {"contact__metal_side": {"cohesion": COHESION}, "constraints__metal_side": "free"}
    with pytest.raises(CaseError, match="lie on the outside"):
        run_case(two_layers(tmp_path, "1 A/cm^2", "1 ms", side="free", **changed), tmp_path / "run", quiet=True)


def test_the_shipped_grains_open_below_the_pit(tmp_path: Path) -> None:
    """To a quarter of its time: damaged at the mouth, closed farther down; the energy is that of a short zone."""
    case = load_case(CASES / "bicrystal.yaml", [("time.end", "5 ms"), ("output.figures", "false")])
    result = run_case(case, tmp_path / "run", quiet=True)
    assert result.summary["warnings"] == []
    found = last(tmp_path / "run")
    assert 0.9 < found["max_damage_grain_boundary"] < 1.0
    assert found["max_opening_grain_boundary_m"] < 2.0 * 1.7 / 2e9
    assert 0.0 < found["fracture_energy_grain_boundary_J_per_m"] < 1.7 * 444e-9 / np.cos(np.radians(20.0))
    assert found["closed_share_interface"] > 0.95
    assert found["energy_balance_error"] < 0.01


def test_the_shipped_metal_peels_for_good(tmp_path: Path) -> None:
    """While it is stripped: damage all but complete at its side, and what is released is a part of the work."""
    changed = [("geometry.mesh.refinement", "0.2"), ("time.end", "0.1 s"), ("output.figures", "false")]
    result = run_case(load_case(CASES / "peeling.yaml", changed), tmp_path / "run", quiet=True)
    history, found = result.history, last(tmp_path / "run")
    assert found["max_damage_interface"] > 0.99
    assert (np.diff(history["fracture_energy_interface_J_per_m"]) >= 0.0).all()
    assert 0.0 < 2.0 * found["fracture_energy_interface_J_per_m"] < found["parting_energy_J_per_m"]
    assert history["max_suction_interface_Pa"].max() < 1.001e6
    assert result.summary["balances"]["energy"]["violated"] is False
