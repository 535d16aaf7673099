"""The command line does what its help says, with the documented exit codes and no tracebacks.

What would hurt most: a mistake of a user that ends in a traceback, or a failure that ends with exit code 0.
"""

import json
import shutil
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from platingx import __version__
from platingx.cli import main as cli
from platingx.cli import terminal
from platingx.cli.main import execute
from platingx.config.study import STUDY_ENDING
from platingx.errors import CaseError, ConvergenceError, InterruptedRunError, MeshError, OutputError

ROOT = Path(__file__).parents[2]
CASES = ROOT / "cases"
ERUPTION = str(CASES / "eruption.yaml")


@pytest.fixture(autouse=True)
def _one_rank_in_an_empty_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    for name in (*terminal._RANK_VARIABLES, *terminal._SIZE_VARIABLES):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def fake_runner(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any, dict[str, Any]]]:
    """Stand in for the runner: remembers how it was called."""
    calls: list[tuple[Any, Any, dict[str, Any]]] = []

    def run_case(case: Any, out: Any = None, **options: Any) -> SimpleNamespace:
        calls.append((case, out, options))
        return SimpleNamespace(path=out or Path("runs") / case.name)

    module = ModuleType("platingx.run.runner")
    module.run_case = run_case  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "platingx.run.runner", module)
    return calls


def failing_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*args: object, **options: object) -> None:
        raise error

    module = ModuleType("platingx.run.runner")
    module.run_case = fail  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "platingx.run.runner", module)


# --- help, version, usage


@pytest.mark.parametrize(
    "command", ["", "run", "validate", "mesh", "post", "compare", "bench", "materials", "init", "schema", "version"]
)
def test_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute([*command.split(), "--help"]) == 0
    assert "Usage: platingx" in capsys.readouterr().out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["--version"]) == 0
    assert capsys.readouterr().out == f"platingx {__version__}\n"
    assert execute(["version"]) == 0
    assert f"platingx {__version__}\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run"], "Missing argument 'CASE'"),
        (["bogus"], "No such command 'bogus'"),
        (["run", ERUPTION, "--colour"], "No such option: --colour"),
        (["run", ERUPTION, "--set", "time.end"], "is not KEY=VALUE"),
        (["run", ERUPTION, "--set", "=3"], "is not KEY=VALUE"),
        (["validate"], "Missing argument 'CASE...'"),
        (["run", ERUPTION, "--out"], "requires an argument"),
    ],
)
def test_usage_errors(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(arguments) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert "Traceback" not in captured.err
    assert captured.out == ""


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["rn", ERUPTION], "try: platingx run"),
        (["reprot"], "try: platingx report"),
        (["zzz"], "try: platingx --help"),
        ([ERUPTION], f"try: platingx run {ERUPTION}"),
        (["run", "-n", "2", ERUPTION], "try: ./platingx -n 2 run ..."),
        (["report", ERUPTION, "-n", "2"], "try: platingx report ... --ranks 2"),
        (["run", str(CASES / "gao2022.study.yaml")], "try:   platingx study"),
        (["mesh", str(CASES / "gao2022.study.yaml")], "try:   platingx study"),
        (["report", ERUPTION], "try:   platingx run"),
    ],
)
def test_the_nearest_command_is_named(arguments: list[str], hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong word, a study for a case and the number of ranks behind the command: one line that helps, exit code 2."""
    assert execute(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err.splitlines()[-1].strip().startswith(hint)
    assert captured.out == ""


# --- validate


def test_validate(capsys: pytest.CaptureFixture[str]) -> None:
    cases = sorted(map(str, CASES.glob("*.yaml")))
    assert execute(["validate", *cases]) == 0
    out = capsys.readouterr().out
    assert all(f"{case}: valid" in out for case in cases)
    assert "unverified: llzo elasticity.poisson_ratio" in out


def test_validate_reports_all_cases(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.yaml").write_text(f"extends: {ERUPTION}\ntime: {{end: 5}}\n")
    (tmp_path / "b.yaml").write_text(f"extends: {ERUPTION}\ntme: 5\n")
    assert execute(["validate", "a.yaml", ERUPTION, "b.yaml"]) == 2
    captured = capsys.readouterr()
    assert "a.yaml:2:13: time.end" in captured.err
    assert "b.yaml:2:1: tme: unknown key" in captured.err
    assert f"{ERUPTION}: valid" in captured.out


def test_validate_finds_what_only_the_mesh_shows(capsys: pytest.CaptureFixture[str]) -> None:
    """Hexahedra of one element between axis and rim have no core; the other case is checked all the same."""
    coarse = ["--set", "geometry.mesh.refinement=0.1"]
    assert execute(["validate", str(CASES / "eruption_3d.yaml"), ERUPTION, *coarse]) == 3
    said = capsys.readouterr()
    assert "eruption.yaml: valid" in said.out
    assert "eruption_3d.yaml:12:3: geometry: refinement 0.1 leaves 1 element between axis and rim" in said.err
    assert "try:   a larger refinement" in said.err


@pytest.mark.parametrize("setting", ["geometry.mesh.cell=tetrahedron", "geometry.mesh.refinement=4"])
def test_validate_says_that_a_slow_mesh_is_left_out(setting: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["validate", str(CASES / "eruption_3d.yaml"), "--set", setting]) == 0
    assert "mesh: not looked at, since" in capsys.readouterr().out


def test_validate_verbose_prints_si(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["validate", "-v", ERUPTION, "--set", "temperature=80 degC"]) == 0
    assert "temperature: 353.15 K # given: 80 degC" in capsys.readouterr().out


# --- schema and materials


def test_schema(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["schema"]) == 0
    printed = capsys.readouterr().out
    assert json.loads(printed)["title"] == "platingx case"
    assert execute(["schema", "--out", "s.json"]) == 0
    assert (tmp_path / "s.json").read_text(encoding="utf-8") == printed
    assert execute(["schema", "--out", "no/such/folder/s.json"]) == 5


def test_materials(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["materials"]) == 0
    out = capsys.readouterr().out
    assert "lithium_anand_narayan_2019" in out
    assert "tungsten" in out
    assert execute(["materials", "llzo"]) == 0
    out = capsys.readouterr().out
    assert "16.1 GPa" in out
    assert "UNVERIFIED" in out
    assert "Gao et al. 2022" in out


def test_unknown_material(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["materials", "sodum"]) == 2
    assert "platingx materials sodium" in capsys.readouterr().err


# --- init


def test_init_copies_cases_that_are_valid(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["init", "mine"]) == 0
    copied = {path.name for path in (tmp_path / "mine").iterdir()}
    assert {path.name for path in CASES.iterdir()} == copied
    assert "case.schema.json" in copied
    assert execute(["validate", *map(str, (tmp_path / "mine").glob("*.yaml"))]) == 0
    said = capsys.readouterr().out
    studies = len(list((tmp_path / "mine").rglob("*.study.yaml")))
    assert f" cases, {studies} studies and 2 calibrations in mine\n" in said
    assert "next: platingx run mine/eruption.yaml" in said


def test_init_never_loses_a_changed_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["init", "mine"]) == 0
    assert execute(["init", "mine"]) == 0
    (tmp_path / "mine" / "whisker.yaml").write_text("mine")
    (tmp_path / "mine" / "low_rate.yaml").unlink()
    assert execute(["init", "mine"]) == 5
    assert "whisker.yaml" in capsys.readouterr().err
    assert not (tmp_path / "mine" / "low_rate.yaml").exists()
    assert execute(["init", "mine", "--force"]) == 0
    assert (tmp_path / "mine" / "whisker.yaml").read_text(encoding="utf-8") != "mine"


def test_init_into_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert execute(["init", "file"]) == 5
    assert "cannot be copied" in capsys.readouterr().err


# --- run


def test_run_hands_over_case_and_options(
    fake_runner: list[tuple[Any, Any, dict[str, Any]]], capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["run", ERUPTION, "--set", "growth.current_density=3 A/cm^2", "--set", "time.end=10 ms", "--out", "x", "-v"]
    assert execute([*line, "--force"]) == 0
    (case, out, options) = fake_runner[0]
    assert case.growth.current_density.values == (3e4,)
    assert case.time.end == pytest.approx(0.01)
    assert out == Path("x")
    assert options == {"force": True, "resume": False, "verbose": True, "quiet": False, "profile": None}
    assert capsys.readouterr().out == "results in x\n"
    assert execute(["run", ERUPTION, "--out", "x", "-q"]) == 0
    assert fake_runner[1][2]["quiet"] is True
    assert capsys.readouterr().out == ""
    assert execute(["run", ERUPTION, "-q", "-v"]) == 2


def test_resume_goes_on_in_its_own_folder(fake_runner: list[tuple[Any, Any, dict[str, Any]]]) -> None:
    assert execute(["run", ERUPTION, "--resume", "there"]) == 0
    (_, out, options) = fake_runner[0]
    assert out == Path("there")
    assert options["resume"] is True
    assert execute(["run", ERUPTION, "--resume", "there", "--force"]) == 2


def test_a_run_that_was_told_to_stop_ends_as_shells_have_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing_with(monkeypatch, InterruptedRunError("stopped; go on with --resume there", 15))
    assert execute(["run", ERUPTION]) == 143
    assert "platingx: stopped; go on with --resume there" in capsys.readouterr().err


def test_dry_run_computes_and_writes_nothing(
    fake_runner: list[Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert execute(["run", ERUPTION, "--dry-run"]) == 0
    out = capsys.readouterr().out
    assert "run folder: runs/eruption" in out
    assert "20000 A/m^2" in out
    assert "calibrated: time.end to max_pressure_li" in out
    assert fake_runner == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CaseError("bad case"), 2),
        (MeshError("no mesh"), 3),
        (ConvergenceError("not converged"), 4),
        (OutputError("no output"), 5),
        (KeyboardInterrupt(), 130),
        (BrokenPipeError(), 0),
    ],
)
def test_exit_codes(
    error: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing_with(monkeypatch, error)
    monkeypatch.setattr(cli, "_close_quietly", lambda: None)
    assert execute(["run", ERUPTION]) == code
    err = capsys.readouterr().err
    assert "Traceback" not in err
    assert str(error) in err


def test_a_bug_leaves_its_traceback_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failing_with(monkeypatch, ZeroDivisionError("of all things"))
    assert execute(["run", ERUPTION]) == 1
    err = capsys.readouterr().err
    assert "ZeroDivisionError: of all things" in err
    assert "Traceback" not in err
    (log,) = tmp_path.glob("platingx-error-*.log")
    assert "Traceback" in log.read_text(encoding="utf-8")
    assert str(log) in err
    assert execute(["run", ERUPTION, "-v"]) == 1
    assert "Traceback" in capsys.readouterr().err


def test_only_rank_0_speaks(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(terminal, "_communicator", lambda: SimpleNamespace(rank=1, size=2))
    assert execute(["materials"]) == 0
    assert execute(["validate", ERUPTION]) == 0
    assert execute(["run", "none.yaml", "--dry-run"]) == 2
    assert execute(["bogus"]) == 2
    assert capsys.readouterr() == ("", "")


def test_rank_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "_communicator", lambda: None)
    assert (terminal.mpi_rank(), terminal.mpi_size()) == (0, 1)
    monkeypatch.setenv("OMPI_COMM_WORLD_RANK", "3")
    monkeypatch.setenv("OMPI_COMM_WORLD_SIZE", "4")
    assert (terminal.mpi_rank(), terminal.mpi_size()) == (3, 4)


# --- mesh and post


def test_mesh_and_post_call_their_parts(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    meshing, figures = ModuleType("platingx.run.meshing"), ModuleType("platingx.post.figures")
    meshing.build_mesh_files = lambda case, out: [Path(out) / f"{case.name}.msh"]  # type: ignore[attr-defined]
    figures.make_all = lambda folder, movie, *options: [Path(folder) / f"movie_{movie}.png"]  # type: ignore[attr-defined]
    monkeypatch.setitem(__import__("sys").modules, "platingx.run.meshing", meshing)
    monkeypatch.setitem(__import__("sys").modules, "platingx.post.figures", figures)
    assert execute(["mesh", ERUPTION]) == 0
    assert execute(["mesh", ERUPTION, "--out", "there"]) == 0
    Path("a_run").mkdir()
    assert execute(["post", "a_run", "--movie"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines == ["wrote eruption_mesh/eruption.msh", "wrote there/eruption.msh", "wrote a_run/movie_True.png"]


def test_post_without_a_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["post", "nowhere"]) == 5
    assert "there is no run folder nowhere" in capsys.readouterr().err
    assert execute(["post", __file__]) == 5
    assert "is a file, not the folder of a run" in capsys.readouterr().err


def test_cases_copied_elsewhere_run_dry(tmp_path: Path) -> None:
    shutil.copytree(CASES, tmp_path / "cases")
    cases = [path for path in sorted((tmp_path / "cases").glob("*.yaml")) if not path.name.endswith(STUDY_ENDING)]
    assert len(cases) >= 7
    for path in cases:
        assert execute(["run", str(path), "--dry-run"]) == 0
