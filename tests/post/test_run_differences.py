"""What would hurt most if lost: two runs that differ are never called the same, and the same run never different."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from platingx.cli.main import execute
from platingx.errors import OutputError
from platingx.post.run_difference import Tolerance
from platingx.post.run_differences import compare_runs

CASE = {"name": "eruption", "time": {"end": 2.0}, "geometry": {"pit": {"depth": 5.61e-08}}, "output": {"figures": True}}
SUMMARY = {
    "outcome": "completed",
    "message": "4 steps",
    "quantities": {"max_pressure_li": {"value_Pa": 4.9e9, "place_m": [8e-7, 1.7e-7], "time_s": 2.0}},
    "verdict": {"cracks": True, "sentence": "It cracks."},
    "balances": {"force": {"worst": 2e-9, "violated": "no"}},
}
MANIFEST = {"packages": {"numpy": "2.2.4"}, "ranks": 1, "mesh_sha256": "a1", "started": "then", "outcome": "completed"}
TIMES = (0.5, 1.0, 1.5, 2.0)


def history(times: tuple[float, ...] = TIMES, **columns: Callable[[float], float]) -> str:
    """Rows with pressure 2.45e9 t and stress t^2 Pa, unless other functions of time are given."""
    given = {"residual": lambda t: 1e-10, "pressure_Pa": lambda t: 2.45e9 * t, "stress_Pa": lambda t: t * t,
             "force_balance_error": lambda t: 1e-12} | columns  # fmt: skip
    rows = [f"{number},{t!r},{','.join(repr(f(t)) for f in given.values())}" for number, t in enumerate(times, 1)]
    return "\n".join([f"step,time_s,{','.join(given)}", *rows]) + "\n"


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders of the same run."""
    folders = tmp_path / "a", tmp_path / "b"
    for folder in folders:
        folder.mkdir()
        (folder / "case.resolved.yaml").write_text(json.dumps(CASE))
        (folder / "summary.json").write_text(json.dumps(SUMMARY))
        (folder / "manifest.json").write_text(json.dumps(MANIFEST))
        (folder / "history.csv").write_text(history())
    return folders


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new))


def keys(pair: tuple[Path, Path], **options: object) -> tuple[list[str], bool]:
    outcome = compare_runs(*pair, **options)
    return [item.key for item in outcome.differences], outcome.same


def test_the_same_run_is_the_same_to_the_last_digit(pair: tuple[Path, Path]) -> None:
    change(pair[1], "manifest.json", "then", "later")
    assert keys(pair, tolerance=Tolerance(0, 0)) == ([], True)
    assert execute(["compare", str(pair[0]), str(pair[1]), "--rtol", "0"]) == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "key", "counts"),
    [
        ("case.resolved.yaml", "5.61e-08", "5.62e-08", "case.geometry.pit.depth", True),
        ("case.resolved.yaml", '"end": 2.0', '"end": 2.0, "initial_step": 1.0', "case.time.initial_step", True),
        ("case.resolved.yaml", "true", "false", "case.output.figures", False),
        ("case.resolved.yaml", "eruption", "other", "case.name", False),
        ("manifest.json", '"a1"', '"b2"', "mesh.sha256", True),
        ("manifest.json", "2.2.4", "2.3.0", "environment.packages.numpy", False),
        ("manifest.json", '"ranks": 1', '"ranks": 2', "environment.ranks", False),
        ("summary.json", '"outcome": "completed"', '"outcome": "failed"', "outcome", True),
        ("summary.json", "4900000000.0", "4900010000.0", "summary.max_pressure_li.value_Pa", True),
        ("summary.json", "8e-07", "7e-07", "summary.max_pressure_li.place_m", True),
        ("summary.json", "true", "false", "summary.verdict.cracks", True),
        ("summary.json", "It cracks", "It breaks", "summary.verdict.sentence", False),
        ("summary.json", "max_pressure_li", "max_pressure_na", "summary.max_pressure_li.place_m", True),
        ("summary.json", "2e-09", "3e-09", "summary.balances.force.worst", False),
        ("summary.json", '"no"', '"yes"', "summary.balances.force.violated", True),
        ("history.csv", "pressure_Pa", "force_N", "history.pressure_Pa", True),
        ("history.csv", "1e-12", "2e-12", "history.force_balance_error", False),
        ("history.csv", "1e-10", "2e-10", "history.residual", False),
        ("history.csv", "2.25", "2.2500225", "history.stress_Pa", True),
        ("history.csv", "2.25", "nan", "history.stress_Pa", True),
    ],
)
def test_every_change_is_found(pair: tuple[Path, Path], name: str, old: str, new: str, key: str, counts: bool) -> None:
    change(pair[1], name, old, new)
    found, same = keys(pair)
    assert key in found
    assert same is not counts
    assert execute(["compare", str(pair[0]), str(pair[1])]) == (6 if counts else 0)
    assert keys(pair, ignore=(key.rsplit(".", 1)[0], "history", "summary")) == ([], True)


def test_numbers_within_the_tolerance_are_the_same(pair: tuple[Path, Path]) -> None:
    """The scale is the largest value of the column: 4 Pa for the stress, so 2.25e-5 of 2.25 is 5.6e-6."""
    change(pair[1], "history.csv", "2.25", "2.2500225")
    change(pair[1], "summary.json", "4900000000.0", "4900010000.0")
    assert keys(pair, tolerance=Tolerance(6e-6))[1]
    (difference,) = compare_runs(*pair, Tolerance(5e-6)).differences
    assert difference.key == "history.stress_Pa"
    assert difference.relative == pytest.approx(2.25e-5 / 4, rel=1e-6)
    assert difference.where == "step 3, t 1.5 s"
    assert (difference.first, difference.second) == (2.25, 2.2500225)
    assert keys(pair, tolerance=Tolerance(0, 2e4))[1]


def test_with_tolerance_zero_the_last_digit_and_the_residual_count(pair: tuple[Path, Path]) -> None:
    change(pair[1], "history.csv", "2.25", repr(2.25 + 2**-51))
    assert keys(pair) == ([], True)
    assert keys(pair, tolerance=Tolerance(0)) == (["history.stress_Pa"], False)
    change(pair[0], "history.csv", "1e-10", "1.0000000000000002e-10")
    assert keys(pair, tolerance=Tolerance(0))[0] == ["history.residual", "history.stress_Pa"]


def test_other_time_steps_are_interpolated_and_said_so(pair: tuple[Path, Path]) -> None:
    """Linear interpolation is exact for the pressure; of t^2 between 1.0 and 2.0 it gives 2.5 instead of 2.25."""
    (pair[1] / "history.csv").write_text(history((0.5, 1.0, 2.0)))
    outcome = compare_runs(*pair)
    assert "interpolated linearly" in outcome.notes[0]
    by_key = {item.key: item for item in outcome.differences}
    assert list(by_key) == ["history.rows", "history.stress_Pa"]
    assert not by_key["history.rows"].counts
    assert by_key["history.stress_Pa"].second == pytest.approx(2.5)
    assert by_key["history.stress_Pa"].relative == pytest.approx(0.25 / 4)
    assert by_key["history.stress_Pa"].where == "t 1.5 s"
    assert compare_runs(*pair, Tolerance(0.07)).same


def test_a_run_that_is_not_finished(pair: tuple[Path, Path]) -> None:
    """Its history is compared as far as it goes; a killed run may have left half a line."""
    (pair[1] / "summary.json").unlink()
    (pair[1] / "history.csv").write_text(history((0.5, 1.0, 1.5)) + "4,2.0,1e-")
    found, same = keys(pair)
    assert found == ["outcome", "history.rows", "history.end_time_s"]
    assert not same
    (pair[1] / "history.csv").unlink()
    assert keys(pair)[0] == ["outcome", "history.rows"]
    shutil.rmtree(pair[0])
    shutil.copytree(pair[1], pair[0])
    outcome = compare_runs(*pair)
    assert outcome.same
    assert outcome.notes == ("neither run has a history yet", "neither run has ended (running or killed)")


def test_a_resumed_run_says_on_which_ranks(pair: tuple[Path, Path]) -> None:
    (pair[1] / "manifest.json").write_text(json.dumps(MANIFEST | {"resumed": [{"ranks": 2, "at": "noon"}]}))
    (difference,) = compare_runs(*pair).differences
    assert (difference.key, difference.second, difference.counts) == ("environment.resumed_on_ranks", "[2]", False)


def test_json_for_programs(pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    change(pair[1], "history.csv", "2.25", "nan")
    assert execute(["compare", str(pair[0]), str(pair[1]), "--json"]) == 6
    report = json.loads(capsys.readouterr().out)
    assert report["same"] is False
    assert report["tolerance"] == {"relative": 1e-6, "absolute": 0.0}
    assert report["compared"] == {"case keys": 4, "history columns": 6, "summary values": 8}
    (difference,) = report["differences"]
    assert difference["key"] == "history.stress_Pa"
    assert difference["second"] is None


def test_a_folder_that_is_no_run_is_refused(pair: tuple[Path, Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["compare", str(pair[0]), str(pair[1] / "nowhere")]) == 5
    (pair[1] / "case.resolved.yaml").unlink()
    assert execute(["compare", str(pair[0]), str(pair[1])]) == 5
    assert "not the folder of a run" in capsys.readouterr().err
    (pair[0] / "summary.json").write_text("{")
    with pytest.raises(OutputError, match="incomplete or not JSON"):
        compare_runs(pair[0], pair[0])


@pytest.mark.parametrize("option", ["--rtol", "--atol"])
@pytest.mark.parametrize("value", ["nan", "inf"])
def test_a_tolerance_that_is_no_number_is_refused(pair: tuple[Path, Path], option: str, value: str) -> None:
    assert execute(["compare", str(pair[0]), str(pair[1]), option, value]) == 5


def test_names_to_ignore_that_are_nowhere_are_told(pair: tuple[Path, Path]) -> None:
    known = ("case.time", "history.*_Pa", "summary.*.place_m", "environment", "outcome", "mesh")
    notes = compare_runs(*pair, ignore=(*known, "case.tiem", "pressure_Pa")).notes
    told = [note for note in notes if "--ignore" in note]
    assert [note.split(":")[0] for note in told] == ["--ignore case.tiem", "--ignore pressure_Pa"]
