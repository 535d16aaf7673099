"""What would hurt most if lost: a three-dimensional model gives what the plane model of the same section gives.

A groove drawn out along y between planes of symmetry is plane strain, a full plate is its quarter four times, and a
round pit in a cylinder is axisymmetric.
"""

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI
from written import written

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.post.figures import make_all
from platingx.post.results import RunResults
from platingx.run.runner import run_case

SIZES = {"tip_fraction": "0.9", "growth_ratio": "1.9", "layers": "2", "max_size": "200 nm", "refinement": "0.7"}
COMMON = """
name: {name}
geometry: {{{geometry}
  electrolyte: {{half_width: 300 nm, depth: 300 nm{plate}}},
  pit: {{depth: 20 nm, half_width: 40 nm}}, interlayer: {{thickness: 100 nm{island}}},
  collector: {{shape: {shape}, radius: 900 nm}}, mesh: {{{sizes}}}}}
materials: {{li: lithium_anand_narayan_2019, llzo: llzo}}
growth: {{current_density: 2 A/cm^2}}
constraints: {{metal_side: {metal_side}, electrolyte_side: {electrolyte_side}}}
time: {{end: 0.6 ms, initial_step: 0.3 ms, maximum_step: 0.3 ms}}
output: {{figures: false, fields_every: milestones}}
"""
SECTION = "builder: surface_pit, symmetry: {},"
SOLID = "builder: surface_pit_3d, form: {}, extent: {},"


def case_of(folder: Path, name: str, geometry: str, **more: str) -> Case:
    given = {"plate": "", "island": "", "shape": "arc", "metal_side": "wall", "electrolyte_side": "roller"} | more
    sizes = ", ".join(f"{key}: {value}" for key, value in SIZES.items())
    file = folder / f"{name}.yaml"
    return load_case(written(file, COMMON.format(name=name, geometry=geometry, sizes=sizes, **given)))


def result_of(folder: Path, name: str, geometry: str, **more: str) -> RunResults:
    return run_case(case_of(folder, name, geometry, **more), folder / name, quiet=True)


def compare(one: RunResults, other: RunResults, tolerance: float, *names: str) -> None:
    for name in names or (
        "max_pressure_li",
        "mean_pressure_li",
        "max_principal_stress_llzo",
        "max_von_mises_stress_li",
    ):
        assert one.quantity(name) == pytest.approx(other.quantity(name), rel=tolerance), name


def test_groove_between_planes_of_symmetry_is_plane_strain(tmp_path: Path) -> None:
    """The same section mesh, one element along y: equal to the tolerance of Newton's method, 1e-6 asked."""
    plane = result_of(tmp_path, "plane", SECTION.format("plane_strain"))
    groove = result_of(tmp_path, "groove", SOLID.format("groove", "quarter"), plate=", half_length: 150 nm")
    compare(groove, plane, 1e-6)
    length = 2 * 150e-9
    assert groove.quantity("collector_force") == pytest.approx(plane.quantity("collector_force") * length, rel=1e-6)
    place = groove.summary["quantities"]["max_principal_stress_llzo"]["place_m"]
    flat = plane.summary["quantities"]["max_principal_stress_llzo"]["place_m"]
    np.testing.assert_allclose([place[0], place[2]], flat, atol=1e-15)


@pytest.mark.long
def test_quarter_is_a_part_of_the_full_plate(tmp_path: Path) -> None:
    """Pressures and force to 1e-6; the largest sigma_1 only to the error of stresses averaged at nodes, a few per cent.

    At a plane of symmetry the full model averages over both sides, where the shear of the discrete solution cancels.
    """
    quarter = result_of(tmp_path, "quarter", SOLID.format("round", "quarter"))
    full = result_of(tmp_path, "full", SOLID.format("round", "full"))
    compare(quarter, full, 1e-6, "max_pressure_li", "mean_pressure_li", "collector_force")
    compare(quarter, full, 0.05, "max_principal_stress_llzo")


@pytest.mark.long
def test_round_pit_in_a_cylinder_is_axisymmetric(tmp_path: Path) -> None:
    """An island with a free side, the plate clamped at its side; the same division along the radius, coarse around it.

    Second-order arcs of 22.5 degrees leave 1e-4 of the radius, and the meshes are equally fine along it: half a per
    cent for what is integrated. The largest pressure is a local value, unresolved on both meshes: 6 per cent. The
    stress at the tip needs finer meshes than a test can have.
    """
    island = {"island": ", extent: island, half_length: 150 nm", "metal_side": "free", "electrolyte_side": "clamped"}
    axisymmetric = result_of(tmp_path, "axisymmetric", SECTION.format("axisymmetric"), **island)
    solid = SOLID.format("round", "quarter")
    cylinder = result_of(tmp_path, "cylinder", solid, plate=", outline: cylinder", **(island | {"shape": "sphere"}))
    compare(cylinder, axisymmetric, 0.005, "mean_pressure_li", "collector_force")
    compare(cylinder, axisymmetric, 0.06, "max_pressure_li")


def test_figures_show_a_section_and_the_surfaces(tmp_path: Path) -> None:
    """The section's fields are those of the faces in y = 0, and its area the plate's and the lithium's."""
    result = result_of(tmp_path, "figures", SOLID.format("round", "quarter"))
    names = {path.name for path in make_all(result.path)}
    assert {"mesh.png", "pressure_li.png", "principal_stress_llzo.png", "view_3d.png"} <= names
    section = result.plane_fields
    assert result.coordinates == ("x", "z")
    whole = result.fields.at(-1)["principal_stress_1"]
    shown = section.at(-1)["principal_stress_1"]
    assert len(shown) == len(section.points)
    assert shown.max() <= whole.max()
    tip = np.argmin(section.points[section.cells[section.region_mask("li")]].reshape(-1, 3)[:, 1])
    lowest = section.points[section.cells[section.region_mask("li")]].reshape(-1, 3)[tip]
    np.testing.assert_allclose(lowest, [0.0, -20e-9, 0.0], atol=1e-15)


@pytest.mark.long
def test_section_of_a_plate_with_two_pits_goes_through_the_first(tmp_path: Path) -> None:
    """Both pits are equally deep; the mesh of tetrahedra follows a plane through the one at y = 0 only."""
    case = case_of(tmp_path, "pits", SOLID.format("round", "full"), shape="sphere").with_values(
        {
            "geometry.mesh.cell": "tetrahedron",
            "geometry.mesh.refinement": 0.8,
            "geometry.mesh.tip_fraction": 0.5,
            "geometry.places": [{"x": "0 nm", "y": "0 nm"}, {"x": "150 nm", "y": "90 nm"}],
            "time.end": "0.3 ms",
        }
    )
    section = run_case(case, tmp_path / "pits", quiet=True).plane_fields
    assert section.cell_type == "triangle6"
    assert section.plane is not None
    assert section.plane.names == ("x", "z")
    assert np.ptp(section.points[:, 0]) == pytest.approx(600e-9, rel=1e-9)


@pytest.mark.mpi
def test_ranks_agree_on_supports(tmp_path: Path) -> None:
    """A rank may have no face of a boundary at all."""
    from platingx.physics.model import build_model
    from platingx.run.meshing import load_mesh

    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path)
    for name, geometry, plate, copies in (
        ("quarter", SOLID.format("round", "quarter"), 0.3e-6**2, 4),
        ("full", SOLID.format("round", "full"), 0.6e-6**2, 1),
    ):
        case = case_of(folder, f"{name}{comm.rank}", geometry)
        model = build_model(case, load_mesh(case, comm))
        assert model.symmetry_multiplicity == copies
        # the pit replaces its mouth by a surface of 2 pi times the integral of r sqrt(1 + h'^2), at most 1.3 times it
        mouth = np.pi * 40e-9**2 / copies
        assert plate < model.interface_area < plate + 0.3 * mouth
