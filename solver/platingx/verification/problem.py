"""What a problem of the verification book is: its statement, and the numbers, orders and pictures that its run leaves.

A problem is a module of ``verification/problems`` with one `Problem` in it, listed in ``verification/registry.py``:

    def run(effort: Effort) -> Outcome:
        cells = 4 if effort == "coarse" else 16
        stretched = bar(cells)

        def draw(figure: Figure) -> None:
            axes = figure.subplots()
            axes.plot(stretched.time, stretched.force)

        return Outcome(
            rows=(
                Row("steel bar", "force", "N", 2.1, stretched.force[-1], 1e-3, source="closed form", status="exact"),
            ),
            convergences=(Convergence("displacement", "element size, m", sizes, errors, 3.0, 0.15),),
            pictures=(Picture("force", "Force against time.", draw),),
            input=f"bar of {cells} elements, E 210 GPa",
            unverified=unverified_of("steel"),
        )

    PROBLEM = Problem(
        name="bar",
        title="A bar under tension",
        part="verification",
        statement="A bar is stretched; the force is $F = E A e$.",
        sources=("any textbook",),
        run=run,
        minutes=0.1,
    )

Numbers are computed in `run` and nowhere else. The coarse effort is what the default tests run: seconds, with the same
rows and tolerances that hold on its mesh. The full effort is what stands in the book.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from matplotlib.figure import Figure
from mpi4py import MPI

__all__ = ["Convergence", "Effort", "Kind", "Outcome", "Part", "Picture", "Problem", "Row", "Status"]

Effort = Literal["coarse", "full"]
Part = Literal["verification", "cross-code", "validation"]
Status = Literal["exact", "independent", "published", "arithmetic", "own"]
Kind = Literal["predicted", "calibrated"]

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Row:
    """One number beside the one that was expected.

    Parameters
    ----------
    label : str
        Which of the computed situations, e.g. ``"298 K, 2e-2 1/s, strain 0.2"``.
    quantity, unit : str
        What was computed, and the unit of `expected` and `computed` (empty for a pure number).
    expected : float or None
        The answer; None for a number that is shown without judgement.
    computed : float
        The package's number, with all digits.
    tolerance : float or None
        Largest accepted deviation, relative to `expected`; None for a number that is shown without judgement.
    source : str
        Where `expected` comes from, e.g. ``"closed form"`` or ``"Gao et al. 2022, Fig. 4 e"``.
    status : {"exact", "independent", "published", "arithmetic", "own"}
        A closed form or an integral to many digits; another code; a value from the literature; a formula of the
        package beside the digits of the same formula, which shows that it is typed right and no more, and is not
        counted as evidence; an estimate of this code about itself, which verifies nothing.
    kind : {"predicted", "calibrated"}
        Whether anything was fitted to `expected`.
    absolute : bool
        `tolerance` and deviation are in `unit`, not relative.
    missed : str
        Why the package is known to miss the expected number; empty where it has to be met. A missed number is shown
        and counted as missed; it does not make the problem fail.

    Raises
    ------
    ValueError
        When the deviation from zero is to be relative.
    """

    label: str
    quantity: str
    unit: str
    expected: float | None
    computed: float
    tolerance: float | None
    source: str
    status: Status
    kind: Kind = "predicted"
    absolute: bool = False
    missed: str = ""

    def __post_init__(self) -> None:
        if self.expected == 0.0 and not self.absolute:
            raise ValueError(f"{self.label}, {self.quantity}: a deviation from zero has to be absolute")

    @property
    def deviation(self) -> float | None:
        """Computed minus expected, over the size of the expected unless `absolute`; None without expected value."""
        if self.expected is None:
            return None
        difference = self.computed - self.expected
        return difference if self.absolute else difference / abs(self.expected)

    @property
    def share_of_tolerance(self) -> float | None:
        """Size of the deviation over the tolerance: at most 1 passes; None where nothing is judged."""
        deviation = self.deviation
        if deviation is None or self.tolerance is None:
            return None
        share = abs(deviation) / self.tolerance
        return share if math.isfinite(share) else math.inf

    @property
    def passed(self) -> bool:
        """The number is finite and, where there is a tolerance, within it or known to miss it."""
        return bool(math.isfinite(self.computed) and (self.within or bool(self.missed)))

    @property
    def within(self) -> bool:
        """Nothing is judged, or the deviation is within its tolerance."""
        share = self.share_of_tolerance
        return share is None or share <= 1.0

    @property
    def evidence(self) -> bool:
        """Whether the number could have come out wrong: it is judged, and no arithmetic."""
        return self.share_of_tolerance is not None and self.status != "arithmetic"


@dataclass(frozen=True)
class Convergence:
    """Errors over refined meshes or steps, and the order that theory promises.

    Parameters
    ----------
    label : str
        What was refined, e.g. ``"displacement, quadrilaterals"``.
    parameter : str
        What `values` are, with unit: ``"element size, m"``, ``"time step, s"``.
    values : tuple of float
        From coarse to fine, at least two.
    errors : tuple of float
        Positive, one for each value.
    expected_order : float
        Formal order.
    tolerance : float
        How far the order observed on the finest pair may fall below it.
    error_label : str
        What `errors` are, e.g. ``"relative error in L2"``.
    two_sided : bool
        The order may also not exceed the expected one by more than the tolerance.

    Raises
    ------
    ValueError
        When there are fewer than two values, or they do not get finer.
    """

    label: str
    parameter: str
    values: tuple[float, ...]
    errors: tuple[float, ...]
    expected_order: float
    tolerance: float
    error_label: str = "relative error"
    two_sided: bool = False

    def __post_init__(self) -> None:
        if len(self.values) < 2 or len(self.values) != len(self.errors):
            raise ValueError(f"{self.label}: an order needs two or more values with their errors")
        if any(fine >= coarse for coarse, fine in zip(self.values, self.values[1:], strict=False)):
            raise ValueError(f"{self.label}: values have to go from coarse to fine")

    @property
    def orders(self) -> tuple[float, ...]:
        """Observed order of each pair of neighbours; NaN where an error is not positive."""
        return tuple(
            math.log(self.errors[i] / self.errors[i + 1]) / math.log(self.values[i] / self.values[i + 1])
            if self.errors[i] > 0.0 and self.errors[i + 1] > 0.0
            else math.nan
            for i in range(len(self.values) - 1)
        )

    @property
    def passed(self) -> bool:
        """The order on the finest pair is that of theory, or better unless `two_sided`."""
        excess = self.orders[-1] - self.expected_order
        return bool(excess >= -self.tolerance and (not self.two_sided or excess <= self.tolerance))


@dataclass(frozen=True)
class Picture:
    """A figure of a page.

    Parameters
    ----------
    name : str
        Short name; the file is called after problem and picture.
    caption : str
        Markdown below the figure: what is seen, with units.
    draw : callable
        Draws into an empty matplotlib figure.
    size : tuple of float
        Width and height, inches.
    """

    name: str
    caption: str
    draw: Callable[[Figure], None]
    size: tuple[float, float] = (6.4, 3.6)


@dataclass(frozen=True)
class Outcome:
    """What the run of a problem leaves.

    Parameters
    ----------
    rows : tuple of Row
        Numbers beside the expected ones.
    convergences : tuple of Convergence
        Observed orders.
    pictures : tuple of Picture
        Figures.
    notes : tuple of str
        Markdown paragraphs: what to know about the numbers.
    input : str
        The case file or the parameters that were used, shown as they are.
    unverified : tuple of str
        Values of materials in the input that nobody has checked against a source (`models.vectors.unverified_of` and
        `platingx.config.sources.unverified_values` list them).
    """

    rows: tuple[Row, ...]
    convergences: tuple[Convergence, ...] = ()
    pictures: tuple[Picture, ...] = ()
    notes: tuple[str, ...] = ()
    input: str = ""
    unverified: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """All numbers and orders are as expected."""
        return all(row.passed for row in self.rows) and all(entry.passed for entry in self.convergences)


@dataclass(frozen=True)
class Problem:
    """A problem with known answers.

    Parameters
    ----------
    name : str
        Lower case letters, digits and hyphens, e.g. ``"b01-strain-rate"``: name on the command line and of the page.
    title : str
        Head of the page.
    part : {"verification", "cross-code", "validation"}
        Part of the book: equations solved right, the same by another code, the right equations.
    statement : str
        Markdown with the equations ($...$, as GitHub shows them).
    sources : tuple of str
        Where equations and numbers come from.
    run : callable
        Computes everything; serial, on MPI.COMM_SELF.
    on_ranks : callable, optional
        The same on the ranks of a communicator, collective; None of problems that run in one process only.
    minutes : float
        Rough cost of the full effort on one core.
    missing : callable
        Why it cannot be run on this machine, such as a program that is not installed; an empty text if it can.

    Raises
    ------
    ValueError
        When the name would not do as the name of a file.
    """

    name: str
    title: str
    part: Part
    statement: str
    sources: tuple[str, ...]
    run: Callable[[Effort], Outcome]
    minutes: float
    missing: Callable[[], str] = str
    on_ranks: Callable[[Effort, MPI.Intracomm], Outcome] | None = None

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"'{self.name}' is no name of a problem: lower case, digits and hyphens")
