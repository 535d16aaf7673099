"""What would hurt most if lost: a deviation or a failure is seen, in the page, in the index and in the exit code.

Made-up problems stand in for those of the book; the pages are those that a reader gets.
"""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from platingx.cli.main import execute
from platingx.errors import CaseError, MeshError, OutputError
from platingx.verification import registry
from platingx.verification.book import write_book
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row
from platingx.verification.records import read_records
from platingx.verification.registry import PROBLEMS, find


def row(computed: float, expected: float | None = 2.0, tolerance: float | None = 0.01, **more: object) -> Row:
    return Row("here", "force", "N", expected, computed, tolerance, "closed form", "exact", **more)


def halving(last: float, **more: object) -> Convergence:
    return Convergence("displacement", "element size, m", (0.4, 0.2, 0.1), (8.0, 1.0, last), 3.0, 0.1, **more)


def problem(name: str, *rows: Row, error: Exception | None = None, orders: tuple[Convergence, ...] = ()) -> Problem:
    def run(effort: Effort) -> Outcome:
        if error is not None:
            raise error

        def draw(figure: Figure) -> None:
            figure.subplots().plot([0, 1], [0, 1])

        return Outcome(rows, orders, (Picture("line", "A line. It rises.", draw),), ("A note.",), f"effort: {effort}")

    return Problem(name, f"Title of {name}", "verification", "$a = b$", ("a book",), run, 0.1)


def test_deviation_of_a_row() -> None:
    assert row(2.02).deviation == pytest.approx(0.01)
    assert row(-2.02, -2.0).deviation == pytest.approx(-0.01)
    assert row(2.0199).passed
    assert not row(2.03).passed
    assert row(2.03, absolute=True).deviation == pytest.approx(0.03)
    assert not row(2.03, absolute=True).passed
    assert row(1e-4, 0.0, absolute=True).passed
    with pytest.raises(ValueError, match="has to be absolute"):
        row(1.0, 0.0)


@pytest.mark.parametrize("expected", [2.0, None])
@pytest.mark.parametrize("tolerance", [0.01, None])
def test_a_number_that_is_none_never_passes(expected: float | None, tolerance: float | None) -> None:
    assert not row(math.nan, expected, tolerance).passed
    assert not row(math.inf, expected, tolerance).passed
    assert row(2.0, expected, tolerance).passed


def test_order_of_the_finest_pair_counts() -> None:
    np.testing.assert_allclose(halving(1 / 8).orders, [3.0, 3.0])
    assert halving(1 / 8).passed
    assert halving(1 / 16).passed
    assert not halving(1 / 16, two_sided=True).passed
    assert not halving(1 / 7).passed
    assert not halving(math.nan).passed
    assert not halving(0.0).passed
    with pytest.raises(ValueError, match="from coarse to fine"):
        Convergence("x", "h", (1.0, 2.0), (1.0, 2.0), 1.0, 0.1)


def test_pages_index_and_results_say_what_came_out(tmp_path: Path) -> None:
    contents = (
        problem("a-good", row(2.001), orders=(halving(1 / 8),)),
        problem("b-off", row(2.1)),
        problem("c-broken", error=MeshError("no such mesh")),
        problem("d-bug", error=ZeroDivisionError("oh")),
        problem("e-later", row(2.0)),
    )
    lines: list[str] = []
    records = write_book(contents[:4], tmp_path, "coarse", lines.append, contents)
    assert [record.passed for record in records] == [True, False, False, False]
    good, off, broken, bug = ((tmp_path / f"{each.name}.md").read_text() for each in contents[:4])
    for text in (
        "$a = b$",
        "effort: coarse",
        "2.0010 N",
        "+0.050 %",
        "1.0 %",
        "3.00, 3.00",
        "passed",
        "A note.",
        "predicted",
    ):
        assert text in good
    assert "**deviates**" in off
    assert "no such mesh" in broken
    assert "Traceback" not in broken
    assert "ZeroDivisionError: oh" in bug
    for name in ("a-good-line.png", "a-good-orders.png"):
        assert (tmp_path / name).read_bytes().startswith(b"\x89PNG")
        assert f"({name})" in good
    index = (tmp_path / "README.md").read_text()
    assert index.count("**failed**") == 2
    assert "4 problems, 2 numbers, 1 orders" in index
    assert "Not as expected: b-off, c-broken, d-bug." in index
    assert "Not run in this folder: `e-later`" in index
    assert any("deviates: here: force" in line for line in lines)
    stored = json.loads((tmp_path / "results.json").read_text())["problems"]
    assert stored["a-good"]["rows"][0]["computed"] == 2.001
    assert stored["a-good"]["convergences"][0]["orders"] == pytest.approx([3.0, 3.0])
    assert not list(tmp_path.glob(".*"))


def test_other_problems_stay_when_one_is_run_again(tmp_path: Path) -> None:
    contents = (problem("a-one", row(math.nan), orders=(halving(math.nan),)), problem("b-two", row(2.0)))
    first = write_book(contents, tmp_path, "full", lambda _: None, contents)
    files = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_book(contents[1:], tmp_path, "full", lambda _: None, contents)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == files
    known = read_records(tmp_path)["a-one"]
    assert not known.passed
    assert known.deviating == first[0].deviating == ("here: force", "order of displacement")


def test_numbers_of_numpy_are_kept_as_plain_ones(tmp_path: Path) -> None:
    numbers = row(np.float64(2.001), np.float64(2.0), np.float64(0.01))
    order = Convergence("u", "h", tuple(np.array([0.2, 0.1])), tuple(np.array([4.0, 1.0])), np.float64(2.0), 0.1)
    contents = (problem("a-one", numbers, orders=(order,)),)
    write_book(contents, tmp_path, "full", lambda _: None, contents)
    assert read_records(tmp_path)["a-one"].passed


def test_results_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "results.json").write_text('{"problems": {"a": 1}}')
    with pytest.raises(OutputError, match="cannot be read"):
        read_records(tmp_path)


def test_a_folder_that_cannot_be_written_is_no_failed_problem(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_book([problem("a-one", row(2.0))], tmp_path / "file", "full", lambda _: None, ())


def test_names() -> None:
    assert len({each.name for each in PROBLEMS}) == len(PROBLEMS)
    assert find([]) == PROBLEMS
    assert find([PROBLEMS[1].name, PROBLEMS[0].name]) == PROBLEMS[:2]
    assert [each.name for each in find(["b03"])] == ["b03-confined-growth", "b03-free-growth"]
    assert [each.name for each in find(["b03-free-growth"])] == ["b03-free-growth"]
    for name in ("b01-strain-rates", "", "b99"):
        with pytest.raises(CaseError, match="no verification problem"):
            find([name])
    with pytest.raises(CaseError) as caught:
        find(["b01-strain-rates"])
    assert caught.value.first.hint == "platingx verify b01-strain-rate"


def test_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    contents = (problem("a-good", row(2.0)), problem("b-off", row(2.1)))
    monkeypatch.setattr(registry, "PROBLEMS", contents)
    monkeypatch.chdir(tmp_path)
    assert execute(["verify", "a-good"]) == 0
    assert (tmp_path / "verification" / "a-good.md").exists()
    assert execute(["verify", "--out", "elsewhere", "--coarse"]) == 6
    printed = capsys.readouterr()
    assert "1 of 2 problems are not as expected" in printed.err
    assert "b-off: deviates: here: force" in printed.err
    assert "2/2 b-off: Title of b-off" in printed.out
    assert "coarse effort" in (tmp_path / "elsewhere" / "a-good.md").read_text()
    assert execute(["verify", "--list"]) == 0
    assert "Title of b-off" in capsys.readouterr().out
    assert execute(["verify", "c"]) == 2
    monkeypatch.setenv("OMPI_COMM_WORLD_SIZE", "2")
    monkeypatch.setattr("platingx.cli.terminal._communicator", lambda: None)
    assert execute(["verify", "a-good"]) == 2
    assert "in one process only: a-good" in capsys.readouterr().err


def test_a_problem_that_cannot_run_here_keeps_its_page(tmp_path: Path) -> None:
    first = problem("cross-code", row(2.0))
    write_book([first], tmp_path, "full", print, [first])
    before = (tmp_path / "cross-code.md").read_bytes(), (tmp_path / "results.json").read_bytes()
    without = replace(first, missing=lambda: "there is no ccx")
    said: list[str] = []
    assert write_book([without], tmp_path, "full", said.append, [without]) == []
    assert said[-1] == "    skipped, its page stays as it is: there is no ccx"
    assert ((tmp_path / "cross-code.md").read_bytes(), (tmp_path / "results.json").read_bytes()) == before


def test_the_command_claims_no_file_when_nothing_could_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    without = replace(problem("cross-code", row(2.0)), missing=lambda: "there is no ccx")
    monkeypatch.setattr(registry, "PROBLEMS", (without,))
    assert execute(["verify", "cross-code", "--out", str(tmp_path / "new")]) == 0
    said = capsys.readouterr().out
    assert "nothing was run and nothing written: there is no ccx" in said
    assert "README.md" not in said
    assert not (tmp_path / "new").exists()
