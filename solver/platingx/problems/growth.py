"""Growth of a region that is known as a function of time."""

from __future__ import annotations

from collections.abc import Callable

from platingx.arrays import Array
from platingx.fields.point_data import PointArray
from platingx.fields.saved_state import Saved

__all__ = ["PrescribedGrowth", "VolumeRatio"]

VolumeRatio = Callable[[float], float | Array]


class PrescribedGrowth:
    """Sets the growth of a region at the start of each step.

    Parameters
    ----------
    array
        Jg at the quadrature points, which becomes its own.
    volume_ratio
        Jg as a function of time (s): at each point, or the same at all of them.
    """

    def __init__(self, array: PointArray, volume_ratio: VolumeRatio) -> None:
        array.claim("prescribed growth")
        self._array = array
        self.volume_ratio = volume_ratio

    def begin(self, time: float, ratio: float) -> None:  # noqa: ARG002
        """Set the growth to that of the end of the step."""
        self._array.values[...] = self.volume_ratio(time)

    def commit(self) -> None:
        """Accept the growth."""
        self._array.commit()

    def rollback(self) -> None:
        """Return to the last converged growth."""
        self._array.rollback()

    def saved(self) -> Saved:
        """The last converged growth."""
        return self._array.saved()

    def restore(self, saved: Saved) -> None:
        """Take over a converged growth."""
        self._array.restore(saved)
