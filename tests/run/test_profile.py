"""What would hurt most if lost: the phases of a profile add up to the whole, and asking for one changes no result."""

import json
import time
from pathlib import Path
from typing import Any

import numba
import pytest
from mpi4py import MPI

from platingx.cli.main import execute
from platingx.errors import ConvergenceError
from platingx.profiling import OTHER, START_UP, Profile, count, mark, phase, timed
from platingx.run.profile import profile_content, recorded, watch_compiler

ROOT = Path(__file__).parents[2]
ERUPTION = str(ROOT / "cases" / "eruption.yaml")


def spend(seconds: float) -> None:
    """Use the processor for some time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def test_times_are_exclusive_and_add_up() -> None:
    profile = Profile()
    with profile.active():
        before = time.perf_counter(), time.process_time()
        with phase("outer"):
            spend(0.02)
            with phase("inner"):
                spend(0.03)
            spend(0.01)
        spend(0.01)
        wall, cpu = time.perf_counter() - before[0], time.process_time() - before[1]
    assert 0.03 <= profile.cpu("outer") <= cpu - 0.04
    assert 0.03 <= profile.cpu("inner") <= cpu - 0.04
    assert profile.cpu(OTHER) >= 0.01
    # the clocks are read once more at both ends than above
    assert profile.cpu("outer", "inner", OTHER) == pytest.approx(cpu, abs=2e-3)
    assert profile.wall("outer", "inner", OTHER) == pytest.approx(wall, abs=2e-2)
    assert profile.spent["inner"].calls == 1


def test_an_absorbing_phase_takes_what_is_within() -> None:
    profile = Profile()
    with profile.active():
        with phase("line search", absorbing=True), phase("element kernel"), phase("compile"):
            spend(0.01)
        with phase("element kernel"):
            spend(0.01)
    assert profile.cpu("line search") >= 0.01
    assert profile.spent["element kernel"].calls == 1
    assert "compile" not in profile.spent


def test_errors_leave_the_phases() -> None:
    @timed("work")
    def fail() -> None:
        raise ConvergenceError("no")

    profile = Profile()
    with profile.active():
        with pytest.raises(ConvergenceError):
            fail()
        with phase("after"):
            spend(0.01)
    assert profile.cpu("after") >= 0.01
    assert profile.cpu("work") < 0.01


def test_nothing_is_kept_without_a_profile() -> None:
    profile = Profile()
    with phase("mesh"):
        count("steps")
        mark("first step")
    assert not profile.counts
    assert not profile.marks
    assert "mesh" not in profile.spent


def test_start_up_is_the_age_of_the_process() -> None:
    profile = Profile(since_process_start=True)
    assert profile.cpu(START_UP) <= time.process_time()
    assert profile.wall(START_UP) >= 0.5 * profile.cpu(START_UP)
    assert profile.elapsed() >= profile.wall(START_UP)


@pytest.mark.mpi
def test_mean_and_largest_over_ranks(tmp_path: Path) -> None:
    """A phase that only one rank knows, and the file that all agree on."""
    comm = MPI.COMM_WORLD
    folder = comm.bcast(tmp_path)
    profile = Profile()
    with recorded(profile, folder / "profile.json", comm):
        if comm.rank == 0:
            with phase("figures"):
                spend(0.02)
        count("steps", 2)
    content = json.loads((folder / "profile.json").read_text())
    figures = content["phases"]["figures"]
    assert content["ranks"] == comm.size
    assert figures["cpu_max_s"] >= 0.02
    assert figures["cpu_mean_s"] == pytest.approx(figures["cpu_max_s"] / comm.size)
    assert content["counts"] == {"steps": 2}
    assert content["cpu_s"] >= 0.02
    assert content["peak_memory_bytes"] > 1e7
    comm.barrier()


def test_a_failed_run_leaves_its_profile_too(tmp_path: Path) -> None:
    def fail() -> None:
        with recorded(Profile(), tmp_path / "profile.json", MPI.COMM_SELF), phase("mesh"):
            raise ConvergenceError("no equilibrium")

    with pytest.raises(ConvergenceError):
        fail()
    assert "mesh" in json.loads((tmp_path / "profile.json").read_text())["phases"]


def test_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """All phases of a run, and the same summary as without a profile."""
    coarse = ["--set", "geometry.mesh.refinement=0.3", "--set", "time.end=1 ms", "--set", "output.figures=false"]
    for name, more in (("plain", []), ("profiled", ["--profile"])):
        assert execute(["run", ERUPTION, *coarse, "--out", str(tmp_path / name), *more]) == 0
    printed = capsys.readouterr().out
    content: dict[str, Any] = json.loads((tmp_path / "profiled" / "profile.json").read_text())
    expected = {
        START_UP, "mesh", "model set-up", "element kernel", "matrix assembly", "solver set-up", "linear solve",
        "snapshots", "balances", "history", "fields", "checkpoints", OTHER,
    }  # fmt: skip
    assert expected <= set(content["phases"])
    assert all(name in printed for name in expected)
    walls = [times["wall_mean_s"] for times in content["phases"].values()]
    assert sum(walls) == pytest.approx(content["wall_s"], rel=0.05)
    counts = content["counts"]
    assert counts["linear solves"] == counts["Newton iterations"] > 0
    assert counts["evaluations"] >= counts["Newton iterations"] + counts["steps"]
    assert counts["steps"] <= content["phases"]["solver set-up"]["calls"] <= 2 * counts["linear solves"], "each step"
    assert 0.0 < content["marks_s"]["first step"] < content["wall_s"]
    assert not (tmp_path / "plain" / "profile.json").exists()
    summaries = [(tmp_path / name / "summary.json").read_bytes() for name in ("plain", "profiled")]
    assert summaries[0] == summaries[1]


def test_compiling_is_a_phase() -> None:
    profile = Profile()
    with profile.active(), watch_compiler(profile), phase("element kernel"):
        assert numba.njit(lambda x: x + 1.0)(1.0) == 2.0
    assert profile.cpu("compile") > profile.cpu("element kernel")


def test_gathering_needs_no_phases() -> None:
    content = profile_content(Profile(), MPI.COMM_SELF)
    assert content["phases"] == {}
    assert content["cpu_s"] == 0
