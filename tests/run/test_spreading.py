"""What would hurt most if lost: metal rolls onto ceramic and slides on it, and a resumed run does not know."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from resumed_runs import SOLVER, assert_same_run, copy_back_to, started

from platingx.config.case import Case
from platingx.config.loader import load_case
from platingx.errors import CaseError
from platingx.post.history import read_history, read_summary
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"
COARSE = {
    "geometry.mesh.refinement": "0.3",
    "output.figures": "false",
    "output.fields_every": "milestones",
    "output.checkpoint.every_steps": "4",
    "output.checkpoint.keep": "100",
}
LANDS = {"on": "electrolyte_top", "friction": {"coefficient": 0.3, "limit": "1 MPa"}}


def rolling(end: str, **changed: Any) -> Case:
    """`low_rate` with a larger dose: the base is bonded, and the side rolls onto the ceramic."""
    case = load_case(CASES / "low_rate.yaml", list(COARSE.items()))
    values = {"contact.metal_side": LANDS, "geometry.interlayer.spread_length": "60 nm", "time.end": end}
    values["geometry.interlayer.meniscus_depth"] = "0 nm"  # it lands soon
    return case.with_values({**values, **{key.replace("__", "."): value for key, value in changed.items()}})


@pytest.fixture(scope="module")
def rolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run in which the side has landed."""
    folder = tmp_path_factory.mktemp("rolled") / "run"
    run_case(rolling("2.4 s"), folder, quiet=True)
    return folder


def test_a_side_rolls_onto_the_ceramic(rolled: Path) -> None:
    """It touches beyond the corner, is never deep in the ceramic, and energy and forces balance."""
    history, summary = read_history(rolled), read_summary(rolled)
    reach = history["contact_reach_metal_side_m"].to_numpy()
    assert reach[0] == 0.0
    assert reach[-1] > 146e-9
    assert (history["max_penetration_metal_side"] < 1e-3).all()
    assert (history["energy_balance_error"] < 2e-3).all()
    assert (history["force_balance_error"] < 1e-8).all()
    assert not any("passes through llzo" in warning for warning in summary["warnings"])


def test_a_rolling_run_is_resumed_bit_by_bit(rolled: Path, tmp_path: Path) -> None:
    """From the last checkpoint before the side lands: partners change, and one becomes closed."""
    history = read_history(rolled)
    first = int(np.flatnonzero(history["contact_reach_metal_side_m"] > 0.0)[0])
    copy_back_to(rolled, tmp_path / "again", first - first % 4)
    run_case(rolling("2.4 s"), tmp_path / "again", resume=True, quiet=True)
    assert assert_same_run(tmp_path / "again", rolled, 0.0) == 0.0


@pytest.mark.long
def test_the_partner_may_lie_on_another_rank(tmp_path: Path) -> None:
    """The base slides and the side lands: the same run on one rank and on two."""
    case = load_case(CASES / "spreading.yaml", [*COARSE.items(), ("time.end", "0.05 s")])
    run_case(case, tmp_path / "one", quiet=True)
    line = ["run", str(tmp_path / "one" / "case.resolved.yaml"), "--out", str(tmp_path / "two")]
    with started(["mpirun", "--oversubscribe", "-n", "2", sys.executable, "-m", "platingx", *line]) as process:
        output, _ = process.communicate(timeout=300)
    assert process.returncode == 0, output
    one, two = read_history(tmp_path / "one"), read_history(tmp_path / "two")
    for name in ("max_pressure_li_Pa", "contact_reach_interface_m", "max_slip_interface_m", "friction_energy_J_per_m"):
        expected = one[name].to_numpy()
        np.testing.assert_allclose(two[name], expected, rtol=0, atol=SOLVER * np.abs(expected).max(), err_msg=name)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"contact__metal_side": {"on": "electrolyte_tap"}}, "no boundary electrolyte_tap"),
        ({"contact__metal_side": {"on": "metal_side"}}, "does not slide on itself"),
        ({"contact__metal_side": {"on": "collector"}}, "on the metal itself"),
        ({"contact__metal_side": {"on": "interface"}}, "inside of the body"),
        ({"contact__metal_side": {"on": "electrolyte_top", "tool": "lid"}, "tools__lid": {"shape": "flat"}}, "already"),
        ({"geometry__interlayer__spread_length": "900 nm"}, "beyond the plate"),
    ],
)
def test_what_cannot_slide_is_told(tmp_path: Path, changed: dict[str, Any], words: str) -> None:
    with pytest.raises(CaseError, match=words):
        run_case(rolling("1 s", **changed), tmp_path / "run", quiet=True)
