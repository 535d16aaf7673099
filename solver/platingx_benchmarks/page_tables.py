"""Tables of the page: looking rows up, rounding, Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from platingx.errors import OutputError
from platingx_benchmarks.measurement import Row

__all__ = ["Lookup", "by_size", "markdown", "percent", "rounded", "seconds", "thousands"]


class Lookup:
    """Rows of one benchmark by subject and quantity.

    Parameters
    ----------
    rows
        The rows; of two alike the later one counts.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self._rows = {(row.subject, row.quantity): row for row in rows}
        self.subjects = list(dict.fromkeys(row.subject for row in rows))

    def find(self, subject: str, quantity: str) -> Row | None:
        """Give a row, or None."""
        return self._rows.get((subject, quantity))

    def median(self, subject: str, quantity: str) -> float:
        """Median of a quantity.

        Raises
        ------
        OutputError
            When there is no such row.
        """
        row = self.find(subject, quantity)
        if row is None:
            raise OutputError(f"the findings lack '{quantity}' of '{subject}'; measure again with this version")
        return row.median

    def quantities(self, subject: str) -> list[str]:
        """Names of what is known of a subject."""
        return [quantity for name, quantity in self._rows if name == subject]

    def only(self, quantity: str) -> float:
        """Median of a quantity of the one subject.

        Raises
        ------
        OutputError
            When there is no such row.
        """
        (subject,) = self.subjects
        return self.median(subject, quantity)

    def maybe(self, quantity: str) -> float | None:
        """Median of a quantity of the one subject, or None."""
        (subject,) = self.subjects
        row = self.find(subject, quantity)
        return None if row is None else row.median

    def size(self, subject: str) -> int:
        """Largest size among the rows of a subject."""
        return max(row.size for (name, _), row in self._rows.items() if name == subject)


def by_size(rows: Sequence[Row]) -> dict[tuple[str, int], Lookup]:
    """Rows of one benchmark by subject and size, in this order."""
    found: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        found.setdefault((row.subject, row.size), []).append(row)
    return {key: Lookup(found[key]) for key in sorted(found)}


def rounded(value: float) -> str:
    """Three significant digits without a power of ten."""
    if value == 0.0:
        return "0"
    return f"{float(f'{value:.3g}'):.10f}".rstrip("0").rstrip(".")


def thousands(value: int) -> str:
    """A whole number with commas."""
    return f"{value:,}"


def seconds(value: float) -> str:
    """Seconds to three digits, not finer than a tenth of a millisecond."""
    return rounded(round(value, 4))


def percent(share: float) -> str:
    """A share in per cent."""
    return f"{100 * share:.0f} %"


def markdown(head: Sequence[str], rows: Sequence[Sequence[str]], numbers: bool = True) -> str:
    """Table in Markdown; all columns but the first are aligned to the right if they have numbers."""
    lines = [
        f"| {' | '.join(head)} |",
        "|" + "|".join(["---", *["---:" if numbers else "---"] * (len(head) - 1)]) + "|",
    ]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])
