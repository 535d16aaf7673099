"""What would hurt most if lost: a case that is run again gives its numbers again, to the last digit."""

from pathlib import Path

import pytest
from resumed_runs import overrides, run

from platingx.cli.main import execute
from platingx.config.loader import load_case
from platingx.post.history import read_manifest
from platingx.post.run_difference import Tolerance
from platingx.post.run_differences import compare_runs
from platingx.run.runner import run_case

CASE = Path(__file__).parents[2] / "cases" / "low_rate.yaml"
ROUND_OFF = 1e-10
"""Relative: the precision of a number, 1e-16, times a condition number of the tangent of 1e6."""


def test_one_rank_gives_every_digit_again(tmp_path: Path) -> None:
    folders = tmp_path / "a", tmp_path / "b"
    for folder in folders:
        run_case(load_case(CASE, overrides()), folder, quiet=True)
    for name in ("history.csv", "summary.json", "case.resolved.yaml", "mesh.msh"):
        assert (folders[0] / name).read_bytes() == (folders[1] / name).read_bytes(), name
    assert execute(["compare", str(folders[0]), str(folders[1]), "--rtol", "0"]) == 0
    run_case(load_case(CASE, overrides(time__end="1.4 s")), tmp_path / "c", quiet=True)
    assert execute(["compare", str(folders[0]), str(tmp_path / "c")]) == 6
    machine, libraries = (read_manifest(folders[0])[key] for key in ("machine", "libraries"))
    assert machine["instruction_set"]
    assert "mumps" in libraries["mumps"]


@pytest.mark.parametrize("ranks", [2, pytest.param(3, marks=pytest.mark.long)])
def test_several_ranks_give_every_digit_again_if_asked_to(ranks: int, tmp_path: Path) -> None:
    folders = tmp_path / "a", tmp_path / "b"
    for folder in folders:
        code, output = run(["--out", str(folder)], ranks, solver__preset="repeatable", time__end="0.4 s")
        assert code == 0, output
    assert (folders[0] / "history.csv").read_bytes() == (folders[1] / "history.csv").read_bytes()
    assert compare_runs(*folders, Tolerance(0)).same
    run_case(load_case(CASE, overrides(time__end="0.4 s")), tmp_path / "serial", quiet=True)
    assert compare_runs(folders[0], tmp_path / "serial", Tolerance(1e-6), ("case.solver.preset",)).same


@pytest.mark.long
def test_a_shared_factorisation_repeats_to_round_off(tmp_path: Path) -> None:
    folders = tmp_path / "a", tmp_path / "b"
    for folder in folders:
        code, output = run(["--out", str(folder)], 2)
        assert code == 0, output
    assert compare_runs(*folders, Tolerance(ROUND_OFF), ("summary.*.place_m",)).same
