"""What would hurt most if lost: a specimen carries the force of its cantilever, by the sections that are said."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from platingx.cli.main import execute
from platingx.config.loader import load_case
from platingx.errors import CaseError
from platingx.post.history import read_history
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder

QUICK = {"geometry.mesh.layers": 4, "output.figures": False, "output.fields_every": "milestones"}
SHORT = {"time.end": "60 s"}


def rod(name: str = "afm_rod", **more: object):
    return load_case(shipped_cases_folder() / f"{name}.yaml").with_values({**QUICK, **more})


@pytest.mark.mpi
def test_the_force_is_that_of_the_cantilever(tmp_path: Path) -> None:
    """At every step: k dX, the force of the platen on top and side, and stress times section."""
    folder = MPI.COMM_WORLD.bcast(tmp_path)
    run_case(rod(**SHORT), folder / "run", quiet=True)
    history = {name: values.to_numpy(float) for name, values in read_history(folder / "run").items()}
    force = history["compression_force_N"]
    assert force == pytest.approx(6.0 * history["deflection_y_platen_m"], rel=1e-6)
    touching = -history["contact_force_y_top_N"] - history["contact_force_y_side_N"]
    assert force == pytest.approx(touching, rel=1e-6)
    assert history["shortening_m"] == pytest.approx(-history["displacement_y_platen_m"], rel=0.02)
    assert history["nominal_stress_Pa"] == pytest.approx(force / (np.pi * 90e-9**2), rel=1e-12)
    assert history["true_stress_Pa"] == pytest.approx(force / (np.pi * history["waist_radius_m"] ** 2), rel=1e-12)
    assert history["waist_radius_m"][-1] > 90e-9
    assert history["force_balance_error"].max() < 1e-6
    assert history["energy_balance_error"].max() < 0.01
    assert np.abs(history["deposited_thickness_m"]).max() == 0.0


def test_a_pulled_rod_necks_and_stops_there(tmp_path: Path) -> None:
    """It is thinnest in the middle, and the force has passed its largest value (Considere) before it stops."""
    run_case(rod("afm_tension"), tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run")
    assert history["waist_radius_m"].iloc[-1] == pytest.approx(80e-9, rel=1e-5)
    pull = -history["compression_force_N"].to_numpy(float)
    assert pull == pytest.approx(3.0 * -history["deflection_y_top_m"], rel=1e-6)
    assert pull[-1] < pull.max()
    assert (-history["true_stress_Pa"].to_numpy(float)).argmax() == len(pull) - 1


def test_a_sphere_in_a_shell(tmp_path: Path) -> None:
    """It stiffens as its contact grows, and keeps some of the shortening when it is let go."""
    run_case(rod("afm_sphere", **{"geometry.mesh.layers": 5}), tmp_path / "run", quiet=True)
    history = read_history(tmp_path / "run").set_index("time_s")
    force, way = history["compression_force_N"], history["shortening_m"]
    early, later = (way < 3e-9), (way > 3e-9) & (way < 12e-9) & (way.index < 80.0)
    assert (force[early] / way[early]).mean() < (np.diff(force[later]) / np.diff(way[later])).mean()
    assert way.iloc[-1] > 0.5 * way.max()
    assert "max_principal_stress_na2co3_Pa" in history


def test_a_whisker_grows_against_its_cantilever(tmp_path: Path) -> None:
    """A current lifts the platen, which is at rest: the rod grows at its root."""
    values = {
        "growth.current_density": "1 mA/cm^2",
        "tools.platen": {"shape": "flat", "y": {"spring": "6 N/m"}},
        "time.end": "20 s",
    }
    run_case(rod(**values), tmp_path / "run", quiet=True)
    last = read_history(tmp_path / "run").iloc[-1]
    assert last["displacement_y_platen_m"] > 0.5 * last["deposited_thickness_m"]
    assert last["compression_force_N"] == pytest.approx(6.0 * last["displacement_y_platen_m"], rel=1e-6)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"tools.platen": {"shape": "flat", "y": {"spring": "6 N/m"}}}, "nothing else moves or loads it"),
        ({"geometry.shape.edge_radius": "85 nm"}, "edge_radius"),
        ({"geometry.shape.height": "5 nm"}, "too flat"),
        ({"geometry.mesh.touch_size": "2 nm"}, "touch_size"),
        ({"geometry.shell": {"thickness": "60 nm"}}, "shell.thickness"),
        ({"geometry.shell": {"thickness": "10 nm"}}, "a material for each of the two"),
        ({"contact.top": "frictionless"}, "draws no collector"),
        ({"geometry.symmetry": "plane_strain"}, "symmetry"),
    ],
)
def test_what_does_not_fit_is_refused(values: dict[str, object], words: str) -> None:
    with pytest.raises(CaseError, match=words):
        rod(**values)


def test_measured_curves_are_listed_written_and_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the table to a case that runs, and its figure with the measured points."""
    shutil.copy(shipped_cases_folder() / "afm_rod.yaml", tmp_path)
    assert execute(["force-curves", "--table", "S2", "--loading", "--out", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "46 of 48 rows" in said
    assert "S1 row 16" in said
    assert "S1 row 19" in said
    run_case(load_case(tmp_path / "S2.yaml").with_values({**QUICK, "time.end": "12 s"}), tmp_path / "run", quiet=True)
    assert execute(["force-curves", "--table", "S2", "--run", str(tmp_path / "run")]) == 0
    assert (tmp_path / "run" / "figures" / "force_curve.png").stat().st_size > 10_000
    assert execute(["force-curves", "--table", "S4"]) == 2
    assert execute(["force-curves", "--out", str(tmp_path)]) == 2


@pytest.mark.parametrize("table", ["S1", "S2", "S3"])
def test_shipped_tables_are_those_of_the_library(table: str, tmp_path: Path) -> None:
    shipped = shipped_cases_folder() / "studies" / "liu_2020"
    arguments = ["force-curves", "--table", table, "--loading", "--extends", "../../afm_rod.yaml"]
    assert execute([*arguments, "--out", str(tmp_path)]) == 0
    for name in (f"{table}.yaml", f"{table}.csv"):
        assert (tmp_path / name).read_bytes() == (shipped / name).read_bytes()
