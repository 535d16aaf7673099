"""What would hurt most if lost: pages of contact and of the phase field say on several ranks what they say on one."""

import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from mpi4py import MPI

from platingx.errors import CaseError, SingleRankError
from platingx.parallel import raised_everywhere
from platingx.verification import book
from platingx.verification.book import write_book
from platingx.verification.problem import Effort, Outcome, Problem
from platingx.verification.problems import contact_patch
from platingx.verification.records import Record, read_records
from platingx.verification.registry import PROBLEMS

SHARED = tuple(problem for problem in PROBLEMS if problem.on_ranks is not None)
SOLVER = 1e-6
"""Largest difference over the larger of a number and its tolerance: Newton's method stops at 1e-8."""
JUDGED = 1e-3
"""Share of a number's tolerance that it may differ by, too: where a last digit decides which node changes its state,
pages differ beyond that of Newton's method (1.3e-6 of 3 percent in one of five runs of the punch on 3 ranks)."""
ZERO = 1e-9
"""What balances that are zero but for round-off may differ by."""


def same_on_ranks(found: Record, alone: Record) -> None:
    """All is as expected, and each number that is judged is that of one rank."""
    assert found.passed, found.verdict
    assert [(row.label, row.quantity) for row in found.rows] == [(row.label, row.quantity) for row in alone.rows]
    for row, one in zip(found.rows, alone.rows, strict=True):
        if row.tolerance is not None and "iterations" not in row.quantity:
            close = max(SOLVER, JUDGED * (0.0 if one.absolute else one.tolerance)) * abs(one.computed)
            close = max(close, SOLVER * one.tolerance, ZERO) if one.absolute else close
            assert abs(row.computed - one.computed) <= close, f"{found.name}: {row.label}: {row.quantity}"


def test_which_pages_know_of_ranks() -> None:
    assert {problem.name for problem in SHARED} == {
        problem.name for problem in PROBLEMS if problem.name.startswith(("contact-", "phase-field"))
    }


@pytest.mark.mpi
def test_a_page_is_written_once_by_all_ranks(tmp_path: Path) -> None:
    """The patch tests, in one folder, by rank 0."""
    world = MPI.COMM_WORLD
    folder = Path(world.bcast(str(tmp_path)))
    (shared,) = write_book([contact_patch.PROBLEM], folder / "all", "coarse", lambda _: None, PROBLEMS, world)
    (alone,) = write_book([contact_patch.PROBLEM], tmp_path / "one", "coarse", lambda _: None, PROBLEMS)
    same_on_ranks(shared, alone)
    world.Barrier()
    assert read_records(folder / "all")[shared.name].rows == shared.rows
    assert (folder / "all" / "contact-patch-adhesion.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.mpi
def test_an_error_of_one_rank_is_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others may wait in the problem for ever, so that all are to be ended; on one rank the page says it."""
    comm = MPI.COMM_WORLD.Dup()  # whose messages nobody else gets
    monkeypatch.setattr(book, "raised_everywhere", partial(raised_everywhere, patience=0.2))

    def fails(effort: Effort, ranks: MPI.Intracomm) -> Outcome:
        if ranks.rank == ranks.size - 1:
            raise CaseError("met on the last rank")
        ranks.Barrier()
        raise ZeroDivisionError  # released; ends all others without a page, too

    broken = replace(contact_patch.PROBLEM, run=lambda effort: fails(effort, comm), on_ranks=fails)
    if comm.size == 1:
        (record,) = write_book([broken], tmp_path, "coarse", lambda _: None, PROBLEMS, comm)
        assert not record.passed
    elif comm.rank < comm.size - 1:
        with pytest.raises(ZeroDivisionError):
            write_book([broken], tmp_path, "coarse", lambda _: None, PROBLEMS, comm)
    else:
        with pytest.raises(SingleRankError, match="met on the last rank"):
            write_book([broken], tmp_path, "coarse", lambda _: None, PROBLEMS, comm)
        comm.Barrier()
    comm.Free()


def test_a_page_of_one_process_is_no_page_of_two(tmp_path: Path) -> None:
    """The command line says so (test_book); from Python it is an error of the caller."""
    alone = next(problem for problem in PROBLEMS if problem.on_ranks is None)

    class Two:
        size, rank = 2, 0

        def bcast(self, value: object, root: int = 0) -> object:
            return value

    with pytest.raises(ValueError, match="one process only"):
        write_book([alone], tmp_path, "coarse", lambda _: None, PROBLEMS, Two())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    """All these pages in one process."""
    folder = tmp_path_factory.mktemp("one")
    write_book(SHARED, folder, "coarse", lambda _: None, PROBLEMS)
    return read_records(folder)


@pytest.mark.long
@pytest.mark.ranks_alone
@pytest.mark.parametrize("ranks", [2, 3])
def test_all_pages_on_ranks(ranks: int, alone: dict[str, Record], tmp_path: Path) -> None:
    """From the command line, with the coarse effort: every row is met, and equal to that of one rank."""
    line = ["mpirun", "--oversubscribe", "-n", str(ranks), sys.executable, "-P", "-m", "platingx", "verify"]
    result = subprocess.run(
        [*line, *names(SHARED), "--coarse", "--out", str(tmp_path)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout
    found = read_records(tmp_path)
    assert set(found) == set(names(SHARED))
    for name in names(SHARED):
        same_on_ranks(found[name], alone[name])


def names(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.name for problem in problems]
