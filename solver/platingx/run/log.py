"""Log of a run: a file on rank 0, lines or a progress bar on the terminal."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from platingx.columns import headlines
from platingx.config.case import Case
from platingx.errors import OutputError
from platingx.physics.snapshot import Snapshot
from platingx.post.scales import format_value
from platingx.run.notebook_line import NotebookLine, in_notebook
from platingx.stepping.march import Step

_STEPS_OF_MEAN = 6
"""Ends of steps of which the mean wall time of a step is taken."""


class _Bar:
    """A bar on a terminal.

    Parameters
    ----------
    console
        The terminal.
    total
        End of the run.
    """

    def __init__(self, console: Console, total: float) -> None:
        state = TextColumn("{task.percentage:>3.0f} %  {task.fields[state]}")
        self._bar = Progress(
            TextColumn("[bold]{task.description}"), BarColumn(), state, TimeElapsedColumn(), console=console
        )
        self._task = self._bar.add_task("plating", total=total, state="")
        self.start, self.stop = self._bar.start, self._bar.stop

    def update(self, completed: float, state: str) -> None:
        """Move the bar to how far the run is, with words beside it."""
        self._bar.update(self._task, completed=completed, state=state)


class RunLog:
    """Writes run.log, and a bar on a terminal or the same lines elsewhere. Silent on other ranks.

    Parameters
    ----------
    path
        Log file, or None for no file.
    end
        End of the run, s.
    rank
        Rank of this process; only rank 0 writes.
    verbose
        Lines on the terminal instead of a bar.
    quiet
        Nothing on the terminal (notebooks).
    append
        Go on in an existing file.
    short_names
        How the lines of the steps call the headline quantities, by name.
    """

    def __init__(
        self,
        path: Path | None,
        end: float,
        rank: int,
        verbose: bool = False,
        quiet: bool = False,
        append: bool = False,
        short_names: Mapping[str, str] | None = None,
    ) -> None:
        self._short_names = short_names or {}
        self._active = rank == 0
        self._end = end
        self._quiet = quiet or not self._active
        self._started = time.perf_counter()
        self._ends: deque[float] = deque(maxlen=_STEPS_OF_MEAN)
        self._file: IO[str] | None = None
        self._console = Console(file=sys.stderr, highlight=False, force_jupyter=False)
        self._bar: _Bar | NotebookLine | None = None
        if not self._active:
            return
        if path is not None:
            try:
                self._file = path.open("a" if append else "w", encoding="utf-8")
            except OSError as error:
                raise OutputError(f"cannot write {path}: {error.strerror or error}") from error
        if self._quiet or verbose:
            return
        if in_notebook():  # first: the streams of a kernel call themselves terminals
            self._bar = NotebookLine(sys.stderr, end)
        elif self._console.is_terminal:
            self._bar = _Bar(self._console, end)

    def say(self, text: str, terminal: bool = True, beside_bar: bool = False) -> None:
        """Write a line to the file, and to the terminal.

        Parameters
        ----------
        text
            The line.
        terminal
            Whether it goes to the terminal too; not if something else says it there.
        beside_bar
            Whether it does so above the bar, where there is one.
        """
        if not self._active:
            return
        line = f"[{time.perf_counter() - self._started:8.2f} s] {text}"
        if self._file is not None:
            try:
                self._file.write(line + "\n")
                self._file.flush()
            except OSError as error:  # on rank 0 only: the results, which all ranks watch, will say it too
                self._file = None
                self._console.print(f"cannot write the log: {error.strerror or error}", markup=False, soft_wrap=True)
        if terminal and not self._quiet and (beside_bar or self._bar is None):
            self._console.print(line, markup=False, soft_wrap=True)

    def start(self) -> None:
        """Show the bar, where there is one."""
        if self._bar is not None:
            self._bar.start()

    def step(self, step: Step, snapshot: Snapshot) -> None:
        """One line for a converged step: time, step, iterations, residual, p and sigma_1."""
        if not self._active:
            return
        stresses = ", ".join(
            f"{short} {format_value(snapshot.extremes[name].value, 'Pa')}"
            for name, short in self._short_names.items()
            if name in snapshot.extremes
        )
        left = self._left(step)
        self.say(
            f"step {step.number:4d}  t {step.time:.6e} s  dt {step.dt:.3e} s  newton "
            f"{step.iterations:2d}  residual {step.residual:.1e}  {stresses}{left}"
        )
        self.progress(step.time, f"{stresses}{left}")

    def progress(self, completed: float, state: str) -> None:
        """Move the bar, where there is one.

        Parameters
        ----------
        completed
            How far the run is, of its end.
        state
            Words beside the bar.
        """
        if self._bar is not None:
            self._bar.update(completed, state)

    def _left(self, step: Step) -> str:
        """Words for the wall time that is left: steps of the present size, each as long as the last ones on average."""
        self._ends.append(time.perf_counter())
        steps = (self._end - step.time) / step.dt
        if len(self._ends) < 2 or steps <= 0.0:
            return ""
        mean = (self._ends[-1] - self._ends[0]) / (len(self._ends) - 1)
        return f"  about {_duration(steps * mean)} left"

    def conclude(self, lines: Sequence[str]) -> None:
        """Stop the bar, and write the last lines of a run to file and terminal."""
        self._stop_bar()
        for line in lines:
            self.say(line)

    def _stop_bar(self) -> None:
        """Take the bar away; what follows is written in lines."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def close(self) -> None:
        """Stop the bar and close the file."""
        self._stop_bar()
        if self._file is not None:
            self._file.close()
            self._file = None


def short_names(case: Case) -> dict[str, str]:
    """Short names of the headline quantities of a case, each with the label of its region."""
    regions = case.regions("electrolyte")
    words = [f"max p ({case.label(case.growth.region)})", *(f"max sigma_1 ({case.label(name)})" for name in regions)]
    return dict(zip(headlines(case.growth.region, regions), words, strict=True))


def _duration(seconds: float) -> str:
    """A wall time in s, min or h, as coarse as it is known."""
    for unit, size in (("h", 3600.0), ("min", 60.0)):
        if seconds >= 2.0 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
