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

    Attributes
    ----------
    drawn
        Share of the volume of the region that its metal has left for elsewhere, such as cracks; 0 without any.
    """

    drawn = 0.0

    def __init__(self, array: PointArray, volume_ratio: VolumeRatio) -> None:
        array.claim("prescribed growth")
        self._array = array
        self.volume_ratio = volume_ratio
        self._now = 0.0

    def draw(self, share: float) -> None:
        """Let a share of the volume of the region be elsewhere, within a step."""
        self.drawn = share
        self._array.values[...] = self.volume_ratio(self._now) - share

    def begin(self, time: float, ratio: float) -> None:  # noqa: ARG002
        """Set the growth to that of the end of the step."""
        self._now = time
        self._array.values[...] = self.volume_ratio(time) - self.drawn

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
