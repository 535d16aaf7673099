"""What would hurt most if lost: every benchmark runs, its file is readable, and its ratios follow from its rows.

Sizes are tiny here, and no time is judged.
"""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from mpi4py import MPI

from platingx.cli.main import execute
from platingx.errors import CaseError, ConvergenceError, OutputError
from platingx.exchange.ccx import ccx_program
from platingx_benchmarks import registry, suite
from platingx_benchmarks.calculix import SMALL_STRAIN, _equations, _increments, _last_complaint
from platingx_benchmarks.measurement import Collector, Context, Row
from platingx_benchmarks.page import page
from platingx_benchmarks.records import Findings, read_findings
from platingx_benchmarks.registry import BENCHMARKS, Benchmark

COLUMNS = ["benchmark", "subject", "size", "quantity", "unit", "median", "minimum", "maximum", "repeats", "ranks"]
COLUMNS += ["warm_ups", "complete", "processor", "cores", "memory_bytes", "blas", "mpi", "petsc", "platingx", "commit"]
UNITS = {"s", "ns", "us", "1", "B", "B/s", "1/s"}
EXPECTED = {"machine", "kernel", "assembly", "solve", "cases", "conduction", "tubules", "studies", "ranks"} | (
    {"calculix"} if ccx_program() else set()
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Findings of all benchmarks at tiny sizes."""
    out = tmp_path_factory.mktemp("bench")
    assert execute(["bench", "--quick", "--out", str(out)]) == 0
    return out


@pytest.fixture
def findings(folder: Path) -> Findings:
    return read_findings(folder)


def value(findings: Findings, subject: str, quantity: str) -> float:
    """Median of a row."""
    (row,) = [row for row in findings.rows if (row.subject, row.quantity) == (subject, quantity)]
    return row.median


def test_csv(folder: Path, findings: Findings) -> None:
    table = pd.read_csv(folder / "bench.csv")
    assert set(COLUMNS) <= set(table.columns)
    assert set(table["complete"]) == {"yes"}
    assert set(table["benchmark"]) == EXPECTED
    assert set(table["unit"].astype(str)) <= UNITS
    assert (table["minimum"] <= table["median"]).all()
    assert (table["median"] <= table["maximum"]).all()
    assert (table["minimum"] >= 0.0).all()
    assert (table["repeats"] >= 1).all()
    assert not table.duplicated(["benchmark", "subject", "size", "quantity"]).any()
    assert list(table["median"]) == pytest.approx([row.median for row in findings.rows])


def test_machine(findings: Findings) -> None:
    assert not findings.failures
    facts = findings.machine
    assert facts["machine"]["processor"]
    assert facts["usable_cores"] >= 1
    assert facts["memory_bytes"] > 2**28
    assert {"numpy", "petsc", "mpi"} <= set(facts["packages"])
    assert {row.unit for row in findings.select("machine")} == {"B/s", "1/s"}


def test_ratios_of_the_kernel_follow_from_its_medians(findings: Findings) -> None:
    subjects = {row.subject for row in findings.select("kernel")}
    assert len(subjects) == 8
    speeds = {row.quantity: row.median for row in findings.select("machine")}
    bandwidth = speeds["memory bandwidth, triad"]
    kinds = ("sums and products", "divisions and roots", "elementary functions")
    for subject in subjects:
        for what in ("element kernel", "constitutive update"):
            time = value(findings, subject, f"{what}, time of a point")
            bounds = (
                value(findings, subject, f"{what}, bytes of the state") / bandwidth * 1e9,
                1e9
                * sum(
                    value(findings, subject, f"{what}, {kind} of a point")
                    / value(findings, subject, f"{what}, rate of {kind}")
                    for kind in kinds
                ),
            )
            assert value(findings, subject, f"{what} over the larger bound") == pytest.approx(time / max(bounds))


def test_speed_ups_follow_from_walls(findings: Findings) -> None:
    for state in ("elastic", "flowing"):
        one, two = (value(findings, f"strong, {state}, {ranks}", "wall time, all") for ranks in ("1 rank", "2 ranks"))
        assert value(findings, f"strong, {state}, 2 ranks", "speed-up, all") == pytest.approx(one / two)
    sizes = {row.subject: row.size for row in findings.select("ranks")}
    assert sizes["strong, flowing, 1 rank"] == sizes["strong, flowing, 2 ranks"]
    assert sizes["weak, flowing, 2 ranks"] > sizes["weak, flowing, 1 rank"]
    one, two = (value(findings, f"weak, flowing, {ranks}", "wall time, all") for ranks in ("1 rank", "2 ranks"))
    growth = sizes["weak, flowing, 2 ranks"] / sizes["weak, flowing, 1 rank"] / 2
    assert value(findings, "weak, flowing, 2 ranks", "efficiency, all") == pytest.approx(one / (two / growth))


def test_solve_has_both_presets_and_their_iterations(findings: Findings) -> None:
    rows = [row for row in findings.select("solve") if row.quantity == "iterations"]
    assert {row.subject.split(", ")[2] for row in rows} == {"direct", "iterative"}
    assert {"pit, elastic, iterative", "pit, flowing, iterative"} <= {row.subject for row in rows}
    assert all(row.median == 1 for row in rows if "direct" in row.subject)
    assert all(1 < row.median < 100 for row in rows if "iterative" in row.subject)


def test_newton_iterations_of_the_pit(findings: Findings) -> None:
    """The time of an iteration is that of its parts, and memory is there."""
    rows = {row.quantity: row for row in findings.select("solve") if row.subject == "pit, flowing, iterative"}
    whole = "CPU time, a Newton iteration"
    parts = [row.median for name, row in rows.items() if name.startswith(f"{whole}, ")]
    assert 0.5 * rows[whole].median < sum(parts) <= rows[whole].median * (1 + 1e-12)
    each = rows["CPU time of an unknown, a Newton iteration"]
    assert each.median == pytest.approx(rows[whole].median / each.size * 1e6)
    assert rows["Newton iterations"].median >= 1
    assert rows["memory high-water"].median > 1e8


def test_case_phases_add_up(findings: Findings) -> None:
    times = {row.quantity: row.median for row in findings.select("cases")}
    own = [name for name in times if name.startswith("CPU time, ")]
    phases = [name for name in own if name not in ("CPU time, whole", "CPU time, after set-up")]
    # the processor time of the process includes its end, after the profile was written
    assert sum(times[name] for name in phases) == pytest.approx(times["CPU time, whole"], rel=0.25)
    before = [f"CPU time, {name}" for name in ("start-up", "compile", "mesh", "model set-up")]
    rest = sum(times[name] for name in phases if name not in before)
    assert times["CPU time, after set-up"] == pytest.approx(rest)
    assert times["linear solves"] == times["Newton iterations"] > 0
    assert times["growth stretch reached"] > 1.0


@pytest.mark.skipif(ccx_program() is None, reason="CalculiX is not installed")
def test_calculix_solves_the_same(findings: Findings) -> None:
    """Elastic energies: bound from below by theory, from above by the agreement of stresses in the verification book.

    The displacements of CalculiX's tetrahedra are among ours, and our projected volume strain takes energy away from
    any of them, so that our minimum is not above theirs. Growth by 1e-6 moves either by a few 1e-6 at finite strain.
    Stresses that differ by 1 %, the tolerance of the book, differ in energy by its square.
    """
    for solver in ("direct", "iterative"):
        ratio = value(findings, "confined_pit_3d, elastic", f"elastic energy, CalculiX over platingx, {solver}")
        assert 1.0 - 3.0 * SMALL_STRAIN <= ratio <= 1.0 + 1e-4
    theirs = value(findings, "closed_pit, creeping", "CPU time, CalculiX")
    ours = value(findings, "closed_pit, creeping", "CPU time, platingx, whole run")
    ratio = value(findings, "closed_pit, creeping", "CalculiX, over platingx, whole run")
    assert ratio == pytest.approx(theirs / ours)
    assert value(findings, "closed_pit, creeping", "share of the time that CalculiX reached") == pytest.approx(1.0)
    assert value(findings, "closed_pit, creeping", "equations, CalculiX") > 100
    assert any("CalculiX 2." in note for note in findings.notes["calculix"])


def test_increments_of_calculix() -> None:
    text = (
        "SUMMARY OF JOB INFORMATION\n  STEP      INC     ATT  ITRS     TOT TIME     STEP TIME      INC TIME\n"
        "    1          1     1     2  0.100000E-03  0.100000E-03  0.100000E-03\n"
        "    1          2     1U    9  0.250000E-03  0.250000E-03  0.150000E-03\n"
        "    1          2     2     3  0.200000E-03  0.200000E-03  0.100000E-03\n"
    )
    assert _increments(text) == ((2, 1e-4), (3, 2e-4))


def test_why_calculix_stopped() -> None:
    log = "number of equations\n  3134\n divergence; the increment size is decreased to 1.0e-03\n*ERROR: too small\n"
    assert _equations(log) == 3134
    assert _equations("no such words") == 0
    assert "*ERROR: too small" in _last_complaint(log)
    assert not _last_complaint("Job finished")


def test_page(folder: Path, findings: Findings, tmp_path: Path) -> None:
    assert execute(["bench", "--report", str(folder), "--out", str(tmp_path)]) == 0
    text = (tmp_path / "performance.md").read_text()
    assert text == page(findings)
    titles = ("Targets", "The machine", "Where the time goes", "The kernels", "The matrix", "Growth with the size")
    for title in (*titles, "Ranks", "What limits it", "Publish your machine"):
        assert f"## {title}" in text
    assert "Incomplete" not in text
    for picture in re.findall(r"\]\((images/.*?)\)", text):
        assert (tmp_path / picture).stat().st_size > 5000
    assert "the times mean nothing" in text
    time = value(findings, "hex27, flowing", "element kernel, time of a point")
    assert f"| hex27, flowing | {float(f'{time:.3g}'):g} |" in text
    for line in text.splitlines():
        assert "nan" not in line.split("|")


def test_report_of_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["bench", "--report", str(tmp_path / "none")]) == 5
    assert "platingx bench --out" in capsys.readouterr().err
    (tmp_path / "bench.json").write_text(json.dumps({"rows": [1]}))
    assert execute(["bench", "--report", str(tmp_path)]) == 5


def test_list_tells_what_it_took(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["bench", "--list", "--out", str(folder)]) == 0
    line = next(line for line in capsys.readouterr().out.splitlines() if "assembly" in line)
    assert re.search(r"\d\.\d\W*$", line)


def test_list_and_unknown_names(capsys: pytest.CaptureFixture[str]) -> None:
    assert execute(["bench", "--list"]) == 0
    printed = capsys.readouterr().out
    assert all(benchmark.name in printed for benchmark in BENCHMARKS)
    assert execute(["bench", "kernl"]) == 2
    assert "kernel" in capsys.readouterr().err


def _one_row(context: Context) -> list[Row]:
    collector = Collector("good", context.comm.size)
    collector.add("it", 0, "time", "s", [1.0])
    return collector.rows


def _another_row(context: Context) -> list[Row]:
    collector = context.collector("bad")
    collector.add("it", 0, "time", "s", [4.0])
    return collector.rows


def _is_interrupted(context: Context) -> list[Row]:
    collector = context.collector("stopped")
    collector.add("first", 0, "time", "s", [2.0])
    collector.save()
    collector.add("second", 0, "time", "s", [3.0])
    raise KeyboardInterrupt


def _fails(context: Context) -> list[Row]:
    raise ConvergenceError("no equilibrium")


def _breaks(context: Context) -> list[Row]:
    raise RuntimeError("a bug")


@pytest.mark.mpi
def test_failures_do_not_stop_the_others(tmp_path: Path) -> None:
    comm = MPI.COMM_WORLD
    out = comm.bcast(tmp_path)
    chosen = [Benchmark(name, "", run, 0.0) for name, run in (("bad", _fails), ("worse", _breaks), ("good", _one_row))]
    said: list[str] = []
    findings = suite.run_benchmarks(chosen, True, out, said.append, comm)
    assert findings.failures["bad"] == "ConvergenceError: no equilibrium"
    assert "a bug" in findings.failures["worse"]
    assert findings.select("good")[0].median == 1.0
    assert read_findings(out) == findings
    assert "## What failed" in page(findings)
    comm.barrier()


def test_an_interrupted_benchmark_keeps_what_it_has(tmp_path: Path) -> None:
    chosen = [Benchmark(name, "", run, 0.0) for name, run in (("good", _one_row), ("stopped", _is_interrupted))]
    with pytest.raises(KeyboardInterrupt):
        suite.run_benchmarks(chosen, True, tmp_path, lambda text: None, MPI.COMM_SELF)
    findings = read_findings(tmp_path)
    assert findings.unfinished == ("stopped",)
    assert [row.subject for row in findings.select("stopped")] == ["first"]
    assert "Incomplete: stopped" in page(findings)
    table = pd.read_csv(tmp_path / "bench.csv")
    assert dict(zip(table["benchmark"], table["complete"], strict=True)) == {
        "machine": "yes",
        "good": "yes",
        "stopped": "no",
    }


def test_a_benchmark_measured_again_is_added_to_the_others(tmp_path: Path) -> None:
    """Loops of the machine included, by whose speed the kept ratios were taken."""
    chosen = [Benchmark(name, "", run, 0.0) for name, run in (("bad", _fails), ("good", _one_row))]
    before = suite.run_benchmarks(chosen, True, tmp_path, lambda text: None, MPI.COMM_SELF)
    after = suite.run_benchmarks(
        [Benchmark("bad", "", _another_row, 0.0)], True, tmp_path, lambda text: None, MPI.COMM_SELF, add=True
    )
    assert read_findings(tmp_path) == after
    assert set(before.rows) < set(after.rows)
    assert not after.failures
    assert list(after.sources) == ["machine", "good", "bad"]
    with pytest.raises(CaseError, match="differ in quick"):
        suite.run_benchmarks(chosen[1:], False, tmp_path, lambda text: None, MPI.COMM_SELF, add=True)
    with pytest.raises(OutputError, match="cannot read"):
        suite.run_benchmarks(chosen[1:], True, tmp_path / "none", lambda text: None, MPI.COMM_SELF, add=True)


def test_a_failure_has_an_exit_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        registry, "BENCHMARKS", (Benchmark("bad", "", _fails, 0.0), Benchmark("good", "", _one_row, 0.0))
    )
    assert execute(["bench", "--quick", "--out", str(tmp_path)]) == 1
    assert "bad: ConvergenceError: no equilibrium" in capsys.readouterr().err
    assert [row.benchmark for row in read_findings(tmp_path).rows][-1] == "good"


@pytest.mark.mpi
@pytest.mark.long
def test_on_ranks(tmp_path: Path) -> None:
    """The same rows on all ranks."""
    comm = MPI.COMM_WORLD
    if comm.size == 1:
        pytest.skip("one rank is what the other tests have")
    chosen = [benchmark for benchmark in BENCHMARKS if benchmark.name in ("assembly", "ranks", "kernel", "cases")]
    findings = suite.run_benchmarks(chosen, True, comm.bcast(tmp_path), lambda text: None, comm)
    assert not findings.failures
    assert comm.allgather(findings.rows) == [findings.rows] * comm.size
    assert {row.ranks for row in findings.rows} == {comm.size}
    assert f"pit, flowing, iterative, {comm.size} ranks" in {row.subject for row in findings.select("ranks")}
    comm.barrier()
