"""What something keeps from one step to the next, in a form that can be stored and restored on other ranks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from platingx.arrays import Array, Int32Array

__all__ = ["Saved", "Stateful"]


@dataclass(frozen=True)
class Saved:
    """State of something that evolves.

    Attributes
    ----------
    name
        Unique in a run.
    key
        What the rows of the arrays belong to: ``cells``, ``facets`` or, for numbers that all ranks know, ``global``.
    entities
        Local numbers of cells of the mesh, shape (rows,); of cells and of their facets in the numbering of the
        reference cell, shape (rows, 2); empty for ``global``. Rows of cells of other ranks may be among them: they are
        not stored, but restored.
    arrays
        Copies of the evolving arrays of the last converged state, each with a first axis of rows.
    """

    name: str
    key: Literal["cells", "facets", "global"]
    entities: Int32Array
    arrays: dict[str, Array]


@runtime_checkable
class Stateful(Protocol):
    """Something with a state that is committed with a converged step and restored after a failed one."""

    def begin(self, time: float, ratio: float) -> None:
        """Start a step that ends at ``time`` (s) from the last converged state, extrapolated by a ratio of steps."""

    def commit(self) -> None:
        """Accept the state at the end of the step."""

    def rollback(self) -> None:
        """Return to the last converged state."""

    def saved(self) -> Saved:
        """The last converged state. Collective."""

    def restore(self, saved: Saved) -> None:
        """Take over a converged state, with rows in the order of `saved`."""
