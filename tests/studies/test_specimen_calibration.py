"""What would hurt most if lost: a calibration to a force curve gives back the numbers that the curve was made with."""

import csv
import json
from pathlib import Path

import pytest

from platingx.cli.main import execute
from platingx.config.loader import load_case
from platingx.run.runner import run_case
from platingx.run.shipped import shipped_cases_folder

COARSE = {
    "extends": str(shipped_cases_folder() / "afm_rod.yaml"),
    "geometry": {"mesh": {"layers": 4}},
    "time": {"end": "80 s", "initial_step": "2 s", "maximum_step": "2 s"},  # the same steps whatever the numbers are
    "output": {"figures": False},
}
SHELL = {
    **COARSE,
    "geometry": {"mesh": {"layers": 4}, "shell": {"thickness": "15 nm", "layers": 1}},
    "materials": {
        "na": {"viscoplasticity": {"reference_stress": "60 MPa"}},  # below what the shell takes away from the core
        "na2co3": {"base": "na2co3", "elasticity": {"young_modulus": "10 GPa", "poisson_ratio": 0.25}},
    },
    "boundary_conditions": {"interface": "fixed", "shell_base": "fixed"},
}
STRENGTH = ("materials.na.viscoplasticity.reference_stress", "140 MPa", "100 MPa", "50 MPa", "300 MPa", 140e6)
LOW_STRENGTH = (STRENGTH[0], "60 MPa", "45 MPa", "20 MPa", "200 MPa", 60e6)
MODULUS = ("materials.na.elasticity.young_modulus", "3 GPa", "2 GPa", "0.5 GPa", "8 GPa", 3e9)
SHELL_MODULUS = ("materials.na2co3.elasticity.young_modulus", "10 GPa", "6 GPa", "2 GPa", "30 GPa", 10e9)


@pytest.mark.long
@pytest.mark.parametrize(
    ("case", "wanted"),
    [(COARSE, (STRENGTH, MODULUS)), (SHELL, (LOW_STRENGTH, MODULUS, SHELL_MODULUS))],
    ids=["core", "core_and_shell"],
)
def test_strength_modulus_and_shell_come_back(case: dict[str, object], wanted: tuple, tmp_path: Path) -> None:  # type: ignore[type-arg]
    """Within 2 %, from starts that are 30 to 40 % away; the curve is that of a run on the same mesh, to 20 pm."""
    file_of_case = tmp_path / "rod.yaml"
    file_of_case.write_text(json.dumps(case), encoding="utf-8")
    run_case(load_case(file_of_case), tmp_path / "truth", quiet=True)
    with (tmp_path / "truth" / "history.csv").open(encoding="utf-8") as file:
        rows = [(float(row["time_s"]), float(row["shortening_m"]) * 1e9) for row in csv.DictReader(file)]
    table = "".join(f"{time!r},{way!r}\n" for time, way in rows[::2])
    (tmp_path / "truth.csv").write_text(f"time [s],shortening [nm]\n{table}", encoding="utf-8")
    content = {
        "name": "back",
        "cases": {"rod": "rod.yaml"},
        "parameters": {
            f"p{number}": {"key": key, "start": start, "low": low, "high": high, "scale": "log"}
            for number, (key, _, start, low, high, _) in enumerate(wanted)
        },
        "targets": {
            "way": {"case": "rod", "of": "shortening", "table": "truth.csv", "uncertainty": "20 pm", "source": "own"}
        },
        "search": {"tolerance": 0.001, "evaluations": 30},
    }
    path = tmp_path / "back.calibration.yaml"
    path.write_text(json.dumps(content), encoding="utf-8")
    assert execute(["calibrate", str(path), "--out", str(tmp_path / "fit")]) == 0
    found = json.loads((tmp_path / "fit" / "calibration.json").read_text(encoding="utf-8"))["parameters"]
    for number, (key, *_, truth) in enumerate(wanted):
        assert found[f"p{number}"]["value"] == pytest.approx(truth, rel=0.02), key
