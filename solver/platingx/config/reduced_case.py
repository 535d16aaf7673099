"""Cases without a mesh: a model of fewer dimensions, or one that another program solves. Each has its key ``kind``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import Field

from platingx.config.base_case import BaseCase
from platingx.config.value_sources import LibraryBlock

__all__ = ["ReducedCase"]


class ReducedCase(BaseCase):
    """A case without a mesh. Its model has a field ``kind``, and ``output`` with a switch ``figures``."""

    kind: str = Field(description="Kind of the case.")

    def library_blocks(self) -> Mapping[str, LibraryBlock]:
        """Blocks that may name an entry of the library, by their keys in the case."""
        return {}

    @property
    def metals(self) -> tuple[str, ...]:
        """Names of the metals, as figures and columns call them."""
        return ()

    def outline(self) -> Iterator[str]:
        """What a dry run says of it, line by line."""
        yield from ()

    @property
    def wants_figures(self) -> bool:
        """Whether figures are drawn at the end of a run."""
        return bool(self.output.figures)  # type: ignore[attr-defined]

    @property
    def bytes_of_row(self) -> float:
        """Disk that a row of the history takes, with what is kept beside it."""
        return 300.0

    @property
    def estimated_cost(self) -> tuple[float, float]:
        """Wall time, s, and rows of the history of a run, both estimated."""
        raise NotImplementedError
