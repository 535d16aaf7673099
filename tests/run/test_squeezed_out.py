"""What would hurt most if lost: metal that is squeezed out past a sticking edge can be followed to the end.

The benchmark open_pit presses more than a third of its metal out of the gap; the layers beside the faces are sheared by
20 and more.
"""

from pathlib import Path

import numpy as np
import pytest

from platingx.config.loader import load_case
from platingx.post.results import RunResults
from platingx.run.runner import run_case

CASE = Path(__file__).parents[2] / "cases" / "benchmarks" / "open_pit.yaml"
STRETCH = 1.568
METAL = 250.0 * 100.0 + np.pi / 4.0 * 50.0 * 23.0  # nm2 of metal in the half section before growth


def squeezed_out(folder: Path, refinement: str) -> RunResults:
    """Run the benchmark to its end."""
    result = run_case(load_case(CASE, [("geometry.mesh.refinement", refinement)]), folder, quiet=True)
    assert result.summary["outcome"] == "completed"
    assert result.history["growth_stretch"].iloc[-1] == pytest.approx(STRETCH, rel=1e-5)
    return result


@pytest.fixture(scope="module")
def coarse(tmp_path_factory: pytest.TempPathFactory) -> RunResults:
    """The benchmark with a quarter of its elements."""
    return squeezed_out(tmp_path_factory.mktemp("coarse") / "run", "0.5")


def test_all_metal_is_there(coarse: RunResults) -> None:
    """No balance is violated, and what was added takes up its room.

    Stress of MPa compresses the metal by less than 1e-3. Elements hold the mean of ln J and not of J, so that the few
    drawn out at the edges, some 2 % of the grown area, may be too large by their own size: 6 % of what was added.
    """
    assert coarse.history["occupied_volume_ratio"].iloc[-1] == pytest.approx(1.0, abs=0.06)
    assert [name for name, block in coarse.summary["balances"].items() if block["violated"]] == []
    (warning,) = coarse.summary["warnings"]
    assert warning.startswith("li passes through the plane y = 100 nm"), (
        "the tongue swells beyond the height of the gap"
    )


def test_what_is_added_comes_out_of_the_gap(coarse: RunResults) -> None:
    """The gap stays full, so the tongue has the added area; it is as thick as the gap, or swells by half at most."""
    fields = coarse.fields
    place = 1e9 * (fields.points + fields.at(-1, ["displacement"])["displacement"])
    tongue = (STRETCH - 1.0) * METAL
    assert 250.0 + tongue / 150.0 < place[:, 0].max() < 250.0 + tongue / 100.0


@pytest.mark.long
def test_pressure_on_a_finer_mesh(coarse: RunResults, tmp_path: Path) -> None:
    """Stretched elements beside the edges are too stiff: finer ones let the metal out at a lower pressure."""
    fine = squeezed_out(tmp_path / "run", "1.0")
    for quantity in ("max_pressure_li_Pa", "max_principal_stress_llzo_Pa"):
        ratio = fine.history[quantity].iloc[-1] / coarse.history[quantity].iloc[-1]
        assert 0.9 < ratio < 1.0
