"""A slit, the outline of the body it is in, and how large elements are around it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

Kind = Literal["surface", "symmetric", "buried"]


@dataclass(frozen=True)
class Slit:
    """A straight slit.

    Attributes
    ----------
    start, end : its ends, shape (2,), m; the end is a tip, the start too where it is buried
    kind : ``surface`` starts on the outline; ``symmetric`` lies on a straight line of the outline, from an end of that
        on; ``buried`` does not touch the outline
    """

    start: Array
    end: Array
    kind: Kind

    @property
    def length(self) -> float:
        """M."""
        return float(np.linalg.norm(self.end - self.start))

    @property
    def direction(self) -> Array:
        """Unit vector from the start to the end."""
        return np.asarray((self.end - self.start) / self.length)

    @property
    def normal(self) -> Array:
        """Unit vector from the lower to the upper face: the direction turned by 90 degrees to the left."""
        along = self.direction
        return np.array([-along[1], along[0]])

    @property
    def tips(self) -> tuple[Array, ...]:
        """Places of its tips, that of the end first."""
        return (self.end, self.start) if self.kind == "buried" else (self.end,)


@dataclass(frozen=True)
class SlitSizes:
    """Sizes of the elements around a slit, relative to its length.

    Attributes
    ----------
    tip, mouth, face : at a tip, where the slit starts at a surface, and along it
    thin_tip, ligament : at a tip and along the slit, relative to the distance from the outline, where that is small
    growth : of the size with the distance
    turn : of the outline along the side of an element, radians
    refinement : divides all sizes
    """

    tip: float = 1.0 / 16.0
    mouth: float = 1.0 / 12.0
    face: float = 1.0 / 6.0
    thin_tip: float = 1.0 / 16.0
    ligament: float = 0.3
    growth: float = 0.3
    turn: float = 0.5
    refinement: float = 1.0


@dataclass(frozen=True)
class Line:
    """Part of an outline.

    Attributes
    ----------
    nodes : ends and middles of quadratic sides in turn, shape (2 n + 1, 2), m
    held : which displacement components are held there
    """

    nodes: Array
    held: tuple[bool, bool] = (False, False)
