"""Progress of a run in a notebook: one line that is written anew."""

from __future__ import annotations

import sys
from typing import IO

__all__ = ["NotebookLine", "in_notebook"]

_WIDTH = 110


def in_notebook() -> bool:
    """Whether this process is the kernel of a notebook."""
    kernel = sys.modules.get("ipykernel.kernelapp")
    return kernel is not None and bool(kernel.IPKernelApp.initialized())


class NotebookLine:
    """A line with the share that is done; a carriage return before each lets the notebook show the last one alone.

    Parameters
    ----------
    file
        Where it is written.
    total
        End of the run.
    """

    def __init__(self, file: IO[str], total: float) -> None:
        self._file, self._total, self._written = file, total, False

    def start(self) -> None:
        """Nothing is shown before the first step."""

    def update(self, completed: float, state: str) -> None:
        """Write the line.

        Parameters
        ----------
        completed
            How far the run is, of its end.
        state
            Words behind the share.
        """
        share = 100.0 * completed / self._total if self._total else 0.0
        self._file.write(f"\r{f'{share:3.0f} %  {state}':<{_WIDTH}.{_WIDTH}}")
        self._file.flush()
        self._written = True

    def stop(self) -> None:
        """Leave the line as it is; what follows begins below."""
        if self._written:
            self._file.write("\n")
            self._written = False
