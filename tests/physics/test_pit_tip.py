"""What would hurt most if lost: the stress that is reported at the tip is that of the node at the tip."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from mpi4py import MPI

from platingx.config.loader import load_case
from platingx.physics.pit_tip import pit_tips
from platingx.run.runner import run_case

CASES = Path(__file__).parents[2] / "cases"


@pytest.mark.mpi
@pytest.mark.parametrize(("name", "refinement"), [("eruption", "0.3"), ("eruption_3d", "0.4")])
def test_values_at_the_tip_are_those_of_the_fields(name: str, refinement: str, tmp_path: Path) -> None:
    values = [("geometry.mesh.refinement", refinement), ("time.end", "0.6 ms"), ("output.figures", "false")]
    case = load_case(CASES / f"{name}.yaml", values)
    run = run_case(case, MPI.COMM_WORLD.bcast(tmp_path, root=0) / "out", quiet=True)
    fields = run.fields
    last = fields.at(-1)
    depth = float(case.geometry.pit.depth)
    tip = np.zeros(3)
    tip[1 if name == "eruption" else 2] = -depth
    here = np.flatnonzero(np.linalg.norm(fields.points - tip[: fields.points.shape[1]], axis=1) < 1e-6 * depth)
    for region, field, column in (
        ("li", "pressure", "pressure_at_tip_li_Pa"),
        ("llzo", "principal_stress_1", "principal_stress_at_tip_llzo_Pa"),
    ):
        nodes = np.intersect1d(here, np.unique(fields.cells[fields.region_mask(region)]))
        assert len(nodes), "a node lies at the tip"
        np.testing.assert_allclose(last[field][nodes], run.history[column].iloc[-1], rtol=1e-12)


def test_places_of_tips() -> None:
    """One for each pit, at its depth; the origin is the middle of the surface of the plate."""
    assert pit_tips(load_case(CASES / "eruption.yaml")) == [(0.0, -56.1e-9)]
    assert pit_tips(load_case(CASES / "eruption_3d.yaml")) == [(0.0, 0.0, -56.1e-9)]
