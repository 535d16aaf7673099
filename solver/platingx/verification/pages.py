"""The page of a problem in Markdown, from its outcome."""

from __future__ import annotations

import math
from collections.abc import Sequence

from platingx import __version__
from platingx.post.scales import rounded
from platingx.post.table import markdown_table
from platingx.verification.problem import Convergence, Effort, Outcome, Picture, Problem, Row

__all__ = ["deviation_text", "failed_page", "page", "picture_file", "tolerance_text", "verdict"]

PARTS = {
    "verification": "verification: are the equations solved right?",
    "cross-code": "cross-code: does another code give the same?",
    "validation": "validation: are they the right equations?",
}
_STATUS = {
    "exact": "exact",
    "independent": "independent code",
    "published": "published",
    "arithmetic": "arithmetic, no evidence",
    "own": "own estimate",
}
_ROUND_OFF = 1e-3
"""Deviations below this share of the tolerance are not told in digits, which would differ between machines."""


def page(problem: Problem, effort: Effort, outcome: Outcome, pictures: Sequence[Picture]) -> str:
    """Write the page of a problem that ran.

    Parameters
    ----------
    problem : Problem
        What was run.
    effort : {"coarse", "full"}
        How.
    outcome : Outcome
        What came out.
    pictures : sequence of Picture
        Figures of the page, in their order.
    """
    blocks = [_head(problem, effort, verdict(outcome.passed)), "## Problem", problem.statement.strip()]
    if outcome.input:
        blocks += ["## Input", f"```\n{outcome.input.strip()}\n```"]
    if outcome.unverified:
        blocks += [
            "Values of materials that nobody has checked against a source:",
            _list(outcome.unverified, "*unverified*: "),
        ]
    if pictures:
        blocks += ["## Figures" if len(pictures) > 1 else "## Figure"]
        blocks += [f"![{_plain(each.caption)}]({picture_file(problem, each)})\n\n{each.caption}" for each in pictures]
    if outcome.rows:
        blocks += ["## Numbers", number_table(outcome.rows).rstrip()]
        missed = [f"{row.label}, {row.quantity}: {row.missed}" for row in outcome.rows if row.missed]
        if missed:
            blocks += ["Numbers that the package misses:", _list(missed)]
    if outcome.convergences:
        blocks += ["## Orders of convergence", order_table(outcome.convergences).rstrip()]
    if outcome.notes:
        blocks += ["## Notes", *(note.strip() for note in outcome.notes)]
    blocks += ["## Sources", _list(problem.sources), _foot(problem)]
    return "\n\n".join(blocks) + "\n"


def failed_page(problem: Problem, effort: Effort, error: str) -> str:
    """Write the page of a problem whose run was ended by an exception."""
    blocks = [_head(problem, effort, "**failed**: there are no numbers"), f"```\n{error.strip()}\n```"]
    blocks += ["## Problem", problem.statement.strip(), "## Sources", _list(problem.sources), _foot(problem)]
    return "\n\n".join(blocks) + "\n"


def verdict(passed: bool) -> str:
    """Say whether something passed."""
    return "passed" if passed else "**deviates**"


def picture_file(problem: Problem, picture: Picture) -> str:
    """Name of the file of a picture."""
    return f"{problem.name}-{picture.name}.png"


def _head(problem: Problem, effort: Effort, result: str) -> str:
    coarse = " Computed with the coarse effort of the tests." if effort == "coarse" else ""
    return (
        f"# {problem.title}\n\n[Verification book](README.md). Part {PARTS[problem.part]}\n\n"
        f"Result: {result}. platingx {__version__}.{coarse}"
    )


def _foot(problem: Problem) -> str:
    return f"---\n\nWritten by `platingx verify {problem.name}`, not by hand."


def _list(entries: Sequence[str], mark: str = "") -> str:
    return "\n".join(f"- {mark}{entry}" for entry in entries)


def _plain(caption: str) -> str:
    """Caption as the text of an image: no Markdown brackets, no mathematics."""
    return caption.split(". ")[0].replace("[", "(").replace("]", ")").replace("$", "").rstrip(".")


def number_table(rows: Sequence[Row]) -> str:
    """Table of the numbers of a page."""
    headers = (
        "situation",
        "quantity",
        "expected",
        "computed",
        "deviation",
        "tolerance",
        "expected from",
        "kind",
        "result",
    )
    return markdown_table(headers, (_cells(row) for row in rows))


def _cells(row: Row) -> tuple[str, ...]:
    expected = "-" if row.expected is None else _with_unit(row.expected, row.unit)
    origin = f"{row.source} ({_STATUS[row.status]})" if row.source else "-"
    judged = verdict(row.passed) if row.share_of_tolerance is not None or not row.passed else "shown"
    if row.passed and not row.within:
        judged = "**missed**"
    numbers = (expected, _computed(row), deviation_text(row), tolerance_text(row))
    return (row.label, row.quantity, *numbers, origin, row.kind, judged)


def _computed(row: Row) -> str:
    if row.expected == 0.0 and row.tolerance and abs(row.computed) < _ROUND_OFF * row.tolerance:
        return "0"
    return _with_unit(row.computed, row.unit)


def deviation_text(row: Row) -> str:
    """Deviation of a row: in percent, or in its unit; what is far below the tolerance without digits."""
    deviation, share = row.deviation, row.share_of_tolerance
    if deviation is None or not math.isfinite(deviation):
        return "-"
    if share is not None and row.tolerance and share < _ROUND_OFF:
        return f"< {_amount(_ROUND_OFF * row.tolerance, row)}"
    return ("+" if deviation > 0 else "\N{MINUS SIGN}" if deviation < 0 else "") + _amount(abs(deviation), row)


def tolerance_text(row: Row) -> str:
    """Tolerance of a row."""
    return "-" if row.tolerance is None else _amount(row.tolerance, row)


def _amount(value: float, row: Row) -> str:
    return _with_unit(value, row.unit, 2) if row.absolute else f"{rounded(100.0 * value, 2)} %"


def _with_unit(value: float, unit: str, digits: int = 5) -> str:
    return f"{rounded(value, digits)} {unit}".strip()


def order_table(convergences: Sequence[Convergence]) -> str:
    """Table of the orders of a page."""
    headers = ("what", "refined", "from coarse to fine", "error", "observed orders", "expected", "result")
    return markdown_table(
        headers,
        (
            (
                f"{entry.label}: {entry.error_label}",
                entry.parameter,
                ", ".join(f"{value:.4g}" for value in entry.values),
                ", ".join(rounded(error, 3) for error in entry.errors),
                ", ".join(f"{order:.2f}" for order in entry.orders),
                f"{entry.expected_order:g} {'±' if entry.two_sided else '−'} {entry.tolerance:g}",
                verdict(entry.passed),
            )
            for entry in convergences
        ),
    )
